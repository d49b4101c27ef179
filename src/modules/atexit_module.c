/* atexit_module.c - the module `atexit`: functions to be called when the interpreter ends.
 *
 * runtime.atexit_callbacks is a list of (function, args, kwargs); its end is called first. */
#include "modules/support.h"

#include "modules/atexit_module.h"

static List *callbacks(void) {
    Value present = value_load_acquire(&runtime.atexit_callbacks);
    if (is_list(present)) return as_list(present);
    List *list = list_new(0);
    if (!list || cas_acq_rel(&runtime.atexit_callbacks.bits, &present.bits, object_value(list).bits)) return list;
    return as_list(present); /* another thread's */
}

static Value atexit_register(Value *args) {
    if (!is_callable(args[0])) return raise_error(&TypeError, "the first argument must be callable");
    Tuple *entry = tuple_pack(3, args[0], args[1], args[2]);
    List *list = entry ? callbacks() : NULL;
    return list && list_append(list, object_value(entry)) ? args[0] : VALUE_ERROR;
}

void atexit_run(void) {
    List *list = callbacks();
    if (!list) return error_clear();
    for (Value entry; !is_empty(entry = list_pop(list, list_length(list) - 1));) {
        Tuple *parts = as_tuple(entry);
        Value result = call_with(parts->items[0], as_tuple(parts->items[1]), as_dict(parts->items[2]));
        if (is_error(result)) error_write_unraisable("in atexit callback", parts->items[0]);
    }
}

static Value atexit_run_exitfuncs(Value *args) {
    atexit_run();
    return VALUE_NONE;
}

static Value atexit_clear(Value *args) {
    List *list = callbacks();
    if (!list) return VALUE_ERROR;
    list_clear(list);
    return VALUE_NONE;
}

static Value atexit_unregister(Value *args) {
    List *list = callbacks();
    if (!list) return VALUE_ERROR;
    for (int64_t i = list_length(list) - 1; i >= 0; i--) {
        Value entry = list_get(list, i);
        if (is_empty(entry)) continue;
        int equal = value_equal(as_tuple(entry)->items[0], args[0]);
        if (equal < 0) return VALUE_ERROR;
        if (equal && same_value(list_get(list, i), entry)) list_pop(list, i);
    }
    return VALUE_NONE;
}

static Value atexit_ncallbacks(Value *args) {
    List *list = callbacks();
    return list ? int_value(list_length(list)) : VALUE_ERROR;
}

static const MethodDef atexit_functions[] = {
    METHOD("register", atexit_register, "(func, /, *args, **kwargs)",
           "Has a function called at the end, with these arguments; returns the function."),
    METHOD("unregister", atexit_unregister, "(func, /)", "Forgets all registrations of a function."),
    METHOD("_clear", atexit_clear, "()", "Forgets all registrations."),
    METHOD("_run_exitfuncs", atexit_run_exitfuncs, "()", "Calls all registered functions now."),
    METHOD("_ncallbacks", atexit_ncallbacks, "()", "How many functions are registered."),
    {0},
};

const NativeModule module_atexit = {
    .name = "atexit",
    .doc = "Functions that are called when the interpreter ends, the last registered first.",
    .functions = atexit_functions,
};
