/* signal_module.c - the module _signal: handlers in Python, and waiting for signals.
 *
 * The C handler only notes that the signal came: a flag for each signal, then the poll bit of the
 * main thread, which calls the Python handlers at its next safe point. Flags are set before the poll
 * bit and taken after it is cleared, so that no signal is lost. `handlers` holds, for each signal,
 * what getsignal() answers: 0 and 1 for SIG_DFL and SIG_IGN, a callable, or None when the handler is
 * not Python's. Only the main thread writes it. */
#include "modules/signal_module.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>
#include "modules/support.h"
#include "types/set.h"

#define SIGNAL_COUNT NSIG /* numbers are 1..NSIG-1 */

static Value handlers[SIGNAL_COUNT]; /* atomic; roots */
static uint8_t tripped[SIGNAL_COUNT]; /* atomic; set by the C handler */
static int wakeup_fd = -1;            /* atomic */
static uint8_t wakeup_warns = 1;      /* atomic; report a full pipe */
static int wakeup_error;              /* atomic; errno of a failed write, to be reported */
static Value default_handler;         /* default_int_handler; root */
static Value itimer_error, siginfo_type; /* roots */

static const MethodDef functions[];

/* --- arriving ------------------------------------------------------------------------------------- */

static void wake_fd(int number) {
    int fd = load_relaxed(&wakeup_fd);
    if (fd < 0) return;
    unsigned char byte = (unsigned char)number;
    ssize_t written;
    do written = write(fd, &byte, 1);
    while (written < 0 && errno == EINTR);
    if (written < 0 && (load_relaxed(&wakeup_warns) || (errno != EWOULDBLOCK && errno != EAGAIN)))
        store_relaxed(&wakeup_error, errno);
}

static void trip(int number) {
    store_seq_cst(&tripped[number], (uint8_t)1);
    wake_fd(number);
    thread_signal_pending();
}

static void c_handler(int number) {
    int saved = errno;
    trip(number);
    errno = saved;
}

static bool is_python_handler(Value handler) {
    return !is_empty(handler) && !is_none(handler) && !is_smallint(handler);
}

void signal_simulate(int number) {
    if (is_python_handler(value_load_acquire(&handlers[number]))) trip(number);
}

bool signal_is_pending(int number) { return load_seq_cst(&tripped[number]) != 0; }

void signal_after_fork(void) {
    for (int i = 1; i < SIGNAL_COUNT; i++) store_relaxed(&tripped[i], (uint8_t)0);
}

/* --- running handlers ------------------------------------------------------------------------------- */

static Value current_frame(void) {
    if (!context_self()->frame) return VALUE_NONE;
    Value function = dict_get_c(runtime.sys_dict, "_getframe");
    if (is_empty(function) || is_error(function)) return VALUE_NONE;
    Value frame = call_0(function);
    if (!is_error(frame)) return frame;
    error_clear();
    return VALUE_NONE;
}

static void report_wakeup_error(void) {
    int number = exchange_acq_rel(&wakeup_error, 0);
    if (number == 0) return;
    raise_os_error(number, VALUE_EMPTY, VALUE_EMPTY);
    error_write_unraisable("when trying to write to the signal wakeup fd", VALUE_EMPTY);
}

bool signal_run_handlers(Thread *self) {
    if (!self->is_main) return true;
    report_wakeup_error();
    Value frame = VALUE_EMPTY;
    for (int i = 1; i < SIGNAL_COUNT; i++) {
        if (!exchange_seq_cst(&tripped[i], (uint8_t)0)) continue;
        Value handler = value_load_acquire(&handlers[i]);
        if (!is_python_handler(handler)) continue;
        if (is_empty(frame)) frame = current_frame();
        if (!is_error(call_2(handler, smallint_value(i), frame))) continue;
        thread_signal_pending(); /* for the signals not looked at yet */
        return false;
    }
    return true;
}

static Value module_default_int_handler(Value *args) {
    return raise_value(object_value(&exc_KeyboardInterrupt));
}

/* --- installing -------------------------------------------------------------------------------------- */

static bool set_disposition(int number, void (*handler)(int)) {
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_ONSTACK};
    sigemptyset(&action.sa_mask);
    return sigaction(number, &action, NULL) == 0;
}

static void read_dispositions(void) {
    for (int i = 1; i < SIGNAL_COUNT; i++) {
        struct sigaction action;
        Value handler = VALUE_NONE;
        if (sigaction(i, NULL, &action) == 0) {
            if (action.sa_handler == SIG_DFL) handler = smallint_value(0);
            else if (action.sa_handler == SIG_IGN) handler = smallint_value(1);
        }
        store_release(&handlers[i].bits, handler.bits);
    }
}

static const MethodDef *find_function(const char *name) {
    const MethodDef *def = functions;
    while (strcmp(def->name, name) != 0) def++;
    return def;
}

/* Once: the table and default_int_handler. */
static bool prepare(void) {
    if (!is_empty(default_handler)) return true;
    Str *module = str_intern_c("_signal");
    Value function =
        native_function_new(find_function("default_int_handler"), VALUE_NONE, object_value(module));
    if (is_error(function)) return false;
    for (int i = 0; i < SIGNAL_COUNT; i++) module_root(&handlers[i]);
    module_root(&default_handler);
    default_handler = function;
    read_dispositions();
    safepoint_hooks.run_signals = signal_run_handlers;
    return true;
}

bool signal_init(bool install_handlers) {
    if (!prepare()) return false;
    if (!install_handlers) return true;
    if (set_disposition(SIGPIPE, SIG_IGN)) store_release(&handlers[SIGPIPE].bits, smallint_value(1).bits);
    if (set_disposition(SIGXFSZ, SIG_IGN)) store_release(&handlers[SIGXFSZ].bits, smallint_value(1).bits);
    if (is_smallint(handlers[SIGINT]) && smallint_of(handlers[SIGINT]) == 0 &&
        set_disposition(SIGINT, c_handler))
        store_release(&handlers[SIGINT].bits, default_handler.bits);
    return true;
}

static bool number_argument(Value v, int *number) {
    *number = 0;
    if (!argument_int(v, number)) return false;
    if (*number >= 1 && *number < SIGNAL_COUNT) return true;
    raise_error(&ValueError, "signal number out of range");
    return false;
}

static bool require_main(const char *function) {
    if (thread_self()->is_main) return true;
    raise_error(&ValueError, "%s only works in main thread of the main interpreter", function);
    return false;
}

static Value module_signal(Value *args) {
    int number;
    int64_t code;
    Value handler = args[2];
    void (*disposition)(int) = c_handler;
    number = 0;
    if (!argument_int(args[1], &number)) return VALUE_ERROR;
    if (!require_main("signal")) return VALUE_ERROR;
    if (number < 1 || number >= SIGNAL_COUNT)
        return raise_error(&ValueError, "signal number out of range");
    if (is_int(handler) && int_to_int64(handler, &code) && (code == 0 || code == 1)) {
        disposition = code == 0 ? SIG_DFL : SIG_IGN;
        handler = smallint_value(code);
    } else if (!is_callable(handler)) {
        return raise_error(&TypeError, "signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a "
                                       "callable object");
    }
    if (!safepoint(thread_self())) return VALUE_ERROR; /* what came belongs to the old handler */
    Value old = value_load_acquire(&handlers[number]);
    if (!set_disposition(number, disposition)) return raise_errno();
    store_release(&handlers[number].bits, handler.bits);
    return old;
}

static Value module_getsignal(Value *args) {
    int number;
    if (!number_argument(args[1], &number)) return VALUE_ERROR;
    return value_load_acquire(&handlers[number]);
}

static Value module_siginterrupt(Value *args) {
    int number, flag = 0;
    struct sigaction action;
    if (!number_argument(args[1], &number) || !argument_int(args[2], &flag)) return VALUE_ERROR;
    if (sigaction(number, NULL, &action) != 0) return raise_errno();
    if (flag) action.sa_flags &= ~SA_RESTART;
    else action.sa_flags |= SA_RESTART;
    return sigaction(number, &action, NULL) == 0 ? VALUE_NONE : raise_errno();
}

static Value module_set_wakeup_fd(Value *args) {
    int fd = 0;
    bool warns = true;
    struct stat status;
    if (!argument_int(args[1], &fd) || !argument_bool(args[2], &warns)) return VALUE_ERROR;
    if (!require_main("set_wakeup_fd")) return VALUE_ERROR;
    if (fd >= 0) {
        if (fstat(fd, &status) != 0) return raise_errno();
        int flags = fcntl(fd, F_GETFL);
        if (flags < 0) return raise_errno();
        if (!(flags & O_NONBLOCK))
            return raise_error(&ValueError, "the fd %d must be in non-blocking mode", fd);
    } else {
        fd = -1;
    }
    int old = exchange_acq_rel(&wakeup_fd, fd);
    store_relaxed(&wakeup_warns, (uint8_t)warns);
    return int_value(old);
}

/* --- sending ----------------------------------------------------------------------------------------- */

static Value after_sending(bool ok) {
    if (!ok) return raise_errno();
    return safepoint(thread_self()) ? VALUE_NONE : VALUE_ERROR;
}

static Value module_raise_signal(Value *args) {
    int number = 0;
    if (!argument_int(args[1], &number)) return VALUE_ERROR;
    return after_sending(raise(number) == 0);
}

typedef struct KillRequest {
    uint64_t ident;
    int number, result;
} KillRequest;

static void kill_visit(Thread *thread, void *argument) {
    KillRequest *request = argument;
    if (thread->ident == request->ident) request->result = pthread_kill(thread->handle, request->number);
}

static Value module_pthread_kill(Value *args) {
    KillRequest request = {.result = ESRCH};
    int64_t ident = 0;
    if (!argument_int64(args[1], &ident) || !argument_int(args[2], &request.number)) return VALUE_ERROR;
    request.ident = (uint64_t)ident;
    thread_each(kill_visit, &request);
    errno = request.result;
    return after_sending(request.result == 0);
}

static Value module_pidfd_send_signal(Value *args) {
    int fd = 0, number = 0, flags = 0;
    if (!argument_int(args[1], &fd) || !argument_int(args[2], &number) ||
        !argument_int(args[4], &flags))
        return VALUE_ERROR;
    if (!is_empty(args[3]) && !is_none(args[3]))
        return raise_error(&TypeError, "siginfo must be None");
    return after_sending(syscall(SYS_pidfd_send_signal, fd, number, NULL, flags) == 0);
}

/* --- sets of signals ----------------------------------------------------------------------------------- */

static bool add_to_set(Value item, void *argument) {
    int64_t number = 0;
    if (!argument_int64(item, &number)) {
        if (error_clear_if(&OverflowError))
            raise_error(&ValueError, "signal number out of range [1; %d]", SIGNAL_COUNT - 1);
        return false;
    }
    if (number >= 1 && number < SIGNAL_COUNT) {
        /* numbers the C library keeps for itself are left out silently, as sigaddset() refuses them */
        (void)sigaddset(argument, (int)number);
        return true;
    }
    raise_error(&ValueError, "signal number %lld out of range [1; %d]", (long long)number,
                SIGNAL_COUNT - 1);
    return false;
}

static bool sigset_from_value(Value v, sigset_t *set) {
    sigemptyset(set);
    return iterate(v, add_to_set, set);
}

static Value sigset_to_value(const sigset_t *mask) {
    Set *set = set_new();
    if (!set) return VALUE_ERROR;
    for (int i = 1; i < SIGNAL_COUNT; i++)
        if (sigismember(mask, i) == 1 && !set_add(set, smallint_value(i))) return VALUE_ERROR;
    return object_value(set);
}

static Value module_pthread_sigmask(Value *args) {
    int how = 0;
    sigset_t mask, old;
    if (!argument_int(args[1], &how) || !sigset_from_value(args[2], &mask)) return VALUE_ERROR;
    int error = pthread_sigmask(how, &mask, &old);
    errno = error;
    if (is_error(after_sending(error == 0))) return VALUE_ERROR;
    return sigset_to_value(&old);
}

static Value module_sigpending(Value *args) {
    sigset_t mask;
    return sigpending(&mask) == 0 ? sigset_to_value(&mask) : raise_errno();
}

static Value module_valid_signals(Value *args) {
    sigset_t mask;
    return sigfillset(&mask) == 0 ? sigset_to_value(&mask) : raise_errno();
}

/* --- waiting ----------------------------------------------------------------------------------------- */

static int wait_for(const sigset_t *mask, int *number) {
    int error = sigwait(mask, number);
    errno = error;
    return error == 0 ? 0 : -1;
}

static Value module_sigwait(Value *args) {
    sigset_t mask;
    int number = 0;
    if (!sigset_from_value(args[1], &mask)) return VALUE_ERROR;
    return RETRY_EINTR(wait_for(&mask, &number)) == 0 ? int_value(number) : raise_errno();
}

static Value siginfo_value(const siginfo_t *info) {
    Value items[] = {
        int_value(info->si_signo), int_value(info->si_code), int_value(info->si_errno),
        int_value(info->si_pid), int_value(info->si_uid), int_value(info->si_status),
        int_value(info->si_band),
    };
    return structseq_new(OBJECT_AS(Type, siginfo_type), items);
}

static Value module_sigwaitinfo(Value *args) {
    sigset_t mask;
    siginfo_t info;
    if (!sigset_from_value(args[1], &mask)) return VALUE_ERROR;
    return RETRY_EINTR(sigwaitinfo(&mask, &info)) >= 0 ? siginfo_value(&info) : raise_errno();
}

static Value module_sigtimedwait(Value *args) {
    sigset_t mask;
    siginfo_t info;
    int64_t timeout;
    if (!sigset_from_value(args[1], &mask) || !time_from_seconds(args[2], ROUND_CEILING, &timeout))
        return VALUE_ERROR;
    if (timeout < 0) return raise_error(&ValueError, "timeout must be non-negative");
    int64_t deadline = time_deadline(timeout);
    for (;;) {
        int64_t left = max_int64(deadline - os_monotonic_ns(), 0);
        struct timespec limit = {left / NS_PER_SECOND_INT, left % NS_PER_SECOND_INT};
        if (DETACHED(sigtimedwait(&mask, &info, &limit)) >= 0) return siginfo_value(&info);
        if (errno == EAGAIN) return VALUE_NONE;
        if (errno != EINTR || !retry_allowed()) return raise_errno();
    }
}

static Value module_pause(Value *args) {
    (void)DETACHED(pause());
    return safepoint(thread_self()) ? VALUE_NONE : VALUE_ERROR;
}

/* --- timers -------------------------------------------------------------------------------------------- */

static Value module_alarm(Value *args) {
    int seconds = 0;
    if (!argument_int(args[1], &seconds)) return VALUE_ERROR;
    return int_value(alarm((unsigned)seconds));
}

static double seconds_of(struct timeval time) {
    return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

static Value itimer_pair(const struct itimerval *timer) {
    Tuple *pair = tuple_pack(2, double_value(seconds_of(timer->it_value)),
                             double_value(seconds_of(timer->it_interval)));
    return pair ? object_value(pair) : VALUE_ERROR;
}

static Value raise_itimer_error(void) {
    int number = errno;
    Str *text = str_from_c(strerror(number));
    if (!text) return VALUE_ERROR;
    Value exception = call_2(itimer_error, smallint_value(number), object_value(text));
    return is_error(exception) ? exception : raise_value(exception);
}

static bool timeval_from_value(Value v, struct timeval *out) {
    int64_t ns;
    *out = (struct timeval){0, 0};
    if (is_empty(v)) return true;
    if (!time_from_seconds(v, ROUND_CEILING, &ns)) return false;
    int64_t us = ns / 1000 + (ns % 1000 > 0);
    out->tv_sec = us / 1000000;
    out->tv_usec = us % 1000000;
    return true;
}

static Value module_setitimer(Value *args) {
    int which = 0;
    struct itimerval timer, old;
    if (!argument_int(args[1], &which) || !timeval_from_value(args[2], &timer.it_value) ||
        !timeval_from_value(args[3], &timer.it_interval))
        return VALUE_ERROR;
    if (setitimer((__itimer_which_t)which, &timer, &old) != 0) return raise_itimer_error();
    return itimer_pair(&old);
}

static Value module_getitimer(Value *args) {
    int which = 0;
    struct itimerval timer;
    if (!argument_int(args[1], &which)) return VALUE_ERROR;
    if (getitimer((__itimer_which_t)which, &timer) != 0) return raise_itimer_error();
    return itimer_pair(&timer);
}

static Value module_strsignal(Value *args) {
    int number;
    if (!number_argument(args[1], &number)) return VALUE_ERROR;
    const char *text = strsignal(number);
    if (!text || strstr(text, "Unknown signal")) return VALUE_NONE;
    Str *result = str_from_os_text(text, strlen(text));
    return result ? object_value(result) : VALUE_ERROR;
}

/* --- the module ------------------------------------------------------------------------------------------ */

static const MethodDef functions[] = {
    METHOD("default_int_handler", module_default_int_handler, "($module, signalnum, frame, /)",
           "The handler of SIGINT at first: raises KeyboardInterrupt."),
    METHOD("signal", module_signal, "($module, signalnum, handler, /)",
           "Set what is to be done when a signal comes; return what was done before."),
    METHOD("getsignal", module_getsignal, "($module, signalnum, /)",
           "What is done when the signal comes: SIG_DFL, SIG_IGN, a callable, or None."),
    METHOD("siginterrupt", module_siginterrupt, "($module, signalnum, flag, /)",
           "Whether a signal interrupts system calls or these are started again."),
    METHOD("set_wakeup_fd", module_set_wakeup_fd, "($module, fd, /, *, warn_on_full_buffer=True)",
           "Write each signal's number to a file descriptor; return the former one, or -1."),
    METHOD("raise_signal", module_raise_signal, "($module, signalnum, /)",
           "Send a signal to this process."),
    AUDITED("signal.pthread_kill 1 2", "pthread_kill", module_pthread_kill, "($module, thread_id, signalnum, /)",
           "Send a signal to a thread."),
    METHOD("pidfd_send_signal", module_pidfd_send_signal,
           "($module, pidfd, signalnum, siginfo=None, flags=0, /)",
           "Send a signal to the process that a descriptor refers to."),
    METHOD("pthread_sigmask", module_pthread_sigmask, "($module, how, mask, /)",
           "Fetch and change the set of signals this thread does not let in."),
    METHOD("sigpending", module_sigpending, "($module)", "The signals that wait to be let in."),
    METHOD("valid_signals", module_valid_signals, "($module)", "All signals of this system."),
    METHOD("sigwait", module_sigwait, "($module, sigset, /)", "Wait for a signal and accept it."),
    METHOD("sigwaitinfo", module_sigwaitinfo, "($module, sigset, /)",
           "Wait for a signal, accept it and tell what is known of it."),
    METHOD("sigtimedwait", module_sigtimedwait, "($module, sigset, timeout, /)",
           "Like sigwaitinfo(), with a limit in seconds."),
    METHOD("pause", module_pause, "($module)", "Wait until a signal comes."),
    METHOD("alarm", module_alarm, "($module, seconds, /)", "Let SIGALRM come after some seconds."),
    METHOD("setitimer", module_setitimer, "($module, which, seconds, interval=0.0, /)",
           "Set a timer; return its old state."),
    METHOD("getitimer", module_getitimer, "($module, which, /)", "The state of a timer."),
    METHOD("strsignal", module_strsignal, "($module, signalnum, /)", "The signal's description."),
    {0},
};

static const struct {
    const char *name;
    int value;
} constants[] = {
    {"SIG_DFL", 0}, {"SIG_IGN", 1}, {"SIG_BLOCK", SIG_BLOCK}, {"SIG_UNBLOCK", SIG_UNBLOCK},
    {"SIG_SETMASK", SIG_SETMASK}, {"NSIG", NSIG},
    {"ITIMER_REAL", ITIMER_REAL}, {"ITIMER_VIRTUAL", ITIMER_VIRTUAL}, {"ITIMER_PROF", ITIMER_PROF},
    {"SIGHUP", SIGHUP}, {"SIGINT", SIGINT}, {"SIGQUIT", SIGQUIT}, {"SIGILL", SIGILL},
    {"SIGTRAP", SIGTRAP}, {"SIGIOT", SIGIOT}, {"SIGABRT", SIGABRT}, {"SIGFPE", SIGFPE},
    {"SIGKILL", SIGKILL}, {"SIGBUS", SIGBUS}, {"SIGSEGV", SIGSEGV}, {"SIGSYS", SIGSYS},
    {"SIGPIPE", SIGPIPE}, {"SIGALRM", SIGALRM}, {"SIGTERM", SIGTERM}, {"SIGUSR1", SIGUSR1},
    {"SIGUSR2", SIGUSR2}, {"SIGCLD", SIGCHLD}, {"SIGCHLD", SIGCHLD}, {"SIGPWR", SIGPWR},
    {"SIGIO", SIGIO}, {"SIGURG", SIGURG}, {"SIGWINCH", SIGWINCH}, {"SIGPOLL", SIGPOLL},
    {"SIGSTOP", SIGSTOP}, {"SIGTSTP", SIGTSTP}, {"SIGCONT", SIGCONT}, {"SIGTTIN", SIGTTIN},
    {"SIGTTOU", SIGTTOU}, {"SIGVTALRM", SIGVTALRM}, {"SIGPROF", SIGPROF}, {"SIGXCPU", SIGXCPU},
    {"SIGXFSZ", SIGXFSZ}, {"SIGSTKFLT", SIGSTKFLT},
};

static bool add_types(Module *module) {
    static const char *const fields[] = {"si_signo", "si_code",   "si_errno", "si_pid",
                                         "si_uid",   "si_status", "si_band"};
    Type *error = type_create("signal", "itimer_error", &OSError, NULL);
    Type *info = structseq_type_new("signal.struct_siginfo",
                                    "What sigwaitinfo() tells of a signal.", fields, 7, 7);
    if (!error || !info) return false;
    itimer_error = object_value(error);
    siginfo_type = object_value(info);
    module_root(&itimer_error);
    module_root(&siginfo_type);
    return module_add(module, "ItimerError", itimer_error) &&
           module_add(module, "struct_siginfo", siginfo_type);
}

static bool init(Module *module) {
    if (!prepare()) return false;
    for (size_t i = 0; i < ARRAY_LENGTH(constants); i++)
        if (!module_add_int(module, constants[i].name, constants[i].value)) return false;
    return module_add_int(module, "SIGRTMIN", SIGRTMIN) &&
           module_add_int(module, "SIGRTMAX", SIGRTMAX) &&
           module_add(module, "default_int_handler", default_handler) && add_types(module);
}

const NativeModule module__signal = {
    .name = "_signal",
    .doc = "Signals: handlers, masks, timers, waiting.",
    .functions = functions,
    .init = init,
};
