/* serialize.c - code objects to bytes and back, for cache files and marshal.
 *
 * The format: "WEFT" and a version byte, then one object. An object is a byte that says what it is
 * and its contents; numbers are varints, strings UTF-8 (surrogates allowed) with their length. A
 * version is never read by another version's reader. Everything is checked when it is read: lengths
 * against what is left, the depth of nesting, and at last the code by code_verify(). */
#include "base/utf8.h"
#include "bytecode/code.h"
#include "types/bytes.h"
#include "types/exception.h"
#include "types/float.h"
#include "types/int.h"
#include "types/set.h"

#define FORMAT_VERSION 1
#define DEPTH_MAX 200

enum {
    TAG_NONE = 'N', TAG_TRUE = 'T', TAG_FALSE = 'F', TAG_ELLIPSIS = '.', TAG_INT = 'i',
    TAG_BIG_INT = 'I', TAG_FLOAT = 'f', TAG_COMPLEX = 'x', TAG_STR = 's', TAG_NAME = 'n',
    TAG_BYTES = 'b', TAG_TUPLE = '(', TAG_FROZENSET = '{', TAG_CODE = 'c', TAG_EMPTY = '0',
};

/* --- writing ------------------------------------------------------------------------------------------- */

typedef struct Writer {
    Bytes *buffer; /* grown by replacing it */
    int64_t length;
} Writer;

static bool reserve(Writer *w, int64_t size) {
    if (w->length + size <= w->buffer->length) return true;
    Bytes *larger = bytes_new((w->buffer->length + size) * 2);
    if (!larger) return false;
    memcpy(larger->data, w->buffer->data, (size_t)w->length);
    w->buffer = larger;
    return true;
}

static bool put_bytes(Writer *w, const void *data, size_t size) {
    if (!reserve(w, (int64_t)size)) return false;
    memcpy(w->buffer->data + w->length, data, size);
    w->length += (int64_t)size;
    return true;
}

static bool put_byte(Writer *w, int byte) {
    uint8_t b = (uint8_t)byte;
    return put_bytes(w, &b, 1);
}

static bool put_number(Writer *w, uint64_t n) {
    uint8_t bytes[10];
    size_t length = 0;
    for (; n >= 0x80; n >>= 7) bytes[length++] = (uint8_t)(n | 0x80);
    bytes[length++] = (uint8_t)n;
    return put_bytes(w, bytes, length);
}

static bool put_str(Writer *w, const Str *str) {
    if (!put_byte(w, str_is_interned(str) ? TAG_NAME : TAG_STR)) return false;
    size_t size = 0;
    for (int64_t i = 0; i < str->length; i++) size += utf8_encoded_length(str_at(str, i));
    if (!put_number(w, size) || !reserve(w, (int64_t)size)) return false;
    for (int64_t i = 0; i < str->length; i++)
        w->length += (int64_t)utf8_encode((char *)w->buffer->data + w->length, str_at(str, i));
    return true;
}

static bool put_value(Writer *w, Value v, int depth);

static bool put_int(Writer *w, Value v) {
    int64_t small;
    if (int_to_int64(v, &small))
        return put_byte(w, TAG_INT) && put_number(w, (uint64_t)small << 1 ^ (uint64_t)(small >> 63));
    size_t size = (size_t)int_bit_length(v) / 8 + 1;
    return put_byte(w, TAG_BIG_INT) && put_number(w, size) && reserve(w, (int64_t)size) &&
           int_to_bytes(v, w->buffer->data + w->length, size, true, true) &&
           (w->length += (int64_t)size, true);
}

static bool put_double(Writer *w, double d) { return put_bytes(w, &d, sizeof d); }

static bool put_items(Writer *w, const Value *items, int64_t count, int depth) {
    if (!put_number(w, (uint64_t)count)) return false;
    for (int64_t i = 0; i < count; i++)
        if (!put_value(w, items[i], depth + 1)) return false;
    return true;
}

static bool put_frozenset(Writer *w, Set *set, int depth) {
    int64_t position = 0, count = set_length(set);
    Value item;
    if (!put_byte(w, TAG_FROZENSET) || !put_number(w, (uint64_t)count)) return false;
    while (set_next(set, &position, &item))
        if (!put_value(w, item, depth + 1)) return false;
    return true;
}

static bool put_instructions(Writer *w, const Code *code) {
    for (uint32_t i = 0; i < code->instruction_count; i++) {
        Instruction instruction = code->instructions[i];
        if (!put_bytes(w, &instruction, sizeof instruction)) return false;
        uint8_t format = opcode_formats[instruction.op];
        if (format != FORMAT_CACHED && format != FORMAT_BRANCH) continue;
        i++;
        uint64_t second = format == FORMAT_CACHED ? 0 : code->instructions[i].word;
        if (!put_bytes(w, &second, sizeof second)) return false;
    }
    return true;
}

static bool put_code(Writer *w, const Code *code, int depth) {
    const uint64_t numbers[] = {
        code->instruction_count, code->flags,       code->argument_count,
        code->positional_only_count, code->keyword_only_count, code->local_count,
        code->cell_count,        code->register_count, code->entry_count,
        (uint64_t)(uint32_t)code->first_line, code->inline_hint,
    };
    if (!put_byte(w, TAG_CODE)) return false;
    for (size_t i = 0; i < ARRAY_LENGTH(numbers); i++)
        if (!put_number(w, numbers[i])) return false;
    Tuple *const tuples[] = {code->constants, code->names, code->local_names, code->cell_names,
                             code->free_names};
    for (size_t i = 0; i < ARRAY_LENGTH(tuples); i++)
        if (!put_items(w, tuples[i]->items, tuples[i]->length, depth)) return false;
    return put_str(w, code->filename) && put_str(w, code->name) &&
           put_str(w, code->qualified_name) &&
           put_value(w, object_value(code->positions), depth + 1) &&
           put_value(w, code->docstring, depth + 1) && put_instructions(w, code) &&
           put_bytes(w, code->live, code->instruction_count * sizeof(uint16_t)) &&
           put_bytes(w, code->exceptions, code->entry_count * sizeof(ExceptionEntry));
}

static bool put_value(Writer *w, Value v, int depth) {
    if (depth > DEPTH_MAX) {
        raise_error(&ValueError, "object too deeply nested to marshal");
        return false;
    }
    if (is_empty(v)) return put_byte(w, TAG_EMPTY);
    if (is_none(v)) return put_byte(w, TAG_NONE);
    if (is_true(v)) return put_byte(w, TAG_TRUE);
    if (is_false(v)) return put_byte(w, TAG_FALSE);
    if (is_ellipsis(v)) return put_byte(w, TAG_ELLIPSIS);
    if (is_exact_int(v)) return put_int(w, v);
    if (is_double(v)) return put_byte(w, TAG_FLOAT) && put_double(w, double_of(v));
    if (is_exactly(v, &complex_type))
        return put_byte(w, TAG_COMPLEX) && put_double(w, OBJECT_AS(Complex, v)->real) &&
               put_double(w, OBJECT_AS(Complex, v)->imaginary);
    if (is_exactly(v, &str_type)) return put_str(w, as_str(v));
    if (is_exactly(v, &bytes_type))
        return put_byte(w, TAG_BYTES) && put_number(w, (uint64_t)as_bytes(v)->length) &&
               put_bytes(w, as_bytes(v)->data, (size_t)as_bytes(v)->length);
    if (is_exactly(v, &tuple_type))
        return put_byte(w, TAG_TUPLE) &&
               put_items(w, as_tuple(v)->items, as_tuple(v)->length, depth);
    if (is_exactly(v, &frozenset_type)) return put_frozenset(w, OBJECT_AS(Set, v), depth);
    if (is_exactly(v, &code_type)) return put_code(w, OBJECT_AS(Code, v), depth + 1);
    raise_error(&ValueError, "unmarshallable object");
    return false;
}

Value code_to_bytes(const Code *code) {
    Writer w = {.buffer = bytes_new(1024)};
    if (!w.buffer || !put_bytes(&w, "WEFT", 4) || !put_byte(&w, FORMAT_VERSION) ||
        !put_value(&w, object_value(code), 0))
        return VALUE_ERROR;
    Bytes *bytes = bytes_from(w.buffer->data, (size_t)w.length);
    return bytes ? object_value(bytes) : VALUE_ERROR;
}

/* --- reading --------------------------------------------------------------------------------------------- */

typedef struct Reader {
    const uint8_t *next, *end;
} Reader;

static bool damaged(void) {
    if (!error_occurred()) raise_error(&ValueError, "bad marshal data (damaged code)");
    return false;
}

static bool get_bytes(Reader *r, void *out, size_t size) {
    if ((size_t)(r->end - r->next) < size) return damaged();
    memcpy(out, r->next, size);
    r->next += size;
    return true;
}

static bool get_number(Reader *r, uint64_t *n) {
    *n = 0;
    for (int shift = 0; shift < 64; shift += 7) {
        if (r->next >= r->end) return damaged();
        uint8_t byte = *r->next++;
        *n |= (uint64_t)(byte & 0x7F) << shift;
        if (byte < 0x80) return true;
    }
    return damaged();
}

/* A number of things of at least one byte each: cannot be more than what is left. */
static bool get_count(Reader *r, uint64_t *n) {
    return get_number(r, n) && (*n <= (uint64_t)(r->end - r->next) || damaged());
}

static Value get_str(Reader *r, bool intern) {
    uint64_t size;
    if (!get_count(r, &size)) return VALUE_ERROR;
    const char *text = (const char *)r->next;
    r->next += size;
    Str *str = NULL;
    if (utf8_is_valid(text, size)) {
        str = str_from_utf8(text, size);
    } else {
        StrBuilder builder;
        builder_init(&builder);
        for (size_t i = 0; i < size;) {
            Utf8Step step = utf8_decode_step_surrogates(text + i, size - i);
            if (step.status != UTF8_OK) return damaged(), VALUE_ERROR;
            if (!builder_add_char(&builder, step.code_point)) return VALUE_ERROR;
            i += step.length;
        }
        str = builder_finish(&builder);
    }
    if (str && intern) str = str_intern(str);
    return str ? object_value(str) : VALUE_ERROR;
}

static Value get_value(Reader *r, int depth);

static Tuple *get_tuple(Reader *r, int depth) {
    uint64_t count;
    if (!get_count(r, &count)) return NULL;
    Tuple *tuple = tuple_new((int64_t)count);
    if (!tuple) return NULL;
    for (uint64_t i = 0; i < count; i++) {
        Value item = get_value(r, depth + 1);
        if (is_error(item)) return NULL;
        if (is_empty(item)) return damaged(), NULL;
        tuple->items[i] = item;
    }
    return tuple;
}

static Str *get_plain_str(Reader *r) {
    uint8_t tag;
    if (!get_bytes(r, &tag, 1)) return NULL;
    if (tag != TAG_STR && tag != TAG_NAME) return damaged(), NULL;
    Value str = get_str(r, tag == TAG_NAME);
    return is_error(str) ? NULL : as_str(str);
}

static bool intern_all(Tuple *tuple) {
    for (int64_t i = 0; i < tuple->length; i++) {
        if (!is_exactly(tuple->items[i], &str_type)) return damaged();
        Str *name = str_intern(as_str(tuple->items[i]));
        if (!name) return false;
        tuple->items[i] = object_value(name);
    }
    return true;
}

static bool get_code_numbers(Reader *r, Code *model) {
    uint64_t n[11];
    for (size_t i = 0; i < ARRAY_LENGTH(n); i++)
        if (!get_number(r, &n[i])) return false;
    for (int i = 2; i <= 8; i++)
        if (n[i] > 0xFFFF) return damaged();
    if (n[0] > (uint64_t)(r->end - r->next) / sizeof(Instruction) || n[1] > UINT32_MAX ||
        n[9] > UINT32_MAX)
        return damaged();
    model->instruction_count = (uint32_t)n[0];
    model->flags = (uint32_t)n[1];
    model->argument_count = (uint16_t)n[2];
    model->positional_only_count = (uint16_t)n[3];
    model->keyword_only_count = (uint16_t)n[4];
    model->local_count = (uint16_t)n[5];
    model->cell_count = (uint16_t)n[6];
    model->register_count = (uint16_t)n[7];
    model->entry_count = (uint16_t)n[8];
    model->first_line = (int32_t)n[9];
    model->inline_hint = n[10];
    return true;
}

static bool get_code_objects(Reader *r, Code *model, int depth) {
    Tuple **const tuples[] = {&model->constants, &model->names, &model->local_names,
                              &model->cell_names, &model->free_names};
    for (size_t i = 0; i < ARRAY_LENGTH(tuples); i++) {
        *tuples[i] = get_tuple(r, depth);
        if (!*tuples[i] || (i > 0 && !intern_all(*tuples[i]))) return false;
    }
    Str **const strs[] = {&model->filename, &model->name, &model->qualified_name};
    for (size_t i = 0; i < ARRAY_LENGTH(strs); i++)
        if (!(*strs[i] = get_plain_str(r))) return false;
    Value positions = get_value(r, depth + 1);
    if (is_error(positions)) return false;
    if (!is_exactly(positions, &bytes_type)) return damaged();
    model->positions = as_bytes(positions);
    model->docstring = get_value(r, depth + 1);
    if (is_error(model->docstring)) return false;
    return is_empty(model->docstring) || is_exactly(model->docstring, &str_type) || damaged();
}

/* The next `size` bytes, copied to where any alignment is right. */
static void *get_array(Reader *r, size_t size) {
    if ((size_t)(r->end - r->next) < size) return damaged(), NULL;
    _Static_assert(offsetof(Bytes, data) % 8 == 0, "bytes are aligned as cells are");
    Bytes *copy = bytes_from(r->next, size);
    if (!copy) return NULL;
    r->next += size;
    return copy->data;
}

/* Every word an instruction or its second word? */
static bool check_words(const Instruction *words, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (words[i].op >= OPCODE_COUNT) return damaged();
        uint8_t format = opcode_formats[words[i].op];
        if (format != FORMAT_CACHED && format != FORMAT_BRANCH) continue;
        if (++i >= count) return damaged();
    }
    return true;
}

static Value get_code(Reader *r, int depth) {
    Code model = {0};
    if (!get_code_numbers(r, &model) || !get_code_objects(r, &model, depth)) return VALUE_ERROR;
    size_t count = model.instruction_count;
    if (!(model.instructions = get_array(r, count * sizeof(Instruction))) ||
        !(model.live = get_array(r, count * sizeof(uint16_t))) ||
        !(model.exceptions = get_array(r, model.entry_count * sizeof(ExceptionEntry))) ||
        !check_words(model.instructions, count))
        return VALUE_ERROR;
    Code *code = code_new(&model);
    if (!code) return VALUE_ERROR;
    if (!code_verify(code, false)) return damaged(), VALUE_ERROR;
    return object_value(code);
}

static Value get_big_int(Reader *r) {
    uint64_t size;
    if (!get_count(r, &size)) return VALUE_ERROR;
    Value v = int_from_bytes(r->next, size, true, true);
    r->next += size;
    return v;
}

static Value get_value(Reader *r, int depth) {
    uint8_t tag;
    uint64_t n;
    double d[2];
    if (depth > DEPTH_MAX + 2) return damaged(), VALUE_ERROR;
    if (!get_bytes(r, &tag, 1)) return VALUE_ERROR;
    switch (tag) {
    case TAG_EMPTY: return VALUE_EMPTY;
    case TAG_NONE: return VALUE_NONE;
    case TAG_TRUE: return VALUE_TRUE;
    case TAG_FALSE: return VALUE_FALSE;
    case TAG_ELLIPSIS: return VALUE_ELLIPSIS;
    case TAG_INT:
        return get_number(r, &n) ? int_value((int64_t)(n >> 1 ^ (0 - (n & 1)))) : VALUE_ERROR;
    case TAG_BIG_INT: return get_big_int(r);
    case TAG_FLOAT: return get_bytes(r, d, 8) ? double_value_checked(d[0]) : VALUE_ERROR;
    case TAG_COMPLEX: return get_bytes(r, d, 16) ? complex_value(d[0], d[1]) : VALUE_ERROR;
    case TAG_STR:
    case TAG_NAME: return get_str(r, tag == TAG_NAME);
    case TAG_BYTES: {
        if (!get_count(r, &n)) return VALUE_ERROR;
        Bytes *bytes = bytes_from(r->next, n);
        r->next += n;
        return bytes ? object_value(bytes) : VALUE_ERROR;
    }
    case TAG_TUPLE:
    case TAG_FROZENSET: {
        Tuple *tuple = get_tuple(r, depth);
        if (!tuple) return VALUE_ERROR;
        if (tag == TAG_TUPLE) return object_value(tuple);
        Set *set = frozenset_from_iterable(object_value(tuple));
        return set ? object_value(set) : VALUE_ERROR;
    }
    case TAG_CODE: return get_code(r, depth + 1);
    default: return damaged(), VALUE_ERROR;
    }
}

Code *code_from_bytes(const uint8_t *data, size_t length) {
    Reader r = {data, data + length};
    char magic[5];
    if (!get_bytes(&r, magic, 5)) return NULL;
    if (memcmp(magic, "WEFT", 4) != 0 || magic[4] != FORMAT_VERSION) return damaged(), NULL;
    Value v = get_value(&r, 0);
    if (is_error(v)) return NULL;
    if (!is_exactly(v, &code_type)) return damaged(), NULL;
    return OBJECT_AS(Code, v);
}
