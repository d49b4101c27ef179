/* list.h - list and tuple.
 *
 * A list points to an Array that knows its capacity. Readers load `items`, then `length`, and use an
 * index only below both length and capacity: whatever a racing writer does, they read a slot of an
 * array that the collector keeps. Slots past the length are VALUE_EMPTY; a reader that meets
 * VALUE_EMPTY has raced with a shrink and treats the index as out of range. Writers hold the object's
 * lock; append stores the item, then the length (release); a single item store takes the lock too
 * (it must not be lost to a concurrent resize). */
#ifndef WEFT_TYPES_LIST_H
#define WEFT_TYPES_LIST_H

#include "object/call.h"

extern Type slice_type;
static inline bool is_slice(Value v) { return is_exactly(v, &slice_type); }

/* A plain array of Values on the heap; also for others' use. */
typedef struct Array {
    Cell cell;
    int64_t capacity; /* constant */
    Value items[];
} Array;
/* Zeroed (all VALUE_EMPTY); NULL: MemoryError. */
Array *array_new(int64_t capacity);
extern CellKind array_kind;

struct List {
    Object object;
    int64_t length; /* atomic; written under the lock, release */
    Array *items;   /* atomic; NULL while nothing was stored */
};
extern Type list_type;
static inline List *as_list(Value v) { return OBJECT_AS(List, v); }
List *list_new(int64_t capacity);
List *list_from_array(const Value *items, int64_t count);
static inline int64_t list_length(const List *list) { return load_acquire(&list->length); }
/* VALUE_EMPTY when out of range; index is not negative. Takes no lock. */
static inline Value list_get(const List *list, int64_t index) {
    Array *items = load_acquire(&((List *)list)->items);
    if (unlikely((uint64_t)index >= (uint64_t)load_acquire(&list->length)) || !items ||
        index >= items->capacity)
        return VALUE_EMPTY;
    return value_load_acquire(&items->items[index]);
}
/* The same for an index that is negative and counts from the end: needs a moment in which length and items
 * belong together, and takes the lock when a writer was at work (list.c). */
Value list_get_from_end_slow(List *list, int64_t index);
static inline Value list_get_from_end(const List *list, int64_t index) {
    int64_t length = list_length(list);
    Value item = index + length >= 0 ? list_get(list, index + length) : VALUE_EMPTY;
    if (likely(!byte_lock_is_held((ByteLock *)&list->object.lock) && list_length(list) == length)) return item;
    return list_get_from_end_slow((List *)list, index);
}
/* How often the list was changed other than by appending, modulo 2^16. Writers count, with the lock held,
 * before they change anything; who reads the whole list in several steps compares (list_methods.c). */
static inline uint16_t list_changes(const List *list) { return load_acquire(&list->object.kind_bits); }
static inline void list_note_change(List *list) {
    store_relaxed(&list->object.kind_bits, (uint16_t)(list->object.kind_bits + 1));
}
bool list_set(List *list, int64_t index, Value v); /* false: out of range, nothing raised */
bool list_append(List *list, Value v);
/* Appends to a list that no other thread can have seen: no lock. */
static inline bool list_append_private(List *list, Value v) {
    Array *items = list->items;
    int64_t length = list->length;
    if (unlikely(!items || length >= items->capacity)) return list_append(list, v);
    heap_store_relaxed(items, &items->items[length], v);
    store_relaxed(&list->length, length + 1);
    return true;
}
bool list_insert(List *list, int64_t index, Value v);
Value list_pop(List *list, int64_t index); /* VALUE_EMPTY: out of range, nothing raised */
bool list_extend(List *list, Value iterable);
void list_clear(List *list);
bool list_sort(List *list, Value key, bool reverse); /* runs Python */
void list_reverse(List *list);
List *list_slice(const List *list, int64_t start, int64_t end);
/* A consistent copy of the items, taken under the lock. NULL: MemoryError (an empty list gives an
 * array of capacity 0); *count receives how many. */
Array *list_snapshot(List *list, int64_t *count);

struct Tuple {
    Object object;
    int64_t length; /* constant */
    Value items[];  /* constant after publication */
};
extern Type tuple_type;
static inline Tuple *as_tuple(Value v) { return OBJECT_AS(Tuple, v); }
/* Zeroed items: fill before publishing. Length 0 returns the one empty tuple. */
Tuple *tuple_new(int64_t length);
Tuple *tuple_from_array(const Value *items, int64_t count);
Tuple *tuple_pack(int64_t count, ...); /* Values */
Tuple *tuple_slice(const Tuple *tuple, int64_t start, int64_t end);
Tuple *list_to_tuple(List *list);
Value tuple_compare(Value self, Value other, CompareOp op); /* the slot: lexicographic */

/* Copies `count` Values between array slots that other threads may be reading: each is moved whole,
 * in an order that is right for overlapping ranges. `owner` is the cell of `to`. */
void values_move(void *owner, Value *to, const Value *from, int64_t count);
/* The capacity to ask for so that growing one by one to `needed` is linear and fills its cell. */
int64_t array_grown_capacity(int64_t needed);
/* Removes items[start:end] and puts `count` others there, in one step under the lock; the bounds are
 * clipped to the length found. MemoryError. */
bool list_splice(List *list, int64_t start, int64_t end, const Value *items, int64_t count);
/* The same with the lock held and bounds that are good: 0 <= start <= end <= length. */
bool list_splice_locked(List *list, int64_t start, int64_t end, const Value *items, int64_t count);
/* Removes items[index] if it is that value. */
bool list_remove_at(List *list, int64_t index, Value item);
/* Gives the list other items in one step and returns what it had (NULL: nothing was stored yet). */
Array *list_exchange(List *list, Array *items, int64_t length, int64_t *old_length);
/* An optional index argument as str.find() and list.index() take it: VALUE_EMPTY keeps *out; None
 * and others are a TypeError; too large numbers are clipped. Runs Python. */
bool index_argument(Value v, int64_t *out);

Value list_iter(Value list);
Value tuple_iter(Value tuple);

#endif
