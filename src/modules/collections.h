/* collections.h - the types of the module _collections. */
#ifndef WEFT_MODULES_COLLECTIONS_H
#define WEFT_MODULES_COLLECTIONS_H

#include "types/dict.h"
#include "types/exception.h"
#include "types/genericalias.h"
#include "types/int.h"
#include "types/iterator.h"
#include "types/list.h"
#include "types/repr.h"
#include "types/str.h"

extern Type deque_type, deque_iterator_type, deque_reverse_iterator_type;
/* Of a deque; taking gives VALUE_EMPTY when there is nothing, appending false with MemoryError. */
int64_t deque_length_of(Value deque);
bool deque_append_item(Value deque, Value item);
Value deque_pop_left_item(Value deque);
extern Type defaultdict_type, ordered_dict_type, tuplegetter_type;

#endif
