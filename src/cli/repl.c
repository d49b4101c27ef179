/* repl.c - the interactive interpreter: reads a statement (over several lines where it is a compound
 * one), runs it, prints what an expression gives. Lines come from libedit when standard input is a
 * terminal, else from the descriptor. */
#include "cli/repl.h"

#include <stdlib.h>
#include <unistd.h>
#include "cli/line_editor.h"
#include "modules/io_internal.h"
#include "modules/sys.h"
#include "object/lookup.h"
#include "types/dict.h"
#include "types/exception.h"
#include "types/list.h"
#include "vm/run.h"

static char history_file[4096];

/* False: there is no editing of lines. */
static bool history_begin(void) {
    const char *home = getenv("HOME");
    if (home) snprintf(history_file, sizeof history_file, "%s/.weft_history", home);
    return line_editor_begin(history_file);
}

/* One line without its newline, malloc'ed; NULL at the end of the input. */
static char *read_line(const char *prompt, bool editing) {
    stdio_flush();
    if (editing) {
        Thread *self = thread_self();
        thread_detach(self);
        char *line = line_editor_read(prompt);
        thread_reattach(self);
        return line;
    }
    if (runtime.interactive || isatty(0)) {
        fputs(prompt, stderr);
        fflush(stderr);
    }
    char *line = NULL;
    size_t capacity = 0;
    ssize_t length = getline(&line, &capacity, stdin);
    if (length < 0) {
        free(line);
        return NULL;
    }
    if (length && line[length - 1] == '\n') line[length - 1] = 0;
    return line;
}

static const char *prompt_text(const char *name, const char *fallback) {
    Value prompt = dict_get_c(runtime.sys_dict, name);
    if (is_empty(prompt) || is_error(prompt)) return fallback;
    Value text = value_str(prompt);
    if (is_error(text)) {
        error_clear();
        return fallback;
    }
    return str_display(as_str(text));
}

enum { INCOMPLETE_FLAGS = 0x200 | 0x4000 }; /* PyCF_DONT_IMPLY_DEDENT, PyCF_ALLOW_INCOMPLETE_INPUT */

static bool is_incomplete(void) {
    Value exception = context_self()->exception;
    if (!is_instance_of(exception, &SyntaxError)) return false;
    Value message = OBJECT_AS(SyntaxErrorException, exception)->msg;
    return !is_empty(message) && is_str(message) && str_equal_c(as_str(message), "incomplete input");
}

/* Reports what a statement raised; true when it was SystemExit. */
static bool report(int *status) {
    Value exception = error_fetch();
    if (system_exit_status(exception, status)) return true;
    report_uncaught(exception);
    return false;
}

int repl_run(Module *module, bool banner) {
    bool terminal = isatty(0) && isatty(1);
    bool editing = terminal && history_begin();
    if (banner)
        fprintf(stderr, "Python 3.11.2 (Weft %s)\nType \"help\", \"copyright\", \"credits\" or \"license\" for more "
                        "information.\n", WEFT_VERSION);
    if (is_empty(dict_get_c(runtime.sys_dict, "ps1"))) {
        dict_set_c(runtime.sys_dict, "ps1", object_value(str_from_c(">>> ")));
        dict_set_c(runtime.sys_dict, "ps2", object_value(str_from_c("... ")));
    }
    Str *filename = str_from_c("<stdin>");
    Str *pending = NULL;
    int status = 0;
    for (;;) {
        const char *prompt = pending ? prompt_text("ps2", "... ") : prompt_text("ps1", ">>> ");
        char *line = read_line(prompt, editing);
        if (!line && !pending) break;
        Str *text = str_from_os_text(line ? line : "", line ? strlen(line) : 0);
        bool ended = !line;
        free(line);
        if (!text) break;
        pending = pending ? str_format("%U%U\n", pending, text) : str_format("%U\n", text);
        if (!pending) break;
        Value code = compile_source(object_value(pending), filename, "single", ended ? 0 : INCOMPLETE_FLAGS, 1, -1);
        if (is_error(code)) {
            if (!ended && is_incomplete()) {
                error_clear();
                continue;
            }
            pending = NULL;
            if (report(&status)) return status;
            if (ended) break;
            continue;
        }
        pending = NULL;
        Value result = vm_run_code(OBJECT_AS(Code, code), module->dict, VALUE_EMPTY, NULL);
        if (is_error(result) && report(&status)) return status;
        if (ended) break;
    }
    if (terminal) {
        fputc('\n', stderr);
        if (editing && *history_file) line_editor_end(history_file);
    }
    return status;
}
