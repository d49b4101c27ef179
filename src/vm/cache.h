/* cache.h - what an instruction remembers of its last executions.
 *
 * The second word of a CACHED instruction points to a Cache, or is 0. A Cache never changes after it
 * is published (one release store); a new finding makes a new record in front of the old ones. So a
 * thread that loaded a record may use all of it, whatever others publish meanwhile. Each kind names
 * the guard under which it is valid; a record whose guard fails is skipped. */
#ifndef WEFT_VM_CACHE_H
#define WEFT_VM_CACHE_H

#include "bytecode/code.h"
#include "object/instance.h"
#include "types/dict.h"
#include "vm/function.h"

typedef enum CacheKind {
    CACHE_GLOBAL,     /* guard: globals->table == table. The value is entry->value. */
    CACHE_BUILTIN,    /* guard: the same, no key added since (entry_count), builtins->table == table_2 */
    /* attributes; guard: shape, and version of its type */
    CACHE_SLOT,       /* Value at `offset` in the object */
    CACHE_OVERFLOW,   /* slot number `offset` of the overflow array */
    CACHE_ADD_SLOT,   /* store: move from `shape` to `next_shape`, value to `offset` */
    CACHE_VALUE,      /* class attribute: `value` as it is */
    CACHE_METHOD,     /* function of the class: `value`, to be called with the object first */
    CACHE_PROPERTY,   /* `value` is the getter */
    /* guard: the object is `owner`, a class, of version `version` */
    CACHE_CLASS,      /* `value` */
    /* the same, of a metaclass other than type: its shape is `next_shape`, its version `entry_count` */
    CACHE_META_CLASS,
    /* guard: the object is `owner`, a module, whose dict has that table */
    CACHE_MODULE,     /* entry->value */
    /* Type.cached_init; guard: version. `value` is the function __init__ */
    CACHE_INIT,
} CacheKind;

enum {
    CACHE_DEPTH_MAX = 4,
    CACHE_RESETS_MAX = 4, /* an instruction that forgot its records so often gets a new one for ... */
    CACHE_RARELY = 64,    /* ... one in so many misses only */
};

typedef struct Cache {
    Cell cell;
    uint8_t kind, depth;
    uint8_t resets; /* how often the instruction has forgotten its records; stays at CACHE_RESETS_MAX */
    uint32_t version;
    uint32_t offset, entry_count;
    Shape *shape, *next_shape;
    Value value;
    Object *owner;
    DictTable *table, *table_2;
    DictEntry *entry;   /* inside table or table_2 */
    struct Cache *next;
} Cache;

/* The value of a CACHE_CLASS or CACHE_META_CLASS record whose owner is `class_of`; VALUE_EMPTY: outdated. */
static inline Value cache_class_value(const Cache *cache, const Type *class_of) {
    if (load_relaxed(&class_of->version) != cache->version) return VALUE_EMPTY;
    if (likely(cache->kind == CACHE_CLASS)) return cache->value;
    const Shape *shape = object_shape(&class_of->object);
    if (shape != cache->next_shape || load_relaxed(&shape->type->version) != cache->entry_count) return VALUE_EMPTY;
    return cache->value;
}

/* Prepends a record to the instruction's cache; no error when memory is short. */
void cache_publish(Code *code, Instruction *word, Cache record);

/* The slow paths: they do the whole work and may leave a record behind. */
Value cache_load_global(Code *code, Instruction *word, const Function *function, Str *name);
Value cache_load_attr(Code *code, Instruction *word, Value object, Str *name);
bool cache_store_attr(Code *code, Instruction *word, Value object, Str *name, Value value);
/* LOAD_METHOD: target[0], target[1]. False: exception. */
bool cache_load_method(Code *code, Instruction *word, Value object, Str *name, Value *target);
/* The Python function that is the __init__ of a plain class (its __new__ is object's), or NULL. */
Function *cache_class_init(Type *type);

#endif
