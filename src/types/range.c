/* range.c - range, and its iterators.
 *
 * A range is constant: four exact ints. Almost all are small, so each function first asks whether
 * everything fits int64 (RangeWords), and does ints of any size otherwise. */
#include "types/range.h"

#include "types/exception.h"
#include "types/int.h"
#include "types/list.h"
#include "types/module.h"
#include "types/slice_private.h"
#include "types/str.h"

static inline Range *as_range(Value v) { return OBJECT_AS(Range, v); }

static void range_trace(Cell *cell, Marker *marker) {
    marker_visit_range(marker, &((Range *)cell)->start, 4);
}

/* --- making ------------------------------------------------------------------------------------------------ */

/* How many values lie in [low, high) at distance `step` > 0. VALUE_ERROR. */
static Value count_values(Value low, Value high, Value step) {
    if (int_compare(low, high) >= 0) return smallint_value(0);
    Value span = int_subtract(high, low);
    if (is_error(span)) return VALUE_ERROR;
    span = int_subtract(span, smallint_value(1));
    if (is_error(span)) return VALUE_ERROR;
    Value quotient = int_floor_divide(span, step);
    return is_error(quotient) ? quotient : int_add(quotient, smallint_value(1));
}

static Value range_length_of(Value start, Value stop, Value step) {
    if (int_sign(step) > 0) return count_values(start, stop, step);
    Value distance = int_negative(step);
    return is_error(distance) ? distance : count_values(stop, start, distance);
}

/* Exact ints, step not 0. */
static Value range_make(Value start, Value stop, Value step) {
    Value length = range_length_of(start, stop, step);
    if (is_error(length)) return VALUE_ERROR;
    Range *range = object_alloc(&range_type, sizeof(Range));
    if (!range) return VALUE_ERROR;
    range->start = start;
    range->stop = stop;
    range->step = step;
    range->length = length;
    return object_value(range);
}

Value range_new(Value start, Value stop, Value step) {
    if (int_sign(step) == 0) return raise_error(&ValueError, "range() arg 3 must not be zero");
    start = int_exact(start);
    stop = int_exact(stop);
    step = int_exact(step);
    if (is_error(start) || is_error(stop) || is_error(step)) return VALUE_ERROR;
    return range_make(start, stop, step);
}

static Value range_new_instance(Type *type, Value *args, size_t count, Tuple *names) {
    if (names && names->length > 0)
        return raise_error(&TypeError, "range() takes no keyword arguments");
    if (count < 1) return raise_error(&TypeError, "range expected at least 1 argument, got 0");
    if (count > 3)
        return raise_error(&TypeError, "range expected at most 3 arguments, got %zu", count);
    Value parts[3] = {smallint_value(0), smallint_value(0), smallint_value(1)};
    for (size_t i = 0; i < count; i++) {
        Value index = value_index(args[i]);
        if (is_error(index)) return VALUE_ERROR;
        parts[count == 1 ? 1 : i] = index;
    }
    return range_new(parts[0], parts[1], parts[2]);
}

/* --- looking --------------------------------------------------------------------------------------------------- */

/* start + index * step */
static Value range_at(const Range *range, Value index) {
    Value offset = int_multiply(index, range->step);
    return is_error(offset) ? offset : int_add(range->start, offset);
}

static int64_t range_length(Value self) {
    int64_t length;
    if (int_to_int64(as_range(self)->length, &length)) return length;
    raise_error(&OverflowError, "Python int too large to convert to C ssize_t");
    return -1;
}

static int range_truth(Value self) { return int_sign(as_range(self)->length) != 0; }

static Value range_item(const Range *range, Value index) {
    if (int_sign(index) < 0) {
        index = int_add(index, range->length);
        if (is_error(index)) return VALUE_ERROR;
    }
    if (int_sign(index) < 0 || int_compare(index, range->length) >= 0)
        return raise_error(&IndexError, "range object index out of range");
    return range_at(range, index);
}

static Value range_slice(const Range *range, Value slice) {
    Value start, stop, step;
    if (!slice_long_indices(slice, range->length, &start, &stop, &step)) return VALUE_ERROR;
    Value new_step = int_multiply(range->step, step);
    Value new_start = range_at(range, start), new_stop = range_at(range, stop);
    if (is_error(new_step) || is_error(new_start) || is_error(new_stop)) return VALUE_ERROR;
    return range_make(new_start, new_stop, new_step);
}

static Value range_getitem(Value self, Value key) {
    if (is_slice(key)) return range_slice(as_range(self), key);
    if (!has_index(key))
        return raise_error(&TypeError, "range indices must be integers or slices, not %T", key);
    Value index = value_index(key);
    return is_error(index) ? VALUE_ERROR : range_item(as_range(self), index);
}

/* 1, 0, -1: is the int in it? */
static int range_contains_int(const Range *range, Value v) {
    bool forward = int_sign(range->step) > 0;
    Value low = forward ? range->start : range->stop, high = forward ? range->stop : range->start;
    int above = int_compare(v, low), below = int_compare(v, high);
    if (forward ? (above < 0 || below >= 0) : (above <= 0 || below > 0)) return 0;
    Value distance = int_subtract(v, range->start);
    if (is_error(distance)) return -1;
    Value rest = int_remainder(distance, range->step);
    return is_error(rest) ? -1 : int_sign(rest) == 0;
}

/* Where `v` first stands by comparing one after the other: -1 nowhere, -2 error. Or how often. */
static int64_t search(Value self, Value v, bool count_all) {
    Value iterator = get_iter(self);
    if (is_error(iterator)) return -2;
    int64_t found = 0;
    for (int64_t index = 0;; index++) {
        Value item = iter_next(iterator);
        if (is_error(item)) return -2;
        if (is_empty(item)) return count_all ? found : -1;
        int equal = value_equal(item, v);
        if (equal < 0) return -2;
        if (equal && !count_all) return index;
        found += equal;
        if (!safepoint(thread_self())) return -2;
    }
}

static bool counts_as_int(Value v) { return is_exact_int(v) || is_bool(v); }

static int range_contains(Value self, Value v) {
    if (counts_as_int(v)) return range_contains_int(as_range(self), v);
    int64_t index = search(self, v, false);
    return index == -2 ? -1 : index >= 0;
}

static Value method_count(Value *args) {
    if (counts_as_int(args[1])) {
        int contains = range_contains_int(as_range(args[0]), args[1]);
        return contains < 0 ? VALUE_ERROR : smallint_value(contains);
    }
    int64_t count = search(args[0], args[1], true);
    return count == -2 ? VALUE_ERROR : int_value(count);
}

static Value method_index(Value *args) {
    if (!counts_as_int(args[1])) {
        int64_t index = search(args[0], args[1], false);
        if (index == -2) return VALUE_ERROR;
        if (index >= 0) return int_value(index);
        return raise_error(&ValueError, "sequence.index(x): x not in sequence");
    }
    const Range *range = as_range(args[0]);
    int contains = range_contains_int(range, args[1]);
    if (contains < 0) return VALUE_ERROR;
    if (!contains) return raise_error(&ValueError, "%R is not in range", args[1]);
    Value distance = int_subtract(args[1], range->start);
    return is_error(distance) ? VALUE_ERROR : int_floor_divide(distance, range->step);
}

static Value range_repr(Value self) {
    const Range *range = as_range(self);
    bool plain = same_value(range->step, smallint_value(1));
    Str *text = plain ? str_format("range(%R, %R)", range->start, range->stop)
                      : str_format("range(%R, %R, %R)", range->start, range->stop, range->step);
    return text ? object_value(text) : VALUE_ERROR;
}

/* Ranges are equal when they are the same sequence: what does not show is None. */
static void sequence_key(const Range *range, Value key[3]) {
    key[0] = range->length;
    key[1] = key[2] = VALUE_NONE;
    if (int_sign(range->length) == 0) return;
    key[1] = range->start;
    if (!same_value(range->length, smallint_value(1))) key[2] = range->step;
}

static Value range_compare(Value self, Value other, CompareOp op) {
    if ((op != COMPARE_EQ && op != COMPARE_NE) || !is_exactly(other, &range_type) ||
        !is_exactly(self, &range_type))
        return VALUE_NOT_IMPLEMENTED;
    Value a[3], b[3];
    sequence_key(as_range(self), a);
    sequence_key(as_range(other), b);
    bool equal = true;
    for (int i = 0; i < 3 && equal; i++)
        equal = is_none(a[i]) || is_none(b[i]) ? same_value(a[i], b[i]) : int_compare(a[i], b[i]) == 0;
    return bool_value(equal == (op == COMPARE_EQ));
}

static int64_t range_hash(Value self) {
    Value key[3];
    sequence_key(as_range(self), key);
    Tuple *tuple = tuple_from_array(key, 3);
    return tuple ? value_hash(object_value(tuple)) : -1;
}

static Value method_reduce(Value *args) {
    Tuple *parts = tuple_from_array(&as_range(args[0])->start, 3);
    if (!parts) return VALUE_ERROR;
    Tuple *tuple = tuple_pack(2, object_value(&range_type), object_value(parts));
    return tuple ? object_value(tuple) : VALUE_ERROR;
}

/* --- iterators --------------------------------------------------------------------------------------------------- */

/* Items of a range of any size; `index` is replaced by compare-and-swap of the whole Value. */
typedef struct LongRangeIterator {
    Object object;
    Value start, step, length; /* constant */
    Value index;               /* atomic */
} LongRangeIterator;

static void long_iterator_trace(Cell *cell, Marker *marker) {
    LongRangeIterator *iterator = (LongRangeIterator *)cell;
    marker_visit_range(marker, &iterator->start, 3);
    marker_visit(marker, value_load_relaxed(&iterator->index));
}

static Value make_iterator(Value start, Value step, Value length) {
    int64_t first, distance, count, span, last;
    if (int_to_int64(start, &first) && int_to_int64(step, &distance) &&
        int_to_int64(length, &count) && !__builtin_mul_overflow(distance, count, &span) &&
        !__builtin_add_overflow(first, span, &last)) {
        RangeIterator *iterator = object_alloc(&range_iterator_type, sizeof(RangeIterator));
        if (!iterator) return VALUE_ERROR;
        iterator->start = first;
        iterator->step = distance;
        iterator->count = count;
        iterator->owner = thread_self();
        return object_value(iterator);
    }
    LongRangeIterator *iterator = object_alloc(&longrange_iterator_type, sizeof(LongRangeIterator));
    if (!iterator) return VALUE_ERROR;
    iterator->start = start;
    iterator->step = step;
    iterator->length = length;
    iterator->index = smallint_value(0);
    return object_value(iterator);
}

static Value range_iter(Value self) {
    const Range *range = as_range(self);
    return make_iterator(range->start, range->step, range->length);
}

static Value method_reversed(Value *args) {
    const Range *range = as_range(args[0]);
    Value last = int_subtract(range->length, smallint_value(1));
    if (is_error(last)) return VALUE_ERROR;
    last = range_at(range, last);
    Value step = int_negative(range->step);
    return is_error(last) || is_error(step) ? VALUE_ERROR : make_iterator(last, step, range->length);
}

int64_t range_iterator_take_shared(RangeIterator *iterator) {
    if (load_relaxed(&iterator->owner)) {
        Thread *self = thread_self();
        world_stop(self);
        store_relaxed(&iterator->owner, NULL);
        world_resume(self);
    }
    int64_t index = load_relaxed(&iterator->taken);
    do {
        if (index >= iterator->count) return -1;
    } while (!cas_relaxed(&iterator->taken, &index, index + 1));
    return index;
}

static Value range_iterator_next_slot(Value self) {
    return range_iterator_next(OBJECT_AS(RangeIterator, self));
}

static Value long_iterator_next(Value self) {
    LongRangeIterator *iterator = OBJECT_AS(LongRangeIterator, self);
    Value index = value_load_acquire(&iterator->index), following;
    do {
        if (int_compare(index, iterator->length) >= 0) return VALUE_EMPTY;
        following = int_add(index, smallint_value(1));
        if (is_error(following)) return VALUE_ERROR;
        write_barrier(iterator);
    } while (!cas_acq_rel(&iterator->index.bits, &index.bits, following.bits));
    Value offset = int_multiply(index, iterator->step);
    return is_error(offset) ? offset : int_add(iterator->start, offset);
}

/* What both iterators are pickled as: (iter, (range,), index). */
static Value reduce_iterator(Value start, Value step, Value length, Value index) {
    Value span = int_multiply(length, step);
    if (is_error(span)) return VALUE_ERROR;
    Value stop = int_add(start, span);
    if (is_error(stop)) return VALUE_ERROR;
    Value range = range_make(start, stop, step);
    if (is_error(range)) return VALUE_ERROR;
    Value iter_function = import_attribute("builtins", "iter");
    Tuple *arguments = tuple_pack(1, range);
    if (is_error(iter_function) || !arguments) return VALUE_ERROR;
    Tuple *tuple = tuple_pack(3, iter_function, object_value(arguments), index);
    return tuple ? object_value(tuple) : VALUE_ERROR;
}

static Value iterator_length_hint(Value *args) {
    const RangeIterator *iterator = OBJECT_AS(RangeIterator, args[0]);
    return int_value(iterator->count - load_relaxed(&iterator->taken));
}

static Value iterator_reduce(Value *args) {
    RangeIterator *iterator = OBJECT_AS(RangeIterator, args[0]);
    Value start = int_value(iterator->start), step = int_value(iterator->step);
    Value count = int_value(iterator->count), index = int_value(load_relaxed(&iterator->taken));
    if (is_error(start) || is_error(step) || is_error(count) || is_error(index)) return VALUE_ERROR;
    return reduce_iterator(start, step, count, index);
}

static Value iterator_setstate(Value *args) {
    RangeIterator *iterator = OBJECT_AS(RangeIterator, args[0]);
    int64_t index = value_index_int64(args[1], &OverflowError);
    if (index == -1 && error_occurred()) return VALUE_ERROR;
    index = max_int64(0, min_int64(index, iterator->count));
    store_relaxed(&iterator->taken, index);
    return VALUE_NONE;
}

static Value long_iterator_length_hint(Value *args) {
    LongRangeIterator *iterator = OBJECT_AS(LongRangeIterator, args[0]);
    return int_subtract(iterator->length, value_load_acquire(&iterator->index));
}

static Value long_iterator_reduce(Value *args) {
    LongRangeIterator *iterator = OBJECT_AS(LongRangeIterator, args[0]);
    return reduce_iterator(iterator->start, iterator->step, iterator->length,
                           value_load_acquire(&iterator->index));
}

static Value long_iterator_setstate(Value *args) {
    LongRangeIterator *iterator = OBJECT_AS(LongRangeIterator, args[0]);
    Value index = value_index(args[1]);
    if (is_error(index)) return VALUE_ERROR;
    if (int_sign(index) < 0) index = smallint_value(0);
    else if (int_compare(index, iterator->length) > 0) index = iterator->length;
    heap_store_release(iterator, &iterator->index, index);
    return VALUE_NONE;
}

/* --- the types ------------------------------------------------------------------------------------------------------ */

static const char length_hint_doc[] =
    "Private method returning an estimate of len(list(it)).";
static const char reduce_doc[] = "Return state information for pickling.";
static const char setstate_doc[] = "Set state information for unpickling.";

static const MethodDef range_methods[] = {
    METHOD("__reversed__", method_reversed, "($self, /)", "Return a reverse iterator."),
    METHOD("__reduce__", method_reduce, "($self, /)", NULL),
    METHOD("count", method_count, "($self, value, /)",
           "rangeobject.count(value) -> integer -- return number of occurrences of value"),
    METHOD("index", method_index, "($self, value, /)",
           "rangeobject.index(value) -> integer -- return index of value.\n"
           "Raise ValueError if the value is not present."),
    {0},
};
static const MemberDef range_members[] = {
    {"start", MEMBER_VALUE, offsetof(Range, start), MEMBER_READONLY, NULL},
    {"stop", MEMBER_VALUE, offsetof(Range, stop), MEMBER_READONLY, NULL},
    {"step", MEMBER_VALUE, offsetof(Range, step), MEMBER_READONLY, NULL},
    {0},
};
static const MethodDef iterator_methods[] = {
    METHOD("__length_hint__", iterator_length_hint, "($self, /)", length_hint_doc),
    METHOD("__reduce__", iterator_reduce, "($self, /)", reduce_doc),
    METHOD("__setstate__", iterator_setstate, "($self, state, /)", setstate_doc),
    {0},
};
static const MethodDef long_iterator_methods[] = {
    METHOD("__length_hint__", long_iterator_length_hint, "($self, /)", length_hint_doc),
    METHOD("__reduce__", long_iterator_reduce, "($self, /)", reduce_doc),
    METHOD("__setstate__", long_iterator_setstate, "($self, state, /)", setstate_doc),
    {0},
};

Type range_type = {
    .root = {.cell_kind = {.trace = range_trace}},
    .name = "range",
    .doc = "range(stop) -> range object\nrange(start, stop[, step]) -> range object\n\n"
           "Return an object that produces a sequence of integers from start (inclusive)\n"
           "to stop (exclusive) by step.  range(i, j) produces i, i+1, i+2, ..., j-1.\n"
           "start defaults to 0, and stop is omitted!  range(4) produces 0, 1, 2, 3.\n"
           "These are exactly the valid indices for a list of 4 elements.\n"
           "When step is given, it specifies the increment (or decrement).",
    .base = &object_type_object,
    .flags = TYPE_IMMUTABLE | TYPE_SEQUENCE,
    .size = sizeof(Range),
    .new_instance = range_new_instance,
    .repr = range_repr,
    .hash = range_hash,
    .compare = range_compare,
    .iter = range_iter,
    .length = range_length,
    .getitem = range_getitem,
    .contains = range_contains,
    .truth = range_truth,
    .methods = range_methods,
    .members = range_members,
};

Type range_iterator_type = {
    .name = "range_iterator",
    .base = &object_type_object,
    .flags = TYPE_IMMUTABLE | TYPE_NO_NEW,
    .size = sizeof(RangeIterator),
    .iter = iter_self,
    .next = range_iterator_next_slot,
    .methods = iterator_methods,
};

Type longrange_iterator_type = {
    .root = {.cell_kind = {.trace = long_iterator_trace}},
    .name = "longrange_iterator",
    .base = &object_type_object,
    .flags = TYPE_IMMUTABLE | TYPE_NO_NEW,
    .size = sizeof(LongRangeIterator),
    .iter = iter_self,
    .next = long_iterator_next,
    .methods = long_iterator_methods,
};
