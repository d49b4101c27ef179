/* park.h - the parking lot: queues of sleeping threads, keyed by an address.
 *
 * A lock that is a few bits has no room for a queue; the queue is here, in a hash table of buckets,
 * for as long as somebody waits. */
#ifndef WEFT_THREAD_PARK_H
#define WEFT_THREAD_PARK_H

#include "thread/thread.h"

/* Where a thread sleeps; one for each thread. */
typedef struct ParkSpot {
    uint32_t word;          /* futex; PARK_UNPARKED and PARK_POKED */
    const void *address;    /* queued under this key, or NULL; guarded by the bucket's lock */
    struct ParkSpot *next;  /* in the bucket's queue; guarded by the bucket's lock */
    int64_t since;          /* when it was queued; guarded by the bucket's lock */
    uintptr_t token;        /* what the unparker passed; written before PARK_UNPARKED */
    void *handed;           /* atomic; the lock that it was handed (token not 0), until it runs again */
} ParkSpot;
enum { PARK_UNPARKED = 1, PARK_POKED = 2 };

typedef enum ParkResult {
    PARK_WOKEN,       /* by unpark_one() or unpark_all() */
    PARK_NOT_NEEDED,  /* `still` said no */
    PARK_TIMED_OUT,
    PARK_INTERRUPTED, /* POLL_SIGNAL or POLL_ASYNC_EXCEPTION is set */
} ParkResult;

typedef struct ParkRequest {
    const void *address;
    bool (*still)(void *argument);        /* sleep? Asked with the bucket locked; must not block */
    void (*before_sleep)(void *argument); /* NULL, or called when queued, with nothing locked */
    void *argument;
    int64_t deadline;                     /* absolute os_monotonic_ns(), INT64_MAX: for ever */
    bool interruptible;
    uintptr_t token;                      /* out: the unparker's */
} ParkRequest;

/* Sleeps until unparked; an attached thread is detached meanwhile. May block. */
ParkResult park(ParkRequest *request);

/* What unpark_one() tells its callback about the bucket, which is locked. */
typedef struct UnparkReport {
    bool found;      /* a thread will be woken */
    bool more;       /* others stay parked under the address */
    int64_t waited;  /* nanoseconds since the found one was queued */
} UnparkReport;

/* Wakes the thread that has waited longest under `address`. `decide` (may be NULL) is called with the
 * bucket locked, whether or not one was found; what it returns is the woken thread's token. Returns
 * whether one was woken. Never blocks. */
bool unpark_one(const void *address, uintptr_t (*decide)(const UnparkReport *, void *),
                void *argument);
/* Wakes at most `limit` of them; returns how many. */
size_t unpark_many(const void *address, size_t limit);

/* Ends an interruptible sleep of the owner, if it is in one. Async-signal-safe. */
void park_poke(ParkSpot *spot);
/* In the child of a fork: nobody is parked. */
void park_after_fork_child(void);
/* The same, for a thread that does not exist there: a lock that was handed to it in its sleep is free. */
void park_forget(ParkSpot *spot);

#endif
