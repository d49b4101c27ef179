/* audit.c - see audit.h. */
#include "object/audit.h"

#include <stdlib.h>
#include "object/call.h"
#include "object/lookup.h"
#include "types/exception.h"
#include "types/int.h"
#include "types/list.h"
#include "types/str.h"

struct Array *audit_hooks;
void (*audit_pause_tracing)(bool pause);

static void scan_hooks(Marker *marker) { marker_visit_pointer(marker, audit_hooks); }

void audit_init(void) { heap_add_root_scanner(scan_hooks); }

/* -1: an exception. */
static int can_be_traced(Value hook) {
    Value answer = get_attribute_optional(hook, NAME("__cantrace__"));
    return is_error(answer) ? -1 : is_empty(answer) ? 0 : value_truth(answer);
}

static bool call_hook(Value hook, Value event, Value args) {
    const Context *context = context_self();
    bool traced = !is_empty(context->trace_function) || !is_empty(context->profile_function);
    if (likely(!traced)) return !is_error(call_2(hook, event, args));
    audit_pause_tracing(true);
    int allowed = can_be_traced(hook);
    if (allowed > 0) audit_pause_tracing(false);
    bool good = allowed >= 0 && !is_error(call_2(hook, event, args));
    if (allowed <= 0) audit_pause_tracing(false);
    return good;
}

bool audit_event(Value event, Value args) {
    Array *hooks = load_acquire(&audit_hooks);
    for (int64_t i = 0; hooks && i < hooks->capacity; i++)
        if (!call_hook(hooks->items[i], event, args)) return false;
    return true;
}

bool audit_tell(const char *event, const Value *args, size_t count) {
    Str *name = str_from_c(event);
    Tuple *values = tuple_new((int64_t)count);
    if (!name || !values) return false;
    for (size_t i = 0; i < count; i++)
        heap_store_relaxed(values, &values->items[i], is_empty(args[i]) ? VALUE_NONE : args[i]);
    return audit_event(object_value(name), object_value(values));
}

/* `audit` is the event's name and then, each behind a blank, the number of a parameter, or "-" for one that
 * is never there; "=N" behind it gives what is told for None or nothing. */
bool audit_call(const MethodDef *def, const Value *slots) {
    enum { ARGUMENTS_MAX = 8 };
    char event[64];
    Value args[ARGUMENTS_MAX];
    size_t count = 0, length = strcspn(def->audit, " ");
    weft_assert(length < sizeof event);
    memcpy(event, def->audit, length);
    event[length] = 0;
    for (const char *p = def->audit + length; *p; count++) {
        weft_assert(count < ARGUMENTS_MAX && *p == ' ');
        char *end = (char *)p + 2;
        args[count] = p[1] == '-' ? VALUE_NONE : slots[strtol(p + 1, &end, 10)];
        if (*end == '=') {
            long absent = strtol(end + 1, &end, 10);
            if (is_empty(args[count]) || is_none(args[count])) args[count] = smallint_value(absent);
        }
        p = end;
    }
    return audit_tell(event, args, count);
}

bool audit_add_hook(Value hook) {
    if (audit_is_on() && !audit_tell("sys.addaudithook", NULL, 0)) return error_clear_if(&exc_Exception);
    Array *old = load_acquire(&audit_hooks), *longer;
    do {
        int64_t count = old ? old->capacity : 0;
        longer = array_new(count + 1);
        if (!longer) return false;
        for (int64_t i = 0; i < count; i++) longer->items[i] = old->items[i];
        longer->items[count] = hook;
    } while (!cas_acq_rel(&audit_hooks, &old, longer));
    return true;
}
