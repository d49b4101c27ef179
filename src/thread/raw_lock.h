/* raw_lock.h - a lock for the runtime's own short critical sections.
 *
 * Its holder never blocks, never reaches a safe point and runs no Python, so a waiter need not be
 * detached. One word: 0 free, 1 held, 2 held and somebody may sleep (Drepper, "Futexes are tricky",
 * 2011). Usable by threads that are not attached; zero-initialised. */
#ifndef WEFT_THREAD_RAW_LOCK_H
#define WEFT_THREAD_RAW_LOCK_H

#include "base/atomic.h"

typedef struct RawLock {
    uint32_t word;
} RawLock;

void raw_lock_slow(RawLock *lock);
void raw_unlock_slow(RawLock *lock);

static inline bool raw_try_lock(RawLock *lock) {
    uint32_t unlocked = 0;
    return cas_acquire(&lock->word, &unlocked, 1u);
}
static inline void raw_lock(RawLock *lock) {
    if (unlikely(!raw_try_lock(lock))) raw_lock_slow(lock);
}
static inline void raw_unlock(RawLock *lock) {
    if (unlikely(exchange_release(&lock->word, 0u) != 1)) raw_unlock_slow(lock);
}

#endif
