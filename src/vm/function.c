/* function.c - function objects, cells, and binding a call's arguments to parameters. */
#include "vm/function.h"

#include "object/audit.h"
#include "object/descriptor.h"
#include "object/instance.h"
#include "object/lookup.h"
#include "types/exception.h"
#include "types/module.h"
#include "types/set.h"
#include "vm/frame.h"
#include "vm/run.h"

/* --- making ---------------------------------------------------------------------------------------------- */

/* Where __builtins__ is no plain dict. */
static Dict no_builtins;

void function_init(void) { no_builtins.object.shape = &dict_type.root; }

/* globals["__builtins__"], of a module its dict; without it those of who makes the function. */
static Value builtins_for(Dict *globals) {
    Value builtins = dict_get_str(globals, NAME("__builtins__"));
    if (is_error(builtins)) return VALUE_ERROR;
    if (is_empty(builtins)) {
        Frame *frame = frame_current(0);
        return frame ? frame->function->builtins_object : object_value(runtime.builtins);
    }
    return type_has(type_of(builtins), TYPE_MODULE) ? object_value(OBJECT_AS(Module, builtins)->dict) : builtins;
}

Function *function_new(Code *code, Dict *globals, Tuple *closure) {
    Value builtins = builtins_for(globals);
    Function *function = is_error(builtins) ? NULL : object_alloc_instance(&function_type, sizeof *function);
    if (!function) return NULL;
    function->code = code;
    function->globals = globals;
    function->builtins_object = builtins;
    function->builtins = is_exactly(builtins, &dict_type) ? as_dict(builtins) : &no_builtins;
    function->closure = closure;
    function->name = object_value(code->name);
    function->qualified_name = object_value(code->qualified_name);
    function->module = dict_get_str(globals, NAME("__name__"));
    return function;
}

static Value mapping_get(Value mapping, Str *name) {
    if (likely(is_exactly(mapping, &dict_type))) return dict_get_str(as_dict(mapping), name);
    Value value = get_item(mapping, object_value(name));
    return is_error(value) && error_clear_if(&KeyError) ? VALUE_EMPTY : value;
}

Value function_builtin(const Function *function, Str *name) {
    return mapping_get(function->builtins_object, name);
}

Value function_global(const Function *function, Str *name) {
    Value value = mapping_get(object_value(function->globals), name);
    return is_empty(value) ? function_builtin(function, name) : value;
}

/* --- binding ----------------------------------------------------------------------------------------------- */

static const char *plural(int64_t n) { return n == 1 ? "" : "s"; }

static bool too_many_positional(Function *function, const Code *code, size_t given, Value *window) {
    int64_t keyword_only_given = 0;
    for (int i = 0; i < code->keyword_only_count; i++)
        keyword_only_given += !is_empty(window[code->argument_count + i]);
    Value defaults = value_load_acquire(&function->defaults);
    int64_t default_count = is_empty(defaults) ? 0 : as_tuple(defaults)->length;
    int64_t most = code->argument_count;
    Str *signature = default_count ? str_format("from %lld to %lld", (long long)(most - default_count), (long long)most)
                                   : str_format("%lld", (long long)most);
    Str *extra = keyword_only_given
                     ? str_format(" positional argument%s (and %lld keyword-only argument%s)", plural((int64_t)given),
                                  (long long)keyword_only_given, plural(keyword_only_given))
                     : str_empty();
    if (!signature || !extra) return false;
    raise_error(&TypeError, "%V() takes %U positional argument%s but %zu%U %s given", function->qualified_name,
                signature, default_count ? "s" : plural(most), given, extra,
                given == 1 && !keyword_only_given ? "was" : "were");
    return false;
}

/* "'a', 'b', and 'c'" */
static Str *name_list(List *names) {
    int64_t count = list_length(names);
    StrBuilder builder;
    builder_init(&builder);
    for (int64_t i = 0; i < count; i++) {
        if (i > 0) builder_add_c(&builder, count > 2 ? (i == count - 1 ? ", and " : ", ") : " and ");
        if (!builder_add_repr(&builder, list_get(names, i))) return NULL;
    }
    return builder_finish(&builder);
}

static bool missing_arguments(Function *function, const Code *code, Value *window, int from, int to,
                              const char *kind) {
    List *missing = list_new(4);
    for (int i = from; missing && i < to; i++)
        if (is_empty(window[i]) && !list_append(missing, code->local_names->items[i])) return false;
    Str *names = missing ? name_list(missing) : NULL;
    if (!names) return false;
    raise_error(&TypeError, "%V() missing %lld required %s argument%s: %U", function->qualified_name,
                (long long)list_length(missing), kind, plural(list_length(missing)), names);
    return false;
}

static int find_parameter(const Code *code, Value name) {
    int count = code->argument_count + code->keyword_only_count;
    for (int i = code->positional_only_count; i < count; i++)
        if (same_value(code->local_names->items[i], name)) return i;
    for (int i = code->positional_only_count; i < count; i++)
        if (str_equal(as_str(code->local_names->items[i]), as_str(name))) return i;
    return -1;
}

/* Positional-only parameters that were given by name. */
static bool positional_only_by_name(Function *function, const Code *code, Tuple *names) {
    List *wrong = list_new(2);
    for (int64_t i = 0; wrong && i < names->length; i++)
        for (int j = 0; j < code->positional_only_count; j++)
            if (str_equal(as_str(names->items[i]), as_str(code->local_names->items[j])) &&
                !list_append(wrong, names->items[i]))
                return false;
    if (!wrong || list_length(wrong) == 0) return wrong != NULL;
    Str *joined = str_join(str_from_c(", "), object_value(wrong));
    if (joined)
        raise_error(&TypeError, "%V() got some positional-only arguments passed as keyword arguments: '%U'",
                    function->qualified_name, joined);
    return false;
}

static bool bind_keywords(Function *function, const Code *code, Value *window, const Value *values, Tuple *names,
                          Dict *rest) {
    for (int64_t i = 0; i < names->length; i++) {
        Value name = names->items[i];
        if (!is_str(name)) {
            raise_error(&TypeError, "%V() keywords must be strings", function->qualified_name);
            return false;
        }
        int slot = find_parameter(code, name);
        if (slot >= 0) {
            if (!is_empty(window[slot])) {
                raise_error(&TypeError, "%V() got multiple values for argument '%U'", function->qualified_name,
                            as_str(name));
                return false;
            }
            window[slot] = values[i];
        } else if (rest) {
            if (!dict_set(rest, name, values[i])) return false;
        } else {
            if (code->positional_only_count && !positional_only_by_name(function, code, names)) return false;
            raise_error(&TypeError, "%V() got an unexpected keyword argument '%U'", function->qualified_name,
                        as_str(name));
            return false;
        }
    }
    return true;
}

/* `window` may overlap `args`: what is read late is copied first. */
bool function_bind(Function *function, const Code *code, Value *window, Value *args, size_t count, Tuple *names) {
    int positional = code->argument_count, keyword_only = code->keyword_only_count;
    int total = positional + keyword_only;
    bool has_rest = code->flags & CODE_VARARGS, has_keywords = code->flags & CODE_VARKEYWORDS;
    int64_t named = names ? names->length : 0;
    Tuple *rest = NULL;
    Dict *keywords = NULL;
    if (has_rest) {
        size_t extra = count > (size_t)positional ? count - (size_t)positional : 0;
        rest = tuple_from_array(args + positional, (int64_t)extra);
        if (!rest) return false;
    }
    if (has_keywords && !(keywords = dict_new())) return false;
    Value few[8];
    const Value *values = args + count;
    if (named) {
        Value *copy = few;
        if (named > (int64_t)ARRAY_LENGTH(few)) {
            Array *array = array_new(named);
            if (!array) return false;
            copy = array->items;
        }
        memcpy(copy, values, (size_t)named * sizeof *copy);
        values = copy;
    }
    size_t direct = min_size(count, (size_t)positional);
    if (window != args && direct) memmove(window, args, direct * sizeof *args);
    for (int i = (int)direct; i < total; i++) window[i] = VALUE_EMPTY;
    if (has_rest) window[total] = object_value(rest);
    if (has_keywords) window[total + has_rest] = object_value(keywords);
    if (named && !bind_keywords(function, code, window, values, names, keywords)) return false;
    if (unlikely(count > (size_t)positional && !has_rest))
        return too_many_positional(function, code, count, window);
    if (direct < (size_t)positional) {
        Value defaults = value_load_acquire(&function->defaults);
        int64_t default_count = is_empty(defaults) ? 0 : as_tuple(defaults)->length;
        int first_default = positional - (int)default_count;
        for (int i = (int)direct; i < first_default; i++)
            if (is_empty(window[i]))
                return missing_arguments(function, code, window, 0, first_default, "positional");
        for (int i = first_default < (int)direct ? (int)direct : first_default; i < positional; i++)
            if (is_empty(window[i])) window[i] = as_tuple(defaults)->items[i - first_default];
    }
    if (keyword_only) {
        Value defaults = value_load_acquire(&function->keyword_defaults);
        bool missing = false;
        for (int i = positional; i < total; i++) {
            if (!is_empty(window[i])) continue;
            if (!is_empty(defaults)) {
                Value value = dict_get(as_dict(defaults), code->local_names->items[i]);
                if (is_error(value)) return false;
                window[i] = value;
            }
            missing |= is_empty(window[i]);
        }
        if (missing) return missing_arguments(function, code, window, positional, total, "keyword-only");
    }
    return true;
}

/* --- attributes ------------------------------------------------------------------------------------------------ */

static Function *self_function(Value v) { return OBJECT_AS(Function, v); }

/* Until somebody sets it, the documentation is the code's. */
static Value get_doc(Value self) {
    Value own = value_load_acquire(&self_function(self)->doc);
    if (!is_empty(own)) return own;
    Code *code = load_acquire(&self_function(self)->code);
    return code_unfold(code) ? none_if_empty(code->docstring) : VALUE_ERROR;
}
static bool set_doc(Value self, Value value) {
    heap_store_release(self_function(self), &self_function(self)->doc, none_if_empty(value));
    return true;
}
static Value get_code(Value self) { return object_value(load_acquire(&self_function(self)->code)); }
static bool set_code(Value self, Value value) {
    Function *function = self_function(self);
    if (is_empty(value) || !is_exactly(value, &code_type)) {
        raise_error(&TypeError, "__code__ must be set to a code object");
        return false;
    }
    Code *code = OBJECT_AS(Code, value);
    int64_t closure = function->closure ? function->closure->length : 0;
    if (code->free_names->length != closure) {
        raise_error(&ValueError, "%V() requires a code object with %lld free vars, not %lld",
                    function->name, (long long)closure, (long long)code->free_names->length);
        return false;
    }
    Value doc = get_doc(self); /* stays what it was */
    if (is_error(doc)) return false;
    heap_store_release(function, &function->doc, doc);
    HEAP_STORE_POINTER(function, &function->code, code);
    return true;
}
static bool set_text(Value self, Value *field, Value value, const char *name) {
    if (is_empty(value) || !is_str(value)) {
        raise_error(&TypeError, "%s must be set to a string object", name);
        return false;
    }
    heap_store_release(self_function(self), field, value);
    return true;
}
static Value get_name(Value self) { return value_load_acquire(&self_function(self)->name); }
static bool set_name(Value self, Value value) { return set_text(self, &self_function(self)->name, value, "__name__"); }
static Value get_qualname(Value self) { return value_load_acquire(&self_function(self)->qualified_name); }
static bool set_qualname(Value self, Value value) {
    return set_text(self, &self_function(self)->qualified_name, value, "__qualname__");
}
static Value get_defaults(Value self) { return none_if_empty(value_load_acquire(&self_function(self)->defaults)); }
static bool set_defaults(Value self, Value value) {
    if (is_none(value)) value = VALUE_EMPTY;
    if (!is_empty(value) && !is_tuple(value)) {
        raise_error(&TypeError, "__defaults__ must be set to a tuple object");
        return false;
    }
    heap_store_release(self_function(self), &self_function(self)->defaults, value);
    return true;
}
static Value get_kwdefaults(Value self) {
    return none_if_empty(value_load_acquire(&self_function(self)->keyword_defaults));
}
static bool set_kwdefaults(Value self, Value value) {
    if (is_none(value)) value = VALUE_EMPTY;
    if (!is_empty(value) && !is_dict(value)) {
        raise_error(&TypeError, "__kwdefaults__ must be set to a dict object");
        return false;
    }
    heap_store_release(self_function(self), &self_function(self)->keyword_defaults, value);
    return true;
}
/* Annotations arrive as a dict or, from the compiler, as a tuple of alternating names and values. */
static Value get_annotations(Value self) {
    Function *function = self_function(self);
    Value annotations = value_load_acquire(&function->annotations);
    if (!is_empty(annotations) && is_dict(annotations)) return annotations;
    Dict *dict = dict_new();
    if (!dict) return VALUE_ERROR;
    Tuple *pairs = is_empty(annotations) ? NULL : as_tuple(annotations);
    for (int64_t i = 0; pairs && i + 1 < pairs->length; i += 2)
        if (!dict_set(dict, pairs->items[i], pairs->items[i + 1])) return VALUE_ERROR;
    heap_store_release(function, &function->annotations, object_value(dict));
    return object_value(dict);
}
static bool set_annotations(Value self, Value value) {
    if (is_none(value)) value = VALUE_EMPTY;
    if (!is_empty(value) && !is_dict(value)) {
        raise_error(&TypeError, "__annotations__ must be set to a dict object");
        return false;
    }
    heap_store_release(self_function(self), &self_function(self)->annotations, value);
    return true;
}
static Value get_type_params(Value self) {
    Value params = value_load_acquire(&self_function(self)->type_params);
    return is_empty(params) ? value_or_error(tuple_new(0)) : params;
}
static bool set_type_params(Value self, Value value) {
    if (is_empty(value) || !is_tuple(value)) {
        raise_error(&TypeError, "__type_params__ must be set to a tuple");
        return false;
    }
    heap_store_release(self_function(self), &self_function(self)->type_params, value);
    return true;
}

static Value function_call(Value self, Value *args, size_t count, Tuple *names) {
    return vm_call(self_function(self), args, count, names);
}
static Value function_get(Value self, Value instance, Value owner) {
    (void)owner;
    return is_empty(instance) || is_none(instance) ? self : bound_method_new(self, instance);
}
static Value function_repr(Value self) {
    return value_or_error(str_format("<function %V at %p>", get_qualname(self), (void *)object_of(self)));
}

static Value function_type_new(Type *type, Value *args, size_t count, Tuple *names) {
    (void)type;
    static Signature *signature;
    Value a[5];
    if (!bind_arguments("function", "(code, globals, name=None, argdefs=None, closure=None)", &signature, args,
                        count, names, a))
        return VALUE_ERROR;
    if (!is_exactly(a[0], &code_type))
        return raise_error(&TypeError, "function() argument 'code' must be code, not %T", a[0]);
    if (!AUDIT("function.__new__", a[0])) return VALUE_ERROR;
    if (!is_dict(a[1]))
        return raise_error(&TypeError, "function() argument 'globals' must be dict, not %T", a[1]);
    Code *code = OBJECT_AS(Code, a[0]);
    if (!is_empty(a[2]) && !is_none(a[2]) && !is_str(a[2]))
        return raise_error(&TypeError, "arg 3 (name) must be None or string");
    if (!is_empty(a[3]) && !is_none(a[3]) && !is_tuple(a[3]))
        return raise_error(&TypeError, "arg 4 (defaults) must be None or tuple");
    int64_t free_count = code->free_names->length;
    Tuple *closure = NULL;
    if (!is_empty(a[4]) && !is_none(a[4])) {
        if (!is_tuple(a[4])) return raise_error(&TypeError, "arg 5 (closure) must be tuple");
        closure = as_tuple(a[4]);
    } else if (free_count) {
        return raise_error(&TypeError, "arg 5 (closure) must be tuple");
    }
    if ((closure ? closure->length : 0) != free_count)
        return raise_error(&ValueError, "%U requires closure of length %lld, not %lld", code->name,
                           (long long)free_count, (long long)(closure ? closure->length : 0));
    for (int64_t i = 0; i < free_count; i++)
        if (!is_exactly(closure->items[i], &cell_type))
            return raise_error(&TypeError, "arg 5 (closure) expected cell, found %T", closure->items[i]);
    Function *function = function_new(code, as_dict(a[1]), closure);
    if (!function) return VALUE_ERROR;
    if (!is_empty(a[2]) && !is_none(a[2])) function->name = a[2];
    if (!is_empty(a[3]) && !is_none(a[3])) function->defaults = a[3];
    return object_value(function);
}

static void function_trace(Cell *cell, Marker *marker) {
    Function *function = (Function *)cell;
    marker_visit_pointer(marker, function->code);
    marker_visit_pointer(marker, function->globals);
    marker_visit_pointer(marker, function->builtins);
    marker_visit(marker, function->builtins_object);
    marker_visit_pointer(marker, function->closure);
    marker_visit(marker, function->defaults);
    marker_visit(marker, function->keyword_defaults);
    marker_visit_range(marker, &function->name, 6);
}
_Static_assert(offsetof(Function, type_params) == offsetof(Function, name) + 5 * sizeof(Value),
               "function_trace visits six values in a row");

static const GetSetDef function_getset[] = {
    {"__doc__", get_doc, set_doc}, {"__code__", get_code, set_code, NULL, AUDIT_READ | AUDIT_WRITE},
    {"__name__", get_name, set_name}, {"__qualname__", get_qualname, set_qualname},
    {"__defaults__", get_defaults, set_defaults, NULL, AUDIT_READ | AUDIT_WRITE},
    {"__kwdefaults__", get_kwdefaults, set_kwdefaults, NULL, AUDIT_READ | AUDIT_WRITE},
    {"__annotations__", get_annotations, set_annotations},
    {"__type_params__", get_type_params, set_type_params}, {0}};
static const MemberDef function_members[] = {
    {"__globals__", MEMBER_POINTER, offsetof(Function, globals), MEMBER_READONLY, NULL},
    {"__builtins__", MEMBER_VALUE, offsetof(Function, builtins_object), MEMBER_READONLY, NULL},
    {"__closure__", MEMBER_POINTER, offsetof(Function, closure), MEMBER_READONLY, NULL},
    {"__module__", MEMBER_VALUE, offsetof(Function, module), 0, NULL}, {0}};
Type function_type = {
    .root = {.cell_kind = {.trace = function_trace}},
    .name = "function",
    .flags = TYPE_METHOD_LIKE | TYPE_HAS_DICT | TYPE_HAS_WEAKREF,
    .size = sizeof(Function),
    .call = function_call,
    .repr = function_repr,
    .descr_get = function_get,
    .new_instance = function_type_new,
    .getset = function_getset,
    .members = function_members,
};

/* --- cells ------------------------------------------------------------------------------------------------------- */

CellObject *cell_new(Value contents) {
    CellObject *cell = object_alloc(&cell_type, sizeof *cell);
    if (cell) cell->contents = contents;
    return cell;
}

static Value cell_type_new(Type *type, Value *args, size_t count, Tuple *names) {
    (void)type;
    static Signature *signature;
    Value a[1];
    if (!bind_arguments("cell", "(contents=None, /)", &signature, args, count, names, a)) return VALUE_ERROR;
    return value_or_error(cell_new(a[0]));
}
static Value cell_get(Value self) {
    Value contents = value_load_acquire(&OBJECT_AS(CellObject, self)->contents);
    return is_empty(contents) ? raise_error(&ValueError, "Cell is empty") : contents;
}
static bool cell_set(Value self, Value value) {
    heap_store_release(object_of(self), &OBJECT_AS(CellObject, self)->contents, value);
    return true;
}
static Value cell_compare(Value self, Value other, CompareOp op) {
    if (!is_exactly(other, &cell_type)) return VALUE_NOT_IMPLEMENTED;
    Value a = value_load_acquire(&OBJECT_AS(CellObject, self)->contents);
    Value b = value_load_acquire(&OBJECT_AS(CellObject, other)->contents);
    if (!is_empty(a) && !is_empty(b)) return value_compare(a, b, op);
    int left = !is_empty(a), right = !is_empty(b);
    switch (op) {
    case COMPARE_LT: return bool_value(left < right);
    case COMPARE_LE: return bool_value(left <= right);
    case COMPARE_EQ: return bool_value(left == right);
    case COMPARE_NE: return bool_value(left != right);
    case COMPARE_GT: return bool_value(left > right);
    default: return bool_value(left >= right);
    }
}
static Value cell_repr(Value self) {
    Value contents = value_load_acquire(&OBJECT_AS(CellObject, self)->contents);
    if (is_empty(contents)) return value_or_error(str_format("<cell at %p: empty>", (void *)object_of(self)));
    return value_or_error(str_format("<cell at %p: %T object at %p>", (void *)object_of(self), contents,
                                     (void *)(uintptr_t)contents.bits));
}
static void cell_trace(Cell *cell, Marker *marker) { marker_visit(marker, ((CellObject *)cell)->contents); }
static const GetSetDef cell_getset[] = {{"cell_contents", cell_get, cell_set}, {0}};
Type cell_type = {
    .root = {.cell_kind = {.trace = cell_trace}},
    .name = "cell",
    .size = sizeof(CellObject),
    .hash = hash_not_possible,
    .compare = cell_compare,
    .repr = cell_repr,
    .new_instance = cell_type_new,
    .getset = cell_getset,
};
