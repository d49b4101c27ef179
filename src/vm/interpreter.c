/* interpreter.c - the loop.
 *
 * State. `frame` is the running frame, R its window, K its constants, `pc` the instruction being
 * executed. frame->pc is brought up to date (SAVE) before anything that may raise, collect, or look
 * at frames. Everything else that must survive is in the window, so that execution can be taken up
 * at any instruction from frame and window alone.
 *
 * Calls. A Python function called by Python gets a Frame and runs on in the same loop; returning
 * continues the caller behind its instruction. Calls that come from C (a slot, sort's key, ...)
 * enter the loop anew and are counted against the C stack.
 *
 * Generators are resumed in place: FOR_ITER and SEND link the generator's frame in, YIELD unlinks it.
 *
 * Errors. An instruction that fails jumps to `error` with the exception set on the context. The
 * tables of the code give the handler; without one the frame is left and the search goes on in its
 * caller, until a frame that C entered.
 *
 * Safe points: backward jumps and function entries.
 *
 * Tracing. `labels` is the table that DISPATCH goes through. While the thread is traced it is one whose
 * every entry is `traced`, where the events are told before the instruction runs; a safe point that
 * finds POLL_TRACE puts it in place, `traced` takes it out again. Who is not traced pays nothing. */
#include "vm/generator.h"
#include "vm/run.h"

#include "modules/thread_module.h"
#include "object/lookup.h"
#include "object/native.h"
#include "types/bytes.h"
#include "types/exception.h"
#include "types/float.h"
#include "types/int.h"
#include "types/iterator.h"
#include "types/list.h"
#include "types/module.h"
#include "types/range.h"
#include "types/set.h"
#include "types/slice.h"
#include "vm/cache.h"
#include "vm/operations.h"
#include "vm/trace.h"

/* Where a loop's C frame lies: from `floor` to `base`. */
typedef struct LoopFrame {
    struct LoopFrame *outer;
    const void *base, *floor;
    const Frame *entry; /* what it was entered with */
} LoopFrame;

/* --- entering and leaving frames -------------------------------------------------------------------------- */

/* Puts defaults after the `count` arguments of a call by position. False: too few, or too many. */
static ALWAYS_INLINE bool fill_defaults(Function *function, const Code *code, Value *window, size_t count) {
    Value defaults = value_load_acquire(&function->defaults);
    if (is_empty(defaults) || count > code->argument_count) return false;
    const Tuple *tuple = as_tuple(defaults);
    size_t missing = code->argument_count - count;
    if (missing > (size_t)tuple->length) return false;
    memcpy(window + count, tuple->items + tuple->length - missing, missing * sizeof *window);
    return true;
}

/* A frame for a call of `function`, its parameters bound, linked in as the context's innermost. The
 * window begins at `args` when that is possible. NULL: an exception, nothing linked. */
static Frame *push_call(Context *context, Frame *caller, Function *function, Code *code, Value *args,
                        size_t count, Tuple *names, FrameKind kind) {
    if (unlikely(context->depth >= load_relaxed(&runtime.recursion_limit))) {
        if (!stack_enter_slow("")) return NULL;
        context->depth--;
    }
    Value *window = args, *limit = NULL;
    size_t total = count + (names ? (size_t)names->length : 0);
    size_t need = max_size(code->register_count, total) + 1;
    if (likely(caller != NULL)) {
        limit = caller->stack_limit;
        if (unlikely(caller->generator != NULL || kind == FRAME_ENTRY || args + need > limit)) {
            window = stack_window(context, caller->stack_top, limit, need, &limit);
        }
    } else {
        window = stack_window(context, NULL, NULL, need, &limit);
    }
    if (unlikely(!window) || !code_unfold(code)) return NULL;
    Frame *frame = frame_allocate(context);
    if (unlikely(!frame)) return NULL;
    frame->registers = window;
    frame->pc = code->instructions;
    frame->code = code;
    frame->function = function;
    frame->previous = caller;
    frame->stack_top = window + code->register_count;
    frame->stack_limit = limit;
    frame->names = VALUE_EMPTY;
    frame->object = VALUE_EMPTY;
    frame->extra = VALUE_EMPTY;
    frame->generator = NULL;
    frame->kind = (uint8_t)kind;
    frame->resume_words = 1;
    frame->trace_state = 0;
    if (likely(code->is_simple && !(names && names->length) &&
               (count == code->argument_count || fill_defaults(function, code, window, count)))) {
        if (window != args && count) memcpy(window, args, count * sizeof *args);
        context->frame = frame;
    } else {
        /* linked before binding, so that the collector sees the window */
        for (int i = (int)total; i < code->parameter_count; i++) window[i] = VALUE_EMPTY;
        context->frame = frame;
        if (!function_bind(function, code, window, args, count, names)) {
            context->frame = caller;
            frame_release(context);
            return NULL;
        }
    }
    for (int i = code->parameter_count; i < code->local_count + code->cell_count; i++) window[i] = VALUE_EMPTY;
    context->depth++;
    return frame;
}

/* The same for what most calls are: as many arguments as parameters, a window in the caller's, and room for
 * it. NULL: it is none of these, and nothing has been done. */
static ALWAYS_INLINE Frame *push_simple_call(Context *context, Frame *caller, Function *function, Code *code,
                                             Value *args, size_t count) {
    Frame *frame = context->frame_top;
    Value *top = args + code->register_count;
    Instruction *instructions = load_acquire(&code->instructions);
    if (unlikely(!code->is_simple || count != code->argument_count || !instructions || caller->generator ||
                 top >= caller->stack_limit || frame >= context->frame_chunk->limit ||
                 context->depth >= load_relaxed(&runtime.recursion_limit)))
        return NULL;
    context->frame_top = frame + 1;
    context->depth++;
    *frame = (Frame){.registers = args, .pc = instructions, .code = code, .function = function, .previous = caller,
                     .stack_top = top, .stack_limit = caller->stack_limit, .kind = FRAME_CALL, .resume_words = 1};
    Value *end = args + code->local_count + code->cell_count;
    for (Value *local = args + count; local < end; local++) *local = VALUE_EMPTY;
    context->frame = frame;
    return frame;
}

/* Unlinks a frame whose call has ended. */
static void pop_frame(Context *context, Frame *frame) {
    if (unlikely(!is_empty(frame->object))) frame_object_detach(frame);
    context->frame = frame->previous;
    context->depth--;
    if (!frame->generator) frame_release(context);
}

/* A call whose result is a generator, made of its frame. That the loop never has the generator in a
 * register of its own is meant: it would keep it alive there. */
static NOINLINE bool make_generator(Context *context, Frame *frame, Value *result) {
    Generator *generator = generator_new(frame->function, frame->code, frame->registers);
    pop_frame(context, frame);
    if (generator) *result = object_value(generator);
    return generator != NULL;
}

/* Links the frame of a claimed generator in. */
static void resume_frame(Context *context, Generator *generator, FrameKind kind) {
    Frame *frame = &generator->frame;
    frame->kind = (uint8_t)kind;
    frame_link_generator(context, frame);
    generator->resumer_handled = context->handled;
    if (!is_empty(generator->own_handled)) context->handled = generator->own_handled;
}

/* Unlinks a generator's frame: `state` is what it becomes. */
static void leave_generator(Context *context, Frame *frame, uint32_t state) {
    Generator *generator = frame->generator;
    if (state == GENERATOR_CLOSED && !is_empty(value_load_acquire(&frame->object))) frame_object_detach(frame);
    context->handled = generator->resumer_handled;
    generator->resumer_handled = VALUE_EMPTY;
    frame_unlink_generator(context, frame);
    context->left_suspended = state == GENERATOR_SUSPENDED;
    store_release(&generator->state, state); /* from here on it may be any thread's */
}

/* StopIteration must not leave a generator by itself (PEP 479). */
static void convert_stop_iteration(Generator *generator) {
    uint32_t flags = generator->code->flags;
    const char *what = flags & CODE_ASYNC_GENERATOR ? "async generator"
                       : flags & CODE_COROUTINE     ? "coroutine" : "generator";
    if (error_matches(&StopIteration)) {
        raise_from(&RuntimeError, "%s raised StopIteration", what);
    } else if ((flags & CODE_ASYNC_GENERATOR) && error_matches(&StopAsyncIteration)) {
        raise_from(&RuntimeError, "async generator raised StopAsyncIteration");
    }
}

/* A call of native code, or one that may end in any code, has failed. StopIteration: true, cleared. */
static NOINLINE bool end_of_iteration(Context *context, Frame *frame) {
    if (!error_matches(&StopIteration)) return false;
    if (trace_is_on(context)) trace_raised(context, frame);
    return error_clear_if(&StopIteration);
}

/* --- slow paths of arithmetic -------------------------------------------------------------------------------- */

static NOINLINE Value operate(Value a, Value b, BinaryOp op, bool inplace) {
    return inplace ? inplace_op(a, b, op) : binary_op(a, b, op);
}

static NOINLINE int test_slow(Value a, Value b, CompareOp op) {
    Value result = value_compare(a, b, op);
    if (is_bool(result)) return is_true(result);
    return is_error(result) ? -1 : value_truth(result);
}

static ALWAYS_INLINE bool number_pair(Value a, Value b, double *x, double *y) {
    if (is_double(a)) {
        *x = double_of(a);
        if (is_double(b)) *y = double_of(b);
        else if (is_smallint(b)) *y = (double)smallint_of(b);
        else return false;
        return true;
    }
    if (is_smallint(a) && is_double(b)) {
        *x = (double)smallint_of(a);
        *y = double_of(b);
        return true;
    }
    return false;
}

/* Truth without a call for the usual values: 1, 0, or -2 "ask". */
static ALWAYS_INLINE int quick_truth(Value v) {
    if (is_bool(v)) return is_true(v);
    if (is_none(v)) return 0;
    if (is_smallint(v)) return smallint_of(v) != 0;
    return -2;
}

static ALWAYS_INLINE Value get_item_fast(Value container, Value key) {
    if (is_smallint(key)) {
        int64_t index = smallint_of(key);
        if (is_exactly(container, &list_type)) {
            List *list = as_list(container);
            if (likely(index >= 0)) {
                Value item = list_get(list, index);
                if (likely(!is_empty(item))) return item;
            } else {
                Value item = list_get_from_end(list, index);
                if (likely(!is_empty(item))) return item;
            }
        } else if (is_exactly(container, &tuple_type)) {
            Tuple *tuple = as_tuple(container);
            if (index < 0) index += tuple->length;
            if (likely((uint64_t)index < (uint64_t)tuple->length)) return tuple->items[index];
        }
    }
    if (is_exactly(container, &dict_type)) {
        Value value = dict_get(as_dict(container), key);
        return is_empty(value) ? raise_key_error(key) : value;
    }
    return get_item(container, key);
}

/* --- the loop -------------------------------------------------------------------------------------------------- */

/* Leaves a `with` block of a Lock or RLock. */
static ALWAYS_INLINE bool any_lock_release(Value lock) {
    if (likely(is_exactly(lock, &lock_type))) return lock_object_release(OBJECT_AS(LockObject, lock));
    return rlock_object_release(OBJECT_AS(RLockObject, lock));
}

#define A (pc->a)
#define B (pc->b)
#define C (pc->c)
#define D (pc->d)
#define DISPATCH() goto *labels[pc->op]
#define NEXT(words)                                                                                \
    do {                                                                                           \
        pc += (words);                                                                             \
        DISPATCH();                                                                                \
    } while (0)
#define SAVE() (frame->pc = pc)
#define TARGET(name) label_##name
/* Stores a result and goes on, or raises. */
#define RESULT(words, expression)                                                                  \
    do {                                                                                           \
        Value result_ = (expression);                                                              \
        if (unlikely(is_error(result_))) goto error;                                               \
        R[A] = result_;                                                                            \
        NEXT(words);                                                                               \
    } while (0)
#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (unlikely(!(condition))) goto error;                                                    \
    } while (0)
#define LOAD_FRAME()                                                                               \
    do {                                                                                           \
        R = frame->registers;                                                                      \
        K = frame->code->constants->items;                                                         \
        pc = frame->pc;                                                                            \
    } while (0)
#define NAME_AT(index) as_str(frame->code->names->items[index])
#define POLL()                                                                                     \
    do {                                                                                           \
        if (unlikely(load_relaxed(&context->heap.thread.poll) != 0)) {                             \
            SAVE();                                                                                \
            if (!safepoint_slow(&context->heap.thread)) goto error;                                \
            labels = LABELS();                                                                     \
        }                                                                                          \
    } while (0)
#define LABELS() (trace_is_on(context) ? traced_labels : plain_labels)

/* Of a call of native code: what came while it ran (a signal, say) is looked at before the program
 * goes on, as it would be in a call of Python code. */
#define CALL_RESULT(expression)                                                                    \
    do {                                                                                           \
        Value result_ = (expression);                                                              \
        if (unlikely(is_error(result_))) goto error;                                               \
        R[A] = result_;                                                                            \
        POLL();                                                                                    \
        NEXT(1);                                                                                   \
    } while (0)

typedef enum LoopStart {
    LOOP_GO_ON, /* at frame->pc */
    LOOP_ENTER, /* the same, of a call or a generator: a `call` event is due */
    LOOP_THROW, /* with the exception that is set, into a generator */
    LOOP_FAIL,  /* with the exception that is set, which came before the first instruction */
} LoopStart;

static NOINLINE Value vm_loop(Context *context, Frame *frame, LoopStart start) {
    static const void *const plain_labels[256] = {
#define OP(name, format, operands, meaning) &&label_##name,
#include "bytecode/opcodes.def"
    };
    static const void *const traced_labels[256] = {
#define OP(name, format, operands, meaning) &&traced,
#include "bytecode/opcodes.def"
    };
    const void *const *labels = plain_labels;
    Value *R;
    const Value *K;
    Instruction *pc;
    /* of do_call */
    Value callee, *args, value;
    size_t count;
    Tuple *names;

    context->loop->floor = stack_pointer();
    LOAD_FRAME();
    if (unlikely(trace_is_on(context))) {
        labels = traced_labels;
        if (start == LOOP_ENTER) trace_entering(frame);
        if (start == LOOP_THROW && !trace_throw(context, frame)) goto error;
    }
    if (unlikely(start == LOOP_FAIL)) goto failed_entry;
    if (unlikely(start == LOOP_THROW)) goto error;
    DISPATCH();

TARGET(NOP): NEXT(1);
TARGET(MOVE):
    R[A] = R[B];
    NEXT(1);
TARGET(LOAD_CONST):
    R[A] = K[(uint32_t)B | (uint32_t)C << 16];
    NEXT(1);
TARGET(CHECK_LOCAL):
    if (unlikely(is_empty(R[A]))) {
        SAVE();
        raise_unbound_local(frame->code, A);
        goto error;
    }
    NEXT(1);
TARGET(DELETE_LOCAL):
    if (unlikely(is_empty(R[A]))) {
        SAVE();
        raise_unbound_local(frame->code, A);
        goto error;
    }
    R[A] = VALUE_EMPTY;
    NEXT(1);
TARGET(CLEAR):
    R[A] = VALUE_EMPTY;
    NEXT(1);
TARGET(MAKE_CELL): {
    SAVE();
    CellObject *cell = cell_new(B == NONE_REGISTER ? VALUE_EMPTY : R[B]);
    CHECK(cell);
    R[A] = object_value(cell);
    NEXT(1);
}
TARGET(LOAD_CELL): {
    Value contents = value_load_acquire(&OBJECT_AS(CellObject, R[B])->contents);
    if (unlikely(is_empty(contents))) {
        SAVE();
        raise_unbound_cell(frame->code, B);
        goto error;
    }
    R[A] = contents;
    NEXT(1);
}
TARGET(STORE_CELL): {
    CellObject *cell = OBJECT_AS(CellObject, R[A]);
    heap_store_release(cell, &cell->contents, R[B]);
    NEXT(1);
}
TARGET(DELETE_CELL): {
    CellObject *cell = OBJECT_AS(CellObject, R[A]);
    if (unlikely(is_empty((Value){exchange_acq_rel(&cell->contents.bits, VALUE_EMPTY.bits)}))) {
        SAVE();
        raise_unbound_cell(frame->code, A);
        goto error;
    }
    NEXT(1);
}
TARGET(LOAD_FREE): {
    CellObject *cell = OBJECT_AS(CellObject, frame->function->closure->items[B]);
    Value contents = value_load_acquire(&cell->contents);
    if (unlikely(is_empty(contents))) {
        SAVE();
        raise_unbound_free(frame->code, B);
        goto error;
    }
    R[A] = contents;
    NEXT(1);
}
TARGET(STORE_FREE): {
    CellObject *cell = OBJECT_AS(CellObject, frame->function->closure->items[A]);
    heap_store_release(cell, &cell->contents, R[B]);
    NEXT(1);
}
TARGET(DELETE_FREE): {
    CellObject *cell = OBJECT_AS(CellObject, frame->function->closure->items[A]);
    if (unlikely(is_empty((Value){exchange_acq_rel(&cell->contents.bits, VALUE_EMPTY.bits)}))) {
        SAVE();
        raise_unbound_free(frame->code, A);
        goto error;
    }
    NEXT(1);
}
TARGET(LOAD_CLOSURE):
    R[A] = frame->function->closure->items[B];
    NEXT(1);
TARGET(LOAD_CLASS_FREE):
    SAVE();
    RESULT(1, load_class_free(frame, B, NAME_AT(C)));
TARGET(LOAD_CLASS_GLOBAL):
    SAVE();
    RESULT(1, load_name(frame, NAME_AT(B)));

    /* --- names --- */
TARGET(LOAD_GLOBAL):
load_global: {
    Function *function = frame->function;
    Cache *cache = load_acquire((Cache **)&pc[1].cache);
    DictTable *table = load_acquire(&function->globals->table);
    if (likely(cache && cache->table == table)) {
        if (cache->kind == CACHE_GLOBAL ||
            (load_acquire(&table->entry_count) == cache->entry_count &&
             load_acquire(&function->builtins->table) == cache->table_2)) {
            Value found = value_load_acquire(&cache->entry->value);
            if (likely(!is_empty(found))) {
                R[A] = found;
                NEXT(2);
            }
        }
    }
    SAVE();
    RESULT(2, cache_load_global(frame->code, pc + 1, function, NAME_AT(B)));
}
TARGET(STORE_GLOBAL):
store_global: {
    Dict *globals = frame->function->globals;
    Cache *cache = load_acquire((Cache **)&pc[1].cache);
    if (likely(cache && cache->table == load_acquire(&globals->table))) {
        object_lock(globals);
        if (likely(load_relaxed(&globals->table) == cache->table &&
                   !is_empty(value_load_relaxed(&cache->entry->value)))) {
            heap_store_release(cache->table, &cache->entry->value, R[A]);
            object_unlock(globals);
            NEXT(2);
        }
        object_unlock(globals);
    }
    SAVE();
    CHECK(dict_set_str(globals, NAME_AT(B), R[A]));
    DictTable *table;
    uint32_t index;
    if (dict_find_entry(globals, NAME_AT(B), &table, &index))
        cache_publish(frame->code, pc + 1,
                      (Cache){.kind = CACHE_GLOBAL, .table = table, .entry = &table->entries[index]});
    NEXT(2);
}
TARGET(DELETE_GLOBAL):
    SAVE();
    CHECK(delete_global(frame, NAME_AT(B)));
    NEXT(1);
TARGET(LOAD_NAME):
    if (same_value(frame->names, object_value(frame->function->globals))) goto load_global;
    SAVE();
    RESULT(2, load_name(frame, NAME_AT(B)));
TARGET(STORE_NAME):
    if (same_value(frame->names, object_value(frame->function->globals)) &&
        likely(is_exactly(frame->names, &dict_type)))
        goto store_global;
    SAVE();
    CHECK(store_name(frame, NAME_AT(B), R[A]));
    NEXT(2);
TARGET(DELETE_NAME):
    SAVE();
    CHECK(delete_name(frame, NAME_AT(B)));
    NEXT(1);
TARGET(LOAD_LOCALS):
    SAVE();
    RESULT(1, frame_locals(frame));

    /* --- attributes --- */
TARGET(LOAD_ATTR): {
    Value object = R[B];
    if (likely(is_object(object))) {
        Object *o = object_of(object);
        Shape *shape = object_shape(o);
        for (Cache *cache = load_acquire((Cache **)&pc[1].cache); cache; cache = cache->next) {
            if (cache->shape == shape && load_relaxed(&shape->type->version) == cache->version) {
                if (likely(cache->kind == CACHE_SLOT)) {
                    Value found = value_load_acquire((Value *)((char *)o + cache->offset));
                    if (unlikely(is_empty(found))) break;
                    R[A] = found;
                    NEXT(2);
                }
                if (cache->kind == CACHE_VALUE) {
                    R[A] = cache->value;
                    NEXT(2);
                }
                if (cache->kind == CACHE_METHOD) {
                    SAVE();
                    Type *found_type = type_of(cache->value);
                    RESULT(2, found_type->descr_get(cache->value, object, object_value(shape->type)));
                }
                if (cache->kind == CACHE_OVERFLOW) {
                    InstanceExtra *extra = load_acquire(instance_extra(o, shape));
                    Array *overflow = load_acquire(&extra->overflow);
                    Value found = value_load_acquire(&overflow->items[cache->offset]);
                    if (unlikely(is_empty(found))) break;
                    R[A] = found;
                    NEXT(2);
                }
                if (cache->kind == CACHE_PROPERTY) {
                    SAVE();
                    Function *function = OBJECT_AS(Function, cache->value);
                    Code *code = load_acquire(&function->code);
                    if (unlikely(code->flags & (CODE_GENERATOR | CODE_COROUTINE | CODE_ASYNC_GENERATOR))) break;
                    Value *window = frame->stack_top;
                    if (unlikely(window + 1 >= frame->stack_limit)) break;
                    window[0] = object;
                    Frame *callee_frame = push_call(context, frame, function, code, window, 1, NULL, FRAME_CALL);
                    CHECK(callee_frame);
                    callee_frame->result_register = A;
                    callee_frame->resume_words = 2;
                    frame = callee_frame;
                    goto enter_frame;
                }
                break;
            }
            if (cache->owner == o) {
                if (cache->kind == CACHE_CLASS || cache->kind == CACHE_META_CLASS) {
                    Value found = cache_class_value(cache, (Type *)o);
                    if (unlikely(is_empty(found))) continue;
                    R[A] = found;
                    NEXT(2);
                }
                if (cache->kind == CACHE_MODULE &&
                    load_acquire(&((Module *)o)->dict->table) == cache->table) {
                    Value found = value_load_acquire(&cache->entry->value);
                    if (unlikely(is_empty(found))) break;
                    R[A] = found;
                    NEXT(2);
                }
            }
        }
    }
    SAVE();
    RESULT(2, cache_load_attr(frame->code, pc + 1, object, NAME_AT(C)));
}
TARGET(LOAD_METHOD): {
    Value object = R[B];
    if (likely(is_object(object))) {
        Object *o = object_of(object);
        Shape *shape = object_shape(o);
        for (Cache *cache = load_acquire((Cache **)&pc[1].cache); cache; cache = cache->next) {
            if (cache->shape == shape && load_relaxed(&shape->type->version) == cache->version) {
                if (likely(cache->kind == CACHE_METHOD)) {
                    R[A] = cache->value;
                    R[A + 1] = object;
                    NEXT(2);
                }
                Value found = VALUE_EMPTY;
                if (cache->kind == CACHE_SLOT) found = value_load_acquire((Value *)((char *)o + cache->offset));
                if (cache->kind == CACHE_VALUE) found = cache->value;
                if (is_empty(found)) break;
                R[A] = found;
                R[A + 1] = VALUE_EMPTY;
                NEXT(2);
            }
            if (cache->owner == o) {
                Value found = VALUE_EMPTY;
                if (cache->kind == CACHE_CLASS || cache->kind == CACHE_META_CLASS)
                    found = cache_class_value(cache, (Type *)o);
                else if (cache->kind == CACHE_MODULE &&
                         load_acquire(&((Module *)o)->dict->table) == cache->table)
                    found = value_load_acquire(&cache->entry->value);
                if (is_empty(found)) continue;
                R[A] = found;
                R[A + 1] = VALUE_EMPTY;
                NEXT(2);
            }
        }
    }
    SAVE();
    CHECK(cache_load_method(frame->code, pc + 1, object, NAME_AT(C), &R[A]));
    NEXT(2);
}
TARGET(STORE_ATTR): {
    Value object = R[A];
    if (likely(is_object(object))) {
        Object *o = object_of(object);
        Shape *shape = object_shape(o);
        for (Cache *cache = load_acquire((Cache **)&pc[1].cache); cache; cache = cache->next) {
            if (cache->shape != shape || load_relaxed(&shape->type->version) != cache->version) continue;
            if (likely(cache->kind == CACHE_SLOT)) {
                heap_store_release(o, (Value *)((char *)o + cache->offset), R[B]);
                NEXT(2);
            }
            if (cache->kind == CACHE_ADD_SLOT) {
                object_lock(o);
                bool same = load_relaxed(&o->shape) == shape;
                if (likely(same)) {
                    heap_store_release(o, (Value *)((char *)o + cache->offset), R[B]);
                    HEAP_STORE_POINTER(o, &o->shape, cache->next_shape);
                }
                object_unlock(o);
                if (likely(same)) NEXT(2);
            }
            break;
        }
    }
    SAVE();
    CHECK(cache_store_attr(frame->code, pc + 1, object, NAME_AT(C), R[B]));
    NEXT(2);
}
TARGET(DELETE_ATTR):
    SAVE();
    CHECK(set_attribute(R[A], NAME_AT(C), VALUE_EMPTY));
    NEXT(1);

    /* --- subscripts --- */
TARGET(GET_ITEM):
    SAVE();
    RESULT(1, get_item_fast(R[B], R[C]));
TARGET(GET_ITEM_K):
    SAVE();
    RESULT(1, get_item_fast(R[B], K[C]));
TARGET(SET_ITEM): {
    Value container = R[A], key = R[B];
    SAVE();
    if (is_exactly(container, &list_type) && is_smallint(key)) {
        int64_t index = smallint_of(key);
        List *list = as_list(container);
        if (index < 0) index += list_length(list);
        if (likely(index >= 0 && list_set(list, index, R[C]))) NEXT(1);
    } else if (is_exactly(container, &dict_type)) {
        CHECK(dict_set(as_dict(container), key, R[C]));
        NEXT(1);
    }
    CHECK(set_item(container, key, R[C]));
    NEXT(1);
}
TARGET(DELETE_ITEM):
    SAVE();
    CHECK(delete_item(R[A], R[B]));
    NEXT(1);
TARGET(BUILD_SLICE):
    SAVE();
    RESULT(1, slice_new(R[B], R[B + 1], is_empty(R[B + 2]) ? VALUE_NONE : R[B + 2]));

    /* --- operators --- */
#define ARITHMETIC_LABELS(op) TARGET(op): { Value x = R[B], y = R[C];
#define INTEGER_OP(op, builtin)                                                                    \
    if (likely(both_smallint(x, y))) {                                                             \
        int64_t r;                                                                                 \
        if (likely(!builtin((int64_t)(x.bits << 15), (int64_t)(y.bits << 15), &r))) {              \
            R[A] = (Value){(uint64_t)(r >> 15) | VALUE_INT_TAG};                                   \
            NEXT(1);                                                                               \
        }                                                                                          \
    }
#define FLOAT_OP(symbol)                                                                           \
    {                                                                                              \
        double dx, dy;                                                                             \
        if (number_pair(x, y, &dx, &dy)) {                                                         \
            R[A] = double_value(dx symbol dy);                                                     \
            NEXT(1);                                                                               \
        }                                                                                          \
    }
#define SLOW_OP(op)                                                                                \
    SAVE();                                                                                        \
    RESULT(1, operate(x, y, BINARY_##op, D & 1));

#define ADD_BODY                                                                                   \
    INTEGER_OP(ADD, __builtin_add_overflow)                                                        \
    FLOAT_OP(+)                                                                                    \
    if (is_exactly(x, &str_type) && is_exactly(y, &str_type)) {                                    \
        SAVE();                                                                                    \
        Str *joined = str_concat(as_str(x), as_str(y));                                            \
        CHECK(joined);                                                                             \
        R[A] = object_value(joined);                                                               \
        NEXT(1);                                                                                   \
    }                                                                                              \
    SLOW_OP(ADD)
#define SUBTRACT_BODY INTEGER_OP(SUBTRACT, __builtin_sub_overflow) FLOAT_OP(-) SLOW_OP(SUBTRACT)
#define MULTIPLY_BODY                                                                              \
    if (likely(both_smallint(x, y))) {                                                             \
        int64_t r;                                                                                 \
        if (likely(!__builtin_mul_overflow((int64_t)(x.bits << 15), smallint_of(y), &r))) {        \
            R[A] = (Value){(uint64_t)(r >> 15) | VALUE_INT_TAG};                                   \
            NEXT(1);                                                                               \
        }                                                                                          \
    }                                                                                              \
    FLOAT_OP(*)                                                                                    \
    SLOW_OP(MULTIPLY)
#define TRUE_DIVIDE_BODY                                                                           \
    {                                                                                              \
        double dx, dy;                                                                             \
        bool numbers = number_pair(x, y, &dx, &dy);                                                \
        if (both_smallint(x, y)) {                                                                 \
            dx = (double)smallint_of(x);                                                           \
            dy = (double)smallint_of(y);                                                           \
            numbers = true;                                                                        \
        }                                                                                          \
        if (likely(numbers && dy != 0)) {                                                          \
            R[A] = double_value(dx / dy);                                                          \
            NEXT(1);                                                                               \
        }                                                                                          \
    }                                                                                              \
    SLOW_OP(TRUE_DIVIDE)
#define FLOOR_DIVIDE_BODY                                                                          \
    if (likely(both_smallint(x, y) && smallint_of(y) > 0)) {                                       \
        int64_t n = smallint_of(x), d = smallint_of(y);                                            \
        int64_t q = n / d;                                                                         \
        if (n % d < 0) q--;                                                                        \
        R[A] = smallint_value(q);                                                                  \
        NEXT(1);                                                                                   \
    }                                                                                              \
    SLOW_OP(FLOOR_DIVIDE)
#define REMAINDER_BODY                                                                             \
    if (likely(both_smallint(x, y) && smallint_of(y) > 0)) {                                       \
        int64_t d = smallint_of(y), r = smallint_of(x) % d;                                        \
        R[A] = smallint_value(r < 0 ? r + d : r);                                                  \
        NEXT(1);                                                                                   \
    }                                                                                              \
    SLOW_OP(REMAINDER)
#define POWER_BODY SLOW_OP(POWER)
#define MATRIX_MULTIPLY_BODY SLOW_OP(MATRIX_MULTIPLY)
#define LEFT_SHIFT_BODY                                                                            \
    if (likely(both_smallint(x, y))) {                                                             \
        int64_t n = smallint_of(x), s = smallint_of(y);                                            \
        if (s >= 0 && s < 48 && n >= (SMALLINT_MIN >> s) && n <= (SMALLINT_MAX >> s)) {            \
            R[A] = smallint_value((int64_t)((uint64_t)n << s));                                    \
            NEXT(1);                                                                               \
        }                                                                                          \
    }                                                                                              \
    SLOW_OP(LEFT_SHIFT)
#define RIGHT_SHIFT_BODY                                                                           \
    if (likely(both_smallint(x, y) && smallint_of(y) >= 0)) {                                      \
        int64_t s = smallint_of(y);                                                                \
        R[A] = smallint_value(smallint_of(x) >> (s > 63 ? 63 : s));                                \
        NEXT(1);                                                                                   \
    }                                                                                              \
    SLOW_OP(RIGHT_SHIFT)
#define AND_BODY                                                                                   \
    if (likely(both_smallint(x, y))) {                                                             \
        R[A] = (Value){x.bits & y.bits};                                                           \
        NEXT(1);                                                                                   \
    }                                                                                              \
    SLOW_OP(AND)
#define OR_BODY                                                                                    \
    if (likely(both_smallint(x, y))) {                                                             \
        R[A] = (Value){x.bits | y.bits};                                                           \
        NEXT(1);                                                                                   \
    }                                                                                              \
    SLOW_OP(OR)
#define XOR_BODY                                                                                   \
    if (likely(both_smallint(x, y))) {                                                             \
        R[A] = smallint_value(smallint_of(x) ^ smallint_of(y));                                    \
        NEXT(1);                                                                                   \
    }                                                                                              \
    SLOW_OP(XOR)
#define ARITHMETIC(op)                                                                             \
    TARGET(op): {                                                                                  \
        Value x = R[B], y = R[C];                                                                  \
        op##_BODY                                                                                  \
    }                                                                                              \
    TARGET(op##_K): {                                                                              \
        Value x = R[B], y = K[C];                                                                  \
        op##_BODY                                                                                  \
    }
    ARITHMETIC(ADD)
    ARITHMETIC(SUBTRACT)
    ARITHMETIC(MULTIPLY)
    ARITHMETIC(MATRIX_MULTIPLY)
    ARITHMETIC(TRUE_DIVIDE)
    ARITHMETIC(FLOOR_DIVIDE)
    ARITHMETIC(REMAINDER)
    ARITHMETIC(POWER)
    ARITHMETIC(LEFT_SHIFT)
    ARITHMETIC(RIGHT_SHIFT)
    ARITHMETIC(AND)
    ARITHMETIC(XOR)
    ARITHMETIC(OR)

TARGET(NEGATIVE): {
    Value x = R[B];
    if (is_smallint(x) && smallint_of(x) != SMALLINT_MIN) {
        R[A] = smallint_value(-smallint_of(x));
        NEXT(1);
    }
    if (is_double(x)) {
        R[A] = double_value(-double_of(x));
        NEXT(1);
    }
    SAVE();
    RESULT(1, unary_negative(x));
}
TARGET(POSITIVE):
    SAVE();
    RESULT(1, unary_positive(R[B]));
TARGET(INVERT):
    SAVE();
    RESULT(1, unary_invert(R[B]));
TARGET(NOT): {
    int truth = quick_truth(R[B]);
    if (unlikely(truth == -2)) {
        SAVE();
        truth = value_truth(R[B]);
        CHECK(truth >= 0);
    }
    R[A] = bool_value(!truth);
    NEXT(1);
}

#define COMPARISON(name, symbol)                                                                   \
    TARGET(COMPARE_##name): {                                                                      \
        Value x = R[B], y = R[C];                                                                  \
        double dx, dy;                                                                             \
        if (likely(both_smallint(x, y))) {                                                         \
            R[A] = bool_value((int64_t)(x.bits << 15) symbol (int64_t)(y.bits << 15));                            \
            NEXT(1);                                                                               \
        }                                                                                          \
        if (is_double(x) && is_double(y)) {                                                        \
            dx = double_of(x), dy = double_of(y);                                                  \
            R[A] = bool_value(dx symbol dy);                                                       \
            NEXT(1);                                                                               \
        }                                                                                          \
        SAVE();                                                                                    \
        RESULT(1, value_compare(x, y, COMPARE_##name));                                            \
    }
    COMPARISON(LT, <)
    COMPARISON(LE, <=)
    COMPARISON(EQ, ==)
    COMPARISON(NE, !=)
    COMPARISON(GT, >)
    COMPARISON(GE, >=)

#define BRANCH_IF(condition)                                                                       \
    do {                                                                                           \
        if (condition) pc += instruction_distance(pc[1]);                                          \
        NEXT(2);                                                                                   \
    } while (0)
#define STRING_EQUALITY_LT
#define STRING_EQUALITY_LE
#define STRING_EQUALITY_GT
#define STRING_EQUALITY_GE
#define STRING_EQUALITY_EQ                                                                         \
    if (is_exactly(x, &str_type) && is_exactly(y, &str_type))                                      \
        BRANCH_IF((same_value(x, y) || str_equal(as_str(x), as_str(y))) == D);
#define STRING_EQUALITY_NE                                                                         \
    if (is_exactly(x, &str_type) && is_exactly(y, &str_type))                                      \
        BRANCH_IF((same_value(x, y) || str_equal(as_str(x), as_str(y))) != D);
#define TEST_BODY(name, symbol)                                                                    \
    if (likely(both_smallint(x, y))) BRANCH_IF(((int64_t)(x.bits << 15) symbol (int64_t)(y.bits << 15)) == D); \
    if (is_double(x) && is_double(y)) BRANCH_IF((double_of(x) symbol double_of(y)) == D);          \
    STRING_EQUALITY_##name                                                                         \
    SAVE();                                                                                        \
    int truth = test_slow(x, y, COMPARE_##name);                                                   \
    CHECK(truth >= 0);                                                                             \
    BRANCH_IF(truth == D);
#define TEST(name, symbol)                                                                         \
    TARGET(TEST_##name): {                                                                         \
        Value x = R[A], y = R[B];                                                                  \
        TEST_BODY(name, symbol)                                                                    \
    }                                                                                              \
    TARGET(TEST_##name##_K): {                                                                     \
        Value x = R[A], y = K[B];                                                                  \
        TEST_BODY(name, symbol)                                                                    \
    }
    TEST(LT, <)
    TEST(LE, <=)
    TEST(EQ, ==)
    TEST(NE, !=)
    TEST(GT, >)
    TEST(GE, >=)
TARGET(TEST_IS): BRANCH_IF(same_value(R[A], R[B]) == D);
TARGET(TEST_IN): {
    SAVE();
    int truth = value_contains(R[B], R[A]);
    CHECK(truth >= 0);
    BRANCH_IF(truth == D);
}
TARGET(IS):
    R[A] = bool_value(same_value(R[B], R[C]) != (D & 1));
    NEXT(1);
TARGET(CONTAINS): {
    SAVE();
    int truth = value_contains(R[C], R[B]);
    CHECK(truth >= 0);
    R[A] = bool_value(truth != (D & 1));
    NEXT(1);
}

    /* --- jumps --- */
TARGET(JUMP):
    pc += instruction_distance(*pc);
    NEXT(1);
TARGET(JUMP_BACK):
    pc += instruction_distance(*pc);
    if (unlikely(load_relaxed(&context->heap.thread.poll) != 0)) {
        pc++;
        SAVE();
        if (!safepoint_slow(&context->heap.thread)) goto error;
        labels = LABELS();
        DISPATCH();
    }
    NEXT(1);
#define TRUTH_OF(register)                                                                         \
    int truth = quick_truth(R[register]);                                                          \
    if (unlikely(truth == -2)) {                                                                   \
        SAVE();                                                                                    \
        truth = value_truth(R[register]);                                                          \
        CHECK(truth >= 0);                                                                         \
    }
TARGET(JUMP_IF_TRUE): {
    TRUTH_OF(A)
    if (truth) pc += instruction_distance(*pc);
    NEXT(1);
}
TARGET(JUMP_IF_FALSE): {
    TRUTH_OF(A)
    if (!truth) pc += instruction_distance(*pc);
    NEXT(1);
}
TARGET(JUMP_IF_NONE):
    if (is_none(R[A])) pc += instruction_distance(*pc);
    NEXT(1);
TARGET(JUMP_IF_NOT_NONE):
    if (!is_none(R[A])) pc += instruction_distance(*pc);
    NEXT(1);

    /* --- iteration --- */
TARGET(GET_ITER):
    SAVE();
    RESULT(1, get_iter(R[B]));
TARGET(FOR_ITER): {
    Value iterator = R[B];
    if (likely(is_exactly(iterator, &range_iterator_type))) {
        SAVE();
        Value item = range_iterator_next(OBJECT_AS(RangeIterator, iterator));
        if (unlikely(is_empty(item))) {
            pc += instruction_distance(pc[1]);
            NEXT(2);
        }
        CHECK(!is_error(item));
        R[A] = item;
        NEXT(2);
    }
    SAVE();
    if (is_exactly(iterator, &list_iterator_type)) {
        Value item = list_iterator_next(OBJECT_AS(IndexIterator, iterator));
        if (unlikely(is_empty(item))) {
            pc += instruction_distance(pc[1]);
            NEXT(2);
        }
        R[A] = item;
        NEXT(2);
    }
    if (is_exactly(iterator, &generator_type)) {
        Generator *generator = OBJECT_AS(Generator, iterator);
        if (load_acquire(&generator->state) == GENERATOR_CLOSED) {
            pc += instruction_distance(pc[1]);
            NEXT(2);
        }
        CHECK(generator_claim(generator));
        resume_frame(context, generator, FRAME_FOR_ITER);
        frame = &generator->frame;
        goto resume_with_none;
    }
    /* for a, b in ...: a pair that goes from one temporary into two registers need not become a tuple. */
    const Instruction *next = pc + 2;
    if (next->op == OP_UNPACK && next->c == 2 && next->b == A && A >= frame->code->local_count &&
        gives_pairs(iterator)) {
        Value pair[2], given = iter_next_pair(iterator, pair);
        if (likely(!is_error(given) && !is_empty(given))) {
            R[next->a] = pair[0];
            R[next->a + 1] = pair[1];
            NEXT(3);
        }
        if (is_error(given) && !end_of_iteration(context, frame)) goto error;
        pc += instruction_distance(pc[1]);
        NEXT(2);
    }
    Value item = iter_next(iterator);
    if (likely(!is_error(item) && !is_empty(item))) {
        R[A] = item;
        NEXT(2);
    }
    if (is_error(item) && !end_of_iteration(context, frame)) goto error;
    pc += instruction_distance(pc[1]);
    NEXT(2);
}
TARGET(GET_YIELD_FROM_ITER): {
    SAVE();
    Value source = R[B];
    if (is_exactly(source, &coroutine_type)) {
        if (!(frame->code->flags & (CODE_COROUTINE | CODE_ITERABLE_COROUTINE))) {
            raise_error(&TypeError, "cannot 'yield from' a coroutine object in a non-coroutine generator");
            goto error;
        }
        R[A] = source;
        NEXT(1);
    }
    if (is_exactly(source, &generator_type)) {
        R[A] = source;
        NEXT(1);
    }
    RESULT(1, get_iter(source));
}
TARGET(GET_AWAITABLE):
    SAVE();
    RESULT(1, await_iter(R[B], D));
TARGET(GET_AITER):
    SAVE();
    RESULT(1, value_aiter(R[B]));
TARGET(GET_ANEXT):
    SAVE();
    RESULT(1, value_anext_awaitable(R[B]));
TARGET(SEND): {
    SAVE();
    Value receiver = R[B];
    if (is_exactly(receiver, &generator_type) || is_exactly(receiver, &coroutine_type)) {
        Generator *generator = OBJECT_AS(Generator, receiver);
        Value sent = R[C];
        uint32_t state = load_acquire(&generator->state);
        if (state != GENERATOR_CLOSED && !(state == GENERATOR_CREATED && !is_none(sent))) {
            CHECK(generator_claim(generator));
            resume_frame(context, generator, FRAME_SEND);
            frame = &generator->frame;
            value = sent;
            goto resume;
        }
    }
    bool finished;
    Value result = send_step(receiver, R[C], &finished);
    CHECK(!is_error(result));
    R[A] = result;
    if (finished) pc += instruction_distance(pc[1]);
    NEXT(2);
}
TARGET(YIELD): {
    SAVE();
    value = R[B];
    if (D) R[B] = VALUE_EMPTY;
suspend:;
    FrameKind kind = (FrameKind)frame->kind;
    Frame *resumer = frame->previous;
    leave_generator(context, frame, GENERATOR_SUSPENDED);
    if (kind == FRAME_ENTRY) return value;
    frame = resumer;
    LOAD_FRAME();
    R[A] = value; /* of FOR_ITER or SEND */
    NEXT(2);
}
TARGET(ASYNC_GEN_WRAP):
    SAVE();
    RESULT(1, async_generator_wrap(R[B]));
TARGET(END_ASYNC_FOR): {
    SAVE();
    Value exception = R[A];
    if (!is_instance_of(exception, &StopAsyncIteration)) {
        error_restore(exception);
        goto unwind;
    }
    NEXT(1);
}

    /* --- calls --- */
TARGET(CALL):
    callee = R[B];
    args = &R[B + 1];
    count = C;
    names = NULL;
    goto do_call;
TARGET(CALL_KW):
    callee = R[B];
    args = &R[B + 1];
    names = as_tuple(R[B + C + 1]);
    count = C - (size_t)names->length;
    goto do_call;
TARGET(CALL_METHOD):
    callee = R[B];
    args = &R[B + 2];
    count = C;
    names = NULL;
    if (!is_empty(R[B + 1])) args--, count++;
    goto do_call;
TARGET(CALL_METHOD_KW):
    callee = R[B];
    args = &R[B + 2];
    names = as_tuple(R[B + C + 2]);
    count = C - (size_t)names->length;
    if (!is_empty(R[B + 1])) args--, count++;
    goto do_call;

do_call: {
    SAVE();
    if (unlikely(!is_object(callee))) goto call_any;
    Type *type = object_type(object_of(callee));
    if (type == &function_type) {
        Function *function = OBJECT_AS(Function, callee);
        Code *code = load_acquire(&function->code);
        Frame *callee_frame = names ? NULL : push_simple_call(context, frame, function, code, args, count);
        if (likely(callee_frame != NULL)) {
            callee_frame->result_register = A;
            frame = callee_frame;
            goto enter_frame;
        }
        callee_frame = push_call(context, frame, function, code, args, count, names, FRAME_CALL);
        CHECK(callee_frame);
        if (unlikely(code->flags & (CODE_GENERATOR | CODE_COROUTINE | CODE_ASYNC_GENERATOR))) {
            CHECK(make_generator(context, callee_frame, &R[A]));
            NEXT(1);
        }
        callee_frame->result_register = A;
        frame = callee_frame;
        goto enter_frame;
    }
    if (type == &method_descriptor_type) {
        MethodDescriptor *descriptor = OBJECT_AS(MethodDescriptor, callee);
        if (likely(count > 0 && is_instance_of(args[0], descriptor->owner))) {
            Signature *signature = load_acquire(&descriptor->signature);
            if (likely(descriptor->code && signature->simple && count == signature->parameter_count && !names))
                CALL_RESULT(descriptor->code(args));
            CALL_RESULT(native_method_call(descriptor, args, count, names));
        }
        goto call_any;
    }
    if (type == &native_function_type) {
        NativeFunction *function = OBJECT_AS(NativeFunction, callee);
        Signature *signature = load_acquire(&function->signature);
        if (likely(function->code && !names)) {
            bool with_self = !is_empty(function->self) && (function->owner || signature->has_self);
            if (!with_self) {
                if (signature->simple && count == signature->parameter_count) CALL_RESULT(function->code(args));
            } else if (signature->simple && count + 1 == signature->parameter_count && args > &R[B]) {
                args[-1] = function->self; /* over the callee, or the empty self above it */
                CALL_RESULT(function->code(args - 1));
            }
        }
        goto call_any;
    }
    if (type == &method_type && args > &R[B]) {
        BoundMethod *method = OBJECT_AS(BoundMethod, callee);
        *--args = method->self;
        count++;
        callee = method->function;
        goto do_call;
    }
    if (type_has(type, TYPE_TYPE) && args > &R[B]) {
        Type *class_of = (Type *)object_of(callee);
        Function *init = type_has(class_of, TYPE_HEAP) ? cache_class_init(class_of) : NULL;
        if (init) {
            Value instance = object_value(object_alloc_instance(class_of, sizeof(Object)));
            CHECK(object_of(instance));
            Code *code = load_acquire(&init->code);
            if (likely(!(code->flags & (CODE_GENERATOR | CODE_COROUTINE | CODE_ASYNC_GENERATOR)))) {
                *--args = instance;
                Frame *callee_frame = names ? NULL : push_simple_call(context, frame, init, code, args, count + 1);
                if (likely(callee_frame != NULL)) {
                    callee_frame->kind = FRAME_INIT;
                } else {
                    callee_frame = push_call(context, frame, init, code, args, count + 1, names, FRAME_INIT);
                    CHECK(callee_frame);
                }
                callee_frame->result_register = A;
                callee_frame->extra = instance;
                frame = callee_frame;
                goto enter_frame;
            }
        }
    }
}
call_any:
    CALL_RESULT(call(callee, args, count, names));

enter_frame:
    R = frame->registers;
    K = frame->code->constants->items;
    pc = frame->code->instructions;
    if (unlikely(load_relaxed(&context->heap.thread.poll) != 0)) {
        if (!safepoint_slow(&context->heap.thread)) goto failed_entry;
        labels = LABELS();
        if (trace_is_on(context)) trace_entering(frame);
    }
    DISPATCH();

/* What was raised before the first instruction belongs to none, nor to a `try` that begins there. */
failed_entry:
    SAVE();
    add_entry_traceback(frame);
    goto leave;

/* Of a traced thread: each instruction comes here first. */
traced: {
    if (!trace_is_on(context)) {
        labels = plain_labels;
        DISPATCH();
    }
    TraceOutcome outcome = trace_instruction(context, frame, pc);
    labels = LABELS();
    if (unlikely(outcome == TRACE_RAISED)) goto error;
    if (unlikely(outcome == TRACE_LEAVE)) goto leave;
    if (unlikely(outcome == TRACE_YIELD)) {
        value = R[B];
        goto suspend;
    }
    pc = frame->pc;
    if (outcome == TRACE_DONE) NEXT(1);
    goto *plain_labels[pc->op];
}

TARGET(CALL_EX): {
    SAVE();
    callee = R[B];
    if (!is_empty(callee) && is_object(callee) && object_type(object_of(callee)) == &function_type &&
        is_empty(R[B + 2]) && is_exactly(R[B + 1], &tuple_type)) {
        Tuple *tuple = as_tuple(R[B + 1]);
        Function *function = OBJECT_AS(Function, callee);
        Code *code = load_acquire(&function->code);
        if (!(code->flags & (CODE_GENERATOR | CODE_COROUTINE | CODE_ASYNC_GENERATOR)) && tuple->length < 64 &&
            frame->stack_top + tuple->length + 1 < frame->stack_limit) {
            memcpy(frame->stack_top, tuple->items, (size_t)tuple->length * sizeof(Value));
            Frame *callee_frame = push_call(context, frame, function, code, frame->stack_top,
                                            (size_t)tuple->length, NULL, FRAME_CALL);
            CHECK(callee_frame);
            callee_frame->result_register = A;
            frame = callee_frame;
            goto enter_frame;
        }
    }
    CALL_RESULT(call_ex(callee, R[B + 1], R[B + 2]));
}
TARGET(RETURN_NONE):
    value = VALUE_NONE;
    goto finish_call;
TARGET(RETURN):
    value = R[A];
finish_call:
    SAVE();
{
    Frame *done = frame;
    FrameKind kind = (FrameKind)done->kind;
    if (unlikely(done->generator != NULL)) {
        Frame *resumer = done->previous;
        leave_generator(context, done, GENERATOR_CLOSED);
        if (kind == FRAME_ENTRY) return value;
        frame = resumer;
        LOAD_FRAME();
        if (unlikely(trace_is_on(context)) && !trace_generator_end(context, frame, done->code, value)) goto error;
        if (kind == FRAME_SEND) R[A] = value;
        pc += instruction_distance(pc[1]);
        NEXT(2);
    }
    if (unlikely(kind == FRAME_INIT)) {
        if (unlikely(!is_none(value))) {
            raise_error(&TypeError, "__init__() should return None, not '%T'", value);
            goto error;
        }
        value = done->extra;
    }
    uint16_t target = done->result_register;
    uint8_t words = done->resume_words;
    frame = done->previous;
    if (unlikely(!is_empty(done->object))) frame_object_detach(done);
    context->frame = frame;
    context->depth--;
    frame_release(context);
    if (unlikely(kind == FRAME_ENTRY)) return value;
    LOAD_FRAME();
    R[target] = value;
    NEXT(words);
}

resume_with_none:
    value = VALUE_NONE;
resume: {
    /* a generator frame that was just linked in: a fresh one begins, a suspended one gets `value` */
    LOAD_FRAME();
    if (likely(frame->generator->started)) {
        R[A] = value;
        pc++;
    }
    store_relaxed(&frame->generator->started, true);
    if (unlikely(load_relaxed(&context->heap.thread.poll) != 0)) {
        /* frame->pc stays at the YIELD: the line of a frame that goes on is the one it left at */
        if (!safepoint_slow(&context->heap.thread)) goto error;
        labels = LABELS();
        if (trace_is_on(context)) trace_entering(frame);
    }
    DISPATCH();
}

TARGET(MAKE_FUNCTION): {
    SAVE();
    Value *parts = &R[C];
    Code *code = OBJECT_AS(Code, K[B]);
    unsigned flags = D, at = 0;
    unsigned closure_at = (flags & 1) + (flags >> 1 & 1) + (flags >> 2 & 1);
    Function *function = function_new(code, frame->function->globals,
                                      flags & 8 ? as_tuple(parts[closure_at]) : NULL);
    CHECK(function);
    if (flags & 1) function->defaults = parts[at++];
    if (flags & 2) function->keyword_defaults = parts[at++];
    if (flags & 4) function->annotations = parts[at++];
    R[A] = object_value(function);
    NEXT(1);
}
TARGET(LOAD_BUILD_CLASS): {
    SAVE();
    Value builder = function_builtin(frame->function, NAME("__build_class__"));
    if (is_empty(builder)) builder = raise_error(&NameError, "__build_class__ not found");
    CHECK(!is_error(builder));
    R[A] = builder;
    NEXT(1);
}
TARGET(LOAD_ASSERTION_ERROR):
    R[A] = object_value(&AssertionError);
    NEXT(1);

    /* --- building --- */
TARGET(BUILD_TUPLE): {
    SAVE();
    Tuple *tuple = tuple_from_array(&R[B], C);
    CHECK(tuple);
    R[A] = object_value(tuple);
    NEXT(1);
}
TARGET(BUILD_LIST): {
    SAVE();
    List *list = list_from_array(&R[B], C);
    CHECK(list);
    R[A] = object_value(list);
    NEXT(1);
}
TARGET(BUILD_SET): {
    SAVE();
    Set *set = set_new();
    CHECK(set);
    for (unsigned i = 0; i < C; i++) CHECK(set_add(set, R[B + i]));
    R[A] = object_value(set);
    NEXT(1);
}
TARGET(BUILD_MAP): {
    SAVE();
    Dict *dict = dict_new_sized(C);
    CHECK(dict);
    for (unsigned i = 0; i < C; i++) CHECK(dict_set(dict, R[B + 2 * i], R[B + 2 * i + 1]));
    R[A] = object_value(dict);
    NEXT(1);
}
TARGET(BUILD_STRING):
    SAVE();
    RESULT(1, build_string(&R[B], C));
TARGET(FORMAT_VALUE):
    SAVE();
    RESULT(1, format_value(R[B], C == NONE_REGISTER ? VALUE_EMPTY : R[C], (char)D));
TARGET(LIST_APPEND):
    SAVE();
    /* nobody else has the list that a display or a comprehension is making */
    CHECK(list_append_private(as_list(R[A]), R[B]));
    NEXT(1);
TARGET(LIST_EXTEND):
    SAVE();
    CHECK(list_extend_star(R[A], R[B]));
    NEXT(1);
TARGET(LIST_TO_TUPLE): {
    SAVE();
    Tuple *tuple = list_to_tuple(as_list(R[B]));
    CHECK(tuple);
    R[A] = object_value(tuple);
    NEXT(1);
}
TARGET(SET_ADD):
    SAVE();
    CHECK(set_add(OBJECT_AS(Set, R[A]), R[B]));
    NEXT(1);
TARGET(SET_UPDATE):
    SAVE();
    CHECK(set_update(OBJECT_AS(Set, R[A]), R[B]));
    NEXT(1);
TARGET(MAP_ADD):
    SAVE();
    CHECK(dict_set(as_dict(R[A]), R[B], R[C]));
    NEXT(1);
TARGET(DICT_UPDATE):
    SAVE();
    CHECK(dict_update_mapping(R[A], R[B]));
    NEXT(1);
TARGET(DICT_MERGE):
    SAVE();
    CHECK(dict_merge_keywords(R[A], R[B], R[C]));
    NEXT(1);
TARGET(UNPACK): {
    Value source = R[B];
    unsigned n = C;
    if (likely(is_exactly(source, &tuple_type) && as_tuple(source)->length == n)) {
        for (unsigned i = 0; i < n; i++) R[A + i] = as_tuple(source)->items[i];
        NEXT(1);
    }
    SAVE();
    CHECK(unpack(source, &R[A], n));
    NEXT(1);
}
TARGET(UNPACK_EX):
    SAVE();
    CHECK(unpack_ex(R[B], &R[A], C, D));
    NEXT(1);

    /* --- exceptions --- */
TARGET(RAISE):
    SAVE();
    if (A == NONE_REGISTER) {
        Value handled = context->handled;
        if (is_empty(handled)) {
            raise_error(&RuntimeError, "No active exception to reraise");
            goto error;
        }
        error_restore(handled);
        goto unwind;
    }
    raise_statement(R[A], B == NONE_REGISTER ? VALUE_EMPTY : R[B]);
    goto error;
TARGET(RERAISE):
    SAVE();
    error_restore(R[A]);
    goto unwind;
TARGET(PUSH_EXCEPTION): {
    Generator *generator = frame->generator;
    Value exception = R[B];
    if (unlikely(generator != NULL)) {
        R[A] = generator->own_handled;
        heap_store_relaxed(generator, &generator->own_handled, exception);
    } else {
        R[A] = context->handled;
    }
    context->handled = exception;
    NEXT(1);
}
TARGET(POP_EXCEPTION): {
    Generator *generator = frame->generator;
    Value former = R[A];
    if (unlikely(generator != NULL)) {
        heap_store_relaxed(generator, &generator->own_handled, former);
        if (is_empty(former)) former = generator->resumer_handled;
    }
    context->handled = former;
    NEXT(1);
}
TARGET(MATCH_EXCEPTION): {
    SAVE();
    int matches = match_exception(R[B], R[C]);
    CHECK(matches >= 0);
    R[A] = bool_value(matches);
    NEXT(1);
}
TARGET(MATCH_EXCEPTION_GROUP):
    SAVE();
    CHECK(match_exception_group(R[B], R[C], &R[A]));
    NEXT(1);
TARGET(PREPARE_RERAISE_STAR):
    SAVE();
    RESULT(1, exception_prepare_reraise_star(R[B], R[C]));

    /* --- with --- */
TARGET(WITH_ENTER): {
    SAVE();
    Value manager = R[B];
    if (is_exactly(manager, &lock_type)) {
        R[A] = VALUE_EMPTY; /* WITH_EXIT and WITH_EXCEPT know: release the lock in the next register */
        R[A + 1] = manager;
        CHECK(lock_object_acquire(OBJECT_AS(LockObject, manager)));
        R[A + 2] = VALUE_TRUE;
        NEXT(1);
    }
    if (is_exactly(manager, &rlock_type)) {
        R[A] = VALUE_EMPTY;
        R[A + 1] = manager;
        CHECK(rlock_object_acquire(OBJECT_AS(RLockObject, manager)));
        R[A + 2] = VALUE_TRUE;
        NEXT(1);
    }
    CHECK(with_enter(manager, &R[A], false));
    labels = LABELS();
    NEXT(1);
}
TARGET(WITH_ENTER_ASYNC):
    SAVE();
    CHECK(with_enter(R[B], &R[A], true));
    NEXT(1);
TARGET(WITH_EXIT):
    SAVE();
    if (is_empty(R[B])) {
        CHECK(any_lock_release(R[B + 1]));
        R[A] = VALUE_NONE;
        NEXT(1);
    }
    value = with_exit(&R[B], VALUE_EMPTY);
    labels = LABELS();
    RESULT(1, value);
TARGET(WITH_EXCEPT):
    SAVE();
    if (is_empty(R[B])) {
        CHECK(any_lock_release(R[B + 1]));
        R[A] = VALUE_NONE;
        NEXT(1);
    }
    RESULT(1, with_exit(&R[B], R[C]));

    /* --- imports --- */
TARGET(IMPORT_NAME):
    SAVE();
    value = import_name(frame, NAME_AT(B), R[C], R[C + 1]);
    labels = LABELS();
    RESULT(1, value);
TARGET(IMPORT_FROM):
    SAVE();
    RESULT(1, import_from(R[B], NAME_AT(C)));
TARGET(IMPORT_STAR):
    SAVE();
    CHECK(import_star(frame, R[A]));
    NEXT(1);

    /* --- patterns --- */
TARGET(MATCH_SEQUENCE):
    R[A] = bool_value(matches_sequence(R[B]));
    NEXT(1);
TARGET(MATCH_MAPPING):
    R[A] = bool_value(matches_mapping(R[B]));
    NEXT(1);
TARGET(MATCH_KEYS):
    SAVE();
    RESULT(1, match_keys(R[B], as_tuple(R[C])));
TARGET(MATCH_CLASS):
    SAVE();
    RESULT(1, match_class(R[B], R[C], D, as_tuple(R[C + 1])));
TARGET(MATCH_REST):
    SAVE();
    RESULT(1, match_rest(R[B], as_tuple(R[C])));
TARGET(GET_LENGTH): {
    SAVE();
    int64_t length = value_length(R[B]);
    CHECK(length >= 0);
    R[A] = smallint_value(length);
    NEXT(1);
}

TARGET(SETUP_ANNOTATIONS):
    SAVE();
    CHECK(setup_annotations(frame));
    NEXT(1);
TARGET(PRINT_EXPRESSION):
    SAVE();
    CHECK(print_expression(R[A]));
    NEXT(1);
TARGET(INTRINSIC):
    SAVE();
    RESULT(1, intrinsic((Intrinsic)D, &R[B]));

    /* --- errors --- */
error:
    SAVE();
raised:
    add_traceback(frame);
    if (unlikely(trace_is_on(context))) trace_raised(context, frame);
unwind: {
    const ExceptionEntry *handler = code_find_handler(frame->code, (uint32_t)frame_index(frame));
    bool again = frame->pc->op == OP_RERAISE && frame->pc->d;
    if (handler) {
        if (!again) frame->raised_at = (uint32_t)frame_index(frame);
        labels = LABELS();
        R = frame->registers;
        K = frame->code->constants->items;
        R[handler->exception_register] = context->exception;
        context->exception = VALUE_EMPTY;
        pc = frame->code->instructions + handler->target;
        DISPATCH();
    }
    if (again && frame->raised_at < frame->code->instruction_count)
        frame->pc = frame->code->instructions + frame->raised_at;
    if (unlikely(trace_is_on(context))) trace_unwound(context, frame);
}
leave: {
    Frame *done = frame;
    FrameKind kind = (FrameKind)done->kind;
    frame = done->previous;
    if (done->generator) {
        convert_stop_iteration(done->generator);
        leave_generator(context, done, GENERATOR_CLOSED);
    } else {
        pop_frame(context, done);
    }
    if (kind == FRAME_ENTRY) return VALUE_ERROR;
    LOAD_FRAME();
    goto raised;
}
}

/* Runs the loop, with a note of where its C frame lies: what stands in it, no frame or window needs while
 * the loop calls something (see vm_stack_view). The callee-saved registers are stored above it. */
static NOINLINE Value enter_loop(Context *context, Frame *frame, LoopStart start) {
    LoopFrame loop = {.outer = context->loop, .entry = frame};
    __builtin_unwind_init();
    loop.base = stack_pointer();
    context->loop = &loop;
    Value result = vm_loop(context, frame, start);
    context->loop = loop.outer;
    return result;
}

/* While the loop executes one of these it has nothing at hand that its window does not hold. */
static bool only_calls(const Frame *frame) {
    switch (frame->pc->op) {
    case OP_CALL: case OP_CALL_METHOD: case OP_CALL_KW: case OP_CALL_METHOD_KW: case OP_CALL_EX:
    case OP_WITH_EXIT: case OP_WITH_EXCEPT: return true;
    default: return false;
    }
}

static bool is_native(Value callee, NativeCode code) {
    if (is_exactly(callee, &native_function_type)) return OBJECT_AS(NativeFunction, callee)->code == code;
    return is_exactly(callee, &method_descriptor_type) && OBJECT_AS(MethodDescriptor, callee)->code == code;
}

const void *vm_call_top(NativeCode code) {
    Context *context = context_self();
    Frame *frame = context->frame;
    if (!frame || !context->loop || !only_calls(frame)) return NULL;
    if (frame->pc->op == OP_CALL_EX) return NULL; /* the arguments may lie in a list that others change */
    return is_native(frame->registers[frame->pc->b], code) ? context->loop->base : NULL;
}

void vm_stack_view(NativeCode code, StackView *view) {
    Context *context = context_self();
    *view = (StackView){.top = vm_call_top(code)};
    if (!view->top) return;
    for (LoopFrame *loop = context->loop; loop->outer && view->skipped_count < SKIPPED_RANGES_MAX; loop = loop->outer) {
        const Frame *caller = loop->entry->previous;
        if (caller && only_calls(caller))
            view->skipped[view->skipped_count++] = (StackRange){loop->outer->floor, loop->outer->base};
    }
}

/* --- from C ---------------------------------------------------------------------------------------------------------- */

Value vm_call(Function *function, Value *args, size_t count, Tuple *names) {
    Context *context = context_self();
    if (!stack_enter("")) return VALUE_ERROR;
    Code *code = load_acquire(&function->code);
    Frame *frame = push_call(context, context->frame, function, code, args, count, names, FRAME_ENTRY);
    Value result = VALUE_ERROR;
    if (frame && (code->flags & (CODE_GENERATOR | CODE_COROUTINE | CODE_ASYNC_GENERATOR))) {
        Generator *generator = generator_new(function, code, frame->registers);
        pop_frame(context, frame);
        if (generator) result = object_value(generator);
    } else if (frame) {
        result = enter_loop(context, frame, safepoint(&context->heap.thread) ? LOOP_ENTER : LOOP_FAIL);
    }
    stack_leave();
    return result;
}

Value vm_run_code(Code *code, Dict *globals, Value names, Tuple *closure) {
    Context *context = context_self();
    Function *function = function_new(code, globals, closure);
    if (!function || !stack_enter("")) return VALUE_ERROR;
    Frame *frame = push_call(context, context->frame, function, code, NULL, 0, NULL, FRAME_ENTRY);
    Value result = VALUE_ERROR;
    if (frame && (code->flags & (CODE_GENERATOR | CODE_COROUTINE | CODE_ASYNC_GENERATOR))) {
        Generator *generator = generator_new(function, code, frame->registers);
        pop_frame(context, frame);
        if (generator) {
            heap_store_release(generator, &generator->frame.names,
                               is_empty(names) ? object_value(globals) : names);
            result = object_value(generator);
        }
    } else if (frame) {
        frame->names = is_empty(names) ? object_value(globals) : names;
        result = enter_loop(context, frame, LOOP_ENTER);
    }
    stack_leave();
    return result;
}

/* Resumes a claimed generator from C. */
Value generator_resume(Generator *generator, Value sent, bool *finished) {
    Context *context = context_self();
    Frame *frame = &generator->frame;
    bool fresh = !generator->started;
    store_relaxed(&generator->started, true);
    resume_frame(context, generator, FRAME_ENTRY);
    bool throwing = is_empty(sent);
    if (!throwing && !fresh) {
        frame->registers[frame->pc->a] = sent;
        frame->pc++;
    }
    if (throwing && !is_empty(generator->own_handled)) raise_value(error_fetch()); /* its context */
    Value result = enter_loop(context, frame, !throwing ? LOOP_ENTER : fresh ? LOOP_FAIL : LOOP_THROW);
    *finished = !context->left_suspended;
    return result;
}

Value generator_continue(Generator *generator, bool *finished) {
    Context *context = context_self();
    resume_frame(context, generator, FRAME_ENTRY);
    Value result = enter_loop(context, &generator->frame, LOOP_ENTER);
    *finished = !context->left_suspended;
    return result;
}
