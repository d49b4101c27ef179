/* socket_address.c - the module _socket: addresses, from and to Python. */
#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <net/if.h>
#include "modules/socket_internal.h"

Value socket_gaierror, socket_herror;

static Value raise_pair(Value class, int code, const char *text) {
    Str *message = str_from_c(text);
    if (!message) return VALUE_ERROR;
    Value exception = call_2(class, smallint_value(code), object_value(message));
    return is_error(exception) ? exception : raise_value(exception);
}

Value raise_gaierror(int code) {
    if (code == EAI_SYSTEM) return raise_errno();
    return raise_pair(socket_gaierror, code, gai_strerror(code));
}

Value raise_herror(int code) { return raise_pair(socket_herror, code, hstrerror(code)); }

const char *host_text(Value v, const char *message) {
    const char *text = NULL;
    size_t length = 0;
    if (is_bytes(v)) {
        text = (const char *)as_bytes(v)->data;
        length = (size_t)as_bytes(v)->length;
    } else if (is_kind(v, TYPE_BYTEARRAY)) {
        BufferView view;
        if (!buffer_get(v, &view, BUFFER_SIMPLE)) return NULL;
        Bytes *copy = bytes_from(view.data, (size_t)view.length);
        buffer_release(&view);
        if (!copy) return NULL;
        text = (const char *)copy->data;
        length = (size_t)copy->length;
    } else if (is_str(v) && str_is_ascii(as_str(v))) {
        text = str_utf8(as_str(v), &length);
    } else if (is_str(v)) {
        Value encoded = call_method_1(v, "encode", object_value(str_intern_c("idna")));
        if (is_error(encoded)) {
            error_clear();
            raise_error(&TypeError, "encoding of hostname failed");
            return NULL;
        }
        text = (const char *)as_bytes(encoded)->data;
        length = (size_t)as_bytes(encoded)->length;
    } else {
        raise_error(&TypeError, "%s str, bytes or bytearray expected, not %T", message, v);
        return NULL;
    }
    if (text && strlen(text) != length) {
        raise_error(&TypeError, "host name must not contain null character");
        return NULL;
    }
    return text;
}

static bool any_address(int family, SocketAddress *out, socklen_t *length) {
    struct addrinfo hints = {.ai_family = family, .ai_socktype = SOCK_DGRAM, .ai_flags = AI_PASSIVE};
    struct addrinfo *found;
    int error = DETACHED(getaddrinfo(NULL, "0", &hints, &found));
    if (error) {
        raise_gaierror(error);
        return false;
    }
    bool one = !found->ai_next;
    memcpy(out, found->ai_addr, min_size(found->ai_addrlen, sizeof *out));
    *length = found->ai_addrlen;
    freeaddrinfo(found);
    if (!one) raise_error(&OSError, "wildcard resolved to multiple address");
    return one;
}

bool host_address(const char *name, int family, SocketAddress *out, socklen_t *length) {
    memset(out, 0, sizeof *out);
    if (!*name) return any_address(family, out, length);
    if (!strcmp(name, "255.255.255.255") || !strcmp(name, "<broadcast>")) {
        if (family != AF_INET && family != AF_UNSPEC) {
            raise_error(&OSError, "address family mismatched");
            return false;
        }
        out->in.sin_family = AF_INET;
        out->in.sin_addr.s_addr = INADDR_BROADCAST;
        *length = sizeof out->in;
        return true;
    }
    if (family != AF_INET6 && inet_pton(AF_INET, name, &out->in.sin_addr) > 0) {
        out->in.sin_family = AF_INET;
        *length = sizeof out->in;
        return true;
    }
    if (family != AF_INET && !strchr(name, '%') && inet_pton(AF_INET6, name, &out->in6.sin6_addr) > 0) {
        out->in6.sin6_family = AF_INET6;
        *length = sizeof out->in6;
        return true;
    }
    struct addrinfo hints = {.ai_family = family}, *found;
    int error = DETACHED(getaddrinfo(name, NULL, &hints, &found));
    KEEP_ALIVE(name);
    if (error) {
        raise_gaierror(error);
        return false;
    }
    memcpy(out, found->ai_addr, min_size(found->ai_addrlen, sizeof *out));
    *length = found->ai_addrlen;
    freeaddrinfo(found);
    return true;
}

static bool port_argument(Value v, const char *function, uint16_t *port) {
    int64_t number = -1;
    if (is_int(v) && !int_to_int64(v, &number)) number = -1;
    else if (!is_int(v) && !argument_int64(v, &number)) return false;
    if (number < 0 || number > 0xFFFF) {
        raise_error(&OverflowError, "%s(): port must be 0-65535.", function);
        return false;
    }
    *port = htons((uint16_t)number);
    return true;
}

static bool inet_address(Value address, const char *function, SocketAddress *out, socklen_t *length) {
    uint16_t port;
    if (!is_tuple(address)) {
        raise_error(&TypeError, "%s(): AF_INET address must be tuple, not %T", function, address);
        return false;
    }
    Tuple *parts = as_tuple(address);
    if (parts->length != 2) {
        raise_error(&TypeError, "AF_INET address must be a pair (host, port)");
        return false;
    }
    const char *host = host_text(parts->items[0], "");
    if (!host || !host_address(host, AF_INET, out, length) ||
        !port_argument(parts->items[1], function, &port))
        return false;
    out->in.sin_family = AF_INET;
    out->in.sin_port = port;
    *length = sizeof out->in;
    return true;
}

static bool inet6_address(Value address, const char *function, SocketAddress *out, socklen_t *length) {
    uint16_t port;
    int64_t flow = 0, scope = 0;
    if (!is_tuple(address)) {
        raise_error(&TypeError, "%s(): AF_INET6 address must be tuple, not %T", function, address);
        return false;
    }
    Tuple *parts = as_tuple(address);
    if (parts->length < 2 || parts->length > 4) {
        raise_error(&TypeError,
                    "AF_INET6 address must be a tuple (host, port[, flowinfo[, scopeid]])");
        return false;
    }
    const char *host = host_text(parts->items[0], "");
    if (!host || !host_address(host, AF_INET6, out, length) ||
        !port_argument(parts->items[1], function, &port) ||
        (parts->length > 2 && !argument_int64(parts->items[2], &flow)) ||
        (parts->length > 3 && !argument_int64(parts->items[3], &scope)))
        return false;
    if (flow < 0 || flow > 0xFFFFF) {
        raise_error(&OverflowError, "%s(): flowinfo must be 0-1048575.", function);
        return false;
    }
    out->in6.sin6_family = AF_INET6;
    out->in6.sin6_port = port;
    out->in6.sin6_flowinfo = htonl((uint32_t)flow);
    if (parts->length > 3) out->in6.sin6_scope_id = (uint32_t)scope;
    *length = sizeof out->in6;
    return true;
}

static bool unix_address(Value address, SocketAddress *out, socklen_t *length) {
    const char *text;
    size_t size;
    BufferView view;
    bool viewed = false;
    if (is_str(address)) {
        text = str_os_text(as_str(address), &size);
        if (!text) return false;
    } else {
        if (!buffer_get(address, &view, BUFFER_SIMPLE)) return false;
        viewed = true;
        text = view.data;
        size = (size_t)view.length;
    }
    memset(&out->un, 0, sizeof out->un);
    bool abstract = size == 0 || text[0] == 0; /* Linux: no file, and no NUL at the end */
    bool fits = abstract ? size <= sizeof out->un.sun_path : size < sizeof out->un.sun_path;
    if (fits) {
        out->un.sun_family = AF_UNIX;
        memcpy(out->un.sun_path, text, size);
        *length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + size + !abstract);
    }
    if (viewed) buffer_release(&view);
    if (!fits) raise_error(&OSError, "AF_UNIX path too long");
    return fits;
}

static bool netlink_address(Value address, const char *function, SocketAddress *out, socklen_t *length) {
    int64_t pid = 0, groups = 0;
    struct sockaddr_nl *netlink = (struct sockaddr_nl *)&out->storage;
    if (!is_tuple(address) || as_tuple(address)->length != 2) {
        raise_error(&TypeError, "%s(): AF_NETLINK address must be tuple, not %T", function, address);
        return false;
    }
    if (!argument_int64(as_tuple(address)->items[0], &pid) ||
        !argument_int64(as_tuple(address)->items[1], &groups))
        return false;
    memset(netlink, 0, sizeof *netlink);
    netlink->nl_family = AF_NETLINK;
    netlink->nl_pid = (uint32_t)pid;
    netlink->nl_groups = (uint32_t)groups;
    *length = sizeof *netlink;
    return true;
}

bool address_from_value(int family, Value address, const char *function, SocketAddress *out,
                        socklen_t *length) {
    switch (family) {
    case AF_INET: return inet_address(address, function, out, length);
    case AF_INET6: return inet6_address(address, function, out, length);
    case AF_UNIX: return unix_address(address, out, length);
    case AF_NETLINK: return netlink_address(address, function, out, length);
    default: raise_error(&OSError, "%s(): bad family", function); return false;
    }
}

socklen_t address_capacity(int family) { return sizeof(SocketAddress); }

Value host_number_value(const SocketAddress *address, socklen_t length) {
    char text[NI_MAXHOST];
    int error = getnameinfo(&address->any, length, text, sizeof text, NULL, 0, NI_NUMERICHOST);
    if (error) return raise_gaierror(error);
    Str *result = str_from_os_text(text, strlen(text));
    return result ? object_value(result) : VALUE_ERROR;
}

static Value unix_value(const SocketAddress *address, socklen_t length) {
    size_t size = length > offsetof(struct sockaddr_un, sun_path)
                      ? length - offsetof(struct sockaddr_un, sun_path) : 0;
    if (size > 0 && address->un.sun_path[0] == 0) {
        Bytes *name = bytes_from(address->un.sun_path, size);
        return name ? object_value(name) : VALUE_ERROR;
    }
    size = strnlen(address->un.sun_path, size);
    Str *path = str_from_os_text(address->un.sun_path, size);
    return path ? object_value(path) : VALUE_ERROR;
}

Value address_value(const SocketAddress *address, socklen_t length, int protocol) {
    Tuple *tuple = NULL;
    Value host;
    if (length == 0) return VALUE_NONE;
    switch (address->any.sa_family) {
    case AF_INET:
        host = host_number_value(address, length);
        if (is_error(host)) return host;
        tuple = tuple_pack(2, host, smallint_value(ntohs(address->in.sin_port)));
        break;
    case AF_INET6:
        host = host_number_value(address, length);
        if (is_error(host)) return host;
        tuple = tuple_pack(4, host, smallint_value(ntohs(address->in6.sin6_port)),
                           int_value(ntohl(address->in6.sin6_flowinfo)),
                           int_value(address->in6.sin6_scope_id));
        break;
    case AF_UNIX: return unix_value(address, length);
    case AF_NETLINK: {
        const struct sockaddr_nl *netlink = (const struct sockaddr_nl *)&address->storage;
        tuple = tuple_pack(2, int_value(netlink->nl_pid), int_value(netlink->nl_groups));
        break;
    }
    default: {
        Bytes *data = bytes_from(address->any.sa_data, sizeof address->any.sa_data);
        if (data) tuple = tuple_pack(2, smallint_value(address->any.sa_family), object_value(data));
    }
    }
    return tuple ? object_value(tuple) : VALUE_ERROR;
}
