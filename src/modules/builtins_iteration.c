/* builtins_iteration.c - builtins that walk an iterable: all, any, iter, max, min, next, sorted, sum. */
#include "modules/builtins.h"

#include "types/exception.h"
#include "types/float.h"
#include "types/int.h"
#include "types/iterator.h"
#include "types/list.h"
#include "types/str.h"

/* True when `v` is true, false when not: stops the walk at the first item whose truth is `wanted`. */
static Value find_truth(Value iterable, bool wanted) {
    Value iterator = get_iter(iterable);
    if (is_error(iterator)) return iterator;
    for (;;) {
        Value item = iter_next(iterator);
        if (is_error(item)) return item;
        if (is_empty(item)) return bool_value(!wanted);
        int truth = value_truth(item);
        if (truth < 0) return VALUE_ERROR;
        if (truth == wanted) return bool_value(wanted);
    }
}
static Value builtin_all(Value *args) { return find_truth(args[0], false); }
static Value builtin_any(Value *args) { return find_truth(args[0], true); }

static bool check_count(const char *function, size_t count, size_t least, size_t most, Tuple *names) {
    if (names && names->length) {
        raise_error(&TypeError, "%s() takes no keyword arguments", function);
        return false;
    }
    if (count >= least && count <= most) return true;
    size_t bound = count < least ? least : most;
    raise_error(&TypeError, "%s expected %s%zu argument%s, got %zu", function,
                count < least ? "at least " : "at most ", bound, bound == 1 ? "" : "s", count);
    return false;
}

static Value builtin_iter(Value *args, size_t count, Tuple *names) {
    if (!check_count("iter", count, 1, 2, names)) return VALUE_ERROR;
    if (count == 1) return get_iter(args[0]);
    if (!is_callable(args[0])) return raise_error(&TypeError, "iter(v, w): v must be callable");
    return callable_iterator_new(args[0], args[1]);
}

/* Not iter_next(): the StopIteration of an iterator written in Python keeps its value. */
static Value builtin_next(Value *args, size_t count, Tuple *names) {
    if (!check_count("next", count, 1, 2, names)) return VALUE_ERROR;
    Type *type = type_of(args[0]);
    if (!type->next) return raise_error(&TypeError, "'%T' object is not an iterator", args[0]);
    Value item = type->next(args[0]);
    if (is_empty(item)) return count == 2 ? args[1] : raise_stop_iteration(VALUE_EMPTY);
    if (is_error(item) && count == 2 && error_clear_if(&StopIteration)) return args[1];
    return item;
}

/* --- min, max ------------------------------------------------------------------------------------- */

typedef struct Extreme {
    const char *name;
    CompareOp op; /* of a better item with the best so far */
    Value key, fallback;
    Value best, best_key;
} Extreme;

static bool take_keywords(Extreme *e, Value *values, Tuple *names) {
    e->key = e->fallback = VALUE_EMPTY;
    for (int64_t i = 0; names && i < names->length; i++) {
        if (str_equal_c(as_str(names->items[i]), "key")) e->key = values[i];
        else if (str_equal_c(as_str(names->items[i]), "default")) e->fallback = values[i];
        else {
            raise_error(&TypeError, "'%U' is an invalid keyword argument for %s()",
                        as_str(names->items[i]), e->name);
            return false;
        }
    }
    if (is_none(e->key)) e->key = VALUE_EMPTY;
    return true;
}

static bool consider(Value item, void *argument) {
    Extreme *e = argument;
    Value key = is_empty(e->key) ? item : call_1(e->key, item);
    if (is_error(key)) return false;
    int better = 1;
    if (!is_empty(e->best)) {
        Value result = value_compare(key, e->best_key, e->op);
        better = is_error(result) ? -1 : value_truth(result);
    }
    if (better < 0) return false;
    if (better) {
        e->best = item;
        e->best_key = key;
    }
    return true;
}

static Value extreme(const char *name, CompareOp op, Value *args, size_t count, Tuple *names) {
    Extreme e = {.name = name, .op = op};
    if (count == 0) return raise_error(&TypeError, "%s expected at least 1 argument, got 0", name);
    if (!take_keywords(&e, args + count, names)) return VALUE_ERROR;
    if (count > 1 && !is_empty(e.fallback))
        return raise_error(&TypeError,
                           "Cannot specify a default for %s() with multiple positional arguments", name);
    if (count == 1) {
        if (!iterate(args[0], consider, &e)) return VALUE_ERROR;
        if (!is_empty(e.best)) return e.best;
        if (!is_empty(e.fallback)) return e.fallback;
        return raise_error(&ValueError, "%s() arg is an empty sequence", name);
    }
    for (size_t i = 0; i < count; i++)
        if (!consider(args[i], &e)) return VALUE_ERROR;
    return e.best;
}

static Value builtin_max(Value *args, size_t count, Tuple *names) {
    return extreme("max", COMPARE_GT, args, count, names);
}
static Value builtin_min(Value *args, size_t count, Tuple *names) {
    return extreme("min", COMPARE_LT, args, count, names);
}

/* --- sorted, sum ---------------------------------------------------------------------------------- */

static Value builtin_sorted(Value *args) {
    int reverse = is_empty(args[2]) ? 0 : value_truth(args[2]);
    if (reverse < 0) return VALUE_ERROR;
    List *list = list_from_iterable(args[0]);
    if (!list) return VALUE_ERROR;
    if (!list_sort(list, is_empty(args[1]) ? VALUE_NONE : args[1], reverse)) return VALUE_ERROR;
    return object_value(list);
}

/* The total so far is, by `kind`: `whole` alone, `real` alone, or any object in `total`. */
typedef struct Sum {
    enum { SUM_INT, SUM_FLOAT, SUM_OBJECT } kind;
    int64_t whole;
    double real;
    Value total;
} Sum;

static void sum_become_object(Sum *sum) {
    if (sum->kind == SUM_INT) sum->total = int_value(sum->whole);
    if (sum->kind == SUM_FLOAT) sum->total = double_value(sum->real);
    sum->kind = SUM_OBJECT;
}

static bool sum_add_object(Sum *sum, Value item) {
    sum_become_object(sum);
    if (is_error(sum->total)) return false;
    sum->total = binary_op(sum->total, item, BINARY_ADD);
    return !is_error(sum->total);
}

static bool sum_add(Value item, void *argument) {
    Sum *sum = argument;
    if (sum->kind == SUM_INT) {
        if (is_smallint(item) && !__builtin_add_overflow(sum->whole, smallint_of(item), &sum->whole))
            return true;
        if (is_double(item)) {
            sum->kind = SUM_FLOAT;
            sum->real = (double)sum->whole + double_of(item);
            return true;
        }
    } else if (sum->kind == SUM_FLOAT) {
        if (is_double(item) || is_smallint(item)) {
            sum->real += is_double(item) ? double_of(item) : (double)smallint_of(item);
            return true;
        }
    }
    return sum_add_object(sum, item);
}

static Value builtin_sum(Value *args) {
    Value start = is_empty(args[1]) ? smallint_value(0) : args[1];
    if (is_str(start))
        return raise_error(&TypeError, "sum() can't sum strings [use ''.join(seq) instead]");
    if (is_bytes(start))
        return raise_error(&TypeError, "sum() can't sum bytes [use b''.join(seq) instead]");
    if (is_kind(start, TYPE_BYTEARRAY))
        return raise_error(&TypeError, "sum() can't sum bytearray [use b''.join(seq) instead]");
    Sum sum = {.kind = SUM_OBJECT, .total = start};
    if (is_smallint(start)) sum = (Sum){.kind = SUM_INT, .whole = smallint_of(start)};
    if (is_double(start)) sum = (Sum){.kind = SUM_FLOAT, .real = double_of(start)};
    if (!iterate(args[0], sum_add, &sum)) return VALUE_ERROR;
    sum_become_object(&sum);
    return sum.total;
}

const MethodDef builtin_iteration_functions[] = {
    METHOD("all", builtin_all, "(iterable, /)",
           "Whether every item is true; True when there is none."),
    METHOD("any", builtin_any, "(iterable, /)",
           "Whether some item is true; False when there is none."),
    RAW_METHOD("iter", builtin_iter, NULL,
               "iter(iterable) -> iterator\niter(callable, sentinel) -> iterator\n\nAn iterator "
               "over the argument; in the second form, over the results of calls\nuntil one "
               "equals the sentinel."),
    RAW_METHOD("max", builtin_max, NULL,
               "max(iterable, *[, default=obj, key=func]) -> value\nmax(arg1, arg2, *args, *[, "
               "key=func]) -> value\n\nThe largest item."),
    RAW_METHOD("min", builtin_min, NULL,
               "min(iterable, *[, default=obj, key=func]) -> value\nmin(arg1, arg2, *args, *[, "
               "key=func]) -> value\n\nThe smallest item."),
    RAW_METHOD("next", builtin_next, NULL,
               "next(iterator[, default]) -> item\n\nThe next item; at the end the default, when "
               "given, else StopIteration is raised."),
    METHOD("sorted", builtin_sorted, "(iterable, /, *, key=None, reverse=False)",
           "A new list of the items in ascending order (of key(item), where there is a "
           "key);\nequal items keep their order."),
    METHOD("sum", builtin_sum, "(iterable, /, start=0)", "The start value plus all items."),
    {0},
};
