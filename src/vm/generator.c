/* generator.c - generators, coroutines, asynchronous generators, and the helper objects of the last.
 *
 * Claiming is the only synchronisation: see generator.h. What the runner does to frame, registers and
 * own_handled happens between its successful claim and the store of the next state. */
#include "vm/generator.h"

#include "object/lookup.h"
#include "types/exception.h"
#include "types/int.h"
#include "types/module.h"
#include "vm/trace.h"


static Value raise_without_arguments(Type *type) {
    Value exception = exception_new(type, NULL, 0);
    return is_error(exception) ? VALUE_ERROR : raise_value(exception);
}

/* --- making and claiming ---------------------------------------------------------------------------------- */

/* The callers of the coroutine function, whose own frame is the current one. */
static Value make_origin(int depth) {
    List *entries = list_new(depth);
    for (Frame *frame = frame_current(1); entries && frame && depth-- > 0; frame = frame->previous) {
        Tuple *entry = tuple_pack(3, object_value(frame->code->filename), smallint_value(frame_line(frame)),
                                  object_value(frame->code->name));
        if (!entry || !list_append(entries, object_value(entry))) return VALUE_ERROR;
    }
    return entries ? value_or_error(list_to_tuple(entries)) : VALUE_ERROR;
}

Generator *generator_new(Function *function, Code *code, Value *window) {
    Type *type = code->flags & CODE_COROUTINE          ? &coroutine_type
                 : code->flags & CODE_ASYNC_GENERATOR ? &async_generator_type
                                                      : &generator_type;
    size_t size = sizeof(Generator) + code->register_count * sizeof(Value);
    Generator *generator = heap_alloc(size);
    if (!generator) return NULL;
    generator->name = value_load_acquire(&function->name);
    generator->qualified_name = value_load_acquire(&function->qualified_name);
    generator->code = code;
    Frame *frame = &generator->frame;
    frame->registers = generator->registers;
    frame->pc = code->instructions;
    frame->code = code;
    frame->function = function;
    frame->generator = generator;
    memcpy(generator->registers, window, code->parameter_count * sizeof(Value));
    cell_set_kind(generator, &type->root.cell_kind);
    /* closing matters only where something is to be run: handlers, or a coroutine never awaited */
    if (code->entry_count || type != &generator_type) heap_finalize_later(generator);
    int depth = context_self()->coroutine_origin_depth;
    if (unlikely(depth > 0) && type == &coroutine_type) {
        Value origin = make_origin(depth);
        if (is_error(origin)) return NULL;
        heap_store_release(generator, &generator->origin, origin);
    }
    return generator;
}

static const char *kind_name(const Generator *generator) {
    return generator->code->flags & CODE_COROUTINE         ? "coroutine"
           : generator->code->flags & CODE_ASYNC_GENERATOR ? "async generator" : "generator";
}

Value generator_raise_already_executing(Generator *generator) {
    if (generator->code->flags & CODE_ASYNC_GENERATOR)
        return raise_error(&ValueError, "async generator already executing");
    return raise_error(&ValueError, "%s already executing", kind_name(generator));
}

bool generator_claim(Generator *generator) {
    for (;;) {
        uint32_t state = load_acquire(&generator->state);
        if (state == GENERATOR_RUNNING) {
            generator_raise_already_executing(generator);
            return false;
        }
        if (state == GENERATOR_CLOSED) {
            if (generator->code->flags & CODE_COROUTINE)
                raise_error(&RuntimeError, "cannot reuse already awaited coroutine");
            else
                raise_stop_iteration(VALUE_EMPTY);
            return false;
        }
        if (cas_acq_rel(&generator->state, &state, (uint32_t)GENERATOR_RUNNING)) return true;
    }
}

/* --- send, throw, close -------------------------------------------------------------------------------------- */

/* What it delegates to by `yield from` or `await` while suspended, or VALUE_EMPTY. Only sound while
 * it is claimed, or the world stopped: another thread that resumes it moves the pc. */
static Value delegate_of(Generator *generator) {
    Frame *frame = &generator->frame;
    if (!generator->started || frame->pc->op != OP_YIELD || frame->pc->c == 0) return VALUE_EMPTY;
    Instruction *send = frame->pc - 2; /* only a delegating YIELD has one before it, and c set */
    return frame->registers[send->b];
}

/* One step from C. VALUE_EMPTY for `sent`: throws the exception that is set. */
static Value step(Generator *generator, Value sent, bool *finished) {
    *finished = false;
    if (is_empty(sent)) {
        /* throwing: the exception waits while the generator is claimed */
        Value exception = error_fetch();
        uint32_t state = load_acquire(&generator->state);
        if (state == GENERATOR_CLOSED) {
            if (generator->code->flags & CODE_COROUTINE)
                return raise_error(&RuntimeError, "cannot reuse already awaited coroutine");
            error_restore(exception);
            return VALUE_ERROR;
        }
        if (!generator_claim(generator)) return VALUE_ERROR;
        error_restore(exception);
        return generator_resume(generator, VALUE_EMPTY, finished);
    }
    if (load_acquire(&generator->state) == GENERATOR_CREATED && !is_none(sent))
        return raise_error(&TypeError, "can't send non-None value to a just-started %s", kind_name(generator));
    if (!generator_claim(generator)) return VALUE_ERROR;
    return generator_resume(generator, sent, finished);
}

/* send() as programs see it: StopIteration at the end. */
static Value send(Generator *generator, Value sent) {
    bool finished;
    Value result = step(generator, sent, &finished);
    if (is_error(result) || !finished) return result;
    if (generator->code->flags & CODE_ASYNC_GENERATOR) return raise_without_arguments(&StopAsyncIteration);
    return raise_stop_iteration(is_none(result) ? VALUE_EMPTY : result);
}

/* Ends one that stands in `state` without running it; false when it does not. Its frame object takes
 * what it needs while the generator still holds it. */
static bool end_unrun(Generator *generator, uint32_t state) {
    if (!cas_acq_rel(&generator->state, &state, (uint32_t)GENERATOR_RUNNING)) return false;
    if (!is_empty(generator->frame.object)) frame_object_detach(&generator->frame);
    store_release(&generator->state, (uint32_t)GENERATOR_CLOSED);
    return true;
}

static Value close_generator(Generator *generator);

static bool close_iterator(Value iterator) {
    if (is_exactly(iterator, &generator_type) || is_exactly(iterator, &coroutine_type))
        return !is_error(close_generator(OBJECT_AS(Generator, iterator)));
    Value close = get_attribute_optional(iterator, NAME("close"));
    if (is_error(close)) {
        error_write_unraisable(NULL, iterator);
        return true;
    }
    return is_empty(close) || !is_error(call_0(close));
}

/* Goes on behind the loop of the SEND that delegates, with its result: at its jump's target. */
static Value finish_delegation(Generator *generator, Value result, bool *finished) {
    Frame *frame = &generator->frame;
    Instruction *send = frame->pc - 2;
    frame->registers[send->a] = result;
    frame->pc = send + 2 + instruction_distance(send[1]);
    return generator_continue(generator, finished);
}

static Value throw_exception(Generator *generator, Value exception, bool *finished) {
    *finished = false;
    uint32_t state = load_acquire(&generator->state);
    if (state == GENERATOR_RUNNING) return generator_raise_already_executing(generator);
    Value delegate = state == GENERATOR_SUSPENDED ? delegate_of(generator) : VALUE_EMPTY;
    if (is_empty(delegate)) {
        error_restore(exception);
        return step(generator, VALUE_EMPTY, finished);
    }
    if (!generator_claim(generator)) return VALUE_ERROR;
    delegate = delegate_of(generator);
    Value result;
    bool inner_finished = false;
    if (is_instance_of(exception, &GeneratorExit)) {
        if (close_iterator(delegate)) error_restore(exception);
        return generator_resume(generator, VALUE_EMPTY, finished);
    }
    if (is_exactly(delegate, &generator_type) || is_exactly(delegate, &coroutine_type)) {
        frame_link_generator(context_self(), &generator->frame);
        result = throw_exception(OBJECT_AS(Generator, delegate), exception, &inner_finished);
        frame_unlink_generator(context_self(), &generator->frame);
    } else {
        Value method = get_attribute_optional(delegate, NAME("throw"));
        if (is_empty(method)) {
            error_restore(exception);
            return generator_resume(generator, VALUE_EMPTY, finished);
        }
        result = is_error(method) ? VALUE_ERROR : call_1(method, exception);
        if (is_error(result) && error_matches(&StopIteration)) {
            Value stop = error_fetch();
            result = value_load_acquire(&OBJECT_AS(StopIterationException, stop)->value);
            if (is_empty(result)) result = VALUE_NONE;
            inner_finished = true;
        }
    }
    if (is_error(result)) return generator_resume(generator, VALUE_EMPTY, finished);
    if (inner_finished) return finish_delegation(generator, result, finished);
    store_release(&generator->state, (uint32_t)GENERATOR_SUSPENDED);
    return result;
}

/* An instance of an exception class; where making it fails, what that raised. */
static Value make_instance(Value type, Value value) {
    Value exception;
    if (is_empty(value) || is_none(value)) exception = call_0(type);
    else if (is_instance_of(value, OBJECT_AS(Type, type))) exception = value;
    else if (is_tuple(value)) exception = call_with(type, as_tuple(value), NULL);
    else exception = call_1(type, value);
    if (!is_error(exception) && !is_exception(exception))
        exception = raise_error(&TypeError, "calling %R should have returned an instance of BaseException, not %T",
                                type, exception);
    return is_error(exception) ? error_fetch() : exception;
}

/* throw(type[, value[, traceback]]) to an exception object. */
static Value make_thrown(Value type, Value value, Value traceback) {
    if (is_none(traceback)) traceback = VALUE_EMPTY;
    if (!is_empty(traceback) && !is_exactly(traceback, &traceback_type))
        return raise_error(&TypeError, "throw() third argument must be a traceback object");
    Value exception;
    if (is_type(type) && type_has(OBJECT_AS(Type, type), TYPE_EXCEPTION)) {
        exception = make_instance(type, value);
    } else if (is_exception(type)) {
        if (!is_empty(value) && !is_none(value))
            return raise_error(&TypeError, "instance exception may not have a separate value");
        exception = type;
    } else {
        return raise_error(&TypeError, "exceptions must be classes or instances deriving from BaseException, not %T",
                           type);
    }
    if (!is_empty(traceback)) heap_store_release(object_of(exception), &as_exception(exception)->traceback, traceback);
    return exception;
}

static Value throw_into(Generator *generator, Value exception) {
    bool finished;
    Value result = throw_exception(generator, exception, &finished);
    if (is_error(result) || !finished) return result;
    if (generator->code->flags & CODE_ASYNC_GENERATOR) return raise_without_arguments(&StopAsyncIteration);
    return raise_stop_iteration(is_none(result) ? VALUE_EMPTY : result);
}

static Value close_generator(Generator *generator) {
    uint32_t state = load_acquire(&generator->state);
    if (state == GENERATOR_CLOSED) return VALUE_NONE;
    if (state == GENERATOR_CREATED && end_unrun(generator, state)) return VALUE_NONE;
    Value exception = call_0(object_value(&GeneratorExit));
    if (is_error(exception)) return VALUE_ERROR;
    bool finished;
    Value result = throw_exception(generator, exception, &finished);
    if (!is_error(result)) {
        if (finished) return VALUE_NONE;
        return raise_error(&RuntimeError, "%s ignored GeneratorExit", kind_name(generator));
    }
    if (error_clear_if(&StopIteration) || error_clear_if(&GeneratorExit)) return VALUE_NONE;
    return VALUE_ERROR;
}

Value send_step(Value receiver, Value sent, bool *finished) {
    if (is_exactly(receiver, &generator_type) || is_exactly(receiver, &coroutine_type)) {
        Generator *generator = OBJECT_AS(Generator, receiver);
        if (is_exactly(receiver, &generator_type) && load_acquire(&generator->state) == GENERATOR_CLOSED) {
            *finished = true;
            return VALUE_NONE;
        }
        return step(generator, sent, finished);
    }
    *finished = false;
    Value result = is_none(sent) && type_of(receiver)->next ? type_of(receiver)->next(receiver)
                                                            : call_method(receiver, NAME("send"), &sent, 1);
    if (is_empty(result)) {
        *finished = true;
        return VALUE_NONE;
    }
    if (is_error(result) && error_matches(&StopIteration)) {
        Context *context = context_self();
        if (trace_is_on(context)) trace_raised(context, context->frame);
        if (!error_matches(&StopIteration)) return VALUE_ERROR;
        Value stop = error_fetch();
        *finished = true;
        Value value = value_load_acquire(&OBJECT_AS(StopIterationException, stop)->value);
        return is_empty(value) ? VALUE_NONE : value;
    }
    return result;
}

/* --- the type's slots and attributes ------------------------------------------------------------------------------ */

static Generator *self_generator(Value v) { return OBJECT_AS(Generator, v); }

static Value generator_next(Value self) {
    Generator *generator = self_generator(self);
    if (load_acquire(&generator->state) == GENERATOR_CLOSED && !(generator->code->flags & CODE_COROUTINE))
        return VALUE_EMPTY;
    bool finished;
    uint32_t suspended = GENERATOR_SUSPENDED;
    Value result = likely(cas_acq_rel(&generator->state, &suspended, (uint32_t)GENERATOR_RUNNING))
                       ? generator_resume(generator, VALUE_NONE, &finished)
                       : step(generator, VALUE_NONE, &finished);
    if (!finished || is_error(result)) return result;
    return is_none(result) ? VALUE_EMPTY : raise_stop_iteration(result);
}

static Value method_send(Value *args) { return send(self_generator(args[0]), args[1]); }
static Value method_throw(Value *args) {
    Value exception = make_thrown(args[1], args[2], args[3]);
    return is_error(exception) ? VALUE_ERROR : throw_into(self_generator(args[0]), exception);
}
static Value method_close(Value *args) { return close_generator(self_generator(args[0])); }

static Value get_name(Value self) { return value_load_acquire(&self_generator(self)->name); }
static Value get_qualname(Value self) { return value_load_acquire(&self_generator(self)->qualified_name); }
static bool set_text(Value self, Value *field, Value value, const char *name) {
    if (is_empty(value) || !is_str(value)) {
        raise_error(&TypeError, "%s must be set to a string object", name);
        return false;
    }
    heap_store_release(object_of(self), field, value);
    return true;
}
static bool set_name(Value self, Value value) { return set_text(self, &self_generator(self)->name, value, "__name__"); }
static bool set_qualname(Value self, Value value) {
    return set_text(self, &self_generator(self)->qualified_name, value, "__qualname__");
}
static Value get_frame(Value self) {
    Generator *generator = self_generator(self);
    if (load_acquire(&generator->state) == GENERATOR_CLOSED) return VALUE_NONE;
    return value_or_error(frame_object(&generator->frame));
}
static Value get_running(Value self) {
    return bool_value(load_acquire(&self_generator(self)->state) == GENERATOR_RUNNING);
}
static Value get_suspended(Value self) {
    return bool_value(load_acquire(&self_generator(self)->state) == GENERATOR_SUSPENDED);
}
static Value get_code(Value self) { return object_value(self_generator(self)->code); }
static Value get_delegate(Value self) {
    Generator *generator = self_generator(self);
    bool held = thread_count() > 1;
    if (held) world_stop(thread_self());
    Value delegate = load_acquire(&generator->state) == GENERATOR_SUSPENDED ? delegate_of(generator) : VALUE_EMPTY;
    if (held) world_resume(thread_self());
    return is_empty(delegate) ? VALUE_NONE : delegate;
}
static Value get_origin(Value self) {
    Value origin = value_load_acquire(&self_generator(self)->origin);
    return is_empty(origin) ? VALUE_NONE : origin;
}

static Value generator_repr(Value self) {
    return value_or_error(str_format("<%s object %V at %p>", type_name_of(self), get_qualname(self),
                                     (void *)object_of(self)));
}

static void generator_trace(Cell *cell, Marker *marker) {
    Generator *generator = (Generator *)cell;
    marker_visit(marker, generator->name);
    marker_visit(marker, generator->qualified_name);
    marker_visit(marker, generator->own_handled);
    marker_visit(marker, generator->resumer_handled);
    marker_visit(marker, generator->origin);
    marker_visit(marker, generator->finalizer);
    marker_visit_pointer(marker, generator->code);
    if (generator->state != GENERATOR_CLOSED) frame_trace(&generator->frame, marker);
}

static void warn_never_awaited(Value coroutine) {
    Value warn_unawaited = import_attribute("warnings", "_warn_unawaited_coroutine");
    if (!is_error(warn_unawaited) && !is_error(call_1(warn_unawaited, coroutine))) return;
    bool warned = error_matches(&RuntimeWarning); /* a filter made it an error */
    error_write_unraisable(NULL, coroutine);
    if (!warned && !warn(&RuntimeWarning, 1, "coroutine '%V' was never awaited", get_qualname(coroutine)))
        error_write_unraisable(NULL, coroutine);
}

/* A suspended generator that dies is closed, so that its finally blocks run. */
static void generator_finalize(Value self) {
    Generator *generator = self_generator(self);
    uint32_t state = load_acquire(&generator->state);
    if (state == GENERATOR_CLOSED || state == GENERATOR_RUNNING) return;
    Value saved = error_fetch(), finalizer = value_load_acquire(&generator->finalizer);
    if ((generator->code->flags & CODE_COROUTINE) && state == GENERATOR_CREATED) {
        warn_never_awaited(self);
    } else if (!is_empty(finalizer) && !load_acquire(&generator->async_closed)) {
        if (is_error(call_1(finalizer, self))) error_write_unraisable(NULL, self);
    } else if (is_error(close_generator(generator))) {
        error_write_unraisable(NULL, self);
    }
    if (!is_empty(saved)) error_restore(saved);
}

void generator_clear(Generator *generator) {
    generator_finalize(object_value(generator));
    if (!end_unrun(generator, GENERATOR_CREATED)) end_unrun(generator, GENERATOR_SUSPENDED);
}

static Value coroutine_await(Value self);

static const MethodDef generator_methods[] = {
    METHOD("send", method_send, "($self, value, /)",
           "send(value) -> send 'value' into generator,\nreturn next yielded value or raise StopIteration."),
    METHOD("throw", method_throw, "($self, type, value=None, traceback=None, /)",
           "throw(value)\nthrow(type[,value[,tb]])\n\nRaise exception in generator, return next yielded value or "
           "raise\nStopIteration."),
    METHOD("close", method_close, "($self, /)", "close() -> raise GeneratorExit inside generator."),
    {0}};
static const GetSetDef generator_getset[] = {
    {"__name__", get_name, set_name, "name of the generator"},
    {"__qualname__", get_qualname, set_qualname, "qualified name of the generator"},
    {"gi_frame", get_frame, NULL, NULL, AUDIT_READ}, {"gi_running", get_running}, {"gi_suspended", get_suspended},
    {"gi_code", get_code, NULL, NULL, AUDIT_READ},
    {"gi_yieldfrom", get_delegate, NULL, "what `yield from` iterates over, or None"}, {0}};
Type generator_type = {
    .root = {.cell_kind = {.trace = generator_trace}},
    .name = "generator",
    .flags = TYPE_NO_NEW | TYPE_HAS_WEAKREF,
    .size = sizeof(Generator),
    .repr = generator_repr, .iter = iter_self, .next = generator_next, .finalize = generator_finalize,
    .methods = generator_methods, .getset = generator_getset,
};

static const MethodDef coroutine_methods[] = {
    METHOD("send", method_send, "($self, arg, /)",
           "send(arg) -> send 'arg' into coroutine,\nreturn next iterated value or raise StopIteration."),
    METHOD("throw", method_throw, "($self, type, value=None, traceback=None, /)",
           "throw(value)\nthrow(type[,value[,traceback]])\n\nRaise exception in coroutine, return next "
           "iterated value or raise\nStopIteration."),
    METHOD("close", method_close, "($self, /)", "close() -> raise GeneratorExit inside coroutine."),
    {0}};
static const GetSetDef coroutine_getset[] = {
    {"__name__", get_name, set_name, "name of the coroutine"},
    {"__qualname__", get_qualname, set_qualname, "qualified name of the coroutine"},
    {"cr_frame", get_frame, NULL, NULL, AUDIT_READ}, {"cr_running", get_running}, {"cr_suspended", get_suspended},
    {"cr_code", get_code, NULL, NULL, AUDIT_READ}, {"cr_await", get_delegate, NULL, "what it awaits, or None"},
    {"cr_origin", get_origin}, {0}};
Type coroutine_type = {
    .root = {.cell_kind = {.trace = generator_trace}},
    .name = "coroutine",
    .flags = TYPE_NO_NEW | TYPE_HAS_WEAKREF,
    .size = sizeof(Generator),
    .repr = generator_repr, .await = coroutine_await, .finalize = generator_finalize,
    .methods = coroutine_methods, .getset = coroutine_getset,
};

/* --- await ------------------------------------------------------------------------------------------------------------- */

typedef struct CoroutineWrapper {
    Object object;
    Generator *coroutine;
} CoroutineWrapper;
static void wrapper_trace(Cell *cell, Marker *marker) { marker_visit_pointer(marker, ((CoroutineWrapper *)cell)->coroutine); }
static Generator *wrapped(Value v) { return OBJECT_AS(CoroutineWrapper, v)->coroutine; }
static Value wrapper_next(Value self) {
    Value result = send(wrapped(self), VALUE_NONE);
    return result;
}
static Value wrapper_send(Value *args) { return send(wrapped(args[0]), args[1]); }
static Value wrapper_throw(Value *args) {
    Value exception = make_thrown(args[1], args[2], args[3]);
    return is_error(exception) ? VALUE_ERROR : throw_into(wrapped(args[0]), exception);
}
static Value wrapper_close(Value *args) { return close_generator(wrapped(args[0])); }
static const MethodDef wrapper_methods[] = {
    METHOD("send", wrapper_send, "($self, value, /)", NULL),
    METHOD("throw", wrapper_throw, "($self, type, value=None, traceback=None, /)", NULL),
    METHOD("close", wrapper_close, "($self, /)", NULL), {0}};
Type coroutine_wrapper_type = {
    .root = {.cell_kind = {.trace = wrapper_trace}},
    .name = "coroutine_wrapper", .flags = TYPE_NO_NEW, .size = sizeof(CoroutineWrapper),
    .iter = iter_self, .next = wrapper_next, .methods = wrapper_methods,
};

static Value coroutine_await(Value self) {
    CoroutineWrapper *wrapper = object_alloc(&coroutine_wrapper_type, sizeof *wrapper);
    if (!wrapper) return VALUE_ERROR;
    wrapper->coroutine = self_generator(self);
    return object_value(wrapper);
}

static bool is_awaitable_generator(Value v) {
    return is_exactly(v, &generator_type) && (self_generator(v)->code->flags & CODE_ITERABLE_COROUTINE);
}

Value await_iter(Value v, int where) {
    if (is_exactly(v, &coroutine_type) && load_acquire(&self_generator(v)->state) == GENERATOR_SUSPENDED &&
        !is_empty(delegate_of(self_generator(v))))
        return raise_error(&RuntimeError, "coroutine is being awaited already");
    return awaitable_iter(v, where);
}

Value awaitable_iter(Value v, int where) {
    if (is_exactly(v, &coroutine_type) || is_awaitable_generator(v)) return v;
    Type *type = type_of(v);
    if (!type->await) {
        if (where) {
            const char *method = where == 1 ? "__aenter__" : "__aexit__";
            return raise_error(&TypeError, "'async with' received an object from %s that does not implement "
                                           "__await__: %T", method, v);
        }
        return raise_error(&TypeError, "object %T can't be used in 'await' expression", v);
    }
    Value iterator = type->await(v);
    if (is_error(iterator)) return VALUE_ERROR;
    if (is_exactly(iterator, &coroutine_type) || is_awaitable_generator(iterator))
        return raise_error(&TypeError, "__await__() returned a coroutine");
    if (!is_iterator(iterator))
        return raise_error(&TypeError, "__await__() returned non-iterator of type '%T'", iterator);
    return iterator;
}

Value value_aiter(Value v) {
    Type *type = type_of(v);
    if (!type->aiter)
        return raise_error(&TypeError, "'async for' requires an object with __aiter__ method, got %T", v);
    Value iterator = type->aiter(v);
    if (is_error(iterator)) return VALUE_ERROR;
    if (!type_of(iterator)->anext)
        return raise_error(&TypeError, "'async for' received an object from __aiter__ that does not implement "
                                       "__anext__: %T", iterator);
    return iterator;
}

Value value_anext_awaitable(Value v) {
    Type *type = type_of(v);
    if (!type->anext)
        return raise_error(&TypeError, "'async for' requires an iterator with __anext__ method, got %T", v);
    Value next = type->anext(v);
    if (is_error(next)) return VALUE_ERROR;
    Value iterator = awaitable_iter(next, 0);
    if (is_error(iterator))
        raise_from(&TypeError, "'async for' received an invalid object from __anext__: %T", next);
    return iterator;
}

/* --- asynchronous generators ---------------------------------------------------------------------------------------------- */

/* A value on its way out of an asynchronous generator's `yield` (not of an await inside it). */
typedef struct WrappedValue {
    Object object;
    Value value;
} WrappedValue;
static void wrapped_trace(Cell *cell, Marker *marker) { marker_visit(marker, ((WrappedValue *)cell)->value); }
Type async_wrapped_value_type = {
    .root = {.cell_kind = {.trace = wrapped_trace}},
    .name = "async_generator_wrapped_value", .flags = TYPE_NO_NEW, .size = sizeof(WrappedValue),
};
Value async_generator_wrap(Value v) {
    WrappedValue *box = object_alloc(&async_wrapped_value_type, sizeof *box);
    if (!box) return VALUE_ERROR;
    box->value = v;
    return object_value(box);
}

extern Type async_generator_asend_type, async_generator_athrow_type;
/* The awaitable of __anext__, asend, athrow and aclose. */
enum { ASYNC_SEND, ASYNC_THROW, ASYNC_CLOSE };
enum { STEP_INIT, STEP_ITER, STEP_CLOSED };
typedef struct AsyncStep {
    Object object;
    Generator *generator;
    Value sent;          /* ASYNC_SEND: the value; ASYNC_THROW: the exception */
    uint32_t state;      /* atomic; STEP_* */
    uint8_t kind;
} AsyncStep;
static void step_trace(Cell *cell, Marker *marker) {
    marker_visit_pointer(marker, ((AsyncStep *)cell)->generator);
    marker_visit(marker, ((AsyncStep *)cell)->sent);
}
static AsyncStep *self_step(Value v) { return OBJECT_AS(AsyncStep, v); }

static Value async_step_new(Generator *generator, int kind, Value sent) {
    AsyncStep *step_object = object_alloc(kind == ASYNC_SEND ? &async_generator_asend_type : &async_generator_athrow_type,
                                          sizeof *step_object);
    if (!step_object) return VALUE_ERROR;
    step_object->generator = generator;
    step_object->kind = (uint8_t)kind;
    step_object->sent = sent;
    return object_value(step_object);
}

static void step_close(AsyncStep *s) {
    store_release(&s->state, (uint32_t)STEP_CLOSED);
    store_release(&s->generator->running_async, false);
}

/* What a resumption of the generator means to the awaitable. */
static Value step_result(AsyncStep *s, Value result, bool finished) {
    Generator *generator = s->generator;
    if (finished && !is_error(result)) {
        store_release(&generator->async_closed, true);
        step_close(s);
        return s->kind == ASYNC_CLOSE ? raise_stop_iteration(VALUE_EMPTY) : raise_without_arguments(&StopAsyncIteration);
    }
    if (is_error(result)) {
        if (error_matches(&StopAsyncIteration) || error_matches(&GeneratorExit))
            store_release(&generator->async_closed, true);
        step_close(s);
        if (s->kind == ASYNC_CLOSE && (error_clear_if(&StopAsyncIteration) || error_clear_if(&GeneratorExit)))
            return raise_stop_iteration(VALUE_EMPTY);
        return VALUE_ERROR;
    }
    if (is_exactly(result, &async_wrapped_value_type)) {
        step_close(s);
        if (s->kind == ASYNC_CLOSE) return raise_error(&RuntimeError, "async generator ignored GeneratorExit");
        Value value = OBJECT_AS(WrappedValue, result)->value;
        Tuple *args = tuple_pack(1, value);
        if (!args) return VALUE_ERROR;
        return raise_value(call_with(object_value(&StopIteration), args, NULL));
    }
    return result;
}

static bool claim_async(AsyncStep *s) {
    static const char *const what[] = {"anext(): asynchronous generator is already running",
                                       "athrow(): asynchronous generator is already running",
                                       "aclose(): asynchronous generator is already running"};
    bool running = false;
    if (cas_acq_rel(&s->generator->running_async, &running, true)) return true;
    store_release(&s->state, (uint32_t)STEP_CLOSED);
    raise_error(&RuntimeError, "%s", what[s->kind]);
    return false;
}

static Value async_step_send(AsyncStep *s, Value sent) {
    static const char *const reuse[] = {"cannot reuse already awaited __anext__()/asend()",
                                        "cannot reuse already awaited aclose()/athrow()",
                                        "cannot reuse already awaited aclose()/athrow()"};
    uint32_t state = load_acquire(&s->state);
    if (state == STEP_CLOSED) return raise_error(&RuntimeError, "%s", reuse[s->kind]);
    Generator *generator = s->generator;
    bool finished;
    if (state == STEP_INIT) {
        if (!claim_async(s)) return VALUE_ERROR;
        store_release(&s->state, (uint32_t)STEP_ITER);
        if (s->kind != ASYNC_SEND) {
            if (load_acquire(&generator->async_closed) && s->kind == ASYNC_THROW) {
                step_close(s);
                return raise_without_arguments(&StopAsyncIteration);
            }
            if (!is_none(sent)) {
                step_close(s);
                return raise_error(&RuntimeError, "can't send non-None value to a just-started coroutine");
            }
            if (load_acquire(&generator->async_closed) || load_acquire(&generator->state) == GENERATOR_CLOSED) {
                step_close(s);
                return s->kind == ASYNC_CLOSE ? raise_stop_iteration(VALUE_EMPTY) : raise_without_arguments(&StopAsyncIteration);
            }
            if (s->kind == ASYNC_CLOSE) store_release(&generator->async_closed, true);
            Value exception = s->kind == ASYNC_CLOSE ? call_0(object_value(&GeneratorExit)) : s->sent;
            if (is_error(exception)) return VALUE_ERROR;
            Value result = throw_exception(generator, exception, &finished);
            return step_result(s, result, finished);
        }
        if (is_none(sent)) sent = s->sent;
    }
    if (load_acquire(&generator->state) == GENERATOR_CLOSED) {
        step_close(s);
        return raise_without_arguments(&StopAsyncIteration);
    }
    Value result = step(generator, sent, &finished);
    return step_result(s, result, finished);
}

static Value async_step_next(Value self) { return async_step_send(self_step(self), VALUE_NONE); }
static Value async_step_method_send(Value *args) { return async_step_send(self_step(args[0]), args[1]); }
static Value async_step_method_throw(Value *args) {
    AsyncStep *s = self_step(args[0]);
    if (load_acquire(&s->state) == STEP_CLOSED)
        return raise_error(&RuntimeError, "cannot reuse already awaited %s", s->kind == ASYNC_SEND ? "__anext__()/asend()" : "aclose()/athrow()");
    Value exception = make_thrown(args[1], args[2], args[3]);
    if (is_error(exception)) return VALUE_ERROR;
    if (load_acquire(&s->state) == STEP_INIT && !claim_async(s)) return VALUE_ERROR;
    store_release(&s->state, (uint32_t)STEP_ITER);
    bool finished;
    Value result = throw_exception(s->generator, exception, &finished);
    return step_result(s, result, finished);
}
static Value async_step_method_close(Value *args) {
    AsyncStep *s = self_step(args[0]);
    if (load_acquire(&s->state) == STEP_ITER) store_release(&s->generator->running_async, false);
    store_release(&s->state, (uint32_t)STEP_CLOSED);
    return VALUE_NONE;
}
static const MethodDef async_step_methods[] = {
    METHOD("send", async_step_method_send, "($self, value, /)", NULL),
    METHOD("throw", async_step_method_throw, "($self, type, value=None, traceback=None, /)", NULL),
    METHOD("close", async_step_method_close, "($self, /)", NULL), {0}};
Type async_generator_asend_type = {
    .root = {.cell_kind = {.trace = step_trace}},
    .name = "async_generator_asend", .flags = TYPE_NO_NEW, .size = sizeof(AsyncStep),
    .iter = iter_self, .next = async_step_next, .await = iter_self, .methods = async_step_methods,
};
Type async_generator_athrow_type = {
    .root = {.cell_kind = {.trace = step_trace}},
    .name = "async_generator_athrow", .flags = TYPE_NO_NEW, .size = sizeof(AsyncStep),
    .iter = iter_self, .next = async_step_next, .await = iter_self, .methods = async_step_methods,
};

/* The hooks of sys.set_asyncgen_hooks(), called at the first iteration. */
static bool init_hooks(Generator *generator) {
    bool inited = false;
    if (!cas_acq_rel(&generator->hooks_inited, &inited, true)) return true;
    Context *context = context_self();
    if (!is_empty(context->async_gen_finalizer) && !is_none(context->async_gen_finalizer))
        heap_store_release(generator, &generator->finalizer, context->async_gen_finalizer);
    Value first = context->async_gen_firstiter;
    return is_empty(first) || is_none(first) || !is_error(call_1(first, object_value(generator)));
}

static Value async_anext(Value self) {
    return init_hooks(self_generator(self)) ? async_step_new(self_generator(self), ASYNC_SEND, VALUE_NONE) : VALUE_ERROR;
}
static Value async_asend(Value *args) {
    return init_hooks(self_generator(args[0])) ? async_step_new(self_generator(args[0]), ASYNC_SEND, args[1]) : VALUE_ERROR;
}
static Value async_athrow(Value *args) {
    if (!init_hooks(self_generator(args[0]))) return VALUE_ERROR;
    Value exception = make_thrown(args[1], args[2], args[3]);
    return is_error(exception) ? VALUE_ERROR : async_step_new(self_generator(args[0]), ASYNC_THROW, exception);
}
static Value async_aclose(Value *args) {
    return init_hooks(self_generator(args[0])) ? async_step_new(self_generator(args[0]), ASYNC_CLOSE, VALUE_EMPTY) : VALUE_ERROR;
}
static Value get_running_async(Value self) { return bool_value(load_acquire(&self_generator(self)->running_async)); }
Value generic_alias_class_getitem(Value *args);
static const MethodDef async_generator_methods[] = {
    METHOD("asend", async_asend, "($self, value, /)", "asend(v) -> send 'v' in generator."),
    METHOD("athrow", async_athrow, "($self, type, value=None, traceback=None, /)", "athrow(typ[,val[,tb]]) -> raise exception in generator."),
    METHOD("aclose", async_aclose, "($self, /)", "aclose() -> raise GeneratorExit inside generator."),
    CLASS_METHOD("__class_getitem__", generic_alias_class_getitem, "($type, item, /)", "See PEP 585"), {0}};
static const GetSetDef async_generator_getset[] = {
    {"__name__", get_name, set_name}, {"__qualname__", get_qualname, set_qualname}, {"ag_frame", get_frame, NULL, NULL, AUDIT_READ},
    {"ag_running", get_running_async}, {"ag_code", get_code, NULL, NULL, AUDIT_READ}, {"ag_await", get_delegate}, {0}};
Type async_generator_type = {
    .root = {.cell_kind = {.trace = generator_trace}},
    .name = "async_generator",
    .flags = TYPE_NO_NEW | TYPE_HAS_WEAKREF,
    .size = sizeof(Generator),
    .repr = generator_repr, .aiter = iter_self, .anext = async_anext, .finalize = generator_finalize,
    .methods = async_generator_methods, .getset = async_generator_getset,
};
