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

/* The base of all iterators over dicts: dict_views.c says how they work. */
typedef struct DictIterator {
    Object object;
    Dict *dict;           /* atomic; NULL: ended */
    DictTable *table;     /* constant; NULL: empty dict */
    bool copied;          /* the table is a copy of an owned dict's entries; constant */
    int64_t expected;     /* atomic: length at the beginning; -1: it has changed */
    int64_t position;     /* atomic: entry to look at next (backwards: one past it) */
    int64_t remaining;    /* atomic: entries not given yet */
    Thread *owner;        /* atomic; see iterator.h */
} DictIterator;
/* Sets up a new one; false: MemoryError. */
bool dict_iterator_start(DictIterator *iterator, Dict *dict, bool backwards);
/* Claims the next entry. False: at the end, or *key is VALUE_ERROR. */
bool dict_iterator_advance(DictIterator *iterator, bool backwards, Value *key, Value *value);
/* Puts a new one where another is. */
void dict_iterator_copy(DictIterator *copy, const DictIterator *iterator);
/* What __reduce__ returns, from a copy of the iterator, which it exhausts. Runs Python. */
Value dict_iterator_reduce_rest(Value copy);
void dict_iterator_trace(Cell *cell, Marker *marker);
void dict_view_trace(Cell *cell, Marker *marker);
/* A view of one of the types of views. */
Value dict_view_new(Type *type, Value dict);

Value dict_iter(Value dict);
Value dict_reverse_iter(Value dict);

static inline bool dict_is_owned(Dict *dict) { return unlikely(load_acquire(&dict->owner) != NULL); }
/* Turns an owned dict into an ordinary one. Raises, stops the world. */
bool dict_own_table(Dict *dict);

#endif
