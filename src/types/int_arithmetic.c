/* int_arithmetic.c - the operators of int. Immediates first; then sign and magnitude over mpn; what
 * needs GMP's clever algorithms on signed numbers goes through mpz. */
#include "types/int_private.h"

#include <math.h>

/* --- addition, subtraction, multiplication ---------------------------------------------------------- */

static int compare_magnitudes(const IntView *a, const IntView *b) {
    if (a->count != b->count) return a->count > b->count ? 1 : -1;
    return a->count ? mpn_cmp(a->limbs, b->limbs, a->count) : 0;
}

static Value subtract_magnitudes(const IntView *larger, const IntView *smaller, bool negative) {
    Int *result = int_alloc(larger->count);
    if (!result) return VALUE_ERROR;
    if (smaller->count == 0) memcpy(result->limbs, larger->limbs, (size_t)larger->count * 8);
    else mpn_sub(result->limbs, larger->limbs, larger->count, smaller->limbs, smaller->count);
    return int_finish(result, larger->count, negative);
}

/* a + b, where b counts as negative when `b_negative` says so. */
static Value add_views(const IntView *a, const IntView *b, bool b_negative) {
    if (a->negative != b_negative) {
        int order = compare_magnitudes(a, b);
        if (order == 0) return smallint_value(0);
        return order > 0 ? subtract_magnitudes(a, b, a->negative)
                         : subtract_magnitudes(b, a, b_negative);
    }
    if (a->count < b->count) {
        const IntView *other = a;
        a = b;
        b = other;
    }
    Int *result = int_alloc(a->count + 1);
    if (!result) return VALUE_ERROR;
    if (b->count == 0) memcpy(result->limbs, a->limbs, (size_t)a->count * 8);
    else result->limbs[a->count] = mpn_add(result->limbs, a->limbs, a->count, b->limbs, b->count);
    return int_finish(result, a->count + 1, b_negative);
}

Value int_add(Value a, Value b) {
    int64_t x, y;
    if (int_immediate(a, &x) && int_immediate(b, &y)) return int_value(x + y);
    IntView u, v;
    int_view(&u, a);
    int_view(&v, b);
    return v.count == 0 ? int_exact(a) : u.count == 0 ? int_exact(b) : add_views(&u, &v, v.negative);
}

Value int_subtract(Value a, Value b) {
    int64_t x, y;
    if (int_immediate(a, &x) && int_immediate(b, &y)) return int_value(x - y);
    IntView u, v;
    int_view(&u, a);
    int_view(&v, b);
    if (v.count == 0) return int_exact(a);
    if (u.count == 0) return int_negative(b);
    return add_views(&u, &v, !v.negative);
}

static Value multiply_views(const IntView *a, const IntView *b) {
    if (a->count == 0 || b->count == 0) return smallint_value(0);
    if (a->count < b->count) {
        const IntView *other = a;
        a = b;
        b = other;
    }
    Int *result = int_alloc(a->count + b->count);
    if (!result) return VALUE_ERROR;
    Thread *detached = int_heavy_begin(b->count);
    if (a->limbs == b->limbs && a->count == b->count) mpn_sqr(result->limbs, a->limbs, a->count);
    else mpn_mul(result->limbs, a->limbs, a->count, b->limbs, b->count);
    int_heavy_end(detached);
    return int_finish(result, a->count + b->count, a->negative != b->negative);
}

Value int_multiply(Value a, Value b) {
    int64_t x, y, product;
    if (int_immediate(a, &x) && int_immediate(b, &y) && !__builtin_mul_overflow(x, y, &product))
        return int_value(product);
    IntView u, v;
    int_view(&u, a);
    int_view(&v, b);
    return multiply_views(&u, &v);
}

Value int_negative(Value v) {
    int64_t i;
    if (int_immediate(v, &i)) return int_value(-i);
    IntView view;
    int_view(&view, v);
    return int_from_limbs(view.limbs, view.count, !view.negative);
}

/* --- division -------------------------------------------------------------------------------------- */

/* Rounds towards minus infinity; the remainder has the divisor's sign. y is not 0. */
static inline void divide_int64(int64_t x, int64_t y, int64_t *quotient, int64_t *remainder) {
    *quotient = x / y;
    *remainder = x % y;
    if (*remainder != 0 && (*remainder ^ y) < 0) {
        *quotient -= 1;
        *remainder += y;
    }
}

/* |a| = q * |b| + r, then the signs; either result pointer may be NULL. */
static bool divide_views(Value a, const IntView *u, const IntView *v, Value *quotient,
                         Value *remainder) {
    Value q, r;
    if (compare_magnitudes(u, v) < 0) {
        q = smallint_value(0);
        r = int_exact(a);
    } else {
        int64_t quotient_count = u->count - v->count + 1;
        Int *q_object = int_alloc(quotient_count + 1), *r_object = int_alloc(v->count);
        if (!q_object || !r_object) return false;
        Thread *detached = int_heavy_begin(min_int64(v->count, quotient_count));
        mpn_tdiv_qr(q_object->limbs, r_object->limbs, 0, u->limbs, u->count, v->limbs, v->count);
        int_heavy_end(detached);
        q = int_finish(q_object, quotient_count, u->negative != v->negative);
        r = int_finish(r_object, v->count, u->negative);
    }
    if (int_sign(r) != 0 && u->negative != v->negative) {
        if (quotient) q = int_subtract(q, smallint_value(1));
        if (remainder) {
            Value divisor = int_from_limbs(v->limbs, v->count, v->negative);
            if (is_error(divisor)) return false;
            r = int_add(r, divisor);
        }
    }
    if (quotient) *quotient = q;
    if (remainder) *remainder = r;
    return !is_error(q) && !is_error(r);
}

Value int_floor_divide(Value a, Value b) {
    int64_t x, y, q, r;
    if (unlikely(int_sign(b) == 0))
        return raise_error(&ZeroDivisionError, "integer division or modulo by zero");
    if (int_immediate(a, &x) && int_immediate(b, &y)) {
        divide_int64(x, y, &q, &r);
        return int_value(q);
    }
    IntView u, v;
    int_view(&u, a);
    int_view(&v, b);
    Value quotient;
    return divide_views(a, &u, &v, &quotient, NULL) ? quotient : VALUE_ERROR;
}

Value int_remainder(Value a, Value b) {
    int64_t x, y, q, r;
    if (unlikely(int_sign(b) == 0)) return raise_error(&ZeroDivisionError, "integer modulo by zero");
    if (int_immediate(a, &x) && int_immediate(b, &y)) {
        divide_int64(x, y, &q, &r);
        return int_value(r);
    }
    IntView u, v;
    int_view(&u, a);
    int_view(&v, b);
    Value remainder;
    return divide_views(a, &u, &v, NULL, &remainder) ? remainder : VALUE_ERROR;
}

Value int_divmod(Value a, Value b) {
    int64_t x, y, q, r;
    if (unlikely(int_sign(b) == 0))
        return raise_error(&ZeroDivisionError, "integer division or modulo by zero");
    if (int_immediate(a, &x) && int_immediate(b, &y)) {
        divide_int64(x, y, &q, &r);
        return int_pair(int_value(q), int_value(r));
    }
    IntView u, v;
    int_view(&u, a);
    int_view(&v, b);
    Value quotient, remainder;
    if (!divide_views(a, &u, &v, &quotient, &remainder)) return VALUE_ERROR;
    return int_pair(quotient, remainder);
}

Value int_divide_nearest(Value a, Value b) {
    IntView u, v;
    int_view(&u, a);
    int_view(&v, b);
    Value q, r;
    if (!divide_views(a, &u, &v, &q, &r)) return VALUE_ERROR;
    /* 0 <= r/b < 1; r and b have one sign. */
    Value twice = int_left_shift(r, smallint_value(1));
    if (is_error(twice)) return VALUE_ERROR;
    int order = int_compare(twice, b);
    if (v.negative) order = -order;
    if (order > 0 || (order == 0 && (int_to_uint64_mask(q) & 1))) q = int_add(q, smallint_value(1));
    return q;
}

/* The quotient of magnitudes, correctly rounded: an integer quotient of 55 bits or one more, its
 * lowest bit set when something was lost, holds two bits more than a double and so rounds like the
 * exact one; near the smallest double fewer bits are taken, so that it is rounded only once. */
static bool divide_to_double(const IntView *u, const IntView *v, double *result) {
    int64_t difference = int_view_bits(u) - int_view_bits(v); /* u/v is in 2^(difference-1, +1) */
    if (difference > 1025) return false;
    if (difference < -1076) {
        *result = 0.0;
        return true;
    }
    int64_t shift = difference - 55;
    if (shift < -1076) shift = -1076; /* two bits below the smallest subnormal, 2^-1074 */
    mpz_t scaled, remainder;
    mpz_init(scaled);
    mpz_init(remainder);
    mpz_t a_roinit, b_roinit;
    mpz_srcptr a = mpz_roinit_n(a_roinit, u->limbs, u->count);
    mpz_srcptr b = mpz_roinit_n(b_roinit, v->limbs, v->count);
    if (shift <= 0) {
        mpz_mul_2exp(scaled, a, (mp_bitcnt_t)-shift);
        mpz_tdiv_qr(scaled, remainder, scaled, b);
    } else {
        mpz_mul_2exp(remainder, b, (mp_bitcnt_t)shift);
        mpz_tdiv_qr(scaled, remainder, a, remainder);
    }
    uint64_t quotient = mpz_size(scaled) ? mpz_getlimbn(scaled, 0) : 0; /* at most 57 bits */
    bool inexact = mpz_sgn(remainder) != 0;
    mpz_clear(scaled);
    mpz_clear(remainder);
    /* Round to the bits that the result has, by hand: ldexp() into the subnormals would round a
     * second time. */
    int64_t lowest = 64 - (quotient ? __builtin_clzll(quotient) : 64) - 53 + shift;
    if (lowest < -1074) lowest = -1074;
    int drop = (int)(lowest - shift);
    uint64_t mask = (UINT64_C(1) << drop) - 1, half = (UINT64_C(1) << drop) >> 1;
    uint64_t lost = quotient & mask, kept = quotient >> drop;
    if (drop > 0 && (lost > half || (lost == half && (inexact || (kept & 1))))) kept++;
    *result = ldexp((double)kept, (int)(shift + drop));
    return !isinf(*result);
}

Value int_true_divide(Value a, Value b) {
    int64_t x, y;
    if (unlikely(int_sign(b) == 0)) return raise_error(&ZeroDivisionError, "division by zero");
    if (int_immediate(a, &x) && int_immediate(b, &y)) return double_value((double)x / (double)y);
    IntView u, v;
    int_view(&u, a);
    int_view(&v, b);
    if (u.count == 0) return double_value(v.negative ? -0.0 : 0.0);
    double result;
    if (!divide_to_double(&u, &v, &result))
        return raise_error(&OverflowError, "integer division result too large for a float");
    return double_value(u.negative != v.negative ? -result : result);
}

/* --- power -------------------------------------------------------------------------------------------- */

static Value power_modulo(Value a, Value b, Value modulus) {
    if (int_sign(modulus) == 0) return raise_error(&ValueError, "pow() 3rd argument cannot be 0");
    IntView u, v, m;
    int_view(&u, a);
    int_view(&v, b);
    int_view(&m, modulus);
    if (m.count == 1 && m.limbs[0] == 1) return smallint_value(0);
    mpz_t result, ua, va, ma;
    mpz_srcptr base = mpz_roinit_n(ua, u.limbs, u.negative ? -u.count : u.count);
    mpz_srcptr exponent = mpz_roinit_n(va, v.limbs, v.count); /* its magnitude */
    mpz_srcptr mod = mpz_roinit_n(ma, m.limbs, m.count);
    mpz_init(result);
    Thread *detached = int_heavy_begin(m.count * m.count * v.count);
    bool invertible = !v.negative || mpz_invert(result, base, mod);
    if (invertible) mpz_powm(result, v.negative ? result : base, exponent, mod);
    int_heavy_end(detached);
    if (!invertible) {
        mpz_clear(result);
        return raise_error(&ValueError, "base is not invertible for the given modulus");
    }
    if (m.negative && mpz_sgn(result) != 0) mpz_sub(result, result, mod);
    Value value = int_from_mpz(result);
    mpz_clear(result);
    return value;
}

/* `base` to the power of `exponent` when it fits 63 bits. */
static bool power_int64(int64_t base, uint64_t exponent, int64_t *result) {
    int64_t product = 1;
    for (;;) {
        if ((exponent & 1) && __builtin_mul_overflow(product, base, &product)) return false;
        exponent >>= 1;
        if (exponent == 0) break;
        if (__builtin_mul_overflow(base, base, &base)) return false;
    }
    *result = product;
    return true;
}

Value int_power(Value a, Value b, Value modulus) {
    if (!is_none(modulus)) return power_modulo(a, b, modulus);
    if (int_sign(b) < 0) {
        bool overflow_a, overflow_b;
        double x = int_to_double(a, &overflow_a), y = int_to_double(b, &overflow_b);
        if (overflow_a || overflow_b)
            return raise_error(&OverflowError, "int too large to convert to float");
        return float_power(x, y);
    }
    int64_t base, small;
    uint64_t exponent;
    bool exponent_fits = int_to_uint64(b, &exponent);
    if (int_immediate(a, &base)) {
        if (base == 0 || base == 1) return smallint_value(int_sign(b) == 0 ? 1 : base);
        if (base == -1) return smallint_value(int_to_uint64_mask(b) & 1 ? -1 : 1);
        if (exponent_fits && power_int64(base, exponent, &small)) return int_value(small);
    }
    IntView u;
    int_view(&u, a);
    if (u.count == 0) return smallint_value(int_sign(b) == 0 ? 1 : 0); /* a subclass's zero */
    int64_t bits;
    if (!exponent_fits || exponent > INT64_MAX ||
        __builtin_mul_overflow(int_view_bits(&u), (int64_t)exponent, &bits) ||
        bits / 64 >= INT_LIMBS_MAX)
        return raise_memory_error();
    if (exponent == 2) return multiply_views(&u, &u);
    mpz_t result, roinit;
    mpz_init(result);
    Thread *detached = int_heavy_begin(bits / 64);
    mpz_pow_ui(result, mpz_roinit_n(roinit, u.limbs, u.negative ? -u.count : u.count), exponent);
    int_heavy_end(detached);
    Value value = int_from_mpz(result);
    mpz_clear(result);
    return value;
}

/* --- shifts --------------------------------------------------------------------------------------------- */

Value int_left_shift(Value a, Value b) {
    if (unlikely(int_sign(b) < 0)) return raise_error(&ValueError, "negative shift count");
    int64_t x, shift;
    if (int_immediate(a, &x)) {
        if (x == 0) return smallint_value(0);
        if (int_immediate(b, &shift) && shift < 62) {
            int64_t shifted = (int64_t)((uint64_t)x << shift);
            if (shifted >> shift == x) return int_value(shifted);
        }
    }
    IntView u;
    int_view(&u, a);
    if (u.count == 0) return smallint_value(0);
    if (!int_to_int64(b, &shift)) return raise_error(&OverflowError, "too many digits in integer");
    int64_t words = shift / 64;
    unsigned bits = (unsigned)(shift % 64);
    if (words > INT_LIMBS_MAX) return raise_memory_error();
    Int *result = int_alloc(u.count + words + 1);
    if (!result) return VALUE_ERROR;
    if (bits) result->limbs[u.count + words] = mpn_lshift(result->limbs + words, u.limbs, u.count, bits);
    else memcpy(result->limbs + words, u.limbs, (size_t)u.count * sizeof(mp_limb_t));
    return int_finish(result, u.count + words + 1, u.negative);
}

Value int_right_shift(Value a, Value b) {
    if (unlikely(int_sign(b) < 0)) return raise_error(&ValueError, "negative shift count");
    int64_t x, shift;
    bool fits = int_to_int64(b, &shift);
    if (int_immediate(a, &x)) return smallint_value(x >> (fits && shift < 63 ? shift : 63));
    IntView u;
    int_view(&u, a);
    int64_t words = fits ? shift / 64 : INT64_MAX;
    unsigned bits = (unsigned)(shift % 64);
    if (words >= u.count) return smallint_value(u.negative ? -1 : 0);
    int64_t count = u.count - words;
    Int *result = int_alloc(count + 1);
    if (!result) return VALUE_ERROR;
    bool lost = false; /* rounding is towards minus infinity */
    for (int64_t i = 0; u.negative && !lost && i < words; i++) lost = u.limbs[i] != 0;
    if (bits) lost |= mpn_rshift(result->limbs, u.limbs + words, count, bits) != 0;
    else memcpy(result->limbs, u.limbs + words, (size_t)count * sizeof(mp_limb_t));
    if (u.negative && lost) result->limbs[count] = mpn_add_1(result->limbs, result->limbs, count, 1);
    return int_finish(result, count + 1, u.negative);
}

/* --- bitwise -------------------------------------------------------------------------------------------- */

Value int_bitwise(Value a, Value b, BinaryOp op) {
    int64_t x, y;
    if (int_immediate(a, &x) && int_immediate(b, &y)) {
        return smallint_value(op == BINARY_AND ? (x & y) : op == BINARY_OR ? (x | y) : (x ^ y));
    }
    IntView u, v;
    int_view(&u, a);
    int_view(&v, b);
    /* Two's complement, limb by limb: -m is ~(m - 1); beyond the highest limb comes the sign. */
    int64_t count = max_int64(u.count, v.count) + 1;
    Int *result = int_alloc(count);
    if (!result) return VALUE_ERROR;
    mp_limb_t borrow_u = u.negative, borrow_v = v.negative;
    mp_limb_t flip_u = -(mp_limb_t)u.negative, flip_v = -(mp_limb_t)v.negative;
    bool negative = op == BINARY_AND  ? u.negative && v.negative
                    : op == BINARY_OR ? u.negative || v.negative
                                      : u.negative != v.negative;
    mp_limb_t carry = negative, flip = -(mp_limb_t)negative;
    for (int64_t i = 0; i < count; i++) {
        mp_limb_t left = i < u.count ? u.limbs[i] : 0, right = i < v.count ? v.limbs[i] : 0;
        mp_limb_t s = (left - borrow_u) ^ flip_u, t = (right - borrow_v) ^ flip_v;
        borrow_u = borrow_u && left == 0;
        borrow_v = borrow_v && right == 0;
        mp_limb_t word = op == BINARY_AND ? (s & t) : op == BINARY_OR ? (s | t) : (s ^ t);
        word = (word ^ flip) + carry;
        carry = carry && word == 0;
        result->limbs[i] = word;
    }
    return int_finish(result, count, negative);
}

/* --- greatest common divisor ------------------------------------------------------------------------------ */

Value int_gcd(Value a, Value b) {
    int64_t x, y;
    if (int_immediate(a, &x) && int_immediate(b, &y)) {
        uint64_t u = (uint64_t)(x < 0 ? -x : x), v = (uint64_t)(y < 0 ? -y : y);
        while (v != 0) {
            uint64_t r = u % v;
            u = v;
            v = r;
        }
        return int_value((int64_t)u);
    }
    IntView u, v;
    int_view(&u, a);
    int_view(&v, b);
    mpz_t result, ua, va;
    mpz_init(result);
    Thread *detached = int_heavy_begin(min_int64(u.count, v.count));
    mpz_gcd(result, mpz_roinit_n(ua, u.limbs, u.count), mpz_roinit_n(va, v.limbs, v.count));
    int_heavy_end(detached);
    Value value = int_from_mpz(result);
    mpz_clear(result);
    return value;
}
