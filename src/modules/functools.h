/* functools.h - what the files of the module _functools share. */
#ifndef WEFT_MODULES_FUNCTOOLS_H
#define WEFT_MODULES_FUNCTOOLS_H

#include "object/call.h"

extern Type lru_cache_type;

#endif
