/* io_string.c - the module _io: StringIO, a stream of text in memory.
 *
 * The characters lie in one array, a byte each until one comes that needs more, then four. All
 * fields are guarded by the object's lock; the array is a heap cell that is replaced when it grows. */
#include "modules/io_internal.h"

typedef struct StringIo {
    IoBase base;
    IoBuffer *buffer; /* atomic; NULL: empty */
    int64_t position, size; /* in characters */
    uint8_t width;          /* bytes of a character: 1 or 4 */
    bool is_closed, ready;
    bool decodes;           /* line ends are noted, and translated if the state says so */
    const char *newline;    /* NULL for None */
    NewlineState newlines;
} StringIo;
static StringIo *as_string_io(Value v) { return OBJECT_AS(StringIo, v); }

static void string_io_trace(Cell *cell, Marker *marker) {
    marker_visit_pointer(marker, load_relaxed(&((StringIo *)cell)->buffer));
}

static bool enter(StringIo *self) {
    object_lock(self);
    if (self->ready && !self->is_closed) return true;
    bool ready = self->ready;
    object_unlock(self);
    raise_error(&ValueError, ready ? "I/O operation on closed file"
                                   : "I/O operation on uninitialized object");
    return false;
}

static int64_t capacity_of(StringIo *self) {
    return self->buffer ? self->buffer->capacity / self->width : 0;
}

static uint32_t *wide(StringIo *self) { return (uint32_t *)(void *)self->buffer->data; }

/* Makes room for `size` characters of `width` bytes; locked. */
static bool reserve(StringIo *self, int64_t size, uint8_t width) {
    if (width < self->width) width = self->width;
    int64_t capacity = capacity_of(self);
    if (width == self->width && size <= capacity) return true;
    if (size > capacity) capacity = max_int64(size, capacity + capacity / 2 + 32);
    IoBuffer *larger = io_buffer_new(capacity * width);
    if (!larger) return false;
    if (self->buffer && width == self->width) {
        memcpy(larger->data, self->buffer->data, (size_t)(self->size * width));
    } else if (self->buffer) {
        uint32_t *out = (uint32_t *)(void *)larger->data;
        for (int64_t i = 0; i < self->size; i++) out[i] = self->buffer->data[i];
    }
    self->width = width;
    HEAP_STORE_POINTER(self, &self->buffer, larger);
    return true;
}

static void fill(StringIo *self, int64_t at, Str *text) {
    if (self->width == 1) {
        memcpy(self->buffer->data + at, text->data, (size_t)text->length);
        return;
    }
    uint32_t *out = wide(self) + at;
    for (int64_t i = 0; i < text->length; i++) out[i] = str_at(text, i);
}

/* What is stored for a text written; locked. */
static Str *translate(StringIo *self, Str *text) {
    if (self->decodes) text = newline_process(&self->newlines, text, true);
    if (!text || !self->newline || !*self->newline || !strcmp(self->newline, "\n")) return text;
    StrBuilder out;
    int64_t from = 0;
    builder_init(&out);
    for (int64_t i = 0; i < text->length; i++) {
        if (str_at(text, i) != '\n') continue;
        if (!builder_add_range(&out, text, from, i) || !builder_add_c(&out, self->newline)) return NULL;
        from = i + 1;
    }
    if (from == 0) return text;
    return builder_add_range(&out, text, from, text->length) ? builder_finish(&out) : NULL;
}

/* Writes at the position; locked. */
static bool put(StringIo *self, Str *text) {
    text = translate(self, text);
    if (!text) return false;
    if (text->length == 0) return true;
    int64_t end;
    if (__builtin_add_overflow(self->position, text->length, &end)) {
        raise_error(&OverflowError, "new position too large");
        return false;
    }
    if (!reserve(self, end, str_kind(text) == 1 ? 1 : 4)) return false;
    if (self->position > self->size)
        memset(self->buffer->data + self->size * self->width, 0,
               (size_t)((self->position - self->size) * self->width));
    fill(self, self->position, text);
    self->position = end;
    if (end > self->size) self->size = end;
    return true;
}

/* The characters start..end; locked. */
static Str *copy(StringIo *self, int64_t start, int64_t end) {
    if (end <= start) return str_empty();
    if (self->width == 1) return str_from_latin1(self->buffer->data + start, (size_t)(end - start));
    return str_from_code_points(wide(self) + start, (size_t)(end - start));
}

static Value string_io_new(Type *type, Value *args, size_t count, Tuple *names) {
    StringIo *self = object_alloc_instance(type, sizeof(StringIo));
    if (!self) return VALUE_ERROR;
    self->width = 1;
    return object_value(self);
}

static void set_newline(StringIo *self, const char *newline) {
    self->newline = newline;
    self->decodes = !newline || !*newline;
    self->newlines = (NewlineState){.translate = !newline};
}

/* `stored`: the initial text is as it was stored once, and not translated again. */
static bool set_up(StringIo *self, const char *newline, Str *initial, bool stored, int64_t position) {
    object_lock(self);
    self->ready = true;
    self->is_closed = false;
    self->position = self->size = 0;
    set_newline(self, stored ? "\n" : newline);
    bool ok = !initial || put(self, initial);
    self->position = position;
    if (stored) set_newline(self, newline);
    object_unlock(self);
    return ok;
}

static bool newline_of(Value v, const char **newline) {
    if (!is_none(v) && !is_str(v)) {
        raise_error(&TypeError, "newline must be str or None, not %T", v);
        return false;
    }
    return newline_argument(v, newline, "StringIO()");
}

static bool string_io_init(Value self, Value *args, size_t count, Tuple *names) {
    static Signature *signature;
    Value slots[2];
    const char *newline = "\n";
    if (!bind_arguments("StringIO", "(initial_value='', newline='\\n')", &signature, args, count,
                        names, slots))
        return false;
    if (!is_empty(slots[1]) && !newline_of(slots[1], &newline)) return false;
    Str *initial = NULL;
    if (!is_empty(slots[0]) && !is_none(slots[0])) {
        if (!is_str(slots[0])) {
            raise_error(&TypeError, "initial_value must be str or None, not %T", slots[0]);
            return false;
        }
        initial = as_str(slots[0]);
    }
    return set_up(as_string_io(self), newline, initial, false, 0);
}

static Value string_io_write(Value *args) {
    StringIo *self = as_string_io(args[0]);
    if (!is_str(args[1]))
        return raise_error(&TypeError, "string argument expected, got '%T'", args[1]);
    if (!enter(self)) return VALUE_ERROR;
    bool ok = put(self, as_str(args[1]));
    object_unlock(self);
    return ok ? int_value(as_str(args[1])->length) : VALUE_ERROR;
}

/* Takes characters from the position up to `end`; locked, unlocks. */
static Value take_to(StringIo *self, int64_t end) {
    end = min_int64(end, self->size);
    Str *text = copy(self, self->position, end);
    if (text && end > self->position) self->position = end;
    object_unlock(self);
    return text ? object_value(text) : VALUE_ERROR;
}

static Value string_io_read(Value *args) {
    StringIo *self = as_string_io(args[0]);
    int64_t size;
    if (!io_size_argument(args[1], &size) || !enter(self)) return VALUE_ERROR;
    int64_t left = max_int64(self->size - self->position, 0);
    return take_to(self, self->position + (size < 0 ? left : min_int64(size, left)));
}

static Value next_line(StringIo *self, int64_t limit) {
    if (!enter(self)) return VALUE_ERROR;
    if (self->position >= self->size) return take_to(self, self->position);
    LineEnd mode = !self->newline ? LINE_END_LF : newline_line_end(self->newline);
    int64_t end = line_end_find(self->buffer->data, self->width, self->position, self->size, mode);
    if (end < 0) end = self->size;
    if (limit >= 0 && end - self->position > limit) end = self->position + limit;
    return take_to(self, end);
}

static Value string_io_readline(Value *args) {
    int64_t limit;
    if (!io_size_argument(args[1], &limit)) return VALUE_ERROR;
    return next_line(as_string_io(args[0]), limit);
}

static Value string_io_next(Value self) {
    Value line;
    if (is_exactly(self, &string_io_type)) {
        line = next_line(as_string_io(self), -1);
    } else {
        line = call_method_0(self, "readline");
        if (!is_error(line) && !is_str(line))
            return raise_error(&OSError, "readline() should have returned a str object, not '%T'", line);
    }
    return !is_error(line) && as_str(line)->length == 0 ? VALUE_EMPTY : line;
}

/* All text, and what else its state consists of at that moment. */
static Value contents(StringIo *self, int64_t *position, const char **newline) {
    if (!enter(self)) return VALUE_ERROR;
    Str *text = copy(self, 0, self->size);
    *position = self->position;
    *newline = self->newline;
    object_unlock(self);
    return text ? object_value(text) : VALUE_ERROR;
}

static Value string_io_getvalue(Value *args) {
    int64_t position;
    const char *newline;
    return contents(as_string_io(args[0]), &position, &newline);
}

static Value string_io_tell(Value *args) {
    StringIo *self = as_string_io(args[0]);
    if (!enter(self)) return VALUE_ERROR;
    int64_t position = self->position;
    object_unlock(self);
    return int_value(position);
}

static Value string_io_seek(Value *args) {
    StringIo *self = as_string_io(args[0]);
    int64_t offset;
    int whence = 0;
    if (!io_offset_argument(args[1], &offset) || !argument_int(args[2], &whence) || !enter(self))
        return VALUE_ERROR;
    int64_t position = whence == 0 ? offset : whence == 1 ? self->position : self->size;
    bool ok = whence >= 0 && whence <= 2 && !(whence == 0 && offset < 0) && !(whence > 0 && offset != 0);
    if (ok) self->position = position;
    object_unlock(self);
    if (ok) return int_value(position);
    if (whence < 0 || whence > 2)
        return raise_error(&ValueError, "Invalid whence (%d, should be 0, 1 or 2)", whence);
    if (whence == 0)
        return raise_error(&ValueError, "Negative seek position %lld", (long long)offset);
    return raise_error(&OSError, "Can't do nonzero cur-relative seeks");
}

static Value string_io_truncate(Value *args) {
    StringIo *self = as_string_io(args[0]);
    int64_t size;
    if (!io_size_argument(args[1], &size) || !enter(self)) return VALUE_ERROR;
    if (is_empty(args[1]) || is_none(args[1])) size = self->position;
    if (size >= 0 && size < self->size) self->size = size;
    object_unlock(self);
    if (size < 0) return raise_error(&ValueError, "Negative size value %lld", (long long)size);
    return int_value(size);
}

static Value string_io_close(Value *args) {
    StringIo *self = as_string_io(args[0]);
    object_lock(self);
    self->is_closed = true;
    self->ready = true;
    self->size = self->position = 0;
    self->width = 1;
    HEAP_STORE_POINTER(self, &self->buffer, (IoBuffer *)NULL);
    object_unlock(self);
    return VALUE_NONE;
}

static Value string_io_true(Value *args) {
    if (!enter(as_string_io(args[0]))) return VALUE_ERROR;
    object_unlock(as_string_io(args[0]));
    return VALUE_TRUE;
}

static Value string_io_closed(Value self) {
    StringIo *io = as_string_io(self);
    object_lock(io);
    bool ready = io->ready, closed = io->is_closed;
    object_unlock(io);
    return ready ? bool_value(closed) : raise_error(&ValueError, "I/O operation on uninitialized object");
}

static Value string_io_line_buffering(Value self) {
    return is_error(string_io_true(&self)) ? VALUE_ERROR : VALUE_FALSE;
}

static Value string_io_newlines(Value self) {
    StringIo *io = as_string_io(self);
    if (!enter(io)) return VALUE_ERROR;
    unsigned seen = io->newlines.seen;
    object_unlock(io);
    return newline_seen_value(seen);
}

static Value string_io_getstate(Value *args) {
    int64_t position;
    const char *newline_text;
    Value value = contents(as_string_io(args[0]), &position, &newline_text), newline = VALUE_NONE;
    if (is_error(value)) return value;
    if (newline_text) {
        Str *text = str_from_c(newline_text);
        if (!text) return VALUE_ERROR;
        newline = object_value(text);
    }
    Value dict = get_attribute_optional(args[0], NAME("__dict__"));
    if (is_error(dict)) return dict;
    if (is_dict(dict)) {
        Dict *copied = dict_copy(as_dict(dict));
        if (!copied) return VALUE_ERROR;
        dict = object_value(copied);
    } else {
        dict = VALUE_NONE;
    }
    Tuple *state = tuple_pack(4, value, newline, int_value(position), dict);
    return state ? object_value(state) : VALUE_ERROR;
}

static Value string_io_setstate(Value *args) {
    int64_t position = 0;
    const char *newline;
    StringIo *self = as_string_io(args[0]);
    object_lock(self);
    bool closed = self->is_closed;
    object_unlock(self);
    if (closed) return raise_error(&ValueError, "__setstate__ on closed file");
    if (!is_tuple(args[1]) || as_tuple(args[1])->length < 4)
        return raise_error(&TypeError, "%T.__setstate__ argument should be 4-tuple, got %T", args[0],
                           args[1]);
    Value *items = as_tuple(args[1])->items;
    if (!is_str(items[0]) && !is_none(items[0]))
        return raise_error(&TypeError, "initial_value must be str or None, not %T", items[0]);
    if (!newline_of(items[1], &newline)) return VALUE_ERROR;
    if (!is_int(items[2]))
        return raise_error(&TypeError, "third item of state must be an integer, got %T", items[2]);
    if (!argument_int64(items[2], &position)) return VALUE_ERROR;
    if (position < 0) return raise_error(&ValueError, "position value cannot be negative");
    if (!set_up(self, newline, is_str(items[0]) ? as_str(items[0]) : NULL, true, position)) return VALUE_ERROR;
    if (is_none(items[3])) return VALUE_NONE;
    if (!is_dict(items[3]))
        return raise_error(&TypeError, "fourth item of state should be a dict, got a %T", items[3]);
    Value dict = get_attribute(args[0], NAME("__dict__"));
    if (is_error(dict) || !dict_merge(as_dict(dict), items[3], true)) return VALUE_ERROR;
    return VALUE_NONE;
}

static const MethodDef string_io_methods[] = {
    METHOD("close", string_io_close, "($self, /)", "Close it and drop its text."),
    METHOD("getvalue", string_io_getvalue, "($self, /)", "All text."),
    METHOD("read", string_io_read, "($self, size=-1, /)", "Read size characters, or to the end."),
    METHOD("readline", string_io_readline, "($self, size=-1, /)", "Read a line."),
    METHOD("tell", string_io_tell, "($self, /)", "The position."),
    METHOD("truncate", string_io_truncate, "($self, pos=None, /)", "Cut at a position."),
    METHOD("seek", string_io_seek, "($self, pos, whence=0, /)", "Change the position; returns it."),
    METHOD("write", string_io_write, "($self, s, /)", "Write text; returns its length."),
    METHOD("seekable", string_io_true, "($self, /)", "True: it has positions."),
    METHOD("readable", string_io_true, "($self, /)", "True: it can be read."),
    METHOD("writable", string_io_true, "($self, /)", "True: it can be written."),
    METHOD("__getstate__", string_io_getstate, "($self, /)", NULL),
    METHOD("__setstate__", string_io_setstate, "($self, state, /)", NULL),
    {0},
};
static const GetSetDef string_io_getset[] = {
    {"closed", string_io_closed, NULL, "whether the stream is closed"},
    {"newlines", string_io_newlines, NULL, "the line ends met so far"},
    {"line_buffering", string_io_line_buffering, NULL, "False"},
    {0},
};
Type string_io_type = {
    .name = "_io.StringIO",
    .signature = "(initial_value='', newline='\\n')",
    .doc = "A stream of text in memory.",
    .base = &text_io_base_type,
    .size = sizeof(StringIo),
    .flags = TYPE_BASE | TYPE_HAS_DICT | TYPE_HAS_WEAKREF,
    .root = {.cell_kind = {.trace = string_io_trace, .name = "_io.StringIO"}},
    .new_instance = string_io_new,
    .init = string_io_init,
    .next = string_io_next,
    .methods = string_io_methods,
    .getset = string_io_getset,
};
