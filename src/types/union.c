/* union.c - types.UnionType: int | str (PEP 604). */
#include "types/exception.h"
#include "types/genericalias.h"
#include "types/list.h"
#include "types/set.h"
#include "types/str.h"

static Union *as_union(Value v) { return OBJECT_AS(Union, v); }
static bool is_union(Value v) { return is_exactly(v, &union_type); }
static bool is_alias(Value v) {
    return is_object(v) && !is_empty(v) && is_instance_of(v, &generic_alias_type);
}

static void union_trace(Cell *cell, Marker *marker) {
    marker_visit_pointer(marker, ((Union *)cell)->args);
    marker_visit(marker, ((Union *)cell)->parameters);
}

/* --- making --------------------------------------------------------------------------------------------- */

static bool can_be_member(Value v) { return is_none(v) || is_type(v) || is_alias(v) || is_union(v); }

/* Adds a member unless it is there: 0 with an exception set. Aliases are compared, types are the
 * same or not. */
static bool add_member(List *members, Value member) {
    if (is_none(member)) member = object_value(&none_type);
    for (int64_t i = 0; i < members->length; i++) {
        Value present = members->items->items[i];
        int same = is_alias(present) && is_alias(member) ? value_equal(present, member)
                                                         : same_value(present, member);
        if (same) return same > 0;
    }
    return list_append(members, member);
}

static bool add_members(List *members, Value operand) {
    if (!is_union(operand)) return add_member(members, operand);
    Tuple *args = as_union(operand)->args;
    for (int64_t i = 0; i < args->length; i++)
        if (!add_member(members, args->items[i])) return false;
    return true;
}

static Value union_of(List *members) {
    if (members->length == 1) return members->items->items[0];
    Tuple *args = list_to_tuple(members);
    Union *result = args ? object_alloc(&union_type, sizeof(Union)) : NULL;
    if (!result) return VALUE_ERROR;
    result->args = args;
    return object_value(result);
}

Value union_or(Value left, Value right) {
    if (!can_be_member(left) || !can_be_member(right)) return VALUE_NOT_IMPLEMENTED;
    if (is_none(left) && is_none(right)) return VALUE_NOT_IMPLEMENTED;
    List *members = list_new(2);
    if (!members || !add_members(members, left) || !add_members(members, right)) return VALUE_ERROR;
    return union_of(members);
}

/* --- looking ---------------------------------------------------------------------------------------------- */

static Value union_repr(Value self) {
    Tuple *args = as_union(self)->args;
    StrBuilder builder;
    builder_init(&builder);
    bool ok = true;
    for (int64_t i = 0; ok && i < args->length; i++) {
        ok = i == 0 || builder_add_c(&builder, " | ");
        if (same_value(args->items[i], object_value(&none_type)))
            ok = ok && builder_add_c(&builder, "None");
        else
            ok = ok && type_argument_repr(&builder, args->items[i]);
    }
    Str *result = ok ? builder_finish(&builder) : NULL;
    return result ? object_value(result) : VALUE_ERROR;
}

static int64_t union_hash(Value self) {
    Set *members = frozenset_from_iterable(object_value(as_union(self)->args));
    return members ? value_hash(object_value(members)) : -1;
}

static Value union_compare(Value self, Value other, CompareOp op) {
    if (!is_union(other) || (op != COMPARE_EQ && op != COMPARE_NE)) return VALUE_NOT_IMPLEMENTED;
    Set *a = frozenset_from_iterable(object_value(as_union(self)->args));
    Set *b = a ? frozenset_from_iterable(object_value(as_union(other)->args)) : NULL;
    return b ? value_compare(object_value(a), object_value(b), op) : VALUE_ERROR;
}

/* __module__ is the type's own, not the member's. */
static Value union_get_module(Value self) { return object_value(NAME("types")); }

static Tuple *union_parameters(Union *self) {
    Value known = value_load_acquire(&self->parameters);
    if (!is_empty(known)) return as_tuple(known);
    Tuple *parameters = type_parameters(self->args);
    if (parameters) heap_store_release(self, &self->parameters, object_value(parameters));
    return parameters;
}

static Value union_get_parameters(Value self) {
    Tuple *parameters = union_parameters(as_union(self));
    return parameters ? object_value(parameters) : VALUE_ERROR;
}

static Value union_getitem(Value self, Value item) {
    Tuple *parameters = union_parameters(as_union(self));
    Tuple *args = parameters ? type_substitute(self, as_union(self)->args, parameters, item) : NULL;
    if (!args) return VALUE_ERROR;
    Value result = args->items[0];
    for (int64_t i = 1; i < args->length && !is_error(result); i++)
        result = binary_op(result, args->items[i], BINARY_OR);
    return result;
}

/* --- isinstance ------------------------------------------------------------------------------------------------ */

static Value check(Value self, Value asked, int (*test)(Value, Value), const char *function) {
    Tuple *args = as_union(self)->args;
    for (int64_t i = 0; i < args->length; i++)
        if (is_alias(args->items[i]))
            return raise_error(&TypeError, "%s() argument 2 cannot be a parameterized generic",
                               function);
    for (int64_t i = 0; i < args->length; i++) {
        if (!is_type(args->items[i])) continue;
        int answer = test(asked, args->items[i]);
        if (answer) return answer < 0 ? VALUE_ERROR : VALUE_TRUE;
    }
    return VALUE_FALSE;
}

static Value union_instancecheck(Value *args) {
    return check(args[0], args[1], value_is_instance, "isinstance");
}

static Value union_subclasscheck(Value *args) {
    if (!is_type(args[1])) return raise_error(&TypeError, "issubclass() arg 1 must be a class");
    return check(args[0], args[1], value_is_subclass, "issubclass");
}

static const MethodDef union_methods[] = {
    METHOD("__instancecheck__", union_instancecheck, "($self, instance, /)", NULL),
    METHOD("__subclasscheck__", union_subclasscheck, "($self, cls, /)", NULL),
    {0},
};
static const GetSetDef union_getset[] = {
    {"__parameters__", union_get_parameters, NULL, "The type variables in the members."},
    {"__module__", union_get_module, NULL, NULL},
    {0},
};
static const MemberDef union_members[] = {
    {"__args__", MEMBER_POINTER, offsetof(Union, args), MEMBER_READONLY, "The members."},
    {0},
};

Type union_type = {
    .name = "types.UnionType",
    .doc = "Several types of which any one is meant: int | str.",
    .base = &object_type_object,
    .flags = TYPE_IMMUTABLE | TYPE_NO_NEW,
    .size = sizeof(Union),
    .root = {.cell_kind = {.trace = union_trace, .name = "types.UnionType"}},
    .repr = union_repr,
    .hash = union_hash,
    .getattribute = object_getattribute,
    .compare = union_compare,
    .getitem = union_getitem,
    .binary = {[BINARY_OR] = union_or},
    .methods = union_methods,
    .getset = union_getset,
    .members = union_members,
};
