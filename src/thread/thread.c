/* thread.c - theory.
 *
 * The state word of a thread: bits 0 and 1 hold THREAD_DETACHED, THREAD_RUNNING or THREAD_STOPPED;
 * bit 2, THREAD_STOP_WANTED, is set while some thread wants or has the world stopped; bit 3,
 * THREAD_WAITING, by a thread that is going to sleep on the word until bit 2 is gone.
 *
 *   who             from                          to                          how
 *   its own thread  running                       detached                    CAS (thread_detach)
 *   its own thread  running | STOP_WANTED         detached | STOP_WANTED      and counts itself as stopped
 *   its own thread  running | STOP_WANTED         stopped | STOP_WANTED       and counts itself as stopped
 *   its own thread  detached                      running                     CAS (thread_reattach)
 *   its own thread  stopped                       running                     CAS, after waiting for
 *                                                                             STOP_WANTED to go
 *   the stopper     any                           the same | STOP_WANTED      fetch_or
 *   the stopper     any | STOP_WANTED             the same without it and     fetch_and
 *                                                 without WAITING
 *
 * The only way to become running is a CAS from a word without STOP_WANTED; so when the stopper has
 * set the bit in every thread's word, and every thread that was running then has counted itself as
 * stopped, nobody runs. A thread publishes its stack bounds and registers before it leaves `running`
 * by a releasing CAS, and the stopper reads them after it has seen the new state with acquire order.
 *
 * The stopper holds the thread-list lock for the whole stop, so the list does not change: threads
 * that come or go meanwhile wait for the lock, detached. Whoever wants that lock while running must
 * therefore detach before it waits. Reattaching with the list lock held cannot meet a stop.
 *
 * Thread structs are never freed, only reused, so that a late thread_poll_set() is harmless. */
#include "thread/thread.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/os.h"
#include "thread/gil.h"
#include "thread/park.h"
#include "thread/raw_lock.h"

#define DEFAULT_STACK_SIZE ((size_t)8 << 20)
#define MAIN_STACK_MAX ((size_t)64 << 20)
#define STACK_RESERVE ((size_t)128 << 10)
#define INTERRUPTING (POLL_SIGNAL | POLL_ASYNC_EXCEPTION)

_Thread_local Thread *thread_current __attribute__((tls_model("initial-exec")));
SafepointHooks safepoint_hooks;

static struct {
    size_t size;
    void (*init)(Thread *);
    void (*destroy)(Thread *);
    pthread_mutex_t list_lock;  /* guards first, count, unused; held during a stop of the world */
    Thread *first;
    size_t count;
    Thread *unused;             /* structs of threads that have ended, linked by `next` */
    Thread *main;               /* constant, but for a fork */
    Thread *stopper;            /* atomic; who has stopped the world, or NULL */
    Thread *exiter;             /* atomic; who called thread_exit_begin(), or NULL */
    uint32_t still_running;     /* atomic; threads the stopper waits for; a futex */
    bool forking;               /* atomic; the stop is for a fork: not in the midst of an allocation */
} all = {.list_lock = PTHREAD_MUTEX_INITIALIZER};

Thread *thread_main(void) { return all.main; }

/* --- stack bounds ---------------------------------------------------------------------------- */

/* The end of the process's first stack: the name of the program lies at its very top. */
static char *main_stack_base(void) {
    const char *name = (const char *)getauxval(AT_EXECFN);
    if (name == NULL) return NULL;
    return (char *)align_up((size_t)name + strlen(name) + 1, os_page_size());
}

static void set_stack_bounds(Thread *self) {
    size_t size;
    char *here = __builtin_frame_address(0);
    char *base = getpid() == (pid_t)self->native_id ? main_stack_base() : NULL;
    if (base != NULL && base > here && (size_t)(base - here) < MAIN_STACK_MAX) {
        struct rlimit limit;
        size = DEFAULT_STACK_SIZE;
        if (getrlimit(RLIMIT_STACK, &limit) == 0)
            size = limit.rlim_cur > MAIN_STACK_MAX ? MAIN_STACK_MAX : (size_t)limit.rlim_cur;
        /* The system keeps a gap below the stack and may have put large arguments above. */
        if (size > DEFAULT_STACK_SIZE / 2) size -= STACK_RESERVE;
    } else {
        pthread_attr_t attributes;
        void *lowest;
        if (pthread_getattr_np(pthread_self(), &attributes) != 0)
            fatal("the bounds of a thread's stack are unknown");
        pthread_attr_getstack(&attributes, &lowest, &size);
        pthread_attr_destroy(&attributes);
        base = (char *)lowest + size;
    }
    self->c_stack_base = base;
    /* Thread-local variables may take much of a small stack: look at what is left. */
    char *end = base - size;
    self->c_stack_limit = end + min_size(STACK_RESERVE, (size_t)(here - end) / 4);
}

/* --- the list ---------------------------------------------------------------------------------- */

/* For a running thread: it is detached while it waits. */
static void lock_list(Thread *self) {
    if (pthread_mutex_trylock(&all.list_lock) == 0) return;
    thread_detach(self);
    pthread_mutex_lock(&all.list_lock);
    thread_reattach_anyway(self);
}

static void unlock_list(void) { pthread_mutex_unlock(&all.list_lock); }

static void link_thread(Thread *thread) {
    thread->previous = NULL;
    thread->next = all.first;
    if (all.first != NULL) all.first->previous = thread;
    all.first = thread;
    all.count++;
}

static void unlink_thread(Thread *thread) {
    if (thread->previous != NULL) thread->previous->next = thread->next;
    else all.first = thread->next;
    if (thread->next != NULL) thread->next->previous = thread->previous;
    all.count--;
    thread->previous = NULL;
    thread->next = all.unused;
    all.unused = thread;
}

/* The struct and its parking spot lie in one piece. The list lock is held. */
static Thread *new_thread_struct(void) {
    size_t spot_offset = align_up(all.size, 64);
    Thread *thread = all.unused;
    if (thread != NULL) {
        all.unused = thread->next;
    } else {
        thread = aligned_alloc(64, spot_offset + align_up(sizeof(ParkSpot), 64));
        if (thread == NULL) return NULL;
    }
    memset((void *)thread, 0, all.size);
    memset((char *)thread + spot_offset, 0, sizeof(ParkSpot));
    thread->park_spot = (ParkSpot *)((char *)thread + spot_offset);
    return thread;
}

void thread_each(void (*visit)(Thread *, void *), void *argument) {
    Thread *self = thread_current;
    bool stopped = load_relaxed(&all.stopper) == self && self != NULL;
    if (!stopped) {
        if (self != NULL) lock_list(self);
        else pthread_mutex_lock(&all.list_lock);
    }
    for (Thread *thread = all.first; thread != NULL; thread = thread->next)
        visit(thread, argument);
    if (!stopped) unlock_list();
}

static void count_nothing(Thread *thread, void *argument) { (*(size_t *)argument)++; }

size_t thread_count(void) {
    size_t count = 0;
    thread_each(count_nothing, &count);
    return count;
}

/* --- life -------------------------------------------------------------------------------------- */

static Thread *attach(bool daemon) {
    pthread_mutex_lock(&all.list_lock);
    Thread *self = new_thread_struct();
    if (self == NULL) {
        unlock_list();
        return NULL;
    }
    self->handle = pthread_self();
    self->ident = (uint64_t)(uintptr_t)self->handle;
    self->native_id = (uint64_t)syscall(SYS_gettid);
    self->is_daemon = daemon;
    set_stack_bounds(self);
    thread_publish_stack(self);
    if (load_relaxed(&all.exiter) != NULL) self->poll = POLL_EXIT;
    link_thread(self);
    unlock_list();
    thread_current = self;
    thread_reattach(self);
    if (all.init != NULL) all.init(self);
    return self;
}

void thread_system_init(size_t thread_size, void (*init)(Thread *), void (*destroy)(Thread *)) {
    all.size = max_size(thread_size, sizeof(Thread));
    all.init = init;
    all.destroy = destroy;
    all.main = attach(false);
    if (all.main == NULL) fatal("no memory for the main thread");
    all.main->is_main = true;
}

Thread *thread_attach(void) {
    if (thread_current != NULL) return thread_current;
    return attach(true);
}

void thread_detach_forever(void) {
    Thread *self = thread_current;
    if (all.destroy != NULL) all.destroy(self);
    thread_detach(self);
    /* A stop in progress may scan this stack until we have the lock. */
    pthread_mutex_lock(&all.list_lock);
    thread_current = NULL;
    if (self == all.main) {
        unlink_thread(self);
        all.unused = self->next; /* the main thread's struct is not reused */
    } else {
        unlink_thread(self);
    }
    unlock_list();
}

typedef struct ThreadStart {
    void (*body)(void *);
    void *argument;
    bool daemon;
    uint64_t ident;
    uint32_t state; /* futex; START_* */
} ThreadStart;
enum { START_PENDING, START_DONE, START_NO_MEMORY };

static void *thread_entry(void *start_argument) {
    ThreadStart *start = start_argument; /* on the starter's stack until `state` is set */
    Thread *self = attach(start->daemon);
    void (*body)(void *) = start->body;
    void *argument = start->argument;
    if (self != NULL) start->ident = self->ident;
    store_release(&start->state, (uint32_t)(self != NULL ? START_DONE : START_NO_MEMORY));
    os_wake(&start->state, 1);
    if (self == NULL) return NULL;
    body(argument);
    thread_detach_forever();
    return NULL;
}

int thread_start(void (*body)(void *), void *argument, size_t stack_size, bool daemon,
                 uint64_t *ident_out) {
    ThreadStart start = {body, argument, daemon, 0, START_PENDING};
    Thread *self = thread_current;
    pthread_attr_t attributes;
    pthread_t handle;
    if (stack_size == 0) stack_size = DEFAULT_STACK_SIZE;
    stack_size = align_up(max_size(stack_size, (size_t)PTHREAD_STACK_MIN), os_page_size());
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attributes, stack_size);
    if (self != NULL) thread_detach(self);
    int error = pthread_create(&handle, &attributes, thread_entry, &start);
    while (error == 0 && load_acquire(&start.state) == START_PENDING)
        os_wait(&start.state, START_PENDING, INT64_MAX);
    if (self != NULL) thread_reattach(self);
    pthread_attr_destroy(&attributes);
    if (error != 0) return error;
    if (start.state == START_NO_MEMORY) return EAGAIN;
    if (ident_out != NULL) *ident_out = start.ident;
    return 0;
}

/* --- leaving and entering `running` ------------------------------------------------------------- */

/* Somebody waits for this thread, which has just left `running`. */
static void count_as_stopped(void) {
    if (fetch_add_acq_rel(&all.still_running, (uint32_t)-1) == 1) os_wake(&all.still_running, 1);
}

static void leave_running(Thread *self) {
    uint32_t state = THREAD_RUNNING;
    if (cas_release(&self->state, &state, (uint32_t)THREAD_DETACHED)) return;
    weft_assert(state == (THREAD_RUNNING | THREAD_STOP_WANTED));
    /* The stopper clears the bit only after we have counted. */
    store_release(&self->state, (uint32_t)(THREAD_DETACHED | THREAD_STOP_WANTED));
    count_as_stopped();
}

/* From detached or stopped, when nobody wants a stop. */
static void enter_running(Thread *self) {
    uint32_t state = load_relaxed(&self->state);
    for (;;) {
        if (!(state & THREAD_STOP_WANTED)) {
            if (cas_acquire(&self->state, &state, (uint32_t)THREAD_RUNNING)) return;
        } else if (state & THREAD_WAITING || cas_relaxed(&self->state, &state, state | THREAD_WAITING)) {
            os_wait(&self->state, state | THREAD_WAITING, INT64_MAX);
            state = load_relaxed(&self->state);
        }
    }
}

/* The process ends and this thread is detached. */
static NORETURN void hang(void) {
    for (;;) pause();
}

void thread_detach_slow(Thread *self) {
    int saved = errno;
    bool held = self->holds_gil;
    leave_running(self);
    if (held) gil_drop(self, false);
    errno = saved;
}

void thread_reattach_anyway(Thread *self) {
    int saved = errno;
    if (gil_enabled && !self->holds_gil) gil_take(self);
    enter_running(self);
    errno = saved;
}

void thread_reattach_slow(Thread *self) {
    if (load_relaxed(&self->poll) & POLL_EXIT) hang();
    thread_reattach_anyway(self);
    if (unlikely(load_relaxed(&self->poll) & POLL_EXIT)) {
        thread_detach(self);
        hang();
    }
}

/* --- safe points ---------------------------------------------------------------------------------- */

static NOINLINE void stop_here(Thread *self) {
    thread_publish_stack(self);
    uint32_t state = THREAD_RUNNING | THREAD_STOP_WANTED;
    if (!cas_release(&self->state, &state, (uint32_t)(THREAD_STOPPED | THREAD_STOP_WANTED))) return;
    int saved = errno;
    count_as_stopped();
    enter_running(self);
    errno = saved;
}

NOINLINE void safepoint_stop_only(Thread *self) {
    if (likely(!load_acquire(&all.forking))) stop_here(self);
}

/* The operating system and the collector see a detached thread while another has the lock. */
static NOINLINE void switch_gil(Thread *self) {
    int saved = errno;
    thread_poll_clear(self, POLL_GIL_SWITCH);
    if (!self->holds_gil) return;
    thread_publish_stack(self);
    leave_running(self);
    gil_drop(self, true);
    thread_reattach(self);
    errno = saved;
}

/* Clears `bit` and calls `hook`, if the bit is set in `poll`. */
static bool run_hook(Thread *self, uint32_t poll, uint32_t bit, bool (*hook)(Thread *)) {
    if (!(poll & bit)) return true;
    thread_poll_clear(self, bit);
    return hook == NULL || hook(self);
}

bool safepoint_slow(Thread *self) {
    uint32_t poll = load_acquire(&self->poll);
    if (poll & POLL_STOP_WORLD) stop_here(self);
    if (poll & POLL_EXIT) {
        thread_detach(self);
        hang();
    }
    if (poll & POLL_GIL_SWITCH) switch_gil(self);
    return run_hook(self, poll, POLL_SIGNAL, safepoint_hooks.run_signals) &&
           run_hook(self, poll, POLL_ASYNC_EXCEPTION, safepoint_hooks.run_async_exception) &&
           run_hook(self, poll, POLL_FINALIZERS, safepoint_hooks.run_finalizers);
}

void thread_poll_set(Thread *thread, uint32_t bits) {
    fetch_or_seq_cst(&thread->poll, bits);
    if (bits & INTERRUPTING) park_poke(thread->park_spot);
}

void thread_poll_clear(Thread *thread, uint32_t bits) { fetch_and_seq_cst(&thread->poll, ~bits); }

void thread_signal_pending(void) {
    Thread *main = all.main;
    if (main != NULL) thread_poll_set(main, POLL_SIGNAL);
}

/* --- stopping the world --------------------------------------------------------------------------- */

void world_stop(Thread *self) {
    lock_list(self);
    weft_assert(load_relaxed(&all.stopper) == NULL);
    store_relaxed(&all.stopper, self);
    for (Thread *thread = all.first; thread != NULL; thread = thread->next) {
        if (thread == self) continue;
        fetch_add_acq_rel(&all.still_running, 1u);
        uint32_t state = fetch_or_acq_rel(&thread->state, (uint32_t)THREAD_STOP_WANTED);
        if (state == THREAD_RUNNING) fetch_or_seq_cst(&thread->poll, (uint32_t)POLL_STOP_WORLD);
        else fetch_add_acq_rel(&all.still_running, (uint32_t)-1);
    }
    for (int spins = 0;; spins++) {
        uint32_t running = load_acquire(&all.still_running);
        if (running == 0) break;
        if (spins < 200) cpu_pause();
        else os_wait(&all.still_running, running, INT64_MAX);
    }
}

void world_resume(Thread *self) {
    weft_assert(load_relaxed(&all.stopper) == self);
    store_relaxed(&all.stopper, (Thread *)NULL);
    for (Thread *thread = all.first; thread != NULL; thread = thread->next) {
        if (thread == self) continue;
        fetch_and_seq_cst(&thread->poll, ~(uint32_t)POLL_STOP_WORLD);
        uint32_t both = THREAD_STOP_WANTED | THREAD_WAITING;
        if (fetch_and_acq_rel(&thread->state, ~both) & THREAD_WAITING) os_wake(&thread->state, 1);
    }
    unlock_list();
}

/* --- exit and fork -------------------------------------------------------------------------------- */

void thread_exit_begin(void) {
    Thread *self = thread_current;
    lock_list(self);
    store_relaxed(&all.exiter, self);
    for (Thread *thread = all.first; thread != NULL; thread = thread->next)
        if (thread != self) thread_poll_set(thread, POLL_EXIT);
    unlock_list();
}

/* A thread may hold byte locks over an allocation, and what it holds would stay held in the child. So
 * running threads go on to a safe point between instructions, where nobody holds one. */
void thread_before_fork(Thread *self) {
    store_release(&all.forking, true);
    world_stop(self);
    store_release(&all.forking, false);
}

void thread_after_fork_parent(Thread *self) { world_resume(self); }

void thread_after_fork_child(Thread *self) {
    pthread_mutex_init(&all.list_lock, NULL);
    store_relaxed(&all.stopper, (Thread *)NULL);
    store_relaxed(&all.still_running, 0u);
    for (Thread *other = all.first; other != NULL; other = other->next)
        if (other != self) park_forget(other->park_spot);
    /* The other threads do not exist here; their structs are left alone, since other memory may
     * still point to them. */
    self->next = self->previous = NULL;
    all.first = self;
    all.count = 1;
    all.unused = NULL;
    all.main = self;
    self->is_main = true;
    self->is_daemon = false;
    self->native_id = (uint64_t)syscall(SYS_gettid);
    thread_poll_clear(self, POLL_STOP_WORLD | POLL_GIL_SWITCH | POLL_EXIT);
    park_after_fork_child();
    gil_after_fork_child(self);
}

#if defined(__SANITIZE_THREAD__)
const char *__tsan_default_options(void);
const char *__tsan_default_options(void) { return "die_after_fork=0"; }
#endif
