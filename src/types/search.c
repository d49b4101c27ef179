/* search.c - finding.
 *
 * Bytes are found by the C library's memmem(), which is the two-way algorithm (Crochemore and Perrin,
 * 1991). Other searches look for the needle's first character and compare; when the characters
 * compared in vain outgrow the text, they go on by Knuth, Morris and Pratt's automaton, so that no
 * input makes them quadratic. */
#include "types/search.h"

#include <stdlib.h>
#include <string.h>

int64_t points_find_char(unsigned kind, const void *text, int64_t length, uint32_t point,
                         int direction) {
    if (length <= 0) return -1;
    if (kind == 1) {
        if (point > 0xFF) return -1;
        const char *found = direction > 0 ? memchr(text, (int)point, (size_t)length)
                                          : memrchr(text, (int)point, (size_t)length);
        return found ? found - (const char *)text : -1;
    }
    if (kind == 2) {
        const uint16_t *p = text;
        if (direction > 0) {
            for (int64_t i = 0; i < length; i++)
                if (p[i] == point) return i;
        } else {
            for (int64_t i = length; i-- > 0;)
                if (p[i] == point) return i;
        }
        return -1;
    }
    const uint32_t *p = text;
    if (direction > 0) {
        for (int64_t i = 0; i < length; i++)
            if (p[i] == point) return i;
    } else {
        for (int64_t i = length; i-- > 0;)
            if (p[i] == point) return i;
    }
    return -1;
}

static inline uint32_t at(unsigned kind, const void *data, int64_t index) {
    return kind == 1   ? ((const uint8_t *)data)[index]
           : kind == 2 ? ((const uint16_t *)data)[index]
                       : ((const uint32_t *)data)[index];
}

/* The automaton, over the text as seen in `direction`. -2: no memory. */
static int64_t find_by_automaton(unsigned kind, const void *text, int64_t n, const void *needle,
                                 int64_t m, int direction) {
    int64_t *failure = malloc((size_t)m * sizeof *failure);
    if (!failure) return -2;
#define NEEDLE(i) at(kind, needle, direction > 0 ? (i) : m - 1 - (i))
#define TEXT(i) at(kind, text, direction > 0 ? (i) : n - 1 - (i))
    failure[0] = 0;
    for (int64_t i = 1, k = 0; i < m; i++) {
        while (k > 0 && NEEDLE(i) != NEEDLE(k)) k = failure[k - 1];
        if (NEEDLE(i) == NEEDLE(k)) k++;
        failure[i] = k;
    }
    int64_t found = -1;
    for (int64_t i = 0, k = 0; i < n; i++) {
        while (k > 0 && TEXT(i) != NEEDLE(k)) k = failure[k - 1];
        if (TEXT(i) == NEEDLE(k)) k++;
        if (k == m) {
            found = i - m + 1;
            break;
        }
    }
#undef NEEDLE
#undef TEXT
    free(failure);
    return found < 0 || direction > 0 ? found : n - m - found;
}

static bool equal_at(unsigned kind, const char *text, const char *needle, int64_t m, int64_t *work) {
    int64_t i = 0;
    while (i < m && at(kind, text, i) == at(kind, needle, i)) i++;
    *work += i;
    return i == m;
}

int64_t points_find(unsigned kind, const void *text, int64_t length, const void *needle,
                    int64_t needle_length, int direction) {
    if (needle_length > length) return -1;
    if (needle_length == 0) return direction > 0 ? 0 : length;
    uint32_t first = at(kind, needle, 0);
    if (needle_length == 1) return points_find_char(kind, text, length, first, direction);
    if (kind == 1 && direction > 0) {
        const char *found = memmem(text, (size_t)length, needle, (size_t)needle_length);
        return found ? found - (const char *)text : -1;
    }
    int64_t last = length - needle_length, work = 0, limit = length * 4 + 64;
    const char *bytes = text;
    if (direction > 0) {
        for (int64_t i = 0; i <= last; i++) {
            int64_t skip = points_find_char(kind, bytes + i * kind, last - i + 1, first, 1);
            if (skip < 0) return -1;
            i += skip;
            if (equal_at(kind, bytes + i * kind, needle, needle_length, &work)) return i;
            if (work > limit) {
                int64_t found = find_by_automaton(kind, bytes + (i + 1) * kind, length - i - 1,
                                                  needle, needle_length, 1);
                if (found >= -1) return found < 0 ? -1 : i + 1 + found;
                limit = INT64_MAX;
            }
        }
        return -1;
    }
    for (int64_t i = last; i >= 0; i--) {
        i = points_find_char(kind, bytes, i + 1, first, -1);
        if (i < 0) return -1;
        if (equal_at(kind, bytes + i * kind, needle, needle_length, &work)) return i;
        if (work > limit) {
            int64_t found = find_by_automaton(kind, text, i + needle_length - 1, needle,
                                              needle_length, -1);
            if (found >= -1) return found;
            limit = INT64_MAX;
        }
    }
    return -1;
}

int64_t points_count(unsigned kind, const void *text, int64_t length, const void *needle,
                     int64_t needle_length, int64_t limit) {
    int64_t count = 0, position = 0;
    const char *bytes = text;
    if (needle_length == 1 && kind == 1 && limit == INT64_MAX) {
        uint8_t c = *(const uint8_t *)needle;
        for (int64_t i = 0; i < length; i++) count += ((const uint8_t *)text)[i] == c;
        return count;
    }
    while (count < limit) {
        int64_t found = points_find(kind, bytes + position * kind, length - position, needle,
                                    needle_length, 1);
        if (found < 0) break;
        count++;
        position += found + needle_length;
    }
    return count;
}
