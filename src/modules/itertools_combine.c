/* itertools_combine.c - product, permutations and combinations.
 *
 * Each has a pool of items (constant) and an array of indices into it that steps on. A step runs no
 * Python, so it is done under the object's lock: threads that share one of these iterators get each
 * result once. */
#include "modules/itertools.h"

/* One struct for all four. */
typedef struct Combine {
    Object object;
    Tuple *pool;      /* constant; product: tuple of pools */
    int64_t length;   /* constant; items of a result */
    Array *indices;   /* ints, small; under the lock */
    Array *cycles;    /* permutations only; under the lock */
    bool started;     /* under the lock */
    bool stopped;     /* under the lock */
} Combine;

static void combine_trace(Cell *cell, Marker *marker) {
    Combine *self = (Combine *)cell;
    marker_visit_pointer(marker, self->pool);
    marker_visit_pointer(marker, self->indices);
    marker_visit_pointer(marker, self->cycles);
}

static int64_t index_at(const Array *array, int64_t i) { return smallint_of(array->items[i]); }
static void index_put(Array *array, int64_t i, int64_t index) {
    heap_store_relaxed(array, &array->items[i], smallint_value(index));
}

static Array *indices_of(int64_t count, int64_t first, int64_t step) {
    Array *array = array_new(count);
    for (int64_t i = 0; array && i < count; i++) array->items[i] = smallint_value(first + i * step);
    return array;
}

static Combine *combine_make(Type *type, Tuple *pool, int64_t length, Array *indices) {
    Combine *self = pool && indices ? object_alloc_instance(type, sizeof(Combine)) : NULL;
    if (!self) return NULL;
    store_relaxed(&self->length, length);
    HEAP_STORE_POINTER(self, &self->indices, indices);
    HEAP_STORE_POINTER(self, &self->pool, pool);
    return self;
}

/* Moves to the next state; false: there is none. Called with the lock held. */
typedef bool (*StepFunction)(Combine *);

/* What the indices select. Called with the lock held; NULL: MemoryError. */
static Tuple *combine_result(Combine *self, bool product) {
    Tuple *result = tuple_new(self->length);
    for (int64_t i = 0; result && i < self->length; i++) {
        Tuple *pool = product ? as_tuple(self->pool->items[i]) : self->pool;
        result->items[i] = pool->items[index_at(self->indices, i)];
    }
    return result;
}

static ALWAYS_INLINE Value combine_next(Value object, StepFunction step, bool product) {
    Combine *self = OBJECT_AS(Combine, object);
    Tuple *result = NULL;
    object_lock(self);
    bool ended = self->stopped || (self->started && !step(self));
    if (ended) {
        self->stopped = true;
    } else {
        self->started = true;
        result = combine_result(self, product);
    }
    object_unlock(self);
    return ended ? VALUE_EMPTY : tuple_or_error(result);
}

/* A tuple of the first `count` indices. */
static Tuple *indices_tuple(const Array *array, int64_t count) {
    Tuple *tuple = tuple_new(count);
    for (int64_t i = 0; tuple && i < count; i++) tuple->items[i] = array->items[i];
    return tuple;
}

/* Reads a tuple of `count` numbers, as a state has it, into an array. ValueError. */
static Array *indices_from_state(Value state, int64_t count) {
    if (!is_tuple(state) || as_tuple(state)->length != count) {
        raise_error(&ValueError, "invalid arguments");
        return NULL;
    }
    Array *array = array_new(count);
    for (int64_t i = 0; array && i < count; i++) {
        int64_t index;
        if (!value_to_int64(as_tuple(state)->items[i], &index)) return NULL;
        array->items[i] = smallint_value(max_int64(SMALLINT_MIN, min_int64(index, SMALLINT_MAX)));
    }
    return array;
}

/* --- product ------------------------------------------------------------------------------------------- */

static bool product_step(Combine *self) {
    for (int64_t i = self->length; i-- > 0;) {
        int64_t next = index_at(self->indices, i) + 1;
        if (next < as_tuple(self->pool->items[i])->length) {
            index_put(self->indices, i, next);
            return true;
        }
        index_put(self->indices, i, 0);
    }
    return false;
}

static Value product_new(Type *type, Value *args, size_t count, Tuple *names) {
    int64_t repeat = 1;
    for (int64_t i = 0; names && i < names->length; i++) {
        if (!str_equal_c(as_str(names->items[i]), "repeat")) {
            if (type != &product_type) continue;
            return raise_error(&TypeError, "'%V' is an invalid keyword argument for product()",
                               names->items[i]);
        }
        repeat = value_index_int64(args[count + (size_t)i], &OverflowError);
        if (repeat == -1 && error_occurred()) return VALUE_ERROR;
        if (repeat < 0) return raise_error(&ValueError, "repeat argument cannot be negative");
    }
    int64_t length;
    if (repeat == 0) count = 0;
    if (__builtin_mul_overflow((int64_t)count, repeat, &length) || length > INT32_MAX)
        return raise_error(&OverflowError, "repeat argument too large");
    Tuple *pools = tuple_new(length);
    if (!pools) return VALUE_ERROR;
    bool empty = false;
    for (int64_t i = 0; i < length; i++) {
        if (i < (int64_t)count) {
            Tuple *pool = tuple_from_iterable(args[i]);
            if (!pool) return VALUE_ERROR;
            pools->items[i] = object_value(pool);
            empty |= pool->length == 0;
        } else {
            pools->items[i] = pools->items[i - (int64_t)count];
        }
    }
    Combine *self = combine_make(type, pools, length, indices_of(length, 0, 0));
    if (!self) return VALUE_ERROR;
    self->stopped = empty;
    return object_value(self);
}

static Value product_next(Value object) { return combine_next(object, product_step, true); }

static Value product_reduce(Value *args) {
    Combine *self = OBJECT_AS(Combine, args[0]);
    object_lock(self);
    bool started = self->started, stopped = self->stopped;
    Tuple *state = indices_tuple(self->indices, self->length);
    object_unlock(self);
    if (stopped) return reduce_to(args[0], tuple_pack(1, object_value(tuple_new(0))));
    if (!started || !state) return reduce_to(args[0], state ? self->pool : NULL);
    return reduce_to_state(args[0], self->pool, object_value(state));
}

static Value product_setstate(Value *args) {
    Combine *self = OBJECT_AS(Combine, args[0]);
    Array *indices = indices_from_state(args[1], self->length);
    if (!indices) return VALUE_ERROR;
    bool empty = false;
    for (int64_t i = 0; i < self->length; i++) {
        int64_t pool = as_tuple(self->pool->items[i])->length;
        empty |= pool == 0;
        index_put(indices, i, max_int64(0, min_int64(index_at(indices, i), pool - 1)));
    }
    object_lock(self);
    HEAP_STORE_POINTER(self, &self->indices, indices);
    self->started = true;
    self->stopped = empty;
    object_unlock(self);
    return VALUE_NONE;
}

static Value combine_sizeof(Value *args) {
    Combine *self = OBJECT_AS(Combine, args[0]);
    return int_value((int64_t)sizeof(Combine) + self->length * (int64_t)sizeof(Value));
}

#define product_trace combine_trace
static const MethodDef product_methods[] = {
    REDUCE_METHOD(product_reduce), SETSTATE_METHOD(product_setstate),
    METHOD("__sizeof__", combine_sizeof, "($self, /)", "Tell the size in memory, in bytes."), {0}};
ITERTOOL(product_type, Combine, "product", product,
         "product(*iterables, repeat=1): all tuples with one item of each iterable, in order.")

/* --- combinations ----------------------------------------------------------------------------------------- */

/* The pool and r of combinations(iterable, r) and its kin. */
static Tuple *pool_and_length(Value iterable, Value r, int64_t *length) {
    Tuple *pool = tuple_from_iterable(iterable);
    if (!pool) return NULL;
    *length = value_index_int64(r, &OverflowError);
    if (*length == -1 && error_occurred()) return NULL;
    if (*length < 0) {
        raise_error(&ValueError, "r must be non-negative");
        return NULL;
    }
    return pool;
}

static Value combine_reduce(Value *args) {
    Combine *self = OBJECT_AS(Combine, args[0]);
    object_lock(self);
    bool started = self->started, stopped = self->stopped;
    Tuple *state = self->indices->capacity >= self->length
                       ? indices_tuple(self->indices, self->length) : tuple_new(0);
    object_unlock(self);
    if (!state) return VALUE_ERROR;
    Value length = int_value(self->length);
    if (stopped)
        return reduce_to(args[0], tuple_pack(2, object_value(tuple_new(0)), length));
    Tuple *arguments = tuple_pack(2, object_value(self->pool), length);
    return started ? reduce_to_state(args[0], arguments, object_value(state))
                   : reduce_to(args[0], arguments);
}

static bool combinations_step(Combine *self) {
    int64_t n = self->pool->length, r = self->length, i = r - 1;
    while (i >= 0 && index_at(self->indices, i) == i + n - r) i--;
    if (i < 0) return false;
    int64_t index = index_at(self->indices, i) + 1;
    for (; i < r; i++) index_put(self->indices, i, index++);
    return true;
}

static Value combinations_new(Type *type, Value *args, size_t count, Tuple *names) {
    Value bound[2];
    int64_t length;
    if (!BIND("combinations", "(iterable, r)", bound)) return VALUE_ERROR;
    Tuple *pool = pool_and_length(bound[0], bound[1], &length);
    if (!pool) return VALUE_ERROR;
    bool none = length > pool->length;
    Combine *self = combine_make(type, pool, length, indices_of(none ? 0 : length, 0, 1));
    if (!self) return VALUE_ERROR;
    self->stopped = none;
    return object_value(self);
}

static Value combinations_next(Value object) { return combine_next(object, combinations_step, false); }

static Value combinations_setstate(Value *args) {
    Combine *self = OBJECT_AS(Combine, args[0]);
    int64_t n = self->pool->length, r = self->length;
    Array *indices = r > n ? NULL : indices_from_state(args[1], r);
    if (!indices) {
        if (!error_occurred()) raise_error(&ValueError, "invalid arguments");
        return VALUE_ERROR;
    }
    for (int64_t i = 0; i < r; i++)
        index_put(indices, i, max_int64(0, min_int64(index_at(indices, i), i + n - r)));
    object_lock(self);
    HEAP_STORE_POINTER(self, &self->indices, indices);
    self->started = true;
    self->stopped = false;
    object_unlock(self);
    return VALUE_NONE;
}

#define combinations_trace combine_trace
static const MethodDef combinations_methods[] = {
    REDUCE_METHOD(combine_reduce), SETSTATE_METHOD(combinations_setstate),
    METHOD("__sizeof__", combine_sizeof, "($self, /)", "Tell the size in memory, in bytes."), {0}};
ITERTOOL(combinations_type, Combine, "combinations", combinations,
         "combinations(iterable, r): all ways to choose r items, in order.")

/* --- combinations with replacement --------------------------------------------------------------------------- */

static bool replacement_step(Combine *self) {
    int64_t n = self->pool->length, r = self->length, i = r - 1;
    while (i >= 0 && index_at(self->indices, i) == n - 1) i--;
    if (i < 0) return false;
    int64_t index = index_at(self->indices, i) + 1;
    for (; i < r; i++) index_put(self->indices, i, index);
    return true;
}

static Value replacement_new(Type *type, Value *args, size_t count, Tuple *names) {
    Value bound[2];
    int64_t length;
    if (!BIND("combinations_with_replacement", "(iterable, r)", bound)) return VALUE_ERROR;
    Tuple *pool = pool_and_length(bound[0], bound[1], &length);
    if (!pool) return VALUE_ERROR;
    Combine *self = combine_make(type, pool, length, indices_of(length, 0, 0));
    if (!self) return VALUE_ERROR;
    self->stopped = pool->length == 0 && length > 0;
    return object_value(self);
}

static Value replacement_next(Value object) { return combine_next(object, replacement_step, false); }

static Value replacement_setstate(Value *args) {
    Combine *self = OBJECT_AS(Combine, args[0]);
    Array *indices = indices_from_state(args[1], self->length);
    if (!indices) return VALUE_ERROR;
    int64_t n = self->pool->length;
    for (int64_t i = 0; i < self->length; i++)
        index_put(indices, i, max_int64(0, min_int64(index_at(indices, i), n - 1)));
    object_lock(self);
    HEAP_STORE_POINTER(self, &self->indices, indices);
    self->started = true;
    self->stopped = n == 0 && self->length > 0;
    object_unlock(self);
    return VALUE_NONE;
}

#define replacement_trace combine_trace
static const MethodDef replacement_methods[] = {
    REDUCE_METHOD(combine_reduce), SETSTATE_METHOD(replacement_setstate),
    METHOD("__sizeof__", combine_sizeof, "($self, /)", "Tell the size in memory, in bytes."), {0}};
ITERTOOL(combinations_replacement_type, Combine, "combinations_with_replacement", replacement,
         "combinations_with_replacement(iterable, r): all ways to choose r items, the same one\n"
         "again and again if need be.")

/* --- permutations --------------------------------------------------------------------------------------------- */

/* `indices` is the order of the whole pool, its first `length` the result; cycles[i] counts how many
 * places position i can still be exchanged with. */
static bool permutations_step(Combine *self) {
    int64_t n = self->pool->length, r = self->length;
    for (int64_t i = r - 1; i >= 0; i--) {
        int64_t left = index_at(self->cycles, i) - 1;
        if (left == 0) {
            int64_t first = index_at(self->indices, i);
            for (int64_t k = i; k < n - 1; k++)
                index_put(self->indices, k, index_at(self->indices, k + 1));
            index_put(self->indices, n - 1, first);
            index_put(self->cycles, i, n - i);
        } else {
            index_put(self->cycles, i, left);
            int64_t a = index_at(self->indices, i), b = index_at(self->indices, n - left);
            index_put(self->indices, i, b);
            index_put(self->indices, n - left, a);
            return true;
        }
    }
    return false;
}

static Value permutations_new(Type *type, Value *args, size_t count, Tuple *names) {
    Value bound[2];
    if (!BIND("permutations", "(iterable, r=None)", bound)) return VALUE_ERROR;
    Tuple *pool = tuple_from_iterable(bound[0]);
    if (!pool) return VALUE_ERROR;
    int64_t length = pool->length;
    if (!is_empty(bound[1]) && !is_none(bound[1])) {
        if (!is_int(bound[1])) return raise_error(&TypeError, "Expected int as r");
        if (!value_to_int64(bound[1], &length)) return VALUE_ERROR;
        if (length < 0) return raise_error(&ValueError, "r must be non-negative");
    }
    bool none = length > pool->length;
    Array *cycles = indices_of(none ? 0 : length, pool->length, -1);
    Combine *self = cycles ? combine_make(type, pool, length, indices_of(pool->length, 0, 1)) : NULL;
    if (!self) return VALUE_ERROR;
    HEAP_STORE_POINTER(self, &self->cycles, cycles);
    self->stopped = none;
    return object_value(self);
}

static Value permutations_next(Value object) { return combine_next(object, permutations_step, false); }

static Value permutations_reduce(Value *args) {
    Combine *self = OBJECT_AS(Combine, args[0]);
    object_lock(self);
    bool started = self->started, stopped = self->stopped;
    Tuple *indices = indices_tuple(self->indices, self->indices->capacity);
    Tuple *cycles = indices_tuple(self->cycles, self->cycles->capacity);
    object_unlock(self);
    if (!indices || !cycles) return VALUE_ERROR;
    Value length = int_value(self->length);
    if (stopped)
        return reduce_to(args[0], tuple_pack(2, object_value(tuple_new(0)), length));
    Tuple *arguments = tuple_pack(2, object_value(self->pool), length);
    if (!started) return reduce_to(args[0], arguments);
    Tuple *state = tuple_pack(2, object_value(indices), object_value(cycles));
    return state ? reduce_to_state(args[0], arguments, object_value(state)) : VALUE_ERROR;
}

static Value permutations_setstate(Value *args) {
    Combine *self = OBJECT_AS(Combine, args[0]);
    int64_t n = self->pool->length, r = self->length;
    if (!is_tuple(args[1]) || as_tuple(args[1])->length != 2 || r > n)
        return raise_error(&ValueError, "invalid arguments");
    Array *indices = indices_from_state(as_tuple(args[1])->items[0], n);
    Array *cycles = indices ? indices_from_state(as_tuple(args[1])->items[1], r) : NULL;
    if (!cycles) return VALUE_ERROR;
    for (int64_t i = 0; i < n; i++)
        index_put(indices, i, max_int64(0, min_int64(index_at(indices, i), n - 1)));
    for (int64_t i = 0; i < r; i++)
        index_put(cycles, i, max_int64(1, min_int64(index_at(cycles, i), n - i)));
    object_lock(self);
    HEAP_STORE_POINTER(self, &self->indices, indices);
    HEAP_STORE_POINTER(self, &self->cycles, cycles);
    self->started = true;
    self->stopped = false;
    object_unlock(self);
    return VALUE_NONE;
}

#define permutations_trace combine_trace
static const MethodDef permutations_methods[] = {
    REDUCE_METHOD(permutations_reduce), SETSTATE_METHOD(permutations_setstate),
    METHOD("__sizeof__", combine_sizeof, "($self, /)", "Tell the size in memory, in bytes."), {0}};
ITERTOOL(permutations_type, Combine, "permutations", permutations,
         "permutations(iterable, r=None): all ways to put r items in a row, in order.")
