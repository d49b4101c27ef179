/* subprocess_module.c - the module _posixsubprocess: fork and exec in one step.
 *
 * Everything the child needs is put into plain memory before the fork. Without a preexec_fn the
 * child touches nothing of the runtime, so no other thread need stop; it is made by vfork() where
 * that is allowed, with all signals blocked, so that no handler runs in the memory it shares. With a
 * preexec_fn it is a full fork(), with its hooks.
 *
 * The child reports why it could not start the program by a line "EXCEPTION:ERRNO IN HEX:TEXT" on
 * the error pipe. */
#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "modules/posix_internal.h"

typedef struct Child {
    char **argv, **envp, **executables;
    const char *cwd;
    int *keep; /* sorted descriptors to be inherited */
    int keep_count;
    int p2cread, p2cwrite, c2pread, c2pwrite, errread, errwrite, errpipe_read, errpipe_write;
    bool close_fds, restore_signals, new_session, set_gid, set_uid, set_groups;
    int process_group, umask;
    gid_t gid;
    uid_t uid;
    gid_t *groups;
    int group_count;
    Value preexec; /* or empty; the caller's arguments keep it alive */
    const sigset_t *signals_to_restore;
} Child;

/* --- in the child: only what is safe after vfork() ------------------------------------------------------ */

static bool set_inheritable(int fd) {
    int flags = fcntl(fd, F_GETFD);
    return flags >= 0 && fcntl(fd, F_SETFD, flags & ~FD_CLOEXEC) >= 0;
}

static bool is_kept(const Child *child, int fd) {
    for (int i = 0; i < child->keep_count; i++)
        if (child->keep[i] == fd) return true;
    return false;
}

static void close_others(const Child *child) {
    int start = 3;
    for (int i = 0; i < child->keep_count; i++) {
        int keep = child->keep[i];
        if (keep < start) continue;
        if (keep > start) close_range((unsigned)start, (unsigned)keep - 1, 0);
        start = keep + 1;
    }
    close_range((unsigned)start, ~0u, 0);
}

static bool child_descriptors(Child *child) {
    for (int i = 0; i < child->keep_count; i++)
        if (child->keep[i] != child->errpipe_write && !set_inheritable(child->keep[i])) return false;
    if (child->p2cwrite >= 0) close(child->p2cwrite);
    if (child->c2pread >= 0) close(child->c2pread);
    if (child->errread >= 0) close(child->errread);
    close(child->errpipe_read);
    int out = child->c2pwrite, error = child->errwrite;
    /* what lies where another will be put moves away first */
    if (out == 0 && (out = fcntl(out, F_DUPFD, 3)) < 0) return false;
    while (error == 0 || error == 1)
        if ((error = fcntl(error, F_DUPFD, 3)) < 0) return false;
    if (child->p2cread == 0 ? !set_inheritable(0) : child->p2cread > 0 && dup2(child->p2cread, 0) < 0)
        return false;
    if (out == 1 ? !set_inheritable(1) : out > 1 && dup2(out, 1) < 0) return false;
    if (error == 2 ? !set_inheritable(2) : error > 2 && dup2(error, 2) < 0) return false;
    return true;
}

static void default_signals(void) {
    signal(SIGPIPE, SIG_DFL);
    signal(SIGXFSZ, SIG_DFL);
}

static bool child_identity(Child *child) {
    if (child->umask >= 0) umask((mode_t)child->umask);
    if (child->restore_signals) default_signals();
    if (child->signals_to_restore) sigprocmask(SIG_SETMASK, child->signals_to_restore, NULL);
    if (child->new_session && setsid() < 0) return false;
    if (child->process_group >= 0 && setpgid(0, child->process_group) < 0) return false;
    /* the plain system calls: the C library's would speak to threads that are not there */
    if (child->set_groups && syscall(SYS_setgroups, (size_t)child->group_count, child->groups) < 0)
        return false;
    if (child->set_gid && syscall(SYS_setregid, child->gid, child->gid) < 0) return false;
    if (child->set_uid && syscall(SYS_setreuid, child->uid, child->uid) < 0) return false;
    return true;
}

static void child_exec(Child *child) {
    int saved = 0;
    for (char **path = child->executables; *path; path++) {
        execve(*path, child->argv, child->envp ? child->envp : environ);
        if (errno != ENOENT && errno != ENOTDIR && saved == 0) saved = errno;
    }
    if (saved) errno = saved;
}

static void write_all(int fd, const char *text) {
    size_t length = strlen(text);
    while (length > 0) {
        ssize_t written = write(fd, text, length);
        if (written <= 0) return;
        text += written;
        length -= (size_t)written;
    }
}

static void report(int fd, int error, const char *text) {
    char digits[24], *out = digits + sizeof digits - 1;
    *out = 0;
    do {
        *--out = "0123456789ABCDEF"[error & 15];
        error >>= 4;
    } while (error);
    write_all(fd, "OSError:");
    write_all(fd, out);
    write_all(fd, ":");
    write_all(fd, text);
}

NORETURN static void child_run(Child *child) {
    const char *text = "";
    if (!child_descriptors(child)) goto failed;
    if (child->cwd && chdir(child->cwd) < 0) {
        text = "noexec";
        goto failed;
    }
    if (!child_identity(child)) goto failed;
    if (!is_empty(child->preexec) && is_error(call_0(child->preexec))) {
        error_clear();
        write_all(child->errpipe_write, "SubprocessError:0:Exception occurred in preexec_fn.");
        _exit(255);
    }
    if (child->close_fds) close_others(child);
    child_exec(child);
failed:
    report(child->errpipe_write, errno, text);
    _exit(255);
}

/* --- in the parent --------------------------------------------------------------------------------------- */

static pid_t start_plain(Child *child, bool allow_vfork) {
    sigset_t all, old;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &old);
    child->signals_to_restore = &old;
    Thread *self = thread_self();
    thread_detach(self);
    bool by_vfork = allow_vfork && !child->set_uid && !child->set_gid && !child->set_groups;
    pid_t pid = by_vfork ? vfork() : fork();
    if (pid == 0) child_run(child);
    int error = errno;
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    thread_reattach(self);
    errno = error;
    return pid;
}

static Value start(Child *child, bool allow_vfork) {
    pid_t pid;
    if (is_empty(child->preexec)) {
        pid = start_plain(child, allow_vfork);
        if (pid < 0) raise_errno();
    } else {
        pid = posix_fork();
        if (pid == 0) child_run(child);
    }
    return pid < 0 ? VALUE_ERROR : int_value(pid);
}

/* --- arguments --------------------------------------------------------------------------------------------- */

static bool keep_argument(Value v, Child *child) {
    if (!is_tuple(v)) {
        raise_error(&TypeError, "fork_exec() argument 4 must be tuple, not %T", v);
        return false;
    }
    Tuple *fds = as_tuple(v);
    child->keep = malloc(sizeof(int) * (size_t)(fds->length + 1));
    if (!child->keep) {
        raise_memory_error();
        return false;
    }
    int64_t last = -1;
    for (int64_t i = 0; i < fds->length; i++) {
        int64_t fd = -1;
        if (!is_int(fds->items[i]) || !int_to_int64(fds->items[i], &fd) || fd < 0 || fd <= last ||
            fd > INT32_MAX) {
            raise_error(&ValueError, "bad value(s) in fds_to_keep");
            return false;
        }
        child->keep[child->keep_count++] = (int)fd;
        last = fd;
    }
    return true;
}

/* A malloc'ed NULL-terminated array of the texts of a sequence of path-like objects. */
static char **texts_argument(Value v) {
    Tuple *items = tuple_from_iterable(v);
    if (!items) return NULL;
    char **texts = calloc((size_t)items->length + 1, sizeof *texts);
    if (!texts) raise_memory_error();
    for (int64_t i = 0; texts && i < items->length; i++) {
        PathArgument path;
        Value item = path_fspath(items->items[i]);
        if (!is_error(item) && path_argument(item, "fork_exec", "argument", 0, &path))
            texts[i] = strdup(path.text);
        if (!texts[i]) {
            if (!error_occurred()) raise_memory_error();
            string_array_free(texts);
            return NULL;
        }
    }
    return texts;
}

static bool groups_argument(Value v, Child *child) {
    if (is_none(v)) return true;
    if (!is_list(v)) {
        raise_error(&TypeError, "setgroups argument must be a list");
        return false;
    }
    Tuple *items = list_to_tuple(as_list(v));
    if (!items) return false;
    child->groups = malloc(sizeof(gid_t) * (size_t)(items->length + 1));
    if (!child->groups) {
        raise_memory_error();
        return false;
    }
    for (int64_t i = 0; i < items->length; i++) {
        if (!is_int(items->items[i])) {
            raise_error(&TypeError, "groups must be integers");
            return false;
        }
        if (!uid_argument(items->items[i], "gid", &child->groups[i])) {
            error_clear();
            raise_error(&ValueError, "invalid group id");
            return false;
        }
    }
    child->group_count = (int)items->length;
    child->set_groups = true;
    return true;
}

static bool id_argument(Value v, const char *what, unsigned *id, bool *set) {
    if (is_none(v)) return true;
    *set = true;
    return uid_argument(v, what, id);
}

enum {
    ARG_ARGS, ARG_EXECUTABLES, ARG_CLOSE_FDS, ARG_KEEP, ARG_CWD, ARG_ENV, ARG_FDS, /* 8 of them */
    ARG_RESTORE_SIGNALS = ARG_FDS + 8, ARG_NEW_SESSION, ARG_GROUP, ARG_GID, ARG_GROUPS, ARG_UID,
    ARG_UMASK, ARG_PREEXEC, ARG_VFORK, ARG_COUNT
};

static bool numbers_argument(Value *a, Child *child, bool *allow_vfork) {
    int *fds[8] = {&child->p2cread, &child->p2cwrite, &child->c2pread, &child->c2pwrite,
                   &child->errread, &child->errwrite, &child->errpipe_read, &child->errpipe_write};
    for (int i = 0; i < 8; i++)
        if (!argument_int(a[ARG_FDS + i], fds[i])) return false;
    return argument_bool(a[ARG_CLOSE_FDS], &child->close_fds) &&
           argument_bool(a[ARG_RESTORE_SIGNALS], &child->restore_signals) &&
           argument_bool(a[ARG_NEW_SESSION], &child->new_session) &&
           argument_int(a[ARG_GROUP], &child->process_group) &&
           argument_int(a[ARG_UMASK], &child->umask) && argument_bool(a[ARG_VFORK], allow_vfork);
}

static bool child_prepare(Value *a, Child *child, PathArgument *cwd, bool *allow_vfork) {
    if (!numbers_argument(a, child, allow_vfork)) return false;
    if (child->close_fds && child->errpipe_write < 3) {
        raise_error(&ValueError, "errpipe_write must be >= 3");
        return false;
    }
    if (!keep_argument(a[ARG_KEEP], child)) return false;
    if (!is_kept(child, child->errpipe_write)) { /* kept open, closed by a successful exec */
        int at = child->keep_count++;
        for (; at > 0 && child->keep[at - 1] > child->errpipe_write; at--)
            child->keep[at] = child->keep[at - 1];
        child->keep[at] = child->errpipe_write;
    }
    child->argv = texts_argument(a[ARG_ARGS]);
    child->executables = child->argv ? texts_argument(a[ARG_EXECUTABLES]) : NULL;
    if (!child->executables) return false;
    if (!is_none(a[ARG_ENV]) && !(child->envp = texts_argument(a[ARG_ENV]))) return false;
    if (!is_none(a[ARG_CWD])) {
        Value path = path_fspath(a[ARG_CWD]);
        if (is_error(path) || !path_argument(path, "fork_exec", "cwd", 0, cwd)) return false;
        child->cwd = cwd->text;
    }
    if (!is_none(a[ARG_PREEXEC])) child->preexec = a[ARG_PREEXEC];
    return groups_argument(a[ARG_GROUPS], child) &&
           id_argument(a[ARG_GID], "gid", &child->gid, &child->set_gid) &&
           id_argument(a[ARG_UID], "uid", &child->uid, &child->set_uid);
}

static Value fork_exec(Value *args, size_t count, Tuple *names) {
    /* args[0] is the module where it is passed; the parameters are the last ARG_COUNT */
    if (count < ARG_COUNT || names)
        return raise_error(&TypeError, "fork_exec expected %d arguments, got %zu", ARG_COUNT, count);
    Value *a = args + (count - ARG_COUNT);
    Child child = {.process_group = -1, .umask = -1, .preexec = VALUE_EMPTY};
    PathArgument cwd;
    bool allow_vfork = false;
    Value result = VALUE_ERROR;
    if (child_prepare(a, &child, &cwd, &allow_vfork)) result = start(&child, allow_vfork);
    string_array_free(child.argv);
    string_array_free(child.executables);
    string_array_free(child.envp);
    free(child.keep);
    free(child.groups);
    return result;
}

static const MethodDef functions[] = {
    RAW_METHOD("fork_exec", fork_exec, NULL,
               "Start a program in a new process; returns the process's id.\n\n"
               "For the module subprocess, which knows the arguments."),
    {0},
};

const NativeModule module__posixsubprocess = {
    .name = "_posixsubprocess",
    .doc = "What the module subprocess needs of the system.",
    .functions = functions,
};
