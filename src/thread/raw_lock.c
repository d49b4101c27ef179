#include "thread/raw_lock.h"

#include "base/os.h"

void raw_lock_slow(RawLock *lock) {
    for (int i = 0; i < 100; i++) {
        if (load_relaxed(&lock->word) == 0 && raw_try_lock(lock)) return;
        cpu_pause();
    }
    while (exchange_acquire(&lock->word, 2u) != 0) os_wait(&lock->word, 2, INT64_MAX);
}

void raw_unlock_slow(RawLock *lock) { os_wake(&lock->word, 1); }
