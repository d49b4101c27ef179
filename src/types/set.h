/* set.h - set and frozenset: a table like a dict'"'"'s, without values (theory in set.c). */
#ifndef WEFT_TYPES_SET_H
#define WEFT_TYPES_SET_H

#include "object/call.h"

typedef struct Set {
    Object object;
    struct SetTable *table; /* atomic */
    int64_t length;         /* atomic; written under the lock */
    int64_t hash;           /* frozenset: cached, -1 unknown; atomic */
} Set;
extern Type set_type, frozenset_type, set_iterator_type;
static inline bool is_any_set(Value v) { return is_kind(v, TYPE_SET | TYPE_FROZENSET); }
Set *set_new(void);
Set *set_from_iterable(Value iterable_or_empty);
Set *frozenset_from_iterable(Value iterable_or_empty);
bool set_add(Set *set, Value item);            /* raises, runs Python */
int set_contains(Set *set, Value item);        /* 1, 0, -1 */
int set_discard(Set *set, Value item);         /* 1 removed, 0 absent, -1 */
int64_t set_length(Set *set);
bool set_update(Set *set, Value iterable);
List *set_items_list(Set *set); /* in one step */
void set_clear(Set *set);
bool set_difference_update(Set *set, Value iterable);
bool set_symmetric_difference_update(Set *set, Value iterable);
bool set_next(Set *set, int64_t *position, Value *item);

#endif
