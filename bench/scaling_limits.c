/* scaling_limits - what the machine itself makes of threads: the measure of bench/scaling.
 *
 *   scaling_limits spin|mutex THREADS ROUNDS
 *
 * Runs 1, 2, ... THREADS threads, each of which does the same number of turns, and prints for each number of
 * threads the nanoseconds of one turn, the least of ROUNDS. A turn of `spin` touches nothing outside of the
 * processor; one of `mutex` takes a pthread_mutex_t that all share to add one to a counter. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MOST = 1024 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_barrier_t gate;
static volatile long counter;
static long turns;
static double starts[MOST], ends[MOST];

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void *spin(void *number) {
    long me = (long)number, x = me;
    pthread_barrier_wait(&gate);
    starts[me] = now();
    for (long i = 0; i < turns; i++) __asm__ volatile("" : "+r"(x));
    ends[me] = now();
    return NULL;
}

static void *mutex(void *number) {
    long me = (long)number;
    pthread_barrier_wait(&gate);
    starts[me] = now();
    for (long i = 0; i < turns; i++) {
        pthread_mutex_lock(&lock);
        counter = counter + 1;
        pthread_mutex_unlock(&lock);
    }
    ends[me] = now();
    return NULL;
}

static double run(void *(*body)(void *), int threads) {
    pthread_t crowd[MOST];
    pthread_barrier_init(&gate, NULL, (unsigned)threads);
    for (long i = 0; i < threads; i++)
        if (pthread_create(&crowd[i], NULL, body, (void *)i) != 0) exit(1);
    for (int i = 0; i < threads; i++) pthread_join(crowd[i], NULL);
    pthread_barrier_destroy(&gate);
    double first = starts[0], last = ends[0];
    for (int i = 1; i < threads; i++) {
        if (starts[i] < first) first = starts[i];
        if (ends[i] > last) last = ends[i];
    }
    return last - first;
}

int main(int argc, char **argv) {
    int threads = argc == 4 ? atoi(argv[2]) : 0, rounds = argc == 4 ? atoi(argv[3]) : 0;
    if (threads < 1 || threads > MOST || rounds < 1) {
        fputs("usage: scaling_limits spin|mutex THREADS ROUNDS\n", stderr);
        return 2;
    }
    int spinning = strcmp(argv[1], "spin") == 0;
    double best[MOST] = {0};
    turns = spinning ? 200000000 : 4000000;
    for (int round = 0; round < rounds; round++) {
        for (int n = 1; n <= threads; n++) {
            double took = run(spinning ? spin : mutex, n) / (double)turns * 1e9;
            if (round == 0 || took < best[n - 1]) best[n - 1] = took;
        }
    }
    for (int n = 0; n < threads; n++) printf("%.4f%c", best[n], n + 1 < threads ? ' ' : '\n');
    return 0;
}
