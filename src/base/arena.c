/* arena.c - see arena.h. */
#include "base/arena.h"

#include <stdlib.h>

#define ARENA_CHUNK_MIN ((size_t)32 << 10)
#define ARENA_CHUNK_MAX ((size_t)1 << 20)

struct ArenaChunk {
    ArenaChunk *older;
    size_t size;    /* of `memory`, bytes */
    char memory[];
};

void arena_init(Arena *arena) {
    arena->next = NULL;
    arena->end = NULL;
    arena->chunks = NULL;
    arena->used = 0;
    arena->keep = VALUE_EMPTY;
}

void arena_free(Arena *arena) {
    for (ArenaChunk *chunk = arena->chunks; chunk;) {
        ArenaChunk *older = chunk->older;
        free(chunk);
        chunk = older;
    }
    arena_init(arena);
}

/* Chunks double in size, so that a small tree costs little and a large one few calls of malloc. */
void *arena_alloc_slow(Arena *arena, size_t size) {
    size = align_up(size, 8);
    size_t chunk_size = ARENA_CHUNK_MIN;
    if (arena->chunks) chunk_size = min_size(arena->chunks->size * 2, ARENA_CHUNK_MAX);
    if (chunk_size < size) chunk_size = size;
    ArenaChunk *chunk = calloc(1, sizeof *chunk + chunk_size);
    if (!chunk) return NULL;
    if (arena->chunks) arena->used += arena->chunks->size;
    chunk->older = arena->chunks;
    chunk->size = chunk_size;
    arena->chunks = chunk;
    arena->next = chunk->memory + size;
    arena->end = chunk->memory + chunk_size;
    return chunk->memory;
}
