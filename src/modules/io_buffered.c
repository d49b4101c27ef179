/* io_buffered.c - the module _io: BufferedReader, BufferedWriter, BufferedRandom.
 *
 * One buffer serves one direction at a time. While reading, it holds the bytes read_pos..read_end
 * that the raw stream has delivered ahead of the position a program sees; while writing, the bytes
 * 0..write_end that the raw stream has yet to take at its position. Never are both non-empty:
 * writing first moves the raw stream back over what was read ahead, reading first flushes.
 *
 * Everything is guarded by the IoLock, which is held, the thread detached, while the raw stream
 * works, __init__ and detach() included. A thread that comes back while it holds the lock (a signal
 * handler that prints, a raw stream that uses its own buffer) gets RuntimeError. What only asks the raw
 * stream takes no lock: once `ready` was set there always is one, for detach() clears `ready` only. */
#include <limits.h>
#include <unistd.h>
#include "modules/io_internal.h"

typedef struct Buffered {
    IoBase base;
    Value raw;         /* atomic; empty before __init__; after detach() what was detached */
    IoLock lock;
    IoBuffer *buffer;  /* of at least `size` bytes */
    int64_t size;      /* of the buffer, as asked for */
    int64_t read_pos, read_end, write_end;
    uint8_t readable, writable, detached, ready;
} Buffered;
static Buffered *as_buffered(Value v) { return OBJECT_AS(Buffered, v); }

static void buffered_trace(Cell *cell, Marker *marker) {
    marker_visit(marker, value_load_relaxed(&((Buffered *)cell)->raw));
    marker_visit_pointer(marker, load_relaxed(&((Buffered *)cell)->buffer));
}

/* --- entering --------------------------------------------------------------------------------------------- */

static bool check_ready(Buffered *self) {
    if (likely(load_acquire(&self->ready))) return true;
    raise_error(&ValueError, load_relaxed(&self->detached) ? "raw stream has been detached"
                                                           : "I/O operation on uninitialized object");
    return false;
}

static Value raw_of(Buffered *self) { return value_load_acquire(&self->raw); }

static bool raw_is_file(Buffered *self) { return is_exactly(self->raw, &file_io_type); }

static int raw_closed(Buffered *self) {
    Value raw = raw_of(self);
    if (is_exactly(raw, &file_io_type)) return load_relaxed(&as_file_io(raw)->fd) < 0;
    return io_is_closed(raw);
}

static bool check_open(Buffered *self, const char *message) {
    if (!check_ready(self)) return false;
    int closed = raw_closed(self);
    if (closed > 0) raise_error(&ValueError, "%s", message);
    return closed == 0;
}

static bool enter(Buffered *self) {
    if (unlikely(io_lock_is_mine(&self->lock))) {
        raise_error(&RuntimeError, "reentrant call inside %R", object_value(self));
        return false;
    }
    return io_lock_enter(&self->lock);
}

/* Enters, and then looks whether the stream is open: another thread may be closing it. */
static bool enter_open(Buffered *self, const char *message) {
    if (!check_ready(self) || !enter(self)) return false;
    if (check_open(self, message)) return true;
    io_lock_leave(&self->lock);
    return false;
}

static void leave(Buffered *self) { io_lock_leave(&self->lock); }

/* --- the raw stream: each returns -1 with an exception set, -2 when it would block ---------------------------- */

static int64_t raw_count(Value result, int64_t limit, const char *what) {
    if (is_error(result)) return -1;
    if (is_none(result)) return -2;
    int64_t count = -1;
    Value index = value_index(result);
    if (is_error(index)) {
        raise_from(&OSError, "raw %s() failed", what);
        return -1;
    }
    if (!int_to_int64(index, &count)) count = -1;
    if (count >= 0 && count <= limit) return count;
    raise_error(&OSError, "raw %s() returned invalid length %lld (should have been between 0 and %lld)",
                what, (long long)count, (long long)limit);
    return -1;
}

static int64_t raw_read(Buffered *self, void *data, int64_t size) {
    if (raw_is_file(self)) return file_io_read(as_file_io(self->raw), data, size);
    Bytes *zeros = bytes_new(size);
    Value array = zeros ? bytearray_from(zeros->data, (size_t)size) : VALUE_ERROR;
    Value view_object = is_error(array) ? array : memoryview_from(array);
    if (is_error(view_object)) return -1;
    Value result = call_method_1(self->raw, "readinto", view_object);
    int64_t count = raw_count(result, size, "readinto");
    if (count <= 0) return count;
    BufferView view;
    if (!buffer_get(array, &view, BUFFER_SIMPLE)) return -1;
    memcpy(data, view.data, (size_t)min_int64(count, view.length));
    buffer_release(&view);
    return count;
}

static int64_t raw_write(Buffered *self, const void *data, int64_t size) {
    if (raw_is_file(self)) return file_io_write(as_file_io(self->raw), data, size);
    Value bytes = io_bytes(data, size);
    Value view = is_error(bytes) ? bytes : memoryview_from(bytes);
    if (is_error(view)) return -1;
    return raw_count(call_method_1(self->raw, "write", view), size, "write");
}

static int64_t raw_position(Value result, const char *what) {
    if (is_error(result)) return -1;
    int64_t position = -1;
    if (!io_offset_argument(result, &position)) return -1;
    if (position >= 0) return position;
    raise_error(&OSError, "Raw stream returned invalid position %lld", (long long)position);
    return -1;
}

static int64_t raw_seek(Buffered *self, int64_t offset, int whence) {
    if (raw_is_file(self)) return file_io_seek(as_file_io(self->raw), offset, whence);
    return raw_position(call_method_2(self->raw, "seek", int_value(offset), smallint_value(whence)),
                        "seek");
}

static int64_t raw_tell(Buffered *self) {
    if (raw_is_file(self)) return file_io_seek(as_file_io(self->raw), 0, SEEK_CUR);
    return raw_position(call_method_0(self->raw, "tell"), "tell");
}

/* --- the buffer; all with the lock held ------------------------------------------------------------------------- */

static int64_t read_ahead(const Buffered *self) { return self->read_end - self->read_pos; }

static void drop_read_ahead(Buffered *self) { self->read_pos = self->read_end = 0; }

/* Moves the raw stream to where the program believes it to be. */
static bool undo_read_ahead(Buffered *self) {
    int64_t ahead = read_ahead(self);
    drop_read_ahead(self);
    return ahead == 0 || raw_seek(self, -ahead, SEEK_CUR) >= 0;
}

static void raise_would_block(int64_t written) {
    Str *text = str_from_c("write could not complete without blocking");
    if (!text) return;
    Value exception = call_3(object_value(&BlockingIOError), smallint_value(EAGAIN),
                             object_value(text), int_value(written));
    if (!is_error(exception)) raise_value(exception);
}

/* Writes the buffer out; what could not be written stays. BlockingIOError when it would block. */
static bool flush_locked(Buffered *self) {
    int64_t done = 0;
    bool ok = true;
    while (done < self->write_end) {
        int64_t count = raw_write(self, self->buffer->data + done, self->write_end - done);
        if (count < 0) {
            if (count == -2) raise_would_block(0);
            ok = false;
            break;
        }
        done += min_int64(count, self->write_end - done);
        if (!safepoint(thread_self())) { /* a signal may have cut the write short */
            ok = false;
            break;
        }
    }
    if (done > 0 && done < self->write_end)
        memmove(self->buffer->data, self->buffer->data + done, (size_t)(self->write_end - done));
    self->write_end -= done;
    return ok;
}

static void keep(Buffered *self, const uint8_t *data, int64_t size) {
    memcpy(self->buffer->data + self->write_end, data, (size_t)size);
    self->write_end += size;
}

/* The buffer is full and the raw stream takes no more: keeps what fits. Returns the count written
 * when all fits, else -1 with BlockingIOError. */
static int64_t keep_what_fits(Buffered *self, const uint8_t *data, int64_t size, int64_t done) {
    int64_t room = min_int64(self->size - self->write_end, size - done);
    keep(self, data + done, room);
    if (done + room == size) {
        error_clear();
        return size;
    }
    error_clear();
    raise_would_block(done + room);
    return -1;
}

static int64_t write_locked(Buffered *self, const uint8_t *data, int64_t size) {
    if (self->read_end > 0 && !undo_read_ahead(self)) return -1;
    if (size <= self->size - self->write_end) {
        keep(self, data, size);
        return size;
    }
    if (!flush_locked(self)) {
        if (!error_matches(&BlockingIOError)) return -1;
        return keep_what_fits(self, data, size, 0);
    }
    int64_t done = 0;
    while (size - done > self->size) {
        int64_t count = raw_write(self, data + done, size - done);
        if (count == -1) return -1;
        if (count == -2) return keep_what_fits(self, data, size, done);
        done += count;
        if (!safepoint(thread_self())) return -1;
    }
    keep(self, data + done, size - done);
    return size;
}

/* Before reading. */
static bool ready_to_read(Buffered *self) { return self->write_end == 0 || flush_locked(self); }

/* Fills the empty buffer with one raw read: the count, -1, -2. */
static int64_t fill_buffer(Buffered *self) {
    drop_read_ahead(self);
    int64_t count = raw_read(self, self->buffer->data, self->size);
    if (count > 0) self->read_end = count;
    return count;
}

static int64_t take_ahead(Buffered *self, void *out, int64_t limit) {
    int64_t count = min_int64(read_ahead(self), limit);
    memcpy(out, self->buffer->data + self->read_pos, (size_t)count);
    self->read_pos += count;
    return count;
}

/* --- making ------------------------------------------------------------------------------------------------------- */

static Value buffered_new(Type *type, Value *args, size_t count, Tuple *names) {
    Buffered *self = object_alloc_instance(type, sizeof(Buffered));
    return self ? object_value(self) : VALUE_ERROR;
}

static bool set_up(Value self_value, Value raw, int64_t size, bool readable, bool writable) {
    Buffered *self = as_buffered(self_value);
    store_relaxed(&self->ready, (uint8_t)0);
    store_relaxed(&self->detached, (uint8_t)0);
    if (readable && writable && !io_check_can(raw, "seekable", "File or stream is not seekable.")) return false;
    if (readable && !io_check_can(raw, "readable", "File or stream is not readable.")) return false;
    if (writable && !io_check_can(raw, "writable", "File or stream is not writable.")) return false;
    if (size <= 0) {
        raise_error(&ValueError, "buffer size must be strictly positive");
        return false;
    }
    IoBuffer *buffer = io_buffer_new(size);
    if (!buffer || !enter(self)) return false;
    store_relaxed(&self->readable, (uint8_t)readable);
    store_relaxed(&self->writable, (uint8_t)writable);
    store_relaxed(&self->size, size);
    self->read_pos = self->read_end = self->write_end = 0;
    HEAP_STORE_POINTER(self, &self->buffer, buffer);
    heap_store_release(self, &self->raw, raw);
    io_set_wrapped(raw, true);
    store_release(&self->ready, (uint8_t)1);
    leave(self);
    return true;
}

static bool init_with(const char *name, Value self, Value *args, size_t count, Tuple *names,
                      bool readable, bool writable) {
    static Signature *signature;
    Value slots[2];
    int64_t size = IO_DEFAULT_BUFFER_SIZE;
    if (!bind_arguments(name, "(raw, buffer_size=8192)", &signature, args, count, names, slots) ||
        !argument_int64(slots[1], &size))
        return false;
    return set_up(self, slots[0], size, readable, writable);
}

static bool reader_init(Value self, Value *args, size_t count, Tuple *names) {
    return init_with("BufferedReader", self, args, count, names, true, false);
}

static bool writer_init(Value self, Value *args, size_t count, Tuple *names) {
    return init_with("BufferedWriter", self, args, count, names, false, true);
}

static bool random_init(Value self, Value *args, size_t count, Tuple *names) {
    return init_with("BufferedRandom", self, args, count, names, true, true);
}

static Value make(Type *type, Value raw, int64_t size, bool readable, bool writable) {
    Value self = buffered_new(type, NULL, 0, NULL);
    if (is_error(self) || !set_up(self, raw, size, readable, writable)) return VALUE_ERROR;
    return self;
}

Value buffered_new_reader(Value raw, int64_t size) {
    return make(&buffered_reader_type, raw, size, true, false);
}
Value buffered_new_writer(Value raw, int64_t size) {
    return make(&buffered_writer_type, raw, size, false, true);
}
Value buffered_new_random(Value raw, int64_t size) {
    return make(&buffered_random_type, raw, size, true, true);
}

/* --- flushing and closing -------------------------------------------------------------------------------------------- */

bool buffered_flush_all(Value self_value) {
    Buffered *self = as_buffered(self_value);
    if (!enter_open(self, "flush of closed file")) return false;
    bool ok = flush_locked(self);
    if (ok && load_relaxed(&self->readable) && load_relaxed(&self->writable)) ok = undo_read_ahead(self);
    leave(self);
    return ok;
}

static Value buffered_flush(Value *args) {
    Buffered *self = as_buffered(args[0]);
    if (load_relaxed(&self->writable)) return buffered_flush_all(args[0]) ? VALUE_NONE : VALUE_ERROR;
    if (!check_ready(self)) return VALUE_ERROR;
    return call_method_0(raw_of(self), "flush");
}

static Value buffered_get_closed(Value self) {
    if (!check_ready(as_buffered(self))) return VALUE_ERROR;
    int closed = raw_closed(as_buffered(self));
    return closed < 0 ? VALUE_ERROR : bool_value(closed);
}

int buffered_is_closed(Value self) {
    return check_ready(as_buffered(self)) ? raw_closed(as_buffered(self)) : -1;
}

static void warn_unclosed(Buffered *self, Value source) {
    if (!load_acquire(&self->ready)) return;
    Value raw = raw_of(self);
    if (is_exactly(raw, &file_io_type)) {
        file_io_warn_unclosed(as_file_io(raw), source);
    } else if (is_error(call_method_1(raw, "_dealloc_warn", source))) {
        error_clear();
    }
}

void buffered_warn_unclosed(Value self, Value source) { warn_unclosed(as_buffered(self), source); }

static Value buffered_dealloc_warn(Value *args) {
    warn_unclosed(as_buffered(args[0]), args[1]);
    return VALUE_NONE;
}

static Value buffered_close(Value *args) {
    Buffered *self = as_buffered(args[0]);
    if (!check_ready(self)) return VALUE_ERROR;
    int closed = raw_closed(self);
    if (closed != 0) return closed < 0 ? VALUE_ERROR : VALUE_NONE;
    if (load_relaxed(&self->base.finalizing)) warn_unclosed(self, args[0]);
    Value flushed = call_method_0(args[0], "flush");
    Value pending = is_error(flushed) ? error_fetch() : VALUE_EMPTY;
    Value result = VALUE_ERROR;
    if (enter(self)) {
        result = call_method_0(self->raw, "close");
        drop_read_ahead(self);
        self->write_end = 0;
        leave(self);
    }
    return io_close_result(pending, result);
}

static Value buffered_detach(Value *args) {
    Buffered *self = as_buffered(args[0]);
    if (!check_ready(self)) return VALUE_ERROR;
    if (is_error(call_method_0(args[0], "flush")) || !enter(self)) return VALUE_ERROR;
    Value raw = VALUE_ERROR;
    if (check_ready(self)) {
        raw = self->raw;
        store_release(&self->detached, (uint8_t)1);
        store_release(&self->ready, (uint8_t)0);
        io_set_wrapped(raw, false);
    }
    leave(self);
    return raw;
}

/* Closing is left to the raw stream when it is closed, or gone. */
static void buffered_finalize(Value self) {
    if (!load_relaxed(&as_buffered(self)->ready)) return;
    io_finalize(self);
}

void buffered_after_fork(Value self) { io_lock_reset(&as_buffered(self)->lock); }

/* --- asking the raw stream ------------------------------------------------------------------------------------------- */

static Value ask_raw(Value self, const char *method) {
    return check_ready(as_buffered(self)) ? call_method_0(raw_of(as_buffered(self)), method) : VALUE_ERROR;
}
static Value buffered_seekable(Value *args) { return ask_raw(args[0], "seekable"); }
static Value buffered_readable(Value *args) { return ask_raw(args[0], "readable"); }
static Value buffered_writable(Value *args) { return ask_raw(args[0], "writable"); }
static Value buffered_fileno(Value *args) { return ask_raw(args[0], "fileno"); }
static Value buffered_isatty(Value *args) { return ask_raw(args[0], "isatty"); }

static Value buffered_get_raw(Value self) {
    return load_acquire(&as_buffered(self)->ready) ? raw_of(as_buffered(self)) : VALUE_NONE;
}
static Value buffered_get_name(Value self) {
    return check_ready(as_buffered(self)) ? get_attribute_c(raw_of(as_buffered(self)), "name") : VALUE_ERROR;
}
static Value buffered_get_mode(Value self) {
    return check_ready(as_buffered(self)) ? get_attribute_c(raw_of(as_buffered(self)), "mode") : VALUE_ERROR;
}
static Value buffered_get_finalizing(Value self) {
    return bool_value(load_relaxed(&as_buffered(self)->base.finalizing));
}

static Value buffered_repr(Value self) {
    const char *type = type_of(self)->name;
    Str *text = NULL;
    Value name = get_attribute_optional(self, NAME("name"));
    if (is_error(name)) {
        if (!error_clear_if(&ValueError)) return name;
        name = VALUE_EMPTY;
    }
    if (is_empty(name)) {
        text = str_format("<%s>", type);
    } else {
        Object *object = object_of(self);
        if (fetch_or_acq_rel(&object->flags, (uint8_t)OBJECT_IN_REPR) & OBJECT_IN_REPR)
            return raise_error(&RuntimeError, "reentrant call inside %s.__repr__", type);
        text = str_format("<%s name=%R>", type, name);
        fetch_and_acq_rel(&object->flags, (uint8_t)~OBJECT_IN_REPR);
    }
    return text ? object_value(text) : VALUE_ERROR;
}

/* --- reading ----------------------------------------------------------------------------------------------------------- */

/* read(-1), with the lock held. */
static Value read_all_locked(Buffered *self) {
    if (!ready_to_read(self)) return VALUE_ERROR;
    Value ahead = io_bytes(self->buffer->data + self->read_pos, read_ahead(self));
    if (is_error(ahead)) return ahead;
    drop_read_ahead(self);
    Value rest;
    if (raw_is_file(self)) {
        rest = file_io_read_all(as_file_io(self->raw));
    } else {
        Value method = get_attribute_optional(self->raw, NAME("readall"));
        if (is_error(method)) return method;
        rest = is_empty(method) ? call_method_0(self->raw, "read") : call_0(method);
    }
    if (is_error(rest)) return rest;
    bool nothing = as_bytes(ahead)->length == 0;
    if (is_none(rest)) return nothing ? rest : ahead;
    if (!is_bytes(rest)) return raise_error(&TypeError, "readall() should return bytes");
    if (nothing) return rest;
    Bytes *joined = bytes_new(as_bytes(ahead)->length + as_bytes(rest)->length);
    if (!joined) return VALUE_ERROR;
    memcpy(joined->data, as_bytes(ahead)->data, (size_t)as_bytes(ahead)->length);
    memcpy(joined->data + as_bytes(ahead)->length, as_bytes(rest)->data, (size_t)as_bytes(rest)->length);
    return object_value(joined);
}

/* Reads until `size` bytes or the end: the count; -1; -2 when nothing came and it would block. */
static int64_t read_exactly(Buffered *self, uint8_t *out, int64_t size) {
    int64_t done = take_ahead(self, out, size);
    if (done == size) return done;
    if (!ready_to_read(self)) return -1;
    drop_read_ahead(self);
    while (done < size) {
        int64_t left = size - done, count;
        if (left >= self->size) {
            count = raw_read(self, out + done, left - left % self->size);
            if (count > 0) done += count;
        } else {
            count = fill_buffer(self);
            if (count > 0) done += take_ahead(self, out + done, left);
        }
        if (count == -1) return -1;
        if (count == -2) return done > 0 ? done : -2;
        if (count == 0) break;
    }
    return done;
}

static Value shortened(Bytes *bytes, int64_t length) {
    if (length == -1) return VALUE_ERROR;
    if (length == -2) return VALUE_NONE;
    return length == bytes->length ? object_value(bytes) : io_bytes(bytes->data, length);
}

static Value read_up_to_locked(Buffered *self, int64_t size) {
    Bytes *bytes = bytes_new(size);
    return bytes ? shortened(bytes, read_exactly(self, bytes->data, size)) : VALUE_ERROR;
}

static Value buffered_read(Value *args) {
    Buffered *self = as_buffered(args[0]);
    int64_t size;
    if (!io_size_argument(args[1], &size)) return VALUE_ERROR;
    if (size < -1) return raise_error(&ValueError, "read length must be non-negative or -1");
    if (!enter_open(self, "read of closed file")) return VALUE_ERROR;
    Value result = size == -1 ? read_all_locked(self) : read_up_to_locked(self, size);
    leave(self);
    return result;
}

static Value read1_locked(Buffered *self, int64_t size) {
    if (size < 0) size = load_relaxed(&self->size);
    if (size == 0) return io_bytes("", 0);
    if (read_ahead(self) > 0) {
        Bytes *bytes = bytes_new(min_int64(size, read_ahead(self)));
        if (!bytes) return VALUE_ERROR;
        take_ahead(self, bytes->data, bytes->length);
        return object_value(bytes);
    }
    if (!ready_to_read(self)) return VALUE_ERROR;
    drop_read_ahead(self);
    Bytes *bytes = bytes_new(size);
    if (!bytes) return VALUE_ERROR;
    int64_t count = raw_read(self, bytes->data, size);
    return shortened(bytes, count == -2 ? 0 : count);
}

Value buffered_read_some(Value self_value, int64_t size) {
    Buffered *self = as_buffered(self_value);
    if (!enter_open(self, "read of closed file")) return VALUE_ERROR;
    Value result = size == INT64_MAX ? read_all_locked(self) : read1_locked(self, size);
    leave(self);
    return result;
}

static Value buffered_read1(Value *args) {
    int64_t size = -1;
    return argument_int64(args[1], &size) ? buffered_read_some(args[0], size == INT64_MAX ? -1 : size)
                                          : VALUE_ERROR;
}

static int64_t readinto_locked(Buffered *self, uint8_t *out, int64_t size, bool once) {
    if (!once) return read_exactly(self, out, size);
    int64_t done = take_ahead(self, out, size);
    if (done == size || (done > 0 && size - done <= self->size)) return done;
    if (!ready_to_read(self)) return -1;
    drop_read_ahead(self);
    if (size - done > self->size) {
        int64_t more = raw_read(self, out + done, size - done);
        return more >= 0 ? done + more : more == -2 && done > 0 ? done : more;
    }
    int64_t count = fill_buffer(self);
    return count > 0 ? take_ahead(self, out, size) : count;
}

static Value read_into(Value *args, bool once) {
    Buffered *self = as_buffered(args[0]);
    BufferView view;
    if (!check_open(self, "readinto of closed file") || !argument_writable(args[1], once ? "readinto1() argument" : "readinto() argument", &view))
        return VALUE_ERROR;
    int64_t count = -1;
    if (view.length == 0) {
        count = 0;
    } else if (enter(self)) {
        count = readinto_locked(self, view.data, view.length, once);
        leave(self);
    }
    buffer_release(&view);
    return count >= 0 ? int_value(count) : count == -2 ? VALUE_NONE : VALUE_ERROR;
}

static Value buffered_readinto(Value *args) { return read_into(args, false); }
static Value buffered_readinto1(Value *args) { return read_into(args, true); }

static Value buffered_peek(Value *args) {
    Buffered *self = as_buffered(args[0]);
    if (!enter_open(self, "peek of closed file")) return VALUE_ERROR;
    Value result = VALUE_ERROR;
    if (ready_to_read(self)) {
        int64_t count = read_ahead(self) > 0 ? 1 : fill_buffer(self);
        if (count != -1) result = io_bytes(self->buffer->data + self->read_pos, read_ahead(self));
    }
    leave(self);
    return result;
}

/* A line, of at most `limit` bytes where that is not negative; locked. */
static Value readline_locked(Buffered *self, int64_t limit) {
    IoBuffer *pieces = NULL;
    int64_t length = 0;
    for (;;) {
        int64_t ahead = read_ahead(self);
        if (limit >= 0) ahead = min_int64(ahead, limit - length);
        const uint8_t *start = self->buffer->data + self->read_pos;
        const uint8_t *newline = ahead > 0 ? memchr(start, '\n', (size_t)ahead) : NULL;
        int64_t take = newline ? newline - start + 1 : ahead;
        bool done = newline || (limit >= 0 && length + take == limit);
        if (done && !pieces) {
            self->read_pos += take;
            return io_bytes(start, take);
        }
        if (!pieces || length + take > pieces->capacity) {
            IoBuffer *larger = io_buffer_new((length + take) * 2 + 256);
            if (!larger) return VALUE_ERROR;
            if (pieces) memcpy(larger->data, pieces->data, (size_t)length);
            pieces = larger;
        }
        memcpy(pieces->data + length, start, (size_t)take);
        length += take;
        self->read_pos += take;
        if (done) break;
        if (!ready_to_read(self)) return VALUE_ERROR;
        int64_t count = fill_buffer(self);
        if (count == -1) return VALUE_ERROR;
        if (count <= 0) break;
    }
    return io_bytes(pieces->data, length);
}

static Value next_line(Buffered *self, int64_t limit) {
    if (!enter_open(self, "readline of closed file")) return VALUE_ERROR;
    Value line = readline_locked(self, limit);
    leave(self);
    return line;
}

static Value buffered_readline(Value *args) {
    int64_t limit;
    if (!io_size_argument(args[1], &limit)) return VALUE_ERROR;
    return next_line(as_buffered(args[0]), limit);
}

static Value buffered_next(Value self) {
    Value line;
    if (is_exact_buffered_reader(self)) {
        line = next_line(as_buffered(self), -1);
    } else {
        line = call_method_0(self, "readline");
        if (!is_error(line) && !is_bytes(line))
            return raise_error(&OSError, "readline() should have returned a bytes object, not '%T'", line);
    }
    return !is_error(line) && as_bytes(line)->length == 0 ? VALUE_EMPTY : line;
}

/* --- writing ---------------------------------------------------------------------------------------------------------------- */

bool buffered_write_bytes(Value self_value, const void *data, int64_t size) {
    Buffered *self = as_buffered(self_value);
    if (!enter_open(self, "write to closed file")) return false;
    int64_t count = write_locked(self, data, size);
    leave(self);
    return count >= 0;
}

static Value buffered_write(Value *args) {
    BufferView view;
    if (!check_ready(as_buffered(args[0])) || !buffer_get(args[1], &view, BUFFER_SIMPLE))
        return VALUE_ERROR;
    bool ok = buffered_write_bytes(args[0], view.data, view.length);
    int64_t length = view.length;
    buffer_release(&view);
    return ok ? int_value(length) : VALUE_ERROR;
}

/* --- position ------------------------------------------------------------------------------------------------------------------ */

static Value buffered_tell(Value *args) {
    Buffered *self = as_buffered(args[0]);
    if (!check_ready(self) || !enter(self)) return VALUE_ERROR;
    int64_t position = raw_tell(self);
    bool ok = position >= 0;
    if (ok) position = max_int64(position + self->write_end - read_ahead(self), 0);
    leave(self);
    return ok ? int_value(position) : VALUE_ERROR;
}

static int64_t seek_locked(Buffered *self, int64_t offset, int whence) {
    if (load_relaxed(&self->readable) && whence != SEEK_END && self->write_end == 0 && read_ahead(self) > 0) {
        /* inside what was read ahead nothing need be done to the raw stream */
        int64_t here = raw_tell(self);
        if (here < 0) return -1;
        int64_t delta = whence == SEEK_CUR ? offset : offset - (here - read_ahead(self));
        if (delta >= -self->read_pos && delta <= read_ahead(self)) {
            self->read_pos += delta;
            return max_int64(here - read_ahead(self), 0);
        }
    }
    if (!flush_locked(self)) return -1;
    if (whence == SEEK_CUR) offset -= read_ahead(self);
    int64_t position = raw_seek(self, offset, whence);
    if (position >= 0) drop_read_ahead(self);
    return position;
}

static Value buffered_seek(Value *args) {
    Buffered *self = as_buffered(args[0]);
    int64_t offset;
    int whence = 0;
    if (!argument_int(args[2], &whence)) return VALUE_ERROR;
    if ((whence < 0 || whence > 2) && whence != SEEK_HOLE && whence != SEEK_DATA)
        return raise_error(&ValueError, "whence value %d unsupported", whence);
    if (!check_open(self, "seek of closed file") ||
        !io_check_can(self->raw, "seekable", "File or stream is not seekable.") ||
        !io_offset_argument(args[1], &offset) || !enter(self))
        return VALUE_ERROR;
    int64_t position = seek_locked(self, offset, whence);
    leave(self);
    return position < 0 ? VALUE_ERROR : int_value(position);
}

static Value buffered_truncate(Value *args) {
    Buffered *self = as_buffered(args[0]);
    if (!check_open(self, "truncate of closed file")) return VALUE_ERROR;
    if (!load_relaxed(&self->writable)) return raise_unsupported("truncate");
    if (!enter_open(self, "truncate of closed file")) return VALUE_ERROR;
    bool ok = flush_locked(self) && undo_read_ahead(self);
    Value result = VALUE_ERROR;
    if (ok && (is_empty(args[1]) || is_none(args[1]))) {
        int64_t position = raw_tell(self);
        if (position >= 0) result = call_method_1(self->raw, "truncate", int_value(position));
    } else if (ok) {
        result = call_method_1(self->raw, "truncate", args[1]);
    }
    leave(self);
    return result;
}

static Value buffered_sizeof(Value *args) {
    Buffered *self = as_buffered(args[0]);
    return int_value((int64_t)sizeof(Buffered) + (load_relaxed(&self->buffer) ? load_relaxed(&self->size) : 0));
}

/* --- tables --------------------------------------------------------------------------------------------------------------------- */

#define COMMON_METHODS                                                                             \
    METHOD("detach", buffered_detach, "($self, /)", "Separate the raw stream and return it."),     \
    METHOD("flush", buffered_flush, "($self, /)", "Write what is buffered."),                      \
    METHOD("close", buffered_close, "($self, /)", "Flush and close."),                             \
    METHOD("seekable", buffered_seekable, "($self, /)", "Whether seek() is possible."),            \
    METHOD("fileno", buffered_fileno, "($self, /)", "The file descriptor."),                       \
    METHOD("isatty", buffered_isatty, "($self, /)", "Whether it is a terminal."),                  \
    METHOD("_dealloc_warn", buffered_dealloc_warn, "($self, source, /)", NULL),                    \
    METHOD("tell", buffered_tell, "($self, /)", "The position in the stream."),                    \
    METHOD("seek", buffered_seek, "($self, target, whence=0, /)",                                  \
           "Change the position; returns it."),                                                    \
    METHOD("truncate", buffered_truncate, "($self, pos=None, /)", "Cut the file at a position."),  \
    METHOD("__sizeof__", buffered_sizeof, "($self, /)", NULL), IO_NOT_PICKLED
#define READ_METHODS                                                                               \
    METHOD("readable", buffered_readable, "($self, /)", "Whether it can be read."),                \
    METHOD("read", buffered_read, "($self, size=-1, /)", "Read size bytes, or to the end."),       \
    METHOD("read1", buffered_read1, "($self, size=-1, /)",                                         \
           "Read at most size bytes with at most one raw read."),                                  \
    METHOD("readinto", buffered_readinto, "($self, buffer, /)", "Read into a buffer."),            \
    METHOD("readinto1", buffered_readinto1, "($self, buffer, /)",                                  \
           "Read into a buffer with at most one raw read."),                                       \
    METHOD("readline", buffered_readline, "($self, size=-1, /)", "Read a line."),                  \
    METHOD("peek", buffered_peek, "($self, size=0, /)", "Bytes ahead, without moving.")
#define WRITE_METHODS                                                                              \
    METHOD("writable", buffered_writable, "($self, /)", "Whether it can be written."),             \
    METHOD("write", buffered_write, "($self, buffer, /)", "Write bytes; returns how many.")

static const MethodDef reader_methods[] = {COMMON_METHODS, READ_METHODS, {0}};
static const MethodDef writer_methods[] = {COMMON_METHODS, WRITE_METHODS, {0}};
static const MethodDef random_methods[] = {COMMON_METHODS, READ_METHODS, WRITE_METHODS, {0}};
static const GetSetDef buffered_getset[] = {
    {"closed", buffered_get_closed, NULL, "whether the stream is closed"},
    {"raw", buffered_get_raw, NULL, "the raw stream"},
    {"name", buffered_get_name, NULL, "the raw stream's name"},
    {"mode", buffered_get_mode, NULL, "the raw stream's mode"},
    {"_finalizing", buffered_get_finalizing, NULL, NULL},
    {0},
};

#define BUFFERED_TYPE(variable, type_name, type_doc, initialiser, step, table)                     \
    Type variable = {                                                                              \
        .name = type_name,                                                                         \
        .signature = "(raw, buffer_size=DEFAULT_BUFFER_SIZE)",                                     \
        .doc = type_doc,                                                                           \
        .base = &buffered_io_base_type,                                                            \
        .size = sizeof(Buffered),                                                                  \
        .flags = TYPE_BASE | TYPE_HAS_DICT | TYPE_HAS_WEAKREF | TYPE_HAS_FINALIZER,                \
        .root = {.cell_kind = {.trace = buffered_trace, .name = type_name}},                       \
        .new_instance = buffered_new,                                                              \
        .init = initialiser,                                                                       \
        .repr = buffered_repr,                                                                     \
        .next = step,                                                                              \
        .finalize = buffered_finalize,                                                             \
        .methods = table,                                                                          \
        .getset = buffered_getset,                                                                 \
    }
BUFFERED_TYPE(buffered_writer_type, "_io.BufferedWriter",
              "A stream of bytes to write, with a buffer over a raw stream.", writer_init, NULL,
              writer_methods);
BUFFERED_TYPE(buffered_reader_type, "_io.BufferedReader",
              "A stream of bytes to read, with a buffer over a raw stream.", reader_init,
              buffered_next, reader_methods);
BUFFERED_TYPE(buffered_random_type, "_io.BufferedRandom",
              "A stream of bytes to read and write, with a buffer over a raw stream that has "
              "positions.", random_init, buffered_next, random_methods);

/* --- BufferedRWPair ------------------------------------------------------------------------------------------------------------------ */

typedef struct Pair {
    IoBase base;
    Value reader, writer; /* atomic; empty before __init__ */
} Pair;

static void pair_trace(Cell *cell, Marker *marker) {
    marker_visit(marker, value_load_relaxed(&((Pair *)cell)->reader));
    marker_visit(marker, value_load_relaxed(&((Pair *)cell)->writer));
}

static Value pair_new(Type *type, Value *args, size_t count, Tuple *names) {
    Pair *self = object_alloc_instance(type, sizeof(Pair));
    return self ? object_value(self) : VALUE_ERROR;
}

static bool pair_init(Value self, Value *args, size_t count, Tuple *names) {
    static Signature *signature;
    Value slots[3];
    int64_t size = IO_DEFAULT_BUFFER_SIZE;
    if (!bind_arguments("BufferedRWPair", "(reader, writer, buffer_size=8192, /)", &signature, args,
                        count, names, slots) ||
        !argument_int64(slots[2], &size) ||
        !io_check_can(slots[0], "readable", "File or stream is not readable.") ||
        !io_check_can(slots[1], "writable", "File or stream is not writable."))
        return false;
    Value reader = buffered_new_reader(slots[0], size);
    Value writer = is_error(reader) ? reader : buffered_new_writer(slots[1], size);
    if (is_error(writer)) return false;
    io_set_wrapped(reader, true);
    io_set_wrapped(writer, true);
    heap_store_release(object_of(self), &OBJECT_AS(Pair, self)->reader, reader);
    heap_store_release(object_of(self), &OBJECT_AS(Pair, self)->writer, writer);
    return true;
}

static Value forward(Value target, const char *method, Value argument) {
    if (is_empty(target)) return raise_error(&ValueError, "I/O operation on uninitialized object");
    return is_empty(argument) ? call_method_0(target, method) : call_method_1(target, method, argument);
}
#define PAIR_FORWARD(name, part, argument)                                                         \
    static Value pair_##name(Value *args) {                                                        \
        return forward(value_load_acquire(&OBJECT_AS(Pair, args[0])->part), #name, argument);      \
    }
PAIR_FORWARD(read, reader, args[1])
PAIR_FORWARD(peek, reader, args[1])
PAIR_FORWARD(read1, reader, args[1])
PAIR_FORWARD(readinto, reader, args[1])
PAIR_FORWARD(readinto1, reader, args[1])
PAIR_FORWARD(write, writer, args[1])
PAIR_FORWARD(flush, writer, VALUE_EMPTY)
PAIR_FORWARD(readable, reader, VALUE_EMPTY)
PAIR_FORWARD(writable, writer, VALUE_EMPTY)

static Value pair_isatty(Value *args) {
    Pair *self = OBJECT_AS(Pair, args[0]);
    Value first = forward(value_load_acquire(&self->writer), "isatty", VALUE_EMPTY);
    if (is_error(first) || is_true(first)) return first;
    return forward(value_load_acquire(&self->reader), "isatty", VALUE_EMPTY);
}

static Value pair_close(Value *args) {
    Pair *self = OBJECT_AS(Pair, args[0]);
    Value first = forward(value_load_acquire(&self->writer), "close", VALUE_EMPTY);
    Value pending = is_error(first) ? error_fetch() : VALUE_EMPTY;
    Value second = forward(value_load_acquire(&self->reader), "close", VALUE_EMPTY);
    if (is_empty(pending)) return second;
    if (is_error(second)) {
        Value exception = error_fetch();
        if (is_empty(value_load_relaxed(&as_exception(exception)->context)))
            heap_store_release(object_of(exception), &as_exception(exception)->context, pending);
        error_restore(exception);
    } else {
        error_restore(pending);
    }
    return VALUE_ERROR;
}

static Value pair_closed(Value self) {
    Value writer = value_load_acquire(&OBJECT_AS(Pair, self)->writer);
    if (is_empty(writer))
        return raise_error(&RuntimeError, "the BufferedRWPair object is being garbage-collected");
    return get_attribute_c(writer, "closed");
}

static void pair_finalize(Value self) {
    if (!is_empty(value_load_acquire(&OBJECT_AS(Pair, self)->writer))) io_finalize(self);
}

static const MethodDef pair_methods[] = {
    METHOD("read", pair_read, "($self, size=-1, /)", "Read from the reader."),
    METHOD("peek", pair_peek, "($self, size=0, /)", "Bytes ahead in the reader."),
    METHOD("read1", pair_read1, "($self, size=-1, /)", "Read from the reader, once."),
    METHOD("readinto", pair_readinto, "($self, buffer, /)", "Read into a buffer."),
    METHOD("readinto1", pair_readinto1, "($self, buffer, /)", "Read into a buffer, once."),
    METHOD("write", pair_write, "($self, buffer, /)", "Write to the writer."),
    METHOD("flush", pair_flush, "($self, /)", "Flush the writer."),
    METHOD("readable", pair_readable, "($self, /)", "Whether the reader can be read."),
    METHOD("writable", pair_writable, "($self, /)", "Whether the writer can be written."),
    METHOD("close", pair_close, "($self, /)", "Close both."),
    METHOD("isatty", pair_isatty, "($self, /)", "Whether either is a terminal."),
    {0},
};
static const GetSetDef pair_getset[] = {
    {"closed", pair_closed, NULL, "whether the writer is closed"},
    {0},
};
Type buffered_pair_type = {
    .name = "_io.BufferedRWPair",
    .signature = "(reader, writer, buffer_size=DEFAULT_BUFFER_SIZE, /)",
    .doc = "A reader and a writer as one stream, such as the two ends of pipes.",
    .base = &buffered_io_base_type,
    .size = sizeof(Pair),
    .flags = TYPE_BASE | TYPE_HAS_DICT | TYPE_HAS_WEAKREF | TYPE_HAS_FINALIZER,
    .root = {.cell_kind = {.trace = pair_trace, .name = "_io.BufferedRWPair"}},
    .new_instance = pair_new,
    .init = pair_init,
    .finalize = pair_finalize,
    .methods = pair_methods,
    .getset = pair_getset,
};
