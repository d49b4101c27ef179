/* list_methods.c - list as Python sees it, and its iterators. How lists are shared stands in list.c. */
#include "types/dict.h"
#include "types/equal_quick.h"
#include "types/exception.h"
#include "types/genericalias.h"
#include "types/int.h"
#include "types/iterator.h"
#include "types/list.h"
#include "types/repr.h"
#include "types/str.h"

static Value list_or_error(List *list) { return list ? object_value(list) : VALUE_ERROR; }

static void list_trace(Cell *cell, Marker *marker) {
    marker_visit_pointer(marker, ((List *)cell)->items);
}

bool index_argument(Value v, int64_t *out) {
    if (is_empty(v)) return true;
    if (!has_index(v)) {
        raise_error(&TypeError,
                    "slice indices must be integers or have an __index__ method");
        return false;
    }
    *out = value_index_int64(v, NULL);
    return !(*out == -1 && error_occurred());
}

/* --- making ------------------------------------------------------------------------------------------- */

static Value list_new_instance(Type *type, Value *args, size_t count, Tuple *names) {
    List *list = object_alloc_instance(type, sizeof(List));
    return list_or_error(list);
}

static bool list_init(Value self, Value *args, size_t count, Tuple *names) {
    static const char signature[] = "(iterable=(), /)";
    static Signature *parsed;
    Value bound[1];
    List *list = as_list(self);
    if (names && names->length && type_of(self)->new_instance != list_type.new_instance) names = NULL;
    if (!bind_arguments("list", signature, &parsed, args, count, names, bound)) return false;
    if (load_relaxed(&list->items)) list_clear(list);
    return is_empty(bound[0]) || list_extend(list, bound[0]);
}

/* --- looking -------------------------------------------------------------------------------------------- */

/* The item at an index that may count from the end, or VALUE_EMPTY. */
static Value list_item(List *list, int64_t index) {
    return index >= 0 ? list_get(list, index) : list_get_from_end(list, index);
}

static Value list_get_slice(List *list, Value slice) {
    int64_t start, stop, step, count;
    for (;;) {
        int64_t length = list_length(list);
        if (!slice_resolve(slice, length, &start, &stop, &step, &count)) return VALUE_ERROR;
        List *result = list_new(count);
        if (!result) return VALUE_ERROR;
        object_lock(list);
        if (list->length == length) {
            for (int64_t i = 0; i < count; i++)
                result->items->items[i] = value_load_relaxed(&list->items->items[start + i * step]);
            result->length = count;
            object_unlock(list);
            return object_value(result);
        }
        object_unlock(list);
    }
}

/* The index that a subscript means; false with TypeError or IndexError. */
static bool list_subscript_index(Value key, int64_t *index) {
    if (likely(is_smallint(key))) {
        *index = smallint_of(key);
        return true;
    }
    if (!has_index(key)) {
        raise_error(&TypeError, "list indices must be integers or slices, not %T", key);
        return false;
    }
    *index = value_index_int64(key, &IndexError);
    return !(*index == -1 && error_occurred());
}

static Value list_getitem(Value self, Value key) {
    int64_t index;
    if (is_slice(key)) return list_get_slice(as_list(self), key);
    if (!list_subscript_index(key, &index)) return VALUE_ERROR;
    Value item = list_item(as_list(self), index);
    if (unlikely(is_empty(item))) return raise_error(&IndexError, "list index out of range");
    return item;
}

static int64_t list_length_slot(Value self) { return list_length(as_list(self)); }

/* --- searching ----------------------------------------------------------------------------------------
 *
 * What looks through a whole list while others move its items could miss one that is there all the time.
 * So a scan first loads the list's count of changes (all but appending), then the lock byte; when the
 * count differs afterwards, or a writer was at work, the scan is repeated under the lock, as far as
 * comparisons run no Python. Where they do, as in CPython, any change may come in between. */

typedef struct Scan {
    Value wanted;
    int64_t start, stop;
    bool all;      /* count all, rather than end at the first */
    int64_t first; /* index of the first that is equal, or -1 */
    int64_t count;
} Scan;

static void scan_found(Scan *scan, int64_t index) {
    if (scan->first < 0) scan->first = index;
    scan->count++;
}

/* With the lock held; false when it takes Python to tell. */
static bool scan_quick(List *list, Scan *scan) {
    scan->first = -1;
    scan->count = 0;
    for (int64_t i = scan->start; i < min_int64(scan->stop, list->length); i++) {
        int equal = equal_quick(value_load_relaxed(&list->items->items[i]), scan->wanted, 0);
        if (equal < 0) return false;
        if (equal) scan_found(scan, i);
        if (equal && !scan->all) break;
    }
    return true;
}

/* False: an exception. Runs Python. */
static bool list_scan(List *list, Scan *scan) {
    uint16_t before = list_changes(list);
    bool busy = load_acquire(&list->object.lock) & 1;
    scan->first = -1;
    scan->count = 0;
    for (int64_t i = scan->start; i < scan->stop; i++) {
        Value item = list_get(list, i);
        if (is_empty(item)) break;
        int equal = value_equal(item, scan->wanted);
        if (equal < 0) return false;
        if (equal) scan_found(scan, i);
        if (equal && !scan->all) break;
    }
    if (likely(!busy && list_changes(list) == before)) return true;
    Scan again = *scan;
    object_lock(list);
    bool good = scan_quick(list, &again);
    object_unlock(list);
    if (good) *scan = again;
    return true;
}

static int list_contains(Value self, Value wanted) {
    Scan scan = {.wanted = wanted, .stop = INT64_MAX};
    return list_scan(as_list(self), &scan) ? scan.first >= 0 : -1;
}

static Value list_repr(Value self) {
    List *list = as_list(self);
    if (list_length(list) == 0) return object_value(NAME("[]"));
    int entered = repr_enter(self);
    if (entered < 0) return VALUE_ERROR;
    if (entered > 0) return object_value(NAME("[...]"));
    StrBuilder builder;
    builder_init(&builder);
    bool ok = builder_add_char(&builder, '[');
    for (int64_t i = 0; ok; i++) {
        Value item = list_get(list, i);
        if (is_empty(item)) break;
        ok = (i == 0 || builder_add_c(&builder, ", ")) && builder_add_repr(&builder, item);
    }
    ok = ok && builder_add_char(&builder, ']');
    repr_leave(self);
    Str *result = ok ? builder_finish(&builder) : NULL;
    return result ? object_value(result) : VALUE_ERROR;
}

static Value compare_lengths(int64_t a, int64_t b, CompareOp op) {
    switch (op) {
    case COMPARE_LT: return bool_value(a < b);
    case COMPARE_LE: return bool_value(a <= b);
    case COMPARE_EQ: return bool_value(a == b);
    case COMPARE_NE: return bool_value(a != b);
    case COMPARE_GT: return bool_value(a > b);
    default: return bool_value(a >= b);
    }
}

static Value compare_items(List *a, List *b, CompareOp op) {
    int64_t a_length = list_length(a), b_length = list_length(b);
    if (a_length != b_length && (op == COMPARE_EQ || op == COMPARE_NE)) return bool_value(op == COMPARE_NE);
    for (int64_t i = 0;; i++) {
        Value x = list_get(a, i), y = list_get(b, i);
        if (is_empty(x) || is_empty(y)) return compare_lengths(list_length(a), list_length(b), op);
        int equal = value_equal(x, y);
        if (equal < 0) return VALUE_ERROR;
        if (equal) continue;
        if (i >= list_length(a) || i >= list_length(b)) continue; /* shrunk by the comparison */
        if (op == COMPARE_EQ) return VALUE_FALSE;
        if (op == COMPARE_NE) return VALUE_TRUE;
        return value_compare(x, y, op);
    }
}

static Value list_compare(Value self, Value other, CompareOp op) {
    if (!is_list(self) || !is_list(other)) return VALUE_NOT_IMPLEMENTED;
    if (!stack_enter(" in comparison")) return VALUE_ERROR;
    Value result = compare_items(as_list(self), as_list(other), op);
    stack_leave();
    return result;
}

/* --- item and slice assignment --------------------------------------------------------------------------- */

/* Resolves a slice and takes the lock at a moment when the list has the length it was resolved for. */
static bool resolve_and_lock(List *list, Value slice, int64_t *start, int64_t *stop, int64_t *step,
                             int64_t *count) {
    for (;;) {
        int64_t length = list_length(list);
        if (!slice_resolve(slice, length, start, stop, step, count)) return false;
        object_lock(list);
        if (list->length == length) return true;
        object_unlock(list);
    }
}

/* Deletes items[start], items[start + step], ... Rebuilds the array. Called with the lock held. */
static bool delete_steps_locked(List *list, int64_t start, int64_t step, int64_t count) {
    if (count == 0) return true;
    if (step < 0) {
        start += (count - 1) * step;
        step = -step;
    }
    Array *items = list->items, *kept = array_new(list->length - count);
    if (!kept) return false;
    int64_t n = 0, next = start;
    for (int64_t i = 0; i < list->length; i++) {
        if (i == next && count > 0) {
            next += step;
            count--;
        } else {
            kept->items[n++] = value_load_relaxed(&items->items[i]);
        }
    }
    HEAP_STORE_POINTER(list, &list->items, kept);
    store_release(&list->length, n);
    return true;
}

static bool list_delete_slice(List *list, Value slice) {
    int64_t start, stop, step, count;
    if (!resolve_and_lock(list, slice, &start, &stop, &step, &count)) return false;
    bool ok = step == 1 ? list_splice_locked(list, start, start + count, NULL, 0)
                        : delete_steps_locked(list, start, step, count);
    object_unlock(list);
    return ok;
}

static bool can_iterate(Value v) {
    Type *type = type_of(v);
    return type->iter || type->getitem;
}

static bool list_set_slice(List *list, Value slice, Value values) {
    int64_t start, stop, step, count, given;
    Array *items = NULL;
    const Value *source;
    if (is_exactly(values, &list_type)) {
        if (!(items = list_snapshot(as_list(values), &given))) return false;
        source = items->items;
    } else {
        Tuple *tuple = NULL;
        if (is_exactly(values, &tuple_type)) tuple = as_tuple(values);
        else tuple = tuple_from_iterable(values);
        if (!tuple) {
            if (error_matches(&TypeError) && !can_iterate(values)) {
                error_clear();
                if (!slice_resolve(slice, list_length(list), &start, &stop, &step, &count))
                    return false;
                raise_error(&TypeError, step == 1 ? "can only assign an iterable"
                                                  : "must assign iterable to extended slice");
            }
            return false;
        }
        source = tuple->items;
        given = tuple->length;
    }
    if (!resolve_and_lock(list, slice, &start, &stop, &step, &count)) return false;
    if (step == 1) {
        bool ok = list_splice_locked(list, start, start + count, source, given);
        object_unlock(list);
        return ok;
    }
    if (given == count) {
        for (int64_t i = 0; i < count; i++)
            heap_store_release(list->items, &list->items->items[start + i * step], source[i]);
    }
    object_unlock(list);
    if (given == count) return true;
    raise_error(&ValueError, "attempt to assign sequence of size %lld to extended slice of size %lld",
                (long long)given, (long long)count);
    return false;
}

static bool list_setitem(Value self, Value key, Value value) {
    List *list = as_list(self);
    int64_t index;
    if (is_slice(key))
        return is_empty(value) ? list_delete_slice(list, key) : list_set_slice(list, key, value);
    if (!list_subscript_index(key, &index)) return false;
    bool done;
    if (is_empty(value)) {
        done = !is_empty(list_pop(list, index));
    } else {
        object_lock(list);
        if (index < 0) index += list->length;
        done = (uint64_t)index < (uint64_t)list->length;
        if (done) heap_store_release(list->items, &list->items->items[index], value);
        object_unlock(list);
    }
    if (!done) raise_error(&IndexError, "list assignment index out of range");
    return done;
}

/* --- operators ------------------------------------------------------------------------------------------------ */

static Value list_concat(Value self, Value other) {
    if (!is_list(other))
        return raise_error(&TypeError, "can only concatenate list (not \"%T\") to list", other);
    int64_t count, more;
    Array *a = list_snapshot(as_list(self), &count);
    Array *b = a ? list_snapshot(as_list(other), &more) : NULL;
    List *result = b ? list_new(count + more) : NULL;
    if (!result) return VALUE_ERROR;
    if (count) memcpy(result->items->items, a->items, (size_t)count * sizeof(Value));
    if (more) memcpy(result->items->items + count, b->items, (size_t)more * sizeof(Value));
    result->length = count + more;
    return object_value(result);
}

static Value list_repeat(Value self, int64_t times) {
    int64_t count, length;
    Array *items = list_snapshot(as_list(self), &count);
    if (!items) return VALUE_ERROR;
    if (times < 0) times = 0;
    if (__builtin_mul_overflow(count, times, &length)) return raise_memory_error();
    List *result = list_new(length);
    if (!result || length == 0) return list_or_error(result);
    Value *to = result->items->items;
    if (count == 1) {
        for (int64_t i = 0; i < length; i++) to[i] = items->items[0];
    } else {
        for (int64_t i = 0; i < length; i += count)
            memcpy(to + i, items->items, (size_t)count * sizeof(Value));
    }
    result->length = length;
    return object_value(result);
}

static Value list_inplace_concat(Value self, Value other) {
    return list_extend(as_list(self), other) ? self : VALUE_ERROR;
}

static Value list_inplace_repeat(Value self, int64_t times) {
    List *list = as_list(self);
    if (times == 1) return self;
    for (;;) {
        int64_t length = list_length(list);
        Value repeated = list_repeat(self, times);
        if (is_error(repeated)) return VALUE_ERROR;
        List *result = as_list(repeated);
        object_lock(list);
        if (list->length == length) { /* what was there was copied, but for replaced items */
            for (int64_t i = 0; i < length && result->length; i++)
                for (int64_t j = i; j < result->length; j += length)
                    result->items->items[j] = value_load_relaxed(&list->items->items[i]);
            if (result->length < length) store_release(&list->length, result->length);
            HEAP_STORE_POINTER(list, &list->items, result->items);
            store_release(&list->length, result->length);
            object_unlock(list);
            return self;
        }
        object_unlock(list);
    }
}

/* --- methods ----------------------------------------------------------------------------------------------------- */

static Value list_append_method(Value *args) {
    return list_append(as_list(args[0]), args[1]) ? VALUE_NONE : VALUE_ERROR;
}

static Value list_clear_method(Value *args) {
    list_clear(as_list(args[0]));
    return VALUE_NONE;
}

static Value list_copy_method(Value *args) {
    return list_or_error(list_slice(as_list(args[0]), 0, INT64_MAX));
}

static Value list_extend_method(Value *args) {
    return list_extend(as_list(args[0]), args[1]) ? VALUE_NONE : VALUE_ERROR;
}

static Value list_insert_method(Value *args) {
    int64_t index = value_index_int64(args[1], &OverflowError);
    if (index == -1 && error_occurred()) return VALUE_ERROR;
    return list_insert(as_list(args[0]), index, args[2]) ? VALUE_NONE : VALUE_ERROR;
}

static Value list_pop_method(Value *args) {
    List *list = as_list(args[0]);
    int64_t index = -1;
    if (!is_empty(args[1])) {
        index = value_index_int64(args[1], &OverflowError);
        if (index == -1 && error_occurred()) return VALUE_ERROR;
    }
    Value item = list_pop(list, index);
    if (likely(!is_empty(item))) return item;
    return raise_error(&IndexError,
                       list_length(list) == 0 ? "pop from empty list" : "pop index out of range");
}

static Value list_remove_method(Value *args) {
    List *list = as_list(args[0]);
    Scan scan = {.wanted = args[1], .stop = INT64_MAX};
    object_lock(list);
    bool good = scan_quick(list, &scan), removed = true;
    if (good && scan.first >= 0)
        removed = list_splice_locked(list, scan.first, scan.first + 1, NULL, 0);
    object_unlock(list);
    if (!removed) return VALUE_ERROR;
    for (int64_t i = 0; !good; i++) {
        Value item = list_get(list, i);
        if (is_empty(item)) break;
        int equal = value_equal(item, args[1]);
        if (equal < 0) return VALUE_ERROR;
        if (equal && list_remove_at(list, i, item)) return VALUE_NONE;
        if (equal) i = -1; /* the list was changed meanwhile: look again */
    }
    if (good && scan.first >= 0) return VALUE_NONE;
    return raise_error(&ValueError, "list.remove(x): x not in list");
}

static Value list_index_method(Value *args) {
    List *list = as_list(args[0]);
    Scan scan = {.wanted = args[1], .stop = INT64_MAX};
    if (!index_argument(args[2], &scan.start) || !index_argument(args[3], &scan.stop)) return VALUE_ERROR;
    if (scan.start < 0) scan.start = max_int64(0, scan.start + list_length(list));
    if (scan.stop < 0) scan.stop += list_length(list);
    if (!list_scan(list, &scan)) return VALUE_ERROR;
    if (scan.first >= 0) return int_value(scan.first);
    return raise_error(&ValueError, "%R is not in list", args[1]);
}

static Value list_count_method(Value *args) {
    Scan scan = {.wanted = args[1], .stop = INT64_MAX, .all = true};
    return list_scan(as_list(args[0]), &scan) ? int_value(scan.count) : VALUE_ERROR;
}

static Value list_reverse_method(Value *args) {
    list_reverse(as_list(args[0]));
    return VALUE_NONE;
}

static Value list_sort_method(Value *args) {
    int reverse = 0;
    if (!is_empty(args[2])) {
        int64_t flag = value_index_int64(args[2], &OverflowError);
        if (flag == -1 && error_occurred()) return VALUE_ERROR;
        reverse = flag != 0;
    }
    Value key = is_empty(args[1]) ? VALUE_NONE : args[1];
    return list_sort(as_list(args[0]), key, reverse) ? VALUE_NONE : VALUE_ERROR;
}

static Value list_sizeof_method(Value *args) {
    List *list = as_list(args[0]);
    Array *items = load_acquire(&list->items);
    return int_value((int64_t)(sizeof(List) + (items ? sizeof(Array) : 0)) +
                     (items ? items->capacity : 0) * (int64_t)sizeof(Value));
}

static Value list_reversed_method(Value *args) {
    Value iterator = index_iterator_new(&list_reverse_iterator_type, args[0]);
    if (!is_error(iterator)) OBJECT_AS(IndexIterator, iterator)->index = list_length(as_list(args[0])) - 1;
    return iterator;
}

static const MethodDef list_methods[] = {
    METHOD("append", list_append_method, "($self, object, /)", "Put object at the end."),
    METHOD("clear", list_clear_method, "($self, /)", "Remove all items."),
    METHOD("copy", list_copy_method, "($self, /)", "Make a new list of the same items."),
    METHOD("count", list_count_method, "($self, value, /)", "Tell how many items equal value."),
    METHOD("extend", list_extend_method, "($self, iterable, /)",
           "Put all items of iterable at the end."),
    METHOD("index", list_index_method, "($self, value, start=0, stop=sys.maxsize, /)",
           "Tell the first position at which value stands; ValueError when it is not there."),
    METHOD("insert", list_insert_method, "($self, index, object, /)", "Put object before index."),
    METHOD("pop", list_pop_method, "($self, index=-1, /)",
           "Remove the item at index and return it; IndexError when there is none."),
    METHOD("remove", list_remove_method, "($self, value, /)",
           "Remove the first item that equals value; ValueError when there is none."),
    METHOD("reverse", list_reverse_method, "($self, /)", "Turn the order of the items around."),
    METHOD("sort", list_sort_method, "($self, /, *, key=None, reverse=False)",
           "Sort the list in place, ascending; equal items keep their order.\n\n"
           "key is a function that gives for each item what is compared in its stead; a true\n"
           "reverse sorts descending."),
    METHOD("__reversed__", list_reversed_method, "($self, /)", "Iterate from the end."),
    METHOD("__sizeof__", list_sizeof_method, "($self, /)", "Tell the size in memory, in bytes."),
    CLASS_METHOD("__class_getitem__", generic_alias_class_getitem, "($type, item, /)",
                 "See PEP 585."),
    {0},
};

Type list_type = {
    .name = "list",
    .signature = "(iterable=(), /)",
    .doc = "A sequence that can be changed. Called with an iterable: of its items; without: empty.",
    .base = &object_type_object,
    .flags = TYPE_BASE | TYPE_IMMUTABLE | TYPE_SEQUENCE | TYPE_MATCH_SELF | TYPE_LIST,
    .size = sizeof(List),
    .root = {.cell_kind = {.trace = list_trace, .name = "list"}},
    .repr = list_repr,
    .hash = hash_not_possible,
    .getattribute = object_getattribute,
    .compare = list_compare,
    .iter = list_iter,
    .init = list_init,
    .new_instance = list_new_instance,
    .length = list_length_slot,
    .getitem = list_getitem,
    .setitem = list_setitem,
    .contains = list_contains,
    .concat = list_concat,
    .repeat = list_repeat,
    .inplace_concat = list_inplace_concat,
    .inplace_repeat = list_inplace_repeat,
    .methods = list_methods,
};

/* --- iterators --------------------------------------------------------------------------------------------- */

Value list_iter(Value list) { return index_iterator_new(&list_iterator_type, list); }

static Value list_iterator_next_slot(Value self) { return list_iterator_next(OBJECT_AS(IndexIterator, self)); }

INDEX_ITERATOR_TYPE(list_iterator_type, "list_iterator", list_iterator_next_slot)

static Value list_reverse_iterator_next(Value self) {
    IndexIterator *iterator = OBJECT_AS(IndexIterator, self);
    Value list = value_load_acquire(&iterator->sequence);
    if (is_empty(list)) return VALUE_EMPTY;
    int64_t index = load_relaxed(&iterator->index);
    for (;;) {
        Value item = index >= 0 ? list_get(as_list(list), index) : VALUE_EMPTY;
        if (is_empty(item)) {
            store_relaxed(&iterator->index, INT64_C(-1));
            return index_iterator_end(iterator);
        }
        if (iterator_move(&iterator->owner, &iterator->index, &index, index - 1)) return item;
    }
}

static Value list_reverse_iterator_length_hint(Value *args) {
    IndexIterator *iterator = OBJECT_AS(IndexIterator, args[0]);
    Value list = value_load_acquire(&iterator->sequence);
    int64_t left = load_relaxed(&iterator->index) + 1;
    return int_value(!is_empty(list) && list_length(as_list(list)) >= left ? left : 0);
}

static Value list_reverse_iterator_reduce(Value *args) {
    IndexIterator *iterator = OBJECT_AS(IndexIterator, args[0]);
    Value list = value_load_acquire(&iterator->sequence);
    return iterator_reduce(is_empty(list) ? "iter" : "reversed", list,
                           load_relaxed(&iterator->index));
}

static Value list_reverse_iterator_setstate(Value *args) {
    IndexIterator *iterator = OBJECT_AS(IndexIterator, args[0]);
    int64_t index;
    if (!value_to_int64(args[1], &index)) return VALUE_ERROR;
    Value list = value_load_acquire(&iterator->sequence);
    if (!is_empty(list))
        store_relaxed(&iterator->index, max_int64(-1, min_int64(index, list_length(as_list(list)) - 1)));
    return VALUE_NONE;
}

static const MethodDef list_reverse_iterator_methods[] = {
    METHOD("__length_hint__", list_reverse_iterator_length_hint, "($self, /)",
           iterator_length_hint_doc),
    METHOD("__reduce__", list_reverse_iterator_reduce, "($self, /)", iterator_reduce_doc),
    METHOD("__setstate__", list_reverse_iterator_setstate, "($self, state, /)",
           iterator_setstate_doc),
    {0},
};

Type list_reverse_iterator_type = {
    .name = "list_reverseiterator",
    .base = &object_type_object,
    .flags = TYPE_IMMUTABLE | TYPE_NO_NEW,
    .size = sizeof(IndexIterator),
    .root = {.cell_kind = {.trace = index_iterator_trace, .name = "list_reverseiterator"}},
    .getattribute = object_getattribute,
    .iter = iter_self,
    .next = list_reverse_iterator_next,
    .methods = list_reverse_iterator_methods,
};
