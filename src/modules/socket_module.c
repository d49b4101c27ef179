/* socket_module.c - the module _socket: the type socket, and the module's table.
 *
 * A socket with a timeout is non-blocking for the system; each operation waits with poll() first,
 * and again when the system says that it would block after all. Several threads may use one socket:
 * nothing but `fd` and `timeout` changes, and both are single words. A thread that closes a socket
 * does not wake another that waits on it; the descriptor is closed when none uses it any more (fd_use.h). */
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <net/if.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include "modules/fd_use.h"
#include "modules/socket_internal.h"

#include "object/audit.h"

int64_t socket_default_timeout = -1;

/* --- waiting ---------------------------------------------------------------------------------------- */

static int socket_fd(Socket *self) { return load_acquire(&self->fd); }

static Value raise_timeout(void) {
    return raise_error(&exc_TimeoutError, "timed out");
}

/* 1: ready; 0: the time is over; -1 with an exception set. */
static int wait_until(int fd, bool writing, int64_t deadline) {
    for (;;) {
        int64_t left = deadline - os_monotonic_ns();
        if (left < 0) return 0;
        struct pollfd item = {.fd = fd, .events = writing ? POLLOUT : POLLIN};
        struct timespec limit = {left / NS_PER_SECOND_INT, left % NS_PER_SECOND_INT};
        int result = DETACHED(ppoll(&item, 1, &limit, NULL));
        if (result > 0) return 1;
        if (result == 0) return 0;
        if (errno != EINTR || !retry_allowed()) {
            raise_errno();
            return -1;
        }
    }
}

/* One operation with the socket's timeout. `attempt` makes the system call: -1 and errno. */
typedef ssize_t (*Attempt)(int fd, void *argument);
static ssize_t perform(Socket *self, bool writing, int64_t deadline, Attempt attempt, void *argument) {
    int64_t timeout = load_relaxed(&self->timeout);
    if (timeout > 0 && deadline == INT64_MAX) deadline = time_deadline(timeout);
    for (;;) {
        int fd = fd_enter(&self->fd), ready = timeout > 0 ? wait_until(fd, writing, deadline) : 1;
        ssize_t result = ready > 0 ? DETACHED(attempt(fd, argument)) : -1;
        fd_leave(fd);
        if (ready < 0) return -1;
        if (ready == 0) {
            raise_timeout();
            return -1;
        }
        if (result >= 0) return result;
        if (errno == EINTR) {
            if (!retry_allowed()) return -1;
        } else if (!(timeout > 0 && (errno == EAGAIN || errno == EWOULDBLOCK))) {
            raise_errno();
            return -1;
        }
    }
}

static bool set_blocking(int fd, bool blocking) {
    int flag = !blocking;
    return ioctl(fd, FIONBIO, &flag) == 0;
}

/* --- life --------------------------------------------------------------------------------------------- */

static bool socket_setup(Socket *self, int fd, int family, int type, int protocol) {
    self->family = family;
    self->type = type & ~(SOCK_NONBLOCK | SOCK_CLOEXEC);
    self->protocol = protocol;
    int64_t timeout = load_relaxed(&socket_default_timeout);
    if (type & SOCK_NONBLOCK) timeout = 0;
    else if (timeout >= 0 && !set_blocking(fd, false)) {
        raise_errno();
        return false;
    }
    store_relaxed(&self->timeout, timeout);
    store_release(&self->fd, fd);
    return true;
}

static Value socket_new(Type *type, Value *args, size_t count, Tuple *names) {
    Socket *self = object_alloc_instance(type, sizeof(Socket));
    if (!self) return VALUE_ERROR;
    store_relaxed(&self->fd, -1);
    self->timeout = load_relaxed(&socket_default_timeout);
    return object_value(self);
}

/* What a descriptor that is given is: family, type and protocol where they are -1. */
static bool describe_fd(int fd, int *family, int *type, int *protocol) {
    SocketAddress address;
    socklen_t length = sizeof address;
    memset(&address, 0, sizeof address);
    if (getsockname(fd, &address.any, &length) != 0) {
        if (*family == -1 || errno == EBADF || errno == ENOTSOCK) return false;
    } else if (*family == -1) {
        *family = address.any.sa_family;
    }
    length = sizeof *type;
    if (*type == -1 && getsockopt(fd, SOL_SOCKET, SO_TYPE, type, &length) != 0) return false;
    length = sizeof *protocol;
    if (*protocol == -1 && getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, protocol, &length) != 0) return false;
    return true;
}

static bool socket_init(Value self, Value *args, size_t count, Tuple *names) {
    static Signature *signature;
    Value slots[4];
    int family = -1, type = -1, protocol = -1, fd = -1;
    if (!bind_arguments("socket", "(family=-1, type=-1, proto=-1, fileno=None)", &signature, args, count,
                        names, slots) ||
        !argument_int(slots[0], &family) || !argument_int(slots[1], &type) ||
        !argument_int(slots[2], &protocol))
        return false;
    bool own = is_empty(slots[3]) || is_none(slots[3]);
    if (!AUDIT("socket.__new__", self, int_value(own && family == -1 ? AF_INET : family),
               int_value(own && type == -1 ? SOCK_STREAM : type), int_value(own && protocol == -1 ? 0 : protocol)))
        return false;
    if (own) {
        if (family == -1) family = AF_INET;
        if (type == -1) type = SOCK_STREAM;
        if (protocol == -1) protocol = 0;
        fd = RETRY_DESCRIPTORS(DETACHED(socket(family, type | SOCK_CLOEXEC, protocol)));
        if (fd < 0) raise_errno();
    } else {
        if (is_float(slots[3])) {
            raise_error(&TypeError, "integer argument expected, got float");
            return false;
        }
        if (!argument_int(slots[3], &fd)) return false;
        if (fd < 0) raise_error(&ValueError, "negative file descriptor");
        else if (!describe_fd(fd, &family, &type, &protocol)) {
            raise_errno();
            return false;
        }
    }
    if (fd < 0) return false;
    if (socket_setup(as_socket(self), fd, family, type, protocol)) return true;
    if (own) close(fd);
    return false;
}

static void socket_finalize(Value self_value) {
    Socket *self = as_socket(self_value);
    if (socket_fd(self) < 0) return;
    Value saved = error_fetch();
    if (!warn(&ResourceWarning, 1, "unclosed %R", self_value))
        error_write_unraisable(NULL, self_value);
    int fd = exchange_acq_rel(&self->fd, -1);
    if (fd >= 0) fd_close(fd);
    if (!is_empty(saved)) error_restore(saved);
}

static Value socket_close(Value *args) {
    int fd = exchange_acq_rel(&as_socket(args[0])->fd, -1);
    if (fd < 0 || fd_close(fd) == 0 || errno == ECONNRESET) return VALUE_NONE;
    return raise_errno();
}

static Value socket_detach(Value *args) {
    return int_value(exchange_acq_rel(&as_socket(args[0])->fd, -1));
}

static Value socket_fileno(Value *args) { return int_value(socket_fd(as_socket(args[0]))); }

static Value socket_repr(Value self_value) {
    Socket *self = as_socket(self_value);
    Str *text = str_format("<socket object, fd=%d, family=%d, type=%d, proto=%d>", socket_fd(self),
                           self->family, self->type, self->protocol);
    return text ? object_value(text) : VALUE_ERROR;
}

/* --- timeouts ------------------------------------------------------------------------------------------- */

/* None or seconds. */
static bool timeout_argument(Value v, int64_t *ns) {
    *ns = -1;
    if (is_none(v)) return true;
    if (!time_from_seconds(v, ROUND_UP, ns)) return false;
    if (*ns >= 0) return true;
    raise_error(&ValueError, "Timeout value out of range");
    return false;
}

static Value timeout_value(int64_t ns) {
    return ns < 0 ? VALUE_NONE : double_value(time_to_double(ns));
}

static Value apply_timeout(Socket *self, int64_t ns) {
    store_relaxed(&self->timeout, ns);
    return USING_FD(&self->fd, fd, set_blocking(fd, ns < 0)) ? VALUE_NONE : raise_errno();
}

static Value socket_settimeout(Value *args) {
    int64_t ns;
    return timeout_argument(args[1], &ns) ? apply_timeout(as_socket(args[0]), ns) : VALUE_ERROR;
}

static Value socket_gettimeout(Value *args) {
    return timeout_value(load_relaxed(&as_socket(args[0])->timeout));
}

static Value socket_setblocking(Value *args) {
    bool blocking = true;
    if (!argument_bool(args[1], &blocking)) return VALUE_ERROR;
    return apply_timeout(as_socket(args[0]), blocking ? -1 : 0);
}

static Value socket_getblocking(Value *args) {
    return bool_value(load_relaxed(&as_socket(args[0])->timeout) != 0);
}

static Value socket_get_timeout(Value self) { return timeout_value(load_relaxed(&as_socket(self)->timeout)); }

/* --- addresses -------------------------------------------------------------------------------------------- */

typedef struct AddressCall {
    SocketAddress address;
    socklen_t length;
} AddressCall;

static Value none_or_error(int result) { return result == 0 ? VALUE_NONE : raise_errno(); }

static Value socket_bind(Value *args) {
    Socket *self = as_socket(args[0]);
    AddressCall call;
    if (!address_from_value(self->family, args[1], "bind", &call.address, &call.length)) return VALUE_ERROR;
    return none_or_error(USING_FD(&self->fd, fd, DETACHED(bind(fd, &call.address.any, call.length))));
}

/* 0, or an errno value; -1 with an exception set. */
static int connect_with(Socket *self, int fd, AddressCall *call) {
    int64_t timeout = load_relaxed(&self->timeout);
    if (DETACHED(connect(fd, &call->address.any, call->length)) == 0) return 0;
    int error = errno;
    bool goes_on = error == EINTR ? timeout != 0 : error == EINPROGRESS && timeout > 0;
    if (error == EINTR && !retry_allowed()) return -1;
    if (!goes_on) return error;
    int ready = wait_until(fd, true, timeout < 0 ? INT64_MAX : time_deadline(timeout));
    if (ready < 0) return -1;
    if (ready == 0) {
        raise_timeout();
        return -1;
    }
    socklen_t size = sizeof error;
    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0) return errno;
    return error == EISCONN ? 0 : error;
}

static int connect_now(Socket *self, AddressCall *call) {
    return USING_FD(&self->fd, fd, connect_with(self, fd, call));
}

static Value socket_connect(Value *args) {
    Socket *self = as_socket(args[0]);
    AddressCall call;
    if (!address_from_value(self->family, args[1], "connect", &call.address, &call.length))
        return VALUE_ERROR;
    int error = connect_now(self, &call);
    if (error < 0) return VALUE_ERROR;
    errno = error;
    return error ? raise_errno() : VALUE_NONE;
}

static Value socket_connect_ex(Value *args) {
    Socket *self = as_socket(args[0]);
    AddressCall call;
    if (!address_from_value(self->family, args[1], "connect_ex", &call.address, &call.length))
        return VALUE_ERROR;
    int error = connect_now(self, &call);
    if (error >= 0) return int_value(error);
    if (!error_clear_if(&exc_TimeoutError)) return VALUE_ERROR;
    return int_value(EWOULDBLOCK);
}

static Value socket_listen(Value *args) {
    int backlog = min_int64(SOMAXCONN, 128);
    if (!argument_int(args[1], &backlog)) return VALUE_ERROR;
    if (backlog < 0) backlog = 0;
    return none_or_error(USING_FD(&as_socket(args[0])->fd, fd, DETACHED(listen(fd, backlog))));
}

static ssize_t attempt_accept(int fd, void *argument) {
    AddressCall *call = argument;
    call->length = sizeof call->address;
    return accept4(fd, &call->address.any, &call->length, SOCK_CLOEXEC);
}

static Value socket_accept(Value *args) {
    Socket *self = as_socket(args[0]);
    AddressCall call;
    memset(&call, 0, sizeof call);
    ssize_t fd = perform(self, false, INT64_MAX, attempt_accept, &call);
    if (fd < 0) return VALUE_ERROR;
    Value address = address_value(&call.address, call.length, self->protocol);
    Tuple *pair = is_error(address) ? NULL : tuple_pack(2, int_value(fd), address);
    if (!pair) close((int)fd);
    return pair ? object_value(pair) : VALUE_ERROR;
}

static Value socket_getsockname(Value *args) {
    AddressCall call = {.length = sizeof call.address};
    Socket *self = as_socket(args[0]);
    memset(&call.address, 0, sizeof call.address);
    if (USING_FD(&self->fd, fd, getsockname(fd, &call.address.any, &call.length)) != 0) return raise_errno();
    return address_value(&call.address, call.length, self->protocol);
}

static Value socket_getpeername(Value *args) {
    AddressCall call = {.length = sizeof call.address};
    Socket *self = as_socket(args[0]);
    memset(&call.address, 0, sizeof call.address);
    if (USING_FD(&self->fd, fd, getpeername(fd, &call.address.any, &call.length)) != 0) return raise_errno();
    return address_value(&call.address, call.length, self->protocol);
}

static Value socket_shutdown(Value *args) {
    int how = 0;
    if (!argument_int(args[1], &how)) return VALUE_ERROR;
    return none_or_error(USING_FD(&as_socket(args[0])->fd, fd, DETACHED(shutdown(fd, how))));
}

/* --- options ------------------------------------------------------------------------------------------------- */

static Value socket_getsockopt(Value *args) {
    int level = 0, option = 0, size = 0;
    const int *slot = &as_socket(args[0])->fd;
    if (!argument_int(args[1], &level) || !argument_int(args[2], &option) || !argument_int(args[3], &size))
        return VALUE_ERROR;
    socklen_t length;
    if (size == 0) {
        int flag = 0;
        length = sizeof flag;
        return USING_FD(slot, fd, getsockopt(fd, level, option, &flag, &length)) == 0 ? int_value(flag) : raise_errno();
    }
    if (size < 0 || size > 1024) return raise_error(&OSError, "getsockopt buflen out of range");
    char buffer[1024];
    length = (socklen_t)size;
    if (USING_FD(slot, fd, getsockopt(fd, level, option, buffer, &length)) != 0) return raise_errno();
    Bytes *bytes = bytes_from(buffer, length);
    return bytes ? object_value(bytes) : VALUE_ERROR;
}

static Value socket_setsockopt(Value *args) {
    int level = 0, option = 0;
    const int *slot = &as_socket(args[0])->fd;
    if (!argument_int(args[1], &level) || !argument_int(args[2], &option)) return VALUE_ERROR;
    if (!is_empty(args[4])) {
        int64_t length = 0;
        if (!is_none(args[3]))
            return raise_error(&TypeError, "socket option should be integer, bytes-like object or None");
        if (!argument_int64(args[4], &length)) return VALUE_ERROR;
        return none_or_error(USING_FD(slot, fd, setsockopt(fd, level, option, NULL, (socklen_t)length)));
    }
    if (has_index(args[3])) {
        int flag = 0;
        if (!argument_int(args[3], &flag)) return VALUE_ERROR;
        return none_or_error(USING_FD(slot, fd, setsockopt(fd, level, option, &flag, sizeof flag)));
    }
    if (is_none(args[3]))
        return raise_error(&TypeError, "setsockopt() requires 4 arguments when the third argument is None");
    BufferView view;
    if (!buffer_get(args[3], &view, BUFFER_SIMPLE)) return VALUE_ERROR;
    int result = USING_FD(slot, fd, setsockopt(fd, level, option, view.data, (socklen_t)view.length));
    int error = errno;
    buffer_release(&view);
    errno = error;
    return none_or_error(result);
}

/* --- receiving ------------------------------------------------------------------------------------------------- */

typedef struct Transfer {
    void *data;
    size_t size;
    int flags;
    SocketAddress *address; /* or NULL */
    socklen_t address_length;
} Transfer;

static ssize_t attempt_receive(int fd, void *argument) {
    Transfer *t = argument;
    if (!t->address) return recv(fd, t->data, t->size, t->flags);
    t->address_length = sizeof *t->address;
    return recvfrom(fd, t->data, t->size, t->flags, &t->address->any, &t->address_length);
}

static Value receive(Socket *self, Value size_value, Value flags_value, SocketAddress *address,
                     socklen_t *address_length, const char *function) {
    int64_t size = 0;
    int flags = 0;
    if (!argument_int64(size_value, &size) || !argument_int(flags_value, &flags)) return VALUE_ERROR;
    if (size < 0) return raise_error(&ValueError, "negative buffersize in %s", function);
    Bytes *bytes = bytes_new(size);
    if (!bytes) return VALUE_ERROR;
    Transfer t = {bytes->data, (size_t)size, flags, address, 0};
    ssize_t got = perform(self, false, INT64_MAX, attempt_receive, &t);
    if (got < 0) return VALUE_ERROR;
    if (address_length) *address_length = t.address_length;
    if (got == size) return object_value(bytes);
    Bytes *shorter = bytes_from(bytes->data, (size_t)got);
    return shorter ? object_value(shorter) : VALUE_ERROR;
}

static Value socket_recv(Value *args) {
    return receive(as_socket(args[0]), args[1], args[2], NULL, NULL, "recv");
}

static Value with_address(Socket *self, Value first, const SocketAddress *address, socklen_t length) {
    if (is_error(first)) return first;
    Value from = address_value(address, length, self->protocol);
    Tuple *pair = is_error(from) ? NULL : tuple_pack(2, first, from);
    return pair ? object_value(pair) : VALUE_ERROR;
}

static Value socket_recvfrom(Value *args) {
    SocketAddress address;
    socklen_t length = 0;
    memset(&address, 0, sizeof address);
    Value data = receive(as_socket(args[0]), args[1], args[2], &address, &length, "recvfrom");
    return with_address(as_socket(args[0]), data, &address, length);
}

static Value receive_into(Value *args, SocketAddress *address, socklen_t *address_length,
                          const char *function) {
    int64_t size = 0;
    int flags = 0;
    BufferView view;
    if (!argument_int64(args[2], &size) || !argument_int(args[3], &flags) ||
        !argument_writable(args[1], "recv_into() argument 1", &view))
        return VALUE_ERROR;
    Value result;
    if (size < 0) {
        result = raise_error(&ValueError, "negative buffersize in %s", function);
    } else if (size > view.length) {
        result = raise_error(&ValueError, "%s", address ? "nbytes is greater than the length of the buffer"
                                                        : "buffer too small for requested bytes");
    } else {
        Transfer t = {view.data, (size_t)(size ? size : view.length), flags, address, 0};
        ssize_t got = perform(as_socket(args[0]), false, INT64_MAX, attempt_receive, &t);
        if (address_length) *address_length = t.address_length;
        result = got < 0 ? VALUE_ERROR : int_value(got);
    }
    buffer_release(&view);
    return result;
}

static Value socket_recv_into(Value *args) { return receive_into(args, NULL, NULL, "recv_into"); }

static Value socket_recvfrom_into(Value *args) {
    SocketAddress address;
    socklen_t length = 0;
    memset(&address, 0, sizeof address);
    Value count = receive_into(args, &address, &length, "recvfrom_into");
    return with_address(as_socket(args[0]), count, &address, length);
}

/* --- sending ------------------------------------------------------------------------------------------------------ */

static ssize_t attempt_send(int fd, void *argument) {
    Transfer *t = argument;
    if (!t->address) return send(fd, t->data, t->size, t->flags);
    return sendto(fd, t->data, t->size, t->flags, &t->address->any, t->address_length);
}

static Value socket_send(Value *args) {
    int flags = 0;
    BufferView view;
    if (!argument_int(args[2], &flags) || !buffer_get(args[1], &view, BUFFER_SIMPLE)) return VALUE_ERROR;
    Transfer t = {view.data, (size_t)view.length, flags, NULL, 0};
    ssize_t sent = perform(as_socket(args[0]), true, INT64_MAX, attempt_send, &t);
    buffer_release(&view);
    return sent < 0 ? VALUE_ERROR : int_value(sent);
}

static Value socket_sendall(Value *args) {
    Socket *self = as_socket(args[0]);
    int flags = 0;
    BufferView view;
    if (!argument_int(args[2], &flags) || !buffer_get(args[1], &view, BUFFER_SIMPLE)) return VALUE_ERROR;
    int64_t timeout = load_relaxed(&self->timeout), done = 0;
    int64_t deadline = timeout > 0 ? time_deadline(timeout) : INT64_MAX;
    bool ok = true;
    do {
        Transfer t = {(char *)view.data + done, (size_t)(view.length - done), flags, NULL, 0};
        ssize_t sent = perform(self, true, deadline, attempt_send, &t);
        ok = sent >= 0 && safepoint(thread_self());
        if (ok) done += sent;
    } while (ok && done < view.length);
    buffer_release(&view);
    return ok ? VALUE_NONE : VALUE_ERROR;
}

/* sendto(data, [flags,] address) */
static Value socket_sendto(Value *args) {
    Socket *self = as_socket(args[0]);
    int flags = 0;
    BufferView view;
    SocketAddress address;
    Tuple *rest = as_tuple(args[2]);
    if (rest->length < 1 || rest->length > 2)
        return raise_error(&TypeError, "sendto() takes 2 or 3 arguments (%lld given)",
                           (long long)rest->length + 1);
    if (rest->length == 2 && !argument_int(rest->items[0], &flags)) return VALUE_ERROR;
    if (!AUDIT("socket.sendto", args[0], rest->items[rest->length - 1])) return VALUE_ERROR;
    Transfer t = {.flags = flags, .address = &address};
    if (!buffer_get(args[1], &view, BUFFER_SIMPLE)) return VALUE_ERROR;
    ssize_t sent = -1;
    if (address_from_value(self->family, rest->items[rest->length - 1], "sendto", &address,
                           &t.address_length)) {
        t.data = view.data;
        t.size = (size_t)view.length;
        sent = perform(self, true, INT64_MAX, attempt_send, &t);
    }
    buffer_release(&view);
    return sent < 0 ? VALUE_ERROR : int_value(sent);
}

/* --- messages with ancillary data ------------------------------------------------------------------------------------ */

#define MESSAGE_PARTS_MAX 1024

typedef struct Message {
    struct msghdr header;
    struct iovec parts[MESSAGE_PARTS_MAX];
    BufferView views[MESSAGE_PARTS_MAX];
    int view_count;
    int flags;
    SocketAddress address;
    Tuple *buffers; /* keeps the owners alive */
} Message;

static ssize_t attempt_receive_message(int fd, void *argument) {
    Message *message = argument;
    message->header.msg_namelen = sizeof message->address;
    return recvmsg(fd, &message->header, message->flags | MSG_CMSG_CLOEXEC);
}

static ssize_t attempt_send_message(int fd, void *argument) {
    Message *message = argument;
    return sendmsg(fd, &message->header, message->flags);
}

static void message_free(Message *message) {
    for (int i = 0; i < message->view_count; i++) buffer_release(&message->views[i]);
    free(message->header.msg_control);
    free(message);
}

static Message *message_new(void) {
    Message *message = calloc(1, sizeof *message);
    if (!message) raise_memory_error();
    return message;
}

/* `keep` is on the caller's stack: the message is not scanned. */
static bool message_buffers(Message *message, Value buffers, bool writable, Tuple **keep,
                            const char *function) {
    Tuple *items = tuple_from_iterable(buffers);
    if (!items) return false;
    if (items->length > MESSAGE_PARTS_MAX) {
        raise_error(&OSError, "%s() argument 1 is too long", function);
        return false;
    }
    *keep = items;
    for (int64_t i = 0; i < items->length; i++) {
        BufferView *view = &message->views[i];
        if (!(writable ? argument_writable(items->items[i], "recvmsg_into() argument 1 item", view)
                       : buffer_get(items->items[i], view, BUFFER_SIMPLE)))
            return false;
        message->view_count++;
        message->parts[i] = (struct iovec){view->data, (size_t)view->length};
    }
    message->header.msg_iov = message->parts;
    message->header.msg_iovlen = (size_t)items->length;
    return true;
}

/* [(level, type, data), ...] */
static Value ancillary_value(struct msghdr *header) {
    List *list = list_new(0);
    if (!list) return VALUE_ERROR;
    for (struct cmsghdr *c = CMSG_FIRSTHDR(header); c; c = CMSG_NXTHDR(header, c)) {
        size_t room = (size_t)((char *)header->msg_control + header->msg_controllen - (char *)CMSG_DATA(c));
        size_t length = c->cmsg_len >= CMSG_LEN(0) ? c->cmsg_len - CMSG_LEN(0) : 0;
        Bytes *data = bytes_from(CMSG_DATA(c), min_size(length, room));
        Tuple *item = data ? tuple_pack(3, int_value(c->cmsg_level), int_value(c->cmsg_type),
                                        object_value(data)) : NULL;
        if (!item || !list_append(list, object_value(item))) return VALUE_ERROR;
    }
    return object_value(list);
}

static bool message_control(Message *message, Value size_value) {
    int64_t size = 0;
    if (!argument_int64(size_value, &size)) return false;
    if (size < 0 || size > INT32_MAX) {
        raise_error(&ValueError, "invalid ancillary data buffer length");
        return false;
    }
    message->header.msg_controllen = (size_t)size;
    message->header.msg_control = size ? calloc(1, (size_t)size) : NULL;
    if (size && !message->header.msg_control) raise_memory_error();
    return !size || message->header.msg_control;
}

static Value receive_message(Socket *self, Message *message, Value (*first)(Bytes *, ssize_t), Bytes *bytes) {
    message->header.msg_name = &message->address;
    ssize_t got = perform(self, false, INT64_MAX, attempt_receive_message, message);
    if (got < 0) return VALUE_ERROR;
    Value head = first(bytes, got);
    Value ancillary = is_error(head) ? head : ancillary_value(&message->header);
    if (is_error(ancillary)) return ancillary;
    Value from = address_value(&message->address, message->header.msg_namelen, self->protocol);
    if (is_error(from)) return from;
    Tuple *result = tuple_pack(4, head, ancillary, int_value(message->header.msg_flags & ~MSG_CMSG_CLOEXEC),
                               from);
    return result ? object_value(result) : VALUE_ERROR;
}

static Value head_bytes(Bytes *bytes, ssize_t got) {
    if (got == bytes->length) return object_value(bytes);
    Bytes *shorter = bytes_from(bytes->data, (size_t)got);
    return shorter ? object_value(shorter) : VALUE_ERROR;
}

static Value head_count(Bytes *bytes, ssize_t got) { return int_value(got); }

static Value socket_recvmsg(Value *args) {
    int64_t size = 0;
    if (!argument_int64(args[1], &size)) return VALUE_ERROR;
    if (size < 0) return raise_error(&ValueError, "negative buffer size in recvmsg()");
    Bytes *bytes = bytes_new(size);
    Message *message = bytes ? message_new() : NULL;
    if (!message) return VALUE_ERROR;
    message->parts[0] = (struct iovec){bytes->data, (size_t)size};
    message->header.msg_iov = message->parts;
    message->header.msg_iovlen = 1;
    Value result = VALUE_ERROR;
    if (message_control(message, args[2]) && argument_int(args[3], &message->flags))
        result = receive_message(as_socket(args[0]), message, head_bytes, bytes);
    message_free(message);
    KEEP_ALIVE(bytes);
    return result;
}

static Value socket_recvmsg_into(Value *args) {
    Tuple *keep = NULL;
    Message *message = message_new();
    if (!message) return VALUE_ERROR;
    Value result = VALUE_ERROR;
    if (message_buffers(message, args[1], true, &keep, "recvmsg_into") &&
        message_control(message, args[2]) && argument_int(args[3], &message->flags))
        result = receive_message(as_socket(args[0]), message, head_count, NULL);
    message_free(message);
    KEEP_ALIVE(keep);
    return result;
}

/* Fills the control buffer from [(level, type, data), ...]. */
static bool message_ancillary(Message *message, Value ancillary) {
    Tuple *items = tuple_from_iterable(ancillary);
    if (!items) {
        if (error_clear_if(&TypeError))
            raise_error(&TypeError, "sendmsg() argument 2 must be an iterable");
        return false;
    }
    size_t total = 0;
    for (int pass = 0; pass < 2; pass++) {
        struct cmsghdr *c = pass ? CMSG_FIRSTHDR(&message->header) : NULL;
        for (int64_t i = 0; i < items->length; i++) {
            int level = 0, type = 0;
            BufferView view;
            Tuple *item = is_tuple(items->items[i]) ? as_tuple(items->items[i]) : NULL;
            if (!item || item->length != 3) {
                raise_error(&TypeError, "[sendmsg() ancillary data items] must be 3-item tuples");
                return false;
            }
            if (!argument_int(item->items[0], &level) || !argument_int(item->items[1], &type) ||
                !buffer_get(item->items[2], &view, BUFFER_SIMPLE))
                return false;
            size_t length = (size_t)view.length;
            if (!pass) total += CMSG_SPACE(length);
            if (pass && c) {
                c->cmsg_level = level;
                c->cmsg_type = type;
                c->cmsg_len = CMSG_LEN(length);
                memcpy(CMSG_DATA(c), view.data, length);
                c = CMSG_NXTHDR(&message->header, c);
            }
            buffer_release(&view);
        }
        if (total == 0) return true;
        if (!pass) {
            message->header.msg_control = calloc(1, total);
            message->header.msg_controllen = total;
            if (!message->header.msg_control) {
                raise_memory_error();
                return false;
            }
        }
    }
    return true;
}

static bool message_target(Message *message, Socket *self, Value address) {
    socklen_t length;
    if (is_empty(address) || is_none(address)) return true;
    if (!address_from_value(self->family, address, "sendmsg", &message->address, &length)) return false;
    message->header.msg_name = &message->address;
    message->header.msg_namelen = length;
    return true;
}

static Value socket_sendmsg(Value *args) {
    Socket *self = as_socket(args[0]);
    Tuple *keep = NULL;
    Message *message = message_new();
    if (!message) return VALUE_ERROR;
    ssize_t sent = -1;
    if (message_buffers(message, args[1], false, &keep, "sendmsg") &&
        (is_empty(args[2]) || message_ancillary(message, args[2])) &&
        argument_int(args[3], &message->flags) && message_target(message, self, args[4]))
        sent = perform(self, true, INT64_MAX, attempt_send_message, message);
    message_free(message);
    KEEP_ALIVE(keep);
    return sent < 0 ? VALUE_ERROR : int_value(sent);
}

/* --- the type ----------------------------------------------------------------------------------------------------------- */

static const MethodDef socket_methods[] = {
    METHOD("_accept", socket_accept, "($self)", "Wait for a connection: a descriptor and an address."),
    AUDITED("socket.bind 0 1", "bind", socket_bind, "($self, address, /)", "Give the socket its own address."),
    METHOD("close", socket_close, "($self)", "Close the socket."),
    AUDITED("socket.connect 0 1", "connect", socket_connect, "($self, address, /)", "Connect to an address."),
    AUDITED("socket.connect 0 1", "connect_ex", socket_connect_ex, "($self, address, /)",
           "Connect to an address; returns an error number."),
    METHOD("detach", socket_detach, "($self)", "Give the descriptor away."),
    METHOD("fileno", socket_fileno, "($self)", "The descriptor; -1 when closed."),
    METHOD("getpeername", socket_getpeername, "($self)", "The address at the other end."),
    METHOD("getsockname", socket_getsockname, "($self)", "The socket's own address."),
    METHOD("getsockopt", socket_getsockopt, "($self, level, option, buffersize=0, /)", "Read an option."),
    METHOD("setsockopt", socket_setsockopt, "($self, level, option, value, optlen=0, /)",
           "Set an option."),
    METHOD("listen", socket_listen, "($self, backlog=128, /)", "Let others connect."),
    METHOD("recv", socket_recv, "($self, buffersize, flags=0, /)", "Receive bytes."),
    METHOD("recv_into", socket_recv_into, "($self, /, buffer, nbytes=0, flags=0)",
           "Receive bytes into a buffer."),
    METHOD("recvfrom", socket_recvfrom, "($self, buffersize, flags=0, /)",
           "Receive bytes, and the address they come from."),
    METHOD("recvfrom_into", socket_recvfrom_into, "($self, /, buffer, nbytes=0, flags=0)",
           "Receive bytes into a buffer, and the address they come from."),
    METHOD("recvmsg", socket_recvmsg, "($self, bufsize, ancbufsize=0, flags=0, /)",
           "Receive bytes and ancillary data."),
    METHOD("recvmsg_into", socket_recvmsg_into, "($self, buffers, ancbufsize=0, flags=0, /)",
           "Receive bytes into buffers, and ancillary data."),
    METHOD("send", socket_send, "($self, data, flags=0, /)", "Send bytes; returns how many."),
    METHOD("sendall", socket_sendall, "($self, data, flags=0, /)", "Send all of the bytes."),
    METHOD("sendto", socket_sendto, "($self, data, /, *flags_and_address)", "Send bytes to an address."),
    AUDITED("socket.sendmsg 0 4", "sendmsg", socket_sendmsg, "($self, buffers, ancdata=(), flags=0, address=None, /)",
           "Send bytes and ancillary data."),
    METHOD("setblocking", socket_setblocking, "($self, flag, /)", "Whether operations wait."),
    METHOD("getblocking", socket_getblocking, "($self)", "Whether operations wait."),
    METHOD("settimeout", socket_settimeout, "($self, timeout, /)",
           "How long operations wait, in seconds; None: for ever."),
    METHOD("gettimeout", socket_gettimeout, "($self)", "How long operations wait."),
    METHOD("shutdown", socket_shutdown, "($self, flag, /)", "End one direction of the connection."),
    {0},
};
static const GetSetDef socket_getset[] = {
    {"timeout", socket_get_timeout, NULL, "how long operations wait"},
    {0},
};
static const MemberDef socket_members[] = {
    {"family", MEMBER_INT32, offsetof(Socket, family), MEMBER_READONLY, "the address family"},
    {"type", MEMBER_INT32, offsetof(Socket, type), MEMBER_READONLY, "the kind of socket"},
    {"proto", MEMBER_INT32, offsetof(Socket, protocol), MEMBER_READONLY, "the protocol"},
    {0},
};
Type socket_type = {
    .name = "_socket.socket",
    .doc = "A socket: an end of a connection, or where connections come in.",
    .base = &object_type_object,
    .size = sizeof(Socket),
    .flags = TYPE_BASE | TYPE_HAS_FINALIZER,
    .new_instance = socket_new,
    .init = socket_init,
    .repr = socket_repr,
    .finalize = socket_finalize,
    .methods = socket_methods,
    .getset = socket_getset,
    .members = socket_members,
};

/* --- functions of the module ------------------------------------------------------------------------------------------------ */

static Value module_close(Value *args) {
    int fd = -1;
    if (!argument_int(args[1], &fd)) return VALUE_ERROR;
    return DETACHED(close(fd)) == 0 || errno == ECONNRESET ? VALUE_NONE : raise_errno();
}

static Value module_dup(Value *args) {
    int fd = -1;
    if (!argument_int(args[1], &fd)) return VALUE_ERROR;
    int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    return copy < 0 ? raise_errno() : int_value(copy);
}

static Value wrap(int fd, int family, int type, int protocol) {
    Value socket = socket_new(&socket_type, NULL, 0, NULL);
    if (is_error(socket) || !socket_setup(as_socket(socket), fd, family, type, protocol)) return VALUE_ERROR;
    return socket;
}

static Value module_socketpair(Value *args) {
    int family = AF_UNIX, type = SOCK_STREAM, protocol = 0, fds[2];
    if (!argument_int(args[1], &family) || !argument_int(args[2], &type) ||
        !argument_int(args[3], &protocol))
        return VALUE_ERROR;
    if (RETRY_DESCRIPTORS(DETACHED(socketpair(family, type | SOCK_CLOEXEC, protocol, fds))) != 0) return raise_errno();
    Value first = wrap(fds[0], family, type, protocol);
    Value second = is_error(first) ? first : wrap(fds[1], family, type, protocol);
    Tuple *pair = is_error(second) ? NULL : tuple_pack(2, first, second);
    return pair ? object_value(pair) : VALUE_ERROR;
}

static Value module_getdefaulttimeout(Value *args) {
    return timeout_value(load_relaxed(&socket_default_timeout));
}

static Value module_setdefaulttimeout(Value *args) {
    int64_t ns;
    if (!timeout_argument(args[1], &ns)) return VALUE_ERROR;
    store_relaxed(&socket_default_timeout, ns);
    return VALUE_NONE;
}

static Value control_size(Value v, bool space, const char *function) {
    int64_t length = -1;
    if (!argument_int64(v, &length)) return VALUE_ERROR;
    if (length < 0 || length > INT32_MAX - (int64_t)(space ? CMSG_SPACE(1) : CMSG_LEN(0)))
        return raise_error(&OverflowError, "%s() argument out of range", function);
    return int_value((int64_t)(space ? CMSG_SPACE((size_t)length) : CMSG_LEN((size_t)length)));
}
static Value module_cmsg_len(Value *args) { return control_size(args[1], false, "CMSG_LEN"); }
static Value module_cmsg_space(Value *args) { return control_size(args[1], true, "CMSG_SPACE"); }

static const MethodDef functions[] = {
    METHOD("close", module_close, "($module, fd, /)", "Close a socket's descriptor."),
    METHOD("dup", module_dup, "($module, fd, /)", "Another descriptor for the same socket."),
    METHOD("socketpair", module_socketpair, "($module, family=AF_UNIX, type=SOCK_STREAM, proto=0, /)",
           "Two sockets that are connected with each other."),
    METHOD("getdefaulttimeout", module_getdefaulttimeout, "($module)", "The timeout of new sockets."),
    METHOD("setdefaulttimeout", module_setdefaulttimeout, "($module, timeout, /)",
           "Set the timeout of new sockets."),
    METHOD("CMSG_LEN", module_cmsg_len, "($module, length, /)", "The size of an ancillary item."),
    METHOD("CMSG_SPACE", module_cmsg_space, "($module, length, /)",
           "The room an ancillary item needs."),
    {0},
};
static const struct {
    const char *name;
    int64_t value;
} constants[] = {
#define C(name) {#name, (int64_t)(name)},
#include "modules/socket_constants.def"
#undef C
};

static bool add_error(Module *module, const char *name, Value *root) {
    Type *type = type_create("socket", name, &OSError, NULL);
    if (!type) return false;
    *root = object_value(type);
    module_root(root);
    return module_add(module, name, *root);
}

static bool init(Module *module) {
    for (size_t i = 0; i < ARRAY_LENGTH(constants); i++)
        if (!module_add_int(module, constants[i].name, constants[i].value)) return false;
    for (const MethodDef *def = socket_lookup_functions; def->name; def++) {
        Value function =
            native_function_new(def, object_value(module), object_value(str_intern_c("_socket")));
        if (is_error(function) || !module_add(module, def->name, function)) return false;
    }
    return add_error(module, "gaierror", &socket_gaierror) && add_error(module, "herror", &socket_herror) &&
           module_add(module, "error", object_value(&OSError)) &&
           module_add(module, "timeout", object_value(&exc_TimeoutError)) &&
           module_add(module, "SocketType", object_value(&socket_type)) &&
           module_add(module, "has_ipv6", VALUE_TRUE);
}

static Type *const types[] = {&socket_type, NULL};

const NativeModule module__socket = {
    .name = "_socket",
    .doc = "Sockets; programs use them through the module socket.",
    .functions = functions,
    .types = types,
    .init = init,
};
