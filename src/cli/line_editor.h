/* line_editor.h - reading lines from a terminal with editing and history (libedit). */
#ifndef WEFT_CLI_LINE_EDITOR_H
#define WEFT_CLI_LINE_EDITOR_H

/* Begins with the history in `file`, which need not exist. */
void line_editor_begin(const char *file);
/* A line, malloc'ed, without its newline; NULL at the end of the input. Blocks. */
char *line_editor_read(const char *prompt);
void line_editor_end(const char *file);

#endif
