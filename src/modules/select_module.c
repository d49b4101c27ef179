/* select_module.c - the module select: waiting for several descriptors. */
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <unistd.h>
#include "modules/support.h"
#include "vm/run.h"

/* A timeout in seconds (None: for ever) as a deadline. */
static bool deadline_argument(Value timeout, const char *type_message, int64_t *deadline) {
    int64_t ns;
    *deadline = INT64_MAX;
    if (is_empty(timeout) || is_none(timeout)) return true;
    if (!is_float(timeout) && !has_index(timeout)) {
        raise_error(&TypeError, "%s", type_message);
        return false;
    }
    if (!time_from_seconds(timeout, ROUND_CEILING, &ns)) return false;
    *deadline = ns < 0 ? -1 : time_deadline(ns);
    return true;
}

static int64_t time_left(int64_t deadline) {
    return deadline == INT64_MAX ? -1 : max_int64(deadline - os_monotonic_ns(), 0);
}

/* --- select() ------------------------------------------------------------------------------------------ */

typedef struct Watched {
    List *objects;
    int *fds; /* malloc'ed, as many as objects */
    fd_set set;
} Watched;

/* A list may change while fileno() methods run: it is read as it is then. */
static Value item_at(Value sequence, int64_t index) {
    if (is_list(sequence)) return list_get(as_list(sequence), index);
    return index < as_tuple(sequence)->length ? as_tuple(sequence)->items[index] : VALUE_EMPTY;
}

static bool watch(Value sequence, Watched *watched, int *highest) {
    FD_ZERO(&watched->set);
    if (!is_list(sequence)) {
        Tuple *items = tuple_from_iterable(sequence);
        if (!items) {
            if (error_clear_if(&TypeError))
                raise_error(&TypeError, "arguments 1-3 must be sequences");
            return false;
        }
        sequence = object_value(items);
    }
    watched->objects = list_new(0);
    watched->fds = malloc(sizeof(int) * FD_SETSIZE);
    if (!watched->fds) raise_memory_error();
    if (!watched->fds || !watched->objects) return false;
    for (int64_t i = 0;; i++) {
        int fd;
        Value item = item_at(sequence, i);
        if (is_empty(item)) return true;
        if (!argument_fd(item, &fd)) return false;
        if (fd >= FD_SETSIZE) {
            raise_error(&ValueError, "filedescriptor out of range in select()");
            return false;
        }
        if (i >= FD_SETSIZE) {
            raise_error(&ValueError, "too many file descriptors in select()");
            return false;
        }
        watched->fds[i] = fd;
        FD_SET(fd, &watched->set);
        if (fd > *highest) *highest = fd;
        if (!list_append(watched->objects, item)) return false;
    }
}

static Value ready_list(const Watched *watched, const fd_set *ready) {
    List *list = list_new(0);
    if (!list) return VALUE_ERROR;
    for (int64_t i = 0; i < list_length(watched->objects); i++)
        if (FD_ISSET(watched->fds[i], ready) && !list_append(list, list_get(watched->objects, i)))
            return VALUE_ERROR;
    return object_value(list);
}

static Value wait_for_ready(Watched watched[3], int highest, int64_t deadline) {
    fd_set ready[3];
    for (;;) {
        struct timespec limit;
        int64_t left = time_left(deadline);
        for (int i = 0; i < 3; i++) ready[i] = watched[i].set;
        limit.tv_sec = left / NS_PER_SECOND_INT;
        limit.tv_nsec = left % NS_PER_SECOND_INT;
        int count = DETACHED(pselect(highest + 1, &ready[0], &ready[1], &ready[2],
                                     left < 0 ? NULL : &limit, NULL));
        if (count >= 0) break;
        if (errno != EINTR || !retry_allowed()) return raise_errno();
    }
    Value lists[3];
    for (int i = 0; i < 3; i++) {
        lists[i] = ready_list(&watched[i], &ready[i]);
        if (is_error(lists[i])) return VALUE_ERROR;
    }
    Tuple *result = tuple_pack(3, lists[0], lists[1], lists[2]);
    return result ? object_value(result) : VALUE_ERROR;
}

static Value select_select(Value *args) {
    int64_t deadline;
    int highest = -1;
    Watched watched[3] = {{0}};
    if (!deadline_argument(args[4], "timeout must be a float or None", &deadline)) return VALUE_ERROR;
    if (deadline < 0) return raise_error(&ValueError, "timeout must be non-negative");
    Value result = VALUE_ERROR;
    if (watch(args[1], &watched[0], &highest) && watch(args[2], &watched[1], &highest) &&
        watch(args[3], &watched[2], &highest))
        result = wait_for_ready(watched, highest, deadline);
    for (int i = 0; i < 3; i++) free(watched[i].fds);
    return result;
}

/* --- poll() -------------------------------------------------------------------------------------------- */

typedef struct Poll {
    Object object;
    Dict *events;   /* constant; descriptor -> event mask, ints */
    uint8_t waiting; /* atomic */
} Poll;
static Type poll_type;

static void poll_trace(Cell *cell, Marker *marker) {
    marker_visit_pointer(marker, ((Poll *)cell)->events);
}

static bool event_mask(Value v, int64_t *mask) {
    if (!argument_int64(v, mask)) return false;
    if (*mask < 0) {
        raise_error(&ValueError, "value must be positive");
        return false;
    }
    if (*mask <= USHRT_MAX) return true;
    raise_error(&OverflowError, "Python int too large to convert to C unsigned short");
    return false;
}

static Value poll_register(Value *args) {
    int fd;
    int64_t mask = POLLIN | POLLPRI | POLLOUT;
    if (!argument_fd(args[1], &fd) || !event_mask(args[2], &mask)) return VALUE_ERROR;
    Poll *self = OBJECT_AS(Poll, args[0]);
    return dict_set(self->events, smallint_value(fd), int_value(mask)) ? VALUE_NONE : VALUE_ERROR;
}

static Value poll_modify(Value *args) {
    int fd;
    int64_t mask = 0;
    Poll *self = OBJECT_AS(Poll, args[0]);
    if (!argument_fd(args[1], &fd) || !event_mask(args[2], &mask)) return VALUE_ERROR;
    int present = dict_contains(self->events, smallint_value(fd));
    if (present < 0) return VALUE_ERROR;
    if (!present) return raise_os_error(ENOENT, VALUE_EMPTY, VALUE_EMPTY);
    return dict_set(self->events, smallint_value(fd), int_value(mask)) ? VALUE_NONE : VALUE_ERROR;
}

static Value poll_unregister(Value *args) {
    int fd;
    if (!argument_fd(args[1], &fd)) return VALUE_ERROR;
    Value removed = dict_pop(OBJECT_AS(Poll, args[0])->events, smallint_value(fd));
    if (is_error(removed)) return removed;
    return is_empty(removed) ? raise_key_error(smallint_value(fd)) : VALUE_NONE;
}

static Value fd_event(int fd, int64_t events) {
    Tuple *pair = tuple_pack(2, smallint_value(fd), int_value(events));
    return pair ? object_value(pair) : VALUE_ERROR;
}

static Value poll_poll(Value *args);

static Value poll_wait(struct pollfd *fds, nfds_t count, int64_t deadline) {
    int ready;
    const void *top = vm_call_top(poll_poll);
    for (;;) {
        int64_t left = time_left(deadline);
        struct timespec limit = {left / NS_PER_SECOND_INT, left % NS_PER_SECOND_INT};
        ready = DETACHED_FROM(top, ppoll(fds, count, left < 0 ? NULL : &limit, NULL));
        if (ready >= 0) break;
        if (errno != EINTR || !retry_allowed()) return raise_errno();
    }
    List *list = list_new(ready);
    if (!list) return VALUE_ERROR;
    for (nfds_t i = 0; i < count; i++) {
        if (!fds[i].revents) continue;
        Value pair = fd_event(fds[i].fd, (unsigned short)fds[i].revents);
        if (is_error(pair) || !list_append(list, pair)) return VALUE_ERROR;
    }
    return object_value(list);
}

/* The registered descriptors as the system wants them, malloc'ed. */
static struct pollfd *poll_table(Poll *self, nfds_t *count) {
    List *items = dict_items_list(self->events);
    if (!items) return NULL;
    int64_t length = list_length(items);
    struct pollfd *fds = calloc((size_t)length + 1, sizeof *fds);
    if (!fds) {
        raise_memory_error();
        return NULL;
    }
    for (int64_t i = 0; i < length; i++) {
        Tuple *pair = as_tuple(list_get(items, i));
        fds[i].fd = (int)smallint_of(pair->items[0]);
        fds[i].events = (short)smallint_of(pair->items[1]);
    }
    *count = (nfds_t)length;
    return fds;
}

static Value poll_poll(Value *args) {
    Poll *self = OBJECT_AS(Poll, args[0]);
    int64_t deadline = INT64_MAX;
    if (!is_empty(args[1]) && !is_none(args[1])) {
        double ms;
        if (!is_float(args[1]) && !has_index(args[1]))
            return raise_error(&TypeError, "timeout must be an integer or None");
        if (!value_to_double(args[1], &ms)) return VALUE_ERROR;
        if (ms > INT_MAX) return raise_error(&OverflowError, "timeout is too large");
        if (ms >= 0) deadline = time_deadline((int64_t)(ms * 1e6));
    }
    if (exchange_acq_rel(&self->waiting, (uint8_t)1))
        return raise_error(&RuntimeError, "concurrent poll() invocation");
    nfds_t count = 0;
    struct pollfd *fds = poll_table(self, &count);
    Value result = fds ? poll_wait(fds, count, deadline) : VALUE_ERROR;
    free(fds);
    store_release(&self->waiting, (uint8_t)0);
    return result;
}

static Value select_poll(Value *args) {
    Poll *self = object_alloc(&poll_type, sizeof(Poll));
    if (!self) return VALUE_ERROR;
    Dict *events = dict_new();
    if (!events) return VALUE_ERROR;
    HEAP_STORE_POINTER(self, &self->events, events);
    return object_value(self);
}

static const MethodDef poll_methods[] = {
    METHOD("register", poll_register,
           "($self, fd, eventmask=select.POLLIN | select.POLLPRI | select.POLLOUT, /)",
           "Watch a descriptor for events."),
    METHOD("modify", poll_modify, "($self, fd, eventmask, /)", "Change the events watched for."),
    METHOD("unregister", poll_unregister, "($self, fd, /)", "Watch the descriptor no more."),
    METHOD("poll", poll_poll, "($self, timeout=None, /)",
           "Wait, at most timeout milliseconds: a list of (descriptor, events)."),
    {0},
};
static Type poll_type = {
    .name = "select.poll",
    .base = &object_type_object,
    .size = sizeof(Poll),
    .flags = TYPE_NO_NEW,
    .root = {.cell_kind = {.trace = poll_trace, .name = "select.poll"}},
    .methods = poll_methods,
};

/* --- epoll ------------------------------------------------------------------------------------------------ */

typedef struct Epoll {
    Object object;
    int fd; /* atomic; the descriptor plus one; 0: closed */
} Epoll;
static Type epoll_type;

static void epoll_release(Cell *cell) {
    Epoll *self = (Epoll *)cell;
    if (self->fd > 0) close(self->fd - 1);
}

/* `fd` is stored plus one, so that a zeroed cell holds none. */
static int epoll_fd(Value self) { return load_acquire(&OBJECT_AS(Epoll, self)->fd) - 1; }

static Value epoll_closed_error(void) {
    return raise_error(&ValueError, "I/O operation on closed epoll object");
}

static Value epoll_wrap(Type *type, int fd) {
    if (fd < 0) return raise_errno();
    Epoll *self = object_alloc_releasable(type, sizeof(Epoll));
    if (!self) return VALUE_ERROR;
    store_release(&self->fd, fd + 1);
    return object_value(self);
}

static Value epoll_new(Type *type, Value *args, size_t count, Tuple *names) {
    static Signature *signature;
    Value slots[2];
    int size_hint = -1, flags = 0;
    if (!bind_arguments("epoll", "(sizehint=-1, flags=0)", &signature, args, count, names, slots) ||
        !argument_int(slots[0], &size_hint) || !argument_int(slots[1], &flags))
        return VALUE_ERROR;
    if (size_hint != -1 && size_hint <= 0)
        return raise_error(&ValueError, "sizehint must be positive or -1");
    if (flags & ~EPOLL_CLOEXEC) {
        return raise_error(&OSError, "invalid flags");
    }
    return epoll_wrap(type, RETRY_DESCRIPTORS(epoll_create1(EPOLL_CLOEXEC)));
}

static bool epoll_init(Value self, Value *args, size_t count, Tuple *names) { return true; }

static Value epoll_fromfd(Value *args) {
    int fd = 0;
    return argument_int(args[1], &fd) ? epoll_wrap(&epoll_type, fd) : VALUE_ERROR;
}

static Value epoll_close(Value *args) {
    int fd = exchange_acq_rel(&OBJECT_AS(Epoll, args[0])->fd, 0) - 1;
    if (fd < 0) return VALUE_NONE;
    return DETACHED(close(fd)) == 0 ? VALUE_NONE : raise_errno();
}

static Value epoll_fileno(Value *args) {
    int fd = epoll_fd(args[0]);
    return fd < 0 ? epoll_closed_error() : smallint_value(fd);
}

static Value epoll_get_closed(Value self) { return bool_value(epoll_fd(self) < 0); }

static Value epoll_control(Value self, int operation, Value target, Value mask_value) {
    int fd = epoll_fd(self), target_fd;
    int64_t mask = EPOLLIN | EPOLLPRI | EPOLLOUT;
    if (!argument_fd(target, &target_fd) || !argument_int64(mask_value, &mask)) return VALUE_ERROR;
    if (fd < 0) return epoll_closed_error();
    struct epoll_event event = {.events = (uint32_t)mask, .data.fd = target_fd};
    return DETACHED(epoll_ctl(fd, operation, target_fd, &event)) == 0 ? VALUE_NONE : raise_errno();
}

static Value epoll_register(Value *args) { return epoll_control(args[0], EPOLL_CTL_ADD, args[1], args[2]); }
static Value epoll_modify(Value *args) { return epoll_control(args[0], EPOLL_CTL_MOD, args[1], args[2]); }
static Value epoll_unregister(Value *args) {
    return epoll_control(args[0], EPOLL_CTL_DEL, args[1], VALUE_EMPTY);
}

static Value epoll_poll(Value *args);

static Value epoll_wait_for(Value self, struct epoll_event *events, int capacity, int64_t deadline) {
    int ready;
    const void *top = vm_call_top(epoll_poll);
    for (;;) {
        int fd = epoll_fd(self);
        if (fd < 0) return epoll_closed_error();
        int64_t left = time_left(deadline);
        int ms = left < 0 ? -1 : (int)min_int64((left + 999999) / 1000000, INT_MAX);
        ready = DETACHED_FROM(top, epoll_wait(fd, events, capacity, ms));
        if (ready >= 0) break;
        if (errno != EINTR || !retry_allowed()) return raise_errno();
    }
    List *list = list_new(ready);
    if (!list) return VALUE_ERROR;
    for (int i = 0; i < ready; i++) {
        Value pair = fd_event(events[i].data.fd, events[i].events);
        if (is_error(pair) || !list_append(list, pair)) return VALUE_ERROR;
    }
    return object_value(list);
}

static Value epoll_poll(Value *args) {
    int64_t deadline;
    int capacity = -1;
    if (epoll_fd(args[0]) < 0) return epoll_closed_error();
    if (!deadline_argument(args[1], "timeout must be an integer or None", &deadline) ||
        !argument_int(args[2], &capacity))
        return VALUE_ERROR;
    if (deadline < 0) deadline = INT64_MAX;
    if (capacity == -1) capacity = FD_SETSIZE - 1;
    if (capacity < 1)
        return raise_error(&ValueError, "maxevents must be greater than 0, got %d", capacity);
    struct epoll_event *events = calloc((size_t)capacity, sizeof *events);
    if (!events) return raise_memory_error();
    Value result = epoll_wait_for(args[0], events, capacity, deadline);
    free(events);
    return result;
}

static Value epoll_enter(Value *args) {
    return epoll_fd(args[0]) < 0 ? epoll_closed_error() : args[0];
}

static const MethodDef epoll_methods[] = {
    CLASS_METHOD("fromfd", epoll_fromfd, "($type, fd, /)", "An epoll object of a descriptor."),
    METHOD("close", epoll_close, "($self, /)", "Close the descriptor."),
    METHOD("fileno", epoll_fileno, "($self, /)", "The descriptor."),
    METHOD("register", epoll_register,
           "($self, /, fd, eventmask=select.EPOLLIN | select.EPOLLPRI | select.EPOLLOUT)",
           "Watch a descriptor for events."),
    METHOD("modify", epoll_modify, "($self, /, fd, eventmask)", "Change the events watched for."),
    METHOD("unregister", epoll_unregister, "($self, /, fd)", "Watch the descriptor no more."),
    METHOD("poll", epoll_poll, "($self, /, timeout=None, maxevents=-1)",
           "Wait, at most timeout seconds: a list of (descriptor, events)."),
    METHOD("__enter__", epoll_enter, "($self, /)", "The object."),
    METHOD("__exit__", epoll_close, "($self, exc_type=None, exc_value=None, exc_tb=None, /)",
           "Close it."),
    {0},
};
static const GetSetDef epoll_getset[] = {
    {"closed", epoll_get_closed, NULL, "whether it is closed"},
    {0},
};
static Type epoll_type = {
    .name = "select.epoll",
    .doc = "An object of the kernel that watches many descriptors.",
    .base = &object_type_object,
    .size = sizeof(Epoll),
    .root = {.cell_kind = {.release = epoll_release, .name = "select.epoll"}},
    .new_instance = epoll_new,
    .init = epoll_init,
    .methods = epoll_methods,
    .getset = epoll_getset,
};

/* --- the module -------------------------------------------------------------------------------------------- */

static const MethodDef functions[] = {
    METHOD("select", select_select, "($module, rlist, wlist, xlist, timeout=None, /)",
           "Wait until a descriptor can be read, written, or is in a special state: three lists."),
    METHOD("poll", select_poll, "($module, /)", "An object that watches descriptors."),
    {0},
};
static const struct {
    const char *name;
    int64_t value;
} constants[] = {
#define C(name) {#name, (int64_t)(uint32_t)name}
    C(PIPE_BUF), C(POLLIN), C(POLLPRI), C(POLLOUT), C(POLLERR), C(POLLHUP), C(POLLNVAL),
    C(POLLRDNORM), C(POLLRDBAND), C(POLLWRNORM), C(POLLWRBAND), C(POLLMSG), C(POLLRDHUP),
    C(EPOLLIN), C(EPOLLOUT), C(EPOLLPRI), C(EPOLLERR), C(EPOLLHUP), C(EPOLLRDHUP), C(EPOLLET),
    C(EPOLLONESHOT), C(EPOLLEXCLUSIVE), C(EPOLLRDNORM), C(EPOLLRDBAND), C(EPOLLWRNORM),
    C(EPOLLWRBAND), C(EPOLLMSG), C(EPOLL_CLOEXEC),
#undef C
};

static bool init(Module *module) {
    type_ready(&poll_type);
    for (size_t i = 0; i < ARRAY_LENGTH(constants); i++)
        if (!module_add_int(module, constants[i].name, constants[i].value)) return false;
    return module_add(module, "error", object_value(&OSError));
}

static Type *const types[] = {&epoll_type, NULL};

const NativeModule module_select = {
    .name = "select",
    .doc = "Waiting for several descriptors: select, poll, epoll.",
    .functions = functions,
    .types = types,
    .init = init,
};
