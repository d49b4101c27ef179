/* parser_fstring.c - f-strings: text and replacement fields (PEP 498, and PEP 701 for what may
 * stand in a field).
 *
 * The whole literal is one token. Its inside is walked here; the expression of a field is found by
 * lexer_field_end() and parsed by a parser of its own, confined to it, as if it stood in
 * parentheses: that is how it may span lines. */
#include "parser/parser_internal.h"

#include <string.h>
#include "types/exception.h"

#define MAX_FIELD_NESTING 3

typedef struct Format {
    Parser *p;
    int token;                 /* index of the literal */
    int first, last;           /* tokens that all nodes span */
    bool raw;
    const char *position, *end;
    /* the line that `position` is in, counted as it moves */
    const char *counted, *line_start;
    int lineno;
    Str *kind;
} Format;

static bool parse_pieces(Format *f, int nesting);

static bool fail(Format *f, const char *message) {
    f->p->failed = false;
    parser_syntax_error(f->p, "f-string: %s", message);
    return false;
}

static void count_lines(Format *f, const char *to) {
    const char *p = f->counted;
    while (p < to && (p = memchr(p, '\n', (size_t)(to - p)))) {
        f->lineno++;
        f->line_start = ++p;
    }
    if (to > f->counted) f->counted = to;
}

static Expr *piece_node(Format *f, AstKind kind) {
    Expr *node = node_new_plain(f->p, kind);
    if (!node) return NULL;
    const Token *a = token_at(f->p, f->first), *b = token_at(f->p, f->last);
    node->lineno = a->lineno;
    node->col_offset = a->col_offset;
    node->end_lineno = b->end_lineno;
    node->end_col_offset = b->end_col_offset;
    return node;
}

static void span_literal(Format *f, Expr *node) {
    const Token *literal = token_at(f->p, f->token);
    node->lineno = literal->lineno;
    node->col_offset = literal->col_offset;
    node->end_lineno = literal->end_lineno;
    node->end_col_offset = literal->end_col_offset;
}

/* Text up to a field, a format specification's end or the end. `base`: where the pieces begin. */
static bool parse_text(Format *f, int base, int nesting) {
    const char *start = f->position, *p = start;
    for (; p < f->end; p++) {
        char c = *p;
        if (c == '\\' && !f->raw && p + 1 < f->end) {
            if (p[1] == 'N' && p + 2 < f->end && p[2] == '{') {
                const char *close = memchr(p, '}', (size_t)(f->end - p));
                if (close) p = close;
                continue;
            }
            if (p[1] != '{' && p[1] != '}') p++;
            else if (p[1] == '{' && !warn_escape(f->p, token_at(f->p, f->token), p)) return false;
            continue;
        }
        if (c != '{' && c != '}') continue;
        if (nesting > 0) break;
        if (p + 1 < f->end && p[1] == c) { /* doubled: one of them is text */
            Str *text = decode_text(f->p, token_at(f->p, f->token), start, p + 1, f->raw);
            if (!text || !push_text(f->p, base, text, f->first, f->last, f->kind)) return false;
            start = ++p + 1;
            continue;
        }
        if (c == '}') {
            f->position = p;
            return fail(f, "single '}' is not allowed");
        }
        break;
    }
    f->position = p;
    if (p == start) return true;
    Str *text = decode_text(f->p, token_at(f->p, f->token), start, p, f->raw);
    return text && push_text(f->p, base, text, f->first, f->last, f->kind);
}

static bool fail_field(Format *f, FieldError error, char closing, char opening) {
    f->p->failed = false;
    switch (error) {
    case FIELD_COMMENT:
        parser_syntax_error(f->p, "f-string expression part cannot include '#'");
        return false;
    case FIELD_BACKSLASH:
        parser_syntax_error(f->p, "f-string expression part cannot include a backslash");
        return false;
    case FIELD_UNTERMINATED_STRING: return fail(f, "unterminated string");
    case FIELD_TOO_NESTED: return fail(f, "too many nested parenthesis");
    case FIELD_UNMATCHED:
        parser_syntax_error(f->p, "f-string: unmatched '%c'", closing);
        return false;
    case FIELD_UNCLOSED:
        parser_syntax_error(f->p, "f-string: unmatched '%c'", opening);
        return false;
    default:
        parser_syntax_error(f->p,
                            "f-string: closing parenthesis '%c' does not match opening "
                            "parenthesis '%c'",
                            closing, opening);
        return false;
    }
}

static bool is_blank(const char *start, const char *end) {
    while (start < end && strchr(" \t\n\f\r", *start)) start++;
    return start == end;
}

/* The expression of a field; `brace` is its '{'. Leaves `position` at what ends it. */
static Expr *parse_expression_of_field(Format *f, const char *brace, int nesting) {
    FieldError error;
    char closing = 0, opening = 0;
    const char *start = f->position;
    const char *end = lexer_field_end(start, f->end, &error, &closing, &opening);
    if (!end) {
        fail_field(f, error, closing, opening);
        return NULL;
    }
    if (end >= f->end) {
        fail(f, "expecting '}'");
        return NULL;
    }
    if (is_blank(start, end)) {
        if (*end == '}') {
            fail(f, "empty expression not allowed");
        } else {
            f->p->failed = false;
            parser_syntax_error(f->p, "f-string: expression required before '%c'", *end);
        }
        return NULL;
    }
    count_lines(f, brace);
    int lineno = f->lineno;
    const char *line_start = f->line_start;
    f->position = end;
    return parse_field_expression(f->p, brace, start, end, lineno, line_start, nesting);
}

/* ['!' ('s' | 'r' | 'a')] - 0 is returned on error, -1 for none */
static int parse_conversion(Format *f) {
    if (*f->position != '!') return -1;
    if (++f->position >= f->end) {
        fail(f, "expecting '}'");
        return 0;
    }
    char c = *f->position++;
    if (c != 's' && c != 'r' && c != 'a') {
        fail(f, "invalid conversion character: expected 's', 'r', or 'a'");
        return 0;
    }
    while (f->position < f->end && strchr(" \t\n\f\r", *f->position)) f->position++;
    return c;
}

/* [':' (text | replacement_field)*] */
static bool parse_format_spec(Format *f, int nesting, Expr **spec) {
    *spec = NULL;
    if (f->position >= f->end) return fail(f, "expecting '}'");
    if (*f->position != ':') return true;
    f->position++;
    int base = f->p->scratch_count;
    if (!parse_pieces(f, nesting + 1)) return false;
    *spec = piece_node(f, AST_JoinedStr);
    if (!*spec) return false;
    /* The specification, and the text that ends it, span their own literal only. */
    span_literal(f, *spec);
    if (f->p->scratch_count > base) {
        Expr *last = f->p->scratch[f->p->scratch_count - 1];
        if (last->kind == AST_Constant) span_literal(f, last);
    }
    TAKE(f->p, base, (*spec)->JoinedStr.values);
    return !f->p->failed;
}

/* replacement_field: '{' expression ['='] ['!' conversion] [':' format_spec] '}' */
static bool parse_field(Format *f, int base, int nesting) {
    const char *brace = f->position++;
    if (nesting >= MAX_FIELD_NESTING) return fail(f, "expressions nested too deeply");
    Expr *value = parse_expression_of_field(f, brace, nesting);
    if (!value) return false;
    bool debug = *f->position == '=';
    if (debug) {
        if (!check_version(f->p, 8, "f-string: self documenting expressions are")) return false;
        f->position++;
        while (f->position < f->end && strchr(" \t\n\f\r", *f->position)) f->position++;
        Str *text = str_from_utf8(brace + 1, (size_t)(f->position - brace - 1));
        if (!text || !push_text(f->p, base, text, f->first, f->last, f->kind)) return false;
        if (f->position >= f->end) return fail(f, "expecting '}'");
    }
    int conversion = parse_conversion(f);
    Expr *spec;
    if (conversion == 0 || !parse_format_spec(f, nesting, &spec)) return false;
    if (f->position >= f->end || *f->position != '}') return fail(f, "expecting '}'");
    f->position++;
    if (debug && !spec && conversion == -1) conversion = 'r';
    Expr *node = piece_node(f, AST_FormattedValue);
    if (!node) return false;
    node->FormattedValue.value = value;
    node->FormattedValue.conversion = conversion;
    node->FormattedValue.format_spec = spec;
    return push(f->p, node);
}

/* Pieces up to the end, or (nesting > 0) to the '}' that ends a format specification. */
static bool parse_pieces(Format *f, int nesting) {
    int base = f->p->scratch_count;
    if (nesting == 0) base = f->p->format_base;
    while (f->position < f->end) {
        if (!parse_text(f, base, nesting)) return false;
        if (f->position >= f->end || *f->position == '}') break;
        if (!parse_field(f, base, nesting)) return false;
    }
    return true;
}

bool parse_format_string(Parser *p, int index, const char *start, const char *end, bool raw,
                         int first, int last, int base) {
    const Token *token = token_at(p, index);
    Format f = {.p = p, .token = index, .first = first, .last = last, .raw = raw};
    f.position = start;
    f.end = end;
    f.counted = token->start;
    f.line_start = token->start - token->col_offset;
    f.lineno = token->lineno;
    f.kind = token_at(p, first)->start[0] == 'u' ? NAME("u") : NULL;
    int outer_base = p->format_base;
    p->format_base = base;
    bool good = parse_pieces(&f, 0);
    p->format_base = outer_base;
    if (!good) p->failed = true;
    return good;
}
