/* descriptor.c - the descriptors that make attributes: computed and stored ones of builtin types,
 * property, staticmethod, classmethod, bound methods, super. */
#include "object/descriptor.h"

#include "object/audit.h"
#include "object/instance.h"
#include "object/lookup.h"
#include "types/dict.h"
#include "types/exception.h"
#include "types/float.h"
#include "types/int.h"
#include "types/list.h"
#include "types/str.h"


/* --- getset_descriptor -------------------------------------------------------------------------------------- */

Value getset_descriptor_new(Type *owner, const GetSetDef *def) {
    GetSetDescriptor *descriptor = object_alloc(&getset_descriptor_type, sizeof *descriptor);
    if (!descriptor) return VALUE_ERROR;
    descriptor->def = def;
    descriptor->owner = owner;
    return object_value(descriptor);
}

static bool check_owner(Value instance, Type *owner, const char *name, bool *ok) {
    *ok = is_instance_of(instance, owner);
    if (!*ok)
        raise_error(&TypeError, "descriptor '%s' for '%s' objects doesn't apply to a '%T' object", name,
                    owner->name, instance);
    return *ok;
}

static Value attribute_name(const GetSetDescriptor *descriptor) {
    return value_or_error(str_intern_c(descriptor->def->name));
}

static bool audit_read(const GetSetDescriptor *descriptor, Value instance) {
    Value name = attribute_name(descriptor);
    return !is_error(name) && audit_tell("object.__getattr__", (Value[]){instance, name}, 2);
}

static bool audit_write(const GetSetDescriptor *descriptor, Value instance, Value value) {
    Value name = attribute_name(descriptor);
    if (is_error(name)) return false;
    return is_empty(value) ? audit_tell("object.__delattr__", (Value[]){instance, name}, 2)
                           : audit_tell("object.__setattr__", (Value[]){instance, name, value}, 3);
}

static Value getset_get(Value self, Value instance, Value owner) {
    (void)owner;
    if (is_empty(instance)) return self;
    GetSetDescriptor *descriptor = OBJECT_AS(GetSetDescriptor, self);
    bool ok;
    if (!check_owner(instance, descriptor->owner, descriptor->def->name, &ok)) return VALUE_ERROR;
    if (unlikely(descriptor->def->audit & AUDIT_READ) && audit_is_on() && !audit_read(descriptor, instance))
        return VALUE_ERROR;
    return descriptor->def->get(instance);
}

static bool getset_set(Value self, Value instance, Value value) {
    GetSetDescriptor *descriptor = OBJECT_AS(GetSetDescriptor, self);
    bool ok;
    if (!check_owner(instance, descriptor->owner, descriptor->def->name, &ok)) return false;
    if (!descriptor->def->set) {
        raise_attribute_error(instance, str_intern_c(descriptor->def->name),
                              "attribute '%s' of '%s' objects is not writable", descriptor->def->name,
                              descriptor->owner->name);
        return false;
    }
    if (unlikely(descriptor->def->audit & AUDIT_WRITE) && audit_is_on() && !audit_write(descriptor, instance, value))
        return false;
    return descriptor->def->set(instance, value);
}

static Value getset_repr(Value self) {
    GetSetDescriptor *descriptor = OBJECT_AS(GetSetDescriptor, self);
    return value_or_error(str_format("<attribute '%s' of '%s' objects>", descriptor->def->name, descriptor->owner->name));
}
static Value getset_name(Value self) { return value_or_error(str_from_c(OBJECT_AS(GetSetDescriptor, self)->def->name)); }
static Value getset_qualname(Value self) {
    GetSetDescriptor *descriptor = OBJECT_AS(GetSetDescriptor, self);
    return value_or_error(str_format("%U.%s", load_acquire(&descriptor->owner->qualified_name), descriptor->def->name));
}
static Value getset_doc(Value self) {
    const char *doc = OBJECT_AS(GetSetDescriptor, self)->def->doc;
    return doc ? value_or_error(str_from_c(doc)) : VALUE_NONE;
}
static Value getset_owner(Value self) { return object_value(OBJECT_AS(GetSetDescriptor, self)->owner); }
static void getset_trace(Cell *cell, Marker *marker) {
    marker_visit_pointer(marker, ((GetSetDescriptor *)cell)->owner);
}
static const GetSetDef getset_getset[] = {
    {"__name__", getset_name}, {"__qualname__", getset_qualname}, {"__doc__", getset_doc},
    {"__objclass__", getset_owner}, {0}};
Type getset_descriptor_type = {
    .root = {.cell_kind = {.trace = getset_trace}},
    .name = "getset_descriptor",
    .flags = TYPE_NO_NEW,
    .size = sizeof(GetSetDescriptor),
    .repr = getset_repr,
    .descr_get = getset_get,
    .descr_set = getset_set,
    .getset = getset_getset,
};

/* --- member_descriptor ---------------------------------------------------------------------------------------- */

Value member_descriptor_new(Type *owner, const MemberDef *def) {
    MemberDescriptor *descriptor = object_alloc(&member_descriptor_type, sizeof *descriptor);
    if (!descriptor) return VALUE_ERROR;
    descriptor->def = def;
    descriptor->owner = owner;
    descriptor->name = str_intern_c(def->name);
    return object_value(descriptor);
}

Value slot_descriptor_new(Type *owner, Str *name, uint32_t offset) {
    MemberDescriptor *descriptor = object_alloc(&member_descriptor_type, sizeof *descriptor);
    if (!descriptor) return VALUE_ERROR;
    descriptor->owner = owner;
    descriptor->name = name;
    descriptor->offset = offset;
    return object_value(descriptor);
}

static Value member_get(Value self, Value instance, Value owner) {
    (void)owner;
    if (is_empty(instance)) return self;
    MemberDescriptor *descriptor = OBJECT_AS(MemberDescriptor, self);
    bool ok;
    if (!check_owner(instance, descriptor->owner, str_display(descriptor->name), &ok)) return VALUE_ERROR;
    char *base = (char *)object_of(instance);
    const MemberDef *def = descriptor->def;
    if (!def) {
        Value value = value_load_acquire((Value *)(base + descriptor->offset));
        return is_empty(value) ? raise_no_attribute(instance, descriptor->name) : value;
    }
    char *field = base + def->offset;
    switch (def->kind) {
    case MEMBER_VALUE: return none_if_empty(value_load_acquire((Value *)field));
    case MEMBER_VALUE_EX: {
        Value value = value_load_acquire((Value *)field);
        return is_empty(value) ? raise_no_attribute(instance, descriptor->name) : value;
    }
    case MEMBER_POINTER: {
        Object *object = load_acquire((Object **)field);
        return object ? object_value(object) : VALUE_NONE;
    }
    case MEMBER_INT32: return int_value(load_relaxed((int32_t *)field));
    case MEMBER_INT64: return int_value(load_relaxed((int64_t *)field));
    case MEMBER_UINT32: return int_value(load_relaxed((uint32_t *)field));
    case MEMBER_BOOL8: return bool_value(load_relaxed((uint8_t *)field) != 0);
    case MEMBER_DOUBLE: {
        Value bits = value_load_relaxed((Value *)field);
        double d;
        memcpy(&d, &bits, sizeof d);
        return double_value_checked(d);
    }
    }
    return raise_error(&SystemError, "bad member kind");
}

static bool member_set_number(const MemberDef *def, char *field, Value value) {
    if (def->kind == MEMBER_DOUBLE) {
        double d;
        if (!value_to_double(value, &d)) return false;
        uint64_t bits;
        memcpy(&bits, &d, sizeof bits);
        store_relaxed((uint64_t *)field, bits);
        return true;
    }
    if (def->kind == MEMBER_BOOL8) {
        if (!is_bool(value)) {
            raise_error(&TypeError, "attribute value type must be bool");
            return false;
        }
        store_relaxed((uint8_t *)field, (uint8_t)is_true(value));
        return true;
    }
    int64_t number;
    if (!value_to_int64(value, &number)) return false;
    if (def->kind == MEMBER_INT64) store_relaxed((int64_t *)field, number);
    else store_relaxed((int32_t *)field, (int32_t)number);
    return true;
}

static bool member_set(Value self, Value instance, Value value) {
    MemberDescriptor *descriptor = OBJECT_AS(MemberDescriptor, self);
    bool ok;
    if (!check_owner(instance, descriptor->owner, str_display(descriptor->name), &ok)) return false;
    Object *object = object_of(instance);
    const MemberDef *def = descriptor->def;
    if (!def) {
        Value *slot = (Value *)((char *)object + descriptor->offset);
        if (is_empty(value)) {
            if (exchange_acq_rel(&slot->bits, VALUE_EMPTY.bits)) return true;
            raise_with(&AttributeError, object_value(descriptor->name));
            return false;
        }
        heap_store_release(object, slot, value);
        return true;
    }
    char *field = (char *)object + def->offset;
    if (def->flags & MEMBER_READONLY) {
        raise_attribute_error(instance, descriptor->name, "readonly attribute");
        return false;
    }
    if (is_empty(value) && def->kind != MEMBER_VALUE && def->kind != MEMBER_VALUE_EX) {
        raise_error(&TypeError, "can't delete numeric/char attribute");
        return false;
    }
    switch (def->kind) {
    case MEMBER_VALUE:
        heap_store_release(object, (Value *)field, value);
        return true;
    case MEMBER_VALUE_EX:
        if (is_empty(value) && is_empty(value_load_relaxed((Value *)field))) {
            raise_no_attribute(instance, descriptor->name);
            return false;
        }
        heap_store_release(object, (Value *)field, value);
        return true;
    case MEMBER_POINTER:
        raise_attribute_error(instance, descriptor->name, "readonly attribute");
        return false;
    default: return member_set_number(def, field, value);
    }
}

static Value member_repr(Value self) {
    MemberDescriptor *descriptor = OBJECT_AS(MemberDescriptor, self);
    return value_or_error(str_format("<member '%U' of '%s' objects>", descriptor->name, descriptor->owner->name));
}
static Value member_name(Value self) { return object_value(OBJECT_AS(MemberDescriptor, self)->name); }
static Value member_qualname(Value self) {
    MemberDescriptor *descriptor = OBJECT_AS(MemberDescriptor, self);
    return value_or_error(str_format("%U.%U", load_acquire(&descriptor->owner->qualified_name), descriptor->name));
}
static Value member_doc(Value self) {
    const MemberDef *def = OBJECT_AS(MemberDescriptor, self)->def;
    return def && def->doc ? value_or_error(str_from_c(def->doc)) : VALUE_NONE;
}
static Value member_owner(Value self) { return object_value(OBJECT_AS(MemberDescriptor, self)->owner); }
static Value member_reduce(Value *args) {
    MemberDescriptor *descriptor = OBJECT_AS(MemberDescriptor, args[0]);
    Value getattr = dict_get_c(runtime.builtins, "getattr");
    Tuple *arguments = tuple_pack(2, object_value(descriptor->owner), object_value(descriptor->name));
    return arguments ? value_or_error(tuple_pack(2, getattr, object_value(arguments))) : VALUE_ERROR;
}
static void member_trace(Cell *cell, Marker *marker) {
    marker_visit_pointer(marker, ((MemberDescriptor *)cell)->owner);
    marker_visit_pointer(marker, ((MemberDescriptor *)cell)->name);
}
static const GetSetDef member_getset[] = {{"__name__", member_name}, {"__qualname__", member_qualname},
                                          {"__doc__", member_doc}, {"__objclass__", member_owner}, {0}};
static const MethodDef member_methods[] = {METHOD("__reduce__", member_reduce, "($self, /)", NULL), {0}};
Type member_descriptor_type = {
    .root = {.cell_kind = {.trace = member_trace}},
    .name = "member_descriptor",
    .flags = TYPE_NO_NEW,
    .size = sizeof(MemberDescriptor),
    .repr = member_repr,
    .descr_get = member_get,
    .descr_set = member_set,
    .getset = member_getset,
    .methods = member_methods,
};

/* --- bound methods ------------------------------------------------------------------------------------------------ */

Value bound_method_new(Value function, Value self) {
    BoundMethod *method = object_alloc(&method_type, sizeof *method);
    if (!method) return VALUE_ERROR;
    method->function = function;
    method->self = self;
    return object_value(method);
}

static Value method_call(Value self, Value *args, size_t count, Tuple *names) {
    BoundMethod *method = OBJECT_AS(BoundMethod, self);
    size_t total = count + 1 + (names ? (size_t)names->length : 0);
    Value few[10], *all = few;
    if (total > ARRAY_LENGTH(few)) {
        Array *array = array_new((int64_t)total);
        if (!array) return VALUE_ERROR;
        all = array->items;
    }
    all[0] = method->self;
    if (total > 1) memcpy(all + 1, args, (total - 1) * sizeof *args);
    return call(method->function, all, count + 1, names);
}

static Value method_new(Type *type, Value *args, size_t count, Tuple *names) {
    (void)type;
    if ((names && names->length)) return raise_error(&TypeError, "method() takes no keyword arguments");
    if (count != 2) return raise_error(&TypeError, "method expected 2 arguments, got %zu", count);
    if (!is_callable(args[0])) return raise_error(&TypeError, "first argument must be callable");
    if (is_none(args[1])) return raise_error(&TypeError, "self must not be None");
    return bound_method_new(args[0], args[1]);
}

static Value method_getattribute(Value self, Str *name) {
    Type *type = type_of(self);
    Value found = type_lookup(type, name);
    if (!is_empty(found)) {
        Type *found_type = type_of(found);
        return found_type->descr_get ? found_type->descr_get(found, self, object_value(type)) : found;
    }
    return get_attribute(OBJECT_AS(BoundMethod, self)->function, name);
}

static Value method_repr(Value self) {
    BoundMethod *method = OBJECT_AS(BoundMethod, self);
    Value name = get_attribute_optional(method->function, NAME("__qualname__"));
    if (is_error(name)) return VALUE_ERROR;
    if (is_empty(name)) name = get_attribute_optional(method->function, NAME("__name__"));
    if (is_error(name)) return VALUE_ERROR;
    if (is_empty(name) || !is_str(name)) name = object_value(str_from_c("?"));
    return value_or_error(str_format("<bound method %V of %R>", name, method->self));
}
static Value method_compare(Value self, Value other, CompareOp op) {
    if ((op != COMPARE_EQ && op != COMPARE_NE) || !is_exactly(other, &method_type)) return VALUE_NOT_IMPLEMENTED;
    BoundMethod *a = OBJECT_AS(BoundMethod, self), *b = OBJECT_AS(BoundMethod, other);
    int equal = value_equal(a->function, b->function);
    if (equal < 0) return VALUE_ERROR;
    equal = equal && same_value(a->self, b->self);
    return bool_value(equal == (op == COMPARE_EQ));
}
static int64_t method_hash(Value self) {
    BoundMethod *method = OBJECT_AS(BoundMethod, self);
    int64_t hash = value_hash(method->function);
    if (hash == -1) return -1;
    hash ^= hash_identity(method->self);
    return hash == -1 ? -2 : hash;
}
static void method_trace(Cell *cell, Marker *marker) {
    marker_visit(marker, ((BoundMethod *)cell)->function);
    marker_visit(marker, ((BoundMethod *)cell)->self);
}
static Value method_get_doc(Value self) {
    return get_attribute(OBJECT_AS(BoundMethod, self)->function, NAME("__doc__"));
}
static Value method_reduce(Value *args) {
    BoundMethod *method = OBJECT_AS(BoundMethod, args[0]);
    Value getattr = dict_get_c(runtime.builtins, "getattr");
    Value name = get_attribute(method->function, NAME("__name__"));
    if (is_error(name)) return VALUE_ERROR;
    Tuple *arguments = tuple_pack(2, method->self, name);
    return arguments ? value_or_error(tuple_pack(2, getattr, object_value(arguments))) : VALUE_ERROR;
}
static const MemberDef method_members[] = {
    {"__func__", MEMBER_VALUE, offsetof(BoundMethod, function), MEMBER_READONLY, "the function implementing a method"},
    {"__self__", MEMBER_VALUE, offsetof(BoundMethod, self), MEMBER_READONLY, "the instance to which a method is bound"},
    {0}};
static const GetSetDef method_getset[] = {{"__doc__", method_get_doc}, {0}};
static const MethodDef method_methods[] = {METHOD("__reduce__", method_reduce, "($self, /)", NULL), {0}};
Type method_type = {
    .root = {.cell_kind = {.trace = method_trace}},
    .name = "method",
    .flags = TYPE_HAS_WEAKREF,
    .size = sizeof(BoundMethod),
    .repr = method_repr,
    .call = method_call,
    .hash = method_hash,
    .compare = method_compare,
    .getattribute = method_getattribute,
    .new_instance = method_new,
    .members = method_members,
    .getset = method_getset,
    .methods = method_methods,
};

/* --- staticmethod, classmethod --------------------------------------------------------------------------------------- */

static Value wrapper_new(Type *type, Value *args, size_t count, Tuple *names) {
    (void)args, (void)count, (void)names;
    return value_or_error(object_alloc_instance(type, sizeof(StaticMethod)));
}

static bool copy_wrapped_attributes(Value self, Value callable) {
    static const char *const attributes[] = {"__module__", "__name__", "__qualname__", "__doc__", "__annotations__"};
    for (size_t i = 0; i < ARRAY_LENGTH(attributes); i++) {
        Str *name = str_intern_c(attributes[i]);
        Value value = get_attribute_optional(callable, name);
        if (is_error(value)) return false;
        if (!is_empty(value) && instance_set(object_of(self), name, value) == INSTANCE_ERROR) return false;
    }
    return true;
}

static bool wrapper_init(Value self, Value *args, size_t count, Tuple *names) {
    const char *name = type_has(type_of(self), TYPE_HEAP) ? type_of(self)->base->name : type_name_of(self);
    if (names && names->length) {
        raise_error(&TypeError, "%s() takes no keyword arguments", name);
        return false;
    }
    if (count != 1) {
        raise_error(&TypeError, "%s expected 1 argument, got %zu", name, count);
        return false;
    }
    StaticMethod *method = OBJECT_AS(StaticMethod, self);
    heap_store_release(method, &method->callable, args[0]);
    return copy_wrapped_attributes(self, args[0]);
}

static Value static_get(Value self, Value instance, Value owner) {
    (void)instance, (void)owner;
    Value callable = value_load_acquire(&OBJECT_AS(StaticMethod, self)->callable);
    return is_empty(callable) ? raise_error(&RuntimeError, "uninitialized staticmethod object") : callable;
}

static Value static_call(Value self, Value *args, size_t count, Tuple *names) {
    Value callable = static_get(self, VALUE_EMPTY, VALUE_EMPTY);
    return is_error(callable) ? VALUE_ERROR : call(callable, args, count, names);
}

static Value class_get(Value self, Value instance, Value owner) {
    Value callable = value_load_acquire(&OBJECT_AS(StaticMethod, self)->callable);
    if (is_empty(callable)) return raise_error(&RuntimeError, "uninitialized classmethod object");
    if (is_empty(owner)) owner = object_value(type_of(instance));
    Type *type = type_of(callable);
    if (type->descr_get) return type->descr_get(callable, owner, owner);
    return bound_method_new(callable, owner);
}

static Value wrapper_repr(Value self) {
    return value_or_error(str_format("<%s(%R)>", type_name_of(self),
                                     none_if_empty(value_load_acquire(&OBJECT_AS(StaticMethod, self)->callable))));
}
static Value wrapper_abstract(Value self) {
    Value callable = value_load_acquire(&OBJECT_AS(StaticMethod, self)->callable);
    if (is_empty(callable)) return VALUE_FALSE;
    Value flag = get_attribute_optional(callable, NAME("__isabstractmethod__"));
    if (is_error(flag)) return VALUE_ERROR;
    int truth = is_empty(flag) ? 0 : value_truth(flag);
    return truth < 0 ? VALUE_ERROR : bool_value(truth);
}
static void wrapper_trace(Cell *cell, Marker *marker) { marker_visit(marker, ((StaticMethod *)cell)->callable); }
static const MemberDef wrapper_members[] = {
    {"__func__", MEMBER_VALUE, offsetof(StaticMethod, callable), MEMBER_READONLY, NULL},
    {"__wrapped__", MEMBER_VALUE, offsetof(StaticMethod, callable), MEMBER_READONLY, NULL}, {0}};
static const GetSetDef wrapper_getset[] = {{"__isabstractmethod__", wrapper_abstract}, {0}};
Type staticmethod_type = {
    .root = {.cell_kind = {.trace = wrapper_trace}},
    .name = "staticmethod",
    .doc = "staticmethod(function) -> method\n\nConvert a function to be a static method.",
    .flags = TYPE_BASE | TYPE_HAS_DICT,
    .size = sizeof(StaticMethod),
    .repr = wrapper_repr, .call = static_call, .descr_get = static_get,
    .new_instance = wrapper_new, .init = wrapper_init,
    .members = wrapper_members, .getset = wrapper_getset,
};
Type classmethod_type = {
    .root = {.cell_kind = {.trace = wrapper_trace}},
    .name = "classmethod",
    .doc = "classmethod(function) -> method\n\nConvert a function to be a class method.",
    .flags = TYPE_BASE | TYPE_HAS_DICT,
    .size = sizeof(StaticMethod),
    .repr = wrapper_repr, .descr_get = class_get,
    .new_instance = wrapper_new, .init = wrapper_init,
    .members = wrapper_members, .getset = wrapper_getset,
};

/* --- property --------------------------------------------------------------------------------------------------------- */

Value property_new(Value get, Value set, Value doc) {
    Property *property = object_alloc_instance(&property_type, sizeof *property);
    if (!property) return VALUE_ERROR;
    property->get = get;
    property->set = set;
    property->doc = doc;
    return object_value(property);
}

static Value property_type_new(Type *type, Value *args, size_t count, Tuple *names) {
    (void)args, (void)count, (void)names;
    return value_or_error(object_alloc_instance(type, sizeof(Property)));
}

static bool property_init(Value self, Value *args, size_t count, Tuple *names) {
    static Signature *signature;
    Value slots[4];
    if (!bind_arguments("property", "(fget=None, fset=None, fdel=None, doc=None)", &signature, args, count,
                        names, slots))
        return false;
    for (int i = 0; i < 4; i++)
        if (is_none(slots[i])) slots[i] = VALUE_EMPTY;
    Property *property = OBJECT_AS(Property, self);
    heap_store_release(property, &property->get, slots[0]);
    heap_store_release(property, &property->set, slots[1]);
    heap_store_release(property, &property->del, slots[2]);
    store_relaxed(&property->getter_doc, false);
    Value doc = slots[3];
    if (is_empty(doc) && !is_empty(slots[0])) {
        doc = get_attribute_optional(slots[0], NAME("__doc__"));
        if (is_error(doc)) return false;
        if (is_none(doc)) doc = VALUE_EMPTY;
        store_relaxed(&property->getter_doc, !is_empty(doc));
    }
    if (type_of(self) != &property_type && !is_empty(doc))
        return object_setattribute(self, NAME("__doc__"), doc);
    heap_store_release(property, &property->doc, doc);
    return true;
}

static Value property_missing(Property *property, Value instance, const char *what) {
    Value name = value_load_acquire(&property->name);
    Str *qualified = load_acquire(&type_of(instance)->qualified_name);
    Str *attribute = is_empty(name) || !is_str(name) ? NAME("?") : as_str(name);
    if (is_empty(name))
        return raise_attribute_error(instance, attribute, "property of '%U' object has no %s", qualified, what);
    return raise_attribute_error(instance, attribute, "property %R of '%U' object has no %s", name, qualified, what);
}

static Value property_get(Value self, Value instance, Value owner) {
    (void)owner;
    if (is_empty(instance) || is_none(instance)) return self;
    Property *property = OBJECT_AS(Property, self);
    Value getter = value_load_acquire(&property->get);
    if (is_empty(getter)) return property_missing(property, instance, "getter");
    return call_1(getter, instance);
}

static bool property_set(Value self, Value instance, Value value) {
    Property *property = OBJECT_AS(Property, self);
    Value setter = value_load_acquire(is_empty(value) ? &property->del : &property->set);
    if (is_empty(setter)) {
        property_missing(property, instance, is_empty(value) ? "deleter" : "setter");
        return false;
    }
    Value result = is_empty(value) ? call_1(setter, instance) : call_2(setter, instance, value);
    return !is_error(result);
}

static Value property_copy(Value self, Value get, Value set, Value del) {
    Property *old = OBJECT_AS(Property, self);
    if (is_empty(get) || is_none(get)) get = value_load_acquire(&old->get);
    if (is_empty(set) || is_none(set)) set = value_load_acquire(&old->set);
    if (is_empty(del) || is_none(del)) del = value_load_acquire(&old->del);
    Value doc = load_relaxed(&old->getter_doc) && !is_empty(get) ? VALUE_NONE : none_if_empty(value_load_acquire(&old->doc));
    Value args[4] = {none_if_empty(get), none_if_empty(set), none_if_empty(del), doc};
    Value copy = call(object_value(type_of(self)), args, 4, NULL);
    if (!is_error(copy) && is_instance_of(copy, &property_type)) {
        Property *property = OBJECT_AS(Property, copy);
        heap_store_release(property, &property->name, value_load_acquire(&old->name));
    }
    return copy;
}
static Value property_getter(Value *args) { return property_copy(args[0], args[1], VALUE_EMPTY, VALUE_EMPTY); }
static Value property_setter(Value *args) { return property_copy(args[0], VALUE_EMPTY, args[1], VALUE_EMPTY); }
static Value property_deleter(Value *args) { return property_copy(args[0], VALUE_EMPTY, VALUE_EMPTY, args[1]); }
static Value property_set_name(Value *args, size_t count, Tuple *names) {
    if (names && names->length) return raise_error(&TypeError, "property.__set_name__() takes no keyword arguments");
    if (count != 3)
        return raise_error(&TypeError, "__set_name__() takes 2 positional arguments but %zu were given", count - 1);
    Property *property = OBJECT_AS(Property, args[0]);
    heap_store_release(property, &property->name, args[2]);
    return VALUE_NONE;
}
static Value property_abstract(Value self) {
    Property *property = OBJECT_AS(Property, self);
    Value parts[3] = {value_load_acquire(&property->get), value_load_acquire(&property->set),
                      value_load_acquire(&property->del)};
    for (int i = 0; i < 3; i++) {
        if (is_empty(parts[i])) continue;
        Value flag = get_attribute_optional(parts[i], NAME("__isabstractmethod__"));
        int truth = is_error(flag) ? -1 : is_empty(flag) ? 0 : value_truth(flag);
        if (truth) return truth < 0 ? VALUE_ERROR : VALUE_TRUE;
    }
    return VALUE_FALSE;
}
static void property_trace(Cell *cell, Marker *marker) {
    Property *property = (Property *)cell;
    marker_visit_range(marker, &property->get, 5);
}
static const MemberDef property_members[] = {
    {"fget", MEMBER_VALUE, offsetof(Property, get), MEMBER_READONLY, NULL},
    {"fset", MEMBER_VALUE, offsetof(Property, set), MEMBER_READONLY, NULL},
    {"fdel", MEMBER_VALUE, offsetof(Property, del), MEMBER_READONLY, NULL},
    {"__doc__", MEMBER_VALUE, offsetof(Property, doc), 0, NULL}, {0}};
static const MethodDef property_methods[] = {
    METHOD("getter", property_getter, "($self, fget, /)", "Descriptor to obtain a copy of the property with a different getter."),
    METHOD("setter", property_setter, "($self, fset, /)", "Descriptor to obtain a copy of the property with a different setter."),
    METHOD("deleter", property_deleter, "($self, fdel, /)", "Descriptor to obtain a copy of the property with a different deleter."),
    RAW_METHOD("__set_name__", property_set_name, NULL, "Method to set name of a property."), {0}};
static const GetSetDef property_getset[] = {{"__isabstractmethod__", property_abstract}, {0}};
Type property_type = {
    .root = {.cell_kind = {.trace = property_trace}},
    .name = "property",
    .signature = "(fget=None, fset=None, fdel=None, doc=None)",
    .doc = "Property attribute.\n\n  fget\n    function to be used for getting an attribute value\n  fset\n    "
           "function to be used for setting an attribute value\n  fdel\n    function to be used for del'ing an "
           "attribute\n  doc\n    docstring\n",
    .flags = TYPE_BASE,
    .size = sizeof(Property),
    .descr_get = property_get, .descr_set = property_set,
    .new_instance = property_type_new, .init = property_init,
    .members = property_members, .methods = property_methods, .getset = property_getset,
};

/* --- super ------------------------------------------------------------------------------------------------------------- */

bool (*super_from_frame)(Value *type, Value *instance);

static Value super_type_new(Type *type, Value *args, size_t count, Tuple *names) {
    (void)args, (void)count, (void)names;
    return value_or_error(object_alloc_instance(type, sizeof(Super)));
}

/* The class whose mro super() walks: that of the instance, or the class given as second argument. */
static Type *super_check(Type *type, Value instance) {
    if (is_type(instance) && type_is_subtype(OBJECT_AS(Type, instance), type)) return OBJECT_AS(Type, instance);
    Type *actual = type_of(instance);
    if (type_is_subtype(actual, type)) return actual;
    Value class_of = get_attribute_optional(instance, NAME("__class__"));
    if (is_error(class_of)) return NULL;
    if (!is_empty(class_of) && is_type(class_of) && type_is_subtype(OBJECT_AS(Type, class_of), type))
        return OBJECT_AS(Type, class_of);
    raise_error(&TypeError, "super(type, obj): obj must be an instance or subtype of type");
    return NULL;
}

static bool super_init(Value self, Value *args, size_t count, Tuple *names) {
    if (names && names->length) {
        raise_error(&TypeError, "super() takes no keyword arguments");
        return false;
    }
    if (count > 2) {
        raise_error(&TypeError, "super() expected at most 2 arguments, got %zu", count);
        return false;
    }
    Value type, instance = VALUE_EMPTY;
    if (count == 0) {
        if (!super_from_frame(&type, &instance)) return false;
    } else {
        type = args[0];
        if (count == 2 && !is_none(args[1])) instance = args[1];
        if (!is_type(type)) {
            raise_error(&TypeError, "super() argument 1 must be a type, not %T", type);
            return false;
        }
    }
    Super *super = OBJECT_AS(Super, self);
    Value instance_type = VALUE_EMPTY;
    if (!is_empty(instance)) {
        Type *start = super_check(OBJECT_AS(Type, type), instance);
        if (!start) return false;
        instance_type = object_value(start);
    }
    heap_store_release(super, &super->type, type);
    heap_store_release(super, &super->instance, instance);
    heap_store_release(super, &super->instance_type, instance_type);
    return true;
}

static Value super_getattribute(Value self, Str *name) {
    Super *super = OBJECT_AS(Super, self);
    Value start = value_load_acquire(&super->instance_type);
    if (!is_empty(start) && name != NAME("__class__")) {
        Tuple *mro = load_acquire(&OBJECT_AS(Type, start)->mro);
        int64_t i = 0;
        while (mro && i < mro->length && !same_value(mro->items[i], super->type)) i++;
        for (i++; mro && i < mro->length; i++) {
            Value found = dict_get_str(OBJECT_AS(Type, mro->items[i])->dict, name);
            if (is_empty(found)) continue;
            Type *found_type = type_of(found);
            if (!found_type->descr_get) return found;
            bool is_class = same_value(super->instance, start);
            return found_type->descr_get(found, is_class ? VALUE_EMPTY : super->instance, start);
        }
    }
    return object_getattribute(self, name);
}

static Value super_descr_get(Value self, Value instance, Value owner) {
    (void)owner;
    Super *super = OBJECT_AS(Super, self);
    if (is_empty(instance) || is_none(instance) || !is_empty(super->instance)) return self;
    if (type_of(self) != &super_type) return call_2(object_value(type_of(self)), super->type, instance);
    Type *start = super_check(OBJECT_AS(Type, super->type), instance);
    if (!start) return VALUE_ERROR;
    Super *bound = object_alloc_instance(&super_type, sizeof *bound);
    if (!bound) return VALUE_ERROR;
    bound->type = super->type;
    bound->instance = instance;
    bound->instance_type = object_value(start);
    return object_value(bound);
}

static Value super_repr(Value self) {
    Super *super = OBJECT_AS(Super, self);
    const char *name = is_empty(super->type) ? "NULL" : OBJECT_AS(Type, super->type)->name;
    if (is_empty(super->instance_type)) return value_or_error(str_format("<super: <class '%s'>, NULL>", name));
    return value_or_error(str_format("<super: <class '%s'>, <%s object>>", name,
                                     OBJECT_AS(Type, super->instance_type)->name));
}
static void super_trace(Cell *cell, Marker *marker) { marker_visit_range(marker, &((Super *)cell)->type, 3); }
static const MemberDef super_members[] = {
    {"__thisclass__", MEMBER_VALUE, offsetof(Super, type), MEMBER_READONLY, "the class invoking super()"},
    {"__self__", MEMBER_VALUE, offsetof(Super, instance), MEMBER_READONLY, "the instance invoking super(); may be None"},
    {"__self_class__", MEMBER_VALUE, offsetof(Super, instance_type), MEMBER_READONLY, "the type of the instance invoking super(); may be None"},
    {0}};
Type super_type = {
    .root = {.cell_kind = {.trace = super_trace}},
    .name = "super",
    .doc = "super() -> same as super(__class__, <first argument>)\nsuper(type) -> unbound super object\n"
           "super(type, obj) -> bound super object; requires isinstance(obj, type)\nsuper(type, type2) -> bound "
           "super object; requires issubclass(type2, type)\nTypical use to call a cooperative superclass method:\n"
           "class C(B):\n    def meth(self, arg):\n        super().meth(arg)\nThis works for class methods too:\n"
           "class C(B):\n    @classmethod\n    def cmeth(cls, arg):\n        super().cmeth(arg)\n",
    .flags = TYPE_BASE,
    .size = sizeof(Super),
    .repr = super_repr, .getattribute = super_getattribute, .descr_get = super_descr_get,
    .new_instance = super_type_new, .init = super_init, .members = super_members,
};
