/* range.h - range and its iterators. */
#ifndef WEFT_TYPES_RANGE_H
#define WEFT_TYPES_RANGE_H

#include "types/int.h"

typedef struct Range {
    Object object;
    Value start, stop, step, length; /* exact ints; constant */
} Range;
extern Type range_type, range_iterator_type, longrange_iterator_type;

/* Iterates over a range whose values all fit int64. Biased to the thread that made it: as long as only
 * `owner` takes items, plain loads and stores do. Another thread that wants an item first stops the
 * world and clears `owner` (nobody is inside range_iterator_next() then, which has no safe point);
 * from then on everybody counts `taken` atomically. */
typedef struct RangeIterator {
    Object object;
    int64_t start, step, count; /* constant */
    int64_t taken;              /* atomic; items handed out, at most count */
    Thread *owner;              /* atomic; NULL: shared */
} RangeIterator;

/* For any thread. Returns the number of the item taken, or -1. May block. */
int64_t range_iterator_take_shared(RangeIterator *iterator);
/* The next value, or VALUE_EMPTY. Runs no Python; allocates beyond 49 bits; may block. */
static inline Value range_iterator_next(RangeIterator *iterator) {
    int64_t index;
    if (likely(load_relaxed(&iterator->owner) == thread_self())) {
        index = load_relaxed(&iterator->taken);
        if (unlikely(index >= iterator->count)) return VALUE_EMPTY;
        store_relaxed(&iterator->taken, index + 1);
    } else {
        index = range_iterator_take_shared(iterator);
        if (index < 0) return VALUE_EMPTY;
    }
    return int_value((int64_t)((uint64_t)iterator->start +
                               (uint64_t)iterator->step * (uint64_t)index));
}

/* range(start, stop, step) of ints; ValueError for step 0. Allocates. */
Value range_new(Value start, Value stop, Value step);

#endif
