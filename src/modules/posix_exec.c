/* posix_exec.c - the module posix: fork, exec, spawn and waiting for children.
 *
 * Fork stops the world, so that the child's copy of the heap is whole; in the child only the forking
 * thread goes on. Locks that other threads held stay locked in the child, as in any threaded
 * program; register_at_fork() is for the libraries that mind. */
#include <limits.h>
#include <pty.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include "modules/fd_use.h"
#include "modules/io_internal.h"
#include "modules/posix_internal.h"
#include "modules/registry.h"
#include "modules/signal_module.h"
#include "modules/thread_module.h"

/* --- hooks ------------------------------------------------------------------------------------------- */

static Value hooks_before, hooks_parent, hooks_child; /* lists, or empty; roots */

static bool hook_add(Value *list, Value hook) {
    if (is_empty(hook)) return true;
    if (is_empty(*list)) {
        List *fresh = list_new(0);
        if (!fresh) return false;
        module_root(list);
        *list = object_value(fresh);
    }
    return list_append(as_list(*list), hook);
}

static bool hook_is_callable(Value hook, const char *name) {
    if (is_empty(hook) || is_callable(hook)) return true;
    raise_error(&TypeError, "'%s' must be callable, not %T", name, hook);
    return false;
}

static Value posix_register_at_fork(Value *args) {
    Value before = args[1], child = args[2], parent = args[3];
    if (is_empty(before) && is_empty(child) && is_empty(parent))
        return raise_error(&TypeError, "At least one argument is required.");
    if (!hook_is_callable(before, "before") || !hook_is_callable(child, "after_in_child") ||
        !hook_is_callable(parent, "after_in_parent"))
        return VALUE_ERROR;
    if (!hook_add(&hooks_before, before) || !hook_add(&hooks_child, child) ||
        !hook_add(&hooks_parent, parent))
        return VALUE_ERROR;
    return VALUE_NONE;
}

/* Exceptions of hooks are reported and ignored. */
static void run_hook(Value hook) {
    if (is_error(call_0(hook))) error_write_unraisable(NULL, hook);
}

static void run_hooks(Value list, bool reverse) {
    if (is_empty(list)) return;
    int64_t count;
    Array *hooks = list_snapshot(as_list(list), &count);
    if (!hooks) {
        error_clear();
        return;
    }
    for (int64_t i = 0; i < count; i++) run_hook(hooks->items[reverse ? count - 1 - i : i]);
}

bool fork_run_before(void) {
    run_hooks(hooks_before, true);
    return import_lock_acquire(); /* no import of another thread is under way in the child */
}

void fork_run_after_parent(void) {
    import_lock_release();
    run_hooks(hooks_parent, false);
}

void fork_run_after_child(void) {
    signal_after_fork();
    thread_module_after_fork();
    io_after_fork();
    fd_after_fork();
    import_lock_release();
    run_hooks(hooks_child, false);
}

static pid_t plain_fork(void *unused) { return fork(); }

static pid_t terminal_fork(void *master) { return forkpty(master, NULL, NULL, NULL); }

static pid_t fork_with(pid_t (*make)(void *), void *argument) {
    Thread *self = thread_self();
    if (!fork_run_before()) return -1;
    thread_before_fork(self);
    pid_t pid = make(argument);
    int error = errno;
    if (pid == 0) {
        thread_after_fork_child(self);
        fork_run_after_child();
    } else {
        thread_after_fork_parent(self);
        fork_run_after_parent();
    }
    errno = error;
    if (pid < 0) raise_errno();
    return pid;
}

pid_t posix_fork(void) { return fork_with(plain_fork, NULL); }

static Value posix_fork_(Value *args) {
    pid_t pid = posix_fork();
    return pid < 0 ? VALUE_ERROR : int_value(pid);
}

static Value posix_forkpty(Value *args) {
    int master = -1;
    pid_t pid = fork_with(terminal_fork, &master);
    if (pid < 0) return VALUE_ERROR;
    Tuple *pair = tuple_pack(2, int_value(pid), int_value(master));
    return pair ? object_value(pair) : VALUE_ERROR;
}

/* --- arguments and environment ------------------------------------------------------------------------- */

void string_array_free(char **strings) {
    if (!strings) return;
    for (char **s = strings; *s; s++) free(*s);
    free(strings);
}

static char **string_array_new(int64_t count) {
    char **strings = calloc((size_t)count + 1, sizeof *strings);
    if (!strings) raise_memory_error();
    return strings;
}

/* A copy of the text of a path-like object. */
static char *text_copy(Value v) {
    PathArgument path;
    v = path_fspath(v);
    if (is_error(v) || !path_argument(v, "exec", "arg", 0, &path)) return NULL;
    char *copy = strdup(path.text);
    if (!copy) raise_memory_error();
    return copy;
}

char **string_array_from(Value sequence, const char *function, const char *what) {
    if (!is_list(sequence) && !is_tuple(sequence)) {
        raise_error(&TypeError, "%s: %s must be a tuple or list", function, what);
        return NULL;
    }
    Tuple *items = is_list(sequence) ? list_to_tuple(as_list(sequence)) : as_tuple(sequence);
    if (!items) return NULL;
    if (items->length == 0) {
        raise_error(&ValueError, "%s: %s must not be empty", function, what);
        return NULL;
    }
    char **strings = string_array_new(items->length);
    for (int64_t i = 0; strings && i < items->length; i++) {
        strings[i] = text_copy(items->items[i]);
        if (!strings[i] || (i == 0 && strings[0][0] == 0)) {
            if (strings[i])
                raise_error(&ValueError, "%s: %s first element cannot be empty", function, what);
            string_array_free(strings);
            return NULL;
        }
    }
    return strings;
}

static char *environment_entry(Value key, Value value) {
    char *name = text_copy(key), *text = name ? text_copy(value) : NULL, *entry = NULL;
    if (text && (name[0] == 0 || strchr(name + 1, '='))) {
        raise_error(&ValueError, "illegal environment variable name");
    } else if (text && asprintf(&entry, "%s=%s", name, text) < 0) {
        entry = NULL;
        raise_memory_error();
    }
    free(name);
    free(text);
    return entry;
}

char **environment_from(Value mapping) {
    if (!is_mapping(mapping) && !is_dict(mapping)) {
        raise_error(&TypeError, "execve: environment must be a mapping object");
        return NULL;
    }
    Value keys = call_method_0(mapping, "keys"), values;
    if (is_error(keys)) return NULL;
    values = call_method_0(mapping, "values");
    if (is_error(values)) return NULL;
    List *names = list_from_iterable(keys), *texts = names ? list_from_iterable(values) : NULL;
    if (!texts) return NULL;
    int64_t count = min_int64(list_length(names), list_length(texts));
    char **strings = string_array_new(count);
    for (int64_t i = 0; strings && i < count; i++) {
        strings[i] = environment_entry(list_get(names, i), list_get(texts, i));
        if (!strings[i]) {
            string_array_free(strings);
            return NULL;
        }
    }
    return strings;
}

/* --- exec ------------------------------------------------------------------------------------------------ */

static char **argument_array(Value sequence, const char *function) {
    if (!is_list(sequence) && !is_tuple(sequence)) {
        raise_error(&TypeError, "%s() arg 2 must be a tuple or list", function);
        return NULL;
    }
    if (value_length(sequence) == 0) {
        raise_error(&ValueError, "%s() arg 2 must not be empty", function);
        return NULL;
    }
    return string_array_from(sequence, function, "argv");
}

static Value posix_execv(Value *args) {
    PathArgument path;
    if (!path_argument(args[1], "execv", "path", 0, &path)) return VALUE_ERROR;
    char **argv = argument_array(args[2], "execv");
    if (!argv) return VALUE_ERROR;
    execv(path.text, argv);
    int error = errno;
    string_array_free(argv);
    errno = error;
    return path_error(&path);
}

static Value posix_execve(Value *args) {
    PathArgument path;
    if (!path_argument(args[1], "execve", "path", PATH_OR_FD, &path)) return VALUE_ERROR;
    if (!is_list(args[2]) && !is_tuple(args[2]))
        return raise_error(&TypeError, "execve: argv must be a tuple or list");
    char **argv = string_array_from(args[2], "execve", "argv");
    char **envp = argv ? environment_from(args[3]) : NULL;
    if (envp) {
        if (path.text) execve(path.text, argv, envp);
        else fexecve(path.fd, argv, envp);
    }
    int error = errno;
    string_array_free(argv);
    string_array_free(envp);
    errno = error;
    return path_error(&path);
}

/* --- posix_spawn ---------------------------------------------------------------------------------------- */

enum { SPAWN_OPEN, SPAWN_CLOSE, SPAWN_DUP2 };

static bool spawn_open_action(posix_spawn_file_actions_t *actions, Tuple *item) {
    int fd = 0, flags = 0, mode = 0;
    PathArgument path;
    if (item->length != 5) {
        raise_error(&TypeError, "A open file_action tuple must have 5 elements");
        return false;
    }
    if (!argument_int(item->items[1], &fd) ||
        !path_argument(item->items[2], "posix_spawn", "path", 0, &path) ||
        !argument_int(item->items[3], &flags) || !argument_int(item->items[4], &mode))
        return false;
    errno = posix_spawn_file_actions_addopen(actions, fd, path.text, flags, (mode_t)mode);
    if (errno) raise_errno();
    return errno == 0;
}

static bool spawn_fd_action(posix_spawn_file_actions_t *actions, Tuple *item, int kind) {
    int first = 0, second = 0;
    if (item->length != (kind == SPAWN_CLOSE ? 2 : 3)) {
        raise_error(&TypeError, kind == SPAWN_CLOSE
                                    ? "A close file_action tuple must have 2 elements"
                                    : "A dup2 file_action tuple must have 3 elements");
        return false;
    }
    if (!argument_int(item->items[1], &first) ||
        (kind == SPAWN_DUP2 && !argument_int(item->items[2], &second)))
        return false;
    errno = kind == SPAWN_CLOSE ? posix_spawn_file_actions_addclose(actions, first)
                                : posix_spawn_file_actions_adddup2(actions, first, second);
    if (errno) raise_errno();
    return errno == 0;
}

static bool spawn_action(Value item, void *argument) {
    int kind = -1;
    if (!is_tuple(item) || as_tuple(item)->length == 0) {
        raise_error(&TypeError, "Each file_actions element must be a non-empty tuple");
        return false;
    }
    if (!argument_int(as_tuple(item)->items[0], &kind)) return false;
    if (kind == SPAWN_OPEN) return spawn_open_action(argument, as_tuple(item));
    if (kind == SPAWN_CLOSE || kind == SPAWN_DUP2)
        return spawn_fd_action(argument, as_tuple(item), kind);
    raise_error(&TypeError, "Unknown file_actions identifier");
    return false;
}

static bool add_signal(Value item, void *argument) {
    int64_t number = 0;
    if (!argument_int64(item, &number)) return false;
    if (number >= 1 && number < NSIG) {
        sigaddset(argument, (int)number);
        return true;
    }
    raise_error(&ValueError, "signal number %lld out of range [1; %d]", (long long)number, NSIG - 1);
    return false;
}

static bool spawn_scheduler(posix_spawnattr_t *attributes, Value v, short *flags) {
    struct sched_param parameters;
    int policy = 0, priority = 0;
    if (!is_tuple(v) || as_tuple(v)->length != 2) {
        raise_error(&TypeError, "A scheduler tuple must have two elements");
        return false;
    }
    Value param = as_tuple(v)->items[1];
    if (type_of(param) != posix_result_type(RESULT_SCHED_PARAM)) {
        raise_error(&TypeError, "must have a sched_param object");
        return false;
    }
    if (!argument_int(as_tuple(param)->items[0], &priority)) return false;
    parameters.sched_priority = priority;
    if (!is_none(as_tuple(v)->items[0])) {
        if (!argument_int(as_tuple(v)->items[0], &policy)) return false;
        posix_spawnattr_setschedpolicy(attributes, policy);
        *flags |= POSIX_SPAWN_SETSCHEDULER;
    }
    posix_spawnattr_setschedparam(attributes, &parameters);
    *flags |= POSIX_SPAWN_SETSCHEDPARAM;
    return true;
}

/* args: path, argv, env, file_actions, setpgroup, resetids, setsid, setsigmask, setsigdef, scheduler
 * at 1..10. */
static bool spawn_attributes(posix_spawnattr_t *attributes, Value *args) {
    short flags = 0;
    int reset_ids = 0, new_session = 0, group = 0;
    sigset_t set;
    if (!argument_flag(args[6], &reset_ids) || !argument_flag(args[7], &new_session)) return false;
    if (!is_empty(args[5])) {
        if (!argument_int(args[5], &group)) return false;
        posix_spawnattr_setpgroup(attributes, group);
        flags |= POSIX_SPAWN_SETPGROUP;
    }
    if (reset_ids) flags |= POSIX_SPAWN_RESETIDS;
    if (new_session) flags |= POSIX_SPAWN_SETSID;
    if (!is_empty(args[8])) {
        sigemptyset(&set);
        if (!iterate(args[8], add_signal, &set)) return false;
        posix_spawnattr_setsigmask(attributes, &set);
        flags |= POSIX_SPAWN_SETSIGMASK;
    }
    if (!is_empty(args[9])) {
        sigemptyset(&set);
        if (!iterate(args[9], add_signal, &set)) return false;
        posix_spawnattr_setsigdefault(attributes, &set);
        flags |= POSIX_SPAWN_SETSIGDEF;
    }
    if (!is_empty(args[10]) && !spawn_scheduler(attributes, args[10], &flags)) return false;
    posix_spawnattr_setflags(attributes, flags);
    return true;
}

static Value spawn_prepared(const PathArgument *path, char **argv, char **envp, Value *args,
                            bool search) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    pid_t pid = -1;
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    bool ok = (is_empty(args[4]) || is_none(args[4]) || iterate(args[4], spawn_action, &actions)) &&
              spawn_attributes(&attributes, args);
    int error = 0;
    if (ok) {
        error = search ? DETACHED(posix_spawnp(&pid, path->text, &actions, &attributes, argv, envp))
                       : DETACHED(posix_spawn(&pid, path->text, &actions, &attributes, argv, envp));
    }
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    if (!ok) return VALUE_ERROR;
    errno = error;
    return error ? path_error(path) : int_value(pid);
}

static Value do_spawn(const char *function, Value *args, bool search) {
    PathArgument path;
    if (!path_argument(args[1], function, "path", 0, &path)) return VALUE_ERROR;
    char **argv = string_array_from(args[2], function, "argv");
    if (!argv) return VALUE_ERROR;
    char **envp = is_none(args[3]) ? environ : environment_from(args[3]);
    Value result = envp ? spawn_prepared(&path, argv, envp, args, search) : VALUE_ERROR;
    string_array_free(argv);
    if (envp != environ) string_array_free(envp);
    return result;
}

static Value posix_spawn_(Value *args) { return do_spawn("posix_spawn", args, false); }
static Value posix_spawnp_(Value *args) { return do_spawn("posix_spawnp", args, true); }

/* --- waiting ------------------------------------------------------------------------------------------- */

static Value pid_and_status(pid_t pid, int status) {
    Tuple *pair = tuple_pack(2, int_value(pid), int_value(status));
    return pair ? object_value(pair) : VALUE_ERROR;
}

static Value posix_waitpid(Value *args) {
    int pid = 0, options = 0, status = 0;
    if (!argument_int(args[1], &pid) || !argument_int(args[2], &options)) return VALUE_ERROR;
    pid_t result = RETRY_EINTR(waitpid(pid, &status, options));
    return result >= 0 ? pid_and_status(result, status) : raise_errno();
}

static Value posix_wait(Value *args) {
    int status = 0;
    pid_t result = RETRY_EINTR(wait(&status));
    return result >= 0 ? pid_and_status(result, status) : raise_errno();
}

static double timeval_seconds(struct timeval t) { return (double)t.tv_sec + (double)t.tv_usec * 1e-6; }

static Value wait_with_usage(pid_t pid, int options) {
    int status = 0;
    struct rusage u;
    memset(&u, 0, sizeof u);
    pid_t result = RETRY_EINTR(wait4(pid, &status, options, &u));
    if (result < 0) return raise_errno();
    Value type = import_attribute("resource", "struct_rusage");
    if (is_error(type)) return type;
    Tuple *fields = tuple_pack(
        16, double_value(timeval_seconds(u.ru_utime)), double_value(timeval_seconds(u.ru_stime)),
        int_value(u.ru_maxrss), int_value(u.ru_ixrss), int_value(u.ru_idrss), int_value(u.ru_isrss),
        int_value(u.ru_minflt), int_value(u.ru_majflt), int_value(u.ru_nswap), int_value(u.ru_inblock),
        int_value(u.ru_oublock), int_value(u.ru_msgsnd), int_value(u.ru_msgrcv),
        int_value(u.ru_nsignals), int_value(u.ru_nvcsw), int_value(u.ru_nivcsw));
    if (!fields) return VALUE_ERROR;
    Value usage = call_1(type, object_value(fields));
    if (is_error(usage)) return usage;
    Tuple *triple = tuple_pack(3, int_value(result), int_value(status), usage);
    return triple ? object_value(triple) : VALUE_ERROR;
}

static Value posix_wait3(Value *args) {
    int options = 0;
    return argument_int(args[1], &options) ? wait_with_usage(-1, options) : VALUE_ERROR;
}

static Value posix_wait4(Value *args) {
    int pid = 0, options = 0;
    if (!argument_int(args[1], &pid) || !argument_int(args[2], &options)) return VALUE_ERROR;
    return wait_with_usage(pid, options);
}

static Value posix_waitid(Value *args) {
    int kind = 0, options = 0;
    int64_t id = 0;
    siginfo_t info;
    memset(&info, 0, sizeof info);
    if (!argument_int(args[1], &kind) || !argument_int64(args[2], &id) ||
        !argument_int(args[3], &options))
        return VALUE_ERROR;
    if (RETRY_EINTR(waitid((idtype_t)kind, (id_t)id, &info, options)) != 0) return raise_errno();
    if (info.si_pid == 0) return VALUE_NONE;
    Value items[] = {int_value(info.si_pid), int_value(info.si_uid), int_value(info.si_signo),
                     int_value(info.si_status), int_value(info.si_code)};
    return structseq_new(posix_result_type(RESULT_WAITID), items);
}

static Value posix_pidfd_open(Value *args) {
    int pid = 0, flags = 0;
    if (!argument_int(args[1], &pid) || !argument_int(args[2], &flags)) return VALUE_ERROR;
    long fd = syscall(SYS_pidfd_open, pid, flags);
    return fd >= 0 ? int_value(fd) : raise_errno();
}

#define STATUS_TEST(macro)                                                                         \
    static Value posix_##macro(Value *args) {                                                      \
        int status = 0;                                                                            \
        return argument_int(args[1], &status) ? bool_value(macro(status)) : VALUE_ERROR;           \
    }
#define STATUS_PART(macro)                                                                         \
    static Value posix_##macro(Value *args) {                                                      \
        int status = 0;                                                                            \
        return argument_int(args[1], &status) ? int_value(macro(status)) : VALUE_ERROR;            \
    }
STATUS_TEST(WCOREDUMP)
STATUS_TEST(WIFCONTINUED)
STATUS_TEST(WIFSTOPPED)
STATUS_TEST(WIFSIGNALED)
STATUS_TEST(WIFEXITED)
STATUS_PART(WEXITSTATUS)
STATUS_PART(WTERMSIG)
STATUS_PART(WSTOPSIG)

static Value posix_waitstatus_to_exitcode(Value *args) {
    int status = 0;
    if (!argument_int(args[1], &status)) return VALUE_ERROR;
    if (WIFEXITED(status)) return int_value(WEXITSTATUS(status));
    if (WIFSIGNALED(status)) return int_value(-WTERMSIG(status));
    if (WIFSTOPPED(status))
        return raise_error(&ValueError, "process stopped by delivery of signal %d", WSTOPSIG(status));
    return raise_error(&ValueError, "invalid wait status: %d", status);
}

/* --- ending ---------------------------------------------------------------------------------------------- */

static Value posix__exit(Value *args) {
    int status = 0;
    if (!argument_int(args[1], &status)) return VALUE_ERROR;
    _exit(status);
}

static Value posix_abort(Value *args) { abort(); }

static Value posix_system(Value *args) {
    PathArgument command;
    if (!path_argument(args[1], "system", "command", 0, &command)) return VALUE_ERROR;
    return int_value(DETACHED(system(command.text)));
}

const MethodDef posix_exec_functions[] = {
    AUDITED("os.fork", "fork", posix_fork_, "($module, /)",
           "Make a copy of this process; returns 0 in the child and the child's id in the parent."),
    AUDITED("os.forkpty", "forkpty", posix_forkpty, "($module, /)",
           "Like fork(), the child in a new pseudo-terminal: the child's id and the master."),
    METHOD("register_at_fork", posix_register_at_fork,
           "($module, /, *, before=None, after_in_child=None, after_in_parent=None)",
           "Register functions that fork() calls."),
    AUDITED("os.exec 1 2 -", "execv", posix_execv, "($module, path, argv, /)",
           "Run a program in place of this process."),
    AUDITED("os.exec 1 2 3", "execve", posix_execve, "($module, /, path, argv, env)",
           "Run a program in place of this process, with an environment."),
    AUDITED("os.posix_spawn 1 2 3", "posix_spawn", posix_spawn_,
           "($module, path, argv, env, /, *, file_actions=(), setpgroup=None, resetids=False, "
           "setsid=False, setsigmask=(), setsigdef=(), scheduler=None)",
           "Run a program in a new process."),
    AUDITED("os.posix_spawn 1 2 3", "posix_spawnp", posix_spawnp_,
           "($module, path, argv, env, /, *, file_actions=(), setpgroup=None, resetids=False, "
           "setsid=False, setsigmask=(), setsigdef=(), scheduler=None)",
           "Run a program, looked for on the search path, in a new process."),
    METHOD("wait", posix_wait, "($module, /)", "Wait for a child: its id and status."),
    METHOD("waitpid", posix_waitpid, "($module, pid, options, /)",
           "Wait for a certain child: its id and status."),
    METHOD("wait3", posix_wait3, "($module, /, options)",
           "Wait for a child: its id, status and resource usage."),
    METHOD("wait4", posix_wait4, "($module, /, pid, options)",
           "Wait for a certain child: its id, status and resource usage."),
    METHOD("waitid", posix_waitid, "($module, idtype, id, options, /)",
           "Wait for a child's change of state."),
    METHOD("pidfd_open", posix_pidfd_open, "($module, /, pid, flags=0)",
           "A descriptor that refers to a process."),
    METHOD("WCOREDUMP", posix_WCOREDUMP, "($module, status, /)", "Whether it dumped its memory."),
    METHOD("WIFCONTINUED", posix_WIFCONTINUED, "($module, /, status)", "Whether it was continued."),
    METHOD("WIFSTOPPED", posix_WIFSTOPPED, "($module, /, status)", "Whether it was stopped."),
    METHOD("WIFSIGNALED", posix_WIFSIGNALED, "($module, /, status)",
           "Whether it was ended by a signal."),
    METHOD("WIFEXITED", posix_WIFEXITED, "($module, /, status)", "Whether it ended by itself."),
    METHOD("WEXITSTATUS", posix_WEXITSTATUS, "($module, /, status)", "The status it ended with."),
    METHOD("WTERMSIG", posix_WTERMSIG, "($module, /, status)", "The signal that ended it."),
    METHOD("WSTOPSIG", posix_WSTOPSIG, "($module, /, status)", "The signal that stopped it."),
    METHOD("waitstatus_to_exitcode", posix_waitstatus_to_exitcode, "($module, /, status)",
           "A wait status as an exit code: negative for a signal."),
    METHOD("_exit", posix__exit, "($module, /, status)", "End the process at once."),
    METHOD("abort", posix_abort, "($module, /)", "End the process by SIGABRT."),
    AUDITED("os.system 1", "system", posix_system, "($module, /, command)", "Run a command by the shell."),
    {0},
};
