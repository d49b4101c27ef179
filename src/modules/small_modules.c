/* small_modules.c - modules of a few lines: _typing, _tracemalloc. */
#include "modules/support.h"

/* --- _typing -------------------------------------------------------------------------------------- */

static Value typing_idfunc(Value *args) { return args[0]; }

static const MethodDef typing_functions[] = {
    METHOD("_idfunc", typing_idfunc, "(x, /)", "Returns its argument."),
    {0},
};

const NativeModule module__typing = {
    .name = "_typing",
    .doc = "What the module typing has in C.",
    .functions = typing_functions,
};

/* --- _tracemalloc --------------------------------------------------------------------------------- */

/* Allocations are not traced: it says so, and starting is refused. */
static Value tracemalloc_start(Value *args) {
    return raise_error(&RuntimeError, "this runtime does not trace memory allocations; "
                                      "run with -X gcstats for figures of the heap");
}
static Value tracemalloc_none(Value *args) { return VALUE_NONE; }
static Value tracemalloc_false(Value *args) { return VALUE_FALSE; }
static Value tracemalloc_zero(Value *args) { return int_value(0); }
static Value tracemalloc_one(Value *args) { return int_value(1); }
static Value tracemalloc_pair(Value *args) {
    Tuple *pair = tuple_pack(2, int_value(0), int_value(0));
    return pair ? object_value(pair) : VALUE_ERROR;
}
static Value tracemalloc_traces(Value *args) {
    List *list = list_new(0);
    return list ? object_value(list) : VALUE_ERROR;
}

static const MethodDef tracemalloc_functions[] = {
    METHOD("start", tracemalloc_start, "(nframe=1, /)", "Refuses: allocations are not traced."),
    METHOD("stop", tracemalloc_none, "()", "Does nothing."),
    METHOD("clear_traces", tracemalloc_none, "()", "Does nothing."),
    METHOD("reset_peak", tracemalloc_none, "()", "Does nothing."),
    METHOD("is_tracing", tracemalloc_false, "()", "False."),
    METHOD("_get_traces", tracemalloc_traces, "()", "An empty list."),
    METHOD("_get_object_traceback", tracemalloc_none, "(obj, /)", "None."),
    METHOD("get_traceback_limit", tracemalloc_one, "()", "1."),
    METHOD("get_traced_memory", tracemalloc_pair, "()", "(0, 0)."),
    METHOD("get_tracemalloc_memory", tracemalloc_zero, "()", "0."),
    {0},
};

const NativeModule module__tracemalloc = {
    .name = "_tracemalloc",
    .doc = "Tracing of memory allocations: not available.",
    .functions = tracemalloc_functions,
};
