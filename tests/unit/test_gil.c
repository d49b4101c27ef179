/* Unit tests of thread/gil.c: one thread at a time, and each in its turn. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/os.h"
#include "thread/lock.h"

#define MILLISECOND INT64_C(1000000)
#define WORKERS 4

static uint32_t workers_left, running;
static uint64_t turns[WORKERS];
static bool stop_working;

static void worker_done(void) {
    fetch_add_acq_rel(&workers_left, (uint32_t)-1);
    os_wake(&workers_left, 1);
}

static void wait_for_workers(void) {
    Thread *self = thread_current;
    thread_detach(self);
    for (uint32_t left; (left = load_acquire(&workers_left)) != 0;)
        os_wait(&workers_left, left, INT64_MAX);
    thread_reattach(self);
}

static void run_alone(void *argument) {
    size_t me = (size_t)argument;
    while (!load_relaxed(&stop_working)) {
        if (fetch_add_acq_rel(&running, 1u) != 0) abort();
        turns[me]++;
        for (int i = 0; i < 20; i++) cpu_pause();
        fetch_add_acq_rel(&running, (uint32_t)-1);
        safepoint(thread_current);
    }
    worker_done();
}

static void one_runs_and_all_get_their_turn(void **state) {
    store_relaxed(&workers_left, (uint32_t)WORKERS);
    for (size_t i = 0; i < WORKERS; i++)
        assert_int_equal(thread_start(run_alone, (void *)i, 0, false, NULL), 0);
    Thread *self = thread_current;
    for (int i = 0; i < 20; i++) {
        thread_detach(self);
        os_wait(&(uint32_t){0}, 0, os_monotonic_ns() + 10 * MILLISECOND);
        thread_reattach(self);
        world_stop(self);
        world_resume(self);
    }
    store_relaxed(&stop_working, true);
    wait_for_workers();
    uint64_t total = 0, least = UINT64_MAX;
    for (int i = 0; i < WORKERS; i++) {
        total += turns[i];
        if (turns[i] < least) least = turns[i];
    }
    assert_true(least > total / WORKERS / 20);
}

static Mutex mutex;
static uint64_t counter;
static void count_with_lock(void *argument) {
    for (int i = 0; i < 20000; i++) {
        while (mutex_acquire(&mutex, WAIT_FOREVER) != WAIT_ACQUIRED) continue;
        counter++;
        safepoint(thread_current);
        mutex_release(&mutex);
    }
    worker_done();
}

static void locks_work_under_the_gil(void **state) {
    store_relaxed(&workers_left, (uint32_t)WORKERS);
    for (size_t i = 0; i < WORKERS; i++)
        assert_int_equal(thread_start(count_with_lock, NULL, 0, false, NULL), 0);
    wait_for_workers();
    assert_int_equal(counter, WORKERS * 20000);
}

static void the_switch_interval_is_kept(void **state) {
    assert_true(gil_switch_interval() == 0.005);
    gil_set_switch_interval(0.0005);
    assert_true(gil_switch_interval() == 0.0005);
    assert_true(thread_current->holds_gil);
}

int main(void) {
    thread_system_init(sizeof(Thread), NULL, NULL);
    gil_enable();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_switch_interval_is_kept),
        cmocka_unit_test(one_runs_and_all_get_their_turn),
        cmocka_unit_test(locks_work_under_the_gil),
    };
    return cmocka_run_group_tests_name("gil", tests, NULL, NULL);
}
