/* weakproxy.c - weakref.proxy(): stands for its target in everything but identity, hash and type.
 *
 * Each operation reads the target once, which keeps it alive while the operation goes on, and raises
 * ReferenceError when it has died. */
#include "types/exception.h"
#include "types/str.h"
#include "types/weakref.h"

static void proxy_trace(Cell *cell, Marker *marker) {
    marker_visit(marker, ((WeakRef *)cell)->callback);
}

/* What a value stands for: the target of a proxy, or itself. VALUE_ERROR with ReferenceError. */
static Value unwrap(Value v) {
    if (!is_weak_proxy(v)) return v;
    Value target = weakref_get(OBJECT_AS(WeakRef, v));
    if (!is_empty(target)) return target;
    return raise_error(&ReferenceError, "weakly-referenced object no longer exists");
}

#define UNWRAP(variable, value, failure)                                                           \
    Value variable = unwrap(value);                                                                \
    if (is_error(variable)) return failure

static Value proxy_repr(Value self) {
    Value target = weakref_get(OBJECT_AS(WeakRef, self));
    Str *text = str_format("<weakproxy at %p to %T at %p>", (void *)object_of(self),
                           is_empty(target) ? VALUE_NONE : target, (void *)object_of(target));
    return text ? object_value(text) : VALUE_ERROR;
}

#define PROXY_UNARY(function, operation)                                                           \
    static Value function(Value self) {                                                            \
        UNWRAP(target, self, VALUE_ERROR);                                                         \
        return operation(target);                                                                  \
    }
PROXY_UNARY(proxy_str, value_str)
PROXY_UNARY(proxy_negative, unary_negative)
PROXY_UNARY(proxy_positive, unary_positive)
PROXY_UNARY(proxy_absolute, unary_absolute)
PROXY_UNARY(proxy_invert, unary_invert)
PROXY_UNARY(proxy_to_int, number_int)
PROXY_UNARY(proxy_to_float, number_float)
PROXY_UNARY(proxy_index, value_index)
PROXY_UNARY(proxy_iter, get_iter)

static Value proxy_next(Value self) {
    UNWRAP(target, self, VALUE_ERROR);
    if (!is_iterator(target))
        return raise_error(&TypeError, "Weakref proxy referenced a non-iterator '%T' object", target);
    return iter_next(target);
}

static int64_t proxy_hash(Value self) {
    raise_error(&TypeError, "unhashable type: '%T'", self);
    return -1;
}

static Value proxy_call(Value self, Value *args, size_t count, Tuple *names) {
    UNWRAP(target, self, VALUE_ERROR);
    return call(target, args, count, names);
}

static Value proxy_getattribute(Value self, Str *name) {
    UNWRAP(target, self, VALUE_ERROR);
    return get_attribute(target, name);
}

static bool proxy_setattribute(Value self, Str *name, Value value) {
    UNWRAP(target, self, false);
    return set_attribute(target, name, value);
}

static Value proxy_compare(Value self, Value other, CompareOp op) {
    UNWRAP(a, self, VALUE_ERROR);
    UNWRAP(b, other, VALUE_ERROR);
    return value_compare(a, b, op);
}

static int64_t proxy_length(Value self) {
    UNWRAP(target, self, -1);
    return value_length(target);
}
static Value proxy_getitem(Value self, Value key) {
    UNWRAP(target, self, VALUE_ERROR);
    return get_item(target, key);
}
static bool proxy_setitem(Value self, Value key, Value value) {
    UNWRAP(target, self, false);
    return is_empty(value) ? delete_item(target, key) : set_item(target, key, value);
}
static int proxy_contains(Value self, Value item) {
    UNWRAP(target, self, -1);
    return value_contains(target, item);
}
static int proxy_truth(Value self) {
    UNWRAP(target, self, -1);
    return value_truth(target);
}

#define PROXY_BINARY(op)                                                                           \
    static Value proxy_##op(Value left, Value right) {                                             \
        UNWRAP(a, left, VALUE_ERROR);                                                              \
        UNWRAP(b, right, VALUE_ERROR);                                                             \
        return binary_op(a, b, BINARY_##op);                                                       \
    }                                                                                              \
    static Value proxy_inplace_##op(Value left, Value right) {                                     \
        UNWRAP(a, left, VALUE_ERROR);                                                              \
        UNWRAP(b, right, VALUE_ERROR);                                                             \
        return inplace_op(a, b, BINARY_##op);                                                      \
    }
PROXY_BINARY(ADD)
PROXY_BINARY(SUBTRACT)
PROXY_BINARY(MULTIPLY)
PROXY_BINARY(MATRIX_MULTIPLY)
PROXY_BINARY(TRUE_DIVIDE)
PROXY_BINARY(FLOOR_DIVIDE)
PROXY_BINARY(REMAINDER)
PROXY_BINARY(LEFT_SHIFT)
PROXY_BINARY(RIGHT_SHIFT)
PROXY_BINARY(AND)
PROXY_BINARY(XOR)
PROXY_BINARY(OR)
PROXY_BINARY(POWER)

static Value proxy_DIVMOD(Value left, Value right) {
    UNWRAP(a, left, VALUE_ERROR);
    UNWRAP(b, right, VALUE_ERROR);
    return binary_op(a, b, BINARY_DIVMOD);
}

static Value proxy_power(Value base, Value exponent, Value modulus) {
    UNWRAP(a, base, VALUE_ERROR);
    UNWRAP(b, exponent, VALUE_ERROR);
    UNWRAP(c, modulus, VALUE_ERROR);
    return power_op(a, b, c);
}

static Value proxy_bytes(Value *args) {
    UNWRAP(target, args[0], VALUE_ERROR);
    return call_method_0(target, "__bytes__");
}
static Value proxy_reversed(Value *args) {
    UNWRAP(target, args[0], VALUE_ERROR);
    return call_method_0(target, "__reversed__");
}

static const MethodDef proxy_methods[] = {
    METHOD("__bytes__", proxy_bytes, "($self, /)", NULL),
    METHOD("__reversed__", proxy_reversed, "($self, /)", NULL),
    {0},
};

#define BOTH(op) [BINARY_##op] = proxy_##op
#define INPLACE_OF(op) [BINARY_##op] = proxy_inplace_##op
#define ALL_OPERATORS(one)                                                                         \
    one(ADD), one(SUBTRACT), one(MULTIPLY), one(MATRIX_MULTIPLY), one(TRUE_DIVIDE),                \
        one(FLOOR_DIVIDE), one(REMAINDER), one(LEFT_SHIFT), one(RIGHT_SHIFT), one(AND), one(XOR),  \
        one(OR), one(POWER)

#define PROXY_TYPE(variable, python_name, ...)                                                     \
    Type variable = {                                                                              \
        .name = python_name,                                                                       \
        .base = &object_type_object,                                                               \
        .flags = TYPE_IMMUTABLE | TYPE_NO_NEW,                                                     \
        .size = sizeof(WeakRef),                                                                   \
        .root = {.cell_kind = {.trace = proxy_trace, .name = python_name}},                        \
        .repr = proxy_repr,                                                                        \
        .str = proxy_str,                                                                          \
        .hash = proxy_hash,                                                                        \
        .getattribute = proxy_getattribute,                                                        \
        .setattribute = proxy_setattribute,                                                        \
        .compare = proxy_compare,                                                                  \
        .iter = proxy_iter,                                                                        \
        .next = proxy_next,                                                                        \
        .length = proxy_length,                                                                    \
        .getitem = proxy_getitem,                                                                  \
        .setitem = proxy_setitem,                                                                  \
        .contains = proxy_contains,                                                                \
        .truth = proxy_truth,                                                                      \
        .negative = proxy_negative,                                                                \
        .positive = proxy_positive,                                                                \
        .absolute = proxy_absolute,                                                                \
        .invert = proxy_invert,                                                                    \
        .to_int = proxy_to_int,                                                                    \
        .to_float = proxy_to_float,                                                                \
        .index = proxy_index,                                                                      \
        .power = proxy_power,                                                                      \
        .binary = {ALL_OPERATORS(BOTH), BOTH(DIVMOD)},                                             \
        .inplace = {ALL_OPERATORS(INPLACE_OF)},                                                    \
        .methods = proxy_methods,                                                                  \
        __VA_ARGS__                                                                                \
    };
PROXY_TYPE(weak_proxy_type, "weakref.ProxyType", )
PROXY_TYPE(weak_callable_proxy_type, "weakref.CallableProxyType", .call = proxy_call)
