/* itertools.c - the module itertools: iterators made of other iterators. Combinations and their kin
 * stand in itertools_combine.c, tee, groupby and chain in itertools_group.c.
 *
 * Sharing: an object's own state is a few words, each read and written whole. Where one step changes a
 * single word (count, repeat, cycle's position) it is done by compare-and-swap or fetch-and-add, so
 * that threads that call next() on one iterator get different items. The iterators below are called
 * without a lock; several threads in one islice or takewhile see some interleaving of its steps. */
#include "modules/itertools.h"
#include "types/module.h"

/* --- accumulate -------------------------------------------------------------------------------------- */

typedef struct Accumulate {
    Object object;
    Value iterator, function; /* constant; function: VALUE_EMPTY for + */
    Value total;              /* atomic; VALUE_EMPTY at first */
    Value initial;            /* atomic; VALUE_EMPTY: none, or given already */
} Accumulate;

static void accumulate_trace(Cell *cell, Marker *marker) {
    Accumulate *self = (Accumulate *)cell;
    marker_visit(marker, self->iterator);
    marker_visit(marker, self->function);
    marker_visit(marker, self->total);
    marker_visit(marker, self->initial);
}

static Value accumulate_new(Type *type, Value *args, size_t count, Tuple *names) {
    Value bound[3];
    if (!BIND("accumulate", "(iterable, func=None, *, initial=None)", bound)) return VALUE_ERROR;
    Value iterator = get_iter(bound[0]);
    if (is_error(iterator)) return VALUE_ERROR;
    Accumulate *self = object_alloc_instance(type, sizeof(Accumulate));
    if (!self) return VALUE_ERROR;
    heap_store_relaxed(self, &self->iterator, iterator);
    if (!is_empty(bound[1]) && !is_none(bound[1])) heap_store_relaxed(self, &self->function, bound[1]);
    if (!is_empty(bound[2]) && !is_none(bound[2])) heap_store_release(self, &self->initial, bound[2]);
    return object_value(self);
}

static Value accumulate_next(Value object) {
    Accumulate *self = OBJECT_AS(Accumulate, object);
    if (!is_empty(value_load_acquire(&self->initial))) {
        Value initial = {exchange_acq_rel(&self->initial.bits, VALUE_EMPTY.bits)};
        if (!is_empty(initial)) {
            heap_store_release(self, &self->total, initial);
            return initial;
        }
    }
    Value item = iter_next(self->iterator);
    if (is_empty(item) || is_error(item)) return item;
    for (;;) { /* again, if another thread has added its item meanwhile */
        Value total = value_load_acquire(&self->total), sum = item;
        if (!is_empty(total)) {
            sum = is_empty(self->function) ? binary_op(total, item, BINARY_ADD)
                                           : call_2(self->function, total, item);
            if (is_error(sum)) return VALUE_ERROR;
        }
        object_lock(self);
        bool same = same_value(value_load_relaxed(&self->total), total);
        if (same) heap_store_release(self, &self->total, sum);
        object_unlock(self);
        if (same) return sum;
    }
}

static Value chain_of(Value first_item, Value iterator) {
    Tuple *first = tuple_pack(1, first_item);
    if (!first) return VALUE_ERROR;
    return call_2(object_value(&chain_type), object_value(first), iterator);
}

static Value accumulate_reduce(Value *args) {
    Accumulate *self = OBJECT_AS(Accumulate, args[0]);
    Value function = value_or_none(self->function);
    Value initial = value_load_acquire(&self->initial), total = value_load_acquire(&self->total);
    if (!is_empty(initial)) {
        Value chained = chain_of(initial, self->iterator);
        if (is_error(chained)) return VALUE_ERROR;
        return reduce_to_state(args[0], tuple_pack(2, chained, function), VALUE_NONE);
    }
    if (is_none(total)) { /* a state of None means that there is none */
        Value chained = chain_of(total, self->iterator);
        Value again = is_error(chained) ? chained : call_2(object_value(type_of(args[0])), chained, function);
        if (is_error(again)) return VALUE_ERROR;
        Tuple *arguments = tuple_pack(3, again, smallint_value(1), VALUE_NONE);
        if (!arguments) return VALUE_ERROR;
        return tuple_or_error(tuple_pack(2, object_value(&islice_type), object_value(arguments)));
    }
    return reduce_to_state(args[0], tuple_pack(2, self->iterator, function), value_or_none(total));
}

static Value accumulate_setstate(Value *args) {
    Accumulate *self = OBJECT_AS(Accumulate, args[0]);
    heap_store_release(self, &self->total, is_none(args[1]) ? VALUE_EMPTY : args[1]);
    return VALUE_NONE;
}

static const MethodDef accumulate_methods[] = {
    REDUCE_METHOD(accumulate_reduce), SETSTATE_METHOD(accumulate_setstate), {0}};
ITERTOOL(accumulate_type, Accumulate, "accumulate", accumulate,
         "accumulate(iterable, func=None, *, initial=None): the sums of the items so far, or what\n"
         "func(sum, item) makes of them.")

/* --- functions with one iterator ------------------------------------------------------------------------ */

typedef struct Applied {
    Object object;
    Value function, iterator; /* constant */
    bool switched;            /* atomic; dropwhile: an item was kept; takewhile: one was refused */
} Applied;

static void applied_trace(Cell *cell, Marker *marker) {
    marker_visit(marker, ((Applied *)cell)->function);
    marker_visit(marker, ((Applied *)cell)->iterator);
}

static Value applied_make(Type *type, Value function, Value iterable) {
    Value iterator = get_iter(iterable);
    if (is_error(iterator)) return VALUE_ERROR;
    Applied *self = object_alloc_instance(type, sizeof(Applied));
    if (!self) return VALUE_ERROR;
    heap_store_relaxed(self, &self->function, function);
    heap_store_release(self, &self->iterator, iterator);
    return object_value(self);
}

static Value applied_reduce(Value *args) {
    Applied *self = OBJECT_AS(Applied, args[0]);
    return reduce_to(args[0], tuple_pack(2, self->function, self->iterator));
}
static Value applied_reduce_state(Value *args) {
    Applied *self = OBJECT_AS(Applied, args[0]);
    return reduce_to_state(args[0], tuple_pack(2, self->function, self->iterator),
                           bool_value(load_relaxed(&self->switched)));
}
static Value applied_setstate(Value *args) {
    int truth = value_truth(args[1]);
    if (truth < 0) return VALUE_ERROR;
    store_relaxed(&OBJECT_AS(Applied, args[0])->switched, truth != 0);
    return VALUE_NONE;
}

/* 1, 0, -1 */
static int applied_test(Applied *self, Value item) {
    Value answer = call_1(self->function, item);
    return is_error(answer) ? -1 : value_truth(answer);
}

/* The constructor of a type that has a function, called `first` in its signature, and an iterable. */
#define APPLIED_NEW(which, first)                                                                  \
    static Value which##_new(Type *type, Value *args, size_t count, Tuple *names) {                \
        Value bound[2];                                                                            \
        if (!BIND_POSITIONAL(type, which##_type, #which, "(" first ", iterable, /)", bound))       \
            return VALUE_ERROR;                                                                    \
        return applied_make(type, bound[0], bound[1]);                                             \
    }

APPLIED_NEW(dropwhile, "predicate")
static Value dropwhile_next(Value object) {
    Applied *self = OBJECT_AS(Applied, object);
    for (;;) {
        Value item = iter_next(self->iterator);
        if (is_empty(item) || is_error(item) || load_relaxed(&self->switched)) return item;
        int drop = applied_test(self, item);
        if (drop < 0) return VALUE_ERROR;
        if (drop) continue;
        store_relaxed(&self->switched, true);
        return item;
    }
}
#define dropwhile_trace applied_trace
static const MethodDef dropwhile_methods[] = {
    REDUCE_METHOD(applied_reduce_state), SETSTATE_METHOD(applied_setstate), {0}};
ITERTOOL(dropwhile_type, Applied, "dropwhile", dropwhile,
         "dropwhile(predicate, iterable): the items from the first on for which predicate is false.")

APPLIED_NEW(takewhile, "predicate")
static Value takewhile_next(Value object) {
    Applied *self = OBJECT_AS(Applied, object);
    if (load_relaxed(&self->switched)) return VALUE_EMPTY;
    Value item = iter_next(self->iterator);
    if (is_empty(item) || is_error(item)) return item;
    int take = applied_test(self, item);
    if (take < 0) return VALUE_ERROR;
    if (take) return item;
    store_relaxed(&self->switched, true);
    return VALUE_EMPTY;
}
#define takewhile_trace applied_trace
static const MethodDef takewhile_methods[] = {
    REDUCE_METHOD(applied_reduce_state), SETSTATE_METHOD(applied_setstate), {0}};
ITERTOOL(takewhile_type, Applied, "takewhile", takewhile,
         "takewhile(predicate, iterable): the items up to the first for which predicate is false.")

APPLIED_NEW(filterfalse, "function")
static Value filterfalse_next(Value object) {
    Applied *self = OBJECT_AS(Applied, object);
    bool own_truth = is_none(self->function) || same_value(self->function, object_value(&bool_type));
    for (;;) {
        Value item = iter_next(self->iterator);
        if (is_empty(item) || is_error(item)) return item;
        int truth = own_truth ? value_truth(item) : applied_test(self, item);
        if (truth <= 0) return truth < 0 ? VALUE_ERROR : item;
    }
}
#define filterfalse_trace applied_trace
static const MethodDef filterfalse_methods[] = {REDUCE_METHOD(applied_reduce), {0}};
ITERTOOL(filterfalse_type, Applied, "filterfalse", filterfalse,
         "filterfalse(function or None, iterable): the items for which function is false.")

APPLIED_NEW(starmap, "function")
static Value starmap_next(Value object) {
    Applied *self = OBJECT_AS(Applied, object);
    Value item = iter_next(self->iterator);
    if (is_empty(item) || is_error(item)) return item;
    Tuple *arguments = is_exactly(item, &tuple_type) ? as_tuple(item) : tuple_from_iterable(item);
    return arguments ? call_with(self->function, arguments, NULL) : VALUE_ERROR;
}
#define starmap_trace applied_trace
static const MethodDef starmap_methods[] = {REDUCE_METHOD(applied_reduce), {0}};
ITERTOOL(starmap_type, Applied, "starmap", starmap,
         "starmap(function, iterable): function(*item) for each item.")

/* --- compress -------------------------------------------------------------------------------------------- */

typedef struct Compress {
    Object object;
    Value data, selectors; /* constant iterators */
} Compress;

static void compress_trace(Cell *cell, Marker *marker) {
    marker_visit(marker, ((Compress *)cell)->data);
    marker_visit(marker, ((Compress *)cell)->selectors);
}
static Value compress_new(Type *type, Value *args, size_t count, Tuple *names) {
    Value bound[2];
    if (!BIND("compress", "(data, selectors)", bound)) return VALUE_ERROR;
    Value data = get_iter(bound[0]);
    Value selectors = is_error(data) ? VALUE_ERROR : get_iter(bound[1]);
    if (is_error(selectors)) return VALUE_ERROR;
    Compress *self = object_alloc_instance(type, sizeof(Compress));
    if (!self) return VALUE_ERROR;
    heap_store_relaxed(self, &self->data, data);
    heap_store_release(self, &self->selectors, selectors);
    return object_value(self);
}
static Value compress_next(Value object) {
    Compress *self = OBJECT_AS(Compress, object);
    for (;;) {
        Value item = iter_next(self->data);
        if (is_empty(item) || is_error(item)) return item;
        Value selector = iter_next(self->selectors);
        if (is_empty(selector) || is_error(selector)) return selector;
        int truth = value_truth(selector);
        if (truth) return truth < 0 ? VALUE_ERROR : item;
    }
}
static Value compress_reduce(Value *args) {
    Compress *self = OBJECT_AS(Compress, args[0]);
    return reduce_to(args[0], tuple_pack(2, self->data, self->selectors));
}
static const MethodDef compress_methods[] = {REDUCE_METHOD(compress_reduce), {0}};
ITERTOOL(compress_type, Compress, "compress", compress,
         "compress(data, selectors): the items of data whose selector is true.")

/* --- count ------------------------------------------------------------------------------------------------ */

typedef struct Count {
    Object object;
    Value number; /* atomic */
    Value step;   /* constant */
} Count;

static void count_trace(Cell *cell, Marker *marker) {
    marker_visit(marker, ((Count *)cell)->number);
    marker_visit(marker, ((Count *)cell)->step);
}
static bool is_number(Value v) {
    Type *type = type_of(v);
    return is_int(v) || is_float(v) || type->to_int || type->to_float || type->index ||
           is_exactly(v, &complex_type);
}
static Value count_new(Type *type, Value *args, size_t count, Tuple *names) {
    Value bound[2];
    if (!BIND("count", "(start=0, step=1)", bound)) return VALUE_ERROR;
    Value start = is_empty(bound[0]) ? smallint_value(0) : bound[0];
    Value step = is_empty(bound[1]) ? smallint_value(1) : bound[1];
    if (!is_number(start) || !is_number(step))
        return raise_error(&TypeError, "a number is required");
    Count *self = object_alloc_instance(type, sizeof(Count));
    if (!self) return VALUE_ERROR;
    heap_store_relaxed(self, &self->step, step);
    heap_store_release(self, &self->number, start);
    return object_value(self);
}
static Value count_next(Value object) {
    Count *self = OBJECT_AS(Count, object);
    Value number = value_load_acquire(&self->number), step = self->step;
    for (;;) {
        Value next = is_exact_int(number) && is_exact_int(step) ? int_add(number, step)
                                                                : binary_op(number, step, BINARY_ADD);
        if (is_error(next)) return VALUE_ERROR;
        write_barrier(self);
        if (cas_acq_rel(&self->number.bits, &number.bits, next.bits)) return number;
    }
}
static bool is_one(Value v) { return same_value(v, smallint_value(1)); }
static Value count_repr(Value object) {
    Count *self = OBJECT_AS(Count, object);
    Value number = value_load_acquire(&self->number);
    Str *text = is_one(self->step) ? str_format("%s(%R)", type_name_of(object), number)
                                   : str_format("%s(%R, %R)", type_name_of(object), number, self->step);
    return text ? object_value(text) : VALUE_ERROR;
}
static Value count_reduce(Value *args) {
    Count *self = OBJECT_AS(Count, args[0]);
    Value number = value_load_acquire(&self->number);
    return reduce_to(args[0], is_one(self->step) ? tuple_pack(1, number)
                                                 : tuple_pack(2, number, self->step));
}
static const MethodDef count_methods[] = {REDUCE_METHOD(count_reduce), {0}};
Type count_type = {
    .name = "itertools.count",
    .signature = "(start=0, step=1)",
    .doc = "count(start=0, step=1): start, start + step, ... without end.",
    .base = &object_type_object,
    .flags = TYPE_BASE | TYPE_IMMUTABLE,
    .size = sizeof(Count),
    .root = {.cell_kind = {.trace = count_trace, .name = "itertools.count"}},
    .repr = count_repr,
    .getattribute = object_getattribute,
    .new_instance = count_new,
    .iter = iter_self,
    .next = count_next,
    .methods = count_methods,
};

/* --- cycle ------------------------------------------------------------------------------------------------- */

typedef struct Cycle {
    Object object;
    Value iterator;   /* atomic; VALUE_EMPTY: ended, the saved items follow */
    List *saved;      /* atomic */
    int64_t position; /* atomic; in the saved items, modulo their number */
    bool first_pass;  /* atomic; the items of the iterator are saved already */
} Cycle;

static void cycle_trace(Cell *cell, Marker *marker) {
    marker_visit(marker, ((Cycle *)cell)->iterator);
    marker_visit_pointer(marker, ((Cycle *)cell)->saved);
}
static Value cycle_new(Type *type, Value *args, size_t count, Tuple *names) {
    Value bound[1];
    if (!BIND_POSITIONAL(type, cycle_type, "cycle", "(iterable, /)", bound)) return VALUE_ERROR;
    Value iterator = get_iter(bound[0]);
    List *saved = is_error(iterator) ? NULL : list_new(0);
    Cycle *self = saved ? object_alloc_instance(type, sizeof(Cycle)) : NULL;
    if (!self) return VALUE_ERROR;
    HEAP_STORE_POINTER(self, &self->saved, saved);
    heap_store_release(self, &self->iterator, iterator);
    return object_value(self);
}
static Value cycle_next(Value object) {
    Cycle *self = OBJECT_AS(Cycle, object);
    Value iterator = value_load_acquire(&self->iterator);
    List *saved = load_acquire(&self->saved);
    if (!is_empty(iterator)) {
        Value item = iter_next(iterator);
        if (is_error(item)) return VALUE_ERROR;
        if (!is_empty(item)) {
            if (!load_relaxed(&self->first_pass) && !list_append(saved, item)) return VALUE_ERROR;
            return item;
        }
        heap_store_release(self, &self->iterator, VALUE_EMPTY);
    }
    int64_t length = list_length(saved);
    if (length == 0) return VALUE_EMPTY;
    uint64_t position = (uint64_t)fetch_add_relaxed(&self->position, 1);
    return list_get(saved, (int64_t)(position % (uint64_t)length));
}
static Value cycle_reduce(Value *args) {
    Cycle *self = OBJECT_AS(Cycle, args[0]);
    Value iterator = value_load_acquire(&self->iterator);
    List *saved = load_acquire(&self->saved);
    bool first_pass = load_relaxed(&self->first_pass);
    if (is_empty(iterator)) {
        iterator = list_iter(object_value(saved));
        if (is_error(iterator)) return VALUE_ERROR;
        int64_t length = list_length(saved);
        if (length) OBJECT_AS(IndexIterator, iterator)->index = load_relaxed(&self->position) % length;
        first_pass = true;
    }
    Tuple *state = tuple_pack(2, object_value(saved), bool_value(first_pass));
    return state ? reduce_to_state(args[0], tuple_pack(1, iterator), object_value(state)) : VALUE_ERROR;
}
static Value cycle_setstate(Value *args) {
    Cycle *self = OBJECT_AS(Cycle, args[0]);
    if (!is_tuple(args[1])) return raise_error(&TypeError, "state is not a tuple");
    Tuple *state = as_tuple(args[1]);
    if (state->length != 2 || !is_list(state->items[0]))
        return raise_error(&TypeError, "state must be a list and a flag");
    int64_t first_pass = value_index_int64(state->items[1], &OverflowError);
    if (first_pass == -1 && error_occurred()) return VALUE_ERROR;
    HEAP_STORE_POINTER(self, &self->saved, as_list(state->items[0]));
    store_relaxed(&self->position, INT64_C(0));
    store_relaxed(&self->first_pass, first_pass != 0);
    return VALUE_NONE;
}
static const MethodDef cycle_methods[] = {
    REDUCE_METHOD(cycle_reduce), SETSTATE_METHOD(cycle_setstate), {0}};
ITERTOOL(cycle_type, Cycle, "cycle", cycle,
         "cycle(iterable): the items again and again.")

/* --- islice ------------------------------------------------------------------------------------------------- */

/* Each item of the iterator has a position; who wants one claims the next position, and gives the item
 * or drops it, as its position says. So threads that share a slice take no more items than it has. */
typedef struct Islice {
    Object object;
    Value iterator;   /* atomic; VALUE_EMPTY: ended */
    int64_t start;    /* constant */
    int64_t stop;     /* constant; -1: none */
    int64_t step;     /* constant */
    int64_t position; /* atomic; of the next item */
} Islice;

static void islice_trace(Cell *cell, Marker *marker) {
    marker_visit(marker, ((Islice *)cell)->iterator);
}

/* An argument that is None (keeps *out) or a number >= 0. */
static bool islice_index(Value v, int64_t *out, const char *message) {
    if (is_none(v)) return true;
    int64_t index = -1;
    if (has_index(v)) {
        index = value_index_int64(v, NULL);
        if (index == -1 && error_occurred()) error_clear();
    }
    int64_t exact; /* what was clipped is too large */
    if (index >= 0 && (index < INT64_MAX || (is_int(v) && int_to_int64(v, &exact)))) {
        *out = index;
        return true;
    }
    raise_error(&ValueError, "%s", message);
    return false;
}

static Value islice_new(Type *type, Value *args, size_t count, Tuple *names) {
    static const char index_message[] =
        "Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.";
    names = names_to_refuse(type, &islice_type, names);
    if (names && names->length)
        return raise_error(&TypeError, "islice() takes no keyword arguments");
    if (count < 2 || count > 4)
        return raise_error(&TypeError, "islice expected at %s argument%s, got %zu",
                           count < 2 ? "least 2" : "most 4", "s", count);
    int64_t start = 0, stop = -1, step = 1;
    if (count == 2) {
        if (!islice_index(args[1], &stop,
                          "Stop argument for islice() must be None or an integer: 0 <= x <= "
                          "sys.maxsize."))
            return VALUE_ERROR;
    } else {
        if (!islice_index(args[2], &stop,
                          "Stop argument for islice() must be None or an integer: 0 <= x <= "
                          "sys.maxsize.") ||
            !islice_index(args[1], &start, index_message))
            return VALUE_ERROR;
        if (count == 4) {
            static const char step_message[] =
                "Step for islice() must be a positive integer or None.";
            if (!islice_index(args[3], &step, step_message)) return VALUE_ERROR;
            if (step < 1) return raise_error(&ValueError, "%s", step_message);
        }
    }
    Value iterator = get_iter(args[0]);
    Islice *self = is_error(iterator) ? NULL : object_alloc_instance(type, sizeof(Islice));
    if (!self) return VALUE_ERROR;
    store_relaxed(&self->start, start);
    store_relaxed(&self->stop, stop);
    store_relaxed(&self->step, step);
    heap_store_release(self, &self->iterator, iterator);
    return object_value(self);
}

static Value islice_end(Islice *self) {
    heap_store_release(self, &self->iterator, VALUE_EMPTY);
    return VALUE_EMPTY;
}

static Value islice_next(Value object) {
    Islice *self = OBJECT_AS(Islice, object);
    Value iterator = value_load_acquire(&self->iterator);
    if (is_empty(iterator)) return VALUE_EMPTY;
    for (;;) {
        int64_t position = load_relaxed(&self->position);
        do {
            if (self->stop != -1 && position >= self->stop) return islice_end(self);
        } while (!cas_relaxed(&self->position, &position, position + 1));
        Value item = iter_next(iterator);
        if (is_error(item)) return VALUE_ERROR;
        if (is_empty(item)) return islice_end(self);
        if (position >= self->start && (position - self->start) % self->step == 0) return item;
    }
}

/* The position of the first item from `position` on that is to be given. */
static int64_t islice_following(Islice *self, int64_t position) {
    if (position <= self->start) return self->start;
    int64_t over = (position - self->start) % self->step;
    if (over && __builtin_add_overflow(position, self->step - over, &position)) position = INT64_MAX;
    return self->stop == -1 ? position : min_int64(position, self->stop);
}

static Value islice_reduce(Value *args) {
    Islice *self = OBJECT_AS(Islice, args[0]);
    Value iterator = value_load_acquire(&self->iterator);
    if (is_empty(iterator)) {
        List *nothing = list_new(0);
        Value empty = nothing ? list_iter(object_value(nothing)) : VALUE_ERROR;
        if (is_error(empty)) return VALUE_ERROR;
        return reduce_to_state(args[0], tuple_pack(2, empty, smallint_value(0)), smallint_value(0));
    }
    Value stop = self->stop == -1 ? VALUE_NONE : int_value(self->stop);
    int64_t position = load_relaxed(&self->position);
    Tuple *arguments = tuple_pack(4, iterator, int_value(islice_following(self, position)), stop,
                                  int_value(self->step));
    return reduce_to_state(args[0], arguments, int_value(position));
}
static Value islice_setstate(Value *args) {
    int64_t position;
    if (!value_to_int64(args[1], &position)) return VALUE_ERROR;
    store_relaxed(&OBJECT_AS(Islice, args[0])->position, position);
    return VALUE_NONE;
}
static const MethodDef islice_methods[] = {
    REDUCE_METHOD(islice_reduce), SETSTATE_METHOD(islice_setstate), {0}};
ITERTOOL(islice_type, Islice, "islice", islice,
         "islice(iterable, stop) or islice(iterable, start, stop[, step]): the items at those\n"
         "positions.")

/* --- pairwise ------------------------------------------------------------------------------------------------- */

typedef struct Pairwise {
    Object object;
    Value iterator; /* atomic; VALUE_EMPTY: ended */
    Value previous; /* atomic; VALUE_EMPTY at first */
} Pairwise;

static void pairwise_trace(Cell *cell, Marker *marker) {
    marker_visit(marker, ((Pairwise *)cell)->iterator);
    marker_visit(marker, ((Pairwise *)cell)->previous);
}
static Value pairwise_new(Type *type, Value *args, size_t count, Tuple *names) {
    Value bound[1];
    if (!BIND_POSITIONAL(type, pairwise_type, "pairwise", "(iterable, /)", bound)) return VALUE_ERROR;
    Value iterator = get_iter(bound[0]);
    Pairwise *self = is_error(iterator) ? NULL : object_alloc_instance(type, sizeof(Pairwise));
    if (!self) return VALUE_ERROR;
    heap_store_release(self, &self->iterator, iterator);
    return object_value(self);
}
static Value pairwise_end(Pairwise *self) {
    heap_store_release(self, &self->iterator, VALUE_EMPTY);
    heap_store_release(self, &self->previous, VALUE_EMPTY);
    return VALUE_EMPTY;
}
static Value pairwise_next(Value object) {
    Pairwise *self = OBJECT_AS(Pairwise, object);
    Value iterator = value_load_acquire(&self->iterator);
    if (is_empty(iterator)) return VALUE_EMPTY;
    Value previous = value_load_acquire(&self->previous);
    if (is_empty(previous)) {
        previous = iter_next(iterator);
        if (is_empty(previous)) return pairwise_end(self);
        if (is_error(previous)) {
            pairwise_end(self);
            return VALUE_ERROR;
        }
        heap_store_release(self, &self->previous, previous);
    }
    if (is_empty(value_load_acquire(&self->iterator))) return VALUE_EMPTY; /* it was reentered */
    Value item = iter_next(iterator);
    if (is_empty(item)) return pairwise_end(self);
    if (is_error(item)) {
        pairwise_end(self);
        return VALUE_ERROR;
    }
    heap_store_release(self, &self->previous, item);
    return tuple_or_error(tuple_pack(2, previous, item));
}
static const MethodDef pairwise_methods[] = {{0}};
ITERTOOL(pairwise_type, Pairwise, "pairwise", pairwise,
         "pairwise(iterable): each item with the one after it.")

/* --- repeat --------------------------------------------------------------------------------------------------- */

typedef struct Repeat {
    Object object;
    Value item;   /* constant */
    int64_t left; /* atomic; -1: without end */
} Repeat;

static void repeat_trace(Cell *cell, Marker *marker) { marker_visit(marker, ((Repeat *)cell)->item); }

static Value repeat_new(Type *type, Value *args, size_t count, Tuple *names) {
    Value bound[2];
    if (!BIND("repeat", "(object, times=None)", bound)) return VALUE_ERROR;
    int64_t left = -1;
    if (!is_empty(bound[1])) {
        left = value_index_int64(bound[1], &OverflowError);
        if (left == -1 && error_occurred()) return VALUE_ERROR;
        left = max_int64(0, left);
    }
    Repeat *self = object_alloc_instance(type, sizeof(Repeat));
    if (!self) return VALUE_ERROR;
    store_relaxed(&self->left, left);
    heap_store_release(self, &self->item, bound[0]);
    return object_value(self);
}
static Value repeat_next(Value object) {
    Repeat *self = OBJECT_AS(Repeat, object);
    int64_t left = load_relaxed(&self->left);
    while (left > 0)
        if (cas_relaxed(&self->left, &left, left - 1)) return self->item;
    return left == 0 ? VALUE_EMPTY : self->item;
}
static Value repeat_repr(Value object) {
    Repeat *self = OBJECT_AS(Repeat, object);
    int64_t left = load_relaxed(&self->left);
    Str *text = left < 0 ? str_format("%s(%R)", type_name_of(object), self->item)
                         : str_format("%s(%R, %lld)", type_name_of(object), self->item,
                                      (long long)left);
    return text ? object_value(text) : VALUE_ERROR;
}
static Value repeat_length_hint(Value *args) {
    int64_t left = load_relaxed(&OBJECT_AS(Repeat, args[0])->left);
    if (left < 0) return raise_error(&TypeError, "len() of unsized object");
    return int_value(left);
}
static Value repeat_reduce(Value *args) {
    Repeat *self = OBJECT_AS(Repeat, args[0]);
    int64_t left = load_relaxed(&self->left);
    return reduce_to(args[0], left < 0 ? tuple_pack(1, self->item)
                                       : tuple_pack(2, self->item, int_value(left)));
}
static const MethodDef repeat_methods[] = {
    METHOD("__length_hint__", repeat_length_hint, "($self, /)", iterator_length_hint_doc),
    REDUCE_METHOD(repeat_reduce),
    {0},
};
Type repeat_type = {
    .name = "itertools.repeat",
    .doc = "repeat(object[, times]): object, that many times or without end.",
    .base = &object_type_object,
    .flags = TYPE_BASE | TYPE_IMMUTABLE,
    .size = sizeof(Repeat),
    .root = {.cell_kind = {.trace = repeat_trace, .name = "itertools.repeat"}},
    .repr = repeat_repr,
    .getattribute = object_getattribute,
    .new_instance = repeat_new,
    .iter = iter_self,
    .next = repeat_next,
    .methods = repeat_methods,
};

/* --- zip_longest ---------------------------------------------------------------------------------------------- */

typedef struct ZipLongest {
    Object object;
    Array *iterators; /* constant; slots atomic: VALUE_EMPTY when that one has ended */
    Value fill;       /* atomic */
} ZipLongest;

static void zip_longest_trace(Cell *cell, Marker *marker) {
    marker_visit_pointer(marker, ((ZipLongest *)cell)->iterators);
    marker_visit(marker, ((ZipLongest *)cell)->fill);
}
static Value zip_longest_new(Type *type, Value *args, size_t count, Tuple *names) {
    Value fill = VALUE_NONE;
    for (int64_t i = 0; names && i < names->length; i++) {
        if (str_equal_c(as_str(names->items[i]), "fillvalue")) fill = args[count + (size_t)i];
        else if (type == &zip_longest_type)
            return raise_error(&TypeError, "zip_longest() got an unexpected keyword argument");
    }
    Array *iterators = array_new((int64_t)count);
    for (size_t i = 0; iterators && i < count; i++) {
        Value iterator = get_iter(args[i]);
        if (is_error(iterator)) return VALUE_ERROR;
        heap_store_relaxed(iterators, &iterators->items[i], iterator);
    }
    ZipLongest *self = iterators ? object_alloc_instance(type, sizeof(ZipLongest)) : NULL;
    if (!self) return VALUE_ERROR;
    heap_store_relaxed(self, &self->fill, fill);
    HEAP_STORE_POINTER(self, &self->iterators, iterators);
    return object_value(self);
}
static bool any_left(const Array *iterators) {
    for (int64_t i = 0; i < iterators->capacity; i++)
        if (!is_empty(value_load_acquire(&iterators->items[i]))) return true;
    return false;
}
static Value zip_longest_next(Value object) {
    ZipLongest *self = OBJECT_AS(ZipLongest, object);
    Array *iterators = self->iterators;
    if (!any_left(iterators)) return VALUE_EMPTY;
    Tuple *result = tuple_new(iterators->capacity);
    if (!result) return VALUE_ERROR;
    for (int64_t i = 0; i < iterators->capacity; i++) {
        Value iterator = value_load_acquire(&iterators->items[i]);
        Value item = is_empty(iterator) ? VALUE_EMPTY : iter_next(iterator);
        if (is_error(item)) {
            for (int64_t k = 0; k < iterators->capacity; k++)
                heap_store_release(iterators, &iterators->items[k], VALUE_EMPTY);
            return VALUE_ERROR;
        }
        if (is_empty(item)) {
            if (!is_empty(iterator)) {
                heap_store_release(iterators, &iterators->items[i], VALUE_EMPTY);
                if (!any_left(iterators)) return VALUE_EMPTY;
            }
            item = value_load_acquire(&self->fill);
        }
        result->items[i] = item;
    }
    return object_value(result);
}
static Value zip_longest_reduce(Value *args) {
    ZipLongest *self = OBJECT_AS(ZipLongest, args[0]);
    Tuple *arguments = tuple_new(self->iterators->capacity);
    for (int64_t i = 0; arguments && i < arguments->length; i++) {
        Value iterator = value_load_acquire(&self->iterators->items[i]);
        arguments->items[i] = is_empty(iterator) ? object_value(tuple_new(0)) : iterator;
    }
    return reduce_to_state(args[0], arguments, value_load_acquire(&self->fill));
}
static Value zip_longest_setstate(Value *args) {
    ZipLongest *self = OBJECT_AS(ZipLongest, args[0]);
    heap_store_release(self, &self->fill, args[1]);
    return VALUE_NONE;
}
static const MethodDef zip_longest_methods[] = {
    REDUCE_METHOD(zip_longest_reduce), SETSTATE_METHOD(zip_longest_setstate), {0}};
ITERTOOL(zip_longest_type, ZipLongest, "zip_longest", zip_longest,
         "zip_longest(*iterables, fillvalue=None): tuples with one item of each iterable, until the\n"
         "longest ends.")

/* --- the module -------------------------------------------------------------------------------------------------- */

/* tee(): as many copies of one tee object. */
static Value tee_function(Value *args) {
    int64_t wanted = 2;
    if (!is_empty(args[2])) {
        wanted = value_index_int64(args[2], &OverflowError);
        if (wanted == -1 && error_occurred()) return VALUE_ERROR;
    }
    if (wanted < 0) return raise_error(&ValueError, "n must be >= 0");
    Tuple *result = tuple_new(wanted);
    if (!result || wanted == 0) return tuple_or_error(result);
    Value iterator = get_iter(args[1]);
    if (is_error(iterator)) return VALUE_ERROR;
    Value copy = get_attribute_optional(iterator, NAME("__copy__"));
    if (is_error(copy)) return VALUE_ERROR;
    if (is_empty(copy)) {
        iterator = call_1(object_value(&tee_type), iterator);
        copy = is_error(iterator) ? VALUE_ERROR : get_attribute(iterator, NAME("__copy__"));
        if (is_error(copy)) return VALUE_ERROR;
    }
    result->items[0] = iterator;
    for (int64_t i = 1; i < wanted; i++) {
        Value next = call_0(copy);
        if (is_error(next)) return VALUE_ERROR;
        result->items[i] = next;
    }
    return object_value(result);
}

static const MethodDef functions[] = {
    METHOD("tee", tee_function, "($module, iterable, n=2, /)",
           "Make n iterators that each give the items of iterable."),
    {0},
};

static Type *const types[] = {
    &accumulate_type, &chain_type, &combinations_type, &combinations_replacement_type,
    &compress_type, &count_type, &cycle_type, &dropwhile_type, &filterfalse_type, &groupby_type,
    &grouper_type, &islice_type, &pairwise_type, &permutations_type, &product_type, &repeat_type,
    &starmap_type, &takewhile_type, &tee_type, &tee_block_type, &zip_longest_type, NULL,
};

const NativeModule module_itertools = {
    .name = "itertools",
    .doc = "Iterators made of other iterators.",
    .functions = functions,
    .types = types,
};
