/* heapq_module.c - the module _heapq: a list kept as a heap.
 *
 * Sharing. When the items that are compared are numbers, strs, or tuples of such, comparing them runs
 * no Python, and each operation is done under the list's lock: it first finds where everything goes,
 * writing nothing, and then writes; so threads that push to and pop from one such heap never see it
 * half sorted, as under a GIL. As soon as a comparison needs Python the lock is given up and the
 * operation is done item by item; what other threads change meanwhile is reported as RuntimeError when
 * the length differs, and otherwise gives some order. */
#include "modules/compare_quick.h"
#include "types/exception.h"
#include "types/int.h"
#include "types/list.h"
#include "types/module.h"
#include "types/str.h"

enum { DEEPEST = 64 };

/* a before b? 1, 0, -1 with an exception set. Runs Python. */
static int before(Value a, Value b, bool largest_first) {
    return largest_first ? value_compare_bool(b, a, COMPARE_LT) : value_compare_bool(a, b, COMPARE_LT);
}
/* The same without running Python: -1 when that is not possible. */
static int before_quick(Value a, Value b, bool largest_first) {
    return largest_first ? less_quick(b, a, 0) : less_quick(a, b, 0);
}

static Value item_of(List *list, int64_t i) { return value_load_relaxed(&list->items->items[i]); }
static void put_item(List *list, int64_t i, Value v) {
    list_note_change(list);
    heap_store_release(list->items, &list->items->items[i], v);
}

/* --- under the lock -------------------------------------------------------------------------------------- */

/* Finds the path an item takes up from `position` towards `top`: path[0] is where it starts; returns
 * the number of places, -1 when Python is needed. */
static int path_up(List *list, Value item, int64_t position, int64_t top, bool largest, int64_t *path) {
    int n = 0;
    path[n++] = position;
    while (position > top) {
        int64_t parent = (position - 1) / 2;
        int less = before_quick(item, item_of(list, parent), largest);
        if (less < 0) return -1;
        if (!less) break;
        path[n++] = position = parent;
    }
    return n;
}

/* Moves the items of the path one place along it and puts `item` at its end. */
static void move_along(List *list, Value item, const int64_t *path, int count) {
    for (int i = 0; i + 1 < count; i++) put_item(list, path[i], item_of(list, path[i + 1]));
    put_item(list, path[count - 1], item);
}

/* Puts `item` in at the root of a heap of `length` items: 1 done, 0: Python is needed, nothing was
 * changed. The path of the smaller children leads to a leaf; the item's place on it is looked for from
 * the leaf, where it most often belongs. */
static int sink_locked(List *list, Value item, int64_t root, int64_t length, bool largest) {
    int64_t path[DEEPEST];
    int n = 0;
    int64_t position = path[n++] = root;
    while (position < length / 2) {
        int64_t child = 2 * position + 1;
        if (child + 1 < length) {
            int less = before_quick(item_of(list, child), item_of(list, child + 1), largest);
            if (less < 0) return 0;
            child += !less;
        }
        path[n++] = position = child;
    }
    for (; n > 1; n--) {
        int less = before_quick(item, item_of(list, path[n - 1]), largest);
        if (less < 0) return 0;
        if (!less) break;
    }
    move_along(list, item, path, n);
    return 1;
}

/* --- with Python in between --------------------------------------------------------------------------------- */

static bool check_length(List *list, int64_t length) {
    if (list_length(list) == length) return true;
    raise_error(&RuntimeError, "list changed size during iteration");
    return false;
}

/* The item at i; VALUE_ERROR with RuntimeError when it is gone. */
static Value item_or_error(List *list, int64_t i) {
    Value item = list_get(list, i);
    if (is_empty(item)) return raise_error(&RuntimeError, "list changed size during iteration");
    return item;
}

static bool rise(List *list, int64_t top, int64_t position, bool largest) {
    int64_t length = list_length(list);
    while (position > top) {
        int64_t parent = (position - 1) / 2;
        Value item = item_or_error(list, position);
        Value above = is_error(item) ? item : item_or_error(list, parent);
        if (is_error(above)) return false;
        int less = before(item, above, largest);
        if (less < 0 || !check_length(list, length)) return false;
        if (!less) break;
        /* exchanged as they are now: the comparison may have changed them */
        item = item_or_error(list, position);
        above = is_error(item) ? item : item_or_error(list, parent);
        if (is_error(above)) return false;
        list_set(list, parent, item);
        list_set(list, position, above);
        position = parent;
    }
    return true;
}

/* Lets the item at `root` go down to a leaf and from there up to its place. */
static bool sink(List *list, int64_t root, bool largest) {
    int64_t length = list_length(list), position = root;
    while (position < length / 2) {
        int64_t child = 2 * position + 1;
        if (child + 1 < length) {
            Value left = item_or_error(list, child);
            Value right = is_error(left) ? left : item_or_error(list, child + 1);
            if (is_error(right)) return false;
            int less = before(left, right, largest);
            if (less < 0 || !check_length(list, length)) return false;
            child += !less;
        }
        Value lower = item_or_error(list, child);
        Value upper = is_error(lower) ? lower : item_or_error(list, position);
        if (is_error(upper)) return false;
        list_set(list, child, upper);
        list_set(list, position, lower);
        position = child;
    }
    return rise(list, root, position, largest);
}

/* --- operations ---------------------------------------------------------------------------------------------- */

/* `which` is " 1" where the function has another argument. */
static List *heap_argument(Value v, const char *function, const char *which) {
    if (is_list(v)) return as_list(v);
    raise_error(&TypeError, "%s() argument%s must be list, not %T", function, which, v);
    return NULL;
}

static Value heappush(Value *args) {
    List *list = heap_argument(args[1], "heappush", " 1");
    if (!list) return VALUE_ERROR;
    int64_t path[DEEPEST];
    object_lock(list);
    int64_t last = list->length;
    bool added = list_splice_locked(list, last, last, &args[2], 1);
    int n = added ? (int)path_up(list, args[2], last, 0, false, path) : 0;
    if (n > 0) move_along(list, args[2], path, n);
    object_unlock(list);
    if (!added) return VALUE_ERROR;
    return n > 0 || rise(list, 0, last, false) ? VALUE_NONE : VALUE_ERROR;
}

static Value pop_root(Value *args, bool largest) {
    List *list = heap_argument(args[1], largest ? "_heappop_max" : "heappop", "");
    if (!list) return VALUE_ERROR;
    object_lock(list);
    int64_t length = list->length;
    Value last = length ? item_of(list, length - 1) : VALUE_EMPTY, root = last;
    int done = 1;
    if (length > 0) {
        root = item_of(list, 0);
        done = length < 2 || sink_locked(list, last, 0, length - 1, largest);
        if (!done) put_item(list, 0, last);
        store_release(&list->length, length - 1);
        put_item(list, length - 1, VALUE_EMPTY);
    }
    object_unlock(list);
    if (length == 0) return raise_error(&IndexError, "index out of range");
    return done || sink(list, 0, largest) ? root : VALUE_ERROR;
}
static Value heappop(Value *args) { return pop_root(args, false); }
static Value heappop_max(Value *args) { return pop_root(args, true); }

static Value replace_root(Value *args, bool largest) {
    List *list = heap_argument(args[1], largest ? "_heapreplace_max" : "heapreplace", " 1");
    if (!list) return VALUE_ERROR;
    object_lock(list);
    int64_t length = list->length;
    Value root = length ? item_of(list, 0) : VALUE_EMPTY;
    int done = 1;
    if (length > 0) {
        done = sink_locked(list, args[2], 0, length, largest);
        if (!done) put_item(list, 0, args[2]);
    }
    object_unlock(list);
    if (length == 0) return raise_error(&IndexError, "index out of range");
    return done || sink(list, 0, largest) ? root : VALUE_ERROR;
}
static Value heapreplace(Value *args) { return replace_root(args, false); }
static Value heapreplace_max(Value *args) { return replace_root(args, true); }

static Value heappushpop(Value *args) {
    List *list = heap_argument(args[1], "heappushpop", " 1");
    if (!list) return VALUE_ERROR;
    Value item = args[2], root = VALUE_EMPTY;
    object_lock(list);
    int done = 1;
    if (list->length > 0) {
        root = item_of(list, 0);
        int less = before_quick(root, item, false);
        if (less > 0) less = sink_locked(list, item, 0, list->length, false) ? 1 : -1;
        else if (less == 0) root = VALUE_EMPTY;
        done = less >= 0;
    }
    object_unlock(list);
    if (done) return is_empty(root) ? item : root;
    int less = before(root, item, false);
    if (less < 0) return VALUE_ERROR;
    if (!less) return item;
    root = list_get(list, 0);
    if (is_empty(root)) return raise_error(&IndexError, "index out of range");
    return list_set(list, 0, item) && sink(list, 0, false) ? root : VALUE_ERROR;
}

static Value make_heap(Value *args, bool largest) {
    List *list = heap_argument(args[1], largest ? "_heapify_max" : "heapify", "");
    if (!list) return VALUE_ERROR;
    object_lock(list);
    int64_t i = list->length / 2 - 1;
    while (i >= 0 && sink_locked(list, item_of(list, i), i, list->length, largest)) i--;
    object_unlock(list);
    for (; i >= 0; i--)
        if (!sink(list, i, largest)) return VALUE_ERROR;
    return VALUE_NONE;
}
static Value heapify(Value *args) { return make_heap(args, false); }
static Value heapify_max(Value *args) { return make_heap(args, true); }

static const MethodDef functions[] = {
    METHOD("heappush", heappush, "($module, heap, item, /)", "Put an item into a heap."),
    METHOD("heappop", heappop, "($module, heap, /)", "Remove the smallest item and return it."),
    METHOD("heapreplace", heapreplace, "($module, heap, item, /)",
           "Remove the smallest item and return it, and put another one in."),
    METHOD("heappushpop", heappushpop, "($module, heap, item, /)",
           "Put an item in, then remove the smallest one and return it."),
    METHOD("heapify", heapify, "($module, heap, /)", "Make a heap of a list, in linear time."),
    METHOD("_heappop_max", heappop_max, "($module, heap, /)", "Remove the largest item and return it."),
    METHOD("_heapreplace_max", heapreplace_max, "($module, heap, item, /)",
           "Remove the largest item and return it, and put another one in."),
    METHOD("_heapify_max", heapify_max, "($module, heap, /)", "The same with the largest item first."),
    {0},
};

static bool init(Module *module) {
    return module_add_str(module, "__about__",
                          "A heap is a list in which item k is not greater than items 2k+1 and 2k+2,\n"
                          "so that item 0 is the smallest.");
}

const NativeModule module__heapq = {
    .name = "_heapq",
    .doc = "Lists kept as heaps: what the module heapq has in C.",
    .functions = functions,
    .init = init,
};
