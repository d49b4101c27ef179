/* typed_array.h - array.array: numbers of one C type, one behind the other.
 *
 * Like a list: an array points to a store that knows its capacity. Readers load the store, then the
 * length, and use an index only where both allow it; a replaced store is kept by the collector.
 * Writers hold the object's lock. `exports` counts the buffers in use; it is raised under the lock,
 * and while it is not zero the length and the store stay as they are. */
#ifndef WEFT_MODULES_TYPED_ARRAY_H
#define WEFT_MODULES_TYPED_ARRAY_H

#include "modules/support.h"

typedef struct ArrayStore {
    Cell cell;
    int64_t capacity; /* bytes; constant */
    uint64_t data[];  /* aligned for every item; items are written with one store each */
} ArrayStore;

/* What a type code means. */
typedef struct ArrayKind {
    char code;
    uint8_t size;
    const char *format;      /* for buffers */
    uint8_t machine_format;  /* for pickles, little-endian; see array_pickle.c */
    bool is_signed, is_float;
    bool (*parse)(Value v, uint64_t *bits); /* raises; runs Python */
    Value (*make)(uint64_t bits);           /* allocates */
} ArrayKind;

typedef struct TypedArray {
    Object object;
    const ArrayKind *kind; /* constant */
    int64_t length;        /* atomic; items; written under the lock, release */
    ArrayStore *store;     /* atomic; NULL while empty */
    int64_t exports;       /* atomic; raised under the lock */
} TypedArray;
extern Type typed_array_type, array_iterator_type;
static inline TypedArray *as_array(Value v) { return OBJECT_AS(TypedArray, v); }
static inline bool is_array(Value v) { return is_object(v) && is_instance_of(v, &typed_array_type); }

/* The kinds, ended by one with size 0. */
extern const ArrayKind array_kinds[];
const ArrayKind *array_kind_of(uint32_t code); /* NULL: none */

/* An array of `length` zeros. NULL: MemoryError. */
TypedArray *typed_array_new(Type *type, const ArrayKind *kind, int64_t length);
/* Items that can be read now: a consistent pair of data and count, valid while the pointer is on a
 * stack. */
const uint8_t *typed_array_items(TypedArray *array, int64_t *count);
/* memmove() of items of `size` bytes where other threads may look, or change them: item by item with
 * relaxed order. */
void typed_array_copy(void *to, const void *from, int64_t count, unsigned size);
/* The item, or VALUE_EMPTY out of range. Takes no lock. */
Value typed_array_get(TypedArray *array, int64_t index);
/* False: out of range, nothing raised. */
bool typed_array_set(TypedArray *array, int64_t index, uint64_t bits);
/* Replaces items [start, end), clipped to what is there, by `count` items. BufferError when that
 * changes the length of an array whose buffer is in use; MemoryError. */
bool typed_array_splice(TypedArray *array, int64_t start, int64_t end, const void *items,
                        int64_t count);
/* Removes the item at a good index, with the lock held; false: a buffer is in use. */
bool typed_array_remove_locked(TypedArray *array, int64_t index);
/* Without the lock: true when no buffer is in use any more, else false with BufferError. */
bool typed_array_wait_for_exports(TypedArray *array);
static inline bool typed_array_append(TypedArray *array, uint64_t bits) {
    return typed_array_splice(array, INT64_MAX, INT64_MAX, &bits, 1);
}
/* Appends what an iterable yields. Runs Python. */
bool typed_array_extend(TypedArray *array, Value iterable);
List *typed_array_list(TypedArray *array);

/* array_pickle.c */
Value array_reconstruct(Value *args);
Value array_reduce_ex(Value *args);

#endif
