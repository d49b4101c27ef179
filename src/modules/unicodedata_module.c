/* unicodedata_module.c - the module unicodedata: properties of characters.
 *
 * The functions exist twice: for the current version, and as methods of `ucd_3_2_0`, which knows the
 * characters of Unicode 3.2 only. */
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include "types/codec.h"
#include "types/exception.h"
#include "types/float.h"
#include "types/int.h"
#include "types/list.h"
#include "types/module.h"
#include "types/str_methods.h"
#include "types/unicode_normalize.h"

/* A one-character text; `number` is the argument's, 0 when it is the only one. */
static bool character(const char *function, int number, Value v, uint32_t *c) {
    if (is_str(v) && as_str(v)->length == 1) {
        *c = str_at(as_str(v), 0);
        return true;
    }
    if (number)
        raise_error(&TypeError, "%s() argument %d must be a unicode character, not %T", function,
                    number, v);
    else
        raise_error(&TypeError, "%s() argument must be a unicode character, not %T", function, v);
    return false;
}

/* Record 0 is that of unassigned characters. */
static const UnicodeRecord *record_of(uint32_t c, bool old) {
    const UnicodeRecord *r = unicode_record(c);
    return old && !(r->flags & UNICODE_IN_3_2) ? &unicode_records[0] : r;
}

static Value or_default(Value fallback, const char *complaint) {
    return is_empty(fallback) ? raise_error(&ValueError, "%s", complaint) : fallback;
}

static Value decimal(Value *args, bool old) {
    uint32_t c;
    if (!character("decimal", 1, args[0], &c)) return VALUE_ERROR;
    int n = record_of(c, old)->decimal;
    return n >= 0 ? smallint_value(n) : or_default(args[1], "not a decimal");
}

static Value digit(Value *args, bool old) {
    uint32_t c;
    if (!character("digit", 1, args[0], &c)) return VALUE_ERROR;
    int n = record_of(c, old)->digit;
    return n >= 0 ? smallint_value(n) : or_default(args[1], "not a digit");
}

static Value numeric(Value *args, bool old) {
    uint32_t c;
    if (!character("numeric", 1, args[0], &c)) return VALUE_ERROR;
    int i = record_of(c, old)->numeric;
    return i >= 0 ? double_value(unicode_numeric_values[i])
                  : or_default(args[1], "not a numeric character");
}

static Value category(Value *args, bool old) {
    uint32_t c;
    if (!character("category", 0, args[0], &c)) return VALUE_ERROR;
    return str_result(str_from_c(unicode_category_names[record_of(c, old)->category]));
}

static Value bidirectional(Value *args, bool old) {
    uint32_t c;
    if (!character("bidirectional", 0, args[0], &c)) return VALUE_ERROR;
    return str_result(str_from_c(unicode_bidirectional_names[record_of(c, old)->bidirectional]));
}

static Value combining(Value *args, bool old) {
    uint32_t c;
    if (!character("combining", 0, args[0], &c)) return VALUE_ERROR;
    return smallint_value(record_of(c, old)->combining);
}

static Value mirrored(Value *args, bool old) {
    uint32_t c;
    if (!character("mirrored", 0, args[0], &c)) return VALUE_ERROR;
    if (old && c >= 0x0F3A && c <= 0x0F3D) return smallint_value(0); /* mirrored since 4.0 */
    return smallint_value((record_of(c, old)->flags & UNICODE_MIRRORED) != 0);
}

static Value east_asian_width(Value *args, bool old) {
    uint32_t c;
    if (!character("east_asian_width", 0, args[0], &c)) return VALUE_ERROR;
    const char *width = unicode_east_asian_names[unicode_record(c)->east_asian];
    if (record_of(c, old) == &unicode_records[0]) width = "F"; /* Python 3.11's for unassigned */
    bool was_wide = (c >= 0x1100 && c < 0x1160) || c == 0x2329 || c == 0x232A || c >= 0x2E80;
    if (old && *width == 'W' && !was_wide) width = "N"; /* wide since Unicode 9 */
    return str_result(str_from_c(width));
}

static Value decomposition(Value *args, bool old) {
    uint32_t c;
    if (!character("decomposition", 0, args[0], &c)) return VALUE_ERROR;
    const UnicodeDecomposition *d = unicode_decomposition_of(c);
    if (!d || (old && !unicode_is(c, UNICODE_IN_3_2))) return object_value(str_empty());
    StrBuilder out;
    builder_init(&out);
    bool good = builder_add_c(&out, unicode_decomposition_tags[d->tag]);
    for (unsigned i = 0; good && i < d->count; i++) {
        char text[16];
        snprintf(text, sizeof text, "%s%04X", i || d->tag ? " " : "",
                 unicode_decomposition_points[d->offset + i]);
        good = builder_add_c(&out, text);
    }
    return good ? str_result(builder_finish(&out)) : VALUE_ERROR;
}

static bool form_arguments(Value *args, const char *function, NormalizationForm *form) {
    for (int i = 0; i < 2; i++)
        if (!is_str(args[i])) {
            raise_error(&TypeError, "%s() argument %d must be str, not %T", function, i + 1, args[i]);
            return false;
        }
    return as_str(args[1])->length == 0 ? (*form = NORMAL_C, true)
                                        : normalization_form(as_str(args[0]), form);
}

static Value normalize(Value *args, bool old) {
    NormalizationForm form;
    if (!form_arguments(args, "normalize", &form)) return VALUE_ERROR;
    return str_result(unicode_normalize(as_str(args[1]), form, old));
}

static Value is_normalized(Value *args, bool old) {
    NormalizationForm form;
    if (!form_arguments(args, "is_normalized", &form)) return VALUE_ERROR;
    Str *normal = unicode_normalize(as_str(args[1]), form, old);
    return normal ? bool_value(str_equal(normal, as_str(args[1]))) : VALUE_ERROR;
}

static Value name(Value *args, bool old) {
    uint32_t c;
    char text[100];
    if (!character("name", 1, args[0], &c)) return VALUE_ERROR;
    bool known = (!old || unicode_is(c, UNICODE_IN_3_2)) && unicode_name_of(c, text);
    return known ? str_result(str_from_c(text)) : or_default(args[1], "no such name");
}

static Value lookup(Value *args, bool old) {
    if (!is_str(args[0]))
        return raise_error(&TypeError, "lookup() argument must be str, not %T", args[0]);
    size_t length;
    const char *text = str_utf8(as_str(args[0]), &length);
    if (!text) return VALUE_ERROR;
    uint32_t sequence[4] = {0};
    if (length > 256) return raise_error(&KeyError, "name too long");
    int64_t c = unicode_name_lookup(text, length, sequence);
    char own_name[100];
    bool is_known = c >= 0;
    if (old && is_known) /* no aliases, no sequences */
        is_known = !sequence[1] && unicode_is((uint32_t)c, UNICODE_IN_3_2) &&
                   unicode_name_of((uint32_t)c, own_name) && strcasecmp(own_name, text) == 0;
    if (!is_known)
        return raise_error(&KeyError, "undefined character name '%U'", as_str(args[0]));
    if (!sequence[1]) return str_result(str_from_char((uint32_t)c));
    size_t count = 0;
    while (count < 4 && sequence[count]) count++;
    return str_result(str_from_code_points(sequence, count));
}

#define FUNCTIONS(X)                                                                               \
    X(decimal, "chr, default=<unrepresentable>, /)", "Return the decimal value of a character.")  \
    X(digit, "chr, default=<unrepresentable>, /)", "Return the digit value of a character.")      \
    X(numeric, "chr, default=<unrepresentable>, /)", "Return the numeric value of a character.")  \
    X(category, "chr, /)", "Return the general category of a character.")                         \
    X(bidirectional, "chr, /)", "Return the bidirectional class of a character.")                 \
    X(combining, "chr, /)", "Return the canonical combining class of a character.")               \
    X(mirrored, "chr, /)", "Return 1 for a character that is mirrored in bidirectional text.")    \
    X(east_asian_width, "chr, /)", "Return the East Asian width of a character.")                 \
    X(decomposition, "chr, /)", "Return the decomposition mapping of a character.")               \
    X(is_normalized, "form, unistr, /)", "Tell whether a text is in a normal form.")              \
    X(normalize, "form, unistr, /)", "Return the normal form of a text.")                         \
    X(name, "chr, default=<unrepresentable>, /)", "Return the name of a character.")              \
    X(lookup, "name, /)", "Return the character of that name.")

#define WRAPPERS(function, signature, doc)                                                         \
    static Value function##_now(Value *args) { return function(args, false); }                     \
    static Value function##_old(Value *args) { return function(args + 1, true); }
FUNCTIONS(WRAPPERS)

#define NOW(function, signature, doc) STATIC_METHOD(#function, function##_now, "(" signature, doc),
static const MethodDef functions[] = {FUNCTIONS(NOW){0}};

/* Methods: the same parameters behind $self. */
#define OLD(function, signature, doc) METHOD(#function, function##_old, "($self, " signature, doc),
static const MethodDef old_methods[] = {FUNCTIONS(OLD){0}};

static Value version_get(Value self) { return str_result(str_from_c("3.2.0")); }
static const GetSetDef old_getset[] = {
    {"unidata_version", version_get, NULL, "The version of the database."},
    {0},
};

static Type ucd_type = {
    .name = "unicodedata.UCD",
    .doc = "A version of the Unicode Character Database.",
    .size = sizeof(Object),
    .flags = TYPE_NO_NEW,
    .methods = old_methods,
    .getset = old_getset,
};

static bool init(Module *module) {
    Object *old = object_alloc(&ucd_type, sizeof(Object));
    return old && module_add(module, "ucd_3_2_0", object_value(old)) &&
           module_add(module, "UCD", object_value(&ucd_type)) &&
           module_add_str(module, "unidata_version", unicode_version);
}

static Type *const types[] = {&ucd_type, NULL};

const NativeModule module_unicodedata = {
    .name = "unicodedata",
    .doc = "The Unicode Character Database.",
    .functions = functions,
    .types = types,
    .init = init,
};
