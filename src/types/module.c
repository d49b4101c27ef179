/* module.c - module objects.
 *
 * A module is its dict: attribute access looks at the type's data descriptors, then at the dict, then
 * at the rest of the type, and at last calls the module's own __getattr__ (PEP 562). */
#include "types/module.h"

#include "object/lookup.h"
#include "types/dict.h"
#include "types/exception.h"
#include "types/int.h"
#include "types/list.h"
#include "types/str.h"

static void module_trace(Cell *cell, Marker *marker) {
    marker_visit_pointer(marker, ((Module *)cell)->dict);
}

static bool set_defaults(Dict *dict, Value name, Value doc) {
    return dict_set_str(dict, NAME("__name__"), name) && dict_set_str(dict, NAME("__doc__"), doc) &&
           dict_set_str(dict, NAME("__package__"), VALUE_NONE) &&
           dict_set_str(dict, NAME("__loader__"), VALUE_NONE) &&
           dict_set_str(dict, NAME("__spec__"), VALUE_NONE);
}

static Value module_make(Type *type, Value *args, size_t count, Tuple *names) {
    Module *self = object_alloc_instance(type, type->size);
    if (!self) return VALUE_ERROR;
    Dict *dict = dict_new();
    if (!dict) return VALUE_ERROR;
    HEAP_STORE_POINTER(self, &self->dict, dict);
    return object_value(self);
}

Module *module_new(Str *name) {
    Value self = module_make(&module_type, NULL, 0, NULL);
    if (is_error(self)) return NULL;
    Module *module = OBJECT_AS(Module, self);
    return set_defaults(module->dict, object_value(name), VALUE_NONE) ? module : NULL;
}

static bool module_init(Value self, Value *args, size_t count, Tuple *names) {
    static const char signature[] = "(name, doc=None)";
    static Signature *parsed;
    Value a[2];
    if (!bind_arguments("module", signature, &parsed, args, count, names, a)) return false;
    if (!is_str(a[0])) {
        raise_error(&TypeError, "module() argument 'name' must be str, not %T", a[0]);
        return false;
    }
    return set_defaults(OBJECT_AS(Module, self)->dict, a[0], is_empty(a[1]) ? VALUE_NONE : a[1]);
}

/* --- attributes ----------------------------------------------------------------------------------- */

/* __spec__._initializing: the import is still under way. */
static bool is_initializing(Dict *dict) {
    Value spec = dict_get_str(dict, NAME("__spec__"));
    if (is_empty(spec) || is_none(spec)) return false;
    Value flag = get_attribute_optional(spec, NAME("_initializing"));
    int truth = is_empty(flag) ? 0 : is_error(flag) ? -1 : value_truth(flag);
    if (truth < 0) error_clear();
    return truth > 0;
}

/* Is `name` among __spec__._uninitialized_submodules: a submodule that is being imported? */
static bool is_submodule_under_way(Dict *dict, Str *name) {
    Value spec = dict_get_str(dict, NAME("__spec__"));
    if (is_empty(spec) || is_none(spec)) return false;
    Value names = get_attribute_optional(spec, NAME("_uninitialized_submodules"));
    int found = is_empty(names) ? 0 : is_error(names) ? -1 : value_contains(names, object_value(name));
    if (found < 0) error_clear();
    return found > 0;
}

static Value raise_missing(Value self, Str *name) {
    Dict *dict = OBJECT_AS(Module, self)->dict;
    Value module_name = dict_get_str(dict, NAME("__name__"));
    if (is_str(module_name) && is_initializing(dict))
        raise_error(&AttributeError,
                    "partially initialized module '%U' has no attribute '%U' "
                    "(most likely due to a circular import)",
                    as_str(module_name), name);
    else if (is_str(module_name) && is_submodule_under_way(dict, name))
        raise_error(&AttributeError,
                    "cannot access submodule '%U' of module '%U' (most likely due to a circular import)", name,
                    as_str(module_name));
    else if (is_str(module_name))
        raise_error(&AttributeError, "module '%U' has no attribute '%U'", as_str(module_name), name);
    else
        raise_error(&AttributeError, "module has no attribute '%U'", name);
    if (error_matches(&AttributeError)) {
        Value exception = error_fetch();
        AttributeErrorException *error = OBJECT_AS(AttributeErrorException, exception);
        heap_store_release(error, &error->name, object_value(name));
        heap_store_release(error, &error->object, self);
        error_restore(exception);
    }
    return VALUE_ERROR;
}

Value module_get_attribute(Value self, Str *name) {
    Type *type = type_of(self);
    Value attribute = type_lookup(type, name);
    Type *kind = is_empty(attribute) ? NULL : type_of(attribute);
    if (kind && kind->descr_get && kind->descr_set)
        return kind->descr_get(attribute, self, object_value(type));
    Dict *dict = OBJECT_AS(Module, self)->dict;
    Value value = dict_get_str(dict, name);
    if (!is_empty(value)) return value;
    if (kind) return kind->descr_get ? kind->descr_get(attribute, self, object_value(type)) : attribute;
    Value hook = dict_get_str(dict, NAME("__getattr__"));
    if (is_error(hook)) return hook;
    return is_empty(hook) ? raise_missing(self, name) : call_1(hook, object_value(name));
}

static bool module_set_attribute(Value self, Str *name, Value value) {
    Value attribute = type_lookup(type_of(self), name);
    if (!is_empty(attribute) && type_of(attribute)->descr_set)
        return type_of(attribute)->descr_set(attribute, self, value);
    Dict *dict = OBJECT_AS(Module, self)->dict;
    if (!is_empty(value)) return dict_set_str(dict, name, value);
    Value old = dict_pop_str(dict, name);
    if (is_error(old)) return false;
    if (!is_empty(old)) return true;
    raise_attribute_error(self, name, "'%T' object has no attribute '%U'", self, name);
    return false;
}

static Value module_repr(Value self) {
    if (!is_empty(runtime.importlib) && !is_none(runtime.importlib))
        return call_method_1(runtime.importlib, "_module_repr", self);
    Value name = dict_get_str(OBJECT_AS(Module, self)->dict, NAME("__name__"));
    Str *text = str_format("<module %R>", is_empty(name) ? VALUE_NONE : name);
    return text ? object_value(text) : VALUE_ERROR;
}

static Value module_dir(Value *args) {
    Value dict = get_attribute(args[0], NAME("__dict__"));
    if (is_error(dict)) return dict;
    if (!is_dict(dict)) return raise_error(&TypeError, "%V.__dict__ is not a dictionary", args[0]);
    Value hook = dict_get_str(as_dict(dict), NAME("__dir__"));
    if (is_error(hook)) return hook;
    if (!is_empty(hook)) return call_0(hook);
    List *names = dict_keys_list(as_dict(dict));
    return names ? object_value(names) : VALUE_ERROR;
}

static Value get_dict(Value self) { return object_value(OBJECT_AS(Module, self)->dict); }

static Value get_annotations(Value self) {
    Dict *dict = OBJECT_AS(Module, self)->dict;
    Value annotations = dict_get_str(dict, NAME("__annotations__"));
    if (!is_empty(annotations)) return annotations;
    Dict *made = dict_new();
    if (!made) return VALUE_ERROR;
    return dict_set_default(dict, object_value(NAME("__annotations__")), object_value(made));
}

static bool set_annotations(Value self, Value value) {
    Dict *dict = OBJECT_AS(Module, self)->dict;
    if (!is_empty(value)) return dict_set_str(dict, NAME("__annotations__"), value);
    Value old = dict_pop_str(dict, NAME("__annotations__"));
    if (is_empty(old)) raise_error(&AttributeError, "__annotations__");
    return !is_empty(old) && !is_error(old);
}

static const MethodDef module_methods[] = {
    METHOD("__dir__", module_dir, "($self, /)", "__dir__() -> list\nspecialized dir() implementation"),
    {0},
};
static const GetSetDef module_getset[] = {
    {"__dict__", get_dict, NULL, NULL},
    {"__annotations__", get_annotations, set_annotations, NULL},
    {0},
};

Type module_type = {
    .name = "module",
    .doc = "Create a module object.\n\nThe name must be a string; the optional docstring can have any "
           "type.",
    .base = &object_type_object,
    .size = sizeof(Module),
    .flags = TYPE_BASE | TYPE_IMMUTABLE | TYPE_HAS_WEAKREF | TYPE_MODULE,
    .root = {.cell_kind = {.trace = module_trace, .name = "module"}},
    .new_instance = module_make,
    .init = module_init,
    .repr = module_repr,
    .getattribute = module_get_attribute,
    .setattribute = module_set_attribute,
    .methods = module_methods,
    .getset = module_getset,
};

/* --- for C ---------------------------------------------------------------------------------------- */

bool module_add(Module *module, const char *name, Value value) {
    if (is_error(value)) return false;
    return dict_set_str(module->dict, str_intern_c(name), value);
}

bool module_add_int(Module *module, const char *name, int64_t value) {
    return module_add(module, name, int_value(value));
}

bool module_add_str(Module *module, const char *name, const char *value) {
    Str *text = str_from_c(value);
    return text && module_add(module, name, object_value(text));
}

Value import_module(const char *name) {
    Str *text = str_from_c(name);
    if (!text) return VALUE_ERROR;
    Value module = dict_get_str(runtime.modules, text);
    if (!is_empty(module) && !is_none(module)) return module;
    if (is_error(module)) return module;
    Value import = dict_get_c(runtime.builtins, "__import__");
    if (is_error(import)) return import;
    if (is_empty(import)) return raise_error(&ImportError, "__import__ not found");
    /* A non-empty fromlist gives the module itself, not its topmost package. */
    Tuple *from = tuple_pack(1, object_value(NAME("__name__")));
    Dict *globals = dict_new();
    if (!from || !globals) return VALUE_ERROR;
    Value args[5] = {object_value(text), object_value(globals), object_value(globals),
                     object_value(from), int_value(0)};
    return call(import, args, 5, NULL);
}

Value import_attribute(const char *module, const char *attribute) {
    Value imported = import_module(module);
    return is_error(imported) ? imported : get_attribute_c(imported, attribute);
}
