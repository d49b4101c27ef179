/* ssl_module.c - the module _ssl: errors, callbacks, random numbers, names of objects, constants. */
#include "modules/loadable/ssl_bio.h"

#include <ctype.h>
#include <limits.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include "object/descriptor.h"

Value ssl_error, ssl_zero_return_error, ssl_want_read_error, ssl_want_write_error;
Value ssl_syscall_error, ssl_eof_error, ssl_verification_error;

/* --- errors -------------------------------------------------------------------------------------------------- */

/* The short names of the parts of the library, by their numbers. */
static const struct {
    int number;
    const char *name;
} library_names[] = {
#define L(name) {ERR_LIB_##name, #name}
    L(ASN1), L(ASYNC), L(BIO), L(BN), L(BUF), L(CMP), L(CMS), L(COMP), L(CONF), L(CRMF), L(CRYPTO), L(CT),
    L(DH), L(DSA), L(DSO), L(EC), L(ECDH), L(ECDSA), L(ENGINE), L(ESS), L(EVP), L(FIPS), L(HMAC), L(HTTP),
    L(KDF), L(OBJ), L(OCSP), L(OSSL_DECODER), L(OSSL_ENCODER), L(OSSL_STORE), L(PEM), L(PKCS12), L(PKCS7),
    L(PROP), L(PROV), L(RAND), L(RSA), L(SM2), L(SSL), L(SYS), L(TS), L(UI), L(USER), L(X509), L(X509V3),
#undef L
};

static const char *library_name(unsigned long code) {
    for (size_t i = 0; i < ARRAY_LENGTH(library_names); i++)
        if (library_names[i].number == ERR_GET_LIB(code)) return library_names[i].name;
    return NULL;
}

/* The name of a reason as it stands in the library's headers, which its text is made from. */
static bool reason_name(unsigned long code, char *name, size_t size) {
    const char *text = ERR_GET_LIB(code) == ERR_LIB_SYS ? NULL : ERR_reason_error_string(code);
    if (!text) return false;
    size_t i = 0;
    for (; text[i] && i < size - 1; i++)
        name[i] = isalnum((unsigned char)text[i]) ? (char)toupper((unsigned char)text[i]) : '_';
    name[i] = 0;
    return true;
}

/* Why a certificate was not accepted. */
static Str *verification_text(Connection *connection, long code) {
    Value hostname = connection->server_hostname;
    switch (code) {
    case X509_V_ERR_HOSTNAME_MISMATCH:
        return str_format("Hostname mismatch, certificate is not valid for '%V'.", hostname);
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
        return str_format("IP address mismatch, certificate is not valid for '%V'.", hostname);
    default: return str_from_c(X509_verify_cert_error_string(code));
    }
}

static Value optional_text(const char *text) {
    Str *str = text ? str_from_c(text) : NULL;
    return str ? object_value(str) : VALUE_NONE;
}

Value raise_ssl_text(Value type, Connection *connection, int number, const char *text, unsigned long code,
                     int line) {
    char reason[128];
    bool has_reason = code && reason_name(code, reason, sizeof reason);
    const char *library = code ? library_name(code) : NULL;
    bool verification = connection && same_value(type, ssl_verification_error);
    long verify_code = verification ? SSL_get_verify_result(connection->ssl) : 0;
    Str *why = verification ? verification_text(connection, verify_code) : NULL;
    if (!text && code) text = ERR_reason_error_string(code);
    if (!text) text = "unknown error";
    ERR_clear_error();
    if (verification && !why) return VALUE_ERROR;
    Str *message = why && has_reason && library
                       ? str_format("[%s: %s] %s: %U (_ssl.c:%d)", library, reason, text, why, line)
                   : has_reason && library ? str_format("[%s: %s] %s (_ssl.c:%d)", library, reason, text, line)
                   : library             ? str_format("[%s] %s (_ssl.c:%d)", library, text, line)
                                         : str_format("%s (_ssl.c:%d)", text, line);
    Value error = message ? call_2(type, int_value(number), object_value(message)) : VALUE_ERROR;
    if (is_error(error) || !set_attribute(error, NAME("reason"), optional_text(has_reason ? reason : NULL)) ||
        !set_attribute(error, NAME("library"), optional_text(library)))
        return VALUE_ERROR;
    if (why && (!set_attribute(error, NAME("verify_code"), int_value(verify_code)) ||
                !set_attribute(error, NAME("verify_message"), object_value(why))))
        return VALUE_ERROR;
    return raise_value(error);
}

Value raise_ssl(int line) {
    if (error_occurred()) return VALUE_ERROR;
    unsigned long code = ERR_peek_last_error();
    return raise_ssl_text(ssl_error, NULL, (int)ERR_GET_REASON(code), NULL, code, line);
}

/* str(error): the message alone. */
static Value error_str(Value *args) {
    Value message = get_attribute_c(args[0], "strerror");
    if (is_error(message)) return message;
    if (is_str(message)) return message;
    Value arguments = get_attribute_c(args[0], "args");
    return is_error(arguments) ? arguments : value_str(arguments);
}

/* --- callbacks ------------------------------------------------------------------------------------------------- */

/* What callbacks get as the connection: the Python-level object, if there is one. */
static Value shown_connection(Connection *self) {
    Value owner = value_load_acquire(&self->owner);
    if (!is_empty(owner)) return owner;
    return is_empty(self->socket) ? object_value(self) : self->socket;
}

static int call_server_name(Connection *self, TlsContext *context, const char *name, int *alert) {
    Value callback = value_load_acquire(&context->sni_callback), text = VALUE_NONE;
    if (is_empty(callback)) return SSL_TLSEXT_ERR_OK;
    if (name) {
        Str *str = str_from_utf8(name, strlen(name));
        if (!str) {
            error_write_unraisable(NULL, callback);
            *alert = SSL_AD_INTERNAL_ERROR;
            return SSL_TLSEXT_ERR_ALERT_FATAL;
        }
        text = object_value(str);
    }
    Value answer = call_3(callback, shown_connection(self), text, object_value(context));
    int number = 0;
    if (!is_error(answer) && is_none(answer)) return SSL_TLSEXT_ERR_OK;
    bool raised = is_error(answer);
    if (raised || !argument_int(answer, &number)) {
        error_write_unraisable(NULL, raised ? callback : answer);
        number = raised ? SSL_AD_HANDSHAKE_FAILURE : SSL_AD_INTERNAL_ERROR;
    }
    *alert = number;
    return SSL_TLSEXT_ERR_ALERT_FATAL;
}

int on_server_name(SSL *ssl, int *alert, void *data) {
    Thread *thread = thread_self();
    thread_reattach(thread);
    Connection *self = SSL_get_app_data(ssl);
    int result = call_server_name(self, data, SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name), alert);
    thread_detach(thread);
    return result;
}

static void call_message(Connection *self, int write, int version, int type, const unsigned char *data,
                         size_t size) {
    TlsContext *context = as_context(value_load_acquire(&self->context));
    Value callback = value_load_acquire(&context->message_callback);
    if (is_empty(callback) || !is_empty(value_load_acquire(&self->callback_error))) return;
    int kind = -1;
    switch (type) {
    case SSL3_RT_CHANGE_CIPHER_SPEC: kind = SSL3_MT_CHANGE_CIPHER_SPEC; break;
    case SSL3_RT_ALERT: kind = size > 1 ? data[1] : -1; break;
    case SSL3_RT_HANDSHAKE:
    case SSL3_RT_INNER_CONTENT_TYPE: kind = size > 0 ? data[0] : -1; break;
    case SSL3_RT_HEADER:
        if (size > 2) {
            if (version == 0) version = data[1] << 8 | data[2];
            kind = data[0];
        }
        break;
    default: break;
    }
    Bytes *bytes = bytes_from(data, size);
    Value answer = VALUE_ERROR;
    if (bytes) {
        Value args[] = {shown_connection(self), object_value(str_intern_c(write ? "write" : "read")),
                        int_value(version), int_value(type), int_value(kind), object_value(bytes)};
        answer = call(callback, args, ARRAY_LENGTH(args), NULL);
    }
    if (is_error(answer)) heap_store_release(self, &self->callback_error, error_fetch());
}

void on_message(int write, int version, int type, const void *data, size_t size, SSL *ssl, void *argument) {
    Thread *thread = thread_self();
    thread_reattach(thread);
    Connection *self = SSL_get_app_data(ssl);
    if (self) call_message(self, write, version, type, data, size);
    thread_detach(thread);
}

void on_keylog(const SSL *ssl, const char *line) {
    Thread *thread = thread_self();
    thread_reattach(thread);
    Connection *self = SSL_get_app_data(ssl);
    TlsContext *context = as_context(value_load_acquire(&self->context));
    if (recursive_lock_enter(&context->lock)) {
        if (context->keylog) {
            BIO_printf(context->keylog, "%s\n", line);
            BIO_flush(context->keylog);
        }
        recursive_lock_leave(&context->lock);
    } else {
        heap_store_release(self, &self->callback_error, error_fetch());
    }
    thread_detach(thread);
}

/* --- functions ------------------------------------------------------------------------------------------------ */

static Value rand_add(Value *args) {
    double entropy;
    BufferView view;
    if (!value_to_double(args[2], &entropy)) return VALUE_ERROR;
    if (is_str(args[1])) {
        size_t size;
        const char *text = str_utf8(as_str(args[1]), &size);
        if (!text) return VALUE_ERROR;
        RAND_add(text, (int)min_size(size, INT_MAX), entropy);
        return VALUE_NONE;
    }
    if (!buffer_get(args[1], &view, BUFFER_SIMPLE)) return VALUE_ERROR;
    RAND_add(view.data, (int)min_int64(view.length, INT_MAX), entropy);
    buffer_release(&view);
    return VALUE_NONE;
}

static Value random_bytes(Value count) {
    int n = 0;
    if (!argument_int(count, &n)) return VALUE_ERROR;
    if (n < 0) return raise_error(&ValueError, "num must be positive");
    Bytes *bytes = bytes_new(n);
    if (!bytes) return VALUE_ERROR;
    return RAND_bytes(bytes->data, n) == 1 ? object_value(bytes) : RAISE_SSL();
}

static Value rand_bytes(Value *args) { return random_bytes(args[1]); }

static Value rand_pseudo_bytes(Value *args) {
    if (!warn(&DeprecationWarning, 1, "ssl.RAND_pseudo_bytes() is deprecated")) return VALUE_ERROR;
    Value bytes = random_bytes(args[1]);
    Tuple *pair = is_error(bytes) ? NULL : tuple_pack(2, bytes, VALUE_TRUE);
    return pair ? object_value(pair) : VALUE_ERROR;
}

static Value rand_status(Value *args) { return bool_value(RAND_status() == 1); }

static Value default_verify_paths(Value *args) {
    const char *texts[] = {X509_get_default_cert_file_env(), X509_get_default_cert_file(),
                           X509_get_default_cert_dir_env(), X509_get_default_cert_dir()};
    Value items[4];
    for (size_t i = 0; i < 4; i++) {
        Str *text = str_from_os_text(texts[i], strlen(texts[i]));
        if (!text) return VALUE_ERROR;
        items[i] = object_value(text);
    }
    Tuple *tuple = tuple_from_array(items, 4);
    return tuple ? object_value(tuple) : VALUE_ERROR;
}

/* (nid, short name, long name, dotted numbers) */
static Value object_tuple(ASN1_OBJECT *object) {
    int nid = OBJ_obj2nid(object);
    if (nid == NID_undef) return raise_error(&ValueError, "Unknown object");
    Value dotted = object_text(object, true);
    if (is_error(dotted)) return dotted;
    Tuple *tuple = tuple_pack(4, int_value(nid), optional_text(OBJ_nid2sn(nid)), optional_text(OBJ_nid2ln(nid)), dotted);
    return tuple ? object_value(tuple) : VALUE_ERROR;
}

static Value ssl_txt2obj(Value *args) {
    Str *text;
    bool name = false;
    if (!argument_str(args[1], "txt2obj", "'txt'", &text) || !argument_bool(args[2], &name)) return VALUE_ERROR;
    const char *bytes = str_utf8(text, NULL);
    ASN1_OBJECT *object = bytes ? OBJ_txt2obj(bytes, !name) : NULL;
    if (!bytes) return VALUE_ERROR;
    ERR_clear_error();
    if (!object) return raise_error(&ValueError, "unknown object '%.100s'", bytes);
    Value result = object_tuple(object);
    ASN1_OBJECT_free(object);
    return result;
}

static Value ssl_nid2obj(Value *args) {
    int nid = 0;
    if (!argument_int(args[1], &nid)) return VALUE_ERROR;
    if (nid < NID_undef) return raise_error(&ValueError, "NID must be positive");
    ASN1_OBJECT *object = OBJ_nid2obj(nid);
    ERR_clear_error();
    if (!object || OBJ_obj2nid(object) == NID_undef) return raise_error(&ValueError, "unknown NID %i", nid);
    return object_tuple(object);
}

static Value test_decode_cert(Value *args) {
    Value holder = VALUE_EMPTY;
    const char *path = value_os_path(args[1], &holder);
    if (!path) return VALUE_ERROR;
    BIO *bio = BIO_new_file(path, "r");
    if (!bio) {
        ERR_clear_error();
        return raise_error(OBJECT_AS(Type, ssl_error), "Can't open file");
    }
    X509 *certificate = PEM_read_bio_X509(bio, NULL, NULL, NULL);
    BIO_free(bio);
    ERR_clear_error();
    if (!certificate) return raise_error(OBJECT_AS(Type, ssl_error), "Error decoding PEM-encoded file");
    Value dict = certificate_dict(certificate);
    X509_free(certificate);
    return dict;
}

static const MethodDef functions[] = {
    METHOD("_test_decode_cert", test_decode_cert, "($module, path, /)", NULL),
    METHOD("RAND_add", rand_add, "($module, string, entropy, /)", "Mix string into the OpenSSL PRNG state."),
    METHOD("RAND_bytes", rand_bytes, "($module, n, /)", "Generate n cryptographically strong pseudo-random bytes."),
    METHOD("RAND_pseudo_bytes", rand_pseudo_bytes, "($module, n, /)", "Generate n pseudo-random bytes."),
    METHOD("RAND_status", rand_status, "($module, /)", "Returns True if the OpenSSL PRNG has been seeded."),
    METHOD("get_default_verify_paths", default_verify_paths, "($module, /)",
           "Return search paths and environment vars that are used by SSLContext's set_default_verify_paths()."),
    METHOD("txt2obj", ssl_txt2obj, "($module, /, txt, name=False)", "Lookup NID, short name, long name and OID."),
    METHOD("nid2obj", ssl_nid2obj, "($module, nid, /)", "Lookup NID, short name, long name and OID by NID."),
    {0},
};
static Type *const types[] = {&context_type, &connection_type, &memory_bio_type, &session_type,
                              &certificate_type, NULL};

/* --- the module ------------------------------------------------------------------------------------------------ */

static const struct {
    const char *name;
    int64_t value;
} constants[] = {
#define C(name) {#name, (int64_t)name}
#define ALERT(name) {"ALERT_DESCRIPTION_" #name, SSL_AD_##name}
#define OP(name) {"OP_" #name, (int64_t)SSL_OP_##name}
    C(SSL_ERROR_ZERO_RETURN), C(SSL_ERROR_WANT_READ), C(SSL_ERROR_WANT_WRITE), C(SSL_ERROR_WANT_X509_LOOKUP),
    C(SSL_ERROR_SYSCALL), C(SSL_ERROR_SSL), C(SSL_ERROR_WANT_CONNECT), {"SSL_ERROR_EOF", ERROR_EOF},
    {"SSL_ERROR_INVALID_ERROR_CODE", ERROR_INVALID_CODE}, C(CERT_NONE), C(CERT_OPTIONAL), C(CERT_REQUIRED),
    {"VERIFY_DEFAULT", 0}, {"VERIFY_CRL_CHECK_LEAF", X509_V_FLAG_CRL_CHECK},
    {"VERIFY_CRL_CHECK_CHAIN", X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL},
    {"VERIFY_X509_STRICT", X509_V_FLAG_X509_STRICT},
    {"VERIFY_ALLOW_PROXY_CERTS", X509_V_FLAG_ALLOW_PROXY_CERTS},
    {"VERIFY_X509_TRUSTED_FIRST", X509_V_FLAG_TRUSTED_FIRST},
    {"VERIFY_X509_PARTIAL_CHAIN", X509_V_FLAG_PARTIAL_CHAIN},
    ALERT(CLOSE_NOTIFY), ALERT(UNEXPECTED_MESSAGE), ALERT(BAD_RECORD_MAC), ALERT(RECORD_OVERFLOW),
    ALERT(DECOMPRESSION_FAILURE), ALERT(HANDSHAKE_FAILURE), ALERT(BAD_CERTIFICATE),
    ALERT(UNSUPPORTED_CERTIFICATE), ALERT(CERTIFICATE_REVOKED), ALERT(CERTIFICATE_EXPIRED),
    ALERT(CERTIFICATE_UNKNOWN), ALERT(ILLEGAL_PARAMETER), ALERT(UNKNOWN_CA), ALERT(ACCESS_DENIED),
    ALERT(DECODE_ERROR), ALERT(DECRYPT_ERROR), ALERT(PROTOCOL_VERSION), ALERT(INSUFFICIENT_SECURITY),
    ALERT(INTERNAL_ERROR), ALERT(USER_CANCELLED), ALERT(NO_RENEGOTIATION), ALERT(UNSUPPORTED_EXTENSION),
    ALERT(CERTIFICATE_UNOBTAINABLE), ALERT(UNRECOGNIZED_NAME), ALERT(BAD_CERTIFICATE_STATUS_RESPONSE),
    ALERT(BAD_CERTIFICATE_HASH_VALUE), ALERT(UNKNOWN_PSK_IDENTITY),
    {"PROTOCOL_SSLv23", PROTOCOL_TLS}, C(PROTOCOL_TLS), C(PROTOCOL_TLS_CLIENT), C(PROTOCOL_TLS_SERVER),
    C(PROTOCOL_TLSv1), C(PROTOCOL_TLSv1_1), C(PROTOCOL_TLSv1_2),
    {"OP_ALL", (int64_t)(SSL_OP_ALL & ~(uint64_t)SSL_OP_DONT_INSERT_EMPTY_FRAGMENTS)}, OP(NO_SSLv2),
    OP(NO_SSLv3), OP(NO_TLSv1), OP(NO_TLSv1_1), OP(NO_TLSv1_2), OP(NO_TLSv1_3), OP(CIPHER_SERVER_PREFERENCE),
    OP(SINGLE_DH_USE), OP(NO_TICKET), OP(SINGLE_ECDH_USE), OP(NO_COMPRESSION),
    OP(ENABLE_MIDDLEBOX_COMPAT), OP(NO_RENEGOTIATION), OP(IGNORE_UNEXPECTED_EOF),
    {"HOSTFLAG_ALWAYS_CHECK_SUBJECT", X509_CHECK_FLAG_ALWAYS_CHECK_SUBJECT},
    {"HOSTFLAG_NEVER_CHECK_SUBJECT", X509_CHECK_FLAG_NEVER_CHECK_SUBJECT},
    {"HOSTFLAG_NO_WILDCARDS", X509_CHECK_FLAG_NO_WILDCARDS},
    {"HOSTFLAG_NO_PARTIAL_WILDCARDS", X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS},
    {"HOSTFLAG_MULTI_LABEL_WILDCARDS", X509_CHECK_FLAG_MULTI_LABEL_WILDCARDS},
    {"HOSTFLAG_SINGLE_LABEL_SUBDOMAINS", X509_CHECK_FLAG_SINGLE_LABEL_SUBDOMAINS},
    {"ENCODING_PEM", 1}, {"ENCODING_DER", 2}, {"PROTO_MINIMUM_SUPPORTED", -2},
    {"PROTO_MAXIMUM_SUPPORTED", -1}, {"PROTO_SSLv3", SSL3_VERSION}, {"PROTO_TLSv1", TLS1_VERSION},
    {"PROTO_TLSv1_1", TLS1_1_VERSION}, {"PROTO_TLSv1_2", TLS1_2_VERSION}, {"PROTO_TLSv1_3", TLS1_3_VERSION},
#undef C
#undef ALERT
#undef OP
};
static const struct {
    const char *name;
    bool there;
} features[] = {
    {"HAS_SNI", true}, {"HAS_TLS_UNIQUE", true}, {"HAS_ECDH", true}, {"HAS_NPN", false}, {"HAS_ALPN", true},
    {"HAS_SSLv2", false}, {"HAS_SSLv3", false}, {"HAS_TLSv1", true}, {"HAS_TLSv1_1", true},
    {"HAS_TLSv1_2", true}, {"HAS_TLSv1_3", true},
};

/* A class of the errors; `second` is another base, or NULL. */
static bool add_error(Module *module, Value *slot, const char *name, Type *base, Type *second, const char *doc) {
    Dict *namespace = dict_new();
    Str *text = str_from_c(doc), *ssl = str_intern_c("ssl");
    Tuple *bases = second ? tuple_pack(2, object_value(base), object_value(second)) : tuple_pack(1, object_value(base));
    if (!namespace || !text || !bases || !dict_set_c(namespace, "__doc__", object_value(text)) ||
        !dict_set_c(namespace, "__module__", object_value(ssl)))
        return false;
    *slot = call_3(object_value(&type_type), object_value(str_intern_c(name)), object_value(bases),
                   object_value(namespace));
    if (is_error(*slot)) return false;
    module_root(slot);
    return module_add(module, name, *slot);
}

static bool add_errors(Module *m) {
    static const MethodDef str_def = METHOD("__str__", error_str, "($self, /)", NULL);
    if (!add_error(m, &ssl_error, "SSLError", &OSError, NULL, "An error occurred in the SSL implementation."))
        return false;
    Type *base = OBJECT_AS(Type, ssl_error);
    Value descriptor = method_descriptor_new(base, &str_def);
    return !is_error(descriptor) && set_attribute(ssl_error, NAME("__str__"), descriptor) &&
           add_error(m, &ssl_verification_error, "SSLCertVerificationError", base, &ValueError,
                     "A certificate could not be verified.") &&
           add_error(m, &ssl_zero_return_error, "SSLZeroReturnError", base, NULL,
                     "SSL/TLS session closed cleanly.") &&
           add_error(m, &ssl_want_read_error, "SSLWantReadError", base, NULL,
                     "Non-blocking SSL socket needs to read more data\nbefore the requested operation can be "
                     "completed.") &&
           add_error(m, &ssl_want_write_error, "SSLWantWriteError", base, NULL,
                     "Non-blocking SSL socket needs to write more data\nbefore the requested operation can be "
                     "completed.") &&
           add_error(m, &ssl_syscall_error, "SSLSyscallError", base, NULL,
                     "System error when attempting SSL operation.") &&
           add_error(m, &ssl_eof_error, "SSLEOFError", base, NULL, "SSL/TLS connection terminated abruptly.");
}

/* Programs cannot change the classes, as if they were builtin. */
static void freeze_errors(void) {
    Value classes[] = {ssl_error,         ssl_verification_error, ssl_zero_return_error, ssl_want_read_error,
                       ssl_want_write_error, ssl_syscall_error,      ssl_eof_error};
    for (size_t i = 0; i < ARRAY_LENGTH(classes); i++)
        fetch_or_acq_rel(&OBJECT_AS(Type, classes[i])->flags, (uint32_t)TYPE_IMMUTABLE);
}

static bool add_version(Module *module) {
    unsigned long v = OpenSSL_version_num();
    Tuple *numbers = tuple_pack(5, int_value((int64_t)(v >> 28 & 0xF)), int_value((int64_t)(v >> 20 & 0xFF)),
                                int_value((int64_t)(v >> 12 & 0xFF)), int_value((int64_t)(v >> 4 & 0xFF)),
                                int_value((int64_t)(v & 0xF)));
    return numbers && module_add_int(module, "OPENSSL_VERSION_NUMBER", (int64_t)v) &&
           module_add(module, "OPENSSL_VERSION_INFO", object_value(numbers)) &&
           module_add(module, "_OPENSSL_API_VERSION", object_value(numbers)) &&
           module_add_str(module, "OPENSSL_VERSION", OpenSSL_version(OPENSSL_VERSION)) &&
           module_add_str(module, "_DEFAULT_CIPHERS", OSSL_default_cipher_list());
}

static bool init(Module *module) {
    /* The class of sockets is made ready by its own module. */
    if (is_error(import_module("_socket")) || !bios_init() || !add_errors(module) || !add_version(module))
        return false;
    freeze_errors();
    for (size_t i = 0; i < ARRAY_LENGTH(constants); i++)
        if (!module_add_int(module, constants[i].name, constants[i].value)) return false;
    for (size_t i = 0; i < ARRAY_LENGTH(features); i++)
        if (!module_add(module, features[i].name, bool_value(features[i].there))) return false;
    return true;
}

LOADABLE_MODULE module__ssl = {
    .name = "_ssl",
    .doc = "Connections by TLS, with OpenSSL.",
    .functions = functions,
    .types = types,
    .init = init,
};
