/* codec_utf.c - UTF-8, UTF-16 and UTF-32. */
#include <string.h>
#include "base/utf8.h"
#include "types/codec.h"
#include "types/exception.h"
#include "types/str_buffer.h"

/* --- UTF-8 -------------------------------------------------------------------------------------- */

static const char *utf8_reason(unsigned status) {
    return status == UTF8_INVALID_START          ? "invalid start byte"
           : status == UTF8_INVALID_CONTINUATION ? "invalid continuation byte"
                                                 : "unexpected end of data";
}

/* The first two bytes of a surrogate at the end: more input may make it one. */
static bool is_cut_surrogate(const uint8_t *p, int64_t left) {
    return left == 2 && p[0] == 0xED && p[1] >= 0xA0 && p[1] <= 0xBF;
}

Str *utf8_decode(const void *data, size_t length, const char *errors, int64_t *consumed) {
    Utf8Survey survey = utf8_survey(data, length);
    if (consumed) *consumed = (int64_t)length;
    if (survey.valid_length == length) return str_from_surveyed(data, length, &survey);
    Decoding d;
    decoding_start(&d, "utf-8", errors, data, length);
    int64_t i = 0;
    while (i < d.length) {
        const char *p = (const char *)d.data + i;
        int64_t ascii = (int64_t)utf8_ascii_prefix(p, (size_t)(d.length - i));
        if (ascii) {
            if (!builder_add_ascii(&d.out, p, (size_t)ascii)) return NULL;
            i += ascii;
            continue;
        }
        Utf8Step step = utf8_decode_step(p, (size_t)(d.length - i));
        if (step.status == UTF8_OK) {
            if (!builder_add_char(&d.out, step.code_point)) return NULL;
            i += step.length;
            continue;
        }
        if (consumed && (step.status == UTF8_TRUNCATED || is_cut_surrogate(d.data + i, d.length - i)))
            break;
        if (!decoding_error(&d, i, i + step.length, utf8_reason(step.status), 3, &i)) return NULL;
    }
    if (consumed) *consumed = i;
    return builder_finish(&d.out);
}

/* Adds a handler's replacement, which must be ASCII. */
static bool utf8_add_text(Encoding *e, const Str *s, int64_t start, int64_t end, const char *reason) {
    if (str_is_ascii(s)) return encoding_add(e, s->data, s->length);
    raise_unicode_encode_error(e->encoding, object_value(e->text), start, end, reason);
    return false;
}

/* The size of a text as UTF-8; -1: it has surrogates. */
static int64_t encoded_size(const void *data, unsigned kind, int64_t length) {
    int64_t size = length;
    if (kind == 1) {
        const uint8_t *p = data;
        for (int64_t i = 0; i < length; i++) size += p[i] >> 7;
    } else if (kind == 2) { /* no way out of the loops: so they become vector instructions */
        const uint16_t *p = data;
        int64_t surrogates = 0;
        for (int64_t i = 0; i < length; i++) {
            surrogates += (uint16_t)(p[i] - 0xD800) < 0x800;
            size += (p[i] >= 0x80) + (p[i] >= 0x800);
        }
        if (surrogates) return -1;
    } else {
        const uint32_t *p = data;
        int64_t surrogates = 0;
        for (int64_t i = 0; i < length; i++) {
            surrogates += CODE_POINT_IS_SURROGATE(p[i]);
            size += (p[i] >= 0x80) + (p[i] >= 0x800) + (p[i] >= 0x10000);
        }
        if (surrogates) return -1;
    }
    return size;
}

#define ENCODE(type)                                                                               \
    do {                                                                                           \
        const type *p = data;                                                                      \
        for (int64_t i = 0; i < length; i++) {                                                     \
            if (p[i] < 0x80) *out++ = (char)p[i];                                                  \
            else out += utf8_encode(out, p[i]);                                                    \
        }                                                                                          \
    } while (0)

static void encode_valid(const void *data, unsigned kind, int64_t length, char *out) {
    if (kind == 1) ENCODE(uint8_t);
    else if (kind == 2) ENCODE(uint16_t);
    else ENCODE(uint32_t);
}

Bytes *utf8_encode_str(Str *s, const char *errors) {
    unsigned kind = str_kind(s);
    if (str_is_ascii(s)) return bytes_from(s->data, (size_t)s->length);
    int64_t size = encoded_size(s->data, kind, s->length), i;
    if (size >= 0) {
        Bytes *bytes = bytes_new(size);
        if (bytes) encode_valid(s->data, kind, s->length, (char *)bytes->data);
        return bytes;
    }
    Encoding e;
    if (!encoding_start(&e, "utf-8", errors, s, s->length + 64)) return NULL;
    for (i = 0; i < s->length;) {
        uint32_t c = point_read(kind, s->data, i);
        if (!CODE_POINT_IS_SURROGATE(c)) {
            char out[4];
            if (!encoding_add(&e, out, (int64_t)utf8_encode(out, c))) return NULL;
            i++;
            continue;
        }
        int64_t start = i, end = i + 1;
        while (end < s->length && CODE_POINT_IS_SURROGATE(point_read(kind, s->data, end))) end++;
        Str *replacement;
        if (!encoding_error(&e, start, end, "surrogates not allowed", 3, &replacement, &i))
            return NULL;
        if (replacement &&
            !utf8_add_text(&e, replacement, start, end, "surrogates not allowed"))
            return NULL;
    }
    return encoding_finish(&e);
}

/* --- UTF-16 ------------------------------------------------------------------------------------- */

static inline uint32_t unit16(const uint8_t *p, bool big) {
    return big ? (uint32_t)p[0] << 8 | p[1] : (uint32_t)p[1] << 8 | p[0];
}

Str *utf16_decode(const void *data, size_t length, const char *errors, int *byte_order,
                  int64_t *consumed) {
    int order = *byte_order;
    int64_t i = 0;
    const uint8_t *p = data;
    if (order == 0 && length >= 2) {
        if (p[0] == 0xFF && p[1] == 0xFE) order = -1;
        else if (p[0] == 0xFE && p[1] == 0xFF) order = 1;
        if (order) i = 2;
    }
    if (length >= 2 || order) *byte_order = order;
    bool big = order > 0;
    Decoding d;
    decoding_start(&d, big ? "utf-16-be" : "utf-16-le", errors, data, length);
    int width = big ? -2 : 2;
    while (i < d.length) {
        int64_t start = i;
        if (d.length - i < 2) {
            if (consumed) break;
            if (!decoding_error(&d, start, d.length, "truncated data", 0, &i)) return NULL;
            continue;
        }
        uint32_t c = unit16(d.data + i, big);
        if (!CODE_POINT_IS_SURROGATE(c)) {
            if (!builder_add_char(&d.out, c)) return NULL;
            i += 2;
            continue;
        }
        if (c >= 0xDC00) {
            if (!decoding_error(&d, start, start + 2, "illegal encoding", width, &i)) return NULL;
            continue;
        }
        if (d.length - i < 4) {
            if (consumed) break;
            if (!decoding_error(&d, start, d.length, "unexpected end of data", width, &i)) return NULL;
            continue;
        }
        uint32_t low = unit16(d.data + i + 2, big);
        if (low - 0xDC00 >= 0x400) {
            if (!decoding_error(&d, start, start + 2, "illegal UTF-16 surrogate", width, &i))
                return NULL;
            continue;
        }
        if (!builder_add_char(&d.out, 0x10000 + ((c & 0x3FF) << 10 | (low & 0x3FF)))) return NULL;
        i += 4;
    }
    if (consumed) *consumed = i;
    return builder_finish(&d.out);
}

static bool put16(Encoding *e, uint32_t unit, bool big) {
    uint8_t out[2] = {(uint8_t)(big ? unit >> 8 : unit), (uint8_t)(big ? unit : unit >> 8)};
    return encoding_add(e, out, 2);
}

static bool put32(Encoding *e, uint32_t c, bool big) {
    uint8_t out[4];
    for (int k = 0; k < 4; k++) out[big ? 3 - k : k] = (uint8_t)(c >> 8 * k);
    return encoding_add(e, out, 4);
}

static bool put_point(Encoding *e, uint32_t c, bool big, int width) {
    if (width == 4) return put32(e, c, big);
    if (c < 0x10000) return put16(e, c, big);
    c -= 0x10000;
    return put16(e, 0xD800 | c >> 10, big) && put16(e, 0xDC00 | (c & 0x3FF), big);
}

static Bytes *wide_encode(Str *s, const char *errors, int byte_order, int width,
                          const char *encoding) {
    Encoding e;
    bool big = byte_order > 0;
    unsigned kind = str_kind(s);
    if (!encoding_start(&e, encoding, errors, s, s->length * width + 4)) return NULL;
    if (byte_order == 0 && !put_point(&e, 0xFEFF, big, width)) return NULL;
    for (int64_t i = 0; i < s->length;) {
        uint32_t c = point_read(kind, s->data, i);
        if (!CODE_POINT_IS_SURROGATE(c)) {
            if (!put_point(&e, c, big, width)) return NULL;
            i++;
            continue;
        }
        int64_t start = i, end = i + 1;
        Str *replacement;
        int64_t before = e.length;
        if (!encoding_error(&e, start, end, "surrogates not allowed", big ? -width : width,
                            &replacement, &i))
            return NULL;
        bool whole = (e.length - before) % width == 0 && (!replacement || str_is_ascii(replacement));
        for (int64_t k = 0; replacement && whole && k < replacement->length; k++)
            if (!put_point(&e, str_at(replacement, k), big, width)) return NULL;
        if (!whole) {
            raise_unicode_encode_error(encoding, object_value(s), start, end,
                                       "surrogates not allowed");
            return NULL;
        }
    }
    return encoding_finish(&e);
}

Bytes *utf16_encode(Str *s, const char *errors, int byte_order) {
    return wide_encode(s, errors, byte_order, 2,
                       byte_order < 0 ? "utf-16-le" : byte_order > 0 ? "utf-16-be" : "utf-16");
}

/* --- UTF-32 ------------------------------------------------------------------------------------- */

static inline uint32_t unit32(const uint8_t *p, bool big) {
    return big ? (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3]
               : (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
}

Str *utf32_decode(const void *data, size_t length, const char *errors, int *byte_order,
                  int64_t *consumed) {
    int order = *byte_order;
    int64_t i = 0;
    if (order == 0 && length >= 4) {
        if (unit32(data, false) == 0xFEFF) order = -1;
        else if (unit32(data, true) == 0xFEFF) order = 1;
        if (order) i = 4;
    }
    *byte_order = order;
    bool big = order > 0;
    Decoding d;
    decoding_start(&d, big ? "utf-32-be" : "utf-32-le", errors, data, length);
    while (i < d.length) {
        int64_t start = i;
        if (d.length - i < 4) {
            if (consumed) break;
            if (!decoding_error(&d, start, d.length, "truncated data", 0, &i)) return NULL;
            continue;
        }
        uint32_t c = unit32(d.data + i, big);
        const char *reason = CODE_POINT_IS_SURROGATE(c)
                                 ? "code point in surrogate code point range(0xd800, 0xe000)"
                             : c > CODE_POINT_MAX ? "code point not in range(0x110000)"
                                                  : NULL;
        if (reason) {
            if (!decoding_error(&d, start, start + 4, reason, big ? -4 : 4, &i)) return NULL;
            continue;
        }
        if (!builder_add_char(&d.out, c)) return NULL;
        i += 4;
    }
    if (consumed) *consumed = i;
    return builder_finish(&d.out);
}

Bytes *utf32_encode(Str *s, const char *errors, int byte_order) {
    return wide_encode(s, errors, byte_order, 4,
                       byte_order < 0 ? "utf-32-le" : byte_order > 0 ? "utf-32-be" : "utf-32");
}
