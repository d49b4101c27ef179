/* os.h - the seam to the operating system for the runtime's own needs (memory, clocks, random
 * bytes, waiting on a word). The `posix` module talks to the system itself. */
#ifndef WEFT_BASE_OS_H
#define WEFT_BASE_OS_H

#include "base/common.h"

int64_t os_monotonic_ns(void);
int64_t os_realtime_ns(void);
/* Fills `buffer`; fatal() when the system has no randomness. */
void os_random(void *buffer, size_t size);

/* Address space without memory behind it; NULL when there is none. `alignment` is a power of two. */
void *os_reserve(size_t size, size_t alignment);
/* Gives the pages back to the system; they read as zero afterwards. */
void os_discard(void *address, size_t size);
/* Puts memory behind the pages at once, which costs less than a page fault for each; a hint. */
void os_populate(void *address, size_t size);
void os_release(void *address, size_t size);
size_t os_page_size(void);
int os_cpu_count(void);

/* Sleeps while *word == expected, until os_wake(), `deadline` (absolute os_monotonic_ns(); INT64_MAX
 * for ever) or a signal. Returns false on timeout. Spurious returns are possible. */
bool os_wait(uint32_t *word, uint32_t expected, int64_t deadline_ns);
void os_wake(uint32_t *word, int count);

#endif
