/* mutex - what the tutorial's second program does, in C with a pthread_mutex_t: two threads, each of which
 * takes a lock a million times to change one counter. The limit that a runtime can aim for. */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>

enum { ROUNDS = 1000000 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static volatile long x;

static void *change(void *by) {
    for (int i = 0; i < ROUNDS; i++) {
        pthread_mutex_lock(&lock);
        x += (long)(intptr_t)by;
        pthread_mutex_unlock(&lock);
    }
    return NULL;
}

int main(void) {
    pthread_t a, b;
    pthread_create(&a, NULL, change, (void *)(intptr_t)1);
    pthread_create(&b, NULL, change, (void *)(intptr_t)-1);
    pthread_join(a, NULL);
    pthread_join(b, NULL);
    printf("Result: %ld\n", x);
    return x != 0;
}
