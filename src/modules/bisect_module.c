/* bisect_module.c - the module _bisect: places in sorted sequences. */
#include "types/exception.h"
#include "types/int.h"
#include "types/list.h"
#include "types/module.h"
#include "types/str.h"

/* Item i of any sequence; a list's without a call. */
static Value item_of(Value sequence, int64_t i) {
    if (is_exactly(sequence, &list_type)) {
        Value item = list_get(as_list(sequence), i);
        return is_empty(item) ? raise_error(&IndexError, "list index out of range") : item;
    }
    return get_item(sequence, int_value(i));
}

/* The place of x; -1 with an exception set. args: module, a, x, lo, hi, key. */
static int64_t find_place(Value *args, Value x, bool right) {
    int64_t low = 0, high = -1;
    if (!is_empty(args[3])) {
        low = value_index_int64(args[3], &OverflowError);
        if (low == -1 && error_occurred()) return -1;
    }
    if (low < 0) {
        raise_error(&ValueError, "lo must be non-negative");
        return -1;
    }
    if (!is_empty(args[4]) && !is_none(args[4])) {
        high = value_index_int64(args[4], &OverflowError);
        if (high == -1 && error_occurred()) return -1;
    }
    if (high < 0 && (high = value_length(args[1])) < 0) return -1;
    Value key = is_empty(args[5]) ? VALUE_NONE : args[5];
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        Value item = item_of(args[1], middle);
        if (!is_error(item) && !is_none(key)) item = call_1(key, item);
        if (is_error(item)) return -1;
        int less = right ? value_compare_bool(x, item, COMPARE_LT) : value_compare_bool(item, x, COMPARE_LT);
        if (less < 0) return -1;
        if (right == (less != 0)) high = middle;
        else low = middle + 1;
    }
    return low;
}

static Value place(Value *args, bool right) {
    int64_t index = find_place(args, args[2], right);
    return index < 0 ? VALUE_ERROR : int_value(index);
}
static Value bisect_left(Value *args) { return place(args, false); }
static Value bisect_right(Value *args) { return place(args, true); }

static Value insort(Value *args, bool right) {
    bool keyed = !is_empty(args[5]) && !is_none(args[5]);
    Value x = keyed ? call_1(args[5], args[2]) : args[2];
    int64_t index = is_error(x) ? -1 : find_place(args, x, right);
    if (index < 0) return VALUE_ERROR;
    if (is_exactly(args[1], &list_type))
        return list_insert(as_list(args[1]), index, args[2]) ? VALUE_NONE : VALUE_ERROR;
    Value result = call_method_2(args[1], "insert", int_value(index), args[2]);
    return is_error(result) ? VALUE_ERROR : VALUE_NONE;
}
static Value insort_left(Value *args) { return insort(args, false); }
static Value insort_right(Value *args) { return insort(args, true); }

#define PARAMETERS "($module, /, a, x, lo=0, hi=None, *, key=None)"
static const MethodDef functions[] = {
    METHOD("bisect_right", bisect_right, PARAMETERS,
           "The place in the sorted sequence a behind all items that are not greater than x."),
    METHOD("bisect", bisect_right, PARAMETERS, "The same as bisect_right()."),
    METHOD("bisect_left", bisect_left, PARAMETERS,
           "The place in the sorted sequence a before all items that are not less than x."),
    METHOD("insort_right", insort_right, PARAMETERS,
           "Insert x into the sorted sequence a, behind items that equal it."),
    METHOD("insort", insort_right, PARAMETERS, "The same as insort_right()."),
    METHOD("insort_left", insort_left, PARAMETERS,
           "Insert x into the sorted sequence a, before items that equal it."),
    {0},
};

const NativeModule module__bisect = {
    .name = "_bisect",
    .doc = "Places in sorted sequences: what the module bisect has in C.",
    .functions = functions,
};
