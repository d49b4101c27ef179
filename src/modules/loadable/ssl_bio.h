/* ssl_bio.h - what OpenSSL reads from and writes to. */
#ifndef WEFT_MODULES_LOADABLE_SSL_BIO_H
#define WEFT_MODULES_LOADABLE_SSL_BIO_H

#include "modules/loadable/ssl.h"

/* Once, before the others. False with MemoryError. */
bool bios_init(void);
/* A BIO for a Socket, or a MemoryBio, which must outlive it. NULL: no memory. Its functions never wait
 * and touch no Value, and may be called with the thread detached. */
BIO *bio_for_socket(Value socket);
BIO *bio_for_memory(Value memory);

#endif
