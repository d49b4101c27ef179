/* io_text_seek.c - the module _io: positions of text streams.
 *
 * A decoder may have bytes in hand, so a position in text is more than one in bytes. tell() finds
 * the last place before the character wanted at which the decoder had nothing in hand, by decoding
 * the current chunk again byte by byte, and returns a number that packs:
 *
 *   bits   0..63   the byte position of that place
 *   bits  64..127  the decoder's flags there
 *   bits 128..191  bytes to feed to the decoder from there
 *   bits 192..255  characters to skip of what comes out
 *   bit  256       the end of the input must be told to the decoder after the bytes
 *
 * For most positions all but the first are zero, and it is the plain byte position. */
#include <unistd.h>
#include "base/utf8.h"
#include "modules/io_text_internal.h"

typedef struct Cookie {
    int64_t start;
    Value flags; /* an int */
    int64_t bytes_to_feed, chars_to_skip;
    bool need_eof;
} Cookie;

static Value shifted(Value v, int bits) { return int_left_shift(v, smallint_value(bits)); }

static Value cookie_pack(const Cookie *cookie) {
    Value result = int_value(cookie->start);
    Value parts[] = {shifted(cookie->flags, 64), shifted(int_value(cookie->bytes_to_feed), 128),
                     shifted(int_value(cookie->chars_to_skip), 192),
                     shifted(smallint_value(cookie->need_eof), 256)};
    for (size_t i = 0; i < ARRAY_LENGTH(parts) && !is_error(result); i++)
        result = is_error(parts[i]) ? parts[i] : int_bitwise(result, parts[i], BINARY_OR);
    return result;
}

static bool cookie_field(Value *rest, int64_t *out) {
    *out = (int64_t)int_to_uint64_mask(*rest);
    *rest = int_right_shift(*rest, smallint_value(64));
    return !is_error(*rest);
}

static bool cookie_unpack(Value v, Cookie *cookie) {
    int64_t flags, eof;
    if (!cookie_field(&v, &cookie->start) || !cookie_field(&v, &flags) ||
        !cookie_field(&v, &cookie->bytes_to_feed) || !cookie_field(&v, &cookie->chars_to_skip) ||
        !cookie_field(&v, &eof))
        return false;
    cookie->flags = int_from_uint64((uint64_t)flags);
    cookie->need_eof = eof != 0;
    return !is_error(cookie->flags);
}

/* --- tell() -------------------------------------------------------------------------------------------- */

/* Whole characters of valid text, where a position between them is a plain byte position: the byte
 * offset behind `chars` characters, or -1 to go the long way. */
static int64_t offset_of_chars(TextIo *self, const uint8_t *data, int64_t length, int64_t chars) {
    int64_t at = 0;
    if (self->codec == TEXT_CODEC_OTHER) return -1;
    for (; chars > 0; chars--) {
        if (at >= length) return -1;
        uint8_t c = data[at];
        if (c == '\r' && self->newlines.translate && at + 1 < length && data[at + 1] == '\n') {
            at += 2;
        } else if (c < 0x80 || self->codec == TEXT_CODEC_LATIN1) {
            at++;
        } else {
            int64_t width = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : 2;
            if (self->codec != TEXT_CODEC_UTF8 || at + width > length ||
                !utf8_is_valid((const char *)data + at, (size_t)width))
                return -1;
            at += width;
        }
    }
    return at;
}

/* Decodes the snapshot byte by byte from the state the cookie begins with. */
static bool search_cookie(TextIo *self, const Bytes *input, Cookie *cookie) {
    int64_t decoded = 0;
    for (int64_t i = 0; i < input->length; i++) {
        Value pending, flags;
        Str *text = text_decode(self, input->data + i, 1, false);
        if (!text) return false;
        cookie->bytes_to_feed++;
        decoded += text->length;
        if (!text_decoder_getstate(self, &pending, &flags)) return false;
        if (as_bytes(pending)->length == 0 && decoded <= cookie->chars_to_skip) {
            cookie->start += cookie->bytes_to_feed;
            cookie->chars_to_skip -= decoded;
            cookie->flags = flags;
            cookie->bytes_to_feed = decoded = 0;
        }
        if (decoded >= cookie->chars_to_skip) return true;
    }
    Str *text = text_decode(self, "", 0, true);
    if (!text) return false;
    cookie->need_eof = true;
    if (decoded + text->length >= cookie->chars_to_skip) return true;
    raise_error(&OSError, "can't reconstruct logical file position");
    return false;
}

static Value tell_inside(TextIo *self, int64_t position) {
    Bytes *input = self->snapshot;
    Cookie cookie = {.start = position - input->length, .flags = self->snapshot_flags,
                     .chars_to_skip = self->used};
    if (self->used == 0) {
        cookie.chars_to_skip = 0;
        return cookie_pack(&cookie);
    }
    int64_t flags = -1;
    int_to_int64(cookie.flags, &flags);
    int64_t offset = flags == 0 ? offset_of_chars(self, input->data, input->length, self->used) : -1;
    if (offset >= 0) return int_value(cookie.start + offset);
    Value pending, saved;
    NewlineState newlines = self->newlines;
    if (!text_decoder_getstate(self, &pending, &saved)) return VALUE_ERROR;
    Bytes *nothing = bytes_new(0);
    bool ok = nothing && text_decoder_setstate(self, object_value(nothing), cookie.flags) &&
              search_cookie(self, input, &cookie);
    Value exception = error_fetch();
    bool restored = text_decoder_setstate(self, pending, saved);
    self->newlines = newlines;
    if (!is_empty(exception)) error_restore(exception);
    return ok && restored ? cookie_pack(&cookie) : VALUE_ERROR;
}

static Value tell_locked(TextIo *self) {
    if (!self->seekable) return raise_unsupported("underlying stream is not seekable");
    if (!self->telling)
        return raise_error(&OSError, "telling position disabled by next() call");
    if (!text_flush(self)) return VALUE_ERROR;
    Value result = call_method_0(self->buffer, "tell");
    if (is_error(result) || !self->snapshot || !self->readable) return result;
    int64_t position;
    if (!io_offset_argument(result, &position)) return VALUE_ERROR;
    return self->snapshot ? tell_inside(self, position) : int_value(position);
}

Value text_tell_method(Value *args) {
    TextIo *self = as_text_io(args[0]);
    if (!text_enter(self)) return VALUE_ERROR;
    Value result = text_check_open(self) ? tell_locked(self) : VALUE_ERROR;
    text_leave(self);
    return result;
}

/* --- seek() -------------------------------------------------------------------------------------------- */

static Value seek_end(TextIo *self) {
    if (!text_flush(self)) return VALUE_ERROR;
    text_forget_decoded(self);
    text_forget_snapshot(self);
    if (self->readable && !text_decoder_reset(self)) return VALUE_ERROR;
    Value result = call_method_2(self->buffer, "seek", smallint_value(0), smallint_value(SEEK_END));
    if (is_error(result)) return result;
    int at_start = value_equal(result, smallint_value(0));
    if (at_start < 0 || !text_encoder_restart(self, at_start)) return VALUE_ERROR;
    return result;
}

/* Feeds the decoder up to the character wanted. */
static bool replay(TextIo *self, const Cookie *cookie) {
    Value input = call_method_1(self->buffer, "read", int_value(cookie->bytes_to_feed));
    if (is_error(input)) return false;
    if (!is_bytes(input)) {
        raise_error(&TypeError, "underlying read() should have returned a bytes object, not '%T'", input);
        return false;
    }
    if (!text_set_snapshot(self, cookie->flags, as_bytes(input)->data, as_bytes(input)->length, "", 0))
        return false;
    Str *text = text_decode(self, as_bytes(input)->data, as_bytes(input)->length, cookie->need_eof);
    if (!text) return false;
    HEAP_STORE_POINTER(self, &self->decoded, text);
    self->used = cookie->chars_to_skip;
    if (text->length >= cookie->chars_to_skip) return true;
    raise_error(&OSError, "can't restore logical file position");
    return false;
}

static Value seek_start(TextIo *self, Value position) {
    Cookie cookie;
    if (!text_flush(self) || !cookie_unpack(position, &cookie)) return VALUE_ERROR;
    Value moved = call_method_2(self->buffer, "seek", int_value(cookie.start), smallint_value(0));
    if (is_error(moved)) return moved;
    text_forget_decoded(self);
    text_forget_snapshot(self);
    bool origin = cookie.start == 0 && int_sign(cookie.flags) == 0;
    if (self->readable) {
        Bytes *nothing = bytes_new(0);
        if (!nothing || !(origin ? text_decoder_reset(self)
                                 : text_decoder_setstate(self, object_value(nothing), cookie.flags)))
            return VALUE_ERROR;
        if (cookie.chars_to_skip > 0) {
            if (!replay(self, &cookie)) return VALUE_ERROR;
        } else if (!text_set_snapshot(self, cookie.flags, "", 0, "", 0)) {
            return VALUE_ERROR;
        }
    }
    return text_encoder_restart(self, origin) ? position : VALUE_ERROR;
}

static Value seek_locked(TextIo *self, Value position, int whence) {
    if (!self->seekable) return raise_unsupported("underlying stream is not seekable");
    Value zero = smallint_value(0);
    if (whence == SEEK_CUR || whence == SEEK_END) {
        int is_zero = value_equal(position, zero);
        if (is_zero < 0) return VALUE_ERROR;
        if (!is_zero)
            return raise_unsupported(whence == SEEK_CUR ? "can't do nonzero cur-relative seeks"
                                                        : "can't do nonzero end-relative seeks");
        if (whence == SEEK_END) return seek_end(self);
        position = tell_locked(self);
        if (is_error(position)) return position;
    } else if (whence != SEEK_SET) {
        return raise_error(&ValueError, "invalid whence (%d, should be %d, %d or %d)", whence, SEEK_SET,
                           SEEK_CUR, SEEK_END);
    }
    Value index = value_index(position);
    if (is_error(index)) return index;
    if (int_sign(index) < 0) return raise_error(&ValueError, "negative seek position %R", position);
    return seek_start(self, index);
}

Value text_seek_method(Value *args) {
    TextIo *self = as_text_io(args[0]);
    int whence = 0;
    if (!argument_int(args[2], &whence) || !text_enter(self)) return VALUE_ERROR;
    Value result = text_check_open(self) ? seek_locked(self, args[1], whence) : VALUE_ERROR;
    if (!is_error(result)) self->telling = self->seekable;
    text_leave(self);
    return result;
}
