/* int_type.c - the type int: constructor, slots, methods. */
#include "types/int_private.h"

#include "types/bytes.h"
#include "types/number_text.h"

/* --- int(x) --------------------------------------------------------------------------------------- */

static Value int_result_of_special(Value result, const char *method) {
    if (is_error(result) || is_exact_int(result)) return result;
    if (!is_int(result))
        return raise_error(&TypeError, "%s returned non-int (type %T)", method, result);
    if (!warn(&DeprecationWarning, 1,
              "%s returned non-int (type %T).  The ability to return an instance of a strict "
              "subclass of int is deprecated, and may not be supported in a future version of "
              "Python.",
              method, result))
        return VALUE_ERROR;
    return int_exact(result);
}

static Value int_from_trunc(Value v, Value truncated) {
    if (is_error(truncated)) return VALUE_ERROR;
    if (is_int(truncated)) return int_exact(truncated);
    if (has_index(truncated)) return value_index(truncated);
    (void)v;
    return raise_error(&TypeError, "__trunc__ returned non-Integral (type %T)", truncated);
}

/* What has none of the special methods: text. */
static Value int_from_textual(Value v) {
    if (is_str(v)) return int_from_str_object(v, 10);
    const char *text;
    size_t length;
    if (number_text_from_buffer(v, &text, &length))
        return text ? int_from_bytes_object(v, text, length, 10) : VALUE_ERROR;
    return raise_error(&TypeError,
                       "int() argument must be a string, a bytes-like object or a real number, "
                       "not '%T'", v);
}

Value number_int(Value v) {
    if (is_exact_int(v)) return v;
    if (is_double(v)) return int_from_double(double_of(v));
    Type *type = type_of(v);
    Value (*to_int)(Value) = load_relaxed(&type->to_int);
    if (to_int) return int_result_of_special(to_int(v), "__int__");
    if (has_index(v)) return value_index(v);
    if (!is_str(v)) {
        Value truncated = call_special(v, NAME("__trunc__"), NULL, 0);
        if (!is_empty(truncated)) {
            if (is_error(truncated)) return VALUE_ERROR;
            if (!warn(&DeprecationWarning, 1, "The delegation of int() to __trunc__ is deprecated."))
                return VALUE_ERROR;
            return int_from_trunc(v, truncated);
        }
    }
    return int_from_textual(v);
}

static Value int_from_object_and_base(Value v, Value base_value) {
    int64_t base = value_index_int64(base_value, NULL);
    if (base == -1 && error_occurred()) return VALUE_ERROR;
    if ((base != 0 && base < 2) || base > 36)
        return raise_error(&ValueError, "int() base must be >= 2 and <= 36, or 0");
    if (is_str(v)) return int_from_str_object(v, (int)base);
    if (is_kind(v, TYPE_BYTES | TYPE_BYTEARRAY)) {
        const char *text;
        size_t length;
        if (!number_text_from_buffer(v, &text, &length) || !text) return VALUE_ERROR;
        return int_from_bytes_object(v, text, length, (int)base);
    }
    return raise_error(&TypeError, "int() can't convert non-string with explicit base");
}

static Value int_new(Type *type, Value *args, size_t count, Tuple *names) {
    static const char signature[] = "(x=0, /, base=10)";
    static Signature *parsed;
    if (type == &int_type && count == 1 && !names) return number_int(args[0]);
    size_t given = count + (names ? (size_t)names->length : 0);
    if (given > 2)
        return raise_error(&TypeError, "int() takes at most 2 %sarguments (%zu given)",
                           count == 0 ? "keyword " : "", given);
    Value a[2];
    if (!bind_arguments("int", signature, &parsed, args, count, names, a)) return VALUE_ERROR;
    Value result;
    if (is_empty(a[0])) {
        if (!is_empty(a[1])) return raise_error(&TypeError, "int() missing string argument");
        result = smallint_value(0);
    } else if (is_empty(a[1])) {
        result = number_int(a[0]);
    } else {
        result = int_from_object_and_base(a[0], a[1]);
    }
    return int_of_type(type, result);
}

/* --- slots ------------------------------------------------------------------------------------------ */

static Value int_repr(Value self) {
    Str *text = int_to_str(self, 10);
    return text ? object_value(text) : VALUE_ERROR;
}

static Value int_compare_slot(Value self, Value other, CompareOp op) {
    if (!is_int(self) || !is_int(other)) return VALUE_NOT_IMPLEMENTED;
    int order = int_compare(self, other);
    switch (op) {
    case COMPARE_LT: return bool_value(order < 0);
    case COMPARE_LE: return bool_value(order <= 0);
    case COMPARE_EQ: return bool_value(order == 0);
    case COMPARE_NE: return bool_value(order != 0);
    case COMPARE_GT: return bool_value(order > 0);
    default: return bool_value(order >= 0);
    }
}

static int int_truth(Value self) { return int_sign(self) != 0; }

static Value int_absolute(Value self) {
    return int_sign(self) < 0 ? int_negative(self) : int_exact(self);
}

static Value int_invert(Value self) {
    int64_t i;
    if (int_immediate(self, &i)) return smallint_value(~i);
    Value negative = int_negative(self);
    return is_error(negative) ? negative : int_subtract(negative, smallint_value(1));
}

static Value int_to_float(Value self) {
    bool overflow;
    double d = int_to_double(self, &overflow);
    if (overflow) return raise_error(&OverflowError, "int too large to convert to float");
    return double_value(d);
}

#define BINARY_SLOT(name, function)                                                                \
    static Value name(Value left, Value right) {                                                   \
        if (!is_int(left) || !is_int(right)) return VALUE_NOT_IMPLEMENTED;                         \
        return function(left, right);                                                              \
    }
BINARY_SLOT(add_slot, int_add)
BINARY_SLOT(subtract_slot, int_subtract)
BINARY_SLOT(multiply_slot, int_multiply)
BINARY_SLOT(true_divide_slot, int_true_divide)
BINARY_SLOT(floor_divide_slot, int_floor_divide)
BINARY_SLOT(remainder_slot, int_remainder)
BINARY_SLOT(divmod_slot, int_divmod)
BINARY_SLOT(left_shift_slot, int_left_shift)
BINARY_SLOT(right_shift_slot, int_right_shift)

static Value and_slot(Value left, Value right) {
    if (!is_int(left) || !is_int(right)) return VALUE_NOT_IMPLEMENTED;
    return int_bitwise(left, right, BINARY_AND);
}
static Value or_slot(Value left, Value right) {
    if (!is_int(left) || !is_int(right)) return VALUE_NOT_IMPLEMENTED;
    return int_bitwise(left, right, BINARY_OR);
}
static Value xor_slot(Value left, Value right) {
    if (!is_int(left) || !is_int(right)) return VALUE_NOT_IMPLEMENTED;
    return int_bitwise(left, right, BINARY_XOR);
}
static Value power_slot(Value base, Value exponent) {
    if (!is_int(base) || !is_int(exponent)) return VALUE_NOT_IMPLEMENTED;
    return int_power(base, exponent, VALUE_NONE);
}
static Value power_modulo_slot(Value base, Value exponent, Value modulus) {
    if (!is_int(base) || !is_int(exponent)) return VALUE_NOT_IMPLEMENTED;
    if (!is_none(modulus) && !is_int(modulus)) return VALUE_NOT_IMPLEMENTED;
    return int_power(base, exponent, modulus);
}

/* --- methods ----------------------------------------------------------------------------------------- */

static Value method_exact(Value *args) { return int_exact(args[0]); }
static Value get_exact(Value self) { return int_exact(self); }
static Value get_imag(Value self) { return smallint_value(0); }
static Value get_denominator(Value self) { return smallint_value(1); }

static Value method_as_integer_ratio(Value *args) {
    return int_pair(int_exact(args[0]), smallint_value(1));
}

static Value method_bit_length(Value *args) { return int_value(int_bit_length(args[0])); }

static Value method_bit_count(Value *args) {
    IntView view;
    int_view(&view, args[0]);
    if (view.count == 0) return smallint_value(0);
    return int_value((int64_t)mpn_popcount(view.limbs, view.count));
}

static Value method_getnewargs(Value *args) {
    Value exact = int_exact(args[0]);
    if (is_error(exact)) return VALUE_ERROR;
    Tuple *tuple = tuple_pack(1, exact);
    return tuple ? object_value(tuple) : VALUE_ERROR;
}

static Value method_format(Value *args) {
    if (!is_str(args[1]))
        return raise_error(&TypeError, "__format__() argument must be str, not %T", args[1]);
    return int_format(args[0], as_str(args[1]));
}

static Value method_sizeof(Value *args) {
    IntView view;
    int_view(&view, args[0]);
    return int_value((int64_t)sizeof(Int) + max_int64(view.count, 1) * 8);
}

/* Half goes to the even neighbour. */
static Value method_round(Value *args) {
    if (is_empty(args[1])) return int_exact(args[0]);
    Value digits = value_index(args[1]);
    if (is_error(digits)) return VALUE_ERROR;
    if (int_sign(digits) >= 0) return int_exact(args[0]);
    Value places = int_negative(digits);
    if (is_error(places)) return VALUE_ERROR;
    if (int_compare(places, int_value(int_bit_length(args[0]))) > 0) return smallint_value(0);
    Value unit = int_power(smallint_value(10), places, VALUE_NONE);
    if (is_error(unit)) return VALUE_ERROR;
    Value quotient = int_divide_nearest(args[0], unit);
    return is_error(quotient) ? VALUE_ERROR : int_multiply(quotient, unit);
}

/* 1: little, 0: big, -1: an exception is set. */
static int parse_byte_order(Value order, const char *function) {
    if (is_empty(order)) return 0;
    if (!is_str(order)) {
        raise_error(&TypeError, "%s() argument 'byteorder' must be str, not %T", function, order);
        return -1;
    }
    if (str_equal_c(as_str(order), "little")) return 1;
    if (str_equal_c(as_str(order), "big")) return 0;
    raise_error(&ValueError, "byteorder must be either 'little' or 'big'");
    return -1;
}

static Value method_to_bytes(Value *args) {
    int64_t length = 1;
    if (!is_empty(args[1])) {
        length = value_index_int64(args[1], &OverflowError);
        if (length == -1 && error_occurred()) return VALUE_ERROR;
    }
    int is_signed = is_empty(args[3]) ? 0 : value_truth(args[3]);
    if (is_signed < 0) return VALUE_ERROR;
    int little = parse_byte_order(args[2], "to_bytes");
    if (little < 0) return VALUE_ERROR;
    if (length < 0)
        return raise_error(&ValueError, "length argument must be non-negative");
    Bytes *bytes = bytes_new(length);
    if (!bytes || !int_to_bytes(args[0], bytes->data, (size_t)length, little, is_signed))
        return VALUE_ERROR;
    return object_value(bytes);
}

/* The bytes of what from_bytes() takes: a bytes object, or NULL. */
static Bytes *bytes_of_object(Value v) {
    if (is_kind(v, TYPE_BYTES)) return as_bytes(v);
    Type *type = type_of(v);
    bool iterable = load_relaxed(&type->iter) || load_relaxed(&type->getitem);
    if (is_empty(type_lookup(type, NAME("__bytes__"))) && !has_buffer(v) &&
        (is_str(v) || !iterable)) {
        raise_error(&TypeError, "cannot convert '%T' object to bytes", v);
        return NULL;
    }
    Value bytes = call_1(object_value(&bytes_type), v);
    return is_error(bytes) ? NULL : as_bytes(bytes);
}

static Value method_from_bytes(Value *args) {
    int little = parse_byte_order(args[2], "from_bytes");
    if (little < 0) return VALUE_ERROR;
    int is_signed = is_empty(args[3]) ? 0 : value_truth(args[3]);
    if (is_signed < 0) return VALUE_ERROR;
    Bytes *bytes = bytes_of_object(args[1]);
    if (!bytes) return VALUE_ERROR;
    Value result = int_from_bytes(bytes->data, (size_t)bytes->length, little, is_signed);
    if (is_error(result) || OBJECT_AS(Type, args[0]) == &int_type) return result;
    return call_1(args[0], result);
}

const MethodDef int_methods[] = {
    METHOD("conjugate", method_exact, "($self, /)",
           "Returns self, the complex conjugate of any int."),
    METHOD("bit_length", method_bit_length, "($self, /)",
           "Number of bits necessary to represent self in binary.\n\n>>> bin(37)\n'0b100101'\n"
           ">>> (37).bit_length()\n6"),
    METHOD("bit_count", method_bit_count, "($self, /)",
           "Number of ones in the binary representation of the absolute value of self.\n\n"
           "Also known as the population count.\n\n>>> bin(13)\n'0b1101'\n>>> (13).bit_count()\n3"),
    METHOD("to_bytes", method_to_bytes, "($self, /, length=1, byteorder='big', *, signed=False)",
           "Return an array of bytes representing the integer.\n\n"
           "An OverflowError is raised when it does not fit into `length` bytes, or when it is\n"
           "negative and `signed` is false (else two's complement is used)."),
    CLASS_METHOD("from_bytes", method_from_bytes,
                 "($type, /, bytes, byteorder='big', *, signed=False)",
                 "Return the integer represented by the given array of bytes.\n\n"
                 "`bytes` is a bytes-like object or an iterable of bytes; `signed` says whether it\n"
                 "is two's complement."),
    METHOD("as_integer_ratio", method_as_integer_ratio, "($self, /)",
           "Return a pair of integers, whose ratio is equal to the original int.\n\n"
           "The ratio is in lowest terms and has a positive denominator."),
    METHOD("__trunc__", method_exact, "($self, /)", "Truncating an Integral returns itself."),
    METHOD("__floor__", method_exact, "($self, /)", "Flooring an Integral returns itself."),
    METHOD("__ceil__", method_exact, "($self, /)", "Ceiling of an Integral returns itself."),
    METHOD("__round__", method_round, "($self, ndigits=None, /)",
           "Rounding an Integral returns itself.\n\n"
           "Rounding with an ndigits argument also returns an integer."),
    METHOD("__getnewargs__", method_getnewargs, "($self, /)", NULL),
    METHOD("__format__", method_format, "($self, format_spec, /)",
           "Default object formatter."),
    METHOD("__sizeof__", method_sizeof, "($self, /)", "Returns size in memory, in bytes."),
    {0},
};

const GetSetDef int_getset[] = {
    {"real", get_exact, NULL, "the real part of a complex number"},
    {"imag", get_imag, NULL, "the imaginary part of a complex number"},
    {"numerator", get_exact, NULL, "the numerator of a rational number in lowest terms"},
    {"denominator", get_denominator, NULL, "the denominator of a rational number in lowest terms"},
    {0},
};

Type int_type = {
    .name = "int",
    .doc = "int([x]) -> integer\nint(x, base=10) -> integer\n\n"
           "Convert a number or string to an integer, or return 0 if no arguments are given.\n"
           "Floating point numbers are truncated towards zero. A string is read in the given base,\n"
           "2 to 36, or as an integer literal when base is 0.",
    .base = &object_type_object,
    .flags = TYPE_BASE | TYPE_IMMUTABLE | TYPE_INT | TYPE_MATCH_SELF,
    .size = sizeof(Int),
    .repr = int_repr,
    .hash = int_hash,
    .compare = int_compare_slot,
    .new_instance = int_new,
    .truth = int_truth,
    .negative = int_negative,
    .positive = int_exact,
    .absolute = int_absolute,
    .invert = int_invert,
    .to_int = int_exact,
    .to_float = int_to_float,
    .index = int_exact,
    .binary = {[BINARY_ADD] = add_slot, [BINARY_SUBTRACT] = subtract_slot,
               [BINARY_MULTIPLY] = multiply_slot, [BINARY_TRUE_DIVIDE] = true_divide_slot,
               [BINARY_FLOOR_DIVIDE] = floor_divide_slot, [BINARY_REMAINDER] = remainder_slot,
               [BINARY_POWER] = power_slot, [BINARY_LEFT_SHIFT] = left_shift_slot,
               [BINARY_RIGHT_SHIFT] = right_shift_slot, [BINARY_AND] = and_slot,
               [BINARY_XOR] = xor_slot, [BINARY_OR] = or_slot, [BINARY_DIVMOD] = divmod_slot},
    .power = power_modulo_slot,
    .methods = int_methods,
    .getset = int_getset,
};
