/* weakref_table.h - what the module _weakref asks of weakref.c. */
#ifndef WEFT_TYPES_WEAKREF_TABLE_H
#define WEFT_TYPES_WEAKREF_TABLE_H

#include "base/hash.h"
#include "types/weakref.h"

static inline uint64_t hash_address(const void *address) {
    return hash_mix((uint64_t)(uintptr_t)address >> 4);
}
/* A list of the references and proxies to `target`; with `count_only`, just how many. Allocates. */
Value weakref_list(Value target, int64_t *count_only);

#endif
