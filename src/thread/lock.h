/* lock.h - locks built on a parking lot.
 *
 * The locks are small words; threads that must wait are queued outside of them, keyed by the word's
 * address (thread/park.h; after WebKit's WTF::ParkingLot, "Locking in WebKit", 2016). They spin a
 * little, barge (a releasing thread does not hand over), and detach the thread while it waits, so
 * that a collection never waits for a waiter. */
#ifndef WEFT_THREAD_LOCK_H
#define WEFT_THREAD_LOCK_H

#include "thread/thread.h"

/* --- ByteLock: one byte, in every object's header and wherever a short critical section is -----
 * Never held while Python code runs, while blocking, or over an allocation that could collect is
 * fine (a stop of the world waits for holders only if they poll: holders may allocate). */
typedef uint8_t ByteLock; /* bit 0: held; bit 1: somebody is parked */
void byte_lock_slow(ByteLock *lock);
void byte_unlock_slow(ByteLock *lock);
static inline void byte_lock(ByteLock *lock) {
    ByteLock unlocked = 0;
    if (unlikely(!cas_acquire(lock, &unlocked, (ByteLock)1))) byte_lock_slow(lock);
}
static inline void byte_unlock(ByteLock *lock) {
    ByteLock held = 1;
    if (unlikely(!cas_release(lock, &held, (ByteLock)0))) byte_unlock_slow(lock);
}
static inline bool byte_lock_is_held(ByteLock *lock) { return load_relaxed(lock) & 1; }

/* --- Mutex: what threading.Lock is made of ------------------------------------------------------ */
typedef struct Mutex {
    uint32_t word; /* bit 0: held; bit 1: somebody is parked */
} Mutex;

typedef enum WaitResult {
    WAIT_ACQUIRED, /* or: woken */
    WAIT_TIMED_OUT,
    WAIT_INTERRUPTED, /* a poll bit that runs Python was set; call safepoint() and go on waiting */
} WaitResult;

/* `deadline`: absolute, in nanoseconds of os_monotonic_ns(); WAIT_FOREVER; or WAIT_NEVER to try only.
 * May block (the thread is detached meanwhile). Interruptible where it says so. */
#define WAIT_FOREVER INT64_MAX
#define WAIT_NEVER INT64_MIN
WaitResult mutex_acquire_slow(Mutex *mutex, int64_t deadline);
static inline bool mutex_try_acquire(Mutex *mutex) {
    uint32_t unlocked = 0;
    return cas_acquire(&mutex->word, &unlocked, 1u);
}
static inline WaitResult mutex_acquire(Mutex *mutex, int64_t deadline) {
    return likely(mutex_try_acquire(mutex)) ? WAIT_ACQUIRED : mutex_acquire_slow(mutex, deadline);
}
/* Returns false if it was not held. Any thread may release. */
bool mutex_release_slow(Mutex *mutex);
static inline bool mutex_release(Mutex *mutex) {
    uint32_t held = 1;
    return likely(cas_release(&mutex->word, &held, 0u)) || mutex_release_slow(mutex);
}
static inline bool mutex_is_held(const Mutex *mutex) { return load_relaxed(&mutex->word) & 1; }

/* --- Condition: waiting for a change of what a ByteLock guards ---------------------------------- */
typedef struct Condition {
    uint32_t waiters; /* atomic; a hint: how many may be parked on it */
} Condition;
/* Releases `lock`, waits for a notification and takes it again, also when it was not notified.
 * Interruptible; a WAIT_ACQUIRED may be spurious. May block. */
WaitResult condition_wait(Condition *condition, ByteLock *lock, int64_t deadline);
/* Wakes one waiter or all; better called with the lock held. */
void condition_notify_one(Condition *condition);
void condition_notify_all(Condition *condition);

/* --- Semaphore ------------------------------------------------------------------------------------ */
typedef struct Semaphore {
    uint32_t count; /* atomic */
    uint32_t waiters;
} Semaphore;
/* Takes one unit; interruptible like mutex_acquire(). May block. */
WaitResult semaphore_acquire(Semaphore *semaphore, int64_t deadline);
/* Adds `units` and wakes as many waiters. False when the count would overflow. */
bool semaphore_release(Semaphore *semaphore, uint32_t units);

#endif
