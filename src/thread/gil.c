/* gil.c - theory.
 *
 * The lock is a flag guarded by a pthread mutex, so that waiting for it can be timed. A waiter that
 * has waited one switch interval, during which no switch took place, sets POLL_GIL_SWITCH on the
 * holder; the holder drops the lock at its next safe point and, so that the operating system does not
 * just let it run on and take it again, waits until some other thread has taken it.
 *
 * Every thread that runs holds the lock; one that waits for it is detached. So who stops the world
 * holds it, and nobody else can become running meanwhile. */
#include "thread/gil.h"

#include <errno.h>
#include <time.h>
#include "base/os.h"

bool gil_enabled; /* constant once a second thread exists */

static struct {
    pthread_mutex_t mutex;     /* guards what follows */
    pthread_cond_t released;   /* the lock was dropped */
    pthread_cond_t switched;   /* another thread has taken it */
    bool held;
    uint32_t waiters;
    uint64_t switches;         /* how often it was taken */
    Thread *holder;            /* the last one to take it */
} gil = {.mutex = PTHREAD_MUTEX_INITIALIZER, .switched = PTHREAD_COND_INITIALIZER};

static int64_t switch_interval_ns = 5000000; /* atomic */

static void initialise_condition(pthread_cond_t *condition) {
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(condition, &attributes);
    pthread_condattr_destroy(&attributes);
}

void gil_enable(void) {
    if (gil_enabled) return;
    initialise_condition(&gil.released);
    gil_enabled = true;
    Thread *self = thread_current;
    if (self != NULL) gil_take(self);
}

double gil_switch_interval(void) { return (double)load_relaxed(&switch_interval_ns) / 1e9; }

void gil_set_switch_interval(double seconds) {
    double ns = seconds * 1e9;
    int64_t interval = ns < 1000 ? 1000 : ns > 1e18 ? (int64_t)1e18 : (int64_t)ns;
    store_relaxed(&switch_interval_ns, interval);
}

/* Waits for a release at most one interval; true when it passed without a switch. */
static bool wait_one_interval(void) {
    uint64_t seen = gil.switches;
    int64_t deadline = os_monotonic_ns() + load_relaxed(&switch_interval_ns);
    struct timespec until = {deadline / 1000000000, deadline % 1000000000};
    int error = pthread_cond_timedwait(&gil.released, &gil.mutex, &until);
    return error == ETIMEDOUT && gil.held && gil.switches == seen;
}

void gil_take(Thread *self) {
    pthread_mutex_lock(&gil.mutex);
    gil.waiters++;
    while (gil.held)
        if (wait_one_interval()) thread_poll_set(gil.holder, POLL_GIL_SWITCH);
    gil.waiters--;
    gil.held = true;
    gil.switches++;
    if (gil.holder != self) {
        gil.holder = self;
        pthread_cond_broadcast(&gil.switched);
    }
    thread_poll_clear(self, POLL_GIL_SWITCH);
    self->holds_gil = true;
    pthread_mutex_unlock(&gil.mutex);
}

void gil_drop(Thread *self, bool forced) {
    pthread_mutex_lock(&gil.mutex);
    self->holds_gil = false;
    gil.held = false;
    if (gil.waiters > 0) {
        pthread_cond_signal(&gil.released);
        while (forced && gil.holder == self && gil.waiters > 0)
            pthread_cond_wait(&gil.switched, &gil.mutex);
    }
    pthread_mutex_unlock(&gil.mutex);
}

void gil_after_fork_child(Thread *self) {
    if (!gil_enabled) return;
    pthread_mutex_init(&gil.mutex, NULL);
    initialise_condition(&gil.released);
    pthread_cond_init(&gil.switched, NULL);
    gil.held = self->holds_gil;
    gil.holder = self;
    gil.waiters = 0;
}
