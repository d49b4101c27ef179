/* bytes_methods.c - the methods that bytes and bytearray share. */
#include "types/bytes_methods.h"

#include <string.h>
#include "types/bytearray.h"
#include "types/codec.h"
#include "types/exception.h"
#include "types/search.h"
#include "types/str_buffer.h"

#define LENGTH_MAX (INT64_MAX / 8)

static inline bool is_upper(uint8_t c) { return (uint8_t)(c - 'A') < 26; }
static inline bool is_lower(uint8_t c) { return (uint8_t)(c - 'a') < 26; }
static inline bool is_letter(uint8_t c) { return is_lower(c | 32); }
static inline bool is_digit(uint8_t c) { return (uint8_t)(c - '0') < 10; }
static inline bool is_space(uint8_t c) { return c == ' ' || (uint8_t)(c - 9) < 5; }

/* --- arguments ---------------------------------------------------------------------------------- */

int byte_value(Value v, const char *message) {
    if (!is_smallint(v) && !has_index(v)) {
        raise_error(&TypeError, "'%T' object cannot be interpreted as an integer", v);
        return -1;
    }
    int64_t n = value_index_int64(v, NULL);
    if (n == -1 && error_occurred()) return -1;
    if (n < 0 || n > 255) {
        raise_error(&ValueError, "%s", message);
        return -1;
    }
    return (int)n;
}

/* A pattern to search for: bytes-like, or one byte as an int. */
typedef struct Pattern {
    BufferView view;
    bool has_view;
    uint8_t byte;
    ByteSpan span;
} Pattern;

static bool pattern_get(Pattern *p, Value v, bool allow_int) {
    p->has_view = false;
    if (allow_int && !has_buffer(v)) {
        if (!has_index(v)) {
            raise_error(&TypeError, "argument should be integer or bytes-like object, not '%T'", v);
            return false;
        }
        int byte = byte_value(v, "byte must be in range(0, 256)");
        if (byte < 0) return false;
        p->byte = (uint8_t)byte;
        p->span = (ByteSpan){&p->byte, 1};
        return true;
    }
    if (!buffer_get(v, &p->view, BUFFER_SIMPLE)) return false;
    p->has_view = true;
    p->span = (ByteSpan){p->view.data, p->view.length};
    return true;
}

static void pattern_release(Pattern *p) {
    if (p->has_view) buffer_release(&p->view);
}

static bool count_argument(Value v, int64_t fallback, int64_t *out) {
    *out = fallback;
    if (is_empty(v)) return true;
    Value index = value_index(v);
    if (is_error(index)) return false;
    if (int_to_int64(index, out)) return true;
    raise_error(&OverflowError, "Python int too large to convert to C ssize_t");
    return false;
}

/* The whole of self is returned as it is when that cannot be told from a copy. */
static Value part_of(Value self, ByteSpan s, int64_t start, int64_t end) {
    if (start == 0 && end == s.length && is_exactly(self, &bytes_type)) return self;
    return bytes_like(self, s.data + start, end > start ? end - start : 0);
}

/* --- finding ------------------------------------------------------------------------------------ */

static int64_t find_in(Value *args, int direction, bool *failed) {
    ByteSpan s = bytes_span(args[0]);
    Pattern p;
    int64_t start, end, found = -1;
    *failed = !pattern_get(&p, args[1], true);
    if (*failed) return -1;
    if (!search_bounds(args[2], args[3], s.length, &start, &end)) {
        *failed = true;
    } else if (start <= end) {
        found = points_find(1, s.data + start, end - start, p.span.data, p.span.length, direction);
        if (found >= 0) found += start;
    }
    pattern_release(&p);
    return found;
}

static Value find_result(Value *args, int direction, bool must) {
    bool failed;
    int64_t found = find_in(args, direction, &failed);
    if (failed) return VALUE_ERROR;
    if (found < 0 && must) return raise_error(&ValueError, "subsection not found");
    return smallint_value(found);
}
Value bytes_find(Value *args) { return find_result(args, 1, false); }
Value bytes_rfind(Value *args) { return find_result(args, -1, false); }
Value bytes_index(Value *args) { return find_result(args, 1, true); }
Value bytes_rindex(Value *args) { return find_result(args, -1, true); }

Value bytes_count(Value *args) {
    ByteSpan s = bytes_span(args[0]);
    Pattern p;
    int64_t start, end, count = 0;
    if (!pattern_get(&p, args[1], true)) return VALUE_ERROR;
    bool good = search_bounds(args[2], args[3], s.length, &start, &end);
    if (good && start <= end)
        count = p.span.length == 0 ? end - start + 1
                                   : points_count(1, s.data + start, end - start, p.span.data,
                                                  p.span.length, INT64_MAX);
    pattern_release(&p);
    return good ? smallint_value(count) : VALUE_ERROR;
}

int bytes_contains(Value self, Value item) {
    ByteSpan s = bytes_span(self);
    if (!has_buffer(item) && has_index(item)) {
        int byte = byte_value(item, "byte must be in range(0, 256)");
        return byte < 0 ? -1 : points_find_char(1, s.data, s.length, (uint32_t)byte, 1) >= 0;
    }
    Pattern p;
    if (!pattern_get(&p, item, false)) return -1;
    int64_t found = points_find(1, s.data, s.length, p.span.data, p.span.length, 1);
    pattern_release(&p);
    return found >= 0;
}

/* 1, 0, -1 */
static int matches(ByteSpan s, Value part, int64_t start, int64_t end, bool at_end) {
    Pattern p;
    if (!pattern_get(&p, part, false)) return -1;
    int64_t n = p.span.length;
    int result = start <= end && n <= end - start &&
                 memcmp(s.data + (at_end ? end - n : start), p.span.data, (size_t)n) == 0;
    pattern_release(&p);
    return result;
}

static Value starts_or_ends(Value *args, const char *name, bool at_end) {
    ByteSpan s = bytes_span(args[0]);
    int64_t start, end;
    if (!search_bounds(args[2], args[3], s.length, &start, &end)) return VALUE_ERROR;
    if (is_tuple(args[1])) {
        const Tuple *parts = as_tuple(args[1]);
        for (int64_t i = 0; i < parts->length; i++) {
            int match = matches(s, parts->items[i], start, end, at_end);
            if (match) return match < 0 ? VALUE_ERROR : VALUE_TRUE;
        }
        return VALUE_FALSE;
    }
    if (!has_buffer(args[1]))
        return raise_error(&TypeError, "%s first arg must be bytes or a tuple of bytes, not %T",
                           name, args[1]);
    int match = matches(s, args[1], start, end, at_end);
    return match < 0 ? VALUE_ERROR : bool_value(match);
}
Value bytes_startswith(Value *args) { return starts_or_ends(args, "startswith", false); }
Value bytes_endswith(Value *args) { return starts_or_ends(args, "endswith", true); }

static Value remove_part(Value *args, bool at_end) {
    ByteSpan s = bytes_span(args[0]);
    Pattern p;
    if (!pattern_get(&p, args[1], false)) return VALUE_ERROR;
    int64_t n = p.span.length, start = 0, end = s.length;
    if (n > 0 && n <= s.length &&
        memcmp(s.data + (at_end ? s.length - n : 0), p.span.data, (size_t)n) == 0) {
        if (at_end) end -= n;
        else start = n;
    }
    pattern_release(&p);
    return part_of(args[0], s, start, end);
}
Value bytes_removeprefix(Value *args) { return remove_part(args, false); }
Value bytes_removesuffix(Value *args) { return remove_part(args, true); }

/* --- replacing ---------------------------------------------------------------------------------- */

static Value replace(Value self, ByteSpan s, ByteSpan old, ByteSpan new, int64_t limit) {
    int64_t count;
    if (limit < 0) limit = INT64_MAX;
    if (limit == 0) return part_of(self, s, 0, s.length);
    if (old.length == 0) count = s.length + 1 < limit ? s.length + 1 : limit;
    else count = points_count(1, s.data, s.length, old.data, old.length, limit);
    if (count == 0) return part_of(self, s, 0, s.length);
    if (new.length > old.length && new.length - old.length > (LENGTH_MAX - s.length) / count)
        return raise_error(&OverflowError, "replace bytes is too long");
    int64_t length = s.length + count * (new.length - old.length), from = 0, to = 0;
    StrBuffer *buffer = str_buffer_new(length);
    if (!buffer) return VALUE_ERROR;
    char *out = buffer->bytes;
    for (int64_t i = 0; i < count; i++) {
        int64_t skip;
        if (old.length == 0) skip = i == 0 ? 0 : 1;
        else skip = points_find(1, s.data + from, s.length - from, old.data, old.length, 1);
        if (skip < 0) break;
        if (to + skip + new.length > length) break; /* the bytes changed under our hands */
        memcpy(out + to, s.data + from, (size_t)skip);
        memcpy(out + to + skip, new.data, (size_t)new.length);
        to += skip + new.length;
        from += skip + old.length;
    }
    int64_t rest = s.length - from < length - to ? s.length - from : length - to;
    if (rest > 0) memcpy(out + to, s.data + from, (size_t)rest);
    return bytes_like(self, out, length);
}

Value bytes_replace(Value *args) {
    int64_t limit;
    Pattern old, new;
    if (!pattern_get(&old, args[1], false)) return VALUE_ERROR;
    Value result = VALUE_ERROR;
    if (pattern_get(&new, args[2], false)) {
        if (count_argument(args[3], -1, &limit))
            result = replace(args[0], bytes_span(args[0]), old.span, new.span, limit);
        pattern_release(&new);
    }
    pattern_release(&old);
    return result;
}

Value bytes_translate(Value *args) {
    Pattern table = {0}, deleted = {0};
    bool has_table = !is_none(args[1]), has_deleted = !is_empty(args[2]);
    if (has_table && !pattern_get(&table, args[1], false)) return VALUE_ERROR;
    if (has_table && table.span.length != 256) {
        pattern_release(&table);
        return raise_error(&ValueError, "translation table must be 256 characters long");
    }
    if (has_deleted && !pattern_get(&deleted, args[2], false)) {
        if (has_table) pattern_release(&table);
        return VALUE_ERROR;
    }
    ByteSpan s = bytes_span(args[0]);
    bool gone[256] = {false};
    for (int64_t i = 0; has_deleted && i < deleted.span.length; i++) gone[deleted.span.data[i]] = true;
    StrBuffer *buffer = str_buffer_new(s.length);
    Value result = VALUE_ERROR;
    if (buffer) {
        int64_t to = 0;
        for (int64_t i = 0; i < s.length; i++) {
            uint8_t c = s.data[i];
            if (!gone[c]) buffer->bytes[to++] = (char)(has_table ? table.span.data[c] : c);
        }
        result = bytes_like(args[0], buffer->bytes, to);
    }
    if (has_deleted) pattern_release(&deleted);
    if (has_table) pattern_release(&table);
    return result;
}

Value bytes_maketrans(Value *args) {
    Pattern from, to;
    if (!pattern_get(&from, args[0], false)) return VALUE_ERROR;
    Value result = VALUE_ERROR;
    if (pattern_get(&to, args[1], false)) {
        if (from.span.length != to.span.length) {
            raise_error(&ValueError, "maketrans arguments must have same length");
        } else {
            uint8_t table[256];
            for (int i = 0; i < 256; i++) table[i] = (uint8_t)i;
            for (int64_t i = 0; i < from.span.length; i++)
                table[from.span.data[i]] = to.span.data[i];
            result = bytes_result(bytes_from(table, 256));
        }
        pattern_release(&to);
    }
    pattern_release(&from);
    return result;
}

/* --- splitting ---------------------------------------------------------------------------------- */

static bool add_part(List *parts, Value self, ByteSpan s, int64_t start, int64_t end) {
    Value part = part_of(self, s, start, end);
    return !is_error(part) && list_append(parts, part);
}

static bool split_spaces(List *parts, Value self, ByteSpan s, int64_t limit) {
    int64_t i = 0;
    for (;;) {
        while (i < s.length && is_space(s.data[i])) i++;
        if (i >= s.length) return true;
        if (limit-- == 0) return add_part(parts, self, s, i, s.length);
        int64_t start = i;
        while (i < s.length && !is_space(s.data[i])) i++;
        if (!add_part(parts, self, s, start, i)) return false;
    }
}

static bool rsplit_spaces(List *parts, Value self, ByteSpan s, int64_t limit) {
    int64_t i = s.length;
    for (;;) {
        while (i > 0 && is_space(s.data[i - 1])) i--;
        if (i == 0) return true;
        if (limit-- == 0) return add_part(parts, self, s, 0, i);
        int64_t end = i;
        while (i > 0 && !is_space(s.data[i - 1])) i--;
        if (!add_part(parts, self, s, i, end)) return false;
    }
}

static bool split_at(List *parts, Value self, ByteSpan s, ByteSpan separator, int64_t limit,
                     bool right) {
    int64_t start = 0, end = s.length;
    while (limit-- != 0) {
        int64_t found = points_find(1, s.data + start, end - start, separator.data,
                                    separator.length, right ? -1 : 1);
        if (found < 0) break;
        if (right) {
            if (!add_part(parts, self, s, found + separator.length, end)) return false;
            end = found;
        } else {
            if (!add_part(parts, self, s, start, start + found)) return false;
            start += found + separator.length;
        }
    }
    return add_part(parts, self, s, start, end);
}

static Value split(Value *args, bool right) {
    Value self = args[0];
    int64_t limit;
    if (!count_argument(args[2], -1, &limit)) return VALUE_ERROR;
    List *parts = list_new(0);
    if (!parts) return VALUE_ERROR;
    bool good;
    if (is_empty(args[1]) || is_none(args[1])) {
        good = (right ? rsplit_spaces : split_spaces)(parts, self, bytes_span(self), limit);
    } else {
        Pattern p;
        if (!pattern_get(&p, args[1], false)) return VALUE_ERROR;
        good = p.span.length > 0;
        if (!good) raise_error(&ValueError, "empty separator");
        else good = split_at(parts, self, bytes_span(self), p.span, limit, right);
        pattern_release(&p);
    }
    if (!good) return VALUE_ERROR;
    if (right) list_reverse(parts);
    return object_value(parts);
}
Value bytes_split(Value *args) { return split(args, false); }
Value bytes_rsplit(Value *args) { return split(args, true); }

Value bytes_splitlines(Value *args) {
    ByteSpan s = bytes_span(args[0]);
    int keep = is_empty(args[1]) ? 0 : value_truth(args[1]);
    List *lines = keep < 0 ? NULL : list_new(0);
    if (!lines) return VALUE_ERROR;
    for (int64_t i = 0; i < s.length;) {
        int64_t start = i;
        while (i < s.length && s.data[i] != '\n' && s.data[i] != '\r') i++;
        int64_t end = i;
        if (i < s.length) {
            i += s.data[i] == '\r' && i + 1 < s.length && s.data[i + 1] == '\n' ? 2 : 1;
            if (keep) end = i;
        }
        if (!add_part(lines, args[0], s, start, end)) return VALUE_ERROR;
    }
    return object_value(lines);
}

static Value partition(Value *args, int direction) {
    Pattern p;
    if (!pattern_get(&p, args[1], false)) return VALUE_ERROR;
    Value self = args[0], parts[3];
    ByteSpan s = bytes_span(self);
    if (p.span.length == 0) {
        pattern_release(&p);
        return raise_error(&ValueError, "empty separator");
    }
    int64_t found = points_find(1, s.data, s.length, p.span.data, p.span.length, direction);
    if (found >= 0) {
        parts[0] = part_of(self, s, 0, found);
        parts[1] = is_bytes(self) ? args[1] : bytes_like(self, p.span.data, p.span.length);
        parts[2] = part_of(self, s, found + p.span.length, s.length);
    } else {
        parts[direction > 0 ? 0 : 2] = part_of(self, s, 0, s.length);
        parts[1] = bytes_like(self, "", 0);
        parts[direction > 0 ? 2 : 0] = bytes_like(self, "", 0);
    }
    pattern_release(&p);
    if (is_error(parts[0]) || is_error(parts[1]) || is_error(parts[2])) return VALUE_ERROR;
    Tuple *tuple = tuple_from_array(parts, 3);
    return tuple ? object_value(tuple) : VALUE_ERROR;
}
Value bytes_partition(Value *args) { return partition(args, 1); }
Value bytes_rpartition(Value *args) { return partition(args, -1); }

static Value strip(Value *args, bool left, bool right) {
    bool stripped[256] = {false};
    if (is_empty(args[1]) || is_none(args[1])) {
        for (int i = 0; i < 256; i++) stripped[i] = is_space((uint8_t)i);
    } else {
        Pattern p;
        if (!pattern_get(&p, args[1], false)) return VALUE_ERROR;
        for (int64_t i = 0; i < p.span.length; i++) stripped[p.span.data[i]] = true;
        pattern_release(&p);
    }
    ByteSpan s = bytes_span(args[0]);
    int64_t start = 0, end = s.length;
    while (left && start < end && stripped[s.data[start]]) start++;
    while (right && end > start && stripped[s.data[end - 1]]) end--;
    return part_of(args[0], s, start, end);
}
Value bytes_strip(Value *args) { return strip(args, true, true); }
Value bytes_lstrip(Value *args) { return strip(args, true, false); }
Value bytes_rstrip(Value *args) { return strip(args, false, true); }

/* --- justifying --------------------------------------------------------------------------------- */

static Value pad(Value self, ByteSpan s, int64_t left, int64_t right, uint8_t fill) {
    if (left <= 0 && right <= 0) return part_of(self, s, 0, s.length);
    if (left < 0) left = 0;
    if (right < 0) right = 0;
    if (left > LENGTH_MAX - s.length || right > LENGTH_MAX - s.length - left)
        return raise_memory_error();
    StrBuffer *buffer = str_buffer_new(left + s.length + right);
    if (!buffer) return VALUE_ERROR;
    memset(buffer->bytes, fill, (size_t)left);
    memcpy(buffer->bytes + left, s.data, (size_t)s.length);
    memset(buffer->bytes + left + s.length, fill, (size_t)right);
    return bytes_like(self, buffer->bytes, left + s.length + right);
}

static bool fill_arguments(Value *args, const char *name, int64_t *width, uint8_t *fill) {
    if (!count_argument(args[1], 0, width)) return false;
    *fill = ' ';
    if (is_empty(args[2])) return true;
    if ((is_bytes(args[2]) || is_kind(args[2], TYPE_BYTEARRAY)) && bytes_span(args[2]).length == 1) {
        *fill = bytes_span(args[2]).data[0];
        return true;
    }
    raise_error(&TypeError, "%s() argument 2 must be a byte string of length 1, not %T", name,
                args[2]);
    return false;
}

Value bytes_ljust(Value *args) {
    int64_t width;
    uint8_t fill;
    if (!fill_arguments(args, "ljust", &width, &fill)) return VALUE_ERROR;
    ByteSpan s = bytes_span(args[0]);
    return pad(args[0], s, 0, width - s.length, fill);
}

Value bytes_rjust(Value *args) {
    int64_t width;
    uint8_t fill;
    if (!fill_arguments(args, "rjust", &width, &fill)) return VALUE_ERROR;
    ByteSpan s = bytes_span(args[0]);
    return pad(args[0], s, width - s.length, 0, fill);
}

Value bytes_center(Value *args) {
    int64_t width;
    uint8_t fill;
    if (!fill_arguments(args, "center", &width, &fill)) return VALUE_ERROR;
    ByteSpan s = bytes_span(args[0]);
    int64_t room = width - s.length;
    if (room <= 0) return part_of(args[0], s, 0, s.length);
    int64_t left = room / 2 + (room & width & 1);
    return pad(args[0], s, left, room - left, fill);
}

Value bytes_zfill(Value *args) {
    int64_t width;
    if (!count_argument(args[1], 0, &width)) return VALUE_ERROR;
    ByteSpan s = bytes_span(args[0]);
    int64_t fill = width - s.length;
    if (fill <= 0) return part_of(args[0], s, 0, s.length);
    if (fill > LENGTH_MAX - s.length) return raise_memory_error();
    StrBuffer *buffer = str_buffer_new(s.length + fill);
    if (!buffer) return VALUE_ERROR;
    memset(buffer->bytes, '0', (size_t)fill);
    memcpy(buffer->bytes + fill, s.data, (size_t)s.length);
    if (s.length && (s.data[0] == '+' || s.data[0] == '-')) {
        buffer->bytes[0] = (char)s.data[0];
        buffer->bytes[fill] = '0';
    }
    return bytes_like(args[0], buffer->bytes, s.length + fill);
}

Value bytes_expandtabs(Value *args) {
    ByteSpan s = bytes_span(args[0]);
    int64_t size, column = 0, length = 0;
    if (!count_argument(args[1], 8, &size)) return VALUE_ERROR;
    if (size > INT32_MAX)
        return raise_error(&OverflowError, "Python int too large to convert to C int");
    StrBuffer *buffer = NULL;
    for (int pass = 0; pass < 2; pass++) { /* measure, then write */
        int64_t limit = length;
        length = column = 0;
        for (int64_t i = 0; i < s.length; i++) {
            uint8_t c = s.data[i];
            int64_t count = c != '\t' ? 1 : size > 0 ? size - column % size : 0;
            column = c == '\n' || c == '\r' ? 0 : column + count;
            if (count > LENGTH_MAX - length)
                return raise_error(&OverflowError, "result too long");
            if (pass && length + count <= limit)
                memset(buffer->bytes + length, c == '\t' ? ' ' : c, (size_t)count);
            length += count;
        }
        if (pass == 0) buffer = str_buffer_new(length);
        else if (length > limit) length = limit;
        if (!buffer) return VALUE_ERROR;
    }
    return bytes_like(args[0], buffer->bytes, length);
}

/* --- case and tests ----------------------------------------------------------------------------- */

typedef enum Mapping { UPPER, LOWER, TITLE, CAPITALIZE, SWAP } Mapping;

static Value map_case(Value self, Mapping mapping) {
    ByteSpan s = bytes_span(self);
    StrBuffer *buffer = str_buffer_new(s.length);
    if (!buffer) return VALUE_ERROR;
    bool in_word = false;
    for (int64_t i = 0; i < s.length; i++) {
        uint8_t c = s.data[i];
        bool want_upper = mapping == UPPER || (mapping == TITLE && !in_word) ||
                          (mapping == CAPITALIZE && i == 0) || (mapping == SWAP && is_lower(c));
        in_word = is_letter(c);
        if (is_upper(c) && !want_upper) c += 32;
        else if (is_lower(c) && want_upper) c -= 32;
        buffer->bytes[i] = (char)c;
    }
    return bytes_like(self, buffer->bytes, s.length);
}
Value bytes_upper(Value *args) { return map_case(args[0], UPPER); }
Value bytes_lower(Value *args) { return map_case(args[0], LOWER); }
Value bytes_title(Value *args) { return map_case(args[0], TITLE); }
Value bytes_capitalize(Value *args) { return map_case(args[0], CAPITALIZE); }
Value bytes_swapcase(Value *args) { return map_case(args[0], SWAP); }

#define TEST_ALL(name, test)                                                                       \
    Value bytes_##name(Value *args) {                                                              \
        ByteSpan s = bytes_span(args[0]);                                                          \
        for (int64_t i = 0; i < s.length; i++) {                                                   \
            uint8_t c = s.data[i];                                                                 \
            if (!(test)) return VALUE_FALSE;                                                       \
        }                                                                                          \
        return bool_value(s.length > 0);                                                           \
    }
TEST_ALL(isalnum, is_letter(c) || is_digit(c))
TEST_ALL(isalpha, is_letter(c))
TEST_ALL(isdigit, is_digit(c))
TEST_ALL(isspace, is_space(c))

Value bytes_isascii(Value *args) {
    ByteSpan s = bytes_span(args[0]);
    for (int64_t i = 0; i < s.length; i++)
        if (s.data[i] >= 0x80) return VALUE_FALSE;
    return VALUE_TRUE;
}

static Value all_cased(Value self, bool upper) {
    ByteSpan s = bytes_span(self);
    bool any = false;
    for (int64_t i = 0; i < s.length; i++) {
        uint8_t c = s.data[i];
        if (upper ? is_lower(c) : is_upper(c)) return VALUE_FALSE;
        if (is_letter(c)) any = true;
    }
    return bool_value(any);
}
Value bytes_islower(Value *args) { return all_cased(args[0], false); }
Value bytes_isupper(Value *args) { return all_cased(args[0], true); }

Value bytes_istitle(Value *args) {
    ByteSpan s = bytes_span(args[0]);
    bool any = false, in_word = false;
    for (int64_t i = 0; i < s.length; i++) {
        uint8_t c = s.data[i];
        if (is_upper(c) ? in_word : is_lower(c) && !in_word) return VALUE_FALSE;
        in_word = is_letter(c);
        any = any || in_word;
    }
    return bool_value(any);
}

/* --- joining and text --------------------------------------------------------------------------- */

Value bytes_join(Value *args) {
    Array *items;
    int64_t count;
    if (!is_iterable(args[1])) return raise_error(&TypeError, "can only join an iterable");
    List *list = list_from_iterable(args[1]);
    items = list ? list_snapshot(list, &count) : NULL;
    if (!items) return VALUE_ERROR;
    ByteSpan separator = bytes_span(args[0]);
    if (count == 1 && is_exactly(items->items[0], &bytes_type) && is_exactly(args[0], &bytes_type))
        return items->items[0];
    int64_t length = 0, capacity = 256;
    StrBuffer *buffer = str_buffer_new(capacity);
    for (int64_t i = 0; buffer && i < count; i++) {
        BufferView view;
        if (!has_buffer(items->items[i]))
            return raise_error(&TypeError, "sequence item %zd: expected a bytes-like object, %T found",
                               (ptrdiff_t)i, items->items[i]);
        if (!buffer_get(items->items[i], &view, BUFFER_SIMPLE)) return VALUE_ERROR;
        int64_t needed = length + view.length + (i ? separator.length : 0);
        if (needed > capacity) {
            capacity = needed + needed / 2;
            StrBuffer *larger = str_buffer_new(capacity);
            if (larger) memcpy(larger->bytes, buffer->bytes, (size_t)length);
            buffer = larger;
        }
        if (buffer) {
            if (i) memcpy(buffer->bytes + length, separator.data, (size_t)separator.length);
            length += i ? separator.length : 0;
            memcpy(buffer->bytes + length, view.data, (size_t)view.length);
            length += view.length;
        }
        buffer_release(&view);
    }
    return buffer ? bytes_like(args[0], buffer->bytes, length) : VALUE_ERROR;
}

Value bytes_decode(Value *args) {
    const char *encoding, *errors;
    if (!codec_name_argument("decode", "encoding", args[1], &encoding) ||
        !codec_name_argument("decode", "errors", args[2], &errors))
        return VALUE_ERROR;
    ByteSpan s = bytes_span(args[0]);
    return str_result(codec_decode(s.data, (size_t)s.length, encoding, errors));
}

static int hex_digit(uint32_t c) {
    if (c - '0' < 10) return (int)(c - '0');
    if ((c | 32) - 'a' < 6) return (int)((c | 32) - 'a' + 10);
    return -1;
}

Value bytes_fromhex(Value *args) {
    if (!is_str(args[1]))
        return raise_error(&TypeError, "fromhex() argument must be str, not %T", args[1]);
    const Str *s = as_str(args[1]);
    StrBuffer *buffer = str_buffer_new(s->length / 2 + 1);
    if (!buffer) return VALUE_ERROR;
    int64_t length = 0, i = 0;
    while (i < s->length) {
        uint32_t c = str_at(s, i);
        if (c == ' ' || c - 9 < 5) {
            i++;
            continue;
        }
        int high = hex_digit(c);
        int low = high < 0 || i + 1 >= s->length ? -1 : hex_digit(str_at(s, i + 1));
        if (low < 0) {
            if (high >= 0) i++;
            return raise_error(&ValueError,
                               "non-hexadecimal number found in fromhex() arg at position %zd",
                               (ptrdiff_t)i);
        }
        buffer->bytes[length++] = (char)(high << 4 | low);
        i += 2;
    }
    Type *type = OBJECT_AS(Type, args[0]);
    if (type_flags(type) & TYPE_BYTEARRAY) {
        Value result = bytearray_from(buffer->bytes, (size_t)length);
        return type == &bytearray_type || is_error(result) ? result : call_1(args[0], result);
    }
    Value result = bytes_result(bytes_from(buffer->bytes, (size_t)length));
    return type == &bytes_type || is_error(result) ? result : call_1(args[0], result);
}

Value hex_of(const uint8_t *data, int64_t length, Value separator, Value group) {
    static const char digits[] = "0123456789abcdef";
    uint32_t mark = 0;
    int64_t size = 1;
    bool has_mark = !is_empty(separator);
    if (has_mark) {
        if (is_str(separator)) {
            if (as_str(separator)->length != 1)
                return raise_error(&ValueError, "sep must be length 1.");
            mark = str_at(as_str(separator), 0);
        } else if (is_bytes(separator)) {
            if (as_bytes(separator)->length != 1)
                return raise_error(&ValueError, "sep must be length 1.");
            mark = as_bytes(separator)->data[0];
        } else {
            return raise_error(&TypeError, "sep must be str or bytes.");
        }
        if (mark > 127) return raise_error(&ValueError, "sep must be ASCII.");
    }
    if (!count_argument(group, 1, &size)) return VALUE_ERROR;
    if (size > INT32_MAX || size < INT32_MIN)
        return raise_error(&OverflowError, "Python int too large to convert to C int");
    if (length > LENGTH_MAX / 4) return raise_memory_error();
    if (size == 0) {
        has_mark = false;
        size = 1;
    }
    bool from_left = size < 0;
    if (from_left) size = -size;
    int64_t marks = has_mark && length > 0 ? (length - 1) / size : 0;
    Str *s = str_new_uninitialised(length * 2 + marks, 0x7F);
    if (!s || length == 0) return s ? object_value(str_empty()) : VALUE_ERROR;
    char *out = s->data;
    for (int64_t i = 0; i < length; i++) {
        bool boundary = i > 0 && (from_left ? i % size == 0 : (length - i) % size == 0);
        if (has_mark && boundary) *out++ = (char)mark;
        *out++ = digits[data[i] >> 4];
        *out++ = digits[data[i] & 15];
    }
    return object_value(s);
}

Value bytes_hex_method(Value *args) {
    ByteSpan s = bytes_span(args[0]);
    return hex_of(s.data, s.length, args[1], args[2]);
}

/* --- slots -------------------------------------------------------------------------------------- */

static bool order_holds(int order, CompareOp op) {
    switch (op) {
    case COMPARE_LT: return order < 0;
    case COMPARE_LE: return order <= 0;
    case COMPARE_EQ: return order == 0;
    case COMPARE_NE: return order != 0;
    case COMPARE_GT: return order > 0;
    default: return order >= 0;
    }
}

Value bytes_compare_slot(Value self, Value other, CompareOp op) {
    bool both_bytes = is_bytes(self) && is_bytes(other);
    if (!both_bytes && (is_bytes(self) || !has_buffer(other))) {
        if (runtime.bytes_warning && (op == COMPARE_EQ || op == COMPARE_NE)) {
            const char *mine = is_bytes(self) ? "bytes" : "bytearray";
            if (is_str(other) && !warn(&BytesWarning, 1, "Comparison between %s and string", mine))
                return VALUE_ERROR;
            if (is_bytes(self) && is_int(other) &&
                !warn(&BytesWarning, 1, "Comparison between bytes and int"))
                return VALUE_ERROR;
        }
        return VALUE_NOT_IMPLEMENTED;
    }
    ByteSpan a = bytes_span(self), b;
    BufferView view;
    if (both_bytes) {
        b = bytes_span(other);
    } else {
        if (!buffer_get(other, &view, BUFFER_SIMPLE)) {
            error_clear();
            return VALUE_NOT_IMPLEMENTED;
        }
        b = (ByteSpan){view.data, view.length};
    }
    Value result;
    if ((op == COMPARE_EQ || op == COMPARE_NE) && a.length != b.length) {
        result = bool_value(op == COMPARE_NE);
    } else {
        int64_t common = a.length < b.length ? a.length : b.length;
        int order = memcmp(a.data, b.data, (size_t)common);
        if (order == 0) order = a.length < b.length ? -1 : a.length > b.length;
        result = bool_value(order_holds(order, op));
    }
    if (!both_bytes) buffer_release(&view);
    return result;
}

Value bytes_concat(Value self, Value other) {
    BufferView view;
    if (!has_buffer(other))
        return raise_error(&TypeError, "can't concat %T to %T", other, self);
    if (is_exactly(self, &bytes_type) && is_exactly(other, &bytes_type)) {
        if (as_bytes(self)->length == 0) return other;
        if (as_bytes(other)->length == 0) return self;
    }
    if (!buffer_get(other, &view, BUFFER_SIMPLE)) return VALUE_ERROR;
    ByteSpan a = bytes_span(self);
    Value result = VALUE_ERROR;
    if (a.length > LENGTH_MAX - view.length) {
        raise_memory_error();
    } else if (is_bytes(self)) {
        Bytes *sum = bytes_new(a.length + view.length);
        if (sum) {
            memcpy(sum->data, a.data, (size_t)a.length);
            memcpy(sum->data + a.length, view.data, (size_t)view.length);
            result = object_value(sum);
        }
    } else {
        StrBuffer *buffer = str_buffer_new(a.length + view.length);
        if (buffer) {
            memcpy(buffer->bytes, a.data, (size_t)a.length);
            memcpy(buffer->bytes + a.length, view.data, (size_t)view.length);
            result = bytearray_from(buffer->bytes, (size_t)(a.length + view.length));
        }
    }
    buffer_release(&view);
    return result;
}

Value bytes_remainder(Value left, Value right) {
    if (!is_bytes(left) && !is_kind(left, TYPE_BYTEARRAY)) return VALUE_NOT_IMPLEMENTED;
    ByteSpan s = bytes_span(left);
    if (!is_bytes(left)) { /* formatting runs code of the arguments: the format must stay as it is */
        StrBuffer *copy = bytearray_copy(OBJECT_AS(ByteArray, left), &s.length);
        if (!copy) return VALUE_ERROR;
        s.data = (const uint8_t *)copy->bytes;
    }
    Str *text = bytes_percent_format(s.data, s.length, right);
    return text ? bytes_like(left, text->data, text->length) : VALUE_ERROR;
}
