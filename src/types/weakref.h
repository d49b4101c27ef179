/* weakref.h - weak references and weak proxies. */
#ifndef WEFT_TYPES_WEAKREF_H
#define WEFT_TYPES_WEAKREF_H

#include "object/call.h"

typedef struct WeakRef {
    Object object;
    Value target;   /* atomic; a weak link: the collector makes it VALUE_EMPTY */
    Value callback; /* atomic; VALUE_EMPTY: none, or called already */
    int64_t hash;   /* atomic; -1: not computed */
    uint64_t number; /* constant; of those with a callback, the larger the later */
} WeakRef;
extern Type weakref_type, weak_proxy_type, weak_callable_proxy_type;

/* weakref.ref(target) or (VALUE_EMPTY: without callback) weakref.ref(target, callback); TypeError when
 * the target's type does not allow it. One object per target and type without a callback. Allocates. */
Value weakref_new(Type *type, Value target, Value callback);
/* The target, or VALUE_EMPTY when it died. Takes no lock. */
static inline Value weakref_get(const WeakRef *reference) {
    return value_load_acquire(&reference->target);
}
static inline bool is_weakref(Value v) {
    return is_object(v) && !is_empty(v) && is_instance_of(v, &weakref_type);
}
static inline bool is_weak_proxy(Value v) {
    return is_exactly(v, &weak_proxy_type) || is_exactly(v, &weak_callable_proxy_type);
}

/* Start-up: makes the collector tell the table of references what died. Once, after heap_init(). */
void weakref_init(void);
/* What heap_next_pending() returned with was_weak_owner: calls the callback if it is a reference that
 * has one; errors are reported, not raised. Runs Python. */
void weakref_target_died(void *owner);
/* For run_finalizers: takes all that waits from heap_next_pending(), calls the callbacks of weak
 * references and the finalizers (Type.finalize) of objects. Runs Python. */
void weakref_run_pending(void);
/* At exit: calls the finalizers of all objects that still have one. Runs Python. */
void finalize_all_at_exit(void);

#endif
