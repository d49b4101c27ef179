/* unicode_normalize.c - normalisation forms (Unicode Standard Annex 15; Hangul by section 3.12). */
#include <stdlib.h>
#include <string.h>
#include "types/exception.h"
#include "types/str_buffer.h"
#include "types/unicode_normalize.h"

enum {
    S_BASE = 0xAC00, L_BASE = 0x1100, V_BASE = 0x1161, T_BASE = 0x11A7,
    L_COUNT = 19, V_COUNT = 21, T_COUNT = 28, S_COUNT = L_COUNT * V_COUNT * T_COUNT,
};

const UnicodeDecomposition *unicode_decomposition_of(uint32_t point) {
    size_t low = 0, high = unicode_decomposition_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (unicode_decompositions[middle].point < point) low = middle + 1;
        else high = middle;
    }
    return low < unicode_decomposition_count && unicode_decompositions[low].point == point
               ? &unicode_decompositions[low]
               : NULL;
}

/* Mappings that were corrected after Unicode 3.2 (NormalizationCorrections.txt); 0: not this one. */
static uint32_t mapping_of_3_2(uint32_t c) {
    switch (c) {
    case 0x2F868: return 0x2136A;
    case 0x2F874: return 0x5F33;
    case 0x2F91F: return 0x43AB;
    case 0x2F95F: return 0x7AAE;
    case 0x2F9BF: return 0x4D57;
    default: return 0;
    }
}

/* Points under way; on the heap, in the bytes of a StrBuffer. */
typedef struct Points {
    StrBuffer *buffer;
    uint32_t *items;
    int64_t length, capacity;
} Points;

static bool points_add(Points *p, uint32_t c) {
    if (p->length == p->capacity) {
        int64_t capacity = p->capacity ? p->capacity * 2 : 64;
        StrBuffer *larger = str_buffer_new(capacity * 4);
        if (!larger) return false;
        if (p->length) memcpy(larger->bytes, p->items, (size_t)p->length * 4);
        p->buffer = larger;
        p->items = (uint32_t *)(void *)larger->bytes;
        p->capacity = capacity;
    }
    p->items[p->length++] = c;
    return true;
}

static bool decompose(Points *p, uint32_t c, bool compatible, bool old) {
    uint32_t s = c - S_BASE;
    if (s < S_COUNT) {
        return points_add(p, L_BASE + s / (V_COUNT * T_COUNT)) &&
               points_add(p, V_BASE + s / T_COUNT % V_COUNT) &&
               (s % T_COUNT == 0 || points_add(p, T_BASE + s % T_COUNT));
    }
    if (c < 0xA0 || (old && !unicode_is(c, UNICODE_IN_3_2))) return points_add(p, c);
    if (old && mapping_of_3_2(c)) return decompose(p, mapping_of_3_2(c), compatible, old);
    const UnicodeDecomposition *d = unicode_decomposition_of(c);
    if (!d || (d->tag && !compatible)) return points_add(p, c);
    for (unsigned i = 0; i < d->count; i++)
        if (!decompose(p, unicode_decomposition_points[d->offset + i], compatible, old)) return false;
    return true;
}

typedef struct Mark {
    uint32_t point;
    uint32_t combining;
    int64_t index;
} Mark;

static int compare_marks(const void *a, const void *b) {
    const Mark *x = a, *y = b;
    if (x->combining != y->combining) return x->combining < y->combining ? -1 : 1;
    return x->index < y->index ? -1 : 1;
}

/* Puts each run of combining marks into canonical order, stably. */
static bool order_marks(Points *p) {
    for (int64_t i = 0; i < p->length;) {
        int64_t end = i;
        while (end < p->length && unicode_record(p->items[end])->combining) end++;
        int64_t count = end - i;
        if (count > 1 && count <= 16) {
            for (int64_t k = i + 1; k < end; k++) {
                uint32_t c = p->items[k], combining = unicode_record(c)->combining;
                int64_t at = k;
                for (; at > i && unicode_record(p->items[at - 1])->combining > combining; at--)
                    p->items[at] = p->items[at - 1];
                p->items[at] = c;
            }
        } else if (count > 16) { /* a long run: not by insertion */
            Mark *marks = malloc((size_t)count * sizeof *marks);
            if (!marks) {
                raise_memory_error();
                return false;
            }
            for (int64_t k = 0; k < count; k++)
                marks[k] = (Mark){p->items[i + k], unicode_record(p->items[i + k])->combining, k};
            qsort(marks, (size_t)count, sizeof *marks, compare_marks);
            for (int64_t k = 0; k < count; k++) p->items[i + k] = marks[k].point;
            free(marks);
        }
        i = end > i ? end : i + 1;
    }
    return true;
}

/* The primary composite of two characters, or 0. */
static uint32_t compose_pair(uint32_t first, uint32_t second, bool old) {
    if (first - L_BASE < L_COUNT && second - V_BASE < V_COUNT)
        return S_BASE + ((first - L_BASE) * V_COUNT + (second - V_BASE)) * T_COUNT;
    if (first - S_BASE < S_COUNT && (first - S_BASE) % T_COUNT == 0 && second > T_BASE &&
        second < T_BASE + T_COUNT)
        return first + (second - T_BASE);
    size_t low = 0, high = unicode_composition_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        const UnicodeComposition *c = &unicode_compositions[middle];
        if (c->first < first || (c->first == first && c->second < second)) low = middle + 1;
        else high = middle;
    }
    if (low == unicode_composition_count) return 0;
    const UnicodeComposition *c = &unicode_compositions[low];
    if (c->first != first || c->second != second) return 0;
    if (old && !unicode_is(c->composed, UNICODE_IN_3_2)) return 0;
    return c->composed;
}

static void compose(Points *p, bool old) {
    int64_t starter = -1, to = 0;
    int last_combining = -1; /* of what stands between the starter and here; -1: nothing */
    for (int64_t i = 0; i < p->length; i++) {
        uint32_t c = p->items[i];
        int combining = unicode_record(c)->combining;
        bool blocked = last_combining >= combining;
        if (starter >= 0 && !blocked) {
            uint32_t composed = compose_pair(p->items[starter], c, old);
            if (composed) {
                p->items[starter] = composed;
                continue;
            }
        }
        if (combining == 0) {
            starter = to;
            last_combining = -1;
        } else {
            last_combining = combining;
        }
        p->items[to++] = c;
    }
    p->length = to;
}

bool normalization_form(const Str *name, NormalizationForm *form) {
    static const char *const names[] = {"NFC", "NFKC", "NFD", "NFKD"};
    for (unsigned i = 0; i < 4; i++)
        if (str_equal_c(name, names[i])) {
            *form = (NormalizationForm)i;
            return true;
        }
    raise_error(&ValueError, "invalid normalization form");
    return false;
}

Str *unicode_normalize(Str *s, NormalizationForm form, bool old) {
    if (str_is_ascii(s) || s->length == 0) return str_exact(s);
    bool compatible = form == NORMAL_KC || form == NORMAL_KD;
    bool composes = form == NORMAL_C || form == NORMAL_KC;
    if (form == NORMAL_C && str_kind(s) == 1) return str_exact(s); /* Latin-1 is composed */
    Points p = {0};
    unsigned kind = str_kind(s);
    for (int64_t i = 0; i < s->length; i++)
        if (!decompose(&p, point_read(kind, s->data, i), compatible, old)) return NULL;
    if (!order_marks(&p)) return NULL;
    if (composes) compose(&p, old);
    return str_from_code_points(p.items, (size_t)p.length);
}
