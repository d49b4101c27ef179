/* int_private.h - what the int_*.c files share: looking at any int as limbs, and making ints. */
#ifndef WEFT_TYPES_INT_PRIVATE_H
#define WEFT_TYPES_INT_PRIVATE_H

#include <gmp.h>
#include "types/exception.h"
#include "types/float.h"
#include "types/int.h"
#include "types/list.h"
#include "types/str.h"

_Static_assert(sizeof(mp_limb_t) == 8 && GMP_NUMB_BITS == 64, "limbs are 64-bit words");

/* Results of more limbs than this raise MemoryError before GMP is asked (2^33 bits). */
#define INT_LIMBS_MAX (INT64_C(1) << 27)

/* Sign and magnitude of any int. Lives on the C stack; `limbs` points to `small` or into the Int, so
 * the Value must stay on the stack too, and an IntView is never copied. */
typedef struct IntView {
    const mp_limb_t *limbs;
    int64_t count; /* the highest limb is not zero; 0 for zero */
    bool negative; /* false for zero */
    mp_limb_t small;
} IntView;

/* The value of an immediate: a small integer or a bool. */
static inline bool int_immediate(Value v, int64_t *out) {
    if (likely(is_smallint(v))) {
        *out = smallint_of(v);
        return true;
    }
    if (is_bool(v)) {
        *out = is_true(v);
        return true;
    }
    return false;
}

static inline void int_view_int64(IntView *view, int64_t i) {
    view->limbs = &view->small;
    view->negative = i < 0;
    view->small = i < 0 ? -(uint64_t)i : (uint64_t)i;
    view->count = i != 0;
}

/* `v` is any is_int() value. */
static inline void int_view(IntView *view, Value v) {
    int64_t i;
    if (int_immediate(v, &i)) {
        int_view_int64(view, i);
        return;
    }
    const Int *object = OBJECT_AS(Int, v);
    view->limbs = object->limbs;
    view->negative = object->size < 0;
    view->count = object->size < 0 ? -object->size : object->size;
}

static inline int64_t int_view_bits(const IntView *view) {
    if (view->count == 0) return 0;
    return view->count * 64 - __builtin_clzll(view->limbs[view->count - 1]);
}


/* Around a call into GMP that may take a millisecond or more: the thread is detached, so that no stop
 * of the world waits for it. GMP touches only limbs in cells that the caller's stack keeps alive, and
 * cells do not move. `work` is a rough number of limbs. May block.
 *     Thread *detached = int_heavy_begin(count); mpn_...(); int_heavy_end(detached); */
#define INT_HEAVY_WORK 1000
static inline Thread *int_heavy_begin(int64_t work) {
    if (likely(work < INT_HEAVY_WORK)) return NULL;
    Thread *self = thread_self();
    thread_detach(self);
    return self;
}
static inline void int_heavy_end(Thread *detached) {
    if (unlikely(detached != NULL)) thread_reattach(detached);
}

/* Room for `count` limbs, not yet a value: fill, then int_finish(). NULL with MemoryError. */
Int *int_alloc(int64_t count);
/* Drops leading zero limbs and returns the smallest form. */
Value int_finish(Int *object, int64_t count, bool negative);
/* Copies limbs, allocates. */
Value int_from_limbs(const mp_limb_t *limbs, int64_t count, bool negative);
Value int_from_mpz(mpz_srcptr z);
/* An instance of `type`, int or a subclass, with that value. */
Value int_of_type(Type *type, Value v);
/* A two-tuple of what was just computed; passes VALUE_ERROR on. */
Value int_pair(Value a, Value b);

/* repr(), int(text) with messages: shared with the constructor. */
Value int_from_str_object(Value text, int base);   /* str: ValueError */
Value int_from_bytes_object(Value object, const char *text, size_t length, int base);

Value int_divide_nearest(Value a, Value b); /* a / b to the nearest, half to even: for round() */

extern const MethodDef int_methods[];
extern const GetSetDef int_getset[];

#endif
