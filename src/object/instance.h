/* instance.h - attributes of instances: shapes and slots. Theory in instance.c. */
#ifndef WEFT_OBJECT_INSTANCE_H
#define WEFT_OBJECT_INSTANCE_H

#include "object/call.h"

/* The instance's own attribute, or VALUE_EMPTY. Never raises, runs no Python. Name is interned. */
Value instance_get(Object *object, Str *name);
/* Sets it (VALUE_EMPTY deletes: false without exception when there is none, see `found`). */
bool instance_set(Object *object, Str *name, Value value, bool *found);
/* Finds the slot of a name in a shape: index or -1. */
int shape_find(Shape *shape, Str *name);
/* Where slot `index` of the object lies: inline or in its overflow array; NULL when the object has
 * changed its shape meanwhile. */
Value *instance_slot(Object *object, Shape *shape, unsigned index);
/* obj.__dict__: made on demand; writes through it are seen as attributes and the other way round. */
Dict *instance_dict(Object *object);
bool instance_set_dict(Object *object, Value dict);
/* The room for attributes that a class's instances need, appended to `size`; sets first_slot_offset. */
Shape *shape_new_root(Type *type, unsigned inline_capacity);
void instance_trace(Cell *cell, Marker *marker, size_t fixed_size);

#endif
