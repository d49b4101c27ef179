/* loadable.h - for modules that are shared objects: their definition is the one symbol they show, so
 * that nothing else of theirs is mixed up with names of the executable. */
#ifndef WEFT_MODULES_LOADABLE_LOADABLE_H
#define WEFT_MODULES_LOADABLE_LOADABLE_H

#include "modules/support.h"

#define LOADABLE_MODULE __attribute__((visibility("default"))) const NativeModule

#endif
