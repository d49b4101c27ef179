/* ordered_dict_views.c - what iterates over an OrderedDict, and its keys(), values() and items().
 *
 * An iterator is one over a dict (types/dict_views.c) that looks for more changes: whatever adds a key,
 * removes one or moves one shows in the table, in how much of it is used, or in the length. Values are
 * looked up by their keys, so that a key whose hash changed is a KeyError; keys of types that cannot
 * do so are spared it. */
#include "modules/ordered_dict.h"
#include "types/dict_table.h"
#include "types/key.h"

enum { GIVES_KEYS = 1, GIVES_VALUES = 2 };

typedef struct OrderedIterator {
    DictIterator base;
    uint32_t entry_count, first_live; /* of the table at the beginning; constant */
    uint8_t gives;                    /* constant */
    bool backwards;                   /* constant */
} OrderedIterator;

static Value iterator_new(Dict *dict, unsigned gives, bool backwards) {
    OrderedIterator *iterator = object_alloc(&ordered_iterator_type, sizeof *iterator);
    if (!iterator || !dict_iterator_start(&iterator->base, dict, backwards)) return VALUE_ERROR;
    DictTable *table = iterator->base.table;
    iterator->entry_count = table ? load_acquire(&table->entry_count) : 0;
    iterator->first_live = table ? load_relaxed(&table->first_live) : 0;
    iterator->gives = (uint8_t)gives;
    iterator->backwards = backwards;
    return object_value(iterator);
}

static bool has_changed(OrderedIterator *iterator, Dict *dict) {
    DictTable *table = load_acquire(&dict->table);
    return table != iterator->base.table ||
           (table && (load_acquire(&table->entry_count) != iterator->entry_count ||
                      load_relaxed(&table->first_live) != iterator->first_live));
}

/* An error ends the iteration. */
static Value change_error(OrderedIterator *iterator, const char *what) {
    HEAP_STORE_POINTER(iterator, &iterator->base.dict, NULL);
    return raise_error(&RuntimeError, "OrderedDict %s during iteration", what);
}

static Value value_of_key(OrderedDict *self, Value key, Value found) {
    Value lost = value_load_acquire(&self->lost);
    if (!is_empty(lost)) return raise_key_error(lost);
    if (!is_object(key) || is_exact_str(key) || is_exactly(key, &int_type)) return found;
    Value value = dict_get(&self->dict, key);
    return is_empty(value) ? raise_key_error(key) : value;
}

static Value iterator_next(Value self) {
    OrderedIterator *iterator = OBJECT_AS(OrderedIterator, self);
    Dict *dict = load_acquire(&iterator->base.dict);
    if (!dict) return VALUE_EMPTY;
    if (has_changed(iterator, dict))
        return change_error(iterator, dict_length(dict) ? "mutated" : "changed size");
    if (dict_length(dict) != load_relaxed(&iterator->base.expected))
        return change_error(iterator, "mutated");
    Value key, value;
    if (!dict_iterator_advance(&iterator->base, iterator->backwards, &key, &value)) return key;
    if (iterator->gives == GIVES_KEYS) return key;
    value = value_of_key((OrderedDict *)dict, key, value);
    if (is_error(value) || iterator->gives == GIVES_VALUES) return value;
    Tuple *pair = tuple_pack(2, key, value);
    return pair ? object_value(pair) : VALUE_ERROR;
}

/* A pickle has what is left, as a list. */
static Value reduce(Value *args) {
    OrderedIterator *iterator = OBJECT_AS(OrderedIterator, args[0]);
    OrderedIterator *copy = object_alloc(&ordered_iterator_type, sizeof *copy);
    if (!copy) return VALUE_ERROR;
    dict_iterator_copy(&copy->base, &iterator->base);
    copy->entry_count = iterator->entry_count;
    copy->first_live = iterator->first_live;
    copy->gives = iterator->gives;
    copy->backwards = iterator->backwards;
    return dict_iterator_reduce_rest(object_value(copy));
}

static const MethodDef iterator_methods[] = {
    METHOD("__reduce__", reduce, "($self, /)", iterator_reduce_doc),
    {0},
};
Type ordered_iterator_type = {
    .name = "odict_iterator",
    .base = &object_type_object,
    .flags = TYPE_IMMUTABLE | TYPE_NO_NEW,
    .size = sizeof(OrderedIterator),
    .root = {.cell_kind = {.trace = dict_iterator_trace, .name = "odict_iterator"}},
    .getattribute = object_getattribute,
    .iter = iter_self,
    .next = iterator_next,
    .methods = iterator_methods,
};

Value ordered_iter(Value self) { return iterator_new(as_dict(self), GIVES_KEYS, false); }
Value ordered_reversed(Value *args) { return iterator_new(as_dict(args[0]), GIVES_KEYS, true); }

/* --- views ------------------------------------------------------------------------------------------------- */

static Value view_repr(Value view) {
    int entered = repr_enter(view);
    if (entered < 0) return VALUE_ERROR;
    if (entered > 0) return object_value(NAME("..."));
    List *list = list_from_iterable(view);
    Str *result = list ? str_format("%s(%R)", type_name_of(view), object_value(list)) : NULL;
    repr_leave(view);
    return value_or_error(result);
}

#define VIEW(which, python_name, gives)                                                            \
    static Value which##_iter(Value view) {                                                        \
        return iterator_new(OBJECT_AS(DictView, view)->dict, gives, false);                        \
    }                                                                                              \
    static Value which##_reversed(Value *args) {                                                   \
        return iterator_new(OBJECT_AS(DictView, args[0])->dict, gives, true);                      \
    }                                                                                              \
    static const MethodDef which##_methods[] = {                                                   \
        METHOD("__reversed__", which##_reversed, "($self, /)", "Iterate from the end."),           \
        {0},                                                                                       \
    };                                                                                             \
    Type ordered_##which##_type = {                                                                \
        .name = python_name,                                                                       \
        .base = &dict_##which##_type,                                                              \
        .flags = TYPE_IMMUTABLE | TYPE_NO_NEW,                                                     \
        .size = sizeof(DictView),                                                                  \
        .root = {.cell_kind = {.trace = dict_view_trace, .name = python_name}},                    \
        .repr = view_repr,                                                                         \
        .iter = which##_iter,                                                                      \
        .methods = which##_methods,                                                                \
    };                                                                                             \
    Value ordered_##which(Value *args) { return dict_view_new(&ordered_##which##_type, args[0]); }
VIEW(keys, "odict_keys", GIVES_KEYS)
VIEW(values, "odict_values", GIVES_VALUES)
VIEW(items, "odict_items", GIVES_KEYS | GIVES_VALUES)
