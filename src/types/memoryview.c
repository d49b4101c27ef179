/* memoryview.c - the type `memoryview`.
 *
 * A MemoryView holds one buffer of its owner: slices and casts of a view ask the owner again, so each
 * is released by itself. The numbers that describe the memory are constant; only `released` and
 * `exports` change. Shape and strides lie behind the struct.
 *
 * Releasing. release() gives the buffer back once; a view that dies gives it back from the
 * collector's release callback, if the owner lives (the world is stopped then, and giving back is a
 * count). A thread that reads through a view while another releases it reads memory that the owner's
 * former store still holds: the pointer is on its stack. */
#include <math.h>
#include <string.h>
#include "base/hash.h"
#include "types/bytes_methods.h"
#include "types/exception.h"
#include "types/float.h"
#include "types/module.h"
#include "types/str_buffer.h"

#define DIMENSIONS_MAX 64

typedef struct MemoryView {
    Object object;
    BufferView view;
    uint8_t released; /* atomic */
    int64_t exports;  /* atomic: buffers taken of this view */
    int64_t hash;     /* atomic; -1: unknown */
    int64_t sizes[];  /* shape, then strides: `dimensions` each */
} MemoryView;

static inline MemoryView *as_view(Value v) { return OBJECT_AS(MemoryView, v); }
static inline int64_t *shape_of(MemoryView *m) { return m->sizes; }
static inline int64_t *strides_of(MemoryView *m) { return m->sizes + m->view.dimensions; }
static inline const char *format_of(const MemoryView *m) {
    return m->view.format ? m->view.format : "B";
}

static void trace(Cell *cell, Marker *marker) {
    MemoryView *m = (MemoryView *)cell;
    marker_visit(marker, m->view.owner);
    marker_visit_conservative(marker, &m->view.data, &m->view.data + 1);
    marker_visit_conservative(marker, &m->view.format, &m->view.format + 1);
    marker_visit_conservative(marker, &m->view.internal, &m->view.internal + 1);
}

static void release_dead(Cell *cell) {
    MemoryView *m = (MemoryView *)cell;
    Value owner = m->view.owner;
    if (m->released || is_empty(owner) || !marker_is_live(object_of(owner))) return;
    Type *type = type_of(owner);
    if (type->release_buffer) type->release_buffer(owner, &m->view);
}

static bool usable(MemoryView *m) {
    if (!load_acquire(&m->released)) return true;
    raise_error(&ValueError, "operation forbidden on released memoryview object");
    return false;
}

static bool not_implemented(const char *message) {
    raise_error(&NotImplementedError, "%s", message);
    return false;
}

/* --- making ------------------------------------------------------------------------------------- */

/* A view of `owner` with room for `dimensions`; shape and strides are to be filled. */
static MemoryView *view_new(Value owner, int dimensions) {
    BufferView buffer;
    MemoryView *m =
        object_alloc_releasable(&memoryview_type, sizeof *m + (size_t)dimensions * 2 * 8);
    if (!m) return NULL;
    m->released = 1; /* nothing to give back yet */
    m->hash = -1;
    if (!buffer_get(owner, &buffer, BUFFER_FORMAT | BUFFER_STRIDED)) return NULL;
    m->view = buffer;
    m->view.dimensions = dimensions;
    m->view.shape = m->sizes;
    m->view.strides = m->sizes + dimensions;
    store_release(&m->released, (uint8_t)0);
    return m;
}

static void fill_contiguous_strides(MemoryView *m) {
    int64_t stride = m->view.item_size;
    for (int i = m->view.dimensions; i-- > 0;) {
        strides_of(m)[i] = stride;
        stride *= shape_of(m)[i];
    }
}

/* Another view like `from`. */
static MemoryView *view_copy(MemoryView *from, int dimensions) {
    MemoryView *m = view_new(from->view.owner, dimensions);
    if (!m) return NULL;
    m->view.data = from->view.data;
    m->view.length = from->view.length;
    m->view.item_size = from->view.item_size;
    m->view.readonly = from->view.readonly;
    m->view.format = from->view.format;
    if (dimensions == from->view.dimensions)
        memcpy(m->sizes, from->sizes, (size_t)dimensions * 2 * sizeof(int64_t));
    return m;
}

Value memoryview_from(Value v) {
    if (is_exactly(v, &memoryview_type)) {
        MemoryView *from = as_view(v);
        MemoryView *m = usable(from) ? view_copy(from, from->view.dimensions) : NULL;
        return m ? object_value(m) : VALUE_ERROR;
    }
    if (!has_buffer(v))
        return raise_error(&TypeError, "memoryview: a bytes-like object is required, not '%T'", v);
    BufferView probe;
    if (!buffer_get(v, &probe, BUFFER_FORMAT | BUFFER_STRIDED)) return VALUE_ERROR;
    MemoryView *m = view_new(v, probe.dimensions);
    if (m) {
        for (int i = 0; i < probe.dimensions; i++)
            shape_of(m)[i] = probe.shape ? probe.shape[i] : probe.length / probe.item_size;
        if (probe.strides)
            memcpy(strides_of(m), probe.strides, (size_t)probe.dimensions * sizeof(int64_t));
        else fill_contiguous_strides(m);
    }
    buffer_release(&probe);
    return m ? object_value(m) : VALUE_ERROR;
}

static Value new_instance(Type *type, Value *args, size_t count, Tuple *names) {
    static const char signature[] = "(object)";
    static Signature *parsed;
    Value a[1];
    if (!bind_arguments("memoryview", signature, &parsed, args, count, names, a)) return VALUE_ERROR;
    return memoryview_from(a[0]);
}

/* --- layout ------------------------------------------------------------------------------------- */

static bool is_c_contiguous(MemoryView *m) {
    int64_t stride = m->view.item_size;
    if (m->view.length == 0 && m->view.dimensions != 1) return true;
    for (int i = m->view.dimensions; i-- > 0;) {
        if (shape_of(m)[i] != 1 && strides_of(m)[i] != stride) return false;
        stride *= shape_of(m)[i];
    }
    return true;
}

static bool is_f_contiguous(MemoryView *m) {
    int64_t stride = m->view.item_size;
    if (m->view.length == 0 && m->view.dimensions != 1) return true;
    for (int i = 0; i < m->view.dimensions; i++) {
        if (shape_of(m)[i] != 1 && strides_of(m)[i] != stride) return false;
        stride *= shape_of(m)[i];
    }
    return true;
}

/* Copies the items in C order, or in Fortran order. */
static uint8_t *copy_items(MemoryView *m, const uint8_t *from, int dimension, bool fortran,
                           uint8_t *out) {
    int64_t size = m->view.item_size;
    int n = m->view.dimensions;
    if (n == 0) {
        memcpy(out, from, (size_t)size);
        return out + size;
    }
    int64_t count = shape_of(m)[dimension], stride = strides_of(m)[dimension];
    bool innermost = fortran ? dimension == 0 : dimension == n - 1;
    if (innermost && stride == size) {
        memcpy(out, from, (size_t)(count * size));
        return out + count * size;
    }
    for (int64_t i = 0; i < count; i++, from += stride) {
        if (innermost) {
            memcpy(out, from, (size_t)size);
            out += size;
        } else {
            out = copy_items(m, from, dimension + (fortran ? -1 : 1), fortran, out);
        }
    }
    return out;
}

/* The bytes of the items in C order; NULL: MemoryError. */
static const uint8_t *contiguous(MemoryView *m, bool fortran) {
    if (fortran ? is_f_contiguous(m) : is_c_contiguous(m)) return m->view.data;
    StrBuffer *buffer = str_buffer_new(m->view.length);
    if (!buffer) return NULL;
    copy_items(m, m->view.data, fortran ? m->view.dimensions - 1 : 0, fortran,
               (uint8_t *)buffer->bytes);
    return (const uint8_t *)buffer->bytes;
}

/* --- items -------------------------------------------------------------------------------------- */

/* The character of a native single-character format, or 0. */
static char native_code(const char *format) {
    if (*format == '@') format++;
    if (!format[0] || format[1] || !strchr("cbB?hHiIlLqQnNfdP", format[0])) return 0;
    return format[0];
}

static int64_t native_size(char code) {
    switch (code) {
    case 'c': case 'b': case 'B': case '?': return 1;
    case 'h': case 'H': return sizeof(short);
    case 'i': case 'I': return sizeof(int);
    case 'f': return sizeof(float);
    default: return 8;
    }
}

#define LOAD(type)                                                                                 \
    ({                                                                                             \
        type loaded_;                                                                              \
        memcpy(&loaded_, p, sizeof loaded_);                                                       \
        loaded_;                                                                                   \
    })

static Value unpack(const uint8_t *p, char code) {
    switch (code) {
    case 'B': return smallint_value(*p);
    case 'b': return smallint_value((int8_t)*p);
    case 'c': return bytes_result(bytes_from(p, 1));
    case '?': return bool_value(*p != 0);
    case 'h': return smallint_value(LOAD(short));
    case 'H': return smallint_value(LOAD(unsigned short));
    case 'i': return smallint_value(LOAD(int));
    case 'I': return smallint_value(LOAD(unsigned));
    case 'l': case 'q': case 'n': return int_value(LOAD(int64_t));
    case 'L': case 'Q': case 'N': case 'P': return int_from_uint64(LOAD(uint64_t));
    case 'f': return double_value_checked(LOAD(float));
    default: return double_value_checked(LOAD(double));
    }
}

static Value unpack_at(MemoryView *m, const uint8_t *p) {
    char code = native_code(format_of(m));
    if (code) return unpack(p, code);
    return raise_error(&NotImplementedError, "memoryview: format %s not supported", format_of(m));
}

static bool invalid_value(MemoryView *m) {
    raise_error(&ValueError, "memoryview: invalid value for format '%s'", format_of(m));
    return false;
}
static bool invalid_type(MemoryView *m) {
    raise_error(&TypeError, "memoryview: invalid type for format '%s'", format_of(m));
    return false;
}

/* Turns the errors of a conversion into those of memoryview. */
static bool conversion_failed(MemoryView *m) {
    if (error_clear_if(&TypeError)) return invalid_type(m);
    if (error_clear_if(&OverflowError) || error_clear_if(&ValueError)) return invalid_value(m);
    return false;
}

/* Converts to bytes: 8 at `out`. Runs Python. */
static bool pack(MemoryView *m, Value v, char code, uint8_t out[8]) {
    switch (code) {
    case 'c':
        if (!is_bytes(v)) return invalid_type(m);
        if (as_bytes(v)->length != 1) return invalid_value(m);
        out[0] = as_bytes(v)->data[0];
        return true;
    case '?': {
        int truth = value_truth(v);
        out[0] = truth > 0;
        return truth >= 0;
    }
    case 'f': case 'd': {
        double d;
        if (!value_to_double(v, &d)) return conversion_failed(m);
        float f = (float)d;
        if (code == 'f' && isinf(f) && !isinf(d)) return invalid_value(m);
        if (code == 'f') memcpy(out, &f, sizeof f);
        else memcpy(out, &d, sizeof d);
        return true;
    }
    default: break;
    }
    if (!has_index(v)) return invalid_type(m);
    Value n = value_index(v);
    if (is_error(n)) return conversion_failed(m);
    int64_t size = native_size(code);
    if (strchr("BHILQNP", code)) {
        uint64_t u;
        if (!int_to_uint64(n, &u) || (size < 8 && u >> (size * 8))) return invalid_value(m);
        memcpy(out, &u, 8);
        return true;
    }
    int64_t i;
    if (!int_to_int64(n, &i)) return invalid_value(m);
    if (size < 8 && (i < -(INT64_C(1) << (size * 8 - 1)) || i >= INT64_C(1) << (size * 8 - 1)))
        return invalid_value(m);
    memcpy(out, &i, 8);
    return true;
}

/* --- indexing ----------------------------------------------------------------------------------- */

static bool offset_in(MemoryView *m, int dimension, int64_t index, uint8_t **p) {
    int64_t count = shape_of(m)[dimension];
    if (index < 0) index += count;
    if (index < 0 || index >= count) {
        raise_error(&IndexError, "index out of bounds on dimension %d", dimension + 1);
        return false;
    }
    *p += index * strides_of(m)[dimension];
    return true;
}

static bool index_of(Value key, int64_t *index) {
    *index = value_index_int64(key, &IndexError);
    return *index != -1 || !error_occurred();
}

/* The address of the item that an index or a tuple of them names. */
static uint8_t *item_address(MemoryView *m, Value key) {
    uint8_t *p = m->view.data;
    int64_t index;
    if (is_tuple(key)) {
        Tuple *indices = as_tuple(key);
        if (indices->length < m->view.dimensions) {
            not_implemented("sub-views are not implemented");
            return NULL;
        }
        if (indices->length > m->view.dimensions) {
            raise_error(&TypeError, "cannot index %d-dimension view with %zd-element tuple",
                        m->view.dimensions, (ptrdiff_t)indices->length);
            return NULL;
        }
        for (int i = 0; i < m->view.dimensions; i++)
            if (!index_of(indices->items[i], &index) || !offset_in(m, i, index, &p)) return NULL;
        return p;
    }
    if (m->view.dimensions == 0) {
        raise_error(&TypeError, "invalid indexing of 0-dim memory");
        return NULL;
    }
    if (!index_of(key, &index)) return NULL;
    if (m->view.dimensions > 1) {
        not_implemented("multi-dimensional sub-views are not implemented");
        return NULL;
    }
    return offset_in(m, 0, index, &p) ? p : NULL;
}

static bool all_are(Value key, bool (*test)(Value)) {
    if (!is_tuple(key)) return false;
    for (int64_t i = 0; i < as_tuple(key)->length; i++)
        if (!test(as_tuple(key)->items[i])) return false;
    return true;
}
static bool is_index(Value v) { return has_index(v); }
static bool is_slice_value(Value v) { return is_slice(v); }

static MemoryView *slice_view(MemoryView *m, Value key) {
    int64_t start, stop, step, count;
    if (!slice_resolve(key, shape_of(m)[0], &start, &stop, &step, &count)) return NULL;
    MemoryView *part = view_copy(m, m->view.dimensions);
    if (!part) return NULL;
    if (count < 0) count = 0;
    int64_t whole = shape_of(m)[0];
    part->view.data = (uint8_t *)m->view.data + (count ? start * strides_of(m)[0] : 0);
    shape_of(part)[0] = count;
    strides_of(part)[0] *= step;
    part->view.length = whole ? m->view.length / whole * count : 0;
    return part;
}

static Value getitem(Value self, Value key) {
    MemoryView *m = as_view(self);
    if (!usable(m)) return VALUE_ERROR;
    if (m->view.dimensions == 0) {
        if (is_tuple(key) && as_tuple(key)->length == 0) return unpack_at(m, m->view.data);
        if (is_ellipsis(key)) return self;
        return raise_error(&TypeError, "invalid indexing of 0-dim memory");
    }
    if (is_slice(key)) {
        MemoryView *part = slice_view(m, key);
        return part ? object_value(part) : VALUE_ERROR;
    }
    if (has_index(key) || all_are(key, is_index)) {
        if (!native_code(format_of(m))) return unpack_at(m, NULL);
        uint8_t *p = item_address(m, key);
        if (!p || !usable(m)) return VALUE_ERROR;
        return unpack_at(m, p);
    }
    if (all_are(key, is_slice_value))
        return raise_error(&NotImplementedError, "multi-dimensional slicing is not implemented");
    return raise_error(&TypeError, "memoryview: invalid slice key");
}

static bool different_structures(void) {
    raise_error(&ValueError,
                "memoryview assignment: lvalue and rvalue have different structures");
    return false;
}

static bool assign_slice(MemoryView *m, Value key, Value v) {
    if (m->view.dimensions != 1)
        return not_implemented("memoryview slice assignments are currently restricted to ndim = 1");
    Value source = memoryview_from(v);
    if (is_error(source)) return false;
    MemoryView *from = as_view(source), *to = slice_view(m, key);
    if (!to) return false;
    const char *a = format_of(from), *b = format_of(to);
    if (*a == '@') a++;
    if (*b == '@') b++;
    bool good = from->view.dimensions == 1 && strcmp(a, b) == 0 &&
                shape_of(from)[0] == shape_of(to)[0] && from->view.item_size == to->view.item_size;
    if (good && usable(m)) {
        const uint8_t *bytes = contiguous(from, false);
        size_t size = (size_t)to->view.item_size;
        StrBuffer *copy = bytes ? str_buffer_new(from->view.length) : NULL;
        if (copy) memcpy(copy->bytes, bytes, (size_t)from->view.length);
        for (int64_t i = 0; copy && i < shape_of(to)[0]; i++)
            memcpy((uint8_t *)to->view.data + i * strides_of(to)[0], copy->bytes + i * (int64_t)size,
                   size);
    }
    call_method_0(source, "release");
    call_method_0(object_value(to), "release");
    return good ? !error_occurred() : different_structures();
}

static bool setitem(Value self, Value key, Value v) {
    MemoryView *m = as_view(self);
    if (!usable(m)) return false;
    if (m->view.readonly) {
        raise_error(&TypeError, "cannot modify read-only memory");
        return false;
    }
    if (is_empty(v)) {
        raise_error(&TypeError, "cannot delete memory");
        return false;
    }
    char code = native_code(format_of(m));
    bool whole = m->view.dimensions == 0 &&
                 (is_ellipsis(key) || (is_tuple(key) && as_tuple(key)->length == 0));
    if (m->view.dimensions == 0 && !whole) {
        raise_error(&TypeError, "invalid indexing of 0-dim memory");
        return false;
    }
    if (is_slice(key)) return assign_slice(m, key, v);
    if (!whole && !has_index(key) && !all_are(key, is_index)) {
        if (all_are(key, is_slice_value))
            return not_implemented(
                "memoryview slice assignments are currently restricted to ndim = 1");
        raise_error(&TypeError, "memoryview: invalid slice key");
        return false;
    }
    if (!code) {
        raise_error(&NotImplementedError, "memoryview: format %s not supported", format_of(m));
        return false;
    }
    uint8_t *p = whole ? m->view.data : item_address(m, key), bytes[8];
    if (!p || !pack(m, v, code, bytes) || !usable(m)) return false;
    memcpy(p, bytes, (size_t)native_size(code));
    return true;
}

static int64_t length_slot(Value self) {
    MemoryView *m = as_view(self);
    if (!usable(m)) return -1;
    return m->view.dimensions ? shape_of(m)[0] : 1;
}

/* --- lists and comparison ----------------------------------------------------------------------- */

static Value list_of(MemoryView *m, const uint8_t *p, int dimension) {
    if (dimension == m->view.dimensions) return unpack_at(m, p);
    List *list = list_new(shape_of(m)[dimension]);
    if (!list) return VALUE_ERROR;
    for (int64_t i = 0; i < shape_of(m)[dimension]; i++, p += strides_of(m)[dimension]) {
        Value item = list_of(m, p, dimension + 1);
        if (is_error(item) || !list_append(list, item)) return VALUE_ERROR;
    }
    return object_value(list);
}

/* An item of any format, by struct.unpack() where it is not a native one. */
static Value item_value(MemoryView *m, const uint8_t *p) {
    char code = native_code(format_of(m));
    if (code) return unpack(p, code);
    Value function = import_attribute("struct", "unpack");
    Str *format = str_from_c(format_of(m));
    Bytes *bytes = bytes_from(p, (size_t)m->view.item_size);
    if (is_error(function) || !format || !bytes) return VALUE_ERROR;
    Value items = call_2(function, object_value(format), object_value(bytes));
    if (!is_error(items) && is_tuple(items) && as_tuple(items)->length == 1)
        return as_tuple(items)->items[0];
    return items;
}

/* 1, 0, -1 */
static int items_equal(MemoryView *a, const uint8_t *p, MemoryView *b, const uint8_t *q,
                       int dimension, bool bytewise) {
    if (dimension == a->view.dimensions) {
        if (bytewise) return memcmp(p, q, (size_t)a->view.item_size) == 0;
        Value x = item_value(a, p), y = item_value(b, q);
        if (is_error(x) || is_error(y)) {
            if (is_error(x) && is_error(y)) error_clear();
            error_clear(); /* a format that struct does not know: not equal */
            return 0;
        }
        return value_compare_bool(x, y, COMPARE_EQ);
    }
    for (int64_t i = 0; i < shape_of(a)[dimension]; i++) {
        int equal = items_equal(a, p, b, q, dimension + 1, bytewise);
        if (equal <= 0) return equal;
        p += strides_of(a)[dimension];
        q += strides_of(b)[dimension];
    }
    return 1;
}

static Value compare(Value self, Value other, CompareOp op) {
    if (op != COMPARE_EQ && op != COMPARE_NE) return VALUE_NOT_IMPLEMENTED;
    MemoryView *a = as_view(self);
    bool is_view = is_exactly(other, &memoryview_type);
    if (load_acquire(&a->released) || (is_view && load_acquire(&as_view(other)->released)))
        return bool_value(same_value(self, other) == (op == COMPARE_EQ));
    if (!is_view) {
        if (!has_buffer(other)) return VALUE_NOT_IMPLEMENTED;
        other = memoryview_from(other);
        if (is_error(other)) {
            error_clear();
            return VALUE_NOT_IMPLEMENTED;
        }
    }
    MemoryView *b = as_view(other);
    int equal = a->view.dimensions == b->view.dimensions &&
                memcmp(shape_of(a), shape_of(b), (size_t)a->view.dimensions * 8) == 0;
    if (equal) {
        char x = native_code(format_of(a)), y = native_code(format_of(b));
        bool bytewise = x && x == y && x != 'f' && x != 'd' && x != '?';
        equal = items_equal(a, a->view.data, b, b->view.data, 0, bytewise);
    }
    if (!is_view) {
        Value done = call_method_0(other, "release");
        if (is_error(done)) return done;
    }
    return equal < 0 ? VALUE_ERROR : bool_value(equal == (op == COMPARE_EQ));
}

static int64_t hash(Value self) {
    MemoryView *m = as_view(self);
    int64_t known = load_relaxed(&m->hash);
    if (known != -1) return known;
    if (!usable(m)) return -1;
    if (!m->view.readonly) {
        raise_error(&ValueError, "cannot hash writable memoryview object");
        return -1;
    }
    char code = native_code(format_of(m));
    if (code != 'B' && code != 'b' && code != 'c') {
        raise_error(&ValueError, "memoryview: hashing is restricted to formats 'B', 'b' or 'c'");
        return -1;
    }
    if (value_hash(m->view.owner) == -1) return -1;
    const uint8_t *bytes = contiguous(m, false);
    if (!bytes) return -1;
    known = m->view.length ? (int64_t)hash_bytes(bytes, (size_t)m->view.length) : 0;
    if (known == -1) known = -2;
    store_relaxed(&m->hash, known);
    return known;
}

/* --- methods ------------------------------------------------------------------------------------ */

static Value release(Value *args) {
    MemoryView *m = as_view(args[0]);
    object_lock(m);
    int64_t exports = load_acquire(&m->exports);
    bool first = exports == 0 && !m->released;
    if (first) store_release(&m->released, (uint8_t)1);
    object_unlock(m);
    if (first) {
        Type *type = type_of(m->view.owner);
        if (type->release_buffer) type->release_buffer(m->view.owner, &m->view);
    }
    if (exports > 0)
        return raise_error(&BufferError, "memoryview has %zd exported buffer%s", (ptrdiff_t)exports,
                           exports == 1 ? "" : "s");
    return VALUE_NONE;
}

static Value enter(Value *args) { return usable(as_view(args[0])) ? args[0] : VALUE_ERROR; }
static Value leave(Value *args) { return release(args); }

static Value tobytes(Value *args) {
    MemoryView *m = as_view(args[0]);
    bool fortran = false;
    if (!usable(m)) return VALUE_ERROR;
    if (!is_empty(args[1]) && !is_none(args[1])) {
        if (!is_str(args[1]))
            return raise_error(&TypeError, "tobytes() argument 'order' must be str or None, not %T",
                               args[1]);
        const Str *order = as_str(args[1]);
        if (str_equal_c(order, "F")) fortran = true;
        else if (str_equal_c(order, "A")) fortran = is_f_contiguous(m) && !is_c_contiguous(m);
        else if (!str_equal_c(order, "C"))
            return raise_error(&ValueError, "order must be 'C', 'F' or 'A'");
    }
    const uint8_t *bytes = contiguous(m, fortran);
    return bytes ? bytes_result(bytes_from(bytes, (size_t)m->view.length)) : VALUE_ERROR;
}

static Value hex(Value *args) {
    MemoryView *m = as_view(args[0]);
    const uint8_t *bytes = usable(m) ? contiguous(m, false) : NULL;
    return bytes ? hex_of(bytes, m->view.length, args[1], args[2]) : VALUE_ERROR;
}

static Value tolist(Value *args) {
    MemoryView *m = as_view(args[0]);
    if (!usable(m)) return VALUE_ERROR;
    if (!native_code(format_of(m))) return unpack_at(m, NULL);
    return list_of(m, m->view.data, 0);
}

static Value toreadonly(Value *args) {
    MemoryView *from = as_view(args[0]);
    MemoryView *m = usable(from) ? view_copy(from, from->view.dimensions) : NULL;
    if (!m) return VALUE_ERROR;
    m->view.readonly = true;
    return object_value(m);
}

/* The new shape of a cast; its product times the item size must be the length. */
static bool read_shape(MemoryView *m, Value shape, int dimensions) {
    int64_t product = 1;
    for (int i = 0; i < dimensions; i++) {
        Value size = is_tuple(shape) ? as_tuple(shape)->items[i] : list_get(as_list(shape), i);
        int64_t n;
        if (is_empty(size) || !is_int(size)) {
            raise_error(&TypeError, "memoryview.cast(): elements of shape must be integers");
            return false;
        }
        if (!int_to_int64(size, &n) || n <= 0) {
            raise_error(&ValueError, "memoryview.cast(): elements of shape must be integers > 0");
            return false;
        }
        if (n > INT64_MAX / product) {
            raise_error(&ValueError, "memoryview.cast(): product(shape) > SSIZE_MAX");
            return false;
        }
        product *= n;
        shape_of(m)[i] = n;
    }
    if (product > INT64_MAX / m->view.item_size || product * m->view.item_size != m->view.length) {
        raise_error(&TypeError, "memoryview: product(shape) * itemsize != buffer size");
        return false;
    }
    return true;
}

static Value cast(Value *args) {
    MemoryView *from = as_view(args[0]);
    Value shape = is_empty(args[2]) || is_none(args[2]) ? VALUE_EMPTY : args[2];
    if (!usable(from)) return VALUE_ERROR;
    if (!is_str(args[1]))
        return raise_error(&TypeError, "cast() argument 'format' must be str, not %T", args[1]);
    if (!is_c_contiguous(from))
        return raise_error(&TypeError, "memoryview: casts are restricted to C-contiguous views");
    for (int i = 0; (!is_empty(shape) || from->view.dimensions != 1) && i < from->view.dimensions; i++)
        if (shape_of(from)[i] == 0 || strides_of(from)[i] == 0)
            return raise_error(&TypeError,
                               "memoryview: cannot cast view with zeros in shape or strides");
    int64_t dimensions = 1;
    if (!is_empty(shape)) {
        if (!is_tuple(shape) && !is_list(shape))
            return raise_error(&TypeError, "shape must be a list or a tuple");
        dimensions = is_tuple(shape) ? as_tuple(shape)->length : list_length(as_list(shape));
        if (dimensions > DIMENSIONS_MAX)
            return raise_error(&ValueError,
                               "memoryview: number of dimensions must not exceed %d", DIMENSIONS_MAX);
        if (from->view.dimensions != 1 && dimensions != 1)
            return raise_error(&TypeError, "memoryview: cast must be 1D -> ND or ND -> 1D");
    }
    const char *format = str_utf8(as_str(args[1]), NULL);
    if (!format) return VALUE_ERROR;
    char old_code = native_code(format_of(from)), code = native_code(format);
    if (!code)
        return raise_error(&ValueError, "memoryview: destination format must be a native single "
                                        "character format prefixed with an optional '@'");
    if (!old_code)
        return raise_error(&ValueError, "memoryview: source format must be a native single "
                                        "character format prefixed with an optional '@'");
    if (!strchr("bBc", old_code) && !strchr("bBc", code))
        return raise_error(&TypeError, "memoryview: cannot cast between two non-byte formats");
    if (from->view.length % native_size(code))
        return raise_error(&TypeError, "memoryview: length is not a multiple of itemsize");
    MemoryView *m = view_copy(from, (int)dimensions);
    if (!m) return VALUE_ERROR;
    m->view.format = format;
    m->view.item_size = native_size(code);
    if (dimensions == 1 && is_empty(shape)) shape_of(m)[0] = m->view.length / m->view.item_size;
    else if (!read_shape(m, shape, (int)dimensions)) return VALUE_ERROR;
    fill_contiguous_strides(m);
    return object_value(m);
}

static Value sizes_tuple(MemoryView *m, const int64_t *sizes) {
    Tuple *tuple = tuple_new(m->view.dimensions);
    for (int i = 0; tuple && i < m->view.dimensions; i++) {
        Value size = int_value(sizes[i]);
        if (is_error(size)) return size;
        tuple->items[i] = size;
    }
    return tuple ? object_value(tuple) : VALUE_ERROR;
}

#define ATTRIBUTE(name, expression)                                                                \
    static Value name##_get(Value self) {                                                          \
        MemoryView *m = as_view(self);                                                             \
        return usable(m) ? (expression) : VALUE_ERROR;                                             \
    }
ATTRIBUTE(obj, m->view.owner)
ATTRIBUTE(nbytes, int_value(m->view.length))
ATTRIBUTE(itemsize, int_value(m->view.item_size))
ATTRIBUTE(format, str_result(str_from_c(format_of(m))))
ATTRIBUTE(ndim, smallint_value(m->view.dimensions))
ATTRIBUTE(readonly, bool_value(m->view.readonly))
ATTRIBUTE(shape, sizes_tuple(m, shape_of(m)))
ATTRIBUTE(strides, sizes_tuple(m, strides_of(m)))
ATTRIBUTE(suboffsets, ({
              Tuple *none = tuple_new(0);
              none ? object_value(none) : VALUE_ERROR;
          }))
ATTRIBUTE(c_contiguous, bool_value(is_c_contiguous(m)))
ATTRIBUTE(f_contiguous, bool_value(is_f_contiguous(m)))
ATTRIBUTE(contiguous, bool_value(is_c_contiguous(m) || is_f_contiguous(m)))

static Value repr(Value self) {
    MemoryView *m = as_view(self);
    return str_result(str_format(load_acquire(&m->released) ? "<released memory at %p>"
                                                            : "<memory at %p>", (void *)m));
}

static bool get_buffer(Value self, BufferView *view, unsigned flags) {
    MemoryView *m = as_view(self);
    if (!(flags & BUFFER_STRIDED) && !is_c_contiguous(m)) {
        raise_error(&BufferError, "memoryview: underlying buffer is not C-contiguous");
        return false;
    }
    object_lock(m);
    bool good = !m->released;
    if (good) fetch_add_relaxed(&m->exports, 1);
    object_unlock(m);
    if (!good) return usable(m);
    if ((flags & BUFFER_WRITABLE) && m->view.readonly) {
        fetch_add_acq_rel(&m->exports, -1);
        raise_error(&BufferError, "memoryview: underlying buffer is not writable");
        return false;
    }
    *view = m->view;
    view->owner = self;
    view->internal = NULL;
    if (!(flags & BUFFER_STRIDED)) {
        view->shape = view->strides = NULL;
        view->dimensions = 1;
    }
    return true;
}

static void release_buffer(Value self, BufferView *view) {
    fetch_add_acq_rel(&as_view(self)->exports, -1);
}

/* --- iteration ---------------------------------------------------------------------------------- */

typedef struct MemoryIterator {
    Object object;
    Value view;    /* atomic; VALUE_EMPTY when exhausted */
    int64_t index; /* atomic */
} MemoryIterator;
extern Type memory_iterator_type;

static void iterator_trace(Cell *cell, Marker *marker) {
    marker_visit(marker, value_load_relaxed(&((MemoryIterator *)cell)->view));
}

static Value iter(Value self) {
    MemoryView *m = as_view(self);
    if (!usable(m)) return VALUE_ERROR;
    if (m->view.dimensions == 0)
        return raise_error(&TypeError, "invalid indexing of 0-dim memory");
    if (!native_code(format_of(m)))
        return raise_error(&NotImplementedError, "memoryview: format %s not supported", format_of(m));
    if (m->view.dimensions > 1)
        return raise_error(&NotImplementedError,
                           "multi-dimensional sub-views are not implemented");
    MemoryIterator *iterator = object_alloc(&memory_iterator_type, sizeof *iterator);
    if (!iterator) return VALUE_ERROR;
    heap_store_release(iterator, &iterator->view, self);
    return object_value(iterator);
}

static Value iterator_next(Value self) {
    MemoryIterator *iterator = OBJECT_AS(MemoryIterator, self);
    Value view = value_load_acquire(&iterator->view);
    if (is_empty(view)) return VALUE_EMPTY;
    MemoryView *m = as_view(view);
    int64_t index = fetch_add_relaxed(&iterator->index, 1);
    if (index >= shape_of(m)[0]) {
        heap_store_release(iterator, &iterator->view, VALUE_EMPTY);
        return VALUE_EMPTY;
    }
    if (!usable(m)) return VALUE_ERROR;
    return unpack_at(m, (const uint8_t *)m->view.data + index * strides_of(m)[0]);
}

Type memory_iterator_type = {
    .root = {.cell_kind = {iterator_trace, NULL, "memory_iterator"}},
    .name = "memory_iterator",
    .size = sizeof(MemoryIterator),
    .flags = TYPE_NO_NEW,
    .iter = iter_self,
    .next = iterator_next,
};

/* --- the type ----------------------------------------------------------------------------------- */

static const MethodDef methods[] = {
    METHOD("release", release, "($self, /)", "Give the buffer back to the object it belongs to."),
    METHOD("tobytes", tobytes, "($self, /, order='C')", "Return the items as bytes."),
    METHOD("hex", hex, "($self, /, sep=<unrepresentable>, bytes_per_sep=1)",
           "Return the bytes as hexadecimal digits."),
    METHOD("tolist", tolist, "($self, /)", "Return the items as a list, nested by dimension."),
    METHOD("cast", cast, "($self, /, format, shape=<unrepresentable>)",
           "Return a view of the same memory with another format or shape."),
    METHOD("toreadonly", toreadonly, "($self, /)", "Return a view that cannot be written through."),
    METHOD("__enter__", enter, "($self, /)", "Return self."),
    METHOD("__exit__", leave, "($self, /, *args)", "Release the view."),
    {0},
};

static const GetSetDef getset[] = {
    {"obj", obj_get, NULL, "The object whose memory this is."},
    {"nbytes", nbytes_get, NULL, "The size in bytes of all items."},
    {"readonly", readonly_get, NULL, "Whether the memory cannot be written to."},
    {"itemsize", itemsize_get, NULL, "The size in bytes of one item."},
    {"format", format_get, NULL, "The format of an item, as in the module struct."},
    {"ndim", ndim_get, NULL, "The number of dimensions."},
    {"shape", shape_get, NULL, "The number of items in each dimension."},
    {"strides", strides_get, NULL, "The bytes from one item to the next in each dimension."},
    {"suboffsets", suboffsets_get, NULL, "An empty tuple: memory without indirection."},
    {"c_contiguous", c_contiguous_get, NULL, "Whether the items lie in C order without gaps."},
    {"f_contiguous", f_contiguous_get, NULL, "Whether the items lie in Fortran order without gaps."},
    {"contiguous", contiguous_get, NULL, "Whether the items lie without gaps."},
    {0},
};

Type memoryview_type = {
    .root = {.cell_kind = {trace, release_dead, "memoryview"}, .type = &memoryview_type},
    .name = "memoryview",
    .signature = "(object)",
    .doc = "A view of the memory of an object that offers a buffer.",
    .size = sizeof(MemoryView),
    .flags = TYPE_SEQUENCE | TYPE_HAS_WEAKREF,
    .repr = repr,
    .hash = hash,
    .compare = compare,
    .iter = iter,
    .new_instance = new_instance,
    .length = length_slot,
    .getitem = getitem,
    .setitem = setitem,
    .get_buffer = get_buffer,
    .release_buffer = release_buffer,
    .methods = methods,
    .getset = getset,
};
