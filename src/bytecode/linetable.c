/* linetable.c - positions as programs see them: co_linetable, in the form of Python 3.11.
 *
 * Weft packs positions its own way (code.c), with marks that the form of Python has no place for. A
 * program gets the table made from that, and may give one for replace() or code(). The table is a row
 * of entries. The first byte of each has bit 7 set, a form in bits 3 to 6, and in bits 0 to 2 how many
 * units it is for, less one; no later byte has bit 7 set. Forms:
 *
 *     0..9    on the last line, columns in one more byte: start = form * 8 + high half, length = low half
 *     10..12  form - 10 lines on, start and end column in a byte each
 *     13      a line, no columns: signed difference of lines
 *     14      signed difference of lines, lines until the end, start column + 1, end column + 1
 *     15      no position
 *
 * Numbers are written in groups of six bits, the lowest first, bit 6 where more follow; a signed one has
 * its sign in bit 0. A unit is a word of Weft; before the first stands one for the entry, on the line of
 * the definition (a module's: line 0), as programs know it from Python's instruction RESUME. */
#include "bytecode/linetable.h"

#include "types/bytes.h"

enum { FORM_SHORT_MAX = 9, FORM_ONE_LINE = 10, FORM_NO_COLUMNS = 13, FORM_LONG = 14, FORM_NONE = 15, UNITS_MAX = 8,
       ENTRY_BYTES_MAX = 1 + 4 * 6 };

/* --- making ------------------------------------------------------------------------------------------------- */

typedef struct TableWriter {
    uint8_t *data; /* NULL: only counts */
    size_t length;
    int last_line;
    bool columns_hidden;
} TableWriter;

static void put_byte(TableWriter *w, unsigned byte) {
    if (w->data) w->data[w->length] = (uint8_t)byte;
    w->length++;
}

static void put_number(TableWriter *w, uint32_t n) {
    for (; n >= 64; n >>= 6) put_byte(w, (n & 63) | 64);
    put_byte(w, n);
}

static void put_signed(TableWriter *w, int n) {
    put_number(w, n < 0 ? (0u - (uint32_t)n) << 1 | 1 : (uint32_t)n << 1);
}

static void put_entry(TableWriter *w, const PositionRange *r, uint32_t units) {
    int delta = r->line - w->last_line, width = r->end_column - r->column;
    bool columns = !w->columns_hidden && r->column >= 0 && r->end_column >= 0;
    bool one_line = r->end_line == r->line;
    int form = FORM_LONG;
    if (r->line < 0) form = FORM_NONE;
    else if (!columns) form = FORM_NO_COLUMNS;
    else if (one_line && delta == 0 && r->column < 80 && width >= 0 && width < 16) form = r->column / 8;
    else if (one_line && delta >= 0 && delta < 3 && r->column < 128 && r->end_column < 128) form = FORM_ONE_LINE + delta;
    put_byte(w, 0x80 | (unsigned)form << 3 | (units - 1));
    if (form == FORM_NONE) return;
    w->last_line = r->line;
    if (form <= FORM_SHORT_MAX) {
        put_byte(w, (unsigned)(r->column & 7) << 4 | (unsigned)width);
    } else if (form < FORM_NO_COLUMNS) {
        put_byte(w, (unsigned)r->column);
        put_byte(w, (unsigned)r->end_column);
    } else {
        put_signed(w, delta);
        if (form == FORM_NO_COLUMNS) return;
        put_number(w, r->end_line > r->line ? (uint32_t)(r->end_line - r->line) : 0);
        put_number(w, (uint32_t)r->column + 1);
        put_number(w, (uint32_t)r->end_column + 1);
    }
}

static bool put_range(const PositionRange *range, void *writer) {
    for (uint32_t units = range->end - range->start; units > 0;) {
        uint32_t some = units < UNITS_MAX ? units : UNITS_MAX;
        put_entry(writer, range, some);
        units -= some;
    }
    return true;
}

PositionRange code_entry_range(const Code *code) {
    bool module = str_equal_c(code->name, "<module>");
    bool generator = code->flags & (CODE_GENERATOR | CODE_COROUTINE | CODE_ASYNC_GENERATOR);
    int column = generator ? -1 : 0;
    return (PositionRange){0, 1, module ? 0 : code->first_line, code->first_line, column, column};
}

static void put_table(TableWriter *w, const Code *code) {
    if (code->positions->length == 0) return;
    PositionRange entry = code_entry_range(code);
    put_range(&entry, w);
    code_each_range(code, put_range, w);
}

Bytes *code_linetable(const Code *code) {
    TableWriter w = {.last_line = code->first_line, .columns_hidden = code_columns_hidden()};
    put_table(&w, code);
    Bytes *table = bytes_new((int64_t)w.length);
    if (!table) return NULL;
    w.data = table->data;
    w.length = 0;
    w.last_line = code->first_line;
    put_table(&w, code);
    return table;
}

/* --- taking ------------------------------------------------------------------------------------------------- */

typedef struct TableReader {
    const uint8_t *next, *end;
} TableReader;

/* A byte that does not begin an entry; 0 at the end of the table. */
static uint32_t get_byte(TableReader *r) { return r->next < r->end && *r->next < 0x80 ? *r->next++ : 0; }

static uint32_t get_number(TableReader *r) {
    uint32_t n = 0, byte = 64;
    for (int shift = 0; byte & 64; shift += 6) {
        byte = get_byte(r);
        if (shift < 32) n |= (byte & 63) << shift;
    }
    return n;
}

static int get_signed(TableReader *r) {
    uint32_t n = get_number(r);
    return (int)(n & 1 ? 0u - (n >> 1) : n >> 1);
}

/* Columns and lines that a table of nonsense gives become those of no position. */
static int in_range(uint32_t n) { return n < INT32_MAX / 2 ? (int)n : -1; }

/* Reads an entry: its units; `position` as code_positions_encode() wants it, `line` goes on. */
static uint32_t get_entry(TableReader *r, int *line, int position[4]) {
    uint32_t first = *r->next++;
    int form = first >> 3 & 15;
    for (int i = 0; i < 4; i++) position[i] = -1;
    if (form != FORM_NONE) {
        if (form >= FORM_NO_COLUMNS) *line = in_range((uint32_t)*line + (uint32_t)get_signed(r));
        else if (form >= FORM_ONE_LINE) *line = in_range((uint32_t)*line + (uint32_t)(form - FORM_ONE_LINE));
        position[0] = position[1] = *line;
    }
    if (form <= FORM_SHORT_MAX) {
        uint32_t byte = get_byte(r);
        position[2] = form * 8 + (int)(byte >> 4);
        position[3] = position[2] + (int)(byte & 15);
    } else if (form < FORM_NO_COLUMNS) {
        position[2] = (int)get_byte(r);
        position[3] = (int)get_byte(r);
    } else if (form == FORM_LONG) {
        position[1] = in_range((uint32_t)*line + get_number(r));
        position[2] = in_range(get_number(r) - 1);
        position[3] = in_range(get_number(r) - 1);
    }
    return (first & 7) + 1;
}

Bytes *code_positions_from_linetable(const Bytes *table, uint32_t count, int first_line) {
    TableReader r = {table->data, table->data + table->length};
    Bytes *scratch = bytes_new(((int64_t)count + 1) * (int64_t)sizeof(int[4]));
    if (!scratch) return NULL;
    int (*positions)[4] = (int (*)[4])scratch->data; /* the entry's, then those of the words */
    uint32_t known = 0;
    int line = first_line;
    while (r.next < r.end && known <= count) {
        int position[4];
        uint32_t units = get_entry(&r, &line, position);
        for (; units > 0 && known <= count; units--) memcpy(positions[known++], position, sizeof position);
    }
    return code_positions_encode((const int(*)[4])(positions + 1), NULL, known ? known - 1 : 0, first_line);
}
