/* str_type.c - the type `str`: its slots, its constructor, its iterator. */
#include <string.h>
#include "types/bytes.h"
#include "types/codec.h"
#include "types/iterator.h"
#include "types/exception.h"
#include "types/int.h"
#include "types/list.h"
#include "types/search.h"
#include "types/str_buffer.h"
#include "types/str_methods.h"
#include "types/unicode.h"

extern Type slice_type;

/* --- searching ---------------------------------------------------------------------------------- */

int64_t str_find(const Str *s, const Str *needle, int64_t start, int64_t end, int direction) {
    if (start < 0) start = 0;
    if (end > s->length) end = s->length;
    if (start > end || needle->length > end - start) return -1;
    unsigned kind = str_kind(s), needle_kind = str_kind(needle);
    if (needle->length == 0) return direction > 0 ? start : end;
    if (needle_kind > kind) return -1;
    const void *points = str_widened(needle, kind);
    if (!points) return -2;
    int64_t found = points_find(kind, (const char *)s->data + start * kind, end - start, points,
                                needle->length, direction);
    return found < 0 ? -1 : found + start;
}

/* The characters of `s` in a kind at least its own: its own array, or a copy on the heap. */
const void *str_widened(const Str *s, unsigned kind) {
    if (str_kind(s) == kind) return s->data;
    StrBuffer *buffer = str_buffer_new(s->length * kind);
    if (!buffer) return NULL;
    points_copy(buffer->bytes, kind, 0, s->data, str_kind(s), 0, s->length);
    return buffer->bytes;
}

static int str_contains(Value self, Value item) {
    if (!is_str(item)) {
        raise_error(&TypeError, "'in <string>' requires string as left operand, not %T", item);
        return -1;
    }
    int64_t found = str_find(as_str(self), as_str(item), 0, as_str(self)->length, 1);
    return found == -2 ? -1 : found >= 0;
}

/* --- repr --------------------------------------------------------------------------------------- */

static bool add_escaped(StrBuilder *builder, uint32_t c) {
    static const char digits[] = "0123456789abcdef";
    int shift = c < 0x100 ? 4 : c < 0x10000 ? 12 : 28;
    char text[10] = {'\\', c < 0x100 ? 'x' : c < 0x10000 ? 'u' : 'U'};
    size_t length = 2;
    for (; shift >= 0; shift -= 4) text[length++] = digits[c >> shift & 15];
    return builder_add_ascii(builder, text, length);
}

static bool repr_is_plain(uint32_t c, uint32_t quote, bool ascii_only) {
    if (c < 0x7F) return c >= 0x20 && c != quote && c != '\\';
    return !ascii_only && unicode_is(c, UNICODE_PRINTABLE);
}

/* repr() of a text, or ascii(). */
static Str *str_repr_of(const Str *s, bool ascii_only) {
    unsigned kind = str_kind(s);
    bool single = points_find_char(kind, s->data, s->length, '\'', 1) >= 0;
    bool both = single && points_find_char(kind, s->data, s->length, '"', 1) >= 0;
    uint32_t quote = single && !both ? '"' : '\'';
    StrBuilder builder;
    builder_init(&builder);
    bool good = builder_add_char(&builder, quote);
    for (int64_t i = 0; good && i < s->length;) {
        int64_t plain = i;
        while (plain < s->length &&
               repr_is_plain(point_read(kind, s->data, plain), quote, ascii_only))
            plain++;
        good = builder_add_points(&builder, (const char *)s->data + i * kind, kind, plain - i);
        i = plain;
        if (!good || i >= s->length) break;
        uint32_t c = point_read(kind, s->data, i++);
        if (c == quote || c == '\\')
            good = builder_add_char(&builder, '\\') && builder_add_char(&builder, c);
        else if (c == '\n') good = builder_add_c(&builder, "\\n");
        else if (c == '\t') good = builder_add_c(&builder, "\\t");
        else if (c == '\r') good = builder_add_c(&builder, "\\r");
        else good = add_escaped(&builder, c);
    }
    return good && builder_add_char(&builder, quote) ? builder_finish(&builder) : NULL;
}

static Value str_repr_slot(Value self) {
    return str_result(str_repr_of(as_str(self), false));
}

Str *str_repr(const Str *s) { return str_repr_of(s, false); }

/* Escapes what is not ASCII in a repr. */
Str *str_escape_non_ascii(Str *s) {
    if (str_is_ascii(s)) return s;
    StrBuilder builder;
    builder_init(&builder);
    unsigned kind = str_kind(s);
    for (int64_t i = 0; i < s->length; i++) {
        uint32_t c = point_read(kind, s->data, i);
        if (!(c < 0x80 ? builder_add_char(&builder, c) : add_escaped(&builder, c))) return NULL;
    }
    return builder_finish(&builder);
}

/* --- slots -------------------------------------------------------------------------------------- */

static Value str_str(Value self) { return str_result(str_exact(as_str(self))); }
static int64_t str_hash_slot(Value self) { return str_hash(as_str(self)); }
static int64_t str_length(Value self) { return as_str(self)->length; }

static Value str_compare_slot(Value self, Value other, CompareOp op) {
    if (!is_str(self) || !is_str(other)) return VALUE_NOT_IMPLEMENTED;
    const Str *a = as_str(self), *b = as_str(other);
    if (op == COMPARE_EQ) return bool_value(str_equal(a, b));
    if (op == COMPARE_NE) return bool_value(!str_equal(a, b));
    int order = a == b ? 0 : str_compare(a, b);
    switch (op) {
    case COMPARE_LT: return bool_value(order < 0);
    case COMPARE_LE: return bool_value(order <= 0);
    case COMPARE_GT: return bool_value(order > 0);
    default: return bool_value(order >= 0);
    }
}

static Value str_getitem(Value self, Value key) {
    const Str *s = as_str(self);
    if (is_exactly(key, &slice_type)) {
        int64_t start, stop, step, count;
        if (!slice_resolve(key, s->length, &start, &stop, &step, &count)) return VALUE_ERROR;
        if (count <= 0) return object_value(str_empty());
        if (step == 1) return str_result(str_substring(s, start, start + count));
        unsigned kind = str_kind(s);
        StrBuffer *buffer = str_buffer_new(count * kind);
        if (!buffer) return VALUE_ERROR;
        for (int64_t i = 0; i < count; i++)
            point_write(kind, buffer->bytes, i, point_read(kind, s->data, start + i * step));
        return str_result(str_from_points(buffer->bytes, kind, count));
    }
    if (!is_smallint(key) && !has_index(key))
        return raise_error(&TypeError, "string indices must be integers, not '%T'", key);
    int64_t index = value_index_int64(key, &IndexError);
    if (index == -1 && error_occurred()) return VALUE_ERROR;
    if (index < 0) index += s->length;
    if (index < 0 || index >= s->length)
        return raise_error(&IndexError, "string index out of range");
    return str_result(str_from_char(str_at(s, index)));
}

static Value str_concat_slot(Value self, Value other) {
    if (!is_str(other))
        return raise_error(&TypeError, "can only concatenate str (not \"%T\") to str", other);
    return str_result(str_concat(as_str(self), as_str(other)));
}

static Value str_repeat(Value self, int64_t count) {
    Str *s = as_str(self);
    if (count <= 0 || s->length == 0) return object_value(str_empty());
    if (count == 1) return str_result(str_exact(s));
    if (s->length > INT64_MAX / count)
        return raise_error(&OverflowError, "repeated string is too long");
    Str *result = str_new_uninitialised(s->length * count, str_bound(s));
    if (!result) return VALUE_ERROR;
    unsigned kind = str_kind(s);
    size_t unit = (size_t)s->length * kind, total = unit * (size_t)count;
    char *out = result->data;
    if (unit == 1) {
        memset(out, *(const char *)s->data, total);
        return object_value(result);
    }
    memcpy(out, s->data, unit);
    for (size_t done = unit; done < total;) {
        size_t more = done < total - done ? done : total - done;
        memcpy(out + done, out, more);
        done += more;
    }
    return object_value(result);
}

static Value str_remainder(Value left, Value right) {
    if (!is_str(left)) return VALUE_NOT_IMPLEMENTED;
    return str_result(str_percent_format(as_str(left), right));
}

/* --- join --------------------------------------------------------------------------------------- */

Str *str_join(Str *separator, Value iterable) {
    Value *items;
    int64_t count;
    if (is_exactly(iterable, &tuple_type)) {
        items = as_tuple(iterable)->items;
        count = as_tuple(iterable)->length;
    } else {
        Array *array;
        if (is_exactly(iterable, &list_type)) {
            array = list_snapshot(as_list(iterable), &count);
        } else {
            if (!is_iterable(iterable)) {
                raise_error(&TypeError, "can only join an iterable");
                return NULL;
            }
            List *list = list_from_iterable(iterable);
            array = list ? list_snapshot(list, &count) : NULL;
        }
        if (!array) return NULL;
        items = array->items;
    }
    for (int64_t i = 0; i < count; i++)
        if (!is_str(items[i])) {
            raise_error(&TypeError, "sequence item %zd: expected str instance, %T found",
                        (ptrdiff_t)i, items[i]);
            return NULL;
        }
    return str_join_array(separator, items, count);
}

/* --- iteration ---------------------------------------------------------------------------------- */

static Value str_iter(Value self) {
    return index_iterator_new(str_is_ascii(as_str(self)) ? &str_ascii_iterator_type : &str_iterator_type, self);
}

static Value iterator_next(Value self) {
    IndexIterator *iterator = OBJECT_AS(IndexIterator, self);
    Value text = value_load_acquire(&iterator->sequence);
    int64_t index;
    if (is_empty(text) || !index_iterator_claim(iterator, as_str(text)->length, &index)) return VALUE_EMPTY;
    return str_result(str_from_char(str_at(as_str(text), index)));
}

INDEX_ITERATOR_TYPE(str_iterator_type, "str_iterator", iterator_next)
INDEX_ITERATOR_TYPE(str_ascii_iterator_type, "str_ascii_iterator", iterator_next)

/* --- the constructor ---------------------------------------------------------------------------- */

static Value str_decode_argument(Value object, Value encoding, Value errors) {
    const char *encoding_text = NULL, *errors_text = NULL;
    if (!codec_name_argument("str", "encoding", encoding, &encoding_text) ||
        !codec_name_argument("str", "errors", errors, &errors_text))
        return VALUE_ERROR;
    if (is_empty(object)) return object_value(str_empty());
    if (is_str(object)) return raise_error(&TypeError, "decoding str is not supported");
    if (!has_buffer(object))
        return raise_error(&TypeError, "decoding to str: need a bytes-like object, %T found",
                           object);
    BufferView view;
    if (!buffer_get(object, &view, BUFFER_SIMPLE)) return VALUE_ERROR;
    Str *s = codec_decode(view.data, (size_t)view.length, encoding_text, errors_text);
    buffer_release(&view);
    return str_result(s);
}

static Value str_new(Type *type, Value *args, size_t count, Tuple *names) {
    Value text;
    if (count == 1 && !names) {
        text = value_str(args[0]);
    } else if (count == 0 && !names) {
        text = object_value(str_empty());
    } else {
        static const char signature[] = "(object='', encoding='utf-8', errors='strict')";
        static Signature *parsed;
        Value slots[3];
        if (!bind_arguments("str", signature, &parsed, args, count, names, slots))
            return VALUE_ERROR;
        if (!is_empty(slots[1]) || !is_empty(slots[2]))
            text = str_decode_argument(slots[0], slots[1], slots[2]);
        else if (is_empty(slots[0])) text = object_value(str_empty());
        else text = value_str(slots[0]);
    }
    if (is_error(text) || type == &str_type) return text;
    return str_as_type(type, as_str(text));
}

Type str_type = {
    .root = {.cell_kind = {str_trace, NULL, "str"}, .type = &str_type},
    .name = "str",
    .doc = "str(object='') and str(bytes_or_buffer[, encoding[, errors]]): text.\n\n"
           "With an encoding or errors the buffer is decoded; otherwise the result is that of\n"
           "object.__str__(), or repr(object). Encodings default to UTF-8, errors to 'strict'.",
    .size = sizeof(Str),
    .flags = TYPE_BASE | TYPE_STR | TYPE_MATCH_SELF,
    .repr = str_repr_slot,
    .str = str_str,
    .hash = str_hash_slot,
    .compare = str_compare_slot,
    .iter = str_iter,
    .new_instance = str_new,
    .length = str_length,
    .getitem = str_getitem,
    .contains = str_contains,
    .concat = str_concat_slot,
    .repeat = str_repeat,
    .binary = {[BINARY_REMAINDER] = str_remainder},
    .methods = str_methods,
};
