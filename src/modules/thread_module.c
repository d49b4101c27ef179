/* thread_module.c - the module _thread: starting threads, locks, thread-local objects.
 *
 * Thread-local objects. A `_local` holds a dict from thread serials to attribute dicts. A serial is
 * drawn by a thread at its first use and never given twice, so that an entry can not be taken for a
 * later thread's. The attribute dicts must die with the object (they do: nothing else refers to
 * them) and with the thread: each thread keeps, in its thread_dict, a LocalLink per object with a
 * weak slot; when the thread ends it deletes its entry from the objects that still live. A link
 * whose object has died is an empty cell that goes when its address is used by another local object
 * or with the thread.
 *
 * Starting. What the new thread is to call is a tuple on the starter's stack; thread_start() returns
 * when the new thread is attached and holds it on its own stack.
 *
 * Sentinels. The library learns of a thread's end from a lock that is released then: who joins takes
 * the lock, releases it, and asserts that it is not locked. When several threads join one, another
 * may have taken it just then; and a signal's handler may raise between taking and releasing. So a
 * sentinel that was released once is over: it knows who takes it then, and locked() is true for that
 * thread only, so that it releases what it has and is not stopped by what others have. */
#include "modules/thread_module.h"

#include <signal.h>
#include "modules/signal_module.h"
#include "modules/support.h"
#include "object/native.h"
#include "vm/run.h"

#define TIMEOUT_MAX_SECONDS 9223372036.0
#define STACK_SIZE_MIN 0x8000
#define IDLE_NS INT64_C(300000000) /* what is a long wait */

/* --- waiting ------------------------------------------------------------------------------------ */

/* A thread that waits long may wait for what happens when an object dies: a thread pool's workers end so
 * when nobody has the pool any more. With all threads waiting nothing is allocated, and there would be no
 * collection. So it collects after a while, once a wait. */
static int acquire_from_top(Mutex *mutex, int64_t deadline, const void *top) {
    Thread *self = thread_self();
    int64_t since = os_monotonic_ns(), idle = since + IDLE_NS;
    for (;;) {
        self->wait_top = top;
        WaitResult result = mutex_acquire(mutex, min_int64(deadline, idle));
        if (result == WAIT_TIMED_OUT && idle < deadline) {
            int64_t again = heap_collect_idle(since);
            idle = again ? os_monotonic_ns() + again : WAIT_FOREVER;
            result = WAIT_INTERRUPTED;
        }
        self->wait_top = NULL;
        if (result == WAIT_ACQUIRED) return 1;
        if (result == WAIT_TIMED_OUT) return 0;
        if (!safepoint(self)) return -1;
    }
}

int mutex_acquire_python(Mutex *mutex, int64_t deadline) {
    if (mutex_try_acquire(mutex)) return 1;
    if (deadline == WAIT_NEVER) return mutex_acquire(mutex, deadline) == WAIT_ACQUIRED;
    return acquire_from_top(mutex, deadline, NULL);
}

int mutex_acquire_called(Mutex *mutex, int64_t deadline, NativeCode code) {
    if (mutex_try_acquire(mutex)) return 1;
    if (deadline == WAIT_NEVER) return mutex_acquire(mutex, deadline) == WAIT_ACQUIRED;
    return acquire_from_top(mutex, deadline, vm_call_top(code));
}

/* The arguments of acquire(blocking=True, timeout=-1) as a deadline. */
static bool parse_acquire(Value blocking_value, Value timeout_value, int64_t *deadline) {
    int blocking = 1;
    int64_t timeout = -1;
    bool unset = true;
    if (!argument_flag(blocking_value, &blocking)) return false;
    if (!is_empty(timeout_value)) {
        if (!time_from_seconds(timeout_value, ROUND_CEILING, &timeout)) return false;
        unset = timeout == -NS_PER_SECOND_INT;
    }
    if (!blocking && !unset) {
        raise_error(&ValueError, "can't specify a timeout for a non-blocking call");
        return false;
    }
    if (timeout < 0 && !unset) {
        raise_error(&ValueError, "timeout value must be positive");
        return false;
    }
    if (!blocking) {
        *deadline = WAIT_NEVER;
    } else if (unset) {
        *deadline = WAIT_FOREVER;
    } else {
        if ((double)timeout / 1e9 > TIMEOUT_MAX_SECONDS) {
            raise_error(&OverflowError, "timeout value is too large");
            return false;
        }
        *deadline = timeout == 0 ? WAIT_NEVER : time_deadline(timeout);
    }
    return true;
}

/* --- lock ----------------------------------------------------------------------------------------- */

LockObject *lock_object_new(void) { return object_alloc(&lock_type, sizeof(LockObject)); }

bool lock_object_acquire_slow(LockObject *lock) {
    return mutex_acquire_python(&lock->mutex, WAIT_FOREVER) > 0;
}

bool lock_object_release_slow(LockObject *lock) {
    if (mutex_release(&lock->mutex)) return true;
    raise_error(&RuntimeError, "release unlocked lock");
    return false;
}

enum { LOCK_PLAIN, LOCK_SENTINEL, LOCK_SENTINEL_OVER };

static Value lock_acquire(Value *args) {
    int64_t deadline;
    if (!parse_acquire(args[1], args[2], &deadline)) return VALUE_ERROR;
    LockObject *lock = OBJECT_AS(LockObject, args[0]);
    int got = mutex_acquire_called(&lock->mutex, deadline, lock_acquire);
    if (got > 0 && unlikely(load_acquire(&lock->sentinel) == LOCK_SENTINEL_OVER))
        store_relaxed(&lock->taker, thread_self()->ident);
    return got < 0 ? VALUE_ERROR : bool_value(got);
}

static Value lock_release(Value *args) {
    LockObject *lock = OBJECT_AS(LockObject, args[0]);
    if (unlikely(load_relaxed(&lock->sentinel) != LOCK_PLAIN)) {
        store_relaxed(&lock->taker, UINT64_C(0));
        store_release(&lock->sentinel, (uint8_t)LOCK_SENTINEL_OVER);
    }
    return lock_object_release(lock) ? VALUE_NONE : VALUE_ERROR;
}

static Value lock_locked(Value *args) {
    LockObject *lock = OBJECT_AS(LockObject, args[0]);
    return bool_value(mutex_is_held(&lock->mutex) && (load_acquire(&lock->sentinel) != LOCK_SENTINEL_OVER ||
                                                      load_relaxed(&lock->taker) == thread_self()->ident));
}

static Value lock_enter(Value *args) {
    return lock_object_acquire(OBJECT_AS(LockObject, args[0])) ? VALUE_TRUE : VALUE_ERROR;
}

static Value lock_exit(Value *args) { return lock_release(args); }

static Value lock_at_fork_reinit(Value *args) {
    store_release(&OBJECT_AS(LockObject, args[0])->mutex.word, 0u);
    return VALUE_NONE;
}

/* NULL from a function that makes a Str is the error value. */
static Value str_or_error(Str *s) { return s ? object_value(s) : VALUE_ERROR; }

static Value lock_repr(Value self) {
    LockObject *lock = OBJECT_AS(LockObject, self);
    return str_or_error(str_format("<%s %s object at %p>",
                                   mutex_is_held(&lock->mutex) ? "locked" : "unlocked",
                                   type_of(self)->name, (void *)lock));
}

#define ACQUIRE_DOC                                                                                \
    "Lock the lock.  Without arguments, waits until it is free; with blocking false, returns at\n" \
    "once; with a timeout in seconds, waits at most that long.  Returns whether it was acquired."

static const MethodDef lock_methods[] = {
    METHOD("acquire", lock_acquire, "($self, blocking=True, timeout=-1)", ACQUIRE_DOC),
    METHOD("acquire_lock", lock_acquire, "($self, blocking=True, timeout=-1)", ACQUIRE_DOC),
    METHOD("release", lock_release, "($self)", "Release the lock.  Any thread may."),
    METHOD("release_lock", lock_release, "($self)", "Release the lock.  Any thread may."),
    METHOD("locked", lock_locked, "($self)", "Whether the lock is held."),
    METHOD("locked_lock", lock_locked, "($self)", "Whether the lock is held."),
    METHOD("__enter__", lock_enter, "($self)", "Lock the lock."),
    METHOD("__exit__", lock_exit, "($self, /, *exc_info)", "Release the lock."),
    METHOD("_at_fork_reinit", lock_at_fork_reinit, "($self)", "Make it unlocked, after a fork."),
    {0},
};

Type lock_type = {
    .name = "_thread.lock",
    .doc = "A lock: held by nobody or by somebody, with acquire() and release().\n\n"
           "It belongs to no thread: whoever wants may release it.",
    .base = &object_type_object,
    .size = sizeof(LockObject),
    .flags = TYPE_HAS_WEAKREF | TYPE_NO_NEW,
    .repr = lock_repr,
    .methods = lock_methods,
};

/* --- RLock ------------------------------------------------------------------------------------------ */

bool rlock_object_is_mine(const RLockObject *lock) {
    return load_relaxed(&lock->owner) == thread_self()->ident && load_relaxed(&lock->count) > 0;
}

static int rlock_acquire_until(RLockObject *lock, int64_t deadline, NativeCode code) {
    if (rlock_object_is_mine(lock)) {
        store_relaxed(&lock->count, load_relaxed(&lock->count) + 1);
        return 1;
    }
    int got = code ? mutex_acquire_called(&lock->mutex, deadline, code) : mutex_acquire_python(&lock->mutex, deadline);
    if (got > 0) {
        store_relaxed(&lock->count, (int64_t)1);
        store_relaxed(&lock->owner, thread_self()->ident);
    }
    return got;
}

bool rlock_object_acquire(RLockObject *lock) { return rlock_acquire_until(lock, WAIT_FOREVER, NULL) > 0; }

bool rlock_object_release(RLockObject *lock) {
    if (!rlock_object_is_mine(lock)) {
        raise_error(&RuntimeError, "cannot release un-acquired lock");
        return false;
    }
    int64_t count = load_relaxed(&lock->count) - 1;
    if (count == 0) store_relaxed(&lock->owner, (uint64_t)0);
    store_relaxed(&lock->count, count);
    if (count == 0) mutex_release(&lock->mutex);
    return true;
}

static Value rlock_new(Type *type, Value *args, size_t count, Tuple *names) {
    RLockObject *lock = object_alloc_instance(type, sizeof(RLockObject));
    return lock ? object_value(lock) : VALUE_ERROR;
}

static bool rlock_init(Value self, Value *args, size_t count, Tuple *names) { return true; }

static Value rlock_acquire(Value *args) {
    int64_t deadline;
    if (!parse_acquire(args[1], args[2], &deadline)) return VALUE_ERROR;
    int got = rlock_acquire_until(OBJECT_AS(RLockObject, args[0]), deadline, rlock_acquire);
    return got < 0 ? VALUE_ERROR : bool_value(got);
}

static Value rlock_release(Value *args) {
    return rlock_object_release(OBJECT_AS(RLockObject, args[0])) ? VALUE_NONE : VALUE_ERROR;
}

static Value rlock_enter(Value *args) {
    return rlock_object_acquire(OBJECT_AS(RLockObject, args[0])) ? VALUE_TRUE : VALUE_ERROR;
}

static Value rlock_exit(Value *args) { return rlock_release(args); }

static Value rlock_is_owned(Value *args) {
    return bool_value(rlock_object_is_mine(OBJECT_AS(RLockObject, args[0])));
}

static Value rlock_acquire_restore(Value *args) {
    RLockObject *lock = OBJECT_AS(RLockObject, args[0]);
    if (!is_tuple(args[1]) || as_tuple(args[1])->length != 2)
        return raise_error(&TypeError, "_acquire_restore() argument 1 must be 2-item tuple, not %T",
                           args[1]);
    int64_t count = 0, owner = 0;
    if (!argument_int64(as_tuple(args[1])->items[0], &count) ||
        !argument_int64(as_tuple(args[1])->items[1], &owner))
        return VALUE_ERROR;
    if (mutex_acquire_called(&lock->mutex, WAIT_FOREVER, rlock_acquire_restore) < 0) return VALUE_ERROR;
    store_relaxed(&lock->owner, (uint64_t)owner);
    store_relaxed(&lock->count, count);
    return VALUE_NONE;
}

static Value rlock_release_save(Value *args) {
    RLockObject *lock = OBJECT_AS(RLockObject, args[0]);
    int64_t count = load_relaxed(&lock->count);
    if (count == 0) return raise_error(&RuntimeError, "cannot release un-acquired lock");
    Value owner = int_from_uint64(load_relaxed(&lock->owner));
    if (is_error(owner)) return owner;
    Tuple *state = tuple_pack(2, int_value(count), owner);
    if (!state) return VALUE_ERROR;
    store_relaxed(&lock->owner, (uint64_t)0);
    store_relaxed(&lock->count, (int64_t)0);
    mutex_release(&lock->mutex);
    return object_value(state);
}

static Value rlock_at_fork_reinit(Value *args) {
    RLockObject *lock = OBJECT_AS(RLockObject, args[0]);
    store_relaxed(&lock->owner, (uint64_t)0);
    store_relaxed(&lock->count, (int64_t)0);
    store_release(&lock->mutex.word, 0u);
    return VALUE_NONE;
}

static Value rlock_repr(Value self) {
    RLockObject *lock = OBJECT_AS(RLockObject, self);
    int64_t count = load_relaxed(&lock->count);
    return str_or_error(str_format("<%s %s object owner=%llu count=%lld at %p>",
                                   count ? "locked" : "unlocked", type_of(self)->name,
                                   (unsigned long long)load_relaxed(&lock->owner),
                                   (long long)count, (void *)lock));
}

static const MethodDef rlock_methods[] = {
    METHOD("acquire", rlock_acquire, "($self, blocking=True, timeout=-1)",
           "Lock the lock, or count one more when this thread holds it.  Returns whether it did."),
    METHOD("release", rlock_release, "($self)",
           "Release the lock once.  Only the thread that holds it may."),
    METHOD("__enter__", rlock_enter, "($self)", "Lock the lock."),
    METHOD("__exit__", rlock_exit, "($self, /, *exc_info)", "Release the lock."),
    METHOD("_is_owned", rlock_is_owned, "($self)", "Whether this thread holds the lock."),
    METHOD("_acquire_restore", rlock_acquire_restore, "($self, state, /)",
           "Lock the lock with the state that _release_save() returned."),
    METHOD("_release_save", rlock_release_save, "($self)",
           "Release the lock fully and return its state."),
    METHOD("_at_fork_reinit", rlock_at_fork_reinit, "($self)", "Make it unlocked, after a fork."),
    {0},
};

Type rlock_type = {
    .name = "_thread.RLock",
    .doc = "A lock that the thread that holds it may acquire again.",
    .base = &object_type_object,
    .size = sizeof(RLockObject),
    .flags = TYPE_BASE | TYPE_HAS_WEAKREF,
    .repr = rlock_repr,
    .new_instance = rlock_new,
    .init = rlock_init,
    .methods = rlock_methods,
};

/* --- thread-local objects ---------------------------------------------------------------------------- */

typedef struct LocalObject {
    Object object;
    Dict *dicts;  /* constant; from thread serials to dicts */
    Tuple *args;  /* constant; arguments for __init__ in each thread, as a call takes them */
    Tuple *names; /* constant; names of the last of them, or NULL */
} LocalObject;

typedef struct LocalLink {
    Object object;
    Value local; /* weak */
} LocalLink;

static _Thread_local uint64_t thread_serial;
static uint64_t thread_serials; /* atomic; drawn so far */

static Value serial_value(void) {
    if (thread_serial == 0) thread_serial = fetch_add_relaxed(&thread_serials, UINT64_C(1)) + 1;
    return smallint_value((int64_t)thread_serial);
}

static Dict *thread_dict(void) {
    Context *context = context_self();
    if (!context->thread_dict) context->thread_dict = dict_new();
    return context->thread_dict;
}

static Type local_link_type = {
    .name = "_thread._localdummy",
    .doc = "Tells a thread which thread-local objects hold something of it.",
    .base = &object_type_object,
    .size = sizeof(LocalLink),
    .flags = TYPE_NO_NEW | TYPE_HAS_WEAKREF,
};

static Type local_type;

/* Makes this thread's dict, and the link that removes it with the thread. */
static Dict *local_dict_new(LocalObject *self) {
    Dict *links = thread_dict(), *dict = dict_new();
    LocalLink *link = object_alloc(&local_link_type, sizeof(LocalLink));
    if (!links || !dict || !link) return NULL;
    link->local = object_value(self);
    heap_weak_link(link, &link->local);
    Value key = int_from_uint64((uint64_t)(uintptr_t)self);
    if (is_error(key) || !dict_set(links, key, object_value(link))) return NULL;
    if (!dict_set(self->dicts, serial_value(), object_value(dict))) return NULL;
    return dict;
}

/* This thread's dict; at the first use in a thread __init__ runs. NULL with an exception set. */
static Dict *local_dict(LocalObject *self) {
    Value found = dict_get(self->dicts, serial_value());
    if (is_error(found)) return NULL;
    if (!is_empty(found)) return as_dict(found);
    Dict *dict = local_dict_new(self);
    if (!dict) return NULL;
    Type *type = object_type(&self->object);
    if (type->init && type->init != object_type_object.init) {
        size_t named = self->names ? (size_t)self->names->length : 0;
        if (!type->init(object_value(self), self->args->items, (size_t)self->args->length - named,
                        self->names)) {
            Value exception = error_fetch();
            dict_pop(self->dicts, serial_value());
            error_restore(exception);
            return NULL;
        }
    }
    return dict;
}

static Value local_new(Type *type, Value *args, size_t count, Tuple *names) {
    size_t total = count + (names ? (size_t)names->length : 0);
    if (total > 0 && (!type->init || type->init == object_type_object.init))
        return raise_error(&TypeError, "Initialization arguments are not supported");
    LocalObject *self = object_alloc_instance(type, sizeof(LocalObject));
    if (!self) return VALUE_ERROR;
    Dict *dicts = dict_new();
    Tuple *saved = tuple_from_array(args, (int64_t)total);
    if (!dicts || !saved) return VALUE_ERROR;
    HEAP_STORE_POINTER(self, &self->dicts, dicts);
    HEAP_STORE_POINTER(self, &self->args, saved);
    HEAP_STORE_POINTER(self, &self->names, names);
    return local_dict_new(self) ? object_value(self) : VALUE_ERROR;
}

static void local_trace(Cell *cell, Marker *marker) {
    LocalObject *self = (LocalObject *)cell;
    marker_visit_pointer(marker, self->dicts);
    marker_visit_pointer(marker, self->args);
    marker_visit_pointer(marker, self->names);
}

static Value no_attribute(Value self, Str *name) {
    return raise_error(&AttributeError, "'%s' object has no attribute '%U'", type_of(self)->name,
                       name);
}

static Value local_getattribute(Value self, Str *name) {
    Dict *dict = local_dict(OBJECT_AS(LocalObject, self));
    if (!dict) return VALUE_ERROR;
    if (str_equal_c(name, "__dict__")) return object_value(dict);
    Type *type = type_of(self);
    Value attribute = type_lookup(type, name);
    Type *kind = is_empty(attribute) ? NULL : type_of(attribute);
    if (kind && kind->descr_get && kind->descr_set)
        return kind->descr_get(attribute, self, object_value(type));
    Value own = dict_get_str(dict, name);
    if (!is_empty(own)) return own;
    if (kind && kind->descr_get) return kind->descr_get(attribute, self, object_value(type));
    if (kind) return attribute;
    return no_attribute(self, name);
}

static bool local_setattribute(Value self, Str *name, Value value) {
    Dict *dict = local_dict(OBJECT_AS(LocalObject, self));
    if (!dict) return false;
    if (str_equal_c(name, "__dict__")) {
        raise_error(&AttributeError, "'%s' object attribute '__dict__' is read-only",
                    type_of(self)->name);
        return false;
    }
    Value attribute = type_lookup(type_of(self), name);
    if (!is_empty(attribute) && type_of(attribute)->descr_set)
        return type_of(attribute)->descr_set(attribute, self, value);
    if (!is_empty(value)) return dict_set_str(dict, name, value);
    Value removed = dict_pop_str(dict, name);
    if (is_empty(removed)) no_attribute(self, name);
    return !is_empty(removed) && !is_error(removed);
}

static Type local_type = {
    .name = "_thread._local",
    .doc = "Thread-local data: each thread sees attributes of its own.",
    .base = &object_type_object,
    .size = sizeof(LocalObject),
    .flags = TYPE_BASE | TYPE_HAS_WEAKREF,
    .root = {.cell_kind = {.trace = local_trace, .name = "_thread._local"}},
    .new_instance = local_new,
    .getattribute = local_getattribute,
    .setattribute = local_setattribute,
};

/* A thread ends: deletes its part of the local objects that live. */
static void locals_clear(void) {
    Dict *links = context_self()->thread_dict;
    if (!links) return;
    context_self()->thread_dict = NULL;
    int64_t position = 0;
    Value key, value;
    while (dict_next(links, &position, &key, &value)) {
        if (!is_exactly(value, &local_link_type)) continue;
        Value local = value_load_acquire(&OBJECT_AS(LocalLink, value)->local);
        if (is_empty(local)) continue;
        if (is_error(dict_pop(OBJECT_AS(LocalObject, local)->dicts, serial_value()))) error_clear();
    }
}

/* --- threads ------------------------------------------------------------------------------------------ */

static int64_t running_count; /* atomic; threads started here that have not ended */
static size_t new_stack_size; /* atomic; bytes, 0: the default */

static Str *sentinel_key(void) { return NAME("_thread sentinel"); }

/* The end of a thread that start_new_thread() began: what it promised to others. */
static void thread_finish(void) {
    Dict *dict = context_self()->thread_dict;
    Value sentinel = dict ? dict_pop_str(dict, sentinel_key()) : VALUE_EMPTY;
    fetch_add_relaxed(&running_count, (int64_t)-1);
    locals_clear();
    if (!is_exactly(sentinel, &lock_type)) return;
    store_release(&OBJECT_AS(LockObject, sentinel)->sentinel, (uint8_t)LOCK_SENTINEL_OVER);
    mutex_release(&OBJECT_AS(LockObject, sentinel)->mutex);
}

/* threading.Thread starts its method _bootstrap: the operating system gets to know that thread's name, as
 * far as it takes it (15 bytes). */
static void tell_name(Value function) {
    if (!is_exactly(function, &method_type)) return;
    BoundMethod *method = OBJECT_AS(BoundMethod, function);
    if (!is_exactly(method->function, &function_type) ||
        !str_equal_c(OBJECT_AS(Function, method->function)->code->name, "_bootstrap"))
        return;
    Value name = get_attribute_optional(method->self, NAME("_name"));
    if (is_error(name)) error_clear();
    if (is_error(name) || is_empty(name) || !is_str(name) || as_str(name)->length == 0) return;
    size_t length;
    const char *text = str_utf8(as_str(name), &length);
    if (!text) {
        error_clear();
        return;
    }
    char most[16];
    snprintf(most, sizeof most, "%s", text);
    pthread_setname_np(pthread_self(), most);
}

static void thread_body(void *argument) {
    Tuple *start = argument;
    Value kwargs = start->items[2];
    tell_name(start->items[0]);
    Value result = call_with(start->items[0], as_tuple(start->items[1]),
                             is_none(kwargs) ? NULL : as_dict(kwargs));
    if (is_error(result)) {
        if (error_matches(&SystemExit)) error_clear();
        else error_write_unraisable("in thread started by", start->items[0]);
    }
    thread_finish();
}

static Value start_new_thread(Value *args) {
    Value function = args[1], positional = args[2], keywords = args[3];
    if (!is_callable(function)) return raise_error(&TypeError, "first arg must be callable");
    if (!is_tuple(positional)) return raise_error(&TypeError, "2nd arg must be a tuple");
    if (is_empty(keywords)) keywords = VALUE_NONE;
    else if (!is_dict(keywords))
        return raise_error(&TypeError, "optional 3rd arg must be a dictionary");
    Tuple *start = tuple_pack(3, function, positional, keywords);
    if (!start) return VALUE_ERROR;
    uint64_t ident = 0;
    fetch_add_relaxed(&running_count, (int64_t)1);
    int error = thread_start(thread_body, start, load_relaxed(&new_stack_size), true, &ident);
    if (error != 0) {
        fetch_add_relaxed(&running_count, (int64_t)-1);
        return raise_error(&RuntimeError, "can't start new thread");
    }
    return int_from_uint64(ident);
}

static Value module_get_ident(Value *args) { return int_from_uint64(thread_self()->ident); }
static Value module_get_native_id(Value *args) { return int_from_uint64(thread_self()->native_id); }
static Value module_count(Value *args) { return int_value(load_relaxed(&running_count)); }

static Value module_allocate_lock(Value *args) {
    LockObject *lock = lock_object_new();
    return lock ? object_value(lock) : VALUE_ERROR;
}

static Value module_set_sentinel(Value *args) {
    LockObject *lock = lock_object_new();
    Dict *dict = thread_dict();
    if (lock) store_relaxed(&lock->sentinel, (uint8_t)LOCK_SENTINEL);
    if (!lock || !dict || !dict_set_str(dict, sentinel_key(), object_value(lock))) return VALUE_ERROR;
    return object_value(lock);
}

static Value module_exit(Value *args) {
    return raise_value(object_value(&SystemExit));
}

static Value module_interrupt_main(Value *args) {
    int number = SIGINT;
    if (!argument_int(args[1], &number)) return VALUE_ERROR;
    if (number < 1 || number >= NSIG)
        return raise_error(&ValueError, "signal number out of range");
    signal_simulate(number);
    return safepoint(thread_self()) ? VALUE_NONE : VALUE_ERROR;
}

static Value module_stack_size(Value *args) {
    int64_t size = 0;
    if (!argument_int64(args[1], &size)) return VALUE_ERROR;
    if (size < 0) return raise_error(&ValueError, "size must be 0 or a positive value");
    size_t before = load_relaxed(&new_stack_size);
    if (is_empty(args[1])) return int_from_uint64(before);
    if (size != 0 && size < STACK_SIZE_MIN)
        return raise_error(&ValueError, "size not valid: %lld bytes", (long long)size);
    store_relaxed(&new_stack_size, (size_t)size);
    return int_from_uint64(before);
}

static Value module_daemon_threads_allowed(Value *args) { return VALUE_TRUE; }

/* --- excepthook ------------------------------------------------------------------------------------------ */

static Value except_hook_args; /* the type; a module root */

/* sys.stderr, or the stderr that the thread object remembers; VALUE_EMPTY: print nothing. */
static Value excepthook_file(Value thread) {
    Value file = dict_get_c(runtime.sys_dict, "stderr");
    if (!is_empty(file) && !is_none(file)) return file;
    if (is_none(thread)) return VALUE_EMPTY;
    file = get_attribute_c(thread, "_stderr");
    return is_none(file) ? VALUE_EMPTY : file;
}

static bool excepthook_header(Value file, Value thread) {
    Value name = VALUE_EMPTY;
    if (!is_none(thread)) {
        name = get_attribute_optional(thread, NAME("name"));
        if (is_error(name)) return false;
    }
    Str *text = is_empty(name) ? str_format("Exception in thread %llu:\n",
                                            (unsigned long long)thread_self()->ident)
                               : str_format("Exception in thread %V:\n", name);
    return text && !is_error(call_method_1(file, "write", object_value(text)));
}

static Value module_excepthook(Value *args) {
    if (is_empty(except_hook_args) || type_of(args[1]) != OBJECT_AS(Type, except_hook_args))
        return raise_error(&TypeError, "_thread.excepthook argument type must be ExceptHookArgs");
    Tuple *fields = as_tuple(args[1]);
    Value type = fields->items[0], exception = fields->items[1], thread = fields->items[3];
    if (same_value(type, object_value(&SystemExit))) return VALUE_NONE;
    Value file = excepthook_file(thread);
    if (is_error(file)) return file;
    if (is_empty(file)) return VALUE_NONE;
    if (!excepthook_header(file, thread)) return VALUE_ERROR;
    if (is_none(exception)) {
        exception = call_0(type);
        if (is_error(exception)) return exception;
    }
    exception_print(exception, file);
    if (is_error(call_method_0(file, "flush"))) error_clear();
    return VALUE_NONE;
}

static bool add_except_hook_args(Module *module) {
    static const char *const fields[] = {"exc_type", "exc_value", "exc_traceback", "thread"};
    Type *type = structseq_type_new("_thread._ExceptHookArgs",
                                    "Type used to pass arguments to threading.excepthook.", fields,
                                    4, 4);
    if (!type) return false;
    except_hook_args = object_value(type);
    module_root(&except_hook_args);
    return module_add(module, "_ExceptHookArgs", except_hook_args);
}

/* --- the module ------------------------------------------------------------------------------------------ */

void thread_module_after_fork(void) { store_relaxed(&running_count, (int64_t)0); }

#define START_DOC                                                                                  \
    "Start a thread that calls function(*args, **kwargs) and return its identifier.  The thread\n" \
    "ends when the function returns; its exceptions are reported, SystemExit is ignored."

static const MethodDef functions[] = {
    METHOD("start_new_thread", start_new_thread, "($module, function, args, kwargs={}, /)", START_DOC),
    METHOD("start_new", start_new_thread, "($module, function, args, kwargs={}, /)", START_DOC),
    METHOD("allocate_lock", module_allocate_lock, "($module)", "Make a new lock."),
    METHOD("allocate", module_allocate_lock, "($module)", "Make a new lock."),
    METHOD("exit", module_exit, "($module)", "End this thread: raise SystemExit."),
    METHOD("exit_thread", module_exit, "($module)", "End this thread: raise SystemExit."),
    METHOD("get_ident", module_get_ident, "($module)",
           "A number, not zero, that no other living thread has."),
    METHOD("get_native_id", module_get_native_id, "($module)",
           "The number of this thread for the kernel."),
    METHOD("_count", module_count, "($module)",
           "The number of running threads that start_new_thread() began."),
    METHOD("stack_size", module_stack_size, "($module, size=0, /)",
           "Return the stack size of new threads in bytes (0: the default), and set it."),
    METHOD("interrupt_main", module_interrupt_main, "($module, signum=signal.SIGINT, /)",
           "Act as if the signal had arrived in the main thread."),
    METHOD("daemon_threads_allowed", module_daemon_threads_allowed, "($module)",
           "Whether daemon threads may be started: always."),
    METHOD("_set_sentinel", module_set_sentinel, "($module)",
           "Make a lock that is released when this thread ends."),
    METHOD("_excepthook", module_excepthook, "($module, args, /)",
           "Print the exception that ended a thread."),
    {0},
};

static Type *const types[] = {&lock_type, &rlock_type, &local_link_type, &local_type, NULL};

static bool init(Module *module) {
    return module_add(module, "LockType", object_value(&lock_type)) &&
           module_add(module, "RLock", object_value(&rlock_type)) &&
           module_add(module, "_local", object_value(&local_type)) &&
           module_add(module, "error", object_value(&RuntimeError)) &&
           module_add(module, "TIMEOUT_MAX", double_value(TIMEOUT_MAX_SECONDS)) &&
           add_except_hook_args(module);
}

const NativeModule module__thread = {
    .name = "_thread",
    .doc = "Threads and locks, the ground on which the module threading stands.",
    .functions = functions,
    .types = types,
    .init = init,
};
