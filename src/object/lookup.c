/* lookup.c - attributes: of types through their mro, of instances, and the protocol that combines them.
 *
 * Versions and caches. A type's version changes whenever an attribute of it or of a base does
 * (type_modified). Drawing a new version and changing a type's dict both happen under `type_lock`,
 * so no version is ever drawn between "the version was cleared" and "the dict is changed".
 *
 * A reader that fills a cache: reads the version v (drawing one if it is 0), looks the name up without
 * a lock, reads the version again, and caches only if it is still v. Between those reads no change
 * can have been completed or begun, because a change begins by storing 0. A reader that uses a cache
 * entry compares the version first; a change that begins after the comparison is ordered after this
 * read, as if the read had been a moment earlier.
 *
 * Each thread has a small cache of (version, name) -> value; it is emptied in every collection, so
 * that a name that died and an address that is used again cannot meet. */
#include "object/lookup.h"

#include <stdarg.h>
#include <stdlib.h>
#include "object/descriptor.h"
#include "object/instance.h"
#include "types/dict.h"
#include "types/exception.h"
#include "types/list.h"
#include "types/module.h"
#include "types/weakref.h"

#define LOOKUP_CACHE_SIZE 512

typedef struct LookupEntry {
    Str *name;
    Value value;
    uint32_t version;
} LookupEntry;
struct LookupCache {
    LookupEntry entries[LOOKUP_CACHE_SIZE];
};

ByteLock type_lock;
static uint32_t last_version;

/* Gives `type` a version, and its bases before it: a type whose version is 0 has no subclass with
 * one, which type_modified_locked() relies on. False when the numbers are used up. The lock is held. */
static bool draw_versions_locked(Type *type) {
    Tuple *mro = load_relaxed(&type->mro);
    for (int64_t i = mro ? mro->length : 0; i-- > 0;) {
        Type *base = OBJECT_AS(Type, mro->items[i]);
        if (load_relaxed(&base->version) != 0) continue;
        if (last_version == UINT32_MAX) return false;
        store_release(&base->version, ++last_version);
    }
    return true;
}

uint32_t type_version(Type *type) {
    uint32_t version = load_acquire(&type->version);
    if (likely(version != 0)) return version;
    byte_lock(&type_lock);
    draw_versions_locked(type);
    version = load_relaxed(&type->version);
    byte_unlock(&type_lock);
    return version;
}

bool class_hold(Type *type) {
    /* without a shape for them there are no instances */
    bool held = load_acquire(&type->instance_shape) && thread_count() > 1;
    if (held) world_stop(thread_self());
    return held;
}

void class_release(bool held) {
    if (held) world_resume(thread_self());
}

/* Clears the versions of `type` and all its subclasses. The type lock is held. */
void type_modified_locked(Type *type) {
    if (load_relaxed(&type->version) == 0) return; /* then those of its subclasses are 0 as well */
    store_seq_cst(&type->version, 0u);
    List *subclasses = type->subclasses;
    if (!subclasses) return;
    int64_t count = list_length(subclasses);
    for (int64_t i = 0; i < count; i++) {
        Type *subclass = type_subclass_at(subclasses, i);
        if (subclass) type_modified_locked(subclass);
    }
}

Type *type_subclass_at(List *subclasses, int64_t index) {
    Value entry = list_get(subclasses, index);
    if (is_weakref(entry)) entry = weakref_get(OBJECT_AS(WeakRef, entry));
    return !is_empty(entry) && is_type(entry) ? OBJECT_AS(Type, entry) : NULL;
}

static Value lookup_in_mro(Type *type, Str *name) {
    Tuple *mro = load_acquire(&type->mro);
    if (unlikely(!mro)) return VALUE_EMPTY;
    for (int64_t i = 0; i < mro->length; i++) {
        Dict *dict = OBJECT_AS(Type, mro->items[i])->dict;
        if (!dict) continue;
        Value value = dict_get_str(dict, name);
        if (!is_empty(value)) return value;
    }
    return VALUE_EMPTY;
}

Value type_lookup_versioned(Type *type, Str *name, uint32_t *version_out) {
    uint32_t version = type_version(type);
    *version_out = version;
    if (unlikely(version == 0)) return lookup_in_mro(type, name);
    Context *context = context_self();
    struct LookupCache *cache = context->lookup_cache;
    if (unlikely(!cache)) {
        cache = context->lookup_cache = calloc(1, sizeof *cache);
        if (!cache) return lookup_in_mro(type, name);
    }
    size_t hash = ((uintptr_t)name >> 4) * 31 + version;
    LookupEntry *entry = &cache->entries[hash % LOOKUP_CACHE_SIZE];
    if (likely(entry->version == version && entry->name == name)) return entry->value;
    Value value = lookup_in_mro(type, name);
    if (load_acquire(&type->version) == version) {
        *entry = (LookupEntry){name, value, version};
    } else {
        *version_out = 0;
    }
    return value;
}

Value type_lookup(Type *type, Str *name) {
    uint32_t version;
    return type_lookup_versioned(type, name, &version);
}

void lookup_cache_clear(Context *context) {
    if (context->lookup_cache) memset(context->lookup_cache, 0, sizeof *context->lookup_cache);
}

void lookup_cache_destroy(Context *context) {
    free(context->lookup_cache);
    context->lookup_cache = NULL;
}

/* --- AttributeError ----------------------------------------------------------------------------- */

Value raise_attribute_error(Value object, Str *name, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    Str *message = str_format_va(format, arguments);
    va_end(arguments);
    if (!message) return VALUE_ERROR;
    raise_with(&AttributeError, object_value(message));
    Value exception = context_self()->exception;
    if (is_instance_of(exception, &AttributeError)) {
        AttributeErrorException *error = OBJECT_AS(AttributeErrorException, exception);
        heap_store_relaxed(error, &error->object, object);
        heap_store_relaxed(error, &error->name, object_value(name));
    }
    return VALUE_ERROR;
}

Value raise_no_attribute(Value object, Str *name) {
    if (is_type(object))
        return raise_attribute_error(object, name, "type object '%s' has no attribute '%U'",
                                     type_name(OBJECT_AS(Type, object)), name);
    return raise_attribute_error(object, name, "'%T' object has no attribute '%U'", object, name);
}

/* --- reading ---------------------------------------------------------------------------------------- */

/* The protocol of object.__getattribute__; VALUE_EMPTY when there is no such attribute. */
Value object_find_attribute(Value self, Str *name) {
    Type *type = type_of(self);
    Value found = type_lookup(type, name);
    Type *found_type = NULL;
    if (!is_empty(found)) {
        found_type = type_of(found);
        if (found_type->descr_get && found_type->descr_set)
            return found_type->descr_get(found, self, object_value(type));
    }
    if (is_object(self)) {
        Value own = type_has(type, TYPE_MODULE) ? dict_get_str(OBJECT_AS(Module, self)->dict, name)
                                                : instance_get(object_of(self), name);
        if (!is_empty(own)) return own;
    }
    if (found_type) {
        if (found_type->descr_get) return found_type->descr_get(found, self, object_value(type));
        return found;
    }
    return VALUE_EMPTY;
}

Value object_getattribute(Value self, Str *name) {
    Value value = object_find_attribute(self, name);
    return likely(!is_empty(value)) ? value : raise_no_attribute(self, name);
}

static Value type_get_generic(Value self, Str *name) {
    Type *type = OBJECT_AS(Type, self);
    Type *metatype = object_type(&type->object);
    Value meta = type_lookup(metatype, name);
    Type *meta_type = NULL;
    if (!is_empty(meta)) {
        meta_type = type_of(meta);
        if (meta_type->descr_get && meta_type->descr_set)
            return meta_type->descr_get(meta, self, object_value(metatype));
    }
    Value own = type_lookup(type, name);
    if (!is_empty(own)) {
        Type *own_type = type_of(own);
        return own_type->descr_get ? own_type->descr_get(own, VALUE_EMPTY, self) : own;
    }
    if (meta_type)
        return meta_type->descr_get ? meta_type->descr_get(meta, self, object_value(metatype)) : meta;
    return VALUE_EMPTY;
}

Value type_getattribute(Value self, Str *name) {
    Value value = type_get_generic(self, name);
    return likely(!is_empty(value)) ? value : raise_no_attribute(self, name);
}

Value get_attribute(Value object, Str *name) {
    if (unlikely(!str_is_interned(name))) {
        name = str_intern(name);
        if (!name) return VALUE_ERROR;
    }
    Value value = type_of(object)->getattribute(object, name);
    if (unlikely(is_error(value))) error_note_attribute(object, name);
    return value;
}

Value get_attribute_c(Value object, const char *name) {
    Str *text = str_from_c(name);
    return text ? get_attribute(object, text) : VALUE_ERROR;
}

Value get_attribute_optional(Value object, Str *name) {
    if (unlikely(!str_is_interned(name))) {
        name = str_intern(name);
        if (!name) return VALUE_ERROR;
    }
    Type *type = type_of(object);
    Value value;
    if (type->getattribute == object_getattribute) {
        value = object_find_attribute(object, name);
    } else if (type->getattribute == type_getattribute) {
        value = type_get_generic(object, name);
    } else {
        value = type->getattribute(object, name);
    }
    if (is_error(value) && error_clear_if(&AttributeError)) return VALUE_EMPTY;
    return value;
}

int has_attribute(Value object, Str *name) {
    Value value = get_attribute_optional(object, name);
    return is_error(value) ? -1 : !is_empty(value);
}

/* --- writing ------------------------------------------------------------------------------------------ */

bool object_setattribute(Value self, Str *name, Value value) {
    Type *type = type_of(self);
    Value found = type_lookup(type, name);
    if (!is_empty(found)) {
        Type *found_type = type_of(found);
        if (found_type->descr_set) return found_type->descr_set(found, self, value);
    }
    if (type_has(type, TYPE_MODULE)) return module_type.setattribute(self, name, value);
    if (is_object(self) && shape_has_attributes(object_shape(object_of(self)))) {
        switch (instance_set(object_of(self), name, value)) {
        case INSTANCE_SET: return true;
        case INSTANCE_ERROR: return false;
        case INSTANCE_ABSENT:
            raise_attribute_error(self, name, "'%T' object has no attribute '%U'", self, name);
            return false;
        }
    }
    if (is_empty(found)) {
        raise_attribute_error(self, name, "'%T' object has no attribute '%U'", self, name);
    } else {
        raise_attribute_error(self, name, "'%T' object attribute '%U' is read-only", self, name);
    }
    return false;
}

bool type_setattribute(Value self, Str *name, Value value) {
    Type *type = OBJECT_AS(Type, self);
    if (type_has(type, TYPE_IMMUTABLE)) {
        raise_error(&TypeError, "cannot set '%U' attribute of immutable type '%s'", name, type->name);
        return false;
    }
    Type *metatype = object_type(&type->object);
    Value meta = type_lookup(metatype, name);
    if (!is_empty(meta)) {
        Type *meta_type = type_of(meta);
        if (meta_type->descr_set) return meta_type->descr_set(meta, self, value);
    }
    return type_set_attribute(type, name, value);
}

bool set_attribute(Value object, Str *name, Value value) {
    if (unlikely(!str_is_interned(name))) {
        name = str_intern(name);
        if (!name) return false;
    }
    Type *type = type_of(object);
    if (unlikely(!type->setattribute)) {
        bool has = type->getattribute != NULL;
        raise_error(&TypeError, has ? "'%T' object has only read-only attributes (%s .%U)"
                                    : "'%T' object has no attributes (%s .%U)",
                    object, is_empty(value) ? "del" : "assign to", name);
        return false;
    }
    return type->setattribute(object, name, value);
}

/* --- special methods -------------------------------------------------------------------------------------- */

Value lookup_special(Value self, Str *name) {
    Type *type = type_of(self);
    Value found = type_lookup(type, name);
    if (is_empty(found)) return VALUE_EMPTY;
    Type *found_type = type_of(found);
    if (found_type->descr_get) return found_type->descr_get(found, self, object_value(type));
    return found;
}

Value call_special(Value self, Str *name, Value *args, size_t count) {
    Type *type = type_of(self);
    Value found = type_lookup(type, name);
    if (is_empty(found)) return VALUE_EMPTY;
    Type *found_type = type_of(found);
    if (type_has(found_type, TYPE_METHOD_LIKE)) {
        if (unlikely(count > 14)) return raise_error(&SystemError, "too many arguments for %U", name);
        Value all[16];
        all[0] = self;
        for (size_t i = 0; i < count; i++) all[i + 1] = args[i];
        return call(found, all, count + 1, NULL);
    }
    if (found_type->descr_get) {
        found = found_type->descr_get(found, self, object_value(type));
        if (is_error(found)) return VALUE_ERROR;
    }
    return call(found, args, count, NULL);
}

Value call_method(Value self, Str *name, Value *args, size_t count) {
    Type *type = type_of(self);
    if (type->getattribute == object_getattribute) {
        Value found = type_lookup(type, name);
        if (!is_empty(found) && type_has(type_of(found), TYPE_METHOD_LIKE) &&
            (!is_object(self) || is_empty(instance_get(object_of(self), name))))
            return call_special(self, name, args, count);
    }
    Value method = get_attribute(self, name);
    if (is_error(method)) return VALUE_ERROR;
    return call(method, args, count, NULL);
}

Value call_method_0(Value self, const char *name) {
    Str *text = str_intern_c(name);
    return call_method(self, text, NULL, 0);
}
Value call_method_1(Value self, const char *name, Value a) {
    return call_method(self, str_intern_c(name), &a, 1);
}
Value call_method_2(Value self, const char *name, Value a, Value b) {
    Value args[2] = {a, b};
    return call_method(self, str_intern_c(name), args, 2);
}
