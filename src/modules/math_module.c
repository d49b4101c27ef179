/* math_module.c - the module math, but for its integer functions (math_integer.c).
 *
 * The functions of the C library are used as they are. Errors are found in the results, not in errno:
 * a NaN out of no NaN is a domain error; an infinity out of finite arguments is a range error where
 * the function can overflow, and a domain error (a pole) where it cannot. */
#include "modules/math_module.h"

#include <float.h>
#include <math.h>
#include "modules/support.h"

/* --- arguments and errors ---------------------------------------------------------------------------- */

static inline bool get_double(Value v, double *out) {
    if (likely(is_double(v))) {
        *out = double_of(v);
        return true;
    }
    if (is_smallint(v)) {
        *out = (double)smallint_of(v);
        return true;
    }
    return value_to_double(v, out);
}

static Value domain_error(void) { return raise_error(&ValueError, "math domain error"); }
static Value range_error(void) { return raise_error(&OverflowError, "math range error"); }

static inline Value apply_1(Value *args, double (*function)(double), bool can_overflow) {
    double x;
    if (!get_double(args[1], &x)) return VALUE_ERROR;
    double r = function(x);
    if (unlikely(!isfinite(r))) {
        if (isnan(r) && !isnan(x)) return domain_error();
        if (isinf(r) && isfinite(x)) return can_overflow ? range_error() : domain_error();
    }
    return double_value_checked(r);
}

static Value apply_2(Value *args, double (*function)(double, double)) {
    double x, y;
    if (!get_double(args[1], &x) || !get_double(args[2], &y)) return VALUE_ERROR;
    double r = function(x, y);
    if (isnan(r) && !isnan(x) && !isnan(y)) return domain_error();
    if (isinf(r) && isfinite(x) && isfinite(y)) return range_error();
    return double_value_checked(r);
}

#define MATH_1(name, function, can_overflow)                                                       \
    static Value math_##name(Value *args) { return apply_1(args, function, can_overflow); }
MATH_1(acos, acos, false)
MATH_1(acosh, acosh, false)
MATH_1(asin, asin, false)
MATH_1(asinh, asinh, false)
MATH_1(atan, atan, false)
MATH_1(atanh, atanh, false)
MATH_1(cbrt, cbrt, false)
MATH_1(cos, cos, false)
MATH_1(cosh, cosh, true)
MATH_1(erf, erf, true)
MATH_1(erfc, erfc, true)
MATH_1(exp, exp, true)
MATH_1(exp2, exp2, true)
MATH_1(expm1, expm1, true)
MATH_1(fabs, fabs, false)
MATH_1(log1p, log1p, false)
MATH_1(sin, sin, false)
MATH_1(sinh, sinh, true)
MATH_1(sqrt, sqrt, false)
MATH_1(tan, tan, false)
MATH_1(tanh, tanh, false)

static Value math_atan2(Value *args) { return apply_2(args, atan2); }
static Value math_copysign(Value *args) { return apply_2(args, copysign); }
static Value math_remainder(Value *args) { return apply_2(args, remainder); }

static bool is_pole_of_gamma(double x) { return x <= 0 && x == floor(x); }

static Value math_gamma(Value *args) {
    double x;
    if (!get_double(args[1], &x)) return VALUE_ERROR;
    if (isnan(x) || x == HUGE_VAL) return double_value_checked(x);
    if (is_pole_of_gamma(x)) return domain_error(); /* minus infinity too */
    if (x == floor(x) && x <= 23) { /* exact */
        double product = 1.0;
        for (double factor = 2.0; factor < x; factor += 1.0) product *= factor;
        return double_value(product);
    }
    double r = tgamma(x);
    return isinf(r) ? range_error() : double_value_checked(r);
}

static Value math_lgamma(Value *args) {
    double x;
    if (!get_double(args[1], &x)) return VALUE_ERROR;
    if (isnan(x)) return double_value_checked(x);
    if (isinf(x)) return double_value(HUGE_VAL);
    if (is_pole_of_gamma(x)) return domain_error();
    int sign;
    double r = lgamma_r(x, &sign);
    return isinf(r) ? range_error() : double_value_checked(r);
}

/* --- rounding ------------------------------------------------------------------------------------------ */

static Value round_with(Value v, Str *special, double (*function)(double)) {
    if (is_double(v)) return int_from_double(function(double_of(v)));
    if (is_smallint(v)) return v;
    Value result = call_special(v, special, NULL, 0);
    if (!is_empty(result)) return result;
    double x;
    if (!get_double(v, &x)) return VALUE_ERROR;
    return int_from_double(function(x));
}

static Value math_ceil(Value *args) { return round_with(args[1], NAME("__ceil__"), ceil); }
static Value math_floor(Value *args) { return round_with(args[1], NAME("__floor__"), floor); }

static Value math_trunc(Value *args) {
    if (is_double(args[1])) return int_from_double(double_of(args[1]));
    Value result = call_special(args[1], NAME("__trunc__"), NULL, 0);
    if (!is_empty(result)) return result;
    return raise_error(&TypeError, "type %T doesn't define __trunc__ method", args[1]);
}

/* --- logarithms -------------------------------------------------------------------------------------------- */

/* log of an int too large for a double: of its top bits, and the exponent. */
static Value log_of_int(Value v, double (*function)(double)) {
    if (int_sign(v) <= 0) return domain_error();
    bool overflow;
    double x = int_to_double(v, &overflow);
    if (!overflow) return double_value(function(x));
    int64_t shift = int_bit_length(v) - 64;
    Value top = int_right_shift(v, int_value(shift));
    if (is_error(top)) return VALUE_ERROR;
    x = int_to_double(top, &overflow);
    return double_value(function(x) + function(2.0) * (double)shift);
}

static Value log_of(Value v, double (*function)(double)) {
    if (is_int(v) && !is_smallint(v)) return log_of_int(v, function);
    double x;
    if (!get_double(v, &x)) return VALUE_ERROR;
    if (x <= 0) return domain_error(); /* minus infinity too */
    return double_value_checked(function(x));
}

static Value math_log(Value *args) {
    Value numerator = log_of(args[1], log);
    if (is_error(numerator) || is_empty(args[2])) return numerator;
    Value denominator = log_of(args[2], log);
    if (is_error(denominator)) return VALUE_ERROR;
    if (double_of(denominator) == 0)
        return raise_error(&ZeroDivisionError, "float division by zero");
    return double_value_checked(double_of(numerator) / double_of(denominator));
}
static Value math_log2(Value *args) { return log_of(args[1], log2); }
static Value math_log10(Value *args) { return log_of(args[1], log10); }

/* --- powers, parts ------------------------------------------------------------------------------------------- */

static Value math_pow(Value *args) {
    double x, y;
    if (!get_double(args[1], &x) || !get_double(args[2], &y)) return VALUE_ERROR;
    double r = pow(x, y);
    if (isfinite(x) && isfinite(y)) {
        if (isnan(r)) return domain_error();
        if (isinf(r)) return x == 0 ? domain_error() : range_error();
    }
    return double_value_checked(r);
}

static Value math_fmod(Value *args) {
    double x, y;
    if (!get_double(args[1], &x) || !get_double(args[2], &y)) return VALUE_ERROR;
    if (isinf(y) && isfinite(x)) return double_value(x);
    double r = fmod(x, y);
    if (isnan(r) && !isnan(x) && !isnan(y)) return domain_error();
    return double_value_checked(r);
}

static Value pair(Value a, Value b) {
    Tuple *tuple = tuple_pack(2, a, b);
    return tuple ? object_value(tuple) : VALUE_ERROR;
}

static Value math_frexp(Value *args) {
    double x;
    if (!get_double(args[1], &x)) return VALUE_ERROR;
    int exponent = 0;
    if (isfinite(x)) x = frexp(x, &exponent);
    return pair(double_value_checked(x), smallint_value(exponent));
}

static Value math_ldexp(Value *args) {
    double x;
    if (!get_double(args[1], &x)) return VALUE_ERROR;
    if (!is_int(args[2]))
        return raise_error(&TypeError, "Expected an int as second argument to ldexp.");
    if (x == 0 || !isfinite(x)) return double_value_checked(x);
    int64_t exponent;
    if (!int_to_int64(args[2], &exponent)) exponent = int_sign(args[2]) < 0 ? -100000 : 100000;
    if (exponent > 100000) return range_error();
    if (exponent < -100000) return double_value(copysign(0.0, x));
    double r = ldexp(x, (int)exponent);
    return isinf(r) ? range_error() : double_value(r);
}

static Value math_modf(Value *args) {
    double x, whole;
    if (!get_double(args[1], &x)) return VALUE_ERROR;
    double fraction = modf(x, &whole);
    return pair(double_value_checked(fraction), double_value_checked(whole));
}

static Value math_nextafter(Value *args) {
    double x, y;
    if (!get_double(args[1], &x) || !get_double(args[2], &y)) return VALUE_ERROR;
    return double_value_checked(nextafter(x, y));
}

static Value math_ulp(Value *args) {
    double x;
    if (!get_double(args[1], &x)) return VALUE_ERROR;
    x = fabs(x);
    if (!isfinite(x)) return double_value_checked(x);
    double above = nextafter(x, HUGE_VAL);
    return double_value(isinf(above) ? x - nextafter(x, 0.0) : above - x);
}

static Value math_degrees(Value *args) {
    double x;
    return get_double(args[1], &x) ? double_value_checked(x * (180.0 / M_PI)) : VALUE_ERROR;
}
static Value math_radians(Value *args) {
    double x;
    return get_double(args[1], &x) ? double_value_checked(x * (M_PI / 180.0)) : VALUE_ERROR;
}
static Value math_isfinite(Value *args) {
    double x;
    return get_double(args[1], &x) ? bool_value(isfinite(x)) : VALUE_ERROR;
}
static Value math_isinf(Value *args) {
    double x;
    return get_double(args[1], &x) ? bool_value(isinf(x)) : VALUE_ERROR;
}
static Value math_isnan(Value *args) {
    double x;
    return get_double(args[1], &x) ? bool_value(isnan(x)) : VALUE_ERROR;
}

static Value math_isclose(Value *args) {
    double a, b, relative = 1e-9, absolute = 0.0;
    if (!get_double(args[1], &a) || !get_double(args[2], &b)) return VALUE_ERROR;
    if (!is_empty(args[3]) && !get_double(args[3], &relative)) return VALUE_ERROR;
    if (!is_empty(args[4]) && !get_double(args[4], &absolute)) return VALUE_ERROR;
    if (relative < 0 || absolute < 0)
        return raise_error(&ValueError, "tolerances must be non-negative");
    if (a == b) return VALUE_TRUE;
    if (isinf(a) || isinf(b)) return VALUE_FALSE;
    double difference = fabs(b - a);
    return bool_value(difference <= fabs(relative * b) || difference <= fabs(relative * a) ||
                      difference <= absolute);
}

/* --- sums ------------------------------------------------------------------------------------------------------- */

/* Partial sums that do not overlap, in increasing size: together they are the exact sum (Shewchuk,
 * "Adaptive precision floating-point arithmetic and fast robust geometric predicates", 1997). */
typedef struct ExactSum {
    double *partials; /* in a heap cell */
    size_t count, capacity;
    double specials;   /* sum of the infinities and NaNs among the items */
    double infinities; /* sum of the infinities: a NaN when both are among them */
    bool has_special;
} ExactSum;

static bool exact_sum_reserve(ExactSum *sum) {
    if (sum->count < sum->capacity) return true;
    size_t capacity = sum->capacity ? sum->capacity * 2 : 32;
    Bytes *cell = bytes_new((int64_t)(capacity * sizeof(double)));
    if (!cell) return false;
    double *partials = (double *)align_up((uintptr_t)cell->data, 8);
    if (sum->count) memcpy(partials, sum->partials, sum->count * sizeof(double));
    sum->partials = partials;
    sum->capacity = capacity - 1; /* the alignment may have cost one */
    return true;
}

static bool exact_sum_add(ExactSum *sum, double item) {
    double x = item;
    size_t kept = 0;
    for (size_t i = 0; i < sum->count; i++) {
        double y = sum->partials[i];
        if (fabs(x) < fabs(y)) {
            double other = x;
            x = y;
            y = other;
        }
        volatile double high = x + y, rounded = high - x;
        volatile double low = y - rounded;
        if (low != 0.0) sum->partials[kept++] = low;
        x = high;
    }
    sum->count = kept;
    if (x == 0.0) return true;
    if (!isfinite(x)) {
        if (isfinite(item)) {
            raise_error(&OverflowError, "intermediate overflow in fsum");
            return false;
        }
        if (isinf(item)) sum->infinities += item;
        sum->has_special = true;
        sum->specials += item;
        sum->count = 0;
        return true;
    }
    if (!exact_sum_reserve(sum)) return false;
    sum->partials[sum->count++] = x;
    return true;
}

/* Adds from the largest down while the addition is exact, then rounds half to even by looking at what
 * is left. */
static double exact_sum_round(const ExactSum *sum) {
    size_t n = sum->count;
    double high = 0.0;
    if (n == 0) return high;
    high = sum->partials[--n];
    volatile double low = 0.0;
    while (n > 0) {
        double x = high, y = sum->partials[--n];
        volatile double total = x + y, rounded = total - x;
        high = total;
        low = y - rounded;
        if (low != 0.0) break;
    }
    if (n > 0 && ((low < 0.0 && sum->partials[n - 1] < 0.0) ||
                  (low > 0.0 && sum->partials[n - 1] > 0.0))) {
        double doubled = low * 2.0;
        volatile double total = high + doubled, rounded = total - high;
        if (doubled == rounded) high = total;
    }
    return high;
}

static Value math_fsum(Value *args) {
    ExactSum sum = {0};
    if (!exact_sum_reserve(&sum)) return VALUE_ERROR;
    Value iterator = get_iter(args[1]);
    if (is_error(iterator)) return VALUE_ERROR;
    for (;;) {
        Value item = iter_next(iterator);
        if (is_error(item)) return VALUE_ERROR;
        if (is_empty(item)) break;
        double x;
        if (!get_double(item, &x) || !exact_sum_add(&sum, x)) return VALUE_ERROR;
    }
    if (sum.has_special) {
        if (isnan(sum.infinities)) return raise_error(&ValueError, "-inf + inf in fsum");
        return double_value_checked(sum.specials);
    }
    return double_value(exact_sum_round(&sum));
}

/* --- distances --------------------------------------------------------------------------------------------------- */

/* The square root of the sum of squares, nearly correctly rounded: scaled by a power of two, summed in
 * twice the precision, and corrected by one Newton step. */
static double vector_norm(const double *v, size_t count, double largest, bool found_nan) {
    if (isinf(largest)) return largest;
    if (found_nan) return __builtin_nan("");
    if (largest == 0.0) return 0.0;
    int exponent;
    frexp(largest, &exponent);
    double high = 0.0, low = 0.0;
    for (size_t i = 0; i < count; i++) {
        double x = ldexp(v[i], -exponent); /* below 1; what underflows does not count */
        double square = x * x, square_low = fma(x, x, -square);
        double total = high + square;
        double part = total - high;
        low += (high - (total - part)) + (square - part) + square_low;
        high = total;
    }
    double root = sqrt(high + low);
    double root_square = root * root, root_low = fma(root, root, -root_square);
    double rest = ((high - root_square) - root_low) + low;
    root += rest / (2.0 * root);
    return ldexp(root, exponent);
}

/* Room for `count` doubles in a heap cell. */
static double *new_doubles(size_t count) {
    Bytes *cell = bytes_new((int64_t)((count + 1) * sizeof(double)));
    return cell ? (double *)align_up((uintptr_t)cell->data, 8) : NULL;
}

typedef struct Norm {
    double largest;
    bool found_nan;
} Norm;

static void norm_note(Norm *norm, double *slot, double x) {
    x = fabs(x);
    *slot = x;
    if (isnan(x)) norm->found_nan = true;
    else if (x > norm->largest) norm->largest = x;
}

static Value math_hypot(Value *args) {
    Tuple *coordinates = as_tuple(args[1]);
    size_t count = (size_t)coordinates->length;
    double small[8], *v = count <= ARRAY_LENGTH(small) ? small : new_doubles(count);
    if (!v) return VALUE_ERROR;
    Norm norm = {0};
    for (size_t i = 0; i < count; i++) {
        double x;
        if (!get_double(coordinates->items[i], &x)) return VALUE_ERROR;
        norm_note(&norm, &v[i], x);
    }
    return double_value_checked(vector_norm(v, count, norm.largest, norm.found_nan));
}

static Tuple *point_of(Value v) {
    return is_tuple(v) ? as_tuple(v) : tuple_from_iterable(v);
}

static Value math_dist(Value *args) {
    Tuple *p = point_of(args[1]);
    if (!p) return VALUE_ERROR;
    Tuple *q = point_of(args[2]);
    if (!q) return VALUE_ERROR;
    if (p->length != q->length)
        return raise_error(&ValueError, "both points must have the same number of dimensions");
    size_t count = (size_t)p->length;
    double small[8], *v = count <= ARRAY_LENGTH(small) ? small : new_doubles(count);
    if (!v) return VALUE_ERROR;
    Norm norm = {0};
    for (size_t i = 0; i < count; i++) {
        double x, y;
        if (!get_double(p->items[i], &x) || !get_double(q->items[i], &y)) return VALUE_ERROR;
        norm_note(&norm, &v[i], x - y);
    }
    return double_value_checked(vector_norm(v, count, norm.largest, norm.found_nan));
}

static Value math_prod(Value *args) {
    Value product = is_empty(args[2]) ? smallint_value(1) : args[2];
    Value iterator = get_iter(args[1]);
    if (is_error(iterator)) return VALUE_ERROR;
    for (;;) {
        Value item = iter_next(iterator);
        if (is_empty(item)) return product;
        if (is_error(item)) return VALUE_ERROR;
        if (is_double(product) && is_double(item))
            product = double_value(double_of(product) * double_of(item));
        else product = binary_op(product, item, BINARY_MULTIPLY);
        if (is_error(product)) return VALUE_ERROR;
    }
}

/* --- the module ------------------------------------------------------------------------------------------------------ */

#define X_DOC(name, text) METHOD(#name, math_##name, "($module, x, /)", text)

static const MethodDef functions[] = {
    X_DOC(acos, "Return the arc cosine (measured in radians) of x.\n\nThe result is between 0 and pi."),
    X_DOC(acosh, "Return the inverse hyperbolic cosine of x."),
    X_DOC(asin, "Return the arc sine (measured in radians) of x.\n\nThe result is between -pi/2 and pi/2."),
    X_DOC(asinh, "Return the inverse hyperbolic sine of x."),
    X_DOC(atan, "Return the arc tangent (measured in radians) of x.\n\nThe result is between -pi/2 and pi/2."),
    METHOD("atan2", math_atan2, "($module, y, x, /)",
           "Return the arc tangent (measured in radians) of y/x.\n\n"
           "Unlike atan(y/x), the signs of both x and y are considered."),
    X_DOC(atanh, "Return the inverse hyperbolic tangent of x."),
    X_DOC(cbrt, "Return the cube root of x."),
    X_DOC(ceil, "Return the ceiling of x as an Integral.\n\nThis is the smallest integer >= x."),
    METHOD("comb", math_comb, "($module, n, k, /)",
           "Number of ways to choose k items from n items without repetition and without order."),
    METHOD("copysign", math_copysign, "($module, x, y, /)",
           "Return a float with the magnitude (absolute value) of x but the sign of y."),
    X_DOC(cos, "Return the cosine of x (measured in radians)."),
    X_DOC(cosh, "Return the hyperbolic cosine of x."),
    X_DOC(degrees, "Convert angle x from radians to degrees."),
    METHOD("dist", math_dist, "($module, p, q, /)",
           "Return the Euclidean distance between two points p and q.\n\n"
           "The points should be specified as sequences (or iterables) of\n"
           "coordinates.  Both inputs must have the same dimension."),
    X_DOC(erf, "Error function at x."),
    X_DOC(erfc, "Complementary error function at x."),
    X_DOC(exp, "Return e raised to the power of x."),
    X_DOC(exp2, "Return 2 raised to the power of x."),
    X_DOC(expm1, "Return exp(x)-1.\n\nMore precise than computing exp(x)-1 for small x."),
    X_DOC(fabs, "Return the absolute value of the float x."),
    X_DOC(factorial, "Find x!.\n\nRaise a ValueError if x is negative or non-integral."),
    X_DOC(floor, "Return the floor of x as an Integral.\n\nThis is the largest integer <= x."),
    METHOD("fmod", math_fmod, "($module, x, y, /)", "Return fmod(x, y), according to platform C.\n\nx % y may differ."),
    X_DOC(frexp, "Return the mantissa and exponent of x, as pair (m, e).\n\n"
                 "m is a float and e is an int, such that x = m * 2.**e.\n"
                 "If x is 0, m and e are both 0.  Else 0.5 <= abs(m) < 1.0."),
    METHOD("fsum", math_fsum, "($module, seq, /)",
           "Return an accurate floating point sum of values in the iterable seq."),
    X_DOC(gamma, "Gamma function at x."),
    METHOD("gcd", math_gcd, "($module, *integers)", "Greatest Common Divisor."),
    METHOD("hypot", math_hypot, "($module, *coordinates)",
           "Multidimensional Euclidean distance from the origin to a point.\n\n"
           "Roughly equivalent to sqrt(sum(x**2 for x in coordinates))."),
    METHOD("isclose", math_isclose, "($module, /, a, b, *, rel_tol=1e-09, abs_tol=0.0)",
           "Determine whether two floating point numbers are close in value.\n\n"
           "rel_tol: maximum difference for being considered \"close\", relative to the\n"
           "magnitude of the input values; abs_tol: the same, regardless of the magnitude."),
    X_DOC(isfinite, "Return True if x is neither an infinity nor a NaN, and False otherwise."),
    X_DOC(isinf, "Return True if x is a positive or negative infinity, and False otherwise."),
    X_DOC(isnan, "Return True if x is a NaN (not a number), and False otherwise."),
    METHOD("isqrt", math_isqrt, "($module, n, /)",
           "Return the integer part of the square root of the input."),
    METHOD("lcm", math_lcm, "($module, *integers)", "Least Common Multiple."),
    METHOD("ldexp", math_ldexp, "($module, x, i, /)",
           "Return x * (2**i).\n\nThis is essentially the inverse of frexp()."),
    X_DOC(lgamma, "Natural logarithm of absolute value of Gamma function at x."),
    METHOD("log", math_log, "($module, x, base=math.e, /)",
           "Return the logarithm of x to the given base.\n\n"
           "If the base is not specified, returns the natural logarithm (base e) of x."),
    X_DOC(log10, "Return the base 10 logarithm of x."),
    X_DOC(log1p, "Return the natural logarithm of 1+x (base e).\n\n"
                 "The result is computed in a way which is accurate for x near zero."),
    X_DOC(log2, "Return the base 2 logarithm of x."),
    X_DOC(modf, "Return the fractional and integer parts of x.\n\n"
                "Both results carry the sign of x and are floats."),
    METHOD("nextafter", math_nextafter, "($module, x, y, /)",
           "Return the next floating-point value after x towards y."),
    METHOD("perm", math_perm, "($module, n, k=None, /)",
           "Number of ways to choose k items from n items without repetition and with order."),
    METHOD("pow", math_pow, "($module, x, y, /)", "Return x**y (x to the power of y)."),
    METHOD("prod", math_prod, "($module, iterable, /, *, start=1)",
           "Calculate the product of all the elements in the input iterable.\n\n"
           "The default start value for the product is 1."),
    X_DOC(radians, "Convert angle x from degrees to radians."),
    METHOD("remainder", math_remainder, "($module, x, y, /)",
           "Difference between x and the closest integer multiple of y.\n\n"
           "Return x - n*y where n*y is the closest integer multiple of y.\n"
           "In the case where x is exactly halfway between two multiples of\n"
           "y, the nearest even value of n is used. The result is always exact."),
    X_DOC(sin, "Return the sine of x (measured in radians)."),
    X_DOC(sinh, "Return the hyperbolic sine of x."),
    X_DOC(sqrt, "Return the square root of x."),
    X_DOC(tan, "Return the tangent of x (measured in radians)."),
    X_DOC(tanh, "Return the hyperbolic tangent of x."),
    X_DOC(trunc, "Truncates the Real x to the nearest Integral toward 0.\n\n"
                 "Uses the __trunc__ magic method."),
    X_DOC(ulp, "Return the value of the least significant bit of the float x."),
    {0},
};

static bool init(Module *module) {
    return module_add(module, "pi", double_value(M_PI)) &&
           module_add(module, "e", double_value(M_E)) &&
           module_add(module, "tau", double_value(2 * M_PI)) &&
           module_add(module, "inf", double_value(HUGE_VAL)) &&
           module_add(module, "nan", double_value(__builtin_nan("")));
}

const NativeModule module_math = {
    .name = "math",
    .doc = "This module provides access to the mathematical functions\ndefined by the C standard.",
    .functions = functions,
    .init = init,
};
