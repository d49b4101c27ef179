/* call.h - calling any object, attribute access, operators and iteration on any value.
 *
 * Unless a line says otherwise every function here raises, allocates and runs Python; none may be
 * called with an object's lock held. */
#ifndef WEFT_OBJECT_CALL_H
#define WEFT_OBJECT_CALL_H

#include "object/error.h"

/* --- calls ----------------------------------------------------------------------------------------
 * args: `count` positional values, then the values for the names in `names` (NULL: no keywords). */
Value call(Value callable, Value *args, size_t count, Tuple *names);
Value call_0(Value callable);
Value call_1(Value callable, Value a);
Value call_2(Value callable, Value a, Value b);
Value call_3(Value callable, Value a, Value b, Value c);
/* callable(*args, **kwargs); kwargs may be NULL */
Value call_with(Value callable, Tuple *args, Dict *kwargs);
/* self.name(args...), without a bound method in between. */
Value call_method(Value self, Str *name, Value *args, size_t count);
Value call_method_0(Value self, const char *name);
Value call_method_1(Value self, const char *name, Value a);
Value call_method_2(Value self, const char *name, Value a, Value b);
/* Looks a special method up on the type and calls it; VALUE_EMPTY if there is none. */
Value call_special(Value self, Str *name, Value *args, size_t count);
/* The special method bound to self, or VALUE_EMPTY. */
Value lookup_special(Value self, Str *name);

/* --- binding arguments (object/native.c) ------------------------------------------------------------
 * The parsed signature of a native function; made once for each MethodDef. */
typedef struct Signature Signature;
/* Binds a call to `slots[0..parameter count)`; absent ones become VALUE_EMPTY. For slots that take
 * raw arguments (init, new_instance):
 *     static const char signature[] = "(iterable=(), /)"; static Signature *parsed;
 *     Value a[1]; if (!bind_arguments("list", signature, &parsed, args, count, names, a)) ... */
bool bind_arguments(const char *function_name, const char *signature, Signature **cache, Value *args,
                    size_t count, Tuple *names, Value *slots);
/* A builtin function object; def must live for ever. `self` is the module or VALUE_EMPTY. */
Value native_function_new(const MethodDef *def, Value self, Value module_name);

/* --- attributes ----------------------------------------------------------------------------------- */
Value get_attribute(Value object, Str *name);
Value get_attribute_c(Value object, const char *name);
/* VALUE_EMPTY instead of AttributeError. */
Value get_attribute_optional(Value object, Str *name);
bool set_attribute(Value object, Str *name, Value value); /* VALUE_EMPTY deletes */
int has_attribute(Value object, Str *name);               /* 1, 0, -1 */

/* --- every object ----------------------------------------------------------------------------------- */
Value value_repr(Value v);  /* a str */
Value value_str(Value v);   /* a str */
Value value_ascii(Value v); /* a str */
Value value_format(Value v, Str *spec); /* format(v, spec); spec may be NULL */
int64_t value_hash(Value v);            /* -1 with an exception set */
int value_truth(Value v);               /* 1, 0, -1 */
Value value_compare(Value a, Value b, CompareOp op);       /* any value */
int value_compare_bool(Value a, Value b, CompareOp op);    /* 1, 0, -1; identity implies == */
static inline int value_equal(Value a, Value b) {
    if (same_value(a, b)) return 1;
    return value_compare_bool(a, b, COMPARE_EQ);
}
uint64_t value_id(Value v); /* id(); allocates, never fails, runs no Python */
Value value_id_object(Value v);
Value value_type_error_unsupported(const char *symbol, Value a, Value b);

/* --- numbers ---------------------------------------------------------------------------------------- */
Value binary_op(Value a, Value b, BinaryOp op);
Value inplace_op(Value a, Value b, BinaryOp op);
Value power_op(Value a, Value b, Value modulus); /* pow(a, b, modulus) */
Value unary_negative(Value v);
Value unary_positive(Value v);
Value unary_invert(Value v);
Value unary_absolute(Value v);
/* operator.index(v): an int (exact or subclass converted to exact). */
Value value_index(Value v);
/* index as a C integer. Out of range: raises `overflow`, or clips when it is NULL. -1 is a legal
 * result: ask error_occurred(). */
int64_t value_index_int64(Value v, Type *overflow);
bool value_to_int64(Value v, int64_t *out);  /* via __index__; OverflowError */
bool value_to_double(Value v, double *out);  /* float(), via __float__ or __index__ */
Value number_int(Value v);   /* int(v) with one argument */
Value number_float(Value v); /* float(v) */
bool has_index(Value v);

/* --- containers --------------------------------------------------------------------------------------- */
int64_t value_length(Value v);                 /* -1 */
int64_t value_length_hint(Value v, int64_t fallback); /* operator.length_hint */
Value get_item(Value container, Value key);
bool set_item(Value container, Value key, Value value);
bool delete_item(Value container, Value key);
int value_contains(Value container, Value item); /* 1, 0, -1 */
Value get_iter(Value v);
/* VALUE_EMPTY when exhausted (StopIteration is cleared), VALUE_ERROR. */
Value iter_next(Value iterator);
bool is_iterator(Value v);
bool is_mapping(Value v);
bool is_sequence(Value v);
/* Calls `each` for each item; stops when it returns false (with an exception set). */
bool iterate(Value iterable, bool (*each)(Value item, void *argument), void *argument);
List *list_from_iterable(Value iterable);
Tuple *tuple_from_iterable(Value iterable);
/* Resolves a slice against a length as slice.indices() does. */
bool slice_resolve(Value slice, int64_t length, int64_t *start, int64_t *stop, int64_t *step,
                   int64_t *count);
bool is_callable(Value v);

#endif
