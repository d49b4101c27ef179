/* registry.c - the list of the modules written in C, and making them. */
#include "modules/registry.h"

#include <dlfcn.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>
#include "modules/support.h"

#define MODULE(suffix) extern const NativeModule module_##suffix;
#include "modules/modules.def"
#undef MODULE

static const NativeModule *const native_modules[] = {
#define MODULE(suffix) &module_##suffix,
#include "modules/modules.def"
#undef MODULE
};

/* --- modules that are shared objects ----------------------------------------------------------------
 * They lie in the build folder or in the private folder of an installed Weft, both found from where
 * the executable is. One that was loaded stays: its types and functions live for ever. */

static const char *const loadable_names[] = {
#define LOADABLE(name) name,
#include "modules/loadable.def"
#undef LOADABLE
};

static bool is_loadable(const char *name) {
    for (size_t i = 0; i < ARRAY_LENGTH(loadable_names); i++)
        if (strcmp(loadable_names[i], name) == 0) return true;
    return false;
}

/* The file of a loadable module; false when it was not built or not installed. */
static bool loadable_path(const char *name, char path[PATH_MAX]) {
    static const char *const folders[] = {"src/modules/loadable", "../lib/weft"};
    char executable[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", executable, sizeof executable - 1);
    if (length <= 0) return false;
    executable[length] = 0;
    char *slash = strrchr(executable, '/');
    if (!slash) return false;
    *slash = 0;
    for (size_t i = 0; i < ARRAY_LENGTH(folders); i++) {
        int size = snprintf(path, PATH_MAX, "%s/%s/%s.so", executable, folders[i], name);
        if (size > 0 && size < PATH_MAX && access(path, R_OK) == 0) return true;
    }
    return false;
}

static const NativeModule *load_module(const char *name) {
    char path[PATH_MAX], symbol[64];
    if (!loadable_path(name, path)) return NULL;
    snprintf(symbol, sizeof symbol, "module_%s", name);
    void *handle = DETACHED(dlopen(path, RTLD_NOW | RTLD_LOCAL));
    const NativeModule *module = handle ? dlsym(handle, symbol) : NULL;
    if (!module) {
        Str *text = str_from_c(name), *file = str_from_os_text(path, strlen(path));
        if (text && file)
            raise_import_error(&ImportError, object_value(text), object_value(file), "%s", dlerror());
    }
    return module;
}

static const NativeModule *find_builtin(const char *name) {
    for (size_t i = 0; i < ARRAY_LENGTH(native_modules); i++)
        if (strcmp(native_modules[i]->name, name) == 0) return native_modules[i];
    return NULL;
}

bool native_module_exists(const char *name) {
    char path[PATH_MAX];
    return find_builtin(name) || (is_loadable(name) && loadable_path(name, path));
}

const NativeModule *native_module_find(const char *name) {
    const NativeModule *module = find_builtin(name);
    return module || !is_loadable(name) ? module : load_module(name);
}

/* Loadable ones are named too: importlib wants the names of all that BuiltinImporter serves. */
Tuple *native_module_names(void) {
    List *list = list_new(ARRAY_LENGTH(native_modules));
    if (!list) return NULL;
    for (size_t i = 0; i < ARRAY_LENGTH(native_modules); i++)
        if (!list_append(list, object_value(str_intern_c(native_modules[i]->name)))) return NULL;
    for (size_t i = 0; i < ARRAY_LENGTH(loadable_names); i++)
        if (!list_append(list, object_value(str_intern_c(loadable_names[i])))) return NULL;
    if (!list_sort(list, VALUE_NONE, false)) return NULL;
    return list_to_tuple(list);
}

static bool add_functions(Module *module, const NativeModule *native, Value name) {
    for (const MethodDef *def = native->functions; def && def->name; def++) {
        Value function = native_function_new(def, object_value(module), name);
        if (!module_add(module, def->name, function)) return false;
    }
    return true;
}

static bool add_types(Module *module, const NativeModule *native) {
    for (Type *const *type = native->types; type && *type; type++) {
        type_ready(*type);
        if (!module_add(module, type_name(*type), object_value(*type))) return false;
    }
    return true;
}

Module *native_module_create(const char *name) {
    const NativeModule *native = native_module_find(name);
    if (!native) return NULL;
    Str *text = str_intern_c(name);
    Module *module = module_new(text);
    if (!module) return NULL;
    module->native = native;
    if (native->doc && !module_add_str(module, "__doc__", native->doc)) return NULL;
    if (!add_functions(module, native, object_value(text)) || !add_types(module, native)) return NULL;
    return native->init && !native->init(module) ? NULL : module;
}
