/* hash_module.c - the modules _hashlib, _md5, _sha1, _sha256, _sha512 and _sha3, over libcrypto.
 *
 * A digest in progress is a context of libcrypto, which is not for several threads at a time: its
 * mutex guards it, and the thread is detached while more than a little is hashed. */
#include <limits.h>
#include <strings.h>
#include <stdlib.h>
#include "modules/crypto.h"
#include "modules/support.h"
#include "modules/thread_module.h"
#include "types/set.h"

#define DETACH_FROM 2048 /* bytes */
#define DIGEST_MAX 64

typedef struct Algorithm {
    const char *name;    /* Python's */
    const char *openssl; /* libcrypto's */
    int xof_size;        /* 0, or for those of any length: what digest_size shows is 0 */
    int capacity_bits;   /* of the Keccak family */
    const EVP_MD *md;    /* atomic; once fetched */
} Algorithm;
static Algorithm algorithms[] = {
    {"md5", "MD5", 0, 0, NULL},
    {"sha1", "SHA1", 0, 0, NULL},
    {"sha224", "SHA224", 0, 0, NULL},
    {"sha256", "SHA256", 0, 0, NULL},
    {"sha384", "SHA384", 0, 0, NULL},
    {"sha512", "SHA512", 0, 0, NULL},
    {"sha3_224", "SHA3-224", 0, 448, NULL},
    {"sha3_256", "SHA3-256", 0, 512, NULL},
    {"sha3_384", "SHA3-384", 0, 768, NULL},
    {"sha3_512", "SHA3-512", 0, 1024, NULL},
    {"shake_128", "SHAKE128", 1, 256, NULL},
    {"shake_256", "SHAKE256", 1, 512, NULL},
    {"sha512_224", "SHA512-224", 0, 0, NULL},
    {"sha512_256", "SHA512-256", 0, 0, NULL},
    {"blake2b", "BLAKE2b512", 0, 0, NULL},
    {"blake2s", "BLAKE2s256", 0, 0, NULL},
    {"ripemd160", "RIPEMD160", 0, 0, NULL},
    {"sm3", "SM3", 0, 0, NULL},
    {"md5-sha1", "MD5-SHA1", 0, 0, NULL},
};

typedef struct Digest {
    Object object;
    Algorithm *algorithm; /* constant */
    EVP_MD_CTX *context;  /* guarded by the mutex */
    Mutex mutex;
} Digest;
static Digest *as_digest(Value v) { return OBJECT_AS(Digest, v); }

static void digest_release(Cell *cell) {
    Digest *self = (Digest *)cell;
    if (self->context) crypto.EVP_MD_CTX_free(self->context);
    self->context = NULL;
}

static Algorithm *algorithm_find(const char *name) {
    for (size_t i = 0; i < ARRAY_LENGTH(algorithms); i++)
        if (!strcasecmp(algorithms[i].name, name) || !strcasecmp(algorithms[i].openssl, name))
            return &algorithms[i];
    return NULL;
}

static Value unsupported_error; /* _hashlib.UnsupportedDigestmodError; a root, once made */

static Value raise_unsupported_hash(const char *name) {
    Type *type = is_empty(unsupported_error) ? &ValueError : OBJECT_AS(Type, unsupported_error);
    return raise_error(type, "unsupported hash type %s", name);
}

/* NULL with ValueError. */
static const EVP_MD *algorithm_md(Algorithm *algorithm) {
    const EVP_MD *md = load_acquire(&algorithm->md);
    if (md) return md;
    md = crypto.EVP_MD_fetch(NULL, algorithm->openssl, NULL);
    if (md) store_release(&algorithm->md, md); /* a second fetch by another thread is as good */
    else raise_unsupported_hash(algorithm->name);
    return md;
}

static Value library_failed(void) {
    return raise_error(&ValueError, "libcrypto refused the operation");
}

/* --- a digest ---------------------------------------------------------------------------------------- */

static Digest *digest_alloc(Type *type, Algorithm *algorithm) {
    Digest *self = object_alloc_releasable(type, sizeof(Digest));
    if (!self) return NULL;
    self->algorithm = algorithm;
    self->context = crypto.EVP_MD_CTX_new();
    if (!self->context) raise_memory_error();
    return self->context ? self : NULL;
}

/* The bytes to be hashed: text is refused as CPython does. */
static bool data_view(Value data, BufferView *view) {
    if (is_str(data)) {
        raise_error(&TypeError, "Strings must be encoded before hashing");
        return false;
    }
    if (!has_buffer(data)) {
        raise_error(&TypeError, "object supporting the buffer API required");
        return false;
    }
    if (!buffer_get(data, view, BUFFER_SIMPLE)) return false;
    if (view->dimensions <= 1) return true;
    buffer_release(view);
    raise_error(&BufferError, "Buffer must be single dimension");
    return false;
}

static bool digest_feed(Digest *self, Value data) {
    BufferView view;
    int ok;
    if (!data_view(data, &view)) return false;
    bool locked = mutex_acquire_python(&self->mutex, WAIT_FOREVER) > 0;
    if (!locked) {
        buffer_release(&view);
        return false;
    }
    if (view.length < DETACH_FROM)
        ok = crypto.EVP_DigestUpdate(self->context, view.data, (size_t)view.length);
    else ok = DETACHED(crypto.EVP_DigestUpdate(self->context, view.data, (size_t)view.length));
    mutex_release(&self->mutex);
    buffer_release(&view);
    if (!ok) library_failed();
    return ok != 0;
}

static Value digest_new(Type *type, Algorithm *algorithm, Value data) {
    const EVP_MD *md = algorithm_md(algorithm);
    if (!md) return VALUE_ERROR;
    Digest *self = digest_alloc(type, algorithm);
    if (!self) return VALUE_ERROR;
    if (!crypto.EVP_DigestInit_ex(self->context, md, NULL)) return library_failed();
    if (!is_empty(data) && !digest_feed(self, data)) return VALUE_ERROR;
    return object_value(self);
}

static Value digest_copy(Value *args) {
    Digest *self = as_digest(args[0]);
    Digest *copy = digest_alloc(type_of(args[0]), self->algorithm);
    if (!copy || mutex_acquire_python(&self->mutex, WAIT_FOREVER) < 0) return VALUE_ERROR;
    int ok = crypto.EVP_MD_CTX_copy_ex(copy->context, self->context);
    mutex_release(&self->mutex);
    return ok ? object_value(copy) : library_failed();
}

static Value digest_update(Value *args) {
    return digest_feed(as_digest(args[0]), args[1]) ? VALUE_NONE : VALUE_ERROR;
}

/* Finishes a copy of the digest; `size` bytes for the extendable ones. NULL with an exception. */
static Bytes *finish(Digest *self, int64_t size) {
    EVP_MD_CTX *copy = crypto.EVP_MD_CTX_new();
    if (!copy) {
        raise_memory_error();
        return NULL;
    }
    bool locked = mutex_acquire_python(&self->mutex, WAIT_FOREVER) > 0;
    int ok = locked && crypto.EVP_MD_CTX_copy_ex(copy, self->context);
    if (locked) mutex_release(&self->mutex);
    bool extendable = self->algorithm->xof_size != 0;
    if (!extendable) size = crypto.EVP_MD_get_size(self->algorithm->md);
    Bytes *bytes = ok ? bytes_new(size) : NULL;
    if (bytes)
        ok = extendable ? crypto.EVP_DigestFinalXOF(copy, bytes->data, (size_t)size)
                        : crypto.EVP_DigestFinal_ex(copy, bytes->data, NULL);
    crypto.EVP_MD_CTX_free(copy);
    if (bytes && ok) return bytes;
    if (!error_occurred()) library_failed();
    return NULL;
}

static Value hexadecimal(const Bytes *bytes) {
    if (!bytes) return VALUE_ERROR;
    Str *text = str_new_uninitialised(bytes->length * 2, 0x7F);
    if (!text) return VALUE_ERROR;
    char *out = text->data;
    for (int64_t i = 0; i < bytes->length; i++) {
        out[2 * i] = "0123456789abcdef"[bytes->data[i] >> 4];
        out[2 * i + 1] = "0123456789abcdef"[bytes->data[i] & 15];
    }
    return object_value(text);
}

static Value digest_digest(Value *args) {
    Bytes *bytes = finish(as_digest(args[0]), 0);
    return bytes ? object_value(bytes) : VALUE_ERROR;
}

static Value digest_hexdigest(Value *args) { return hexadecimal(finish(as_digest(args[0]), 0)); }

static bool length_argument(Value v, int64_t *length) {
    if (!argument_int64(v, length)) return false;
    if (*length < 0) {
        raise_error(&ValueError, "value must be positive");
        return false;
    }
    if (*length < (1 << 29)) return true;
    raise_error(&ValueError, "length is too large");
    return false;
}

static Value digest_xof_digest(Value *args) {
    int64_t length = 0;
    if (!length_argument(args[1], &length)) return VALUE_ERROR;
    Bytes *bytes = finish(as_digest(args[0]), length);
    return bytes ? object_value(bytes) : VALUE_ERROR;
}

static Value digest_xof_hexdigest(Value *args) {
    int64_t length = 0;
    return length_argument(args[1], &length) ? hexadecimal(finish(as_digest(args[0]), length))
                                             : VALUE_ERROR;
}

static Value digest_get_size(Value self) {
    Algorithm *algorithm = as_digest(self)->algorithm;
    return int_value(algorithm->xof_size ? 0 : crypto.EVP_MD_get_size(algorithm->md));
}
static Value digest_get_block_size(Value self) {
    return int_value(crypto.EVP_MD_get_block_size(as_digest(self)->algorithm->md));
}
static Value digest_get_name(Value self) {
    Str *name = str_from_c(as_digest(self)->algorithm->name);
    return name ? object_value(name) : VALUE_ERROR;
}
static Value digest_get_capacity(Value self) {
    return int_value(as_digest(self)->algorithm->capacity_bits);
}
static Value digest_get_rate(Value self) {
    return int_value(1600 - as_digest(self)->algorithm->capacity_bits);
}
static Value digest_get_suffix(Value self) {
    Bytes *suffix = bytes_from(as_digest(self)->algorithm->xof_size ? "\x1f" : "\x06", 1);
    return suffix ? object_value(suffix) : VALUE_ERROR;
}

static Value digest_repr(Value self) {
    Str *text = str_format("<%s _hashlib.HASH object @ %p>", as_digest(self)->algorithm->name,
                           (void *)as_digest(self));
    return text ? object_value(text) : VALUE_ERROR;
}

static const MethodDef digest_methods[] = {
    METHOD("update", digest_update, "($self, obj, /)", "Hash more bytes."),
    METHOD("digest", digest_digest, "($self, /)", "The digest of what was hashed so far."),
    METHOD("hexdigest", digest_hexdigest, "($self, /)", "The digest in hexadecimal digits."),
    METHOD("copy", digest_copy, "($self, /)", "A copy, to go on differently."),
    {0},
};
static const MethodDef xof_methods[] = {
    METHOD("update", digest_update, "($self, obj, /)", "Hash more bytes."),
    METHOD("digest", digest_xof_digest, "($self, /, length)", "A digest of that many bytes."),
    METHOD("hexdigest", digest_xof_hexdigest, "($self, /, length)",
           "A digest of that many bytes in hexadecimal digits."),
    METHOD("copy", digest_copy, "($self, /)", "A copy, to go on differently."),
    {0},
};
static const GetSetDef digest_getset[] = {
    {"digest_size", digest_get_size, NULL, "bytes of the digest"},
    {"block_size", digest_get_block_size, NULL, "bytes hashed at a time"},
    {"name", digest_get_name, NULL, "the algorithm's name"},
    {0},
};
static const GetSetDef keccak_getset[] = {
    {"digest_size", digest_get_size, NULL, "bytes of the digest"},
    {"block_size", digest_get_block_size, NULL, "bytes hashed at a time"},
    {"name", digest_get_name, NULL, "the algorithm's name"},
    {"_capacity_bits", digest_get_capacity, NULL, NULL},
    {"_rate_bits", digest_get_rate, NULL, NULL},
    {"_suffix", digest_get_suffix, NULL, NULL},
    {0},
};

/* --- types and constructors -------------------------------------------------------------------------------- */

#define DIGEST_TYPE(variable, type_name, method_table, getset_table, ...)                          \
    static Type variable = {                                                                       \
        .name = type_name,                                                                         \
        .base = &object_type_object,                                                               \
        .size = sizeof(Digest),                                                                    \
        .root = {.cell_kind = {.release = digest_release, .name = type_name}},                     \
        .methods = method_table,                                                                   \
        .getset = getset_table,                                                                    \
        __VA_ARGS__}

DIGEST_TYPE(hash_type, "_hashlib.HASH", digest_methods, digest_getset,
            .flags = TYPE_NO_NEW | TYPE_BASE, .repr = digest_repr);
DIGEST_TYPE(md5_type, "_md5.md5", digest_methods, digest_getset, .flags = TYPE_NO_NEW);
DIGEST_TYPE(sha1_type, "_sha1.sha1", digest_methods, digest_getset, .flags = TYPE_NO_NEW);
DIGEST_TYPE(sha224_type, "_sha256.sha224", digest_methods, digest_getset, .flags = TYPE_NO_NEW);
DIGEST_TYPE(sha256_type, "_sha256.sha256", digest_methods, digest_getset, .flags = TYPE_NO_NEW);
DIGEST_TYPE(sha384_type, "_sha512.sha384", digest_methods, digest_getset, .flags = TYPE_NO_NEW);
DIGEST_TYPE(sha512_type, "_sha512.sha512", digest_methods, digest_getset, .flags = TYPE_NO_NEW);

static Type xof_type = {
    .name = "_hashlib.HASHXOF",
    .base = &hash_type,
    .size = sizeof(Digest),
    .flags = TYPE_NO_NEW,
    .root = {.cell_kind = {.release = digest_release, .name = "_hashlib.HASHXOF"}},
    .repr = digest_repr,
    .methods = xof_methods,
    .getset = digest_getset,
};

static bool ignore_init(Value self, Value *args, size_t count, Tuple *names) { return true; }

/* The classes of _sha3 are called themselves. */
#define KECCAK_TYPE(name_, method_table)                                                           \
    static Value name_##_new(Type *type, Value *args, size_t count, Tuple *names) {                \
        static Signature *signature;                                                               \
        Value slots[2];                                                                            \
        if (!bind_arguments(#name_, "(data=b'', /, *, usedforsecurity=True)", &signature, args,    \
                            count, names, slots))                                                  \
            return VALUE_ERROR;                                                                    \
        return digest_new(type, algorithm_find(#name_), slots[0]);                                 \
    }                                                                                              \
    DIGEST_TYPE(name_##_type, "_sha3." #name_, method_table, keccak_getset,                        \
                .new_instance = name_##_new, .init = ignore_init)
KECCAK_TYPE(sha3_224, digest_methods);
KECCAK_TYPE(sha3_256, digest_methods);
KECCAK_TYPE(sha3_384, digest_methods);
KECCAK_TYPE(sha3_512, digest_methods);
KECCAK_TYPE(shake_128, xof_methods);
KECCAK_TYPE(shake_256, xof_methods);

#define CONSTRUCTOR(name, type)                                                                    \
    static Value new_##name(Value *args) { return digest_new(&type, algorithm_find(#name), args[1]); }
CONSTRUCTOR(md5, md5_type)
CONSTRUCTOR(sha1, sha1_type)
CONSTRUCTOR(sha224, sha224_type)
CONSTRUCTOR(sha256, sha256_type)
CONSTRUCTOR(sha384, sha384_type)
CONSTRUCTOR(sha512, sha512_type)

#define HASH_SIGNATURE "($module, /, string=b'', *, usedforsecurity=True)"
#define CONSTRUCTOR_ENTRY(name) METHOD(#name, new_##name, HASH_SIGNATURE, "A new " #name " digest.")
static const MethodDef md5_functions[] = {CONSTRUCTOR_ENTRY(md5), {0}};
static const MethodDef sha1_functions[] = {CONSTRUCTOR_ENTRY(sha1), {0}};
static const MethodDef sha256_functions[] = {CONSTRUCTOR_ENTRY(sha224), CONSTRUCTOR_ENTRY(sha256), {0}};
static const MethodDef sha512_functions[] = {CONSTRUCTOR_ENTRY(sha384), CONSTRUCTOR_ENTRY(sha512), {0}};

static bool load(Module *module) { return crypto_load(); }

static bool md5_init(Module *module) {
    type_ready(&md5_type);
    return crypto_load() && module_add(module, "MD5Type", object_value(&md5_type));
}
static bool sha1_init(Module *module) {
    type_ready(&sha1_type);
    return crypto_load() && module_add(module, "SHA1Type", object_value(&sha1_type));
}
static bool sha256_init(Module *module) {
    type_ready(&sha224_type);
    type_ready(&sha256_type);
    return crypto_load() && module_add(module, "SHA224Type", object_value(&sha224_type)) &&
           module_add(module, "SHA256Type", object_value(&sha256_type));
}
static bool sha512_init(Module *module) {
    type_ready(&sha384_type);
    type_ready(&sha512_type);
    return crypto_load() && module_add(module, "SHA384Type", object_value(&sha384_type)) &&
           module_add(module, "SHA512Type", object_value(&sha512_type));
}
static Type *const sha3_types[] = {&sha3_224_type, &sha3_256_type, &sha3_384_type, &sha3_512_type,
                                   &shake_128_type, &shake_256_type, NULL};

const NativeModule module__md5 = {.name = "_md5", .functions = md5_functions, .init = md5_init};
const NativeModule module__sha1 = {.name = "_sha1", .functions = sha1_functions, .init = sha1_init};
const NativeModule module__sha256 = {
    .name = "_sha256", .functions = sha256_functions, .init = sha256_init};
const NativeModule module__sha512 = {
    .name = "_sha512", .functions = sha512_functions, .init = sha512_init};
const NativeModule module__sha3 = {.name = "_sha3", .types = sha3_types, .init = load};

/* --- _hashlib ------------------------------------------------------------------------------------------------ */

static Value hashlib_make(Algorithm *algorithm, Value data) {
    return digest_new(algorithm->xof_size ? &xof_type : &hash_type, algorithm, data);
}

static Value hashlib_new(Value *args) {
    if (!is_str(args[1]))
        return raise_error(&TypeError, "new() argument 'name' must be str, not %T", args[1]);
    const char *name = str_utf8(as_str(args[1]), NULL);
    if (!name) return VALUE_ERROR;
    Algorithm *algorithm = algorithm_find(name);
    return algorithm ? hashlib_make(algorithm, args[2]) : raise_unsupported_hash(name);
}

#define OPENSSL_CONSTRUCTORS(X)                                                                    \
    X(md5) X(sha1) X(sha224) X(sha256) X(sha384) X(sha512) X(sha3_224) X(sha3_256) X(sha3_384)     \
    X(sha3_512) X(shake_128) X(shake_256)
#define X(name)                                                                                    \
    static Value openssl_##name(Value *args) { return hashlib_make(algorithm_find(#name), args[1]); }
OPENSSL_CONSTRUCTORS(X)
#undef X

/* A digestmod argument: a name, or one of the constructors here. */
static Algorithm *digestmod_argument(Module *module, Value v) {
    if (is_str(v)) {
        const char *name = str_utf8(as_str(v), NULL);
        Algorithm *algorithm = name ? algorithm_find(name) : NULL;
        if (name && !algorithm) raise_unsupported_hash(name);
        return algorithm;
    }
    Value table = dict_get_c(module->dict, "_constructors");
    Value name = is_empty(table) ? table : get_item(table, v);
    if (is_error(name)) error_clear();
    if (is_str(name)) return algorithm_find(str_display(as_str(name)));
    Type *type = is_empty(unsupported_error) ? &ValueError : OBJECT_AS(Type, unsupported_error);
    raise_error(type, "Unsupported digestmod %R", v);
    return NULL;
}

static Value hashlib_pbkdf2(Value *args) {
    BufferView password, salt;
    int64_t iterations = 0, size = 0;
    if (!is_str(args[1]))
        return raise_error(&TypeError, "pbkdf2_hmac() argument 'hash_name' must be str, not %T", args[1]);
    const char *name = str_utf8(as_str(args[1]), NULL);
    if (!name) return VALUE_ERROR;
    Algorithm *algorithm = algorithm_find(name);
    if (!algorithm) return raise_unsupported_hash(name);
    const EVP_MD *md = algorithm_md(algorithm);
    if (!md || !argument_int64(args[4], &iterations)) return VALUE_ERROR;
    if (iterations < 1)
        return raise_error(&ValueError, "iteration value must be greater than 0.");
    if (iterations > INT_MAX) return raise_error(&OverflowError, "iteration value is too great.");
    size = crypto.EVP_MD_get_size(md);
    if (!is_empty(args[5]) && !is_none(args[5]) && !argument_int64(args[5], &size)) return VALUE_ERROR;
    if (size < 1) return raise_error(&ValueError, "key length must be greater than 0.");
    if (size > INT_MAX) return raise_error(&OverflowError, "key length is too great.");
    if (!buffer_get(args[2], &password, BUFFER_SIMPLE)) return VALUE_ERROR;
    if (!buffer_get(args[3], &salt, BUFFER_SIMPLE)) {
        buffer_release(&password);
        return VALUE_ERROR;
    }
    Bytes *key = bytes_new(size);
    int ok = key && DETACHED(crypto.PKCS5_PBKDF2_HMAC(password.data, (int)password.length, salt.data,
                                                      (int)salt.length, (int)iterations, md, (int)size,
                                                      key->data));
    buffer_release(&password);
    buffer_release(&salt);
    if (!key) return VALUE_ERROR;
    return ok ? object_value(key) : library_failed();
}

static bool positive(Value v, const char *what, uint64_t *out) {
    Value index = is_empty(v) || is_none(v) ? VALUE_EMPTY : v;
    if (is_empty(index) || !is_int(index) || !int_to_uint64(index, out)) {
        raise_error(&TypeError, "%s is required and must be an unsigned int", what);
        return false;
    }
    return true;
}

static Value hashlib_scrypt(Value *args) {
    BufferView password, salt;
    uint64_t n, r, p;
    int64_t memory = 0, size = 64;
    if (is_empty(args[2]) || is_none(args[2])) return raise_error(&TypeError, "salt is required");
    if (!positive(args[3], "n", &n)) return VALUE_ERROR;
    if (n < 2 || n & (n - 1)) return raise_error(&ValueError, "n must be a power of 2.");
    if (!positive(args[4], "r", &r) || !positive(args[5], "p", &p) ||
        !argument_int64(args[6], &memory) || !argument_int64(args[7], &size))
        return VALUE_ERROR;
    if (memory < 0 || memory > INT_MAX)
        return raise_error(&ValueError, "maxmem must be positive and smaller than %d", INT_MAX);
    if (size < 1 || size > INT_MAX)
        return raise_error(&ValueError, "dklen must be greater than 0 and smaller than %d", INT_MAX);
    if (!buffer_get(args[1], &password, BUFFER_SIMPLE)) return VALUE_ERROR;
    if (!buffer_get(args[2], &salt, BUFFER_SIMPLE)) {
        buffer_release(&password);
        return VALUE_ERROR;
    }
    Bytes *key = bytes_new(size);
    int ok = key && DETACHED(crypto.EVP_PBE_scrypt(password.data, (size_t)password.length, salt.data,
                                                   (size_t)salt.length, n, r, p, (uint64_t)memory,
                                                   key->data, (size_t)size));
    buffer_release(&password);
    buffer_release(&salt);
    if (!key) return VALUE_ERROR;
    if (ok) return object_value(key);
    return raise_error(&ValueError, "Invalid parameter combination for n, r, p, maxmem.");
}

static Value hashlib_get_fips_mode(Value *args) { return smallint_value(0); }

/* Compares in a time that tells nothing about where they differ. */
static Value hashlib_compare_digest(Value *args) {
    Value a = args[1], b = args[2];
    const uint8_t *left, *right;
    int64_t left_length, right_length;
    BufferView views[2];
    bool text = is_str(a) && is_str(b);
    if (text) {
        if (!str_is_ascii(as_str(a)) || !str_is_ascii(as_str(b)))
            return raise_error(&TypeError, "comparing strings with non-ASCII characters is not supported");
        left = as_str(a)->data;
        right = as_str(b)->data;
        left_length = as_str(a)->length;
        right_length = as_str(b)->length;
    } else {
        if (!has_buffer(a) || !has_buffer(b))
            return raise_error(&TypeError, "unsupported operand types(s) or combination of types: '%T' and "
                               "'%T'", a, b);
        if (!buffer_get(a, &views[0], BUFFER_SIMPLE)) return VALUE_ERROR;
        if (!buffer_get(b, &views[1], BUFFER_SIMPLE)) {
            buffer_release(&views[0]);
            return VALUE_ERROR;
        }
        left = views[0].data;
        right = views[1].data;
        left_length = views[0].length;
        right_length = views[1].length;
    }
    volatile uint8_t difference = left_length != right_length;
    if (left_length != right_length) left = right;
    for (int64_t i = 0; i < right_length; i++) difference |= left[i] ^ right[i];
    if (!text) {
        buffer_release(&views[0]);
        buffer_release(&views[1]);
    }
    return bool_value(difference == 0);
}

/* --- HMAC ------------------------------------------------------------------------------------------------------ */

typedef struct Hmac {
    Object object;
    Algorithm *algorithm; /* constant */
    HMAC_CTX *context;    /* guarded by the mutex */
    Mutex mutex;
} Hmac;
static Hmac *as_hmac(Value v) { return OBJECT_AS(Hmac, v); }
static Type hmac_type;

static void hmac_release(Cell *cell) {
    Hmac *self = (Hmac *)cell;
    if (self->context) crypto.HMAC_CTX_free(self->context);
    self->context = NULL;
}

static Hmac *hmac_alloc(Algorithm *algorithm) {
    Hmac *self = object_alloc_releasable(&hmac_type, sizeof(Hmac));
    if (!self) return NULL;
    self->algorithm = algorithm;
    self->context = crypto.HMAC_CTX_new();
    if (!self->context) raise_memory_error();
    return self->context ? self : NULL;
}

static bool hmac_feed(Hmac *self, Value data) {
    BufferView view;
    if (!data_view(data, &view)) return false;
    bool locked = mutex_acquire_python(&self->mutex, WAIT_FOREVER) > 0;
    int ok = locked && DETACHED(crypto.HMAC_Update(self->context, view.data, (size_t)view.length));
    if (locked) mutex_release(&self->mutex);
    buffer_release(&view);
    if (locked && !ok) library_failed();
    return ok != 0;
}

static Hmac *hmac_make(Module *module, Value key, Value digest) {
    BufferView view;
    if (is_empty(digest) || is_none(digest)) {
        raise_error(&TypeError, "Missing required parameter 'digestmod'.");
        return NULL;
    }
    Algorithm *algorithm = digestmod_argument(module, digest);
    const EVP_MD *md = algorithm ? algorithm_md(algorithm) : NULL;
    Hmac *self = md ? hmac_alloc(algorithm) : NULL;
    if (!self || !buffer_get(key, &view, BUFFER_SIMPLE)) return NULL;
    int ok = view.length <= INT_MAX &&
             crypto.HMAC_Init_ex(self->context, view.length ? view.data : "", (int)view.length, md, NULL);
    buffer_release(&view);
    if (!ok) library_failed();
    return ok ? self : NULL;
}

static Value hashlib_hmac_new(Value *args) {
    Hmac *self = hmac_make(OBJECT_AS(Module, args[0]), args[1], args[3]);
    if (!self || (!is_empty(args[2]) && !is_none(args[2]) && !hmac_feed(self, args[2]))) return VALUE_ERROR;
    return object_value(self);
}

static Bytes *hmac_finish(Hmac *self) {
    unsigned char out[DIGEST_MAX];
    unsigned size = 0;
    Hmac *copy = hmac_alloc(self->algorithm);
    if (!copy || mutex_acquire_python(&self->mutex, WAIT_FOREVER) < 0) return NULL;
    int ok = crypto.HMAC_CTX_copy(copy->context, self->context);
    mutex_release(&self->mutex);
    if (ok && crypto.HMAC_Final(copy->context, out, &size)) return bytes_from(out, size);
    library_failed();
    return NULL;
}

static Value hashlib_hmac_digest(Value *args) {
    Hmac *self = hmac_make(OBJECT_AS(Module, args[0]), args[1], args[3]);
    if (!self || !hmac_feed(self, args[2])) return VALUE_ERROR;
    Bytes *bytes = hmac_finish(self);
    return bytes ? object_value(bytes) : VALUE_ERROR;
}

static Value hmac_update(Value *args) {
    return hmac_feed(as_hmac(args[0]), args[1]) ? VALUE_NONE : VALUE_ERROR;
}
static Value hmac_digest(Value *args) {
    Bytes *bytes = hmac_finish(as_hmac(args[0]));
    return bytes ? object_value(bytes) : VALUE_ERROR;
}
static Value hmac_hexdigest(Value *args) { return hexadecimal(hmac_finish(as_hmac(args[0]))); }

static Value hmac_copy(Value *args) {
    Hmac *self = as_hmac(args[0]), *copy = hmac_alloc(self->algorithm);
    if (!copy || mutex_acquire_python(&self->mutex, WAIT_FOREVER) < 0) return VALUE_ERROR;
    int ok = crypto.HMAC_CTX_copy(copy->context, self->context);
    mutex_release(&self->mutex);
    return ok ? object_value(copy) : library_failed();
}

static Value hmac_get_size(Value self) {
    return int_value(crypto.EVP_MD_get_size(as_hmac(self)->algorithm->md));
}
static Value hmac_get_block_size(Value self) {
    return int_value(crypto.EVP_MD_get_block_size(as_hmac(self)->algorithm->md));
}
static Value hmac_get_name(Value self) {
    Str *name = str_format("hmac-%s", as_hmac(self)->algorithm->name);
    return name ? object_value(name) : VALUE_ERROR;
}
static Value hmac_repr(Value self) {
    Str *text = str_format("<%s HMAC object @ %p>", as_hmac(self)->algorithm->name, (void *)as_hmac(self));
    return text ? object_value(text) : VALUE_ERROR;
}

static const MethodDef hmac_methods[] = {
    METHOD("update", hmac_update, "($self, /, msg)", "Hash more bytes."),
    METHOD("digest", hmac_digest, "($self, /)", "The digest of what was hashed so far."),
    METHOD("hexdigest", hmac_hexdigest, "($self, /)", "The digest in hexadecimal digits."),
    METHOD("copy", hmac_copy, "($self, /)", "A copy, to go on differently."),
    {0},
};
static const GetSetDef hmac_getset[] = {
    {"digest_size", hmac_get_size, NULL, "bytes of the digest"},
    {"block_size", hmac_get_block_size, NULL, "bytes hashed at a time"},
    {"name", hmac_get_name, NULL, "\"hmac-\" and the algorithm's name"},
    {0},
};
static Type hmac_type = {
    .name = "_hashlib.HMAC",
    .doc = "A keyed digest (RFC 2104).",
    .base = &object_type_object,
    .size = sizeof(Hmac),
    .flags = TYPE_NO_NEW,
    .root = {.cell_kind = {.release = hmac_release, .name = "_hashlib.HMAC"}},
    .repr = hmac_repr,
    .methods = hmac_methods,
    .getset = hmac_getset,
};

/* --- the module ------------------------------------------------------------------------------------------------- */

static const MethodDef hashlib_functions[] = {
    METHOD("new", hashlib_new, "($module, /, name, string=b'', *, usedforsecurity=True)",
           "A new digest of the algorithm of that name."),
#define X(name) METHOD("openssl_" #name, openssl_##name, HASH_SIGNATURE, "A new " #name " digest."),
    OPENSSL_CONSTRUCTORS(X)
#undef X
    METHOD("pbkdf2_hmac", hashlib_pbkdf2,
           "($module, /, hash_name, password, salt, iterations, dklen=None)",
           "A key made of a password (PKCS 5)."),
    METHOD("scrypt", hashlib_scrypt,
           "($module, /, password, *, salt=None, n=None, r=None, p=None, maxmem=0, dklen=64)",
           "A key made of a password by scrypt (RFC 7914)."),
    METHOD("hmac_new", hashlib_hmac_new, "($module, /, key, msg=b'', digestmod=None)",
           "A new keyed digest."),
    METHOD("hmac_digest", hashlib_hmac_digest, "($module, /, key, msg, digest)",
           "The keyed digest of a message."),
    METHOD("compare_digest", hashlib_compare_digest, "($module, a, b, /)",
           "Whether both are equal, found in a time that does not depend on where they differ."),
    METHOD("get_fips_mode", hashlib_get_fips_mode, "($module, /)", "0."),
    {0},
};

static bool add_constructors(Module *module) {
    static const char *const names[] = {
#define X(name) #name,
        OPENSSL_CONSTRUCTORS(X)
#undef X
    };
    Dict *table = dict_new();
    Set *known = set_new();
    if (!table || !known) return false;
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
        char attribute[40];
        snprintf(attribute, sizeof attribute, "openssl_%s", names[i]);
        Value function = dict_get_c(module->dict, attribute);
        if (!dict_set(table, function, object_value(str_intern_c(names[i])))) return false;
    }
    for (size_t i = 0; i < ARRAY_LENGTH(algorithms); i++) {
        if (!algorithm_md(&algorithms[i])) {
            error_clear();
            continue;
        }
        if (!set_add(known, object_value(str_intern_c(algorithms[i].name)))) return false;
    }
    Set *frozen = frozenset_from_iterable(object_value(known));
    return frozen && module_add(module, "_constructors", mappingproxy_new(object_value(table))) &&
           module_add(module, "openssl_md_meth_names", object_value(frozen));
}

static bool hashlib_init(Module *module) {
    if (!crypto_load()) return false;
    Type *error = type_create("_hashlib", "UnsupportedDigestmodError", &ValueError, NULL);
    if (!error) return false;
    unsupported_error = object_value(error);
    module_root(&unsupported_error);
    return module_add(module, "UnsupportedDigestmodError", unsupported_error) && add_constructors(module);
}

static Type *const hashlib_types[] = {&hash_type, &xof_type, &hmac_type, NULL};

const NativeModule module__hashlib = {
    .name = "_hashlib",
    .doc = "Digests, by OpenSSL.",
    .functions = hashlib_functions,
    .types = hashlib_types,
    .init = hashlib_init,
};
