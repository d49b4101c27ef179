/* gil.h - the global interpreter lock, private to thread/. Callers are detached. */
#ifndef WEFT_THREAD_GIL_H
#define WEFT_THREAD_GIL_H

#include "thread/thread.h"

/* May block; after each switch interval it asks the holder to let go. */
void gil_take(Thread *self);
/* `forced`: the holder was asked to let go; wait until another thread has had it. May block. */
void gil_drop(Thread *self, bool forced);
/* In the child of a fork, called by the only thread, which held it. */
void gil_after_fork_child(Thread *self);

#endif
