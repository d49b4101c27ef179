/* support.h - what the native modules share: roots for their static objects, calls that block,
 * arguments, times.
 *
 * A function whose comment says "raises" returns false, NULL or VALUE_ERROR with the exception set. */
#ifndef WEFT_MODULES_SUPPORT_H
#define WEFT_MODULES_SUPPORT_H

#include <errno.h>
#include <sys/types.h>
#include <time.h>
#include "base/os.h"
#include "object/call.h"
#include "types/bytes.h"
#include "types/dict.h"
#include "types/exception.h"
#include "types/float.h"
#include "types/int.h"
#include "types/list.h"
#include "types/module.h"
#include "types/str.h"
#include "types/structseq.h"

/* --- static variables that hold Values ------------------------------------------------------------
 * Registers a static slot with the collector, once for each (at start-up, from a module's init;
 * registering a slot twice is fine). At most 512. */
void module_root(Value *slot);

/* --- calls that block ------------------------------------------------------------------------------
 * Evaluates `expression` with the thread detached; errno is the expression's. Nothing in it may touch
 * a Value that is not kept alive by the caller's C stack. */
#define DETACHED(expression) DETACHED_FROM(NULL, expression)
/* The same where all that is kept alive by the stack's part below `top` is not needed any more, or kept
 * alive otherwise: see vm_call_top(). */
#define DETACHED_FROM(top, expression)                                                             \
    ({                                                                                             \
        Thread *detached_self_ = thread_self();                                                    \
        thread_detach_from(detached_self_, top);                                                   \
        __typeof__(expression) detached_result_ = (expression);                                    \
        thread_reattach(detached_self_);                                                           \
        detached_result_;                                                                          \
    })

/* The same for a system call that returns -1 and EINTR when a signal came: runs the signal handlers
 * and tries again (PEP 475); handlers of signals that came before run first. When a handler raised, the result is -1 and errno is 0:
 *     n = RETRY_EINTR(read(fd, buffer, size));
 *     if (n < 0) return raise_errno();        raise_errno() keeps an exception that is set */
#define RETRY_EINTR(expression) RETRY_EINTR_FROM(NULL, expression)
#define RETRY_EINTR_FROM(top, expression)                                                          \
    ({                                                                                             \
        __typeof__(expression) retry_result_ = (__typeof__(expression))-1;                         \
        if (likely(load_relaxed(&thread_self()->poll) == 0) || retry_allowed()) {                  \
            do retry_result_ = DETACHED_FROM(top, expression);                                     \
            while (retry_result_ == (__typeof__(expression))-1 && errno == EINTR &&                \
                   retry_allowed());                                                               \
        }                                                                                          \
        retry_result_;                                                                             \
    })
/* Runs what waits for a safe point. False with an exception set (errno is 0 then). Runs Python. */
bool retry_allowed(void);
/* After a call that failed: true when it failed for want of file descriptors, and may be tried again, since
 * the files that nobody uses any more were closed by a collection. Runs Python; as retry_allowed(). */
bool descriptors_reclaimed(void);
/* A call that makes a descriptor, or returns -1. */
#define RETRY_DESCRIPTORS(expression)                                                              \
    ({                                                                                             \
        int descriptor_ = (expression);                                                            \
        if (unlikely(descriptor_ < 0) && descriptors_reclaimed()) descriptor_ = (expression);      \
        descriptor_;                                                                               \
    })
/* OSError for errno, unless an exception is set already. */
Value raise_errno(void);
Value raise_errno_path(Value filename);

/* Keeps what `pointer` points to alive up to here, whatever the compiler thinks. */
#define KEEP_ALIVE(pointer) __asm__ volatile("" : : "g"(pointer) : "memory")

/* --- arguments -------------------------------------------------------------------------------------
 * Each takes VALUE_EMPTY as "not given": *out keeps what it had. Raises; runs Python (__index__). */
bool argument_int(Value v, int *out);       /* OverflowError: "Python int too large ..." */
bool argument_int64(Value v, int64_t *out);
bool argument_bool(Value v, bool *out);     /* truth */
/* The truth of an int argument ('i' conversions that mean a flag). */
bool argument_flag(Value v, int *out);
/* A file descriptor: an int, or an object with fileno(). */
bool argument_fd(Value v, int *out);
/* A str: TypeError "NAME() argument N must be str, not T". */
bool argument_str(Value v, const char *function, const char *which, Str **out);

/* A view to write to: TypeError "ARGUMENT must be read-write bytes-like object, not T". */
bool argument_writable(Value v, const char *argument, BufferView *view);

/* --- times (modules/time_convert.c) -----------------------------------------------------------------
 * All in nanoseconds. */
typedef enum TimeRound { ROUND_FLOOR, ROUND_CEILING, ROUND_HALF_EVEN, ROUND_UP } TimeRound;
#define NS_PER_SECOND_INT INT64_C(1000000000)
/* Seconds (a float or int) to nanoseconds: ValueError for NaN, OverflowError "timestamp out of range
 * for platform time_t" / "timestamp too large to convert to C _PyTime_t". */
bool time_from_seconds(Value seconds, TimeRound round, int64_t *ns);
/* Seconds to a time_t, dropping or rounding the fraction. */
bool time_t_from_value(Value seconds, TimeRound round, time_t *out);
/* Seconds to seconds and nanoseconds (0..999999999). */
bool timespec_from_value(Value seconds, TimeRound round, struct timespec *out);
double time_to_double(int64_t ns);
/* now + timeout, saturated; for deadlines. */
int64_t time_deadline(int64_t timeout_ns);

#endif
