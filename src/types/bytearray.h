/* bytearray.h - what the bytes files know of a bytearray. */
#ifndef WEFT_TYPES_BYTEARRAY_H
#define WEFT_TYPES_BYTEARRAY_H

#include "types/bytes_methods.h"

typedef struct ByteStore {
    Cell cell;
    int64_t capacity; /* constant */
    uint8_t data[];   /* plain bytes; a NUL follows what is used */
} ByteStore;

/* Where the bytes lie now: inside one store, whatever other threads do. */
ByteSpan bytearray_span(ByteArray *array);
/* Copies of one moment: all of it (NULL: MemoryError), and what a slice object says, as a bytearray. */
struct StrBuffer *bytearray_copy(ByteArray *array, int64_t *length);
Value bytearray_slice(Value self, Value slice);

#endif
