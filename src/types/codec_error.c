/* codec_error.c - what happens at a place that cannot be decoded or encoded.
 *
 * The names that Python defines are treated here without a call. Any other is a handler registered by
 * the program: it gets the exception and returns a replacement and where to go on. */
#include <stdio.h>
#include <string.h>
#include "base/utf8.h"
#include "types/codec.h"
#include "types/exception.h"
#include "types/int.h"
#include "types/list.h"
#include "types/str_buffer.h"

ErrorMode codec_error_mode(const char *errors) {
    static const struct {
        const char *name;
        ErrorMode mode;
    } names[] = {
        {"strict", ERRORS_STRICT},
        {"ignore", ERRORS_IGNORE},
        {"replace", ERRORS_REPLACE},
        {"backslashreplace", ERRORS_BACKSLASHREPLACE},
        {"xmlcharrefreplace", ERRORS_XMLCHARREFREPLACE},
        {"namereplace", ERRORS_NAMEREPLACE},
        {"surrogateescape", ERRORS_SURROGATEESCAPE},
        {"surrogatepass", ERRORS_SURROGATEPASS},
    };
    if (!errors) return ERRORS_STRICT;
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++)
        if (strcmp(errors, names[i].name) == 0) return names[i].mode;
    return ERRORS_OTHER;
}

/* Calls the handler for an exception of `type` and takes its answer apart. */
static bool ask_handler(const char *errors, Type *type, Value *arguments, Value *exception,
                        Value *replacement, int64_t *position, const char *complaint) {
    Value handler = codec_lookup_error(errors);
    if (is_error(handler)) return false;
    *exception = call(object_value(type), arguments, 5, NULL);
    if (is_error(*exception)) return false;
    Value answer = call_1(handler, *exception);
    if (is_error(answer)) return false;
    if (!is_tuple(answer) || as_tuple(answer)->length != 2 || !is_int(as_tuple(answer)->items[1])) {
        raise_error(&TypeError, "%s", complaint);
        return false;
    }
    *replacement = as_tuple(answer)->items[0];
    return value_to_int64(as_tuple(answer)->items[1], position);
}

static bool check_position(int64_t *position, int64_t length) {
    int64_t given = *position;
    if (*position < 0) *position += length;
    if (*position >= 0 && *position <= length) return true;
    raise_error(&IndexError, "position %zd from error handler out of bounds", (ptrdiff_t)given);
    return false;
}

/* --- decoding ----------------------------------------------------------------------------------- */

void decoding_start(Decoding *d, const char *encoding, const char *errors, const void *data,
                    size_t length) {
    *d = (Decoding){.encoding = encoding,
                    .errors = errors,
                    .data = data,
                    .length = (int64_t)length,
                    .object = VALUE_EMPTY};
    builder_init(&d->out);
}

static Value decoding_object(Decoding *d) {
    if (is_empty(d->object)) {
        Bytes *bytes = bytes_from(d->data, (size_t)d->length);
        if (!bytes) return VALUE_ERROR;
        d->object = object_value(bytes);
    }
    return d->object;
}

static bool decoding_strict(Decoding *d, int64_t start, int64_t end, const char *reason) {
    Value object = decoding_object(d);
    if (!is_error(object)) raise_unicode_decode_error(d->encoding, object, start, end, reason);
    return false;
}

static bool decoding_ask(Decoding *d, int64_t start, int64_t end, const char *reason,
                         int64_t *position) {
    Value object = decoding_object(d), exception, replacement;
    Str *encoding = str_from_c(d->encoding), *why = str_from_c(reason);
    if (is_error(object) || !encoding || !why) return false;
    Value arguments[] = {object_value(encoding), object, int_value(start), int_value(end),
                         object_value(why)};
    static const char complaint[] = "decoding error handler must return (str, int) tuple";
    if (!ask_handler(d->errors, &UnicodeDecodeError, arguments, &exception, &replacement, position,
                     complaint))
        return false;
    if (!is_str(replacement)) {
        raise_error(&TypeError, complaint);
        return false;
    }
    if (is_instance_of(exception, &UnicodeDecodeError)) {
        Value changed = value_load_acquire(&OBJECT_AS(UnicodeErrorException, exception)->object);
        if (!is_bytes(changed)) {
            raise_error(&TypeError, "object attribute must be bytes");
            return false;
        }
        d->object = changed;
        d->data = as_bytes(changed)->data;
        d->length = as_bytes(changed)->length;
    }
    return check_position(position, d->length) && builder_add(&d->out, as_str(replacement));
}

/* The surrogate that stands at `start` in an encoding that must not have any; 0: there is none. */
static uint32_t surrogate_at(const uint8_t *p, int64_t length, int width) {
    uint32_t c = 0;
    int size = width < 0 ? -width : width;
    if (length < size) return 0;
    if (width == 3) {
        if (p[0] != 0xED || (p[1] & 0xC0) != 0x80 || (p[2] & 0xC0) != 0x80) return 0;
        c = 0xD000u | (p[1] & 0x3Fu) << 6 | (p[2] & 0x3Fu);
    } else if (width == 2) c = p[0] | (uint32_t)p[1] << 8;
    else if (width == -2) c = p[1] | (uint32_t)p[0] << 8;
    else if (width == 4) c = p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
    else if (width == -4)
        c = p[3] | (uint32_t)p[2] << 8 | (uint32_t)p[1] << 16 | (uint32_t)p[0] << 24;
    return CODE_POINT_IS_SURROGATE(c) ? c : 0;
}

bool decoding_error(Decoding *d, int64_t start, int64_t end, const char *reason, int surrogate_width,
                    int64_t *position) {
    if (d->mode == ERRORS_UNKNOWN) d->mode = codec_error_mode(d->errors);
    *position = end;
    switch (d->mode) {
    case ERRORS_STRICT: return decoding_strict(d, start, end, reason);
    case ERRORS_IGNORE: return true;
    case ERRORS_REPLACE: return builder_add_char(&d->out, 0xFFFD);
    case ERRORS_BACKSLASHREPLACE:
        for (int64_t i = start; i < end; i++) {
            char text[8];
            snprintf(text, sizeof text, "\\x%02x", d->data[i]);
            if (!builder_add_ascii(&d->out, text, 4)) return false;
        }
        return true;
    case ERRORS_SURROGATEESCAPE: {
        int64_t i = start;
        for (; i < end && i < start + 4 && d->data[i] >= 0x80; i++)
            if (!builder_add_char(&d->out, 0xDC00u + d->data[i])) return false;
        if (i == start) return decoding_strict(d, start, end, reason);
        *position = i;
        return true;
    }
    case ERRORS_SURROGATEPASS: {
        uint32_t c = surrogate_width
                         ? surrogate_at(d->data + start, d->length - start, surrogate_width)
                         : 0;
        if (!c) return decoding_strict(d, start, end, reason);
        *position = start + (surrogate_width < 0 ? -surrogate_width : surrogate_width);
        return builder_add_char(&d->out, c);
    }
    default: return decoding_ask(d, start, end, reason, position);
    }
}

/* --- encoding ----------------------------------------------------------------------------------- */

bool encoding_start(Encoding *e, const char *encoding, const char *errors, Str *text,
                    int64_t expected) {
    *e = (Encoding){.encoding = encoding, .errors = errors, .text = text};
    e->buffer = str_buffer_new(expected < 32 ? 32 : expected);
    return e->buffer != NULL;
}

bool encoding_reserve_slow(Encoding *e, int64_t count) {
    StrBuffer *larger = str_buffer_new(e->length + count + (e->length + count) / 2);
    if (!larger) return false;
    memcpy(larger->bytes, e->buffer->bytes, (size_t)e->length);
    e->buffer = larger;
    return true;
}

bool encoding_add(Encoding *e, const void *data, int64_t length) {
    if (e->buffer->capacity - e->length < length && !encoding_reserve_slow(e, length)) return false;
    if (length) memcpy(e->buffer->bytes + e->length, data, (size_t)length);
    e->length += length;
    return true;
}

bool encoding_add_byte(Encoding *e, uint8_t byte) {
    if (e->buffer->capacity == e->length && !encoding_reserve_slow(e, 1)) return false;
    e->buffer->bytes[e->length++] = (char)byte;
    return true;
}

Bytes *encoding_finish(Encoding *e) { return bytes_from(e->buffer->bytes, (size_t)e->length); }

static bool encoding_strict(Encoding *e, int64_t start, int64_t end, const char *reason) {
    raise_unicode_encode_error(e->encoding, object_value(e->text), start, end, reason);
    return false;
}

bool codec_add_escape(StrBuilder *out, uint32_t c, ErrorMode mode) {
    char text[120], name[100];
    if (mode == ERRORS_XMLCHARREFREPLACE) snprintf(text, sizeof text, "&#%u;", c);
    else if (mode == ERRORS_NAMEREPLACE && unicode_name_of(c, name))
        snprintf(text, sizeof text, "\\N{%s}", name);
    else if (c < 0x100) snprintf(text, sizeof text, "\\x%02x", c);
    else if (c < 0x10000) snprintf(text, sizeof text, "\\u%04x", c);
    else snprintf(text, sizeof text, "\\U%08x", c);
    return builder_add_c(out, text);
}

static bool encoding_ask(Encoding *e, int64_t start, int64_t end, const char *reason,
                         Str **replacement, int64_t *position) {
    Str *encoding = str_from_c(e->encoding), *why = str_from_c(reason);
    if (!encoding || !why) return false;
    Value exception, answer;
    Value arguments[] = {object_value(encoding), object_value(e->text), int_value(start),
                         int_value(end), object_value(why)};
    static const char complaint[] = "encoding error handler must return (str/bytes, int) tuple";
    if (!ask_handler(e->errors, &UnicodeEncodeError, arguments, &exception, &answer, position,
                     complaint))
        return false;
    if (!check_position(position, e->text->length)) return false;
    if (is_bytes(answer)) return encoding_add(e, as_bytes(answer)->data, as_bytes(answer)->length);
    if (!is_str(answer)) {
        raise_error(&TypeError, complaint);
        return false;
    }
    *replacement = as_str(answer);
    return true;
}

static bool pass_surrogate(Encoding *e, uint32_t c, int width) {
    uint8_t out[4];
    int size = width < 0 ? -width : width;
    if (width == 3) utf8_encode((char *)out, c);
    for (int i = 0; width != 3 && i < size; i++)
        out[width < 0 ? size - 1 - i : i] = (uint8_t)(i < 2 ? c >> 8 * i : 0);
    return encoding_add(e, out, size);
}

bool encoding_error(Encoding *e, int64_t start, int64_t end, const char *reason,
                    int surrogate_width, Str **replacement, int64_t *position) {
    if (e->mode == ERRORS_UNKNOWN) e->mode = codec_error_mode(e->errors);
    *position = end;
    *replacement = NULL;
    StrBuilder out;
    switch (e->mode) {
    case ERRORS_STRICT: return encoding_strict(e, start, end, reason);
    case ERRORS_IGNORE: return true;
    case ERRORS_REPLACE:
        builder_init(&out);
        if (!builder_add_fill(&out, '?', end - start)) return false;
        break;
    case ERRORS_BACKSLASHREPLACE:
    case ERRORS_XMLCHARREFREPLACE:
    case ERRORS_NAMEREPLACE:
        builder_init(&out);
        for (int64_t i = start; i < end; i++)
            if (!codec_add_escape(&out, str_at(e->text, i), e->mode)) return false;
        break;
    case ERRORS_SURROGATEESCAPE:
        for (int64_t i = start; i < end; i++) {
            uint32_t c = str_at(e->text, i);
            if (c - 0xDC80 >= 0x80) return encoding_strict(e, i, end, reason);
            if (!encoding_add_byte(e, (uint8_t)(c - 0xDC00))) return false;
        }
        return true;
    case ERRORS_SURROGATEPASS:
        for (int64_t i = start; i < end; i++) {
            uint32_t c = str_at(e->text, i);
            if (!surrogate_width || !CODE_POINT_IS_SURROGATE(c))
                return encoding_strict(e, start, end, reason);
            if (!pass_surrogate(e, c, surrogate_width)) return false;
        }
        return true;
    default: return encoding_ask(e, start, end, reason, replacement, position);
    }
    *replacement = builder_finish(&out);
    return *replacement != NULL;
}
