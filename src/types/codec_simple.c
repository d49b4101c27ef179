/* codec_simple.c - Latin-1, ASCII, and encodings by a map of characters. */
#include <string.h>
#include "base/utf8.h"
#include "types/codec.h"
#include "types/dict.h"
#include "types/exception.h"
#include "types/int.h"
#include "types/list.h"
#include "types/str_buffer.h"

Str *latin1_decode(const void *data, size_t length) { return str_from_latin1(data, length); }

Str *ascii_decode(const void *data, size_t length, const char *errors) {
    if (utf8_is_ascii(data, length)) return str_from_utf8(data, length);
    Decoding d;
    decoding_start(&d, "ascii", errors, data, length);
    for (int64_t i = 0; i < d.length;) {
        const char *p = (const char *)d.data + i;
        int64_t plain = (int64_t)utf8_ascii_prefix(p, (size_t)(d.length - i));
        if (!builder_add_ascii(&d.out, p, (size_t)plain)) return NULL;
        i += plain;
        if (i < d.length &&
            !decoding_error(&d, i, i + 1, "ordinal not in range(128)", 0, &i))
            return NULL;
    }
    return builder_finish(&d.out);
}

static Bytes *narrow_encode(Str *s, const char *errors, uint32_t limit, const char *encoding,
                            const char *reason) {
    unsigned kind = str_kind(s);
    if (str_bound(s) < limit) return bytes_from(s->data, (size_t)s->length);
    Encoding e;
    if (!encoding_start(&e, encoding, errors, s, s->length)) return NULL;
    for (int64_t i = 0; i < s->length;) {
        uint32_t c = point_read(kind, s->data, i);
        if (c < limit) {
            if (!encoding_add_byte(&e, (uint8_t)c)) return NULL;
            i++;
            continue;
        }
        int64_t start = i, end = i + 1;
        while (end < s->length && point_read(kind, s->data, end) >= limit) end++;
        Str *replacement;
        if (!encoding_error(&e, start, end, reason, 0, &replacement, &i)) return NULL;
        for (int64_t k = 0; replacement && k < replacement->length; k++) {
            uint32_t r = str_at(replacement, k);
            if (r >= limit) {
                raise_unicode_encode_error(encoding, object_value(s), start, end, reason);
                return NULL;
            }
            if (!encoding_add_byte(&e, (uint8_t)r)) return NULL;
        }
    }
    return encoding_finish(&e);
}

Bytes *latin1_encode(Str *s, const char *errors) {
    return narrow_encode(s, errors, 256, "latin-1", "ordinal not in range(256)");
}
Bytes *ascii_encode(Str *s, const char *errors) {
    return narrow_encode(s, errors, 128, "ascii", "ordinal not in range(128)");
}

/* --- maps --------------------------------------------------------------------------------------- */

#define UNDEFINED 0xFFFE
static const char undefined_reason[] = "character maps to <undefined>";

/* What the map gives for a byte or a character; VALUE_NONE: nothing. */
static Value map_lookup(Value mapping, uint32_t key) {
    Value found;
    if (is_exactly(mapping, &dict_type)) {
        found = dict_get(as_dict(mapping), smallint_value(key));
        return is_empty(found) ? VALUE_NONE : found;
    }
    found = get_item(mapping, smallint_value(key));
    if (is_error(found) && error_clear_if(&LookupError)) return VALUE_NONE;
    return found;
}

/* Adds what byte `c` stands for: 1; 0: it is undefined; -1. */
static int add_mapped(Decoding *d, Value mapping, uint8_t c) {
    if (is_exactly(mapping, &str_type)) {
        const Str *table = as_str(mapping);
        if (c >= table->length || str_at(table, c) == UNDEFINED) return 0;
        return builder_add_char(&d->out, str_at(table, c)) ? 1 : -1;
    }
    Value found = map_lookup(mapping, c);
    if (is_error(found)) return -1;
    if (is_none(found)) return 0;
    if (is_int(found)) {
        int64_t point;
        if (!int_to_int64(found, &point) || point < 0 || point > CODE_POINT_MAX) {
            raise_error(&TypeError, "character mapping must be in range(0x110000)");
            return -1;
        }
        if (point == UNDEFINED) return 0;
        return builder_add_char(&d->out, (uint32_t)point) ? 1 : -1;
    }
    if (is_str(found)) {
        if (as_str(found)->length == 1 && str_at(as_str(found), 0) == UNDEFINED) return 0;
        return builder_add(&d->out, as_str(found)) ? 1 : -1;
    }
    raise_error(&TypeError, "character mapping must return integer, None or str");
    return -1;
}

Str *charmap_decode(const void *data, size_t length, const char *errors, Value mapping) {
    if (is_empty(mapping) || is_none(mapping)) return latin1_decode(data, length);
    Decoding d;
    decoding_start(&d, "charmap", errors, data, length);
    for (int64_t i = 0; i < d.length;) {
        int done = add_mapped(&d, mapping, d.data[i]);
        if (done < 0) return NULL;
        if (done) i++;
        else if (!decoding_error(&d, i, i + 1, undefined_reason, 0, &i)) return NULL;
    }
    return builder_finish(&d.out);
}

/* Adds what character `c` is encoded as: 1; 0: it is undefined; -1. */
static int encode_mapped(Encoding *e, Value mapping, uint32_t c) {
    Value found = map_lookup(mapping, c);
    if (is_error(found)) return -1;
    if (is_none(found)) return 0;
    if (is_int(found)) {
        int64_t byte;
        if (!int_to_int64(found, &byte) || byte < 0 || byte > 255) {
            raise_error(&TypeError, "character mapping must be in range(256)");
            return -1;
        }
        return encoding_add_byte(e, (uint8_t)byte) ? 1 : -1;
    }
    if (is_bytes(found))
        return encoding_add(e, as_bytes(found)->data, as_bytes(found)->length) ? 1 : -1;
    raise_error(&TypeError, "character mapping must return integer, bytes or None, not %T", found);
    return -1;
}

/* Is the character undefined? Like encode_mapped() without adding. 1, 0, -1 */
static int is_undefined(Value mapping, uint32_t c) {
    Value found = map_lookup(mapping, c);
    return is_error(found) ? -1 : is_none(found);
}

Bytes *charmap_encode(Str *s, const char *errors, Value mapping) {
    if (is_empty(mapping) || is_none(mapping)) return latin1_encode(s, errors);
    Encoding e;
    if (!encoding_start(&e, "charmap", errors, s, s->length)) return NULL;
    for (int64_t i = 0; i < s->length;) {
        int done = encode_mapped(&e, mapping, str_at(s, i));
        if (done < 0) return NULL;
        if (done) {
            i++;
            continue;
        }
        int64_t start = i, end = i + 1;
        for (; end < s->length; end++) {
            int undefined = is_undefined(mapping, str_at(s, end));
            if (undefined < 0) return NULL;
            if (!undefined) break;
        }
        Str *replacement;
        if (!encoding_error(&e, start, end, undefined_reason, 0, &replacement, &i)) return NULL;
        for (int64_t k = 0; replacement && k < replacement->length; k++) {
            done = encode_mapped(&e, mapping, str_at(replacement, k));
            if (done == 0)
                raise_unicode_encode_error("charmap", object_value(s), start, end, undefined_reason);
            if (done <= 0) return NULL;
        }
    }
    return encoding_finish(&e);
}

Value charmap_build(Str *table) {
    Dict *map = dict_new_sized(table->length);
    if (!map) return VALUE_ERROR;
    for (int64_t i = 0; i < table->length && i < 256; i++) {
        uint32_t c = str_at(table, i);
        if (c != UNDEFINED && !dict_set(map, smallint_value(c), smallint_value(i)))
            return VALUE_ERROR;
    }
    return object_value(map);
}
