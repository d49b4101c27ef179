/* tuple.c - tuples: constant after they are published, and so without locks.
 *
 * The items lie in the object itself. Native code that makes a tuple with tuple_new() fills it before
 * anyone else sees it; the collector traces it meanwhile, since empty slots are fine. All tuples of
 * length 0 and of exact type are one static object. */
#include "types/exception.h"
#include "types/genericalias.h"
#include "types/int.h"
#include "types/iterator.h"
#include "types/list.h"
#include "types/repr.h"
#include "types/str.h"

#include <stdarg.h>

static Tuple empty_tuple = {.object = {.shape = &tuple_type.root}};

Tuple *tuple_new(int64_t length) {
    if (length == 0) return &empty_tuple;
    if (unlikely(length < 0 || length > (int64_t)(PTRDIFF_MAX / sizeof(Value) - 64))) {
        raise_memory_error();
        return NULL;
    }
    Tuple *tuple = object_alloc(&tuple_type, sizeof(Tuple) + (size_t)length * sizeof(Value));
    if (likely(tuple != NULL)) tuple->length = length;
    return tuple;
}

Tuple *tuple_from_array(const Value *items, int64_t count) {
    Tuple *tuple = tuple_new(count);
    if (!tuple) return NULL;
    for (int64_t i = 0; i < count; i++) tuple->items[i].bits = load_relaxed(&items[i].bits);
    return tuple;
}

Tuple *tuple_pack(int64_t count, ...) {
    Tuple *tuple = tuple_new(count);
    if (!tuple) return NULL;
    va_list arguments;
    va_start(arguments, count);
    for (int64_t i = 0; i < count; i++) tuple->items[i] = va_arg(arguments, Value);
    va_end(arguments);
    return tuple;
}

Tuple *tuple_slice(const Tuple *tuple, int64_t start, int64_t end) {
    start = max_int64(0, start);
    end = min_int64(end, tuple->length);
    if (start == 0 && end == tuple->length && is_exactly(object_value(tuple), &tuple_type))
        return (Tuple *)tuple;
    return tuple_from_array(tuple->items + start, max_int64(0, end - start));
}

static void tuple_trace(Cell *cell, Marker *marker) {
    Tuple *tuple = (Tuple *)cell;
    marker_visit_range(marker, tuple->items, (size_t)tuple->length);
}

/* --- making from Python ------------------------------------------------------------------------------ */

static Value tuple_new_instance(Type *type, Value *args, size_t count, Tuple *names) {
    static const char signature[] = "(iterable=(), /)";
    static Signature *parsed;
    Value bound[1];
    names = names_to_refuse(type, &tuple_type, names);
    if (!bind_arguments("tuple", signature, &parsed, args, count, names, bound)) return VALUE_ERROR;
    Tuple *plain = is_empty(bound[0]) ? &empty_tuple : tuple_from_iterable(bound[0]);
    if (!plain) return VALUE_ERROR;
    if (type == &tuple_type) return object_value(plain);
    Tuple *tuple = object_alloc_instance(type, sizeof(Tuple) + (size_t)plain->length * sizeof(Value));
    if (!tuple) return VALUE_ERROR;
    for (int64_t i = 0; i < plain->length; i++)
        heap_store_relaxed(tuple, &tuple->items[i], plain->items[i]);
    tuple->length = plain->length;
    return object_value(tuple);
}

/* --- looking --------------------------------------------------------------------------------------------- */

static Value tuple_repr(Value self) {
    Tuple *tuple = as_tuple(self);
    if (tuple->length == 0) return object_value(str_intern_c("()"));
    int entered = repr_enter(self);
    if (entered < 0) return VALUE_ERROR;
    if (entered > 0) return object_value(str_intern_c("(...)"));
    StrBuilder builder;
    builder_init(&builder);
    bool ok = builder_add_char(&builder, '(');
    for (int64_t i = 0; ok && i < tuple->length; i++)
        ok = (i == 0 || builder_add_c(&builder, ", ")) && builder_add_repr(&builder, tuple->items[i]);
    ok = ok && builder_add_c(&builder, tuple->length == 1 ? ",)" : ")");
    repr_leave(self);
    Str *result = ok ? builder_finish(&builder) : NULL;
    return result ? object_value(result) : VALUE_ERROR;
}

/* The combination of xxHash (Collet): multiply, rotate, multiply for each item's hash. */
static int64_t tuple_hash(Value self) {
    static const uint64_t prime1 = UINT64_C(11400714785074694791);
    static const uint64_t prime2 = UINT64_C(14029467366897019727);
    static const uint64_t prime5 = UINT64_C(2870177450012600261);
    Tuple *tuple = as_tuple(self);
    uint64_t sum = prime5;
    if (!stack_enter(" in comparison")) return -1;
    for (int64_t i = 0; i < tuple->length; i++) {
        int64_t hash = value_hash(tuple->items[i]);
        if (hash == -1) {
            stack_leave();
            return -1;
        }
        sum += (uint64_t)hash * prime2;
        sum = (sum << 31 | sum >> 33) * prime1;
    }
    stack_leave();
    sum += (uint64_t)tuple->length ^ (prime5 ^ UINT64_C(3527539));
    return sum == UINT64_MAX ? 1546275796 : (int64_t)sum;
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

static Value compare_items(Tuple *a, Tuple *b, CompareOp op) {
    int64_t common = min_int64(a->length, b->length);
    for (int64_t i = 0; i < common; i++) {
        int equal = value_equal(a->items[i], b->items[i]);
        if (equal < 0) return VALUE_ERROR;
        if (equal) continue;
        if (op == COMPARE_EQ) return VALUE_FALSE;
        if (op == COMPARE_NE) return VALUE_TRUE;
        return value_compare(a->items[i], b->items[i], op);
    }
    return compare_lengths(a->length, b->length, op);
}

Value tuple_compare(Value self, Value other, CompareOp op) {
    if (!is_tuple(self) || !is_tuple(other)) return VALUE_NOT_IMPLEMENTED;
    if (!stack_enter(" in comparison")) return VALUE_ERROR;
    Value result = compare_items(as_tuple(self), as_tuple(other), op);
    stack_leave();
    return result;
}

static int64_t tuple_length(Value self) { return as_tuple(self)->length; }

static int tuple_contains(Value self, Value item) {
    Tuple *tuple = as_tuple(self);
    for (int64_t i = 0; i < tuple->length; i++) {
        int equal = value_equal(tuple->items[i], item);
        if (equal) return equal;
    }
    return 0;
}

static Value tuple_get_slice(Tuple *tuple, Value slice) {
    int64_t start, stop, step, count;
    if (!slice_resolve(slice, tuple->length, &start, &stop, &step, &count)) return VALUE_ERROR;
    Tuple *result;
    if (step == 1) {
        result = tuple_slice(tuple, start, start + count);
    } else if ((result = tuple_new(count)) != NULL) {
        for (int64_t i = 0; i < count; i++) result->items[i] = tuple->items[start + i * step];
    }
    return result ? object_value(result) : VALUE_ERROR;
}

static Value tuple_getitem(Value self, Value key) {
    Tuple *tuple = as_tuple(self);
    int64_t index;
    if (likely(is_smallint(key))) {
        index = smallint_of(key);
    } else if (is_slice(key)) {
        return tuple_get_slice(tuple, key);
    } else if (has_index(key)) {
        index = value_index_int64(key, &IndexError);
        if (index == -1 && error_occurred()) return VALUE_ERROR;
    } else {
        return raise_error(&TypeError, "tuple indices must be integers or slices, not %T", key);
    }
    if (index < 0) index += tuple->length;
    if ((uint64_t)index >= (uint64_t)tuple->length)
        return raise_error(&IndexError, "tuple index out of range");
    return tuple->items[index];
}

static Value tuple_concat(Value self, Value other) {
    if (!is_tuple(other))
        return raise_error(&TypeError, "can only concatenate tuple (not \"%T\") to tuple", other);
    Tuple *a = as_tuple(self), *b = as_tuple(other);
    if (a->length == 0 && is_exactly(other, &tuple_type)) return other;
    if (b->length == 0 && is_exactly(self, &tuple_type)) return self;
    Tuple *result = tuple_new(a->length + b->length);
    if (!result) return VALUE_ERROR;
    if (a->length) memcpy(result->items, a->items, (size_t)a->length * sizeof(Value));
    if (b->length) memcpy(result->items + a->length, b->items, (size_t)b->length * sizeof(Value));
    return object_value(result);
}

static Value tuple_repeat(Value self, int64_t count) {
    Tuple *tuple = as_tuple(self);
    if ((count == 1 || tuple->length == 0) && is_exactly(self, &tuple_type)) return self;
    if (count <= 0 || tuple->length == 0) return object_value(&empty_tuple);
    int64_t length;
    if (__builtin_mul_overflow(tuple->length, count, &length)) return raise_memory_error();
    Tuple *result = tuple_new(length);
    if (!result) return VALUE_ERROR;
    for (int64_t i = 0; i < length; i += tuple->length)
        memcpy(result->items + i, tuple->items, (size_t)tuple->length * sizeof(Value));
    return object_value(result);
}

/* --- methods ---------------------------------------------------------------------------------------------- */

static Value tuple_index(Value *args) {
    Tuple *tuple = as_tuple(args[0]);
    int64_t start = 0, stop = INT64_MAX;
    if (!index_argument(args[2], &start) || !index_argument(args[3], &stop)) return VALUE_ERROR;
    if (start < 0) start = max_int64(0, start + tuple->length);
    if (stop < 0) stop += tuple->length;
    for (int64_t i = start; i < stop && i < tuple->length; i++) {
        int equal = value_equal(tuple->items[i], args[1]);
        if (equal < 0) return VALUE_ERROR;
        if (equal) return int_value(i);
    }
    return raise_error(&ValueError, "tuple.index(x): x not in tuple");
}

static Value tuple_count(Value *args) {
    Tuple *tuple = as_tuple(args[0]);
    int64_t count = 0;
    for (int64_t i = 0; i < tuple->length; i++) {
        int equal = value_equal(tuple->items[i], args[1]);
        if (equal < 0) return VALUE_ERROR;
        count += equal;
    }
    return int_value(count);
}

static Value tuple_getnewargs(Value *args) {
    Tuple *tuple = as_tuple(args[0]);
    Tuple *plain = tuple_from_array(tuple->items, tuple->length);
    Tuple *result = plain ? tuple_pack(1, object_value(plain)) : NULL;
    return result ? object_value(result) : VALUE_ERROR;
}

static Value tuple_sizeof(Value *args) {
    return int_value((int64_t)sizeof(Tuple) + as_tuple(args[0])->length * (int64_t)sizeof(Value));
}

static const MethodDef tuple_methods[] = {
    METHOD("index", tuple_index, "($self, value, start=0, stop=sys.maxsize, /)",
           "Tell the first position at which value stands; ValueError when it is not there."),
    METHOD("count", tuple_count, "($self, value, /)", "Tell how many times value occurs."),
    METHOD("__getnewargs__", tuple_getnewargs, "($self, /)", NULL),
    METHOD("__sizeof__", tuple_sizeof, "($self, /)", "Tell the size in memory, in bytes."),
    CLASS_METHOD("__class_getitem__", generic_alias_class_getitem, "($type, item, /)",
                 "See PEP 585."),
    {0},
};

Type tuple_type = {
    .name = "tuple",
    .signature = "(iterable=(), /)",
    .doc = "A constant sequence. Called with an iterable: of its items; without: the empty tuple.",
    .base = &object_type_object,
    .flags = TYPE_BASE | TYPE_IMMUTABLE | TYPE_SEQUENCE | TYPE_MATCH_SELF | TYPE_TUPLE,
    .size = sizeof(Tuple),
    .root = {.cell_kind = {.trace = tuple_trace, .name = "tuple"}},
    .repr = tuple_repr,
    .hash = tuple_hash,
    .compare = tuple_compare,
    .iter = tuple_iter,
    .new_instance = tuple_new_instance,
    .length = tuple_length,
    .getitem = tuple_getitem,
    .contains = tuple_contains,
    .concat = tuple_concat,
    .repeat = tuple_repeat,
    .getattribute = object_getattribute,
    .methods = tuple_methods,
};

/* --- iterator ---------------------------------------------------------------------------------------------- */

Value tuple_iter(Value tuple) { return index_iterator_new(&tuple_iterator_type, tuple); }

static Value tuple_iterator_next(Value self) {
    IndexIterator *iterator = OBJECT_AS(IndexIterator, self);
    Value tuple = value_load_acquire(&iterator->sequence);
    int64_t index;
    if (is_empty(tuple) || !index_iterator_claim(iterator, as_tuple(tuple)->length, &index)) return VALUE_EMPTY;
    return as_tuple(tuple)->items[index];
}

INDEX_ITERATOR_TYPE(tuple_iterator_type, "tuple_iterator", tuple_iterator_next)
