/* slice.h - slice objects. */
#ifndef WEFT_TYPES_SLICE_H
#define WEFT_TYPES_SLICE_H

#include "types/list.h" /* slice_type, is_slice() */

typedef struct Slice {
    Object object;
    Value start, stop, step; /* constant; any value */
} Slice;
/* Allocates. */
Value slice_new(Value start, Value stop, Value step);
/* The three numbers with None's meaning filled in (TypeError for what has no __index__, ValueError
 * for step 0), clipped to int64. Runs Python. */
bool slice_unpack(Value slice, int64_t *start, int64_t *stop, int64_t *step);
/* Clips start and stop to a length and returns how many items there are. Runs no Python. */
int64_t slice_adjust(int64_t length, int64_t *start, int64_t *stop, int64_t step);

#endif
