/* fd_use.h - descriptors of the system that one thread uses while another closes them.
 *
 * An object keeps its descriptor in an int that is -1 when it is closed. Whoever gives the number to the
 * system says so, from fd_enter() to fd_leave(); a close in between is left to the last who leaves. So the
 * number cannot become that of another file while a thread is on its way to read from it. */
#ifndef WEFT_MODULES_FD_USE_H
#define WEFT_MODULES_FD_USE_H

#include "modules/support.h"

/* The descriptor in *slot, which stays open until fd_leave(); -1 when there is none. */
int fd_enter(const int *slot);
/* Does nothing for -1; keeps errno. May block. */
void fd_leave(int fd);
/* Closes a descriptor that was exchanged for -1 in its slot: 0, or -1 and errno. When it is in use, the last
 * user closes it, and the result is 0. Detaches. */
int fd_close(int fd);
/* In the child of a fork: the users were threads that are not there. */
void fd_after_fork(void);

/* A call with the descriptor of *slot under the name `fd`; -1 there gives EBADF. errno is the call's. */
#define USING_FD(slot, fd, expression)                                                             \
    ({                                                                                             \
        int fd = fd_enter(slot);                                                                   \
        __typeof__(expression) using_result_ = (expression);                                       \
        fd_leave(fd);                                                                              \
        using_result_;                                                                             \
    })

#endif
