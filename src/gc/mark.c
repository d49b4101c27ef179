/* mark.c - theory.
 *
 * Marking a cell sets its mark byte to heap.old, guards it, and puts it on a stack; a cell taken from the
 * stack is traced, which visits its pointers. Between being visited and being marked a pointer waits
 * in a small ring, while the processor fetches its mark byte and its first words: marking is bound by
 * memory latency, and this keeps several fetches in flight.
 *
 * Mark bytes are stored without a read-modify-write: two markers may both find a cell unmarked and both
 * trace it. That costs a little time and is otherwise harmless (and rare; the count of live bytes may
 * be a little high).
 *
 * In parallel. Each marker has its own stack, a list of chunks. A marker that sees others idle gives
 * them the older half of its stack: the oldest cells are the roots of the largest untraced subgraphs.
 * A marker without work takes a chunk from the shared list, or counts itself as idle and waits. When
 * all are idle and the list is empty, marking is complete: nobody holds work, and only holders of
 * work make more. A helper counts from the moment it joins, which it does under the lock and while the door is
 * open: one that the system wakes too late finds the door closed, and nobody has waited for it.
 *
 * Long arrays are pushed as pieces: two words on the stack, the address with bit 0 set and the count,
 * so that a large list is shared between markers too. */
#include "gc/internal.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#include "base/os.h"

#define CHUNK_WORDS 1021
#define RING_SIZE 16 /* a power of two */
#define PIECE_WORDS 512
#define HELPER_MAX 7
#define SHARE_INTERVAL 32 /* cells traced between looks at whether others are idle */
#define SHARE_MIN 4       /* words on the stack below which nothing is given away */
#define IDLE_SPINS 2000

typedef struct Chunk {
    struct Chunk *next;
    size_t count;
    uintptr_t words[CHUNK_WORDS];
} Chunk;

struct Marker {
    const void *ring[RING_SIZE];
    unsigned ring_position;
    bool parallel;
    Chunk *chunk;                /* top of the stack */
    Chunk *full;                 /* the rest of it */
    const CellKind *last_kind;
    uint64_t cells, bytes;
    void (*check)(const void *pointer, void *argument); /* the verifier's; else NULL */
    void *check_argument;
};

static struct {
    RawLock lock;      /* guards chunks, spare */
    Chunk *chunks;     /* work to share */
    Chunk *spare;      /* empty chunks */
    uint32_t available; /* atomic; there may be chunks */
    uint32_t idle;     /* atomic; markers without work; goes down only with the lock held */
    uint32_t markers;  /* atomic; that take part; goes up with the lock held, while `open` */
    bool open;         /* guarded by lock: helpers may join */
    uint32_t news;     /* atomic, futex: changes when there is work, or none any more */
    uint32_t done;     /* atomic: marking is complete */
} work;

static struct {
    int count;            /* helper threads that exist */
    uint32_t cycle;       /* atomic, futex: changes when the helpers shall mark */
    uint32_t running;     /* atomic, futex: helpers that take part */
    bool fork_hook;
} helpers;

static Marker collector_marker;
static Marker helper_markers[HELPER_MAX];

/* --- the stack -------------------------------------------------------------------------------- */

static Chunk *new_chunk(void) {
    raw_lock(&work.lock);
    Chunk *chunk = work.spare;
    if (chunk != NULL) work.spare = chunk->next;
    raw_unlock(&work.lock);
    if (chunk == NULL) chunk = malloc(sizeof *chunk);
    if (chunk == NULL) fatal("no memory for marking");
    chunk->count = 0;
    chunk->next = NULL;
    return chunk;
}

static void drop_chunk(Chunk *chunk) {
    raw_lock(&work.lock);
    chunk->next = work.spare;
    work.spare = chunk;
    raw_unlock(&work.lock);
}

static void share_chunk(Chunk *chunk) {
    raw_lock(&work.lock);
    chunk->next = work.chunks;
    work.chunks = chunk;
    store_relaxed(&work.available, 1u);
    raw_unlock(&work.lock);
    fetch_add_seq_cst(&work.news, 1u);
    if (load_seq_cst(&work.idle) > 0) os_wake(&work.news, 1);
}

static NOINLINE void stack_grow(Marker *marker) {
    Chunk *chunk = marker->chunk;
    if (chunk != NULL) {
        if (marker->parallel && marker->full != NULL) {
            /* Enough for ourselves: the older chunk may be taken by others. */
            share_chunk(marker->full);
            marker->full = NULL;
        }
        chunk->next = marker->full;
        marker->full = chunk;
    }
    marker->chunk = new_chunk();
}

static inline void stack_push(Marker *marker, uintptr_t word) {
    if (unlikely(marker->chunk == NULL || marker->chunk->count == CHUNK_WORDS)) stack_grow(marker);
    marker->chunk->words[marker->chunk->count++] = word;
}

static void stack_push_piece(Marker *marker, const Value *values, size_t count) {
    if (marker->chunk == NULL || marker->chunk->count + 2 > CHUNK_WORDS) stack_grow(marker);
    marker->chunk->words[marker->chunk->count++] = count;
    marker->chunk->words[marker->chunk->count++] = (uintptr_t)values | 1;
}

/* Gives the older half of the top chunk away. Pieces must not be torn: their count lies below. */
static NOINLINE void share_half(Marker *marker) {
    Chunk *chunk = marker->chunk;
    if (marker->full != NULL) {
        Chunk *full = marker->full;
        marker->full = full->next;
        share_chunk(full);
        return;
    }
    size_t half = chunk->count / 2;
    if (half < chunk->count && chunk->words[half] & 1) half--;
    if (half == 0) return;
    Chunk *given = new_chunk();
    for (size_t i = 0; i < half; i++) given->words[i] = chunk->words[i];
    given->count = half;
    for (size_t i = half; i < chunk->count; i++) chunk->words[i - half] = chunk->words[i];
    chunk->count -= half;
    share_chunk(given);
}

/* --- marking ------------------------------------------------------------------------------------- */

static inline void mark_cell(Marker *marker, const void *cell) {
    size_t offset = heap_offset(cell);
    uint8_t *mark = mark_of(offset), old = heap.old;
    uint8_t found = load_relaxed(mark);
    if (found == old) return;
    weft_assert(found == heap.former_young || found == heap.former_old);
    store_relaxed(mark, old);
    cell_guard(cell);
    size_t block = offset >> BLOCK_SHIFT;
    BlockEntry *entry = &heap.entries[block];
    if (load_relaxed(&entry->survived) != old) store_relaxed(&entry->survived, old);
    marker->cells++;
    marker->bytes += entry->use < HEAP_SIZE_CLASS_COUNT
                         ? heap.classes[entry->use].size
                         : (size_t)heap.infos[block].run_length << BLOCK_SHIFT;
    stack_push(marker, (uintptr_t)cell);
}

static inline void ring_add(Marker *marker, const void *cell) {
    unsigned position = marker->ring_position;
    const void *waiting = marker->ring[position];
    marker->ring[position] = cell;
    marker->ring_position = (position + 1) & (RING_SIZE - 1);
    __builtin_prefetch(mark_of(heap_offset(cell)), 1);
    __builtin_prefetch(cell, 0);
    if (waiting != NULL) mark_cell(marker, waiting);
}

static bool ring_flush(Marker *marker) {
    bool any = false;
    for (unsigned i = 0; i < RING_SIZE; i++) {
        unsigned position = (marker->ring_position + i) & (RING_SIZE - 1);
        const void *waiting = marker->ring[position];
        if (waiting == NULL) continue;
        marker->ring[position] = NULL;
        mark_cell(marker, waiting);
        any = true;
    }
    return any;
}

void marker_visit_pointer(Marker *marker, const void *cell) {
    if (!heap_contains(cell)) return;
    if (unlikely(marker->check != NULL)) marker->check(cell, marker->check_argument);
    else ring_add(marker, cell);
}

void marker_push(Marker *marker, Cell *cell) { marker_visit_pointer(marker, cell); }

void marker_visit_range(Marker *marker, const Value *values, size_t count) {
    if (marker->check == NULL) {
        while (count > PIECE_WORDS) {
            stack_push_piece(marker, values, PIECE_WORDS);
            values += PIECE_WORDS;
            count -= PIECE_WORDS;
        }
    }
    for (size_t i = 0; i < count; i++) marker_visit(marker, value_load_relaxed(&values[i]));
}

void marker_visit_word(Marker *marker, uintptr_t word) {
    Cell *cell = heap_find_cell((const void *)word);
    if (cell != NULL) mark_cell(marker, cell);
}

SCANS_STACKS void marker_visit_stack(Marker *marker, const void *start, const void *end) {
    const uintptr_t *word = (const uintptr_t *)align_up((size_t)start, sizeof(uintptr_t));
    for (; word + 1 <= (const uintptr_t *)end; word++) {
        const void *candidate = (const void *)*(const volatile uintptr_t *)word;
        if (!heap_contains(candidate)) continue;
        Cell *cell = heap_find_cell(candidate);
        if (cell == NULL) continue;
        if (!cell_is_guarded(cell)) {
            cell_guard(cell); /* so that it is listed once */
            cell_vector_push(&heap.in_use, cell);
        }
        mark_cell(marker, cell);
    }
}

void marker_visit_busy(Marker *marker, const void *cell) {
    if (marker->check != NULL || !heap_contains(cell)) return;
    cell_vector_push(&heap.in_use, (Cell *)cell);
    mark_cell(marker, cell);
}

SCANS_STACKS void marker_visit_conservative(Marker *marker, const void *start, const void *end) {
    const uintptr_t *word = (const uintptr_t *)align_up((size_t)start, sizeof(uintptr_t));
    if (marker->check != NULL) return;
    for (; word + 1 <= (const uintptr_t *)end; word++) {
        const void *candidate = (const void *)*(const volatile uintptr_t *)word;
        if (!heap_contains(candidate)) continue;
        Cell *cell = heap_find_cell(candidate);
        if (cell != NULL) mark_cell(marker, cell);
    }
}

/* A kind may lie inside a cell, when classes are made and dropped by the program. */
static NOINLINE void visit_kind(Marker *marker, const CellKind *kind) {
    marker->last_kind = kind;
    if (!heap_contains(kind)) return;
    Cell *cell = heap_find_cell(kind);
    if (cell == NULL) fatal("the kind of a live cell is dead");
    if (marker->check != NULL) marker->check(cell, marker->check_argument);
    else mark_cell(marker, cell);
}

void marker_trace_cell(Marker *marker, Cell *cell) {
    CellKind *kind = load_acquire(&cell->kind);
    if (kind == NULL) {
        /* Not yet published by the thread that allocated it: it may hold anything. */
        marker_visit_conservative(marker, cell + 1, (char *)cell + heap_cell_size(cell));
        return;
    }
    if (kind != marker->last_kind) visit_kind(marker, kind);
    if (kind->trace != NULL) kind->trace(cell, marker);
}

static inline void trace_word(Marker *marker, Chunk *chunk, uintptr_t word) {
    if (unlikely(word & 1)) {
        size_t count = chunk->words[--chunk->count];
        marker_visit_range(marker, (const Value *)(word & ~(uintptr_t)1), count);
    } else {
        marker_trace_cell(marker, (Cell *)word);
    }
}

/* Empties the marker's own stack and ring. */
static void drain_own(Marker *marker) {
    unsigned steps = 0;
    for (;;) {
        Chunk *chunk = marker->chunk;
        if (chunk == NULL || chunk->count == 0) {
            if (marker->full != NULL) {
                marker->chunk = marker->full;
                marker->full = marker->chunk->next;
                if (chunk != NULL) drop_chunk(chunk);
            } else if (!ring_flush(marker)) {
                return;
            }
            continue;
        }
        trace_word(marker, chunk, chunk->words[--chunk->count]);
        if (marker->parallel && ++steps % SHARE_INTERVAL == 0 && load_relaxed(&work.idle) > 0 &&
            !load_relaxed(&work.available) && marker->chunk->count >= SHARE_MIN)
            share_half(marker);
    }
}

/* --- sharing ------------------------------------------------------------------------------------------ */

/* For an idle marker. Under one lock: "the list is empty and all are idle" is then the end, since who
 * takes a chunk stops being idle in the same critical section. */
static Chunk *take_shared(void) {
    Chunk *chunk = NULL;
    raw_lock(&work.lock);
    if (work.chunks != NULL) {
        chunk = work.chunks;
        work.chunks = chunk->next;
        chunk->next = NULL;
        fetch_add_seq_cst(&work.idle, (uint32_t)-1);
    } else if (load_seq_cst(&work.idle) == load_seq_cst(&work.markers)) {
        store_release(&work.done, 1u);
    }
    if (work.chunks == NULL) store_relaxed(&work.available, 0u);
    raw_unlock(&work.lock);
    return chunk;
}

/* Waits until there is work (true) or marking is complete (false). */
static bool wait_for_work(Marker *marker) {
    bool last = fetch_add_seq_cst(&work.idle, 1u) + 1 == load_seq_cst(&work.markers);
    for (unsigned spins = 0;; spins++) {
        uint32_t news = load_seq_cst(&work.news);
        if (load_acquire(&work.done)) return false;
        if (last || load_seq_cst(&work.available)) {
            last = false;
            Chunk *chunk = take_shared();
            if (chunk != NULL) {
                if (marker->chunk != NULL) drop_chunk(marker->chunk);
                marker->chunk = chunk;
                return true;
            }
            if (load_acquire(&work.done)) {
                fetch_add_seq_cst(&work.news, 1u);
                os_wake(&work.news, HELPER_MAX + 1);
                return false;
            }
        }
        if (spins < IDLE_SPINS) cpu_pause();
        else os_wait(&work.news, news, INT64_MAX);
    }
}

static void drain_parallel(Marker *marker) {
    do drain_own(marker);
    while (wait_for_work(marker));
}

/* --- helpers -------------------------------------------------------------------------------------------- */

static bool join_marking(Marker *marker) {
    raw_lock(&work.lock);
    bool joins = work.open;
    if (joins) {
        fetch_add_seq_cst(&work.markers, 1u);
        fetch_add_acq_rel(&helpers.running, 1u);
        marker->last_kind = NULL;
        marker->parallel = true;
    }
    raw_unlock(&work.lock);
    return joins;
}

static void *helper_main(void *argument) {
    Marker *marker = argument;
    uint32_t seen = 0;
    for (;;) {
        uint32_t cycle;
        while ((cycle = load_acquire(&helpers.cycle)) == seen)
            os_wait(&helpers.cycle, seen, INT64_MAX);
        seen = cycle;
        if (!join_marking(marker)) continue;
        drain_parallel(marker);
        if (fetch_add_acq_rel(&helpers.running, (uint32_t)-1) == 1) os_wake(&helpers.running, 1);
    }
    return NULL;
}

static void forget_helpers(void) {
    helpers.count = 0;
    helpers.cycle = helpers.running = 0;
    work.open = false;
}

/* Helpers are made when they are first useful, and never end. Signals are not for them. */
static void make_helpers(void) {
    int wanted = os_cpu_count() - 1;
    if (wanted > HELPER_MAX) wanted = HELPER_MAX;
    if (helpers.count >= wanted) return;
    if (!helpers.fork_hook) {
        helpers.fork_hook = true;
        pthread_atfork(NULL, NULL, forget_helpers);
    }
    sigset_t all_signals, former;
    pthread_attr_t attributes;
    sigfillset(&all_signals);
    pthread_sigmask(SIG_SETMASK, &all_signals, &former);
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attributes, (size_t)256 << 10);
    if (helpers.count == 0) helpers.cycle = 0;
    while (helpers.count < wanted && helpers.cycle == 0) {
        pthread_t thread;
        Marker *marker = &helper_markers[helpers.count];
        if (pthread_create(&thread, &attributes, helper_main, marker) != 0) break;
        helpers.count++;
    }
    pthread_attr_destroy(&attributes);
    pthread_sigmask(SIG_SETMASK, &former, NULL);
}

/* --- one collection ---------------------------------------------------------------------------------------- */

Marker *marking_begin(bool parallel) {
    Marker *marker = &collector_marker;
    if (parallel) make_helpers();
    marker->parallel = parallel && helpers.count > 0;
    marker->cells = marker->bytes = 0;
    marker->last_kind = NULL;
    for (int i = 0; i < helpers.count; i++) helper_markers[i].cells = helper_markers[i].bytes = 0;
    return marker;
}

void marking_drain(Marker *marker) {
    if (!marker->parallel) {
        drain_own(marker);
        return;
    }
    raw_lock(&work.lock);
    store_seq_cst(&work.markers, 1u);
    work.open = true;
    store_relaxed(&work.done, 0u);
    store_seq_cst(&work.idle, 0u);
    raw_unlock(&work.lock);
    fetch_add_acq_rel(&helpers.cycle, 1u);
    os_wake(&helpers.cycle, HELPER_MAX);
    drain_parallel(marker);
    raw_lock(&work.lock);
    work.open = false;
    raw_unlock(&work.lock);
    uint32_t running;
    while ((running = load_acquire(&helpers.running)) != 0)
        os_wait(&helpers.running, running, INT64_MAX);
    /* What follows, finalizers mostly, is little. */
    marker->parallel = false;
}

void marking_end(Marker *marker, uint64_t *cells, uint64_t *bytes) {
    *cells = marker->cells;
    *bytes = marker->bytes;
    for (int i = 0; i < helpers.count; i++) {
        *cells += helper_markers[i].cells;
        *bytes += helper_markers[i].bytes;
    }
}

Marker *marker_for_checking(void (*check)(const void *pointer, void *argument), void *argument) {
    Marker *marker = calloc(1, sizeof *marker);
    if (marker == NULL) fatal("no memory for the verifier");
    marker->check = check;
    marker->check_argument = argument;
    return marker;
}

void marker_forget_kind(Marker *marker) { marker->last_kind = NULL; }

void marker_free_checking(Marker *marker) { free(marker); }

bool marker_is_thorough(const Marker *marker) { return marker->check == NULL && heap.request != NULL; }

void heap_each_pointer(Cell *cell, void (*visit)(const void *pointer, void *argument), void *argument) {
    Marker marker = {.check = visit, .check_argument = argument};
    marker_trace_cell(&marker, cell);
}

bool marker_is_live(const void *cell) {
    return !heap_contains(cell) || load_relaxed(mark_of(heap_offset(cell))) == heap.old;
}
