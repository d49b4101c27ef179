/* dict_methods.c - dict as Python sees it. How dicts are shared stands in dict.c. */
#include "types/dict_table.h"
#include "types/exception.h"
#include "types/genericalias.h"
#include "types/list.h"
#include "types/repr.h"
#include "types/set_table.h"

static Value dict_or_error(Dict *dict) { return dict ? object_value(dict) : VALUE_ERROR; }

static void dict_trace(Cell *cell, Marker *marker) {
    Dict *dict = (Dict *)cell;
    marker_visit_pointer(marker, dict->table);
    marker_visit_pointer(marker, dict->owner);
}

/* --- making -------------------------------------------------------------------------------------------- */

static Value dict_new_instance(Type *type, Value *args, size_t count, Tuple *names) {
    return dict_or_error(object_alloc_instance(type, sizeof(Dict)));
}

static bool update_from_names(Dict *dict, const Value *values, Tuple *names) {
    for (int64_t i = 0; names && i < names->length; i++)
        if (!dict_set(dict, names->items[i], values[i])) return false;
    return true;
}

static bool dict_init(Value self, Value *args, size_t count, Tuple *names) {
    if (count > 1) {
        raise_error(&TypeError, "dict expected at most 1 argument, got %zu", count);
        return false;
    }
    if (count == 1 && !dict_merge(as_dict(self), args[0], true)) return false;
    return update_from_names(as_dict(self), args + count, names);
}

/* fromkeys() for a plain dict of the keys of a dict or a set: their hashes are known. */
static bool fill_from_keys(Dict *dict, Value keys, Value value) {
    if (is_exactly(keys, &dict_type)) {
        DictTable *table = dict_snapshot(as_dict(keys));
        for (uint32_t i = 0; table && i < table->entry_count; i++)
            if (!dict_set_hashed(dict, table->entries[i].key, table->entries[i].hash, value))
                return false;
        return table != NULL;
    }
    SetTable *table = set_snapshot(OBJECT_AS(Set, keys));
    if (!table) return true;
    for (int64_t i = 0; i <= table->mask; i++) {
        Value key;
        if (set_table_entry(table, i, &key) &&
            !dict_set_hashed(dict, key, table->entries[i].hash, value))
            return false;
    }
    return true;
}

static Value dict_fromkeys(Value *args) {
    Value value = is_empty(args[2]) ? VALUE_NONE : args[2];
    Value result = call_0(args[0]);
    if (is_error(result)) return VALUE_ERROR;
    bool plain = is_exactly(result, &dict_type);
    if (plain && (is_exactly(args[1], &dict_type) || is_exactly(args[1], &set_type) ||
                  is_exactly(args[1], &frozenset_type)))
        return fill_from_keys(as_dict(result), args[1], value) ? result : VALUE_ERROR;
    Value iterator = get_iter(args[1]);
    if (is_error(iterator)) return VALUE_ERROR;
    for (;;) {
        Value key = iter_next(iterator);
        if (is_empty(key)) return result;
        if (is_error(key)) return VALUE_ERROR;
        if (!(plain ? dict_set(as_dict(result), key, value) : set_item(result, key, value)))
            return VALUE_ERROR;
    }
}

/* --- looking ---------------------------------------------------------------------------------------------- */

static Value dict_missing(Value self, Value key) {
    if (!is_exactly(self, &dict_type)) {
        Value missing = lookup_special(self, NAME("__missing__"));
        if (is_error(missing)) return VALUE_ERROR;
        if (!is_empty(missing)) return call_1(missing, key);
    }
    return raise_key_error(key);
}

static Value dict_getitem(Value self, Value key) {
    Value value = dict_get(as_dict(self), key);
    return likely(!is_empty(value)) ? value : dict_missing(self, key);
}

void (*dict_lost_key)(Dict *dict, Value key);
static void note_lost(Value self, Value key) {
    void (*told)(Dict *, Value) = is_exactly(self, &dict_type) ? NULL : load_acquire(&dict_lost_key);
    if (unlikely(told != NULL)) told(as_dict(self), key);
}

static bool dict_setitem(Value self, Value key, Value value) {
    if (likely(!is_empty(value))) return dict_set(as_dict(self), key, value);
    int deleted = dict_delete(as_dict(self), key);
    if (deleted == 0) raise_key_error(key);
    else if (deleted > 0) note_lost(self, key);
    return deleted > 0;
}

static int64_t dict_length_slot(Value self) { return dict_length(as_dict(self)); }
static int dict_contains_slot(Value self, Value key) { return dict_contains(as_dict(self), key); }

static Value dict_repr(Value self) {
    Dict *dict = as_dict(self);
    if (dict_length(dict) == 0) return object_value(NAME("{}"));
    int entered = repr_enter(self);
    if (entered < 0) return VALUE_ERROR;
    if (entered > 0) return object_value(NAME("{...}"));
    StrBuilder builder;
    builder_init(&builder);
    DictTable *table = dict_snapshot(dict);
    bool ok = table && builder_add_char(&builder, '{');
    for (uint32_t i = 0; ok && i < table->entry_count; i++)
        ok = (i == 0 || builder_add_c(&builder, ", ")) &&
             builder_add_repr(&builder, table->entries[i].key) && builder_add_c(&builder, ": ") &&
             builder_add_repr(&builder, table->entries[i].value);
    ok = ok && builder_add_char(&builder, '}');
    repr_leave(self);
    Str *result = ok ? builder_finish(&builder) : NULL;
    return result ? object_value(result) : VALUE_ERROR;
}

/* 1, 0, -1. */
static int dicts_equal(Dict *a, Dict *b) {
    if (dict_length(a) != dict_length(b)) return 0;
    DictTable *table = dict_snapshot(a);
    if (!table) return -1;
    for (uint32_t i = 0; i < table->entry_count; i++) {
        DictEntry *entry = &table->entries[i];
        Value other = dict_get_hashed(b, entry->key, entry->hash);
        if (is_error(other)) return -1;
        if (is_empty(other)) return 0;
        int equal = value_equal(entry->value, other);
        if (equal <= 0) return equal;
    }
    return 1;
}

static Value dict_compare(Value self, Value other, CompareOp op) {
    if ((op != COMPARE_EQ && op != COMPARE_NE) || !is_dict(self) || !is_dict(other))
        return VALUE_NOT_IMPLEMENTED;
    if (!stack_enter(" in comparison")) return VALUE_ERROR;
    int equal = dicts_equal(as_dict(self), as_dict(other));
    stack_leave();
    return equal < 0 ? VALUE_ERROR : bool_value((equal != 0) == (op == COMPARE_EQ));
}

static Value dict_or(Value left, Value right) {
    if (!is_dict(left) || !is_dict(right)) return VALUE_NOT_IMPLEMENTED;
    Dict *result = dict_copy(as_dict(left));
    return result && dict_merge(result, right, true) ? object_value(result) : VALUE_ERROR;
}

static Value dict_inplace_or(Value self, Value other) {
    return dict_merge(as_dict(self), other, true) ? self : VALUE_ERROR;
}

/* --- methods ----------------------------------------------------------------------------------------------- */

static Value dict_get_method(Value *args) {
    Value value = dict_get(as_dict(args[0]), args[1]);
    if (!is_empty(value)) return value;
    return is_empty(args[2]) ? VALUE_NONE : args[2];
}

static Value dict_setdefault_method(Value *args) {
    return dict_set_default(as_dict(args[0]), args[1], is_empty(args[2]) ? VALUE_NONE : args[2]);
}

static Value dict_pop_method(Value *args) {
    Value value = dict_pop(as_dict(args[0]), args[1]);
    if (is_empty(value)) return is_empty(args[2]) ? raise_key_error(args[1]) : args[2];
    if (!is_error(value)) note_lost(args[0], args[1]);
    return value;
}

static Value dict_popitem_method(Value *args) {
    Value key, value;
    if (!dict_pop_item(as_dict(args[0]), true, &key, &value)) {
        if (is_error(key)) return VALUE_ERROR;
        return raise_error(&KeyError, "popitem(): dictionary is empty");
    }
    note_lost(args[0], key);
    Tuple *pair = tuple_pack(2, key, value);
    return pair ? object_value(pair) : VALUE_ERROR;
}

static Value dict_clear_method(Value *args) {
    dict_clear(as_dict(args[0]));
    return VALUE_NONE;
}

static Value dict_copy_method(Value *args) { return dict_or_error(dict_copy(as_dict(args[0]))); }

static Value dict_update_method(Value *args, size_t count, Tuple *names) {
    if (count < 1 || !is_dict(args[0]))
        return raise_error(&TypeError, "unbound method dict.update() needs an argument");
    if (count > 2)
        return raise_error(&TypeError, "update expected at most 1 argument, got %zu", count - 1);
    Dict *dict = as_dict(args[0]);
    if (count == 2 && !dict_merge(dict, args[1], true)) return VALUE_ERROR;
    return update_from_names(dict, args + count, names) ? VALUE_NONE : VALUE_ERROR;
}

size_t dict_memory_size(Dict *dict) {
    DictTable *table = load_acquire(&dict->table);
    if (!table) return sizeof(Dict);
    return sizeof(Dict) + sizeof(DictTable) + table->entry_capacity * sizeof(DictEntry) +
           (size_t)table->index_size * table->index_width;
}
static Value dict_sizeof_method(Value *args) { return int_value((int64_t)dict_memory_size(as_dict(args[0]))); }

static Value dict_keys_method(Value *args) { return dict_view_new(&dict_keys_type, args[0]); }
static Value dict_values_method(Value *args) { return dict_view_new(&dict_values_type, args[0]); }
static Value dict_items_method(Value *args) { return dict_view_new(&dict_items_type, args[0]); }
static Value dict_reversed_method(Value *args) { return dict_reverse_iter(args[0]); }
static Value dict_contains_method(Value *args) {
    int found = dict_contains(as_dict(args[0]), args[1]);
    return found < 0 ? VALUE_ERROR : bool_value(found);
}
static Value dict_getitem_method(Value *args) { return dict_getitem(args[0], args[1]); }

static const MethodDef dict_methods[] = {
    {"__contains__", dict_contains_method, "($self, key, /)", "Tell whether key is in the dict.",
     METHOD_COEXIST, NULL},
    {"__getitem__", dict_getitem_method, "($self, key, /)", "Return self[key].", METHOD_COEXIST, NULL},
    METHOD("get", dict_get_method, "($self, key, default=None, /)",
           "Return the value for key, or default when key is not there."),
    METHOD("setdefault", dict_setdefault_method, "($self, key, default=None, /)",
           "Return the value for key, after storing default for it when it was not there."),
    METHOD("pop", dict_pop_method, "($self, key, default=<unrepresentable>, /)",
           "Remove key and return its value; when it is not there, return default or raise KeyError."),
    METHOD("popitem", dict_popitem_method, "($self, /)",
           "Remove the entry that was inserted last and return it as (key, value).\n\n"
           "Raises KeyError when the dict is empty."),
    METHOD("keys", dict_keys_method, "($self, /)", "A view of the keys, like a set."),
    METHOD("values", dict_values_method, "($self, /)", "A view of the values."),
    METHOD("items", dict_items_method, "($self, /)", "A view of the (key, value) pairs, like a set."),
    RAW_METHOD("update", dict_update_method, NULL,
               "Take over all entries of a mapping or of an iterable of pairs, and the keyword\n"
               "arguments as entries."),
    METHOD("clear", dict_clear_method, "($self, /)", "Remove all entries."),
    METHOD("copy", dict_copy_method, "($self, /)", "Make a new dict of the same entries."),
    CLASS_METHOD("fromkeys", dict_fromkeys, "($type, iterable, value=None, /)",
                 "Make a dict that has each item of iterable as a key, all with one value."),
    METHOD("__reversed__", dict_reversed_method, "($self, /)", "Iterate over the keys from the end."),
    METHOD("__sizeof__", dict_sizeof_method, "($self, /)", "Tell the size in memory, in bytes."),
    CLASS_METHOD("__class_getitem__", generic_alias_class_getitem, "($type, item, /)",
                 "See PEP 585."),
    {0},
};

Type dict_type = {
    .name = "dict",
    .doc = "A table of keys and their values, in the order of insertion.\n\n"
           "dict(): empty; dict(mapping), dict(iterable of pairs): with their entries; keyword\n"
           "arguments are entries as well.",
    .base = &object_type_object,
    .flags = TYPE_BASE | TYPE_IMMUTABLE | TYPE_MAPPING | TYPE_MATCH_SELF | TYPE_DICT,
    .size = sizeof(Dict),
    .root = {.cell_kind = {.trace = dict_trace, .name = "dict"}},
    .repr = dict_repr,
    .hash = hash_not_possible,
    .getattribute = object_getattribute,
    .compare = dict_compare,
    .iter = dict_iter,
    .init = dict_init,
    .new_instance = dict_new_instance,
    .length = dict_length_slot,
    .getitem = dict_getitem,
    .setitem = dict_setitem,
    .contains = dict_contains_slot,
    .binary = {[BINARY_OR] = dict_or},
    .inplace = {[BINARY_OR] = dict_inplace_or},
    .methods = dict_methods,
};
