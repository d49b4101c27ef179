/* array_module.c - the module array: the type and its methods, over typed_array.c. */
#include "modules/typed_array.h"
#include "object/audit.h"
#include "types/key.h"
#include "types/iterator.h"
#include "types/slice.h"

#define FILE_BLOCK (64 * 1024)

static void array_trace(Cell *cell, Marker *marker) {
    marker_visit_pointer(marker, load_relaxed(&((TypedArray *)cell)->store));
}

static Value str_value(Str *s) { return s ? object_value(s) : VALUE_ERROR; }

/* --- making ------------------------------------------------------------------------------------------------ */

static Value copy_of(Type *type, const ArrayKind *kind, const uint8_t *items, int64_t count) {
    TypedArray *array = typed_array_new(type, kind, count);
    if (!array) return VALUE_ERROR;
    if (count > 0) typed_array_copy(array->store->data, items, count, kind->size);
    return object_value(array);
}

static bool append_bytes(TypedArray *array, Value source) {
    BufferView view;
    if (!buffer_get(source, &view, BUFFER_SIMPLE)) return false;
    bool fine = view.length % array->kind->size == 0;
    if (!fine) raise_error(&ValueError, "bytes length not a multiple of item size");
    fine = fine && typed_array_splice(array, INT64_MAX, INT64_MAX, view.data,
                                      view.length / array->kind->size);
    buffer_release(&view);
    return fine;
}

static bool append_text(TypedArray *array, const Str *text) {
    for (int64_t i = 0; i < text->length; i++)
        if (!typed_array_append(array, str_at(text, i))) return false;
    return true;
}

static bool append_array(TypedArray *array, TypedArray *other) {
    int64_t count;
    const uint8_t *items = typed_array_items(other, &count);
    return typed_array_splice(array, INT64_MAX, INT64_MAX, items, count);
}

static bool check_initial(Value initial, char code) {
    if (code == 'u') return true;
    if (is_str(initial)) {
        raise_error(&TypeError, "cannot use a str to initialize an array with typecode '%c'", code);
        return false;
    }
    if (is_array(initial) && as_array(initial)->kind->code == 'u') {
        raise_error(&TypeError, "cannot use a unicode array to initialize an array with typecode '%c'",
                    code);
        return false;
    }
    return true;
}

static bool fill(TypedArray *array, Value initial) {
    if (is_kind(initial, TYPE_BYTES | TYPE_BYTEARRAY)) return append_bytes(array, initial);
    if (is_str(initial)) return append_text(array, as_str(initial));
    if (is_array(initial) && as_array(initial)->kind == array->kind)
        return append_array(array, as_array(initial));
    return typed_array_extend(array, initial);
}

static Value array_new_instance(Type *type, Value *args, size_t count, Tuple *names) {
    if (type == &typed_array_type && names && names->length > 0)
        return raise_error(&TypeError, "array.array() takes no keyword arguments");
    if (count < 1) return raise_error(&TypeError, "array() takes at least 1 argument (0 given)");
    if (count > 2)
        return raise_error(&TypeError, "array() takes at most 2 arguments (%zu given)", count);
    if (!is_str(args[0]) || as_str(args[0])->length != 1)
        return raise_error(&TypeError, "array() argument 1 must be a unicode character, not %T", args[0]);
    uint32_t code = str_at(as_str(args[0]), 0);
    if (!AUDIT("array.__new__", args[0], count == 2 ? args[1] : VALUE_NONE)) return VALUE_ERROR;
    if (count == 2 && code < 0x80 && !check_initial(args[1], (char)code)) return VALUE_ERROR;
    const ArrayKind *kind = array_kind_of(code);
    if (!kind)
        return raise_error(&ValueError,
                           "bad typecode (must be b, B, u, h, H, i, I, l, L, q, Q, f or d)");
    TypedArray *array = typed_array_new(type, kind, 0);
    if (!array || (count == 2 && !fill(array, args[1]))) return VALUE_ERROR;
    return object_value(array);
}

/* --- as a sequence ------------------------------------------------------------------------------------------- */

static int64_t array_length(Value self) { return load_acquire(&as_array(self)->length); }

/* A subscript as an index, from the end if negative. */
static bool get_index(Value self, Value key, int64_t *index) {
    *index = value_index_int64(key, &IndexError);
    if (*index == -1 && error_occurred()) return false;
    if (*index < 0) *index += array_length(self);
    return true;
}

static Value get_slice(TypedArray *array, Value slice) {
    int64_t start, stop, step, count;
    if (!slice_unpack(slice, &start, &stop, &step)) return VALUE_ERROR;
    typed_array_items(array, &count);
    int64_t first = start, last = stop, taken = slice_adjust(count, &first, &last, step);
    int64_t size = array->kind->size;
    TypedArray *result = typed_array_new(&typed_array_type, array->kind, taken);
    if (!result) return VALUE_ERROR;
    object_lock(array);
    bool same = array->length == count;
    const uint8_t *items = typed_array_items(array, &count);
    if (same && step == 1 && taken > 0) {
        typed_array_copy(result->store->data, items + first * size, taken, (unsigned)size);
    } else if (same) {
        for (int64_t i = 0, from = first; i < taken; i++, from += step)
            typed_array_copy((uint8_t *)result->store->data + i * size, items + from * size, 1,
                             (unsigned)size);
    }
    object_unlock(array);
    return same ? object_value(result) : get_slice(array, slice);
}

static Value array_getitem(Value self, Value key) {
    int64_t index;
    if (is_slice(key)) return get_slice(as_array(self), key);
    if (!has_index(key)) return raise_error(&TypeError, "array indices must be integers");
    if (!get_index(self, key, &index)) return VALUE_ERROR;
    Value item = typed_array_get(as_array(self), index);
    return is_empty(item) ? raise_error(&IndexError, "array index out of range") : item;
}

/* Removes every step-th item: builds the rest and puts it in place of the whole. */
static bool delete_slice(TypedArray *array, int64_t start, int64_t step, int64_t taken) {
    int64_t count, size = array->kind->size;
    if (taken <= 0) return true;
    const uint8_t *items = typed_array_items(array, &count);
    if (step < 0) {
        start += (taken - 1) * step;
        step = -step;
    }
    Value rest = copy_of(&typed_array_type, array->kind, items, 0);
    if (is_error(rest)) return false;
    int64_t from = 0;
    for (int64_t i = 0; i < taken; i++, start += step) {
        int64_t end = min_int64(start, count);
        if (!typed_array_splice(as_array(rest), INT64_MAX, INT64_MAX, items + from * size,
                                max_int64(end - from, 0)))
            return false;
        from = min_int64(start + 1, count);
    }
    if (!typed_array_splice(as_array(rest), INT64_MAX, INT64_MAX, items + from * size, count - from))
        return false;
    int64_t rest_count;
    const uint8_t *rest_items = typed_array_items(as_array(rest), &rest_count);
    return typed_array_splice(array, 0, count, rest_items, rest_count);
}

static bool set_slice(TypedArray *array, Value slice, Value v) {
    int64_t start, stop, step, length, count = 0;
    if (!slice_unpack(slice, &start, &stop, &step)) return false;
    typed_array_items(array, &length);
    int64_t taken = slice_adjust(length, &start, &stop, step), size = array->kind->size;
    if ((step > 0 && stop < start) || (step < 0 && stop > start)) stop = start;
    if (is_empty(v)) {
        if (step == 1) return typed_array_splice(array, start, stop, NULL, 0);
        return delete_slice(array, start, step, taken);
    }
    if (!is_array(v)) {
        raise_error(&TypeError, "can only assign array (not \"%T\") to array slice", v);
        return false;
    }
    if (as_array(v)->kind != array->kind) {
        raise_error(&TypeError, "bad argument type for built-in operation");
        return false;
    }
    if (as_array(v) == array) { /* a[i:j] = a */
        const uint8_t *own = typed_array_items(array, &count);
        v = copy_of(&typed_array_type, array->kind, own, count);
        if (is_error(v)) return false;
    }
    const uint8_t *items = typed_array_items(as_array(v), &count);
    if (step == 1) return typed_array_splice(array, start, stop, items, count);
    if (count == 0) return delete_slice(array, start, step, taken);
    if (count != taken) {
        raise_error(&ValueError, "attempt to assign array of size %lld to extended slice of size %lld",
                    (long long)count, (long long)taken);
        return false;
    }
    for (int64_t i = 0; i < taken; i++, start += step) {
        uint64_t bits = 0;
        typed_array_copy(&bits, items + i * size, 1, (unsigned)size);
        typed_array_set(array, start, bits);
    }
    return true;
}

static bool array_setitem(Value self, Value key, Value v) {
    int64_t index;
    uint64_t bits;
    TypedArray *array = as_array(self);
    if (is_slice(key)) return set_slice(array, key, v);
    if (!has_index(key)) {
        raise_error(&TypeError, "array indices must be integers");
        return false;
    }
    if (!get_index(self, key, &index)) return false;
    if ((uint64_t)index >= (uint64_t)array_length(self)) {
        raise_error(&IndexError, "array assignment index out of range");
        return false;
    }
    if (is_empty(v)) return typed_array_splice(array, index, index + 1, NULL, 0);
    if (!array->kind->parse(v, &bits)) return false;
    if (typed_array_set(array, index, bits)) return true;
    raise_error(&IndexError, "array assignment index out of range");
    return false;
}

/* Items have no identity: a NaN equals nothing. */
static int item_equal(Value item, Value v) {
    if (is_double(item) && double_of(item) != double_of(item)) return 0;
    return value_equal(item, v);
}

/* Where v stands in [start, stop), -1: nowhere, with the lock held; -2: it takes Python to tell. */
static int64_t find_quick(TypedArray *array, Value v, int64_t start, int64_t stop) {
    if (is_object(v)) return -2;
    for (int64_t i = start; i < min_int64(stop, array->length); i++) {
        Value item = typed_array_get(array, i);
        if (is_error(item)) {
            error_clear(); /* asked again without the lock */
            return -2;
        }
        if (is_double(item) && double_of(item) != double_of(item)) continue;
        int equal = same_value(item, v) ? 1 : keys_equal_quick(item, v);
        if (equal != 0) return equal < 0 ? -2 : i;
    }
    return -1;
}

/* Where v stands in [start, stop): -1 nowhere, -2 error. Runs Python. */
static int64_t find(TypedArray *array, Value v, int64_t start, int64_t stop) {
    object_lock(array);
    int64_t found = find_quick(array, v, start, stop);
    object_unlock(array);
    if (found != -2) return found;
    for (int64_t i = start; i < stop; i++) {
        Value item = typed_array_get(array, i);
        if (is_empty(item)) return -1;
        if (is_error(item)) return -2;
        int equal = item_equal(item, v);
        if (equal != 0) return equal < 0 ? -2 : i;
    }
    return -1;
}

static int array_contains(Value self, Value v) {
    int64_t index = find(as_array(self), v, 0, INT64_MAX);
    return index == -2 ? -1 : index >= 0;
}

static Value array_concat(Value self, Value other) {
    if (!is_array(other))
        return raise_error(&TypeError, "can only append array (not \"%T\") to array", other);
    if (as_array(self)->kind != as_array(other)->kind)
        return raise_error(&TypeError, "bad argument type for built-in operation");
    int64_t count;
    const uint8_t *items = typed_array_items(as_array(self), &count);
    Value result = copy_of(&typed_array_type, as_array(self)->kind, items, count);
    if (is_error(result) || !append_array(as_array(result), as_array(other))) return VALUE_ERROR;
    return result;
}

static bool extend(TypedArray *array, Value v) {
    if (!is_array(v)) return typed_array_extend(array, v);
    if (as_array(v)->kind == array->kind) return append_array(array, as_array(v));
    raise_error(&TypeError, "can only extend with array of same kind");
    return false;
}

static Value array_inplace_concat(Value self, Value other) {
    if (!is_array(other))
        return raise_error(&TypeError, "can only extend array with array (not \"%T\")", other);
    return extend(as_array(self), other) ? self : VALUE_ERROR;
}

static Value array_repeat(Value self, int64_t times) {
    int64_t count, total;
    TypedArray *array = as_array(self);
    const uint8_t *items = typed_array_items(array, &count);
    if (__builtin_mul_overflow(count, max_int64(times, 0), &total)) return raise_memory_error();
    TypedArray *result = typed_array_new(&typed_array_type, array->kind, total);
    if (!result) return VALUE_ERROR;
    int64_t bytes = count * array->kind->size;
    for (int64_t i = 0; i < times && bytes > 0; i++)
        typed_array_copy((uint8_t *)result->store->data + i * bytes, items, count, array->kind->size);
    return object_value(result);
}

static Value array_inplace_repeat(Value self, int64_t times) {
    Value repeated = array_repeat(self, times);
    if (is_error(repeated)) return VALUE_ERROR;
    int64_t count;
    const uint8_t *items = typed_array_items(as_array(repeated), &count);
    return typed_array_splice(as_array(self), 0, INT64_MAX, items, count) ? self : VALUE_ERROR;
}

/* --- comparison and repr ---------------------------------------------------------------------------------------- */

static Value array_compare(Value self, Value other, CompareOp op) {
    if (!is_array(self) || !is_array(other)) return VALUE_NOT_IMPLEMENTED;
    TypedArray *a = as_array(self), *b = as_array(other);
    if (array_length(self) != array_length(other) && (op == COMPARE_EQ || op == COMPARE_NE))
        return bool_value(op == COMPARE_NE);
    for (int64_t i = 0;; i++) {
        Value x = typed_array_get(a, i), y = typed_array_get(b, i);
        if (is_error(x) || is_error(y)) return VALUE_ERROR;
        if (is_empty(x) || is_empty(y)) {
            int order = is_empty(x) && is_empty(y) ? 0 : is_empty(x) ? -1 : 1;
            return value_compare(smallint_value(order), smallint_value(0), op);
        }
        int equal = item_equal(x, y);
        if (equal < 0) return VALUE_ERROR;
        if (!equal) return value_compare(x, y, op);
    }
}

static Value to_unicode(TypedArray *array) {
    int64_t count;
    const uint32_t *items = (const uint32_t *)typed_array_items(array, &count);
    for (int64_t i = 0; i < count; i++)
        if (load_relaxed(&items[i]) > 0x10FFFF)
            return raise_error(&ValueError, "character U+%x is not in range [U+0000; U+10ffff]",
                               (unsigned)items[i]);
    return str_value(str_from_code_points(items, (size_t)count));
}

static Value array_repr(Value self) {
    TypedArray *array = as_array(self);
    const char *name = type_name_of(self);
    if (array_length(self) == 0) return str_value(str_format("%s('%c')", name, array->kind->code));
    Value items;
    if (array->kind->code == 'u') {
        items = to_unicode(array);
    } else {
        List *list = typed_array_list(array);
        items = list ? object_value(list) : VALUE_ERROR;
    }
    if (is_error(items)) return VALUE_ERROR;
    return str_value(str_format("%s('%c', %R)", name, array->kind->code, items));
}

/* --- buffers ------------------------------------------------------------------------------------------------------- */

static bool array_get_buffer(Value self, BufferView *view, unsigned flags) {
    TypedArray *array = as_array(self);
    object_lock(array);
    fetch_add_acq_rel(&array->exports, 1);
    *view = (BufferView){
        .data = array->store ? (void *)array->store->data : (void *)"",
        .length = array->length * array->kind->size,
        .owner = self,
        .item_size = array->kind->size,
        .dimensions = 1,
        .format = array->kind->format,
    };
    object_unlock(array);
    return true;
}

static void array_release_buffer(Value self, BufferView *view) {
    fetch_add_acq_rel(&as_array(self)->exports, -1);
}

/* --- methods --------------------------------------------------------------------------------------------------------- */

static Value done(bool fine) { return fine ? VALUE_NONE : VALUE_ERROR; }

static Value method_append(Value *args) {
    uint64_t bits;
    return done(as_array(args[0])->kind->parse(args[1], &bits) &&
                typed_array_append(as_array(args[0]), bits));
}

static Value method_extend(Value *args) { return done(extend(as_array(args[0]), args[1])); }

static Value method_insert(Value *args) {
    uint64_t bits;
    int64_t index;
    if (!get_index(args[0], args[1], &index)) return VALUE_ERROR;
    if (!as_array(args[0])->kind->parse(args[2], &bits)) return VALUE_ERROR;
    index = max_int64(index, 0);
    return done(typed_array_splice(as_array(args[0]), index, index, &bits, 1));
}

static Value method_pop(Value *args) {
    TypedArray *array = as_array(args[0]);
    int64_t index = -1;
    if (!is_empty(args[1]) && !argument_int64(args[1], &index)) return VALUE_ERROR;
    for (;;) {
        object_lock(array);
        int64_t length = array->length, at = index < 0 ? index + length : index;
        Value item = at >= 0 && at < length ? typed_array_get(array, at) : VALUE_EMPTY;
        bool good = !is_empty(item) && !is_error(item);
        bool removed = good && typed_array_remove_locked(array, at);
        object_unlock(array);
        if (is_error(item)) return item;
        if (!good)
            return raise_error(&IndexError, length == 0 ? "pop from empty array" : "pop index out of range");
        if (removed) return item;
        if (!typed_array_wait_for_exports(array)) return VALUE_ERROR;
    }
}

static Value method_remove(Value *args) {
    TypedArray *array = as_array(args[0]);
    int64_t index;
    for (;;) {
        object_lock(array);
        index = find_quick(array, args[1], 0, INT64_MAX);
        bool removed = index >= 0 && typed_array_remove_locked(array, index);
        object_unlock(array);
        if (removed) return VALUE_NONE;
        if (index < 0) break;
        if (!typed_array_wait_for_exports(array)) return VALUE_ERROR;
    }
    if (index == -2) index = find(array, args[1], 0, INT64_MAX);
    if (index == -1) return raise_error(&ValueError, "array.remove(x): x not in array");
    return done(index >= 0 && typed_array_splice(array, index, index + 1, NULL, 0));
}

static Value method_index(Value *args) {
    int64_t start = 0, stop = INT64_MAX, length = array_length(args[0]);
    if (!is_empty(args[2])) {
        start = value_index_int64(args[2], NULL);
        if (start == -1 && error_occurred()) return VALUE_ERROR;
    }
    if (!is_empty(args[3])) {
        stop = value_index_int64(args[3], NULL);
        if (stop == -1 && error_occurred()) return VALUE_ERROR;
    }
    if (start < 0) start = max_int64(start + length, 0);
    if (stop < 0) stop += length;
    int64_t index = find(as_array(args[0]), args[1], start, stop);
    if (index == -1) return raise_error(&ValueError, "array.index(x): x not in array");
    return index == -2 ? VALUE_ERROR : int_value(index);
}

static Value method_count(Value *args) {
    int64_t found = 0;
    for (int64_t i = 0;; i++) {
        Value item = typed_array_get(as_array(args[0]), i);
        if (is_empty(item)) return int_value(found);
        int equal = is_error(item) ? -1 : item_equal(item, args[1]);
        if (equal < 0) return VALUE_ERROR;
        found += equal;
    }
}

static void swap_bytes(uint8_t *p, unsigned size) {
    uint8_t item[8], swapped[8];
    typed_array_copy(item, p, 1, size);
    for (unsigned i = 0; i < size; i++) swapped[i] = item[size - 1 - i];
    typed_array_copy(p, swapped, 1, size);
}

static Value method_byteswap(Value *args) {
    TypedArray *array = as_array(args[0]);
    unsigned size = array->kind->size;
    object_lock(array);
    for (int64_t i = 0; size > 1 && i < array->length; i++)
        swap_bytes((uint8_t *)array->store->data + i * size, size);
    object_unlock(array);
    return VALUE_NONE;
}

static Value method_reverse(Value *args) {
    TypedArray *array = as_array(args[0]);
    unsigned size = array->kind->size;
    object_lock(array);
    uint8_t *data = array->store ? (uint8_t *)array->store->data : NULL;
    for (int64_t i = 0, j = array->length - 1; i < j; i++, j--) {
        uint64_t first, last;
        typed_array_copy(&first, data + i * size, 1, size);
        typed_array_copy(&last, data + j * size, 1, size);
        typed_array_copy(data + i * size, &last, 1, size);
        typed_array_copy(data + j * size, &first, 1, size);
    }
    object_unlock(array);
    return VALUE_NONE;
}

static Value method_buffer_info(Value *args) {
    int64_t count;
    const uint8_t *items = typed_array_items(as_array(args[0]), &count);
    Value address = int_from_uint64((uint64_t)(uintptr_t)items);
    if (is_error(address)) return VALUE_ERROR;
    Tuple *pair = tuple_pack(2, address, int_value(count));
    return pair ? object_value(pair) : VALUE_ERROR;
}

static Value method_copy(Value *args) {
    int64_t count;
    const uint8_t *items = typed_array_items(as_array(args[0]), &count);
    return copy_of(&typed_array_type, as_array(args[0])->kind, items, count);
}

static Value method_tobytes(Value *args) {
    int64_t count;
    const uint8_t *items = typed_array_items(as_array(args[0]), &count);
    Bytes *bytes = bytes_new(count * as_array(args[0])->kind->size);
    if (!bytes) return VALUE_ERROR;
    typed_array_copy(bytes->data, items, count, as_array(args[0])->kind->size);
    return object_value(bytes);
}

static Value method_frombytes(Value *args) { return done(append_bytes(as_array(args[0]), args[1])); }

static Value method_tolist(Value *args) {
    List *list = typed_array_list(as_array(args[0]));
    return list ? object_value(list) : VALUE_ERROR;
}

/* All or nothing: the items are converted into an array of their own first. */
static Value method_fromlist(Value *args) {
    if (!is_list(args[1])) return raise_error(&TypeError, "arg must be list");
    TypedArray *converted = typed_array_new(&typed_array_type, as_array(args[0])->kind, 0);
    if (!converted) return VALUE_ERROR;
    int64_t length = list_length(as_list(args[1]));
    for (int64_t i = 0; i < length; i++) {
        Value item = list_get(as_list(args[1]), i);
        uint64_t bits;
        if (is_empty(item) || list_length(as_list(args[1])) != length)
            return raise_error(&RuntimeError, "list changed size during iteration");
        if (!converted->kind->parse(item, &bits) || !typed_array_append(converted, bits))
            return VALUE_ERROR;
    }
    return done(append_array(as_array(args[0]), converted));
}

static Value method_tounicode(Value *args) {
    if (as_array(args[0])->kind->code != 'u')
        return raise_error(&ValueError, "tounicode() may only be called on unicode type arrays");
    return to_unicode(as_array(args[0]));
}

static Value method_fromunicode(Value *args) {
    if (!is_str(args[1]))
        return raise_error(&TypeError, "fromunicode() argument must be str, not %T", args[1]);
    if (as_array(args[0])->kind->code != 'u')
        return raise_error(&ValueError, "fromunicode() may only be called on unicode type arrays");
    return done(append_text(as_array(args[0]), as_str(args[1])));
}

static Value method_fromfile(Value *args) {
    TypedArray *array = as_array(args[0]);
    int64_t count = value_index_int64(args[2], &OverflowError), bytes;
    if (count == -1 && error_occurred()) return VALUE_ERROR;
    if (count < 0) return raise_error(&ValueError, "negative count");
    if (__builtin_mul_overflow(count, (int64_t)array->kind->size, &bytes)) return raise_memory_error();
    Value data = call_method_1(args[1], "read", int_value(bytes));
    if (is_error(data)) return VALUE_ERROR;
    if (!is_bytes(data)) return raise_error(&TypeError, "read() didn't return bytes");
    if (!append_bytes(array, data)) return VALUE_ERROR;
    if (as_bytes(data)->length != bytes)
        return raise_error(&EOFError, "read() didn't return enough bytes");
    return VALUE_NONE;
}

static Value method_tofile(Value *args) {
    int64_t count;
    const uint8_t *items = typed_array_items(as_array(args[0]), &count);
    int64_t length = count * as_array(args[0])->kind->size;
    for (int64_t start = 0; start < length; start += FILE_BLOCK) {
        Bytes *block = bytes_from(items + start, (size_t)min_int64(FILE_BLOCK, length - start));
        if (!block || is_error(call_method_1(args[1], "write", object_value(block))))
            return VALUE_ERROR;
    }
    return VALUE_NONE;
}

static Value method_sizeof(Value *args) {
    ArrayStore *store = load_acquire(&as_array(args[0])->store);
    return int_value((int64_t)(sizeof(TypedArray) + (store ? heap_cell_size(store) : 0)));
}

static Value get_typecode(Value self) {
    return str_value(str_from_char((uint32_t)as_array(self)->kind->code));
}
static Value get_itemsize(Value self) { return smallint_value(as_array(self)->kind->size); }

static const MethodDef methods[] = {
    METHOD("append", method_append, "($self, v, /)", "Append new value v to the end of the array."),
    METHOD("buffer_info", method_buffer_info, "($self, /)",
           "Return a tuple (address, length) giving the current memory address and the length in "
           "items of the buffer used to hold array's contents."),
    METHOD("byteswap", method_byteswap, "($self, /)", "Byteswap all items of the array."),
    METHOD("__copy__", method_copy, "($self, /)", "Return a copy of the array."),
    METHOD("__deepcopy__", method_copy, "($self, unused, /)", "Return a copy of the array."),
    METHOD("count", method_count, "($self, v, /)", "Return number of occurrences of v in the array."),
    METHOD("extend", method_extend, "($self, bb, /)", "Append items to the end of the array."),
    METHOD("fromfile", method_fromfile, "($self, f, n, /)",
           "Read n objects from the file object f and append them to the end of the array."),
    METHOD("fromlist", method_fromlist, "($self, list, /)", "Append items to array from list."),
    METHOD("frombytes", method_frombytes, "($self, buffer, /)",
           "Appends items from the string, interpreting it as an array of machine values."),
    METHOD("fromunicode", method_fromunicode, "($self, ustr, /)",
           "Extends this array with data from the unicode string ustr."),
    METHOD("index", method_index, "($self, v, start=0, stop=sys.maxsize, /)",
           "Return index of first occurrence of v in the array.\n\n"
           "Raise ValueError if the value is not present."),
    METHOD("insert", method_insert, "($self, i, v, /)",
           "Insert a new item v into the array before position i."),
    METHOD("pop", method_pop, "($self, i=-1, /)",
           "Return the i-th element and delete it from the array."),
    METHOD("__reduce_ex__", array_reduce_ex, "($self, value, /)",
           "Return state information for pickling."),
    METHOD("remove", method_remove, "($self, v, /)", "Remove the first occurrence of v in the array."),
    METHOD("reverse", method_reverse, "($self, /)", "Reverse the order of the items in the array."),
    METHOD("tobytes", method_tobytes, "($self, /)",
           "Convert the array to an array of machine values and return the bytes representation."),
    METHOD("tofile", method_tofile, "($self, f, /)",
           "Write all items (as machine values) to the file object f."),
    METHOD("tolist", method_tolist, "($self, /)",
           "Convert array to an ordinary list with the same items."),
    METHOD("tounicode", method_tounicode, "($self, /)",
           "Convert the array to a unicode string."),
    METHOD("__sizeof__", method_sizeof, "($self, /)", "Size of the array in memory, in bytes."),
    {0},
};

static const GetSetDef getset[] = {
    {"typecode", get_typecode, NULL, "the typecode character used to create the array"},
    {"itemsize", get_itemsize, NULL, "the size, in bytes, of one array item"},
    {0},
};

/* --- the iterator ------------------------------------------------------------------------------------------------------ */

typedef struct ArrayIterator {
    Object object;
    Value array;   /* atomic; empty when exhausted */
    int64_t index; /* atomic */
} ArrayIterator;

static void iterator_trace(Cell *cell, Marker *marker) {
    marker_visit(marker, value_load_relaxed(&((ArrayIterator *)cell)->array));
}

static Value array_iter(Value self) {
    ArrayIterator *iterator = object_alloc(&array_iterator_type, sizeof(ArrayIterator));
    if (!iterator) return VALUE_ERROR;
    iterator->array = self;
    return object_value(iterator);
}

static Value iterator_next(Value self) {
    ArrayIterator *iterator = OBJECT_AS(ArrayIterator, self);
    Value array = value_load_acquire(&iterator->array);
    if (is_empty(array)) return VALUE_EMPTY;
    int64_t index = fetch_add_relaxed(&iterator->index, 1);
    Value item = typed_array_get(as_array(array), index);
    if (is_empty(item)) heap_store_release(iterator, &iterator->array, VALUE_EMPTY);
    return item;
}

static Value iterator_method_reduce(Value *args) {
    ArrayIterator *iterator = OBJECT_AS(ArrayIterator, args[0]);
    return iterator_reduce("iter", value_load_acquire(&iterator->array),
                           load_relaxed(&iterator->index));
}

static Value iterator_setstate(Value *args) {
    ArrayIterator *iterator = OBJECT_AS(ArrayIterator, args[0]);
    int64_t index = value_index_int64(args[1], &OverflowError);
    if (index == -1 && error_occurred()) return VALUE_ERROR;
    Value array = value_load_acquire(&iterator->array);
    if (!is_empty(array))
        store_relaxed(&iterator->index, max_int64(0, min_int64(index, array_length(array))));
    return VALUE_NONE;
}

static const MethodDef iterator_methods[] = {
    METHOD("__reduce__", iterator_method_reduce, "($self, /)", "Return state information for pickling."),
    METHOD("__setstate__", iterator_setstate, "($self, state, /)",
           "Set state information for unpickling."),
    {0},
};

Type array_iterator_type = {
    .root = {.cell_kind = {.trace = iterator_trace}},
    .name = "array.arrayiterator",
    .base = &object_type_object,
    .flags = TYPE_IMMUTABLE | TYPE_NO_NEW,
    .size = sizeof(ArrayIterator),
    .iter = iter_self,
    .next = iterator_next,
    .methods = iterator_methods,
};

Type typed_array_type = {
    .root = {.cell_kind = {.trace = array_trace}},
    .name = "array.array",
    .doc = "array(typecode [, initializer]) -> array\n\n"
           "Return a new array whose items are restricted by typecode, and\n"
           "initialized from the optional initializer value, which must be a list,\n"
           "string or iterable over elements of the appropriate type.\n\n"
           "Type codes: 'b', 'B' signed and unsigned char; 'u' a Unicode character; 'h', 'H' short;\n"
           "'i', 'I' int; 'l', 'L' long; 'q', 'Q' long long; 'f' float; 'd' double.",
    .base = &object_type_object,
    .flags = TYPE_BASE | TYPE_IMMUTABLE | TYPE_SEQUENCE | TYPE_HAS_WEAKREF,
    .size = sizeof(TypedArray),
    .new_instance = array_new_instance,
    .repr = array_repr,
    .hash = hash_not_possible,
    .compare = array_compare,
    .iter = array_iter,
    .length = array_length,
    .getitem = array_getitem,
    .setitem = array_setitem,
    .contains = array_contains,
    .concat = array_concat,
    .repeat = array_repeat,
    .inplace_concat = array_inplace_concat,
    .inplace_repeat = array_inplace_repeat,
    .get_buffer = array_get_buffer,
    .release_buffer = array_release_buffer,
    .methods = methods,
    .getset = getset,
};

/* --- the module ------------------------------------------------------------------------------------------------------------ */

static const MethodDef functions[] = {
    METHOD("_array_reconstructor", array_reconstruct,
           "($module, arraytype, typecode, mformat_code, items, /)",
           "Internal. Used for pickling support."),
    {0},
};

static Type *const types[] = {&typed_array_type, NULL};

static bool init(Module *module) {
    type_ready(&array_iterator_type);
    Value abstract = import_attribute("collections.abc", "MutableSequence");
    if (is_error(abstract)) return false;
    if (is_error(call_method_1(abstract, "register", object_value(&typed_array_type)))) return false;
    return module_add(module, "ArrayType", object_value(&typed_array_type)) &&
           module_add_str(module, "typecodes", "bBuhHiIlLqQfd");
}

const NativeModule module_array = {
    .name = "array",
    .doc = "This module defines an object type which can efficiently represent\n"
           "an array of basic values: characters, integers, floating point\n"
           "numbers.  Arrays are sequence types and behave very much like lists,\n"
           "except that the type of objects stored in them is constrained.",
    .functions = functions,
    .types = types,
    .init = init,
};
