/* parser_primary.c - primaries: atoms with attributes, calls and subscripts behind them. */
#include "parser/parser_internal.h"

#include <stdlib.h>
#include <string.h>
#include "base/number.h"
#include "types/exception.h"
#include "types/float.h"
#include "types/int.h"

/* --- numbers ---------------------------------------------------------------------------------- */

/* The token's text without underscores, terminated, in the arena. */
static char *digits_of(Parser *p, const Token *token, size_t *length) {
    char *text = arena_alloc(p->arena, (size_t)(token->end - token->start) + 1);
    if (!text) {
        p->failed = true;
        raise_memory_error();
        return NULL;
    }
    char *out = text;
    for (const char *in = token->start; in < token->end; in++)
        if (*in != '_') *out++ = *in;
    *out = '\0';
    *length = (size_t)(out - text);
    return text;
}

static Value integer_value(Parser *p, const Token *token, const char *text, size_t length) {
    int base = 10;
    if (length > 2 && text[0] == '0') {
        switch (text[1] | 0x20) {
        case 'x': base = 16; break;
        case 'o': base = 8; break;
        case 'b': base = 2; break;
        }
    }
    if (base != 10) {
        text += 2;
        length -= 2;
    }
    if (length < 14 && base == 10) { /* fits an immediate */
        int64_t number = 0;
        for (size_t i = 0; i < length; i++) number = number * 10 + (text[i] - '0');
        return smallint_value(number);
    }
    Value value = int_from_text(text, length, base);
    if (is_error(value) && error_matches(&exc_ValueError)) {
        Value problem = error_fetch();
        parser_raise_range(p, &exc_SyntaxError, token->lineno, token->col_offset, token->end_lineno,
                           token->end_col_offset,
                           "%V - Consider hexadecimal for huge integer literals to avoid decimal "
                           "conversion limits.",
                           problem);
    }
    return value;
}

static Value number_value(Parser *p, const Token *token) {
    size_t length;
    char *text = digits_of(p, token, &length);
    if (!text) return VALUE_ERROR;
    bool hexadecimal = length > 1 && (text[1] | 0x20) == 'x';
    char last = text[length - 1] | 0x20;
    if (last == 'j' && !hexadecimal) {
        text[length - 1] = '\0';
        return complex_value(0.0, number_parse_double(text, &(char *){NULL}));
    }
    if (!hexadecimal && (strpbrk(text, ".eE")))
        return double_value(number_parse_double(text, &(char *){NULL}));
    return integer_value(p, token, text, length);
}

static Expr *constant(Parser *p, int start, Value value) {
    Expr *node = node_new(p, AST_Constant, start);
    if (node) node->Constant.value = value;
    return node;
}

/* NUMBER */
Expr *parse_number(Parser *p) {
    int start = p->position;
    if (!accept(p, TOKEN_NUMBER)) return NULL;
    const Token *token = token_at(p, start);
    if (unlikely(p->version < 6) && memchr(token->start, '_', (size_t)(token->end - token->start)) &&
        !check_version(p, 6, "Underscores in numeric literals are"))
        return NULL;
    Value value = number_value(p, token_at(p, start));
    if (is_error(value) || !keep(p, value)) {
        p->failed = true;
        return NULL;
    }
    return constant(p, start, value);
}

/* --- atoms ------------------------------------------------------------------------------------ */

/* atom: NAME | 'True' | 'False' | 'None' | strings | NUMBER | (tuple | group | genexp)
 *     | (list | listcomp) | (dict | set | dictcomp | setcomp) | '...' */
Expr *parse_atom(Parser *p) {
    int start = p->position;
    switch (peek(p)) {
    case TOKEN_NAME: return parse_name(p);
    case TOKEN_STRING: return parse_strings(p);
    case TOKEN_NUMBER: return parse_number(p);
    case TOKEN_LPAR:
    case TOKEN_LSQB:
    case TOKEN_LBRACE: return parse_bracketed(p);
    case TOKEN_TRUE: p->position++; return constant(p, start, VALUE_TRUE);
    case TOKEN_FALSE: p->position++; return constant(p, start, VALUE_FALSE);
    case TOKEN_NONE: p->position++; return constant(p, start, VALUE_NONE);
    case TOKEN_ELLIPSIS: p->position++; return constant(p, start, VALUE_ELLIPSIS);
    default: return NULL;
    }
}

/* --- subscripts ------------------------------------------------------------------------------- */

/* slice: [expression] ':' [expression] [':' [expression]] | named_expression */
static Expr *parse_slice(Parser *p) {
    int start = p->position;
    Expr *lower = NULL;
    if (p->second_pass || (peek(p) != TOKEN_COLON &&
                           !(peek(p) == TOKEN_NAME && peek_second(p) == TOKEN_COLONEQUAL))) {
        lower = parse_expression(p);
        if (p->failed) return NULL;
    }
    if (!accept(p, TOKEN_COLON)) {
        if (p->failed) return NULL;
        if (lower && !p->second_pass && peek(p) != TOKEN_COLONEQUAL) return lower;
        p->position = start;
        return parse_named_expression(p);
    }
    Expr *upper = parse_expression(p);
    Expr *step = NULL;
    if (!p->failed && accept(p, TOKEN_COLON)) step = parse_expression(p);
    if (p->failed) return NULL;
    Expr *slice = node_new(p, AST_Slice, start);
    if (!slice) return NULL;
    slice->Slice.lower = lower;
    slice->Slice.upper = upper;
    slice->Slice.step = step;
    return slice;
}

static Expr *parse_slice_or_starred(Parser *p) {
    return peek(p) == TOKEN_STAR ? parse_starred_expression(p) : parse_slice(p);
}

/* slices: slice !',' | ','.(slice | starred_expression)+ [','] */
Expr *parse_slices(Parser *p) {
    int start = p->position;
    Expr *first = parse_slice_or_starred(p);
    if (!first) return NULL;
    if (peek(p) != TOKEN_COMMA && first->kind != AST_Starred) return first;
    int base = p->scratch_count;
    push(p, first);
    while (accept(p, TOKEN_COMMA)) {
        Expr *next = parse_slice_or_starred(p);
        if (!next) break;
        push(p, next);
    }
    if (p->failed) return NULL;
    Expr *tuple = node_new(p, AST_Tuple, start);
    if (!tuple) return NULL;
    TAKE(p, base, tuple->Tuple.elts);
    tuple->Tuple.ctx = AST_Load;
    return tuple;
}

/* --- primaries -------------------------------------------------------------------------------- */

static Expr *parse_attribute(Parser *p, int start, Expr *value) {
    int mark = p->position++;
    Str *name = parse_identifier(p);
    if (!name) return reset(p, mark);
    Expr *node = node_new(p, AST_Attribute, start);
    if (!node) return NULL;
    node->Attribute.value = value;
    node->Attribute.attr = name;
    node->Attribute.ctx = AST_Load;
    return node;
}

static Expr *call_node(Parser *p, int start, Expr *function, const CallArguments *arguments) {
    Expr *node = node_new(p, AST_Call, start);
    if (!node) return NULL;
    node->Call.func = function;
    node->Call.args = arguments->args;
    node->Call.keywords = arguments->keywords;
    return node;
}

/* genexp | '(' [arguments] ')' */
static Expr *parse_call(Parser *p, int start, Expr *function) {
    int mark = p->position;
    CallArguments arguments = {0};
    if (p->second_pass) {
        Expr *genexp = parse_genexp(p);
        if (p->failed) return NULL;
        if (genexp) {
            TAKE_ONE(p, genexp, arguments.args);
            return call_node(p, start, function, &arguments);
        }
        p->position = mark;
    }
    p->position++;
    arguments.genexp_from = p->second_pass ? -1 : mark;
    if (peek(p) != TOKEN_RPAR && !parse_arguments(p, &arguments)) {
        if (!p->second_pass || p->failed) return reset(p, mark);
        p->position = mark + 1;
    }
    if (!accept(p, TOKEN_RPAR)) return reset(p, mark);
    if (arguments.is_genexp) {
        Expr *genexp = arguments.args.items[0];
        genexp->end_lineno = last_token(p)->end_lineno;
        genexp->end_col_offset = last_token(p)->end_col_offset;
    }
    return call_node(p, start, function, &arguments);
}

/* '[' slices ']' */
static Expr *parse_subscript(Parser *p, int start, Expr *value) {
    int mark = p->position++;
    Expr *slice = parse_slices(p);
    if (!slice || !accept(p, TOKEN_RSQB)) return reset(p, mark);
    Expr *node = node_new(p, AST_Subscript, start);
    if (!node) return NULL;
    node->Subscript.value = value;
    node->Subscript.slice = slice;
    node->Subscript.ctx = AST_Load;
    return node;
}

static Expr *parse_trailers(Parser *p, int start, Expr *value) {
    while (value) {
        Expr *next;
        if (unlikely(p->second_pass) && peek(p) != TOKEN_LPAR && !parse_genexp(p) && p->failed)
            return NULL;
        switch (peek(p)) {
        case TOKEN_DOT: next = parse_attribute(p, start, value); break;
        case TOKEN_LPAR: next = parse_call(p, start, value); break;
        case TOKEN_LSQB: next = parse_subscript(p, start, value); break;
        default: return p->failed ? NULL : value;
        }
        if (!next) return p->failed ? NULL : value;
        value = next;
    }
    return NULL;
}

/* primary: primary '.' NAME | primary genexp | primary '(' [arguments] ')' | primary '[' slices ']'
 *     | atom */
Expr *parse_primary(Parser *p) {
    void *known;
    if (unlikely(p->remember) && memo_find(p, MEMO_PRIMARY, &known)) return known;
    int start = p->position;
    if (!enter(p)) return NULL;
    Expr *result = parse_trailers(p, start, parse_atom(p));
    leave(p);
    if (unlikely(p->remember)) memo_store(p, MEMO_PRIMARY, start, result);
    return result;
}

/* await_primary: 'await' primary | primary */
Expr *parse_await_primary(Parser *p) {
    if (likely(peek(p) != TOKEN_AWAIT)) return parse_primary(p);
    int start = p->position++;
    Expr *value = parse_primary(p);
    if (!value) return reset(p, start);
    if (!check_version(p, 5, "Await expressions are")) return NULL;
    Expr *node = node_new(p, AST_Await, start);
    if (node) node->Await.value = value;
    return node;
}
