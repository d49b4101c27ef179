/* typealias.h - the objects that `type` statements make. */
#ifndef WEFT_VM_TYPEALIAS_H
#define WEFT_VM_TYPEALIAS_H

#include "object/call.h"

extern Type type_alias_type;
/* `compute` is the function that gives the value; `type_params` a tuple or None. Allocates. */
Value type_alias_new(Value name, Value type_params, Value compute);

#endif
