/* codec_utf7.c - UTF-7 (RFC 2152). */
#include <string.h>
#include "base/utf8.h"
#include "types/codec.h"
#include "types/exception.h"
#include "types/str_buffer.h"

static int base64_value(uint8_t c) {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* May stand for itself when decoding. */
static bool is_direct(uint8_t c) { return c < 0x80 && c != '+'; }

/* Is written as itself: letters, digits, the direct and optional sets but for "\\" and "~". */
static bool encodes_direct(uint32_t c) {
    if (c >= 0x80 || c == 0) return false;
    if (c == '\t' || c == '\n' || c == '\r') return true;
    return c >= ' ' && c < 0x7F && c != '+' && c != '\\' && c != '~';
}

typedef struct Shift {
    bool active;
    int64_t start;     /* of the '+' */
    int64_t out_start; /* length of the output there */
    uint32_t bits;
    int count;         /* bits held */
    uint32_t surrogate; /* a high one that waits */
} Shift;

static bool add_unit(Decoding *d, Shift *s, uint32_t unit) {
    if (s->surrogate) {
        if (unit - 0xDC00 < 0x400) {
            uint32_t c = 0x10000 + ((s->surrogate & 0x3FF) << 10 | (unit & 0x3FF));
            s->surrogate = 0;
            return builder_add_char(&d->out, c);
        }
        if (!builder_add_char(&d->out, s->surrogate)) return false;
        s->surrogate = 0;
    }
    if (unit - 0xD800 < 0x400) {
        s->surrogate = unit;
        return true;
    }
    return builder_add_char(&d->out, unit);
}

Str *utf7_decode(const void *data, size_t length, const char *errors, int64_t *consumed) {
    Decoding d;
    decoding_start(&d, "utf7", errors, data, length);
    Shift s = {0};
    int64_t i = 0;
    while (i < d.length) {
        uint8_t c = d.data[i];
        const char *reason;
        int64_t start = i;
        if (s.active) {
            int value = base64_value(c);
            if (value >= 0) {
                s.bits = s.bits << 6 | (uint32_t)value;
                s.count += 6;
                i++;
                if (s.count >= 16) {
                    s.count -= 16;
                    if (!add_unit(&d, &s, s.bits >> s.count & 0xFFFF)) return NULL;
                    s.bits &= (1u << s.count) - 1;
                }
                continue;
            }
            s.active = false;
            start = s.start;
            if (s.count >= 6) reason = "partial character in shift sequence";
            else if (s.count > 0 && s.bits != 0)
                reason = "non-zero padding bits in shift sequence";
            else {
                if (s.surrogate && is_direct(c) && !builder_add_char(&d.out, s.surrogate)) return NULL;
                s.surrogate = 0;
                if (c == '-') i++;
                continue;
            }
            i++;
        } else if (c == '+') {
            i++;
            if (i < d.length && d.data[i] == '-') {
                i++;
                if (!builder_add_char(&d.out, '+')) return NULL;
                continue;
            }
            if (i >= d.length || base64_value(d.data[i]) >= 0) {
                s = (Shift){.active = true, .start = start, .out_start = d.out.length};
                continue;
            }
            i++;
            reason = "ill-formed sequence";
        } else if (is_direct(c)) {
            i++;
            if (!builder_add_char(&d.out, c)) return NULL;
            continue;
        } else {
            i++;
            reason = "unexpected special character";
        }
        s = (Shift){0};
        if (!decoding_error(&d, start, i, reason, 0, &i)) return NULL;
    }
    if (s.active && !consumed) {
        if (s.surrogate || s.count >= 6 || (s.count > 0 && s.bits != 0)) {
            int64_t position;
            if (!decoding_error(&d, s.start, d.length, "unterminated shift sequence", 0, &position))
                return NULL;
        }
    }
    if (consumed) {
        *consumed = i;
        if (s.active) {
            *consumed = s.start;
            d.out.length = s.out_start; /* the sequence will be seen again as a whole */
        }
    }
    Str *result = builder_finish(&d.out);
    return result ? str_narrowed(result) : NULL;
}

Bytes *utf7_encode(Str *text, const char *errors) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    Encoding e;
    if (!encoding_start(&e, "utf-7", errors, text, text->length * 2)) return NULL;
    bool in_shift = false;
    uint32_t bits = 0;
    int count = 0;
    for (int64_t i = 0; i < text->length; i++) {
        uint32_t c = str_at(text, i);
        if (in_shift && encodes_direct(c)) {
            if (count && !encoding_add_byte(&e, (uint8_t)digits[bits << (6 - count) & 63])) return NULL;
            bits = 0;
            count = 0;
            in_shift = false;
            if ((base64_value((uint8_t)c) >= 0 || c == '-') && !encoding_add_byte(&e, '-'))
                return NULL;
        }
        if (!in_shift) {
            if (c == '+') {
                if (!encoding_add(&e, "+-", 2)) return NULL;
                continue;
            }
            if (encodes_direct(c)) {
                if (!encoding_add_byte(&e, (uint8_t)c)) return NULL;
                continue;
            }
            if (!encoding_add_byte(&e, '+')) return NULL;
            in_shift = true;
        }
        uint32_t units[2] = {c};
        int unit_count = 1;
        if (c >= 0x10000) {
            units[0] = 0xD800 | (c - 0x10000) >> 10;
            units[1] = 0xDC00 | (c & 0x3FF);
            unit_count = 2;
        }
        for (int k = 0; k < unit_count; k++) {
            uint64_t wide = (uint64_t)bits << 16 | units[k];
            count += 16;
            while (count >= 6) {
                count -= 6;
                if (!encoding_add_byte(&e, (uint8_t)digits[wide >> count & 63])) return NULL;
            }
            bits = (uint32_t)(wide & ((1u << count) - 1));
        }
    }
    if (count && !encoding_add_byte(&e, (uint8_t)digits[bits << (6 - count) & 63])) return NULL;
    if (in_shift && !encoding_add_byte(&e, '-')) return NULL;
    return encoding_finish(&e);
}
