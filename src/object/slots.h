/* slots.h - special methods and slots: the two directions of slots.def. */
#ifndef WEFT_OBJECT_SLOTS_H
#define WEFT_OBJECT_SLOTS_H

#include "object/native.h"

/* Gives a builtin type's dict a wrapper for each slot that the type itself fills. */
bool slots_add_wrappers(Type *type, const Type *base);
/* Copies the slots that `type` leaves empty from `base`. */
void slots_inherit(Type *type, const Type *base);
/* Does the type look attributes up by that function first, whether or not it has a __getattr__ for those
 * that are not found? */
bool slots_keep_getattribute(Type *type, Value (*function)(Value self, Str *name));
/* Sets the slots of a class from what its mro has for each special method; all of them, or (name not
 * NULL) those that this name concerns. The type lock is not held. */
void slots_update(Type *type, Str *name);

#endif
