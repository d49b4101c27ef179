/* iterator.h - iterators over anything: sequences by index, callables until a sentinel, and what
 * iterators of all types have in common. */
#ifndef WEFT_TYPES_ITERATOR_H
#define WEFT_TYPES_ITERATOR_H

#include "object/call.h"

extern Type sequence_iterator_type, callable_iterator_type;
extern Type enumerate_type, zip_type, map_type, filter_type, reversed_type;

/* An iterator that asks v[0], v[1], ... until IndexError or StopIteration: iter() of what has
 * __getitem__ only. Allocates. */
Value sequence_iterator_new(Value sequence);
/* iter(callable, sentinel). Allocates. */
Value callable_iterator_new(Value callable, Value sentinel);

/* The keywords that the `new` of a builtin type without any has to refuse: none for a subclass that
 * has an __init__ of its own, which is whom they are for. */
static inline Tuple *names_to_refuse(const Type *type, const Type *base, Tuple *names) {
    return type == base || type->init == base->init ? names : NULL;
}
/* The iterators of the builtin sequences (index_iterator.c). */
typedef struct IndexIterator {
    Object object;
    Value sequence; /* atomic; VALUE_EMPTY: ended */
    int64_t index;  /* atomic: of the next item */
} IndexIterator;
extern Type list_iterator_type, list_reverse_iterator_type, tuple_iterator_type;
extern Type str_iterator_type, str_ascii_iterator_type, bytes_iterator_type, bytearray_iterator_type;
/* Allocates. */
Value index_iterator_new(Type *type, Value sequence);
void index_iterator_trace(Cell *cell, Marker *marker);
extern const MethodDef index_iterator_methods[];
static inline Value index_iterator_end(IndexIterator *iterator) {
    heap_store_release(iterator, &iterator->sequence, VALUE_EMPTY);
    return VALUE_EMPTY;
}
/* Claims the next index below `length`: false at the end. */
static inline bool index_iterator_claim(IndexIterator *iterator, int64_t length, int64_t *index) {
    *index = load_relaxed(&iterator->index);
    do {
        if (*index >= length) return !is_empty(index_iterator_end(iterator));
    } while (!cas_relaxed(&iterator->index, index, *index + 1));
    return true;
}
#define INDEX_ITERATOR_TYPE(variable, python_name, next_function)                                  \
    Type variable = {                                                                              \
        .name = python_name,                                                                       \
        .base = &object_type_object,                                                               \
        .flags = TYPE_IMMUTABLE | TYPE_NO_NEW,                                                     \
        .size = sizeof(IndexIterator),                                                             \
        .root = {.cell_kind = {.trace = index_iterator_trace, .name = python_name}},               \
        .getattribute = object_getattribute,                                                       \
        .iter = iter_self,                                                                         \
        .next = next_function,                                                                     \
        .methods = index_iterator_methods,                                                         \
    };

/* Iterators that give pairs, which need no tuple where they are taken apart at once. */
extern Type dict_item_iterator_type;
static inline bool gives_pairs(Value iterator) {
    return is_exactly(iterator, &dict_item_iterator_type) || is_exactly(iterator, &enumerate_type);
}
/* iter_next() for one of these: the two items into `pair`. VALUE_EMPTY at the end; VALUE_ERROR. Runs Python. */
Value iter_next_pair(Value iterator, Value pair[2]);
/* A builtin function by name, as pickles of iterators need it; VALUE_ERROR with AttributeError. */
Value builtin_function(const char *name);
/* What __reduce__ of an iterator returns: (builtin `maker`, (over,), index); VALUE_EMPTY for `over`:
 * an ended one, (iter, ((),)). Allocates. */
Value iterator_reduce(const char *maker, Value over, int64_t index);
extern const char iterator_length_hint_doc[], iterator_reduce_doc[], iterator_setstate_doc[];

#endif
