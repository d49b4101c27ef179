/* common.h - the few macros every file uses.
 *
 * Nothing here touches memory, the operating system or the runtime. */
#ifndef WEFT_BASE_COMMON_H
#define WEFT_BASE_COMMON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define likely(condition) __builtin_expect(!!(condition), 1)
#define unlikely(condition) __builtin_expect(!!(condition), 0)
#define ARRAY_LENGTH(array) (sizeof(array) / sizeof((array)[0]))
#define NORETURN __attribute__((noreturn))
#define NOINLINE __attribute__((noinline))
#define COLD __attribute__((cold, noinline))
#define ALWAYS_INLINE inline __attribute__((always_inline))
#define PRINTF_LIKE(format_index, first) __attribute__((format(printf, format_index, first)))

static inline int64_t min_int64(int64_t a, int64_t b) { return a < b ? a : b; }
static inline int64_t max_int64(int64_t a, int64_t b) { return a > b ? a : b; }
static inline size_t min_size(size_t a, size_t b) { return a < b ? a : b; }
static inline size_t max_size(size_t a, size_t b) { return a > b ? a : b; }

/* Rounds `n` up to a multiple of `unit`, a power of two. */
static inline size_t align_up(size_t n, size_t unit) { return (n + unit - 1) & ~(unit - 1); }

/* Prints "weft: fatal: ..." on stderr and aborts. For broken invariants only, never for what a
 * program did. */
NORETURN void fatal(const char *format, ...) PRINTF_LIKE(1, 2);

/* Invariants: checked in debug builds, assumed nowhere. */
#ifdef NDEBUG
#define weft_assert(condition) ((void)0)
#else
#define weft_assert(condition)                                                                     \
    ((condition) ? (void)0                                                                         \
                 : fatal("%s:%d: %s: assertion failed: %s", __FILE__, __LINE__, __func__, #condition))
#endif

#endif
