/* readline_module.c - the module readline: libedit, whose one state it shares with interactive sessions
 * (cli/line_editor.c).
 *
 * The library is not for several threads at a time; `lock` guards what this module does with it. A
 * session reads lines without the lock, on the main thread; completion and hooks are called from
 * there, with the thread detached. */
#include <editline/readline.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>
#include "modules/builtins.h"
#include "modules/loadable/loadable.h"
#include "modules/loadable/recursive_lock.h"

static RecursiveLock lock;
static Value completer, display_hook, startup_hook, pre_input_hook; /* atomic roots; empty: none */
static bool auto_history = true; /* atomic */
static int begin_index, end_index, first_item = 1; /* under the lock */
static int history_limit = -1;                       /* under the lock; lines to be written to a file */
static bool initialised;                             /* under the lock */

/* --- calling Python from the library: the thread is detached ---------------------------- */

static char *on_completion(const char *text, int state) {
    Value function = value_load_acquire(&completer);
    char *result = NULL;
    if (is_empty(function)) return NULL;
    Thread *thread = thread_self();
    thread_reattach(thread);
    Str *prefix = str_from_os_text(text, strlen(text));
    Value answer = prefix ? call_2(function, object_value(prefix), int_value(state)) : VALUE_ERROR;
    const char *match = !is_error(answer) && is_str(answer) ? str_os_text(as_str(answer), NULL) : NULL;
    if (match) result = strdup(match);
    error_clear();
    thread_detach(thread);
    return result;
}

static char **on_complete(const char *text, int start, int end) {
    begin_index = start;
    end_index = end;
    rl_completion_append_character = '\0';
    return rl_completion_matches(text, on_completion);
}

static int call_hook(Value *slot) {
    Value function = value_load_acquire(slot);
    int result = 0;
    if (is_empty(function)) return 0;
    Thread *thread = thread_self();
    thread_reattach(thread);
    Value answer = call_0(function);
    if (is_error(answer) || (!is_none(answer) && !argument_int(answer, &result))) error_clear();
    thread_detach(thread);
    return result;
}

static int on_startup(void) { return call_hook(&startup_hook); }
static int on_pre_input(void) { return call_hook(&pre_input_hook); }

static void on_display(char **matches, int count, int longest) {
    Value function = value_load_acquire(&display_hook);
    if (is_empty(function)) return;
    Thread *thread = thread_self();
    thread_reattach(thread);
    List *list = list_new(count);
    bool ok = list != NULL;
    for (int i = 1; ok && i <= count; i++) {
        Str *match = str_from_os_text(matches[i], strlen(matches[i]));
        ok = match && list_append(list, object_value(match));
    }
    Str *first = ok ? str_from_os_text(matches[0], strlen(matches[0])) : NULL;
    if (!first || is_error(call_3(function, object_value(first), object_value(list), int_value(longest))))
        error_clear();
    thread_detach(thread);
}

/* --- the library --------------------------------------------------------------------------------------------- */

static int history_lines(void) {
    HISTORY_STATE *state = history_get_history_state();
    int length = state ? state->length : 0;
    free(state);
    return length;
}

/* Takes the lock, the library being ready. */
static bool enter(void) {
    if (!recursive_lock_enter(&lock)) return false;
    if (initialised) return true;
    initialised = true;
    rl_readline_name = "python";
    rl_initialize();
    using_history();
    /* Some versions count the lines of the history from 0. A session may have filled it already. */
    if (history_lines() == 0) {
        add_history("1");
        first_item = history_get(1) ? 1 : 0;
        clear_history();
    }
    rl_completer_word_break_characters = strdup(" \t\n`~!@#$%^&*()-=+[{]}\\|;:'\",<>/?");
    rl_attempted_completion_function = on_complete;
    rl_startup_hook = on_startup;
    rl_pre_input_hook = on_pre_input;
    return true;
}
static void leave(void) { recursive_lock_leave(&lock); }

/* A str or bytes argument as the system's text. NULL with an exception. */
static const char *text_argument(Value v, const char *function) {
    size_t length;
    if (!is_str(v)) {
        raise_error(&TypeError, "%s() argument must be str, not %T", function, v);
        return NULL;
    }
    const char *text = str_os_text(as_str(v), &length);
    if (text && strlen(text) != length) {
        raise_error(&ValueError, "embedded null byte");
        return NULL;
    }
    return text;
}

static Value text_value(const char *text) {
    Str *str = str_from_os_text(text, strlen(text));
    return str ? object_value(str) : VALUE_ERROR;
}

/* A path argument; *path is NULL for None. */
static bool path_argument(Value v, Value *holder, const char **path) {
    *path = NULL;
    if (is_empty(v) || is_none(v)) return true;
    return (*path = value_os_path(v, holder)) != NULL;
}

typedef int HistoryFile(const char *path);

static Value with_file(Value path_value, HistoryFile *function) {
    Value holder = VALUE_EMPTY;
    const char *path;
    if (!path_argument(path_value, &holder, &path) || !enter()) return VALUE_ERROR;
    errno = 0;
    int failed = function(path);
    int error = failed > 0 ? failed : errno;
    leave();
    KEEP_ALIVE(&holder);
    return failed ? raise_os_error(error ? error : EINVAL, VALUE_EMPTY, VALUE_EMPTY) : VALUE_NONE;
}

/* What the library says of a file that cannot be opened is not always why. */
static int read_file(const char *path) {
    if (path && access(path, R_OK) != 0) return errno;
    return read_history(path);
}
static int write_file(const char *path) {
    int failed = write_history(path);
    if (!failed && history_limit >= 0) history_truncate_file(path, history_limit);
    return failed;
}

static Value readline_read_history_file(Value *args) { return with_file(args[1], read_file); }
static Value readline_write_history_file(Value *args) { return with_file(args[1], write_file); }
static Value readline_read_init_file(Value *args) { return with_file(args[1], rl_read_init_file); }

/* Writes a line as the library's files have it: what is not plain as an octal number. */
static void write_line(FILE *file, const char *line) {
    for (const unsigned char *c = (const unsigned char *)line; *c; c++) {
        if (*c <= ' ' || *c >= 127 || *c == '\\') fprintf(file, "\\%03o", *c);
        else fputc(*c, file);
    }
    fputc('\n', file);
}

/* Appends the last `count` lines; 0, or an errno value. The library's own function begins the file anew. */
static int append_file(int count, const char *path) {
    FILE *file = fopen(path, "r+");
    if (!file) return errno;
    fseek(file, 0, SEEK_END);
    int length = history_lines();
    for (int i = length > count ? length - count : 0; i < length; i++) {
        HIST_ENTRY *entry = history_get(i + first_item);
        if (entry) write_line(file, entry->line);
    }
    return fclose(file) == 0 ? 0 : errno;
}

static Value readline_append_history_file(Value *args) {
    Value holder = VALUE_EMPTY;
    const char *path;
    int count = 0;
    if (!argument_int(args[1], &count)) return VALUE_ERROR;
    if (count < 0) return raise_error(&ValueError, "nelements must be positive");
    if (!path_argument(args[2], &holder, &path) || !enter()) return VALUE_ERROR;
    const char *home = getenv("HOME");
    char fallback[PATH_MAX];
    snprintf(fallback, sizeof fallback, "%s/.history", home ? home : ".");
    int error = append_file(count, path ? path : fallback);
    if (!error && history_limit >= 0) history_truncate_file(path, history_limit);
    leave();
    KEEP_ALIVE(&holder);
    return error ? raise_os_error(error, VALUE_EMPTY, VALUE_EMPTY) : VALUE_NONE;
}

static Value readline_parse_and_bind(Value *args) {
    const char *text = text_argument(args[1], "parse_and_bind");
    if (!text || !enter()) return VALUE_ERROR;
    char *copy = strdup(text);
    if (copy) rl_parse_and_bind(copy);
    free(copy);
    leave();
    return VALUE_NONE;
}

/* --- history ------------------------------------------------------------------------------------------------ */

static Value readline_get_current_history_length(Value *args) {
    if (!enter()) return VALUE_ERROR;
    int length = history_lines();
    leave();
    return int_value(length);
}

static Value readline_get_history_item(Value *args) {
    int index = 0;
    if (!argument_int(args[1], &index) || !enter()) return VALUE_ERROR;
    HIST_ENTRY *entry = index > 0 ? history_get(index - 1 + first_item) : NULL;
    Value result = entry ? text_value(entry->line) : VALUE_NONE;
    leave();
    return result;
}

static Value readline_add_history(Value *args) {
    const char *text = text_argument(args[1], "add_history");
    if (!text || !enter()) return VALUE_ERROR;
    add_history(text);
    leave();
    return VALUE_NONE;
}

static Value readline_clear_history(Value *args) {
    if (!enter()) return VALUE_ERROR;
    clear_history();
    leave();
    return VALUE_NONE;
}

static Value readline_remove_history_item(Value *args) {
    int index = 0;
    if (!argument_int(args[1], &index)) return VALUE_ERROR;
    if (index < 0) return raise_error(&ValueError, "History index cannot be negative");
    if (!enter()) return VALUE_ERROR;
    HIST_ENTRY *entry = remove_history(index);
    if (entry) {
        free((char *)entry->line);
        free(entry);
    }
    leave();
    return entry ? VALUE_NONE : raise_error(&ValueError, "No history item at position %d", index);
}

static Value readline_replace_history_item(Value *args) {
    int index = 0;
    if (!argument_int(args[1], &index)) return VALUE_ERROR;
    const char *line = text_argument(args[2], "replace_history_item");
    if (!line) return VALUE_ERROR;
    if (index < 0) return raise_error(&ValueError, "History index cannot be negative");
    if (!enter()) return VALUE_ERROR;
    HIST_ENTRY *entry = replace_history_entry(index + history_base, line, NULL);
    if (entry) {
        free((char *)entry->line);
        free(entry);
    }
    leave();
    return entry ? VALUE_NONE : raise_error(&ValueError, "No history item at position %d", index);
}

static Value readline_get_history_length(Value *args) { return int_value(load_relaxed(&history_limit)); }
static Value readline_set_history_length(Value *args) {
    int limit = 0;
    if (!argument_int(args[1], &limit)) return VALUE_ERROR;
    store_relaxed(&history_limit, limit);
    return VALUE_NONE;
}
static Value readline_set_auto_history(Value *args) {
    bool on = false;
    if (!argument_bool(args[1], &on)) return VALUE_ERROR;
    store_relaxed(&auto_history, on);
    return VALUE_NONE;
}

/* --- completion, hooks ---------------------------------------------------------------------------------------- */

static Value set_function(Value *slot, Value v, const char *function) {
    if (!is_empty(v) && !is_none(v) && !is_callable(v))
        return raise_error(&TypeError, "%s(func): argument not callable", function);
    store_release(&slot->bits, is_empty(v) || is_none(v) ? VALUE_EMPTY.bits : v.bits);
    return VALUE_NONE;
}

static Value readline_set_completer(Value *args) { return set_function(&completer, args[1], "set_completer"); }
static Value readline_get_completer(Value *args) {
    Value function = value_load_acquire(&completer);
    return is_empty(function) ? VALUE_NONE : function;
}
static Value readline_set_startup_hook(Value *args) {
    return set_function(&startup_hook, args[1], "set_startup_hook");
}
static Value readline_set_pre_input_hook(Value *args) {
    return set_function(&pre_input_hook, args[1], "set_pre_input_hook");
}
static Value readline_set_display_hook(Value *args) {
    Value result = set_function(&display_hook, args[1], "set_completion_display_matches_hook");
    if (is_error(result) || !enter()) return VALUE_ERROR;
    rl_completion_display_matches_hook = is_empty(display_hook) ? NULL : (VFunction *)on_display;
    leave();
    return result;
}

static Value readline_get_begidx(Value *args) { return int_value(load_relaxed(&begin_index)); }
static Value readline_get_endidx(Value *args) { return int_value(load_relaxed(&end_index)); }
static Value readline_get_completion_type(Value *args) { return int_value(load_relaxed(&rl_completion_type)); }

static Value readline_get_completer_delims(Value *args) {
    if (!enter()) return VALUE_ERROR;
    Value text = text_value(rl_completer_word_break_characters);
    leave();
    return text;
}

static Value readline_set_completer_delims(Value *args) {
    const char *text = text_argument(args[1], "set_completer_delims");
    if (!text || !enter()) return VALUE_ERROR;
    char *copy = strdup(text);
    if (copy) {
        free((char *)rl_completer_word_break_characters);
        rl_completer_word_break_characters = copy;
    }
    leave();
    return copy ? VALUE_NONE : raise_memory_error();
}

static Value readline_get_line_buffer(Value *args) {
    if (!enter()) return VALUE_ERROR;
    Value text = text_value(rl_line_buffer ? rl_line_buffer : "");
    leave();
    return text;
}

static Value readline_insert_text(Value *args) {
    const char *text = text_argument(args[1], "insert_text");
    if (!text || !enter()) return VALUE_ERROR;
    rl_insert_text(text);
    leave();
    return VALUE_NONE;
}

static Value readline_redisplay(Value *args) {
    if (!enter()) return VALUE_ERROR;
    rl_redisplay();
    leave();
    return VALUE_NONE;
}

static const MethodDef functions[] = {
    METHOD("add_history", readline_add_history, "($module, string, /)", "Add an item to the history buffer."),
    METHOD("append_history_file", readline_append_history_file, "($module, nelements, filename=None, /)",
           "Append the last nelements items of the history list to file."),
    METHOD("clear_history", readline_clear_history, "($module, /)", "Clear the current readline history."),
    METHOD("get_begidx", readline_get_begidx, "($module, /)", "Get the beginning index of the completion scope."),
    METHOD("get_completer", readline_get_completer, "($module, /)", "Get the current completer function."),
    METHOD("get_completer_delims", readline_get_completer_delims, "($module, /)",
           "Get the word delimiters for completion."),
    METHOD("get_completion_type", readline_get_completion_type, "($module, /)",
           "Get the type of completion being attempted."),
    METHOD("get_current_history_length", readline_get_current_history_length, "($module, /)",
           "Return the current (not the maximum) length of history."),
    METHOD("get_endidx", readline_get_endidx, "($module, /)", "Get the ending index of the completion scope."),
    METHOD("get_history_item", readline_get_history_item, "($module, index, /)",
           "Return the current contents of history item at one-based index."),
    METHOD("get_history_length", readline_get_history_length, "($module, /)",
           "Return the maximum number of lines that will be written to the history file."),
    METHOD("get_line_buffer", readline_get_line_buffer, "($module, /)",
           "Return the current contents of the line buffer."),
    METHOD("insert_text", readline_insert_text, "($module, string, /)",
           "Insert text into the line buffer at the cursor position."),
    METHOD("parse_and_bind", readline_parse_and_bind, "($module, string, /)",
           "Execute the init line provided in the string argument."),
    METHOD("read_history_file", readline_read_history_file, "($module, filename=None, /)",
           "Load a readline history file."),
    METHOD("read_init_file", readline_read_init_file, "($module, filename=None, /)",
           "Execute a readline initialization file."),
    METHOD("redisplay", readline_redisplay, "($module, /)",
           "Change what's displayed on the screen to reflect contents of the line buffer."),
    METHOD("remove_history_item", readline_remove_history_item, "($module, pos, /)",
           "Remove history item given by its zero-based position."),
    METHOD("replace_history_item", readline_replace_history_item, "($module, pos, line, /)",
           "Replaces history item given by its position with contents of line."),
    METHOD("set_auto_history", readline_set_auto_history, "($module, enabled, /)",
           "Enables or disables automatic history."),
    METHOD("set_completer", readline_set_completer, "($module, function=None, /)",
           "Set or remove the completer function."),
    METHOD("set_completer_delims", readline_set_completer_delims, "($module, string, /)",
           "Set the word delimiters for completion."),
    METHOD("set_completion_display_matches_hook", readline_set_display_hook, "($module, function=None, /)",
           "Set or remove the completion display function."),
    METHOD("set_history_length", readline_set_history_length, "($module, length, /)",
           "Set the maximal number of lines which will be written to the history file."),
    METHOD("set_pre_input_hook", readline_set_pre_input_hook, "($module, function=None, /)",
           "Set or remove the function invoked by the rl_pre_input_hook callback."),
    METHOD("set_startup_hook", readline_set_startup_hook, "($module, function=None, /)",
           "Set or remove the function invoked by the rl_startup_hook callback."),
    METHOD("write_history_file", readline_write_history_file, "($module, filename=None, /)",
           "Save a readline history file."),
    {0},
};

/* For input(). */
static Value read_line(Str *prompt) {
    const char *text = str_os_text(prompt, NULL);
    if (!text || !safepoint(thread_self()) || !enter()) return VALUE_ERROR;
    char *line = DETACHED(readline(text));
    if (line && *line && load_relaxed(&auto_history)) add_history(line);
    leave();
    KEEP_ALIVE(text);
    Value result = line ? text_value(line) : VALUE_EMPTY;
    free(line);
    return safepoint(thread_self()) ? result : VALUE_ERROR;
}

static bool init(Module *module) {
    module_root(&completer);
    module_root(&display_hook);
    module_root(&startup_hook);
    module_root(&pre_input_hook);
    if (!enter()) return false;
    leave();
    store_release(&line_reader, read_line);
    return module_add_int(module, "_READLINE_VERSION", RL_READLINE_VERSION) &&
           module_add_int(module, "_READLINE_RUNTIME_VERSION", rl_readline_version) &&
           module_add_str(module, "_READLINE_LIBRARY_VERSION", rl_library_version);
}

LOADABLE_MODULE module_readline = {
    .name = "readline",
    .doc = "Importing this module enables command line editing using libedit readline.",
    .functions = functions,
    .init = init,
};
