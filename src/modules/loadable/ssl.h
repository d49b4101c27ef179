/* ssl.h - what the files of the module _ssl share.
 *
 * OpenSSL's contexts may be used by several threads as long as nobody changes them, its connections by
 * one thread at a time. A context has a lock that is held by who changes it or makes a connection from
 * it, a connection one that is held during each call of the library. Both are recursive, because the
 * library calls back into Python (passwords, server names, messages).
 *
 * No call of the library blocks: the connection reads and writes through a BIO of our own that never
 * waits. When the library wants to read or write, the lock is released and the socket is waited for. So
 * a thread that waits for data does not keep another one from sending. */
#ifndef WEFT_MODULES_LOADABLE_SSL_H
#define WEFT_MODULES_LOADABLE_SSL_H

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include "modules/loadable/recursive_lock.h"
#include "modules/socket_internal.h"
#include "modules/loadable/loadable.h"

enum { PROTOCOL_TLS = 2, PROTOCOL_TLSv1, PROTOCOL_TLSv1_1, PROTOCOL_TLSv1_2, PROTOCOL_TLS_CLIENT = 16,
       PROTOCOL_TLS_SERVER };
enum { CERT_NONE, CERT_OPTIONAL, CERT_REQUIRED };

/* Numbers in SSLError.errno that are not OpenSSL's. */
enum { ERROR_EOF = 8, ERROR_INVALID_CODE = 10 };

typedef struct TlsContext {
    Object object;
    SSL_CTX *ctx;           /* constant */
    RecursiveLock lock;
    int protocol;           /* constant */
    unsigned host_flags;    /* atomic */
    uint8_t check_hostname, post_handshake_auth; /* atomic */
    unsigned char *alpn;    /* malloc'ed; under the lock, and read by handshakes: never freed before the
                               context, see context_set_alpn() */
    unsigned alpn_length;
    struct AlpnList *alpn_old;
    BIO *keylog;            /* under the lock */
    Value keylog_filename;  /* atomic; empty: none */
    Value sni_callback;     /* atomic; empty: none */
    Value message_callback; /* atomic; empty: none */
} TlsContext;
extern Type context_type;
static inline TlsContext *as_context(Value v) { return OBJECT_AS(TlsContext, v); }

/* What a MemoryBIO holds: bytes from one end to the other. Its lock is a leaf, held for a copy only, by
 * running and by detached threads. */
typedef struct MemoryBuffer {
    pthread_mutex_t lock;
    int references; /* atomic */
    char *data;
    size_t start, length, capacity; /* the bytes are data[start..start+length) */
    bool eof;
} MemoryBuffer;
typedef struct MemoryBio {
    Object object;
    MemoryBuffer *buffer; /* constant */
} MemoryBio;
extern Type memory_bio_type;
static inline MemoryBio *as_memory_bio(Value v) { return OBJECT_AS(MemoryBio, v); }

typedef struct Connection {
    Object object;
    SSL *ssl;                /* constant; under the lock */
    RecursiveLock lock;
    bool server_side;        /* constant */
    bool shutdown_seen_zero; /* under the lock */
    Value context;           /* atomic; a TlsContext */
    Value socket;            /* constant; a Socket, or empty for memory BIOs */
    Value incoming, outgoing; /* constant; MemoryBios, or empty */
    Value owner;             /* atomic; empty: none */
    Value server_hostname;   /* constant; a str or None */
    Value callback_error;    /* atomic; what a callback raised, or empty */
} Connection;
extern Type connection_type;
static inline Connection *as_connection(Value v) { return OBJECT_AS(Connection, v); }

typedef struct Session {
    Object object;
    SSL_SESSION *session; /* constant */
    Value context;        /* constant; the TlsContext it belongs to */
} Session;
extern Type session_type, certificate_type;

/* --- errors (ssl_module.c); all return VALUE_ERROR ------------------------------------------------------- */
extern Value ssl_error, ssl_zero_return_error, ssl_want_read_error, ssl_want_write_error;
extern Value ssl_syscall_error, ssl_eof_error, ssl_verification_error; /* the classes; roots */
/* From the library's queue of errors, which it empties. */
Value raise_ssl(int line);
/* The same with a text and number of our own; `code` is an error of the library or 0. */
Value raise_ssl_text(Value type, Connection *connection, int number, const char *text, unsigned long code,
                     int line);
#define RAISE_SSL() raise_ssl(__LINE__)

/* --- certificates (ssl_certificate.c) ---------------------------------------------------------------------- */
Value certificate_dict(X509 *certificate);
Value certificate_der(X509 *certificate);
Value certificate_new(X509 *certificate); /* takes a reference of its own */
Value object_text(const ASN1_OBJECT *object, bool no_name); /* a name or a number */
/* A list of what `stack` holds; None for NULL. */
Value certificate_list(STACK_OF(X509) *stack);

/* --- connections (ssl_connection.c) --------------------------------------------------------------------- */
/* `socket` or both of `incoming` and `outgoing`. */
Value connection_new(TlsContext *context, Value socket, Value incoming, Value outgoing, bool server_side,
                     Value hostname, Value owner, Value session);
/* One dict for get_ciphers(). */
Value cipher_dict(const SSL_CIPHER *cipher);
/* The callbacks of the library that call Python. They are called with the thread detached. */
int on_server_name(SSL *ssl, int *alert, void *data);
void on_message(int write, int version, int type, const void *data, size_t size, SSL *ssl, void *argument);
void on_keylog(const SSL *ssl, const char *line);

#endif
