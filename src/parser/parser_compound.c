/* parser_compound.c - compound statements other than match. */
#include "parser/parser_internal.h"

#include "types/exception.h"

static StmtSequence sequence_of_one(Parser *p, Stmt *statement) {
    StmtSequence sequence;
    TAKE_ONE(p, statement, sequence);
    return sequence;
}

/* --- if, while -------------------------------------------------------------------------------- */

/* else_block: 'else' &&':' block */
static bool parse_else(Parser *p, StmtSequence *out) {
    int start = p->position;
    if (p->second_pass) {
        invalid_else(p);
        if (p->failed) return false;
    }
    if (!accept(p, TOKEN_ELSE)) return false;
    if (expect_forced(p, TOKEN_COLON, ":") && parse_block(p, out)) return true;
    p->position = start;
    return false;
}

/* [else_block], true unless there is an error */
static bool parse_optional_else(Parser *p, StmtSequence *out) {
    if (peek(p) == TOKEN_ELSE) parse_else(p, out);
    return !p->failed;
}

/* keyword named_expression ':' block of an if or elif; the statement without its orelse */
static Stmt *parse_condition(Parser *p, unsigned keyword, const char *name) {
    int start = p->position;
    if (p->second_pass) {
        invalid_condition(p, keyword, name);
        if (p->failed) return NULL;
    }
    p->position++;
    Expr *test = parse_named_expression(p);
    StmtSequence body;
    if (!test || !accept(p, TOKEN_COLON) || !parse_block(p, &body)) return reset(p, start);
    Stmt *node = node_new(p, AST_If, start);
    if (!node) return NULL;
    node->If.test = test;
    node->If.body = body;
    return node;
}

/* if_stmt: 'if' named_expression ':' block (elif_stmt | [else_block])
 * elif_stmt: 'elif' named_expression ':' block (elif_stmt | [else_block])
 * An elif is an If that is alone in the orelse; all of them end where the last one does. */
static Stmt *parse_if(Parser *p) {
    Stmt *first = parse_condition(p, TOKEN_IF, "if");
    if (!first) return NULL;
    int base = p->scratch_count;
    push(p, first);
    Stmt *innermost = first;
    while (peek(p) == TOKEN_ELIF) {
        Stmt *next = parse_condition(p, TOKEN_ELIF, "elif");
        if (!next) break;
        push(p, next);
        innermost->If.orelse = sequence_of_one(p, next);
        innermost = next;
    }
    if (p->failed || !parse_optional_else(p, &innermost->If.orelse)) return NULL;
    const Stmt *end = node_new(p, AST_Pass, p->position - 1);
    if (!end) return NULL;
    while (p->scratch_count > base) {
        Stmt *node = p->scratch[--p->scratch_count];
        node->end_lineno = end->end_lineno;
        node->end_col_offset = end->end_col_offset;
    }
    return first;
}

/* while_stmt: 'while' named_expression ':' block [else_block] */
static Stmt *parse_while(Parser *p) {
    int start = p->position;
    if (p->second_pass) {
        invalid_condition(p, TOKEN_WHILE, "while");
        if (p->failed) return NULL;
    }
    p->position++;
    Expr *test = parse_named_expression(p);
    StmtSequence body, orelse = {0};
    if (!test || !accept(p, TOKEN_COLON) || !parse_block(p, &body)) return reset(p, start);
    if (!parse_optional_else(p, &orelse)) return NULL;
    Stmt *node = node_new(p, AST_While, start);
    if (!node) return NULL;
    node->While.test = test;
    node->While.body = body;
    node->While.orelse = orelse;
    return node;
}

/* --- for -------------------------------------------------------------------------------------- */

/* for_stmt: ['async'] 'for' star_targets 'in' ~ star_expressions ':' block [else_block]
 * `start` is the token of 'async' if there is one. */
Stmt *parse_for(Parser *p, int start, bool is_async) {
    int mark = p->position;
    if (p->second_pass) {
        p->position = start;
        invalid_for(p);
        if (p->failed) return NULL;
        p->position = mark;
    }
    p->position++;
    Expr *target = parse_star_targets(p);
    if (!target || !accept(p, TOKEN_IN)) {
        p->position = start;
        return p->second_pass && !p->failed ? invalid_for_target(p) : NULL;
    }
    Expr *iterable = parse_star_expressions(p);
    StmtSequence body, orelse = {0};
    if (!iterable || !accept(p, TOKEN_COLON)) return reset(p, start);
    Str *comment = parse_type_comment(p);
    if (!parse_block(p, &body)) return reset(p, start);
    if (!parse_optional_else(p, &orelse)) return NULL;
    if (is_async && !check_version(p, 5, "Async for loops are")) return NULL;
    Stmt *node = node_new(p, is_async ? AST_AsyncFor : AST_For, start);
    if (!node) return NULL;
    node->For.target = target; /* AsyncFor has the same fields */
    node->For.iter = iterable;
    node->For.body = body;
    node->For.orelse = orelse;
    node->For.type_comment = comment;
    return node;
}

/* --- with ------------------------------------------------------------------------------------- */

static bool ends_with_item(Parser *p) {
    unsigned next = peek(p);
    return next == TOKEN_COMMA || next == TOKEN_RPAR || next == TOKEN_COLON;
}

/* with_item: expression 'as' star_target &(',' | ')' | ':') | expression */
static WithItem *parse_with_item(Parser *p) {
    int start = p->position;
    Expr *context = parse_expression(p), *target = NULL;
    if (!context) return NULL;
    if (peek(p) == TOKEN_AS) {
        int mark = p->position++;
        target = parse_star_target(p);
        if (!target || !ends_with_item(p)) {
            if (p->failed) return NULL;
            target = NULL;
            if (p->second_pass) {
                p->position = start;
                invalid_with_item(p);
                if (p->failed) return NULL;
            }
            p->position = mark;
        }
    }
    if (p->failed) return NULL;
    WithItem *item = node_new_plain(p, AST_withitem);
    if (!item) return NULL;
    item->context_expr = context;
    item->optional_vars = target;
    return item;
}

/* ','.with_item+ pushed on the scratch */
static bool push_with_items(Parser *p) {
    bool any = false;
    for (;;) {
        int mark = p->position;
        if (any && !accept(p, TOKEN_COMMA)) break;
        WithItem *item = parse_with_item(p);
        if (!item) {
            p->position = mark;
            break;
        }
        push(p, item);
        any = true;
    }
    return any && !p->failed;
}

/* '(' ','.with_item+ [','] ')' ':' */
static bool push_parenthesised_items(Parser *p) {
    int start = p->position, base = p->scratch_count;
    if (accept(p, TOKEN_LPAR) && push_with_items(p)) {
        accept(p, TOKEN_COMMA);
        if (accept(p, TOKEN_RPAR) && accept(p, TOKEN_COLON)) return true;
    }
    p->scratch_count = base;
    p->position = start;
    return false;
}

/* with_stmt: ['async'] 'with' ('(' ','.with_item+ [','] ')' | ','.with_item+) ':' block */
Stmt *parse_with(Parser *p, int start, bool is_async) {
    int mark = p->position, base = p->scratch_count;
    if (p->second_pass) {
        p->position = start;
        invalid_with_indent(p);
        if (p->failed) return NULL;
        p->position = mark;
    }
    p->position++;
    StmtSequence body;
    Str *comment = NULL;
    bool good = false, parenthesised = false;
    if (peek(p) == TOKEN_LPAR && push_parenthesised_items(p)) {
        good = parse_block(p, &body);
        if (good && unlikely(p->version < 9)) { /* only what is an expression, too */
            parenthesised = true;
            good = false;
        }
    }
    if (!good && !p->failed) {
        p->scratch_count = base;
        p->position = mark + 1;
        good = push_with_items(p) && accept(p, TOKEN_COLON);
        if (good) comment = parse_type_comment(p);
        good = good && parse_block(p, &body);
    }
    if (parenthesised && !good && !p->failed && !check_version(p, 9, "Parenthesized context managers are"))
        return NULL;
    if (good && is_async && !check_version(p, 5, "Async with statements are")) return NULL;
    if (!good) {
        p->scratch_count = base;
        p->position = start;
        return p->second_pass && !p->failed ? invalid_with(p) : NULL;
    }
    Stmt *node = node_new(p, is_async ? AST_AsyncWith : AST_With, start);
    if (!node) return NULL;
    TAKE(p, base, node->With.items);
    node->With.body = body;
    node->With.type_comment = comment;
    return node;
}

/* --- try -------------------------------------------------------------------------------------- */

/* except_block: 'except' expression ['as' NAME] ':' block | 'except' ':' block
 *     | 'except' expression (',' expression)+ [','] ':' block          (PEP 758)
 * except_star_block: the same behind 'except' '*', with an expression */
ExceptHandlerNode *parse_except(Parser *p, bool star) {
    int start = p->position;
    if (peek(p) != TOKEN_EXCEPT) return NULL;
    if (p->second_pass) {
        invalid_except_indent(p, star);
        if (p->failed) return NULL;
    }
    p->position++;
    Expr *type = NULL;
    Str *name = NULL;
    StmtSequence body;
    bool good = !star || accept(p, TOKEN_STAR);
    if (good && (star || peek(p) != TOKEN_COLON)) {
        int mark = p->position;
        type = parse_expression(p);
        if (type && peek(p) == TOKEN_COMMA) {
            /* Several without parentheses: there can be no name for them. */
            p->position = mark;
            type = parse_expressions(p);
        } else if (type && accept(p, TOKEN_AS)) {
            name = parse_identifier(p);
            good = name != NULL;
        }
        good = good && type;
    }
    good = good && accept(p, TOKEN_COLON) && parse_block(p, &body);
    if (!good) {
        p->position = start;
        return p->second_pass && !p->failed ? invalid_except(p) : NULL;
    }
    ExceptHandlerNode *node = node_new(p, AST_ExceptHandler, start);
    if (!node) return NULL;
    node->ExceptHandler.type = type;
    node->ExceptHandler.name = name;
    node->ExceptHandler.body = body;
    return node;
}

/* finally_block: 'finally' &&':' block */
static bool parse_finally(Parser *p, StmtSequence *out) {
    int start = p->position;
    if (p->second_pass) {
        invalid_finally(p);
        if (p->failed) return false;
    }
    if (!accept(p, TOKEN_FINALLY)) return false;
    if (expect_forced(p, TOKEN_COLON, ":") && parse_block(p, out)) return true;
    p->position = start;
    return false;
}

/* except_block+ or except_star_block+ pushed on the scratch */
static bool push_handlers(Parser *p, bool star) {
    bool any = false;
    ExceptHandlerNode *handler;
    while ((handler = parse_except(p, star))) {
        push(p, handler);
        any = true;
    }
    return any && !p->failed;
}

/* try_stmt: 'try' &&':' block finally_block
 *     | 'try' &&':' block except_block+ [else_block] [finally_block]
 *     | 'try' &&':' block except_star_block+ [else_block] [finally_block] */
Stmt *parse_try(Parser *p) {
    int start = p->position, base = p->scratch_count;
    if (p->second_pass) {
        invalid_try(p);
        if (p->failed) return NULL;
    }
    p->position++;
    StmtSequence body, orelse = {0}, finalbody = {0};
    if (!expect_forced(p, TOKEN_COLON, ":") || !parse_block(p, &body)) return reset(p, start);
    bool star = false, handlers = false;
    if (peek(p) == TOKEN_FINALLY) {
        if (!parse_finally(p, &finalbody)) return reset(p, start);
    } else {
        star = peek(p) == TOKEN_EXCEPT && peek_second(p) == TOKEN_STAR;
        handlers = push_handlers(p, star);
        if (!handlers && !p->failed && star) handlers = push_handlers(p, star = false);
        if (!handlers || !parse_optional_else(p, &orelse)) {
            p->scratch_count = base;
            return reset(p, start);
        }
        if (peek(p) == TOKEN_FINALLY) parse_finally(p, &finalbody);
        if (p->failed) return NULL;
    }
    if (star && !check_version(p, 11, "Exception groups are")) return NULL;
    Stmt *node = node_new(p, star ? AST_TryStar : AST_Try, start);
    if (!node) return NULL;
    node->Try.body = body; /* TryStar has the same fields */
    TAKE(p, base, node->Try.handlers);
    node->Try.orelse = orelse;
    node->Try.finalbody = finalbody;
    return node;
}

/* --- def, class ------------------------------------------------------------------------------- */

/* func_type_comment: NEWLINE TYPE_COMMENT &(NEWLINE INDENT) | TYPE_COMMENT
 * Two of them before the block are an error. */
static Str *parse_function_comment(Parser *p) {
    int start = p->position;
    if (peek(p) == TOKEN_NEWLINE && peek_second(p) == TOKEN_TYPE_COMMENT) {
        p->position++;
        Str *comment = parse_type_comment(p);
        if (peek(p) == TOKEN_NEWLINE && peek_second(p) == TOKEN_INDENT) return comment;
        return reset(p, start);
    }
    if (likely(peek(p) != TOKEN_TYPE_COMMENT)) return NULL;
    Str *comment = parse_type_comment(p);
    int mark = p->position;
    if (p->second_pass && accept(p, TOKEN_NEWLINE) && accept(p, TOKEN_TYPE_COMMENT) &&
        accept(p, TOKEN_NEWLINE) && accept(p, TOKEN_INDENT))
        return parser_syntax_error(p, "Cannot have two type comments on def");
    p->position = mark;
    return comment;
}

/* function_def_raw: ['async'] 'def' NAME [type_params] &&'(' [params] ')' ['->' expression] &&':'
 *     block
 * `start` is the token of 'async' if there is one. */
static Stmt *parse_function_raw(Parser *p, int start, bool is_async,
                                const ExprSequence *decorators) {
    int mark = p->position;
    if (p->second_pass) {
        p->position = start;
        invalid_def(p);
        if (p->failed) return NULL;
        p->position = mark;
    }
    p->position++;
    Str *name = parse_identifier(p);
    if (!name) return reset(p, start);
    TypeParamSequence type_params = {0};
    if (peek(p) == TOKEN_LSQB && !parse_type_params(p, &type_params)) return reset(p, start);
    if (!expect_forced(p, TOKEN_LPAR, "(")) return reset(p, start);
    Parameters *parameters = parse_parameters(p, false);
    if (!parameters || !accept(p, TOKEN_RPAR)) return reset(p, start);
    Expr *returns = NULL;
    if (peek(p) == TOKEN_ARROW) {
        int arrow = p->position++;
        returns = parse_expression(p);
        if (!returns) p->position = arrow;
    }
    StmtSequence body;
    if (p->failed || !expect_forced(p, TOKEN_COLON, ":")) return reset(p, start);
    Str *comment = parse_function_comment(p);
    if (p->failed || !parse_block(p, &body)) return reset(p, start);
    if (is_async && !check_version(p, 5, "Async functions are")) return NULL;
    Stmt *node = node_new(p, is_async ? AST_AsyncFunctionDef : AST_FunctionDef, start);
    if (!node) return NULL;
    node->FunctionDef.name = name; /* AsyncFunctionDef has the same fields */
    node->FunctionDef.args = parameters;
    node->FunctionDef.body = body;
    if (decorators) node->FunctionDef.decorator_list = *decorators;
    node->FunctionDef.returns = returns;
    node->FunctionDef.type_comment = comment;
    node->FunctionDef.type_params = type_params;
    return node;
}

/* class_def_raw: 'class' NAME [type_params] ['(' [arguments] ')'] ':' block */
static Stmt *parse_class_raw(Parser *p, const ExprSequence *decorators) {
    int start = p->position;
    if (p->second_pass) {
        invalid_class(p);
        if (p->failed) return NULL;
    }
    p->position++;
    Str *name = parse_identifier(p);
    if (!name) return reset(p, start);
    TypeParamSequence type_params = {0};
    if (peek(p) == TOKEN_LSQB) parse_type_params(p, &type_params);
    CallArguments arguments = {0};
    if (!p->failed && accept(p, TOKEN_LPAR)) {
        parse_arguments(p, &arguments);
        if (p->failed || !accept(p, TOKEN_RPAR)) return reset(p, start);
    }
    StmtSequence body;
    if (p->failed || !accept(p, TOKEN_COLON) || !parse_block(p, &body)) return reset(p, start);
    Stmt *node = node_new(p, AST_ClassDef, start);
    if (!node) return NULL;
    node->ClassDef.name = name;
    node->ClassDef.bases = arguments.args;
    node->ClassDef.keywords = arguments.keywords;
    node->ClassDef.body = body;
    if (decorators) node->ClassDef.decorator_list = *decorators;
    node->ClassDef.type_params = type_params;
    return node;
}

/* decorators: ('@' named_expression NEWLINE)+     before a function or class */
Stmt *parse_decorated(Parser *p) {
    int start = p->position, base = p->scratch_count;
    while (peek(p) == TOKEN_AT) {
        int mark = p->position++;
        Expr *decorator = parse_named_expression(p);
        if (!decorator || !accept(p, TOKEN_NEWLINE)) {
            p->position = mark;
            break;
        }
        push(p, decorator);
    }
    if (p->failed || p->scratch_count == base) return reset(p, start);
    ExprSequence decorators;
    TAKE(p, base, decorators);
    Stmt *node = NULL;
    int mark = p->position;
    switch (peek(p)) {
    case TOKEN_DEF: node = parse_function_raw(p, mark, false, &decorators); break;
    case TOKEN_CLASS: node = parse_class_raw(p, &decorators); break;
    case TOKEN_ASYNC:
        if (peek_second(p) == TOKEN_DEF) {
            p->position++;
            node = parse_function_raw(p, mark, true, &decorators);
        }
        break;
    }
    return node ? node : reset(p, start);
}

Stmt *parse_function(Parser *p) { return parse_function_raw(p, p->position, false, NULL); }
Stmt *parse_class(Parser *p) { return parse_class_raw(p, NULL); }

/* 'async' before def, with or for */
Stmt *parse_async(Parser *p) {
    int start = p->position;
    switch (peek_second(p)) {
    case TOKEN_DEF: p->position++; return parse_function_raw(p, start, true, NULL);
    case TOKEN_WITH: p->position++; return parse_with(p, start, true);
    case TOKEN_FOR: p->position++; return parse_for(p, start, true);
    default: return NULL;
    }
}

/* compound_stmt: function_def | if_stmt | class_def | with_stmt | for_stmt | try_stmt | while_stmt
 *     | match_stmt */
Stmt *parse_compound_statement(Parser *p) {
    if (!enter(p)) return NULL;
    Stmt *result = NULL;
    int start = p->position;
    switch (peek(p)) {
    case TOKEN_DEF: result = parse_function(p); break;
    case TOKEN_AT: result = parse_decorated(p); break;
    case TOKEN_ASYNC: result = parse_async(p); break;
    case TOKEN_IF: result = parse_if(p); break;
    case TOKEN_CLASS: result = parse_class(p); break;
    case TOKEN_WITH: result = parse_with(p, start, false); break;
    case TOKEN_FOR: result = parse_for(p, start, false); break;
    case TOKEN_TRY: result = parse_try(p); break;
    case TOKEN_WHILE: result = parse_while(p); break;
    case TOKEN_NAME: result = parse_match(p); break;
    }
    leave(p);
    return result ? result : reset(p, start);
}
