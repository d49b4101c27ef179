/* trace.c - trace and profile functions.
 *
 * What is traced. sys.settrace() and sys.setprofile() set functions of the calling thread. While one is
 * set and none of them is running, POLL_TRACE stands in the thread's poll word; its loops see that at
 * their next safe point and then bring every instruction here first. A frame that did not begin under
 * a trace function is told of only when somebody sets its f_trace.
 *
 * Where the frame was. While a thread is traced, frame->pc is stored at every instruction, so on arrival
 * it is still the instruction executed before in the same frame. From the two comes the line event: when
 * the line is another one, or control went backward. FRAME_FRESH says that there was none before; a
 * generator that goes on was at its YIELD.
 *
 * Marks. Some lines have no instruction (`try:`, `pass`): the compiler notes them with the positions, as
 * passed through before a certain word (bytecode/code.c). Such a line is told before the word's own.
 *
 * Calls of native code are told to profile functions (c_call, c_return). They are carried out here then,
 * not by the loop.
 *
 * The functions themselves run untraced: Context.tracing counts. FrameObject.shown_line is what f_lineno
 * gives meanwhile, since marks and decorated functions have lines that no instruction has. All of this
 * belongs to one thread, and needs no lock. */
#include "vm/trace.h"

#include "object/call.h"
#include "object/native.h"
#include "types/exception.h"
#include "vm/generator.h"
#include "vm/operations.h"

void trace_update(Context *context) {
    Thread *thread = &context->heap.thread;
    bool on = !context->tracing && !(is_empty(context->trace_function) && is_empty(context->profile_function));
    if (on == trace_is_on(context)) return;
    if (on) thread_poll_set(thread, POLL_TRACE);
    else thread_poll_clear(thread, POLL_TRACE);
}

void trace_pause(bool pause) {
    Context *context = context_self();
    context->tracing += pause ? 1 : -1;
    trace_update(context);
}

void trace_set(Value function) {
    Context *context = context_self();
    context->trace_function = function;
    trace_update(context);
}

void profile_set(Value function, ProfileHook hook) {
    Context *context = context_self();
    context->profile_function = function;
    context->profile_hook = hook;
    trace_update(context);
}

/* --- telling ---------------------------------------------------------------------------------------- */

static Str *event_name(TraceEvent event) {
    switch (event) {
    case TRACE_CALL: return NAME("call");
    case TRACE_EXCEPTION: return NAME("exception");
    case TRACE_LINE: return NAME("line");
    case TRACE_RETURN: return NAME("return");
    case TRACE_C_CALL: return NAME("c_call");
    case TRACE_C_EXCEPTION: return NAME("c_exception");
    case TRACE_C_RETURN: return NAME("c_return");
    default: return NAME("opcode");
    }
}

/* function(frame, event, argument). What it changes in f_locals goes into the frame. */
static Value call_function(FrameObject *object, Frame *frame, Value function, TraceEvent event, Value argument) {
    if (!frame_locals_refresh(object)) return VALUE_ERROR;
    Value result = call_3(function, object_value(object), object_value(event_name(event)), argument);
    frame_locals_store(object);
    if (is_error(result)) add_traceback(frame);
    return result;
}

static bool tell_trace(Context *context, FrameObject *object, Frame *frame, TraceEvent event, Value argument) {
    Value function = event == TRACE_CALL ? context->trace_function : value_load_acquire(&object->trace);
    if (is_empty(function)) return true;
    Value result = call_function(object, frame, function, event, argument);
    if (is_error(result)) {
        context->trace_function = VALUE_EMPTY;
        heap_store_release(object, &object->trace, VALUE_EMPTY);
        return false;
    }
    if (!is_none(result)) heap_store_release(object, &object->trace, result);
    return true;
}

static bool tell_profile(Context *context, FrameObject *object, Frame *frame, TraceEvent event, Value argument) {
    Value function = context->profile_function;
    bool told = context->profile_hook
                    ? context->profile_hook(function, frame, (int)event, argument)
                    : !is_error(call_function(object, frame, function, event, argument));
    if (!told) {
        context->profile_function = VALUE_EMPTY;
        context->profile_hook = NULL;
    }
    return told;
}

/* Tells one of the two functions of an event in line `line` (-1: none). False: it raised. */
static bool tell(Context *context, Frame *frame, TraceEvent event, Value argument, int line, bool profile) {
    if (context->tracing) return true;
    FrameObject *object = frame_object(frame);
    if (!object) return false;
    int32_t shown = load_relaxed(&object->shown_line), former = context->trace_event;
    store_relaxed(&object->shown_line, (int32_t)line);
    context->trace_event = (int32_t)event;
    context->tracing++;
    trace_update(context);
    bool told = profile ? tell_profile(context, object, frame, event, argument)
                        : tell_trace(context, object, frame, event, argument);
    context->tracing--;
    trace_update(context);
    context->trace_event = former;
    store_relaxed(&object->shown_line, shown);
    return told;
}

/* The same while an exception is set, which stays set unless the function raises another. */
static bool tell_raised(Context *context, Frame *frame, TraceEvent event, Value argument, int line, bool profile) {
    Value exception = error_fetch();
    if (!tell(context, frame, event, argument, line, profile)) return false;
    error_restore(exception);
    return true;
}

/* True when the trace function wants to hear of what happens in the frame. */
static bool is_followed(const Context *context, const Frame *frame) {
    if (is_empty(context->trace_function)) return false;
    Value object = value_load_acquire(&frame->object); /* other threads may ask a generator for it, and set its f_trace */
    return !is_empty(object) && !is_empty(value_load_acquire(&OBJECT_AS(FrameObject, object)->trace));
}

static int line_now(const Frame *frame) {
    const WordLine *lines = code_word_lines(frame->code);
    if (lines) return lines[frame_index(frame)].line;
    error_clear();
    return frame_line(frame);
}

/* --- entering and leaving ------------------------------------------------------------------------------ */

static bool tell_entry(Context *context, Frame *frame, int line) {
    if (!is_empty(context->trace_function) && !tell(context, frame, TRACE_CALL, VALUE_NONE, line, false))
        return false;
    return is_empty(context->profile_function) || tell(context, frame, TRACE_CALL, VALUE_NONE, line, true);
}

static bool tell_return(Context *context, Frame *frame, Value value) {
    int line = line_now(frame);
    if (is_followed(context, frame) && !tell(context, frame, TRACE_RETURN, value, line, false)) return false;
    return is_empty(context->profile_function) || tell(context, frame, TRACE_RETURN, value, line, true);
}

bool trace_throw(Context *context, Frame *frame) {
    Value exception = error_fetch();
    bool fresh = frame->pc == frame->code->instructions;
    if (!tell_entry(context, frame, fresh ? frame->code->first_line : line_now(frame))) return false;
    error_restore(exception);
    return true;
}

void trace_unwound(Context *context, Frame *frame) {
    int line = line_now(frame);
    if (is_followed(context, frame) && !tell_raised(context, frame, TRACE_RETURN, VALUE_NONE, line, false)) return;
    if (!is_empty(context->profile_function))
        (void)tell_raised(context, frame, TRACE_RETURN, VALUE_NONE, line, true);
}

void trace_raised(Context *context, Frame *frame) {
    if (!is_followed(context, frame)) return;
    Value exception = error_fetch();
    Value traceback = value_load_acquire(&as_exception(exception)->traceback);
    Tuple *argument = tuple_pack(3, object_value(type_of(exception)), exception,
                                 is_empty(traceback) ? VALUE_NONE : traceback);
    if (!argument) return;
    if (tell(context, frame, TRACE_EXCEPTION, object_value(argument), line_now(frame), false))
        error_restore(exception);
}

bool trace_generator_end(Context *context, Frame *frame, const Code *generator, Value value) {
    if (!is_followed(context, frame) || (is_none(value) && !(generator->flags & CODE_COROUTINE))) return true;
    raise_stop_iteration(is_none(value) ? VALUE_EMPTY : value);
    trace_raised(context, frame);
    return error_clear_if(&StopIteration);
}

/* --- lines ------------------------------------------------------------------------------------------------ */

/* `previous`: the word executed before, -1: none. False: the trace function raised. */
static bool tell_lines(Context *context, Frame *frame, int index, int previous) {
    FrameObject *object = OBJECT_AS(FrameObject, frame->object);
    const WordLine *lines = code_word_lines(frame->code);
    if (!lines) return false;
    bool backward = previous >= index && frame->code->instructions[index].op != OP_SEND;
    int last = previous < 0 ? -1 : lines[previous].line, mark = lines[index].mark, line = lines[index].line;
    if (mark && !load_relaxed(&object->no_trace_lines) && (mark != last || backward)) {
        if (!tell(context, frame, TRACE_LINE, VALUE_NONE, mark, false)) return false;
        if (frame_index(frame) != index || !is_followed(context, frame)) return true;
    }
    if (mark) last = mark, backward = false;
    if (line >= 0 && !load_relaxed(&object->no_trace_lines) && (line != last || backward) &&
        !tell(context, frame, TRACE_LINE, VALUE_NONE, line, false))
        return false;
    if (load_relaxed(&object->trace_opcodes) && is_followed(context, frame))
        return tell(context, frame, TRACE_OPCODE, VALUE_NONE, lines[frame_index(frame)].line, false);
    return true;
}

/* --- calls of native code ------------------------------------------------------------------------------------ */

/* What a profile function is told is called, or VALUE_EMPTY when it is no native function. */
static Value native_callee(Value callee, const Value *args, size_t count) {
    if (is_exactly(callee, &native_function_type)) return callee;
    if (!is_exactly(callee, &method_descriptor_type) || count == 0) return VALUE_EMPTY;
    if (!is_instance_of(args[0], OBJECT_AS(MethodDescriptor, callee)->owner)) return VALUE_EMPTY;
    return method_descriptor_type.descr_get(callee, args[0], object_value(type_of(args[0])));
}

static TraceOutcome profile_call(Context *context, Frame *frame, Instruction *pc) {
    Value *row = frame->registers + pc->b, *args = row + 1;
    bool is_method = pc->op == OP_CALL_METHOD || pc->op == OP_CALL_METHOD_KW;
    bool has_names = pc->op == OP_CALL_KW || pc->op == OP_CALL_METHOD_KW;
    size_t count = pc->op == OP_CALL_EX ? 0 : pc->c;
    Tuple *names = has_names ? as_tuple(row[count + 1 + is_method]) : NULL;
    if (names) count -= (size_t)names->length;
    if (is_method && is_empty(row[1])) args++;
    else if (is_method) count++;
    Value callee = native_callee(row[0], args, count);
    if (is_error(callee)) return TRACE_RAISED;
    if (is_empty(callee)) return TRACE_EXECUTE;
    int line = line_now(frame);
    if (!tell(context, frame, TRACE_C_CALL, callee, line, true)) return TRACE_RAISED;
    struct LoopFrame *loop = context->loop;
    context->loop = NULL; /* there are values in this C frame */
    Value result = pc->op == OP_CALL_EX ? call_ex(row[0], row[1], row[2]) : call(row[0], args, count, names);
    context->loop = loop;
    bool told = true;
    if (is_error(result)) {
        if (!is_empty(context->profile_function))
            (void)tell_raised(context, frame, TRACE_C_EXCEPTION, callee, line, true);
        return TRACE_RAISED;
    }
    if (!is_empty(context->profile_function)) told = tell(context, frame, TRACE_C_RETURN, callee, line, true);
    frame->registers[pc->a] = result;
    return told && safepoint(&context->heap.thread) ? TRACE_DONE : TRACE_RAISED;
}

/* --- one instruction ----------------------------------------------------------------------------------------- */

TraceOutcome trace_instruction(Context *context, Frame *frame, Instruction *pc) {
    const Code *code = frame->code;
    int index = (int)(pc - code->instructions);
    int previous = frame_index(frame);
    if (unlikely(frame->trace_state)) {
        bool fresh = frame->trace_state & FRAME_FRESH, entered = frame->trace_state & FRAME_ENTERED;
        frame->trace_state = 0;
        previous = fresh ? -1 : index - 1;
        frame->pc = fresh ? pc : pc - 1;
        if (entered && !tell_entry(context, frame, fresh ? code->first_line : line_now(frame))) return TRACE_RAISED;
    }
    frame->pc = pc;
    if (is_followed(context, frame)) {
        if (!tell_lines(context, frame, index, previous)) return TRACE_RAISED;
        pc = frame->pc;
    }
    switch (pc->op) {
    case OP_RETURN: return tell_return(context, frame, frame->registers[pc->a]) ? TRACE_EXECUTE : TRACE_LEAVE;
    case OP_RETURN_NONE: return tell_return(context, frame, VALUE_NONE) ? TRACE_EXECUTE : TRACE_LEAVE;
    case OP_YIELD:
        if (!tell_return(context, frame, frame->registers[pc->b])) return TRACE_LEAVE;
        if (frame->pc == pc) return TRACE_EXECUTE;
        store_relaxed(&frame->generator->started, false); /* it will begin at the instruction that it was moved to */
        return TRACE_YIELD;
    case OP_CALL:
    case OP_CALL_KW:
    case OP_CALL_METHOD:
    case OP_CALL_METHOD_KW:
    case OP_CALL_EX:
        return is_empty(context->profile_function) ? TRACE_EXECUTE : profile_call(context, frame, pc);
    default: return TRACE_EXECUTE;
    }
}
