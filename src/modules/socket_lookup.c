/* socket_lookup.c - the module _socket: names of hosts, services, protocols and interfaces. */
#include <arpa/inet.h>
#include <net/if.h>
#include <stdlib.h>
#include <unistd.h>
#include "modules/socket_internal.h"

static Value text_value(const char *text) {
    Str *s = str_from_os_text(text, strlen(text));
    return s ? object_value(s) : VALUE_ERROR;
}

/* --- getaddrinfo, getnameinfo ---------------------------------------------------------------------------- */

static Value address_info(const struct addrinfo *item) {
    SocketAddress address;
    memset(&address, 0, sizeof address);
    memcpy(&address, item->ai_addr, min_size(item->ai_addrlen, sizeof address));
    Value where = address_value(&address, item->ai_addrlen, item->ai_protocol);
    Value name = is_error(where) ? where : text_value(item->ai_canonname ? item->ai_canonname : "");
    if (is_error(name)) return name;
    Tuple *tuple = tuple_pack(5, int_value(item->ai_family), int_value(item->ai_socktype),
                              int_value(item->ai_protocol), name, where);
    return tuple ? object_value(tuple) : VALUE_ERROR;
}

static Value lookup_getaddrinfo(Value *args) {
    const char *host = NULL, *port = NULL;
    char digits[32];
    struct addrinfo hints = {0}, *found;
    if (!is_none(args[1])) {
        host = host_text(args[1], "getaddrinfo() argument 1 must be string or None:");
        if (!host) return VALUE_ERROR;
    }
    if (is_int(args[2])) {
        int64_t number = 0;
        if (!argument_int64(args[2], &number)) return VALUE_ERROR;
        snprintf(digits, sizeof digits, "%lld", (long long)number);
        port = digits;
    } else if (is_str(args[2])) {
        port = str_utf8(as_str(args[2]), NULL);
        if (!port) return VALUE_ERROR;
    } else if (is_bytes(args[2])) {
        port = (const char *)as_bytes(args[2])->data;
    } else if (!is_none(args[2])) {
        return raise_error(&OSError, "Int or String expected");
    }
    if (!argument_int(args[3], &hints.ai_family) || !argument_int(args[4], &hints.ai_socktype) ||
        !argument_int(args[5], &hints.ai_protocol) || !argument_int(args[6], &hints.ai_flags))
        return VALUE_ERROR;
    int error = DETACHED(getaddrinfo(host, port, &hints, &found));
    KEEP_ALIVE(host);
    KEEP_ALIVE(port);
    if (error) return raise_gaierror(error);
    List *list = list_new(0);
    bool ok = list != NULL;
    for (struct addrinfo *item = found; ok && item; item = item->ai_next) {
        Value info = address_info(item);
        ok = !is_error(info) && list_append(list, info);
    }
    freeaddrinfo(found);
    return ok ? object_value(list) : VALUE_ERROR;
}

static Value lookup_getnameinfo(Value *args) {
    int flags = 0;
    int64_t port = 0, flow = 0, scope = 0;
    if (!argument_int(args[2], &flags)) return VALUE_ERROR;
    if (!is_tuple(args[1]))
        return raise_error(&TypeError, "getnameinfo() argument 1 must be a tuple");
    Tuple *parts = as_tuple(args[1]);
    if (parts->length < 2 || parts->length > 4)
        return raise_error(&TypeError, "getnameinfo(): illegal sockaddr argument");
    if (!is_str(parts->items[0]))
        return raise_error(&TypeError, "getnameinfo(): illegal sockaddr argument");
    const char *host = str_utf8(as_str(parts->items[0]), NULL);
    if (!host || !argument_int64(parts->items[1], &port) ||
        (parts->length > 2 && !argument_int64(parts->items[2], &flow)) ||
        (parts->length > 3 && !argument_int64(parts->items[3], &scope)))
        return VALUE_ERROR;
    if (flow < 0 || flow > 0xFFFFF)
        return raise_error(&OverflowError, "getnameinfo(): flowinfo must be 0-1048575.");
    char digits[32], name[NI_MAXHOST], service[NI_MAXSERV];
    snprintf(digits, sizeof digits, "%lld", (long long)port);
    struct addrinfo hints = {.ai_socktype = SOCK_DGRAM, .ai_flags = AI_NUMERICHOST}, *found;
    int error = DETACHED(getaddrinfo(host, digits, &hints, &found));
    if (error) return raise_gaierror(error);
    SocketAddress address;
    socklen_t length = (socklen_t)min_size(found->ai_addrlen, sizeof address);
    memcpy(&address, found->ai_addr, length);
    bool one = !found->ai_next;
    freeaddrinfo(found);
    if (!one) return raise_error(&OSError, "sockaddr resolved to multiple addresses");
    if (address.any.sa_family == AF_INET && parts->length != 2)
        return raise_error(&OSError, "IPv4 sockaddr must be 2 tuple");
    if (address.any.sa_family == AF_INET6) {
        address.in6.sin6_flowinfo = htonl((uint32_t)flow);
        address.in6.sin6_scope_id = (uint32_t)scope;
    }
    error = DETACHED(getnameinfo(&address.any, length, name, sizeof name, service, sizeof service, flags));
    if (error) return raise_gaierror(error);
    Value first = text_value(name), second = text_value(service);
    Tuple *pair = is_error(first) || is_error(second) ? NULL : tuple_pack(2, first, second);
    return pair ? object_value(pair) : VALUE_ERROR;
}

/* --- hosts -------------------------------------------------------------------------------------------------- */

static Value lookup_gethostname(Value *args) {
    char name[1025];
    if (DETACHED(gethostname(name, sizeof name - 1)) != 0) return raise_errno();
    name[sizeof name - 1] = 0;
    return text_value(name);
}

static Value lookup_sethostname(Value *args) {
    const char *name = host_text(args[1], "sethostname() argument 1:");
    if (!name) return VALUE_ERROR;
    return sethostname(name, strlen(name)) == 0 ? VALUE_NONE : raise_errno();
}

static Value lookup_gethostbyname(Value *args) {
    SocketAddress address;
    socklen_t length;
    const char *name = host_text(args[1], "gethostbyname() argument 1:");
    if (!name || !host_address(name, AF_INET, &address, &length)) return VALUE_ERROR;
    return host_number_value(&address, length);
}

/* (name, aliases, addresses) */
static Value host_entry(const struct hostent *entry) {
    List *aliases = list_new(0), *addresses = list_new(0);
    if (!aliases || !addresses) return VALUE_ERROR;
    for (char **alias = entry->h_aliases; alias && *alias; alias++) {
        Value text = text_value(*alias);
        if (is_error(text) || !list_append(aliases, text)) return VALUE_ERROR;
    }
    for (char **item = entry->h_addr_list; item && *item; item++) {
        char text[INET6_ADDRSTRLEN];
        if (!inet_ntop(entry->h_addrtype, *item, text, sizeof text)) return raise_errno();
        Value value = text_value(text);
        if (is_error(value) || !list_append(addresses, value)) return VALUE_ERROR;
    }
    Value name = text_value(entry->h_name);
    Tuple *tuple = is_error(name) ? NULL : tuple_pack(3, name, object_value(aliases), object_value(addresses));
    return tuple ? object_value(tuple) : VALUE_ERROR;
}

#define HOST_BUFFER 16384

static Value lookup_gethostbyname_ex(Value *args) {
    SocketAddress address;
    socklen_t length;
    const char *name = host_text(args[1], "gethostbyname_ex() argument 1:");
    if (!name || !host_address(name, AF_INET, &address, &length)) return VALUE_ERROR;
    struct hostent entry, *found = NULL;
    char buffer[HOST_BUFFER];
    int error = 0;
    DETACHED(gethostbyname_r(name, &entry, buffer, sizeof buffer, &found, &error));
    return found ? host_entry(found) : raise_herror(error);
}

static Value lookup_gethostbyaddr(Value *args) {
    SocketAddress address;
    socklen_t length;
    const char *name = host_text(args[1], "gethostbyaddr() argument 1:");
    if (!name || !host_address(name, AF_UNSPEC, &address, &length)) return VALUE_ERROR;
    struct hostent entry, *found = NULL;
    char buffer[HOST_BUFFER];
    int error = 0;
    bool six = address.any.sa_family == AF_INET6;
    const void *data = six ? (const void *)&address.in6.sin6_addr : (const void *)&address.in.sin_addr;
    socklen_t size = six ? sizeof address.in6.sin6_addr : sizeof address.in.sin_addr;
    DETACHED(gethostbyaddr_r(data, size, address.any.sa_family, &entry, buffer, sizeof buffer, &found,
                             &error));
    return found ? host_entry(found) : raise_herror(error);
}

/* --- services and protocols ------------------------------------------------------------------------------------ */

static bool optional_text(Value v, const char *function, const char *which, const char **text) {
    *text = NULL;
    if (is_empty(v)) return true;
    if (!is_str(v)) {
        raise_error(&TypeError, "%s() argument %s must be str, not %T", function, which, v);
        return false;
    }
    *text = str_utf8(as_str(v), NULL);
    return *text != NULL;
}

static Value lookup_getservbyname(Value *args) {
    const char *name, *protocol;
    struct servent entry, *found = NULL;
    char buffer[4096];
    if (!optional_text(args[1], "getservbyname", "1", &name) ||
        !optional_text(args[2], "getservbyname", "2", &protocol))
        return VALUE_ERROR;
    DETACHED(getservbyname_r(name, protocol, &entry, buffer, sizeof buffer, &found));
    if (!found) return raise_error(&OSError, "service/proto not found");
    return int_value(ntohs((uint16_t)found->s_port));
}

static Value lookup_getservbyport(Value *args) {
    int port = 0;
    const char *protocol;
    struct servent entry, *found = NULL;
    char buffer[4096];
    if (!argument_int(args[1], &port) || !optional_text(args[2], "getservbyport", "2", &protocol))
        return VALUE_ERROR;
    if (port < 0 || port > 0xFFFF)
        return raise_error(&OverflowError, "getservbyport: port must be 0-65535.");
    DETACHED(getservbyport_r(htons((uint16_t)port), protocol, &entry, buffer, sizeof buffer, &found));
    if (!found) return raise_error(&OSError, "port/proto not found");
    return text_value(found->s_name);
}

static Value lookup_getprotobyname(Value *args) {
    const char *name;
    struct protoent entry, *found = NULL;
    char buffer[4096];
    if (!optional_text(args[1], "getprotobyname", "1", &name)) return VALUE_ERROR;
    DETACHED(getprotobyname_r(name, &entry, buffer, sizeof buffer, &found));
    if (!found) return raise_error(&OSError, "protocol not found");
    return int_value(found->p_proto);
}

/* --- numbers and packed addresses --------------------------------------------------------------------------------- */

static bool host_order_argument(Value v, int64_t limit, const char *function, int64_t *out) {
    if (!is_int(v)) {
        raise_error(&TypeError, "expected int, %T found", v);
        return false;
    }
    *out = -1;
    bool fits = int_to_int64(v, out);
    if (fits && *out >= 0 && *out <= limit) return true;
    bool negative = fits ? *out < 0 : int_sign(v) < 0;
    if (negative) raise_error(&OverflowError, "%s: can't convert negative Python int to C %d-bit unsigned "
                              "integer", function, limit > 0xFFFF ? 32 : 16);
    else if (limit > 0xFFFF) raise_error(&OverflowError, "int larger than 32 bits");
    else raise_error(&OverflowError, "%s: Python int too large to convert to C 16-bit unsigned integer",
                     function);
    return false;
}

static Value lookup_htons(Value *args) {
    int64_t n;
    return host_order_argument(args[1], 0xFFFF, "htons", &n) ? int_value(htons((uint16_t)n)) : VALUE_ERROR;
}
static Value lookup_ntohs(Value *args) {
    int64_t n;
    return host_order_argument(args[1], 0xFFFF, "ntohs", &n) ? int_value(ntohs((uint16_t)n)) : VALUE_ERROR;
}
static Value lookup_htonl(Value *args) {
    int64_t n;
    return host_order_argument(args[1], 0xFFFFFFFF, "htonl", &n) ? int_value(htonl((uint32_t)n)) : VALUE_ERROR;
}
static Value lookup_ntohl(Value *args) {
    int64_t n;
    return host_order_argument(args[1], 0xFFFFFFFF, "ntohl", &n) ? int_value(ntohl((uint32_t)n)) : VALUE_ERROR;
}

static Value packed(const void *data, size_t size) {
    Bytes *bytes = bytes_from(data, size);
    return bytes ? object_value(bytes) : VALUE_ERROR;
}

static Value lookup_inet_aton(Value *args) {
    const char *text;
    struct in_addr address;
    if (!optional_text(args[1], "inet_aton", "1", &text)) return VALUE_ERROR;
    if (!inet_aton(text, &address))
        return raise_error(&OSError, "illegal IP address string passed to inet_aton");
    return packed(&address, sizeof address);
}

static Value lookup_inet_ntoa(Value *args) {
    BufferView view;
    struct in_addr address;
    char text[INET_ADDRSTRLEN];
    if (!buffer_get(args[1], &view, BUFFER_SIMPLE)) return VALUE_ERROR;
    bool fits = view.length == sizeof address;
    if (fits) memcpy(&address, view.data, sizeof address);
    buffer_release(&view);
    if (!fits) return raise_error(&OSError, "packed IP wrong length");
    return text_value(inet_ntop(AF_INET, &address, text, sizeof text));
}

static Value lookup_inet_pton(Value *args) {
    int family = 0;
    const char *text;
    char address[sizeof(struct in6_addr)];
    if (!argument_int(args[1], &family) || !optional_text(args[2], "inet_pton", "2", &text))
        return VALUE_ERROR;
    int result = inet_pton(family, text, address);
    if (result < 0) return raise_errno();
    if (result == 0) return raise_error(&OSError, "illegal IP address string passed to inet_pton");
    return packed(address, family == AF_INET ? sizeof(struct in_addr) : sizeof(struct in6_addr));
}

static Value lookup_inet_ntop(Value *args) {
    int family = 0;
    BufferView view;
    char address[sizeof(struct in6_addr)], text[INET6_ADDRSTRLEN];
    if (!argument_int(args[1], &family) || !buffer_get(args[2], &view, BUFFER_SIMPLE)) return VALUE_ERROR;
    int64_t wanted = family == AF_INET ? 4 : family == AF_INET6 ? 16 : -1;
    bool fits = wanted > 0 && view.length == wanted;
    if (fits) memcpy(address, view.data, (size_t)wanted);
    buffer_release(&view);
    if (wanted < 0) return raise_error(&ValueError, "unknown address family %d", family);
    if (!fits) return raise_error(&ValueError, "invalid length of packed IP address string");
    return inet_ntop(family, address, text, sizeof text) ? text_value(text) : raise_errno();
}

/* --- interfaces ------------------------------------------------------------------------------------------------------ */

static Value lookup_if_nameindex(Value *args) {
    List *list = list_new(0);
    if (!list) return VALUE_ERROR;
    struct if_nameindex *names = DETACHED(if_nameindex());
    if (!names) return raise_errno();
    bool ok = true;
    for (struct if_nameindex *item = names; ok && item->if_index; item++) {
        Value name = text_value(item->if_name);
        Tuple *pair = is_error(name) ? NULL : tuple_pack(2, int_value(item->if_index), name);
        ok = pair && list_append(list, object_value(pair));
    }
    if_freenameindex(names);
    return ok ? object_value(list) : VALUE_ERROR;
}

static Value lookup_if_nametoindex(Value *args) {
    const char *name = host_text(args[1], "if_nametoindex() argument 1:");
    if (!name) return VALUE_ERROR;
    unsigned index = if_nametoindex(name);
    return index ? int_value(index) : raise_error(&OSError, "no interface with this name");
}

static Value lookup_if_indextoname(Value *args) {
    int64_t index = 0;
    char name[IF_NAMESIZE + 1];
    if (!argument_int64(args[1], &index)) return VALUE_ERROR;
    return if_indextoname((unsigned)index, name) ? text_value(name) : raise_errno();
}

#define FUNCTION(name, signature, doc) METHOD(#name, lookup_##name, signature, doc)
#define AUDITED_FUNCTION(audit, name, signature, doc) AUDITED(audit, #name, lookup_##name, signature, doc)
const MethodDef socket_lookup_functions[] = {
    AUDITED_FUNCTION("socket.getaddrinfo 1 2 3=0 4=0 5=0", getaddrinfo, "($module, /, host, port, family=0, type=0, proto=0, flags=0)",
             "The addresses of a host and service: (family, type, proto, name, address) for each."),
    AUDITED_FUNCTION("socket.getnameinfo 1", getnameinfo, "($module, sockaddr, flags, /)", "The host and service of an address."),
    AUDITED_FUNCTION("socket.gethostname", gethostname, "($module)", "The name of this host."),
    AUDITED_FUNCTION("socket.sethostname 1", sethostname, "($module, name, /)", "Set the name of this host."),
    AUDITED_FUNCTION("socket.gethostbyname 1", gethostbyname, "($module, host, /)", "The address of a host."),
    AUDITED_FUNCTION("socket.gethostbyname 1", gethostbyname_ex, "($module, host, /)", "Name, aliases and addresses of a host."),
    AUDITED_FUNCTION("socket.gethostbyaddr 1", gethostbyaddr, "($module, host, /)", "Name, aliases and addresses of a host."),
    AUDITED_FUNCTION("socket.getservbyname 1 2", getservbyname, "($module, servicename, protocolname='', /)", "The port of a service."),
    AUDITED_FUNCTION("socket.getservbyport 1 2", getservbyport, "($module, port, protocolname='', /)", "The service of a port."),
    FUNCTION(getprotobyname, "($module, name, /)", "The number of a protocol."),
    FUNCTION(htons, "($module, integer, /)", "16 bits from host to network order."),
    FUNCTION(ntohs, "($module, integer, /)", "16 bits from network to host order."),
    FUNCTION(htonl, "($module, integer, /)", "32 bits from host to network order."),
    FUNCTION(ntohl, "($module, integer, /)", "32 bits from network to host order."),
    FUNCTION(inet_aton, "($module, string, /)", "An IPv4 address as 4 bytes."),
    FUNCTION(inet_ntoa, "($module, packed_ip, /)", "An IPv4 address as text."),
    FUNCTION(inet_pton, "($module, family, address, /)", "An address as bytes."),
    FUNCTION(inet_ntop, "($module, family, packed_ip, /)", "An address as text."),
    FUNCTION(if_nameindex, "($module)", "Number and name of each network interface."),
    FUNCTION(if_nametoindex, "($module, name, /)", "The number of a network interface."),
    FUNCTION(if_indextoname, "($module, index, /)", "The name of a network interface."),
    {0},
};
