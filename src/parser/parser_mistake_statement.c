/* parser_mistake_statement.c - known mistakes in statements: missing colons and blocks above all.
 * See parser_mistake.c. */
#include "parser/parser_internal.h"

#include "types/exception.h"

void *check_missing_block(Parser *p, int keyword, const char *what) {
    if (!accept(p, TOKEN_NEWLINE) || peek(p) == TOKEN_INDENT || p->failed) return NULL;
    return indentation_error(p, "expected an indented block after %s on line %d", what,
                             token_at(p, keyword)->lineno);
}

/* NEWLINE: "expected ':'"; ':' NEWLINE !INDENT: a missing block */
static void check_colon_or_block(Parser *p, int keyword, const char *what) {
    if (p->failed) return;
    if (accept(p, TOKEN_NEWLINE)) parser_syntax_error(p, "expected ':'");
    else if (accept(p, TOKEN_COLON)) check_missing_block(p, keyword, what);
}

/* invalid_block: NEWLINE !INDENT */
void *invalid_block(Parser *p) {
    if (p->unchecked) return NULL;
    int start = p->position;
    if (accept(p, TOKEN_NEWLINE) && peek(p) != TOKEN_INDENT && !p->failed)
        indentation_error(p, "expected an indented block");
    return reset(p, start);
}

/* invalid_if_stmt, invalid_elif_stmt, invalid_while_stmt:
 *     keyword named_expression NEWLINE | keyword named_expression ':' NEWLINE !INDENT */
void *invalid_condition(Parser *p, unsigned keyword, const char *name) {
    int start = p->position;
    if (p->unchecked || !accept(p, keyword)) return NULL;
    if (parse_named_expression(p)) {
        char what[32];
        snprintf(what, sizeof what, "'%s' statement", name);
        check_colon_or_block(p, start, what);
    }
    return reset(p, start);
}

/* 'else' ':' NEWLINE !INDENT */
void *invalid_else(Parser *p) {
    int start = p->position;
    if (p->unchecked) return NULL;
    if (accept(p, TOKEN_ELSE) && accept(p, TOKEN_COLON))
        check_missing_block(p, start, "'else' statement");
    return reset(p, start);
}

/* invalid_for_stmt: ['async'] 'for' star_targets 'in' star_expressions
 *     (NEWLINE | ':' NEWLINE !INDENT) */
void *invalid_for(Parser *p) {
    int start = p->position;
    if (p->unchecked) return NULL;
    accept(p, TOKEN_ASYNC);
    int keyword = p->position;
    if (accept(p, TOKEN_FOR) && parse_star_targets(p) && accept(p, TOKEN_IN) &&
        parse_star_expressions(p))
        check_colon_or_block(p, keyword, "'for' statement");
    return reset(p, start);
}

/* --- with ------------------------------------------------------------------------------------- */

/* expression ['as' star_target], with `tuple`: expressions */
static bool skip_with_item(Parser *p, bool tuple) {
    if (!(tuple ? parse_expressions(p) : parse_expression(p))) return false;
    int mark = p->position;
    if (accept(p, TOKEN_AS) && !parse_star_target(p)) p->position = mark;
    return !p->failed;
}

static bool skip_with_items(Parser *p, bool tuple) {
    if (!skip_with_item(p, tuple)) return false;
    for (;;) {
        int mark = p->position;
        if (!accept(p, TOKEN_COMMA) || !skip_with_item(p, tuple)) {
            p->position = mark;
            return !p->failed;
        }
    }
}

/* ['async'] 'with' items, or items in parentheses; `keyword` is set. The position is behind
 * them. */
static bool skip_with_header(Parser *p, bool parentheses, int *keyword) {
    accept(p, TOKEN_ASYNC);
    *keyword = p->position;
    if (!accept(p, TOKEN_WITH)) return false;
    if (!parentheses) return skip_with_items(p, false);
    if (!accept(p, TOKEN_LPAR) || !skip_with_items(p, true)) return false;
    accept(p, TOKEN_COMMA);
    return accept(p, TOKEN_RPAR);
}

/* invalid_with_stmt_indent: with_header ':' NEWLINE !INDENT */
void *invalid_with_indent(Parser *p) {
    if (p->unchecked) return NULL;
    int start = p->position, keyword;
    for (int parentheses = 0; parentheses < 2 && !p->failed; parentheses++) {
        if (skip_with_header(p, parentheses, &keyword) && accept(p, TOKEN_COLON))
            check_missing_block(p, keyword, "'with' statement");
        p->position = start;
    }
    return NULL;
}

/* invalid_with_stmt: with_header NEWLINE */
void *invalid_with(Parser *p) {
    if (p->unchecked) return NULL;
    int start = p->position, keyword;
    for (int parentheses = 0; parentheses < 2 && !p->failed; parentheses++) {
        if (skip_with_header(p, parentheses, &keyword) && accept(p, TOKEN_NEWLINE))
            parser_syntax_error(p, "expected ':'");
        p->position = start;
    }
    return NULL;
}

/* invalid_with_item: expression 'as' expression &(',' | ')' | ':') */
void *invalid_with_item(Parser *p) {
    if (p->unchecked) return NULL;
    int start = p->position;
    if (!parse_expression(p) || !accept(p, TOKEN_AS)) return reset(p, start);
    Expr *target = parse_expression(p);
    unsigned next = peek(p);
    if (target && (next == TOKEN_COMMA || next == TOKEN_RPAR || next == TOKEN_COLON))
        raise_invalid_target(p, target, TARGET_STAR);
    return reset(p, start);
}

/* --- try -------------------------------------------------------------------------------------- */

/* ['as' NAME] */
static void skip_as_name(Parser *p) {
    int mark = p->position;
    if (accept(p, TOKEN_AS) && !accept(p, TOKEN_NAME)) p->position = mark;
}

/* Handlers of one kind followed by the header of one of the other kind. */
static void *mixed_handlers(Parser *p) {
    bool first_star = peek_second(p) == TOKEN_STAR, star;
    int start = p->position;
    if (!parse_except(p, first_star)) return reset(p, start);
    for (;;) {
        int mark = p->position;
        if (!accept(p, TOKEN_EXCEPT)) return reset(p, start);
        star = accept(p, TOKEN_STAR);
        if (star == first_star) {
            p->position = mark;
            if (!parse_except(p, star)) return reset(p, start);
            continue;
        }
        if (star || peek(p) != TOKEN_COLON) {
            if (!parse_expression(p)) return reset(p, start);
            skip_as_name(p);
        }
        if (!accept(p, TOKEN_COLON)) return reset(p, start);
        return error_tokens(p, token_at(p, mark), token_at(p, mark + star),
                            "cannot have both 'except' and 'except*' on the same 'try'");
    }
}

/* invalid_try_stmt: 'try' ':' NEWLINE !INDENT | 'try' ':' block !('except' | 'finally')
 *     | 'try' ':' block* (except_block+ and an except*, or the reverse) */
void *invalid_try(Parser *p) {
    if (p->unchecked) return NULL;
    int start = p->position;
    if (!accept(p, TOKEN_TRY) || !accept(p, TOKEN_COLON)) return reset(p, start);
    int colon = p->position;
    check_missing_block(p, start, "'try' statement");
    p->position = colon;
    StmtSequence body;
    if (p->failed) return NULL;
    bool block = parse_block(p, &body);
    if (p->failed) return NULL;
    unsigned next = peek(p);
    if (block && next != TOKEN_EXCEPT && next != TOKEN_FINALLY) {
        if (!p->failed) parser_syntax_error(p, "expected 'except' or 'finally' block");
        return reset(p, start);
    }
    if (!block) p->position = colon;
    mixed_handlers(p);
    return reset(p, start);
}

/* invalid_except_stmt_indent: 'except' [expression ['as' NAME]] ':' NEWLINE !INDENT
 * invalid_except_star_stmt_indent: 'except' '*' expression ['as' NAME] ':' NEWLINE !INDENT */
void *invalid_except_indent(Parser *p, bool star) {
    if (p->unchecked) return NULL;
    int start = p->position++;
    if (star && !accept(p, TOKEN_STAR)) return reset(p, start);
    if (star || peek(p) != TOKEN_COLON) {
        int mark = p->position;
        if (!parse_expression(p)) return reset(p, start);
        if (peek(p) == TOKEN_COMMA) {
            p->position = mark;
            parse_expressions(p);
        } else {
            skip_as_name(p);
        }
    }
    if (accept(p, TOKEN_COLON))
        check_missing_block(p, start, star ? "'except*' statement" : "'except' statement");
    return reset(p, start);
}

/* invalid_except_stmt: 'except' ['*'] expression ',' expressions 'as' NAME ':'
 *     | 'except' ['*'] expression ['as' NAME] NEWLINE | 'except' NEWLINE
 *     | 'except' '*' (NEWLINE | ':') */
void *invalid_except(Parser *p) {
    if (p->unchecked) return NULL;
    int start = p->position++;
    bool star = accept(p, TOKEN_STAR);
    Expr *first = parse_expression(p);
    if (first) {
        int mark = p->position;
        if (accept(p, TOKEN_COMMA) && parse_expressions(p) && accept(p, TOKEN_AS) &&
            accept(p, TOKEN_NAME) && accept(p, TOKEN_COLON))
            return error_from(p, first, "multiple exception types must be parenthesized");
        p->position = mark;
        if (!p->failed) skip_as_name(p);
        if (accept(p, TOKEN_NEWLINE)) parser_syntax_error(p, "expected ':'");
        return reset(p, start);
    }
    if (p->failed) return NULL;
    p->position = start + 1 + star;
    if (star) {
        if (accept(p, TOKEN_NEWLINE) || accept(p, TOKEN_COLON))
            parser_syntax_error(p, "expected one or more exception types");
    } else if (accept(p, TOKEN_NEWLINE)) {
        parser_syntax_error(p, "expected ':'");
    }
    return reset(p, start);
}

/* invalid_finally_stmt: 'finally' ':' NEWLINE !INDENT */
void *invalid_finally(Parser *p) {
    if (p->unchecked) return NULL;
    int start = p->position;
    if (accept(p, TOKEN_FINALLY) && accept(p, TOKEN_COLON))
        check_missing_block(p, start, "'finally' statement");
    return reset(p, start);
}

/* --- definitions, import ---------------------------------------------------------------------- */

/* invalid_def_raw: ['async'] 'def' NAME [type_params] '(' [params] ')' ['->' expression] ':'
 *     NEWLINE !INDENT */
void *invalid_def(Parser *p) {
    if (p->unchecked) return NULL;
    int start = p->position;
    accept(p, TOKEN_ASYNC);
    int keyword = p->position;
    TypeParamSequence type_params;
    if (!accept(p, TOKEN_DEF) || !accept(p, TOKEN_NAME)) return reset(p, start);
    if (peek(p) == TOKEN_LSQB) parse_type_params(p, &type_params);
    if (p->failed || !accept(p, TOKEN_LPAR) || !parse_parameters(p, false) ||
        !accept(p, TOKEN_RPAR))
        return reset(p, start);
    int arrow = p->position;
    if (accept(p, TOKEN_ARROW) && !parse_expression(p)) p->position = arrow;
    if (!p->failed && accept(p, TOKEN_COLON))
        check_missing_block(p, keyword, "function definition");
    return reset(p, start);
}

/* invalid_class_def_raw: 'class' NAME [type_params] ['(' [arguments] ')']
 *     (NEWLINE | ':' NEWLINE !INDENT) */
void *invalid_class(Parser *p) {
    if (p->unchecked) return NULL;
    int start = p->position;
    TypeParamSequence type_params;
    if (!accept(p, TOKEN_CLASS) || !accept(p, TOKEN_NAME)) return reset(p, start);
    if (peek(p) == TOKEN_LSQB) parse_type_params(p, &type_params);
    int mark = p->position;
    if (!p->failed && accept(p, TOKEN_LPAR)) {
        CallArguments arguments = {0};
        parse_arguments(p, &arguments);
        if (p->failed || !accept(p, TOKEN_RPAR)) p->position = mark;
    }
    check_colon_or_block(p, start, "class definition");
    return reset(p, start);
}

/* invalid_import_from_targets: ','.import_from_as_name+ ',' NEWLINE */
void *invalid_import_from_targets(Parser *p) {
    if (p->unchecked) return NULL;
    int start = p->position;
    while (accept(p, TOKEN_NAME)) {
        skip_as_name(p);
        if (!accept(p, TOKEN_COMMA)) break;
        if (accept(p, TOKEN_NEWLINE)) {
            parser_syntax_error(p, "trailing comma not allowed without surrounding parentheses");
            break;
        }
    }
    return reset(p, start);
}
