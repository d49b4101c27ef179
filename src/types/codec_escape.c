/* codec_escape.c - backslash escapes: unicode_escape, raw_unicode_escape, and those of bytes. */
#include <stdio.h>
#include <string.h>
#include "base/utf8.h"
#include "types/codec.h"
#include "types/exception.h"
#include "types/str_buffer.h"

static int hex_digit(uint8_t c) {
    if (c >= '0' && c <= '9') return c - '0';
    if ((c | 32) >= 'a' && (c | 32) <= 'f') return (c | 32) - 'a' + 10;
    return -1;
}

/* The character of a one-letter escape, or -1. */
static int simple_escape(uint8_t c) {
    switch (c) {
    case '\\': case '\'': case '"': return c;
    case 'a': return 7;
    case 'b': return 8;
    case 't': return 9;
    case 'n': return 10;
    case 'v': return 11;
    case 'f': return 12;
    case 'r': return 13;
    default: return -1;
    }
}

static void note_bad(BadEscape *bad, const uint8_t *text, int length) {
    if (!bad || bad->text[0]) return;
    memcpy(bad->text, text, (size_t)length);
    bad->text[length] = 0;
}

/* Reads up to three octal digits, the first at `*i`. */
static uint32_t octal_escape(const uint8_t *data, int64_t length, int64_t *i, BadEscape *bad) {
    uint32_t c = 0;
    int64_t start = *i;
    for (int k = 0; k < 3 && *i < length && data[*i] >= '0' && data[*i] <= '7'; k++)
        c = c * 8 + (data[(*i)++] - '0');
    if (c > 0xFF) note_bad(bad, data + start, 3);
    return c;
}

bool warn_bad_escape(const BadEscape *bad) {
    if (!bad->text[0]) return true;
    if (bad->text[0] >= '0' && bad->text[0] <= '7')
        return warn(&DeprecationWarning, 1, "invalid octal escape sequence '\\%s'", bad->text);
    return warn(&DeprecationWarning, 1, "invalid escape sequence '\\%c'",
                (unsigned char)bad->text[0]);
}

typedef enum EscapeResult { ESCAPE_OK, ESCAPE_BAD, ESCAPE_INCOMPLETE } EscapeResult;

/* Reads `count` hexadecimal digits at *i. */
static EscapeResult hex_escape(const Decoding *d, int64_t *i, int count, uint32_t *out) {
    *out = 0;
    for (int k = 0; k < count; k++, (*i)++) {
        if (*i >= d->length) return ESCAPE_INCOMPLETE;
        int digit = hex_digit(d->data[*i]);
        if (digit < 0) return ESCAPE_BAD;
        *out = *out << 4 | (uint32_t)digit;
    }
    return ESCAPE_OK;
}

/* \N{NAME}, *i behind the N. */
static EscapeResult name_escape(const Decoding *d, int64_t *i, uint32_t *out, const char **reason) {
    *reason = "malformed \\N character escape";
    if (*i >= d->length) return ESCAPE_INCOMPLETE;
    if (d->data[*i] != '{') return ESCAPE_BAD;
    int64_t start = ++*i;
    while (*i < d->length && d->data[*i] != '}') (*i)++;
    if (*i >= d->length) return ESCAPE_INCOMPLETE;
    (*i)++;
    if (*i - 1 == start) return ESCAPE_BAD;
    *reason = "unknown Unicode character name";
    int64_t point = unicode_name_lookup((const char *)d->data + start, (size_t)(*i - 1 - start), NULL);
    if (point < 0) return ESCAPE_BAD;
    *out = (uint32_t)point;
    return ESCAPE_OK;
}

Str *unicode_escape_decode(const void *data, size_t length, const char *errors, int64_t *consumed,
                           BadEscape *bad) {
    Decoding d;
    decoding_start(&d, "unicodeescape", errors, data, length);
    if (bad) bad->text[0] = 0;
    int64_t i = 0, start = 0;
    while (i < d.length) {
        int64_t plain = i;
        while (plain < d.length && d.data[plain] != '\\') plain++;
        if (!builder_add_points(&d.out, d.data + i, 1, plain - i)) return NULL;
        i = start = plain;
        if (i >= d.length) break;
        const char *reason = "\\ at end of string";
        EscapeResult result = ESCAPE_OK;
        uint32_t c = 0;
        if (++i >= d.length) {
            result = ESCAPE_INCOMPLETE;
        } else {
            uint8_t letter = d.data[i++];
            int simple = simple_escape(letter);
            if (letter == '\n') continue;
            if (simple >= 0) {
                c = (uint32_t)simple;
            } else if (letter >= '0' && letter <= '7') {
                i--;
                c = octal_escape(d.data, d.length, &i, bad);
            } else if (letter == 'x' || letter == 'u' || letter == 'U') {
                reason = letter == 'x'   ? "truncated \\xXX escape"
                         : letter == 'u' ? "truncated \\uXXXX escape"
                                         : "truncated \\UXXXXXXXX escape";
                result = hex_escape(&d, &i, letter == 'x' ? 2 : letter == 'u' ? 4 : 8, &c);
                if (result == ESCAPE_OK && c > CODE_POINT_MAX) {
                    reason = "illegal Unicode character";
                    result = ESCAPE_BAD;
                }
            } else if (letter == 'N') {
                result = name_escape(&d, &i, &c, &reason);
            } else {
                note_bad(bad, d.data + i - 1, 1);
                if (!builder_add_char(&d.out, '\\') || !builder_add_char(&d.out, letter)) return NULL;
                continue;
            }
        }
        if (result == ESCAPE_OK) {
            if (!builder_add_char(&d.out, c)) return NULL;
            continue;
        }
        if (result == ESCAPE_INCOMPLETE && consumed) {
            i = start;
            break;
        }
        if (!decoding_error(&d, start, i, reason, 0, &i)) return NULL;
    }
    if (consumed) *consumed = i;
    return builder_finish(&d.out);
}

static bool add_hex(Encoding *e, char letter, uint32_t c, int digits) {
    char text[16];
    snprintf(text, sizeof text, "\\%c%0*x", letter, digits, c);
    return encoding_add(e, text, digits + 2);
}

Bytes *unicode_escape_encode(Str *s) {
    Encoding e;
    if (!encoding_start(&e, "unicodeescape", NULL, s, s->length)) return NULL;
    for (int64_t i = 0; i < s->length; i++) {
        uint32_t c = str_at(s, i);
        bool good;
        if (c == '\\') good = encoding_add(&e, "\\\\", 2);
        else if (c == '\t') good = encoding_add(&e, "\\t", 2);
        else if (c == '\n') good = encoding_add(&e, "\\n", 2);
        else if (c == '\r') good = encoding_add(&e, "\\r", 2);
        else if (c >= ' ' && c < 0x7F) good = encoding_add_byte(&e, (uint8_t)c);
        else if (c < 0x100) good = add_hex(&e, 'x', c, 2);
        else good = c < 0x10000 ? add_hex(&e, 'u', c, 4) : add_hex(&e, 'U', c, 8);
        if (!good) return NULL;
    }
    return encoding_finish(&e);
}

Str *raw_unicode_escape_decode(const void *data, size_t length, const char *errors,
                               int64_t *consumed) {
    Decoding d;
    decoding_start(&d, "rawunicodeescape", errors, data, length);
    int64_t i = 0;
    while (i < d.length) {
        uint8_t byte = d.data[i];
        if (byte != '\\' || (i + 1 >= d.length && !consumed)) {
            if (!builder_add_char(&d.out, byte)) return NULL;
            i++;
            continue;
        }
        if (i + 1 >= d.length) break;
        uint8_t letter = d.data[i + 1];
        if (letter != 'u' && letter != 'U') {
            if (!builder_add_char(&d.out, '\\') || !builder_add_char(&d.out, letter)) return NULL;
            i += 2;
            continue;
        }
        int64_t start = i;
        i += 2;
        uint32_t c;
        EscapeResult result = hex_escape(&d, &i, letter == 'u' ? 4 : 8, &c);
        const char *reason = letter == 'u' ? "truncated \\uXXXX escape"
                                           : "truncated \\UXXXXXXXX escape";
        if (result == ESCAPE_OK && c > CODE_POINT_MAX) {
            result = ESCAPE_BAD;
            reason = "\\Uxxxxxxxx out of range";
        }
        if (result == ESCAPE_OK) {
            if (!builder_add_char(&d.out, c)) return NULL;
            continue;
        }
        if (result == ESCAPE_INCOMPLETE && consumed) {
            i = start;
            break;
        }
        if (!decoding_error(&d, start, i, reason, 0, &i)) return NULL;
    }
    if (consumed) *consumed = i;
    return builder_finish(&d.out);
}

Bytes *raw_unicode_escape_encode(Str *s) {
    Encoding e;
    if (!encoding_start(&e, "rawunicodeescape", NULL, s, s->length)) return NULL;
    for (int64_t i = 0; i < s->length; i++) {
        uint32_t c = str_at(s, i);
        bool good = c < 0x100 ? encoding_add_byte(&e, (uint8_t)c)
                              : c < 0x10000 ? add_hex(&e, 'u', c, 4) : add_hex(&e, 'U', c, 8);
        if (!good) return NULL;
    }
    return encoding_finish(&e);
}

Bytes *bytes_escape_decode(const void *data, size_t length, const char *errors, BadEscape *bad) {
    const uint8_t *p = data;
    int64_t n = (int64_t)length;
    Encoding out;
    if (bad) bad->text[0] = 0;
    if (!encoding_start(&out, "escape", errors, NULL, n)) return NULL;
    for (int64_t i = 0; i < n;) {
        if (p[i] != '\\') {
            if (!encoding_add_byte(&out, p[i++])) return NULL;
            continue;
        }
        int64_t start = i++;
        if (i >= n) {
            raise_error(&ValueError, "Trailing \\ in string");
            return NULL;
        }
        uint8_t letter = p[i++];
        int simple = simple_escape(letter);
        bool good = true;
        if (letter == '\n') continue;
        if (simple >= 0) {
            good = encoding_add_byte(&out, (uint8_t)simple);
        } else if (letter >= '0' && letter <= '7') {
            i--;
            good = encoding_add_byte(&out, (uint8_t)octal_escape(p, n, &i, bad));
        } else if (letter == 'x') {
            int high = i < n ? hex_digit(p[i]) : -1, low = i + 1 < n ? hex_digit(p[i + 1]) : -1;
            if (high >= 0 && low >= 0) {
                good = encoding_add_byte(&out, (uint8_t)(high << 4 | low));
                i += 2;
            } else {
                ErrorMode mode = codec_error_mode(errors);
                if (mode == ERRORS_REPLACE) good = encoding_add_byte(&out, '?');
                else if (mode != ERRORS_IGNORE) {
                    if (mode == ERRORS_STRICT)
                        raise_error(&ValueError, "invalid \\x escape at position %zd",
                                    (ptrdiff_t)start);
                    else
                        raise_error(&ValueError,
                                    "decoding error; unknown error handling code: %s", errors);
                    return NULL;
                }
                if (high >= 0) i++;
            }
        } else {
            note_bad(bad, p + start + 1, 1);
            good = encoding_add_byte(&out, '\\') && encoding_add_byte(&out, letter);
        }
        if (!good) return NULL;
    }
    return encoding_finish(&out);
}
