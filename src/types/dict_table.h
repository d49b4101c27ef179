/* dict_table.h - the inside of a dict, for dict.c and the files of its views and iterators. */
#ifndef WEFT_TYPES_DICT_TABLE_H
#define WEFT_TYPES_DICT_TABLE_H

#include "types/dict.h"
#include "types/key.h"

/* A private copy of the live entries, in order, made in one step, never NULL but for MemoryError.
 * Of an owned dict too. */
DictTable *dict_snapshot(Dict *dict);

/* Reads entry `index`: false when it is dead or not published. */
static inline bool table_entry(const DictTable *table, uint32_t index, Value *key, Value *value) {
    const DictEntry *entry = &table->entries[index];
    *value = value_load_acquire(&entry->value);
    if (is_empty(*value)) return false;
    *key = value_load_acquire(&entry->key);
    return !is_empty(*key);
}

Value dict_iter(Value dict);
Value dict_reverse_iter(Value dict);

static inline bool dict_is_owned(Dict *dict) { return unlikely(load_acquire(&dict->owner) != NULL); }
/* Turns an owned dict into an ordinary one. Raises, stops the world. */
bool dict_own_table(Dict *dict);

#endif
