/* function.h - functions written in Python, and the cells of their captured variables. */
#ifndef WEFT_VM_FUNCTION_H
#define WEFT_VM_FUNCTION_H

#include "bytecode/code.h"
#include "types/dict.h"

typedef struct Function {
    Object object;
    Code *code;       /* atomic; __code__ may be replaced */
    Dict *globals;    /* constant */
    Dict *builtins;   /* constant; exactly a dict: an empty one where __builtins__ is something else */
    Value builtins_object; /* constant; __builtins__, which may be any mapping */
    Tuple *closure;   /* constant; of CellObjects, or NULL */
    Value defaults;   /* atomic; tuple or VALUE_EMPTY */
    Value keyword_defaults; /* atomic; dict or VALUE_EMPTY */
    Value name, qualified_name, module; /* atomic */
    Value doc;        /* atomic; VALUE_EMPTY: the code's */
    Value annotations, type_params;     /* atomic */
} Function;
extern Type function_type;
Function *function_new(Code *code, Dict *globals, Tuple *closure);
/* What the function's globals, then builtins, have under a name: VALUE_EMPTY for nothing. Dicts of
 * classes of their own and other mappings are asked by their __getitem__. Raises, runs Python. */
Value function_global(const Function *function, Str *name);
Value function_builtin(const Function *function, Str *name);
void function_init(void);

/* A captured variable. `contents` is read and written by any thread, one atomic word. */
typedef struct CellObject {
    Object object;
    Value contents; /* atomic; VALUE_EMPTY: unbound */
} CellObject;
extern Type cell_type;
CellObject *cell_new(Value contents);

/* Binds a call's arguments to the parameters, in `window` (parameter_count values; may be the place
 * where the arguments are already). Defaults, keywords, *args, **kwargs. Raises TypeError with
 * CPython's messages. */
bool function_bind(Function *function, const Code *code, Value *window, Value *args, size_t count,
                   Tuple *names);

#endif
