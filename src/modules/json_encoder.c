/* json_encoder.c - writing JSON (RFC 8259): the encoder of json.encoder.
 *
 * The library asks for it when there is no indentation; modules/library_methods.c has it write the rest, too.
 *
 * A value that contains itself must be told. What is being written, down to a depth, is a short array on
 * the C stack, looked through for each list or dict; what is deeper goes to the dict of markers that the
 * library passes. */
#include "modules/json_module.h"
#include "base/number.h"
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

/* Where the first character that must be escaped is, at or after `i`. */
static int64_t plain_end(const Str *text, int64_t i, bool ascii) {
    unsigned kind = str_kind(text);
    if (kind == 1) {
        const uint8_t *p = text->data;
        for (; i < text->length; i++)
            if (p[i] < ' ' || p[i] == '"' || p[i] == '\\' || (ascii && p[i] >= 127)) break;
        return i;
    }
    for (; i < text->length; i++) {
        uint32_t c = point_read(kind, text->data, i);
        if (c < ' ' || c == '"' || c == '\\' || (ascii && c >= 127)) break;
    }
    return i;
}

/* Writes a str with its quotes; beyond ASCII as escapes, or as it is. */
static bool add_string(StrBuilder *builder, const Str *text, bool ascii) {
    if (!builder_add_char(builder, '"')) return false;
    for (int64_t from = 0;;) {
        int64_t end = plain_end(text, from, ascii);
        if (!builder_add_range(builder, text, from, end)) return false;
        if (end >= text->length) break;
        if (!add_escaped(builder, str_at(text, end))) return false;
        from = end + 1;
    }
    return builder_add_char(builder, '"');
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

/* One call of the encoder; on the C stack. */
enum { ENCLOSING_MAX = 32 };
typedef struct Writing {
    Encoder *encoder;
    StrBuilder out;
    int64_t level; /* of indentation */
    int enclosing_count;
    Value enclosing[ENCLOSING_MAX]; /* what is being written, from outside; what is deeper is in the markers */
} Writing;

static bool add_value(Writing *w, Value v);

static bool add_text(Writing *w, Value text) {
    if (!is_str(text)) {
        raise_error(&TypeError, "encoder() must return a string, not %T", text);
        return false;
    }
    return builder_add(&w->out, as_str(text));
}

static bool add_encoded(Writing *w, Value text) {
    Encoder *encoder = w->encoder;
    if (encoder->quick != ENCODE_ANY)
        return add_string(&w->out, as_str(text), encoder->quick == ENCODE_ASCII);
    Value encoded = call_1(encoder->encode, text);
    return !is_error(encoded) && add_text(w, encoded);
}

/* The text of a float or int, subclasses' own repr ignored. */
static Str *number_text(Encoder *encoder, Value v) {
    if (is_int(v)) return int_to_str(int_exact(v), 10);
    double number = float_of(v);
    if (isfinite(number)) return float_repr(number);
    if (!encoder->allow_nan) {
        if (is_str(encoder->indent)) /* as the library says it then */
            raise_error(&ValueError, "Out of range float values are not JSON compliant: %R", v);
        else raise_error(&ValueError, "Out of range float values are not JSON compliant");
        return NULL;
    }
    return str_from_c(isnan(number) ? "NaN" : number > 0 ? "Infinity" : "-Infinity");
}

static bool add_number(Writing *w, Value v) {
    char room[32];
    if (is_smallint(v)) {
        int64_t small = smallint_of(v);
        uint64_t magnitude = (uint64_t)(small < 0 ? -small : small);
        char *end = room + sizeof room, *first = end;
        do *--first = (char)('0' + magnitude % 10);
        while ((magnitude /= 10) != 0);
        if (small < 0) *--first = '-';
        return builder_add_ascii(&w->out, first, (size_t)(end - first));
    }
    if (is_double(v) && isfinite(double_of(v))) {
        size_t length = number_format_double(room, sizeof room, double_of(v), 'r', 0, NUMBER_ADD_DOT_0);
        return builder_add_ascii(&w->out, room, length);
    }
    Str *text = number_text(w->encoder, v);
    return text && builder_add(&w->out, text);
}

/* Notes that `v` is being written. Gives its key in the markers, VALUE_EMPTY when it is not kept there.
 * False: it is being written already, or another exception. */
static bool mark(Writing *w, Value v, Value *id) {
    Value markers = w->encoder->markers;
    *id = VALUE_EMPTY;
    if (is_none(markers)) return true;
    bool present = false;
    for (int i = 0; i < w->enclosing_count && !present; i++) present = same_value(w->enclosing[i], v);
    bool kept = w->enclosing_count == ENCLOSING_MAX;
    if (!present && (kept || dict_length(as_dict(markers)) > 0)) {
        *id = value_id_object(v);
        int contained = is_error(*id) ? -1 : value_contains(markers, *id);
        if (contained < 0) return false;
        present = contained;
    }
    if (present) {
        raise_error(&ValueError, "Circular reference detected");
        return false;
    }
    if (kept) return set_item(markers, *id, v);
    *id = VALUE_EMPTY;
    w->enclosing[w->enclosing_count++] = v;
    return true;
}
static bool unmark(Writing *w, Value id) {
    if (is_none(w->encoder->markers)) return true;
    if (!is_empty(id)) return delete_item(w->encoder->markers, id);
    w->enclosing_count--;
    return true;
}

/* Begins a line of its own where there is indentation. */
static bool add_line(Writing *w) {
    if (!is_str(w->encoder->indent)) return true;
    if (!builder_add_char(&w->out, '\n')) return false;
    for (int64_t i = 0; i < w->level; i++)
        if (!builder_add(&w->out, as_str(w->encoder->indent))) return false;
    return true;
}
static bool open_bracket(Writing *w, char bracket) {
    w->level++;
    return builder_add_char(&w->out, (uint8_t)bracket) && add_line(w);
}
static bool close_bracket(Writing *w, char bracket) {
    w->level--;
    return add_line(w) && builder_add_char(&w->out, (uint8_t)bracket);
}
static bool add_separator(Writing *w) { return add_text(w, w->encoder->item_separator) && add_line(w); }

/* Item i of a list, as it is now, or of a tuple; VALUE_EMPTY past the end. */
static Value sequence_item(Value v, int64_t i) {
    if (is_list(v)) return list_get(as_list(v), i);
    return i < as_tuple(v)->length ? as_tuple(v)->items[i] : VALUE_EMPTY;
}

/* With indentation the library iterates over what is derived from list and tuple. */
static Value sequence_shown(Writing *w, Value v) {
    if (!is_str(w->encoder->indent) || is_exactly(v, &list_type) || is_exactly(v, &tuple_type)) return v;
    return value_or_error(list_from_iterable(v));
}

static bool add_list(Writing *w, Value v) {
    Value id, items = sequence_shown(w, v);
    if (is_error(items)) return false;
    if (is_empty(sequence_item(items, 0))) return builder_add_c(&w->out, "[]");
    if (!mark(w, v, &id) || !open_bracket(w, '[')) return false;
    for (int64_t i = 0;; i++) {
        Value item = sequence_item(items, i);
        if (is_empty(item)) break;
        if (i && !add_separator(w)) return false;
        if (!add_value(w, item)) return false;
    }
    return unmark(w, id) && close_bracket(w, ']');
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

/* One member; *first: no other was written yet. */
static bool add_member(Writing *w, Value key, Value value, bool *first) {
    key = key_text(w->encoder, key);
    if (is_error(key)) return false;
    if (is_empty(key)) return true;
    if (!*first && !add_separator(w)) return false;
    *first = false;
    return add_encoded(w, key) && add_text(w, w->encoder->key_separator) && add_value(w, value);
}

static bool add_members(Writing *w, List *items) {
    bool first = true;
    for (int64_t i = 0;; i++) {
        Value item = list_get(items, i);
        if (is_empty(item)) return true;
        if (!is_tuple(item) || as_tuple(item)->length != 2) {
            raise_error(&ValueError, "items must return 2-tuples");
            return false;
        }
        if (!add_member(w, as_tuple(item)->items[0], as_tuple(item)->items[1], &first)) return false;
    }
}

static bool add_dict(Writing *w, Value v) {
    bool exact = is_exactly(v, &dict_type);
    Value id;
    if (dict_length(as_dict(v)) == 0) return builder_add_c(&w->out, "{}");
    if (!mark(w, v, &id) || !open_bracket(w, '{')) return false;
    List *items;
    if (exact) {
        items = dict_items_list(as_dict(v));
    } else {
        Value view = call_method_0(v, "items");
        items = is_error(view) ? NULL : list_from_iterable(view);
    }
    if (!items || (w->encoder->sort_keys && !list_sort(items, VALUE_NONE, false))) return false;
    return add_members(w, items) && unmark(w, id) && close_bracket(w, '}');
}

static bool add_fallback(Writing *w, Value v) {
    Value id;
    if (!mark(w, v, &id)) return false;
    Value replacement = call_1(w->encoder->fallback, v);
    return !is_error(replacement) && add_value(w, replacement) && unmark(w, id);
}

static bool add_value(Writing *w, Value v) {
    if (is_str(v)) return add_encoded(w, v);
    if (is_none(v)) return builder_add_c(&w->out, "null");
    if (is_true(v)) return builder_add_c(&w->out, "true");
    if (is_false(v)) return builder_add_c(&w->out, "false");
    if (is_int(v) || is_float(v)) return add_number(w, v);
    if (!stack_enter(" while encoding a JSON object")) return false;
    bool ok = is_list(v) || is_tuple(v) ? add_list(w, v)
              : is_dict(v)              ? add_dict(w, v)
                                        : add_fallback(w, v);
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
    Writing writing = {.encoder = OBJECT_AS(Encoder, self)};
    builder_init(&writing.out);
    if (is_smallint(bound[1])) writing.level = smallint_of(bound[1]);
    if (!add_value(&writing, bound[0])) return VALUE_ERROR;
    Str *text = builder_finish(&writing.out);
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
