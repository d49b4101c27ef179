/* marshal_module.c - the module `marshal`: values as bytes, in CPython's format version 4.
 *
 * Code objects are the exception: their bytes (type 'c') are Weft's own, made by bytecode/code.h and
 * checked when they are read. The reader trusts nothing: every count is held against the bytes that
 * are left, depth is limited, references must point backwards to something complete.
 *
 * References (type 'r', flag 0x80 on what may be referred to) number objects in the order in which
 * they begin. The writer flags every heap object, since there are no counts that would tell which are
 * shared. Writer and reader keep the objects in a list, for the collector. */
#include "modules/support.h"

#include <stdlib.h>
#include "base/hash.h"
#include "bytecode/code.h"
#include "types/codec.h"
#include "types/set.h"

enum { VERSION = 4, DEPTH_MAX = 2000, FLAG_REF = 0x80 };

/* --- writing -------------------------------------------------------------------------------------- */

typedef struct Writer {
    uint8_t *data; /* malloc'ed */
    size_t length, capacity;
    int64_t version;
    int depth;
    List *kept;        /* referred-to objects, in order */
    uint32_t *index;   /* malloc'ed hash table over `kept`: position + 1, 0: free */
    size_t index_size; /* a power of two, or 0 */
} Writer;

static bool put(Writer *w, const void *data, size_t length) {
    if (w->capacity - w->length < length) {
        size_t capacity = max_size(w->capacity * 2, w->length + length + 64);
        uint8_t *grown = realloc(w->data, capacity);
        if (!grown) return !is_error(raise_memory_error());
        w->data = grown;
        w->capacity = capacity;
    }
    memcpy(w->data + w->length, data, length);
    w->length += length;
    return true;
}
static bool put_byte(Writer *w, int byte) {
    uint8_t b = (uint8_t)byte;
    return put(w, &b, 1);
}
static bool put_int32(Writer *w, int64_t v) {
    int32_t i = (int32_t)v;
    return put(w, &i, 4);
}
static bool put_size(Writer *w, int64_t size) {
    if (size <= INT32_MAX) return put_int32(w, size);
    raise_error(&ValueError, "unmarshallable object");
    return false;
}

static size_t index_slot(const Writer *w, Value v) {
    size_t slot = hash_mix(v.bits) & (w->index_size - 1);
    while (w->index[slot] && !same_value(list_get(w->kept, w->index[slot] - 1), v))
        slot = (slot + 1) & (w->index_size - 1);
    return slot;
}

static bool grow_index(Writer *w) {
    int64_t count = list_length(w->kept);
    if ((size_t)count * 2 < w->index_size) return true;
    free(w->index);
    w->index_size = w->index_size ? w->index_size * 2 : 64;
    w->index = calloc(w->index_size, sizeof *w->index);
    if (!w->index) {
        w->index_size = 0;
        return !is_error(raise_memory_error());
    }
    for (int64_t i = 0; i < count; i++) w->index[index_slot(w, list_get(w->kept, i))] = (uint32_t)i + 1;
    return true;
}

/* 1: a reference was written instead; 0: write the object, with *flag in its type; -1: error. */
static int put_reference(Writer *w, Value v, int *flag) {
    *flag = 0;
    if (w->version < 3) return 0;
    if (!grow_index(w)) return -1;
    size_t slot = index_slot(w, v);
    if (w->index[slot])
        return put_byte(w, 'r') && put_int32(w, w->index[slot] - 1) ? 1 : -1;
    if (!list_append(w->kept, v)) return -1;
    w->index[slot] = (uint32_t)list_length(w->kept);
    *flag = FLAG_REF;
    return 0;
}

static bool put_value(Writer *w, Value v);

static bool put_long(Writer *w, Value v, int flag) {
    int64_t digits = (int_bit_length(v) + 14) / 15;
    if (digits > INT32_MAX / 2) {
        raise_error(&ValueError, "unmarshallable object");
        return false;
    }
    size_t length = (size_t)(digits * 15 + 7) / 8 + 1;
    uint8_t *bytes = malloc(length + 4);
    if (!bytes) return !is_error(raise_memory_error());
    memset(bytes, 0, length + 4);
    bool negative = int_sign(v) < 0;
    Value magnitude = negative ? int_negative(v) : v;
    bool fine = !is_error(magnitude) && int_to_bytes(magnitude, bytes, length, true, false) &&
                put_byte(w, 'l' | flag) && put_int32(w, negative ? -digits : digits);
    for (int64_t i = 0; fine && i < digits; i++) {
        size_t bit = (size_t)i * 15;
        uint32_t word;
        memcpy(&word, bytes + bit / 8, 4);
        uint16_t digit = (uint16_t)(word >> bit % 8 & 0x7FFF);
        fine = put(w, &digit, 2);
    }
    free(bytes);
    return fine;
}

static bool put_float_text(Writer *w, double d) {
    Str *text = float_repr(d);
    size_t length;
    const char *bytes = text ? str_utf8(text, &length) : NULL;
    return bytes && put_byte(w, (int)length) && put(w, bytes, length);
}

static bool put_float(Writer *w, double d, int flag) {
    if (w->version > 1) return put_byte(w, 'g' | flag) && put(w, &d, 8);
    return put_byte(w, 'f' | flag) && put_float_text(w, d);
}

static bool put_complex(Writer *w, Complex *c, int flag) {
    if (w->version > 1)
        return put_byte(w, 'y' | flag) && put(w, &c->real, 8) && put(w, &c->imaginary, 8);
    return put_byte(w, 'x' | flag) && put_float_text(w, c->real) && put_float_text(w, c->imaginary);
}

static bool put_str(Writer *w, Str *s, int flag) {
    bool interned = w->version >= 3 && str_is_interned(s);
    if (w->version >= 4 && str_is_ascii(s)) {
        const char *text = str_utf8(s, NULL);
        if (!text) return false;
        if (s->length < 256)
            return put_byte(w, (interned ? 'Z' : 'z') | flag) && put_byte(w, (int)s->length) &&
                   put(w, text, (size_t)s->length);
        return put_byte(w, (interned ? 'A' : 'a') | flag) && put_size(w, s->length) &&
               put(w, text, (size_t)s->length);
    }
    Bytes *bytes = utf8_encode_str(s, "surrogatepass");
    return bytes && put_byte(w, (interned ? 't' : 'u') | flag) && put_size(w, bytes->length) &&
           put(w, bytes->data, (size_t)bytes->length);
}

static bool put_tuple(Writer *w, Tuple *tuple, int flag) {
    if (w->version >= 4 && tuple->length < 256) {
        if (!put_byte(w, ')' | flag) || !put_byte(w, (int)tuple->length)) return false;
    } else if (!put_byte(w, '(' | flag) || !put_size(w, tuple->length)) {
        return false;
    }
    for (int64_t i = 0; i < tuple->length; i++)
        if (!put_value(w, tuple->items[i])) return false;
    return true;
}

static bool put_list(Writer *w, List *list, int flag) {
    int64_t count;
    Array *items = list_snapshot(list, &count);
    if (!items || !put_byte(w, '[' | flag) || !put_size(w, count)) return false;
    for (int64_t i = 0; i < count; i++)
        if (!put_value(w, items->items[i])) return false;
    return true;
}

static bool put_dict(Writer *w, Dict *dict, int flag) {
    if (!put_byte(w, '{' | flag)) return false;
    int64_t position = 0;
    Value key, value;
    while (dict_next(dict, &position, &key, &value))
        if (!put_value(w, key) || !put_value(w, value)) return false;
    return put_byte(w, '0');
}

static Value dumps(Value v, int64_t version);

/* The items in the order of their own bytes, so that equal sets give equal bytes. */
static List *sorted_items(Writer *w, Set *set) {
    List *pairs = list_new(0);
    int64_t position = 0;
    Value item;
    for (int64_t i = 0; pairs && set_next(set, &position, &item); i++) {
        Value key = dumps(item, w->version);
        Tuple *pair = is_error(key) ? NULL : tuple_pack(3, key, int_value(i), item);
        if (!pair || !list_append(pairs, object_value(pair))) return NULL;
    }
    return pairs && list_sort(pairs, VALUE_NONE, false) ? pairs : NULL;
}

static bool put_set(Writer *w, Value v, int flag) {
    List *pairs = sorted_items(w, OBJECT_AS(Set, v));
    if (!pairs || !put_byte(w, (is_exactly(v, &set_type) ? '<' : '>') | flag) ||
        !put_size(w, list_length(pairs)))
        return false;
    for (int64_t i = 0; i < list_length(pairs); i++)
        if (!put_value(w, as_tuple(list_get(pairs, i))->items[2])) return false;
    return true;
}

static bool put_bytes(Writer *w, int type, const void *data, int64_t length) {
    return put_byte(w, type) && put_size(w, length) && put(w, data, (size_t)length);
}

static bool put_buffer(Writer *w, Value v, int flag) {
    if (is_exactly(v, &bytes_type))
        return put_bytes(w, 's' | flag, as_bytes(v)->data, as_bytes(v)->length);
    BufferView view;
    if (!has_buffer(v) || !buffer_get(v, &view, BUFFER_SIMPLE)) {
        error_clear();
        raise_error(&ValueError, "unmarshallable object");
        return false;
    }
    bool fine = put_bytes(w, 's' | flag, view.data, view.length);
    buffer_release(&view);
    return fine;
}

static bool put_code(Writer *w, const Code *code, int flag) {
    Value bytes = code_to_bytes(code);
    return !is_error(bytes) &&
           put_bytes(w, 'c' | flag, as_bytes(bytes)->data, as_bytes(bytes)->length);
}

static bool put_object(Writer *w, Value v, int flag) {
    if (is_exact_int(v)) return put_long(w, v, flag);
    if (is_exactly(v, &str_type)) return put_str(w, as_str(v), flag);
    if (is_exactly(v, &tuple_type)) return put_tuple(w, as_tuple(v), flag);
    if (is_exactly(v, &list_type)) return put_list(w, as_list(v), flag);
    if (is_exactly(v, &dict_type)) return put_dict(w, as_dict(v), flag);
    if (is_exactly(v, &set_type) || is_exactly(v, &frozenset_type)) return put_set(w, v, flag);
    if (is_exactly(v, &complex_type)) return put_complex(w, OBJECT_AS(Complex, v), flag);
    if (is_exactly(v, &code_type)) return put_code(w, OBJECT_AS(Code, v), flag);
    return put_buffer(w, v, flag);
}

static bool put_immediate(Writer *w, Value v) {
    if (is_none(v)) return put_byte(w, 'N');
    if (is_true(v)) return put_byte(w, 'T');
    if (is_false(v)) return put_byte(w, 'F');
    if (is_ellipsis(v)) return put_byte(w, '.');
    if (is_double(v)) return put_float(w, double_of(v), 0);
    if (!is_smallint(v)) {
        raise_error(&ValueError, "unmarshallable object");
        return false;
    }
    int64_t i = smallint_of(v);
    return i == (int32_t)i ? put_byte(w, 'i') && put_int32(w, i) : put_long(w, v, 0);
}

static bool put_value(Writer *w, Value v) {
    if (w->depth >= DEPTH_MAX || !c_stack_has_room(thread_self())) {
        raise_error(&ValueError, "object too deeply nested to marshal");
        return false;
    }
    if (!is_object(v)) return put_immediate(w, v);
    if (same_value(v, object_value(&StopIteration))) return put_byte(w, 'S');
    int flag, done = put_reference(w, v, &flag);
    if (done) return done > 0;
    w->depth++;
    bool fine = put_object(w, v, flag);
    w->depth--;
    return fine;
}

static Value dumps(Value v, int64_t version) {
    Writer w = {.version = version, .kept = list_new(0)};
    Bytes *bytes = w.kept && put_value(&w, v) ? bytes_from(w.data, w.length) : NULL;
    free(w.data);
    free(w.index);
    return bytes ? object_value(bytes) : VALUE_ERROR;
}

/* --- reading -------------------------------------------------------------------------------------- */

typedef struct Reader {
    const uint8_t *at, *end;
    Value file;   /* or VALUE_EMPTY: all is between `at` and `end` */
    Value chunk;  /* keeps what was read from the file */
    int depth;
    List *references;
} Reader;

static void *raise_bad(const char *what) {
    raise_error(&ValueError, "bad marshal data (%s)", what);
    return NULL;
}
static Value bad(const char *what) {
    raise_bad(what);
    return VALUE_ERROR;
}

/* Fetches `length` bytes from the file by readinto(), which leaves the file behind them. */
static bool read_file(Reader *r, int64_t length) {
    Bytes *room = bytes_new(length);
    Value buffer = room ? bytearray_from(room->data, (size_t)length) : VALUE_ERROR;
    Value count = is_error(buffer) ? buffer : call_method_1(r->file, "readinto", buffer);
    if (is_error(count)) return false;
    int64_t n = value_index_int64(count, &ValueError);
    if (n == -1 && error_occurred()) return false;
    if (n > length) {
        raise_error(&ValueError, "read() returned too much data: %lld bytes requested, %lld returned",
                    (long long)length, (long long)n);
        return false;
    }
    BufferView view;
    if (!buffer_get(buffer, &view, BUFFER_SIMPLE)) return false;
    Bytes *chunk = bytes_from(view.data, (size_t)min_int64(max_int64(n, 0), view.length));
    buffer_release(&view);
    if (!chunk) return false;
    r->chunk = object_value(chunk);
    r->at = chunk->data;
    r->end = r->at + chunk->length;
    return true;
}

/* The next bytes; valid until the next call for files. */
static const uint8_t *get(Reader *r, int64_t length) {
    if (!is_empty(r->file) && !read_file(r, length)) return NULL;
    if (r->end - r->at < length) {
        raise_error(&EOFError, "marshal data too short");
        return NULL;
    }
    const uint8_t *found = r->at;
    r->at += length;
    return found;
}

static bool get_int32(Reader *r, int32_t *out) {
    const uint8_t *bytes = get(r, 4);
    if (bytes) memcpy(out, bytes, 4);
    return bytes != NULL;
}

static bool get_size(Reader *r, bool small, const char *what, int64_t *out) {
    if (small) {
        const uint8_t *byte = get(r, 1);
        if (byte) *out = *byte;
        return byte != NULL;
    }
    int32_t n;
    if (!get_int32(r, &n)) return false;
    *out = n;
    if (n >= 0) return true;
    raise_error(&ValueError, "bad marshal data (%s size out of range)", what);
    return false;
}

/* Numbers an object that begins: -1 without a flag, -2 on errors. */
static int64_t reserve(Reader *r, int flag) {
    if (!flag) return -1;
    return list_append(r->references, VALUE_ELLIPSIS) ? list_length(r->references) - 1 : -2;
}
static Value settle(Reader *r, int64_t number, Value v) {
    if (number >= 0 && !is_error(v)) list_set(r->references, number, v);
    return v;
}
static Value remember(Reader *r, int flag, Value v) {
    if (flag && !is_error(v) && !list_append(r->references, v)) return VALUE_ERROR;
    return v;
}

static Value get_value(Reader *r);

/* A value that must be there: TypeError for the end mark. */
static Value get_item_value(Reader *r, const char *container) {
    Value v = get_value(r);
    if (is_empty(v)) return raise_error(&TypeError, "NULL object in marshal data for %s", container);
    return v;
}

static Value get_long(Reader *r) {
    int32_t n;
    if (!get_int32(r, &n)) return VALUE_ERROR;
    if (n == INT32_MIN) return bad("long size out of range");
    int64_t digits = n < 0 ? -(int64_t)n : n;
    const uint8_t *source = get(r, digits * 2);
    if (!source) return VALUE_ERROR;
    size_t length = (size_t)(digits * 15 + 7) / 8;
    uint8_t *bytes = calloc(1, length + 4);
    if (!bytes) return raise_memory_error();
    for (int64_t i = 0; i < digits; i++) {
        uint16_t digit;
        memcpy(&digit, source + i * 2, 2);
        if (digit > 0x7FFF || (digit == 0 && i == digits - 1)) {
            free(bytes);
            return bad(digit ? "digit out of range in long" : "unnormalized long data");
        }
        size_t bit = (size_t)i * 15;
        uint32_t word;
        memcpy(&word, bytes + bit / 8, 4);
        word |= (uint32_t)digit << bit % 8;
        memcpy(bytes + bit / 8, &word, 4);
    }
    Value v = int_from_bytes(bytes, length, true, false);
    free(bytes);
    return n < 0 && !is_error(v) ? int_negative(v) : v;
}

static bool get_double(Reader *r, bool binary, double *out) {
    if (binary) {
        const uint8_t *bytes = get(r, 8);
        if (bytes) memcpy(out, bytes, 8);
        return bytes != NULL;
    }
    int64_t length;
    char text[257];
    const uint8_t *bytes = get_size(r, true, "float", &length) ? get(r, length) : NULL;
    if (!bytes) return false;
    memcpy(text, bytes, (size_t)length);
    text[length] = 0;
    Str *s = str_from_latin1((const uint8_t *)text, (size_t)length);
    Value number = s ? number_float(object_value(s)) : VALUE_ERROR;
    if (is_error(number)) return false;
    *out = float_of(number);
    return true;
}

static Value get_text(Reader *r, int type) {
    bool small = type == 'z' || type == 'Z', ascii = type != 'u' && type != 't';
    int64_t length;
    const uint8_t *bytes = get_size(r, small, "string", &length) ? get(r, length) : NULL;
    if (!bytes) return VALUE_ERROR;
    Str *s = ascii ? str_from_latin1(bytes, (size_t)length)
                   : utf8_decode(bytes, (size_t)length, "surrogatepass", NULL);
    if (s && (type == 'Z' || type == 'A' || type == 't')) s = str_intern(s);
    return s ? object_value(s) : VALUE_ERROR;
}

/* Counts are not trusted with memory: no more room is taken than there are bytes left. */
static bool check_count(Reader *r, int64_t count) {
    if (!is_empty(r->file) || count <= r->end - r->at) return true;
    raise_error(&EOFError, "EOF read where object expected");
    return false;
}

static Value get_sequence(Reader *r, int type, int flag) {
    bool list = type == '[';
    int64_t count, number = list ? -1 : reserve(r, flag);
    if (number == -2 || !get_size(r, type == ')', list ? "list" : "tuple", &count)) return VALUE_ERROR;
    if (!check_count(r, count)) return VALUE_ERROR;
    List *items = list_new(0);
    if (!items || (list && is_error(remember(r, flag, object_value(items))))) return VALUE_ERROR;
    for (int64_t i = 0; i < count; i++) {
        Value item = get_item_value(r, list ? "list" : "tuple");
        if (is_error(item) || !list_append(items, item)) return VALUE_ERROR;
    }
    if (list) return object_value(items);
    Tuple *tuple = list_to_tuple(items);
    return tuple ? settle(r, number, object_value(tuple)) : VALUE_ERROR;
}

static Value get_set(Reader *r, bool frozen, int flag) {
    int64_t count, number = frozen ? reserve(r, flag) : -1;
    if (number == -2 || !get_size(r, false, "set", &count) || !check_count(r, count)) return VALUE_ERROR;
    Set *set = set_new();
    if (!set || (!frozen && is_error(remember(r, flag, object_value(set))))) return VALUE_ERROR;
    for (int64_t i = 0; i < count; i++) {
        Value item = get_item_value(r, "set");
        if (is_error(item) || !set_add(set, item)) return VALUE_ERROR;
    }
    if (!frozen) return object_value(set);
    Set *result = frozenset_from_iterable(object_value(set));
    return result ? settle(r, number, object_value(result)) : VALUE_ERROR;
}

static Value get_dict(Reader *r, int flag) {
    Dict *dict = dict_new();
    if (!dict || is_error(remember(r, flag, object_value(dict)))) return VALUE_ERROR;
    for (;;) {
        Value key = get_value(r);
        if (is_error(key)) return key;
        if (is_empty(key)) return object_value(dict);
        Value value = get_item_value(r, "dict");
        if (is_error(value) || !dict_set(dict, key, value)) return VALUE_ERROR;
    }
}

static Value get_code(Reader *r, int flag) {
    int64_t length, number = reserve(r, flag);
    if (number == -2) return VALUE_ERROR;
    const uint8_t *bytes = get_size(r, false, "code", &length) ? get(r, length) : NULL;
    Code *code = bytes ? code_from_bytes(bytes, (size_t)length) : NULL;
    return code ? settle(r, number, object_value(code)) : VALUE_ERROR;
}

static Value get_reference(Reader *r) {
    int32_t n;
    if (!get_int32(r, &n)) return VALUE_ERROR;
    Value v = n < 0 ? VALUE_EMPTY : list_get(r->references, n);
    return is_empty(v) ? bad("invalid reference") : v;
}

static Value get_bytes(Reader *r) {
    int64_t length;
    const uint8_t *bytes = get_size(r, false, "bytes object", &length) ? get(r, length) : NULL;
    Bytes *v = bytes ? bytes_from(bytes, (size_t)length) : NULL;
    return v ? object_value(v) : VALUE_ERROR;
}

static Value get_number(Reader *r, int type) {
    double a, b;
    int32_t i;
    int64_t wide;
    const uint8_t *bytes;
    switch (type) {
    case 'i': return get_int32(r, &i) ? int_value(i) : VALUE_ERROR;
    case 'I':
        bytes = get(r, 8);
        if (!bytes) return VALUE_ERROR;
        memcpy(&wide, bytes, 8);
        return int_value(wide);
    case 'l': return get_long(r);
    case 'f': case 'g': return get_double(r, type == 'g', &a) ? double_value_checked(a) : VALUE_ERROR;
    default:
        return get_double(r, type == 'y', &a) && get_double(r, type == 'y', &b) ? complex_value(a, b)
                                                                                 : VALUE_ERROR;
    }
}

static Value get_typed(Reader *r, int type, int flag) {
    switch (type) {
    case '0': return VALUE_EMPTY;
    case 'N': return VALUE_NONE;
    case 'T': return VALUE_TRUE;
    case 'F': return VALUE_FALSE;
    case '.': return VALUE_ELLIPSIS;
    case 'S': return object_value(&StopIteration);
    case 'i': case 'I': case 'l': case 'f': case 'g': case 'x': case 'y':
        return remember(r, flag, get_number(r, type));
    case 's': return remember(r, flag, get_bytes(r));
    case 'z': case 'Z': case 'a': case 'A': case 'u': case 't':
        return remember(r, flag, get_text(r, type));
    case ')': case '(': case '[': return get_sequence(r, type, flag);
    case '{': return get_dict(r, flag);
    case '<': case '>': return get_set(r, type == '>', flag);
    case 'c': return get_code(r, flag);
    case 'r': return get_reference(r);
    default: return bad("unknown type code");
    }
}

/* VALUE_EMPTY for the end mark of dicts. */
static Value get_value(Reader *r) {
    const uint8_t *byte;
    if (!is_empty(r->file)) {
        byte = get(r, 1);
        if (!byte && error_clear_if(&EOFError))
            raise_error(&EOFError, "EOF read where object expected");
    } else {
        byte = r->at < r->end ? r->at++ : NULL;
        if (!byte) raise_error(&EOFError, "EOF read where object expected");
    }
    if (!byte) return VALUE_ERROR;
    int type = *byte & ~FLAG_REF, flag = *byte & FLAG_REF;
    if (r->depth >= DEPTH_MAX || !c_stack_has_room(thread_self()))
        return raise_error(&ValueError, "recursion limit exceeded");
    r->depth++;
    Value v = get_typed(r, type, flag);
    r->depth--;
    return v;
}

static Value get_all(Reader *r) {
    r->references = list_new(0);
    if (!r->references) return VALUE_ERROR;
    return get_item_value(r, "object");
}

/* --- the module ----------------------------------------------------------------------------------- */

static bool take_version(Value v, int64_t *version) {
    *version = VERSION;
    return argument_int64(v, version);
}

static Value marshal_dumps(Value *args) {
    int64_t version;
    return take_version(args[1], &version) ? dumps(args[0], version) : VALUE_ERROR;
}

static Value marshal_dump(Value *args) {
    int64_t version;
    if (!take_version(args[2], &version)) return VALUE_ERROR;
    Value bytes = dumps(args[0], version);
    return is_error(bytes) ? bytes : call_method_1(args[1], "write", bytes);
}

static Value marshal_loads(Value *args) {
    BufferView view;
    if (!buffer_get(args[0], &view, BUFFER_SIMPLE)) return VALUE_ERROR;
    const uint8_t *data = view.data;
    Reader r = {.at = data, .end = data + view.length, .file = VALUE_EMPTY};
    Value v = get_all(&r);
    buffer_release(&view);
    return v;
}

static Value marshal_load(Value *args) {
    Value probe = call_method_1(args[0], "read", int_value(0));
    if (is_error(probe)) return probe;
    if (!is_bytes(probe))
        return raise_error(&TypeError, "file.read() returned not bytes but %T", probe);
    Reader r = {.file = args[0]};
    return get_all(&r);
}

static const MethodDef marshal_functions[] = {
    AUDITED("marshal.dumps 0 2=4", "dump", marshal_dump, "(value, file, version=4, /)",
           "Writes the bytes of a value to a binary file."),
    AUDITED("marshal.dumps 0 1=4", "dumps", marshal_dumps, "(value, version=4, /)", "The bytes of a value."),
    AUDITED("marshal.load", "load", marshal_load, "(file, /)", "Reads one value from a binary file."),
    AUDITED("marshal.loads 0", "loads", marshal_loads, "(bytes, /)",
           "The value of some bytes; what follows it is ignored."),
    {0},
};

static bool marshal_init(Module *module) { return module_add_int(module, "version", VERSION); }

const NativeModule module_marshal = {
    .name = "marshal",
    .doc = "Values as bytes and back: numbers, texts, containers and code.\n\nThe format is not meant to "
           "be kept: code objects are readable by the same version\nof Weft only.",
    .functions = marshal_functions,
    .init = marshal_init,
};
