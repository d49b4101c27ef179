/* lsprof_module.c - the module _lsprof: the profiler behind cProfile.
 *
 * A profile function in C (vm/trace.h). For each function that is called, a code object or a native
 * function, there is an Entry, and for each pair of caller and callee another one. Both lie in one table,
 * an open-addressing hash of 128-bit keys: the address of the function (of its MethodDef, when native)
 * and that of its caller, or 0. What they belong to is kept alive by the list `functions`, so no address
 * is used twice.
 *
 * Each thread that enabled the profiler has a Run: a stack of the calls that are going on. A call that
 * returns adds the time since it began to its entry, and that time less its callees' to the entry's own
 * time. Of recursive calls only the outermost counts into the total.
 *
 * Guards: the profiler's byte lock, for everything but the flags. No Python code runs under it, so the
 * clock, which may be a function of the program, is asked before. Tables and stacks are heap cells without
 * pointers; a larger one replaces them. */
#include "base/hash.h"
#include "modules/support.h"
#include "object/native.h"
#include "types/list.h"
#include "types/structseq.h"
#include "vm/trace.h"

typedef struct Entry {
    uint64_t function, caller; /* addresses; caller 0: all calls together */
    int64_t name;              /* index into `functions` */
    int64_t calls, recursive;
    int64_t total, own;        /* in ticks of the clock */
} Entry;

typedef struct Table {
    Cell cell;
    int64_t count, capacity; /* capacity is a power of two */
    Entry entries[];
} Table;

typedef struct Call {
    uint64_t function;
    int64_t start, callees; /* ticks */
    bool nested, pair_nested; /* in a call of the same function; of the same by the same; by this thread */
} Call;

typedef struct Run {
    Cell cell;
    struct Run *next;
    const Thread *thread;
    int64_t depth, capacity;
    Call calls[];
} Run;

typedef struct Profiler {
    Object object;
    Table *table;
    Run *runs;
    List *functions;
    Value timer;   /* VALUE_EMPTY: the monotonic clock, in nanoseconds */
    double unit;   /* of the timer's results, in seconds; 0: it returns seconds; under the lock */
    bool subcalls, builtins; /* atomic */
} Profiler;

static CellKind table_kind = {.name = "profile table"};
static void run_trace(Cell *cell, Marker *marker) { marker_visit_pointer(marker, ((Run *)cell)->next); }
static CellKind run_kind = {.trace = run_trace, .name = "profile run"};
static Type profiler_type;
static Type *entry_type, *subentry_type; /* roots by the module's dict */

static Profiler *as_profiler(Value v) { return OBJECT_AS(Profiler, v); }

static void profiler_trace(Cell *cell, Marker *marker) {
    Profiler *profiler = (Profiler *)cell;
    marker_visit_pointer(marker, profiler->table);
    marker_visit_pointer(marker, profiler->runs);
    marker_visit_pointer(marker, profiler->functions);
    marker_visit(marker, profiler->timer);
}

/* --- the clock ------------------------------------------------------------------------------------------ */

static double unit_of(Profiler *profiler) {
    object_lock(profiler);
    double unit = profiler->unit;
    object_unlock(profiler);
    return unit;
}

static int64_t ticks(Profiler *profiler) {
    Value timer = value_load_acquire(&profiler->timer);
    if (is_empty(timer)) return os_monotonic_ns();
    Value pending = error_fetch();
    Value now = call_0(timer);
    int64_t result = 0;
    double seconds;
    if (!is_error(now) && unit_of(profiler) == 0) {
        if (value_to_double(now, &seconds)) result = (int64_t)(seconds * 1e9);
    } else if (!is_error(now)) {
        result = value_index_int64(now, &OverflowError);
    }
    if (error_occurred()) {
        error_write_unraisable(NULL, timer);
        result = 0;
    }
    if (!is_empty(pending)) error_restore(pending);
    return result;
}

static double tick_seconds(Profiler *profiler) {
    double unit = unit_of(profiler);
    return is_empty(value_load_acquire(&profiler->timer)) || unit == 0 ? 1e-9 : unit;
}

/* --- the table: all under the profiler's lock ----------------------------------------------------------- */

static Table *new_table(int64_t capacity) {
    size_t size = sizeof(Table) + (size_t)capacity * sizeof(Entry);
    Table *table = heap_alloc(size);
    if (!table) return NULL;
    memset(table->entries, 0, (size_t)capacity * sizeof(Entry));
    table->count = 0;
    table->capacity = capacity;
    cell_set_kind(table, &table_kind);
    return table;
}

static Entry *slot_of(Table *table, uint64_t function, uint64_t caller) {
    uint64_t mask = (uint64_t)table->capacity - 1;
    uint64_t i = hash_mix(function * 31 + caller) & mask;
    while (table->entries[i].function && (table->entries[i].function != function || table->entries[i].caller != caller))
        i = (i + 1) & mask;
    return &table->entries[i];
}

static bool table_grow(Profiler *profiler) {
    Table *table = profiler->table;
    if (table && (table->count + 1) * 2 <= table->capacity) return true;
    Table *larger = new_table(table ? table->capacity * 2 : 64);
    if (!larger) return false;
    for (int64_t i = 0; table && i < table->capacity; i++) {
        const Entry *entry = &table->entries[i];
        if (entry->function) *slot_of(larger, entry->function, entry->caller) = *entry;
    }
    if (table) larger->count = table->count;
    HEAP_STORE_POINTER(profiler, &profiler->table, larger);
    return true;
}

/* The entry, made when there is none; NULL: no memory, or (with caller 0) `name` is empty. */
static Entry *find_entry(Profiler *profiler, uint64_t function, uint64_t caller, Value name) {
    if (profiler->table) {
        Entry *found = slot_of(profiler->table, function, caller);
        if (found->function) return found;
    }
    int64_t index = -1;
    if (caller) {
        Entry *whole = profiler->table ? slot_of(profiler->table, function, 0) : NULL;
        if (!whole || !whole->function) return NULL;
        index = whole->name;
    } else {
        if (is_empty(name) || !list_append(profiler->functions, name)) return NULL;
        index = list_length(profiler->functions) - 1;
    }
    if (!table_grow(profiler)) return NULL;
    Entry *entry = slot_of(profiler->table, function, caller);
    *entry = (Entry){.function = function, .caller = caller, .name = index};
    profiler->table->count++;
    return entry;
}

static bool has_entry(Profiler *profiler, uint64_t function) {
    object_lock(profiler);
    bool found = profiler->table && slot_of(profiler->table, function, 0)->function;
    object_unlock(profiler);
    return found;
}

/* --- calls ------------------------------------------------------------------------------------------------ */

/* The calling thread's run with room for a call, or NULL: no memory. */
static Run *run_of_thread(Profiler *profiler, bool make) {
    const Thread *self = thread_self();
    Run *run = profiler->runs, *before = NULL;
    while (run && run->thread != self) before = run, run = run->next;
    if (!make || (run && run->depth < run->capacity)) return run;
    int64_t capacity = run ? run->capacity * 2 : 64;
    Run *larger = heap_alloc(sizeof *larger + (size_t)capacity * sizeof(Call));
    if (!larger) return NULL;
    larger->next = run ? run->next : profiler->runs;
    larger->thread = self;
    larger->depth = run ? run->depth : 0;
    larger->capacity = capacity;
    if (run) memcpy(larger->calls, run->calls, (size_t)run->depth * sizeof(Call));
    cell_set_kind(larger, &run_kind);
    if (run && before) HEAP_STORE_POINTER(before, &before->next, larger);
    else HEAP_STORE_POINTER(profiler, &profiler->runs, larger);
    return larger;
}

static bool call_begins(Profiler *profiler, uint64_t function, Value name) {
    int64_t now = ticks(profiler);
    object_lock(profiler);
    Run *run = run_of_thread(profiler, true);
    Entry *entry = run ? find_entry(profiler, function, 0, name) : NULL;
    if (entry) {
        uint64_t caller = run->depth ? run->calls[run->depth - 1].function : 0;
        if (caller && load_relaxed(&profiler->subcalls)) find_entry(profiler, function, caller, VALUE_EMPTY);
        Call *call = &run->calls[run->depth];
        *call = (Call){.function = function, .start = now};
        for (int64_t i = run->depth - 1; i >= 0 && !call->pair_nested; i--) {
            if (run->calls[i].function != function) continue;
            call->nested = true;
            call->pair_nested = i > 0 && run->calls[i - 1].function == caller;
        }
        run->depth++;
    }
    object_unlock(profiler);
    return entry != NULL || !error_occurred();
}

static void add_call(Entry *entry, int64_t total, int64_t own, bool nested) {
    if (!nested) entry->total += total;
    else entry->recursive++;
    entry->own += own;
    entry->calls++;
}

/* Under the lock. */
static void pop_call(Profiler *profiler, Run *run, int64_t now) {
    Call *done = &run->calls[--run->depth], *outer = run->depth ? done - 1 : NULL;
    int64_t total = now - done->start, own = total - done->callees;
    Entry *entry = find_entry(profiler, done->function, 0, VALUE_EMPTY);
    if (outer) outer->callees += total;
    if (entry) add_call(entry, total, own, done->nested);
    if (!outer || !load_relaxed(&profiler->subcalls)) return;
    Entry *pair = find_entry(profiler, done->function, outer->function, VALUE_EMPTY);
    if (pair) add_call(pair, total, own, done->pair_nested);
}

static void call_ends(Profiler *profiler, uint64_t function) {
    int64_t now = ticks(profiler);
    object_lock(profiler);
    Run *run = run_of_thread(profiler, false);
    /* a return whose call came before enable() is none of ours */
    if (run && run->depth && run->calls[run->depth - 1].function == function) pop_call(profiler, run, now);
    object_unlock(profiler);
}

/* What stands for a native function in the results: a text. */
static Value native_name(const NativeFunction *function) {
    const char *name = function->def->name;
    Str *text;
    if (function->owner && !is_empty(function->self))
        text = str_format("<method '%s' of '%s' objects>", name, function->owner->name);
    else if (!is_empty(function->module_name) && is_str(function->module_name))
        text = str_format("<built-in method %U.%s>", as_str(function->module_name), name);
    else text = str_format("<built-in method %s>", name);
    return text ? object_value(text) : VALUE_ERROR;
}

static bool profile(Value self, Frame *frame, int event, Value argument) {
    Profiler *profiler = as_profiler(self);
    switch (event) {
    case TRACE_CALL: return call_begins(profiler, (uint64_t)(uintptr_t)frame->code, object_value(frame->code));
    case TRACE_RETURN: call_ends(profiler, (uint64_t)(uintptr_t)frame->code); return true;
    default: break;
    }
    if (!load_relaxed(&profiler->builtins) || !is_exactly(argument, &native_function_type)) return true;
    const NativeFunction *function = OBJECT_AS(NativeFunction, argument);
    uint64_t key = (uint64_t)(uintptr_t)function->def;
    if (event != TRACE_C_CALL) {
        call_ends(profiler, key);
        return true;
    }
    Value name = has_entry(profiler, key) ? VALUE_EMPTY : native_name(function);
    return !is_error(name) && call_begins(profiler, key, name);
}

/* --- methods ------------------------------------------------------------------------------------------------ */

static Value profiler_new(Type *type, Value *args, size_t count, Tuple *names) {
    Profiler *profiler = object_alloc_instance(type, sizeof(Profiler));
    if (!profiler) return VALUE_ERROR;
    profiler->timer = VALUE_EMPTY;
    profiler->subcalls = profiler->builtins = true;
    List *functions = list_new(0);
    if (!functions) return VALUE_ERROR;
    HEAP_STORE_POINTER(profiler, &profiler->functions, functions);
    return object_value(profiler);
}

static bool flag_argument(Value v, bool *flag) {
    if (is_empty(v)) return true;
    int truth = value_truth(v);
    if (truth >= 0) *flag = truth;
    return truth >= 0;
}

static bool profiler_init(Value self, Value *args, size_t count, Tuple *names) {
    static const char signature[] = "(timer=None, timeunit=0.0, subcalls=True, builtins=True)";
    static Signature *parsed;
    Value a[4];
    Profiler *profiler = as_profiler(self);
    double unit = 0;
    bool subcalls = true, builtins = true;
    if (!bind_arguments("Profiler", signature, &parsed, args, count, names, a) ||
        (!is_empty(a[1]) && !value_to_double(a[1], &unit)) || !flag_argument(a[2], &subcalls) ||
        !flag_argument(a[3], &builtins))
        return false;
    heap_store_release(profiler, &profiler->timer, is_empty(a[0]) || is_none(a[0]) ? VALUE_EMPTY : a[0]);
    object_lock(profiler);
    profiler->unit = unit;
    object_unlock(profiler);
    store_relaxed(&profiler->subcalls, subcalls);
    store_relaxed(&profiler->builtins, builtins);
    return true;
}

static Value profiler_enable(Value *args) {
    Profiler *profiler = as_profiler(args[0]);
    bool subcalls = true, builtins = true;
    if (!flag_argument(args[1], &subcalls) || !flag_argument(args[2], &builtins)) return VALUE_ERROR;
    store_relaxed(&profiler->subcalls, subcalls);
    store_relaxed(&profiler->builtins, builtins);
    profile_set(args[0], profile);
    return VALUE_NONE;
}

static Value profiler_disable(Value *args) {
    Profiler *profiler = as_profiler(args[0]);
    if (same_value(context_self()->profile_function, args[0])) profile_set(VALUE_EMPTY, NULL);
    int64_t now = ticks(profiler);
    object_lock(profiler);
    Run *run = run_of_thread(profiler, false);
    while (run && run->depth) pop_call(profiler, run, now);
    object_unlock(profiler);
    return VALUE_NONE;
}

static Value profiler_clear(Value *args) {
    Profiler *profiler = as_profiler(args[0]);
    List *functions = list_new(0);
    if (!functions) return VALUE_ERROR;
    object_lock(profiler);
    HEAP_STORE_POINTER(profiler, &profiler->table, (Table *)NULL);
    HEAP_STORE_POINTER(profiler, &profiler->runs, (Run *)NULL);
    HEAP_STORE_POINTER(profiler, &profiler->functions, functions);
    object_unlock(profiler);
    return VALUE_NONE;
}

static Value make_entry(Type *type, Profiler *profiler, List *functions, const Entry *entry, Value calls) {
    double second = tick_seconds(profiler);
    Value items[6] = {list_get(functions, entry->name), int_value(entry->calls), int_value(entry->recursive),
                      double_value((double)entry->total * second), double_value((double)entry->own * second), calls};
    return structseq_new(type, items);
}

/* The entries of what `caller` called, or None. */
static Value callees_of(Profiler *profiler, const Table *table, List *functions, uint64_t caller) {
    List *list = NULL;
    for (int64_t i = 0; i < table->capacity; i++) {
        const Entry *entry = &table->entries[i];
        if (!entry->function || entry->caller != caller || !entry->calls) continue;
        if (!list && !(list = list_new(0))) return VALUE_ERROR;
        Value item = make_entry(subentry_type, profiler, functions, entry, VALUE_NONE);
        if (is_error(item) || !list_append(list, item)) return VALUE_ERROR;
    }
    return list ? object_value(list) : VALUE_NONE;
}

static Value profiler_getstats(Value *args) {
    Profiler *profiler = as_profiler(args[0]);
    List *result = list_new(0);
    if (!result) return VALUE_ERROR;
    object_lock(profiler); /* a copy: what follows allocates objects, and may take its time */
    Table *table = profiler->table ? new_table(profiler->table->capacity) : NULL;
    if (table) memcpy(table->entries, profiler->table->entries, (size_t)table->capacity * sizeof(Entry));
    bool failed = profiler->table && !table;
    List *functions = profiler->functions;
    object_unlock(profiler);
    if (failed) return VALUE_ERROR;
    for (int64_t i = 0; table && i < table->capacity; i++) {
        const Entry *entry = &table->entries[i];
        if (!entry->function || entry->caller || !entry->calls) continue;
        Value calls = callees_of(profiler, table, functions, entry->function);
        Value item = is_error(calls) ? calls : make_entry(entry_type, profiler, functions, entry, calls);
        if (is_error(item) || !list_append(result, item)) return VALUE_ERROR;
    }
    return object_value(result);
}

static const MethodDef methods[] = {
    METHOD("enable", profiler_enable, "($self, /, subcalls=True, builtins=True)",
           "Begin to collect in this thread; with subcalls also for each pair of caller and callee, with\n"
           "builtins also for functions written in C."),
    METHOD("disable", profiler_disable, "($self, /)", "Stop collecting in this thread."),
    METHOD("clear", profiler_clear, "($self, /)", "Forget what was collected."),
    METHOD("getstats", profiler_getstats, "($self, /)",
           "A list of profiler_entry: code, callcount, reccallcount, totaltime, inlinetime, and calls, a list\n"
           "of profiler_subentry for what it called, or None. Native functions are told by a text."),
    {0},
};

static Type profiler_type = {
    .name = "_lsprof.Profiler",
    .doc = "Profiler(timer=None, timeunit=0.0, subcalls=True, builtins=True)\n\n"
           "Collects how often functions are called and how long they take.",
    .base = &object_type_object,
    .flags = TYPE_BASE | TYPE_IMMUTABLE | TYPE_HAS_WEAKREF,
    .size = sizeof(Profiler),
    .root = {.cell_kind = {.trace = profiler_trace, .name = "_lsprof.Profiler"}},
    .getattribute = object_getattribute,
    .new_instance = profiler_new,
    .init = profiler_init,
    .methods = methods,
};

static bool init(Module *module) {
    static const char *const fields[] = {"code", "callcount", "reccallcount", "totaltime", "inlinetime", "calls"};
    if (!entry_type) entry_type = structseq_type_new("_lsprof.profiler_entry", "What is known of a function.", fields, 6, 6);
    if (!subentry_type)
        subentry_type = structseq_type_new("_lsprof.profiler_subentry", "What is known of a function as called by another.",
                                           fields, 5, 5);
    return entry_type && subentry_type && module_add(module, "profiler_entry", object_value(entry_type)) &&
           module_add(module, "profiler_subentry", object_value(subentry_type));
}

static Type *const types[] = {&profiler_type, NULL};

const NativeModule module__lsprof = {
    .name = "_lsprof",
    .doc = "The profiler behind cProfile.",
    .types = types,
    .init = init,
};
