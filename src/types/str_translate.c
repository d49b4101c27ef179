/* str_translate.c - str.translate and str.maketrans. */
#include "types/exception.h"
#include "types/str_buffer.h"
#include "types/str_methods.h"

/* Looks `c` up; VALUE_EMPTY: not in the table. */
static Value translation_of(Value table, uint32_t c) {
    if (is_exactly(table, &dict_type)) return dict_get(as_dict(table), smallint_value(c));
    Value found = get_item(table, smallint_value(c));
    if (is_error(found) && error_clear_if(&LookupError)) return VALUE_EMPTY;
    return found;
}

static bool add_translation(StrBuilder *builder, Value replacement) {
    if (is_none(replacement)) return true;
    if (is_str(replacement)) return builder_add(builder, as_str(replacement));
    if (is_int(replacement)) {
        int64_t point;
        if (!int_to_int64(replacement, &point) || point < 0 || point > 0x10FFFF) {
            raise_error(&ValueError, "character mapping must be in range(0x110000)");
            return false;
        }
        return builder_add_char(builder, (uint32_t)point);
    }
    raise_error(&TypeError, "character mapping must return integer, None or str");
    return false;
}

Value str_translate(Value *args) {
    const Str *s = as_str(args[0]);
    Value table = args[1];
    unsigned kind = str_kind(s);
    /* What the table gave for some characters, by their low bits. Beyond ASCII only a dict is not asked
     * again: a program may see that. */
    Value known[128];
    uint32_t known_for[128];
    memset(known_for, 0xFF, sizeof known_for);
    uint32_t known_limit = is_exactly(table, &dict_type) ? 0x110000 : 128;
    StrBuilder builder;
    builder_init(&builder);
    for (int64_t i = 0; i < s->length; i++) {
        uint32_t c = point_read(kind, s->data, i);
        Value replacement;
        if (known_for[c & 127] == c) {
            replacement = known[c & 127];
        } else {
            replacement = translation_of(table, c);
            if (is_error(replacement)) return VALUE_ERROR;
            if (c < known_limit) {
                known[c & 127] = replacement;
                known_for[c & 127] = c;
            }
        }
        bool good = is_empty(replacement) ? builder_add_char(&builder, c)
                                          : add_translation(&builder, replacement);
        if (!good) return VALUE_ERROR;
    }
    return str_result(builder_finish(&builder));
}

static Value table_from_dict(Dict *from, Dict *table) {
    int64_t position = 0;
    Value key, value;
    while (dict_next(from, &position, &key, &value)) {
        if (is_str(key)) {
            if (as_str(key)->length != 1)
                return raise_error(&ValueError,
                                   "string keys in translate table must be of length 1");
            key = smallint_value(str_at(as_str(key), 0));
        } else if (!is_int(key)) {
            return raise_error(&TypeError, "keys in translate table must be strings or integers");
        }
        if (!dict_set(table, key, value)) return VALUE_ERROR;
    }
    return object_value(table);
}

Value str_maketrans(Value *args) {
    Value x = args[0], y = args[1], z = args[2];
    Dict *table = dict_new();
    if (!table) return VALUE_ERROR;
    if (is_empty(y)) {
        if (!is_exactly(x, &dict_type))
            return raise_error(&TypeError,
                               "if you give only one argument to maketrans it must be a dict");
        return table_from_dict(as_dict(x), table);
    }
    if (!is_str(y))
        return raise_error(&TypeError, "maketrans() argument 2 must be str, not %T", y);
    if (!is_empty(z) && !is_str(z))
        return raise_error(&TypeError, "maketrans() argument 3 must be str, not %T", z);
    if (!is_str(x))
        return raise_error(&TypeError, "first maketrans argument must be a string if there is a "
                                       "second argument");
    if (as_str(x)->length != as_str(y)->length)
        return raise_error(&ValueError, "the first two maketrans arguments must have equal length");
    for (int64_t i = 0; i < as_str(x)->length; i++)
        if (!dict_set(table, smallint_value(str_at(as_str(x), i)),
                      smallint_value(str_at(as_str(y), i))))
            return VALUE_ERROR;
    for (int64_t i = 0; !is_empty(z) && i < as_str(z)->length; i++)
        if (!dict_set(table, smallint_value(str_at(as_str(z), i)), VALUE_NONE)) return VALUE_ERROR;
    return object_value(table);
}
