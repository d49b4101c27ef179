/* imp_module.c - the module `_imp`: what importlib needs from the runtime.
 *
 * There are no frozen modules and no extension modules of CPython's: everything native counts as built in. The import lock
 * is kept for importlib's own use of it around its table of module locks. */
#include "modules/support.h"

#include "bytecode/code.h"
#include "base/hash.h"
#include "modules/registry.h"

/* --- the import lock ------------------------------------------------------------------------------ */

static Mutex import_lock;
static uint64_t import_lock_owner; /* atomic; ident, 0: free */
static int import_lock_level;      /* the owner's only */

static bool owns_import_lock(void) { return load_acquire(&import_lock_owner) == thread_self()->ident; }

bool import_lock_acquire(void) {
    if (owns_import_lock()) {
        import_lock_level++;
        return true;
    }
    while (mutex_acquire(&import_lock, WAIT_FOREVER) != WAIT_ACQUIRED)
        if (!safepoint(thread_self())) return false;
    store_release(&import_lock_owner, thread_self()->ident);
    import_lock_level = 1;
    return true;
}

void import_lock_release(void) {
    if (--import_lock_level > 0) return;
    store_release(&import_lock_owner, UINT64_C(0));
    mutex_release(&import_lock);
}

static Value imp_acquire_lock(Value *args) { return import_lock_acquire() ? VALUE_NONE : VALUE_ERROR; }

static Value imp_release_lock(Value *args) {
    if (!owns_import_lock()) return raise_error(&RuntimeError, "not holding the import lock");
    import_lock_release();
    return VALUE_NONE;
}

static Value imp_lock_held(Value *args) { return bool_value(load_acquire(&import_lock_owner) != 0); }

/* --- native modules ------------------------------------------------------------------------------- */

static Value imp_is_builtin(Value *args) {
    Str *name;
    if (!argument_str(args[0], "is_builtin", "", &name)) return VALUE_ERROR;
    const char *text = str_utf8(name, NULL);
    if (!text) return error_clear_if(&UnicodeEncodeError) ? int_value(0) : VALUE_ERROR;
    if (!native_module_exists(text)) return int_value(0);
    return int_value(!strcmp(text, "sys") || !strcmp(text, "builtins") ? -1 : 1);
}

static Value imp_create_builtin(Value *args) {
    Value name = get_attribute_c(args[0], "name");
    if (is_error(name)) return name;
    if (!is_str(name)) return raise_error(&TypeError, "name must be string, not %T", name);
    Value existing = dict_get(runtime.modules, name);
    if (!is_empty(existing)) return existing;
    const char *text = str_utf8(as_str(name), NULL);
    if (!text) return VALUE_ERROR;
    Module *module = native_module_create(text);
    if (module) return object_value(module);
    return error_occurred() ? VALUE_ERROR : VALUE_NONE;
}

static Value imp_exec_builtin(Value *args) { return int_value(0); }

static Value imp_create_dynamic(Value *args) {
    Value name = get_attribute_c(args[0], "name");
    if (is_error(name)) return name;
    Value path = get_attribute_c(args[0], "origin");
    if (is_error(path)) return path;
    return raise_import_error(&ImportError, name, path,
                              "%V: extension modules for CPython cannot be loaded", name);
}

static Value imp_extension_suffixes(Value *args) {
    List *list = list_new(0);
    return list ? object_value(list) : VALUE_ERROR;
}

/* --- frozen modules: none ------------------------------------------------------------------------- */

static Value imp_is_frozen(Value *args) { return VALUE_FALSE; }
static Value imp_find_frozen(Value *args) { return VALUE_NONE; }
static Value imp_init_frozen(Value *args) { return VALUE_NONE; }

static Value no_such_frozen(Value name) {
    return raise_import_error(&ImportError, name, VALUE_EMPTY, "No such frozen object named %V", name);
}
static Value imp_get_frozen_object(Value *args) { return no_such_frozen(args[0]); }
static Value imp_is_frozen_package(Value *args) { return no_such_frozen(args[0]); }
static Value imp_override_frozen(Value *args) { return VALUE_NONE; }

/* --- code ----------------------------------------------------------------------------------------- */

/* The hash that hash-based .pyc files carry. */
static Value imp_source_hash(Value *args) {
    int64_t key;
    if (!value_to_int64(args[0], &key)) return VALUE_ERROR;
    BufferView view;
    if (!buffer_get(args[1], &view, BUFFER_SIMPLE)) return VALUE_ERROR;
    uint64_t hash = hash_bytes_keyed(view.data, (size_t)view.length, (uint64_t)key, 0);
    buffer_release(&view);
    Bytes *bytes = bytes_from(&hash, sizeof hash);
    return bytes ? object_value(bytes) : VALUE_ERROR;
}

static bool fix_filename(Code *code, Str *from, Str *to) {
    if (!stack_check() || !code_unfold(code)) return false;
    if (!str_equal(code->filename, from)) return true;
    HEAP_STORE_POINTER(code, &code->filename, to);
    for (int64_t i = 0; i < code->constants->length; i++)
        if (is_exactly(code->constants->items[i], &code_type) &&
            !fix_filename(OBJECT_AS(Code, code->constants->items[i]), from, to))
            return false;
    return true;
}

static Value imp_fix_co_filename(Value *args) {
    if (!is_exactly(args[0], &code_type))
        return raise_error(&TypeError, "_fix_co_filename() argument 1 must be code, not %T", args[0]);
    Str *path;
    if (!argument_str(args[1], "_fix_co_filename", "2", &path)) return VALUE_ERROR;
    Code *code = OBJECT_AS(Code, args[0]);
    return fix_filename(code, code->filename, path) ? VALUE_NONE : VALUE_ERROR;
}

static const MethodDef imp_functions[] = {
    METHOD("acquire_lock", imp_acquire_lock, "()", "Takes the import lock, which is re-entrant."),
    METHOD("release_lock", imp_release_lock, "()", "Gives the import lock back."),
    METHOD("lock_held", imp_lock_held, "()", "Whether some thread holds the import lock."),
    METHOD("is_builtin", imp_is_builtin, "(name, /)",
           "1 for a native module, -1 for one that cannot be made again, else 0."),
    METHOD("create_builtin", imp_create_builtin, "(spec, /)", "Makes the native module of a spec."),
    METHOD("exec_builtin", imp_exec_builtin, "(mod, /)", "Does nothing: making it was all."),
    METHOD("create_dynamic", imp_create_dynamic, "(spec, file=None, /)",
           "Refuses with ImportError: extension modules cannot be loaded."),
    METHOD("exec_dynamic", imp_exec_builtin, "(mod, /)", "Does nothing."),
    METHOD("extension_suffixes", imp_extension_suffixes, "()", "The endings of extension modules: none."),
    METHOD("is_frozen", imp_is_frozen, "(name, /)", "False: there are no frozen modules."),
    METHOD("is_frozen_package", imp_is_frozen_package, "(name, /)", "Raises ImportError."),
    METHOD("find_frozen", imp_find_frozen, "(name, /, *, withdata=False)", "None: no frozen modules."),
    METHOD("init_frozen", imp_init_frozen, "(name, /)", "None: no frozen modules."),
    METHOD("get_frozen_object", imp_get_frozen_object, "(name, data=None, /)", "Raises ImportError."),
    METHOD("_frozen_module_names", imp_extension_suffixes, "()", "The names of frozen modules: none."),
    METHOD("_override_frozen_modules_for_tests", imp_override_frozen, "(override, /)", "Does nothing."),
    METHOD("_override_multi_interp_extensions_check", imp_override_frozen, "(override, /)",
           "Does nothing."),
    METHOD("source_hash", imp_source_hash, "(key, source)", "The hash of a source file's bytes."),
    METHOD("_fix_co_filename", imp_fix_co_filename, "(code, path, /)",
           "Changes the file name of a code object and of those inside it."),
    {0},
};

static bool imp_init(Module *module) {
    return module_add_str(module, "check_hash_based_pycs", "default");
}

const NativeModule module__imp = {
    .name = "_imp",
    .doc = "What importlib needs from the runtime.",
    .functions = imp_functions,
    .init = imp_init,
};
