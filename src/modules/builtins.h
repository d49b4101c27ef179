/* builtins.h - what the files of the module `builtins` share. */
#ifndef WEFT_MODULES_BUILTINS_H
#define WEFT_MODULES_BUILTINS_H

#include "object/call.h"

extern const MethodDef builtin_iteration_functions[], builtin_io_functions[], builtin_code_functions[];

/* An attribute's name as an interned exact str; NULL with TypeError. */
Str *attribute_name(Value name);
/* What reads lines for input() when it is called on a terminal: set by the module readline. Gives a str
 * without its newline, VALUE_EMPTY at the end of the input. Raises, runs Python, may block. */
typedef Value LineReader(Str *prompt);
extern LineReader *line_reader; /* atomic; NULL: none */
/* locals() of the calling Python frame. */
Value builtin_locals_value(void);

#endif
