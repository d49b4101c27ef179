/* instance.h - attributes of instances: shapes and slots. Theory in instance.c. */
#ifndef WEFT_OBJECT_INSTANCE_H
#define WEFT_OBJECT_INSTANCE_H

#include "object/call.h"
#include "types/list.h"

/* What the word before slot 0 points to, once an instance needs it. */
typedef struct InstanceExtra {
    Cell cell;
    Array *overflow; /* atomic; slots from inline_capacity on; replaced when it grows */
    Dict *dict;      /* atomic; what __dict__ gave: it owns the attributes (SHAPE_DICT) or shows the
                        slots (Dict.owner) */
} InstanceExtra;

/* The instance's own attribute, or VALUE_EMPTY. Never raises, runs no Python. Name is interned. */
Value instance_get(Object *object, Str *name);
typedef enum InstanceSet { INSTANCE_SET, INSTANCE_ABSENT, INSTANCE_ERROR } InstanceSet;
/* Sets it; VALUE_EMPTY deletes (INSTANCE_ABSENT: there was none). INSTANCE_ERROR: MemoryError. */
InstanceSet instance_set(Object *object, Str *name, Value value);
/* Finds the slot of a name in a shape: index or -1. */
int shape_find(const Shape *shape, const Str *name);
/* The shape that has `name` added to those of `shape`; NULL: MemoryError, or too many attributes. */
Shape *shape_add(Shape *shape, Str *name);
/* Can instances of this shape have attributes of their own? */
static inline bool shape_has_attributes(const Shape *shape) { return shape->first_slot_offset != 0; }
static inline Value *instance_inline_slots(Object *object, const Shape *shape) {
    return (Value *)((char *)object + shape->first_slot_offset);
}
/* first_slot_offset of types whose objects vary in size (int, str, bytes, tuple): the word for
 * `extra` lies at the end, its offset in Object.extra, and no slot is inline. */
#define SLOTS_AT_END 1
static inline InstanceExtra **instance_extra(Object *object, const Shape *shape) {
    if (unlikely(shape->first_slot_offset == SLOTS_AT_END))
        return (InstanceExtra **)((char *)object + object->extra);
    return (InstanceExtra **)((char *)object + shape->first_slot_offset) - 1;
}
/* obj.__dict__: made on demand; writes through it are seen as attributes and the other way round.
 * NULL: MemoryError. */
Dict *instance_dict(Object *object);
bool instance_set_dict(Object *object, Value dict);
/* Getter and setter of `__dict__` for objects of builtin types: AttributeError where there is none, TypeError
 * for deleting it. */
Value object_get_dict(Value self);
bool object_set_dict(Value self, Value value);
/* A root shape for instances of `type` with room for `inline_capacity` attributes inside. */
Shape *shape_new_root(Type *type, unsigned inline_capacity);
/* The same attributes in the same slots for objects of another type: __class__ assignment. */
Shape *shape_for_type(Shape *shape, Type *type);
void instance_trace(Cell *cell, Marker *marker);
void instance_init_runtime(void);

#endif
