/* itertools.h - what the files of the module itertools share. */
#ifndef WEFT_MODULES_ITERTOOLS_H
#define WEFT_MODULES_ITERTOOLS_H

#include "types/dict.h"
#include "types/exception.h"
#include "types/float.h"
#include "types/genericalias.h"
#include "types/int.h"
#include "types/iterator.h"
#include "types/list.h"
#include "types/str.h"

extern Type accumulate_type, chain_type, compress_type, count_type, cycle_type, dropwhile_type,
    filterfalse_type, groupby_type, grouper_type, islice_type, pairwise_type, repeat_type,
    starmap_type, takewhile_type, tee_type, tee_block_type, zip_longest_type;
extern Type combinations_type, combinations_replacement_type, permutations_type, product_type;

static inline Value tuple_or_error(Tuple *tuple) {
    return tuple ? object_value(tuple) : VALUE_ERROR;
}
static inline Value value_or_none(Value v) { return is_empty(v) ? VALUE_NONE : v; }

/* (type of self, arguments) and (type of self, arguments, state), as __reduce__ returns. */
static inline Value reduce_to(Value self, Tuple *arguments) {
    if (!arguments) return VALUE_ERROR;
    return tuple_or_error(tuple_pack(2, object_value(type_of(self)), object_value(arguments)));
}
static inline Value reduce_to_state(Value self, Tuple *arguments, Value state) {
    if (!arguments || is_error(state)) return VALUE_ERROR;
    return tuple_or_error(
        tuple_pack(3, object_value(type_of(self)), object_value(arguments), state));
}

/* bind_arguments() for a `new` whose parameters are positional only. */
#define BIND_POSITIONAL(type, base, name, text, bound)                                             \
    ({                                                                                             \
        static Signature *parsed_;                                                                 \
        bind_arguments(name, text, &parsed_, args, count,                        \
                       names_to_refuse(type, &(base), names), bound);\
    })
#define BIND(name, text, bound)                                                                    \
    ({                                                                                             \
        static Signature *parsed_;                                                                 \
        bind_arguments(name, text, &parsed_, args, count, names, bound);                           \
    })

#define REDUCE_METHOD(function) METHOD("__reduce__", function, "($self, /)", iterator_reduce_doc)
#define SETSTATE_METHOD(function)                                                                  \
    METHOD("__setstate__", function, "($self, state, /)", iterator_setstate_doc)

#define ITERTOOL(variable, struct_name, python_name, prefix, doc_text)                             \
    Type variable = {                                                                              \
        .name = "itertools." python_name,                                                          \
        .doc = doc_text,                                                                           \
        .base = &object_type_object,                                                               \
        .flags = TYPE_BASE | TYPE_IMMUTABLE,                                                       \
        .size = sizeof(struct_name),                                                               \
        .root = {.cell_kind = {.trace = prefix##_trace, .name = "itertools." python_name}},        \
        .getattribute = object_getattribute,                                                       \
        .new_instance = prefix##_new,                                                              \
        .iter = iter_self,                                                                         \
        .next = prefix##_next,                                                                     \
        .methods = prefix##_methods,                                                               \
    };

#endif
