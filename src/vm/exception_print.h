/* exception_print.h - what the files that print exceptions share (types/exception.h has the entry,
 * exception_print()). Functions return false with an exception set (memory, mostly). */
#ifndef WEFT_VM_EXCEPTION_PRINT_H
#define WEFT_VM_EXCEPTION_PRINT_H

#include "types/exception.h"
#include "types/list.h"
#include "types/str.h"

typedef struct Printer {
    StrBuilder text;
    List *seen;      /* exceptions printed so far: chains with cycles end */
    int group_depth; /* of nested exception groups; two columns of indentation each */
    bool need_close; /* the closing line of the innermost group is still to be drawn */
} Printer;

bool print_c(Printer *p, const char *text);
bool print_str(Printer *p, Str *text); /* NULL: false */
bool print_indent(Printer *p);
bool print_margin(Printer *p);
/* To a file object, or to the C stderr for VALUE_EMPTY or when the file refuses. Clears errors. */
void print_text_to(Value file, Str *text);

/* "Traceback (most recent call last):" and its entries. `group_header`: the header begins with "+ ".
 * Runs Python (sys.path, codecs). */
bool traceback_print(Printer *p, Value traceback, bool group_header, const char *header);

/* What sys.unraisablehook prints: message or "Exception ignored in", object, traceback, exception.
 * Parts may be None. Clears errors. Runs Python. */
void unraisable_print(Value type, Value exception, Value traceback, Value message, Value object,
                      Value file);

/* The name that was probably meant, or NULL. May leave an exception set. Runs Python (dir()). */
Str *exception_suggestion(Value exception);

/* Line `lineno` of a source file without its newline, found through sys.path when the name is
 * relative and not there; NULL (nothing raised) when there is no such line. Runs Python. */
Str *source_line(Str *filename, int lineno);

#endif
