/* contextvars_module.c - the module `_contextvars` (PEP 567).
 *
 * A Context points to a dict that never changes once it is published: setting a variable copies it,
 * changes the copy and stores the pointer. So copying a Context is one store, get() takes no lock, and
 * contexts that share a dict do not notice each other. Contexts hold few variables; the copy is cheap.
 * A Context is entered by one thread at a time (`entered`, a compare-and-swap); only that thread sets
 * variables in it. */
#include "modules/support.h"

typedef struct ContextObject {
    Object object;
    Dict *variables; /* atomic; never changed after it was stored here */
    Value previous;  /* the context to go back to; the entering thread's */
    uint32_t entered; /* atomic */
} ContextObject;

typedef struct ContextVar {
    Object object;
    Str *name;      /* constant */
    Value fallback; /* constant; VALUE_EMPTY: none */
} ContextVar;

typedef struct Token {
    Object object;
    Value context, variable, old; /* constant; old VALUE_EMPTY: it was not set */
    uint32_t used;                /* atomic */
} Token;

static Type context_type, context_var_type, token_type, token_missing_type;
static Value token_missing; /* Token.MISSING; made by the module's init */

/* --- contexts ------------------------------------------------------------------------------------- */

static Value context_new(Dict *variables) {
    ContextObject *self = object_alloc(&context_type, sizeof *self);
    if (!self) return VALUE_ERROR;
    HEAP_STORE_POINTER(self, &self->variables, variables);
    return object_value(self);
}

static Value empty_context(void) {
    Dict *dict = dict_new();
    return dict ? context_new(dict) : VALUE_ERROR;
}

/* The current context of this thread, made when there is none. */
static ContextObject *current_context(void) {
    Context *thread = context_self();
    if (is_empty(thread->context_vars)) {
        Value made = empty_context();
        if (is_error(made)) return NULL;
        thread->context_vars = made;
    }
    return OBJECT_AS(ContextObject, thread->context_vars);
}

static Dict *variables_of(Value context) {
    return load_acquire(&OBJECT_AS(ContextObject, context)->variables);
}

static Value context_copy(Value *args) { return context_new(variables_of(args[0])); }

static Value copy_context(Value *args) {
    ContextObject *current = current_context();
    return current ? context_new(load_acquire(&current->variables)) : VALUE_ERROR;
}

static Value context_make(Type *type, Value *args, size_t count, Tuple *names) {
    if (count || (names && names->length))
        return raise_error(&TypeError, "Context() does not accept any arguments");
    return empty_context();
}

static Value context_run(Value *args, size_t count, Tuple *names) {
    if (count < 2) return raise_error(&TypeError, "run() missing 1 required positional argument");
    ContextObject *self = OBJECT_AS(ContextObject, args[0]);
    uint32_t outside = 0;
    if (!cas_acq_rel(&self->entered, &outside, 1u))
        return raise_error(&RuntimeError, "cannot enter context: %R is already entered", args[0]);
    Context *thread = context_self();
    heap_store_release(self, &self->previous, thread->context_vars);
    thread->context_vars = args[0];
    Value result = call(args[1], args + 2, count - 2, names);
    thread->context_vars = self->previous;
    heap_store_release(self, &self->previous, VALUE_EMPTY);
    store_release(&self->entered, 0u);
    return result;
}

/* --- contexts as mappings ------------------------------------------------------------------------- */

static bool check_key(Value key) {
    if (is_exactly(key, &context_var_type)) return true;
    raise_error(&TypeError, "a ContextVar key was expected, got %R", key);
    return false;
}

static Value context_getitem(Value self, Value key) {
    if (!check_key(key)) return VALUE_ERROR;
    Value v = dict_get(variables_of(self), key);
    return is_empty(v) ? raise_key_error(key) : v;
}

static int context_contains(Value self, Value key) {
    return check_key(key) ? dict_contains(variables_of(self), key) : -1;
}

static int64_t context_length(Value self) { return dict_length(variables_of(self)); }

static Value context_iter(Value self) { return get_iter(object_value(variables_of(self))); }

static Value context_compare(Value self, Value other, CompareOp op) {
    if (!is_exactly(other, &context_type) || (op != COMPARE_EQ && op != COMPARE_NE))
        return VALUE_NOT_IMPLEMENTED;
    return value_compare(object_value(variables_of(self)), object_value(variables_of(other)), op);
}

static Value context_get(Value *args) {
    if (!check_key(args[1])) return VALUE_ERROR;
    Value v = dict_get(variables_of(args[0]), args[1]);
    return !is_empty(v) ? v : is_empty(args[2]) ? VALUE_NONE : args[2];
}

/* Views show the variables of this moment: the dict does not change any more. */
static Value context_keys(Value *args) { return call_method_0(object_value(variables_of(args[0])), "keys"); }
static Value convalue_or_errors(Value *args) {
    return call_method_0(object_value(variables_of(args[0])), "values");
}
static Value context_items(Value *args) {
    return call_method_0(object_value(variables_of(args[0])), "items");
}

static void context_trace(Cell *cell, Marker *marker) {
    marker_visit_pointer(marker, ((ContextObject *)cell)->variables);
    marker_visit(marker, ((ContextObject *)cell)->previous);
}

static const MethodDef context_methods[] = {
    METHOD("copy", context_copy, "($self, /)", "A copy of the context."),
    METHOD("get", context_get, "($self, key, default=None, /)", "The variable's value, or the default."),
    METHOD("items", context_items, "($self, /)", "The variables and their values."),
    METHOD("keys", context_keys, "($self, /)", "The variables."),
    RAW_METHOD("run", context_run, "($self, callable, /, *args, **kwargs)",
               "Calls a function with this context as the current one."),
    METHOD("values", convalue_or_errors, "($self, /)", "The values."),
    {0},
};

static Type context_type = {
    .name = "_contextvars.Context",
    .base = &object_type_object,
    .size = sizeof(ContextObject),
    .flags = TYPE_IMMUTABLE | TYPE_HAS_WEAKREF,
    .root = {.cell_kind = {.trace = context_trace, .name = "Context"}},
    .new_instance = context_make,
    .hash = hash_not_possible,
    .compare = context_compare,
    .iter = context_iter,
    .length = context_length,
    .getitem = context_getitem,
    .contains = context_contains,
    .methods = context_methods,
};

/* --- variables ------------------------------------------------------------------------------------ */

static Value context_var_make(Type *type, Value *args, size_t count, Tuple *names) {
    static const char signature[] = "(name, /, *, default=None)";
    static Signature *parsed;
    Value a[2];
    if (count != 1) /* as CPython words it */
        return raise_error(&TypeError, "ContextVar() takes exactly 1 positional argument (%zu given)", count);
    if (!bind_arguments("ContextVar", signature, &parsed, args, count, names, a)) return VALUE_ERROR;
    if (!is_str(a[0])) return raise_error(&TypeError, "context variable name must be a str");
    ContextVar *self = object_alloc(&context_var_type, sizeof *self);
    if (!self) return VALUE_ERROR;
    HEAP_STORE_POINTER(self, &self->name, as_str(a[0]));
    heap_store_release(self, &self->fallback, a[1]);
    return object_value(self);
}

static Value context_var_get(Value *args) {
    ContextVar *self = OBJECT_AS(ContextVar, args[0]);
    Value current = context_self()->context_vars;
    if (!is_empty(current)) {
        Value v = dict_get(variables_of(current), args[0]);
        if (!is_empty(v)) return v;
    }
    if (!is_empty(args[1])) return args[1];
    return is_empty(self->fallback) ? raise_with(&LookupError, args[0]) : self->fallback;
}

/* Stores (VALUE_EMPTY: removes) a variable in a context. */
static bool store_variable(ContextObject *context, Value variable, Value v) {
    Dict *copy = dict_copy(load_acquire(&context->variables));
    if (!copy) return false;
    if (is_empty(v) ? is_error(dict_pop(copy, variable)) : !dict_set(copy, variable, v)) return false;
    HEAP_STORE_POINTER(context, &context->variables, copy);
    return true;
}

static Value context_var_set(Value *args) {
    ContextObject *context = current_context();
    if (!context) return VALUE_ERROR;
    Value old = dict_get(load_acquire(&context->variables), args[0]);
    if (is_error(old)) return old;
    Token *token = object_alloc(&token_type, sizeof *token);
    if (!token) return VALUE_ERROR;
    heap_store_release(token, &token->context, object_value(context));
    heap_store_release(token, &token->variable, args[0]);
    heap_store_release(token, &token->old, old);
    return store_variable(context, args[0], args[1]) ? object_value(token) : VALUE_ERROR;
}

static Value context_var_reset(Value *args) {
    if (!is_exactly(args[1], &token_type))
        return raise_error(&TypeError, "expected an instance of Token, got %R", args[1]);
    Token *token = OBJECT_AS(Token, args[1]);
    if (load_acquire(&token->used))
        return raise_error(&RuntimeError, "%R has already been used once", args[1]);
    if (!same_value(token->variable, args[0]))
        return raise_error(&ValueError, "%R was created by a different ContextVar", args[1]);
    ContextObject *context = current_context();
    if (!context) return VALUE_ERROR;
    if (!same_value(token->context, object_value(context)))
        return raise_error(&ValueError, "%R was created in a different Context", args[1]);
    uint32_t unused = 0;
    if (!cas_acq_rel(&token->used, &unused, 1u))
        return raise_error(&RuntimeError, "%R has already been used once", args[1]);
    return store_variable(context, args[0], token->old) ? VALUE_NONE : VALUE_ERROR;
}


static Value context_var_repr(Value v) {
    ContextVar *self = OBJECT_AS(ContextVar, v);
    void *address = (void *)(uintptr_t)value_id(v);
    if (is_empty(self->fallback))
        return value_or_error(str_format("<ContextVar name=%R at %p>", object_value(self->name), address));
    return value_or_error(str_format("<ContextVar name=%R default=%R at %p>", object_value(self->name),
                                 self->fallback, address));
}

static Value generic_alias(Value *args) {
    Value alias = import_attribute("types", "GenericAlias");
    return is_error(alias) ? alias : call_2(alias, args[0], args[1]);
}

static void context_var_trace(Cell *cell, Marker *marker) {
    marker_visit_pointer(marker, ((ContextVar *)cell)->name);
    marker_visit(marker, ((ContextVar *)cell)->fallback);
}

static const MethodDef context_var_methods[] = {
    CLASS_METHOD("__class_getitem__", generic_alias, "($type, item, /)", "ContextVar[type]"),
    METHOD("get", context_var_get, "($self, default=<unrepresentable>, /)",
           "The value in the current context; else the default given, or the variable's own.\n"
           "LookupError when there is none."),
    METHOD("reset", context_var_reset, "($self, token, /)",
           "Gives the variable the value that it had before the set() that made the token."),
    METHOD("set", context_var_set, "($self, value, /)",
           "Sets the value in the current context; returns a token for reset()."),
    {0},
};
static const MemberDef context_var_members[] = {
    {"name", MEMBER_POINTER, offsetof(ContextVar, name), MEMBER_READONLY, NULL},
    {0},
};

static Type context_var_type = {
    .name = "_contextvars.ContextVar",
    .base = &object_type_object,
    .size = sizeof(ContextVar),
    .flags = TYPE_IMMUTABLE,
    .root = {.cell_kind = {.trace = context_var_trace, .name = "ContextVar"}},
    .new_instance = context_var_make,
    .hash = hash_identity,
    .repr = context_var_repr,
    .methods = context_var_methods,
    .members = context_var_members,
};

/* --- tokens --------------------------------------------------------------------------------------- */

static Value token_make(Type *type, Value *args, size_t count, Tuple *names) {
    return raise_error(&RuntimeError, "Tokens can only be created by ContextVars");
}

static Value token_old_value(Value self) {
    Value old = OBJECT_AS(Token, self)->old;
    return is_empty(old) ? token_missing : old;
}

static Value token_repr(Value v) {
    Token *self = OBJECT_AS(Token, v);
    return value_or_error(str_format("<Token%s var=%R at %p>", load_acquire(&self->used) ? " used" : "",
                                 self->variable, (void *)(uintptr_t)value_id(v)));
}

static void token_trace(Cell *cell, Marker *marker) {
    marker_visit_range(marker, &((Token *)cell)->context, 3);
}

static const MethodDef token_methods[] = {
    CLASS_METHOD("__class_getitem__", generic_alias, "($type, item, /)", "Token[type]"),
    {0},
};
static const GetSetDef token_getset[] = {
    {"old_value", token_old_value, NULL, "The value before, or Token.MISSING."},
    {0},
};
static const MemberDef token_members[] = {
    {"var", MEMBER_VALUE, offsetof(Token, variable), MEMBER_READONLY, NULL},
    {0},
};

static Type token_type = {
    .name = "_contextvars.Token",
    .base = &object_type_object,
    .size = sizeof(Token),
    .flags = TYPE_IMMUTABLE,
    .root = {.cell_kind = {.trace = token_trace, .name = "Token"}},
    .new_instance = token_make,
    .hash = hash_not_possible,
    .repr = token_repr,
    .methods = token_methods,
    .getset = token_getset,
    .members = token_members,
};

static Value token_missing_repr(Value self) { return value_or_error(str_from_c("<Token.MISSING>")); }

static Type token_missing_type = {
    .name = "Token.MISSING",
    .base = &object_type_object,
    .size = sizeof(Object),
    .flags = TYPE_IMMUTABLE | TYPE_NO_NEW,
    .root = {.cell_kind = {.name = "Token.MISSING"}},
    .repr = token_missing_repr,
};

/* --- the module ----------------------------------------------------------------------------------- */

static const MethodDef contextvars_functions[] = {
    METHOD("copy_context", copy_context, "()", "A copy of the current context."),
    {0},
};

static Type *const contextvars_types[] = {&context_type, &context_var_type, &token_type, NULL};

static bool contextvars_init(Module *module) {
    if (!is_empty(token_missing)) return true;
    type_ready(&token_missing_type);
    Object *missing = object_alloc(&token_missing_type, sizeof *missing);
    if (!missing) return false;
    token_missing = object_value(missing);
    module_root(&token_missing);
    return type_add(&token_type, "MISSING", token_missing);
}

const NativeModule module__contextvars = {
    .name = "_contextvars",
    .doc = "Context variables: what the module contextvars shows.",
    .functions = contextvars_functions,
    .types = contextvars_types,
    .init = contextvars_init,
};
