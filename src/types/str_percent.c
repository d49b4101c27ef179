/* str_percent.c - format % arguments, for str and for bytes.
 *
 * A bytes format is treated as text of the characters 0 to 255: what it produces are such characters,
 * which the caller takes as bytes again. */
#include <stdio.h>
#include <string.h>
#include "base/number.h"
#include "types/bytes.h"
#include "types/exception.h"
#include "types/float.h"
#include "types/search.h"
#include "types/str_buffer.h"
#include "types/str_methods.h"

typedef struct Percent {
    const void *data; /* the format */
    unsigned kind;
    int64_t length, position;
    bool is_bytes, is_ascii; /* of the format */
    Value arguments; /* as given */
    Value mapping;   /* VALUE_EMPTY: keys are refused */
    Value current;   /* what is being taken from: the tuple, or one value */
    int64_t count;   /* of a tuple; -1: one value */
    int64_t next;    /* index into it; -2: the value was not taken yet, -1: it was */
    bool used_mapping;
    StrBuilder out;
} Percent;

typedef struct PercentSpec {
    bool left, plus, space, alternate, zero;
    int64_t width, precision; /* precision -1: none */
    uint32_t code;
} PercentSpec;

static bool more(const Percent *p) { return p->position < p->length; }
static uint32_t take(Percent *p) { return point_read(p->kind, p->data, p->position++); }

static Value next_argument(Percent *p) {
    if (p->count < 0 && p->next == -2) {
        p->next = -1;
        return p->current;
    }
    if (p->count >= 0 && p->next < p->count) return as_tuple(p->current)->items[p->next++];
    return raise_error(&TypeError, "not enough arguments for format string");
}

static bool parse_key(Percent *p) {
    if (is_empty(p->mapping)) {
        raise_error(&TypeError, "format requires a mapping");
        return false;
    }
    int64_t start = p->position;
    for (int depth = 1; more(p);) {
        uint32_t c = take(p);
        if (c == '(') depth++;
        if (c != ')' || --depth > 0) continue;
        const char *text = (const char *)p->data + start * p->kind;
        int64_t length = p->position - 1 - start;
        Value key;
        if (p->is_bytes) {
            Bytes *bytes = bytes_from(text, (size_t)length);
            key = bytes ? object_value(bytes) : VALUE_ERROR;
        } else {
            key = str_result(str_from_points(text, p->kind, length));
        }
        if (is_error(key)) return false;
        Value value = get_item(p->mapping, key);
        if (is_error(value)) return false;
        p->current = value;
        p->count = -1;
        p->next = -2;
        p->used_mapping = true;
        return true;
    }
    raise_error(&ValueError, "incomplete format key");
    return false;
}

/* A width or precision: digits, or '*'. */
static bool parse_size(Percent *p, uint32_t *c, int64_t *out, const char *too_big) {
    if (*c == '*') {
        Value v = next_argument(p);
        if (is_error(v)) return false;
        if (!is_int(v)) {
            raise_error(&TypeError, "* wants int");
            return false;
        }
        int64_t n;
        if (!int_to_int64(v, &n) || n > INT32_MAX || n < INT32_MIN) {
            raise_error(&OverflowError, "Python int too large to convert to C %s",
                        too_big[0] == 'w' ? "ssize_t" : "int");
            return false;
        }
        *out = n;
    } else {
        if (*c < '0' || *c > '9') return true;
        int64_t n = *c - '0';
        while (more(p)) {
            *c = take(p);
            if (*c < '0' || *c > '9') {
                *out = n;
                return true;
            }
            n = n * 10 + (*c - '0');
            if (n > INT32_MAX) {
                raise_error(&ValueError, "%s", too_big);
                return false;
            }
        }
    }
    if (!more(p)) {
        raise_error(&ValueError, "incomplete format");
        return false;
    }
    *c = take(p);
    return true;
}

static bool parse_spec(Percent *p, PercentSpec *spec) {
    *spec = (PercentSpec){.precision = -1};
    if (!more(p)) goto incomplete;
    uint32_t c = take(p);
    if (c == '(') {
        if (!parse_key(p)) return false;
        if (!more(p)) goto incomplete;
        c = take(p);
    }
    for (;; c = take(p)) {
        if (c == '-') spec->left = true;
        else if (c == '+') spec->plus = true;
        else if (c == ' ') spec->space = true;
        else if (c == '#') spec->alternate = true;
        else if (c == '0') spec->zero = true;
        else break;
        if (!more(p)) goto incomplete;
    }
    if (!parse_size(p, &c, &spec->width, "width too big")) return false;
    if (spec->width < 0) { /* only '*' gives one */
        spec->left = true;
        spec->width = -spec->width;
    }
    if (c == '.') {
        spec->precision = 0;
        if (!more(p)) goto incomplete;
        c = take(p);
        if (!parse_size(p, &c, &spec->precision, "precision too big")) return false;
        if (spec->precision < 0) spec->precision = 0;
    }
    if (c == 'h' || c == 'l' || c == 'L') {
        if (!more(p)) goto incomplete;
        c = take(p);
    }
    spec->code = c;
    return true;
incomplete:
    raise_error(&ValueError, "incomplete format");
    return false;
}

/* Adds a sign, a prefix and digits in the field. */
static bool add_number(Percent *p, const PercentSpec *spec, bool negative, const char *prefix,
                       const char *digits, size_t length, int64_t zeros) {
    char sign[2] = {negative ? '-' : spec->plus ? '+' : spec->space ? ' ' : 0, 0};
    int64_t total = (int64_t)(strlen(sign) + strlen(prefix) + length) + zeros;
    int64_t fill = spec->width > total ? spec->width - total : 0;
    bool zero_fill = spec->zero && !spec->left;
    return (spec->left || zero_fill || builder_add_fill(&p->out, ' ', fill)) &&
           builder_add_c(&p->out, sign) && builder_add_c(&p->out, prefix) &&
           (!zero_fill || builder_add_fill(&p->out, '0', fill)) &&
           builder_add_fill(&p->out, '0', zeros) && builder_add_ascii(&p->out, digits, length) &&
           (!spec->left || builder_add_fill(&p->out, ' ', fill));
}

static bool is_number(Value v) {
    if (is_int(v) || is_float(v)) return true;
    const Type *type = type_of(v);
    return type->to_int || type->to_float || type->index || is_instance_of(v, &complex_type);
}

static Value integer_argument(Value v, uint32_t code) {
    if (is_int(v)) return int_exact(v);
    bool any_real = code == 'd' || code == 'i' || code == 'u';
    Value n = VALUE_EMPTY;
    if (is_number(v)) {
        n = any_real ? number_int(v) : value_index(v);
        if (is_error(n)) {
            if (!error_clear_if(&TypeError)) return VALUE_ERROR;
            n = VALUE_EMPTY;
        }
    }
    if (!is_empty(n)) return n;
    return raise_error(&TypeError,
                       any_real ? "%%%c format: a real number is required, not %T"
                                : "%%%c format: an integer is required, not %T",
                       (int)code, v);
}

static bool format_integer(Percent *p, const PercentSpec *spec, Value v) {
    Value n = integer_argument(v, spec->code);
    if (is_error(n)) return false;
    int base = spec->code == 'o' ? 8 : spec->code == 'x' || spec->code == 'X' ? 16 : 10;
    size_t length;
    char room[24]; /* 49 bits have up to 17 digits and a sign */
    const char *digits;
    if (is_smallint(n)) {
        int64_t small = smallint_of(n);
        uint64_t magnitude = (uint64_t)(small < 0 ? -small : small);
        char *end = room + sizeof room, *first = end;
        do *--first = "0123456789abcdef"[magnitude % (unsigned)base];
        while ((magnitude /= (unsigned)base) != 0);
        if (small < 0) *--first = '-';
        digits = first;
        length = (size_t)(end - first);
    } else {
        Str *text = int_to_str(n, base);
        digits = text ? str_utf8(text, &length) : NULL;
        if (!digits) return false;
    }
    bool negative = digits[0] == '-';
    if (negative) {
        digits++;
        length--;
    }
    char *upper = NULL;
    if (spec->code == 'X') {
        StrBuffer *copy = str_buffer_new((int64_t)length + 1);
        if (!copy) return false;
        upper = copy->bytes;
        for (size_t i = 0; i < length; i++)
            upper[i] = digits[i] >= 'a' ? (char)(digits[i] - 32) : digits[i];
        digits = upper;
    }
    const char *prefix = "";
    if (spec->alternate)
        prefix = spec->code == 'o' ? "0o" : spec->code == 'x' ? "0x" : spec->code == 'X' ? "0X" : "";
    int64_t zeros = spec->precision > (int64_t)length ? spec->precision - (int64_t)length : 0;
    return add_number(p, spec, negative, prefix, digits, length, zeros);
}

static bool format_float(Percent *p, const PercentSpec *spec, Value v) {
    double d;
    if (!value_to_double(v, &d)) {
        if (p->is_bytes) {
            error_clear();
            raise_error(&TypeError, "float argument required, not %T", v);
        }
        return false;
    }
    int precision = spec->precision < 0 ? 6 : (int)spec->precision;
    char local[128];
    char *text = local;
    unsigned flags = spec->alternate ? NUMBER_ALTERNATE : 0;
    size_t length = number_format_double(local, sizeof local, d, (char)spec->code, precision, flags);
    if (length >= sizeof local) {
        StrBuffer *buffer = str_buffer_new((int64_t)length + 1);
        if (!buffer) return false;
        text = buffer->bytes;
        length = number_format_double(text, length + 1, d, (char)spec->code, precision, flags);
    }
    bool negative = text[0] == '-';
    return add_number(p, spec, negative, "", text + negative, length - negative, 0);
}

static bool add_text(Percent *p, const PercentSpec *spec, const void *data, unsigned kind,
                     int64_t length) {
    int64_t fill = spec->width > length ? spec->width - length : 0;
    return (spec->left || builder_add_fill(&p->out, ' ', fill)) &&
           builder_add_points(&p->out, data, kind, length) &&
           (!spec->left || builder_add_fill(&p->out, ' ', fill));
}

static bool format_text(Percent *p, const PercentSpec *spec, Value text) {
    if (is_error(text)) return false;
    const Str *s = as_str(text);
    int64_t length = s->length;
    if (spec->width <= length && spec->precision < 0) return builder_add(&p->out, s);
    if (spec->precision >= 0 && length > spec->precision) length = spec->precision;
    return add_text(p, spec, s->data, str_kind(s), length);
}

static bool format_bytes(Percent *p, const PercentSpec *spec, Value v) {
    Value made = VALUE_EMPTY;
    if (!has_buffer(v)) {
        made = call_special(v, NAME("__bytes__"), NULL, 0);
        if (is_error(made)) return false;
        if (is_empty(made)) {
            raise_error(&TypeError,
                        "%%b requires a bytes-like object, or an object that implements "
                        "__bytes__, not '%T'", v);
            return false;
        }
        if (!is_bytes(made)) {
            raise_error(&TypeError, "__bytes__ returned non-bytes (type %T)", made);
            return false;
        }
        v = made;
    }
    BufferView view;
    if (!buffer_get(v, &view, BUFFER_SIMPLE)) return false;
    int64_t length = view.length;
    if (spec->precision >= 0 && length > spec->precision) length = spec->precision;
    bool good = add_text(p, spec, view.data, 1, length);
    buffer_release(&view);
    return good;
}

static bool format_character(Percent *p, const PercentSpec *spec, Value v) {
    uint32_t c;
    if (p->is_bytes) {
        bool single = false;
        if (is_bytes(v) && as_bytes(v)->length == 1) {
            c = as_bytes(v)->data[0];
            single = true;
        } else if (is_kind(v, TYPE_BYTEARRAY)) {
            BufferView view;
            if (!buffer_get(v, &view, BUFFER_SIMPLE)) return false;
            single = view.length == 1;
            c = single ? *(uint8_t *)view.data : 0;
            buffer_release(&view);
        }
        if (!single) {
            if (!is_float(v) && has_index(v)) {
                int64_t n = value_index_int64(v, NULL);
                if (n == -1 && error_occurred()) return false;
                if (n < 0 || n > 255) {
                    raise_error(&OverflowError, "%%c arg not in range(256)");
                    return false;
                }
                c = (uint32_t)n;
            } else {
                raise_error(&TypeError,
                            "%%c requires an integer in range(256) or a single byte");
                return false;
            }
        }
    } else if (is_str(v) && as_str(v)->length == 1) {
        c = str_at(as_str(v), 0);
    } else {
        if (is_str(v) || !has_index(v)) {
            raise_error(&TypeError, "%%c requires int or char");
            return false;
        }
        int64_t n = value_index_int64(v, NULL);
        if (n == -1 && error_occurred()) return false;
        if (n < 0 || n > 0x10FFFF) {
            raise_error(&OverflowError, "%%c arg not in range(0x110000)");
            return false;
        }
        c = (uint32_t)n;
    }
    return add_text(p, spec, &c, 4, 1);
}

static bool format_one(Percent *p) {
    PercentSpec spec;
    if (more(p) && point_read(p->kind, p->data, p->position) == '%') {
        p->position++;
        return builder_add_char(&p->out, '%');
    }
    if (!parse_spec(p, &spec)) return false;
    if (p->is_bytes && spec.code == 'i') spec.code = 'd'; /* for messages */
    Value v = next_argument(p);
    if (is_error(v)) return false;
    switch (spec.code) {
    case 's':
        if (p->is_bytes) return format_bytes(p, &spec, v);
        return format_text(p, &spec, is_exact_str(v) ? v : value_str(v));
    case 'b':
        if (p->is_bytes) return format_bytes(p, &spec, v);
        break;
    case 'r': return format_text(p, &spec, p->is_bytes ? value_ascii(v) : value_repr(v));
    case 'a': return format_text(p, &spec, value_ascii(v));
    case 'd': case 'i': case 'u': case 'o': case 'x': case 'X': return format_integer(p, &spec, v);
    case 'e': case 'E': case 'f': case 'F': case 'g': case 'G': return format_float(p, &spec, v);
    case 'c': return format_character(p, &spec, v);
    default: break;
    }
    uint32_t shown = spec.code > 31 && spec.code < 128 ? spec.code : '?';
    raise_error(&ValueError, "unsupported format character '%c' (0x%x) at index %zd", (int)shown,
                spec.code, (ptrdiff_t)(p->position - 1));
    return false;
}

static bool run(Percent *p) {
    while (more(p)) {
        int64_t percent = points_find_char(p->kind, (const char *)p->data + p->position * p->kind,
                                           p->length - p->position, '%', 1);
        int64_t end = percent < 0 ? p->length : p->position + percent;
        const char *literal = (const char *)p->data + p->position * p->kind;
        if (p->is_ascii ? !builder_add_ascii(&p->out, literal, (size_t)(end - p->position))
                        : !builder_add_points(&p->out, literal, p->kind, end - p->position))
            return false;
        p->position = end + 1;
        if (percent < 0) break;
        if (!format_one(p)) return false;
    }
    bool left_over = p->count >= 0 ? p->next < p->count : p->next == -2;
    if (left_over && is_empty(p->mapping)) {
        raise_error(&TypeError, p->is_bytes
                                    ? "not all arguments converted during bytes formatting"
                                    : "not all arguments converted during string formatting");
        return false;
    }
    return true;
}

static void set_arguments(Percent *p, Value arguments) {
    p->arguments = p->current = arguments;
    if (is_tuple(arguments)) {
        p->count = as_tuple(arguments)->length;
        p->next = 0;
    } else {
        p->count = -1;
        p->next = -2;
    }
    bool excluded = is_tuple(arguments) || (p->is_bytes ? is_bytes(arguments) || is_str(arguments) ||
                                                              is_kind(arguments, TYPE_BYTEARRAY)
                                                        : is_str(arguments));
    p->mapping = !excluded && type_of(arguments)->getitem ? arguments : VALUE_EMPTY;
}

Str *str_percent_format(Str *format, Value arguments) {
    Percent p = {.data = format->data, .kind = str_kind(format), .is_ascii = str_is_ascii(format),
                 .length = format->length};
    set_arguments(&p, arguments);
    builder_init(&p.out);
    return run(&p) ? builder_finish(&p.out) : NULL;
}

Str *bytes_percent_format(const uint8_t *data, int64_t length, Value arguments) {
    Percent p = {.data = data, .kind = 1, .length = length, .is_bytes = true};
    set_arguments(&p, arguments);
    builder_init(&p.out);
    return run(&p) ? builder_finish(&p.out) : NULL;
}
