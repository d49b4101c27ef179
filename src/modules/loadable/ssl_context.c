/* ssl_context.c - contexts (_SSLContext): what connections are made from. */
#include "modules/loadable/ssl.h"

#include <limits.h>
#include <openssl/dh.h>
#include <openssl/pem.h>
#include <stdlib.h>

static void context_trace(Cell *cell, Marker *marker) {
    TlsContext *self = (TlsContext *)cell;
    marker_visit(marker, value_load_relaxed(&self->keylog_filename));
    marker_visit(marker, value_load_relaxed(&self->sni_callback));
    marker_visit(marker, value_load_relaxed(&self->message_callback));
}

/* Lists of protocols that were replaced while handshakes may have been reading them. */
typedef struct AlpnList {
    struct AlpnList *next;
    unsigned char *data;
} AlpnList;

static void context_release(Cell *cell) {
    TlsContext *self = (TlsContext *)cell;
    if (self->ctx) SSL_CTX_free(self->ctx);
    if (self->keylog) BIO_free_all(self->keylog);
    free(self->alpn);
    for (AlpnList *old = self->alpn_old, *next; old; old = next) {
        next = old->next;
        free(old->data);
        free(old);
    }
    self->ctx = NULL;
}

static bool enter(TlsContext *self) { return recursive_lock_enter(&self->lock); }
static void leave(TlsContext *self) { recursive_lock_leave(&self->lock); }

/* --- making ----------------------------------------------------------------------------------------------- */

static const SSL_METHOD *method_for(int protocol) {
    switch (protocol) {
    case PROTOCOL_TLS: return TLS_method();
    case PROTOCOL_TLS_CLIENT: return TLS_client_method();
    case PROTOCOL_TLS_SERVER: return TLS_server_method();
    case PROTOCOL_TLSv1:
    case PROTOCOL_TLSv1_1:
    case PROTOCOL_TLSv1_2: return TLS_method();
    default: return NULL;
    }
}

static bool warn_protocol(int protocol) {
    const char *name = protocol == PROTOCOL_TLS     ? "PROTOCOL_TLS"
                       : protocol == PROTOCOL_TLSv1   ? "PROTOCOL_TLSv1"
                       : protocol == PROTOCOL_TLSv1_1 ? "PROTOCOL_TLSv1_1"
                       : protocol == PROTOCOL_TLSv1_2 ? "PROTOCOL_TLSv1_2"
                                                      : NULL;
    return !name || warn(&DeprecationWarning, 2, "ssl.%s is deprecated", name);
}

/* The old protocol constants are one version each. */
static void fix_version(SSL_CTX *ctx, int protocol) {
    int version = protocol == PROTOCOL_TLSv1     ? TLS1_VERSION
                  : protocol == PROTOCOL_TLSv1_1 ? TLS1_1_VERSION
                  : protocol == PROTOCOL_TLSv1_2 ? TLS1_2_VERSION
                                                 : 0;
    if (!version) return;
    SSL_CTX_set_min_proto_version(ctx, version);
    SSL_CTX_set_max_proto_version(ctx, version);
}

static void set_verify_mode(TlsContext *self, int mode) {
    int flags = mode == CERT_NONE ? SSL_VERIFY_NONE : SSL_VERIFY_PEER;
    if (mode == CERT_REQUIRED) flags |= SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
    SSL_CTX_set_verify(self->ctx, flags, SSL_CTX_get_verify_callback(self->ctx));
}

static int verify_mode(TlsContext *self) {
    int flags = SSL_CTX_get_verify_mode(self->ctx);
    return !(flags & SSL_VERIFY_PEER) ? CERT_NONE
           : flags & SSL_VERIFY_FAIL_IF_NO_PEER_CERT ? CERT_REQUIRED
                                                     : CERT_OPTIONAL;
}

static Value context_new(Type *type, Value *args, size_t count, Tuple *names) {
    static Signature *signature;
    Value a[1];
    int protocol = 0;
    if (!bind_arguments("_SSLContext", "(protocol, /)", &signature, args, count, names, a) ||
        !argument_int(a[0], &protocol) || !warn_protocol(protocol))
        return VALUE_ERROR;
    const SSL_METHOD *method = method_for(protocol);
    if (!method) return raise_error(&ValueError, "invalid or unsupported protocol version");
    TlsContext *self = object_alloc_instance(type, sizeof(TlsContext));
    if (!self) return VALUE_ERROR;
    ERR_clear_error();
    SSL_CTX *ctx = SSL_CTX_new(method);
    if (!ctx) return RAISE_SSL();
    self->ctx = ctx;
    self->protocol = protocol;
    self->host_flags = X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS;
    self->check_hostname = protocol == PROTOCOL_TLS_CLIENT;
    set_verify_mode(self, self->check_hostname ? CERT_REQUIRED : CERT_NONE);
    fix_version(ctx, protocol);
    SSL_CTX_set_options(ctx, (SSL_OP_ALL & ~(uint64_t)SSL_OP_DONT_INSERT_EMPTY_FRAGMENTS) | SSL_OP_NO_SSLv3 |
                                 SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE |
                                 SSL_OP_SINGLE_DH_USE | SSL_OP_SINGLE_ECDH_USE |
                                 SSL_OP_IGNORE_UNEXPECTED_EOF | SSL_OP_ENABLE_MIDDLEBOX_COMPAT);
    SSL_CTX_set_app_data(ctx, self);
    SSL_CTX_set_session_id_context(ctx, (const unsigned char *)"Python", sizeof "Python");
    SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS);
    X509_VERIFY_PARAM *parameters = SSL_CTX_get0_param(ctx);
    X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_TRUSTED_FIRST);
    X509_VERIFY_PARAM_set_hostflags(parameters, self->host_flags);
    SSL_CTX_set_post_handshake_auth(ctx, 0);
    return object_value(self);
}

static bool ignore_init(Value self, Value *args, size_t count, Tuple *names) { return true; }

static Value context_wrap_socket(Value *args) {
    bool server_side = false;
    if (!is_instance_of(args[1], &socket_type))
        return raise_error(&TypeError, "_wrap_socket() argument 'sock' must be _socket.socket, not %T", args[1]);
    if (!argument_bool(args[2], &server_side)) return VALUE_ERROR;
    return connection_new(as_context(args[0]), args[1], VALUE_EMPTY, VALUE_EMPTY, server_side,
                          none_if_empty(args[3]), none_if_empty(args[4]), none_if_empty(args[5]));
}

static Value context_wrap_bio(Value *args) {
    bool server_side = false;
    for (int i = 1; i < 3; i++)
        if (!is_instance_of(args[i], &memory_bio_type))
            return raise_error(&TypeError, "_wrap_bio() argument '%s' must be _ssl.MemoryBIO, not %T",
                               i == 1 ? "incoming" : "outgoing", args[i]);
    if (!argument_bool(args[3], &server_side)) return VALUE_ERROR;
    return connection_new(as_context(args[0]), VALUE_EMPTY, args[1], args[2], server_side,
                          none_if_empty(args[4]), none_if_empty(args[5]), none_if_empty(args[6]));
}

/* --- ciphers and protocols ------------------------------------------------------------------------------------ */

static Value context_set_ciphers(Value *args) {
    TlsContext *self = as_context(args[0]);
    Str *list;
    if (!argument_str(args[1], "set_ciphers", "", &list)) return VALUE_ERROR;
    const char *text = str_utf8(list, NULL);
    if (!text || !enter(self)) return VALUE_ERROR;
    int done = SSL_CTX_set_cipher_list(self->ctx, text);
    ERR_clear_error();
    leave(self);
    return done ? VALUE_NONE : raise_error(OBJECT_AS(Type, ssl_error), "No cipher can be selected.");
}

static bool add_text(Dict *dict, const char *name, const char *text) {
    Str *str = text ? str_from_c(text) : NULL;
    return text ? str && dict_set_c(dict, name, object_value(str)) : dict_set_c(dict, name, VALUE_NONE);
}

Value cipher_dict(const SSL_CIPHER *cipher) {
    char description[512];
    int algorithm_bits, strength = SSL_CIPHER_get_bits(cipher, &algorithm_bits);
    int symmetric = SSL_CIPHER_get_cipher_nid(cipher), digest = SSL_CIPHER_get_digest_nid(cipher);
    int exchange = SSL_CIPHER_get_kx_nid(cipher), authentication = SSL_CIPHER_get_auth_nid(cipher);
    SSL_CIPHER_description(cipher, description, sizeof description - 1);
    size_t length = strlen(description);
    if (length && description[length - 1] == '\n') description[length - 1] = 0;
#define NID_NAME(nid) ((nid) != NID_undef ? OBJ_nid2ln(nid) : NULL)
    Dict *dict = dict_new();
    bool ok = dict && dict_set_c(dict, "id", int_value((int64_t)SSL_CIPHER_get_id(cipher))) &&
              add_text(dict, "name", SSL_CIPHER_get_name(cipher)) &&
              add_text(dict, "protocol", SSL_CIPHER_get_version(cipher)) &&
              add_text(dict, "description", description) &&
              dict_set_c(dict, "strength_bits", int_value(strength)) &&
              dict_set_c(dict, "alg_bits", int_value(algorithm_bits)) &&
              dict_set_c(dict, "aead", bool_value(SSL_CIPHER_is_aead(cipher))) &&
              add_text(dict, "symmetric", NID_NAME(symmetric)) && add_text(dict, "digest", NID_NAME(digest)) &&
              add_text(dict, "kea", NID_NAME(exchange)) && add_text(dict, "auth", NID_NAME(authentication));
#undef NID_NAME
    return ok ? object_value(dict) : VALUE_ERROR;
}

static Value context_get_ciphers(Value *args) {
    TlsContext *self = as_context(args[0]);
    if (!enter(self)) return VALUE_ERROR;
    SSL *ssl = SSL_new(self->ctx);
    leave(self);
    if (!ssl) return RAISE_SSL();
    STACK_OF(SSL_CIPHER) *ciphers = SSL_get_ciphers(ssl);
    List *list = list_new(0);
    bool ok = list != NULL;
    for (int i = 0; ok && i < sk_SSL_CIPHER_num(ciphers); i++) {
        Value dict = cipher_dict(sk_SSL_CIPHER_value(ciphers, i));
        ok = !is_error(dict) && list_append(list, dict);
    }
    SSL_free(ssl);
    return ok ? object_value(list) : VALUE_ERROR;
}

/* Chooses a protocol; detached, in a handshake. */
static int on_alpn(SSL *ssl, const unsigned char **out, unsigned char *out_size, const unsigned char *client,
                   unsigned client_size, void *argument) {
    TlsContext *self = argument;
    unsigned size = load_acquire(&self->alpn_length);
    unsigned char *server = load_acquire(&self->alpn);
    if (!server) return SSL_TLSEXT_ERR_NOACK;
    int result = SSL_select_next_proto((unsigned char **)out, out_size, server, size, client, client_size);
    return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

static Value context_set_alpn(Value *args) {
    TlsContext *self = as_context(args[0]);
    BufferView view;
    if (!buffer_get(args[1], &view, BUFFER_SIMPLE)) return VALUE_ERROR;
    Value result = VALUE_ERROR;
    if (view.length > UINT_MAX) {
        raise_error(&OverflowError, "protocols longer than %u bytes", UINT_MAX);
    } else if (enter(self)) {
        unsigned char *copy = malloc((size_t)view.length + 1);
        AlpnList *old = self->alpn ? malloc(sizeof *old) : NULL;
        if (!copy || (self->alpn && !old)) {
            free(copy);
            free(old);
            raise_memory_error();
        } else {
            if (old) {
                *old = (AlpnList){self->alpn_old, self->alpn};
                self->alpn_old = old;
            }
            memcpy(copy, view.data, (size_t)view.length);
            store_release(&self->alpn_length, 0u); /* a reader never pairs it with a shorter list */
            store_release(&self->alpn, copy);
            store_release(&self->alpn_length, (unsigned)view.length);
            SSL_CTX_set_alpn_select_cb(self->ctx, on_alpn, self);
            result = SSL_CTX_set_alpn_protos(self->ctx, copy, (unsigned)view.length) == 0
                         ? VALUE_NONE
                         : raise_memory_error();
        }
        leave(self);
    }
    buffer_release(&view);
    return result;
}

static Value context_set_ecdh_curve(Value *args) {
    TlsContext *self = as_context(args[0]);
    const char *name = NULL;
    if (is_str(args[1])) name = str_os_text(as_str(args[1]), NULL);
    else if (is_bytes(args[1])) name = (const char *)as_bytes(args[1])->data;
    else
        raise_error(&TypeError, "expected str, bytes or os.PathLike object, not %T", args[1]);
    if (!name) return VALUE_ERROR;
    int nid = OBJ_sn2nid(name);
    if (nid == NID_undef) return raise_error(&ValueError, "unknown elliptic curve name %R", args[1]);
    if (!enter(self)) return VALUE_ERROR;
    bool done = SSL_CTX_set1_groups(self->ctx, &nid, 1) > 0;
    leave(self);
    return done ? VALUE_NONE : RAISE_SSL();
}

static Value context_load_dh_params(Value *args) {
    TlsContext *self = as_context(args[0]);
    Value path_object = VALUE_EMPTY;
    const char *path = value_os_path(args[1], &path_object);
    if (!path) return VALUE_ERROR;
    ERR_clear_error();
    FILE *file = fopen(path, "rb");
    if (!file) return raise_os_error(errno, args[1], VALUE_EMPTY);
    BIO *bio = BIO_new_fp(file, BIO_CLOSE);
    unsigned char *data = NULL;
    long size = 0;
    bool found = bio && PEM_bytes_read_bio(&data, &size, NULL, PEM_STRING_DHPARAMS, bio, NULL, NULL);
    BIO_free(bio);
    const unsigned char *position = data;
    EVP_PKEY *key = found ? d2i_KeyParams(EVP_PKEY_DH, NULL, &position, size) : NULL;
    OPENSSL_free(data);
    if (!key) return RAISE_SSL();
    if (!enter(self)) {
        EVP_PKEY_free(key);
        return VALUE_ERROR;
    }
    bool done = SSL_CTX_set0_tmp_dh_pkey(self->ctx, key);
    leave(self);
    if (!done) EVP_PKEY_free(key);
    return done ? VALUE_NONE : RAISE_SSL();
}

/* --- certificates ------------------------------------------------------------------------------------------ */

typedef struct Password {
    Value callback;    /* or empty */
    const char *text;  /* in a heap cell that `holder` is */
    size_t length;
    Value holder;
} Password;

static bool password_text(Password *password, Value v, const char *wrong) {
    if (is_str(v)) {
        password->text = str_utf8(as_str(v), &password->length);
        if (!password->text) return false;
    } else if (is_bytes(v)) {
        password->text = (const char *)as_bytes(v)->data;
        password->length = (size_t)as_bytes(v)->length;
    } else if (is_kind(v, TYPE_BYTEARRAY)) {
        BufferView view;
        if (!buffer_get(v, &view, BUFFER_SIMPLE)) return false;
        Bytes *copy = bytes_from(view.data, (size_t)view.length);
        buffer_release(&view);
        if (!copy) return false;
        password->text = (const char *)copy->data;
        password->length = (size_t)copy->length;
    } else {
        raise_error(&TypeError, "%s", wrong);
        return false;
    }
    password->holder = v;
    if (password->length <= INT_MAX / 2) return true;
    raise_error(&ValueError, "password cannot be longer than %d bytes", INT_MAX / 2);
    return false;
}

/* The library asks for the password of a key. The thread is attached. */
static int on_password(char *buffer, int size, int writing, void *data) {
    Password *password = data;
    if (!is_empty(password->callback)) {
        Value answer = call_0(password->callback);
        if (is_error(answer) || !password_text(password, answer, "password callback must return a string"))
            return -1;
    }
    if (password->length > (size_t)size) {
        raise_error(&ValueError, "password cannot be longer than %d bytes", size);
        return -1;
    }
    memcpy(buffer, password->text, password->length);
    return (int)password->length;
}

static Value raise_load_failure(void) {
    int error = errno;
    if (error_occurred()) {
        ERR_clear_error();
        return VALUE_ERROR;
    }
    if (error == 0) return RAISE_SSL();
    ERR_clear_error();
    return raise_os_error(error, VALUE_EMPTY, VALUE_EMPTY);
}

static Value load_chain(TlsContext *self, const char *certificate, const char *key) {
    ERR_clear_error();
    errno = 0;
    if (SSL_CTX_use_certificate_chain_file(self->ctx, certificate) != 1) return raise_load_failure();
    errno = 0;
    if (SSL_CTX_use_PrivateKey_file(self->ctx, key, SSL_FILETYPE_PEM) != 1) return raise_load_failure();
    return SSL_CTX_check_private_key(self->ctx) == 1 ? VALUE_NONE : RAISE_SSL();
}

/* A path argument; *out stays NULL for None. */
static bool path_argument(Value v, const char *message, Value *holder, const char **out) {
    *out = NULL;
    if (is_empty(v) || is_none(v)) return true;
    *out = value_os_path(v, holder);
    if (*out) return true;
    if (error_clear_if(&TypeError)) raise_error(&TypeError, "%s", message);
    return false;
}

static Value context_load_cert_chain(Value *args) {
    TlsContext *self = as_context(args[0]);
    const char *certificate, *key;
    Value holders[2] = {VALUE_EMPTY, VALUE_EMPTY};
    Password password = {VALUE_EMPTY, NULL, 0, VALUE_EMPTY};
    if (is_none(args[1]) || !path_argument(args[1], "certfile should be a valid filesystem path", &holders[0], &certificate))
        return error_occurred() ? VALUE_ERROR
                                : raise_error(&TypeError, "certfile should be a valid filesystem path");
    if (!path_argument(args[2], "keyfile should be a valid filesystem path", &holders[1], &key))
        return VALUE_ERROR;
    bool has_password = !is_empty(args[3]) && !is_none(args[3]);
    if (has_password && is_callable(args[3])) password.callback = args[3];
    else if (has_password && !password_text(&password, args[3], "password should be a string or callable"))
        return VALUE_ERROR;
    if (!enter(self)) return VALUE_ERROR;
    pem_password_cb *old = SSL_CTX_get_default_passwd_cb(self->ctx);
    void *old_data = SSL_CTX_get_default_passwd_cb_userdata(self->ctx);
    if (has_password) {
        SSL_CTX_set_default_passwd_cb(self->ctx, on_password);
        SSL_CTX_set_default_passwd_cb_userdata(self->ctx, &password);
    }
    Value result = load_chain(self, certificate, key ? key : certificate);
    SSL_CTX_set_default_passwd_cb(self->ctx, old);
    SSL_CTX_set_default_passwd_cb_userdata(self->ctx, old_data);
    leave(self);
    KEEP_ALIVE(&holders);
    return result;
}

/* Adds certificates from memory to the trusted ones. */
static bool add_certificates(TlsContext *self, const void *data, int64_t size, bool pem) {
    if (size <= 0) return raise_error(&ValueError, "Empty certificate data"), false;
    if (size > INT_MAX) return raise_error(&OverflowError, "Certificate data is too long."), false;
    BIO *bio = BIO_new_mem_buf(data, (int)size);
    if (!bio) return RAISE_SSL(), false;
    X509_STORE *store = SSL_CTX_get_cert_store(self->ctx);
    int loaded = 0;
    bool failed = false;
    for (;;) {
        X509 *certificate = pem ? PEM_read_bio_X509(bio, NULL, SSL_CTX_get_default_passwd_cb(self->ctx), NULL)
                                : d2i_X509_bio(bio, NULL);
        if (!certificate) break;
        int added = X509_STORE_add_cert(store, certificate);
        X509_free(certificate);
        if (!added) {
            unsigned long error = ERR_peek_last_error();
            failed = ERR_GET_LIB(error) != ERR_LIB_X509 || ERR_GET_REASON(error) != X509_R_CERT_ALREADY_IN_HASH_TABLE;
            if (failed) break;
            ERR_clear_error();
        }
        loaded++;
    }
    unsigned long error = ERR_peek_last_error();
    bool ended = pem ? ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE
                     : BIO_eof(bio) || (ERR_GET_LIB(error) == ERR_LIB_ASN1 &&
                                        ERR_GET_REASON(error) == ASN1_R_HEADER_TOO_LONG);
    BIO_free(bio);
    if (!failed && loaded == 0 && (ended || error == 0)) {
        raise_ssl_text(ssl_error, NULL, 0,
                       pem ? "no start line: cadata does not contain a certificate"
                           : "not enough data: cadata does not contain a certificate",
                       0, __LINE__);
        return false;
    }
    if (!failed && loaded > 0 && (ended || error == 0)) {
        ERR_clear_error();
        return true;
    }
    if (error) RAISE_SSL();
    return error == 0;
}

static bool add_ca_data(TlsContext *self, Value data) {
    if (is_str(data)) {
        size_t size;
        const char *text = str_is_ascii(as_str(data)) ? str_utf8(as_str(data), &size) : NULL;
        if (!text) return raise_error(&TypeError, "cadata should be an ASCII string or a bytes-like object"), false;
        return add_certificates(self, text, (int64_t)size, true);
    }
    if (!has_buffer(data))
        return raise_error(&TypeError, "cadata should be an ASCII string or a bytes-like object"), false;
    BufferView view;
    if (!buffer_get(data, &view, BUFFER_SIMPLE)) return false;
    bool ok = add_certificates(self, view.data, view.length, false);
    buffer_release(&view);
    return ok;
}

static Value context_load_verify_locations(Value *args) {
    TlsContext *self = as_context(args[0]);
    Value holders[2] = {VALUE_EMPTY, VALUE_EMPTY};
    const char *file, *folder;
    bool has_data = !is_empty(args[3]) && !is_none(args[3]);
    if (!path_argument(args[1], "cafile should be a valid filesystem path", &holders[0], &file) ||
        !path_argument(args[2], "capath should be a valid filesystem path", &holders[1], &folder))
        return VALUE_ERROR;
    if (!file && !folder && !has_data)
        return raise_error(&TypeError, "cafile, capath and cadata cannot be all omitted");
    if (!enter(self)) return VALUE_ERROR;
    ERR_clear_error();
    Value result = VALUE_NONE;
    if (has_data && !add_ca_data(self, args[3])) result = VALUE_ERROR;
    errno = 0;
    if (!is_error(result) && (file || folder) && SSL_CTX_load_verify_locations(self->ctx, file, folder) != 1)
        result = raise_load_failure();
    leave(self);
    KEEP_ALIVE(&holders);
    return result;
}

static Value context_set_default_verify_paths(Value *args) {
    TlsContext *self = as_context(args[0]);
    if (!enter(self)) return VALUE_ERROR;
    bool done = SSL_CTX_set_default_verify_paths(self->ctx);
    leave(self);
    return done ? VALUE_NONE : RAISE_SSL();
}

/* Copies of the store's objects, so that no lock of the library is held while Python objects are made. */
static STACK_OF(X509_OBJECT) *store_objects(TlsContext *self) {
    return X509_STORE_get0_objects(SSL_CTX_get_cert_store(self->ctx));
}

static Value context_cert_store_stats(Value *args) {
    TlsContext *self = as_context(args[0]);
    if (!enter(self)) return VALUE_ERROR;
    STACK_OF(X509_OBJECT) *objects = store_objects(self);
    int64_t certificates = 0, lists = 0, authorities = 0;
    for (int i = 0; i < sk_X509_OBJECT_num(objects); i++) {
        X509_OBJECT *object = sk_X509_OBJECT_value(objects, i);
        X509_LOOKUP_TYPE type = X509_OBJECT_get_type(object);
        certificates += type == X509_LU_X509;
        authorities += type == X509_LU_X509 && X509_check_ca(X509_OBJECT_get0_X509(object));
        lists += type == X509_LU_CRL;
    }
    leave(self);
    Dict *dict = dict_new();
    bool ok = dict && dict_set_c(dict, "x509", int_value(certificates)) &&
              dict_set_c(dict, "crl", int_value(lists)) && dict_set_c(dict, "x509_ca", int_value(authorities));
    return ok ? object_value(dict) : VALUE_ERROR;
}

static Value context_get_ca_certs(Value *args) {
    TlsContext *self = as_context(args[0]);
    bool binary = false;
    if (!argument_bool(args[1], &binary) || !enter(self)) return VALUE_ERROR;
    STACK_OF(X509_OBJECT) *objects = store_objects(self);
    List *list = list_new(0);
    bool ok = list != NULL;
    for (int i = 0; ok && i < sk_X509_OBJECT_num(objects); i++) {
        X509 *certificate = X509_OBJECT_get0_X509(sk_X509_OBJECT_value(objects, i));
        if (!certificate || !X509_check_ca(certificate)) continue;
        Value v = binary ? certificate_der(certificate) : certificate_dict(certificate);
        ok = !is_error(v) && list_append(list, v);
    }
    leave(self);
    return ok ? object_value(list) : VALUE_ERROR;
}

static Value context_session_stats(Value *args) {
    TlsContext *self = as_context(args[0]);
    Dict *dict = dict_new();
    if (!dict) return VALUE_ERROR;
#define ADD(function, name)                                                                        \
    if (!dict_set_c(dict, name, int_value(SSL_CTX_sess_##function(self->ctx)))) return VALUE_ERROR
    ADD(number, "number");
    ADD(connect, "connect");
    ADD(connect_good, "connect_good");
    ADD(connect_renegotiate, "connect_renegotiate");
    ADD(accept, "accept");
    ADD(accept_good, "accept_good");
    ADD(accept_renegotiate, "accept_renegotiate");
    ADD(hits, "hits");
    ADD(misses, "misses");
    ADD(timeouts, "timeouts");
    ADD(cache_full, "cache_full");
#undef ADD
    return object_value(dict);
}

/* --- attributes ---------------------------------------------------------------------------------------------- */

static bool number_for_attribute(Value value, int64_t *out) {
    if (is_empty(value)) return raise_error(&exc_AttributeError, "cannot delete attribute"), false;
    return argument_int64(value, out);
}

static Value get_verify_mode(Value self) { return int_value(verify_mode(as_context(self))); }
static bool set_verify_mode_attribute(Value self_value, Value value) {
    TlsContext *self = as_context(self_value);
    int64_t mode;
    if (!number_for_attribute(value, &mode)) return false;
    if (mode < CERT_NONE || mode > CERT_REQUIRED)
        return raise_error(&ValueError, "invalid value for verify_mode"), false;
    if (mode == CERT_NONE && load_relaxed(&self->check_hostname)) {
        raise_error(&ValueError, "Cannot set verify_mode to CERT_NONE when check_hostname is enabled.");
        return false;
    }
    if (!enter(self)) return false;
    set_verify_mode(self, (int)mode);
    leave(self);
    return true;
}

static Value get_check_hostname(Value self) { return bool_value(load_relaxed(&as_context(self)->check_hostname)); }
static bool set_check_hostname(Value self_value, Value value) {
    TlsContext *self = as_context(self_value);
    bool check = false;
    if (is_empty(value)) return raise_error(&exc_AttributeError, "cannot delete attribute"), false;
    if (!argument_bool(value, &check) || !enter(self)) return false;
    if (check && verify_mode(self) == CERT_NONE) set_verify_mode(self, CERT_REQUIRED);
    store_relaxed(&self->check_hostname, (uint8_t)check);
    leave(self);
    return true;
}

static Value get_verify_flags(Value self) {
    return int_value((int64_t)X509_VERIFY_PARAM_get_flags(SSL_CTX_get0_param(as_context(self)->ctx)));
}
static bool set_verify_flags(Value self_value, Value value) {
    TlsContext *self = as_context(self_value);
    int64_t wanted;
    if (!number_for_attribute(value, &wanted) || !enter(self)) return false;
    X509_VERIFY_PARAM *parameters = SSL_CTX_get0_param(self->ctx);
    unsigned long old = X509_VERIFY_PARAM_get_flags(parameters), fresh = (unsigned long)wanted;
    bool ok = X509_VERIFY_PARAM_clear_flags(parameters, old & ~fresh) &&
              X509_VERIFY_PARAM_set_flags(parameters, ~old & fresh);
    leave(self);
    if (!ok) RAISE_SSL();
    return ok;
}

static Value get_options(Value self) { return int_value((int64_t)SSL_CTX_get_options(as_context(self)->ctx)); }
static bool set_options(Value self_value, Value value) {
    const uint64_t versions = SSL_OP_NO_SSLv3 | SSL_OP_NO_TLSv1 | SSL_OP_NO_TLSv1_1 | SSL_OP_NO_TLSv1_2 | SSL_OP_NO_TLSv1_3;
    TlsContext *self = as_context(self_value);
    int64_t wanted;
    if (!number_for_attribute(value, &wanted)) return false;
    uint64_t old = SSL_CTX_get_options(self->ctx), fresh = (uint64_t)wanted;
    if ((~old & fresh & versions) &&
        !warn(&DeprecationWarning, 2, "ssl.OP_NO_SSL*/ssl.OP_NO_TLS* options are deprecated"))
        return false;
    if (!enter(self)) return false;
    SSL_CTX_clear_options(self->ctx, old & ~fresh);
    SSL_CTX_set_options(self->ctx, ~old & fresh);
    leave(self);
    return true;
}

static Value get_host_flags(Value self) { return int_value(load_relaxed(&as_context(self)->host_flags)); }
static bool set_host_flags(Value self_value, Value value) {
    TlsContext *self = as_context(self_value);
    int64_t flags;
    if (!number_for_attribute(value, &flags) || !enter(self)) return false;
    store_relaxed(&self->host_flags, (unsigned)flags);
    X509_VERIFY_PARAM_set_hostflags(SSL_CTX_get0_param(self->ctx), (unsigned)flags);
    leave(self);
    return true;
}

/* Versions as programs see them: -2 the lowest there is, -1 the highest. */
static Value version_value(int64_t version, int64_t none) { return int_value(version == 0 ? none : version); }
static Value get_minimum_version(Value self) {
    return version_value(SSL_CTX_get_min_proto_version(as_context(self)->ctx), -2);
}
static Value get_maximum_version(Value self) {
    return version_value(SSL_CTX_get_max_proto_version(as_context(self)->ctx), -1);
}

static bool warn_version(int64_t version) {
    const char *name = version == SSL3_VERSION     ? "SSLv3"
                       : version == TLS1_VERSION   ? "TLSv1"
                       : version == TLS1_1_VERSION ? "TLSv1_1"
                                                   : NULL;
    return !name || warn(&DeprecationWarning, 2, "ssl.TLSVersion.%s is deprecated", name);
}

static bool set_version(Value self_value, Value value, bool maximum) {
    TlsContext *self = as_context(self_value);
    int64_t version;
    if (!number_for_attribute(value, &version)) return false;
    if (self->protocol != PROTOCOL_TLS && self->protocol < PROTOCOL_TLS_CLIENT) {
        raise_error(&ValueError, "The context's protocol doesn't support modification of highest and lowest version.");
        return false;
    }
    if (!warn_version(version)) return false;
    bool known = version == -1 || version == -2 || (version >= SSL3_VERSION && version <= TLS1_3_VERSION);
    if (!known) return raise_error(&ValueError, "Unsupported TLS/SSL version 0x%x", (unsigned)version), false;
    if (maximum) version = version == -1 ? 0 : version == -2 ? TLS1_VERSION : version;
    else version = version == -2 ? 0 : version == -1 ? TLS1_3_VERSION : version;
    if (!enter(self)) return false;
    bool done = maximum ? SSL_CTX_set_max_proto_version(self->ctx, (int)version)
                        : SSL_CTX_set_min_proto_version(self->ctx, (int)version);
    leave(self);
    if (!done) raise_error(&ValueError, "Unsupported protocol version 0x%x", (unsigned)version);
    return done;
}
static bool set_minimum_version(Value self, Value value) { return set_version(self, value, false); }
static bool set_maximum_version(Value self, Value value) { return set_version(self, value, true); }

static Value get_num_tickets(Value self) { return int_value((int64_t)SSL_CTX_get_num_tickets(as_context(self)->ctx)); }
static bool set_num_tickets(Value self_value, Value value) {
    TlsContext *self = as_context(self_value);
    int64_t number;
    if (!number_for_attribute(value, &number)) return false;
    if (number < 0) return raise_error(&ValueError, "value must be non-negative"), false;
    if (self->protocol != PROTOCOL_TLS_SERVER)
        return raise_error(&ValueError, "SSLContext is not a server context."), false;
    if (SSL_CTX_set_num_tickets(self->ctx, (size_t)number)) return true;
    raise_error(&ValueError, "failed to set num tickets.");
    return false;
}

static Value get_security_level(Value self) { return int_value(SSL_CTX_get_security_level(as_context(self)->ctx)); }
static Value get_protocol(Value self) { return int_value(as_context(self)->protocol); }

static Value get_post_handshake_auth(Value self) {
    return bool_value(load_relaxed(&as_context(self)->post_handshake_auth));
}
static bool set_post_handshake_auth(Value self, Value value) {
    bool on = false;
    if (is_empty(value)) return raise_error(&exc_AttributeError, "cannot delete attribute"), false;
    if (!argument_bool(value, &on)) return false;
    store_relaxed(&as_context(self)->post_handshake_auth, (uint8_t)on);
    return true;
}

static Value shown(const Value *slot) {
    Value v = value_load_acquire(slot);
    return is_empty(v) ? VALUE_NONE : v;
}

static Value get_sni_callback(Value self) { return shown(&as_context(self)->sni_callback); }
static bool set_sni_callback(Value self_value, Value value) {
    TlsContext *self = as_context(self_value);
    if (self->protocol == PROTOCOL_TLS_CLIENT)
        return raise_error(&ValueError, "sni_callback cannot be set on TLS_CLIENT context"), false;
    if (!is_empty(value) && !is_none(value) && !is_callable(value)) {
        SSL_CTX_set_tlsext_servername_callback(self->ctx, NULL);
        return raise_error(&TypeError, "not a callable object"), false;
    }
    bool on = !is_empty(value) && !is_none(value);
    if (!enter(self)) return false;
    heap_store_release(self, &self->sni_callback, on ? value : VALUE_EMPTY);
    SSL_CTX_set_tlsext_servername_arg(self->ctx, self);
    SSL_CTX_set_tlsext_servername_callback(self->ctx, (on ? on_server_name : NULL));
    leave(self);
    return true;
}

static Value get_message_callback(Value self) { return shown(&as_context(self)->message_callback); }
static bool set_message_callback(Value self_value, Value value) {
    TlsContext *self = as_context(self_value);
    bool on = !is_empty(value) && !is_none(value);
    if (on && !is_callable(value)) return raise_error(&TypeError, "%R is not callable.", value), false;
    if (!enter(self)) return false;
    heap_store_release(self, &self->message_callback, on ? value : VALUE_EMPTY);
    SSL_CTX_set_msg_callback(self->ctx, on ? on_message : NULL);
    leave(self);
    return true;
}

static Value get_keylog_filename(Value self) { return shown(&as_context(self)->keylog_filename); }
static bool set_keylog_filename(Value self_value, Value value) {
    TlsContext *self = as_context(self_value);
    BIO *bio = NULL;
    bool on = !is_empty(value) && !is_none(value);
    if (on) {
        Value holder = VALUE_EMPTY;
        const char *path = value_os_path(value, &holder);
        FILE *file = path ? fopen(path, "a") : NULL;
        if (path && !file) raise_os_error(errno, value, VALUE_EMPTY);
        if (!file) return false;
        bio = BIO_new_fp(file, BIO_CLOSE | BIO_FP_TEXT);
        if (!bio) return RAISE_SSL(), false;
        if (ftell(file) == 0) BIO_puts(bio, "# TLS secrets log file, generated by OpenSSL / Python\n");
        BIO_flush(bio);
    }
    if (!enter(self)) {
        BIO_free_all(bio);
        return false;
    }
    BIO *old = self->keylog;
    self->keylog = bio;
    heap_store_release(self, &self->keylog_filename, on ? value : VALUE_EMPTY);
    SSL_CTX_set_keylog_callback(self->ctx, on ? on_keylog : NULL);
    leave(self);
    BIO_free_all(old);
    return true;
}

static const MethodDef methods[] = {
    METHOD("_wrap_socket", context_wrap_socket,
           "($self, /, sock, server_side, server_hostname=None, *, owner=None, session=None)", NULL),
    METHOD("_wrap_bio", context_wrap_bio,
           "($self, /, incoming, outgoing, server_side, server_hostname=None, *, owner=None, session=None)", NULL),
    METHOD("set_ciphers", context_set_ciphers, "($self, cipherlist, /)", NULL),
    METHOD("get_ciphers", context_get_ciphers, "($self, /)", NULL),
    METHOD("_set_alpn_protocols", context_set_alpn, "($self, protos, /)", NULL),
    METHOD("load_cert_chain", context_load_cert_chain, "($self, /, certfile, keyfile=None, password=None)", NULL),
    METHOD("load_dh_params", context_load_dh_params, "($self, path, /)", NULL),
    METHOD("load_verify_locations", context_load_verify_locations,
           "($self, /, cafile=None, capath=None, cadata=None)", NULL),
    METHOD("session_stats", context_session_stats, "($self, /)", NULL),
    METHOD("cert_store_stats", context_cert_store_stats, "($self, /)",
           "Returns quantities of loaded X.509 certificates."),
    METHOD("get_ca_certs", context_get_ca_certs, "($self, /, binary_form=False)",
           "Returns a list of dicts with information of loaded CA certs."),
    METHOD("set_default_verify_paths", context_set_default_verify_paths, "($self, /)", NULL),
    METHOD("set_ecdh_curve", context_set_ecdh_curve, "($self, name, /)", NULL),
    {0},
};
static const GetSetDef getset[] = {
    {"check_hostname", get_check_hostname, set_check_hostname, NULL},
    {"_host_flags", get_host_flags, set_host_flags, NULL},
    {"minimum_version", get_minimum_version, set_minimum_version, NULL},
    {"maximum_version", get_maximum_version, set_maximum_version, NULL},
    {"sni_callback", get_sni_callback, set_sni_callback, "called with the name a client asks for"},
    {"_msg_callback", get_message_callback, set_message_callback, NULL},
    {"keylog_filename", get_keylog_filename, set_keylog_filename, NULL},
    {"num_tickets", get_num_tickets, set_num_tickets, "Control the number of TLSv1.3 session tickets"},
    {"options", get_options, set_options, NULL},
    {"post_handshake_auth", get_post_handshake_auth, set_post_handshake_auth, NULL},
    {"protocol", get_protocol, NULL, NULL},
    {"security_level", get_security_level, NULL, "The current security level"},
    {"verify_flags", get_verify_flags, set_verify_flags, NULL},
    {"verify_mode", get_verify_mode, set_verify_mode_attribute, NULL},
    {0},
};
Type context_type = {
    .name = "_ssl._SSLContext",
    .base = &object_type_object,
    .flags = TYPE_BASE,
    .size = sizeof(TlsContext),
    .root = {.cell_kind = {.trace = context_trace, .release = context_release, .name = "_ssl._SSLContext"}},
    .new_instance = context_new,
    .init = ignore_init,
    .methods = methods,
    .getset = getset,
};
