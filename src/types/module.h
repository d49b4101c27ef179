/* module.h - module objects, and native modules. */
#ifndef WEFT_TYPES_MODULE_H
#define WEFT_TYPES_MODULE_H

#include "object/call.h"

typedef struct Module {
    Object object;
    Dict *dict;  /* constant */
    const struct NativeModule *native; /* or NULL */
} Module;
extern Type module_type;
Module *module_new(Str *name);

/* A module written in C: one file in modules/, with one of these at its end, listed in
 * modules/modules.def. `functions` (signatures begin with "$module") become its functions; `types`
 * (NULL-terminated; made ready) its classes; `init` adds the rest. */
typedef struct NativeModule {
    const char *name; /* full dotted name */
    const char *doc;
    const MethodDef *functions;
    Type *const *types;
    bool (*init)(Module *module);
} NativeModule;
/* Makes the module of that name; NULL without exception when there is none. */
Module *native_module_create(const char *name);
bool module_add(Module *module, const char *name, Value value);
bool module_add_int(Module *module, const char *name, int64_t value);
bool module_add_str(Module *module, const char *name, const char *value);
/* import name / from name import attribute, from C. */
Value import_module(const char *name);
Value import_attribute(const char *module, const char *attribute);

#endif
