/* internal.h - what the files of gc/ share. Theory: blocks.c (memory), allocate.c (cells), mark.c,
 * collect.c (the order of a collection). */
#ifndef WEFT_GC_INTERNAL_H
#define WEFT_GC_INTERNAL_H

#include "gc/heap.h"
#include "thread/raw_lock.h"

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#define MEMORY_POISON(start, size) __asan_poison_memory_region((start), (size))
#define MEMORY_UNPOISON(start, size) __asan_unpoison_memory_region((start), (size))
#else
#define MEMORY_POISON(start, size) ((void)(start), (void)(size))
#define MEMORY_UNPOISON(start, size) ((void)(start), (void)(size))
#endif
#define SCANS_STACKS __attribute__((no_sanitize("address", "thread"), noinline))

/* --- blocks ------------------------------------------------------------------------------------ */

#define BLOCK_SHIFT 15
#define BLOCK_SIZE ((size_t)1 << BLOCK_SHIFT)
#define GRANULE_SHIFT 5 /* two cells never begin in the same granule */
#define MARKS_PER_BLOCK (BLOCK_SIZE >> GRANULE_SHIFT)
#define CELL_SMALL_MAX ((size_t)16384) /* larger cells have blocks of their own */
#define NO_BLOCK UINT32_MAX

/* BlockEntry.use, besides the size classes. */
enum { BLOCK_FREE = 0, BLOCK_LARGE = 254, BLOCK_LARGE_REST = 255 };

/* BlockEntry.supply: whether cells may be had from the block. */
enum {
    SUPPLY_NONE,    /* a thread walked through it and found no free cell */
    SUPPLY_LISTED,  /* waits in its size class's list */
    SUPPLY_CLAIMED, /* cells were claimed since the last collection, which may have died at the next */
};

/* The few facts that marking and looking up need of each block, packed. */
typedef struct BlockEntry {
    uint8_t use;    /* a size class, or BLOCK_*; changes under the block lock or world stopped */
    uint8_t survived; /* atomic; the last value of heap.old with which a cell of it was marked */
    uint8_t dirty;  /* its memory may not be zero */
    uint8_t supply; /* of a size class: SUPPLY_*; its cursor's thread's, or world stopped */
    uint32_t head;  /* LARGE_REST: the first block; last block of a free run: its first */
} BlockEntry;

typedef struct BlockInfo {
    uint32_t next;       /* in a size class's list of blocks to sweep */
    uint32_t run_length; /* first block of a free run or of a large cell: blocks */
    uint32_t free_next, free_previous; /* first block of a free run: in its bin */
    size_t large_size;   /* of a large cell: bytes */
    uint64_t padding[5];
    uint8_t marks[MARKS_PER_BLOCK]; /* by the granule in which a cell begins; see allocate.c */
} BlockInfo;
_Static_assert(sizeof(BlockInfo) % 64 == 0, "block infos are aligned to cache lines");

typedef struct SizeClass {
    uint32_t size;       /* bytes */
    uint32_t end;        /* bytes of a block that are used for cells */
    uint32_t reciprocal; /* offset * reciprocal >> 32 is the number of the cell */
    RawLock lock;        /* guards first */
    uint32_t first;      /* blocks to sweep, linked by BlockInfo.next */
} __attribute__((aligned(64))) SizeClass;

typedef struct CellVector {
    Cell **cells;
    size_t count, capacity;
} CellVector;

typedef struct WeakLink {
    Cell *owner;
    Value *slot;
} WeakLink;
typedef struct WeakVector {
    WeakLink *links;
    size_t count, capacity;
} WeakVector;

/* Addresses of slots in large old cells. */
typedef struct SlotVector {
    const uintptr_t **slots;
    size_t count, capacity;
} SlotVector;

typedef struct PendingCell {
    Cell *cell;
    bool was_weak_owner;
} PendingCell;

/* A thread's place in the block it allocates from. */
typedef struct Cursor {
    uint32_t block; /* NO_BLOCK: none */
    uint32_t offset;
    bool fresh;     /* the rest of the block is zero */
} Cursor;

typedef struct HeapThreadState HeapThreadState;
struct HeapThreadState {
    Cursor cursors[HEAP_SIZE_CLASS_COUNT];
    size_t unflushed; /* bytes allocated, not yet added to heap.allocated */
    size_t flushed;   /* bytes added to it since the last collection */
    WeakVector weak_links;
    CellVector finalizable, releasable;
    CellVector remembered; /* old cells that were stored into since the last collection */
    SlotVector slots;      /* the same for large cells: where a young pointer was stored */
    bool has_thread;  /* world stopped: some thread uses it */
    HeapThreadState *next; /* guarded by heap.states_lock, or world stopped */
};

#define SCANNER_MAX 32

typedef struct Heap {
    /* constant after heap_init() */
    char *base;
    BlockEntry *entries;
    BlockInfo *infos;
    uint32_t block_count;  /* that address space is reserved for */
    uint32_t block_limit;  /* that may be in use at once */
    size_t stress;         /* collect at every n-th slow allocation; 0: off */
    bool verify_each, print_each;
    const CollectRequest *request; /* during a collection that a program asked for */
    const Thread *requester;       /* who asked */

    size_t used_bytes;     /* atomic; blocks below have been in use: base + used_bytes is the end */
    /* Mark bytes of cells in use; change with the world stopped. See allocate.c. */
    uint8_t old;           /* atomic; survived a collection */
    uint8_t young;         /* atomic; allocated since the last collection */
    uint8_t former_old, former_young; /* during a collection: before it; else the same */
    uint8_t last_mark;     /* the value that was used up last */
    bool minor;            /* during a collection: what is old stays */
    bool enabled;          /* atomic */
    bool ready;

    size_t allocated;      /* atomic; bytes since the last collection */
    size_t budget;         /* atomic; collect when `allocated` reaches it */
    size_t busy_threads;   /* that allocated much before the last collection */
    uint64_t major_from;   /* bytes live and outside from which the next collection is a major one */
    size_t outside;        /* atomic; bytes noted by heap_note_outside() since the last major one */
    size_t stress_count;   /* atomic */

    SizeClass classes[HEAP_SIZE_CLASS_COUNT];

    RawLock states_lock;   /* guards states */
    HeapThreadState *states;

    RawLock weak_lock;     /* guards pending and its fields */
    PendingCell *pending;  /* a queue: entries pending_first .. pending_count - 1 */
    size_t pending_first, pending_count, pending_capacity;

    /* world stopped */
    /* The first `old_*` of each belong to old cells, with which minor collections have nothing to do. */
    WeakVector weak_links;
    CellVector finalizable, releasable, statics;
    size_t old_weak_links, old_finalizable, old_releasable;
    CellVector remembered; /* during a collection: of all threads */
    SlotVector slots;
    CellVector in_use;     /* during a collection: found on a C stack and not guarded */
    RawLock statics_lock;
    void (*root_scanners[SCANNER_MAX])(Marker *);
    void (*thread_scanners[SCANNER_MAX])(Thread *, Marker *);
    void (*weak_processors[SCANNER_MAX])(void);
    int root_scanner_count, thread_scanner_count, weak_processor_count;
    HeapStatistics statistics;
    int64_t collected_at;   /* atomic; os_monotonic_ns() of the last collection's end, 0: none */
} Heap;
extern Heap heap;

static inline size_t heap_offset(const void *pointer) {
    return (size_t)pointer - (size_t)heap.base;
}
static inline bool heap_contains(const void *pointer) {
    return heap_offset(pointer) < load_relaxed(&heap.used_bytes);
}
static inline char *block_address(uint32_t block) {
    return heap.base + ((size_t)block << BLOCK_SHIFT);
}
#define CELL_FINALIZABLE 0x40 /* in the same byte as CELL_GUARDED: while finalizers are put in order */
static inline uint8_t *cell_flags(const void *cell) { return (uint8_t *)cell + CELL_FLAGS_OFFSET; }
/* World stopped. (Two markers may do it at once.) */
static inline void cell_guard(const void *cell) {
    uint8_t flags = load_relaxed(cell_flags(cell));
    if (!(flags & CELL_GUARDED)) store_relaxed(cell_flags(cell), (uint8_t)(flags | CELL_GUARDED));
}
static inline bool is_used_mark(uint8_t mark) { return mark == heap.old || mark == heap.young; }
/* The mark byte of the cell that begins at `offset`. */
static inline uint8_t *mark_of(size_t offset) {
    return &heap.infos[offset >> BLOCK_SHIFT].marks[(offset & (BLOCK_SIZE - 1)) >> GRANULE_SHIFT];
}

/* blocks.c */
void blocks_init(void);
/* `count` adjacent blocks: one for a size class, or any number for BLOCK_LARGE. NO_BLOCK when there are
 * none. */
uint32_t blocks_allocate(uint32_t count, uint8_t use);
/* Gives back blocks that were allocated; any part of an allocation. */
void blocks_free(uint32_t first, uint32_t count);
/* Returns memory of free blocks to the system until at most `keep` bytes of it hold pages. */
void blocks_trim(size_t keep);
size_t blocks_bytes_in_use(void);

/* allocate.c */
void allocation_init(void);
/* World stopped: all threads' runs are dropped, their vectors moved to the heap's. `remembered` and
 * `slots` only if wanted; else they are emptied. */
void allocation_reset_threads(bool remember);
/* World stopped: the marks in use become 1 and 2, stale ones 0, so that they are not mistaken for those of the
 * next collections. */
void allocation_renumber_marks(void);
/* World stopped, marking done: frees blocks without live cells, makes the lists to sweep. */
void allocation_finish_collection(void);
/* World stopped: fills the cells that this collection found dead. Debug builds. */
void allocation_poison_dead(void);
void cell_vector_push(CellVector *vector, Cell *cell);
void weak_vector_push(WeakVector *vector, WeakLink link);
void slot_vector_push(SlotVector *vector, const uintptr_t *slot);
/* The cell that contains the address, if it is one that is or may be in use; else NULL. */
Cell *heap_find_cell(const void *address);

/* mark.c */
Marker *marking_begin(bool parallel);
/* Marks all that is reachable from what was visited, with the helpers if they take part. */
void marking_drain(Marker *marker);
void marking_end(Marker *marker, uint64_t *cells, uint64_t *bytes);
void marker_trace_cell(Marker *marker, Cell *cell);
/* As marker_visit_conservative(), for C stacks and registers: what is found there may be written without the
 * barrier, so it goes to heap.in_use unless it is guarded. */
void marker_visit_stack(Marker *marker, const void *start, const void *end);
/* Visits what a word points to, if that is a cell. */
void marker_visit_word(Marker *marker, uintptr_t word);
/* For the verifier: a marker that calls `check` for each pointer. */
Marker *marker_for_checking(void (*check)(const void *pointer, void *argument), void *argument);
void marker_free_checking(Marker *marker);
/* The kind of the next cell is visited even if it is the same as that of the last. */
void marker_forget_kind(Marker *marker);

/* verify.c: calls `visit` for each published cell whose mark byte is one of the two. World stopped. */
void heap_walk(uint8_t mark, uint8_t other_mark, void (*visit)(Cell *cell, void *argument), void *argument);
/* World stopped, before a minor collection: no guarded cell points to a young one. */
void heap_verify_barriers(void);

/* collect.c: collects; COLLECT_DUE: unless another thread has done so meanwhile, and if that will do, only what
 * is young. */
typedef enum { COLLECT_DUE, COLLECT_MAJOR } CollectKind;
void heap_collect_now(Thread *self, CollectKind kind, const CollectRequest *request);

#endif
