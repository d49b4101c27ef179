/* builtins.c - the module `builtins`: functions on one object, attributes, numbers and characters.
 * The others stand in builtins_iteration.c (sum, max, sorted, ...), builtins_io.c (print, input, open)
 * and builtins_code.c (eval, exec, compile, globals, ...). */
#include "modules/builtins.h"

#include "object/audit.h"
#include "types/bytes.h"
#include "types/dict.h"
#include "types/exception.h"
#include "types/int.h"
#include "types/list.h"
#include "types/module.h"
#include "types/str.h"
#include "vm/frame.h"
#include "vm/generator.h"
#include "vm/run.h"

/* --- one object ----------------------------------------------------------------------------------- */

static Value builtin_abs(Value *args) { return unary_absolute(args[0]); }
static Value builtin_ascii(Value *args) { return value_ascii(args[0]); }
static Value builtin_repr(Value *args) { return value_repr(args[0]); }
static Value builtin_callable(Value *args) { return bool_value(is_callable(args[0])); }
static Value builtin_id(Value *args) {
    Value id = value_id_object(args[0]);
    return is_error(id) || !AUDIT("builtins.id", id) ? VALUE_ERROR : id;
}

static Value builtin_hash(Value *args) {
    int64_t hash = value_hash(args[0]);
    return hash == -1 ? VALUE_ERROR : int_value(hash);
}

static Value builtin_len(Value *args) {
    int64_t length = value_length(args[0]);
    return length < 0 ? VALUE_ERROR : int_value(length);
}

static Value builtin_format(Value *args) {
    if (is_empty(args[1])) return value_format(args[0], NULL);
    if (!is_str(args[1]))
        return raise_error(&TypeError, "format() argument 2 must be str, not %T", args[1]);
    return value_format(args[0], as_str(args[1]));
}

static Value test_result(int result) { return result < 0 ? VALUE_ERROR : bool_value(result); }
static Value builtin_isinstance(Value *args) { return test_result(value_is_instance(args[0], args[1])); }
static Value builtin_issubclass(Value *args) { return test_result(value_is_subclass(args[0], args[1])); }

/* --- attributes ----------------------------------------------------------------------------------- */

/* An attribute's name as an interned exact str; NULL with TypeError. */
Str *attribute_name(Value name) {
    if (!is_str(name)) {
        raise_error(&TypeError, "attribute name must be string, not '%T'", name);
        return NULL;
    }
    Str *text = as_str(name);
    if (!is_exactly(name, &str_type)) text = str_substring(text, 0, text->length);
    if (text && !is_exactly(object_value(text), &str_type)) text = str_format("%U", text);
    return text ? str_intern(text) : NULL;
}

static bool check_count(const char *function, size_t count, size_t least, size_t most, Tuple *names) {
    if (names && names->length) {
        raise_error(&TypeError, "%s() takes no keyword arguments", function);
        return false;
    }
    if (count >= least && count <= most) return true;
    size_t bound = count < least ? least : most;
    raise_error(&TypeError, "%s expected %s%zu argument%s, got %zu", function,
                least == most ? "" : count < least ? "at least " : "at most ", bound,
                bound == 1 ? "" : "s", count);
    return false;
}

static Value builtin_getattr(Value *args, size_t count, Tuple *names) {
    if (!check_count("getattr", count, 2, 3, names)) return VALUE_ERROR;
    Str *name = attribute_name(args[1]);
    if (!name) return VALUE_ERROR;
    if (count == 2) return get_attribute(args[0], name);
    Value value = get_attribute_optional(args[0], name);
    return is_empty(value) ? args[2] : value;
}

static Value builtin_hasattr(Value *args) {
    Str *name = attribute_name(args[1]);
    return name ? test_result(has_attribute(args[0], name)) : VALUE_ERROR;
}

static Value builtin_setattr(Value *args) {
    Str *name = attribute_name(args[1]);
    return name && set_attribute(args[0], name, args[2]) ? VALUE_NONE : VALUE_ERROR;
}

static Value builtin_delattr(Value *args) {
    Str *name = attribute_name(args[1]);
    return name && set_attribute(args[0], name, VALUE_EMPTY) ? VALUE_NONE : VALUE_ERROR;
}

static Value sorted_list(Value iterable) {
    List *list = list_from_iterable(iterable);
    return list && list_sort(list, VALUE_NONE, false) ? object_value(list) : VALUE_ERROR;
}

static Value dir_of_locals(void) {
    Value locals = builtin_locals_value();
    if (is_error(locals)) return locals;
    Value keys = call_method_0(locals, "keys");
    return is_error(keys) ? keys : sorted_list(keys);
}

static Value builtin_dir(Value *args, size_t count, Tuple *names) {
    if (!check_count("dir", count, 0, 1, names)) return VALUE_ERROR;
    if (count == 0) return dir_of_locals();
    Value method = lookup_special(args[0], NAME("__dir__"));
    if (is_error(method)) return method;
    if (is_empty(method)) return raise_error(&TypeError, "object does not provide __dir__");
    Value result = call_0(method);
    return is_error(result) ? result : sorted_list(result);
}

static Value builtin_vars(Value *args, size_t count, Tuple *names) {
    if (!check_count("vars", count, 0, 1, names)) return VALUE_ERROR;
    if (count == 0) return builtin_locals_value();
    Value dict = get_attribute_optional(args[0], NAME("__dict__"));
    if (is_empty(dict)) return raise_error(&TypeError, "vars() argument must have __dict__ attribute");
    return dict;
}

/* --- numbers and characters ----------------------------------------------------------------------- */

static Value prefixed(Value v, int base, const char *prefix) {
    Value index = value_index(v);
    if (is_error(index)) return index;
    Str *digits = int_to_str(index, base);
    if (!digits) return VALUE_ERROR;
    bool negative = int_sign(index) < 0;
    Str *body = negative ? str_substring(digits, 1, digits->length) : digits;
    Str *text = body ? str_format("%s%s%U", negative ? "-" : "", prefix, body) : NULL;
    return text ? object_value(text) : VALUE_ERROR;
}
static Value builtin_bin(Value *args) { return prefixed(args[0], 2, "0b"); }
static Value builtin_oct(Value *args) { return prefixed(args[0], 8, "0o"); }
static Value builtin_hex(Value *args) { return prefixed(args[0], 16, "0x"); }

static Value builtin_chr(Value *args) {
    Value index = value_index(args[0]);
    if (is_error(index)) return index;
    int64_t point;
    if (!int_to_int64(index, &point) || point != (int32_t)point)
        return raise_error(&OverflowError, "Python int too large to convert to C int");
    if (point < 0 || point > 0x10FFFF)
        return raise_error(&ValueError, "chr() arg not in range(0x110000)");
    Str *text = str_from_char((uint32_t)point);
    return text ? object_value(text) : VALUE_ERROR;
}

static Value builtin_ord(Value *args) {
    Value v = args[0];
    int64_t length;
    if (is_str(v)) {
        length = as_str(v)->length;
        if (length == 1) return int_value(str_at(as_str(v), 0));
    } else if (is_bytes(v)) {
        length = as_bytes(v)->length;
        if (length == 1) return int_value(as_bytes(v)->data[0]);
    } else if (is_kind(v, TYPE_BYTEARRAY)) {
        length = value_length(v);
        if (length == 1) return get_item(v, int_value(0));
    } else {
        return raise_error(&TypeError, "ord() expected string of length 1, but %T found", v);
    }
    return raise_error(&TypeError, "ord() expected a character, but string of length %lld found",
                       (long long)length);
}

static Value builtin_divmod(Value *args) { return binary_op(args[0], args[1], BINARY_DIVMOD); }
static Value builtin_pow(Value *args) {
    return power_op(args[0], args[1], is_empty(args[2]) ? VALUE_NONE : args[2]);
}

static Value builtin_round(Value *args) {
    bool plain = is_empty(args[1]) || is_none(args[1]);
    Value method = lookup_special(args[0], NAME("__round__"));
    if (is_error(method)) return method;
    if (is_empty(method))
        return raise_error(&TypeError, "type %T doesn't define __round__ method", args[0]);
    return plain ? call_0(method) : call_1(method, args[1]);
}

/* --- asynchronous iteration ----------------------------------------------------------------------- */

/* What anext(it, default) gives: awaits the next item, and is the default when there is none. */
typedef struct AnextAwaitable {
    Object object;
    Value wrapped, fallback; /* constant */
} AnextAwaitable;

static void anext_awaitable_trace(Cell *cell, Marker *marker) {
    marker_visit(marker, ((AnextAwaitable *)cell)->wrapped);
    marker_visit(marker, ((AnextAwaitable *)cell)->fallback);
}

static Value anext_iterator(Value self) {
    Value iterator = awaitable_iter(OBJECT_AS(AnextAwaitable, self)->wrapped, 0);
    if (is_error(iterator)) return iterator;
    Type *type = type_of(iterator);
    if (type->next) return iterator;
    iterator = type->await(iterator); /* of a coroutine: the wrapper, which can be iterated */
    if (is_error(iterator) || type_of(iterator)->next) return iterator;
    return raise_error(&TypeError, "%T.__await__() must return an iterable, not %T",
                       OBJECT_AS(AnextAwaitable, self)->wrapped, iterator);
}

static Value anext_result(Value self, Value result) {
    if (!is_error(result) || !error_clear_if(&StopAsyncIteration)) return result;
    return raise_stop_iteration(OBJECT_AS(AnextAwaitable, self)->fallback);
}

static Value anext_next(Value self) {
    Value iterator = anext_iterator(self);
    if (is_error(iterator)) return iterator;
    return anext_result(self, type_of(iterator)->next(iterator));
}

static Value anext_forward(Value *args, Str *name, Tuple *arguments) {
    Value iterator = anext_iterator(args[0]);
    if (is_error(iterator)) return iterator;
    return anext_result(args[0], call_method(iterator, name, arguments->items, (size_t)arguments->length));
}
static Value anext_send(Value *args) { return anext_forward(args, NAME("send"), as_tuple(args[1])); }
static Value anext_throw(Value *args) { return anext_forward(args, NAME("throw"), as_tuple(args[1])); }
static Value anext_close(Value *args) { return anext_forward(args, NAME("close"), as_tuple(args[1])); }

static const MethodDef anext_awaitable_methods[] = {
    METHOD("send", anext_send, "($self, /, *args)", "Send a value into the awaitable."),
    METHOD("throw", anext_throw, "($self, /, *args)", "Raise an exception inside the awaitable."),
    METHOD("close", anext_close, "($self, /, *args)", "Close the awaitable."),
    {0},
};

Type anext_awaitable_type = {
    .name = "anext_awaitable",
    .base = &object_type_object,
    .size = sizeof(AnextAwaitable),
    .flags = TYPE_IMMUTABLE | TYPE_NO_NEW,
    .root = {.cell_kind = {.trace = anext_awaitable_trace, .name = "anext_awaitable"}},
    .iter = iter_self,
    .await = iter_self,
    .next = anext_next,
    .methods = anext_awaitable_methods,
};

static Value builtin_aiter(Value *args) { return value_aiter(args[0]); }

static Value builtin_anext(Value *args) {
    Type *type = type_of(args[0]);
    if (!type->anext) return raise_error(&TypeError, "'%T' object is not an async iterator", args[0]);
    Value awaitable = type->anext(args[0]);
    if (is_error(awaitable) || is_empty(args[1])) return awaitable;
    AnextAwaitable *self = object_alloc(&anext_awaitable_type, sizeof *self);
    if (!self) return VALUE_ERROR;
    heap_store_release(self, &self->wrapped, awaitable);
    heap_store_release(self, &self->fallback, args[1]);
    return object_value(self);
}

/* --- the module ----------------------------------------------------------------------------------- */

static const MethodDef builtin_functions[] = {
    RAW_METHOD("__build_class__", build_class, NULL, "What a class statement calls."),
    METHOD("abs", builtin_abs, "(x, /)", "The absolute value of a number."),
    METHOD("aiter", builtin_aiter, "(async_iterable, /)",
           "An asynchronous iterator over the argument."),
    METHOD("anext", builtin_anext, "(aiterator, default=<unrepresentable>, /)",
           "An awaitable for the next item of an asynchronous iterator; it gives the "
           "default,\nif there is one, at the end."),
    METHOD("ascii", builtin_ascii, "(obj, /)",
           "Like repr(), with escapes for everything that is not ASCII."),
    METHOD("bin", builtin_bin, "(number, /)", "An integer in binary, with the prefix 0b."),
    METHOD("callable", builtin_callable, "(obj, /)", "Whether an object can be called."),
    METHOD("chr", builtin_chr, "(i, /)", "The character with a code point from 0 to 0x10ffff."),
    METHOD("delattr", builtin_delattr, "(obj, name, /)",
           "Deletes an attribute: delattr(x, 'y') is del x.y."),
    RAW_METHOD("dir", builtin_dir, NULL,
               "dir([object]) -> list\n\nWithout an argument: the names in the current scope. "
               "With one: the names of its\nattributes, sorted."),
    METHOD("divmod", builtin_divmod, "(x, y, /)", "The pair (x // y, x % y)."),
    METHOD("format", builtin_format, "(value, format_spec='', /)",
           "value.__format__(format_spec): the text that f'{value:format_spec}' gives."),
    RAW_METHOD("getattr", builtin_getattr, NULL,
               "getattr(object, name[, default]) -> value\n\nThe named attribute of an object; "
               "the default, when given, if there is none."),
    METHOD("hasattr", builtin_hasattr, "(obj, name, /)", "Whether getattr(obj, name) succeeds."),
    METHOD("hash", builtin_hash, "(obj, /)",
           "The hash of an object; equal objects have equal ones."),
    METHOD("hex", builtin_hex, "(number, /)", "An integer in hexadecimal, with the prefix 0x."),
    METHOD("id", builtin_id, "(obj, /)",
           "A number that no other object has while this one exists."),
    METHOD("isinstance", builtin_isinstance, "(obj, class_or_tuple, /)",
           "Whether an object is of a class, or of one of a tuple or union of classes."),
    METHOD("issubclass", builtin_issubclass, "(cls, class_or_tuple, /)",
           "Whether a class is or derives from another, or one of a tuple or union of classes."),
    METHOD("len", builtin_len, "(obj, /)", "How many items a container holds."),
    METHOD("oct", builtin_oct, "(number, /)", "An integer in octal, with the prefix 0o."),
    METHOD("ord", builtin_ord, "(c, /)", "The code point of a character; the inverse of chr()."),
    METHOD("pow", builtin_pow, "(base, exp, mod=None)",
           "base ** exp, or (base ** exp) % mod computed without the large power."),
    METHOD("repr", builtin_repr, "(obj, /)", "The text of an object as a program would write it."),
    METHOD("round", builtin_round, "(number, ndigits=None)",
           "A number rounded to ndigits decimals, or to an int without them; halves go to even."),
    METHOD("setattr", builtin_setattr, "(obj, name, value, /)",
           "Sets an attribute: setattr(x, 'y', v) is x.y = v."),
    RAW_METHOD("vars", builtin_vars, NULL,
               "vars([object]) -> mapping\n\nobject.__dict__, or locals() without an argument."),
    {0},
};

static bool add_functions(Module *module, const MethodDef *def) {
    Value name = object_value(NAME("builtins"));
    for (; def->name; def++)
        if (!module_add(module, def->name, native_function_new(def, object_value(module), name)))
            return false;
    return true;
}

#define TYPE(variable)
#define BUILTIN(variable) extern Type variable;
#include "types/types.def"
#undef TYPE
#undef BUILTIN

static Type *const builtin_types[] = {
#define TYPE(variable)
#define BUILTIN(variable) &variable,
#include "types/types.def"
#undef TYPE
#undef BUILTIN
#define EXCEPTION(name, base, layout, doc) &exc_##name,
#include "types/exceptions.def"
};

static bool add_constants(Module *module) {
    return module_add(module, "None", VALUE_NONE) && module_add(module, "True", VALUE_TRUE) &&
           module_add(module, "False", VALUE_FALSE) &&
           module_add(module, "Ellipsis", VALUE_ELLIPSIS) &&
           module_add(module, "NotImplemented", VALUE_NOT_IMPLEMENTED) &&
           module_add(module, "__debug__", bool_value(runtime.optimize == 0)) &&
           module_add(module, "EnvironmentError", object_value(&OSError)) &&
           module_add(module, "IOError", object_value(&OSError)) &&
           module_add(module, "ExceptionGroup", object_value(exception_group_type()));
}

static bool builtins_init(Module *module) {
    for (size_t i = 0; i < ARRAY_LENGTH(builtin_types); i++)
        if (!module_add(module, builtin_types[i]->name, object_value(builtin_types[i]))) return false;
    return add_constants(module) && add_functions(module, builtin_iteration_functions) &&
           add_functions(module, builtin_io_functions) && add_functions(module, builtin_code_functions);
}

const NativeModule module_builtins = {
    .name = "builtins",
    .doc = "The names that are visible everywhere: functions, types, exceptions, constants.",
    .functions = builtin_functions,
    .init = builtins_init,
};
