/* collect.c - theory: the order of a collection.
 *
 *   1  the world stops; runs are dropped, the threads' tables of weak links etc. are gathered
 *   2  new marks: every cell is now unmarked; or in a minor collection, every young one
 *   3  roots: stacks and registers, and in a minor collection what is remembered; thread scanners, root
 *      scanners, static cells, queued cells. The C stacks of all threads come first: whether a cell is
 *      guarded must be seen there before this collection guards it
 *   4  marking
 *   5  weak links to unmarked cells are emptied and their owners queued
 *   6  unmarked cells with a finalizer are queued, each before those that it reaches, and marked with all
 *      they reach: they live once more. 5 is before 6, so a finalizer never meets a weak reference to what
 *      it finalizes
 *   7  who asked for the collection may look at what is going to be freed, and keep it
 *   8  owners of weak links that died: their links are dropped
 *   9  `release` of dead cells; weak processors
 *  10  blocks without live cells become free, others wait to be swept by who allocates
 *  11  what was found on C stacks unguarded is unguarded again and remembered for the next collection
 *  12  the world goes on; pages that are not needed go back to the system
 *
 * The collecting thread publishes its own stack bounds and registers like one that stops. */
#include "gc/internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/os.h"

#define NURSERY_MIN ((size_t)2 << 20) /* bytes allocated between collections */
#define NURSERY_MAX ((size_t)8 << 20)
#define BUSY_THREADS_MAX 16
#define IDLE_PAUSE_NS INT64_C(1000000000) /* between collections of threads that wait, at least */
#define PROMOTED_GENEROUS ((size_t)64 << 20)
#define PARALLEL_FROM_PROMOTED ((uint64_t)1 << 20)
#define PARALLEL_FROM ((uint64_t)4 << 20) /* live bytes from which helpers are worth waking */

Heap heap;

static size_t environment_number(const char *name) {
    const char *text = getenv(name);
    return text != NULL ? (size_t)strtoull(text, NULL, 10) : 0;
}

void heap_init(void) {
    if (heap.ready) return;
    heap.ready = true;
    blocks_init();
    allocation_init();
    heap.stress = environment_number("WEFT_GC_STRESS");
    heap.verify_each = environment_number("WEFT_GC_VERIFY") != 0;
}

void heap_add_root_scanner(void (*scan)(Marker *marker)) {
    if (heap.root_scanner_count == SCANNER_MAX) fatal("too many root scanners");
    heap.root_scanners[heap.root_scanner_count++] = scan;
}

void heap_add_thread_scanner(void (*scan)(Thread *thread, Marker *marker)) {
    if (heap.thread_scanner_count == SCANNER_MAX) fatal("too many thread scanners");
    heap.thread_scanners[heap.thread_scanner_count++] = scan;
}

void heap_add_weak_processor(void (*process)(void)) {
    if (heap.weak_processor_count == SCANNER_MAX) fatal("too many weak processors");
    heap.weak_processors[heap.weak_processor_count++] = process;
}

void heap_register_static(Cell *cell) {
    weft_assert(!heap_contains(cell));
    raw_lock(&heap.statics_lock);
    cell_vector_push(&heap.statics, cell);
    raw_unlock(&heap.statics_lock);
}

/* --- roots ----------------------------------------------------------------------------------- */

static void scan_stack(Thread *thread, void *argument) {
    Marker *marker = argument;
    const char *from = thread->c_stack_top;
    const StackView *view = thread == heap.requester ? heap.request->stack : NULL;
    for (int i = 0; view != NULL && view->top != NULL && i < view->skipped_count; i++) {
        marker_visit_stack(marker, from, view->skipped[i].start);
        from = view->skipped[i].end;
    }
    marker_visit_stack(marker, from, thread->c_stack_base);
    marker_visit_stack(marker, thread->saved_registers,
                       thread->saved_registers + ARRAY_LENGTH(thread->saved_registers));
}

static void scan_thread(Thread *thread, void *argument) {
    Marker *marker = argument;
    for (int i = 0; i < heap.thread_scanner_count; i++) heap.thread_scanners[i](thread, marker);
}

/* A cell that another cell's death made known twice, or that was made with a guard, need not be old. */
static void trace_remembered(Marker *marker) {
    for (size_t i = 0; i < heap.remembered.count; i++) {
        Cell *cell = heap.remembered.cells[i];
        if (load_relaxed(mark_of(heap_offset(cell))) != heap.old) continue;
        cell_guard(cell);
        marker_trace_cell(marker, cell);
    }
    for (size_t i = 0; i < heap.slots.count; i++) marker_visit_word(marker, load_relaxed(heap.slots.slots[i]));
    heap.remembered.count = heap.slots.count = 0;
}

static void remember_cells_in_use(void) {
    HeapThreadState *state = ((HeapThread *)thread_current)->state;
    for (size_t i = 0; i < heap.in_use.count; i++) {
        Cell *cell = heap.in_use.cells[i];
        store_relaxed(cell_flags(cell), (uint8_t)(load_relaxed(cell_flags(cell)) & ~CELL_GUARDED));
        cell_vector_push(&state->remembered, cell);
    }
    heap.in_use.count = 0;
}

static void scan_roots(Marker *marker) {
    thread_each(scan_stack, marker);
    trace_remembered(marker);
    thread_each(scan_thread, marker);
    for (int i = 0; i < heap.root_scanner_count; i++) heap.root_scanners[i](marker);
    for (size_t i = 0; i < heap.statics.count; i++)
        marker_trace_cell(marker, heap.statics.cells[i]);
    for (size_t i = heap.pending_first; i < heap.pending_count; i++)
        marker_visit_pointer(marker, heap.pending[i].cell);
}

/* --- weak links and finalizers ------------------------------------------------------------------- */

/* World stopped, or weak_lock held. */
static void queue_pending(Cell *cell, bool was_weak_owner) {
    if (heap.pending_count == heap.pending_capacity) {
        size_t count = heap.pending_count - heap.pending_first;
        if (heap.pending_first > 0)
            memmove(heap.pending, heap.pending + heap.pending_first, count * sizeof *heap.pending);
        heap.pending_first = 0;
        heap.pending_count = count;
        if (count * 2 >= heap.pending_capacity) {
            heap.pending_capacity = max_size(heap.pending_capacity * 2, 64);
            heap.pending = realloc(heap.pending, heap.pending_capacity * sizeof *heap.pending);
            if (heap.pending == NULL) fatal("no memory for the queue of finalizers");
        }
    }
    heap.pending[heap.pending_count++] = (PendingCell){cell, was_weak_owner};
}

/* Empties the links whose target is unmarked. Links whose owner is unmarked as well are dropped, those
 * with an unmarked owner and a live target kept until drop_links_of_dead_owners(). */
static void clear_weak_links(void) {
    size_t first = heap.minor ? heap.old_weak_links : 0, kept = first;
    for (size_t i = first; i < heap.weak_links.count; i++) {
        WeakLink link = heap.weak_links.links[i];
        Value target = value_load_relaxed(link.slot);
        if (is_empty(target) || !is_object(target)) continue;
        if (marker_is_live(object_of(target))) {
            heap.weak_links.links[kept++] = link;
            continue;
        }
        store_relaxed(&link.slot->bits, VALUE_EMPTY.bits);
        if (marker_is_live(link.owner)) queue_pending(link.owner, true);
    }
    heap.weak_links.count = kept;
}

static void drop_links_of_dead_owners(void) {
    size_t first = heap.minor ? heap.old_weak_links : 0, kept = first;
    for (size_t i = first; i < heap.weak_links.count; i++)
        if (marker_is_live(heap.weak_links.links[i].owner))
            heap.weak_links.links[kept++] = heap.weak_links.links[i];
    heap.weak_links.count = heap.old_weak_links = kept;
}

/* --- the order of finalizers: an owner's before those of what it owns, so that it meets them intact ---------- */

/* A walk in depth over what is dead but for its finalizers. */
typedef struct Walk {
    Marker *marker;
    CellVector stack; /* cells to walk through; with bit 0 set: left for good */
    CellVector order; /* finalizable cells, each behind all that it reaches and that did not reach it */
} Walk;

static void walk_to(const void *pointer, void *argument) {
    Walk *walk = argument;
    if (!marker_is_live(pointer)) cell_vector_push(&walk->stack, (Cell *)pointer);
}

static void walk_from(Walk *walk, Cell *root) {
    cell_vector_push(&walk->stack, root);
    while (walk->stack.count > 0) {
        Cell *cell = walk->stack.cells[--walk->stack.count];
        if ((uintptr_t)cell & 1) {
            cell_vector_push(&walk->order, (Cell *)((uintptr_t)cell & ~(uintptr_t)1));
            continue;
        }
        if (marker_is_live(cell)) continue;
        marker_visit_word(walk->marker, (uintptr_t)cell);
        if (load_relaxed(cell_flags(cell)) & CELL_FINALIZABLE)
            cell_vector_push(&walk->stack, (Cell *)((uintptr_t)cell | 1));
        heap_each_pointer(cell, walk_to, walk);
    }
}

static void set_finalizable_flag(Cell *cell, bool on) {
    uint8_t flags = load_relaxed(cell_flags(cell));
    store_relaxed(cell_flags(cell), (uint8_t)(on ? flags | CELL_FINALIZABLE : flags & ~CELL_FINALIZABLE));
}

/* Cells that have nothing to do with each other, and those of a circle: who was made first goes first, or
 * last in a circle. */
static void queue_dead_finalizable(Marker *marker, const CellVector *dead) {
    Walk walk = {marker, {0}, {0}};
    for (size_t i = 0; i < dead->count; i++) set_finalizable_flag(dead->cells[i], true);
    for (size_t i = dead->count; i-- > 0;) walk_from(&walk, dead->cells[i]);
    for (size_t i = walk.order.count; i-- > 0;) queue_pending(walk.order.cells[i], false);
    for (size_t i = 0; i < dead->count; i++) set_finalizable_flag(dead->cells[i], false);
    free(walk.stack.cells);
    free(walk.order.cells);
    marking_drain(marker);
}

static void queue_finalizable(Marker *marker) {
    CellVector dead = {0};
    size_t first = heap.minor ? heap.old_finalizable : 0, kept = first;
    for (size_t i = first; i < heap.finalizable.count; i++) {
        Cell *cell = heap.finalizable.cells[i];
        if (marker_is_live(cell)) heap.finalizable.cells[kept++] = cell;
        else cell_vector_push(&dead, cell);
    }
    heap.finalizable.count = heap.old_finalizable = kept;
    if (dead.count > 0) queue_dead_finalizable(marker, &dead);
    free(dead.cells);
}

static void push_dead(Cell *cell, void *dead) { cell_vector_push(dead, cell); }

static void examine_dead(Marker *marker, const CollectRequest *request) {
    CellVector dead = {0}; /* in use before, and not marked */
    heap_walk(heap.former_old, heap.former_young, push_dead, &dead);
    if (request->examine(dead.cells, dead.count, request->argument)) {
        for (size_t i = 0; i < dead.count; i++) marker_visit_pointer(marker, dead.cells[i]);
        marking_drain(marker);
    }
    free(dead.cells);
}

static void release_dead(void) {
    size_t first = heap.minor ? heap.old_releasable : 0, kept = first;
    for (size_t i = first; i < heap.releasable.count; i++) {
        Cell *cell = heap.releasable.cells[i];
        if (marker_is_live(cell)) heap.releasable.cells[kept++] = cell;
        else if (cell->kind != NULL && cell->kind->release != NULL) cell->kind->release(cell);
    }
    heap.releasable.count = heap.old_releasable = kept;
}

void heap_weak_link(void *owner, Value *slot) {
    HeapThreadState *state = ((HeapThread *)thread_current)->state;
    weak_vector_push(&state->weak_links, (WeakLink){owner, slot});
}

void heap_finalize_later(void *cell) {
    cell_vector_push(&((HeapThread *)thread_current)->state->finalizable, cell);
}

void *heap_next_pending(bool *was_weak_owner) {
    Cell *cell = NULL;
    raw_lock(&heap.weak_lock);
    if (heap.pending_first < heap.pending_count) {
        cell = heap.pending[heap.pending_first].cell;
        *was_weak_owner = heap.pending[heap.pending_first].was_weak_owner;
        heap.pending_first++;
        if (heap.pending_first == heap.pending_count) heap.pending_first = heap.pending_count = 0;
    }
    raw_unlock(&heap.weak_lock);
    return cell;
}

/* --- the collection -------------------------------------------------------------------------------- */

/* Values that no cell's mark has. */
static void change_marks(void) {
    if (heap.last_mark > 255 - 2) allocation_renumber_marks();
    heap.former_young = heap.young;
    heap.former_old = heap.old;
    if (!heap.minor) store_relaxed(&heap.old, ++heap.last_mark);
    store_relaxed(&heap.young, ++heap.last_mark);
}

/* A nursery as large as what is live, within limits, for each thread that allocates: who has more to mark marks
 * it more seldom. Until the next major collection as much may be promoted as is live, or three quarters of
 * it when that is much. */
static void plan_next(uint64_t live) {
    size_t nursery = max_size(NURSERY_MIN, min_size((size_t)live, NURSERY_MAX));
    store_relaxed(&heap.budget, nursery * max_size(1, min_size(heap.busy_threads, BUSY_THREADS_MAX)));
    store_relaxed(&heap.allocated, (size_t)0);
    if (heap.minor) return;
    store_relaxed(&heap.outside, (size_t)0);
    heap.major_from = live + max_size(max_size(NURSERY_MIN, min_size((size_t)live, PROMOTED_GENEROUS)),
                                      (size_t)(live / 4 * 3));
}

/* Whether helpers are worth waking: by what there was to mark last time. */
static bool is_much(const HeapStatistics *statistics) {
    if (heap.minor) return statistics->bytes_promoted >= PARALLEL_FROM_PROMOTED;
    return statistics->bytes_live + load_relaxed(&heap.allocated) / 4 >= PARALLEL_FROM;
}

static void collect_stopped(const CollectRequest *request) {
    HeapStatistics *statistics = &heap.statistics;
    statistics->bytes_allocated += load_relaxed(&heap.allocated);
    bool parallel = is_much(statistics);
    allocation_reset_threads(heap.minor);
    if (heap.minor && heap.verify_each) heap_verify_barriers();
    change_marks();
    Marker *marker = marking_begin(parallel);
    scan_roots(marker);
    marking_drain(marker);
    clear_weak_links();
    queue_finalizable(marker);
    if (request != NULL && request->examine != NULL) examine_dead(marker, request);
    drop_links_of_dead_owners();
    release_dead();
    for (int i = 0; i < heap.weak_processor_count; i++) heap.weak_processors[i]();
    heap.request = NULL;
    heap.requester = NULL;
    uint64_t cells, bytes;
    marking_end(marker, &cells, &bytes);
    statistics->cells_live = cells + (heap.minor ? statistics->cells_live : 0);
    statistics->bytes_live = bytes + (heap.minor ? statistics->bytes_live : 0);
    if (heap.minor) statistics->bytes_promoted = bytes;
#if !defined(NDEBUG) || defined(__SANITIZE_ADDRESS__)
    allocation_poison_dead();
#endif
    heap.former_old = heap.old;
    heap.former_young = heap.young;
    allocation_finish_collection();
    remember_cells_in_use();
    store_relaxed(&statistics->collections, statistics->collections + 1);
    if (heap.minor) statistics->minor_collections++;
    plan_next(statistics->bytes_live);
    if (heap.verify_each) heap_verify();
}

/* A minor collection unless much was promoted since the last major one. Under stress, most are minor. */
static bool may_be_minor(void) {
    if (heap.stress != 0) return heap.statistics.collections % 8 != 0;
    return heap.statistics.bytes_live + load_relaxed(&heap.outside) < heap.major_from;
}

static void note_pause(uint64_t pause) {
    HeapStatistics *statistics = &heap.statistics;
    statistics->pause_ns_total += pause;
    statistics->pause_ns_last = pause;
    if (pause > statistics->pause_ns_max) statistics->pause_ns_max = pause;
    if (heap.minor && pause > statistics->minor_pause_ns_max) statistics->minor_pause_ns_max = pause;
    if (heap.minor) statistics->minor_pause_ns_total += pause;
}

NOINLINE void heap_collect_now(Thread *self, CollectKind kind, const CollectRequest *request) {
    uint64_t before = load_relaxed(&heap.statistics.collections);
    thread_publish_stack(self);
    int64_t start = os_monotonic_ns();
    world_stop(self);
    thread_publish_stack(self);
    if (request != NULL && request->stack->top != NULL) {
        self->c_stack_top = (char *)request->stack->top;
        memset(self->saved_registers, 0, sizeof self->saved_registers);
    } else {
        thread_narrow_stack(self, self->wait_top);
    }
    bool again = kind != COLLECT_DUE || heap.stress != 0 || (before == heap.statistics.collections &&
                            load_relaxed(&heap.allocated) >= load_relaxed(&heap.budget) / 2);
    bool pending = false;
    if (again) {
        heap.minor = kind == COLLECT_DUE && may_be_minor();
        heap.request = request;
        heap.requester = request != NULL ? self : NULL;
        collect_stopped(request);
        pending = heap.pending_count > heap.pending_first;
        int64_t now = os_monotonic_ns();
        store_relaxed(&heap.collected_at, now);
        note_pause((uint64_t)(now - start));
    }
    size_t keep = load_relaxed(&heap.budget) + (size_t)(heap.statistics.bytes_live / 4);
    world_resume(self);
    if (!again) return;
    if (pending) thread_poll_set(self, POLL_FINALIZERS);
    blocks_trim(keep);
}

int64_t heap_collect_idle(int64_t since) {
    int64_t last = load_relaxed(&heap.collected_at);
    if (last >= since || !load_relaxed(&heap.enabled)) return 0;
    int64_t share = 50 * (int64_t)load_relaxed(&heap.statistics.pause_ns_last);
    int64_t wait = last + max_int64(share, IDLE_PAUSE_NS) - os_monotonic_ns();
    if (last != 0 && wait > 0) return wait;
    heap_collect_now(thread_current, COLLECT_MAJOR, NULL);
    return 0;
}

void heap_collect(void) { heap_collect_now(thread_current, COLLECT_MAJOR, NULL); }

void heap_collect_requested(const CollectRequest *request) {
    heap_collect_now(thread_current, COLLECT_MAJOR, request);
}

void heap_queue_all_finalizers(void) {
    Thread *self = thread_current;
    world_stop(self);
    allocation_reset_threads(true);
    for (size_t i = 0; i < heap.finalizable.count; i++)
        queue_pending(heap.finalizable.cells[i], false);
    heap.finalizable.count = heap.old_finalizable = 0;
    world_resume(self);
}

bool heap_set_enabled(bool enabled) {
    bool former = load_relaxed(&heap.enabled);
    store_relaxed(&heap.enabled, enabled);
    return former;
}

bool heap_is_enabled(void) { return load_relaxed(&heap.enabled); }

/* --- statistics --------------------------------------------------------------------------------------- */

HeapStatistics heap_statistics(void) {
    Thread *self = thread_current;
    world_stop(self);
    HeapStatistics statistics = heap.statistics;
    statistics.bytes_allocated += load_relaxed(&heap.allocated);
    statistics.bytes_reserved = blocks_bytes_in_use();
    world_resume(self);
    return statistics;
}

void heap_print_statistics(FILE *file) {
    HeapStatistics s = heap_statistics();
    fprintf(file,
            "collections %llu, of them minor %llu, live %.1f MiB in %llu cells, allocated %.1f MiB, in blocks "
            "%.1f MiB, pauses: longest %.2f ms, last %.2f ms, all %.2f ms, minor: longest %.2f ms, all %.2f ms\n",
            (unsigned long long)s.collections, (unsigned long long)s.minor_collections, (double)s.bytes_live / 0x1p20,
            (unsigned long long)s.cells_live, (double)s.bytes_allocated / 0x1p20,
            (double)s.bytes_reserved / 0x1p20, (double)s.pause_ns_max / 1e6,
            (double)s.pause_ns_last / 1e6, (double)s.pause_ns_total / 1e6,
            (double)s.minor_pause_ns_max / 1e6, (double)s.minor_pause_ns_total / 1e6);
}

#if defined(__SANITIZE_ADDRESS__)
/* Locals must lie on the stacks that are scanned; malloc'ed memory may be reachable from cells only,
 * which the leak checker does not look into. */
const char *__asan_default_options(void);
const char *__asan_default_options(void) {
    return "detect_stack_use_after_return=0:detect_leaks=0:allow_user_segv_handler=1";
}
#endif
