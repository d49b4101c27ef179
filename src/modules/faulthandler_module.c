/* faulthandler_module.c - the module faulthandler: where the program is when it crashes or hangs.
 *
 * Tracebacks are written with nothing but write(2) from what lies in memory. A program that asks has
 * the world stopped meanwhile; a handler of a fatal signal reads the frames as they are, which may
 * fault once more, and then the process ends as it would have. */
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>
#include "modules/support.h"
#include "modules/thread_module.h"
#include "vm/frame.h"

#define FRAMES_MAX 100
#define THREADS_MAX 100
#define TEXT_MAX 500

/* --- writing: async-signal-safe ----------------------------------------------------------------------- */

static void put(int fd, const char *text, size_t length) {
    while (length > 0) {
        ssize_t written = write(fd, text, length);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return;
        text += written;
        length -= (size_t)written;
    }
}

static void put_c(int fd, const char *text) { put(fd, text, strlen(text)); }

static void put_decimal(int fd, uint64_t number) {
    char digits[24], *out = digits + sizeof digits;
    do *--out = (char)('0' + number % 10);
    while (number /= 10);
    put(fd, out, (size_t)(digits + sizeof digits - out));
}

static void put_hexadecimal(int fd, uint64_t number, int width) {
    char digits[16];
    for (int i = width; i-- > 0; number >>= 4) digits[i] = "0123456789abcdef"[number & 15];
    put(fd, digits, (size_t)width);
}

static void put_str(int fd, const Str *text) {
    int64_t length = min_int64(text->length, TEXT_MAX);
    for (int64_t i = 0; i < length; i++) {
        uint32_t c = str_at(text, i);
        char byte = (char)c;
        if (c >= ' ' && c < 0x7F) {
            put(fd, &byte, 1);
        } else {
            put_c(fd, c < 0x100 ? "\\x" : c < 0x10000 ? "\\u" : "\\U");
            put_hexadecimal(fd, c, c < 0x100 ? 2 : c < 0x10000 ? 4 : 8);
        }
    }
    if (length < text->length) put_c(fd, "...");
}

static void put_frames(int fd, const Context *context) {
    const Frame *frame = context->frame;
    if (!frame) {
        put_c(fd, "  <no Python frame>\n");
        return;
    }
    for (int depth = 0; frame; frame = frame->previous, depth++) {
        if (depth == FRAMES_MAX) {
            put_c(fd, "  ...\n");
            return;
        }
        int line = frame_line(frame);
        put_c(fd, "  File \"");
        put_str(fd, frame->code->filename);
        put_c(fd, "\", line ");
        put_decimal(fd, line > 0 ? (uint64_t)line : 0);
        put_c(fd, " in ");
        put_str(fd, frame->code->name);
        put_c(fd, "\n");
    }
}

static void put_thread(int fd, const Thread *thread, bool current) {
    put_c(fd, current ? "Current thread 0x" : "Thread 0x");
    put_hexadecimal(fd, thread->ident, 16);
    put_c(fd, " (most recent call first):\n");
    put_frames(fd, (const Context *)thread);
}

typedef struct Dump {
    int fd, count;
    const Thread *current;
} Dump;

static void dump_visit(Thread *thread, void *argument) {
    Dump *dump = argument;
    if (dump->count > THREADS_MAX) return;
    if (dump->count) put_c(dump->fd, "\n");
    if (dump->count++ == THREADS_MAX) put_c(dump->fd, "...\n");
    else put_thread(dump->fd, thread, thread == dump->current);
}

/* --- a program that asks --------------------------------------------------------------------------------- */

/* `current` NULL: no thread is marked as the current one. */
static void dump_stopped(int fd, bool all, const Thread *current) {
    Thread *self = thread_self();
    Dump dump = {.fd = fd, .current = current};
    if (!all) {
        put_c(fd, "Stack (most recent call first):\n");
        put_frames(fd, (const Context *)self);
        return;
    }
    world_stop(self);
    thread_each(dump_visit, &dump);
    world_resume(self);
}

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
    dump_stopped(fd, all, thread_self());
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

/* The threads as they stand, without the list's lock: it may be held by a thread that faulted. */
static void dump_racing(int fd, bool all) {
    const Thread *self = thread_self();
    if (self) put_thread(fd, self, true);
    else put_c(fd, "<no Python thread>\n");
    if (!all || !self) return;
    int count = 0;
    for (const Thread *t = self->next; t && t != self && count < THREADS_MAX; t = t->next, count++) {
        put_c(fd, "\n");
        put_thread(fd, t, false);
    }
    for (const Thread *t = self->previous; t && t != self && count < THREADS_MAX; t = t->previous, count++) {
        put_c(fd, "\n");
        put_thread(fd, t, false);
    }
}

static void fatal_handler(int number) {
    int saved = errno;
    FatalSignal *signal_entry = fatal_signals;
    while (signal_entry->number != number) signal_entry++;
    sigaction(number, &signal_entry->previous, NULL);
    signal_entry->installed = false;
    put_c(fatal_fd, "Fatal Python error: ");
    put_c(fatal_fd, signal_entry->name);
    put_c(fatal_fd, "\n\n");
    dump_racing(fatal_fd, fatal_all);
    errno = saved;
    raise(number); /* delivered when this handler returns */
}

static bool install(void) {
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

static Value module_enable(Value *args) {
    int fd;
    bool all = true;
    if (!file_argument(args[1], &fd) || !argument_bool(args[2], &all)) return VALUE_ERROR;
    fatal_fd = fd;
    fatal_all = all;
    fatal_file = is_empty(args[1]) ? VALUE_NONE : args[1];
    module_root(&fatal_file);
    if (!install()) return raise_errno();
    fatal_enabled = true;
    return VALUE_NONE;
}

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
    Mutex cancel; /* held while it runs: whoever releases it ends it */
    Mutex running;
    int fd;
    bool repeat, exit;
    int64_t timeout;
    char header[64];
} Watchdog;
static Watchdog watchdog;
static Value watchdog_file; /* keeps the file open; a root */

static void watchdog_body(void *unused) {
    do {
        if (mutex_acquire(&watchdog.cancel, time_deadline(watchdog.timeout)) == WAIT_ACQUIRED) {
            mutex_release(&watchdog.cancel);
            break;
        }
        put_c(watchdog.fd, watchdog.header);
        dump_stopped(watchdog.fd, true, NULL);
        if (watchdog.exit) _exit(1);
    } while (watchdog.repeat);
    mutex_release(&watchdog.running);
}

static void watchdog_cancel(void) {
    mutex_release(&watchdog.cancel);
    /* waits until it has ended */
    while (mutex_acquire(&watchdog.running, WAIT_FOREVER) == WAIT_INTERRUPTED)
        if (!safepoint(thread_self())) error_clear();
    mutex_release(&watchdog.running);
    watchdog_file = VALUE_EMPTY;
}

static Value module_dump_traceback_later(Value *args) {
    int64_t timeout;
    bool repeat = false, leave = false;
    int fd;
    if (!time_from_seconds(args[1], ROUND_UP, &timeout)) return VALUE_ERROR;
    if (timeout < 1000) return raise_error(&ValueError, "timeout must be greater than 0");
    if (!argument_bool(args[2], &repeat) || !file_argument(args[3], &fd) || !argument_bool(args[4], &leave))
        return VALUE_ERROR;
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
    mutex_try_acquire(&watchdog.cancel);
    mutex_try_acquire(&watchdog.running);
    if (thread_start(watchdog_body, NULL, 0, true, NULL) != 0) {
        mutex_release(&watchdog.running);
        mutex_release(&watchdog.cancel);
        return raise_error(&RuntimeError, "unable to start watchdog thread");
    }
    return VALUE_NONE;
}

static Value module_cancel_dump_traceback_later(Value *args) {
    watchdog_cancel();
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
    dump_racing(user->fd, user->all);
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
