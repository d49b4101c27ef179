/* list.c - the list: what C code does with it. Its Python methods stand in list_methods.c.
 *
 * Representation: `items` points to an Array, `length` says how many of its slots are the list. Slots
 * at and past the length are VALUE_EMPTY. `items` is NULL as long as nothing was stored.
 *
 * Readers load `items`, then `length`, and use an index below both the length and the array's own
 * capacity. What they can see while a writer, who holds the lock, is between two stores:
 *
 *   append      the item, then the length: before the length the index is out of range.
 *   growth      the new array is complete before it is published. A reader that still has the old
 *               one reads an item as it was when it loaded `items`, or finds the index beyond the old
 *               capacity, where it was out of range at that time.
 *   pop         the length, then VALUE_EMPTY into the slot: the reader has the item or meets
 *               VALUE_EMPTY, which is "out of range".
 *   insertion   the length, then items move up from the end: index i holds what it held before, or
 *               what it holds after (or still VALUE_EMPTY for the last: out of range, as before).
 *   deletion    items move down, then the length, then the slots past it: the same.
 *   reversal    items change places one by one: the same.
 *   clear, sort, slice assignment that grows    a new array is published in one store.
 *
 * An index from the end is a length and an index, and items move between the two; so list_get_from_end()
 * looks at the length again and at the lock byte, and takes the lock when a writer was at work.
 *
 * Whoever needs several items of one moment (slices, copies, repetition, concatenation) takes the
 * lock while it copies; comparing and iterating take items one by one. */
#include "types/list.h"
#include "types/dict.h"
#include "types/exception.h"
#include "types/set.h"

/* --- arrays -------------------------------------------------------------------------------------- */

void values_move(void *owner, Value *to, const Value *from, int64_t count) {
    write_barrier(owner);
    if (to <= from || to >= from + count) {
        for (int64_t i = 0; i < count; i++)
            store_release(&to[i].bits, load_relaxed(&from[i].bits));
    } else {
        for (int64_t i = count; i-- > 0;)
            store_release(&to[i].bits, load_relaxed(&from[i].bits));
    }
}

/* Fills slots that no thread can see yet. */
static void copy_private(Value *to, const Value *from, int64_t count) {
    for (int64_t i = 0; i < count; i++) to[i].bits = load_relaxed(&from[i].bits);
}

static void fill_empty(Value *slots, int64_t count) {
    for (int64_t i = 0; i < count; i++) store_relaxed(&slots[i].bits, VALUE_EMPTY.bits);
}

int64_t array_grown_capacity(int64_t needed) {
    if (needed > INT64_MAX / 16) return needed;
    int64_t wanted = needed + (needed >> 2) + 3;
    size_t size = sizeof(Array) + (size_t)wanted * sizeof(Value), rounded = align_up(size, 16);
    if (size > 256 && size <= HEAP_SMALL_MAX) {
        unsigned power = 63 - (unsigned)__builtin_clzll(size - 1);
        rounded = align_up(size, (size_t)1 << (power - 2));
    }
    return (int64_t)((rounded - sizeof(Array)) / sizeof(Value));
}

/* --- making ---------------------------------------------------------------------------------------- */

List *list_new(int64_t capacity) {
    Array *items = NULL;
    if (capacity > 0 && !(items = array_new(capacity))) return NULL;
    List *list = object_alloc(&list_type, sizeof(List));
    if (list) list->items = items;
    return list;
}

List *list_from_array(const Value *items, int64_t count) {
    List *list = list_new(count);
    if (!list || count == 0) return list;
    copy_private(list->items->items, items, count);
    list->length = count;
    return list;
}

/* A list of an array that the caller gives up. */
static List *list_adopt(Array *items, int64_t count) {
    List *list = object_alloc(&list_type, sizeof(List));
    if (!list) return NULL;
    list->items = items;
    list->length = count;
    return list;
}

/* --- writing; "locked" functions are called with the lock held ------------------------------------------ */

static bool reserve_locked(List *list, int64_t needed) {
    Array *items = list->items;
    if (items && items->capacity >= needed) return true;
    Array *larger = array_new(array_grown_capacity(needed));
    if (!larger) return false;
    if (items) copy_private(larger->items, items->items, list->length);
    HEAP_STORE_POINTER(list, &list->items, larger);
    return true;
}

bool list_append(List *list, Value v) {
    object_lock(list);
    int64_t length = list->length;
    Array *items = list->items;
    if (unlikely(!items || length >= items->capacity)) {
        if (!reserve_locked(list, length + 1)) {
            object_unlock(list);
            return false;
        }
        items = list->items;
    }
    heap_store_release(items, &items->items[length], v);
    store_release(&list->length, length + 1);
    object_unlock(list);
    return true;
}

bool list_set(List *list, int64_t index, Value v) {
    object_lock(list);
    bool ok = (uint64_t)index < (uint64_t)list->length;
    if (ok) {
        list_note_change(list);
        heap_store_release(list->items, &list->items->items[index], v);
    }
    object_unlock(list);
    return ok;
}

Value list_get_from_end_slow(List *list, int64_t index) {
    object_lock(list);
    index += list->length;
    Value item = index >= 0 ? list_get(list, index) : VALUE_EMPTY;
    object_unlock(list);
    return item;
}

bool list_splice_locked(List *list, int64_t start, int64_t end, const Value *with, int64_t count) {
    int64_t length = list->length, change = count - (end - start);
    list_note_change(list);
    if (length + change == 0) {
        store_release(&list->length, 0);
        HEAP_STORE_POINTER(list, &list->items, NULL);
        return true;
    }
    Array *items = list->items;
    if (!items || length + change > items->capacity) {
        Array *larger = array_new(array_grown_capacity(length + change));
        if (!larger) return false;
        if (items) {
            copy_private(larger->items, items->items, start);
            copy_private(larger->items + start + count, items->items + end, length - end);
        }
        copy_private(larger->items + start, with, count);
        HEAP_STORE_POINTER(list, &list->items, larger);
        store_release(&list->length, length + change);
        return true;
    }
    Value *slots = items->items;
    if (change > 0) {
        store_release(&list->length, length + change);
        values_move(items, slots + start + count, slots + end, length - end);
        values_move(items, slots + start, with, count);
    } else {
        values_move(items, slots + start, with, count);
        if (change < 0) {
            values_move(items, slots + start + count, slots + end, length - end);
            store_release(&list->length, length + change);
            fill_empty(slots + length + change, -change);
        }
    }
    return true;
}

bool list_splice(List *list, int64_t start, int64_t end, const Value *items, int64_t count) {
    object_lock(list);
    start = min_int64(start, list->length);
    end = max_int64(start, min_int64(end, list->length));
    bool ok = list_splice_locked(list, start, end, items, count);
    object_unlock(list);
    return ok;
}

bool list_insert(List *list, int64_t index, Value v) {
    object_lock(list);
    if (index < 0) index = max_int64(0, index + list->length);
    index = min_int64(index, list->length);
    bool ok = list_splice_locked(list, index, index, &v, 1);
    object_unlock(list);
    return ok;
}

bool list_remove_at(List *list, int64_t index, Value item) {
    object_lock(list);
    bool there = index < list->length && same_value(list->items->items[index], item) &&
                 list_splice_locked(list, index, index + 1, NULL, 0);
    object_unlock(list);
    return there;
}

Value list_pop(List *list, int64_t index) {
    Value result = VALUE_EMPTY;
    object_lock(list);
    int64_t length = list->length;
    if (index < 0) index += length;
    if ((uint64_t)index < (uint64_t)length) {
        Value *slots = list->items->items;
        list_note_change(list);
        result = value_load_relaxed(&slots[index]);
        if (index == length - 1) {
            store_release(&list->length, index);
            store_relaxed(&slots[index].bits, VALUE_EMPTY.bits);
        } else {
            list_splice_locked(list, index, index + 1, NULL, 0);
        }
    }
    object_unlock(list);
    return result;
}

void list_clear(List *list) {
    object_lock(list);
    list_note_change(list);
    if (list->items && list->items->capacity > 0) { /* else it is empty; list_sort() has its mark here */
        store_release(&list->length, 0);
        HEAP_STORE_POINTER(list, &list->items, NULL);
    }
    object_unlock(list);
}

Array *list_exchange(List *list, Array *items, int64_t length, int64_t *old_length) {
    object_lock(list);
    Array *old = list->items;
    list_note_change(list);
    *old_length = list->length;
    store_release(&list->length, 0);
    HEAP_STORE_POINTER(list, &list->items, items);
    store_release(&list->length, length);
    object_unlock(list);
    return old;
}

void list_reverse(List *list) {
    object_lock(list);
    list_note_change(list);
    Value *slots = list->items ? list->items->items : NULL;
    for (int64_t low = 0, high = list->length - 1; low < high; low++, high--) {
        Value first = value_load_relaxed(&slots[low]);
        heap_store_release(list->items, &slots[low], value_load_relaxed(&slots[high]));
        heap_store_release(list->items, &slots[high], first);
    }
    object_unlock(list);
}

/* --- several items of one moment -------------------------------------------------------------------------- */

Array *list_snapshot(List *list, int64_t *count) {
    for (;;) {
        int64_t expected = list_length(list);
        Array *copy = array_new(expected);
        if (!copy) return NULL;
        object_lock(list);
        int64_t length = list->length;
        if (length <= expected) {
            if (length) copy_private(copy->items, list->items->items, length);
            object_unlock(list);
            *count = length;
            return copy;
        }
        object_unlock(list);
    }
}

List *list_slice(const List *source, int64_t start, int64_t end) {
    List *list = (List *)source;
    for (;;) {
        int64_t expected = list_length(list);
        int64_t from = min_int64(max_int64(start, 0), expected);
        int64_t room = max_int64(0, min_int64(end, expected) - from);
        Array *copy = array_new(room);
        if (!copy) return NULL;
        object_lock(list);
        int64_t count = max_int64(0, min_int64(end, list->length) - from);
        if (count <= room) {
            if (count) copy_private(copy->items, list->items->items + from, count);
            object_unlock(list);
            return list_adopt(room ? copy : NULL, count);
        }
        object_unlock(list);
    }
}

Tuple *list_to_tuple(List *list) {
    for (;;) {
        int64_t length = list_length(list);
        Tuple *tuple = tuple_new(length);
        if (!tuple || length == 0) return tuple;
        object_lock(list);
        if (list->length == length) {
            copy_private(tuple->items, list->items->items, length);
            object_unlock(list);
            return tuple;
        }
        object_unlock(list);
    }
}

/* --- extending ---------------------------------------------------------------------------------------------- */

static bool append_array(List *list, const Value *items, int64_t count) {
    if (count == 0) return true;
    object_lock(list);
    bool ok = reserve_locked(list, list->length + count);
    if (ok) {
        int64_t length = list->length;
        values_move(list->items, list->items->items + length, items, count);
        store_release(&list->length, length + count);
    }
    object_unlock(list);
    return ok;
}

static bool extend_from_list(List *list, List *other) {
    int64_t count;
    Array *items = list_snapshot(other, &count);
    if (!items) return false;
    object_lock(list);
    bool adopt = !list->items && count > 0;
    if (adopt) {
        HEAP_STORE_POINTER(list, &list->items, items);
        store_release(&list->length, count);
    }
    object_unlock(list);
    return adopt || append_array(list, items->items, count);
}

bool list_extend(List *list, Value iterable) {
    if (is_exactly(iterable, &list_type)) return extend_from_list(list, as_list(iterable));
    if (is_exactly(iterable, &tuple_type)) {
        Tuple *tuple = as_tuple(iterable);
        return append_array(list, tuple->items, tuple->length);
    }
    List *copy = NULL; /* of what must be read in one step */
    if (is_exactly(iterable, &dict_type)) copy = dict_keys_list(as_dict(iterable));
    else if (is_exactly(iterable, &set_type) || is_exactly(iterable, &frozenset_type))
        copy = set_items_list(OBJECT_AS(Set, iterable));
    else if (is_dict_view(iterable)) copy = dict_view_list(iterable);
    else if (type_of(iterable)->snapshot) copy = type_of(iterable)->snapshot(iterable);
    else goto general;
    return copy && append_array(list, copy->items ? copy->items->items : NULL, copy->length);

general:;
    Value iterator = get_iter(iterable);
    if (is_error(iterator)) return false;
    int64_t hint = value_length_hint(iterable, 8);
    if (hint < 0) return false;
    if (hint > 0 && hint < INT64_C(1) << 24 && list_length(list) == 0) {
        object_lock(list);
        bool ok = reserve_locked(list, list->length + hint);
        object_unlock(list);
        if (!ok) return false;
    }
    for (;;) {
        Value item = iter_next(iterator);
        if (is_empty(item)) return true;
        if (is_error(item) || !list_append(list, item)) return false;
    }
}
