/* float.c - the type float. Exact floats are immediates; instances of subclasses are Float objects
 * with a constant number. The text side is in float_text.c. */
#include "types/float_private.h"

#include <errno.h>
#include <float.h>
#include <math.h>
#include "base/number.h"
#include "types/bytes.h"
#include "types/exception.h"
#include "types/int.h"
#include "types/list.h"
#include "types/number_text.h"
#include "types/str.h"

Value float_of_type(Type *type, double d) {
    if (type == &float_type) return double_value_checked(d);
    Float *object = object_alloc_instance(type, sizeof(Float));
    if (!object) return VALUE_ERROR;
    object->number = double_of(double_value_checked(d));
    return object_value(object);
}

Value raise_range_error(void) {
    Str *text = str_from_c("Numerical result out of range");
    if (!text) return VALUE_ERROR;
    Value exception = call_2(object_value(&OverflowError), smallint_value(ERANGE), object_value(text));
    return is_error(exception) ? VALUE_ERROR : raise_value(exception);
}

/* --- float(x) ----------------------------------------------------------------------------------------- */

static Value float_from_textual(Value v) {
    const char *text;
    size_t length;
    double d;
    char room[NUMBER_TEXT_ROOM];
    if (is_str(v)) {
        text = number_text_from_str(as_str(v), room, &length);
    } else if (!number_text_from_buffer(v, &text, &length)) {
        return raise_error(&TypeError, "float() argument must be a string or a real number, not '%T'",
                           v);
    }
    if (!text) return VALUE_ERROR;
    int status = float_parse(text, length, &d);
    if (status < 0) return VALUE_ERROR;
    if (status == 0) return raise_error(&ValueError, "could not convert string to float: %R", v);
    return double_value_checked(d);
}

static Value float_result_of_special(Value v, Value result) {
    if (is_error(result) || is_double(result)) return result;
    if (!is_float(result))
        return raise_error(&TypeError, "%T.__float__ returned non-float (type %T)", v, result);
    if (!warn(&DeprecationWarning, 1,
              "%T.__float__ returned non-float (type %T).  The ability to return an instance of a "
              "strict subclass of float is deprecated, and may not be supported in a future version "
              "of Python.",
              v, result))
        return VALUE_ERROR;
    return double_value(float_of(result));
}

Value number_float(Value v) {
    if (is_double(v)) return v;
    if (is_smallint(v)) return double_value((double)smallint_of(v));
    Type *type = type_of(v);
    Value (*to_float)(Value) = load_relaxed(&type->to_float);
    if (to_float) return float_result_of_special(v, to_float(v));
    if (has_index(v)) {
        Value index = value_index(v);
        return is_error(index) ? index : number_float(index);
    }
    return float_from_textual(v);
}

static Value float_new(Type *type, Value *args, size_t count, Tuple *names) {
    static const char signature[] = "(x=0, /)";
    static Signature *parsed;
    Value a[1];
    /* A class with an __init__ of its own may take keywords there. */
    if (type != &float_type && type->init != float_type.init) names = NULL;
    if (!bind_arguments("float", signature, &parsed, args, count, names, a)) return VALUE_ERROR;
    Value result = is_empty(a[0]) ? double_value(0.0) : number_float(a[0]);
    if (is_error(result) || type == &float_type) return result;
    return float_of_type(type, double_of(result));
}

/* --- hash and comparison --------------------------------------------------------------------------------- */

#define HASH_PRIME ((UINT64_C(1) << 61) - 1)

int64_t hash_double(double d) {
    if (fabs(d) < 0x1p53 && d == (double)(int64_t)d) {
        int64_t i = (int64_t)d;
        return i == -1 ? -2 : i;
    }
    if (isnan(d)) return 0;
    if (isinf(d)) return d > 0 ? 314159 : -314159;
    int exponent;
    double mantissa = frexp(fabs(d), &exponent);
    uint64_t hash = 0;
    while (mantissa != 0) { /* 28 bits a turn */
        hash = (hash << 28 & HASH_PRIME) | hash >> (61 - 28);
        mantissa *= 0x1p28;
        exponent -= 28;
        uint64_t word = (uint64_t)mantissa;
        mantissa -= (double)word;
        hash += word;
        if (hash >= HASH_PRIME) hash -= HASH_PRIME;
    }
    exponent = exponent >= 0 ? exponent % 61 : 60 - (-1 - exponent) % 61;
    hash = (hash << exponent & HASH_PRIME) | hash >> (61 - exponent);
    int64_t result = d < 0 ? -(int64_t)hash : (int64_t)hash;
    return result == -1 ? -2 : result;
}

static int64_t float_hash(Value self) {
    double d = float_of(self);
    return unlikely(isnan(d)) ? hash_identity(self) : hash_double(d);
}

int float_compare_int(double d, Value v) {
    if (isnan(d)) return 2;
    if (isinf(d)) return d > 0 ? 1 : -1;
    int64_t i;
    if (int_to_int64(v, &i) && i >= -(INT64_C(1) << 53) && i <= INT64_C(1) << 53)
        return (d > (double)i) - (d < (double)i);
    double whole = trunc(d);
    Value integer = int_from_double(whole);
    if (is_error(integer)) return -2;
    int order = int_compare(integer, v);
    return order != 0 ? order : (d > whole) - (d < whole);
}

static Value order_result(int order, CompareOp op) { /* 2: unordered */
    switch (op) {
    case COMPARE_LT: return bool_value(order == -1);
    case COMPARE_LE: return bool_value(order <= 0);
    case COMPARE_EQ: return bool_value(order == 0);
    case COMPARE_NE: return bool_value(order != 0);
    case COMPARE_GT: return bool_value(order == 1);
    default: return bool_value(order == 0 || order == 1);
    }
}

static Value float_compare(Value self, Value other, CompareOp op) {
    if (!is_float(self)) return VALUE_NOT_IMPLEMENTED;
    double a = float_of(self);
    if (is_float(other)) {
        double b = float_of(other);
        return order_result(isunordered(a, b) ? 2 : (a > b) - (a < b), op);
    }
    if (!is_int(other)) return VALUE_NOT_IMPLEMENTED;
    int order = float_compare_int(a, other);
    if (order == -2) return VALUE_ERROR;
    return order_result(order, op);
}

/* --- arithmetic --------------------------------------------------------------------------------------------- */

typedef enum Operand { OPERAND_OK, OPERAND_UNKNOWN, OPERAND_ERROR } Operand;

static Operand operand(Value v, double *out) {
    if (is_double(v)) {
        *out = double_of(v);
        return OPERAND_OK;
    }
    if (is_smallint(v)) {
        *out = (double)smallint_of(v);
        return OPERAND_OK;
    }
    if (is_float(v)) {
        *out = float_of(v);
        return OPERAND_OK;
    }
    if (!is_int(v)) return OPERAND_UNKNOWN;
    bool overflow;
    *out = int_to_double(v, &overflow);
    if (!overflow) return OPERAND_OK;
    raise_error(&OverflowError, "int too large to convert to float");
    return OPERAND_ERROR;
}

#define OPERANDS(left, right, a, b)                                                                \
    double a, b;                                                                                   \
    Operand status_;                                                                               \
    if ((status_ = operand(left, &a)) != OPERAND_OK || (status_ = operand(right, &b)) != OPERAND_OK) \
    return status_ == OPERAND_UNKNOWN ? VALUE_NOT_IMPLEMENTED : VALUE_ERROR

static Value add_slot(Value left, Value right) {
    OPERANDS(left, right, a, b);
    return double_value(a + b);
}
static Value subtract_slot(Value left, Value right) {
    OPERANDS(left, right, a, b);
    return double_value(a - b);
}
static Value multiply_slot(Value left, Value right) {
    OPERANDS(left, right, a, b);
    return double_value(a * b);
}
static Value true_divide_slot(Value left, Value right) {
    OPERANDS(left, right, a, b);
    if (b == 0.0) return raise_error(&ZeroDivisionError, "float division by zero");
    return double_value(a / b);
}

/* Floor division and remainder that agree: a == quotient * b + remainder, nearly, and the remainder
 * has b's sign. */
static void divide(double a, double b, double *quotient, double *remainder) {
    double r = fmod(a, b);
    double q = (a - r) / b; /* nearly whole */
    if (r != 0) {
        if ((b < 0) != (r < 0)) {
            r += b;
            q -= 1.0;
        }
    } else {
        r = copysign(0.0, b);
    }
    if (q != 0) {
        double whole = floor(q);
        if (q - whole > 0.5) whole += 1.0;
        q = whole;
    } else {
        q = copysign(0.0, a / b);
    }
    *quotient = q;
    *remainder = r;
}

double float_floor_divide(double a, double b) {
    double quotient, remainder;
    divide(a, b, &quotient, &remainder);
    return quotient;
}

double float_remainder(double a, double b) {
    double r = fmod(a, b);
    if (r == 0) return copysign(0.0, b);
    return (b < 0) != (r < 0) ? r + b : r;
}

static Value floor_divide_slot(Value left, Value right) {
    OPERANDS(left, right, a, b);
    if (b == 0.0) return raise_error(&ZeroDivisionError, "float floor division by zero");
    return double_value_checked(float_floor_divide(a, b));
}
static Value remainder_slot(Value left, Value right) {
    OPERANDS(left, right, a, b);
    if (b == 0.0) return raise_error(&ZeroDivisionError, "float modulo");
    return double_value_checked(float_remainder(a, b));
}
static Value divmod_slot(Value left, Value right) {
    OPERANDS(left, right, a, b);
    if (b == 0.0) return raise_error(&ZeroDivisionError, "float divmod()");
    double quotient, remainder;
    divide(a, b, &quotient, &remainder);
    Tuple *pair = tuple_pack(2, double_value_checked(quotient), double_value_checked(remainder));
    return pair ? object_value(pair) : VALUE_ERROR;
}

Value float_power(double a, double b) {
    if (b == 0) return double_value(1.0);
    if (isnan(a)) return double_value_checked(a);
    if (isnan(b)) return a == 1.0 ? double_value(1.0) : double_value_checked(b);
    if (a == 0 && b < 0 && isfinite(b))
        return raise_error(&ZeroDivisionError, "0.0 cannot be raised to a negative power");
    if (a < 0 && isfinite(a) && isfinite(b) && b != floor(b)) return complex_power(a, 0.0, b, 0.0);
    double result = pow(a, b);
    if (isinf(result) && isfinite(a) && isfinite(b)) return raise_range_error();
    return double_value_checked(result);
}

static Value power_slot(Value left, Value right) {
    OPERANDS(left, right, a, b);
    return float_power(a, b);
}
static Value power_modulo_slot(Value base, Value exponent, Value modulus) {
    if (!is_none(modulus))
        return raise_error(&TypeError,
                           "pow() 3rd argument not allowed unless all arguments are integers");
    return power_slot(base, exponent);
}

static Value float_negative(Value self) { return double_value(-float_of(self)); }
static Value float_positive(Value self) { return double_value(float_of(self)); }
static Value float_absolute(Value self) { return double_value(fabs(float_of(self))); }
static int float_truth(Value self) { return float_of(self) != 0.0; }
static Value float_to_int(Value self) { return int_from_double(float_of(self)); }

Str *float_repr(double d) {
    char text[32];
    size_t length = number_format_double(text, sizeof text, d, 'r', 0, NUMBER_ADD_DOT_0);
    return str_from_latin1((const uint8_t *)text, length);
}

static Value float_repr_slot(Value self) {
    Str *text = float_repr(float_of(self));
    return text ? object_value(text) : VALUE_ERROR;
}

/* --- methods ---------------------------------------------------------------------------------------------------- */

static Value method_exact(Value *args) { return float_positive(args[0]); }
static Value get_imag(Value self) { return double_value(0.0); }
static Value method_trunc(Value *args) { return int_from_double(float_of(args[0])); }
static Value method_floor(Value *args) { return int_from_double(floor(float_of(args[0]))); }
static Value method_ceil(Value *args) { return int_from_double(ceil(float_of(args[0]))); }

static Value method_round(Value *args) {
    double d = float_of(args[0]);
    if (is_empty(args[1]) || is_none(args[1])) {
        if (!isfinite(d)) return int_from_double(d);
        return int_from_double(nearbyint(d)); /* the rounding mode is never changed: half to even */
    }
    int64_t digits = value_index_int64(args[1], NULL);
    if (digits == -1 && error_occurred()) return VALUE_ERROR;
    return float_round_digits(d, digits);
}

static Value method_is_integer(Value *args) {
    double d = float_of(args[0]);
    return bool_value(isfinite(d) && floor(d) == d);
}

static Value method_as_integer_ratio(Value *args) {
    double d = float_of(args[0]);
    if (isinf(d)) return raise_error(&OverflowError, "cannot convert Infinity to integer ratio");
    if (isnan(d)) return raise_error(&ValueError, "cannot convert NaN to integer ratio");
    int exponent;
    double mantissa = frexp(d, &exponent);
    for (int i = 0; i < 300 && mantissa != floor(mantissa); i++) {
        mantissa *= 2.0;
        exponent--;
    }
    Value numerator = int_from_double(mantissa), denominator = smallint_value(1);
    if (is_error(numerator)) return VALUE_ERROR;
    if (exponent > 0) numerator = int_left_shift(numerator, smallint_value(exponent));
    else denominator = int_left_shift(denominator, smallint_value(-exponent));
    if (is_error(numerator) || is_error(denominator)) return VALUE_ERROR;
    Tuple *pair = tuple_pack(2, numerator, denominator);
    return pair ? object_value(pair) : VALUE_ERROR;
}

static Value method_hex(Value *args) { return float_hex_text(float_of(args[0])); }

static Value method_fromhex(Value *args) {
    if (!is_str(args[1]))
        return raise_error(&TypeError, "fromhex() argument must be str, not %T", args[1]);
    size_t length;
    char room[NUMBER_TEXT_ROOM];
    const char *text = number_text_from_str(as_str(args[1]), room, &length);
    double d;
    if (!text) return VALUE_ERROR;
    if (!str_is_ascii(as_str(args[1]))) text = "?", length = 1; /* other digits are not hexadecimal */
    if (!float_parse_hex(text, length, &d)) return VALUE_ERROR;
    Value result = double_value_checked(d);
    return OBJECT_AS(Type, args[0]) == &float_type ? result : call_1(args[0], result);
}

static Value method_getnewargs(Value *args) {
    Tuple *tuple = tuple_pack(1, double_value(float_of(args[0])));
    return tuple ? object_value(tuple) : VALUE_ERROR;
}

static Value method_format(Value *args) {
    if (!is_str(args[1]))
        return raise_error(&TypeError, "__format__() argument must be str, not %T", args[1]);
    return float_format(args[0], as_str(args[1]));
}

static Value method_getformat(Value *args) {
    if (!is_str(args[1]))
        return raise_error(&TypeError, "__getformat__() argument must be str, not %T", args[1]);
    if (!str_equal_c(as_str(args[1]), "double") && !str_equal_c(as_str(args[1]), "float"))
        return raise_error(&ValueError, "__getformat__() argument 1 must be 'double' or 'float'");
    union {
        uint16_t word;
        uint8_t bytes[2];
    } order = {.word = 1};
    Str *text = str_from_c(order.bytes[0] ? "IEEE, little-endian" : "IEEE, big-endian");
    return text ? object_value(text) : VALUE_ERROR;
}

static const MethodDef methods[] = {
    METHOD("conjugate", method_exact, "($self, /)",
           "Return self, the complex conjugate of any float."),
    METHOD("__trunc__", method_trunc, "($self, /)", "Return the Integral closest to x between 0 and x."),
    METHOD("__floor__", method_floor, "($self, /)", "Return the floor as an Integral."),
    METHOD("__ceil__", method_ceil, "($self, /)", "Return the ceiling as an Integral."),
    METHOD("__round__", method_round, "($self, ndigits=None, /)",
           "Return the Integral closest to x, rounding half toward even.\n\n"
           "When an argument is passed, work like built-in round(x, ndigits)."),
    METHOD("as_integer_ratio", method_as_integer_ratio, "($self, /)",
           "Return a pair of integers, whose ratio is exactly equal to the original float.\n\n"
           "The ratio is in lowest terms and has a positive denominator.  Raise\n"
           "OverflowError on infinities and a ValueError on NaNs."),
    CLASS_METHOD("fromhex", method_fromhex, "($type, string, /)",
                 "Create a floating-point number from a hexadecimal string.\n\n"
                 ">>> float.fromhex('0x1.ffffp10')\n2047.984375"),
    METHOD("hex", method_hex, "($self, /)",
           "Return a hexadecimal representation of a floating-point number.\n\n"
           ">>> 3.14159.hex()\n'0x1.921f9f01b866ep+1'"),
    METHOD("is_integer", method_is_integer, "($self, /)", "Return True if the float is an integer."),
    METHOD("__getnewargs__", method_getnewargs, "($self, /)", NULL),
    METHOD("__format__", method_format, "($self, format_spec, /)",
           "Formats the float according to format_spec."),
    CLASS_METHOD("__getformat__", method_getformat, "($type, typestr, /)",
                 "Tells how floats (or C floats) are represented.\n\n"
                 "typestr must be 'double' or 'float'."),
    {0},
};

static const GetSetDef getset[] = {
    {"real", float_positive, NULL, "the real part of a complex number"},
    {"imag", get_imag, NULL, "the imaginary part of a complex number"},
    {0},
};

Type float_type = {
    .name = "float",
    .signature = "(x=0, /)",
    .doc = "Convert a string or number to a floating point number, if possible.",
    .base = &object_type_object,
    .flags = TYPE_BASE | TYPE_IMMUTABLE | TYPE_FLOAT | TYPE_MATCH_SELF,
    .size = sizeof(Float),
    .repr = float_repr_slot,
    .hash = float_hash,
    .compare = float_compare,
    .new_instance = float_new,
    .truth = float_truth,
    .negative = float_negative,
    .positive = float_positive,
    .absolute = float_absolute,
    .to_int = float_to_int,
    .to_float = float_positive,
    .binary = {[BINARY_ADD] = add_slot, [BINARY_SUBTRACT] = subtract_slot,
               [BINARY_MULTIPLY] = multiply_slot, [BINARY_TRUE_DIVIDE] = true_divide_slot,
               [BINARY_FLOOR_DIVIDE] = floor_divide_slot, [BINARY_REMAINDER] = remainder_slot,
               [BINARY_POWER] = power_slot, [BINARY_DIVMOD] = divmod_slot},
    .power = power_modulo_slot,
    .methods = methods,
    .getset = getset,
};
