/* codecs_module.c - the module _codecs: the registry and the native codecs for `codecs` and
 * `encodings`. */
#include <string.h>
#include "types/bytes_methods.h"
#include "types/codec.h"
#include "types/exception.h"
#include "types/int.h"
#include "types/list.h"
#include "types/module.h"
#include "types/str_methods.h"

/* An optional text: NULL for None and what is absent. */
static bool errors_argument(const char *function, Value v, const char **out) {
    *out = NULL;
    if (is_empty(v) || is_none(v)) return true;
    if (!is_str(v)) {
        raise_error(&TypeError, "%s() argument 2 must be str or None, not %T", function, v);
        return false;
    }
    size_t length;
    *out = str_utf8(as_str(v), &length);
    if (*out && strlen(*out) != length) {
        raise_error(&ValueError, "embedded null character");
        return false;
    }
    return *out != NULL;
}

static bool flag_argument(Value v, bool fallback, bool *out) {
    int truth = is_empty(v) ? fallback : value_truth(v);
    *out = truth > 0;
    return truth >= 0;
}

static Value pair(Value object, int64_t count) {
    if (is_error(object)) return object;
    Tuple *tuple = tuple_pack(2, object, int_value(count));
    return tuple ? object_value(tuple) : VALUE_ERROR;
}

/* --- decoders ----------------------------------------------------------------------------------- */

typedef Str *(*Decoder)(const void *data, size_t length, const char *errors, int64_t *consumed);

/* decoder(data, errors=None, final=...); text is taken as UTF-8 where `accept_text`. */
static Value run_decoder(Value *args, const char *name, Decoder decoder, bool final_default,
                         bool has_final, bool accept_text) {
    const char *errors;
    bool final = true;
    if (!errors_argument(name, args[1], &errors)) return VALUE_ERROR;
    if (has_final && !flag_argument(args[2], final_default, &final)) return VALUE_ERROR;
    Value source = args[0];
    if (accept_text && is_str(source)) {
        Bytes *bytes = utf8_encode_str(as_str(source), NULL);
        if (!bytes) return VALUE_ERROR;
        source = object_value(bytes);
    }
    BufferView view;
    if (!buffer_get(source, &view, BUFFER_SIMPLE)) return VALUE_ERROR;
    int64_t consumed = view.length;
    Str *s = decoder(view.data, (size_t)view.length, errors, final ? NULL : &consumed);
    buffer_release(&view);
    return pair(str_result(s), consumed);
}

#define ORDERED(name, function, order)                                                             \
    static Str *name(const void *data, size_t length, const char *errors, int64_t *consumed) {     \
        int byte_order = order;                                                                    \
        return function(data, length, errors, &byte_order, consumed);                              \
    }
ORDERED(decode_utf_16, utf16_decode, 0)
ORDERED(decode_utf_16_le, utf16_decode, -1)
ORDERED(decode_utf_16_be, utf16_decode, 1)
ORDERED(decode_utf_32, utf32_decode, 0)
ORDERED(decode_utf_32_le, utf32_decode, -1)
ORDERED(decode_utf_32_be, utf32_decode, 1)

static Str *decode_latin_1(const void *data, size_t length, const char *errors, int64_t *consumed) {
    return latin1_decode(data, length);
}
static Str *decode_ascii(const void *data, size_t length, const char *errors, int64_t *consumed) {
    return ascii_decode(data, length, errors);
}
static Str *decode_unicode_escape(const void *data, size_t length, const char *errors,
                                  int64_t *consumed) {
    BadEscape bad;
    Str *s = unicode_escape_decode(data, length, errors, consumed, &bad);
    return s && warn_bad_escape(&bad) ? s : NULL;
}

#define DECODER(name, function, final_default, has_final, accept_text)                             \
    static Value do_##name##_decode(Value *args) {                                                      \
        return run_decoder(args, #name "_decode", function, final_default, has_final, accept_text);\
    }
DECODER(utf_8, utf8_decode, false, true, false)
DECODER(utf_7, utf7_decode, false, true, false)
DECODER(utf_16, decode_utf_16, false, true, false)
DECODER(utf_16_le, decode_utf_16_le, false, true, false)
DECODER(utf_16_be, decode_utf_16_be, false, true, false)
DECODER(utf_32, decode_utf_32, false, true, false)
DECODER(utf_32_le, decode_utf_32_le, false, true, false)
DECODER(utf_32_be, decode_utf_32_be, false, true, false)
DECODER(unicode_escape, decode_unicode_escape, true, true, true)
DECODER(raw_unicode_escape, raw_unicode_escape_decode, true, true, true)
DECODER(latin_1, decode_latin_1, true, false, false)
DECODER(ascii, decode_ascii, true, false, false)

typedef Str *(*OrderDecoder)(const void *, size_t, const char *, int *, int64_t *);

static Value decode_with_order(Value *args, const char *name, OrderDecoder decoder) {
    const char *errors;
    bool final;
    int64_t order = is_empty(args[2]) ? 0 : value_index_int64(args[2], &OverflowError);
    if (order == -1 && error_occurred()) return VALUE_ERROR;
    if (!errors_argument(name, args[1], &errors) || !flag_argument(args[3], false, &final))
        return VALUE_ERROR;
    BufferView view;
    if (!buffer_get(args[0], &view, BUFFER_SIMPLE)) return VALUE_ERROR;
    int byte_order = order < 0 ? -1 : order > 0;
    int64_t consumed = view.length;
    Str *s = decoder(view.data, (size_t)view.length, errors, &byte_order, final ? NULL : &consumed);
    buffer_release(&view);
    Tuple *tuple = s ? tuple_pack(3, object_value(s), int_value(consumed), int_value(byte_order))
                     : NULL;
    return tuple ? object_value(tuple) : VALUE_ERROR;
}
static Value utf_16_ex_decode(Value *args) {
    return decode_with_order(args, "utf_16_ex_decode", utf16_decode);
}
static Value utf_32_ex_decode(Value *args) {
    return decode_with_order(args, "utf_32_ex_decode", utf32_decode);
}

static Value charmap_decode_function(Value *args) {
    const char *errors;
    BufferView view;
    if (!errors_argument("charmap_decode", args[1], &errors) ||
        !buffer_get(args[0], &view, BUFFER_SIMPLE))
        return VALUE_ERROR;
    Str *s = charmap_decode(view.data, (size_t)view.length, errors, args[2]);
    int64_t length = view.length;
    buffer_release(&view);
    return pair(str_result(s), length);
}

static Value escape_decode(Value *args) {
    const char *errors;
    Value source = args[0];
    if (!errors_argument("escape_decode", args[1], &errors)) return VALUE_ERROR;
    if (is_str(source)) {
        Bytes *bytes = utf8_encode_str(as_str(source), NULL);
        if (!bytes) return VALUE_ERROR;
        source = object_value(bytes);
    }
    BufferView view;
    if (!buffer_get(source, &view, BUFFER_SIMPLE)) return VALUE_ERROR;
    BadEscape bad;
    int64_t length = view.length;
    Bytes *b = bytes_escape_decode(view.data, (size_t)length, errors, &bad);
    if (b && !warn_bad_escape(&bad)) b = NULL;
    buffer_release(&view);
    return pair(bytes_result(b), length);
}

/* --- encoders ----------------------------------------------------------------------------------- */

typedef Bytes *(*Encoder)(Str *s, const char *errors);

static Value run_encoder(Value *args, const char *name, Encoder encoder) {
    const char *errors;
    if (!is_str(args[0]))
        return raise_error(&TypeError, "%s() argument 1 must be str, not %T", name, args[0]);
    if (!errors_argument(name, args[1], &errors)) return VALUE_ERROR;
    return pair(bytes_result(encoder(as_str(args[0]), errors)), as_str(args[0])->length);
}

static Bytes *encode_utf_16_le(Str *s, const char *errors) { return utf16_encode(s, errors, -1); }
static Bytes *encode_utf_16_be(Str *s, const char *errors) { return utf16_encode(s, errors, 1); }
static Bytes *encode_utf_32_le(Str *s, const char *errors) { return utf32_encode(s, errors, -1); }
static Bytes *encode_utf_32_be(Str *s, const char *errors) { return utf32_encode(s, errors, 1); }
static Bytes *encode_unicode_escape(Str *s, const char *errors) { return unicode_escape_encode(s); }
static Bytes *encode_raw_unicode_escape(Str *s, const char *errors) {
    return raw_unicode_escape_encode(s);
}

#define ENCODER(name, function)                                                                    \
    static Value do_##name##_encode(Value *args) { return run_encoder(args, #name "_encode", function); }
ENCODER(utf_8, utf8_encode_str)
ENCODER(utf_7, utf7_encode)
ENCODER(utf_16_le, encode_utf_16_le)
ENCODER(utf_16_be, encode_utf_16_be)
ENCODER(utf_32_le, encode_utf_32_le)
ENCODER(utf_32_be, encode_utf_32_be)
ENCODER(unicode_escape, encode_unicode_escape)
ENCODER(raw_unicode_escape, encode_raw_unicode_escape)
ENCODER(latin_1, latin1_encode)
ENCODER(ascii, ascii_encode)

static Value encode_with_order(Value *args, const char *name,
                               Bytes *(*encoder)(Str *, const char *, int)) {
    const char *errors;
    if (!is_str(args[0]))
        return raise_error(&TypeError, "%s() argument 1 must be str, not %T", name, args[0]);
    if (!errors_argument(name, args[1], &errors)) return VALUE_ERROR;
    int64_t order = is_empty(args[2]) ? 0 : value_index_int64(args[2], &OverflowError);
    if (order == -1 && error_occurred()) return VALUE_ERROR;
    Bytes *bytes = encoder(as_str(args[0]), errors, order < 0 ? -1 : order > 0);
    return pair(bytes_result(bytes), as_str(args[0])->length);
}
static Value utf_16_encode(Value *args) {
    return encode_with_order(args, "utf_16_encode", utf16_encode);
}
static Value utf_32_encode(Value *args) {
    return encode_with_order(args, "utf_32_encode", utf32_encode);
}

static Value charmap_encode_function(Value *args) {
    const char *errors;
    if (!is_str(args[0]))
        return raise_error(&TypeError, "charmap_encode() argument 1 must be str, not %T", args[0]);
    if (!errors_argument("charmap_encode", args[1], &errors)) return VALUE_ERROR;
    Bytes *bytes = charmap_encode(as_str(args[0]), errors, args[2]);
    return pair(bytes_result(bytes), as_str(args[0])->length);
}

static Value charmap_build_function(Value *args) {
    if (!is_str(args[0]))
        return raise_error(&TypeError, "charmap_build() argument must be str, not %T", args[0]);
    return charmap_build(as_str(args[0]));
}

static Value readbuffer_encode(Value *args) {
    Value source = args[0];
    const char *errors;
    if (!errors_argument("readbuffer_encode", args[1], &errors)) return VALUE_ERROR;
    if (is_str(source)) {
        Bytes *bytes = utf8_encode_str(as_str(source), NULL);
        return pair(bytes_result(bytes), bytes ? bytes->length : 0);
    }
    BufferView view;
    if (!buffer_get(source, &view, BUFFER_SIMPLE)) return VALUE_ERROR;
    Bytes *bytes = bytes_from(view.data, (size_t)view.length);
    int64_t length = view.length;
    buffer_release(&view);
    return pair(bytes_result(bytes), length);
}

static Value escape_encode(Value *args) {
    if (!is_bytes(args[0]))
        return raise_error(&TypeError, "escape_encode() argument 1 must be bytes, not %T", args[0]);
    Bytes *b = as_bytes(args[0]);
    StrBuilder out;
    builder_init(&out);
    for (int64_t i = 0; i < b->length; i++) {
        uint8_t c = b->data[i];
        Str *piece;
        if (c == '\'' || c == '\\') piece = str_format("\\%c", c);
        else if (c == '\t') piece = str_from_c("\\t");
        else if (c == '\n') piece = str_from_c("\\n");
        else if (c == '\r') piece = str_from_c("\\r");
        else if (c < ' ' || c >= 0x7F) piece = str_format("\\x%02x", c);
        else piece = str_from_char(c);
        if (!piece || !builder_add(&out, piece)) return VALUE_ERROR;
    }
    Str *s = builder_finish(&out);
    return s ? pair(bytes_result(bytes_from(s->data, (size_t)s->length)), b->length) : VALUE_ERROR;
}

/* --- the registry ------------------------------------------------------------------------------- */

static bool text_argument(const char *function, int number, Value v, const char **out) {
    size_t length;
    *out = NULL;
    if (!is_str(v)) {
        if (number) raise_error(&TypeError, "%s() argument %d must be str, not %T", function, number, v);
        else raise_error(&TypeError, "%s() argument must be str, not %T", function, v);
        return false;
    }
    *out = str_utf8(as_str(v), &length);
    if (*out && strlen(*out) != length) {
        raise_error(&ValueError, "embedded null character");
        return false;
    }
    return *out != NULL;
}

static Value register_function(Value *args) {
    return codec_register(args[0]) ? VALUE_NONE : VALUE_ERROR;
}
static Value unregister_function(Value *args) {
    return codec_unregister(args[0]) ? VALUE_NONE : VALUE_ERROR;
}

static Value lookup(Value *args) {
    const char *encoding;
    return text_argument("lookup", 0, args[0], &encoding) ? codec_lookup(encoding) : VALUE_ERROR;
}

static Value register_error(Value *args) {
    const char *name;
    if (!text_argument("register_error", 1, args[0], &name) || !codec_register_error(name, args[1]))
        return VALUE_ERROR;
    return VALUE_NONE;
}

static Value lookup_error(Value *args) {
    const char *name;
    return text_argument("lookup_error", 0, args[0], &name) ? codec_lookup_error(name) : VALUE_ERROR;
}

static Value encode(Value *args) {
    const char *encoding, *errors;
    if (!codec_name_argument("encode", "encoding", args[1], &encoding) ||
        !codec_name_argument("encode", "errors", args[2], &errors))
        return VALUE_ERROR;
    return codec_encode_any(args[0], encoding, errors);
}

static Value decode(Value *args) {
    const char *encoding, *errors;
    if (!codec_name_argument("decode", "encoding", args[1], &encoding) ||
        !codec_name_argument("decode", "errors", args[2], &errors))
        return VALUE_ERROR;
    return codec_decode_any(args[0], encoding, errors);
}

#define STATELESS(name)                                                                            \
    STATIC_METHOD(#name "_encode", do_##name##_encode, "(str, errors=None, /)",                         \
                  "Encode a text: the bytes, and how many characters.")
#define INCREMENTAL(name, final)                                                                   \
    STATIC_METHOD(#name "_decode", do_##name##_decode, "(data, errors=None, final=" final ", /)",       \
                  "Decode a buffer: the text, and how many bytes were used.")

static const MethodDef functions[] = {
    STATIC_METHOD("register", register_function, "(search_function, /)",
                  "Add a function that finds codecs by name."),
    STATIC_METHOD("unregister", unregister_function, "(search_function, /)",
                  "Remove a function that register() added, and forget what was found."),
    STATIC_METHOD("lookup", lookup, "(encoding, /)", "Find the codec of that name."),
    STATIC_METHOD("encode", encode, "(obj, encoding='utf-8', errors='strict')",
                  "Encode an object with the codec of that name."),
    STATIC_METHOD("decode", decode, "(obj, encoding='utf-8', errors='strict')",
                  "Decode an object with the codec of that name."),
    STATIC_METHOD("register_error", register_error, "(errors, handler, /)",
                  "Make a function the error handler of that name."),
    STATIC_METHOD("lookup_error", lookup_error, "(name, /)", "Return the error handler of that name."),
    STATELESS(utf_8), STATELESS(utf_7), STATELESS(utf_16_le), STATELESS(utf_16_be),
    STATELESS(utf_32_le), STATELESS(utf_32_be), STATELESS(unicode_escape),
    STATELESS(raw_unicode_escape), STATELESS(latin_1), STATELESS(ascii),
    STATIC_METHOD("utf_16_encode", utf_16_encode, "(str, errors=None, byteorder=0, /)",
                  "Encode a text: the bytes, and how many characters."),
    STATIC_METHOD("utf_32_encode", utf_32_encode, "(str, errors=None, byteorder=0, /)",
                  "Encode a text: the bytes, and how many characters."),
    INCREMENTAL(utf_8, "False"), INCREMENTAL(utf_7, "False"), INCREMENTAL(utf_16, "False"),
    INCREMENTAL(utf_16_le, "False"), INCREMENTAL(utf_16_be, "False"), INCREMENTAL(utf_32, "False"),
    INCREMENTAL(utf_32_le, "False"), INCREMENTAL(utf_32_be, "False"),
    INCREMENTAL(unicode_escape, "True"), INCREMENTAL(raw_unicode_escape, "True"),
    STATIC_METHOD("latin_1_decode", do_latin_1_decode, "(data, errors=None, /)",
                  "Decode a buffer: the text, and how many bytes were used."),
    STATIC_METHOD("ascii_decode", do_ascii_decode, "(data, errors=None, /)",
                  "Decode a buffer: the text, and how many bytes were used."),
    STATIC_METHOD("utf_16_ex_decode", utf_16_ex_decode,
                  "(data, errors=None, byteorder=0, final=False, /)",
                  "Decode a buffer: the text, how many bytes were used, and the byte order."),
    STATIC_METHOD("utf_32_ex_decode", utf_32_ex_decode,
                  "(data, errors=None, byteorder=0, final=False, /)",
                  "Decode a buffer: the text, how many bytes were used, and the byte order."),
    STATIC_METHOD("charmap_encode", charmap_encode_function, "(str, errors=None, mapping=None, /)",
                  "Encode a text by a map of code points."),
    STATIC_METHOD("charmap_decode", charmap_decode_function, "(data, errors=None, mapping=None, /)",
                  "Decode a buffer by a map of bytes."),
    STATIC_METHOD("charmap_build", charmap_build_function, "(map, /)",
                  "Make the map for charmap_encode() from a decoding table."),
    STATIC_METHOD("readbuffer_encode", readbuffer_encode, "(data, errors=None, /)",
                  "Return a buffer's bytes, and how many."),
    STATIC_METHOD("escape_encode", escape_encode, "(data, errors=None, /)",
                  "Escape bytes as in a bytes literal."),
    STATIC_METHOD("escape_decode", escape_decode, "(data, errors=None, /)",
                  "Undo the escapes of a bytes literal."),
    {0},
};

const NativeModule module__codecs = {
    .name = "_codecs",
    .doc = "The registry of codecs, and the codecs written in C.",
    .functions = functions,
};
