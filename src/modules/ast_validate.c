/* ast_validate.c - is a tree that a program built one that the parser could have built? What the code
 * generator relies on is checked here: contexts, lengths, nothing missing. */
#include "modules/ast_module.h"
#include "modules/support.h"
#include "types/set.h"

static bool check_expr(const Expr *e, AstKind context);
static bool check_stmts(StmtSequence body);

static bool invalid(const char *format, ...) PRINTF_LIKE(1, 2);
static bool invalid(const char *format, ...) {
    char text[256];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    raise_error(&ValueError, "%s", text);
    return false;
}

static bool check_name(const Str *name) {
    static const char *const forbidden[] = {"None", "True", "False"};
    for (size_t i = 0; name && i < ARRAY_LENGTH(forbidden); i++)
        if (str_equal_c(name, forbidden[i]))
            return invalid("identifier field can't represent '%s' constant", forbidden[i]);
    return true;
}

static bool check_exprs(ExprSequence items, AstKind context, bool null_allowed) {
    for (int i = 0; i < items.count; i++) {
        if (!items.items[i]) {
            if (null_allowed) continue;
            return invalid("None disallowed in expression list");
        }
        if (!check_expr(items.items[i], context)) return false;
    }
    return true;
}

static bool check_nonempty(int count, const char *what, const char *owner) {
    return count > 0 || invalid("empty %s on %s", what, owner);
}

static bool check_optional(const Expr *e) { return !e || check_expr(e, AST_Load); }

static bool check_constant(Value v) {
    if (!stack_check()) return false;
    if (is_none(v) || is_ellipsis(v) || is_bool(v) || is_smallint(v) || is_double(v)) return true;
    if (is_exactly(v, &int_type) || is_exactly(v, &complex_type) || is_exactly(v, &str_type) ||
        is_exactly(v, &bytes_type))
        return true;
    if (!is_exactly(v, &tuple_type) && !is_exactly(v, &frozenset_type)) {
        raise_error(&TypeError, "got an invalid type in Constant: %T", v);
        return false;
    }
    Tuple *items = tuple_from_iterable(v);
    for (int64_t i = 0; items && i < items->length; i++)
        if (!check_constant(items->items[i])) return false;
    return items != NULL;
}

static bool check_parameter_list(ParameterSequence parameters) {
    for (int i = 0; i < parameters.count; i++)
        if (!parameters.items[i] || !check_optional(parameters.items[i]->annotation))
            return error_occurred() ? false : invalid("None disallowed in arg list");
    return true;
}

static bool check_parameters(const Parameters *p) {
    if (!check_parameter_list(p->posonlyargs) || !check_parameter_list(p->args) ||
        (p->vararg && !check_optional(p->vararg->annotation)) ||
        !check_parameter_list(p->kwonlyargs) || (p->kwarg && !check_optional(p->kwarg->annotation)))
        return false;
    if (p->defaults.count > p->posonlyargs.count + p->args.count)
        return invalid("more positional defaults than args on arguments");
    if (p->kw_defaults.count != p->kwonlyargs.count)
        return invalid("length of kwonlyargs is not the same as kw_defaults on arguments");
    return check_exprs(p->defaults, AST_Load, false) && check_exprs(p->kw_defaults, AST_Load, true);
}

static bool check_comprehensions(ComprehensionSequence clauses) {
    if (clauses.count == 0) return invalid("comprehension with no generators");
    for (int i = 0; i < clauses.count; i++) {
        const Comprehension *c = clauses.items[i];
        if (!c) return invalid("None disallowed in comprehension list");
        if (!check_expr(c->target, AST_Store) || !check_expr(c->iter, AST_Load) ||
            !check_exprs(c->ifs, AST_Load, false))
            return false;
    }
    return true;
}

static bool check_keywords(KeywordSequence keywords) {
    for (int i = 0; i < keywords.count; i++)
        if (!keywords.items[i] || !check_expr(keywords.items[i]->value, AST_Load))
            return error_occurred() ? false : invalid("None disallowed in keyword list");
    return true;
}

static AstKind context_of(const Expr *e) {
    switch (e->kind) {
    case AST_Attribute: return e->Attribute.ctx;
    case AST_Subscript: return e->Subscript.ctx;
    case AST_Starred: return e->Starred.ctx;
    case AST_Name: return e->Name.ctx;
    case AST_List: return e->List.ctx;
    case AST_Tuple: return e->Tuple.ctx;
    default: return AST_NO_KIND;
    }
}

static bool check_context(const Expr *e, AstKind wanted) {
    AstKind actual = context_of(e);
    if (actual == AST_NO_KIND) {
        if (wanted == AST_Load) return true;
        return invalid("expression which can't be assigned to in %s context",
                       ast_info(wanted)->name);
    }
    return actual == wanted || invalid("expression must have %s context but has %s instead",
                                       ast_info(wanted)->name, ast_info(actual)->name);
}

static bool check_compare(const Expr *e) {
    if (e->Compare.comparators.count == 0) return invalid("Compare with no comparators");
    if (e->Compare.comparators.count != e->Compare.ops.count)
        return invalid("Compare has a different number of comparators and operands");
    return check_expr(e->Compare.left, AST_Load) &&
           check_exprs(e->Compare.comparators, AST_Load, false);
}

static bool check_expr_kind(const Expr *e, AstKind context) {
    switch (e->kind) {
    case AST_BoolOp:
        return e->BoolOp.values.count < 2 ? invalid("BoolOp with less than 2 values")
                                          : check_exprs(e->BoolOp.values, AST_Load, false);
    case AST_BinOp:
        return check_expr(e->BinOp.left, AST_Load) && check_expr(e->BinOp.right, AST_Load);
    case AST_UnaryOp: return check_expr(e->UnaryOp.operand, AST_Load);
    case AST_Lambda: return check_parameters(e->Lambda.args) && check_expr(e->Lambda.body, AST_Load);
    case AST_IfExp:
        return check_expr(e->IfExp.test, AST_Load) && check_expr(e->IfExp.body, AST_Load) &&
               check_expr(e->IfExp.orelse, AST_Load);
    case AST_Dict:
        if (e->Dict.keys.count != e->Dict.values.count)
            return invalid("Dict doesn't have the same number of keys as values");
        return check_exprs(e->Dict.keys, AST_Load, true) &&
               check_exprs(e->Dict.values, AST_Load, false);
    case AST_Set: return check_exprs(e->Set.elts, AST_Load, false);
    case AST_ListComp:
        return check_comprehensions(e->ListComp.generators) && check_expr(e->ListComp.elt, AST_Load);
    case AST_SetComp:
        return check_comprehensions(e->SetComp.generators) && check_expr(e->SetComp.elt, AST_Load);
    case AST_GeneratorExp:
        return check_comprehensions(e->GeneratorExp.generators) &&
               check_expr(e->GeneratorExp.elt, AST_Load);
    case AST_DictComp:
        return check_comprehensions(e->DictComp.generators) &&
               check_expr(e->DictComp.key, AST_Load) && check_expr(e->DictComp.value, AST_Load);
    case AST_Yield: return check_optional(e->Yield.value);
    case AST_YieldFrom: return check_expr(e->YieldFrom.value, AST_Load);
    case AST_Await: return check_expr(e->Await.value, AST_Load);
    case AST_Compare: return check_compare(e);
    case AST_Call:
        return check_expr(e->Call.func, AST_Load) && check_exprs(e->Call.args, AST_Load, false) &&
               check_keywords(e->Call.keywords);
    case AST_Constant: return check_constant(e->Constant.value);
    case AST_JoinedStr: return check_exprs(e->JoinedStr.values, AST_Load, false);
    case AST_FormattedValue:
        return check_expr(e->FormattedValue.value, AST_Load) &&
               check_optional(e->FormattedValue.format_spec);
    case AST_Attribute: return check_expr(e->Attribute.value, AST_Load);
    case AST_Subscript:
        return check_expr(e->Subscript.slice, AST_Load) && check_expr(e->Subscript.value, AST_Load);
    case AST_Starred: return check_expr(e->Starred.value, context);
    case AST_List: return check_exprs(e->List.elts, context, false);
    case AST_Tuple: return check_exprs(e->Tuple.elts, context, false);
    case AST_NamedExpr:
        if (e->NamedExpr.target->kind != AST_Name) {
            raise_error(&TypeError, "NamedExpr target must be a Name");
            return false;
        }
        return check_expr(e->NamedExpr.target, AST_Store) && check_expr(e->NamedExpr.value, AST_Load);
    case AST_Slice:
        return check_optional(e->Slice.lower) && check_optional(e->Slice.upper) &&
               check_optional(e->Slice.step);
    case AST_Name: return check_name(e->Name.id);
    default: return invalid("unexpected expression");
    }
}

static bool check_position(const AstNode *node) {
    if (node->lineno > node->end_lineno)
        return invalid("AST node line range (%d, %d) is not valid", node->lineno, node->end_lineno);
    if ((node->lineno < 0 && node->end_lineno != node->lineno) ||
        (node->col_offset < 0 && node->col_offset != node->end_col_offset))
        return invalid("AST node column range (%d, %d) for line range (%d, %d) is not valid",
                       node->col_offset, node->end_col_offset, node->lineno, node->end_lineno);
    if (node->lineno == node->end_lineno && node->col_offset > node->end_col_offset)
        return invalid("line %d, column %d-%d is not a valid range", node->lineno, node->col_offset,
                       node->end_col_offset);
    return true;
}

static bool check_expr(const Expr *e, AstKind context) {
    return stack_check() && check_position((const AstNode *)e) && check_context(e, context) &&
           check_expr_kind(e, context);
}

/* --- patterns -------------------------------------------------------------------------------------------- */

static bool check_pattern(const Pattern *p, bool star_allowed);

static bool check_patterns(PatternSequence patterns, bool star_allowed) {
    for (int i = 0; i < patterns.count; i++)
        if (!patterns.items[i] || !check_pattern(patterns.items[i], star_allowed))
            return error_occurred() ? false : invalid("None disallowed in pattern list");
    return true;
}

static bool check_capture(const Str *name) {
    if (name && str_equal_c(name, "_")) return invalid("can't capture name '_' in patterns");
    return check_name(name);
}

static bool is_signed_number(const Expr *e, bool imaginary_allowed) {
    if (e->kind == AST_UnaryOp && e->UnaryOp.op == AST_USub) e = e->UnaryOp.operand;
    if (e->kind != AST_Constant) return false;
    Value v = e->Constant.value;
    return (is_exact_int(v) && !is_bool(v)) || is_double(v) ||
           (imaginary_allowed && is_exactly(v, &complex_type));
}

static bool check_match_value(const Expr *e) {
    if (!check_expr(e, AST_Load)) return false;
    const Expr *root = e;
    switch (e->kind) {
    case AST_Constant: {
        Value v = e->Constant.value;
        if (is_exact_int(v) || is_double(v) || is_exactly(v, &complex_type) ||
            is_exactly(v, &str_type) || is_exactly(v, &bytes_type))
            return true;
        return invalid("unexpected constant inside of a literal pattern");
    }
    case AST_Attribute:
        while (root->kind == AST_Attribute) root = root->Attribute.value;
        return root->kind == AST_Name || invalid("patterns may only match literals and attribute lookups");
    case AST_UnaryOp: if (is_signed_number(e, true)) return true; break;
    case AST_BinOp:
        if ((e->BinOp.op == AST_Add || e->BinOp.op == AST_Sub) &&
            is_signed_number(e->BinOp.left, false) && is_signed_number(e->BinOp.right, true))
            return true;
        break;
    case AST_JoinedStr: return true; /* a later step refuses it */
    default: break;
    }
    return invalid("patterns may only match literals and attribute lookups");
}

static bool check_mapping(const Pattern *p) {
    if (p->MatchMapping.keys.count != p->MatchMapping.patterns.count)
        return invalid("MatchMapping doesn't have the same number of keys as patterns");
    if (!check_capture(p->MatchMapping.rest)) return false;
    for (int i = 0; i < p->MatchMapping.keys.count; i++) {
        const Expr *key = p->MatchMapping.keys.items[i];
        if (!key) return invalid("None disallowed in expression list");
        bool is_singleton = key->kind == AST_Constant &&
                            (is_none(key->Constant.value) || is_bool(key->Constant.value));
        if (!is_singleton && !check_match_value(key)) return false;
    }
    return check_patterns(p->MatchMapping.patterns, false);
}

static bool check_class_pattern(const Pattern *p) {
    if (p->MatchClass.kwd_attrs.count != p->MatchClass.kwd_patterns.count)
        return invalid("MatchClass doesn't have the same number of keyword attributes as patterns");
    if (!check_expr(p->MatchClass.cls, AST_Load)) return false;
    const Expr *cls = p->MatchClass.cls;
    while (cls->kind == AST_Attribute) cls = cls->Attribute.value;
    if (cls->kind != AST_Name)
        return invalid("MatchClass cls field can only contain Name or Attribute nodes.");
    for (int i = 0; i < p->MatchClass.kwd_attrs.count; i++)
        if (!check_name(p->MatchClass.kwd_attrs.items[i])) return false;
    return check_patterns(p->MatchClass.patterns, false) &&
           check_patterns(p->MatchClass.kwd_patterns, false);
}

static bool check_pattern(const Pattern *p, bool star_allowed) {
    if (!stack_check() || !check_position((const AstNode *)p)) return false;
    switch (p->kind) {
    case AST_MatchValue: return check_match_value(p->MatchValue.value);
    case AST_MatchSingleton: {
        Value v = p->MatchSingleton.value;
        return is_none(v) || is_bool(v) ||
               invalid("MatchSingleton can only contain True, False and None");
    }
    case AST_MatchSequence: return check_patterns(p->MatchSequence.patterns, true);
    case AST_MatchMapping: return check_mapping(p);
    case AST_MatchClass: return check_class_pattern(p);
    case AST_MatchStar:
        return star_allowed ? check_capture(p->MatchStar.name) : invalid("can't use MatchStar here");
    case AST_MatchAs:
        if (!check_capture(p->MatchAs.name)) return false;
        if (!p->MatchAs.pattern) return true;
        if (!p->MatchAs.name)
            return invalid("MatchAs must specify a target name if a pattern is given");
        return check_pattern(p->MatchAs.pattern, false);
    case AST_MatchOr:
        return p->MatchOr.patterns.count < 2 ? invalid("MatchOr requires at least 2 patterns")
                                             : check_patterns(p->MatchOr.patterns, false);
    default: return invalid("unexpected pattern");
    }
}

/* --- statements -------------------------------------------------------------------------------------------- */

static bool check_body(StmtSequence body, const char *owner) {
    return check_nonempty(body.count, "body", owner) && check_stmts(body);
}

static bool check_type_parameters(TypeParamSequence list) {
    for (int i = 0; i < list.count; i++) {
        const TypeParam *p = list.items[i];
        if (!p) return invalid("None disallowed in type_param list");
        const Expr *value = p->kind == AST_TypeVar     ? p->TypeVar.default_value
                            : p->kind == AST_ParamSpec ? p->ParamSpec.default_value
                                                       : p->TypeVarTuple.default_value;
        if (!check_name(p->TypeVar.name) || !check_optional(value) ||
            (p->kind == AST_TypeVar && !check_optional(p->TypeVar.bound)))
            return false;
    }
    return true;
}

static bool check_targets(ExprSequence targets, AstKind context, const char *owner) {
    return check_nonempty(targets.count, "targets", owner) && check_exprs(targets, context, false);
}

static bool check_with(WithItemSequence items, StmtSequence body, const char *owner) {
    if (!check_nonempty(items.count, "items", owner)) return false;
    for (int i = 0; i < items.count; i++)
        if (!items.items[i] || !check_expr(items.items[i]->context_expr, AST_Load) ||
            (items.items[i]->optional_vars && !check_expr(items.items[i]->optional_vars, AST_Store)))
            return error_occurred() ? false : invalid("None disallowed in withitem list");
    return check_body(body, owner);
}

static bool check_try(const Stmt *s, const char *owner) {
    if (!check_body(s->Try.body, owner)) return false;
    if (s->Try.handlers.count == 0 && s->Try.finalbody.count == 0)
        return invalid("%s has neither except handlers nor finalbody", owner);
    if (s->Try.handlers.count == 0 && s->Try.orelse.count)
        return invalid("%s has orelse but no except handlers", owner);
    for (int i = 0; i < s->Try.handlers.count; i++) {
        const ExceptHandlerNode *handler = s->Try.handlers.items[i];
        if (!handler) return invalid("None disallowed in excepthandler list");
        if (!check_position((const AstNode *)handler) ||
            !check_optional(handler->ExceptHandler.type) ||
            !check_body(handler->ExceptHandler.body, "ExceptHandler"))
            return false;
    }
    if (!check_stmts(s->Try.finalbody) || !check_stmts(s->Try.orelse)) return false;
    for (int i = 0; s->kind == AST_TryStar && i < s->Try.handlers.count; i++)
        if (!s->Try.handlers.items[i]->ExceptHandler.type)
            return invalid("except* clause without a type");
    return true;
}

static bool check_match(const Stmt *s) {
    if (!check_expr(s->Match.subject, AST_Load) ||
        !check_nonempty(s->Match.cases.count, "cases", "Match"))
        return false;
    for (int i = 0; i < s->Match.cases.count; i++) {
        const MatchCase *c = s->Match.cases.items[i];
        if (!c) return invalid("None disallowed in match_case list");
        if (!check_pattern(c->pattern, false) || !check_optional(c->guard) ||
            !check_body(c->body, "match_case"))
            return false;
    }
    return true;
}

static bool check_annotated(const Stmt *s) {
    if (s->AnnAssign.target->kind != AST_Name && s->AnnAssign.simple) {
        raise_error(&TypeError, "AnnAssign with simple non-Name target");
        return false;
    }
    return check_expr(s->AnnAssign.target, AST_Store) && check_optional(s->AnnAssign.value) &&
           check_expr(s->AnnAssign.annotation, AST_Load);
}

static bool check_names(StrSequence names, const char *owner) {
    if (!check_nonempty(names.count, "names", owner)) return false;
    for (int i = 0; i < names.count; i++)
        if (!names.items[i]) return invalid("None disallowed in identifier list");
    return true;
}

static bool check_aliases(AliasSequence names, const char *owner) {
    if (!check_nonempty(names.count, "names", owner)) return false;
    for (int i = 0; i < names.count; i++)
        if (!names.items[i]) return invalid("None disallowed in alias list");
    return true;
}

static bool check_function(const Stmt *s, const char *owner) {
    return check_body(s->FunctionDef.body, owner) &&
           check_type_parameters(s->FunctionDef.type_params) &&
           check_parameters(s->FunctionDef.args) &&
           check_exprs(s->FunctionDef.decorator_list, AST_Load, false) &&
           check_optional(s->FunctionDef.returns);
}

static bool check_stmt(const Stmt *s) {
    const char *name = ast_info(s->kind)->name;
    if (!stack_check() || !check_position((const AstNode *)s)) return false;
    switch (s->kind) {
    case AST_FunctionDef:
    case AST_AsyncFunctionDef: return check_function(s, name);
    case AST_ClassDef:
        return check_body(s->ClassDef.body, name) && check_type_parameters(s->ClassDef.type_params) &&
               check_exprs(s->ClassDef.bases, AST_Load, false) &&
               check_keywords(s->ClassDef.keywords) &&
               check_exprs(s->ClassDef.decorator_list, AST_Load, false);
    case AST_Return: return check_optional(s->Return.value);
    case AST_Delete: return check_targets(s->Delete.targets, AST_Del, name);
    case AST_Assign:
        return check_targets(s->Assign.targets, AST_Store, name) &&
               check_expr(s->Assign.value, AST_Load);
    case AST_TypeAlias:
        if (s->TypeAlias.name->kind != AST_Name) {
            raise_error(&TypeError, "TypeAlias with non-Name name");
            return false;
        }
        return check_expr(s->TypeAlias.name, AST_Store) &&
               check_type_parameters(s->TypeAlias.type_params) &&
               check_expr(s->TypeAlias.value, AST_Load);
    case AST_AugAssign:
        return check_expr(s->AugAssign.target, AST_Store) && check_expr(s->AugAssign.value, AST_Load);
    case AST_AnnAssign: return check_annotated(s);
    case AST_For:
    case AST_AsyncFor:
        return check_expr(s->For.target, AST_Store) && check_expr(s->For.iter, AST_Load) &&
               check_body(s->For.body, name) && check_stmts(s->For.orelse);
    case AST_While:
        return check_expr(s->While.test, AST_Load) && check_body(s->While.body, name) &&
               check_stmts(s->While.orelse);
    case AST_If:
        return check_expr(s->If.test, AST_Load) && check_body(s->If.body, name) &&
               check_stmts(s->If.orelse);
    case AST_With:
    case AST_AsyncWith: return check_with(s->With.items, s->With.body, name);
    case AST_Match: return check_match(s);
    case AST_Raise:
        if (s->Raise.exc)
            return check_expr(s->Raise.exc, AST_Load) && check_optional(s->Raise.cause);
        return !s->Raise.cause || invalid("Raise with cause but no exception");
    case AST_Try:
    case AST_TryStar: return check_try(s, name);
    case AST_Assert: return check_expr(s->Assert.test, AST_Load) && check_optional(s->Assert.msg);
    case AST_Import: return check_aliases(s->Import.names, name);
    case AST_ImportFrom:
        if (s->ImportFrom.level < 0) return invalid("Negative ImportFrom level");
        return check_aliases(s->ImportFrom.names, name);
    case AST_Global: return check_names(s->Global.names, name);
    case AST_Nonlocal: return check_names(s->Nonlocal.names, name);
    case AST_Expr: return check_expr(s->Expr.value, AST_Load);
    default: return true;
    }
}

static bool check_stmts(StmtSequence body) {
    for (int i = 0; i < body.count; i++) {
        if (!body.items[i]) return invalid("None disallowed in statement list");
        if (!check_stmt(body.items[i])) return false;
    }
    return true;
}

bool ast_validate(const Mod *tree) {
    switch (tree->kind) {
    case AST_Module: return check_stmts(tree->Module.body);
    case AST_Interactive: return check_stmts(tree->Interactive.body);
    case AST_Expression: return check_expr(tree->Expression.body, AST_Load);
    default: return invalid("a FunctionType cannot be compiled");
    }
}
