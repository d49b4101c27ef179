/* thread.h - native threads that run Python, and their states.
 *
 * A Thread is one native thread attached to the runtime. It is the head of a larger struct: the
 * heap adds its allocation buffers (HeapThread, gc/heap.h), the object model adds what execution
 * needs (Context, object/context.h). The top layer says how large the whole is.
 *
 * States (the word `state`; thread.c specifies it bit by bit):
 *
 *   running    executes Python or touches the heap; must reach a safe point within microseconds
 *   detached   blocks in the kernel or in C that touches no Value; its stack bounds and registers
 *              are published, so that a collection need not wait for it
 *   stopped    waits at a safe point until the world goes on
 *
 * The poll word: every loop back-edge and every function entry looks at thread->poll; when it is not
 * zero, safepoint() says what to do. Effects named in contracts: "may block", "runs Python",
 * "allocates", "raises"; a function that allocates or may block is a safe point. */
#ifndef WEFT_THREAD_THREAD_H
#define WEFT_THREAD_THREAD_H

#include <pthread.h>
#include "base/atomic.h"

typedef struct Thread Thread;

/* Reasons in the poll word. */
enum {
    POLL_STOP_WORLD = 1,   /* a collection or another stop of the world waits for this thread */
    POLL_GIL_SWITCH = 2,   /* -X gil=1: another thread wants the lock */
    POLL_SIGNAL = 4,       /* main thread: Python signal handlers are pending */
    POLL_ASYNC_EXCEPTION = 8, /* an exception was sent to this thread */
    POLL_FINALIZERS = 16,  /* finalizers and weak-reference callbacks wait to be run */
    POLL_EXIT = 32,        /* the process ends: a daemon thread stops here for ever */
    POLL_TRACE = 64,       /* sys.settrace / setprofile is on */
};

struct Thread {
    uint32_t poll;              /* or-ed by any thread, seq_cst; read relaxed by its own */
    uint32_t state;             /* see thread.c */
    char *c_stack_limit;        /* below this address C recursion must end; constant */
    char *c_stack_base;         /* highest address of the stack; constant */
    char *c_stack_top;          /* where scanning starts; published when leaving `running` */
    uint64_t ident;             /* threading.get_ident(); unique among live threads */
    uint64_t native_id;         /* gettid() */
    pthread_t handle;
    Thread *next, *previous;    /* list of all threads; guarded by the thread-list lock */
    struct ParkSpot *park_spot; /* where this thread sleeps (thread/park.c) */
    void *saved_registers[12];  /* callee-saved ones; published like c_stack_top, scanned with it */
    const void *wait_top;       /* for thread_narrow_stack() while it parks, or NULL; its own thread only */
    bool is_daemon;
    bool is_main;
    bool holds_gil;             /* its own thread only */
};

/* The calling thread, or NULL when it is not attached. */
extern _Thread_local Thread *thread_current __attribute__((tls_model("initial-exec")));

static inline Thread *thread_self(void) { return thread_current; }

/* --- life ----------------------------------------------------------------------------------- */

/* Called once, before any other function; attaches the calling thread as the main thread.
 * `thread_size` is the size of the whole struct that begins with Thread, `init` and `destroy` set up
 * and tear down what follows it (on the thread itself, attached). */
void thread_system_init(size_t thread_size, void (*init)(Thread *), void (*destroy)(Thread *));

/* Starts a native thread that attaches, runs `body(argument)`, detaches and ends. `stack_size` in
 * bytes, 0 for the default (8 MiB of address space). Returns 0 or an errno value (EAGAIN). The
 * argument must be reachable for the collector until `body` has it: the caller keeps it on its stack
 * until this returns, which is when the new thread is attached. May block. */
int thread_start(void (*body)(void *), void *argument, size_t stack_size, bool daemon,
                 uint64_t *ident_out);

/* Attach a thread that C code made; detach it for good. NULL: no memory. May block. */
Thread *thread_attach(void);
void thread_detach_forever(void);

/* Calls `visit` for each attached thread, with the thread-list lock held: it must not block, allocate
 * or reach a safe point. Also allowed while the caller has stopped the world. */
void thread_each(void (*visit)(Thread *, void *), void *argument);
size_t thread_count(void);

/* The main thread; its Thread lives for ever. */
Thread *thread_main(void);

/* Every thread but the caller hangs for ever at its next safe point or reattachment: the process
 * ends. Those that are blocked stay so. */
void thread_exit_begin(void);

/* Around fork(): `before` stops the world; the parent resumes it; in the child only the caller goes
 * on, as the main thread, and nobody is parked. */
void thread_before_fork(Thread *self);
void thread_after_fork_parent(Thread *self);
void thread_after_fork_child(Thread *self);

/* --- safe points ---------------------------------------------------------------------------- */

/* Does what the poll word asks. Returns false with an exception set when a signal handler, a
 * finalizer's or an asynchronous exception raised. Raises, runs Python, may block. */
bool safepoint_slow(Thread *self);
static inline bool safepoint(Thread *self) {
    if (likely(load_relaxed(&self->poll) == 0)) return true;
    return safepoint_slow(self);
}

/* Like safepoint(), but only for what cannot run Python: stops of the world. The allocator's. */
void safepoint_stop_only(Thread *self);

/* Around anything that may block and touches no Value and no heap memory:
 *     thread_detach(self); n = read(fd, buffer, size); thread_reattach(self);
 * errno is kept. reattach waits for a stop in progress to end, and for the GIL where it is on. */
enum {
    THREAD_DETACHED = 0,
    THREAD_RUNNING = 1,
    THREAD_STOPPED = 2,
    THREAD_STOP_WANTED = 4,
    THREAD_WAITING = 8,
};
void thread_detach_slow(Thread *self);
void thread_reattach_slow(Thread *self);
/* Reattaches even though the process ends (POLL_EXIT), for who may hold a lock and has a safe point
 * before it anyway. */
void thread_reattach_anyway(Thread *self);

/* Saves the callee-saved registers and the stack pointer where the collector finds them. Inlined:
 * the caller's frame must outlive what is published. All other registers are named as overwritten, so
 * that the compiler holds nothing in them here that it would move to a callee-saved one afterwards.
 * Below the stack pointer lie only the leavings of calls that have ended: the compiler may keep locals
 * there (the red zone) in functions without calls, and who publishes goes on to call something. */
static ALWAYS_INLINE void thread_publish_stack(Thread *self) {
#if defined(__x86_64__)
    char *top;
    __asm__ volatile("movq %%rbx, 0(%1)\n\tmovq %%rbp, 8(%1)\n\tmovq %%r12, 16(%1)\n\t"
                     "movq %%r13, 24(%1)\n\tmovq %%r14, 32(%1)\n\tmovq %%r15, 40(%1)\n\t"
                     "movq %%rsp, %0"
                     : "=&r"(top)
                     : "r"(self->saved_registers)
                     : "memory", "rax", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11",
                       "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8",
                       "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15");
#elif defined(__aarch64__)
    char *top;
    __asm__ volatile("stp x19, x20, [%1]\n\tstp x21, x22, [%1, #16]\n\t"
                     "stp x23, x24, [%1, #32]\n\tstp x25, x26, [%1, #48]\n\t"
                     "stp x27, x28, [%1, #64]\n\tstr x29, [%1, #80]\n\tmov %0, sp"
                     : "=&r"(top)
                     : "r"(self->saved_registers)
                     : "memory", "x0", "x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9", "x10",
                       "x11", "x12", "x13", "x14", "x15", "x16", "x17");
#else
#error "thread_publish_stack() needs the callee-saved registers of this processor"
#endif
    self->c_stack_top = top;
}

/* The stack pointer: nothing of the caller's frame lies below it. */
static ALWAYS_INLINE const void *stack_pointer(void) {
    const void *top;
#if defined(__x86_64__)
    __asm__ volatile("movq %%rsp, %0" : "=r"(top));
#else
    __asm__ volatile("mov %0, sp" : "=r"(top));
#endif
    return top;
}

/* Unless `top` is NULL: what this thread's C frames below it and its registers hold is held by what the
 * collector scans anyway, or is no longer needed; stale words there must not keep objects alive as long as
 * the thread waits. Called after thread_publish_stack(), where a thread waits for others and nothing runs
 * on its stack meanwhile. */
static inline void thread_narrow_stack(Thread *self, const void *top) {
    if (top == NULL) return;
    self->c_stack_top = (char *)top;
    for (size_t i = 0; i < sizeof self->saved_registers / sizeof *self->saved_registers; i++)
        self->saved_registers[i] = NULL;
}

static ALWAYS_INLINE void thread_leave_running(Thread *self) {
    uint32_t running = THREAD_RUNNING;
    if (unlikely(self->holds_gil) ||
        unlikely(!cas_release(&self->state, &running, (uint32_t)THREAD_DETACHED)))
        thread_detach_slow(self);
}
static ALWAYS_INLINE void thread_detach(Thread *self) {
    thread_publish_stack(self);
    thread_leave_running(self);
}
/* thread_detach() that publishes the stack from `top` on; NULL: all of it. */
static ALWAYS_INLINE void thread_detach_from(Thread *self, const void *top) {
    thread_publish_stack(self);
    thread_narrow_stack(self, top);
    thread_leave_running(self);
}

static inline void thread_reattach(Thread *self) {
    extern bool gil_enabled;
    uint32_t detached = THREAD_DETACHED;
    if (unlikely(gil_enabled) || unlikely(load_relaxed(&self->poll) & POLL_EXIT) ||
        unlikely(!cas_acquire(&self->state, &detached, (uint32_t)THREAD_RUNNING)))
        thread_reattach_slow(self);
}

/* Stops every other thread at a safe point (or detached) and returns when all are; the caller keeps
 * running. Nesting is not allowed. A thread that wants to stop the world while another does so first
 * stops for that one. */
void world_stop(Thread *self);
void world_resume(Thread *self);

/* Sets bits in a thread's poll word; the thread sees them at its next safe point. POLL_SIGNAL and
 * POLL_ASYNC_EXCEPTION also end an interruptible wait. Async-signal-safe. The memory of a Thread is
 * never given back, so a late call for a thread that has ended is harmless. */
void thread_poll_set(Thread *thread, uint32_t bits);
void thread_poll_clear(Thread *thread, uint32_t bits);

/* For a C signal handler: POLL_SIGNAL on the main thread. Async-signal-safe. */
void thread_signal_pending(void);

/* What the upper layers do at a safe point for the reasons that run Python; set once at start-up.
 * Each returns false with an exception set. */
typedef struct SafepointHooks {
    bool (*run_signals)(Thread *self);
    bool (*run_async_exception)(Thread *self);
    bool (*run_finalizers)(Thread *self);
} SafepointHooks;
extern SafepointHooks safepoint_hooks;

/* --- C stack -------------------------------------------------------------------------------- */

/* False when the C stack is nearly used up; the caller raises RecursionError (object/error.h has
 * stack_check(), which does). */
static inline bool c_stack_has_room(const Thread *self) {
    return likely((char *)__builtin_frame_address(0) > self->c_stack_limit);
}

/* --- the global interpreter lock, a mode ------------------------------------------------------ */

/* Decided before the second thread starts. */
extern bool gil_enabled;
void gil_enable(void);
/* Seconds between forced switches; sys.setswitchinterval(). */
double gil_switch_interval(void);
void gil_set_switch_interval(double seconds);

#endif
