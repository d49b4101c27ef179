/* lock.c - theory.
 *
 * ByteLock and Mutex are the same lock in words of different size: bit 0 "held", bit 1 "somebody is
 * parked". Who releases with bit 1 set wakes the longest waiter and, with the bucket still locked,
 * leaves bit 1 as it must be. The woken thread competes again ("barging"): the lock is free while it
 * wakes up, and a running thread may take it meanwhile, which is what keeps a contended lock from
 * costing a context switch a turn. A waiter that has been queued for longer than HANDOFF_AFTER_NS is
 * not let down again: the lock stays held and is its own when it wakes up, so nobody starves.
 *
 * Spinning: while nobody is parked and the owner may be running on another processor. With the GIL
 * on, an owner cannot run while we do, so nobody spins. */
#include "thread/lock.h"

#include "base/os.h"
#include "thread/park.h"

#define HELD 1
#define PARKED 2
#define TOKEN_HANDOFF 1
#define HANDOFF_AFTER_NS 1000000
#define SPIN_ROUNDS 40

static int spin_rounds(void) {
    static int cached = -1; /* atomic; every thread computes the same */
    int rounds = load_relaxed(&cached);
    if (rounds < 0) {
        rounds = os_cpu_count() > 1 ? SPIN_ROUNDS : 0;
        store_relaxed(&cached, rounds);
    }
    return gil_enabled ? 0 : rounds;
}

static void spin_pause(int round) {
    int pauses = round < 5 ? 1 << round : 32;
    for (int i = 0; i < pauses; i++) cpu_pause();
}

/* --- ByteLock -------------------------------------------------------------------------------- */

static bool byte_lock_should_sleep(void *lock) {
    return load_relaxed((ByteLock *)lock) == (HELD | PARKED);
}

void byte_lock_slow(ByteLock *lock) {
    int rounds = spin_rounds(), round = 0;
    for (;;) {
        ByteLock word = load_relaxed(lock);
        if (!(word & HELD)) {
            if (cas_acquire(lock, &word, (ByteLock)(word | HELD))) return;
            continue;
        }
        if (!(word & PARKED)) {
            if (round < rounds) {
                spin_pause(round++);
                continue;
            }
            if (!cas_relaxed(lock, &word, (ByteLock)(word | PARKED))) continue;
        }
        ParkRequest request = {.address = lock,
                               .still = byte_lock_should_sleep,
                               .argument = lock,
                               .deadline = WAIT_FOREVER};
        if (park(&request) == PARK_WOKEN && request.token == TOKEN_HANDOFF) {
            load_acquire(lock);
            return;
        }
        round = 0;
    }
}

static uintptr_t byte_lock_decide(const UnparkReport *report, void *lock) {
    ByteLock rest = report->more ? PARKED : 0;
    if (report->found && report->waited > HANDOFF_AFTER_NS) {
        store_release((ByteLock *)lock, (ByteLock)(HELD | rest));
        return TOKEN_HANDOFF;
    }
    store_release((ByteLock *)lock, rest);
    return 0;
}

void byte_unlock_slow(ByteLock *lock) {
    ByteLock word = HELD;
    if (cas_release(lock, &word, (ByteLock)0)) return;
    weft_assert(word & HELD);
    unpark_one(lock, byte_lock_decide, lock);
}

/* --- Mutex ----------------------------------------------------------------------------------- */

static bool mutex_should_sleep(void *mutex) {
    return load_relaxed(&((Mutex *)mutex)->word) == (HELD | PARKED);
}

WaitResult mutex_acquire_slow(Mutex *mutex, int64_t deadline) {
    if (deadline == WAIT_NEVER) {
        uint32_t word = load_relaxed(&mutex->word);
        while (!(word & HELD))
            if (cas_acquire(&mutex->word, &word, word | HELD)) return WAIT_ACQUIRED;
        return WAIT_TIMED_OUT;
    }
    int rounds = spin_rounds(), round = 0;
    for (;;) {
        uint32_t word = load_relaxed(&mutex->word);
        if (!(word & HELD)) {
            if (cas_acquire(&mutex->word, &word, word | HELD)) return WAIT_ACQUIRED;
            continue;
        }
        if (!(word & PARKED)) {
            if (round < rounds) {
                spin_pause(round++);
                continue;
            }
            if (!cas_relaxed(&mutex->word, &word, word | PARKED)) continue;
        }
        ParkRequest request = {.address = mutex,
                               .still = mutex_should_sleep,
                               .argument = mutex,
                               .deadline = deadline,
                               .interruptible = true};
        switch (park(&request)) {
        case PARK_WOKEN:
            if (request.token == TOKEN_HANDOFF) {
                load_acquire(&mutex->word);
                return WAIT_ACQUIRED;
            }
            break;
        case PARK_NOT_NEEDED: break;
        case PARK_TIMED_OUT: return WAIT_TIMED_OUT;
        case PARK_INTERRUPTED: return WAIT_INTERRUPTED;
        }
        round = 0;
    }
}

typedef struct MutexRelease {
    Mutex *mutex;
    bool was_held;
} MutexRelease;

static uintptr_t mutex_decide(const UnparkReport *report, void *argument) {
    MutexRelease *release = argument;
    uint32_t *word = &release->mutex->word;
    uint32_t rest = report->more ? PARKED : 0;
    /* Two threads may release at once, by a mistake of the program: the second finds it free. */
    release->was_held = load_relaxed(word) & HELD;
    if (!release->was_held) return 0;
    if (report->found && report->waited > HANDOFF_AFTER_NS) {
        store_release(word, HELD | rest);
        return TOKEN_HANDOFF;
    }
    store_release(word, rest);
    return 0;
}

bool mutex_release_slow(Mutex *mutex) {
    for (;;) {
        uint32_t word = load_relaxed(&mutex->word);
        if (!(word & HELD)) return false;
        if (word == HELD) {
            if (cas_release(&mutex->word, &word, 0u)) return true;
            continue;
        }
        MutexRelease release = {mutex, false};
        unpark_one(mutex, mutex_decide, &release);
        return release.was_held;
    }
}

/* --- Condition ------------------------------------------------------------------------------- */

static bool condition_should_sleep(void *argument) { return true; }

static void condition_unlock(void *lock) { byte_unlock(lock); }

WaitResult condition_wait(Condition *condition, ByteLock *lock, int64_t deadline) {
    ParkRequest request = {.address = condition,
                           .still = condition_should_sleep,
                           .before_sleep = condition_unlock,
                           .argument = lock,
                           .deadline = deadline,
                           .interruptible = true};
    fetch_add_seq_cst(&condition->waiters, 1u);
    ParkResult result = park(&request);
    fetch_add_seq_cst(&condition->waiters, (uint32_t)-1);
    byte_lock(lock);
    if (result == PARK_TIMED_OUT) return WAIT_TIMED_OUT;
    return result == PARK_INTERRUPTED ? WAIT_INTERRUPTED : WAIT_ACQUIRED;
}

void condition_notify_one(Condition *condition) {
    if (load_seq_cst(&condition->waiters) != 0) unpark_one(condition, NULL, NULL);
}

void condition_notify_all(Condition *condition) {
    uint32_t waiters = load_seq_cst(&condition->waiters);
    if (waiters != 0) unpark_many(condition, waiters);
}

/* --- Semaphore ------------------------------------------------------------------------------- */

static bool semaphore_try(Semaphore *semaphore) {
    uint32_t count = load_relaxed(&semaphore->count);
    while (count > 0)
        if (cas_acquire(&semaphore->count, &count, count - 1)) return true;
    return false;
}

static bool semaphore_should_sleep(void *semaphore) {
    return load_seq_cst(&((Semaphore *)semaphore)->count) == 0;
}

WaitResult semaphore_acquire(Semaphore *semaphore, int64_t deadline) {
    if (semaphore_try(semaphore)) return WAIT_ACQUIRED;
    if (deadline == WAIT_NEVER) return WAIT_TIMED_OUT;
    WaitResult result = WAIT_ACQUIRED;
    fetch_add_seq_cst(&semaphore->waiters, 1u);
    while (!semaphore_try(semaphore)) {
        ParkRequest request = {.address = semaphore,
                               .still = semaphore_should_sleep,
                               .argument = semaphore,
                               .deadline = deadline,
                               .interruptible = true};
        ParkResult parked = park(&request);
        if (parked == PARK_TIMED_OUT) result = WAIT_TIMED_OUT;
        if (parked == PARK_INTERRUPTED) result = WAIT_INTERRUPTED;
        if (result != WAIT_ACQUIRED) break;
    }
    fetch_add_seq_cst(&semaphore->waiters, (uint32_t)-1);
    return result;
}

bool semaphore_release(Semaphore *semaphore, uint32_t units) {
    uint32_t count = load_relaxed(&semaphore->count);
    do {
        if (count + units < count) return false;
    } while (!cas_seq_cst(&semaphore->count, &count, count + units));
    if (load_seq_cst(&semaphore->waiters) != 0) unpark_many(semaphore, units);
    return true;
}
