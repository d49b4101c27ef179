/* operations.c - what single instructions do beyond a few lines. */
#include "vm/operations.h"

#include "object/lookup.h"
#include "object/native.h"
#include "types/exception.h"
#include "types/int.h"
#include "types/module.h"
#include "types/set.h"
#include "vm/cache.h"
#include "vm/generator.h"
#include "vm/typealias.h"


/* --- unbound names ------------------------------------------------------------------------------------------ */

static void raise_name_error(Type *type, const char *format, Value name) {
    raise_error(type, format, as_str(name));
    Value exception = context_self()->exception;
    if (is_instance_of(exception, &NameError)) {
        NameErrorException *error = OBJECT_AS(NameErrorException, exception);
        heap_store_relaxed(error, &error->name, name);
    }
}

void raise_unbound_local(const Code *code, int index) {
    raise_name_error(&UnboundLocalError, "cannot access local variable '%U' where it is not associated with a value",
                     code->local_names->items[index]);
}

void raise_unbound_cell(const Code *code, int register_index) {
    int index = register_index - code->local_count;
    Value name = index >= 0 && index < code->cell_names->length ? code->cell_names->items[index]
                                                                : code->local_names->items[register_index];
    raise_name_error(&UnboundLocalError, "cannot access local variable '%U' where it is not associated with a value",
                     name);
}

void raise_unbound_free(const Code *code, int index) {
    raise_name_error(&NameError,
                     "cannot access free variable '%U' where it is not associated with a value in enclosing scope",
                     code->free_names->items[index]);
}

/* --- unpacking -------------------------------------------------------------------------------------------------- */

bool unpack(Value source, Value *target, int64_t count) {
    if (is_exactly(source, &list_type)) {
        int64_t length;
        Array *items = list_snapshot(as_list(source), &length);
        if (!items) return false;
        if (length == count) {
            for (int64_t i = 0; i < count; i++) target[i] = items->items[i];
            return true;
        }
        if (length < count)
            raise_error(&ValueError, "not enough values to unpack (expected %lld, got %lld)", (long long)count,
                        (long long)length);
        else
            raise_error(&ValueError, "too many values to unpack (expected %lld)", (long long)count);
        return false;
    }
    Type *type = type_of(source);
    if (!type->iter && !type->getitem) {
        raise_error(&TypeError, "cannot unpack non-iterable %T object", source);
        return false;
    }
    /* the targets may be variables: they are written when all is well, and not before */
    Value few[8], *items = few;
    if (count > (int64_t)ARRAY_LENGTH(few)) {
        Array *many = array_new(count);
        if (!many) return false;
        items = many->items;
    }
    Value iterator = get_iter(source);
    if (is_error(iterator)) return false;
    for (int64_t i = 0; i < count; i++) {
        Value item = iter_next(iterator);
        if (is_error(item)) return false;
        if (is_empty(item)) {
            raise_error(&ValueError, "not enough values to unpack (expected %lld, got %lld)", (long long)count,
                        (long long)i);
            return false;
        }
        items[i] = item;
    }
    Value extra = iter_next(iterator);
    if (is_error(extra)) return false;
    if (is_empty(extra)) {
        memcpy(target, items, (size_t)count * sizeof(Value));
        return true;
    }
    raise_error(&ValueError, "too many values to unpack (expected %lld)", (long long)count);
    return false;
}

bool unpack_ex(Value source, Value *target, int64_t before, int64_t after) {
    Type *type = type_of(source);
    if (!type->iter && !type->getitem) {
        raise_error(&TypeError, "cannot unpack non-iterable %T object", source);
        return false;
    }
    List *all = list_from_iterable(source);
    if (!all) return false;
    int64_t length = list_length(all);
    if (length < before + after) {
        raise_error(&ValueError, "not enough values to unpack (expected at least %lld, got %lld)",
                    (long long)(before + after), (long long)length);
        return false;
    }
    List *middle = list_slice(all, before, length - after);
    if (!middle) return false;
    for (int64_t i = 0; i < before; i++) target[i] = list_get(all, i);
    target[before] = object_value(middle);
    for (int64_t i = 0; i < after; i++) target[before + 1 + i] = list_get(all, length - after + i);
    return true;
}

/* --- names --------------------------------------------------------------------------------------------------------- */

static Value raise_undefined(Str *name) {
    raise_name_error(&NameError, "name '%U' is not defined", object_value(name));
    return VALUE_ERROR;
}

static Value namespace_get(Value names, Str *name) {
    if (is_exactly(names, &dict_type)) return dict_get_str(as_dict(names), name);
    Value value = get_item(names, object_value(name));
    if (is_error(value) && error_clear_if(&KeyError)) return VALUE_EMPTY;
    return value;
}

static Value load_global_uncached(Frame *frame, Str *name) {
    Value value = dict_get_str(frame->function->globals, name);
    if (is_empty(value)) value = function_builtin(frame->function, name);
    return is_empty(value) ? raise_undefined(name) : value;
}

Value load_name(Frame *frame, Str *name) {
    if (!is_empty(frame->names)) {
        Value value = namespace_get(frame->names, name);
        if (!is_empty(value)) return value;
    }
    return load_global_uncached(frame, name);
}

bool store_name(Frame *frame, Str *name, Value value) {
    Value names = is_empty(frame->names) ? object_value(frame->function->globals) : frame->names;
    if (is_exactly(names, &dict_type)) return dict_set_str(as_dict(names), name, value);
    return set_item(names, object_value(name), value);
}

bool delete_name(Frame *frame, Str *name) {
    Value names = is_empty(frame->names) ? object_value(frame->function->globals) : frame->names;
    if (is_exactly(names, &dict_type)) {
        Value old = dict_pop_str(as_dict(names), name);
        if (is_empty(old)) raise_undefined(name);
        return !is_empty(old) && !is_error(old);
    }
    if (delete_item(names, object_value(name))) return true;
    if (error_clear_if(&KeyError)) raise_undefined(name);
    return false;
}

bool delete_global(Frame *frame, Str *name) {
    Value old = dict_pop_str(frame->function->globals, name);
    if (is_empty(old)) raise_undefined(name);
    return !is_empty(old) && !is_error(old);
}

Value load_class_free(Frame *frame, int index, Str *name) {
    if (!is_empty(frame->names)) {
        Value value = namespace_get(frame->names, name);
        if (!is_empty(value)) return value;
    }
    CellObject *cell = OBJECT_AS(CellObject, frame->function->closure->items[index]);
    Value contents = value_load_acquire(&cell->contents);
    if (is_empty(contents)) {
        raise_unbound_free(frame->code, index);
        return VALUE_ERROR;
    }
    return contents;
}

bool setup_annotations(Frame *frame) {
    Value names = is_empty(frame->names) ? object_value(frame->function->globals) : frame->names;
    Value present = namespace_get(names, NAME("__annotations__"));
    if (is_error(present)) return false;
    if (!is_empty(present)) return true;
    Dict *fresh = dict_new();
    return fresh && set_item(names, object_value(NAME("__annotations__")), object_value(fresh));
}

/* --- exceptions ------------------------------------------------------------------------------------------------------- */

void raise_statement(Value exception, Value cause) {
    if (is_type(exception) && type_has(OBJECT_AS(Type, exception), TYPE_EXCEPTION)) {
        Value class_of = exception;
        exception = call_0(class_of);
        if (is_error(exception)) return;
        if (!is_exception(exception)) {
            raise_error(&TypeError, "calling %R should have returned an instance of BaseException, not %R", class_of,
                        object_value(type_of(exception)));
            return;
        }
    } else if (!is_exception(exception)) {
        raise_error(&TypeError, "exceptions must derive from BaseException");
        return;
    }
    if (!is_empty(cause)) {
        if (is_type(cause) && type_has(OBJECT_AS(Type, cause), TYPE_EXCEPTION)) {
            cause = call_0(cause);
            if (is_error(cause)) return;
        }
        if (is_none(cause)) {
            cause = VALUE_EMPTY;
        } else if (!is_exception(cause)) {
            raise_error(&TypeError, "exception causes must derive from BaseException");
            return;
        }
        Exception *object = as_exception(exception);
        heap_store_release(object, &object->cause, cause);
        store_release(&object->suppress_context, true);
    }
    raise_value(exception);
}

static void add_traceback_entry(Frame *frame, int index) {
    Context *context = context_self();
    if (unlikely(is_empty(context->exception)))
        raise_error(&SystemError, "error return without exception set");
    Value exception = context->exception;
    FrameObject *object = frame_object(frame);
    if (!object || !same_value(context->exception, exception)) {
        if (is_empty(context->exception)) context->exception = exception;
        return;
    }
    Exception *raised = as_exception(exception);
    Value next = value_load_acquire(&raised->traceback);
    context->exception = VALUE_EMPTY;
    Value traceback = traceback_new(is_empty(next) ? VALUE_NONE : next, object_value(object), index,
                                    TRACEBACK_LINE_OF_INSTRUCTION);
    if (!is_error(traceback)) heap_store_release(raised, &raised->traceback, traceback);
    context->exception = exception;
}

void add_traceback(Frame *frame) { add_traceback_entry(frame, frame_index(frame)); }

void add_entry_traceback(Frame *frame) { add_traceback_entry(frame, -1); }

static bool check_exception_class(Value type) {
    if (is_type(type) && type_has(OBJECT_AS(Type, type), TYPE_EXCEPTION)) return true;
    raise_error(&TypeError, "catching classes that do not inherit from BaseException is not allowed");
    return false;
}

int match_exception(Value exception, Value type) {
    if (is_tuple(type)) {
        Tuple *types = as_tuple(type);
        for (int64_t i = 0; i < types->length; i++)
            if (!check_exception_class(types->items[i])) return -1;
        for (int64_t i = 0; i < types->length; i++)
            if (is_instance_of(exception, OBJECT_AS(Type, types->items[i]))) return 1;
        return 0;
    }
    if (!check_exception_class(type)) return -1;
    return is_instance_of(exception, OBJECT_AS(Type, type));
}

static bool is_group_class(Value type) {
    return is_type(type) && type_is_subtype(OBJECT_AS(Type, type), &exc_BaseExceptionGroup);
}

bool match_exception_group(Value exception, Value type, Value *target) {
    bool group = is_group_class(type);
    Tuple *types = is_tuple(type) ? as_tuple(type) : NULL;
    for (int64_t i = 0; types && i < types->length; i++) {
        if (!check_exception_class(types->items[i])) return false;
        group |= is_group_class(types->items[i]);
    }
    if (!types && !check_exception_class(type)) return false;
    if (group) {
        raise_error(&TypeError, "catching ExceptionGroup with except* is not allowed. Use except instead.");
        return false;
    }
    return exception_group_match(exception, type, &target[0], &target[1]);
}

/* --- with ------------------------------------------------------------------------------------------------------------------ */

bool with_enter(Value manager, Value *target, bool is_async) {
    Str *enter_name = is_async ? NAME("__aenter__") : NAME("__enter__");
    Str *exit_name = is_async ? NAME("__aexit__") : NAME("__exit__");
    Type *type = type_of(manager);
    Value enter = type_lookup(type, enter_name), leave = type_lookup(type, exit_name);
    if (is_empty(enter)) {
        raise_error(&TypeError, "'%T' object does not support the %scontext manager protocol", manager,
                    is_async ? "asynchronous " : "");
        return false;
    }
    if (is_empty(leave)) {
        raise_error(&TypeError, "'%T' object does not support the %scontext manager protocol (missed %U method)",
                    manager, is_async ? "asynchronous " : "", exit_name);
        return false;
    }
    Type *leave_type = type_of(leave);
    if (type_has(leave_type, TYPE_METHOD_LIKE)) {
        target[0] = leave;
        target[1] = manager;
    } else {
        if (leave_type->descr_get) leave = leave_type->descr_get(leave, manager, object_value(type));
        if (is_error(leave)) return false;
        target[0] = leave;
        target[1] = VALUE_EMPTY;
    }
    Value entered = call_special(manager, enter_name, NULL, 0);
    if (is_error(entered)) return false;
    target[2] = entered;
    return true;
}

Value with_exit(Value *method, Value exception) {
    Value args[4] = {method[1], VALUE_NONE, VALUE_NONE, VALUE_NONE};
    if (!is_empty(exception)) {
        Value traceback = value_load_acquire(&as_exception(exception)->traceback);
        args[1] = object_value(type_of(exception));
        args[2] = exception;
        args[3] = is_empty(traceback) ? VALUE_NONE : traceback;
    }
    bool has_self = !is_empty(method[1]);
    return call(method[0], has_self ? args : args + 1, has_self ? 4 : 3, NULL);
}

/* --- calls with * and ** ------------------------------------------------------------------------------------------------------ */

static Value describe_callable(Value callable) {
    Value name = get_attribute_optional(callable, NAME("__qualname__"));
    if (is_error(name) || is_empty(name) || !is_str(name)) {
        if (is_error(name)) error_clear();
        return value_str(callable);
    }
    Value module = get_attribute_optional(callable, NAME("__module__"));
    if (is_error(module)) error_clear();
    if (!is_error(module) && !is_empty(module) && is_str(module) && !str_equal_c(as_str(module), "builtins"))
        return value_or_error(str_format("%U.%U()", as_str(module), as_str(name)));
    return value_or_error(str_format("%U()", as_str(name)));
}

/* Adds one keyword, which must be new. That it is text is for the call to check. */
static bool add_keyword(Dict *dict, Value key, Value value, Value callable) {
    int present = dict_contains(dict, key);
    if (present < 0) return false;
    if (!present) return dict_set(dict, key, value);
    Value what = describe_callable(callable);
    if (!is_error(what))
        raise_error(&TypeError, "%V got multiple values for keyword argument '%V'", what, key);
    return false;
}

static bool add_keywords_of_mapping(Dict *dict, Value mapping, Value callable) {
    Value keys = call_method_0(mapping, "keys");
    Value iterator = is_error(keys) ? VALUE_ERROR : get_iter(keys);
    if (is_error(iterator)) return false;
    for (;;) {
        Value key = iter_next(iterator);
        if (is_error(key)) return false;
        if (is_empty(key)) return true;
        Value value = get_item(mapping, key);
        if (is_error(value) || !add_keyword(dict, key, value, callable)) return false;
    }
}

bool dict_merge_keywords(Value dict, Value other, Value callable) {
    if (!is_dict(other) && is_empty(type_lookup(type_of(other), NAME("keys")))) {
        Value what = describe_callable(callable);
        if (!is_error(what))
            raise_error(&TypeError, "%V argument after ** must be a mapping, not %T", what, other);
        return false;
    }
    if (!is_dict(other) || type_of(other)->iter != dict_type.iter)
        return add_keywords_of_mapping(as_dict(dict), other, callable);
    int64_t position = 0;
    Value key, value;
    while (dict_next(as_dict(other), &position, &key, &value))
        if (!add_keyword(as_dict(dict), key, value, callable)) return false;
    return true;
}

bool dict_update_mapping(Value dict, Value other) {
    if (!is_dict(other) && is_empty(type_lookup(type_of(other), NAME("keys")))) {
        raise_error(&TypeError, "'%T' object is not a mapping", other);
        return false;
    }
    return dict_merge(as_dict(dict), other, true);
}

bool list_extend_star(Value list, Value iterable) {
    Type *type = type_of(iterable);
    if (!type->iter && !type->getitem) {
        raise_error(&TypeError, "Value after * must be an iterable, not %T", iterable);
        return false;
    }
    return list_extend(as_list(list), iterable);
}

/* The one *iterable of a call as a tuple, or NULL. */
static Tuple *star_arguments(Value callable, Value iterable) {
    if (is_exactly(iterable, &tuple_type)) return as_tuple(iterable);
    Type *type = type_of(iterable);
    if (type->iter || type->getitem) return tuple_from_iterable(iterable);
    Value what = describe_callable(callable);
    if (!is_error(what))
        raise_error(&TypeError, "%V argument after * must be an iterable, not %T", what, iterable);
    return NULL;
}

Value call_ex(Value callable, Value args, Value kwargs) {
    Tuple *positional = star_arguments(callable, args);
    if (!positional) return VALUE_ERROR;
    if (!is_empty(kwargs) && !is_exactly(kwargs, &dict_type)) {
        Dict *copy = dict_new();
        if (!copy || !dict_merge_keywords(object_value(copy), kwargs, callable)) return VALUE_ERROR;
        kwargs = object_value(copy);
    }
    return call_with(callable, positional, is_empty(kwargs) ? NULL : as_dict(kwargs));
}

/* --- patterns ------------------------------------------------------------------------------------------------------------------ */

bool matches_sequence(Value subject) { return type_has(type_of(subject), TYPE_SEQUENCE); }
bool matches_mapping(Value subject) { return type_has(type_of(subject), TYPE_MAPPING); }

Value match_keys(Value subject, Tuple *keys) {
    Set *seen = set_new();
    Tuple *values = tuple_new(keys->length);
    if (!seen || !values) return VALUE_ERROR;
    Value get = VALUE_EMPTY, marker = VALUE_EMPTY;
    if (!is_exactly(subject, &dict_type) && keys->length) {
        get = get_attribute(subject, NAME("get"));
        if (is_error(get)) return VALUE_ERROR;
        marker = call_0(object_value(&object_type_object));
        if (is_error(marker)) return VALUE_ERROR;
    }
    for (int64_t i = 0; i < keys->length; i++) {
        Value key = keys->items[i];
        int again = set_contains(seen, key);
        if (again < 0) return VALUE_ERROR;
        if (again) return raise_error(&ValueError, "mapping pattern checks duplicate key (%R)", key);
        if (!set_add(seen, key)) return VALUE_ERROR;
        Value value;
        if (is_empty(get)) {
            value = dict_get(as_dict(subject), key);
        } else {
            value = call_2(get, key, marker);
            if (same_value(value, marker)) value = VALUE_EMPTY;
        }
        if (is_error(value)) return VALUE_ERROR;
        if (is_empty(value)) return VALUE_NONE;
        values->items[i] = value;
    }
    return object_value(values);
}

/* The attributes of a class pattern, while they are looked up. */
typedef struct ClassMatch {
    Value subject;
    const Type *type;
    Tuple *match_args, *names; /* of the patterns by position, `positional` of them, and of those by keyword */
    int64_t positional;
    Tuple *values;
    int64_t count;   /* of the values that are there */
    int64_t unnamed; /* 1: the first of them is the subject itself, not the attribute of the first name */
} ClassMatch;

static Value match_name(const ClassMatch *match, int64_t i) {
    return i < match->positional ? match->match_args->items[i] : match->names->items[i - match->positional];
}

/* Looks up the next attribute: 1, 0 when the subject does not have it, -1. */
static int match_attribute(ClassMatch *match) {
    Value name = match_name(match, match->count);
    if (!is_str(name)) {
        raise_error(&TypeError, "__match_args__ elements must be strings (got %T)", name);
        return -1;
    }
    for (int64_t i = match->unnamed; i < match->count; i++) {
        Value former = match_name(match, i);
        if (same_value(former, name) || str_equal(as_str(former), as_str(name))) {
            raise_error(&TypeError, "%s() got multiple sub-patterns for attribute %R", match->type->name, name);
            return -1;
        }
    }
    Value value = get_attribute_optional(match->subject, as_str(name));
    if (is_error(value)) return -1;
    if (is_empty(value)) return 0;
    heap_store_relaxed(match->values, &match->values->items[match->count++], value);
    return 1;
}

Value match_class(Value subject, Value type, int64_t positional, Tuple *names) {
    if (!is_type(type)) return raise_error(&TypeError, "called match pattern must be a class");
    Type *class_of = OBJECT_AS(Type, type);
    int matches = value_is_instance(subject, type);
    if (matches <= 0) return matches < 0 ? VALUE_ERROR : VALUE_NONE;
    int64_t total = positional + names->length;
    Tuple *values = tuple_new(total);
    if (!values) return VALUE_ERROR;
    ClassMatch match = {.subject = subject, .type = class_of, .names = names, .positional = positional, .values = values};
    if (positional) {
        bool match_self = false;
        Value match_args = get_attribute_optional(type, NAME("__match_args__"));
        if (is_error(match_args)) return VALUE_ERROR;
        if (is_empty(match_args)) {
            match_self = type_has(class_of, TYPE_MATCH_SELF);
            match_args = value_or_error(tuple_new(0));
        }
        if (!is_exactly(match_args, &tuple_type))
            return raise_error(&TypeError, "%s.__match_args__ must be a tuple (got %T)", class_of->name, match_args);
        int64_t allowed = match_self ? 1 : as_tuple(match_args)->length;
        if (allowed < positional)
            return raise_error(&TypeError, "%s() accepts %lld positional sub-pattern%s (%lld given)", class_of->name,
                               (long long)allowed, allowed == 1 ? "" : "s", (long long)positional);
        match.match_args = as_tuple(match_args);
        if (match_self) {
            heap_store_relaxed(values, &values->items[0], subject);
            match.unnamed = match.count = 1;
        }
    }
    while (match.count < total) {
        int found = match_attribute(&match);
        if (found <= 0) return found < 0 ? VALUE_ERROR : VALUE_NONE;
    }
    return object_value(values);
}

Value match_rest(Value subject, Tuple *keys) {
    Dict *rest = dict_new();
    if (!rest || !dict_merge(rest, subject, true)) return VALUE_ERROR;
    for (int64_t i = 0; i < keys->length; i++)
        if (is_error(dict_pop(rest, keys->items[i]))) return VALUE_ERROR;
    return object_value(rest);
}

/* --- text ---------------------------------------------------------------------------------------------------------------------- */

Value format_value(Value v, Value spec, char conversion) {
    switch (conversion) {
    case 's': v = value_str(v); break;
    case 'r': v = value_repr(v); break;
    case 'a': v = value_ascii(v); break;
    default: break;
    }
    if (is_error(v)) return VALUE_ERROR;
    return value_format(v, is_empty(spec) ? NULL : as_str(spec));
}

Value build_string(Value *parts, int64_t count) {
    return value_or_error(str_join_array(str_empty(), parts, count));
}

bool print_expression(Value v) {
    Value hook = dict_get_c(runtime.sys_dict, "displayhook");
    if (is_empty(hook)) {
        raise_error(&RuntimeError, "lost sys.displayhook");
        return false;
    }
    return !is_error(call_1(hook, v));
}

/* --- type parameters (PEP 695) ------------------------------------------------------------------------------------------------- */

/* typing's class of that name, called with (name). */
static Value typing_make(const char *class_name, Value *args, size_t count, Tuple *names) {
    Value class_of = import_attribute("typing", class_name);
    return is_error(class_of) ? VALUE_ERROR : call(class_of, args, count, names);
}

/* The library's typing is that of 3.11: bounds and constraints are computed at once. */
static Value make_type_var(Value name, Value function, bool constraints) {
    Value computed = call_0(function);
    if (is_error(computed)) return VALUE_ERROR;
    if (!constraints) {
        Tuple *names = tuple_pack(1, object_value(NAME("bound")));
        Value args[2] = {name, computed};
        return names ? typing_make("TypeVar", args, 1, names) : VALUE_ERROR;
    }
    Tuple *types = as_tuple(computed);
    Tuple *all = tuple_new(types->length + 1);
    if (!all) return VALUE_ERROR;
    all->items[0] = name;
    for (int64_t i = 0; i < types->length; i++) all->items[i + 1] = types->items[i];
    return typing_make("TypeVar", all->items, (size_t)all->length, NULL);
}

/* Type parameters as Generic[...] takes them: a TypeVarTuple as *Ts. */
static Value unpack_variadics(Tuple *parameters) {
    Value variadic = import_attribute("typing", "TypeVarTuple");
    Tuple *copy = tuple_from_array(parameters->items, parameters->length);
    if (is_error(variadic) || !copy) return VALUE_ERROR;
    for (int64_t i = 0; i < copy->length; i++) {
        if (!same_value(object_value(type_of(copy->items[i])), variadic)) continue;
        Value iterator = get_iter(copy->items[i]);
        Value unpacked = is_error(iterator) ? iterator : iter_next(iterator);
        if (is_error(unpacked) || is_empty(unpacked)) return VALUE_ERROR;
        copy->items[i] = unpacked;
    }
    return object_value(copy);
}

Value intrinsic(Intrinsic which, Value *args) {
    switch (which) {
    case INTRINSIC_TYPE_VAR: return typing_make("TypeVar", args, 1, NULL);
    case INTRINSIC_PARAM_SPEC: return typing_make("ParamSpec", args, 1, NULL);
    case INTRINSIC_TYPE_VAR_TUPLE: return typing_make("TypeVarTuple", args, 1, NULL);
    case INTRINSIC_TYPE_VAR_WITH_BOUND: return make_type_var(args[0], args[1], false);
    case INTRINSIC_TYPE_VAR_WITH_CONSTRAINTS: return make_type_var(args[0], args[1], true);
    case INTRINSIC_TYPE_PARAM_DEFAULT: {
        Value computed = call_0(args[1]);
        if (is_error(computed) || !set_attribute(args[0], NAME("__default__"), computed)) return VALUE_ERROR;
        return args[0];
    }
    case INTRINSIC_TYPE_ALIAS: return type_alias_new(args[0], args[1], args[2]);
    case INTRINSIC_GENERIC_BASE: {
        Value generic = import_attribute("typing", "Generic");
        Value unpacked = is_error(generic) ? VALUE_ERROR : unpack_variadics(as_tuple(args[0]));
        return is_error(unpacked) ? VALUE_ERROR : get_item(generic, unpacked);
    }
    case INTRINSIC_SET_TYPE_PARAMS:
        return set_attribute(args[0], NAME("__type_params__"), args[1]) ? args[0] : VALUE_ERROR;
    default: return raise_error(&SystemError, "unknown intrinsic %d", (int)which);
    }
}
