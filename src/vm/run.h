/* run.h - running code: entry points of the interpreter. All raise and run Python. */
#ifndef WEFT_VM_RUN_H
#define WEFT_VM_RUN_H

#include "parser/parser.h"
#include "vm/frame.h"

/* Runs a function call to its end. */
Value vm_call(Function *function, Value *args, size_t count, Tuple *names);
/* Runs module code, a class body, exec() or eval(): `names` is the namespace (VALUE_EMPTY: globals).
 * `closure` supplies free variables, or NULL. */
Value vm_run_code(Code *code, Dict *globals, Value names, Tuple *closure);
/* For a native function, `code`, that wants to collect precisely: what of the calling thread's C stack may
 * hold values, when an instruction of the innermost frame calls it without anything in between; else all
 * of it. It must not have been entered again from itself. */
void vm_stack_view(NativeCode code, StackView *view);
/* The same in one address: above it lies all of the calling thread's C stack that may hold values which
 * the window of the innermost frame does not. NULL when it is not that frame that calls `code`. */
const void *vm_call_top(NativeCode code);

/* Start-up: gives the parser its hooks. */
void compile_init(void);

/* builtins.__build_class__ */
Value build_class(Value *args, size_t count, Tuple *names);
/* Compiles or makes AST objects; set by modules/ast_module.c. */
extern Value (*compile_ast_hook)(Value source, Str *filename, ParseMode mode, int flags, int optimize,
                                 int minor_version);
/* Source text (str, bytes or an AST object) to a code object: builtins.compile(). `flags` are the
 * PyCF_* bits; `optimize` -1: the interpreter's. */
Value compile_source(Value source, Str *filename, const char *mode, int flags, int dont_inherit,
                     int optimize);
/* The same; with PyCF_ONLY_AST, what came after Python 3.`minor_version` is refused (-1: nothing). */
Value compile_source_of_version(Value source, Str *filename, const char *mode, int flags, int dont_inherit,
                                int optimize, int minor_version);

#endif
