/* cmath_module.c - the module cmath, over the C library's complex functions. Their special values are
 * those of C99's annex G, which Python's follow; what annex G signals as invalid or as a pole is a
 * ValueError here, and an overflow of finite arguments an OverflowError. */
#include <complex.h>
#include <math.h>
#include "modules/support.h"

typedef double complex Z;

static Z make(double real, double imaginary) { return CMPLX(real, imaginary); }

static bool get_complex(Value v, Z *out) {
    if (is_double(v)) {
        *out = make(double_of(v), 0.0);
        return true;
    }
    if (is_object(v) && !is_instance_of(v, &complex_type)) {
        Value converted = call_special(v, NAME("__complex__"), NULL, 0);
        if (is_error(converted)) return false;
        if (!is_empty(converted)) {
            if (!is_instance_of(converted, &complex_type)) {
                raise_error(&TypeError, "__complex__ returned non-complex (type %T)", converted);
                return false;
            }
            v = converted;
        }
    }
    if (is_object(v) && is_instance_of(v, &complex_type)) {
        *out = make(OBJECT_AS(Complex, v)->real, OBJECT_AS(Complex, v)->imaginary);
        return true;
    }
    double real;
    if (!value_to_double(v, &real)) return false;
    *out = make(real, 0.0);
    return true;
}

static Value domain_error(void) { return raise_error(&ValueError, "math domain error"); }
static Value range_error(void) { return raise_error(&OverflowError, "math range error"); }

static bool is_finite(Z z) { return isfinite(creal(z)) && isfinite(cimag(z)); }
static bool is_infinite(Z z) { return isinf(creal(z)) || isinf(cimag(z)); }
static bool is_nan(Z z) { return isnan(creal(z)) || isnan(cimag(z)); }

static Value result_of(Z z) { return complex_value(creal(z), cimag(z)); }

/* Which arguments the function has no value for. */
static bool never(Z z) { return false; }
static bool at_zero(Z z) { return creal(z) == 0 && cimag(z) == 0; }
static bool at_one(Z z) { return fabs(creal(z)) == 1 && cimag(z) == 0; }
static bool at_i(Z z) { return creal(z) == 0 && fabs(cimag(z)) == 1; }
static bool imaginary_infinite(Z z) { return isinf(cimag(z)) && !isnan(creal(z)); }
static bool real_infinite(Z z) { return isinf(creal(z)) && !isnan(cimag(z)); }
static bool only_imaginary_infinite(Z z) { return isinf(cimag(z)) && isfinite(creal(z)); }
static bool only_real_infinite(Z z) { return isinf(creal(z)) && isfinite(cimag(z)); }
static bool exp_invalid(Z z) {
    return isinf(cimag(z)) && (isfinite(creal(z)) || creal(z) == HUGE_VAL);
}

static Value apply(Value *args, Z (*function)(Z), bool (*is_invalid)(Z)) {
    Z z;
    if (!get_complex(args[1], &z)) return VALUE_ERROR;
    if (is_invalid(z)) return domain_error();
    Z r = function(z);
    if (is_infinite(r) && is_finite(z)) return range_error();
    return result_of(r);
}

/* Where annex G knows more than Python wants to. */
static Z acosh_of(Z z) {
    if (creal(z) == 0 && isnan(cimag(z))) return make(cimag(z), cimag(z));
    return cacosh(z);
}

static Z tanh_of(Z z) {
    if (creal(z) == 0 && isnan(cimag(z))) return make(cimag(z), cimag(z));
    return ctanh(z);
}

static Z tan_of(Z z) {
    if (cimag(z) == 0 && isnan(creal(z))) return make(creal(z), creal(z));
    return ctan(z);
}

static Z log10_of(Z z) {
    Z r = clog(z);
    return make(creal(r) / M_LN10, cimag(r) / M_LN10);
}

#define CMATH(name, function, invalid)                                                             \
    static Value cmath_##name(Value *args) { return apply(args, function, invalid); }
CMATH(acos, cacos, never)
CMATH(acosh, acosh_of, never)
CMATH(asin, casin, never)
CMATH(asinh, casinh, never)
CMATH(atan, catan, at_i)
CMATH(atanh, catanh, at_one)
CMATH(cos, ccos, real_infinite)
CMATH(cosh, ccosh, imaginary_infinite)
CMATH(exp, cexp, exp_invalid)
CMATH(log10, log10_of, at_zero)
CMATH(sin, csin, real_infinite)
CMATH(sinh, csinh, imaginary_infinite)
CMATH(sqrt, csqrt, never)
CMATH(tan, tan_of, only_real_infinite)
CMATH(tanh, tanh_of, only_imaginary_infinite)

static Value cmath_log(Value *args) {
    Z z, base;
    if (!get_complex(args[1], &z)) return VALUE_ERROR;
    if (at_zero(z)) return domain_error();
    Z numerator = clog(z);
    if (is_empty(args[2])) return result_of(numerator);
    if (!get_complex(args[2], &base)) return VALUE_ERROR;
    if (at_zero(base)) return domain_error();
    Value divisor = result_of(clog(base)), dividend = result_of(numerator);
    if (is_error(divisor) || is_error(dividend)) return VALUE_ERROR;
    if (value_truth(divisor) == 0) return domain_error();
    return binary_op(dividend, divisor, BINARY_TRUE_DIVIDE);
}

static Value cmath_phase(Value *args) {
    Z z;
    if (!get_complex(args[1], &z)) return VALUE_ERROR;
    return double_value_checked(atan2(cimag(z), creal(z)));
}

static Value cmath_polar(Value *args) {
    Z z;
    if (!get_complex(args[1], &z)) return VALUE_ERROR;
    double modulus = hypot(creal(z), cimag(z));
    if (isinf(modulus) && is_finite(z)) return range_error();
    Tuple *pair = tuple_pack(2, double_value_checked(modulus),
                             double_value_checked(atan2(cimag(z), creal(z))));
    return pair ? object_value(pair) : VALUE_ERROR;
}

static Value cmath_rect(Value *args) {
    double r, phi;
    if (!value_to_double(args[1], &r) || !value_to_double(args[2], &phi)) return VALUE_ERROR;
    if (r != 0 && !isnan(r) && isinf(phi)) return domain_error();
    double real, imaginary;
    if (phi == 0) { /* an infinite r makes no NaN of it */
        real = r;
        imaginary = isnan(r) ? fabs(phi) : isinf(r) ? copysign(phi, r * copysign(1.0, phi)) : r * phi;
    } else if (isinf(r) && isnan(phi)) {
        real = HUGE_VAL;
        imaginary = phi;
    } else if (r == 0 && !isfinite(phi)) {
        real = imaginary = 0.0;
    } else if (isinf(r) && isfinite(phi)) {
        real = copysign(HUGE_VAL, cos(phi));
        imaginary = copysign(HUGE_VAL, sin(phi));
        if (r < 0) real = -real, imaginary = -imaginary;
    } else {
        real = r * cos(phi);
        imaginary = r * sin(phi);
    }
    return complex_value(real, imaginary);
}

static Value cmath_isfinite(Value *args) {
    Z z;
    return get_complex(args[1], &z) ? bool_value(is_finite(z)) : VALUE_ERROR;
}
static Value cmath_isinf(Value *args) {
    Z z;
    return get_complex(args[1], &z) ? bool_value(is_infinite(z)) : VALUE_ERROR;
}
static Value cmath_isnan(Value *args) {
    Z z;
    return get_complex(args[1], &z) ? bool_value(is_nan(z)) : VALUE_ERROR;
}

static Value cmath_isclose(Value *args) {
    Z a, b;
    double relative = 1e-9, absolute = 0.0;
    if (!get_complex(args[1], &a) || !get_complex(args[2], &b)) return VALUE_ERROR;
    if (!is_empty(args[3]) && !value_to_double(args[3], &relative)) return VALUE_ERROR;
    if (!is_empty(args[4]) && !value_to_double(args[4], &absolute)) return VALUE_ERROR;
    if (relative < 0 || absolute < 0)
        return raise_error(&ValueError, "tolerances must be non-negative");
    if (creal(a) == creal(b) && cimag(a) == cimag(b)) return VALUE_TRUE;
    if (is_infinite(a) || is_infinite(b)) return VALUE_FALSE;
    double difference = cabs(make(creal(a) - creal(b), cimag(a) - cimag(b)));
    return bool_value(difference <= relative * cabs(b) || difference <= relative * cabs(a) ||
                      difference <= absolute);
}

#define Z_DOC(name, text) METHOD(#name, cmath_##name, "($module, z, /)", text)

static const MethodDef functions[] = {
    Z_DOC(acos, "Return the arc cosine of z."),
    Z_DOC(acosh, "Return the inverse hyperbolic cosine of z."),
    Z_DOC(asin, "Return the arc sine of z."),
    Z_DOC(asinh, "Return the inverse hyperbolic sine of z."),
    Z_DOC(atan, "Return the arc tangent of z."),
    Z_DOC(atanh, "Return the inverse hyperbolic tangent of z."),
    Z_DOC(cos, "Return the cosine of z."),
    Z_DOC(cosh, "Return the hyperbolic cosine of z."),
    Z_DOC(exp, "Return the exponential value e**z."),
    METHOD("isclose", cmath_isclose, "($module, /, a, b, *, rel_tol=1e-09, abs_tol=0.0)",
           "Determine whether two complex numbers are close in value."),
    Z_DOC(isfinite, "Return True if both the real and imaginary parts of z are finite, else False."),
    Z_DOC(isinf, "Checks if the real or imaginary part of z is infinite."),
    Z_DOC(isnan, "Checks if the real or imaginary part of z not a number (NaN)."),
    METHOD("log", cmath_log, "($module, z, base=math.e, /)",
           "Return the logarithm of z to the given base (natural when there is none)."),
    Z_DOC(log10, "Return the base-10 logarithm of z."),
    Z_DOC(phase, "Return argument, also known as the phase angle, of a complex."),
    Z_DOC(polar, "Convert a complex from rectangular coordinates to polar coordinates.\n\n"
                 "r is the distance from 0 and phi the phase angle."),
    METHOD("rect", cmath_rect, "($module, r, phi, /)",
           "Convert from polar coordinates to rectangular coordinates."),
    Z_DOC(sin, "Return the sine of z."),
    Z_DOC(sinh, "Return the hyperbolic sine of z."),
    Z_DOC(sqrt, "Return the square root of z."),
    Z_DOC(tan, "Return the tangent of z."),
    Z_DOC(tanh, "Return the hyperbolic tangent of z."),
    {0},
};

static bool add_complex(Module *module, const char *name, double imaginary) {
    Value z = complex_value(0.0, imaginary);
    return !is_error(z) && module_add(module, name, z);
}

static bool init(Module *module) {
    return module_add(module, "pi", double_value(M_PI)) &&
           module_add(module, "e", double_value(M_E)) &&
           module_add(module, "tau", double_value(2 * M_PI)) &&
           module_add(module, "inf", double_value(HUGE_VAL)) &&
           module_add(module, "nan", double_value(__builtin_nan(""))) &&
           add_complex(module, "infj", HUGE_VAL) && add_complex(module, "nanj", __builtin_nan(""));
}

const NativeModule module_cmath = {
    .name = "cmath",
    .doc = "This module provides access to mathematical functions for complex\nnumbers.",
    .functions = functions,
    .init = init,
};
