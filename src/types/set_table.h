/* set_table.h - the inside of a set, for set.c and set_methods.c. */
#ifndef WEFT_TYPES_SET_TABLE_H
#define WEFT_TYPES_SET_TABLE_H

#include "types/key.h"
#include "types/set.h"

typedef struct SetEntry {
    Value key;    /* atomic; VALUE_EMPTY: never used; SET_DEAD: removed */
    int64_t hash; /* constant once the key is there */
} SetEntry;
#define SET_DEAD ((Value){0x1A})

typedef struct SetTable {
    Cell cell;
    int64_t mask;   /* slots - 1; constant */
    int64_t fill;   /* slots used so far; under the lock */
    int64_t inserts; /* atomic; goes up with each key that is put in; under the lock */
    int64_t finger; /* where pop() looks first; under the lock */
    bool shared;    /* never written again: more than one set, or whoever took a snapshot, reads it.
                       Set under the lock of a set whose table it is; for ever */
    SetEntry entries[];
} SetTable;

/* The key in slot `index`: false when there is none. */
static inline bool set_table_entry(const SetTable *table, int64_t index, Value *key) {
    *key = value_load_acquire(&table->entries[index].key);
    return !is_empty(*key) && !same_value(*key, SET_DEAD);
}
/* The table as it is now and stays: not to be written. NULL when there is none yet. Costs nothing until
 * the set is written again, which then goes on with a copy. */
SetTable *set_snapshot(Set *set);
bool set_add_hashed(Set *set, Value item, int64_t hash);
/* Adds an item that is known to be absent: without comparing it. */
bool set_add_new(Set *set, Value item, int64_t hash);
int set_contains_hashed(Set *set, Value item, int64_t hash);
int set_discard_hashed(Set *set, Value item, int64_t hash);
/* Removes some item: VALUE_EMPTY when there is none. */
Value set_take_any(Set *set);
/* Gives `set` the items that `from` (private) has, if it still has table, inserts and length as told. */
bool set_replace_if(Set *set, const SetTable *table, int64_t inserts, int64_t length, Set *from);

Value set_iter(Value set);

#endif
