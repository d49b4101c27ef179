/* collections_module.c - the module _collections: defaultdict, and what Counter and namedtuple need.
 * deque stands in deque.c, OrderedDict in ordered_dict.c. */
#include "modules/ordered_dict.h"
#include "types/module.h"

/* --- defaultdict ----------------------------------------------------------------------------------------- */

typedef struct DefaultDict {
    Dict dict;
    Value factory; /* atomic; VALUE_EMPTY or None: none */
} DefaultDict;

static DefaultDict *as_default(Value v) { return OBJECT_AS(DefaultDict, v); }
static Value factory_of(Value self) {
    Value factory = value_load_acquire(&as_default(self)->factory);
    return is_empty(factory) ? VALUE_NONE : factory;
}

static void default_trace(Cell *cell, Marker *marker) {
    dict_type.root.cell_kind.trace(cell, marker);
    marker_visit(marker, ((DefaultDict *)cell)->factory);
}

static Value default_new(Type *type, Value *args, size_t count, Tuple *names) {
    DefaultDict *self = object_alloc_instance(type, sizeof(DefaultDict));
    return self ? object_value(self) : VALUE_ERROR;
}

static bool default_init(Value self, Value *args, size_t count, Tuple *names) {
    Value factory = count > 0 ? args[0] : VALUE_NONE;
    if (!is_none(factory) && !is_callable(factory)) {
        raise_error(&TypeError, "first argument must be callable or None");
        return false;
    }
    heap_store_release(object_of(self), &as_default(self)->factory, factory);
    size_t skip = count > 0;
    return dict_type.init(self, args + skip, count - skip, names);
}

/* Makes the value and stores it unless another thread was quicker: then that one's is the value, so
 * that d[key].append(x) loses nothing. */
static Value default_missing(Value *args) {
    Value factory = factory_of(args[0]);
    if (is_none(factory)) return raise_key_error(args[1]);
    Value value = call_0(factory);
    if (is_error(value)) return VALUE_ERROR;
    if (type_of(args[0])->setitem == dict_type.setitem)
        return dict_set_default(as_dict(args[0]), args[1], value);
    return set_item(args[0], args[1], value) ? value : VALUE_ERROR;
}

static Value default_repr(Value self) {
    Value base = dict_type.repr(self);
    if (is_error(base)) return VALUE_ERROR;
    Value factory = factory_of(self), shown = VALUE_ERROR;
    int entered = repr_enter(factory);
    if (entered < 0) return VALUE_ERROR;
    if (entered > 0) {
        shown = object_value(NAME("..."));
    } else {
        shown = value_repr(factory);
        repr_leave(factory);
    }
    if (is_error(shown)) return VALUE_ERROR;
    Str *text = str_format("%s(%V, %V)", type_name_of(self), shown, base);
    return text ? object_value(text) : VALUE_ERROR;
}

static Value default_copy(Value *args) {
    return call_2(object_value(type_of(args[0])), factory_of(args[0]), args[0]);
}

static Value default_reduce(Value *args) {
    Value factory = factory_of(args[0]);
    Tuple *arguments = is_none(factory) ? tuple_new(0) : tuple_pack(1, factory);
    Value items = arguments ? call_method_0(args[0], "items") : VALUE_ERROR;
    Value iterator = is_error(items) ? VALUE_ERROR : get_iter(items);
    if (is_error(iterator)) return VALUE_ERROR;
    Tuple *result = tuple_pack(5, object_value(type_of(args[0])), object_value(arguments), VALUE_NONE,
                               VALUE_NONE, iterator);
    return result ? object_value(result) : VALUE_ERROR;
}

static Value default_or(Value left, Value right) {
    if (!is_dict(left) || !is_dict(right)) return VALUE_NOT_IMPLEMENTED;
    Value like = is_instance_of(left, &defaultdict_type) ? left : right;
    Value result = call_2(object_value(type_of(like)), factory_of(like), left);
    if (is_error(result) || !is_dict(result)) return result;
    return dict_merge(as_dict(result), right, true) ? result : VALUE_ERROR;
}

static const MethodDef default_methods[] = {
    METHOD("__missing__", default_missing, "($self, key, /)",
           "Store default_factory() for key and return it; KeyError without a factory."),
    METHOD("copy", default_copy, "($self, /)", "Make a new one of the same entries and factory."),
    METHOD("__copy__", default_copy, "($self, /)", "Make a new one of the same entries and factory."),
    METHOD("__reduce__", default_reduce, "($self, /)", "State for pickling."),
    CLASS_METHOD("__class_getitem__", generic_alias_class_getitem, "($type, item, /)",
                 "See PEP 585."),
    {0},
};
static const MemberDef default_members[] = {
    {"default_factory", MEMBER_VALUE, offsetof(DefaultDict, factory), 0,
     "What makes the value of a key that is not there."},
    {0},
};

Type defaultdict_type = {
    .name = "collections.defaultdict",
    .doc = "defaultdict(default_factory=None, /, [...]): a dict that makes the values of keys that are\n"
           "looked up and not there.",
    .base = &dict_type,
    .flags = TYPE_BASE | TYPE_IMMUTABLE | TYPE_MAPPING | TYPE_DICT | TYPE_HAS_WEAKREF,
    .size = sizeof(DefaultDict),
    .root = {.cell_kind = {.trace = default_trace, .name = "collections.defaultdict"}},
    .repr = default_repr,
    .init = default_init,
    .new_instance = default_new,
    .binary = {[BINARY_OR] = default_or},
    .methods = default_methods,
    .members = default_members,
};

/* --- the descriptor of a field of a named tuple -------------------------------------------------------------- */

typedef struct TupleGetter {
    Object object;
    int64_t index; /* constant */
    Value doc;     /* atomic */
} TupleGetter;

static TupleGetter *as_getter(Value v) { return OBJECT_AS(TupleGetter, v); }

static void getter_trace(Cell *cell, Marker *marker) { marker_visit(marker, ((TupleGetter *)cell)->doc); }

static Value getter_new(Type *type, Value *args, size_t count, Tuple *names) {
    static const char signature[] = "(index, doc, /)";
    static Signature *parsed;
    Value bound[2];
    if (!bind_arguments("_tuplegetter", signature, &parsed, args, count, names, bound))
        return VALUE_ERROR;
    int64_t index = value_index_int64(bound[0], &OverflowError);
    if (index == -1 && error_occurred()) return VALUE_ERROR;
    TupleGetter *self = object_alloc_instance(type, sizeof(TupleGetter));
    if (!self) return VALUE_ERROR;
    self->index = index;
    heap_store_release(self, &self->doc, bound[1]);
    return object_value(self);
}

static Value getter_get(Value self, Value instance, Value owner) {
    int64_t index = as_getter(self)->index;
    if (is_empty(instance) || is_none(instance)) return self;
    if (!is_tuple(instance))
        return raise_error(&TypeError,
                           "descriptor for index '%lld' for tuple subclasses doesn't apply to '%T' "
                           "object", (long long)index, instance);
    Tuple *tuple = as_tuple(instance);
    if (index < 0 || index >= tuple->length)
        return raise_error(&IndexError, "tuple index out of range");
    return tuple->items[index];
}

static bool getter_set(Value self, Value instance, Value value) {
    raise_error(&AttributeError, is_empty(value) ? "can't delete attribute" : "can't set attribute");
    return false;
}

static Value getter_repr(Value self) {
    Str *text = str_format("%s(%lld, %R)", type_name_of(self), (long long)as_getter(self)->index,
                           value_load_acquire(&as_getter(self)->doc));
    return text ? object_value(text) : VALUE_ERROR;
}

static Value getter_reduce(Value *args) {
    TupleGetter *self = as_getter(args[0]);
    Tuple *arguments = tuple_pack(2, int_value(self->index), value_load_acquire(&self->doc));
    Tuple *result = arguments ? tuple_pack(2, object_value(type_of(args[0])), object_value(arguments))
                              : NULL;
    return result ? object_value(result) : VALUE_ERROR;
}

static const MethodDef getter_methods[] = {
    METHOD("__reduce__", getter_reduce, "($self, /)", "State for pickling."), {0}};
static const MemberDef getter_members[] = {
    {"__doc__", MEMBER_VALUE, offsetof(TupleGetter, doc), 0, NULL}, {0}};

Type tuplegetter_type = {
    .name = "collections._tuplegetter",
    .base = &object_type_object,
    .flags = TYPE_IMMUTABLE,
    .size = sizeof(TupleGetter),
    .root = {.cell_kind = {.trace = getter_trace, .name = "collections._tuplegetter"}},
    .repr = getter_repr,
    .getattribute = object_getattribute,
    .descr_get = getter_get,
    .descr_set = getter_set,
    .new_instance = getter_new,
    .methods = getter_methods,
    .members = getter_members,
};

/* --- Counter -------------------------------------------------------------------------------------------------- */

/* Adds one to mapping[item], through the mapping's own methods unless they are dict's. */
static bool count_one(Value mapping, bool plain, Value get, Value item) {
    if (plain) {
        int64_t hash = dict_key_hash(item);
        int counted = hash == -1 ? -1 : dict_count(as_dict(mapping), item, hash);
        if (counted != 0) return counted > 0;
        Value old = hash == -1 ? VALUE_ERROR : dict_get_hashed(as_dict(mapping), item, hash);
        if (is_error(old)) return false;
        Value sum = is_empty(old) ? smallint_value(1)
                                  : is_exact_int(old) ? int_add(old, smallint_value(1))
                                                      : binary_op(old, smallint_value(1), BINARY_ADD);
        return !is_error(sum) && dict_set_hashed(as_dict(mapping), item, hash, sum);
    }
    Value old = call_2(get, item, smallint_value(0));
    Value sum = is_error(old) ? VALUE_ERROR : binary_op(old, smallint_value(1), BINARY_ADD);
    return !is_error(sum) && set_item(mapping, item, sum);
}

static bool inherits_from_dict(Value mapping, Str *method) {
    return same_value(type_lookup(type_of(mapping), method), type_lookup(&dict_type, method));
}

static Value count_elements(Value *args) {
    Value mapping = args[1];
    bool plain = is_dict(mapping) && inherits_from_dict(mapping, NAME("get")) &&
                 inherits_from_dict(mapping, NAME("__setitem__"));
    Value get = plain ? VALUE_NONE : get_attribute(mapping, NAME("get"));
    Value iterator = is_error(get) ? VALUE_ERROR : get_iter(args[2]);
    if (is_error(iterator)) return VALUE_ERROR;
    for (;;) {
        Value item = iter_next(iterator);
        if (is_empty(item)) return VALUE_NONE;
        if (is_error(item) || !count_one(mapping, plain, get, item)) return VALUE_ERROR;
    }
}

static const MethodDef functions[] = {
    METHOD("_count_elements", count_elements, "($module, mapping, iterable, /)",
           "Count the items of iterable in mapping."),
    {0},
};

static Type *const types[] = {
    &deque_type, &deque_iterator_type, &deque_reverse_iterator_type, &defaultdict_type,
    &ordered_dict_type, &tuplegetter_type, NULL,
};

static bool init(Module *module) {
    type_ready(&ordered_iterator_type);
    type_ready(&ordered_keys_type);
    type_ready(&ordered_values_type);
    type_ready(&ordered_items_type);
    store_release(&dict_lost_key, ordered_note_lost);
    return true;
}

const NativeModule module__collections = {
    .name = "_collections",
    .doc = "What the module collections has in C.",
    .functions = functions,
    .types = types,
    .init = init,
};
