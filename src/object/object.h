/* object.h - the header of every Python object, and the type of any value.
 *
 * An Object is a heap Cell whose kind is a Shape. `meta` holds, from the lowest bits:
 *
 *   bits  0..7    ByteLock: guards writes to the object (see the type's file for what)
 *   bits  8..15   OBJECT_* flags: changed with fetch_or/fetch_and only
 *   bits 16..31   for the type's own use; constant after creation
 *   bits 32..63   for the type's own use (Str: its cached hash; instances: number of attributes) */
#ifndef WEFT_OBJECT_OBJECT_H
#define WEFT_OBJECT_OBJECT_H

#include "gc/heap.h"
#include "object/value.h"
#include "thread/lock.h"

typedef struct Type Type;
typedef struct Shape Shape;
typedef struct Str Str;
typedef struct Tuple Tuple;
typedef struct Dict Dict;
typedef struct List List;

struct Object {
    Shape *shape; /* atomic; published with release order; its type never changes except by
                     __class__ assignment between compatible layouts */
    ByteLock lock;
    uint8_t flags; /* atomic */
    uint16_t kind_bits;
    uint32_t extra;
};
_Static_assert(sizeof(Object) == sizeof(Cell), "an object begins with a cell");

enum {
    OBJECT_FINALIZED = 1,   /* __del__ has been called */
    OBJECT_HAS_WEAKREFS = 2, /* the weak-reference table has an entry for it */
    OBJECT_FROZEN = 4,      /* immutable type: setting attributes is refused */
    OBJECT_IN_REPR = 8,
    OBJECT_AGE = 16 | 32,   /* generation, as gc.get_objects() tells it; changes with the world stopped */
};

/* Hidden class of an object: which type it is of and, for instances, which attribute lies in which
 * slot. Immutable after publication, except for the tree of transitions (`children`, guarded by the
 * shape lock in instance.c). The root shape of a type (Type.root) has no attributes; all objects of
 * builtin types carry it. Theory in instance.c. */
struct Shape {
    CellKind cell_kind; /* how the collector traces objects of this shape */
    Type *type;
    void (*base_trace)(Cell *cell, Marker *marker); /* what the builtin base declares, or NULL */
    uint32_t attribute_count;   /* attributes of this shape: slots 0..count-1 */
    uint32_t inline_capacity;   /* how many of them fit into the object */
    uint32_t first_slot_offset; /* bytes from the object to slot 0; the word before it is `extra`;
                                   0: no attributes possible */
    uint32_t values_offset;     /* __slots__ lie from here to type->size */
    uint8_t mode;               /* SHAPE_SLOTS or SHAPE_DICT */
    bool on_heap;               /* lies behind a Cell of its own; else inside a static Type */
    Str **names;                /* attribute_count interned names, in a heap cell (see instance.c) */
    Shape *parent;              /* without the last attribute; NULL for a root */
    Shape *children;            /* atomic; first transition; guarded by the shape lock */
    Shape *sibling;             /* next transition of the parent; constant */
};
enum { SHAPE_SLOTS, SHAPE_DICT };

static inline Shape *object_shape(const Object *object) {
    return load_acquire((Shape *const *)&object->shape);
}
static inline Type *object_type(const Object *object) { return object_shape(object)->type; }

/* The type of any value but VALUE_EMPTY and VALUE_ERROR. */
Type *type_of_immediate(Value value);
static inline Type *type_of(Value value) {
    if (likely(is_object(value))) return object_type(object_of(value));
    return type_of_immediate(value);
}

static inline void object_lock(void *object) { byte_lock(&((Object *)object)->lock); }
static inline void object_unlock(void *object) { byte_unlock(&((Object *)object)->lock); }

/* As object_alloc() (type.h), for types whose cell kind has `release`. */
void *object_alloc_releasable(Type *type, size_t size);
/* For instances of `type`, which may be a subclass made by a class statement: adds room for
 * attributes, registers a finalizer when the class has __del__. `size` is the fixed part. What
 * every `new` slot calls. */
void *object_alloc_instance(Type *type, size_t size);

#endif
