/* parser_parameters.c - parameter lists of functions and lambdas, and the mistakes made in them.
 *
 * The grammar has each rule twice, for `def` (ended by a parenthesis, with annotations) and for
 * `lambda` (ended by a colon); here `lambda` is an argument. */
#include "parser/parser_internal.h"

#include "types/exception.h"

static inline unsigned terminator(bool lambda) { return lambda ? TOKEN_COLON : TOKEN_RPAR; }

/* param: NAME [':' expression]        lambda_param: NAME
 * With `star`, the annotation may be a star_expression (PEP 646). */
static Parameter *parse_param(Parser *p, bool lambda, bool star) {
    int start = p->position;
    Str *name = parse_identifier(p);
    if (!name) return NULL;
    Expr *annotation = NULL;
    if (!lambda && accept(p, TOKEN_COLON)) {
        annotation = star ? parse_star_expression(p) : parse_expression(p);
        if (!annotation) {
            if (p->failed) return NULL;
            p->position = start + 1; /* the annotation is optional */
        }
    }
    Parameter *parameter = node_new(p, AST_arg, start);
    if (!parameter) return NULL;
    parameter->arg = name;
    parameter->annotation = annotation;
    return parameter;
}

/* default: '=' expression */
static Expr *parse_default(Parser *p) {
    int start = p->position;
    if (!accept(p, TOKEN_EQUAL)) return NULL;
    Expr *value = parse_expression(p);
    if (value) return value;
    p->position = start;
    if (p->second_pass && !p->failed) invalid_default(p);
    return NULL;
}

/* ',' | &terminator */
static bool end_of_param(Parser *p, bool lambda) {
    return accept(p, TOKEN_COMMA) || peek(p) == terminator(lambda);
}

/* ',' [TYPE_COMMENT] | [TYPE_COMMENT] &')'      (no comments in a lambda) */
static bool finish_param(Parser *p, bool lambda, Parameter *parameter) {
    bool comma = accept(p, TOKEN_COMMA);
    if (!lambda && unlikely(peek(p) == TOKEN_TYPE_COMMENT))
        parameter->type_comment = parse_type_comment(p);
    return comma || peek(p) == terminator(lambda);
}

/* param_no_default: param (',' | &')') */
static Parameter *parse_no_default(Parser *p, bool lambda, bool star) {
    int start = p->position;
    Parameter *parameter = parse_param(p, lambda, star);
    if (parameter && finish_param(p, lambda, parameter)) return parameter;
    return reset(p, start);
}

/* param_with_default: param default (',' | &')') */
static Parameter *parse_with_default(Parser *p, bool lambda, Expr **value) {
    int start = p->position;
    Parameter *parameter = parse_param(p, lambda, false);
    if (parameter && (*value = parse_default(p)) && finish_param(p, lambda, parameter))
        return parameter;
    return reset(p, start);
}

/* param_maybe_default: param [default] (',' | &')') */
static Parameter *parse_maybe_default(Parser *p, bool lambda, Expr **value) {
    int start = p->position;
    *value = NULL;
    Parameter *parameter = parse_param(p, lambda, false);
    if (!parameter) return NULL;
    if (peek(p) == TOKEN_EQUAL) {
        *value = parse_default(p);
        if (p->failed) return NULL;
    }
    return finish_param(p, lambda, parameter) ? parameter : reset(p, start);
}

/* '/' (',' | &')') */
static bool parse_slash(Parser *p, bool lambda) {
    int start = p->position;
    if (accept(p, TOKEN_SLASH) && end_of_param(p, lambda))
        return check_version(p, 8, "Positional-only parameters are");
    p->position = start;
    return false;
}

/* kwds: '**' param_no_default */
static bool parse_kwds(Parser *p, bool lambda, Parameters *out) {
    if (p->second_pass) {
        invalid_kwds(p, lambda);
        if (p->failed) return false;
    }
    int start = p->position;
    if (!accept(p, TOKEN_DOUBLESTAR)) return false;
    out->kwarg = parse_no_default(p, lambda, false);
    if (out->kwarg) return true;
    p->position = start;
    return false;
}

/* param_maybe_default* into kwonlyargs and kw_defaults */
static bool parse_keyword_only(Parser *p, bool lambda, Parameters *out) {
    int base = p->scratch_count, count = 0;
    Parameter *parameter;
    Expr *value;
    while ((parameter = parse_maybe_default(p, lambda, &value))) {
        push(p, parameter);
        push(p, value);
        count++;
    }
    if (p->failed) return false;
    if (count == 0) return true;
    Parameter **names = arena_alloc(p->arena, 2 * sizeof(void *) * (size_t)count);
    if (!names) {
        p->failed = true;
        raise_memory_error();
        return false;
    }
    Expr **values = (Expr **)(void *)(names + count);
    for (int i = 0; i < count; i++) {
        names[i] = p->scratch[base + 2 * i];
        values[i] = p->scratch[base + 2 * i + 1];
    }
    p->scratch_count = base;
    out->kwonlyargs = (ParameterSequence){count, names};
    out->kw_defaults = (ExprSequence){count, values};
    return true;
}

/* star_etc: '*' param_no_default param_maybe_default* [kwds]
 *     | '*' ',' param_maybe_default+ [kwds] | kwds */
static void parse_star_etc(Parser *p, bool lambda, Parameters *out) {
    if (p->second_pass) {
        invalid_star_etc(p, lambda);
        if (p->failed) return;
    }
    int start = p->position;
    if (accept(p, TOKEN_STAR)) {
        bool bare = accept(p, TOKEN_COMMA);
        if (!bare) out->vararg = parse_no_default(p, lambda, true);
        if (p->failed) return;
        if ((bare || out->vararg) && parse_keyword_only(p, lambda, out) &&
            (out->vararg || out->kwonlyargs.count)) {
            parse_kwds(p, lambda, out);
            return;
        }
        p->position = start;
        if (p->failed) return;
    }
    parse_kwds(p, lambda, out);
}

/* parameters: (param_no_default* param_with_default* ['/' ...])... star_etc, in this order:
 *     slash_no_default param_no_default* param_with_default* [star_etc]
 *     | slash_with_default param_with_default* [star_etc]
 *     | param_no_default+ param_with_default* [star_etc] | param_with_default+ [star_etc] |
 *     star_etc */
Parameters *parse_parameters(Parser *p, bool lambda) {
    if (p->second_pass) {
        invalid_parameters(p, lambda);
        if (p->failed) return NULL;
    }
    Parameters *out = node_new_plain(p, AST_arguments);
    if (!out) return NULL;
    unsigned end = terminator(lambda);
    if (peek(p) == end) return out;
    /* Parameters go on the scratch, defaults behind them: parameters are moved up by one for
     * each. */
    int base = p->scratch_count, count = 0, defaults = 0, mark;
    bool slash = false;
    for (;;) {
        mark = p->position;
        Expr *value;
        Parameter *parameter = parse_maybe_default(p, lambda, &value);
        if (p->failed) return NULL;
        if (!parameter) {
            if (slash || count == 0 || !parse_slash(p, lambda)) break;
            slash = true;
            Parameter **names = arena_alloc(p->arena, sizeof(void *) * (size_t)count);
            if (!names) {
                p->failed = true;
                raise_memory_error();
                return NULL;
            }
            for (int i = 0; i < count; i++) names[i] = p->scratch[base + i];
            out->posonlyargs = (ParameterSequence){count, names};
            continue;
        }
        if (!value && defaults) {
            p->position = mark; /* non-default argument follows default argument */
            break;
        }
        push(p, NULL);
        for (int i = p->scratch_count - 1; i > base + count; i--)
            p->scratch[i] = p->scratch[i - 1];
        p->scratch[base + count++] = parameter;
        if (value) {
            push(p, value);
            defaults++;
        }
    }
    TAKE(p, base + count, out->defaults);
    int positional_only = out->posonlyargs.count;
    p->scratch_count = base + count;
    TAKE(p, base + positional_only, out->args);
    p->scratch_count = base;
    if (!p->failed) parse_star_etc(p, lambda, out);
    return p->failed ? NULL : out;
}

/* --- mistakes --------------------------------------------------------------------------------- */

/* invalid_default: '=' &(')' | ',') */
void *invalid_default(Parser *p) {
    if (p->unchecked) return NULL;
    int start = p->position;
    if (!accept(p, TOKEN_EQUAL)) return NULL;
    unsigned next = peek(p);
    p->position = start;
    if (next != TOKEN_RPAR && next != TOKEN_COMMA) return NULL;
    return error_at_token(p, token_at(p, start), "expected default value expression");
}

static bool skip_no_defaults(Parser *p, bool lambda) {
    while (parse_no_default(p, lambda, false)) continue;
    return !p->failed;
}

static int skip_with_defaults(Parser *p, bool lambda) {
    Expr *value;
    int count = 0;
    while (parse_with_default(p, lambda, &value)) count++;
    return p->failed ? -1 : count;
}

static int skip_maybe_defaults(Parser *p, bool lambda) {
    Expr *value;
    int count = 0;
    while (parse_maybe_default(p, lambda, &value)) count++;
    return p->failed ? -1 : count;
}

/* slash_no_default | slash_with_default */
static bool skip_slash_part(Parser *p, bool lambda) {
    int start = p->position;
    if (!skip_no_defaults(p, lambda)) return false;
    if (p->position > start && parse_slash(p, lambda)) return true;
    if (skip_with_defaults(p, lambda) > 0 && parse_slash(p, lambda)) return true;
    p->position = start;
    return false;
}

/* param_no_default* (slash_with_default | param_with_default+) param_no_default */
static void *invalid_default_order(Parser *p, bool lambda) {
    if (!skip_no_defaults(p, lambda)) return NULL;
    int count = skip_with_defaults(p, lambda);
    if (count <= 0) return NULL;
    parse_slash(p, lambda);
    Parameter *bad = parse_no_default(p, lambda, false);
    if (!bad) return NULL;
    return error_at_node(p, bad, "non-default argument follows default argument");
}

/* param_no_default* '(' param_no_default+ [','] ')'     for a lambda: ','.lambda_param+ inside */
static void *invalid_parentheses(Parser *p, bool lambda) {
    if (!skip_no_defaults(p, lambda)) return NULL;
    int open = p->position;
    if (!accept(p, TOKEN_LPAR)) return NULL;
    if (lambda) {
        if (!parse_param(p, true, false)) return NULL;
        while (peek(p) == TOKEN_COMMA && peek_second(p) == TOKEN_NAME) p->position += 2;
    } else {
        int mark = p->position;
        if (!skip_no_defaults(p, false) || p->position == mark) return NULL;
    }
    accept(p, TOKEN_COMMA);
    if (!accept(p, TOKEN_RPAR)) return NULL;
    return error_tokens(p, token_at(p, open), last_token(p),
                        lambda ? "Lambda expression parameters cannot be parenthesized"
                               : "Function parameters cannot be parenthesized");
}

/* (slash_no_default | slash_with_default) param_maybe_default* '/' */
static void *invalid_second_slash(Parser *p, bool lambda) {
    if (!skip_slash_part(p, lambda) || skip_maybe_defaults(p, lambda) < 0) return NULL;
    if (!accept(p, TOKEN_SLASH)) return NULL;
    return error_at_token(p, last_token(p), "/ may appear only once");
}

/* [slash part] param_maybe_default* '*' (',' | param_no_default) param_maybe_default* '/' */
static void *invalid_late_slash(Parser *p, bool lambda) {
    skip_slash_part(p, lambda);
    if (p->failed || skip_maybe_defaults(p, lambda) < 0 || !accept(p, TOKEN_STAR)) return NULL;
    if (!accept(p, TOKEN_COMMA) && !parse_no_default(p, lambda, false)) return NULL;
    if (skip_maybe_defaults(p, lambda) < 0 || !accept(p, TOKEN_SLASH)) return NULL;
    return error_at_token(p, last_token(p), "/ must be ahead of *");
}

/* param_maybe_default+ '/' '*' */
static void *invalid_slash_star(Parser *p, bool lambda) {
    if (skip_maybe_defaults(p, lambda) <= 0 || !accept(p, TOKEN_SLASH) || !accept(p, TOKEN_STAR))
        return NULL;
    return error_at_token(p, last_token(p), "expected comma between / and *");
}

/* '/' ',' */
static void *invalid_first_slash(Parser *p, bool lambda) {
    (void)lambda;
    if (!accept(p, TOKEN_SLASH) || !accept(p, TOKEN_COMMA)) return NULL;
    return error_at_token(p, token_at(p, p->position - 2), "at least one argument must precede /");
}

void *invalid_parameters(Parser *p, bool lambda) {
    if (p->unchecked) return NULL;
    static void *(*const attempts[])(Parser *, bool) = {
        invalid_default_order, invalid_parentheses, invalid_first_slash,
        invalid_second_slash,  invalid_late_slash,  invalid_slash_star,
    };
    int start = p->position;
    for (size_t i = 0; i < ARRAY_LENGTH(attempts) && !p->failed; i++) {
        attempts[i](p, lambda);
        p->position = start;
    }
    return NULL;
}

/* '*' (')' | ',' (')' | '**')) */
static void *invalid_bare_star(Parser *p, bool lambda) {
    int star = p->position++;
    unsigned end = terminator(lambda), next = peek(p);
    bool bad = next == end;
    if (next == TOKEN_COMMA) {
        next = peek_second(p);
        bad = next == end || next == TOKEN_DOUBLESTAR;
        /* the token at fault is read before the error is placed */
    }
    if (!bad) return NULL;
    if (lambda) {
        p->position = p->count;
        return parser_syntax_error(p, "named arguments must follow bare *");
    }
    return error_at_token(p, token_at(p, star), "named arguments must follow bare *");
}

/* '*' (param_no_default | ',') param_maybe_default* '*' (param_no_default | ',') */
static void *invalid_second_star(Parser *p, bool lambda) {
    p->position++;
    if (!parse_no_default(p, lambda, false) && !accept(p, TOKEN_COMMA)) return NULL;
    if (skip_maybe_defaults(p, lambda) < 0) return NULL;
    int star = p->position;
    if (!accept(p, TOKEN_STAR)) return NULL;
    if (!parse_no_default(p, lambda, false) && !accept(p, TOKEN_COMMA)) return NULL;
    return error_at_token(p, token_at(p, star), "* argument may appear only once");
}

/* invalid_star_etc: the above | '*' param '=' */
void *invalid_star_etc(Parser *p, bool lambda) {
    if (p->unchecked) return NULL;
    int start = p->position;
    if (peek(p) != TOKEN_STAR) return NULL;
    invalid_bare_star(p, lambda);
    p->position = start + 1;
    if (!p->failed && accept(p, TOKEN_COMMA) && accept(p, TOKEN_TYPE_COMMENT))
        parser_syntax_error(p, "bare * has associated type comment");
    p->position = start + 1;
    if (!p->failed && parse_param(p, lambda, false) && accept(p, TOKEN_EQUAL))
        error_at_token(p, last_token(p), "var-positional argument cannot have default value");
    p->position = start;
    if (!p->failed) invalid_second_star(p, lambda);
    return reset(p, start);
}

/* invalid_kwds: '**' param '=' | '**' param ',' param | '**' param ',' ('*' | '**' | '/') */
void *invalid_kwds(Parser *p, bool lambda) {
    if (p->unchecked) return NULL;
    int start = p->position;
    if (!accept(p, TOKEN_DOUBLESTAR)) return NULL;
    if (!parse_param(p, lambda, false)) return reset(p, start);
    if (accept(p, TOKEN_EQUAL)) {
        error_at_token(p, last_token(p), "var-keyword argument cannot have default value");
    } else if (accept(p, TOKEN_COMMA)) {
        unsigned next = peek(p);
        int at = p->position;
        Parameter *parameter = parse_param(p, lambda, false);
        if (parameter)
            error_at_node(p, parameter, "arguments cannot follow var-keyword argument");
        else if (next == TOKEN_STAR || next == TOKEN_DOUBLESTAR || next == TOKEN_SLASH)
            error_at_token(p, token_at(p, at), "arguments cannot follow var-keyword argument");
    }
    return reset(p, start);
}
