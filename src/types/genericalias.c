/* genericalias.c - types.GenericAlias: list[int], and *tuple[int] (PEP 585, 646, 612).
 *
 * Aliases are constant; `parameters` is computed when it is first asked for, by whoever comes first or
 * by several threads alike, and stored whole. */
#include "types/genericalias.h"
#include "types/exception.h"
#include "types/iterator.h"
#include "types/list.h"
#include "types/str.h"

static Value tuple_or_error(Tuple *tuple) { return tuple ? object_value(tuple) : VALUE_ERROR; }
static GenericAlias *as_alias(Value v) { return OBJECT_AS(GenericAlias, v); }

static Value alias_make(Type *type, Value origin, Value args, bool starred) {
    Tuple *tuple = is_tuple(args) ? as_tuple(args) : tuple_pack(1, args);
    GenericAlias *alias = tuple ? object_alloc_instance(type, sizeof(GenericAlias)) : NULL;
    if (!alias) return VALUE_ERROR;
    heap_store_relaxed(alias, &alias->origin, origin);
    HEAP_STORE_POINTER(alias, &alias->args, tuple);
    alias->starred = starred;
    return object_value(alias);
}

Value generic_alias_new(Value origin, Value item) {
    return alias_make(&generic_alias_type, origin, item, false);
}

Value generic_alias_class_getitem(Value *args) { return generic_alias_new(args[0], args[1]); }

static Value alias_new_instance(Type *type, Value *args, size_t count, Tuple *names) {
    if (names && names->length)
        return raise_error(&TypeError, "GenericAlias() takes no keyword arguments");
    if (count != 2)
        return raise_error(&TypeError, "GenericAlias expected 2 arguments, got %zu", count);
    return alias_make(type, args[0], args[1], false);
}

static void alias_trace(Cell *cell, Marker *marker) {
    GenericAlias *alias = (GenericAlias *)cell;
    marker_visit(marker, alias->origin);
    marker_visit_pointer(marker, alias->args);
    marker_visit(marker, alias->parameters);
}

/* --- a growing tuple, on the C stack ---------------------------------------------------------------------- */

static bool list_add_all(List *list, Tuple *tuple) { return list_extend(list, object_value(tuple)); }

static int64_t tuple_position(Tuple *tuple, Value item) {
    for (int64_t i = 0; i < tuple->length; i++)
        if (same_value(tuple->items[i], item)) return i;
    return -1;
}

static bool list_add_unique(List *list, Value item) {
    for (int64_t i = 0; i < list->length; i++)
        if (same_value(list->items->items[i], item)) return true;
    return list_append(list, item);
}

/* --- parameters -------------------------------------------------------------------------------------------- */

Tuple *type_parameters(Tuple *args) {
    List *found = list_new(0);
    for (int64_t i = 0; found && i < args->length; i++) {
        Value argument = args->items[i];
        if (is_type(argument)) continue; /* the descriptor of a class is not meant */
        Value substitute = get_attribute_optional(argument, NAME("__typing_subst__"));
        if (is_error(substitute)) return NULL;
        if (!is_empty(substitute)) {
            if (!list_add_unique(found, argument)) return NULL;
            continue;
        }
        Value inner = get_attribute_optional(argument, NAME("__parameters__"));
        if (is_error(inner)) return NULL;
        if (is_empty(inner) || !is_tuple(inner)) continue;
        for (int64_t k = 0; k < as_tuple(inner)->length; k++)
            if (!list_add_unique(found, as_tuple(inner)->items[k])) return NULL;
    }
    return found ? list_to_tuple(found) : NULL;
}

static Tuple *alias_parameters(GenericAlias *alias) {
    Value known = value_load_acquire(&alias->parameters);
    if (!is_empty(known)) return as_tuple(known);
    Tuple *parameters = type_parameters(alias->args);
    if (parameters) heap_store_release(alias, &alias->parameters, object_value(parameters));
    return parameters;
}

/* --- substitution ----------------------------------------------------------------------------------------------- */

/* The arguments of a subscript, with *tuple[...] among them spread out. */
static Tuple *unpack_arguments(Value item) {
    List *list = list_new(0);
    bool several = is_tuple(item);
    int64_t count = several ? as_tuple(item)->length : 1;
    for (int64_t i = 0; list && i < count; i++) {
        Value argument = several ? as_tuple(item)->items[i] : item;
        Value spread = VALUE_NONE;
        if (!is_type(argument)) {
            spread = get_attribute_optional(argument, NAME("__typing_unpacked_tuple_args__"));
            if (is_error(spread)) return NULL;
        }
        if (!is_empty(spread) && is_tuple(spread)) {
            Tuple *inner = as_tuple(spread);
            if (inner->length == 0 || !is_ellipsis(inner->items[inner->length - 1])) {
                if (!list_add_all(list, inner)) return NULL;
                continue;
            }
        }
        if (!list_append(list, argument)) return NULL;
    }
    return list ? list_to_tuple(list) : NULL;
}

/* `argument` has parameters inside: subscripted by what they are replaced by. */
static Value substitute_inside(Value argument, Tuple *parameters, Tuple *items) {
    Value inner = get_attribute_optional(argument, NAME("__parameters__"));
    if (is_error(inner)) return VALUE_ERROR;
    if (is_empty(inner) || !is_tuple(inner) || as_tuple(inner)->length == 0) return argument;
    List *list = list_new(0);
    for (int64_t i = 0; list && i < as_tuple(inner)->length; i++) {
        Value parameter = as_tuple(inner)->items[i];
        int64_t position = tuple_position(parameters, parameter);
        bool ok;
        if (position < 0) {
            ok = list_append(list, parameter);
        } else {
            Value value = items->items[position];
            ok = type_of(parameters->items[position])->iter && is_tuple(value)
                     ? list_add_all(list, as_tuple(value)) /* a TypeVarTuple */
                     : list_append(list, value);
        }
        if (!ok) return VALUE_ERROR;
    }
    Tuple *tuple = list ? list_to_tuple(list) : NULL;
    return tuple ? get_item(argument, object_value(tuple)) : VALUE_ERROR;
}

/* Lets each parameter prepare the arguments (ParamSpec and TypeVarTuple gather theirs). */
static Tuple *prepare_arguments(Value self, Tuple *parameters, Tuple *items) {
    for (int64_t i = 0; i < parameters->length; i++) {
        Value prepare = get_attribute_optional(parameters->items[i],
                                               NAME("__typing_prepare_subst__"));
        if (is_error(prepare)) return NULL;
        if (is_empty(prepare) || is_none(prepare)) continue;
        Value result = call_2(prepare, self, object_value(items));
        if (is_error(result)) return NULL;
        items = is_tuple(result) ? as_tuple(result) : tuple_pack(1, result);
        if (!items) return NULL;
    }
    return items;
}

/* 1, 0, -1 */
static int is_unpacked_typevartuple(Value argument) {
    Value flag = get_attribute_optional(argument, NAME("__typing_is_unpacked_typevartuple__"));
    if (is_error(flag)) return -1;
    return is_empty(flag) ? 0 : value_truth(flag);
}

Tuple *type_substitute(Value self, Tuple *args, Tuple *parameters, Value item) {
    if (parameters->length == 0) {
        raise_error(&TypeError, "%R is not a generic class", self);
        return NULL;
    }
    Tuple *items = unpack_arguments(item);
    if (items) items = prepare_arguments(self, parameters, items);
    if (!items) return NULL;
    if (items->length != parameters->length) {
        raise_error(&TypeError, "Too %s arguments for %R; actual %lld, expected %lld",
                    items->length > parameters->length ? "many" : "few", self,
                    (long long)items->length, (long long)parameters->length);
        return NULL;
    }
    List *result = list_new(args->length);
    for (int64_t i = 0; result && i < args->length; i++) {
        Value argument = args->items[i];
        if (is_type(argument)) {
            if (!list_append(result, argument)) return NULL;
            continue;
        }
        int unpack = is_unpacked_typevartuple(argument);
        if (unpack < 0) return NULL;
        Value substitute = get_attribute_optional(argument, NAME("__typing_subst__"));
        if (is_error(substitute)) return NULL;
        Value replaced;
        if (!is_empty(substitute)) {
            int64_t position = tuple_position(parameters, argument);
            if (position < 0) {
                raise_error(&TypeError, "%R is not a parameter of %R", argument, self);
                return NULL;
            }
            replaced = call_1(substitute, items->items[position]);
        } else {
            replaced = substitute_inside(argument, parameters, items);
        }
        if (is_error(replaced)) return NULL;
        bool ok = unpack && is_tuple(replaced) ? list_add_all(result, as_tuple(replaced))
                                               : list_append(result, replaced);
        if (!ok) return NULL;
    }
    return result ? list_to_tuple(result) : NULL;
}

static Value alias_getitem(Value self, Value item) {
    GenericAlias *alias = as_alias(self);
    Tuple *parameters = alias_parameters(alias);
    Tuple *args = parameters ? type_substitute(self, alias->args, parameters, item) : NULL;
    if (!args) return VALUE_ERROR;
    return alias_make(&generic_alias_type, alias->origin, object_value(args), alias->starred);
}

/* --- looking --------------------------------------------------------------------------------------------------- */

bool type_argument_repr(StrBuilder *builder, Value argument) {
    if (is_ellipsis(argument)) return builder_add_c(builder, "...");
    int has_origin = has_attribute(argument, NAME("__origin__"));
    int has_args = has_origin > 0 ? has_attribute(argument, NAME("__args__")) : has_origin;
    if (has_args < 0) return false;
    if (has_args) return builder_add_repr(builder, argument);
    Value name = get_attribute_optional(argument, NAME("__qualname__"));
    if (is_error(name)) return false;
    Value module = is_empty(name) ? VALUE_EMPTY
                                  : get_attribute_optional(argument, NAME("__module__"));
    if (is_error(module)) return false;
    if (is_empty(module) || is_none(module)) return builder_add_repr(builder, argument);
    bool builtin = is_str(module) && str_equal_c(as_str(module), "builtins");
    Str *text = builtin ? str_format("%V", name) : str_format("%V.%V", module, name);
    return text && builder_add(builder, text);
}

static Value alias_repr(Value self) {
    GenericAlias *alias = as_alias(self);
    StrBuilder builder;
    builder_init(&builder);
    bool ok = !alias->starred || builder_add_char(&builder, '*');
    ok = ok && type_argument_repr(&builder, alias->origin) && builder_add_char(&builder, '[');
    for (int64_t i = 0; ok && i < alias->args->length; i++)
        ok = (i == 0 || builder_add_c(&builder, ", ")) &&
             type_argument_repr(&builder, alias->args->items[i]);
    if (ok && alias->args->length == 0) ok = builder_add_c(&builder, "()");
    ok = ok && builder_add_char(&builder, ']');
    Str *result = ok ? builder_finish(&builder) : NULL;
    return result ? object_value(result) : VALUE_ERROR;
}

static int64_t alias_hash(Value self) {
    int64_t origin = value_hash(as_alias(self)->origin);
    int64_t args = origin == -1 ? -1 : value_hash(object_value(as_alias(self)->args));
    if (args == -1) return -1;
    return (origin ^ args) == -1 ? -2 : origin ^ args;
}

static Value alias_compare(Value self, Value other, CompareOp op) {
    if ((op != COMPARE_EQ && op != COMPARE_NE) || !is_instance_of(other, &generic_alias_type))
        return VALUE_NOT_IMPLEMENTED;
    GenericAlias *a = as_alias(self), *b = as_alias(other);
    int equal = a->starred == b->starred ? value_equal(a->origin, b->origin) : 0;
    if (equal > 0) equal = value_equal(object_value(a->args), object_value(b->args));
    return equal < 0 ? VALUE_ERROR : bool_value((equal != 0) == (op == COMPARE_EQ));
}

static Value alias_call(Value self, Value *args, size_t count, Tuple *names) {
    Value result = call(as_alias(self)->origin, args, count, names);
    if (is_error(result)) return VALUE_ERROR;
    if (!set_attribute(result, NAME("__orig_class__"), self) &&
        !error_clear_if(&AttributeError) && !error_clear_if(&TypeError))
        return VALUE_ERROR;
    return result;
}

/* All attributes but these are the origin's. */
static bool is_own_attribute(Str *name) {
    static const char *const own[] = {
        "__class__",      "__origin__",       "__args__",
        "__unpacked__",   "__parameters__",   "__typing_unpacked_tuple_args__",
        "__mro_entries__", "__reduce_ex__",   "__reduce__",
        "__copy__",       "__deepcopy__",
    };
    if (name->length < 2 || str_at(name, 0) != '_' || str_at(name, 1) != '_') return false;
    for (size_t i = 0; i < ARRAY_LENGTH(own); i++)
        if (str_equal_c(name, own[i])) return true;
    return false;
}

static Value alias_getattribute(Value self, Str *name) {
    if (is_own_attribute(name)) return object_getattribute(self, name);
    return get_attribute(as_alias(self)->origin, name);
}

/* generic_alias_iterator: gives *alias once. */
typedef struct AliasIterator {
    Object object;
    Value alias; /* atomic; VALUE_EMPTY: given */
} AliasIterator;

static Value alias_iter(Value self) {
    AliasIterator *iterator = object_alloc(&generic_alias_iterator_type, sizeof(AliasIterator));
    if (!iterator) return VALUE_ERROR;
    iterator->alias = self;
    return object_value(iterator);
}

static void alias_iterator_trace(Cell *cell, Marker *marker) {
    marker_visit(marker, ((AliasIterator *)cell)->alias);
}

static Value alias_iterator_next(Value self) {
    AliasIterator *iterator = OBJECT_AS(AliasIterator, self);
    Value given = {exchange_acq_rel(&iterator->alias.bits, VALUE_EMPTY.bits)};
    if (is_empty(given)) return VALUE_EMPTY;
    GenericAlias *alias = as_alias(given);
    return alias_make(&generic_alias_type, alias->origin, object_value(alias->args), true);
}

static Value alias_iterator_reduce(Value *args) {
    Value alias = value_load_acquire(&OBJECT_AS(AliasIterator, args[0])->alias);
    Value iter = builtin_function("iter");
    if (is_error(iter)) return VALUE_ERROR;
    Tuple *inner = tuple_pack(1, is_empty(alias) ? object_value(tuple_new(0)) : alias);
    return inner ? tuple_or_error(tuple_pack(2, iter, object_value(inner))) : VALUE_ERROR;
}

static const MethodDef alias_iterator_methods[] = {
    METHOD("__reduce__", alias_iterator_reduce, "($self, /)", iterator_reduce_doc), {0}};

Type generic_alias_iterator_type = {
    .name = "generic_alias_iterator",
    .base = &object_type_object,
    .flags = TYPE_IMMUTABLE | TYPE_NO_NEW,
    .size = sizeof(AliasIterator),
    .root = {.cell_kind = {.trace = alias_iterator_trace, .name = "generic_alias_iterator"}},
    .getattribute = object_getattribute,
    .iter = iter_self,
    .next = alias_iterator_next,
    .methods = alias_iterator_methods,
};

/* --- attributes and methods ------------------------------------------------------------------------------------- */

static Value alias_get_parameters(Value self) { return tuple_or_error(alias_parameters(as_alias(self))); }

static Value alias_get_unpacked_args(Value self) {
    GenericAlias *alias = as_alias(self);
    bool spread = alias->starred && same_value(alias->origin, object_value(&tuple_type));
    return spread ? object_value(alias->args) : VALUE_NONE;
}

static Value alias_mro_entries(Value *args) { return tuple_or_error(tuple_pack(1, as_alias(args[0])->origin)); }

static Value alias_instancecheck(Value *args) {
    return raise_error(&TypeError, "isinstance() argument 2 cannot be a parameterized generic");
}

static Value alias_subclasscheck(Value *args) {
    return raise_error(&TypeError, "issubclass() argument 2 cannot be a parameterized generic");
}

static Value alias_reduce(Value *args) {
    GenericAlias *alias = as_alias(args[0]);
    if (alias->starred) {
        Value plain = generic_alias_new(alias->origin, object_value(alias->args));
        Value next = is_error(plain) ? VALUE_ERROR : builtin_function("next");
        Value iterator = is_error(next) ? VALUE_ERROR : alias_iter(plain);
        Tuple *inner = is_error(iterator) ? NULL : tuple_pack(1, iterator);
        return inner ? tuple_or_error(tuple_pack(2, next, object_value(inner))) : VALUE_ERROR;
    }
    Tuple *inner = tuple_pack(2, alias->origin, object_value(alias->args));
    if (!inner) return VALUE_ERROR;
    return tuple_or_error(tuple_pack(2, object_value(&generic_alias_type), object_value(inner)));
}

static Value alias_dir(Value *args) {
    Value dir = builtin_function("dir");
    Value names = is_error(dir) ? VALUE_ERROR : call_1(dir, as_alias(args[0])->origin);
    if (is_error(names) || !is_list(names)) return names;
    static const char *const own[] = {"__origin__",   "__args__", "__parameters__", "__mro_entries__",
                                      "__unpacked__", "__copy__", "__deepcopy__",
                                      "__typing_unpacked_tuple_args__"};
    for (size_t i = 0; i < ARRAY_LENGTH(own); i++) {
        Value name = object_value(str_intern_c(own[i]));
        int present = value_contains(names, name);
        if (present < 0 || (!present && !list_append(as_list(names), name))) return VALUE_ERROR;
    }
    return names;
}

static const MethodDef alias_methods[] = {
    METHOD("__mro_entries__", alias_mro_entries, "($self, bases, /)", NULL),
    METHOD("__instancecheck__", alias_instancecheck, "($self, instance, /)", NULL),
    METHOD("__subclasscheck__", alias_subclasscheck, "($self, cls, /)", NULL),
    METHOD("__reduce__", alias_reduce, "($self, /)", "State for pickling."),
    METHOD("__dir__", alias_dir, "($self, /)", NULL),
    {0},
};

static const GetSetDef alias_getset[] = {
    {"__parameters__", alias_get_parameters, NULL, "The type variables in the arguments."},
    {"__typing_unpacked_tuple_args__", alias_get_unpacked_args, NULL, NULL},
    {0},
};

static const MemberDef alias_members[] = {
    {"__origin__", MEMBER_VALUE, offsetof(GenericAlias, origin), MEMBER_READONLY, NULL},
    {"__args__", MEMBER_POINTER, offsetof(GenericAlias, args), MEMBER_READONLY, NULL},
    {"__unpacked__", MEMBER_BOOL8, offsetof(GenericAlias, starred), MEMBER_READONLY, NULL},
    {0},
};

Type generic_alias_type = {
    .name = "types.GenericAlias",
    .doc = "A generic class with its arguments: list[int].",
    .base = &object_type_object,
    .flags = TYPE_BASE | TYPE_IMMUTABLE | TYPE_HAS_WEAKREF,
    .size = sizeof(GenericAlias),
    .root = {.cell_kind = {.trace = alias_trace, .name = "types.GenericAlias"}},
    .repr = alias_repr,
    .hash = alias_hash,
    .call = alias_call,
    .getattribute = alias_getattribute,
    .compare = alias_compare,
    .iter = alias_iter,
    .new_instance = alias_new_instance,
    .getitem = alias_getitem,
    .binary = {[BINARY_OR] = union_or},
    .methods = alias_methods,
    .getset = alias_getset,
    .members = alias_members,
};
