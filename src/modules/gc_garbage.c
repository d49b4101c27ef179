/* gc_garbage.c - what gc.collect() says it found, told from what it frees.
 *
 * A tracing collection frees everything unreachable, but programs ask gc.collect() for something else:
 * the containers that die in circles, since all others are thought to be freed when their last
 * reference goes. So of the dead cells those are taken away that no dead cell points to, then those
 * that only these point to, and so on (Kahn's algorithm). What remains lies on circles or hangs below
 * them; its containers are the answer.
 *
 * The cells are those of the collector, arrays and tables included, which changes nothing: an array
 * has one pointer to it, from the object it belongs to. One pointer is left out, from a `__dict__` that
 * shows an instance's slots back to the instance, since it is no reference that programs know of. */
#include "modules/gc_garbage.h"

#include <stdlib.h>
#include "bytecode/code.h"
#include "object/type.h"
#include "types/bytes.h"
#include "types/dict.h"
#include "types/int.h"
#include "types/range.h"
#include "types/str.h"
#include "types/weakref_table.h"

typedef struct Graph {
    Cell *const *cells;
    size_t count;
    uint32_t *index;    /* open addressing: number of a cell plus 1, by its address */
    size_t mask;
    uint32_t *incoming; /* pointers from dead cells that have not been taken away */
    uint32_t *waiting;  /* a stack of cells that nothing points to */
    size_t waiting_count;
    Cell *from;         /* whose pointers are visited */
} Graph;

static size_t place_of(const Graph *graph, const void *cell) {
    return (size_t)hash_address(cell) & graph->mask;
}

/* The number of the dead cell at this address, or SIZE_MAX. */
static size_t number_of(const Graph *graph, const void *cell) {
    for (size_t i = place_of(graph, cell); graph->index[i]; i = (i + 1) & graph->mask)
        if (graph->cells[graph->index[i] - 1] == cell) return graph->index[i] - 1;
    return SIZE_MAX;
}

static bool graph_init(Graph *graph, Cell *const *cells, size_t count) {
    size_t size = 64;
    while (size < count * 2) size *= 2;
    *graph = (Graph){.cells = cells, .count = count, .mask = size - 1};
    graph->index = calloc(size, sizeof *graph->index);
    graph->incoming = calloc(count + 1, sizeof *graph->incoming);
    graph->waiting = calloc(count + 1, sizeof *graph->waiting);
    if (!graph->index || !graph->incoming || !graph->waiting) return false;
    for (size_t n = 0; n < count; n++) {
        size_t i = place_of(graph, cells[n]);
        while (graph->index[i]) i = (i + 1) & graph->mask;
        graph->index[i] = (uint32_t)n + 1;
    }
    return true;
}

static void graph_free(Graph *graph) {
    free(graph->index);
    free(graph->incoming);
    free(graph->waiting);
}

static bool is_reference(const Graph *graph, const void *target) {
    return graph->from->kind != &dict_type.root.cell_kind || ((Dict *)graph->from)->owner != target;
}

static void count_pointer(const void *target, void *argument) {
    Graph *graph = argument;
    size_t number = number_of(graph, target);
    if (number != SIZE_MAX && is_reference(graph, target)) graph->incoming[number]++;
}

static void take_pointer(const void *target, void *argument) {
    Graph *graph = argument;
    size_t number = number_of(graph, target);
    if (number == SIZE_MAX || !is_reference(graph, target)) return;
    if (--graph->incoming[number] == 0) graph->waiting[graph->waiting_count++] = (uint32_t)number;
}

static void visit_pointers(Graph *graph, size_t number, void (*visit)(const void *, void *)) {
    graph->from = graph->cells[number];
    heap_each_pointer(graph->from, visit, graph);
}

size_t garbage_find(Cell *const *dead, size_t count, Cell **found) {
    Graph graph = {0};
    size_t found_count = 0;
    if (count < UINT32_MAX && graph_init(&graph, dead, count)) {
        for (size_t n = 0; n < count; n++) visit_pointers(&graph, n, count_pointer);
        for (size_t n = 0; n < count; n++)
            if (graph.incoming[n] == 0) graph.waiting[graph.waiting_count++] = (uint32_t)n;
        while (graph.waiting_count > 0)
            visit_pointers(&graph, graph.waiting[--graph.waiting_count], take_pointer);
        for (size_t n = 0; n < count; n++)
            if (graph.incoming[n] > 0 && cell_is_container(dead[n])) found[found_count++] = dead[n];
    }
    graph_free(&graph);
    return found_count;
}

bool cell_is_container(const Cell *cell) {
    const CellKind *kind = load_relaxed((CellKind *const *)&cell->kind);
    return kind && kind->is_shape && value_is_container(object_value(cell));
}

/* Tuples in tuples that go deeper are taken for containers. */
enum { TUPLE_DEPTH_MAX = 20 };

static bool is_container(Value v, int depth) {
    if (!is_object(v) || is_empty(v)) return false;
    Type *type = type_of(v);
    if (type_has(type, TYPE_HEAP)) return true;
    if (!type->root.cell_kind.trace || type == &str_type || type == &bytes_type || type == &int_type ||
        type == &bytearray_type || type == &range_type || type == &code_type)
        return false;
    if (type_has(type, TYPE_TYPE)) return type_has(OBJECT_AS(Type, v), TYPE_HEAP);
    if (type != &tuple_type) return true;
    Tuple *tuple = as_tuple(v);
    for (int64_t i = 0; i < tuple->length; i++)
        if (depth == TUPLE_DEPTH_MAX || is_container(tuple->items[i], depth + 1)) return true;
    return false;
}

bool value_is_container(Value v) { return is_container(v, 0); }
