/* set_methods.c - set and frozenset as Python sees them. How sets are shared stands in set.c. */
#include "types/dict.h"
#include "types/exception.h"
#include "types/genericalias.h"
#include "types/iterator.h"
#include "types/list.h"
#include "types/repr.h"
#include "types/set_table.h"

static Set *as_set(Value v) { return OBJECT_AS(Set, v); }
static Value set_or_error(Set *set) { return set ? object_value(set) : VALUE_ERROR; }
static bool is_frozen(Value v) { return is_kind(v, TYPE_FROZENSET); }

static void set_trace(Cell *cell, Marker *marker) {
    marker_visit_pointer(marker, ((Set *)cell)->table);
}

/* --- making ------------------------------------------------------------------------------------------- */

static Set *set_alloc(Type *type) {
    Set *set = object_alloc_instance(type, sizeof(Set));
    if (set) store_relaxed(&set->hash, INT64_C(-1));
    return set;
}

static Value set_new_instance(Type *type, Value *args, size_t count, Tuple *names) {
    return set_or_error(set_alloc(type));
}

static bool set_init(Value self, Value *args, size_t count, Tuple *names) {
    static const char signature[] = "(iterable=(), /)";
    static Signature *parsed;
    Value bound[1];
    if (!bind_arguments("set", signature, &parsed, args, count, names, bound)) return false;
    if (load_relaxed(&as_set(self)->table)) set_clear(as_set(self));
    return is_empty(bound[0]) || set_update(as_set(self), bound[0]);
}

static Value frozenset_new_instance(Type *type, Value *args, size_t count, Tuple *names) {
    static const char signature[] = "(iterable=(), /)";
    static Signature *parsed;
    Value bound[1];
    names = names_to_refuse(type, &frozenset_type, names);
    if (!bind_arguments("frozenset", signature, &parsed, args, count, names, bound))
        return VALUE_ERROR;
    if (type == &frozenset_type) return set_or_error(frozenset_from_iterable(bound[0]));
    Set *set = set_alloc(type);
    if (!set || (!is_empty(bound[0]) && !set_update(set, bound[0]))) return VALUE_ERROR;
    return object_value(set);
}

/* A plain set or frozenset, as `like` is one of them or of a subclass. */
static Set *new_like(Value like, Value iterable) {
    if (!is_frozen(like)) return set_from_iterable(iterable);
    Set *set = object_alloc(&frozenset_type, sizeof(Set));
    if (!set) return NULL;
    set->hash = -1;
    return is_empty(iterable) || set_update(set, iterable) ? set : NULL;
}

/* --- looking --------------------------------------------------------------------------------------------- */

static int64_t set_length_slot(Value self) { return set_length(as_set(self)); }

/* For an item that is a set, which has no hash: a frozenset that equals it; VALUE_EMPTY when the error
 * that is set is another. */
static Value frozen_stand_in(Value item) {
    if (!is_kind(item, TYPE_SET) || !error_clear_if(&TypeError)) return VALUE_EMPTY;
    return set_or_error(frozenset_from_iterable(item));
}

static int set_contains_slot(Value self, Value item) {
    int found = set_contains(as_set(self), item);
    if (likely(found >= 0)) return found;
    Value stand_in = frozen_stand_in(item);
    if (is_empty(stand_in) || is_error(stand_in)) return -1;
    return set_contains(as_set(self), stand_in);
}

static Value repr_text(Value self) {
    Set *set = as_set(self);
    const char *name = type_name_of(self);
    if (set_length(set) == 0) {
        Str *text = str_format("%s()", name);
        return text ? object_value(text) : VALUE_ERROR;
    }
    List *items = set_items_list(set);
    StrBuilder builder;
    builder_init(&builder);
    bool plain = is_exactly(self, &set_type);
    bool ok = items && (plain || (builder_add_c(&builder, name) && builder_add_char(&builder, '(')));
    ok = ok && builder_add_char(&builder, '{');
    for (int64_t i = 0; ok && i < items->length; i++)
        ok = (i == 0 || builder_add_c(&builder, ", ")) &&
             builder_add_repr(&builder, items->items->items[i]);
    ok = ok && builder_add_c(&builder, plain ? "}" : "})");
    Str *result = ok ? builder_finish(&builder) : NULL;
    return result ? object_value(result) : VALUE_ERROR;
}

static Value set_repr(Value self) {
    int entered = repr_enter(self);
    if (entered < 0) return VALUE_ERROR;
    if (entered > 0) {
        Str *text = str_format("%s(...)", type_name_of(self));
        return text ? object_value(text) : VALUE_ERROR;
    }
    Value result = repr_text(self);
    repr_leave(self);
    return result;
}

/* The same combination as collections.abc.Set._hash(), which must agree with it. */
static int64_t frozenset_hash(Value self) {
    Set *set = as_set(self);
    int64_t cached = load_relaxed(&set->hash);
    if (cached != -1) return cached;
    uint64_t sum = UINT64_C(1927868237) * ((uint64_t)set_length(set) + 1);
    SetTable *table = load_acquire(&set->table);
    for (int64_t i = 0; table && i <= table->mask; i++) {
        Value key;
        if (!set_table_entry(table, i, &key)) continue;
        uint64_t hash = (uint64_t)table->entries[i].hash;
        sum ^= (hash ^ hash << 16 ^ UINT64_C(89869747)) * UINT64_C(3644798167);
    }
    sum ^= sum >> 11 ^ sum >> 25;
    sum = sum * 69069 + 907133923;
    int64_t result = sum == UINT64_MAX ? 590923713 : (int64_t)sum;
    store_relaxed(&set->hash, result);
    return result;
}

/* 1, 0, -1: whether all items of `a` are in `b`. */
static int is_subset(Set *a, Set *b) {
    if (set_length(a) > set_length(b)) return 0;
    SetTable *table = set_snapshot(a);
    if (!table) return 1;
    for (int64_t i = 0; i <= table->mask; i++) {
        Value key;
        if (!set_table_entry(table, i, &key)) continue;
        int found = set_contains_hashed(b, key, table->entries[i].hash);
        if (found <= 0) return found;
    }
    return 1;
}

static Value set_compare(Value self, Value other, CompareOp op) {
    if (!is_any_set(other)) return VALUE_NOT_IMPLEMENTED;
    Set *a = as_set(self), *b = as_set(other);
    int answer = 0;
    switch (op) {
    case COMPARE_EQ:
    case COMPARE_NE: {
        int64_t a_hash = load_relaxed(&a->hash), b_hash = load_relaxed(&b->hash);
        bool differ = set_length(a) != set_length(b) ||
                      (a_hash != -1 && b_hash != -1 && a_hash != b_hash);
        answer = differ ? 0 : is_subset(a, b);
        if (op == COMPARE_NE && answer >= 0) answer = !answer;
        break;
    }
    case COMPARE_LE: answer = is_subset(a, b); break;
    case COMPARE_LT: answer = set_length(a) < set_length(b) ? is_subset(a, b) : 0; break;
    case COMPARE_GE: answer = is_subset(b, a); break;
    case COMPARE_GT: answer = set_length(b) < set_length(a) ? is_subset(b, a) : 0; break;
    }
    return answer < 0 ? VALUE_ERROR : bool_value(answer);
}

/* --- combining: each returns a new plain set like `self` ------------------------------------------------------ */

static Value intersection(Value self, Value other) {
    Set *result = new_like(self, VALUE_EMPTY);
    if (!result) return VALUE_ERROR;
    if (same_value(self, other)) return set_or_error(new_like(self, self));
    if (is_any_set(other)) {
        Set *walked = as_set(other), *asked = as_set(self);
        if (set_length(walked) > set_length(asked)) {
            walked = as_set(self);
            asked = as_set(other);
        }
        SetTable *table = set_snapshot(walked);
        if (!table) return object_value(result);
        for (int64_t i = 0; i <= table->mask; i++) {
            Value key;
            if (!set_table_entry(table, i, &key)) continue;
            int64_t hash = table->entries[i].hash;
            int found = set_contains_hashed(asked, key, hash);
            if (found < 0 || (found && !set_add_new(result, key, hash))) return VALUE_ERROR;
        }
        return object_value(result);
    }
    Value iterator = get_iter(other);
    if (is_error(iterator)) return VALUE_ERROR;
    for (;;) {
        Value item = iter_next(iterator);
        if (is_empty(item)) return object_value(result);
        int64_t hash = is_error(item) ? -1 : key_hash(item);
        int found = hash == -1 ? -1 : set_contains_hashed(as_set(self), item, hash);
        if (found < 0 || (found && !set_add_hashed(result, item, hash))) return VALUE_ERROR;
    }
}

static Value difference(Value self, Value other) {
    bool is_set = is_any_set(other), is_plain_dict = is_dict(other);
    int64_t size = is_set ? set_length(as_set(other)) : is_plain_dict ? dict_length(as_dict(other)) : 0;
    if ((!is_set && !is_plain_dict) || set_length(as_set(self)) / 4 > size) {
        Set *result = new_like(self, self);
        return result && set_difference_update(result, other) ? object_value(result) : VALUE_ERROR;
    }
    Set *result = new_like(self, VALUE_EMPTY);
    SetTable *table = result ? set_snapshot(as_set(self)) : NULL;
    if (!table) return result ? object_value(result) : VALUE_ERROR;
    for (int64_t i = 0; i <= table->mask; i++) {
        Value key;
        if (!set_table_entry(table, i, &key)) continue;
        int64_t hash = table->entries[i].hash;
        int found;
        if (is_set) {
            found = set_contains_hashed(as_set(other), key, hash);
        } else {
            Value value = dict_get_hashed(as_dict(other), key, hash);
            found = is_error(value) ? -1 : !is_empty(value);
        }
        if (found < 0 || (!found && !set_add_new(result, key, hash))) return VALUE_ERROR;
    }
    return object_value(result);
}

static Value symmetric_difference(Value self, Value other) {
    Set *result = new_like(self, other);
    return result && set_symmetric_difference_update(result, self) ? object_value(result)
                                                                   : VALUE_ERROR;
}

static Value set_or(Value left, Value right) {
    if (!is_any_set(left) || !is_any_set(right)) return VALUE_NOT_IMPLEMENTED;
    Set *result = new_like(left, left);
    return result && set_update(result, right) ? object_value(result) : VALUE_ERROR;
}
static Value set_and(Value left, Value right) {
    if (!is_any_set(left) || !is_any_set(right)) return VALUE_NOT_IMPLEMENTED;
    return intersection(left, right);
}
static Value set_subtract(Value left, Value right) {
    if (!is_any_set(left) || !is_any_set(right)) return VALUE_NOT_IMPLEMENTED;
    return difference(left, right);
}
static Value set_xor(Value left, Value right) {
    if (!is_any_set(left) || !is_any_set(right)) return VALUE_NOT_IMPLEMENTED;
    return symmetric_difference(left, right);
}

/* Keeps of `self` what `others` all have. Computed aside; when another thread changed the set
 * meanwhile, again, a few times, so that what it added is not lost. */
static bool intersection_update(Value self, const Value *others, int64_t count) {
    Set *set = as_set(self);
    for (int attempt = 0;; attempt++) {
        SetTable *table = load_acquire(&set->table);
        int64_t inserts = table ? load_acquire(&table->inserts) : 0, length = set_length(set);
        Value result = self;
        for (int64_t i = 0; i < count; i++) {
            result = intersection(result, others[i]);
            if (is_error(result)) return false;
        }
        if (count == 0) return true;
        Set *kept = as_set(result);
        if (attempt >= 8) {
            table = load_acquire(&set->table);
            inserts = table ? load_acquire(&table->inserts) : 0;
            length = set_length(set);
        }
        if (set_replace_if(set, table, inserts, length, kept)) return true;
    }
}

static Value set_inplace_or(Value self, Value other) {
    if (!is_any_set(other)) return VALUE_NOT_IMPLEMENTED;
    return set_update(as_set(self), other) ? self : VALUE_ERROR;
}
static Value set_inplace_and(Value self, Value other) {
    if (!is_any_set(other)) return VALUE_NOT_IMPLEMENTED;
    return intersection_update(self, &other, 1) ? self : VALUE_ERROR;
}
static Value set_inplace_subtract(Value self, Value other) {
    if (!is_any_set(other)) return VALUE_NOT_IMPLEMENTED;
    return set_difference_update(as_set(self), other) ? self : VALUE_ERROR;
}
static Value set_inplace_xor(Value self, Value other) {
    if (!is_any_set(other)) return VALUE_NOT_IMPLEMENTED;
    return set_symmetric_difference_update(as_set(self), other) ? self : VALUE_ERROR;
}

/* --- methods ----------------------------------------------------------------------------------------------------- */

static Value set_add_method(Value *args) {
    return set_add(as_set(args[0]), args[1]) ? VALUE_NONE : VALUE_ERROR;
}
static Value set_clear_method(Value *args) {
    set_clear(as_set(args[0]));
    return VALUE_NONE;
}
static Value set_copy_method(Value *args) {
    if (is_exactly(args[0], &frozenset_type)) return args[0];
    return set_or_error(new_like(args[0], args[0]));
}

/* 1, 0, -1 */
static int discard(Value self, Value item) {
    int removed = set_discard(as_set(self), item);
    if (removed >= 0) return removed;
    Value stand_in = frozen_stand_in(item);
    if (is_empty(stand_in) || is_error(stand_in)) return -1;
    return set_discard(as_set(self), stand_in);
}
static Value set_discard_method(Value *args) {
    return discard(args[0], args[1]) < 0 ? VALUE_ERROR : VALUE_NONE;
}
static Value set_remove_method(Value *args) {
    int removed = discard(args[0], args[1]);
    if (removed == 0) return raise_key_error(args[1]);
    return removed < 0 ? VALUE_ERROR : VALUE_NONE;
}
static Value set_pop_method(Value *args) {
    Value item = set_take_any(as_set(args[0]));
    return is_empty(item) ? raise_error(&KeyError, "pop from an empty set") : item;
}

static Value set_union_method(Value *args) {
    Tuple *others = as_tuple(args[1]);
    Set *result = new_like(args[0], args[0]);
    for (int64_t i = 0; result && i < others->length; i++)
        if (!set_update(result, others->items[i])) return VALUE_ERROR;
    return set_or_error(result);
}
static Value set_update_method(Value *args) {
    Tuple *others = as_tuple(args[1]);
    for (int64_t i = 0; i < others->length; i++)
        if (!set_update(as_set(args[0]), others->items[i])) return VALUE_ERROR;
    return VALUE_NONE;
}
static Value set_intersection_method(Value *args) {
    Tuple *others = as_tuple(args[1]);
    if (others->length == 0) return set_or_error(new_like(args[0], args[0]));
    Value result = args[0];
    for (int64_t i = 0; i < others->length && !is_error(result); i++)
        result = intersection(result, others->items[i]);
    return result;
}
static Value set_intersection_update_method(Value *args) {
    Tuple *others = as_tuple(args[1]);
    return intersection_update(args[0], others->items, others->length) ? VALUE_NONE : VALUE_ERROR;
}
static Value set_difference_method(Value *args) {
    Tuple *others = as_tuple(args[1]);
    if (others->length == 0) return set_or_error(new_like(args[0], args[0]));
    Value result = difference(args[0], others->items[0]);
    for (int64_t i = 1; i < others->length && !is_error(result); i++)
        if (!set_difference_update(as_set(result), others->items[i])) return VALUE_ERROR;
    return result;
}
static Value set_difference_update_method(Value *args) {
    Tuple *others = as_tuple(args[1]);
    for (int64_t i = 0; i < others->length; i++)
        if (!set_difference_update(as_set(args[0]), others->items[i])) return VALUE_ERROR;
    return VALUE_NONE;
}
static Value set_symmetric_difference_method(Value *args) {
    return symmetric_difference(args[0], args[1]);
}
static Value set_symmetric_difference_update_method(Value *args) {
    return set_symmetric_difference_update(as_set(args[0]), args[1]) ? VALUE_NONE : VALUE_ERROR;
}

static Value set_isdisjoint_method(Value *args) {
    Value self = args[0], other = args[1];
    if (same_value(self, other)) return bool_value(set_length(as_set(self)) == 0);
    if (is_any_set(other)) {
        Value common = intersection(self, other);
        return is_error(common) ? VALUE_ERROR : bool_value(set_length(as_set(common)) == 0);
    }
    Value iterator = get_iter(other);
    if (is_error(iterator)) return VALUE_ERROR;
    for (;;) {
        Value item = iter_next(iterator);
        if (is_empty(item)) return VALUE_TRUE;
        if (is_error(item)) return VALUE_ERROR;
        int found = set_contains(as_set(self), item);
        if (found) return found < 0 ? VALUE_ERROR : VALUE_FALSE;
    }
}

static Value set_issubset_method(Value *args) {
    Value other = args[1];
    if (!is_any_set(other)) {
        Value common = intersection(args[0], other);
        if (is_error(common)) return VALUE_ERROR;
        return bool_value(set_length(as_set(common)) == set_length(as_set(args[0])));
    }
    int answer = is_subset(as_set(args[0]), as_set(other));
    return answer < 0 ? VALUE_ERROR : bool_value(answer);
}

static Value set_issuperset_method(Value *args) {
    if (is_any_set(args[1])) {
        int answer = is_subset(as_set(args[1]), as_set(args[0]));
        return answer < 0 ? VALUE_ERROR : bool_value(answer);
    }
    Value iterator = get_iter(args[1]);
    if (is_error(iterator)) return VALUE_ERROR;
    for (;;) {
        Value item = iter_next(iterator);
        if (is_empty(item)) return VALUE_TRUE;
        if (is_error(item)) return VALUE_ERROR;
        int found = set_contains(as_set(args[0]), item);
        if (found <= 0) return found < 0 ? VALUE_ERROR : VALUE_FALSE;
    }
}

static Value set_contains_method(Value *args) {
    int found = set_contains_slot(args[0], args[1]);
    return found < 0 ? VALUE_ERROR : bool_value(found);
}

static Value set_reduce_method(Value *args) {
    List *items = set_items_list(as_set(args[0]));
    Tuple *arguments = items ? tuple_pack(1, object_value(items)) : NULL;
    Value state = arguments ? call_method_0(args[0], "__getstate__") : VALUE_ERROR;
    if (is_error(state)) return VALUE_ERROR;
    Tuple *result = tuple_pack(3, object_value(type_of(args[0])), object_value(arguments), state);
    return result ? object_value(result) : VALUE_ERROR;
}

static Value set_sizeof_method(Value *args) {
    SetTable *table = load_acquire(&as_set(args[0])->table);
    int64_t size = sizeof(Set);
    if (table) size += (int64_t)sizeof(SetTable) + (table->mask + 1) * (int64_t)sizeof(SetEntry);
    return int_value(size);
}

#define SHARED_METHODS                                                                             \
    METHOD("copy", set_copy_method, "($self, /)", "Make a new set of the same items."),            \
    METHOD("union", set_union_method, "($self, /, *others)",                                       \
           "A new set of all items that are in this set or in one of the others."),                \
    METHOD("intersection", set_intersection_method, "($self, /, *others)",                         \
           "A new set of the items that are in this set and in all others."),                      \
    METHOD("difference", set_difference_method, "($self, /, *others)",                             \
           "A new set of the items that are in this set and in none of the others."),              \
    METHOD("symmetric_difference", set_symmetric_difference_method, "($self, other, /)",           \
           "A new set of the items that are in exactly one of the two."),                          \
    METHOD("isdisjoint", set_isdisjoint_method, "($self, other, /)",                               \
           "Tell whether no item is in both."),                                                    \
    METHOD("issubset", set_issubset_method, "($self, other, /)",                                   \
           "Tell whether the other has all items of this set."),                                   \
    METHOD("issuperset", set_issuperset_method, "($self, other, /)",                               \
           "Tell whether this set has all items of the other."),                                   \
    {"__contains__", set_contains_method, "($self, item, /)", "Tell whether item is in the set.",  \
     METHOD_COEXIST, NULL},                                                                        \
    METHOD("__reduce__", set_reduce_method, "($self, /)", "State for pickling."),                  \
    METHOD("__sizeof__", set_sizeof_method, "($self, /)", "Tell the size in memory, in bytes."),   \
    CLASS_METHOD("__class_getitem__", generic_alias_class_getitem, "($type, item, /)",             \
                 "See PEP 585.")

static const MethodDef set_methods[] = {
    METHOD("add", set_add_method, "($self, item, /)", "Put an item in, if it is not there yet."),
    METHOD("discard", set_discard_method, "($self, item, /)", "Remove an item if it is there."),
    METHOD("remove", set_remove_method, "($self, item, /)",
           "Remove an item; KeyError when it is not there."),
    METHOD("pop", set_pop_method, "($self, /)",
           "Remove some item and return it; KeyError when the set is empty."),
    METHOD("clear", set_clear_method, "($self, /)", "Remove all items."),
    METHOD("update", set_update_method, "($self, /, *others)", "Put in the items of all others."),
    METHOD("intersection_update", set_intersection_update_method, "($self, /, *others)",
           "Remove the items that one of the others has not."),
    METHOD("difference_update", set_difference_update_method, "($self, /, *others)",
           "Remove the items that one of the others has."),
    METHOD("symmetric_difference_update", set_symmetric_difference_update_method,
           "($self, other, /)", "Remove the items that other has, and put in those that were not there."),
    SHARED_METHODS,
    {0},
};

static const MethodDef frozenset_methods[] = {SHARED_METHODS, {0}};

Type set_type = {
    .name = "set",
    .doc = "A collection of different items without order. Called with an iterable: of its items.",
    .base = &object_type_object,
    .flags = TYPE_BASE | TYPE_IMMUTABLE | TYPE_MATCH_SELF | TYPE_SET | TYPE_HAS_WEAKREF,
    .size = sizeof(Set),
    .root = {.cell_kind = {.trace = set_trace, .name = "set"}},
    .repr = set_repr,
    .hash = hash_not_possible,
    .getattribute = object_getattribute,
    .compare = set_compare,
    .iter = set_iter,
    .init = set_init,
    .new_instance = set_new_instance,
    .length = set_length_slot,
    .contains = set_contains_slot,
    .binary = {[BINARY_OR] = set_or, [BINARY_AND] = set_and, [BINARY_XOR] = set_xor,
               [BINARY_SUBTRACT] = set_subtract},
    .inplace = {[BINARY_OR] = set_inplace_or, [BINARY_AND] = set_inplace_and,
                [BINARY_XOR] = set_inplace_xor, [BINARY_SUBTRACT] = set_inplace_subtract},
    .methods = set_methods,
};

Type frozenset_type = {
    .name = "frozenset",
    .doc = "A set that never changes, and so has a hash. Called with an iterable: of its items.",
    .base = &object_type_object,
    .flags = TYPE_BASE | TYPE_IMMUTABLE | TYPE_MATCH_SELF | TYPE_FROZENSET | TYPE_HAS_WEAKREF,
    .size = sizeof(Set),
    .root = {.cell_kind = {.trace = set_trace, .name = "frozenset"}},
    .repr = set_repr,
    .hash = frozenset_hash,
    .getattribute = object_getattribute,
    .compare = set_compare,
    .iter = set_iter,
    .new_instance = frozenset_new_instance,
    .length = set_length_slot,
    .contains = set_contains_slot,
    .binary = {[BINARY_OR] = set_or, [BINARY_AND] = set_and, [BINARY_XOR] = set_xor,
               [BINARY_SUBTRACT] = set_subtract},
    .methods = frozenset_methods,
};

/* --- iterator -------------------------------------------------------------------------------------------- */

/* Walks the table that the set had at the beginning, as long as the set has its length. */
typedef struct SetIterator {
    Object object;
    Set *set;          /* atomic; NULL: ended */
    SetTable *table;   /* constant */
    int64_t expected;  /* atomic; -1: the set has changed */
    int64_t position;  /* atomic */
    int64_t remaining; /* atomic */
    Thread *owner;     /* atomic; see iterator.h */
} SetIterator;

Value set_iter(Value self) {
    SetIterator *iterator = object_alloc(&set_iterator_type, sizeof(SetIterator));
    if (!iterator) return VALUE_ERROR;
    iterator->set = as_set(self);
    iterator->owner = thread_self();
    iterator->expected = iterator->remaining = set_length(as_set(self));
    iterator->table = load_acquire(&as_set(self)->table);
    return object_value(iterator);
}

static void set_iterator_trace(Cell *cell, Marker *marker) {
    SetIterator *iterator = (SetIterator *)cell;
    marker_visit_pointer(marker, iterator->set);
    marker_visit_pointer(marker, iterator->table);
}

static Value set_iterator_next(Value self) {
    SetIterator *iterator = OBJECT_AS(SetIterator, self);
    Set *set = load_acquire(&iterator->set);
    if (!set) return VALUE_EMPTY;
    SetTable *table = iterator->table;
    if (set_length(set) != load_relaxed(&iterator->expected)) {
        store_relaxed(&iterator->expected, INT64_C(-1));
        return raise_error(&RuntimeError, "Set changed size during iteration");
    }
    int64_t position = load_relaxed(&iterator->position);
    for (;;) {
        Value key;
        if (!table || position > table->mask) break;
        bool live = set_table_entry(table, position, &key);
        if (!iterator_move(&iterator->owner, &iterator->position, &position, position + 1)) continue;
        if (live) {
            iterator_count_down(&iterator->owner, &iterator->remaining);
            return key;
        }
        position++;
    }
    HEAP_STORE_POINTER(iterator, &iterator->set, NULL);
    return VALUE_EMPTY;
}

static Value set_iterator_length_hint(Value *args) {
    SetIterator *iterator = OBJECT_AS(SetIterator, args[0]);
    Set *set = load_acquire(&iterator->set);
    bool good = set && set_length(set) == load_relaxed(&iterator->expected);
    return int_value(good ? max_int64(0, load_relaxed(&iterator->remaining)) : 0);
}

static Value set_iterator_reduce(Value *args) {
    SetIterator *iterator = OBJECT_AS(SetIterator, args[0]);
    SetIterator *copy = object_alloc(&set_iterator_type, sizeof(SetIterator));
    if (!copy) return VALUE_ERROR;
    copy->owner = thread_self();
    copy->set = load_acquire(&iterator->set);
    copy->table = iterator->table;
    copy->expected = load_relaxed(&iterator->expected);
    copy->position = load_relaxed(&iterator->position);
    copy->remaining = load_relaxed(&iterator->remaining);
    List *rest = list_from_iterable(object_value(copy));
    Value iter = rest ? builtin_function("iter") : VALUE_ERROR;
    if (is_error(iter)) return VALUE_ERROR;
    Tuple *inner = tuple_pack(1, object_value(rest));
    Tuple *result = inner ? tuple_pack(2, iter, object_value(inner)) : NULL;
    return result ? object_value(result) : VALUE_ERROR;
}

static const MethodDef set_iterator_methods[] = {
    METHOD("__length_hint__", set_iterator_length_hint, "($self, /)", iterator_length_hint_doc),
    METHOD("__reduce__", set_iterator_reduce, "($self, /)", iterator_reduce_doc),
    {0},
};

Type set_iterator_type = {
    .name = "set_iterator",
    .base = &object_type_object,
    .flags = TYPE_IMMUTABLE | TYPE_NO_NEW,
    .size = sizeof(SetIterator),
    .root = {.cell_kind = {.trace = set_iterator_trace, .name = "set_iterator"}},
    .getattribute = object_getattribute,
    .iter = iter_self,
    .next = set_iterator_next,
    .methods = set_iterator_methods,
};
