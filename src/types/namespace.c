/* namespace.c - types.SimpleNamespace: an object whose attributes are its keyword arguments. */
#include "types/namespace.h"

#include "object/instance.h"
#include "types/dict.h"
#include "types/exception.h"
#include "types/list.h"
#include "types/repr.h"
#include "types/str.h"

static Value namespace_make(Type *type, Value *args, size_t count, Tuple *names) {
    Object *self = object_alloc_instance(type, type->size);
    return self ? object_value(self) : VALUE_ERROR;
}

static bool namespace_init(Value self, Value *args, size_t count, Tuple *names) {
    if (count) {
        raise_error(&TypeError, "no positional arguments expected");
        return false;
    }
    for (int64_t i = 0; names && i < names->length; i++)
        if (!set_attribute(self, as_str(names->items[i]), args[i])) return false;
    return true;
}

Value namespace_new(Dict *attributes) {
    Value self = namespace_make(&namespace_type, NULL, 0, NULL);
    if (is_error(self)) return self;
    int64_t position = 0;
    Value key, value;
    while (attributes && dict_next(attributes, &position, &key, &value)) {
        Str *name = str_intern(as_str(key));
        if (!name || !set_attribute(self, name, value)) return VALUE_ERROR;
    }
    return self;
}

static Value repr_of(Value self, StrBuilder *builder) {
    Dict *dict = instance_dict(object_of(self));
    if (!dict) return VALUE_ERROR;
    if (!builder_add(builder, str_format("%s(", type_of(self) == &namespace_type
                                                     ? "namespace"
                                                     : type_name_of(self))))
        return VALUE_ERROR;
    int64_t position = 0;
    Value key, value;
    bool first = true;
    while (dict_next(dict, &position, &key, &value)) {
        if (!is_str(key) || as_str(key)->length == 0) continue;
        if (!first && !builder_add_c(builder, ", ")) return VALUE_ERROR;
        first = false;
        if (!builder_add(builder, as_str(key)) || !builder_add_c(builder, "=") ||
            !builder_add_repr(builder, value))
            return VALUE_ERROR;
    }
    if (!builder_add_c(builder, ")")) return VALUE_ERROR;
    Str *text = builder_finish(builder);
    return text ? object_value(text) : VALUE_ERROR;
}

static Value namespace_repr(Value self) {
    int entered = repr_enter(self);
    if (entered < 0) return VALUE_ERROR;
    if (entered > 0) {
        Str *text = str_format("%s(...)", type_of(self) == &namespace_type ? "namespace"
                                                                          : type_name_of(self));
        return text ? object_value(text) : VALUE_ERROR;
    }
    StrBuilder builder;
    builder_init(&builder);
    Value result = repr_of(self, &builder);
    repr_leave(self);
    return result;
}

static Value namespace_compare(Value self, Value other, CompareOp op) {
    if (!is_instance_of(self, &namespace_type) || !is_instance_of(other, &namespace_type))
        return VALUE_NOT_IMPLEMENTED;
    Dict *left = instance_dict(object_of(self)), *right = instance_dict(object_of(other));
    if (!left || !right) return VALUE_ERROR;
    return value_compare(object_value(left), object_value(right), op);
}

static Value namespace_reduce(Value *args) {
    Dict *dict = instance_dict(object_of(args[0]));
    Tuple *empty = tuple_new(0);
    if (!dict || !empty) return VALUE_ERROR;
    Tuple *result = tuple_pack(3, object_value(type_of(args[0])), object_value(empty),
                               object_value(dict));
    return result ? object_value(result) : VALUE_ERROR;
}

static const MethodDef namespace_methods[] = {
    METHOD("__reduce__", namespace_reduce, "($self, /)", "Return state information for pickling"),
    {0},
};
static const GetSetDef namespace_getset[] = {
    {"__dict__", object_get_dict, NULL, NULL},
    {0},
};

static void namespace_trace(Cell *cell, Marker *marker) {}

Type namespace_type = {
    .name = "types.SimpleNamespace",
    .doc = "A simple attribute-based namespace.\n\nSimpleNamespace(**kwargs)",
    .base = &object_type_object,
    .size = sizeof(Object),
    .flags = TYPE_BASE | TYPE_IMMUTABLE | TYPE_HAS_DICT,
    .root = {.cell_kind = {.trace = namespace_trace, .name = "namespace"}},
    .new_instance = namespace_make,
    .init = namespace_init,
    .repr = namespace_repr,
    .compare = namespace_compare,
    .hash = hash_not_possible,
    .getattribute = object_getattribute,
    .setattribute = object_setattribute,
    .methods = namespace_methods,
    .getset = namespace_getset,
};
