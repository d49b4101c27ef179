/* lru_cache.c - functools._lru_cache_wrapper: a function that remembers its results.
 *
 * The cache is a dict in the order of last use (types/dict.c keeps the order of insertion): a hit moves
 * the key to the end, a result that is one too many throws the first key out. Without a limit a hit is
 * one read without a lock. Keys are hashed and compared, and the function is called, without a lock;
 * two threads that miss the same key both call the function, and the first result stays.
 *
 * Hits and misses are counted in several counters, each in a cache line of its own, so that threads
 * that share a cache do not fight for one. */
#include "modules/functools.h"
#include "object/native.h"
#include "types/dict.h"
#include "types/exception.h"
#include "types/int.h"
#include "types/list.h"
#include "types/str.h"

enum { COUNTERS = 8 };

typedef struct Counters {
    int64_t hits, misses; /* atomic */
    int64_t padding[6];
} Counters;

typedef struct LruCache {
    Object object;
    Value function;  /* constant */
    Value info_type; /* constant */
    int64_t maximum; /* constant; -1: no limit; 0: nothing is remembered */
    bool typed;      /* constant */
    Dict *cache;     /* constant */
    Counters counters[COUNTERS];
} LruCache;

static LruCache *as_cache(Value v) { return OBJECT_AS(LruCache, v); }

static void cache_trace(Cell *cell, Marker *marker) {
    LruCache *self = (LruCache *)cell;
    marker_visit(marker, self->function);
    marker_visit(marker, self->info_type);
    marker_visit_pointer(marker, self->cache);
}

static Value cache_new(Type *type, Value *args, size_t count, Tuple *names) {
    static const char signature[] = "(user_function, maxsize, typed, cache_info_type)";
    static Signature *parsed;
    Value bound[4];
    if (!bind_arguments("lru_cache", signature, &parsed, args, count, names, bound))
        return VALUE_ERROR;
    if (!is_callable(bound[0]))
        return raise_error(&TypeError, "the first argument must be callable");
    int64_t maximum = -1;
    if (!is_none(bound[1])) {
        if (!has_index(bound[1])) return raise_error(&TypeError, "maxsize should be integer or None");
        maximum = value_index_int64(bound[1], &OverflowError);
        if (maximum == -1 && error_occurred()) return VALUE_ERROR;
        maximum = max_int64(0, maximum);
    }
    int typed = value_truth(bound[2]);
    Dict *cache = typed < 0 ? NULL : dict_new();
    LruCache *self = cache ? object_alloc_instance(type, sizeof(LruCache)) : NULL;
    if (!self) return VALUE_ERROR;
    store_relaxed(&self->maximum, maximum);
    store_relaxed(&self->typed, typed > 0);
    heap_store_relaxed(self, &self->function, bound[0]);
    heap_store_relaxed(self, &self->info_type, bound[3]);
    HEAP_STORE_POINTER(self, &self->cache, cache);
    return object_value(self);
}

static Counters *counters_of(LruCache *self) {
    return &self->counters[thread_self()->native_id % COUNTERS];
}

/* The key of a call: the argument itself when it is a single int or str, else a tuple of the
 * arguments, a mark and the keywords, and the types when the cache is typed. VALUE_ERROR. */
static Value key_of(LruCache *self, Value *args, size_t count, Tuple *names) {
    size_t named = names ? (size_t)names->length : 0;
    if (!self->typed && named == 0 && count == 1 &&
        (is_smallint(args[0]) || is_exactly(args[0], &str_type) || is_exactly(args[0], &int_type)))
        return args[0];
    size_t size = count + (named ? 1 + 2 * named : 0) + (self->typed ? count + named : 0), n = 0;
    Tuple *key = tuple_new((int64_t)size);
    if (!key) return VALUE_ERROR;
    for (size_t i = 0; i < count; i++) key->items[n++] = args[i];
    if (named) key->items[n++] = object_value(&lru_cache_type); /* a mark that no caller passes */
    for (size_t i = 0; i < named; i++) {
        key->items[n++] = names->items[i];
        key->items[n++] = args[count + i];
    }
    for (size_t i = 0; self->typed && i < count + named; i++)
        key->items[n++] = object_value(type_of(args[i]));
    return object_value(key);
}

static Value cache_call(Value object, Value *args, size_t count, Tuple *names) {
    LruCache *self = as_cache(object);
    if (self->maximum == 0) {
        fetch_add_relaxed(&counters_of(self)->misses, 1);
        return call(self->function, args, count, names);
    }
    Value key = key_of(self, args, count, names);
    if (is_error(key)) return VALUE_ERROR;
    int64_t hash = dict_key_hash(key);
    if (hash == -1) return VALUE_ERROR;
    Value known = dict_get_hashed(self->cache, key, hash);
    if (is_error(known)) return VALUE_ERROR;
    if (!is_empty(known)) {
        fetch_add_relaxed(&counters_of(self)->hits, 1);
        if (self->maximum > 0 && dict_move_to_end_hashed(self->cache, key, hash, true) < 0) return VALUE_ERROR;
        return known;
    }
    fetch_add_relaxed(&counters_of(self)->misses, 1);
    Value result = call(self->function, args, count, names);
    if (is_error(result)) return VALUE_ERROR;
    Value present = dict_set_default_hashed(self->cache, key, hash, result);
    if (is_error(present)) return VALUE_ERROR;
    while (self->maximum > 0 && dict_length(self->cache) > self->maximum) {
        Value old_key, old_value;
        if (!dict_pop_item(self->cache, false, &old_key, &old_value)) break;
    }
    return result;
}

static Value cache_get(Value self, Value instance, Value owner) {
    if (is_empty(instance) || is_none(instance)) return self;
    return bound_method_new(self, instance);
}

static Value cache_info(Value *args) {
    LruCache *self = as_cache(args[0]);
    int64_t hits = 0, misses = 0;
    for (int i = 0; i < COUNTERS; i++) {
        hits += load_relaxed(&self->counters[i].hits);
        misses += load_relaxed(&self->counters[i].misses);
    }
    Value values[] = {int_value(hits), int_value(misses),
                      self->maximum < 0 ? VALUE_NONE : int_value(self->maximum),
                      int_value(dict_length(self->cache))};
    return call(self->info_type, values, 4, NULL);
}

static Value cache_clear(Value *args) {
    LruCache *self = as_cache(args[0]);
    for (int i = 0; i < COUNTERS; i++) {
        store_relaxed(&self->counters[i].hits, INT64_C(0));
        store_relaxed(&self->counters[i].misses, INT64_C(0));
    }
    dict_clear(self->cache);
    return VALUE_NONE;
}

static Value cache_reduce(Value *args) { return get_attribute_c(args[0], "__qualname__"); }
static Value cache_copy(Value *args) { return args[0]; }

static const MethodDef cache_methods[] = {
    METHOD("cache_info", cache_info, "($self, /)", "Tell hits, misses, maximal and present size."),
    METHOD("cache_clear", cache_clear, "($self, /)", "Forget all results."),
    METHOD("__reduce__", cache_reduce, "($self, /)", "State for pickling."),
    METHOD("__copy__", cache_copy, "($self, /)", NULL),
    METHOD("__deepcopy__", cache_copy, "($self, memo, /)", NULL),
    {0},
};

Type lru_cache_type = {
    .name = "functools._lru_cache_wrapper",
    .doc = "A function that remembers the results of its last calls.",
    .base = &object_type_object,
    .flags = TYPE_BASE | TYPE_HAS_DICT | TYPE_HAS_WEAKREF | TYPE_METHOD_LIKE | TYPE_IMMUTABLE,
    .size = sizeof(LruCache),
    .root = {.cell_kind = {.trace = cache_trace, .name = "functools._lru_cache_wrapper"}},
    .call = cache_call,
    .getattribute = object_getattribute,
    .setattribute = object_setattribute,
    .descr_get = cache_get,
    .new_instance = cache_new,
    .methods = cache_methods,
};
