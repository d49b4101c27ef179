/* _crypt_module.c - the module _crypt: the system's hashing of passwords (libcrypt). */
#include <crypt.h>
#include <stdlib.h>
#include "modules/loadable/loadable.h"

static const char *utf8_argument(Value v, const char *which) {
    Str *text;
    size_t length;
    if (!argument_str(v, "crypt", which, &text)) return NULL;
    const char *bytes = str_utf8(text, &length);
    if (bytes && strlen(bytes) != length) {
        raise_error(&ValueError, "embedded null character");
        return NULL;
    }
    return bytes;
}

static Value crypt_crypt(Value *args) {
    const char *word = utf8_argument(args[1], "1");
    const char *salt = word ? utf8_argument(args[2], "2") : NULL;
    if (!salt) return VALUE_ERROR;
    void *work = NULL;
    int size = 0;
    const char *hash = DETACHED(crypt_ra(word, salt, &work, &size));
    int error = errno;
    KEEP_ALIVE(word);
    KEEP_ALIVE(salt);
    Str *result = hash ? str_from_c(hash) : NULL;
    free(work);
    if (!hash) return raise_os_error(error, VALUE_EMPTY, VALUE_EMPTY);
    return result ? object_value(result) : VALUE_ERROR;
}

static const MethodDef functions[] = {
    METHOD("crypt", crypt_crypt, "($module, word, salt, /)", "Hash a *word* with the given *salt* and return the hashed password."),
    {0},
};
LOADABLE_MODULE module__crypt = {
    .name = "_crypt",
    .doc = "Hashing of passwords.",
    .functions = functions,
};
