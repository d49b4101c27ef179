/* unicode_name.c - names of characters.
 *
 * Most names are rows of words in the generated tables. Hangul syllables and CJK unified ideographs
 * have names by rule (Unicode Standard, sections 3.12 and 4.8). */
#include <stdio.h>
#include <string.h>
#include "types/codec.h"
#include "types/unicode.h"

#define HANGUL_BASE 0xAC00
#define HANGUL_COUNT 11172
#define HANGUL_VOWELS 21
#define HANGUL_TRAILS 28

static const char *const hangul_leads[] = {"G", "GG", "N", "D", "DD", "R", "M", "B", "BB", "S",
                                           "SS", "", "J", "JJ", "C", "K", "T", "P", "H"};
static const char *const hangul_vowels[] = {"A", "AE", "YA", "YAE", "EO", "E", "YEO",
                                            "YE", "O", "WA", "WAE", "OE", "YO", "U",
                                            "WEO", "WE", "WI", "YU", "EU", "YI", "I"};
static const char *const hangul_trails[] = {"", "G", "GG", "GS", "N", "NJ", "NH",
                                            "D", "L", "LG", "LM", "LB", "LS", "LT",
                                            "LP", "LH", "M", "B", "BS", "S", "SS",
                                            "NG", "J", "C", "K", "T", "P", "H"};

static bool is_unified_ideograph(uint32_t c) {
    return (c >= 0x3400 && c <= 0x4DBF) || (c >= 0x4E00 && c <= 0x9FFF) ||
           (c >= 0x20000 && c <= 0x2A6DF) || (c >= 0x2A700 && c <= 0x2B738) ||
           (c >= 0x2B740 && c <= 0x2B81D) || (c >= 0x2B820 && c <= 0x2CEA1) ||
           (c >= 0x2CEB0 && c <= 0x2EBE0) || (c >= 0x30000 && c <= 0x3134A);
}

static void spell(const UnicodeName *name, char out[100]) {
    size_t n = 0;
    for (const uint16_t *word = &unicode_name_words[name->offset];; word++) {
        const char *text = unicode_word_text + unicode_word_offsets[*word & 0x7FFF];
        while (*text && n < 98) out[n++] = *text++;
        if (*word & 0x8000) break;
        out[n++] = ' ';
    }
    out[n] = 0;
}

bool unicode_name_of(uint32_t point, char out[100]) {
    if (point - HANGUL_BASE < HANGUL_COUNT) {
        uint32_t i = point - HANGUL_BASE;
        snprintf(out, 100, "HANGUL SYLLABLE %s%s%s",
                 hangul_leads[i / (HANGUL_VOWELS * HANGUL_TRAILS)],
                 hangul_vowels[i / HANGUL_TRAILS % HANGUL_VOWELS], hangul_trails[i % HANGUL_TRAILS]);
        return true;
    }
    if (is_unified_ideograph(point)) {
        snprintf(out, 100, "CJK UNIFIED IDEOGRAPH-%04X", point);
        return true;
    }
    size_t low = 0, high = unicode_name_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (unicode_names[middle].point < point) low = middle + 1;
        else high = middle;
    }
    if (low == unicode_name_count || unicode_names[low].point != point) return false;
    spell(&unicode_names[low], out);
    return true;
}

/* The longest of the syllable parts that `text` begins with; -1: none. */
static int longest_part(const char *const *parts, int count, const char *text, size_t *length) {
    int best = -1;
    *length = 0;
    for (int i = 0; i < count; i++) {
        size_t n = strlen(parts[i]);
        if (strncmp(parts[i], text, n) == 0 && (best < 0 || n > *length)) {
            best = i;
            *length = n;
        }
    }
    return best;
}

static int64_t hangul_lookup(const char *text) {
    size_t n;
    int lead = longest_part(hangul_leads, 19, text, &n);
    if (lead < 0) return -1;
    text += n;
    int vowel = longest_part(hangul_vowels, HANGUL_VOWELS, text, &n);
    if (vowel < 0) return -1;
    text += n;
    int trail = longest_part(hangul_trails, HANGUL_TRAILS, text, &n);
    if (trail < 0 || text[n]) return -1;
    return HANGUL_BASE + ((lead * HANGUL_VOWELS) + vowel) * HANGUL_TRAILS + trail;
}

static int64_t ideograph_lookup(const char *digits) {
    size_t n = strspn(digits, "0123456789ABCDEF");
    if (digits[n] || n < 4 || n > 5) return -1;
    uint32_t c = 0;
    for (; *digits; digits++)
        c = c << 4 | (uint32_t)(*digits <= '9' ? *digits - '0' : *digits - 'A' + 10);
    return is_unified_ideograph(c) ? (int64_t)c : -1;
}

static int64_t table_lookup(const char *text) {
    size_t low = 0, high = unicode_name_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        char name[100];
        const UnicodeName *entry = &unicode_names[unicode_names_by_text[middle]];
        spell(entry, name);
        int order = strcmp(name, text);
        if (order == 0) return entry->point;
        if (order < 0) low = middle + 1;
        else high = middle;
    }
    return -1;
}

int64_t unicode_name_lookup(const char *name, size_t length, uint32_t *sequence) {
    char text[128];
    if (length >= sizeof text || memchr(name, 0, length)) return -1;
    for (size_t i = 0; i < length; i++)
        text[i] = (char)(name[i] >= 'a' && name[i] <= 'z' ? name[i] - 32 : name[i]);
    text[length] = 0;
    if (strncmp(text, "HANGUL SYLLABLE ", 16) == 0) return hangul_lookup(text + 16);
    if (strncmp(text, "CJK UNIFIED IDEOGRAPH-", 22) == 0) return ideograph_lookup(text + 22);
    int64_t found = table_lookup(text);
    if (found >= 0) return found;
    size_t low = 0, high = unicode_alias_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        const UnicodeAlias *alias = &unicode_aliases[middle];
        int order = strcmp(alias->name, text);
        if (order == 0) {
            if (alias->points[1] && !sequence) return -1;
            if (sequence) memcpy(sequence, alias->points, sizeof alias->points);
            return alias->points[0];
        }
        if (order < 0) low = middle + 1;
        else high = middle;
    }
    return -1;
}
