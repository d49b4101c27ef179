/* multiprocessing_module.c - the modules _multiprocessing (semaphores that processes share) and
 * _posixshmem (memory that they share).
 *
 * A SemLock is a named semaphore of the system; `count` says how many units this process has taken and
 * not given back, `owner` the thread that took the last. Both are single words: `count` only moves by
 * atomic additions. A recursive mutex is a semaphore of one unit, so the thread that finds itself in
 * `owner` while `count` is not 0 holds it, and no other thread writes either of them. */
#include <fcntl.h>
#include <limits.h>
#include <semaphore.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include "modules/support.h"
#include "vm/run.h"

enum { RECURSIVE_MUTEX, SEMAPHORE };

typedef struct SemLock {
    Object object;
    sem_t *handle;    /* constant; NULL until it is open */
    int64_t count;    /* atomic */
    uint64_t owner;   /* atomic; ident of a thread */
    int kind, maximum; /* constant */
    Value name;       /* a str or None; constant */
} SemLock;
static SemLock *as_semlock(Value v) { return OBJECT_AS(SemLock, v); }

static void semlock_trace(Cell *cell, Marker *marker) { marker_visit(marker, ((SemLock *)cell)->name); }

static void semlock_release_cell(Cell *cell) {
    SemLock *self = (SemLock *)cell;
    if (self->handle) sem_close(self->handle);
    self->handle = NULL;
}

static bool is_mine(SemLock *self) {
    return load_relaxed(&self->count) > 0 && load_relaxed(&self->owner) == thread_self()->ident;
}

static Value semlock_make(Type *type, sem_t *handle, int kind, int maximum, Value name) {
    SemLock *self = object_alloc_instance(type, sizeof(SemLock));
    if (!self) {
        sem_close(handle);
        return VALUE_ERROR;
    }
    self->kind = kind;
    self->maximum = maximum;
    self->name = name;
    self->handle = handle;
    return object_value(self);
}

static const char *argument_text(Value v, const char *function, const char *which) {
    Str *text;
    size_t length;
    if (!argument_str(v, function, which, &text)) return NULL;
    const char *bytes = str_utf8(text, &length);
    if (bytes && strlen(bytes) != length) {
        raise_error(&ValueError, "embedded null character");
        return NULL;
    }
    return bytes;
}

static Value semlock_new(Type *type, Value *args, size_t count, Tuple *names) {
    static Signature *signature;
    Value a[5];
    int kind = 0, value = 0, maximum = 0;
    bool unlink = false;
    if (!bind_arguments("SemLock", "(kind, value, maxvalue, name, unlink)", &signature, args, count, names, a) ||
        !argument_int(a[0], &kind) || !argument_int(a[1], &value) || !argument_int(a[2], &maximum))
        return VALUE_ERROR;
    const char *name = argument_text(a[3], "SemLock", "'name'");
    if (!name || !argument_bool(a[4], &unlink)) return VALUE_ERROR;
    if (kind != RECURSIVE_MUTEX && kind != SEMAPHORE) return raise_error(&ValueError, "unrecognized kind");
    sem_t *handle = sem_open(name, O_CREAT | O_EXCL, 0600, (unsigned)value);
    if (handle == SEM_FAILED) return raise_errno();
    if (unlink && sem_unlink(name) != 0) {
        int error = errno;
        sem_close(handle);
        errno = error;
        return raise_errno();
    }
    return semlock_make(type, handle, kind, maximum, unlink ? VALUE_NONE : a[3]);
}

static bool ignore_init(Value self, Value *args, size_t count, Tuple *names) { return true; }

/* The handle is a number that means something to the process it came from only; the name is what
 * counts, and without one (a forked child) the mapping that was inherited. */
static Value semlock_rebuild(Value *args) {
    int kind = 0, maximum = 0;
    int64_t number = 0;
    if (!argument_int64(args[1], &number) || !argument_int(args[2], &kind) || !argument_int(args[3], &maximum))
        return VALUE_ERROR;
    sem_t *handle = (sem_t *)(intptr_t)number;
    if (!is_none(args[4])) {
        const char *name = argument_text(args[4], "_rebuild", "4");
        if (!name) return VALUE_ERROR;
        handle = sem_open(name, 0);
        if (handle == SEM_FAILED) return raise_errno();
    }
    return semlock_make(OBJECT_AS(Type, args[0]), handle, kind, maximum, args[4]);
}

/* --- acquiring and releasing ----------------------------------------------------------------------- */

static void count_acquired(SemLock *self) {
    fetch_add_acq_rel(&self->count, INT64_C(1));
    store_relaxed(&self->owner, thread_self()->ident);
}

/* The time of the wall clock at which a wait of so many seconds ends. */
static bool wait_deadline(Value timeout, struct timespec *deadline) {
    double seconds;
    if (!value_to_double(timeout, &seconds)) return false;
    if (!(seconds > 0)) seconds = 0;
    clock_gettime(CLOCK_REALTIME, deadline);
    if (seconds > 1e9) seconds = 1e9;
    int64_t whole = (int64_t)seconds;
    deadline->tv_sec += whole;
    deadline->tv_nsec += (long)((seconds - (double)whole) * 1e9 + 0.5);
    deadline->tv_sec += deadline->tv_nsec / 1000000000;
    deadline->tv_nsec %= 1000000000;
    return true;
}

static Value semlock_acquire(Value *args);

static Value acquire(SemLock *self, bool blocking, Value timeout) {
    struct timespec deadline;
    bool timed = !is_none(timeout) && !is_empty(timeout);
    if (self->kind == RECURSIVE_MUTEX && is_mine(self)) {
        fetch_add_acq_rel(&self->count, INT64_C(1));
        return VALUE_TRUE;
    }
    if (timed && !wait_deadline(timeout, &deadline)) return VALUE_ERROR;
    const void *top = vm_call_top(semlock_acquire);
    int result;
    do result = sem_trywait(self->handle);
    while (result < 0 && errno == EINTR && retry_allowed());
    if (result < 0 && errno == EAGAIN && blocking)
        result = timed ? RETRY_EINTR_FROM(top, sem_timedwait(self->handle, &deadline))
                       : RETRY_EINTR_FROM(top, sem_wait(self->handle));
    if (result < 0) return errno == EAGAIN || errno == ETIMEDOUT ? VALUE_FALSE : raise_errno();
    count_acquired(self);
    return VALUE_TRUE;
}

static Value semlock_acquire(Value *args) {
    bool blocking = true;
    if (!argument_bool(args[1], &blocking)) return VALUE_ERROR;
    return acquire(as_semlock(args[0]), blocking, args[2]);
}

static Value semlock_release(Value *args) {
    SemLock *self = as_semlock(args[0]);
    if (self->kind == RECURSIVE_MUTEX) {
        if (!is_mine(self))
            return raise_error(&AssertionError, "attempt to release recursive lock not owned by thread");
        if (load_relaxed(&self->count) > 1) {
            fetch_add_acq_rel(&self->count, INT64_C(-1));
            return VALUE_NONE;
        }
    } else {
        int units;
        if (sem_getvalue(self->handle, &units) < 0) return raise_errno();
        if (units >= self->maximum)
            return raise_error(&ValueError, "semaphore or lock released too many times");
    }
    /* Counted first: once it is posted, another thread may acquire it and count upward. */
    fetch_add_acq_rel(&self->count, INT64_C(-1));
    if (sem_post(self->handle) == 0) return VALUE_NONE;
    fetch_add_acq_rel(&self->count, INT64_C(1));
    return raise_errno();
}

static Value semlock_enter(Value *args) { return acquire(as_semlock(args[0]), true, VALUE_NONE); }

static Value semlock_count(Value *args) { return int_value(load_relaxed(&as_semlock(args[0])->count)); }
static Value semlock_is_mine(Value *args) { return bool_value(is_mine(as_semlock(args[0]))); }

static Value semlock_get_value(Value *args) {
    int units;
    if (sem_getvalue(as_semlock(args[0])->handle, &units) < 0) return raise_errno();
    return int_value(units < 0 ? 0 : units);
}

static Value semlock_is_zero(Value *args) {
    int units;
    if (sem_getvalue(as_semlock(args[0])->handle, &units) < 0) return raise_errno();
    return bool_value(units == 0);
}

static Value semlock_after_fork(Value *args) {
    store_relaxed(&as_semlock(args[0])->count, INT64_C(0));
    return VALUE_NONE;
}

static Value semlock_handle(Value self) { return int_value((intptr_t)as_semlock(self)->handle); }
static Value semlock_kind(Value self) { return int_value(as_semlock(self)->kind); }
static Value semlock_maximum(Value self) { return int_value(as_semlock(self)->maximum); }
static Value semlock_name(Value self) { return as_semlock(self)->name; }

static const MethodDef semlock_methods[] = {
    METHOD("acquire", semlock_acquire, "($self, /, block=True, timeout=None)", "Acquire the semaphore/lock."),
    METHOD("release", semlock_release, "($self, /)", "Release the semaphore/lock."),
    METHOD("_count", semlock_count, "($self, /)",
           "Num of `acquire()`s minus num of `release()`s for this process."),
    METHOD("_is_mine", semlock_is_mine, "($self, /)", "Whether the lock is owned by this thread."),
    METHOD("_get_value", semlock_get_value, "($self, /)", "Get the value of the semaphore."),
    METHOD("_is_zero", semlock_is_zero, "($self, /)", "Return whether semaphore has value zero."),
    CLASS_METHOD("_rebuild", semlock_rebuild, "($type, handle, kind, maxvalue, name, /)", NULL),
    METHOD("_after_fork", semlock_after_fork, "($self, /)",
           "Rezero the net acquisition count after fork()."),
    METHOD("__enter__", semlock_enter, "($self, /)", "Enter the semaphore/lock."),
    METHOD("__exit__", semlock_release, "($self, exc_type=None, exc_value=None, exc_tb=None, /)",
           "Exit the semaphore/lock."),
    {0},
};
static const GetSetDef semlock_getset[] = {
    {"handle", semlock_handle, NULL, ""},
    {"kind", semlock_kind, NULL, ""},
    {"maxvalue", semlock_maximum, NULL, ""},
    {"name", semlock_name, NULL, ""},
    {0},
};
static Type semlock_type = {
    .name = "_multiprocessing.SemLock",
    .doc = "Semaphore/Mutex type",
    .base = &object_type_object,
    .flags = TYPE_BASE,
    .size = sizeof(SemLock),
    .root = {.cell_kind = {.trace = semlock_trace, .release = semlock_release_cell,
                           .name = "_multiprocessing.SemLock"}},
    .new_instance = semlock_new,
    .init = ignore_init,
    .methods = semlock_methods,
    .getset = semlock_getset,
};
static Type *const types[] = {&semlock_type, NULL};

static Value multiprocessing_sem_unlink(Value *args) {
    const char *name = argument_text(args[1], "sem_unlink", "");
    if (!name) return VALUE_ERROR;
    return sem_unlink(name) == 0 ? VALUE_NONE : raise_errno();
}

static bool multiprocessing_init(Module *module) {
    Dict *flags = dict_new();
    return flags && type_add(&semlock_type, "SEM_VALUE_MAX", int_value(SEM_VALUE_MAX)) &&
           dict_set_c(flags, "HAVE_SEM_OPEN", int_value(1)) &&
           dict_set_c(flags, "HAVE_SEM_TIMEDWAIT", int_value(1)) &&
           module_add(module, "flags", object_value(flags));
}

static const MethodDef multiprocessing_functions[] = {
    METHOD("sem_unlink", multiprocessing_sem_unlink, "($module, name, /)", NULL),
    {0},
};
const NativeModule module__multiprocessing = {
    .name = "_multiprocessing",
    .doc = "Semaphores that processes share.",
    .functions = multiprocessing_functions,
    .types = types,
    .init = multiprocessing_init,
};

/* --- _posixshmem ------------------------------------------------------------------------------------- */

static Value shmem_open(Value *args) {
    int flags = 0, mode = 0777;
    const char *path = argument_text(args[1], "shm_open", "'path'");
    if (!path || !argument_int(args[2], &flags) || !argument_int(args[3], &mode)) return VALUE_ERROR;
    int fd = RETRY_EINTR(shm_open(path, flags, (mode_t)mode));
    return fd >= 0 ? int_value(fd) : raise_errno_path(args[1]);
}

static Value shmem_unlink(Value *args) {
    const char *path = argument_text(args[1], "shm_unlink", "'path'");
    if (!path) return VALUE_ERROR;
    return RETRY_EINTR(shm_unlink(path)) == 0 ? VALUE_NONE : raise_errno_path(args[1]);
}

static const MethodDef shmem_functions[] = {
    METHOD("shm_open", shmem_open, "($module, /, path, flags, mode=511)",
           "Open a shared memory object.  Returns a file descriptor (integer)."),
    METHOD("shm_unlink", shmem_unlink, "($module, /, path)",
           "Remove a shared memory object (similar to unlink())."),
    {0},
};
const NativeModule module__posixshmem = {
    .name = "_posixshmem",
    .doc = "POSIX shared memory module",
    .functions = shmem_functions,
};
