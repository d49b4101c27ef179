/* unicode.h - properties of characters, from the Unicode Character Database.
 *
 * The tables are made at build time by tools/unicode-tables from Debian's unicode-data. Any code
 * point up to 0x10FFFF may be asked about; nothing here allocates or raises. */
#ifndef WEFT_TYPES_UNICODE_H
#define WEFT_TYPES_UNICODE_H

#include "base/common.h"

enum {
    UNICODE_ALPHA = 1 << 0,      /* general category L* */
    UNICODE_DECIMAL = 1 << 1,
    UNICODE_DIGIT = 1 << 2,
    UNICODE_NUMERIC = 1 << 3,
    UNICODE_LOWER = 1 << 4,      /* derived property Lowercase */
    UNICODE_UPPER = 1 << 5,      /* Uppercase */
    UNICODE_TITLE = 1 << 6,      /* category Lt */
    UNICODE_SPACE = 1 << 7,      /* bidirectional WS, B, S or category Zs */
    UNICODE_PRINTABLE = 1 << 8,
    UNICODE_XID_START = 1 << 9,
    UNICODE_XID_CONTINUE = 1 << 10,
    UNICODE_CASED = 1 << 11,
    UNICODE_CASE_IGNORABLE = 1 << 12,
    UNICODE_MIRRORED = 1 << 13,
    UNICODE_IN_3_2 = 1 << 14,    /* assigned in Unicode 3.2 */
    UNICODE_SPECIAL_CASE = 1 << 15, /* has more than a simple mapping for some case */
};

typedef struct UnicodeRecord {
    uint16_t flags;
    uint8_t category;      /* index into unicode_category_names */
    uint8_t bidirectional; /* index into unicode_bidirectional_names */
    uint8_t combining;
    uint8_t east_asian;    /* index into unicode_east_asian_names */
    int8_t decimal, digit; /* -1: none */
    int16_t numeric;       /* index into unicode_numeric_values, -1: none */
    int32_t upper, lower, title; /* added to the code point: simple mappings */
    int32_t fold;          /* the same, for case folding */
    int16_t special;       /* index into unicode_special_cases, -1: none */
} UnicodeRecord;

/* Full mappings: up to three characters each; 0 characters where the simple one holds. */
typedef struct UnicodeSpecialCase {
    uint32_t upper[3], lower[3], title[3], fold[3];
} UnicodeSpecialCase;

extern const uint16_t unicode_record_pages[];
extern const uint16_t unicode_record_index[];
extern const UnicodeRecord unicode_records[];
extern const UnicodeSpecialCase unicode_special_cases[];
extern const char *const unicode_category_names[];
extern const char *const unicode_bidirectional_names[];
extern const char *const unicode_east_asian_names[];
extern const double unicode_numeric_values[];
extern const char unicode_version[]; /* "14.0.0" */

static inline const UnicodeRecord *unicode_record(uint32_t point) {
    return &unicode_records[unicode_record_index[(uint32_t)unicode_record_pages[point >> 7] << 7 |
                                                 (point & 127)]];
}
static inline bool unicode_is(uint32_t point, unsigned flag) {
    return (unicode_record(point)->flags & flag) != 0;
}
static inline bool unicode_is_space(uint32_t point) {
    if (point < 0x80) return point == ' ' || point - 9 < 5 || point - 0x1C < 4;
    return unicode_is(point, UNICODE_SPACE);
}
static inline bool unicode_is_line_break(uint32_t c) {
    return (c < 0x80 && (c - 10 < 4 || c - 0x1C < 3)) || c == 0x85 || c == 0x2028 || c == 0x2029;
}
static inline bool unicode_is_alnum(uint32_t c) {
    return unicode_is(c, UNICODE_ALPHA | UNICODE_DECIMAL | UNICODE_DIGIT | UNICODE_NUMERIC);
}
/* One character to one; the first of the full mapping where that has several. */
static inline uint32_t unicode_to_lower(uint32_t c) { return c + (uint32_t)unicode_record(c)->lower; }
static inline uint32_t unicode_to_upper(uint32_t c) {
    const UnicodeRecord *r = unicode_record(c);
    if (r->special >= 0 && unicode_special_cases[r->special].upper[0])
        return unicode_special_cases[r->special].upper[0];
    return c + (uint32_t)r->upper;
}
/* Full mappings: write 1 to 3 characters and return how many. */
unsigned unicode_full_lower(uint32_t c, uint32_t out[3]);
unsigned unicode_full_upper(uint32_t c, uint32_t out[3]);
unsigned unicode_full_title(uint32_t c, uint32_t out[3]);
unsigned unicode_full_fold(uint32_t c, uint32_t out[3]);
/* The decimal value of a digit character, or -1. */
static inline int unicode_decimal(uint32_t c) { return unicode_record(c)->decimal; }

/* --- decomposition and composition (unicode_tables.c) --------------------------------------------- */
/* A raw decomposition of one character: `count` code points, canonical or with a tag. Hangul
 * syllables have none here. */
typedef struct UnicodeDecomposition {
    uint32_t point;
    uint16_t offset;  /* into unicode_decomposition_points */
    uint8_t count;
    uint8_t tag;      /* index into unicode_decomposition_tags; 0: canonical */
} UnicodeDecomposition;
typedef struct UnicodeComposition {
    uint32_t first, second, composed;
} UnicodeComposition;
extern const UnicodeDecomposition unicode_decompositions[]; /* sorted by point */
extern const size_t unicode_decomposition_count;
extern const uint32_t unicode_decomposition_points[];
extern const char *const unicode_decomposition_tags[];
extern const UnicodeComposition unicode_compositions[]; /* sorted by first, second */
extern const size_t unicode_composition_count;

/* --- names (unicode_names.c) ----------------------------------------------------------------------- */
/* A name is a row of word numbers; its last has bit 15 set. */
typedef struct UnicodeName {
    uint32_t point;
    uint32_t offset; /* into unicode_name_words */
} UnicodeName;
extern const UnicodeName unicode_names[]; /* sorted by point */
extern const size_t unicode_name_count;
extern const uint16_t unicode_names_by_text[]; /* indices of unicode_names, sorted by the name */
extern const uint16_t unicode_name_words[];
extern const char unicode_word_text[];      /* the words, each with a NUL */
extern const uint32_t unicode_word_offsets[];
typedef struct UnicodeAlias {
    const char *name;
    uint32_t points[4]; /* zero-filled */
} UnicodeAlias;
extern const UnicodeAlias unicode_aliases[]; /* aliases and named sequences, sorted by name */
extern const size_t unicode_alias_count;
#endif
