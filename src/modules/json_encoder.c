/* json_encoder.c - writing JSON (RFC 8259): the encoder of json.encoder, for output without
 * indentation. */
#include "modules/json_module.h"
#include "object/native.h"
#include "types/module.h"

#include <math.h>

typedef struct Encoder {
    Object object; /* all fields are constant */
    Value markers; /* dict of what is being written, by id, or None */
    Value fallback, encode; /* what `default` and `encoder` are */
    Value indent, key_separator, item_separator;
    bool sort_keys, skip_keys, allow_nan;
    enum { ENCODE_ANY, ENCODE_ASCII, ENCODE_PLAIN } quick;
} Encoder;

/* --- strings ------------------------------------------------------------------------------------------- */

static bool add_escaped(StrBuilder *builder, uint32_t c) {
    switch (c) {
    case '"': return builder_add_c(builder, "\\\"");
    case '\\': return builder_add_c(builder, "\\\\");
    case '\b': return builder_add_c(builder, "\\b");
    case '\f': return builder_add_c(builder, "\\f");
    case '\n': return builder_add_c(builder, "\\n");
    case '\r': return builder_add_c(builder, "\\r");
    case '\t': return builder_add_c(builder, "\\t");
    }
    static const char digits[] = "0123456789abcdef";
    uint32_t units[2] = {c, 0};
    int count = 1;
    if (c > 0xFFFF) {
        units[0] = 0xD800 + ((c - 0x10000) >> 10);
        units[1] = 0xDC00 + ((c - 0x10000) & 0x3FF);
        count = 2;
    }
    for (int i = 0; i < count; i++) {
        char text[] = {'\\', 'u', digits[units[i] >> 12 & 15], digits[units[i] >> 8 & 15],
                       digits[units[i] >> 4 & 15], digits[units[i] & 15]};
        if (!builder_add_ascii(builder, text, sizeof text)) return false;
    }
    return true;
}

/* Writes a str with its quotes; beyond ASCII as escapes, or as it is. */
static bool add_string(StrBuilder *builder, const Str *text, bool ascii) {
    if (!builder_add_char(builder, '"')) return false;
    int64_t from = 0;
    for (int64_t i = 0; i < text->length; i++) {
        uint32_t c = str_at(text, i);
        if (c >= ' ' && c != '"' && c != '\\' && (!ascii || c < 127)) continue;
        if (!builder_add_range(builder, text, from, i) || !add_escaped(builder, c)) return false;
        from = i + 1;
    }
    return builder_add_range(builder, text, from, text->length) && builder_add_char(builder, '"');
}

static Value encode_string(Value text, bool ascii) {
    if (!is_str(text))
        return raise_error(&TypeError, "first argument must be a string, not %T", text);
    StrBuilder builder;
    builder_init(&builder);
    Str *result = add_string(&builder, as_str(text), ascii) ? builder_finish(&builder) : NULL;
    return result ? object_value(result) : VALUE_ERROR;
}
Value json_encode_basestring(Value *args) { return encode_string(args[1], false); }
Value json_encode_basestring_ascii(Value *args) { return encode_string(args[1], true); }

/* --- values ------------------------------------------------------------------------------------------------ */

static bool add_value(Encoder *encoder, StrBuilder *builder, Value v, Value level);

static bool add_text(StrBuilder *builder, Value text) {
    if (!is_str(text)) {
        raise_error(&TypeError, "encoder() must return a string, not %T", text);
        return false;
    }
    return builder_add(builder, as_str(text));
}

static bool add_encoded(Encoder *encoder, StrBuilder *builder, Value text) {
    if (encoder->quick != ENCODE_ANY)
        return add_string(builder, as_str(text), encoder->quick == ENCODE_ASCII);
    Value encoded = call_1(encoder->encode, text);
    return !is_error(encoded) && add_text(builder, encoded);
}

/* The text of a float or int, subclasses' own repr ignored. */
static Str *number_text(Encoder *encoder, Value v) {
    if (is_int(v)) return int_to_str(int_exact(v), 10);
    double number = float_of(v);
    if (isfinite(number)) return float_repr(number);
    if (!encoder->allow_nan) {
        raise_error(&ValueError, "Out of range float values are not JSON compliant");
        return NULL;
    }
    return str_from_c(isnan(number) ? "NaN" : number > 0 ? "Infinity" : "-Infinity");
}

/* Notes that `v` is being written. Returns its key in the markers, VALUE_EMPTY when there are none,
 * VALUE_ERROR when it is being written already. */
static Value mark(Encoder *encoder, Value v) {
    if (is_none(encoder->markers)) return VALUE_EMPTY;
    Value id = value_id_object(v);
    int present = is_error(id) ? -1 : value_contains(encoder->markers, id);
    if (present > 0) return raise_error(&ValueError, "Circular reference detected");
    if (present < 0 || !set_item(encoder->markers, id, v)) return VALUE_ERROR;
    return id;
}
static bool unmark(Encoder *encoder, Value id) {
    return is_empty(id) || delete_item(encoder->markers, id);
}

/* Item i of a list, as it is now, or of a tuple; VALUE_EMPTY past the end. */
static Value sequence_item(Value v, int64_t i) {
    if (is_list(v)) return list_get(as_list(v), i);
    return i < as_tuple(v)->length ? as_tuple(v)->items[i] : VALUE_EMPTY;
}

static bool add_list(Encoder *encoder, StrBuilder *builder, Value v, Value level) {
    if (is_empty(sequence_item(v, 0))) return builder_add_c(builder, "[]");
    Value id = mark(encoder, v);
    if (is_error(id) || !builder_add_char(builder, '[')) return false;
    for (int64_t i = 0;; i++) {
        Value item = sequence_item(v, i);
        if (is_empty(item)) break;
        if (i && !add_text(builder, encoder->item_separator)) return false;
        if (!add_value(encoder, builder, item, level)) return false;
    }
    return unmark(encoder, id) && builder_add_char(builder, ']');
}

/* A key as text; VALUE_EMPTY: to be skipped. */
static Value key_text(Encoder *encoder, Value key) {
    if (is_str(key)) return key;
    const char *word = is_true(key) ? "true" : is_false(key) ? "false" : is_none(key) ? "null" : NULL;
    if (word) return object_value(str_intern_c(word));
    if (is_float(key) || is_int(key)) {
        Str *text = number_text(encoder, key);
        return text ? object_value(text) : VALUE_ERROR;
    }
    if (encoder->skip_keys) return VALUE_EMPTY;
    return raise_error(&TypeError, "keys must be str, int, float, bool or None, not %T", key);
}

static bool add_members(Encoder *encoder, StrBuilder *builder, List *items, Value level) {
    bool first = true;
    for (int64_t i = 0;; i++) {
        Value item = list_get(items, i);
        if (is_empty(item)) return true;
        if (!is_tuple(item) || as_tuple(item)->length != 2) {
            raise_error(&ValueError, "items must return 2-tuples");
            return false;
        }
        Value key = key_text(encoder, as_tuple(item)->items[0]);
        if (is_error(key)) return false;
        if (is_empty(key)) continue;
        if (!first && !add_text(builder, encoder->item_separator)) return false;
        first = false;
        if (!add_encoded(encoder, builder, key) || !add_text(builder, encoder->key_separator) ||
            !add_value(encoder, builder, as_tuple(item)->items[1], level))
            return false;
    }
}

static bool add_dict(Encoder *encoder, StrBuilder *builder, Value v, Value level) {
    if (dict_length(as_dict(v)) == 0) return builder_add_c(builder, "{}");
    Value id = mark(encoder, v);
    if (is_error(id) || !builder_add_char(builder, '{')) return false;
    List *items;
    if (is_exactly(v, &dict_type)) {
        items = dict_items_list(as_dict(v));
    } else {
        Value view = call_method_0(v, "items");
        items = is_error(view) ? NULL : list_from_iterable(view);
    }
    if (!items || (encoder->sort_keys && !list_sort(items, VALUE_NONE, false))) return false;
    return add_members(encoder, builder, items, level) && unmark(encoder, id) &&
           builder_add_char(builder, '}');
}

static bool add_fallback(Encoder *encoder, StrBuilder *builder, Value v, Value level) {
    Value id = mark(encoder, v);
    if (is_error(id)) return false;
    Value replacement = call_1(encoder->fallback, v);
    return !is_error(replacement) && add_value(encoder, builder, replacement, level) &&
           unmark(encoder, id);
}

static bool add_value(Encoder *encoder, StrBuilder *builder, Value v, Value level) {
    if (is_str(v)) return add_encoded(encoder, builder, v);
    if (is_none(v)) return builder_add_c(builder, "null");
    if (is_true(v)) return builder_add_c(builder, "true");
    if (is_false(v)) return builder_add_c(builder, "false");
    if (is_int(v) || is_float(v)) {
        Str *text = number_text(encoder, v);
        return text && builder_add(builder, text);
    }
    if (!stack_enter(" while encoding a JSON object")) return false;
    bool ok = is_list(v) || is_tuple(v) ? add_list(encoder, builder, v, level)
              : is_dict(v)              ? add_dict(encoder, builder, v, level)
                                        : add_fallback(encoder, builder, v, level);
    stack_leave();
    return ok;
}

/* --- the encoder object ---------------------------------------------------------------------------------------- */

static void encoder_trace(Cell *cell, Marker *marker) {
    Encoder *self = (Encoder *)cell;
    marker_visit(marker, self->markers);
    marker_visit(marker, self->fallback);
    marker_visit(marker, self->encode);
    marker_visit(marker, self->indent);
    marker_visit(marker, self->key_separator);
    marker_visit(marker, self->item_separator);
}

/* Is it one of this module's functions? */
static bool is_function(Value v, NativeCode code) {
    return is_exactly(v, &native_function_type) && OBJECT_AS(NativeFunction, v)->code == code;
}

static Value encoder_new(Type *type, Value *args, size_t count, Tuple *names) {
    static const char signature[] = "(markers, default, encoder, indent, key_separator, "
                                    "item_separator, sort_keys, skipkeys, allow_nan)";
    static Signature *parsed;
    Value bound[9];
    if (!bind_arguments("make_encoder", signature, &parsed, args, count, names, bound))
        return VALUE_ERROR;
    if (!is_none(bound[0]) && !is_dict(bound[0]))
        return raise_error(&TypeError, "make_encoder() argument 1 must be dict or None, not %T", bound[0]);
    for (int i = 4; i <= 5; i++)
        if (!is_str(bound[i]))
            return raise_error(&TypeError, "make_encoder() argument %d must be str, not %T", i + 1,
                               bound[i]);
    int sort_keys = value_truth(bound[6]);
    int skip_keys = sort_keys < 0 ? -1 : value_truth(bound[7]);
    int allow_nan = skip_keys < 0 ? -1 : value_truth(bound[8]);
    if (allow_nan < 0) return VALUE_ERROR;
    Encoder *self = object_alloc_instance(type, sizeof(Encoder));
    if (!self) return VALUE_ERROR;
    heap_store_relaxed(self, &self->markers, bound[0]);
    heap_store_relaxed(self, &self->fallback, bound[1]);
    heap_store_relaxed(self, &self->encode, bound[2]);
    heap_store_relaxed(self, &self->indent, bound[3]);
    heap_store_relaxed(self, &self->key_separator, bound[4]);
    heap_store_relaxed(self, &self->item_separator, bound[5]);
    self->sort_keys = sort_keys;
    self->skip_keys = skip_keys;
    self->allow_nan = allow_nan;
    self->quick = is_function(bound[2], json_encode_basestring_ascii) ? ENCODE_ASCII
                  : is_function(bound[2], json_encode_basestring)     ? ENCODE_PLAIN
                                                                      : ENCODE_ANY;
    return object_value(self);
}

static Value encoder_call(Value self, Value *args, size_t count, Tuple *names) {
    static const char signature[] = "(obj, _current_indent_level)";
    static Signature *parsed;
    Value bound[2];
    if (!bind_arguments("_iterencode", signature, &parsed, args, count, names, bound))
        return VALUE_ERROR;
    StrBuilder builder;
    builder_init(&builder);
    if (!add_value(OBJECT_AS(Encoder, self), &builder, bound[0], bound[1])) return VALUE_ERROR;
    Str *text = builder_finish(&builder);
    Tuple *result = text ? tuple_pack(1, object_value(text)) : NULL;
    return result ? object_value(result) : VALUE_ERROR;
}

static const MemberDef encoder_members[] = {
    {"markers", MEMBER_VALUE, offsetof(Encoder, markers), MEMBER_READONLY, NULL},
    {"default", MEMBER_VALUE, offsetof(Encoder, fallback), MEMBER_READONLY, NULL},
    {"encoder", MEMBER_VALUE, offsetof(Encoder, encode), MEMBER_READONLY, NULL},
    {"indent", MEMBER_VALUE, offsetof(Encoder, indent), MEMBER_READONLY, NULL},
    {"key_separator", MEMBER_VALUE, offsetof(Encoder, key_separator), MEMBER_READONLY, NULL},
    {"item_separator", MEMBER_VALUE, offsetof(Encoder, item_separator), MEMBER_READONLY, NULL},
    {"sort_keys", MEMBER_BOOL8, offsetof(Encoder, sort_keys), MEMBER_READONLY, NULL},
    {"skipkeys", MEMBER_BOOL8, offsetof(Encoder, skip_keys), MEMBER_READONLY, NULL},
    {0},
};

Type json_encoder_type = {
    .name = "_json.Encoder",
    .doc = "Writes JSON: called with a value and a level, returns a tuple of texts.",
    .base = &object_type_object,
    .flags = TYPE_BASE | TYPE_IMMUTABLE,
    .size = sizeof(Encoder),
    .root = {.cell_kind = {.trace = encoder_trace, .name = "_json.Encoder"}},
    .call = encoder_call,
    .getattribute = object_getattribute,
    .new_instance = encoder_new,
    .members = encoder_members,
};

/* --- the module --------------------------------------------------------------------------------------------------- */

static const MethodDef functions[] = {
    METHOD("scanstring", json_scanstring, "($module, string, end, strict=True, /)",
           "Read a JSON string whose first character is at end: (text, position behind it)."),
    METHOD("encode_basestring", json_encode_basestring, "($module, string, /)",
           "A str as a JSON string."),
    METHOD("encode_basestring_ascii", json_encode_basestring_ascii, "($module, string, /)",
           "A str as a JSON string of ASCII characters."),
    {0},
};

static bool init(Module *module) {
    type_ready(&json_scanner_type);
    type_ready(&json_encoder_type);
    return module_add(module, "make_scanner", object_value(&json_scanner_type)) &&
           module_add(module, "make_encoder", object_value(&json_encoder_type));
}

const NativeModule module__json = {
    .name = "_json",
    .doc = "Reading and writing JSON: what the package json has in C.",
    .functions = functions,
    .init = init,
};
