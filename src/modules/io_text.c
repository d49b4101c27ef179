/* io_text.c - the module _io: TextIOWrapper. Theory in io_text_internal.h. */
#include "modules/io_text_internal.h"

#include <unistd.h>
#include "types/codec.h"

static void text_trace(Cell *cell, Marker *marker) {
    TextIo *self = (TextIo *)cell;
    marker_visit(marker, value_load_relaxed(&self->buffer));
    marker_visit(marker, value_load_relaxed(&self->encoding));
    marker_visit(marker, value_load_relaxed(&self->errors));
    marker_visit(marker, value_load_relaxed(&self->encoder));
    marker_visit(marker, value_load_relaxed(&self->decoder));
    marker_visit(marker, value_load_relaxed(&self->snapshot_flags));
    marker_visit_pointer(marker, load_relaxed(&self->decoded));
    marker_visit_pointer(marker, load_relaxed(&self->pending));
    marker_visit_pointer(marker, load_relaxed(&self->snapshot));
}

/* --- entering ------------------------------------------------------------------------------------------ */

static bool check_ready(TextIo *self) {
    if (likely(load_acquire(&self->ready))) return true;
    raise_error(&ValueError, load_relaxed(&self->detached) ? "underlying buffer has been detached"
                                                           : "I/O operation on uninitialized object");
    return false;
}

/* For what needs no buffer. */
static bool check_made(TextIo *self) { return load_relaxed(&self->detached) || check_ready(self); }

bool text_enter(TextIo *self) {
    if (!check_ready(self) || !io_lock_enter(&self->lock)) return false;
    if (likely(load_relaxed(&self->ready))) return true;
    io_lock_leave(&self->lock);
    return check_ready(self);
}

static Value buffer_of(TextIo *self) { return value_load_acquire(&self->buffer); }

static int is_closed(TextIo *self) {
    Value buffer = buffer_of(self);
    if (is_exact_buffered_writer(buffer) || is_exact_buffered_reader(buffer))
        return buffered_is_closed(buffer);
    return io_is_closed(buffer);
}

bool text_check_open(TextIo *self) {
    int closed = is_closed(self);
    if (closed > 0) raise_error(&ValueError, "I/O operation on closed file.");
    return closed == 0;
}

static bool enter_open(TextIo *self) {
    if (!text_enter(self)) return false;
    if (text_check_open(self)) return true;
    text_leave(self);
    return false;
}

/* --- making ---------------------------------------------------------------------------------------------- */

static Value text_new(Type *type, Value *args, size_t count, Tuple *names) {
    TextIo *self = object_alloc_instance(type, sizeof(TextIo));
    if (!self) return VALUE_ERROR;
    store_relaxed(&self->chunk_size, (int64_t)IO_DEFAULT_BUFFER_SIZE);
    return object_value(self);
}

static void set_newline(TextIo *self, const char *newline) {
    self->newline = newline;
    store_relaxed(&self->universal, (uint8_t)(!newline || !*newline));
    self->newlines.translate = !newline;
    self->newlines.pending_cr = false;
    store_relaxed(&self->newlines.seen, (uint8_t)0);
    self->line_end = newline_line_end(newline);
    self->write_newline = newline && newline[0] == '\r' ? newline : NULL;
}

static int ask(Value object, const char *method) {
    Value answer = call_method_0(object, method);
    return is_error(answer) ? -1 : value_truth(answer);
}

/* Tells the encoder that it is not at the start of the stream, where that is so. */
static bool place_encoder(TextIo *self) {
    if (!self->seekable || is_empty(self->encoder)) return true;
    Value position = call_method_0(self->buffer, "tell");
    if (is_error(position)) return false;
    int at_start = value_equal(position, smallint_value(0));
    return at_start >= 0 && (at_start || text_encoder_restart(self, false));
}

static bool set_up_locked(TextIo *self, Value buffer, Value encoding, Value errors, const char *newline) {
    set_newline(self, newline);
    if (!text_set_codec(self, encoding, errors)) return false;
    heap_store_release(self, &self->buffer, buffer);
    text_forget_decoded(self);
    text_forget_snapshot(self);
    self->pending_count = 0;
    return place_encoder(self) &&
           !(runtime.dev_mode && is_error(codec_lookup_error(str_display(as_str(errors)))));
}

static bool set_up(TextIo *self, Value buffer, Value encoding, Value errors, const char *newline,
                   bool line_buffering, bool write_through) {
    store_release(&self->ready, (uint8_t)0);
    store_relaxed(&self->detached, (uint8_t)0);
    int seekable = ask(buffer, "seekable");
    int readable = seekable < 0 ? -1 : ask(buffer, "readable");
    int writable = readable < 0 ? -1 : ask(buffer, "writable");
    int has_read1 = writable < 0 ? -1 : has_attribute(buffer, NAME("read1"));
    if (has_read1 < 0) return false;
    if (is_none(encoding) && !io_warn_default_encoding(1)) return false;
    if (is_none(encoding) || str_equal_c(as_str(encoding), "locale")) encoding = text_locale_encoding();
    if (is_error(encoding)) return false;
    if (is_none(errors)) errors = object_value(str_intern_c("strict"));
    if (!io_lock_enter(&self->lock)) return false;
    store_relaxed(&self->readable, (uint8_t)readable);
    self->writable = (uint8_t)writable;
    self->seekable = self->telling = (uint8_t)seekable;
    self->has_read1 = (uint8_t)has_read1;
    bool ok = set_up_locked(self, buffer, encoding, errors, newline);
    if (ok) {
        store_relaxed(&self->line_buffering, (uint8_t)line_buffering);
        store_relaxed(&self->write_through, (uint8_t)write_through);
        io_set_wrapped(buffer, true);
        store_release(&self->ready, (uint8_t)1);
    }
    text_leave(self);
    return ok;
}

/* A str without NULs, or None. */
static bool name_argument(Value *v, const char *what) {
    if (is_empty(*v)) *v = VALUE_NONE;
    if (is_none(*v)) return true;
    if (!is_str(*v)) {
        raise_error(&TypeError, "TextIOWrapper() argument '%s' must be str or None, not %T", what, *v);
        return false;
    }
    size_t length;
    const char *text = str_utf8(as_str(*v), &length);
    if (text && strlen(text) != length) {
        raise_error(&ValueError, "embedded null character");
        return false;
    }
    return text != NULL;
}

static bool text_init(Value self, Value *args, size_t count, Tuple *names) {
    static Signature *signature;
    Value slots[6];
    const char *newline;
    bool line_buffering = false, write_through = false;
    store_release(&as_text_io(self)->ready, (uint8_t)0);
    store_relaxed(&as_text_io(self)->detached, (uint8_t)0);
    if (!bind_arguments("TextIOWrapper",
                        "(buffer, encoding=None, errors=None, newline=None, line_buffering=False, "
                        "write_through=False)",
                        &signature, args, count, names, slots) ||
        !name_argument(&slots[1], "encoding"))
        return false;
    if (!is_empty(slots[2]) && !is_none(slots[2]) && !is_str(slots[2])) {
        raise_error(&TypeError, "TextIOWrapper() argument 'errors' must be str or None, not %T",
                    slots[2]);
        return false;
    }
    if (!name_argument(&slots[2], "errors") ||
        !newline_argument(slots[3], &newline, "TextIOWrapper()") ||
        !argument_bool(slots[4], &line_buffering) || !argument_bool(slots[5], &write_through))
        return false;
    return set_up(as_text_io(self), slots[0], slots[1], slots[2], newline, line_buffering,
                  write_through);
}

Value text_io_new(Value buffer, Value encoding, Value errors, const char *newline,
                  bool line_buffering, bool write_through) {
    Value self = text_new(&text_io_wrapper_type, NULL, 0, NULL);
    if (is_error(self) || !set_up(as_text_io(self), buffer, encoding, errors, newline, line_buffering,
                                  write_through))
        return VALUE_ERROR;
    return self;
}

void text_io_after_fork(Value self) {
    io_lock_reset(&as_text_io(self)->lock);
    Value buffer = as_text_io(self)->buffer;
    if (is_exact_buffered_writer(buffer) || is_exact_buffered_reader(buffer)) buffered_after_fork(buffer);
}

/* --- writing ----------------------------------------------------------------------------------------------- */

static bool write_to_buffer(TextIo *self, const void *data, int64_t length) {
    if (is_exact_buffered_writer(self->buffer)) return buffered_write_bytes(self->buffer, data, length);
    Value bytes = io_bytes(data, length);
    return !is_error(bytes) && !is_error(call_method_1(self->buffer, "write", bytes));
}

bool text_flush_pending(TextIo *self) {
    IoBuffer *pending = self->pending;
    int64_t count = self->pending_count;
    if (count == 0) return true;
    /* taken out, so that a write from a signal handler does not change what is being written */
    HEAP_STORE_POINTER(self, &self->pending, (IoBuffer *)NULL);
    self->pending_count = 0;
    bool ok = write_to_buffer(self, pending->data, count);
    if (!self->pending) HEAP_STORE_POINTER(self, &self->pending, pending);
    return ok;
}

bool text_flush(TextIo *self) {
    if (!text_flush_pending(self)) return false;
    if (is_exact_buffered_writer(self->buffer)) return buffered_flush_all(self->buffer);
    return !is_error(call_method_0(self->buffer, "flush"));
}

static bool add_pending(TextIo *self, const void *data, int64_t length) {
    int64_t limit = load_relaxed(&self->chunk_size);
    if (self->pending_count + length > limit && !text_flush_pending(self)) return false;
    if (length > limit) return write_to_buffer(self, data, length);
    if (!self->pending || self->pending->capacity < self->pending_count + length) {
        IoBuffer *larger = io_buffer_new(max_int64(limit, self->pending_count + length));
        if (!larger) return false;
        if (self->pending) memcpy(larger->data, self->pending->data, (size_t)self->pending_count);
        HEAP_STORE_POINTER(self, &self->pending, larger);
    }
    memcpy(self->pending->data + self->pending_count, data, (size_t)length);
    self->pending_count += length;
    return true;
}

static bool has_char(Str *text, uint32_t c) {
    if (str_kind(text) == 1) return memchr(text->data, (int)c, (size_t)text->length) != NULL;
    for (int64_t i = 0; i < text->length; i++)
        if (str_at(text, i) == c) return true;
    return false;
}

static Str *translate_newlines(TextIo *self, Str *text) {
    StrBuilder out;
    int64_t from = 0;
    builder_init(&out);
    for (int64_t i = 0; i < text->length; i++) {
        if (str_at(text, i) != '\n') continue;
        if (!builder_add_range(&out, text, from, i) || !builder_add_c(&out, self->write_newline))
            return NULL;
        from = i + 1;
    }
    return builder_add_range(&out, text, from, text->length) ? builder_finish(&out) : NULL;
}

static bool write_locked(TextIo *self, Str *text) {
    bool line_buffering = load_relaxed(&self->line_buffering), newline = false, through;
    const void *data;
    int64_t length;
    Value keep;
    if (!self->writable) {
        raise_unsupported("not writable");
        return false;
    }
    if (line_buffering || self->write_newline) newline = has_char(text, '\n');
    bool flush = line_buffering && (newline || has_char(text, '\r'));
    if (newline && self->write_newline) {
        text = translate_newlines(self, text);
        if (!text) return false;
    }
    through = load_relaxed(&self->write_through);
    if (!text_encode(self, text, &data, &length, &keep) || !add_pending(self, data, length)) return false;
    KEEP_ALIVE(object_of(keep));
    if ((flush || through || self->pending_count >= load_relaxed(&self->chunk_size)) && !text_flush_pending(self))
        return false;
    if (flush && !text_flush(self)) return false;
    if (self->decoded || self->snapshot) {
        text_forget_decoded(self);
        text_forget_snapshot(self);
        if (self->readable && !text_decoder_reset(self)) return false;
    }
    return true;
}

bool text_io_write(Value self_value, Str *text) {
    TextIo *self = as_text_io(self_value);
    if (!enter_open(self)) return false;
    bool ok = write_locked(self, text);
    text_leave(self);
    return ok;
}

static Value text_write(Value *args) {
    if (!is_str(args[1])) {
        if (!check_ready(as_text_io(args[0]))) return VALUE_ERROR;
        return raise_error(&TypeError, "write() argument must be str, not %T", args[1]);
    }
    return text_io_write(args[0], as_str(args[1])) ? int_value(as_str(args[1])->length) : VALUE_ERROR;
}

static Value text_flush_method(Value *args) {
    TextIo *self = as_text_io(args[0]);
    if (!enter_open(self)) return VALUE_ERROR;
    self->telling = self->seekable;
    bool ok = text_flush(self);
    text_leave(self);
    return ok ? VALUE_NONE : VALUE_ERROR;
}

/* --- reading ------------------------------------------------------------------------------------------------ */

void text_forget_decoded(TextIo *self) {
    HEAP_STORE_POINTER(self, &self->decoded, (Str *)NULL);
    self->used = 0;
}

void text_forget_snapshot(TextIo *self) { HEAP_STORE_POINTER(self, &self->snapshot, (Bytes *)NULL); }

bool text_set_snapshot(TextIo *self, Value flags, const void *head, int64_t head_length,
                       const void *tail, int64_t tail_length) {
    Bytes *bytes = bytes_new(head_length + tail_length);
    if (!bytes) return false;
    memcpy(bytes->data, head, (size_t)head_length);
    memcpy(bytes->data + head_length, tail, (size_t)tail_length);
    heap_store_release(self, &self->snapshot_flags, flags);
    HEAP_STORE_POINTER(self, &self->snapshot, bytes);
    return true;
}

static Value read_bytes(TextIo *self, int64_t size) {
    Value chunk;
    if (is_exact_buffered_reader(self->buffer)) return buffered_read_some(self->buffer, size);
    const char *method = self->has_read1 ? "read1" : "read";
    chunk = call_method_1(self->buffer, method, int_value(size));
    if (is_error(chunk) || is_bytes(chunk)) return chunk;
    BufferView view;
    if (!has_buffer(chunk))
        return raise_error(&TypeError, "underlying %s() should have returned a bytes-like object, not "
                           "'%T'", method, chunk);
    if (!buffer_get(chunk, &view, BUFFER_SIMPLE)) return VALUE_ERROR;
    Value bytes = io_bytes(view.data, view.length);
    buffer_release(&view);
    return bytes;
}

/* Decodes one more chunk into `decoded`: 1; 0 at the end; -1. */
static int read_chunk(TextIo *self, int64_t hint) {
    Value pending = VALUE_EMPTY, flags = VALUE_EMPTY;
    if (!self->readable) {
        raise_unsupported("not readable");
        return -1;
    }
    bool telling = self->telling;
    if (telling && !text_decoder_getstate(self, &pending, &flags)) return -1;
    Value chunk = read_bytes(self, max_int64(load_relaxed(&self->chunk_size), hint));
    if (is_error(chunk)) return -1;
    int64_t length = as_bytes(chunk)->length;
    Str *text = text_decode(self, as_bytes(chunk)->data, length, length == 0);
    if (!text) return -1;
    HEAP_STORE_POINTER(self, &self->decoded, text);
    self->used = 0;
    if (telling &&
        !text_set_snapshot(self, flags, as_bytes(pending)->data, as_bytes(pending)->length,
                           as_bytes(chunk)->data, length))
        return -1;
    return length > 0 || text->length > 0;
}

/* What is left of `decoded`, at most `limit` characters (negative: all); NULL: MemoryError. */
static Str *take_decoded(TextIo *self, int64_t limit) {
    Str *decoded = self->decoded;
    if (!decoded) return str_empty();
    int64_t end = decoded->length, start = min_int64(self->used, end);
    if (limit >= 0 && limit < end - start) end = start + limit;
    self->used = end;
    return start == 0 && end == decoded->length ? decoded : str_substring(decoded, start, end);
}

static Str *read_all(TextIo *self) {
    Value data = is_exact_buffered_reader(self->buffer) ? buffered_read_some(self->buffer, INT64_MAX)
                                                        : call_method_0(self->buffer, "read");
    if (is_error(data)) return NULL;
    BufferView view;
    if (is_none(data)) data = io_bytes("", 0);
    if (!buffer_get(data, &view, BUFFER_SIMPLE)) return NULL;
    Str *text = text_decode(self, view.data, view.length, true);
    buffer_release(&view);
    if (!text) return NULL;
    Str *head = take_decoded(self, -1);
    text_forget_snapshot(self);
    text_forget_decoded(self);
    if (!head) return NULL;
    return head->length > 0 ? str_concat(head, text) : text;
}

static Str *read_some(TextIo *self, int64_t size) {
    Str *result = take_decoded(self, size);
    while (result && result->length < size) {
        int more = read_chunk(self, size - result->length);
        if (more < 0) return NULL;
        if (more == 0) break;
        Str *next = take_decoded(self, size - result->length);
        if (!next) return NULL;
        result = result->length > 0 ? str_concat(result, next) : next;
    }
    return result;
}

static Value text_read(Value *args) {
    TextIo *self = as_text_io(args[0]);
    int64_t size;
    if (!check_ready(self) || !io_size_argument(args[1], &size) || !enter_open(self)) return VALUE_ERROR;
    Str *text = NULL;
    if (!self->readable) raise_unsupported("not readable");
    else if (text_flush_pending(self)) text = size < 0 ? read_all(self) : read_some(self, size);
    text_leave(self);
    return text ? object_value(text) : VALUE_ERROR;
}

/* A line, of at most `limit` characters where that is not negative. */
static Str *readline_locked(TextIo *self, int64_t limit) {
    Str *head = NULL; /* the part of the line that came with earlier chunks */
    if (self->pending_count > 0 && !text_flush_pending(self)) return NULL;
    for (;;) {
        if (!self->decoded || self->used >= self->decoded->length) {
            int more = read_chunk(self, 0);
            if (more < 0) return NULL;
            if (more == 0) {
                text_forget_decoded(self);
                text_forget_snapshot(self);
                return head ? head : str_empty();
            }
            continue;
        }
        Str *text = self->decoded;
        int64_t offset = 0, start = self->used, from;
        if (head) {
            Str *rest = start == 0 ? text : str_substring(text, start, text->length);
            text = rest ? str_concat(head, rest) : NULL;
            if (!text) return NULL;
            offset = head->length - start;
            start = 0;
            from = head->length - (str_at(head, head->length - 1) == '\r');
        } else {
            from = start;
        }
        int64_t end = line_end_find(text->data, str_kind(text), from, text->length, self->line_end);
        if (limit >= 0 && (end < 0 ? text->length : end) - start >= limit) end = start + limit;
        if (end >= 0) {
            self->used = end - offset;
            return start == 0 && end == text->length ? text : str_substring(text, start, end);
        }
        self->used = text->length - offset;
        head = start == 0 ? text : str_substring(text, start, text->length);
        if (!head) return NULL;
    }
}

static Value text_readline(Value *args) {
    TextIo *self = as_text_io(args[0]);
    int64_t limit;
    if (!io_size_argument(args[1], &limit) || !enter_open(self)) return VALUE_ERROR;
    Str *line = readline_locked(self, limit);
    text_leave(self);
    return line ? object_value(line) : VALUE_ERROR;
}

static Value text_next(Value self_value) {
    TextIo *self = as_text_io(self_value);
    if (!check_ready(self)) return VALUE_ERROR;
    Value line;
    if (is_exactly(self_value, &text_io_wrapper_type)) {
        if (!enter_open(self)) return VALUE_ERROR;
        self->telling = false;
        Str *text = readline_locked(self, -1);
        text_leave(self);
        line = text ? object_value(text) : VALUE_ERROR;
    } else {
        if (!text_enter(self)) return VALUE_ERROR;
        self->telling = false;
        text_leave(self);
        line = call_method_0(self_value, "readline");
        if (!is_error(line) && !is_str(line))
            return raise_error(&OSError, "readline() should have returned a str object, not '%T'", line);
    }
    if (is_error(line) || as_str(line)->length > 0) return line;
    if (!text_enter(self)) return VALUE_ERROR;
    text_forget_snapshot(self);
    self->telling = self->seekable;
    text_leave(self);
    return VALUE_EMPTY;
}

/* --- closing ------------------------------------------------------------------------------------------------- */

static void warn_unclosed(TextIo *self, Value source) {
    Value buffer = buffer_of(self);
    if (is_exact_buffered_writer(buffer) || is_exact_buffered_reader(buffer))
        buffered_warn_unclosed(buffer, source);
    else if (is_error(call_method_1(buffer, "_dealloc_warn", source))) error_clear();
}

static Value text_close(Value *args) {
    TextIo *self = as_text_io(args[0]);
    if (!check_ready(self)) return VALUE_ERROR;
    int closed = is_closed(self);
    if (closed != 0) return closed < 0 ? VALUE_ERROR : VALUE_NONE;
    if (load_relaxed(&self->base.finalizing)) warn_unclosed(self, args[0]);
    Value flushed = call_method_0(args[0], "flush");
    Value pending = is_error(flushed) ? error_fetch() : VALUE_EMPTY;
    Value result = call_method_0(buffer_of(self), "close");
    return io_close_result(pending, result);
}

static void text_finalize(Value self) {
    if (load_relaxed(&as_text_io(self)->ready)) io_finalize(self);
}

static Value text_detach(Value *args) {
    TextIo *self = as_text_io(args[0]);
    if (!check_ready(self) || is_error(call_method_0(args[0], "flush"))) return VALUE_ERROR;
    if (!text_enter(self)) return VALUE_ERROR;
    Value buffer = buffer_of(self);
    store_release(&self->detached, (uint8_t)1);
    store_release(&self->ready, (uint8_t)0);
    io_set_wrapped(buffer, false);
    text_leave(self);
    return buffer;
}

/* --- reconfigure() --------------------------------------------------------------------------------------------- */

static bool change_encoding(TextIo *self, Value encoding, Value errors, bool set_newline_too,
                            const char *newline) {
    if (is_none(encoding) && is_none(errors) && !set_newline_too) return true;
    if (self->decoded || self->snapshot) {
        raise_unsupported("It is not possible to set the encoding or newline of stream after the "
                          "first read");
        return false;
    }
    if (is_none(errors)) errors = is_none(encoding) ? self->errors : object_value(str_intern_c("strict"));
    if (is_none(encoding)) encoding = self->encoding;
    else if (str_equal_c(as_str(encoding), "locale")) encoding = text_locale_encoding();
    if (is_error(encoding) || !text_flush(self)) return false;
    if (set_newline_too) set_newline(self, newline);
    return text_set_codec(self, encoding, errors) && place_encoder(self);
}

static Value text_reconfigure(Value *args) {
    TextIo *self = as_text_io(args[0]);
    Value encoding = args[1], errors = args[2];
    const char *newline = NULL;
    bool line_buffering = load_relaxed(&self->line_buffering);
    bool write_through = load_relaxed(&self->write_through);
    if (!name_argument(&encoding, "encoding") || !name_argument(&errors, "errors")) return VALUE_ERROR;
    if (!is_empty(args[3]) && !newline_argument(args[3], &newline, "reconfigure()")) return VALUE_ERROR;
    if (!is_empty(args[4]) && !is_none(args[4]) && !argument_bool(args[4], &line_buffering))
        return VALUE_ERROR;
    if (!is_empty(args[5]) && !is_none(args[5]) && !argument_bool(args[5], &write_through))
        return VALUE_ERROR;
    if (!text_enter(self)) return VALUE_ERROR;
    bool ok = change_encoding(self, encoding, errors, !is_empty(args[3]), newline) && text_flush(self);
    if (ok) {
        store_relaxed(&self->line_buffering, (uint8_t)line_buffering);
        store_relaxed(&self->write_through, (uint8_t)write_through);
    }
    text_leave(self);
    return ok ? VALUE_NONE : VALUE_ERROR;
}

/* --- asking the buffer ------------------------------------------------------------------------------------------- */

static Value ask_buffer(Value self, const char *method) {
    return check_ready(as_text_io(self)) ? call_method_0(buffer_of(as_text_io(self)), method) : VALUE_ERROR;
}
static Value text_fileno(Value *args) { return ask_buffer(args[0], "fileno"); }
static Value text_seekable(Value *args) { return ask_buffer(args[0], "seekable"); }
static Value text_readable(Value *args) { return ask_buffer(args[0], "readable"); }
static Value text_writable(Value *args) { return ask_buffer(args[0], "writable"); }
static Value text_isatty(Value *args) { return ask_buffer(args[0], "isatty"); }

static Value text_truncate(Value *args) {
    TextIo *self = as_text_io(args[0]);
    if (!check_ready(self) || is_error(call_method_0(args[0], "flush"))) return VALUE_ERROR;
    return call_method_1(buffer_of(self), "truncate", is_empty(args[1]) ? VALUE_NONE : args[1]);
}

static Value text_get_name(Value self) {
    return check_ready(as_text_io(self)) ? get_attribute_c(buffer_of(as_text_io(self)), "name") : VALUE_ERROR;
}
static Value text_get_closed(Value self) {
    if (!check_ready(as_text_io(self))) return VALUE_ERROR;
    int closed = is_closed(as_text_io(self));
    return closed < 0 ? VALUE_ERROR : bool_value(closed);
}
static Value text_get_newlines(Value self) {
    if (!check_ready(as_text_io(self))) return VALUE_ERROR;
    TextIo *text = as_text_io(self);
    return load_relaxed(&text->readable) && load_relaxed(&text->universal) ? newline_seen_value(load_relaxed(&text->newlines.seen)) : VALUE_NONE;
}
static Value text_get_errors(Value self) {
    return check_made(as_text_io(self)) ? value_load_acquire(&as_text_io(self)->errors) : VALUE_ERROR;
}
static Value text_get_chunk_size(Value self) {
    return check_ready(as_text_io(self)) ? int_value(load_relaxed(&as_text_io(self)->chunk_size)) : VALUE_ERROR;
}
static bool text_set_chunk_size(Value self, Value value) {
    int64_t size = 0;
    if (is_empty(value)) {
        raise_error(&AttributeError, "cannot delete attribute");
        return false;
    }
    if (!check_ready(as_text_io(self)) || !argument_int64(value, &size)) return false;
    if (size <= 0) {
        raise_error(&ValueError, "a strictly positive integer is required");
        return false;
    }
    store_relaxed(&as_text_io(self)->chunk_size, size);
    return true;
}
static Value text_get_buffer(Value self) {
    return load_acquire(&as_text_io(self)->ready) ? buffer_of(as_text_io(self)) : VALUE_NONE;
}
static Value text_get_line_buffering(Value self) {
    return bool_value(load_relaxed(&as_text_io(self)->line_buffering));
}
static Value text_get_write_through(Value self) {
    return bool_value(load_relaxed(&as_text_io(self)->write_through));
}
static Value text_get_finalizing(Value self) {
    return bool_value(load_relaxed(&as_text_io(self)->base.finalizing));
}

/* " name=..." or " mode=...", or "" where there is none. */
static Str *repr_part(Value self, const char *attribute) {
    Value value = get_attribute_optional(self, str_intern_c(attribute));
    if (is_error(value)) {
        if (!error_clear_if(&ValueError)) return NULL;
        value = VALUE_EMPTY;
    }
    return is_empty(value) ? str_empty() : str_format(" %s=%R", attribute, value);
}

static Value text_repr(Value self_value) {
    TextIo *self = as_text_io(self_value);
    if (!check_made(self)) return VALUE_ERROR;
    if (fetch_or_acq_rel(&self->base.object.flags, (uint8_t)OBJECT_IN_REPR) & OBJECT_IN_REPR)
        return raise_error(&RuntimeError, "reentrant call inside %s.__repr__", type_of(self_value)->name);
    Str *name = repr_part(self_value, "name"), *mode = name ? repr_part(self_value, "mode") : NULL;
    Str *text = mode ? str_format("<_io.TextIOWrapper%U%U encoding=%R>", name, mode, self->encoding) : NULL;
    fetch_and_acq_rel(&self->base.object.flags, (uint8_t)~OBJECT_IN_REPR);
    return text ? object_value(text) : VALUE_ERROR;
}

static const MethodDef text_methods[] = {
    METHOD("detach", text_detach, "($self, /)", "Separate the buffer and return it."),
    METHOD("reconfigure", text_reconfigure,
           "($self, /, *, encoding=None, errors=None, newline=None, line_buffering=None, "
           "write_through=None)",
           "Change settings of the stream; what is written so far is flushed."),
    METHOD("write", text_write, "($self, text, /)", "Write text; returns its length."),
    METHOD("read", text_read, "($self, size=-1, /)", "Read size characters, or to the end."),
    METHOD("readline", text_readline, "($self, size=-1, /)", "Read a line."),
    METHOD("flush", text_flush_method, "($self, /)", "Write what waits to be written."),
    METHOD("close", text_close, "($self, /)", "Flush and close."),
    METHOD("fileno", text_fileno, "($self, /)", "The file descriptor."),
    METHOD("seekable", text_seekable, "($self, /)", "Whether seek() is possible."),
    METHOD("readable", text_readable, "($self, /)", "Whether it can be read."),
    METHOD("writable", text_writable, "($self, /)", "Whether it can be written."),
    METHOD("isatty", text_isatty, "($self, /)", "Whether it is a terminal."),
    METHOD("seek", text_seek_method, "($self, cookie, whence=os.SEEK_SET, /)",
           "Go to a position that tell() returned."),
    METHOD("tell", text_tell_method, "($self, /)", "The position, as a number for seek()."),
    METHOD("truncate", text_truncate, "($self, pos=None, /)", "Cut the file at a position."),
    IO_NOT_PICKLED,
    {0},
};
static const GetSetDef text_getset[] = {
    {"name", text_get_name, NULL, "the buffer's name"},
    {"closed", text_get_closed, NULL, "whether the stream is closed"},
    {"newlines", text_get_newlines, NULL, "the line ends met so far"},
    {"errors", text_get_errors, NULL, "what is done about errors of coding"},
    {"_CHUNK_SIZE", text_get_chunk_size, text_set_chunk_size, NULL},
    {"buffer", text_get_buffer, NULL, "the stream of bytes below"},
    {"line_buffering", text_get_line_buffering, NULL, "whether each line is written at once"},
    {"write_through", text_get_write_through, NULL, "whether nothing is held back"},
    {"_finalizing", text_get_finalizing, NULL, NULL},
    {0},
};
static const MemberDef text_members[] = {
    {"encoding", MEMBER_VALUE, offsetof(TextIo, encoding), MEMBER_READONLY, "the encoding's name"},
    {0},
};
Type text_io_wrapper_type = {
    .name = "_io.TextIOWrapper",
    .signature = "(buffer, encoding=None, errors=None, newline=None,\n"
                 "              line_buffering=False, write_through=False)",
    .doc = "A stream of text over a stream of bytes.",
    .base = &text_io_base_type,
    .size = sizeof(TextIo),
    .flags = TYPE_BASE | TYPE_HAS_DICT | TYPE_HAS_WEAKREF | TYPE_HAS_FINALIZER,
    .root = {.cell_kind = {.trace = text_trace, .name = "_io.TextIOWrapper"}},
    .new_instance = text_new,
    .init = text_init,
    .repr = text_repr,
    .next = text_next,
    .finalize = text_finalize,
    .methods = text_methods,
    .getset = text_getset,
    .members = text_members,
};
