/* dict.h - dict: insertion-ordered hash tables that are read without a lock.
 *
 * A dict points to a DictTable: an index array and an array of entries in insertion order. Within one
 * table an entry is for one key: its hash never changes once published and its key only to
 * VALUE_EMPTY, when it is deleted for good, after its value; entries are only appended; growing, compacting and clear() publish a new table. So a reader
 * that loaded a table sees each key with an old or a new value, never a mixture, and a cache may
 * remember "(table, entry index)": while the dict still has that table, the entry is that key's.
 * A table whose entry_count is what a cache remembers has had no key added since.
 * Writers hold the dict's lock, which is never held while keys are hashed or compared by Python code
 * (dict.c: look up unlocked, lock, check that the table is still the one looked at, write).
 *
 * A dict may be the `__dict__` of an instance whose attributes live in slots: then `owner` is that
 * instance, the table is unused, and every operation goes to the owner's slots (object/instance.c),
 * until something that slots cannot hold (a key that is not a str, many attributes) turns it into an
 * ordinary one. */
#ifndef WEFT_TYPES_DICT_H
#define WEFT_TYPES_DICT_H

#include "object/call.h"

typedef struct DictEntry {
    Value key;    /* atomic; VALUE_EMPTY: not published yet, or deleted */
    Value value;  /* atomic; VALUE_EMPTY: deleted; emptied before the key is */
    int64_t hash;
} DictEntry;

typedef struct DictTable {
    Cell cell;
    uint32_t index_size;     /* slots of the index, a power of two; constant */
    uint32_t entry_capacity; /* constant */
    uint32_t entry_count;    /* atomic; entries appended so far; published with release */
    uint8_t index_width;     /* bytes of an index slot: 1, 2 or 4; constant */
    bool all_str;            /* atomic; every key is an exact str */
    uint16_t front_unused;   /* so many entries at the front were never used; under the lock */
    uint32_t first_live;     /* atomic; no entry below it is live; written under the lock */
    uint32_t live_end;       /* no entry at or past it is live; under the lock */
    DictEntry *entries;      /* inside this cell; the index follows them */
} DictTable;

struct Dict {
    Object object;
    DictTable *table; /* atomic; NULL: empty */
    int64_t length;   /* atomic; live entries; written under the lock */
    Object *owner;    /* atomic; see above; NULL for all but some __dict__s */
};
extern Type dict_type;
static inline Dict *as_dict(Value v) { return OBJECT_AS(Dict, v); }

Dict *dict_new(void);
Dict *dict_new_sized(int64_t expected);
int64_t dict_length(Dict *dict);
/* VALUE_EMPTY when absent, VALUE_ERROR when hashing or comparing raised. Runs Python for keys that
 * are not builtin. */
Value dict_get(Dict *dict, Value key);
Value dict_get_hashed(Dict *dict, Value key, int64_t hash);
/* For str keys and dicts: never raises and runs Python only if the dict has keys whose class
 * overrides __eq__. */
Value dict_get_str(Dict *dict, Str *key);
Value dict_get_c(Dict *dict, const char *key);
bool dict_set(Dict *dict, Value key, Value value);
bool dict_set_str(Dict *dict, Str *key, Value value);
bool dict_set_c(Dict *dict, const char *key, Value value);
/* Removes and returns the value; VALUE_EMPTY when absent. One atomic step. */
Value dict_pop(Dict *dict, Value key);
Value dict_pop_str(Dict *dict, Str *key);
/* The value, after storing `value` if the key was absent: one atomic step. */
Value dict_set_default(Dict *dict, Value key, Value value);
Value dict_set_default_hashed(Dict *dict, Value key, int64_t hash, Value value);
/* Adds one to a value that is a small int, or stores 1 for an absent key, in one step: 1; 0: the value is
 * something else; -1: hashing or comparing raised. */
int dict_count(Dict *dict, Value key, int64_t hash);
int dict_contains(Dict *dict, Value key);
/* Bytes of the dict and its table. */
size_t dict_memory_size(Dict *dict);
void dict_clear(Dict *dict);
Dict *dict_copy(Dict *dict);
/* dict.update(): from a mapping or an iterable of pairs. `override` false keeps present keys. */
bool dict_merge(Dict *dict, Value other, bool override);
/* Iterates: *position starts at 0. False at the end. Takes no lock: entries added or removed by
 * others meanwhile may or may not be seen; never a torn pair. */
bool dict_next(Dict *dict, int64_t *position, Value *key, Value *value);
List *dict_keys_list(Dict *dict);
List *dict_values_list(Dict *dict);
List *dict_items_list(Dict *dict);
int dict_contains_str(Dict *dict, Str *key);
/* Deletes a key: 1, 0 when absent, -1 when hashing or comparing raised. */
int dict_delete(Dict *dict, Value key);
/* The same, if its value is that one. */
int dict_delete_if(Dict *dict, Value key, Value value);
bool dict_set_hashed(Dict *dict, Value key, int64_t hash, Value value);
/* Removes and returns the last (or first) entry in one step. False: empty, nothing raised;
 * *key is VALUE_ERROR when an exception was set. */
bool dict_pop_item(Dict *dict, bool last, Value *key, Value *value);
/* Moves a key to the end (or to the front): 1, 0 when absent, -1. One atomic step, amortised O(1). */
int dict_move_to_end(Dict *dict, Value key, bool last);
int dict_move_to_end_hashed(Dict *dict, Value key, int64_t hash, bool last);
/* The hash of a key: value_hash(), quicker for the usual types. */
int64_t dict_key_hash(Value key);

/* For caches of the interpreter: finds a str key without a lock. True: *table and *index say where
 * it is now. */
bool dict_find_entry(Dict *dict, Str *key, DictTable **table, uint32_t *index);

/* Told of the keys that dict's own methods took out of instances of derived types; NULL: nobody cares.
 * Atomic. */
extern void (*dict_lost_key)(Dict *dict, Value key);

/* Slots of an owner, implemented in object/instance.c for dict.c's use. */
typedef struct OwnedDictHooks {
    Value (*get)(Object *owner, Str *key);                 /* VALUE_EMPTY: absent */
    bool (*set)(Object *owner, Str *key, Value value);     /* VALUE_EMPTY deletes; false: error */
    int64_t (*length)(Object *owner);
    bool (*next)(Object *owner, int64_t *position, Value *key, Value *value);
    /* Moves all attributes into dict->table and clears dict->owner. Stops the world. */
    bool (*materialise)(Dict *dict);
} OwnedDictHooks;
extern OwnedDictHooks owned_dict_hooks;

/* dict_keys, dict_items, dict_values. */
typedef struct DictView {
    Object object;
    Dict *dict; /* constant */
} DictView;
List *dict_view_list(Value view); /* what it shows, in one step */

extern Type dict_keys_type, dict_values_type, dict_items_type, mappingproxy_type;
extern Type dict_key_iterator_type, dict_value_iterator_type, dict_item_iterator_type;
extern Type dict_reverse_key_iterator_type, dict_reverse_value_iterator_type;
extern Type dict_reverse_item_iterator_type;
/* next() of a dict_itemiterator, without a tuple: VALUE_EMPTY at the end; VALUE_ERROR. */
Value dict_item_iterator_next(Value iterator, Value pair[2]);
Value mappingproxy_new(Value mapping);
static inline bool is_dict_view(Value v) {
    return is_exactly(v, &dict_keys_type) || is_exactly(v, &dict_items_type) ||
           is_exactly(v, &dict_values_type);
}

#endif
