/* library_methods.h - methods of the library's own classes, in C. */
#ifndef WEFT_MODULES_LIBRARY_METHODS_H
#define WEFT_MODULES_LIBRARY_METHODS_H

#include "object/call.h"

/* Called with each module that an import has just made: replaces methods of `threading` and `queue`. False
 * with an exception set. Allocates. */
bool library_methods_install(Str *name, Value module);

#endif
