/* json_scanner.c - reading JSON (RFC 8259): the scanner of json.decoder.
 *
 * A recursive descent over the code points of a str. Positions are those of code points; errors are
 * json.decoder.JSONDecodeError with the position, or StopIteration(position) where no value begins,
 * which the decoder turns into one. */
#include "modules/json_module.h"
#include "base/number.h"
#include "types/module.h"

typedef struct Scanner {
    Object object; /* all fields are constant */
    bool strict;
    Value object_hook, object_pairs_hook, parse_float, parse_int, parse_constant;
} Scanner;

/* One scan; on the C stack. */
enum { RECENT_KEYS = 32 };
typedef struct Scan {
    Scanner *scanner;
    Str *text;
    int64_t length;
    unsigned kind;
    Dict *keys; /* equal keys become one object */
    Str *recent[RECENT_KEYS]; /* some of them, by length and first and last character; NULL: none */
} Scan;

static ALWAYS_INLINE uint32_t at(const Scan *scan, int64_t i) {
    switch (scan->kind) {
    case 1: return ((const uint8_t *)scan->text->data)[i];
    case 2: return ((const uint16_t *)scan->text->data)[i];
    default: return ((const uint32_t *)scan->text->data)[i];
    }
}
static ALWAYS_INLINE bool is_at(const Scan *scan, int64_t i, uint32_t c) {
    return i < scan->length && at(scan, i) == c;
}
static ALWAYS_INLINE int64_t skip_space(const Scan *scan, int64_t i) {
    for (; i < scan->length; i++) {
        uint32_t c = at(scan, i);
        if (c != ' ' && c != '\n' && c != '\r' && c != '\t') break;
    }
    return i;
}

static Value decode_error(const char *message, Str *text, int64_t position) {
    Value type = import_attribute("json.decoder", "JSONDecodeError");
    if (is_error(type)) return VALUE_ERROR;
    Str *words = str_from_c(message);
    Value error = words ? call_3(type, object_value(words), object_value(text), int_value(position))
                        : VALUE_ERROR;
    return is_error(error) ? VALUE_ERROR : raise_value(error);
}

/* --- strings ------------------------------------------------------------------------------------------- */

/* Four hexadecimal digits; -1 when they are not. */
static int64_t hex4(const Scan *scan, int64_t i) {
    int64_t value = 0;
    for (int64_t end = i + 4; i < end; i++) {
        uint32_t c = at(scan, i);
        if (c >= '0' && c <= '9') value = value << 4 | (c - '0');
        else if ((c | 32) >= 'a' && (c | 32) <= 'f' && c < 128) value = value << 4 | ((c | 32) - 'a' + 10);
        else return -1;
    }
    return value;
}

/* Reads the escape that begins behind the backslash at i - 1; adds it, moves *position behind it. */
static bool scan_escape(const Scan *scan, StrBuilder *builder, int64_t i, int64_t *position) {
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    uint32_t c = at(scan, i);
    if (c != 'u') {
        const char *found = c && c < 128 ? strchr(from, (int)c) : NULL;
        *position = i + 1;
        if (found) return builder_add_char(builder, (uint8_t)to[found - from]);
        decode_error("Invalid \\escape", scan->text, i - 1);
        return false;
    }
    int64_t end = i + 5, code = -1;
    if (end < scan->length) code = hex4(scan, i + 1);
    if (code < 0) {
        decode_error("Invalid \\uXXXX escape", scan->text, end < scan->length ? end - 5 : i);
        return false;
    }
    if (code >= 0xD800 && code < 0xDC00 && end + 6 < scan->length && at(scan, end) == '\\' &&
        at(scan, end + 1) == 'u') {
        int64_t low = hex4(scan, end + 2);
        if (low < 0) {
            decode_error("Invalid \\uXXXX escape", scan->text, end + 1);
            return false;
        }
        if (low >= 0xDC00 && low < 0xE000) {
            code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
            end += 6;
        }
    }
    *position = end;
    return builder_add_char(builder, (uint32_t)code);
}

/* Reads a string whose first character is at `start` (its quote is before). */
static Value scan_string(const Scan *scan, int64_t start, bool strict, int64_t *end) {
    int64_t begin = start - 1, i = start;
    StrBuilder builder;
    bool building = false;
    for (;;) {
        int64_t from = i;
        uint32_t c = 0;
        for (; i < scan->length; i++) {
            c = at(scan, i);
            if (unlikely(c == '"' || c == '\\')) break;
            if (unlikely(c <= 0x1F && strict))
                return decode_error("Invalid control character at", scan->text, i);
        }
        if (i >= scan->length)
            return decode_error("Unterminated string starting at", scan->text, begin);
        if (c == '"' && !building) {
            *end = i + 1;
            Str *plain = str_substring(scan->text, from, i);
            return plain ? object_value(plain) : VALUE_ERROR;
        }
        if (!building) builder_init(&builder);
        building = true;
        if (!builder_add_range(&builder, scan->text, from, i)) return VALUE_ERROR;
        i++;
        if (c == '"') break;
        if (i >= scan->length)
            return decode_error("Unterminated string starting at", scan->text, begin);
        if (!scan_escape(scan, &builder, i, &i)) return VALUE_ERROR;
    }
    *end = i;
    Str *result = builder_finish(&builder);
    return result ? object_value(result) : VALUE_ERROR;
}

Value json_scanstring(Value *args) {
    int64_t start = value_index_int64(args[2], &OverflowError), end;
    if (start == -1 && error_occurred()) return VALUE_ERROR;
    if (!is_str(args[1]))
        return raise_error(&TypeError, "first argument must be a string, not %T", args[1]);
    int strict = is_empty(args[3]) ? 1 : value_truth(args[3]);
    if (strict < 0) return VALUE_ERROR;
    Str *text = as_str(args[1]);
    if (start < 0 || start > text->length) return raise_error(&ValueError, "end is out of bounds");
    Scan scan = {.text = text, .length = text->length, .kind = str_kind(text)};
    Value result = scan_string(&scan, start, strict, &end);
    Tuple *pair = is_error(result) ? NULL : tuple_pack(2, result, int_value(end));
    return pair ? object_value(pair) : VALUE_ERROR;
}

/* --- values ------------------------------------------------------------------------------------------------ */

static Value scan_value(Scan *scan, int64_t i, int64_t *end);

static Value stop_at(int64_t position) { return raise_stop_iteration(int_value(position)); }

static Value scan_array(Scan *scan, int64_t i, int64_t *end) {
    List *list = list_new(0);
    if (!list) return VALUE_ERROR;
    i = skip_space(scan, i);
    if (!is_at(scan, i, ']')) {
        for (;;) {
            Value item = scan_value(scan, i, &i);
            if (is_error(item) || !list_append(list, item)) return VALUE_ERROR;
            i = skip_space(scan, i);
            if (is_at(scan, i, ']')) break;
            if (!is_at(scan, i, ',')) return decode_error("Expecting ',' delimiter", scan->text, i);
            i = skip_space(scan, i + 1);
        }
    }
    *end = i + 1;
    return object_value(list);
}

/* The key whose first character is at `start` if it was met lately, and *end behind its quote; else NULL. */
static Str *recent_key(Scan *scan, int64_t start, int64_t *end, Str ***place) {
    *place = NULL;
    if (scan->kind != 1) return NULL;
    const uint8_t *text = scan->text->data, *first = text + start;
    enum { LONGEST = 24 };
    int64_t limit = min_int64(scan->length - start, LONGEST), length = 0;
    while (length < limit && first[length] != '"' && first[length] != '\\' && first[length] > 0x1F) length++;
    if (length == 0 || length == limit || first[length] != '"') return NULL;
    *end = start + length + 1;
    *place = &scan->recent[(first[0] * 7u + first[length - 1] * 3u + (unsigned)length) % RECENT_KEYS];
    Str *known = **place;
    bool same = known && known->length == length && memcmp(known->data, first, (size_t)length) == 0;
    return same ? known : NULL;
}

static Value scan_key(Scan *scan, int64_t start, int64_t *end) {
    Str **place, *known = recent_key(scan, start, end, &place);
    if (known) return object_value(known);
    Value key = scan_string(scan, start, scan->scanner->strict, end);
    if (!is_error(key)) key = dict_set_default(scan->keys, key, key);
    if (place && is_exact_str(key) && str_kind(as_str(key)) == 1) *place = as_str(key);
    return key;
}

/* One "key": value, at i. */
static bool scan_member(Scan *scan, int64_t i, int64_t *end, Value *key, Value *value) {
    if (!is_at(scan, i, '"')) {
        decode_error("Expecting property name enclosed in double quotes", scan->text, i);
        return false;
    }
    *key = scan_key(scan, i + 1, &i);
    if (is_error(*key)) return false;
    i = skip_space(scan, i);
    if (!is_at(scan, i, ':')) {
        decode_error("Expecting ':' delimiter", scan->text, i);
        return false;
    }
    *value = scan_value(scan, skip_space(scan, i + 1), end);
    return !is_error(*value);
}

static Value scan_object(Scan *scan, int64_t i, int64_t *end) {
    bool as_pairs = !is_none(scan->scanner->object_pairs_hook);
    List *pairs = as_pairs ? list_new(0) : NULL;
    Dict *dict = as_pairs ? NULL : dict_new();
    if (!pairs && !dict) return VALUE_ERROR;
    i = skip_space(scan, i);
    if (!is_at(scan, i, '}')) {
        for (;;) {
            Value key, value;
            if (!scan_member(scan, i, &i, &key, &value)) return VALUE_ERROR;
            if (as_pairs) {
                Tuple *pair = tuple_pack(2, key, value);
                if (!pair || !list_append(pairs, object_value(pair))) return VALUE_ERROR;
            } else if (!dict_set(dict, key, value)) {
                return VALUE_ERROR;
            }
            i = skip_space(scan, i);
            if (is_at(scan, i, '}')) break;
            if (!is_at(scan, i, ',')) return decode_error("Expecting ',' delimiter", scan->text, i);
            i = skip_space(scan, i + 1);
        }
    }
    *end = i + 1;
    if (as_pairs) return call_1(scan->scanner->object_pairs_hook, object_value(pairs));
    if (is_none(scan->scanner->object_hook)) return object_value(dict);
    return call_1(scan->scanner->object_hook, object_value(dict));
}

static int64_t skip_digits(const Scan *scan, int64_t i) {
    while (i < scan->length && at(scan, i) - '0' < 10u) i++;
    return i;
}
static bool digit_at(const Scan *scan, int64_t i) { return skip_digits(scan, i) > i; }

static Value scan_number(Scan *scan, int64_t start, int64_t *end) {
    int64_t i = start;
    bool is_real = false;
    if (is_at(scan, i, '-')) i++;
    if (is_at(scan, i, '0')) i++;
    else if (digit_at(scan, i)) i = skip_digits(scan, i);
    else return stop_at(start);
    if (is_at(scan, i, '.') && digit_at(scan, i + 1)) {
        is_real = true;
        i = skip_digits(scan, i + 1);
    }
    if (is_at(scan, i, 'e') || is_at(scan, i, 'E')) {
        int64_t exponent = i + 1;
        if (is_at(scan, exponent, '-') || is_at(scan, exponent, '+')) exponent++;
        if (digit_at(scan, exponent)) {
            is_real = true;
            i = skip_digits(scan, exponent);
        }
    }
    *end = i;
    if (!is_real && i - start <= 14 && same_value(scan->scanner->parse_int, object_value(&int_type))) {
        int64_t number = 0;
        bool negative = at(scan, start) == '-';
        for (int64_t k = start + negative; k < i; k++) number = number * 10 + (at(scan, k) - '0');
        return smallint_value(negative ? -number : number);
    }
    char room[40];
    if (is_real && (size_t)(i - start) < sizeof room &&
        same_value(scan->scanner->parse_float, object_value(&float_type))) {
        for (int64_t k = start; k < i; k++) room[k - start] = (char)at(scan, k);
        room[i - start] = '\0';
        return double_value_checked(number_parse_double(room, &(char *){NULL}));
    }
    Str *digits = str_substring(scan->text, start, i);
    if (!digits) return VALUE_ERROR;
    return call_1(is_real ? scan->scanner->parse_float : scan->scanner->parse_int,
                  object_value(digits));
}

static bool word_at(const Scan *scan, int64_t i, const char *word) {
    for (; *word; word++, i++)
        if (!is_at(scan, i, (uint8_t)*word)) return false;
    return true;
}

static Value scan_constant(Scan *scan, const char *word, int64_t i, int64_t *end) {
    *end = i + (int64_t)strlen(word);
    return call_1(scan->scanner->parse_constant, object_value(str_intern_c(word)));
}

static Value scan_nested(Scan *scan, int64_t i, int64_t *end) {
    bool array = at(scan, i) == '[';
    if (!stack_enter(array ? " while decoding a JSON array from a unicode string"
                           : " while decoding a JSON object from a unicode string"))
        return VALUE_ERROR;
    Value result = array ? scan_array(scan, i + 1, end) : scan_object(scan, i + 1, end);
    stack_leave();
    return result;
}

static Value scan_value(Scan *scan, int64_t i, int64_t *end) {
    if (i < 0) return raise_error(&ValueError, "idx cannot be negative");
    if (i >= scan->length) return stop_at(i);
    switch (at(scan, i)) {
    case '"': return scan_string(scan, i + 1, scan->scanner->strict, end);
    case '{':
    case '[': return scan_nested(scan, i, end);
    case 'n':
        if (word_at(scan, i, "null")) {
            *end = i + 4;
            return VALUE_NONE;
        }
        break;
    case 't':
        if (word_at(scan, i, "true")) {
            *end = i + 4;
            return VALUE_TRUE;
        }
        break;
    case 'f':
        if (word_at(scan, i, "false")) {
            *end = i + 5;
            return VALUE_FALSE;
        }
        break;
    case 'N':
        if (word_at(scan, i, "NaN")) return scan_constant(scan, "NaN", i, end);
        break;
    case 'I':
        if (word_at(scan, i, "Infinity")) return scan_constant(scan, "Infinity", i, end);
        break;
    case '-':
        if (word_at(scan, i, "-Infinity")) return scan_constant(scan, "-Infinity", i, end);
        break;
    }
    return scan_number(scan, i, end);
}

/* --- the scanner object --------------------------------------------------------------------------------------- */

static void scanner_trace(Cell *cell, Marker *marker) {
    Scanner *self = (Scanner *)cell;
    marker_visit(marker, self->object_hook);
    marker_visit(marker, self->object_pairs_hook);
    marker_visit(marker, self->parse_float);
    marker_visit(marker, self->parse_int);
    marker_visit(marker, self->parse_constant);
}

static Value scanner_new(Type *type, Value *args, size_t count, Tuple *names) {
    static const char signature[] = "(context)";
    static Signature *parsed;
    Value bound[1];
    if (!bind_arguments("make_scanner", signature, &parsed, args, count, names, bound))
        return VALUE_ERROR;
    static const char *const attributes[] = {"strict", "object_hook", "object_pairs_hook",
                                             "parse_float", "parse_int", "parse_constant"};
    Value values[ARRAY_LENGTH(attributes)];
    for (size_t i = 0; i < ARRAY_LENGTH(attributes); i++) {
        values[i] = get_attribute_c(bound[0], attributes[i]);
        if (is_error(values[i])) return VALUE_ERROR;
    }
    int strict = value_truth(values[0]);
    if (strict < 0) return VALUE_ERROR;
    Scanner *self = object_alloc_instance(type, sizeof(Scanner));
    if (!self) return VALUE_ERROR;
    self->strict = strict;
    heap_store_relaxed(self, &self->object_hook, values[1]);
    heap_store_relaxed(self, &self->object_pairs_hook, values[2]);
    heap_store_relaxed(self, &self->parse_float, values[3]);
    heap_store_relaxed(self, &self->parse_int, values[4]);
    heap_store_relaxed(self, &self->parse_constant, values[5]);
    return object_value(self);
}

static Value scanner_call(Value self, Value *args, size_t count, Tuple *names) {
    static const char signature[] = "(string, idx)";
    static Signature *parsed;
    Value bound[2];
    if (!bind_arguments("scan_once", signature, &parsed, args, count, names, bound))
        return VALUE_ERROR;
    if (!is_str(bound[0]))
        return raise_error(&TypeError, "first argument must be a string, not %T", bound[0]);
    int64_t start = value_index_int64(bound[1], &OverflowError), end = 0;
    if (start == -1 && error_occurred()) return VALUE_ERROR;
    Str *text = as_str(bound[0]);
    Dict *keys = dict_new();
    if (!keys) return VALUE_ERROR;
    Scan scan = {.scanner = OBJECT_AS(Scanner, self), .text = text, .length = text->length,
                 .kind = str_kind(text), .keys = keys};
    Value result = scan_value(&scan, start, &end);
    Tuple *pair = is_error(result) ? NULL : tuple_pack(2, result, int_value(end));
    return pair ? object_value(pair) : VALUE_ERROR;
}

static Value scanner_get_strict(Value self) { return bool_value(OBJECT_AS(Scanner, self)->strict); }
static const GetSetDef scanner_getset[] = {{"strict", scanner_get_strict, NULL, NULL}, {0}};
static const MemberDef scanner_members[] = {
    {"object_hook", MEMBER_VALUE, offsetof(Scanner, object_hook), MEMBER_READONLY, NULL},
    {"object_pairs_hook", MEMBER_VALUE, offsetof(Scanner, object_pairs_hook), MEMBER_READONLY, NULL},
    {"parse_float", MEMBER_VALUE, offsetof(Scanner, parse_float), MEMBER_READONLY, NULL},
    {"parse_int", MEMBER_VALUE, offsetof(Scanner, parse_int), MEMBER_READONLY, NULL},
    {"parse_constant", MEMBER_VALUE, offsetof(Scanner, parse_constant), MEMBER_READONLY, NULL},
    {0},
};

Type json_scanner_type = {
    .name = "_json.Scanner",
    .doc = "Reads JSON: called with a text and a position, returns (value, position behind it).",
    .base = &object_type_object,
    .flags = TYPE_BASE | TYPE_IMMUTABLE,
    .size = sizeof(Scanner),
    .root = {.cell_kind = {.trace = scanner_trace, .name = "_json.Scanner"}},
    .call = scanner_call,
    .getattribute = object_getattribute,
    .new_instance = scanner_new,
    .getset = scanner_getset,
    .members = scanner_members,
};
