#include "base/utf8.h"

#include <string.h>

#define HIGH_BITS UINT64_C(0x8080808080808080)

static inline uint64_t load_word(const char *bytes) {
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    return word;
}

size_t utf8_ascii_prefix(const char *text, size_t length) {
    size_t i = 0;
    for (; i + 32 <= length; i += 32) {
        uint64_t any = load_word(text + i) | load_word(text + i + 8) | load_word(text + i + 16) |
                       load_word(text + i + 24);
        if (any & HIGH_BITS) break;
    }
    for (; i + 8 <= length; i += 8)
        if (load_word(text + i) & HIGH_BITS) break;
    while (i < length && (unsigned char)text[i] < 0x80) i++;
    return i;
}

/* The table of well-formed sequences (Unicode Standard, table 3-7): after each lead byte, the range
 * of the second byte; later bytes are 80..BF. */
static inline Utf8Step decode_step(const char *text, size_t length, bool surrogates) {
    const unsigned char *p = (const unsigned char *)text;
    unsigned lead = p[0];
    if (lead < 0x80) return (Utf8Step){lead, 1, UTF8_OK};
    if (lead < 0xC2 || lead > 0xF4) return (Utf8Step){0, 1, UTF8_INVALID_START};
    unsigned low = 0x80, high = 0xBF, count;
    uint32_t c;
    if (lead < 0xE0) {
        count = 2;
        c = lead & 0x1F;
    } else if (lead < 0xF0) {
        count = 3;
        c = lead & 0x0F;
        if (lead == 0xE0) low = 0xA0;
        if (lead == 0xED && !surrogates) high = 0x9F;
    } else {
        count = 4;
        c = lead & 0x07;
        if (lead == 0xF0) low = 0x90;
        if (lead == 0xF4) high = 0x8F;
    }
    for (unsigned i = 1; i < count; i++) {
        if (i >= length) return (Utf8Step){0, (uint8_t)i, UTF8_TRUNCATED};
        if (p[i] < low || p[i] > high) return (Utf8Step){0, (uint8_t)i, UTF8_INVALID_CONTINUATION};
        c = c << 6 | (p[i] & 0x3F);
        low = 0x80;
        high = 0xBF;
    }
    return (Utf8Step){c, (uint8_t)count, UTF8_OK};
}

Utf8Step utf8_decode_step(const char *text, size_t length) {
    return decode_step(text, length, false);
}

Utf8Step utf8_decode_step_surrogates(const char *text, size_t length) {
    return decode_step(text, length, true);
}

/* The ASCII bytes at the beginning of a word. */
static inline size_t ascii_bytes(uint64_t word) {
    uint64_t high = word & HIGH_BITS;
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    return high ? (size_t)__builtin_clzll(high) / 8 : 8;
#else
    return high ? (size_t)__builtin_ctzll(high) / 8 : 8;
#endif
}

static inline bool is_continuation(char byte) { return (byte & 0xC0) == 0x80; }

/* The length, 2 or 3, of a sequence of the usual kinds at `text`, of which three bytes can be read; its
 * code point is added to *bits. 0: it is none of them; decode_step() knows more. */
static inline size_t usual_sequence(const char *text, uint32_t *bits) {
    unsigned lead = (unsigned char)text[0];
    if (!is_continuation(text[1])) return 0;
    if (lead >= 0xC2 && lead < 0xE0) {
        *bits |= (lead & 0x1F) << 6;
        return 2;
    }
    if (lead <= 0xE0 || lead > 0xEF || lead == 0xED || !is_continuation(text[2])) return 0;
    *bits |= 0x1000; /* at least U+1000 */
    return 3;
}

Utf8Survey utf8_survey(const char *text, size_t length) {
    size_t i = utf8_ascii_prefix(text, length), points = i;
    uint32_t bits = 0; /* or of all code points, as far as their size class goes */
    while (i < length) {
        if (likely(i + 8 <= length)) {
            size_t ascii = ascii_bytes(load_word(text + i));
            i += ascii;
            points += ascii;
            if (ascii == 8 || i + 3 > length) continue;
            size_t usual = usual_sequence(text + i, &bits);
            if (likely(usual > 0)) {
                i += usual;
                points++;
                continue;
            }
        }
        Utf8Step step = decode_step(text + i, length - i, false);
        if (step.status != UTF8_OK) break;
        bits |= step.code_point;
        points++;
        i += step.length;
    }
    Utf8Survey survey = {points, i, 0x7F};
    if (bits > 0xFFFF) survey.widest = CODE_POINT_MAX;
    else if (bits > 0xFF) survey.widest = 0xFFFF;
    else if (bits > 0x7F) survey.widest = 0xFF;
    return survey;
}

bool utf8_is_valid(const char *text, size_t length) {
    return utf8_survey(text, length).valid_length == length;
}

size_t utf8_count(const char *text, size_t length) {
    size_t continuations = 0, i = 0;
    for (; i + 8 <= length; i += 8) {
        uint64_t word = load_word(text + i);
        /* A continuation byte has bit 7 set and bit 6 clear. */
        continuations += (size_t)__builtin_popcountll(word & ~(word << 1) & HIGH_BITS);
    }
    for (; i < length; i++) continuations += ((unsigned char)text[i] & 0xC0) == 0x80;
    return length - continuations;
}

size_t utf8_offset(const char *text, size_t length, size_t index) {
    size_t ascii = utf8_ascii_prefix(text, length);
    if (index <= ascii) return index;
    const char *position = text + ascii, *end = text + length;
    for (index -= ascii; index > 0 && position < end; index--) utf8_next(&position);
    return position < end ? (size_t)(position - text) : length;
}
