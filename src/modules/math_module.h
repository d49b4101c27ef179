/* math_module.h - the integer functions of the module math (math_integer.c). */
#ifndef WEFT_MODULES_MATH_MODULE_H
#define WEFT_MODULES_MATH_MODULE_H

#include "object/value.h"

Value math_comb(Value *args);
Value math_factorial(Value *args);
Value math_gcd(Value *args);
Value math_isqrt(Value *args);
Value math_lcm(Value *args);
Value math_perm(Value *args);

#endif
