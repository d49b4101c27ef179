/* operator_module.c - the module _operator: the operators as functions. The callable objects
 * (itemgetter and its kin) are in operator_getters.c. */
#include "modules/operator_module.h"

#include "modules/support.h"

/* --- operators ------------------------------------------------------------------------------------------ */

#define BINARY_FUNCTION(name, op)                                                                  \
    static Value function_##name(Value *args) { return binary_op(args[1], args[2], BINARY_##op); } \
    static Value function_i##name(Value *args) { return inplace_op(args[1], args[2], BINARY_##op); }
BINARY_FUNCTION(add, ADD)
BINARY_FUNCTION(sub, SUBTRACT)
BINARY_FUNCTION(mul, MULTIPLY)
BINARY_FUNCTION(matmul, MATRIX_MULTIPLY)
BINARY_FUNCTION(truediv, TRUE_DIVIDE)
BINARY_FUNCTION(floordiv, FLOOR_DIVIDE)
BINARY_FUNCTION(mod, REMAINDER)
BINARY_FUNCTION(pow, POWER)
BINARY_FUNCTION(lshift, LEFT_SHIFT)
BINARY_FUNCTION(rshift, RIGHT_SHIFT)
BINARY_FUNCTION(and, AND)
BINARY_FUNCTION(xor, XOR)
BINARY_FUNCTION(or, OR)

#define COMPARE_FUNCTION(name, op)                                                                 \
    static Value function_##name(Value *args) { return value_compare(args[1], args[2], op); }
COMPARE_FUNCTION(lt, COMPARE_LT)
COMPARE_FUNCTION(le, COMPARE_LE)
COMPARE_FUNCTION(eq, COMPARE_EQ)
COMPARE_FUNCTION(ne, COMPARE_NE)
COMPARE_FUNCTION(gt, COMPARE_GT)
COMPARE_FUNCTION(ge, COMPARE_GE)

static Value truth_result(int truth) { return truth < 0 ? VALUE_ERROR : bool_value(truth); }

static Value function_truth(Value *args) { return truth_result(value_truth(args[1])); }
static Value function_not(Value *args) {
    int truth = value_truth(args[1]);
    return truth < 0 ? VALUE_ERROR : bool_value(!truth);
}
static Value function_is(Value *args) { return bool_value(same_value(args[1], args[2])); }
static Value function_is_not(Value *args) { return bool_value(!same_value(args[1], args[2])); }
static Value function_neg(Value *args) { return unary_negative(args[1]); }
static Value function_pos(Value *args) { return unary_positive(args[1]); }
static Value function_abs(Value *args) { return unary_absolute(args[1]); }
static Value function_invert(Value *args) { return unary_invert(args[1]); }
static Value function_index(Value *args) { return value_index(args[1]); }

/* --- sequences --------------------------------------------------------------------------------------------- */

static Value function_contains(Value *args) { return truth_result(value_contains(args[1], args[2])); }
static Value function_getitem(Value *args) { return get_item(args[1], args[2]); }
static Value function_setitem(Value *args) {
    return set_item(args[1], args[2], args[3]) ? VALUE_NONE : VALUE_ERROR;
}
static Value function_delitem(Value *args) {
    return delete_item(args[1], args[2]) ? VALUE_NONE : VALUE_ERROR;
}

static Value concat(Value a, Value b, bool in_place) {
    Type *type = type_of(a);
    Value (*function)(Value, Value) = in_place ? load_relaxed(&type->inplace_concat) : NULL;
    if (!function) function = load_relaxed(&type->concat);
    if (function) {
        Value result = function(a, b);
        if (!is_not_implemented(result)) return result;
    }
    if (is_sequence(a) && is_sequence(b))
        return in_place ? inplace_op(a, b, BINARY_ADD) : binary_op(a, b, BINARY_ADD);
    return raise_error(&TypeError, "'%T' object can't be concatenated", a);
}
static Value function_concat(Value *args) { return concat(args[1], args[2], false); }
static Value function_iconcat(Value *args) { return concat(args[1], args[2], true); }

/* Walks the iterable; the index of the first equal item (or -1), or how many there are. -2: error. */
static int64_t search(Value iterable, Value wanted, bool count_all) {
    Value iterator = get_iter(iterable);
    if (is_error(iterator)) {
        if (error_clear_if(&TypeError))
            raise_error(&TypeError, "argument of type '%T' is not iterable", iterable);
        return -2;
    }
    int64_t found = 0;
    for (int64_t index = 0;; index++) {
        Value item = iter_next(iterator);
        if (is_error(item)) return -2;
        if (is_empty(item)) return count_all ? found : -1;
        int equal = value_equal(item, wanted);
        if (equal < 0) return -2;
        if (equal && !count_all) return index;
        found += equal;
    }
}

static Value function_count_of(Value *args) {
    int64_t count = search(args[1], args[2], true);
    return count == -2 ? VALUE_ERROR : int_value(count);
}

static Value function_index_of(Value *args) {
    int64_t index = search(args[1], args[2], false);
    if (index == -1) return raise_error(&ValueError, "sequence.index(x): x not in sequence");
    return index == -2 ? VALUE_ERROR : int_value(index);
}

static Value function_length_hint(Value *args) {
    int64_t fallback = 0;
    if (!is_empty(args[2])) {
        if (!is_int(args[2]))
            return raise_error(&TypeError, "'%T' object cannot be interpreted as an integer", args[2]);
        fallback = value_index_int64(args[2], &OverflowError);
        if (fallback == -1 && error_occurred()) return VALUE_ERROR;
    }
    int64_t hint = value_length_hint(args[1], fallback);
    return hint == -1 && error_occurred() ? VALUE_ERROR : int_value(hint);
}

static Value function_call(Value *args) {
    return call_with(args[1], as_tuple(args[2]), as_dict(args[3]));
}

/* --- comparing digests ------------------------------------------------------------------------------------- */

/* Looks at every byte of b, whatever differs. */
static bool bytes_equal_constant_time(const uint8_t *a, size_t a_length, const uint8_t *b,
                                      size_t b_length) {
    volatile uint8_t difference = a_length != b_length;
    const volatile uint8_t *left = a_length == b_length ? a : b;
    for (size_t i = 0; i < b_length; i++) difference |= left[i] ^ ((const volatile uint8_t *)b)[i];
    return difference == 0;
}

static Value function_compare_digest(Value *args) {
    Value a = args[1], b = args[2];
    if (is_str(a) && is_str(b)) {
        if (!str_is_ascii(as_str(a)) || !str_is_ascii(as_str(b)))
            return raise_error(&TypeError,
                               "comparing strings with non-ASCII characters is not supported");
        return bool_value(bytes_equal_constant_time(as_str(a)->data, (size_t)as_str(a)->length,
                                                    as_str(b)->data, (size_t)as_str(b)->length));
    }
    if (!has_buffer(a) || !has_buffer(b))
        return raise_error(&TypeError,
                           "unsupported operand types(s) or combination of types: '%T' and '%T'", a, b);
    BufferView left, right;
    if (!buffer_get(a, &left, BUFFER_SIMPLE)) return VALUE_ERROR;
    if (!buffer_get(b, &right, BUFFER_SIMPLE)) {
        buffer_release(&left);
        return VALUE_ERROR;
    }
    bool equal = bytes_equal_constant_time(left.data, (size_t)left.length, right.data,
                                           (size_t)right.length);
    buffer_release(&right);
    buffer_release(&left);
    return bool_value(equal);
}

/* --- the module ---------------------------------------------------------------------------------------------- */

#define A(name, function, doc) METHOD(name, function_##function, "($module, a, /)", doc)
#define AB(name, function, doc) METHOD(name, function_##function, "($module, a, b, /)", doc)

static const MethodDef functions[] = {
    A("truth", truth, "Return True if a is true, False otherwise."),
    AB("contains", contains, "Same as b in a (note reversed operands)."),
    AB("indexOf", index_of, "Return the first index of b in a."),
    AB("countOf", count_of, "Return the number of items in a which are, or which equal, b."),
    AB("is_", is, "Same as a is b."),
    AB("is_not", is_not, "Same as a is not b."),
    AB("add", add, "Same as a + b."),
    AB("sub", sub, "Same as a - b."),
    AB("mul", mul, "Same as a * b."),
    AB("matmul", matmul, "Same as a @ b."),
    AB("floordiv", floordiv, "Same as a // b."),
    AB("truediv", truediv, "Same as a / b."),
    AB("mod", mod, "Same as a % b."),
    AB("pow", pow, "Same as a ** b."),
    A("neg", neg, "Same as -a."),
    A("pos", pos, "Same as +a."),
    A("abs", abs, "Same as abs(a)."),
    A("inv", invert, "Same as ~a."),
    A("invert", invert, "Same as ~a."),
    AB("lshift", lshift, "Same as a << b."),
    AB("rshift", rshift, "Same as a >> b."),
    A("not_", not, "Same as not a."),
    AB("and_", and, "Same as a & b."),
    AB("xor", xor, "Same as a ^ b."),
    AB("or_", or, "Same as a | b."),
    AB("iadd", iadd, "Same as a += b."),
    AB("isub", isub, "Same as a -= b."),
    AB("imul", imul, "Same as a *= b."),
    AB("imatmul", imatmul, "Same as a @= b."),
    AB("ifloordiv", ifloordiv, "Same as a //= b."),
    AB("itruediv", itruediv, "Same as a /= b."),
    AB("imod", imod, "Same as a %= b."),
    AB("ipow", ipow, "Same as a **= b."),
    AB("ilshift", ilshift, "Same as a <<= b."),
    AB("irshift", irshift, "Same as a >>= b."),
    AB("iand", iand, "Same as a &= b."),
    AB("ixor", ixor, "Same as a ^= b."),
    AB("ior", ior, "Same as a |= b."),
    AB("concat", concat, "Same as a + b, for a and b sequences."),
    AB("iconcat", iconcat, "Same as a += b, for a and b sequences."),
    AB("getitem", getitem, "Same as a[b]."),
    METHOD("setitem", function_setitem, "($module, a, b, c, /)", "Same as a[b] = c."),
    AB("delitem", delitem, "Same as del a[b]."),
    AB("lt", lt, "Same as a < b."),
    AB("le", le, "Same as a <= b."),
    AB("eq", eq, "Same as a == b."),
    AB("ne", ne, "Same as a != b."),
    AB("gt", gt, "Same as a > b."),
    AB("ge", ge, "Same as a >= b."),
    A("index", index, "Same as a.__index__()"),
    METHOD("length_hint", function_length_hint, "($module, obj, default=0, /)",
           "Return an estimate of the number of items in obj.\n\n"
           "This is useful for presizing containers when building from an iterable.\n\n"
           "If the object supports len(), the result will be exact.\n"
           "Otherwise, it may over- or under-estimate by an arbitrary amount."),
    METHOD("call", function_call, "($module, obj, /, *args, **kwargs)", "Same as obj(*args, **kwargs)."),
    AB("_compare_digest", compare_digest,
       "Return 'a == b'.\n\n"
       "This function uses an approach designed to prevent timing analysis, making it\n"
       "appropriate for cryptography. a and b are both strings (ASCII only) or both\n"
       "bytes-like objects."),
    {0},
};

static Type *const types[] = {&itemgetter_type, &attrgetter_type, &methodcaller_type, NULL};

const NativeModule module__operator = {
    .name = "_operator",
    .doc = "Operator interface.\n\n"
           "This module exports a set of functions implemented in C corresponding\n"
           "to the intrinsic operators of Python.  For example, operator.add(x, y)\n"
           "is equivalent to the expression x+y.",
    .functions = functions,
    .types = types,
};
