/* iterator.h - iterators over anything: sequences by index, callables until a sentinel, and what
 * iterators of all types have in common. */
#ifndef WEFT_TYPES_ITERATOR_H
#define WEFT_TYPES_ITERATOR_H

#include "object/call.h"
#include "types/list.h"

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
/* --- positions ---------------------------------------------------------------------------------------
 * Threads that share an iterator get different items. Its position is biased to the thread that made it
 * (`owner`): as long as only that one takes items, plain loads and stores do. Another thread that wants
 * one first stops the world and clears `owner` (nobody is between asking and storing then, where no safe
 * point is); from then on everybody claims by compare-and-swap. */
static inline bool iterator_is_mine(Thread *const *owner) {
    return likely(load_relaxed(owner) == thread_self());
}
/* For a thread that is not the owner. May block. */
bool iterator_move_shared(Thread **owner, int64_t *position, int64_t *seen, int64_t next);
/* Moves the position from *seen, which was read with no safe point since, to `next`. False: another thread
 * was quicker, and *seen is where it is now. */
static inline bool iterator_move(Thread **owner, int64_t *position, int64_t *seen, int64_t next) {
    if (!iterator_is_mine(owner)) return iterator_move_shared(owner, position, seen, next);
    store_relaxed(position, next);
    return true;
}
/* Counts one down: right after iterator_move(). */
static inline void iterator_count_down(Thread *const *owner, int64_t *remaining) {
    if (iterator_is_mine(owner)) store_relaxed(remaining, load_relaxed(remaining) - 1);
    else fetch_add_relaxed(remaining, -1);
}

/* The iterators of the builtin sequences (index_iterator.c). */
typedef struct IndexIterator {
    Object object;
    Value sequence; /* atomic; VALUE_EMPTY: ended */
    int64_t index;  /* atomic: of the next item */
    Thread *owner;  /* atomic; see above */
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
    } while (!iterator_move(&iterator->owner, &iterator->index, index, *index + 1));
    return true;
}
/* The next item of a list, VALUE_EMPTY at the end. Raises nothing; may block. */
static inline Value list_iterator_next(IndexIterator *iterator) {
    Value list = value_load_acquire(&iterator->sequence);
    if (is_empty(list)) return VALUE_EMPTY;
    int64_t index = load_relaxed(&iterator->index);
    for (;;) {
        Value item = list_get(as_list(list), index);
        if (is_empty(item)) return index_iterator_end(iterator);
        if (iterator_move(&iterator->owner, &iterator->index, &index, index + 1)) return item;
    }
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
enum { ZIP_OF_TWO = 2 }; /* kind_bits of a zip object with two iterators */
static inline bool gives_pairs(Value iterator) {
    if (is_exactly(iterator, &zip_type)) return load_relaxed(&object_of(iterator)->kind_bits) == ZIP_OF_TWO;
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
