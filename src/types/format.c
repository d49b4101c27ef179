/* format.c - format(number, spec).
 *
 * A number is laid out as
 *     left padding, sign, prefix, inner padding, grouped digits, decimal point, rest, right padding
 * where the rest is the fraction with the exponent and a per cent sign, or "inf" and "nan". Zero
 * padding counts as digits: it is grouped with them. */
#include "types/format.h"

#include <limits.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include "base/number.h"
#include "types/bytes.h"
#include "types/exception.h"
#include "types/float.h"
#include "types/int.h"
#include "types/unicode.h"

/* --- parsing -------------------------------------------------------------------------------------- */

static bool is_align(uint32_t c) { return c == '<' || c == '>' || c == '=' || c == '^'; }

/* Reads decimal digits at *position; -1 when there are none, -2 with ValueError. */
static int64_t parse_digits(const Str *spec, int64_t *position) {
    int64_t value = 0;
    int64_t start = *position;
    for (; *position < spec->length; ++*position) {
        uint32_t c = str_at(spec, *position);
        int digit = c < 0x80 ? (int)c - '0' : unicode_decimal(c);
        if (digit < 0 || digit > 9) break;
        if (value > (INT64_MAX - digit) / 10) {
            raise_error(&ValueError, "Too many decimal digits in format string");
            return -2;
        }
        value = value * 10 + digit;
    }
    return *position == start ? -1 : value;
}

static bool parse_thousands(const Str *spec, int64_t *position, FormatSpec *out) {
    uint32_t c = *position < spec->length ? str_at(spec, *position) : 0;
    if (c == ',') {
        out->thousands = ',';
        c = ++*position < spec->length ? str_at(spec, *position) : 0;
    }
    bool both = false;
    if (c == '_') {
        both = out->thousands != 0;
        out->thousands = '_';
        c = ++*position < spec->length ? str_at(spec, *position) : 0;
    }
    if (both || (c == ',' && out->thousands == '_')) {
        raise_error(&ValueError, "Cannot specify both ',' and '_'.");
        return false;
    }
    return true;
}

static bool check_thousands_type(const FormatSpec *spec) {
    switch (spec->type) {
    case 'd': case 'e': case 'f': case 'g': case 'E': case 'G': case '%': case 'F': case 0:
        return true;
    case 'b': case 'o': case 'x': case 'X':
        if (spec->thousands == '_') return true;
        break;
    default: break;
    }
    if (spec->type > 32 && spec->type < 128)
        raise_error(&ValueError, "Cannot specify '%c' with '%c'.", (int)spec->thousands,
                    (int)spec->type);
    else
        raise_error(&ValueError, "Cannot specify '%c' with '\\x%x'.", (int)spec->thousands,
                    (unsigned)spec->type);
    return false;
}

/* The frequent specs, [[fill]align][0][width][,][.precision][type] in ASCII, of at most SHORT_SPEC
 * characters (so no number is too large). False: another one, or a wrong one. */
enum { SHORT_SPEC = 16 };
static bool parse_short(const Str *spec, uint32_t default_align, FormatSpec *out) {
    if (!str_is_ascii(spec) || spec->length > SHORT_SPEC) return false;
    const uint8_t *p = spec->data, *end = p + spec->length;
    if (spec->length >= 2 && is_align(p[1])) {
        out->fill = p[0];
        out->align = p[1];
        out->fill_given = out->align_given = true;
        p += 2;
    } else if (is_align(*p)) {
        out->align = *p++;
        out->align_given = true;
    }
    if (p < end && *p == '0' && !out->fill_given) {
        out->fill = '0';
        if (!out->align_given && default_align == '>') out->align = '=';
        p++;
    }
    if (p < end && *p >= '0' && *p <= '9') {
        out->width = 0;
        for (; p < end && *p >= '0' && *p <= '9'; p++) out->width = out->width * 10 + (*p - '0');
    }
    if (p < end && *p == ',') {
        out->thousands = ',';
        p++;
    }
    if (p < end && *p == '.') {
        if (++p == end || *p < '0' || *p > '9') return false;
        out->precision = 0;
        for (; p < end && *p >= '0' && *p <= '9'; p++) out->precision = out->precision * 10 + (*p - '0');
    }
    if (p < end && ((*p >= 'a' && *p < 'z') || (*p >= 'A' && *p <= 'Z') || *p == '%')) out->type = *p++;
    return p == end && (!out->thousands || out->type == 'd' || out->type == 'f' || out->type == 0);
}

bool format_parse(const Str *spec, const char *type_name, uint32_t default_type,
                  uint32_t default_align, FormatSpec *out) {
    FormatSpec start = {.fill = ' ', .align = default_align, .type = default_type, .width = -1,
                        .precision = -1};
    *out = start;
    if (parse_short(spec, default_align, out)) return true;
    *out = start;
    int64_t position = 0, length = spec->length;
#define AT(c) (position < length && str_at(spec, position) == (c))
    if (length >= 2 && is_align(str_at(spec, 1))) {
        out->fill = str_at(spec, 0);
        out->align = str_at(spec, 1);
        out->fill_given = out->align_given = true;
        position = 2;
    } else if (length >= 1 && is_align(str_at(spec, 0))) {
        out->align = str_at(spec, 0);
        out->align_given = true;
        position = 1;
    }
    if (AT('+') || AT('-') || AT(' ')) out->sign = str_at(spec, position++);
    if (AT('z')) {
        out->no_negative_zero = true;
        position++;
    }
    if (AT('#')) {
        out->alternate = true;
        position++;
    }
    if (!out->fill_given && AT('0')) {
        out->fill = '0';
        if (!out->align_given && default_align == '>') out->align = '=';
        position++;
    }
    out->width = parse_digits(spec, &position);
    if (out->width == -2 || !parse_thousands(spec, &position, out)) return false;
    if (AT('.')) {
        position++;
        out->precision = parse_digits(spec, &position);
        if (out->precision == -2) return false;
        if (out->precision == -1) {
            raise_error(&ValueError, "Format specifier missing precision");
            return false;
        }
    }
#undef AT
    if (length - position > 1) {
        raise_error(&ValueError, "Invalid format specifier '%U' for object of type '%s'", spec,
                    type_name);
        return false;
    }
    if (length - position == 1) out->type = str_at(spec, position);
    return out->thousands == 0 || check_thousands_type(out);
}

Value format_unknown_type(uint32_t type, const char *type_name) {
    if (type > 32 && type < 128)
        return raise_error(&ValueError, "Unknown format code '%c' for object of type '%s'",
                           (int)type, type_name);
    return raise_error(&ValueError, "Unknown format code '\\x%x' for object of type '%s'",
                       (unsigned)type, type_name);
}

/* How `padding` characters are shared out; '=' gives `inner`. */
static void split_padding(uint32_t align, int64_t padding, int64_t *left, int64_t *inner,
                          int64_t *right) {
    *left = *inner = *right = 0;
    if (padding <= 0) return;
    switch (align) {
    case '<': *right = padding; break;
    case '^':
        *left = padding / 2;
        *right = padding - *left;
        break;
    case '=': *inner = padding; break;
    default: *left = padding; break;
    }
}

bool format_add_padded(StrBuilder *builder, const FormatSpec *spec, const Str *text) {
    int64_t left, inner, right;
    split_padding(spec->align, spec->width - text->length, &left, &inner, &right);
    return builder_add_fill(builder, spec->fill, left + inner) && builder_add(builder, text) &&
           builder_add_fill(builder, spec->fill, right);
}

/* --- grouping ---------------------------------------------------------------------------------------- */

/* How digits are grouped: as localeconv() tells it. */
typedef struct Grouping {
    const char *sizes;  /* group sizes from the right; the last repeats, CHAR_MAX ends; "": none */
    Str *separator;     /* NULL: none */
    Str *decimal_point; /* NULL: "." */
} Grouping;

static bool grouping_of(const FormatSpec *spec, Grouping *grouping) {
    *grouping = (Grouping){.sizes = ""};
    if (spec->type == 'n') {
        const struct lconv *conventions = localeconv();
        grouping->sizes = conventions->grouping;
        grouping->separator = str_from_os_text(conventions->thousands_sep,
                                               strlen(conventions->thousands_sep));
        grouping->decimal_point = str_from_os_text(conventions->decimal_point,
                                                   strlen(conventions->decimal_point));
        return grouping->separator && grouping->decimal_point;
    }
    if (spec->thousands == 0) return true;
    bool by_four = spec->type == 'b' || spec->type == 'o' || spec->type == 'x' || spec->type == 'X';
    grouping->sizes = by_four ? "\4" : "\3";
    grouping->separator = str_from_char(spec->thousands);
    return grouping->separator != NULL;
}

/* The digits with zeros before them up to `min_width` characters and separators between the groups,
 * backwards, in a heap cell. */
static uint32_t *group_digits(const char *digits, int64_t count, int64_t min_width,
                              const Grouping *grouping, int64_t *length_out) {
    int64_t separator_length = grouping->separator ? grouping->separator->length : 0;
    int64_t room = (max_int64(count, min_width) + 1) * (1 + separator_length);
    Bytes *bytes = bytes_new(room * (int64_t)sizeof(uint32_t) + 4);
    if (!bytes) return NULL;
    uint32_t *out = (uint32_t *)align_up((uintptr_t)bytes->data, 4);
    const char *size = grouping->sizes;
    int64_t length = 0, group = 0, remaining = count;
    for (bool first = true;; first = false) {
        if (*size != '\0') group = *size == CHAR_MAX ? INT64_MAX : *size++;
        else if (first) group = INT64_MAX;
        int64_t take = min_int64(group, max_int64(max_int64(remaining, min_width), 1));
        if (!first)
            for (int64_t i = separator_length - 1; i >= 0; i--)
                out[length++] = str_at(grouping->separator, i);
        for (int64_t i = 0; i < take; i++) {
            if (remaining > 0) out[length++] = (uint32_t)digits[--remaining];
            else out[length++] = '0';
        }
        min_width -= take;
        if (remaining <= 0 && min_width <= 0) break;
        min_width -= separator_length;
    }
    *length_out = length;
    return out;
}

/* --- laying out ------------------------------------------------------------------------------------------ */

typedef struct NumberText {
    bool negative;
    const char *prefix;  /* "0x" or "" */
    const char *digits;  /* the whole part */
    int64_t digit_count;
    bool has_point;
    const char *rest;    /* what follows the point, or all that is not digits */
    int64_t rest_count;
    uint32_t character;  /* for 'c': stands for the rest when not 0xFFFFFFFF */
} NumberText;
#define NO_CHARACTER UINT32_MAX

/* Divides a text such as "12.5e+10", "-inf" or "007%" into its parts. */
static NumberText split_number(const char *text, size_t length) {
    NumberText number = {.prefix = "", .character = NO_CHARACTER};
    const char *end = text + length;
    if (text < end && *text == '-') {
        number.negative = true;
        text++;
    }
    number.digits = text;
    while (text < end && *text >= '0' && *text <= '9') text++;
    number.digit_count = text - number.digits;
    if (text < end && *text == '.') {
        number.has_point = true;
        text++;
    }
    number.rest = text;
    number.rest_count = end - text;
    return number;
}

/* The number as a text at once, where nothing is grouped and all is ASCII; NULL: not such a one. */
static Str *plain_number(const FormatSpec *spec, const NumberText *number, const Grouping *grouping,
                         bool *failed) {
    *failed = false;
    if (grouping->separator || grouping->decimal_point || spec->fill >= 0x80 ||
        number->character != NO_CHARACTER)
        return NULL;
    char sign = number->negative ? '-' : spec->sign == '+' || spec->sign == ' ' ? (char)spec->sign : 0;
    int64_t prefix = number->prefix[0] ? 2 : 0;
    int64_t length = (sign != 0) + prefix + number->digit_count + number->has_point + number->rest_count;
    int64_t left, inner, right;
    split_padding(spec->align, spec->width - length, &left, &inner, &right);
    length += left + inner + right;
    if (length == 1) return NULL; /* there is one object for each such character */
    Str *text = str_new_uninitialised(length, 0x7F);
    *failed = text == NULL;
    if (!text) return NULL;
    char *out = text->data;
    if (left > 0) out = (char *)memset(out, (int)spec->fill, (size_t)left) + left;
    if (sign) *out++ = sign;
    if (prefix) out = mempcpy(out, number->prefix, 2);
    if (inner > 0) out = (char *)memset(out, (int)spec->fill, (size_t)inner) + inner;
    out = mempcpy(out, number->digits, (size_t)number->digit_count);
    if (number->has_point) *out++ = '.';
    out = mempcpy(out, number->rest, (size_t)number->rest_count);
    if (right > 0) memset(out, (int)spec->fill, (size_t)right);
    return text;
}

static bool add_number(StrBuilder *builder, const FormatSpec *spec, const NumberText *number,
                       const Grouping *grouping) {
    uint32_t sign = number->negative                             ? '-'
                    : spec->sign == '+' || spec->sign == ' ' ? spec->sign
                                                                 : 0;
    int64_t point_length =
        !number->has_point ? 0 : grouping->decimal_point ? grouping->decimal_point->length : 1;
    int64_t rest_length = number->character != NO_CHARACTER ? 1 : number->rest_count;
    int64_t others = (sign != 0) + (int64_t)strlen(number->prefix) + point_length + rest_length;
    int64_t min_width = spec->fill == '0' && spec->align == '=' ? spec->width - others : 0;
    uint32_t *grouped = NULL;
    int64_t zeros = 0, grouped_length = 0;
    if (number->digit_count > 0 && grouping->separator) {
        grouped = group_digits(number->digits, number->digit_count, min_width, grouping,
                               &grouped_length);
        if (!grouped) return false;
    } else if (number->digit_count > 0) {
        zeros = max_int64(0, min_width - number->digit_count);
        grouped_length = number->digit_count + zeros;
    }
    int64_t left, inner, right;
    split_padding(spec->align, spec->width - others - grouped_length, &left, &inner, &right);
    if (!builder_add_fill(builder, spec->fill, left)) return false;
    if (sign && !builder_add_char(builder, sign)) return false;
    if (!builder_add_c(builder, number->prefix)) return false;
    if (!builder_add_fill(builder, spec->fill, inner)) return false;
    if (grouped) {
        while (grouped_length > 0)
            if (!builder_add_char(builder, grouped[--grouped_length])) return false;
    } else if (!builder_add_fill(builder, '0', zeros) ||
               !builder_add_ascii(builder, number->digits, (size_t)number->digit_count)) {
        return false;
    }
    if (point_length > 0 && !(grouping->decimal_point ? builder_add(builder, grouping->decimal_point)
                                                      : builder_add_char(builder, '.')))
        return false;
    if (number->character != NO_CHARACTER) {
        if (!builder_add_char(builder, number->character)) return false;
    } else if (!builder_add_ascii(builder, number->rest, (size_t)number->rest_count)) {
        return false;
    }
    return builder_add_fill(builder, spec->fill, right);
}

static Value finish(StrBuilder *builder) {
    Str *text = builder_finish(builder);
    return text ? object_value(text) : VALUE_ERROR;
}

static Value number_value(const FormatSpec *spec, const NumberText *number, const Grouping *grouping) {
    bool failed;
    Str *plain = plain_number(spec, number, grouping, &failed);
    if (plain || failed) return value_or_error(plain);
    StrBuilder builder;
    builder_init(&builder);
    return add_number(&builder, spec, number, grouping) ? finish(&builder) : VALUE_ERROR;
}

/* --- float --------------------------------------------------------------------------------------------------- */

/* Where the text of a number is made, unless it is too long. */
#define TEXT_ROOM 120
typedef struct TextRoom {
    char text[TEXT_ROOM];
} TextRoom;

/* number_format_double() into `room` or a heap cell; NULL: MemoryError. The byte behind the text may be
 * overwritten. */
static char *double_text(TextRoom *room, double d, char format, int precision, unsigned flags,
                         size_t *length) {
    *length = number_format_double(room->text, TEXT_ROOM, d, format, precision, flags);
    if (likely(*length < TEXT_ROOM)) return room->text;
    for (size_t size = *length + 1;;) {
        Bytes *bytes = bytes_new((int64_t)size);
        if (!bytes) return NULL;
        *length = number_format_double((char *)bytes->data, size, d, format, precision, flags);
        if (*length < size) return (char *)bytes->data;
        size = *length + 1;
    }
}

/* Drops the zeros at the end of a mantissa "d.ddd", and the point with them. */
static void strip_mantissa(char *text, size_t *length) {
    char *exponent = strpbrk(text, "eE");
    if (!memchr(text, '.', (size_t)(exponent - text))) return;
    char *p = exponent;
    while (p[-1] == '0') p--;
    if (p[-1] == '.') p--;
    memmove(p, exponent, *length - (size_t)(exponent - text) + 1);
    *length -= (size_t)(exponent - p);
}

/* 'g' that always shows a float as one: ".0" behind whole numbers, and an exponent when that would
 * show a digit more than `precision`. */
static char *general_float_text(TextRoom *room, double d, int precision, unsigned flags, size_t *length) {
    if (precision == 0) precision = 1;
    if (isfinite(d)) {
        char *text = double_text(room, d, 'e', precision - 1, flags & ~(unsigned)NUMBER_ADD_DOT_0, length);
        if (!text) return NULL;
        if (atoi(strchr(text, 'e') + 1) == precision - 1) {
            if (!(flags & NUMBER_ALTERNATE)) strip_mantissa(text, length);
            return text;
        }
    }
    return double_text(room, d, 'g', precision, flags, length);
}

static bool is_negative_zero_text(const char *text, size_t length) {
    if (length == 0 || text[0] != '-') return false;
    for (size_t i = 1; i < length && text[i] != 'e' && text[i] != 'E'; i++)
        if (text[i] != '0' && text[i] != '.') return false;
    return true;
}

/* The text of one float of a spec; `percent` adds the sign. The last byte after it is free. */
static char *float_text(TextRoom *room, double d, const FormatSpec *spec, char type, int default_precision,
                        unsigned flags, size_t *length) {
    if (spec->alternate) flags |= NUMBER_ALTERNATE;
    int64_t precision = spec->precision;
    if (precision > INT_MAX) {
        raise_error(&ValueError, "precision too big");
        return NULL;
    }
    if (precision < 0) precision = default_precision;
    else if (type == 'r') type = 'g';
    char *text;
    if (type == 'g' && (flags & NUMBER_ADD_DOT_0) != 0)
        text = general_float_text(room, d, (int)precision, flags, length);
    else
        text = double_text(room, d, type, (int)precision, flags, length);
    if (text && spec->no_negative_zero && is_negative_zero_text(text, *length)) {
        text++;
        --*length;
    }
    return text;
}

static Value format_float(double d, const FormatSpec *spec, const char *type_name) {
    char type = (char)spec->type;
    int default_precision = 6;
    unsigned flags = 0;
    bool percent = false;
    if (spec->precision > INT_MAX) return raise_error(&ValueError, "precision too big");
    switch (spec->type) {
    case 0:
        type = 'r';
        default_precision = 0;
        flags = NUMBER_ADD_DOT_0;
        break;
    case 'n': type = 'g'; break;
    case '%':
        type = 'f';
        d *= 100;
        percent = true;
        break;
    case 'e': case 'E': case 'f': case 'F': case 'g': case 'G': break;
    default: return format_unknown_type(spec->type, type_name);
    }
    size_t length;
    TextRoom room;
    char *text = float_text(&room, d, spec, type, default_precision, flags, &length);
    if (!text) return VALUE_ERROR;
    if (percent) text[length++] = '%'; /* takes the place of the NUL */
    Grouping grouping;
    if (!grouping_of(spec, &grouping)) return VALUE_ERROR;
    NumberText number = split_number(text, length);
    return number_value(spec, &number, &grouping);
}

Value float_format(Value v, Str *text) {
    if (text->length == 0) {
        if (!is_double(v)) return value_str(v);
        Str *repr = float_repr(double_of(v));
        return repr ? object_value(repr) : VALUE_ERROR;
    }
    FormatSpec spec;
    if (!format_parse(text, type_name_of(v), 0, '>', &spec)) return VALUE_ERROR;
    return format_float(float_of(v), &spec, type_name_of(v));
}

/* --- int ---------------------------------------------------------------------------------------------------------- */

static Value format_character(Value v, const FormatSpec *spec) {
    if (spec->sign)
        return raise_error(&ValueError, "Sign not allowed with integer format specifier 'c'");
    if (spec->alternate)
        return raise_error(&ValueError,
                           "Alternate form (#) not allowed with integer format specifier 'c'");
    int64_t c;
    if (!int_to_int64(v, &c))
        return raise_error(&OverflowError, "Python int too large to convert to C long");
    if (c < 0 || c > 0x10FFFF)
        return raise_error(&OverflowError, "%%c arg not in range(0x110000)");
    NumberText number = {.prefix = "", .digits = "", .rest = "", .character = (uint32_t)c};
    Grouping grouping = {.sizes = ""};
    return number_value(spec, &number, &grouping);
}

/* The digits, in `room` or a heap cell; NULL: ValueError or MemoryError. */
static char *integer_text(TextRoom *room, Value v, int base, bool upper, size_t *length) {
    if (is_smallint(v)) {
        int64_t i = smallint_of(v);
        uint64_t magnitude = (uint64_t)(i < 0 ? -i : i);
        const char *digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
        char *end = room->text + TEXT_ROOM, *p = end;
        if (base == 10) {
            do *--p = (char)('0' + magnitude % 10);
            while ((magnitude /= 10) != 0);
        } else {
            unsigned bits = base == 16 ? 4 : base == 8 ? 3 : 1;
            do *--p = digits[magnitude & (unsigned)(base - 1)];
            while ((magnitude >>= bits) != 0);
        }
        if (i < 0) *--p = '-';
        *length = (size_t)(end - p);
        return p;
    }
    Str *digits = int_to_str(v, base);
    if (!digits) return NULL;
    *length = (size_t)digits->length;
    if (!upper) return digits->data;
    Bytes *copy = bytes_from(digits->data, *length);
    if (!copy) return NULL;
    for (size_t i = 0; i < *length; i++)
        if (copy->data[i] >= 'a' && copy->data[i] <= 'f') copy->data[i] -= 'a' - 'A';
    return (char *)copy->data;
}

static Value format_integer(Value v, const FormatSpec *spec) {
    if (spec->precision != -1)
        return raise_error(&ValueError, "Precision not allowed in integer format specifier");
    if (spec->no_negative_zero)
        return raise_error(&ValueError,
                           "Negative zero coercion (z) not allowed in integer format specifier");
    if (spec->type == 'c') return format_character(v, spec);
    int base = 10;
    const char *prefix = "";
    switch (spec->type) {
    case 'b': base = 2, prefix = "0b"; break;
    case 'o': base = 8, prefix = "0o"; break;
    case 'x': base = 16, prefix = "0x"; break;
    case 'X': base = 16, prefix = "0X"; break;
    default: break;
    }
    Grouping grouping;
    if (!grouping_of(spec, &grouping)) return VALUE_ERROR;
    TextRoom room;
    size_t length;
    char *text = integer_text(&room, v, base, spec->type == 'X', &length);
    if (!text) return VALUE_ERROR;
    NumberText number = {.prefix = spec->alternate ? prefix : "", .negative = text[0] == '-',
                         .rest = "", .character = NO_CHARACTER};
    number.digits = text + number.negative;
    number.digit_count = (int64_t)length - number.negative;
    return number_value(spec, &number, &grouping);
}

Value int_format(Value v, Str *text) {
    if (text->length == 0) {
        if (!is_exact_int(v)) return value_str(v);
        Str *digits = int_to_str(v, 10);
        return digits ? object_value(digits) : VALUE_ERROR;
    }
    const char *type_name = type_name_of(v);
    FormatSpec spec;
    if (!format_parse(text, type_name, 'd', '>', &spec)) return VALUE_ERROR;
    bool overflow;
    double d;
    switch (spec.type) {
    case 'd': case 'b': case 'c': case 'o': case 'x': case 'X': case 'n':
        return format_integer(v, &spec);
    case 'e': case 'E': case 'f': case 'F': case 'g': case 'G': case '%':
        d = int_to_double(v, &overflow);
        if (overflow) return raise_error(&OverflowError, "int too large to convert to float");
        return format_float(d, &spec, type_name);
    default: return format_unknown_type(spec.type, type_name);
    }
}

/* --- complex --------------------------------------------------------------------------------------------------------- */

static Value format_complex(double real, double imaginary, const FormatSpec *spec,
                            const char *type_name) {
    char type = (char)spec->type;
    int default_precision = 6;
    bool parentheses = false, skip_real = false;
    switch (spec->type) {
    case 0:
        type = 'r';
        default_precision = 0;
        skip_real = real == 0.0 && !signbit(real);
        parentheses = !skip_real;
        break;
    case 'n': type = 'g'; break;
    case 'e': case 'E': case 'f': case 'F': case 'g': case 'G': break;
    default: return format_unknown_type(spec->type, type_name);
    }
    if (spec->precision > INT_MAX) return raise_error(&ValueError, "precision too big");
    if (spec->fill == '0')
        return raise_error(&ValueError,
                           "Zero padding is not allowed in complex format specifier");
    if (spec->align == '=')
        return raise_error(&ValueError,
                           "'=' alignment flag is not allowed in complex format specifier");
    size_t real_length, imaginary_length;
    TextRoom real_room, imaginary_room;
    char *real_text = float_text(&real_room, real, spec, type, default_precision, 0, &real_length);
    char *imaginary_text = float_text(&imaginary_room, imaginary, spec, type, default_precision, 0, &imaginary_length);
    Grouping grouping;
    if (!real_text || !imaginary_text || !grouping_of(spec, &grouping)) return VALUE_ERROR;
    FormatSpec part = *spec;
    part.fill = ' ';
    part.align = '<';
    part.width = -1;
    StrBuilder builder;
    builder_init(&builder);
    if (parentheses && !builder_add_char(&builder, '(')) return VALUE_ERROR;
    NumberText number;
    if (!skip_real) {
        number = split_number(real_text, real_length);
        if (!add_number(&builder, &part, &number, &grouping)) return VALUE_ERROR;
        part.sign = '+';
    }
    number = split_number(imaginary_text, imaginary_length);
    if (!add_number(&builder, &part, &number, &grouping)) return VALUE_ERROR;
    if (!builder_add_c(&builder, parentheses ? "j)" : "j")) return VALUE_ERROR;
    Str *text = builder_finish(&builder);
    if (!text) return VALUE_ERROR;
    if (text->length >= spec->width) return object_value(text);
    builder_init(&builder);
    return format_add_padded(&builder, spec, text) ? finish(&builder) : VALUE_ERROR;
}

Value complex_format(Value v, Str *text) {
    if (text->length == 0) return value_str(v);
    FormatSpec spec;
    if (!format_parse(text, type_name_of(v), 0, '>', &spec)) return VALUE_ERROR;
    Complex *z = OBJECT_AS(Complex, v);
    return format_complex(z->real, z->imaginary, &spec, type_name_of(v));
}
