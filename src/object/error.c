/* error.c - raising and looking at exceptions from C.
 *
 * The exception being raised lies in Context.exception and belongs to its thread alone. raise_value()
 * is the one place that sets it for a new exception: it links __context__ to the exception being
 * handled (Context.handled) and cuts a cycle that the link would close.
 *
 * MemoryError must not allocate: exceptions_init() makes a few instances in advance that are handed
 * out in turn and wiped when they are. A program that keeps more of them than there are sees the
 * same object twice; that is the price of always having one. */
#include "object/error.h"

#include <errno.h>
#include <stdarg.h>
#include "object/call.h"
#include "types/dict.h"
#include "types/exception_kinds.h"
#include "types/int.h"
#include "types/list.h"
#include "types/str.h"

/* --- setting -------------------------------------------------------------------------------------- */

static Value context_of(Value exception) {
    return value_load_acquire(&as_exception(exception)->context);
}

/* Makes `handled` the __context__ of `exception`. Walks the chain of `handled` first: where it leads
 * to `exception` the link is cut. The second, slower walker notices cycles that were there before. */
static void link_context(Value exception, Value handled) {
    if (same_value(exception, handled)) return;
    Value fast = handled, slow = handled;
    bool move_slow = false;
    for (;;) {
        Value next = context_of(fast);
        if (is_empty(next)) break;
        if (same_value(next, exception)) {
            heap_store_release(object_of(fast), &as_exception(fast)->context, VALUE_EMPTY);
            break;
        }
        fast = next;
        if (same_value(fast, slow)) break;
        if (move_slow && !is_empty(context_of(slow))) slow = context_of(slow);
        move_slow = !move_slow;
    }
    heap_store_release(object_of(exception), &as_exception(exception)->context, handled);
}

static Value set_raised(Value exception) {
    Context *context = context_self();
    Value handled = context->handled;
    if (!is_empty(handled) && is_exception(handled)) link_context(exception, handled);
    context->exception = exception;
    return VALUE_ERROR;
}

static bool is_exception_class(Value v) {
    return is_type(v) && type_is_subtype(OBJECT_AS(Type, v), &exc_BaseException);
}

Value raise_value(Value exception) {
    if (is_exception_class(exception)) {
        Value instance = call_0(exception);
        if (is_error(instance)) return instance;
        if (!is_exception(instance))
            return raise_error(&TypeError,
                               "calling %R should have returned an instance of BaseException, not %R",
                               exception, object_value(type_of(instance)));
        exception = instance;
    }
    if (!is_exception(exception))
        return raise_error(&TypeError, "exceptions must derive from BaseException");
    return set_raised(exception);
}

void error_restore(Value exception) { context_self()->exception = exception; }

Value raise_with(Type *type, Value argument) {
    Value exception = exception_new(type, &argument, 1);
    return is_error(exception) ? exception : raise_value(exception);
}

static Value raise_text(Type *type, Str *message) {
    return message ? raise_with(type, object_value(message)) : VALUE_ERROR;
}

Value raise_error(Type *type, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    Str *message = str_format_va(format, arguments);
    va_end(arguments);
    return raise_text(type, message);
}

Value raise_from(Type *type, const char *format, ...) {
    Value cause = error_fetch();
    va_list arguments;
    va_start(arguments, format);
    Str *message = str_format_va(format, arguments);
    va_end(arguments);
    raise_text(type, message);
    if (is_empty(cause)) return VALUE_ERROR;
    Value exception = context_self()->exception;
    if (is_empty(exception) || same_value(exception, cause)) return VALUE_ERROR;
    exception_set_cause(exception, cause);
    heap_store_release(object_of(exception), &as_exception(exception)->context, cause);
    return VALUE_ERROR;
}

/* --- particular exceptions ------------------------------------------------------------------------ */

Value raise_os_error(int number, Value filename, Value filename2) {
    char buffer[128];
    const char *text = strerror_r(number, buffer, sizeof buffer);
    Str *message = number == 0 ? str_from_c("Error") : str_from_os_text(text, strlen(text));
    if (!message) return VALUE_ERROR;
    Value args[5] = {int_value(number), object_value(message), filename, VALUE_NONE, filename2};
    size_t count = is_empty(filename) ? 2 : is_empty(filename2) ? 3 : 5;
    Value exception = exception_new(&OSError, args, count);
    return is_error(exception) ? exception : raise_value(exception);
}

Value raise_stop_iteration(Value value) {
    Value exception = exception_new(&StopIteration, &value, is_empty(value) ? 0 : 1);
    return is_error(exception) ? exception : raise_value(exception);
}

Value raise_key_error(Value key) { return raise_with(&KeyError, key); }

Value raise_import_error(Type *type, Value name, Value path, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    Str *text = str_format_va(format, arguments);
    va_end(arguments);
    if (!text) return VALUE_ERROR;
    Value message = object_value(text);
    Value exception = exception_new(type, &message, 1);
    if (is_error(exception)) return exception;
    ImportErrorException *error = OBJECT_AS(ImportErrorException, exception);
    heap_store_release(error, &error->name, is_none(name) ? VALUE_EMPTY : name);
    heap_store_release(error, &error->path, is_none(path) ? VALUE_EMPTY : path);
    return raise_value(exception);
}

Value raise_syntax_error(Type *kind, Str *filename, int lineno, int offset, Str *text, int end_lineno,
                         int end_offset, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    Str *message = str_format_va(format, arguments);
    va_end(arguments);
    if (!message) return VALUE_ERROR;
    bool has_end = end_lineno != 0 || end_offset != SYNTAX_NO_OFFSET;
    Tuple *info = tuple_pack(has_end ? 6 : 4, filename ? object_value(filename) : VALUE_NONE,
                             int_value(lineno), int_value(offset),
                             text ? object_value(text) : VALUE_NONE, int_value(end_lineno),
                             end_offset == SYNTAX_NO_OFFSET ? VALUE_NONE : int_value(end_offset));
    if (!info) return VALUE_ERROR;
    Value args[2] = {object_value(message), object_value(info)};
    Value exception = exception_new(kind, args, 2);
    return is_error(exception) ? exception : raise_value(exception);
}

void error_note_attribute(Value object, Str *name) {
    Value exception = context_self()->exception;
    if (!is_instance_of(exception, &AttributeError)) return;
    AttributeErrorException *error = OBJECT_AS(AttributeErrorException, exception);
    if (!is_empty(exception_field(&error->name)) || !is_empty(exception_field(&error->object))) return;
    heap_store_release(error, &error->name, object_value(name));
    heap_store_release(error, &error->object, object);
}

/* --- MemoryError ---------------------------------------------------------------------------------- */

enum { SPARE_COUNT = 16 };
static Value spare_memory_errors[SPARE_COUNT]; /* constant after exceptions_init() */
static Tuple *spare_args;                      /* () */
static uint32_t spare_next;                    /* atomic */

Value raise_memory_error(void) {
    uint32_t turn = fetch_add_relaxed(&spare_next, 1u);
    Value exception = spare_memory_errors[turn % SPARE_COUNT];
    if (is_empty(exception)) fatal("out of memory before the runtime was ready");
    Exception *error = as_exception(exception);
    heap_store_release(error, &error->args, object_value(spare_args));
    heap_store_release(error, &error->traceback, VALUE_EMPTY);
    heap_store_release(error, &error->cause, VALUE_EMPTY);
    heap_store_release(error, &error->context, VALUE_EMPTY);
    store_release(&error->suppress_context, false);
    return set_raised(exception);
}

static void out_of_memory(void) { (void)raise_memory_error(); }

static void scan_spares(Marker *marker) {
    marker_visit_range(marker, spare_memory_errors, SPARE_COUNT);
    marker_visit_pointer(marker, spare_args);
}

bool exceptions_init(void) {
    spare_args = tuple_new(0);
    if (!spare_args) return false;
    heap_add_root_scanner(scan_spares);
    for (size_t i = 0; i < SPARE_COUNT; i++) {
        Value spare = exception_new(&MemoryError, NULL, 0);
        if (is_error(spare)) return false;
        spare_memory_errors[i] = spare;
    }
    heap_hooks.out_of_memory = out_of_memory;
    return exception_group_init();
}

/* --- looking -------------------------------------------------------------------------------------- */

bool error_matches(const Type *type) {
    Value exception = context_self()->exception;
    return !is_empty(exception) && is_instance_of(exception, type);
}

bool error_clear_if(const Type *type) {
    if (!error_matches(type)) return false;
    error_clear();
    return true;
}

/* --- recursion ------------------------------------------------------------------------------------ */

bool stack_enter_slow(const char *where) {
    raise_error(&RecursionError, "maximum recursion depth exceeded%s", where);
    return false;
}

bool stack_check(void) {
    if (c_stack_has_room(thread_self())) return true;
    return stack_enter_slow("");
}
