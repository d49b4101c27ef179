/* parser_type.c - type parameters and type aliases (PEP 695, PEP 696). */
#include "parser/parser_internal.h"

/* ['=' expression], or star_expression for a TypeVarTuple */
static Expr *parse_type_default(Parser *p, bool star) {
    int start = p->position;
    if (!accept(p, TOKEN_EQUAL)) return NULL;
    Expr *value = star ? parse_star_expression(p) : parse_expression(p);
    return value ? value : reset(p, start);
}

/* '*' NAME ':' expression | '**' NAME ':' expression: neither can be bound */
static void *invalid_bound(Parser *p, const char *what) {
    int colon = p->position;
    if (!accept(p, TOKEN_COLON)) return NULL;
    Expr *bound = parse_expression(p);
    if (!bound) return reset(p, colon);
    const Token *token = token_at(p, colon);
    AstNode from = {.lineno = token->lineno, .col_offset = token->col_offset};
    return error_from(p, &from, "cannot use %s with %s",
                      bound->kind == AST_Tuple ? "constraints" : "bound", what);
}

/* type_param: NAME [':' expression] ['=' expression] | '*' NAME ['=' star_expression]
 *     | '**' NAME ['=' expression] */
static TypeParam *parse_type_param(Parser *p) {
    int start = p->position;
    AstKind kind = AST_TypeVar;
    if (accept(p, TOKEN_STAR)) kind = AST_TypeVarTuple;
    else if (accept(p, TOKEN_DOUBLESTAR)) kind = AST_ParamSpec;
    Str *name = parse_identifier(p);
    if (!name) return reset(p, start);
    Expr *bound = NULL;
    if (kind != AST_TypeVar) {
        if (p->second_pass)
            invalid_bound(p, kind == AST_ParamSpec ? "ParamSpec" : "TypeVarTuple");
    } else if (accept(p, TOKEN_COLON)) {
        bound = parse_expression(p);
        if (!bound) p->position--;
    }
    if (p->failed) return NULL;
    Expr *value = parse_type_default(p, kind == AST_TypeVarTuple);
    if (p->failed) return NULL;
    TypeParam *parameter = node_new(p, kind, start);
    if (!parameter) return NULL;
    switch (kind) {
    case AST_TypeVar:
        parameter->TypeVar.name = name;
        parameter->TypeVar.bound = bound;
        parameter->TypeVar.default_value = value;
        break;
    case AST_ParamSpec:
        parameter->ParamSpec.name = name;
        parameter->ParamSpec.default_value = value;
        break;
    default:
        parameter->TypeVarTuple.name = name;
        parameter->TypeVarTuple.default_value = value;
    }
    return parameter;
}

/* type_params: '[' ','.type_param+ [','] ']' */
bool parse_type_params(Parser *p, TypeParamSequence *out) {
    int start = p->position, base = p->scratch_count;
    if (!accept(p, TOKEN_LSQB)) return false;
    if (p->second_pass && peek(p) == TOKEN_RSQB) {
        const Token *token = token_at(p, p->position);
        AstNode from = {.lineno = token->lineno, .col_offset = token->col_offset};
        error_from(p, &from, "Type parameter list cannot be empty");
        return false;
    }
    TypeParam *parameter;
    while ((parameter = parse_type_param(p))) {
        push(p, parameter);
        if (!accept(p, TOKEN_COMMA)) break;
    }
    if (!p->failed && p->scratch_count > base && accept(p, TOKEN_RSQB)) {
        if (!check_version(p, 12, "Type parameter lists are")) return false;
        TAKE(p, base, *out);
        return !p->failed;
    }
    p->scratch_count = base;
    p->position = start;
    return false;
}

/* type_alias: "type" NAME [type_params] '=' expression */
Stmt *parse_type_alias(Parser *p) {
    int start = p->position;
    if (!peek_soft(p, SOFT_TYPE) || peek_second(p) != TOKEN_NAME) return NULL;
    p->position++;
    Expr *name = parse_name(p);
    TypeParamSequence parameters = {0};
    if (name && peek(p) == TOKEN_LSQB && !parse_type_params(p, &parameters)) return reset(p, start);
    if (!name || !accept(p, TOKEN_EQUAL)) return reset(p, start);
    Expr *value = parse_expression(p);
    if (!value) return reset(p, start);
    if (!check_version(p, 12, "Type statement is")) return NULL;
    Stmt *alias = node_new(p, AST_TypeAlias, start);
    if (!alias) return NULL;
    name->Name.ctx = AST_Store;
    alias->TypeAlias.name = name;
    alias->TypeAlias.type_params = parameters;
    alias->TypeAlias.value = value;
    return alias;
}
