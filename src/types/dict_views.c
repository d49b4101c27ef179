/* dict_views.c - iterators over dicts, and the views keys(), values(), items().
 *
 * An iterator keeps the table that the dict had when it was made, and the number of entries it had
 * then. As long as the dict has both, the iterator walks its live entries. Another length is the error
 * "dictionary changed size during iteration"; another table, or more live entries than there were, is
 * "dictionary keys changed during iteration". A value that is replaced meanwhile is seen or not.
 * Threads that share an iterator claim entries by moving the position (iterator.h).
 *
 * For an owned dict the table is a copy made at the beginning. */
#include "types/dict_table.h"
#include "types/exception.h"
#include "types/iterator.h"
#include "types/list.h"
#include "types/repr.h"
#include "types/set.h"

void dict_iterator_trace(Cell *cell, Marker *marker) {
    DictIterator *iterator = (DictIterator *)cell;
    marker_visit_pointer(marker, iterator->dict);
    marker_visit_pointer(marker, iterator->table);
}

bool dict_iterator_start(DictIterator *iterator, Dict *dict, bool backwards) {
    bool copied = dict_is_owned(dict);
    DictTable *copy = copied ? dict_snapshot(dict) : NULL;
    if (copied && !copy) return false;
    iterator->dict = dict;
    iterator->copied = copied;
    iterator->expected = dict_length(dict);
    iterator->table = copied ? copy : load_acquire(&dict->table);
    iterator->remaining = iterator->expected;
    iterator->owner = thread_self();
    if (iterator->table)
        iterator->position = backwards ? load_acquire(&iterator->table->entry_count)
                                       : load_relaxed(&iterator->table->first_live);
    return true;
}

static Value dict_iterator_new(Type *type, Dict *dict, bool backwards) {
    DictIterator *iterator = object_alloc(type, sizeof(DictIterator));
    if (!iterator || !dict_iterator_start(iterator, dict, backwards)) return VALUE_ERROR;
    return object_value(iterator);
}

static Value change_error(DictIterator *iterator, const char *what) {
    store_relaxed(&iterator->expected, INT64_C(-1));
    return raise_error(&RuntimeError, "dictionary %s during iteration", what);
}

static bool end_iteration(DictIterator *iterator, Value *key) {
    *key = VALUE_EMPTY;
    HEAP_STORE_POINTER(iterator, &iterator->dict, NULL);
    return false;
}

/* Claims the next entry. False: at the end, or *key is VALUE_ERROR. */
static ALWAYS_INLINE bool iterator_advance(DictIterator *iterator, bool backwards, Value *key,
                                           Value *value) {
    *key = VALUE_EMPTY;
    Dict *dict = load_acquire(&iterator->dict);
    if (!dict) return false;
    if (unlikely(dict_length(dict) != load_relaxed(&iterator->expected))) {
        *key = change_error(iterator, "changed size");
        return false;
    }
    DictTable *table = iterator->table;
    int64_t remaining = load_relaxed(&iterator->remaining);
    if (unlikely(!iterator->copied && load_acquire(&dict->table) != table)) {
        if (remaining <= 0) return end_iteration(iterator, key);
        *key = change_error(iterator, "keys changed");
        return false;
    }
    if (!table) return end_iteration(iterator, key);
    int64_t position = load_relaxed(&iterator->position);
    for (;;) {
        int64_t found = backwards ? position - 1 : position;
        if (backwards ? found < 0 : found >= (int64_t)load_acquire(&table->entry_count))
            return end_iteration(iterator, key);
        int64_t next = backwards ? found : found + 1;
        if (!table_entry(table, (uint32_t)found, key, value)) {
            *key = VALUE_EMPTY;
            if (iterator_move(&iterator->owner, &iterator->position, &position, next)) position = next;
            continue;
        }
        if (unlikely(remaining <= 0)) {
            *key = change_error(iterator, "keys changed");
            return false;
        }
        if (iterator_move(&iterator->owner, &iterator->position, &position, next)) {
            iterator_count_down(&iterator->owner, &iterator->remaining);
            return true;
        }
    }
}

bool dict_iterator_advance(DictIterator *iterator, bool backwards, Value *key, Value *value) {
    return iterator_advance(iterator, backwards, key, value);
}

static Value pair_of(Value key, Value value) {
    Tuple *pair = tuple_pack(2, key, value);
    return pair ? object_value(pair) : VALUE_ERROR;
}

#define ITERATOR_NEXT(function, backwards, result)                                                 \
    static Value function(Value self) {                                                            \
        Value key, value = VALUE_EMPTY;                                                     \
        if (!iterator_advance(OBJECT_AS(DictIterator, self), backwards, &key, &value)) return key; \
        return result;                                                                             \
    }
ITERATOR_NEXT(key_next, false, key)
ITERATOR_NEXT(value_next, false, value)
ITERATOR_NEXT(item_next, false, pair_of(key, value))
ITERATOR_NEXT(reverse_key_next, true, key)
ITERATOR_NEXT(reverse_value_next, true, value)
ITERATOR_NEXT(reverse_item_next, true, pair_of(key, value))

Value dict_item_iterator_next(Value self, Value pair[2]) {
    Value key, value = VALUE_EMPTY;
    if (!iterator_advance(OBJECT_AS(DictIterator, self), false, &key, &value)) return key;
    pair[0] = key;
    pair[1] = value;
    return key;
}

static Value dict_iterator_length_hint(Value *args) {
    DictIterator *iterator = OBJECT_AS(DictIterator, args[0]);
    Dict *dict = load_acquire(&iterator->dict);
    bool good = dict && dict_length(dict) == load_relaxed(&iterator->expected);
    return int_value(good ? max_int64(0, load_relaxed(&iterator->remaining)) : 0);
}

void dict_iterator_copy(DictIterator *copy, const DictIterator *iterator) {
    copy->dict = load_acquire(&iterator->dict);
    copy->table = iterator->table;
    copy->copied = iterator->copied;
    copy->expected = load_relaxed(&iterator->expected);
    copy->position = load_relaxed(&iterator->position);
    copy->remaining = load_relaxed(&iterator->remaining);
    copy->owner = thread_self();
}

Value dict_iterator_reduce_rest(Value copy) {
    List *rest = list_from_iterable(copy);
    Value iter = rest ? builtin_function("iter") : VALUE_ERROR;
    if (is_error(iter)) return VALUE_ERROR;
    Tuple *inner = tuple_pack(1, object_value(rest));
    Tuple *result = inner ? tuple_pack(2, iter, object_value(inner)) : NULL;
    return result ? object_value(result) : VALUE_ERROR;
}

/* A pickle has what is left, as a list. */
static Value dict_iterator_reduce(Value *args) {
    DictIterator *iterator = OBJECT_AS(DictIterator, args[0]);
    DictIterator *copy = object_alloc(object_type(&iterator->object), sizeof(DictIterator));
    if (!copy) return VALUE_ERROR;
    dict_iterator_copy(copy, iterator);
    return dict_iterator_reduce_rest(object_value(copy));
}

static const MethodDef dict_iterator_methods[] = {
    METHOD("__length_hint__", dict_iterator_length_hint, "($self, /)", iterator_length_hint_doc),
    METHOD("__reduce__", dict_iterator_reduce, "($self, /)", iterator_reduce_doc),
    {0},
};

#define ITERATOR_TYPE(variable, python_name, next_function)                                        \
    Type variable = {                                                                              \
        .name = python_name,                                                                       \
        .base = &object_type_object,                                                               \
        .flags = TYPE_IMMUTABLE | TYPE_NO_NEW,                                                     \
        .size = sizeof(DictIterator),                                                              \
        .root = {.cell_kind = {.trace = dict_iterator_trace, .name = python_name}},                \
        .getattribute = object_getattribute,                                                       \
        .iter = iter_self,                                                                         \
        .next = next_function,                                                                     \
        .methods = dict_iterator_methods,                                                          \
    };
ITERATOR_TYPE(dict_key_iterator_type, "dict_keyiterator", key_next)
ITERATOR_TYPE(dict_value_iterator_type, "dict_valueiterator", value_next)
ITERATOR_TYPE(dict_item_iterator_type, "dict_itemiterator", item_next)
ITERATOR_TYPE(dict_reverse_key_iterator_type, "dict_reversekeyiterator", reverse_key_next)
ITERATOR_TYPE(dict_reverse_value_iterator_type, "dict_reversevalueiterator", reverse_value_next)
ITERATOR_TYPE(dict_reverse_item_iterator_type, "dict_reverseitemiterator", reverse_item_next)

Value dict_iter(Value dict) { return dict_iterator_new(&dict_key_iterator_type, as_dict(dict), false); }
Value dict_reverse_iter(Value dict) {
    return dict_iterator_new(&dict_reverse_key_iterator_type, as_dict(dict), true);
}

/* --- views ---------------------------------------------------------------------------------------------- */

static Dict *dict_of_view(Value view) { return OBJECT_AS(DictView, view)->dict; }

void dict_view_trace(Cell *cell, Marker *marker) {
    marker_visit_pointer(marker, ((DictView *)cell)->dict);
}

Value dict_view_new(Type *type, Value dict) {
    DictView *view = object_alloc(type, sizeof(DictView));
    if (!view) return VALUE_ERROR;
    view->dict = as_dict(dict);
    return object_value(view);
}

static int64_t view_length(Value view) { return dict_length(dict_of_view(view)); }

List *dict_view_list(Value view) {
    Dict *dict = dict_of_view(view);
    if (is_exactly(view, &dict_keys_type)) return dict_keys_list(dict);
    return is_exactly(view, &dict_values_type) ? dict_values_list(dict) : dict_items_list(dict);
}

static Value keys_iter(Value view) {
    return dict_iterator_new(&dict_key_iterator_type, dict_of_view(view), false);
}
static Value values_iter(Value view) {
    return dict_iterator_new(&dict_value_iterator_type, dict_of_view(view), false);
}
static Value items_iter(Value view) {
    return dict_iterator_new(&dict_item_iterator_type, dict_of_view(view), false);
}
static Value keys_reversed(Value *args) {
    return dict_iterator_new(&dict_reverse_key_iterator_type, dict_of_view(args[0]), true);
}
static Value values_reversed(Value *args) {
    return dict_iterator_new(&dict_reverse_value_iterator_type, dict_of_view(args[0]), true);
}
static Value items_reversed(Value *args) {
    return dict_iterator_new(&dict_reverse_item_iterator_type, dict_of_view(args[0]), true);
}

static Value view_repr(Value view) {
    int entered = repr_enter(view);
    if (entered < 0) return VALUE_ERROR;
    if (entered > 0) return object_value(NAME("..."));
    List *list = dict_view_list(view);
    Str *result = list ? str_format("%s(%R)", type_name_of(view), object_value(list)) : NULL;
    repr_leave(view);
    return result ? object_value(result) : VALUE_ERROR;
}

static Value view_mapping(Value view) { return mappingproxy_new(object_value(dict_of_view(view))); }

static int keys_contains(Value view, Value key) { return dict_contains(dict_of_view(view), key); }

static int items_contains(Value view, Value item) {
    if (!is_tuple(item) || as_tuple(item)->length != 2) return 0;
    Value value = dict_get(dict_of_view(view), as_tuple(item)->items[0]);
    if (is_error(value)) return -1;
    if (is_empty(value)) return 0;
    return value_equal(value, as_tuple(item)->items[1]);
}

/* A view of keys or items, of an OrderedDict too. */
static bool is_set_like_view(Value v) {
    return type_of(v)->contains == keys_contains || type_of(v)->contains == items_contains;
}

/* --- views as sets ----------------------------------------------------------------------------------------- */

/* A new set of one operand's items, changed by the method `name` of set with the other. */
static Value combine(Value left, Value right, bool (*change)(Set *, Value)) {
    Set *result = set_from_iterable(left);
    if (!result || !change(result, right)) return VALUE_ERROR;
    return object_value(result);
}

static Value view_and(Value left, Value right) {
    /* whoever is the view is asked for membership, the other is walked */
    if (!is_set_like_view(left)) {
        Value swap = left;
        left = right;
        right = swap;
    }
    if (is_set_like_view(right) && view_length(right) > view_length(left)) {
        Value swap = left;
        left = right;
        right = swap;
    }
    Set *result = set_new();
    Value iterator = result ? get_iter(right) : VALUE_ERROR;
    if (is_error(iterator)) return VALUE_ERROR;
    for (;;) {
        Value item = iter_next(iterator);
        if (is_empty(item)) return object_value(result);
        if (is_error(item)) return VALUE_ERROR;
        int found = value_contains(left, item);
        if (found < 0 || (found && !set_add(result, item))) return VALUE_ERROR;
    }
}

static Value view_or(Value left, Value right) { return combine(left, right, set_update); }
static Value view_subtract(Value left, Value right) {
    return combine(left, right, set_difference_update);
}
static Value view_xor(Value left, Value right) {
    Set *other = set_from_iterable(right);
    return other ? combine(left, object_value(other), set_symmetric_difference_update) : VALUE_ERROR;
}

static Value view_isdisjoint(Value *args) {
    Value view = args[0], other = args[1];
    if (same_value(view, other)) return bool_value(view_length(view) == 0);
    if ((is_any_set(other) || is_set_like_view(other)) && value_length(other) > view_length(view)) {
        view = args[1];
        other = args[0];
    }
    Value iterator = get_iter(other);
    if (is_error(iterator)) return VALUE_ERROR;
    for (;;) {
        Value item = iter_next(iterator);
        if (is_empty(item)) return VALUE_TRUE;
        if (is_error(item)) return VALUE_ERROR;
        int found = value_contains(view, item);
        if (found) return found < 0 ? VALUE_ERROR : VALUE_FALSE;
    }
}

/* Whether all items of `a` are in `b`: 1, 0, -1. */
static int all_contained_in(Value a, Value b) {
    Value iterator = get_iter(a);
    if (is_error(iterator)) return -1;
    for (;;) {
        Value item = iter_next(iterator);
        if (is_empty(item)) return 1;
        if (is_error(item)) return -1;
        int found = value_contains(b, item);
        if (found <= 0) return found;
    }
}

static Value view_compare(Value self, Value other, CompareOp op) {
    if (!is_set_like_view(other) && !is_any_set(other)) return VALUE_NOT_IMPLEMENTED;
    int64_t length = view_length(self), other_length = value_length(other);
    if (other_length < 0) return VALUE_ERROR;
    int answer = 0;
    switch (op) {
    case COMPARE_EQ:
    case COMPARE_NE:
        if (length == other_length) answer = all_contained_in(self, other);
        if (op == COMPARE_NE && answer >= 0) answer = !answer;
        break;
    case COMPARE_LT: answer = length < other_length ? all_contained_in(self, other) : 0; break;
    case COMPARE_LE: answer = length <= other_length ? all_contained_in(self, other) : 0; break;
    case COMPARE_GT: answer = length > other_length ? all_contained_in(other, self) : 0; break;
    case COMPARE_GE: answer = length >= other_length ? all_contained_in(other, self) : 0; break;
    }
    return answer < 0 ? VALUE_ERROR : bool_value(answer);
}

static const GetSetDef view_getset[] = {
    {"mapping", view_mapping, NULL, "The dictionary of the view, read-only."},
    {0},
};
static const MethodDef keys_methods[] = {
    METHOD("isdisjoint", view_isdisjoint, "($self, other, /)", "Tell whether nothing is in both."),
    METHOD("__reversed__", keys_reversed, "($self, /)", "Iterate from the end."),
    {0},
};
static const MethodDef items_methods[] = {
    METHOD("isdisjoint", view_isdisjoint, "($self, other, /)", "Tell whether nothing is in both."),
    METHOD("__reversed__", items_reversed, "($self, /)", "Iterate from the end."),
    {0},
};
static const MethodDef values_methods[] = {
    METHOD("__reversed__", values_reversed, "($self, /)", "Iterate from the end."),
    {0},
};

#define VIEW_TYPE(variable, python_name, iter_function, method_table, ...)                         \
    Type variable = {                                                                              \
        .name = python_name,                                                                       \
        .base = &object_type_object,                                                               \
        .flags = TYPE_IMMUTABLE | TYPE_NO_NEW,                                                     \
        .size = sizeof(DictView),                                                                  \
        .root = {.cell_kind = {.trace = dict_view_trace, .name = python_name}},                         \
        .getattribute = object_getattribute,                                                       \
        .repr = view_repr,                                                                         \
        .iter = iter_function,                                                                     \
        .length = view_length,                                                                     \
        .methods = method_table,                                                                   \
        .getset = view_getset,                                                                     \
        __VA_ARGS__                                                                                \
    };
#define SET_LIKE(contains_function)                                                                \
    .contains = contains_function, .compare = view_compare, .hash = hash_not_possible,             \
    .binary = {[BINARY_AND] = view_and, [BINARY_OR] = view_or, [BINARY_XOR] = view_xor,            \
               [BINARY_SUBTRACT] = view_subtract},
VIEW_TYPE(dict_keys_type, "dict_keys", keys_iter, keys_methods, SET_LIKE(keys_contains))
VIEW_TYPE(dict_items_type, "dict_items", items_iter, items_methods, SET_LIKE(items_contains))
VIEW_TYPE(dict_values_type, "dict_values", values_iter, values_methods, )
