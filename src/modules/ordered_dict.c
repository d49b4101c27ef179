/* ordered_dict.c - collections.OrderedDict.
 *
 * A dict keeps the order of insertion already (types/dict.c), so this is a dict with methods of its
 * own: both ends can be taken, a key can be moved to either end, and comparing two of them compares the
 * order.
 *
 * In CPython the order is a list of keys beside the table, and they fall out of step when keys are
 * deleted by the methods of dict (`dict.pop(ordered, key)`): what asks for the values then raises
 * KeyError. Here nothing falls out of step, but `lost` remembers such a key, so that values(), items(),
 * copy() and repr() raise as they do there, until the key is set again or all are cleared. */
#include "modules/ordered_dict.h"

static OrderedDict *as_ordered(Value v) { return OBJECT_AS(OrderedDict, v); }
static bool is_ordered(Value v) {
    return is_object(v) && !is_empty(v) && is_instance_of(v, &ordered_dict_type);
}
/* Item assignment and deletion are dict's: no class between has its own. */
static bool stores_directly(Value v) { return type_of(v)->setitem == ordered_dict_type.setitem; }

void ordered_note_lost(Dict *dict, Value key) {
    if (is_ordered(object_value(dict))) heap_store_release(dict, &((OrderedDict *)dict)->lost, key);
}

static Value ordered_new(Type *type, Value *args, size_t count, Tuple *names) {
    OrderedDict *self = object_alloc_instance(type, sizeof(OrderedDict));
    return value_or_error(self);
}

static void ordered_trace(Cell *cell, Marker *marker) {
    dict_type.root.cell_kind.trace(cell, marker);
    marker_visit(marker, ((OrderedDict *)cell)->lost);
}

static Value raise_if_lost(Value self) {
    Value lost = value_load_acquire(&as_ordered(self)->lost);
    return is_empty(lost) ? VALUE_NONE : raise_key_error(lost);
}

static bool ordered_setitem(Value self, Value key, Value value) {
    Value lost = value_load_acquire(&as_ordered(self)->lost);
    if (is_empty(value)) {
        int deleted = dict_delete(as_dict(self), key);
        if (deleted == 0) raise_key_error(key);
        return deleted > 0;
    }
    if (unlikely(!is_empty(lost))) {
        int same = value_equal(lost, key);
        if (same < 0) return false;
        if (same) heap_store_release(as_dict(self), &as_ordered(self)->lost, VALUE_EMPTY);
    }
    return dict_set(as_dict(self), key, value);
}

/* --- updating -------------------------------------------------------------------------------------------- */

static bool update_pair(Value self, Value item) {
    Tuple *pair = tuple_from_iterable(item);
    if (!pair) return false;
    if (pair->length < 2) {
        raise_error(&ValueError, "need more than %lld value%s to unpack", (long long)pair->length,
                    pair->length == 1 ? "" : "s");
        return false;
    }
    if (pair->length > 2) {
        raise_error(&ValueError, "too many values to unpack (expected 2)");
        return false;
    }
    return set_item(self, pair->items[0], pair->items[1]);
}

/* The update() of collections.abc.MutableMapping, through the object's own __setitem__. */
static bool update_from(Value self, Value other) {
    if (is_dict(other) && stores_directly(self) && 
        (type_of(other)->iter == dict_type.iter || type_of(other) == &ordered_dict_type))
        return dict_merge(as_dict(self), other, true);
    int has_keys = has_attribute(other, NAME("keys"));
    if (has_keys < 0) return false;
    if (has_keys && !is_exactly(other, &dict_type)) {
        Value keys = call_method_0(other, "keys");
        Value iterator = is_error(keys) ? VALUE_ERROR : get_iter(keys);
        if (is_error(iterator)) return false;
        for (;;) {
            Value key = iter_next(iterator);
            if (is_empty(key)) return true;
            Value value = is_error(key) ? VALUE_ERROR : get_item(other, key);
            if (is_error(value) || !set_item(self, key, value)) return false;
        }
    }
    int has_items = has_keys ? 1 : has_attribute(other, NAME("items"));
    if (has_items < 0) return false;
    Value pairs = has_items ? call_method_0(other, "items") : other;
    Value iterator = is_error(pairs) ? VALUE_ERROR : get_iter(pairs);
    if (is_error(iterator)) return false;
    for (;;) {
        Value item = iter_next(iterator);
        if (is_empty(item)) return true;
        if (is_error(item) || !update_pair(self, item)) return false;
    }
}

static bool update_arguments(Value self, const char *name, Value *args, size_t count, Tuple *names) {
    if (count > 1) {
        raise_error(&TypeError, "%s() takes at most 1 positional argument (%zu given)", name, count);
        return false;
    }
    if (count == 1 && !update_from(self, args[0])) return false;
    for (int64_t i = 0; names && i < names->length; i++)
        if (!set_item(self, names->items[i], args[count + (size_t)i])) return false;
    return true;
}

static bool ordered_init(Value self, Value *args, size_t count, Tuple *names) {
    if (count > 1) {
        raise_error(&TypeError, "expected at most 1 arguments, got %zu", count);
        return false;
    }
    return update_arguments(self, "__init__", args, count, names);
}

static Value ordered_update(Value *args, size_t count, Tuple *names) {
    if (count < 1) return raise_error(&TypeError, "unbound method OrderedDict.update() needs an argument");
    return update_arguments(args[0], "update", args + 1, count - 1, names) ? VALUE_NONE : VALUE_ERROR;
}

/* --- looking ------------------------------------------------------------------------------------------------ */

static Value ordered_repr(Value self) {
    const char *name = type_name_of(self);
    Str *text = NULL;
    if (dict_length(as_dict(self)) == 0) {
        text = str_format("%s()", name);
        return text ? object_value(text) : VALUE_ERROR;
    }
    int entered = repr_enter(self);
    if (entered < 0) return VALUE_ERROR;
    if (entered > 0) return object_value(NAME("..."));
    List *items = NULL;
    Value view = type_of(self) == &ordered_dict_type ? ordered_items(&self) : call_method_0(self, "items");
    if (!is_error(view)) items = list_from_iterable(view);
    if (items) text = str_format("%s(%R)", name, object_value(items));
    repr_leave(self);
    return text ? object_value(text) : VALUE_ERROR;
}

static Value ordered_compare(Value self, Value other, CompareOp op) {
    if ((op != COMPARE_EQ && op != COMPARE_NE) || !is_dict(other)) return VALUE_NOT_IMPLEMENTED;
    Value same = dict_type.compare(self, other, COMPARE_EQ);
    if (is_error(same) || is_not_implemented(same)) return same;
    int equal = is_true(same);
    if (equal && is_ordered(other)) {
        List *a = dict_keys_list(as_dict(self)), *b = a ? dict_keys_list(as_dict(other)) : NULL;
        Value answer = b ? value_compare(object_value(a), object_value(b), COMPARE_EQ) : VALUE_ERROR;
        if (is_error(answer)) return VALUE_ERROR;
        equal = is_true(answer);
    }
    return bool_value((equal != 0) == (op == COMPARE_EQ));
}

static Value ordered_or(Value left, Value right) {
    Value of = is_ordered(left) ? left : right;
    if (!is_dict(left) || !is_dict(right)) return VALUE_NOT_IMPLEMENTED;
    Value result = call_1(object_value(type_of(of)), left);
    return is_error(result) || !update_from(result, right) ? VALUE_ERROR : result;
}

static Value ordered_inplace_or(Value self, Value other) {
    return update_from(self, other) ? self : VALUE_ERROR;
}

/* --- methods --------------------------------------------------------------------------------------------------- */

static bool flag_argument(Value v, bool absent, bool *out) {
    int truth = is_empty(v) ? absent : value_truth(v);
    *out = truth > 0;
    return truth >= 0;
}

static Value ordered_popitem(Value *args) {
    bool last;
    Value key, value;
    if (!flag_argument(args[1], true, &last)) return VALUE_ERROR;
    if (!dict_pop_item(as_dict(args[0]), last, &key, &value))
        return is_error(key) ? VALUE_ERROR : raise_error(&KeyError, "dictionary is empty");
    Tuple *pair = tuple_pack(2, key, value);
    return pair ? object_value(pair) : VALUE_ERROR;
}

static Value ordered_move_to_end(Value *args) {
    bool last;
    if (!flag_argument(args[2], true, &last)) return VALUE_ERROR;
    int moved = dict_move_to_end(as_dict(args[0]), args[1], last);
    if (moved == 0) return raise_key_error(args[1]);
    return moved < 0 ? VALUE_ERROR : VALUE_NONE;
}

static Value ordered_pop(Value *args) {
    Value value = dict_pop(as_dict(args[0]), args[1]);
    if (!is_empty(value)) return value;
    return is_empty(args[2]) ? raise_key_error(args[1]) : args[2];
}

static Value ordered_setdefault(Value *args) {
    Value fallback = is_empty(args[2]) ? VALUE_NONE : args[2];
    if (stores_directly(args[0])) return dict_set_default(as_dict(args[0]), args[1], fallback);
    int present = value_contains(args[0], args[1]);
    if (present < 0) return VALUE_ERROR;
    if (present) return get_item(args[0], args[1]);
    return set_item(args[0], args[1], fallback) ? fallback : VALUE_ERROR;
}

static Value ordered_copy(Value *args) {
    if (is_error(raise_if_lost(args[0]))) return VALUE_ERROR;
    Value copy = call_0(object_value(type_of(args[0])));
    if (is_error(copy)) return VALUE_ERROR;
    List *keys = dict_keys_list(as_dict(args[0]));
    if (!keys) return VALUE_ERROR;
    for (int64_t i = 0; i < keys->length; i++) {
        Value key = keys->items->items[i];
        Value value = type_of(args[0]) == &ordered_dict_type ? dict_get(as_dict(args[0]), key)
                                                              : get_item(args[0], key);
        if (is_empty(value)) return raise_key_error(key);
        if (is_error(value) || !set_item(copy, key, value)) return VALUE_ERROR;
    }
    return copy;
}

static Value ordered_clear(Value *args) {
    dict_clear(as_dict(args[0]));
    heap_store_release(as_dict(args[0]), &as_ordered(args[0])->lost, VALUE_EMPTY);
    return VALUE_NONE;
}

static Value ordered_sizeof(Value *args) {
    return int_value((int64_t)(dict_memory_size(as_dict(args[0])) + sizeof(OrderedDict) - sizeof(Dict)));
}

static Value ordered_fromkeys(Value *args) {
    Value value = is_empty(args[2]) ? VALUE_NONE : args[2];
    Value result = call_0(args[0]);
    Value iterator = is_error(result) ? VALUE_ERROR : get_iter(args[1]);
    if (is_error(iterator)) return VALUE_ERROR;
    for (;;) {
        Value key = iter_next(iterator);
        if (is_empty(key)) return result;
        if (is_error(key) || !set_item(result, key, value)) return VALUE_ERROR;
    }
}

static Value ordered_reduce(Value *args) {
    Value state = call_method_0(args[0], "__getstate__");
    Value items = is_error(state) ? VALUE_ERROR : call_method_0(args[0], "items");
    Value iterator = is_error(items) ? VALUE_ERROR : get_iter(items);
    if (is_error(iterator)) return VALUE_ERROR;
    Tuple *result = tuple_pack(5, object_value(type_of(args[0])), object_value(tuple_new(0)), state,
                               VALUE_NONE, iterator);
    return result ? object_value(result) : VALUE_ERROR;
}

static const MethodDef ordered_methods[] = {
    METHOD("popitem", ordered_popitem, "($self, /, last=True)",
           "Remove the last entry, or the first if last is false, and return it as (key, value)."),
    METHOD("move_to_end", ordered_move_to_end, "($self, /, key, last=True)",
           "Move a key to the end, or to the front if last is false; KeyError when it is not there."),
    METHOD("pop", ordered_pop, "($self, /, key, default=<unrepresentable>)",
           "Remove key and return its value; when it is not there, return default or raise KeyError."),
    METHOD("setdefault", ordered_setdefault, "($self, /, key, default=None)",
           "Return the value for key, after storing default for it when it was not there."),
    RAW_METHOD("update", ordered_update, NULL,
               "Take over all entries of a mapping or of an iterable of pairs, and the keyword\n"
               "arguments as entries."),
    METHOD("keys", ordered_keys, "($self, /)", "A view of the keys, like a set."),
    METHOD("values", ordered_values, "($self, /)", "A view of the values."),
    METHOD("items", ordered_items, "($self, /)", "A view of the (key, value) pairs, like a set."),
    METHOD("__reversed__", ordered_reversed, "($self, /)", "Iterate over the keys from the end."),
    METHOD("clear", ordered_clear, "($self, /)", "Remove all entries."),
    METHOD("__sizeof__", ordered_sizeof, "($self, /)", "Tell the size in memory, in bytes."),
    METHOD("copy", ordered_copy, "($self, /)", "Make a new one of the same entries."),
    CLASS_METHOD("fromkeys", ordered_fromkeys, "($type, /, iterable, value=None)",
                 "Make one that has each item of iterable as a key, all with one value."),
    METHOD("__reduce__", ordered_reduce, "($self, /)", "State for pickling."),
    {0},
};

Type ordered_dict_type = {
    .name = "collections.OrderedDict",
    .doc = "A dict whose order can be changed, and counts in comparisons.",
    .base = &dict_type,
    .flags = TYPE_BASE | TYPE_IMMUTABLE | TYPE_MAPPING | TYPE_DICT | TYPE_HAS_DICT | TYPE_HAS_WEAKREF,
    .size = sizeof(OrderedDict),
    .root = {.cell_kind = {.trace = ordered_trace, .name = "collections.OrderedDict"}},
    .repr = ordered_repr,
    .hash = hash_not_possible,
    .compare = ordered_compare,
    .iter = ordered_iter,
    .setitem = ordered_setitem,
    .init = ordered_init,
    .new_instance = ordered_new,
    .binary = {[BINARY_OR] = ordered_or},
    .inplace = {[BINARY_OR] = ordered_inplace_or},
    .methods = ordered_methods,
};
