/* faulthandler_dump.h - writing where threads are, when nothing may be relied on.
 *
 * Everything here may be called at any moment: in a signal handler, by a thread that is not attached,
 * while other threads run. Nothing is allocated, no lock of the runtime is taken, no exception is set. */
#ifndef WEFT_MODULES_FAULTHANDLER_DUMP_H
#define WEFT_MODULES_FAULTHANDLER_DUMP_H

#include "thread/thread.h"

/* Opens the pipe that memory is looked at through; false: errno. Called beforehand, so that a process that
 * has used up its descriptors by the time it crashes can still tell of it. */
bool dump_init(void);
void dump_text(int fd, const char *text);
/* "Stack (most recent call first):" and the calls of one thread. */
void dump_stack(int fd, const Thread *thread);
/* All threads, newest first, each with its ident; `current` (may be NULL) is called so. */
void dump_threads(int fd, const Thread *current);

/* cli/startup.c: what faulthandler.enable() does. False: an exception. */
bool faulthandler_enable_at_start(void);

#endif
