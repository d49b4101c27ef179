/* serialize.c - code objects to bytes and back, for cache files and marshal.
 *
 * The format: a header (FileHeader), one object, and the table of names. An object is a byte that
 * says what it is and its contents; numbers are varints, strings UTF-8 (surrogates allowed) with
 * their length, and an interned string is its number in the table of names. A version is never read
 * by another version's reader, nor what one weft wrote by another.
 *
 * A code object is what making and calling a function needs, the size of its body, and the body. From
 * a cache file only the first is read, and the body when the code is first run: most functions of
 * most modules never are. Names, too, are made when they are first met. Until then a Code refers to
 * its CodeFile, which holds the bytes; nobody changes these, so two threads that meet a name at the
 * same time make the same interned string, and a body is decoded under its Code's lock.
 *
 * Everything is checked when it is read: lengths against what is left, the depth of nesting, and at
 * last the code by code_verify(). */
#include "base/utf8.h"
#include "bytecode/code.h"
#include "types/bytes.h"
#include "types/dict.h"
#include "types/exception.h"
#include "types/float.h"
#include "types/int.h"
#include "types/set.h"

#define FORMAT_VERSION 4
#define DEPTH_MAX 200

typedef struct FileHeader {
    char magic[4];
    uint32_t version;
    uint64_t identity;    /* code_identity */
    uint32_t names_at;    /* where the table is: the ends of the names' texts, each four bytes, from  */
    uint32_t names_count; /* the end of these on; and the texts one after the other */
} FileHeader;

uint64_t code_identity;

enum {
    TAG_NONE = 'N', TAG_TRUE = 'T', TAG_FALSE = 'F', TAG_ELLIPSIS = '.', TAG_INT = 'i',
    TAG_BIG_INT = 'I', TAG_FLOAT = 'f', TAG_COMPLEX = 'x', TAG_STR = 's', TAG_NAME = 'n',
    TAG_BYTES = 'b', TAG_TUPLE = '(', TAG_FROZENSET = '{', TAG_CODE = 'c', TAG_EMPTY = '0',
};

/* --- writing ------------------------------------------------------------------------------------------- */

typedef struct Writer {
    Bytes *buffer; /* grown by replacing it */
    int64_t length;
    Dict *numbers; /* of the interned strings met so far */
    List *names;
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

static bool put_text(Writer *w, const Str *str, size_t size) {
    if (!reserve(w, (int64_t)size)) return false;
    for (int64_t i = 0; i < str->length; i++)
        w->length += (int64_t)utf8_encode((char *)w->buffer->data + w->length, str_at(str, i));
    return true;
}

static size_t text_size(const Str *str) {
    size_t size = 0;
    for (int64_t i = 0; i < str->length; i++) size += utf8_encoded_length(str_at(str, i));
    return size;
}

static bool put_name(Writer *w, Str *name) {
    Value number = dict_get_str(w->numbers, name);
    if (is_empty(number)) {
        number = smallint_value(list_length(w->names));
        if (!list_append(w->names, object_value(name)) || !dict_set_str(w->numbers, name, number))
            return false;
    }
    return put_byte(w, TAG_NAME) && put_number(w, (uint64_t)smallint_of(number));
}

static bool put_str(Writer *w, Str *str) {
    if (str_is_interned(str)) return put_name(w, str);
    size_t size = text_size(str);
    return put_byte(w, TAG_STR) && put_number(w, size) && put_text(w, str, size);
}

/* Zeros up to where any number of `alignment` bytes may stand. */
static bool put_padding(Writer *w, int64_t alignment) {
    while (w->length % alignment)
        if (!put_byte(w, 0)) return false;
    return true;
}

static bool put_names(Writer *w) {
    if (!put_padding(w, sizeof(uint32_t))) return false;
    int64_t count = list_length(w->names);
    FileHeader header = {"WEFT", FORMAT_VERSION, code_identity, (uint32_t)w->length, (uint32_t)count};
    memcpy(w->buffer->data, &header, sizeof header);
    uint32_t end = 0;
    for (int64_t i = 0; i < count; i++) {
        end += (uint32_t)text_size(as_str(list_get(w->names, i)));
        if (!put_bytes(w, &end, sizeof end)) return false;
    }
    for (int64_t i = 0; i < count; i++) {
        Str *name = as_str(list_get(w->names, i));
        if (!put_text(w, name, text_size(name))) return false;
    }
    if (w->length <= UINT32_MAX) return true;
    raise_error(&ValueError, "code is too large to marshal");
    return false;
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

static bool put_body(Writer *w, const Code *code, int depth) {
    Tuple *const tuples[] = {code->constants, code->names, code->local_names, code->cell_names};
    for (size_t i = 0; i < ARRAY_LENGTH(tuples); i++)
        if (!put_items(w, tuples[i]->items, tuples[i]->length, depth)) return false;
    return put_value(w, object_value(code->positions), depth + 1) &&
           put_value(w, code->docstring, depth + 1) && put_padding(w, sizeof(Instruction)) &&
           put_instructions(w, code) &&
           put_bytes(w, code->live, code->instruction_count * sizeof(uint16_t)) &&
           put_padding(w, sizeof(uint32_t)) &&
           put_bytes(w, code->exceptions, code->entry_count * sizeof(ExceptionEntry));
}

static bool put_code(Writer *w, const Code *code, int depth) {
    if (!code_unfold(code)) return false;
    const uint64_t numbers[] = {
        code->instruction_count, code->flags,       code->argument_count,
        code->positional_only_count, code->keyword_only_count, code->local_count,
        code->cell_count,        code->register_count, code->entry_count,
        (uint64_t)(uint32_t)code->first_line, code->inline_hint,
    };
    if (!put_byte(w, TAG_CODE)) return false;
    for (size_t i = 0; i < ARRAY_LENGTH(numbers); i++)
        if (!put_number(w, numbers[i])) return false;
    if (!put_items(w, code->free_names->items, code->free_names->length, depth) ||
        !put_str(w, code->filename) || !put_str(w, code->name) || !put_str(w, code->qualified_name))
        return false;
    int64_t size_at = w->length;
    uint32_t size = 0;
    if (!put_bytes(w, &size, sizeof size) || !put_body(w, code, depth)) return false;
    size = (uint32_t)(w->length - size_at - (int64_t)sizeof size);
    memcpy(w->buffer->data + size_at, &size, sizeof size);
    return true;
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
    Writer w = {.buffer = bytes_new(1024), .numbers = dict_new(), .names = list_new(0)};
    FileHeader header = {0};
    if (!w.buffer || !w.numbers || !w.names || !put_bytes(&w, &header, sizeof header) ||
        !put_value(&w, object_value(code), 0) || !put_names(&w))
        return VALUE_ERROR;
    return value_or_error(bytes_from(w.buffer->data, (size_t)w.length));
}

/* --- reading --------------------------------------------------------------------------------------------- */

typedef struct CodeFile {
    Cell cell;
    Bytes *bytes;
    Array *names;      /* each EMPTY until it is first met */
    uint32_t names_at; /* of the table, checked to be whole */
} CodeFile;

static void code_file_trace(Cell *cell, Marker *marker) {
    CodeFile *file = (CodeFile *)cell;
    marker_visit_pointer(marker, file->bytes);
    marker_visit_pointer(marker, file->names);
}
static CellKind code_file_kind = {.trace = code_file_trace, .name = "code file"};

typedef struct Reader {
    const uint8_t *next, *end;
    CodeFile *file;
    bool whole; /* nested code is not left folded */
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

static Str *str_from_text(const char *text, size_t size) {
    if (utf8_is_valid(text, size)) return str_from_utf8(text, size);
    StrBuilder builder;
    builder_init(&builder);
    for (size_t i = 0; i < size;) {
        Utf8Step step = utf8_decode_step_surrogates(text + i, size - i);
        if (step.status != UTF8_OK) return damaged(), NULL;
        if (!builder_add_char(&builder, step.code_point)) return NULL;
        i += step.length;
    }
    return builder_finish(&builder);
}

static Value get_str(Reader *r) {
    uint64_t size;
    if (!get_count(r, &size)) return VALUE_ERROR;
    const char *text = (const char *)r->next;
    r->next += size;
    return value_or_error(str_from_text(text, size));
}

static Value get_name(Reader *r) {
    CodeFile *file = r->file;
    uint64_t number;
    if (!get_number(r, &number)) return VALUE_ERROR;
    if (number >= (uint64_t)file->names->capacity) return damaged(), VALUE_ERROR;
    Value known = value_load_acquire(&file->names->items[number]);
    if (!is_empty(known)) return known;
    const uint8_t *table = file->bytes->data + file->names_at;
    uint32_t bounds[2] = {0, 0}; /* the end of the name before, and of this */
    if (number) memcpy(bounds, table + (number - 1) * sizeof(uint32_t), sizeof bounds);
    else memcpy(&bounds[1], table, sizeof bounds[1]);
    uint64_t texts_at = file->names_at + (uint64_t)file->names->capacity * sizeof(uint32_t);
    if (bounds[0] > bounds[1] || texts_at + bounds[1] > (uint64_t)file->bytes->length)
        return damaged(), VALUE_ERROR;
    const char *text = (const char *)file->bytes->data + texts_at + bounds[0];
    Str *name = str_from_text(text, bounds[1] - bounds[0]);
    if (name) name = str_intern(name);
    if (!name) return VALUE_ERROR;
    heap_store_release(file->names, &file->names->items[number], object_value(name));
    return object_value(name);
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
    Value str = tag == TAG_NAME ? get_name(r) : get_str(r);
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

static bool get_body_objects(Reader *r, Code *body, int depth) {
    Tuple **const tuples[] = {&body->constants, &body->names, &body->local_names, &body->cell_names};
    for (size_t i = 0; i < ARRAY_LENGTH(tuples); i++) {
        *tuples[i] = get_tuple(r, depth);
        if (!*tuples[i] || (i > 0 && !intern_all(*tuples[i]))) return false;
    }
    Value positions = get_value(r, depth + 1);
    if (is_error(positions)) return false;
    if (!is_exactly(positions, &bytes_type)) return damaged();
    body->positions = as_bytes(positions);
    body->docstring = get_value(r, depth + 1);
    if (is_error(body->docstring)) return false;
    return is_empty(body->docstring) || is_exactly(body->docstring, &str_type) || damaged();
}

/* The next `size` bytes, where they are. */
static const void *get_array(Reader *r, size_t alignment, size_t size) {
    _Static_assert(offsetof(Bytes, data) % sizeof(Instruction) == 0, "bytes are aligned as cells are");
    size_t padding = -(size_t)(r->next - r->file->bytes->data) % alignment;
    if ((size_t)(r->end - r->next) < padding || (size_t)(r->end - r->next) - padding < size)
        return damaged(), NULL;
    const void *array = r->next + padding;
    r->next += padding + size;
    return array;
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

/* `body` begins as a copy of the code's other fields. */
static bool get_body(Reader *r, Code *body, int depth) {
    if (!get_body_objects(r, body, depth)) return false;
    size_t count = body->instruction_count, entries = body->entry_count;
    body->instructions = (Instruction *)get_array(r, sizeof(Instruction), count * sizeof(Instruction));
    body->live = (uint16_t *)get_array(r, 1, count * sizeof(uint16_t));
    body->exceptions = (ExceptionEntry *)get_array(r, sizeof(uint32_t), entries * sizeof(ExceptionEntry));
    return body->instructions && body->live && body->exceptions &&
           check_words(body->instructions, count) && (code_verify(body, false) || damaged());
}

static bool unfold_from(Code *code, Reader *r, int depth) {
    Code body = {.instruction_count = code->instruction_count, .flags = code->flags,
                 .argument_count = code->argument_count,
                 .positional_only_count = code->positional_only_count,
                 .keyword_only_count = code->keyword_only_count,
                 .parameter_count = code->parameter_count, .local_count = code->local_count,
                 .cell_count = code->cell_count, .register_count = code->register_count,
                 .entry_count = code->entry_count, .is_simple = code->is_simple,
                 .first_line = code->first_line, .free_names = code->free_names};
    return get_body(r, &body, depth) && code_add_body(code, &body);
}

bool code_unfold_slow(Code *code) {
    bool done = true;
    object_lock(&code->object);
    CodeFile *file = load_acquire(&code->file); /* NULL: another thread has unfolded it */
    if (file) {
        const uint8_t *start = file->bytes->data + code->body_at;
        Reader r = {start, start + code->body_size, file, false};
        done = unfold_from(code, &r, 0);
    }
    object_unlock(&code->object);
    return done;
}

static Value get_code(Reader *r, int depth) {
    Code model = {0};
    uint32_t size;
    if (!get_code_numbers(r, &model) || !(model.free_names = get_tuple(r, depth)) ||
        !intern_all(model.free_names) || !(model.filename = get_plain_str(r)) ||
        !(model.name = get_plain_str(r)) || !(model.qualified_name = get_plain_str(r)) ||
        !get_bytes(r, &size, sizeof size))
        return VALUE_ERROR;
    if (size > (size_t)(r->end - r->next)) return damaged(), VALUE_ERROR;
    model.file = r->file;
    model.body_at = (uint32_t)(r->next - r->file->bytes->data);
    model.body_size = size;
    Code *code = code_new_folded(&model);
    if (!code) return VALUE_ERROR;
    if (r->whole) {
        Reader body = {r->next, r->next + size, r->file, true};
        if (!unfold_from(code, &body, depth)) return VALUE_ERROR;
    }
    r->next += size;
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
    case TAG_STR: return get_str(r);
    case TAG_NAME: return get_name(r);
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

bool code_bytes_are_foreign(const uint8_t *data, size_t length) {
    FileHeader header;
    _Static_assert(offsetof(FileHeader, names_at) == CODE_BYTES_HEAD, "what tells a weft comes first");
    if (length < CODE_BYTES_HEAD) return false;
    memcpy(&header, data, CODE_BYTES_HEAD);
    return !memcmp(header.magic, "WEFT", 4) &&
           (header.version != FORMAT_VERSION || header.identity != code_identity);
}

static CodeFile *open_file(Bytes *bytes) {
    FileHeader header;
    uint64_t length = (uint64_t)bytes->length;
    if (length < sizeof header || length > UINT32_MAX) return damaged(), NULL;
    memcpy(&header, bytes->data, sizeof header);
    if (memcmp(header.magic, "WEFT", sizeof header.magic) != 0 || header.version != FORMAT_VERSION ||
        header.identity != code_identity ||
        header.names_at < sizeof header || header.names_at > length ||
        header.names_count > (length - header.names_at) / sizeof(uint32_t))
        return damaged(), NULL;
    Array *names = array_new(header.names_count);
    CodeFile *file = names ? heap_alloc(sizeof *file) : NULL;
    if (!file) return NULL;
    file->bytes = bytes;
    file->names = names;
    file->names_at = header.names_at;
    cell_set_kind(file, &code_file_kind);
    return file;
}

static Code *read_file(Bytes *bytes, bool whole) {
    CodeFile *file = open_file(bytes);
    if (!file) return NULL;
    Reader r = {bytes->data + sizeof(FileHeader), bytes->data + file->names_at, file, whole};
    Value v = get_value(&r, 0);
    if (is_error(v)) return NULL;
    if (!is_exactly(v, &code_type)) return damaged(), NULL;
    return OBJECT_AS(Code, v);
}

Code *code_from_bytes(const uint8_t *data, size_t length) {
    Bytes *bytes = bytes_from(data, length);
    return bytes ? read_file(bytes, true) : NULL;
}

Code *code_from_file(Bytes *bytes) { return read_file(bytes, false); }
