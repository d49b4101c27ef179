/* line_editor.c - the seam to libedit, whose header has names of its own for what the runtime also
 * names. */
#include "cli/line_editor.h"

#include <stdio.h>
#include <editline/readline.h>

enum { HISTORY_LINES = 1000 };

void line_editor_begin(const char *file) {
    rl_initialize();
    stifle_history(HISTORY_LINES);
    read_history(file);
}

char *line_editor_read(const char *prompt) {
    char *line = readline(prompt);
    if (line && *line) add_history(line);
    return line;
}

void line_editor_end(const char *file) { write_history(file); }
