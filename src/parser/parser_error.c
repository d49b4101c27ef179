/* parser_error.c - making SyntaxErrors, and choosing which one.
 *
 * Inside a replacement field of an f-string the text that an error shows is the expression in
 * parentheses, "(a b)", on the lines where it stands; columns of its first line count from the
 * parenthesis. The messages of the parser then begin with "f-string: ", those of the lexer do
 * not. */
#include "parser/parser_internal.h"

#include <stdio.h>
#include <string.h>
#include "base/utf8.h"
#include "types/exception.h"

HexText parser_hex2(uint8_t byte) {
    HexText hex;
    snprintf(hex.text, sizeof hex.text, "%02x", byte);
    return hex;
}

HexText parser_hex4(uint32_t point) {
    HexText hex;
    snprintf(hex.text, sizeof hex.text, "%04X", (unsigned)point);
    return hex;
}

/* --- source lines ----------------------------------------------------------------------------- */

/* Start of line `lineno` of the source; `stop` is set behind its newline, if it has one. */
static const char *find_line(const Parser *p, int lineno, const char **stop) {
    const char *line = p->lexer.source, *end = p->lexer.end;
    int current = 1;
    if (p->outer) {
        line = p->field_line;
        current = p->field_lineno;
    }
    for (; current < lineno; current++) {
        const char *newline = memchr(line, '\n', (size_t)(end - line));
        if (!newline) break;
        line = newline + 1;
    }
    const char *newline = line < end ? memchr(line, '\n', (size_t)(end - line)) : NULL;
    *stop = newline ? newline + 1 : end;
    return line;
}

static Str *text_from(const char *start, size_t length) {
    Str *text = str_from_utf8(start, length);
    if (!text) {
        error_clear();
        text = str_from_latin1((const uint8_t *)start, length);
    }
    return text;
}

/* The line that an error in `lineno` shows. `*shift` is how many bytes its beginning lacks (or, if
 * negative, has in addition) compared with the source's line. */
static Str *error_text(Parser *p, int lineno, bool with_newline, int *shift) {
    const char *stop;
    const char *line = find_line(p, lineno, &stop);
    *shift = 0;
    if (!p->outer) {
        if (!with_newline && stop > line && stop[-1] == '\n') stop--;
        return text_from(line, (size_t)(stop - line));
    }
    bool first = lineno == p->field_lineno;
    const char *start = first ? p->field_start + 1 : line;
    if (first) *shift = (int)(p->field_start - line);
    bool last = stop >= p->field_end;
    if (last) stop = p->field_end;
    else if (!with_newline && stop > start && stop[-1] == '\n') stop--;
    if (stop < start) stop = start;
    StrBuilder builder;
    builder_init(&builder);
    Str *middle = text_from(start, (size_t)(stop - start));
    if (!middle || (first && !builder_add_char(&builder, '(')) || !builder_add(&builder, middle))
        return NULL;
    if (last && !builder_add_ascii(&builder, with_newline ? ")\n" : ")", with_newline ? 2 : 1))
        return NULL;
    return builder_finish(&builder);
}

/* Characters in the first `bytes` bytes of the line that an error shows. */
static int characters(Parser *p, int lineno, int bytes, int shift) {
    const char *stop;
    const char *line = find_line(p, lineno, &stop);
    if (shift > 0) line += shift;
    int64_t length = stop - line;
    if (stop > line && stop[-1] == '\n') length--;
    if (bytes <= 0) return bytes;
    int64_t inside = min_int64(bytes, length);
    /* In a field the closing parenthesis that is shown lies behind the line's text. */
    if (p->outer) return (int)(utf8_count(line, (size_t)inside) + (size_t)(bytes - inside));
    return (int)utf8_count(line, (size_t)inside);
}

/* The number of the character that byte `column` (1-based) of that line belongs to, 1-based. */
static int character_column(Parser *p, int lineno, int column, int shift) {
    const char *stop;
    const char *line = find_line(p, lineno, &stop);
    if (shift > 0) line += shift;
    bool within = line + column - 1 < stop && (line[column - 1] & 0xC0) == 0x80;
    return characters(p, lineno, column - 1, shift) + !within;
}

/* The line up to which the source was read. */
static int lines_read(const Parser *p) {
    int line = p->lexer.state == LEXER_OK ? 0 : p->lexer.lineno;
    if (p->count > 0 && p->tokens[p->count - 1].end_lineno > line)
        line = p->tokens[p->count - 1].end_lineno;
    return line;
}

/* --- raising ---------------------------------------------------------------------------------- */

/* `column` and `end_column`: bytes, 1-based, 0 and -1 as they are. */
static void *raise_va(Parser *p, Type *kind, int lineno, int column, int end_lineno,
                      int end_column, bool with_newline, bool prefix, const char *format,
                      va_list arguments) {
    if (p->failed) return NULL;
    p->failed = true;
    Str *message = str_format_va(format, arguments);
    if (!message) return NULL;
    int shift;
    /* A line that the lexer has left behind is shown without its end. */
    if (!p->outer && lines_read(p) > lineno) with_newline = false;
    Str *text = error_text(p, lineno, with_newline, &shift);
    if (!text) return NULL;
    /* Columns are offsets of characters; the character a column points to counts from its first
     * byte, so what is converted is the number of bytes before it. */
    int offset = column, end_offset = end_column;
    if (shift > 0) {
        if (column > 0) offset = column -= shift;
        if (end_column > 0 && end_lineno == lineno) end_offset = end_column -= shift;
    }
    if (column > 0) offset = character_column(p, lineno, column, shift);
    if (end_column > 0) end_offset = character_column(p, lineno, end_column, shift);
    raise_syntax_error(kind, p->filename, lineno, offset, text, end_lineno, end_offset,
                       prefix && p->outer ? "f-string: %U" : "%U", message);
    return NULL;
}

void *parser_raise_range(Parser *p, Type *kind, int lineno, int column, int end_lineno,
                         int end_column, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    raise_va(p, kind, lineno, column + 1, end_lineno, end_column < 0 ? 0 : end_column + 1, true,
             true, format, arguments);
    va_end(arguments);
    return NULL;
}

void *parser_raise_at(Parser *p, Type *kind, int lineno, int column, int end_lineno,
                      int end_column, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    raise_va(p, kind, lineno, column, end_lineno, end_column, true, true, format, arguments);
    va_end(arguments);
    return NULL;
}

static void *raise_last_va(Parser *p, Type *kind, const char *format, va_list arguments) {
    if (p->count == 0) {
        const Lexer *lexer = &p->lexer;
        int column = (int)(lexer->current - lexer->line_start);
        return raise_va(p, kind, lexer->lineno, column, lexer->lineno, -1, true, true, format,
                        arguments);
    }
    const Token *token = &p->tokens[p->count - 1];
    const Lexer *lexer = &p->lexer;
    int column = token->col_offset + 1, end_column = token->end_col_offset + 1;
    if (token->col_offset < 0) {
        /* an INDENT, DEDENT or the end: where the lexer stands */
        column = (int)(lexer->current - lexer->line_start);
        end_column = -1;
    }
    return raise_va(p, kind, token->lineno, column, token->end_lineno, end_column, true, true,
                    format, arguments);
}

void *parser_syntax_error(Parser *p, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    raise_last_va(p, &exc_SyntaxError, format, arguments);
    va_end(arguments);
    return NULL;
}

void *indentation_error(Parser *p, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    raise_last_va(p, &exc_IndentationError, format, arguments);
    va_end(arguments);
    return NULL;
}

#define RAISE_BETWEEN(lineno_, column_, end_lineno_, end_column_)                                  \
    do {                                                                                           \
        va_list arguments;                                                                         \
        va_start(arguments, format);                                                               \
        raise_va(p, &exc_SyntaxError, (lineno_), (column_) + 1, (end_lineno_), (end_column_) + 1,  \
                 true, true, format, arguments);                                                   \
        va_end(arguments);                                                                         \
        return NULL;                                                                               \
    } while (0)

bool check_version(Parser *p, int minor, const char *what) {
    if (likely(p->version >= minor)) return true;
    parser_syntax_error(p, "%s only supported in Python 3.%d and greater", what, minor);
    return false;
}

void *error_at_node(Parser *p, const void *node, const char *format, ...) {
    const AstNode *n = node;
    RAISE_BETWEEN(n->lineno, n->col_offset, n->end_lineno, n->end_col_offset);
}
void *error_range(Parser *p, const void *first, const void *last, const char *format, ...) {
    const AstNode *a = first, *b = last;
    RAISE_BETWEEN(a->lineno, a->col_offset, b->end_lineno, b->end_col_offset);
}
void *error_from(Parser *p, const void *first, const char *format, ...) {
    const AstNode *a = first;
    const Token *b = &p->tokens[p->count - 1];
    RAISE_BETWEEN(a->lineno, a->col_offset, b->end_lineno, b->end_col_offset - 1);
}
void *error_at_token(Parser *p, const Token *t, const char *format, ...) {
    RAISE_BETWEEN(t->lineno, t->col_offset, t->end_lineno, t->end_col_offset);
}
void *error_tokens(Parser *p, const Token *a, const Token *b, const char *format, ...) {
    RAISE_BETWEEN(a->lineno, a->col_offset, b->end_lineno, b->end_col_offset);
}
void *error_token_to_node(Parser *p, const Token *a, const void *last, const char *format, ...) {
    const AstNode *b = last;
    RAISE_BETWEEN(a->lineno, a->col_offset, b->end_lineno, b->end_col_offset);
}
void *error_node_to_token(Parser *p, const void *first, const Token *b, const char *format, ...) {
    const AstNode *a = first;
    RAISE_BETWEEN(a->lineno, a->col_offset, b->end_lineno, b->end_col_offset);
}

void *parser_error_unclosed(Parser *p) {
    Lexer *lexer = &p->lexer;
    int top = lexer->level - 1;
    if (top < 0) return NULL;
    /* It may be raised in place of another error. */
    p->failed = false;
    return parser_raise_range(p, &exc_SyntaxError, lexer->bracket_lines[top],
                              lexer->bracket_columns[top], lexer->bracket_lines[top], -1,
                              "'%c' was never closed", lexer->brackets[top]);
}

void parser_lexical_error(Parser *p, int lineno, const char *line_start, const char *at,
                          const char *end, const char *format, va_list arguments) {
    p->failed = false;
    int column = (int)(at - line_start), end_column = (int)(end - line_start);
    /* These are numbers of characters up to and including the one in question. */
    int shift = 0;
    Str *message = str_format_va(format, arguments);
    p->failed = true;
    if (!message) return;
    Str *text = error_text(p, lineno, false, &shift);
    if (!text) return;
    const char *first = line_start + (shift > 0 ? shift : 0);
    int offset = column > shift ? (int)utf8_count(first, (size_t)(column - shift)) : 0;
    int end_offset = end_column > shift ? (int)utf8_count(first, (size_t)(end_column - shift)) : 0;
    raise_syntax_error(&exc_SyntaxError, p->filename, lineno, offset, text, lineno, end_offset,
                       "%U", message);
}

void *parser_raise_decode_problem(Parser *p) {
    const char *kind = error_matches(&exc_UnicodeError) ? "unicode error"
                       : error_matches(&exc_ValueError) ? "value error"
                                                        : NULL;
    p->failed = true;
    if (!kind) return NULL;
    Value problem = error_fetch();
    p->failed = false;
    return parser_syntax_error(p, "(%s) %V", kind, problem);
}

/* --- choosing --------------------------------------------------------------------------------- */

/* The lexer met the end of the source when it looked for the end of the last token. It did not where no
 * character behind could have changed that: behind the quote of a string, unless that could become three,
 * and behind operators of three characters. */
static bool looked_at_end(const Parser *p) {
    if (p->count == 0) return false;
    const Token *last = &p->tokens[p->count - 1];
    if (last->end != p->lexer.end || last->start == last->end) return false;
    const char *start = last->start;
    if (last->type == TOKEN_STRING) {
        while (*start != '"' && *start != '\'') start++;
        return last->end - start == 2;
    }
    return last->end - start != 3 || !(last->end[-1] == '=' || memcmp(start, "...", 3) == 0);
}

void parser_set_error(Parser *p, int last_token_index) {
    Lexer *lexer = &p->lexer;
    if (p->failed) {
        /* A lexical error further on matters more than what the parser found. */
        if (lexer->raised || !error_matches(&exc_SyntaxError) || looked_at_end(p)) return;
    } else if (last_token_index < 0) {
        parser_syntax_error(p, "error at start before reading any input");
        return;
    } else {
        Token last = p->tokens[last_token_index];
        if (last.type == TOKEN_INDENT) {
            indentation_error(p, "unexpected indent");
            return;
        }
        if (last.type == TOKEN_DEDENT) {
            indentation_error(p, "unexpected unindent");
            return;
        }
        error_at_token(p, &last, "invalid syntax");
    }
    if (lexer->state != LEXER_OK || p->count == 0) return;
    Value found = error_fetch();
    if (lexer_check_rest(lexer, p->tokens[p->count - 1].lineno)) {
        error_clear();
        error_restore(found);
    }
}

/* --- targets ---------------------------------------------------------------------------------- */

const char *expression_name(const Expr *e) {
    switch (e->kind) {
    case AST_Attribute: return "attribute";
    case AST_Subscript: return "subscript";
    case AST_Starred: return "starred";
    case AST_Name: return "name";
    case AST_List: return "list";
    case AST_Tuple: return "tuple";
    case AST_Lambda: return "lambda";
    case AST_Call: return "function call";
    case AST_BoolOp:
    case AST_BinOp:
    case AST_UnaryOp: return "expression";
    case AST_GeneratorExp: return "generator expression";
    case AST_Yield:
    case AST_YieldFrom: return "yield expression";
    case AST_Await: return "await expression";
    case AST_ListComp: return "list comprehension";
    case AST_SetComp: return "set comprehension";
    case AST_DictComp: return "dict comprehension";
    case AST_Dict: return "dict literal";
    case AST_Set: return "set display";
    case AST_JoinedStr:
    case AST_FormattedValue: return "f-string expression";
    case AST_Constant: {
        Value value = e->Constant.value;
        if (is_none(value)) return "None";
        if (is_false(value)) return "False";
        if (is_true(value)) return "True";
        if (is_ellipsis(value)) return "ellipsis";
        return "literal";
    }
    case AST_Compare: return "comparison";
    case AST_IfExp: return "conditional expression";
    case AST_NamedExpr: return "named expression";
    default: return "expression";
    }
}

Expr *invalid_target(Expr *e, TargetKind kind) {
    if (!e) return NULL;
    const ExprSequence *parts = NULL;
    switch (e->kind) {
    case AST_List: parts = &e->List.elts; break;
    case AST_Tuple: parts = &e->Tuple.elts; break;
    case AST_Starred: return kind == TARGET_DEL ? e : invalid_target(e->Starred.value, kind);
    case AST_Compare:
        /* `for x in y`: the loop's `in` was taken for a comparison */
        if (kind == TARGET_FOR)
            return e->Compare.ops.items[0] == AST_In ? invalid_target(e->Compare.left, kind) : NULL;
        return e;
    case AST_Name:
    case AST_Subscript:
    case AST_Attribute: return NULL;
    default: return e;
    }
    for (int i = 0; i < parts->count; i++) {
        Expr *bad = invalid_target(parts->items[i], kind);
        if (bad) return bad;
    }
    return NULL;
}

void *raise_invalid_target(Parser *p, Expr *e, TargetKind kind) {
    Expr *bad = invalid_target(e, kind);
    if (!bad) return NULL;
    return error_at_node(p, bad, kind == TARGET_DEL ? "cannot delete %s" : "cannot assign to %s",
                         expression_name(bad));
}
