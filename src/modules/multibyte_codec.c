/* multibyte_codec.c - the module _multibytecodec and the modules _codecs_cn, _codecs_hk,
 * _codecs_iso2022, _codecs_jp, _codecs_kr and _codecs_tw: the encodings of Chinese, Japanese and
 * Korean, by the C library's iconv().
 *
 * Characters are converted one at a time, so that it is known which one could not be. In encodings
 * without shift sequences ASCII stands for itself and each character is converted from the initial
 * state. In the others (ISO 2022) one converter goes through the text; what an incremental codec has
 * to remember is the shift sequences that were read (or the last character written), which bring a
 * new converter into the same state. */
#include <errno.h>
#include <iconv.h>
#include <string.h>
#include "base/utf8.h"
#include "types/bytes_methods.h"
#include "types/codec.h"
#include "types/exception.h"
#include "types/module.h"
#include "types/str_buffer.h"

typedef struct MultibyteSpec {
    const char *module, *name;
    const char *library_name; /* iconv's */
    bool shifts;
    bool is_hz;   /* RFC 1843, done here over GB2312 */
    bool has_yen; /* 5C and 7E are a yen sign and an overline */
} MultibyteSpec;

static const MultibyteSpec specs[] = {
    {"_codecs_cn", "gb2312", "GB2312", false, false, false},
    {"_codecs_cn", "gbk", "GBK", false, false, false},
    {"_codecs_cn", "gb18030", "GB18030", false, false, false},
    {"_codecs_cn", "hz", "GB2312", false, true, false},
    {"_codecs_hk", "big5hkscs", "BIG5-HKSCS", false, false, false},
    {"_codecs_tw", "big5", "BIG5", false, false, false},
    {"_codecs_tw", "cp950", "CP950", false, false, false},
    {"_codecs_jp", "cp932", "CP932", false, false, false},
    {"_codecs_jp", "shift_jis", "SHIFT_JIS", false, false, false},
    {"_codecs_jp", "shift_jis_2004", "SHIFT_JISX0213", false, false, true},
    {"_codecs_jp", "shift_jisx0213", "SHIFT_JISX0213", false, false, true},
    {"_codecs_jp", "euc_jp", "EUC-JP", false, false, false},
    {"_codecs_jp", "euc_jis_2004", "EUC-JISX0213", false, false, false},
    {"_codecs_jp", "euc_jisx0213", "EUC-JISX0213", false, false, false},
    {"_codecs_kr", "euc_kr", "EUC-KR", false, false, false},
    {"_codecs_kr", "cp949", "CP949", false, false, false},
    {"_codecs_kr", "johab", "JOHAB", false, false, false},
    {"_codecs_iso2022", "iso2022_jp", "ISO-2022-JP", true, false, false},
    {"_codecs_iso2022", "iso2022_jp_1", "ISO-2022-JP-2", true, false, false},
    {"_codecs_iso2022", "iso2022_jp_2", "ISO-2022-JP-2", true, false, false},
    {"_codecs_iso2022", "iso2022_jp_ext", "ISO-2022-JP-2", true, false, false},
    {"_codecs_iso2022", "iso2022_jp_3", "ISO-2022-JP-3", true, false, false},
    {"_codecs_iso2022", "iso2022_jp_2004", "ISO-2022-JP-3", true, false, false},
    {"_codecs_iso2022", "iso2022_kr", "ISO-2022-KR", true, false, false},
};

#define SEQUENCE_MAX 8 /* bytes of one character with its shift sequence */
#define SHIFTS_MAX 24

/* The state of an incremental codec. */
typedef struct ShiftState {
    uint8_t shifts[SHIFTS_MAX]; /* decoding: the last shift sequences */
    uint8_t shift_length;
    uint32_t last;              /* encoding: the last character written since a reset; 0: none */
} ShiftState;

/* The library loads and unloads its tables: one thread at a time has it do so, and the others wait here, where
 * they are detached, rather than inside it. */
static ByteLock converter_lock;

static iconv_t converter_open(const char *to, const char *from) {
    byte_lock(&converter_lock);
    iconv_t converter = iconv_open(to, from);
    byte_unlock(&converter_lock);
    if (converter == (iconv_t)-1)
        raise_error(&LookupError, "the C library has no codec for %s",
                    strcmp(to, "UTF-32LE") == 0 ? from : to);
    return converter;
}

static void converter_close(iconv_t converter) {
    byte_lock(&converter_lock);
    iconv_close(converter);
    byte_unlock(&converter_lock);
}

typedef enum StepResult { STEP_OK, STEP_BAD, STEP_INCOMPLETE } StepResult;

/* Converts the bytes at `in`: the first sequence. *used bytes gave *count characters. */
static StepResult decode_step(iconv_t converter, const uint8_t *in, int64_t length, bool shifts,
                              int64_t *used, uint32_t out[8], size_t *count) {
    for (int64_t n = 1; n <= length && n <= SEQUENCE_MAX; n++) {
        char *from = (char *)(uintptr_t)in, *to = (char *)out;
        size_t in_left = (size_t)n, out_left = 8 * sizeof(uint32_t);
        size_t result = iconv(converter, &from, &in_left, &to, &out_left);
        int error = errno;
        if (result != (size_t)-1 && in_left == 0) {
            if (!shifts) iconv(converter, NULL, NULL, &to, &out_left);
            *used = n;
            *count = 8 - out_left / sizeof(uint32_t);
            return STEP_OK;
        }
        if (!shifts) iconv(converter, NULL, NULL, NULL, NULL);
        if (result == (size_t)-1 && error != EINVAL) return STEP_BAD;
    }
    return length < SEQUENCE_MAX ? STEP_INCOMPLETE : STEP_BAD;
}

static void note_shift(ShiftState *state, const uint8_t *sequence, int64_t length) {
    if (length > SHIFTS_MAX) return;
    while (state->shift_length + length > SHIFTS_MAX) {
        state->shift_length--;
        memmove(state->shifts, state->shifts + 1, state->shift_length);
    }
    memcpy(state->shifts + state->shift_length, sequence, (size_t)length);
    state->shift_length = (uint8_t)(state->shift_length + length);
}

static bool is_yen_place(uint32_t c) { return c == 0x5C || c == 0x7E; }

/* HZ: "~{" begins pairs of GB 2312 in seven bits, "~}" ends them. state->shift_length: inside. */
static bool hz_decode(iconv_t converter, Decoding *d, ShiftState *state, bool final, int64_t *at) {
    int64_t i = 0, used;
    bool good = true;
    while (good && i < d->length) {
        uint8_t c = d->data[i];
        bool inside = state->shift_length != 0, has_next = i + 1 < d->length;
        uint8_t next = has_next ? d->data[i + 1] : 0;
        if (!has_next && (c == '~' || (inside && c < 0x80))) {
            if (!final) break;
            good = decoding_error(d, i, d->length, "incomplete multibyte sequence", 0, &i);
            continue;
        }
        uint32_t out[8];
        size_t count = 0;
        bool known = true;
        if (c == '~') {
            if (next == '~' && !inside) out[count++] = '~';
            else if (next == '{' && !inside) state->shift_length = 1;
            else if (next == '}' && inside) state->shift_length = 0;
            else known = next == '\n' && !inside;
            used = 2;
        } else if (inside && c < 0x80) {
            uint8_t bytes[2] = {c | 0x80, next | 0x80};
            known = next < 0x80 &&
                    decode_step(converter, bytes, 2, false, &used, out, &count) == STEP_OK;
            used = 2;
        } else {
            known = c < 0x80;
            out[count++] = c;
            used = 1;
        }
        if (known) {
            good = builder_add_points(&d->out, out, 4, (int64_t)count);
            i += used;
        } else {
            good = decoding_error(d, i, i + 1, "illegal multibyte sequence", 0, &i);
        }
    }
    *at = i;
    return good;
}

/* *consumed NULL: the input is complete. */
static Str *multibyte_decode(const MultibyteSpec *spec, const void *data, size_t length,
                             const char *errors, ShiftState *state, int64_t *consumed) {
    iconv_t converter = converter_open("UTF-32LE", spec->library_name);
    if (converter == (iconv_t)-1) return NULL;
    Decoding d;
    decoding_start(&d, spec->name, errors, data, length);
    uint32_t out[8];
    size_t count;
    int64_t used, i = 0;
    if (spec->is_hz) {
        bool decoded = hz_decode(converter, &d, state, !consumed, &i);
        converter_close(converter);
        if (consumed) *consumed = i;
        return decoded ? builder_finish(&d.out) : NULL;
    }
    for (int64_t k = 0; k < state->shift_length; k += used)
        if (decode_step(converter, state->shifts + k, state->shift_length - k, true, &used, out,
                        &count) != STEP_OK)
            break;
    bool good = true;
    while (good && i < d.length) {
        if (!spec->shifts && d.data[i] < 0x80 && !(spec->has_yen && is_yen_place(d.data[i]))) {
            good = builder_add_char(&d.out, d.data[i++]);
            continue;
        }
        StepResult result =
            decode_step(converter, d.data + i, d.length - i, spec->shifts, &used, out, &count);
        if (result == STEP_OK) {
            if (count == 0) note_shift(state, d.data + i, used);
            good = builder_add_points(&d.out, out, 4, (int64_t)count);
            i += used;
        } else if (result == STEP_INCOMPLETE && consumed) {
            break;
        } else {
            bool cut = result == STEP_INCOMPLETE;
            good = decoding_error(&d, i, cut ? d.length : i + 1,
                                  cut ? "incomplete multibyte sequence"
                                      : "illegal multibyte sequence", 0, &i);
        }
    }
    converter_close(converter);
    if (consumed) *consumed = i;
    return good ? builder_finish(&d.out) : NULL;
}

/* Writes one character: false: it cannot be encoded. */
static bool encode_step(iconv_t converter, uint32_t c, bool shifts, char out[32], size_t *length) {
    char *from = (char *)&c, *to = out;
    size_t in_left = sizeof c, out_left = 32;
    size_t result = iconv(converter, &from, &in_left, &to, &out_left);
    if (!shifts) iconv(converter, NULL, NULL, &to, &out_left);
    *length = 32 - out_left;
    return result == 0 && in_left == 0;
}

static bool hz_add_encoded(Encoding *e, iconv_t converter, uint32_t c, ShiftState *state,
                           bool *possible) {
    char out[32];
    size_t length = 1;
    bool is_pair = c >= 0x80;
    out[0] = (char)c;
    *possible = !is_pair || (encode_step(converter, c, false, out, &length) && length == 2);
    if (!*possible) return true;
    if (is_pair && !state->last && !encoding_add(e, "~{", 2)) return false;
    if (!is_pair && state->last && !encoding_add(e, "~}", 2)) return false;
    state->last = is_pair;
    for (size_t i = 0; is_pair && i < 2; i++) out[i] &= 0x7F;
    return (c != '~' || encoding_add_byte(e, '~')) && encoding_add(e, out, (int64_t)length);
}

static bool add_encoded(const MultibyteSpec *spec, Encoding *e, iconv_t converter, uint32_t c,
                        ShiftState *state, bool *possible) {
    char out[32];
    size_t length;
    if (spec->is_hz) return hz_add_encoded(e, converter, c, state, possible);
    *possible = true;
    if (!spec->shifts && c < 0x80) return encoding_add_byte(e, (uint8_t)c);
    *possible = encode_step(converter, c, spec->shifts, out, &length);
    return !*possible || encoding_add(e, out, (int64_t)length);
}

/* The library designates KS C 5601 at the beginning; Python does where it is first needed. */
static void move_designation(Encoding *e) {
    static const char designation[4] = {0x1B, '$', ')', 'C'};
    char *bytes = e->buffer->bytes;
    if (e->length < 4 || memcmp(bytes, designation, 4) != 0) return;
    char *shift = memchr(bytes + 4, 0x0E, (size_t)e->length - 4);
    if (shift) {
        memmove(bytes, bytes + 4, (size_t)(shift - bytes) - 4);
        memcpy(shift - 4, designation, 4);
    } else {
        e->length -= 4;
        memmove(bytes, bytes + 4, (size_t)e->length);
    }
}

static Bytes *multibyte_encode(const MultibyteSpec *spec, Str *text, const char *errors,
                               ShiftState *state, bool final) {
    iconv_t converter = converter_open(spec->library_name, "UTF-32LE");
    if (converter == (iconv_t)-1) return NULL;
    Encoding e;
    bool good = encoding_start(&e, spec->name, errors, text, text->length * 2), possible;
    char out[32];
    size_t length;
    if (spec->shifts && state->last) encode_step(converter, state->last, true, out, &length);
    for (int64_t i = 0; good && i < text->length;) {
        uint32_t c = str_at(text, i);
        good = add_encoded(spec, &e, converter, c, state, &possible);
        if (possible) {
            if (spec->shifts) state->last = c;
            i++;
            continue;
        }
        int64_t start = i;
        Str *replacement;
        good = encoding_error(&e, start, start + 1, "illegal multibyte sequence", 0, &replacement,
                              &i);
        for (int64_t k = 0; good && replacement && k < replacement->length; k++) {
            good = add_encoded(spec, &e, converter, str_at(replacement, k), state,
                               &possible);
            if (!possible) {
                raise_unicode_encode_error(spec->name, object_value(text), start, start + 1,
                                           "illegal multibyte sequence");
                good = false;
            }
        }
    }
    if (good && final && spec->is_hz) {
        if (state->last) good = encoding_add(&e, "~}", 2);
        state->last = 0;
    }
    if (good && final && spec->shifts) {
        char *to = out;
        size_t out_left = sizeof out;
        iconv(converter, NULL, NULL, &to, &out_left);
        good = encoding_add(&e, out, to - out);
        state->last = 0;
    }
    converter_close(converter);
    if (good && spec->shifts) move_designation(&e);
    return good ? encoding_finish(&e) : NULL;
}

/* --- codec objects ------------------------------------------------------------------------------ */

typedef struct MultibyteCodec {
    Object object;
    const MultibyteSpec *spec; /* constant */
} MultibyteCodec;
static Type codec_type;

static bool text_or_none(Value v, const char **out) {
    *out = NULL;
    if (is_empty(v) || is_none(v)) return true;
    if (!is_str(v)) {
        raise_error(&TypeError, "errors must be a string");
        return false;
    }
    *out = str_utf8(as_str(v), NULL);
    return *out != NULL;
}

static Value pair(Value object, int64_t count) {
    if (is_error(object)) return object;
    Tuple *tuple = tuple_pack(2, object, int_value(count));
    return tuple ? object_value(tuple) : VALUE_ERROR;
}

static bool need_text(Value v) {
    if (is_str(v)) return true;
    raise_error(&TypeError, "couldn't convert the object to str.");
    return false;
}

static Value codec_encode_method(Value *args) {
    const char *errors;
    ShiftState state = {0};
    if (!text_or_none(args[2], &errors) || !need_text(args[1])) return VALUE_ERROR;
    const MultibyteSpec *spec = OBJECT_AS(MultibyteCodec, args[0])->spec;
    Bytes *bytes = multibyte_encode(spec, as_str(args[1]), errors, &state, true);
    return pair(bytes_result(bytes), as_str(args[1])->length);
}

static Value codec_decode_method(Value *args) {
    const char *errors;
    ShiftState state = {0};
    BufferView view;
    if (!text_or_none(args[2], &errors) || !buffer_get(args[1], &view, BUFFER_SIMPLE))
        return VALUE_ERROR;
    Str *text = multibyte_decode(OBJECT_AS(MultibyteCodec, args[0])->spec, view.data,
                                 (size_t)view.length, errors, &state, NULL);
    int64_t length = view.length;
    buffer_release(&view);
    return pair(str_result(text), length);
}

static const MethodDef codec_methods[] = {
    METHOD("encode", codec_encode_method, "($self, /, input, errors=None)",
           "Encode a text: the bytes, and how many characters."),
    METHOD("decode", codec_decode_method, "($self, /, input, errors=None)",
           "Decode a buffer: the text, and how many bytes were used."),
    {0},
};
static Type codec_type = {
    .name = "MultibyteCodec",
    .size = sizeof(MultibyteCodec),
    .flags = TYPE_NO_NEW,
    .methods = codec_methods,
};

static Value codec_new(const char *module, Value name) {
    if (!is_str(name)) return raise_error(&TypeError, "encoding name must be a string.");
    for (size_t i = 0; i < ARRAY_LENGTH(specs); i++) {
        if (strcmp(specs[i].module, module) != 0 || !str_equal_c(as_str(name), specs[i].name))
            continue;
        MultibyteCodec *codec = object_alloc(&codec_type, sizeof *codec);
        if (!codec) return VALUE_ERROR;
        codec->spec = &specs[i];
        return object_value(codec);
    }
    return raise_error(&LookupError, "no such codec is supported.");
}

/* --- incremental codecs and streams ------------------------------------------------------------- */

typedef struct MultibyteStream {
    Object object;
    const MultibyteSpec *spec; /* constant after __new__ */
    Value errors;              /* atomic: a str */
    Value pending;             /* atomic: bytes not decoded yet, or empty */
    Value stream;              /* atomic: of readers and writers */
    ShiftState state;          /* under the lock */
} MultibyteStream;

static inline MultibyteStream *as_stream(Value v) { return OBJECT_AS(MultibyteStream, v); }

static void stream_trace(Cell *cell, Marker *marker) {
    MultibyteStream *s = (MultibyteStream *)cell;
    marker_visit(marker, value_load_relaxed(&s->errors));
    marker_visit(marker, value_load_relaxed(&s->pending));
    marker_visit(marker, value_load_relaxed(&s->stream));
}

static MultibyteStream *stream_new(Type *type, Value errors) {
    Value codec = get_attribute(object_value(type), NAME("codec"));
    if (is_error(codec)) return NULL;
    if (!is_exactly(codec, &codec_type)) {
        raise_error(&TypeError, "codec is unexpected type");
        return NULL;
    }
    if (!is_empty(errors) && !is_str(errors)) {
        raise_error(&TypeError, "errors must be a string");
        return NULL;
    }
    MultibyteStream *s = object_alloc_instance(type, sizeof *s);
    if (!s) return NULL;
    s->spec = OBJECT_AS(MultibyteCodec, codec)->spec;
    heap_store_release(s, &s->errors, is_empty(errors) ? object_value(NAME("strict")) : errors);
    return s;
}

static Value incremental_new(Type *type, Value *args, size_t count, Tuple *names) {
    static const char signature[] = "(errors='strict')";
    static Signature *parsed;
    Value a[1];
    if (!bind_arguments(type_name(type), signature, &parsed, args, count, names, a))
        return VALUE_ERROR;
    MultibyteStream *s = stream_new(type, a[0]);
    return s ? object_value(s) : VALUE_ERROR;
}

static Value io_new(Type *type, Value *args, size_t count, Tuple *names) {
    static const char signature[] = "(stream, errors='strict')";
    static Signature *parsed;
    Value a[2];
    if (!bind_arguments(type_name(type), signature, &parsed, args, count, names, a))
        return VALUE_ERROR;
    MultibyteStream *s = stream_new(type, a[1]);
    if (!s) return VALUE_ERROR;
    heap_store_release(s, &s->stream, a[0]);
    return object_value(s);
}

static bool init_nothing(Value self, Value *args, size_t count, Tuple *names) { return true; }

static const char *errors_of(MultibyteStream *s) {
    return str_utf8(as_str(value_load_acquire(&s->errors)), NULL);
}

static ShiftState state_of(MultibyteStream *s) {
    object_lock(s);
    ShiftState state = s->state;
    object_unlock(s);
    return state;
}

/* What is read next goes on from there. */
static void set_state(MultibyteStream *s, ShiftState state, Value pending) {
    object_lock(s);
    s->state = state;
    heap_store_release(s, &s->pending, pending);
    object_unlock(s);
}

static Value stream_encode(MultibyteStream *s, Value text, bool final) {
    const char *errors = errors_of(s);
    if (!errors || !need_text(text)) return VALUE_ERROR;
    ShiftState state = state_of(s);
    Bytes *bytes = multibyte_encode(s->spec, as_str(text), errors, &state, final);
    if (bytes) set_state(s, state, VALUE_EMPTY);
    return bytes_result(bytes);
}

/* Decodes what was left and `input`; keeps what is incomplete unless `final`. */
static Value stream_decode(MultibyteStream *s, Value input, bool final) {
    const char *errors = errors_of(s);
    Value pending = value_load_acquire(&s->pending);
    BufferView view;
    if (!errors || !buffer_get(input, &view, BUFFER_SIMPLE)) return VALUE_ERROR;
    int64_t before = is_empty(pending) ? 0 : as_bytes(pending)->length;
    Bytes *all = bytes_new(before + view.length);
    if (all) {
        if (before) memcpy(all->data, as_bytes(pending)->data, (size_t)before);
        memcpy(all->data + before, view.data, (size_t)view.length);
    }
    buffer_release(&view);
    if (!all) return VALUE_ERROR;
    int64_t consumed = all->length;
    ShiftState state = state_of(s);
    Str *text = multibyte_decode(s->spec, all->data, (size_t)all->length, errors, &state,
                                 final ? NULL : &consumed);
    if (!text) return VALUE_ERROR;
    Bytes *rest = NULL;
    if (consumed < all->length) {
        rest = bytes_from(all->data + consumed, (size_t)(all->length - consumed));
        if (!rest) return VALUE_ERROR;
    }
    set_state(s, state, rest ? object_value(rest) : VALUE_EMPTY);
    return object_value(text);
}

static bool final_argument(Value v, bool *final) {
    int truth = is_empty(v) ? 0 : value_truth(v);
    *final = truth > 0;
    return truth >= 0;
}

static Value incremental_encode(Value *args) {
    bool final;
    return final_argument(args[2], &final) ? stream_encode(as_stream(args[0]), args[1], final)
                                           : VALUE_ERROR;
}
static Value incremental_decode(Value *args) {
    bool final;
    return final_argument(args[2], &final) ? stream_decode(as_stream(args[0]), args[1], final)
                                           : VALUE_ERROR;
}

static Value stream_reset(Value *args) {
    MultibyteStream *s = as_stream(args[0]);
    set_state(s, (ShiftState){0}, VALUE_EMPTY);
    return VALUE_NONE;
}

static Value encoder_getstate(Value *args) { return int_value(state_of(as_stream(args[0])).last); }

static Value encoder_setstate(Value *args) {
    int64_t last;
    if (!is_int(args[1]))
        return raise_error(&TypeError, "setstate() argument must be int, not %T", args[1]);
    if (!value_to_int64(args[1], &last)) return VALUE_ERROR;
    if (last < 0 || last > CODE_POINT_MAX) return raise_error(&UnicodeError, "invalid state");
    set_state(as_stream(args[0]), (ShiftState){.last = (uint32_t)last}, VALUE_EMPTY);
    return VALUE_NONE;
}

/* (pending bytes, the shift sequences as an int) */
static Value decoder_getstate(Value *args) {
    MultibyteStream *s = as_stream(args[0]);
    Value pending = value_load_acquire(&s->pending);
    if (is_empty(pending)) pending = bytes_result(bytes_from("", 0));
    ShiftState state = state_of(s);
    Value shifts = int_from_bytes(state.shifts, state.shift_length, false, false);
    if (is_error(pending) || is_error(shifts)) return VALUE_ERROR;
    Tuple *tuple = tuple_pack(2, pending, shifts);
    return tuple ? object_value(tuple) : VALUE_ERROR;
}

static Value decoder_setstate(Value *args) {
    MultibyteStream *s = as_stream(args[0]);
    Tuple *given = is_tuple(args[1]) ? as_tuple(args[1]) : NULL;
    if (!given || given->length != 2 || !is_bytes(given->items[0]) || !is_int(given->items[1]))
        return raise_error(&TypeError, "state must be a tuple of bytes and an integer");
    uint8_t shifts[SHIFTS_MAX];
    ShiftState state = {0};
    if (as_bytes(given->items[0])->length > SEQUENCE_MAX)
        return raise_error(&UnicodeError, "pending buffer too large");
    if (!int_to_bytes(given->items[1], shifts, SHIFTS_MAX, false, false)) return VALUE_ERROR;
    int start = 0;
    while (start < SHIFTS_MAX && shifts[start] == 0) start++;
    state.shift_length = (uint8_t)(SHIFTS_MAX - start);
    memcpy(state.shifts, shifts + start, state.shift_length);
    set_state(s, state, as_bytes(given->items[0])->length ? given->items[0] : VALUE_EMPTY);
    return VALUE_NONE;
}

/* Reads by a method of the stream, until there is a character or nothing more comes. */
static Value read_by(Value *args, const char *method) {
    MultibyteStream *s = as_stream(args[0]);
    int64_t size = -1;
    if (!is_empty(args[1]) && !is_none(args[1])) {
        size = value_index_int64(args[1], &OverflowError);
        if (size == -1 && error_occurred()) return VALUE_ERROR;
    }
    if (size == 0) return object_value(str_empty());
    for (;;) {
        Value stream = value_load_acquire(&s->stream);
        Value data = size < 0 ? call_method_0(stream, method)
                              : call_method_1(stream, method, int_value(size));
        if (is_error(data)) return data;
        if (!is_bytes(data))
            return raise_error(&TypeError, "stream function returned a non-bytes object (%T)", data);
        bool at_end = size < 0 || as_bytes(data)->length == 0;
        Value text = stream_decode(s, data, at_end);
        if (is_error(text) || at_end || as_str(text)->length) return text;
        size = 1; /* the rest of a character */
    }
}
static Value reader_read(Value *args) { return read_by(args, "read"); }
static Value reader_readline(Value *args) { return read_by(args, "readline"); }
static Value reader_readlines(Value *args) {
    Value text = read_by(args, "read");
    return is_error(text) ? text : call_method_1(text, "splitlines", VALUE_TRUE);
}

static Value writer_write(Value *args) {
    MultibyteStream *s = as_stream(args[0]);
    Value bytes = stream_encode(s, args[1], false);
    if (is_error(bytes)) return bytes;
    Value done = call_method_1(value_load_acquire(&s->stream), "write", bytes);
    return is_error(done) ? done : VALUE_NONE;
}

static bool write_item(Value item, void *argument) {
    Value args[2] = {*(Value *)argument, item};
    return !is_error(writer_write(args));
}
static Value writer_writelines(Value *args) {
    return iterate(args[1], write_item, &args[0]) ? VALUE_NONE : VALUE_ERROR;
}

static Value writer_reset(Value *args) {
    MultibyteStream *s = as_stream(args[0]);
    Value bytes = stream_encode(s, object_value(str_empty()), true);
    if (is_error(bytes)) return bytes;
    if (as_bytes(bytes)->length &&
        is_error(call_method_1(value_load_acquire(&s->stream), "write", bytes)))
        return VALUE_ERROR;
    return VALUE_NONE;
}

static Value errors_get(Value self) { return value_load_acquire(&as_stream(self)->errors); }
static bool errors_set(Value self, Value v) {
    if (is_empty(v) || !is_str(v)) {
        raise_error(is_empty(v) ? &AttributeError : &TypeError,
                    is_empty(v) ? "cannot delete attribute" : "errors must be a string");
        return false;
    }
    heap_store_release(as_stream(self), &as_stream(self)->errors, v);
    return true;
}
static const GetSetDef stream_getset[] = {
    {"errors", errors_get, errors_set, "How malformed data is treated."},
    {0},
};
static const MemberDef io_members[] = {
    {"stream", MEMBER_VALUE, offsetof(MultibyteStream, stream), MEMBER_READONLY, "The stream."},
    {0},
};

static const MethodDef encoder_methods[] = {
    METHOD("encode", incremental_encode, "($self, /, input, final=False)", "Encode a text."),
    METHOD("reset", stream_reset, "($self, /)", "Forget the state."),
    METHOD("getstate", encoder_getstate, "($self, /)", "Return the state."),
    METHOD("setstate", encoder_setstate, "($self, state, /)", "Set the state."),
    {0},
};
static const MethodDef decoder_methods[] = {
    METHOD("decode", incremental_decode, "($self, /, input, final=False)", "Decode a buffer."),
    METHOD("reset", stream_reset, "($self, /)", "Forget the state."),
    METHOD("getstate", decoder_getstate, "($self, /)", "Return the state."),
    METHOD("setstate", decoder_setstate, "($self, state, /)", "Set the state."),
    {0},
};
static const MethodDef reader_methods[] = {
    METHOD("read", reader_read, "($self, sizeobj=None, /)", "Read and decode."),
    METHOD("readline", reader_readline, "($self, sizeobj=None, /)", "Read and decode a line."),
    METHOD("readlines", reader_readlines, "($self, sizehintobj=None, /)", "Read and decode lines."),
    METHOD("reset", stream_reset, "($self, /)", "Forget the state."),
    {0},
};
static const MethodDef writer_methods[] = {
    METHOD("write", writer_write, "($self, strobj, /)", "Encode and write a text."),
    METHOD("writelines", writer_writelines, "($self, lines, /)", "Encode and write texts."),
    METHOD("reset", writer_reset, "($self, /)", "Write what the initial state needs."),
    {0},
};

#define STREAM_TYPE(variable, type_name_, constructor, method_table, member_table)                 \
    static Type variable = {                                                                       \
        .root = {.cell_kind = {stream_trace, NULL, type_name_}},                                   \
        .name = "_multibytecodec." type_name_,                                                     \
        .size = sizeof(MultibyteStream),                                                           \
        .flags = TYPE_BASE,                                                                        \
        .new_instance = constructor,                                                               \
        .init = init_nothing,                                                                      \
        .methods = method_table,                                                                   \
        .getset = stream_getset,                                                                   \
        .members = member_table,                                                                   \
    }
STREAM_TYPE(encoder_type, "MultibyteIncrementalEncoder", incremental_new, encoder_methods, NULL);
STREAM_TYPE(decoder_type, "MultibyteIncrementalDecoder", incremental_new, decoder_methods, NULL);
STREAM_TYPE(reader_type, "MultibyteStreamReader", io_new, reader_methods, io_members);
STREAM_TYPE(writer_type, "MultibyteStreamWriter", io_new, writer_methods, io_members);

static bool init(Module *module) {
    type_ready(&codec_type);
    return module_add(module, "MultibyteIncrementalEncoder", object_value(&encoder_type)) &&
           module_add(module, "MultibyteIncrementalDecoder", object_value(&decoder_type)) &&
           module_add(module, "MultibyteStreamReader", object_value(&reader_type)) &&
           module_add(module, "MultibyteStreamWriter", object_value(&writer_type));
}

static Type *const types[] = {&codec_type, &encoder_type, &decoder_type, &reader_type, &writer_type,
                              NULL};

const NativeModule module__multibytecodec = {
    .name = "_multibytecodec",
    .doc = "What the codecs of several bytes a character are made of.",
    .types = types,
    .init = init,
};

/* The modules of codecs: each finds its own by name. */
static bool ready(Module *module) { return !is_error(import_module("_multibytecodec")); }

#define CODEC_MODULE(suffix)                                                                       \
    static Value getcodec_##suffix(Value *args) { return codec_new("_codecs_" #suffix, args[0]); } \
    static const MethodDef functions_##suffix[] = {                                                \
        STATIC_METHOD("getcodec", getcodec_##suffix, "(encoding, /)",                              \
                      "Return the codec of that name."),                                           \
        {0},                                                                                       \
    };                                                                                             \
    const NativeModule module__codecs_##suffix = {                                                 \
        .name = "_codecs_" #suffix,                                                                \
        .doc = "Codecs of several bytes a character.",                                             \
        .functions = functions_##suffix,                                                           \
        .init = ready,                                                                             \
    };
CODEC_MODULE(cn)
CODEC_MODULE(hk)
CODEC_MODULE(iso2022)
CODEC_MODULE(jp)
CODEC_MODULE(kr)
CODEC_MODULE(tw)
