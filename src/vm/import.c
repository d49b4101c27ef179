/* import.c - the import statement.
 *
 * Finding and loading is the library's own importlib; what is here is the part that CPython also keeps
 * in C: the quick way for modules that are in sys.modules already, relative names, the list after
 * `from`, and hiding importlib's frames from tracebacks. */
#include "vm/import.h"

#include "object/audit.h"
#include "object/lookup.h"
#include "object/native.h"
#include "types/dict.h"
#include "types/exception.h"
#include "types/int.h"
#include "types/list.h"
#include "vm/operations.h"

bool (*import_finished)(Str *name, Value module);

static Value importlib_call(const char *function, Value *args, size_t count) {
    Value f = get_attribute_c(runtime.importlib, function);
    return is_error(f) ? VALUE_ERROR : call(f, args, count, NULL);
}

/* --- tracebacks without importlib's frames ------------------------------------------------------------------- */

static bool is_importlib_frame(Value traceback, bool *is_removable_call) {
    FrameObject *frame = OBJECT_AS(FrameObject, OBJECT_AS(Traceback, traceback)->frame);
    const Str *filename = frame->code->filename;
    bool in_importlib = str_equal_c(filename, "<frozen importlib._bootstrap>") ||
                        str_equal_c(filename, "<frozen importlib._bootstrap_external>");
    *is_removable_call = in_importlib && str_equal_c(frame->code->name, "_call_with_frames_removed");
    return in_importlib;
}

/* All runs of importlib frames go when the exception is an ImportError; else those that end in
 * _call_with_frames_removed. */
static void remove_importlib_frames(void) {
    if (runtime.verbose) return;
    Exception *exception = as_exception(context_self()->exception);
    bool always = is_instance_of(object_value(exception), &ImportError);
    Value *link = &exception->traceback, *outer = NULL;
    Object *owner = &exception->object, *outer_owner = NULL;
    bool in_run = false;
    Value traceback = value_load_acquire(link);
    while (!is_empty(traceback) && !is_none(traceback)) {
        Traceback *entry = OBJECT_AS(Traceback, traceback);
        Value next = value_load_acquire(&entry->next);
        bool removable;
        bool inside = is_importlib_frame(traceback, &removable);
        if (inside && !in_run) {
            outer = link;
            outer_owner = owner;
        }
        in_run = inside;
        if (in_run && (always || removable)) {
            heap_store_release(outer_owner, outer, next);
            link = outer;
            owner = outer_owner;
        } else {
            link = &entry->next;
            owner = &entry->object;
        }
        traceback = next;
    }
}

/* --- absolute names --------------------------------------------------------------------------------------------- */

/* Waits for another thread that is importing this module right now. */
static bool wait_until_initialised(Value module, Str *name) {
    Value spec = get_attribute_optional(module, NAME("__spec__"));
    if (is_error(spec)) return false;
    if (is_empty(spec) || is_none(spec)) return true;
    Value initializing = get_attribute_optional(spec, NAME("_initializing"));
    if (is_error(initializing)) return false;
    int truth = is_empty(initializing) ? 0 : value_truth(initializing);
    if (truth <= 0) return truth == 0;
    Value argument = object_value(name);
    return !is_error(importlib_call("_lock_unlock_module", &argument, 1));
}

static bool audit_import(Str *name) {
    Value args[5] = {object_value(name), VALUE_NONE};
    static const char *const lists[] = {"path", "meta_path", "path_hooks"};
    for (size_t i = 0; i < ARRAY_LENGTH(lists); i++) {
        args[2 + i] = dict_get_c(runtime.sys_dict, lists[i]);
        if (is_error(args[2 + i])) return false;
    }
    return audit_tell("import", args, ARRAY_LENGTH(args));
}

static Value import_absolute(Str *name) {
    Value module = dict_get_str(runtime.modules, name);
    if (is_error(module)) return VALUE_ERROR;
    if (!is_empty(module) && !is_none(module))
        return wait_until_initialised(module, name) ? module : VALUE_ERROR;
    if (audit_is_on() && !audit_import(name)) return VALUE_ERROR;
    Value args[2] = {object_value(name), dict_get_str(runtime.builtins, NAME("__import__"))};
    module = importlib_call("_find_and_load", args, 2);
    if (is_error(module)) remove_importlib_frames();
    else if (import_finished && !import_finished(name, module)) return VALUE_ERROR;
    return module;
}

static Str *resolve_name(Str *name, Dict *globals, int64_t level) {
    Dict *none = globals ? globals : dict_new();
    if (!none) return NULL;
    Value argument = object_value(none);
    Value package = importlib_call("_calc___package__", &argument, 1);
    if (is_error(package)) return NULL;
    if (!is_str(package)) {
        raise_error(&TypeError, "__package__ not set to a string");
        return NULL;
    }
    if (as_str(package)->length == 0) {
        raise_error(&ImportError, "attempted relative import with no known parent package");
        return NULL;
    }
    Str *base = as_str(package);
    int64_t end = base->length;
    for (int64_t up = 1; up < level; up++) {
        end = str_find(base, str_from_char('.'), 0, end, -1);
        if (end < 0) {
            raise_error(&ImportError, "attempted relative import beyond top-level package");
            return NULL;
        }
    }
    base = str_substring(base, 0, end);
    return !base || name->length == 0 ? base : str_format("%U.%U", base, name);
}

Value import_level(Str *name, Dict *globals, Value from_list, int64_t level) {
    if (level < 0) return raise_error(&ValueError, "level must be >= 0");
    if (level == 0 && name->length == 0) return raise_error(&ValueError, "Empty module name");
    Str *absolute = level ? resolve_name(name, globals, level) : name;
    Value module = absolute ? import_absolute(absolute) : VALUE_ERROR;
    if (is_error(module)) return VALUE_ERROR;
    int has_from = is_empty(from_list) || is_none(from_list) ? 0 : value_truth(from_list);
    if (has_from < 0) return VALUE_ERROR;
    if (has_from) {
        Value path = get_attribute_optional(module, NAME("__path__"));
        if (is_error(path)) return VALUE_ERROR;
        if (is_empty(path)) return module;
        Value args[3] = {module, from_list, dict_get_str(runtime.builtins, NAME("__import__"))};
        Value result = importlib_call("_handle_fromlist", args, 3);
        if (is_error(result)) remove_importlib_frames();
        return result;
    }
    int64_t dot = str_find(name, str_from_char('.'), 0, name->length, 1);
    if (dot < 0 || name->length == 0) return module;
    if (level == 0) {
        Str *front = str_substring(name, 0, dot);
        return front ? import_absolute(front) : VALUE_ERROR;
    }
    Str *front = str_substring(absolute, 0, absolute->length - (name->length - dot));
    Value found = front ? dict_get_str(runtime.modules, front) : VALUE_ERROR;
    return is_empty(found) ? raise_error(&KeyError, "%R not in sys.modules as expected", object_value(front)) : found;
}

static Value builtin_import(Value *args) {
    if (!is_str(args[0])) return raise_error(&TypeError, "__import__() argument 1 must be str, not %T", args[0]);
    int64_t level = 0;
    if (!is_empty(args[4]) && !value_to_int64(args[4], &level)) return VALUE_ERROR;
    Dict *globals = !is_empty(args[1]) && is_dict(args[1]) ? as_dict(args[1]) : NULL;
    return import_level(as_str(args[0]), globals, args[3], level);
}
const MethodDef import_builtin_def = METHOD(
    "__import__", builtin_import, "(name, globals=None, locals=None, fromlist=(), level=0)",
    "Import a module.\n\nBecause this function is meant for use by the Python\ninterpreter and not for general "
    "use, it is better to use\nimportlib.import_module() to programmatically import a module.");

/* --- instructions ---------------------------------------------------------------------------------------------------- */

Value import_name(Frame *frame, Str *name, Value from_list, Value level) {
    Value import = function_builtin(frame->function, NAME("__import__"));
    if (is_error(import)) return VALUE_ERROR;
    if (is_empty(import)) return raise_error(&ImportError, "__import__ not found");
    Dict *globals = frame->function->globals;
    if (is_exactly(import, &native_function_type) && OBJECT_AS(NativeFunction, import)->def == &import_builtin_def)
        return import_level(name, globals, from_list, smallint_of(level));
    Value names = is_empty(frame->names) ? VALUE_NONE : frame->names;
    Value args[5] = {object_value(name), object_value(globals), names, from_list, level};
    return call(import, args, 5, NULL);
}

static Value raise_cannot_import(Value module, Str *name) {
    Value module_name = get_attribute_optional(module, NAME("__name__"));
    if (is_error(module_name)) error_clear();
    if (is_error(module_name) || is_empty(module_name) || !is_str(module_name))
        module_name = object_value(str_from_c("<unknown module name>"));
    Value file = get_attribute_optional(module, NAME("__file__"));
    if (is_error(file)) error_clear();
    if (is_error(file) || is_empty(file) || !is_str(file))
        return raise_import_error(&ImportError, module_name, VALUE_NONE,
                                  "cannot import name %R from %R (unknown location)", object_value(name), module_name);
    Value spec = get_attribute_optional(module, NAME("__spec__"));
    bool initialising = false;
    if (!is_error(spec) && !is_empty(spec) && !is_none(spec)) {
        Value flag = get_attribute_optional(spec, NAME("_initializing"));
        initialising = !is_error(flag) && !is_empty(flag) && value_truth(flag) == 1;
    }
    error_clear();
    return raise_import_error(&ImportError, module_name, file,
                              initialising ? "cannot import name %R from partially initialized module %R (most "
                                             "likely due to a circular import) (%V)"
                                           : "cannot import name %R from %R (%V)",
                              object_value(name), module_name, file);
}

Value import_from(Value module, Str *name) {
    Value value = get_attribute_optional(module, name);
    if (!is_empty(value)) return value;
    Value module_name = get_attribute_optional(module, NAME("__name__"));
    if (is_error(module_name)) return VALUE_ERROR;
    if (!is_empty(module_name) && is_str(module_name)) {
        Str *full = str_format("%U.%U", as_str(module_name), name);
        Value submodule = full ? dict_get_str(runtime.modules, full) : VALUE_ERROR;
        if (!is_empty(submodule)) return submodule;
    }
    return raise_cannot_import(module, name);
}

bool import_star(Frame *frame, Value module) {
    Value all = get_attribute_optional(module, NAME("__all__"));
    if (is_error(all)) return false;
    bool skip_private = is_empty(all);
    Value names = all;
    if (skip_private) {
        Value dict = get_attribute_optional(module, NAME("__dict__"));
        if (is_error(dict)) return false;
        if (is_empty(dict)) {
            raise_error(&ImportError, "from-import-* object has no __dict__ and no __all__");
            return false;
        }
        names = call_method_0(dict, "keys");
        if (is_error(names)) return false;
    }
    List *list = list_from_iterable(names);
    for (int64_t i = 0; list && i < list_length(list); i++) {
        Value name = list_get(list, i);
        if (!is_str(name)) {
            Value module_name = get_attribute_optional(module, NAME("__name__"));
            raise_error(&TypeError, "%s in %V.%s must be str, not %T", skip_private ? "Key" : "Item",
                        is_empty(module_name) || is_error(module_name) ? VALUE_NONE : module_name,
                        skip_private ? "__dict__" : "__all__", name);
            return false;
        }
        if (skip_private && as_str(name)->length > 0 && str_at(as_str(name), 0) == '_') continue;
        Str *interned = str_intern(as_str(name));
        Value value = interned ? get_attribute(module, interned) : VALUE_ERROR;
        if (is_error(value) || !store_name(frame, interned, value)) return false;
    }
    return list != NULL;
}
