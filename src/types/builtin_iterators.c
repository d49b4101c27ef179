/* builtin_iterators.c - enumerate, reversed, zip, map and filter.
 *
 * What changes in them is one word each (a position, a count), moved by compare-and-swap; zip and map
 * have nothing of their own but constant iterators. So threads may share them as far as they may share
 * the iterators below. */
#include "types/dict.h"
#include "types/exception.h"
#include "types/genericalias.h"
#include "types/int.h"
#include "types/iterator.h"
#include "types/list.h"
#include "types/str.h"

static Value tuple_or_error(Tuple *tuple) { return tuple ? object_value(tuple) : VALUE_ERROR; }

/* --- enumerate ----------------------------------------------------------------------------------------- */

typedef struct Enumerate {
    Object object;
    Value iterator; /* constant */
    Value count;    /* atomic; an int of any size */
} Enumerate;

static void enumerate_trace(Cell *cell, Marker *marker) {
    marker_visit(marker, ((Enumerate *)cell)->iterator);
    marker_visit(marker, ((Enumerate *)cell)->count);
}

static Value enumerate_new(Type *type, Value *args, size_t count, Tuple *names) {
    static const char signature[] = "(iterable, start=0)";
    static Signature *parsed;
    Value bound[2];
    if (count == 0 && (!names || names->length == 0))
        return raise_error(&TypeError, "enumerate() missing required argument 'iterable'");
    if (!bind_arguments("enumerate", signature, &parsed, args, count, names, bound))
        return VALUE_ERROR;
    Value start = is_empty(bound[1]) ? smallint_value(0) : value_index(bound[1]);
    if (is_error(start)) return VALUE_ERROR;
    Value iterator = get_iter(bound[0]);
    if (is_error(iterator)) return VALUE_ERROR;
    Enumerate *self = object_alloc_instance(type, sizeof(Enumerate));
    if (!self) return VALUE_ERROR;
    heap_store_relaxed(self, &self->iterator, iterator);
    heap_store_release(self, &self->count, start);
    return object_value(self);
}

/* Draws the next number. */
static Value enumerate_number(Enumerate *self) {
    Value number = value_load_acquire(&self->count);
    for (;;) {
        Value next = int_add(number, smallint_value(1));
        if (is_error(next)) return VALUE_ERROR;
        write_barrier(self);
        if (cas_acq_rel(&self->count.bits, &number.bits, next.bits)) return number;
    }
}

static Value enumerate_next(Value object) {
    Enumerate *self = OBJECT_AS(Enumerate, object);
    Value item = iter_next(self->iterator);
    if (is_empty(item) || is_error(item)) return item;
    Value number = enumerate_number(self);
    return is_error(number) ? VALUE_ERROR : tuple_or_error(tuple_pack(2, number, item));
}

static Value enumerate_reduce(Value *args) {
    Enumerate *self = OBJECT_AS(Enumerate, args[0]);
    Tuple *arguments = tuple_pack(2, self->iterator, value_load_acquire(&self->count));
    if (!arguments) return VALUE_ERROR;
    return tuple_or_error(tuple_pack(2, object_value(type_of(args[0])), object_value(arguments)));
}

static const MethodDef enumerate_methods[] = {
    METHOD("__reduce__", enumerate_reduce, "($self, /)", iterator_reduce_doc),
    CLASS_METHOD("__class_getitem__", generic_alias_class_getitem, "($type, item, /)",
                 "See PEP 585."),
    {0},
};

Type enumerate_type = {
    .name = "enumerate",
    .signature = "(iterable, start=0)",
    .doc = "An iterator of pairs (number, item), counting from start.",
    .base = &object_type_object,
    .flags = TYPE_BASE | TYPE_IMMUTABLE,
    .size = sizeof(Enumerate),
    .root = {.cell_kind = {.trace = enumerate_trace, .name = "enumerate"}},
    .getattribute = object_getattribute,
    .new_instance = enumerate_new,
    .iter = iter_self,
    .next = enumerate_next,
    .methods = enumerate_methods,
};

/* --- reversed --------------------------------------------------------------------------------------------- */

typedef struct Reversed {
    Object object;
    Value sequence; /* atomic; VALUE_EMPTY: ended */
    int64_t index;  /* atomic; of the next item */
} Reversed;

static void reversed_trace(Cell *cell, Marker *marker) {
    marker_visit(marker, ((Reversed *)cell)->sequence);
}

static Value reversed_new(Type *type, Value *args, size_t count, Tuple *names) {
    static const char signature[] = "(sequence, /)";
    static Signature *parsed;
    Value bound[1];
    if (!bind_arguments("reversed", signature, &parsed, args, count, names, bound))
        return VALUE_ERROR;
    Value method = lookup_special(bound[0], NAME("__reversed__"));
    if (is_error(method)) return VALUE_ERROR;
    if (is_none(method) || (is_empty(method) && !is_sequence(bound[0])))
        return raise_error(&TypeError, "'%T' object is not reversible", bound[0]);
    if (!is_empty(method)) return call_0(method);
    int64_t length = value_length(bound[0]);
    if (length < 0) return VALUE_ERROR;
    Reversed *self = object_alloc_instance(type, sizeof(Reversed));
    if (!self) return VALUE_ERROR;
    store_relaxed(&self->index, length - 1);
    heap_store_release(self, &self->sequence, bound[0]);
    return object_value(self);
}

static Value reversed_next(Value object) {
    Reversed *self = OBJECT_AS(Reversed, object);
    for (;;) {
        Value sequence = value_load_acquire(&self->sequence);
        int64_t index = load_relaxed(&self->index);
        if (is_empty(sequence)) return VALUE_EMPTY;
        Value item = VALUE_EMPTY;
        if (index >= 0) {
            item = get_item(sequence, int_value(index));
            if (is_error(item)) {
                if (!error_clear_if(&IndexError) && !error_clear_if(&StopIteration))
                    return VALUE_ERROR;
                item = VALUE_EMPTY;
            }
        }
        if (is_empty(item)) {
            store_relaxed(&self->index, INT64_C(-1));
            heap_store_release(self, &self->sequence, VALUE_EMPTY);
            return VALUE_EMPTY;
        }
        if (cas_relaxed(&self->index, &index, index - 1)) return item;
    }
}

static Value reversed_length_hint(Value *args) {
    Reversed *self = OBJECT_AS(Reversed, args[0]);
    Value sequence = value_load_acquire(&self->sequence);
    if (is_empty(sequence)) return smallint_value(0);
    int64_t length = value_length(sequence), left = load_relaxed(&self->index) + 1;
    return length < 0 ? VALUE_ERROR : int_value(length < left ? 0 : left);
}

static Value reversed_reduce(Value *args) {
    Reversed *self = OBJECT_AS(Reversed, args[0]);
    Value sequence = value_load_acquire(&self->sequence), type = object_value(type_of(args[0]));
    if (is_empty(sequence)) {
        Tuple *nothing = tuple_pack(1, object_value(tuple_new(0)));
        return nothing ? tuple_or_error(tuple_pack(2, type, object_value(nothing))) : VALUE_ERROR;
    }
    Tuple *arguments = tuple_pack(1, sequence);
    if (!arguments) return VALUE_ERROR;
    return tuple_or_error(
        tuple_pack(3, type, object_value(arguments), int_value(load_relaxed(&self->index))));
}

static Value reversed_setstate(Value *args) {
    Reversed *self = OBJECT_AS(Reversed, args[0]);
    int64_t index;
    if (!value_to_int64(args[1], &index)) return VALUE_ERROR;
    Value sequence = value_load_acquire(&self->sequence);
    if (is_empty(sequence)) return VALUE_NONE;
    int64_t length = value_length(sequence);
    if (length < 0) return VALUE_ERROR;
    store_relaxed(&self->index, max_int64(-1, min_int64(index, length - 1)));
    return VALUE_NONE;
}

static const MethodDef reversed_methods[] = {
    METHOD("__length_hint__", reversed_length_hint, "($self, /)", iterator_length_hint_doc),
    METHOD("__reduce__", reversed_reduce, "($self, /)", iterator_reduce_doc),
    METHOD("__setstate__", reversed_setstate, "($self, state, /)", iterator_setstate_doc),
    {0},
};

Type reversed_type = {
    .name = "reversed",
    .signature = "(sequence, /)",
    .doc = "An iterator over a sequence from its end.",
    .base = &object_type_object,
    .flags = TYPE_BASE | TYPE_IMMUTABLE,
    .size = sizeof(Reversed),
    .root = {.cell_kind = {.trace = reversed_trace, .name = "reversed"}},
    .getattribute = object_getattribute,
    .new_instance = reversed_new,
    .iter = iter_self,
    .next = reversed_next,
    .methods = reversed_methods,
};

/* --- zip ------------------------------------------------------------------------------------------------- */

typedef struct Zip {
    Object object;
    Tuple *iterators; /* constant */
    bool strict;      /* atomic */
} Zip;

/* iter() of each item of `values` from `first` on. */
static Tuple *iterators_of(const Value *values, int64_t count) {
    Tuple *iterators = tuple_new(count);
    for (int64_t i = 0; iterators && i < count; i++) {
        Value iterator = get_iter(values[i]);
        if (is_error(iterator)) return NULL;
        iterators->items[i] = iterator;
    }
    return iterators;
}

static void zip_trace(Cell *cell, Marker *marker) {
    marker_visit_pointer(marker, ((Zip *)cell)->iterators);
}

static Value zip_new(Type *type, Value *args, size_t count, Tuple *names) {
    bool strict = false;
    for (int64_t i = 0; names && i < names->length; i++) {
        if (str_equal_c(as_str(names->items[i]), "strict")) {
            int truth = value_truth(args[count + (size_t)i]);
            if (truth < 0) return VALUE_ERROR;
            strict = truth;
        } else if (names_to_refuse(type, &zip_type, names)) {
            return raise_error(&TypeError, "'%V' is an invalid keyword argument for zip()",
                               names->items[i]);
        }
    }
    Tuple *iterators = iterators_of(args, (int64_t)count);
    Zip *self = iterators ? object_alloc_instance(type, sizeof(Zip)) : NULL;
    if (!self) return VALUE_ERROR;
    store_relaxed(&self->strict, strict);
    if (count == 2) store_relaxed(&self->object.kind_bits, (uint16_t)ZIP_OF_TWO);
    HEAP_STORE_POINTER(self, &self->iterators, iterators);
    return object_value(self);
}

/* Iterator number `ended` has ended at the first round in which it did: with strict, the others must
 * end too. */
static Value zip_check_lengths(Tuple *iterators, int64_t ended) {
    if (ended > 0)
        return raise_error(&ValueError, "zip() argument %lld is shorter than argument%s%lld",
                           (long long)ended + 1, ended == 1 ? " " : "s 1-", (long long)ended);
    for (int64_t i = 1; i < iterators->length; i++) {
        Value item = iter_next(iterators->items[i]);
        if (is_error(item)) return VALUE_ERROR;
        if (!is_empty(item))
            return raise_error(&ValueError, "zip() argument %lld is longer than argument%s%lld",
                               (long long)i + 1, i == 1 ? " " : "s 1-", (long long)i);
    }
    return VALUE_EMPTY;
}

static Value zip_next(Value object) {
    Zip *self = OBJECT_AS(Zip, object);
    Tuple *iterators = self->iterators;
    if (iterators->length == 0) return VALUE_EMPTY;
    Tuple *result = tuple_new(iterators->length);
    for (int64_t i = 0; result && i < iterators->length; i++) {
        Value item = iter_next(iterators->items[i]);
        if (is_error(item)) return VALUE_ERROR;
        if (is_empty(item))
            return load_relaxed(&self->strict) ? zip_check_lengths(iterators, i) : VALUE_EMPTY;
        result->items[i] = item;
    }
    return tuple_or_error(result);
}

static Value zip_next_pair(Value zip, Value pair[2]) {
    Zip *self = OBJECT_AS(Zip, zip);
    for (int i = 0; i < 2; i++) {
        pair[i] = iter_next(self->iterators->items[i]);
        if (is_error(pair[i])) return VALUE_ERROR;
        if (is_empty(pair[i])) return load_relaxed(&self->strict) ? zip_check_lengths(self->iterators, i) : VALUE_EMPTY;
    }
    return pair[0];
}

Value iter_next_pair(Value iterator, Value pair[2]) {
    if (is_exactly(iterator, &dict_item_iterator_type)) return dict_item_iterator_next(iterator, pair);
    if (is_exactly(iterator, &zip_type)) return zip_next_pair(iterator, pair);
    Enumerate *self = OBJECT_AS(Enumerate, iterator);
    pair[1] = iter_next(self->iterator);
    if (is_empty(pair[1]) || is_error(pair[1])) return pair[1];
    return pair[0] = enumerate_number(self);
}

static Value zip_reduce(Value *args) {
    Zip *self = OBJECT_AS(Zip, args[0]);
    Value type = object_value(type_of(args[0])), iterators = object_value(self->iterators);
    if (load_relaxed(&self->strict)) return tuple_or_error(tuple_pack(3, type, iterators, VALUE_TRUE));
    return tuple_or_error(tuple_pack(2, type, iterators));
}

static Value zip_setstate(Value *args) {
    int strict = value_truth(args[1]);
    if (strict < 0) return VALUE_ERROR;
    store_relaxed(&OBJECT_AS(Zip, args[0])->strict, strict != 0);
    return VALUE_NONE;
}

static const MethodDef zip_methods[] = {
    METHOD("__reduce__", zip_reduce, "($self, /)", iterator_reduce_doc),
    METHOD("__setstate__", zip_setstate, "($self, state, /)", iterator_setstate_doc),
    {0},
};

Type zip_type = {
    .name = "zip",
    .doc = "zip(*iterables, strict=False): an iterator of tuples with one item of each iterable.\n\n"
           "It ends with the shortest; with strict, ValueError unless all end together.",
    .base = &object_type_object,
    .flags = TYPE_BASE | TYPE_IMMUTABLE,
    .size = sizeof(Zip),
    .root = {.cell_kind = {.trace = zip_trace, .name = "zip"}},
    .getattribute = object_getattribute,
    .new_instance = zip_new,
    .iter = iter_self,
    .next = zip_next,
    .methods = zip_methods,
};

/* --- map ---------------------------------------------------------------------------------------------------- */

typedef struct Map {
    Object object;
    Value function;   /* constant */
    Tuple *iterators; /* constant */
} Map;

static void map_trace(Cell *cell, Marker *marker) {
    marker_visit(marker, ((Map *)cell)->function);
    marker_visit_pointer(marker, ((Map *)cell)->iterators);
}

static Value map_new(Type *type, Value *args, size_t count, Tuple *names) {
    names = names_to_refuse(type, &map_type, names);
    if (names && names->length)
        return raise_error(&TypeError, "map() takes no keyword arguments");
    if (count < 2) return raise_error(&TypeError, "map() must have at least two arguments.");
    Tuple *iterators = iterators_of(args + 1, (int64_t)count - 1);
    Map *self = iterators ? object_alloc_instance(type, sizeof(Map)) : NULL;
    if (!self) return VALUE_ERROR;
    heap_store_relaxed(self, &self->function, args[0]);
    HEAP_STORE_POINTER(self, &self->iterators, iterators);
    return object_value(self);
}

static Value map_next(Value object) {
    Map *self = OBJECT_AS(Map, object);
    Tuple *iterators = self->iterators;
    if (iterators->length == 1) {
        Value item = iter_next(iterators->items[0]);
        if (is_empty(item) || is_error(item)) return item;
        return call_1(self->function, item);
    }
    Tuple *items = tuple_new(iterators->length);
    if (!items) return VALUE_ERROR;
    for (int64_t i = 0; i < iterators->length; i++) {
        Value item = iter_next(iterators->items[i]);
        if (is_empty(item) || is_error(item)) return item;
        items->items[i] = item;
    }
    return call(self->function, items->items, (size_t)items->length, NULL);
}

static Value map_reduce(Value *args) {
    Map *self = OBJECT_AS(Map, args[0]);
    Tuple *arguments = tuple_new(self->iterators->length + 1);
    if (!arguments) return VALUE_ERROR;
    arguments->items[0] = self->function;
    for (int64_t i = 0; i < self->iterators->length; i++)
        arguments->items[i + 1] = self->iterators->items[i];
    return tuple_or_error(tuple_pack(2, object_value(type_of(args[0])), object_value(arguments)));
}

static const MethodDef map_methods[] = {
    METHOD("__reduce__", map_reduce, "($self, /)", iterator_reduce_doc),
    {0},
};

Type map_type = {
    .name = "map",
    .doc = "map(function, *iterables): an iterator of function(item of each iterable, ...).",
    .base = &object_type_object,
    .flags = TYPE_BASE | TYPE_IMMUTABLE,
    .size = sizeof(Map),
    .root = {.cell_kind = {.trace = map_trace, .name = "map"}},
    .getattribute = object_getattribute,
    .new_instance = map_new,
    .iter = iter_self,
    .next = map_next,
    .methods = map_methods,
};

/* --- filter ---------------------------------------------------------------------------------------------- */

typedef struct Filter {
    Object object;
    Value function; /* constant; None: the items' own truth */
    Value iterator; /* constant */
} Filter;

static void filter_trace(Cell *cell, Marker *marker) {
    marker_visit(marker, ((Filter *)cell)->function);
    marker_visit(marker, ((Filter *)cell)->iterator);
}

static Value filter_new(Type *type, Value *args, size_t count, Tuple *names) {
    static const char signature[] = "(function, iterable, /)";
    static Signature *parsed;
    Value bound[2];
    names = names_to_refuse(type, &filter_type, names);
    if (!bind_arguments("filter", signature, &parsed, args, count, names, bound))
        return VALUE_ERROR;
    Value iterator = get_iter(bound[1]);
    Filter *self = is_error(iterator) ? NULL : object_alloc_instance(type, sizeof(Filter));
    if (!self) return VALUE_ERROR;
    heap_store_relaxed(self, &self->function, bound[0]);
    heap_store_release(self, &self->iterator, iterator);
    return object_value(self);
}

static Value filter_next(Value object) {
    Filter *self = OBJECT_AS(Filter, object);
    bool own_truth = is_none(self->function) || same_value(self->function, object_value(&bool_type));
    for (;;) {
        Value item = iter_next(self->iterator);
        if (is_empty(item) || is_error(item)) return item;
        Value answer = own_truth ? item : call_1(self->function, item);
        int keep = is_error(answer) ? -1 : value_truth(answer);
        if (keep) return keep < 0 ? VALUE_ERROR : item;
    }
}

static Value filter_reduce(Value *args) {
    Filter *self = OBJECT_AS(Filter, args[0]);
    Tuple *arguments = tuple_pack(2, self->function, self->iterator);
    if (!arguments) return VALUE_ERROR;
    return tuple_or_error(tuple_pack(2, object_value(type_of(args[0])), object_value(arguments)));
}

static const MethodDef filter_methods[] = {
    METHOD("__reduce__", filter_reduce, "($self, /)", iterator_reduce_doc),
    {0},
};

Type filter_type = {
    .name = "filter",
    .doc = "filter(function or None, iterable): an iterator of the items for which function is true,\n"
           "or that are true themselves.",
    .base = &object_type_object,
    .flags = TYPE_BASE | TYPE_IMMUTABLE,
    .size = sizeof(Filter),
    .root = {.cell_kind = {.trace = filter_trace, .name = "filter"}},
    .getattribute = object_getattribute,
    .new_instance = filter_new,
    .iter = iter_self,
    .next = filter_next,
    .methods = filter_methods,
};
