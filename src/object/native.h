/* native.h - functions and descriptors written in C, as objects. */
#ifndef WEFT_OBJECT_NATIVE_H
#define WEFT_OBJECT_NATIVE_H

#include "object/call.h"

struct Signature {
    uint16_t parameter_count;   /* slots to bind, self included */
    uint16_t positional_only;   /* the first that many */
    uint16_t positional;        /* positional-only plus positional-or-keyword */
    uint16_t required;          /* of the positional ones */
    int16_t var_positional;     /* slot of *args, or -1 */
    int16_t var_keyword;        /* slot of **kwargs, or -1 */
    bool has_self;              /* first parameter is $self, $type or $module */
    bool simple;                /* positional-only, no *args, **kwargs: bound by counting */
    uint64_t keyword_required;  /* bit i: slot i is keyword-only without a default */
    Str **names;                /* interned, parameter_count of them */
};
/* Parses a signature; fatal() when it is malformed. From malloc. */
Signature *signature_parse(const char *text);

/* builtin_function_or_method: a function of a module, or a method of a builtin type bound to self. */
typedef struct NativeFunction {
    Object object;
    const MethodDef *def;
    Signature *signature;       /* atomic; one that no call fits until it is parsed */
    NativeCode code;            /* copies of the def's, near at hand */
    Value self;                 /* bound object, or VALUE_EMPTY (module functions: the module) */
    Value module_name;          /* __module__, or VALUE_EMPTY */
    Type *owner;                /* type whose method it is, or NULL */
} NativeFunction;
extern Type native_function_type;

/* method_descriptor, classmethod_descriptor: what a builtin type's dict holds. */
typedef struct MethodDescriptor {
    Object object;
    const MethodDef *def;
    Signature *signature;       /* as above */
    NativeCode code;
    Type *owner;
} MethodDescriptor;
extern Type method_descriptor_type, classmethod_descriptor_type;

/* wrapper_descriptor: a slot seen as a special method. method-wrapper: the same, bound. */
extern Type slot_wrapper_type, method_wrapper_type;
extern Type getset_descriptor_type, member_descriptor_type;
typedef struct GetSetDescriptor {
    Object object;
    const GetSetDef *def;
    Type *owner;
} GetSetDescriptor;
typedef struct MemberDescriptor {
    Object object;
    const MemberDef *def;   /* a builtin member, or NULL: one of __slots__ */
    Type *owner;
    Str *name;
    uint32_t offset;        /* of the Value, for __slots__ */
} MemberDescriptor;

/* method: a function bound to an object. */
typedef struct BoundMethod {
    Object object;
    Value function, self;
} BoundMethod;
extern Type method_type;
Value bound_method_new(Value function, Value self);

/* Calls a method descriptor on args[0], which is known to be an instance of its owner. */
Value native_method_call(MethodDescriptor *descriptor, Value *args, size_t count, Tuple *names);

#endif
