/* ssl_connection.c - connections (_SSLSocket): handshake, reading, writing, closing. */
#include "modules/loadable/ssl_bio.h"

#include <limits.h>
#include <poll.h>

static void connection_trace(Cell *cell, Marker *marker) {
    Connection *self = (Connection *)cell;
    const Value *values[] = {&self->context, &self->socket, &self->incoming, &self->outgoing,
                             &self->owner, &self->server_hostname, &self->callback_error};
    for (size_t i = 0; i < ARRAY_LENGTH(values); i++) marker_visit(marker, value_load_relaxed(values[i]));
}

static void connection_release(Cell *cell) {
    Connection *self = (Connection *)cell;
    if (self->ssl) SSL_free(self->ssl);
    self->ssl = NULL;
}

static bool enter(Connection *self) { return recursive_lock_enter(&self->lock); }
static void leave(Connection *self) { recursive_lock_leave(&self->lock); }

static TlsContext *context_of(Connection *self) { return as_context(value_load_acquire(&self->context)); }

/* --- making --------------------------------------------------------------------------------------------------- */

static bool set_hostname(Connection *self, TlsContext *context, Value hostname) {
    size_t length;
    if (!is_str(hostname)) return raise_error(&TypeError, "server_hostname must be a str"), false;
    const char *name = str_utf8(as_str(hostname), &length);
    if (!name) return false;
    if (strlen(name) != length)
        return raise_error(&TypeError, "argument must be encoded string without null bytes, not str"), false;
    if (length == 0 || name[0] == '.') {
        raise_error(&ValueError,
                    "server_hostname cannot be an empty string or start with a leading dot.");
        return false;
    }
    ASN1_OCTET_STRING *ip = a2i_IPADDRESS(name);
    if (!ip) ERR_clear_error();
    bool ok = ip || SSL_set_tlsext_host_name(self->ssl, name);
    if (ok && load_relaxed(&context->check_hostname)) {
        X509_VERIFY_PARAM *parameters = SSL_get0_param(self->ssl);
        ok = ip ? X509_VERIFY_PARAM_set1_ip(parameters, ASN1_STRING_get0_data(ip),
                                            (size_t)ASN1_STRING_length(ip))
                : X509_VERIFY_PARAM_set1_host(parameters, name, length);
    }
    ASN1_OCTET_STRING_free(ip);
    if (!ok) RAISE_SSL();
    return ok;
}

static bool set_session(Connection *self, Value value) {
    if (!is_exactly(value, &session_type)) return raise_error(&TypeError, "Value is not a SSLSession."), false;
    Session *session = OBJECT_AS(Session, value);
    if (as_context(session->context)->ctx != context_of(self)->ctx)
        return raise_error(&ValueError, "Session refers to a different SSLContext."), false;
    if (self->server_side)
        return raise_error(&ValueError, "Cannot set session for server-side SSLSocket."), false;
    if (SSL_is_init_finished(self->ssl))
        return raise_error(&ValueError, "Cannot set session after handshake."), false;
    SSL_SESSION *copy = SSL_SESSION_dup(session->session);
    bool ok = copy && SSL_set_session(self->ssl, copy);
    SSL_SESSION_free(copy);
    if (!ok) RAISE_SSL();
    return ok;
}

static bool attach_bios(Connection *self) {
    BIO *in = is_empty(self->socket) ? bio_for_memory(self->incoming) : bio_for_socket(self->socket);
    BIO *out = is_empty(self->socket) ? bio_for_memory(self->outgoing) : in;
    if (!in || !out) {
        BIO_free(in);
        raise_memory_error();
        return false;
    }
    SSL_set_bio(self->ssl, in, out);
    return true;
}

static void set_post_handshake(Connection *self) {
    if (!self->server_side) {
        SSL_set_post_handshake_auth(self->ssl, 1);
        return;
    }
    int mode = SSL_get_verify_mode(self->ssl);
    if (mode & SSL_VERIFY_PEER)
        SSL_set_verify(self->ssl, mode | SSL_VERIFY_POST_HANDSHAKE, SSL_get_verify_callback(self->ssl));
}

Value connection_new(TlsContext *context, Value socket, Value incoming, Value outgoing, bool server_side,
                     Value hostname, Value owner, Value session) {
    if (context->protocol == PROTOCOL_TLS_CLIENT && server_side)
        return raise_ssl_text(ssl_error, NULL, 0,
                              "Cannot create a server socket with a PROTOCOL_TLS_CLIENT context", 0, __LINE__);
    if (context->protocol == PROTOCOL_TLS_SERVER && !server_side)
        return raise_ssl_text(ssl_error, NULL, 0,
                              "Cannot create a client socket with a PROTOCOL_TLS_SERVER context", 0, __LINE__);
    Connection *self = object_alloc_releasable(&connection_type, sizeof(Connection));
    if (!self) return VALUE_ERROR;
    self->context = object_value(context);
    self->socket = socket;
    self->incoming = incoming;
    self->outgoing = outgoing;
    self->owner = is_none(owner) ? VALUE_EMPTY : owner;
    self->server_side = server_side;
    self->server_hostname = VALUE_NONE;
    ERR_clear_error();
    if (!recursive_lock_enter(&context->lock)) return VALUE_ERROR;
    self->ssl = SSL_new(context->ctx);
    recursive_lock_leave(&context->lock);
    if (!self->ssl) return RAISE_SSL();
    SSL_set_app_data(self->ssl, self);
    if (!attach_bios(self)) return VALUE_ERROR;
    SSL_set_mode(self->ssl, SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_AUTO_RETRY |
                                SSL_MODE_ENABLE_PARTIAL_WRITE);
    if (load_relaxed(&context->post_handshake_auth)) set_post_handshake(self);
    if (!is_none(hostname)) {
        if (!set_hostname(self, context, hostname)) return VALUE_ERROR;
        self->server_hostname = hostname;
    }
    if (server_side) SSL_set_accept_state(self->ssl);
    else SSL_set_connect_state(self->ssl);
    if (!is_none(session) && !set_session(self, session)) return VALUE_ERROR;
    return object_value(self);
}

/* --- calls of the library ------------------------------------------------------------------------------------- */

/* What one call of the library has given. */
typedef struct Outcome {
    int result;          /* > 0: done */
    int ssl, system;     /* SSL_get_error() and errno */
    unsigned long queue; /* the last error of the library's queue, or 0 */
    size_t count;        /* bytes read or written */
} Outcome;

typedef enum Operation { DO_HANDSHAKE, DO_READ, DO_WRITE, DO_SHUTDOWN, DO_POST_HANDSHAKE } Operation;

/* Detached, with the lock held. The library keeps its queue of errors by native thread. */
static int call_library(SSL *ssl, Operation operation, void *data, size_t size, Outcome *out) {
    ERR_clear_error();
    errno = 0;
    out->count = 0;
    switch (operation) {
    case DO_HANDSHAKE: out->result = SSL_do_handshake(ssl); break;
    case DO_READ: out->result = SSL_read_ex(ssl, data, size, &out->count); break;
    case DO_WRITE: out->result = SSL_write_ex(ssl, data, size, &out->count); break;
    case DO_SHUTDOWN: out->result = SSL_shutdown(ssl); break;
    case DO_POST_HANDSHAKE: out->result = SSL_verify_client_post_handshake(ssl); break;
    }
    out->system = errno;
    out->ssl = out->result > 0 ? SSL_ERROR_NONE : SSL_get_error(ssl, out->result);
    out->queue = ERR_peek_last_error();
    return out->result;
}

/* False when a callback raised; its exception is set then. */
static bool callbacks_fine(Connection *self) {
    Value raised = value_load_acquire(&self->callback_error);
    if (is_empty(raised)) return true;
    heap_store_release(self, &self->callback_error, VALUE_EMPTY);
    ERR_clear_error();
    error_restore(raised);
    return false;
}

/* One attempt. False with an exception of a signal handler or a callback. */
static bool attempt(Connection *self, Operation operation, void *data, size_t size, Outcome *out) {
    if (!enter(self)) return false;
    DETACHED(call_library(self->ssl, operation, data, size, out));
    bool fine = callbacks_fine(self);
    leave(self);
    return fine;
}

static Value raise_outcome(Connection *self, const Outcome *out) {
    Value type = ssl_error;
    const char *text = NULL;
    int number = out->ssl;
    switch (out->ssl) {
    case SSL_ERROR_ZERO_RETURN:
        type = ssl_zero_return_error;
        text = "TLS/SSL connection has been closed (EOF)";
        break;
    case SSL_ERROR_WANT_READ:
        type = ssl_want_read_error;
        text = "The operation did not complete (read)";
        break;
    case SSL_ERROR_WANT_WRITE:
        type = ssl_want_write_error;
        text = "The operation did not complete (write)";
        break;
    case SSL_ERROR_WANT_X509_LOOKUP: text = "The operation did not complete (X509 lookup)"; break;
    case SSL_ERROR_WANT_CONNECT: text = "The operation did not complete (connect)"; break;
    case SSL_ERROR_SYSCALL:
        if (out->queue) break;
        ERR_clear_error();
        if (out->result != 0 && !is_empty(self->socket) && out->system)
            return raise_os_error(out->system, VALUE_EMPTY, VALUE_EMPTY);
        number = ERROR_EOF;
        type = ssl_eof_error;
        text = "EOF occurred in violation of protocol";
        break;
    case SSL_ERROR_SSL:
        if (!out->queue) text = "A failure in the SSL library occurred";
        else if (ERR_GET_LIB(out->queue) != ERR_LIB_SSL) break;
        else if (ERR_GET_REASON(out->queue) == SSL_R_CERTIFICATE_VERIFY_FAILED) type = ssl_verification_error;
        else if (ERR_GET_REASON(out->queue) == SSL_R_UNEXPECTED_EOF_WHILE_READING) {
            number = ERROR_EOF;
            type = ssl_eof_error;
            text = "EOF occurred in violation of protocol";
        }
        break;
    default:
        number = ERROR_INVALID_CODE;
        text = "Invalid error code";
        break;
    }
    return raise_ssl_text(type, self, number, text, out->queue, __LINE__);
}

/* Waits for the socket until `deadline`: 1 ready, 0 too late, -1 exception. */
static int wait_ready(Connection *self, bool writing, int64_t deadline) {
    Socket *socket = as_socket(self->socket);
    for (;;) {
        int timeout = -1;
        if (deadline != INT64_MAX) {
            int64_t left = deadline - os_monotonic_ns();
            if (left <= 0) return 0;
            timeout = (int)min_int64((left + 999999) / 1000000, INT_MAX);
        }
        struct pollfd p = {.fd = load_relaxed(&socket->fd), .events = writing ? POLLOUT : POLLIN};
        int n = DETACHED(poll(&p, 1, timeout));
        if (n > 0) return 1;
        if (n < 0 && errno != EINTR) return raise_errno(), -1;
        if (!safepoint(thread_self())) return -1;
    }
}

typedef struct Deadline {
    bool waits;       /* a blocking socket, or one with a timeout */
    int64_t deadline; /* INT64_MAX: none */
} Deadline;

static Deadline begin(Connection *self) {
    int64_t timeout = is_empty(self->socket) ? 0 : load_relaxed(&as_socket(self->socket)->timeout);
    return (Deadline){timeout != 0, timeout > 0 ? time_deadline(timeout) : INT64_MAX};
}

/* After an attempt that wants to read or write: 1 try again, 0 the outcome is final, -1 exception. */
static int wait_for_library(Connection *self, const Outcome *out, Deadline when, const char *operation) {
    bool reading = out->ssl == SSL_ERROR_WANT_READ, writing = out->ssl == SSL_ERROR_WANT_WRITE;
    if (!when.waits || (!reading && !writing)) return 0;
    if (load_relaxed(&as_socket(self->socket)->fd) < 0) {
        raise_error(OBJECT_AS(Type, ssl_error), "Underlying socket has been closed.");
        return -1;
    }
    int ready = wait_ready(self, writing, when.deadline);
    if (ready == 0) raise_error(&exc_TimeoutError, "The %s operation timed out", operation);
    return ready > 0 ? 1 : -1;
}

/* Attempts until it is done or cannot be. True: *out is final; false with an exception. */
static bool perform(Connection *self, Operation operation, void *data, size_t size, const char *name,
                    Outcome *out) {
    Deadline when = begin(self);
    for (;;) {
        if (!safepoint(thread_self()) || !attempt(self, operation, data, size, out)) return false;
        if (out->result > 0) return true;
        int again = wait_for_library(self, out, when, name);
        if (again <= 0) return again == 0;
    }
}

static Value connection_do_handshake(Value *args) {
    Connection *self = as_connection(args[0]);
    Outcome out;
    if (!perform(self, DO_HANDSHAKE, NULL, 0, "handshake", &out)) return VALUE_ERROR;
    return out.result > 0 ? VALUE_NONE : raise_outcome(self, &out);
}

static Value connection_verify_client(Value *args) {
    Connection *self = as_connection(args[0]);
    Outcome out;
    if (!attempt(self, DO_POST_HANDSHAKE, NULL, 0, &out)) return VALUE_ERROR;
    return out.result > 0 ? VALUE_NONE : raise_outcome(self, &out);
}

static Value connection_write(Value *args) {
    Connection *self = as_connection(args[0]);
    BufferView view;
    Outcome out;
    if (!buffer_get(args[1], &view, BUFFER_SIMPLE)) return VALUE_ERROR;
    Value result = VALUE_ERROR;
    size_t size = (size_t)view.length, sent = 0;
    /* Partial writes let go of the lock between records; a program sees one write. */
    bool fine = true;
    do {
        fine = perform(self, DO_WRITE, (char *)view.data + sent, size - sent, "write", &out);
        if (fine && out.result > 0) sent += out.count;
    } while (fine && out.result > 0 && sent < size);
    if (fine) result = out.result > 0 || sent > 0 ? int_value((int64_t)sent) : raise_outcome(self, &out);
    buffer_release(&view);
    return result;
}

/* Reads to `data`: the count, or -1 with an exception. */
static int64_t read_into(Connection *self, void *data, size_t size) {
    Outcome out;
    if (size == 0) return 0;
    if (!perform(self, DO_READ, data, size, "read", &out)) return -1;
    if (out.result > 0) return (int64_t)out.count;
    if (out.ssl == SSL_ERROR_ZERO_RETURN && (SSL_get_shutdown(self->ssl) & SSL_RECEIVED_SHUTDOWN)) return 0;
    raise_outcome(self, &out);
    return -1;
}

/* read(size), read(size, buffer) */
static Value connection_read(Value *args) {
    Connection *self = as_connection(args[0]);
    int64_t size = 0;
    if (!argument_int64(args[1], &size)) return VALUE_ERROR;
    if (!is_empty(args[2])) {
        BufferView view;
        if (!argument_writable(args[2], "read() argument 2", &view)) return VALUE_ERROR;
        if (size <= 0 || size > view.length) size = min_int64(view.length, INT_MAX);
        int64_t n = read_into(self, view.data, (size_t)size);
        buffer_release(&view);
        return n < 0 ? VALUE_ERROR : int_value(n);
    }
    if (size < 0) return raise_error(&ValueError, "size should not be negative");
    Bytes *bytes = bytes_new(size);
    int64_t n = bytes ? read_into(self, bytes->data, (size_t)size) : -1;
    if (n < 0) return VALUE_ERROR;
    if (n == size) return object_value(bytes);
    Bytes *shorter = bytes_from(bytes->data, (size_t)n);
    return shorter ? object_value(shorter) : VALUE_ERROR;
}

/* The library wants to be asked twice: once to send its end, once to wait for the other's. */
static Value connection_shutdown(Value *args) {
    Connection *self = as_connection(args[0]);
    Deadline when = begin(self);
    Outcome out;
    int zeros = 0;
    if (!is_empty(self->socket) && load_relaxed(&as_socket(self->socket)->fd) < 0)
        return raise_ssl_text(ssl_error, NULL, 0, "Underlying socket connection gone", 0, __LINE__);
    for (;;) {
        if (self->shutdown_seen_zero) SSL_set_read_ahead(self->ssl, 0);
        if (!safepoint(thread_self()) || !attempt(self, DO_SHUTDOWN, NULL, 0, &out)) return VALUE_ERROR;
        if (out.result > 0) break;
        if (out.result == 0) {
            if (++zeros > 1) break;
            self->shutdown_seen_zero = true;
            continue;
        }
        int again = wait_for_library(self, &out, when, out.ssl == SSL_ERROR_WANT_READ ? "read" : "write");
        if (again < 0) return VALUE_ERROR;
        if (again == 0) return raise_outcome(self, &out);
    }
    return is_empty(self->socket) ? VALUE_NONE : self->socket;
}

/* --- what it is about --------------------------------------------------------------------------------------- */

static Value text_or_none(const char *text) {
    if (!text) return VALUE_NONE;
    Str *str = str_from_c(text);
    return str ? object_value(str) : VALUE_ERROR;
}

static Value cipher_tuple(const SSL_CIPHER *cipher) {
    if (!cipher) return VALUE_NONE;
    Value name = text_or_none(SSL_CIPHER_get_name(cipher));
    Value version = text_or_none(SSL_CIPHER_get_version(cipher));
    if (is_error(name) || is_error(version)) return VALUE_ERROR;
    Tuple *tuple = tuple_pack(3, name, version, int_value(SSL_CIPHER_get_bits(cipher, NULL)));
    return tuple ? object_value(tuple) : VALUE_ERROR;
}

/* A method that asks the library something: `self` is locked while `expression` is evaluated. */
#define QUESTION(name, expression)                                                                 \
    static Value name(Value *args) {                                                               \
        Connection *self = as_connection(args[0]);                                                 \
        if (!enter(self)) return VALUE_ERROR;                                                      \
        Value answer = expression;                                                                 \
        leave(self);                                                                               \
        return answer;                                                                             \
    }
QUESTION(connection_pending, int_value(SSL_pending(self->ssl)))
QUESTION(connection_cipher, cipher_tuple(SSL_get_current_cipher(self->ssl)))
QUESTION(connection_version,
         SSL_is_init_finished(self->ssl) ? text_or_none(SSL_get_version(self->ssl)) : VALUE_NONE)
QUESTION(connection_verified_chain, certificate_list(SSL_get0_verified_chain(self->ssl)))

static Value connection_compression(Value *args) { return VALUE_NONE; }

static Value unverified_chain(Connection *self) {
    Value list = certificate_list(SSL_get_peer_cert_chain(self->ssl));
    if (is_error(list) || !self->server_side) return list;
    /* On a server the chain comes without the peer's own certificate. */
    X509 *peer = SSL_get0_peer_certificate(self->ssl);
    if (!peer) return list;
    if (is_none(list)) {
        List *empty = list_new(1);
        if (!empty) return VALUE_ERROR;
        list = object_value(empty);
    }
    Value own = certificate_new(peer);
    return !is_error(own) && list_insert(as_list(list), 0, own) ? list : VALUE_ERROR;
}
QUESTION(connection_unverified_chain, unverified_chain(self))

static Value shared_ciphers(Connection *self) {
    STACK_OF(SSL_CIPHER) *ciphers = SSL_get_ciphers(self->ssl);
    if (!ciphers) return VALUE_NONE;
    List *list = list_new(0);
    for (int i = 0; list && i < sk_SSL_CIPHER_num(ciphers); i++) {
        Value tuple = cipher_tuple(sk_SSL_CIPHER_value(ciphers, i));
        if (is_error(tuple) || !list_append(list, tuple)) return VALUE_ERROR;
    }
    return list ? object_value(list) : VALUE_ERROR;
}
QUESTION(connection_shared_ciphers, shared_ciphers(self))

static Value selected_protocol(Connection *self) {
    const unsigned char *data = NULL;
    unsigned size;
    SSL_get0_alpn_selected(self->ssl, &data, &size);
    if (!data) return VALUE_NONE;
    Str *text = str_from_utf8((const char *)data, size);
    return text ? object_value(text) : VALUE_ERROR;
}
QUESTION(connection_alpn, selected_protocol(self))

static Value peer_certificate(Connection *self, bool der) {
    if (!SSL_is_init_finished(self->ssl)) return raise_error(&ValueError, "handshake not done yet");
    X509 *peer = SSL_get1_peer_certificate(self->ssl);
    if (!peer) return VALUE_NONE;
    Value result;
    if (der) {
        result = certificate_der(peer);
    } else if (SSL_CTX_get_verify_mode(SSL_get_SSL_CTX(self->ssl)) & SSL_VERIFY_PEER) {
        result = certificate_dict(peer);
    } else {
        Dict *nothing = dict_new();
        result = nothing ? object_value(nothing) : VALUE_ERROR;
    }
    X509_free(peer);
    return result;
}

static Value connection_getpeercert(Value *args) {
    Connection *self = as_connection(args[0]);
    bool der = false;
    if (!argument_bool(args[1], &der) || !enter(self)) return VALUE_ERROR;
    Value result = peer_certificate(self, der);
    leave(self);
    return result;
}

static Value connection_channel_binding(Value *args) {
    Connection *self = as_connection(args[0]);
    Str *kind;
    unsigned char data[128];
    if (!is_empty(args[1])) {
        if (!argument_str(args[1], "get_channel_binding", "'cb_type'", &kind)) return VALUE_ERROR;
        if (!str_equal_c(kind, "tls-unique"))
            return raise_error(&ValueError, "'%U' channel binding type not implemented", kind);
    }
    if (!enter(self)) return VALUE_ERROR;
    bool own = (SSL_session_reused(self->ssl) != 0) != !self->server_side;
    size_t size = own ? SSL_get_finished(self->ssl, data, sizeof data)
                      : SSL_get_peer_finished(self->ssl, data, sizeof data);
    leave(self);
    if (size == 0) return VALUE_NONE;
    Bytes *bytes = bytes_from(data, size);
    return bytes ? object_value(bytes) : VALUE_ERROR;
}

static Value get_context(Value self) { return value_load_acquire(&as_connection(self)->context); }
static bool set_context(Value self_value, Value value) {
    Connection *self = as_connection(self_value);
    if (is_empty(value) || !is_instance_of(value, &context_type))
        return raise_error(&TypeError, "The value must be a SSLContext"), false;
    if (!enter(self)) return false;
    SSL_set_SSL_CTX(self->ssl, as_context(value)->ctx);
    SSL_set_msg_callback(self->ssl, is_empty(as_context(value)->message_callback) ? NULL : on_message);
    heap_store_release(self, &self->context, value);
    leave(self);
    return true;
}

static Value get_server_side(Value self) { return bool_value(as_connection(self)->server_side); }
static Value get_server_hostname(Value self) { return as_connection(self)->server_hostname; }
static Value get_owner(Value self) {
    Value owner = value_load_acquire(&as_connection(self)->owner);
    return is_empty(owner) ? VALUE_NONE : owner;
}
static bool set_owner(Value self, Value value) {
    heap_store_release(as_connection(self), &as_connection(self)->owner, is_none(value) ? VALUE_EMPTY : value);
    return true;
}

static Value get_session(Value self_value) {
    Connection *self = as_connection(self_value);
    if (!enter(self)) return VALUE_ERROR;
    SSL_SESSION *current = SSL_get0_session(self->ssl);
    SSL_SESSION *copy = current ? SSL_SESSION_dup(current) : NULL;
    leave(self);
    if (!current) return VALUE_NONE;
    Session *session = copy ? object_alloc_releasable(&session_type, sizeof(Session)) : NULL;
    if (!session) {
        SSL_SESSION_free(copy);
        return copy ? VALUE_ERROR : raise_memory_error();
    }
    session->context = value_load_acquire(&self->context);
    session->session = copy;
    return object_value(session);
}
static bool set_session_attribute(Value self_value, Value value) {
    Connection *self = as_connection(self_value);
    if (is_empty(value)) return raise_error(&TypeError, "Value is not a SSLSession."), false;
    if (!enter(self)) return false;
    bool ok = set_session(self, value);
    leave(self);
    return ok;
}
static Value get_session_reused(Value self) {
    return bool_value(SSL_session_reused(as_connection(self)->ssl));
}

static const MethodDef methods[] = {
    METHOD("do_handshake", connection_do_handshake, "($self, /)", NULL),
    METHOD("write", connection_write, "($self, b, /)",
           "Writes the bytes-like object b into the SSL object.\n\nReturns the number of bytes written."),
    METHOD("read", connection_read, "($self, size, buffer=<unrepresentable>, /)",
           "Read up to size bytes from the SSL socket."),
    METHOD("pending", connection_pending, "($self, /)",
           "Returns the number of already decrypted bytes available for read, pending on the connection."),
    METHOD("getpeercert", connection_getpeercert, "($self, der=False, /)",
           "Returns the certificate for the peer."),
    METHOD("get_channel_binding", connection_channel_binding, "($self, /, cb_type='tls-unique')",
           "Get channel binding data for current connection."),
    METHOD("cipher", connection_cipher, "($self, /)", NULL),
    METHOD("shared_ciphers", connection_shared_ciphers, "($self, /)", NULL),
    METHOD("version", connection_version, "($self, /)", NULL),
    METHOD("selected_alpn_protocol", connection_alpn, "($self, /)", NULL),
    METHOD("compression", connection_compression, "($self, /)", NULL),
    METHOD("shutdown", connection_shutdown, "($self, /)", "Does the SSL shutdown handshake with the remote end."),
    METHOD("verify_client_post_handshake", connection_verify_client, "($self, /)",
           "Initiate TLS 1.3 post-handshake authentication"),
    METHOD("get_unverified_chain", connection_unverified_chain, "($self, /)", NULL),
    METHOD("get_verified_chain", connection_verified_chain, "($self, /)", NULL),
    {0},
};
static const GetSetDef getset[] = {
    {"context", get_context, set_context, "the context, which a server may change in its sni_callback"},
    {"server_side", get_server_side, NULL, "Whether this is a server-side socket."},
    {"server_hostname", get_server_hostname, NULL, "The currently set server hostname (for SNI)."},
    {"owner", get_owner, set_owner, "The Python-level owner of this object."},
    {"session", get_session, set_session_attribute, "The underlying SSLSession object."},
    {"session_reused", get_session_reused, NULL, "Was the client session reused during handshake?"},
    {0},
};
Type connection_type = {
    .name = "_ssl._SSLSocket",
    .base = &object_type_object,
    .flags = TYPE_NO_NEW,
    .size = sizeof(Connection),
    .root = {.cell_kind = {.trace = connection_trace, .release = connection_release, .name = "_ssl._SSLSocket"}},
    .methods = methods,
    .getset = getset,
};

/* --- sessions -------------------------------------------------------------------------------------------------- */

static SSL_SESSION *session_of(Value v) { return OBJECT_AS(Session, v)->session; }

static void session_trace(Cell *cell, Marker *marker) { marker_visit(marker, ((Session *)cell)->context); }
static void session_release(Cell *cell) {
    SSL_SESSION_free(((Session *)cell)->session);
    ((Session *)cell)->session = NULL;
}

static Value session_id(Value self) {
    unsigned size;
    const unsigned char *id = SSL_SESSION_get_id(session_of(self), &size);
    Bytes *bytes = bytes_from(id, size);
    return bytes ? object_value(bytes) : VALUE_ERROR;
}
static Value session_time(Value self) { return int_value(SSL_SESSION_get_time(session_of(self))); }
static Value session_timeout(Value self) { return int_value(SSL_SESSION_get_timeout(session_of(self))); }
static Value session_hint(Value self) {
    return int_value((int64_t)SSL_SESSION_get_ticket_lifetime_hint(session_of(self)));
}
static Value session_has_ticket(Value self) { return bool_value(SSL_SESSION_has_ticket(session_of(self))); }

static Value session_compare(Value self, Value other, CompareOp op) {
    if (!is_exactly(other, &session_type) || (op != COMPARE_EQ && op != COMPARE_NE))
        return VALUE_NOT_IMPLEMENTED;
    unsigned a_size, b_size;
    const unsigned char *a = SSL_SESSION_get_id(session_of(self), &a_size);
    const unsigned char *b = SSL_SESSION_get_id(session_of(other), &b_size);
    return bool_value((a_size == b_size && memcmp(a, b, a_size) == 0) == (op == COMPARE_EQ));
}

static int64_t session_hash(Value self) {
    unsigned size;
    uint32_t hash = 0;
    const unsigned char *id = SSL_SESSION_get_id(session_of(self), &size);
    memcpy(&hash, id, min_size(size, sizeof hash));
    return hash;
}

static const GetSetDef session_getset[] = {
    {"id", session_id, NULL, "Session id"},
    {"time", session_time, NULL, "Session creation time (seconds since epoch)."},
    {"timeout", session_timeout, NULL, "Session timeout (delta in seconds)."},
    {"ticket_lifetime_hint", session_hint, NULL, "Ticket life time hint."},
    {"has_ticket", session_has_ticket, NULL, "Does the session contain a ticket?"},
    {0},
};
Type session_type = {
    .name = "_ssl.SSLSession",
    .base = &object_type_object,
    .flags = TYPE_NO_NEW,
    .size = sizeof(Session),
    .root = {.cell_kind = {.trace = session_trace, .release = session_release, .name = "_ssl.SSLSession"}},
    .compare = session_compare,
    .hash = session_hash,
    .getset = session_getset,
};
