/* typealias.c - what a `type` statement makes (PEP 695): a name for a type whose value is computed when
 * it is first asked for. The value is stored with one release store; threads that ask at the same time
 * may each compute it. */
#include "object/call.h"
#include "types/exception.h"
#include "types/genericalias.h"
#include "types/list.h"
#include "types/str.h"
#include "object/lookup.h"
#include "vm/frame.h"
#include "vm/typealias.h"

typedef struct TypeAlias {
    Object object;
    Value name, type_params, compute, value, module;
} TypeAlias;

Value type_alias_new(Value name, Value type_params, Value compute) {
    TypeAlias *alias = object_alloc(&type_alias_type, sizeof *alias);
    if (!alias) return VALUE_ERROR;
    alias->name = name;
    alias->type_params = type_params;
    alias->compute = compute;
    Frame *frame = frame_current(0);
    if (frame) alias->module = dict_get_str(frame_globals(frame), NAME("__name__"));
    return object_value(alias);
}

static Value get_value(Value self) {
    TypeAlias *alias = OBJECT_AS(TypeAlias, self);
    Value value = value_load_acquire(&alias->value);
    if (!is_empty(value)) return value;
    value = call_0(alias->compute);
    if (!is_error(value)) heap_store_release(alias, &alias->value, value);
    return value;
}
static Value get_type_params(Value self) {
    Value params = OBJECT_AS(TypeAlias, self)->type_params;
    if (!is_none(params) && !is_empty(params)) return params;
    Tuple *none = tuple_new(0);
    return none ? object_value(none) : VALUE_ERROR;
}
static Value alias_repr(Value self) { return value_str(OBJECT_AS(TypeAlias, self)->name); }
static Value alias_getitem(Value self, Value key) {
    Value params = OBJECT_AS(TypeAlias, self)->type_params;
    if (is_none(params) || is_empty(params))
        return raise_error(&TypeError, "Only generic type aliases are subscriptable");
    return generic_alias_new(self, key);
}
static Value alias_or(Value left, Value right) {
    return union_type_or ? union_type_or(left, right) : VALUE_NOT_IMPLEMENTED;
}
static void alias_trace(Cell *cell, Marker *marker) {
    marker_visit_range(marker, &((TypeAlias *)cell)->name, 5);
}
static const GetSetDef alias_getset[] = {{"__value__", get_value}, {"__type_params__", get_type_params}, {0}};
static const MemberDef alias_members[] = {
    {"__name__", MEMBER_VALUE, offsetof(TypeAlias, name), MEMBER_READONLY, NULL},
    {"__module__", MEMBER_VALUE, offsetof(TypeAlias, module), MEMBER_READONLY, NULL}, {0}};
Type type_alias_type = {
    .root = {.cell_kind = {.trace = alias_trace}},
    .name = "typing.TypeAliasType",
    .flags = TYPE_NO_NEW | TYPE_HAS_WEAKREF,
    .size = sizeof(TypeAlias),
    .repr = alias_repr,
    .getitem = alias_getitem,
    .binary = {[BINARY_OR] = alias_or},
    .getset = alias_getset,
    .members = alias_members,
};
