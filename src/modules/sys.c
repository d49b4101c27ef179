/* sys.c - the module `sys`: the functions that look at or set the interpreter's state. Constants are
 * in sys_info.c, hooks in sys_hooks.c. */
#include "modules/sys.h"

#include "object/audit.h"
#include "types/dict.h"
#include "types/exception_kinds.h"
#include "types/float.h"
#include "types/int.h"
#include "types/list.h"
#include "types/str.h"
#include "types/structseq.h"
#include "vm/frame.h"
#include "vm/trace.h"

static Value text(const char *utf8) {
    Str *s = str_from_c(utf8);
    return s ? object_value(s) : VALUE_ERROR;
}

static bool int_argument(Value v, int64_t *out) {
    *out = value_index_int64(v, &OverflowError);
    if (*out == -1 && error_occurred()) return false;
    if (*out == (int)*out) return true;
    raise_error(&OverflowError, "signed integer is %s than %s", *out < 0 ? "less" : "greater",
                *out < 0 ? "minimum" : "maximum");
    return false;
}

/* --- exceptions ----------------------------------------------------------------------------------- */

static Value sys_exception(Value *args) {
    Value handled = context_self()->handled;
    return none_if_empty(handled);
}

static Value exception_info(Value handled) {
    Tuple *info;
    if (is_empty(handled) || is_none(handled))
        info = tuple_pack(3, VALUE_NONE, VALUE_NONE, VALUE_NONE);
    else
        info = tuple_pack(3, object_value(type_of(handled)), handled,
                          none_if_empty(exception_field(&as_exception(handled)->traceback)));
    return info ? object_value(info) : VALUE_ERROR;
}

static Value sys_exc_info(Value *args) { return exception_info(context_self()->handled); }

static Value sys_exit(Value *args) {
    Value status = is_empty(args[0]) ? VALUE_NONE : args[0];
    if (is_instance_of(status, &exc_SystemExit)) return raise_value(status);
    Value exception = is_none(status) ? exception_new(&exc_SystemExit, NULL, 0)
                      : is_tuple(status)
                          ? exception_new(&exc_SystemExit, as_tuple(status)->items,
                                          (size_t)as_tuple(status)->length)
                          : exception_new(&exc_SystemExit, &status, 1);
    return is_error(exception) ? exception : raise_value(exception);
}

/* --- frames and threads --------------------------------------------------------------------------- */

static Value sys_getframe(Value *args) {
    int64_t depth = 0;
    if (!is_empty(args[0]) && !int_argument(args[0], &depth)) return VALUE_ERROR;
    Frame *frame = frame_current(depth < 0 ? 0 : (int)depth);
    if (!frame) return raise_error(&ValueError, "call stack is not deep enough");
    FrameObject *object = frame_object(frame);
    if (!object || !AUDIT("sys._getframe", object_value(object))) return VALUE_ERROR;
    return object_value(object);
}

typedef struct Survey {
    Dict *result;
    bool exceptions, failed;
} Survey;

static void survey_thread(Thread *thread, void *argument) {
    Survey *survey = argument;
    Context *context = (Context *)thread;
    Value value = VALUE_NONE;
    if (survey->exceptions) {
        value = exception_info(context->handled);
    } else {
        if (!context->frame) return;
        FrameObject *object = frame_object(context->frame);
        value = object ? object_value(object) : VALUE_ERROR;
    }
    Value ident = int_from_uint64(thread->ident);
    if (is_error(value) || is_error(ident) || !dict_set(survey->result, ident, value))
        survey->failed = true;
}

/* The other threads stand still while their frames get objects; no collection may begin meanwhile. */
static Value survey_threads(bool exceptions) {
    Survey survey = {dict_new_sized((int64_t)thread_count() + 8), exceptions, false};
    if (!survey.result) return VALUE_ERROR;
    world_stop(thread_self());
    bool enabled = heap_set_enabled(false);
    thread_each(survey_thread, &survey);
    heap_set_enabled(enabled);
    world_resume(thread_self());
    return survey.failed ? VALUE_ERROR : object_value(survey.result);
}
static Value sys_current_frames(Value *args) { return survey_threads(false); }
static Value sys_current_exceptions(Value *args) { return survey_threads(true); }

static Value sys_getswitchinterval(Value *args) { return double_value(gil_switch_interval()); }

static Value sys_setswitchinterval(Value *args) {
    double seconds;
    if (!value_to_double(args[0], &seconds)) return VALUE_ERROR;
    if (!(seconds > 0)) return raise_error(&ValueError, "switch interval must be strictly positive");
    gil_set_switch_interval(seconds);
    return VALUE_NONE;
}

static Value sys_is_gil_enabled(Value *args) { return bool_value(gil_enabled); }

/* --- tracing -------------------------------------------------------------------------------------- */

static Value sys_settrace(Value *args) {
    trace_set(is_none(args[0]) ? VALUE_EMPTY : args[0]);
    return VALUE_NONE;
}
static Value sys_setprofile(Value *args) {
    profile_set(is_none(args[0]) ? VALUE_EMPTY : args[0], NULL);
    return VALUE_NONE;
}
static Value sys_gettrace(Value *args) { return none_if_empty(context_self()->trace_function); }
static Value sys_getprofile(Value *args) { return none_if_empty(context_self()->profile_function); }

static Value sys_call_tracing(Value *args) {
    if (!is_tuple(args[1]))
        return raise_error(&TypeError, "call_tracing() argument 2 must be tuple, not %T", args[1]);
    Context *context = context_self();
    int32_t tracing = context->tracing;
    context->tracing = 0;
    trace_update(context);
    Value result = call_with(args[0], as_tuple(args[1]), NULL);
    context->tracing = tracing;
    trace_update(context);
    return result;
}

/* --- limits --------------------------------------------------------------------------------------- */

static Value sys_getrecursionlimit(Value *args) {
    return int_value(load_relaxed(&runtime.recursion_limit));
}

static Value sys_setrecursionlimit(Value *args) {
    int64_t limit;
    if (!int_argument(args[0], &limit)) return VALUE_ERROR;
    if (limit < 1) return raise_error(&ValueError, "recursion limit must be greater or equal than 1");
    int depth = context_self()->depth;
    if (depth >= limit)
        return raise_error(&RecursionError,
                           "cannot set the recursion limit to %d at the recursion depth %d: the limit is "
                           "too low",
                           (int)limit, depth);
    store_relaxed(&runtime.recursion_limit, (int32_t)limit);
    return VALUE_NONE;
}

static Value sys_get_int_max_str_digits(Value *args) {
    return int_value(load_relaxed(&runtime.int_max_str_digits));
}

static Value sys_set_int_max_str_digits(Value *args) {
    int64_t digits;
    if (!int_argument(args[0], &digits)) return VALUE_ERROR;
    if (digits > INT32_MAX || digits < INT32_MIN)
        return raise_error(&OverflowError, "Python int too large to convert to C int");
    if (digits != 0 && digits < 640)
        return raise_error(&ValueError, "maxdigits must be 0 or larger than 640");
    store_relaxed(&runtime.int_max_str_digits, (int)digits);
    return VALUE_NONE;
}

/* --- objects -------------------------------------------------------------------------------------- */

static Value sys_intern(Value *args) {
    if (!is_str(args[0]))
        return raise_error(&TypeError, "intern() argument must be str, not %T", args[0]);
    if (!is_exactly(args[0], &str_type)) return raise_error(&TypeError, "can't intern %T", args[0]);
    Str *interned = str_intern(as_str(args[0]));
    return interned ? object_value(interned) : VALUE_ERROR;
}

static Value size_of(Value v) {
    Value method = lookup_special(v, NAME("__sizeof__"));
    if (is_error(method)) return method;
    if (is_empty(method))
        return int_value(is_object(v) ? (int64_t)heap_cell_size(object_of(v)) : (int64_t)sizeof(Value));
    Value size = call_0(method);
    if (is_error(size)) return size;
    int64_t bytes = value_index_int64(size, &OverflowError);
    if (bytes == -1 && error_occurred()) return VALUE_ERROR;
    return bytes < 0 ? raise_error(&ValueError, "__sizeof__() should return >= 0") : int_value(bytes);
}

static Value sys_getsizeof(Value *args) {
    Value size = size_of(args[0]);
    return is_error(size) && !is_empty(args[1]) && error_clear_if(&TypeError) ? args[1] : size;
}

/* No counts are kept: everything is referred to once. */
static Value sys_getrefcount(Value *args) { return int_value(1); }
static Value sys_getallocatedblocks(Value *args) {
    return int_value((int64_t)heap_statistics().cells_live);
}

/* --- texts ---------------------------------------------------------------------------------------- */

static Value sys_getdefaultencoding(Value *args) { return text("utf-8"); }
static Value sys_getfilesystemencoding(Value *args) { return text("utf-8"); }
static Value sys_getfilesystemencodeerrors(Value *args) { return text("surrogateescape"); }

/* --- asynchronous generators, coroutines ------------------------------------------------------------ */

static Type *asyncgen_hooks_type;

static Value sys_get_asyncgen_hooks(Value *args) {
    Context *context = context_self();
    Value items[2] = {none_if_empty(context->async_gen_firstiter),
                      none_if_empty(context->async_gen_finalizer)};
    return structseq_new(asyncgen_hooks_type, items);
}

static bool check_hook(Value hook, const char *name) {
    if (is_empty(hook) || is_none(hook) || is_callable(hook)) return true;
    raise_error(&TypeError, "callable %s expected, got %T", name, hook);
    return false;
}

static Value sys_set_asyncgen_hooks(Value *args) {
    if (!check_hook(args[1], "finalizer") || !check_hook(args[0], "firstiter")) return VALUE_ERROR;
    Context *context = context_self();
    if (!is_empty(args[1]) && audit_is_on() && !audit_tell("sys.set_asyncgen_hook_finalizer", NULL, 0))
        return VALUE_ERROR;
    if (!is_empty(args[0]) && audit_is_on() && !audit_tell("sys.set_asyncgen_hook_firstiter", NULL, 0))
        return VALUE_ERROR;
    if (!is_empty(args[0])) context->async_gen_firstiter = is_none(args[0]) ? VALUE_EMPTY : args[0];
    if (!is_empty(args[1])) context->async_gen_finalizer = is_none(args[1]) ? VALUE_EMPTY : args[1];
    return VALUE_NONE;
}

static Value sys_get_origin_depth(Value *args) {
    return int_value(context_self()->coroutine_origin_depth);
}
static Value sys_set_origin_depth(Value *args) {
    int64_t depth;
    if (!int_argument(args[0], &depth)) return VALUE_ERROR;
    if (depth < 0) return raise_error(&ValueError, "depth must be >= 0");
    context_self()->coroutine_origin_depth = (int32_t)depth;
    return VALUE_NONE;
}

/* --- auditing ------------------------------------------------------------------------------------- */

static Value sys_audit(Value *args) {
    if (!is_str(args[0]))
        return raise_error(&TypeError, "expected str for argument 'event', not %T", args[0]);
    return audit_event(args[0], args[1]) ? VALUE_NONE : VALUE_ERROR;
}

static Value sys_addaudithook(Value *args) { return audit_add_hook(args[0]) ? VALUE_NONE : VALUE_ERROR; }

/* --- the end, and odds ------------------------------------------------------------------------------ */

static bool finalizing; /* atomic */
void sys_set_finalizing(void) { store_release(&finalizing, true); }
bool sys_is_finalizing(void) { return load_acquire(&finalizing); }
static Value sys_is_finalizing_function(Value *args) { return bool_value(sys_is_finalizing()); }

static int dlopen_flags = 2; /* atomic; RTLD_NOW */
static Value sys_getdlopenflags(Value *args) { return int_value(load_relaxed(&dlopen_flags)); }
static Value sys_setdlopenflags(Value *args) {
    int64_t flags;
    if (!int_argument(args[0], &flags)) return VALUE_ERROR;
    store_relaxed(&dlopen_flags, (int)flags);
    return VALUE_NONE;
}
static Value sys_clear_type_cache(Value *args) { return VALUE_NONE; }

static const MethodDef sys_functions[] = {
    METHOD("_clear_type_cache", sys_clear_type_cache, "()", "Does nothing: caches guard themselves."),
    AUDITED("sys._current_exceptions", "_current_exceptions", sys_current_exceptions, "()",
           "A dict: for each thread's identifier, the exception that it is handling."),
    AUDITED("sys._current_frames", "_current_frames", sys_current_frames, "()",
           "A dict: for each thread's identifier, its innermost frame at this moment."),
    METHOD("_getframe", sys_getframe, "(depth=0, /)",
           "The frame of the caller, or of the caller `depth` calls above it."),
    METHOD("_is_gil_enabled", sys_is_gil_enabled, "()",
           "Whether one thread at a time runs bytecode (-X gil=1)."),
    METHOD("addaudithook", sys_addaudithook, "(hook)", "Adds a hook that is told of every audit event."),
    METHOD("audit", sys_audit, "(event, /, *args)", "Tells the audit hooks of an event."),
    METHOD("call_tracing", sys_call_tracing, "(func, args, /)",
           "Calls func(*args) with tracing switched on, even from a trace function."),
    METHOD("exc_info", sys_exc_info, "()",
           "(type, value, traceback) of the exception being handled, or three times None."),
    METHOD("exception", sys_exception, "()", "The exception being handled, or None."),
    METHOD("exit", sys_exit, "(status=None, /)",
           "Ends the program by raising SystemExit(status).\n\nThe status of the process is 0 for None, "
           "the number for an int; any other\nobject is printed on stderr and gives 1."),
    METHOD("get_asyncgen_hooks", sys_get_asyncgen_hooks, "()",
           "The hooks that set_asyncgen_hooks() set, as (firstiter, finalizer)."),
    METHOD("get_coroutine_origin_tracking_depth", sys_get_origin_depth, "()",
           "How many frames new coroutines remember as their origin."),
    METHOD("get_int_max_str_digits", sys_get_int_max_str_digits, "()",
           "The largest number of digits that int and str are converted with; 0: any."),
    METHOD("getallocatedblocks", sys_getallocatedblocks, "()",
           "The number of live cells of the heap when it was last collected."),
    METHOD("getdefaultencoding", sys_getdefaultencoding, "()", "The default encoding of str: utf-8."),
    METHOD("getdlopenflags", sys_getdlopenflags, "()", "The flags for dlopen()."),
    METHOD("getfilesystemencoding", sys_getfilesystemencoding, "()", "The encoding of file names."),
    METHOD("getfilesystemencodeerrors", sys_getfilesystemencodeerrors, "()",
           "How file names that the encoding cannot hold are treated."),
    METHOD("getprofile", sys_getprofile, "()", "The profile function, or None."),
    METHOD("getrecursionlimit", sys_getrecursionlimit, "()", "How deep calls may nest."),
    METHOD("getrefcount", sys_getrefcount, "(object, /)",
           "Always 1: Weft counts no references, it traces them."),
    METHOD("getsizeof", sys_getsizeof, "(object, default=<unrepresentable>)",
           "The memory that an object itself takes, in bytes."),
    METHOD("getswitchinterval", sys_getswitchinterval, "()",
           "Seconds after which a thread that waits for the lock may force a switch (-X gil=1)."),
    METHOD("gettrace", sys_gettrace, "()", "The trace function, or None."),
    METHOD("intern", sys_intern, "(string, /)",
           "The one str object that stands for all equal interned ones."),
    METHOD("is_finalizing", sys_is_finalizing_function, "()", "Whether the interpreter is ending."),
    METHOD("set_asyncgen_hooks", sys_set_asyncgen_hooks, "(firstiter=None, finalizer=None)",
           "Sets the functions called when an asynchronous generator is first iterated over,\nand when "
           "it is about to be finalized."),
    METHOD("set_coroutine_origin_tracking_depth", sys_set_origin_depth, "(depth)",
           "Sets how many frames new coroutines remember as cr_origin; 0: none."),
    METHOD("set_int_max_str_digits", sys_set_int_max_str_digits, "(maxdigits)",
           "Sets the largest number of digits that int and str are converted with."),
    METHOD("setdlopenflags", sys_setdlopenflags, "(flags, /)", "Sets the flags for dlopen()."),
    AUDITED("sys.setprofile", "setprofile", sys_setprofile, "(function, /)", 
           "Sets the profile function of this thread: it is called with frame, event and argument when\n"
           "functions are called and return, those written in C included."),
    METHOD("setrecursionlimit", sys_setrecursionlimit, "(limit, /)", "Sets how deep calls may nest."),
    METHOD("setswitchinterval", sys_setswitchinterval, "(interval, /)",
           "Sets the switch interval, in seconds."),
    AUDITED("sys.settrace", "settrace", sys_settrace, "(function, /)", 
           "Sets the trace function of this thread: it is called with frame, event and argument for each\n"
           "new call; what it returns is called for the lines, exceptions and the end of that call."),
    {0},
};

static bool sys_init(Module *module) {
    static const char *const hook_fields[] = {"firstiter", "finalizer"};
    if (!asyncgen_hooks_type)
        asyncgen_hooks_type = structseq_type_new("asyncgen_hooks",
                                                 "Hooks of asynchronous generators.", hook_fields, 2, 2);
    audit_init();
    return sys_add_information(module) && sys_add_hooks(module) &&
           module_add(module, "modules", object_value(runtime.modules));
}

const NativeModule module_sys = {
    .name = "sys",
    .doc = "The interpreter's state and what it knows about the system.",
    .functions = sys_functions,
    .init = sys_init,
};
