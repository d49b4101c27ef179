/* warnings_module.c - the module `_warnings`, and warnings issued from C (object/error.h).
 *
 * The state (filters, default action, "once" registry) starts out native; as soon as the module
 * `warnings` is imported, its attributes of the same meaning count. A registry is a dict from what was
 * warned about to True; its entry "version" tells which state of the filters it belongs to. Two
 * threads that warn about the same line at the same time may both show it. */
#include "modules/support.h"

#include <stdarg.h>
#include "types/exception_kinds.h"
#include "vm/exception_print.h"
#include "vm/frame.h"

/* Made by make_state(); atomic. */
static Value native_filters, native_once_registry, native_default_action;
static int64_t filters_version; /* atomic */

/* --- the state ------------------------------------------------------------------------------------ */

static Value make_filter(const char *action, Type *category, const char *module) {
    Str *action_text = str_from_c(action), *module_text = module ? str_from_c(module) : NULL;
    if (!action_text || (module && !module_text)) return VALUE_ERROR;
    Tuple *filter = tuple_pack(5, object_value(action_text), VALUE_NONE, object_value(category),
                               module ? object_value(module_text) : VALUE_NONE, int_value(0));
    return filter ? object_value(filter) : VALUE_ERROR;
}

static bool make_filters(List *filters) {
    static const struct {
        const char *action;
        Type *category;
        const char *module;
    } table[] = {
        {"default", &DeprecationWarning, "__main__"},
        {"ignore", &DeprecationWarning, NULL},
        {"ignore", &exc_PendingDeprecationWarning, NULL},
        {"ignore", &ImportWarning, NULL},
        {"ignore", &ResourceWarning, NULL},
    };
    for (size_t i = 0; filters && i < ARRAY_LENGTH(table); i++) {
        Value filter = make_filter(table[i].action, table[i].category, table[i].module);
        if (is_error(filter) || !list_append(filters, filter)) return false;
    }
    return filters != NULL;
}

/* Warnings may come before the module is imported. */
static bool make_state(void) {
    List *filters = list_new(5);
    Dict *once = dict_new();
    Str *action = str_from_c("default");
    if (!filters || !once || !action || !make_filters(filters)) return false;
    store_release(&native_once_registry.bits, object_value(once).bits);
    store_release(&native_default_action.bits, object_value(action).bits);
    store_release(&native_filters.bits, object_value(filters).bits);
    module_root(&native_filters);
    module_root(&native_once_registry);
    module_root(&native_default_action);
    return true;
}


/* warnings.NAME when that module is there, else VALUE_EMPTY. */
static Value warnings_attribute(const char *name, bool import) {
    Value module = runtime.modules ? dict_get_c(runtime.modules, "warnings") : VALUE_EMPTY;
    if (is_empty(module) && import && runtime.modules) {
        module = import_module("warnings");
        if (is_error(module)) {
            error_clear();
            return VALUE_EMPTY;
        }
    }
    if (is_empty(module) || is_error(module) || is_none(module)) return VALUE_EMPTY;
    Str *text = str_from_c(name);
    Str *interned = text ? str_intern(text) : NULL;
    return interned ? get_attribute_optional(module, interned) : VALUE_ERROR;
}

/* What the module says is remembered, for when the attribute is deleted there. */
static Value state_value(const char *name, Value *native) {
    Value v = warnings_attribute(name, false);
    if (is_empty(v)) return value_load_acquire(native);
    if (!is_error(v)) store_release(&native->bits, v.bits);
    return v;
}

/* --- filters -------------------------------------------------------------------------------------- */

/* Does a filter's pattern (None, exact text, or something with match()) fit? 1, 0, -1. */
static int pattern_fits(Value pattern, Str *text) {
    if (is_none(pattern)) return 1;
    if (is_exactly(pattern, &str_type)) return str_equal(as_str(pattern), text);
    Value match = call_method_1(pattern, "match", object_value(text));
    return is_error(match) ? -1 : value_truth(match);
}

typedef struct Notice {
    Value message;   /* an instance of the category */
    Type *category;
    Str *text, *filename, *module;
    int64_t lineno;
    Value registry;  /* a dict or None */
    Value source;    /* or VALUE_EMPTY */
} Notice;

/* 1 when the filter item is for this warning. */
static int filter_fits(const Notice *w, Tuple *item) {
    int fits = pattern_fits(item->items[1], w->text);
    if (fits <= 0) return fits;
    fits = value_is_subclass(object_value(w->category), item->items[2]);
    if (fits <= 0) return fits;
    fits = pattern_fits(item->items[3], w->module);
    if (fits <= 0) return fits;
    int64_t line = value_index_int64(item->items[4], &OverflowError);
    if (line == -1 && error_occurred()) return -1;
    return line == 0 || line == w->lineno;
}

/* The action for a warning, a str; *item the filter that said so, or None. */
static Str *find_action(const Notice *w, Value *item_out) {
    *item_out = VALUE_NONE;
    Value filters = state_value("filters", &native_filters);
    if (is_error(filters)) return NULL;
    if (!is_list(filters)) {
        raise_error(&ValueError, "_warnings.filters must be a list");
        return NULL;
    }
    for (int64_t i = 0; i < list_length(as_list(filters)); i++) {
        Value item = list_get(as_list(filters), i);
        if (is_empty(item)) break;
        if (!is_tuple(item) || as_tuple(item)->length != 5) {
            raise_error(&ValueError, "_warnings.filters item %lld isn't a 5-tuple", (long long)i);
            return NULL;
        }
        Value action = as_tuple(item)->items[0];
        if (!is_str(action)) {
            raise_error(&TypeError, "action must be a string, not '%T'", action);
            return NULL;
        }
        int fits = filter_fits(w, as_tuple(item));
        if (fits < 0) return NULL;
        if (fits) {
            *item_out = item;
            return as_str(action);
        }
    }
    Value action = state_value("defaultaction", &native_default_action);
    if (is_error(action)) return NULL;
    if (is_str(action)) return as_str(action);
    raise_error(&TypeError, "_warnings.defaultaction must be a string, not '%T'", action);
    return NULL;
}

/* --- registries ----------------------------------------------------------------------------------- */

/* 1: `key` has been warned about since the filters last changed; sets it when `set`. */
static int already_warned(Dict *registry, Value key, bool set) {
    Value version = dict_get_c(registry, "version");
    int64_t current = load_acquire(&filters_version), found = -1;
    if (is_error(version)) return -1;
    if (!is_empty(version) && is_int(version)) (void)int_to_int64(version, &found);
    if (found != current) {
        dict_clear(registry);
        if (!dict_set_c(registry, "version", int_value(current))) return -1;
    } else {
        Value seen = dict_get(registry, key);
        if (is_error(seen)) return -1;
        int truth = is_empty(seen) ? 0 : value_truth(seen);
        if (truth) return truth;
    }
    return set && !dict_set(registry, key, VALUE_TRUE) ? -1 : 0;
}

static int registered_before(const Notice *w, Value registry) {
    if (!is_dict(registry)) return 0;
    Tuple *key = tuple_pack(2, object_value(w->text), object_value(w->category));
    return key ? already_warned(as_dict(registry), object_value(key), true) : -1;
}

/* 1: not to be shown, it was before; also raises for an unknown action. */
static int note_in_registry(const Notice *w, Str *action, Value key, Value item) {
    if (is_dict(w->registry) && !dict_set(as_dict(w->registry), key, VALUE_TRUE)) return -1;
    if (str_equal_c(action, "once")) {
        Value registry = w->registry;
        if (!is_dict(registry)) {
            registry = state_value("onceregistry", &native_once_registry);
            if (is_error(registry)) return -1;
            if (!is_dict(registry)) {
                raise_error(&TypeError, "_warnings.onceregistry must be a dict, not '%T'", registry);
                return -1;
            }
        }
        return registered_before(w, registry);
    }
    if (str_equal_c(action, "module")) return registered_before(w, w->registry);
    if (str_equal_c(action, "default")) return 0;
    raise_error(&RuntimeError, "Unrecognized action (%R) in warnings.filters:\n %R",
                object_value(action), item);
    return -1;
}

/* --- showing -------------------------------------------------------------------------------------- */

static bool show_native(const Notice *w) {
    Value file = runtime.sys_dict ? dict_get_c(runtime.sys_dict, "stderr") : VALUE_EMPTY;
    if (is_none(file) || is_error(file)) return !is_error(file);
    Str *line = source_line(w->filename, (int)w->lineno);
    Value stripped = line ? call_method_0(object_value(line), "strip") : VALUE_EMPTY;
    if (is_error(stripped)) return false;
    Str *text = str_format("%U:%lld: %N: %U\n", w->filename, (long long)w->lineno, w->category, w->text);
    if (text && is_str(stripped) && as_str(stripped)->length)
        text = str_format("%U  %U\n", text, as_str(stripped));
    if (!text) return false;
    print_text_to(file, text);
    return true;
}

static bool show(const Notice *w) {
    Value show_function = warnings_attribute("_showwarnmsg", !is_empty(w->source) && !is_none(w->source));
    if (is_error(show_function)) return false;
    if (is_empty(show_function)) return show_native(w);
    if (!is_callable(show_function)) {
        raise_error(&TypeError, "warnings._showwarnmsg() must be set to a callable");
        return false;
    }
    Value class = warnings_attribute("WarningMessage", false);
    if (is_error(class)) return false;
    if (is_empty(class)) {
        raise_error(&RuntimeError, "unable to get warnings.WarningMessage");
        return false;
    }
    Value args[7] = {w->message, object_value(w->category), object_value(w->filename),
                     int_value(w->lineno), VALUE_NONE, VALUE_NONE, none_if_empty(w->source)};
    Value message = call(class, args, 7, NULL);
    return !is_error(message) && !is_error(call_1(show_function, message));
}

/* --- issuing -------------------------------------------------------------------------------------- */

/* Module name from a file name: without ".py"; "<unknown>" for nothing. */
static Str *module_of_file(Str *filename) {
    int64_t length = filename->length;
    if (length == 0) return str_from_c("<unknown>");
    bool source = length >= 3 && str_at(filename, length - 3) == '.' &&
                  str_at(filename, length - 2) == 'p' && str_at(filename, length - 1) == 'y';
    return source ? str_substring(filename, 0, length - 3) : filename;
}

/* Completes message, category and text from what the caller gave. */
static bool take_message(Notice *w, Value message) {
    if (is_instance_of(message, &exc_Warning)) {
        Value text = value_str(message);
        if (is_error(text)) return false;
        w->text = as_str(text);
        w->message = message;
        w->category = type_of(message);
        return true;
    }
    Value text = is_str(message) ? message : value_str(message);
    if (is_error(text)) return false;
    w->text = as_str(text);
    w->message = call_1(object_value(w->category), message);
    return !is_error(w->message);
}

static bool issue(Notice *w, Value message) {
    if (is_empty(value_load_acquire(&native_filters)) && !make_state()) return false;
    if (is_empty(w->registry)) w->registry = VALUE_NONE;
    if (!is_dict(w->registry) && !is_none(w->registry)) {
        raise_error(&TypeError, "'registry' must be a dict or None");
        return false;
    }
    if (!w->module && !(w->module = module_of_file(w->filename))) return false;
    if (!take_message(w, message)) return false;
    Tuple *key = tuple_pack(3, object_value(w->text), object_value(w->category), int_value(w->lineno));
    if (!key) return false;
    if (is_dict(w->registry)) {
        int before = already_warned(as_dict(w->registry), object_value(key), false);
        if (before) return before > 0;
    }
    Value item;
    Str *action = find_action(w, &item);
    if (!action) return false;
    if (str_equal_c(action, "error")) {
        raise_value(w->message);
        return false;
    }
    if (str_equal_c(action, "ignore")) return true;
    if (!str_equal_c(action, "always")) {
        int before = note_in_registry(w, action, object_value(key), item);
        if (before) return before > 0;
    }
    return show(w);
}

/* --- where a warning comes from ------------------------------------------------------------------- */

static bool is_internal(Frame *frame) {
    Str *filename = frame->code->filename;
    return str_find(filename, NAME("importlib"), 0, filename->length, 1) >= 0 &&
           str_find(filename, NAME("_bootstrap"), 0, filename->length, 1) >= 0;
}

/* The frame `stack_level` up, without counting those of the import system unless it asks for one. */
static Frame *warning_frame(int64_t stack_level) {
    int depth = 0;
    Frame *frame = frame_current(0);
    if (stack_level <= 0 || (frame && is_internal(frame))) {
        while (--stack_level > 0 && frame) frame = frame_current(++depth);
        return frame;
    }
    while (--stack_level > 0 && frame)
        do frame = frame_current(++depth);
        while (frame && is_internal(frame));
    return frame;
}

static bool take_place(Notice *w, int64_t stack_level) {
    Frame *frame = warning_frame(stack_level);
    Dict *globals = frame ? frame_globals(frame) : runtime.sys_dict;
    w->filename = frame ? frame->code->filename : str_from_c("sys");
    w->lineno = frame ? frame_line(frame) : 1;
    w->registry = VALUE_NONE;
    if (!w->filename || !globals) return w->filename != NULL;
    Str *registry_name = NAME("__warningregistry__");
    w->registry = dict_get_str(globals, registry_name);
    if (is_empty(w->registry)) {
        Dict *registry = dict_new();
        if (!registry) return false;
        w->registry = dict_set_default(globals, object_value(registry_name), object_value(registry));
    }
    if (is_error(w->registry)) return false;
    Value name = dict_get_str(globals, NAME("__name__"));
    w->module = is_str(name) ? as_str(name) : str_from_c("<string>");
    return w->module != NULL;
}

bool warn(Type *category, int stack_level, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    Str *text = str_format_va(format, arguments);
    va_end(arguments);
    Notice w = {.category = category ? category : &RuntimeWarning};
    return text && take_place(&w, stack_level) && issue(&w, object_value(text));
}

bool warn_explicit(Type *category, Str *filename, int lineno, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    Str *text = str_format_va(format, arguments);
    va_end(arguments);
    Notice w = {.category = category, .filename = filename, .lineno = lineno, .registry = VALUE_NONE};
    return text && issue(&w, object_value(text));
}

/* --- the module ----------------------------------------------------------------------------------- */

static Type *warning_category(Value message, Value category) {
    if (is_instance_of(message, &exc_Warning)) return type_of(message);
    if (is_empty(category) || is_none(category)) return &exc_UserWarning;
    if (is_type(category) && type_is_subtype(OBJECT_AS(Type, category), &exc_Warning))
        return OBJECT_AS(Type, category);
    raise_error(&TypeError, "category must be a Warning subclass, not '%T'", category);
    return NULL;
}

static Value warnings_warn(Value *args) {
    Notice w = {.category = warning_category(args[0], args[1]), .source = args[3]};
    if (!w.category) return VALUE_ERROR;
    int64_t level = 1;
    if (!argument_int64(args[2], &level)) return VALUE_ERROR;
    return take_place(&w, level) && issue(&w, args[0]) ? VALUE_NONE : VALUE_ERROR;
}

static Value warnings_warn_explicit(Value *args) {
    Notice w = {.source = args[7], .registry = args[5]};
    if (!argument_str(args[2], "warn_explicit", "3", &w.filename)) return VALUE_ERROR;
    if (!argument_int64(args[3], &w.lineno)) return VALUE_ERROR;
    if (!is_type(args[1]) && !is_instance_of(args[0], &exc_Warning))
        return raise_error(&TypeError, "category must be a Warning subclass, not '%T'", args[1]);
    w.category = is_type(args[1]) ? OBJECT_AS(Type, args[1]) : type_of(args[0]);
    if (!is_empty(args[4]) && is_none(args[4])) return VALUE_NONE;
    if (!is_empty(args[4])) {
        if (!is_str(args[4]))
            return raise_error(&TypeError, "module must be a string, not '%T'", args[4]);
        w.module = as_str(args[4]);
    }
    if (!is_empty(args[6]) && !is_none(args[6]) && !is_dict(args[6]))
        return raise_error(&TypeError, "module_globals must be a dict, not '%T'", args[6]);
    return issue(&w, args[0]) ? VALUE_NONE : VALUE_ERROR;
}

static Value warnings_filters_mutated(Value *args) {
    fetch_add_acq_rel(&filters_version, INT64_C(1));
    return VALUE_NONE;
}

static const MethodDef warnings_functions[] = {
    METHOD("warn", warnings_warn, "(message, category=None, stacklevel=1, source=None)",
           "Issues a warning, or ignores it, or raises it, as the filters say."),
    METHOD("warn_explicit", warnings_warn_explicit,
           "(message, category, filename, lineno, module=None, registry=None, module_globals=None, "
           "source=None)",
           "Issues a warning for an explicitly given place."),
    METHOD("_filters_mutated", warnings_filters_mutated, "()",
           "Tells that the filters have changed: registries start again."),
    {0},
};

static bool warnings_init(Module *module) {
    if (is_empty(value_load_acquire(&native_filters)) && !make_state()) return false;
    return module_add(module, "filters", native_filters) &&
           module_add(module, "_onceregistry", native_once_registry) &&
           module_add(module, "_defaultaction", native_default_action);
}

const NativeModule module__warnings = {
    .name = "_warnings",
    .doc = "Filters and issues warnings: what the module warnings builds upon.",
    .functions = warnings_functions,
    .init = warnings_init,
};
