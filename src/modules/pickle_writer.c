/* pickle_writer.c - writing pickles: Pickler, dump(), dumps().
 *
 * A call of dump() works on a Save of its own on the C stack; only the memo lies in the Pickler. So two threads
 * that use one Pickler at a time get pickles that refer to each other's memo, and no worse.
 *
 * The memo is a dict from the identity of an object to its number, and a list of the objects by number, which
 * keeps them alive: an identity is an address.
 *
 * From protocol 4 on the stream is cut into frames of about FRAME_TARGET bytes, between objects; large strings
 * stand outside of frames. A frame's header is reserved when its first byte is written. */
#include "modules/pickle_module.h"

#include "types/codec.h"
#include "types/set.h"
#include "vm/function.h"

enum { FRAME_TARGET = 64 * 1024, FRAME_HEADER = 9, FRAME_MIN = 4, BATCH = 1000, FAST_DEPTH = 50 };

typedef struct Pickler {
    Object object;
    Value write;           /* of the file; VALUE_EMPTY: __init__ was not called */
    Value buffer_callback; /* or None */
    Value dispatch_table, persistent_id; /* set as attributes, or VALUE_EMPTY */
    Dict *memo;
    List *kept;
    int32_t protocol, binary, fast;
    bool fix_imports;
} Pickler;

typedef struct Save {
    Value write; /* VALUE_EMPTY: all stays in `out` */
    Bytes *out;  /* grown by replacing it */
    int64_t length;
    int64_t frame; /* where in `out` the header of the open frame is, or -1 */
    bool framing;
    int32_t protocol;
    bool binary, fast, fix_imports;
    Value persistent_id, reducer_override, dispatch_table, buffer_callback; /* or VALUE_EMPTY */
    Dict *memo;
    List *kept;
    int fast_depth;
    Dict *fast_seen; /* identities of what is being written, from FAST_DEPTH on */
} Save;

static bool save(Save *s, Value v);

/* --- bytes and frames ----------------------------------------------------------------------------------------- */

static bool put_bytes(Save *s, const void *data, int64_t size) {
    int64_t needed = s->length + size + FRAME_HEADER;
    if (needed > s->out->length) {
        Bytes *larger = bytes_new(needed + needed / 2);
        if (!larger) return false;
        memcpy(larger->data, s->out->data, (size_t)s->length);
        s->out = larger;
    }
    if (s->framing && s->frame < 0) {
        s->frame = s->length;
        s->length += FRAME_HEADER;
    }
    memcpy(s->out->data + s->length, data, (size_t)size);
    s->length += size;
    return true;
}

static bool put_op(Save *s, PickleOp op) {
    uint8_t byte = (uint8_t)op;
    return put_bytes(s, &byte, 1);
}

/* An instruction and a number of `width` bytes, little-endian. */
static bool put_number(Save *s, PickleOp op, uint64_t number, int width) {
    uint8_t bytes[9] = {(uint8_t)op};
    for (int i = 0; i < width; i++) bytes[1 + i] = (uint8_t)(number >> (8 * i));
    return put_bytes(s, bytes, 1 + width);
}

static bool put_text(Save *s, const char *text) { return put_bytes(s, text, (int64_t)strlen(text)); }

static bool flush(Save *s) {
    if (is_empty(s->write) || s->length == 0) return true;
    Bytes *bytes = bytes_from(s->out->data, (size_t)s->length);
    s->length = 0;
    return bytes && !is_error(call_1(s->write, object_value(bytes)));
}

static void close_frame(Save *s) {
    if (s->frame < 0) return;
    uint8_t *header = s->out->data + s->frame;
    int64_t size = s->length - s->frame - FRAME_HEADER;
    if (size >= FRAME_MIN) {
        header[0] = OP_FRAME;
        for (int i = 0; i < 8; i++) header[1 + i] = (uint8_t)((uint64_t)size >> (8 * i));
    } else {
        memmove(header, header + FRAME_HEADER, (size_t)size);
        s->length -= FRAME_HEADER;
    }
    s->frame = -1;
}

/* Between two objects: ends a frame that is large enough. */
static bool end_full_frame(Save *s) {
    if (s->frame < 0 || s->length - s->frame - FRAME_HEADER < FRAME_TARGET) return true;
    close_frame(s);
    return flush(s);
}

/* A header and the bytes that it announces: large ones outside of frames, and not copied. `object`: bytes with this
 * very content, or VALUE_EMPTY. */
static bool put_block(Save *s, PickleOp op, int width, const void *data, int64_t size, Value object) {
    if (size < FRAME_TARGET) return put_number(s, op, (uint64_t)size, width) && put_bytes(s, data, size);
    bool framing = s->framing;
    close_frame(s);
    s->framing = false;
    bool fine = put_number(s, op, (uint64_t)size, width);
    if (fine && is_empty(s->write)) {
        fine = put_bytes(s, data, size);
    } else if (fine) {
        if (is_empty(object)) object = value_or_error(bytes_from(data, (size_t)size));
        fine = !is_error(object) && flush(s) && !is_error(call_1(s->write, object));
    }
    s->framing = framing;
    return fine;
}

/* --- the memo --------------------------------------------------------------------------------------------------- */

static Value identity(Value v) {
    return is_object(v) ? smallint_value((int64_t)(uintptr_t)object_of(v)) : value_id_object(v);
}

/* The number of an object, or -1. */
static int64_t memo_find(Save *s, Value v) {
    Value number = dict_get(s->memo, identity(v));
    return is_smallint(number) ? smallint_of(number) : -1;
}

static bool put_get(Save *s, int64_t number) {
    if (s->binary) return put_number(s, number < 256 ? OP_BINGET : OP_LONG_BINGET, (uint64_t)number, number < 256 ? 1 : 4);
    char text[32];
    snprintf(text, sizeof text, "%c%lld\n", OP_GET, (long long)number);
    return put_text(s, text);
}

static bool memo_add(Dict *memo, List *kept, Value v) {
    return dict_set(memo, identity(v), int_value(list_length(kept))) && list_append(kept, v);
}

static bool memoize(Save *s, Value v) {
    if (s->fast) return true;
    int64_t number = list_length(s->kept);
    if (!memo_add(s->memo, s->kept, v)) return false;
    if (s->protocol >= 4) return put_op(s, OP_MEMOIZE);
    if (s->binary) return put_number(s, number < 256 ? OP_BINPUT : OP_LONG_BINPUT, (uint64_t)number, number < 256 ? 1 : 4);
    char text[32];
    snprintf(text, sizeof text, "%c%lld\n", OP_PUT, (long long)number);
    return put_text(s, text);
}

/* In fast mode there is no memo that would end a cycle. */
static bool fast_enter(Save *s, Value v) {
    if (!s->fast || ++s->fast_depth < FAST_DEPTH) return true;
    if (!s->fast_seen && !(s->fast_seen = dict_new())) return false;
    Value key = identity(v), seen = dict_get(s->fast_seen, key);
    if (is_error(seen)) return false;
    if (is_empty(seen)) return dict_set(s->fast_seen, key, VALUE_TRUE);
    raise_error(&ValueError, "fast mode: can't pickle cyclic objects including object type %s at %p",
                type_of(v)->name, (void *)object_of(v));
    return false;
}

static bool fast_leave(Save *s, Value v) {
    if (s->fast && s->fast_depth-- >= FAST_DEPTH) return !is_error(dict_pop(s->fast_seen, identity(v)));
    return true;
}

/* --- numbers and strings ------------------------------------------------------------------------------------------- */

static bool save_big_int(Save *s, Value v) {
    if (s->protocol < 2) {
        Str *digits = int_to_str(v, 10);
        int64_t small;
        bool plain = int_to_int64(v, &small) && small == (int32_t)small;
        const char *text = digits ? str_utf8(digits, NULL) : NULL;
        return text && put_op(s, plain ? OP_INT : OP_LONG) && put_text(s, text) && put_text(s, plain ? "\n" : "L\n");
    }
    int64_t size = int_bit_length(v) / 8 + 1;
    Bytes *bytes = bytes_new(size);
    if (!bytes || !int_to_bytes(v, bytes->data, (size_t)size, true, true)) return false;
    /* -128 needs one byte, though its magnitude has eight bits */
    if (size > 1 && bytes->data[size - 1] == 0xFF && bytes->data[size - 2] >= 0x80) size--;
    return put_number(s, size < 256 ? OP_LONG1 : OP_LONG4, (uint64_t)size, size < 256 ? 1 : 4) &&
           put_bytes(s, bytes->data, size);
}

static bool save_int(Save *s, Value v) {
    int64_t i;
    if (int_sign(v) == 0 && s->protocol >= 2) return put_number(s, OP_BININT1, 0, 1);
    if (!s->binary || !int_to_int64(v, &i) || i != (int32_t)i) return save_big_int(s, v);
    if (i >= 0 && i <= 0xFF) return put_number(s, OP_BININT1, (uint64_t)i, 1);
    if (i >= 0 && i <= 0xFFFF) return put_number(s, OP_BININT2, (uint64_t)i, 2);
    return put_number(s, OP_BININT, (uint64_t)i, 4);
}

static bool save_float(Save *s, double number) {
    if (s->binary) {
        uint64_t bits;
        memcpy(&bits, &number, sizeof bits);
        return put_number(s, OP_BINFLOAT, __builtin_bswap64(bits), 8);
    }
    Str *text = float_repr(number);
    return text && put_op(s, OP_FLOAT) && put_text(s, str_utf8(text, NULL)) && put_text(s, "\n");
}

/* Protocol 0: the escapes of a raw string, and of what would end the line. */
static bool save_str_line(Save *s, Str *text) {
    StrBuilder escaped;
    builder_init(&escaped);
    for (int64_t i = 0; i < text->length; i++) {
        uint32_t c = str_at(text, i);
        char code[8];
        snprintf(code, sizeof code, "\\u%04x", (unsigned)(c & 0xFFFF));
        bool special = c == '\\' || c == 0 || c == '\n' || c == '\r' || c == 0x1A;
        if (!(special ? builder_add_c(&escaped, code) : builder_add_char(&escaped, c))) return false;
    }
    Str *line = builder_finish(&escaped);
    Bytes *bytes = line ? raw_unicode_escape_encode(line) : NULL;
    return bytes && put_op(s, OP_UNICODE) && put_bytes(s, bytes->data, bytes->length) && put_text(s, "\n");
}

static bool save_str(Save *s, Value v) {
    if (!s->binary) return save_str_line(s, as_str(v)) && memoize(s, v);
    Bytes *bytes = utf8_encode_str(as_str(v), "surrogatepass");
    if (!bytes) return false;
    int64_t size = bytes->length;
    bool fine;
    if (size <= 0xFF && s->protocol >= 4) {
        fine = put_block(s, OP_SHORT_BINUNICODE, 1, bytes->data, size, object_value(bytes));
    } else if (size <= UINT32_MAX) {
        fine = put_block(s, OP_BINUNICODE, 4, bytes->data, size, object_value(bytes));
    } else if (s->protocol >= 4) {
        fine = put_block(s, OP_BINUNICODE8, 8, bytes->data, size, object_value(bytes));
    } else {
        raise_error(&OverflowError, "serializing a string larger than 4 GiB requires pickle protocol 4 or higher");
        fine = false;
    }
    return fine && memoize(s, v);
}

static bool save_reduce(Save *s, Value result, Value v);

/* func(*args), given as what __reduce__() would have returned. `v` may be VALUE_EMPTY. */
static bool save_call(Save *s, Value function, Tuple *arguments, Value v) {
    Tuple *result = arguments && !is_error(function) ? tuple_pack(2, function, object_value(arguments)) : NULL;
    return result && save_reduce(s, object_value(result), v);
}

/* The instruction for bytes in the protocols 3 and up; the object is memoized by the caller. */
static bool put_bytes_object(Save *s, const void *data, int64_t size, Value object) {
    if (size <= 0xFF) return put_block(s, OP_SHORT_BINBYTES, 1, data, size, object);
    if (size <= UINT32_MAX) return put_block(s, OP_BINBYTES, 4, data, size, object);
    if (s->protocol >= 4) return put_block(s, OP_BINBYTES8, 8, data, size, object);
    raise_error(&OverflowError, "serializing a bytes object larger than 4 GiB requires pickle protocol 4 or higher");
    return false;
}

static bool save_bytes(Save *s, Value v) {
    Bytes *bytes = as_bytes(v);
    if (s->protocol >= 3) return put_bytes_object(s, bytes->data, bytes->length, v) && memoize(s, v);
    if (bytes->length == 0) return save_call(s, object_value(&bytes_type), tuple_new(0), v);
    /* Python 2 has no bytes: text that is encoded when it is read. */
    Str *text = str_from_latin1(bytes->data, (size_t)bytes->length), *latin1 = str_from_c("latin1");
    if (!text || !latin1) return false;
    return save_call(s, import_attribute("_codecs", "encode"),
                     tuple_pack(2, object_value(text), object_value(latin1)), v);
}

static bool save_bytearray(Save *s, Value v) {
    BufferView view;
    if (!buffer_get(v, &view, BUFFER_SIMPLE)) return false;
    bool fine;
    if (s->protocol >= 5) {
        fine = put_block(s, OP_BYTEARRAY8, 8, view.data, view.length, VALUE_EMPTY) && memoize(s, v);
    } else if (view.length == 0) {
        fine = save_call(s, object_value(&bytearray_type), tuple_new(0), v);
    } else {
        Bytes *copy = bytes_from(view.data, (size_t)view.length);
        fine = copy && save_call(s, object_value(&bytearray_type), tuple_pack(1, object_value(copy)), v);
    }
    buffer_release(&view);
    return fine;
}

static bool save_buffer(Save *s, Value v) {
    if (s->protocol < 5) {
        raise_error(pickling_error_type(), "PickleBuffer can only be pickled with protocol >= 5");
        return false;
    }
    BufferView view;
    if (!pickle_buffer_view(v, &view)) {
        if (error_clear_if(&BufferError))
            raise_error(pickling_error_type(),
                        "PickleBuffer can not be pickled when pointing to a non-contiguous buffer");
        return false;
    }
    bool fine = true;
    int in_band = 1;
    if (!is_empty(s->buffer_callback)) {
        Value result = call_1(s->buffer_callback, v);
        in_band = is_error(result) ? -1 : value_truth(result);
    }
    if (in_band < 0) {
        fine = false;
    } else if (!in_band) {
        fine = put_op(s, OP_NEXT_BUFFER) && (!view.readonly || put_op(s, OP_READONLY_BUFFER));
    } else if (view.readonly) {
        fine = put_bytes_object(s, view.data, view.length, VALUE_EMPTY) && memoize(s, v);
    } else {
        fine = put_block(s, OP_BYTEARRAY8, 8, view.data, view.length, VALUE_EMPTY) && memoize(s, v);
    }
    buffer_release(&view);
    return fine;
}

/* --- containers ------------------------------------------------------------------------------------------------------ */

/* A container that met itself among its items: those are taken off, and the finished one is fetched. */
static bool fetch_instead(Save *s, int64_t number, int64_t items, bool marked) {
    if (marked && s->binary) {
        if (!put_op(s, OP_POP_MARK)) return false;
    } else {
        for (int64_t i = 0; i < items + marked; i++)
            if (!put_op(s, OP_POP)) return false;
    }
    return put_get(s, number);
}

static bool save_tuple(Save *s, Value v) {
    Tuple *tuple = as_tuple(v);
    int64_t length = tuple->length;
    if (length == 0) return s->binary ? put_op(s, OP_EMPTY_TUPLE) : put_op(s, OP_MARK) && put_op(s, OP_TUPLE);
    bool marked = length > 3 || s->protocol < 2;
    if (marked && !put_op(s, OP_MARK)) return false;
    for (int64_t i = 0; i < length; i++)
        if (!save(s, tuple->items[i])) return false;
    int64_t number = memo_find(s, v);
    if (number >= 0) return fetch_instead(s, number, length, marked);
    return put_op(s, marked ? OP_TUPLE : (PickleOp)(OP_TUPLE1 + length - 1)) && memoize(s, v);
}

/* What an iterator gives, in batches: one item with `one`, several behind a mark with `many`. Pairs (dict items) are
 * saved as two objects. */
static bool save_batches(Save *s, Value iterator, PickleOp one, PickleOp many, bool pairs) {
    for (;;) {
        List *batch = list_new(8);
        if (!batch) return false;
        while (list_length(batch) < (s->binary ? BATCH : 1)) {
            Value item = iter_next(iterator);
            if (is_error(item)) return false;
            if (is_empty(item)) break;
            if (pairs && (!is_tuple(item) || as_tuple(item)->length != 2)) {
                raise_error(&TypeError, "dict items iterator must return 2-tuples");
                return false;
            }
            if (!list_append(batch, item)) return false;
        }
        int64_t count = list_length(batch);
        if (count == 0) return true;
        bool single = count == 1 && one != OP_MARK;
        if (!single && !put_op(s, OP_MARK)) return false;
        for (int64_t i = 0; i < count; i++) {
            Value item = list_get(batch, i);
            if (!(pairs ? save(s, as_tuple(item)->items[0]) && save(s, as_tuple(item)->items[1]) : save(s, item)))
                return false;
        }
        if (!put_op(s, single ? one : many)) return false;
        if (s->binary && count < BATCH) return true;
    }
}

static bool save_list_items(Save *s, Value iterator) { return save_batches(s, iterator, OP_APPEND, OP_APPENDS, false); }
static bool save_dict_items(Save *s, Value iterator) { return save_batches(s, iterator, OP_SETITEM, OP_SETITEMS, true); }

static bool save_list(Save *s, Value v) {
    if (!fast_enter(s, v)) return false;
    if (!(s->binary ? put_op(s, OP_EMPTY_LIST) : put_op(s, OP_MARK) && put_op(s, OP_LIST)) || !memoize(s, v))
        return false;
    Value iterator = get_iter(v);
    return !is_error(iterator) && save_list_items(s, iterator) && fast_leave(s, v);
}

static bool save_dict(Save *s, Value v) {
    if (!fast_enter(s, v)) return false;
    if (!(s->binary ? put_op(s, OP_EMPTY_DICT) : put_op(s, OP_MARK) && put_op(s, OP_DICT)) || !memoize(s, v))
        return false;
    Value items = call_method_0(v, "items");
    Value iterator = is_error(items) ? items : get_iter(items);
    return !is_error(iterator) && save_dict_items(s, iterator) && fast_leave(s, v);
}

static bool save_set(Save *s, Value v) {
    bool frozen = is_exactly(v, &frozenset_type);
    List *items = set_items_list(OBJECT_AS(Set, v));
    if (!items) return false;
    if (s->protocol < 4) return save_call(s, object_value(type_of(v)), tuple_pack(1, object_value(items)), v);
    if (!frozen) {
        if (!put_op(s, OP_EMPTY_SET) || !memoize(s, v)) return false;
        Value iterator = get_iter(object_value(items));
        return !is_error(iterator) && save_batches(s, iterator, OP_MARK, OP_ADDITEMS, false);
    }
    if (!fast_enter(s, v) || !put_op(s, OP_MARK)) return false;
    for (int64_t i = 0; i < list_length(items); i++)
        if (!save(s, list_get(items, i))) return false;
    if (!fast_leave(s, v)) return false;
    int64_t number = memo_find(s, v);
    if (number >= 0) return fetch_instead(s, number, list_length(items), true);
    return put_op(s, OP_FROZENSET) && memoize(s, v);
}

/* --- what has a name --------------------------------------------------------------------------------------------------- */

/* 1: the module has the object under that name; 0; -1. */
static int module_has(Value module, Str *name, Value v) {
    Value found = pickle_dotted_attribute(module, name, NULL);
    if (is_error(found)) return error_clear_if(&AttributeError) ? 0 : -1;
    return same_value(found, v);
}

/* The name of the module in which an object is found: its __module__, or the first of sys.modules that has it. */
static Value module_name_of(Value v, Str *name) {
    Value module_name = get_attribute_optional(v, NAME("__module__"));
    if (!is_empty(module_name) && (is_error(module_name) || !is_none(module_name))) return module_name;
    Dict *modules = dict_copy(runtime.modules);
    if (!modules) return VALUE_ERROR;
    int64_t position = 0;
    Value key, module;
    while (dict_next(modules, &position, &key, &module)) {
        if (is_none(module) || (is_str(key) && str_equal_c(as_str(key), "__main__"))) continue;
        int has = module_has(module, name, v);
        if (has) return has < 0 ? VALUE_ERROR : key;
    }
    return object_value(str_from_c("__main__"));
}

/* A code that copyreg.add_extension() gave to the name: 1 when it was written, 0 when there is none, -1. */
static int save_extension(Save *s, Value module_name, Value name) {
    Dict *registry = pickle_table("copyreg", "_extension_registry");
    Tuple *key = registry ? tuple_pack(2, module_name, name) : NULL;
    Value code = key ? dict_get(registry, object_value(key)) : VALUE_ERROR;
    if (is_error(code)) return -1;
    if (is_empty(code)) return 0;
    int64_t number;
    if (!is_int(code) || !int_to_int64(code, &number) || number <= 0 || number > INT32_MAX) {
        raise_error(&RuntimeError, "_extension_registry[%R]: extension code %R is out of range", object_value(key), code);
        return -1;
    }
    bool fine = number <= 0xFF     ? put_number(s, OP_EXT1, (uint64_t)number, 1)
                : number <= 0xFFFF ? put_number(s, OP_EXT2, (uint64_t)number, 2)
                                   : put_number(s, OP_EXT4, (uint64_t)number, 4);
    return fine ? 1 : -1;
}

/* The names of Python 2 for what has moved. */
static bool old_names(Value *module_name, Value *name) {
    Dict *names = pickle_table("_compat_pickle", "REVERSE_NAME_MAPPING");
    Dict *modules = names ? pickle_table("_compat_pickle", "REVERSE_IMPORT_MAPPING") : NULL;
    Tuple *key = modules ? tuple_pack(2, *module_name, *name) : NULL;
    Value pair = key ? dict_get(names, object_value(key)) : VALUE_ERROR;
    if (is_error(pair)) return false;
    if (is_tuple(pair) && as_tuple(pair)->length == 2) {
        *module_name = as_tuple(pair)->items[0];
        *name = as_tuple(pair)->items[1];
        return true;
    }
    Value module = dict_get(modules, *module_name);
    if (is_error(module)) return false;
    if (!is_empty(module)) *module_name = module;
    return true;
}

/* GLOBAL and its two lines. */
static bool put_global(Save *s, Value v, Value module_name, Value name) {
    if (s->fix_imports && s->protocol < 3 && !old_names(&module_name, &name)) return false;
    if (!is_str(module_name) || !is_str(name)) {
        raise_error(pickling_error_type(), "can't pickle %R: the names %R and %R should be strings", v, module_name, name);
        return false;
    }
    const char *encoding = s->protocol >= 3 ? "utf-8" : "ascii";
    Bytes *module_bytes = codec_encode(as_str(module_name), encoding, NULL);
    Bytes *name_bytes = module_bytes ? codec_encode(as_str(name), encoding, NULL) : NULL;
    if (!name_bytes) {
        if (error_clear_if(&UnicodeEncodeError))
            raise_error(pickling_error_type(), "can't pickle %s identifier '%V' using pickle protocol %d",
                        module_bytes ? "global" : "module", module_bytes ? name : module_name, (int)s->protocol);
        return false;
    }
    return put_op(s, OP_GLOBAL) && put_bytes(s, module_bytes->data, module_bytes->length) && put_text(s, "\n") &&
           put_bytes(s, name_bytes->data, name_bytes->length) && put_text(s, "\n");
}

/* Checks that the name leads to the object. `parent` receives what has it. */
static bool check_global(Value v, Value module_name, Str *name, Value *module, Value *parent) {
    Value import = import_attribute("importlib", "import_module");
    *module = is_error(import) ? VALUE_ERROR : call_1(import, module_name);
    if (is_error(*module)) {
        raise_error(pickling_error_type(), "Can't pickle %R: import of module %R failed", v, module_name);
        return false;
    }
    Value found = pickle_dotted_attribute(*module, name, parent);
    if (is_error(found)) {
        raise_error(pickling_error_type(), "Can't pickle %R: attribute lookup %U on %V failed", v, name, module_name);
        return false;
    }
    if (same_value(found, v)) return true;
    raise_error(pickling_error_type(), "Can't pickle %R: it's not the same object as %V.%U", v, module_name, name);
    return false;
}

/* A function, a class, or what __reduce__() calls by a name. `given` may be VALUE_EMPTY. */
static bool save_global(Save *s, Value v, Value given) {
    Value name = given;
    if (is_empty(name)) name = get_attribute_optional(v, NAME("__qualname__"));
    if (is_empty(name)) name = get_attribute(v, NAME("__name__"));
    if (is_error(name)) return false;
    if (!is_str(name)) {
        raise_error(pickling_error_type(), "Can't pickle %R: its name is not a string but %T", v, name);
        return false;
    }
    Value module_name = module_name_of(v, as_str(name)), module, parent;
    if (is_error(module_name) || !check_global(v, module_name, as_str(name), &module, &parent)) return false;
    int extension = s->protocol >= 2 ? save_extension(s, module_name, name) : 0;
    if (extension) return extension > 0;
    int64_t dot = str_find(as_str(name), str_from_char('.'), 0, as_str(name)->length, -1);
    Str *last = str_substring(as_str(name), dot + 1, as_str(name)->length);
    if (!last) return false;
    bool direct = same_value(parent, module);
    if (direct) name = object_value(last);
    if (s->protocol >= 4) {
        if (!save(s, module_name) || !save(s, name) || !put_op(s, OP_STACK_GLOBAL)) return false;
    } else if (!direct) {
        if (!save_call(s, import_attribute("builtins", "getattr"), tuple_pack(2, parent, object_value(last)), VALUE_EMPTY))
            return false;
    } else if (!put_global(s, v, module_name, name)) {
        return false;
    }
    return memoize(s, v);
}

static bool save_type(Save *s, Value v) {
    Type *type = OBJECT_AS(Type, v);
    Value only = type == &none_type              ? VALUE_NONE
                 : type == &not_implemented_type ? VALUE_NOT_IMPLEMENTED
                 : type == &ellipsis_type        ? VALUE_ELLIPSIS
                                                 : VALUE_EMPTY;
    if (!is_empty(only)) return save_call(s, object_value(&type_type), tuple_pack(1, only), v);
    return save_global(s, v, VALUE_EMPTY);
}

/* --- what reduces itself ------------------------------------------------------------------------------------------------- */

static bool fail(const char *format, Value v) {
    raise_error(pickling_error_type(), format, v);
    return false;
}

/* Has the class of the object, if one is given, this very identity? */
static bool check_class(Value class, Value v) {
    Value new_method = get_attribute_optional(class, NAME("__new__"));
    if (is_error(new_method)) return false;
    if (is_empty(new_method)) return fail("args[0] from __newobj__ args has no __new__", VALUE_NONE);
    if (is_empty(v)) return true;
    Value own = get_attribute(v, NAME("__class__"));
    if (is_error(own)) return false;
    return same_value(own, class) || fail("args[0] from __newobj__ args has the wrong class", VALUE_NONE);
}

/* copyreg.__newobj_ex__(class, args, kwargs) */
static bool save_new_with_keywords(Save *s, Tuple *arguments, Value v) {
    if (arguments->length != 3) {
        raise_error(pickling_error_type(), "length of the NEWOBJ_EX argument tuple must be exactly 3, not %lld",
                    (long long)arguments->length);
        return false;
    }
    Value class = arguments->items[0], positional = arguments->items[1], keywords = arguments->items[2];
    if (!is_type(class)) return fail("first item from NEWOBJ_EX argument tuple must be a class, not %T", class);
    if (!is_tuple(positional))
        return fail("second item from NEWOBJ_EX argument tuple must be a tuple, not %T", positional);
    if (!is_dict(keywords)) return fail("third item from NEWOBJ_EX argument tuple must be a dict, not %T", keywords);
    if (!check_class(class, v)) return false;
    if (s->protocol >= 4) return save(s, class) && save(s, positional) && save(s, keywords) && put_op(s, OP_NEWOBJ_EX);
    Value new_method = get_attribute(class, NAME("__new__"));
    Value partial = is_error(new_method) ? new_method : import_attribute("functools", "partial");
    Tuple *all = is_error(partial) ? NULL : tuple_new(2 + as_tuple(positional)->length);
    if (!all) return false;
    heap_store_relaxed(all, &all->items[0], new_method);
    heap_store_relaxed(all, &all->items[1], class);
    for (int64_t i = 0; i < as_tuple(positional)->length; i++)
        heap_store_relaxed(all, &all->items[2 + i], as_tuple(positional)->items[i]);
    Value bound = call_with(partial, all, as_dict(keywords));
    return !is_error(bound) && save(s, bound) && save(s, object_value(tuple_new(0))) && put_op(s, OP_REDUCE);
}

/* copyreg.__newobj__(class, *args) */
static bool save_new(Save *s, Tuple *arguments, Value v) {
    if (arguments->length < 1) return fail("__newobj__ arglist is empty", VALUE_NONE);
    Value class = arguments->items[0];
    if (!check_class(class, v)) return false;
    Tuple *rest = tuple_slice(arguments, 1, arguments->length);
    return rest && save(s, class) && save(s, object_value(rest)) && put_op(s, OP_NEWOBJ);
}

static bool has_name(Value function, const char *name, bool *has) {
    Value own = get_attribute_optional(function, NAME("__name__"));
    *has = !is_error(own) && !is_empty(own) && is_str(own) && str_equal_c(as_str(own), name);
    return !is_error(own);
}

static bool save_construction(Save *s, Value function, Tuple *arguments, Value v) {
    bool with_keywords = false, plain = false;
    if (s->protocol >= 2 &&
        (!has_name(function, "__newobj_ex__", &with_keywords) || !has_name(function, "__newobj__", &plain)))
        return false;
    if (with_keywords) return save_new_with_keywords(s, arguments, v);
    if (plain) return save_new(s, arguments, v);
    return save(s, function) && save(s, object_value(arguments)) && put_op(s, OP_REDUCE);
}

/* Item `index` of what __reduce__() returned, VALUE_EMPTY for None and what is not there. */
static Value reduce_item(Tuple *result, int64_t index) {
    if (index >= result->length || is_none(result->items[index])) return VALUE_EMPTY;
    return result->items[index];
}

static bool save_reduce(Save *s, Value result, Value v) {
    Tuple *items = as_tuple(result);
    if (items->length < 2 || items->length > 6)
        return fail("tuple returned by reducer must contain 2 through 6 elements", VALUE_NONE);
    Value function = items->items[0], arguments = items->items[1], state = reduce_item(items, 2);
    Value list_items = reduce_item(items, 3), dict_items = reduce_item(items, 4), setter = reduce_item(items, 5);
    if (!is_callable(function)) return fail("first item of the tuple returned by reducer must be callable", VALUE_NONE);
    if (!is_tuple(arguments)) return fail("second item of the tuple returned by reducer must be a tuple", VALUE_NONE);
    if (!is_empty(list_items) && !is_iterator(list_items))
        return fail("fourth element of the tuple returned by reducer must be an iterator, not %T", list_items);
    if (!is_empty(dict_items) && !is_iterator(dict_items))
        return fail("fifth element of the tuple returned by reducer must be an iterator, not %T", dict_items);
    if (!is_empty(setter) && !is_callable(setter))
        return fail("sixth element of the tuple returned by reducer must be a function, not %T", setter);
    if (!save_construction(s, function, as_tuple(arguments), v)) return false;
    if (!is_empty(v)) {
        /* The object may have been met again among its own arguments. */
        int64_t number = memo_find(s, v);
        if (!(number >= 0 ? fetch_instead(s, number, 1, false) : memoize(s, v))) return false;
    }
    if (!is_empty(list_items) && !save_list_items(s, list_items)) return false;
    if (!is_empty(dict_items) && !save_dict_items(s, dict_items)) return false;
    if (is_empty(state)) return true;
    if (is_empty(setter)) return save(s, state) && put_op(s, OP_BUILD);
    return save(s, setter) && save(s, v) && save(s, state) && put_op(s, OP_TUPLE2) && put_op(s, OP_REDUCE) &&
           put_op(s, OP_POP);
}

/* What copyreg, or the pickler's own table, has for a class: VALUE_EMPTY for nothing. */
static Value find_reducer(Save *s, Type *type) {
    if (is_empty(s->dispatch_table)) {
        Dict *table = pickle_table("copyreg", "dispatch_table");
        return table ? dict_get(table, object_value(type)) : VALUE_ERROR;
    }
    Value reducer = get_item(s->dispatch_table, object_value(type));
    return is_error(reducer) && error_clear_if(&KeyError) ? VALUE_EMPTY : reducer;
}

static Value call_reduce_method(Save *s, Value v) {
    Value method = get_attribute_optional(v, NAME("__reduce_ex__"));
    if (is_error(method)) return method;
    if (!is_empty(method)) return call_1(method, int_value(s->protocol));
    method = get_attribute_optional(v, NAME("__reduce__"));
    if (is_error(method)) return method;
    if (!is_empty(method)) return call_0(method);
    return raise_error(pickling_error_type(), "can't pickle '%T' object: %R", v, v);
}

static bool save_by_reduction(Save *s, Value v) {
    Type *type = type_of(v);
    Value result = VALUE_NOT_IMPLEMENTED;
    if (!is_empty(s->reducer_override)) result = call_1(s->reducer_override, v);
    if (is_error(result)) return false;
    if (same_value(result, VALUE_NOT_IMPLEMENTED)) {
        if (type == &type_type) return save_type(s, v);
        if (type == &function_type) return save_global(s, v, VALUE_EMPTY);
        Value reducer = find_reducer(s, type);
        if (is_error(reducer)) return false;
        if (is_empty(reducer) && is_type(v)) return save_global(s, v, VALUE_EMPTY);
        result = is_empty(reducer) ? call_reduce_method(s, v) : call_1(reducer, v);
        if (is_error(result)) return false;
    }
    if (is_str(result)) return save_global(s, v, result);
    if (!is_tuple(result)) return fail("__reduce__ must return a string or tuple", VALUE_NONE);
    return fast_enter(s, v) && save_reduce(s, result, v) && fast_leave(s, v);
}

/* --- any object ------------------------------------------------------------------------------------------------------------ */

static bool save_persistent(Save *s, Value id) {
    if (s->binary) {
        Value saved = s->persistent_id;
        s->persistent_id = VALUE_EMPTY;
        bool fine = save(s, id);
        s->persistent_id = saved;
        return fine && put_op(s, OP_BINPERSID);
    }
    Value text = value_str(id);
    if (is_error(text)) return false;
    Bytes *bytes = ascii_encode(as_str(text), NULL);
    if (!bytes) {
        if (error_clear_if(&UnicodeEncodeError)) fail("persistent IDs in protocol 0 must be ASCII strings", VALUE_NONE);
        return false;
    }
    return put_op(s, OP_PERSID) && put_bytes(s, bytes->data, bytes->length) && put_text(s, "\n");
}

/* What needs no memo: 1 written, 0 something else, -1. */
static int save_atom(Save *s, Value v) {
    bool fine;
    if (is_none(v)) fine = put_op(s, OP_NONE);
    else if (is_bool(v))
        fine = s->protocol >= 2 ? put_op(s, is_true(v) ? OP_NEWTRUE : OP_NEWFALSE)
                                : put_text(s, is_true(v) ? "I01\n" : "I00\n");
    else if (is_exact_int(v)) fine = save_int(s, v);
    else if (is_double(v)) fine = save_float(s, double_of(v));
    else return 0;
    return fine ? 1 : -1;
}

static bool save_object(Save *s, Value v) {
    if (!is_empty(s->persistent_id)) {
        Value id = call_1(s->persistent_id, v);
        if (is_error(id)) return false;
        if (!is_none(id)) return save_persistent(s, id);
    }
    int atom = save_atom(s, v);
    if (atom) return atom > 0;
    int64_t number = memo_find(s, v);
    if (number >= 0) return put_get(s, number);
    if (error_occurred()) return false;
    if (is_exactly(v, &bytes_type)) return save_bytes(s, v);
    if (is_exactly(v, &str_type)) return save_str(s, v);
    if (is_exactly(v, &dict_type)) return save_dict(s, v);
    if (is_exactly(v, &set_type) || is_exactly(v, &frozenset_type)) return save_set(s, v);
    if (is_exactly(v, &list_type)) return save_list(s, v);
    if (is_exactly(v, &tuple_type)) return save_tuple(s, v);
    if (is_exactly(v, &bytearray_type)) return save_bytearray(s, v);
    if (is_exactly(v, &pickle_buffer_type)) return save_buffer(s, v);
    return save_by_reduction(s, v);
}

static bool save(Save *s, Value v) {
    if (!stack_enter(" while pickling an object")) return false;
    bool fine = end_full_frame(s) && save_object(s, v);
    stack_leave();
    return fine;
}

/* The whole pickle of an object; with a file, all of it is written. */
static bool save_all(Save *s, Value v) {
    s->out = bytes_new(256);
    s->frame = -1;
    if (!s->out || (s->protocol >= 2 && !put_number(s, OP_PROTO, (uint64_t)s->protocol, 1))) return false;
    s->framing = s->protocol >= 4;
    if (!save(s, v) || !put_op(s, OP_STOP)) return false;
    close_frame(s);
    return flush(s);
}

/* --- Pickler ------------------------------------------------------------------------------------------------------------------ */

static bool read_protocol(Value protocol, Value fix_imports, Value *buffer_callback, int32_t *number, bool *fix) {
    int64_t n = PICKLE_DEFAULT;
    if (!is_empty(protocol) && !is_none(protocol) && !value_to_int64(protocol, &n)) return false;
    if (n < 0) n = PICKLE_HIGHEST;
    if (n > PICKLE_HIGHEST) {
        raise_error(&ValueError, "pickle protocol must be <= %d", PICKLE_HIGHEST);
        return false;
    }
    int truth = is_empty(fix_imports) ? 1 : value_truth(fix_imports);
    if (truth < 0) return false;
    if (!is_empty(*buffer_callback) && is_none(*buffer_callback)) *buffer_callback = VALUE_EMPTY;
    if (!is_empty(*buffer_callback) && n < 5) {
        raise_error(&ValueError, "buffer_callback needs protocol >= 5");
        return false;
    }
    *number = (int32_t)n;
    *fix = truth && n < 3;
    return true;
}

static Value write_method(Value file) {
    Value write = get_attribute_optional(file, NAME("write"));
    if (is_empty(write)) return raise_error(&TypeError, "file must have a 'write' attribute");
    return write;
}

Value pickle_dump(Value object, Value file, Value protocol, Value fix_imports, Value buffer_callback) {
    Save s = {.write = VALUE_EMPTY, .persistent_id = VALUE_EMPTY, .reducer_override = VALUE_EMPTY,
              .dispatch_table = VALUE_EMPTY};
    if (!read_protocol(protocol, fix_imports, &buffer_callback, &s.protocol, &s.fix_imports)) return VALUE_ERROR;
    if (!is_empty(file)) s.write = write_method(file);
    if (is_error(s.write)) return VALUE_ERROR;
    s.buffer_callback = buffer_callback;
    s.binary = s.protocol > 0;
    s.memo = dict_new();
    s.kept = list_new(0);
    if (!s.memo || !s.kept || !save_all(&s, object)) return VALUE_ERROR;
    return is_empty(file) ? value_or_error(bytes_from(s.out->data, (size_t)s.length)) : VALUE_NONE;
}

static void pickler_trace(Cell *cell, Marker *marker) {
    Pickler *self = (Pickler *)cell;
    marker_visit(marker, self->write);
    marker_visit(marker, self->buffer_callback);
    marker_visit(marker, self->dispatch_table);
    marker_visit(marker, self->persistent_id);
    marker_visit_pointer(marker, self->memo);
    marker_visit_pointer(marker, self->kept);
}

static Value pickler_new(Type *type, Value *args, size_t count, Tuple *names) {
    Dict *memo = dict_new();
    List *kept = memo ? list_new(0) : NULL;
    Pickler *self = kept ? object_alloc_instance(type, type->size) : NULL;
    if (!self) return VALUE_ERROR;
    HEAP_STORE_POINTER(self, &self->memo, memo);
    HEAP_STORE_POINTER(self, &self->kept, kept);
    return object_value(self);
}

static bool pickler_init(Value v, Value *args, size_t count, Tuple *names) {
    static const char signature[] = "(file, protocol=None, fix_imports=True, buffer_callback=None)";
    static Signature *parsed;
    Value a[4];
    Pickler *self = OBJECT_AS(Pickler, v);
    int32_t protocol;
    bool fix;
    if (!bind_arguments("Pickler", signature, &parsed, args, count, names, a) ||
        !read_protocol(a[1], a[2], &a[3], &protocol, &fix))
        return false;
    Value write = write_method(a[0]);
    Dict *memo = is_error(write) ? NULL : dict_new();
    List *kept = memo ? list_new(0) : NULL;
    if (!kept) return false;
    store_relaxed(&self->protocol, protocol);
    store_relaxed(&self->binary, protocol > 0);
    store_relaxed(&self->fast, 0);
    store_relaxed(&self->fix_imports, fix);
    heap_store_release(self, &self->buffer_callback, a[3]);
    HEAP_STORE_POINTER(self, &self->memo, memo);
    HEAP_STORE_POINTER(self, &self->kept, kept);
    heap_store_release(self, &self->write, write);
    return true;
}

static Value pickler_dump(Value *args) {
    Pickler *self = OBJECT_AS(Pickler, args[0]);
    Save s = {.write = value_load_acquire(&self->write),
              .protocol = load_relaxed(&self->protocol),
              .binary = load_relaxed(&self->binary) != 0,
              .fast = load_relaxed(&self->fast) != 0,
              .fix_imports = load_relaxed(&self->fix_imports),
              .buffer_callback = value_load_acquire(&self->buffer_callback),
              .memo = load_acquire(&self->memo),
              .kept = load_acquire(&self->kept)};
    if (is_empty(s.write))
        return raise_error(pickling_error_type(), "Pickler.__init__() was not called by %T.__init__()", args[0]);
    s.persistent_id = get_attribute_optional(args[0], NAME("persistent_id"));
    if (is_error(s.persistent_id)) return VALUE_ERROR;
    s.reducer_override = get_attribute_optional(args[0], NAME("reducer_override"));
    if (is_error(s.reducer_override)) return VALUE_ERROR;
    s.dispatch_table = get_attribute_optional(args[0], NAME("dispatch_table"));
    if (is_error(s.dispatch_table)) return VALUE_ERROR;
    return save_all(&s, args[1]) ? VALUE_NONE : VALUE_ERROR;
}

static bool forget_all(Pickler *self) {
    Dict *memo = dict_new();
    List *kept = memo ? list_new(0) : NULL;
    if (!kept) return false;
    HEAP_STORE_POINTER(self, &self->memo, memo);
    HEAP_STORE_POINTER(self, &self->kept, kept);
    return true;
}

static Value pickler_clear_memo(Value *args) {
    return forget_all(OBJECT_AS(Pickler, args[0])) ? VALUE_NONE : VALUE_ERROR;
}

static Value get_persistent_id(Value self) {
    return pickle_get_hook(&OBJECT_AS(Pickler, self)->persistent_id, "persistent_id");
}
static bool set_persistent_id(Value self, Value value) {
    return pickle_set_hook(self, &OBJECT_AS(Pickler, self)->persistent_id, value, "persistent_id");
}

/* --- Pickler.memo --------------------------------------------------------------------------------------------------------------- */

typedef struct PicklerMemo {
    Object object;
    Pickler *pickler; /* constant */
} PicklerMemo;

static void memo_trace(Cell *cell, Marker *marker) { marker_visit_pointer(marker, ((PicklerMemo *)cell)->pickler); }

static Value memo_clear(Value *args) {
    return forget_all(OBJECT_AS(PicklerMemo, args[0])->pickler) ? VALUE_NONE : VALUE_ERROR;
}

/* {id: (number, object)} */
static Value memo_copy(Value *args) {
    List *kept = load_acquire(&OBJECT_AS(PicklerMemo, args[0])->pickler->kept);
    Dict *copy = dict_new();
    if (!copy) return VALUE_ERROR;
    for (int64_t i = 0; i < list_length(kept); i++) {
        Value v = list_get(kept, i);
        if (is_empty(v)) break;
        Tuple *entry = tuple_pack(2, int_value(i), v);
        if (!entry || !dict_set(copy, value_id_object(v), object_value(entry))) return VALUE_ERROR;
    }
    return object_value(copy);
}

static Value memo_reduce(Value *args) {
    Value copy = memo_copy(args);
    Tuple *arguments = is_error(copy) ? NULL : tuple_pack(1, copy);
    Tuple *result = arguments ? tuple_pack(2, object_value(&dict_type), object_value(arguments)) : NULL;
    return value_or_error(result);
}

static const MethodDef memo_methods[] = {
    METHOD("clear", memo_clear, "($self, /)", "Remove all items from memo."),
    METHOD("copy", memo_copy, "($self, /)", "Copy the memo to a new object."),
    METHOD("__reduce__", memo_reduce, "($self, /)", "Implement pickle support."),
    {0},
};
Type pickler_memo_type = {
    .name = "_pickle.PicklerMemoProxy",
    .base = &object_type_object,
    .size = sizeof(PicklerMemo),
    .flags = TYPE_NO_NEW,
    .root = {.cell_kind = {.trace = memo_trace, .name = "_pickle.PicklerMemoProxy"}},
    .methods = memo_methods,
};

static Value get_memo(Value self) {
    PicklerMemo *memo = object_alloc(&pickler_memo_type, sizeof *memo);
    if (!memo) return VALUE_ERROR;
    HEAP_STORE_POINTER(memo, &memo->pickler, OBJECT_AS(Pickler, self));
    return object_value(memo);
}

/* The objects of {id: (number, object)} by their numbers. */
static List *objects_by_number(Dict *entries) {
    int64_t count = dict_length(entries), position = 0;
    Array *objects = array_new(count);
    Value key, entry;
    if (!objects) return NULL;
    while (dict_next(entries, &position, &key, &entry)) {
        int64_t number;
        if (!is_tuple(entry) || as_tuple(entry)->length != 2) {
            raise_error(&TypeError, "'memo' values must be 2-item tuples");
            return NULL;
        }
        if (!value_to_int64(as_tuple(entry)->items[0], &number)) return NULL;
        if (number < 0 || number >= count) {
            raise_error(&ValueError, "'memo' numbers must be 0 to %lld, not %lld", (long long)count - 1, (long long)number);
            return NULL;
        }
        heap_store_relaxed(objects, &objects->items[number], as_tuple(entry)->items[1]);
    }
    for (int64_t i = 0; i < count; i++)
        if (is_empty(objects->items[i])) {
            raise_error(&ValueError, "'memo' has no object of number %lld", (long long)i);
            return NULL;
        }
    return list_from_array(objects->items, count);
}

static bool set_memo(Value v, Value value) {
    Pickler *self = OBJECT_AS(Pickler, v);
    List *objects;
    if (is_empty(value)) {
        raise_error(&TypeError, "attribute deletion is not supported");
        return false;
    }
    if (is_exactly(value, &pickler_memo_type)) {
        List *kept = load_acquire(&OBJECT_AS(PicklerMemo, value)->pickler->kept);
        objects = list_slice(kept, 0, list_length(kept));
    } else if (is_dict(value)) {
        objects = objects_by_number(as_dict(value));
    } else {
        raise_error(&TypeError, "'memo' attribute must be a PicklerMemoProxy object or dict, not %T", value);
        return false;
    }
    Dict *memo = objects ? dict_new() : NULL;
    List *kept = memo ? list_new(0) : NULL;
    if (!kept) return false;
    for (int64_t i = 0; i < list_length(objects); i++)
        if (!memo_add(memo, kept, list_get(objects, i))) return false;
    HEAP_STORE_POINTER(self, &self->memo, memo);
    HEAP_STORE_POINTER(self, &self->kept, kept);
    return true;
}

static const MethodDef pickler_methods[] = {
    METHOD("dump", pickler_dump, "($self, obj, /)", "Write a pickled representation of the given object to the open file."),
    METHOD("clear_memo", pickler_clear_memo, "($self, /)",
           "Clears the pickler's \"memo\".\n\n"
           "The memo remembers which objects the pickler has already seen, so that shared or recursive objects are "
           "pickled by reference and not by value."),
    {0},
};
static const MemberDef pickler_members[] = {
    {"bin", MEMBER_INT32, offsetof(Pickler, binary), 0, NULL},
    {"fast", MEMBER_INT32, offsetof(Pickler, fast), 0, NULL},
    {"dispatch_table", MEMBER_VALUE_EX, offsetof(Pickler, dispatch_table), 0, NULL},
    {0},
};
static const GetSetDef pickler_getset[] = {
    {"memo", get_memo, set_memo, NULL},
    {"persistent_id", get_persistent_id, set_persistent_id, NULL},
    {0},
};
Type pickler_type = {
    .name = "_pickle.Pickler",
    .doc = "This takes a binary file for writing a pickle data stream.",
    .signature = "(file, protocol=None, fix_imports=True, buffer_callback=None)",
    .base = &object_type_object,
    .size = sizeof(Pickler),
    .flags = TYPE_BASE | TYPE_IMMUTABLE,
    .root = {.cell_kind = {.trace = pickler_trace, .name = "_pickle.Pickler"}},
    .new_instance = pickler_new,
    .init = pickler_init,
    .methods = pickler_methods,
    .members = pickler_members,
    .getset = pickler_getset,
};
