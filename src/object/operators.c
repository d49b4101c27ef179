/* operators.c - arithmetic, subscripts and iteration on any value, as the language reference's chapter
 * on the data model lays them down. */
#include "object/native.h"
#include "object/call.h"
#include "object/lookup.h"
#include "types/dict.h"
#include "types/exception.h"
#include "types/float.h"
#include "types/genericalias.h"
#include "types/int.h"
#include "types/iterator.h"
#include "types/list.h"
#include "types/slice.h"
#include "types/str.h"

/* --- binary operators ----------------------------------------------------------------------------------- */

static const char *const symbols[] = {
#define BINARY(op, method, reflected, symbol) symbol,
#include "object/slots.def"
};
static const char *const inplace_symbols[BINARY_OP_COUNT] = {
#define INPLACE(op, method, symbol) [BINARY_##op] = symbol,
#include "object/slots.def"
};

/* Left's slot, then right's; right's first when its type derives from left's and has its own. */
static Value try_slots(Value a, Value b, BinaryOp op) {
    Type *left = type_of(a), *right = type_of(b);
    Value (*left_slot)(Value, Value) = left->binary[op];
    Value (*right_slot)(Value, Value) = right != left ? right->binary[op] : NULL;
    if (right_slot == left_slot) right_slot = NULL;
    if (left_slot) {
        if (right_slot && type_is_subtype(right, left)) {
            Value result = right_slot(a, b);
            if (!is_not_implemented(result)) return result;
            right_slot = NULL;
        }
        Value result = left_slot(a, b);
        if (!is_not_implemented(result)) return result;
    }
    return right_slot ? right_slot(a, b) : VALUE_NOT_IMPLEMENTED;
}

static Value repeat_sequence(Value (*repeat)(Value, int64_t), Value sequence, Value times) {
    if (!has_index(times))
        return raise_error(&TypeError, "can't multiply sequence by non-int of type '%T'", times);
    int64_t count = value_index_int64(times, &OverflowError);
    if (count == -1 && error_occurred()) return VALUE_ERROR;
    return repeat(sequence, count);
}

/* `print >> file, ...` of Python 2. */
static bool is_old_print(const char *symbol, Value a) {
    return strcmp(symbol, ">>") == 0 && is_exactly(a, &native_function_type) &&
           strcmp(OBJECT_AS(NativeFunction, a)->def->name, "print") == 0;
}

Value value_type_error_unsupported(const char *symbol, Value a, Value b) {
    if (is_old_print(symbol, a))
        return raise_error(&TypeError,
                           "unsupported operand type(s) for >>: '%T' and '%T'. "
                           "Did you mean \"print(<message>, file=<output_stream>)\"?", a, b);
    return raise_error(&TypeError, "unsupported operand type(s) for %s: '%T' and '%T'", symbol, a, b);
}

static Value binary_op_symbol(Value a, Value b, BinaryOp op, const char *symbol) {
    Type *left = type_of(a), *right = type_of(b);
    Value result = left == right && left->binary[op] ? left->binary[op](a, b) : try_slots(a, b, op);
    if (likely(!is_not_implemented(result))) return result;
    if (op == BINARY_ADD && left->concat) return left->concat(a, b);
    if (op == BINARY_MULTIPLY) {
        if (left->repeat) return repeat_sequence(left->repeat, a, b);
        if (right->repeat) return repeat_sequence(right->repeat, b, a);
    }
    return value_type_error_unsupported(symbol, a, b);
}

Value binary_op(Value a, Value b, BinaryOp op) { return binary_op_symbol(a, b, op, symbols[op]); }

Value inplace_op(Value a, Value b, BinaryOp op) {
    Type *type = type_of(a);
    if (type->inplace[op]) {
        Value result = type->inplace[op](a, b);
        if (!is_not_implemented(result)) return result;
    }
    if (op == BINARY_ADD && type->inplace_concat) {
        Value result = try_slots(a, b, op);
        return is_not_implemented(result) ? type->inplace_concat(a, b) : result;
    }
    if (op == BINARY_MULTIPLY && type->inplace_repeat) {
        Value result = try_slots(a, b, op);
        return is_not_implemented(result) ? repeat_sequence(type->inplace_repeat, a, b) : result;
    }
    return binary_op_symbol(a, b, op, inplace_symbols[op]);
}

Value power_op(Value a, Value b, Value modulus) {
    if (is_none(modulus)) return binary_op(a, b, BINARY_POWER);
    Value operands[3] = {a, b, modulus};
    Value (*tried[3])(Value, Value, Value) = {0};
    for (int i = 0; i < 3; i++) {
        Value (*slot)(Value, Value, Value) = type_of(operands[i])->power;
        if (!slot || slot == tried[0] || slot == tried[1]) continue;
        tried[i] = slot;
        Value result = slot(a, b, modulus);
        if (!is_not_implemented(result)) return result;
    }
    return raise_error(&TypeError, "unsupported operand type(s) for ** or pow(): '%T', '%T', '%T'", a, b, modulus);
}

/* --- unary operators -------------------------------------------------------------------------------------- */

Value unary_negative(Value v) {
    Type *type = type_of(v);
    return type->negative ? type->negative(v) : raise_error(&TypeError, "bad operand type for unary -: '%T'", v);
}
Value unary_positive(Value v) {
    Type *type = type_of(v);
    return type->positive ? type->positive(v) : raise_error(&TypeError, "bad operand type for unary +: '%T'", v);
}
Value unary_invert(Value v) {
    Type *type = type_of(v);
    return type->invert ? type->invert(v) : raise_error(&TypeError, "bad operand type for unary ~: '%T'", v);
}
Value unary_absolute(Value v) {
    Type *type = type_of(v);
    return type->absolute ? type->absolute(v) : raise_error(&TypeError, "bad operand type for abs(): '%T'", v);
}

/* --- conversions -------------------------------------------------------------------------------------------- */

bool has_index(Value v) { return is_int(v) || type_of(v)->index != NULL; }

Value value_index(Value v) {
    if (likely(is_exact_int(v))) return v;
    if (is_int(v)) return int_exact(v);
    Type *type = type_of(v);
    if (!type->index) return raise_error(&TypeError, "'%T' object cannot be interpreted as an integer", v);
    Value result = type->index(v);
    if (is_error(result) || is_exact_int(result)) return result;
    if (!is_int(result)) return raise_error(&TypeError, "__index__ returned non-int (type %T)", result);
    if (!warn(&DeprecationWarning, 1,
              "__index__ returned non-int (type %T).  The ability to return an instance of a strict "
              "subclass of int is deprecated, and may not be supported in a future version of Python.",
              result))
        return VALUE_ERROR;
    return int_exact(result);
}

int64_t value_index_int64(Value v, Type *overflow) {
    Value index = value_index(v);
    if (is_error(index)) return -1;
    int64_t result;
    if (int_to_int64(index, &result)) return result;
    if (overflow) {
        raise_error(overflow, "cannot fit '%T' into an index-sized integer", v);
        return -1;
    }
    return int_sign(index) < 0 ? INT64_MIN : INT64_MAX;
}

bool value_to_int64(Value v, int64_t *out) {
    if (is_smallint(v)) {
        *out = smallint_of(v);
        return true;
    }
    Value index = value_index(v);
    if (is_error(index)) return false;
    if (int_to_int64(index, out)) return true;
    raise_error(&OverflowError, "Python int too large to convert to C long");
    return false;
}

bool value_to_double(Value v, double *out) {
    if (is_float(v)) {
        *out = float_of(v);
        return true;
    }
    Type *type = type_of(v);
    if (type->to_float && !is_int(v)) {
        Value result = type->to_float(v);
        if (is_error(result)) return false;
        if (!is_float(result)) {
            raise_error(&TypeError, "%T.__float__ returned non-float (type %T)", v, result);
            return false;
        }
        *out = float_of(result);
        return true;
    }
    if (!has_index(v)) {
        raise_error(&TypeError, "must be real number, not %T", v);
        return false;
    }
    Value index = value_index(v);
    if (is_error(index)) return false;
    bool overflow = false;
    *out = int_to_double(index, &overflow);
    if (overflow) raise_error(&OverflowError, "int too large to convert to float");
    return !overflow;
}

/* --- subscripts ------------------------------------------------------------------------------------------------ */

Value get_item(Value container, Value key) {
    Type *type = type_of(container);
    if (likely(type->getitem != NULL)) return type->getitem(container, key);
    if (is_type(container)) {
        if (OBJECT_AS(Type, container) == &type_type) return generic_alias_new(container, key);
        Value method = get_attribute_optional(container, NAME("__class_getitem__"));
        if (is_error(method)) return VALUE_ERROR;
        if (!is_empty(method) && !is_none(method)) return call_1(method, key);
        return raise_error(&TypeError, "type '%s' is not subscriptable", OBJECT_AS(Type, container)->name);
    }
    return raise_error(&TypeError, "'%T' object is not subscriptable", container);
}

bool set_item(Value container, Value key, Value value) {
    Type *type = type_of(container);
    if (likely(type->setitem != NULL)) return type->setitem(container, key, value);
    raise_error(&TypeError, "'%T' object does not support item assignment", container);
    return false;
}

bool delete_item(Value container, Value key) {
    Type *type = type_of(container);
    if (likely(type->setitem != NULL)) return type->setitem(container, key, VALUE_EMPTY);
    raise_error(&TypeError, "'%T' object does not support item deletion", container);
    return false;
}

int64_t value_length(Value v) {
    Type *type = type_of(v);
    if (likely(type->length != NULL)) return type->length(v);
    raise_error(&TypeError, "object of type '%T' has no len()", v);
    return -1;
}

int64_t value_length_hint(Value v, int64_t fallback) {
    if (type_of(v)->length) {
        int64_t length = type_of(v)->length(v);
        if (length >= 0) return length;
        if (!error_clear_if(&TypeError)) return -1;
    }
    Value hint = call_special(v, NAME("__length_hint__"), NULL, 0);
    if (is_empty(hint)) return fallback;
    if (is_error(hint)) return error_clear_if(&TypeError) ? fallback : -1;
    if (is_not_implemented(hint)) return fallback;
    int64_t length;
    if (!is_int(hint)) {
        raise_error(&TypeError, "__length_hint__ must be an integer, not %T", hint);
        return -1;
    }
    if (!value_to_int64(hint, &length)) return -1;
    if (length < 0) {
        raise_error(&ValueError, "__length_hint__() should return >= 0");
        return -1;
    }
    return length;
}

int value_contains(Value container, Value item) {
    Type *type = type_of(container);
    if (likely(type->contains != NULL)) return type->contains(container, item);
    Value iterator = get_iter(container);
    if (is_error(iterator)) {
        if (!error_clear_if(&TypeError)) return -1;
        raise_error(&TypeError, "argument of type '%T' is not iterable", container);
        return -1;
    }
    for (;;) {
        Value next = iter_next(iterator);
        if (is_error(next)) return -1;
        if (is_empty(next)) return 0;
        int equal = value_equal(next, item);
        if (equal) return equal;
    }
}

/* --- iteration -------------------------------------------------------------------------------------------------- */

bool is_iterator(Value v) { return type_of(v)->next != NULL; }

bool is_sequence(Value v) {
    return !is_dict(v) && type_of(v)->getitem != NULL;
}

bool is_mapping(Value v) { return type_of(v)->getitem != NULL; }

Value get_iter(Value v) {
    Type *type = type_of(v);
    if (likely(type->iter != NULL)) {
        Value iterator = type->iter(v);
        if (!is_error(iterator) && unlikely(!type_of(iterator)->next))
            return raise_error(&TypeError, "iter() returned non-iterator of type '%T'", iterator);
        return iterator;
    }
    if (type->getitem && !is_dict(v)) return sequence_iterator_new(v);
    return raise_error(&TypeError, "'%T' object is not iterable", v);
}

Value iter_next(Value iterator) {
    Type *type = type_of(iterator);
    if (unlikely(!type->next)) return raise_error(&TypeError, "'%T' object is not an iterator", iterator);
    /* The loops in C over iterators written in C stop here for others, and for Ctrl-C. */
    if (!safepoint(thread_self())) return VALUE_ERROR;
    Value item = type->next(iterator);
    if (unlikely(is_error(item)) && error_clear_if(&StopIteration)) return VALUE_EMPTY;
    return item;
}

bool iterate(Value iterable, bool (*each)(Value item, void *argument), void *argument) {
    Value iterator = get_iter(iterable);
    if (is_error(iterator)) return false;
    for (;;) {
        Value item = iter_next(iterator);
        if (is_error(item)) return false;
        if (is_empty(item)) return true;
        if (!each(item, argument)) return false;
    }
}

List *list_from_iterable(Value iterable) {
    List *list = list_new(0);
    return list && list_extend(list, iterable) ? list : NULL;
}

Tuple *tuple_from_iterable(Value iterable) {
    if (is_exactly(iterable, &tuple_type)) return as_tuple(iterable);
    List *list = list_from_iterable(iterable);
    return list ? list_to_tuple(list) : NULL;
}

/* --- slices -------------------------------------------------------------------------------------------------------- */

static bool slice_part(Value part, int64_t fallback, int64_t *out) {
    if (is_none(part)) {
        *out = fallback;
        return true;
    }
    if (!has_index(part)) {
        raise_error(&TypeError, "slice indices must be integers or None or have an __index__ method");
        return false;
    }
    *out = value_index_int64(part, NULL);
    return *out != -1 || !error_occurred();
}

bool slice_resolve(Value v, int64_t length, int64_t *start, int64_t *stop, int64_t *step, int64_t *count) {
    Slice *slice = OBJECT_AS(Slice, v);
    if (!slice_part(slice->step, 1, step)) return false;
    if (*step == 0) {
        raise_error(&ValueError, "slice step cannot be zero");
        return false;
    }
    if (*step < -INT64_MAX) *step = -INT64_MAX;
    bool backward = *step < 0;
    if (!slice_part(slice->start, backward ? INT64_MAX : 0, start) ||
        !slice_part(slice->stop, backward ? INT64_MIN : INT64_MAX, stop))
        return false;
    int64_t lowest = backward ? -1 : 0, highest = backward ? length - 1 : length;
    if (*start < 0) *start = *start + length < lowest ? lowest : *start + length;
    else if (*start > highest) *start = highest;
    if (*stop < 0) *stop = is_none(slice->stop) || *stop + length < lowest ? lowest : *stop + length;
    else if (*stop > highest) *stop = highest;
    if (backward) {
        *count = *stop < *start ? (*start - *stop - 1) / -*step + 1 : 0;
    } else {
        *count = *start < *stop ? (*stop - *start - 1) / *step + 1 : 0;
    }
    return true;
}

/* --- isinstance, issubclass --------------------------------------------------------------------------------------------- */

static int recurse_tuple(Value value, Value tuple, int (*check)(Value, Value)) {
    if (!stack_enter(" in __instancecheck__")) return -1;
    int result = 0;
    for (int64_t i = 0; i < as_tuple(tuple)->length && result == 0; i++)
        result = check(value, as_tuple(tuple)->items[i]);
    stack_leave();
    return result;
}

static int check_by_method(Value type, Str *name, Value argument) {
    Value result = call_special(type, name, &argument, 1);
    if (is_empty(result)) return -2;
    return is_error(result) ? -1 : value_truth(result);
}

static int abstract_is_subclass(Value type, Value other) {
    if (same_value(type, other)) return 1;
    Value bases = get_attribute_optional(type, NAME("__bases__"));
    if (is_error(bases)) return -1;
    if (is_empty(bases) || !is_tuple(bases)) return 0;
    if (!stack_enter(" in __issubclass__")) return -1;
    int result = 0;
    for (int64_t i = 0; i < as_tuple(bases)->length && result == 0; i++)
        result = abstract_is_subclass(as_tuple(bases)->items[i], other);
    stack_leave();
    return result;
}

int value_is_instance(Value value, Value type) {
    if (is_type(type)) {
        if (type_of(value) == OBJECT_AS(Type, type)) return 1;
        if (type_of(type) == &type_type && type_is_subtype(type_of(value), OBJECT_AS(Type, type))) return 1;
    }
    if (is_tuple(type)) return recurse_tuple(value, type, value_is_instance);
    int result = check_by_method(type, NAME("__instancecheck__"), value);
    if (result != -2) return result;
    Value bases = get_attribute_optional(type, NAME("__bases__"));
    if (is_error(bases)) return -1;
    if (is_empty(bases) || !is_tuple(bases)) {
        raise_error(&TypeError, "isinstance() arg 2 must be a type, a tuple of types, or a union");
        return -1;
    }
    Value class_of = get_attribute_optional(value, NAME("__class__"));
    if (is_error(class_of) || is_empty(class_of)) return is_error(class_of) ? -1 : 0;
    return abstract_is_subclass(class_of, type);
}

int value_is_subclass(Value type, Value other) {
    if (is_tuple(other)) return recurse_tuple(type, other, value_is_subclass);
    int result = check_by_method(other, NAME("__subclasscheck__"), type);
    if (result != -2) return result;
    Value bases = get_attribute_optional(type, NAME("__bases__"));
    if (is_error(bases)) return -1;
    if (is_empty(bases) || !is_tuple(bases)) {
        raise_error(&TypeError, "issubclass() arg 1 must be a class");
        return -1;
    }
    bases = get_attribute_optional(other, NAME("__bases__"));
    if (is_error(bases)) return -1;
    if (is_empty(bases) || !is_tuple(bases)) {
        raise_error(&TypeError, "issubclass() arg 2 must be a class, a tuple of classes, or a union");
        return -1;
    }
    return abstract_is_subclass(type, other);
}
