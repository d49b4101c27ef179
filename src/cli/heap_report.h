/* heap_report.h - what the heap holds, by kind of cell: `-X gcstats=kinds`. */
#ifndef WEFT_CLI_HEAP_REPORT_H
#define WEFT_CLI_HEAP_REPORT_H

#include <stdio.h>

/* Prints a line for each kind of cell: how many, and how many KiB, were in use (what died since the last
 * collection is among them), and how many of them a full collection leaves. Collects; may block. */
void heap_report_print(FILE *file);

#endif
