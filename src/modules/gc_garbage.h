/* gc_garbage.h - which of the dead cells a program would call garbage. */
#ifndef WEFT_MODULES_GC_GARBAGE_H
#define WEFT_MODULES_GC_GARBAGE_H

#include "object/object.h"

/* Can refer to other objects, as gc.is_tracked() has it: no strings and numbers, no builtin types, no
 * tuples of such only. */
bool value_is_container(Value v);
bool cell_is_container(const Cell *cell);

/* Of cells found dead those that are containers and lie on circles of references or hang below one,
 * to `found`, which has room for all. Returns how many; 0 when memory is short. World stopped. */
size_t garbage_find(Cell *const *dead, size_t count, Cell **found);

#endif
