/* queue_module.c - the module _queue: SimpleQueue.
 *
 * A ring under the object's lock, and a count of the threads that wait in get(). A getter that finds
 * nothing announces itself in `waiting`, and parks under the queue's address unless, asked with the
 * parking bucket locked, the queue has an item by then. A putter stores its item and then looks at
 * `waiting` (sequentially consistent, as the getter's announcement is): either it sees the getter and
 * unparks one, or the getter sees the item. */
#include "modules/support.h"
#include "thread/park.h"
#include "types/genericalias.h"
#include "vm/run.h"

typedef struct SimpleQueue {
    Object object;
    Array *items;     /* ring; under the lock */
    int64_t start;    /* under the lock */
    int64_t length;   /* atomic; written under the lock */
    uint32_t waiting; /* atomic */
} SimpleQueue;

static Type simple_queue_type;
static Value empty_error; /* the exception class; a root */

static SimpleQueue *as_queue(Value v) { return OBJECT_AS(SimpleQueue, v); }

static void queue_trace(Cell *cell, Marker *marker) {
    marker_visit_pointer(marker, ((SimpleQueue *)cell)->items);
}

static Value queue_new(Type *type, Value *args, size_t count, Tuple *names) {
    if (type == &simple_queue_type && (count || (names && names->length)))
        return raise_error(&TypeError, "SimpleQueue() takes no arguments");
    SimpleQueue *queue = object_alloc_instance(type, sizeof(SimpleQueue));
    return queue ? object_value(queue) : VALUE_ERROR;
}

static bool put(SimpleQueue *queue, Value item) {
    object_lock(queue);
    Array *items = queue->items;
    int64_t length = queue->length;
    if (!items || length == items->capacity) {
        Array *larger = array_new(items ? items->capacity * 2 : 8);
        if (!larger) {
            object_unlock(queue);
            return false;
        }
        for (int64_t i = 0; i < length; i++)
            larger->items[i] = items->items[(queue->start + i) & (items->capacity - 1)];
        HEAP_STORE_POINTER(queue, &queue->items, larger);
        queue->start = 0;
        items = larger;
    }
    heap_store_release(items, &items->items[(queue->start + length) & (items->capacity - 1)], item);
    store_seq_cst(&queue->length, length + 1);
    object_unlock(queue);
    fence_seq_cst();
    if (load_seq_cst(&queue->waiting)) unpark_one(queue, NULL, NULL);
    return true;
}

/* The first item, or VALUE_EMPTY. */
static Value take(SimpleQueue *queue) {
    Value item = VALUE_EMPTY;
    if (load_acquire(&queue->length) == 0) return item;
    object_lock(queue);
    if (queue->length > 0) {
        Value *slot = &queue->items->items[queue->start & (queue->items->capacity - 1)];
        item = value_load_relaxed(slot);
        store_relaxed(&slot->bits, VALUE_EMPTY.bits);
        queue->start++;
        store_release(&queue->length, queue->length - 1);
    }
    object_unlock(queue);
    return item;
}

static bool is_still_empty(void *argument) {
    return load_seq_cst(&((SimpleQueue *)argument)->length) == 0;
}

static Value raise_empty(void) { return raise_value(empty_error); }

static Value queue_get(Value *args);

static Value get_until(SimpleQueue *queue, int64_t deadline) {
    Thread *self = thread_self();
    for (;;) {
        Value item = take(queue);
        if (!is_empty(item)) return item;
        if (deadline != WAIT_FOREVER && os_monotonic_ns() >= deadline) return raise_empty();
        fetch_add_seq_cst(&queue->waiting, 1u);
        ParkRequest request = {.address = queue, .still = is_still_empty, .argument = queue,
                               .deadline = deadline, .interruptible = true};
        self->wait_top = vm_call_top(queue_get);
        ParkResult result = park(&request);
        self->wait_top = NULL;
        fetch_add_seq_cst(&queue->waiting, (uint32_t)-1);
        if (result == PARK_INTERRUPTED && !safepoint(self)) return VALUE_ERROR;
    }
}

static Value queue_get(Value *args) {
    SimpleQueue *queue = as_queue(args[0]);
    int block = is_empty(args[1]) ? 1 : value_truth(args[1]);
    if (block < 0) return VALUE_ERROR;
    int64_t deadline = WAIT_FOREVER;
    if (block && !is_empty(args[2]) && !is_none(args[2])) {
        double seconds;
        if (!value_to_double(args[2], &seconds)) return VALUE_ERROR;
        if (!(seconds >= 0)) return raise_error(&ValueError, "'timeout' must be a non-negative number");
        deadline = seconds > 9e9 ? WAIT_FOREVER : os_monotonic_ns() + (int64_t)(seconds * 1e9);
    }
    Value item = take(queue);
    if (!is_empty(item)) return item;
    return block ? get_until(queue, deadline) : raise_empty();
}

static Value queue_get_nowait(Value *args) {
    Value item = take(as_queue(args[0]));
    return is_empty(item) ? raise_empty() : item;
}
static Value queue_put(Value *args) { return put(as_queue(args[0]), args[1]) ? VALUE_NONE : VALUE_ERROR; }
static Value queue_empty(Value *args) {
    return bool_value(load_acquire(&as_queue(args[0])->length) == 0);
}
static Value queue_size(Value *args) { return int_value(load_acquire(&as_queue(args[0])->length)); }

static const MethodDef queue_methods[] = {
    METHOD("put", queue_put, "($self, /, item, block=True, timeout=None)",
           "Put an item in. It never blocks; block and timeout are there for the sake of Queue.put()."),
    METHOD("put_nowait", queue_put, "($self, /, item)", "Put an item in."),
    METHOD("get", queue_get, "($self, /, block=True, timeout=None)",
           "Remove the first item and return it, after waiting for one if block is true.\n\n"
           "Raises Empty when there is none, at once or after timeout seconds."),
    METHOD("get_nowait", queue_get_nowait, "($self, /)",
           "Remove the first item and return it; Empty when there is none."),
    METHOD("empty", queue_empty, "($self, /)", "Tell whether there is no item now."),
    METHOD("qsize", queue_size, "($self, /)", "Tell how many items there are now."),
    CLASS_METHOD("__class_getitem__", generic_alias_class_getitem, "($type, item, /)",
                 "See PEP 585."),
    {0},
};

static Type simple_queue_type = {
    .name = "_queue.SimpleQueue",
    .signature = "()",
    .doc = "A first-in, first-out queue without a limit, for any number of threads.",
    .base = &object_type_object,
    .flags = TYPE_BASE | TYPE_IMMUTABLE | TYPE_HAS_WEAKREF,
    .size = sizeof(SimpleQueue),
    .root = {.cell_kind = {.trace = queue_trace, .name = "_queue.SimpleQueue"}},
    .getattribute = object_getattribute,
    .new_instance = queue_new,
    .methods = queue_methods,
};

static bool init(Module *module) {
    module_root(&empty_error);
    Type *type = type_create("_queue", "Empty", &exc_Exception, NULL);
    if (!type) return false;
    empty_error = object_value(type);
    return module_add(module, "Empty", empty_error);
}

static Type *const types[] = {&simple_queue_type, NULL};

const NativeModule module__queue = {
    .name = "_queue",
    .doc = "What the module queue has in C.",
    .types = types,
    .init = init,
};
