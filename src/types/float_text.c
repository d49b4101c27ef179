/* float_text.c - floats as text: decimal, hexadecimal, and rounding to decimal places, which goes
 * through text because only there is it exact. */
#include "types/float_private.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include "base/number.h"
#include "types/bytes.h"
#include "types/exception.h"
#include "types/number_text.h"
#include "types/str.h"

int float_parse(const char *text, size_t length, double *out) {
    if (length == 0) return 0;
    char small[128], *plain = NULL;
    if (memchr(text, '_', length)) {
        if (length < sizeof small) {
            plain = small;
        } else {
            Bytes *copy = bytes_new((int64_t)length);
            if (!copy) return -1;
            plain = (char *)copy->data;
        }
        if (!number_text_remove_underscores(text, length, plain, &length)) return 0;
        text = plain;
    }
    char *end;
    *out = number_parse_double(text, &end);
    return end != text && (size_t)(end - text) == length;
}

/* --- hexadecimal ------------------------------------------------------------------------------------ */

Value float_hex_text(double d) {
    char text[40];
    if (!isfinite(d)) {
        number_format_double(text, sizeof text, d, 'r', 0, 0);
    } else {
        uint64_t bits;
        memcpy(&bits, &d, sizeof bits);
        int exponent = (int)(bits >> 52 & 0x7FF);
        uint64_t fraction = bits & ((UINT64_C(1) << 52) - 1);
        const char *sign = signbit(d) ? "-" : "";
        if (exponent == 0 && fraction == 0) {
            snprintf(text, sizeof text, "%s0x0.0p+0", sign);
        } else {
            snprintf(text, sizeof text, "%s0x%d.%013llxp%+d", sign, exponent != 0,
                     (unsigned long long)fraction, exponent == 0 ? -1022 : exponent - 1023);
        }
    }
    Str *result = str_from_c(text);
    return result ? object_value(result) : VALUE_ERROR;
}

static int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/* mantissa * 2^exponent (+ something below it, when `sticky`), rounded once, half to even. False:
 * too large. The mantissa has its top bit set. */
static bool compose_double(uint64_t mantissa, bool sticky, int64_t exponent, double *out) {
    /* The value is in [2^(exponent+63), 2^(exponent+64)). */
    if (exponent + 63 > 1023) return false;
    int64_t drop = 11; /* bits that do not fit */
    if (exponent + drop < -1074) drop = -1074 - exponent;
    if (drop > 64) {
        *out = 0.0;
        return true;
    }
    uint64_t kept = drop == 64 ? 0 : mantissa >> drop;
    uint64_t half = UINT64_C(1) << (drop - 1);
    uint64_t lost = drop == 64 ? mantissa : mantissa & ((UINT64_C(1) << drop) - 1);
    if (lost > half || (lost == half && (sticky || (kept & 1)))) kept++;
    *out = ldexp((double)kept, (int)(exponent + drop));
    return !isinf(*out);
}

static bool raise_bad_hex(void) {
    raise_error(&ValueError, "invalid hexadecimal floating-point string");
    return false;
}

bool float_parse_hex(const char *text, size_t length, double *out) {
    const char *p = text, *end = text + length;
    bool negative = false;
    if (p < end && (*p == '+' || *p == '-')) negative = *p++ == '-';
    char *special_end;
    if (p < end && (*p == 'i' || *p == 'I' || *p == 'n' || *p == 'N')) {
        double special = number_parse_double(p, &special_end);
        if (special_end != end) return raise_bad_hex();
        *out = negative ? -special : special;
        return true;
    }
    if (end - p >= 2 && p[0] == '0' && (p[1] == 'x' || p[1] == 'X')) p += 2;
    uint64_t mantissa = 0;
    int64_t exponent = 0;
    bool sticky = false, any = false, point = false;
    for (; p < end; p++) {
        if (*p == '.' && !point) {
            point = true;
            continue;
        }
        int digit = hex_digit(*p);
        if (digit < 0) break;
        any = true;
        if (point) exponent -= 4;
        if (mantissa >> 60 == 0) {
            mantissa = mantissa << 4 | (unsigned)digit;
        } else {
            exponent += 4;
            sticky |= digit != 0;
        }
    }
    if (!any) return raise_bad_hex();
    if (p < end && (*p == 'p' || *p == 'P')) {
        p++;
        bool negative_exponent = false;
        if (p < end && (*p == '+' || *p == '-')) negative_exponent = *p++ == '-';
        if (p == end || *p < '0' || *p > '9') return raise_bad_hex();
        int64_t written = 0;
        for (; p < end && *p >= '0' && *p <= '9'; p++)
            if (written < INT64_C(1) << 50) written = written * 10 + (*p - '0');
        exponent += negative_exponent ? -written : written;
    }
    if (p != end) return raise_bad_hex();
    *out = 0.0;
    if (mantissa != 0) {
        int shift = __builtin_clzll(mantissa);
        if (!compose_double(mantissa << shift, sticky, exponent - shift, out)) {
            raise_error(&OverflowError, "hexadecimal value too large to represent as a float");
            return false;
        }
    }
    if (negative) *out = -*out;
    return true;
}

/* --- rounding to decimal places ------------------------------------------------------------------------ */

/* Rounding to a unit of ten times the leading digit's place: 0 or that unit. `text` is |d| with all
 * its digits, "d.ddd...e+xx". */
static bool above_half(const char *text) {
    if (text[0] != '5') return text[0] > '5';
    for (const char *p = text + 1; *p != 'e'; p++)
        if (*p != '.' && *p != '0') return true;
    return false; /* exactly half: zero is even */
}

Value float_round_digits(double d, int64_t digits) {
    if (!isfinite(d) || d == 0 || digits > 323) return double_value(d);
    if (digits < -308) return double_value(copysign(0.0, d));
    char text[1200];
    double result;
    if (digits >= 0) {
        number_format_double(text, sizeof text, fabs(d), 'f', (int)digits, 0);
        result = number_parse_double(text, &(char *){NULL});
    } else {
        /* No double is nearer to a power of ten than 1e-20 of it without being it. */
        number_format_double(text, sizeof text, fabs(d), 'e', 20, 0);
        int exponent = atoi(strchr(text, 'e') + 1);
        int64_t precision = exponent + digits;
        if (precision < -1) {
            result = 0.0;
        } else {
            number_format_double(text, sizeof text, fabs(d), 'e', precision < 0 ? 800 : (int)precision,
                                 0);
            if (precision == -1) {
                bool up = above_half(text);
                snprintf(text, sizeof text, up ? "1e%d" : "0", (int)-digits);
            }
            result = number_parse_double(text, &(char *){NULL});
        }
    }
    if (isinf(result)) return raise_error(&OverflowError, "rounded value too large to represent");
    return double_value(copysign(result, d));
}
