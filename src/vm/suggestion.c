/* suggestion.c - "Did you mean": the name nearest to one that was not found.
 *
 * The distance is Levenshtein's with unequal costs: a character inserted, removed or exchanged costs
 * MOVE, an exchange of upper and lower case only CASE. A suggestion may differ in a third of the
 * characters. */
#include "vm/exception_print.h"

#include "object/call.h"
#include "types/dict.h"
#include "types/exception_kinds.h"
#include "vm/frame.h"

enum { CANDIDATES_MAX = 750, NAME_MAX_BYTES = 40, MOVE_COST = 2, CASE_COST = 1 };

static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c; }
static size_t exchange_cost(char a, char b) {
    return a == b ? 0 : lower(a) == lower(b) ? CASE_COST : MOVE_COST;
}

/* The distance, or something larger than `limit`. */
static size_t distance(const char *a, size_t a_size, const char *b, size_t b_size, size_t limit) {
    while (a_size && b_size && *a == *b) a++, b++, a_size--, b_size--;
    while (a_size && b_size && a[a_size - 1] == b[b_size - 1]) a_size--, b_size--;
    if (a_size == 0 || b_size == 0) return (a_size + b_size) * MOVE_COST;
    if (a_size > NAME_MAX_BYTES || b_size > NAME_MAX_BYTES) return limit + 1;
    size_t gap = a_size > b_size ? a_size - b_size : b_size - a_size;
    if (gap * MOVE_COST > limit) return limit + 1;
    size_t row[NAME_MAX_BYTES + 1];
    for (size_t i = 0; i <= a_size; i++) row[i] = i * MOVE_COST;
    for (size_t j = 0; j < b_size; j++) {
        size_t diagonal = row[0], best = SIZE_MAX;
        row[0] = (j + 1) * MOVE_COST;
        for (size_t i = 0; i < a_size; i++) {
            size_t exchanged = diagonal + exchange_cost(a[i], b[j]);
            diagonal = row[i + 1];
            size_t moved = min_size(diagonal, row[i]) + MOVE_COST;
            row[i + 1] = min_size(exchanged, moved);
            best = min_size(best, row[i + 1]);
        }
        if (best > limit) return limit + 1;
    }
    return row[a_size];
}

static Str *nearest(const Value *candidates, int64_t count, Str *name) {
    if (count >= CANDIDATES_MAX) return NULL;
    size_t size, best = SIZE_MAX;
    const char *text = str_utf8(name, &size);
    Str *found = NULL;
    for (int64_t i = 0; text && i < count; i++) {
        if (!is_str(candidates[i]) || str_equal(as_str(candidates[i]), name)) continue;
        size_t item_size;
        const char *item = str_utf8(as_str(candidates[i]), &item_size);
        if (!item) return NULL;
        size_t limit = (size + item_size + 3) * MOVE_COST / 6;
        limit = min_size(limit, best - 1);
        size_t d = distance(text, size, item, item_size, limit);
        if (d > limit) continue;
        found = as_str(candidates[i]);
        best = d;
    }
    return found;
}

static Str *nearest_in_list(List *list, Str *name) {
    int64_t count;
    Array *items = list ? list_snapshot(list, &count) : NULL;
    return items ? nearest(items->items, count, name) : NULL;
}

static Str *suggest_attribute(Value exception) {
    AttributeErrorException *error = OBJECT_AS(AttributeErrorException, exception);
    Value name = exception_field(&error->name), object = exception_field(&error->object);
    if (!is_str(name) || is_empty(object)) return NULL;
    Value dir = dict_get_c(runtime.builtins, "dir");
    Value names = is_empty(dir) || is_error(dir) ? VALUE_EMPTY : call_1(dir, object);
    return is_list(names) ? nearest_in_list(as_list(names), as_str(name)) : NULL;
}

static Str *suggest_name(Value exception) {
    Value name = exception_field(&OBJECT_AS(NameErrorException, exception)->name);
    Value at = exception_field(&as_exception(exception)->traceback);
    if (!is_str(name) || !is_exactly(at, &traceback_type)) return NULL;
    for (Value next; is_exactly(next = value_load_acquire(&OBJECT_AS(Traceback, at)->next),
                                &traceback_type);)
        at = next;
    Value frame = OBJECT_AS(Traceback, at)->frame;
    if (!is_exactly(frame, &frame_type)) return NULL;
    const Code *code = OBJECT_AS(FrameObject, frame)->code;
    const Function *function = OBJECT_AS(FrameObject, frame)->function;
    Str *found = nearest(code->local_names->items, code->local_names->length, as_str(name));
    if (!found && function) found = nearest_in_list(dict_keys_list(function->globals), as_str(name));
    if (!found && function) found = nearest_in_list(dict_keys_list(function->builtins), as_str(name));
    return found;
}

Str *exception_suggestion(Value exception) {
    if (type_of(exception) == &exc_AttributeError) return suggest_attribute(exception);
    if (type_of(exception) == &exc_NameError) return suggest_name(exception);
    return NULL;
}
