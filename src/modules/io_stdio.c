/* io_stdio.c - sys.stdin, sys.stdout and sys.stderr. */
#include <locale.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "modules/io_internal.h"

/* What PYTHONIOENCODING=encoding:errors and the locale say. */
typedef struct StdioCoding {
    char encoding[64];
    char errors[64]; /* "": by the stream */
} StdioCoding;

static bool locale_is_plain_c(void) {
    const char *name = setlocale(LC_CTYPE, NULL);
    return !name || !strcmp(name, "C") || !strcmp(name, "POSIX");
}

static void find_coding(StdioCoding *coding) {
    *coding = (StdioCoding){.encoding = "utf-8"};
    if (locale_is_plain_c() || runtime.utf8_mode) strcpy(coding->errors, "surrogateescape");
    const char *setting = runtime.ignore_environment ? NULL : getenv("PYTHONIOENCODING");
    if (!setting || !*setting) return;
    const char *colon = strchr(setting, ':');
    int length = colon ? (int)(colon - setting) : (int)strlen(setting);
    if (length > 0) {
        snprintf(coding->encoding, sizeof coding->encoding, "%.*s", length, setting);
        strcpy(coding->errors, "strict");
    }
    if (colon && colon[1]) snprintf(coding->errors, sizeof coding->errors, "%s", colon + 1);
}

static Value text_value(const char *text) {
    Str *s = str_from_c(text);
    return s ? object_value(s) : VALUE_ERROR;
}

/* One of the three; None when the descriptor is not open. */
static Value make_stream(int fd, const char *name, bool writing, const StdioCoding *coding) {
    struct stat status;
    if (fstat(fd, &status) != 0) return VALUE_NONE;
    bool is_error_stream = fd == STDERR_FILENO;
    bool unbuffered = writing && runtime.unbuffered;
    Value raw = file_io_open(smallint_value(fd), writing ? "wb" : "rb", false, VALUE_EMPTY);
    if (is_error(raw)) return raw;
    Value buffer = writing ? (unbuffered ? raw : buffered_new_writer(raw, IO_DEFAULT_BUFFER_SIZE))
                           : buffered_new_reader(raw, IO_DEFAULT_BUFFER_SIZE);
    Value title = text_value(name), encoding = text_value(coding->encoding);
    const char *errors_name = is_error_stream ? "backslashreplace"
                              : *coding->errors ? coding->errors : "strict";
    Value errors = text_value(errors_name), mode = text_value(writing ? "w" : "r");
    if (is_error(buffer) || is_error(title) || is_error(encoding) || is_error(errors) ||
        is_error(mode) || !set_attribute(raw, NAME("name"), title))
        return VALUE_ERROR;
    bool line_buffering = writing && !unbuffered && (is_error_stream || isatty(fd));
    Value stream = text_io_new(buffer, encoding, errors, writing ? "\n" : NULL, line_buffering, unbuffered);
    if (is_error(stream) || !set_attribute(stream, NAME("mode"), mode)) return VALUE_ERROR;
    return stream;
}

static bool set_stream(const char *name, const char *twin, Value stream) {
    if (is_error(stream)) return false;
    return dict_set_c(runtime.sys_dict, name, stream) && dict_set_c(runtime.sys_dict, twin, stream);
}

bool stdio_init(void) {
    StdioCoding coding;
    find_coding(&coding);
    return set_stream("stderr", "__stderr__", make_stream(STDERR_FILENO, "<stderr>", true, &coding)) &&
           set_stream("stdin", "__stdin__", make_stream(STDIN_FILENO, "<stdin>", false, &coding)) &&
           set_stream("stdout", "__stdout__", make_stream(STDOUT_FILENO, "<stdout>", true, &coding));
}

static bool is_open(Value stream) {
    if (is_empty(stream) || is_error(stream) || is_none(stream)) return false;
    Value closed = get_attribute_optional(stream, NAME("closed"));
    if (is_error(closed)) error_clear();
    return is_empty(closed) || is_error(closed) || value_truth(closed) == 0;
}

int stdio_flush(void) {
    int result = 0;
    Value saved = error_fetch();
    Value out = dict_get_c(runtime.sys_dict, "stdout"), error = dict_get_c(runtime.sys_dict, "stderr");
    if (is_open(out) && is_error(call_method_0(out, "flush"))) {
        error_write_unraisable(NULL, out);
        result = -1;
    }
    if (is_open(error) && is_error(call_method_0(error, "flush"))) {
        error_clear();
        result = -1;
    }
    error_clear();
    if (!is_empty(saved)) error_restore(saved);
    return result;
}

void io_after_fork(void) {
    static const char *const names[] = {"stdin", "stdout", "stderr", "__stdin__", "__stdout__", "__stderr__"};
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
        Value stream = dict_get_c(runtime.sys_dict, names[i]);
        if (is_exactly(stream, &text_io_wrapper_type)) text_io_after_fork(stream);
    }
}
