/* trace.h - sys.settrace, sys.setprofile, frame.f_trace: what the loop tells of a traced thread.
 *
 * A thread is traced while POLL_TRACE stands in its poll word: then its loops send each instruction
 * through trace_instruction(). Nothing here is called for a thread that is not traced. */
#ifndef WEFT_VM_TRACE_H
#define WEFT_VM_TRACE_H

#include "vm/frame.h"

typedef enum TraceEvent {
    TRACE_CALL = 1, TRACE_EXCEPTION, TRACE_LINE, TRACE_RETURN,
    TRACE_C_CALL, TRACE_C_EXCEPTION, TRACE_C_RETURN, TRACE_OPCODE,
} TraceEvent;

/* A profile function written in C: `self` is what was set with it. False: an exception, profiling ends. */
typedef bool (*ProfileHook)(Value self, Frame *frame, int event, Value argument);

/* Sets the calling thread's functions; VALUE_EMPTY: none. `hook` NULL: `function` is called. */
void trace_set(Value function);
void profile_set(Value function, ProfileHook hook);
/* Keeps POLL_TRACE in step with the functions and with Context.tracing. */
void trace_update(Context *context);
/* Stops the calling thread's tracing, or undoes that; calls nest. */
void trace_pause(bool pause);

static inline bool trace_is_on(const Context *context) {
    return load_relaxed(&context->heap.thread.poll) & POLL_TRACE;
}

/* A frame begins or goes on (generators): the `call` event is due at its next instruction. */
static inline void trace_entering(Frame *frame) {
    frame->trace_state = frame->generator && frame->pc != frame->code->instructions
                             ? FRAME_ENTERED
                             : FRAME_ENTERED | FRAME_FRESH;
}

typedef enum TraceOutcome {
    TRACE_EXECUTE, /* go on at frame->pc, which a debugger may have moved */
    TRACE_DONE,    /* the instruction at frame->pc was a call and has been carried out */
    TRACE_RAISED,  /* an exception stands in the frame at `pc` */
    TRACE_LEAVE,   /* the same, and the frame is to be left past its handlers */
    TRACE_YIELD,   /* the generator was moved while it yielded R[b] of the instruction at `pc` */
} TraceOutcome;

/* All events that are due before the instruction at `pc`, and around it when it is a call of native
 * code that is profiled. Stores frame->pc. Raises, runs Python. */
TraceOutcome trace_instruction(Context *context, Frame *frame, Instruction *pc);
/* The exception that is set has just come to the frame. Another one may stand in its place after. */
void trace_raised(Context *context, Frame *frame);
/* A generator that the frame resumed has returned `value`: the StopIteration that a program would see. */
bool trace_generator_end(Context *context, Frame *frame, const Code *generator, Value value);
/* The frame is about to be left by the exception that is set. */
void trace_unwound(Context *context, Frame *frame);
/* The `call` event of a generator that goes on with an exception. */
bool trace_throw(Context *context, Frame *frame);

/* frame.f_lineno = line. False: ValueError, TypeError. */
bool frame_jump(FrameObject *object, Value line);

#endif
