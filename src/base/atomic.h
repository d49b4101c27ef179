/* atomic.h - every access to shared memory, with its order in its name.
 *
 * The macros take a pointer to any scalar of 1, 2, 4 or 8 bytes (a plain object, not an _Atomic
 * one). A field that several threads touch is only ever accessed through these, or under the lock
 * its comment names; ThreadSanitizer understands them.
 *
 *   relaxed   no order with other accesses; no tearing
 *   acquire   what the releasing store's thread wrote before it is visible after the load
 *   release   what this thread wrote before is visible to whoever acquires the value
 *   seq_cst   one order that all threads agree on */
#ifndef WEFT_BASE_ATOMIC_H
#define WEFT_BASE_ATOMIC_H

#include "base/common.h"

#define load_relaxed(pointer) __atomic_load_n((pointer), __ATOMIC_RELAXED)
#define load_acquire(pointer) __atomic_load_n((pointer), __ATOMIC_ACQUIRE)
#define load_seq_cst(pointer) __atomic_load_n((pointer), __ATOMIC_SEQ_CST)
#define store_relaxed(pointer, value) __atomic_store_n((pointer), (value), __ATOMIC_RELAXED)
#define store_release(pointer, value) __atomic_store_n((pointer), (value), __ATOMIC_RELEASE)
#define store_seq_cst(pointer, value) __atomic_store_n((pointer), (value), __ATOMIC_SEQ_CST)

/* Returns the previous value. */
#define exchange_acquire(pointer, value) __atomic_exchange_n((pointer), (value), __ATOMIC_ACQUIRE)
#define exchange_release(pointer, value) __atomic_exchange_n((pointer), (value), __ATOMIC_RELEASE)
#define exchange_acq_rel(pointer, value) __atomic_exchange_n((pointer), (value), __ATOMIC_ACQ_REL)
#define exchange_seq_cst(pointer, value) __atomic_exchange_n((pointer), (value), __ATOMIC_SEQ_CST)
#define fetch_add_relaxed(pointer, value) __atomic_fetch_add((pointer), (value), __ATOMIC_RELAXED)
#define fetch_add_acq_rel(pointer, value) __atomic_fetch_add((pointer), (value), __ATOMIC_ACQ_REL)
#define fetch_add_seq_cst(pointer, value) __atomic_fetch_add((pointer), (value), __ATOMIC_SEQ_CST)
#define fetch_or_acq_rel(pointer, value) __atomic_fetch_or((pointer), (value), __ATOMIC_ACQ_REL)
#define fetch_or_relaxed(pointer, value) __atomic_fetch_or((pointer), (value), __ATOMIC_RELAXED)
#define fetch_or_seq_cst(pointer, value) __atomic_fetch_or((pointer), (value), __ATOMIC_SEQ_CST)
#define fetch_and_relaxed(pointer, value) __atomic_fetch_and((pointer), (value), __ATOMIC_RELAXED)
#define fetch_and_acq_rel(pointer, value) __atomic_fetch_and((pointer), (value), __ATOMIC_ACQ_REL)
#define fetch_and_seq_cst(pointer, value) __atomic_fetch_and((pointer), (value), __ATOMIC_SEQ_CST)

/* Stores `desired` if *pointer equals *expected and returns true; otherwise writes what was found
 * to *expected and returns false. A failure has relaxed order (acquire for acq_rel and seq_cst). */
#define cas_relaxed(pointer, expected, desired)                                                    \
    __atomic_compare_exchange_n((pointer), (expected), (desired), 0, __ATOMIC_RELAXED,             \
                                __ATOMIC_RELAXED)
#define cas_acquire(pointer, expected, desired)                                                    \
    __atomic_compare_exchange_n((pointer), (expected), (desired), 0, __ATOMIC_ACQUIRE,             \
                                __ATOMIC_RELAXED)
#define cas_release(pointer, expected, desired)                                                    \
    __atomic_compare_exchange_n((pointer), (expected), (desired), 0, __ATOMIC_RELEASE,             \
                                __ATOMIC_RELAXED)
#define cas_acq_rel(pointer, expected, desired)                                                    \
    __atomic_compare_exchange_n((pointer), (expected), (desired), 0, __ATOMIC_ACQ_REL,             \
                                __ATOMIC_ACQUIRE)
#define cas_seq_cst(pointer, expected, desired)                                                    \
    __atomic_compare_exchange_n((pointer), (expected), (desired), 0, __ATOMIC_SEQ_CST,             \
                                __ATOMIC_ACQUIRE)

#define fence_seq_cst() __atomic_thread_fence(__ATOMIC_SEQ_CST)

/* A hint to the processor that this is a spin loop. */
static inline void cpu_pause(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

#endif
