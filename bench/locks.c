/* locks.c - what a contended lock costs: threads that each run `lock; counter += 1; unlock` a million
 * times, with Weft's locks and with the C library's mutex. Prints nanoseconds per turn.
 *
 *     locks [threads] */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/os.h"
#include "thread/lock.h"

#define TURNS 1000000

static Mutex mutex;
static ByteLock byte;
static pthread_mutex_t native = PTHREAD_MUTEX_INITIALIZER;
static uint64_t counter;
static uint32_t running;
static int outside; /* pauses between two turns */

static void think(void) {
    for (int i = 0; i < outside; i++) cpu_pause();
}

static void done(void) {
    fetch_add_acq_rel(&running, (uint32_t)-1);
    os_wake(&running, 1);
}

static void with_mutex(void *argument) {
    for (int i = 0; i < TURNS; i++) {
        mutex_acquire(&mutex, WAIT_FOREVER);
        counter++;
        mutex_release(&mutex);
        think();
    }
    done();
}

static void with_byte_lock(void *argument) {
    for (int i = 0; i < TURNS; i++) {
        byte_lock(&byte);
        counter++;
        byte_unlock(&byte);
        think();
    }
    done();
}

static void with_pthread_mutex(void *argument) {
    for (int i = 0; i < TURNS; i++) {
        pthread_mutex_lock(&native);
        counter++;
        pthread_mutex_unlock(&native);
        think();
    }
    done();
}

static void measure(const char *name, void (*body)(void *), int threads) {
    counter = 0;
    running = (uint32_t)threads;
    int64_t start = os_monotonic_ns();
    for (int i = 0; i < threads; i++)
        if (thread_start(body, NULL, 0, false, NULL) != 0) abort();
    thread_detach(thread_current);
    for (uint32_t left; (left = load_acquire(&running)) != 0;) os_wait(&running, left, INT64_MAX);
    thread_reattach(thread_current);
    if (counter != (uint64_t)threads * TURNS) abort();
    printf("%-14s %d threads, %3d pauses outside: %6.1f ns a turn\n", name, threads, outside,
           (double)(os_monotonic_ns() - start) / (double)(threads * TURNS));
}

int main(int argc, char **argv) {
    int most = argc > 1 ? atoi(argv[1]) : 2;
    thread_system_init(sizeof(Thread), NULL, NULL);
    for (outside = 0; outside <= 20; outside += 10) {
        for (int threads = 1; threads <= most; threads++) {
            measure("Mutex", with_mutex, threads);
            measure("ByteLock", with_byte_lock, threads);
            measure("pthread_mutex", with_pthread_mutex, threads);
        }
    }
    return 0;
}
