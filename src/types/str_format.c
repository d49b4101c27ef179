/* str_format.c - str.format, str.format_map, str.__format__, and the parser that `_string` shows.
 *
 *   text    ::= (literal | "{{" | "}}" | field)*
 *   field   ::= "{" [name] ["!" conversion] [":" spec] "}"      spec may contain fields
 *   name    ::= first ("." attribute | "[" index "]")*
 */
#include "types/str_format.h"

#include "types/exception.h"
#include "types/format.h"
#include "types/str_buffer.h"
#include "types/str_methods.h"
#include "types/unicode.h"

static bool value_error(const char *message) {
    raise_error(&ValueError, "%s", message);
    return false;
}

/* --- the parser --------------------------------------------------------------------------------- */

static bool parse_field(FieldParser *p, FormatField *field) {
    const void *data = p->text->data;
    unsigned kind = str_kind(p->text);
    uint32_t c = 0;
    field->present = true;
    field->name_start = p->position;
    bool ended = false;
    while (!ended && p->position < p->end) {
        c = point_read(kind, data, p->position++);
        if (c == '{') return value_error("unexpected '{' in field name");
        if (c == '[')
            while (p->position < p->end && point_read(kind, data, p->position) != ']') p->position++;
        ended = c == '}' || c == ':' || c == '!';
    }
    if (!ended) return value_error("expected '}' before end of string");
    field->name_end = p->position - 1;
    if (c == '}') return true;
    if (c == '!') {
        if (p->position >= p->end)
            return value_error("end of string while looking for conversion specifier");
        field->conversion = point_read(kind, data, p->position++);
        if (p->position < p->end) {
            c = point_read(kind, data, p->position++);
            if (c == '}') return true;
            if (c != ':') return value_error("expected ':' after conversion specifier");
        }
    }
    field->spec_start = p->position;
    for (int depth = 1; p->position < p->end;) {
        c = point_read(kind, data, p->position++);
        if (c == '{') {
            field->spec_has_fields = true;
            depth++;
        } else if (c == '}' && --depth == 0) {
            field->spec_end = p->position - 1;
            return true;
        }
    }
    return value_error("unmatched '{' in format spec");
}

int field_parser_next(FieldParser *p, FormatField *field) {
    *field = (FormatField){0};
    if (p->position >= p->end) return 0;
    const Str *s = p->text;
    unsigned kind = str_kind(s);
    field->literal_start = p->position;
    uint32_t c = 0;
    int64_t position = p->position;
    for (; position < p->end; position++) {
        c = point_read(kind, s->data, position);
        if (c == '{' || c == '}') break;
    }
    field->literal_end = p->position = position;
    if (p->position >= p->end) return 1;
    p->position++;
    bool at_end = p->position >= p->end;
    bool doubled = !at_end && str_at(s, p->position) == c;
    if (c == '}' && !doubled) return value_error("Single '}' encountered in format string") - 1;
    if (at_end) return value_error("Single '{' encountered in format string") - 1;
    if (doubled) {
        field->literal_end++;
        p->position++;
        return 1;
    }
    return parse_field(p, field) ? 1 : -1;
}

/* An index made of decimal digits only: -1: it is none, -2: an exception is set. */
static int64_t parse_index(const Str *s, int64_t start, int64_t end) {
    if (start >= end) return -1;
    int64_t n = 0;
    for (int64_t i = start; i < end; i++) {
        uint32_t c = str_at(s, i);
        int digit = c < 0x80 ? (int)c - '0' : unicode_decimal(c);
        if (digit < 0 || digit > 9) return -1;
        if (n > (INT64_MAX - digit) / 10) {
            value_error("Too many decimal digits in format string");
            return -2;
        }
        n = n * 10 + digit;
    }
    return n;
}

bool field_name_first(FieldName *name, const Str *s, int64_t start, int64_t end) {
    *name = (FieldName){.text = s, .end = end};
    int64_t i = start;
    while (i < end && str_at(s, i) != '.' && str_at(s, i) != '[') i++;
    name->position = i;
    name->part_start = start;
    name->part_end = i;
    name->index = parse_index(s, start, i);
    return name->index != -2;
}

int field_name_next(FieldName *name) {
    const Str *s = name->text;
    if (name->position >= name->end) return 0;
    uint32_t c = str_at(s, name->position++);
    int64_t start = name->position, i = start;
    name->index = -1;
    if (c == '.') {
        name->is_attribute = true;
        while (i < name->end && str_at(s, i) != '.' && str_at(s, i) != '[') i++;
        name->position = i;
    } else if (c == '[') {
        name->is_attribute = false;
        while (i < name->end && str_at(s, i) != ']') i++;
        if (i >= name->end) return value_error("Missing ']' in format string") - 1;
        name->position = i + 1;
        name->index = parse_index(s, start, i);
        if (name->index == -2) return -1;
    } else {
        return value_error("Only '.' or '[' may follow ']' in format field specifier") - 1;
    }
    if (i == start) return value_error("Empty attribute in format string") - 1;
    name->part_start = start;
    name->part_end = i;
    return 1;
}

/* --- formatting --------------------------------------------------------------------------------- */

typedef enum Numbering { NUMBERING_UNKNOWN, NUMBERING_AUTOMATIC, NUMBERING_MANUAL } Numbering;

typedef struct Formatter {
    Tuple *args;  /* NULL for format_map() */
    Value kwargs; /* a mapping, or VALUE_EMPTY */
    Numbering numbering;
    int64_t next_index;
} Formatter;

static bool choose_numbering(Formatter *f, bool automatic) {
    Numbering wanted = automatic ? NUMBERING_AUTOMATIC : NUMBERING_MANUAL;
    if (f->numbering == NUMBERING_UNKNOWN) f->numbering = wanted;
    if (f->numbering == wanted) return true;
    return value_error(automatic ? "cannot switch from manual field specification to automatic "
                                   "field numbering"
                                 : "cannot switch from automatic field numbering to manual field "
                                   "specification");
}

static Value first_value(Formatter *f, FieldName *name) {
    int64_t index = name->index;
    bool automatic = name->part_start == name->part_end;
    if ((automatic || index >= 0) && f->args) {
        if (!choose_numbering(f, automatic)) return VALUE_ERROR;
        if (automatic) index = f->next_index++;
    }
    if (automatic || index >= 0) {
        if (!f->args)
            return raise_error(&ValueError, "Format string contains positional fields");
        if (index >= f->args->length)
            return raise_error(&IndexError,
                               "Replacement index %zd out of range for positional args tuple",
                               (ptrdiff_t)index);
        return f->args->items[index];
    }
    Str *key = str_substring(name->text, name->part_start, name->part_end);
    if (!key) return VALUE_ERROR;
    if (is_empty(f->kwargs)) return raise_key_error(object_value(key));
    return get_item(f->kwargs, object_value(key));
}

static Value field_value(Formatter *f, const Str *text, const FormatField *field) {
    FieldName name;
    if (!field_name_first(&name, text, field->name_start, field->name_end)) return VALUE_ERROR;
    Value v = first_value(f, &name);
    int step;
    while (!is_error(v) && (step = field_name_next(&name)) != 0) {
        if (step < 0) return VALUE_ERROR;
        if (!name.is_attribute && name.index >= 0) {
            v = get_item(v, int_value(name.index));
            continue;
        }
        Str *part = str_substring(text, name.part_start, name.part_end);
        if (!part) return VALUE_ERROR;
        if (name.is_attribute) {
            part = str_intern(part);
            v = part ? get_attribute(v, part) : VALUE_ERROR;
        } else {
            v = get_item(v, object_value(part));
        }
    }
    return v;
}

static Value convert(Value v, uint32_t conversion) {
    switch (conversion) {
    case 0: return v;
    case 'r': return value_repr(v);
    case 's': return value_str(v);
    case 'a': return value_ascii(v);
    default:
        if (conversion > 32 && conversion < 127)
            return raise_error(&ValueError, "Unknown conversion specifier %c", (int)conversion);
        return raise_error(&ValueError, "Unknown conversion specifier \\x%x", conversion);
    }
}

static bool format_range(Formatter *f, StrBuilder *out, const Str *text, int64_t start, int64_t end,
                         int depth) {
    if (depth < 0) return value_error("Max string recursion exceeded");
    FieldParser parser = {text, start, end};
    FormatField field;
    int step;
    while ((step = field_parser_next(&parser, &field)) > 0) {
        if (!builder_add_range(out, text, field.literal_start, field.literal_end)) return false;
        if (!field.present) continue;
        Value v = field_value(f, text, &field);
        if (!is_error(v)) v = convert(v, field.conversion);
        if (is_error(v)) return false;
        Str *spec = NULL;
        if (field.spec_has_fields) {
            StrBuilder inner;
            builder_init(&inner);
            if (!format_range(f, &inner, text, field.spec_start, field.spec_end, depth - 1))
                return false;
            spec = builder_finish(&inner);
            if (!spec) return false;
        } else if (field.spec_end > field.spec_start) {
            spec = str_substring(text, field.spec_start, field.spec_end);
            if (!spec) return false;
        }
        Value shown = !spec && is_exact_str(v) ? v : value_format(v, spec);
        if (is_error(shown) || !builder_add(out, as_str(shown))) return false;
    }
    return step == 0;
}

Str *str_format_fields(Str *format, Tuple *args, Value kwargs) {
    Formatter f = {.args = args, .kwargs = kwargs};
    StrBuilder out;
    builder_init(&out);
    return format_range(&f, &out, format, 0, format->length, 1) ? builder_finish(&out) : NULL;
}

/* --- str.__format__ ----------------------------------------------------------------------------- */

static bool refuse(const char *what) {
    raise_error(&ValueError, "%s not allowed in string format specifier", what);
    return false;
}

static bool check_spec(const FormatSpec *spec) {
    if (spec->type != 's') {
        format_unknown_type(spec->type, "str");
        return false;
    }
    if (spec->sign) return refuse(spec->sign == ' ' ? "Space" : "Sign");
    if (spec->no_negative_zero) return refuse("Negative zero coercion (z)");
    if (spec->alternate) return refuse("Alternate form (#)");
    if (spec->align == '=' && spec->align_given) return refuse("'=' alignment");
    return true;
}

Str *str_format_spec(Str *s, Str *spec_text) {
    if (spec_text->length == 0) return str_exact(s);
    FormatSpec spec;
    if (!format_parse(spec_text, "str", 's', '<', &spec) || !check_spec(&spec)) return NULL;
    if (spec.align == '=') spec.align = '<';
    Str *text = s;
    if (spec.precision >= 0 && spec.precision < s->length) {
        text = str_substring(s, 0, spec.precision);
        if (!text) return NULL;
    }
    if (spec.width <= text->length) return str_exact(text);
    StrBuilder out;
    builder_init(&out);
    return format_add_padded(&out, &spec, text) ? builder_finish(&out) : NULL;
}
