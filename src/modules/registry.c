/* registry.c - the list of the modules written in C, and making them. */
#include "modules/registry.h"

#include "types/list.h"
#include "types/str.h"

#define MODULE(suffix) extern const NativeModule module_##suffix;
#include "modules/modules.def"
#undef MODULE

static const NativeModule *const native_modules[] = {
#define MODULE(suffix) &module_##suffix,
#include "modules/modules.def"
#undef MODULE
};

const NativeModule *native_module_find(const char *name) {
    for (size_t i = 0; i < ARRAY_LENGTH(native_modules); i++)
        if (strcmp(native_modules[i]->name, name) == 0) return native_modules[i];
    return NULL;
}

Tuple *native_module_names(void) {
    List *list = list_new(ARRAY_LENGTH(native_modules));
    if (!list) return NULL;
    for (size_t i = 0; i < ARRAY_LENGTH(native_modules); i++)
        if (!list_append(list, object_value(str_intern_c(native_modules[i]->name)))) return NULL;
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
