/* io_module.c - the module _io: open() and the table. */
#include <unistd.h>
#include "modules/io_internal.h"
#include "types/exception.h"

/* --- open() ------------------------------------------------------------------------------------------- */

typedef struct OpenMode {
    bool creating, reading, writing, appending, updating, text, binary;
    char raw[8]; /* the mode for FileIO */
} OpenMode;

static bool mode_error(const char *message) {
    raise_error(&ValueError, "%s", message);
    return false;
}

static bool parse_open_mode(Value mode_value, const char *mode, OpenMode *out) {
    *out = (OpenMode){0};
    for (const char *c = mode; *c; c++) {
        bool *flag;
        switch (*c) {
        case 'x': flag = &out->creating; break;
        case 'r': flag = &out->reading; break;
        case 'w': flag = &out->writing; break;
        case 'a': flag = &out->appending; break;
        case '+': flag = &out->updating; break;
        case 't': flag = &out->text; break;
        case 'b': flag = &out->binary; break;
        default: flag = NULL;
        }
        if (!flag || *flag) {
            raise_error(&ValueError, "invalid mode: %R", mode_value);
            return false;
        }
        *flag = true;
    }
    if (out->text && out->binary) return mode_error("can't have text and binary mode at once");
    if (out->creating + out->reading + out->writing + out->appending != 1)
        return mode_error("must have exactly one of create/read/write/append mode");
    char *raw = out->raw;
    if (out->creating) *raw++ = 'x';
    if (out->reading) *raw++ = 'r';
    if (out->writing) *raw++ = 'w';
    if (out->appending) *raw++ = 'a';
    if (out->updating) *raw++ = '+';
    return true;
}

static bool check_text_options(const OpenMode *mode, Value encoding, Value errors, Value newline) {
    if (!mode->binary) return true;
    if (!is_none(encoding)) return mode_error("binary mode doesn't take an encoding argument");
    if (!is_none(errors)) return mode_error("binary mode doesn't take an errors argument");
    if (!is_none(newline)) return mode_error("binary mode doesn't take a newline argument");
    return true;
}

static Value make_buffered(const OpenMode *mode, Value raw, int64_t size) {
    if (mode->updating) return buffered_new_random(raw, size);
    if (mode->reading) return buffered_new_reader(raw, size);
    return buffered_new_writer(raw, size);
}

/* The layers over the raw file. */
static Value open_layers(Value raw, const OpenMode *mode, Value mode_value, int64_t buffering,
                         Value encoding, Value errors, const char *newline) {
    bool line_buffering = false;
    if (buffering < 0) {
        Value tty = call_method_0(raw, "isatty");
        if (is_error(tty)) return tty;
        line_buffering = is_true(tty);
    }
    if (buffering == 1 && !mode->binary) {
        line_buffering = true;
        buffering = -1;
    }
    if (buffering == 1) {
        if (!warn(&RuntimeWarning, 1, "line buffering (buffering=1) isn't supported in binary mode, the "
                                      "default buffer size will be used"))
            return VALUE_ERROR;
        buffering = -1;
    }
    if (buffering < 0) buffering = as_file_io(raw)->block_size;
    if (buffering == 0) {
        if (mode->binary) return raw;
        return raise_error(&ValueError, "can't have unbuffered text I/O");
    }
    Value buffer = make_buffered(mode, raw, buffering);
    if (is_error(buffer) || mode->binary) return buffer;
    Value text = text_io_new(buffer, encoding, errors, newline, line_buffering, false);
    if (is_error(text) || !set_attribute(text, NAME("mode"), mode_value)) return VALUE_ERROR;
    return text;
}

static bool option(Value *v, const char *what) {
    if (is_empty(*v)) *v = VALUE_NONE;
    if (is_none(*v)) return true;
    size_t length;
    if (!is_str(*v)) {
        raise_error(&TypeError, "open() argument '%s' must be str or None, not %T", what, *v);
        return false;
    }
    const char *text = str_utf8(as_str(*v), &length);
    if (text && strlen(text) != length) {
        raise_error(&ValueError, "embedded null character");
        return false;
    }
    return text != NULL;
}

/* os.fspath() of what is not a descriptor. */
static Value path_or_fd(Value file) {
    if (is_int(file) || is_str(file) || is_bytes(file) || has_index(file)) return file;
    Value method = lookup_special(file, NAME("__fspath__"));
    if (is_error(method)) return method;
    if (is_empty(method))
        return raise_error(&TypeError, "expected str, bytes or os.PathLike object, not %T", file);
    Value path = call_0(method);
    if (is_error(path) || is_str(path) || is_bytes(path)) return path;
    return raise_error(&TypeError, "expected %T.__fspath__() to return str or bytes, not %T", file, path);
}

/* args: file, mode, buffering, encoding, errors, newline, closefd, opener at 1..8 */
static Value module_open(Value *args) {
    Value mode_value = args[2], encoding = args[4], errors = args[5], newline_value = args[6];
    const char *mode_text = "r", *newline;
    int buffering = -1;
    bool close_fd = true;
    OpenMode mode;
    if (is_empty(mode_value)) mode_value = object_value(str_intern_c("r"));
    if (!is_str(mode_value))
        return raise_error(&TypeError, "open() argument 'mode' must be str, not %T", mode_value);
    mode_text = str_utf8(as_str(mode_value), NULL);
    if (!mode_text || !argument_int(args[3], &buffering) || !option(&encoding, "encoding") ||
        !option(&errors, "errors") || !option(&newline_value, "newline") ||
        !argument_bool(args[7], &close_fd))
        return VALUE_ERROR;
    Value file = path_or_fd(args[1]);
    if (is_error(file) || !parse_open_mode(mode_value, mode_text, &mode) ||
        !check_text_options(&mode, encoding, errors, newline_value))
        return VALUE_ERROR;
    if (!newline_argument(newline_value, &newline, "open()")) return VALUE_ERROR;
    Value raw = file_io_open(file, mode.raw, close_fd, args[8]);
    if (is_error(raw)) return raw;
    Value result = open_layers(raw, &mode, mode_value, buffering, encoding, errors, newline);
    if (!is_error(result)) return result;
    Value exception = error_fetch();
    if (is_error(file_io_close(raw))) error_clear();
    error_restore(exception);
    return VALUE_ERROR;
}

static Value module_open_code(Value *args) {
    if (!is_str(args[1]))
        return raise_error(&TypeError, "open_code() argument 'path' must be str, not %T", args[1]);
    OpenMode mode = {.reading = true, .binary = true};
    Value raw = file_io_open(args[1], "r", true, VALUE_EMPTY);
    return is_error(raw) ? raw : make_buffered(&mode, raw, as_file_io(raw)->block_size);
}

bool io_warn_default_encoding(int stack_level) {
    return !runtime.warn_default_encoding ||
           warn(&EncodingWarning, stack_level, "'encoding' argument not specified");
}

static Value module_text_encoding(Value *args) {
    int64_t stack_level = 2;
    if (!is_none(args[1])) return args[1];
    if (!is_empty(args[2]) && !value_to_int64(args[2], &stack_level)) return VALUE_ERROR;
    if (!io_warn_default_encoding((int)stack_level)) return VALUE_ERROR;
    return object_value(str_intern_c(runtime.utf8_mode ? "utf-8" : "locale"));
}

static const MethodDef functions[] = {
    METHOD("open", module_open,
           "($module, /, file, mode='r', buffering=-1, encoding=None, errors=None, newline=None, "
           "closefd=True, opener=None)",
           "Open a file and return a stream.\n\n"
           "mode is one of 'r' (read), 'w' (write, cut to nothing first), 'x' (create, which must\n"
           "not exist) and 'a' (append), with '+' for reading and writing and 'b' for bytes instead\n"
           "of text.  buffering is 0 for none (bytes only), 1 for lines (text only), or a size."),
    METHOD("open_code", module_open_code, "($module, /, path)",
           "Open a file of code, to be executed, for reading bytes."),
    METHOD("text_encoding", module_text_encoding, "($module, encoding, stacklevel=2, /)",
           "The encoding, or the default one for None."),
    {0},
};

static Type *const types[] = {
    &io_base_type, &raw_io_base_type, &buffered_io_base_type, &text_io_base_type, &file_io_type,
    &bytes_io_type, &bytes_io_buffer_type, &string_io_type, &buffered_reader_type,
    &buffered_writer_type, &buffered_random_type, &buffered_pair_type, &newline_decoder_type,
    &text_io_wrapper_type, NULL,
};

static bool init(Module *module) {
    return module_add_int(module, "DEFAULT_BUFFER_SIZE", IO_DEFAULT_BUFFER_SIZE) &&
           module_add(module, "UnsupportedOperation", object_value(io_unsupported())) &&
           module_add(module, "BlockingIOError", object_value(&BlockingIOError));
}

const NativeModule module__io = {
    .name = "_io",
    .doc = "Streams: files, bytes and text in memory, buffers, coding.",
    .functions = functions,
    .types = types,
    .init = init,
};
