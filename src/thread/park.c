/* park.c - theory.
 *
 * A bucket holds a queue of ParkSpots in order of arrival, of several addresses mixed. A spot is
 * queued, and taken out, with the bucket locked; whoever takes it out for waking sets PARK_UNPARKED
 * in its word before it unlocks the bucket. So a sleeper that finds itself no longer queued has
 * PARK_UNPARKED set already, and nobody will touch its word on behalf of this sleep later.
 *
 * No wake-up is lost: `still` is asked with the bucket locked, and a lock's owner changes the lock's
 * word in `decide`, with the bucket locked too.
 *
 * Interruption: park() clears the word, then looks at the poll word; a poker sets the poll bit, then
 * PARK_POKED. Both are sequentially consistent, so either the sleeper sees the poll bit, or its futex
 * call sees a word that has changed. A poke that comes too late is wiped at the next park(). */
#include "thread/park.h"

#include <errno.h>
#include <string.h>
#include "base/hash.h"
#include "base/os.h"
#include "thread/raw_lock.h"

#define BUCKET_COUNT 256
#define INTERRUPTING (POLL_SIGNAL | POLL_ASYNC_EXCEPTION)

typedef struct Bucket {
    RawLock lock;
    ParkSpot *first, *last;
} __attribute__((aligned(64))) Bucket;

static Bucket buckets[BUCKET_COUNT];
static _Thread_local ParkSpot unattached_spot; /* of a thread that is not attached */

static Bucket *bucket_of(const void *address) {
    return &buckets[hash_mix((uint64_t)(uintptr_t)address) % BUCKET_COUNT];
}

static void bucket_append(Bucket *bucket, ParkSpot *spot) {
    spot->next = NULL;
    if (bucket->first == NULL) bucket->first = spot;
    else bucket->last->next = spot;
    bucket->last = spot;
}

/* Takes out `spot`, whose predecessor in the queue is `previous` (NULL: it is the first). */
static void bucket_remove(Bucket *bucket, ParkSpot *previous, ParkSpot *spot) {
    if (previous == NULL) bucket->first = spot->next;
    else previous->next = spot->next;
    if (bucket->last == spot) bucket->last = previous;
    spot->next = NULL;
    spot->address = NULL;
}

/* The sleeper gives up. False when an unparker was faster. */
static bool withdraw(Bucket *bucket, ParkSpot *spot) {
    bool queued = false;
    raw_lock(&bucket->lock);
    for (ParkSpot *previous = NULL, *s = bucket->first; s != NULL; previous = s, s = s->next) {
        if (s == spot) {
            bucket_remove(bucket, previous, spot);
            queued = true;
            break;
        }
    }
    raw_unlock(&bucket->lock);
    return queued;
}

static ParkResult sleep_on_spot(Bucket *bucket, ParkSpot *spot, ParkRequest *request,
                                Thread *self) {
    bool interruptible = request->interruptible && self != NULL;
    for (;;) {
        uint32_t word = load_acquire(&spot->word);
        if (word & PARK_UNPARKED) return PARK_WOKEN;
        if (interruptible && load_seq_cst(&self->poll) & INTERRUPTING)
            return withdraw(bucket, spot) ? PARK_INTERRUPTED : PARK_WOKEN;
        if (!os_wait(&spot->word, word, request->deadline))
            return withdraw(bucket, spot) ? PARK_TIMED_OUT : PARK_WOKEN;
    }
}

ParkResult park(ParkRequest *request) {
    Thread *self = thread_current;
    ParkSpot *spot = self != NULL ? self->park_spot : &unattached_spot;
    Bucket *bucket = bucket_of(request->address);
    store_seq_cst(&spot->word, 0u);
    int64_t now = os_monotonic_ns();
    raw_lock(&bucket->lock);
    if (!request->still(request->argument)) {
        raw_unlock(&bucket->lock);
        return PARK_NOT_NEEDED;
    }
    spot->address = request->address;
    spot->since = now;
    bucket_append(bucket, spot);
    raw_unlock(&bucket->lock);
    if (request->before_sleep != NULL) request->before_sleep(request->argument);
    int saved = errno;
    if (self != NULL) thread_detach_from(self, self->wait_top);
    ParkResult result = sleep_on_spot(bucket, spot, request, self);
    /* A lock may have been handed over: this is no place to hang for ever. */
    if (self != NULL) thread_reattach_anyway(self);
    store_relaxed(&spot->handed, NULL);
    errno = saved;
    request->token = result == PARK_WOKEN ? spot->token : 0;
    return result;
}

/* The first spot queued under `address`, taken out; NULL when there is none. */
static ParkSpot *bucket_take(Bucket *bucket, const void *address) {
    for (ParkSpot *previous = NULL, *s = bucket->first; s != NULL; previous = s, s = s->next) {
        if (s->address == address) {
            bucket_remove(bucket, previous, s);
            return s;
        }
    }
    return NULL;
}

static bool bucket_contains(const Bucket *bucket, const void *address) {
    for (const ParkSpot *s = bucket->first; s != NULL; s = s->next)
        if (s->address == address) return true;
    return false;
}

bool unpark_one(const void *address, uintptr_t (*decide)(const UnparkReport *, void *),
                void *argument) {
    Bucket *bucket = bucket_of(address);
    raw_lock(&bucket->lock);
    ParkSpot *spot = bucket_take(bucket, address);
    uintptr_t token = 0;
    if (decide != NULL) {
        UnparkReport report = {spot != NULL, bucket_contains(bucket, address), 0};
        if (spot != NULL) report.waited = os_monotonic_ns() - spot->since;
        token = decide(&report, argument);
    }
    if (spot != NULL) {
        spot->token = token;
        store_relaxed(&spot->handed, token ? (void *)address : NULL);
        fetch_or_seq_cst(&spot->word, (uint32_t)PARK_UNPARKED);
    }
    raw_unlock(&bucket->lock);
    /* The spot may be gone or sleep for another reason by now: then this is a spurious wake-up. */
    if (spot != NULL) os_wake(&spot->word, 1);
    return spot != NULL;
}

size_t unpark_many(const void *address, size_t limit) {
    size_t count = 0;
    while (count < limit && unpark_one(address, NULL, NULL)) count++;
    return count;
}

void park_poke(ParkSpot *spot) {
    fetch_or_seq_cst(&spot->word, (uint32_t)PARK_POKED);
    os_wake(&spot->word, 1);
}

void park_after_fork_child(void) { memset(buckets, 0, sizeof buckets); }

/* Locks of both sizes have their bits in the first byte. */
void park_forget(ParkSpot *spot) {
    uint8_t *lock = load_relaxed((uint8_t **)&spot->handed);
    if (lock != NULL) store_relaxed(lock, (uint8_t)0);
    store_relaxed(&spot->handed, NULL);
}
