/* abc_module.c - the module `_abc`: abstract base classes.
 *
 * Each ABC has three sets of classes, held weakly: those registered, and what is known to be a
 * subclass or not. A ClassSet is an open-addressed table of class pointers that is read without a
 * lock: slots change from empty to a class (under the lock of the AbcData), and from a class to None
 * when the class has died (by the collector, world stopped). A full table is replaced by a larger copy.
 * The collector does not trace the slots; sweep_sets(), called after each marking, drops dead
 * classes.
 *
 * The negative cache is valid for one value of the global counter, which every register() advances. */
#include "modules/support.h"

#include <stdlib.h>
#include "types/set.h"

typedef struct ClassSet {
    Cell cell;
    int64_t capacity; /* a power of two; constant */
    int64_t used;     /* slots that are not empty; under the owner's lock */
    Value slots[];    /* atomic */
} ClassSet;

static CellKind class_set_kind = {.name = "class set"}; /* untraced: the references are weak */

typedef struct AbcData {
    Object object;
    ClassSet *registry, *cache, *negative; /* atomic; NULL: empty */
    uint64_t negative_version;             /* atomic */
} AbcData;

static uint64_t invalidation_counter; /* atomic */

/* --- weak sets of classes ------------------------------------------------------------------------- */

static ClassSet **all_sets; /* malloc'ed vector of all tables; guarded by all_sets_lock */
static size_t all_count, all_capacity;
static ByteLock all_sets_lock;

static bool list_set_for_sweeping(ClassSet *set) {
    byte_lock(&all_sets_lock);
    bool fine = true;
    if (all_count == all_capacity) {
        size_t capacity = all_capacity ? all_capacity * 2 : 256;
        ClassSet **grown = realloc(all_sets, capacity * sizeof *grown);
        if (grown) {
            all_sets = grown;
            all_capacity = capacity;
        } else {
            fine = false;
        }
    }
    if (fine) all_sets[all_count++] = set;
    byte_unlock(&all_sets_lock);
    return fine || !is_error(raise_memory_error());
}

/* World stopped, after marking. */
static void sweep_sets(void) {
    size_t kept = 0;
    for (size_t i = 0; i < all_count; i++) {
        ClassSet *set = all_sets[i];
        if (!marker_is_live(set)) continue;
        all_sets[kept++] = set;
        for (int64_t s = 0; s < set->capacity; s++) {
            Value v = set->slots[s];
            if (is_object(v) && !is_empty(v) && !marker_is_live(object_of(v)))
                store_relaxed(&set->slots[s].bits, VALUE_NONE.bits);
        }
    }
    all_count = kept;
}

static int64_t first_slot(const ClassSet *set, Value class) {
    uint64_t h = class.bits >> 4;
    return (int64_t)((h * UINT64_C(0x9E3779B97F4A7C15) >> 32) & (uint64_t)(set->capacity - 1));
}

static bool class_set_has(ClassSet *const *place, Value class) {
    const ClassSet *set = load_acquire(place);
    if (!set) return false;
    for (int64_t i = first_slot(set, class);; i = (i + 1) & (set->capacity - 1)) {
        Value v = value_load_acquire(&set->slots[i]);
        if (same_value(v, class)) return true;
        if (is_empty(v)) return false;
    }
}

static void insert(ClassSet *set, Value class) {
    int64_t i = first_slot(set, class);
    while (!is_empty(set->slots[i])) i = (i + 1) & (set->capacity - 1);
    heap_store_release(set, &set->slots[i], class);
    set->used++;
}

static ClassSet *class_set_new(int64_t capacity) {
    ClassSet *set = heap_alloc(sizeof *set + (size_t)capacity * sizeof(Value));
    if (!set) return NULL;
    set->capacity = capacity;
    cell_set_kind(set, &class_set_kind);
    return list_set_for_sweeping(set) ? set : NULL;
}

static bool class_set_add(AbcData *owner, ClassSet **place, Value class) {
    if (class_set_has(place, class)) return true;
    bool fine = true;
    object_lock(owner);
    ClassSet *set = load_relaxed(place);
    if (!set || (set->used + 1) * 3 > set->capacity * 2) {
        ClassSet *grown = class_set_new(set ? set->capacity * 2 : 8);
        for (int64_t i = 0; grown && set && i < set->capacity; i++)
            if (is_object(set->slots[i]) && !is_empty(set->slots[i])) insert(grown, set->slots[i]);
        if (grown) HEAP_STORE_POINTER(owner, place, grown);
        fine = grown != NULL;
        set = grown;
    }
    if (fine && !class_set_has(place, class)) insert(set, class);
    object_unlock(owner);
    return fine;
}

static void class_set_clear(AbcData *owner, ClassSet **place) {
    object_lock(owner);
    HEAP_STORE_POINTER(owner, place, NULL);
    object_unlock(owner);
}

/* The classes in it, held strongly. */
static List *class_set_list(ClassSet *const *place) {
    List *list = list_new(0);
    const ClassSet *set = load_acquire(place);
    for (int64_t i = 0; list && set && i < set->capacity; i++) {
        Value v = value_load_acquire(&set->slots[i]);
        if (is_object(v) && !is_empty(v) && !list_append(list, v)) return NULL;
    }
    return list;
}

/* --- the data of an ABC --------------------------------------------------------------------------- */

static void abc_data_trace(Cell *cell, Marker *marker) {
    AbcData *data = (AbcData *)cell;
    marker_visit_pointer(marker, data->registry);
    marker_visit_pointer(marker, data->cache);
    marker_visit_pointer(marker, data->negative);
}

static Type abc_data_type = {
    .name = "_abc._abc_data",
    .doc = "Internal state held by ABC machinery.",
    .base = &object_type_object,
    .size = sizeof(AbcData),
    .flags = TYPE_IMMUTABLE | TYPE_NO_NEW,
    .root = {.cell_kind = {.trace = abc_data_trace, .name = "_abc_data"}},
};

static AbcData *abc_data(Value class) {
    Value data = get_attribute(class, NAME("_abc_impl"));
    if (is_error(data)) return NULL;
    if (is_exactly(data, &abc_data_type)) return OBJECT_AS(AbcData, data);
    raise_error(&TypeError, "_abc_impl is set to a wrong type");
    return NULL;
}

/* --- making one ----------------------------------------------------------------------------------- */

/* 1, 0, -1 */
static int is_abstract(Value v) {
    Value flag = get_attribute_optional(v, NAME("__isabstractmethod__"));
    if (is_empty(flag)) return 0;
    return is_error(flag) ? -1 : value_truth(flag);
}

static bool add_own_abstracts(Type *class, Set *abstracts) {
    int64_t position = 0;
    Value name, v;
    while (dict_next(class->dict, &position, &name, &v)) {
        int abstract = is_abstract(v);
        if (abstract < 0 || (abstract && !set_add(abstracts, name))) return false;
    }
    return true;
}

static bool add_inherited_abstracts(Value class, Value base, Set *abstracts) {
    Value names = get_attribute_optional(base, NAME("__abstractmethods__"));
    if (is_empty(names)) return true;
    Tuple *all = is_error(names) ? NULL : tuple_from_iterable(names);
    for (int64_t i = 0; all && i < all->length; i++) {
        if (!is_str(all->items[i])) continue;
        Str *name = str_intern(as_str(all->items[i]));
        Value v = name ? get_attribute_optional(class, name) : VALUE_ERROR;
        int abstract = is_error(v) ? -1 : is_empty(v) ? 0 : is_abstract(v);
        if (abstract < 0 || (abstract && !set_add(abstracts, all->items[i]))) return false;
    }
    return all != NULL;
}

static bool compute_abstract_methods(Value class) {
    Type *type = OBJECT_AS(Type, class);
    Set *abstracts = set_new();
    if (!abstracts || !add_own_abstracts(type, abstracts)) return false;
    Tuple *bases = load_acquire(&type->bases);
    for (int64_t i = 0; bases && i < bases->length; i++)
        if (!add_inherited_abstracts(class, bases->items[i], abstracts)) return false;
    Set *frozen = frozenset_from_iterable(object_value(abstracts));
    return frozen && set_attribute(class, NAME("__abstractmethods__"), object_value(frozen));
}

/* collections.abc marks Sequence and Mapping for pattern matching by a number with CPython's flags. */
static bool take_collection_flags(Value class) {
    enum { CPYTHON_SEQUENCE = 1 << 5, CPYTHON_MAPPING = 1 << 6 };
    Type *type = OBJECT_AS(Type, class);
    Str *name = NAME("__abc_tpflags__");
    Value flags = dict_get_str(type->dict, name);
    int64_t bits;
    if (is_error(flags)) return false;
    if (is_empty(flags) || !is_int(flags) || !int_to_int64(flags, &bits)) return true;
    if ((bits & (CPYTHON_SEQUENCE | CPYTHON_MAPPING)) == (CPYTHON_SEQUENCE | CPYTHON_MAPPING)) {
        raise_error(&TypeError, "__abc_tpflags__ cannot be both Py_TPFLAGS_SEQUENCE and "
                                "Py_TPFLAGS_MAPPING");
        return false;
    }
    if (bits & CPYTHON_SEQUENCE) fetch_or_acq_rel(&type->flags, (uint32_t)TYPE_SEQUENCE);
    if (bits & CPYTHON_MAPPING) fetch_or_acq_rel(&type->flags, (uint32_t)TYPE_MAPPING);
    return set_attribute(class, name, VALUE_EMPTY);
}

static bool need_class(Value v, const char *message) {
    if (is_type(v)) return true;
    raise_error(&TypeError, "%s", message);
    return false;
}

static Value abc_init(Value *args) {
    if (!need_class(args[0], "_abc_init() argument must be a class") || !compute_abstract_methods(args[0]))
        return VALUE_ERROR;
    AbcData *data = object_alloc(&abc_data_type, sizeof *data);
    if (!data) return VALUE_ERROR;
    data->negative_version = load_acquire(&invalidation_counter);
    if (!set_attribute(args[0], NAME("_abc_impl"), object_value(data))) return VALUE_ERROR;
    return take_collection_flags(args[0]) ? VALUE_NONE : VALUE_ERROR;
}

/* --- registering ---------------------------------------------------------------------------------- */

static bool set_flags_below(Value class, uint32_t flags, int depth) {
    Type *type = OBJECT_AS(Type, class);
    if (type_has(type, TYPE_IMMUTABLE) || (type_flags(type) & flags) == flags || depth > 500) return true;
    fetch_and_acq_rel(&type->flags, ~(uint32_t)(TYPE_SEQUENCE | TYPE_MAPPING));
    fetch_or_acq_rel(&type->flags, flags);
    Value subclasses = call_method_0(class, "__subclasses__");
    if (is_error(subclasses)) return false;
    for (int64_t i = 0; is_list(subclasses) && i < list_length(as_list(subclasses)); i++)
        if (is_type(list_get(as_list(subclasses), i)) &&
            !set_flags_below(list_get(as_list(subclasses), i), flags, depth + 1))
            return false;
    return true;
}

static Value abc_register(Value *args) {
    Value self = args[0], class = args[1];
    if (!need_class(class, "Can only register classes")) return VALUE_ERROR;
    int known = value_is_subclass(class, self);
    if (known) return known > 0 ? class : VALUE_ERROR;
    int cycle = value_is_subclass(self, class);
    if (cycle < 0) return VALUE_ERROR;
    if (cycle) return raise_error(&RuntimeError, "Refusing to create an inheritance cycle");
    AbcData *data = abc_data(self);
    if (!data || !class_set_add(data, &data->registry, class)) return VALUE_ERROR;
    fetch_add_acq_rel(&invalidation_counter, UINT64_C(1));
    uint32_t flags = is_type(self) ? type_flags(OBJECT_AS(Type, self)) & (TYPE_SEQUENCE | TYPE_MAPPING) : 0;
    return !flags || set_flags_below(class, flags, 0) ? class : VALUE_ERROR;
}

/* --- asking --------------------------------------------------------------------------------------- */

static bool known_negative(AbcData *data, Value class) {
    return load_acquire(&data->negative_version) == load_acquire(&invalidation_counter) &&
           class_set_has(&data->negative, class);
}

static bool add_negative(AbcData *data, Value class) {
    return class_set_add(data, &data->negative, class);
}

/* Empties the negative cache when something was registered since. */
static void refresh_negative(AbcData *data) {
    uint64_t now = load_acquire(&invalidation_counter);
    if (load_acquire(&data->negative_version) == now) return;
    class_set_clear(data, &data->negative);
    store_release(&data->negative_version, now);
}

static int in_mro(Value class, Value self) {
    Tuple *mro = load_acquire(&OBJECT_AS(Type, class)->mro);
    for (int64_t i = 0; mro && i < mro->length; i++)
        if (same_value(mro->items[i], self)) return 1;
    return 0;
}

static int in_list(Value class, Value classes) {
    for (int64_t i = 0; i < list_length(as_list(classes)); i++) {
        Value other = list_get(as_list(classes), i);
        if (is_empty(other)) break;
        int result = value_is_subclass(class, other);
        if (result) return result;
    }
    return 0;
}

/* 1, 0, -1: by the hook, the mro, the registry, the subclasses. */
static int find_subclass(Value self, AbcData *data, Value class) {
    Value answer = call_method_1(self, "__subclasshook__", class);
    if (is_error(answer)) return -1;
    if (is_true(answer)) return 1;
    if (is_false(answer)) return 0;
    if (!is_not_implemented(answer)) {
        raise_error(&AssertionError, "__subclasshook__ must return either False, True, or NotImplemented");
        return -1;
    }
    if (in_mro(class, self)) return 1;
    List *registered = class_set_list(&data->registry);
    int found = registered ? in_list(class, object_value(registered)) : -1;
    if (found) return found;
    Value subclasses = call_method_0(self, "__subclasses__");
    if (is_error(subclasses)) return -1;
    if (!is_list(subclasses)) {
        raise_error(&TypeError, "__subclasses__() must return a list");
        return -1;
    }
    return in_list(class, subclasses);
}

static Value abc_subclasscheck(Value *args) {
    Value self = args[0], class = args[1];
    if (!need_class(class, "issubclass() arg 1 must be a class")) return VALUE_ERROR;
    AbcData *data = abc_data(self);
    if (!data) return VALUE_ERROR;
    if (class_set_has(&data->cache, class)) return VALUE_TRUE;
    refresh_negative(data);
    if (known_negative(data, class)) return VALUE_FALSE;
    if (!stack_enter(" in __subclasscheck__")) return VALUE_ERROR;
    int found = find_subclass(self, data, class);
    stack_leave();
    if (found < 0) return VALUE_ERROR;
    bool noted = found ? class_set_add(data, &data->cache, class) : add_negative(data, class);
    return noted ? bool_value(found) : VALUE_ERROR;
}

static Value abc_instancecheck(Value *args) {
    Value self = args[0], instance = args[1];
    AbcData *data = abc_data(self);
    if (!data) return VALUE_ERROR;
    Value class = get_attribute(instance, NAME("__class__"));
    if (is_error(class)) return class;
    if (class_set_has(&data->cache, class)) return VALUE_TRUE;
    Value type = object_value(type_of(instance));
    if (same_value(type, class)) {
        if (known_negative(data, class)) return VALUE_FALSE;
        return call_method_1(self, "__subclasscheck__", class);
    }
    Value result = call_method_1(self, "__subclasscheck__", class);
    int truth = is_error(result) ? -1 : value_truth(result);
    if (truth) return truth > 0 ? result : VALUE_ERROR;
    return call_method_1(self, "__subclasscheck__", type);
}

/* --- for tests and tools -------------------------------------------------------------------------- */

static Value weak_set(ClassSet *const *place) {
    List *list = class_set_list(place);
    Set *set = set_new();
    Value reference = list && set ? import_attribute("_weakref", "ref") : VALUE_ERROR;
    if (is_error(reference)) return reference;
    for (int64_t i = 0; i < list_length(list); i++) {
        Value weak = call_1(reference, list_get(list, i));
        if (is_error(weak) || !set_add(set, weak)) return VALUE_ERROR;
    }
    return object_value(set);
}

static Value abc_get_dump(Value *args) {
    AbcData *data = abc_data(args[0]);
    if (!data) return VALUE_ERROR;
    Value registry = weak_set(&data->registry);
    Value cache = is_error(registry) ? registry : weak_set(&data->cache);
    Value negative = is_error(cache) ? cache : weak_set(&data->negative);
    if (is_error(negative)) return negative;
    Tuple *dump = tuple_pack(4, registry, cache, negative,
                             int_from_uint64(load_acquire(&data->negative_version)));
    return dump ? object_value(dump) : VALUE_ERROR;
}

static Value abc_reset_registry(Value *args) {
    AbcData *data = abc_data(args[0]);
    if (!data) return VALUE_ERROR;
    class_set_clear(data, &data->registry);
    return VALUE_NONE;
}

static Value abc_reset_caches(Value *args) {
    AbcData *data = abc_data(args[0]);
    if (!data) return VALUE_ERROR;
    class_set_clear(data, &data->cache);
    class_set_clear(data, &data->negative);
    return VALUE_NONE;
}

static Value abc_cache_token(Value *args) { return int_from_uint64(load_acquire(&invalidation_counter)); }

static const MethodDef abc_functions[] = {
    METHOD("get_cache_token", abc_cache_token, "()", "A number that changes with every register()."),
    METHOD("_abc_init", abc_init, "(self, /)", "Prepares a class to be an ABC."),
    METHOD("_abc_register", abc_register, "(self, subclass, /)", "What ABCMeta.register() does."),
    METHOD("_abc_instancecheck", abc_instancecheck, "(self, instance, /)",
           "What ABCMeta.__instancecheck__() does."),
    METHOD("_abc_subclasscheck", abc_subclasscheck, "(self, subclass, /)",
           "What ABCMeta.__subclasscheck__() does."),
    METHOD("_get_dump", abc_get_dump, "(self, /)",
           "(registry, cache, negative cache, its version), with weak references."),
    METHOD("_reset_registry", abc_reset_registry, "(self, /)", "Forgets what was registered."),
    METHOD("_reset_caches", abc_reset_caches, "(self, /)", "Forgets what is known of other classes."),
    {0},
};

static bool abc_module_init(Module *module) {
    static bool done;
    type_ready(&abc_data_type);
    if (!done) heap_add_weak_processor(sweep_sets);
    done = true;
    return true;
}

const NativeModule module__abc = {
    .name = "_abc",
    .doc = "Abstract base classes: what the module abc builds upon.",
    .functions = abc_functions,
    .init = abc_module_init,
};
