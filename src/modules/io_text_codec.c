/* io_text_codec.c - the module _io: how a TextIOWrapper decodes and encodes. */
#include <ctype.h>
#include <langinfo.h>
#include "modules/io_text_internal.h"
#include "types/codec.h"

/* The encoding of the locale; UTF-8 where the locale says nothing (PEP 538, 540). */
Value text_locale_encoding(void) {
    const char *name = runtime.utf8_mode ? "utf-8" : nl_langinfo(CODESET);
    if (!name || !*name || !strcmp(name, "ANSI_X3.4-1968") || !strcmp(name, "US-ASCII")) name = "UTF-8";
    Str *text = str_from_c(name);
    return text ? object_value(text) : VALUE_ERROR;
}

static TextCodec known_codec(Str *name) {
    static const struct {
        const char *name;
        TextCodec codec;
    } known[] = {
        {"utf-8", TEXT_CODEC_UTF8}, {"utf8", TEXT_CODEC_UTF8}, {"u8", TEXT_CODEC_UTF8},
        {"ascii", TEXT_CODEC_ASCII}, {"us-ascii", TEXT_CODEC_ASCII}, {"646", TEXT_CODEC_ASCII},
        {"latin-1", TEXT_CODEC_LATIN1}, {"latin1", TEXT_CODEC_LATIN1},
        {"iso-8859-1", TEXT_CODEC_LATIN1}, {"iso8859-1", TEXT_CODEC_LATIN1}, {"l1", TEXT_CODEC_LATIN1},
    };
    char lower[16];
    if (name->length >= (int64_t)sizeof lower || !str_is_ascii(name)) return TEXT_CODEC_OTHER;
    for (int64_t i = 0; i < name->length; i++) {
        int c = tolower((int)str_at(name, i));
        lower[i] = (char)(c == '_' ? '-' : c);
    }
    lower[name->length] = 0;
    for (size_t i = 0; i < ARRAY_LENGTH(known); i++)
        if (!strcmp(lower, known[i].name)) return known[i].codec;
    return TEXT_CODEC_OTHER;
}

static bool make_other(TextIo *self, Value encoding, Value errors, Value *decoder, Value *encoder) {
    const char *name = str_utf8(as_str(encoding), NULL);
    if (!name) return false;
    Value info = codec_lookup(name);
    if (is_error(info)) return false;
    Value is_text = get_attribute_optional(info, NAME("_is_text_encoding"));
    if (is_error(is_text)) return false;
    if (is_false(is_text)) {
        raise_error(&exc_LookupError, "'%s' is not a text encoding; use codecs.open() to handle "
                                  "arbitrary codecs", name);
        return false;
    }
    *decoder = *encoder = VALUE_EMPTY;
    if (self->readable) {
        *decoder = call_method_1(info, "incrementaldecoder", errors);
        if (is_error(*decoder)) return false;
    }
    if (self->writable) {
        *encoder = call_method_1(info, "incrementalencoder", errors);
        if (is_error(*encoder)) return false;
    }
    return true;
}

bool text_set_codec(TextIo *self, Value encoding, Value errors) {
    Value decoder = VALUE_EMPTY, encoder = VALUE_EMPTY;
    TextCodec codec = known_codec(as_str(encoding));
    if (codec == TEXT_CODEC_OTHER && !make_other(self, encoding, errors, &decoder, &encoder))
        return false;
    self->codec = codec;
    self->tail_count = 0;
    self->encoding_begun = false;
    heap_store_release(self, &self->decoder, decoder);
    heap_store_release(self, &self->encoder, encoder);
    heap_store_release(self, &self->encoding, encoding);
    heap_store_release(self, &self->errors, errors);
    return true;
}

/* NULL for "strict". */
static const char *errors_text(TextIo *self) {
    Str *errors = as_str(self->errors);
    return str_equal_c(errors, "strict") ? NULL : str_utf8(errors, NULL);
}

/* --- decoding ----------------------------------------------------------------------------------------- */

static Str *decode_utf8(TextIo *self, const void *data, int64_t length, bool final) {
    const uint8_t *bytes = data;
    if (self->tail_count > 0) {
        Bytes *joined = bytes_new(self->tail_count + length);
        if (!joined) return NULL;
        memcpy(joined->data, self->tail, self->tail_count);
        memcpy(joined->data + self->tail_count, data, (size_t)length);
        bytes = joined->data;
        length += self->tail_count;
        self->tail_count = 0;
    }
    if (final) return utf8_decode(bytes, (size_t)length, errors_text(self), NULL);
    int64_t consumed = 0;
    Str *text = utf8_decode(bytes, (size_t)length, errors_text(self), &consumed);
    int64_t rest = length - consumed;
    if (text && rest > 0 && rest <= (int64_t)sizeof self->tail) {
        memcpy(self->tail, bytes + consumed, (size_t)rest);
        self->tail_count = (uint8_t)rest;
    }
    KEEP_ALIVE(bytes);
    return text;
}

static Str *decode_other(TextIo *self, const void *data, int64_t length, bool final) {
    Value bytes = io_bytes(data, length), decoder = self->decoder;
    if (is_error(bytes)) return NULL;
    if (is_empty(decoder)) { /* a buffer that is read from made the stream anew */
        raise_unsupported("not readable");
        return NULL;
    }
    Value text = call_method_2(decoder, "decode", bytes, bool_value(final));
    if (is_error(text)) return NULL;
    if (is_str(text)) return as_str(text);
    raise_error(&TypeError, "decoder should return a string result, not '%T'", text);
    return NULL;
}

Str *text_decode(TextIo *self, const void *data, int64_t length, bool final) {
    Str *text = NULL;
    switch (self->codec) {
    case TEXT_CODEC_UTF8: text = decode_utf8(self, data, length, final); break;
    case TEXT_CODEC_ASCII: text = ascii_decode(data, (size_t)length, errors_text(self)); break;
    case TEXT_CODEC_LATIN1: text = latin1_decode(data, (size_t)length); break;
    case TEXT_CODEC_OTHER: text = decode_other(self, data, length, final); break;
    }
    return text && self->universal ? newline_process(&self->newlines, text, final) : text;
}

bool text_decoder_reset(TextIo *self) {
    self->tail_count = 0;
    self->newlines.pending_cr = false;
    store_relaxed(&self->newlines.seen, (uint8_t)0);
    if (is_empty(self->decoder)) return true;
    return !is_error(call_method_0(self->decoder, "reset"));
}

bool text_decoder_getstate(TextIo *self, Value *pending, Value *flags) {
    *flags = smallint_value(0);
    if (is_empty(self->decoder)) {
        *pending = io_bytes(self->tail, self->tail_count);
    } else {
        Value state = call_method_0(self->decoder, "getstate");
        if (is_error(state)) return false;
        if (!is_tuple(state) || as_tuple(state)->length != 2) {
            raise_error(&TypeError, "illegal decoder state");
            return false;
        }
        *pending = as_tuple(state)->items[0];
        *flags = as_tuple(state)->items[1];
        if (!is_bytes(*pending)) {
            raise_error(&TypeError, "illegal decoder state: the first item should be a bytes object, "
                                    "not '%T'", *pending);
            return false;
        }
        if (!is_int(*flags)) {
            raise_error(&TypeError, "illegal decoder state");
            return false;
        }
    }
    if (self->universal && !is_error(*pending)) {
        *flags = int_left_shift(*flags, smallint_value(1));
        if (!is_error(*flags) && self->newlines.pending_cr)
            *flags = int_bitwise(*flags, smallint_value(1), BINARY_OR);
    }
    return !is_error(*pending) && !is_error(*flags);
}

bool text_decoder_setstate(TextIo *self, Value pending, Value flags) {
    if (self->universal) {
        self->newlines.pending_cr = int_to_uint64_mask(flags) & 1;
        flags = int_right_shift(flags, smallint_value(1));
        if (is_error(flags)) return false;
    }
    if (is_empty(self->decoder)) {
        int64_t count = min_int64(as_bytes(pending)->length, (int64_t)sizeof self->tail);
        memcpy(self->tail, as_bytes(pending)->data, (size_t)count);
        self->tail_count = (uint8_t)count;
        return true;
    }
    Tuple *state = tuple_pack(2, pending, flags);
    return state && !is_error(call_method_1(self->decoder, "setstate", object_value(state)));
}

/* --- encoding ----------------------------------------------------------------------------------------- */

/* An encoder that writes a mark at the start of a stream must not do so in the middle. */
bool text_encoder_restart(TextIo *self, bool at_start) {
    if (is_empty(self->encoder)) return true;
    Value result = at_start ? call_method_0(self->encoder, "reset")
                            : call_method_1(self->encoder, "setstate", smallint_value(0));
    return !is_error(result);
}

bool text_encode(TextIo *self, Str *text, const void **data, int64_t *length, Value *keep) {
    if (str_is_ascii(text) && self->codec != TEXT_CODEC_OTHER) {
        *keep = object_value(text);
        *data = text->data;
        *length = text->length;
        return true;
    }
    Bytes *bytes = NULL;
    switch (self->codec) {
    case TEXT_CODEC_UTF8: bytes = utf8_encode_str(text, errors_text(self)); break;
    case TEXT_CODEC_ASCII: bytes = ascii_encode(text, errors_text(self)); break;
    case TEXT_CODEC_LATIN1: bytes = latin1_encode(text, errors_text(self)); break;
    case TEXT_CODEC_OTHER: {
        if (is_empty(self->encoder)) {
            raise_unsupported("not writable");
            return false;
        }
        Value encoded = call_method_1(self->encoder, "encode", object_value(text));
        if (is_error(encoded)) return false;
        if (is_bytes(encoded)) bytes = as_bytes(encoded);
        else raise_error(&TypeError, "encoder should return a bytes object, not '%T'", encoded);
    }
    }
    if (!bytes) return false;
    *keep = object_value(bytes);
    *data = bytes->data;
    *length = bytes->length;
    return true;
}
