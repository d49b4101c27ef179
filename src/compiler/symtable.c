/* symtable.c - see symtable.h.
 *
 * The walk makes a Scope for each block and notes on its symbols what statements do with them. The
 * resolution then goes down the tree of scopes: a name that a function uses and does not bind is
 * looked for in the functions around it (classes are skipped); the function that binds it gets a
 * cell, and each scope in between passes the cell on as a free variable. */
#include "compiler/symtable.h"

#include <stdlib.h>
#include "compiler/codegen.h"

typedef struct Walker {
    Compiler *compiler;
    SymbolTable *table;
    Scope *scope;
    unsigned future;
} Walker;

/* --- names and symbols -------------------------------------------------------------------------------- */

Str *symtable_mangle(Compiler *compiler, Str *private_class, Str *name) {
    if (!str_is_interned(name)) name = compiler_keep_str(compiler, str_intern(name));
    if (!private_class || name->length < 3 || str_at(name, 0) != '_' || str_at(name, 1) != '_')
        return name;
    int64_t length = name->length;
    if (str_at(name, length - 1) == '_' && str_at(name, length - 2) == '_') return name;
    for (int64_t i = 0; i < length; i++)
        if (str_at(name, i) == '.') return name;
    int64_t skip = 0;
    while (skip < private_class->length && str_at(private_class, skip) == '_') skip++;
    if (skip == private_class->length) return name;
    Str *stripped = str_substring(private_class, skip, private_class->length);
    if (!stripped) compiler_fail(compiler);
    Str *mangled = str_format("_%U%U", stripped, name);
    if (mangled) mangled = str_intern(mangled);
    return compiler_keep_str(compiler, mangled);
}

static size_t pointer_hash(const void *pointer) {
    uint64_t bits = (uint64_t)(uintptr_t)pointer;
    return (size_t)((bits >> 4) * UINT64_C(0x9E3779B97F4A7C15) >> 32);
}

Symbol *scope_lookup(const Scope *scope, Str *name) {
    if (scope->table_size == 0) return NULL;
    size_t mask = (size_t)scope->table_size - 1;
    for (size_t i = pointer_hash(name) & mask;; i = (i + 1) & mask) {
        Symbol *symbol = scope->table[i];
        if (!symbol || symbol->name == name) return symbol;
    }
}

static void scope_table_insert(Scope *scope, Symbol *symbol) {
    size_t mask = (size_t)scope->table_size - 1;
    size_t i = pointer_hash(symbol->name) & mask;
    while (scope->table[i]) i = (i + 1) & mask;
    scope->table[i] = symbol;
}

static Symbol *scope_symbol(Compiler *compiler, Scope *scope, Str *name) {
    Symbol *symbol = scope_lookup(scope, name);
    if (symbol) return symbol;
    symbol = compiler_alloc(compiler, sizeof *symbol);
    symbol->name = name;
    symbol->local = symbol->cell = symbol->free = -1;
    scope->symbols = compiler_grow(compiler, scope->symbols, scope->symbol_count,
                                   &scope->symbol_capacity, sizeof *scope->symbols);
    scope->symbols[scope->symbol_count++] = symbol;
    if (scope->symbol_count * 2 > scope->table_size) {
        scope->table_size = scope->table_size ? scope->table_size * 2 : 8;
        scope->table = compiler_alloc(compiler, (size_t)scope->table_size * sizeof *scope->table);
        for (int i = 0; i < scope->symbol_count; i++) scope_table_insert(scope, scope->symbols[i]);
    } else {
        scope_table_insert(scope, symbol);
    }
    return symbol;
}

static Str *mangled(Walker *w, Str *name) {
    return symtable_mangle(w->compiler, w->scope->private_class, name);
}

/* --- the map from nodes to scopes ------------------------------------------------------------------------- */

static size_t scope_hash(const void *node, int key) { return pointer_hash(node) * 3 + (size_t)key; }

static void map_insert(SymbolTable *table, Scope *scope) {
    size_t mask = (size_t)table->map_size - 1;
    size_t i = scope_hash(scope->node, scope->key) & mask;
    while (table->map[i]) i = (i + 1) & mask;
    table->map[i] = scope;
}

static void map_add(Compiler *compiler, SymbolTable *table, Scope *scope) {
    if ((table->map_count + 1) * 2 > table->map_size) {
        Scope **old = table->map;
        int old_size = table->map_size;
        table->map_size = old_size ? old_size * 2 : 32;
        table->map = compiler_alloc(compiler, (size_t)table->map_size * sizeof *table->map);
        for (int i = 0; i < old_size; i++)
            if (old[i]) map_insert(table, old[i]);
    }
    map_insert(table, scope);
    table->map_count++;
}

Scope *symtable_scope(SymbolTable *table, const void *node, int key) {
    size_t mask = (size_t)table->map_size - 1;
    for (size_t i = scope_hash(node, key) & mask;; i = (i + 1) & mask) {
        Scope *scope = table->map[i];
        if (!scope) fatal("the compiler lost the scope of a node");
        if (scope->node == node && scope->key == key) return scope;
    }
}

/* --- entering and leaving ------------------------------------------------------------------------------------ */

static Scope *enter(Walker *w, ScopeKind kind, Str *name, const void *node, int key,
                    const void *position) {
    Compiler *compiler = w->compiler;
    Scope *scope = compiler_alloc(compiler, sizeof *scope), *parent = w->scope;
    scope->kind = kind;
    scope->name = name;
    scope->node = node;
    scope->key = key;
    scope->position = (AstNode *)position;
    scope->parent = parent;
    if (parent) {
        scope->private_class = parent->private_class;
        scope->is_nested = parent->is_nested || scope_is_function(parent);
        scope->in_iterable = parent->in_iterable;
        scope->sees_class = kind >= SCOPE_TYPE_PARAMETERS &&
                            (parent->kind == SCOPE_CLASS || parent->sees_class);
        if (kind != SCOPE_ANNOTATION) {
            parent->children = compiler_grow(compiler, parent->children, parent->child_count,
                                             &parent->child_capacity, sizeof *parent->children);
            parent->children[parent->child_count++] = scope;
        }
    }
    if (kind != SCOPE_ANNOTATION) map_add(compiler, w->table, scope);
    w->scope = scope;
    return scope;
}

static void leave(Walker *w) { w->scope = w->scope->parent; }

static Symbol *define(Walker *w, Str *name, uint32_t flag, const void *node) {
    Str *key = mangled(w, name);
    Symbol *symbol = scope_symbol(w->compiler, w->scope, key);
    if ((flag & SYMBOL_PARAMETER) && (symbol->flags & SYMBOL_PARAMETER))
        compiler_error(w->compiler, node, "duplicate argument '%U' in function definition", name);
    if ((flag & SYMBOL_TYPE_PARAMETER) && (symbol->flags & SYMBOL_TYPE_PARAMETER))
        compiler_error(w->compiler, node, "duplicate type parameter '%U'", name);
    if (w->scope->in_target) {
        if (symbol->flags & (SYMBOL_GLOBAL | SYMBOL_NONLOCAL))
            compiler_error(w->compiler, node,
                           "comprehension inner loop cannot rebind assignment expression target '%U'",
                           name);
        flag |= SYMBOL_ITERATION_VARIABLE;
    }
    symbol->flags |= flag;
    if (!symbol->node) symbol->node = (AstNode *)node;
    if (flag & SYMBOL_PARAMETER) w->scope->parameter_count++;
    return symbol;
}

static void define_c(Walker *w, const char *name, uint32_t flag, const void *node) {
    define(w, str_intern_c(name), flag, node);
}

static void use(Walker *w, Str *name, const void *node) {
    scope_symbol(w->compiler, w->scope, mangled(w, name))->flags |= SYMBOL_USED;
}

/* --- expressions -------------------------------------------------------------------------------------------------- */

static void walk_expression(Walker *w, Expr *e);
static void walk_statements(Walker *w, StmtSequence body);

static void walk_expressions(Walker *w, ExprSequence items) {
    for (int i = 0; i < items.count; i++)
        if (items.items[i]) walk_expression(w, items.items[i]);
}

static void walk_keywords(Walker *w, KeywordSequence keywords) {
    for (int i = 0; i < keywords.count; i++) walk_expression(w, keywords.items[i]->value);
}

/* What may not stand in scopes that are evaluated elsewhere or later. */
static void forbid_in_scope(Walker *w, const void *node, const char *what) {
    switch (w->scope->kind) {
    case SCOPE_ANNOTATION:
        compiler_error(w->compiler, node, "'%s' can not be used within an annotation", what);
    case SCOPE_TYPE_VARIABLE:
        compiler_error(w->compiler, node, "%s cannot be used within a TypeVar bound", what);
    case SCOPE_TYPE_ALIAS:
        compiler_error(w->compiler, node, "%s cannot be used within a type alias", what);
    case SCOPE_TYPE_PARAMETERS:
        compiler_error(w->compiler, node, "%s cannot be used within the definition of a generic",
                       what);
    default: break;
    }
}

static void forbid_yield_in_comprehension(Walker *w, const void *node) {
    static const char *const names[] = {
        [LIST_COMPREHENSION] = "'yield' inside list comprehension",
        [SET_COMPREHENSION] = "'yield' inside set comprehension",
        [DICT_COMPREHENSION] = "'yield' inside dict comprehension",
        [GENERATOR_EXPRESSION] = "'yield' inside generator expression",
    };
    if (w->scope->comprehension)
        compiler_error(w->compiler, node, "%s", names[w->scope->comprehension]);
}

/* The target of a walrus inside a comprehension belongs to the scope around it (PEP 572). */
static void extend_walrus_scope(Walker *w, Expr *target) {
    Compiler *compiler = w->compiler;
    Str *name = target->Name.id;
    for (Scope *scope = w->scope; scope; scope = scope->parent) {
        Str *key = symtable_mangle(compiler, scope->private_class, name);
        if (scope->comprehension) {
            Symbol *symbol = scope_lookup(scope, key);
            if (symbol && (symbol->flags & SYMBOL_ITERATION_VARIABLE))
                compiler_error(compiler, target,
                               "assignment expression cannot rebind comprehension iteration "
                               "variable '%U'",
                               name);
            continue;
        }
        if (scope->kind == SCOPE_CLASS)
            compiler_error(compiler, target,
                           "assignment expression within a comprehension cannot be used in a class "
                           "body");
        if (scope->kind >= SCOPE_TYPE_PARAMETERS)
            compiler_error(compiler, target,
                           "assignment expression within a comprehension cannot be used within "
                           "%s",
                           scope->kind == SCOPE_TYPE_PARAMETERS ? "the definition of a generic"
                           : scope->kind == SCOPE_TYPE_ALIAS    ? "a type alias"
                                                                : "a TypeVar bound");
        Symbol *outer = scope_symbol(compiler, scope, key);
        bool is_global = scope->kind == SCOPE_MODULE || (outer->flags & SYMBOL_GLOBAL);
        Symbol *inner = scope_symbol(compiler, w->scope, key);
        inner->flags |= is_global ? SYMBOL_GLOBAL : SYMBOL_NONLOCAL;
        if (!inner->node) inner->node = (AstNode *)target;
        if (scope->kind == SCOPE_MODULE) outer->flags |= SYMBOL_GLOBAL;
        else outer->flags |= SYMBOL_LOCAL;
        return;
    }
}

static void walk_walrus(Walker *w, Expr *e) {
    if (w->scope->in_iterable)
        compiler_error(w->compiler, e,
                       "assignment expression cannot be used in a comprehension iterable "
                       "expression");
    forbid_in_scope(w, e, "named expression");
    Expr *target = e->NamedExpr.target;
    if (w->scope->comprehension) extend_walrus_scope(w, target);
    walk_expression(w, e->NamedExpr.value);
    walk_expression(w, target);
    Symbol *symbol = scope_lookup(w->scope, mangled(w, target->Name.id));
    if (symbol) symbol->flags |= SYMBOL_WALRUS;
}

static void walk_comprehension_clause(Walker *w, Comprehension *clause, bool with_iterable) {
    w->scope->in_target = true;
    walk_expression(w, clause->target);
    w->scope->in_target = false;
    if (with_iterable) {
        bool outer = w->scope->in_iterable;
        w->scope->in_iterable = true;
        walk_expression(w, clause->iter);
        w->scope->in_iterable = outer;
    }
    walk_expressions(w, clause->ifs);
    if (clause->is_async) w->scope->is_coroutine = true;
}

static void walk_comprehension(Walker *w, Expr *e, ComprehensionKind kind, const char *name,
                               ComprehensionSequence clauses, Expr *element, Expr *value) {
    Comprehension *first = clauses.items[0];
    bool outer = w->scope->in_iterable;
    w->scope->in_iterable = true;
    walk_expression(w, first->iter);
    w->scope->in_iterable = outer;
    Scope *scope = enter(w, SCOPE_FUNCTION, str_intern_c(name), e, 0, e);
    scope->comprehension = kind;
    scope->in_iterable = outer;
    define_c(w, ".0", SYMBOL_PARAMETER, e);
    scope->symbols[0]->flags |= SYMBOL_USED;
    walk_comprehension_clause(w, first, false);
    for (int i = 1; i < clauses.count; i++) walk_comprehension_clause(w, clauses.items[i], true);
    if (value) walk_expression(w, value);
    walk_expression(w, element);
    scope->is_generator = kind == GENERATOR_EXPRESSION;
    bool is_async = scope->is_coroutine && kind != GENERATOR_EXPRESSION;
    leave(w);
    if (is_async && (scope_is_function(w->scope) || w->compiler->allow_top_level_await))
        w->scope->is_coroutine = true;
}

static void define_parameter(Walker *w, Parameter *parameter) {
    if (parameter) define(w, parameter->arg, SYMBOL_PARAMETER, parameter);
}

static void define_parameters(Walker *w, Parameters *p) {
    for (int i = 0; i < p->posonlyargs.count; i++) define_parameter(w, p->posonlyargs.items[i]);
    for (int i = 0; i < p->args.count; i++) define_parameter(w, p->args.items[i]);
    for (int i = 0; i < p->kwonlyargs.count; i++) define_parameter(w, p->kwonlyargs.items[i]);
    define_parameter(w, p->vararg);
    define_parameter(w, p->kwarg);
    w->scope->has_varargs = p->vararg != NULL;
    w->scope->has_varkeywords = p->kwarg != NULL;
}

static void walk_lambda(Walker *w, Expr *e) {
    Parameters *parameters = e->Lambda.args;
    walk_expressions(w, parameters->defaults);
    walk_expressions(w, parameters->kw_defaults);
    enter(w, SCOPE_FUNCTION, str_intern_c("<lambda>"), e, 0, e);
    define_parameters(w, parameters);
    walk_expression(w, e->Lambda.body);
    leave(w);
}

static void walk_name(Walker *w, Expr *e) {
    if (e->Name.ctx == AST_Load) {
        use(w, e->Name.id, e);
        if (w->scope->kind >= SCOPE_FUNCTION && str_equal_c(e->Name.id, "super"))
            scope_symbol(w->compiler, w->scope, NAME("__class__"))->flags |= SYMBOL_USED;
    } else {
        Symbol *symbol = define(w, e->Name.id, SYMBOL_LOCAL, e);
        if (e->Name.ctx == AST_Del) symbol->flags |= SYMBOL_UNBINDABLE;
    }
}

static void walk_yield(Walker *w, Expr *e, Expr *value) {
    forbid_in_scope(w, e, "yield expression");
    if (value) walk_expression(w, value);
    w->scope->is_generator = true;
    forbid_yield_in_comprehension(w, e);
}

static void walk_expression(Walker *w, Expr *e) {
    compiler_stack_check(w->compiler);
    switch (e->kind) {
    case AST_BoolOp: walk_expressions(w, e->BoolOp.values); break;
    case AST_NamedExpr: walk_walrus(w, e); break;
    case AST_BinOp:
        walk_expression(w, e->BinOp.left);
        walk_expression(w, e->BinOp.right);
        break;
    case AST_UnaryOp: walk_expression(w, e->UnaryOp.operand); break;
    case AST_Lambda: walk_lambda(w, e); break;
    case AST_IfExp:
        walk_expression(w, e->IfExp.test);
        walk_expression(w, e->IfExp.body);
        walk_expression(w, e->IfExp.orelse);
        break;
    case AST_Dict:
        walk_expressions(w, e->Dict.keys);
        walk_expressions(w, e->Dict.values);
        break;
    case AST_Set: walk_expressions(w, e->Set.elts); break;
    case AST_ListComp:
        walk_comprehension(w, e, LIST_COMPREHENSION, "listcomp", e->ListComp.generators,
                           e->ListComp.elt, NULL);
        break;
    case AST_SetComp:
        walk_comprehension(w, e, SET_COMPREHENSION, "setcomp", e->SetComp.generators,
                           e->SetComp.elt, NULL);
        break;
    case AST_DictComp:
        walk_comprehension(w, e, DICT_COMPREHENSION, "dictcomp", e->DictComp.generators,
                           e->DictComp.key, e->DictComp.value);
        break;
    case AST_GeneratorExp:
        walk_comprehension(w, e, GENERATOR_EXPRESSION, "genexpr", e->GeneratorExp.generators,
                           e->GeneratorExp.elt, NULL);
        break;
    case AST_Await:
        forbid_in_scope(w, e, "await expression");
        walk_expression(w, e->Await.value);
        w->scope->is_coroutine = true;
        break;
    case AST_Yield: walk_yield(w, e, e->Yield.value); break;
    case AST_YieldFrom: walk_yield(w, e, e->YieldFrom.value); break;
    case AST_Compare:
        walk_expression(w, e->Compare.left);
        walk_expressions(w, e->Compare.comparators);
        break;
    case AST_Call:
        walk_expression(w, e->Call.func);
        walk_expressions(w, e->Call.args);
        walk_keywords(w, e->Call.keywords);
        break;
    case AST_FormattedValue:
        walk_expression(w, e->FormattedValue.value);
        if (e->FormattedValue.format_spec) walk_expression(w, e->FormattedValue.format_spec);
        break;
    case AST_JoinedStr: walk_expressions(w, e->JoinedStr.values); break;
    case AST_Constant: break;
    case AST_Attribute: walk_expression(w, e->Attribute.value); break;
    case AST_Subscript:
        walk_expression(w, e->Subscript.value);
        walk_expression(w, e->Subscript.slice);
        break;
    case AST_Starred: walk_expression(w, e->Starred.value); break;
    case AST_Name: walk_name(w, e); break;
    case AST_List: walk_expressions(w, e->List.elts); break;
    case AST_Tuple: walk_expressions(w, e->Tuple.elts); break;
    case AST_Slice:
        if (e->Slice.lower) walk_expression(w, e->Slice.lower);
        if (e->Slice.upper) walk_expression(w, e->Slice.upper);
        if (e->Slice.step) walk_expression(w, e->Slice.step);
        break;
    default: fatal("symtable: not an expression: %d", (int)e->kind);
    }
}

/* --- functions, classes, type parameters ------------------------------------------------------------------------ */

static void walk_annotation(Walker *w, Expr *annotation) {
    if (!annotation) return;
    if (!(w->future & COMPILE_FUTURE_ANNOTATIONS)) {
        walk_expression(w, annotation);
        return;
    }
    enter(w, SCOPE_ANNOTATION, str_intern_c("_annotation"), annotation, 0, annotation);
    walk_expression(w, annotation);
    leave(w);
}

static void walk_parameter_annotations(Walker *w, ParameterSequence parameters) {
    for (int i = 0; i < parameters.count; i++) walk_annotation(w, parameters.items[i]->annotation);
}

static void walk_signature_annotations(Walker *w, Parameters *p, Expr *returns) {
    walk_parameter_annotations(w, p->posonlyargs);
    walk_parameter_annotations(w, p->args);
    if (p->vararg) walk_annotation(w, p->vararg->annotation);
    if (p->kwarg) walk_annotation(w, p->kwarg->annotation);
    walk_parameter_annotations(w, p->kwonlyargs);
    walk_annotation(w, returns);
}

static void walk_lazy(Walker *w, Expr *value, ScopeKind kind, Str *name, const void *node, int key) {
    if (!value) return;
    Scope *scope = enter(w, kind, name, node, key, value);
    if (scope->sees_class)
        scope_symbol(w->compiler, scope, NAME("__classdict__"))->flags |= SYMBOL_USED;
    walk_expression(w, value);
    leave(w);
}

static void walk_type_parameters(Walker *w, TypeParamSequence parameters) {
    bool defaulted = false;
    for (int i = 0; i < parameters.count; i++) {
        TypeParam *p = parameters.items[i];
        Str *name = p->TypeVar.name; /* the first field of all three */
        Expr *bound = p->kind == AST_TypeVar ? p->TypeVar.bound : NULL;
        Expr *default_value = p->kind == AST_TypeVar     ? p->TypeVar.default_value
                              : p->kind == AST_ParamSpec ? p->ParamSpec.default_value
                                                         : p->TypeVarTuple.default_value;
        define(w, name, SYMBOL_TYPE_PARAMETER | SYMBOL_LOCAL, p);
        walk_lazy(w, bound, SCOPE_TYPE_VARIABLE, name, p, 0);
        walk_lazy(w, default_value, SCOPE_TYPE_VARIABLE, name, p, 1);
        if (default_value) defaulted = true;
        else if (defaulted)
            compiler_error(w->compiler, p, "non-default type parameter '%U' follows default type "
                                           "parameter", name);
    }
}

static void enter_type_parameters(Walker *w, Str *name, const void *node, TypeParamSequence list,
                                  Parameters *signature, bool is_class) {
    Scope *scope = enter(w, SCOPE_TYPE_PARAMETERS, name, node, 1, node);
    if (is_class) scope->private_class = name;
    if (scope->sees_class)
        scope_symbol(w->compiler, scope, NAME("__classdict__"))->flags |= SYMBOL_USED;
    if (signature && signature->defaults.count)
        define_c(w, ".defaults", SYMBOL_PARAMETER, node);
    bool keyword_defaults = false;
    if (signature)
        for (int i = 0; i < signature->kw_defaults.count; i++)
            if (signature->kw_defaults.items[i]) keyword_defaults = true;
    if (keyword_defaults) define_c(w, ".kwdefaults", SYMBOL_PARAMETER, node);
    if (is_class) {
        define_c(w, ".type_params", SYMBOL_LOCAL, node);
        define_c(w, ".generic_base", SYMBOL_LOCAL, node);
    }
    walk_type_parameters(w, list);
}

static void walk_function(Walker *w, Stmt *s) {
    /* FunctionDef and AsyncFunctionDef have the same fields in the same order */
    define(w, s->FunctionDef.name, SYMBOL_LOCAL, s);
    Parameters *parameters = s->FunctionDef.args;
    walk_expressions(w, s->FunctionDef.decorator_list);
    walk_expressions(w, parameters->defaults);
    walk_expressions(w, parameters->kw_defaults);
    bool generic = s->FunctionDef.type_params.count > 0;
    if (generic)
        enter_type_parameters(w, s->FunctionDef.name, s, s->FunctionDef.type_params, parameters,
                              false);
    walk_signature_annotations(w, parameters, s->FunctionDef.returns);
    Scope *scope = enter(w, SCOPE_FUNCTION, s->FunctionDef.name, s, 0, s);
    scope->in_iterable = false;
    if (s->kind == AST_AsyncFunctionDef) scope->is_coroutine = true;
    define_parameters(w, parameters);
    walk_statements(w, s->FunctionDef.body);
    leave(w);
    if (generic) leave(w);
}

static void walk_class(Walker *w, Stmt *s) {
    define(w, s->ClassDef.name, SYMBOL_LOCAL, s);
    walk_expressions(w, s->ClassDef.decorator_list);
    bool generic = s->ClassDef.type_params.count > 0;
    if (generic)
        enter_type_parameters(w, s->ClassDef.name, s, s->ClassDef.type_params, NULL, true);
    walk_expressions(w, s->ClassDef.bases);
    walk_keywords(w, s->ClassDef.keywords);
    Scope *scope = enter(w, SCOPE_CLASS, s->ClassDef.name, s, 0, s);
    scope->private_class = s->ClassDef.name;
    scope->in_iterable = false;
    if (generic) {
        define_c(w, "__type_params__", SYMBOL_LOCAL, s);
        scope_symbol(w->compiler, scope, NAME(".type_params"))->flags |= SYMBOL_USED;
    }
    walk_statements(w, s->ClassDef.body);
    leave(w);
    if (generic) leave(w);
}

static void walk_alias(Walker *w, Stmt *s) {
    Expr *name = s->TypeAlias.name;
    walk_expression(w, name);
    bool generic = s->TypeAlias.type_params.count > 0;
    if (generic)
        enter_type_parameters(w, name->Name.id, s, s->TypeAlias.type_params, NULL, false);
    walk_lazy(w, s->TypeAlias.value, SCOPE_TYPE_ALIAS, name->Name.id, s, 0);
    if (generic) leave(w);
}

/* --- statements --------------------------------------------------------------------------------------------------- */

static void walk_global(Walker *w, Stmt *s, StrSequence names, uint32_t flag) {
    const char *word = flag == SYMBOL_GLOBAL ? "global" : "nonlocal";
    for (int i = 0; i < names.count; i++) {
        Str *name = names.items[i], *key = mangled(w, name);
        Symbol *symbol = scope_lookup(w->scope, key);
        uint32_t flags = symbol ? symbol->flags : 0;
        if (flags & SYMBOL_PARAMETER)
            compiler_error(w->compiler, s, "name '%U' is parameter and %s", name, word);
        if (flags & SYMBOL_USED)
            compiler_error(w->compiler, s, "name '%U' is used prior to %s declaration", name, word);
        if (flags & SYMBOL_ANNOTATED)
            compiler_error(w->compiler, s, "annotated name '%U' can't be %s", name, word);
        if (flags & SYMBOL_LOCAL)
            compiler_error(w->compiler, s, "name '%U' is assigned to before %s declaration", name,
                           word);
        symbol = scope_symbol(w->compiler, w->scope, key);
        if (!(flags & (SYMBOL_GLOBAL | SYMBOL_NONLOCAL))) symbol->node = (AstNode *)s;
        symbol->flags |= flag;
        /* the module itself then treats the name as global, whatever namespace it runs in */
        if (flag == SYMBOL_GLOBAL)
            scope_symbol(w->compiler, w->table->module, key)->flags |= SYMBOL_GLOBAL;
    }
}

static void walk_annotated_assignment(Walker *w, Stmt *s) {
    Expr *target = s->AnnAssign.target;
    if (target->kind == AST_Name) {
        Symbol *symbol = scope_lookup(w->scope, mangled(w, target->Name.id));
        if (symbol && (symbol->flags & (SYMBOL_GLOBAL | SYMBOL_NONLOCAL)) &&
            w->scope->kind != SCOPE_MODULE && s->AnnAssign.simple)
            compiler_error(w->compiler, s,
                           symbol->flags & SYMBOL_GLOBAL ? "annotated name '%U' can't be global"
                                                         : "annotated name '%U' can't be nonlocal",
                           target->Name.id);
        if (s->AnnAssign.simple)
            define(w, target->Name.id, SYMBOL_ANNOTATED | SYMBOL_LOCAL, target);
        else if (s->AnnAssign.value)
            define(w, target->Name.id, SYMBOL_LOCAL, target);
    } else {
        walk_expression(w, target);
    }
    walk_annotation(w, s->AnnAssign.annotation);
    if (s->AnnAssign.value) walk_expression(w, s->AnnAssign.value);
}

static void walk_import(Walker *w, Stmt *s, AliasSequence names) {
    for (int i = 0; i < names.count; i++) {
        Alias *alias = names.items[i];
        Str *name = alias->asname ? alias->asname : alias->name;
        int64_t dot = 0;
        while (dot < name->length && str_at(name, dot) != '.') dot++;
        if (str_equal_c(name, "*")) {
            if (w->scope->kind != SCOPE_MODULE)
                compiler_error(w->compiler, alias, "import * only allowed at module level");
            continue;
        }
        if (dot < name->length && !alias->asname)
            name = compiler_keep_str(w->compiler, str_substring(name, 0, dot));
        define(w, name, SYMBOL_IMPORTED | SYMBOL_LOCAL, s);
    }
}

static void walk_pattern(Walker *w, Pattern *p) {
    compiler_stack_check(w->compiler);
    switch (p->kind) {
    case AST_MatchValue: walk_expression(w, p->MatchValue.value); break;
    case AST_MatchSingleton: break;
    case AST_MatchSequence:
        for (int i = 0; i < p->MatchSequence.patterns.count; i++)
            walk_pattern(w, p->MatchSequence.patterns.items[i]);
        break;
    case AST_MatchStar:
        if (p->MatchStar.name) define(w, p->MatchStar.name, SYMBOL_LOCAL, p);
        break;
    case AST_MatchMapping:
        walk_expressions(w, p->MatchMapping.keys);
        for (int i = 0; i < p->MatchMapping.patterns.count; i++)
            walk_pattern(w, p->MatchMapping.patterns.items[i]);
        if (p->MatchMapping.rest) define(w, p->MatchMapping.rest, SYMBOL_LOCAL, p);
        break;
    case AST_MatchClass:
        walk_expression(w, p->MatchClass.cls);
        for (int i = 0; i < p->MatchClass.patterns.count; i++)
            walk_pattern(w, p->MatchClass.patterns.items[i]);
        for (int i = 0; i < p->MatchClass.kwd_patterns.count; i++)
            walk_pattern(w, p->MatchClass.kwd_patterns.items[i]);
        break;
    case AST_MatchAs:
        if (p->MatchAs.pattern) walk_pattern(w, p->MatchAs.pattern);
        if (p->MatchAs.name) define(w, p->MatchAs.name, SYMBOL_LOCAL, p);
        break;
    case AST_MatchOr:
        for (int i = 0; i < p->MatchOr.patterns.count; i++)
            walk_pattern(w, p->MatchOr.patterns.items[i]);
        break;
    default: fatal("symtable: not a pattern: %d", (int)p->kind);
    }
}

static void walk_handlers(Walker *w, ExceptHandlerNodeSequence handlers) {
    for (int i = 0; i < handlers.count; i++) {
        ExceptHandlerNode *handler = handlers.items[i];
        if (handler->ExceptHandler.type) walk_expression(w, handler->ExceptHandler.type);
        if (handler->ExceptHandler.name)
            define(w, handler->ExceptHandler.name, SYMBOL_LOCAL, handler)->flags |=
                SYMBOL_UNBINDABLE;
        walk_statements(w, handler->ExceptHandler.body);
    }
}

static void walk_with_items(Walker *w, WithItemSequence items) {
    for (int i = 0; i < items.count; i++) {
        walk_expression(w, items.items[i]->context_expr);
        if (items.items[i]->optional_vars) walk_expression(w, items.items[i]->optional_vars);
    }
}

static void walk_statement(Walker *w, Stmt *s) {
    compiler_stack_check(w->compiler);
    switch (s->kind) {
    case AST_FunctionDef:
    case AST_AsyncFunctionDef: walk_function(w, s); break;
    case AST_ClassDef: walk_class(w, s); break;
    case AST_Return:
        if (s->Return.value) {
            walk_expression(w, s->Return.value);
            w->scope->returns_value = true;
        }
        break;
    case AST_Delete: walk_expressions(w, s->Delete.targets); break;
    case AST_Assign:
        walk_expressions(w, s->Assign.targets);
        walk_expression(w, s->Assign.value);
        break;
    case AST_TypeAlias: walk_alias(w, s); break;
    case AST_AugAssign:
        walk_expression(w, s->AugAssign.target);
        walk_expression(w, s->AugAssign.value);
        break;
    case AST_AnnAssign: walk_annotated_assignment(w, s); break;
    case AST_For:
    case AST_AsyncFor: /* the same fields in the same order */
        if (s->kind == AST_AsyncFor) w->scope->is_coroutine = true;
        walk_expression(w, s->For.target);
        walk_expression(w, s->For.iter);
        walk_statements(w, s->For.body);
        walk_statements(w, s->For.orelse);
        break;
    case AST_While:
        walk_expression(w, s->While.test);
        walk_statements(w, s->While.body);
        walk_statements(w, s->While.orelse);
        break;
    case AST_If:
        walk_expression(w, s->If.test);
        walk_statements(w, s->If.body);
        walk_statements(w, s->If.orelse);
        break;
    case AST_With:
    case AST_AsyncWith:
        if (s->kind == AST_AsyncWith) w->scope->is_coroutine = true;
        walk_with_items(w, s->With.items);
        walk_statements(w, s->With.body);
        break;
    case AST_Match:
        walk_expression(w, s->Match.subject);
        for (int i = 0; i < s->Match.cases.count; i++) {
            MatchCase *c = s->Match.cases.items[i];
            walk_pattern(w, c->pattern);
            if (c->guard) walk_expression(w, c->guard);
            walk_statements(w, c->body);
        }
        break;
    case AST_Raise:
        if (s->Raise.exc) walk_expression(w, s->Raise.exc);
        if (s->Raise.cause) walk_expression(w, s->Raise.cause);
        break;
    case AST_Try:
    case AST_TryStar:
        walk_statements(w, s->Try.body);
        walk_statements(w, s->Try.orelse);
        walk_handlers(w, s->Try.handlers);
        walk_statements(w, s->Try.finalbody);
        break;
    case AST_Assert:
        walk_expression(w, s->Assert.test);
        if (s->Assert.msg) walk_expression(w, s->Assert.msg);
        break;
    case AST_Import: walk_import(w, s, s->Import.names); break;
    case AST_ImportFrom: walk_import(w, s, s->ImportFrom.names); break;
    case AST_Global: walk_global(w, s, s->Global.names, SYMBOL_GLOBAL); break;
    case AST_Nonlocal: walk_global(w, s, s->Nonlocal.names, SYMBOL_NONLOCAL); break;
    case AST_Expr: walk_expression(w, s->Expr.value); break;
    case AST_Pass:
    case AST_Break:
    case AST_Continue: break;
    default: fatal("symtable: not a statement: %d", (int)s->kind);
    }
}

static void walk_statements(Walker *w, StmtSequence body) {
    for (int i = 0; i < body.count; i++) walk_statement(w, body.items[i]);
}

/* --- resolution ------------------------------------------------------------------------------------------------------ */

/* Makes `name` free in all scopes from `scope` up to, not including, `owner`. */
static void pass_cell_down(Compiler *compiler, Scope *scope, Scope *owner, Str *name) {
    for (; scope != owner; scope = scope->parent) {
        Symbol *symbol = scope_symbol(compiler, scope, name);
        if (scope->kind == SCOPE_CLASS && (symbol->flags & SYMBOL_BOUND) &&
            !(symbol->flags & SYMBOL_NONLOCAL))
            symbol->flags |= SYMBOL_FREE_CLASS;
        else if (symbol->resolution != RESOLVED_FREE)
            symbol->resolution = RESOLVED_FREE;
    }
}

/* Finds who binds a name that `scope` uses and does not bind. True: made free. */
static bool resolve_free(Compiler *compiler, Scope *scope, Str *name) {
    bool is_class_cell = name == NAME("__class__"), is_class_dict = name == NAME("__classdict__");
    for (Scope *p = scope->parent; p; p = p->parent) {
        if (p->kind == SCOPE_MODULE) return false;
        if (p->kind == SCOPE_CLASS) {
            if (!is_class_cell && !is_class_dict) continue;
            if (is_class_cell) p->needs_class_cell = true;
            else p->needs_class_namespace = true;
            pass_cell_down(compiler, scope, p, name);
            return true;
        }
        Symbol *symbol = scope_lookup(p, name);
        if (!symbol) continue;
        if (symbol->flags & SYMBOL_GLOBAL) return false;
        if (symbol->flags & SYMBOL_NONLOCAL) continue;
        if (symbol->flags & SYMBOL_BOUND) {
            symbol->resolution = RESOLVED_CELL;
            pass_cell_down(compiler, scope, p, name);
            return true;
        }
    }
    return false;
}

/* What an annotation scope in a class finds in the class: 1 bound there (look in the namespace at
 * run time), 2 declared global there, 0 neither. */
static int class_binding(Scope *scope, Str *name) {
    Scope *p = scope->parent;
    while (p->kind != SCOPE_CLASS) {
        Symbol *symbol = scope_lookup(p, name);
        if (symbol && (symbol->flags & SYMBOL_BOUND)) return 0;
        p = p->parent;
    }
    Symbol *symbol = scope_lookup(p, name);
    if (!symbol) return 0;
    if (symbol->flags & SYMBOL_GLOBAL) return 2;
    return (symbol->flags & SYMBOL_BOUND) && !(symbol->flags & SYMBOL_NONLOCAL);
}

static void resolve_symbol(Compiler *compiler, Scope *scope, Symbol *symbol) {
    uint32_t flags = symbol->flags;
    if (flags & SYMBOL_GLOBAL) {
        if (flags & SYMBOL_NONLOCAL)
            compiler_error(compiler, symbol->node, "name '%U' is nonlocal and global", symbol->name);
        symbol->resolution = RESOLVED_GLOBAL_EXPLICIT;
        return;
    }
    if (flags & SYMBOL_NONLOCAL) {
        if (scope->kind == SCOPE_MODULE)
            compiler_error(compiler, symbol->node,
                           "nonlocal declaration not allowed at module level");
        if (!resolve_free(compiler, scope, symbol->name))
            compiler_error(compiler, symbol->node, "no binding for nonlocal '%U' found",
                           symbol->name);
        symbol->resolution = RESOLVED_FREE;
        return;
    }
    if (flags & SYMBOL_BOUND) {
        if (symbol->resolution == RESOLVED_NONE) symbol->resolution = RESOLVED_LOCAL;
        return;
    }
    if (symbol->resolution != RESOLVED_NONE) return;
    if (scope->sees_class && symbol->name != NAME("__classdict__")) {
        int binding = class_binding(scope, symbol->name);
        if (binding == 2) {
            symbol->resolution = RESOLVED_GLOBAL_EXPLICIT;
            return;
        }
        if (binding == 1) {
            symbol->resolution = RESOLVED_GLOBAL_IMPLICIT;
            return;
        }
    }
    if (resolve_free(compiler, scope, symbol->name)) symbol->resolution = RESOLVED_FREE;
    else if (symbol->resolution == RESOLVED_NONE) symbol->resolution = RESOLVED_GLOBAL_IMPLICIT;
}

static void resolve_scope(Compiler *compiler, Scope *scope) {
    compiler_stack_check(compiler);
    for (int i = 0; i < scope->symbol_count; i++)
        resolve_symbol(compiler, scope, scope->symbols[i]);
    for (int i = 0; i < scope->child_count; i++) resolve_scope(compiler, scope->children[i]);
}

static int compare_names(const void *a, const void *b) {
    return str_compare(*(Str *const *)a, *(Str *const *)b);
}

/* Gives locals, cells and free variables their numbers. Parameters are a scope's first symbols. */
static void number_symbols(Compiler *compiler, Scope *scope) {
    compiler_stack_check(compiler);
    size_t count = (size_t)scope->symbol_count;
    scope->cell_names = compiler_alloc(compiler, (count + 2) * sizeof(Str *));
    scope->free_names = compiler_alloc(compiler, (count + 1) * sizeof(Str *));
    int locals = 0;
    if (scope->kind == SCOPE_CLASS) { /* which may use outer variables of these names, too */
        if (scope->needs_class_cell) scope->cell_names[scope->cell_count++] = NAME("__class__");
        if (scope->needs_class_namespace)
            scope->cell_names[scope->cell_count++] = NAME("__classdict__");
    }
    for (int i = 0; i < scope->symbol_count; i++) {
        Symbol *symbol = scope->symbols[i];
        if (symbol->resolution == RESOLVED_CELL)
            scope->cell_names[scope->cell_count++] = symbol->name;
        else if (symbol->resolution == RESOLVED_FREE || (symbol->flags & SYMBOL_FREE_CLASS))
            scope->free_names[scope->free_count++] = symbol->name;
        if (!scope_is_function(scope)) continue;
        if (symbol->resolution == RESOLVED_LOCAL || (symbol->flags & SYMBOL_PARAMETER))
            symbol->local = locals++;
    }
    int parameters = 0; /* captured ones come first, in their own order */
    while (parameters < scope->cell_count && scope_is_function(scope) &&
           (scope_lookup(scope, scope->cell_names[parameters])->flags & SYMBOL_PARAMETER))
        parameters++;
    qsort(scope->cell_names + parameters, (size_t)(scope->cell_count - parameters), sizeof(Str *),
          compare_names);
    qsort(scope->free_names, (size_t)scope->free_count, sizeof(Str *), compare_names);
    for (int i = 0; i < scope->cell_count; i++) {
        Symbol *symbol = scope_symbol(compiler, scope, scope->cell_names[i]);
        symbol->cell = i;
        if (symbol->resolution == RESOLVED_NONE) symbol->resolution = RESOLVED_CELL;
    }
    for (int i = 0; i < scope->free_count; i++)
        scope_lookup(scope, scope->free_names[i])->free = i;
    for (int i = 0; i < scope->child_count; i++) number_symbols(compiler, scope->children[i]);
}

SymbolTable *symtable_build(Compiler *compiler, Mod *tree) {
    SymbolTable *table = compiler_alloc(compiler, sizeof *table);
    Walker walker = {.compiler = compiler, .table = table, .future = compiler->future};
    Walker *w = &walker;
    table->module = enter(w, SCOPE_MODULE, str_intern_c("top"), tree, 0, NULL);
    switch (tree->kind) {
    case AST_Module: walk_statements(w, tree->Module.body); break;
    case AST_Interactive: walk_statements(w, tree->Interactive.body); break;
    case AST_Expression: walk_expression(w, tree->Expression.body); break;
    default: compiler_error(compiler, NULL, "this compiler does not handle FunctionTypes");
    }
    resolve_scope(compiler, table->module);
    number_symbols(compiler, table->module);
    return table;
}
