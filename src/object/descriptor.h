/* descriptor.h - property, classmethod, staticmethod, super, and making the builtin descriptors. */
#ifndef WEFT_OBJECT_DESCRIPTOR_H
#define WEFT_OBJECT_DESCRIPTOR_H

#include "object/native.h"

typedef struct Property {
    Object object;
    Value get, set, del, doc, name; /* atomic; VALUE_EMPTY: none */
    bool getter_doc;                /* doc was taken from the getter */
} Property;
typedef struct StaticMethod { /* classmethod and staticmethod */
    Object object;
    Value callable; /* atomic */
} StaticMethod;
typedef struct Super {
    Object object;
    Value type, instance, instance_type; /* atomic; VALUE_EMPTY: none */
} Super;
extern Type property_type, staticmethod_type, classmethod_type, super_type;

Value method_descriptor_new(Type *owner, const MethodDef *def);
Value getset_descriptor_new(Type *owner, const GetSetDef *def);
Value member_descriptor_new(Type *owner, const MemberDef *def);
/* For a name in __slots__: the Value at `offset`. */
Value slot_descriptor_new(Type *owner, Str *name, uint32_t offset);
Value property_new(Value get, Value set, Value doc);

/* super()'s way without arguments: the class and the first argument of the running frame; set by the
 * interpreter. False with RuntimeError. */
extern bool (*super_from_frame)(Value *type, Value *instance);

#endif
