/* operator_module.h - the callable objects of the module _operator. */
#ifndef WEFT_MODULES_OPERATOR_MODULE_H
#define WEFT_MODULES_OPERATOR_MODULE_H

#include "object/type.h"

extern Type itemgetter_type, attrgetter_type, methodcaller_type;

#endif
