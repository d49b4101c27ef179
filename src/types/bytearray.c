/* bytearray.c - the type `bytearray`.
 *
 * The bytes are store->data[start .. start + length). Removing at the front moves `start`. Writers
 * hold the object's lock; a store that is too small is replaced by a larger one and never shrinks or
 * moves, so a reader that has loaded `store` may read anything below its capacity for ever. Readers
 * load length, start and store, and take the lock only when a writer was at work then: so the three
 * belong together. What they read there may be of before, of after, or some of both; slices and copies,
 * which must be of one moment, are taken under the lock.
 *
 * `exports` counts the buffers in use. It is raised under the lock, and whoever changes the length
 * looks at it under the lock: while it is not zero, the length, `start` and `store` are constant.
 * A view that nobody refers to any more gives its export back when the collector finds it dead; who
 * finds exports in the way therefore lets the collector look first. */
#include "types/bytearray.h"

#include <string.h>
#include "types/codec.h"
#include "types/exception.h"
#include "types/search.h"
#include "types/str_buffer.h"

extern Type slice_type;
#define LENGTH_MAX (INT64_MAX / 8)

static CellKind store_kind = {NULL, NULL, "bytearray store"};

static void trace(Cell *cell, Marker *marker) {
    marker_visit_pointer(marker, load_relaxed(&((ByteArray *)cell)->store));
}

static ByteStore *store_new(int64_t capacity) {
    if (capacity > LENGTH_MAX) {
        raise_memory_error();
        return NULL;
    }
    size_t size = heap_cell_size_hint(sizeof(ByteStore) + (size_t)capacity + 1);
    ByteStore *store = heap_alloc(size);
    if (!store) return NULL;
    store->capacity = (int64_t)(size - sizeof(ByteStore) - 1);
    cell_set_kind(store, &store_kind);
    return store;
}

/* With the lock held. */
static ByteSpan span_locked(ByteArray *array) {
    ByteStore *store = array->store;
    if (!store) return (ByteSpan){(const uint8_t *)"", 0};
    return (ByteSpan){store->data + array->start, array->length};
}

ByteSpan bytearray_span(ByteArray *array) {
    int64_t length = load_acquire(&array->length), start = load_acquire(&array->start);
    ByteStore *store = load_acquire(&array->store);
    bool still = !(load_acquire(&array->object.lock) & 1) && load_acquire(&array->length) == length &&
                 load_acquire(&array->start) == start;
    if (likely(still && store && length <= store->capacity - start))
        return (ByteSpan){store->data + start, length};
    object_lock(array);
    ByteSpan span = span_locked(array);
    object_unlock(array);
    return span;
}

Value bytearray_slice(Value self, Value slice) {
    ByteArray *array = OBJECT_AS(ByteArray, self);
    for (;;) {
        int64_t start, stop, step, count, length = load_acquire(&array->length);
        if (!slice_resolve(slice, length, &start, &stop, &step, &count)) return VALUE_ERROR;
        StrBuffer *buffer = str_buffer_new(count);
        if (!buffer) return VALUE_ERROR;
        object_lock(array);
        ByteSpan s = span_locked(array);
        bool same = s.length == length;
        if (same && step == 1 && count > 0) memcpy(buffer->bytes, s.data + start, (size_t)count);
        for (int64_t i = 0; same && step != 1 && i < count; i++)
            buffer->bytes[i] = (char)s.data[start + i * step];
        object_unlock(array);
        if (same) return bytearray_from(buffer->bytes, (size_t)count);
    }
}

StrBuffer *bytearray_copy(ByteArray *array, int64_t *length) {
    for (;;) {
        *length = load_acquire(&array->length);
        StrBuffer *buffer = str_buffer_new(*length);
        if (!buffer) return NULL;
        object_lock(array);
        ByteSpan s = span_locked(array);
        if (s.length == *length) memcpy(buffer->bytes, s.data, (size_t)s.length);
        object_unlock(array);
        if (s.length == *length) return buffer;
    }
}

static inline ByteArray *as_bytearray(Value v) { return OBJECT_AS(ByteArray, v); }

Value bytearray_from(const void *data, size_t length) {
    ByteArray *array = object_alloc_instance(&bytearray_type, sizeof *array);
    if (!array) return VALUE_ERROR;
    if (length) {
        ByteStore *store = store_new((int64_t)length);
        if (!store) return VALUE_ERROR;
        memcpy(store->data, data, length);
        HEAP_STORE_POINTER(array, &array->store, store);
        store_release(&array->length, (int64_t)length);
    }
    return object_value(array);
}

/* --- changing the length ------------------------------------------------------------------------ */

static bool refuse_exports(void) {
    raise_error(&BufferError, "Existing exports of data: object cannot be re-sized");
    return false;
}

/* Called without the lock when exports were in the way: true when it is worth to try again. */
static bool wait_for_dead_views(ByteArray *array) {
    if (load_relaxed(&array->exports) == 0) return true;
    heap_collect();
    return load_relaxed(&array->exports) == 0 || refuse_exports();
}

/* Replaces bytes start..end by `count` bytes of `data` (NULL: zeros). `data` does not lie in the
 * array. The lock is held; start and end are inside. 1; 0: no memory; -1: exports. */
static int splice_locked(ByteArray *array, int64_t start, int64_t end, const void *data,
                         int64_t count) {
    int64_t length = array->length, grow = count - (end - start);
    ByteStore *store = array->store;
    if (grow == 0) {
        if (count && data) memcpy(store->data + array->start + start, data, (size_t)count);
        else if (count) memset(store->data + array->start + start, 0, (size_t)count);
        return 1;
    }
    if (load_relaxed(&array->exports) > 0) return -1;
    int64_t new_length = length + grow;
    if (grow < 0 && start == 0 && count == 0) {
        store_release(&array->start, new_length ? array->start - grow : 0);
        store_release(&array->length, new_length);
        return 1;
    }
    if (!store || array->start + new_length > store->capacity) {
        ByteStore *larger = store_new(length ? new_length + new_length / 8 + 8 : new_length);
        if (!larger) return 0;
        const uint8_t *old = store ? store->data + array->start : NULL;
        if (start) memcpy(larger->data, old, (size_t)start);
        if (count && data) memcpy(larger->data + start, data, (size_t)count);
        if (end < length) memcpy(larger->data + start + count, old + end, (size_t)(length - end));
        /* Between the stores readers clip: a start of before still lies inside or at the end. */
        if (grow > 0) store_release(&array->start, 0);
        HEAP_STORE_POINTER(array, &array->store, larger);
        store_release(&array->start, 0);
        store_release(&array->length, new_length);
        return 1;
    }
    uint8_t *bytes = store->data + array->start;
    memmove(bytes + start + count, bytes + end, (size_t)(length - end));
    if (count && data) memcpy(bytes + start, data, (size_t)count);
    else if (count) memset(bytes + start, 0, (size_t)count);
    bytes[new_length] = 0;
    store_release(&array->length, new_length);
    return 1;
}

/* The same, taking the lock; start and end are clipped. */
static bool splice(ByteArray *array, int64_t start, int64_t end, const void *data, int64_t count) {
    for (;;) {
        object_lock(array);
        int64_t length = array->length;
        if (start > length) start = length;
        if (end > length) end = length;
        if (end < start) end = start;
        int done = splice_locked(array, start, end, data, count);
        object_unlock(array);
        if (done >= 0) return done > 0;
        if (!wait_for_dead_views(array)) return false;
    }
}

static bool append_bytes(ByteArray *array, const void *data, int64_t count) {
    return splice(array, INT64_MAX, INT64_MAX, data, count);
}

/* --- construction ------------------------------------------------------------------------------- */

static Value new_instance(Type *type, Value *args, size_t count, Tuple *names) {
    ByteArray *array = object_alloc_instance(type, sizeof *array);
    return array ? object_value(array) : VALUE_ERROR;
}

static bool append_item(Value item, void *self) {
    int byte = byte_value(item, "byte must be in range(0, 256)");
    uint8_t c = (uint8_t)byte;
    return byte >= 0 && append_bytes(self, &c, 1);
}

/* Something whose items come by running Python, which may look at the bytes that are there already. */
static bool comes_one_by_one(Value source) {
    return !is_empty(source) && is_iterable(source) && !is_str(source) && !has_buffer(source) &&
           !has_index(source) && !is_exactly(source, &list_type) && !is_exactly(source, &tuple_type);
}

static bool init(Value self, Value *args, size_t count, Tuple *names) {
    static const char signature[] = "(source=b'', encoding='utf-8', errors='strict')";
    static Signature *parsed;
    Value a[3];
    StrBuffer *buffer;
    int64_t length;
    if (!bind_arguments("bytearray", signature, &parsed, args, count, names, a)) return false;
    if (comes_one_by_one(a[0]) && is_empty(a[1]) && is_empty(a[2]))
        return splice(as_bytearray(self), 0, INT64_MAX, NULL, 0) &&
               iterate(a[0], append_item, as_bytearray(self));
    if (!bytes_collect(&bytearray_type, a[0], a[1], a[2], &buffer, &length))
        return false;
    return splice(as_bytearray(self), 0, INT64_MAX, buffer->bytes, length);
}

/* --- slots -------------------------------------------------------------------------------------- */

static Value repr(Value self) {
    ByteSpan s = bytearray_span(as_bytearray(self));
    Str *inner = bytes_repr(s.data, s.length, true);
    return inner ? str_result(str_format("%N(%U)", type_of(self), inner)) : VALUE_ERROR;
}

static Value str(Value self) {
    if (runtime.bytes_warning && !warn(&BytesWarning, 1, "str() on a bytearray instance"))
        return VALUE_ERROR;
    return repr(self);
}

static int64_t length_slot(Value self) { return load_acquire(&as_bytearray(self)->length); }

static Value getitem(Value self, Value key) { return bytes_getitem_from(self, key, "bytearray"); }

/* Copies what is assigned to a slice. */
static bool slice_source(Value v, StrBuffer **out, int64_t *length) {
    if (is_str(v) || is_int(v)) {
        raise_error(&TypeError, "can assign only bytes, buffers, or iterables of ints in range(0, 256)");
        return false;
    }
    if (!has_buffer(v) && !is_iterable(v)) {
        raise_error(&TypeError,
                    "can assign only bytes, buffers, or iterables of ints in range(0, 256)");
        return false;
    }
    return bytes_collect(&bytearray_type, v, VALUE_EMPTY, VALUE_EMPTY, out, length);
}

/* Removes every step-th byte; the lock is held. */
static void delete_steps(ByteArray *array, int64_t start, int64_t step, int64_t count) {
    uint8_t *bytes = array->store->data + array->start;
    int64_t length = array->length, to = start;
    if (step < 0) {
        start += step * (count - 1);
        step = -step;
        to = start;
    }
    for (int64_t i = start, next = start, left = count; i < length; i++) {
        if (left > 0 && i == next) {
            next += step;
            left--;
        } else {
            bytes[to++] = bytes[i];
        }
    }
    store_release(&array->length, length - count);
}

static bool set_slice(Value self, Value key, Value v) {
    ByteArray *array = as_bytearray(self);
    StrBuffer *source = NULL;
    int64_t count = 0, start, stop, step, places;
    if (!is_empty(v) && !slice_source(v, &source, &count)) return false;
    for (;;) {
        int64_t length = load_acquire(&array->length);
        if (!slice_resolve(key, length, &start, &stop, &step, &places)) return false;
        if (step == 1) {
            if (stop < start) stop = start;
            return splice(array, start, stop, source ? source->bytes : NULL, count);
        }
        object_lock(array);
        if (array->length != length) { /* changed meanwhile: resolve again */
            object_unlock(array);
            continue;
        }
        bool exported = load_relaxed(&array->exports) > 0;
        bool deletes = is_empty(v) || count == 0;
        if (deletes && places > 0 && exported) {
            object_unlock(array);
            if (!wait_for_dead_views(array)) return false;
            continue;
        }
        if (deletes) {
            if (places > 0) delete_steps(array, start, step, places);
        } else if (places == count) {
            for (int64_t i = 0; i < count; i++)
                array->store->data[array->start + start + i * step] = (uint8_t)source->bytes[i];
        }
        object_unlock(array);
        if (deletes || places == count) return true;
        raise_error(&ValueError,
                    "attempt to assign bytes of size %zd to extended slice of size %zd",
                    (ptrdiff_t)count, (ptrdiff_t)places);
        return false;
    }
}

static bool setitem(Value self, Value key, Value v) {
    ByteArray *array = as_bytearray(self);
    if (is_exactly(key, &slice_type)) return set_slice(self, key, v);
    if (!is_smallint(key) && !has_index(key)) {
        raise_error(&TypeError, "bytearray indices must be integers or slices, not %T", key);
        return false;
    }
    int64_t index = value_index_int64(key, &IndexError);
    if (index == -1 && error_occurred()) return false;
    int byte = 0;
    if (!is_empty(v)) {
        byte = byte_value(v, "byte must be in range(0, 256)");
        if (byte < 0) return false;
    }
    for (;;) {
        object_lock(array);
        int64_t at = index < 0 ? index + array->length : index;
        bool inside = at >= 0 && at < array->length;
        int done = 1;
        if (inside && !is_empty(v)) array->store->data[array->start + at] = (uint8_t)byte;
        else if (inside) done = splice_locked(array, at, at + 1, NULL, 0);
        object_unlock(array);
        if (!inside) {
            raise_error(&IndexError, "bytearray index out of range");
            return false;
        }
        if (done >= 0) return done > 0;
        if (!wait_for_dead_views(array)) return false;
    }
}

static Value inplace_concat(Value self, Value other) {
    BufferView view;
    if (!has_buffer(other)) return raise_error(&TypeError, "can't concat %T to %T", other, self);
    if (same_value(self, other)) {
        int64_t length;
        StrBuffer *copy = bytearray_copy(as_bytearray(self), &length);
        return copy && append_bytes(as_bytearray(self), copy->bytes, length) ? self : VALUE_ERROR;
    }
    if (!buffer_get(other, &view, BUFFER_SIMPLE)) return VALUE_ERROR;
    bool good = append_bytes(as_bytearray(self), view.data, view.length);
    buffer_release(&view);
    return good ? self : VALUE_ERROR;
}

static StrBuffer *repeated(Value self, int64_t count, int64_t *length) {
    ByteSpan s = bytearray_span(as_bytearray(self));
    if (count < 0) count = 0;
    if (s.length && count > LENGTH_MAX / s.length) {
        raise_memory_error();
        return NULL;
    }
    *length = s.length * count;
    StrBuffer *buffer = str_buffer_new(*length);
    for (int64_t i = 0; buffer && i < count; i++)
        memcpy(buffer->bytes + i * s.length, s.data, (size_t)s.length);
    return buffer;
}

static Value repeat(Value self, int64_t count) {
    int64_t length;
    StrBuffer *buffer = repeated(self, count, &length);
    return buffer ? bytearray_from(buffer->bytes, (size_t)length) : VALUE_ERROR;
}

static Value inplace_repeat(Value self, int64_t count) {
    int64_t length;
    StrBuffer *buffer = repeated(self, count, &length);
    if (!buffer) return VALUE_ERROR;
    return splice(as_bytearray(self), 0, INT64_MAX, buffer->bytes, length) ? self : VALUE_ERROR;
}

static bool get_buffer(Value self, BufferView *view, unsigned flags) {
    ByteArray *array = as_bytearray(self);
    object_lock(array);
    fetch_add_relaxed(&array->exports, 1);
    ByteSpan s = span_locked(array);
    ByteStore *store = array->store;
    object_unlock(array);
    *view = (BufferView){.data = (void *)s.data,
                         .length = s.length,
                         .owner = self,
                         .item_size = 1,
                         .dimensions = 1,
                         .internal = store};
    return true;
}

static void release_buffer(Value self, BufferView *view) {
    fetch_add_acq_rel(&as_bytearray(self)->exports, -1);
}

/* --- methods ------------------------------------------------------------------------------------ */

static Value append(Value *args) {
    int byte = byte_value(args[1], "byte must be in range(0, 256)");
    uint8_t c = (uint8_t)byte;
    if (byte < 0 || !append_bytes(as_bytearray(args[0]), &c, 1)) return VALUE_ERROR;
    return VALUE_NONE;
}

static Value clear(Value *args) {
    return splice(as_bytearray(args[0]), 0, INT64_MAX, NULL, 0) ? VALUE_NONE : VALUE_ERROR;
}

static Value copy(Value *args) {
    int64_t length;
    StrBuffer *copied = bytearray_copy(as_bytearray(args[0]), &length);
    return copied ? bytearray_from(copied->bytes, (size_t)length) : VALUE_ERROR;
}

static Value extend(Value *args) {
    StrBuffer *buffer;
    int64_t length;
    if (has_buffer(args[1])) {
        Value done = inplace_concat(args[0], args[1]);
        return is_error(done) ? done : VALUE_NONE;
    }
    if (is_int(args[1]) || !is_iterable(args[1]))
        return raise_error(&TypeError, "can't extend bytearray with %T", args[1]);
    List *items = list_from_iterable(args[1]); /* a str too: its items are refused */
    if (!items ||
        !bytes_collect(&bytearray_type, object_value(items), VALUE_EMPTY, VALUE_EMPTY, &buffer,
                       &length) ||
        !append_bytes(as_bytearray(args[0]), buffer->bytes, length))
        return VALUE_ERROR;
    return VALUE_NONE;
}

static Value insert(Value *args) {
    int64_t index = value_index_int64(args[1], &OverflowError);
    if (index == -1 && error_occurred()) return VALUE_ERROR;
    int byte = byte_value(args[2], "byte must be in range(0, 256)");
    if (byte < 0) return VALUE_ERROR;
    uint8_t c = (uint8_t)byte;
    ByteArray *array = as_bytearray(args[0]);
    if (index < 0) index += load_acquire(&array->length);
    if (index < 0) index = 0;
    return splice(array, index, index, &c, 1) ? VALUE_NONE : VALUE_ERROR;
}

static Value pop(Value *args) {
    ByteArray *array = as_bytearray(args[0]);
    int64_t index = is_empty(args[1]) ? -1 : value_index_int64(args[1], &IndexError);
    if (index == -1 && error_occurred()) return VALUE_ERROR;
    for (;;) {
        object_lock(array);
        int64_t length = array->length, at = index < 0 ? index + length : index;
        int byte = -1, done = 1;
        if (at >= 0 && at < length) {
            byte = array->store->data[array->start + at];
            done = splice_locked(array, at, at + 1, NULL, 0);
        }
        object_unlock(array);
        if (byte < 0)
            return raise_error(&IndexError, length == 0 ? "pop from empty bytearray"
                                                        : "pop index out of range");
        if (done > 0) return smallint_value(byte);
        if (done == 0 || !wait_for_dead_views(array)) return VALUE_ERROR;
    }
}

static Value remove_value(Value *args) {
    ByteArray *array = as_bytearray(args[0]);
    int byte = byte_value(args[1], "byte must be in range(0, 256)");
    if (byte < 0) return VALUE_ERROR;
    for (;;) {
        object_lock(array);
        ByteSpan s = span_locked(array);
        int64_t at = points_find_char(1, s.data, s.length, (uint32_t)byte, 1);
        int done = at < 0 ? 1 : splice_locked(array, at, at + 1, NULL, 0);
        object_unlock(array);
        if (at < 0) return raise_error(&ValueError, "value not found in bytearray");
        if (done > 0) return VALUE_NONE;
        if (done == 0 || !wait_for_dead_views(array)) return VALUE_ERROR;
    }
}

static Value reverse(Value *args) {
    ByteArray *array = as_bytearray(args[0]);
    object_lock(array);
    if (array->store) {
        uint8_t *bytes = array->store->data + array->start;
        for (int64_t i = 0, k = array->length - 1; i < k; i++, k--) {
            uint8_t c = bytes[i];
            bytes[i] = bytes[k];
            bytes[k] = c;
        }
    }
    object_unlock(array);
    return VALUE_NONE;
}

static Value alloc_size(Value *args) {
    ByteStore *store = load_acquire(&as_bytearray(args[0])->store);
    return int_value(store ? store->capacity + 1 : 0);
}

static Value size_of(Value *args) {
    ByteStore *store = load_acquire(&as_bytearray(args[0])->store);
    return int_value((int64_t)sizeof(ByteArray) + (store ? store->capacity + 1 : 0));
}

static Value reduce_with(Value self, bool as_bytes_object) {
    ByteSpan s = bytearray_span(as_bytearray(self));
    Tuple *arguments;
    if (as_bytes_object) {
        Bytes *bytes = bytes_from(s.data, (size_t)s.length);
        arguments = bytes ? tuple_pack(1, object_value(bytes)) : NULL;
    } else {
        Str *text = str_from_latin1(s.data, (size_t)s.length);
        arguments = text ? tuple_pack(2, object_value(text), object_value(NAME("latin-1"))) : NULL;
    }
    if (!arguments) return VALUE_ERROR;
    Value state = call_method_0(self, "__getstate__");
    if (is_error(state)) return state;
    Tuple *result = tuple_pack(3, object_value(type_of(self)), object_value(arguments), state);
    return result ? object_value(result) : VALUE_ERROR;
}

static Value reduce(Value *args) { return reduce_with(args[0], false); }

static Value reduce_ex(Value *args) {
    int64_t protocol = is_empty(args[1]) ? 0 : value_index_int64(args[1], NULL);
    if (protocol == -1 && error_occurred()) return VALUE_ERROR;
    return reduce_with(args[0], protocol >= 3);
}

static const MethodDef methods[] = {
    BYTES_SHARED_METHODS,
    METHOD("append", append, "($self, item, /)", "Append a single byte to the end."),
    METHOD("clear", clear, "($self, /)", "Remove all bytes."),
    METHOD("copy", copy, "($self, /)", "Return a copy."),
    METHOD("extend", extend, "($self, iterable_of_ints, /)",
           "Append all bytes of an iterable or buffer."),
    METHOD("insert", insert, "($self, index, item, /)", "Insert a single byte before that index."),
    METHOD("pop", pop, "($self, index=-1, /)", "Remove and return a single byte."),
    METHOD("remove", remove_value, "($self, value, /)",
           "Remove the first occurrence of a byte; ValueError when there is none."),
    METHOD("reverse", reverse, "($self, /)", "Reverse the order of the bytes in place."),
    METHOD("__alloc__", alloc_size, "($self, /)", "Return how many bytes are allocated."),
    METHOD("__sizeof__", size_of, "($self, /)", "Return the size of the object in memory."),
    METHOD("__reduce__", reduce, "($self, /)", "Return state information for pickling."),
    METHOD("__reduce_ex__", reduce_ex, "($self, proto=0, /)",
           "Return state information for pickling."),
    {0},
};

Type bytearray_type = {
    .root = {.cell_kind = {trace, NULL, "bytearray"}, .type = &bytearray_type},
    .name = "bytearray",
    .doc = "bytearray(text, encoding[, errors]), bytearray(buffer or iterable of ints),\n"
           "bytearray(count) for that many zeros, bytearray(): bytes that can be changed.",
    .size = sizeof(ByteArray),
    .flags = TYPE_BASE | TYPE_BYTEARRAY | TYPE_MATCH_SELF,
    .repr = repr,
    .str = str,
    .hash = hash_not_possible,
    .compare = bytes_compare_slot,
    .iter = bytes_iter,
    .init = init,
    .new_instance = new_instance,
    .length = length_slot,
    .getitem = getitem,
    .setitem = setitem,
    .contains = bytes_contains,
    .concat = bytes_concat,
    .repeat = repeat,
    .inplace_concat = inplace_concat,
    .inplace_repeat = inplace_repeat,
    .binary = {[BINARY_REMAINDER] = bytes_remainder},
    .get_buffer = get_buffer,
    .release_buffer = release_buffer,
    .methods = methods,
};
