/* index_iterator.c - what the iterators of list, tuple, str, bytes and bytearray have in common.
 *
 * Threads that share an iterator get different items: each claims an index of its own (iterator.h).
 * Who meets the end drops the sequence, once and for all. */
#include "types/bytes_methods.h"
#include "types/int.h"
#include "types/iterator.h"
#include "types/list.h"
#include "types/str.h"

Value index_iterator_new(Type *type, Value sequence) {
    IndexIterator *iterator = object_alloc(type, sizeof *iterator);
    if (!iterator) return VALUE_ERROR;
    iterator->owner = thread_self();
    heap_store_release(iterator, &iterator->sequence, sequence);
    return object_value(iterator);
}

bool iterator_move_shared(Thread **owner, int64_t *position, int64_t *seen, int64_t next) {
    if (load_relaxed(owner)) {
        Thread *self = thread_self();
        world_stop(self);
        store_relaxed(owner, NULL);
        world_resume(self);
    }
    return cas_relaxed(position, seen, next);
}

void index_iterator_trace(Cell *cell, Marker *marker) {
    marker_visit(marker, value_load_relaxed(&((IndexIterator *)cell)->sequence));
}

/* The length of the builtin type, whatever __len__ a derived class has. */
static int64_t builtin_length(Value sequence) {
    if (is_list(sequence)) return list_length(as_list(sequence));
    if (is_tuple(sequence)) return as_tuple(sequence)->length;
    return is_str(sequence) ? as_str(sequence)->length : bytes_span(sequence).length;
}

static Value length_hint(Value *args) {
    IndexIterator *iterator = OBJECT_AS(IndexIterator, args[0]);
    Value sequence = value_load_acquire(&iterator->sequence);
    int64_t length = is_empty(sequence) ? 0 : builtin_length(sequence);
    return int_value(max_int64(0, length - load_relaxed(&iterator->index)));
}

/* An empty sequence of the kind that a pickle of an ended iterator has. */
static Value nothing_of(const Type *type) {
    if (type == &list_iterator_type) return value_or_error(list_new(0));
    if (type == &str_iterator_type || type == &str_ascii_iterator_type) return object_value(str_empty());
    return object_value(tuple_new(0));
}

static Value reduce(Value *args) {
    IndexIterator *iterator = OBJECT_AS(IndexIterator, args[0]);
    Value sequence = value_load_acquire(&iterator->sequence);
    if (!is_empty(sequence)) return iterator_reduce("iter", sequence, load_relaxed(&iterator->index));
    Value function = builtin_function("iter");
    Value nothing = is_error(function) ? VALUE_ERROR : nothing_of(type_of(args[0]));
    if (is_error(nothing)) return VALUE_ERROR;
    Tuple *arguments = tuple_pack(1, nothing);
    return value_or_error(arguments ? tuple_pack(2, function, object_value(arguments)) : NULL);
}

static Value setstate(Value *args) {
    IndexIterator *iterator = OBJECT_AS(IndexIterator, args[0]);
    int64_t index;
    if (!value_to_int64(args[1], &index)) return VALUE_ERROR;
    Value sequence = value_load_acquire(&iterator->sequence);
    if (is_empty(sequence)) return VALUE_NONE;
    int64_t most = is_list(sequence) ? INT64_MAX : builtin_length(sequence); /* a list may grow yet */
    store_relaxed(&iterator->index, max_int64(0, min_int64(index, most)));
    return VALUE_NONE;
}

const MethodDef index_iterator_methods[] = {
    METHOD("__length_hint__", length_hint, "($self, /)", iterator_length_hint_doc),
    METHOD("__reduce__", reduce, "($self, /)", iterator_reduce_doc),
    METHOD("__setstate__", setstate, "($self, state, /)", iterator_setstate_doc),
    {0},
};
