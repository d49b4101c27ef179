/* gc_module.c - the module `gc`: the collector as programs see it.
 *
 * There are no generations to choose from: every collect() is a full and thorough one, and thresholds
 * are numbers that are kept and mean nothing. What an object refers to is found through its type's meaning
 * (containers, attributes), not through the collector's own tracing. */
#include "modules/support.h"

#include <stdlib.h>
#include "modules/gc_garbage.h"
#include "object/instance.h"
#include "object/native.h"
#include "types/set.h"
#include "vm/run.h"

enum { GENERATION_COUNT = 3, DEBUG_SAVEALL = 32 };

static int64_t thresholds[GENERATION_COUNT] = {700, 10, 10}; /* atomic */
static int64_t debug_flags;                                  /* atomic */
static int64_t collect_calls[GENERATION_COUNT];              /* atomic; of gc.collect() */
static int64_t collected_counts[GENERATION_COUNT];           /* atomic; what these found */
static int64_t requested_runs;                               /* atomic; collections asked for */

static List *callbacks_list; /* gc.callbacks; constant; reachable from the module */
static Value callbacks_root, garbage_root;

/* --- collecting ----------------------------------------------------------------------------------- */

/* What one collection found. With DEBUG_SAVEALL the cells are roots until they are in gc.garbage: the
 * world is stopped while a Found is linked in and while the list is scanned. */
typedef struct Found {
    Cell **cells;
    size_t count;
    bool keep; /* DEBUG_SAVEALL */
    struct Found *next;
} Found;
static Found *kept;         /* taken out of with kept_lock */
static ByteLock kept_lock;

static void scan_kept(Marker *marker) {
    for (Found *found = kept; found; found = found->next)
        for (size_t i = 0; i < found->count; i++) marker_visit_pointer(marker, found->cells[i]);
}

static bool examine(Cell *const *dead, size_t count, void *argument) {
    Found *found = argument;
    found->cells = malloc((count + 1) * sizeof *found->cells);
    found->count = found->cells ? garbage_find(dead, count, found->cells) : 0;
    if (!found->keep) return false;
    found->next = kept;
    kept = found;
    return true;
}

static bool save_garbage(Found *found) {
    bool fine = true;
    for (size_t i = 0; fine && i < found->count; i++)
        fine = list_append(OBJECT_AS(List, garbage_root), object_value(found->cells[i]));
    byte_lock(&kept_lock);
    Found **link = &kept;
    while (*link != found) link = &(*link)->next;
    *link = found->next;
    byte_unlock(&kept_lock);
    return fine;
}

/* One collection. *count grows by what it found. */
static bool collect_once(const StackView *stack, int64_t *count) {
    Found found = {.keep = load_relaxed(&debug_flags) & DEBUG_SAVEALL};
    fetch_add_relaxed(&requested_runs, INT64_C(1));
    heap_collect_requested(&(CollectRequest){.stack = stack, .examine = examine, .argument = &found});
    *count += (int64_t)found.count;
    bool fine = !found.keep || save_garbage(&found);
    free(found.cells);
    return fine;
}

static Value gc_collect(Value *args);
static void change_ages(int from, int to, int age);

/* What is dead after finalizers have run is found by a second collection, as it could have come back
 * to life; so one call frees what has no references left, finalizers or not. -1: an exception. */
static int64_t collect_all(void) {
    StackView stack;
    vm_stack_view(gc_collect, &stack);
    int64_t count = 0;
    if (!collect_once(&stack, &count)) return -1;
    bool finalizers = load_relaxed(&thread_self()->poll) & POLL_FINALIZERS;
    if (!safepoint(thread_self())) return -1;
    if (finalizers && !collect_once(&stack, &count)) return -1;
    return count;
}

static bool call_callbacks(const char *phase, int generation, int64_t collected) {
    if (!callbacks_list || list_length(callbacks_list) == 0) return true;
    Dict *info = dict_new();
    Str *name = str_from_c(phase);
    if (!info || !name || !dict_set_c(info, "generation", int_value(generation)) ||
        !dict_set_c(info, "collected", int_value(collected)) ||
        !dict_set_c(info, "uncollectable", int_value(0)))
        return false;
    for (int64_t i = 0; i < list_length(callbacks_list); i++) {
        Value callback = list_get(callbacks_list, i);
        if (is_empty(callback)) break;
        if (is_error(call_2(callback, object_value(name), object_value(info))))
            error_write_unraisable(NULL, callback);
    }
    return true;
}

static _Thread_local bool collecting;

static Value gc_collect(Value *args) {
    int generation = GENERATION_COUNT - 1;
    if (!argument_int(args[0], &generation)) return VALUE_ERROR;
    if (generation < 0 || generation >= GENERATION_COUNT)
        return raise_error(&ValueError, "invalid generation");
    if (collecting) return int_value(0);
    collecting = true;
    int64_t count = -1;
    if (call_callbacks("start", generation, 0)) count = collect_all();
    if (count >= 0) {
        fetch_add_relaxed(&collect_calls[generation], INT64_C(1));
        fetch_add_relaxed(&collected_counts[generation], count);
        change_ages(0, generation, generation + 1 < GENERATION_COUNT ? generation + 1 : generation);
        if (!call_callbacks("stop", generation, count)) count = -1;
    }
    collecting = false;
    return count < 0 ? VALUE_ERROR : int_value(count);
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

static Value gc_get_stats(Value *args) {
    List *list = list_new(GENERATION_COUNT);
    int64_t automatic = (int64_t)heap_statistics().collections - load_relaxed(&requested_runs);
    for (int generation = 0; list && generation < GENERATION_COUNT; generation++) {
        Dict *stats = dict_new();
        int64_t runs = load_relaxed(&collect_calls[generation]);
        if (generation == GENERATION_COUNT - 1) runs += automatic;
        if (!stats || !dict_set_c(stats, "collections", int_value(runs)) ||
            !dict_set_c(stats, "collected", int_value(load_relaxed(&collected_counts[generation]))) ||
            !dict_set_c(stats, "uncollectable", int_value(0)) ||
            !list_append(list, object_value(stats)))
            list = NULL;
    }
    return list ? object_value(list) : VALUE_ERROR;
}

/* --- objects -------------------------------------------------------------------------------------- */

static Value gc_is_tracked(Value *args) { return bool_value(value_is_container(args[0])); }

static Value gc_is_finalized(Value *args) {
    return bool_value(is_object(args[0]) &&
                      (load_relaxed(&object_of(args[0])->flags) & OBJECT_FINALIZED));
}

/* --- generations ---
 *
 * Since the collector has none, objects have an age only for who asks: from the first question on they
 * are marked with the generation that collect() has brought them to. What was there before counts as
 * young. */

enum { AGE_FROZEN = 3, AGE_SHIFT = 4 };
static bool ages_kept; /* atomic */

static int age_of(const Object *object) { return (load_relaxed(&object->flags) & OBJECT_AGE) >> AGE_SHIFT; }

typedef struct Aging {
    int from, to, age; /* those of ages from .. to get that age */
} Aging;

static void age_cell(Cell *cell, void *argument) {
    const Aging *aging = argument;
    if (!cell->kind->is_shape) return;
    Object *object = (Object *)cell;
    int age = age_of(object);
    if (age < aging->from || age > aging->to) return;
    store_relaxed(&object->flags, (uint8_t)((object->flags & ~OBJECT_AGE) | aging->age << AGE_SHIFT));
}

static void change_ages(int from, int to, int age) {
    if (load_relaxed(&ages_kept)) heap_each_cell(age_cell, &(Aging){from, to, age});
}

static void count_frozen(Cell *cell, void *argument) {
    if (cell_is_container(cell) && age_of((Object *)cell) == AGE_FROZEN) ++*(int64_t *)argument;
}

static Value gc_freeze(Value *args) {
    store_relaxed(&ages_kept, true);
    change_ages(0, GENERATION_COUNT - 1, AGE_FROZEN);
    return VALUE_NONE;
}
static Value gc_unfreeze(Value *args) {
    change_ages(AGE_FROZEN, AGE_FROZEN, GENERATION_COUNT - 1);
    return VALUE_NONE;
}
static Value gc_freeze_count(Value *args) {
    int64_t count = 0;
    if (load_relaxed(&ages_kept)) heap_each_cell(count_frozen, &count);
    return int_value(count);
}

/* --- all objects ---------------------------------------------------------------------------------- */

typedef struct Gathering {
    int age; /* only these; -1: all but frozen ones */
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
    if (g->found_count == g->found->capacity || !cell_is_container(cell)) return;
    int age = age_of((Object *)cell);
    if (g->age < 0 ? age == AGE_FROZEN : age != g->age) return;
    g->found->items[g->found_count++] = object_value(cell);
}

/* All containers that are reachable (or those of one age), or NULL with MemoryError; *count how many.
 * `caller` is the native function that asks. Stops the world. */
static Array *all_objects(NativeCode caller, int age, int64_t *count) {
    fetch_add_relaxed(&requested_runs, INT64_C(1));
    StackView stack;
    vm_stack_view(caller, &stack);
    heap_collect_requested(&(CollectRequest){.stack = &stack});
    Gathering g = {.age = age};
    heap_each_cell(count_cell, &g);
    g.found = array_new(g.count + g.count / 8 + 4096);
    if (g.found) heap_each_cell(gather_object, &g);
    *count = g.found_count;
    return g.found;
}

static Value gc_get_objects(Value *args) {
    int64_t generation = -1;
    if (!is_empty(args[0]) && !is_none(args[0])) {
        if (!value_to_int64(args[0], &generation)) return VALUE_ERROR;
        store_relaxed(&ages_kept, true);
        if (generation < 0 || generation >= GENERATION_COUNT)
            return raise_error(&ValueError, generation < 0
                                                ? "generation parameter cannot be negative"
                                                : "generation parameter must be less than the number "
                                                  "of available generations (3)");
    }
    int64_t count;
    Array *objects = all_objects(gc_get_objects, (int)generation, &count);
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
    Array *objects = all_objects(gc_get_referrers, -1, &count);
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
           "Collects now. Returns how many containers it found that were unreachable on circles of\n"
           "references or below them."),
    METHOD("get_count", gc_get_count, "()", "(0, 0, 0): allocations are not counted."),
    METHOD("get_threshold", gc_get_threshold, "()", "What set_threshold() set."),
    METHOD("set_threshold", gc_set_threshold,
           "(threshold0, threshold1=<unrepresentable>, threshold2=<unrepresentable>, /)",
           "Keeps three numbers; the collector decides by the size of the heap."),
    METHOD("get_debug", gc_get_debug, "()", "What set_debug() set."),
    METHOD("set_debug", gc_set_debug, "(flags, /)",
           "Keeps a number. DEBUG_SAVEALL sends what collect() finds to gc.garbage."),
    AUDITED("gc.get_objects 0=-1", "get_objects", gc_get_objects, "(generation=None)", "A list of all containers that are reachable."),
    AUDITED("gc.get_referents 0", "get_referents", gc_get_referents, "(*objs)", "What some objects refer to directly."),
    AUDITED("gc.get_referrers 0", "get_referrers", gc_get_referrers, "(*objs)",
           "The containers and instances that refer to any of some objects."),
    METHOD("get_stats", gc_get_stats, "()", "Figures of the generations, of which there is one."),
    METHOD("is_tracked", gc_is_tracked, "(obj, /)", "Whether an object can refer to others."),
    METHOD("is_finalized", gc_is_finalized, "(obj, /)", "Whether an object's __del__ has been called."),
    METHOD("freeze", gc_freeze, "()",
           "Takes all objects out of what get_objects() shows. They are collected as ever."),
    METHOD("unfreeze", gc_unfreeze, "()", "Puts what freeze() took out into the oldest generation."),
    METHOD("get_freeze_count", gc_freeze_count, "()", "How many objects are frozen."),
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
    garbage_root = object_value(garbage);
    module_root(&callbacks_root);
    module_root(&garbage_root);
    heap_add_root_scanner(scan_kept);
    return module_add(module, "garbage", garbage_root) &&
           module_add(module, "callbacks", callbacks_root);
}

const NativeModule module_gc = {
    .name = "gc",
    .doc = "The garbage collector: run it, switch it off, look at objects.",
    .functions = gc_functions,
    .init = gc_init,
};
