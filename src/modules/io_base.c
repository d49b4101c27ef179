/* io_base.c - the module _io: the base classes, as a program sees and extends them. */
#include "modules/io_internal.h"
#include "modules/sys.h"

#define EXIT_WAIT_NS INT64_C(20000000) /* for the lock of a stream, when the program ends */

/* --- shared helpers ---------------------------------------------------------------------------------- */

Value io_close_result(Value pending, Value result) {
    if (is_empty(pending)) return is_error(result) ? result : VALUE_NONE;
    if (is_error(result)) {
        Value second = error_fetch();
        if (is_empty(value_load_relaxed(&as_exception(second)->context)) && !same_value(second, pending))
            heap_store_release(object_of(second), &as_exception(second)->context, pending);
        error_restore(second);
    } else {
        error_restore(pending);
    }
    return VALUE_ERROR;
}

bool io_lock_enter_slow(IoLock *lock) {
    /* The program ends, and the holder may be a daemon thread that reads until something comes. */
    bool ending = unlikely(sys_is_finalizing()) && thread_self()->is_main;
    int got = mutex_acquire_python(&lock->mutex, ending ? time_deadline(EXIT_WAIT_NS) : WAIT_FOREVER);
    if (got == 0)
        raise_error(&RuntimeError, "could not acquire lock for a stream at interpreter shutdown, possibly due to "
                                   "daemon threads");
    return got > 0;
}

void io_lock_reset(IoLock *lock) {
    store_relaxed(&lock->owner, (uint64_t)0);
    lock->depth = 0;
    store_release(&lock->mutex.word, 0u);
}

static CellKind io_buffer_kind = {.name = "io buffer"};

IoBuffer *io_buffer_new(int64_t capacity) {
    IoBuffer *buffer = heap_alloc(sizeof(IoBuffer) + (size_t)capacity);
    if (!buffer) return NULL;
    buffer->capacity = capacity;
    cell_set_kind(buffer, &io_buffer_kind);
    return buffer;
}

static Value unsupported_type; /* a root, once made */

Type *io_unsupported(void) {
    if (!is_empty(unsupported_type)) return OBJECT_AS(Type, unsupported_type);
    Tuple *bases = tuple_pack(2, object_value(&OSError), object_value(&ValueError));
    Dict *namespace = dict_new();
    Str *module = str_intern_c("io");
    if (!bases || !namespace || !dict_set_c(namespace, "__module__", object_value(module))) return &OSError;
    Value made = type_new(&type_type, str_intern_c("UnsupportedOperation"), bases, namespace, NULL, 0,
                          NULL);
    if (is_error(made)) return &OSError;
    unsupported_type = made;
    module_root(&unsupported_type);
    return OBJECT_AS(Type, unsupported_type);
}

Value raise_unsupported(const char *message) { return raise_error(io_unsupported(), "%s", message); }

Value io_bytes(const void *data, int64_t length) {
    Bytes *bytes = bytes_from(data, (size_t)length);
    return bytes ? object_value(bytes) : VALUE_ERROR;
}

Value io_refuse_pickle(Value *args) {
    return raise_error(&TypeError, "cannot pickle '%s' object", type_of(args[0])->name);
}

bool io_size_argument(Value v, int64_t *size) {
    *size = -1;
    if (is_empty(v) || is_none(v)) return true;
    if (is_smallint(v)) {
        *size = smallint_of(v);
        return true;
    }
    if (!has_index(v)) {
        raise_error(&TypeError, "argument should be integer or None, not '%T'", v);
        return false;
    }
    return argument_int64(v, size);
}

bool io_offset_argument(Value v, int64_t *offset) {
    Value index = value_index(v);
    if (is_error(index)) return false;
    if (int_to_int64(index, offset)) return true;
    raise_error(&OverflowError, "cannot fit '%T' into an offset-sized integer", v);
    return false;
}

int io_is_closed(Value self) {
    Value closed = get_attribute(self, NAME("closed"));
    if (is_error(closed)) return -1;
    return is_bool(closed) ? is_true(closed) : value_truth(closed);
}

bool io_check_closed(Value self, const char *message) {
    int closed = io_is_closed(self);
    if (closed > 0) raise_error(&ValueError, "%s", message);
    return closed == 0;
}

bool io_check_can(Value self, const char *method, const char *message) {
    Value answer = call_method_0(self, method);
    if (is_error(answer)) return false;
    if (is_true(answer)) return true;
    raise_unsupported(message);
    return false;
}

void io_set_wrapped(Value object, bool wrapped) {
    if (is_instance_of(object, &io_base_type))
        store_relaxed(&OBJECT_AS(IoBase, object)->wrapped, (uint8_t)wrapped);
}

/* --- _IOBase ------------------------------------------------------------------------------------------- */

static IoBase *as_base(Value v) { return OBJECT_AS(IoBase, v); }

static Value base_new(Type *type, Value *args, size_t count, Tuple *names) {
    IoBase *self = object_alloc_instance(type, sizeof(IoBase));
    return self ? object_value(self) : VALUE_ERROR;
}

static bool base_init(Value self, Value *args, size_t count, Tuple *names) { return true; }

static Value base_seek(Value *args) { return raise_unsupported("seek"); }

static Value base_tell(Value *args) {
    return call_method_2(args[0], "seek", smallint_value(0), smallint_value(1));
}

static Value base_truncate(Value *args) { return raise_unsupported("truncate"); }

static Value base_flush(Value *args) {
    if (load_relaxed(&as_base(args[0])->closed))
        return raise_error(&ValueError, "I/O operation on closed file.");
    return VALUE_NONE;
}

Value io_base_close(Value self) {
    IoBase *base = as_base(self);
    if (load_relaxed(&base->closed)) return VALUE_NONE;
    Value result = call_method_0(self, "flush");
    store_relaxed(&base->closed, (uint8_t)1);
    return is_error(result) ? result : VALUE_NONE;
}

static Value base_close(Value *args) { return io_base_close(args[0]); }

static Value base_false(Value *args) { return VALUE_FALSE; }

static Value base_isatty(Value *args) {
    return io_check_closed(args[0], "I/O operation on closed file.") ? VALUE_FALSE : VALUE_ERROR;
}

static Value base_fileno(Value *args) { return raise_unsupported("fileno"); }

static Value base_check_closed(Value *args) {
    return io_check_closed(args[0], "I/O operation on closed file.") ? VALUE_NONE : VALUE_ERROR;
}

static Value base_check_seekable(Value *args) {
    return io_check_can(args[0], "seekable", "File or stream is not seekable.") ? VALUE_TRUE
                                                                               : VALUE_ERROR;
}

static Value base_check_readable(Value *args) {
    return io_check_can(args[0], "readable", "File or stream is not readable.") ? VALUE_TRUE
                                                                               : VALUE_ERROR;
}

static Value base_check_writable(Value *args) {
    return io_check_can(args[0], "writable", "File or stream is not writable.") ? VALUE_TRUE
                                                                               : VALUE_ERROR;
}

static Value base_enter(Value *args) {
    return io_check_closed(args[0], "I/O operation on closed file.") ? args[0] : VALUE_ERROR;
}

static Value base_exit(Value *args) { return call_method_0(args[0], "close"); }

static Value base_get_closed(Value self) { return bool_value(load_relaxed(&as_base(self)->closed)); }

static Value base_iter(Value self) {
    return io_check_closed(self, "I/O operation on closed file.") ? self : VALUE_ERROR;
}

static Value base_next(Value self) {
    Value line = call_method_0(self, "readline");
    if (is_error(line)) return line;
    int64_t length = value_length(line);
    if (length < 0) return VALUE_ERROR;
    return length == 0 ? VALUE_EMPTY : line;
}

/* How many bytes readline() may take next: up to a newline that peek() shows, or one. */
static int64_t readline_step(Value self, Value peek, int64_t limit, int64_t have) {
    if (is_empty(peek)) return 1;
    Value ahead = call_1(peek, smallint_value(1));
    if (is_error(ahead)) return -1;
    if (!is_bytes(ahead)) {
        raise_error(&OSError, "peek() should have returned a bytes object, not '%T'", ahead);
        return -1;
    }
    int64_t size = as_bytes(ahead)->length;
    if (size == 0) return 1;
    if (limit >= 0) size = min_int64(size, limit - have);
    const uint8_t *newline = memchr(as_bytes(ahead)->data, '\n', (size_t)size);
    return newline ? newline - as_bytes(ahead)->data + 1 : size;
}

static Value base_readline(Value *args) {
    Value self = args[0], peek = get_attribute_optional(self, NAME("peek"));
    int64_t limit, capacity = 128, length = 0;
    if (is_error(peek) || !io_size_argument(args[1], &limit)) return VALUE_ERROR;
    IoBuffer *buffer = io_buffer_new(capacity);
    while (buffer && (limit < 0 || length < limit)) {
        int64_t step = readline_step(self, peek, limit, length);
        if (step < 0) return VALUE_ERROR;
        Value got = call_method_1(self, "read", int_value(step));
        if (is_error(got)) return got;
        if (!is_bytes(got))
            return raise_error(&OSError, "read() should have returned a bytes object, not '%T'", got);
        int64_t size = as_bytes(got)->length;
        if (size == 0) break;
        if (length + size > capacity) {
            capacity = (length + size) * 2;
            IoBuffer *larger = io_buffer_new(capacity);
            if (!larger) return VALUE_ERROR;
            memcpy(larger->data, buffer->data, (size_t)length);
            buffer = larger;
        }
        memcpy(buffer->data + length, as_bytes(got)->data, (size_t)size);
        length += size;
        if (buffer->data[length - 1] == '\n') break;
    }
    return buffer ? io_bytes(buffer->data, length) : VALUE_ERROR;
}

static Value base_readlines(Value *args) {
    int64_t hint, total = 0;
    if (!io_size_argument(args[1], &hint)) return VALUE_ERROR;
    List *lines = list_new(0);
    Value iterator = get_iter(args[0]);
    if (!lines || is_error(iterator)) return VALUE_ERROR;
    for (;;) {
        Value line = iter_next(iterator);
        if (is_error(line)) return line;
        if (is_empty(line)) break;
        if (!list_append(lines, line)) return VALUE_ERROR;
        int64_t length = value_length(line);
        if (length < 0) return VALUE_ERROR;
        total += length;
        if (hint > 0 && total >= hint) break;
    }
    return object_value(lines);
}

static Value base_writelines(Value *args) {
    Value self = args[0];
    if (!io_check_closed(self, "I/O operation on closed file.")) return VALUE_ERROR;
    Value iterator = get_iter(args[1]);
    if (is_error(iterator)) return iterator;
    for (;;) {
        Value line = iter_next(iterator);
        if (is_error(line)) return line;
        if (is_empty(line)) return VALUE_NONE;
        if (is_error(call_method_1(self, "write", line))) return VALUE_ERROR;
    }
}

/* Closes what was not closed. Exceptions cannot be raised from here. */
void io_finalize(Value self) {
    IoBase *base = as_base(self);
    if (load_relaxed(&base->wrapped)) return;
    int closed = io_is_closed(self);
    if (closed < 0) error_clear();
    if (closed != 0) return;
    store_relaxed(&base->finalizing, (uint8_t)1);
    if (is_error(call_method_0(self, "close"))) error_clear();
}

static const MethodDef base_methods[] = {
    METHOD("seek", base_seek, "($self, offset, whence=os.SEEK_SET, /)",
           "Change the position in the stream; returns the new one."),
    METHOD("tell", base_tell, "($self, /)", "The position in the stream."),
    METHOD("truncate", base_truncate, "($self, pos=None, /)", "Cut the file at a position."),
    METHOD("flush", base_flush, "($self, /)", "Write what is buffered."),
    METHOD("close", base_close, "($self, /)", "Flush and close the stream."),
    METHOD("seekable", base_false, "($self, /)", "Whether seek() is possible."),
    METHOD("readable", base_false, "($self, /)", "Whether it was opened for reading."),
    METHOD("writable", base_false, "($self, /)", "Whether it was opened for writing."),
    METHOD("_checkClosed", base_check_closed, "($self, msg=None, /)", NULL),
    METHOD("_checkSeekable", base_check_seekable, "($self, msg=None, /)", NULL),
    METHOD("_checkReadable", base_check_readable, "($self, msg=None, /)", NULL),
    METHOD("_checkWritable", base_check_writable, "($self, msg=None, /)", NULL),
    METHOD("fileno", base_fileno, "($self, /)", "The file descriptor below, if there is one."),
    METHOD("isatty", base_isatty, "($self, /)", "Whether the stream is a terminal."),
    METHOD("__enter__", base_enter, "($self, /)", "The stream."),
    METHOD("__exit__", base_exit, "($self, /, *args)", "Close the stream."),
    METHOD("readline", base_readline, "($self, size=-1, /)", "Read a line, of at most size bytes."),
    METHOD("readlines", base_readlines, "($self, hint=-1, /)",
           "Read lines until they have hint bytes together."),
    METHOD("writelines", base_writelines, "($self, lines, /)",
           "Write lines; nothing is put between them."),
    {0},
};
static const GetSetDef base_getset[] = {
    {"closed", base_get_closed, NULL, "whether the stream is closed"},
    {0},
};
Type io_base_type = {
    .name = "_io._IOBase",
    .doc = "The base of all streams.",
    .base = &object_type_object,
    .size = sizeof(IoBase),
    .flags = TYPE_BASE | TYPE_HAS_DICT | TYPE_HAS_WEAKREF | TYPE_HAS_FINALIZER,
    .new_instance = base_new,
    .init = base_init,
    .iter = base_iter,
    .next = base_next,
    .finalize = io_finalize,
    .methods = base_methods,
    .getset = base_getset,
};

/* --- _RawIOBase ------------------------------------------------------------------------------------------ */

static Value raw_read(Value *args) {
    int64_t size;
    if (!io_size_argument(args[1], &size)) return VALUE_ERROR;
    if (size < 0) return call_method_0(args[0], "readall");
    Bytes *zeros = bytes_new(size);
    Value array = zeros ? bytearray_from(zeros->data, (size_t)size) : VALUE_ERROR;
    if (is_error(array)) return array;
    Value count = call_method_1(args[0], "readinto", array);
    if (is_error(count) || is_none(count)) return count;
    int64_t got = 0;
    BufferView view;
    if (!argument_int64(count, &got) || !buffer_get(array, &view, BUFFER_SIMPLE)) return VALUE_ERROR;
    Value result = got < 0 || got > view.length
                       ? raise_error(&ValueError, "readinto returned %lld outside buffer size %lld",
                                     (long long)got, (long long)view.length)
                       : io_bytes(view.data, got);
    buffer_release(&view);
    return result;
}

static Value raw_readall(Value *args) {
    List *chunks = list_new(0);
    if (!chunks) return VALUE_ERROR;
    for (;;) {
        Value chunk = call_method_1(args[0], "read", smallint_value(IO_DEFAULT_BUFFER_SIZE));
        if (is_error(chunk)) return chunk;
        if (is_none(chunk) && list_length(chunks) == 0) return chunk;
        if (is_none(chunk)) break;
        if (!is_bytes(chunk)) return raise_error(&TypeError, "read() should return bytes");
        if (as_bytes(chunk)->length == 0) break;
        if (!list_append(chunks, chunk)) return VALUE_ERROR;
    }
    return call_method_1(io_bytes("", 0), "join", object_value(chunks));
}

static Value raw_not_implemented(Value *args) {
    return raise_value(object_value(&NotImplementedError));
}

static const MethodDef raw_methods[] = {
    METHOD("read", raw_read, "($self, size=-1, /)", "Read at most size bytes, by readinto()."),
    METHOD("readall", raw_readall, "($self, /)", "Read to the end."),
    METHOD("readinto", raw_not_implemented, "($self, buffer, /)", NULL),
    METHOD("write", raw_not_implemented, "($self, b, /)", NULL),
    {0},
};
Type raw_io_base_type = {
    .name = "_io._RawIOBase",
    .doc = "The base of streams of bytes without a buffer.",
    .base = &io_base_type,
    .size = sizeof(IoBase),
    .flags = TYPE_BASE | TYPE_HAS_DICT | TYPE_HAS_WEAKREF | TYPE_HAS_FINALIZER,
    .methods = raw_methods,
};

/* --- _BufferedIOBase --------------------------------------------------------------------------------------- */

static Value buffered_detach(Value *args) { return raise_unsupported("detach"); }
static Value buffered_read(Value *args) { return raise_unsupported("read"); }
static Value buffered_read1(Value *args) { return raise_unsupported("read1"); }
static Value buffered_write(Value *args) { return raise_unsupported("write"); }

static Value read_into_by(Value self, Value target, const char *method) {
    BufferView view;
    if (!argument_writable(target, "readinto() argument", &view)) return VALUE_ERROR;
    Value data = call_method_1(self, method, int_value(view.length));
    Value result = data;
    if (!is_error(data) && !is_bytes(data)) {
        result = raise_error(&TypeError, "read() should return bytes");
    } else if (!is_error(data)) {
        int64_t length = as_bytes(data)->length;
        if (length > view.length) {
            result = raise_error(&ValueError, "read() returned too much data: %lld bytes requested, "
                                 "%lld returned", (long long)view.length, (long long)length);
        } else {
            memcpy(view.data, as_bytes(data)->data, (size_t)length);
            result = int_value(length);
        }
    }
    buffer_release(&view);
    return result;
}

static Value buffered_readinto(Value *args) { return read_into_by(args[0], args[1], "read"); }
static Value buffered_readinto1(Value *args) { return read_into_by(args[0], args[1], "read1"); }

static const MethodDef buffered_methods[] = {
    METHOD("detach", buffered_detach, "($self, /)", "Separate the raw stream and return it."),
    METHOD("read", buffered_read, "($self, size=-1, /)", "Read size bytes, or to the end."),
    METHOD("read1", buffered_read1, "($self, size=-1, /)",
           "Read at most size bytes with at most one call of the raw stream."),
    METHOD("readinto", buffered_readinto, "($self, buffer, /)", "Read into a buffer."),
    METHOD("readinto1", buffered_readinto1, "($self, buffer, /)",
           "Read into a buffer with at most one call of the raw stream."),
    METHOD("write", buffered_write, "($self, b, /)", "Write bytes."),
    {0},
};
Type buffered_io_base_type = {
    .name = "_io._BufferedIOBase",
    .doc = "The base of streams of bytes with a buffer.",
    .base = &io_base_type,
    .size = sizeof(IoBase),
    .flags = TYPE_BASE | TYPE_HAS_DICT | TYPE_HAS_WEAKREF | TYPE_HAS_FINALIZER,
    .methods = buffered_methods,
};

/* --- _TextIOBase ---------------------------------------------------------------------------------------------- */

static Value text_readline(Value *args) { return raise_unsupported("readline"); }
static Value text_none(Value self) { return VALUE_NONE; }

static const MethodDef text_methods[] = {
    METHOD("detach", buffered_detach, "($self, /)", "Separate the buffer and return it."),
    METHOD("read", buffered_read, "($self, size=-1, /)", "Read size characters, or to the end."),
    METHOD("readline", text_readline, "($self, size=-1, /)", "Read a line."),
    METHOD("write", buffered_write, "($self, s, /)", "Write text; returns its length."),
    {0},
};
static const GetSetDef text_getset[] = {
    {"encoding", text_none, NULL, "the encoding of the stream"},
    {"newlines", text_none, NULL, "the line ends met so far"},
    {"errors", text_none, NULL, "what is done about errors of coding"},
    {0},
};
Type text_io_base_type = {
    .name = "_io._TextIOBase",
    .doc = "The base of streams of text.",
    .base = &io_base_type,
    .size = sizeof(IoBase),
    .flags = TYPE_BASE | TYPE_HAS_DICT | TYPE_HAS_WEAKREF | TYPE_HAS_FINALIZER,
    .methods = text_methods,
    .getset = text_getset,
};
