/* recursive_lock.h - a mutex that the thread that holds it may take again. For libraries whose objects
 * are not for several threads at a time, and that call back into Python. */
#ifndef WEFT_MODULES_LOADABLE_RECURSIVE_LOCK_H
#define WEFT_MODULES_LOADABLE_RECURSIVE_LOCK_H

#include "modules/thread_module.h"

typedef struct RecursiveLock {
    Mutex mutex;
    uint64_t owner; /* atomic; ident of the thread that holds the mutex, or 0 */
    int64_t depth;  /* the owner's: times it holds it */
} RecursiveLock;

/* False with an exception of a signal handler. May block, runs Python. */
static inline bool recursive_lock_enter(RecursiveLock *lock) {
    uint64_t ident = thread_self()->ident;
    if (load_relaxed(&lock->owner) != ident) {
        if (mutex_acquire_python(&lock->mutex, WAIT_FOREVER) < 0) return false;
        store_relaxed(&lock->owner, ident);
    }
    lock->depth++;
    return true;
}

static inline void recursive_lock_leave(RecursiveLock *lock) {
    if (--lock->depth > 0) return;
    store_relaxed(&lock->owner, UINT64_C(0));
    mutex_release(&lock->mutex);
}

#endif
