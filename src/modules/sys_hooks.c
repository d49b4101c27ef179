/* sys_hooks.c - the functions of `sys` that programs replace: excepthook, displayhook,
 * unraisablehook, breakpointhook; and what calls them. */
#include "modules/sys.h"

#include <stdlib.h>
#include "object/audit.h"
#include "types/codec.h"
#include "types/dict.h"
#include "types/exception_kinds.h"
#include "types/int.h"
#include "types/list.h"
#include "types/structseq.h"
#include "vm/exception_print.h"
#include "vm/frame.h"

static Value sys_attribute(const char *name) {
    return runtime.sys_dict ? dict_get_c(runtime.sys_dict, name) : VALUE_EMPTY;
}

/* sys.stderr, or VALUE_EMPTY where there is none yet; *lost when it is None: print nothing. */
static Value error_stream(bool *lost) {
    Value file = sys_attribute("stderr");
    *lost = is_none(file);
    return is_none(file) || is_error(file) ? VALUE_EMPTY : file;
}

/* --- excepthook ----------------------------------------------------------------------------------- */

static Value sys_excepthook(Value *args) {
    Value value = args[1];
    bool lost;
    Value file = error_stream(&lost);
    if (lost) return VALUE_NONE;
    if (!is_exception(value)) {
        Str *text = str_format("TypeError: print_exception(): Exception expected for value, %T found\n",
                               value);
        if (text) print_text_to(file, text);
        error_clear();
        return VALUE_NONE;
    }
    Exception *exception = as_exception(value);
    if (is_instance_of(args[2], &traceback_type) && is_empty(exception_field(&exception->traceback)))
        heap_store_release(exception, &exception->traceback, args[2]);
    exception_print(value, file);
    return VALUE_NONE;
}

static void print_plain(const char *line) {
    bool lost;
    Value file = error_stream(&lost);
    Str *text = lost ? NULL : str_from_c(line);
    if (text) print_text_to(file, text);
    error_clear();
}

static void print_default(Value exception) {
    bool lost;
    Value file = error_stream(&lost);
    if (!lost) exception_print(exception, file);
}

void report_uncaught(Value exception) {
    Value hook = sys_attribute("excepthook");
    if (is_error(hook) || is_empty(hook)) {
        error_clear();
        print_plain("sys.excepthook is missing\n");
        return print_default(exception);
    }
    Value traceback = none_if_empty(exception_field(&as_exception(exception)->traceback));
    context_self()->handled = VALUE_EMPTY;
    if (!AUDIT("sys.excepthook", hook, object_value(type_of(exception)), exception, traceback)) {
        if (error_clear_if(&RuntimeError)) return; /* a hook keeps it quiet */
        error_write_unraisable("in", hook);
    }
    Value result = call_3(hook, object_value(type_of(exception)), exception, traceback);
    if (!is_error(result)) return;
    Value second = error_fetch();
    print_plain("Error in sys.excepthook:\n");
    print_default(second);
    print_plain("\nOriginal exception was:\n");
    print_default(exception);
}

bool system_exit_status(Value exception, int *status) {
    if (!is_instance_of(exception, &exc_SystemExit)) return false;
    Value code = exception_field(&OBJECT_AS(SystemExitException, exception)->code);
    *status = 0;
    if (is_empty(code) || is_none(code)) return true;
    if (is_int(code)) {
        *status = (int)int_to_uint64_mask(code);
        return true;
    }
    *status = 1;
    bool lost;
    Value file = error_stream(&lost), text = value_str(code);
    if (is_error(text)) error_clear();
    Str *line = is_error(text) ? NULL : str_format("%U\n", as_str(text));
    if (line && !lost) print_text_to(file, line);
    error_clear();
    return true;
}

/* --- displayhook ---------------------------------------------------------------------------------- */

/* Text that the stream's encoding lacks characters for is shown with escapes. */
static bool write_escaped(Value file, Str *text) {
    Value encoding = get_attribute_c(file, "encoding");
    if (is_error(encoding) || !is_str(encoding)) return false;
    const char *name = str_utf8(as_str(encoding), NULL);
    Bytes *bytes = name ? codec_encode(text, name, "backslashreplace") : NULL;
    if (!bytes) return false;
    Value buffer = get_attribute_optional(file, NAME("buffer"));
    if (is_error(buffer)) return false;
    if (!is_empty(buffer)) return !is_error(call_method_1(buffer, "write", object_value(bytes)));
    Str *escaped = codec_decode(bytes->data, (size_t)bytes->length, name, "strict");
    return escaped && !is_error(call_method_1(file, "write", object_value(escaped)));
}

static Value sys_displayhook(Value *args) {
    Value value = args[0];
    if (!runtime.builtins) return raise_error(&RuntimeError, "lost builtins module");
    if (is_none(value)) return VALUE_NONE;
    if (!dict_set_c(runtime.builtins, "_", VALUE_NONE)) return VALUE_ERROR;
    Value file = sys_attribute("stdout");
    if (is_empty(file) || is_none(file)) return raise_error(&RuntimeError, "lost sys.stdout");
    Value repr = value_repr(value);
    if (is_error(repr)) return repr;
    if (is_error(call_method_1(file, "write", repr))) {
        if (!error_clear_if(&UnicodeEncodeError) || !write_escaped(file, as_str(repr)))
            return VALUE_ERROR;
    }
    if (is_error(call_method_1(file, "write", object_value(NAME("\n"))))) return VALUE_ERROR;
    return dict_set_c(runtime.builtins, "_", value) ? VALUE_NONE : VALUE_ERROR;
}

/* --- unraisablehook ------------------------------------------------------------------------------- */

static Type *unraisable_type; /* made once, by sys_add_hooks() */

/* value.NAME, or VALUE_NONE. */
static Value part(Value value, const char *name) {
    Value v = get_attribute_c(value, name);
    if (!is_error(v)) return v;
    error_clear();
    return VALUE_NONE;
}

static Value sys_unraisablehook(Value *args) {
    bool lost;
    Value file = error_stream(&lost);
    if (lost) return VALUE_NONE;
    unraisable_print(part(args[0], "exc_type"), part(args[0], "exc_value"),
                     part(args[0], "exc_traceback"), part(args[0], "err_msg"), part(args[0], "object"),
                     file);
    return VALUE_NONE;
}

static void write_unraisable(Value exception, Value message, Value object) {
    bool lost;
    Value file = error_stream(&lost);
    if (lost) return;
    Value traceback = none_if_empty(exception_field(&as_exception(exception)->traceback));
    unraisable_print(object_value(type_of(exception)), exception, traceback, message, object, file);
}

void error_write_unraisable(const char *where, Value object) {
    Value exception = error_fetch();
    if (is_empty(exception)) return;
    Value message = VALUE_NONE;
    Str *text = where ? str_format("Exception ignored %s", where) : NULL;
    if (text) message = object_value(text);
    error_clear();
    if (is_empty(object)) object = VALUE_NONE;
    Value hook = sys_attribute("unraisablehook");
    if (is_empty(hook) || is_error(hook) || !unraisable_type) {
        error_clear();
        return write_unraisable(exception, message, object);
    }
    Exception *error = as_exception(exception);
    Frame *frame = frame_current(0);
    if (is_empty(exception_field(&error->traceback)) && frame) {
        FrameObject *frame_view = frame_object(frame);
        Value traceback = frame_view ? traceback_new(VALUE_NONE, object_value(frame_view),
                                                     frame_index(frame), frame_line(frame))
                                     : VALUE_ERROR;
        if (is_error(traceback)) error_clear();
        else heap_store_release(error, &error->traceback, traceback);
    }
    Value items[5] = {object_value(type_of(exception)), exception,
                      none_if_empty(exception_field(&error->traceback)), message, object};
    Value arguments = structseq_new(unraisable_type, items);
    Value handled = context_self()->handled;
    Value result = is_error(arguments) || !AUDIT("sys.unraisablehook", hook, arguments)
                       ? VALUE_ERROR : call_1(hook, arguments);
    context_self()->handled = handled;
    if (!is_error(result)) return;
    Value second = error_fetch();
    write_unraisable(exception, message, object);
    Str *name = str_from_c("Exception ignored in sys.unraisablehook");
    write_unraisable(second, name ? object_value(name) : VALUE_NONE, VALUE_NONE);
    error_clear();
}

/* --- breakpointhook ------------------------------------------------------------------------------- */

static Value find_breakpoint(const char *name) {
    const char *dot = strrchr(name, '.');
    Str *module = dot ? str_from_utf8(name, (size_t)(dot - name)) : str_from_c("builtins");
    if (!module) return VALUE_ERROR;
    if (dot == name) return raise_error(&ValueError, "Empty module name");
    Value imported = import_module(str_utf8(module, NULL));
    return is_error(imported) ? imported : get_attribute_c(imported, dot ? dot + 1 : name);
}

static Value sys_breakpointhook(Value *args, size_t count, Tuple *names) {
    const char *name = runtime.ignore_environment ? NULL : getenv("PYTHONBREAKPOINT");
    if (!name || !*name) name = "pdb.set_trace";
    if (strcmp(name, "0") == 0) return VALUE_NONE;
    Value function = find_breakpoint(name);
    if (!is_error(function)) return call(function, args, count, names);
    if (!error_matches(&ImportError) && !error_matches(&AttributeError) && !error_matches(&ValueError))
        return function;
    error_clear();
    return warn(&RuntimeWarning, 0, "Ignoring unimportable $PYTHONBREAKPOINT: \"%s\"", name)
               ? VALUE_NONE
               : VALUE_ERROR;
}

/* --- the table ------------------------------------------------------------------------------------ */

const MethodDef sys_hook_functions[] = {
    METHOD("excepthook", sys_excepthook, "(exctype, value, traceback, /)",
           "Prints an exception with its traceback on sys.stderr."),
    METHOD("displayhook", sys_displayhook, "(object, /)",
           "Prints the repr of an object on sys.stdout and keeps the object as builtins._."),
    METHOD("unraisablehook", sys_unraisablehook, "(unraisable, /)",
           "Reports an exception that nobody could catch: one in a finalizer, for example."),
    RAW_METHOD("breakpointhook", sys_breakpointhook, NULL,
               "breakpointhook(*args, **kws)\n\nWhat breakpoint() calls: the function that "
               "$PYTHONBREAKPOINT names, by default\npdb.set_trace."),
    {0},
};

bool sys_add_hooks(Module *module) {
    static const char *const fields[] = {"exc_type", "exc_value", "exc_traceback", "err_msg", "object"};
    static const char *const names[][2] = {{"excepthook", "__excepthook__"},
                                           {"displayhook", "__displayhook__"},
                                           {"unraisablehook", "__unraisablehook__"},
                                           {"breakpointhook", "__breakpointhook__"}};
    Value module_name = object_value(NAME("sys"));
    for (const MethodDef *def = sys_hook_functions; def->name; def++)
        if (!module_add(module, def->name, native_function_new(def, object_value(module), module_name)))
            return false;
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++)
        if (!module_add(module, names[i][1], dict_get_c(module->dict, names[i][0]))) return false;
    if (!unraisable_type)
        unraisable_type = structseq_type_new("UnraisableHookArgs",
                                             "What sys.unraisablehook is called with.", fields, 5, 5);
    return module_add(module, "UnraisableHookArgs", object_value(unraisable_type));
}
