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
 * an ended one, (iter, ([],)). Allocates. */
Value iterator_reduce(const char *maker, Value over, int64_t index);
extern const char iterator_length_hint_doc[], iterator_reduce_doc[], iterator_setstate_doc[];

#endif
