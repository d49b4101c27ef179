/* equal_quick.h - equality of values as far as it goes without running Python, hence under an object's
 * lock. */
#ifndef WEFT_TYPES_EQUAL_QUICK_H
#define WEFT_TYPES_EQUAL_QUICK_H

#include "types/key.h"
#include "types/list.h"

/* 1, 0, or -1 when only value_equal() can tell. `depth`: 0. */
static inline int equal_quick(Value a, Value b, int depth) {
    if (same_value(a, b)) return 1;
    int equal = keys_equal_quick(a, b);
    if (equal >= 0 || !is_object(a) || !is_object(b)) return equal;
    Type *x = type_of(a), *y = type_of(b);
    if (x == &tuple_type && y == &tuple_type && depth < 4) {
        Tuple *left = as_tuple(a), *right = as_tuple(b);
        if (left->length != right->length) return 0;
        for (int64_t i = 0; i < left->length; i++)
            if ((equal = equal_quick(left->items[i], right->items[i], depth + 1)) <= 0) return equal;
        return 1;
    }
    return x->compare == object_type_object.compare && y->compare == object_type_object.compare ? 0 : -1;
}

#endif
