/* parser_call.c - the arguments of calls and of class statements. */
#include "parser/parser_internal.h"

#include "types/exception.h"

/* Arguments on their way: positional ones are pushed on the scratch at once, keywords wait in a
 * list of their own, because both sequences grow at the same time. */
typedef struct Pending {
    int base;                /* of the positional ones on the scratch */
    Keyword *few[16];
    Keyword **keywords;
    int count, capacity;
} Pending;

static bool add_keyword(Parser *p, Pending *pending, Keyword *keyword) {
    if (pending->count == pending->capacity) {
        int capacity = pending->capacity * 2;
        Keyword **more = arena_alloc(p->arena, (size_t)capacity * sizeof *more);
        if (!more) {
            p->failed = true;
            raise_memory_error();
            return false;
        }
        for (int i = 0; i < pending->count; i++) more[i] = pending->keywords[i];
        pending->keywords = more;
        pending->capacity = capacity;
    }
    pending->keywords[pending->count++] = keyword;
    return true;
}

static Keyword *keyword_node(Parser *p, int start, Str *name, Expr *value) {
    Keyword *keyword = node_new(p, AST_keyword, start);
    if (!keyword) return NULL;
    keyword->arg = name;
    keyword->value = value;
    return keyword;
}

/* NAME '=' expression */
static bool parse_named_argument(Parser *p, Pending *pending) {
    int start = p->position;
    if (peek(p) != TOKEN_NAME || peek_second(p) != TOKEN_EQUAL) return false;
    Str *name = parse_identifier(p);
    if (!name) return false;
    p->position++;
    Expr *value = parse_expression(p);
    if (!value) {
        p->position = start;
        return false;
    }
    Keyword *keyword = keyword_node(p, start, name, value);
    return keyword && add_keyword(p, pending, keyword);
}

/* kwarg_or_starred: NAME '=' expression | starred_expression */
static bool parse_kwarg_or_starred(Parser *p, Pending *pending) {
    if (p->second_pass) {
        invalid_kwarg(p);
        if (p->failed) return false;
    }
    if (peek(p) == TOKEN_STAR) {
        Expr *starred = parse_starred_expression(p);
        return starred && push(p, starred);
    }
    return parse_named_argument(p, pending);
}

/* kwarg_or_double_starred: NAME '=' expression | '**' expression */
static bool parse_kwarg_or_double_starred(Parser *p, Pending *pending) {
    if (p->second_pass) {
        invalid_kwarg(p);
        if (p->failed) return false;
    }
    int start = p->position;
    if (!accept(p, TOKEN_DOUBLESTAR)) return parse_named_argument(p, pending);
    Expr *value = parse_expression(p);
    if (!value) {
        p->position = start;
        return false;
    }
    Keyword *keyword = keyword_node(p, start, NULL, value);
    return keyword && add_keyword(p, pending, keyword);
}

/* ','.e+ : true if there was one */
static bool parse_each(Parser *p, Pending *pending, bool (*parse)(Parser *, Pending *)) {
    bool any = false;
    for (;;) {
        int mark = p->position;
        if (any && !accept(p, TOKEN_COMMA)) return any;
        if (!parse(p, pending)) {
            p->position = mark;
            return any;
        }
        any = true;
    }
}

/* kwargs: ','.kwarg_or_starred+ ',' ','.kwarg_or_double_starred+
 *     | ','.kwarg_or_starred+ | ','.kwarg_or_double_starred+ */
static bool parse_kwargs(Parser *p, Pending *pending) {
    if (!parse_each(p, pending, parse_kwarg_or_starred)) {
        if (p->failed) return false;
        return parse_each(p, pending, parse_kwarg_or_double_starred);
    }
    int mark = p->position;
    if (!accept(p, TOKEN_COMMA)) return !p->failed;
    if (!parse_each(p, pending, parse_kwarg_or_double_starred)) p->position = mark;
    return !p->failed;
}

/* starred_expression | (assignment_expression | expression !':=') !'=' */
static bool parse_positional(Parser *p, Pending *pending) {
    int start = p->position;
    if (!p->second_pass && peek(p) == TOKEN_NAME && peek_second(p) == TOKEN_EQUAL) return false;
    Expr *argument =
        peek(p) == TOKEN_STAR ? parse_starred_expression(p) : parse_element(p);
    if (!argument) return false;
    if (argument->kind != AST_Starred && peek(p) == TOKEN_EQUAL) {
        p->position = start;
        return false;
    }
    (void)pending;
    return push(p, argument);
}

/* args: ','.(starred_expression | (assignment_expression | expression !':=') !'=')+ [',' kwargs]
 *     | kwargs */
static bool parse_args_pending(Parser *p, Pending *pending) {
    if (!parse_each(p, pending, parse_positional)) return !p->failed && parse_kwargs(p, pending);
    int mark = p->position;
    if (!accept(p, TOKEN_COMMA)) return !p->failed;
    if (!parse_kwargs(p, pending)) p->position = mark;
    return !p->failed;
}

bool parse_args(Parser *p, CallArguments *out) {
    Pending pending;
    pending.base = p->scratch_count;
    pending.keywords = pending.few;
    pending.count = 0;
    pending.capacity = ARRAY_LENGTH(pending.few);
    int start = p->position;
    bool found = parse_args_pending(p, &pending);
    if (!found || p->failed || !out) {
        p->scratch_count = pending.base;
        if (!found) p->position = start;
        return found && !p->failed;
    }
    TAKE(p, pending.base, out->args);
    for (int i = 0; i < pending.count; i++) push(p, pending.keywords[i]);
    TAKE(p, pending.base, out->keywords);
    const Token *first = token_at(p, start), *last = last_token(p);
    out->lineno = first->lineno;
    out->col_offset = first->col_offset;
    out->end_lineno = last->end_lineno;
    out->end_col_offset = last->end_col_offset;
    return !p->failed;
}

/* `f(x for x in y)`: the lone argument was the element of a generator expression. */
static bool finish_genexp(Parser *p, CallArguments *out) {
    if (out->args.count != 1 || out->keywords.count || out->args.items[0]->kind == AST_Starred ||
        last_token(p)->type == TOKEN_COMMA)
        return false;
    ComprehensionSequence clauses = parse_for_if_clauses(p);
    if (clauses.count == 0 || peek(p) != TOKEN_RPAR) return false;
    Expr *genexp = node_new(p, AST_GeneratorExp, out->genexp_from);
    if (!genexp) return false;
    genexp->GeneratorExp.elt = out->args.items[0];
    genexp->GeneratorExp.generators = clauses;
    out->args.items[0] = genexp;
    out->is_genexp = true;
    return true;
}

/* arguments: args [','] &')' */
static bool parse_arguments_rule(Parser *p, CallArguments *out) {
    if (!parse_args(p, out)) return false;
    unsigned next = peek(p);
    if (out->genexp_from > 0 && (next == TOKEN_FOR || next == TOKEN_ASYNC))
        return finish_genexp(p, out);
    accept(p, TOKEN_COMMA);
    return peek(p) == TOKEN_RPAR;
}

bool parse_arguments(Parser *p, CallArguments *out) {
    int start = p->position;
    if (unlikely(p->second_pass)) {
        void *known;
        if (memo_find(p, MEMO_ARGUMENTS, &known)) {
            if (known) *out = *(CallArguments *)known;
            return known != NULL;
        }
    }
    bool found = parse_arguments_rule(p, out);
    if (!found) {
        p->position = start;
        if (p->second_pass && !p->failed) invalid_arguments(p);
    }
    if (unlikely(p->second_pass)) {
        CallArguments *copy = NULL;
        if (found && (copy = arena_alloc(p->arena, sizeof *copy))) *copy = *out;
        memo_store(p, MEMO_ARGUMENTS, start, copy);
    }
    return found && !p->failed;
}
