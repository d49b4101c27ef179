#include "base/os.h"

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define NS_PER_SECOND INT64_C(1000000000)

static int64_t clock_ns(clockid_t clock) {
    struct timespec now;
    if (clock_gettime(clock, &now) != 0) fatal("the clock cannot be read (errno %d)", errno);
    return (int64_t)now.tv_sec * NS_PER_SECOND + now.tv_nsec;
}

int64_t os_monotonic_ns(void) { return clock_ns(CLOCK_MONOTONIC); }
int64_t os_realtime_ns(void) { return clock_ns(CLOCK_REALTIME); }

void os_random(void *buffer, size_t size) {
    unsigned char *position = buffer;
    while (size > 0) {
        ssize_t got = getrandom(position, size, 0);
        if (got < 0) {
            if (errno == EINTR) continue;
            fatal("the system has no random bytes (errno %d)", errno);
        }
        position += got;
        size -= (size_t)got;
    }
}

/* --- memory ---------------------------------------------------------------------------------- */

size_t os_page_size(void) {
    static size_t cached; /* atomic; every thread computes the same */
    size_t size = __atomic_load_n(&cached, __ATOMIC_RELAXED);
    if (size == 0) {
        size = (size_t)sysconf(_SC_PAGESIZE);
        __atomic_store_n(&cached, size, __ATOMIC_RELAXED);
    }
    return size;
}

void *os_reserve(size_t size, size_t alignment) {
    size_t page = os_page_size();
    size = align_up(size, page);
    size_t padding = alignment > page ? alignment - page : 0;
    if (size + padding < size) return NULL;
    char *start = mmap(NULL, size + padding, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (start == MAP_FAILED) return NULL;
    if (padding == 0) return start;
    char *aligned = (char *)align_up((size_t)start, alignment);
    char *end = start + size + padding;
    if (aligned > start) munmap(start, (size_t)(aligned - start));
    if (end > aligned + size) munmap(aligned + size, (size_t)(end - (aligned + size)));
    return aligned;
}

void os_discard(void *address, size_t size) {
    if (size > 0 && madvise(address, size, MADV_DONTNEED) != 0)
        fatal("memory cannot be given back (errno %d)", errno);
}

void os_populate(void *address, size_t size) {
#ifdef MADV_POPULATE_WRITE
    madvise(address, size, MADV_POPULATE_WRITE);
#else
    (void)address, (void)size;
#endif
}

void os_release(void *address, size_t size) {
    munmap(address, align_up(size, os_page_size()));
}

int os_cpu_count(void) {
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0) {
        int count = CPU_COUNT(&set);
        if (count > 0) return count;
    }
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online > 0 ? (int)online : 1;
}

/* --- waiting on a word ----------------------------------------------------------------------- */

bool os_wait(uint32_t *word, uint32_t expected, int64_t deadline_ns) {
    struct timespec deadline, *limit = NULL;
    if (deadline_ns != INT64_MAX) {
        if (deadline_ns < 0) deadline_ns = 0;
        deadline.tv_sec = (time_t)(deadline_ns / NS_PER_SECOND);
        deadline.tv_nsec = (long)(deadline_ns % NS_PER_SECOND);
        limit = &deadline;
    }
    /* FUTEX_WAIT_BITSET takes an absolute time of the monotonic clock. */
    long result = syscall(SYS_futex, word, FUTEX_WAIT_BITSET_PRIVATE, expected, limit, NULL,
                          FUTEX_BITSET_MATCH_ANY);
    return !(result != 0 && errno == ETIMEDOUT);
}

void os_wake(uint32_t *word, int count) {
    int saved = errno;
    syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, count, NULL, NULL, 0);
    errno = saved;
}
