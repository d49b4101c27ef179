/* instance.c - attributes of instances: hidden classes and slots.
 *
 * An instance is laid out as
 *
 *   [struct of the builtin base][__slots__ of its classes][extra][slot 0] .. [slot inline_capacity-1]
 *
 * and its shape says which attribute has which slot index. Slots past the inline capacity lie in
 * extra->overflow. Adding an attribute moves the object to the shape that has one name more (shapes
 * form a tree below the root shape of the type, so objects built alike share them). An index is never
 * given to another name in the same object: deleting an attribute stores VALUE_EMPTY and keeps the
 * shape. (A deleted attribute that is set again keeps its old place in the order of __dict__.)
 *
 * What cannot be held this way (a __dict__ with keys that are not str, very many attributes, an
 * assigned __dict__) turns the object to a shape of mode SHAPE_DICT: all attributes are in
 * extra->dict, the slots are dead. This happens with the world stopped.
 *
 * Who may do what, and what others see:
 *  - Read: load shape (acquire), find the index, load the slot. The shape was published after the
 *    slot was written, so the slot has a value or VALUE_EMPTY (deleted).
 *  - Store to an existing inline attribute: load shape, store the slot; no lock. Between the two
 *    there is no safe point, so the shape cannot turn to SHAPE_DICT in between; another thread may add
 *    attributes meanwhile, which moves no slot.
 *  - Store to an overflow slot: under the object's lock, since growing replaces the array.
 *  - Add: under the object's lock: slot first (release), then the shape (release). A reader of the
 *    old shape does not look at the new slot.
 *  - Turn to SHAPE_DICT: under the object's lock and with the world stopped. */
#include "object/instance.h"

#include "object/lookup.h"
#include "types/dict.h"
#include "types/exception.h"

enum {
    ATTRIBUTES_MAX = 100,      /* more: SHAPE_DICT */
    INLINE_CAPACITY_MAX = 24,
    INLINE_CAPACITY_DEFAULT = 3,
};

static ByteLock shape_lock; /* guards the children lists of all shapes */

/* --- shapes ---------------------------------------------------------------------------------------- */

typedef struct ShapeCell {
    Cell cell;
    Shape shape;
} ShapeCell;

static const void *shape_cell(const Shape *shape) {
    return shape->on_heap ? (const char *)shape - offsetof(ShapeCell, shape) : NULL;
}

static void shape_trace(Cell *cell, Marker *marker) {
    Shape *shape = &((ShapeCell *)cell)->shape;
    marker_visit_pointer(marker, shape->type);
    if (shape->names)
        marker_visit_pointer(marker, (char *)shape->names - offsetof(Array, items));
    if (shape->parent) marker_visit_pointer(marker, shape_cell(shape->parent));
    for (Shape *child = load_acquire(&shape->children); child; child = child->sibling)
        marker_visit_pointer(marker, shape_cell(child));
}
static CellKind shape_kind = {.trace = shape_trace, .name = "shape"};

static void extra_trace(Cell *cell, Marker *marker) {
    InstanceExtra *extra = (InstanceExtra *)cell;
    marker_visit_pointer(marker, extra->overflow);
    marker_visit_pointer(marker, extra->dict);
}
static CellKind extra_kind = {.trace = extra_trace, .name = "instance extra"};

void instance_trace(Cell *cell, Marker *marker) {
    Object *object = (Object *)cell;
    Shape *shape = object->shape;
    marker_visit_pointer(marker, shape_cell(shape));
    if (!shape->on_heap) marker_visit_pointer(marker, shape->type);
    if (shape->base_trace) shape->base_trace(cell, marker);
    if (shape->values_offset) {
        const Value *values = (const Value *)((char *)object + shape->values_offset);
        size_t end = shape->type->size;
        marker_visit_range(marker, values, (end - shape->values_offset) / sizeof(Value));
    }
    if (shape->first_slot_offset) {
        marker_visit_pointer(marker, *instance_extra(object, shape));
        marker_visit_range(marker, instance_inline_slots(object, shape), shape->inline_capacity);
    }
}

static Shape *shape_allocate(const Shape *like) {
    ShapeCell *cell = heap_alloc(sizeof(ShapeCell));
    if (!cell) return NULL;
    byte_lock(&shape_lock); /* another thread may be giving `like` a child */
    cell->shape = *like;
    byte_unlock(&shape_lock);
    cell->shape.on_heap = true;
    cell->shape.children = NULL;
    cell->shape.sibling = NULL;
    cell_set_kind(cell, &shape_kind);
    return &cell->shape;
}

/* The builtin base's layout ends where the __slots__ of classes begin. */
static const Type *builtin_base(const Type *type) {
    while (type_has(type, TYPE_HEAP)) type = type->base;
    return type;
}

Shape *shape_new_root(Type *type, unsigned inline_capacity) {
    const Type *builtin = builtin_base(type);
    size_t fixed = align_up(builtin->size, sizeof(Value));
    Shape like = {
        .cell_kind = {.trace = instance_trace,
                      .release = builtin->root.cell_kind.release,
                      .name = type->name,
                      .is_shape = true},
        .type = type,
        .base_trace = builtin->root.base_trace ? builtin->root.base_trace
                                               : builtin->root.cell_kind.trace,
        .mode = SHAPE_SLOTS,
    };
    if (like.base_trace == instance_trace) like.base_trace = NULL;
    if (type->size > fixed) like.values_offset = (uint32_t)fixed;
    if (type_has(type, TYPE_HAS_DICT)) {
        if (type_flags(type) & (TYPE_INT | TYPE_STR | TYPE_BYTES | TYPE_TUPLE)) {
            like.first_slot_offset = SLOTS_AT_END;
        } else {
            like.first_slot_offset = (uint32_t)(align_up(type->size, 8) + sizeof(InstanceExtra *));
            like.inline_capacity = inline_capacity;
        }
    }
    return shape_allocate(&like);
}

int shape_find(const Shape *shape, const Str *name) {
    Str *const *names = shape->names;
    for (uint32_t i = 0; i < shape->attribute_count; i++)
        if (names[i] == name) return (int)i;
    return -1;
}

static Shape *find_child(Shape *parent, const Str *name) {
    for (Shape *child = load_acquire(&parent->children); child; child = child->sibling) {
        if (!name ? child->mode == SHAPE_DICT
                  : child->mode == SHAPE_SLOTS && child->names[child->attribute_count - 1] == name)
            return child;
    }
    return NULL;
}

static Shape *add_child(Shape *parent, Shape *child, const Str *name) {
    byte_lock(&shape_lock);
    Shape *there = find_child(parent, name);
    if (!there) {
        child->sibling = parent->children;
        if (parent->on_heap) HEAP_STORE_POINTER((void *)shape_cell(parent), &parent->children, child);
        else store_release(&parent->children, child); /* the static type is a root */
    }
    byte_unlock(&shape_lock);
    return there ? there : child;
}

Shape *shape_add(Shape *shape, Str *name) {
    Shape *child = find_child(shape, name);
    if (child) return child;
    uint32_t count = shape->attribute_count;
    Array *names = array_new(count + 1);
    Shape *fresh = names ? shape_allocate(shape) : NULL;
    if (!fresh) return NULL;
    for (uint32_t i = 0; i < count; i++) names->items[i] = object_value(shape->names[i]);
    names->items[count] = object_value(name);
    fresh->names = (Str **)names->items;
    fresh->attribute_count = count + 1;
    fresh->parent = shape;
    return add_child(shape, fresh, name);
}

static Shape *shape_root(Shape *shape) {
    while (shape->parent) shape = shape->parent;
    return shape;
}

static Shape *shape_dict_mode(Shape *shape) {
    Shape *root = shape_root(shape);
    Shape *child = find_child(root, NULL);
    if (child) return child;
    Shape *fresh = shape_allocate(root);
    if (!fresh) return NULL;
    fresh->mode = SHAPE_DICT;
    fresh->parent = root;
    return add_child(root, fresh, NULL);
}

Shape *shape_for_type(Shape *shape, Type *type) {
    Shape *result = shape_new_root(type, shape->inline_capacity);
    if (!result) return NULL;
    if (shape->mode == SHAPE_DICT) return shape_dict_mode(result);
    for (uint32_t i = 0; result && i < shape->attribute_count; i++)
        result = shape_add(result, shape->names[i]);
    return result;
}

/* Future instances of the type get room for what this one needed. */
static void grow_inline_hint(Type *type, uint32_t needed) {
    if (!type_has(type, TYPE_HEAP) || needed > INLINE_CAPACITY_MAX) return;
    Shape *current = load_acquire(&type->instance_shape);
    if (!current || current->inline_capacity >= needed || current->first_slot_offset == SLOTS_AT_END)
        return;
    uint32_t capacity = needed < 8 ? needed + 1 : needed + 3;
    Shape *fresh = shape_new_root(type, capacity);
    if (fresh) {
        HEAP_STORE_POINTER(type, &type->instance_shape, fresh);
    } else {
        error_clear();
    }
}

/* --- allocation ---------------------------------------------------------------------------------------- */

void *object_alloc_releasable(Type *type, size_t size) {
    Object *object = heap_alloc_releasable(size);
    if (likely(object != NULL)) cell_set_kind(object, &type->root.cell_kind);
    return object;
}

void *object_alloc_instance(Type *type, size_t size) {
    Shape *shape = load_acquire(&type->instance_shape);
    size_t total = max_size(size, type->size);
    uint32_t extra_offset = 0;
    if (shape->first_slot_offset == SLOTS_AT_END) {
        extra_offset = (uint32_t)align_up(total, sizeof(Value));
        total = extra_offset + sizeof(InstanceExtra *);
    } else if (shape->first_slot_offset) {
        total = shape->first_slot_offset + shape->inline_capacity * sizeof(Value);
    }
    Object *object = shape->cell_kind.release ? heap_alloc_releasable(total) : heap_alloc(total);
    if (unlikely(!object)) return NULL;
    object->extra = extra_offset;
    cell_set_kind(object, &shape->cell_kind);
    if (unlikely(type_has(type, TYPE_HAS_FINALIZER))) heap_finalize_later(object);
    return object;
}

/* --- reading ------------------------------------------------------------------------------------------------ */

static Value *overflow_slot(Object *object, const Shape *shape, uint32_t index) {
    InstanceExtra *extra = load_acquire(instance_extra(object, shape));
    Array *overflow = extra ? load_acquire(&extra->overflow) : NULL;
    index -= shape->inline_capacity;
    return overflow && index < overflow->capacity ? &overflow->items[index] : NULL;
}

static Value slot_value(Object *object, const Shape *shape, uint32_t index) {
    const Value *slot = index < shape->inline_capacity
                            ? &instance_inline_slots(object, shape)[index]
                            : overflow_slot(object, shape, index);
    return slot ? value_load_acquire(slot) : VALUE_EMPTY;
}

Value instance_get(Object *object, Str *name) {
    Shape *shape = object_shape(object);
    if (!shape->first_slot_offset) return VALUE_EMPTY;
    if (unlikely(shape->mode == SHAPE_DICT)) {
        InstanceExtra *extra = load_acquire(instance_extra(object, shape));
        return dict_get_str(load_acquire(&extra->dict), name);
    }
    int index = shape_find(shape, name);
    return index < 0 ? VALUE_EMPTY : slot_value(object, shape, (uint32_t)index);
}

/* --- writing ------------------------------------------------------------------------------------------------ */

/* The object's lock is held. */
static InstanceExtra *ensure_extra(Object *object, const Shape *shape) {
    InstanceExtra **place = instance_extra(object, shape);
    InstanceExtra *extra = load_acquire(place);
    if (extra) return extra;
    extra = heap_alloc(sizeof(InstanceExtra));
    if (!extra) return NULL;
    cell_set_kind(extra, &extra_kind);
    HEAP_STORE_POINTER(object, place, extra);
    return extra;
}

static bool ensure_overflow(Object *object, const Shape *shape, uint32_t index) {
    InstanceExtra *extra = ensure_extra(object, shape);
    if (!extra) return false;
    Array *old = extra->overflow;
    uint32_t needed = index - shape->inline_capacity + 1;
    if (old && old->capacity >= needed) return true;
    Array *fresh = array_new(needed < 4 ? 4 : needed * 2);
    if (!fresh) return false;
    for (int64_t i = 0; old && i < old->capacity; i++)
        fresh->items[i] = value_load_relaxed(&old->items[i]);
    HEAP_STORE_POINTER(extra, &extra->overflow, fresh);
    return true;
}

/* Whether the slot held something before. The object's lock is held. */
static bool store_overflow(Object *object, const Shape *shape, uint32_t index, Value value) {
    Array *overflow = (*instance_extra(object, shape))->overflow;
    Value *slot = &overflow->items[index - shape->inline_capacity];
    bool was_there = !is_empty(value_load_relaxed(slot));
    heap_store_release(overflow, slot, value);
    return was_there;
}

static bool turn_to_dict(Object *object, Dict *replacement);

/* Adds an attribute that the shape did not have; the object's lock is held. */
static bool add_attribute(Object *object, Shape *shape, Str *name, Value value) {
    uint32_t index = shape->attribute_count;
    Shape *next = shape_add(shape, name);
    if (!next) return false;
    if (index < shape->inline_capacity) {
        heap_store_release(object, &instance_inline_slots(object, shape)[index], value);
    } else {
        if (!ensure_overflow(object, shape, index)) return false;
        store_overflow(object, shape, index, value);
        grow_inline_hint(shape->type, index + 1);
    }
    HEAP_STORE_POINTER(object, &object->shape, next);
    return true;
}

InstanceSet instance_set(Object *object, Str *name, Value value) {
    for (;;) {
        Shape *shape = object_shape(object);
        if (unlikely(shape->mode == SHAPE_DICT)) {
            Dict *dict = load_acquire(&load_acquire(instance_extra(object, shape))->dict);
            if (is_empty(value)) {
                Value old = dict_pop_str(dict, name);
                return is_error(old) ? INSTANCE_ERROR : is_empty(old) ? INSTANCE_ABSENT : INSTANCE_SET;
            }
            return dict_set_str(dict, name, value) ? INSTANCE_SET : INSTANCE_ERROR;
        }
        int index = shape_find(shape, name);
        if (index >= 0 && (uint32_t)index < shape->inline_capacity) {
            Value *slot = &instance_inline_slots(object, shape)[index];
            if (is_empty(value))
                return exchange_acq_rel(&slot->bits, VALUE_EMPTY.bits) ? INSTANCE_SET : INSTANCE_ABSENT;
            heap_store_release(object, slot, value);
            return INSTANCE_SET;
        }
        if (index < 0 && is_empty(value)) return INSTANCE_ABSENT;
        object_lock(object);
        if (unlikely(object_shape(object) != shape)) {
            object_unlock(object);
            continue;
        }
        if (index >= 0) {
            bool was_there = store_overflow(object, shape, (uint32_t)index, value);
            object_unlock(object);
            return is_empty(value) && !was_there ? INSTANCE_ABSENT : INSTANCE_SET;
        }
        if (unlikely(shape->attribute_count >= ATTRIBUTES_MAX)) {
            bool turned = turn_to_dict(object, NULL);
            object_unlock(object);
            if (!turned) return INSTANCE_ERROR;
            continue;
        }
        bool added = add_attribute(object, shape, name, value);
        object_unlock(object);
        return added ? INSTANCE_SET : INSTANCE_ERROR;
    }
}

/* --- __dict__ ------------------------------------------------------------------------------------------------- */

/* Gives the entries of a table, one for each name of the shape, the values of the slots; an attribute that
 * was deleted becomes a dead entry. Returns how many live. */
static int64_t fill_from_slots(DictTable *table, Object *object, const Shape *shape) {
    int64_t live = 0;
    uint32_t first = 0, end = 0;
    write_barrier(table);
    for (uint32_t i = 0; i < shape->attribute_count; i++) {
        Value value = slot_value(object, shape, i);
        store_relaxed(&table->entries[i].value.bits, value.bits);
        if (is_empty(value)) {
            store_relaxed(&table->entries[i].key.bits, VALUE_EMPTY.bits);
            continue;
        }
        if (live++ == 0) first = i;
        end = i + 1;
    }
    store_relaxed(&table->first_live, first);
    table->live_end = end;
    return live;
}

/* Moves all attributes into extra->dict and makes the shape SHAPE_DICT; then `replacement`, if given,
 * becomes the instance's dict. The object's lock is held. The dict is prepared with room for every
 * attribute before the world stops, since nothing may be allocated then. */
static bool turn_to_dict(Object *object, Dict *replacement) {
    Shape *shape = object_shape(object);
    if (shape->mode == SHAPE_DICT) {
        if (replacement) {
            InstanceExtra *extra = *instance_extra(object, shape);
            HEAP_STORE_POINTER(extra, &extra->dict, replacement);
        }
        return true;
    }
    InstanceExtra *extra = ensure_extra(object, shape);
    Shape *target = extra ? shape_dict_mode(shape) : NULL;
    Dict *filled = target ? dict_new_sized(shape->attribute_count + 1) : NULL;
    if (!filled) return false;
    for (uint32_t i = 0; i < shape->attribute_count; i++)
        if (!dict_set_str(filled, shape->names[i], VALUE_NONE)) return false;

    Thread *self = thread_self();
    bool alone = thread_count() == 1;
    if (!alone) world_stop(self);
    int64_t live = fill_from_slots(filled->table, object, shape);
    store_relaxed(&filled->length, live);
    Dict *owned = extra->dict;
    if (owned) { /* the dict that __dict__ gave out becomes an ordinary one */
        HEAP_STORE_POINTER(owned, &owned->table, filled->table);
        store_release(&owned->length, live);
        store_release(&owned->owner, (Object *)NULL);
    }
    HEAP_STORE_POINTER(extra, &extra->dict, replacement ? replacement : owned ? owned : filled);
    HEAP_STORE_POINTER(object, &object->shape, target);
    if (!alone) world_resume(self);
    return true;
}

Dict *instance_dict(Object *object) {
    Shape *shape = object_shape(object);
    InstanceExtra *extra = load_acquire(instance_extra(object, shape));
    Dict *dict = extra ? load_acquire(&extra->dict) : NULL;
    if (dict) return dict;
    Dict *fresh = dict_new();
    if (!fresh) return NULL;
    fresh->owner = object;
    object_lock(object);
    extra = ensure_extra(object, object_shape(object));
    dict = extra ? extra->dict : NULL;
    if (extra && !dict) {
        dict = fresh;
        HEAP_STORE_POINTER(extra, &extra->dict, dict);
    }
    object_unlock(object);
    return dict;
}

bool instance_set_dict(Object *object, Value value) {
    Dict *dict;
    if (is_empty(value)) {
        dict = dict_new();
        if (!dict) return false;
    } else {
        if (!is_dict(value)) {
            raise_error(&TypeError, "__dict__ must be set to a dictionary, not a '%T'", value);
            return false;
        }
        dict = as_dict(value);
    }
    if (load_acquire(&dict->owner) && !owned_dict_hooks.materialise(dict)) return false;
    object_lock(object);
    bool done = turn_to_dict(object, dict);
    object_unlock(object);
    return done;
}

/* --- the slots seen as a dict (types/dict.h) -------------------------------------------------------------------- */

static Value owned_get(Object *owner, Str *key) {
    key = str_is_interned(key) ? key : str_intern(key);
    return key ? instance_get(owner, key) : VALUE_ERROR;
}

static bool owned_set(Object *owner, Str *key, Value value) {
    key = str_is_interned(key) ? key : str_intern(key);
    return key && instance_set(owner, key, value) != INSTANCE_ERROR;
}

static int64_t owned_length(Object *owner) {
    Shape *shape = object_shape(owner);
    int64_t live = 0;
    for (uint32_t i = 0; shape->mode == SHAPE_SLOTS && i < shape->attribute_count; i++)
        live += !is_empty(slot_value(owner, shape, i));
    return live;
}

static bool owned_next(Object *owner, int64_t *position, Value *key, Value *value) {
    Shape *shape = object_shape(owner);
    if (shape->mode != SHAPE_SLOTS) return false;
    for (int64_t i = *position; i >= 0 && i < shape->attribute_count; i++) {
        Value found = slot_value(owner, shape, (uint32_t)i);
        if (is_empty(found)) continue;
        *key = object_value(shape->names[i]);
        *value = found;
        *position = i + 1;
        return true;
    }
    return false;
}

static bool owned_materialise(Dict *dict) {
    Object *owner = load_acquire(&dict->owner);
    if (!owner) return true;
    object_lock(owner);
    bool done = turn_to_dict(owner, NULL);
    object_unlock(owner);
    return done;
}

OwnedDictHooks owned_dict_hooks = {owned_get, owned_set, owned_length, owned_next, owned_materialise};
