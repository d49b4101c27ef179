/* slice_private.h - slices of what is longer than 2^63 items. */
#ifndef WEFT_TYPES_SLICE_PRIVATE_H
#define WEFT_TYPES_SLICE_PRIVATE_H

#include "types/slice.h"

/* slice.indices(length), in ints of any size. Runs Python. */
bool slice_long_indices(Value slice, Value length, Value *start, Value *stop, Value *step);

#endif
