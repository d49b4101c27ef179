/* slice.c - slice objects: three constant values. */
#include "types/slice.h"

#include "types/exception.h"
#include "types/int.h"
#include "types/list.h"
#include "types/slice_private.h"
#include "types/str.h"

static void slice_trace(Cell *cell, Marker *marker) {
    marker_visit_range(marker, &((Slice *)cell)->start, 3);
}

Value slice_new(Value start, Value stop, Value step) {
    Slice *slice = object_alloc(&slice_type, sizeof(Slice));
    if (!slice) return VALUE_ERROR;
    slice->start = start;
    slice->stop = stop;
    slice->step = step;
    return object_value(slice);
}

static bool check_index(Value v) {
    if (has_index(v)) return true;
    raise_error(&TypeError,
                "slice indices must be integers or None or have an __index__ method");
    return false;
}

/* A part as an int64, clipped; `absent` for None. */
static bool unpack_part(Value v, int64_t absent, int64_t *out) {
    if (is_none(v)) {
        *out = absent;
        return true;
    }
    if (is_smallint(v)) {
        *out = smallint_of(v);
        return true;
    }
    if (!check_index(v)) return false;
    *out = value_index_int64(v, NULL);
    return *out != -1 || !error_occurred();
}

bool slice_unpack(Value v, int64_t *start, int64_t *stop, int64_t *step) {
    const Slice *slice = OBJECT_AS(Slice, v);
    if (!unpack_part(slice->step, 1, step)) return false;
    if (*step == 0) {
        raise_error(&ValueError, "slice step cannot be zero");
        return false;
    }
    if (*step < -INT64_MAX) *step = -INT64_MAX; /* so that -step is fine */
    return unpack_part(slice->start, *step < 0 ? INT64_MAX : 0, start) &&
           unpack_part(slice->stop, *step < 0 ? INT64_MIN : INT64_MAX, stop);
}

static int64_t clip(int64_t index, int64_t length, int64_t step) {
    if (index < 0) {
        index += length;
        return index < 0 ? (step < 0 ? -1 : 0) : index;
    }
    return index >= length ? (step < 0 ? length - 1 : length) : index;
}

int64_t slice_adjust(int64_t length, int64_t *start, int64_t *stop, int64_t step) {
    *start = clip(*start, length, step);
    *stop = clip(*stop, length, step);
    if (step < 0) return *stop < *start ? (*start - *stop - 1) / -step + 1 : 0;
    return *start < *stop ? (*stop - *start - 1) / step + 1 : 0;
}

/* A start or stop of any size against [lower, upper]. VALUE_ERROR. */
static Value clip_long(Value v, Value length, Value lower, Value upper) {
    if (!check_index(v)) return VALUE_ERROR;
    Value index = value_index(v);
    if (is_error(index)) return VALUE_ERROR;
    if (int_sign(index) < 0) {
        index = int_add(index, length);
        if (is_error(index)) return VALUE_ERROR;
        return int_compare(index, lower) < 0 ? lower : index;
    }
    return int_compare(index, upper) > 0 ? upper : index;
}

bool slice_long_indices(Value v, Value length, Value *start, Value *stop, Value *step) {
    const Slice *slice = OBJECT_AS(Slice, v);
    *step = smallint_value(1);
    if (!is_none(slice->step)) {
        if (!check_index(slice->step)) return false;
        *step = value_index(slice->step);
        if (is_error(*step)) return false;
        if (int_sign(*step) == 0) {
            raise_error(&ValueError, "slice step cannot be zero");
            return false;
        }
    }
    bool backwards = int_sign(*step) < 0;
    Value lower = smallint_value(backwards ? -1 : 0);
    Value upper = backwards ? int_subtract(length, smallint_value(1)) : length;
    if (is_error(upper)) return false;
    *start = is_none(slice->start) ? (backwards ? upper : lower)
                                   : clip_long(slice->start, length, lower, upper);
    if (is_error(*start)) return false;
    *stop = is_none(slice->stop) ? (backwards ? lower : upper)
                                 : clip_long(slice->stop, length, lower, upper);
    return !is_error(*stop);
}

/* --- the type ------------------------------------------------------------------------------------------- */

static Value slice_new_instance(Type *type, Value *args, size_t count, Tuple *names) {
    if (names && names->length > 0)
        return raise_error(&TypeError, "slice() takes no keyword arguments");
    if (count < 1) return raise_error(&TypeError, "slice expected at least 1 argument, got 0");
    if (count > 3)
        return raise_error(&TypeError, "slice expected at most 3 arguments, got %zu", count);
    if (count == 1) return slice_new(VALUE_NONE, args[0], VALUE_NONE);
    return slice_new(args[0], args[1], count == 3 ? args[2] : VALUE_NONE);
}

static Value slice_repr(Value self) {
    const Slice *slice = OBJECT_AS(Slice, self);
    if (!stack_enter(" while getting the repr of an object")) return VALUE_ERROR;
    Str *text = str_format("slice(%R, %R, %R)", slice->start, slice->stop, slice->step);
    stack_leave();
    return text ? object_value(text) : VALUE_ERROR;
}

static Value slice_compare(Value self, Value other, CompareOp op) {
    if (!is_slice(self) || !is_slice(other)) return VALUE_NOT_IMPLEMENTED;
    if (same_value(self, other))
        return bool_value(op == COMPARE_EQ || op == COMPARE_LE || op == COMPARE_GE);
    Tuple *a = tuple_from_array(&OBJECT_AS(Slice, self)->start, 3);
    Tuple *b = tuple_from_array(&OBJECT_AS(Slice, other)->start, 3);
    if (!a || !b) return VALUE_ERROR;
    return value_compare(object_value(a), object_value(b), op);
}

static Value method_indices(Value *args) {
    Value length = value_index(args[1]);
    if (is_error(length)) return VALUE_ERROR;
    if (int_sign(length) < 0) return raise_error(&ValueError, "length should not be negative");
    Value start, stop, step;
    if (!slice_long_indices(args[0], length, &start, &stop, &step)) return VALUE_ERROR;
    Tuple *tuple = tuple_pack(3, start, stop, step);
    return tuple ? object_value(tuple) : VALUE_ERROR;
}

static Value method_reduce(Value *args) {
    Tuple *parts = tuple_from_array(&OBJECT_AS(Slice, args[0])->start, 3);
    if (!parts) return VALUE_ERROR;
    Tuple *tuple = tuple_pack(2, object_value(&slice_type), object_value(parts));
    return tuple ? object_value(tuple) : VALUE_ERROR;
}

static const MethodDef methods[] = {
    METHOD("indices", method_indices, "($self, object, /)",
           "S.indices(len) -> (start, stop, stride)\n\n"
           "Assuming a sequence of length len, calculate the start and stop\n"
           "indices, and the stride length of the extended slice described by\n"
           "S. Out of bounds indices are clipped in a manner consistent with the\n"
           "handling of normal slices."),
    METHOD("__reduce__", method_reduce, "($self, /)", "Return state information for pickling."),
    {0},
};

static const MemberDef members[] = {
    {"start", MEMBER_VALUE, offsetof(Slice, start), MEMBER_READONLY, NULL},
    {"stop", MEMBER_VALUE, offsetof(Slice, stop), MEMBER_READONLY, NULL},
    {"step", MEMBER_VALUE, offsetof(Slice, step), MEMBER_READONLY, NULL},
    {0},
};

Type slice_type = {
    .root = {.cell_kind = {.trace = slice_trace}},
    .name = "slice",
    .doc = "slice(stop)\nslice(start, stop[, step])\n\n"
           "Create a slice object.  This is used for extended slicing (e.g. a[0:10:2]).",
    .base = &object_type_object,
    .flags = TYPE_IMMUTABLE,
    .size = sizeof(Slice),
    .new_instance = slice_new_instance,
    .repr = slice_repr,
    .hash = hash_not_possible,
    .compare = slice_compare,
    .methods = methods,
    .members = members,
};
