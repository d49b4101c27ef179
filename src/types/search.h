/* search.h - finding characters in arrays of 1, 2 or 4 byte characters; for str and bytes.
 *
 * Linear in the worst case. Nothing here raises or allocates from the heap. */
#ifndef WEFT_TYPES_SEARCH_H
#define WEFT_TYPES_SEARCH_H

#include "base/common.h"

/* The index of the first (direction 1) or last (-1) occurrence of `needle` in `text`, both of
 * characters of `kind` bytes; -1: none. An empty needle is found at 0 or at `length`. */
int64_t points_find(unsigned kind, const void *text, int64_t length, const void *needle,
                    int64_t needle_length, int direction);
int64_t points_find_char(unsigned kind, const void *text, int64_t length, uint32_t point,
                         int direction);
/* Occurrences that do not overlap, counted from the left, at most `limit`. The needle is not empty. */
int64_t points_count(unsigned kind, const void *text, int64_t length, const void *needle,
                     int64_t needle_length, int64_t limit);

#endif
