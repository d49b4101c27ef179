/* list_sort.c - list.sort(): a stable, adaptive merge sort.
 *
 * The algorithm is Timsort (Tim Peters' description of it, "listsort"): the input is cut into runs
 * that ascend or strictly descend, short ones are made longer by binary insertion, and neighbouring
 * runs are merged so that the pending ones keep lengths that shrink like Fibonacci numbers; a merge
 * that finds one side winning again and again gallops.
 *
 * Sharing. When all items are small ints, all floats, all ints or all strs, comparing them runs no
 * Python: the list is copied, sorted and published in one store, all under its lock, so that other
 * threads see it before or after. Otherwise the list is empty for everybody while its items, in an
 * array that only this thread has, are sorted, and they are put back at the end; whatever was put into
 * the list meanwhile is lost, and reported as ValueError.
 *
 * With a key function there are two arrays that are permuted alike; `values` is NULL without. */
#include "types/exception.h"
#include "types/int.h"
#include "types/list.h"
#include "types/str.h"

typedef enum Order { ORDER_SMALLINT, ORDER_DOUBLE, ORDER_INT, ORDER_STR, ORDER_ANY } Order;

enum { MAX_RUNS = 90, GALLOP_START = 7 };

typedef struct Run {
    int64_t start, length;
} Run;

typedef struct Sorter {
    Value *keys, *values; /* inside arrays that the caller holds */
    Array *temp;          /* for merges: keys, then values */
    Order order;
    int64_t min_gallop;
    int run_count;
    Run runs[MAX_RUNS];
} Sorter;

/* 1, 0, or -1 with an exception set. Runs Python for ORDER_ANY only. */
static ALWAYS_INLINE int less(const Sorter *sorter, Value a, Value b) {
    switch (sorter->order) {
    case ORDER_SMALLINT: return (int64_t)(a.bits << 15) < (int64_t)(b.bits << 15);
    case ORDER_DOUBLE: return double_of(a) < double_of(b);
    case ORDER_STR: return str_compare(as_str(a), as_str(b)) < 0;
    case ORDER_INT: return int_compare(a, b) < 0;
    default: return value_compare_bool(a, b, COMPARE_LT);
    }
}

static Order order_of(const Value *items, int64_t count) {
    if (count == 0) return ORDER_ANY;
    bool smallint = true, number = true, real = true, text = true;
    for (int64_t i = 0; i < count && (number || real || text); i++) {
        Value item = items[i];
        if (!is_smallint(item)) smallint = false;
        if (!is_smallint(item) && !is_exactly(item, &int_type)) number = false;
        if (!is_double(item)) real = false;
        if (!is_exactly(item, &str_type)) text = false;
    }
    return smallint ? ORDER_SMALLINT : number ? ORDER_INT : real ? ORDER_DOUBLE
         : text ? ORDER_STR : ORDER_ANY;
}

/* --- moving -------------------------------------------------------------------------------------------- */

static void move_within(Sorter *sorter, int64_t to, int64_t from, int64_t count) {
    memmove(sorter->keys + to, sorter->keys + from, (size_t)count * sizeof(Value));
    if (sorter->values)
        memmove(sorter->values + to, sorter->values + from, (size_t)count * sizeof(Value));
}

static ALWAYS_INLINE void move_one(Sorter *sorter, int64_t to, int64_t from) {
    sorter->keys[to] = sorter->keys[from];
    if (sorter->values) sorter->values[to] = sorter->values[from];
}

static int64_t temp_stride(const Sorter *sorter) {
    return sorter->values ? sorter->temp->capacity / 2 : 0;
}

static bool save_to_temp(Sorter *sorter, int64_t from, int64_t count) {
    int64_t needed = sorter->values ? 2 * count : count;
    if (!sorter->temp || sorter->temp->capacity < needed) {
        sorter->temp = array_new(needed);
        if (!sorter->temp) return false;
    }
    write_barrier(sorter->temp);
    memcpy(sorter->temp->items, sorter->keys + from, (size_t)count * sizeof(Value));
    if (sorter->values)
        memcpy(sorter->temp->items + temp_stride(sorter), sorter->values + from,
               (size_t)count * sizeof(Value));
    return true;
}

static void restore_from_temp(Sorter *sorter, int64_t to, int64_t from, int64_t count) {
    memcpy(sorter->keys + to, sorter->temp->items + from, (size_t)count * sizeof(Value));
    if (sorter->values)
        memcpy(sorter->values + to, sorter->temp->items + temp_stride(sorter) + from,
               (size_t)count * sizeof(Value));
}

static ALWAYS_INLINE void restore_one(Sorter *sorter, int64_t to, int64_t from) {
    sorter->keys[to] = sorter->temp->items[from];
    if (sorter->values) sorter->values[to] = sorter->temp->items[temp_stride(sorter) + from];
}

static void reverse_values(Value *items, int64_t count) {
    for (int64_t low = 0, high = count - 1; low < high; low++, high--) {
        Value item = items[low];
        items[low] = items[high];
        items[high] = item;
    }
}

static void reverse_range(Sorter *sorter, int64_t start, int64_t count) {
    reverse_values(sorter->keys + start, count);
    if (sorter->values) reverse_values(sorter->values + start, count);
}

/* --- runs ------------------------------------------------------------------------------------------------ */

/* The length of the run that begins at `start`, made ascending; -1 with an exception set. */
static int64_t natural_run(Sorter *sorter, int64_t start, int64_t end) {
    int64_t i = start + 1;
    if (i >= end) return end - start;
    int below = less(sorter, sorter->keys[i], sorter->keys[i - 1]);
    if (below < 0) return -1;
    for (i++; i < end; i++) {
        int next = less(sorter, sorter->keys[i], sorter->keys[i - 1]);
        if (next < 0) return -1;
        if (next != below) break;
    }
    if (below) reverse_range(sorter, start, i - start);
    return i - start;
}

/* Sorts [start, end), of which [start, sorted_end) is sorted already. */
static bool insertion_sort(Sorter *sorter, int64_t start, int64_t sorted_end, int64_t end) {
    for (int64_t i = sorted_end; i < end; i++) {
        Value key = sorter->keys[i], value = sorter->values ? sorter->values[i] : VALUE_EMPTY;
        int64_t low = start, high = i;
        while (low < high) {
            int64_t middle = low + (high - low) / 2;
            int below = less(sorter, key, sorter->keys[middle]);
            if (below < 0) return false;
            if (below) high = middle;
            else low = middle + 1;
        }
        move_within(sorter, low + 1, low, i - low);
        sorter->keys[low] = key;
        if (sorter->values) sorter->values[low] = value;
    }
    return true;
}

/* The shortest run wanted: such that count / result is a power of two or a little less. */
static int64_t shortest_run(int64_t count) {
    int64_t carry = 0;
    while (count >= 64) {
        carry |= count & 1;
        count >>= 1;
    }
    return count + carry;
}

/* --- galloping ---------------------------------------------------------------------------------------------- */

/* In sorted items[0..count): the number of items that stand before `key`: those less than it and, when
 * `after_equal`, those equal to it. Begins the search near `hint`. -1 with an exception set. */
static int64_t gallop(const Sorter *sorter, Value key, const Value *items, int64_t count, int64_t hint,
                      bool after_equal) {
/* whether items[i] stands before key */
#define BEFORE(i)                                                                                  \
    ({                                                                                             \
        int answer_ = after_equal ? less(sorter, key, items[i]) : less(sorter, items[i], key);     \
        if (answer_ < 0) return -1;                                                                \
        after_equal ? !answer_ : answer_;                                                          \
    })
    int64_t low, high; /* items below `low` stand before, those from `high` on do not */
    int64_t step = 1;
    if (BEFORE(hint)) {
        low = hint + 1;
        high = count;
        while (hint + step < count) {
            if (!BEFORE(hint + step)) {
                high = hint + step;
                break;
            }
            low = hint + step + 1;
            step = step * 2 + 1;
        }
    } else {
        low = 0;
        high = hint;
        while (hint - step >= 0) {
            if (BEFORE(hint - step)) {
                low = hint - step + 1;
                break;
            }
            high = hint - step;
            step = step * 2 + 1;
        }
    }
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        if (BEFORE(middle)) low = middle + 1;
        else high = middle;
    }
    return low;
#undef BEFORE
}

/* --- merging --------------------------------------------------------------------------------------------------- */

/* Merges two neighbouring runs; the first is the shorter: it goes to temp, and the result grows from
 * the left. On failure everything is somewhere in the range again. */
static bool merge_low(Sorter *sorter, int64_t start, int64_t a_count, int64_t b, int64_t b_count) {
    if (!save_to_temp(sorter, start, a_count)) return false;
    int64_t a = 0, to = start, b_end = b + b_count;
    bool ok = true;
    while (a < a_count && b < b_end) {
        int64_t a_wins = 0, b_wins = 0;
        while (a < a_count && b < b_end && a_wins < sorter->min_gallop &&
               b_wins < sorter->min_gallop) {
            int below = less(sorter, sorter->keys[b], sorter->temp->items[a]);
            if (below < 0) goto failed;
            if (below) {
                move_one(sorter, to++, b++);
                b_wins++;
                a_wins = 0;
            } else {
                restore_one(sorter, to++, a++);
                a_wins++;
                b_wins = 0;
            }
        }
        while (a < a_count && b < b_end) {
            if (sorter->min_gallop > 1) sorter->min_gallop--;
            a_wins = gallop(sorter, sorter->keys[b], sorter->temp->items + a, a_count - a, 0, true);
            if (a_wins < 0) goto failed;
            restore_from_temp(sorter, to, a, a_wins);
            to += a_wins;
            a += a_wins;
            if (a == a_count) break;
            b_wins = gallop(sorter, sorter->temp->items[a], sorter->keys + b, b_end - b, 0, false);
            if (b_wins < 0) goto failed;
            move_within(sorter, to, b, b_wins);
            to += b_wins;
            b += b_wins;
            if (a_wins < GALLOP_START && b_wins < GALLOP_START) {
                sorter->min_gallop += 2;
                break;
            }
        }
    }
    goto done;
failed:
    ok = false;
done:
    restore_from_temp(sorter, to, a, a_count - a);
    return ok;
}

/* The same when the second run is the shorter: it goes to temp, the result grows from the right. */
static bool merge_high(Sorter *sorter, int64_t start, int64_t a_count, int64_t b, int64_t b_count) {
    if (!save_to_temp(sorter, b, b_count)) return false;
    int64_t a_end = start + a_count, b_end = b_count, to = b + b_count; /* all exclusive */
    bool ok = true;
    while (a_end > start && b_end > 0) {
        int64_t a_wins = 0, b_wins = 0;
        while (a_end > start && b_end > 0 && a_wins < sorter->min_gallop &&
               b_wins < sorter->min_gallop) {
            int below = less(sorter, sorter->temp->items[b_end - 1], sorter->keys[a_end - 1]);
            if (below < 0) goto failed;
            if (below) {
                move_one(sorter, --to, --a_end);
                a_wins++;
                b_wins = 0;
            } else {
                restore_one(sorter, --to, --b_end);
                b_wins++;
                a_wins = 0;
            }
        }
        while (a_end > start && b_end > 0) {
            if (sorter->min_gallop > 1) sorter->min_gallop--;
            int64_t count = a_end - start;
            int64_t kept = gallop(sorter, sorter->temp->items[b_end - 1], sorter->keys + start, count,
                                  count - 1, true);
            if (kept < 0) goto failed;
            a_wins = count - kept;
            to -= a_wins;
            a_end -= a_wins;
            move_within(sorter, to, a_end, a_wins);
            if (a_end == start) break;
            kept = gallop(sorter, sorter->keys[a_end - 1], sorter->temp->items, b_end, b_end - 1,
                          false);
            if (kept < 0) goto failed;
            b_wins = b_end - kept;
            to -= b_wins;
            b_end -= b_wins;
            restore_from_temp(sorter, to, b_end, b_wins);
            if (a_wins < GALLOP_START && b_wins < GALLOP_START) {
                sorter->min_gallop += 2;
                break;
            }
        }
    }
    goto done;
failed:
    ok = false;
done:
    restore_from_temp(sorter, to - b_end, 0, b_end);
    return ok;
}

/* Merges the pending runs number i and i + 1. */
static bool merge_runs(Sorter *sorter, int i) {
    Run a = sorter->runs[i], b = sorter->runs[i + 1];
    sorter->runs[i].length = a.length + b.length;
    sorter->run_count--;
    for (int n = i + 1; n < sorter->run_count; n++) sorter->runs[n] = sorter->runs[n + 1];
    int64_t in_place = gallop(sorter, sorter->keys[b.start], sorter->keys + a.start, a.length, 0, true);
    if (in_place < 0) return false;
    a.start += in_place;
    a.length -= in_place;
    if (a.length == 0) return true;
    b.length = gallop(sorter, sorter->keys[b.start - 1], sorter->keys + b.start, b.length,
                      b.length - 1, false);
    if (b.length <= 0) return b.length == 0;
    return a.length <= b.length ? merge_low(sorter, a.start, a.length, b.start, b.length)
                                : merge_high(sorter, a.start, a.length, b.start, b.length);
}

/* Merges until each pending run is longer than the next two together, and than the next. */
static bool merge_until_balanced(Sorter *sorter) {
    Run *runs = sorter->runs;
    while (sorter->run_count > 1) {
        int i = sorter->run_count - 2;
        bool three = (i > 0 && runs[i - 1].length <= runs[i].length + runs[i + 1].length) ||
                     (i > 1 && runs[i - 2].length <= runs[i - 1].length + runs[i].length);
        if (three) {
            if (runs[i - 1].length < runs[i + 1].length) i--;
        } else if (runs[i].length > runs[i + 1].length) {
            break;
        }
        if (!merge_runs(sorter, i)) return false;
    }
    return true;
}

static bool merge_all(Sorter *sorter) {
    while (sorter->run_count > 1) {
        int i = sorter->run_count - 2;
        if (i > 0 && sorter->runs[i - 1].length < sorter->runs[i + 1].length) i--;
        if (!merge_runs(sorter, i)) return false;
    }
    return true;
}

static bool sort_keys(Sorter *sorter, int64_t count) {
    int64_t shortest = shortest_run(count);
    sorter->min_gallop = GALLOP_START;
    for (int64_t start = 0; start < count;) {
        int64_t length = natural_run(sorter, start, count);
        if (length < 0) return false;
        if (length < shortest) {
            int64_t forced = min_int64(shortest, count - start);
            if (!insertion_sort(sorter, start, start + length, start + forced)) return false;
            length = forced;
        }
        sorter->runs[sorter->run_count++] = (Run){start, length};
        if (!merge_until_balanced(sorter)) return false;
        start += length;
    }
    return merge_all(sorter);
}

/* Descending order that keeps equal items in theirs: turned around, sorted, turned around. */
static bool sort_ordered(Sorter *sorter, int64_t count, bool reverse) {
    if (count < 2) return true;
    if (reverse) reverse_range(sorter, 0, count);
    bool ok = sort_keys(sorter, count);
    if (reverse) reverse_range(sorter, 0, count);
    return ok;
}

/* --- the list ------------------------------------------------------------------------------------------------------ */

/* Sorts under the lock when no Python is needed. 1: done, 0: it is needed, -1: MemoryError. */
static int sort_in_one_step(List *list, bool reverse) {
    object_lock(list);
    int64_t count = list->length;
    Array *items = list->items;
    Order order = count ? order_of(items->items, count) : ORDER_SMALLINT;
    int result = order != ORDER_ANY;
    if (result && count > 1) {
        Array *sorted = array_new(items->capacity);
        if (sorted) {
            memcpy(sorted->items, items->items, (size_t)count * sizeof(Value));
            Sorter sorter = {.keys = sorted->items, .order = order};
            result = sort_ordered(&sorter, count, reverse) ? 1 : -1;
            if (result > 0) HEAP_STORE_POINTER(list, &list->items, sorted);
        } else {
            result = -1;
        }
    }
    object_unlock(list);
    return result;
}

/* key(item) for each item. NULL with an exception set. */
static Array *keys_of(const Array *items, int64_t count, Value key) {
    Array *keys = array_new(count);
    for (int64_t i = 0; keys && i < count; i++) {
        Value result = call_1(key, items->items[i]);
        if (is_error(result)) return NULL;
        heap_store_relaxed(keys, &keys->items[i], result);
    }
    return keys;
}

static bool sort_taken(Array *items, int64_t count, Value key, bool reverse) {
    Sorter sorter = {.keys = items->items};
    if (!is_none(key)) {
        Array *keys = keys_of(items, count, key);
        if (!keys) return false;
        sorter.keys = keys->items;
        sorter.values = items->items;
    }
    sorter.order = order_of(sorter.keys, count);
    write_barrier(items);
    return sort_ordered(&sorter, count, reverse);
}

bool list_sort(List *list, Value key, bool reverse) {
    if (is_none(key)) {
        int done = sort_in_one_step(list, reverse);
        if (done) return done > 0;
    }
    int64_t count, unused;
    Array *mark = array_new(0); /* what the list has as long as nobody touches it */
    if (!mark) return false;
    Array *items = list_exchange(list, mark, 0, &count);
    /* Who reads the list at this moment may still hold its old array: what is sorted is a copy. */
    Array *sorted = items ? array_new(items->capacity) : NULL;
    for (int64_t i = 0; sorted && i < count; i++)
        heap_store_relaxed(sorted, &sorted->items[i], value_load_relaxed(&items->items[i]));
    bool ok = !items || (sorted && sort_taken(sorted, count, key, reverse));
    if (!sorted) sorted = items;
    Array *found = list_exchange(list, sorted, sorted ? count : 0, &unused);
    if (ok && found != mark) {
        raise_error(&ValueError, "list modified during sort");
        return false;
    }
    return ok;
}
