/* codec.c - finding the codec for a name.
 *
 * Encodings that are written in C are recognised by a normalised name and used without the registry.
 * Everything else is a CodecInfo tuple that a search function returned; `encodings` registers the
 * first such function when it is imported, which codec_lookup() does.
 *
 * The registry is three objects made on first use and kept for ever: a list of search functions, a
 * dict from normalised names to what they returned, a dict of error handlers. Each is a list or dict
 * with the guarantees of those under threads; two threads that look a name up at once may both call
 * the search functions, and the results are equal. */
#include "types/codec.h"

#include <string.h>
#include "types/codec_handlers.h"
#include "types/dict.h"
#include "types/exception.h"
#include "types/list.h"
#include "types/module.h"
#include "types/str_buffer.h"
#include "types/str_methods.h"

typedef struct Registry {
    List *search_functions;
    Dict *cache;
    Dict *error_handlers;
} Registry;

static Registry registry; /* each field atomic */

static List *search_functions(void) {
    List *list = load_acquire(&registry.search_functions);
    if (list) return list;
    list = list_new(4);
    if (!list) return NULL;
    str_keep_for_ever((Object *)list);
    List *none = NULL;
    return cas_acq_rel(&registry.search_functions, &none, list) ? list : none;
}

static Dict *registry_dict(Dict **place, bool (*fill)(Dict *)) {
    Dict *dict = load_acquire(place);
    if (dict) return dict;
    dict = dict_new();
    if (!dict || (fill && !fill(dict))) return NULL;
    str_keep_for_ever((Object *)dict);
    Dict *none = NULL;
    return cas_acq_rel(place, &none, dict) ? dict : none;
}

/* --- names -------------------------------------------------------------------------------------- */

/* Lower case, with runs of what is neither alphanumeric nor a dot made one underscore. */
static bool normalise(const char *name, char *out, size_t size) {
    size_t n = 0;
    bool gap = false;
    for (const char *p = name; *p; p++) {
        unsigned char c = (unsigned char)*p;
        bool keep = (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') || c == '.';
        if (!keep) {
            gap = true;
            continue;
        }
        if (n + 3 > size) return false;
        if (gap && n > 0) out[n++] = '_';
        gap = false;
        out[n++] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
    }
    out[n] = 0;
    return true;
}

typedef enum Native {
    NATIVE_NONE, NATIVE_UTF8, NATIVE_LATIN1, NATIVE_ASCII, NATIVE_UTF16, NATIVE_UTF16_LE,
    NATIVE_UTF16_BE, NATIVE_UTF32, NATIVE_UTF32_LE, NATIVE_UTF32_BE,
} Native;

static Native native_codec(const char *encoding) {
    static const struct {
        const char *name;
        Native native;
    } names[] = {
        {"utf_8", NATIVE_UTF8},        {"utf8", NATIVE_UTF8},         {"latin_1", NATIVE_LATIN1},
        {"latin1", NATIVE_LATIN1},     {"iso_8859_1", NATIVE_LATIN1}, {"iso8859_1", NATIVE_LATIN1},
        {"ascii", NATIVE_ASCII},       {"us_ascii", NATIVE_ASCII},    {"utf_16", NATIVE_UTF16},
        {"utf16", NATIVE_UTF16},       {"utf_16_le", NATIVE_UTF16_LE}, {"utf_16_be", NATIVE_UTF16_BE},
        {"utf_32", NATIVE_UTF32},      {"utf32", NATIVE_UTF32},       {"utf_32_le", NATIVE_UTF32_LE},
        {"utf_32_be", NATIVE_UTF32_BE},
    };
    char text[24];
    if (!encoding) return NATIVE_UTF8;
    if (!normalise(encoding, text, sizeof text)) return NATIVE_NONE;
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++)
        if (strcmp(text, names[i].name) == 0) return names[i].native;
    return NATIVE_NONE;
}

/* --- lookup ------------------------------------------------------------------------------------- */

static Value lookup_uncached(Dict *cache, const char *encoding, Str *name) {
    List *functions = search_functions();
    if (!functions) return VALUE_ERROR;
    if (list_length(functions) == 0 && is_error(import_module("encodings"))) return VALUE_ERROR;
    if (list_length(functions) == 0)
        return raise_error(&LookupError,
                           "no codec search functions registered: can't find encoding");
    for (int64_t i = 0;; i++) {
        Value function = list_get(functions, i);
        if (is_empty(function)) break;
        Value found = call_1(function, object_value(name));
        if (is_error(found)) return found;
        if (is_none(found)) continue;
        if (!is_tuple(found) || as_tuple(found)->length != 4)
            return raise_error(&TypeError, "codec search functions must return 4-tuples");
        return dict_set(cache, object_value(name), found) ? found : VALUE_ERROR;
    }
    return raise_error(&LookupError, "unknown encoding: %s", encoding);
}

Value codec_lookup(const char *encoding) {
    StrBuffer *buffer = str_buffer_new((int64_t)strlen(encoding) * 2 + 4);
    Dict *cache = registry_dict(&registry.cache, NULL);
    if (!buffer || !cache) return VALUE_ERROR;
    normalise(encoding, buffer->bytes, (size_t)buffer->capacity);
    Str *name = str_from_c(buffer->bytes);
    name = name ? str_intern(name) : NULL;
    if (!name) return VALUE_ERROR;
    Value found = dict_get_str(cache, name);
    return is_empty(found) ? lookup_uncached(cache, encoding, name) : found;
}

bool codec_register(Value search_function) {
    if (!is_callable(search_function)) {
        raise_error(&TypeError, "argument must be callable");
        return false;
    }
    List *functions = search_functions();
    return functions && list_append(functions, search_function);
}

bool codec_unregister(Value search_function) {
    List *functions = search_functions();
    Dict *cache = registry_dict(&registry.cache, NULL);
    if (!functions || !cache) return false;
    for (int64_t i = 0; i < list_length(functions); i++) {
        Value function = list_get(functions, i);
        if (is_empty(function)) break;
        int same = value_equal(function, search_function);
        if (same < 0) return false;
        if (same) {
            list_pop(functions, i);
            dict_clear(cache);
            return true;
        }
    }
    return true;
}

bool codec_register_error(const char *name, Value handler) {
    if (!is_callable(handler)) {
        raise_error(&TypeError, "handler must be callable");
        return false;
    }
    Dict *handlers = registry_dict(&registry.error_handlers, codec_handlers_fill);
    Str *key = str_from_c(name);
    return handlers && key && dict_set_str(handlers, key, handler);
}

Value codec_lookup_error(const char *name) {
    Dict *handlers = registry_dict(&registry.error_handlers, codec_handlers_fill);
    Str *key = str_from_c(name ? name : "strict");
    if (!handlers || !key) return VALUE_ERROR;
    Value handler = dict_get(handlers, object_value(key));
    if (is_empty(handler))
        return raise_error(&LookupError, "unknown error handler name '%s'", name);
    return handler;
}

/* --- through the registry ----------------------------------------------------------------------- */

/* Makes "encoding with 'x' codec failed (ValueError: ...)" of simple exceptions. */
static Value wrap_failure(const char *operation, const char *encoding) {
    Context *context = context_self();
    Value exception = context->exception;
    if (is_empty(exception) || !is_exception(exception)) return VALUE_ERROR;
    Type *type = type_of(exception);
    if (type->init != exc_BaseException.init || type->new_instance != exc_BaseException.new_instance ||
        type == &MemoryError)
        return VALUE_ERROR;
    error_fetch(); /* it may not have attributes of its own */
    Value dict = get_attribute_optional(exception, NAME("__dict__"));
    error_restore(exception);
    if (is_dict(dict) && dict_length(as_dict(dict)) > 0) return VALUE_ERROR;
    Value arguments = value_load_acquire(&as_exception(exception)->args);
    if (!is_tuple(arguments)) return VALUE_ERROR;
    int64_t count = as_tuple(arguments)->length;
    if (count > 1 || (count == 1 && !is_str(as_tuple(arguments)->items[0]))) return VALUE_ERROR;
    Value text = count ? as_tuple(arguments)->items[0] : object_value(str_empty());
    return raise_from(type, "%s with '%s' codec failed (%N: %V)", operation, encoding, type, text);
}

static Value run_codec(Value codec, int64_t which, Value object, const char *encoding,
                       const char *errors) {
    bool encodes = which == 0;
    Value function = as_tuple(codec)->items[which], result;
    if (errors) {
        Str *text = str_from_c(errors);
        if (!text) return VALUE_ERROR;
        result = call_2(function, object, object_value(text));
    } else {
        result = call_1(function, object);
    }
    if (is_error(result)) return wrap_failure(encodes ? "encoding" : "decoding", encoding);
    if (!is_tuple(result) || as_tuple(result)->length != 2)
        return raise_error(&TypeError,
                           encodes ? "encoder must return a tuple (object, integer)"
                                   : "decoder must return a tuple (object,integer)");
    return as_tuple(result)->items[0];
}

/* Refuses codecs that are not between text and bytes. */
static bool check_text_codec(Value codec, const char *encoding, const char *function) {
    if (is_exactly(codec, &tuple_type)) return true;
    Value marked = get_attribute_optional(codec, NAME("_is_text_encoding"));
    if (is_error(marked)) return false;
    if (is_empty(marked)) return true;
    int is_text = value_truth(marked);
    if (is_text == 0)
        raise_error(&LookupError,
                    "'%s' is not a text encoding; use %s to handle arbitrary codecs", encoding,
                    function);
    return is_text > 0;
}

Value codec_encode_any(Value object, const char *encoding, const char *errors) {
    if (!encoding) encoding = "utf-8";
    Value codec = codec_lookup(encoding);
    return is_error(codec) ? codec : run_codec(codec, 0, object, encoding, errors);
}

Value codec_decode_any(Value object, const char *encoding, const char *errors) {
    if (!encoding) encoding = "utf-8";
    Value codec = codec_lookup(encoding);
    return is_error(codec) ? codec : run_codec(codec, 1, object, encoding, errors);
}

/* --- text and bytes ----------------------------------------------------------------------------- */

static Str *decode_by_registry(const void *data, size_t length, const char *encoding,
                               const char *errors) {
    Value codec = codec_lookup(encoding);
    if (is_error(codec) || !check_text_codec(codec, encoding, "codecs.decode()")) return NULL;
    Bytes *bytes = bytes_from(data, length);
    if (!bytes) return NULL;
    Value view = memoryview_from(object_value(bytes));
    if (is_error(view)) return NULL;
    Value result = run_codec(codec, 1, view, encoding, errors);
    if (is_error(result)) return NULL;
    if (!is_str(result)) {
        raise_error(&TypeError, "'%s' decoder returned '%T' instead of 'str'; use codecs.decode() "
                                "to decode to arbitrary types", encoding, result);
        return NULL;
    }
    return as_str(result);
}

/* In development mode (-X dev) names are checked even where they would not be used. */
static bool check_names(const char *encoding, const char *errors) {
    if (likely(!runtime.dev_mode) || !runtime.modules) return true;
    if (encoding && native_codec(encoding) == NATIVE_NONE && is_error(codec_lookup(encoding)))
        return false;
    return codec_error_mode(errors) != ERRORS_OTHER || !is_error(codec_lookup_error(errors));
}

Str *codec_decode(const void *data, size_t length, const char *encoding, const char *errors) {
    int order = 0;
    if (!check_names(encoding, errors)) return NULL;
    if (length == 0) return str_empty(); /* whatever the encoding is */
    Native native = native_codec(encoding);
    bool big = native == NATIVE_UTF16_BE || native == NATIVE_UTF32_BE;
    Str *s;
    switch (native) {
    case NATIVE_UTF8: return utf8_decode(data, length, errors, NULL);
    case NATIVE_LATIN1: return latin1_decode(data, length);
    case NATIVE_ASCII: return ascii_decode(data, length, errors);
    case NATIVE_UTF16: return utf16_decode(data, length, errors, &order, NULL);
    case NATIVE_UTF32: return utf32_decode(data, length, errors, &order, NULL);
    case NATIVE_UTF16_LE: case NATIVE_UTF16_BE:
        order = big ? 1 : -1;
        s = utf16_decode(data, length, errors, &order, NULL);
        break;
    case NATIVE_UTF32_LE: case NATIVE_UTF32_BE:
        order = big ? 1 : -1;
        s = utf32_decode(data, length, errors, &order, NULL);
        break;
    default: return decode_by_registry(data, length, encoding, errors);
    }
    if (!s) wrap_failure("decoding", encoding); /* as if it had come through the registry */
    return s;
}

static Bytes *encode_by_registry(Str *s, const char *encoding, const char *errors) {
    Value codec = codec_lookup(encoding);
    if (is_error(codec) || !check_text_codec(codec, encoding, "codecs.encode()")) return NULL;
    Value result = run_codec(codec, 0, object_value(s), encoding, errors);
    if (is_error(result)) return NULL;
    if (is_bytes(result)) return as_bytes(result);
    if (is_kind(result, TYPE_BYTEARRAY)) {
        if (!warn(&RuntimeWarning, 1, "encoder %s returned bytearray instead of bytes; use "
                                      "codecs.encode() to encode to arbitrary types", encoding))
            return NULL;
        BufferView view;
        if (!buffer_get(result, &view, BUFFER_SIMPLE)) return NULL;
        Bytes *bytes = bytes_from(view.data, (size_t)view.length);
        buffer_release(&view);
        return bytes;
    }
    raise_error(&TypeError, "'%s' encoder returned '%T' instead of 'bytes'; use codecs.encode() to "
                            "encode to arbitrary types", encoding, result);
    return NULL;
}

Bytes *codec_encode(Str *s, const char *encoding, const char *errors) {
    if (!check_names(encoding, errors)) return NULL;
    Bytes *bytes;
    switch (native_codec(encoding)) {
    case NATIVE_UTF8: return utf8_encode_str(s, errors);
    case NATIVE_LATIN1: return latin1_encode(s, errors);
    case NATIVE_ASCII: return ascii_encode(s, errors);
    case NATIVE_UTF16: return utf16_encode(s, errors, 0);
    case NATIVE_UTF32: return utf32_encode(s, errors, 0);
    case NATIVE_UTF16_LE: bytes = utf16_encode(s, errors, -1); break;
    case NATIVE_UTF16_BE: bytes = utf16_encode(s, errors, 1); break;
    case NATIVE_UTF32_LE: bytes = utf32_encode(s, errors, -1); break;
    case NATIVE_UTF32_BE: bytes = utf32_encode(s, errors, 1); break;
    default: return encode_by_registry(s, encoding, errors);
    }
    if (!bytes) wrap_failure("encoding", encoding);
    return bytes;
}
