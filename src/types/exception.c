/* exception.c - the exception classes and the simple ones among their constructors.
 *
 * Every class of exceptions.def is a static Type. Its struct (the "layout") begins with Exception and
 * consists of Values only, so one tracing function per layout, made by a macro, is enough. Fields are
 * single words, stored with release order and read with acquire order; no lock is needed: each
 * attribute of an exception is set and read alone, as in CPython under its lock.
 *
 * A chain of __context__ is kept free of cycles by whoever links (raise_value() in object/error.c);
 * programs can still make cycles by assignment, so everything that walks a chain guards itself. */
#include "types/exception_kinds.h"

#include "object/instance.h"
#include "types/dict.h"
#include "types/list.h"
#include "types/str.h"

/* --- the types ---------------------------------------------------------------------------------- */

#define LAYOUT(layout)                                                                             \
    static void layout##_trace(Cell *cell, Marker *marker) {                                       \
        marker_visit_range(marker, &((Exception *)cell)->args, 5);                                 \
        marker_visit_range(marker, (Value *)((char *)cell + sizeof(Exception)),                    \
                           (sizeof(layout) - sizeof(Exception)) / sizeof(Value));                  \
    }
LAYOUT(Exception)
LAYOUT(SystemExitException)
LAYOUT(StopIterationException)
LAYOUT(AttributeErrorException)
LAYOUT(NameErrorException)
LAYOUT(ImportErrorException)
LAYOUT(OSErrorException)
LAYOUT(SyntaxErrorException)
LAYOUT(UnicodeErrorException)
LAYOUT(ExceptionGroupObject)
#undef LAYOUT

#define exc_object_type_object object_type_object
#define EXCEPTION(class_name, base_name, layout, doc_text)                                         \
    Type exc_##class_name = {                                                                      \
        .name = #class_name,                                                                       \
        .doc = doc_text,                                                                           \
        .base = &exc_##base_name,                                                                  \
        .size = sizeof(layout),                                                                    \
        .flags = TYPE_BASE | TYPE_IMMUTABLE | TYPE_HAS_DICT | TYPE_EXCEPTION,                      \
        .root = {.cell_kind = {.trace = layout##_trace, .name = #class_name}},                     \
        .new_instance = base_exception_new,                                                        \
        .init = base_exception_init,                                                               \
    };
#include "types/exceptions.def"

/* --- construction ------------------------------------------------------------------------------- */

bool exception_refuse_keywords(Value self, Tuple *names) {
    if (!names || names->length == 0) return true;
    raise_error(&TypeError, "%s() takes no keyword arguments", type_of(self)->name);
    return false;
}

bool exception_take_keywords(const char *function, Value *args, size_t count, Tuple *names,
                             const char *const *wanted, Value *out, size_t wanted_count) {
    for (size_t i = 0; i < wanted_count; i++) out[i] = VALUE_EMPTY;
    for (int64_t n = 0; names && n < names->length; n++) {
        size_t i = 0;
        while (i < wanted_count && !str_equal_c(as_str(names->items[n]), wanted[i])) i++;
        if (i == wanted_count) {
            raise_error(&TypeError, "'%U' is an invalid keyword argument for %s()",
                        as_str(names->items[n]), function);
            return false;
        }
        out[i] = args[count + (size_t)n];
    }
    return true;
}

Value base_exception_new(Type *type, Value *args, size_t count, Tuple *names) {
    Exception *self = object_alloc_instance(type, type->size);
    if (!self) return VALUE_ERROR;
    Tuple *tuple = tuple_from_array(args, (int64_t)count);
    if (!tuple) return VALUE_ERROR;
    heap_store_release(self, &self->args, object_value(tuple));
    return object_value(self);
}

static bool set_args(Value self, Value *args, size_t count) {
    Exception *exception = as_exception(self);
    Tuple *tuple = tuple_from_array(args, (int64_t)count);
    if (!tuple) return false;
    heap_store_release(exception, &exception->args, object_value(tuple));
    return true;
}

bool base_exception_init(Value self, Value *args, size_t count, Tuple *names) {
    return exception_refuse_keywords(self, names) && set_args(self, args, count);
}

Value exception_new(Type *type, Value *args, size_t count) {
    Value self = type->new_instance(type, args, count, NULL);
    if (is_error(self) || !is_exception(self)) return self;
    Type *actual = type_of(self);
    if (actual->init && !actual->init(self, args, count, NULL)) return VALUE_ERROR;
    return self;
}

/* --- BaseException ------------------------------------------------------------------------------ */

static Tuple *exception_args(Value self) {
    Value args = exception_field(&as_exception(self)->args);
    return is_tuple(args) ? as_tuple(args) : tuple_new(0);
}

static Value base_exception_repr(Value self) {
    Tuple *args = exception_args(self);
    if (!args) return VALUE_ERROR;
    Str *text = args->length == 1
                    ? str_format("%s(%R)", type_name_of(self), args->items[0])
                    : str_format("%s%R", type_name_of(self), object_value(args));
    return text ? object_value(text) : VALUE_ERROR;
}

Value base_exception_str(Value self) {
    Tuple *args = exception_args(self);
    if (!args) return VALUE_ERROR;
    if (args->length == 0) return object_value(str_empty());
    return value_str(args->length == 1 ? args->items[0] : object_value(args));
}

Value exception_state(Value self) {
    Dict *dict = instance_dict(object_of(self));
    if (!dict) return error_occurred() ? VALUE_ERROR : VALUE_EMPTY;
    return dict_length(dict) ? object_value(dict) : VALUE_EMPTY;
}

static Value pack_value(int64_t count, Value a, Value b, Value c) {
    Tuple *tuple = tuple_pack(count, a, b, c);
    return tuple ? object_value(tuple) : VALUE_ERROR;
}

static Value base_exception_reduce(Value *args) {
    Value self = args[0], state = exception_state(self);
    if (is_error(state)) return state;
    Tuple *arguments = exception_args(self);
    if (!arguments) return VALUE_ERROR;
    return pack_value(is_empty(state) ? 2 : 3, object_value(type_of(self)), object_value(arguments),
                      state);
}

static Value base_exception_setstate(Value *args) {
    Value self = args[0], state = args[1];
    if (is_none(state)) return VALUE_NONE;
    if (!is_dict(state)) return raise_error(&TypeError, "state is not a dictionary");
    int64_t position = 0;
    Value key, value;
    while (dict_next(as_dict(state), &position, &key, &value)) {
        if (!is_str(key)) return raise_error(&TypeError, "attribute name must be string, not '%T'", key);
        Str *name = str_intern(as_str(key));
        if (!name || !set_attribute(self, name, value)) return VALUE_ERROR;
    }
    return VALUE_NONE;
}

static bool set_traceback(Value self, Value traceback) {
    Exception *exception = as_exception(self);
    if (is_empty(traceback)) {
        raise_error(&TypeError, "__traceback__ may not be deleted");
        return false;
    }
    if (!is_none(traceback) && !is_instance_of(traceback, &traceback_type)) {
        raise_error(&TypeError, "__traceback__ must be a traceback or None");
        return false;
    }
    heap_store_release(exception, &exception->traceback,
                       is_none(traceback) ? VALUE_EMPTY : traceback);
    return true;
}

static Value base_exception_with_traceback(Value *args) {
    return set_traceback(args[0], args[1]) ? args[0] : VALUE_ERROR;
}

static Value base_exception_add_note(Value *args) {
    Value self = args[0], note = args[1];
    if (!is_str(note)) return raise_error(&TypeError, "note must be a str, not '%T'", note);
    Str *name = NAME("__notes__");
    Value notes = get_attribute_optional(self, name);
    if (is_error(notes)) return notes;
    if (is_empty(notes)) {
        List *list = list_new(1);
        if (!list || !set_attribute(self, name, object_value(list))) return VALUE_ERROR;
        notes = object_value(list);
    }
    if (!is_list(notes)) return raise_error(&TypeError, "Cannot add note: __notes__ is not a list");
    return list_append(as_list(notes), note) ? VALUE_NONE : VALUE_ERROR;
}

static Value get_args(Value self) {
    Tuple *args = exception_args(self);
    return args ? object_value(args) : VALUE_ERROR;
}

static bool set_args_attribute(Value self, Value value) {
    if (is_empty(value)) {
        raise_error(&TypeError, "args may not be deleted");
        return false;
    }
    Tuple *tuple = tuple_from_iterable(value);
    if (!tuple) return false;
    heap_store_release(object_of(self), &as_exception(self)->args, object_value(tuple));
    return true;
}

static Value get_traceback(Value self) {
    return none_if_empty(exception_field(&as_exception(self)->traceback));
}
static Value get_context(Value self) {
    return none_if_empty(exception_field(&as_exception(self)->context));
}
static Value get_cause(Value self) {
    return none_if_empty(exception_field(&as_exception(self)->cause));
}

static bool check_link(Value value, const char *name, const char *what) {
    if (is_empty(value)) {
        raise_error(&TypeError, "%s may not be deleted", name);
        return false;
    }
    if (is_none(value) || is_exception(value)) return true;
    raise_error(&TypeError, "exception %s must be None or derive from BaseException", what);
    return false;
}

static bool set_context(Value self, Value value) {
    if (!check_link(value, "__context__", "context")) return false;
    heap_store_release(object_of(self), &as_exception(self)->context,
                       is_none(value) ? VALUE_EMPTY : value);
    return true;
}

static bool set_cause(Value self, Value value) {
    if (!check_link(value, "__cause__", "cause")) return false;
    exception_set_cause(self, is_none(value) ? VALUE_EMPTY : value);
    return true;
}

void exception_set_cause(Value self, Value cause) {
    Exception *exception = as_exception(self);
    heap_store_release(exception, &exception->cause, cause);
    store_release(&exception->suppress_context, true);
}

static const MethodDef base_exception_methods[] = {
    METHOD("__reduce__", base_exception_reduce, "($self, /)", "Helper for pickle."),
    METHOD("__setstate__", base_exception_setstate, "($self, state, /)", NULL),
    METHOD("with_traceback", base_exception_with_traceback, "($self, tb, /)",
           "Exception.with_traceback(tb) --\n    set self.__traceback__ to tb and return self."),
    METHOD("add_note", base_exception_add_note, "($self, note, /)",
           "Exception.add_note(note) --\n    add a note to the exception"),
    {0},
};

static const GetSetDef base_exception_getset[] = {
    {"args", get_args, set_args_attribute, NULL},
    {"__traceback__", get_traceback, set_traceback, NULL},
    {"__context__", get_context, set_context, "exception context"},
    {"__cause__", get_cause, set_cause, "exception cause"},
    {0},
};

static const MemberDef base_exception_members[] = {
    {"__suppress_context__", MEMBER_BOOL8, offsetof(Exception, suppress_context), 0, NULL},
    {0},
};

/* --- StopIteration, SystemExit ------------------------------------------------------------------ */

static bool stop_iteration_init(Value self, Value *args, size_t count, Tuple *names) {
    if (!base_exception_init(self, args, count, names)) return false;
    StopIterationException *exception = OBJECT_AS(StopIterationException, self);
    heap_store_release(exception, &exception->value, count > 0 ? args[0] : VALUE_NONE);
    return true;
}
static const MemberDef stop_iteration_members[] = {
    {"value", MEMBER_VALUE, offsetof(StopIterationException, value), 0, "generator return value"},
    {0},
};

static bool system_exit_init(Value self, Value *args, size_t count, Tuple *names) {
    if (!base_exception_init(self, args, count, names)) return false;
    SystemExitException *exception = OBJECT_AS(SystemExitException, self);
    if (count == 0) return true;
    heap_store_release(exception, &exception->code, count == 1 ? args[0] : get_args(self));
    return true;
}
static const MemberDef system_exit_members[] = {
    {"code", MEMBER_VALUE, offsetof(SystemExitException, code), 0, "exception code"},
    {0},
};

/* --- AttributeError, NameError ------------------------------------------------------------------ */

static bool attribute_error_init(Value self, Value *args, size_t count, Tuple *names) {
    static const char *const wanted[] = {"name", "obj"};
    Value found[2];
    if (!set_args(self, args, count) ||
        !exception_take_keywords("AttributeError", args, count, names, wanted, found, 2))
        return false;
    AttributeErrorException *exception = OBJECT_AS(AttributeErrorException, self);
    heap_store_release(exception, &exception->name, found[0]);
    heap_store_release(exception, &exception->object, found[1]);
    return true;
}
static const MemberDef attribute_error_members[] = {
    {"name", MEMBER_VALUE, offsetof(AttributeErrorException, name), 0, "attribute name"},
    {"obj", MEMBER_VALUE, offsetof(AttributeErrorException, object), 0, "object"},
    {0},
};

static bool name_error_init(Value self, Value *args, size_t count, Tuple *names) {
    static const char *const wanted[] = {"name"};
    Value name;
    if (!set_args(self, args, count) ||
        !exception_take_keywords("NameError", args, count, names, wanted, &name, 1))
        return false;
    heap_store_release(object_of(self), &OBJECT_AS(NameErrorException, self)->name, name);
    return true;
}
static const MemberDef name_error_members[] = {
    {"name", MEMBER_VALUE, offsetof(NameErrorException, name), 0, "name"},
    {0},
};

/* --- ImportError -------------------------------------------------------------------------------- */

static bool import_error_init(Value self, Value *args, size_t count, Tuple *names) {
    static const char *const wanted[] = {"name", "path"};
    Value found[2];
    if (!set_args(self, args, count) ||
        !exception_take_keywords("ImportError", args, count, names, wanted, found, 2))
        return false;
    ImportErrorException *exception = OBJECT_AS(ImportErrorException, self);
    heap_store_release(exception, &exception->name, found[0]);
    heap_store_release(exception, &exception->path, found[1]);
    heap_store_release(exception, &exception->msg, count == 1 ? args[0] : VALUE_EMPTY);
    return true;
}

static Value import_error_str(Value self) {
    Value message = exception_field(&OBJECT_AS(ImportErrorException, self)->msg);
    return is_exactly(message, &str_type) ? message : base_exception_str(self);
}

static Value import_error_reduce(Value *args) {
    Value self = args[0], state = exception_state(self);
    if (is_error(state)) return state;
    ImportErrorException *exception = OBJECT_AS(ImportErrorException, self);
    Value name = exception_field(&exception->name), path = exception_field(&exception->path);
    if (!is_empty(name) || !is_empty(path)) {
        Dict *copy = is_empty(state) ? dict_new() : dict_copy(as_dict(state));
        if (!copy || (!is_empty(name) && !dict_set_c(copy, "name", name)) ||
            (!is_empty(path) && !dict_set_c(copy, "path", path)))
            return VALUE_ERROR;
        state = object_value(copy);
    }
    return pack_value(is_empty(state) ? 2 : 3, object_value(type_of(self)), get_args(self), state);
}

static const MethodDef import_error_methods[] = {
    METHOD("__reduce__", import_error_reduce, "($self, /)", "Helper for pickle."),
    {0},
};
static const MemberDef import_error_members[] = {
    {"msg", MEMBER_VALUE, offsetof(ImportErrorException, msg), 0, "exception message"},
    {"name", MEMBER_VALUE, offsetof(ImportErrorException, name), 0, "module name"},
    {"path", MEMBER_VALUE, offsetof(ImportErrorException, path), 0, "module path"},
    {0},
};

/* --- KeyError ----------------------------------------------------------------------------------- */

/* The repr, so that KeyError('') shows more than an empty line. */
static Value key_error_str(Value self) {
    Tuple *args = exception_args(self);
    if (!args) return VALUE_ERROR;
    return args->length == 1 ? value_repr(args->items[0]) : base_exception_str(self);
}

/* --- putting them together ------------------------------------------------------------------------ */

/* The list in exceptions.def names no slots; classes that have some get them here, before main(). */
__attribute__((constructor)) static void exception_fill(void) {
    exc_BaseException.repr = base_exception_repr;
    exc_BaseException.str = base_exception_str;
    exc_BaseException.getattribute = object_getattribute;
    exc_BaseException.setattribute = object_setattribute;
    exc_BaseException.methods = base_exception_methods;
    exc_BaseException.getset = base_exception_getset;
    exc_BaseException.members = base_exception_members;

    exc_StopIteration.init = stop_iteration_init;
    exc_StopIteration.members = stop_iteration_members;
    exc_SystemExit.init = system_exit_init;
    exc_SystemExit.members = system_exit_members;

    exc_AttributeError.init = attribute_error_init;
    exc_AttributeError.members = attribute_error_members;
    exc_NameError.init = name_error_init;
    exc_NameError.members = name_error_members;
    exc_UnboundLocalError.init = name_error_init;

    exc_ImportError.init = exc_ModuleNotFoundError.init = import_error_init;
    exc_ImportError.str = import_error_str;
    exc_ImportError.methods = import_error_methods;
    exc_ImportError.members = import_error_members;

    exc_KeyError.str = key_error_str;

    exception_detail_fill();
    exception_group_fill();
}
