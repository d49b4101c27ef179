/* frame.c - the frame and register stacks, and frames as objects.
 *
 * Stacks are lists of chunks, kept while the thread lives once they exist. A window that does not fit
 * into the rest of its chunk begins in the next one (the arguments are copied there); frames never
 * straddle chunks. `live` of the code says how many registers of a window hold values at an
 * instruction, so that the collector ignores stale temporaries.
 *
 * FrameObject. Own thread: reads the Frame while `frame` is set. When the call ends the thread copies
 * what the object needs and clears `frame`. The Frame of a generator is the generator's own memory, which
 * the object keeps. That of a call is a thread's: another thread (sys._current_frames) looks at it with the
 * world stopped, and looks again then whether the call has ended; the same for who called a generator
 * that runs in another thread. Nothing is allocated meanwhile: what is needed is made before. */
#include "vm/frame.h"

#include <stdlib.h>
#include "object/audit.h"
#include "object/descriptor.h"
#include "object/lookup.h"
#include "types/bytes.h"
#include "types/exception.h"
#include "types/int.h"
#include "vm/generator.h"
#include "vm/trace.h"

enum { STACK_CHUNK_VALUES = 8192, FRAME_CHUNK_COUNT = 256 };


/* --- stacks ------------------------------------------------------------------------------------------------- */

static StackChunk *new_stack_chunk(StackChunk *previous, size_t values) {
    StackChunk *chunk = calloc(1, sizeof *chunk + values * sizeof(Value));
    if (!chunk) return NULL;
    chunk->limit = chunk->values + values;
    chunk->previous = previous;
    return chunk;
}

static FrameChunk *new_frame_chunk(FrameChunk *previous, size_t count) {
    FrameChunk *chunk = calloc(1, sizeof *chunk + count * sizeof(Frame));
    if (!chunk) return NULL;
    chunk->limit = chunk->frames + count;
    chunk->previous = previous;
    return chunk;
}

bool stack_init(Context *context) {
    context->stack = new_stack_chunk(NULL, STACK_CHUNK_VALUES);
    context->frame_chunk = new_frame_chunk(NULL, FRAME_CHUNK_COUNT);
    if (!context->stack || !context->frame_chunk) return false;
    context->frame_top = context->frame_chunk->frames;
    return true;
}

void stack_destroy(Context *context) {
    for (StackChunk *chunk = context->stack, *next; chunk; chunk = next) {
        next = chunk->next;
        free(chunk);
    }
    FrameChunk *first = context->frame_chunk;
    while (first && first->previous) first = first->previous;
    for (FrameChunk *chunk = first, *next; chunk; chunk = next) {
        next = chunk->next;
        free(chunk);
    }
    context->stack = NULL;
    context->frame_chunk = NULL;
}

Value *stack_window(Context *context, Value *top, Value *limit, size_t size, Value **new_limit) {
    if (!top) {
        top = context->stack->values;
        limit = context->stack->limit;
    }
    if (likely((size_t)(limit - top) >= size)) {
        *new_limit = limit;
        return top;
    }
    StackChunk *chunk = context->stack;
    while (chunk && chunk->limit != limit) chunk = chunk->next;
    if (!chunk) fatal("register stack: no chunk ends at %p", (void *)limit);
    StackChunk *next = chunk->next;
    if (next && (size_t)(next->limit - next->values) < size) {
        for (StackChunk *dead = next, *after; dead; dead = after) {
            after = dead->next;
            free(dead);
        }
        next = chunk->next = NULL;
    }
    if (!next) {
        size_t values = max_size(size * 2, (size_t)(chunk->limit - chunk->values) * 2);
        next = new_stack_chunk(chunk, values);
        if (!next) {
            raise_memory_error();
            return NULL;
        }
        chunk->next = next;
    }
    *new_limit = next->limit;
    return next->values;
}

Frame *frame_push_slow(Context *context) {
    FrameChunk *chunk = context->frame_chunk;
    if (!chunk->next) {
        chunk->next = new_frame_chunk(chunk, (size_t)(chunk->limit - chunk->frames) * 2);
        if (!chunk->next) {
            raise_memory_error();
            return NULL;
        }
    }
    context->frame_chunk = chunk->next;
    context->frame_top = chunk->next->frames + 1;
    return chunk->next->frames;
}

/* The last frame of a chunk was released: back to the chunk before. */
void frame_release_slow(Context *context) {
    FrameChunk *previous = context->frame_chunk->previous;
    if (!previous) return;
    context->frame_chunk = previous;
    context->frame_top = previous->limit;
}

Frame *frame_current(int depth) {
    Frame *frame = context_self()->frame;
    while (frame && depth-- > 0) frame = frame->previous;
    return frame;
}

static Dict *globals_of_current(void) {
    Frame *frame = frame_current(0);
    return frame ? frame_globals(frame) : NULL;
}

int frame_line(const Frame *frame) { return code_line(frame->code, frame_index(frame)); }

/* --- tracing ---------------------------------------------------------------------------------------------------- */

void frame_trace(const Frame *frame, Marker *marker) {
    marker_visit_pointer(marker, frame->code);
    marker_visit_pointer(marker, frame->function);
    marker_visit(marker, frame->names);
    marker_visit(marker, frame->object);
    marker_visit(marker, frame->extra);
    marker_visit_pointer(marker, frame->generator);
    if (!frame->code) return;
    ptrdiff_t index = frame->pc - frame->code->instructions;
    size_t live = frame->code->register_count;
    if (index >= 0 && index < (ptrdiff_t)frame->code->instruction_count) live = frame->code->live[index];
    marker_visit_conservative(marker, frame->registers, frame->registers + live);
}

void frame_scan_thread(Thread *thread, Marker *marker) {
    Context *context = (Context *)thread;
    for (Frame *frame = context->frame; frame; frame = frame->previous) {
        if (frame->generator) marker_visit_busy(marker, frame->generator);
        frame_trace(frame, marker);
    }
    marker_visit(marker, context->exception);
    marker_visit(marker, context->handled);
    marker_visit(marker, context->async_exception);
    marker_visit(marker, context->trace_function);
    marker_visit(marker, context->profile_function);
    marker_visit_pointer(marker, context->thread_dict);
    marker_visit(marker, context->context_vars);
    marker_visit(marker, context->async_gen_firstiter);
    marker_visit(marker, context->async_gen_finalizer);
    lookup_cache_clear(context);
}

/* --- frame objects -------------------------------------------------------------------------------------------------- */

/* The frame's object; `fresh`, which is nobody's yet, becomes it when there is none. Threads that ask a
 * generator for its frame at a time get one. */
static FrameObject *object_or(Frame *frame, FrameObject *fresh) {
    Value none = VALUE_EMPTY;
    fresh->code = frame->code;
    fresh->function = frame->function;
    fresh->names = frame->names;
    fresh->frame = frame;
    fresh->generator = frame->generator;
    if (!cas_acq_rel(&frame->object.bits, &none.bits, object_value(fresh).bits))
        return OBJECT_AS(FrameObject, none);
    if (frame->generator) write_barrier(frame->generator);
    return fresh;
}

FrameObject *frame_object(Frame *frame) {
    Value present = value_load_acquire(&frame->object);
    if (!is_empty(present)) return OBJECT_AS(FrameObject, present);
    FrameObject *fresh = object_alloc(&frame_type, sizeof *fresh);
    return fresh ? object_or(frame, fresh) : NULL;
}

/* Whether a frame of a call, which may be memory that is no more, lies on the stack of this thread. */
static bool lies_here(const Frame *frame) {
    for (const FrameChunk *chunk = context_self()->frame_chunk; chunk; chunk = chunk->previous)
        if (frame >= chunk->frames && frame < chunk->limit) return true;
    return false;
}

static bool runs_here(const Frame *frame) {
    for (const Frame *at = context_self()->frame; at; at = at->previous)
        if (at == frame) return true;
    return false;
}

Frame *frame_running_here(FrameObject *object) {
    Frame *frame = load_acquire(&object->frame);
    return frame && runs_here(frame) ? frame : NULL;
}

/* Whether only this thread can change the frame now. A generator that is suspended any thread may resume. */
static bool is_ours(const FrameObject *object, const Frame *frame) {
    return object->generator ? runs_here(frame) : lies_here(frame);
}

/* The object's Frame, or NULL after the end; it stays as it is until unpin(), if it must by a stop of the world. */
static Frame *pin(FrameObject *object, bool *stopped) {
    Frame *frame = load_acquire(&object->frame);
    *stopped = frame && !is_ours(object, frame);
    if (!*stopped) return frame;
    world_stop(thread_self());
    return load_acquire(&object->frame);
}

static void unpin(bool stopped) {
    if (stopped) world_resume(thread_self());
}

/* The index of the instruction. */
static int object_index(FrameObject *object) {
    bool stopped;
    Frame *frame = pin(object, &stopped);
    int index = frame ? frame_index(frame) : object->last_index;
    unpin(stopped);
    return index;
}

void frame_object_detach(Frame *frame) {
    FrameObject *object = OBJECT_AS(FrameObject, value_load_acquire(&frame->object));
    const Code *code = frame->code;
    int64_t count = code->local_count + code->cell_count;
    Value pending = error_fetch();
    Array *values = array_new(count);
    for (int64_t i = 0; values && i < count; i++) values->items[i] = frame->registers[i];
    if (!values) error_clear();
    if (!is_empty(pending)) error_restore(pending);
    HEAP_STORE_POINTER(object, &object->values, values);
    object->last_index = frame_index(frame);
    Frame *caller = frame->previous;
    if (caller && !frame->generator && is_empty(object->back)) {
        FrameObject *back = frame_object(caller);
        if (back) {
            heap_store_release(object, &object->back, object_value(back));
        } else {
            error_clear();
        }
    }
    store_release(&object->frame, (Frame *)NULL);
    store_release(&frame->object.bits, VALUE_EMPTY.bits);
}

int frame_object_line(FrameObject *object) {
    int shown = load_relaxed(&object->shown_line);
    if (shown) return shown;
    const Frame *frame = load_acquire(&object->frame); /* while it is there, so is its generator */
    const Generator *generator = frame ? object->generator : NULL;
    if (generator && !load_relaxed(&generator->started)) return object->code->first_line;
    return code_line(object->code, object_index(object));
}

int32_t traceback_line(const Traceback *traceback) {
    if (traceback->lineno != TRACEBACK_LINE_OF_INSTRUCTION) return traceback->lineno;
    return code_line(OBJECT_AS(FrameObject, traceback->frame)->code, traceback->last_instruction);
}

/* Registers as they are now, or as they were at the end. NULL: not to be had. */
static const Value *frame_values(FrameObject *object) {
    Frame *frame = load_acquire(&object->frame);
    if (frame && is_ours(object, frame)) return frame->registers;
    if (frame) {
        Array *copy = array_new(object->code->local_count + object->code->cell_count);
        if (!copy) {
            error_clear();
            return NULL;
        }
        bool stopped;
        frame = pin(object, &stopped);
        for (int64_t i = 0; frame && i < copy->capacity; i++) copy->items[i] = frame->registers[i];
        unpin(stopped);
        if (frame) return copy->items;
    }
    Array *values = load_acquire(&object->values);
    return values ? values->items : NULL;
}

static Value cell_contents(Value v) {
    if (!is_exactly(v, &cell_type)) return v;
    return value_load_acquire(&OBJECT_AS(CellObject, v)->contents);
}

static bool put_local(Dict *dict, Value name, Value value) {
    if (!is_empty(value)) return dict_set(dict, name, value);
    return !is_error(dict_pop(dict, name));
}

/* Fills `dict` with the bound locals, cells and free variables. */
static bool fill_locals(FrameObject *object, const Value *values, Dict *dict) {
    const Code *code = object->code;
    for (int64_t i = 0; i < code->local_names->length; i++) {
        Value name = code->local_names->items[i];
        bool is_cell = false;
        for (int64_t j = 0; j < code->cell_names->length && !is_cell; j++)
            is_cell = same_value(code->cell_names->items[j], name);
        if (!is_cell && !put_local(dict, name, values[i])) return false;
    }
    for (int64_t i = 0; i < code->cell_names->length; i++)
        if (!put_local(dict, code->cell_names->items[i], cell_contents(values[code->local_count + i])))
            return false;
    Tuple *closure = object->function ? object->function->closure : NULL;
    if (!(code->flags & CODE_OPTIMIZED)) return true;
    for (int64_t i = 0; closure && i < code->free_names->length && i < closure->length; i++)
        if (!put_local(dict, code->free_names->items[i], cell_contents(closure->items[i]))) return false;
    return true;
}

bool frame_locals_refresh(FrameObject *object) {
    Value locals = value_load_acquire(&object->locals);
    const Value *values = frame_values(object);
    return is_empty(locals) || !values || fill_locals(object, values, as_dict(locals));
}

/* A local that the dict lacks stays bound: the compiler may rely on it. */
static void store_local(Value *target, Value value) {
    if (is_empty(value) || is_error(value)) return;
    if (is_exactly(*target, &cell_type)) {
        CellObject *cell = OBJECT_AS(CellObject, *target);
        heap_store_release(cell, &cell->contents, value);
    } else {
        *target = value;
    }
}

void frame_locals_store(FrameObject *object) {
    Frame *frame = load_acquire(&object->frame);
    Value locals = value_load_acquire(&object->locals);
    if (!frame || is_empty(locals)) return;
    const Code *code = object->code;
    Dict *dict = as_dict(locals);
    Tuple *closure = object->function->closure;
    for (int64_t i = 0; i < code->local_names->length; i++) {
        Str *name = as_str(code->local_names->items[i]);
        bool is_cell = false;
        for (int64_t j = 0; j < code->cell_names->length && !is_cell; j++)
            is_cell = code->cell_names->items[j].bits == object_value(name).bits;
        if (!is_cell) store_local(&frame->registers[i], dict_get_str(dict, name));
    }
    for (int64_t i = 0; i < code->cell_names->length; i++) {
        Value *target = &frame->registers[code->local_count + i];
        if (is_exactly(*target, &cell_type)) store_local(target, dict_get_str(dict, as_str(code->cell_names->items[i])));
    }
    for (int64_t i = 0; closure && (code->flags & CODE_OPTIMIZED) && i < code->free_names->length; i++)
        store_local(&closure->items[i], dict_get_str(dict, as_str(code->free_names->items[i])));
    if (frame->generator) write_barrier(frame->generator);
}

static Value frame_object_locals(FrameObject *object) {
    if (!is_empty(object->names)) return object->names;
    if (!(object->code->flags & CODE_NEWLOCALS)) return object_value(object->function->globals);
    Value locals = value_load_acquire(&object->locals);
    if (is_empty(locals)) {
        Dict *fresh = dict_new();
        if (!fresh) return VALUE_ERROR;
        locals = object_value(fresh);
        heap_store_release(object, &object->locals, locals);
    }
    const Value *values = frame_values(object);
    if (values && !fill_locals(object, values, as_dict(locals))) return VALUE_ERROR;
    return locals;
}

Value frame_locals(Frame *frame) {
    if (!is_empty(frame->names)) return frame->names;
    FrameObject *object = frame_object(frame);
    return object ? frame_object_locals(object) : VALUE_ERROR;
}

static FrameObject *self_frame(Value v) { return OBJECT_AS(FrameObject, v); }

/* A call, or a generator that runs. */
static bool is_executing(FrameObject *object) {
    return !object->generator || load_acquire(&object->generator->state) == GENERATOR_RUNNING;
}

/* The caller's object, of a frame that another thread runs. */
static Value back_elsewhere(FrameObject *object, FrameObject *fresh) {
    world_stop(thread_self());
    Frame *frame = load_acquire(&object->frame);
    Frame *caller = frame && is_executing(object) ? frame->previous : NULL;
    FrameObject *back = caller ? object_or(caller, fresh) : NULL;
    world_resume(thread_self());
    if (back) return object_value(back);
    return frame ? VALUE_EMPTY : value_load_acquire(&object->back);
}

static Value get_back(Value self) {
    FrameObject *object = self_frame(self);
    Frame *frame = load_acquire(&object->frame);
    Value back = VALUE_EMPTY;
    if (!frame) {
        back = value_load_acquire(&object->back);
    } else if (is_ours(object, frame)) {
        if (frame->previous) return value_or_error(frame_object(frame->previous));
    } else if (is_executing(object)) {
        FrameObject *fresh = object_alloc(&frame_type, sizeof *fresh);
        if (!fresh) return VALUE_ERROR;
        back = back_elsewhere(object, fresh);
    }
    return is_empty(back) ? VALUE_NONE : back;
}
static Value get_code(Value self) { return object_value(self_frame(self)->code); }
static Value get_globals(Value self) { return object_value(self_frame(self)->function->globals); }
static Value get_builtins(Value self) { return self_frame(self)->function->builtins_object; }
static Value get_locals(Value self) { return frame_object_locals(self_frame(self)); }
static bool set_lineno(Value self, Value line) { return frame_jump(self_frame(self), line); }
static Value get_lineno(Value self) {
    int line = frame_object_line(self_frame(self));
    return line > 0 ? smallint_value(line) : VALUE_NONE;
}
static Value get_lasti(Value self) {
    return smallint_value((object_index(self_frame(self)) + 1) * 2); /* as in code_object.c */
}
static Value get_trace(Value self) {
    Value trace = value_load_acquire(&self_frame(self)->trace);
    return is_empty(trace) ? VALUE_NONE : trace;
}
static bool set_trace(Value self, Value value) {
    FrameObject *object = self_frame(self);
    heap_store_release(object, &object->trace, is_none(value) ? VALUE_EMPTY : value);
    return true;
}
static Value get_trace_lines(Value self) { return bool_value(!load_relaxed(&self_frame(self)->no_trace_lines)); }
static bool set_trace_lines(Value self, Value value) {
    int truth = is_empty(value) ? 0 : value_truth(value);
    if (truth < 0) return false;
    store_relaxed(&self_frame(self)->no_trace_lines, (bool)!truth);
    return true;
}
static Value get_trace_opcodes(Value self) { return bool_value(load_relaxed(&self_frame(self)->trace_opcodes)); }
static bool set_trace_opcodes(Value self, Value value) {
    int truth = is_empty(value) ? 0 : value_truth(value);
    if (truth < 0) return false;
    store_relaxed(&self_frame(self)->trace_opcodes, (bool)truth);
    return true;
}

static Value frame_clear(Value *args) {
    FrameObject *object = self_frame(args[0]);
    Frame *frame = load_acquire(&object->frame);
    if (frame && is_executing(object)) return raise_error(&RuntimeError, "cannot clear an executing frame");
    if (frame) generator_clear(object->generator);
    HEAP_STORE_POINTER(object, &object->values, (Array *)NULL);
    heap_store_release(object, &object->locals, VALUE_EMPTY);
    return VALUE_NONE;
}

static Value frame_repr(Value self) {
    FrameObject *object = self_frame(self);
    return value_or_error(str_format("<frame at %p, file %R, line %d, code %U>", (void *)object,
                                     object_value(object->code->filename), frame_object_line(object),
                                     object->code->name));
}

static void frame_object_trace(Cell *cell, Marker *marker) {
    FrameObject *object = (FrameObject *)cell;
    marker_visit_pointer(marker, object->code);
    marker_visit_pointer(marker, object->function);
    marker_visit(marker, object->names);
    marker_visit(marker, object->locals);
    marker_visit(marker, object->trace);
    marker_visit(marker, object->back);
    marker_visit_pointer(marker, object->values);
    if (object->frame) marker_visit_pointer(marker, object->generator);
}

static const GetSetDef frame_getset[] = {
    {"f_back", get_back}, {"f_code", get_code, NULL, NULL, AUDIT_READ}, {"f_globals", get_globals}, {"f_builtins", get_builtins},
    {"f_locals", get_locals}, {"f_lineno", get_lineno, set_lineno}, {"f_lasti", get_lasti},
    {"f_trace", get_trace, set_trace}, {"f_trace_lines", get_trace_lines, set_trace_lines},
    {"f_trace_opcodes", get_trace_opcodes, set_trace_opcodes}, {0}};
static const MethodDef frame_methods[] = {
    METHOD("clear", frame_clear, "($self, /)", "F.clear(): clear most references held by the frame"), {0}};
Type frame_type = {
    .root = {.cell_kind = {.trace = frame_object_trace}},
    .name = "frame",
    .flags = TYPE_NO_NEW | TYPE_HAS_WEAKREF,
    .size = sizeof(FrameObject),
    .repr = frame_repr,
    .getset = frame_getset,
    .methods = frame_methods,
};

/* super() without arguments: the class cell __class__ and the first argument of the running frame. */
static bool find_super(Value *type, Value *instance) {
    Frame *frame = frame_current(0);
    if (!frame) {
        raise_error(&RuntimeError, "super(): no current frame");
        return false;
    }
    const Code *code = frame->code;
    if (code->argument_count == 0) {
        raise_error(&RuntimeError, "super(): no arguments");
        return false;
    }
    Value first = frame->registers[0];
    if (is_empty(first)) { /* captured: its value is in a cell */
        for (int64_t i = 0; i < code->cell_names->length; i++)
            if (same_value(code->cell_names->items[i], code->local_names->items[0]))
                first = cell_contents(frame->registers[code->local_count + i]);
    }
    if (is_empty(first)) {
        raise_error(&RuntimeError, "super(): arg[0] deleted");
        return false;
    }
    Tuple *closure = frame->function->closure;
    for (int64_t i = 0; closure && i < code->free_names->length; i++) {
        if (!str_equal_c(as_str(code->free_names->items[i]), "__class__")) continue;
        Value class_value = cell_contents(closure->items[i]);
        if (is_empty(class_value)) {
            raise_error(&RuntimeError, "super(): empty __class__ cell");
            return false;
        }
        if (!is_type(class_value)) {
            raise_error(&RuntimeError, "super(): __class__ is not a type (%T)", class_value);
            return false;
        }
        *type = class_value;
        *instance = first;
        return true;
    }
    raise_error(&RuntimeError, "super(): __class__ cell not found");
    return false;
}

void frame_system_init(void) {
    audit_pause_tracing = trace_pause;
    super_from_frame = find_super;
    current_globals = globals_of_current;
    heap_add_thread_scanner(frame_scan_thread);
}
