/* Unit tests of gc/: allocation, tracing, weak links, finalizers, many threads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <cmocka.h>

#include "base/os.h"
#include "gc/internal.h"

/* --- a small object model ---------------------------------------------------------------------- */

typedef struct Node {
    Cell cell;
    struct Node *left, *right;
    uint64_t number;
    Value weak; /* not traced */
} Node;

static void trace_node(Cell *cell, Marker *marker) {
    Node *node = (Node *)cell;
    marker_visit_pointer(marker, load_relaxed(&node->left));
    marker_visit_pointer(marker, load_relaxed(&node->right));
}
static const CellKind node_kind = {trace_node, NULL, "node"};

static uint32_t released;
static void release_node(Cell *cell) { fetch_add_relaxed(&released, 1u); }
static const CellKind releasable_kind = {trace_node, release_node, "releasable node"};

typedef struct Array {
    Cell cell;
    uint64_t count;
    Value items[];
} Array;
static void trace_array(Cell *cell, Marker *marker) {
    Array *array = (Array *)cell;
    marker_visit_range(marker, array->items, array->count);
}
static const CellKind array_kind = {trace_array, NULL, "array"};

/* Roots that are not on a stack: an array of nodes in static memory. */
static Node *roots[64];
static void scan_test_roots(Marker *marker) {
    for (size_t i = 0; i < ARRAY_LENGTH(roots); i++)
        marker_visit_pointer(marker, load_relaxed(&roots[i]));
}

static Node *node_new(uint64_t number, Node *left, Node *right) {
    Node *node = heap_alloc(sizeof(Node));
    assert_non_null(node);
    node->number = number;
    node->left = left;
    node->right = right;
    cell_set_kind(node, &node_kind);
    return node;
}

static Array *array_new(size_t count) {
    Array *array = heap_alloc(sizeof(Array) + count * sizeof(Value));
    if (array == NULL) return NULL;
    array->count = count;
    cell_set_kind(array, &array_kind);
    return array;
}

static Node *tree_new(int depth) {
    if (depth == 0) return node_new(0, NULL, NULL);
    Node *left = tree_new(depth - 1);
    Node *right = tree_new(depth - 1);
    return node_new((uint64_t)depth, left, right);
}

static uint64_t tree_count(const Node *node, int depth) {
    if (node == NULL) return 0;
    if (node->number != (uint64_t)depth) abort();
    return 1 + tree_count(node->left, depth - 1) + tree_count(node->right, depth - 1);
}

/* Calls `body` with its frame far below the caller's, and wipes what it left on the stack, so that
 * what it drops is really unreachable. */
static NOINLINE void wipe_stack(void) {
    volatile char waste[16384];
    for (size_t i = 0; i < sizeof waste; i++) waste[i] = 0;
}
static NOINLINE void deep_call(void (*body)(void *), void *argument) {
    volatile char room[8192];
    room[0] = 0;
    body(argument);
    if (room[0] != 0) abort();
}
static void run_apart(void (*body)(void *), void *argument) {
    deep_call(body, argument);
    wipe_stack();
}

/* Conservative scanning may keep a stray cell; a few lost ones are fine, all of them are not. */
#define MOST(count) ((count) - (count) / 10 - 1)

/* --- sizes ------------------------------------------------------------------------------------------ */

static void size_classes_cover(void **state) {
    for (size_t size = 1; size <= CELL_SMALL_MAX; size++) {
        unsigned c = heap_size_class(size);
        assert_in_range(c, 2, HEAP_SIZE_CLASS_COUNT - 1);
        assert_true(heap.classes[c].size >= size);
        assert_true(c == 2 || heap.classes[c - 1].size < size);
        assert_int_equal(heap.classes[c].size % 16, 0);
    }
}

static void cells_are_zeroed_aligned_and_apart(void **state) {
    size_t sizes[] = {16, 24, 48, 56, 100, 256, 257, 1000, 2048, 2049, 9000, 16384, 16385, 32768,
                      40000, 1000000};
    for (int round = 0; round < 3; round++) {
        char *former[3] = {NULL, NULL, NULL};
        size_t former_size = 0;
        for (size_t i = 0; i < ARRAY_LENGTH(sizes); i++) {
            for (int k = 0; k < 3; k++) {
                char *cell = heap_alloc(sizes[i]);
                assert_non_null(cell);
                assert_int_equal((uintptr_t)cell % 16, 0);
                assert_true(heap_cell_size(cell) >= sizes[i]);
                for (size_t b = 0; b < sizes[i]; b++) assert_int_equal(cell[b], 0);
                memset(cell + sizeof(Cell), 0x5A, sizes[i] - sizeof(Cell));
                for (int j = 0; j < k; j++)
                    assert_true(former_size == 0 || cell >= former[j] + sizes[i] ||
                                cell + sizes[i] <= former[j]);
                former[k] = cell;
                former_size = sizes[i];
            }
        }
        heap_collect();
    }
}

static void conservative_lookup_is_exact(void **state) {
    size_t sizes[] = {32, 48, 80, 320, 640, 2048, 5120, 14336, 16384, 100000};
    for (size_t i = 0; i < ARRAY_LENGTH(sizes); i++) {
        char *cell = heap_alloc(sizes[i]);
        for (size_t b = 0; b < sizes[i]; b += 7) assert_ptr_equal(heap_find_cell(cell + b), cell);
        assert_ptr_equal(heap_find_cell(cell + sizes[i] - 1), cell);
        assert_ptr_not_equal(heap_find_cell(cell - 1), cell);
        assert_ptr_not_equal(heap_find_cell(cell + heap_cell_size(cell)), cell);
    }
    assert_null(heap_find_cell(NULL));
    assert_null(heap_find_cell(heap.base + heap.used_bytes));
    assert_null(heap_find_cell(&sizes));
}

/* --- liveness ---------------------------------------------------------------------------------------- */

static void what_is_reachable_lives(void **state) {
    roots[0] = tree_new(12);
    for (int i = 0; i < 5; i++) {
        heap_collect();
        tree_new(8); /* reuses what was freed */
        assert_int_equal(tree_count(roots[0], 12), (1 << 13) - 1);
    }
    assert_true(heap_statistics().cells_live >= (1 << 13) - 1);
    heap_verify();
    roots[0] = NULL;
}

static void drop_many(void *argument) {
    for (int i = 0; i < 50; i++) tree_new(10);
}

static void what_is_unreachable_goes(void **state) {
    heap_collect();
    uint64_t before = heap_statistics().cells_live;
    run_apart(drop_many, NULL);
    heap_collect();
    uint64_t after = heap_statistics().cells_live;
    assert_true(after < before + 5 * 2047);
}

static NOINLINE void keep_by_inside(Node **inside) {
    Node *node = node_new(7, node_new(8, NULL, NULL), NULL);
    *inside = (Node *)((char *)node + 20);
}

static void an_inside_pointer_on_the_stack_keeps_a_cell(void **state) {
    Node *volatile inside;
    keep_by_inside((Node **)&inside);
    wipe_stack();
    heap_collect();
    run_apart(drop_many, NULL);
    Node *node = (Node *)((char *)inside - 20);
    assert_int_equal(node->number, 7);
    assert_int_equal(node->left->number, 8);
}

static void an_unpublished_cell_keeps_what_it_holds(void **state) {
    Node *volatile node = heap_alloc(sizeof(Node));
    node->left = node_new(5, NULL, NULL);
    heap_collect();
    run_apart(drop_many, NULL);
    assert_int_equal(node->left->number, 5);
    cell_set_kind((void *)node, &node_kind);
    heap_verify();
}

static void a_long_list_needs_no_recursion(void **state) {
    Node *list = NULL;
    for (uint64_t i = 0; i < 500000; i++) list = node_new(i, list, NULL);
    roots[0] = list;
    list = NULL;
    heap_collect();
    uint64_t expected = 500000;
    for (Node *node = roots[0]; node != NULL; node = node->left)
        assert_int_equal(node->number, --expected);
    assert_int_equal(expected, 0);
    roots[0] = NULL;
}

static void large_arrays(void **state) {
    for (size_t count = 1000; count <= 4000000; count *= 4) {
        Array *volatile array = array_new(count);
        assert_non_null(array);
        for (size_t i = 0; i < count; i += 100)
            heap_store_release((void *)array, &array->items[i],
                               object_value(node_new(i, NULL, NULL)));
        heap_collect();
        heap_verify();
        for (size_t i = 0; i < count; i += 100)
            assert_int_equal(OBJECT_AS(Node, array->items[i])->number, i);
        for (size_t i = 1; i < count; i += 100) assert_true(is_empty(array->items[i]));
    }
}

static void make_garbage_arrays(void *argument) {
    for (int i = 0; i < 200; i++) {
        Array *array = array_new((size_t)1 << 19); /* 4 MiB */
        if (array == NULL) abort();
        memset(array->items, 0x11, 64);
    }
}

static void large_garbage_is_reused(void **state) {
    run_apart(make_garbage_arrays, NULL);
    assert_true(heap_statistics().bytes_reserved < (size_t)200 << 20);
}

static void memory_runs_out_politely(void **state) {
    assert_null(heap_alloc((size_t)1 << 60));
    assert_null(heap_alloc(SIZE_MAX));
    assert_null(heap_alloc(SIZE_MAX - 40000));
    assert_non_null(node_new(1, NULL, NULL));
}

static void epochs_wrap_around(void **state) {
    roots[0] = tree_new(4);
    for (int i = 0; i < 600; i++) {
        heap_collect();
        assert_int_equal(tree_count(roots[0], 4), 31);
        if (i % 50 == 0) {
            tree_new(9);
            heap_verify();
        }
    }
    roots[0] = NULL;
}

static void count_cell(Cell *cell, void *argument) {
    if (cell->kind == &node_kind) ++*(size_t *)argument;
}

static void every_cell_is_visited(void **state) {
    roots[0] = tree_new(7);
    size_t count = 0;
    heap_each_cell(count_cell, &count);
    assert_true(count >= 255);
    roots[0] = NULL;
}

typedef struct StaticCell {
    Cell cell;
    Node *node;
} StaticCell;
static void trace_static(Cell *cell, Marker *marker) {
    marker_visit_pointer(marker, load_relaxed(&((StaticCell *)cell)->node));
}
static const CellKind static_kind = {trace_static, NULL, "static"};
static StaticCell static_cell = {{(CellKind *)&static_kind, 0}, NULL};

static void fill_static(void *argument) { static_cell.node = node_new(99, NULL, NULL); }

static void registered_static_cells_are_roots(void **state) {
    run_apart(fill_static, NULL);
    heap_register_static(&static_cell.cell);
    heap_collect();
    run_apart(drop_many, NULL);
    assert_int_equal(static_cell.node->number, 99);
    static_cell.node = NULL;
}

/* A kind that lies inside a cell lives as long as cells of that kind. */
typedef struct KindCell {
    Cell cell;
    CellKind kind;
} KindCell;
static const CellKind kind_kind = {NULL, NULL, "kind"};

static void make_with_kind(void *argument) {
    KindCell *kind = heap_alloc(sizeof(KindCell));
    kind->kind = node_kind;
    cell_set_kind(kind, &kind_kind);
    roots[0] = node_new(3, NULL, NULL);
    cell_set_kind(roots[0], &kind->kind);
}

static void kinds_in_the_heap_live(void **state) {
    run_apart(make_with_kind, NULL);
    for (int i = 0; i < 3; i++) {
        heap_collect();
        run_apart(drop_many, NULL);
        heap_verify();
        assert_ptr_equal(roots[0]->cell.kind->trace, trace_node);
    }
    roots[0] = NULL;
}

/* --- release, weak links, finalizers --------------------------------------------------------------------- */

static void drop_releasable(void *argument) {
    for (int i = 0; i < 100; i++) {
        Node *node = heap_alloc_releasable(sizeof(Node));
        cell_set_kind(node, &releasable_kind);
    }
}

static void dead_cells_are_released_once(void **state) {
    released = 0;
    run_apart(drop_releasable, NULL);
    heap_collect();
    heap_collect();
    assert_in_range(released, MOST(100), 100);
}

static void make_weak(void *argument) {
    Node *owners = NULL;
    for (uint64_t i = 0; i < 100; i++) {
        owners = node_new(i, owners, NULL);
        owners->weak = object_value(node_new(i, NULL, NULL));
        heap_weak_link(owners, &owners->weak);
        if (i % 2 == 0) owners->right = OBJECT_AS(Node, owners->weak); /* keeps its target */
    }
    roots[1] = owners;
}

static int drain_pending(bool expect_weak) {
    bool was_weak_owner;
    int count = 0;
    while (heap_next_pending(&was_weak_owner) != NULL) {
        assert_int_equal(was_weak_owner, expect_weak);
        count++;
    }
    return count;
}

static void weak_links_are_emptied(void **state) {
    run_apart(make_weak, NULL);
    heap_collect();
    int emptied = 0;
    for (Node *node = roots[1]; node != NULL; node = node->left) {
        if (node->number % 2 == 0) assert_int_equal(OBJECT_AS(Node, node->weak)->number, node->number);
        else emptied += is_empty(node->weak);
    }
    assert_in_range(emptied, MOST(50), 50);
    assert_int_equal(drain_pending(true), emptied);
    heap_collect();
    assert_true(drain_pending(true) <= 50 - emptied);
    roots[1] = NULL;
    heap_collect();
    heap_collect();
    heap_verify();
    drain_pending(true);
}

static void make_finalizable(void *argument) {
    for (uint64_t i = 0; i < 100; i++) {
        Node *node = node_new(i, node_new(i + 1000, NULL, NULL), NULL);
        Node *observer = node_new(i, NULL, NULL);
        heap_finalize_later(node);
        observer->weak = object_value(node);
        heap_weak_link(observer, &observer->weak);
        observer->left = roots[2];
        roots[2] = observer;
    }
}

static void finalizable_cells_live_once_more(void **state) {
    run_apart(make_finalizable, NULL);
    heap_collect();
    run_apart(drop_many, NULL);
    heap_collect();
    int observers = 0, finalized = 0;
    bool was_weak_owner;
    Node *node;
    while ((node = heap_next_pending(&was_weak_owner)) != NULL) {
        if (was_weak_owner) {
            observers++;
            assert_true(is_empty(node->weak));
        } else {
            finalized++;
            assert_int_equal(node->left->number, node->number + 1000);
        }
    }
    node = NULL;
    assert_in_range(finalized, MOST(100), 100);
    assert_int_equal(observers, finalized);
    wipe_stack();
    heap_collect();
    while ((node = heap_next_pending(&was_weak_owner)) != NULL) finalized += !was_weak_owner;
    assert_true(finalized <= 100);
    roots[2] = NULL;
}

static void finalizers_are_queued_at_exit(void **state) {
    heap_queue_all_finalizers(); /* strays of the tests before */
    bool was_weak_owner;
    while (heap_next_pending(&was_weak_owner) != NULL) continue;
    Node *volatile node = node_new(1, NULL, NULL);
    heap_finalize_later((void *)node);
    heap_queue_all_finalizers();
    assert_ptr_equal(heap_next_pending(&was_weak_owner), node);
    assert_false(was_weak_owner);
    assert_null(heap_next_pending(&was_weak_owner));
}

static bool processor_ran;
static Node *weak_entry;
static void process_weak_entry(void) {
    processor_ran = true;
    if (weak_entry != NULL && !marker_is_live(weak_entry)) weak_entry = NULL;
}
static void set_weak_entry(void *argument) {
    for (int i = 0; i < 20; i++) weak_entry = node_new(1, NULL, NULL);
    node_new(2, NULL, NULL);
}

static void weak_processors_see_the_dead(void **state) {
    heap_add_weak_processor(process_weak_entry);
    run_apart(set_weak_entry, NULL);
    roots[3] = weak_entry;
    heap_collect();
    assert_true(processor_ran);
    assert_non_null(weak_entry);
    roots[3] = NULL;
    wipe_stack();
    heap_collect();
    heap_collect();
    assert_null(weak_entry);
}

/* --- many threads -------------------------------------------------------------------------------------------- */

#define WORKERS 8
static uint32_t workers_left;
static uint64_t shared_sum;

static void run_workers(void (*body)(void *), int count) {
    Thread *self = thread_current;
    store_relaxed(&workers_left, (uint32_t)count);
    for (int i = 0; i < count; i++)
        assert_int_equal(thread_start(body, (void *)(uintptr_t)i, 1 << 20, false, NULL), 0);
    thread_detach(self);
    for (uint32_t left; (left = load_acquire(&workers_left)) != 0;)
        os_wait(&workers_left, left, INT64_MAX);
    thread_reattach(self);
}

static void worker_done(void) {
    fetch_add_acq_rel(&workers_left, (uint32_t)-1);
    os_wake(&workers_left, 1);
}

/* Builds trees on its stack, keeps one in a root that all share, follows those of others. */
static void mixed_work(void *argument) {
    size_t me = (size_t)argument;
    Node *mine = tree_new(6);
    for (int i = 0; i < 300; i++) {
        Node *tree = tree_new(6 + i % 3);
        if (tree_count(tree, 6 + i % 3) != (UINT64_C(1) << (7 + i % 3)) - 1) abort();
        store_release(&roots[10 + me], node_new(6, tree->left, NULL));
        Node *other = load_acquire(&roots[10 + (me + (size_t)i) % WORKERS]);
        if (other != NULL && other->number != 6) abort();
        Array *array = array_new((size_t)(i * 37 % 5000));
        for (size_t k = 0; k < array->count; k += 50)
            heap_store_release(array, &array->items[k], object_value(tree));
        if (i % 10 == 0) {
            Node *observer = node_new(1, NULL, NULL);
            observer->weak = object_value(tree);
            heap_weak_link(observer, &observer->weak);
            heap_finalize_later(tree);
        }
        if (i % 16 == 0) {
            bool was_weak_owner;
            while (heap_next_pending(&was_weak_owner) != NULL) continue;
        }
        if (i % 64 == 3) {
            thread_detach(thread_current);
            os_wait(&(uint32_t){0}, 0, os_monotonic_ns() + 100000);
            thread_reattach(thread_current);
        }
        if (i % 100 == 50) heap_collect();
        safepoint(thread_current);
    }
    fetch_add_relaxed(&shared_sum, tree_count(mine, 6));
    worker_done();
}

static void many_threads_allocate(void **state) {
    shared_sum = 0;
    run_workers(mixed_work, WORKERS);
    assert_int_equal(shared_sum, WORKERS * 127);
    heap_collect();
    heap_verify();
    for (int i = 0; i < WORKERS; i++) roots[10 + i] = NULL;
}

static void short_life(void *argument) {
    Node *tree = tree_new(4);
    heap_finalize_later(tree);
    if (tree_count(tree, 4) != 31) abort();
    worker_done();
}

static void threads_come_and_go(void **state) {
    for (int i = 0; i < 20; i++) {
        run_workers(short_life, 10);
        if (i % 4 == 0) heap_collect();
    }
    while (thread_count() > 1) os_wait(&(uint32_t){0}, 0, os_monotonic_ns() + 100000);
    heap_collect();
    heap_verify();
}

/* One writer replaces the array behind a cell again and again, readers follow it. */
static Node *holder;
static void replace_arrays(void *argument) {
    bool writer = argument == NULL;
    for (int i = 0; i < 3000; i++) {
        if (writer) {
            Node *fresh = node_new((uint64_t)i, NULL, NULL);
            fresh->left = node_new((uint64_t)i + 1, NULL, NULL);
            HEAP_STORE_POINTER(holder, &holder->left, fresh);
            if (i % 500 == 0) heap_collect();
        } else {
            Node *seen = load_acquire(&holder->left);
            if (seen != NULL && seen->left->number != seen->number + 1) abort();
        }
        safepoint(thread_current);
    }
    worker_done();
}

static void replaced_cells_stay_readable(void **state) {
    roots[4] = holder = node_new(0, NULL, NULL);
    run_workers(replace_arrays, 4);
    roots[4] = holder = NULL;
}

static void init_thread(Thread *thread) { heap_thread_init((HeapThread *)thread); }
static void destroy_thread(Thread *thread) { heap_thread_destroy((HeapThread *)thread); }

int main(void) {
    heap_init();
    thread_system_init(sizeof(HeapThread), init_thread, destroy_thread);
    heap_add_root_scanner(scan_test_roots);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(size_classes_cover),
        cmocka_unit_test(cells_are_zeroed_aligned_and_apart),
        cmocka_unit_test(conservative_lookup_is_exact),
        cmocka_unit_test(what_is_reachable_lives),
        cmocka_unit_test(what_is_unreachable_goes),
        cmocka_unit_test(an_inside_pointer_on_the_stack_keeps_a_cell),
        cmocka_unit_test(an_unpublished_cell_keeps_what_it_holds),
        cmocka_unit_test(a_long_list_needs_no_recursion),
        cmocka_unit_test(large_arrays),
        cmocka_unit_test(large_garbage_is_reused),
        cmocka_unit_test(memory_runs_out_politely),
        cmocka_unit_test(epochs_wrap_around),
        cmocka_unit_test(every_cell_is_visited),
        cmocka_unit_test(registered_static_cells_are_roots),
        cmocka_unit_test(kinds_in_the_heap_live),
        cmocka_unit_test(dead_cells_are_released_once),
        cmocka_unit_test(weak_links_are_emptied),
        cmocka_unit_test(finalizable_cells_live_once_more),
        cmocka_unit_test(finalizers_are_queued_at_exit),
        cmocka_unit_test(weak_processors_see_the_dead),
        cmocka_unit_test(many_threads_allocate),
        cmocka_unit_test(threads_come_and_go),
        cmocka_unit_test(replaced_cells_stay_readable),
    };
    return cmocka_run_group_tests_name("gc", tests, NULL, NULL);
}
