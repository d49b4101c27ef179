/* value.h - one 64-bit word that is any Python value.
 *
 * The representation (NaN-boxing):
 *
 *   0000 pppp pppp ppp0/8     a pointer to an Object: top 16 bits zero, low 3 bits zero, not 0
 *   0000 0000 0000 0000       VALUE_EMPTY: "nothing here" (an unbound local, a free slot,
 *                             exhaustion of an iterator); zero-filled memory is empty
 *   0000 0000 0000 00xx       the other constants; their low 3 bits are not zero
 *   0002 .... ....  to
 *   FFFD FFFF FFFF FFFF       a double: its IEEE 754 bits plus 2^49
 *   FFFE .... to FFFF ....    a small integer: 49 bits, two's complement
 *
 * A pointer is stored as it is, so that a conservative scan of a stack sees it. The doubles whose
 * bits would wrap around (negative NaNs with a large payload) never enter: double_value_checked()
 * makes them the standard NaN; arithmetic on values that are inside cannot produce them.
 *
 * A Value is a struct so that the compiler refuses to mix it with integers. It is passed in one
 * register. */
#ifndef WEFT_OBJECT_VALUE_H
#define WEFT_OBJECT_VALUE_H

#include <string.h>
#include "base/atomic.h"

typedef struct Object Object;
typedef struct Value {
    uint64_t bits;
} Value;

#define VALUE_DOUBLE_OFFSET UINT64_C(0x0002000000000000)
#define VALUE_INT_TAG UINT64_C(0xFFFE000000000000)
#define VALUE_NOT_OBJECT_MASK UINT64_C(0xFFFF000000000007)

#define VALUE_EMPTY ((Value){0x00})          /* nothing; never visible to a program */
#define VALUE_NONE ((Value){0x02})           /* None */
#define VALUE_FALSE ((Value){0x06})          /* False */
#define VALUE_ERROR ((Value){0x0A})          /* "an exception is set on this thread"; never stored */
#define VALUE_TRUE ((Value){0x0E})           /* True */
#define VALUE_NOT_IMPLEMENTED ((Value){0x12}) /* NotImplemented */
#define VALUE_ELLIPSIS ((Value){0x16})       /* Ellipsis */

#define SMALLINT_BITS 49
#define SMALLINT_MAX ((INT64_C(1) << 48) - 1)
#define SMALLINT_MIN (-(INT64_C(1) << 48))

static inline bool same_value(Value a, Value b) { return a.bits == b.bits; }
static inline bool is_empty(Value v) { return v.bits == VALUE_EMPTY.bits; }
static inline bool is_error(Value v) { return v.bits == VALUE_ERROR.bits; }
static inline bool is_none(Value v) { return v.bits == VALUE_NONE.bits; }
static inline bool is_true(Value v) { return v.bits == VALUE_TRUE.bits; }
static inline bool is_false(Value v) { return v.bits == VALUE_FALSE.bits; }
static inline bool is_bool(Value v) { return (v.bits & ~UINT64_C(8)) == VALUE_FALSE.bits; }
static inline bool is_not_implemented(Value v) { return v.bits == VALUE_NOT_IMPLEMENTED.bits; }
static inline bool is_ellipsis(Value v) { return v.bits == VALUE_ELLIPSIS.bits; }
static inline bool is_smallint(Value v) { return v.bits >= VALUE_INT_TAG; }
static inline bool is_double(Value v) {
    return v.bits - VALUE_DOUBLE_OFFSET < VALUE_INT_TAG - VALUE_DOUBLE_OFFSET;
}
/* True for a pointer to an Object, and for VALUE_EMPTY: ask is_empty() first where that can be. */
static inline bool is_object(Value v) { return (v.bits & VALUE_NOT_OBJECT_MASK) == 0; }
/* Both at once, in one comparison. */
static inline bool both_smallint(Value a, Value b) { return (a.bits & b.bits) >= VALUE_INT_TAG; }

static inline bool fits_smallint(int64_t i) { return i >= SMALLINT_MIN && i <= SMALLINT_MAX; }
/* `i` must fit; types/int.h has int_from_int64() for any. */
static inline Value smallint_value(int64_t i) {
    return (Value){(uint64_t)i | VALUE_INT_TAG};
}
static inline int64_t smallint_of(Value v) { return (int64_t)(v.bits << 15) >> 15; }

/* `d` comes from arithmetic or from a literal: any NaN in it is a standard one. */
static inline Value double_value(double d) {
    uint64_t bits;
    memcpy(&bits, &d, sizeof bits);
    return (Value){bits + VALUE_DOUBLE_OFFSET};
}
/* `d` comes from outside (bytes, a C library): unusual NaNs are made the standard one. */
static inline Value double_value_checked(double d) {
    if (unlikely(d != d)) d = __builtin_copysign(__builtin_nan(""), d);
    return double_value(d);
}
static inline double double_of(Value v) {
    uint64_t bits = v.bits - VALUE_DOUBLE_OFFSET;
    double d;
    memcpy(&d, &bits, sizeof d);
    return d;
}

static inline Value bool_value(bool b) { return b ? VALUE_TRUE : VALUE_FALSE; }
/* `object` points to an Object (or to a struct that begins with one). */
static inline Value object_value(const void *object) { return (Value){(uint64_t)(uintptr_t)object}; }
static inline Object *object_of(Value v) { return (Object *)(uintptr_t)v.bits; }
/* The same with the type wanted: OBJECT_AS(List, v). Checks nothing. */
#define OBJECT_AS(type, value) ((type *)(uintptr_t)(value).bits)

/* A Value in shared memory. */
static inline Value value_load_relaxed(const Value *slot) { return (Value){load_relaxed(&slot->bits)}; }
static inline Value value_load_acquire(const Value *slot) { return (Value){load_acquire(&slot->bits)}; }

#endif
