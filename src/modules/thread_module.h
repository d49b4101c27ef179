/* thread_module.h - the lock objects of `_thread`, for code that takes them without a method call. */
#ifndef WEFT_MODULES_THREAD_MODULE_H
#define WEFT_MODULES_THREAD_MODULE_H

#include "object/call.h"
#include "thread/lock.h"

/* threading.Lock() */
typedef struct LockObject {
    Object object;
    Mutex mutex;
    uint8_t sentinel; /* atomic; LOCK_*: see thread_module.c */
    uint64_t taker;   /* atomic; of a sentinel that is over: the ident of who has it, or 0 */
} LockObject;
extern Type lock_type;

/* threading.RLock(): `owner` is 0 or the ident of the thread that holds the mutex; that thread alone
 * writes owner and count. Another thread that reads `owner` sees some thread's ident, never its own
 * unless it holds the lock. */
typedef struct RLockObject {
    Object object;
    Mutex mutex;
    uint64_t owner; /* atomic */
    int64_t count;  /* atomic; times the owner has acquired it */
} RLockObject;
extern Type rlock_type;

LockObject *lock_object_new(void); /* NULL: MemoryError */

/* lock.acquire() and lock.release() with no arguments: false with an exception set. acquire may
 * block and runs Python (signal handlers); release raises RuntimeError when it is not held. */
bool lock_object_acquire_slow(LockObject *lock);
bool lock_object_release_slow(LockObject *lock);
static inline bool lock_object_acquire(LockObject *lock) {
    return likely(mutex_try_acquire(&lock->mutex)) || lock_object_acquire_slow(lock);
}
static inline bool lock_object_release(LockObject *lock) {
    return likely(mutex_release(&lock->mutex)) || lock_object_release_slow(lock);
}
bool rlock_object_acquire(RLockObject *lock);
bool rlock_object_release(RLockObject *lock);
bool rlock_object_is_mine(const RLockObject *lock); /* held by the calling thread */

/* Acquires `mutex` until `deadline` as a Python program sees it: signal handlers run meanwhile.
 * 1: acquired, 0: timed out, -1: a handler raised. May block, runs Python. */
int mutex_acquire_python(Mutex *mutex, int64_t deadline);
/* The same for the native function `code`, which needs nothing after the wait that its arguments do not
 * hold: stale words on its C stack keep nothing alive meanwhile. */
int mutex_acquire_called(Mutex *mutex, int64_t deadline, NativeCode code);

/* The child of a fork: this is the only thread. */
void thread_module_after_fork(void);

#endif
