/* codegen_function.c - functions, lambdas, classes, type parameters and type aliases. */
#include "compiler/codegen.h"

#include "types/exception.h"

/* --- annotations ---------------------------------------------------------------------------------------- */

void annotation_to(Unit *unit, Expr *annotation, int target) {
    if (unit->compiler->future & COMPILE_FUTURE_ANNOTATIONS) {
        Str *text = compiler_keep_str(unit->compiler, ast_unparse(annotation));
        unit_at(unit, annotation);
        emit_const(unit, target, object_value(text));
        return;
    }
    if (annotation->kind == AST_Starred) { /* *args: *Ts */
        int saved = unit->top, value = expression_last(unit, annotation->Starred.value);
        unit_at(unit, annotation);
        int item = unit_push(unit);
        emit(unit, OP_UNPACK, item, value, 1, 0);
        emit(unit, OP_MOVE, target, item, 0, 0);
        unit->top = saved;
        return;
    }
    expression_to(unit, annotation, target);
}

static void annotation_item(Unit *unit, Str *name, Expr *annotation, int dict) {
    if (!annotation) return;
    int saved = unit->top, key = unit_push(unit), value = unit_push(unit);
    Str *mangled = symtable_mangle(unit->compiler, unit->private_class, name);
    emit_const(unit, key, object_value(mangled));
    annotation_to(unit, annotation, value);
    emit(unit, OP_MAP_ADD, dict, key, value, 0);
    unit->top = saved;
}

static bool any_annotation(ParameterSequence parameters) {
    for (int i = 0; i < parameters.count; i++)
        if (parameters.items[i]->annotation) return true;
    return false;
}

static void parameter_annotations(Unit *unit, ParameterSequence parameters, int dict) {
    for (int i = 0; i < parameters.count; i++)
        annotation_item(unit, parameters.items[i]->arg, parameters.items[i]->annotation, dict);
}

/* Pushes the dict of annotations; false when there are none. */
static bool push_annotations(Unit *unit, Parameters *p, Expr *returns) {
    bool any = returns || any_annotation(p->posonlyargs) || any_annotation(p->args) ||
               any_annotation(p->kwonlyargs) || (p->vararg && p->vararg->annotation) ||
               (p->kwarg && p->kwarg->annotation);
    if (!any) return false;
    int dict = unit_push(unit);
    emit(unit, OP_BUILD_MAP, dict, 0, 0, 0);
    parameter_annotations(unit, p->args, dict);
    parameter_annotations(unit, p->posonlyargs, dict);
    if (p->vararg) annotation_item(unit, p->vararg->arg, p->vararg->annotation, dict);
    parameter_annotations(unit, p->kwonlyargs, dict);
    if (p->kwarg) annotation_item(unit, p->kwarg->arg, p->kwarg->annotation, dict);
    annotation_item(unit, NAME("return"), returns, dict);
    return true;
}

/* --- defaults ------------------------------------------------------------------------------------------------ */

static void defaults_to(Unit *unit, ExprSequence defaults, int target) {
    bool constant = true;
    for (int i = 0; i < defaults.count; i++)
        if (defaults.items[i]->kind != AST_Constant) constant = false;
    if (!constant) {
        expression_list(unit, defaults, OP_BUILD_TUPLE, target);
        return;
    }
    Tuple *tuple = tuple_new(defaults.count);
    if (!tuple) compiler_fail(unit->compiler);
    for (int i = 0; i < defaults.count; i++) tuple->items[i] = defaults.items[i]->Constant.value;
    emit_const(unit, target, object_value(tuple));
}

static bool has_keyword_defaults(const Parameters *p) {
    for (int i = 0; i < p->kw_defaults.count; i++)
        if (p->kw_defaults.items[i]) return true;
    return false;
}

static void keyword_defaults_to(Unit *unit, Parameters *p, int target) {
    emit(unit, OP_BUILD_MAP, target, 0, 0, 0);
    for (int i = 0; i < p->kwonlyargs.count; i++) {
        if (!p->kw_defaults.items[i]) continue;
        int saved = unit->top, key = unit_push(unit), value = unit_push(unit);
        Str *name = symtable_mangle(unit->compiler, unit->private_class, p->kwonlyargs.items[i]->arg);
        emit_const(unit, key, object_value(name));
        expression_to(unit, p->kw_defaults.items[i], value);
        emit(unit, OP_MAP_ADD, target, key, value, 0);
        unit->top = saved;
    }
}

/* Pushes what defaults there are; returns the flags of MAKE_FUNCTION. */
static int push_defaults(Unit *unit, Parameters *p) {
    int flags = 0;
    if (p->defaults.count) {
        defaults_to(unit, p->defaults, unit_push(unit));
        flags |= 1;
    }
    if (has_keyword_defaults(p)) {
        keyword_defaults_to(unit, p, unit_push(unit));
        flags |= 2;
    }
    return flags;
}

static void check_parameter_names(Unit *unit, ParameterSequence parameters, const void *node) {
    for (int i = 0; i < parameters.count; i++)
        forbid_name(unit, parameters.items[i]->arg, AST_Store, node);
}

static void check_parameters(Unit *unit, Parameters *p, const void *node) {
    check_parameter_names(unit, p->posonlyargs, node);
    check_parameter_names(unit, p->args, node);
    check_parameter_names(unit, p->kwonlyargs, node);
    if (p->vararg) forbid_name(unit, p->vararg->arg, AST_Store, node);
    if (p->kwarg) forbid_name(unit, p->kwarg->arg, AST_Store, node);
}

/* --- functions ------------------------------------------------------------------------------------------------- */

static void set_parameters(Unit *unit, Parameters *p) {
    unit->positional_only_count = p->posonlyargs.count;
    unit->argument_count = p->posonlyargs.count + p->args.count;
    unit->keyword_only_count = p->kwonlyargs.count;
}

static Code *function_code(Unit *outer, Stmt *s, int first_line) {
    Compiler *compiler = outer->compiler;
    Unit unit;
    Scope *scope = symtable_scope(compiler->symbols, s, 0);
    unit_enter(compiler, &unit, scope, s->FunctionDef.name, first_line);
    set_parameters(&unit, s->FunctionDef.args);
    unit.is_async_scope = s->kind == AST_AsyncFunctionDef;
    StmtSequence body = s->FunctionDef.body;
    Value docstring = body_docstring(body);
    if (compiler->optimize < 2) unit.docstring = docstring;
    unit_constant(&unit, is_empty(unit.docstring) ? VALUE_NONE : unit.docstring);
    if (!is_empty(docstring)) {
        body.items++;
        body.count--;
    }
    unit_at(&unit, s);
    unit.position = (Position){first_line, first_line, 0, 0};
    statements(&unit, body);
    if (unit.reachable) unit_constant(&unit, VALUE_NONE); /* which it returns: programs look for it there */
    return unit_finish(&unit);
}

/* Decorators stand below the function they get, each ready to be called with one argument. */
static int push_decorators(Unit *unit, ExprSequence decorators) {
    int first = unit->top;
    for (int i = 0; i < decorators.count; i++) expression_push(unit, decorators.items[i]);
    return first;
}

static void call_decorators(Unit *unit, ExprSequence decorators, int first) {
    for (int i = decorators.count - 1; i >= 0; i--) {
        unit_at(unit, decorators.items[i]);
        emit(unit, OP_CALL, first + i, first + i, 1, 0);
        unit->top = first + i + 1;
    }
}

static int first_line_of(const Stmt *s, ExprSequence decorators) {
    return decorators.count ? decorators.items[0]->lineno : s->lineno;
}

/* --- type parameters ------------------------------------------------------------------------------------------------ */

/* A function without parameters that computes the expression: for bounds, defaults, aliases. */
static void lazy_value(Unit *unit, Expr *value, const void *node, int key, Str *name, int target) {
    Unit lazy;
    Scope *scope = symtable_scope(unit->compiler->symbols, node, key);
    unit_enter(unit->compiler, &lazy, scope, name, value->lineno);
    int result = expression_last(&lazy, value);
    unit_at(&lazy, value);
    emit(&lazy, OP_RETURN, result, 0, 0, 0);
    lazy.reachable = false;
    Code *code = unit_finish(&lazy);
    unit_at(unit, value);
    emit_function(unit, code, scope, unit->top, 0, target);
}

static void type_parameter(Unit *unit, TypeParam *p, int target) {
    int saved = unit->top, row = unit_push_row(unit, 2);
    Str *name = p->TypeVar.name;
    Expr *default_value = p->TypeVarTuple.default_value;
    unit_at(unit, p);
    emit_const(unit, row, object_value(name));
    Intrinsic kind = INTRINSIC_TYPE_VAR_TUPLE;
    int count = 1;
    if (p->kind == AST_TypeVar) {
        default_value = p->TypeVar.default_value;
        kind = INTRINSIC_TYPE_VAR;
        if (p->TypeVar.bound) {
            bool constraints = p->TypeVar.bound->kind == AST_Tuple;
            kind = constraints ? INTRINSIC_TYPE_VAR_WITH_CONSTRAINTS
                               : INTRINSIC_TYPE_VAR_WITH_BOUND;
            lazy_value(unit, p->TypeVar.bound, p, 0, name, row + 1);
            count = 2;
        }
    } else if (p->kind == AST_ParamSpec) {
        default_value = p->ParamSpec.default_value;
        kind = INTRINSIC_PARAM_SPEC;
    }
    emit(unit, OP_INTRINSIC, row, row, count, (int)kind);
    if (default_value) {
        lazy_value(unit, default_value, p, 1, name, row + 1);
        emit(unit, OP_INTRINSIC, row, row, 2, INTRINSIC_TYPE_PARAM_DEFAULT);
    }
    emit(unit, OP_MOVE, target, row, 0, 0);
    unit->top = saved;
    name_store(unit, name, target);
}

/* Makes the parameters and binds their names; a tuple of them goes to `target`. */
static void type_parameters(Unit *unit, TypeParamSequence list, int target) {
    int saved = unit->top, row = unit_push_row(unit, list.count);
    for (int i = 0; i < list.count; i++) type_parameter(unit, list.items[i], row + i);
    emit(unit, OP_BUILD_TUPLE, target, row, list.count, 0);
    unit->top = saved;
}

static void enter_generic(Unit *unit, Unit *inner, const Stmt *s, Str *name) {
    Compiler *compiler = unit->compiler;
    Scope *scope = symtable_scope(compiler->symbols, s, 1);
    Str *title = compiler_keep_str(compiler, str_format("<generic parameters of %U>", name));
    unit_enter(compiler, inner, scope, str_intern(title), s->lineno);
    unit_at(inner, s);
}

/* Calls the function of a generic scope, made from `code`, with `count` arguments already in the
 * registers behind `row`. */
static void call_generic(Unit *unit, Code *code, const Stmt *s, int row, int count, int target) {
    Scope *scope = symtable_scope(unit->compiler->symbols, s, 1);
    unit_at(unit, s);
    emit_function(unit, code, scope, unit->top, 0, row);
    emit(unit, OP_CALL, target, row, count, 0);
}

/* def f[T](...): the function is made in the scope of its type parameters; defaults are evaluated
 * outside and passed in. */
static void generic_function(Unit *unit, Stmt *s, int first_line, int target) {
    int saved = unit->top, row = unit_push(unit);
    int flags = push_defaults(unit, s->FunctionDef.args);
    int argument_count = unit->top - row - 1;
    Unit inner;
    enter_generic(unit, &inner, s, s->FunctionDef.name);
    inner.argument_count = argument_count;
    int pair = unit_push_row(&inner, 2), extras = inner.top;
    type_parameters(&inner, s->FunctionDef.type_params, pair + 1);
    for (int i = 0; i < argument_count; i++) emit(&inner, OP_MOVE, unit_push(&inner), i, 0, 0);
    if (push_annotations(&inner, s->FunctionDef.args, s->FunctionDef.returns)) flags |= 4;
    Code *code = function_code(&inner, s, first_line);
    unit_at(&inner, s);
    emit_function(&inner, code, symtable_scope(unit->compiler->symbols, s, 0), extras, flags, pair);
    emit(&inner, OP_INTRINSIC, pair, pair, 2, INTRINSIC_SET_TYPE_PARAMS);
    emit(&inner, OP_RETURN, pair, 0, 0, 0);
    inner.reachable = false;
    call_generic(unit, unit_finish(&inner), s, row, argument_count, target);
    unit->top = saved;
}

void function_definition(Unit *unit, Stmt *s) {
    ExprSequence decorators = s->FunctionDef.decorator_list;
    Parameters *parameters = s->FunctionDef.args;
    int saved = unit->top, first_line = first_line_of(s, decorators);
    check_parameters(unit, parameters, s);
    int first = push_decorators(unit, decorators);
    int local = decorators.count ? -1 : name_local(unit, s->FunctionDef.name);
    int function = local >= 0 ? local : unit_push(unit);
    unit_at(unit, s);
    if (s->FunctionDef.type_params.count) {
        generic_function(unit, s, first_line, function);
    } else {
        int row = unit->top, flags = push_defaults(unit, parameters);
        if (push_annotations(unit, parameters, s->FunctionDef.returns)) flags |= 4;
        Code *code = function_code(unit, s, first_line);
        unit_at(unit, s);
        emit_function(unit, code, symtable_scope(unit->compiler->symbols, s, 0), row, flags,
                      function);
    }
    unit->top = function >= unit->temporary_base ? function + 1 : saved;
    call_decorators(unit, decorators, first);
    unit_at(unit, s);
    name_store(unit, s->FunctionDef.name, decorators.count ? first : function);
    unit->top = saved;
}

void lambda_expression(Unit *unit, Expr *e, int target) {
    Parameters *parameters = e->Lambda.args;
    int saved = unit->top, row = saved;
    check_parameters(unit, parameters, e);
    int flags = push_defaults(unit, parameters);
    Unit inner;
    Scope *scope = symtable_scope(unit->compiler->symbols, e, 0);
    unit_enter(unit->compiler, &inner, scope, NAME("<lambda>"), e->lineno);
    set_parameters(&inner, parameters);
    unit_constant(&inner, VALUE_NONE);
    int value = expression_last(&inner, e->Lambda.body);
    unit_at(&inner, e->Lambda.body);
    emit(&inner, OP_RETURN, value, 0, 0, 0);
    inner.reachable = false;
    Code *code = unit_finish(&inner);
    unit_at(unit, e);
    emit_function(unit, code, scope, row, flags, target);
    unit->top = saved;
}

/* --- classes --------------------------------------------------------------------------------------------------------- */

static void class_prologue(Unit *unit, Stmt *s, StmtSequence *body) {
    Compiler *compiler = unit->compiler;
    int saved = unit->top, reg = unit_push(unit);
    name_load(unit, NAME("__name__"), reg, NULL);
    name_store(unit, NAME("__module__"), reg);
    emit_const(unit, reg, object_value(unit->qualified_name));
    name_store(unit, NAME("__qualname__"), reg);
    if (s->ClassDef.type_params.count) {
        name_load(unit, NAME(".type_params"), reg, NULL);
        name_store(unit, NAME("__type_params__"), reg);
    }
    if (unit->scope->needs_class_namespace) {
        Symbol *namespace = scope_lookup(unit->scope, NAME("__classdict__"));
        emit(unit, OP_LOAD_LOCALS, reg, 0, 0, 0);
        emit(unit, OP_STORE_CELL, unit->cell_base + namespace->cell, reg, 0, 0);
    }
    if (body_has_annotations(*body)) emit(unit, OP_SETUP_ANNOTATIONS, 0, 0, 0, 0);
    Value docstring = body_docstring(*body);
    if (!is_empty(docstring)) {
        if (compiler->optimize < 2) {
            unit_at(unit, body->items[0]);
            emit_const(unit, reg, docstring);
            name_store(unit, NAME("__doc__"), reg);
        }
        body->items++;
        body->count--;
    }
    unit->top = saved;
}

static Code *class_code(Unit *outer, Stmt *s, int first_line) {
    Unit unit;
    Scope *scope = symtable_scope(outer->compiler->symbols, s, 0);
    unit_enter(outer->compiler, &unit, scope, s->ClassDef.name, first_line);
    unit.position = (Position){first_line, first_line, 0, 0};
    StmtSequence body = s->ClassDef.body;
    class_prologue(&unit, s, &body);
    statements(&unit, body);
    if (scope->needs_class_cell && unit.reachable) {
        int cell = unit.cell_base + scope_lookup(scope, NAME("__class__"))->cell;
        emit(&unit, OP_STORE_NAME, cell, unit_name(&unit, NAME("__classcell__")), 0, 0);
        emit(&unit, OP_RETURN, cell, 0, 0, 0);
        unit.reachable = false;
    }
    return unit_finish(&unit);
}

/* R[target] = __build_class__(body, name, bases..., keywords...) */
static void build_class_to(Unit *unit, Stmt *s, int first_line, int generic_base, int target) {
    int saved = unit->top, row = unit_push_row(unit, 3);
    Code *code = class_code(unit, s, first_line);
    unit_at(unit, s);
    emit(unit, OP_LOAD_BUILD_CLASS, row, 0, 0, 0);
    emit_function(unit, code, symtable_scope(unit->compiler->symbols, s, 0), unit->top, 0, row + 1);
    emit_const(unit, row + 2, object_value(s->ClassDef.name));
    emit_call(unit, s, row, 2, s->ClassDef.bases, s->ClassDef.keywords, generic_base, target);
    unit->top = saved;
}

static void generic_class(Unit *unit, Stmt *s, int first_line, int target) {
    int saved = unit->top, row = unit_push(unit);
    Unit inner;
    enter_generic(unit, &inner, s, s->ClassDef.name);
    int result = unit_push(&inner), base = unit_push(&inner);
    type_parameters(&inner, s->ClassDef.type_params, base);
    name_store(&inner, NAME(".type_params"), base);
    emit(&inner, OP_INTRINSIC, base, base, 1, INTRINSIC_GENERIC_BASE);
    name_store(&inner, NAME(".generic_base"), base);
    build_class_to(&inner, s, first_line, base, result);
    emit(&inner, OP_RETURN, result, 0, 0, 0);
    inner.reachable = false;
    call_generic(unit, unit_finish(&inner), s, row, 0, target);
    unit->top = saved;
}

void class_definition(Unit *unit, Stmt *s) {
    ExprSequence decorators = s->ClassDef.decorator_list;
    int saved = unit->top, first_line = first_line_of(s, decorators);
    int first = push_decorators(unit, decorators);
    int class = unit_push(unit);
    unit_at(unit, s);
    if (s->ClassDef.type_params.count) generic_class(unit, s, first_line, class);
    else build_class_to(unit, s, first_line, -1, class);
    unit->top = class + 1;
    call_decorators(unit, decorators, first);
    unit_at(unit, s);
    name_store(unit, s->ClassDef.name, first);
    unit->top = saved;
}

/* --- type X[T] = value -------------------------------------------------------------------------------------------------- */

static void alias_to(Unit *unit, Stmt *s, int row, int target) {
    Str *name = s->TypeAlias.name->Name.id;
    emit_const(unit, row, object_value(name));
    lazy_value(unit, s->TypeAlias.value, s, 0, name, row + 2);
    unit_at(unit, s);
    emit(unit, OP_INTRINSIC, target, row, 3, INTRINSIC_TYPE_ALIAS);
}

void type_alias(Unit *unit, Stmt *s) {
    int saved = unit->top, row = unit_push_row(unit, 3);
    Str *name = s->TypeAlias.name->Name.id;
    unit_at(unit, s);
    if (s->TypeAlias.type_params.count) {
        Unit inner;
        enter_generic(unit, &inner, s, name);
        int inner_row = unit_push_row(&inner, 3);
        type_parameters(&inner, s->TypeAlias.type_params, inner_row + 1);
        alias_to(&inner, s, inner_row, inner_row);
        emit(&inner, OP_RETURN, inner_row, 0, 0, 0);
        inner.reachable = false;
        Code *code = unit_finish(&inner);
        unit->top = row + 1;
        call_generic(unit, code, s, row, 0, row);
    } else {
        emit_const(unit, row + 1, VALUE_NONE);
        alias_to(unit, s, row, row);
    }
    unit_at(unit, s);
    forbid_name(unit, name, AST_Store, s->TypeAlias.name);
    name_store(unit, name, row);
    unit->top = saved;
}
