/* sys.h - what the runtime sets in the module `sys`, besides storing into runtime.sys_dict. */
#ifndef WEFT_MODULES_SYS_H
#define WEFT_MODULES_SYS_H

#include "types/module.h"

#define WEFT_VERSION "0.1.0"

extern const MethodDef sys_hook_functions[], sys_info_functions[];
/* version_info, flags, implementation and the like. False with an exception set. */
bool sys_add_information(Module *module);
bool sys_add_hooks(Module *module);
/* From here on sys.is_finalizing() is true. */
void sys_set_finalizing(void);
bool sys_is_finalizing(void);
/* A new sys.flags from the fields of `runtime`; after the command line was read. */
bool sys_update_flags(void);
/* The exit status that an uncaught SystemExit means; prints its message when it is no integer.
 * False when `exception` is no SystemExit. Runs Python. */
bool system_exit_status(Value exception, int *status);
/* Calls sys.excepthook for an uncaught exception, with CPython's fallbacks. Runs Python. */
void report_uncaught(Value exception);

#endif
