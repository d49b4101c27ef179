/* number_text.c - any text to the plain ASCII that the number parsers read.
 *
 * Unicode's decimal digits (category Nd) stand in runs of ten, zero first, and runs that touch are
 * whole runs: so the value of a digit is its distance from the start of its run, modulo ten. */
#include "types/number_text.h"

#include <utf8proc.h>
#include "types/bytes.h"

int decimal_digit_value(uint32_t c) {
    if (c < 0x80) return c >= '0' && c <= '9' ? (int)c - '0' : -1;
    if (c < 0x660 || utf8proc_category((utf8proc_int32_t)c) != UTF8PROC_CATEGORY_ND) return -1;
    uint32_t start = c;
    while (utf8proc_category((utf8proc_int32_t)(start - 1)) == UTF8PROC_CATEGORY_ND) start--;
    return (int)((c - start) % 10);
}

bool is_unicode_space(uint32_t c) {
    if (c < 0x80) return c == ' ' || (c >= 9 && c <= 13) || (c >= 28 && c <= 31);
    return c == 0x85 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 ||
           c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

static char *new_text(size_t length) {
    Bytes *bytes = bytes_new((int64_t)length);
    return bytes ? (char *)bytes->data : NULL;
}

static const char *strip(char *text, size_t length, size_t *length_out) {
    while (length > 0 && is_unicode_space((unsigned char)text[length - 1])) length--;
    text[length] = '\0';
    size_t start = 0;
    while (start < length && is_unicode_space((unsigned char)text[start])) start++;
    *length_out = length - start;
    return text + start;
}

const char *number_text_from_str(const Str *s, size_t *length) {
    char *text = new_text((size_t)s->length);
    if (!text) return NULL;
    for (int64_t i = 0; i < s->length; i++) {
        uint32_t c = str_at(s, i);
        if (c < 0x80) {
            text[i] = c ? (char)c : '?';
        } else if (is_unicode_space(c)) {
            text[i] = ' ';
        } else {
            int digit = decimal_digit_value(c);
            text[i] = digit >= 0 ? (char)('0' + digit) : '?';
        }
    }
    return strip(text, (size_t)s->length, length);
}

const char *number_text_from_bytes(const uint8_t *bytes, size_t length, size_t *length_out) {
    char *text = new_text(length);
    if (!text) return NULL;
    for (size_t i = 0; i < length; i++)
        text[i] = bytes[i] != 0 && bytes[i] < 0x80 ? (char)bytes[i] : '?';
    return strip(text, length, length_out);
}

bool number_text_from_buffer(Value v, const char **text, size_t *length) {
    if (!has_buffer(v)) return false;
    BufferView view;
    *text = NULL;
    if (!buffer_get(v, &view, BUFFER_SIMPLE)) return true;
    *text = number_text_from_bytes(view.data, (size_t)view.length, length);
    buffer_release(&view);
    return true;
}

static bool is_ascii_digit(char c) { return c >= '0' && c <= '9'; }

bool number_text_remove_underscores(const char *text, size_t length, char *out,
                                    size_t *out_length) {
    size_t count = 0;
    for (size_t i = 0; i < length; i++) {
        if (text[i] != '_') {
            out[count++] = text[i];
        } else if (i == 0 || i + 1 == length || !is_ascii_digit(text[i - 1]) ||
                   !is_ascii_digit(text[i + 1])) {
            return false;
        }
    }
    out[count] = '\0';
    *out_length = count;
    return true;
}
