/* repr.h - the guard against endless repr() of containers that hold themselves. */
#ifndef WEFT_TYPES_REPR_H
#define WEFT_TYPES_REPR_H

#include "object/call.h"

/* Says that this thread begins the repr of `container`: 0; 1 when it is already inside one (write
 * "[...]" and do not leave); -1 with MemoryError or RecursionError. Balance 0 with repr_leave(). */
int repr_enter(Value container);
void repr_leave(Value container);

#endif
