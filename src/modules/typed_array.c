/* typed_array.c - the store of array.array and its items (theory in the header). */
#include "modules/typed_array.h"

#include <limits.h>
#include <math.h>

#define BYTES_MAX (INT64_MAX / 4)

static CellKind store_kind = {NULL, NULL, "array store"};

/* --- items ------------------------------------------------------------------------------------------------ */

static bool raise_overflow(const char *message) {
    raise_error(&OverflowError, "%s", message);
    return false;
}

/* An int in the range of a C integer type; `name` as messages call it. */
static bool parse_ranged(Value v, int64_t low, int64_t high, const char *name, uint64_t *bits) {
    Value index = value_index(v);
    if (is_error(index)) return false;
    int64_t i;
    if (!int_to_int64(index, &i)) return raise_overflow("Python int too large to convert to C long");
    if (i >= low && i <= high) {
        *bits = (uint64_t)i;
        return true;
    }
    raise_error(&OverflowError, "%s is %s", name, i < low ? "less than minimum" : "greater than maximum");
    return false;
}

static bool parse_b(Value v, uint64_t *bits) {
    return parse_ranged(v, SHRT_MIN, SHRT_MAX, "signed short integer", bits) &&
           parse_ranged(int_value((int64_t)*bits), SCHAR_MIN, SCHAR_MAX, "signed char", bits);
}
static bool parse_B(Value v, uint64_t *bits) {
    return parse_ranged(v, 0, UCHAR_MAX, "unsigned byte integer", bits);
}
static bool parse_h(Value v, uint64_t *bits) {
    return parse_ranged(v, SHRT_MIN, SHRT_MAX, "signed short integer", bits);
}
static bool parse_H(Value v, uint64_t *bits) {
    return parse_ranged(v, INT_MIN, INT_MAX, "signed integer", bits) &&
           parse_ranged(int_value((int64_t)*bits), 0, USHRT_MAX, "unsigned short", bits);
}
static bool parse_i(Value v, uint64_t *bits) {
    return parse_ranged(v, INT_MIN, INT_MAX, "signed integer", bits);
}
static bool parse_l(Value v, uint64_t *bits) {
    return parse_ranged(v, LONG_MIN, LONG_MAX, "", bits);
}

static bool parse_unsigned(Value v, const char *negative, const char *too_large, uint64_t *bits) {
    Value index = value_index(v);
    if (is_error(index)) return false;
    if (int_sign(index) < 0) return raise_overflow(negative);
    return int_to_uint64(index, bits) || raise_overflow(too_large);
}
static bool parse_L(Value v, uint64_t *bits) {
    return parse_unsigned(v, "can't convert negative value to unsigned int",
                          "Python int too large to convert to C unsigned long", bits);
}
static bool parse_I(Value v, uint64_t *bits) {
    if (!parse_L(v, bits)) return false;
    return *bits <= UINT_MAX || raise_overflow("unsigned int is greater than maximum");
}
static bool parse_Q(Value v, uint64_t *bits) {
    return parse_unsigned(v, "can't convert negative int to unsigned", "int too big to convert", bits);
}
static bool parse_q(Value v, uint64_t *bits) {
    Value index = value_index(v);
    if (is_error(index)) return false;
    int64_t i;
    if (!int_to_int64(index, &i)) return raise_overflow("int too big to convert");
    *bits = (uint64_t)i;
    return true;
}

static bool parse_u(Value v, uint64_t *bits) {
    if (!is_str(v) || as_str(v)->length != 1) {
        raise_error(&TypeError, "array item must be unicode character");
        return false;
    }
    *bits = str_at(as_str(v), 0);
    return true;
}

static bool parse_f(Value v, uint64_t *bits) {
    double d;
    if (!value_to_double(v, &d)) return false;
    float f = (float)d;
    uint32_t word;
    memcpy(&word, &f, 4);
    *bits = word;
    return true;
}
static bool parse_d(Value v, uint64_t *bits) {
    double d;
    if (!value_to_double(v, &d)) return false;
    memcpy(bits, &d, 8);
    return true;
}

static Value make_b(uint64_t bits) { return smallint_value((int8_t)bits); }
static Value make_h(uint64_t bits) { return smallint_value((int16_t)bits); }
static Value make_i(uint64_t bits) { return smallint_value((int32_t)bits); }
static Value make_q(uint64_t bits) { return int_value((int64_t)bits); }
static Value make_f(uint64_t bits) {
    uint32_t word = (uint32_t)bits;
    float f;
    memcpy(&f, &word, 4);
    return double_value_checked(f);
}
static Value make_d(uint64_t bits) {
    double d;
    memcpy(&d, &bits, 8);
    return double_value_checked(d);
}
static Value make_u(uint64_t bits) {
    if (bits > 0x10FFFF)
        return raise_error(&ValueError, "character U+%x is not in range [U+0000; U+10ffff]",
                           (unsigned)bits);
    Str *s = str_from_char((uint32_t)bits);
    return s ? object_value(s) : VALUE_ERROR;
}

const ArrayKind array_kinds[] = {
    {'b', 1, "b", 1, true, false, parse_b, make_b},
    {'B', 1, "B", 0, false, false, parse_B, int_from_uint64},
    {'u', 4, "w", 20, false, false, parse_u, make_u},
    {'h', 2, "h", 4, true, false, parse_h, make_h},
    {'H', 2, "H", 2, false, false, parse_H, int_from_uint64},
    {'i', 4, "i", 8, true, false, parse_i, make_i},
    {'I', 4, "I", 6, false, false, parse_I, int_from_uint64},
    {'l', 8, "l", 12, true, false, parse_l, make_q},
    {'L', 8, "L", 10, false, false, parse_L, int_from_uint64},
    {'q', 8, "q", 12, true, false, parse_q, make_q},
    {'Q', 8, "Q", 10, false, false, parse_Q, int_from_uint64},
    {'f', 4, "f", 14, true, true, parse_f, make_f},
    {'d', 8, "d", 16, true, true, parse_d, make_d},
    {0},
};

const ArrayKind *array_kind_of(uint32_t code) {
    for (const ArrayKind *kind = array_kinds; kind->size; kind++)
        if ((uint32_t)kind->code == code) return kind;
    return NULL;
}

/* --- the store ------------------------------------------------------------------------------------------------ */

static ArrayStore *store_new(int64_t bytes) {
    if (bytes > BYTES_MAX) {
        raise_memory_error();
        return NULL;
    }
    ArrayStore *store = heap_alloc(sizeof(ArrayStore) + (size_t)bytes);
    if (!store) return NULL;
    store->capacity = (int64_t)((heap_cell_size(store) - sizeof(ArrayStore)) & ~(size_t)7);
    if (store->capacity < bytes) store->capacity = bytes;
    cell_set_kind(store, &store_kind);
    return store;
}

TypedArray *typed_array_new(Type *type, const ArrayKind *kind, int64_t length) {
    if (length > BYTES_MAX / kind->size) {
        raise_memory_error();
        return NULL;
    }
    TypedArray *array = object_alloc_instance(type, sizeof(TypedArray));
    if (!array) return NULL;
    array->kind = kind;
    if (length > 0) {
        ArrayStore *store = store_new(length * kind->size);
        if (!store) return NULL;
        array->store = store;
        array->length = length;
    }
    return array;
}

const uint8_t *typed_array_items(TypedArray *array, int64_t *count) {
    ArrayStore *store = load_acquire(&array->store);
    if (!store) {
        *count = 0;
        return (const uint8_t *)"";
    }
    *count = min_int64(load_acquire(&array->length), store->capacity / array->kind->size);
    return (const uint8_t *)store->data;
}

static uint64_t load_item(const void *slot, unsigned size) {
    switch (size) {
    case 1: return load_relaxed((const uint8_t *)slot);
    case 2: return load_relaxed((const uint16_t *)slot);
    case 4: return load_relaxed((const uint32_t *)slot);
    default: return load_relaxed((const uint64_t *)slot);
    }
}

static void store_item(void *slot, unsigned size, uint64_t bits) {
    switch (size) {
    case 1: store_relaxed((uint8_t *)slot, (uint8_t)bits); break;
    case 2: store_relaxed((uint16_t *)slot, (uint16_t)bits); break;
    case 4: store_relaxed((uint32_t *)slot, (uint32_t)bits); break;
    default: store_relaxed((uint64_t *)slot, bits); break;
    }
}

void typed_array_copy(void *to, const void *from, int64_t count, unsigned size) {
    int64_t bytes = count * size, done = 0;
    uint8_t *target = to;
    const uint8_t *source = from;
    if (target > source && target < source + bytes) { /* from the end */
        for (int64_t i = bytes - size; i >= 0; i -= size)
            store_item(target + i, size, load_item(source + i, size));
        return;
    }
    if ((((uintptr_t)to | (uintptr_t)from) & 7) == 0)
        for (; done + 8 <= bytes; done += 8) store_item(target + done, 8, load_item(source + done, 8));
    for (; done < bytes; done += size) store_item(target + done, size, load_item(source + done, size));
}

Value typed_array_get(TypedArray *array, int64_t index) {
    int64_t count;
    const uint8_t *items = typed_array_items(array, &count);
    if ((uint64_t)index >= (uint64_t)count) return VALUE_EMPTY;
    unsigned size = array->kind->size;
    return array->kind->make(load_item(items + index * size, size));
}

bool typed_array_set(TypedArray *array, int64_t index, uint64_t bits) {
    unsigned size = array->kind->size;
    object_lock(array);
    bool inside = (uint64_t)index < (uint64_t)array->length;
    if (inside) store_item((uint8_t *)array->store->data + index * size, size, bits);
    object_unlock(array);
    return inside;
}

/* A view that nobody has any more gives its export back when the collector finds it dead. */
bool typed_array_wait_for_exports(TypedArray *array) {
    if (load_acquire(&array->exports) == 0) return true;
    heap_collect();
    if (load_acquire(&array->exports) == 0) return true;
    raise_error(&BufferError, "cannot resize an array that is exporting buffers");
    return false;
}

/* The caller holds the lock. A store with room for `length` items, the old ones copied; NULL on
 * error. */
static ArrayStore *reserve(TypedArray *array, int64_t length) {
    int64_t bytes;
    if (__builtin_mul_overflow(length, (int64_t)array->kind->size, &bytes)) bytes = INT64_MAX;
    ArrayStore *old = array->store;
    if (old && bytes <= old->capacity) return old;
    int64_t wanted = old && bytes < BYTES_MAX / 2 ? bytes + (bytes >> 3) + 32 : bytes;
    ArrayStore *store = store_new(wanted);
    if (!store) return NULL;
    if (old) typed_array_copy(store->data, old->data, array->length, array->kind->size);
    return store;
}

bool typed_array_splice(TypedArray *array, int64_t start, int64_t end, const void *items,
                        int64_t count) {
    int64_t size = array->kind->size;
    for (;;) {
        object_lock(array);
        int64_t length = array->length;
        int64_t low = min_int64(start, length), high = max_int64(low, min_int64(end, length));
        int64_t grown;
        if (__builtin_add_overflow(length - (high - low), count, &grown)) grown = INT64_MAX;
        if (grown != length && load_relaxed(&array->exports) > 0) {
            object_unlock(array);
            if (!typed_array_wait_for_exports(array)) return false;
            continue;
        }
        ArrayStore *store = grown == 0 ? array->store : reserve(array, grown);
        if (!store && grown > 0) {
            object_unlock(array);
            return false;
        }
        if (store) {
            uint8_t *data = (uint8_t *)store->data;
            if (low + count != high)
                typed_array_copy(data + (low + count) * size, data + high * size, length - high,
                                 (unsigned)size);
            if (count > 0) typed_array_copy(data + low * size, items, count, (unsigned)size);
            if (store != array->store) HEAP_STORE_POINTER(array, &array->store, store);
        }
        store_release(&array->length, grown);
        object_unlock(array);
        return true;
    }
}

bool typed_array_remove_locked(TypedArray *array, int64_t index) {
    if (load_relaxed(&array->exports) > 0) return false;
    unsigned size = array->kind->size;
    uint8_t *data = (uint8_t *)array->store->data;
    int64_t length = array->length - 1;
    typed_array_copy(data + index * size, data + (index + 1) * size, length - index, size);
    store_release(&array->length, length);
    return true;
}

bool typed_array_extend(TypedArray *array, Value iterable) {
    Value iterator = get_iter(iterable);
    if (is_error(iterator)) return false;
    for (;;) {
        Value item = iter_next(iterator);
        if (is_empty(item)) return true;
        uint64_t bits;
        if (is_error(item) || !array->kind->parse(item, &bits) || !typed_array_append(array, bits))
            return false;
    }
}

List *typed_array_list(TypedArray *array) {
    object_lock(array);
    int64_t count = array->length;
    List *list = list_new(count);
    for (int64_t i = 0; list && i < count; i++) {
        Value item = typed_array_get(array, i);
        if (is_error(item) || !list_append(list, item)) list = NULL;
    }
    object_unlock(array);
    return list;
}
