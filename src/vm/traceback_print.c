/* traceback_print.c - the entries of a traceback: source lines with the part that failed marked.
 *
 * The marks come from the position range of the instruction. A range inside one line is parsed again,
 * as an expression of its own, to tell the operator or the subscript from its operands; what cannot
 * be parsed is marked as a whole. */
#include "vm/exception_print.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include "object/call.h"
#include "base/utf8.h"
#include "parser/parser.h"
#include "types/codec.h"
#include "types/dict.h"
#include "types/int.h"
#include "vm/frame.h"

/* --- source lines --------------------------------------------------------------------------------- */

enum { SOURCE_SIZE_MAX = 64 << 20, REPEAT_MAX = 3, TRACEBACK_LIMIT = 1000 };

/* The file's bytes, or NULL (nothing raised). */
static Bytes *read_source(const char *path) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return NULL;
    struct stat status;
    Bytes *bytes = NULL;
    if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_size <= SOURCE_SIZE_MAX)
        bytes = bytes_new(status.st_size);
    size_t done = 0;
    while (bytes && done < (size_t)bytes->length) {
        ssize_t n = read(fd, bytes->data + done, (size_t)bytes->length - done);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) break;
        done += (size_t)n;
    }
    close(fd);
    if (!bytes) error_clear();
    else if (done < (size_t)bytes->length) bytes = bytes_from(bytes->data, done);
    return bytes;
}

/* The same file below an entry of sys.path, by its last name. */
static Bytes *read_source_in_path(Str *filename) {
    Value path = runtime.sys_dict ? dict_get_c(runtime.sys_dict, "path") : VALUE_EMPTY;
    if (!is_list(path)) return NULL;
    int64_t slash = str_find(filename, NAME("/"), 0, filename->length, -1);
    Str *tail = str_substring(filename, slash + 1, filename->length);
    for (int64_t i = 0; tail && i < list_length(as_list(path)); i++) {
        Value entry = list_get(as_list(path), i);
        if (!is_str(entry)) continue;
        Str *full = str_format("%U%s%U", as_str(entry), as_str(entry)->length ? "/" : "", tail);
        const char *text = full ? str_os_text(full, NULL) : NULL;
        Bytes *bytes = text ? read_source(text) : NULL;
        if (bytes) return bytes;
        error_clear();
    }
    return NULL;
}

static const uint8_t *line_end(const uint8_t *at, const uint8_t *end) {
    while (at < end && *at != '\n' && *at != '\r') at++;
    return at;
}
static const uint8_t *next_line(const uint8_t *at, const uint8_t *end) {
    at = line_end(at, end);
    if (at < end) at += at + 1 < end && at[0] == '\r' && at[1] == '\n' ? 2 : 1;
    return at;
}

static bool is_cookie_char(uint8_t c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' ||
           c == '_' || c == '.';
}

/* PEP 263: the name behind "coding:" or "coding=" in a comment line. */
static bool line_cookie(const uint8_t *at, const uint8_t *end, char name[64]) {
    while (at < end && (*at == ' ' || *at == '\t' || *at == '\f')) at++;
    if (at == end || *at != '#') return false;
    for (; at + 7 < end; at++) {
        if (memcmp(at, "coding", 6) != 0 || (at[6] != ':' && at[6] != '=')) continue;
        const uint8_t *start = at + 7;
        while (start < end && (*start == ' ' || *start == '\t')) start++;
        size_t length = 0;
        while (start + length < end && length < 63 && is_cookie_char(start[length])) length++;
        memcpy(name, start, length);
        name[length] = 0;
        return length > 0;
    }
    return false;
}

static void source_encoding(const uint8_t *data, const uint8_t *end, char name[64]) {
    strcpy(name, "utf-8");
    for (int i = 0; i < 2 && data < end; i++) {
        const uint8_t *stop = line_end(data, end);
        if (line_cookie(data, stop, name)) return;
        while (data < stop && (*data == ' ' || *data == '\t' || *data == '\f')) data++;
        if (data < stop && *data != '#') return; /* the second line counts only below a comment */
        data = next_line(data, end);
    }
}

Str *source_line(Str *filename, int lineno) {
    int64_t length = filename->length;
    if (lineno < 1 || length == 0 || (str_at(filename, 0) == '<' && str_at(filename, length - 1) == '>'))
        return NULL;
    const char *path = str_os_text(filename, NULL);
    Bytes *bytes = path ? read_source(path) : NULL;
    if (!bytes) {
        error_clear();
        bytes = read_source_in_path(filename);
    }
    if (!bytes) return NULL;
    const uint8_t *at = bytes->data, *end = at + bytes->length;
    if (bytes->length >= 3 && memcmp(at, "\xEF\xBB\xBF", 3) == 0) at += 3;
    char encoding[64];
    source_encoding(at, end, encoding);
    for (int line = 1; line < lineno && at < end; line++) at = next_line(at, end);
    if (at >= end) return NULL;
    Str *text = codec_decode(at, (size_t)(line_end(at, end) - at), encoding, "replace");
    if (!text) {
        error_clear();
        text = codec_decode(at, (size_t)(line_end(at, end) - at), "utf-8", "replace");
    }
    if (!text) error_clear();
    return text;
}

/* --- anchors -------------------------------------------------------------------------------------- */

typedef struct Marks {
    int64_t start, end; /* characters of the line */
    int64_t left_end, right_start; /* the part marked with ^ between ~; -1: all ^ */
} Marks;

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\f'; }

/* Offsets in bytes of the segment. */
static bool operator_anchors(const char *segment, const Expr *left, const Expr *right, int *from, int *to) {
    for (int i = left->end_col_offset; i < right->col_offset; i++) {
        if (is_blank(segment[i])) continue;
        *from = i;
        *to = i + 1;
        if (i + 1 < right->col_offset && !is_blank(segment[i + 1])) ++*to;
        if (i + 1 < right->col_offset && segment[i] == ')') continue;
        return true;
    }
    return false;
}

static bool expression_anchors(const char *segment, const Mod *tree, int *from, int *to) {
    if (tree->kind != AST_Module || tree->Module.body.count != 1) return false;
    const Stmt *statement = tree->Module.body.items[0];
    if (statement->kind != AST_Expr) return false;
    const Expr *expression = statement->Expr.value;
    if (expression->kind == AST_BinOp && expression->lineno == expression->end_lineno)
        return operator_anchors(segment, expression->BinOp.left, expression->BinOp.right, from, to);
    if (expression->kind != AST_Subscript) return false;
    *from = expression->Subscript.value->end_col_offset;
    *to = expression->Subscript.slice->end_col_offset + 1;
    return true;
}

static void find_anchors(Str *line, Marks *marks) {
    Str *segment = str_substring(line, marks->start, marks->end);
    size_t length;
    const char *text = segment ? str_utf8(segment, &length) : NULL;
    Str *filename = text ? str_from_c("<traceback>") : NULL;
    if (!filename) return error_clear();
    Arena arena;
    arena_init(&arena);
    Mod *tree = parser_parse(&arena, text, length, filename, PARSE_FILE, PARSE_SOURCE_IS_UTF8);
    int from, to;
    if (!tree) {
        error_clear();
    } else if (expression_anchors(text, tree, &from, &to) && from >= 0 && to <= (int)length) {
        marks->left_end = marks->start + (int64_t)utf8_count(text, (size_t)from);
        marks->right_start = marks->start + (int64_t)utf8_count(text, (size_t)to);
    }
    arena_free(&arena);
}

static int64_t byte_to_character(Str *line, int offset) {
    size_t length;
    const char *text = str_utf8(line, &length);
    if (!text) {
        error_clear();
        return offset;
    }
    return (int64_t)utf8_count(text, min_size((size_t)offset, length));
}

/* False: nothing is to be marked. */
static bool find_marks(Str *line, int64_t indent, const Code *code, int index, Marks *marks) {
    int start_line, end_line, start_column, end_column;
    if (code_columns_hidden()) return false;
    if (!code_position(code, index, &start_line, &end_line, &start_column, &end_column)) return false;
    if (start_line < 0 || end_line < 0 || start_column < 0 || end_column < 0) return false;
    int64_t stripped_end = line->length;
    while (stripped_end > 0 && str_at(line, stripped_end - 1) <= ' ') stripped_end--;
    marks->start = byte_to_character(line, start_column);
    marks->end = start_line == end_line ? byte_to_character(line, end_column) : stripped_end;
    marks->left_end = marks->right_start = -1;
    if (marks->start >= marks->end || marks->start < indent) return false;
    if (start_line == end_line) find_anchors(line, marks);
    return marks->left_end >= 0 || marks->end - marks->start != stripped_end - indent;
}

static bool print_marks(Printer *p, const Marks *marks, int64_t indent) {
    if (!print_margin(p) || !print_c(p, "    ") ||
        !builder_add_fill(&p->text, ' ', marks->start - indent))
        return false;
    if (marks->left_end < 0)
        return builder_add_fill(&p->text, '^', marks->end - marks->start) && print_c(p, "\n");
    return builder_add_fill(&p->text, '~', marks->left_end - marks->start) &&
           builder_add_fill(&p->text, '^', marks->right_start - marks->left_end) &&
           builder_add_fill(&p->text, '~', max_int64(marks->end - marks->right_start, 0)) &&
           print_c(p, "\n");
}

/* --- entries -------------------------------------------------------------------------------------- */

static bool print_source(Printer *p, const Traceback *entry, const Code *code) {
    Str *line = source_line(code->filename, traceback_line(entry));
    if (!line) return true;
    int64_t indent = 0;
    while (indent < line->length &&
           (str_at(line, indent) == ' ' || str_at(line, indent) == '\t' || str_at(line, indent) == '\f'))
        indent++;
    if (!print_margin(p) || !print_c(p, "    ") ||
        !builder_add_range(&p->text, line, indent, line->length) || !print_c(p, "\n"))
        return false;
    Marks marks;
    return !find_marks(line, indent, code, entry->last_instruction, &marks) ||
           print_marks(p, &marks, indent);
}

static bool print_entry(Printer *p, const Traceback *entry, const Code *code) {
    return print_margin(p) &&
           print_str(p, str_format("  File \"%U\", line %d, in %U\n", code->filename, (int)traceback_line(entry),
                                   code->name)) &&
           print_source(p, entry, code);
}

static bool print_repeats(Printer *p, long count) {
    if (count <= REPEAT_MAX) return true;
    count -= REPEAT_MAX;
    return print_margin(p) && print_str(p, str_format("  [Previous line repeated %ld more time%s]\n",
                                                      count, count > 1 ? "s" : ""));
}

static int64_t traceback_limit(void) {
    Value limit = runtime.sys_dict ? dict_get_c(runtime.sys_dict, "tracebacklimit") : VALUE_EMPTY;
    int64_t n = TRACEBACK_LIMIT;
    if (!is_empty(limit) && is_int(limit) && !int_to_int64(limit, &n)) n = int_sign(limit) < 0 ? 0 : INT64_MAX;
    return n;
}

static Value next_entry(Value entry) { return value_load_acquire(&OBJECT_AS(Traceback, entry)->next); }
static bool is_entry(Value v) { return is_exactly(v, &traceback_type); }

bool traceback_print(Printer *p, Value traceback, bool group_header, const char *header) {
    int64_t limit = traceback_limit(), depth = 0;
    if (limit <= 0) return true;
    if (!print_indent(p) || !print_c(p, group_header ? "+ " : p->group_depth ? "| " : "") ||
        !print_c(p, header))
        return false;
    for (Value at = traceback; is_entry(at); at = next_entry(at)) depth++;
    for (; depth > limit; depth--) traceback = next_entry(traceback);
    Str *last_file = NULL, *last_name = NULL;
    int last_line = -1;
    long count = 0;
    for (Value at = traceback; is_entry(at); at = next_entry(at)) {
        const Traceback *entry = OBJECT_AS(Traceback, at);
        if (!is_exactly(entry->frame, &frame_type)) continue;
        const Code *code = OBJECT_AS(FrameObject, entry->frame)->code;
        int line = traceback_line(entry);
        bool same = last_file && str_equal(code->filename, last_file) && line == last_line &&
                    str_equal(code->name, last_name);
        if (!same) {
            if (!print_repeats(p, count)) return false;
            last_file = code->filename;
            last_name = code->name;
            last_line = line;
            count = 0;
        }
        if (++count <= REPEAT_MAX && !print_entry(p, entry, code)) return false;
    }
    return print_repeats(p, count);
}
