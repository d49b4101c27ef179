/* socket_internal.h - what the files of the module _socket share. */
#ifndef WEFT_MODULES_SOCKET_INTERNAL_H
#define WEFT_MODULES_SOCKET_INTERNAL_H

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include "modules/support.h"

typedef union SocketAddress {
    struct sockaddr any;
    struct sockaddr_in in;
    struct sockaddr_in6 in6;
    struct sockaddr_un un;
    struct sockaddr_storage storage;
} SocketAddress;

/* A socket. `fd` is -1 when closed; `timeout` is in nanoseconds: -1 waits for ever, 0 not at all. */
typedef struct Socket {
    Object object;
    int fd;          /* atomic */
    int32_t family, type, protocol; /* constant after __init__ */
    int64_t timeout; /* atomic */
} Socket;
static inline Socket *as_socket(Value v) { return OBJECT_AS(Socket, v); }
extern Type socket_type;

/* --- socket_address.c; all raise and run Python --------------------------------------------------------- */
/* A program's address for a socket of that family. `function` is for messages. */
bool address_from_value(int family, Value address, const char *function, SocketAddress *out,
                        socklen_t *length);
/* What a program sees of an address; None for an empty one. */
Value address_value(const SocketAddress *address, socklen_t length, int protocol);
socklen_t address_capacity(int family);
/* Finds the address of a host name. The port is left alone. */
bool host_address(const char *name, int family, SocketAddress *out, socklen_t *length);
/* A host name argument: str (IDNA for what is not ASCII), bytes. NULL with an exception set. */
const char *host_text(Value v, const char *message);
Value host_number_value(const SocketAddress *address, socklen_t length); /* numeric, a str */
Value raise_gaierror(int code);
Value raise_herror(int code);
extern Value socket_gaierror, socket_herror; /* the classes; roots */
extern int64_t socket_default_timeout;       /* atomic */

extern const MethodDef socket_lookup_functions[]; /* socket_lookup.c */

#endif
