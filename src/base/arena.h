/* arena.h - a bump allocator for trees that die at once.
 *
 * An Arena lives on the C stack of whoever builds the tree (that stack is scanned by the collector,
 * so `keep` is a root). Its memory comes from malloc in chunks and is not scanned: heap objects
 * that the tree points to must also be reachable from `keep`, a List that the tree's builder
 * appends to. */
#ifndef WEFT_BASE_ARENA_H
#define WEFT_BASE_ARENA_H

#include "base/common.h"
#include "object/value.h" /* Value only: arena.h is used from parser/ upwards */

typedef struct ArenaChunk ArenaChunk;

typedef struct Arena {
    char *next;         /* first free byte of the current chunk */
    char *end;          /* its end */
    ArenaChunk *chunks; /* all chunks, newest first */
    size_t used;        /* bytes in the older chunks */
    Value keep;         /* a List, or VALUE_EMPTY while nothing needs it */
} Arena;

void arena_init(Arena *arena);
/* Frees everything. The arena may be initialised again. */
void arena_free(Arena *arena);

/* Zeroed memory, aligned to 8 bytes; NULL when malloc has none (no exception is set). */
void *arena_alloc_slow(Arena *arena, size_t size);
static inline void *arena_alloc(Arena *arena, size_t size) {
    size = align_up(size, 8);
    if (likely((size_t)(arena->end - arena->next) >= size)) {
        void *memory = arena->next;
        arena->next += size;
        return memory;
    }
    return arena_alloc_slow(arena, size);
}

#endif
