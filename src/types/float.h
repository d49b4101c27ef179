/* float.h - double-precision numbers; exact floats are immediates, instances of subclasses are
 * Float objects. And complex. */
#ifndef WEFT_TYPES_FLOAT_H
#define WEFT_TYPES_FLOAT_H

#include "object/call.h"

typedef struct Float {
    Object object;
    double number;
} Float;
typedef struct Complex {
    Object object;
    double real, imaginary;
} Complex;
extern Type float_type, complex_type;

static inline bool is_float(Value v) { return is_double(v) || is_kind(v, TYPE_FLOAT); }
static inline double float_of(Value v) { /* of any is_float() value */
    return is_double(v) ? double_of(v) : OBJECT_AS(Float, v)->number;
}
Value complex_value(double real, double imaginary); /* allocates */
Str *float_repr(double d);
int64_t hash_double(double d); /* equals int_hash() for whole numbers; nan: 0 (callers may differ) */
/* format(number, spec) for int, float, complex (types/format.c). */
Value int_format(Value v, Str *spec);
Value float_format(Value v, Str *spec);
Value complex_format(Value v, Str *spec);
double float_floor_divide(double a, double b);
double float_remainder(double a, double b);
Value float_power(double a, double b); /* may be complex; ZeroDivisionError, OverflowError */

#endif
