/* gc_module.c - the module `gc`: the collector as programs see it.
 *
 * There are no generations to choose from: every collect() is a full one, and thresholds are numbers
 * that are kept and mean nothing. What an object refers to is found through its type's meaning
 * (containers, attributes), not through the collector's own tracing. */
#include "modules/support.h"

#include <stdlib.h>
#include "object/instance.h"
#include "types/set.h"

static int64_t thresholds[3] = {700, 10, 10}; /* atomic */
static int64_t debug_flags;                   /* atomic */
static int64_t collect_calls[2];              /* atomic; of the younger generations */

/* --- collecting ----------------------------------------------------------------------------------- */

static List *callbacks_list; /* gc.callbacks; constant; reachable from the module */
static Value callbacks_root;

static bool call_callbacks(const char *phase) {
    if (!callbacks_list || list_length(callbacks_list) == 0) return true;
    Dict *info = dict_new();
    Str *name = str_from_c(phase);
    if (!info || !name || !dict_set_c(info, "generation", int_value(2)) ||
        !dict_set_c(info, "collected", int_value(0)) || !dict_set_c(info, "uncollectable", int_value(0)))
        return false;
    for (int64_t i = 0; i < list_length(callbacks_list); i++) {
        Value callback = list_get(callbacks_list, i);
        if (is_empty(callback)) break;
        if (is_error(call_2(callback, object_value(name), object_value(info))))
            error_write_unraisable(NULL, callback);
    }
    return true;
}

static Value gc_collect(Value *args) {
    int generation = 2;
    if (!argument_int(args[0], &generation)) return VALUE_ERROR;
    if (generation < 0 || generation > 2) return raise_error(&ValueError, "invalid generation");
    if (!call_callbacks("start")) return VALUE_ERROR;
    if (generation < 2) fetch_add_relaxed(&collect_calls[generation], INT64_C(1));
    heap_collect();
    if (!safepoint(thread_self())) return VALUE_ERROR; /* finalizers and callbacks of weak references */
    return call_callbacks("stop") ? int_value(0) : VALUE_ERROR;
}

static Value gc_enable(Value *args) {
    heap_set_enabled(true);
    return VALUE_NONE;
}
static Value gc_disable(Value *args) {
    heap_set_enabled(false);
    return VALUE_NONE;
}
static Value gc_isenabled(Value *args) { return bool_value(heap_is_enabled()); }

/* --- numbers that are only kept ------------------------------------------------------------------- */

static Value gc_get_threshold(Value *args) {
    Tuple *t = tuple_pack(3, int_value(load_relaxed(&thresholds[0])),
                          int_value(load_relaxed(&thresholds[1])),
                          int_value(load_relaxed(&thresholds[2])));
    return t ? object_value(t) : VALUE_ERROR;
}
static Value gc_set_threshold(Value *args) {
    int64_t values[3];
    for (int i = 0; i < 3; i++) {
        values[i] = load_relaxed(&thresholds[i]);
        if (!argument_int64(args[i], &values[i])) return VALUE_ERROR;
    }
    for (int i = 0; i < 3; i++) store_relaxed(&thresholds[i], values[i]);
    return VALUE_NONE;
}
static Value gc_get_count(Value *args) {
    Tuple *t = tuple_pack(3, int_value(0), int_value(0), int_value(0));
    return t ? object_value(t) : VALUE_ERROR;
}
static Value gc_get_debug(Value *args) { return int_value(load_relaxed(&debug_flags)); }
static Value gc_set_debug(Value *args) {
    int64_t flags = 0;
    if (!argument_int64(args[0], &flags)) return VALUE_ERROR;
    store_relaxed(&debug_flags, flags);
    return VALUE_NONE;
}
static Value gc_none(Value *args) { return VALUE_NONE; }
static Value gc_zero(Value *args) { return int_value(0); }

static Value gc_get_stats(Value *args) {
    List *list = list_new(3);
    for (int generation = 0; list && generation < 3; generation++) {
        Dict *stats = dict_new();
        int64_t runs = generation == 2 ? (int64_t)heap_statistics().collections
                                       : load_relaxed(&collect_calls[generation]);
        if (!stats || !dict_set_c(stats, "collections", int_value(runs)) ||
            !dict_set_c(stats, "collected", int_value(0)) ||
            !dict_set_c(stats, "uncollectable", int_value(0)) ||
            !list_append(list, object_value(stats)))
            list = NULL;
    }
    return list ? object_value(list) : VALUE_ERROR;
}

/* --- objects -------------------------------------------------------------------------------------- */

static bool is_container(Value v) {
    if (!is_object(v) || is_empty(v)) return false;
    Type *type = type_of(v);
    if (type == &str_type || type == &bytes_type || type == &int_type || type == &complex_type ||
        type == &bytearray_type)
        return false;
    if (type == &tuple_type) {
        Tuple *tuple = as_tuple(v);
        for (int64_t i = 0; i < tuple->length; i++)
            if (is_container(tuple->items[i])) return true;
        return false;
    }
    return true;
}
static Value gc_is_tracked(Value *args) { return bool_value(is_container(args[0])); }

static Value gc_is_finalized(Value *args) {
    return bool_value(is_object(args[0]) &&
                      (load_relaxed(&object_of(args[0])->flags) & OBJECT_FINALIZED));
}

typedef struct Gathering {
    int64_t count;
    Array *found;
    int64_t found_count;
} Gathering;

static void count_cell(Cell *cell, void *argument) {
    (void)cell;
    ((Gathering *)argument)->count++;
}

static void gather_object(Cell *cell, void *argument) {
    Gathering *g = argument;
    const CellKind *kind = load_relaxed(&cell->kind);
    if (!kind || !kind->is_shape || g->found_count >= g->found->capacity) return;
    Value v = object_value(cell);
    if (is_container(v)) g->found->items[g->found_count++] = v;
}

/* All containers, or NULL with MemoryError; *count how many. Stops the world twice. */
static Array *all_objects(int64_t *count) {
    Gathering g = {0};
    heap_each_cell(count_cell, &g);
    g.found = array_new(g.count + g.count / 8 + 4096);
    if (g.found) heap_each_cell(gather_object, &g);
    *count = g.found_count;
    return g.found;
}

static Value gc_get_objects(Value *args) {
    if (!is_empty(args[0]) && !is_none(args[0])) {
        int64_t generation;
        if (!value_to_int64(args[0], &generation)) return VALUE_ERROR;
        if (generation < 0 || generation > 2)
            return raise_error(&ValueError, generation < 0
                                                ? "generation parameter cannot be negative"
                                                : "generation parameter must be less than the number "
                                                  "of available generations (3)");
    }
    int64_t count;
    Array *objects = all_objects(&count);
    List *list = objects ? list_from_array(objects->items, count) : NULL;
    return list ? object_value(list) : VALUE_ERROR;
}

/* What an object refers to, as far as its type shows it. NULL with an exception set. */
static List *referents_of(Value v) {
    List *list = list_new(0);
    if (!list || !is_object(v)) return list;
    bool fine = true;
    int64_t position = 0;
    Value key, value;
    if (is_tuple(v) || is_list(v)) fine = list_extend(list, v);
    if (is_dict(v))
        while (fine && dict_next(as_dict(v), &position, &key, &value))
            fine = list_append(list, key) && list_append(list, value);
    if (is_any_set(v))
        while (fine && set_next(OBJECT_AS(Set, v), &position, &key)) fine = list_append(list, key);
    Type *type = type_of(v);
    if (fine && type_has(type, TYPE_HAS_DICT) && !is_type(v)) {
        Dict *dict = instance_dict(object_of(v));
        position = 0;
        fine = dict != NULL;
        while (fine && dict_next(dict, &position, &key, &value))
            fine = list_append(list, key) && list_append(list, value);
    }
    if (fine && type_has(type, TYPE_HEAP)) fine = list_append(list, object_value(type));
    return fine ? list : NULL;
}

static Value gc_get_referents(Value *args) {
    List *all = list_new(0);
    Tuple *objects = as_tuple(args[0]);
    for (int64_t i = 0; all && i < objects->length; i++) {
        List *some = referents_of(objects->items[i]);
        if (!some || !list_extend(all, object_value(some))) return VALUE_ERROR;
    }
    return all ? object_value(all) : VALUE_ERROR;
}

static bool refers_to(Value v, Tuple *wanted) {
    List *referents = referents_of(v);
    for (int64_t i = 0; referents && i < list_length(referents); i++)
        for (int64_t w = 0; w < wanted->length; w++)
            if (same_value(list_get(referents, i), wanted->items[w])) return true;
    if (!referents) error_clear();
    return false;
}

static Value gc_get_referrers(Value *args) {
    int64_t count;
    Array *objects = all_objects(&count);
    List *list = objects ? list_new(0) : NULL;
    for (int64_t i = 0; list && i < count; i++) {
        Value v = objects->items[i];
        if (same_value(v, args[0])) continue;
        if (refers_to(v, as_tuple(args[0])) && !list_append(list, v)) return VALUE_ERROR;
    }
    return list ? object_value(list) : VALUE_ERROR;
}

/* --- the module ----------------------------------------------------------------------------------- */

static const MethodDef gc_functions[] = {
    METHOD("enable", gc_enable, "()", "Lets the collector run by itself."),
    METHOD("disable", gc_disable, "()", "Keeps the collector from running by itself."),
    METHOD("isenabled", gc_isenabled, "()", "Whether the collector runs by itself."),
    METHOD("collect", gc_collect, "(generation=2)",
           "Collects now. Returns 0: what is unreachable is found without being counted."),
    METHOD("get_count", gc_get_count, "()", "(0, 0, 0): allocations are not counted."),
    METHOD("get_threshold", gc_get_threshold, "()", "What set_threshold() set."),
    METHOD("set_threshold", gc_set_threshold,
           "(threshold0, threshold1=<unrepresentable>, threshold2=<unrepresentable>, /)",
           "Keeps three numbers; the collector decides by the size of the heap."),
    METHOD("get_debug", gc_get_debug, "()", "What set_debug() set."),
    METHOD("set_debug", gc_set_debug, "(flags, /)", "Keeps a number."),
    METHOD("get_objects", gc_get_objects, "(generation=None)", "A list of all containers."),
    METHOD("get_referents", gc_get_referents, "(*objs)", "What some objects refer to directly."),
    METHOD("get_referrers", gc_get_referrers, "(*objs)",
           "The containers and instances that refer to any of some objects."),
    METHOD("get_stats", gc_get_stats, "()", "Figures of the generations, of which there is one."),
    METHOD("is_tracked", gc_is_tracked, "(obj, /)", "Whether an object can refer to others."),
    METHOD("is_finalized", gc_is_finalized, "(obj, /)", "Whether an object's __del__ has been called."),
    METHOD("freeze", gc_none, "()", "Does nothing."),
    METHOD("unfreeze", gc_none, "()", "Does nothing."),
    METHOD("get_freeze_count", gc_zero, "()", "0."),
    {0},
};

static bool gc_init(Module *module) {
    static const struct {
        const char *name;
        int value;
    } flags[] = {{"DEBUG_STATS", 1}, {"DEBUG_COLLECTABLE", 2}, {"DEBUG_UNCOLLECTABLE", 4},
                 {"DEBUG_SAVEALL", 32}, {"DEBUG_LEAK", 38}};
    for (size_t i = 0; i < ARRAY_LENGTH(flags); i++)
        if (!module_add_int(module, flags[i].name, flags[i].value)) return false;
    List *garbage = list_new(0);
    callbacks_list = list_new(0);
    if (!garbage || !callbacks_list) return false;
    callbacks_root = object_value(callbacks_list);
    module_root(&callbacks_root);
    return module_add(module, "garbage", object_value(garbage)) &&
           module_add(module, "callbacks", callbacks_root);
}

const NativeModule module_gc = {
    .name = "gc",
    .doc = "The garbage collector: run it, switch it off, look at objects.",
    .functions = gc_functions,
    .init = gc_init,
};
