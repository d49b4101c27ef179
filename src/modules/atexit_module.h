/* atexit_module.h - running what was registered with atexit. */
#ifndef WEFT_MODULES_ATEXIT_MODULE_H
#define WEFT_MODULES_ATEXIT_MODULE_H

/* Calls the registered functions, last first, and forgets them; their exceptions are reported. Runs
 * Python. */
void atexit_run(void);

#endif
