/* number.c - theory.
 *
 * Reading. A decimal of at most 2^53 times a power of ten up to 10^22 needs one correctly rounded
 * operation (Clinger, "How to read floating point numbers accurately", 1990); the rest is the C
 * library's, which reads exactly.
 *
 * Shortest digits: Schubfach (Giulietti, "The Schubfach way to render doubles", 2020). The decimals
 * that read back as c * 2^q are those of an interval R around it: half way to its neighbours, the ends
 * included when c is even. With 10^k the largest power of ten that is not larger than R is wide, R
 * contains a multiple of 10^k and at most one of 10^(k+1). If there is one of 10^(k+1), it is the shortest;
 * else the multiple of 10^k in R that is nearest to the value. The comparisons need 10^-k to 126 bits: a
 * table, computed at the first use with integers of 1280 bits. */
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

#define K_MIN (-324)
#define K_MAX 292
#define BIG_WORDS 20 /* of 64 bits, the lowest first */
#define BIG_BITS (BIG_WORDS * 64)
#define LOW_63_BITS ((UINT64_C(1) << 63) - 1)

/* floor(10^-k * 2^-r) + 1 for r = floor(log2(10^-k)) - 125, cut into two halves of 63 bits. */
typedef struct PowerOfTen {
    uint64_t high, low;
} PowerOfTen;
static PowerOfTen powers[K_MAX - K_MIN + 1]; /* by k - K_MIN */
static pthread_once_t powers_once = PTHREAD_ONCE_INIT;

static int floor_log2_of_10_to(int n) { return (int)(n * INT64_C(913124641741) >> 38); }
static int floor_log10_of_2_to(int q) { return (int)(q * INT64_C(661971961083) >> 41); }
static int floor_log10_of_three_quarters_2_to(int q) {
    return (int)((q * INT64_C(661971961083) - INT64_C(274743187321)) >> 41);
}

static uint64_t big_word(const uint64_t big[BIG_WORDS], int i) {
    return i < BIG_WORDS ? big[i] : 0;
}

/* floor(big * 2^-shift), which has at most 126 bits. */
static unsigned __int128 big_shifted(const uint64_t big[BIG_WORDS], int shift) {
    if (shift < 0) return ((unsigned __int128)big[1] << 64 | big[0]) << -shift;
    int word = shift / 64, bits = shift % 64;
    unsigned __int128 low = (unsigned __int128)big_word(big, word + 1) << 64 | big[word];
    if (bits == 0) return low;
    return low >> bits | (unsigned __int128)big_word(big, word + 2) << (128 - bits);
}

static void set_power(int n, unsigned __int128 floor) {
    unsigned __int128 power = floor + 1;
    powers[-n - K_MIN] = (PowerOfTen){(uint64_t)(power >> 63), (uint64_t)power & LOW_63_BITS};
}

static void make_powers(void) {
    uint64_t big[BIG_WORDS] = {1};
    for (int n = 0; n <= -K_MIN; n++) { /* big is 10^n */
        set_power(n, big_shifted(big, floor_log2_of_10_to(n) - 125));
        unsigned __int128 carry = 0;
        for (int i = 0; i < BIG_WORDS; i++) {
            carry += (unsigned __int128)big[i] * 10;
            big[i] = (uint64_t)carry;
            carry >>= 64;
        }
    }
    memset(big, 0, sizeof big);
    big[BIG_WORDS - 1] = UINT64_C(1) << 63;
    for (int n = 0; n >= -K_MAX; n--) { /* big is floor(2^(BIG_BITS - 1) * 10^n) */
        if (n < 0) set_power(n, big_shifted(big, BIG_BITS - 1 + floor_log2_of_10_to(n) - 125));
        unsigned __int128 rest = 0;
        for (int i = BIG_WORDS - 1; i >= 0; i--) {
            rest = rest << 64 | big[i];
            big[i] = (uint64_t)(rest / 10);
            rest %= 10;
        }
    }
}

/* power * factor * 2^-127, rounded to odd: the last bit says whether anything was cut off. */
static uint64_t scale(PowerOfTen power, uint64_t factor) {
    uint64_t low = (uint64_t)((unsigned __int128)power.low * factor >> 64);
    unsigned __int128 product = (unsigned __int128)power.high * factor;
    uint64_t middle = ((uint64_t)product >> 1) + low;
    uint64_t high = (uint64_t)(product >> 64) + (middle >> 63);
    return high | ((middle & LOW_63_BITS) + LOW_63_BITS) >> 63;
}

/* The shortest decimal integer times 10^*exponent for c * 2^q; trailing zeros are possible. */
static uint64_t shortest_decimal(uint64_t c, int q, bool lower_gap_is_half, int *exponent) {
    int k = lower_gap_is_half ? floor_log10_of_three_quarters_2_to(q) : floor_log10_of_2_to(q);
    int shift = q + floor_log2_of_10_to(-k) + 2;
    PowerOfTen power = powers[k - K_MIN];
    uint64_t odd = c & 1;
    /* The value and the ends of R, in quarters of 10^k. */
    uint64_t value = scale(power, 4 * c << shift);
    uint64_t lower = scale(power, (4 * c - (lower_gap_is_half ? 1 : 2)) << shift) + odd;
    uint64_t upper = scale(power, (4 * c + 2) << shift) - odd;
    uint64_t below = value >> 2, above = below + 1;
    *exponent = k;
    if (below >= 10) {
        uint64_t tens_below = below / 10 * 10, tens_above = tens_below + 10;
        bool below_inside = lower <= tens_below << 2, above_inside = tens_above << 2 <= upper;
        if (below_inside != above_inside) return below_inside ? tens_below : tens_above;
    }
    bool below_inside = lower <= below << 2, above_inside = above << 2 <= upper;
    if (below_inside != above_inside) return below_inside ? below : above;
    uint64_t half = (below + above) << 1;
    if (value != half) return value < half ? below : above;
    return below & 1 ? above : below;
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

int number_shortest_digits(double value, char digits[18]) {
    pthread_once(&powers_once, make_powers);
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    uint64_t fraction = bits & ((UINT64_C(1) << 52) - 1);
    int biased = (int)(bits >> 52 & 0x7FF), exponent = 0;
    uint64_t c = biased == 0 ? fraction : fraction | UINT64_C(1) << 52;
    int q = (biased == 0 ? 1 : biased) - 1075;
    uint64_t decimal;
    /* Integers have no closer decimal than themselves, and below 2^53 none that is shorter. */
    if (q <= 0 && q > -53 && (c & ((UINT64_C(1) << -q) - 1)) == 0) decimal = c >> -q;
    else decimal = shortest_decimal(c, q, fraction == 0 && biased > 1, &exponent);
    while (decimal % 10 == 0) {
        decimal /= 10;
        exponent++;
    }
    return digits_from_integer(decimal, digits) + exponent;
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

/* 'f' with exact integers, for values below 2^63 and up to 19 decimals: mantissa * 10^precision has at
 * most 117 bits; shifted by the exponent it is rounded once, half to even. False: not such a case. */
static bool put_fixed(Text *text, double value, int precision, unsigned flags) {
    if (precision > 19 || !(value < 0x1p63)) return false;
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    int exponent = (int)(bits >> 52);
    uint64_t mantissa = bits & ((UINT64_C(1) << 52) - 1);
    if (exponent > 0) mantissa |= UINT64_C(1) << 52;
    else exponent = 1;
    exponent -= 1075;
    unsigned __int128 scaled = mantissa;
    for (int i = 0; i < precision; i++) scaled *= 10;
    if (exponent >= 0) {
        scaled <<= exponent;
    } else if (exponent <= -128) {
        scaled = 0; /* less than half a unit */
    } else {
        unsigned __int128 half = (unsigned __int128)1 << (-exponent - 1);
        unsigned __int128 lost = scaled & (half * 2 - 1);
        scaled >>= -exponent;
        if (lost > half || (lost == half && (scaled & 1))) scaled++;
    }
    char digits[48];
    int at = sizeof digits, count = 0;
    while (scaled != 0 || count <= precision) {
        if (count == precision && (precision > 0 || flags & NUMBER_ALTERNATE)) digits[--at] = '.';
        uint64_t low = (uint64_t)scaled;
        if (scaled == low) {
            scaled = low / 10;
            digits[--at] = (char)('0' + low % 10);
        } else {
            digits[--at] = (char)('0' + (int)(scaled % 10));
            scaled /= 10;
        }
        count++;
    }
    for (; at < (int)sizeof digits; at++) put(text, digits[at]);
    return true;
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
    bool whole = (size_t)length < (out == small ? sizeof small : room);
    if ((flags & NUMBER_ADD_DOT_0) && whole && strpbrk(out, ".eE") == NULL) put_string(text, ".0");
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
    if ((format == 'f' || format == 'F') && !(flags & NUMBER_ADD_DOT_0) &&
        put_fixed(&text, value, precision, flags))
        return finish(&text);
    if (format != 'r') return format_printed(&text, value, format, precision, flags);
    char digits[18] = "0";
    int point = value == 0 ? 1 : number_shortest_digits(value, digits);
    put_repr(&text, digits, point, flags);
    return finish(&text);
}
