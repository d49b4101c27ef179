/* exception_detail.c - the exception classes with many fields: OSError, SyntaxError and the
 * UnicodeErrors. */
#include "types/exception_kinds.h"

#include <errno.h>
#include "object/instance.h"
#include "types/bytes.h"
#include "types/dict.h"
#include "types/int.h"
#include "types/list.h"
#include "types/str.h"


#define STORE(self, layout, field, value)                                                          \
    heap_store_release(object_of(self), &OBJECT_AS(layout, self)->field, (value))
#define FIELD(self, layout, field) exception_field(&OBJECT_AS(layout, self)->field)

/* --- OSError ------------------------------------------------------------------------------------ */

static const struct {
    int number;
    Type *type;
} os_error_types[] = {
    {EAGAIN, &exc_BlockingIOError},
    {EALREADY, &exc_BlockingIOError},
    {EINPROGRESS, &exc_BlockingIOError},
    {EWOULDBLOCK, &exc_BlockingIOError},
    {EPIPE, &exc_BrokenPipeError},
    {ESHUTDOWN, &exc_BrokenPipeError},
    {ECHILD, &exc_ChildProcessError},
    {ECONNABORTED, &exc_ConnectionAbortedError},
    {ECONNREFUSED, &exc_ConnectionRefusedError},
    {ECONNRESET, &exc_ConnectionResetError},
    {EEXIST, &exc_FileExistsError},
    {ENOENT, &exc_FileNotFoundError},
    {EISDIR, &exc_IsADirectoryError},
    {ENOTDIR, &exc_NotADirectoryError},
    {EINTR, &exc_InterruptedError},
    {EACCES, &exc_PermissionError},
    {EPERM, &exc_PermissionError},
    {ESRCH, &exc_ProcessLookupError},
    {ETIMEDOUT, &exc_TimeoutError},
};

Type *os_error_type(int64_t number) {
    for (size_t i = 0; i < ARRAY_LENGTH(os_error_types); i++)
        if (os_error_types[i].number == number) return os_error_types[i].type;
    return &exc_OSError;
}

static Value os_error_new(Type *type, Value *args, size_t count, Tuple *names);
static bool os_error_init(Value self, Value *args, size_t count, Tuple *names);

/* A subclass that overrides __init__ but not __new__ gets its fields from OSError.__init__(); all
 * others from OSError.__new__(), so that an __init__ with other arguments need not call ours. */
static bool fields_set_by_init(const Type *type) {
    return type->init != os_error_init && type->new_instance == os_error_new;
}

static bool set_os_fields(Value self, Value *args, size_t count) {
    size_t kept = count;
    bool parsed = count >= 2 && count <= 5;
    Value filename = parsed && count >= 3 ? args[2] : VALUE_NONE;
    Value filename2 = parsed && count == 5 ? args[4] : VALUE_NONE;
    STORE(self, OSErrorException, characters_written, VALUE_EMPTY);
    if (!is_none(filename)) {
        if (type_of(self) == &exc_BlockingIOError && has_index(filename)) {
            int64_t written = value_index_int64(filename, &exc_ValueError);
            if (written == -1 && error_occurred()) return false;
            STORE(self, OSErrorException, characters_written, int_value(written));
        } else {
            STORE(self, OSErrorException, filename, filename);
            if (!is_none(filename2)) STORE(self, OSErrorException, filename2, filename2);
            kept = 2; /* as ever: file names are not in args */
        }
    }
    Tuple *tuple = tuple_from_array(args, (int64_t)kept);
    if (!tuple) return false;
    if (parsed) {
        STORE(self, OSErrorException, error_number, args[0]);
        STORE(self, OSErrorException, strerror, args[1]);
    }
    heap_store_release(object_of(self), &as_exception(self)->args, object_value(tuple));
    return true;
}

static Value os_error_new(Type *type, Value *args, size_t count, Tuple *names) {
    bool later = fields_set_by_init(type);
    if (!later && names && names->length)
        return raise_error(&TypeError, "%s() takes no keyword arguments", type->name);
    int64_t number;
    if (!later && type == &exc_OSError && count >= 2 && count <= 5 && is_int(args[0]) &&
        int_to_int64(args[0], &number))
        type = os_error_type(number);
    Value self = base_exception_new(type, NULL, 0, NULL);
    if (is_error(self) || later) return self;
    return set_os_fields(self, args, count) ? self : VALUE_ERROR;
}

static bool os_error_init(Value self, Value *args, size_t count, Tuple *names) {
    if (!fields_set_by_init(type_of(self))) return true;
    return exception_refuse_keywords(self, names) && set_os_fields(self, args, count);
}

static Value os_error_str(Value self) {
    Value number = FIELD(self, OSErrorException, error_number);
    Value message = FIELD(self, OSErrorException, strerror);
    Value filename = FIELD(self, OSErrorException, filename);
    Value filename2 = FIELD(self, OSErrorException, filename2);
    if (!is_empty(filename) && !is_empty(filename2))
        return value_or_error(str_format("[Errno %V] %V: %R -> %R", none_if_empty(number),
                                     none_if_empty(message), filename, filename2));
    if (!is_empty(filename))
        return value_or_error(str_format("[Errno %V] %V: %R", none_if_empty(number),
                                     none_if_empty(message), filename));
    if (!is_empty(number) && !is_empty(message))
        return value_or_error(str_format("[Errno %V] %V", number, message));
    return base_exception_str(self);
}

static Value os_error_reduce(Value *args) {
    Value self = args[0], state = exception_state(self);
    if (is_error(state)) return state;
    Value arguments = exception_field(&as_exception(self)->args);
    Value filename = FIELD(self, OSErrorException, filename);
    Value filename2 = FIELD(self, OSErrorException, filename2);
    if (is_tuple(arguments) && as_tuple(arguments)->length == 2 && !is_empty(filename)) {
        Value *two = as_tuple(arguments)->items;
        Tuple *full = is_empty(filename2)
                          ? tuple_pack(3, two[0], two[1], filename)
                          : tuple_pack(5, two[0], two[1], filename, VALUE_NONE, filename2);
        if (!full) return VALUE_ERROR;
        arguments = object_value(full);
    }
    Tuple *result = is_empty(state)
                        ? tuple_pack(2, object_value(type_of(self)), arguments)
                        : tuple_pack(3, object_value(type_of(self)), arguments, state);
    return result ? object_value(result) : VALUE_ERROR;
}

static Value get_characters_written(Value self) {
    Value written = FIELD(self, OSErrorException, characters_written);
    return is_empty(written) ? raise_error(&AttributeError, "characters_written") : written;
}

static bool set_characters_written(Value self, Value value) {
    if (is_empty(value)) {
        if (is_empty(FIELD(self, OSErrorException, characters_written))) {
            raise_error(&AttributeError, "characters_written");
            return false;
        }
        STORE(self, OSErrorException, characters_written, VALUE_EMPTY);
        return true;
    }
    int64_t written = value_index_int64(value, &exc_ValueError);
    if (written == -1 && error_occurred()) return false;
    STORE(self, OSErrorException, characters_written, int_value(written));
    return true;
}

static const MethodDef os_error_methods[] = {
    METHOD("__reduce__", os_error_reduce, "($self, /)", "Helper for pickle."),
    {0},
};
static const GetSetDef os_error_getset[] = {
    {"characters_written", get_characters_written, set_characters_written, NULL},
    {0},
};
static const MemberDef os_error_members[] = {
    {"errno", MEMBER_VALUE, offsetof(OSErrorException, error_number), 0, "POSIX exception code"},
    {"strerror", MEMBER_VALUE, offsetof(OSErrorException, strerror), 0, "exception strerror"},
    {"filename", MEMBER_VALUE, offsetof(OSErrorException, filename), 0, "exception filename"},
    {"filename2", MEMBER_VALUE, offsetof(OSErrorException, filename2), 0,
     "second exception filename"},
    {0},
};

/* --- SyntaxError -------------------------------------------------------------------------------- */

static bool syntax_error_init(Value self, Value *args, size_t count, Tuple *names) {
    if (!base_exception_init(self, args, count, names)) return false;
    if (count >= 1) STORE(self, SyntaxErrorException, msg, args[0]);
    if (count != 2) return true;
    Tuple *info = tuple_from_iterable(args[1]);
    if (!info) return false;
    if (info->length < 4 || info->length > 6) {
        raise_error(&TypeError, "function takes at %s %d arguments (%lld given)",
                    info->length < 4 ? "least" : "most", info->length < 4 ? 4 : 6,
                    (long long)info->length);
        return false;
    }
    STORE(self, SyntaxErrorException, filename, info->items[0]);
    STORE(self, SyntaxErrorException, lineno, info->items[1]);
    STORE(self, SyntaxErrorException, offset, info->items[2]);
    STORE(self, SyntaxErrorException, text, info->items[3]);
    STORE(self, SyntaxErrorException, end_lineno, info->length > 4 ? info->items[4] : VALUE_EMPTY);
    STORE(self, SyntaxErrorException, end_offset, info->length > 5 ? info->items[5] : VALUE_EMPTY);
    if (info->length != 5) return true;
    raise_error(&TypeError, "end_offset must be provided when end_lineno is provided");
    return false;
}

static Str *base_name(Str *path) {
    int64_t slash = str_find(path, NAME("/"), 0, path->length, -1);
    return slash < 0 ? path : str_substring(path, slash + 1, path->length);
}

static Value syntax_error_str(Value self) {
    Value message = none_if_empty(FIELD(self, SyntaxErrorException, msg));
    Value filename = FIELD(self, SyntaxErrorException, filename);
    Value lineno = FIELD(self, SyntaxErrorException, lineno);
    bool has_line = !is_empty(lineno) && is_exact_int(lineno);
    Str *file = NULL;
    if (is_str(filename)) {
        file = base_name(as_str(filename));
        if (!file) return VALUE_ERROR;
    }
    if (file && has_line) return value_or_error(str_format("%V (%U, line %V)", message, file, lineno));
    if (file) return value_or_error(str_format("%V (%U)", message, file));
    if (has_line) return value_or_error(str_format("%V (line %V)", message, lineno));
    return value_str(message);
}

static const MemberDef syntax_error_members[] = {
    {"msg", MEMBER_VALUE, offsetof(SyntaxErrorException, msg), 0, "exception msg"},
    {"filename", MEMBER_VALUE, offsetof(SyntaxErrorException, filename), 0, "exception filename"},
    {"lineno", MEMBER_VALUE, offsetof(SyntaxErrorException, lineno), 0, "exception lineno"},
    {"offset", MEMBER_VALUE, offsetof(SyntaxErrorException, offset), 0, "exception offset"},
    {"text", MEMBER_VALUE, offsetof(SyntaxErrorException, text), 0, "exception text"},
    {"end_lineno", MEMBER_VALUE, offsetof(SyntaxErrorException, end_lineno), 0,
     "exception end lineno"},
    {"end_offset", MEMBER_VALUE, offsetof(SyntaxErrorException, end_offset), 0,
     "exception end offset"},
    {"print_file_and_line", MEMBER_VALUE, offsetof(SyntaxErrorException, print_file_and_line), 0,
     "exception print_file_and_line"},
    {0},
};

/* --- UnicodeEncodeError, UnicodeDecodeError, UnicodeTranslateError -------------------------------- */

static bool bad_argument(size_t number, const char *wanted, Value got) {
    raise_error(&TypeError, "argument %zu must be %s, not %T", number, wanted, got);
    return false;
}

static bool take_position(Value v, Value *out) {
    int64_t position = value_index_int64(v, &exc_OverflowError);
    if (position == -1 && error_occurred()) return false;
    *out = int_value(position);
    return !is_error(*out);
}

/* Arguments (object, start, end, reason) at `args`, the first of them number `first`. */
static bool set_unicode_fields(Value self, Value *args, size_t first) {
    Value start, end;
    if (!take_position(args[1], &start) || !take_position(args[2], &end)) return false;
    if (!is_str(args[3])) return bad_argument(first + 3, "str", args[3]);
    STORE(self, UnicodeErrorException, object, args[0]);
    STORE(self, UnicodeErrorException, start, start);
    STORE(self, UnicodeErrorException, end, end);
    STORE(self, UnicodeErrorException, reason, args[3]);
    return true;
}

static bool check_count(size_t count, size_t wanted) {
    if (count == wanted) return true;
    raise_error(&TypeError, "function takes exactly %zu arguments (%zu given)", wanted, count);
    return false;
}

static bool unicode_encode_init(Value self, Value *args, size_t count, Tuple *names) {
    if (!base_exception_init(self, args, count, names) || !check_count(count, 5)) return false;
    if (!is_str(args[0])) return bad_argument(1, "str", args[0]);
    if (!is_str(args[1])) return bad_argument(2, "str", args[1]);
    STORE(self, UnicodeErrorException, encoding, args[0]);
    return set_unicode_fields(self, args + 1, 2);
}

static bool unicode_decode_init(Value self, Value *args, size_t count, Tuple *names) {
    if (!base_exception_init(self, args, count, names) || !check_count(count, 5)) return false;
    if (!is_str(args[0])) return bad_argument(1, "str", args[0]);
    Value fields[4] = {args[1], args[2], args[3], args[4]};
    if (!is_bytes(args[1])) {
        BufferView view;
        if (!buffer_get(args[1], &view, BUFFER_SIMPLE)) return false;
        Bytes *copy = bytes_from(view.data, (size_t)view.length);
        buffer_release(&view);
        if (!copy) return false;
        fields[0] = object_value(copy);
    }
    STORE(self, UnicodeErrorException, encoding, args[0]);
    return set_unicode_fields(self, fields, 2);
}

static bool unicode_translate_init(Value self, Value *args, size_t count, Tuple *names) {
    if (!base_exception_init(self, args, count, names) || !check_count(count, 4)) return false;
    if (!is_str(args[0])) return bad_argument(1, "str", args[0]);
    return set_unicode_fields(self, args, 1);
}

static int64_t position_of(Value v) {
    int64_t position = 0;
    if (!is_empty(v) && is_int(v)) (void)int_to_int64(v, &position);
    return position;
}

/* The escape of one character, as the messages show it. */
static void escape_character(char out[12], uint32_t c) {
    snprintf(out, 12, c <= 0xFF ? "\\x%02x" : c <= 0xFFFF ? "\\u%04x" : "\\U%08x", (unsigned)c);
}

/* "'utf-8' codec can't encode " or "can't translate ". */
static Str *unicode_error_subject(Value self, const char *verb) {
    if (type_is_subtype(type_of(self), &exc_UnicodeTranslateError)) return str_format("can't %s", verb);
    return str_format("'%V' codec can't %s", none_if_empty(FIELD(self, UnicodeErrorException, encoding)),
                      verb);
}

static Value unicode_str_text(Value self, const char *verb) {
    Value object = FIELD(self, UnicodeErrorException, object);
    if (is_empty(object)) return object_value(str_empty());
    int64_t start = position_of(FIELD(self, UnicodeErrorException, start));
    int64_t end = position_of(FIELD(self, UnicodeErrorException, end));
    Value reason = none_if_empty(FIELD(self, UnicodeErrorException, reason));
    Str *subject = unicode_error_subject(self, verb);
    if (!subject) return VALUE_ERROR;
    if (is_str(object) && end == start + 1 && start >= 0 && start < as_str(object)->length) {
        char escape[12];
        escape_character(escape, str_at(as_str(object), start));
        return value_or_error(str_format("%U character '%s' in position %lld: %V", subject, escape,
                                     (long long)start, reason));
    }
    return value_or_error(str_format("%U characters in position %lld-%lld: %V", subject, (long long)start,
                                 (long long)(end - 1), reason));
}

static Value unicode_encode_str(Value self) { return unicode_str_text(self, "encode"); }
static Value unicode_translate_str(Value self) { return unicode_str_text(self, "translate"); }

static Value unicode_decode_str(Value self) {
    Value object = FIELD(self, UnicodeErrorException, object);
    if (is_empty(object)) return object_value(str_empty());
    int64_t start = position_of(FIELD(self, UnicodeErrorException, start));
    int64_t end = position_of(FIELD(self, UnicodeErrorException, end));
    Value reason = none_if_empty(FIELD(self, UnicodeErrorException, reason));
    Str *subject = unicode_error_subject(self, "decode");
    if (!subject) return VALUE_ERROR;
    if (is_bytes(object) && end == start + 1 && start >= 0 && start < as_bytes(object)->length)
        return value_or_error(str_format("%U byte 0x%s in position %lld: %V", subject,
                                     (char[3]){"0123456789abcdef"[as_bytes(object)->data[start] >> 4],
                                               "0123456789abcdef"[as_bytes(object)->data[start] & 15],
                                               0},
                                     (long long)start, reason));
    return value_or_error(str_format("%U bytes in position %lld-%lld: %V", subject, (long long)start,
                                 (long long)(end - 1), reason));
}

static Value get_start(Value self) {
    return int_value(position_of(FIELD(self, UnicodeErrorException, start)));
}
static Value get_end(Value self) {
    return int_value(position_of(FIELD(self, UnicodeErrorException, end)));
}
static bool check_position(Value value) {
    if (is_empty(value)) {
        raise_error(&TypeError, "can't delete numeric/char attribute");
        return false;
    }
    if (is_int(value)) return true;
    raise_error(&TypeError, "an integer is required");
    return false;
}
static bool set_start(Value self, Value value) {
    Value position;
    if (!check_position(value) || !take_position(value, &position)) return false;
    STORE(self, UnicodeErrorException, start, position);
    return true;
}
static bool set_end(Value self, Value value) {
    Value position;
    if (!check_position(value) || !take_position(value, &position)) return false;
    STORE(self, UnicodeErrorException, end, position);
    return true;
}

static const GetSetDef unicode_error_getset[] = {
    {"start", get_start, set_start, "exception start"},
    {"end", get_end, set_end, "exception end"},
    {0},
};
static const MemberDef unicode_error_members[] = {
    {"encoding", MEMBER_VALUE, offsetof(UnicodeErrorException, encoding), 0, "exception encoding"},
    {"object", MEMBER_VALUE, offsetof(UnicodeErrorException, object), 0, "exception object"},
    {"reason", MEMBER_VALUE, offsetof(UnicodeErrorException, reason), 0, "exception reason"},
    {0},
};

static Value raise_unicode(Type *type, const char *encoding, Value object, int64_t start, int64_t end,
                           const char *reason) {
    Str *encoding_text = str_from_c(encoding), *reason_text = str_from_c(reason);
    if (!encoding_text || !reason_text) return VALUE_ERROR;
    Value args[5] = {object_value(encoding_text), object, int_value(start), int_value(end),
                     object_value(reason_text)};
    Value exception = exception_new(type, args, 5);
    return is_error(exception) ? exception : raise_value(exception);
}

Value raise_unicode_decode_error(const char *encoding, Value object, int64_t start, int64_t end,
                                 const char *reason) {
    return raise_unicode(&exc_UnicodeDecodeError, encoding, object, start, end, reason);
}
Value raise_unicode_encode_error(const char *encoding, Value object, int64_t start, int64_t end,
                                 const char *reason) {
    return raise_unicode(&exc_UnicodeEncodeError, encoding, object, start, end, reason);
}

/* --- putting them together ------------------------------------------------------------------------ */

static void fill_unicode(Type *type, bool (*init)(Value, Value *, size_t, Tuple *),
                         Value (*str)(Value)) {
    type->init = init;
    type->str = str;
    type->getset = unicode_error_getset;
    type->members = unicode_error_members;
}

void exception_detail_fill(void) {
    static Type *const os_types[] = {
        &exc_OSError, &exc_BlockingIOError, &exc_ChildProcessError, &exc_ConnectionError,
        &exc_BrokenPipeError, &exc_ConnectionAbortedError, &exc_ConnectionRefusedError,
        &exc_ConnectionResetError, &exc_FileExistsError, &exc_FileNotFoundError,
        &exc_InterruptedError, &exc_IsADirectoryError, &exc_NotADirectoryError,
        &exc_PermissionError, &exc_ProcessLookupError, &exc_TimeoutError};
    for (size_t i = 0; i < ARRAY_LENGTH(os_types); i++) {
        os_types[i]->new_instance = os_error_new;
        os_types[i]->init = os_error_init;
    }
    exc_OSError.str = os_error_str;
    exc_OSError.methods = os_error_methods;
    exc_OSError.getset = os_error_getset;
    exc_OSError.members = os_error_members;

    exc_SyntaxError.init = exc_IndentationError.init = exc_TabError.init = syntax_error_init;
    exc_SyntaxError.str = syntax_error_str;
    exc_SyntaxError.members = syntax_error_members;

    fill_unicode(&exc_UnicodeEncodeError, unicode_encode_init, unicode_encode_str);
    fill_unicode(&exc_UnicodeDecodeError, unicode_decode_init, unicode_decode_str);
    fill_unicode(&exc_UnicodeTranslateError, unicode_translate_init, unicode_translate_str);
}
