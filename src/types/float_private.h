/* float_private.h - what float.c and float_text.c share. */
#ifndef WEFT_TYPES_FLOAT_PRIVATE_H
#define WEFT_TYPES_FLOAT_PRIVATE_H

#include "types/float.h"

/* An instance of float or a subclass. */
Value float_of_type(Type *type, double d);
/* Whole text (ASCII, stripped, underscores allowed) as a float. 1, 0: malformed, -1: MemoryError. */
int float_parse(const char *text, size_t length, double *out);
Value float_hex_text(double d);
/* float.fromhex(): false with ValueError or OverflowError. */
bool float_parse_hex(const char *text, size_t length, double *out);
/* round(d, digits), correctly rounded, half to even. OverflowError. */
Value float_round_digits(double d, int64_t digits);
/* -1, 0, 1, or 2 when `d` is a NaN, -2 on MemoryError: d against any int, exactly. */
int float_compare_int(double d, Value i);
/* Raises OverflowError(34, 'Numerical result out of range'). */
Value raise_range_error(void);
/* a ** b for complex numbers; raises ZeroDivisionError, OverflowError. */
Value complex_power(double ar, double ai, double br, double bi);

#endif
