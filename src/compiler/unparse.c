/* unparse.c - expressions back to source text, for annotations that are kept as strings.
 *
 * The text is normalised: one space around operators, parentheses only where the precedence of the
 * context asks for them. */
#include "compiler/compiler.h"

#include "types/exception.h"
#include "types/float.h"

/* Levels of precedence, weakest first. */
enum {
    LEVEL_TUPLE, LEVEL_NAMED, LEVEL_TEST, LEVEL_OR, LEVEL_AND, LEVEL_NOT, LEVEL_COMPARE,
    LEVEL_EXPR, LEVEL_BOR = LEVEL_EXPR, LEVEL_BXOR, LEVEL_BAND, LEVEL_SHIFT, LEVEL_ARITH, LEVEL_TERM,
    LEVEL_FACTOR, LEVEL_POWER, LEVEL_AWAIT, LEVEL_ATOM,
};


static bool write_expr(StrBuilder *b, const Expr *e, int level);

static bool text(StrBuilder *b, const char *ascii) { return builder_add_c(b, ascii); }
static bool open_if(StrBuilder *b, bool wanted) { return !wanted || text(b, "("); }
static bool close_if(StrBuilder *b, bool wanted) { return !wanted || text(b, ")"); }

static bool write_list(StrBuilder *b, ExprSequence items) {
    for (int i = 0; i < items.count; i++)
        if ((i && !text(b, ", ")) || !write_expr(b, items.items[i], LEVEL_TEST)) return false;
    return true;
}

static bool write_bool(StrBuilder *b, const Expr *e, int level) {
    int own = e->BoolOp.op == AST_And ? LEVEL_AND : LEVEL_OR;
    if (!open_if(b, level > own)) return false;
    for (int i = 0; i < e->BoolOp.values.count; i++)
        if ((i && !text(b, e->BoolOp.op == AST_And ? " and " : " or ")) ||
            !write_expr(b, e->BoolOp.values.items[i], own + 1))
            return false;
    return close_if(b, level > own);
}

static bool write_binary(StrBuilder *b, const Expr *e, int level) {
    const char *symbol;
    int own;
    bool right_associative = false;
    switch (e->BinOp.op) {
    case AST_Add: symbol = " + ", own = LEVEL_ARITH; break;
    case AST_Sub: symbol = " - ", own = LEVEL_ARITH; break;
    case AST_Mult: symbol = " * ", own = LEVEL_TERM; break;
    case AST_MatMult: symbol = " @ ", own = LEVEL_TERM; break;
    case AST_Div: symbol = " / ", own = LEVEL_TERM; break;
    case AST_Mod: symbol = " % ", own = LEVEL_TERM; break;
    case AST_FloorDiv: symbol = " // ", own = LEVEL_TERM; break;
    case AST_LShift: symbol = " << ", own = LEVEL_SHIFT; break;
    case AST_RShift: symbol = " >> ", own = LEVEL_SHIFT; break;
    case AST_BitOr: symbol = " | ", own = LEVEL_BOR; break;
    case AST_BitXor: symbol = " ^ ", own = LEVEL_BXOR; break;
    case AST_BitAnd: symbol = " & ", own = LEVEL_BAND; break;
    default: symbol = " ** ", own = LEVEL_POWER, right_associative = true; break;
    }
    return open_if(b, level > own) && write_expr(b, e->BinOp.left, own + right_associative) &&
           text(b, symbol) && write_expr(b, e->BinOp.right, own + !right_associative) &&
           close_if(b, level > own);
}

static bool write_unary(StrBuilder *b, const Expr *e, int level) {
    const char *symbol = e->UnaryOp.op == AST_Not    ? "not "
                         : e->UnaryOp.op == AST_USub ? "-"
                         : e->UnaryOp.op == AST_UAdd ? "+"
                                                     : "~";
    int own = e->UnaryOp.op == AST_Not ? LEVEL_NOT : LEVEL_FACTOR;
    return open_if(b, level > own) && text(b, symbol) && write_expr(b, e->UnaryOp.operand, own) &&
           close_if(b, level > own);
}

static bool write_parameter(StrBuilder *b, const Parameter *p, const char *prefix, bool *first) {
    if (!*first && !text(b, ", ")) return false;
    *first = false;
    return text(b, prefix) && builder_add(b, p->arg) &&
           (!p->annotation || (text(b, ": ") && write_expr(b, p->annotation, LEVEL_TEST)));
}

static bool write_parameters(StrBuilder *b, const Parameters *p) {
    bool first = true;
    int positional = p->posonlyargs.count + p->args.count;
    for (int i = 0; i < positional; i++) {
        const Parameter *parameter = i < p->posonlyargs.count
                                         ? p->posonlyargs.items[i]
                                         : p->args.items[i - p->posonlyargs.count];
        int with_default = i - (positional - p->defaults.count);
        if (!write_parameter(b, parameter, "", &first)) return false;
        if (with_default >= 0 &&
            (!text(b, "=") || !write_expr(b, p->defaults.items[with_default], LEVEL_TEST)))
            return false;
        if (p->posonlyargs.count && i + 1 == p->posonlyargs.count && !text(b, ", /")) return false;
    }
    if (p->vararg && !write_parameter(b, p->vararg, "*", &first)) return false;
    if (!p->vararg && p->kwonlyargs.count) {
        if (!text(b, first ? "*" : ", *")) return false;
        first = false;
    }
    for (int i = 0; i < p->kwonlyargs.count; i++) {
        if (!write_parameter(b, p->kwonlyargs.items[i], "", &first)) return false;
        const Expr *value = p->kw_defaults.items[i];
        if (value && (!text(b, "=") || !write_expr(b, value, LEVEL_TEST))) return false;
    }
    return !p->kwarg || write_parameter(b, p->kwarg, "**", &first);
}

static bool write_lambda(StrBuilder *b, const Expr *e, int level) {
    const Parameters *p = e->Lambda.args;
    bool any = p->posonlyargs.count || p->args.count || p->vararg || p->kwonlyargs.count || p->kwarg;
    return open_if(b, level > LEVEL_TEST) && text(b, any ? "lambda " : "lambda") &&
           write_parameters(b, p) && text(b, ": ") && write_expr(b, e->Lambda.body, LEVEL_TEST) &&
           close_if(b, level > LEVEL_TEST);
}

static bool write_conditional(StrBuilder *b, const Expr *e, int level) {
    return open_if(b, level > LEVEL_TEST) && write_expr(b, e->IfExp.body, LEVEL_TEST + 1) &&
           text(b, " if ") && write_expr(b, e->IfExp.test, LEVEL_TEST + 1) && text(b, " else ") &&
           write_expr(b, e->IfExp.orelse, LEVEL_TEST) && close_if(b, level > LEVEL_TEST);
}

static bool write_dict(StrBuilder *b, const Expr *e) {
    if (!text(b, "{")) return false;
    for (int i = 0; i < e->Dict.values.count; i++) {
        if (i && !text(b, ", ")) return false;
        const Expr *key = e->Dict.keys.items[i];
        if (key ? !write_expr(b, key, LEVEL_TEST) || !text(b, ": ") : !text(b, "**")) return false;
        if (!write_expr(b, e->Dict.values.items[i], key ? LEVEL_TEST : LEVEL_EXPR)) return false;
    }
    return text(b, "}");
}

static bool write_clauses(StrBuilder *b, ComprehensionSequence clauses) {
    for (int i = 0; i < clauses.count; i++) {
        const Comprehension *c = clauses.items[i];
        if (!text(b, c->is_async ? " async for " : " for ") ||
            !write_expr(b, c->target, LEVEL_TUPLE) || !text(b, " in ") ||
            !write_expr(b, c->iter, LEVEL_TEST + 1))
            return false;
        for (int k = 0; k < c->ifs.count; k++)
            if (!text(b, " if ") || !write_expr(b, c->ifs.items[k], LEVEL_TEST + 1)) return false;
    }
    return true;
}

static bool write_compare(StrBuilder *b, const Expr *e, int level) {
    static const char *const symbols[] = {
        [AST_Eq - AST_Eq] = " == ",  [AST_NotEq - AST_Eq] = " != ", [AST_Lt - AST_Eq] = " < ",
        [AST_LtE - AST_Eq] = " <= ", [AST_Gt - AST_Eq] = " > ",     [AST_GtE - AST_Eq] = " >= ",
        [AST_Is - AST_Eq] = " is ",  [AST_IsNot - AST_Eq] = " is not ",
        [AST_In - AST_Eq] = " in ",  [AST_NotIn - AST_Eq] = " not in ",
    };
    if (!open_if(b, level > LEVEL_COMPARE) || !write_expr(b, e->Compare.left, LEVEL_COMPARE + 1))
        return false;
    for (int i = 0; i < e->Compare.ops.count; i++)
        if (!text(b, symbols[e->Compare.ops.items[i] - AST_Eq]) ||
            !write_expr(b, e->Compare.comparators.items[i], LEVEL_COMPARE + 1))
            return false;
    return close_if(b, level > LEVEL_COMPARE);
}

static bool write_call(StrBuilder *b, const Expr *e) {
    ExprSequence args = e->Call.args;
    if (!write_expr(b, e->Call.func, LEVEL_ATOM)) return false;
    if (args.count == 1 && e->Call.keywords.count == 0 && args.items[0]->kind == AST_GeneratorExp)
        return write_expr(b, args.items[0], LEVEL_TEST);
    if (!text(b, "(") || !write_list(b, args)) return false;
    for (int i = 0; i < e->Call.keywords.count; i++) {
        const Keyword *keyword = e->Call.keywords.items[i];
        if ((args.count || i) && !text(b, ", ")) return false;
        if (keyword->arg ? !builder_add(b, keyword->arg) || !text(b, "=") : !text(b, "**"))
            return false;
        if (!write_expr(b, keyword->value, LEVEL_TEST)) return false;
    }
    return text(b, ")");
}

/* --- f-strings: the body is collected first, then shown as the repr of a str ------------------------------- */

static bool write_joined_body(StrBuilder *b, const Expr *e);

static bool write_doubling_braces(StrBuilder *b, const Str *s) {
    for (int64_t i = 0; i < s->length; i++) {
        uint32_t c = str_at(s, i);
        if (!builder_add_char(b, c) || ((c == '{' || c == '}') && !builder_add_char(b, c)))
            return false;
    }
    return true;
}

static bool write_formatted(StrBuilder *b, const Expr *e) {
    StrBuilder inner;
    builder_init(&inner);
    if (!write_expr(&inner, e->FormattedValue.value, LEVEL_TEST + 1)) return false;
    Str *body = builder_finish(&inner);
    if (!body) return false;
    const char *brace = body->length && str_at(body, 0) == '{' ? "{ " : "{";
    if (!text(b, brace) || !builder_add(b, body)) return false;
    int conversion = e->FormattedValue.conversion;
    if (conversion > 0 && (!text(b, "!") || !builder_add_char(b, (uint32_t)conversion))) return false;
    const Expr *spec = e->FormattedValue.format_spec;
    if (spec && (!text(b, ":") || !write_joined_body(b, spec))) return false;
    return text(b, "}");
}

static bool write_joined_body(StrBuilder *b, const Expr *e) {
    if (e->kind == AST_JoinedStr) {
        for (int i = 0; i < e->JoinedStr.values.count; i++)
            if (!write_joined_body(b, e->JoinedStr.values.items[i])) return false;
        return true;
    }
    if (e->kind == AST_FormattedValue) return write_formatted(b, e);
    return e->kind == AST_Constant && is_str(e->Constant.value)
               ? write_doubling_braces(b, as_str(e->Constant.value))
               : write_expr(b, e, LEVEL_TEST);
}

static bool write_fstring(StrBuilder *b, const Expr *e) {
    StrBuilder inner;
    builder_init(&inner);
    if (!write_joined_body(&inner, e)) return false;
    Str *body = builder_finish(&inner);
    return body && text(b, "f") && builder_add_repr(b, object_value(body));
}

/* --- constants ------------------------------------------------------------------------------------------------ */

/* An infinity is written as a literal that overflows. */
static bool write_number(StrBuilder *b, Value v) {
    Value repr = value_repr(v);
    if (is_error(repr)) return false;
    Str *shown = as_str(repr);
    for (int64_t i = 0; i < shown->length;) {
        bool infinity = i + 3 <= shown->length && str_at(shown, i) == 'i' &&
                        str_at(shown, i + 1) == 'n' && str_at(shown, i + 2) == 'f';
        if (infinity ? !text(b, "1e309") : !builder_add_char(b, str_at(shown, i))) return false;
        i += infinity ? 3 : 1;
    }
    return true;
}

static bool write_constant(StrBuilder *b, const Expr *e) {
    Value v = e->Constant.value;
    if (is_ellipsis(v)) return text(b, "...");
    if (is_double(v) || is_exactly(v, &complex_type)) return write_number(b, v);
    if (e->Constant.kind && !builder_add(b, e->Constant.kind)) return false;
    return builder_add_repr(b, v);
}

static bool write_attribute(StrBuilder *b, const Expr *e) {
    const Expr *value = e->Attribute.value;
    if (!write_expr(b, value, LEVEL_ATOM)) return false;
    bool is_int_literal = value->kind == AST_Constant && is_smallint(value->Constant.value);
    return text(b, is_int_literal ? " ." : ".") && builder_add(b, e->Attribute.attr);
}

static bool write_slice(StrBuilder *b, const Expr *e) {
    if (e->Slice.lower && !write_expr(b, e->Slice.lower, LEVEL_TEST)) return false;
    if (!text(b, ":")) return false;
    if (e->Slice.upper && !write_expr(b, e->Slice.upper, LEVEL_TEST)) return false;
    return !e->Slice.step || (text(b, ":") && write_expr(b, e->Slice.step, LEVEL_TEST));
}

static bool write_tuple(StrBuilder *b, const Expr *e, int level) {
    ExprSequence items = e->Tuple.elts;
    if (items.count == 0) return text(b, "()");
    return open_if(b, level > LEVEL_TUPLE) && write_list(b, items) &&
           (items.count > 1 || text(b, ",")) && close_if(b, level > LEVEL_TUPLE);
}

static bool write_yield(StrBuilder *b, const char *word, const Expr *value) {
    return text(b, word) && (!value || (text(b, " ") && write_expr(b, value, LEVEL_TEST))) &&
           text(b, ")");
}

static bool write_expr_kind(StrBuilder *b, const Expr *e, int level) {
    switch (e->kind) {
    case AST_BoolOp: return write_bool(b, e, level);
    case AST_BinOp: return write_binary(b, e, level);
    case AST_UnaryOp: return write_unary(b, e, level);
    case AST_Lambda: return write_lambda(b, e, level);
    case AST_IfExp: return write_conditional(b, e, level);
    case AST_Dict: return write_dict(b, e);
    case AST_Set: return text(b, "{") && write_list(b, e->Set.elts) && text(b, "}");
    case AST_GeneratorExp:
        return text(b, "(") && write_expr(b, e->GeneratorExp.elt, LEVEL_TEST) &&
               write_clauses(b, e->GeneratorExp.generators) && text(b, ")");
    case AST_ListComp:
        return text(b, "[") && write_expr(b, e->ListComp.elt, LEVEL_TEST) &&
               write_clauses(b, e->ListComp.generators) && text(b, "]");
    case AST_SetComp:
        return text(b, "{") && write_expr(b, e->SetComp.elt, LEVEL_TEST) &&
               write_clauses(b, e->SetComp.generators) && text(b, "}");
    case AST_DictComp:
        return text(b, "{") && write_expr(b, e->DictComp.key, LEVEL_TEST) && text(b, ": ") &&
               write_expr(b, e->DictComp.value, LEVEL_TEST) &&
               write_clauses(b, e->DictComp.generators) && text(b, "}");
    case AST_Yield: return write_yield(b, "(yield", e->Yield.value);
    case AST_YieldFrom: return write_yield(b, "(yield from", e->YieldFrom.value);
    case AST_Await:
        return open_if(b, level > LEVEL_AWAIT) && text(b, "await ") &&
               write_expr(b, e->Await.value, LEVEL_ATOM) && close_if(b, level > LEVEL_AWAIT);
    case AST_Compare: return write_compare(b, e, level);
    case AST_Call: return write_call(b, e);
    case AST_Constant: return write_constant(b, e);
    case AST_JoinedStr:
    case AST_FormattedValue: return write_fstring(b, e);
    case AST_Attribute: return write_attribute(b, e);
    case AST_Starred: return text(b, "*") && write_expr(b, e->Starred.value, LEVEL_EXPR);
    case AST_Name: return builder_add(b, e->Name.id);
    case AST_List: return text(b, "[") && write_list(b, e->List.elts) && text(b, "]");
    case AST_Tuple: return write_tuple(b, e, level);
    case AST_Subscript:
        return write_expr(b, e->Subscript.value, LEVEL_ATOM) && text(b, "[") &&
               write_expr(b, e->Subscript.slice, LEVEL_TUPLE) && text(b, "]");
    case AST_Slice: return write_slice(b, e);
    case AST_NamedExpr:
        return open_if(b, level > LEVEL_NAMED) && write_expr(b, e->NamedExpr.target, LEVEL_ATOM) &&
               text(b, " := ") && write_expr(b, e->NamedExpr.value, LEVEL_ATOM) &&
               close_if(b, level > LEVEL_NAMED);
    default: fatal("unparse: not an expression: %d", (int)e->kind);
    }
}

static bool write_expr(StrBuilder *b, const Expr *e, int level) {
    return stack_check() && write_expr_kind(b, e, level);
}

Str *ast_unparse(const Expr *expression) {
    StrBuilder builder;
    builder_init(&builder);
    if (!write_expr(&builder, expression, LEVEL_TEST)) return NULL;
    return builder_finish(&builder);
}
