/* object.c - `object`: what every object can do; and None, NotImplemented, Ellipsis. */
#include "object/object.h"

#include "object/descriptor.h"
#include "object/instance.h"
#include "object/lookup.h"
#include "object/native.h"
#include "types/dict.h"
#include "types/exception.h"
#include "types/float.h"
#include "types/int.h"
#include "types/list.h"
#include "types/module.h"

Runtime runtime = {.int_max_str_digits_option = -1};


Type *type_of_immediate(Value value) {
    if (is_smallint(value)) return &int_type;
    if (is_double(value)) return &float_type;
    if (is_none(value)) return &none_type;
    if (is_bool(value)) return &bool_type;
    if (is_not_implemented(value)) return &not_implemented_type;
    if (is_ellipsis(value)) return &ellipsis_type;
    fatal("not a value: %016llx", (unsigned long long)value.bits);
}

/* --- identity ------------------------------------------------------------------------------------------ */

uint64_t value_id(Value v) { return v.bits; }

Value value_id_object(Value v) { return int_from_uint64(v.bits); }

int64_t hash_identity(Value self) {
    uint64_t bits = self.bits >> 4 | self.bits << 60;
    return (int64_t)bits == -1 ? -2 : (int64_t)bits;
}

int64_t hash_not_possible(Value self) {
    raise_error(&TypeError, "unhashable type: '%T'", self);
    return -1;
}

Value iter_self(Value self) { return self; }

/* --- slots of object ---------------------------------------------------------------------------------------- */

Value object_repr(Value self) {
    Type *type = type_of(self);
    Value module = get_attribute_optional(object_value(type), NAME("__module__"));
    if (is_error(module)) error_clear();
    void *address = (void *)(uintptr_t)self.bits;
    if (is_empty(module) || is_error(module) || !is_str(module) || str_equal_c(as_str(module), "builtins"))
        return value_or_error(str_format("<%U object at %p>", type->qualified_name, address));
    return value_or_error(str_format("<%U.%U object at %p>", as_str(module), type->qualified_name, address));
}

static Value object_str(Value self) { return value_repr(self); }

static Value object_compare(Value self, Value other, CompareOp op) {
    if (op == COMPARE_EQ) return same_value(self, other) ? VALUE_TRUE : VALUE_NOT_IMPLEMENTED;
    if (op == COMPARE_NE) {
        Type *type = type_of(self);
        if (!type->compare) return VALUE_NOT_IMPLEMENTED;
        Value equal = type->compare(self, other, COMPARE_EQ);
        if (is_error(equal) || is_not_implemented(equal)) return equal;
        int truth = value_truth(equal);
        return truth < 0 ? VALUE_ERROR : bool_value(!truth);
    }
    return VALUE_NOT_IMPLEMENTED;
}

static bool object_init(Value self, Value *args, size_t count, Tuple *names);

/* Arguments that neither __new__ nor __init__ wants are an error; each leaves it to the other when
 * the other is overridden. */
static Value object_new(Type *type, Value *args, size_t count, Tuple *names) {
    (void)args;
    if (unlikely(count || (names && names->length))) {
        if (type->new_instance != object_new)
            return raise_error(&TypeError, "object.__new__() takes exactly one argument (the type to instantiate)");
        if (type->init == object_init) return raise_error(&TypeError, "%s() takes no arguments", type_name(type));
    }
    if (unlikely(type_has(type, TYPE_ABSTRACT))) {
        Value methods = get_attribute(object_value(type), NAME("__abstractmethods__"));
        if (is_error(methods)) return VALUE_ERROR;
        List *sorted = list_from_iterable(methods);
        if (!sorted || !list_sort(sorted, VALUE_NONE, false)) return VALUE_ERROR;
        Str *joined = str_join(str_from_c(", "), object_value(sorted));
        if (!joined) return VALUE_ERROR;
        return raise_error(&TypeError, "Can't instantiate abstract class %s with abstract method%s %U",
                           type->name, list_length(sorted) > 1 ? "s" : "", joined);
    }
    return value_or_error(object_alloc_instance(type, sizeof(Object)));
}

static bool object_init(Value self, Value *args, size_t count, Tuple *names) {
    (void)args;
    if (likely(!count && !(names && names->length))) return true;
    Type *type = type_of(self);
    if (type->init != object_init) {
        raise_error(&TypeError, "object.__init__() takes exactly one argument (the instance to initialize)");
        return false;
    }
    if (type->new_instance == object_new) {
        raise_error(&TypeError, "%s.__init__() takes exactly one argument (the instance to initialize)",
                    type_name(type));
        return false;
    }
    return true;
}

/* --- attributes -------------------------------------------------------------------------------------------------- */

static Value get_class(Value self) { return object_value(type_of(self)); }

static bool set_class(Value self, Value value) {
    if (is_empty(value)) {
        raise_error(&TypeError, "can't delete __class__ attribute");
        return false;
    }
    if (!is_type(value)) {
        raise_error(&TypeError, "__class__ must be set to a class, not '%T' object", value);
        return false;
    }
    Type *old = type_of(self), *new_type = OBJECT_AS(Type, value);
    bool modules = type_is_subtype(new_type, &module_type) && type_is_subtype(old, &module_type);
    if (!modules && (type_has(old, TYPE_IMMUTABLE) || type_has(new_type, TYPE_IMMUTABLE))) {
        raise_error(&TypeError, "__class__ assignment only supported for mutable types or ModuleType subclasses");
        return false;
    }
    if (!type_layout_agrees(old, new_type, "__class__")) return false;
    Object *object = object_of(self);
    object_lock(object);
    Shape *shape = shape_for_type(object_shape(object), new_type);
    if (shape) HEAP_STORE_POINTER(object, &object->shape, shape);
    object_unlock(object);
    if (shape && type_has(new_type, TYPE_HAS_FINALIZER) && !type_has(old, TYPE_HAS_FINALIZER))
        heap_finalize_later(object);
    return shape != NULL;
}

Value object_get_dict(Value self) {
    if (!shape_has_attributes(object_shape(object_of(self))))
        return raise_attribute_error(self, NAME("__dict__"), "'%T' object has no attribute '__dict__'", self);
    return value_or_error(instance_dict(object_of(self)));
}

bool object_set_dict(Value self, Value value) {
    if (!is_empty(value)) return instance_set_dict(object_of(self), value);
    raise_error(&TypeError, "cannot delete __dict__");
    return false;
}

/* The `__dict__` of the builtin base, where that has one: a class below it has no other. VALUE_EMPTY:
 * it has none. */
static Value builtin_dict_descriptor(const Type *type) {
    while (type_has(type, TYPE_HEAP)) type = type->base;
    return type_has(type, TYPE_HAS_DICT | TYPE_OWN_DICT) ? type_lookup((Type *)type, NAME("__dict__")) : VALUE_EMPTY;
}

static Value class_get_dict(Value self) {
    Value builtin = builtin_dict_descriptor(type_of(self));
    if (is_empty(builtin)) return object_get_dict(self);
    return type_of(builtin)->descr_get(builtin, self, object_value(type_of(self)));
}

static bool class_set_dict(Value self, Value value) {
    Value builtin = builtin_dict_descriptor(type_of(self));
    if (is_empty(builtin)) return instance_set_dict(object_of(self), value);
    return type_of(builtin)->descr_set(builtin, self, value);
}

static const GetSetDef dict_getset = {"__dict__", class_get_dict, class_set_dict,
                                      "dictionary for instance variables (if defined)"};
/* Of types with a dict that are not made by class statements. */
static const GetSetDef builtin_dict_getset = {"__dict__", object_get_dict, object_set_dict, NULL};

Value (*weakref_list_head)(Value object);
static Value get_weakref(Value self) {
    return weakref_list_head ? weakref_list_head(self) : VALUE_NONE;
}
static const GetSetDef weakref_getset = {"__weakref__", get_weakref, NULL,
                                         "list of weak references to the object (if defined)"};

bool type_add_dict_descriptor(Type *type) {
    Value descriptor = getset_descriptor_new(type, type_has(type, TYPE_HEAP) ? &dict_getset : &builtin_dict_getset);
    return !is_error(descriptor) && dict_set_str(type->dict, NAME("__dict__"), descriptor);
}
bool type_add_weakref_descriptor(Type *type) {
    Value descriptor = getset_descriptor_new(type, &weakref_getset);
    return !is_error(descriptor) && dict_set_str(type->dict, NAME("__weakref__"), descriptor);
}

/* --- methods -------------------------------------------------------------------------------------------------------- */

static Value method_reduce(Value *args) {
    Value copyreg = import_module("copyreg");
    if (is_error(copyreg)) return VALUE_ERROR;
    Value reduce = get_attribute(copyreg, NAME("_reduce_ex"));
    if (is_error(reduce)) return VALUE_ERROR;
    return call_2(reduce, args[0], smallint_value(0));
}

static Value method_getstate(Value *args);

/* copyreg.__reduce_ex__ for protocols 2 and up: (copyreg.__newobj__, (cls, *args), state, ...). */
static Value reduce_new(Value self, int64_t protocol) {
    Type *type = type_of(self);
    if (!type->new_instance) return raise_error(&TypeError, "cannot pickle '%T' object", self);
    Tuple *positional = tuple_new(0);
    Value keywords = VALUE_EMPTY;
    Value newargs_ex = lookup_special(self, NAME("__getnewargs_ex__"));
    if (is_error(newargs_ex)) return VALUE_ERROR;
    bool has_args = false;
    if (!is_empty(newargs_ex)) {
        Value pair = call_0(newargs_ex);
        if (is_error(pair)) return VALUE_ERROR;
        if (!is_tuple(pair))
            return raise_error(&TypeError, "__getnewargs_ex__ should return a tuple, not '%T'", pair);
        if (as_tuple(pair)->length != 2)
            return raise_error(&ValueError, "__getnewargs_ex__ should return a tuple of length 2, not %lld",
                               (long long)as_tuple(pair)->length);
        if (!is_tuple(as_tuple(pair)->items[0]))
            return raise_error(&TypeError, "first item of the tuple returned by __getnewargs_ex__ must be a "
                                           "tuple, not '%T'", as_tuple(pair)->items[0]);
        if (!is_dict(as_tuple(pair)->items[1]))
            return raise_error(&TypeError, "second item of the tuple returned by __getnewargs_ex__ must be a "
                                           "dict, not '%T'", as_tuple(pair)->items[1]);
        positional = as_tuple(as_tuple(pair)->items[0]);
        keywords = as_tuple(pair)->items[1];
        has_args = true;
    } else {
        Value newargs = lookup_special(self, NAME("__getnewargs__"));
        if (is_error(newargs)) return VALUE_ERROR;
        if (!is_empty(newargs)) {
            Value result = call_0(newargs);
            if (is_error(result)) return VALUE_ERROR;
            if (!is_tuple(result))
                return raise_error(&TypeError, "__getnewargs__ should return a tuple, not '%T'", result);
            positional = as_tuple(result);
            has_args = true;
        }
    }
    Value getstate = get_attribute(self, NAME("__getstate__"));
    if (is_error(getstate)) return VALUE_ERROR;
    /* object's own saves no more than attributes: the struct of a builtin type would be lost */
    bool plain = is_exactly(getstate, &native_function_type) &&
                 OBJECT_AS(NativeFunction, getstate)->code == method_getstate;
    if (plain && !has_args && !is_list(self) && !is_dict(self)) {
        const Type *builtin = type;
        while (type_has(builtin, TYPE_HEAP)) builtin = builtin->base;
        if (builtin != &object_type_object && builtin->size > sizeof(Object))
            return raise_error(&TypeError, "cannot pickle '%s' object", type->name);
    }
    Value state = call_0(getstate);
    if (is_error(state)) return VALUE_ERROR;
    Value copyreg = import_module("copyreg");
    if (is_error(copyreg)) return VALUE_ERROR;
    bool with_keywords = !is_empty(keywords) && dict_length(as_dict(keywords)) > 0;
    Value maker = get_attribute(copyreg, with_keywords ? NAME("__newobj_ex__") : NAME("__newobj__"));
    if (is_error(maker)) return VALUE_ERROR;
    Tuple *arguments;
    if (with_keywords) {
        arguments = tuple_pack(3, object_value(type), object_value(positional), keywords);
    } else {
        arguments = tuple_new(positional->length + 1);
        if (!arguments) return VALUE_ERROR;
        arguments->items[0] = object_value(type);
        for (int64_t i = 0; i < positional->length; i++) arguments->items[i + 1] = positional->items[i];
    }
    if (!arguments) return VALUE_ERROR;
    Value list_items = VALUE_NONE, dict_items = VALUE_NONE;
    if (is_list(self)) list_items = get_iter(self);
    if (is_dict(self)) {
        Value items = call_method_0(self, "items");
        dict_items = is_error(items) ? VALUE_ERROR : get_iter(items);
    }
    if (is_error(list_items) || is_error(dict_items)) return VALUE_ERROR;
    (void)protocol;
    return value_or_error(tuple_pack(5, maker, object_value(arguments), state, list_items, dict_items));
}

static Value method_reduce_ex(Value *args) {
    int64_t protocol = value_index_int64(args[1], &OverflowError);
    if (protocol == -1 && error_occurred()) return VALUE_ERROR;
    Value reduce = get_attribute_optional(args[0], NAME("__reduce__"));
    if (is_error(reduce)) return VALUE_ERROR;
    if (!is_empty(reduce)) {
        Value of_class = get_attribute(object_value(type_of(args[0])), NAME("__reduce__"));
        if (is_error(of_class)) return VALUE_ERROR;
        Value of_object = dict_get_str(object_type_object.dict, NAME("__reduce__"));
        if (!same_value(of_class, of_object)) return call_0(reduce);
    }
    return protocol >= 2 ? reduce_new(args[0], protocol) : method_reduce(args);
}

/* The names of all __slots__ of a class, which copyreg keeps in its `__slotnames__`: a list or None. */
static Value slot_names_of(Type *type) {
    Value names = dict_get_str(type->dict, NAME("__slotnames__"));
    if (is_error(names)) return VALUE_ERROR;
    if (!is_empty(names)) {
        if (is_none(names) || is_list(names)) return names;
        return raise_error(&TypeError, "%s.__slotnames__ should be a list or None, not %T", type->name, names);
    }
    Value find = import_attribute("copyreg", "_slotnames");
    names = is_error(find) ? VALUE_ERROR : call_1(find, object_value(type));
    if (is_error(names) || is_none(names) || is_list(names)) return names;
    return raise_error(&TypeError, "copyreg._slotnames didn't return a list or None");
}

/* The state pickle saves: the instance's dict, and a dict of __slots__ beside it if there are any. */
static Value method_getstate(Value *args) {
    Value self = args[0];
    Value state = VALUE_NONE;
    Value dict = get_attribute_optional(self, NAME("__dict__"));
    if (is_error(dict)) return VALUE_ERROR;
    if (!is_empty(dict) && (!is_dict(dict) || dict_length(as_dict(dict)) > 0)) state = dict;
    Value names = slot_names_of(type_of(self));
    if (is_error(names)) return VALUE_ERROR;
    int64_t count = is_list(names) ? list_length(as_list(names)) : 0;
    if (count == 0) return state;
    Dict *slots = dict_new();
    if (!slots) return VALUE_ERROR;
    for (int64_t i = 0; i < count; i++) {
        Value name = list_get(as_list(names), i);
        if (is_empty(name) || !is_str(name))
            return raise_error(&TypeError, "attribute name must be string, not '%T'", none_if_empty(name));
        Value value = get_attribute_optional(self, as_str(name));
        if (is_error(value)) return VALUE_ERROR;
        if (!is_empty(value) && !dict_set(slots, name, value)) return VALUE_ERROR;
        if (list_length(as_list(names)) != count)
            return raise_error(&RuntimeError, "__slotsname__ changed size during iteration");
    }
    return dict_length(slots) ? value_or_error(tuple_pack(2, state, object_value(slots))) : state;
}

static Value method_format(Value *args) {
    if (!is_str(args[1]))
        return raise_error(&TypeError, "__format__() argument must be str, not %T", args[1]);
    if (as_str(args[1])->length > 0)
        return raise_error(&TypeError, "unsupported format string passed to %T.__format__", args[0]);
    return value_str(args[0]);
}

static Value method_sizeof(Value *args) {
    return int_value(is_object(args[0]) ? (int64_t)heap_cell_size(object_of(args[0])) : 8);
}

static bool merge_class_names(Dict *names, Value type) {
    Value dict = get_attribute_optional(type, NAME("__dict__"));
    if (is_error(dict)) return false;
    if (!is_empty(dict) && !dict_merge(names, dict, true)) return false;
    Value bases = get_attribute_optional(type, NAME("__bases__"));
    if (is_error(bases)) return false;
    if (is_empty(bases) || !is_tuple(bases)) return true;
    for (int64_t i = 0; i < as_tuple(bases)->length; i++)
        if (!merge_class_names(names, as_tuple(bases)->items[i])) return false;
    return true;
}

static Value method_dir(Value *args) {
    Dict *names = dict_new();
    if (!names) return VALUE_ERROR;
    Value dict = get_attribute_optional(args[0], NAME("__dict__"));
    if (is_error(dict)) return VALUE_ERROR;
    if (!is_empty(dict) && is_dict(dict) && !dict_merge(names, dict, true)) return VALUE_ERROR;
    Value class_of = get_attribute_optional(args[0], NAME("__class__"));
    if (is_error(class_of)) return VALUE_ERROR;
    if (!is_empty(class_of) && !merge_class_names(names, class_of)) return VALUE_ERROR;
    return value_or_error(dict_keys_list(names));
}

static Value method_subclass_hook(Value *args) { (void)args; return VALUE_NOT_IMPLEMENTED; }
static Value method_init_subclass(Value *args) { (void)args; return VALUE_NONE; }

static const MethodDef object_methods[] = {
    METHOD("__reduce__", method_reduce, "($self, /)", "Helper for pickle."),
    METHOD("__reduce_ex__", method_reduce_ex, "($self, protocol, /)", "Helper for pickle."),
    METHOD("__getstate__", method_getstate, "($self, /)", "Helper for pickle."),
    METHOD("__format__", method_format, "($self, format_spec, /)", "Default object formatter."),
    METHOD("__sizeof__", method_sizeof, "($self, /)", "Size of object in memory, in bytes."),
    METHOD("__dir__", method_dir, "($self, /)", "Default dir() implementation."),
    CLASS_METHOD("__subclasshook__", method_subclass_hook, "($type, subclass, /)",
                 "Abstract classes can override this to customize issubclass()."),
    CLASS_METHOD("__init_subclass__", method_init_subclass, "($type, /)",
                 "This method is called when a class is subclassed."),
    {0}};
static const GetSetDef object_getset[] = {{"__class__", get_class, set_class, "the object's class", AUDIT_WRITE}, {0}};

Type object_type_object = {
    .name = "object",
    .signature = "()",
    .doc = "The base class of the class hierarchy.\n\nWhen called, it accepts no arguments and returns a new "
           "featureless\ninstance that has no instance attributes and cannot be given any.\n",
    .flags = TYPE_BASE,
    .size = sizeof(Object),
    .repr = object_repr,
    .str = object_str,
    .hash = hash_identity,
    .compare = object_compare,
    .getattribute = object_getattribute,
    .setattribute = object_setattribute,
    .init = object_init,
    .new_instance = object_new,
    .methods = object_methods,
    .getset = object_getset,
};

/* --- the three singletons -------------------------------------------------------------------------------------------- */

static Value constant(const char *text) { return value_or_error(str_intern_c(text)); }
static Value singleton_new(Type *type, size_t count, Tuple *names, Value value) {
    if (count || (names && names->length)) return raise_error(&TypeError, "%s takes no arguments", type->name);
    return value;
}

static Value none_repr(Value self) { (void)self; return constant("None"); }
static int none_truth(Value self) { (void)self; return 0; }
static int64_t none_hash(Value self) { (void)self; return 0xfca86420; }
static Value none_new(Type *type, Value *args, size_t count, Tuple *names) {
    (void)args;
    return singleton_new(type, count, names, VALUE_NONE);
}
static Value none_or(Value left, Value right) {
    return union_type_or ? union_type_or(left, right) : VALUE_NOT_IMPLEMENTED;
}
Type none_type = {
    .name = "NoneType", .size = sizeof(Object), .repr = none_repr, .truth = none_truth, .hash = none_hash,
    .new_instance = none_new, .binary = {[BINARY_OR] = none_or},
};

static Value reduce_name(Value *args) { return value_repr(args[0]); }
static const MethodDef singleton_methods[] = {METHOD("__reduce__", reduce_name, "($self, /)", NULL), {0}};

static Value not_implemented_repr(Value self) { (void)self; return constant("NotImplemented"); }
static int not_implemented_truth(Value self) {
    (void)self;
    return warn(&DeprecationWarning, 1, "NotImplemented should not be used in a boolean context") ? 1 : -1;
}
static Value not_implemented_new(Type *type, Value *args, size_t count, Tuple *names) {
    (void)args;
    return singleton_new(type, count, names, VALUE_NOT_IMPLEMENTED);
}
Type not_implemented_type = {
    .name = "NotImplementedType", .size = sizeof(Object), .repr = not_implemented_repr,
    .truth = not_implemented_truth, .new_instance = not_implemented_new, .methods = singleton_methods,
};

static Value ellipsis_repr(Value self) { (void)self; return constant("Ellipsis"); }
static Value ellipsis_new(Type *type, Value *args, size_t count, Tuple *names) {
    (void)args;
    return singleton_new(type, count, names, VALUE_ELLIPSIS);
}
Type ellipsis_type = {
    .name = "ellipsis", .size = sizeof(Object), .repr = ellipsis_repr, .new_instance = ellipsis_new,
    .methods = singleton_methods,
};
