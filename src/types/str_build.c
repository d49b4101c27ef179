/* str_build.c - texts that grow, and texts from formats.
 *
 * A StrBuilder has room for a short text in itself; a longer one is in a StrBuffer of the heap (an
 * inside pointer from the C stack keeps it alive). It starts with one byte a character and widens when
 * the first wider one arrives, so its kind is always the narrowest. Finishing a short text copies it
 * behind a header; a long one gives the buffer away to the Str, `used` set, so that appending to the
 * result goes on in place. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "base/utf8.h"
#include "types/exception.h"
#include "types/str.h"
#include "types/str_buffer.h"

#define COPY_MAX 256 /* bytes; shorter texts are copied behind a header */
_Static_assert(BUILDER_ROOM <= COPY_MAX, "what is in the builder itself is always copied");

static StrBuffer *buffer_of(void *data) {
    return (StrBuffer *)(void *)((char *)data - offsetof(StrBuffer, bytes));
}

/* The same characters in the same place, as wider ones: from the last on, each to where nobody looks again. */
static void widen_in_place(StrBuilder *builder, unsigned kind) {
    for (int64_t i = builder->length; i-- > 0;)
        point_write(kind, builder->data, i, point_read(builder->kind, builder->data, i));
}

/* Makes room for `count` more characters up to `point`. */
static NOINLINE bool reserve_slow(StrBuilder *builder, int64_t count, uint32_t point) {
    unsigned kind = kind_for_point(point) > builder->kind ? kind_for_point(point) : builder->kind;
    if (unlikely(count > INT64_MAX / 16 - builder->length)) {
        raise_memory_error();
        return false;
    }
    int64_t needed = (builder->length + count) * kind;
    if (needed <= BUILDER_ROOM && builder->data == builder->room) {
        widen_in_place(builder, kind);
        builder->kind = kind;
        builder->capacity = BUILDER_ROOM / kind;
        return true;
    }
    StrBuffer *buffer = str_buffer_new(builder->length ? needed + needed / 2 : needed);
    if (!buffer) return false;
    if (builder->length)
        points_copy(buffer->bytes, kind, 0, builder->data, builder->kind, 0, builder->length);
    builder->data = buffer->bytes;
    builder->kind = kind;
    builder->capacity = buffer->capacity / kind;
    return true;
}

static inline bool reserve(StrBuilder *builder, int64_t count, uint32_t point) {
    if (unlikely(count > builder->capacity - builder->length ||
                 kind_for_point(point) > builder->kind) &&
        !reserve_slow(builder, count, point))
        return false;
    if (point > builder->max_point) builder->max_point = point;
    return true;
}

bool builder_add_char_slow(StrBuilder *builder, uint32_t point) {
    if (!reserve(builder, 1, point)) return false;
    point_write(builder->kind, builder->data, builder->length++, point);
    return true;
}

bool builder_add_points(StrBuilder *builder, const void *data, unsigned kind, int64_t count) {
    if (count <= 0) return true;
    uint32_t bound = points_bound(data, kind, count);
    if (!reserve(builder, count, bound)) return false;
    points_copy(builder->data, builder->kind, builder->length, data, kind, 0, count);
    builder->length += count;
    return true;
}

bool builder_add(StrBuilder *builder, const Str *s) {
    if (s->length == 0) return true;
    unsigned kind = str_kind(s);
    if (!reserve(builder, s->length, str_bound(s))) return false;
    points_copy(builder->data, builder->kind, builder->length, s->data, kind, 0, s->length);
    builder->length += s->length;
    return true;
}

bool builder_add_range(StrBuilder *builder, const Str *s, int64_t start, int64_t end) {
    if (start == 0 && end == s->length) return builder_add(builder, s);
    if (start >= end) return true;
    if (str_is_ascii(s)) return builder_add_ascii(builder, (const char *)s->data + start, (size_t)(end - start));
    unsigned kind = str_kind(s);
    return builder_add_points(builder, (const char *)s->data + start * kind, kind, end - start);
}

bool builder_add_ascii(StrBuilder *builder, const char *text, size_t length) {
    if (length == 0) return true;
    if (!reserve(builder, (int64_t)length, 0x7F)) return false;
    points_copy(builder->data, builder->kind, builder->length, text, 1, 0, (int64_t)length);
    builder->length += (int64_t)length;
    return true;
}

bool builder_add_c(StrBuilder *builder, const char *ascii) {
    return builder_add_ascii(builder, ascii, strlen(ascii));
}

bool builder_add_fill(StrBuilder *builder, uint32_t point, int64_t count) {
    if (count <= 0) return true;
    if (!reserve(builder, count, point)) return false;
    if (builder->kind == 1) {
        memset((char *)builder->data + builder->length, (int)point, (size_t)count);
        builder->length += count;
        return true;
    }
    for (int64_t i = 0; i < count; i++)
        point_write(builder->kind, builder->data, builder->length++, point);
    return true;
}

bool builder_add_repr(StrBuilder *builder, Value v) {
    Value text = value_repr(v);
    return !is_error(text) && builder_add(builder, as_str(text));
}

bool builder_add_utf8(StrBuilder *builder, const char *text, size_t length) {
    while (length > 0) {
        size_t ascii = utf8_ascii_prefix(text, length);
        if (!builder_add_ascii(builder, text, ascii)) return false;
        text += ascii;
        length -= ascii;
        if (length == 0) break;
        Utf8Step step = utf8_decode_step(text, length);
        if (!builder_add_char(builder, step.status == UTF8_OK ? step.code_point : 0xFFFD))
            return false;
        text += step.length;
        length -= step.length;
    }
    return true;
}

Str *builder_finish(StrBuilder *builder) {
    int64_t length = builder->length;
    if (length == 0) return str_empty();
    unsigned kind = builder->kind;
    if (length == 1) return str_from_char(point_read(kind, builder->data, 0));
    uint32_t bound = builder->max_point < 0x80      ? 0x7F
                     : builder->max_point < 0x100   ? 0xFF
                     : builder->max_point < 0x10000 ? 0xFFFF
                                                    : 0x10FFFF;
    if (length * kind <= COPY_MAX) {
        Str *s = str_new_uninitialised(length, bound);
        if (s) memcpy(s->data, builder->data, (size_t)length * kind);
        return s;
    }
    StrBuffer *buffer = buffer_of(builder->data);
    buffer->used = length * kind;
    Str *s = str_over(buffer, builder->data, length, bound);
    builder->data = NULL; /* nobody writes to it any more except by a claim */
    return s;
}

/* --- formats ------------------------------------------------------------------------------------ */

typedef struct Conversion {
    bool left, zero;
    int width, precision; /* precision -1: none */
    int size;             /* number of l's; 3 for z */
    char code;
} Conversion;

static const char *parse_number(const char *p, int *out, va_list *arguments) {
    if (*p == '*') {
        *out = va_arg(*arguments, int);
        return p + 1;
    }
    *out = 0;
    while (*p >= '0' && *p <= '9') *out = *out * 10 + (*p++ - '0');
    return p;
}

static const char *parse_conversion(const char *p, Conversion *c, va_list *arguments) {
    *c = (Conversion){.precision = -1};
    for (;; p++) {
        if (*p == '-') c->left = true;
        else if (*p == '0') c->zero = true;
        else break;
    }
    p = parse_number(p, &c->width, arguments);
    if (*p == '.') p = parse_number(p + 1, &c->precision, arguments);
    for (; *p == 'l' || *p == 'z'; p++) c->size = *p == 'z' ? 3 : c->size + 1;
    c->code = *p;
    return p + 1;
}

static bool add_padded(StrBuilder *builder, const Conversion *c, const Str *s) {
    int64_t length = s->length;
    if (c->precision >= 0 && length > c->precision) length = c->precision;
    int64_t fill = c->width > length ? c->width - length : 0;
    return (c->left || builder_add_fill(builder, ' ', fill)) &&
           builder_add_range(builder, s, 0, length) &&
           (!c->left || builder_add_fill(builder, ' ', fill));
}

static bool add_value(StrBuilder *builder, const Conversion *c, Value text) {
    return !is_error(text) && add_padded(builder, c, as_str(text));
}

static bool add_c_string(StrBuilder *builder, const Conversion *c, const char *text) {
    if (!text) text = "(null)";
    size_t length = c->precision >= 0 ? strnlen(text, (size_t)c->precision) : strlen(text);
    /* do not cut a character in two */
    if (c->precision >= 0)
        while (length > 0 && length == (size_t)c->precision &&
               ((unsigned char)text[length] & 0xC0) == 0x80)
            length--;
    int64_t count = (int64_t)utf8_count(text, length);
    int64_t fill = c->width > count ? c->width - count : 0;
    return (c->left || builder_add_fill(builder, ' ', fill)) &&
           builder_add_utf8(builder, text, length) &&
           (!c->left || builder_add_fill(builder, ' ', fill));
}

static bool add_integer(StrBuilder *builder, const Conversion *c, va_list *arguments) {
    bool is_signed = c->code == 'd' || c->code == 'i';
    unsigned long long n;
    if (is_signed) {
        long long value = c->size == 0   ? va_arg(*arguments, int)
                          : c->size == 1 ? va_arg(*arguments, long)
                                         : va_arg(*arguments, long long);
        n = (unsigned long long)value;
    } else {
        n = c->size == 0   ? va_arg(*arguments, unsigned)
            : c->size == 1 ? va_arg(*arguments, unsigned long)
                           : va_arg(*arguments, unsigned long long);
    }
    char text[64];
    const char *pattern = is_signed ? "%lld" : c->code == 'x' ? "%llx" : c->code == 'X' ? "%llX"
                                                                      : c->code == 'o'   ? "%llo"
                                                                                         : "%llu";
    int length = snprintf(text, sizeof text, pattern, n);
    int fill = c->width > length ? c->width - length : 0;
    if (c->precision > length) return builder_add_fill(builder, '0', c->precision - length) &&
                                      builder_add_ascii(builder, text, (size_t)length);
    if (c->left)
        return builder_add_ascii(builder, text, (size_t)length) &&
               builder_add_fill(builder, ' ', fill);
    if (c->zero && text[0] == '-')
        return builder_add_char(builder, '-') && builder_add_fill(builder, '0', fill) &&
               builder_add_ascii(builder, text + 1, (size_t)length - 1);
    return builder_add_fill(builder, c->zero ? '0' : ' ', fill) &&
           builder_add_ascii(builder, text, (size_t)length);
}

static bool add_conversion(StrBuilder *builder, const Conversion *c, va_list *arguments) {
    char text[48];
    switch (c->code) {
    case '%': return builder_add_char(builder, '%');
    case 'c': return builder_add_char(builder, (uint32_t)va_arg(*arguments, int));
    case 's': return add_c_string(builder, c, va_arg(*arguments, const char *));
    case 'd': case 'i': case 'u': case 'x': case 'X': case 'o':
        return add_integer(builder, c, arguments);
    case 'p':
        snprintf(text, sizeof text, "%p", va_arg(*arguments, void *));
        return builder_add_c(builder, text);
    case 'g': case 'f': case 'e': {
        char pattern[] = {'%', '.', '*', c->code, 0};
        snprintf(text, sizeof text, pattern, c->precision < 0 ? 6 : c->precision,
                 va_arg(*arguments, double));
        return builder_add_c(builder, text);
    }
    case 'V': return add_value(builder, c, value_str(va_arg(*arguments, Value)));
    case 'R': return add_value(builder, c, value_repr(va_arg(*arguments, Value)));
    case 'A': return add_value(builder, c, value_ascii(va_arg(*arguments, Value)));
    case 'T': return add_c_string(builder, c, type_of(va_arg(*arguments, Value))->name);
    case 'N': return add_c_string(builder, c, va_arg(*arguments, Type *)->name);
    case 'U': return add_padded(builder, c, va_arg(*arguments, Str *));
    default: fatal("str_format: unknown conversion %%%c", c->code);
    }
}

typedef struct Arguments {
    va_list list;
} Arguments;

Str *str_format_va(const char *format, va_list list) {
    Arguments arguments;
    va_copy(arguments.list, list);
    StrBuilder builder;
    builder_init(&builder);
    bool good = true;
    for (const char *p = format; good && *p;) {
        const char *percent = strchrnul(p, '%');
        good = builder_add_utf8(&builder, p, (size_t)(percent - p));
        p = percent;
        if (!good || !*p) break;
        Conversion conversion;
        p = parse_conversion(p + 1, &conversion, &arguments.list);
        good = add_conversion(&builder, &conversion, &arguments.list);
    }
    va_end(arguments.list);
    return good ? builder_finish(&builder) : NULL;
}

Str *str_format(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    Str *s = str_format_va(format, arguments);
    va_end(arguments);
    return s;
}
