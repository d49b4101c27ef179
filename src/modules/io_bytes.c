/* io_bytes.c - the module _io: BytesIO, a stream of bytes in memory.
 *
 * All fields are guarded by the object's lock; the memory is a heap cell that is replaced when it
 * must grow. While a view from getbuffer() lives (`exports`), the memory stays where it is and keeps
 * its size. */
#include <limits.h>
#include "modules/io_internal.h"

typedef struct BytesIo {
    IoBase base;
    IoBuffer *buffer; /* atomic; NULL: empty */
    int64_t position, size;
    int64_t exports;
    bool is_closed;
} BytesIo;
static BytesIo *as_bytes_io(Value v) { return OBJECT_AS(BytesIo, v); }

typedef struct BytesIoBuffer {
    Object object;
    BytesIo *source; /* constant */
} BytesIoBuffer;

static void bytes_io_trace(Cell *cell, Marker *marker) {
    marker_visit_pointer(marker, load_relaxed(&((BytesIo *)cell)->buffer));
}

/* Locks, unless it is closed: then false with ValueError. */
static bool enter(BytesIo *self) {
    object_lock(self);
    if (!self->is_closed) return true;
    object_unlock(self);
    raise_error(&ValueError, "I/O operation on closed file.");
    return false;
}

static bool exported(BytesIo *self) {
    if (self->exports == 0) return false;
    object_unlock(self);
    raise_error(&BufferError, "Existing exports of data: object cannot be re-sized");
    return true;
}

/* Makes room for `size` bytes; locked; false with the lock released. */
static bool reserve(BytesIo *self, int64_t size) {
    int64_t capacity = self->buffer ? self->buffer->capacity : 0;
    if (size <= capacity) return true;
    if (exported(self)) return false;
    capacity = max_int64(size, capacity + capacity / 2 + 64);
    IoBuffer *larger = io_buffer_new(capacity);
    if (!larger) {
        object_unlock(self);
        return false;
    }
    if (self->buffer) memcpy(larger->data, self->buffer->data, (size_t)self->size);
    HEAP_STORE_POINTER(self, &self->buffer, larger);
    return true;
}

/* Writes at the position; locked; false with the lock released. */
static bool put(BytesIo *self, const void *data, int64_t length) {
    if (length == 0) return true;
    if (self->position > INT64_MAX - length) {
        object_unlock(self);
        raise_error(&OverflowError, "new position too large");
        return false;
    }
    int64_t end = self->position + length;
    if (!reserve(self, end)) return false;
    if (self->position > self->size)
        memset(self->buffer->data + self->size, 0, (size_t)(self->position - self->size));
    memmove(self->buffer->data + self->position, data, (size_t)length);
    self->position = end;
    if (end > self->size) self->size = end;
    return true;
}

static Value bytes_io_new(Type *type, Value *args, size_t count, Tuple *names) {
    BytesIo *self = object_alloc_instance(type, sizeof(BytesIo));
    return self ? object_value(self) : VALUE_ERROR;
}

static bool put_object(BytesIo *self, Value data, int64_t *written) {
    BufferView view;
    if (!buffer_get(data, &view, BUFFER_SIMPLE)) return false;
    bool ok = enter(self);
    if (ok && view.length > 0 && self->exports > 0) ok = !exported(self);
    if (ok) {
        ok = put(self, view.data, view.length);
        if (ok) object_unlock(self);
    }
    *written = view.length;
    buffer_release(&view);
    return ok;
}

static bool bytes_io_init(Value self_value, Value *args, size_t count, Tuple *names) {
    static Signature *signature;
    Value slots[1];
    int64_t written;
    BytesIo *self = as_bytes_io(self_value);
    if (!bind_arguments("BytesIO", "(initial_bytes=b'')", &signature, args, count, names, slots))
        return false;
    object_lock(self);
    if (exported(self)) return false;
    self->position = self->size = 0;
    self->is_closed = false;
    object_unlock(self);
    if (is_empty(slots[0]) || is_none(slots[0])) return true;
    if (!put_object(self, slots[0], &written)) return false;
    object_lock(self);
    self->position = 0;
    object_unlock(self);
    return true;
}

static Value bytes_io_write(Value *args) {
    int64_t written;
    if (!enter(as_bytes_io(args[0]))) return VALUE_ERROR;
    object_unlock(as_bytes_io(args[0]));
    if (!put_object(as_bytes_io(args[0]), args[1], &written)) return VALUE_ERROR;
    return int_value(written);
}

static Value bytes_io_writelines(Value *args) {
    if (!enter(as_bytes_io(args[0]))) return VALUE_ERROR;
    object_unlock(as_bytes_io(args[0]));
    Value iterator = get_iter(args[1]);
    if (is_error(iterator)) return iterator;
    for (;;) {
        int64_t written;
        Value line = iter_next(iterator);
        if (is_error(line)) return line;
        if (is_empty(line)) return VALUE_NONE;
        if (!put_object(as_bytes_io(args[0]), line, &written)) return VALUE_ERROR;
    }
}

/* Takes `length` bytes from the position as a bytes object, with the lock held; releases it. */
static Value take(BytesIo *self, int64_t length) {
    int64_t left = max_int64(self->size - self->position, 0);
    if (length < 0 || length > left) length = left;
    Bytes *bytes = bytes_from(self->buffer && length ? self->buffer->data + self->position
                                                     : (const void *)"", (size_t)length);
    if (bytes) self->position += length;
    object_unlock(self);
    return bytes ? object_value(bytes) : VALUE_ERROR;
}

static Value bytes_io_read(Value *args) {
    int64_t size;
    if (!io_size_argument(args[1], &size) || !enter(as_bytes_io(args[0]))) return VALUE_ERROR;
    return take(as_bytes_io(args[0]), size);
}

/* The length of the line at the position; locked. */
static int64_t line_length(BytesIo *self, int64_t limit) {
    int64_t left = max_int64(self->size - self->position, 0);
    if (left == 0) return 0;
    const uint8_t *start = self->buffer->data + self->position;
    const uint8_t *newline = memchr(start, '\n', (size_t)left);
    int64_t length = newline ? newline - start + 1 : left;
    return limit >= 0 ? min_int64(length, limit) : length;
}

static Value next_line(BytesIo *self, int64_t limit) {
    if (!enter(self)) return VALUE_ERROR;
    return take(self, line_length(self, limit));
}

static Value bytes_io_readline(Value *args) {
    int64_t limit;
    if (!io_size_argument(args[1], &limit)) return VALUE_ERROR;
    return next_line(as_bytes_io(args[0]), limit);
}

static Value bytes_io_next(Value self) {
    Value line = next_line(as_bytes_io(self), -1);
    return !is_error(line) && as_bytes(line)->length == 0 ? VALUE_EMPTY : line;
}

static Value bytes_io_iter(Value self) {
    if (!enter(as_bytes_io(self))) return VALUE_ERROR;
    object_unlock(as_bytes_io(self));
    return self;
}

static Value bytes_io_readlines(Value *args) {
    int64_t hint, total = 0;
    List *lines = list_new(0);
    if (!lines || !io_size_argument(args[1], &hint)) return VALUE_ERROR;
    for (;;) {
        Value line = next_line(as_bytes_io(args[0]), -1);
        if (is_error(line)) return line;
        int64_t length = as_bytes(line)->length;
        if (length == 0) return object_value(lines);
        if (!list_append(lines, line)) return VALUE_ERROR;
        total += length;
        if (hint > 0 && total >= hint) return object_value(lines);
    }
}

static Value bytes_io_readinto(Value *args) {
    BytesIo *self = as_bytes_io(args[0]);
    BufferView view;
    if (!enter(self)) return VALUE_ERROR;
    object_unlock(self);
    if (!argument_writable(args[1], "readinto() argument", &view)) return VALUE_ERROR;
    int64_t length = -1;
    if (enter(self)) {
        length = min_int64(view.length, max_int64(self->size - self->position, 0));
        if (length > 0) memmove(view.data, self->buffer->data + self->position, (size_t)length);
        self->position += length;
        object_unlock(self);
    }
    buffer_release(&view);
    return length < 0 ? VALUE_ERROR : int_value(length);
}

/* All bytes, and the position at that moment. */
static Value contents(BytesIo *self, int64_t *position) {
    if (!enter(self)) return VALUE_ERROR;
    Bytes *bytes = bytes_from(self->buffer ? self->buffer->data : (const void *)"", (size_t)self->size);
    *position = self->position;
    object_unlock(self);
    return bytes ? object_value(bytes) : VALUE_ERROR;
}

static Value bytes_io_getvalue(Value *args) {
    int64_t position;
    return contents(as_bytes_io(args[0]), &position);
}

static Value bytes_io_tell(Value *args) {
    BytesIo *self = as_bytes_io(args[0]);
    if (!enter(self)) return VALUE_ERROR;
    int64_t position = self->position;
    object_unlock(self);
    return int_value(position);
}

static Value bytes_io_seek(Value *args) {
    BytesIo *self = as_bytes_io(args[0]);
    int64_t offset, base;
    int whence = 0;
    if (!io_offset_argument(args[1], &offset) || !argument_int(args[2], &whence)) return VALUE_ERROR;
    if (!enter(self)) return VALUE_ERROR;
    if (whence == 0 && offset < 0) {
        object_unlock(self);
        return raise_error(&ValueError, "negative seek value %lld", (long long)offset);
    }
    if (whence < 0 || whence > 2) {
        object_unlock(self);
        return raise_error(&ValueError, "invalid whence (%d, should be 0, 1 or 2)", whence);
    }
    base = whence == 0 ? 0 : whence == 1 ? self->position : self->size;
    if (offset > INT64_MAX - base) {
        object_unlock(self);
        return raise_error(&OverflowError, "new position too large");
    }
    int64_t position = self->position = max_int64(base + offset, 0);
    object_unlock(self);
    return int_value(position);
}

static Value bytes_io_truncate(Value *args) {
    BytesIo *self = as_bytes_io(args[0]);
    int64_t size;
    if (!io_size_argument(args[1], &size) || !enter(self)) return VALUE_ERROR;
    bool here = is_empty(args[1]) || is_none(args[1]);
    if (exported(self)) return VALUE_ERROR;
    if (here) size = self->position;
    if (size >= 0 && size < self->size) self->size = size;
    object_unlock(self);
    if (size < 0) return raise_error(&ValueError, "negative size value %lld", (long long)size);
    return int_value(size);
}

static Value bytes_io_close(Value *args) {
    BytesIo *self = as_bytes_io(args[0]);
    object_lock(self);
    if (exported(self)) return VALUE_ERROR;
    self->is_closed = true;
    self->size = self->position = 0;
    HEAP_STORE_POINTER(self, &self->buffer, (IoBuffer *)NULL);
    object_unlock(self);
    return VALUE_NONE;
}

static Value bytes_io_true(Value *args) {
    if (!enter(as_bytes_io(args[0]))) return VALUE_ERROR;
    object_unlock(as_bytes_io(args[0]));
    return VALUE_TRUE;
}

static Value bytes_io_false(Value *args) {
    return is_error(bytes_io_true(args)) ? VALUE_ERROR : VALUE_FALSE;
}

static Value bytes_io_flush(Value *args) {
    return is_error(bytes_io_true(args)) ? VALUE_ERROR : VALUE_NONE;
}

static Value bytes_io_closed(Value self) {
    BytesIo *io = as_bytes_io(self);
    object_lock(io);
    bool closed = io->is_closed;
    object_unlock(io);
    return bool_value(closed);
}

static Value bytes_io_getstate(Value *args) {
    int64_t position;
    Value value = contents(as_bytes_io(args[0]), &position);
    if (is_error(value)) return value;
    Value dict = get_attribute_optional(args[0], NAME("__dict__"));
    if (is_error(dict)) return dict;
    if (is_dict(dict)) {
        Dict *copy = dict_copy(as_dict(dict));
        if (!copy) return VALUE_ERROR;
        dict = object_value(copy);
    } else {
        dict = VALUE_NONE;
    }
    Tuple *state = tuple_pack(3, value, int_value(position), dict);
    return state ? object_value(state) : VALUE_ERROR;
}

static Value bytes_io_setstate(Value *args) {
    BytesIo *self = as_bytes_io(args[0]);
    int64_t position = 0, written;
    if (!is_tuple(args[1]) || as_tuple(args[1])->length < 3)
        return raise_error(&TypeError, "%T.__setstate__ argument should be 3-tuple, got %T", args[0],
                           args[1]);
    Value *items = as_tuple(args[1])->items;
    if (!is_int(items[1]))
        return raise_error(&TypeError, "second item of state must be an integer, not %T", items[1]);
    if (!argument_int64(items[1], &position)) return VALUE_ERROR;
    if (position < 0) return raise_error(&ValueError, "position value cannot be negative");
    object_lock(self);
    if (exported(self)) return VALUE_ERROR;
    self->position = self->size = 0;
    object_unlock(self);
    if (!put_object(self, items[0], &written)) return VALUE_ERROR;
    object_lock(self);
    self->position = position;
    object_unlock(self);
    if (is_none(items[2])) return VALUE_NONE;
    if (!is_dict(items[2]))
        return raise_error(&TypeError, "third item of state should be a dict, got a %T", items[2]);
    Value dict = get_attribute(args[0], NAME("__dict__"));
    if (is_error(dict) || !dict_merge(as_dict(dict), items[2], true)) return VALUE_ERROR;
    return VALUE_NONE;
}

static Value bytes_io_sizeof(Value *args) {
    IoBuffer *buffer = load_relaxed(&as_bytes_io(args[0])->buffer);
    return int_value((int64_t)sizeof(BytesIo) + (buffer ? buffer->capacity : 0));
}

/* --- getbuffer() ------------------------------------------------------------------------------------------ */

static Value bytes_io_getbuffer(Value *args) {
    if (!enter(as_bytes_io(args[0]))) return VALUE_ERROR;
    object_unlock(as_bytes_io(args[0]));
    BytesIoBuffer *buffer = object_alloc(&bytes_io_buffer_type, sizeof(BytesIoBuffer));
    if (!buffer) return VALUE_ERROR;
    HEAP_STORE_POINTER(buffer, &buffer->source, as_bytes_io(args[0]));
    return memoryview_from(object_value(buffer));
}

static bool buffer_view(Value self, BufferView *view, unsigned flags) {
    BytesIo *source = OBJECT_AS(BytesIoBuffer, self)->source;
    if (!enter(source)) return false;
    if (!reserve(source, 1)) return false;
    *view = (BufferView){
        .data = source->buffer->data,
        .length = source->size,
        .owner = self,
        .item_size = 1,
        .dimensions = 1,
    };
    source->exports++;
    object_unlock(source);
    return true;
}

static void buffer_unview(Value self, BufferView *view) {
    BytesIo *source = OBJECT_AS(BytesIoBuffer, self)->source;
    object_lock(source);
    source->exports--;
    object_unlock(source);
}

static void buffer_trace(Cell *cell, Marker *marker) {
    marker_visit_pointer(marker, ((BytesIoBuffer *)cell)->source);
}

Type bytes_io_buffer_type = {
    .name = "_io._BytesIOBuffer",
    .base = &object_type_object,
    .size = sizeof(BytesIoBuffer),
    .flags = TYPE_NO_NEW,
    .root = {.cell_kind = {.trace = buffer_trace, .name = "_io._BytesIOBuffer"}},
    .get_buffer = buffer_view,
    .release_buffer = buffer_unview,
};

static const MethodDef bytes_io_methods[] = {
    METHOD("readable", bytes_io_true, "($self, /)", "True: it can be read."),
    METHOD("seekable", bytes_io_true, "($self, /)", "True: it has positions."),
    METHOD("writable", bytes_io_true, "($self, /)", "True: it can be written."),
    METHOD("isatty", bytes_io_false, "($self, /)", "False: it is no terminal."),
    METHOD("close", bytes_io_close, "($self, /)", "Close it and drop its bytes."),
    METHOD("flush", bytes_io_flush, "($self, /)", "Does nothing."),
    METHOD("tell", bytes_io_tell, "($self, /)", "The position."),
    METHOD("write", bytes_io_write, "($self, b, /)", "Write bytes; returns how many."),
    METHOD("writelines", bytes_io_writelines, "($self, lines, /)", "Write each item."),
    METHOD("read", bytes_io_read, "($self, size=-1, /)", "Read size bytes, or to the end."),
    METHOD("read1", bytes_io_read, "($self, size=-1, /)", "Read size bytes, or to the end."),
    METHOD("readinto", bytes_io_readinto, "($self, buffer, /)", "Read into a buffer."),
    METHOD("readline", bytes_io_readline, "($self, size=-1, /)", "Read a line."),
    METHOD("readlines", bytes_io_readlines, "($self, size=None, /)", "Read lines."),
    METHOD("getbuffer", bytes_io_getbuffer, "($self, /)", "A view of the bytes, for writing too."),
    METHOD("getvalue", bytes_io_getvalue, "($self, /)", "All bytes."),
    METHOD("seek", bytes_io_seek, "($self, pos, whence=0, /)", "Change the position; returns it."),
    METHOD("truncate", bytes_io_truncate, "($self, size=None, /)", "Cut at a position."),
    METHOD("__getstate__", bytes_io_getstate, "($self, /)", NULL),
    METHOD("__setstate__", bytes_io_setstate, "($self, state, /)", NULL),
    METHOD("__sizeof__", bytes_io_sizeof, "($self, /)", NULL),
    {0},
};
static const GetSetDef bytes_io_getset[] = {
    {"closed", bytes_io_closed, NULL, "whether the stream is closed"},
    {0},
};
Type bytes_io_type = {
    .name = "_io.BytesIO",
    .signature = "(initial_bytes=b'')",
    .doc = "A stream of bytes in memory.",
    .base = &buffered_io_base_type,
    .size = sizeof(BytesIo),
    .flags = TYPE_BASE | TYPE_HAS_DICT | TYPE_HAS_WEAKREF,
    .root = {.cell_kind = {.trace = bytes_io_trace, .name = "_io.BytesIO"}},
    .new_instance = bytes_io_new,
    .init = bytes_io_init,
    .iter = bytes_io_iter,
    .next = bytes_io_next,
    .methods = bytes_io_methods,
    .getset = bytes_io_getset,
};
