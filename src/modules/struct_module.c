/* struct_module.c - the module _struct: Struct objects and the functions that use one by its format.
 * A Struct points to an immutable layout, which __init__ replaces as a whole. */
#include "modules/struct_module.h"

typedef struct Struct {
    Object object;
    StructLayout *layout; /* atomic; NULL until __init__ */
    Value format;         /* atomic; a str */
} Struct;

typedef struct UnpackIterator {
    Object object;
    StructLayout *layout; /* constant */
    Value memory;         /* constant; a memoryview */
    int64_t count;        /* constant; structs in it */
    int64_t taken;        /* atomic */
} UnpackIterator;

static Type struct_type, unpack_iterator_type;

static void struct_trace(Cell *cell, Marker *marker) {
    Struct *object = (Struct *)cell;
    marker_visit_pointer(marker, load_relaxed(&object->layout));
    marker_visit(marker, value_load_relaxed(&object->format));
}

static void iterator_trace(Cell *cell, Marker *marker) {
    UnpackIterator *iterator = (UnpackIterator *)cell;
    marker_visit_pointer(marker, iterator->layout);
    marker_visit(marker, iterator->memory);
}

/* --- formats -------------------------------------------------------------------------------------------- */

/* Compiles a str or bytes; *text is the format as a str. */
static StructLayout *compile(Value format, Value *text) {
    if (is_str(format)) {
        *text = format;
        if (!str_is_ascii(as_str(format))) {
            for (int64_t i = 0; i < as_str(format)->length; i++)
                if (str_at(as_str(format), i) >= 0x80) {
                    raise_unicode_encode_error("ascii", format, i, i + 1, "ordinal not in range(128)");
                    return NULL;
                }
        }
        return struct_compile(as_str(format)->data, (size_t)as_str(format)->length);
    }
    if (!is_kind(format, TYPE_BYTES)) {
        raise_error(&TypeError, "Struct() argument 1 must be a str or bytes object, not %T", format);
        return NULL;
    }
    const Bytes *bytes = as_bytes(format);
    Str *string = str_from_latin1(bytes->data, (size_t)bytes->length);
    if (!string) return NULL;
    *text = object_value(string);
    return struct_compile((const char *)bytes->data, (size_t)bytes->length);
}

static Value new_struct(Type *type) {
    Struct *object = object_alloc_instance(type, sizeof(Struct));
    return object ? object_value(object) : VALUE_ERROR;
}

static bool set_format(Struct *object, Value format) {
    Value text;
    StructLayout *layout = compile(format, &text);
    if (!layout) return false;
    heap_store_release(object, &object->format, text);
    HEAP_STORE_POINTER(object, &object->layout, layout);
    return true;
}

/* Formats that functions of the module were called with, and their Structs. */
static Value cache;
#define CACHE_MAX 100

static StructLayout *layout_of_format(Value format) {
    bool cacheable = is_exactly(format, &str_type) || is_exactly(format, &bytes_type);
    Dict *dict = as_dict(cache);
    if (cacheable) {
        Value found = dict_get(dict, format);
        if (is_error(found)) return NULL;
        if (!is_empty(found)) return load_acquire(&OBJECT_AS(Struct, found)->layout);
    }
    Value object = new_struct(&struct_type);
    if (is_error(object) || !set_format(OBJECT_AS(Struct, object), format)) return NULL;
    if (cacheable) {
        if (dict_length(dict) >= CACHE_MAX) dict_clear(dict);
        if (!dict_set(dict, format, object)) return NULL;
    }
    return load_acquire(&OBJECT_AS(Struct, object)->layout);
}

static StructLayout *layout_of(Value self) {
    StructLayout *layout = load_acquire(&OBJECT_AS(Struct, self)->layout);
    if (!layout) raise_error(&RuntimeError, "Struct object is not initialized");
    return layout;
}

/* --- packing ------------------------------------------------------------------------------------------------ */

static Value pack(const StructLayout *layout, const Value *items, int64_t count) {
    if (count != layout->item_count)
        return raise_struct_error("pack expected %lld items for packing (got %lld)",
                                  (long long)layout->item_count, (long long)count);
    Bytes *bytes = bytes_new(layout->size);
    if (!bytes || !struct_pack(layout, items, bytes->data)) return VALUE_ERROR;
    return object_value(bytes);
}

static Value pack_into_view(const StructLayout *layout, BufferView *view, int64_t offset,
                            const Value *items) {
    int64_t size = layout->size, length = view->length;
    if (offset < 0) {
        if (offset + size > 0)
            return raise_struct_error("no space to pack %lld bytes at offset %lld", (long long)size,
                                      (long long)offset);
        if (offset + length < 0)
            return raise_struct_error("offset %lld out of range for %lld-byte buffer",
                                      (long long)offset, (long long)length);
        offset += length;
    }
    if (length - offset < size)
        return raise_struct_error(
            "pack_into requires a buffer of at least %llu bytes for packing %lld bytes at offset "
            "%lld (actual buffer size is %lld)",
            (unsigned long long)size + (unsigned long long)offset, (long long)size, (long long)offset,
            (long long)length);
    return struct_pack(layout, items, (uint8_t *)view->data + offset) ? VALUE_NONE : VALUE_ERROR;
}

static Value pack_into(const StructLayout *layout, const Value *args, int64_t count) {
    if (count < 1) return raise_struct_error("pack_into expected buffer argument");
    if (count < 2) return raise_struct_error("pack_into expected offset argument");
    if (count - 2 != layout->item_count)
        return raise_struct_error("pack_into expected %lld items for packing (got %lld)",
                                  (long long)layout->item_count, (long long)count - 2);
    int64_t offset = value_index_int64(args[1], &IndexError);
    if (offset == -1 && error_occurred()) return VALUE_ERROR;
    BufferView view;
    if (!buffer_get(args[0], &view, BUFFER_WRITABLE)) {
        if (error_clear_if(&TypeError) || error_clear_if(&BufferError))
            raise_error(&TypeError, "argument must be read-write bytes-like object, not %T", args[0]);
        return VALUE_ERROR;
    }
    Value result = pack_into_view(layout, &view, offset, args + 2);
    buffer_release(&view);
    return result;
}

/* --- unpacking -------------------------------------------------------------------------------------------------- */

static Value unpack(const StructLayout *layout, Value buffer) {
    BufferView view;
    if (!buffer_get(buffer, &view, BUFFER_SIMPLE)) return VALUE_ERROR;
    Value result = view.length == layout->size
                       ? struct_unpack(layout, view.data)
                       : raise_struct_error("unpack requires a buffer of %lld bytes",
                                            (long long)layout->size);
    buffer_release(&view);
    return result;
}

static Value unpack_from_view(const StructLayout *layout, const BufferView *view, int64_t offset) {
    int64_t size = layout->size, length = view->length;
    if (offset < 0) {
        if (offset + size > 0)
            return raise_struct_error("not enough data to unpack %lld bytes at offset %lld",
                                      (long long)size, (long long)offset);
        if (offset + length < 0)
            return raise_struct_error("offset %lld out of range for %lld-byte buffer",
                                      (long long)offset, (long long)length);
        offset += length;
    }
    if (length - offset < size)
        return raise_struct_error(
            "unpack_from requires a buffer of at least %llu bytes for unpacking %lld bytes at offset "
            "%lld (actual buffer size is %lld)",
            (unsigned long long)size + (unsigned long long)offset, (long long)size, (long long)offset,
            (long long)length);
    return struct_unpack(layout, (const uint8_t *)view->data + offset);
}

static Value unpack_from(const StructLayout *layout, Value buffer, Value offset_value) {
    int64_t offset = 0;
    if (!is_empty(offset_value)) {
        offset = value_index_int64(offset_value, &OverflowError);
        if (offset == -1 && error_occurred()) return VALUE_ERROR;
    }
    BufferView view;
    if (!buffer_get(buffer, &view, BUFFER_SIMPLE)) return VALUE_ERROR;
    Value result = unpack_from_view(layout, &view, offset);
    buffer_release(&view);
    return result;
}

static Value iter_unpack(StructLayout *layout, Value buffer) {
    if (layout->size == 0)
        return raise_struct_error("cannot iteratively unpack with a struct of length 0");
    BufferView view;
    if (!buffer_get(buffer, &view, BUFFER_SIMPLE)) return VALUE_ERROR;
    int64_t length = view.length;
    buffer_release(&view);
    if (length % layout->size != 0)
        return raise_struct_error("iterative unpacking requires a buffer of a multiple of %lld bytes",
                                  (long long)layout->size);
    Value memory = memoryview_from(buffer);
    if (is_error(memory)) return VALUE_ERROR;
    UnpackIterator *iterator = object_alloc(&unpack_iterator_type, sizeof(UnpackIterator));
    if (!iterator) return VALUE_ERROR;
    iterator->layout = layout;
    iterator->memory = memory;
    iterator->count = length / layout->size;
    return object_value(iterator);
}

static Value iterator_next(Value self) {
    UnpackIterator *iterator = OBJECT_AS(UnpackIterator, self);
    int64_t index = load_relaxed(&iterator->taken);
    do {
        if (index >= iterator->count) return VALUE_EMPTY;
    } while (!cas_relaxed(&iterator->taken, &index, index + 1));
    BufferView view;
    if (!buffer_get(iterator->memory, &view, BUFFER_SIMPLE)) return VALUE_ERROR;
    int64_t size = iterator->layout->size;
    Value result = view.length >= (index + 1) * size
                       ? struct_unpack(iterator->layout, (const uint8_t *)view.data + index * size)
                       : VALUE_EMPTY;
    buffer_release(&view);
    return result;
}

static Value iterator_length_hint(Value *args) {
    UnpackIterator *iterator = OBJECT_AS(UnpackIterator, args[0]);
    return int_value(iterator->count - min_int64(load_relaxed(&iterator->taken), iterator->count));
}

/* --- Struct ------------------------------------------------------------------------------------------------------- */

static Value struct_new(Type *type, Value *args, size_t count, Tuple *names) { return new_struct(type); }

static bool struct_init(Value self, Value *args, size_t count, Tuple *names) {
    static const char signature[] = "(format)";
    static Signature *parsed;
    Value a[1];
    return bind_arguments("Struct", signature, &parsed, args, count, names, a) &&
           set_format(OBJECT_AS(Struct, self), a[0]);
}

static Value struct_method_pack(Value *args) {
    StructLayout *layout = layout_of(args[0]);
    Tuple *items = as_tuple(args[1]);
    return layout ? pack(layout, items->items, items->length) : VALUE_ERROR;
}
static Value struct_method_pack_into(Value *args) {
    StructLayout *layout = layout_of(args[0]);
    Tuple *items = as_tuple(args[1]);
    return layout ? pack_into(layout, items->items, items->length) : VALUE_ERROR;
}
static Value struct_method_unpack(Value *args) {
    StructLayout *layout = layout_of(args[0]);
    return layout ? unpack(layout, args[1]) : VALUE_ERROR;
}
static Value struct_method_unpack_from(Value *args) {
    StructLayout *layout = layout_of(args[0]);
    return layout ? unpack_from(layout, args[1], args[2]) : VALUE_ERROR;
}
static Value struct_method_iter_unpack(Value *args) {
    StructLayout *layout = layout_of(args[0]);
    return layout ? iter_unpack(layout, args[1]) : VALUE_ERROR;
}
static Value struct_method_sizeof(Value *args) {
    StructLayout *layout = layout_of(args[0]);
    if (!layout) return VALUE_ERROR;
    return int_value((int64_t)(sizeof(Struct) + heap_cell_size(layout)));
}
static Value struct_get_format(Value self) {
    Value format = value_load_acquire(&OBJECT_AS(Struct, self)->format);
    if (is_empty(format)) return raise_error(&RuntimeError, "Struct object is not initialized");
    return format;
}
static Value struct_get_size(Value self) {
    StructLayout *layout = layout_of(self);
    return layout ? int_value(layout->size) : VALUE_ERROR;
}

static const MethodDef struct_methods[] = {
    METHOD("pack", struct_method_pack, "($self, /, *v)",
           "S.pack(v1, v2, ...) -> bytes\n\n"
           "Return a bytes object containing values v1, v2, ... packed according\n"
           "to the format string S.format."),
    METHOD("pack_into", struct_method_pack_into, "($self, /, *args)",
           "S.pack_into(buffer, offset, v1, v2, ...)\n\n"
           "Pack the values v1, v2, ... according to the format string S.format\n"
           "and write the packed bytes into the writable buffer buf starting at\noffset."),
    METHOD("unpack", struct_method_unpack, "($self, buffer, /)",
           "Return a tuple containing unpacked values.\n\n"
           "The buffer's size in bytes must be Struct.size."),
    METHOD("unpack_from", struct_method_unpack_from, "($self, /, buffer, offset=0)",
           "Return a tuple containing unpacked values.\n\n"
           "Values are unpacked according to the format string Struct.format, starting at offset."),
    METHOD("iter_unpack", struct_method_iter_unpack, "($self, buffer, /)",
           "Return an iterator yielding tuples.\n\n"
           "Tuples are unpacked from the given bytes source, like a repeated\n"
           "invocation of unpack_from()."),
    METHOD("__sizeof__", struct_method_sizeof, "($self, /)", "S.__sizeof__() -> size of S in memory, in bytes"),
    {0},
};

static const GetSetDef struct_getset[] = {
    {"format", struct_get_format, NULL, "struct format string"},
    {"size", struct_get_size, NULL, "struct size in bytes"},
    {0},
};

static Type struct_type = {
    .root = {.cell_kind = {.trace = struct_trace}},
    .name = "_struct.Struct",
    .doc = "Struct(fmt) --> compiled struct object",
    .base = &object_type_object,
    .flags = TYPE_BASE | TYPE_IMMUTABLE | TYPE_HAS_WEAKREF,
    .size = sizeof(Struct),
    .new_instance = struct_new,
    .init = struct_init,
    .methods = struct_methods,
    .getset = struct_getset,
};

static const MethodDef iterator_methods[] = {
    METHOD("__length_hint__", iterator_length_hint, "($self, /)", NULL),
    {0},
};

static Type unpack_iterator_type = {
    .root = {.cell_kind = {.trace = iterator_trace}},
    .name = "_struct.unpack_iterator",
    .base = &object_type_object,
    .flags = TYPE_IMMUTABLE | TYPE_NO_NEW,
    .size = sizeof(UnpackIterator),
    .iter = iter_self,
    .next = iterator_next,
    .methods = iterator_methods,
};

/* --- the module ------------------------------------------------------------------------------------------------------- */

/* The layout of the first of `*args`. */
static StructLayout *first_layout(Tuple *all) {
    if (all->length == 0) {
        raise_error(&TypeError, "missing format argument");
        return NULL;
    }
    return layout_of_format(all->items[0]);
}

static Value function_pack(Value *args) {
    Tuple *all = as_tuple(args[1]);
    StructLayout *layout = first_layout(all);
    return layout ? pack(layout, all->items + 1, all->length - 1) : VALUE_ERROR;
}
static Value function_pack_into(Value *args) {
    Tuple *all = as_tuple(args[1]);
    StructLayout *layout = first_layout(all);
    return layout ? pack_into(layout, all->items + 1, all->length - 1) : VALUE_ERROR;
}
static Value function_unpack(Value *args) {
    StructLayout *layout = layout_of_format(args[1]);
    return layout ? unpack(layout, args[2]) : VALUE_ERROR;
}
static Value function_unpack_from(Value *args) {
    StructLayout *layout = layout_of_format(args[1]);
    return layout ? unpack_from(layout, args[2], args[3]) : VALUE_ERROR;
}
static Value function_iter_unpack(Value *args) {
    StructLayout *layout = layout_of_format(args[1]);
    return layout ? iter_unpack(layout, args[2]) : VALUE_ERROR;
}
static Value function_calcsize(Value *args) {
    StructLayout *layout = layout_of_format(args[1]);
    return layout ? int_value(layout->size) : VALUE_ERROR;
}
static Value function_clearcache(Value *args) {
    dict_clear(as_dict(cache));
    return VALUE_NONE;
}

static const MethodDef functions[] = {
    METHOD("_clearcache", function_clearcache, "($module, /)", "Clear the internal cache."),
    METHOD("calcsize", function_calcsize, "($module, format, /)",
           "Return size in bytes of the struct described by the format string."),
    METHOD("iter_unpack", function_iter_unpack, "($module, format, buffer, /)",
           "Return an iterator yielding tuples unpacked from the given bytes.\n\n"
           "The bytes are unpacked according to the format string, like\n"
           "a repeated invocation of unpack_from()."),
    METHOD("pack", function_pack, "($module, /, *args)",
           "pack(format, v1, v2, ...) -> bytes\n\n"
           "Return a bytes object containing the values v1, v2, ... packed according\n"
           "to the format string."),
    METHOD("pack_into", function_pack_into, "($module, /, *args)",
           "pack_into(format, buffer, offset, v1, v2, ...)\n\n"
           "Pack the values v1, v2, ... according to the format string and write\n"
           "the packed bytes into the writable buffer buf starting at offset."),
    METHOD("unpack", function_unpack, "($module, format, buffer, /)",
           "Return a tuple containing values unpacked according to the format string.\n\n"
           "The buffer's size in bytes must be calcsize(format)."),
    METHOD("unpack_from", function_unpack_from, "($module, format, /, buffer, offset=0)",
           "Return a tuple containing values unpacked according to the format string.\n\n"
           "The buffer's size, minus offset, must be at least calcsize(format)."),
    {0},
};

static Type *const types[] = {&struct_type, NULL};

static bool init(Module *module) {
    if (is_empty(struct_error)) { /* the same class when the module is made again */
        module_root(&struct_error);
        module_root(&cache);
        Type *error = type_create("struct", "error", &exc_Exception, NULL);
        Dict *dict = dict_new();
        if (!error || !dict) return false;
        struct_error = object_value(error);
        cache = object_value(dict);
    }
    type_ready(&unpack_iterator_type);
    return module_add(module, "error", struct_error);
}

const NativeModule module__struct = {
    .name = "_struct",
    .doc = "Functions to convert between Python values and C structs.\n"
           "Python bytes objects are used to hold the data representing the C struct\n"
           "and also as format strings (explained below) to describe the layout of data\n"
           "in the C struct.",
    .functions = functions,
    .types = types,
    .init = init,
};
