/* ssl_certificate.c - certificates as dicts and as objects. */
#include "modules/loadable/ssl.h"

#include <arpa/inet.h>
#include <limits.h>

/* A str from `size` bytes of UTF-8, which the library has allocated; frees them. */
static Value take_utf8(unsigned char *data, int size) {
    if (size < 0) return RAISE_SSL();
    Str *text = str_from_utf8((char *)data, (size_t)size);
    OPENSSL_free(data);
    return text ? object_value(text) : VALUE_ERROR;
}

static Value string_utf8(const ASN1_STRING *string) {
    unsigned char *data = NULL;
    int size = ASN1_STRING_to_UTF8(&data, string);
    return take_utf8(data, size);
}

/* What was written to a memory BIO, as text. */
static Value bio_text(BIO *bio) {
    char *data;
    long size = BIO_get_mem_data(bio, &data);
    Str *text = str_from_utf8(data, (size_t)size);
    return text ? object_value(text) : VALUE_ERROR;
}

Value object_text(const ASN1_OBJECT *object, bool no_name) {
    char buffer[256];
    int size = OBJ_obj2txt(buffer, sizeof buffer, object, no_name);
    if (size < 0) return RAISE_SSL();
    if (size == 0) return VALUE_NONE;
    Str *text = str_from_c(buffer);
    return text ? object_value(text) : VALUE_ERROR;
}

static bool list_add(List *list, Value v) { return list && !is_error(v) && list_append(list, v); }

static Value pair(Value a, Value b) {
    if (is_error(a) || is_error(b)) return VALUE_ERROR;
    Tuple *tuple = tuple_pack(2, a, b);
    return tuple ? object_value(tuple) : VALUE_ERROR;
}

static Value list_as_tuple(List *list) {
    Tuple *tuple = list ? list_to_tuple(list) : NULL;
    return tuple ? object_value(tuple) : VALUE_ERROR;
}

/* A tuple of relative names, each a tuple of pairs. */
static Value name_value(X509_NAME *name) {
    List *all = list_new(0), *relative = list_new(0);
    int count = X509_NAME_entry_count(name), set = -1;
    for (int i = 0; all && relative && i < count; i++) {
        X509_NAME_ENTRY *entry = X509_NAME_get_entry(name, i);
        if (set >= 0 && X509_NAME_ENTRY_set(entry) != set) {
            if (!list_add(all, list_as_tuple(relative))) return VALUE_ERROR;
            relative = list_new(0);
        }
        set = X509_NAME_ENTRY_set(entry);
        Value attribute = pair(object_text(X509_NAME_ENTRY_get_object(entry), false),
                               string_utf8(X509_NAME_ENTRY_get_data(entry)));
        if (!list_add(relative, attribute)) return VALUE_ERROR;
    }
    if (!all || !relative) return VALUE_ERROR;
    if (list_length(relative) > 0 && !list_add(all, list_as_tuple(relative))) return VALUE_ERROR;
    return list_as_tuple(all);
}

static Value text_value(const char *text) {
    Str *s = str_from_c(text);
    return s ? object_value(s) : VALUE_ERROR;
}

static Value ip_value(const ASN1_OCTET_STRING *ip) {
    char buffer[INET6_ADDRSTRLEN];
    const uint8_t *p = ip->data;
    if (ip->length == 4) return text_value(inet_ntop(AF_INET, p, buffer, sizeof buffer));
    if (ip->length != 16) return text_value("<invalid>");
    snprintf(buffer, sizeof buffer, "%X:%X:%X:%X:%X:%X:%X:%X", p[0] << 8 | p[1], p[2] << 8 | p[3],
             p[4] << 8 | p[5], p[6] << 8 | p[7], p[8] << 8 | p[9], p[10] << 8 | p[11], p[12] << 8 | p[13],
             p[14] << 8 | p[15]);
    return text_value(buffer);
}

static Value ia5_value(const ASN1_IA5STRING *string) {
    Str *text = str_from_utf8((const char *)ASN1_STRING_get0_data(string), (size_t)ASN1_STRING_length(string));
    return text ? object_value(text) : VALUE_ERROR;
}

/* Any other kind as the library prints it: "kind:text". */
static Value printed_name(GENERAL_NAME *name) {
    BIO *bio = BIO_new(BIO_s_mem());
    if (!bio) return raise_memory_error();
    GENERAL_NAME_print(bio, name);
    char *data;
    long size = BIO_get_mem_data(bio, &data);
    char *colon = memchr(data, ':', (size_t)size);
    Value result;
    if (!colon) {
        result = raise_error(&ValueError, "Invalid value %s", "in a general name");
    } else {
        Str *kind = str_from_utf8(data, (size_t)(colon - data));
        Str *text = str_from_utf8(colon + 1, (size_t)(data + size - colon - 1));
        result = kind && text ? pair(object_value(kind), object_value(text)) : VALUE_ERROR;
    }
    BIO_free(bio);
    return result;
}

static Value general_name(GENERAL_NAME *name) {
    switch (name->type) {
    case GEN_DIRNAME: return pair(text_value("DirName"), name_value(name->d.dirn));
    case GEN_EMAIL: return pair(text_value("email"), ia5_value(name->d.rfc822Name));
    case GEN_DNS: return pair(text_value("DNS"), ia5_value(name->d.dNSName));
    case GEN_URI: return pair(text_value("URI"), ia5_value(name->d.uniformResourceIdentifier));
    case GEN_RID: return pair(text_value("Registered ID"), object_text(name->d.rid, false));
    case GEN_IPADD: return pair(text_value("IP Address"), ip_value(name->d.iPAddress));
    default: return printed_name(name);
    }
}

/* The alternative names, a tuple of pairs; None when there are none. */
static Value alternative_names(X509 *certificate) {
    GENERAL_NAMES *names = X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
    if (!names) return VALUE_NONE;
    List *list = list_new(0);
    bool ok = list != NULL;
    for (int i = 0; ok && i < sk_GENERAL_NAME_num(names); i++)
        ok = list_add(list, general_name(sk_GENERAL_NAME_value(names, i)));
    sk_GENERAL_NAME_pop_free(names, GENERAL_NAME_free);
    return ok ? list_as_tuple(list) : VALUE_ERROR;
}

/* The addresses of one kind of information about the issuer. */
static Value issuer_information(X509 *certificate, int kind) {
    AUTHORITY_INFO_ACCESS *info = X509_get_ext_d2i(certificate, NID_info_access, NULL, NULL);
    if (!info) return VALUE_NONE;
    List *list = list_new(0);
    bool ok = list != NULL;
    for (int i = 0; ok && i < sk_ACCESS_DESCRIPTION_num(info); i++) {
        ACCESS_DESCRIPTION *access = sk_ACCESS_DESCRIPTION_value(info, i);
        if (OBJ_obj2nid(access->method) == kind && access->location->type == GEN_URI)
            ok = list_add(list, ia5_value(access->location->d.uniformResourceIdentifier));
    }
    AUTHORITY_INFO_ACCESS_free(info);
    if (!ok) return VALUE_ERROR;
    return list_length(list) ? list_as_tuple(list) : VALUE_NONE;
}

static Value crl_points(X509 *certificate) {
    CRL_DIST_POINTS *points = X509_get_ext_d2i(certificate, NID_crl_distribution_points, NULL, NULL);
    if (!points) return VALUE_NONE;
    List *list = list_new(0);
    bool ok = list != NULL;
    for (int i = 0; ok && i < sk_DIST_POINT_num(points); i++) {
        DIST_POINT *point = sk_DIST_POINT_value(points, i);
        if (!point->distpoint || point->distpoint->type != 0) continue;
        GENERAL_NAMES *names = point->distpoint->name.fullname;
        for (int j = 0; ok && j < sk_GENERAL_NAME_num(names); j++) {
            GENERAL_NAME *name = sk_GENERAL_NAME_value(names, j);
            if (name->type == GEN_URI) ok = list_add(list, ia5_value(name->d.uniformResourceIdentifier));
        }
    }
    CRL_DIST_POINTS_free(points);
    if (!ok) return VALUE_ERROR;
    return list_length(list) ? list_as_tuple(list) : VALUE_NONE;
}

static Value time_value(const ASN1_TIME *time) {
    BIO *bio = BIO_new(BIO_s_mem());
    if (!bio) return raise_memory_error();
    ASN1_TIME_print(bio, time);
    Value text = bio_text(bio);
    BIO_free(bio);
    return text;
}

static Value serial_value(X509 *certificate) {
    BIO *bio = BIO_new(BIO_s_mem());
    if (!bio) return raise_memory_error();
    i2a_ASN1_INTEGER(bio, X509_get0_serialNumber(certificate));
    Value text = bio_text(bio);
    BIO_free(bio);
    return text;
}

static bool add(Dict *dict, const char *name, Value value, bool optional) {
    if (is_error(value)) return false;
    return (optional && is_none(value)) || dict_set_c(dict, name, value);
}

Value certificate_dict(X509 *c) {
    Dict *dict = dict_new();
    bool ok = dict && add(dict, "subject", name_value(X509_get_subject_name(c)), false) &&
              add(dict, "issuer", name_value(X509_get_issuer_name(c)), false) &&
              add(dict, "version", int_value(X509_get_version(c) + 1), false) &&
              add(dict, "serialNumber", serial_value(c), false) &&
              add(dict, "notBefore", time_value(X509_get0_notBefore(c)), false) &&
              add(dict, "notAfter", time_value(X509_get0_notAfter(c)), false) &&
              add(dict, "subjectAltName", alternative_names(c), true) &&
              add(dict, "OCSP", issuer_information(c, NID_ad_OCSP), true) &&
              add(dict, "caIssuers", issuer_information(c, NID_ad_ca_issuers), true) &&
              add(dict, "crlDistributionPoints", crl_points(c), true);
    return ok ? object_value(dict) : VALUE_ERROR;
}

Value certificate_der(X509 *certificate) {
    unsigned char *data = NULL;
    int size = i2d_X509(certificate, &data);
    if (size < 0) return RAISE_SSL();
    Bytes *bytes = bytes_from(data, (size_t)size);
    OPENSSL_free(data);
    return bytes ? object_value(bytes) : VALUE_ERROR;
}

/* --- certificates as objects --------------------------------------------------------------------------- */

typedef struct Certificate {
    Object object;
    X509 *certificate; /* constant */
} Certificate;
static X509 *x509_of(Value v) { return OBJECT_AS(Certificate, v)->certificate; }

static void certificate_release(Cell *cell) {
    X509_free(((Certificate *)cell)->certificate);
    ((Certificate *)cell)->certificate = NULL;
}

Value certificate_new(X509 *certificate) {
    Certificate *self = object_alloc_releasable(&certificate_type, sizeof(Certificate));
    if (!self) return VALUE_ERROR;
    X509_up_ref(certificate);
    self->certificate = certificate;
    return object_value(self);
}

Value certificate_list(STACK_OF(X509) *stack) {
    if (!stack) return VALUE_NONE;
    List *list = list_new(sk_X509_num(stack));
    for (int i = 0; i < sk_X509_num(stack); i++)
        if (!list_add(list, certificate_new(sk_X509_value(stack, i)))) return VALUE_ERROR;
    return list ? object_value(list) : VALUE_ERROR;
}

static Value certificate_public_bytes(Value *args) {
    int format = 1;
    if (!argument_int(args[1], &format)) return VALUE_ERROR;
    if (format == 2) return certificate_der(x509_of(args[0]));
    if (format != 1) return raise_error(&ValueError, "Unsupported format");
    BIO *bio = BIO_new(BIO_s_mem());
    if (!bio) return raise_memory_error();
    Value result = PEM_write_bio_X509(bio, x509_of(args[0])) == 1 ? bio_text(bio) : RAISE_SSL();
    BIO_free(bio);
    return result;
}

static Value certificate_get_info(Value *args) { return certificate_dict(x509_of(args[0])); }

static Value certificate_repr(Value self) {
    BIO *bio = BIO_new(BIO_s_mem());
    if (!bio) return raise_memory_error();
    X509_NAME_print_ex(bio, X509_get_subject_name(x509_of(self)), 0,
                       XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
    Value subject = bio_text(bio);
    BIO_free(bio);
    if (is_error(subject)) return subject;
    Str *text = str_format("<%s '%V'>", type_of(self)->name, subject);
    return text ? object_value(text) : VALUE_ERROR;
}

static Value certificate_compare(Value self, Value other, CompareOp op) {
    if (!is_exactly(other, &certificate_type) || (op != COMPARE_EQ && op != COMPARE_NE))
        return VALUE_NOT_IMPLEMENTED;
    return bool_value((X509_cmp(x509_of(self), x509_of(other)) == 0) == (op == COMPARE_EQ));
}

static int64_t certificate_hash(Value self) {
    int64_t hash = (int64_t)X509_subject_name_hash(x509_of(self));
    return hash == -1 ? -2 : hash;
}

static const MethodDef methods[] = {
    METHOD("public_bytes", certificate_public_bytes, "($self, /, format=Encoding.PEM)", NULL),
    METHOD("get_info", certificate_get_info, "($self, /)", NULL),
    {0},
};
Type certificate_type = {
    .name = "_ssl.Certificate",
    .base = &object_type_object,
    .flags = TYPE_NO_NEW,
    .size = sizeof(Certificate),
    .root = {.cell_kind = {.release = certificate_release, .name = "_ssl.Certificate"}},
    .repr = certificate_repr,
    .compare = certificate_compare,
    .hash = certificate_hash,
    .methods = methods,
};
