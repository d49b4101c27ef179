/* registry.h - finding the modules written in C by name. */
#ifndef WEFT_MODULES_REGISTRY_H
#define WEFT_MODULES_REGISTRY_H

#include "types/module.h"

/* The definition, or NULL. */
const NativeModule *native_module_find(const char *name);
/* Names of all of them, sorted. NULL: MemoryError. Allocates. */
Tuple *native_module_names(void);

#endif
