/* line_editor.h - reading lines from a terminal with editing and history (libedit). */
#ifndef WEFT_CLI_LINE_EDITOR_H
#define WEFT_CLI_LINE_EDITOR_H

#include <stdbool.h>

/* Begins with the history in `file`, which need not exist. False: libedit is not installed; lines are
 * then to be read without it. */
bool line_editor_begin(const char *file);
/* A line, malloc'ed, without its newline; NULL at the end of the input. Blocks. */
char *line_editor_read(const char *prompt);
void line_editor_end(const char *file);

#endif
