/* number_text.c - any text to the plain ASCII that the number parsers read. */
#include "types/number_text.h"

#include "types/bytes.h"
#include "types/unicode.h"

static char *new_text(size_t length) {
    Bytes *bytes = bytes_new((int64_t)length);
    return bytes ? (char *)bytes->data : NULL;
}

static const char *strip(char *text, size_t length, size_t *length_out) {
    while (length > 0 && number_text_is_space(text[length - 1])) length--;
    text[length] = '\0';
    size_t start = 0;
    while (start < length && number_text_is_space(text[start])) start++;
    *length_out = length - start;
    return text + start;
}

const char *number_text_from_str(const Str *s, char room[NUMBER_TEXT_ROOM], size_t *length) {
    char *text = s->length < NUMBER_TEXT_ROOM ? room : new_text((size_t)s->length);
    if (!text) return NULL;
    size_t count = 0;
    if (str_is_ascii(s)) {
        memcpy(text, s->data, (size_t)s->length);
        return strip(text, (size_t)s->length, length);
    }
    for (bool known = true; known && count < (size_t)s->length; count++) {
        uint32_t c = str_at(s, (int64_t)count);
        if (c < 0x80) {
            text[count] = (char)c;
        } else if (unicode_is_space(c)) {
            text[count] = ' ';
        } else {
            int digit = unicode_decimal(c);
            known = digit >= 0;
            text[count] = known ? (char)('0' + digit) : '?';
        }
    }
    return strip(text, count, length);
}

const char *number_text_from_bytes(const uint8_t *bytes, size_t length, size_t *length_out) {
    char *text = new_text(length);
    if (!text) return NULL;
    memcpy(text, bytes, length);
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
