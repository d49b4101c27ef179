/* weakref.c - weak references: the objects, and the table that finds those of a target.
 *
 * A reference holds its target through a weak link (gc/heap.h): the collector empties the slot when the
 * target is found dead, and queues the reference when it is alive itself; a queued reference with a
 * callback has it called at a safe point. So reading a target is one load, and a target that was read
 * is kept alive by the stack it lies on.
 *
 * The table maps the address of a target (cells do not move) to the references to it, for
 * getweakrefs() and so that all references without a callback to one target are one object. It is
 * malloc'ed memory that the collector does not scan: it keeps neither targets nor references alive. At
 * the end of marking, with the world stopped, weak_processor() drops what is not live, so what the
 * table shows afterwards is always alive or, if it was unreachable already, is brought back by being
 * found, which is harmless: it has not been freed, and the next marking starts from the stack that
 * holds it.
 *
 * The table is cut into shards, each with a lock. While a shard is locked nothing is allocated on the
 * heap and no safe point is passed, so the processor never meets a shard that is being changed. The
 * reference is therefore allocated before the shard is locked, and thrown away when another thread was
 * quicker. A finalizer may bring a target back to life after its references were emptied; it then gets
 * new ones. */
#include "types/weakref.h"
#include "types/exception.h"
#include "types/genericalias.h"
#include "types/int.h"
#include "types/list.h"
#include "types/str.h"
#include "types/weakref_table.h"

#include <stdlib.h>

/* --- the table -------------------------------------------------------------------------------------------- */

typedef struct Entry {
    Object *target; /* NULL: free */
    uint32_t count, capacity;
    WeakRef **references; /* oldest first */
} Entry;

typedef struct Shard {
    ByteLock lock;
    uint32_t used, size; /* size: a power of two or 0 */
    Entry *entries;
} Shard;

enum { SHARD_COUNT = 64 };
static Shard shards[SHARD_COUNT];

static uint64_t address_hash(const void *target) { return hash_address(target); }
static Shard *shard_of(const void *target) { return &shards[address_hash(target) % SHARD_COUNT]; }
static uint32_t home_of(const Shard *shard, const void *target) {
    return (uint32_t)(address_hash(target) / SHARD_COUNT) & (shard->size - 1);
}

static Entry *shard_find(Shard *shard, const Object *target) {
    if (shard->size == 0) return NULL;
    for (uint32_t i = home_of(shard, target);; i = (i + 1) & (shard->size - 1)) {
        if (shard->entries[i].target == target) return &shard->entries[i];
        if (!shard->entries[i].target) return NULL;
    }
}

static void shard_put(Shard *shard, Entry entry) {
    uint32_t i = home_of(shard, entry.target);
    while (shard->entries[i].target) i = (i + 1) & (shard->size - 1);
    shard->entries[i] = entry;
    shard->used++;
}

static bool shard_resize(Shard *shard, uint32_t size) {
    Entry *old = shard->entries, *entries = calloc(size, sizeof(Entry));
    uint32_t old_size = shard->size;
    if (!entries) return false;
    shard->entries = entries;
    shard->size = size;
    shard->used = 0;
    for (uint32_t i = 0; i < old_size; i++)
        if (old[i].target) shard_put(shard, old[i]);
    free(old);
    return true;
}

/* Adds a reference to its target's list. */
static bool shard_add(Shard *shard, Object *target, WeakRef *reference) {
    Entry *entry = shard_find(shard, target);
    if (!entry) {
        if ((shard->used + 1) * 2 > shard->size && !shard_resize(shard, shard->size ? shard->size * 2 : 8))
            return false;
        shard_put(shard, (Entry){.target = target});
        entry = shard_find(shard, target);
    }
    if (entry->count == entry->capacity) {
        uint32_t capacity = entry->capacity ? entry->capacity * 2 : 1;
        WeakRef **references = realloc(entry->references, capacity * sizeof *references);
        if (!references) return false;
        entry->references = references;
        entry->capacity = capacity;
    }
    entry->references[entry->count++] = reference;
    return true;
}

/* A reference without a callback, of exactly that type, to the target: what may be shared. */
static WeakRef *shard_shared(Shard *shard, const Object *target, const Type *type) {
    Entry *entry = shard_find(shard, target);
    for (uint32_t i = 0; entry && i < entry->count; i++) {
        WeakRef *reference = entry->references[i];
        if (object_type(&reference->object) == type &&
            is_empty(value_load_relaxed(&reference->callback)) &&
            !is_empty(value_load_relaxed(&reference->target)))
            return reference;
    }
    return NULL;
}

/* World stopped, after marking: keeps what is live, and rebuilds the shard from it. */
static void shard_drop_dead(Shard *shard) {
    Entry *old = shard->entries;
    uint32_t old_size = shard->size, live = 0;
    for (uint32_t i = 0; i < old_size; i++) {
        Entry *entry = &old[i];
        if (!entry->target) continue;
        uint32_t kept = 0;
        if (marker_is_live(entry->target))
            for (uint32_t k = 0; k < entry->count; k++)
                if (marker_is_live(entry->references[k]))
                    entry->references[kept++] = entry->references[k];
        entry->count = kept;
        live += kept > 0;
    }
    if (live == shard->used) return;
    Entry *survivors = live ? malloc(live * sizeof(Entry)) : NULL;
    if (live && !survivors) fatal("no memory for the table of weak references");
    uint32_t n = 0;
    for (uint32_t i = 0; i < old_size; i++) {
        if (old[i].target && old[i].count > 0) survivors[n++] = old[i];
        else free(old[i].references);
        old[i] = (Entry){0};
    }
    shard->used = 0;
    for (uint32_t i = 0; i < n; i++) shard_put(shard, survivors[i]);
    free(survivors);
}

static void weak_processor(void) {
    for (int i = 0; i < SHARD_COUNT; i++)
        if (shards[i].used) shard_drop_dead(&shards[i]);
}

void weakref_init(void) { heap_add_weak_processor(weak_processor); }

/* --- making --------------------------------------------------------------------------------------------------- */

static void weakref_trace(Cell *cell, Marker *marker) {
    marker_visit(marker, ((WeakRef *)cell)->callback); /* the target is a weak link */
}

static bool is_basic(const Type *type) {
    return type == &weakref_type || type == &weak_proxy_type || type == &weak_callable_proxy_type;
}

Value weakref_new(Type *type, Value target, Value callback) {
    if (!is_object(target) || !type_has(type_of(target), TYPE_HAS_WEAKREF))
        return raise_error(&TypeError, "cannot create weak reference to '%T' object", target);
    Object *object = object_of(target);
    Shard *shard = shard_of(object);
    bool share = is_empty(callback) && is_basic(type);
    if (share) {
        byte_lock(&shard->lock);
        WeakRef *shared = shard_shared(shard, object, type);
        byte_unlock(&shard->lock);
        if (shared) return object_value(shared);
    }
    WeakRef *reference = object_alloc_instance(type, sizeof(WeakRef));
    if (!reference) return VALUE_ERROR;
    static uint64_t numbers;
    store_relaxed(&reference->hash, INT64_C(-1));
    if (!is_empty(callback)) reference->number = fetch_add_relaxed(&numbers, UINT64_C(1));
    heap_store_relaxed(reference, &reference->callback, callback);
    heap_store_release(reference, &reference->target, target);
    byte_lock(&shard->lock);
    WeakRef *quicker = share ? shard_shared(shard, object, type) : NULL;
    bool ok = quicker || shard_add(shard, object, reference);
    byte_unlock(&shard->lock);
    if (quicker) {
        /* never linked: it keeps nothing */
        store_release(&reference->target.bits, VALUE_EMPTY.bits);
        return object_value(quicker);
    }
    if (!ok) return raise_memory_error();
    heap_weak_link(reference, &reference->target);
    fetch_or_relaxed(&object->flags, (uint8_t)OBJECT_HAS_WEAKREFS);
    return object_value(reference);
}

/* What an entry shows: first the reference and the proxy that are shared, then the others, the latest
 * first. Returns how many. */
static int64_t entry_list(Entry *entry, Value *out) {
    int64_t count = 0;
    const Type *const shared[] = {&weakref_type, &weak_proxy_type, &weak_callable_proxy_type};
    for (size_t pass = 0; pass <= ARRAY_LENGTH(shared); pass++) {
        for (uint32_t i = entry ? entry->count : 0; i-- > 0;) {
            WeakRef *reference = entry->references[i];
            if (is_empty(value_load_relaxed(&reference->target))) continue;
            Type *type = object_type(&reference->object);
            bool basic = is_basic(type) && is_empty(value_load_relaxed(&reference->callback));
            if (pass < ARRAY_LENGTH(shared) ? basic && type == shared[pass] : !basic)
                out[count++] = object_value(reference);
        }
    }
    return count;
}

Value weakref_list(Value target, int64_t *count_only) {
    List *list = count_only ? NULL : list_new(0);
    if (!count_only && !list) return VALUE_ERROR;
    if (count_only) *count_only = 0;
    if (!is_object(target)) return list ? object_value(list) : VALUE_NONE;
    Object *object = object_of(target);
    if (!(load_relaxed(&object->flags) & OBJECT_HAS_WEAKREFS))
        return list ? object_value(list) : VALUE_NONE;
    Shard *shard = shard_of(object);
    for (int64_t room = 8;; room *= 2) {
        Array *found = array_new(room);
        if (!found) return VALUE_ERROR;
        int64_t count = 0;
        byte_lock(&shard->lock);
        Entry *entry = shard_find(shard, object);
        int64_t present = entry ? entry->count : 0;
        if (present <= room) count = entry_list(entry, found->items);
        byte_unlock(&shard->lock);
        if (present > room) continue;
        if (count_only) {
            *count_only = count;
            return VALUE_NONE;
        }
        List *result = list_from_array(found->items, count);
        return result ? object_value(result) : VALUE_ERROR;
    }
}

/* --- death ----------------------------------------------------------------------------------------------------- */

void weakref_target_died(void *owner) {
    Value self = object_value(owner);
    if (!is_weakref(self) && !is_weak_proxy(self)) return;
    WeakRef *reference = owner;
    if (!is_empty(value_load_acquire(&reference->target))) return;
    Value callback = {exchange_acq_rel(&reference->callback.bits, VALUE_EMPTY.bits)};
    if (is_empty(callback)) return;
    if (is_error(call_1(callback, self))) error_write_unraisable(NULL, callback);
}

static void finalize(void *cell) {
    fetch_or_relaxed(&((Object *)cell)->flags, (uint8_t)OBJECT_FINALIZED);
    Type *type = object_type((Object *)cell);
    if (type->finalize) type->finalize(object_value(cell));
}

/* Has a callback to be called. */
static bool has_callback(Value owner) {
    if (!is_weakref(owner) && !is_weak_proxy(owner)) return false;
    return !is_empty(value_load_relaxed(&OBJECT_AS(WeakRef, owner)->callback));
}

static int later_first(const void *a, const void *b) {
    uint64_t x = OBJECT_AS(WeakRef, *(const Value *)a)->number;
    uint64_t y = OBJECT_AS(WeakRef, *(const Value *)b)->number;
    return (x < y) - (x > y);
}

/* All callbacks come before the finalizers, and those of the latest references before the others. */
void weakref_run_pending(void) {
    Value raised = error_fetch();
    bool was_weak_owner;
    List *references = NULL, *finalizable = NULL;
    for (void *cell; (cell = heap_next_pending(&was_weak_owner)) != NULL;) {
        if (was_weak_owner && !has_callback(object_value(cell))) continue;
        List **queue = was_weak_owner ? &references : &finalizable;
        if (!*queue) *queue = list_new(4);
        if (*queue && list_append(*queue, object_value(cell))) continue;
        error_clear();
        if (was_weak_owner) weakref_target_died(cell);
        else finalize(cell);
    }
    if (references) qsort(references->items->items, (size_t)references->length, sizeof(Value), later_first);
    for (int64_t i = 0; references && i < references->length; i++)
        weakref_target_died(object_of(list_get(references, i)));
    for (int64_t i = 0; finalizable && i < finalizable->length; i++)
        finalize(object_of(list_get(finalizable, i)));
    if (!is_empty(raised)) error_restore(raised);
}

/* Files come last and in the opposite order of their making, so that a buffer is written before what it
 * writes to is closed, and programs' own finalizers may still print. */
void finalize_all_at_exit(void) {
    heap_queue_all_finalizers();
    List *files = list_new(0);
    bool was_weak_owner;
    for (void *cell; (cell = heap_next_pending(&was_weak_owner)) != NULL;) {
        if (was_weak_owner) continue;
        Type *type = object_type((Object *)cell);
        bool is_file = !type_has(type, TYPE_HEAP) && strncmp(type->name, "_io.", 4) == 0;
        if (is_file && files && list_append(files, object_value(cell))) continue;
        if (type->finalize) type->finalize(object_value(cell));
    }
    for (int64_t i = files ? list_length(files) - 1 : -1; i >= 0; i--) {
        Value file = list_get(files, i);
        if (!is_empty(file) && type_of(file)->finalize) type_of(file)->finalize(file);
    }
    error_clear();
}

/* --- weakref.ref --------------------------------------------------------------------------------------------------- */

static WeakRef *as_weakref(Value v) { return OBJECT_AS(WeakRef, v); }

static Value weakref_new_instance(Type *type, Value *args, size_t count, Tuple *names) {
    /* subclasses may take more arguments, which their __init__ looks at */
    if (type == &weakref_type && names && names->length)
        return raise_error(&TypeError, "ref() takes no keyword arguments");
    if (count < 1)
        return raise_error(&TypeError, "__new__ expected at least 1 argument, got 0");
    if (count > 2)
        return raise_error(&TypeError, "__new__ expected at most 2 arguments, got %zu", count);
    bool none = count < 2 || is_none(args[1]);
    return weakref_new(type, args[0], none ? VALUE_EMPTY : args[1]);
}

static bool weakref_init_slot(Value self, Value *args, size_t count, Tuple *names) {
    if (names && names->length) {
        raise_error(&TypeError, "ref() takes no keyword arguments");
        return false;
    }
    if (count < 1 || count > 2) {
        raise_error(&TypeError, "__init__ expected at %s %s, got %zu", count < 1 ? "least" : "most",
                    count < 1 ? "1 argument" : "2 arguments", count);
        return false;
    }
    return true;
}

static Value weakref_call(Value self, Value *args, size_t count, Tuple *names) {
    if (names && names->length)
        return raise_error(&TypeError, "weakref.__call__() takes no keyword arguments");
    if (count)
        return raise_error(&TypeError, "weakref expected 0 arguments, got %zu", count);
    Value target = weakref_get(as_weakref(self));
    return is_empty(target) ? VALUE_NONE : target;
}

static int64_t weakref_hash(Value self) {
    WeakRef *reference = as_weakref(self);
    int64_t known = load_relaxed(&reference->hash);
    if (known != -1) return known;
    Value target = weakref_get(reference);
    if (is_empty(target)) {
        raise_error(&TypeError, "weak object has gone away");
        return -1;
    }
    int64_t hash = value_hash(target);
    if (hash != -1) store_relaxed(&reference->hash, hash);
    return hash;
}

static Value weakref_compare(Value self, Value other, CompareOp op) {
    if ((op != COMPARE_EQ && op != COMPARE_NE) || !is_weakref(self) || !is_weakref(other))
        return VALUE_NOT_IMPLEMENTED;
    Value a = weakref_get(as_weakref(self)), b = weakref_get(as_weakref(other));
    if (is_empty(a) || is_empty(b))
        return bool_value(same_value(self, other) == (op == COMPARE_EQ));
    return value_compare(a, b, op);
}

static Value weakref_repr(Value self) {
    Value target = weakref_get(as_weakref(self));
    Str *text;
    if (is_empty(target)) {
        text = str_format("<weakref at %p; dead>", (void *)object_of(self));
    } else {
        Value name = get_attribute_optional(target, NAME("__name__"));
        if (is_error(name)) return VALUE_ERROR;
        bool named = !is_empty(name) && is_str(name);
        text = named ? str_format("<weakref at %p; to '%T' at %p (%V)>", (void *)object_of(self), target,
                                  (void *)object_of(target), name)
                     : str_format("<weakref at %p; to '%T' at %p>", (void *)object_of(self), target,
                                  (void *)object_of(target));
    }
    return text ? object_value(text) : VALUE_ERROR;
}

static Value weakref_get_callback(Value self) {
    Value callback = value_load_acquire(&as_weakref(self)->callback);
    return is_empty(callback) || is_empty(weakref_get(as_weakref(self))) ? VALUE_NONE : callback;
}

static const GetSetDef weakref_getset[] = {
    {"__callback__", weakref_get_callback, NULL, "What is called when the target dies, or None."},
    {0},
};

static const MethodDef weakref_methods[] = {
    CLASS_METHOD("__class_getitem__", generic_alias_class_getitem, "($type, item, /)",
                 "See PEP 585."),
    {0},
};

Type weakref_type = {
    .name = "weakref.ReferenceType",
    .doc = "ref(object, callback=None): a reference that does not keep the object alive.\n\n"
           "Called, it returns the object, or None when that died; then callback(ref) is called.",
    .base = &object_type_object,
    .flags = TYPE_BASE | TYPE_IMMUTABLE,
    .size = sizeof(WeakRef),
    .root = {.cell_kind = {.trace = weakref_trace, .name = "weakref"}},
    .repr = weakref_repr,
    .hash = weakref_hash,
    .call = weakref_call,
    .getattribute = object_getattribute,
    .compare = weakref_compare,
    .init = weakref_init_slot,
    .new_instance = weakref_new_instance,
    .getset = weakref_getset,
    .methods = weakref_methods,
};
