/* crypto.h - the functions of OpenSSL's libcrypto that the hash modules use.
 *
 * The library is loaded when the first such module is imported, so that programs that hash nothing
 * do not pay for it. */
#ifndef WEFT_MODULES_CRYPTO_H
#define WEFT_MODULES_CRYPTO_H

#include <stddef.h>
#include <stdint.h>
#include "base/common.h"

typedef struct evp_md_ctx_st EVP_MD_CTX;
typedef struct evp_md_st EVP_MD;
typedef struct engine_st ENGINE;
typedef struct hmac_ctx_st HMAC_CTX;

typedef struct Crypto {
    EVP_MD *(*EVP_MD_fetch)(void *library, const char *name, const char *properties);
    int (*EVP_MD_get_size)(const EVP_MD *md);
    int (*EVP_MD_get_block_size)(const EVP_MD *md);
    EVP_MD_CTX *(*EVP_MD_CTX_new)(void);
    void (*EVP_MD_CTX_free)(EVP_MD_CTX *context);
    int (*EVP_MD_CTX_copy_ex)(EVP_MD_CTX *out, const EVP_MD_CTX *in);
    int (*EVP_DigestInit_ex)(EVP_MD_CTX *context, const EVP_MD *md, ENGINE *engine);
    int (*EVP_DigestUpdate)(EVP_MD_CTX *context, const void *data, size_t size);
    int (*EVP_DigestFinal_ex)(EVP_MD_CTX *context, unsigned char *out, unsigned *size);
    int (*EVP_DigestFinalXOF)(EVP_MD_CTX *context, unsigned char *out, size_t size);
    HMAC_CTX *(*HMAC_CTX_new)(void);
    void (*HMAC_CTX_free)(HMAC_CTX *context);
    int (*HMAC_CTX_copy)(HMAC_CTX *out, HMAC_CTX *in);
    int (*HMAC_Init_ex)(HMAC_CTX *context, const void *key, int size, const EVP_MD *md, ENGINE *engine);
    int (*HMAC_Update)(HMAC_CTX *context, const unsigned char *data, size_t size);
    int (*HMAC_Final)(HMAC_CTX *context, unsigned char *out, unsigned *size);
    int (*PKCS5_PBKDF2_HMAC)(const char *password, int password_size, const unsigned char *salt,
                             int salt_size, int iterations, const EVP_MD *md, int key_size,
                             unsigned char *out);
    int (*EVP_PBE_scrypt)(const char *password, size_t password_size, const unsigned char *salt,
                          size_t salt_size, uint64_t n, uint64_t r, uint64_t p, uint64_t memory,
                          unsigned char *key, size_t key_size);
} Crypto;
extern Crypto crypto;

/* False with ImportError. */
bool crypto_load(void);

#endif
