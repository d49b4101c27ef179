/* int.c - theory.
 *
 * An int is an immediate when it fits 49 bits; every function here tries that first. Otherwise it is
 * an Int: a sign and GMP limbs inside the cell, immutable after publication, so threads share it
 * without care. Results are computed into a fresh Int that nobody else sees yet, and int_finish()
 * turns them into the smallest form: exact ints that are equal and small are the same word.
 *
 * GMP aborts the process when its own temporary memory cannot be had. Sizes are therefore checked
 * against INT_LIMBS_MAX before GMP is called; what stays below raises MemoryError from the heap's
 * allocation, not from inside GMP.
 *
 * This file: representation and conversions to and from C. int_arithmetic.c: the operators.
 * int_text.c: digits and bytes. int_type.c: the type, its constructor and methods. */
#include "types/int_private.h"

#include <math.h>

/* --- making ints ------------------------------------------------------------------------------- */

Int *int_alloc(int64_t count) {
    if (unlikely(count > INT_LIMBS_MAX)) {
        raise_memory_error();
        return NULL;
    }
    return object_alloc(&int_type, sizeof(Int) + (size_t)count * sizeof(mp_limb_t));
}

Value int_finish(Int *object, int64_t count, bool negative) {
    while (count > 0 && object->limbs[count - 1] == 0) count--;
    if (count == 0) return smallint_value(0);
    if (count == 1 && object->limbs[0] <= (uint64_t)SMALLINT_MAX + negative) {
        int64_t i = (int64_t)object->limbs[0];
        return smallint_value(negative ? -i : i);
    }
    object->size = negative ? -count : count;
    return object_value(object);
}

Value int_from_limbs(const mp_limb_t *limbs, int64_t count, bool negative) {
    while (count > 0 && limbs[count - 1] == 0) count--;
    if (count == 0) return smallint_value(0);
    if (count == 1 && limbs[0] <= (uint64_t)SMALLINT_MAX + negative) {
        int64_t i = (int64_t)limbs[0];
        return smallint_value(negative ? -i : i);
    }
    Int *object = int_alloc(count);
    if (!object) return VALUE_ERROR;
    memcpy(object->limbs, limbs, (size_t)count * sizeof(mp_limb_t));
    object->size = negative ? -count : count;
    return object_value(object);
}

Value int_from_mpz(mpz_srcptr z) {
    return int_from_limbs(mpz_limbs_read(z), (int64_t)mpz_size(z), mpz_sgn(z) < 0);
}

Value int_from_int64_slow(int64_t i) {
    if (fits_smallint(i)) return smallint_value(i);
    mp_limb_t limb = i < 0 ? -(uint64_t)i : (uint64_t)i;
    return int_from_limbs(&limb, 1, i < 0);
}

Value int_from_uint64(uint64_t i) {
    if (likely(i <= (uint64_t)SMALLINT_MAX)) return smallint_value((int64_t)i);
    mp_limb_t limb = i;
    return int_from_limbs(&limb, 1, false);
}

Value int_from_double(double d) {
    if (unlikely(isnan(d))) return raise_error(&ValueError, "cannot convert float NaN to integer");
    if (unlikely(isinf(d)))
        return raise_error(&OverflowError, "cannot convert float infinity to integer");
    if (likely(fabs(d) < 0x1p62)) return int_value((int64_t)d);
    int exponent;
    double fraction = frexp(fabs(d), &exponent); /* exponent >= 63: a whole number */
    uint64_t mantissa = (uint64_t)ldexp(fraction, 53);
    int shift = exponent - 53;
    mp_limb_t limbs[18] = {0};
    int word = shift / 64, bit = shift % 64;
    limbs[word] = mantissa << bit;
    if (bit != 0) limbs[word + 1] = mantissa >> (64 - bit);
    return int_from_limbs(limbs, word + 2, d < 0);
}

Value int_exact(Value v) {
    if (is_smallint(v) || is_exactly(v, &int_type)) return v;
    IntView view;
    int_view(&view, v);
    return int_from_limbs(view.limbs, view.count, view.negative);
}

Value int_of_type(Type *type, Value v) {
    if (is_error(v) || type == &int_type) return v;
    IntView view;
    int_view(&view, v);
    Int *object = object_alloc_instance(type, sizeof(Int) + (size_t)view.count * sizeof(mp_limb_t));
    if (!object) return VALUE_ERROR;
    memcpy(object->limbs, view.limbs, (size_t)view.count * sizeof(mp_limb_t));
    object->size = view.negative ? -view.count : view.count;
    return object_value(object);
}

Value int_pair(Value a, Value b) {
    if (is_error(a) || is_error(b)) return VALUE_ERROR;
    Tuple *pair = tuple_pack(2, a, b);
    return pair ? object_value(pair) : VALUE_ERROR;
}

/* --- to C ---------------------------------------------------------------------------------------- */

bool int_to_int64(Value v, int64_t *out) {
    if (int_immediate(v, out)) return true;
    IntView view;
    int_view(&view, v);
    if (view.count > 1) return false;
    uint64_t magnitude = view.count ? view.limbs[0] : 0;
    if (magnitude > (uint64_t)INT64_MAX + view.negative) return false;
    *out = (int64_t)(view.negative ? -magnitude : magnitude);
    return true;
}

bool int_to_uint64(Value v, uint64_t *out) {
    IntView view;
    int_view(&view, v);
    if (view.count > 1 || view.negative) return false;
    *out = view.count ? view.limbs[0] : 0;
    return true;
}

uint64_t int_to_uint64_mask(Value v) {
    IntView view;
    int_view(&view, v);
    if (view.count == 0) return 0;
    return view.negative ? -view.limbs[0] : view.limbs[0];
}

/* The top 64 bits with what is below them or-ed into the lowest: rounds as the whole does, since the
 * conversion to double looks at 11 bits below its mantissa. */
double int_to_double(Value v, bool *overflow) {
    *overflow = false;
    int64_t small;
    if (int_immediate(v, &small)) return (double)small;
    IntView view;
    int_view(&view, v);
    if (view.count == 0) return 0.0;
    double d;
    if (view.count == 1) {
        d = (double)view.limbs[0];
    } else if (view.count > 17) {
        *overflow = true;
        return 0.0;
    } else {
        int shift = __builtin_clzll(view.limbs[view.count - 1]);
        uint64_t top = view.limbs[view.count - 1] << shift;
        uint64_t second = view.limbs[view.count - 2];
        if (shift != 0) top |= second >> (64 - shift);
        bool sticky = (second << shift) != 0;
        for (int64_t i = 0; !sticky && i < view.count - 2; i++) sticky = view.limbs[i] != 0;
        d = ldexp((double)(top | sticky), (int)((view.count - 1) * 64 - shift));
        if (isinf(d)) {
            *overflow = true;
            return 0.0;
        }
    }
    return view.negative ? -d : d;
}

int int_sign(Value v) {
    int64_t i;
    if (int_immediate(v, &i)) return (i > 0) - (i < 0);
    int64_t size = OBJECT_AS(Int, v)->size;
    return (size > 0) - (size < 0);
}

int64_t int_bit_length(Value v) {
    IntView view;
    int_view(&view, v);
    return int_view_bits(&view);
}

/* --- hash and comparison --------------------------------------------------------------------------- */

/* The value modulo the prime 2^61 - 1, with the sign: Python's rule for all numbers. 2^64 is 8 there. */
#define HASH_PRIME ((UINT64_C(1) << 61) - 1)

static uint64_t reduce(uint64_t word) {
    word = (word & HASH_PRIME) + (word >> 61);
    return word >= HASH_PRIME ? word - HASH_PRIME : word;
}

int64_t int_hash(Value v) {
    int64_t small;
    if (int_immediate(v, &small)) return small == -1 ? -2 : small;
    IntView view;
    int_view(&view, v);
    uint64_t hash = 0;
    for (int64_t i = view.count - 1; i >= 0; i--) {
        hash = (hash << 3 & HASH_PRIME) | hash >> 58;
        hash = reduce(hash + reduce(view.limbs[i]));
    }
    int64_t result = view.negative ? -(int64_t)hash : (int64_t)hash;
    return result == -1 ? -2 : result;
}

int int_compare(Value a, Value b) {
    int64_t x, y;
    if (int_immediate(a, &x) && int_immediate(b, &y)) return (x > y) - (x < y);
    IntView u, v;
    int_view(&u, a);
    int_view(&v, b);
    if (u.negative != v.negative) return u.negative ? -1 : 1;
    int order;
    if (u.count != v.count) order = u.count > v.count ? 1 : -1;
    else order = u.count ? mpn_cmp(u.limbs, v.limbs, u.count) : 0;
    return u.negative ? -order : order;
}
