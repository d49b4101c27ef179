/* dict.h - dict: insertion-ordered hash tables that are read without a lock.
 *
 * A dict points to a DictTable: an index array and an array of entries in insertion order. Within one
 * table an entry'"'"'s key and hash never change once published; its value may (VALUE_EMPTY: deleted),
 * and entries are only appended; growing, compacting and clear() publish a new table. So a reader
 * that loaded a table sees each key with an old or a new value, never a mixture, and a cache may
 * remember "(table, entry index)": while the dict still has that table, the entry is that key'"'"'s.
 * A table whose entry_count is what a cache remembers has had no key added since.
 * Writers hold the dict'"'"'s lock, which is never held while keys are hashed or compared by Python code
 * (dict.c: look up unlocked, lock, check that the table is still the one looked at, write).
 *
 * A dict may be the `__dict__` of an instance whose attributes live in slots: then `owner` is that
 * instance, the table is unused, and every operation goes to the owner'"'"'s slots (object/instance.c),
 * until something that slots cannot hold (a key that is not a str, many attributes) turns it into an
 * ordinary one. */
#ifndef WEFT_TYPES_DICT_H
#define WEFT_TYPES_DICT_H

#include "object/call.h"

typedef struct DictEntry {
    Value key;    /* VALUE_EMPTY: not published yet */
    Value value;  /* atomic; VALUE_EMPTY: deleted */
    int64_t hash;
} DictEntry;

typedef struct DictTable {
    Cell cell;
    uint32_t index_size;     /* slots of the index, a power of two; constant */
    uint32_t entry_capacity; /* constant */
    uint32_t entry_count;    /* atomic; entries appended so far; published with release */
    uint8_t index_width;     /* bytes of an index slot: 1, 2 or 4; constant */
    bool all_str;            /* atomic; every key is an exact str */
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
int dict_contains(Dict *dict, Value key);
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

/* For caches of the interpreter: finds a str key without a lock. True: *table and *index say where
 * it is now. */
bool dict_find_entry(Dict *dict, Str *key, DictTable **table, uint32_t *index);

/* Slots of an owner, implemented in object/instance.c for dict.c'"'"'s use. */
typedef struct OwnedDictHooks {
    Value (*get)(Object *owner, Str *key);                 /* VALUE_EMPTY: absent */
    bool (*set)(Object *owner, Str *key, Value value);     /* VALUE_EMPTY deletes; false: error */
    int64_t (*length)(Object *owner);
    bool (*next)(Object *owner, int64_t *position, Value *key, Value *value);
    /* Moves all attributes into dict->table and clears dict->owner. Stops the world. */
    bool (*materialise)(Dict *dict);
} OwnedDictHooks;
extern OwnedDictHooks owned_dict_hooks;

extern Type dict_keys_type, dict_values_type, dict_items_type, mappingproxy_type;
Value mappingproxy_new(Value mapping);

#endif
