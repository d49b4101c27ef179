/* math_integer.c - comb, perm, factorial, isqrt, gcd, lcm: over GMP, after checking that the result
 * has a size that memory can hold. */
#include "modules/math_module.h"

#include <math.h>
#include "modules/support.h"
#include "types/int_private.h"

/* Results of more bits than this raise MemoryError. */
#define RESULT_BITS_MAX ((double)INT_LIMBS_MAX * 64)

Value math_factorial(Value *args) {
    Value n = value_index(args[1]);
    if (is_error(n)) return VALUE_ERROR;
    int64_t count;
    if (int_sign(n) < 0)
        return raise_error(&ValueError, "factorial() not defined for negative values");
    if (!int_to_int64(n, &count))
        return raise_error(&OverflowError, "factorial() argument should not exceed %ld", INT64_MAX);
    if (count <= 20) {
        int64_t product = 1;
        for (int64_t i = 2; i <= count; i++) product *= i;
        return int_value(product);
    }
    int sign;
    if (lgamma_r((double)count + 1.0, &sign) / M_LN2 > RESULT_BITS_MAX) return raise_memory_error();
    mpz_t result;
    mpz_init(result);
    Thread *detached = int_heavy_begin(count / 4);
    mpz_fac_ui(result, (unsigned long)count);
    int_heavy_end(detached);
    Value value = int_from_mpz(result);
    mpz_clear(result);
    return value;
}

/* n and k as ints that are not negative. */
static bool get_n_and_k(Value *args, Value *n, Value *k) {
    *n = value_index(args[1]);
    if (is_error(*n)) return false;
    *k = value_index(args[2]);
    if (is_error(*k)) return false;
    if (int_sign(*n) < 0) {
        raise_error(&ValueError, "n must be a non-negative integer");
        return false;
    }
    if (int_sign(*k) < 0) {
        raise_error(&ValueError, "k must be a non-negative integer");
        return false;
    }
    return true;
}

/* The product of the k numbers n, n-1, ...: halves of nearly equal size, so that GMP multiplies
 * numbers of equal length. */
static void falling_product(mpz_t result, mpz_srcptr n, uint64_t skip, uint64_t count) {
    mpz_sub_ui(result, n, skip);
    if (count <= 16) {
        mpz_t factor;
        mpz_init_set(factor, result);
        for (uint64_t i = 1; i < count; i++) {
            mpz_sub_ui(factor, factor, 1);
            mpz_mul(result, result, factor);
        }
        mpz_clear(factor);
        return;
    }
    mpz_t lower;
    mpz_init(lower);
    falling_product(lower, n, skip + count / 2, count - count / 2);
    falling_product(result, n, skip, count / 2);
    mpz_mul(result, result, lower);
    mpz_clear(lower);
}

Value math_perm(Value *args) {
    if (is_empty(args[2]) || is_none(args[2])) return math_factorial(args);
    Value n, k;
    if (!get_n_and_k(args, &n, &k)) return VALUE_ERROR;
    if (int_compare(n, k) < 0) return smallint_value(0);
    int64_t count;
    if (!int_to_int64(k, &count))
        return raise_error(&OverflowError, "k must not exceed %lld", (long long)INT64_MAX);
    if (count == 0) return smallint_value(1);
    if ((double)count * (double)int_bit_length(n) > RESULT_BITS_MAX) return raise_memory_error();
    IntView view;
    int_view(&view, n);
    mpz_t result, roinit;
    mpz_init(result);
    Thread *detached = int_heavy_begin(view.count * count);
    falling_product(result, mpz_roinit_n(roinit, view.limbs, view.count), 0, (uint64_t)count);
    int_heavy_end(detached);
    Value value = int_from_mpz(result);
    mpz_clear(result);
    return value;
}

Value math_comb(Value *args) {
    Value n, k;
    if (!get_n_and_k(args, &n, &k)) return VALUE_ERROR;
    Value other = int_subtract(n, k);
    if (is_error(other)) return VALUE_ERROR;
    if (int_sign(other) < 0) return smallint_value(0);
    if (int_compare(other, k) < 0) k = other;
    int64_t count;
    if (!int_to_int64(k, &count))
        return raise_error(&OverflowError, "min(n - k, k) must not exceed %lld",
                           (long long)INT64_MAX);
    if (count == 0) return smallint_value(1);
    int sign;
    double bits = (double)count * (double)int_bit_length(n) - lgamma_r((double)count + 1, &sign) / M_LN2;
    if (bits > RESULT_BITS_MAX) return raise_memory_error();
    IntView view;
    int_view(&view, n);
    mpz_t result, roinit;
    mpz_init(result);
    Thread *detached = int_heavy_begin(view.count * count);
    mpz_bin_ui(result, mpz_roinit_n(roinit, view.limbs, view.count), (unsigned long)count);
    int_heavy_end(detached);
    Value value = int_from_mpz(result);
    mpz_clear(result);
    return value;
}

Value math_isqrt(Value *args) {
    Value n = value_index(args[1]);
    if (is_error(n)) return VALUE_ERROR;
    if (int_sign(n) < 0)
        return raise_error(&ValueError, "isqrt() argument must be nonnegative");
    if (is_smallint(n)) return smallint_value((int64_t)sqrt((double)smallint_of(n))); /* below 2^48 */
    IntView view;
    int_view(&view, n);
    mpz_t result, roinit;
    mpz_init(result);
    Thread *detached = int_heavy_begin(view.count);
    mpz_sqrt(result, mpz_roinit_n(roinit, view.limbs, view.count));
    int_heavy_end(detached);
    Value value = int_from_mpz(result);
    mpz_clear(result);
    return value;
}

static Value absolute(Value v) { return int_sign(v) < 0 ? int_negative(v) : v; }

/* abs(a) / gcd(a, b) * abs(b) */
static Value lcm(Value a, Value b) {
    if (int_sign(a) == 0 || int_sign(b) == 0) return smallint_value(0);
    Value divisor = int_gcd(a, b);
    if (is_error(divisor)) return VALUE_ERROR;
    Value quotient = int_floor_divide(a, divisor);
    if (is_error(quotient)) return VALUE_ERROR;
    Value product = int_multiply(quotient, b);
    return is_error(product) ? product : absolute(product);
}

static Value fold(Value *args, Value start, Value (*function)(Value, Value)) {
    Tuple *items = as_tuple(args[1]);
    Value result = start;
    for (int64_t i = 0; i < items->length; i++) {
        Value item = value_index(items->items[i]);
        if (is_error(item)) return VALUE_ERROR;
        result = i == 0 ? absolute(item) : function(result, item);
        if (is_error(result)) return VALUE_ERROR;
    }
    return result;
}

Value math_gcd(Value *args) { return fold(args, smallint_value(0), int_gcd); }
Value math_lcm(Value *args) { return fold(args, smallint_value(1), lcm); }
