/* verify.c - walks all cells of the heap: to check it, or for whoever asks. */
#include "gc/internal.h"

void heap_walk(uint8_t mark, uint8_t other_mark, void (*visit)(Cell *cell, void *argument), void *argument) {
    uint32_t used = (uint32_t)(heap.used_bytes >> BLOCK_SHIFT);
    for (uint32_t b = 0; b < used; b++) {
        uint8_t use = heap.entries[b].use;
        if (use == BLOCK_FREE || use == BLOCK_LARGE_REST) continue;
        uint32_t size = use == BLOCK_LARGE ? (uint32_t)BLOCK_SIZE : heap.classes[use].size;
        uint32_t end = use == BLOCK_LARGE ? 1 : heap.classes[use].end;
        for (uint32_t offset = 0; offset < end; offset += size) {
            uint8_t found = heap.infos[b].marks[offset >> GRANULE_SHIFT];
            if (found != mark && found != other_mark) continue;
            Cell *cell = (Cell *)(block_address(b) + offset);
            if (load_acquire(&cell->kind) != NULL) visit(cell, argument);
        }
    }
}

void heap_each_cell(void (*visit)(Cell *cell, void *argument), void *argument) {
    Thread *self = thread_current;
    world_stop(self);
    heap_walk(heap.old, heap.young, visit, argument);
    world_resume(self);
}

typedef struct Verification {
    Marker *marker;
    const Cell *cell; /* the one that is looked at */
} Verification;

static const char *kind_name(const Cell *cell) {
    return cell->kind != NULL && cell->kind->name != NULL ? cell->kind->name : "unknown";
}

static void check_pointer(const void *pointer, void *argument) {
    Verification *verification = argument;
    const Cell *from = verification->cell;
    if (heap_find_cell(pointer) != pointer)
        fatal("cell %p (%s) points to %p, which is not a live cell", (void *)from, kind_name(from),
              (void *)pointer);
}

static void verify_cell(Cell *cell, void *argument) {
    Verification *verification = argument;
    verification->cell = cell;
    marker_trace_cell(verification->marker, cell);
}

static void verify_blocks(void) {
    uint32_t used = (uint32_t)(heap.used_bytes >> BLOCK_SHIFT);
    for (uint32_t b = 0; b < used; b++) {
        const BlockEntry *entry = &heap.entries[b];
        bool good = entry->use == BLOCK_FREE || entry->use == BLOCK_LARGE ||
                    (entry->use == BLOCK_LARGE_REST && entry->head < b) ||
                    (entry->use >= 2 && entry->use < HEAP_SIZE_CLASS_COUNT);
        if (!good) fatal("block %u has an impossible use %u", b, entry->use);
    }
}

void heap_verify(void) {
    Verification verification = {NULL, NULL};
    verification.marker = marker_for_checking(check_pointer, &verification);
    verify_blocks();
    heap_walk(heap.old, heap.young, verify_cell, &verification);
    for (size_t i = 0; i < heap.statics.count; i++)
        verify_cell(heap.statics.cells[i], &verification);
    marker_free_checking(verification.marker);
}

/* --- the write barrier ------------------------------------------------------------------------------ */

static void check_not_young(const void *pointer, void *argument) {
    Verification *verification = argument;
    const Cell *from = verification->cell, *to = pointer;
    if (load_relaxed(mark_of(heap_offset(pointer))) == heap.young)
        fatal("old cell %p (%s) points to young cell %p (%s), and the barrier was not told", (void *)from,
              kind_name(from), (void *)to, kind_name(to));
}

/* Some of a large cell's slots are noted; that is then believed of all. */
static bool has_noted_slots(const Cell *cell) {
    if (heap.entries[heap_offset(cell) >> BLOCK_SHIFT].use != BLOCK_LARGE) return false;
    for (size_t i = 0; i < heap.slots.count; i++)
        if (heap_find_cell(heap.slots.slots[i]) == cell) return true;
    return false;
}

static void verify_guarded(Cell *cell, void *argument) {
    Verification *verification = argument;
    if (!cell_is_guarded(cell) || has_noted_slots(cell)) return;
    verification->cell = cell;
    marker_forget_kind(verification->marker);
    marker_trace_cell(verification->marker, cell);
}

void heap_verify_barriers(void) {
    Verification verification = {NULL, NULL};
    verification.marker = marker_for_checking(check_not_young, &verification);
    heap_walk(heap.old, heap.old, verify_guarded, &verification);
    marker_free_checking(verification.marker);
}
