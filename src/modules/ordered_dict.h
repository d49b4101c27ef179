/* ordered_dict.h - what the files of collections.OrderedDict share. */
#ifndef WEFT_MODULES_ORDERED_DICT_H
#define WEFT_MODULES_ORDERED_DICT_H

#include "modules/collections.h"

typedef struct OrderedDict {
    Dict dict;
    Value lost; /* atomic; VALUE_EMPTY, or a key that dict's own methods took out: see ordered_dict.c */
} OrderedDict;

extern Type ordered_iterator_type, ordered_keys_type, ordered_values_type, ordered_items_type;

/* For dict_lost_key. */
void ordered_note_lost(Dict *dict, Value key);
/* iter(self), and the methods __reversed__, keys, values, items. They allocate and raise MemoryError. */
Value ordered_iter(Value self);
Value ordered_reversed(Value *args);
Value ordered_keys(Value *args);
Value ordered_values(Value *args);
Value ordered_items(Value *args);

#endif
