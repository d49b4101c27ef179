/* error.h - raising and looking at exceptions from C.
 *
 * A function that fails returns VALUE_ERROR, NULL, false or -1 (as its type allows) and leaves the
 * exception on the thread. At most one is set; whoever raises while one is set loses the former
 * (fetch it first). The exception types are declared in types/exception.h. */
#ifndef WEFT_OBJECT_ERROR_H
#define WEFT_OBJECT_ERROR_H

#include "object/context.h"
#include "object/type.h"

/* Raises `type` with one message argument; chains __context__ to the exception being handled.
 * The format is str_format()'s (types/str.h): %s %d %i %u %ld %lld %zd %zu %c %x %p %% and
 *   %V str(Value)   %R repr(Value)   %A ascii(Value)   %T name of the Value's type
 *   %U a Str *      %N name of a Type *
 * Always returns VALUE_ERROR, for `return raise_error(...)`. Allocates. */
Value raise_error(Type *type, const char *format, ...);
/* Raises an exception object (or makes one by calling a class). Sets the context. */
Value raise_value(Value exception);
/* Raises type(argument). */
Value raise_with(Type *type, Value argument);
/* Sets what error_fetch() returned again, touching neither context nor traceback. */
void error_restore(Value exception);
/* From errno: OSError's subclass for it, with strerror and (VALUE_EMPTY: without) file names. */
Value raise_os_error(int number, Value filename, Value filename2);
Value raise_memory_error(void); /* preallocated; never allocates */
Value raise_stop_iteration(Value value); /* StopIteration(value), without value for VALUE_EMPTY */
Value raise_key_error(Value key);
/* ImportError/ModuleNotFoundError with name and path. */
Value raise_import_error(Type *type, Value name, Value path, const char *format, ...);
/* SyntaxError and its subclasses: offsets are 1-based character columns; text may be NULL. An end
 * offset SYNTAX_NO_OFFSET is None; with a 0 for its line there is no end at all. */
#define SYNTAX_NO_OFFSET (-1000)
Value raise_syntax_error(Type *kind, Str *filename, int lineno, int offset, Str *text,
                         int end_lineno, int end_offset, const char *format, ...);

/* What a failed allocation's caller returns, and the object as a value otherwise. */
static inline Value value_or_error(const void *object) {
    return object ? object_value(object) : VALUE_ERROR;
}
/* A field that nobody filled reads as None. */
static inline Value none_if_empty(Value v) { return is_empty(v) ? VALUE_NONE : v; }

static inline bool error_occurred(void) { return !is_empty(context_self()->exception); }
/* Returns the exception and clears it; VALUE_EMPTY if there was none. */
static inline Value error_fetch(void) {
    Context *context = context_self();
    Value exception = context->exception;
    context->exception = VALUE_EMPTY;
    return exception;
}
static inline void error_clear(void) { context_self()->exception = VALUE_EMPTY; }
/* Is the exception set of that type? (False when none is set.) */
bool error_matches(const Type *type);
/* If the exception set is of that type, clears it and returns true. */
bool error_clear_if(const Type *type);
/* Gives an AttributeError that is set and says nothing of object and name these. */
void error_note_attribute(Value object, Str *name);
/* Replaces the exception set by type(format...), the old one as __cause__ and __context__. */
Value raise_from(Type *type, const char *format, ...);
/* Reports an exception that nobody can catch (sys.unraisablehook) and clears it. */
void error_write_unraisable(const char *where, Value object);
/* Issues a warning: false when it was turned into an exception. Runs Python. */
bool warn(Type *category, int stack_level, const char *format, ...);
bool warn_explicit(Type *category, Str *filename, int lineno, const char *format, ...);

/* For C recursion: raises RecursionError ("maximum recursion depth exceeded" + where, which may be
 * "" or " while getting the repr of an object") when the limit or the C stack is used up. Balance a
 * true result with stack_leave(). */
bool stack_enter_slow(const char *where);
static inline bool stack_enter(const char *where) {
    Context *context = context_self();
    if (unlikely(context->depth >= load_relaxed(&runtime.recursion_limit) ||
                 !c_stack_has_room(&context->heap.thread)))
        return stack_enter_slow(where);
    context->depth++;
    return true;
}
static inline void stack_leave(void) { context_self()->depth--; }
/* The C stack only: for parsers and other native recursion. Raises RecursionError. */
bool stack_check(void);

#endif
