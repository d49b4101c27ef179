/* heap_trees.c - what a cell costs: binary trees of 48-byte cells are built and dropped by one and by
 * several threads, over a live tree of a given size. Prints nanoseconds per node and thread.
 *
 *     heap_trees [threads] [depth] [live depth] */
#include <stdio.h>
#include <stdlib.h>

#include "base/os.h"
#include "gc/heap.h"

typedef struct Tree {
    Cell cell;
    struct Tree *left, *right;
    Value payload[2];
} Tree;

static void trace_tree(Cell *cell, Marker *marker) {
    Tree *tree = (Tree *)cell;
    marker_visit_pointer(marker, load_relaxed(&tree->left));
    marker_visit_pointer(marker, load_relaxed(&tree->right));
}
static const CellKind tree_kind = {trace_tree, NULL, "tree"};

static Tree *build(int depth) {
    Tree *left = depth > 0 ? build(depth - 1) : NULL;
    Tree *right = depth > 0 ? build(depth - 1) : NULL;
    Tree *tree = heap_alloc(sizeof(Tree));
    if (tree == NULL) abort();
    tree->left = left;
    tree->right = right;
    cell_set_kind(tree, &tree_kind);
    return tree;
}

static int depth = 12, rounds = 1500;
static Tree *live_tree;
static uint32_t running;

static void work(void *argument) {
    for (int i = 0; i < rounds; i++) {
        Tree *tree = build(depth);
        if (tree->left == NULL && depth > 0) abort();
        safepoint(thread_current);
    }
    fetch_add_acq_rel(&running, (uint32_t)-1);
    os_wake(&running, 1);
}

static void scan_live(Marker *marker) { marker_visit_pointer(marker, live_tree); }
static void init_thread(Thread *thread) { heap_thread_init((HeapThread *)thread); }
static void destroy_thread(Thread *thread) { heap_thread_destroy((HeapThread *)thread); }

static void measure(int threads) {
    HeapStatistics before = heap_statistics();
    int64_t start = os_monotonic_ns();
    running = (uint32_t)threads;
    for (int i = 0; i < threads; i++)
        if (thread_start(work, NULL, 0, false, NULL) != 0) abort();
    Thread *self = thread_current;
    thread_detach(self);
    for (uint32_t left; (left = load_acquire(&running)) != 0;) os_wait(&running, left, INT64_MAX);
    thread_reattach(self);
    double ns = (double)(os_monotonic_ns() - start);
    double nodes = (double)rounds * (double)((1 << (depth + 1)) - 1);
    HeapStatistics after = heap_statistics();
    printf("%d threads: %.1f ns per node and thread; %llu collections, pauses %.1f%% of the time, "
           "longest %.2f ms\n",
           threads, ns / nodes, (unsigned long long)(after.collections - before.collections),
           (double)(after.pause_ns_total - before.pause_ns_total) / ns * 100,
           (double)after.pause_ns_max / 1e6);
}

int main(int argc, char **argv) {
    int threads = argc > 1 ? atoi(argv[1]) : 2;
    if (argc > 2) depth = atoi(argv[2]);
    int live_depth = argc > 3 ? atoi(argv[3]) : 0;
    while (rounds > 1 && (int64_t)rounds << depth > INT64_C(8) << 20) rounds /= 2;
    heap_init();
    thread_system_init(sizeof(HeapThread), init_thread, destroy_thread);
    heap_add_root_scanner(scan_live);
    if (live_depth > 0) live_tree = build(live_depth);
    measure(1);
    if (threads > 1) measure(threads);
    heap_print_statistics(stdout);
    return 0;
}
