/* operations.h - what single instructions do beyond a few lines: called by the loop. All raise,
 * allocate and run Python unless they say otherwise. */
#ifndef WEFT_VM_OPERATIONS_H
#define WEFT_VM_OPERATIONS_H

#include "vm/frame.h"

/* UnboundLocalError for local or cell register `index`; NameError for a free variable. */
void raise_unbound_local(const Code *code, int index);
void raise_unbound_cell(const Code *code, int register_index);
void raise_unbound_free(const Code *code, int index);

/* UNPACK and UNPACK_EX. */
bool unpack(Value source, Value *target, int64_t count);
bool unpack_ex(Value source, Value *target, int64_t before, int64_t after);

/* names of class bodies and modules */
Value load_name(Frame *frame, Str *name);
bool store_name(Frame *frame, Str *name, Value value);
bool delete_name(Frame *frame, Str *name);
bool delete_global(Frame *frame, Str *name);
Value load_class_free(Frame *frame, int index, Str *name);
bool setup_annotations(Frame *frame);

/* exceptions */
void raise_statement(Value exception, Value cause);
/* Adds the frame to the traceback of the exception that is set. */
void add_traceback(Frame *frame);
/* The same for an exception from before the first instruction: in the line of the `def`. */
void add_entry_traceback(Frame *frame);
int match_exception(Value exception, Value type); /* 1, 0, -1 */
bool match_exception_group(Value exception, Value type, Value *target);

/* with */
bool with_enter(Value manager, Value *target, bool is_async);
Value with_exit(Value *method, Value exception); /* VALUE_EMPTY: left without one */

/* calls */
Value merge_keywords_error(Value callable, Value key);
bool dict_merge_keywords(Value dict, Value other, Value callable);
bool dict_update_mapping(Value dict, Value other);
bool list_extend_star(Value list, Value iterable);
Value call_ex(Value callable, Value args, Value kwargs);

/* imports */
Value import_name(Frame *frame, Str *name, Value from_list, Value level);
Value import_from(Value module, Str *name);
bool import_star(Frame *frame, Value module);

/* patterns */
bool matches_sequence(Value subject);
bool matches_mapping(Value subject);
Value match_keys(Value subject, Tuple *keys);
Value match_class(Value subject, Value type, int64_t positional, Tuple *names);
Value match_rest(Value subject, Tuple *keys);

Value format_value(Value v, Value spec, char conversion);
Value build_string(Value *parts, int64_t count);
Value intrinsic(Intrinsic which, Value *args);
bool print_expression(Value v);

#endif
