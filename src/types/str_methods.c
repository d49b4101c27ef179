/* str_methods.c - the methods of str: searching, splitting, stripping, justifying. */
#include "types/str_methods.h"

#include <string.h>
#include "types/bytes.h"
#include "types/codec.h"
#include "types/exception.h"
#include "types/search.h"
#include "types/str_buffer.h"
#include "types/unicode.h"

/* --- arguments ---------------------------------------------------------------------------------- */

static bool bound_argument(Value v, int64_t fallback, int64_t *out) {
    *out = fallback;
    if (is_empty(v) || is_none(v)) return true;
    if (is_smallint(v)) {
        *out = smallint_of(v);
        return true;
    }
    if (!has_index(v)) {
        raise_error(&TypeError,
                    "slice indices must be integers or None or have an __index__ method");
        return false;
    }
    *out = value_index_int64(v, NULL);
    return *out != -1 || !error_occurred();
}

bool search_bounds(Value start, Value end, int64_t length, int64_t *start_out, int64_t *end_out) {
    if (!bound_argument(start, 0, start_out) || !bound_argument(end, INT64_MAX, end_out))
        return false;
    if (*end_out > length) *end_out = length;
    else if (*end_out < 0) *end_out = *end_out + length < 0 ? 0 : *end_out + length;
    if (*start_out < 0) *start_out = *start_out + length < 0 ? 0 : *start_out + length;
    return true;
}

/* An optional integer: raises TypeError, OverflowError. */
static bool count_argument(Value v, int64_t fallback, int64_t *out) {
    *out = fallback;
    if (is_empty(v)) return true;
    Value index = value_index(v);
    if (is_error(index)) return false;
    if (int_to_int64(index, out)) return true;
    raise_error(&OverflowError, "Python int too large to convert to C ssize_t");
    return false;
}

static bool need_str(Value v, const char *format) {
    if (is_str(v)) return true;
    raise_error(&TypeError, format, v);
    return false;
}

bool codec_name_argument(const char *function, const char *parameter, Value v, const char **out) {
    *out = NULL;
    if (is_empty(v)) return true;
    if (!is_str(v)) {
        raise_error(&TypeError, "%s() argument '%s' must be str, not %T", function, parameter, v);
        return false;
    }
    size_t length;
    *out = str_utf8(as_str(v), &length);
    if (!*out) return false;
    if (strlen(*out) != length) {
        raise_error(&ValueError, "embedded null character");
        return false;
    }
    return true;
}

/* --- finding and counting ----------------------------------------------------------------------- */

static int64_t find_in(Value *args, int direction) {
    int64_t start, end;
    const Str *s = as_str(args[0]);
    if (!need_str(args[1], "must be str, not %T") ||
        !search_bounds(args[2], args[3], s->length, &start, &end))
        return -2;
    return str_find(s, as_str(args[1]), start, end, direction);
}

static Value str_find_method(Value *args) {
    int64_t found = find_in(args, 1);
    return found == -2 ? VALUE_ERROR : smallint_value(found);
}

static Value str_rfind(Value *args) {
    int64_t found = find_in(args, -1);
    return found == -2 ? VALUE_ERROR : smallint_value(found);
}

static Value index_result(int64_t found) {
    if (found == -2) return VALUE_ERROR;
    if (found < 0) return raise_error(&ValueError, "substring not found");
    return smallint_value(found);
}
static Value str_index(Value *args) { return index_result(find_in(args, 1)); }
static Value str_rindex(Value *args) { return index_result(find_in(args, -1)); }

static Value str_count(Value *args) {
    const Str *s = as_str(args[0]);
    int64_t start, end;
    if (!need_str(args[1], "must be str, not %T") ||
        !search_bounds(args[2], args[3], s->length, &start, &end))
        return VALUE_ERROR;
    const Str *needle = as_str(args[1]);
    if (start > end) return smallint_value(0);
    if (needle->length == 0) return smallint_value(end - start + 1);
    unsigned kind = str_kind(s);
    if (str_kind(needle) > kind) return smallint_value(0);
    const void *points = str_widened(needle, kind);
    if (!points) return VALUE_ERROR;
    return smallint_value(points_count(kind, (const char *)s->data + start * kind, end - start,
                                       points, needle->length, INT64_MAX));
}

/* Does `part` stand at `at`? */
static bool stands_at(const Str *s, const Str *part, int64_t at) {
    unsigned kind = str_kind(s), part_kind = str_kind(part);
    if (part_kind > kind) return part->length == 0;
    if (part_kind == kind)
        return memcmp((const char *)s->data + at * kind, part->data, (size_t)part->length * kind) == 0;
    for (int64_t i = 0; i < part->length; i++)
        if (point_read(kind, s->data, at + i) != point_read(part_kind, part->data, i)) return false;
    return true;
}

static bool tail_matches(const Str *s, const Str *part, int64_t start, int64_t end, bool at_end) {
    if (start > end || part->length > end - start) return false;
    return stands_at(s, part, at_end ? end - part->length : start);
}

static Value starts_or_ends(Value *args, const char *name, bool at_end) {
    const Str *s = as_str(args[0]);
    int64_t start, end;
    if (!search_bounds(args[2], args[3], s->length, &start, &end)) return VALUE_ERROR;
    if (is_tuple(args[1])) {
        const Tuple *parts = as_tuple(args[1]);
        for (int64_t i = 0; i < parts->length; i++) {
            if (!is_str(parts->items[i]))
                return raise_error(&TypeError, "tuple for %s must only contain str, not %T", name,
                                   parts->items[i]);
            if (tail_matches(s, as_str(parts->items[i]), start, end, at_end)) return VALUE_TRUE;
        }
        return VALUE_FALSE;
    }
    if (!is_str(args[1]))
        return raise_error(&TypeError, "%s first arg must be str or a tuple of str, not %T", name,
                           args[1]);
    return bool_value(tail_matches(s, as_str(args[1]), start, end, at_end));
}
static Value str_startswith(Value *args) { return starts_or_ends(args, "startswith", false); }
static Value str_endswith(Value *args) { return starts_or_ends(args, "endswith", true); }

static Value str_removeprefix(Value *args) {
    const Str *s = as_str(args[0]);
    if (!need_str(args[1], "removeprefix() argument must be str, not %T")) return VALUE_ERROR;
    const Str *part = as_str(args[1]);
    int64_t cut = tail_matches(s, part, 0, s->length, false) ? part->length : 0;
    return str_result(str_substring(s, cut, s->length));
}

static Value str_removesuffix(Value *args) {
    const Str *s = as_str(args[0]);
    if (!need_str(args[1], "removesuffix() argument must be str, not %T")) return VALUE_ERROR;
    const Str *part = as_str(args[1]);
    int64_t cut = tail_matches(s, part, 0, s->length, true) ? part->length : 0;
    return str_result(str_substring(s, 0, s->length - cut));
}

/* --- replacing ---------------------------------------------------------------------------------- */

static Str *replace_between(Str *s, const Str *new, int64_t limit) {
    StrBuilder builder;
    builder_init(&builder);
    int64_t i = 0;
    for (; i <= s->length && limit > 0; i++, limit--) {
        if (!builder_add(&builder, new)) return NULL;
        if (i < s->length && !builder_add_char(&builder, str_at(s, i))) return NULL;
    }
    if (i < s->length && !builder_add_range(&builder, s, i, s->length)) return NULL;
    return builder_finish(&builder);
}

Str *str_replace_text(Str *s, const Str *old, const Str *new, int64_t limit) {
    if (limit < 0) limit = INT64_MAX;
    if (limit == 0 || str_equal(old, new)) return str_exact(s);
    if (old->length == 0) return replace_between(s, new, limit);
    unsigned kind = str_kind(s);
    if (str_kind(old) > kind || old->length > s->length) return str_exact(s);
    const void *needle = str_widened(old, kind);
    if (!needle) return NULL;
    int64_t count = points_count(kind, s->data, s->length, needle, old->length, limit);
    if (count == 0) return str_exact(s);
    if (new->length > old->length &&
        (new->length - old->length) > (INT64_MAX / 8 - s->length) / count) {
        raise_error(&OverflowError, "replace string is too long");
        return NULL;
    }
    int64_t length = s->length + count * (new->length - old->length);
    if (length == 0) return str_empty();
    uint32_t bound = str_bound(s) > str_bound(new) ? str_bound(s) : str_bound(new);
    Str *result = str_new_uninitialised(length, bound);
    if (!result) return NULL;
    unsigned out_kind = str_kind(result);
    int64_t from = 0, to = 0;
    while (count-- > 0) {
        int64_t skip = points_find(kind, (const char *)s->data + from * kind, s->length - from,
                                   needle, old->length, 1);
        points_copy(result->data, out_kind, to, s->data, kind, from, skip);
        to += skip;
        points_copy(result->data, out_kind, to, new->data, str_kind(new), 0, new->length);
        to += new->length;
        from += skip + old->length;
    }
    points_copy(result->data, out_kind, to, s->data, kind, from, s->length - from);
    return bound > 0x7F ? str_narrowed(result) : result;
}

static Value str_replace(Value *args) {
    int64_t limit;
    if (!need_str(args[1], "replace() argument 1 must be str, not %T") ||
        !need_str(args[2], "replace() argument 2 must be str, not %T") ||
        !count_argument(args[3], -1, &limit))
        return VALUE_ERROR;
    return str_result(str_replace_text(as_str(args[0]), as_str(args[1]), as_str(args[2]), limit));
}

/* --- splitting ---------------------------------------------------------------------------------- */

static bool add_part(List *parts, const Str *s, int64_t start, int64_t end) {
    Str *part = str_substring(s, start, end);
    return part && list_append_private(parts, object_value(part));
}

static inline bool is_ascii_space(uint8_t c) {
    return c == ' ' || (uint8_t)(c - 9) < 5 || (uint8_t)(c - 0x1C) < 4;
}

/* How many parts there will be, about; 0 where counting them would cost much. Counts of one byte let the
 * loops become vector instructions. */
static int64_t expected_parts(const Str *s, const Str *separator) {
    if (str_kind(s) != 1 || s->length == 0) return 0;
    if (separator && (separator->length != 1 || str_kind(separator) != 1)) return 0;
    const uint8_t *p = s->data;
    int64_t total = separator ? 1 : p[0] > ' ';
    uint8_t at = separator ? *(const uint8_t *)separator->data : 0;
    for (int64_t i = 1 - (separator != NULL); i < s->length;) {
        int64_t end = min_int64(s->length, i + 255);
        uint8_t count = 0;
        if (separator) for (; i < end; i++) count += p[i] == at;
        else for (; i < end; i++) count += (p[i - 1] <= ' ') & (p[i] > ' ');
        total += count;
    }
    return total;
}

static bool split_ascii_spaces(List *parts, const Str *s, int64_t limit) {
    const uint8_t *p = s->data, *end = p + s->length;
    for (;;) {
        while (p < end && is_ascii_space(*p)) p++;
        if (p == end) return true;
        const uint8_t *start = p;
        while (p < end && !is_ascii_space(*p)) p++;
        if (limit-- == 0) p = end;
        int64_t from = start - (const uint8_t *)s->data;
        if (!add_part(parts, s, from, from + (p - start))) return false;
    }
}

static bool split_spaces(List *parts, const Str *s, int64_t limit) {
    if (str_is_ascii(s)) return split_ascii_spaces(parts, s, limit);
    unsigned kind = str_kind(s);
    int64_t i = 0, n = s->length;
    for (;;) {
        while (i < n && unicode_is_space(point_read(kind, s->data, i))) i++;
        if (i == n) return true;
        if (limit-- == 0) {
            return add_part(parts, s, i, n);
        }
        int64_t start = i;
        while (i < n && !unicode_is_space(point_read(kind, s->data, i))) i++;
        if (!add_part(parts, s, start, i)) return false;
    }
}

static bool rsplit_spaces(List *parts, const Str *s, int64_t limit) {
    unsigned kind = str_kind(s);
    int64_t i = s->length;
    for (;;) {
        while (i > 0 && unicode_is_space(point_read(kind, s->data, i - 1))) i--;
        if (i == 0) return true;
        if (limit-- == 0) return add_part(parts, s, 0, i);
        int64_t end = i;
        while (i > 0 && !unicode_is_space(point_read(kind, s->data, i - 1))) i--;
        if (!add_part(parts, s, i, end)) return false;
    }
}

static bool split_text(List *parts, const Str *s, const Str *separator, int64_t limit, bool right) {
    unsigned kind = str_kind(s);
    int64_t start = 0, end = s->length, width = separator->length;
    const void *needle = NULL;
    if (str_kind(separator) <= kind) {
        needle = str_widened(separator, kind);
        if (!needle) return false;
    }
    while (needle && limit-- != 0) {
        int64_t found = points_find(kind, (const char *)s->data + start * kind, end - start, needle,
                                    width, right ? -1 : 1);
        if (found < 0) break;
        if (right) {
            if (!add_part(parts, s, found + width, end)) return false;
            end = found;
        } else {
            if (!add_part(parts, s, start, start + found)) return false;
            start += found + width;
        }
    }
    return add_part(parts, s, start, end);
}

static Value split(Value *args, bool right) {
    Str *s = as_str(args[0]);
    int64_t limit;
    bool spaces = is_empty(args[1]) || is_none(args[1]);
    if (!count_argument(args[2], -1, &limit)) return VALUE_ERROR;
    if (!spaces) {
        if (!need_str(args[1], "must be str or None, not %T")) return VALUE_ERROR;
        if (as_str(args[1])->length == 0) return raise_error(&ValueError, "empty separator");
    }
    int64_t expected = expected_parts(s, spaces ? NULL : as_str(args[1]));
    List *parts = list_new(limit >= 0 && limit < expected ? limit + 1 : expected);
    if (!parts) return VALUE_ERROR;
    bool good = spaces ? (right ? rsplit_spaces : split_spaces)(parts, s, limit)
                       : split_text(parts, s, as_str(args[1]), limit, right);
    if (!good) return VALUE_ERROR;
    if (right) list_reverse(parts);
    return object_value(parts);
}
static Value str_split(Value *args) { return split(args, false); }
static Value str_rsplit(Value *args) { return split(args, true); }

static Value str_splitlines(Value *args) {
    const Str *s = as_str(args[0]);
    int keep = is_empty(args[1]) ? 0 : value_truth(args[1]);
    if (keep < 0) return VALUE_ERROR;
    List *lines = list_new(0);
    if (!lines) return VALUE_ERROR;
    unsigned kind = str_kind(s);
    for (int64_t i = 0; i < s->length;) {
        int64_t start = i;
        while (i < s->length && !unicode_is_line_break(point_read(kind, s->data, i))) i++;
        int64_t end = i;
        if (i < s->length) {
            bool is_pair = point_read(kind, s->data, i) == '\r' && i + 1 < s->length &&
                           point_read(kind, s->data, i + 1) == '\n';
            i += is_pair ? 2 : 1;
            if (keep) end = i;
        }
        if (!add_part(lines, s, start, end)) return VALUE_ERROR;
    }
    return object_value(lines);
}

static Value partition(Value *args, int direction) {
    Str *s = as_str(args[0]);
    if (!need_str(args[1], "must be str, not %T")) return VALUE_ERROR;
    Str *separator = as_str(args[1]);
    if (separator->length == 0) return raise_error(&ValueError, "empty separator");
    int64_t found = str_find(s, separator, 0, s->length, direction);
    if (found == -2) return VALUE_ERROR;
    Str *parts[3];
    if (found >= 0) {
        parts[0] = str_substring(s, 0, found);
        parts[1] = str_exact(separator);
        parts[2] = str_substring(s, found + separator->length, s->length);
    } else {
        parts[0] = direction > 0 ? str_exact(s) : str_empty();
        parts[1] = str_empty();
        parts[2] = direction > 0 ? str_empty() : str_exact(s);
    }
    if (!parts[0] || !parts[1] || !parts[2]) return VALUE_ERROR;
    Tuple *result = tuple_pack(3, object_value(parts[0]), object_value(parts[1]),
                               object_value(parts[2]));
    return result ? object_value(result) : VALUE_ERROR;
}
static Value str_partition(Value *args) { return partition(args, 1); }
static Value str_rpartition(Value *args) { return partition(args, -1); }

/* --- stripping ---------------------------------------------------------------------------------- */

static bool is_stripped(uint32_t c, const Str *set) {
    if (!set) return unicode_is_space(c);
    return points_find_char(str_kind(set), set->data, set->length, c, 1) >= 0;
}

enum { STRIP_LEFT = 1, STRIP_RIGHT = 2 };

static Value strip(Value *args, const char *name, unsigned sides) {
    const Str *s = as_str(args[0]), *set = NULL;
    if (!is_empty(args[1]) && !is_none(args[1])) {
        if (!is_str(args[1]))
            return raise_error(&TypeError, "%s arg must be None or str", name);
        set = as_str(args[1]);
    }
    unsigned kind = str_kind(s);
    int64_t start = 0, end = s->length;
    if (sides & STRIP_LEFT)
        while (start < end && is_stripped(point_read(kind, s->data, start), set)) start++;
    if (sides & STRIP_RIGHT)
        while (end > start && is_stripped(point_read(kind, s->data, end - 1), set)) end--;
    return str_result(str_substring(s, start, end));
}
static Value str_strip(Value *args) { return strip(args, "strip", STRIP_LEFT | STRIP_RIGHT); }
static Value str_lstrip(Value *args) { return strip(args, "lstrip", STRIP_LEFT); }
static Value str_rstrip(Value *args) { return strip(args, "rstrip", STRIP_RIGHT); }

/* --- justifying --------------------------------------------------------------------------------- */

static Str *pad(Str *s, int64_t left, int64_t right, uint32_t fill) {
    if (left < 0) left = 0;
    if (right < 0) right = 0;
    if (left == 0 && right == 0) return str_exact(s);
    if (left > INT64_MAX / 8 - s->length || right > INT64_MAX / 8 - (left + s->length)) {
        raise_error(&OverflowError, "padded string is too long");
        return NULL;
    }
    uint32_t bound = s->length ? str_bound(s) : 0x7F;
    Str *result = str_new_uninitialised(left + s->length + right, bound > fill ? bound : fill);
    if (!result) return NULL;
    unsigned kind = str_kind(result);
    for (int64_t i = 0; i < left; i++) point_write(kind, result->data, i, fill);
    points_copy(result->data, kind, left, s->data, str_kind(s), 0, s->length);
    for (int64_t i = 0; i < right; i++)
        point_write(kind, result->data, left + s->length + i, fill);
    return result;
}

static bool fill_arguments(Value *args, int64_t *width, uint32_t *fill) {
    if (!count_argument(args[1], 0, width)) return false;
    *fill = ' ';
    if (is_empty(args[2])) return true;
    if (!need_str(args[2], "The fill character must be a unicode character, not %T")) return false;
    if (as_str(args[2])->length != 1) {
        raise_error(&TypeError, "The fill character must be exactly one character long");
        return false;
    }
    *fill = str_at(as_str(args[2]), 0);
    return true;
}

static Value str_ljust(Value *args) {
    int64_t width;
    uint32_t fill;
    if (!fill_arguments(args, &width, &fill)) return VALUE_ERROR;
    return str_result(pad(as_str(args[0]), 0, width - as_str(args[0])->length, fill));
}

static Value str_rjust(Value *args) {
    int64_t width;
    uint32_t fill;
    if (!fill_arguments(args, &width, &fill)) return VALUE_ERROR;
    return str_result(pad(as_str(args[0]), width - as_str(args[0])->length, 0, fill));
}

static Value str_center(Value *args) {
    int64_t width;
    uint32_t fill;
    if (!fill_arguments(args, &width, &fill)) return VALUE_ERROR;
    int64_t room = width - as_str(args[0])->length;
    if (room <= 0) return str_result(str_exact(as_str(args[0])));
    int64_t left = room / 2 + (room & width & 1);
    return str_result(pad(as_str(args[0]), left, room - left, fill));
}

static Value str_zfill(Value *args) {
    Str *s = as_str(args[0]);
    int64_t width;
    if (!count_argument(args[1], 0, &width)) return VALUE_ERROR;
    if (width <= s->length) return str_result(str_exact(s));
    int64_t fill = width - s->length;
    Str *result = pad(s, fill, 0, '0');
    if (!result || s->length == 0) return str_result(result);
    unsigned kind = str_kind(result);
    uint32_t first = point_read(kind, result->data, fill);
    if (first == '+' || first == '-') {
        point_write(kind, result->data, 0, first);
        point_write(kind, result->data, fill, '0');
    }
    return object_value(result);
}

static Value str_expandtabs(Value *args) {
    const Str *s = as_str(args[0]);
    int64_t size;
    if (!count_argument(args[1], 8, &size)) return VALUE_ERROR;
    if (size > INT32_MAX)
        return raise_error(&OverflowError, "Python int too large to convert to C int");
    StrBuilder builder;
    builder_init(&builder);
    unsigned kind = str_kind(s);
    int64_t column = 0;
    for (int64_t i = 0; i < s->length; i++) {
        uint32_t c = point_read(kind, s->data, i);
        if (c == '\t') {
            if (size <= 0) continue;
            int64_t fill = size - column % size;
            if (fill > INT64_MAX / 8 - builder.length)
                return raise_error(&OverflowError, "new string is too long");
            column += fill;
            if (!builder_add_fill(&builder, ' ', fill)) return VALUE_ERROR;
            continue;
        }
        column = c == '\n' || c == '\r' ? 0 : column + 1;
        if (!builder_add_char(&builder, c)) return VALUE_ERROR;
    }
    return str_result(builder_finish(&builder));
}

/* --- the rest ----------------------------------------------------------------------------------- */

static Value str_join_method(Value *args) { return str_result(str_join(as_str(args[0]), args[1])); }

static Value str_encode(Value *args) {
    const char *encoding, *errors;
    if (!codec_name_argument("encode", "encoding", args[1], &encoding) ||
        !codec_name_argument("encode", "errors", args[2], &errors))
        return VALUE_ERROR;
    Bytes *bytes = codec_encode(as_str(args[0]), encoding, errors);
    return bytes ? object_value(bytes) : VALUE_ERROR;
}

static Value str_format_method(Value *args) {
    return str_result(str_format_fields(as_str(args[0]), as_tuple(args[1]), args[2]));
}

static Value str_format_map(Value *args) {
    return str_result(str_format_fields(as_str(args[0]), NULL, args[1]));
}

static Value str_format_dunder(Value *args) {
    if (!is_str(args[1]))
        return raise_error(&TypeError, "__format__() argument must be str, not %T", args[1]);
    if (as_str(args[1])->length == 0) return value_str(args[0]); /* a class may have its own __str__ */
    return str_result(str_format_spec(as_str(args[0]), as_str(args[1])));
}

static Value str_getnewargs(Value *args) {
    const Str *self = as_str(args[0]);
    Str *s = str_new_uninitialised(self->length, self->length ? str_bound(self) : 0);
    if (s) points_copy(s->data, str_kind(s), 0, self->data, str_kind(self), 0, self->length);
    Tuple *tuple = s ? tuple_pack(1, object_value(s)) : NULL;
    return tuple ? object_value(tuple) : VALUE_ERROR;
}

static Value str_sizeof(Value *args) {
    const Str *s = as_str(args[0]);
    return int_value((int64_t)sizeof(Str) + (s->length + 1) * str_kind(s));
}

const MethodDef str_methods[] = {
    METHOD("encode", str_encode, "($self, /, encoding='utf-8', errors='strict')",
           "Encode the text as bytes with the codec of that name."),
    METHOD("replace", str_replace, "($self, old, new, count=-1, /)",
           "Return a copy in which occurrences of old, all or the first count, became new."),
    METHOD("split", str_split, "($self, /, sep=None, maxsplit=-1)",
           "Return the list of parts between separators; None separates at white space."),
    METHOD("rsplit", str_rsplit, "($self, /, sep=None, maxsplit=-1)",
           "Return the list of parts between separators, splitting from the end."),
    METHOD("join", str_join_method, "($self, iterable, /)",
           "Concatenate the strings of an iterable with this one between them."),
    METHOD("capitalize", str_capitalize, "($self, /)",
           "Return a copy whose first character is title case and the rest lower case."),
    METHOD("casefold", str_casefold, "($self, /)", "Return a copy for caseless comparison."),
    METHOD("title", str_title, "($self, /)", "Return a copy in which each word is title-cased."),
    METHOD("center", str_center, "($self, width, fillchar=' ', /)",
           "Return the text centred in a field of that width."),
    TAKES_METHOD("count", str_count, "($self, sub, start=None, end=None, /)",
           "Return how often sub occurs in self[start:end] without overlap."),
    METHOD("expandtabs", str_expandtabs, "($self, /, tabsize=8)",
           "Return a copy with tabs expanded to spaces."),
    TAKES_METHOD("find", str_find_method, "($self, sub, start=None, end=None, /)",
           "Return the lowest index in self[start:end] where sub is found, or -1."),
    METHOD("partition", str_partition, "($self, sep, /)",
           "Split at the first separator: what is before it, itself, and what is after it."),
    TAKES_METHOD("index", str_index, "($self, sub, start=None, end=None, /)",
           "Like find(), but raise ValueError when sub is not found."),
    METHOD("ljust", str_ljust, "($self, width, fillchar=' ', /)",
           "Return the text at the left of a field of that width."),
    METHOD("lower", str_lower, "($self, /)", "Return a copy converted to lower case."),
    METHOD("lstrip", str_lstrip, "($self, chars=None, /)",
           "Return a copy without leading white space, or characters in chars."),
    TAKES_METHOD("rfind", str_rfind, "($self, sub, start=None, end=None, /)",
           "Return the highest index in self[start:end] where sub is found, or -1."),
    TAKES_METHOD("rindex", str_rindex, "($self, sub, start=None, end=None, /)",
           "Like rfind(), but raise ValueError when sub is not found."),
    METHOD("rjust", str_rjust, "($self, width, fillchar=' ', /)",
           "Return the text at the right of a field of that width."),
    METHOD("rstrip", str_rstrip, "($self, chars=None, /)",
           "Return a copy without trailing white space, or characters in chars."),
    METHOD("rpartition", str_rpartition, "($self, sep, /)",
           "Split at the last separator: what is before it, itself, and what is after it."),
    METHOD("splitlines", str_splitlines, "($self, /, keepends=False)",
           "Return the list of lines, without their ends unless keepends is true."),
    METHOD("strip", str_strip, "($self, chars=None, /)",
           "Return a copy without leading and trailing white space, or characters in chars."),
    METHOD("swapcase", str_swapcase, "($self, /)",
           "Return a copy with upper case made lower and lower case made upper."),
    METHOD("translate", str_translate, "($self, table, /)",
           "Replace each character by what the table gives for its code point."),
    METHOD("upper", str_upper, "($self, /)", "Return a copy converted to upper case."),
    TAKES_METHOD("startswith", str_startswith, "($self, prefix, start=None, end=None, /)",
           "Tell whether self[start:end] begins with prefix, or with one of a tuple of them."),
    TAKES_METHOD("endswith", str_endswith, "($self, suffix, start=None, end=None, /)",
           "Tell whether self[start:end] ends with suffix, or with one of a tuple of them."),
    METHOD("removeprefix", str_removeprefix, "($self, prefix, /)",
           "Return the text without that prefix if it has it."),
    METHOD("removesuffix", str_removesuffix, "($self, suffix, /)",
           "Return the text without that suffix if it has it."),
    METHOD("isascii", str_isascii, "($self, /)", "Tell whether all characters are ASCII."),
    METHOD("islower", str_islower, "($self, /)",
           "Tell whether all cased characters are lower case and there is one."),
    METHOD("isupper", str_isupper, "($self, /)",
           "Tell whether all cased characters are upper case and there is one."),
    METHOD("istitle", str_istitle, "($self, /)", "Tell whether the text is title-cased."),
    METHOD("isspace", str_isspace, "($self, /)",
           "Tell whether all characters are white space and there is one."),
    METHOD("isdecimal", str_isdecimal, "($self, /)",
           "Tell whether all characters are decimal digits and there is one."),
    METHOD("isdigit", str_isdigit, "($self, /)",
           "Tell whether all characters are digits and there is one."),
    METHOD("isnumeric", str_isnumeric, "($self, /)",
           "Tell whether all characters are numeric and there is one."),
    METHOD("isalpha", str_isalpha, "($self, /)",
           "Tell whether all characters are letters and there is one."),
    METHOD("isalnum", str_isalnum, "($self, /)",
           "Tell whether all characters are letters or numbers and there is one."),
    METHOD("isidentifier", str_isidentifier, "($self, /)",
           "Tell whether the text is a valid identifier."),
    METHOD("isprintable", str_isprintable, "($self, /)",
           "Tell whether repr() would show all characters as they are."),
    METHOD("zfill", str_zfill, "($self, width, /)",
           "Pad a number with zeros on the left, behind its sign."),
    METHOD("format", str_format_method, "($self, /, *args, **kwargs)",
           "Replace the fields in braces by formatted arguments."),
    METHOD("format_map", str_format_map, "($self, mapping, /)",
           "Replace the fields in braces by formatted values of a mapping."),
    METHOD("__format__", str_format_dunder, "($self, format_spec, /)",
           "Return the text formatted as the specification says."),
    STATIC_METHOD("maketrans", str_maketrans, "(x, y=<unrepresentable>, z=<unrepresentable>, /)",
                  "Return a table for translate()."),
    METHOD("__getnewargs__", str_getnewargs, "($self, /)", "Return arguments for pickling."),
    METHOD("__sizeof__", str_sizeof, "($self, /)", "Return the size of the text in memory."),
    {0},
};
