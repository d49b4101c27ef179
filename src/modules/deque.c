/* deque.c - collections.deque: a queue with two ends.
 *
 * Representation: a ring. Item i lies in slot (start + i) modulo the capacity of `items`, a power of
 * two; slots outside are VALUE_EMPTY. All of it changes together, so whoever reads an item takes the
 * lock for the few instructions that needs, as writers do; only the length is read without. Python code
 * never runs under the lock: what is compared is read first, one item or a copy of all.
 *
 * `changes` counts the changes of the ring's shape; iterators look at it to tell that the deque was
 * "mutated during iteration". */
#include "modules/collections.h"
#include "types/equal_quick.h"

typedef struct Deque {
    Object object;
    Array *items;     /* under the lock; NULL: nothing was stored yet */
    int64_t start;    /* under the lock */
    int64_t length;   /* atomic; written under the lock */
    int64_t maximum;  /* atomic; -1: none; written under the lock */
    uint64_t changes; /* atomic; written under the lock */
} Deque;

static Deque *as_deque(Value v) { return OBJECT_AS(Deque, v); }
static bool is_deque(Value v) { return is_object(v) && !is_empty(v) && is_instance_of(v, &deque_type); }
static int64_t deque_length(Deque *deque) { return load_acquire(&deque->length); }

static void deque_trace(Cell *cell, Marker *marker) {
    marker_visit_pointer(marker, ((Deque *)cell)->items);
}

/* --- the ring; all with the lock held ---------------------------------------------------------------- */

static Value *slot_of(Deque *deque, int64_t index) {
    return &deque->items->items[(deque->start + index) & (deque->items->capacity - 1)];
}
static Value item_at(Deque *deque, int64_t index) { return value_load_relaxed(slot_of(deque, index)); }
static void put_at(Deque *deque, int64_t index, Value v) {
    heap_store_release(deque->items, slot_of(deque, index), v);
}
static void set_length(Deque *deque, int64_t length) {
    store_release(&deque->length, length);
    store_release(&deque->changes, deque->changes + 1);
}

/* Makes room for `more` items at either end. */
static bool reserve(Deque *deque, int64_t more) {
    int64_t needed = deque->length + more, capacity = 4;
    if (deque->items && deque->items->capacity >= needed) return true;
    while (capacity < needed) capacity *= 2;
    Array *items = array_new(capacity);
    if (!items) return false;
    for (int64_t i = 0; i < deque->length; i++) items->items[i] = item_at(deque, i);
    HEAP_STORE_POINTER(deque, &deque->items, items);
    deque->start = 0;
    return true;
}

static Value take_left(Deque *deque) {
    Value item = item_at(deque, 0);
    put_at(deque, 0, VALUE_EMPTY);
    deque->start++;
    set_length(deque, deque->length - 1);
    return item;
}
static Value take_right(Deque *deque) {
    Value item = item_at(deque, deque->length - 1);
    put_at(deque, deque->length - 1, VALUE_EMPTY);
    set_length(deque, deque->length - 1);
    return item;
}

static bool add_right(Deque *deque, Value v) {
    if (deque->maximum == 0) return true;
    if (deque->maximum > 0 && deque->length >= deque->maximum) take_left(deque);
    if (!reserve(deque, 1)) return false;
    put_at(deque, deque->length, v);
    set_length(deque, deque->length + 1);
    return true;
}
static bool add_left(Deque *deque, Value v) {
    if (deque->maximum == 0) return true;
    if (deque->maximum > 0 && deque->length >= deque->maximum) take_right(deque);
    if (!reserve(deque, 1)) return false;
    deque->start--;
    put_at(deque, 0, v);
    set_length(deque, deque->length + 1);
    return true;
}

/* Adds items at an end in one step: who looks at the length sees all of them or none. */
static bool add_all(Deque *deque, const Value *items, int64_t count, bool left) {
    int64_t maximum = deque->maximum, length = deque->length;
    if (maximum >= 0 && count > maximum) { /* only the last of them stay */
        items += count - maximum;
        count = maximum;
    }
    if (count == 0) return true;
    if (!reserve(deque, count)) return false;
    int64_t dropped = maximum >= 0 ? max_int64(0, length + count - maximum) : 0;
    for (int64_t i = 0; i < dropped; i++) put_at(deque, left ? length - 1 - i : i, VALUE_EMPTY);
    if (!left) deque->start += dropped;
    length -= dropped;
    for (int64_t i = 0; i < count; i++) {
        if (left) deque->start--;
        put_at(deque, left ? 0 : length + i, items[i]);
    }
    set_length(deque, length + count);
    return true;
}

/* Removes item `index`, moving the shorter side. */
static void remove_at(Deque *deque, int64_t index) {
    if (index < deque->length / 2) {
        for (int64_t i = index; i > 0; i--) put_at(deque, i, item_at(deque, i - 1));
        take_left(deque);
    } else {
        for (int64_t i = index; i < deque->length - 1; i++) put_at(deque, i, item_at(deque, i + 1));
        take_right(deque);
    }
}

/* Puts `v` before item `index`; there is room. */
static void insert_at(Deque *deque, int64_t index, Value v) {
    if (index < deque->length / 2) {
        deque->start--;
        for (int64_t i = 0; i < index; i++) put_at(deque, i, item_at(deque, i + 1));
    } else {
        for (int64_t i = deque->length; i > index; i--) put_at(deque, i, item_at(deque, i - 1));
    }
    put_at(deque, index, v);
    set_length(deque, deque->length + 1);
}

static void rotate(Deque *deque, int64_t steps) {
    int64_t length = deque->length;
    if (length < 2) return;
    steps %= length;
    if (steps > length / 2) steps -= length;
    else if (steps < -(length / 2)) steps += length;
    for (; steps > 0; steps--) {
        Value item = item_at(deque, length - 1);
        put_at(deque, length - 1, VALUE_EMPTY);
        deque->start--;
        put_at(deque, 0, item);
    }
    for (; steps < 0; steps++) {
        Value item = item_at(deque, 0);
        put_at(deque, 0, VALUE_EMPTY);
        deque->start++;
        put_at(deque, length - 1, item);
    }
    set_length(deque, length);
}

/* --- without the lock ------------------------------------------------------------------------------------- */

/* A copy of the items made in one step. NULL: MemoryError. */
static Array *deque_snapshot(Deque *deque, int64_t *count) {
    for (;;) {
        int64_t expected = deque_length(deque);
        Array *copy = array_new(expected);
        if (!copy) return NULL;
        object_lock(deque);
        int64_t length = deque->length;
        if (length <= expected)
            for (int64_t i = 0; i < length; i++) copy->items[i] = item_at(deque, i);
        object_unlock(deque);
        if (length > expected) continue;
        *count = length;
        return copy;
    }
}

/* The item at an index that is not negative, or VALUE_EMPTY. */
static Value deque_get(Deque *deque, int64_t index) {
    object_lock(deque);
    Value item = index < deque->length ? item_at(deque, index) : VALUE_EMPTY;
    object_unlock(deque);
    return item;
}

static void clear_locked(Deque *deque) {
    HEAP_STORE_POINTER(deque, &deque->items, NULL);
    deque->start = 0;
    set_length(deque, 0);
}

static void deque_clear(Deque *deque) {
    object_lock(deque);
    clear_locked(deque);
    object_unlock(deque);
}

static bool extend_locked(Deque *deque, const Value *items, int64_t count, bool left) {
    object_lock(deque);
    bool ok = add_all(deque, items, count, left);
    object_unlock(deque);
    return ok;
}

static bool deque_extend(Deque *deque, Value iterable, bool left) {
    if (is_exactly(iterable, &tuple_type))
        return extend_locked(deque, as_tuple(iterable)->items, as_tuple(iterable)->length, left);
    if (is_exactly(iterable, &list_type) || is_exactly(iterable, &deque_type)) {
        int64_t count;
        Array *copy = is_exactly(iterable, &list_type) ? list_snapshot(as_list(iterable), &count)
                                                       : deque_snapshot(as_deque(iterable), &count);
        return copy && extend_locked(deque, copy->items, count, left);
    }
    Value iterator = get_iter(iterable);
    if (is_error(iterator)) return false;
    for (;;) {
        Value item = iter_next(iterator);
        if (is_empty(item)) return true;
        if (is_error(item)) return false;
        object_lock(deque);
        bool added = left ? add_left(deque, item) : add_right(deque, item);
        object_unlock(deque);
        if (!added) return false;
    }
}

/* --- making ---------------------------------------------------------------------------------------------------- */

static Value deque_new(Type *type, Value *args, size_t count, Tuple *names) {
    Deque *deque = object_alloc_instance(type, sizeof(Deque));
    if (!deque) return VALUE_ERROR;
    store_relaxed(&deque->maximum, INT64_C(-1));
    return object_value(deque);
}

static bool deque_init(Value self, Value *args, size_t count, Tuple *names) {
    static const char signature[] = "(iterable=(), maxlen=None)";
    static Signature *parsed;
    Value bound[2];
    Deque *deque = as_deque(self);
    if (!bind_arguments("deque", signature, &parsed, args, count, names, bound)) return false;
    int64_t maximum = -1;
    if (!is_empty(bound[1]) && !is_none(bound[1])) {
        if (!is_int(bound[1])) {
            raise_error(&TypeError, "an integer is required");
            return false;
        }
        if (!value_to_int64(bound[1], &maximum)) return false;
        if (maximum < 0) {
            raise_error(&ValueError, "maxlen must be non-negative");
            return false;
        }
    }
    object_lock(deque);
    store_relaxed(&deque->maximum, maximum);
    if (deque->length > 0) clear_locked(deque);
    object_unlock(deque);
    return is_empty(bound[0]) || deque_extend(deque, bound[0], false);
}

/* A plain deque with a given limit. */
static Deque *deque_make(int64_t maximum) {
    Deque *deque = object_alloc(&deque_type, sizeof(Deque));
    if (deque) deque->maximum = maximum;
    return deque;
}

static Value maximum_value(Deque *deque) {
    int64_t maximum = load_relaxed(&deque->maximum);
    return maximum < 0 ? VALUE_NONE : int_value(maximum);
}

static Value deque_copy(Value self) {
    Deque *deque = as_deque(self);
    if (is_exactly(self, &deque_type)) {
        Deque *copy = deque_make(load_relaxed(&deque->maximum));
        return copy && deque_extend(copy, self, false) ? object_value(copy) : VALUE_ERROR;
    }
    Value type = object_value(type_of(self)), maximum = maximum_value(deque);
    Value copy = is_none(maximum) ? call_1(type, self) : call_2(type, self, maximum);
    if (!is_error(copy) && !is_deque(copy))
        return raise_error(&TypeError, "%T() must return a deque, not %T", self, copy);
    return copy;
}

/* --- looking ---------------------------------------------------------------------------------------------------- */

static int64_t deque_length_slot(Value self) { return deque_length(as_deque(self)); }

static Value deque_repr(Value self) {
    Deque *deque = as_deque(self);
    int entered = repr_enter(self);
    if (entered < 0) return VALUE_ERROR;
    if (entered > 0) return object_value(NAME("[...]"));
    int64_t count;
    Array *items = deque_snapshot(deque, &count);
    List *list = items ? list_from_array(items->items, count) : NULL;
    int64_t maximum = load_relaxed(&deque->maximum);
    Str *text = NULL;
    if (list && maximum < 0) text = str_format("%s(%R)", type_name_of(self), object_value(list));
    else if (list)
        text = str_format("%s(%R, maxlen=%lld)", type_name_of(self), object_value(list),
                          (long long)maximum);
    repr_leave(self);
    return text ? object_value(text) : VALUE_ERROR;
}

static bool subscript_index(Value key, int64_t *index) {
    if (!is_smallint(key) && !has_index(key)) {
        raise_error(&TypeError, "sequence index must be integer, not '%T'", key);
        return false;
    }
    *index = value_index_int64(key, &IndexError);
    return !(*index == -1 && error_occurred());
}

static Value deque_getitem(Value self, Value key) {
    Deque *deque = as_deque(self);
    int64_t index;
    if (!subscript_index(key, &index)) return VALUE_ERROR;
    object_lock(deque);
    if (index < 0) index += deque->length;
    bool good = (uint64_t)index < (uint64_t)deque->length;
    Value item = good ? item_at(deque, index) : VALUE_EMPTY;
    object_unlock(deque);
    return good ? item : raise_error(&IndexError, "deque index out of range");
}

static bool deque_setitem(Value self, Value key, Value value) {
    Deque *deque = as_deque(self);
    int64_t index;
    if (!subscript_index(key, &index)) return false;
    object_lock(deque);
    if (index < 0) index += deque->length;
    bool good = (uint64_t)index < (uint64_t)deque->length;
    if (good && is_empty(value)) remove_at(deque, index);
    else if (good) put_at(deque, index, value);
    object_unlock(deque);
    if (!good) raise_error(&IndexError, "deque index out of range");
    return good;
}

static bool changed_since(Deque *deque, uint64_t changes) {
    if (load_acquire(&deque->changes) == changes) return false;
    raise_error(&RuntimeError, "deque mutated during iteration");
    return true;
}

/* The first position from `start` before `stop` whose item equals `wanted`, -1: none, and how many there are in
 * *count (NULL: not wanted); with the lock held. -2: it takes Python to tell. */
static int64_t find_quick(Deque *deque, Value wanted, int64_t start, int64_t stop, int64_t *count) {
    int64_t first = -1;
    for (int64_t i = start; i < min_int64(stop, deque->length); i++) {
        int equal = equal_quick(item_at(deque, i), wanted, 0);
        if (equal < 0) return -2;
        if (!equal) continue;
        if (first < 0) first = i;
        if (!count) break;
        ++*count;
    }
    return first;
}

/* The same position; -2: error. Runs Python. */
static int64_t deque_find(Deque *deque, Value wanted, int64_t start, int64_t stop) {
    object_lock(deque);
    int64_t found = find_quick(deque, wanted, start, stop, NULL);
    object_unlock(deque);
    if (found != -2) return found;
    uint64_t changes = load_acquire(&deque->changes);
    for (int64_t i = start; i < stop; i++) {
        Value item = deque_get(deque, i);
        if (is_empty(item)) return -1;
        int equal = value_equal(item, wanted);
        if (equal < 0) return -2;
        if (equal) return i;
        if (changed_since(deque, changes)) return -2;
    }
    return -1;
}

static List *deque_list(Value self) {
    int64_t count;
    Array *items = deque_snapshot(as_deque(self), &count);
    return items ? list_from_array(items->items, count) : NULL;
}

static int deque_contains(Value self, Value item) {
    int64_t found = deque_find(as_deque(self), item, 0, INT64_MAX);
    return found == -2 ? -1 : found >= 0;
}

static Value deque_compare(Value self, Value other, CompareOp op) {
    if (!is_deque(self) || !is_deque(other)) return VALUE_NOT_IMPLEMENTED;
    int64_t a_count, b_count;
    Array *a = deque_snapshot(as_deque(self), &a_count);
    Array *b = a ? deque_snapshot(as_deque(other), &b_count) : NULL;
    List *left = b ? list_from_array(a->items, a_count) : NULL;
    List *right = left ? list_from_array(b->items, b_count) : NULL;
    return right ? value_compare(object_value(left), object_value(right), op) : VALUE_ERROR;
}

/* --- operators ------------------------------------------------------------------------------------------------- */

static Value deque_concat(Value self, Value other) {
    if (!is_deque(other)) {
        int is_it = value_is_instance(other, object_value(&deque_type));
        if (is_it <= 0)
            return is_it < 0 ? VALUE_ERROR
                             : raise_error(&TypeError,
                                           "can only concatenate deque (not \"%T\") to deque", other);
    }
    Value result = deque_copy(self);
    if (is_error(result) || !deque_extend(as_deque(result), other, false)) return VALUE_ERROR;
    return result;
}

static Value deque_inplace_concat(Value self, Value other) {
    return deque_extend(as_deque(self), other, false) ? self : VALUE_ERROR;
}

static Value deque_inplace_repeat(Value self, int64_t times) {
    Deque *deque = as_deque(self);
    int64_t count;
    if (times == 1) return self;
    Array *items = deque_snapshot(deque, &count);
    if (!items) return VALUE_ERROR;
    if (times <= 0 || count == 0) {
        deque_clear(deque);
        return self;
    }
    int64_t maximum = load_relaxed(&deque->maximum), total;
    if (__builtin_mul_overflow(count, times, &total)) return raise_memory_error();
    if (maximum >= 0 && total > maximum) /* only the last of them stay */
        times = (maximum + count - 1) / count + 1;
    else if (total > INT64_C(1) << 40)
        return raise_memory_error();
    for (int64_t i = 1; i < times; i++) {
        object_lock(deque);
        bool ok = true;
        for (int64_t k = 0; ok && k < count; k++) ok = add_right(deque, items->items[k]);
        object_unlock(deque);
        if (!ok) return VALUE_ERROR;
    }
    return self;
}

static Value deque_repeat(Value self, int64_t times) {
    Value result = deque_copy(self);
    return is_error(result) ? result : deque_inplace_repeat(result, times);
}

/* --- methods ------------------------------------------------------------------------------------------------------ */

bool deque_append_item(Value self, Value item) {
    Deque *deque = as_deque(self);
    object_lock(deque);
    bool ok = add_right(deque, item);
    object_unlock(deque);
    return ok;
}

Value deque_pop_left_item(Value self) {
    Deque *deque = as_deque(self);
    object_lock(deque);
    Value item = deque->length ? take_left(deque) : VALUE_EMPTY;
    object_unlock(deque);
    return item;
}

int64_t deque_length_of(Value self) { return deque_length(as_deque(self)); }

static Value deque_append(Value *args) {
    return deque_append_item(args[0], args[1]) ? VALUE_NONE : VALUE_ERROR;
}
static Value deque_appendleft(Value *args) {
    Deque *deque = as_deque(args[0]);
    object_lock(deque);
    bool ok = add_left(deque, args[1]);
    object_unlock(deque);
    return ok ? VALUE_NONE : VALUE_ERROR;
}
static Value deque_pop(Value *args) {
    Deque *deque = as_deque(args[0]);
    object_lock(deque);
    Value item = deque->length ? take_right(deque) : VALUE_EMPTY;
    object_unlock(deque);
    return is_empty(item) ? raise_error(&IndexError, "pop from an empty deque") : item;
}
static Value deque_popleft(Value *args) {
    Value item = deque_pop_left_item(args[0]);
    return is_empty(item) ? raise_error(&IndexError, "pop from an empty deque") : item;
}
static Value deque_extend_method(Value *args) {
    return deque_extend(as_deque(args[0]), args[1], false) ? VALUE_NONE : VALUE_ERROR;
}
static Value deque_extendleft_method(Value *args) {
    return deque_extend(as_deque(args[0]), args[1], true) ? VALUE_NONE : VALUE_ERROR;
}
static Value deque_clear_method(Value *args) {
    deque_clear(as_deque(args[0]));
    return VALUE_NONE;
}
static Value deque_copy_method(Value *args) { return deque_copy(args[0]); }

static Value deque_count(Value *args) {
    Deque *deque = as_deque(args[0]);
    int64_t count = 0;
    object_lock(deque);
    int64_t found = find_quick(deque, args[1], 0, INT64_MAX, &count);
    object_unlock(deque);
    if (found != -2) return int_value(count);
    uint64_t changes = load_acquire(&deque->changes);
    count = 0;
    for (int64_t i = 0;; i++) {
        Value item = deque_get(deque, i);
        if (is_empty(item)) return int_value(count);
        int equal = value_equal(item, args[1]);
        if (equal < 0 || changed_since(deque, changes)) return VALUE_ERROR;
        count += equal;
    }
}

static Value deque_index(Value *args) {
    Deque *deque = as_deque(args[0]);
    int64_t start = 0, stop = INT64_MAX, length = deque_length(deque);
    if (!index_argument(args[2], &start) || !index_argument(args[3], &stop)) return VALUE_ERROR;
    if (start < 0) start = max_int64(0, start + length);
    if (stop < 0) stop = max_int64(0, stop + length);
    int64_t found = deque_find(deque, args[1], start, stop);
    if (found >= 0) return int_value(found);
    return found == -2 ? VALUE_ERROR : raise_error(&ValueError, "%R is not in deque", args[1]);
}

static Value deque_insert(Value *args) {
    Deque *deque = as_deque(args[0]);
    int64_t index = value_index_int64(args[1], &OverflowError);
    if (index == -1 && error_occurred()) return VALUE_ERROR;
    object_lock(deque);
    bool full = deque->maximum >= 0 && deque->length >= deque->maximum;
    bool ok = !full && reserve(deque, 1);
    if (ok) {
        if (index < 0) index = max_int64(0, index + deque->length);
        insert_at(deque, min_int64(index, deque->length), args[2]);
    }
    object_unlock(deque);
    if (full) return raise_error(&IndexError, "deque already at its maximum size");
    return ok ? VALUE_NONE : VALUE_ERROR;
}

static Value deque_remove(Value *args) {
    Deque *deque = as_deque(args[0]);
    object_lock(deque);
    int64_t found = find_quick(deque, args[1], 0, INT64_MAX, NULL);
    if (found >= 0) remove_at(deque, found);
    object_unlock(deque);
    if (found >= 0) return VALUE_NONE;
    if (found == -1) return raise_error(&ValueError, "%R is not in deque", args[1]);
    uint64_t changes = load_acquire(&deque->changes);
    for (int64_t i = 0;; i++) {
        Value item = deque_get(deque, i);
        if (is_empty(item))
            return raise_error(&ValueError, "%R is not in deque", args[1]);
        int equal = value_equal(item, args[1]);
        if (equal < 0) return VALUE_ERROR;
        object_lock(deque);
        bool changed = deque->changes != changes;
        if (equal && !changed) remove_at(deque, i);
        object_unlock(deque);
        if (changed) return raise_error(&IndexError, "deque mutated during remove().");
        if (equal) return VALUE_NONE;
    }
}

static Value deque_reverse(Value *args) {
    Deque *deque = as_deque(args[0]);
    object_lock(deque);
    for (int64_t low = 0, high = deque->length - 1; low < high; low++, high--) {
        Value item = item_at(deque, low);
        put_at(deque, low, item_at(deque, high));
        put_at(deque, high, item);
    }
    object_unlock(deque);
    return VALUE_NONE;
}

static Value deque_rotate(Value *args) {
    int64_t steps = 1;
    if (!is_empty(args[1])) {
        steps = value_index_int64(args[1], &OverflowError);
        if (steps == -1 && error_occurred()) return VALUE_ERROR;
    }
    object_lock(as_deque(args[0]));
    rotate(as_deque(args[0]), steps);
    object_unlock(as_deque(args[0]));
    return VALUE_NONE;
}

static Value iterator_over(Type *type, Value deque, int64_t skip);
static Value deque_iter(Value self) { return iterator_over(&deque_iterator_type, self, 0); }
static Value deque_reversed(Value *args) {
    return iterator_over(&deque_reverse_iterator_type, args[0], 0);
}

static Value deque_reduce(Value *args) {
    Value state = call_method_0(args[0], "__getstate__");
    Value iterator = is_error(state) ? VALUE_ERROR : get_iter(args[0]);
    if (is_error(iterator)) return VALUE_ERROR;
    Value maximum = maximum_value(as_deque(args[0]));
    Tuple *arguments = is_none(maximum) ? tuple_new(0)
                                        : tuple_pack(2, object_value(tuple_new(0)), maximum);
    if (!arguments) return VALUE_ERROR;
    Tuple *result = tuple_pack(4, object_value(type_of(args[0])), object_value(arguments), state,
                               iterator);
    return result ? object_value(result) : VALUE_ERROR;
}

static Value deque_sizeof(Value *args) {
    Deque *deque = as_deque(args[0]);
    object_lock(deque);
    int64_t capacity = deque->items ? deque->items->capacity : 0;
    object_unlock(deque);
    return int_value((int64_t)sizeof(Deque) + capacity * (int64_t)sizeof(Value));
}

static Value deque_get_maximum(Value self) { return maximum_value(as_deque(self)); }

static const MethodDef deque_methods[] = {
    METHOD("append", deque_append, "($self, item, /)", "Put an item at the right end."),
    METHOD("appendleft", deque_appendleft, "($self, item, /)", "Put an item at the left end."),
    METHOD("pop", deque_pop, "($self, /)", "Remove the item at the right end and return it."),
    METHOD("popleft", deque_popleft, "($self, /)", "Remove the item at the left end and return it."),
    METHOD("extend", deque_extend_method, "($self, iterable, /)",
           "Put all items of iterable at the right end."),
    METHOD("extendleft", deque_extendleft_method, "($self, iterable, /)",
           "Put the items of iterable at the left end, one after the other."),
    METHOD("clear", deque_clear_method, "($self, /)", "Remove all items."),
    METHOD("copy", deque_copy_method, "($self, /)", "Make a new deque of the same items."),
    METHOD("__copy__", deque_copy_method, "($self, /)", "Make a new deque of the same items."),
    METHOD("count", deque_count, "($self, value, /)", "Tell how many items equal value."),
    METHOD("index", deque_index, "($self, value, start=0, stop=sys.maxsize, /)",
           "Tell the first position at which value stands; ValueError when it is not there."),
    METHOD("insert", deque_insert, "($self, index, value, /)", "Put value before index."),
    METHOD("remove", deque_remove, "($self, value, /)",
           "Remove the first item that equals value; ValueError when there is none."),
    METHOD("reverse", deque_reverse, "($self, /)", "Turn the order of the items around."),
    METHOD("rotate", deque_rotate, "($self, n=1, /)",
           "Move n items from the right end to the left one, or the other way when n is negative."),
    METHOD("__reversed__", deque_reversed, "($self, /)", "Iterate from the right end."),
    METHOD("__reduce__", deque_reduce, "($self, /)", "State for pickling."),
    METHOD("__sizeof__", deque_sizeof, "($self, /)", "Tell the size in memory, in bytes."),
    CLASS_METHOD("__class_getitem__", generic_alias_class_getitem, "($type, item, /)",
                 "See PEP 585."),
    {0},
};

static const GetSetDef deque_getset[] = {
    {"maxlen", deque_get_maximum, NULL, "The largest length, or None."},
    {0},
};

Type deque_type = {
    .name = "collections.deque",
    .doc = "deque(iterable=(), maxlen=None): a sequence that is quick at both ends.",
    .base = &object_type_object,
    .flags = TYPE_BASE | TYPE_IMMUTABLE | TYPE_SEQUENCE | TYPE_HAS_WEAKREF,
    .size = sizeof(Deque),
    .root = {.cell_kind = {.trace = deque_trace, .name = "collections.deque"}},
    .repr = deque_repr,
    .hash = hash_not_possible,
    .getattribute = object_getattribute,
    .compare = deque_compare,
    .iter = deque_iter,
    .snapshot = deque_list,
    .init = deque_init,
    .new_instance = deque_new,
    .length = deque_length_slot,
    .getitem = deque_getitem,
    .setitem = deque_setitem,
    .contains = deque_contains,
    .concat = deque_concat,
    .repeat = deque_repeat,
    .inplace_concat = deque_inplace_concat,
    .inplace_repeat = deque_inplace_repeat,
    .methods = deque_methods,
    .getset = deque_getset,
};

/* --- iterators --------------------------------------------------------------------------------------------- */

typedef struct DequeIterator {
    Object object;
    Deque *deque;     /* constant */
    uint64_t changes; /* of the deque when the iterator was made; constant */
    int64_t given;    /* atomic */
    int64_t left;     /* atomic */
} DequeIterator;

static Value iterator_over(Type *type, Value deque, int64_t skip) {
    DequeIterator *iterator = object_alloc(type, sizeof(DequeIterator));
    if (!iterator) return VALUE_ERROR;
    iterator->deque = as_deque(deque);
    object_lock(iterator->deque);
    iterator->changes = iterator->deque->changes;
    int64_t length = iterator->deque->length;
    object_unlock(iterator->deque);
    iterator->given = min_int64(skip, length);
    iterator->left = length - iterator->given;
    return object_value(iterator);
}

static void deque_iterator_trace(Cell *cell, Marker *marker) {
    marker_visit_pointer(marker, ((DequeIterator *)cell)->deque);
}

static Value iterator_step(DequeIterator *iterator, bool backwards) {
    Deque *deque = iterator->deque;
    for (;;) {
        int64_t left = load_relaxed(&iterator->left), given = load_relaxed(&iterator->given);
        object_lock(deque);
        Value item = VALUE_EMPTY;
        int64_t index = backwards ? deque->length - 1 - given : given;
        bool changed = deque->changes != iterator->changes;
        if (!changed && index >= 0 && index < deque->length) item = item_at(deque, index);
        object_unlock(deque);
        /* another thread may have taken the last one, and not counted it in `left` yet */
        if (!changed && (left <= 0 || is_empty(item))) return VALUE_EMPTY;
        if (changed) {
            store_relaxed(&iterator->left, INT64_C(0));
            return raise_error(&RuntimeError, "deque mutated during iteration");
        }
        if (!cas_relaxed(&iterator->given, &given, given + 1)) continue;
        fetch_add_relaxed(&iterator->left, -1);
        return item;
    }
}

static Value deque_iterator_next(Value self) {
    return iterator_step(OBJECT_AS(DequeIterator, self), false);
}
static Value deque_reverse_iterator_next(Value self) {
    return iterator_step(OBJECT_AS(DequeIterator, self), true);
}

static Value deque_iterator_new(Type *type, Value *args, size_t count, Tuple *names) {
    static const char signature[] = "(deque, index=0, /)";
    static Signature *parsed;
    Value bound[2];
    if (!bind_arguments("_deque_iterator", signature, &parsed, args, count, names, bound))
        return VALUE_ERROR;
    if (!is_deque(bound[0]))
        return raise_error(&TypeError, "_deque_iterator() argument 1 must be collections.deque, not %T",
                           bound[0]);
    int64_t skip = 0;
    if (!is_empty(bound[1]) && !value_to_int64(bound[1], &skip)) return VALUE_ERROR;
    return iterator_over(type, bound[0], max_int64(0, skip));
}

static Value deque_iterator_length_hint(Value *args) {
    return int_value(max_int64(0, load_relaxed(&OBJECT_AS(DequeIterator, args[0])->left)));
}

static Value deque_iterator_reduce(Value *args) {
    DequeIterator *iterator = OBJECT_AS(DequeIterator, args[0]);
    int64_t given = deque_length(iterator->deque) - load_relaxed(&iterator->left);
    Tuple *inner = tuple_pack(2, object_value(iterator->deque), int_value(given));
    Tuple *result = inner ? tuple_pack(2, object_value(type_of(args[0])), object_value(inner)) : NULL;
    return result ? object_value(result) : VALUE_ERROR;
}

static const MethodDef deque_iterator_methods[] = {
    METHOD("__length_hint__", deque_iterator_length_hint, "($self, /)", iterator_length_hint_doc),
    METHOD("__reduce__", deque_iterator_reduce, "($self, /)", iterator_reduce_doc),
    {0},
};

#define DEQUE_ITERATOR(variable, python_name, next_function)                                       \
    Type variable = {                                                                              \
        .name = "_collections." python_name,                                                       \
        .base = &object_type_object,                                                               \
        .flags = TYPE_IMMUTABLE,                                                                   \
        .size = sizeof(DequeIterator),                                                             \
        .root = {.cell_kind = {.trace = deque_iterator_trace, .name = python_name}},               \
        .getattribute = object_getattribute,                                                       \
        .new_instance = deque_iterator_new,                                                        \
        .iter = iter_self,                                                                         \
        .next = next_function,                                                                     \
        .methods = deque_iterator_methods,                                                         \
    };
DEQUE_ITERATOR(deque_iterator_type, "_deque_iterator", deque_iterator_next)
DEQUE_ITERATOR(deque_reverse_iterator_type, "_deque_reverse_iterator", deque_reverse_iterator_next)
