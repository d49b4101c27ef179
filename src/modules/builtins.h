/* builtins.h - what the files of the module `builtins` share. */
#ifndef WEFT_MODULES_BUILTINS_H
#define WEFT_MODULES_BUILTINS_H

#include "object/call.h"

extern const MethodDef builtin_iteration_functions[], builtin_io_functions[], builtin_code_functions[];

/* An attribute's name as an interned exact str; NULL with TypeError. */
Str *attribute_name(Value name);
/* locals() of the calling Python frame. */
Value builtin_locals_value(void);

#endif
