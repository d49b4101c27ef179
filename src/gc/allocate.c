/* allocate.c - theory.
 *
 * Mark bytes. The byte of a cell in use equals heap.young when it was allocated since the last collection,
 * and heap.old when it has survived one. Any other value means free. A minor collection takes a new value
 * for `young`, and gives `old` to what it reaches of the former young: what was old stays so, and what was
 * not reached is free. A major one takes new values for both, so that every cell is free until it is reached.
 * Nothing needs to be cleared, and nothing needs to be swept before the world goes on. Values go up to 255;
 * then those in use become 1 and 2, and stale bytes 0: so no stale byte is ever larger than the last value. Bytes belong to granules of 32 bytes, and
 * no two cells begin in the same granule; so the byte of a cell is found without knowing its size class.
 *
 * Remembering. What was stored into an old cell since the last collection is a root of a minor one. A cell
 * that becomes old is guarded (CELL_GUARDED in its header); the first store of a pointer into it takes the
 * guard away and puts the cell on the thread's list, so that later stores cost nothing. Two threads that
 * store at once: fetch_and lets one of them see the guard. A cell larger than CELL_SMALL_MAX keeps its guard,
 * and the address of the slot is noted, as long as those are few: a list of millions is not traced for one
 * item. No safe point lies between the note and the store, so no collection sees only one of them.
 *
 * A cell that is being made is written without the barrier. If a collection comes meanwhile, it becomes old;
 * but it was found on a C stack, and unguarded. Such cells (heap.in_use) stay unguarded and remembered until a
 * collection no longer finds them there.
 *
 * A thread owns one block of each size class it uses, and walks through it with a cursor: it claims
 * the next run of free cells, sets their bytes to `young`, zeroes them and makes them its
 * AllocationRun. Claimed cells that were not handed out have the kind NULL. They may be marked through
 * a stale word on a stack: then they are not used until a later collection, and that is all. Before
 * each collection runs and cursors are dropped, so cells claimed and not handed out become free again.
 *
 * A conservative word can not resurrect a dead cell: dead cells' bytes differ from the values of the
 * running collection and those before it (heap_find_cell). */
#include "gc/internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/os.h"

#define RUN_BYTES_MAX 8192         /* zeroed at once: stays in the first-level cache */
#define FLUSH_BYTES ((size_t)64 << 10)
#define FIRST_BUDGET ((size_t)4 << 20) /* start-up and a small program need less */
#define BUSY_BYTES ((size_t)1 << 20)   /* who allocates as much between collections counts as a busy thread */
#define DEAD_BYTE 0xDB
#define SLOTS_MAX ((size_t)1 << 14) /* noted by a thread between collections; then whole cells are */

HeapHooks heap_hooks;

static uint32_t class_size(unsigned class) {
    if (class <= 16) return class * 16;
    unsigned power = 8 + (class - 17) / 4, quarter = (class - 17) % 4 + 1;
    return (1u << power) + quarter * (1u << (power - 2));
}

void allocation_init(void) {
    for (unsigned c = 2; c < HEAP_SIZE_CLASS_COUNT; c++) {
        SizeClass *class = &heap.classes[c];
        class->size = class_size(c);
        class->end = (uint32_t)(BLOCK_SIZE / class->size * class->size);
        class->reciprocal = (uint32_t)(((UINT64_C(1) << 32) + class->size - 1) / class->size);
        class->first = NO_BLOCK;
    }
    weft_assert(heap.classes[HEAP_SIZE_CLASS_COUNT - 1].size == CELL_SMALL_MAX);
    heap.budget = FIRST_BUDGET;
    heap.old = heap.former_old = 1;
    heap.young = heap.former_young = heap.last_mark = 2;
    heap.enabled = true;
}

/* --- threads ----------------------------------------------------------------------------------- */

static void drop_runs(HeapThread *thread) {
    memset(thread->runs, 0, sizeof thread->runs);
    if (thread->state == NULL) return;
    for (unsigned c = 0; c < HEAP_SIZE_CLASS_COUNT; c++) thread->state->cursors[c].block = NO_BLOCK;
}

void heap_thread_init(HeapThread *thread) {
    HeapThreadState *state = calloc(1, sizeof *state);
    if (state == NULL) fatal("no memory for a thread");
    thread->state = state;
    drop_runs(thread);
    raw_lock(&heap.states_lock);
    state->next = heap.states;
    heap.states = state;
    raw_unlock(&heap.states_lock);
}

static void merge_state(HeapThreadState *state) {
    for (size_t i = 0; i < state->weak_links.count; i++)
        weak_vector_push(&heap.weak_links, state->weak_links.links[i]);
    for (size_t i = 0; i < state->finalizable.count; i++)
        cell_vector_push(&heap.finalizable, state->finalizable.cells[i]);
    for (size_t i = 0; i < state->releasable.count; i++)
        cell_vector_push(&heap.releasable, state->releasable.cells[i]);
    state->weak_links.count = state->finalizable.count = state->releasable.count = 0;
}

static void merge_remembered(HeapThreadState *state, bool remember) {
    for (size_t i = 0; remember && i < state->remembered.count; i++)
        cell_vector_push(&heap.remembered, state->remembered.cells[i]);
    for (size_t i = 0; remember && i < state->slots.count; i++)
        slot_vector_push(&heap.slots, state->slots.slots[i]);
    state->remembered.count = state->slots.count = 0;
}

static void flush_allocated(HeapThreadState *state) {
    fetch_add_relaxed(&heap.allocated, state->unflushed);
    state->flushed += state->unflushed;
    state->unflushed = 0;
}

/* The vectors are left to the next collection, which frees the state (it has no thread any more). */
void heap_thread_destroy(HeapThread *thread) {
    HeapThreadState *state = thread->state;
    flush_allocated(state);
    drop_runs(thread);
    thread->state = NULL;
    raw_lock(&heap.weak_lock);
    bool pending = heap.pending_count > heap.pending_first;
    raw_unlock(&heap.weak_lock);
    if (pending) thread_poll_set(thread_main(), POLL_FINALIZERS);
}

static void reset_thread(Thread *thread, void *argument) {
    HeapThread *heap_thread = (HeapThread *)thread;
    drop_runs(heap_thread);
    if (heap_thread->state != NULL) heap_thread->state->has_thread = true;
}

static void free_state(HeapThreadState *state) {
    free(state->weak_links.links);
    free(state->finalizable.cells);
    free(state->releasable.cells);
    free(state->remembered.cells);
    free(state->slots.slots);
    free(state);
}

void allocation_reset_threads(bool remember) {
    heap.busy_threads = 0;
    if (!remember) heap.remembered.count = heap.slots.count = 0;
    thread_each(reset_thread, NULL);
    for (HeapThreadState **link = &heap.states; *link != NULL;) {
        HeapThreadState *state = *link;
        merge_state(state);
        merge_remembered(state, remember);
        heap.statistics.bytes_allocated += state->unflushed;
        if (state->flushed >= BUSY_BYTES) heap.busy_threads++;
        state->unflushed = state->flushed = 0;
        if (state->has_thread) {
            state->has_thread = false;
            link = &state->next;
        } else {
            *link = state->next;
            free_state(state);
        }
    }
}

/* --- vectors ------------------------------------------------------------------------------------ */

static void *grow(void *items, size_t *capacity, size_t item_size) {
    *capacity = max_size(*capacity * 2, 64);
    items = realloc(items, *capacity * item_size);
    if (items == NULL) fatal("no memory for the collector's tables");
    return items;
}

void cell_vector_push(CellVector *vector, Cell *cell) {
    if (vector->count == vector->capacity)
        vector->cells = grow(vector->cells, &vector->capacity, sizeof(Cell *));
    vector->cells[vector->count++] = cell;
}

void weak_vector_push(WeakVector *vector, WeakLink link) {
    if (vector->count == vector->capacity)
        vector->links = grow(vector->links, &vector->capacity, sizeof(WeakLink));
    vector->links[vector->count++] = link;
}

void slot_vector_push(SlotVector *vector, const uintptr_t *slot) {
    if (vector->count == vector->capacity)
        vector->slots = grow(vector->slots, &vector->capacity, sizeof *vector->slots);
    vector->slots[vector->count++] = slot;
}

/* --- the write barrier ----------------------------------------------------------------------------- */

static bool is_young(uint64_t bits) {
    const Cell *cell = heap_find_cell((const void *)(uintptr_t)bits);
    return cell != NULL && load_relaxed(mark_of(heap_offset(cell))) == heap.young;
}

NOINLINE void heap_note_store(void *owner, void *slot, uint64_t bits) {
    HeapThreadState *state = ((HeapThread *)thread_current)->state;
    if (slot != NULL) {
        if (bits == 0) return;
        bool large = heap.entries[heap_offset(owner) >> BLOCK_SHIFT].use == BLOCK_LARGE;
        if (large && state->slots.count < SLOTS_MAX) {
            if (is_young(bits)) slot_vector_push(&state->slots, slot);
            return;
        }
    }
    if (fetch_and_relaxed(cell_flags(owner), (uint8_t)~CELL_GUARDED) & CELL_GUARDED)
        cell_vector_push(&state->remembered, owner);
}

#ifndef NDEBUG
void heap_check_owner(const void *owner, const void *slot) {
    if (heap_contains(owner)) {
        if (heap_find_cell(owner) != owner) fatal("a store into %p, which is not a cell", owner);
        if (slot == NULL) return;
        size_t distance = (size_t)slot - (size_t)owner;
        if (distance < heap_cell_size(owner)) return;
    }
    /* The owner may trace what lies in a cell that is not traced itself. */
    const Cell *holder = slot != NULL && heap_contains(slot) ? heap_find_cell(slot) : NULL;
    if (holder != NULL && holder->kind != NULL && holder->kind->trace != NULL)
        fatal("the slot %p of a %s is said to belong to another cell", slot, holder->kind->name);
}
#endif

/* --- runs ------------------------------------------------------------------------------------------ */

/* Claims the next free cells of the cursor's block, at most `max_bytes` or one cell. False at the end
 * of the block. */
static bool claim_run(HeapThread *thread, unsigned c, size_t max_bytes) {
    Cursor *cursor = &thread->state->cursors[c];
    if (cursor->block == NO_BLOCK) return false;
    uint32_t size = heap.classes[c].size, end = heap.classes[c].end, offset = cursor->offset;
    uint8_t *marks = heap.infos[cursor->block].marks;
    while (offset < end && is_used_mark(marks[offset >> GRANULE_SHIFT])) offset += size;
    if (offset >= end) {
        cursor->block = NO_BLOCK;
        return false;
    }
    uint32_t start = offset, limit = end;
    if (limit - start > max_bytes) limit = start + (uint32_t)max_size(max_bytes, size);
    do offset += size;
    while (offset + size <= limit && !is_used_mark(marks[offset >> GRANULE_SHIFT]));
    cursor->offset = offset;
    heap.entries[cursor->block].supply = SUPPLY_CLAIMED;
    uint32_t first_mark = start >> GRANULE_SHIFT, last_mark = (offset - size) >> GRANULE_SHIFT;
    memset(marks + first_mark, heap.young, last_mark - first_mark + 1);
    char *memory = block_address(cursor->block) + start;
    MEMORY_UNPOISON(memory, offset - start);
    if (!cursor->fresh) memset(memory, 0, offset - start);
    thread->runs[c] = (AllocationRun){memory, memory + (offset - start)};
    thread->state->unflushed += offset - start;
    return true;
}

/* Makes a block with free cells, or one that may have some, the thread's. */
static bool take_block(HeapThread *thread, unsigned c) {
    SizeClass *class = &heap.classes[c];
    Cursor *cursor = &thread->state->cursors[c];
    raw_lock(&class->lock);
    uint32_t block = class->first;
    if (block != NO_BLOCK) class->first = heap.infos[block].next;
    raw_unlock(&class->lock);
    if (block != NO_BLOCK) {
        heap.entries[block].supply = SUPPLY_NONE;
        *cursor = (Cursor){block, 0, false};
        return true;
    }
    block = blocks_allocate(1, (uint8_t)c);
    if (block == NO_BLOCK) return false;
    BlockEntry *entry = &heap.entries[block];
    memset(heap.infos[block].marks, 0, ((class->end - 1) >> GRANULE_SHIFT) + 1);
    *cursor = (Cursor){block, 0, !entry->dirty};
    entry->dirty = 1;
    return true;
}

static void *take_cell(HeapThread *thread, unsigned c) {
    AllocationRun *run = &thread->runs[c];
    char *cell = run->next;
    if ((size_t)(run->end - cell) < heap.classes[c].size) return NULL;
    run->next = cell + heap.classes[c].size;
    return cell;
}

static void *allocate_small(HeapThread *thread, unsigned c) {
    for (;;) {
        void *cell = take_cell(thread, c);
        if (cell != NULL) return cell;
        Cursor *cursor = &thread->state->cursors[c];
        size_t max_bytes = heap.stress != 0 ? 0 : cursor->fresh ? BLOCK_SIZE : RUN_BYTES_MAX;
        if (!claim_run(thread, c, max_bytes) && !take_block(thread, c)) return NULL;
    }
}

/* --- large cells ----------------------------------------------------------------------------------- */

/* Zeroes those of `count` blocks that are not known to be zero. (To clear pages that are there is
 * several times cheaper than to give them back and fault them in again.) */
static void zero_blocks(uint32_t first, uint32_t count) {
    for (uint32_t b = first; b < first + count; b++) {
        if (heap.entries[b].dirty) memset(block_address(b), 0, BLOCK_SIZE);
        heap.entries[b].dirty = 1;
    }
}

static void *allocate_large(HeapThread *thread, size_t size) {
    size_t count = (size >> BLOCK_SHIFT) + ((size & (BLOCK_SIZE - 1)) != 0);
    if (count >= heap.block_limit) return NULL;
    uint32_t first = blocks_allocate((uint32_t)count, BLOCK_LARGE);
    if (first == NO_BLOCK) return NULL;
    zero_blocks(first, (uint32_t)count);
    heap.infos[first].large_size = size;
    heap.infos[first].marks[0] = heap.young;
    thread->state->unflushed += count << BLOCK_SHIFT;
    return block_address(first);
}

/* Counted at a quarter: collections cost more than such memory, as long as it is not much. */
void heap_note_outside(size_t bytes) {
    ((HeapThread *)thread_current)->state->unflushed += bytes / 4;
    fetch_add_relaxed(&heap.outside, bytes / 4);
}

/* --- the slow path ---------------------------------------------------------------------------------- */

static bool time_to_collect(HeapThread *thread, size_t size) {
    if (unlikely(heap.stress != 0) && load_relaxed(&heap.enabled) &&
        fetch_add_relaxed(&heap.stress_count, 1) % heap.stress == heap.stress - 1)
        return true;
    if (size > CELL_SMALL_MAX || thread->state->unflushed >= FLUSH_BYTES) flush_allocated(thread->state);
    else return false;
    return load_relaxed(&heap.allocated) + (size > CELL_SMALL_MAX ? size : 0) >=
               load_relaxed(&heap.budget) &&
           load_relaxed(&heap.enabled);
}

static void *allocate(HeapThread *thread, size_t size) {
    if (size <= CELL_SMALL_MAX) return allocate_small(thread, heap_size_class(size));
    return allocate_large(thread, size);
}

void *heap_alloc_slow(size_t size) {
    HeapThread *thread = (HeapThread *)thread_current;
    if (load_relaxed(&thread->thread.poll) & POLL_STOP_WORLD) safepoint_stop_only(&thread->thread);
    if (time_to_collect(thread, size)) heap_collect_now(&thread->thread, COLLECT_DUE, NULL);
    void *cell = allocate(thread, size);
    if (likely(cell != NULL)) return cell;
    /* What the first collection finds dead may still be held by finalizers: nothing runs them here. */
    heap_collect_now(&thread->thread, COLLECT_MAJOR, NULL);
    cell = allocate(thread, size);
    if (cell == NULL && heap_hooks.out_of_memory != NULL) heap_hooks.out_of_memory();
    return cell;
}

void *heap_alloc_releasable(size_t size) {
    Cell *cell = heap_alloc(size);
    if (cell != NULL)
        cell_vector_push(&((HeapThread *)thread_current)->state->releasable, cell);
    return cell;
}

size_t heap_cell_size(const void *cell) {
    size_t offset = heap_offset(cell);
    weft_assert(heap_contains(cell));
    uint32_t block = (uint32_t)(offset >> BLOCK_SHIFT);
    uint8_t use = heap.entries[block].use;
    if (use == BLOCK_LARGE) return (size_t)heap.infos[block].run_length << BLOCK_SHIFT;
    return heap.classes[use].size;
}

/* --- looking up --------------------------------------------------------------------------------------- */

Cell *heap_find_cell(const void *address) {
    size_t offset = heap_offset(address);
    if (offset >= load_relaxed(&heap.used_bytes)) return NULL;
    size_t block = offset >> BLOCK_SHIFT;
    uint8_t use = heap.entries[block].use, mark;
    if (use < HEAP_SIZE_CLASS_COUNT) {
        if (use == BLOCK_FREE) return NULL;
        const SizeClass *class = &heap.classes[use];
        uint32_t inside = (uint32_t)(offset & (BLOCK_SIZE - 1));
        if (inside >= class->end) return NULL;
        uint32_t number = (uint32_t)((uint64_t)inside * class->reciprocal >> 32);
        offset = (block << BLOCK_SHIFT) + number * class->size;
    } else {
        offset = (size_t)heap.entries[block].head << BLOCK_SHIFT;
    }
    mark = load_relaxed(mark_of(offset));
    if (!is_used_mark(mark) && mark != heap.former_young && mark != heap.former_old) return NULL;
    return (Cell *)(heap.base + offset);
}

/* --- with the world stopped ------------------------------------------------------------------------- */

static uint32_t used_blocks(void) { return (uint32_t)(heap.used_bytes >> BLOCK_SHIFT); }

void allocation_renumber_marks(void) {
    for (uint32_t b = 0; b < used_blocks(); b++) {
        BlockEntry *entry = &heap.entries[b];
        entry->survived = entry->survived == heap.old ? 1 : 0;
        if (entry->use == BLOCK_FREE) continue;
        uint8_t *marks = heap.infos[b].marks;
        for (size_t i = 0; i < MARKS_PER_BLOCK; i++)
            marks[i] = marks[i] == heap.old ? 1 : marks[i] == heap.young ? 2 : 0;
    }
    store_relaxed(&heap.old, (uint8_t)1);
    store_relaxed(&heap.young, (uint8_t)2);
    heap.last_mark = 2;
}

void allocation_poison_dead(void) {
    for (uint32_t b = 0; b < used_blocks(); b++) {
        uint8_t use = heap.entries[b].use;
        if (use == BLOCK_FREE || use >= HEAP_SIZE_CLASS_COUNT) continue;
        uint32_t size = heap.classes[use].size;
        for (uint32_t offset = 0; offset < heap.classes[use].end; offset += size) {
            uint8_t *mark = &heap.infos[b].marks[offset >> GRANULE_SHIFT];
            if (*mark == heap.old || (*mark != heap.former_young && *mark != heap.former_old)) continue;
            *mark = 0;
            memset(block_address(b) + offset, DEAD_BYTE, size);
            MEMORY_POISON(block_address(b) + offset, size);
        }
    }
}

/* Dead blocks are freed in stretches as long as possible. */
typedef struct Stretch {
    uint32_t first, count;
} Stretch;

static void stretch_add(Stretch *stretch, uint32_t first, uint32_t count) {
    if (stretch->count > 0 && stretch->first + stretch->count == first) {
        stretch->count += count;
        return;
    }
    if (stretch->count > 0) blocks_free(stretch->first, stretch->count);
    *stretch = (Stretch){first, count};
}

void allocation_finish_collection(void) {
    uint32_t last[HEAP_SIZE_CLASS_COUNT];
    Stretch dead = {0, 0};
    for (unsigned c = 0; c < HEAP_SIZE_CLASS_COUNT; c++) {
        heap.classes[c].first = NO_BLOCK;
        last[c] = NO_BLOCK;
    }
    for (uint32_t b = 0, used = used_blocks(); b < used;) {
        BlockEntry *entry = &heap.entries[b];
        uint32_t count = entry->use == BLOCK_LARGE ? heap.infos[b].run_length : 1;
        if (entry->use != BLOCK_FREE) {
            if (entry->survived != heap.old) {
                stretch_add(&dead, b, count);
            } else if (entry->use < HEAP_SIZE_CLASS_COUNT && (!heap.minor || entry->supply != SUPPLY_NONE)) {
                unsigned c = entry->use;
                entry->supply = SUPPLY_LISTED;
                if (last[c] == NO_BLOCK) heap.classes[c].first = b;
                else heap.infos[last[c]].next = b;
                heap.infos[b].next = NO_BLOCK;
                last[c] = b;
            }
        }
        b += count;
    }
    if (dead.count > 0) blocks_free(dead.first, dead.count);
}
