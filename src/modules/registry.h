/* registry.h - finding the modules written in C by name. */
#ifndef WEFT_MODULES_REGISTRY_H
#define WEFT_MODULES_REGISTRY_H

#include "types/module.h"

/* Is there such a module, in the executable or as a shared object? Never raises. */
bool native_module_exists(const char *name);
/* The definition, or NULL: without an exception when there is no such module, with ImportError when
 * its shared object cannot be loaded. May block. */
const NativeModule *native_module_find(const char *name);
/* Names of all, sorted. NULL: MemoryError. Allocates. */
Tuple *native_module_names(void);

/* The import lock, which is re-entrant. Taking it may block; false: an exception, from a signal handler. The
 * thread that releases it has it. */
bool import_lock_acquire(void);
void import_lock_release(void);

#endif
