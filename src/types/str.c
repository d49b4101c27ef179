/* str.c - what a str is: making, joining, comparing, hashing, and its text as UTF-8.
 *
 * Representation. A Str has `length` code points of `kind` bytes each at `data`. The kind is always
 * the narrowest that holds the widest character, and STR_ASCII is set exactly when all are below
 * 128; so two strings are equal only if kinds are equal and the bytes are. `data` lies
 *   - behind the header, with a NUL character after the text (`buffer` is NULL), or
 *   - inside the cell that `buffer` points to: a StrBuffer, or, for instances of subclasses, another
 *     Str whose characters are used.
 * Everything but `hash` and the INTERNED flag is constant after publication, so readers take no
 * lock and need no order beyond the one that published the object.
 *
 * Shared append buffers. `s + t` in a loop would be quadratic if each step copied `s`. A StrBuffer
 * has `capacity` bytes of which the first `used` have been given away. A string that ends exactly at
 * `used` may be extended in place: who wants to append raises `used` from that end to the new end
 * with one compare-and-swap, and has thereby claimed the bytes between them. The rules:
 *   - only the claimer writes to claimed bytes, and each byte is claimed once in its life;
 *   - a Str never covers bytes that were not claimed and written before it was published;
 *   - so nobody reads a byte that somebody else may be writing.
 * Two threads that append to one string race for the same bytes: one swap fails and that thread
 * copies. A claim that is given up (no memory for the header) would only waste room; the header is
 * therefore allocated first. No lock, no order between the two beyond the swap itself: the bytes
 * before the claim belong to strings that the claimer already reads.
 *
 * The hash is stored when first asked for; racing threads store the same number. */
#include "types/str.h"

#include <string.h>
#include "base/hash.h"
#include "base/utf8.h"
#include "types/bytes.h"
#include "types/exception.h"
#include "types/str_buffer.h"

#define STR_LENGTH_MAX (INT64_MAX / 8)
#define INLINE_CONCAT_MAX 128 /* bytes; shorter results are copied rather than put in a buffer */

static void buffer_release_nothing(Cell *cell, Marker *marker) {}
CellKind str_buffer_kind = {buffer_release_nothing, NULL, "str buffer"};

StrBuffer *str_buffer_new(int64_t capacity) {
    if (capacity < 0 || capacity > STR_LENGTH_MAX) {
        raise_memory_error();
        return NULL;
    }
    StrBuffer *buffer = heap_alloc(sizeof(StrBuffer) + (size_t)capacity);
    if (!buffer) return NULL;
    buffer->capacity = (int64_t)(heap_cell_size_hint(sizeof(StrBuffer) + (size_t)capacity) -
                                 sizeof(StrBuffer));
    cell_set_kind(buffer, &str_buffer_kind);
    return buffer;
}

void str_trace(Cell *cell, Marker *marker) {
    marker_visit_pointer(marker, ((Str *)cell)->buffer);
}

/* --- copying characters ------------------------------------------------------------------------- */

void points_copy_widening(void *to, unsigned to_kind, int64_t to_index, const void *from, unsigned from_kind,
                          int64_t from_index, int64_t count) {
    char *target = (char *)to + to_index * to_kind;
    const char *source = (const char *)from + from_index * from_kind;
    if (to_kind == 2 && from_kind == 1) {
        for (int64_t i = 0; i < count; i++)
            ((uint16_t *)(void *)target)[i] = ((const uint8_t *)source)[i];
    } else if (to_kind == 4 && from_kind == 1) {
        for (int64_t i = 0; i < count; i++)
            ((uint32_t *)(void *)target)[i] = ((const uint8_t *)source)[i];
    } else if (to_kind == 4 && from_kind == 2) {
        for (int64_t i = 0; i < count; i++)
            ((uint32_t *)(void *)target)[i] = ((const uint16_t *)(const void *)source)[i];
    } else {
        for (int64_t i = 0; i < count; i++)
            point_write(to_kind, target, i, point_read(from_kind, source, i));
    }
}

uint32_t points_bound(const void *data, unsigned kind, int64_t count) {
    if (kind == 1) return utf8_is_ascii(data, (size_t)count) ? 0x7F : 0xFF;
    uint32_t bits = 0;
    if (kind == 2) {
        const uint16_t *points = data;
        for (int64_t i = 0; i < count; i++) bits |= points[i];
    } else {
        const uint32_t *points = data;
        for (int64_t i = 0; i < count; i++) bits |= points[i];
    }
    return bits < 0x80 ? 0x7F : bits < 0x100 ? 0xFF : bits < 0x10000 ? 0xFFFF : 0x10FFFF;
}

/* --- making ------------------------------------------------------------------------------------- */

static uint16_t kind_bits_for(uint32_t max_point) {
    return (uint16_t)(kind_for_point(max_point) | (max_point < 0x80 ? STR_ASCII << 8 : 0));
}

Str *str_new_uninitialised(int64_t length, uint32_t max_point) {
    unsigned kind = kind_for_point(max_point);
    if (unlikely(length < 0 || length > STR_LENGTH_MAX)) {
        raise_memory_error();
        return NULL;
    }
    Str *s = object_alloc(&str_type, sizeof(Str) + ((size_t)length + 1) * kind);
    if (unlikely(!s)) return NULL;
    s->object.kind_bits = kind_bits_for(max_point);
    s->length = length;
    s->hash = -1;
    s->data = s + 1;
    return s;
}

/* A header for characters in a cell of their own. */
Str *str_over(void *cell, void *data, int64_t length, uint32_t max_point) {
    Str *s = object_alloc(&str_type, sizeof(Str));
    if (unlikely(!s)) return NULL;
    s->object.kind_bits = kind_bits_for(max_point);
    s->length = length;
    s->hash = -1;
    s->data = data;
    s->buffer = cell;
    return s;
}

Str *str_from_points(const void *points, unsigned kind, int64_t count) {
    if (count == 0) return str_empty();
    if (count == 1) return str_from_char(point_read(kind, points, 0));
    uint32_t bound = points_bound(points, kind, count);
    Str *s = str_new_uninitialised(count, bound);
    if (s) points_copy(s->data, str_kind(s), 0, points, kind, 0, count);
    return s;
}

Str *str_from_code_points(const uint32_t *points, size_t count) {
    return str_from_points(points, 4, (int64_t)count);
}

Str *str_from_latin1(const uint8_t *bytes, size_t count) {
    return str_from_points(bytes, 1, (int64_t)count);
}

Str *str_narrowed(Str *s) {
    uint32_t bound = points_bound(s->data, str_kind(s), s->length);
    if (bound == str_bound(s)) return s;
    return str_from_points(s->data, str_kind(s), s->length);
}

#define DECODE(type)                                                                               \
    do {                                                                                           \
        type *out = data;                                                                          \
        while (p < end) {                                                                          \
            if ((signed char)*p >= 0) *out++ = (type) * p++;                                       \
            else *out++ = (type)utf8_next(&p);                                                     \
        }                                                                                          \
    } while (0)

/* Decodes text that is known to be valid into characters wide enough for it. */
static void decode_valid(const char *p, size_t length, unsigned kind, void *data) {
    const char *end = p + length;
    if (kind == 1) DECODE(uint8_t);
    else if (kind == 2) DECODE(uint16_t);
    else DECODE(uint32_t);
}

Str *str_from_surveyed(const char *bytes, size_t length, const Utf8Survey *survey) {
    if (length == 0) return str_empty();
    if (length == 1) return str_from_char((unsigned char)bytes[0]);
    Str *s = str_new_uninitialised((int64_t)survey->code_points, survey->widest);
    if (!s) return NULL;
    if (survey->widest == 0x7F) memcpy(s->data, bytes, length);
    else decode_valid(bytes, length, str_kind(s), s->data);
    return s;
}

Str *str_from_utf8(const char *bytes, size_t length) {
    Utf8Survey survey = utf8_survey(bytes, length);
    if (survey.valid_length != length) {
        Utf8Step step = utf8_decode_step(bytes + survey.valid_length, length - survey.valid_length);
        const char *reason = step.status == UTF8_INVALID_START          ? "invalid start byte"
                             : step.status == UTF8_INVALID_CONTINUATION ? "invalid continuation byte"
                                                                        : "unexpected end of data";
        Bytes *object = bytes_from(bytes, length);
        if (object)
            raise_unicode_decode_error("utf-8", object_value(object), (int64_t)survey.valid_length,
                                       (int64_t)(survey.valid_length + step.length), reason);
        return NULL;
    }
    return str_from_surveyed(bytes, length, &survey);
}

Str *str_from_c(const char *text) { return str_from_utf8(text, strlen(text)); }

Str *str_from_os_text(const char *text, size_t length) {
    Utf8Survey survey = utf8_survey(text, length);
    if (survey.valid_length == length) return str_from_surveyed(text, length, &survey);
    StrBuilder builder;
    builder_init(&builder);
    for (size_t i = 0; i < length;) {
        Utf8Step step = utf8_decode_step(text + i, length - i);
        if (step.status == UTF8_OK) {
            if (!builder_add_char(&builder, step.code_point)) return NULL;
        } else {
            for (unsigned k = 0; k < step.length; k++)
                if (!builder_add_char(&builder, 0xDC00u + (unsigned char)text[i + k])) return NULL;
        }
        i += step.length;
    }
    return builder_finish(&builder);
}

Str *str_exact(Str *s) {
    if (is_exact_str(object_value(s))) return s;
    if (s->length <= 1) return str_from_points(s->data, str_kind(s), s->length);
    Str *copy = str_over(s->buffer ? (void *)s->buffer : (void *)s, s->data, s->length, str_bound(s));
    return copy;
}

Value str_as_type(Type *type, Str *s) {
    if (type == &str_type) {
        Str *exact = str_exact(s);
        return exact ? object_value(exact) : VALUE_ERROR;
    }
    Str *instance = object_alloc_instance(type, sizeof(Str));
    if (!instance) return VALUE_ERROR;
    instance->object.kind_bits = kind_bits_for(str_bound(s));
    instance->length = s->length;
    instance->hash = load_relaxed(&s->hash);
    instance->data = s->data;
    HEAP_STORE_POINTER(instance, &instance->buffer,
                       s->buffer ? s->buffer : (struct StrBuffer *)(void *)s);
    return object_value(instance);
}

Str *str_substring(const Str *s, int64_t start, int64_t end) {
    if (start < 0) start = 0;
    if (end > s->length) end = s->length;
    if (start >= end) return str_empty();
    if (start == 0 && end == s->length) return str_exact((Str *)s);
    unsigned kind = str_kind(s);
    if (str_is_ascii(s) && end - start > 1) {
        Str *part = str_new_uninitialised(end - start, 0x7F);
        if (part) memcpy(part->data, (const char *)s->data + start, (size_t)(end - start));
        return part;
    }
    return str_from_points((const char *)s->data + start * kind, kind, end - start);
}

/* --- concatenation ------------------------------------------------------------------------------ */

/* Extends the buffer that `a` ends in; NULL without an exception when that is not possible. */
static Str *concat_in_place(Str *a, Str *b, bool *failed) {
    *failed = false;
    StrBuffer *buffer = (StrBuffer *)a->buffer;
    unsigned kind = str_kind(a);
    if (!buffer || load_relaxed(&buffer->cell.kind) != &str_buffer_kind || str_kind(b) > kind)
        return NULL;
    int64_t end = (char *)a->data + a->length * kind - buffer->bytes;
    int64_t new_end = end + b->length * kind;
    if (new_end > buffer->capacity || load_relaxed(&buffer->used) != end) return NULL;
    uint32_t bound = str_bound(a) > str_bound(b) ? str_bound(a) : str_bound(b);
    Str *s = str_over(buffer, a->data, a->length + b->length, bound);
    if (!s) {
        *failed = true;
        return NULL;
    }
    if (!cas_relaxed(&buffer->used, &end, new_end)) return NULL;
    points_copy(buffer->bytes + end, kind, 0, b->data, str_kind(b), 0, b->length);
    return s;
}

Str *str_concat(Str *a, Str *b) {
    if (b->length == 0) return str_exact(a);
    if (a->length == 0) return str_exact(b);
    if (unlikely(a->length > STR_LENGTH_MAX - b->length)) {
        raise_error(&OverflowError, "strings are too large to concat");
        return NULL;
    }
    bool failed;
    Str *s = concat_in_place(a, b, &failed);
    if (s || failed) return s;
    uint32_t bound = str_bound(a) > str_bound(b) ? str_bound(a) : str_bound(b);
    unsigned kind = kind_for_point(bound);
    int64_t length = a->length + b->length, size = length * kind;
    if (size <= INLINE_CONCAT_MAX || b->length > a->length) {
        s = str_new_uninitialised(length, bound);
        if (!s) return NULL;
    } else {
        StrBuffer *buffer = str_buffer_new(size + size / 2);
        if (!buffer) return NULL;
        buffer->used = size;
        s = str_over(buffer, buffer->bytes, length, bound);
        if (!s) return NULL;
    }
    points_copy(s->data, kind, 0, a->data, str_kind(a), 0, a->length);
    points_copy(s->data, kind, a->length, b->data, str_kind(b), 0, b->length);
    return s;
}

Str *str_join_array(Str *separator, Value *items, int64_t count) {
    if (count == 0) return str_empty();
    if (count == 1) return str_exact(as_str(items[0]));
    int64_t length = 0;
    uint32_t bound = separator->length ? str_bound(separator) : 0x7F;
    for (int64_t i = 0; i < count; i++) {
        Str *item = as_str(items[i]);
        length += item->length;
        if (i) length += separator->length;
        if (unlikely(length > STR_LENGTH_MAX || length < 0)) {
            raise_error(&OverflowError, "join() result is too long for a Python string");
            return NULL;
        }
        if (str_bound(item) > bound) bound = str_bound(item);
    }
    Str *s = str_new_uninitialised(length, bound);
    if (!s) return NULL;
    unsigned kind = str_kind(s);
    int64_t at = 0;
    for (int64_t i = 0; i < count; i++) {
        if (i && separator->length) {
            points_copy(s->data, kind, at, separator->data, str_kind(separator), 0,
                        separator->length);
            at += separator->length;
        }
        Str *item = as_str(items[i]);
        points_copy(s->data, kind, at, item->data, str_kind(item), 0, item->length);
        at += item->length;
    }
    return s;
}

/* --- hash and comparison ------------------------------------------------------------------------ */

int64_t str_hash(Str *s) {
    int64_t hash = load_relaxed(&s->hash);
    if (likely(hash != -1)) return hash;
    hash = s->length ? (int64_t)hash_bytes(s->data, (size_t)s->length * str_kind(s)) : 0;
    if (hash == -1) hash = -2;
    store_relaxed(&s->hash, hash);
    return hash;
}

bool str_equal(const Str *a, const Str *b) {
    if (a == b) return true;
    if (a->length != b->length) return false;
    unsigned kind = str_kind(a);
    if (kind != str_kind(b)) return false;
    if (str_is_interned(a) && str_is_interned(b)) return false;
    return memcmp(a->data, b->data, (size_t)a->length * kind) == 0;
}

bool str_equal_c(const Str *a, const char *text) {
    size_t length = strlen(text);
    if (str_is_ascii(a)) return (size_t)a->length == length && memcmp(a->data, text, length) == 0;
    const char *position = text, *end = text + length;
    unsigned kind = str_kind(a);
    for (int64_t i = 0; i < a->length; i++)
        if (position >= end || utf8_next(&position) != point_read(kind, a->data, i)) return false;
    return position == end;
}

int str_compare(const Str *a, const Str *b) {
    unsigned kind_a = str_kind(a), kind_b = str_kind(b);
    int64_t common = a->length < b->length ? a->length : b->length;
    if (kind_a == 1 && kind_b == 1) {
        int order = memcmp(a->data, b->data, (size_t)common);
        if (order) return order < 0 ? -1 : 1;
    } else {
        for (int64_t i = 0; i < common; i++) {
            uint32_t x = point_read(kind_a, a->data, i), y = point_read(kind_b, b->data, i);
            if (x != y) return x < y ? -1 : 1;
        }
    }
    return a->length < b->length ? -1 : a->length > b->length;
}

/* --- the text as bytes -------------------------------------------------------------------------- */

typedef enum SurrogateRule { SURROGATES_REFUSE, SURROGATES_ESCAPE, SURROGATES_SHOW } SurrogateRule;

static void refuse_surrogates(const Str *s, int64_t start) {
    int64_t end = start + 1;
    while (end < s->length && CODE_POINT_IS_SURROGATE(str_at(s, end))) end++;
    raise_unicode_encode_error("utf-8", object_value(s), start, end, "surrogates not allowed");
}

/* Up to four bytes a character; a surrogate shown takes six ("\udc80"). */
static const char *utf8_of(const Str *s, size_t *length, SurrogateRule rule) {
    unsigned kind = str_kind(s);
    if (str_is_ascii(s) && !s->buffer) {
        if (length) *length = (size_t)s->length;
        return s->data;
    }
    size_t size = 0;
    for (int64_t i = 0; i < s->length; i++) {
        uint32_t c = point_read(kind, s->data, i);
        if (CODE_POINT_IS_SURROGATE(c)) {
            if (rule == SURROGATES_REFUSE || (rule == SURROGATES_ESCAPE && c - 0xDC80 >= 0x80)) {
                refuse_surrogates(s, i);
                return NULL;
            }
            size += 6;
        } else {
            size += utf8_encoded_length(c);
        }
    }
    StrBuffer *buffer = str_buffer_new((int64_t)size + 1);
    if (!buffer) return NULL;
    char *out = buffer->bytes;
    if (str_is_ascii(s)) {
        memcpy(out, s->data, (size_t)s->length);
        out += s->length;
    } else {
        for (int64_t i = 0; i < s->length; i++) {
            uint32_t c = point_read(kind, s->data, i);
            if (!CODE_POINT_IS_SURROGATE(c)) {
                out += utf8_encode(out, c);
            } else if (rule == SURROGATES_ESCAPE) {
                *out++ = (char)(c - 0xDC00);
            } else {
                static const char digits[] = "0123456789abcdef";
                *out++ = '\\';
                *out++ = 'u';
                for (int shift = 12; shift >= 0; shift -= 4) *out++ = digits[c >> shift & 15];
            }
        }
    }
    *out = 0;
    if (length) *length = (size_t)(out - buffer->bytes);
    return buffer->bytes;
}

const char *str_utf8(const Str *s, size_t *length) { return utf8_of(s, length, SURROGATES_REFUSE); }

const char *str_os_text(const Str *s, size_t *length) {
    return utf8_of(s, length, SURROGATES_ESCAPE);
}

const char *str_display(const Str *s) {
    const char *text = utf8_of(s, NULL, SURROGATES_SHOW);
    if (text) return text;
    error_clear();
    return "?";
}
