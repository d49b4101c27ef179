/* sre_compile.c - from the library's code to a Program.
 *
 * The library's code is nested by relative skips; each construct is translated by a function that is
 * given the range it may read and checks every operand. A Program is built in malloc'ed memory and
 * copied to the heap. Its invariants: every pc operand is the start of an instruction of the program,
 * mark numbers are below 2 * groups, loop and register numbers below their counts, set offsets point
 * to complete sets, and units are single-character instructions. Jumps go forward, except those of
 * loops, which count. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include "modules/sre.h"
#include "types/exception.h"
#include "types/unicode.h"

typedef enum SreOp {
    SRE_FAILURE, SRE_SUCCESS, SRE_ANY, SRE_ANY_ALL, SRE_ASSERT, SRE_ASSERT_NOT, SRE_AT, SRE_BRANCH,
    SRE_CATEGORY, SRE_CHARSET, SRE_BIGCHARSET, SRE_GROUPREF, SRE_GROUPREF_EXISTS, SRE_IN, SRE_INFO,
    SRE_JUMP, SRE_LITERAL, SRE_MARK, SRE_MAX_UNTIL, SRE_MIN_UNTIL, SRE_NOT_LITERAL, SRE_NEGATE,
    SRE_RANGE, SRE_REPEAT, SRE_REPEAT_ONE, SRE_SUBPATTERN, SRE_MIN_REPEAT_ONE, SRE_ATOMIC_GROUP,
    SRE_POSSESSIVE_REPEAT, SRE_POSSESSIVE_REPEAT_ONE, SRE_GROUPREF_IGNORE, SRE_IN_IGNORE,
    SRE_LITERAL_IGNORE, SRE_NOT_LITERAL_IGNORE, SRE_GROUPREF_LOC_IGNORE, SRE_IN_LOC_IGNORE,
    SRE_LITERAL_LOC_IGNORE, SRE_NOT_LITERAL_LOC_IGNORE, SRE_GROUPREF_UNI_IGNORE, SRE_IN_UNI_IGNORE,
    SRE_LITERAL_UNI_IGNORE, SRE_NOT_LITERAL_UNI_IGNORE, SRE_RANGE_UNI_IGNORE,
} SreOp;

enum { INFO_PREFIX = 1, INFO_LITERAL = 2, INFO_CHARSET = 4 };
enum { AT_COUNT = 12, CATEGORY_COUNT = 18 };
enum {
    CATEGORY_DIGIT, CATEGORY_NOT_DIGIT, CATEGORY_SPACE, CATEGORY_NOT_SPACE, CATEGORY_WORD,
    CATEGORY_NOT_WORD, CATEGORY_LINEBREAK, CATEGORY_NOT_LINEBREAK, CATEGORY_LOC_WORD,
    CATEGORY_LOC_NOT_WORD, CATEGORY_UNI_DIGIT, CATEGORY_UNI_NOT_DIGIT, CATEGORY_UNI_SPACE,
    CATEGORY_UNI_NOT_SPACE, CATEGORY_UNI_WORD, CATEGORY_UNI_NOT_WORD, CATEGORY_UNI_LINEBREAK,
    CATEGORY_UNI_NOT_LINEBREAK,
};

/* --- characters --------------------------------------------------------------------------------- */

bool category_contains(uint32_t category, uint32_t c) {
    bool negated = category & 1; /* the codes come in pairs */
    bool is;
    switch (category & ~1u) {
    case CATEGORY_DIGIT: is = c - '0' < 10; break;
    case CATEGORY_SPACE: is = c == ' ' || c - 9 < 5; break;
    case CATEGORY_WORD: is = c < 128 && (isalnum((int)c) || c == '_'); break;
    case CATEGORY_LOC_WORD: is = c < 256 && (isalnum((int)c) || c == '_'); break;
    case CATEGORY_UNI_DIGIT: is = unicode_is(c, UNICODE_DECIMAL); break;
    case CATEGORY_UNI_SPACE: is = unicode_is_space(c); break;
    case CATEGORY_UNI_WORD: is = c == '_' || unicode_is_alnum(c); break;
    case CATEGORY_UNI_LINEBREAK: is = unicode_is_line_break(c); break;
    default: is = c == '\n'; break;
    }
    return is != negated;
}

static uint32_t ascii_lower(uint32_t c) { return c - 'A' < 26 ? c + 32 : c; }

uint32_t fold_lower(Fold fold, uint32_t c) {
    switch (fold) {
    case FOLD_ASCII: return ascii_lower(c);
    case FOLD_LOCALE: return c < 256 ? (uint32_t)tolower((int)c) : c;
    case FOLD_UNICODE: return unicode_to_lower(c);
    default: return c;
    }
}

bool folded_equal(Fold fold, uint32_t pattern, uint32_t c) {
    if (c == pattern || fold_lower(fold, c) == pattern) return true;
    return fold == FOLD_LOCALE && c < 256 && (uint32_t)toupper((int)c) == pattern;
}

static bool code_contains(const uint32_t *code, uint32_t c) {
    bool found = true;
    for (;;) {
        switch (*code++) {
        case SRE_FAILURE: return !found;
        case SRE_NEGATE: found = !found; break;
        case SRE_LITERAL:
            if (c == code[0]) return found;
            code++;
            break;
        case SRE_CATEGORY:
            if (category_contains(code[0], c)) return found;
            code++;
            break;
        case SRE_CHARSET:
            if (c < 256 && code[c >> 5] >> (c & 31) & 1) return found;
            code += 8;
            break;
        case SRE_RANGE_UNI_IGNORE: {
            uint32_t upper = unicode_to_upper(c);
            if (code[0] <= upper && upper <= code[1]) return found;
        } /* fall through */
        case SRE_RANGE:
            if (code[0] <= c && c <= code[1]) return found;
            code += 2;
            break;
        case SRE_BIGCHARSET: {
            uint32_t count = *code++;
            if (c < 65536) {
                uint32_t block = code[c >> 10] >> ((c >> 8 & 3) * 8) & 0xFF;
                if (code[64 + block * 8 + (c >> 5 & 7)] >> (c & 31) & 1) return found;
            }
            code += 64 + count * 8;
            break;
        }
        default: return false;
        }
    }
}

bool set_contains_slow(const uint32_t *set, uint32_t c) {
    Fold fold = (Fold)set[SET_FOLD];
    const uint32_t *code = set + SET_HEADER;
    if (fold == FOLD_NONE) return code_contains(code, c);
    uint32_t lower = fold_lower(fold, c);
    if (code_contains(code, lower)) return true;
    if (fold != FOLD_LOCALE || c >= 256) return false;
    uint32_t upper = (uint32_t)toupper((int)c);
    return upper != lower && code_contains(code, upper);
}

bool charset_contains(const uint32_t *set, uint32_t c) {
    if (c < 256 && !set[SET_DYNAMIC]) return set[SET_BITMAP + (c >> 5)] >> (c & 31) & 1;
    return set_contains_slow(set, c);
}

/* --- the translator ----------------------------------------------------------------------------- */

typedef struct Words {
    uint32_t *words;
    size_t length, capacity;
} Words;

typedef struct Translator {
    const uint32_t *code;
    size_t length; /* of the code */
    uint32_t groups;
    Words out;  /* instructions; offsets of sets are relative to `data` until the end */
    Words data; /* sets and the prefix */
    uint32_t loop_count, register_count, min_width, prefix, prefix_length, first_set;
    bool has_first_set, no_memory;
} Translator;

static size_t emit_to(Translator *t, Words *w, uint32_t word) {
    if (w->length == w->capacity) {
        size_t capacity = w->capacity ? w->capacity * 2 : 64;
        uint32_t *larger = realloc(w->words, capacity * sizeof *larger);
        if (!larger) {
            t->no_memory = true;
            return 0;
        }
        w->words = larger;
        w->capacity = capacity;
    }
    w->words[w->length] = word;
    return w->length++;
}
static size_t emit(Translator *t, uint32_t word) { return emit_to(t, &t->out, word); }
static void patch(Translator *t, size_t place) {
    if (!t->no_memory) t->out.words[place] = (uint32_t)t->out.length;
}

/* The end of a charset's code in begin..end: the index behind its FAILURE; 0: it is malformed. */
static size_t charset_end(const Translator *t, size_t i, size_t end) {
    while (i < end) {
        size_t left = end - i - 1;
        switch (t->code[i++]) {
        case SRE_FAILURE: return i;
        case SRE_NEGATE: break;
        case SRE_LITERAL:
            if (left < 1) return 0;
            i += 1;
            break;
        case SRE_CATEGORY:
            if (left < 1 || t->code[i] >= CATEGORY_COUNT) return 0;
            i += 1;
            break;
        case SRE_RANGE:
        case SRE_RANGE_UNI_IGNORE:
            if (left < 2) return 0;
            i += 2;
            break;
        case SRE_CHARSET:
            if (left < 8) return 0;
            i += 8;
            break;
        case SRE_BIGCHARSET: {
            if (left < 65) return 0;
            uint32_t count = t->code[i++];
            if (count > 256 || end - i < 64 + (size_t)count * 8) return 0;
            for (int k = 0; k < 256; k++)
                if ((t->code[i + (size_t)k / 4] >> (k % 4 * 8) & 0xFF) >= count) return 0;
            i += 64 + (size_t)count * 8;
            break;
        }
        default: return 0;
        }
    }
    return 0;
}

/* Is there anything in the set that depends on the locale? */
static bool charset_is_dynamic(const Translator *t, size_t i, size_t end) {
    while (i < end) {
        switch (t->code[i++]) {
        case SRE_CATEGORY:
            if (t->code[i] == CATEGORY_LOC_WORD || t->code[i] == CATEGORY_LOC_NOT_WORD) return true;
            i++;
            break;
        case SRE_LITERAL: i++; break;
        case SRE_RANGE: case SRE_RANGE_UNI_IGNORE: i += 2; break;
        case SRE_CHARSET: i += 8; break;
        case SRE_BIGCHARSET: i += 1 + 64 + (size_t)t->code[i] * 8; break;
        default: break;
        }
    }
    return false;
}

/* Copies a charset; its offset in the data. */
static uint32_t add_set(Translator *t, size_t begin, size_t end, Fold fold) {
    size_t at = t->data.length;
    emit_to(t, &t->data, fold);
    emit_to(t, &t->data, fold == FOLD_LOCALE || charset_is_dynamic(t, begin, end));
    for (int i = 0; i < 8; i++) emit_to(t, &t->data, 0);
    for (size_t i = begin; i < end; i++) emit_to(t, &t->data, t->code[i]);
    if (t->no_memory) return 0;
    uint32_t *set = t->data.words + at;
    for (uint32_t c = 0; c < 256; c++)
        if (set_contains_slow(set, c)) set[SET_BITMAP + (c >> 5)] |= 1u << (c & 31);
    return (uint32_t)at;
}

static Fold fold_of(uint32_t op) {
    return op >= SRE_GROUPREF_UNI_IGNORE   ? FOLD_UNICODE
           : op >= SRE_GROUPREF_LOC_IGNORE ? FOLD_LOCALE
           : op >= SRE_GROUPREF_IGNORE     ? FOLD_ASCII
                                           : FOLD_NONE;
}

/* Translates a single-character instruction at *i; false: there is none. */
static bool translate_unit(Translator *t, size_t *i, size_t end) {
    uint32_t op = t->code[*i];
    size_t left = end - *i - 1;
    switch (op) {
    case SRE_ANY: case SRE_ANY_ALL:
        emit(t, op == SRE_ANY ? RE_ANY : RE_ANY_ALL);
        *i += 1;
        return true;
    case SRE_LITERAL: case SRE_NOT_LITERAL:
        if (left < 1) return false;
        emit(t, op == SRE_LITERAL ? RE_CHAR : RE_NOT_CHAR);
        emit(t, t->code[*i + 1]);
        *i += 2;
        return true;
    case SRE_LITERAL_IGNORE: case SRE_LITERAL_LOC_IGNORE: case SRE_LITERAL_UNI_IGNORE:
    case SRE_NOT_LITERAL_IGNORE: case SRE_NOT_LITERAL_LOC_IGNORE: case SRE_NOT_LITERAL_UNI_IGNORE: {
        if (left < 1) return false;
        bool is_not = op == SRE_NOT_LITERAL_IGNORE || op == SRE_NOT_LITERAL_LOC_IGNORE ||
                      op == SRE_NOT_LITERAL_UNI_IGNORE;
        emit(t, is_not ? RE_NOT_CHAR_FOLDED : RE_CHAR_FOLDED);
        emit(t, t->code[*i + 1]);
        emit(t, fold_of(op));
        *i += 2;
        return true;
    }
    case SRE_CATEGORY:
        if (left < 1 || t->code[*i + 1] >= CATEGORY_COUNT) return false;
        emit(t, RE_CATEGORY);
        emit(t, t->code[*i + 1]);
        *i += 2;
        return true;
    case SRE_IN: case SRE_IN_IGNORE: case SRE_IN_LOC_IGNORE: case SRE_IN_UNI_IGNORE: {
        if (left < 1) return false;
        uint32_t skip = t->code[*i + 1];
        if (skip < 2 || skip > left) return false;
        size_t stop = *i + 1 + skip;
        if (charset_end(t, *i + 2, stop) != stop) return false;
        uint32_t set = add_set(t, *i + 2, stop, fold_of(op));
        emit(t, RE_SET);
        emit(t, set);
        *i = stop;
        return true;
    }
    default: return false;
    }
}

static bool translate(Translator *t, size_t begin, size_t end, size_t *jump);

/* What INFO says for the search. */
static bool read_info(Translator *t, size_t begin, size_t end) {
    if (end - begin < 3) return false;
    uint32_t flags = t->code[begin];
    t->min_width = t->code[begin + 1];
    size_t i = begin + 3;
    if (flags & INFO_PREFIX) {
        if (end - i < 2) return false;
        uint32_t count = t->code[i];
        i += 2;
        if ((end - i) / 2 < count) return false;
        t->prefix = (uint32_t)t->data.length;
        t->prefix_length = count;
        for (uint32_t k = 0; k < count; k++) emit_to(t, &t->data, t->code[i + k]);
        i += (size_t)count * 2;
    }
    if (flags & INFO_CHARSET) {
        size_t stop = charset_end(t, i, end);
        if (stop != end) return false;
        t->first_set = add_set(t, i, stop, FOLD_NONE);
        t->has_first_set = true;
    }
    return true;
}

static bool translate_branch(Translator *t, size_t *i, size_t end) {
    size_t place = *i + 1, ends[64], end_count = 0, target = 0;
    size_t *more = NULL, more_count = 0, more_capacity = 0;
    bool good = false;
    for (;;) {
        if (place >= end) goto done;
        uint32_t skip = t->code[place];
        if (skip == 0) break;
        if (skip < 3 || skip > end - place) goto done;
        size_t next = place + skip;
        if (next >= end || t->code[next - 2] != SRE_JUMP) goto done;
        uint32_t distance = t->code[next - 1];
        if (distance > end - (next - 1)) goto done;
        size_t jump = next - 1 + distance;
        if (target && jump != target) goto done;
        target = jump;
        size_t split = 0;
        bool is_last = t->code[next] == 0;
        uint32_t first = place + 1 < next - 2 ? t->code[place + 1] : SRE_SUCCESS;
        if (!is_last) {
            if (first == SRE_LITERAL) {
                emit(t, RE_SPLIT_CHAR);
                split = emit(t, 0);
                emit(t, t->code[place + 2]);
            } else if (first == SRE_IN) {
                uint32_t size = t->code[place + 2];
                size_t stop = place + 2 + size;
                if (size < 2 || stop > next || charset_end(t, place + 3, stop) != stop) goto done;
                uint32_t set = add_set(t, place + 3, stop, FOLD_NONE);
                emit(t, RE_SPLIT_SET);
                split = emit(t, 0);
                emit(t, set);
            } else {
                emit(t, RE_SPLIT);
                split = emit(t, 0);
            }
        }
        if (!translate(t, place + 1, next - 2, NULL)) goto done;
        if (!is_last) {
            emit(t, RE_JUMP);
            size_t operand = emit(t, 0);
            if (end_count < ARRAY_LENGTH(ends)) {
                ends[end_count++] = operand;
            } else {
                if (more_count == more_capacity) {
                    more_capacity = more_capacity ? more_capacity * 2 : 64;
                    size_t *larger = realloc(more, more_capacity * sizeof *more);
                    if (!larger) {
                        t->no_memory = true;
                        goto done;
                    }
                    more = larger;
                }
                more[more_count++] = operand;
            }
            patch(t, split);
        }
        place = next;
    }
    if (target != place + 1) goto done; /* also refuses a branch without alternatives */
    for (size_t k = 0; k < end_count; k++) patch(t, ends[k]);
    for (size_t k = 0; k < more_count; k++) patch(t, more[k]);
    *i = place + 1;
    good = true;
done:
    free(more);
    return good;
}

static bool translate_condition(Translator *t, size_t *i, size_t end) {
    if (end - *i < 3) return false;
    uint32_t group = t->code[*i + 1], skip = t->code[*i + 2];
    if (group >= t->groups || skip < 2 || skip > end - (*i + 1)) return false;
    size_t target = *i + 1 + skip, jump = 0;
    if (target < *i + 3) return false;
    emit(t, RE_CONDITION);
    emit(t, group);
    size_t no = emit(t, 0);
    if (!translate(t, *i + 3, target, &jump)) return false;
    *i = target;
    if (jump) {
        if (jump < target || jump > end) return false;
        emit(t, RE_JUMP);
        size_t over = emit(t, 0);
        patch(t, no);
        if (!translate(t, target, jump, NULL)) return false;
        patch(t, over);
        *i = jump;
    } else {
        patch(t, no);
    }
    return true;
}

static bool translate_repeat_one(Translator *t, size_t *i, size_t end, uint32_t op) {
    if (end - *i < 5) return false;
    uint32_t skip = t->code[*i + 1], min = t->code[*i + 2], max = t->code[*i + 3];
    if (skip < 4 || skip > end - (*i + 1) || min > max) return false;
    size_t stop = *i + 1 + skip, unit = *i + 4;
    emit(t, op == SRE_REPEAT_ONE       ? RE_REPEAT
            : op == SRE_MIN_REPEAT_ONE ? RE_REPEAT_LAZY
                                       : RE_REPEAT_POSSESSIVE);
    emit(t, min);
    emit(t, max);
    size_t tail = emit(t, 0);
    if (!translate_unit(t, &unit, stop) || unit != stop - 1 || t->code[unit] != SRE_SUCCESS)
        return false;
    patch(t, tail);
    *i = stop;
    return true;
}

static bool translate_repeat(Translator *t, size_t *i, size_t end, bool possessive) {
    if (end - *i < 5) return false;
    uint32_t skip = t->code[*i + 1], min = t->code[*i + 2], max = t->code[*i + 3];
    if (skip < 3 || skip >= end - (*i + 1) || min > max) return false;
    size_t until = *i + 1 + skip;
    uint32_t op = t->code[until], reg = 0;
    if (possessive ? op != SRE_SUCCESS : op != SRE_MAX_UNTIL && op != SRE_MIN_UNTIL) return false;
    if (possessive) {
        reg = t->register_count++;
        emit(t, RE_ATOMIC);
        emit(t, reg);
    }
    uint32_t loop = t->loop_count++;
    emit(t, RE_LOOP);
    emit(t, loop);
    size_t test = emit(t, 0), body = t->out.length;
    if (!translate(t, *i + 4, until, NULL)) return false;
    patch(t, test);
    emit(t, op == SRE_MIN_UNTIL ? RE_LOOP_LAZY : RE_LOOP_GREEDY);
    emit(t, loop);
    emit(t, min);
    emit(t, max);
    emit(t, (uint32_t)body);
    if (possessive) {
        emit(t, RE_ATOMIC_END);
        emit(t, reg);
    }
    *i = until + 1;
    return true;
}

static bool translate_look(Translator *t, size_t *i, size_t end, bool is_not) {
    if (end - *i < 4) return false;
    uint32_t skip = t->code[*i + 1], back = t->code[*i + 2], reg = t->register_count++;
    if (skip < 3 || skip > end - (*i + 1)) return false;
    size_t stop = *i + 1 + skip, after = 0;
    if (t->code[stop - 1] != SRE_SUCCESS) return false;
    emit(t, is_not ? RE_LOOK_NOT : RE_LOOK);
    emit(t, reg);
    emit(t, back);
    if (is_not) after = emit(t, 0);
    if (!translate(t, *i + 3, stop - 1, NULL)) return false;
    emit(t, is_not ? RE_LOOK_NOT_END : RE_LOOK_END);
    emit(t, reg);
    if (is_not) patch(t, after);
    *i = stop;
    return true;
}

static bool translate_atomic(Translator *t, size_t *i, size_t end) {
    if (end - *i < 3) return false;
    uint32_t skip = t->code[*i + 1], reg = t->register_count++;
    if (skip < 2 || skip > end - (*i + 1)) return false;
    size_t stop = *i + 1 + skip;
    if (t->code[stop - 1] != SRE_SUCCESS) return false;
    emit(t, RE_ATOMIC);
    emit(t, reg);
    if (!translate(t, *i + 2, stop - 1, NULL)) return false;
    emit(t, RE_ATOMIC_END);
    emit(t, reg);
    *i = stop;
    return true;
}

/* Translates begin..end. Where `jump` is given, the range may end with a JUMP, whose target (an index
 * of the code) is put there. False: malformed, or no memory. */
static bool translate(Translator *t, size_t begin, size_t end, size_t *jump) {
    if (!stack_check()) return false;
    for (size_t i = begin; i < end;) {
        if (t->no_memory) return false;
        uint32_t op = t->code[i];
        size_t left = end - i - 1;
        if (translate_unit(t, &i, end)) continue;
        switch (op) {
        case SRE_FAILURE:
            emit(t, RE_FAIL);
            i++;
            break;
        case SRE_MARK:
            if (left < 1 || t->code[i + 1] >= t->groups * 2) return false;
            emit(t, RE_MARK);
            emit(t, t->code[i + 1]);
            i += 2;
            break;
        case SRE_AT:
            if (left < 1 || t->code[i + 1] >= AT_COUNT) return false;
            emit(t, RE_AT);
            emit(t, t->code[i + 1]);
            i += 2;
            break;
        case SRE_GROUPREF: case SRE_GROUPREF_IGNORE: case SRE_GROUPREF_LOC_IGNORE:
        case SRE_GROUPREF_UNI_IGNORE:
            if (left < 1 || t->code[i + 1] >= t->groups) return false;
            emit(t, RE_REFERENCE);
            emit(t, t->code[i + 1]);
            emit(t, fold_of(op));
            i += 2;
            break;
        case SRE_INFO: {
            if (left < 1 || t->code[i + 1] > left || t->code[i + 1] < 1) return false;
            size_t stop = i + 1 + t->code[i + 1];
            if (i == 0 && !read_info(t, i + 2, stop)) return false;
            i = stop;
            break;
        }
        case SRE_JUMP:
            if (!jump || left != 1 || t->code[i + 1] < 1 || t->code[i + 1] > t->length - (i + 1))
                return false;
            *jump = i + 1 + t->code[i + 1];
            return true;
        case SRE_BRANCH:
            if (!translate_branch(t, &i, end)) return false;
            break;
        case SRE_GROUPREF_EXISTS:
            if (!translate_condition(t, &i, end)) return false;
            break;
        case SRE_REPEAT_ONE: case SRE_MIN_REPEAT_ONE: case SRE_POSSESSIVE_REPEAT_ONE:
            if (!translate_repeat_one(t, &i, end, op)) return false;
            break;
        case SRE_REPEAT: case SRE_POSSESSIVE_REPEAT:
            if (!translate_repeat(t, &i, end, op == SRE_POSSESSIVE_REPEAT)) return false;
            break;
        case SRE_ASSERT: case SRE_ASSERT_NOT:
            if (!translate_look(t, &i, end, op == SRE_ASSERT_NOT)) return false;
            break;
        case SRE_ATOMIC_GROUP:
            if (!translate_atomic(t, &i, end)) return false;
            break;
        default: return false;
        }
    }
    return true;
}

static CellKind program_kind = {NULL, NULL, "regular expression"};

/* Adds `base` to the offsets of sets. */
static void relocate_sets(uint32_t *words, size_t length, uint32_t base) {
    static const uint8_t operands[] = {
        [RE_SUCCESS] = 0, [RE_FAIL] = 0, [RE_JUMP] = 1, [RE_SPLIT] = 1, [RE_SPLIT_CHAR] = 2,
        [RE_SPLIT_SET] = 2, [RE_MARK] = 1, [RE_AT] = 1, [RE_REFERENCE] = 2, [RE_CONDITION] = 2,
        [RE_LOOK] = 2, [RE_LOOK_END] = 1, [RE_LOOK_NOT] = 3, [RE_LOOK_NOT_END] = 1,
        [RE_ATOMIC] = 1, [RE_ATOMIC_END] = 1, [RE_LOOP] = 2, [RE_LOOP_GREEDY] = 4,
        [RE_LOOP_LAZY] = 4, [RE_REPEAT] = 3, [RE_REPEAT_LAZY] = 3, [RE_REPEAT_POSSESSIVE] = 3,
        [RE_ANY] = 0, [RE_ANY_ALL] = 0, [RE_CHAR] = 1, [RE_NOT_CHAR] = 1, [RE_CHAR_FOLDED] = 2,
        [RE_NOT_CHAR_FOLDED] = 2, [RE_SET] = 1, [RE_CATEGORY] = 1,
    };
    for (size_t i = 0; i < length; i += 1 + operands[words[i]]) {
        if (words[i] == RE_SET) words[i + 1] += base;
        if (words[i] == RE_SPLIT_SET) words[i + 2] += base;
    }
}

static Program *finish(Translator *t) {
    size_t length = t->out.length + t->data.length;
    Program *p = heap_alloc(sizeof *p + length * sizeof(uint32_t));
    if (!p) return NULL;
    uint32_t base = (uint32_t)t->out.length;
    memcpy(p->words, t->out.words, t->out.length * sizeof(uint32_t));
    if (t->data.length)
        memcpy(p->words + base, t->data.words, t->data.length * sizeof(uint32_t));
    relocate_sets(p->words, t->out.length, base);
    p->length = (uint32_t)length;
    p->groups = t->groups;
    p->loop_count = t->loop_count;
    p->register_count = t->register_count;
    p->min_width = t->min_width;
    p->prefix = t->prefix + base;
    p->prefix_length = t->prefix_length;
    p->first_set = t->has_first_set ? t->first_set + base : 0;
    cell_set_kind(p, &program_kind);
    return p;
}

Program *program_translate(const uint32_t *code, size_t length, uint32_t groups) {
    Translator t = {.code = code, .length = length, .groups = groups};
    Program *program = NULL;
    bool good = groups <= SRE_MAXGROUPS && length > 0 && length < UINT32_MAX / 4 &&
                code[length - 1] == SRE_SUCCESS && translate(&t, 0, length - 1, NULL);
    if (good) emit(&t, RE_SUCCESS);
    if (t.no_memory) raise_memory_error();
    else if (good) program = finish(&t);
    else if (!error_occurred()) raise_error(&RuntimeError, "invalid SRE code");
    free(t.out.words);
    free(t.data.words);
    return program;
}
