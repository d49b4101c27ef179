/* parser_mistake.c - known mistakes in expressions, calls, displays and assignments. Second pass
 * only.
 *
 * Each function recognises the rule above it at the current position and raises the error for it;
 * otherwise it leaves the position as it was. All return NULL. */
#include "parser/parser_internal.h"

#include <string.h>
#include "types/exception.h"

/* --- expressions ------------------------------------------------------------------------------ */

bool is_legacy_statement(Parser *p, const Expr *name) {
    (void)p;
    return name->kind == AST_Name &&
           (str_equal_c(name->Name.id, "print") || str_equal_c(name->Name.id, "exec"));
}

/* A name that a soft keyword of Python 3.11 begins with, or is, counts as one here. */
static bool may_be_soft_keyword(const Token *token) {
    size_t length = (size_t)(token->end - token->start);
    return token->soft == SOFT_UNDERSCORE ||
           (length <= 4 && memcmp(token->start, "case", length) == 0) ||
           (length <= 5 && memcmp(token->start, "match", length) == 0);
}

/* !(NAME STRING | SOFT_KEYWORD) disjunction expression_without_invalid, inside brackets */
static void *missing_comma(Parser *p) {
    const Token *token = token_at(p, p->position);
    if (peek(p) == TOKEN_NAME) {
        if (may_be_soft_keyword(token)) return NULL;
        if (peek_second(p) == TOKEN_STRING) return NULL;
    }
    Expr *first = parse_disjunction(p);
    if (!first) return NULL;
    Expr *second = parse_expression_unchecked(p);
    if (!second || is_legacy_statement(p, first) || last_token(p)->level == 0) return NULL;
    return error_range(p, first, second, "invalid syntax. Perhaps you forgot a comma?");
}

/* disjunction 'if' disjunction !('else' | ':') */
static void *missing_else(Parser *p) {
    Expr *body = parse_disjunction(p);
    if (!body || !accept(p, TOKEN_IF)) return NULL;
    Expr *test = parse_disjunction(p);
    if (!test) return NULL;
    unsigned next = peek(p);
    if (next == TOKEN_ELSE || next == TOKEN_COLON) return NULL;
    return error_range(p, body, test, "expected 'else' after 'if' expression");
}

void *invalid_expression(Parser *p) {
    if (p->unchecked) return NULL;
    int start = p->position;
    if (peek(p) == TOKEN_ERROR) return NULL;
    missing_comma(p);
    p->position = start;
    if (!p->failed) missing_else(p);
    return reset(p, start);
}

/* invalid_legacy_expression: NAME !'(' star_expressions, the name being print or exec */
void *invalid_legacy_expression(Parser *p) {
    if (p->unchecked) return NULL;
    int start = p->position;
    if (peek(p) != TOKEN_NAME || peek_second(p) == TOKEN_LPAR) return NULL;
    Expr *name = parse_name(p);
    Expr *rest = name ? parse_star_expressions(p) : NULL;
    if (rest && is_legacy_statement(p, name))
        error_range(p, name, rest, "Missing parentheses in call to '%U'. Did you mean %U(...)?",
                    name->Name.id, name->Name.id);
    return reset(p, start);
}

static bool equals_follows(Parser *p) {
    unsigned next = peek(p);
    return next == TOKEN_EQUAL || next == TOKEN_COLONEQUAL;
}

/* list | tuple | genexp | 'True' | 'None' | 'False' */
static bool looks_like_target_or_constant(Parser *p) {
    int start = p->position;
    switch (peek(p)) {
    case TOKEN_TRUE:
    case TOKEN_NONE:
    case TOKEN_FALSE: return true;
    case TOKEN_LPAR:
    case TOKEN_LSQB: {
        Expr *e = parse_bracketed(p);
        bool bracketed = p->position > start && last_token(p)->type != TOKEN_ERROR;
        p->position = start;
        if (!e || !bracketed) return false;
        /* a group gives its inside, which begins behind the bracket */
        const Token *open = token_at(p, start);
        bool group = e->lineno != open->lineno || e->col_offset != open->col_offset;
        return !group &&
               (e->kind == AST_List || e->kind == AST_Tuple || e->kind == AST_GeneratorExp);
    }
    default: return false;
    }
}

/* invalid_named_expression: expression ':=' expression
 *     | NAME '=' bitwise_or !('=' | ':=')
 *     | !(list | tuple | genexp | 'True' | 'None' | 'False') bitwise_or '=' bitwise_or !('=' |
 *     ':=') */
static void *invalid_named_rule(Parser *p) {
    int start = p->position;
    Expr *e = parse_expression(p);
    if (e && accept(p, TOKEN_COLONEQUAL) && parse_expression(p))
        return error_at_node(p, e, "cannot use assignment expressions with %s", expression_name(e));
    p->position = start;
    if (p->failed) return NULL;
    if (peek(p) == TOKEN_NAME && peek_second(p) == TOKEN_EQUAL) {
        Expr *name = parse_name(p);
        p->position++;
        Expr *value = parse_bitwise_or(p);
        if (value && !equals_follows(p))
            return error_range(p, name, value,
                               "invalid syntax. Maybe you meant '==' or ':=' instead of '='?");
        p->position = start;
        if (p->failed) return NULL;
    }
    if (looks_like_target_or_constant(p) || p->failed) return NULL;
    e = parse_bitwise_or(p);
    if (!e || !accept(p, TOKEN_EQUAL) || !parse_bitwise_or(p) || equals_follows(p)) return NULL;
    return error_at_node(p, e, "cannot assign to %s here. Maybe you meant '==' instead of '='?",
                         expression_name(e));
}

void *invalid_named_expression(Parser *p) {
    if (p->unchecked) return NULL;
    void *known;
    int start = p->position;
    if (memo_find(p, MEMO_INVALID_NAMED, &known)) return NULL;
    invalid_named_rule(p);
    p->position = start;
    memo_store(p, MEMO_INVALID_NAMED, start, NULL);
    return NULL;
}

/* --- assignments ------------------------------------------------------------------------------ */

/* invalid_ann_assign_target: list | tuple | '(' invalid_ann_assign_target ')' */
static Expr *parse_annotated_sequence(Parser *p) {
    int start = p->position;
    if (peek(p) != TOKEN_LPAR && peek(p) != TOKEN_LSQB) return NULL;
    Expr *e = parse_bracketed(p);
    if (e && (e->kind == AST_List || e->kind == AST_Tuple)) return e;
    return reset(p, start);
}

/* (star_targets '=')* */
static void skip_targets(Parser *p) {
    for (;;) {
        int mark = p->position;
        if (!parse_star_targets(p) || !accept(p, TOKEN_EQUAL)) {
            p->position = mark;
            return;
        }
    }
}

static void *invalid_annotation(Parser *p) {
    int start = p->position;
    Expr *e = parse_annotated_sequence(p);
    if (e && accept(p, TOKEN_COLON) && parse_expression(p))
        return error_at_node(p, e, "only single target (not %s) can be annotated",
                             e->kind == AST_List ? "list" : "tuple");
    p->position = start;
    if (p->failed) return NULL;
    e = parse_star_named_expression(p);
    if (e && accept(p, TOKEN_COMMA)) {
        while (parse_star_named_expression(p)) accept(p, TOKEN_COMMA);
        if (!p->failed && accept(p, TOKEN_COLON) && parse_expression(p))
            return error_at_node(p, e, "only single target (not tuple) can be annotated");
    }
    p->position = start;
    if (p->failed) return NULL;
    e = parse_expression(p);
    if (e && accept(p, TOKEN_COLON) && parse_expression(p))
        return error_at_node(p, e, "illegal target for annotation");
    return reset(p, start);
}

static bool is_augmented(unsigned token) {
    return token >= TOKEN_PLUSEQUAL && token <= TOKEN_ATEQUAL;
}

/* invalid_assignment: invalid_ann_assign_target ':' expression
 *     | star_named_expression ',' star_named_expressions* ':' expression | expression ':'
 *     expression
 *     | (star_targets '=')* star_expressions '=' | (star_targets '=')* yield_expr '='
 *     | star_expressions augassign (yield_expr | star_expressions) */
void *invalid_assignment(Parser *p) {
    if (p->unchecked) return NULL;
    int start = p->position;
    invalid_annotation(p);
    if (p->failed) return NULL;
    p->position = start;
    skip_targets(p);
    int mark = p->position;
    Expr *e = p->failed ? NULL : parse_star_expressions(p);
    if (e && accept(p, TOKEN_EQUAL)) raise_invalid_target(p, e, TARGET_STAR);
    if (p->failed) return NULL;
    p->position = mark;
    e = parse_yield_expression(p);
    if (e && accept(p, TOKEN_EQUAL))
        return error_at_node(p, e, "assignment to yield expression not possible");
    if (p->failed) return NULL;
    p->position = start;
    e = parse_star_expressions(p);
    if (e && is_augmented(peek(p))) {
        p->position++;
        if (parse_annotated_rhs(p))
            return error_at_node(p, e, "'%s' is an illegal expression for augmented assignment",
                                 expression_name(e));
    }
    return reset(p, start);
}

/* invalid_del_stmt: 'del' star_expressions */
void *invalid_del(Parser *p) {
    if (p->unchecked) return NULL;
    int start = p->position++;
    Expr *e = parse_star_expressions(p);
    if (e) raise_invalid_target(p, e, TARGET_DEL);
    return reset(p, start);
}

/* invalid_for_target: ['async'] 'for' star_expressions */
void *invalid_for_target(Parser *p) {
    if (p->unchecked) return NULL;
    int start = p->position;
    accept(p, TOKEN_ASYNC);
    if (!accept(p, TOKEN_FOR)) return reset(p, start);
    Expr *e = parse_star_expressions(p);
    if (e) raise_invalid_target(p, e, TARGET_FOR);
    return reset(p, start);
}

/* --- displays --------------------------------------------------------------------------------- */

/* invalid_comprehension: ('[' | '(' | '{') starred_expression for_if_clauses
 *     | ('[' | '{') star_named_expression ',' star_named_expressions for_if_clauses
 *     | ('[' | '{') star_named_expression ',' for_if_clauses */
void *invalid_comprehension(Parser *p) {
    if (p->unchecked) return NULL;
    int start = p->position;
    bool parenthesis = peek(p) == TOKEN_LPAR;
    p->position++;
    Expr *e = parse_starred_expression(p);
    if (e && parse_for_if_clauses(p).count)
        return error_at_node(p, e, "iterable unpacking cannot be used in comprehension");
    if (p->failed || parenthesis) return reset(p, start);
    p->position = start + 1;
    e = parse_star_named_expression(p);
    if (!e || !accept(p, TOKEN_COMMA)) return reset(p, start);
    int comma = p->position - 1;
    Expr *last = NULL, *next;
    while ((next = parse_star_named_expression(p))) {
        last = next;
        if (!accept(p, TOKEN_COMMA)) break;
    }
    if (p->failed) return NULL;
    if (parse_for_if_clauses(p).count) {
        if (last)
            return error_range(p, e, last,
                               "did you forget parentheses around the comprehension target?");
        return error_node_to_token(p, e, token_at(p, comma),
                                   "did you forget parentheses around the comprehension target?");
    }
    return reset(p, start);
}

/* invalid_dict_comprehension: '{' '**' bitwise_or for_if_clauses '}' */
void *invalid_dict_comprehension(Parser *p) {
    if (p->unchecked || !p->second_pass) return NULL;
    int start = p->position;
    if (accept(p, TOKEN_LBRACE) && accept(p, TOKEN_DOUBLESTAR) && parse_bitwise_or(p) &&
        parse_for_if_clauses(p).count && accept(p, TOKEN_RBRACE))
        error_at_token(p, token_at(p, start + 1),
                       "dict unpacking cannot be used in dict comprehension");
    return reset(p, start);
}

/* invalid_group: '(' starred_expression ')' | '(' '**' expression ')' */
void *invalid_group(Parser *p) {
    if (p->unchecked) return NULL;
    int start = p->position;
    if (!accept(p, TOKEN_LPAR)) return NULL;
    Expr *e = parse_starred_expression(p);
    if (e && accept(p, TOKEN_RPAR))
        return error_at_node(p, e, "cannot use starred expression here");
    p->position = start + 1;
    if (!p->failed && accept(p, TOKEN_DOUBLESTAR) && parse_expression(p) && accept(p, TOKEN_RPAR))
        error_at_token(p, token_at(p, start + 1), "cannot use double starred expression here");
    return reset(p, start);
}

/* '*' bitwise_or or nothing behind the ':' of a pair; the position is behind the key */
static void *invalid_dict_value(Parser *p) {
    int colon = p->position;
    if (!accept(p, TOKEN_COLON)) return NULL;
    unsigned next = peek(p);
    if (next == TOKEN_STAR) {
        Token star = *token_at(p, p->position++);
        if (!parse_bitwise_or(p)) return NULL;
        AstNode from = {.lineno = star.lineno, .col_offset = star.col_offset};
        return error_from(p, &from, "cannot use a starred expression in a dictionary value");
    }
    if (next == TOKEN_RBRACE || next == TOKEN_COMMA)
        return error_at_token(p, token_at(p, colon),
                              "expression expected after dictionary key and ':'");
    return NULL;
}

/* double_starred_kvpair: '**' bitwise_or | expression ':' expression */
static bool skip_pair(Parser *p) {
    int start = p->position;
    if (accept(p, TOKEN_DOUBLESTAR)) {
        if (parse_bitwise_or(p)) return true;
    } else if (parse_expression(p) && accept(p, TOKEN_COLON) && parse_expression(p)) {
        return true;
    }
    p->position = start;
    return false;
}

/* invalid_kvpair: expression !':' | expression ':' '*' bitwise_or | expression ':' &('}' | ',') */
static void *invalid_pair(Parser *p) {
    Expr *key = parse_expression(p);
    if (!key) return NULL;
    if (peek(p) != TOKEN_COLON) {
        if (p->failed) return NULL;
        return parser_raise_range(p, &exc_SyntaxError, key->lineno, key->end_col_offset - 1,
                                  key->end_lineno, -1, "':' expected after dictionary key");
    }
    return invalid_dict_value(p);
}

/* invalid_double_starred_kvpairs: ','.double_starred_kvpair+ ',' invalid_kvpair
 *     | expression ':' '*' bitwise_or | expression ':' &('}' | ',') */
void *invalid_double_starred_kvpairs(Parser *p) {
    int start = p->position;
    bool pairs = skip_pair(p);
    while (pairs && !p->failed && accept(p, TOKEN_COMMA)) {
        int mark = p->position;
        if (skip_pair(p)) continue;
        if (p->failed) return NULL;
        p->position = mark;
        invalid_pair(p);
        break;
    }
    if (p->failed) return NULL;
    p->position = start;
    if (parse_expression(p)) invalid_dict_value(p);
    return reset(p, start);
}

/* --- calls ------------------------------------------------------------------------------------ */

static Expr *last_comprehension_item(ComprehensionSequence clauses) {
    const Comprehension *last = clauses.items[clauses.count - 1];
    return last->ifs.count ? last->ifs.items[last->ifs.count - 1] : last->iter;
}

/* What must follow a generator expression in a call for it to be without its parentheses:
 * ',' [args | expression for_if_clauses] - always there once the comma is. */
static void *genexp_before_comma(Parser *p) {
    Expr *element = parse_expression(p);
    if (!element) return NULL;
    ComprehensionSequence clauses = parse_for_if_clauses(p);
    if (clauses.count == 0 || !accept(p, TOKEN_COMMA)) return NULL;
    int mark = p->position;
    if (!parse_args(p, NULL) && !p->failed) {
        p->position = mark;
        if (parse_expression(p)) parse_for_if_clauses(p);
    }
    if (p->failed) return NULL;
    return error_range(p, element, last_comprehension_item(clauses),
                       "Generator expression must be parenthesized");
}

/* NAME '=' expression for_if_clauses */
static void *assigned_genexp(Parser *p) {
    int start = p->position;
    if (!accept(p, TOKEN_NAME) || !accept(p, TOKEN_EQUAL) || !parse_expression(p) ||
        !parse_for_if_clauses(p).count)
        return NULL;
    return error_tokens(p, token_at(p, start), token_at(p, start + 1),
                        "invalid syntax. Maybe you meant '==' or ':=' instead of '='?");
}

static void *misplaced_argument(Parser *p, const CallArguments *before) {
    for (int i = 0; i < before->keywords.count; i++)
        if (!before->keywords.items[i]->arg)
            return parser_syntax_error(p,
                                       "positional argument follows keyword argument unpacking");
    return parser_syntax_error(p, "positional argument follows keyword argument");
}

/* invalid_arguments: args ',' '*'
 *     | expression for_if_clauses ',' [args | expression for_if_clauses]
 *     | NAME '=' expression for_if_clauses | args for_if_clauses
 *     | args ',' expression for_if_clauses | args ',' args */
void *invalid_arguments(Parser *p) {
    if (p->unchecked) return NULL;
    int start = p->position;
    CallArguments before = {0};
    bool found = parse_args(p, &before);
    int behind = p->position;
    if (found && accept(p, TOKEN_COMMA) && peek(p) == TOKEN_STAR)
        return error_tokens(p, token_at(p, start), token_at(p, behind - 1),
                            "iterable argument unpacking follows keyword argument unpacking");
    p->position = start;
    if (!p->failed) genexp_before_comma(p);
    p->position = start;
    if (!p->failed) assigned_genexp(p);
    p->position = behind;
    if (p->failed || !found) return reset(p, start);
    ComprehensionSequence clauses = parse_for_if_clauses(p);
    if (clauses.count && before.args.count > 1)
        return error_range(p, before.args.items[before.args.count - 1],
                           last_comprehension_item(clauses),
                           "Generator expression must be parenthesized");
    p->position = behind;
    if (p->failed || !accept(p, TOKEN_COMMA)) return reset(p, start);
    int second = p->position;
    Expr *element = parse_expression(p);
    if (element && (clauses = parse_for_if_clauses(p)).count)
        return error_range(p, element, last_comprehension_item(clauses),
                           "Generator expression must be parenthesized");
    p->position = second;
    if (!p->failed && parse_args(p, NULL)) misplaced_argument(p, &before);
    return reset(p, start);
}

/* invalid_kwarg: ('True' | 'False' | 'None') '=' | NAME '=' expression for_if_clauses
 *     | !(NAME '=') expression '=' */
void *invalid_kwarg(Parser *p) {
    if (p->unchecked) return NULL;
    int start = p->position;
    unsigned first = peek(p);
    if ((first == TOKEN_TRUE || first == TOKEN_FALSE || first == TOKEN_NONE) &&
        peek_second(p) == TOKEN_EQUAL)
        return error_tokens(p, token_at(p, start), token_at(p, start + 1), "cannot assign to %s",
                            first == TOKEN_TRUE    ? "True"
                            : first == TOKEN_FALSE ? "False"
                                                   : "None");
    if (first == TOKEN_NAME && peek_second(p) == TOKEN_EQUAL) {
        assigned_genexp(p);
        return reset(p, start);
    }
    Expr *e = parse_expression(p);
    if (e && accept(p, TOKEN_EQUAL))
        error_node_to_token(p, e, last_token(p),
                            "expression cannot contain assignment, perhaps you meant \"==\"?");
    return reset(p, start);
}
