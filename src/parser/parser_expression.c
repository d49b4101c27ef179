/* parser_expression.c - expressions down to the operators; primaries are in parser_primary.c. */
#include "parser/parser_internal.h"

#include <string.h>
#include "types/exception.h"

/* Begins a rule that remembers: on a hit returns what was found. */
#define RECALL(p, rule, type)                                                                      \
    if (unlikely((p)->remember)) {                                                                 \
        void *known_;                                                                              \
        if (memo_find((p), (rule), &known_)) return (type *)known_;                                \
    }
#define REMEMBER(p, rule, mark, result)                                                            \
    if (unlikely((p)->remember)) memo_store((p), (rule), (mark), (result))

/* --- tuples without parentheses --------------------------------------------------------------- */

static Expr *tuple_of(Parser *p, int start, int base) {
    Expr *tuple = node_new(p, AST_Tuple, start);
    if (!tuple) return NULL;
    TAKE(p, base, tuple->Tuple.elts);
    tuple->Tuple.ctx = AST_Load;
    return tuple;
}

/* e (',' e)* [','] with a Tuple when there is a comma */
static Expr *parse_comma_list(Parser *p, Expr *(*parse)(Parser *)) {
    int start = p->position;
    Expr *first = parse(p);
    if (!first || peek(p) != TOKEN_COMMA) return p->failed ? NULL : first;
    int base = p->scratch_count;
    push(p, first);
    while (accept(p, TOKEN_COMMA)) {
        Expr *next = parse(p);
        if (!next) break;
        push(p, next);
    }
    if (p->failed) return NULL;
    return tuple_of(p, start, base);
}

/* expressions: expression (',' expression)+ [','] | expression ',' | expression */
Expr *parse_expressions(Parser *p) { return parse_comma_list(p, parse_expression); }

/* star_expressions:
 *     star_expression (',' star_expression)+ [','] | star_expression ',' | star_expression */
Expr *parse_star_expressions(Parser *p) { return parse_comma_list(p, parse_star_expression); }

static Expr *starred(Parser *p, int start, Expr *value) {
    if (!value) return reset(p, start);
    Expr *node = node_new(p, AST_Starred, start);
    if (!node) return NULL;
    node->Starred.value = value;
    node->Starred.ctx = AST_Load;
    return node;
}

/* star_expression: '*' bitwise_or | expression */
Expr *parse_star_expression(Parser *p) {
    RECALL(p, MEMO_STAR_EXPRESSION, Expr)
    int start = p->position;
    Expr *result = accept(p, TOKEN_STAR) ? starred(p, start, parse_bitwise_or(p))
                                         : parse_expression(p);
    REMEMBER(p, MEMO_STAR_EXPRESSION, start, result);
    return result;
}

/* star_named_expression: '*' bitwise_or | named_expression */
Expr *parse_star_named_expression(Parser *p) {
    int start = p->position;
    if (accept(p, TOKEN_STAR)) return starred(p, start, parse_bitwise_or(p));
    return parse_named_expression(p);
}

/* starred_expression: '*' expression */
Expr *parse_starred_expression(Parser *p) {
    int start = p->position;
    if (!accept(p, TOKEN_STAR)) return NULL;
    return starred(p, start, parse_expression(p));
}

/* --- assignment expressions, yield ------------------------------------------------------------ */

/* assignment_expression: NAME ':=' ~ expression */
Expr *parse_assignment_expression(Parser *p) {
    int start = p->position;
    if (peek(p) != TOKEN_NAME || peek_second(p) != TOKEN_COLONEQUAL) return NULL;
    Expr *target = parse_name(p);
    if (!target) return NULL;
    p->position++;
    Expr *value = parse_expression(p);
    if (!value) return reset(p, start);
    if (!check_version(p, 8, "Assignment expressions are")) return NULL;
    Expr *named = node_new(p, AST_NamedExpr, start);
    if (!named) return NULL;
    target->Name.ctx = AST_Store;
    named->NamedExpr.target = target;
    named->NamedExpr.value = value;
    return named;
}

/* expression !':=' */
static Expr *parse_expression_not_named(Parser *p) {
    int start = p->position;
    Expr *e = parse_expression(p);
    if (!e) return NULL;
    return peek(p) == TOKEN_COLONEQUAL ? reset(p, start) : e;
}

/* named_expression: assignment_expression | expression !':=' */
Expr *parse_named_expression(Parser *p) {
    if (peek(p) == TOKEN_NAME && peek_second(p) == TOKEN_COLONEQUAL) {
        Expr *named = parse_assignment_expression(p);
        if (named || p->failed) return named;
    }
    if (unlikely(p->second_pass)) {
        invalid_named_expression(p);
        if (p->failed) return NULL;
    }
    return parse_expression_not_named(p);
}

/* assignment_expression | expression !':=' */
Expr *parse_element(Parser *p) {
    if (peek(p) == TOKEN_NAME && peek_second(p) == TOKEN_COLONEQUAL) {
        Expr *named = parse_assignment_expression(p);
        if (named || p->failed) return named;
    }
    return parse_expression_not_named(p);
}

/* yield_expr: 'yield' 'from' expression | 'yield' [star_expressions] */
Expr *parse_yield_expression(Parser *p) {
    int start = p->position;
    if (!accept(p, TOKEN_YIELD)) return NULL;
    if (accept(p, TOKEN_FROM)) {
        Expr *value = parse_expression(p);
        if (value) {
            Expr *node = node_new(p, AST_YieldFrom, start);
            if (node) node->YieldFrom.value = value;
            return node;
        }
        if (p->failed) return NULL;
        p->position = start + 1;
    }
    Expr *value = parse_star_expressions(p);
    if (p->failed) return NULL;
    Expr *node = node_new(p, AST_Yield, start);
    if (node) node->Yield.value = value;
    return node;
}

/* annotated_rhs: yield_expr | star_expressions */
Expr *parse_annotated_rhs(Parser *p) {
    return peek(p) == TOKEN_YIELD ? parse_yield_expression(p) : parse_star_expressions(p);
}

/* --- expression ------------------------------------------------------------------------------- */

/* lambdef: 'lambda' [lambda_params] ':' expression */
Expr *parse_lambda(Parser *p) {
    int start = p->position;
    if (!accept(p, TOKEN_LAMBDA)) return NULL;
    Parameters *parameters = parse_parameters(p, true);
    if (!parameters || !accept(p, TOKEN_COLON)) return reset(p, start);
    Expr *body = parse_expression(p);
    if (!body) return reset(p, start);
    Expr *lambda = node_new(p, AST_Lambda, start);
    if (!lambda) return NULL;
    lambda->Lambda.args = parameters;
    lambda->Lambda.body = body;
    return lambda;
}

/* disjunction ['if' disjunction 'else' expression] */
static Expr *parse_conditional(Parser *p) {
    int start = p->position;
    Expr *body = parse_disjunction(p);
    if (!body || peek(p) != TOKEN_IF) return body;
    int mark = p->position++;
    Expr *test = parse_disjunction(p);
    if (!test || !accept(p, TOKEN_ELSE)) {
        p->position = mark;
        return p->failed ? NULL : body;
    }
    Expr *otherwise = parse_expression(p);
    if (!otherwise) {
        p->position = mark;
        return p->failed ? NULL : body;
    }
    Expr *node = node_new(p, AST_IfExp, start);
    if (!node) return NULL;
    node->IfExp.test = test;
    node->IfExp.body = body;
    node->IfExp.orelse = otherwise;
    return node;
}

static Expr *parse_expression_again(Parser *p) {
    RECALL(p, MEMO_EXPRESSION, Expr)
    int start = p->position;
    if (p->second_pass) {
        invalid_expression(p);
        if (!p->failed) invalid_legacy_expression(p);
        if (p->failed) return NULL;
    }
    Expr *result = peek(p) == TOKEN_LAMBDA ? parse_lambda(p) : parse_conditional(p);
    REMEMBER(p, MEMO_EXPRESSION, start, result);
    return result;
}

/* expression: disjunction 'if' disjunction 'else' expression | disjunction | lambdef */
Expr *parse_expression(Parser *p) {
    if (!enter(p)) return NULL;
    Expr *result = unlikely(p->remember)      ? parse_expression_again(p)
                   : peek(p) == TOKEN_LAMBDA ? parse_lambda(p)
                                              : parse_conditional(p);
    leave(p);
    return result;
}

Expr *parse_expression_unchecked(Parser *p) {
    bool unchecked = p->unchecked;
    p->unchecked = true;
    Expr *result = peek(p) == TOKEN_LAMBDA ? parse_lambda(p) : parse_conditional(p);
    p->unchecked = unchecked;
    return result;
}

/* --- boolean operators ------------------------------------------------------------------------ */

/* e (operator e)*, one BoolOp for all */
static Expr *parse_boolean(Parser *p, unsigned operator, AstKind kind, Expr *(*parse)(Parser *)) {
    int start = p->position;
    Expr *first = parse(p);
    if (!first || peek(p) != operator) return p->failed ? NULL : first;
    int base = p->scratch_count;
    push(p, first);
    while (peek(p) == operator) {
        int mark = p->position++;
        Expr *next = parse(p);
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
    Expr *node = node_new(p, AST_BoolOp, start);
    if (!node) return NULL;
    node->BoolOp.op = kind;
    TAKE(p, base, node->BoolOp.values);
    return node;
}

/* conjunction: inversion ('and' inversion)+ | inversion */
static Expr *parse_conjunction(Parser *p) {
    RECALL(p, MEMO_CONJUNCTION, Expr)
    int start = p->position;
    Expr *result = parse_boolean(p, TOKEN_AND, AST_And, parse_inversion);
    REMEMBER(p, MEMO_CONJUNCTION, start, result);
    return result;
}

/* disjunction: conjunction ('or' conjunction)+ | conjunction */
Expr *parse_disjunction(Parser *p) {
    RECALL(p, MEMO_DISJUNCTION, Expr)
    int start = p->position;
    Expr *result = parse_boolean(p, TOKEN_OR, AST_Or, parse_conjunction);
    REMEMBER(p, MEMO_DISJUNCTION, start, result);
    return result;
}

static Expr *parse_comparison(Parser *p);

/* inversion: 'not' inversion | comparison */
Expr *parse_inversion(Parser *p) {
    if (likely(peek(p) != TOKEN_NOT)) return parse_comparison(p);
    RECALL(p, MEMO_INVERSION, Expr)
    if (!enter(p)) return NULL;
    int start = p->position++;
    Expr *operand = parse_inversion(p);
    Expr *node = operand ? node_new(p, AST_UnaryOp, start) : reset(p, start);
    if (node) {
        node->UnaryOp.op = AST_Not;
        node->UnaryOp.operand = operand;
    }
    REMEMBER(p, MEMO_INVERSION, start, node);
    leave(p);
    return node;
}

/* --- comparisons ------------------------------------------------------------------------------ */

/* `!=`, which a __future__ import spells `<>` */
static AstKind not_equal(Parser *p) {
    const Token *token = token_at(p, p->position);
    bool old_spelling = token->start[0] == '<';
    if (p->barry_as_bdfl && !old_spelling) {
        parser_syntax_error(p, "with Barry as BDFL, use '<>' instead of '!='");
        return AST_NO_KIND;
    }
    if (old_spelling != p->barry_as_bdfl) return AST_NO_KIND;
    p->position++;
    return AST_NotEq;
}

/* The comparison operator at the current position is consumed; AST_NO_KIND: none. */
static AstKind accept_comparison(Parser *p) {
    AstKind kind;
    switch (peek(p)) {
    case TOKEN_EQEQUAL: kind = AST_Eq; break;
    case TOKEN_NOTEQUAL: return not_equal(p);
    case TOKEN_LESS: kind = AST_Lt; break;
    case TOKEN_LESSEQUAL: kind = AST_LtE; break;
    case TOKEN_GREATER: kind = AST_Gt; break;
    case TOKEN_GREATEREQUAL: kind = AST_GtE; break;
    case TOKEN_IN: kind = AST_In; break;
    case TOKEN_IS:
        p->position++;
        return accept(p, TOKEN_NOT) ? AST_IsNot : AST_Is;
    case TOKEN_NOT:
        if (peek_second(p) != TOKEN_IN) return AST_NO_KIND;
        p->position += 2;
        return AST_NotIn;
    default: return AST_NO_KIND;
    }
    p->position++;
    return kind;
}

/* comparison: bitwise_or (comparison_operator bitwise_or)+ | bitwise_or */
static Expr *parse_comparison(Parser *p) {
    int start = p->position;
    Expr *left = parse_bitwise_or(p);
    if (!left) return NULL;
    int mark = p->position;
    AstKind operator = accept_comparison(p);
    if (likely(operator == AST_NO_KIND)) return p->failed ? NULL : left;
    int base = p->scratch_count;
    AstKind few[8], *operators = few;
    int count = 0, capacity = ARRAY_LENGTH(few);
    while (operator != AST_NO_KIND) {
        Expr *right = parse_bitwise_or(p);
        if (!right) {
            p->position = mark;
            break;
        }
        if (count == capacity) {
            AstKind *more = arena_alloc(p->arena, (size_t)capacity * 2 * sizeof *more);
            if (!more) {
                p->failed = true;
                raise_memory_error();
                return NULL;
            }
            memcpy(more, operators, (size_t)capacity * sizeof *more);
            operators = more;
            capacity *= 2;
        }
        operators[count++] = operator;
        push(p, right);
        mark = p->position;
        operator = accept_comparison(p);
    }
    if (p->failed) return NULL;
    if (count == 0) return left;
    Expr *node = node_new(p, AST_Compare, start);
    AstKind *kept = arena_alloc(p->arena, (size_t)count * sizeof *kept);
    if (!node || !kept) {
        if (!p->failed) raise_memory_error();
        p->failed = true;
        return NULL;
    }
    memcpy(kept, operators, (size_t)count * sizeof *kept);
    node->Compare.left = left;
    node->Compare.ops.items = kept;
    node->Compare.ops.count = count;
    TAKE(p, base, node->Compare.comparators);
    return node;
}

/* --- arithmetic ------------------------------------------------------------------------------- */

typedef struct Binary {
    uint8_t strength; /* 0: no binary operator */
    uint8_t kind;
} Binary;

static const Binary binary_operators[TOKEN_TYPE_COUNT] = {
    [TOKEN_VBAR] = {1, AST_BitOr},       [TOKEN_CIRCUMFLEX] = {2, AST_BitXor},
    [TOKEN_AMPER] = {3, AST_BitAnd},     [TOKEN_LEFTSHIFT] = {4, AST_LShift},
    [TOKEN_RIGHTSHIFT] = {4, AST_RShift}, [TOKEN_PLUS] = {5, AST_Add},
    [TOKEN_MINUS] = {5, AST_Sub},        [TOKEN_STAR] = {6, AST_Mult},
    [TOKEN_SLASH] = {6, AST_Div},        [TOKEN_DOUBLESLASH] = {6, AST_FloorDiv},
    [TOKEN_PERCENT] = {6, AST_Mod},      [TOKEN_AT] = {6, AST_MatMult},
};

static Expr *parse_factor(Parser *p);

/* bitwise_or: bitwise_or '|' bitwise_xor | bitwise_xor     and likewise, ever more tightly:
 * bitwise_xor ('^'), bitwise_and ('&'), shift_expr ('<<' '>>'), sum ('+' '-'),
 * term ('*' '/' '//' '%' '@') over factor. `weakest` is the strength of the loosest operator
 * wanted. */
static Expr *parse_binary(Parser *p, unsigned weakest) {
    int start = p->position;
    Expr *left = parse_factor(p);
    while (left) {
        Binary operator = binary_operators[peek(p)];
        if (operator.strength < weakest || operator.strength == 0) break;
        int mark = p->position++;
        Expr *right = parse_binary(p, operator.strength + 1u);
        if (!right) {
            p->position = mark;
            break;
        }
        if (operator.kind == AST_MatMult && !check_version(p, 5, "The '@' operator is")) return NULL;
        Expr *node = node_new(p, AST_BinOp, start);
        if (!node) return NULL;
        node->BinOp.left = left;
        node->BinOp.op = (AstKind)operator.kind;
        node->BinOp.right = right;
        left = node;
    }
    return p->failed ? NULL : left;
}

Expr *parse_bitwise_or(Parser *p) {
    RECALL(p, MEMO_BITWISE_OR, Expr)
    int start = p->position;
    Expr *result = parse_binary(p, 1);
    REMEMBER(p, MEMO_BITWISE_OR, start, result);
    return result;
}

/* power: await_primary '**' factor | await_primary */
static Expr *parse_power(Parser *p) {
    int start = p->position;
    Expr *base = parse_await_primary(p);
    if (!base || peek(p) != TOKEN_DOUBLESTAR) return p->failed ? NULL : base;
    if (!enter(p)) return NULL;
    int mark = p->position++;
    Expr *exponent = parse_factor(p);
    leave(p);
    if (!exponent) {
        p->position = mark;
        return p->failed ? NULL : base;
    }
    Expr *node = node_new(p, AST_BinOp, start);
    if (!node) return NULL;
    node->BinOp.left = base;
    node->BinOp.op = AST_Pow;
    node->BinOp.right = exponent;
    return node;
}

/* factor: '+' factor | '-' factor | '~' factor | power */
static Expr *parse_factor(Parser *p) {
    AstKind kind;
    switch (peek(p)) {
    case TOKEN_PLUS: kind = AST_UAdd; break;
    case TOKEN_MINUS: kind = AST_USub; break;
    case TOKEN_TILDE: kind = AST_Invert; break;
    default: return parse_power(p);
    }
    RECALL(p, MEMO_FACTOR, Expr)
    if (!enter(p)) return NULL;
    int start = p->position++;
    Expr *operand = parse_factor(p);
    Expr *node = operand ? node_new(p, AST_UnaryOp, start) : reset(p, start);
    if (node) {
        node->UnaryOp.op = kind;
        node->UnaryOp.operand = operand;
    }
    REMEMBER(p, MEMO_FACTOR, start, node);
    leave(p);
    return node;
}
