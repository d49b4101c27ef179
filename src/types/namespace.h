/* namespace.h - types.SimpleNamespace. */
#ifndef WEFT_TYPES_NAMESPACE_H
#define WEFT_TYPES_NAMESPACE_H

#include "object/call.h"

extern Type namespace_type;
/* One with these attributes (NULL: none). VALUE_ERROR with an exception set. Allocates. */
Value namespace_new(Dict *attributes);

#endif
