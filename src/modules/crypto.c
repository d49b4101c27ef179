#include "modules/crypto.h"

#include <dlfcn.h>
#include "modules/support.h"

Crypto crypto; /* written once, under the lock, before crypto_loaded */
static uint8_t crypto_loaded; /* atomic */
static ByteLock crypto_lock;

static const struct {
    const char *name;
    size_t offset;
} symbols[] = {
#define S(name) {#name, offsetof(Crypto, name)}
    S(EVP_MD_fetch), S(EVP_MD_get_size), S(EVP_MD_get_block_size), S(EVP_MD_CTX_new),
    S(EVP_MD_CTX_free), S(EVP_MD_CTX_copy_ex), S(EVP_DigestInit_ex), S(EVP_DigestUpdate),
    S(EVP_DigestFinal_ex), S(EVP_DigestFinalXOF), S(HMAC_CTX_new), S(HMAC_CTX_free),
    S(HMAC_CTX_copy), S(HMAC_Init_ex), S(HMAC_Update), S(HMAC_Final), S(PKCS5_PBKDF2_HMAC),
    S(EVP_PBE_scrypt),
#undef S
};

static const char *load_symbols(void) {
    void *library = dlopen("libcrypto.so.3", RTLD_NOW | RTLD_LOCAL);
    if (!library) return "libcrypto.so.3";
    for (size_t i = 0; i < ARRAY_LENGTH(symbols); i++) {
        void *symbol = dlsym(library, symbols[i].name);
        if (!symbol) return symbols[i].name;
        memcpy((char *)&crypto + symbols[i].offset, &symbol, sizeof symbol);
    }
    return NULL;
}

bool crypto_load(void) {
    if (load_acquire(&crypto_loaded)) return true;
    byte_lock(&crypto_lock);
    const char *missing = load_acquire(&crypto_loaded) ? NULL : load_symbols();
    if (!missing) store_release(&crypto_loaded, (uint8_t)1);
    byte_unlock(&crypto_lock);
    if (!missing) return true;
    raise_error(&ImportError, "%s: OpenSSL 3 is needed for hashing, and it is not there", missing);
    return false;
}
