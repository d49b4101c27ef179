/* int.h - integers without limit, and bool.
 *
 * Values that fit 49 bits are immediates (object/value.h). Others are Int objects: sign and magnitude
 * in GMP limbs, least significant first, the highest not zero. Exact ints are always in the smallest
 * form: an Int object of exact type never holds what fits an immediate. Instances of subclasses are
 * Int objects with any value (limb count 0 for zero). bool is True and False, immediates. */
#ifndef WEFT_TYPES_INT_H
#define WEFT_TYPES_INT_H

#include "object/call.h"

typedef struct Int {
    Object object;
    int64_t size; /* limbs; negative for negative numbers */
    uint64_t limbs[];
} Int;
extern Type int_type, bool_type;

/* An int, a bool, or an instance of a subclass. */
static inline bool is_int(Value v) { return is_smallint(v) || is_bool(v) || is_kind(v, TYPE_INT); }
/* Exactly int (no bool, no subclass). */
static inline bool is_exact_int(Value v) { return is_smallint(v) || is_exactly(v, &int_type); }

Value int_from_int64_slow(int64_t i);
static inline Value int_value(int64_t i) { /* allocates beyond 49 bits */
    return likely(fits_smallint(i)) ? smallint_value(i) : int_from_int64_slow(i);
}
Value int_from_uint64(uint64_t i);
Value int_from_double(double d); /* truncates; OverflowError / ValueError for inf and nan */
/* Digits (underscores allowed, sign allowed, base 2..36 or 0) to an int; VALUE_EMPTY when malformed
 * (nothing raised); ValueError past the digit limit. */
Value int_from_text(const char *digits, size_t length, int base);
Str *int_to_str(Value v, int base); /* base 2, 8, 10, 16: no prefix */
/* Of any is_int() value. False: does not fit (nothing raised). */
bool int_to_int64(Value v, int64_t *out);
bool int_to_uint64(Value v, uint64_t *out);
uint64_t int_to_uint64_mask(Value v); /* modulo 2^64 */
double int_to_double(Value v, bool *overflow); /* correctly rounded, half to even */
int int_sign(Value v);                /* -1, 0, 1 */
Value int_exact(Value v);             /* bool and subclass instances to exact int */
int64_t int_bit_length(Value v);
int64_t int_hash(Value v);
int int_compare(Value a, Value b);    /* <0, 0, >0 */
/* Arithmetic on is_int() values; the results are exact ints. */
Value int_add(Value a, Value b);
Value int_subtract(Value a, Value b);
Value int_multiply(Value a, Value b);
Value int_floor_divide(Value a, Value b); /* ZeroDivisionError */
Value int_remainder(Value a, Value b);
Value int_divmod(Value a, Value b);
Value int_true_divide(Value a, Value b);
Value int_power(Value a, Value b, Value modulus_or_none);
Value int_left_shift(Value a, Value b);
Value int_right_shift(Value a, Value b);
Value int_bitwise(Value a, Value b, BinaryOp op); /* BINARY_AND, OR, XOR */
Value int_negative(Value v);
Value int_gcd(Value a, Value b);
Value int_from_bytes(const uint8_t *bytes, size_t length, bool little_endian, bool is_signed);
/* False with OverflowError. */
bool int_to_bytes(Value v, uint8_t *bytes, size_t length, bool little_endian, bool is_signed);

#endif
