/* complex.c - the type complex. A Complex is immutable. */
#include "types/float_private.h"

#include <math.h>
#include "base/number.h"
#include "types/bytes.h"
#include "types/exception.h"
#include "types/int.h"
#include "types/list.h"
#include "types/number_text.h"
#include "types/str.h"

static inline bool is_complex(Value v) {
    return is_object(v) && !is_empty(v) && is_instance_of(v, &complex_type);
}
static inline Complex *as_complex(Value v) { return OBJECT_AS(Complex, v); }

static Value complex_of_type(Type *type, double real, double imaginary) {
    Complex *z = type == &complex_type ? object_alloc(&complex_type, sizeof(Complex))
                                       : object_alloc_instance(type, sizeof(Complex));
    if (!z) return VALUE_ERROR;
    z->real = real;
    z->imaginary = imaginary;
    return object_value(z);
}

Value complex_value(double real, double imaginary) {
    return complex_of_type(&complex_type, real, imaginary);
}

/* --- operands ------------------------------------------------------------------------------------------ */

typedef struct Number {
    double real, imaginary;
} Number;

typedef enum Operand { OPERAND_OK, OPERAND_UNKNOWN, OPERAND_ERROR } Operand;

static Operand operand(Value v, Number *out) {
    out->imaginary = 0.0;
    if (is_complex(v)) {
        out->real = as_complex(v)->real;
        out->imaginary = as_complex(v)->imaginary;
    } else if (is_float(v)) {
        out->real = float_of(v);
    } else if (is_int(v)) {
        bool overflow;
        out->real = int_to_double(v, &overflow);
        if (overflow) {
            raise_error(&OverflowError, "int too large to convert to float");
            return OPERAND_ERROR;
        }
    } else {
        return OPERAND_UNKNOWN;
    }
    return OPERAND_OK;
}

#define OPERANDS(left, right, a, b)                                                                \
    Number a, b;                                                                                   \
    Operand status_;                                                                               \
    if ((status_ = operand(left, &a)) != OPERAND_OK || (status_ = operand(right, &b)) != OPERAND_OK) \
    return status_ == OPERAND_UNKNOWN ? VALUE_NOT_IMPLEMENTED : VALUE_ERROR

/* --- arithmetic ------------------------------------------------------------------------------------------ */

static Number multiply(Number a, Number b) {
    return (Number){a.real * b.real - a.imaginary * b.imaginary,
                    a.real * b.imaginary + a.imaginary * b.real};
}

/* Scaled by the larger part of the divisor (Smith, "Algorithm 116: Complex division", 1962), so that
 * no intermediate result overflows needlessly. False: division by zero. */
static bool divide(Number a, Number b, Number *result) {
    double abs_real = fabs(b.real), abs_imaginary = fabs(b.imaginary);
    if (abs_real >= abs_imaginary) {
        if (abs_real == 0.0) {
            *result = (Number){0.0, 0.0};
            return false;
        }
        double ratio = b.imaginary / b.real;
        double denominator = b.real + b.imaginary * ratio;
        *result = (Number){(a.real + a.imaginary * ratio) / denominator,
                           (a.imaginary - a.real * ratio) / denominator};
    } else if (abs_imaginary >= abs_real) {
        double ratio = b.real / b.imaginary;
        double denominator = b.real * ratio + b.imaginary;
        *result = (Number){(a.real * ratio + a.imaginary) / denominator,
                           (a.imaginary * ratio - a.real) / denominator};
    } else { /* a NaN */
        *result = (Number){__builtin_nan(""), __builtin_nan("")};
    }
    return true;
}

static Value add_slot(Value left, Value right) {
    OPERANDS(left, right, a, b);
    return complex_value(a.real + b.real, a.imaginary + b.imaginary);
}
static Value subtract_slot(Value left, Value right) {
    OPERANDS(left, right, a, b);
    return complex_value(a.real - b.real, a.imaginary - b.imaginary);
}
static Value multiply_slot(Value left, Value right) {
    OPERANDS(left, right, a, b);
    Number product = multiply(a, b);
    return complex_value(product.real, product.imaginary);
}
static Value true_divide_slot(Value left, Value right) {
    OPERANDS(left, right, a, b);
    Number quotient;
    if (!divide(a, b, &quotient)) return raise_error(&ZeroDivisionError, "complex division by zero");
    return complex_value(quotient.real, quotient.imaginary);
}

static Value raise_zero_power(void) {
    return raise_error(&ZeroDivisionError, "0.0 to a negative or complex power");
}

static Value power_result(Number result) {
    if (isinf(result.real) || isinf(result.imaginary))
        return raise_error(&OverflowError, "complex exponentiation");
    return complex_value(result.real, result.imaginary);
}

/* By repeated squaring: exact where the parts stay small integers. */
static Value power_small(Number base, long exponent) {
    Number result = {1.0, 0.0}, square = base;
    long count = exponent < 0 ? -exponent : exponent;
    for (long bit = 1; bit > 0 && count >= bit; bit <<= 1) {
        if (count & bit) result = multiply(result, square);
        square = multiply(square, square);
    }
    if (exponent <= 0) {
        Number one = {1.0, 0.0};
        if (!divide(one, result, &result)) return raise_zero_power();
    }
    return power_result(result);
}

Value complex_power(double ar, double ai, double br, double bi) {
    if (bi == 0.0 && br == floor(br) && fabs(br) <= 100.0)
        return power_small((Number){ar, ai}, (long)br);
    if (br == 0.0 && bi == 0.0) return complex_value(1.0, 0.0);
    if (ar == 0.0 && ai == 0.0) {
        if (bi != 0.0 || br < 0.0) return raise_zero_power();
        return complex_value(0.0, 0.0);
    }
    double modulus = hypot(ar, ai), angle = atan2(ai, ar);
    double length = pow(modulus, br), phase = angle * br;
    if (bi != 0.0) {
        length /= exp(angle * bi);
        phase += bi * log(modulus);
    }
    if (isinf(phase)) return raise_zero_power(); /* no direction */
    return power_result((Number){length * cos(phase), length * sin(phase)});
}

static Value power_slot(Value left, Value right) {
    OPERANDS(left, right, a, b);
    return complex_power(a.real, a.imaginary, b.real, b.imaginary);
}
static Value power_modulo_slot(Value base, Value exponent, Value modulus) {
    Number ignored;
    if (operand(base, &ignored) == OPERAND_UNKNOWN || operand(exponent, &ignored) == OPERAND_UNKNOWN)
        return VALUE_NOT_IMPLEMENTED;
    if (!is_none(modulus)) return raise_error(&ValueError, "complex modulo");
    return power_slot(base, exponent);
}

static Value complex_negative(Value self) {
    return complex_value(-as_complex(self)->real, -as_complex(self)->imaginary);
}
static Value complex_positive(Value self) {
    return complex_value(as_complex(self)->real, as_complex(self)->imaginary);
}
static Value complex_absolute(Value self) {
    double real = as_complex(self)->real, imaginary = as_complex(self)->imaginary;
    double result = hypot(real, imaginary);
    if (isinf(result) && isfinite(real) && isfinite(imaginary))
        return raise_error(&OverflowError, "absolute value too large");
    return double_value_checked(result);
}
static int complex_truth(Value self) {
    return as_complex(self)->real != 0.0 || as_complex(self)->imaginary != 0.0;
}

/* --- comparison, hash, repr --------------------------------------------------------------------------------- */

static Value complex_compare(Value self, Value other, CompareOp op) {
    if ((op != COMPARE_EQ && op != COMPARE_NE) || !is_complex(self)) return VALUE_NOT_IMPLEMENTED;
    const Complex *z = as_complex(self);
    bool equal;
    if (is_complex(other)) {
        equal = z->real == as_complex(other)->real && z->imaginary == as_complex(other)->imaginary;
    } else if (is_float(other)) {
        equal = z->imaginary == 0.0 && z->real == float_of(other);
    } else if (is_int(other)) {
        int order = z->imaginary == 0.0 ? float_compare_int(z->real, other) : 2;
        if (order == -2) return VALUE_ERROR;
        equal = order == 0;
    } else {
        return VALUE_NOT_IMPLEMENTED;
    }
    return bool_value(equal == (op == COMPARE_EQ));
}

static int64_t complex_hash(Value self) {
    uint64_t real = (uint64_t)hash_double(as_complex(self)->real);
    uint64_t imaginary = (uint64_t)hash_double(as_complex(self)->imaginary);
    int64_t hash = (int64_t)(real + UINT64_C(1000003) * imaginary);
    return hash == -1 ? -2 : hash;
}

static Value complex_repr(Value self) {
    char text[80];
    size_t length = 0;
    double real = as_complex(self)->real, imaginary = as_complex(self)->imaginary;
    bool only_imaginary = real == 0.0 && !signbit(real);
    if (!only_imaginary) {
        text[length++] = '(';
        length += number_format_double(text + length, sizeof text - length, real, 'r', 0, 0);
    }
    length += number_format_double(text + length, sizeof text - length, imaginary, 'r', 0,
                                   only_imaginary ? 0 : NUMBER_SIGN);
    text[length++] = 'j';
    if (!only_imaginary) text[length++] = ')';
    Str *result = str_from_latin1((const uint8_t *)text, length);
    return result ? object_value(result) : VALUE_ERROR;
}

/* --- complex(x, y) ---------------------------------------------------------------------------------------------- */

static const char *skip_spaces(const char *p) {
    while (number_text_is_space(*p)) p++;
    return p;
}

/* <float>, <float>j, <float><signed float>j, j and signed j; in parentheses or not. */
static bool parse_complex(const char *text, size_t length, double *real, double *imaginary) {
    const char *p = skip_spaces(text);
    bool parenthesis = *p == '(';
    if (parenthesis) p = skip_spaces(p + 1);
    char *end;
    *real = *imaginary = 0.0;
    double first = number_parse_double(p, &end);
    if (end != p) {
        p = end;
        if (*p == '+' || *p == '-') {
            *real = first;
            *imaginary = number_parse_double(p, &end);
            if (end != p) p = end;
            else *imaginary = *p++ == '+' ? 1.0 : -1.0;
            if (*p != 'j' && *p != 'J') return false;
            p++;
        } else if (*p == 'j' || *p == 'J') {
            *imaginary = first;
            p++;
        } else {
            *real = first;
        }
    } else {
        *imaginary = 1.0;
        if (*p == '+' || *p == '-') *imaginary = *p++ == '+' ? 1.0 : -1.0;
        if (*p != 'j' && *p != 'J') return false;
        p++;
    }
    p = skip_spaces(p);
    if (parenthesis) {
        if (*p != ')') return false;
        p = skip_spaces(p + 1);
    }
    return p == text + length;
}

static Value complex_from_str(Type *type, Value v) {
    size_t length;
    char room[NUMBER_TEXT_ROOM];
    const char *text = number_text_from_str(as_str(v), room, &length);
    if (!text) return VALUE_ERROR;
    if (strchr(text, '_')) {
        Bytes *copy = bytes_new((int64_t)length);
        if (!copy) return VALUE_ERROR;
        if (strlen(text) != length ||
            !number_text_remove_underscores(text, length, (char *)copy->data, &length))
            return raise_error(&ValueError, "could not convert string to complex: %R", v);
        text = (const char *)copy->data;
    }
    double real, imaginary;
    if (!parse_complex(text, length, &real, &imaginary))
        return raise_error(&ValueError, "complex() arg is a malformed string");
    return complex_of_type(type, real, imaginary);
}

/* v.__complex__() when the class has it, else VALUE_EMPTY. */
static Value try_complex_method(Value v) {
    Value result = call_special(v, NAME("__complex__"), NULL, 0);
    if (is_empty(result) || is_error(result)) return result;
    if (!is_complex(result))
        return raise_error(&TypeError, "__complex__ returned non-complex (type %T)", result);
    if (!is_exactly(result, &complex_type) &&
        !warn(&DeprecationWarning, 1,
              "__complex__ returned non-complex (type %T).  The ability to return an instance of a "
              "strict subclass of complex is deprecated, and may not be supported in a future "
              "version of Python.",
              result))
        return VALUE_ERROR;
    return result;
}

static bool is_number(Value v) {
    Type *type = type_of(v);
    return is_complex(v) || load_relaxed(&type->to_float) || has_index(v);
}

/* A complex, or anything that float() takes as a number. */
static bool part(Value v, Number *out, bool *was_complex) {
    *was_complex = is_complex(v);
    out->imaginary = 0.0;
    if (*was_complex) {
        out->real = as_complex(v)->real;
        out->imaginary = as_complex(v)->imaginary;
        return true;
    }
    Value number = number_float(v);
    if (is_error(number)) return false;
    out->real = float_of(number);
    return true;
}

static Value complex_new(Type *type, Value *args, size_t count, Tuple *names) {
    static const char signature[] = "(real=0, imag=0)";
    static Signature *parsed;
    Value a[2];
    if (!bind_arguments("complex", signature, &parsed, args, count, names, a)) return VALUE_ERROR;
    Value first = is_empty(a[0]) ? smallint_value(0) : a[0], second = a[1];
    if (is_exactly(first, &complex_type) && is_empty(second) && type == &complex_type) return first;
    if (is_str(first)) {
        if (!is_empty(second))
            return raise_error(&TypeError, "complex() can't take second arg if first is a string");
        return complex_from_str(type, first);
    }
    if (!is_empty(second) && is_str(second))
        return raise_error(&TypeError, "complex() second arg can't be a string");
    Value converted = is_exactly(first, &complex_type) ? VALUE_EMPTY : try_complex_method(first);
    if (is_error(converted)) return VALUE_ERROR;
    if (!is_empty(converted)) first = converted;
    if (!is_number(first))
        return raise_error(&TypeError,
                           "complex() first argument must be a string or a number, not '%T'", first);
    if (!is_empty(second) && !is_number(second))
        return raise_error(&TypeError, "complex() second argument must be a number, not '%T'",
                           second);
    Number x, y = {0.0, 0.0};
    bool x_complex, y_complex = false;
    if (!part(first, &x, &x_complex)) return VALUE_ERROR;
    if (is_empty(second)) return complex_of_type(type, x.real, x.imaginary);
    if (!part(second, &y, &y_complex)) return VALUE_ERROR;
    /* x + y*1j, where each may have both parts. */
    if (y_complex) x.real -= y.imaginary;
    if (x_complex) y.real += x.imaginary;
    return complex_of_type(type, x.real, y.real);
}

/* --- methods ------------------------------------------------------------------------------------------------------- */

static Value method_conjugate(Value *args) {
    return complex_value(as_complex(args[0])->real, -as_complex(args[0])->imaginary);
}

static Value method_getnewargs(Value *args) {
    Tuple *pair = tuple_pack(2, double_value_checked(as_complex(args[0])->real),
                             double_value_checked(as_complex(args[0])->imaginary));
    return pair ? object_value(pair) : VALUE_ERROR;
}

static Value method_format(Value *args) {
    if (!is_str(args[1]))
        return raise_error(&TypeError, "__format__() argument must be str, not %T", args[1]);
    return complex_format(args[0], as_str(args[1]));
}

static Value method_complex(Value *args) {
    return is_exactly(args[0], &complex_type) ? args[0] : complex_positive(args[0]);
}

static const MethodDef methods[] = {
    METHOD("conjugate", method_conjugate, "($self, /)",
           "Return the complex conjugate of its argument. (3-4j).conjugate() == 3+4j."),
    METHOD("__complex__", method_complex, "($self, /)",
           "Convert this value to exact type complex."),
    METHOD("__getnewargs__", method_getnewargs, "($self, /)", NULL),
    METHOD("__format__", method_format, "($self, format_spec, /)",
           "Convert to a string according to format_spec."),
    {0},
};

static const MemberDef members[] = {
    {"real", MEMBER_DOUBLE, offsetof(Complex, real), MEMBER_READONLY, "the real part of a complex number"},
    {"imag", MEMBER_DOUBLE, offsetof(Complex, imaginary), MEMBER_READONLY,
     "the imaginary part of a complex number"},
    {0},
};

Type complex_type = {
    .name = "complex",
    .signature = "(real=0, imag=0)",
    .doc = "Create a complex number from a real part and an optional imaginary part.\n\n"
           "This is equivalent to (real + imag*1j) where imag defaults to 0.",
    .base = &object_type_object,
    .flags = TYPE_BASE | TYPE_IMMUTABLE,
    .size = sizeof(Complex),
    .repr = complex_repr,
    .hash = complex_hash,
    .compare = complex_compare,
    .new_instance = complex_new,
    .truth = complex_truth,
    .negative = complex_negative,
    .positive = complex_positive,
    .absolute = complex_absolute,
    .binary = {[BINARY_ADD] = add_slot, [BINARY_SUBTRACT] = subtract_slot,
               [BINARY_MULTIPLY] = multiply_slot, [BINARY_TRUE_DIVIDE] = true_divide_slot,
               [BINARY_POWER] = power_slot},
    .power = power_modulo_slot,
    .methods = methods,
    .members = members,
};
