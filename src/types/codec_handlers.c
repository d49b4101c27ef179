/* codec_handlers.c - strict_errors(), ignore_errors() and their kin: handlers that get a
 * UnicodeError and return what stands for the bad part and where to go on. */
#include "types/codec_handlers.h"

#include <stdio.h>
#include <string.h>
#include "base/utf8.h"
#include "types/exception.h"
#include "types/int.h"
#include "types/list.h"
#include "types/str_methods.h"

/* What the exception says, checked. */
typedef struct Fault {
    enum { FAULT_ENCODE, FAULT_DECODE, FAULT_TRANSLATE } kind;
    Str *text;           /* of encode and translate */
    const uint8_t *data; /* of decode */
    int64_t length, start, end;
    Value encoding;
    Value exception;
} Fault;

static bool wrong_type(Value exception) {
    raise_error(&TypeError, "don't know how to handle %T in error callback", exception);
    return false;
}

static bool attribute_int(Value v, const char *name, int64_t *out) {
    if (!is_int(v)) {
        raise_error(&TypeError, "%s attribute must be an integer", name);
        return false;
    }
    return value_to_int64(v, out);
}

static bool fault_get(Value exception, Fault *f) {
    if (is_instance_of(exception, &UnicodeEncodeError)) f->kind = FAULT_ENCODE;
    else if (is_instance_of(exception, &UnicodeDecodeError)) f->kind = FAULT_DECODE;
    else if (is_instance_of(exception, &exc_UnicodeTranslateError)) f->kind = FAULT_TRANSLATE;
    else return wrong_type(exception);
    UnicodeErrorException *e = OBJECT_AS(UnicodeErrorException, exception);
    Value object = value_load_acquire(&e->object);
    f->exception = exception;
    f->encoding = value_load_acquire(&e->encoding);
    if (f->kind == FAULT_DECODE) {
        if (!is_bytes(object)) {
            raise_error(&TypeError, "object attribute must be bytes");
            return false;
        }
        f->data = as_bytes(object)->data;
        f->length = as_bytes(object)->length;
    } else {
        if (!is_str(object)) {
            raise_error(&TypeError, "object attribute must be unicode");
            return false;
        }
        f->text = as_str(object);
        f->length = f->text->length;
    }
    if (!attribute_int(value_load_acquire(&e->start), "start", &f->start) ||
        !attribute_int(value_load_acquire(&e->end), "end", &f->end))
        return false;
    if (f->start < 0) f->start = 0;
    if (f->start >= f->length) f->start = f->length > 0 ? f->length - 1 : 0;
    if (f->end < 1) f->end = 1;
    if (f->end > f->length) f->end = f->length;
    return true;
}

static Value answer(Str *text, int64_t position) {
    Tuple *tuple = text ? tuple_pack(2, object_value(text), int_value(position)) : NULL;
    return tuple ? object_value(tuple) : VALUE_ERROR;
}

static Value strict_errors(Value *args) {
    if (!is_exception(args[0]))
        return raise_error(&TypeError, "codec must pass exception instance");
    return raise_value(args[0]);
}

static Value ignore_errors(Value *args) {
    Fault f;
    return fault_get(args[0], &f) ? answer(str_empty(), f.end) : VALUE_ERROR;
}

static Value replace_errors(Value *args) {
    Fault f;
    if (!fault_get(args[0], &f)) return VALUE_ERROR;
    StrBuilder out;
    builder_init(&out);
    int64_t count = f.kind == FAULT_DECODE ? 1 : f.end - f.start;
    if (!builder_add_fill(&out, f.kind == FAULT_ENCODE ? '?' : 0xFFFD, count)) return VALUE_ERROR;
    return answer(builder_finish(&out), f.end);
}

static Value escape_with(Value exception, ErrorMode mode) {
    Fault f;
    if (!fault_get(exception, &f)) return VALUE_ERROR;
    if (f.kind != FAULT_ENCODE && mode != ERRORS_BACKSLASHREPLACE) {
        wrong_type(exception);
        return VALUE_ERROR;
    }
    StrBuilder out;
    builder_init(&out);
    for (int64_t i = f.start; i < f.end; i++) {
        uint32_t c = f.kind == FAULT_DECODE ? f.data[i] : str_at(f.text, i);
        if (!codec_add_escape(&out, c, mode)) return VALUE_ERROR;
    }
    return answer(builder_finish(&out), f.end);
}

static Value backslashreplace_errors(Value *args) {
    return escape_with(args[0], ERRORS_BACKSLASHREPLACE);
}
static Value xmlcharrefreplace_errors(Value *args) {
    return escape_with(args[0], ERRORS_XMLCHARREFREPLACE);
}
static Value namereplace_errors(Value *args) { return escape_with(args[0], ERRORS_NAMEREPLACE); }

/* The width of a character in the exception's encoding, as decoding_error() takes it; 0: unknown. */
static int encoding_width(Value encoding) {
    if (!is_str(encoding)) return 0;
    const char *name = str_display(as_str(encoding));
    char text[16];
    size_t n = 0;
    for (; *name && n < sizeof text - 1; name++)
        if (*name != '-' && *name != '_') text[n++] = (char)(*name >= 'A' && *name <= 'Z' ? *name + 32 : *name);
    text[n] = 0;
    if (strcmp(text, "utf8") == 0 || strcmp(text, "cp65001") == 0) return 3;
    if (strncmp(text, "utf16", 5) == 0) return strcmp(text + 5, "be") == 0 ? -2 : 2;
    if (strncmp(text, "utf32", 5) == 0) return strcmp(text + 5, "be") == 0 ? -4 : 4;
    return 0;
}

static Value surrogate_answer(Fault *f, ErrorMode mode) {
    int width = mode == ERRORS_SURROGATEPASS ? encoding_width(f->encoding) : 0;
    if (f->kind == FAULT_TRANSLATE) {
        wrong_type(f->exception);
        return VALUE_ERROR;
    }
    if (mode == ERRORS_SURROGATEPASS && !width) return raise_value(f->exception);
    if (f->kind == FAULT_DECODE) {
        Decoding d;
        decoding_start(&d, "", NULL, f->data, (size_t)f->length);
        d.mode = mode;
        int64_t position;
        if (!decoding_error(&d, f->start, f->end, "", width, &position)) {
            error_clear();
            return raise_value(f->exception);
        }
        return answer(builder_finish(&d.out), position);
    }
    Encoding e;
    Str *replacement;
    int64_t position;
    if (!encoding_start(&e, "", NULL, f->text, 0)) return VALUE_ERROR;
    e.mode = mode;
    if (!encoding_error(&e, f->start, f->end, "", width, &replacement, &position)) {
        error_clear();
        return raise_value(f->exception);
    }
    Bytes *bytes = encoding_finish(&e);
    Tuple *tuple = bytes ? tuple_pack(2, object_value(bytes), int_value(position)) : NULL;
    return tuple ? object_value(tuple) : VALUE_ERROR;
}

static Value surrogateescape_errors(Value *args) {
    Fault f;
    return fault_get(args[0], &f) ? surrogate_answer(&f, ERRORS_SURROGATEESCAPE) : VALUE_ERROR;
}
static Value surrogatepass_errors(Value *args) {
    Fault f;
    return fault_get(args[0], &f) ? surrogate_answer(&f, ERRORS_SURROGATEPASS) : VALUE_ERROR;
}

static const MethodDef handlers_table[] = {
    STATIC_METHOD("strict_errors", strict_errors, "(exception, /)",
                  "Raise the exception: the handler 'strict'."),
    STATIC_METHOD("ignore_errors", ignore_errors, "(exception, /)",
                  "Leave malformed data out: the handler 'ignore'."),
    STATIC_METHOD("replace_errors", replace_errors, "(exception, /)",
                  "Put a replacement mark for malformed data: the handler 'replace'."),
    STATIC_METHOD("backslashreplace_errors", backslashreplace_errors, "(exception, /)",
                  "Put backslash escapes for malformed data: the handler 'backslashreplace'."),
    STATIC_METHOD("xmlcharrefreplace_errors", xmlcharrefreplace_errors, "(exception, /)",
                  "Put XML character references: the handler 'xmlcharrefreplace'."),
    STATIC_METHOD("namereplace_errors", namereplace_errors, "(exception, /)",
                  "Put \\N{...} escapes: the handler 'namereplace'."),
    STATIC_METHOD("surrogateescape", surrogateescape_errors, "(exception, /)",
                  "Keep undecodable bytes as lone surrogates: the handler 'surrogateescape'."),
    STATIC_METHOD("surrogatepass", surrogatepass_errors, "(exception, /)",
                  "Let lone surrogates through: the handler 'surrogatepass'."),
};

bool codec_handlers_fill(Dict *handlers) {
    static const char *const names[] = {"strict", "ignore", "replace", "backslashreplace",
                                        "xmlcharrefreplace", "namereplace", "surrogateescape",
                                        "surrogatepass"};
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
        Value function = native_function_new(&handlers_table[i], VALUE_EMPTY, VALUE_EMPTY);
        if (is_error(function) || !dict_set_str(handlers, str_intern_c(names[i]), function))
            return false;
    }
    return true;
}
