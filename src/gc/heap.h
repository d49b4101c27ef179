/* heap.h - the collected heap: allocation, tracing, stores, weak links, finalizers.
 *
 * Every cell of the heap begins with a Cell: one word that says how to trace it (its kind; for
 * Python objects that is the object's shape), and one word of bits that belong to the object model.
 * Cells never move. Roots are found conservatively on the C stacks and registers of all threads,
 * and precisely through the root scanners that upper layers register; heap cells are traced
 * precisely through CellKind.trace.
 *
 * So C code keeps heap pointers and Values in its locals, with no handles: a cell lives while a
 * pointer to it (or to its inside) is on a stack, in a register, or reachable. Memory from malloc is
 * not scanned: register a root scanner, or keep a heap cell that holds the Values. */
#ifndef WEFT_GC_HEAP_H
#define WEFT_GC_HEAP_H

#include <stdio.h>
#include "object/value.h" /* the one upward include: what a word of the heap looks like */
#include "thread/thread.h"

typedef struct Marker Marker;
typedef struct Cell Cell;

/* How cells of one kind are traced. Embedded at the start of Shape. */
typedef struct CellKind {
    /* Visits every Value and pointer in the cell; NULL when it has none. Runs while the world is
     * stopped, on any thread; must not allocate or lock. */
    void (*trace)(Cell *cell, Marker *marker);
    /* Called when the cell was found dead, while the world is stopped: release what is outside the
     * heap (malloc'ed memory, a mapping), and nothing else. NULL for most. Needs CELL_HAS_RELEASE
     * (heap_alloc_releasable). */
    void (*release)(Cell *cell);
    const char *name; /* for verifier and statistics */
    bool is_shape;    /* begins a Shape: cells of this kind are Python objects */
} CellKind;

struct Cell {
    CellKind *kind; /* atomic; 0 while the cell is allocated but not yet initialised */
    uint64_t meta;  /* object/object.h says what the bits are; 0 at first */
};

#define HEAP_SIZE_CLASS_COUNT 41
#define HEAP_SMALL_MAX 2048 /* bytes; larger cells come from heap_alloc_slow */

/* A run of free, zeroed cells of one size class that belongs to one thread. */
typedef struct AllocationRun {
    char *next; /* first free byte */
    char *end;
} AllocationRun;

/* The heap's part of a thread. */
typedef struct HeapThread {
    Thread thread;
    AllocationRun runs[HEAP_SIZE_CLASS_COUNT];
    struct HeapThreadState *state; /* the rest, private to gc/ */
} HeapThread;

/* Size classes: multiples of 16 from 32 up to 256, then four per power of two. Constant-folds. */
static inline unsigned heap_size_class(size_t size) {
    if (size <= 32) return 2;
    if (size <= 256) return (unsigned)((size + 15) / 16); /* 3..16 */
    unsigned power = 63 - (unsigned)__builtin_clzll(size - 1); /* 8..10 */
    return 17 + (power - 8) * 4 + (unsigned)((size - 1) >> (power - 2) & 3); /* 17..28 */
}

/* Slow path: fetches a new run, collects when it is time, or maps a large cell. Returns NULL with
 * MemoryError set through the hook when memory is used up (see heap_hooks). */
void *heap_alloc_slow(size_t size);

/* Allocates a zeroed cell of `size` bytes (at least sizeof(Cell)). The caller initialises it and
 * then sets its kind with cell_set_kind() - before its next allocation or safe point.
 * Returns NULL with MemoryError set. Allocates (a safe point for stops of the world, never for
 * Python code). */
static inline void *heap_alloc(size_t size) {
    if (likely(size <= HEAP_SMALL_MAX)) {
        AllocationRun *run = &((HeapThread *)thread_current)->runs[heap_size_class(size)];
        char *cell = run->next;
        size_t rounded = size <= 32 ? 32 : align_up(size, 16);
        if (size > 256) {
            unsigned power = 63 - (unsigned)__builtin_clzll(size - 1);
            rounded = align_up(size, (size_t)1 << (power - 2));
        }
        if (likely((size_t)(run->end - cell) >= rounded)) {
            run->next = cell + rounded;
            return cell;
        }
    }
    return heap_alloc_slow(size);
}

/* The same for cells whose kind has a `release`. */
void *heap_alloc_releasable(size_t size);

/* Publishes the kind. The cell's other fields must be written before. */
static inline void cell_set_kind(void *cell, const CellKind *kind) {
    store_release(&((Cell *)cell)->kind, (CellKind *)kind);
}

/* Usable bytes of a cell: its size rounded up to its class. */
size_t heap_cell_size(const void *cell);

/* --- stores: every store of a Value or a pointer into a heap cell -------------------------------
 * `owner` is the cell that holds the slot. Plain initialisation of a cell that no other thread can
 * see yet may assign directly, as long as its address is on the C stack.
 *
 * The write barrier. A minor collection traces only what was allocated since the last collection (is
 * young). What is older is guarded: the store of a pointer into it must be noted, since it may be the only
 * one to something young. A guarded cell has CELL_GUARDED set in the byte that is Object.flags. */
#define CELL_FLAGS_OFFSET 9
#define CELL_GUARDED 0x80
static inline bool cell_is_guarded(const void *cell) {
    return (load_relaxed((const uint8_t *)cell + CELL_FLAGS_OFFSET) & CELL_GUARDED) != 0;
}
/* A guarded cell's slot is going to hold `bits`; `slot` NULL: any of its slots may change. */
void heap_note_store(void *owner, void *slot, uint64_t bits);
#ifdef NDEBUG
#define heap_check_owner(owner, slot) ((void)0)
#else
/* Fatal unless the cell `owner` holds the slot. */
void heap_check_owner(const void *owner, const void *slot);
#endif

/* Before a cell's slots are changed in other ways than the functions below. No safe point may come between. */
static inline void write_barrier(void *owner) {
    heap_check_owner(owner, NULL);
    if (unlikely(cell_is_guarded(owner))) heap_note_store(owner, NULL, 0);
}
static inline void heap_before_store(void *owner, Value *slot, Value value) {
    heap_check_owner(owner, slot);
    if (unlikely(cell_is_guarded(owner)) && is_object(value)) heap_note_store(owner, slot, value.bits);
}
static inline void heap_store_relaxed(void *owner, Value *slot, Value value) {
    heap_before_store(owner, slot, value);
    store_relaxed(&slot->bits, value.bits);
}
static inline void heap_store_release(void *owner, Value *slot, Value value) {
    heap_before_store(owner, slot, value);
    store_release(&slot->bits, value.bits);
}
static inline void heap_before_pointer(void *owner, void *slot, const void *pointer) {
    heap_check_owner(owner, slot);
    if (unlikely(cell_is_guarded(owner))) heap_note_store(owner, slot, (uint64_t)(uintptr_t)pointer);
}
/* For pointer fields: HEAP_STORE_POINTER(list, &list->items, new_items) is a release store. */
#define HEAP_STORE_POINTER(owner, slot, pointer)                                                   \
    (heap_before_pointer((owner), (slot), (pointer)), store_release((slot), (pointer)))

/* --- tracing ------------------------------------------------------------------------------------ */
void marker_push(Marker *marker, Cell *cell);
void marker_visit_pointer(Marker *marker, const void *cell); /* NULL and static cells are fine */
static inline void marker_visit(Marker *marker, Value value) {
    if (is_object(value) && !is_empty(value)) marker_visit_pointer(marker, object_of(value));
}
void marker_visit_range(Marker *marker, const Value *values, size_t count);
/* Any words, some of which may be pointers to cells, live or not: for register windows. */
void marker_visit_conservative(Marker *marker, const void *start, const void *end);
/* A cell that is written without the barrier as long as it is visited like this: a generator that runs.
 * It must pass write_barrier() before that begins. Only for root scanners and thread scanners. */
void marker_visit_busy(Marker *marker, const void *cell);
/* False when the cell will be freed by this collection: for weak tables, in a weak processor. */
bool marker_is_live(const void *cell);
/* True in a collection that a program asked for (heap_collect_requested): memory of what only makes
 * things faster is then dropped, not visited, so that it keeps nothing alive. */
bool marker_is_thorough(const Marker *marker);

/* A cell outside the heap (a static Type) that refers to cells inside: traced in each collection as a
 * root, through its kind, which must be set. For ever. */
void heap_register_static(Cell *cell);

/* Called in each collection to visit roots that are not on a stack; `thread` variant once for each
 * attached thread. At most 32 of each. */
void heap_add_root_scanner(void (*scan)(Marker *marker));
void heap_add_thread_scanner(void (*scan)(Thread *thread, Marker *marker));
/* Called after marking, world stopped: drop entries of weak tables whose cells are not live. */
void heap_add_weak_processor(void (*process)(void));

/* --- weak links and finalizers ------------------------------------------------------------------- */
/* A weak link is a cell slot that does not keep its target: when the target dies, the slot becomes
 * VALUE_EMPTY, and the cell that holds it (`owner`, when it is live itself) is queued. Register a
 * slot inside a heap cell; it lives as long as its owner. The target must be a heap object. */
void heap_weak_link(void *owner, Value *slot);
/* Cells to be handed to the finalizer hook once when they become unreachable (they are kept alive
 * until then, with all they reach). */
void heap_finalize_later(void *cell);
/* Takes the next queued cell, or NULL. `was_weak_owner` tells which of the two it is. */
void *heap_next_pending(bool *was_weak_owner);
/* Marks all remaining finalizable cells as pending: at exit. */
void heap_queue_all_finalizers(void);

/* --- control ------------------------------------------------------------------------------------- */
typedef struct HeapHooks {
    void (*out_of_memory)(void); /* sets MemoryError on the calling thread */
} HeapHooks;
extern HeapHooks heap_hooks;

typedef struct HeapStatistics {
    uint64_t collections, bytes_live, bytes_allocated, bytes_reserved;
    uint64_t cells_live, pause_ns_max, pause_ns_total, pause_ns_last;
    uint64_t minor_collections, minor_pause_ns_max, minor_pause_ns_total; /* of the above */
    uint64_t bytes_promoted; /* by the last minor collection */
} HeapStatistics;

void heap_init(void);                 /* before thread_system_init() */
void heap_thread_init(HeapThread *thread);
void heap_thread_destroy(HeapThread *thread);
/* Memory elsewhere that a cell's release function will free: it brings the next collection nearer. */
void heap_note_outside(size_t bytes);
void heap_collect(void);              /* a full collection now; may block */
/* For a thread that has waited since os_monotonic_ns() was `since`: collects when there was no collection
 * since then, so that finalizers and weak references that others wait for get their turn. Returns how many
 * nanoseconds to wait before asking again, when it is too early for another collection (they take at most a
 * fiftieth of the time), or 0: done. May block. */
int64_t heap_collect_idle(int64_t since);

/* A part of a C stack: from the lower address up to the higher one, which is not in it. */
typedef struct StackRange {
    const void *start, *end;
} StackRange;
enum { SKIPPED_RANGES_MAX = 64 };

/* Parts of the calling thread's C stack that hold nothing that must live on. All of it is scanned when
 * `top` is NULL. */
typedef struct StackView {
    const void *top; /* nothing below it; and the registers hold nothing */
    int skipped_count;
    StackRange skipped[SKIPPED_RANGES_MAX]; /* above it, ascending */
} StackView;

/* What heap_collect_requested() can be told. */
typedef struct CollectRequest {
    const StackView *stack;
    /* Called with the world stopped for the cells that this collection frees, in the order of their
     * addresses; true: they are kept this time. May not allocate on the heap. NULL: not called. */
    bool (*examine)(Cell *const *dead, size_t count, void *argument);
    void *argument;
} CollectRequest;
/* A full collection that a program asked for; may block. */
void heap_collect_requested(const CollectRequest *request);
/* Calls `visit` for each pointer into the heap that the cell holds. World stopped. */
void heap_each_pointer(Cell *cell, void (*visit)(const void *pointer, void *argument), void *argument);
bool heap_set_enabled(bool enabled);  /* automatic collection; returns the former state */
bool heap_is_enabled(void);
HeapStatistics heap_statistics(void);
void heap_print_statistics(FILE *file);
/* Walks every cell and checks pointers and kinds; fatal() on a broken one. World must be stopped or
 * one thread running. */
void heap_verify(void);
/* Calls `visit` for each live cell; world stopped inside. For gc.get_objects() and tests. */
void heap_each_cell(void (*visit)(Cell *cell, void *argument), void *argument);

#endif
