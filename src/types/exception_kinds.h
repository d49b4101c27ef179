/* exception_kinds.h - what the files that implement the exception classes share. */
#ifndef WEFT_TYPES_EXCEPTION_KINDS_H
#define WEFT_TYPES_EXCEPTION_KINDS_H

#include "types/exception.h"

/* The three groups of classes with slots of their own put them into the static Types; called once
 * before main(), so that whoever calls type_ready() first finds them complete. */
void exception_detail_fill(void);  /* OSError, SyntaxError, Unicode*Error */
void exception_group_fill(void);   /* BaseExceptionGroup */

/* Makes the class ExceptionGroup; see exceptions_init(). */
bool exception_group_init(void);

/* BaseException's slots, for those that extend them. */
Value base_exception_new(Type *type, Value *args, size_t count, Tuple *names);
bool base_exception_init(Value self, Value *args, size_t count, Tuple *names);
Value base_exception_str(Value self);

/* TypeError "X() takes no keyword arguments" when there are some. */
bool exception_refuse_keywords(Value self, Tuple *names);
/* The values of the keyword-only parameters in `wanted` (`wanted_count` names); others are refused
 * in the name of `function`. Absent ones are VALUE_EMPTY. */
bool exception_take_keywords(const char *function, Value *args, size_t count, Tuple *names,
                             const char *const *wanted, Value *out, size_t wanted_count);

/* A field, VALUE_EMPTY when unset. */
static inline Value exception_field(const Value *slot) { return value_load_acquire(slot); }

/* The instance's dict when it has attributes, VALUE_EMPTY when not (nothing raised), or VALUE_ERROR. */
Value exception_state(Value self);

#endif
