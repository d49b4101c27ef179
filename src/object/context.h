/* context.h - what execution needs of a thread, beyond its stack and its allocation buffers. */
#ifndef WEFT_OBJECT_CONTEXT_H
#define WEFT_OBJECT_CONTEXT_H

#include "object/object.h"

struct Frame;

typedef struct Context {
    HeapThread heap;        /* begins with Thread */
    Value exception;        /* the exception being raised, or VALUE_EMPTY; own thread only */
    Value handled;          /* what sys.exception() returns: the one being handled, or VALUE_EMPTY */
    struct Frame *frame;    /* innermost Python frame, or NULL; read by others with the world stopped */
    struct StackChunk *stack;       /* first chunk of the register stack (vm/frame.h) */
    struct FrameChunk *frame_chunk; /* chunk that frame_top lies in */
    struct Frame *frame_top;        /* where the next Frame goes */
    struct LookupCache *lookup_cache; /* of type_lookup(); own thread only (object/lookup.c) */
    struct LoopFrame *loop;    /* the innermost of the interpreter loops that run on the C stack, or NULL */
    int32_t depth;          /* Python frames plus counted C recursion */
    int32_t recursion_extra; /* room granted while a RecursionError is handled */
    Value async_exception;  /* sent by another thread; guarded by the thread-list lock */
    Value trace_function, profile_function; /* sys.settrace, sys.setprofile; VALUE_EMPTY: none */
    bool (*profile_hook)(Value, struct Frame *, int, Value); /* profile function in C, or NULL */
    int32_t tracing;        /* > 0 inside a trace function */
    int32_t trace_event;    /* vm/trace.h: the event being told, 0: none */
    Dict *thread_dict;      /* for _thread._local and friends; made on demand */
    Value context_vars;     /* current contextvars.Context, or VALUE_EMPTY */
    Value async_gen_firstiter, async_gen_finalizer; /* sys.set_asyncgen_hooks */
    int32_t coroutine_origin_depth;
    bool left_suspended;    /* the generator that the loop left last was suspended, not closed */
} Context;

static inline Context *context_self(void) { return (Context *)thread_current; }

/* The process-wide state of the (one) runtime; fields are set at start-up and constant after, unless
 * they say otherwise. Everything in it is a root. */
typedef struct Runtime {
    Dict *modules;          /* sys.modules */
    Dict *builtins;         /* builtins.__dict__ */
    Dict *sys_dict;         /* sys.__dict__ */
    Value builtins_module, sys_module;
    Value importlib;        /* importlib._bootstrap, once it is installed */
    int32_t recursion_limit; /* atomic */
    uint64_t hash_secret[2];
    /* command line */
    int optimize, verbose, interactive, inspect, dont_write_bytecode, no_site, no_user_site;
    int ignore_environment, isolated, unbuffered, bytes_warning, quiet, utf8_mode, dev_mode, safe_path;
    int warn_default_encoding, random_hashing; /* -X warn_default_encoding, -R */
    Value atexit_callbacks; /* list of (function, args, kwargs) */
    int int_max_str_digits; /* atomic; 0: no limit */
    int int_max_str_digits_option; /* as the command line or the environment say; -1: they do not */
} Runtime;
extern Runtime runtime;

#endif
