/* audit.h - telling the hooks of sys.addaudithook() what the program does (PEP 578).
 *
 * Native functions and computed attributes name their event in their definition (MethodDef.audit,
 * GetSetDef.audit); what has no definition of its own says AUDIT(). While there is no hook all of it
 * costs one load. */
#ifndef WEFT_OBJECT_AUDIT_H
#define WEFT_OBJECT_AUDIT_H

#include "object/type.h"

extern struct Array *audit_hooks; /* atomic; NULL while there are none; replaced by a longer one */

static inline bool audit_is_on(void) { return load_relaxed(&audit_hooks) != NULL; }

/* Calls the hooks in order: event(str), args(tuple). False when one raised, which ends the action. */
bool audit_event(Value event, Value args);
/* The same; VALUE_EMPTY is told as None. Raises, allocates, runs Python. */
bool audit_tell(const char *event, const Value *args, size_t count);
/* What `def->audit` says of the bound arguments. */
bool audit_call(const MethodDef *def, const Value *slots);
/* Adds a hook, told first to the others; one of them may refuse it silently. Raises. */
bool audit_add_hook(Value hook);

/* AUDIT("compile", source, filename): false with an exception set when a hook refuses. */
#define AUDIT(event, ...)                                                                          \
    (likely(!audit_is_on()) ||                                                                     \
     audit_tell((event), (const Value[]){__VA_ARGS__}, sizeof((const Value[]){__VA_ARGS__}) / sizeof(Value)))

/* Once, at start-up. */
void audit_init(void);
/* Hooks run untraced, but for those with a true __cantrace__: set by vm/trace.c; stops or restarts the
 * calling thread's tracing. */
extern void (*audit_pause_tracing)(bool pause);

#endif
