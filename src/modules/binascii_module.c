/* binascii_module.c - the module binascii: bytes as text (hexadecimal, base 64, quoted-printable,
 * uuencode) and back, and two checksums. */
#include <string.h>
#include "types/bytes_methods.h"
#include "types/exception.h"
#include "types/int.h"
#include "types/module.h"
#include "types/str_buffer.h"

static Type *error_type, *incomplete_type; /* atomic; made with the module, kept for ever */

static Value fail(const char *message) {
    return raise_error(load_acquire(&error_type), "%s", message);
}

/* Text in ASCII, or a buffer. */
typedef struct Input {
    const uint8_t *data;
    int64_t length;
    BufferView view;
    bool has_view;
} Input;

static bool input_get(Input *in, Value v) {
    in->has_view = false;
    if (is_str(v)) {
        if (!str_is_ascii(as_str(v))) {
            raise_error(&ValueError, "string argument should contain only ASCII characters");
            return false;
        }
        in->data = as_str(v)->data;
        in->length = as_str(v)->length;
        return true;
    }
    if (!has_buffer(v)) {
        raise_error(&TypeError, "argument should be bytes, buffer or ASCII string, not '%T'", v);
        return false;
    }
    if (!buffer_get(v, &in->view, BUFFER_SIMPLE)) return false;
    in->has_view = true;
    in->data = in->view.data;
    in->length = in->view.length;
    return true;
}

static bool input_get_buffer(Input *in, Value v) {
    if (!buffer_get(v, &in->view, BUFFER_SIMPLE)) return false;
    in->has_view = true;
    in->data = in->view.data;
    in->length = in->view.length;
    return true;
}

static void input_release(Input *in) {
    if (in->has_view) buffer_release(&in->view);
}

static bool flag(Value v, bool fallback, bool *out) {
    int truth = is_empty(v) ? fallback : value_truth(v);
    *out = truth > 0;
    return truth >= 0;
}

static Value finish(Input *in, StrBuffer *out, int64_t length, const char *error) {
    Value result = VALUE_ERROR;
    if (error) fail(error);
    else if (out) result = bytes_result(bytes_from(out->bytes, (size_t)length));
    input_release(in);
    return result;
}

/* --- base 64 ------------------------------------------------------------------------------------ */

static const char base64_digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static int base64_value(uint8_t c) {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

static Value a2b_base64(Value *args) {
    bool strict;
    Input in;
    if (!flag(args[1], false, &strict) || !input_get(&in, args[0])) return VALUE_ERROR;
    StrBuffer *out = str_buffer_new(in.length / 4 * 3 + 3);
    if (!out) return finish(&in, NULL, 0, NULL);
    if (strict && in.length > 0 && in.data[0] == '=')
        return finish(&in, out, 0, "Leading padding not allowed");
    int64_t length = 0;
    int place = 0, pads = 0;
    uint32_t left = 0;
    bool padded = false;
    for (int64_t i = 0; i < in.length; i++) {
        uint8_t c = in.data[i];
        if (c == '=') {
            padded = true;
            if (place >= 2 && place + ++pads >= 4) {
                if (strict && i + 1 < in.length)
                    return finish(&in, out, 0, "Excess data after padding");
                return finish(&in, out, length, NULL);
            }
            continue;
        }
        int value = base64_value(c);
        if (value < 0) {
            if (strict) return finish(&in, out, 0, "Only base64 data is allowed");
            continue;
        }
        if (strict && padded) return finish(&in, out, 0, "Discontinuous padding not allowed");
        pads = 0;
        left = left << 6 | (uint32_t)value;
        if (place > 0) out->bytes[length++] = (char)(left >> (6 - 2 * place));
        if (place > 0) left &= (1u << (6 - 2 * place)) - 1;
        place = (place + 1) % 4;
    }
    if (place == 1) {
        input_release(&in);
        return raise_error(load_acquire(&error_type),
                           "Invalid base64-encoded string: number of data characters (%zd) cannot be "
                           "1 more than a multiple of 4", (ptrdiff_t)(length / 3 * 4 + 1));
    }
    return finish(&in, out, length, place ? "Incorrect padding" : NULL);
}

static Value b2a_base64(Value *args) {
    bool newline;
    Input in;
    if (!flag(args[1], true, &newline) || !input_get_buffer(&in, args[0])) return VALUE_ERROR;
    StrBuffer *out = str_buffer_new((in.length + 2) / 3 * 4 + 1);
    if (!out) return finish(&in, NULL, 0, NULL);
    char *p = out->bytes;
    for (int64_t i = 0; i < in.length; i += 3) {
        int64_t n = in.length - i < 3 ? in.length - i : 3;
        uint32_t group = (uint32_t)in.data[i] << 16;
        if (n > 1) group |= (uint32_t)in.data[i + 1] << 8;
        if (n > 2) group |= in.data[i + 2];
        *p++ = base64_digits[group >> 18];
        *p++ = base64_digits[group >> 12 & 63];
        *p++ = n > 1 ? base64_digits[group >> 6 & 63] : '=';
        *p++ = n > 2 ? base64_digits[group & 63] : '=';
    }
    if (newline) *p++ = '\n';
    return finish(&in, out, p - out->bytes, NULL);
}

/* --- hexadecimal -------------------------------------------------------------------------------- */

static int hex_value(uint8_t c) {
    if (c >= '0' && c <= '9') return c - '0';
    if ((c | 32) >= 'a' && (c | 32) <= 'f') return (c | 32) - 'a' + 10;
    return -1;
}

static Value a2b_hex(Value *args) {
    Input in;
    if (!input_get(&in, args[0])) return VALUE_ERROR;
    if (in.length % 2) return finish(&in, NULL, 0, "Odd-length string");
    StrBuffer *out = str_buffer_new(in.length / 2);
    for (int64_t i = 0; out && i < in.length; i += 2) {
        int high = hex_value(in.data[i]), low = hex_value(in.data[i + 1]);
        if (high < 0 || low < 0) return finish(&in, out, 0, "Non-hexadecimal digit found");
        out->bytes[i / 2] = (char)(high << 4 | low);
    }
    return finish(&in, out, in.length / 2, NULL);
}

static Value b2a_hex(Value *args) {
    Input in;
    if (!input_get_buffer(&in, args[0])) return VALUE_ERROR;
    Value text = hex_of(in.data, in.length, args[1], args[2]);
    input_release(&in);
    if (is_error(text)) return text;
    return bytes_result(bytes_from(as_str(text)->data, (size_t)as_str(text)->length));
}

/* --- uuencode ----------------------------------------------------------------------------------- */

static Value a2b_uu(Value *args) {
    Input in;
    if (!input_get(&in, args[0])) return VALUE_ERROR;
    int64_t i = 0, length = 0, wanted = in.length ? (in.data[i++] - ' ') & 63 : 0;
    if (in.length == 0) wanted = (0 - ' ') & 63;
    StrBuffer *out = str_buffer_new(wanted + 1);
    if (!out) return finish(&in, NULL, 0, NULL);
    uint32_t left = 0;
    int bits = 0;
    while (length < wanted) {
        uint32_t value = 0;
        if (i < in.length && in.data[i] != '\n' && in.data[i] != '\r') { /* a short line: zeros */
            uint8_t c = in.data[i++];
            if (c < ' ' || c > ' ' + 64) return finish(&in, out, 0, "Illegal char");
            value = (uint32_t)(c - ' ') & 63;
        }
        left = left << 6 | value;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            out->bytes[length++] = (char)(left >> bits);
            left &= (1u << bits) - 1;
        }
    }
    for (; i < in.length; i++) {
        uint8_t c = in.data[i];
        if (c != ' ' && c != ' ' + 64 && c != '\n' && c != '\r')
            return finish(&in, out, 0, "Trailing garbage");
    }
    return finish(&in, out, length, NULL);
}

static char uu_digit(uint32_t value, bool backtick) {
    return backtick && !value ? '`' : (char)(value + ' ');
}

static Value b2a_uu(Value *args) {
    bool backtick;
    Input in;
    if (!flag(args[1], false, &backtick) || !input_get_buffer(&in, args[0])) return VALUE_ERROR;
    if (in.length > 45) return finish(&in, NULL, 0, "At most 45 bytes at once");
    StrBuffer *out = str_buffer_new(in.length * 2 + 8);
    if (!out) return finish(&in, NULL, 0, NULL);
    char *p = out->bytes;
    *p++ = uu_digit((uint32_t)in.length, backtick);
    for (int64_t i = 0; i < in.length; i += 3) {
        uint32_t group = 0;
        for (int k = 0; k < 3; k++) group = group << 8 | (i + k < in.length ? in.data[i + k] : 0);
        for (int shift = 18; shift >= 0; shift -= 6) *p++ = uu_digit(group >> shift & 63, backtick);
    }
    *p++ = '\n';
    return finish(&in, out, p - out->bytes, NULL);
}

/* --- quoted-printable (RFC 1522, RFC 1521) -------------------------------------------------------- */

static Value a2b_qp(Value *args) {
    bool header;
    Input in;
    if (!flag(args[1], false, &header) || !input_get(&in, args[0])) return VALUE_ERROR;
    StrBuffer *out = str_buffer_new(in.length + 1);
    if (!out) return finish(&in, NULL, 0, NULL);
    int64_t i = 0, length = 0;
    while (i < in.length) {
        uint8_t c = in.data[i];
        if (c == '=') {
            if (++i >= in.length) break;
            c = in.data[i];
            if (c == '\n' || c == '\r') { /* a soft line break */
                if (c != '\n')
                    while (i < in.length && in.data[i] != '\n') i++;
                if (i < in.length) i++;
            } else if (c == '=') {
                out->bytes[length++] = '='; /* written by a broken encoder */
                i++;
            } else if (i + 1 < in.length && hex_value(c) >= 0 && hex_value(in.data[i + 1]) >= 0) {
                out->bytes[length++] = (char)(hex_value(c) << 4 | hex_value(in.data[i + 1]));
                i += 2;
            } else {
                out->bytes[length++] = '=';
            }
        } else {
            out->bytes[length++] = header && c == '_' ? ' ' : (char)c;
            i++;
        }
    }
    return finish(&in, out, length, NULL);
}

#define QP_LINE 76

/* Must the byte at i be written as =XX? */
static bool qp_quotes(const Input *in, int64_t i, int64_t column, bool quotetabs, bool text,
                      bool header) {
    uint8_t c = in->data[i];
    bool at_end = i + 1 == in->length;
    uint8_t next = at_end ? 0 : in->data[i + 1];
    if (c > 126 || c == '=' || (header && c == '_')) return true;
    if (c == '.' && column == 0 && (at_end || next == '\n' || next == '\r' || next == 0)) return true;
    if (!text && (c == '\r' || c == '\n')) return true;
    if ((c == '\t' || c == ' ') && at_end) return true;
    if (c < 33 && c != '\r' && c != '\n' && c != '\t' && c != ' ') return true;
    return c < 33 && (c == '\t' || c == ' ') && quotetabs;
}

static Value b2a_qp(Value *args) {
    static const char digits[] = "0123456789ABCDEF";
    bool quotetabs, text, header;
    Input in;
    if (!flag(args[1], false, &quotetabs) || !flag(args[2], true, &text) ||
        !flag(args[3], false, &header) || !input_get_buffer(&in, args[0]))
        return VALUE_ERROR;
    /* Lines end as the first one does. */
    const uint8_t *first = in.length ? memchr(in.data, '\n', (size_t)in.length) : NULL;
    bool crlf = first && first > in.data && first[-1] == '\r';
    StrBuffer *out = str_buffer_new(in.length * 5 + 16);
    if (!out) return finish(&in, NULL, 0, NULL);
    char *p = out->bytes;
    int64_t i = 0, column = 0;
    while (i < in.length) {
        uint8_t c = in.data[i];
        if (qp_quotes(&in, i, column, quotetabs, text, header)) {
            if (column + 3 >= QP_LINE) {
                *p++ = '=';
                if (crlf) *p++ = '\r';
                *p++ = '\n';
                column = 0;
            }
            *p++ = '=';
            *p++ = digits[c >> 4];
            *p++ = digits[c & 15];
            i++;
            column += 3;
            continue;
        }
        if (text && (c == '\n' || (c == '\r' && i + 1 < in.length && in.data[i + 1] == '\n'))) {
            column = 0;
            /* White space before the end of a line is quoted. */
            if (p > out->bytes && (p[-1] == ' ' || p[-1] == '\t')) {
                uint8_t space = (uint8_t)p[-1];
                p[-1] = '=';
                *p++ = digits[space >> 4];
                *p++ = digits[space & 15];
            }
            if (crlf) *p++ = '\r';
            *p++ = '\n';
            i += c == '\r' ? 2 : 1;
            continue;
        }
        if (i + 1 != in.length && in.data[i + 1] != '\n' && column + 1 >= QP_LINE) {
            *p++ = '=';
            if (crlf) *p++ = '\r';
            *p++ = '\n';
            column = 0;
        }
        column++;
        *p++ = header && c == ' ' ? '_' : (char)c;
        i++;
    }
    return finish(&in, out, p - out->bytes, NULL);
}

/* --- checksums ---------------------------------------------------------------------------------- */

static bool start_value(Value v, uint32_t *out) {
    if (is_empty(v)) {
        *out = 0;
        return true;
    }
    Value n = value_index(v);
    if (is_error(n)) return false;
    *out = (uint32_t)int_to_uint64_mask(n);
    return true;
}

static Value crc32(Value *args) {
    static uint32_t table[256]; /* the same numbers whoever fills it; the flag is set last */
    static uint8_t is_filled;
    uint32_t crc;
    Input in;
    if (!start_value(args[1], &crc) || !input_get_buffer(&in, args[0])) return VALUE_ERROR;
    if (!load_acquire(&is_filled)) {
        for (uint32_t i = 0; i < 256; i++) {
            uint32_t c = i;
            for (int k = 0; k < 8; k++) c = c & 1 ? 0xEDB88320u ^ c >> 1 : c >> 1;
            store_relaxed(&table[i], c);
        }
        store_release(&is_filled, (uint8_t)1);
    }
    crc = ~crc;
    for (int64_t i = 0; i < in.length; i++)
        crc = load_relaxed(&table[(crc ^ in.data[i]) & 0xFF]) ^ crc >> 8;
    input_release(&in);
    return int_value(~crc);
}

static Value crc_hqx(Value *args) {
    uint32_t crc;
    Input in;
    if (!start_value(args[1], &crc) || !input_get_buffer(&in, args[0])) return VALUE_ERROR;
    crc &= 0xFFFF;
    for (int64_t i = 0; i < in.length; i++) {
        crc ^= (uint32_t)in.data[i] << 8;
        for (int k = 0; k < 8; k++) crc = crc & 0x8000 ? (crc << 1 ^ 0x1021) & 0xFFFF : crc << 1;
    }
    input_release(&in);
    return int_value(crc);
}

static const MethodDef functions[] = {
    STATIC_METHOD("a2b_base64", a2b_base64, "(data, /, *, strict_mode=False)",
                  "Decode a line of base64 data."),
    STATIC_METHOD("b2a_base64", b2a_base64, "(data, /, *, newline=True)",
                  "Encode bytes as a line of base64 data."),
    STATIC_METHOD("a2b_hex", a2b_hex, "(hexstr, /)", "Decode hexadecimal digits."),
    STATIC_METHOD("unhexlify", a2b_hex, "(hexstr, /)", "Decode hexadecimal digits."),
    STATIC_METHOD("b2a_hex", b2a_hex, "(data, sep=<unrepresentable>, bytes_per_sep=1)",
                  "Encode bytes as hexadecimal digits."),
    STATIC_METHOD("hexlify", b2a_hex, "(data, sep=<unrepresentable>, bytes_per_sep=1)",
                  "Encode bytes as hexadecimal digits."),
    STATIC_METHOD("a2b_uu", a2b_uu, "(data, /)", "Decode a line of uuencoded data."),
    STATIC_METHOD("b2a_uu", b2a_uu, "(data, /, *, backtick=False)", "Uuencode a line of data."),
    STATIC_METHOD("a2b_qp", a2b_qp, "(data, header=False)", "Decode quoted-printable data."),
    STATIC_METHOD("b2a_qp", b2a_qp, "(data, quotetabs=False, istext=True, header=False)",
                  "Encode data as quoted-printable."),
    STATIC_METHOD("crc32", crc32, "(data, crc=0, /)", "Compute a CRC-32 checksum."),
    STATIC_METHOD("crc_hqx", crc_hqx, "(data, crc, /)", "Compute a CRC-CCITT checksum."),
    {0},
};

static bool init(Module *module) {
    Type *error = type_create("binascii", "Error", &ValueError, NULL);
    Type *incomplete = error ? type_create("binascii", "Incomplete", &exc_Exception, NULL) : NULL;
    if (!incomplete) return false;
    str_keep_for_ever(&error->object);
    str_keep_for_ever(&incomplete->object);
    store_release(&error_type, error);
    store_release(&incomplete_type, incomplete);
    return module_add(module, "Error", object_value(error)) &&
           module_add(module, "Incomplete", object_value(incomplete));
}

const NativeModule module_binascii = {
    .name = "binascii",
    .doc = "Conversion between binary data and its encodings as text.",
    .functions = functions,
    .init = init,
};
