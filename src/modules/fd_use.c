/* fd_use.c - descriptors in use, and closing them.
 *
 * For each number there is a word: how many threads use it, and the bit DOOMED when it is to be closed. The
 * closer has taken the number out of its slot before it sets the bit. Whoever enters counts himself first and
 * then looks at the slot again: if the number is still there, the closer comes later and finds the count; if not,
 * he leaves. Who makes the word 0 from DOOMED alone, by compare-and-swap, closes, and there is only one such.
 *
 * One who has read the slot before it was emptied may count himself at any time later, even when the number
 * belongs to another file by then: he finds that the slot is not what it was and leaves, and if that file was
 * closed meanwhile, does so for its closer. Numbers past TRACKED are not counted. */
#include "modules/fd_use.h"

#include <unistd.h>

enum { TRACKED = 1 << 16 };
#define DOOMED (UINT32_C(1) << 31)

static uint32_t users[TRACKED]; /* atomic */

/* True for one of those who find a doomed descriptor without users. */
static bool take_doomed(int fd) {
    uint32_t expected = DOOMED;
    return cas_seq_cst(&users[fd], &expected, UINT32_C(0));
}

int fd_enter(const int *slot) {
    for (;;) {
        int fd = load_seq_cst(slot);
        if (fd < 0 || fd >= TRACKED) return fd < 0 ? -1 : fd;
        fetch_add_seq_cst(&users[fd], UINT32_C(1));
        if (likely(load_seq_cst(slot) == fd)) return fd;
        fd_leave(fd);
    }
}

void fd_leave(int fd) {
    if (fd < 0 || fd >= TRACKED) return;
    uint32_t before = fetch_add_seq_cst(&users[fd], UINT32_MAX);
    if (likely(before != DOOMED + 1) || !take_doomed(fd)) return;
    int error = errno;
    (void)DETACHED(close(fd));
    errno = error;
}

int fd_close(int fd) {
    if (fd >= 0 && fd < TRACKED) {
        fetch_or_seq_cst(&users[fd], DOOMED);
        if (!take_doomed(fd)) return 0;
    }
    return DETACHED(close(fd));
}

void fd_after_fork(void) {
    for (int fd = 0; fd < TRACKED; fd++) {
        uint32_t word = load_relaxed(&users[fd]);
        if (word == 0) continue;
        store_relaxed(&users[fd], UINT32_C(0));
        if (word & DOOMED) close(fd);
    }
}
