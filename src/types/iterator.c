/* iterator.c - iterators over anything: sequences by index, callables until a sentinel; and what the
 * iterators of all types have in common.
 *
 * Threads that share an iterator race for positions by compare-and-swap after the item was fetched, so
 * that no position is given twice; an iterator that has ended stays at its end. */
#include "types/iterator.h"
#include "types/dict.h"
#include "types/exception.h"
#include "types/int.h"
#include "types/list.h"
#include "types/str.h"

const char iterator_length_hint_doc[] = "An estimate of how many items are left.";
const char iterator_reduce_doc[] = "State for pickling.";
const char iterator_setstate_doc[] = "Take over a state that was pickled.";

Value builtin_function(const char *name) {
    Value function = dict_get_c(runtime.builtins, name);
    if (is_empty(function)) return raise_error(&AttributeError, "%s", name);
    return function;
}

Value iterator_reduce(const char *maker, Value over, int64_t index) {
    Value function = builtin_function(maker);
    if (is_error(function)) return VALUE_ERROR;
    Tuple *result = NULL;
    if (is_empty(over)) {
        Tuple *nothing = tuple_pack(1, object_value(tuple_new(0)));
        if (nothing) result = tuple_pack(2, function, object_value(nothing));
    } else {
        Tuple *arguments = tuple_pack(1, over);
        Value position = int_value(index);
        if (arguments && !is_error(position))
            result = tuple_pack(3, function, object_value(arguments), position);
    }
    return result ? object_value(result) : VALUE_ERROR;
}

/* --- sequences ---------------------------------------------------------------------------------------- */

typedef struct SequenceIterator {
    Object object;
    Value sequence; /* atomic; VALUE_EMPTY: ended */
    int64_t index;  /* atomic */
} SequenceIterator;

Value sequence_iterator_new(Value sequence) {
    SequenceIterator *iterator = object_alloc(&sequence_iterator_type, sizeof(SequenceIterator));
    if (!iterator) return VALUE_ERROR;
    iterator->sequence = sequence;
    return object_value(iterator);
}

static void sequence_iterator_trace(Cell *cell, Marker *marker) {
    marker_visit(marker, ((SequenceIterator *)cell)->sequence);
}

static Value sequence_iterator_next(Value self) {
    SequenceIterator *iterator = OBJECT_AS(SequenceIterator, self);
    for (;;) {
        Value sequence = value_load_acquire(&iterator->sequence);
        if (is_empty(sequence)) return VALUE_EMPTY;
        int64_t index = load_relaxed(&iterator->index);
        if (index == INT64_MAX) return raise_error(&OverflowError, "iter index too large");
        Value item = get_item(sequence, int_value(index));
        if (is_error(item)) {
            if (!error_clear_if(&IndexError) && !error_clear_if(&StopIteration)) return VALUE_ERROR;
            heap_store_release(iterator, &iterator->sequence, VALUE_EMPTY);
            return VALUE_EMPTY;
        }
        if (cas_relaxed(&iterator->index, &index, index + 1)) return item;
    }
}

static Value sequence_iterator_length_hint(Value *args) {
    SequenceIterator *iterator = OBJECT_AS(SequenceIterator, args[0]);
    Value sequence = value_load_acquire(&iterator->sequence);
    if (is_empty(sequence)) return smallint_value(0);
    if (!type_of(sequence)->length) return VALUE_NOT_IMPLEMENTED;
    int64_t length = value_length(sequence);
    if (length < 0) return VALUE_ERROR;
    return int_value(max_int64(0, length - load_relaxed(&iterator->index)));
}

static Value sequence_iterator_reduce(Value *args) {
    SequenceIterator *iterator = OBJECT_AS(SequenceIterator, args[0]);
    return iterator_reduce("iter", value_load_acquire(&iterator->sequence),
                           load_relaxed(&iterator->index));
}

static Value sequence_iterator_setstate(Value *args) {
    SequenceIterator *iterator = OBJECT_AS(SequenceIterator, args[0]);
    int64_t index;
    if (!value_to_int64(args[1], &index)) return VALUE_ERROR;
    if (!is_empty(value_load_acquire(&iterator->sequence)))
        store_relaxed(&iterator->index, max_int64(0, index));
    return VALUE_NONE;
}

static const MethodDef sequence_iterator_methods[] = {
    METHOD("__length_hint__", sequence_iterator_length_hint, "($self, /)", iterator_length_hint_doc),
    METHOD("__reduce__", sequence_iterator_reduce, "($self, /)", iterator_reduce_doc),
    METHOD("__setstate__", sequence_iterator_setstate, "($self, state, /)", iterator_setstate_doc),
    {0},
};

Type sequence_iterator_type = {
    .name = "iterator",
    .base = &object_type_object,
    .flags = TYPE_IMMUTABLE | TYPE_NO_NEW,
    .size = sizeof(SequenceIterator),
    .root = {.cell_kind = {.trace = sequence_iterator_trace, .name = "iterator"}},
    .getattribute = object_getattribute,
    .iter = iter_self,
    .next = sequence_iterator_next,
    .methods = sequence_iterator_methods,
};

/* --- callables -------------------------------------------------------------------------------------------- */

typedef struct CallableIterator {
    Object object;
    Value callable; /* atomic; VALUE_EMPTY: ended */
    Value sentinel; /* constant */
} CallableIterator;

Value callable_iterator_new(Value callable, Value sentinel) {
    CallableIterator *iterator = object_alloc(&callable_iterator_type, sizeof(CallableIterator));
    if (!iterator) return VALUE_ERROR;
    iterator->callable = callable;
    iterator->sentinel = sentinel;
    return object_value(iterator);
}

static void callable_iterator_trace(Cell *cell, Marker *marker) {
    marker_visit(marker, ((CallableIterator *)cell)->callable);
    marker_visit(marker, ((CallableIterator *)cell)->sentinel);
}

static Value callable_iterator_next(Value self) {
    CallableIterator *iterator = OBJECT_AS(CallableIterator, self);
    Value callable = value_load_acquire(&iterator->callable);
    if (is_empty(callable)) return VALUE_EMPTY;
    Value result = call_0(callable);
    if (is_error(result)) {
        if (!error_clear_if(&StopIteration)) return VALUE_ERROR;
    } else {
        if (is_empty(value_load_acquire(&iterator->callable))) return VALUE_EMPTY;
        int equal = value_equal(iterator->sentinel, result);
        if (equal < 0) return VALUE_ERROR;
        if (!equal) return result;
    }
    heap_store_release(iterator, &iterator->callable, VALUE_EMPTY);
    return VALUE_EMPTY;
}

static Value callable_iterator_reduce(Value *args) {
    CallableIterator *iterator = OBJECT_AS(CallableIterator, args[0]);
    Value callable = value_load_acquire(&iterator->callable);
    if (is_empty(callable)) return iterator_reduce("iter", VALUE_EMPTY, 0);
    Value function = builtin_function("iter");
    if (is_error(function)) return VALUE_ERROR;
    Tuple *arguments = tuple_pack(2, callable, iterator->sentinel);
    Tuple *result = arguments ? tuple_pack(2, function, object_value(arguments)) : NULL;
    return result ? object_value(result) : VALUE_ERROR;
}

static const MethodDef callable_iterator_methods[] = {
    METHOD("__reduce__", callable_iterator_reduce, "($self, /)", iterator_reduce_doc),
    {0},
};

Type callable_iterator_type = {
    .name = "callable_iterator",
    .base = &object_type_object,
    .flags = TYPE_IMMUTABLE | TYPE_NO_NEW,
    .size = sizeof(CallableIterator),
    .root = {.cell_kind = {.trace = callable_iterator_trace, .name = "callable_iterator"}},
    .getattribute = object_getattribute,
    .iter = iter_self,
    .next = callable_iterator_next,
    .methods = callable_iterator_methods,
};
