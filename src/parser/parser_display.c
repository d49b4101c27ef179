/* parser_display.c - what stands in brackets: tuples, groups, lists, sets, dicts, comprehensions.
 *
 * In the first pass one element is read and what follows it tells what it is. In the second pass
 * the alternatives are tried in the grammar's order, because each ends with its own known
 * mistakes. */
#include "parser/parser_internal.h"

#include "types/exception.h"

/* --- comprehensions --------------------------------------------------------------------------- */

/* for_if_clause: ['async'] 'for' star_targets 'in' ~ disjunction ('if' disjunction)* */
static Comprehension *parse_for_if_clause(Parser *p) {
    int start = p->position;
    bool is_async = accept(p, TOKEN_ASYNC);
    if (!accept(p, TOKEN_FOR)) return reset(p, start);
    Expr *target = parse_star_targets(p);
    if (!target || !accept(p, TOKEN_IN)) {
        p->position = start;
        return p->second_pass && !p->failed ? invalid_for_target(p) : NULL;
    }
    Expr *iterable = parse_disjunction(p);
    if (!iterable) return reset(p, start);
    int base = p->scratch_count;
    while (peek(p) == TOKEN_IF) {
        int mark = p->position++;
        Expr *condition = parse_disjunction(p);
        if (!condition) {
            p->position = mark;
            break;
        }
        push(p, condition);
    }
    if (p->failed) return NULL;
    if (is_async && !check_version(p, 6, "Async comprehensions are")) return NULL;
    Comprehension *clause = node_new_plain(p, AST_comprehension);
    if (!clause) return NULL;
    clause->target = target;
    clause->iter = iterable;
    TAKE(p, base, clause->ifs);
    clause->is_async = is_async;
    return clause;
}

/* for_if_clauses: for_if_clause+ */
ComprehensionSequence parse_for_if_clauses(Parser *p) {
    ComprehensionSequence clauses = {0};
    int base = p->scratch_count;
    while (peek(p) == TOKEN_FOR || peek(p) == TOKEN_ASYNC) {
        Comprehension *clause = parse_for_if_clause(p);
        if (!clause) break;
        push(p, clause);
    }
    if (p->failed) {
        p->scratch_count = base;
        return clauses;
    }
    TAKE(p, base, clauses);
    return clauses;
}

static bool starts_clause(Parser *p) {
    unsigned next = peek(p);
    return next == TOKEN_FOR || next == TOKEN_ASYNC;
}

/* for_if_clauses CLOSE behind the element; the node is a GeneratorExp, ListComp or SetComp, which
 * have the same fields. */
static Expr *finish_comprehension(Parser *p, int start, AstKind kind, Expr *element,
                                  unsigned close) {
    ComprehensionSequence clauses = parse_for_if_clauses(p);
    if (clauses.count == 0 || !accept(p, close)) return NULL;
    Expr *node = node_new(p, kind, start);
    if (!node) return NULL;
    switch (kind) {
    case AST_GeneratorExp:
        node->GeneratorExp.elt = element;
        node->GeneratorExp.generators = clauses;
        break;
    case AST_ListComp:
        node->ListComp.elt = element;
        node->ListComp.generators = clauses;
        break;
    default:
        node->SetComp.elt = element;
        node->SetComp.generators = clauses;
    }
    return node;
}

/* genexp: '(' (assignment_expression | expression !':=') for_if_clauses ')' */
Expr *parse_genexp(Parser *p) {
    int start = p->position;
    if (!accept(p, TOKEN_LPAR)) {
        /* The mistakes of comprehensions are looked for behind any bracket. */
        unsigned next = peek(p);
        if (p->second_pass && (next == TOKEN_LSQB || next == TOKEN_LBRACE))
            invalid_comprehension(p);
        return NULL;
    }
    Expr *element = parse_element(p);
    Expr *result = NULL;
    if (element) result = finish_comprehension(p, start, AST_GeneratorExp, element, TOKEN_RPAR);
    if (result || p->failed) return result;
    p->position = start;
    return p->second_pass ? invalid_comprehension(p) : NULL;
}

/* listcomp: '[' named_expression for_if_clauses ']'
 * setcomp: '{' named_expression for_if_clauses '}' */
static Expr *parse_bracket_comprehension(Parser *p, AstKind kind, unsigned close) {
    int start = p->position++;
    Expr *element = parse_named_expression(p);
    Expr *result = NULL;
    if (element) result = finish_comprehension(p, start, kind, element, close);
    if (result || p->failed) return result;
    p->position = start;
    return p->second_pass ? invalid_comprehension(p) : NULL;
}

/* --- sequences -------------------------------------------------------------------------------- */

/* ','.star_named_expression+ [','] behind a first element, pushed on the scratch above it */
static bool push_star_named(Parser *p) {
    while (accept(p, TOKEN_COMMA)) {
        Expr *next = parse_star_named_expression(p);
        if (!next) break;
        push(p, next);
    }
    return !p->failed;
}

static Expr *sequence_node(Parser *p, AstKind kind, int start, int base) {
    Expr *node = node_new(p, kind, start);
    if (!node) return NULL;
    ExprSequence elements;
    TAKE(p, base, elements);
    switch (kind) {
    case AST_Tuple:
        node->Tuple.elts = elements;
        node->Tuple.ctx = AST_Load;
        break;
    case AST_List:
        node->List.elts = elements;
        node->List.ctx = AST_Load;
        break;
    default: node->Set.elts = elements;
    }
    return node;
}

/* tuple: '(' [star_named_expression ',' [star_named_expressions]] ')' */
static Expr *parse_tuple(Parser *p) {
    int start = p->position++, base = p->scratch_count;
    Expr *first = parse_star_named_expression(p);
    if (first) {
        push(p, first);
        if (peek(p) != TOKEN_COMMA || !push_star_named(p)) {
            p->scratch_count = base;
            return reset(p, start);
        }
    }
    if (p->failed || !accept(p, TOKEN_RPAR)) {
        p->scratch_count = base;
        return reset(p, start);
    }
    return sequence_node(p, AST_Tuple, start, base);
}

/* group: '(' (yield_expr | named_expression) ')' */
Expr *parse_group_strict(Parser *p) {
    int start = p->position;
    if (!accept(p, TOKEN_LPAR)) return NULL;
    Expr *inner =
        peek(p) == TOKEN_YIELD ? parse_yield_expression(p) : parse_named_expression(p);
    if (inner && accept(p, TOKEN_RPAR)) return inner;
    if (p->failed) return NULL;
    p->position = start;
    return p->second_pass ? invalid_group(p) : NULL;
}

/* list: '[' [star_named_expressions] ']'      set: '{' star_named_expressions '}' */
static Expr *parse_list_or_set(Parser *p, AstKind kind, unsigned close) {
    int start = p->position++, base = p->scratch_count;
    Expr *first = parse_star_named_expression(p);
    if (first) {
        push(p, first);
        push_star_named(p);
    }
    if (p->failed || (!first && kind == AST_Set) || !accept(p, close)) {
        p->scratch_count = base;
        return reset(p, start);
    }
    return sequence_node(p, kind, start, base);
}

/* --- dicts ------------------------------------------------------------------------------------ */

/* kvpair: expression ':' expression */
static bool parse_kvpair(Parser *p, Expr **key, Expr **value) {
    int start = p->position;
    *key = parse_expression(p);
    if (*key && accept(p, TOKEN_COLON) && (*value = parse_expression(p))) return true;
    p->position = start;
    return false;
}

/* double_starred_kvpair: '**' bitwise_or | kvpair */
static bool parse_double_starred_kvpair(Parser *p, Expr **key, Expr **value) {
    int start = p->position;
    if (!accept(p, TOKEN_DOUBLESTAR)) return parse_kvpair(p, key, value);
    *key = NULL;
    *value = parse_bitwise_or(p);
    if (*value) return true;
    p->position = start;
    return false;
}

/* The scratch holds keys and values in turn. */
static Expr *dict_node(Parser *p, int start, int base) {
    int count = (p->scratch_count - base) / 2;
    Expr *node = node_new(p, AST_Dict, start);
    if (!node) return NULL;
    Expr **keys = arena_alloc(p->arena, sizeof(void *) * 2 * (size_t)(count ? count : 1));
    if (!keys) {
        p->failed = true;
        raise_memory_error();
        return NULL;
    }
    Expr **values = keys + count;
    for (int i = 0; i < count; i++) {
        keys[i] = p->scratch[base + 2 * i];
        values[i] = p->scratch[base + 2 * i + 1];
    }
    p->scratch_count = base;
    node->Dict.keys = (ExprSequence){count, keys};
    node->Dict.values = (ExprSequence){count, values};
    return node;
}

/* double_starred_kvpairs behind a first pair that is on the scratch: (',' double_starred_kvpair)*
 * [','] */
static bool push_pairs(Parser *p) {
    Expr *key, *value;
    while (accept(p, TOKEN_COMMA)) {
        if (!parse_double_starred_kvpair(p, &key, &value)) break;
        push(p, key);
        push(p, value);
    }
    return !p->failed;
}

/* dict: '{' [double_starred_kvpairs] '}' */
static Expr *parse_dict(Parser *p) {
    int start = p->position++, base = p->scratch_count;
    Expr *key, *value;
    if (parse_double_starred_kvpair(p, &key, &value)) {
        push(p, key);
        push(p, value);
        push_pairs(p);
    }
    if (p->failed) return NULL;
    if (accept(p, TOKEN_RBRACE)) return dict_node(p, start, base);
    p->scratch_count = base;
    if (p->second_pass && !p->failed) {
        p->position = start + 1;
        invalid_double_starred_kvpairs(p);
    }
    return reset(p, start);
}

static Expr *dictcomp_node(Parser *p, int start, Expr *key, Expr *value) {
    ComprehensionSequence clauses = parse_for_if_clauses(p);
    if (clauses.count == 0 || !accept(p, TOKEN_RBRACE)) return NULL;
    Expr *node = node_new(p, AST_DictComp, start);
    if (!node) return NULL;
    node->DictComp.key = key;
    node->DictComp.value = value;
    node->DictComp.generators = clauses;
    return node;
}

/* dictcomp: '{' kvpair for_if_clauses '}' */
static Expr *parse_dictcomp(Parser *p) {
    int start = p->position++;
    Expr *key, *value, *result = NULL;
    if (parse_kvpair(p, &key, &value)) result = dictcomp_node(p, start, key, value);
    if (result || p->failed) return result;
    p->position = start;
    return invalid_dict_comprehension(p);
}

/* --- first pass: one element decides ---------------------------------------------------------- */

static Expr *parse_parentheses_once(Parser *p) {
    int start = p->position++, base = p->scratch_count;
    if (accept(p, TOKEN_RPAR)) return sequence_node(p, AST_Tuple, start, base);
    bool yield = peek(p) == TOKEN_YIELD;
    Expr *first = yield ? parse_yield_expression(p) : parse_star_named_expression(p);
    if (!first) return reset(p, start);
    if (accept(p, TOKEN_RPAR)) {
        if (first->kind == AST_Starred) return reset(p, start);
        return first;
    }
    if (!yield && starts_clause(p) && first->kind != AST_Starred) {
        Expr *genexp = finish_comprehension(p, start, AST_GeneratorExp, first, TOKEN_RPAR);
        return genexp ? genexp : reset(p, start);
    }
    if (yield || peek(p) != TOKEN_COMMA) return reset(p, start);
    push(p, first);
    if (push_star_named(p) && accept(p, TOKEN_RPAR))
        return sequence_node(p, AST_Tuple, start, base);
    p->scratch_count = base;
    return reset(p, start);
}

static Expr *parse_square_once(Parser *p) {
    int start = p->position++, base = p->scratch_count;
    if (accept(p, TOKEN_RSQB)) return sequence_node(p, AST_List, start, base);
    Expr *first = parse_star_named_expression(p);
    if (!first) return reset(p, start);
    if (starts_clause(p) && first->kind != AST_Starred) {
        Expr *list = finish_comprehension(p, start, AST_ListComp, first, TOKEN_RSQB);
        return list ? list : reset(p, start);
    }
    push(p, first);
    if (push_star_named(p) && accept(p, TOKEN_RSQB)) return sequence_node(p, AST_List, start, base);
    p->scratch_count = base;
    return reset(p, start);
}

/* '{' first ':' ... */
static Expr *parse_dict_rest(Parser *p, int start, Expr *key) {
    int base = p->scratch_count;
    Expr *value = parse_expression(p);
    if (!value) return reset(p, start);
    if (starts_clause(p)) {
        Expr *dict = dictcomp_node(p, start, key, value);
        return dict ? dict : reset(p, start);
    }
    push(p, key);
    push(p, value);
    if (push_pairs(p) && accept(p, TOKEN_RBRACE)) return dict_node(p, start, base);
    p->scratch_count = base;
    return reset(p, start);
}

static Expr *parse_braces_once(Parser *p) {
    int start = p->position++, base = p->scratch_count;
    if (peek(p) == TOKEN_RBRACE || peek(p) == TOKEN_DOUBLESTAR) {
        p->position = start;
        return parse_dict(p);
    }
    Expr *first = parse_star_named_expression(p);
    if (!first) return reset(p, start);
    bool named = token_at(p, start + 1)->type == TOKEN_NAME &&
                 token_at(p, start + 2)->type == TOKEN_COLONEQUAL;
    if (first->kind != AST_Starred && !named && accept(p, TOKEN_COLON))
        return parse_dict_rest(p, start, first);
    if (starts_clause(p) && first->kind != AST_Starred) {
        Expr *set = finish_comprehension(p, start, AST_SetComp, first, TOKEN_RBRACE);
        return set ? set : reset(p, start);
    }
    push(p, first);
    if (push_star_named(p) && accept(p, TOKEN_RBRACE))
        return sequence_node(p, AST_Set, start, base);
    p->scratch_count = base;
    return reset(p, start);
}

/* Mistakes in a dict display are looked for in both passes. The text is parsed again for it, and
 * this again inside of it: from here on the first pass remembers, too. */
static void find_dict_mistake(Parser *p) {
    int start = p->position++;
    p->remember = true;
    invalid_double_starred_kvpairs(p);
    p->position = start;
}

/* --- second pass: in order -------------------------------------------------------------------- */

static Expr *parse_bracketed_in_order(Parser *p) {
    Expr *result;
    int start = p->position, base = p->scratch_count;
#define TRY(attempt)                                                                               \
    do {                                                                                           \
        result = (attempt);                                                                        \
        if (result || p->failed) return result;                                                    \
        p->position = start;                                                                       \
        p->scratch_count = base;                                                                   \
    } while (0)
    switch (peek(p)) {
    case TOKEN_LPAR:
        TRY(parse_tuple(p));
        TRY(parse_group_strict(p));
        TRY(parse_genexp(p));
        break;
    case TOKEN_LSQB:
        TRY(parse_list_or_set(p, AST_List, TOKEN_RSQB));
        TRY(parse_bracket_comprehension(p, AST_ListComp, TOKEN_RSQB));
        break;
    case TOKEN_LBRACE:
        TRY(parse_dict(p));
        TRY(parse_list_or_set(p, AST_Set, TOKEN_RBRACE));
        TRY(parse_dictcomp(p));
        TRY(parse_bracket_comprehension(p, AST_SetComp, TOKEN_RBRACE));
        break;
    }
#undef TRY
    return NULL;
}

static Expr *parse_bracketed_once(Parser *p) {
    switch (peek(p)) {
    case TOKEN_LPAR: return parse_parentheses_once(p);
    case TOKEN_LSQB: return parse_square_once(p);
    default: {
        Expr *result = parse_braces_once(p);
        if (!result && !p->failed) find_dict_mistake(p);
        return result;
    }
    }
}

Expr *parse_bracketed(Parser *p) {
    void *known;
    int start = p->position;
    if (unlikely(p->remember) && memo_find(p, MEMO_BRACKETED, &known)) return known;
    if (!enter(p)) return NULL;
    Expr *result = unlikely(p->second_pass) ? parse_bracketed_in_order(p) : parse_bracketed_once(p);
    leave(p);
    if (unlikely(p->remember)) memo_store(p, MEMO_BRACKETED, start, result);
    return p->failed ? NULL : result;
}
