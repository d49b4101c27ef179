/* number.c - theory.
 *
 * Shortest digits. A decimal of at most 15 significant digits is recovered from the double nearest
 * to it, so if some such decimal reads back as `value` there is exactly one with 15 digits (after
 * padding by zeros), and stripping its zeros gives the shortest text. The candidate is computed with
 * long double arithmetic and verified exactly: an integer below 2^53 divided or multiplied by a
 * power of ten up to 10^22 rounds once, which is how the reader would round it (Clinger, "How to
 * read floating point numbers accurately", 1990). Values that need 16 or 17 digits go through the C
 * library, which prints and reads exactly.
 *
 * With 16 digits the printed candidate is the one nearest to the value. When the value is a power of
 * two its interval is wider above than below, and a candidate further away, one unit higher, may lie
 * inside while the nearest does not; it is tried too. */
#include "base/number.h"

#include <locale.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static locale_t c_locale;
static pthread_once_t c_locale_once = PTHREAD_ONCE_INIT;

static void make_c_locale(void) {
    c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (c_locale == (locale_t)0) fatal("the C locale is missing");
}

static locale_t get_c_locale(void) {
    pthread_once(&c_locale_once, make_c_locale);
    return c_locale;
}

static const double powers_of_ten[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                       1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                       1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

/* --- reading --------------------------------------------------------------------------------- */

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* "inf", "infinity" or "nan"; 0 when it is none of them, else the length. */
static size_t parse_special(const char *text, double *value) {
    if (strncasecmp(text, "inf", 3) == 0) {
        *value = HUGE_VAL;
        return strncasecmp(text, "infinity", 8) == 0 ? 8 : 3;
    }
    if (strncasecmp(text, "nan", 3) == 0) {
        *value = __builtin_nan("");
        return 3;
    }
    return 0;
}

double number_parse_double(const char *text, char **end) {
    const char *p = text;
    bool negative = *p == '-';
    if (*p == '-' || *p == '+') p++;
    double special;
    size_t special_length = parse_special(p, &special);
    if (special_length > 0) {
        *end = (char *)p + special_length;
        return negative ? -special : special;
    }
    const char *start = p;
    uint64_t mantissa = 0; /* of the first 19 significant digits */
    int significant = 0, exponent = 0, digits = 0;
    bool exact = true;
    for (; is_digit(*p); p++, digits++) {
        if (significant < 19) {
            mantissa = mantissa * 10 + (uint64_t)(*p - '0');
            if (mantissa != 0) significant++;
        } else {
            exact = false;
        }
    }
    if (*p == '.') {
        p++;
        for (; is_digit(*p); p++, digits++) {
            if (significant < 19) {
                mantissa = mantissa * 10 + (uint64_t)(*p - '0');
                if (mantissa != 0) significant++;
                if (exponent > -100000) exponent--;
                else exact = false;
            } else {
                exact = false;
            }
        }
    }
    if (digits == 0) {
        *end = (char *)text;
        return 0.0;
    }
    if (*p == 'e' || *p == 'E') {
        const char *q = p + 1;
        bool negative_exponent = *q == '-';
        if (*q == '-' || *q == '+') q++;
        if (is_digit(*q)) {
            int written = 0;
            for (; is_digit(*q); q++)
                if (written < 1000000) written = written * 10 + (*q - '0');
            exponent += negative_exponent ? -written : written;
            p = q;
        }
    }
    *end = (char *)p;
    double value;
    if (mantissa == 0 && exact) {
        value = 0.0;
    } else if (exact && mantissa < UINT64_C(1) << 53 && exponent >= -22 && exponent <= 22) {
        value = exponent < 0 ? (double)mantissa / powers_of_ten[-exponent]
                             : (double)mantissa * powers_of_ten[exponent];
    } else {
        value = strtod_l(start, NULL, get_c_locale());
    }
    return negative ? -value : value;
}

/* --- shortest digits ---------------------------------------------------------------------------- */

static double read_digits(const char *digits, int point) {
    char text[40];
    snprintf(text, sizeof text, "%se%d", digits, point - (int)strlen(digits));
    return strtod_l(text, NULL, get_c_locale());
}

static void strip_zeros(char *digits) {
    size_t length = strlen(digits);
    while (length > 1 && digits[length - 1] == '0') digits[--length] = '\0';
}

static int digits_from_integer(uint64_t integer, char *digits) {
    char reversed[24];
    int count = 0;
    do {
        reversed[count++] = (char)('0' + integer % 10);
        integer /= 10;
    } while (integer != 0);
    for (int i = 0; i < count; i++) digits[i] = reversed[count - 1 - i];
    digits[count] = '\0';
    return count;
}

/* Values that are decimals of at most 15 digits; false when `value` is not known to be one. */
static bool short_digits(double value, char *digits, int *point) {
    if (value < 1e-7 || value >= 1e22) return false;
    if (value < 0x1p53) {
        uint64_t integer = (uint64_t)value;
        if ((double)integer == value && integer < UINT64_C(1000000000000000)) {
            *point = digits_from_integer(integer, digits);
            strip_zeros(digits);
            return true;
        }
    }
    int exponent;
    frexp(value, &exponent);
    /* 10^(magnitude-1) <= value < 10^magnitude, or one too small. */
    int magnitude = (int)((exponent - 1) * 0.30102999566398120) + (exponent > 0);
    while (magnitude <= 22 && magnitude >= 0 && value >= powers_of_ten[magnitude]) magnitude++;
    int scale = 15 - magnitude;
    if (scale > 22 || scale < -22) return false;
    long double scaled = scale >= 0 ? (long double)value * powers_of_ten[scale]
                                    : (long double)value / powers_of_ten[-scale];
    if (scaled >= 1e15L) return false;
    uint64_t candidate = (uint64_t)(scaled + 0.5L);
    double back = scale >= 0 ? (double)candidate / powers_of_ten[scale]
                             : (double)candidate * powers_of_ten[-scale];
    if (back != value) return false;
    int count = digits_from_integer(candidate, digits);
    *point = count - scale;
    strip_zeros(digits);
    return true;
}

/* `precision` digits of `value`, exactly rounded. */
static int printed_digits(double value, int precision, char *digits) {
    char text[40];
    snprintf(text, sizeof text, "%.*e", precision - 1, value);
    int count = 0;
    const char *p = text;
    for (; *p != 'e'; p++)
        if (is_digit(*p)) digits[count++] = *p;
    digits[count] = '\0';
    return atoi(p + 1) + 1;
}

/* The next decimal of the same length; false when it would need another digit. */
static bool increment_digits(char *digits) {
    size_t i = strlen(digits);
    while (i > 0) {
        if (digits[--i] != '9') {
            digits[i]++;
            return true;
        }
        digits[i] = '0';
    }
    return false;
}

int number_shortest_digits(double value, char digits[18]) {
    int point;
    value = fabs(value);
    if (short_digits(value, digits, &point)) return point;
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    bool power_of_two = (bits & UINT64_C(0xFFFFFFFFFFFFF)) == 0;
    bool subnormal = bits >> 52 == 0;
    for (int precision = subnormal ? 1 : 15; precision < 17; precision++) {
        point = printed_digits(value, precision, digits);
        if (read_digits(digits, point) == value) goto done;
        if (power_of_two && increment_digits(digits) && read_digits(digits, point) == value)
            goto done;
    }
    point = printed_digits(value, 17, digits);
done:
    strip_zeros(digits);
    return point;
}

/* --- writing ------------------------------------------------------------------------------------ */

/* A text under construction that keeps counting when the buffer is full. */
typedef struct Text {
    char *buffer;
    size_t size, length;
} Text;

static void put(Text *text, char c) {
    if (text->length < text->size) text->buffer[text->length] = c;
    text->length++;
}

static void put_string(Text *text, const char *string) {
    while (*string != '\0') put(text, *string++);
}

static size_t finish(Text *text) {
    if (text->size > 0) text->buffer[min_size(text->length, text->size - 1)] = '\0';
    return text->length;
}

/* 0.DIGITS * 10^point as repr() writes it. */
static void put_repr(Text *text, const char *digits, int point, unsigned flags) {
    int count = (int)strlen(digits);
    if (point > -4 && point <= 0) {
        put_string(text, "0.");
        for (int i = point; i < 0; i++) put(text, '0');
        put_string(text, digits);
        return;
    }
    if (point > 0 && point <= 16) {
        for (int i = 0; i < count || i < point; i++) {
            if (i == point) put(text, '.');
            put(text, i < count ? digits[i] : '0');
        }
        if (point >= count) {
            if (flags & NUMBER_ADD_DOT_0) put_string(text, ".0");
            else if (flags & NUMBER_ALTERNATE) put(text, '.');
        }
        return;
    }
    put(text, digits[0]);
    if (count > 1 || flags & NUMBER_ALTERNATE) put(text, '.');
    put_string(text, digits + 1);
    char exponent[16];
    snprintf(exponent, sizeof exponent, "e%c%02d", point - 1 < 0 ? '-' : '+', abs(point - 1));
    put_string(text, exponent);
}

static size_t format_printed(Text *text, double value, char format, int precision, unsigned flags) {
    char specification[12], *s = specification;
    *s++ = '%';
    if (flags & NUMBER_ALTERNATE) *s++ = '#';
    memcpy(s, ".*", 2);
    s += 2;
    *s++ = format;
    *s = '\0';
    char small[64], *out = small;
    locale_t former = uselocale(get_c_locale());
    int length = snprintf(small, sizeof small, specification, precision, value);
    size_t room = text->size > text->length ? text->size - text->length : 0;
    if ((size_t)length >= sizeof small && room > 0) {
        out = text->buffer + text->length;
        snprintf(out, room, specification, precision, value);
    }
    uselocale(former);
    if (out == small) {
        if ((size_t)length >= sizeof small) text->length += (size_t)length;
        else put_string(text, small);
    } else {
        text->length += (size_t)length;
    }
    bool whole = out == small || (size_t)length < room;
    if ((flags & NUMBER_ADD_DOT_0) && whole && (size_t)length < sizeof small &&
        strpbrk(small, ".eE") == NULL)
        put_string(text, ".0");
    return finish(text);
}

size_t number_format_double(char *buffer, size_t size, double value, char format, int precision,
                            unsigned flags) {
    Text text = {buffer, size, 0};
    bool upper = format >= 'A' && format <= 'Z';
    if (value != value) {
        if (flags & NUMBER_SIGN) put(&text, '+');
        put_string(&text, upper ? "NAN" : "nan");
        return finish(&text);
    }
    bool negative = signbit(value);
    if (negative) put(&text, '-');
    else if (flags & NUMBER_SIGN) put(&text, '+');
    value = fabs(value);
    if (isinf(value)) {
        put_string(&text, upper ? "INF" : "inf");
        return finish(&text);
    }
    if (format != 'r') return format_printed(&text, value, format, precision, flags);
    char digits[18] = "0";
    int point = value == 0 ? 1 : number_shortest_digits(value, digits);
    put_repr(&text, digits, point, flags);
    return finish(&text);
}
