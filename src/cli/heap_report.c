/* heap_report.c - counts the cells of the heap by kind, before and after a collection.
 *
 * The walks happen with the world stopped, where nothing may be allocated on the heap: the table is of
 * malloc. Objects are counted by the name of their type, other cells by the name of their kind, since
 * each class and each set of attributes has a kind of its own. */
#include "cli/heap_report.h"

#include <stdlib.h>
#include <string.h>
#include "gc/heap.h"

typedef struct Count {
    size_t cells, bytes;
} Count;

typedef struct KindCount {
    char name[48];
    Count in_use, live;
} KindCount;

typedef struct Report {
    KindCount *kinds;
    size_t count, capacity;
    const CellKind *last_kind; /* names repeat: the last lookup */
    size_t last_index;
    bool after;  /* the collection */
    bool failed; /* no memory for the table */
} Report;

static void name_kind(const CellKind *kind, char *name, size_t size) {
    const char *known = kind->name ? kind->name : "unnamed";
    snprintf(name, size, kind->is_shape ? "%s" : "(%s)", known);
}

static KindCount *find_kind(Report *report, const CellKind *kind) {
    if (kind == report->last_kind) return &report->kinds[report->last_index];
    char name[sizeof report->kinds->name];
    name_kind(kind, name, sizeof name);
    size_t i = 0;
    while (i < report->count && strcmp(report->kinds[i].name, name) != 0) i++;
    if (i == report->count) {
        if (report->count == report->capacity) {
            size_t capacity = max_size(report->capacity * 2, 64);
            KindCount *kinds = realloc(report->kinds, capacity * sizeof *kinds);
            if (!kinds) return NULL;
            report->kinds = kinds;
            report->capacity = capacity;
        }
        report->kinds[report->count] = (KindCount){0};
        memcpy(report->kinds[report->count++].name, name, sizeof name);
    }
    report->last_kind = kind;
    report->last_index = i;
    return &report->kinds[i];
}

static void count_cell(Cell *cell, void *argument) {
    Report *report = argument;
    KindCount *kind = find_kind(report, cell->kind);
    if (!kind) {
        report->failed = true;
        return;
    }
    Count *count = report->after ? &kind->live : &kind->in_use;
    count->cells++;
    count->bytes += heap_cell_size(cell);
}

static int by_bytes(const void *a, const void *b) {
    const KindCount *x = a, *y = b;
    if (x->in_use.bytes != y->in_use.bytes) return x->in_use.bytes < y->in_use.bytes ? 1 : -1;
    return strcmp(x->name, y->name);
}

static void print_line(FILE *file, const char *name, Count in_use, Count live) {
    fprintf(file, "%-36s %10zu %10.1f %10zu %10.1f\n", name, in_use.cells, (double)in_use.bytes / 1024,
            live.cells, (double)live.bytes / 1024);
}

void heap_report_print(FILE *file) {
    Report report = {0};
    heap_each_cell(count_cell, &report);
    heap_collect();
    report.after = true;
    heap_each_cell(count_cell, &report);
    if (report.failed) fputs("no memory to count all kinds of cells\n", file);
    if (report.count > 0) qsort(report.kinds, report.count, sizeof *report.kinds, by_bytes);
    fprintf(file, "%-36s %10s %10s %10s %10s\n", "kind of cell", "cells", "KiB", "live cells", "KiB");
    Count in_use = {0}, live = {0};
    for (size_t i = 0; i < report.count; i++) {
        const KindCount *kind = &report.kinds[i];
        print_line(file, kind->name, kind->in_use, kind->live);
        in_use.cells += kind->in_use.cells;
        in_use.bytes += kind->in_use.bytes;
        live.cells += kind->live.cells;
        live.bytes += kind->live.bytes;
    }
    print_line(file, "all", in_use, live);
    free(report.kinds);
}
