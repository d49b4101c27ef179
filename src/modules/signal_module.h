/* signal_module.h - signals for the rest of the runtime. */
#ifndef WEFT_MODULES_SIGNAL_MODULE_H
#define WEFT_MODULES_SIGNAL_MODULE_H

#include "thread/thread.h"

/* Acts as if signal `number` had arrived, when its handler is a Python function; otherwise nothing.
 * Async-signal-safe. */
void signal_simulate(int number);
/* Calls the Python handlers of the signals that arrived. For the main thread; returns false with an
 * exception set. For safepoint_hooks.run_signals. */
bool signal_run_handlers(Thread *self);
/* Sets up the default handlers (SIGINT: default_int_handler; SIGPIPE and SIGXFSZ ignored). */
bool signal_init(bool install_handlers);
/* In the child of a fork: forgets the signals that arrived for the parent. */
void signal_after_fork(void);
/* Whether a Python handler is installed for SIGINT and it came: at exit. */
bool signal_is_pending(int number);

#endif
