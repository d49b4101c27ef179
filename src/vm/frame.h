/* frame.h - activation records, and the register stack of a thread.
 *
 * A Frame is where one call of a Code stands: its window of registers, its instruction. Frames of
 * calls lie on the thread's frame stack, their windows on its register stack, each overlapping its
 * caller's temporaries so that arguments need no copying. A generator carries frame and window in its
 * own object and is linked in while it runs.
 *
 * A FrameObject is the frame as programs see it (sys._getframe, tracebacks). It is made on demand;
 * while the call runs it reads the Frame, and when the call ends the Frame's values are copied into
 * it (frame_object_detach). */
#ifndef WEFT_VM_FRAME_H
#define WEFT_VM_FRAME_H

#include "vm/function.h"

typedef enum FrameKind {
    FRAME_CALL,      /* called by the instruction of the frame before */
    FRAME_ENTRY,     /* called from C: returning leaves the loop */
    FRAME_INIT,      /* __init__ of a class call: the result is `extra` */
    FRAME_FOR_ITER,  /* a generator resumed by FOR_ITER */
    FRAME_SEND,      /* a generator or coroutine resumed by SEND */
} FrameKind;

typedef struct Frame {
    Value *registers;
    Instruction *pc;         /* the instruction being executed (set before anything that may look) */
    Code *code;
    Function *function;
    struct Frame *previous;  /* caller */
    Value *stack_top;        /* where windows of further calls may begin */
    Value *stack_limit;      /* end of the chunk `stack_top` lies in */
    Value names;             /* namespace of class bodies, modules, exec; or VALUE_EMPTY */
    Value object;            /* its FrameObject, or VALUE_EMPTY */
    Value extra;             /* FRAME_INIT: the instance */
    struct Generator *generator; /* whose frame this is, or NULL */
    uint16_t result_register;
    uint8_t kind;
    uint8_t resume_words;    /* length of the caller's instruction */
    uint32_t raised_at;      /* the word that raised what the code of a handler handles (set there) */
    uint8_t trace_state;     /* FRAME_ENTERED, FRAME_FRESH; traced threads only (vm/trace.h) */
} Frame;

enum {
    FRAME_ENTERED = 1, /* its `call` event is due */
    FRAME_FRESH = 2,   /* no instruction of it has been traced yet */
};

typedef struct FrameObject {
    Object object;
    Frame *frame;            /* atomic; NULL once the call has ended */
    Code *code;
    Function *function;
    Value names;             /* namespace, as in Frame */
    Value locals;            /* the dict that f_locals gave */
    Value trace;             /* f_trace */
    Value back;              /* f_back after the end; VALUE_EMPTY: unknown */
    int32_t last_index;      /* word index of the instruction, after the end */
    int32_t shown_line;      /* while its trace function runs: f_lineno, -1 none; else 0 */
    bool trace_opcodes, no_trace_lines;
    Array *values;           /* registers (locals and cells) after the end */
    struct Generator *generator; /* whose frame it is, or NULL; constant */
} FrameObject;
extern Type frame_type;

/* --- the register stack -------------------------------------------------------------------------- */
typedef struct StackChunk {
    struct StackChunk *previous, *next;
    Value *limit;
    Value values[];
} StackChunk;
typedef struct FrameChunk {
    struct FrameChunk *previous, *next;
    Frame *limit;
    Frame frames[];
} FrameChunk;

/* The frame's object, made when there is none. NULL: MemoryError. */
FrameObject *frame_object(Frame *frame);
/* Called when a call ends whose frame has an object. */
void frame_object_detach(Frame *frame);
static inline int frame_index(const Frame *frame) {
    return (int)(frame->pc - frame->code->instructions);
}
int frame_line(const Frame *frame);
int frame_object_line(FrameObject *object);
/* The object's frame if the calling thread runs it, else NULL. */
Frame *frame_running_here(FrameObject *object);
/* Before and after a trace function runs: the dict that f_locals gave is brought up to date, and what
 * was changed in it goes into the registers. Allocates. */
bool frame_locals_refresh(FrameObject *object);
void frame_locals_store(FrameObject *object);
/* What locals() and f_locals give: the namespace, or a dict of the bound locals. */
Value frame_locals(Frame *frame);
/* Innermost Python frame of the calling thread, `depth` callers up, or NULL. */
Frame *frame_current(int depth);
static inline Dict *frame_globals(const Frame *frame) { return frame->function->globals; }

/* Puts the frame of a claimed generator on top of the running frames, and takes it off again. */
static inline void frame_link_generator(Context *context, Frame *frame) {
    Frame *caller = context->frame;
    write_barrier(frame->generator); /* registers of a frame that runs are written without it */
    frame->previous = caller;
    frame->stack_top = caller ? caller->stack_top : context->stack->values;
    frame->stack_limit = caller ? caller->stack_limit : context->stack->limit;
    context->frame = frame;
    context->depth++;
}
static inline void frame_unlink_generator(Context *context, Frame *frame) {
    context->frame = frame->previous;
    context->depth--;
    frame->previous = NULL;
}

/* Set-up once; visiting what a frame holds (generators do). */
void frame_system_init(void);
void frame_trace(const Frame *frame, Marker *marker);

/* --- allocating on them ---------------------------------------------------------------------------------- */
bool stack_init(Context *context);
void stack_destroy(Context *context);
/* A window of `size` registers at or after `top`; moves to another chunk when this one is full.
 * NULL: MemoryError. */
Value *stack_window(Context *context, Value *top, Value *limit, size_t size, Value **new_limit);
Frame *frame_push_slow(Context *context);
static inline Frame *frame_allocate(Context *context) {
    Frame *frame = context->frame_top;
    if (likely(frame < context->frame_chunk->limit)) {
        context->frame_top = frame + 1;
        return frame;
    }
    return frame_push_slow(context);
}
void frame_release_slow(Context *context);
static inline void frame_release(Context *context) {
    if (likely(context->frame_top > context->frame_chunk->frames)) context->frame_top--;
    if (unlikely(context->frame_top == context->frame_chunk->frames)) frame_release_slow(context);
}

#endif
