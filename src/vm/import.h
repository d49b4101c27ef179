/* import.h - the import statement, and loading source files through the cache of compiled code. */
#ifndef WEFT_VM_IMPORT_H
#define WEFT_VM_IMPORT_H

#include "bytecode/code.h"
#include "types/module.h"

/* builtins.__import__: `globals` may be NULL, `from_list` VALUE_EMPTY or None. Raises, runs Python. */
Value import_level(Str *name, Dict *globals, Value from_list, int64_t level);
extern const MethodDef import_builtin_def; /* `__import__` */

/* The code of a source file: from the cache when that is up to date, else compiled and stored there.
 * `shown_name` is co_filename. NULL with an exception set. */
Code *load_source_file(const char *path, Str *shown_name);
/* SourceFileLoader.get_code(self, fullname), with this cache, or with importlib's. */
extern const MethodDef import_get_code_def;
/* Puts what finds modules in zip files at the head of sys.path_hooks. Once at start-up. */
bool import_add_zip_hook(void);
/* Looks, once at start-up, where compiled code is kept. `library` is the folder of the system's library. */
void import_cache_init(const char *library);
/* Called with each module that an import has just made, NULL: nothing; false with an exception set. Set once at
 * start-up. */
extern bool (*import_finished)(Str *name, Value module);

#endif
