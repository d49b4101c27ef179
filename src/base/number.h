/* number.h - doubles to text and back, whatever the locale says. Nothing here allocates or raises.*/
#ifndef WEFT_BASE_NUMBER_H
#define WEFT_BASE_NUMBER_H

#include "base/common.h"

/* Reads a decimal floating point number at `text` (a terminated string): an optional sign, then
 * digits with an optional point and exponent, or "inf", "infinity", "nan" in any case. No white
 * space, no hexadecimal, no underscores. Correctly rounded; too large gives an infinity, too small
 * zero. Sets *end behind what was read, or to `text` when there is no number. */
double number_parse_double(const char *text, char **end);

enum {
    NUMBER_SIGN = 1,     /* a plus sign on what is not negative */
    NUMBER_ADD_DOT_0 = 2, /* ".0" behind what would look like an integer ('r' and 'g') */
    NUMBER_ALTERNATE = 4, /* a point even without digits behind it; 'g' keeps trailing zeros */
};

/* Writes `value` and returns the length without the terminating NUL, as snprintf() does: when it is
 * not below `size` the text was cut off and the call must be repeated. `format`:
 *   'r'       the shortest text that reads back as the same value; an exponent when it is below -4
 *             or at least 16; `precision` must be 0
 *   'e' 'f' 'g', 'E' 'F' 'G'   as in C, with `precision`
 * Infinities and NaNs are "inf", "-inf", "nan", in upper case for an upper-case format. Exponents
 * have at least two digits. */
size_t number_format_double(char *buffer, size_t size, double value, char format, int precision,
                            unsigned flags);

/* The shortest decimal digits that read back as `value`, finite and not zero: its sign is ignored.
 * Writes up to 17 digits and a NUL to `digits`, and returns the position of the decimal point
 * relative to the first digit: value = 0.DIGITS * 10^result. */
int number_shortest_digits(double value, char digits[18]);

#endif
