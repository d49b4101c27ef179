/* array.c - plain arrays of Values on the heap: what lists, deques and C code keep items in. */
#include "types/list.h"

static void array_trace(Cell *cell, Marker *marker) {
    Array *array = (Array *)cell;
    marker_visit_range(marker, array->items, (size_t)array->capacity);
}

CellKind array_kind = {.trace = array_trace, .name = "array"};

Array *array_new(int64_t capacity) {
    if (unlikely(capacity < 0 || capacity > (int64_t)(PTRDIFF_MAX / sizeof(Value) - 64))) {
        raise_memory_error();
        return NULL;
    }
    Array *array = heap_alloc(sizeof(Array) + (size_t)capacity * sizeof(Value));
    if (unlikely(!array)) return NULL;
    array->capacity = capacity;
    cell_set_kind(array, &array_kind);
    return array;
}
