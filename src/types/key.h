/* key.h - hashing and comparing keys, for dict and set. */
#ifndef WEFT_TYPES_KEY_H
#define WEFT_TYPES_KEY_H

#include "types/int.h"
#include "types/str.h"

/* value_hash(), without a call for the usual keys. -1 with an exception set. */
static ALWAYS_INLINE int64_t key_hash(Value key) {
    if (is_exact_str(key)) return str_hash(as_str(key));
    if (is_smallint(key)) {
        int64_t number = smallint_of(key);
        return number == -1 ? -2 : number;
    }
    return value_hash(key);
}

/* Compares two keys that are not the same value as far as it goes without running Python: 1, 0, or -1
 * when only value_equal() can tell. */
static inline int keys_equal_quick(Value a, Value b) {
    if (is_exact_str(a)) {
        if (is_exact_str(b)) return str_equal(as_str(a), as_str(b));
        return is_object(b) ? -1 : 0;
    }
    if (is_object(a) && is_object(b)) {
        if (is_exactly(a, &int_type) && is_exactly(b, &int_type)) return int_compare(a, b) == 0;
        return -1;
    }
    if (is_object(a) || is_object(b)) {
        Value object = is_object(a) ? a : b;
        return is_exact_str(object) ? 0 : -1;
    }
    if (both_smallint(a, b)) return 0;
    bool a_number = is_smallint(a) || is_double(a) || is_bool(a);
    bool b_number = is_smallint(b) || is_double(b) || is_bool(b);
    if (!a_number || !b_number) return 0;
    double x = is_double(a) ? double_of(a) : is_smallint(a) ? (double)smallint_of(a) : is_true(a);
    double y = is_double(b) ? double_of(b) : is_smallint(b) ? (double)smallint_of(b) : is_true(b);
    return x == y;
}

#endif
