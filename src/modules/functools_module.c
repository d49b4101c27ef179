/* functools_module.c - the module _functools: reduce, cmp_to_key and partial. The cache of lru_cache
 * stands in lru_cache.c. */
#include "modules/functools.h"
#include "types/dict.h"
#include "types/exception.h"
#include "types/genericalias.h"
#include "types/int.h"
#include "types/list.h"
#include "types/module.h"
#include "types/repr.h"
#include "types/str.h"

/* --- partial ---------------------------------------------------------------------------------------------- */

typedef struct Partial {
    Object object;
    Value function; /* atomic; all three change in __setstate__ only */
    Tuple *args;    /* atomic */
    Dict *keywords; /* atomic */
} Partial;

static Type partial_type;
static Partial *as_partial(Value v) { return OBJECT_AS(Partial, v); }
/* Not is_exactly(): objects with attributes have other shapes than the type's root. */
static bool is_plain_partial(Value v) { return type_of(v) == &partial_type; }

static void partial_trace(Cell *cell, Marker *marker) {
    Partial *self = (Partial *)cell;
    marker_visit(marker, self->function);
    marker_visit_pointer(marker, self->args);
    marker_visit_pointer(marker, self->keywords);
}

static Tuple *tuple_joined(Tuple *a, const Value *more, int64_t count) {
    if (count == 0) return a;
    Tuple *result = tuple_new(a->length + count);
    if (!result) return NULL;
    for (int64_t i = 0; i < a->length; i++) result->items[i] = a->items[i];
    for (int64_t i = 0; i < count; i++) result->items[a->length + i] = more[i];
    return result;
}

static Dict *keywords_joined(Dict *keywords, const Value *values, Tuple *names) {
    Dict *result = dict_copy(keywords);
    for (int64_t i = 0; result && names && i < names->length; i++)
        if (!dict_set(result, names->items[i], values[i])) return NULL;
    return result;
}

/* Has attributes of its own, which joining it into another partial would lose. */
static int has_attributes(Value self) {
    Value dict = get_attribute_optional(self, NAME("__dict__"));
    if (is_error(dict)) return -1;
    return !is_empty(dict) && is_dict(dict) && dict_length(as_dict(dict)) > 0;
}

static Value partial_new(Type *type, Value *args, size_t count, Tuple *names) {
    if (count < 1)
        return raise_error(&TypeError, "type 'partial' takes at least one argument");
    Value function = args[0];
    if (!is_callable(function))
        return raise_error(&TypeError, "the first argument must be callable");
    Tuple *before = tuple_new(0);
    Dict *keywords = NULL;
    if (type == &partial_type && is_plain_partial(function)) {
        int own = has_attributes(function);
        if (own < 0) return VALUE_ERROR;
        if (!own) {
            Partial *inner = as_partial(function);
            before = load_acquire(&inner->args);
            keywords = load_acquire(&inner->keywords);
            function = value_load_acquire(&inner->function);
        }
    }
    if (!keywords && !(keywords = dict_new())) return VALUE_ERROR;
    Tuple *all = tuple_joined(before, args + 1, (int64_t)count - 1);
    Dict *joined = all ? keywords_joined(keywords, args + count, names) : NULL;
    Partial *self = joined ? object_alloc_instance(type, sizeof(Partial)) : NULL;
    if (!self) return VALUE_ERROR;
    HEAP_STORE_POINTER(self, &self->args, all);
    HEAP_STORE_POINTER(self, &self->keywords, joined);
    heap_store_release(self, &self->function, function);
    return object_value(self);
}

static Value partial_call(Value object, Value *args, size_t count, Tuple *names) {
    Partial *self = as_partial(object);
    Tuple *before = load_acquire(&self->args);
    Dict *keywords = load_acquire(&self->keywords);
    Value function = value_load_acquire(&self->function);
    size_t named = names ? (size_t)names->length : 0, first = (size_t)before->length;
    if (dict_length(keywords) == 0) {
        if (first == 0) return call(function, args, count, names);
        Value small[16], *values = small;
        Array *array = NULL; /* in a heap cell when there are many */
        if (first + count + named > ARRAY_LENGTH(small)) {
            array = array_new((int64_t)(first + count + named));
            if (!array) return VALUE_ERROR;
            values = array->items;
        }
        memcpy(values, before->items, first * sizeof(Value));
        if (count + named) memcpy(values + first, args, (count + named) * sizeof(Value));
        return call(function, values, first + count, names);
    }
    Tuple *all = tuple_joined(before, args, (int64_t)count);
    Dict *joined = all ? keywords_joined(keywords, args + count, names) : NULL;
    return joined ? call_with(function, all, joined) : VALUE_ERROR;
}

static bool partial_repr_arguments(StrBuilder *builder, Partial *self) {
    Tuple *before = load_acquire(&self->args);
    if (!builder_add_repr(builder, value_load_acquire(&self->function))) return false;
    for (int64_t i = 0; i < before->length; i++)
        if (!builder_add_c(builder, ", ") || !builder_add_repr(builder, before->items[i])) return false;
    List *pairs = dict_items_list(load_acquire(&self->keywords));
    for (int64_t i = 0; pairs && i < pairs->length; i++) {
        Tuple *pair = as_tuple(pairs->items->items[i]);
        Str *text = str_format(", %V=%R", pair->items[0], pair->items[1]);
        if (!text || !builder_add(builder, text)) return false;
    }
    return pairs != NULL;
}

static Value partial_repr(Value self) {
    int entered = repr_enter(self);
    if (entered < 0) return VALUE_ERROR;
    if (entered > 0) return object_value(NAME("..."));
    StrBuilder builder;
    builder_init(&builder);
    const char *name = is_plain_partial(self) ? "functools.partial" : type_of(self)->name;
    Str *head = NULL;
    if (is_plain_partial(self)) {
        head = str_format("%s(", name);
    } else {
        Value qualname = get_attribute(object_value(type_of(self)), NAME("__qualname__"));
        if (!is_error(qualname)) head = str_format("%V(", qualname);
    }
    bool ok = head && builder_add(&builder, head) && partial_repr_arguments(&builder, as_partial(self)) &&
              builder_add_char(&builder, ')');
    repr_leave(self);
    Str *text = ok ? builder_finish(&builder) : NULL;
    return text ? object_value(text) : VALUE_ERROR;
}

static Value partial_reduce(Value *args) {
    Partial *self = as_partial(args[0]);
    Value function = value_load_acquire(&self->function);
    Value dict = get_attribute_optional(args[0], NAME("__dict__"));
    if (is_error(dict)) return VALUE_ERROR;
    if (is_empty(dict) || (is_dict(dict) && dict_length(as_dict(dict)) == 0)) dict = VALUE_NONE;
    Tuple *inner = tuple_pack(1, function);
    Tuple *state = inner ? tuple_pack(4, function, object_value(load_acquire(&self->args)),
                                      object_value(load_acquire(&self->keywords)), dict) : NULL;
    Tuple *result = state ? tuple_pack(3, object_value(type_of(args[0])), object_value(inner),
                                       object_value(state)) : NULL;
    return result ? object_value(result) : VALUE_ERROR;
}

static Value partial_setstate(Value *args) {
    Partial *self = as_partial(args[0]);
    Tuple *state = is_tuple(args[1]) ? as_tuple(args[1]) : NULL;
    if (!state || state->length != 4 || !is_callable(state->items[0]) || !is_tuple(state->items[1]) ||
        (!is_none(state->items[2]) && !is_dict(state->items[2])))
        return raise_error(&TypeError, "invalid partial state");
    Tuple *values = as_tuple(state->items[1]);
    if (!is_exactly(state->items[1], &tuple_type))
        values = tuple_from_array(values->items, values->length);
    Dict *keywords = is_none(state->items[2]) ? dict_new() : as_dict(state->items[2]);
    if (keywords && !is_exactly(object_value(keywords), &dict_type)) keywords = dict_copy(keywords);
    if (!values || !keywords) return VALUE_ERROR;
    Value attributes = state->items[3];
    if (is_none(attributes)) {
        Dict *none = dict_new();
        attributes = none ? object_value(none) : VALUE_ERROR;
    }
    if (is_error(attributes) || !set_attribute(args[0], NAME("__dict__"), attributes))
        return VALUE_ERROR;
    heap_store_release(self, &self->function, state->items[0]);
    HEAP_STORE_POINTER(self, &self->args, values);
    HEAP_STORE_POINTER(self, &self->keywords, keywords);
    return VALUE_NONE;
}

static const MethodDef partial_methods[] = {
    METHOD("__reduce__", partial_reduce, "($self, /)", "State for pickling."),
    METHOD("__setstate__", partial_setstate, "($self, state, /)", "Take over a state that was pickled."),
    CLASS_METHOD("__class_getitem__", generic_alias_class_getitem, "($type, item, /)",
                 "See PEP 585."),
    {0},
};
static const MemberDef partial_members[] = {
    {"func", MEMBER_VALUE, offsetof(Partial, function), MEMBER_READONLY, "What is called."},
    {"args", MEMBER_POINTER, offsetof(Partial, args), MEMBER_READONLY, "Its first arguments."},
    {"keywords", MEMBER_POINTER, offsetof(Partial, keywords), MEMBER_READONLY,
     "Keyword arguments for it."},
    {0},
};

static Type partial_type = {
    .name = "functools.partial",
    .doc = "partial(func, *args, **keywords): calls func with these and the arguments of the call.",
    .base = &object_type_object,
    .flags = TYPE_BASE | TYPE_HAS_DICT | TYPE_HAS_WEAKREF | TYPE_IMMUTABLE,
    .size = sizeof(Partial),
    .root = {.cell_kind = {.trace = partial_trace, .name = "functools.partial"}},
    .repr = partial_repr,
    .call = partial_call,
    .getattribute = object_getattribute,
    .setattribute = object_setattribute,
    .new_instance = partial_new,
    .methods = partial_methods,
    .members = partial_members,
};

/* --- cmp_to_key --------------------------------------------------------------------------------------------- */

typedef struct KeyWrapper {
    Object object;
    Value function; /* constant */
    Value item;     /* atomic; VALUE_EMPTY in the factory that cmp_to_key() returns */
} KeyWrapper;

static Type key_wrapper_type;

static void key_wrapper_trace(Cell *cell, Marker *marker) {
    marker_visit(marker, ((KeyWrapper *)cell)->function);
    marker_visit(marker, ((KeyWrapper *)cell)->item);
}

static Value key_wrapper_make(Value function, Value item) {
    KeyWrapper *wrapper = object_alloc(&key_wrapper_type, sizeof(KeyWrapper));
    if (!wrapper) return VALUE_ERROR;
    wrapper->function = function;
    wrapper->item = item;
    return object_value(wrapper);
}

static Value key_wrapper_call(Value self, Value *args, size_t count, Tuple *names) {
    static const char signature[] = "(obj)";
    static Signature *parsed;
    Value bound[1];
    if (!bind_arguments("K", signature, &parsed, args, count, names, bound)) return VALUE_ERROR;
    return key_wrapper_make(OBJECT_AS(KeyWrapper, self)->function, bound[0]);
}

static Value key_wrapper_compare(Value self, Value other, CompareOp op) {
    if (!is_exactly(other, &key_wrapper_type))
        return raise_error(&TypeError, "other argument must be K instance");
    Value a = value_load_acquire(&OBJECT_AS(KeyWrapper, self)->item);
    Value b = value_load_acquire(&OBJECT_AS(KeyWrapper, other)->item);
    if (is_empty(a) || is_empty(b)) return raise_error(&AttributeError, "object");
    Value result = call_2(OBJECT_AS(KeyWrapper, self)->function, a, b);
    return is_error(result) ? VALUE_ERROR : value_compare(result, smallint_value(0), op);
}

static const MemberDef key_wrapper_members[] = {
    {"obj", MEMBER_VALUE, offsetof(KeyWrapper, item), 0, "The value that is compared."}, {0}};

static Type key_wrapper_type = {
    .name = "functools.KeyWrapper",
    .base = &object_type_object,
    .flags = TYPE_IMMUTABLE | TYPE_NO_NEW,
    .size = sizeof(KeyWrapper),
    .root = {.cell_kind = {.trace = key_wrapper_trace, .name = "functools.KeyWrapper"}},
    .hash = hash_not_possible,
    .call = key_wrapper_call,
    .getattribute = object_getattribute,
    .setattribute = object_setattribute,
    .compare = key_wrapper_compare,
    .members = key_wrapper_members,
};

static Value cmp_to_key(Value *args) { return key_wrapper_make(args[1], VALUE_EMPTY); }

/* --- reduce ---------------------------------------------------------------------------------------------------- */

static Value reduce(Value *args) {
    Value iterator = get_iter(args[2]);
    if (is_error(iterator)) {
        if (error_clear_if(&TypeError))
            raise_error(&TypeError, "reduce() arg 2 must support iteration");
        return VALUE_ERROR;
    }
    Value result = args[3];
    for (;;) {
        Value item = iter_next(iterator);
        if (is_error(item)) return VALUE_ERROR;
        if (is_empty(item)) break;
        result = is_empty(result) ? item : call_2(args[1], result, item);
        if (is_error(result)) return VALUE_ERROR;
    }
    if (is_empty(result))
        return raise_error(&TypeError, "reduce() of empty iterable with no initial value");
    return result;
}

static const MethodDef functions[] = {
    METHOD("reduce", reduce, "($module, function, iterable, initial=<unrepresentable>, /)",
           "function(...function(function(a, b), c)..., z) of the items, from the left.\n\n"
           "initial stands before the items, and is the result when there are none."),
    METHOD("cmp_to_key", cmp_to_key, "($module, /, mycmp)",
           "Make a key function of a function that compares two arguments."),
    {0},
};

static Type *const types[] = {&partial_type, &lru_cache_type, &key_wrapper_type, NULL};

static bool init(Module *module) {
    /* KeyWrapper is not shown */
    Value removed = dict_pop_str(module->dict, NAME("KeyWrapper"));
    return !is_error(removed);
}

const NativeModule module__functools = {
    .name = "_functools",
    .doc = "What the module functools has in C.",
    .functions = functions,
    .types = types,
    .init = init,
};
