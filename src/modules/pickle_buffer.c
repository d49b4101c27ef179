/* pickle_buffer.c - PickleBuffer: a buffer that a pickle may leave out of its stream (PEP 574). */
#include "modules/pickle_module.h"

typedef struct PickleBuffer {
    Object object;
    Value wrapped; /* what the memory belongs to; constant */
    Value view;    /* a memoryview of it, that keeps it from being resized; VALUE_EMPTY: released. atomic */
} PickleBuffer;

static void buffer_trace(Cell *cell, Marker *marker) {
    marker_visit(marker, ((PickleBuffer *)cell)->wrapped);
    marker_visit(marker, ((PickleBuffer *)cell)->view);
}

static Value buffer_new(Type *type, Value *args, size_t count, Tuple *names) {
    static const char signature[] = "(object, /)";
    static Signature *parsed;
    Value a[1];
    if (!bind_arguments("PickleBuffer", signature, &parsed, args, count, names, a)) return VALUE_ERROR;
    Value view = memoryview_from(a[0]);
    PickleBuffer *self = is_error(view) ? NULL : object_alloc_instance(type, type->size);
    if (!self) return VALUE_ERROR;
    heap_store_release(self, &self->wrapped, a[0]);
    heap_store_release(self, &self->view, view);
    return object_value(self);
}

static bool buffer_init(Value self, Value *args, size_t count, Tuple *names) { return true; }

/* The memoryview; VALUE_ERROR when it is released. */
static Value view_of(Value self) {
    Value view = value_load_acquire(&OBJECT_AS(PickleBuffer, self)->view);
    if (is_empty(view))
        return raise_error(&ValueError, "operation forbidden on released PickleBuffer object");
    return view;
}

static bool buffer_get_buffer(Value self, BufferView *view, unsigned flags) {
    return !is_error(view_of(self)) && buffer_get(OBJECT_AS(PickleBuffer, self)->wrapped, view, flags);
}

bool pickle_buffer_view(Value buffer, BufferView *view) { return buffer_get_buffer(buffer, view, BUFFER_SIMPLE); }

static Value buffer_raw(Value *args) {
    Value view = is_error(view_of(args[0])) ? VALUE_ERROR : memoryview_from(args[0]);
    if (is_error(view)) return VALUE_ERROR;
    Value contiguous = get_attribute_c(view, "contiguous");
    if (is_error(contiguous)) return VALUE_ERROR;
    if (!is_true(contiguous))
        return raise_error(&BufferError, "cannot extract raw buffer from non-contiguous buffer");
    Value text = object_value(str_from_char('B'));
    return call_method_1(view, "cast", text);
}

static Value buffer_release_method(Value *args) {
    PickleBuffer *self = OBJECT_AS(PickleBuffer, args[0]);
    Value view = value_load_acquire(&self->view);
    heap_store_release(self, &self->view, VALUE_EMPTY);
    return is_empty(view) ? VALUE_NONE : call_method_0(view, "release");
}

static const MethodDef methods[] = {
    METHOD("raw", buffer_raw, "($self, /)",
           "Return a memoryview of the raw memory underlying this buffer.\n\n"
           "Will raise BufferError is the buffer isn't contiguous."),
    METHOD("release", buffer_release_method, "($self, /)",
           "Release the underlying buffer exposed by the PickleBuffer object."),
    {0},
};

Type pickle_buffer_type = {
    .name = "pickle.PickleBuffer",
    .doc = "Wrapper for potentially out-of-band buffers",
    .base = &object_type_object,
    .size = sizeof(PickleBuffer),
    .flags = TYPE_BASE | TYPE_HAS_WEAKREF | TYPE_IMMUTABLE,
    .root = {.cell_kind = {.trace = buffer_trace, .name = "pickle.PickleBuffer"}},
    .new_instance = buffer_new,
    .init = buffer_init,
    .get_buffer = buffer_get_buffer,
    .methods = methods,
};
