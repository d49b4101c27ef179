/* mappingproxy.c - a mapping that can only be looked at: what a class's __dict__ is. */
#include "types/dict.h"
#include "types/exception.h"
#include "types/genericalias.h"
#include "types/list.h"
#include "types/str.h"

typedef struct MappingProxy {
    Object object;
    Value mapping; /* constant */
} MappingProxy;

static Value mapping_of(Value proxy) { return OBJECT_AS(MappingProxy, proxy)->mapping; }

Value mappingproxy_new(Value mapping) {
    MappingProxy *proxy = object_alloc(&mappingproxy_type, sizeof(MappingProxy));
    if (!proxy) return VALUE_ERROR;
    proxy->mapping = mapping;
    return object_value(proxy);
}

static void proxy_trace(Cell *cell, Marker *marker) {
    marker_visit(marker, ((MappingProxy *)cell)->mapping);
}

static Value proxy_new_instance(Type *type, Value *args, size_t count, Tuple *names) {
    static const char signature[] = "(mapping)";
    static Signature *parsed;
    Value bound[1];
    if (!bind_arguments("mappingproxy", signature, &parsed, args, count, names, bound))
        return VALUE_ERROR;
    if (!is_mapping(bound[0]) || is_list(bound[0]) || is_tuple(bound[0]))
        return raise_error(&TypeError, "mappingproxy() argument must be a mapping, not %T", bound[0]);
    return mappingproxy_new(bound[0]);
}

static Value proxy_repr(Value self) {
    Str *text = str_format("mappingproxy(%R)", mapping_of(self));
    return text ? object_value(text) : VALUE_ERROR;
}
static Value proxy_str(Value self) { return value_str(mapping_of(self)); }
static Value proxy_compare(Value self, Value other, CompareOp op) {
    if (is_exactly(other, &mappingproxy_type)) other = mapping_of(other);
    return value_compare(mapping_of(self), other, op);
}
static Value proxy_iter(Value self) { return get_iter(mapping_of(self)); }
static int64_t proxy_length(Value self) { return value_length(mapping_of(self)); }
static Value proxy_getitem(Value self, Value key) { return get_item(mapping_of(self), key); }
static int proxy_contains(Value self, Value key) { return value_contains(mapping_of(self), key); }

static Value proxy_or(Value left, Value right) {
    if (is_exactly(left, &mappingproxy_type)) left = mapping_of(left);
    if (is_exactly(right, &mappingproxy_type)) right = mapping_of(right);
    return binary_op(left, right, BINARY_OR);
}
static Value proxy_inplace_or(Value self, Value other) {
    return raise_error(&TypeError, "'|=' is not supported by %s; use '|' instead",
                       type_name_of(self));
}

static Value proxy_get(Value *args) {
    return call_method_2(mapping_of(args[0]), "get", args[1], is_empty(args[2]) ? VALUE_NONE : args[2]);
}
static Value proxy_keys(Value *args) { return call_method_0(mapping_of(args[0]), "keys"); }
static Value proxy_values(Value *args) { return call_method_0(mapping_of(args[0]), "values"); }
static Value proxy_items(Value *args) { return call_method_0(mapping_of(args[0]), "items"); }
static Value proxy_copy(Value *args) { return call_method_0(mapping_of(args[0]), "copy"); }
static Value proxy_reversed(Value *args) {
    return call_method_0(mapping_of(args[0]), "__reversed__");
}

static const MethodDef proxy_methods[] = {
    METHOD("get", proxy_get, "($self, key, default=None, /)",
           "Return the value for key, or default when key is not there."),
    METHOD("keys", proxy_keys, "($self, /)", "The mapping's keys."),
    METHOD("values", proxy_values, "($self, /)", "The mapping's values."),
    METHOD("items", proxy_items, "($self, /)", "The mapping's (key, value) pairs."),
    METHOD("copy", proxy_copy, "($self, /)", "A copy of the mapping."),
    METHOD("__reversed__", proxy_reversed, "($self, /)", "Iterate over the keys from the end."),
    CLASS_METHOD("__class_getitem__", generic_alias_class_getitem, "($type, item, /)",
                 "See PEP 585."),
    {0},
};

Type mappingproxy_type = {
    .name = "mappingproxy",
    .doc = "A mapping, to be looked at only.",
    .base = &object_type_object,
    .flags = TYPE_IMMUTABLE | TYPE_MAPPING,
    .size = sizeof(MappingProxy),
    .root = {.cell_kind = {.trace = proxy_trace, .name = "mappingproxy"}},
    .repr = proxy_repr,
    .str = proxy_str,
    .hash = hash_not_possible,
    .getattribute = object_getattribute,
    .compare = proxy_compare,
    .iter = proxy_iter,
    .new_instance = proxy_new_instance,
    .length = proxy_length,
    .getitem = proxy_getitem,
    .contains = proxy_contains,
    .binary = {[BINARY_OR] = proxy_or},
    .inplace = {[BINARY_OR] = proxy_inplace_or},
    .methods = proxy_methods,
};
