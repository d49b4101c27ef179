/* utf8.h - UTF-8 text (RFC 3629): checking, counting, decoding and encoding code points.
 *
 * Lengths are in bytes unless a name says code points. Nothing here allocates or raises. */
#ifndef WEFT_BASE_UTF8_H
#define WEFT_BASE_UTF8_H

#include "base/common.h"

#define CODE_POINT_MAX 0x10FFFF
#define CODE_POINT_IS_SURROGATE(c) ((uint32_t)(c) - 0xD800u < 0x800u)

/* The length of the longest prefix that is ASCII. */
size_t utf8_ascii_prefix(const char *text, size_t length);
static inline bool utf8_is_ascii(const char *text, size_t length) {
    return utf8_ascii_prefix(text, length) == length;
}

/* What a decoder does at one position. */
typedef enum Utf8Status {
    UTF8_OK,
    UTF8_INVALID_START,        /* the byte can begin no sequence */
    UTF8_INVALID_CONTINUATION, /* the sequence begins well and goes on badly */
    UTF8_TRUNCATED,            /* the sequence begins well, and the text ends inside it */
} Utf8Status;

typedef struct Utf8Step {
    uint32_t code_point; /* when status is UTF8_OK */
    uint8_t length;      /* bytes used; when bad: the bytes that form the bad part (1 to 3) */
    uint8_t status;      /* Utf8Status */
} Utf8Step;

/* Decodes the sequence at `text`, `length` > 0 bytes before the end. Surrogates are errors (their
 * first byte is good, their second is not), as are overlong forms. */
Utf8Step utf8_decode_step(const char *text, size_t length);

/* The same, but the sequences of surrogates are accepted ("surrogatepass"). */
Utf8Step utf8_decode_step_surrogates(const char *text, size_t length);

typedef struct Utf8Survey {
    size_t code_points;   /* in the valid prefix */
    size_t valid_length;  /* bytes of the valid prefix; equal to the length when all is valid */
    uint32_t widest;      /* at least the largest code point: its size class is exact, that is it is
                             one of 0x7F, 0xFF, 0xFFFF, 0x10FFFF */
} Utf8Survey;

/* Checks and measures in one pass. */
Utf8Survey utf8_survey(const char *text, size_t length);
bool utf8_is_valid(const char *text, size_t length);

/* The number of code points of a valid text (of any: the bytes that are not continuations). */
size_t utf8_count(const char *text, size_t length);

/* Decodes the sequence at *position of a text known to be valid and moves *position behind it. */
static inline uint32_t utf8_next(const char **position) {
    const unsigned char *p = (const unsigned char *)*position;
    uint32_t c = p[0];
    if (likely(c < 0x80)) {
        *position += 1;
        return c;
    }
    if (c < 0xE0) {
        *position += 2;
        return (c & 0x1F) << 6 | (p[1] & 0x3Fu);
    }
    if (c < 0xF0) {
        *position += 3;
        return (c & 0x0F) << 12 | (p[1] & 0x3Fu) << 6 | (p[2] & 0x3Fu);
    }
    *position += 4;
    return (c & 0x07) << 18 | (p[1] & 0x3Fu) << 12 | (p[2] & 0x3Fu) << 6 | (p[3] & 0x3Fu);
}

/* Bytes that utf8_encode() writes for a code point: 1 to 4. */
static inline size_t utf8_encoded_length(uint32_t code_point) {
    return code_point < 0x80 ? 1 : code_point < 0x800 ? 2 : code_point < 0x10000 ? 3 : 4;
}

/* Writes a code point (surrogates too) and returns the number of bytes, 1 to 4. */
static inline size_t utf8_encode(char *out, uint32_t c) {
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xC0 | c >> 6);
        out[1] = (char)(0x80 | (c & 0x3F));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (char)(0xE0 | c >> 12);
        out[1] = (char)(0x80 | (c >> 6 & 0x3F));
        out[2] = (char)(0x80 | (c & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | c >> 18);
    out[1] = (char)(0x80 | (c >> 12 & 0x3F));
    out[2] = (char)(0x80 | (c >> 6 & 0x3F));
    out[3] = (char)(0x80 | (c & 0x3F));
    return 4;
}

/* The byte offset of code point number `index` of a valid text; `length` when there are fewer. */
size_t utf8_offset(const char *text, size_t length, size_t index);

#endif
