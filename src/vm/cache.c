/* cache.c - the slow paths of cached instructions. See cache.h for the rules. */
#include "vm/cache.h"

#include "object/descriptor.h"
#include "object/lookup.h"
#include "object/slots.h"
#include "types/exception.h"
#include "types/module.h"
#include "vm/function.h"

static void cache_trace(Cell *cell, Marker *marker) {
    Cache *cache = (Cache *)cell;
    if (cache->shape && cache->shape->on_heap)
        marker_visit_pointer(marker, (char *)cache->shape - sizeof(Cell));
    if (cache->next_shape && cache->next_shape->on_heap)
        marker_visit_pointer(marker, (char *)cache->next_shape - sizeof(Cell));
    marker_visit(marker, cache->value);
    marker_visit_pointer(marker, cache->owner);
    marker_visit_pointer(marker, cache->table);
    marker_visit_pointer(marker, cache->table_2);
    marker_visit_pointer(marker, cache->next);
}
static CellKind cache_kind = {.trace = cache_trace, .name = "inline cache"};

static Cache *cache_new(Cache record) {
    Cache *cache = heap_alloc(sizeof *cache);
    if (!cache) {
        error_clear();
        return NULL;
    }
    record.cell = cache->cell;
    *cache = record;
    cell_set_kind(cache, &cache_kind);
    return cache;
}

/* Records of an instruction that forgets all the time are garbage, and cost more than they save; now and then
 * one is tried, since what passes there may have settled. */
static bool is_changeable(const Cache *old) {
    static _Thread_local uint32_t misses;
    return old->resets == CACHE_RESETS_MAX && ++misses % CACHE_RARELY != 0;
}

void cache_publish(Code *code, Instruction *word, Cache record) {
    Cache *old = load_acquire((Cache **)&word->cache);
    if (old && record.kind != CACHE_GLOBAL && record.kind != CACHE_BUILTIN) {
        /* too many kinds of objects pass here: forget the oldest all at once */
        bool full = old->depth + 1 == CACHE_DEPTH_MAX;
        if (full && is_changeable(old)) return;
        record.next = full ? NULL : old;
        record.depth = full ? 0 : (uint8_t)(old->depth + 1);
        record.resets = (uint8_t)min_size(old->resets + full, CACHE_RESETS_MAX);
    }
    Cache *cache = cache_new(record);
    if (cache) HEAP_STORE_POINTER(code_instructions_cell(code), (Cache **)&word->cache, cache);
}

/* --- globals -------------------------------------------------------------------------------------------------- */

Value cache_load_global(Code *code, Instruction *word, const Function *function, Str *name) {
    Dict *globals = function->globals;
    if (likely(is_exactly(object_value(globals), &dict_type))) {
        DictTable *table, *table_2;
        uint32_t index;
        if (dict_find_entry(globals, name, &table, &index)) {
            DictEntry *entry = &table->entries[index];
            Value value = value_load_acquire(&entry->value);
            if (!is_empty(value)) {
                cache_publish(code, word, (Cache){.kind = CACHE_GLOBAL, .table = table, .entry = entry});
                return value;
            }
        }
        table = load_acquire(&globals->table);
        uint32_t entry_count = table ? load_acquire(&table->entry_count) : 0;
        Value value = dict_get_str(globals, name);
        if (!is_empty(value)) return value;
        if (table && dict_find_entry(function->builtins, name, &table_2, &index)) {
            DictEntry *entry = &table_2->entries[index];
            value = value_load_acquire(&entry->value);
            if (!is_empty(value)) {
                cache_publish(code, word, (Cache){.kind = CACHE_BUILTIN, .table = table, .entry_count = entry_count,
                                                  .table_2 = table_2, .entry = entry});
                return value;
            }
        }
    }
    Value value = function_global(function, name);
    if (!is_empty(value)) return value;
    raise_error(&NameError, "name '%U' is not defined", name);
    Value exception = context_self()->exception;
    if (is_instance_of(exception, &NameError)) {
        NameErrorException *error = OBJECT_AS(NameErrorException, exception);
        heap_store_relaxed(error, &error->name, object_value(name));
    }
    return VALUE_ERROR;
}

/* --- attributes -------------------------------------------------------------------------------------------------- */

/* Where an attribute of a plain instance is found. Fills *record; false: not to be cached. */
static bool find_attribute(Value object, Str *name, Cache *record) {
    Object *o = object_of(object);
    Shape *shape = object_shape(o);
    Type *type = shape->type;
    if (shape->mode != SHAPE_SLOTS || type_has(type, TYPE_OWN_DICT) ||
        !slots_keep_getattribute(type, object_getattribute))
        return false;
    uint32_t version;
    Value found = type_lookup_versioned(type, name, &version);
    if (version == 0) return false;
    *record = (Cache){.shape = shape, .version = version};
    Type *found_type = is_empty(found) ? NULL : type_of(found);
    if (found_type && found_type->descr_set) {
        if (found_type == &property_type) {
            Value getter = value_load_acquire(&OBJECT_AS(Property, found)->get);
            if (is_empty(getter) || type_of(getter) != &function_type) return false;
            record->kind = CACHE_PROPERTY;
            record->value = getter;
            return true;
        }
        MemberDescriptor *member = OBJECT_AS(MemberDescriptor, found);
        if (found_type == &member_descriptor_type && !member->def && type_is_subtype(type, member->owner)) {
            record->kind = CACHE_SLOT;
            record->offset = member->offset;
            return true;
        }
        if (name == NAME("__class__") &&
            same_value(found, dict_get_str(object_type_object.dict, name))) { /* the shape has it */
            record->kind = CACHE_VALUE;
            record->value = object_value(type);
            return true;
        }
        return false;
    }
    int index = shape_has_attributes(shape) ? shape_find(shape, name) : -1;
    if (index >= 0) {
        bool inside = (uint32_t)index < shape->inline_capacity;
        record->kind = inside ? CACHE_SLOT : CACHE_OVERFLOW;
        record->offset = inside ? shape->first_slot_offset + (uint32_t)index * (uint32_t)sizeof(Value)
                                : (uint32_t)index - shape->inline_capacity;
        return true;
    }
    if (!found_type) return false;
    record->value = found;
    if (type_has(found_type, TYPE_METHOD_LIKE)) {
        record->kind = CACHE_METHOD;
        return true;
    }
    record->kind = CACHE_VALUE;
    if (found_type == &staticmethod_type) {
        record->value = value_load_acquire(&OBJECT_AS(StaticMethod, found)->callable);
        return !is_empty(record->value);
    }
    return found_type->descr_get == NULL;
}

static bool find_class_attribute(Value object, Str *name, Cache *record) {
    Type *type = OBJECT_AS(Type, object);
    Type *metatype = object_type(&type->object);
    if (!slots_keep_getattribute(metatype, type_getattribute)) return false;
    uint32_t version, meta_version;
    Shape *meta_shape = object_shape(&type->object);
    if (!is_empty(type_lookup_versioned(metatype, name, &meta_version)) || meta_version == 0) return false;
    Value found = type_lookup_versioned(type, name, &version);
    if (version == 0 || is_empty(found)) return false;
    Type *found_type = type_of(found);
    if (found_type == &staticmethod_type) {
        found = value_load_acquire(&OBJECT_AS(StaticMethod, found)->callable);
        if (is_empty(found)) return false;
    } else if (found_type->descr_get && found_type != &function_type && found_type != &method_descriptor_type) {
        return false;
    }
    *record = (Cache){.kind = CACHE_CLASS, .owner = &type->object, .version = version, .value = found};
    if (metatype == &type_type) return true;
    if (meta_shape->type != metatype) return false; /* __class__ was assigned to meanwhile */
    record->kind = CACHE_META_CLASS;
    record->next_shape = meta_shape;
    record->entry_count = meta_version;
    return true;
}

static bool find_module_attribute(Value object, Str *name, Cache *record) {
    Module *module = OBJECT_AS(Module, object);
    if (type_of(object)->getattribute != module_type.getattribute ||
        !is_empty(type_lookup(&module_type, name)))
        return false;
    DictTable *table;
    uint32_t index;
    if (!dict_find_entry(module->dict, name, &table, &index)) return false;
    *record = (Cache){.kind = CACHE_MODULE, .owner = &module->object, .table = table, .entry = &table->entries[index]};
    return true;
}

Value cache_load_attr(Code *code, Instruction *word, Value object, Str *name) {
    Value value = type_of(object)->getattribute(object, name);
    if (unlikely(is_error(value))) {
        error_note_attribute(object, name);
        return VALUE_ERROR;
    }
    if (is_object(object)) {
        Cache record;
        Type *type = object_type(object_of(object));
        bool found = type_has(type, TYPE_TYPE) ? find_class_attribute(object, name, &record)
                     : type == &module_type   ? find_module_attribute(object, name, &record)
                                              : find_attribute(object, name, &record);
        if (found) cache_publish(code, word, record);
    }
    return value;
}

bool cache_load_method(Code *code, Instruction *word, Value object, Str *name, Value *target) {
    Type *type = type_of(object);
    if (is_object(object)) {
        Cache record;
        bool found = type_has(type, TYPE_TYPE) ? find_class_attribute(object, name, &record)
                     : type == &module_type   ? find_module_attribute(object, name, &record)
                                              : find_attribute(object, name, &record);
        if (found) cache_publish(code, word, record);
        if (found && record.kind == CACHE_METHOD) {
            target[0] = record.value;
            target[1] = object;
            return true;
        }
    } else if (type->getattribute == object_getattribute) {
        Value found = type_lookup(type, name);
        if (!is_empty(found) && type_has(type_of(found), TYPE_METHOD_LIKE)) {
            target[0] = found;
            target[1] = object;
            return true;
        }
    }
    Value value = type->getattribute(object, name);
    if (is_error(value)) {
        error_note_attribute(object, name);
        return false;
    }
    target[0] = value;
    target[1] = VALUE_EMPTY;
    return true;
}

bool cache_store_attr(Code *code, Instruction *word, Value object, Str *name, Value value) {
    Type *type = type_of(object);
    if (!is_object(object) || type->setattribute != object_setattribute) {
        if (!type->setattribute) return set_attribute(object, name, value);
        return type->setattribute(object, name, value);
    }
    Object *o = object_of(object);
    Shape *before = object_shape(o);
    uint32_t version;
    Value found = type_lookup_versioned(type, name, &version);
    if (!object_setattribute(object, name, value)) return false;
    if (version == 0 || before->mode != SHAPE_SLOTS) return true;
    Cache record = {.shape = before, .version = version};
    if (!is_empty(found) && type_of(found)->descr_set) {
        MemberDescriptor *member = OBJECT_AS(MemberDescriptor, found);
        if (type_of(found) != &member_descriptor_type || member->def || !type_is_subtype(type, member->owner))
            return true;
        record.kind = CACHE_SLOT;
        record.offset = member->offset;
        cache_publish(code, word, record);
        return true;
    }
    if (!shape_has_attributes(before)) return true;
    Shape *after = object_shape(o);
    int index = shape_find(after, name);
    if (index < 0 || (uint32_t)index >= before->inline_capacity) return true;
    record.offset = before->first_slot_offset + (uint32_t)index * (uint32_t)sizeof(Value);
    if (after == before) {
        record.kind = CACHE_SLOT;
    } else if (after->parent == before) {
        record.kind = CACHE_ADD_SLOT;
        record.next_shape = after;
    } else {
        return true;
    }
    cache_publish(code, word, record);
    return true;
}

/* --- classes --------------------------------------------------------------------------------------------------------- */

Function *cache_class_init(Type *type) {
    Value cached = value_load_acquire(&type->cached_init);
    if (!is_empty(cached)) {
        Cache *record = (Cache *)object_of(cached);
        if (record->version == load_acquire(&type->version))
            return is_empty(record->value) ? NULL : OBJECT_AS(Function, record->value);
    }
    uint32_t version;
    Value init = type_lookup_versioned(type, NAME("__init__"), &version);
    bool plain = type->new_instance == object_type_object.new_instance && !type_has(type, TYPE_ABSTRACT) &&
                 object_type(&type->object)->call == type_type.call;
    bool usable = plain && !is_empty(init) && type_of(init) == &function_type;
    if (version != 0) {
        Cache *record = cache_new((Cache){.kind = CACHE_INIT, .version = version, .value = usable ? init : VALUE_EMPTY});
        if (record) heap_store_release(type, &type->cached_init, object_value(record));
    }
    return usable ? OBJECT_AS(Function, init) : NULL;
}
