/* str_buffer.h - the cell that strings made by appending share; for the str files. */
#ifndef WEFT_TYPES_STR_BUFFER_H
#define WEFT_TYPES_STR_BUFFER_H

#include "types/str.h"

typedef struct StrBuffer {
    Cell cell;
    int64_t capacity; /* bytes; constant */
    int64_t used;     /* atomic; bytes given away: str.c tells the rules */
    char bytes[];
} StrBuffer;
extern CellKind str_buffer_kind;

/* The size of the cell that heap_alloc() gives for `size` bytes. */
static inline size_t heap_cell_size_hint(size_t size) {
    if (size <= 256) return align_up(size, 16);
    if (size > HEAP_SMALL_MAX) return size;
    unsigned power = 63 - (unsigned)__builtin_clzll(size - 1);
    return align_up(size, (size_t)1 << (power - 2));
}
/* Zeroed, with at least `capacity` bytes. NULL: MemoryError. Allocates. */
StrBuffer *str_buffer_new(int64_t capacity);
/* A Str of `length` characters that lie at `data` inside `cell`. NULL: MemoryError. Allocates. */
Str *str_over(void *cell, void *data, int64_t length, uint32_t max_point);
/* Makes an object a root for ever: for the few that static caches hold. */
void str_keep_for_ever(Object *object);
void str_trace(Cell *cell, Marker *marker);

#endif
