/* bytes.h - bytes, bytearray, and the buffer interface that memoryview shows. */
#ifndef WEFT_TYPES_BYTES_H
#define WEFT_TYPES_BYTES_H

#include "object/call.h"

typedef struct Bytes {
    Object object;
    int64_t length; /* constant */
    int64_t hash;   /* atomic; -1: unknown */
    uint8_t data[]; /* constant after publication; a NUL follows */
} Bytes;
extern Type bytes_type, bytearray_type, memoryview_type;
static inline Bytes *as_bytes(Value v) { return OBJECT_AS(Bytes, v); }
Bytes *bytes_new(int64_t length);                       /* zeroed: fill before publishing */
Bytes *bytes_from(const void *data, size_t length);
/* b'...'; bytearray's repr escapes an apostrophe even between double quotes. */
Str *bytes_repr(const uint8_t *data, int64_t length, bool escape_apostrophe);

/* A view of an object's memory (PEP 3118). Fill shape/strides only for more than one dimension or
 * steps; the arrays must live as long as the view: in heap cells reachable from `owner`/`internal`. */
struct BufferView {
    void *data;
    int64_t length;    /* bytes */
    Value owner;       /* the object that was asked */
    int64_t item_size;
    bool readonly;
    int dimensions;
    const char *format; /* struct syntax; NULL means "B" */
    int64_t *shape, *strides; /* NULL: one dimension, contiguous */
    void *internal;    /* for the owner */
};
enum { BUFFER_SIMPLE = 0, BUFFER_WRITABLE = 1, BUFFER_FORMAT = 2, BUFFER_STRIDED = 4 };
/* TypeError "a bytes-like object is required, not 'x'", BufferError. Balance with release. */
bool buffer_get(Value v, BufferView *view, unsigned flags);
void buffer_release(BufferView *view);
bool has_buffer(Value v);
Value memoryview_from(Value v);
/* Converts a str / bytes-like path (os.fspath) to text for the system: NULL with an exception set. */
const char *value_os_path(Value path, Value *path_object);
/* The same to a str, as the name of a source file; other buffers than bytes, too, with a
 * DeprecationWarning. NULL with an exception set. */
Str *value_source_name(Value path);

/* bytearray: an array cell that is replaced when it grows; `exports` counts buffers in use, which
 * forbid resizing (BufferError: "Existing exports of data: object cannot be re-sized"). */
typedef struct ByteArray {
    Object object;
    int64_t length;            /* atomic; under the lock */
    struct ByteStore *store;   /* atomic; knows its capacity */
    int64_t start;             /* offset of the first byte in the store; under the lock */
    int64_t exports;           /* atomic */
} ByteArray;
Value bytearray_from(const void *data, size_t length);

#endif
