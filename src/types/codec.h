/* codec.h - text to bytes and back, by name.
 *
 * The encodings that everybody uses are done in C (types/codec_*.c); any other name is looked up in
 * the registry (the `codecs` module, whose search function is encodings/__init__.py). `encoding` and
 * `errors` may be NULL: "utf-8" and "strict".
 *
 * All functions here raise, allocate, and run Python (error handlers, codecs) unless they say not. */
#ifndef WEFT_TYPES_CODEC_H
#define WEFT_TYPES_CODEC_H

#include "types/bytes.h"
#include "types/str.h"

Str *codec_decode(const void *data, size_t length, const char *encoding, const char *errors);
Bytes *codec_encode(Str *s, const char *encoding, const char *errors);
/* The same with the result of any type, as codecs.decode() and codecs.encode(). */
Value codec_decode_any(Value object, const char *encoding, const char *errors);
Value codec_encode_any(Value object, const char *encoding, const char *errors);

/* --- the registry (codec.c) ------------------------------------------------------------------------ */
Value codec_lookup(const char *encoding); /* a CodecInfo tuple; LookupError */
bool codec_register(Value search_function);
bool codec_unregister(Value search_function);
bool codec_register_error(const char *name, Value handler);
Value codec_lookup_error(const char *name); /* a callable; LookupError */

/* --- error handlers ---------------------------------------------------------------------------------- */
typedef enum ErrorMode {
    ERRORS_UNKNOWN, /* not looked at yet */
    ERRORS_STRICT, ERRORS_IGNORE, ERRORS_REPLACE, ERRORS_BACKSLASHREPLACE, ERRORS_XMLCHARREFREPLACE,
    ERRORS_NAMEREPLACE, ERRORS_SURROGATEESCAPE, ERRORS_SURROGATEPASS, ERRORS_OTHER,
} ErrorMode;

/* One decoding under way: its input may be exchanged by an error handler. */
typedef struct Decoding {
    const char *encoding; /* as UnicodeDecodeError shows it */
    const char *errors;   /* may be NULL */
    ErrorMode mode;
    const uint8_t *data;
    int64_t length;
    Value object;         /* bytes made of the input, or VALUE_EMPTY */
    Value exception;      /* reused among the errors of one call */
    Value handler;
    StrBuilder out;
} Decoding;
void decoding_start(Decoding *d, const char *encoding, const char *errors, const void *data,
                    size_t length);
/* Treats the bytes start..end as bad: adds the replacement to `out` and sets *position to where to go
 * on. False: an exception is set. `surrogate_width`, for "surrogatepass": 0 where it does not apply,
 * else the bytes of one character: 3 for UTF-8, 2 or 4 (negative: big-endian). */
bool decoding_error(Decoding *d, int64_t start, int64_t end, const char *reason, int surrogate_width,
                    int64_t *position);

/* One encoding under way, into a growing array of bytes. */
typedef struct Encoding {
    const char *encoding, *errors;
    ErrorMode mode;
    Str *text;
    Value exception, handler;
    struct StrBuffer *buffer; /* the bytes so far; `used` is not touched */
    int64_t length;
} Encoding;
bool encoding_start(Encoding *e, const char *encoding, const char *errors, Str *text,
                    int64_t expected);
bool encoding_reserve_slow(Encoding *e, int64_t count);
bool encoding_add(Encoding *e, const void *data, int64_t length);
bool encoding_add_byte(Encoding *e, uint8_t byte);
Bytes *encoding_finish(Encoding *e);
/* Treats the characters start..end as impossible to encode. The replacement is given as text
 * (*replacement, to be encoded by the caller) or as bytes already added (*replacement NULL). */
bool encoding_error(Encoding *e, int64_t start, int64_t end, const char *reason,
                    int surrogate_width, Str **replacement, int64_t *position);
ErrorMode codec_error_mode(const char *errors);

/* --- the native codecs -------------------------------------------------------------------------------- */
/* Decoders of a part of a stream: *consumed (where not NULL) receives how many bytes were used, a
 * sequence cut short at the end being left; NULL: it is an error. */
Str *utf8_decode(const void *data, size_t length, const char *errors, int64_t *consumed);
Bytes *utf8_encode_str(Str *s, const char *errors);
/* byte_order: -1 little, 1 big, 0 by the mark (default: little); set to what was found. */
Str *utf16_decode(const void *data, size_t length, const char *errors, int *byte_order,
                  int64_t *consumed);
Bytes *utf16_encode(Str *s, const char *errors, int byte_order);
Str *utf32_decode(const void *data, size_t length, const char *errors, int *byte_order,
                  int64_t *consumed);
Bytes *utf32_encode(Str *s, const char *errors, int byte_order);
Str *utf7_decode(const void *data, size_t length, const char *errors, int64_t *consumed);
Bytes *utf7_encode(Str *s, const char *errors);
Str *latin1_decode(const void *data, size_t length);
Bytes *latin1_encode(Str *s, const char *errors);
Str *ascii_decode(const void *data, size_t length, const char *errors);
Bytes *ascii_encode(Str *s, const char *errors);
/* The first escape that means nothing, such as \d, or an octal one above \377. */
typedef struct BadEscape {
    char text[4]; /* what stands behind the backslash; empty: there was none */
} BadEscape;
/* `bad` may be NULL. */
Str *unicode_escape_decode(const void *data, size_t length, const char *errors, int64_t *consumed,
                           BadEscape *bad);
Bytes *unicode_escape_encode(Str *s);
Str *raw_unicode_escape_decode(const void *data, size_t length, const char *errors,
                               int64_t *consumed);
Bytes *raw_unicode_escape_encode(Str *s);
/* Backslash escapes of bytes literals. */
Bytes *bytes_escape_decode(const void *data, size_t length, const char *errors, BadEscape *bad);
/* Warns (DeprecationWarning) about what was noted; false: the warning became an exception. */
bool warn_bad_escape(const BadEscape *bad);
Str *charmap_decode(const void *data, size_t length, const char *errors, Value mapping);
Bytes *charmap_encode(Str *s, const char *errors, Value mapping);
Value charmap_build(Str *table);
/* The code point of a Unicode character name or alias (also a named sequence's, where `sequence` has
 * room for 4 and receives it): -1 when there is none. Runs nothing. */
int64_t unicode_name_lookup(const char *name, size_t length, uint32_t *sequence);
/* Writes the name (at most 88 bytes and a NUL); false: it has none. */
bool unicode_name_of(uint32_t point, char out[100]);

#endif
