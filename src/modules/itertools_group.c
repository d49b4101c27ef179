/* itertools_group.c - chain, groupby and tee.
 *
 * chain: the next iterable is fetched by one thread at a time, which says so in `fetcher`; others that
 * find the present iterator ended wait for it, so that none takes the chain for ended while there is
 * more. The fetching thread may come back to the same chain from within its iterable; it then goes on
 * as if it were alone.
 *
 * tee: the copies walk one chain of blocks; a block holds up to BLOCK_ITEMS items. Who needs an item
 * that is not there asks the iterator for it, marking the blocks as busy meanwhile: a second one who
 * comes then (from another thread, or from within the iterator) gets RuntimeError, as in CPython. */
#include "modules/itertools.h"
#include "thread/park.h"
#include "types/module.h"

/* --- chain --------------------------------------------------------------------------------------------- */

typedef struct Chain {
    Object object;
    Value source; /* atomic; iterator of iterables; VALUE_EMPTY: ended */
    Value active; /* atomic; the present iterator, or VALUE_EMPTY */
    uint64_t fetcher; /* atomic; ident of the thread that fetches the next iterable, or 0 */
    uint32_t waiting; /* atomic; threads that wait for it */
} Chain;

static void chain_trace(Cell *cell, Marker *marker) {
    marker_visit(marker, ((Chain *)cell)->source);
    marker_visit(marker, ((Chain *)cell)->active);
}

static Value chain_make(Type *type, Value iterables) {
    Value source = get_iter(iterables);
    Chain *self = is_error(source) ? NULL : object_alloc_instance(type, sizeof(Chain));
    if (!self) return VALUE_ERROR;
    heap_store_release(self, &self->source, source);
    return object_value(self);
}

static Value chain_new(Type *type, Value *args, size_t count, Tuple *names) {
    names = names_to_refuse(type, &chain_type, names);
    if (names && names->length)
        return raise_error(&TypeError, "chain() takes no keyword arguments");
    Tuple *iterables = tuple_from_array(args, (int64_t)count);
    return iterables ? chain_make(type, object_value(iterables)) : VALUE_ERROR;
}

static Value chain_from_iterable(Value *args) {
    return chain_make(OBJECT_AS(Type, args[0]), args[1]);
}

/* Fetches the next iterable: VALUE_NONE when it is the active one now, VALUE_EMPTY at the end,
 * VALUE_ERROR. */
static Value chain_fetch(Chain *self) {
    Value source = value_load_acquire(&self->source);
    if (is_empty(source)) return VALUE_EMPTY;
    Value iterable = iter_next(source);
    Value iterator = is_empty(iterable) || is_error(iterable) ? iterable : get_iter(iterable);
    if (is_empty(iterator) || is_error(iterator)) {
        heap_store_release(self, &self->source, VALUE_EMPTY);
        return iterator;
    }
    heap_store_release(self, &self->active, iterator);
    return VALUE_NONE;
}

static bool is_fetched_by_other(void *argument) {
    uint64_t fetcher = load_seq_cst(&((Chain *)argument)->fetcher);
    return fetcher != 0 && fetcher != thread_self()->ident;
}

/* Sleeps while another thread fetches. False with an exception set. */
static bool chain_wait(Chain *self) {
    fetch_add_seq_cst(&self->waiting, 1u);
    ParkRequest request = {.address = self, .still = is_fetched_by_other, .argument = self,
                           .deadline = INT64_MAX, .interruptible = true};
    ParkResult result = park(&request);
    fetch_add_seq_cst(&self->waiting, (uint32_t)-1);
    return result != PARK_INTERRUPTED || safepoint(thread_self());
}

static Value chain_next(Value object) {
    Chain *self = OBJECT_AS(Chain, object);
    for (;;) {
        Value active = value_load_acquire(&self->active);
        if (!is_empty(active)) {
            Value item = iter_next(active);
            if (!is_empty(item)) return item;
            cas_acq_rel(&self->active.bits, &active.bits, VALUE_EMPTY.bits);
            continue;
        }
        uint64_t me = thread_self()->ident, fetcher = 0;
        bool claimed = cas_seq_cst(&self->fetcher, &fetcher, me);
        if (!claimed && fetcher != me) {
            if (!chain_wait(self)) return VALUE_ERROR;
            continue;
        }
        bool needed = is_empty(value_load_acquire(&self->active));
        Value fetched = needed ? chain_fetch(self) : VALUE_NONE;
        if (claimed) {
            store_seq_cst(&self->fetcher, UINT64_C(0));
            if (load_seq_cst(&self->waiting)) unpark_many(self, SIZE_MAX);
        }
        if (!is_none(fetched)) return fetched;
    }
}

static Value chain_reduce(Value *args) {
    Chain *self = OBJECT_AS(Chain, args[0]);
    Value source = value_load_acquire(&self->source), active = value_load_acquire(&self->active);
    if (is_empty(source)) return reduce_to(args[0], tuple_new(0));
    Tuple *state = is_empty(active) ? tuple_pack(1, source) : tuple_pack(2, source, active);
    return state ? reduce_to_state(args[0], tuple_new(0), object_value(state)) : VALUE_ERROR;
}

static Value chain_setstate(Value *args) {
    Chain *self = OBJECT_AS(Chain, args[0]);
    if (!is_tuple(args[1])) return raise_error(&TypeError, "state is not a tuple");
    Tuple *state = as_tuple(args[1]);
    if (state->length < 1 || state->length > 2)
        return raise_error(&TypeError, "state must have one or two items");
    for (int64_t i = 0; i < state->length; i++)
        if (!is_iterator(state->items[i]))
            return raise_error(&TypeError, "Arguments must be iterators.");
    heap_store_release(self, &self->source, state->items[0]);
    if (state->length == 2) heap_store_release(self, &self->active, state->items[1]);
    return VALUE_NONE;
}

static const MethodDef chain_methods[] = {
    CLASS_METHOD("from_iterable", chain_from_iterable, "($type, iterable, /)",
                 "chain() of all items of one iterable, which is read only as far as needed."),
    REDUCE_METHOD(chain_reduce),
    SETSTATE_METHOD(chain_setstate),
    CLASS_METHOD("__class_getitem__", generic_alias_class_getitem, "($type, item, /)",
                 "See PEP 585."),
    {0},
};
ITERTOOL(chain_type, Chain, "chain", chain,
         "chain(*iterables): the items of the first iterable, then those of the next, ...")

/* --- groupby ------------------------------------------------------------------------------------------------ */

typedef struct GroupBy {
    Object object;
    Value iterator, function;  /* constant; function: VALUE_EMPTY for the items themselves */
    Value target;              /* atomic; key of the group given last */
    Value key, item;           /* atomic; what was read last; VALUE_EMPTY: nothing, or given away */
    struct Grouper *group;     /* atomic; the group given last */
} GroupBy;

typedef struct Grouper {
    Object object;
    GroupBy *parent; /* constant */
    Value target;    /* constant */
} Grouper;

static void groupby_trace(Cell *cell, Marker *marker) {
    GroupBy *self = (GroupBy *)cell;
    marker_visit(marker, self->iterator);
    marker_visit(marker, self->function);
    marker_visit(marker, self->target);
    marker_visit(marker, self->key);
    marker_visit(marker, self->item);
    marker_visit_pointer(marker, self->group);
}

static Value groupby_new(Type *type, Value *args, size_t count, Tuple *names) {
    Value bound[2];
    if (!BIND("groupby", "(iterable, key=None)", bound)) return VALUE_ERROR;
    Value iterator = get_iter(bound[0]);
    GroupBy *self = is_error(iterator) ? NULL : object_alloc_instance(type, sizeof(GroupBy));
    if (!self) return VALUE_ERROR;
    if (!is_empty(bound[1]) && !is_none(bound[1])) heap_store_relaxed(self, &self->function, bound[1]);
    heap_store_release(self, &self->iterator, iterator);
    return object_value(self);
}

/* Reads the next item and its key: VALUE_NONE, VALUE_EMPTY at the end, VALUE_ERROR. */
static Value groupby_step(GroupBy *self) {
    Value item = iter_next(self->iterator);
    if (is_empty(item) || is_error(item)) return item;
    Value key = is_empty(self->function) ? item : call_1(self->function, item);
    if (is_error(key)) return VALUE_ERROR;
    heap_store_release(self, &self->item, item);
    heap_store_release(self, &self->key, key);
    return VALUE_NONE;
}

static Value groupby_next(Value object) {
    GroupBy *self = OBJECT_AS(GroupBy, object);
    HEAP_STORE_POINTER(self, &self->group, NULL);
    Value key;
    for (;;) {
        key = value_load_acquire(&self->key);
        if (!is_empty(key)) {
            Value target = value_load_acquire(&self->target);
            if (is_empty(target)) break;
            int same = value_equal(target, key);
            if (same < 0) return VALUE_ERROR;
            if (!same) break;
        }
        Value stepped = groupby_step(self);
        if (!is_none(stepped)) return stepped;
    }
    heap_store_release(self, &self->target, key);
    Grouper *group = object_alloc(&grouper_type, sizeof(Grouper));
    if (!group) return VALUE_ERROR;
    group->parent = self;
    group->target = key;
    HEAP_STORE_POINTER(self, &self->group, group);
    return tuple_or_error(tuple_pack(2, key, object_value(group)));
}

static Value groupby_reduce(Value *args) {
    GroupBy *self = OBJECT_AS(GroupBy, args[0]);
    Tuple *arguments = tuple_pack(2, self->iterator, value_or_none(self->function));
    Value key = value_load_acquire(&self->key), item = value_load_acquire(&self->item);
    Value target = value_load_acquire(&self->target);
    if (is_empty(key) || is_empty(item) || is_empty(target)) return reduce_to(args[0], arguments);
    Tuple *state = tuple_pack(3, item, target, key);
    return state ? reduce_to_state(args[0], arguments, object_value(state)) : VALUE_ERROR;
}

static Value groupby_setstate(Value *args) {
    GroupBy *self = OBJECT_AS(GroupBy, args[0]);
    if (!is_tuple(args[1])) return raise_error(&TypeError, "state is not a tuple");
    Tuple *state = as_tuple(args[1]);
    if (state->length != 3) return raise_error(&TypeError, "state must have three items");
    heap_store_release(self, &self->item, state->items[0]);
    heap_store_release(self, &self->target, state->items[1]);
    heap_store_release(self, &self->key, state->items[2]);
    return VALUE_NONE;
}

static const MethodDef groupby_methods[] = {
    REDUCE_METHOD(groupby_reduce), SETSTATE_METHOD(groupby_setstate), {0}};
ITERTOOL(groupby_type, GroupBy, "groupby", groupby,
         "groupby(iterable, key=None): pairs (key, iterator of the items in a row that have it).")

static void grouper_trace(Cell *cell, Marker *marker) {
    marker_visit_pointer(marker, ((Grouper *)cell)->parent);
    marker_visit(marker, ((Grouper *)cell)->target);
}

static Value grouper_new(Type *type, Value *args, size_t count, Tuple *names) {
    Value bound[2];
    if (!BIND("_grouper", "(parent, tgtkey, /)", bound)) return VALUE_ERROR;
    if (!is_instance_of(bound[0], &groupby_type))
        return raise_error(&TypeError, "_grouper() argument 1 must be itertools.groupby, not %T",
                           bound[0]);
    Grouper *self = object_alloc_instance(type, sizeof(Grouper));
    if (!self) return VALUE_ERROR;
    heap_store_relaxed(self, &self->target, bound[1]);
    GroupBy *parent = OBJECT_AS(GroupBy, bound[0]);
    HEAP_STORE_POINTER(self, &self->parent, parent);
    HEAP_STORE_POINTER(parent, &parent->group, self);
    return object_value(self);
}

static Value grouper_next(Value object) {
    Grouper *self = OBJECT_AS(Grouper, object);
    GroupBy *parent = self->parent;
    for (;;) {
        if (load_acquire(&parent->group) != self) return VALUE_EMPTY;
        if (is_empty(value_load_acquire(&parent->item))) {
            Value stepped = groupby_step(parent);
            if (!is_none(stepped)) return stepped;
        }
        Value key = value_load_acquire(&parent->key);
        if (is_empty(key)) continue;
        int same = value_equal(self->target, key);
        if (same <= 0) return same < 0 ? VALUE_ERROR : VALUE_EMPTY;
        Value item = {exchange_acq_rel(&parent->item.bits, VALUE_EMPTY.bits)};
        if (!is_empty(item)) return item;
    }
}

static Value grouper_reduce(Value *args) {
    Grouper *self = OBJECT_AS(Grouper, args[0]);
    if (load_acquire(&self->parent->group) != self) return iterator_reduce("iter", VALUE_EMPTY, 0);
    return reduce_to(args[0], tuple_pack(2, object_value(self->parent), self->target));
}

static const MethodDef grouper_methods[] = {REDUCE_METHOD(grouper_reduce), {0}};
ITERTOOL(grouper_type, Grouper, "_grouper", grouper, "The items of one group of groupby().")

/* --- tee ------------------------------------------------------------------------------------------------------- */

enum { BLOCK_ITEMS = 57 };

typedef struct TeeBlock {
    Object object;
    Value iterator;         /* constant */
    struct TeeBlock *next;  /* atomic; NULL: not needed yet; set once */
    int32_t count;          /* atomic; items that are there */
    uint8_t busy;           /* atomic; somebody is asking the iterator */
    Value items[BLOCK_ITEMS]; /* each constant once count covers it */
} TeeBlock;

typedef struct Tee {
    Object object;
    TeeBlock *block; /* with index under the lock */
    int32_t index;
} Tee;

static void tee_block_trace(Cell *cell, Marker *marker) {
    TeeBlock *block = (TeeBlock *)cell;
    marker_visit(marker, block->iterator);
    marker_visit_pointer(marker, block->next);
    marker_visit_range(marker, block->items, BLOCK_ITEMS);
}

static TeeBlock *tee_block_make(Value iterator) {
    TeeBlock *block = object_alloc(&tee_block_type, sizeof(TeeBlock));
    if (block) block->iterator = iterator;
    return block;
}

static Value tee_block_item(TeeBlock *block, int32_t index) {
    if (index < load_acquire(&block->count)) return value_load_acquire(&block->items[index]);
    uint8_t idle = 0;
    if (!cas_acquire(&block->busy, &idle, (uint8_t)1))
        return raise_error(&RuntimeError, "cannot re-enter the tee iterator");
    Value item;
    if (index < load_acquire(&block->count)) {
        item = value_load_acquire(&block->items[index]);
    } else {
        item = iter_next(block->iterator);
        if (!is_empty(item) && !is_error(item)) {
            heap_store_release(block, &block->items[index], item);
            store_release(&block->count, index + 1);
        }
    }
    store_release(&block->busy, (uint8_t)0);
    return item;
}

static TeeBlock *tee_block_next(TeeBlock *block) {
    TeeBlock *next = load_acquire(&block->next);
    if (next) return next;
    TeeBlock *fresh = tee_block_make(block->iterator);
    if (!fresh) return NULL;
    write_barrier(block);
    return cas_acq_rel(&block->next, &next, fresh) ? fresh : next;
}

static Value tee_block_new(Type *type, Value *args, size_t count, Tuple *names) {
    Value bound[3];
    if (!BIND("_tee_dataobject", "(it, values, next, /)", bound)) return VALUE_ERROR;
    if (!is_list(bound[1]))
        return raise_error(&TypeError, "_tee_dataobject() argument 2 must be list, not %T", bound[1]);
    int64_t items;
    Array *values = list_snapshot(as_list(bound[1]), &items);
    TeeBlock *block = values ? tee_block_make(bound[0]) : NULL;
    if (!block) return VALUE_ERROR;
    bool has_next = !is_none(bound[2]);
    if (items > BLOCK_ITEMS || (has_next && items != BLOCK_ITEMS) ||
        (has_next && !is_exactly(bound[2], &tee_block_type)))
        return raise_error(&ValueError, "Invalid arguments");
    for (int64_t i = 0; i < items; i++)
        heap_store_relaxed(block, &block->items[i], values->items[i]);
    store_release(&block->count, (int32_t)items);
    if (has_next) HEAP_STORE_POINTER(block, &block->next, OBJECT_AS(TeeBlock, bound[2]));
    return object_value(block);
}

static Value tee_block_reduce(Value *args) {
    TeeBlock *block = OBJECT_AS(TeeBlock, args[0]), *next = load_acquire(&block->next);
    List *items = list_from_array(block->items, load_acquire(&block->count));
    if (!items) return VALUE_ERROR;
    return reduce_to(args[0], tuple_pack(3, block->iterator, object_value(items),
                                         next ? object_value(next) : VALUE_NONE));
}

static const MethodDef tee_block_methods[] = {REDUCE_METHOD(tee_block_reduce), {0}};
Type tee_block_type = {
    .name = "itertools._tee_dataobject",
    .doc = "Items that copies made by tee() share.",
    .base = &object_type_object,
    .flags = TYPE_IMMUTABLE,
    .size = sizeof(TeeBlock),
    .root = {.cell_kind = {.trace = tee_block_trace, .name = "itertools._tee_dataobject"}},
    .getattribute = object_getattribute,
    .new_instance = tee_block_new,
    .methods = tee_block_methods,
};

static void tee_trace(Cell *cell, Marker *marker) { marker_visit_pointer(marker, ((Tee *)cell)->block); }

static Value tee_copy_of(Tee *source) {
    Tee *copy = object_alloc(&tee_type, sizeof(Tee));
    if (!copy) return VALUE_ERROR;
    object_lock(source);
    copy->block = source->block;
    copy->index = source->index;
    object_unlock(source);
    return object_value(copy);
}

static Value tee_new(Type *type, Value *args, size_t count, Tuple *names) {
    Value bound[1];
    if (!BIND("_tee", "(iterable, /)", bound)) return VALUE_ERROR;
    Value iterator = get_iter(bound[0]);
    if (is_error(iterator)) return VALUE_ERROR;
    if (is_exactly(iterator, &tee_type)) return tee_copy_of(OBJECT_AS(Tee, iterator));
    TeeBlock *block = tee_block_make(iterator);
    Tee *self = block ? object_alloc(&tee_type, sizeof(Tee)) : NULL;
    if (!self) return VALUE_ERROR;
    self->block = block;
    return object_value(self);
}

static Value tee_next(Value object) {
    Tee *self = OBJECT_AS(Tee, object);
    for (;;) {
        object_lock(self);
        TeeBlock *block = self->block;
        int32_t index = self->index;
        object_unlock(self);
        TeeBlock *from = block;
        int32_t at = index;
        if (index == BLOCK_ITEMS) {
            from = tee_block_next(block);
            at = 0;
            if (!from) return VALUE_ERROR;
        }
        Value item = tee_block_item(from, at);
        if (is_empty(item) || is_error(item)) return item;
        object_lock(self);
        bool mine = self->block == block && self->index == index;
        if (mine) {
            HEAP_STORE_POINTER(self, &self->block, from);
            self->index = at + 1;
        }
        object_unlock(self);
        if (mine) return item; /* else another thread took it: the next one */
    }
}

static Value tee_copy(Value *args) { return tee_copy_of(OBJECT_AS(Tee, args[0])); }

static Value tee_reduce(Value *args) {
    Value copy = tee_copy_of(OBJECT_AS(Tee, args[0]));
    if (is_error(copy)) return VALUE_ERROR;
    Tee *self = OBJECT_AS(Tee, copy);
    Tuple *arguments = tuple_pack(1, object_value(tuple_new(0)));
    Tuple *state = tuple_pack(2, object_value(self->block), int_value(self->index));
    return state ? reduce_to_state(args[0], arguments, object_value(state)) : VALUE_ERROR;
}

static Value tee_setstate(Value *args) {
    Tee *self = OBJECT_AS(Tee, args[0]);
    if (!is_tuple(args[1])) return raise_error(&TypeError, "state is not a tuple");
    Tuple *state = as_tuple(args[1]);
    int64_t index;
    if (state->length != 2 || !is_exactly(state->items[0], &tee_block_type))
        return raise_error(&TypeError, "state must be a _tee_dataobject and an index");
    if (!value_to_int64(state->items[1], &index)) return VALUE_ERROR;
    if (index < 0 || index > BLOCK_ITEMS) return raise_error(&ValueError, "Index out of range");
    object_lock(self);
    HEAP_STORE_POINTER(self, &self->block, OBJECT_AS(TeeBlock, state->items[0]));
    self->index = (int32_t)index;
    object_unlock(self);
    return VALUE_NONE;
}

static const MethodDef tee_methods[] = {
    METHOD("__copy__", tee_copy, "($self, /)", "An iterator that goes on from the same place."),
    REDUCE_METHOD(tee_reduce),
    SETSTATE_METHOD(tee_setstate),
    {0},
};
Type tee_type = {
    .name = "itertools._tee",
    .doc = "An iterator of which copies can be made.",
    .base = &object_type_object,
    .flags = TYPE_IMMUTABLE | TYPE_HAS_WEAKREF,
    .size = sizeof(Tee),
    .root = {.cell_kind = {.trace = tee_trace, .name = "itertools._tee"}},
    .getattribute = object_getattribute,
    .new_instance = tee_new,
    .iter = iter_self,
    .next = tee_next,
    .methods = tee_methods,
};
