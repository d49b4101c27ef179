/* parser_pattern.c - the match statement and its patterns (PEP 634). */
#include "parser/parser_internal.h"

#include <string.h>
#include "object/call.h"
#include "types/exception.h"
#include "types/float.h"

static Pattern *parse_pattern(Parser *p);
static Pattern *parse_or_pattern(Parser *p);
static Pattern *parse_as_pattern(Parser *p);

/* --- literals --------------------------------------------------------------------------------- */

/* signed_number: NUMBER | '-' NUMBER */
static Expr *parse_signed_number(Parser *p) {
    int start = p->position;
    bool minus = accept(p, TOKEN_MINUS);
    Expr *number = parse_number(p);
    if (!number) return reset(p, start);
    if (!minus) return number;
    Expr *node = node_new(p, AST_UnaryOp, start);
    if (!node) return NULL;
    node->UnaryOp.op = AST_USub;
    node->UnaryOp.operand = number;
    return node;
}

static bool is_imaginary(const Expr *number) {
    Value value = number->kind == AST_UnaryOp ? number->UnaryOp.operand->Constant.value
                                              : number->Constant.value;
    return is_object(value) && !is_empty(value) && type_of(value) == &complex_type;
}

/* complex_number: signed_real_number ('+' | '-') imaginary_number      or just signed_number */
static Expr *parse_number_literal(Parser *p) {
    Expr *real = parse_signed_number(p);
    if (!real || (peek(p) != TOKEN_PLUS && peek(p) != TOKEN_MINUS)) return real;
    int mark = p->position;
    AstKind operator = peek(p) == TOKEN_PLUS ? AST_Add : AST_Sub;
    if (is_imaginary(real))
        return error_at_node(p, real, "real number required in complex literal");
    p->position++;
    Expr *imaginary = parse_number(p);
    if (!imaginary) {
        p->position = mark;
        return p->failed ? NULL : real;
    }
    if (!is_imaginary(imaginary))
        return error_at_node(p, imaginary, "imaginary number required in complex literal");
    Expr *node = node_new_from(p, AST_BinOp, real);
    if (!node) return NULL;
    node->BinOp.left = real;
    node->BinOp.op = operator;
    node->BinOp.right = imaginary;
    return node;
}

static Pattern *value_pattern(Parser *p, int start, Expr *value) {
    if (!value) return NULL;
    Pattern *node = node_new(p, AST_MatchValue, start);
    if (node) node->MatchValue.value = value;
    return node;
}

static Pattern *singleton_pattern(Parser *p, Value value) {
    int start = p->position++;
    Pattern *node = node_new(p, AST_MatchSingleton, start);
    if (node) node->MatchSingleton.value = value;
    return node;
}

/* literal_pattern: signed_number !('+' | '-') | complex_number | strings | 'None'
 *     | 'True' | 'False' */
static Pattern *parse_literal_pattern(Parser *p) {
    int start = p->position;
    switch (peek(p)) {
    case TOKEN_NUMBER:
    case TOKEN_MINUS: {
        Expr *number = parse_number_literal(p);
        if (number && (peek(p) == TOKEN_PLUS || peek(p) == TOKEN_MINUS)) return reset(p, start);
        return value_pattern(p, start, number);
    }
    case TOKEN_STRING: return value_pattern(p, start, parse_strings(p));
    case TOKEN_NONE: return singleton_pattern(p, VALUE_NONE);
    case TOKEN_TRUE: return singleton_pattern(p, VALUE_TRUE);
    case TOKEN_FALSE: return singleton_pattern(p, VALUE_FALSE);
    default: return NULL;
    }
}

/* literal_expr, a key of a mapping pattern: as above, as an expression; or an attribute */
static Expr *parse_name_or_attr(Parser *p);

static Expr *parse_mapping_key(Parser *p) {
    int start = p->position;
    Value value;
    switch (peek(p)) {
    case TOKEN_NUMBER:
    case TOKEN_MINUS: return parse_number_literal(p);
    case TOKEN_STRING: return parse_strings(p);
    case TOKEN_NONE: value = VALUE_NONE; break;
    case TOKEN_TRUE: value = VALUE_TRUE; break;
    case TOKEN_FALSE: value = VALUE_FALSE; break;
    case TOKEN_NAME: {
        Expr *key = parse_name_or_attr(p);
        return key && key->kind == AST_Attribute ? key : reset(p, start);
    }
    default: return NULL;
    }
    p->position++;
    Expr *node = node_new(p, AST_Constant, start);
    if (node) node->Constant.value = value;
    return node;
}

/* --- names ------------------------------------------------------------------------------------ */

/* name_or_attr: name_or_attr '.' NAME | NAME */
static Expr *parse_name_or_attr(Parser *p) {
    Expr *value = parse_name(p);
    while (value && peek(p) == TOKEN_DOT) {
        int mark = p->position++;
        Str *name = parse_identifier(p);
        if (!name) {
            p->position = mark;
            break;
        }
        Expr *node = node_new_from(p, AST_Attribute, value);
        if (!node) return NULL;
        node->Attribute.value = value;
        node->Attribute.attr = name;
        node->Attribute.ctx = AST_Load;
        value = node;
    }
    return p->failed ? NULL : value;
}

static bool follows_name(Parser *p) {
    unsigned next = peek(p);
    return next == TOKEN_DOT || next == TOKEN_LPAR || next == TOKEN_EQUAL;
}

/* pattern_capture_target: !"_" NAME !('.' | '(' | '=') */
static Str *parse_capture_target(Parser *p) {
    int start = p->position;
    if (peek(p) != TOKEN_NAME || peek_soft(p, SOFT_UNDERSCORE)) return NULL;
    Str *name = parse_identifier(p);
    return name && !follows_name(p) ? name : reset(p, start);
}

static Pattern *as_node(Parser *p, int start, Pattern *pattern, Str *name) {
    Pattern *node = node_new(p, AST_MatchAs, start);
    if (!node) return NULL;
    node->MatchAs.pattern = pattern;
    node->MatchAs.name = name;
    return node;
}

/* --- sequences -------------------------------------------------------------------------------- */

/* star_pattern: '*' pattern_capture_target | '*' "_" */
static Pattern *parse_star_pattern(Parser *p) {
    int start = p->position;
    if (!accept(p, TOKEN_STAR)) return NULL;
    Str *name = NULL;
    if (!accept_soft(p, SOFT_UNDERSCORE)) {
        name = parse_capture_target(p);
        if (!name) return reset(p, start);
    }
    Pattern *node = node_new(p, AST_MatchStar, start);
    if (node) node->MatchStar.name = name;
    return node;
}

/* maybe_star_pattern: star_pattern | pattern */
static Pattern *parse_maybe_star(Parser *p) {
    return peek(p) == TOKEN_STAR ? parse_star_pattern(p) : parse_pattern(p);
}

/* ','.maybe_star_pattern+ [','] pushed on the scratch; *comma: was there a comma? */
static bool push_maybe_sequence(Parser *p, bool *comma) {
    *comma = false;
    Pattern *pattern;
    bool any = false;
    while ((pattern = parse_maybe_star(p))) {
        push(p, pattern);
        any = true;
        if (!accept(p, TOKEN_COMMA)) break;
        *comma = true;
    }
    return any && !p->failed;
}

static Pattern *sequence_node(Parser *p, int start, int base) {
    Pattern *node = node_new(p, AST_MatchSequence, start);
    if (node) TAKE(p, base, node->MatchSequence.patterns);
    return node;
}

/* sequence_pattern: '[' [maybe_sequence_pattern] ']' | '(' [open_sequence_pattern] ')'
 * group_pattern: '(' pattern ')' */
static Pattern *parse_bracket_pattern(Parser *p) {
    int start = p->position, base = p->scratch_count;
    bool square = peek(p) == TOKEN_LSQB, comma;
    p->position++;
    bool any = push_maybe_sequence(p, &comma);
    if (p->failed || !accept(p, square ? TOKEN_RSQB : TOKEN_RPAR)) {
        p->scratch_count = base;
        return reset(p, start);
    }
    if (square || !any || comma) return sequence_node(p, start, base);
    Pattern *inner = p->scratch[--p->scratch_count];
    return inner->kind == AST_MatchStar ? reset(p, start) : inner;
}

/* --- mappings --------------------------------------------------------------------------------- */

/* mapping_pattern: '{' [','.key_value_pattern+] [',' '**' pattern_capture_target] [','] '}' */
static Pattern *parse_mapping_pattern(Parser *p) {
    int start = p->position++, base = p->scratch_count, count = 0;
    Str *rest = NULL;
    while (peek(p) != TOKEN_RBRACE) {
        if (accept(p, TOKEN_DOUBLESTAR)) {
            rest = parse_capture_target(p);
            if (!rest) goto fail;
            accept(p, TOKEN_COMMA);
            break;
        }
        Expr *key = parse_mapping_key(p);
        if (!key || !accept(p, TOKEN_COLON)) goto fail;
        Pattern *value = parse_pattern(p);
        if (!value) goto fail;
        push(p, key);
        push(p, value);
        count++;
        if (!accept(p, TOKEN_COMMA)) break;
    }
    if (p->failed || !accept(p, TOKEN_RBRACE)) goto fail;
    Pattern *node = node_new(p, AST_MatchMapping, start);
    if (!node) return NULL;
    if (count) {
        void **memory = arena_alloc(p->arena, 2 * sizeof(void *) * (size_t)count);
        if (!memory) {
            p->failed = true;
            raise_memory_error();
            return NULL;
        }
        Expr **keys = (Expr **)memory;
        Pattern **values = (Pattern **)(memory + count);
        for (int i = 0; i < count; i++) {
            keys[i] = p->scratch[base + 2 * i];
            values[i] = p->scratch[base + 2 * i + 1];
        }
        node->MatchMapping.keys = (ExprSequence){count, keys};
        node->MatchMapping.patterns = (PatternSequence){count, values};
    }
    p->scratch_count = base;
    node->MatchMapping.rest = rest;
    return node;
fail:
    p->scratch_count = base;
    return reset(p, start);
}

/* --- classes ---------------------------------------------------------------------------------- */

/* class_pattern: name_or_attr '(' [positional_patterns [',' keyword_patterns] [',']] ')'
 *     | name_or_attr '(' keyword_patterns [','] ')'
 * where keyword_pattern: NAME '=' pattern */
static Pattern *parse_class_pattern(Parser *p, int start, Expr *cls) {
    int base = p->scratch_count;
    p->position++; /* ( */
    int keyword_base = -1, count = 0;
    while (peek(p) != TOKEN_RPAR) {
        Str *name = NULL;
        if (peek(p) == TOKEN_NAME && peek_second(p) == TOKEN_EQUAL) {
            name = parse_identifier(p);
            p->position++;
            if (keyword_base < 0) keyword_base = p->scratch_count;
        } else if (keyword_base >= 0) {
            goto fail; /* a positional pattern behind a keyword */
        }
        Pattern *pattern = parse_pattern(p);
        if (!pattern) goto fail;
        if (name) {
            push(p, name);
            count++;
        }
        push(p, pattern);
        if (!accept(p, TOKEN_COMMA)) break;
    }
    if (p->failed || !accept(p, TOKEN_RPAR)) goto fail;
    Pattern *node = node_new(p, AST_MatchClass, start);
    if (!node) return NULL;
    node->MatchClass.cls = cls;
    if (count) {
        void **memory = arena_alloc(p->arena, 2 * sizeof(void *) * (size_t)count);
        if (!memory) {
            p->failed = true;
            raise_memory_error();
            return NULL;
        }
        Str **names = (Str **)memory;
        Pattern **patterns = (Pattern **)(memory + count);
        for (int i = 0; i < count; i++) {
            names[i] = p->scratch[keyword_base + 2 * i];
            patterns[i] = p->scratch[keyword_base + 2 * i + 1];
        }
        node->MatchClass.kwd_attrs = (StrSequence){count, names};
        node->MatchClass.kwd_patterns = (PatternSequence){count, patterns};
        p->scratch_count = keyword_base;
    }
    TAKE(p, base, node->MatchClass.patterns);
    return node;
fail:
    p->scratch_count = base;
    p->position = start;
    return p->second_pass && !p->failed ? invalid_class_pattern(p) : NULL;
}

/* capture_pattern | wildcard_pattern | value_pattern | class_pattern: what begins with a NAME
 * value_pattern: attr !('.' | '(' | '=') */
static Pattern *parse_name_pattern(Parser *p) {
    int start = p->position;
    unsigned next = peek_second(p);
    if (next != TOKEN_DOT && next != TOKEN_LPAR) {
        if (accept_soft(p, SOFT_UNDERSCORE)) return as_node(p, start, NULL, NULL);
        Str *name = parse_capture_target(p);
        return name ? as_node(p, start, NULL, name) : NULL;
    }
    Expr *value = parse_name_or_attr(p);
    if (!value) return NULL;
    if (peek(p) == TOKEN_LPAR) {
        Pattern *pattern = parse_class_pattern(p, start, value);
        if (pattern || p->failed) return pattern;
        p->position = start;
        return accept_soft(p, SOFT_UNDERSCORE) ? as_node(p, start, NULL, NULL) : NULL;
    }
    if (value->kind == AST_Attribute && !follows_name(p)) return value_pattern(p, start, value);
    p->position = start;
    return accept_soft(p, SOFT_UNDERSCORE) ? as_node(p, start, NULL, NULL) : NULL;
}

/* --- patterns --------------------------------------------------------------------------------- */

/* closed_pattern: literal_pattern | capture_pattern | wildcard_pattern | value_pattern
 *     | group_pattern
 *     | sequence_pattern | mapping_pattern | class_pattern */
static Pattern *parse_closed_pattern(Parser *p) {
    int start = p->position;
    if (p->second_pass) {
        void *known;
        if (memo_find(p, MEMO_CLOSED_PATTERN, &known)) return known;
    }
    if (!enter(p)) return NULL;
    Pattern *result;
    switch (peek(p)) {
    case TOKEN_NAME: result = parse_name_pattern(p); break;
    case TOKEN_LPAR:
    case TOKEN_LSQB: result = parse_bracket_pattern(p); break;
    case TOKEN_LBRACE: result = parse_mapping_pattern(p); break;
    default: result = parse_literal_pattern(p);
    }
    leave(p);
    if (p->second_pass) memo_store(p, MEMO_CLOSED_PATTERN, start, result);
    return p->failed ? NULL : result;
}

/* or_pattern: '|'.closed_pattern+ */
static Pattern *parse_or_pattern(Parser *p) {
    int start = p->position, base = p->scratch_count;
    Pattern *first = parse_closed_pattern(p);
    if (!first || peek(p) != TOKEN_VBAR) return p->failed ? NULL : first;
    push(p, first);
    while (peek(p) == TOKEN_VBAR) {
        int mark = p->position++;
        Pattern *next = parse_closed_pattern(p);
        if (!next) {
            p->position = mark;
            break;
        }
        push(p, next);
    }
    if (p->failed) return NULL;
    if (p->scratch_count == base + 1) {
        p->scratch_count = base;
        return first;
    }
    Pattern *node = node_new(p, AST_MatchOr, start);
    if (node) TAKE(p, base, node->MatchOr.patterns);
    return node;
}

/* as_pattern: or_pattern 'as' pattern_capture_target */
static Pattern *parse_as_pattern(Parser *p) {
    int start = p->position;
    Pattern *pattern = parse_or_pattern(p);
    if (pattern && accept(p, TOKEN_AS)) {
        Str *name = parse_capture_target(p);
        if (name) return as_node(p, start, pattern, name);
    }
    if (p->failed) return NULL;
    p->position = start;
    return p->second_pass ? invalid_as_pattern(p) : NULL;
}

/* pattern: as_pattern | or_pattern */
static Pattern *parse_pattern(Parser *p) {
    if (p->second_pass) {
        Pattern *pattern = parse_as_pattern(p);
        return pattern || p->failed ? pattern : parse_or_pattern(p);
    }
    int start = p->position;
    Pattern *pattern = parse_or_pattern(p);
    if (!pattern || peek(p) != TOKEN_AS) return p->failed ? NULL : pattern;
    int mark = p->position++;
    Str *name = parse_capture_target(p);
    if (name) return as_node(p, start, pattern, name);
    p->position = mark;
    return p->failed ? NULL : pattern;
}

/* patterns: open_sequence_pattern | pattern
 * open_sequence_pattern: maybe_star_pattern ',' [maybe_sequence_pattern] */
static Pattern *parse_patterns(Parser *p) {
    int start = p->position, base = p->scratch_count;
    bool comma;
    if (!push_maybe_sequence(p, &comma)) {
        p->scratch_count = base;
        return p->failed ? NULL : reset(p, start);
    }
    if (comma) return sequence_node(p, start, base);
    Pattern *pattern = p->scratch[--p->scratch_count];
    return pattern->kind == AST_MatchStar ? reset(p, start) : pattern;
}

/* --- the statement ---------------------------------------------------------------------------- */

/* guard: 'if' named_expression */
static Expr *parse_guard(Parser *p) {
    int start = p->position;
    if (!accept(p, TOKEN_IF)) return NULL;
    Expr *guard = parse_named_expression(p);
    return guard ? guard : reset(p, start);
}

/* case_block: "case" patterns [guard] ':' block */
static MatchCase *parse_case(Parser *p) {
    int start = p->position;
    if (!peek_soft(p, SOFT_CASE)) return NULL;
    if (p->second_pass) {
        invalid_case(p);
        if (p->failed) return NULL;
    }
    p->position++;
    Pattern *pattern = parse_patterns(p);
    if (!pattern) return reset(p, start);
    Expr *guard = parse_guard(p);
    StmtSequence body;
    if (p->failed || !accept(p, TOKEN_COLON) || !parse_block(p, &body)) return reset(p, start);
    MatchCase *node = node_new_plain(p, AST_match_case);
    if (!node) return NULL;
    node->pattern = pattern;
    node->guard = guard;
    node->body = body;
    return node;
}

/* subject_expr: star_named_expression ',' [star_named_expressions] | named_expression */
static Expr *parse_subject(Parser *p) {
    int start = p->position, base = p->scratch_count;
    Expr *first = parse_star_named_expression(p);
    if (!first) return NULL;
    if (peek(p) != TOKEN_COMMA) return first->kind == AST_Starred ? reset(p, start) : first;
    push(p, first);
    while (accept(p, TOKEN_COMMA)) {
        Expr *next = parse_star_named_expression(p);
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

/* Can what follows the word "match" begin a subject? Most uses of the name are told apart here. */
static bool may_be_match(Parser *p) {
    switch (peek_second(p)) {
    case TOKEN_NEWLINE:
    case TOKEN_EQUAL:
    case TOKEN_DOT:
    case TOKEN_COMMA:
    case TOKEN_RPAR:
    case TOKEN_COLON:
    case TOKEN_SEMI:
    case TOKEN_ERROR: return false;
    default: return true;
    }
}

/* match_stmt: "match" subject_expr ':' NEWLINE INDENT case_block+ DEDENT */
Stmt *parse_match(Parser *p) {
    int start = p->position, base = p->scratch_count;
    if (!peek_soft(p, SOFT_MATCH) || !may_be_match(p)) return NULL;
    p->position++;
    Expr *subject = parse_subject(p);
    bool good = subject && accept(p, TOKEN_COLON) && accept(p, TOKEN_NEWLINE) &&
                accept(p, TOKEN_INDENT);
    MatchCase *last = NULL, *next;
    while (good && (next = parse_case(p))) {
        push(p, next);
        last = next;
    }
    if (p->failed) return NULL;
    if (!last || !accept(p, TOKEN_DEDENT)) {
        p->scratch_count = base;
        p->position = start;
        return p->second_pass && !p->failed ? invalid_match(p) : NULL;
    }
    if (!check_version(p, 10, "Pattern matching is")) return NULL;
    Stmt *node = node_new(p, AST_Match, start);
    if (!node) return NULL;
    node->Match.subject = subject;
    TAKE(p, base, node->Match.cases);
    return node;
}

/* --- mistakes --------------------------------------------------------------------------------- */

/* invalid_match_stmt: "match" subject_expr NEWLINE | "match" subject_expr ':' NEWLINE !INDENT */
void *invalid_match(Parser *p) {
    if (p->unchecked) return NULL;
    int start = p->position++;
    Expr *subject = parse_subject(p);
    if (!subject) return reset(p, start);
    if (accept(p, TOKEN_NEWLINE)) {
        parser_syntax_error(p, "expected ':'");
    } else if (accept(p, TOKEN_COLON)) {
        check_missing_block(p, start, "'match' statement");
    }
    return reset(p, start);
}

/* invalid_case_block: "case" patterns [guard] NEWLINE | "case" patterns [guard] ':' NEWLINE
 * !INDENT */
void *invalid_case(Parser *p) {
    if (p->unchecked) return NULL;
    int start = p->position++;
    if (!parse_patterns(p)) return reset(p, start);
    parse_guard(p);
    if (p->failed) return NULL;
    if (accept(p, TOKEN_NEWLINE)) {
        parser_syntax_error(p, "expected ':'");
    } else if (accept(p, TOKEN_COLON)) {
        check_missing_block(p, start, "'case' statement");
    }
    return reset(p, start);
}

/* invalid_as_pattern: or_pattern 'as' "_" | or_pattern 'as' !NAME expression */
void *invalid_as_pattern(Parser *p) {
    if (p->unchecked) return NULL;
    int start = p->position;
    if (!parse_or_pattern(p) || !accept(p, TOKEN_AS)) return reset(p, start);
    if (peek_soft(p, SOFT_UNDERSCORE))
        return error_at_token(p, token_at(p, p->position), "cannot use '_' as a target");
    if (peek(p) != TOKEN_NAME) {
        Expr *target = parse_expression(p);
        if (target) return error_at_node(p, target, "invalid pattern target");
    }
    return reset(p, start);
}

/* NAME '=' pattern */
static bool skip_keyword_pattern(Parser *p) {
    int start = p->position;
    if (accept(p, TOKEN_NAME) && accept(p, TOKEN_EQUAL) && parse_pattern(p)) return true;
    p->position = start;
    return false;
}

/* invalid_class_pattern: name_or_attr '(' [positional_patterns ','] keyword_patterns ','
 * positional_patterns */
void *invalid_class_pattern(Parser *p) {
    if (p->unchecked) return NULL;
    int start = p->position;
    if (!parse_name_or_attr(p) || !accept(p, TOKEN_LPAR)) return reset(p, start);
    for (;;) {
        int mark = p->position;
        bool positional = !(peek(p) == TOKEN_NAME && peek_second(p) == TOKEN_EQUAL);
        if (!positional || !parse_pattern(p) || !accept(p, TOKEN_COMMA)) {
            p->position = mark;
            break;
        }
    }
    if (p->failed) return NULL;
    bool keywords = false, comma = false;
    while (skip_keyword_pattern(p)) {
        keywords = true;
        comma = accept(p, TOKEN_COMMA);
        if (!comma) break;
    }
    if (!keywords || !comma || p->failed) return reset(p, start);
    Pattern *first = parse_pattern(p), *last = first;
    if (!first) return reset(p, start);
    while (peek(p) == TOKEN_COMMA) {
        int mark = p->position++;
        Pattern *next = parse_pattern(p);
        if (!next) {
            p->position = mark;
            break;
        }
        last = next;
    }
    return error_range(p, first, last, "positional patterns follow keyword patterns");
}
