/* generator.h - generators, coroutines and asynchronous generators.
 *
 * One struct for the three: frame and registers lie inside. `state` says who may touch them: a thread
 * that wants to resume moves it from SUSPENDED (or CREATED) to RUNNING with a compare-and-swap; only
 * the thread that did so touches the frame until it stores SUSPENDED or CLOSED (release). A second
 * thread finds RUNNING and raises ValueError("generator already executing"). */
#ifndef WEFT_VM_GENERATOR_H
#define WEFT_VM_GENERATOR_H

#include "vm/frame.h"

enum { GENERATOR_CREATED, GENERATOR_SUSPENDED, GENERATOR_RUNNING, GENERATOR_CLOSED };

typedef struct Generator {
    Object object;
    uint32_t state;      /* atomic; GENERATOR_* */
    bool running_async;  /* asynchronous generators: an asend() or athrow() is in progress; atomic */
    bool started;        /* atomic; has run once; written by the runner */
    bool hooks_inited, async_closed; /* atomic */
    Value name, qualified_name; /* atomic */
    Value own_handled;   /* exception being handled inside, while suspended too; or VALUE_EMPTY */
    Value resumer_handled; /* what the resumer was handling */
    Value origin;        /* cr_origin */
    Value finalizer;     /* async generators: the hook that the first iteration found */
    Code *code;          /* kept after the end */
    Frame frame;
    Value registers[];
} Generator;
extern Type generator_type, coroutine_type, async_generator_type;

/* Makes the object for a call whose arguments are bound in `window`. */
Generator *generator_new(Function *function, Code *code, Value *window);
/* Resumes a claimed generator with `sent` (VALUE_EMPTY: with the exception that is set). Returns what
 * it yields or, with *finished, what it returned; VALUE_ERROR. Raises, runs Python. */
Value generator_resume(Generator *generator, Value sent, bool *finished);
/* Runs a claimed generator on from where its frame stands. */
Value generator_continue(Generator *generator, bool *finished);
/* frame.clear(): ends it as when it dies, hooks and warnings included. Runs Python. */
void generator_clear(Generator *generator);
/* Claims it for running: false with ValueError/RuntimeError set. */
bool generator_claim(Generator *generator);
Value generator_raise_already_executing(Generator *generator);
/* The iterator by which an awaitable is run: `v` itself for coroutines. TypeError, worded for `async
 * with` where `where` is 1 (__aenter__) or 2 (__aexit__). Raises, runs Python. */
Value awaitable_iter(Value v, int where);
/* The same for `await`: RuntimeError when somebody awaits the coroutine already. */
Value await_iter(Value v, int where);
Value async_generator_wrap(Value v);
Value value_aiter(Value v);
Value value_anext_awaitable(Value v);
/* One step of delegation: as generator_resume for any iterator. */
Value send_step(Value receiver, Value sent, bool *finished);

#endif
