/* parser_statement.c - statement lists, simple statements, blocks. */
#include "parser/parser_internal.h"

#include <string.h>
#include "types/exception.h"

/* --- assignment ------------------------------------------------------------------------------- */

static AstKind augmented_operator(unsigned token) {
    switch (token) {
    case TOKEN_PLUSEQUAL: return AST_Add;
    case TOKEN_MINUSEQUAL: return AST_Sub;
    case TOKEN_STAREQUAL: return AST_Mult;
    case TOKEN_ATEQUAL: return AST_MatMult;
    case TOKEN_SLASHEQUAL: return AST_Div;
    case TOKEN_PERCENTEQUAL: return AST_Mod;
    case TOKEN_AMPEREQUAL: return AST_BitAnd;
    case TOKEN_VBAREQUAL: return AST_BitOr;
    case TOKEN_CIRCUMFLEXEQUAL: return AST_BitXor;
    case TOKEN_LEFTSHIFTEQUAL: return AST_LShift;
    case TOKEN_RIGHTSHIFTEQUAL: return AST_RShift;
    case TOKEN_DOUBLESTAREQUAL: return AST_Pow;
    case TOKEN_DOUBLESLASHEQUAL: return AST_FloorDiv;
    default: return AST_NO_KIND;
    }
}

/* ':' expression ['=' annotated_rhs] */
static Stmt *parse_annotation(Parser *p, int start, Expr *target, bool simple) {
    if (!accept(p, TOKEN_COLON)) return NULL;
    Expr *annotation = parse_expression(p);
    if (!annotation) return NULL;
    Expr *value = NULL;
    if (peek(p) == TOKEN_EQUAL) {
        int mark = p->position++;
        value = parse_annotated_rhs(p);
        if (p->failed) return NULL;
        if (!value) p->position = mark;
    }
    if (!check_version(p, 6, "Variable annotation syntax is")) return NULL;
    Stmt *node = node_new(p, AST_AnnAssign, start);
    if (!node) return NULL;
    set_context(target, AST_Store);
    node->AnnAssign.target = target;
    node->AnnAssign.annotation = annotation;
    node->AnnAssign.value = value;
    node->AnnAssign.simple = simple;
    return node;
}

static bool is_single_target(const Expr *e) {
    return e->kind == AST_Name || e->kind == AST_Attribute || e->kind == AST_Subscript;
}

/* augassign ~ annotated_rhs */
static Stmt *parse_augmented(Parser *p, int start, Expr *target) {
    AstKind operator = augmented_operator(peek(p));
    if (operator == AST_NO_KIND) return NULL;
    if (operator == AST_MatMult && !check_version(p, 5, "The '@' operator is")) return NULL;
    p->position++;
    Expr *value = parse_annotated_rhs(p);
    if (!value) return NULL;
    Stmt *node = node_new(p, AST_AugAssign, start);
    if (!node) return NULL;
    set_context(target, AST_Store);
    node->AugAssign.target = target;
    node->AugAssign.op = operator;
    node->AugAssign.value = value;
    return node;
}

/* What is left of an assignment: [TYPE_COMMENT] */
static Stmt *assign_node(Parser *p, int start, int base, Expr *value) {
    Str *comment = parse_type_comment(p);
    Stmt *node = p->failed ? NULL : node_new(p, AST_Assign, start);
    if (!node) return NULL;
    node->Assign.type_comment = comment;
    TAKE(p, base, node->Assign.targets);
    node->Assign.value = value;
    return node;
}

static Stmt *expression_statement(Parser *p, int start, Expr *value) {
    Stmt *node = node_new(p, AST_Expr, start);
    if (node) node->Expr.value = value;
    return node;
}

/* An annotation's target is a name (simple: not in parentheses), an attribute or a subscript; only
 * a name may be in parentheses with them, too. */
static bool annotation_target(Parser *p, int start, const Expr *e, bool *simple) {
    const Token *first = token_at(p, start);
    bool parenthesised = first->type == TOKEN_LPAR && e->col_offset != first->col_offset;
    *simple = e->kind == AST_Name && !parenthesised;
    return is_single_target(e);
}

/* First pass: the first expression is read, and what follows tells what it is:
 * assignment: NAME ':' expression ['=' annotated_rhs]
 *     | ('(' single_target ')' | single_subscript_attribute_target) ':' expression ['='
 *     annotated_rhs]
 *     | (star_targets '=')+ annotated_rhs !'=' | single_target augassign ~ annotated_rhs
 * or a star_expressions alone. */
static Stmt *parse_expression_statement(Parser *p) {
    int start = p->position;
    Expr *first = parse_annotated_rhs(p);
    if (!first) return NULL;
    switch (peek(p)) {
    case TOKEN_NEWLINE:
    case TOKEN_SEMI: return expression_statement(p, start, first);
    case TOKEN_COLON: {
        bool simple;
        if (!annotation_target(p, start, first, &simple))
            return expression_statement(p, start, first);
        return parse_annotation(p, start, first, simple);
    }
    case TOKEN_EQUAL: break;
    default:
        if (augmented_operator(peek(p)) == AST_NO_KIND || !is_single_target(first))
            return p->failed ? NULL : expression_statement(p, start, first);
        return parse_augmented(p, start, first);
    }
    int base = p->scratch_count;
    Expr *value = first;
    while (peek(p) == TOKEN_EQUAL) {
        if (!make_target(p, value, AST_Store)) return NULL;
        push(p, value);
        p->position++;
        value = parse_annotated_rhs(p);
        if (!value) return NULL;
    }
    return p->failed ? NULL : assign_node(p, start, base, value);
}

/* single_target: single_subscript_attribute_target | NAME | '(' single_target ')' */
static Expr *parse_single_target(Parser *p) {
    int start = p->position;
    Expr *target = parse_primary(p);
    return target && is_single_target(target) ? target : reset(p, start);
}

/* (star_targets '=')+ annotated_rhs !'=' */
static Stmt *parse_assign_in_order(Parser *p) {
    int start = p->position, base = p->scratch_count;
    for (;;) {
        int mark = p->position;
        Expr *target = parse_star_targets(p);
        if (!target || !accept(p, TOKEN_EQUAL)) {
            p->position = mark;
            break;
        }
        push(p, target);
    }
    if (!p->failed && p->scratch_count > base) {
        Expr *value = parse_annotated_rhs(p);
        if (value && peek(p) != TOKEN_EQUAL) return assign_node(p, start, base, value);
    }
    p->scratch_count = base;
    return reset(p, start);
}

/* Second pass: assignment, its alternatives in the grammar's order */
static Stmt *parse_assignment_in_order(Parser *p) {
    int start = p->position;
    Stmt *result;
    if (peek(p) == TOKEN_NAME && peek_second(p) == TOKEN_COLON) {
        Expr *name = parse_name(p);
        if (name && (result = parse_annotation(p, start, name, true))) return result;
        if (p->failed) return NULL;
        p->position = start;
    } else {
        Expr *target = parse_single_target(p);
        bool simple;
        if (target && annotation_target(p, start, target, &simple) && !simple &&
            (result = parse_annotation(p, start, target, false)))
            return result;
        if (p->failed) return NULL;
        p->position = start;
    }
    result = parse_assign_in_order(p);
    if (result || p->failed) return result;
    Expr *target = parse_single_target(p);
    if (p->failed) return NULL;
    if (target && augmented_operator(peek(p)) != AST_NO_KIND) {
        result = parse_augmented(p, start, target);
        return result ? result : reset(p, start); /* committed */
    }
    p->position = start;
    return invalid_assignment(p);
}

/* --- small statements ------------------------------------------------------------------------- */

/* return_stmt: 'return' [star_expressions] */
static Stmt *parse_return(Parser *p) {
    int start = p->position++;
    Expr *value = parse_star_expressions(p);
    if (p->failed) return NULL;
    Stmt *node = node_new(p, AST_Return, start);
    if (node) node->Return.value = value;
    return node;
}

/* raise_stmt: 'raise' expression ['from' expression] | 'raise' */
static Stmt *parse_raise(Parser *p) {
    int start = p->position++;
    Expr *exception = parse_expression(p), *cause = NULL;
    if (p->failed) return NULL;
    if (exception && peek(p) == TOKEN_FROM) {
        int mark = p->position++;
        cause = parse_expression(p);
        if (p->failed) return NULL;
        if (!cause) p->position = mark;
    }
    Stmt *node = node_new(p, AST_Raise, start);
    if (!node) return NULL;
    node->Raise.exc = exception;
    node->Raise.cause = cause;
    return node;
}

/* global_stmt: 'global' ','.NAME+      nonlocal_stmt: 'nonlocal' ','.NAME+ */
static Stmt *parse_scope(Parser *p, AstKind kind) {
    int start = p->position++, base = p->scratch_count;
    do {
        Str *name = parse_identifier(p);
        if (!name) {
            if (p->scratch_count > base && !p->failed) {
                p->position--; /* the comma is not part of it */
                break;
            }
            p->scratch_count = base;
            return reset(p, start);
        }
        push(p, name);
    } while (accept(p, TOKEN_COMMA));
    Stmt *node = node_new(p, kind, start);
    if (!node) return NULL;
    StrSequence names;
    TAKE(p, base, names);
    if (kind == AST_Global) node->Global.names = names;
    else node->Nonlocal.names = names;
    return node;
}

/* assert_stmt: 'assert' expression [',' expression] */
static Stmt *parse_assert(Parser *p) {
    int start = p->position++;
    Expr *test = parse_expression(p), *message = NULL;
    if (!test) return reset(p, start);
    if (peek(p) == TOKEN_COMMA) {
        int mark = p->position++;
        message = parse_expression(p);
        if (p->failed) return NULL;
        if (!message) p->position = mark;
    }
    Stmt *node = node_new(p, AST_Assert, start);
    if (!node) return NULL;
    node->Assert.test = test;
    node->Assert.msg = message;
    return node;
}

static bool is_del_target(const Expr *e) {
    const ExprSequence *parts;
    switch (e->kind) {
    case AST_Name:
    case AST_Attribute:
    case AST_Subscript: return true;
    case AST_Tuple: parts = &e->Tuple.elts; break;
    case AST_List: parts = &e->List.elts; break;
    default: return false;
    }
    for (int i = 0; i < parts->count; i++)
        if (!is_del_target(parts->items[i])) return false;
    return true;
}

/* del_stmt: 'del' ','.del_target+ [','] &(';' | NEWLINE) */
static Stmt *parse_del(Parser *p) {
    int start = p->position++, base = p->scratch_count;
    bool good = false;
    do {
        int mark = p->position;
        Expr *target = parse_primary(p);
        if (!target || !is_del_target(target)) {
            p->position = mark;
            break;
        }
        set_context(target, AST_Del);
        push(p, target);
        good = true;
    } while (accept(p, TOKEN_COMMA));
    if (p->failed) return NULL;
    if (good && (peek(p) == TOKEN_SEMI || peek(p) == TOKEN_NEWLINE)) {
        Stmt *node = node_new(p, AST_Delete, start);
        if (node) TAKE(p, base, node->Delete.targets);
        return node;
    }
    p->scratch_count = base;
    p->position = start;
    return p->second_pass && !p->failed ? invalid_del(p) : NULL;
}

static Stmt *parse_word(Parser *p, AstKind kind) {
    int start = p->position++;
    return node_new(p, kind, start);
}

static Stmt *parse_keyword_statement(Parser *p) {
    switch (peek(p)) {
    case TOKEN_RETURN: return parse_return(p);
    case TOKEN_IMPORT: return parse_import_name(p);
    case TOKEN_FROM: return parse_import_from(p);
    case TOKEN_RAISE: return parse_raise(p);
    case TOKEN_PASS: return parse_word(p, AST_Pass);
    case TOKEN_DEL: return parse_del(p);
    case TOKEN_ASSERT: return parse_assert(p);
    case TOKEN_BREAK: return parse_word(p, AST_Break);
    case TOKEN_CONTINUE: return parse_word(p, AST_Continue);
    case TOKEN_GLOBAL: return parse_scope(p, AST_Global);
    case TOKEN_NONLOCAL: return parse_scope(p, AST_Nonlocal);
    default: return NULL;
    }
}

static bool starts_keyword_statement(unsigned token) {
    switch (token) {
    case TOKEN_RETURN:
    case TOKEN_IMPORT:
    case TOKEN_FROM:
    case TOKEN_RAISE:
    case TOKEN_PASS:
    case TOKEN_DEL:
    case TOKEN_ASSERT:
    case TOKEN_BREAK:
    case TOKEN_CONTINUE:
    case TOKEN_GLOBAL:
    case TOKEN_NONLOCAL: return true;
    default: return false;
    }
}

static Stmt *parse_simple_in_order(Parser *p) {
    int start = p->position;
    Stmt *result = parse_assignment_in_order(p);
    if (result || p->failed) return result;
    p->position = start;
    if (peek_soft(p, SOFT_TYPE) && (result = parse_type_alias(p))) return result;
    if (p->failed) return NULL;
    Expr *value = parse_star_expressions(p);
    if (p->failed) return NULL;
    if (value) return expression_statement(p, start, value);
    p->position = start;
    if (peek(p) == TOKEN_YIELD) {
        value = parse_yield_expression(p);
        return value ? expression_statement(p, start, value) : NULL;
    }
    result = parse_keyword_statement(p);
    return result ? result : reset(p, start);
}

/* simple_stmt: assignment | type_alias | star_expressions | return_stmt | import_stmt | raise_stmt
 *     | 'pass' | del_stmt | yield_stmt | assert_stmt | 'break' | 'continue' | global_stmt
 *     | nonlocal_stmt */
Stmt *parse_simple_statement(Parser *p) {
    int start = p->position;
    if (unlikely(p->second_pass)) {
        void *known;
        if (memo_find(p, MEMO_SIMPLE_STATEMENT, &known)) return known;
        Stmt *statement = parse_simple_in_order(p);
        memo_store(p, MEMO_SIMPLE_STATEMENT, start, statement);
        return statement;
    }
    if (starts_keyword_statement(peek(p))) return parse_keyword_statement(p);
    if (unlikely(peek_soft(p, SOFT_TYPE)) && peek_second(p) == TOKEN_NAME) {
        Stmt *alias = parse_type_alias(p);
        if (alias || p->failed) return alias;
    }
    Stmt *statement = parse_expression_statement(p);
    return statement ? statement : reset(p, start);
}

/* simple_stmts: simple_stmt !';' NEWLINE | ';'.simple_stmt+ [';'] NEWLINE */
bool parse_simple_statements(Parser *p) {
    int start = p->position, base = p->scratch_count;
    Stmt *statement;
    while ((statement = parse_simple_statement(p))) {
        push(p, statement);
        if (!accept(p, TOKEN_SEMI)) break;
    }
    if (!p->failed && p->scratch_count > base && accept(p, TOKEN_NEWLINE)) return true;
    p->scratch_count = base;
    p->position = start;
    return false;
}

/* --- import ----------------------------------------------------------------------------------- */

/* dotted_name: dotted_name '.' NAME | NAME */
static Str *parse_dotted_name(Parser *p) {
    int start = p->position;
    Str *name = parse_identifier(p);
    if (!name || peek(p) != TOKEN_DOT) return name;
    while (peek(p) == TOKEN_DOT) {
        int mark = p->position++;
        Str *next = parse_identifier(p);
        if (!next) {
            p->position = mark;
            break;
        }
        Str *dot = NAME(".");
        name = str_concat(name, dot);
        if (name) name = str_concat(name, next);
        if (!name) break;
    }
    if (p->failed) return NULL;
    if (name) name = str_intern(name);
    (void)start;
    if (!name || !keep(p, object_value(name))) {
        p->failed = true;
        return NULL;
    }
    return name;
}

/* NAME ['as' NAME], the name dotted if `dotted` */
static Alias *parse_alias(Parser *p, bool dotted) {
    int start = p->position;
    Str *name = dotted ? parse_dotted_name(p) : parse_identifier(p);
    if (!name) return NULL;
    Str *as = NULL;
    if (accept(p, TOKEN_AS)) {
        as = parse_identifier(p);
        if (!as) {
            if (p->failed) return NULL;
            p->position--;
        }
    }
    Alias *alias = node_new(p, AST_alias, start);
    if (!alias) return NULL;
    alias->name = name;
    alias->asname = as;
    return alias;
}

/* ','.alias+ pushed on the scratch */
static bool push_aliases(Parser *p, bool dotted) {
    bool any = false;
    for (;;) {
        int mark = p->position;
        if (any && !accept(p, TOKEN_COMMA)) break;
        Alias *alias = parse_alias(p, dotted);
        if (!alias) {
            p->position = mark;
            break;
        }
        push(p, alias);
        any = true;
    }
    return any && !p->failed;
}

/* import_name: 'import' ','.dotted_as_name+ */
Stmt *parse_import_name(Parser *p) {
    int start = p->position++, base = p->scratch_count;
    if (!push_aliases(p, true)) return reset(p, start);
    Stmt *node = node_new(p, AST_Import, start);
    if (node) TAKE(p, base, node->Import.names);
    return node;
}

/* import_from_targets: '(' ','.import_from_as_name+ [','] ')' | ','.import_from_as_name+ !',' |
 * '*' */
static bool push_import_targets(Parser *p) {
    int start = p->position, base = p->scratch_count;
    if (peek(p) == TOKEN_STAR) {
        p->position++;
        Alias *alias = node_new(p, AST_alias, start);
        if (!alias) return false;
        alias->name = NAME("*");
        return push(p, alias);
    }
    if (accept(p, TOKEN_LPAR)) {
        if (push_aliases(p, false)) {
            accept(p, TOKEN_COMMA);
            if (accept(p, TOKEN_RPAR)) return true;
        }
    } else if (push_aliases(p, false) && peek(p) != TOKEN_COMMA) {
        return !p->failed;
    }
    p->scratch_count = base;
    p->position = start;
    if (p->second_pass && !p->failed) invalid_import_from_targets(p);
    return false;
}

/* `from __future__ import barry_as_FLUFL` (PEP 401) changes an operator at once. */
static void check_future(Parser *p, const Stmt *import) {
    if (!import->ImportFrom.module || !str_equal_c(import->ImportFrom.module, "__future__")) return;
    for (int i = 0; i < import->ImportFrom.names.count; i++)
        if (str_equal_c(import->ImportFrom.names.items[i]->name, "barry_as_FLUFL"))
            p->barry_as_bdfl = true;
}

/* import_from: 'from' ('.' | '...')* dotted_name 'import' import_from_targets
 *     | 'from' ('.' | '...')+ 'import' import_from_targets */
Stmt *parse_import_from(Parser *p) {
    int start = p->position++, base = p->scratch_count, level = 0;
    for (;;) {
        if (accept(p, TOKEN_DOT)) level++;
        else if (accept(p, TOKEN_ELLIPSIS)) level += 3;
        else break;
    }
    Str *module = parse_dotted_name(p);
    if (p->failed || (!module && level == 0) || !accept(p, TOKEN_IMPORT) || !push_import_targets(p))
        return reset(p, start);
    Stmt *node = node_new(p, AST_ImportFrom, start);
    if (!node) return NULL;
    node->ImportFrom.module = module;
    TAKE(p, base, node->ImportFrom.names);
    node->ImportFrom.level = level;
    if (level == 0) check_future(p, node);
    return node;
}

/* --- statement lists -------------------------------------------------------------------------- */

/* statement: compound_stmt | simple_stmts */
bool parse_statement(Parser *p) {
    switch (peek(p)) {
    case TOKEN_DEF:
    case TOKEN_AT:
    case TOKEN_ASYNC:
    case TOKEN_IF:
    case TOKEN_CLASS:
    case TOKEN_WITH:
    case TOKEN_FOR:
    case TOKEN_TRY:
    case TOKEN_WHILE: {
        Stmt *statement = parse_compound_statement(p);
        if (statement) return push(p, statement);
        return !p->failed && p->second_pass && parse_simple_statements(p);
    }
    case TOKEN_NAME:
        if (peek_soft(p, SOFT_MATCH)) {
            Stmt *statement = parse_match(p);
            if (statement) return push(p, statement);
            if (p->failed) return false;
        }
        break;
    case TOKEN_END:
    case TOKEN_DEDENT: return false;
    }
    return parse_simple_statements(p);
}

/* statements: statement+ */
bool parse_statements(Parser *p, StmtSequence *out) {
    int base = p->scratch_count;
    while (parse_statement(p)) continue;
    if (p->failed) {
        p->scratch_count = base;
        return false;
    }
    TAKE(p, base, *out);
    return out->count > 0;
}

static bool parse_block_rule(Parser *p, StmtSequence *out) {
    int start = p->position, base = p->scratch_count;
    if (accept(p, TOKEN_NEWLINE)) {
        if (accept(p, TOKEN_INDENT) && parse_statements(p, out) && accept(p, TOKEN_DEDENT))
            return true;
        p->position = start;
        if (p->second_pass && !p->failed) invalid_block(p);
        return false;
    }
    if (p->failed || !parse_simple_statements(p)) return false;
    TAKE(p, base, *out);
    return !p->failed;
}

/* block: NEWLINE INDENT statements DEDENT | simple_stmts */
bool parse_block(Parser *p, StmtSequence *out) {
    int start = p->position;
    if (unlikely(p->second_pass)) {
        void *known;
        if (memo_find(p, MEMO_BLOCK, &known)) {
            if (known) *out = *(StmtSequence *)known;
            return known != NULL;
        }
    }
    if (!enter(p)) return false;
    bool good = parse_block_rule(p, out);
    leave(p);
    if (!good) p->position = start;
    if (unlikely(p->second_pass)) {
        StmtSequence *copy = good ? arena_alloc(p->arena, sizeof *copy) : NULL;
        if (copy) *copy = *out;
        if (!good || copy) memo_store(p, MEMO_BLOCK, start, copy);
    }
    return good && !p->failed;
}
