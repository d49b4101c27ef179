/* bytes.c - the type `bytes`, and the iterator of bytes and bytearray. */
#include <string.h>
#include "base/hash.h"
#include "types/bytearray.h"
#include "types/bytes_methods.h"
#include "types/codec.h"
#include "types/iterator.h"
#include "types/exception.h"
#include "types/search.h"
#include "types/str_buffer.h"

extern Type slice_type;

#define LENGTH_MAX (INT64_MAX / 8)

/* --- making ------------------------------------------------------------------------------------- */

static Bytes *allocate(Type *type, int64_t length) {
    if (unlikely(length < 0 || length > LENGTH_MAX)) {
        raise_memory_error();
        return NULL;
    }
    size_t size = sizeof(Bytes) + (size_t)length + 1;
    Bytes *b = type == &bytes_type ? object_alloc(type, size) : object_alloc_instance(type, size);
    if (!b) return NULL;
    b->length = length;
    b->hash = -1;
    return b;
}

Bytes *bytes_new(int64_t length) { return allocate(&bytes_type, length); }

Bytes *bytes_from(const void *data, size_t length) {
    static Bytes *common[257]; /* atomic; the empty one and those of one byte; immortal */
    if (length <= 1) {
        size_t index = length ? *(const uint8_t *)data : 256;
        Bytes *b = load_acquire(&common[index]);
        if (b) return b;
        b = allocate(&bytes_type, (int64_t)length);
        if (!b) return NULL;
        if (length) b->data[0] = *(const uint8_t *)data;
        str_keep_for_ever(&b->object);
        store_release(&common[index], b);
        return b;
    }
    Bytes *b = bytes_new((int64_t)length);
    if (b) memcpy(b->data, data, length);
    return b;
}

ByteSpan bytes_span(Value self) {
    if (is_bytes(self)) return (ByteSpan){as_bytes(self)->data, as_bytes(self)->length};
    return bytearray_span(OBJECT_AS(ByteArray, self));
}

Value bytes_like(Value self, const void *data, int64_t length) {
    if (is_bytes(self)) return bytes_result(bytes_from(data, (size_t)length));
    return bytearray_from(data, (size_t)length);
}

/* --- repr --------------------------------------------------------------------------------------- */

Str *bytes_repr(const uint8_t *data, int64_t length, bool escape_apostrophe) {
    static const char digits[] = "0123456789abcdef";
    char quote = '\'';
    if (length && memchr(data, '\'', (size_t)length) && !memchr(data, '"', (size_t)length))
        quote = '"';
    StrBuilder out;
    builder_init(&out);
    bool good = builder_add_char(&out, 'b') && builder_add_char(&out, (uint32_t)quote);
    for (int64_t i = 0; good && i < length; i++) {
        uint8_t c = data[i];
        char text[4] = {'\\', (char)c};
        size_t size = 2;
        if (c == '\\' || (c == '\'' && (escape_apostrophe || quote == '\'')))
            text[1] = (char)c;
        else if (c == '\t') text[1] = 't';
        else if (c == '\n') text[1] = 'n';
        else if (c == '\r') text[1] = 'r';
        else if (c < ' ' || c >= 0x7F) {
            text[1] = 'x';
            text[2] = digits[c >> 4];
            text[3] = digits[c & 15];
            size = 4;
        } else {
            text[0] = (char)c;
            size = 1;
        }
        good = builder_add_ascii(&out, text, size);
    }
    return good && builder_add_char(&out, (uint32_t)quote) ? builder_finish(&out) : NULL;
}

static Value repr(Value self) {
    return str_result(bytes_repr(as_bytes(self)->data, as_bytes(self)->length, false));
}

static Value str(Value self) {
    if (runtime.bytes_warning && !warn(&BytesWarning, 1, "str() on a bytes instance"))
        return VALUE_ERROR;
    return repr(self);
}

/* --- slots -------------------------------------------------------------------------------------- */

static int64_t hash(Value self) {
    Bytes *b = as_bytes(self);
    int64_t known = load_relaxed(&b->hash);
    if (known != -1) return known;
    known = b->length ? (int64_t)hash_bytes(b->data, (size_t)b->length) : 0;
    if (known == -1) known = -2;
    store_relaxed(&b->hash, known);
    return known;
}

static int64_t length_slot(Value self) { return as_bytes(self)->length; }

Value bytes_getitem_from(Value self, Value key, const char *type_name) {
    ByteSpan s = bytes_span(self);
    if (is_exactly(key, &slice_type)) {
        int64_t start, stop, step, count;
        if (is_kind(self, TYPE_BYTEARRAY)) return bytearray_slice(self, key);
        if (!slice_resolve(key, s.length, &start, &stop, &step, &count)) return VALUE_ERROR;
        if (count <= 0) return bytes_like(self, "", 0);
        if (step == 1) {
            if (count == s.length && is_exactly(self, &bytes_type)) return self;
            return bytes_like(self, s.data + start, count);
        }
        StrBuffer *buffer = str_buffer_new(count);
        if (!buffer) return VALUE_ERROR;
        for (int64_t i = 0; i < count; i++) buffer->bytes[i] = (char)s.data[start + i * step];
        return bytes_like(self, buffer->bytes, count);
    }
    if (!is_smallint(key) && !has_index(key))
        return raise_error(&TypeError, "%s indices must be integers or slices, not %T", type_name,
                           key);
    int64_t index = value_index_int64(key, &IndexError);
    if (index == -1 && error_occurred()) return VALUE_ERROR;
    s = bytes_span(self);
    if (index < 0) index += s.length;
    if (index < 0 || index >= s.length)
        return raise_error(&IndexError, is_bytes(self) ? "index out of range"
                                                       : "bytearray index out of range");
    return smallint_value(s.data[index]);
}

static Value getitem(Value self, Value key) { return bytes_getitem_from(self, key, "byte"); }

static Value repeat(Value self, int64_t count) {
    Bytes *b = as_bytes(self);
    if (count < 0) count = 0;
    if (count == 1 && is_exactly(self, &bytes_type)) return self;
    if (b->length && count > LENGTH_MAX / b->length)
        return raise_error(&OverflowError, "repeated bytes are too long");
    if (b->length * count <= 1) return bytes_result(bytes_from(b->data, (size_t)(b->length * count)));
    Bytes *result = bytes_new(b->length * count);
    if (!result) return VALUE_ERROR;
    for (int64_t i = 0; i < count; i++)
        memcpy(result->data + i * b->length, b->data, (size_t)b->length);
    return object_value(result);
}

static bool get_buffer(Value self, BufferView *view, unsigned flags) {
    if (flags & BUFFER_WRITABLE) {
        raise_error(&BufferError, "Object is not writable.");
        return false;
    }
    *view = (BufferView){.data = as_bytes(self)->data,
                         .length = as_bytes(self)->length,
                         .owner = self,
                         .item_size = 1,
                         .readonly = true,
                         .dimensions = 1};
    return true;
}

/* --- making from anything ----------------------------------------------------------------------- */

typedef struct Collector {
    StrBuffer *buffer;
    int64_t length;
    const char *range_message;
} Collector;

static bool collect_byte(Value item, void *argument) {
    Collector *c = argument;
    int byte = byte_value(item, c->range_message);
    if (byte < 0) return false;
    if (c->length == c->buffer->capacity) {
        StrBuffer *larger = str_buffer_new(c->length * 2 + 64);
        if (!larger) return false;
        memcpy(larger->bytes, c->buffer->bytes, (size_t)c->length);
        c->buffer = larger;
    }
    c->buffer->bytes[c->length++] = (char)byte;
    return true;
}

static bool copy_buffer(const void *data, int64_t length, StrBuffer **out, int64_t *length_out) {
    *out = str_buffer_new(length);
    if (!*out) return false;
    if (length) memcpy((*out)->bytes, data, (size_t)length);
    *length_out = length;
    return true;
}

static bool collect_text(Value source, Value encoding, Value errors, StrBuffer **out,
                         int64_t *length) {
    const char *encoding_text, *errors_text;
    if (!codec_name_argument("bytes", "encoding", encoding, &encoding_text) ||
        !codec_name_argument("bytes", "errors", errors, &errors_text))
        return false;
    Bytes *b = codec_encode(as_str(source), encoding_text, errors_text);
    return b && copy_buffer(b->data, b->length, out, length);
}

static bool type_error(const char *message) {
    raise_error(&TypeError, "%s", message);
    return false;
}

bool bytes_collect(const Type *type, Value source, Value encoding, Value errors, StrBuffer **out,
                   int64_t *length) {
    bool for_bytes = type == &bytes_type;
    if (!is_empty(encoding) || !is_empty(errors)) {
        const char *which = is_empty(encoding) ? "errors" : "encoding";
        if (is_empty(source) || !is_str(source)) {
            raise_error(&TypeError, "%s without a string argument", which);
            return false;
        }
        if (is_empty(encoding)) return type_error("string argument without an encoding");
        return collect_text(source, encoding, errors, out, length);
    }
    if (is_empty(source)) return copy_buffer("", 0, out, length);
    if (is_str(source)) return type_error("string argument without an encoding");
    if (is_int(source) || (has_index(source) && !is_double(source))) {
        int64_t count = value_index_int64(source, &OverflowError);
        if (count == -1 && error_occurred()) {
            if (!error_matches(&TypeError)) return false;
            error_clear();
        } else {
            if (count < 0) {
                raise_error(&ValueError, "negative count");
                return false;
            }
            *out = str_buffer_new(count);
            *length = count;
            return *out != NULL;
        }
    }
    if (is_exactly(source, &bytearray_type)) { /* one moment of it */
        *out = bytearray_copy(OBJECT_AS(ByteArray, source), length);
        return *out != NULL;
    }
    if (is_exactly(source, &memoryview_type)) { /* which may have gaps */
        source = call_method_0(source, "tobytes");
        if (is_error(source)) return false;
    }
    if (has_buffer(source)) {
        BufferView view;
        if (!buffer_get(source, &view, BUFFER_SIMPLE)) return false;
        bool good = copy_buffer(view.data, view.length, out, length);
        buffer_release(&view);
        return good;
    }
    if (!is_iterable(source)) {
        raise_error(&TypeError, "cannot convert '%T' object to %N", source, type);
        return false;
    }
    Collector c = {str_buffer_new(64), 0, for_bytes ? "bytes must be in range(0, 256)"
                                                    : "byte must be in range(0, 256)"};
    if (!c.buffer || !iterate(source, collect_byte, &c)) return false;
    *out = c.buffer;
    *length = c.length;
    return true;
}

/* bytes(x) where x has __bytes__; VALUE_EMPTY: it has none. */
static Value by_special(Value source) {
    Value made = call_special(source, NAME("__bytes__"), NULL, 0);
    if (is_empty(made) || is_error(made)) return made;
    if (!is_bytes(made))
        return raise_error(&TypeError, "__bytes__ returned non-bytes (type %T)", made);
    return made;
}

static Value as_type(Type *type, const void *data, int64_t length) {
    if (type == &bytes_type) return bytes_result(bytes_from(data, (size_t)length));
    Bytes *b = allocate(type, length);
    if (!b) return VALUE_ERROR;
    memcpy(b->data, data, (size_t)length);
    return object_value(b);
}

static Value new_instance(Type *type, Value *args, size_t count, Tuple *names) {
    static const char signature[] = "(source=b'', encoding='utf-8', errors='strict')";
    static Signature *parsed;
    Value a[3];
    if (!bind_arguments("bytes", signature, &parsed, args, count, names, a)) return VALUE_ERROR;
    if (!is_empty(a[0]) && is_empty(a[1]) && is_empty(a[2])) {
        if (is_exactly(a[0], &bytes_type))
            return type == &bytes_type ? a[0]
                                       : as_type(type, as_bytes(a[0])->data, as_bytes(a[0])->length);
        Value made = by_special(a[0]);
        if (is_error(made)) return made;
        if (!is_empty(made)) {
            if (type == &bytes_type) return made;
            return as_type(type, as_bytes(made)->data, as_bytes(made)->length);
        }
    }
    StrBuffer *buffer;
    int64_t length;
    if (!bytes_collect(&bytes_type, a[0], a[1], a[2], &buffer, &length)) return VALUE_ERROR;
    return as_type(type, buffer->bytes, length);
}

/* --- iteration ---------------------------------------------------------------------------------- */

Value bytes_iter(Value self) {
    return index_iterator_new(is_bytes(self) ? &bytes_iterator_type : &bytearray_iterator_type, self);
}

static Value iterator_next(Value self) {
    IndexIterator *iterator = OBJECT_AS(IndexIterator, self);
    Value bytes = value_load_acquire(&iterator->sequence);
    if (is_empty(bytes)) return VALUE_EMPTY;
    ByteSpan s = bytes_span(bytes);
    int64_t index;
    return index_iterator_claim(iterator, s.length, &index) ? smallint_value(s.data[index]) : VALUE_EMPTY;
}

INDEX_ITERATOR_TYPE(bytes_iterator_type, "bytes_iterator", iterator_next)
INDEX_ITERATOR_TYPE(bytearray_iterator_type, "bytearray_iterator", iterator_next)

/* --- the type ----------------------------------------------------------------------------------- */

static Value getnewargs(Value *args) {
    Bytes *b = bytes_from(as_bytes(args[0])->data, (size_t)as_bytes(args[0])->length);
    Tuple *tuple = b ? tuple_pack(1, object_value(b)) : NULL;
    return tuple ? object_value(tuple) : VALUE_ERROR;
}

static Value to_bytes(Value *args) {
    if (is_exactly(args[0], &bytes_type)) return args[0];
    return bytes_result(bytes_from(as_bytes(args[0])->data, (size_t)as_bytes(args[0])->length));
}

static Value size_of(Value *args) {
    return int_value((int64_t)sizeof(Bytes) + as_bytes(args[0])->length + 1);
}

static const MethodDef bytes_methods[] = {
    BYTES_SHARED_METHODS,
    METHOD("__getnewargs__", getnewargs, "($self, /)", "Return arguments for pickling."),
    METHOD("__bytes__", to_bytes, "($self, /)", "Convert this value to exact type bytes."),
    METHOD("__sizeof__", size_of, "($self, /)", "Return the size of the object in memory."),
    {0},
};

Type bytes_type = {
    .root = {.cell_kind = {NULL, NULL, "bytes"}, .type = &bytes_type},
    .name = "bytes",
    .doc = "bytes(text, encoding[, errors]), bytes(buffer or iterable of ints),\n"
           "bytes(count) for that many zeros, bytes(): bytes that cannot be changed.",
    .size = sizeof(Bytes),
    .flags = TYPE_BASE | TYPE_BYTES | TYPE_MATCH_SELF,
    .repr = repr,
    .str = str,
    .hash = hash,
    .compare = bytes_compare_slot,
    .iter = bytes_iter,
    .new_instance = new_instance,
    .length = length_slot,
    .getitem = getitem,
    .contains = bytes_contains,
    .concat = bytes_concat,
    .repeat = repeat,
    .binary = {[BINARY_REMAINDER] = bytes_remainder},
    .get_buffer = get_buffer,
    .methods = bytes_methods,
};
