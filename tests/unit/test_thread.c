/* Unit tests of thread/: states, stops of the world, parking, locks, interruption, fork. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/os.h"
#include "thread/lock.h"
#include "thread/park.h"

#define MILLISECOND INT64_C(1000000)

static uint32_t workers_left;

static void worker_done(void) {
    fetch_add_acq_rel(&workers_left, (uint32_t)-1);
    os_wake(&workers_left, 1);
}

static void start_workers(void (*body)(void *), int count) {
    store_relaxed(&workers_left, (uint32_t)count);
    for (int i = 0; i < count; i++)
        assert_int_equal(thread_start(body, (void *)(uintptr_t)i, 256 << 10, false, NULL), 0);
}

static void wait_for_workers(void) {
    Thread *self = thread_current;
    thread_detach(self);
    for (uint32_t left; (left = load_acquire(&workers_left)) != 0;)
        os_wait(&workers_left, left, INT64_MAX);
    thread_reattach(self);
    while (thread_count() > 1) {
        thread_detach(self);
        os_wait(&(uint32_t){0}, 0, os_monotonic_ns() + MILLISECOND / 10);
        thread_reattach(self);
    }
}

static void sleep_detached(int64_t ns) {
    thread_detach(thread_current);
    int64_t until = os_monotonic_ns() + ns;
    while (os_monotonic_ns() < until) os_wait(&(uint32_t){0}, 0, until);
    thread_reattach(thread_current);
}

/* --- life ------------------------------------------------------------------------------------------ */

static uint32_t seen_threads;
static bool stack_is_sane;
static void look_around(void *argument) {
    Thread *self = thread_current;
    char here;
    stack_is_sane = &here > self->c_stack_limit && &here < self->c_stack_base && c_stack_has_room(self);
    store_relaxed(&seen_threads, (uint32_t)thread_count());
    *(uint64_t *)argument = self->ident;
    worker_done();
}

static void a_thread_is_attached_when_start_returns(void **state) {
    uint64_t ident, own = 0;
    store_relaxed(&workers_left, 1u);
    assert_int_equal(thread_start(look_around, &own, 256 << 10, true, &ident), 0);
    wait_for_workers();
    assert_int_equal(own, ident);
    assert_int_equal(seen_threads, 2);
    assert_true(stack_is_sane);
    assert_true(thread_main()->is_main);
    assert_true(c_stack_has_room(thread_current));
    assert_int_equal(thread_count(), 1);
}

/* --- stops of the world ------------------------------------------------------------------------------ */

#define WORLD_WORKERS 12
static uint64_t counters[WORLD_WORKERS]; /* each written by one thread, which must run to do so */
static bool stop_working;

static void run_and_detach(void *argument) {
    Thread *self = thread_current;
    size_t me = (size_t)argument;
    for (uint64_t i = 0; !load_relaxed(&stop_working); i++) {
        store_relaxed(&counters[me], load_relaxed(&counters[me]) + 1);
        if (i % 7 == 0) safepoint(self);
        if (i % 11 == 0) safepoint_stop_only(self);
        if (i % 1000 == me) {
            thread_detach(self);
            if (i % 3000 == me) os_wait(&(uint32_t){0}, 0, os_monotonic_ns() + MILLISECOND / 20);
            thread_reattach(self);
        }
        if (i % 20000 == me * 100) {
            world_stop(self);
            world_resume(self);
        }
    }
    worker_done();
}

static void nobody_runs_in_a_stopped_world(void **state) {
    Thread *self = thread_current;
    stop_working = false;
    start_workers(run_and_detach, WORLD_WORKERS);
    uint64_t before[WORLD_WORKERS];
    for (int i = 0; i < 300; i++) {
        world_stop(self);
        for (int k = 0; k < WORLD_WORKERS; k++) before[k] = load_relaxed(&counters[k]);
        for (int k = 0; k < 200; k++) cpu_pause();
        for (int k = 0; k < WORLD_WORKERS; k++)
            assert_int_equal(load_relaxed(&counters[k]), before[k]);
        assert_int_equal(thread_count(), WORLD_WORKERS + 1);
        world_resume(self);
        if (i % 50 == 0) sleep_detached(MILLISECOND);
    }
    store_relaxed(&stop_working, true);
    wait_for_workers();
    for (int k = 0; k < WORLD_WORKERS; k++) assert_true(counters[k] > 0);
}

static void come_and_go(void *argument) {
    safepoint(thread_current);
    worker_done();
}

static void threads_start_and_end_around_stops(void **state) {
    for (int i = 0; i < 20; i++) {
        start_workers(come_and_go, 8);
        world_stop(thread_current);
        world_resume(thread_current);
        wait_for_workers();
    }
    assert_int_equal(thread_count(), 1);
}

static void detaching_keeps_errno(void **state) {
    errno = 77;
    thread_detach(thread_current);
    thread_reattach(thread_current);
    assert_int_equal(errno, 77);
}

/* --- locks ------------------------------------------------------------------------------------------------ */

#define TURNS 30000
static ByteLock bytes[4];
static Mutex mutex;
static uint64_t guarded[4], guarded_by_mutex; /* plain: the locks order the accesses */

static void count_under_locks(void *argument) {
    for (int i = 0; i < TURNS; i++) {
        ByteLock *lock = &bytes[i % 4];
        byte_lock(lock);
        guarded[i % 4]++;
        byte_unlock(lock);
        while (mutex_acquire(&mutex, WAIT_FOREVER) != WAIT_ACQUIRED) continue;
        guarded_by_mutex++;
        assert_true(mutex_release(&mutex));
        if (i % 500 == 0) safepoint(thread_current);
    }
    worker_done();
}

static void locks_exclude(void **state) {
    start_workers(count_under_locks, 4);
    for (int i = 0; i < 20; i++) {
        world_stop(thread_current);
        world_resume(thread_current);
        sleep_detached(MILLISECOND / 2);
    }
    wait_for_workers();
    assert_int_equal(guarded_by_mutex, 4 * TURNS);
    assert_int_equal(guarded[0] + guarded[1] + guarded[2] + guarded[3], 4 * TURNS);
    for (int i = 0; i < 4; i++) assert_int_equal(bytes[i], 0);
    assert_int_equal(mutex.word, 0);
}

static void mutex_waits_are_timed(void **state) {
    Mutex held = {0};
    assert_int_equal(mutex_acquire(&held, WAIT_NEVER), WAIT_ACQUIRED);
    assert_true(mutex_is_held(&held));
    assert_int_equal(mutex_acquire(&held, WAIT_NEVER), WAIT_TIMED_OUT);
    int64_t start = os_monotonic_ns();
    assert_int_equal(mutex_acquire(&held, start + 3 * MILLISECOND), WAIT_TIMED_OUT);
    assert_true(os_monotonic_ns() - start >= 3 * MILLISECOND);
    assert_true(mutex_release(&held));
    assert_false(mutex_release(&held));
    assert_int_equal(mutex_acquire(&held, 0), WAIT_ACQUIRED);
    assert_true(mutex_release(&held));
}

/* A thread that takes and releases in a tight loop must not starve another. */
static uint64_t greedy_turns;
static void greedy(void *argument) {
    while (!load_relaxed(&stop_working)) {
        if (mutex_acquire(&mutex, WAIT_FOREVER) != WAIT_ACQUIRED) continue;
        greedy_turns++;
        for (int i = 0; i < 50; i++) cpu_pause();
        mutex_release(&mutex);
        safepoint(thread_current);
    }
    worker_done();
}

static void waiters_do_not_starve(void **state) {
    stop_working = false;
    start_workers(greedy, 3);
    for (int i = 0; i < 20; i++) {
        int64_t start = os_monotonic_ns();
        assert_int_equal(mutex_acquire(&mutex, WAIT_FOREVER), WAIT_ACQUIRED);
        assert_true(os_monotonic_ns() - start < 500 * MILLISECOND);
        mutex_release(&mutex);
        sleep_detached(MILLISECOND / 4);
    }
    store_relaxed(&stop_working, true);
    wait_for_workers();
}

/* --- condition and semaphore ------------------------------------------------------------------------------- */

static ByteLock queue_lock;
static Condition queue_changed;
static int queue_length, queue_taken;

static void consume(void *argument) {
    byte_lock(&queue_lock);
    for (;;) {
        while (queue_length == 0) condition_wait(&queue_changed, &queue_lock, WAIT_FOREVER);
        if (queue_length < 0) break;
        queue_length--;
        queue_taken++;
    }
    byte_unlock(&queue_lock);
    worker_done();
}

static void conditions_wake_their_waiters(void **state) {
    start_workers(consume, 4);
    for (int i = 0; i < 2000; i++) {
        byte_lock(&queue_lock);
        queue_length++;
        condition_notify_one(&queue_changed);
        byte_unlock(&queue_lock);
        if (i % 100 == 0) sleep_detached(MILLISECOND / 10);
        safepoint(thread_current);
    }
    for (;;) {
        byte_lock(&queue_lock);
        bool empty = queue_length == 0;
        if (empty) queue_length = -1;
        condition_notify_all(&queue_changed);
        byte_unlock(&queue_lock);
        if (empty) break;
        sleep_detached(MILLISECOND / 10);
    }
    wait_for_workers();
    assert_int_equal(queue_taken, 2000);
    byte_lock(&queue_lock);
    assert_int_equal(condition_wait(&queue_changed, &queue_lock, os_monotonic_ns() + MILLISECOND),
                     WAIT_TIMED_OUT);
    assert_true(byte_lock_is_held(&queue_lock));
    byte_unlock(&queue_lock);
}

static Semaphore semaphore;
static void take_units(void *argument) {
    for (int i = 0; i < 500; i++)
        while (semaphore_acquire(&semaphore, WAIT_FOREVER) != WAIT_ACQUIRED) continue;
    worker_done();
}

static void semaphores_count(void **state) {
    start_workers(take_units, 4);
    for (int i = 0; i < 1000; i++) {
        assert_true(semaphore_release(&semaphore, 2));
        if (i % 100 == 0) sleep_detached(MILLISECOND / 10);
    }
    wait_for_workers();
    assert_int_equal(semaphore.count, 0);
    assert_int_equal(semaphore_acquire(&semaphore, WAIT_NEVER), WAIT_TIMED_OUT);
    assert_int_equal(semaphore_acquire(&semaphore, os_monotonic_ns() + MILLISECOND), WAIT_TIMED_OUT);
    assert_true(semaphore_release(&semaphore, 1));
    assert_false(semaphore_release(&semaphore, UINT32_MAX));
    assert_int_equal(semaphore_acquire(&semaphore, 0), WAIT_ACQUIRED);
}

/* --- interruption ------------------------------------------------------------------------------------------------ */

static int signals_run;
static bool count_signal(Thread *self) {
    signals_run++;
    return true;
}

static void poke_main(void *argument) {
    sleep_detached(2 * MILLISECOND);
    thread_signal_pending();
    worker_done();
}

static void a_signal_ends_a_wait(void **state) {
    Mutex held = {0};
    safepoint_hooks.run_signals = count_signal;
    mutex_acquire(&held, WAIT_NEVER);
    start_workers(poke_main, 1);
    assert_int_equal(mutex_acquire(&held, WAIT_FOREVER), WAIT_INTERRUPTED);
    assert_int_equal(signals_run, 0);
    assert_true(safepoint(thread_current));
    assert_int_equal(signals_run, 1);
    wait_for_workers();
    /* One that came before the wait counts too. */
    thread_signal_pending();
    assert_int_equal(mutex_acquire(&held, WAIT_FOREVER), WAIT_INTERRUPTED);
    assert_true(safepoint(thread_current));
    assert_int_equal(mutex_acquire(&held, os_monotonic_ns() + MILLISECOND), WAIT_TIMED_OUT);
    mutex_release(&held);
    safepoint_hooks.run_signals = NULL;
}

static bool refuse(Thread *self) { return false; }

static void a_hook_that_raises_ends_the_safepoint(void **state) {
    safepoint_hooks.run_async_exception = refuse;
    thread_poll_set(thread_current, POLL_ASYNC_EXCEPTION | POLL_FINALIZERS);
    assert_false(safepoint(thread_current));
    assert_int_equal(thread_current->poll, POLL_FINALIZERS);
    assert_true(safepoint(thread_current));
    assert_int_equal(thread_current->poll, 0);
    safepoint_hooks.run_async_exception = NULL;
}

/* --- the parking lot --------------------------------------------------------------------------------------------------- */

static uint32_t parked_key[3], parked_count;
static bool always(void *argument) { return true; }

static void park_in_turn(void *argument) {
    size_t me = (size_t)argument;
    /* One after the other, so that the order of the queue is known. */
    while (load_acquire(&parked_count) != me) sleep_detached(MILLISECOND / 20);
    ParkRequest request = {.address = &parked_key[me % 2],
                           .still = always,
                           .deadline = WAIT_FOREVER};
    fetch_add_acq_rel(&parked_count, 1u);
    ParkResult result = park(&request);
    if (result != PARK_WOKEN || request.token != 100 + me) abort();
    worker_done();
}

static uintptr_t next_token;
static bool expect_more;
static uintptr_t give_token(const UnparkReport *report, void *argument) {
    assert_true(report->found);
    assert_int_equal(report->more, expect_more);
    return next_token;
}

static void parked_threads_wake_in_order(void **state) {
    store_relaxed(&parked_count, 0u);
    start_workers(park_in_turn, 6);
    while (load_acquire(&parked_count) != 6) sleep_detached(MILLISECOND / 10);
    sleep_detached(20 * MILLISECOND); /* the last one is on its way */
    for (int key = 0; key < 2; key++) {
        for (uintptr_t i = 0; i < 3; i++) {
            next_token = 100 + 2 * i + (uintptr_t)key;
            expect_more = i < 2;
            assert_true(unpark_one(&parked_key[key], give_token, NULL));
        }
    }
    assert_false(unpark_one(&parked_key[0], NULL, NULL));
    assert_int_equal(unpark_many(&parked_key[1], 10), 0);
    wait_for_workers();
}

/* --- fork ----------------------------------------------------------------------------------------------------------------- */

static void forked_child_goes_on_alone(void **state) {
    stop_working = false;
    start_workers(run_and_detach, 4);
    for (int i = 0; i < 5; i++) {
        Thread *self = thread_current;
        thread_before_fork(self);
        pid_t child = fork();
        if (child == 0) {
            thread_after_fork_child(self);
            bool good = thread_count() == 1 && self->is_main && thread_main() == self;
            world_stop(self);
            world_resume(self);
            store_relaxed(&workers_left, 1u);
            store_relaxed(&stop_working, true);
            if (thread_start(come_and_go, NULL, 0, false, NULL) != 0) _exit(2);
            wait_for_workers();
            _exit(good ? 0 : 1);
        }
        thread_after_fork_parent(self);
        int status;
        thread_detach(self);
        waitpid(child, &status, 0);
        thread_reattach(self);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 0);
    }
    store_relaxed(&stop_working, true);
    wait_for_workers();
}

/* --- exit ------------------------------------------------------------------------------------------------------------------- */

static void others_hang_when_the_process_ends(void **state) {
    pid_t child = fork(); /* the others of this process must go on */
    if (child == 0) {
        thread_after_fork_child(thread_current);
        store_relaxed(&stop_working, false);
        for (size_t i = 0; i < 4; i++)
            if (thread_start(run_and_detach, (void *)i, 0, true, NULL) != 0) _exit(2);
        sleep_detached(5 * MILLISECOND);
        thread_exit_begin();
        world_stop(thread_current);
        world_resume(thread_current);
        sleep_detached(20 * MILLISECOND);
        uint64_t before = 0, after = 0;
        for (int i = 0; i < 4; i++) before += load_relaxed(&counters[i]);
        sleep_detached(10 * MILLISECOND);
        for (int i = 0; i < 4; i++) after += load_relaxed(&counters[i]);
        _exit(before == after ? 0 : 1);
    }
    int status;
    waitpid(child, &status, 0);
    assert_int_equal(status, 0);
}

int main(void) {
    thread_system_init(sizeof(Thread), NULL, NULL);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_thread_is_attached_when_start_returns),
        cmocka_unit_test(nobody_runs_in_a_stopped_world),
        cmocka_unit_test(threads_start_and_end_around_stops),
        cmocka_unit_test(detaching_keeps_errno),
        cmocka_unit_test(locks_exclude),
        cmocka_unit_test(mutex_waits_are_timed),
        cmocka_unit_test(waiters_do_not_starve),
        cmocka_unit_test(conditions_wake_their_waiters),
        cmocka_unit_test(semaphores_count),
        cmocka_unit_test(a_signal_ends_a_wait),
        cmocka_unit_test(a_hook_that_raises_ends_the_safepoint),
        cmocka_unit_test(parked_threads_wake_in_order),
        cmocka_unit_test(forked_child_goes_on_alone),
        cmocka_unit_test(others_hang_when_the_process_ends),
    };
    return cmocka_run_group_tests_name("thread", tests, NULL, NULL);
}
