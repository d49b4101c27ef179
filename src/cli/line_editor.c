/* line_editor.c - the seam to libedit. It is loaded when a prompt is first shown: it brings three more
 * libraries, whose loading would take a tenth of the start of every program. Its functions here have
 * the signatures of GNU readline, which libedit documents as its compatible interface. */
#include "cli/line_editor.h"

#include <dlfcn.h>
#include <stddef.h>
#include <string.h>
#include "base/common.h"

enum { HISTORY_LINES = 1000 };

static struct {
    int (*initialize)(void);
    void (*stifle)(int lines);
    int (*read_history)(const char *file);
    int (*write_history)(const char *file);
    char *(*read_line)(const char *prompt);
    int (*add_history)(const char *line);
} editor; /* written once, by the thread that runs the REPL */

static bool load_editor(void) {
    static const struct {
        const char *name;
        void *place;
    } symbols[] = {
        {"rl_initialize", &editor.initialize}, {"stifle_history", &editor.stifle},
        {"read_history", &editor.read_history}, {"write_history", &editor.write_history},
        {"readline", &editor.read_line},        {"add_history", &editor.add_history},
    };
    void *library = dlopen("libedit.so.2", RTLD_NOW | RTLD_LOCAL);
    for (size_t i = 0; library && i < ARRAY_LENGTH(symbols); i++) {
        void *symbol = dlsym(library, symbols[i].name);
        if (!symbol) return false;
        memcpy(symbols[i].place, &symbol, sizeof symbol);
    }
    return library != NULL;
}

bool line_editor_begin(const char *file) {
    if (!load_editor()) return false;
    editor.initialize();
    editor.stifle(HISTORY_LINES);
    editor.read_history(file);
    return true;
}

char *line_editor_read(const char *prompt) {
    char *line = editor.read_line(prompt);
    if (line && *line) editor.add_history(line);
    return line;
}

void line_editor_end(const char *file) { editor.write_history(file); }
