/* faulthandler_module.c - the module faulthandler: where the program is when it crashes or hangs.
 *
 * What is written, and how that is safe at any moment, is faulthandler_dump.c's. Here is when: at a
 * program's wish, at a fatal signal (after which the process ends as it would have), at a signal of the
 * program's choice, and after a time. The last is the work of a native thread that is not attached to the
 * runtime: it needs nothing of it, and tells of threads that hang while they hold everything. */
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>
#include "modules/faulthandler_dump.h"
#include "modules/support.h"
#include "modules/thread_module.h"

/* The descriptor of a file argument; the file is flushed. */
static bool file_argument(Value file, int *fd) {
    if (is_empty(file) || is_none(file)) {
        file = dict_get_c(runtime.sys_dict, "stderr");
        if (is_empty(file)) {
            raise_error(&RuntimeError, "unable to get sys.stderr");
            return false;
        }
        if (is_none(file)) {
            raise_error(&RuntimeError, "sys.stderr is None");
            return false;
        }
    } else if (is_int(file)) {
        *fd = -1;
        if (!argument_int(file, fd)) return false;
        if (*fd >= 0) return true;
        raise_error(&ValueError, "file is not a valid file descripter");
        return false;
    }
    Value number = call_method_0(file, "fileno");
    if (is_error(number)) return false;
    *fd = -1;
    if (!is_int(number) || !argument_int(number, fd) || *fd < 0) {
        raise_error(&RuntimeError, "file.fileno() is not a valid file descriptor");
        return false;
    }
    if (is_error(call_method_0(file, "flush"))) error_clear();
    return true;
}

static Value module_dump_traceback(Value *args) {
    int fd;
    bool all = true;
    if (!file_argument(args[1], &fd) || !argument_bool(args[2], &all)) return VALUE_ERROR;
    if (!dump_init()) return raise_errno();
    if (all) dump_threads(fd, thread_self());
    else dump_stack(fd, thread_self());
    return VALUE_NONE;
}

/* --- fatal signals ------------------------------------------------------------------------------------------ */

typedef struct FatalSignal {
    int number;
    const char *name;
    bool installed;
    struct sigaction previous;
} FatalSignal;
static FatalSignal fatal_signals[] = {
    {.number = SIGBUS, .name = "Bus error"},
    {.number = SIGILL, .name = "Illegal instruction"},
    {.number = SIGFPE, .name = "Floating point exception"},
    {.number = SIGABRT, .name = "Aborted"},
    {.number = SIGSEGV, .name = "Segmentation fault"},
};
static bool fatal_enabled; /* written by enable() and disable() */
static int fatal_fd;
static bool fatal_all;
static Value fatal_file; /* keeps the file open; a root */

/* In a signal handler: `self` is NULL in a thread that does not run Python. */
static void dump_in_handler(int fd, bool all) {
    const Thread *self = thread_self();
    if (all) dump_threads(fd, self);
    else if (self) dump_stack(fd, self);
}

static void fatal_handler(int number) {
    int saved = errno;
    FatalSignal *signal_entry = fatal_signals;
    while (signal_entry->number != number) signal_entry++;
    sigaction(number, &signal_entry->previous, NULL);
    signal_entry->installed = false;
    dump_text(fatal_fd, "Fatal Python error: ");
    dump_text(fatal_fd, signal_entry->name);
    dump_text(fatal_fd, "\n\n");
    dump_in_handler(fatal_fd, fatal_all);
    errno = saved;
    raise(number); /* delivered when this handler returns */
}

static bool install(void) {
    if (!dump_init()) return false;
    static char *alternate; /* for ever: a handler may be on it */
    if (!alternate) {
        stack_t stack = {.ss_size = SIGSTKSZ * 4};
        alternate = malloc(stack.ss_size);
        stack.ss_sp = alternate;
        if (alternate) sigaltstack(&stack, NULL);
    }
    for (size_t i = 0; i < ARRAY_LENGTH(fatal_signals); i++) {
        if (fatal_signals[i].installed) continue;
        struct sigaction action = {.sa_handler = fatal_handler, .sa_flags = SA_NODEFER | SA_ONSTACK};
        sigemptyset(&action.sa_mask);
        if (sigaction(fatal_signals[i].number, &action, &fatal_signals[i].previous) != 0) return false;
        fatal_signals[i].installed = true;
    }
    return true;
}

static Value enable(Value file, Value all_threads) {
    int fd;
    bool all = true;
    if (!file_argument(file, &fd) || !argument_bool(all_threads, &all)) return VALUE_ERROR;
    fatal_fd = fd;
    fatal_all = all;
    fatal_file = is_empty(file) ? VALUE_NONE : file;
    module_root(&fatal_file);
    if (!install()) return raise_errno();
    fatal_enabled = true;
    return VALUE_NONE;
}
static Value module_enable(Value *args) { return enable(args[1], args[2]); }
bool faulthandler_enable_at_start(void) { return !is_error(enable(VALUE_EMPTY, VALUE_EMPTY)); }

static Value module_disable(Value *args) {
    if (!fatal_enabled) return VALUE_FALSE;
    for (size_t i = 0; i < ARRAY_LENGTH(fatal_signals); i++) {
        if (!fatal_signals[i].installed) continue;
        sigaction(fatal_signals[i].number, &fatal_signals[i].previous, NULL);
        fatal_signals[i].installed = false;
    }
    fatal_enabled = false;
    fatal_file = VALUE_EMPTY;
    return VALUE_TRUE;
}

static Value module_is_enabled(Value *args) { return bool_value(fatal_enabled); }

/* --- after a time ---------------------------------------------------------------------------------------------- */

typedef struct Watchdog {
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool stop;        /* under the lock */
    bool running;     /* changed by attached threads under `starting` */
    pid_t process;    /* that it runs in: a fork leaves it behind */
    pthread_t thread;
    int fd;
    bool repeat, exit;
    int64_t timeout;
    char header[64];
} Watchdog;
static Watchdog watchdog;
static Mutex watchdog_starting;
static Value watchdog_file; /* keeps the file open; a root */

/* True when it was told to stop before the time was up. */
static bool watchdog_wait(Watchdog *w) {
    int64_t deadline = os_monotonic_ns() + w->timeout;
    struct timespec until = {deadline / 1000000000, deadline % 1000000000};
    int error = 0;
    while (!w->stop && error != ETIMEDOUT) error = pthread_cond_timedwait(&w->wake, &w->lock, &until);
    return w->stop;
}

static void *watchdog_body(void *argument) {
    Watchdog *w = argument;
    pthread_mutex_lock(&w->lock);
    while (!watchdog_wait(w)) {
        dump_text(w->fd, w->header);
        dump_threads(w->fd, NULL);
        if (w->exit) _exit(1);
        if (!w->repeat) break;
    }
    pthread_mutex_unlock(&w->lock);
    return NULL;
}

/* Signals are for the program's threads. 0 or an errno value. */
static int watchdog_start(void) {
    pthread_condattr_t attributes;
    sigset_t all, former;
    pthread_mutex_init(&watchdog.lock, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&watchdog.wake, &attributes);
    pthread_condattr_destroy(&attributes);
    watchdog.stop = false;
    watchdog.process = getpid();
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &former);
    int error = pthread_create(&watchdog.thread, NULL, watchdog_body, &watchdog);
    pthread_sigmask(SIG_SETMASK, &former, NULL);
    watchdog.running = error == 0;
    return error;
}

/* Returns when it has ended. Under `watchdog_starting`. */
static void watchdog_cancel(void) {
    if (watchdog.running && watchdog.process == getpid()) {
        thread_detach(thread_self());
        pthread_mutex_lock(&watchdog.lock);
        watchdog.stop = true;
        pthread_cond_signal(&watchdog.wake);
        pthread_mutex_unlock(&watchdog.lock);
        pthread_join(watchdog.thread, NULL);
        thread_reattach(thread_self());
    }
    watchdog.running = false;
    watchdog_file = VALUE_EMPTY;
}

static bool watchdog_lock(void) {
    while (mutex_acquire(&watchdog_starting, WAIT_FOREVER) == WAIT_INTERRUPTED)
        if (!safepoint(thread_self())) return false;
    return true;
}

static Value module_dump_traceback_later(Value *args) {
    int64_t timeout;
    bool repeat = false, leave = false;
    int fd;
    if (!time_from_seconds(args[1], ROUND_UP, &timeout)) return VALUE_ERROR;
    if (timeout < 1000) return raise_error(&ValueError, "timeout must be greater than 0");
    if (!argument_bool(args[2], &repeat) || !file_argument(args[3], &fd) || !argument_bool(args[4], &leave))
        return VALUE_ERROR;
    if (!dump_init()) return raise_errno();
    if (!watchdog_lock()) return VALUE_ERROR;
    watchdog_cancel();
    int64_t us = timeout / 1000, seconds = us / 1000000;
    int length = snprintf(watchdog.header, sizeof watchdog.header, "Timeout (%lld:%02lld:%02lld",
                          (long long)(seconds / 3600), (long long)(seconds / 60 % 60),
                          (long long)(seconds % 60));
    if (us % 1000000)
        length += snprintf(watchdog.header + length, sizeof watchdog.header - (size_t)length, ".%06lld",
                           (long long)(us % 1000000));
    snprintf(watchdog.header + length, sizeof watchdog.header - (size_t)length, ")!\n");
    watchdog.fd = fd;
    watchdog.repeat = repeat;
    watchdog.exit = leave;
    watchdog.timeout = timeout;
    watchdog_file = is_empty(args[3]) ? VALUE_NONE : args[3];
    module_root(&watchdog_file);
    int error = watchdog_start();
    mutex_release(&watchdog_starting);
    return error ? raise_error(&RuntimeError, "unable to start watchdog thread") : VALUE_NONE;
}

static Value module_cancel_dump_traceback_later(Value *args) {
    if (!watchdog_lock()) return VALUE_ERROR;
    watchdog_cancel();
    mutex_release(&watchdog_starting);
    return VALUE_NONE;
}

/* --- signals of the program's choice ------------------------------------------------------------------------------ */

typedef struct UserSignal {
    bool enabled, all, chain;
    int fd;
    Value file; /* a root */
    struct sigaction previous;
} UserSignal;
static UserSignal user_signals[NSIG];

static void user_handler(int number) {
    int saved = errno;
    UserSignal *user = &user_signals[number];
    if (!user->enabled) return;
    dump_in_handler(user->fd, user->all);
    if (user->chain) {
        struct sigaction mine;
        sigaction(number, &user->previous, &mine);
        raise(number);
        sigaction(number, &mine, NULL);
    }
    errno = saved;
}

static bool user_number(Value v, int *number) {
    *number = 0;
    if (!argument_int(v, number)) return false;
    for (size_t i = 0; i < ARRAY_LENGTH(fatal_signals); i++) {
        if (fatal_signals[i].number != *number) continue;
        raise_error(&RuntimeError, "signal %d cannot be registered, use enable() instead", *number);
        return false;
    }
    if (*number >= 1 && *number < NSIG) return true;
    raise_error(&ValueError, "signal number out of range");
    return false;
}

static Value module_register(Value *args) {
    int number, fd;
    bool all = true, chain = false;
    if (!user_number(args[1], &number) || !file_argument(args[2], &fd) || !argument_bool(args[3], &all) ||
        !argument_bool(args[4], &chain))
        return VALUE_ERROR;
    UserSignal *user = &user_signals[number];
    if (!dump_init()) return raise_errno();
    if (!user->enabled) {
        struct sigaction action = {.sa_handler = user_handler,
                                   .sa_flags = SA_RESTART | SA_ONSTACK | (chain ? SA_NODEFER : 0)};
        sigemptyset(&action.sa_mask);
        if (sigaction(number, &action, &user->previous) != 0) return raise_errno();
    }
    user->file = is_empty(args[2]) ? VALUE_NONE : args[2];
    module_root(&user->file);
    user->fd = fd;
    user->all = all;
    user->chain = chain;
    user->enabled = true;
    return VALUE_NONE;
}

static Value module_unregister(Value *args) {
    int number;
    if (!user_number(args[1], &number)) return VALUE_ERROR;
    UserSignal *user = &user_signals[number];
    if (!user->enabled) return VALUE_FALSE;
    user->enabled = false;
    sigaction(number, &user->previous, NULL);
    user->file = VALUE_EMPTY;
    return VALUE_TRUE;
}

/* --- for tests ---------------------------------------------------------------------------------------------------------- */

static Value crash(int number) {
    raise(number);
    return VALUE_NONE;
}
static Value module_sigsegv(Value *args) { return crash(SIGSEGV); }
static Value module_sigabrt(Value *args) { return crash(SIGABRT); }
static Value module_sigfpe(Value *args) { return crash(SIGFPE); }
static Value module_read_null(Value *args) {
    volatile int *nowhere = NULL;
    return int_value(*nowhere);
}

static const MethodDef functions[] = {
    METHOD("enable", module_enable, "($module, file=sys.stderr, all_threads=True)",
           "Write a traceback when a fatal signal comes."),
    METHOD("disable", module_disable, "($module)", "Undo enable(); returns whether it was on."),
    METHOD("is_enabled", module_is_enabled, "($module)", "Whether enable() is on."),
    METHOD("dump_traceback", module_dump_traceback, "($module, file=sys.stderr, all_threads=True)",
           "Write a traceback now."),
    METHOD("dump_traceback_later", module_dump_traceback_later,
           "($module, timeout, repeat=False, file=sys.stderr, exit=False)",
           "Write a traceback of all threads after a time in seconds."),
    METHOD("cancel_dump_traceback_later", module_cancel_dump_traceback_later, "($module)",
           "Undo dump_traceback_later()."),
    METHOD("register", module_register,
           "($module, signum, file=sys.stderr, all_threads=True, chain=False)",
           "Write a traceback whenever the signal comes."),
    METHOD("unregister", module_unregister, "($module, signum, /)",
           "Undo register(); returns whether it was on."),
    METHOD("_sigsegv", module_sigsegv, "($module, release_gil=False, /)", "Raise SIGSEGV."),
    METHOD("_sigabrt", module_sigabrt, "($module)", "Raise SIGABRT."),
    METHOD("_sigfpe", module_sigfpe, "($module)", "Raise SIGFPE."),
    METHOD("_read_null", module_read_null, "($module)", "Read from address 0."),
    {0},
};

const NativeModule module_faulthandler = {
    .name = "faulthandler",
    .doc = "Tracebacks of programs that crash or hang.",
    .functions = functions,
};
