/* str_case.c - case mapping and the tests of str, by the Unicode Character Database.
 *
 * Mappings are the full ones of SpecialCasing.txt without the conditions on languages; the one
 * condition on context that remains is the final sigma (Unicode Standard, section 3.13). */
#include <string.h>
#include "types/str_buffer.h"
#include "types/str_methods.h"
#include "types/unicode.h"

static inline unsigned full_mapping(uint32_t c, int32_t simple, const uint32_t *special,
                                    uint32_t out[3]) {
    if (special && special[0]) {
        unsigned count = 0;
        while (count < 3 && special[count]) {
            out[count] = special[count];
            count++;
        }
        return count;
    }
    out[0] = c + (uint32_t)simple;
    return 1;
}

#define SPECIAL(record, which)                                                                     \
    ((record)->special < 0 ? NULL : unicode_special_cases[(record)->special].which)

unsigned unicode_full_lower(uint32_t c, uint32_t out[3]) {
    const UnicodeRecord *r = unicode_record(c);
    return full_mapping(c, r->lower, SPECIAL(r, lower), out);
}
unsigned unicode_full_upper(uint32_t c, uint32_t out[3]) {
    const UnicodeRecord *r = unicode_record(c);
    return full_mapping(c, r->upper, SPECIAL(r, upper), out);
}
unsigned unicode_full_title(uint32_t c, uint32_t out[3]) {
    const UnicodeRecord *r = unicode_record(c);
    return full_mapping(c, r->title, SPECIAL(r, title), out);
}
unsigned unicode_full_fold(uint32_t c, uint32_t out[3]) {
    const UnicodeRecord *r = unicode_record(c);
    return full_mapping(c, r->fold, SPECIAL(r, fold), out);
}

#define CAPITAL_SIGMA 0x3A3
#define SMALL_SIGMA 0x3C3
#define FINAL_SIGMA 0x3C2

/* A capital sigma is final behind a cased letter and not before one; what is case-ignorable between
 * them does not count. */
static uint32_t sigma_at(const Str *s, int64_t index) {
    unsigned kind = str_kind(s);
    int64_t i = index - 1;
    while (i >= 0 && unicode_is(point_read(kind, s->data, i), UNICODE_CASE_IGNORABLE)) i--;
    if (i < 0 || !unicode_is(point_read(kind, s->data, i), UNICODE_CASED)) return SMALL_SIGMA;
    for (i = index + 1; i < s->length; i++)
        if (!unicode_is(point_read(kind, s->data, i), UNICODE_CASE_IGNORABLE)) break;
    bool before_cased =
        i < s->length && unicode_is(point_read(kind, s->data, i), UNICODE_CASED);
    return before_cased ? SMALL_SIGMA : FINAL_SIGMA;
}

static unsigned lower_at(const Str *s, int64_t index, uint32_t c, uint32_t out[3]) {
    if (c == CAPITAL_SIGMA) {
        out[0] = sigma_at(s, index);
        return 1;
    }
    return unicode_full_lower(c, out);
}

typedef enum CaseMapping { MAP_UPPER, MAP_LOWER, MAP_TITLE, MAP_CAPITALIZE, MAP_SWAP, MAP_FOLD } CaseMapping;

static inline bool ascii_is_upper(uint8_t c) { return (uint8_t)(c - 'A') < 26; }
static inline bool ascii_is_lower(uint8_t c) { return (uint8_t)(c - 'a') < 26; }

/* Flips bit 5 of the letters from `first` on, eight characters at a time. */
static void flip_letters(const uint8_t *from, uint8_t *to, int64_t length, uint8_t first) {
    const uint64_t ones = UINT64_C(0x0101010101010101);
    int64_t i = 0;
    for (; i + 8 <= length; i += 8) {
        uint64_t word;
        memcpy(&word, from + i, 8);
        uint64_t not_below = word + ones * (uint8_t)(0x80 - first);
        uint64_t above = word + ones * (uint8_t)(0x80 - first - 26);
        word ^= ((not_below ^ above) & (ones << 7)) >> 2; /* ASCII: no carry between bytes */
        memcpy(to + i, &word, 8);
    }
    for (; i < length; i++) to[i] = (uint8_t)(from[i] - first) < 26 ? from[i] ^ 32 : from[i];
}

static Str *map_ascii(Str *s, CaseMapping mapping) {
    Str *result = str_new_uninitialised(s->length, 0x7F);
    if (!result) return NULL;
    const uint8_t *from = s->data;
    uint8_t *to = result->data;
    if (mapping == MAP_LOWER || mapping == MAP_UPPER || mapping == MAP_FOLD) {
        flip_letters(from, to, s->length, mapping == MAP_UPPER ? 'a' : 'A');
        return result;
    }
    bool in_word = false;
    for (int64_t i = 0; i < s->length; i++) {
        uint8_t c = from[i];
        bool upper = ascii_is_upper(c), lower = ascii_is_lower(c), want_upper;
        switch (mapping) {
        case MAP_UPPER: want_upper = true; break;
        case MAP_TITLE: want_upper = !in_word; break;
        case MAP_CAPITALIZE: want_upper = i == 0; break;
        case MAP_SWAP: want_upper = lower; break;
        default: want_upper = false; break;
        }
        to[i] = upper && !want_upper ? c + 32 : lower && want_upper ? c - 32 : c;
        in_word = upper || lower;
    }
    return result;
}

/* The character that one mapped without regard to its neighbours becomes, where that is one and in the
 * tables of simple mappings; NOT_SIMPLE: ask further. */
#define NOT_SIMPLE UINT32_MAX
static inline uint32_t map_simple(uint32_t c, CaseMapping mapping) {
    const UnicodeRecord *record = unicode_record(c);
    if (record->special >= 0 || c == CAPITAL_SIGMA) return NOT_SIMPLE;
    switch (mapping) {
    case MAP_UPPER: return c + (uint32_t)record->upper;
    case MAP_LOWER: return c + (uint32_t)record->lower;
    case MAP_FOLD: return c + (uint32_t)record->fold;
    default: return NOT_SIMPLE;
    }
}

static Str *map_case(Str *s, CaseMapping mapping) {
    if (s->length == 0) return str_empty();
    if (str_is_ascii(s)) return map_ascii(s, mapping);
    StrBuilder builder;
    builder_init(&builder);
    unsigned kind = str_kind(s);
    bool in_word = false;
    for (int64_t i = 0; i < s->length; i++) {
        uint32_t c = point_read(kind, s->data, i), out[3] = {c}, simple = map_simple(c, mapping);
        unsigned count = 1;
        if (likely(simple != NOT_SIMPLE)) {
            if (!builder_add_char(&builder, simple)) return NULL;
            continue;
        }
        switch (mapping) {
        case MAP_UPPER: count = unicode_full_upper(c, out); break;
        case MAP_LOWER: count = lower_at(s, i, c, out); break;
        case MAP_FOLD: count = unicode_full_fold(c, out); break;
        case MAP_CAPITALIZE:
            count = i == 0 ? unicode_full_title(c, out) : lower_at(s, i, c, out);
            break;
        case MAP_TITLE:
            count = in_word ? lower_at(s, i, c, out) : unicode_full_title(c, out);
            in_word = unicode_is(c, UNICODE_CASED);
            break;
        case MAP_SWAP:
            if (unicode_is(c, UNICODE_UPPER)) count = lower_at(s, i, c, out);
            else if (unicode_is(c, UNICODE_LOWER)) count = unicode_full_upper(c, out);
            break;
        }
        for (unsigned k = 0; k < count; k++)
            if (!builder_add_char(&builder, out[k])) return NULL;
    }
    return builder_finish(&builder);
}

Value str_upper(Value *args) { return str_result(map_case(as_str(args[0]), MAP_UPPER)); }
Value str_lower(Value *args) { return str_result(map_case(as_str(args[0]), MAP_LOWER)); }
Value str_title(Value *args) { return str_result(map_case(as_str(args[0]), MAP_TITLE)); }
Value str_capitalize(Value *args) { return str_result(map_case(as_str(args[0]), MAP_CAPITALIZE)); }
Value str_swapcase(Value *args) { return str_result(map_case(as_str(args[0]), MAP_SWAP)); }
Value str_casefold(Value *args) { return str_result(map_case(as_str(args[0]), MAP_FOLD)); }

/* --- tests -------------------------------------------------------------------------------------- */

static Value all_have(Value self, unsigned flags) {
    const Str *s = as_str(self);
    unsigned kind = str_kind(s);
    for (int64_t i = 0; i < s->length; i++)
        if (!unicode_is(point_read(kind, s->data, i), flags)) return VALUE_FALSE;
    return bool_value(s->length > 0);
}

Value str_isalpha(Value *args) { return all_have(args[0], UNICODE_ALPHA); }
Value str_isdecimal(Value *args) { return all_have(args[0], UNICODE_DECIMAL); }
Value str_isdigit(Value *args) { return all_have(args[0], UNICODE_DIGIT); }
Value str_isnumeric(Value *args) { return all_have(args[0], UNICODE_NUMERIC); }
Value str_isspace(Value *args) { return all_have(args[0], UNICODE_SPACE); }
Value str_isalnum(Value *args) {
    return all_have(args[0], UNICODE_ALPHA | UNICODE_DECIMAL | UNICODE_DIGIT | UNICODE_NUMERIC);
}
Value str_isascii(Value *args) { return bool_value(str_is_ascii(as_str(args[0]))); }
Value str_isprintable(Value *args) {
    return as_str(args[0])->length == 0 ? VALUE_TRUE : all_have(args[0], UNICODE_PRINTABLE);
}

static Value all_cased(Value self, unsigned wanted, unsigned refused) {
    const Str *s = as_str(self);
    unsigned kind = str_kind(s);
    bool any = false;
    for (int64_t i = 0; i < s->length; i++) {
        unsigned flags = unicode_record(point_read(kind, s->data, i))->flags;
        if (flags & refused) return VALUE_FALSE;
        if (flags & wanted) any = true;
    }
    return bool_value(any);
}

Value str_islower(Value *args) {
    return all_cased(args[0], UNICODE_LOWER, UNICODE_UPPER | UNICODE_TITLE);
}
Value str_isupper(Value *args) {
    return all_cased(args[0], UNICODE_UPPER, UNICODE_LOWER | UNICODE_TITLE);
}

Value str_istitle(Value *args) {
    const Str *s = as_str(args[0]);
    unsigned kind = str_kind(s);
    bool any = false, in_word = false;
    for (int64_t i = 0; i < s->length; i++) {
        unsigned flags = unicode_record(point_read(kind, s->data, i))->flags;
        if (flags & (UNICODE_UPPER | UNICODE_TITLE)) {
            if (in_word) return VALUE_FALSE;
            in_word = any = true;
        } else if (flags & UNICODE_LOWER) {
            if (!in_word) return VALUE_FALSE;
            any = true;
        } else {
            in_word = false;
        }
    }
    return bool_value(any);
}

bool str_is_identifier(const Str *s) {
    unsigned kind = str_kind(s);
    if (s->length == 0) return false;
    uint32_t first = point_read(kind, s->data, 0);
    if (first != '_' && !unicode_is(first, UNICODE_XID_START)) return false;
    for (int64_t i = 1; i < s->length; i++)
        if (!unicode_is(point_read(kind, s->data, i), UNICODE_XID_CONTINUE)) return false;
    return true;
}
Value str_isidentifier(Value *args) { return bool_value(str_is_identifier(as_str(args[0]))); }
