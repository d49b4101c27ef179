/* builtins_io.c - print, input, open, breakpoint. */
#include "modules/builtins.h"

#include <unistd.h>
#include "modules/support.h"
#include "object/audit.h"
#include "types/dict.h"
#include "types/exception.h"
#include "types/list.h"
#include "types/module.h"
#include "types/str.h"

/* sys.NAME, or VALUE_EMPTY. */
static Value sys_attribute(const char *name) {
    return runtime.sys_dict ? dict_get_c(runtime.sys_dict, name) : VALUE_EMPTY;
}

/* --- print ---------------------------------------------------------------------------------------- */

typedef struct Print {
    Value separator, end, file, flush;
} Print;

static bool take_print_keywords(Print *print, Value *values, Tuple *names) {
    *print = (Print){VALUE_NONE, VALUE_NONE, VALUE_NONE, VALUE_FALSE};
    for (int64_t i = 0; names && i < names->length; i++) {
        Str *name = as_str(names->items[i]);
        if (str_equal_c(name, "sep")) print->separator = values[i];
        else if (str_equal_c(name, "end")) print->end = values[i];
        else if (str_equal_c(name, "file")) print->file = values[i];
        else if (str_equal_c(name, "flush")) print->flush = values[i];
        else {
            raise_error(&TypeError, "'%U' is an invalid keyword argument for print()", name);
            return false;
        }
    }
    return true;
}

static bool check_text_or_none(Value v, const char *name) {
    if (is_none(v) || is_str(v)) return true;
    raise_error(&TypeError, "%s must be None or a string, not %T", name, v);
    return false;
}

/* Files that may get all of it in one piece, so that lines of several threads stay whole. Others see
 * one write() for each part, as programs expect that replace sys.stdout by an object of their own. */
static bool takes_whole_lines(Value file) {
    Type *type = type_of(file);
    return !type_has(type, TYPE_HEAP) && strcmp(type->name, "_io.TextIOWrapper") == 0;
}

static bool add_text(StrBuilder *builder, Value v) {
    Value text = is_exactly(v, &str_type) ? v : value_str(v);
    return !is_error(text) && builder_add(builder, as_str(text));
}

static Value print_whole(const Print *print, Value *args, size_t count) {
    StrBuilder builder;
    builder_init(&builder);
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && !(is_none(print->separator) ? builder_add_char(&builder, ' ')
                                                 : builder_add(&builder, as_str(print->separator))))
            return VALUE_ERROR;
        if (!add_text(&builder, args[i])) return VALUE_ERROR;
    }
    if (!(is_none(print->end) ? builder_add_char(&builder, '\n')
                              : builder_add(&builder, as_str(print->end))))
        return VALUE_ERROR;
    Str *text = builder_finish(&builder);
    return text ? call_method_1(print->file, "write", object_value(text)) : VALUE_ERROR;
}

static bool write_piece(Value write, Value v) {
    Value text = value_str(v);
    return !is_error(text) && !is_error(call_1(write, text));
}

static Value print_pieces(const Print *print, Value *args, size_t count) {
    Value write = VALUE_EMPTY;
    for (size_t i = 0; i <= count; i++) {
        write = get_attribute(print->file, NAME("write"));
        if (is_error(write)) return write;
        Value space = is_none(print->separator) ? object_value(NAME(" ")) : print->separator;
        if (i < count && i > 0 && !write_piece(write, space)) return VALUE_ERROR;
        if (i < count && !write_piece(write, args[i])) return VALUE_ERROR;
    }
    Value end = is_none(print->end) ? object_value(NAME("\n")) : print->end;
    return write_piece(write, end) ? VALUE_NONE : VALUE_ERROR;
}

static Value builtin_print(Value *args, size_t count, Tuple *names) {
    Print print;
    if (!take_print_keywords(&print, args + count, names)) return VALUE_ERROR;
    if (is_none(print.file)) {
        print.file = sys_attribute("stdout");
        if (is_empty(print.file)) return raise_error(&RuntimeError, "lost sys.stdout");
        if (is_none(print.file)) return VALUE_NONE;
    }
    if (!check_text_or_none(print.separator, "sep") || !check_text_or_none(print.end, "end"))
        return VALUE_ERROR;
    Value done = takes_whole_lines(print.file) ? print_whole(&print, args, count)
                                               : print_pieces(&print, args, count);
    if (is_error(done)) return done;
    int flush = value_truth(print.flush);
    if (flush < 0 || (flush && is_error(call_method_0(print.file, "flush")))) return VALUE_ERROR;
    return VALUE_NONE;
}

/* --- input ---------------------------------------------------------------------------------------- */

static Value stream(const char *name) {
    Value file = sys_attribute(name);
    if (is_error(file)) return file;
    return is_empty(file) || is_none(file) ? raise_error(&RuntimeError, "input(): lost sys.%s", name)
                                           : file;
}

LineReader *line_reader;

/* Is it the terminal that the process was started at? */
static bool is_terminal(Value file, int fd) {
    int actual = -1;
    Value number = call_method_0(file, "fileno");
    if (is_error(number) || !argument_int(number, &actual)) error_clear();
    return actual == fd && isatty(fd);
}

static Value input_by_editor(LineReader *reader, Value prompt) {
    Value text = is_empty(prompt) ? object_value(str_empty()) : value_str(prompt);
    Value line = is_error(text) ? text : reader(as_str(text));
    return is_empty(line) ? raise_error(&EOFError, "EOF when reading a line") : line;
}

static Value builtin_input(Value *args) {
    Value in = stream("stdin"), out = is_error(in) ? in : stream("stdout");
    Value error = is_error(out) ? out : stream("stderr");
    if (is_error(error)) return error;
    if (!AUDIT("builtins.input", args[0])) return VALUE_ERROR;
    if (is_error(call_method_0(error, "flush"))) error_clear();
    LineReader *reader = load_acquire(&line_reader);
    if (reader && is_terminal(in, 0) && is_terminal(out, 1)) {
        if (is_error(call_method_0(out, "flush"))) error_clear();
        Value line = input_by_editor(reader, args[0]);
        return is_error(line) || AUDIT("builtins.input/result", line) ? line : VALUE_ERROR;
    }
    if (!is_empty(args[0])) {
        Value text = value_str(args[0]);
        if (is_error(text) || is_error(call_method_1(out, "write", text))) return VALUE_ERROR;
    }
    if (is_error(call_method_0(out, "flush"))) error_clear();
    Value line = call_method_0(in, "readline");
    if (is_error(line)) return line;
    if (!is_str(line)) return raise_error(&TypeError, "object.readline() returned non-string");
    Str *text = as_str(line);
    if (text->length == 0) return raise_error(&EOFError, "EOF when reading a line");
    if (str_at(text, text->length - 1) == '\n') text = str_substring(text, 0, text->length - 1);
    if (!text || !AUDIT("builtins.input/result", object_value(text))) return VALUE_ERROR;
    return object_value(text);
}

/* --- open, breakpoint ----------------------------------------------------------------------------- */

/* Until start-up replaces it by io.open itself. */
static Value builtin_open(Value *args, size_t count, Tuple *names) {
    Value open = import_attribute("io", "open");
    return is_error(open) ? open : call(open, args, count, names);
}

static Value builtin_breakpoint(Value *args, size_t count, Tuple *names) {
    Value hook = sys_attribute("breakpointhook");
    if (is_empty(hook)) return raise_error(&RuntimeError, "lost sys.breakpointhook");
    if (is_error(hook) || !AUDIT("builtins.breakpoint", hook)) return VALUE_ERROR;
    return call(hook, args, count, names);
}

const MethodDef builtin_io_functions[] = {
    RAW_METHOD("breakpoint", builtin_breakpoint, NULL,
               "breakpoint(*args, **kws)\n\nEnters the debugger: calls sys.breakpointhook with "
               "the arguments."),
    METHOD("input", builtin_input, "(prompt='', /)",
           "Reads a line from standard input, without its newline; the prompt is written before."),
    RAW_METHOD("open", builtin_open,
               "(file, mode='r', buffering=-1, encoding=None, errors=None, newline=None, closefd=True, "
               "opener=None)", "Opens a file and returns a stream; see io.open()."),
    RAW_METHOD("print", builtin_print, "(*args, sep=' ', end='\\n', file=None, flush=False)",
               "Writes the objects as text to a stream, sys.stdout by default."),
    {0},
};
