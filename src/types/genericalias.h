/* genericalias.h - list[int] and its kin (PEP 585), and int | str (PEP 604). */
#ifndef WEFT_TYPES_GENERICALIAS_H
#define WEFT_TYPES_GENERICALIAS_H

#include "object/call.h"

/* All fields are constant after publication but `parameters`. */
typedef struct GenericAlias {
    Object object;
    Value origin;
    Tuple *args;
    Value parameters; /* a tuple; atomic; VALUE_EMPTY: not collected yet */
    bool starred;     /* *tuple[int] */
} GenericAlias;
extern Type generic_alias_type, generic_alias_iterator_type;

typedef struct Union {
    Object object;
    Tuple *args;
    Value parameters; /* a tuple; atomic; VALUE_EMPTY: not collected yet */
} Union;
extern Type union_type;

/* origin[item]: a tuple is several arguments. Allocates. */
Value generic_alias_new(Value origin, Value item);
/* The code of a class method __class_getitem__(item). */
Value generic_alias_class_getitem(Value *args);
/* The `|` of types, for type.__or__ and its kin: NotImplemented for operands that are not types. */
Value union_or(Value left, Value right);
/* __parameters__ of a tuple of arguments. Runs Python. */
Tuple *type_parameters(Tuple *args);
/* `args` with the parameters replaced by `item`; `self` is for messages. Runs Python. */
Tuple *type_substitute(Value self, Tuple *args, Tuple *parameters, Value item);
/* Writes one argument as repr() of an alias shows it. Runs Python. */
struct StrBuilder;
bool type_argument_repr(struct StrBuilder *builder, Value argument);

#endif
