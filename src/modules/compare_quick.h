/* compare_quick.h - comparing values as far as it goes without running Python. */
#ifndef WEFT_MODULES_COMPARE_QUICK_H
#define WEFT_MODULES_COMPARE_QUICK_H

#include "types/key.h"
#include "types/list.h"

/* a < b for ints, floats, strs, and tuples of them: 1, 0, or -1 when Python may be needed. Safe under
 * an object's lock. `depth`: 0. */
static inline int less_quick(Value a, Value b, int depth) {
    if (both_smallint(a, b)) return smallint_of(a) < smallint_of(b);
    if (is_double(a) && is_double(b)) return double_of(a) < double_of(b);
    if (is_double(a) && is_smallint(b)) return double_of(a) < (double)smallint_of(b);
    if (is_smallint(a) && is_double(b)) return (double)smallint_of(a) < double_of(b);
    if (is_exact_str(a) && is_exact_str(b)) return str_compare(as_str(a), as_str(b)) < 0;
    if (is_exact_int(a) && is_exact_int(b)) return int_compare(a, b) < 0;
    if (depth > 3 || !is_exactly(a, &tuple_type) || !is_exactly(b, &tuple_type)) return -1;
    Tuple *x = as_tuple(a), *y = as_tuple(b);
    for (int64_t i = 0; i < x->length && i < y->length; i++) {
        if (same_value(x->items[i], y->items[i])) continue;
        int less = less_quick(x->items[i], y->items[i], depth + 1);
        int greater = less ? 0 : less_quick(y->items[i], x->items[i], depth + 1);
        if (less < 0 || greater < 0) return -1;
        if (less || greater) return less;
        if (is_double(x->items[i]) || is_double(y->items[i])) return -1; /* not a number, perhaps */
    }
    return x->length < y->length;
}

#endif
