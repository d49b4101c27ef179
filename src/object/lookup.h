/* lookup.h - what lookup.c offers to the object model and the interpreter beyond call.h and type.h. */
#ifndef WEFT_OBJECT_LOOKUP_H
#define WEFT_OBJECT_LOOKUP_H

#include "object/call.h"
#include "types/str.h"

/* Guards the dicts, versions, bases, mro and subclass lists of all types. Never held while Python
 * code runs; memory may be allocated under it. */
extern ByteLock type_lock;
void type_modified_locked(Type *type);
/* An entry of Type.subclasses: NULL for one that has died. */
Type *type_subclass_at(List *subclasses, int64_t index);

/* A class's slots, name, base and bases are read as plain fields, and often twice in a row (is it there?
 * then call it). So they only change while no other thread is between two safe points: class_hold()
 * stops the world for that, unless no other thread can know the class yet, and class_release() lets it
 * go on. Between the two nothing is allocated and no lock taken. May block. */
bool class_hold(Type *type);
void class_release(bool held);

/* AttributeError with its `name` and `obj`. Always VALUE_ERROR. */
Value raise_attribute_error(Value object, Str *name, const char *format, ...);
Value raise_no_attribute(Value object, Str *name);
/* object.__getattribute__, but VALUE_EMPTY, with nothing raised, where there is no such attribute. */
Value object_find_attribute(Value self, Str *name);

/* Sets the C `new_instance` of a class and its subclasses from what `__new__` is now. False:
 * MemoryError. */
bool type_update_new(Type *type);
/* The descriptors `__dict__` and `__weakref__` of a class whose instances have them. */
bool type_add_dict_descriptor(Type *type);
bool type_add_weakref_descriptor(Type *type);
Value type_call(Value self, Value *args, size_t count, Tuple *names);
/* Globals of the innermost Python frame, or NULL; set by the interpreter. */
extern Dict *(*current_globals)(void);
/* `int | str`; set by types/union.c. */
extern Value (*union_type_or)(Value left, Value right);
/* Can the name be that of a special method? */
static inline bool is_special_name(const Str *name) {
    return name->length > 4 && str_at(name, 0) == '_' && str_at(name, 1) == '_';
}

/* getattribute and setattribute of types. */
Value type_getattribute(Value self, Str *name);
bool type_setattribute(Value self, Str *name, Value value);

/* The thread's cache: emptied in each collection, freed with the thread. */
void lookup_cache_clear(Context *context);
void lookup_cache_destroy(Context *context);

#endif
