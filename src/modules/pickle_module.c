/* pickle_module.c - the module `_pickle`: its functions and errors. */
#include "modules/pickle_module.h"

Value pickling_error, unpickling_error;

Value pickle_get_hook(const Value *slot, const char *name) {
    Value value = value_load_acquire(slot);
    return is_empty(value) ? raise_error(&AttributeError, "%s", name) : value;
}

bool pickle_set_hook(Value self, Value *slot, Value value, const char *name) {
    if (is_empty(value)) {
        raise_error(&TypeError, "attribute deletion is not supported");
        return false;
    }
    if (!is_callable(value)) {
        raise_error(&TypeError, "%s must be a callable taking one argument", name);
        return false;
    }
    heap_store_release(object_of(self), slot, value);
    return true;
}

Value pickle_dotted_attribute(Value object, Str *name, Value *parent) {
    Value dot = object_value(str_from_char('.'));
    Value parts = call_method_1(object_value(name), "split", dot);
    if (is_error(parts)) return VALUE_ERROR;
    Value current = object, before = object;
    for (int64_t i = 0; i < list_length(as_list(parts)); i++) {
        Str *part = as_str(list_get(as_list(parts), i));
        if (str_equal_c(part, "<locals>"))
            return raise_error(&AttributeError, "Can't get local attribute %R on %R", object_value(name), object);
        before = current;
        current = get_attribute_optional(current, part);
        if (is_error(current)) return VALUE_ERROR;
        if (is_empty(current))
            return raise_error(&AttributeError, "Can't get attribute %R on %R", object_value(name), object);
    }
    if (parent) *parent = before;
    return current;
}

Dict *pickle_table(const char *module, const char *name) {
    Value table = import_attribute(module, name);
    if (is_error(table)) return NULL;
    if (is_dict(table)) return as_dict(table);
    raise_error(&RuntimeError, "%s.%s should be a dict, not %T", module, name, table);
    return NULL;
}

static Value module_dump(Value *args) { return pickle_dump(args[1], args[2], args[3], args[4], args[5]); }
static Value module_dumps(Value *args) { return pickle_dump(args[1], VALUE_EMPTY, args[2], args[3], args[4]); }
static Value module_load(Value *args) {
    return pickle_load(args[1], VALUE_EMPTY, args[2], args[3], args[4], args[5]);
}
static Value module_loads(Value *args) {
    return pickle_load(VALUE_EMPTY, args[1], args[2], args[3], args[4], args[5]);
}

static const MethodDef functions[] = {
    METHOD("dump", module_dump, "($module, /, obj, file, protocol=None, *, fix_imports=True, buffer_callback=None)",
           "Write a pickled representation of obj to the open file object file."),
    METHOD("dumps", module_dumps, "($module, /, obj, protocol=None, *, fix_imports=True, buffer_callback=None)",
           "Return the pickled representation of the object as a bytes object."),
    METHOD("load", module_load,
           "($module, /, file, *, fix_imports=True, encoding='ASCII', errors='strict', buffers=())",
           "Read and return an object from the pickle data stored in a file."),
    METHOD("loads", module_loads,
           "($module, data, /, *, fix_imports=True, encoding='ASCII', errors='strict', buffers=())",
           "Read and return an object from the given pickle data."),
    {0},
};

static bool init(Module *module) {
    type_ready(&pickler_memo_type);
    type_ready(&unpickler_memo_type);
    Type *base = type_create("_pickle", "PickleError", &exc_Exception, NULL);
    Type *pickling = base ? type_create("_pickle", "PicklingError", base, NULL) : NULL;
    Type *unpickling = pickling ? type_create("_pickle", "UnpicklingError", base, NULL) : NULL;
    if (!unpickling) return false;
    pickling_error = object_value(pickling);
    unpickling_error = object_value(unpickling);
    module_root(&pickling_error);
    module_root(&unpickling_error);
    return module_add(module, "PickleError", object_value(base)) &&
           module_add(module, "PicklingError", pickling_error) &&
           module_add(module, "UnpicklingError", unpickling_error);
}

static Type *const types[] = {&pickler_type, &unpickler_type, &pickle_buffer_type, NULL};

const NativeModule module__pickle = {
    .name = "_pickle",
    .doc = "Optimized C implementation for the Python pickle module.",
    .functions = functions,
    .types = types,
    .init = init,
};
