/* code.c - code objects: making them, tracing them, and where their instructions stand in the source.
 *
 * Instructions, guarded ranges and live counts lie in heap cells of their own, so that a Code is one
 * small cell. A cache word is traced as what it is: the second word of a CACHED instruction, 0 or a
 * pointer to a record. Records keep classes and values alive that the program may have dropped; in a
 * thorough collection (gc/heap.h) they are forgotten.
 *
 * Positions are compressed: an entry for each run of words with the same source range, relative to
 * the entry before. First a byte: bits 0..3 the number of words less one (15: a varint with the
 * number less 16 follows), bit 4 "has a line", bit 5 "ends on another line", bit 6 "has columns",
 * bit 7 "mark": of no words at all, a line that control passes through before the next word;
 * then, as far as the bits say, varints: the line as a zigzag difference to the last line known, the
 * end line as a difference to the line, the column, the end column as a zigzag difference to it. */
#include "bytecode/code.h"

#include "types/bytes.h"
#include "types/exception.h"

const char *const opcode_names[OPCODE_COUNT] = {
#define OP(name, format, operands, meaning) #name,
#include "bytecode/opcodes.def"
};
const char *const opcode_operands[OPCODE_COUNT] = {
#define OP(name, format, operands, meaning) operands,
#include "bytecode/opcodes.def"
};
const char *const opcode_meanings[OPCODE_COUNT] = {
#define OP(name, format, operands, meaning) meaning,
#include "bytecode/opcodes.def"
};
const uint8_t opcode_formats[OPCODE_COUNT] = {
#define OP(name, format, operands, meaning) FORMAT_##format,
#include "bytecode/opcodes.def"
};

uint32_t instruction_row_end(Instruction i) {
    switch (i.op) {
    case OP_LOAD_METHOD:
    case OP_MATCH_EXCEPTION_GROUP: return i.a + 2u;
    case OP_BUILD_SLICE: return i.b + 3u;
    case OP_CALL: return i.b + i.c + 1u;
    case OP_CALL_METHOD:
    case OP_CALL_KW: return i.b + i.c + 2u;
    case OP_CALL_METHOD_KW: return i.b + i.c + 3u;
    case OP_CALL_EX: return i.b + 3u;
    case OP_MAKE_FUNCTION: return i.d ? i.c + (uint32_t)__builtin_popcount(i.d) : 0;
    case OP_BUILD_TUPLE:
    case OP_BUILD_LIST:
    case OP_BUILD_SET:
    case OP_BUILD_STRING:
    case OP_INTRINSIC: return i.c ? (uint32_t)i.b + i.c : 0;
    case OP_BUILD_MAP: return i.c ? i.b + 2u * i.c : 0;
    case OP_UNPACK: return (uint32_t)i.a + i.c;
    case OP_UNPACK_EX: return i.a + i.c + 1u + i.d;
    case OP_WITH_ENTER:
    case OP_WITH_ENTER_ASYNC: return i.a + 3u;
    case OP_WITH_EXIT:
    case OP_WITH_EXCEPT: return i.b + 2u;
    case OP_IMPORT_NAME:
    case OP_MATCH_CLASS: return i.c + 2u;
    default: return 0;
    }
}

/* --- the arrays ------------------------------------------------------------------------------------- */

typedef struct InstructionArray {
    Cell cell;
    int64_t count;
    Instruction items[];
} InstructionArray;

typedef struct DataArray {
    Cell cell;
    char data[];
} DataArray;

static void instructions_trace(Cell *cell, Marker *marker) {
    InstructionArray *array = (InstructionArray *)cell;
    for (int64_t i = 0; i < array->count; i++) {
        uint8_t format = opcode_formats[array->items[i].op];
        if (format == FORMAT_CACHED && marker_is_thorough(marker))
            store_relaxed(&array->items[i + 1].word, (uint64_t)0);
        else if (format == FORMAT_CACHED)
            marker_visit_pointer(marker, load_acquire(&array->items[i + 1].cache));
        i += format == FORMAT_CACHED || format == FORMAT_BRANCH;
    }
}

static CellKind instructions_kind = {.trace = instructions_trace, .name = "instructions"};
static CellKind data_kind = {.name = "code data"};

static Instruction *instructions_copy(const Instruction *source, uint32_t count) {
    InstructionArray *array = heap_alloc(sizeof *array + count * sizeof(Instruction));
    if (!array) return NULL;
    array->count = count;
    for (uint32_t i = 0; i < count; i++) {
        array->items[i] = source[i];
        uint8_t format = opcode_formats[source[i].op];
        if (format == FORMAT_CACHED || format == FORMAT_BRANCH) {
            i++;
            array->items[i].word = format == FORMAT_CACHED ? 0 : source[i].word;
        }
    }
    cell_set_kind(array, &instructions_kind);
    return array->items;
}

void *code_instructions_cell(const Code *code) {
    return (char *)code->instructions - offsetof(InstructionArray, items);
}

static void *data_copy(const void *source, size_t size) {
    DataArray *array = heap_alloc(sizeof *array + size);
    if (!array) return NULL;
    memcpy(array->data, source, size);
    cell_set_kind(array, &data_kind);
    return array->data;
}

static void visit_array(Marker *marker, void *items, size_t offset) {
    if (items) marker_visit_pointer(marker, (char *)items - offset);
}

void code_trace(Cell *cell, Marker *marker) {
    Code *code = (Code *)cell;
    visit_array(marker, code->instructions, offsetof(InstructionArray, items));
    visit_array(marker, code->exceptions, offsetof(DataArray, data));
    visit_array(marker, code->live, offsetof(DataArray, data));
    visit_array(marker, load_acquire(&code->word_lines), offsetof(DataArray, data));
    void *const pointers[] = {code->constants, code->names,    code->local_names,
                              code->cell_names, code->free_names, code->filename,
                              code->name,      code->qualified_name, code->positions,
                              load_relaxed(&code->file)};
    for (size_t i = 0; i < ARRAY_LENGTH(pointers); i++) marker_visit_pointer(marker, pointers[i]);
    marker_visit(marker, code->docstring);
}

typedef struct BodyArrays {
    Instruction *instructions;
    uint16_t *live;
    ExceptionEntry *exceptions;
} BodyArrays;

static bool copy_arrays(const Code *body, BodyArrays *arrays) {
    arrays->instructions = instructions_copy(body->instructions, body->instruction_count);
    arrays->live = data_copy(body->live, body->instruction_count * sizeof(uint16_t));
    arrays->exceptions = data_copy(body->exceptions ? (const void *)body->exceptions : "",
                                   body->entry_count * sizeof(ExceptionEntry));
    return arrays->instructions && arrays->live && arrays->exceptions;
}

static Code *new_from_model(const Code *model, const BodyArrays *arrays) {
    Code *code = object_alloc(&code_type, sizeof *code);
    if (!code) return NULL;
    Object header = code->object;
    *code = *model;
    code->object = header;
    code->instructions = arrays->instructions;
    code->live = arrays->live;
    code->exceptions = arrays->exceptions;
    code->word_lines = NULL;
    bool has_varargs = (code->flags & CODE_VARARGS) != 0;
    bool has_keywords = (code->flags & CODE_VARKEYWORDS) != 0;
    code->parameter_count = (uint16_t)(code->argument_count + code->keyword_only_count +
                                       has_varargs + has_keywords);
    uint32_t generators = CODE_GENERATOR | CODE_COROUTINE | CODE_ASYNC_GENERATOR;
    code->is_simple = (code->flags & CODE_OPTIMIZED) && !(code->flags & generators) &&
                      code->parameter_count == code->argument_count;
    return code;
}

Code *code_new(const Code *model) {
    BodyArrays arrays;
    if (!copy_arrays(model, &arrays)) return NULL;
    Code *code = new_from_model(model, &arrays);
    if (code) code->file = NULL;
    return code;
}

Code *code_new_folded(const Code *model) { return new_from_model(model, &(BodyArrays){0}); }

bool code_add_body(Code *code, const Code *body) {
    BodyArrays arrays;
    if (!copy_arrays(body, &arrays)) return false;
    HEAP_STORE_POINTER(code, &code->constants, body->constants);
    HEAP_STORE_POINTER(code, &code->names, body->names);
    HEAP_STORE_POINTER(code, &code->local_names, body->local_names);
    HEAP_STORE_POINTER(code, &code->cell_names, body->cell_names);
    HEAP_STORE_POINTER(code, &code->positions, body->positions);
    HEAP_STORE_POINTER(code, &code->exceptions, arrays.exceptions);
    HEAP_STORE_POINTER(code, &code->live, arrays.live);
    heap_store_release(code, &code->docstring, body->docstring);
    HEAP_STORE_POINTER(code, &code->instructions, arrays.instructions);
    HEAP_STORE_POINTER(code, &code->file, NULL);
    return true;
}

/* --- positions: writing --------------------------------------------------------------------------------- */

typedef struct ByteWriter {
    uint8_t *data;
    size_t length, capacity;
} ByteWriter;

static void write_varint(ByteWriter *w, uint32_t n) {
    for (; n >= 0x80; n >>= 7) w->data[w->length++] = (uint8_t)(n | 0x80);
    w->data[w->length++] = (uint8_t)n;
}

static uint32_t zigzag(int n) { return (uint32_t)n << 1 ^ (uint32_t)(n >> 31); }

static bool same_range(const int *a, const int *b) {
    return a[0] == b[0] && a[1] == b[1] && a[2] == b[2] && a[3] == b[3];
}

static void write_range(ByteWriter *w, const int *range, uint32_t words, int *last_line) {
    bool has_line = range[0] >= 0, has_columns = has_line && range[2] >= 0 && range[3] >= 0;
    int end_line = range[1] < 0 ? range[0] : range[1];
    bool other_end = has_line && end_line != range[0];
    uint32_t short_count = words - 1 < 15 ? words - 1 : 15;
    w->data[w->length++] = (uint8_t)(short_count | (unsigned)has_line << 4 |
                                     (unsigned)other_end << 5 | (unsigned)has_columns << 6);
    if (short_count == 15) write_varint(w, words - 16);
    if (!has_line) return;
    write_varint(w, zigzag(range[0] - *last_line));
    *last_line = range[0];
    if (other_end) write_varint(w, zigzag(end_line - range[0]));
    if (!has_columns) return;
    write_varint(w, (uint32_t)range[2]);
    write_varint(w, zigzag(range[3] - range[2]));
}

static void write_mark(ByteWriter *w, int line, int *last_line) {
    w->data[w->length++] = 0x80 | 16;
    write_varint(w, zigzag(line - *last_line));
    *last_line = line;
}

Bytes *code_positions_encode(const int (*ranges)[4], const int *marks, uint32_t count, int first_line) {
    enum { ENTRY_MAX = 1 + 5 + 1 + 5 * 5 };
    ByteWriter w = {0};
    int last_line = first_line;
    Bytes *scratch = bytes_new((int64_t)count * ENTRY_MAX);
    if (!scratch) return NULL;
    w.data = scratch->data;
    for (uint32_t i = 0; i < count;) {
        uint32_t end = i + 1;
        while (end < count && same_range(ranges[i], ranges[end]) && !(marks && marks[end])) end++;
        if (marks && marks[i]) write_mark(&w, marks[i], &last_line);
        write_range(&w, ranges[i], end - i, &last_line);
        i = end;
    }
    return bytes_from(scratch->data, w.length);
}

/* --- positions: reading ----------------------------------------------------------------------------------- */

typedef struct PositionReader {
    const uint8_t *next, *end;
    uint32_t start, stop; /* words of the current entry */
    int last_line;
    int line, end_line, column, end_column;
} PositionReader;

static void reader_init(PositionReader *r, const Code *code) {
    *r = (PositionReader){.next = code->positions->data,
                          .end = code->positions->data + code->positions->length,
                          .last_line = code->first_line};
}

static uint32_t read_varint(PositionReader *r) {
    uint32_t n = 0;
    for (int shift = 0; r->next < r->end && shift < 35; shift += 7) {
        uint8_t byte = *r->next++;
        n |= (uint32_t)(byte & 0x7F) << shift;
        if (byte < 0x80) break;
    }
    return n;
}

static int read_zigzag(PositionReader *r) {
    uint32_t n = read_varint(r);
    return (int)(n >> 1 ^ (0 - (n & 1)));
}

static bool reader_next(PositionReader *r) {
    if (r->next >= r->end) return false;
    uint8_t bits = *r->next++;
    uint32_t count = bits & 0x80 ? 0 : (bits & 15u) + 1;
    if (count == 16) count += read_varint(r);
    r->start = r->stop;
    r->stop += count;
    r->line = r->end_line = r->column = r->end_column = -1;
    if (!(bits & 16)) return true;
    r->line = (int)((uint32_t)r->last_line + (uint32_t)read_zigzag(r));
    r->last_line = r->end_line = r->line;
    if (bits & 32) r->end_line = (int)((uint32_t)r->line + (uint32_t)read_zigzag(r));
    if (!(bits & 64)) return true;
    r->column = (int)(read_varint(r) & INT32_MAX);
    r->end_column = (int)((uint32_t)r->column + (uint32_t)read_zigzag(r));
    return true;
}

bool code_position(const Code *code, int index, int *line, int *end_line, int *column,
                   int *end_column) {
    PositionReader r;
    reader_init(&r, code);
    while (reader_next(&r)) {
        if ((uint32_t)index >= r.stop) continue;
        *line = r.line;
        *end_line = r.end_line;
        *column = r.column;
        *end_column = r.end_column;
        return index >= 0;
    }
    *line = *end_line = *column = *end_column = -1;
    return false;
}

int code_line(const Code *code, int index) {
    if (index < 0) return code->first_line;
    int line, end_line, column, end_column;
    code_position(code, index, &line, &end_line, &column, &end_column);
    return line;
}

bool code_each_line(const Code *code, bool (*visit)(uint32_t, uint32_t, int, void *), void *arg) {
    PositionReader r;
    reader_init(&r, code);
    uint32_t start = 0;
    int line = -2;
    while (reader_next(&r)) {
        if (r.line == line) continue;
        if (line != -2 && !visit(start, r.start, line, arg)) return false;
        start = r.start;
        line = r.line;
    }
    return line == -2 || visit(start, r.stop, line, arg);
}

bool code_each_range(const Code *code, bool (*visit)(const PositionRange *, void *), void *arg) {
    PositionReader r;
    reader_init(&r, code);
    while (reader_next(&r)) {
        PositionRange range = {r.start, r.stop, r.line, r.end_line, r.column, r.end_column};
        if (!visit(&range, arg)) return false;
    }
    return true;
}

const WordLine *code_word_lines(Code *code) {
    WordLine *lines = load_acquire(&code->word_lines);
    if (lines) return lines;
    if (!code_unfold(code)) return NULL;
    size_t size = code->instruction_count * sizeof *lines;
    DataArray *array = heap_alloc(sizeof *array + size);
    if (!array) {
        raise_memory_error();
        return NULL;
    }
    memset(array->data, 0, size);
    cell_set_kind(array, &data_kind);
    lines = (WordLine *)array->data;
    PositionReader r;
    reader_init(&r, code);
    while (reader_next(&r)) {
        if (r.start == r.stop && r.start < code->instruction_count) lines[r.start].mark = r.line;
        for (uint32_t i = r.start; i < r.stop && i < code->instruction_count; i++) lines[i].line = r.line;
    }
    /* the cells are made before the call is told of */
    for (uint32_t i = 0; i < code->instruction_count; i++) {
        uint8_t op = code->instructions[i].op;
        if (op != OP_MAKE_CELL && op != OP_CLEAR) break;
        lines[i].line = -1;
    }
    HEAP_STORE_POINTER(code, &code->word_lines, lines); /* two threads may: the arrays are equal */
    return lines;
}

const ExceptionEntry *code_find_handler(const Code *code, uint32_t index) {
    for (uint32_t i = 0; i < code->entry_count; i++) {
        const ExceptionEntry *entry = &code->exceptions[i];
        if (index >= entry->start && index < entry->end) return entry;
    }
    return NULL;
}
