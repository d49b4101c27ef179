/* pickle_reader.c - reading pickles: Unpickler, load(), loads().
 *
 * A call of load() works on a Load of its own on the C stack: the input, a stack of values, the places of the marks
 * in it. Only the memo lies in the Unpickler, as a dict from numbers to objects. Nothing in the input is trusted:
 * every length is held against what is there, every instruction against what is on the stack.
 *
 * The input is a chunk of memory. With a file, the next chunk is a whole frame where the pickle has frames, and else
 * what the file's peek() shows, or exactly what the instruction needs: nothing behind the pickle is consumed. */
#include "modules/pickle_module.h"

#include <stdlib.h>
#include "object/audit.h"
#include "types/codec.h"
#include "types/set.h"

enum { PEEK_SIZE = 128 * 1024 };

typedef struct Unpickler {
    Object object;
    Value read, readline, peek; /* of the file; VALUE_EMPTY: __init__ was not called, or no peek() */
    Value buffers;              /* an iterator, or VALUE_EMPTY */
    Value encoding, errors;     /* str */
    Value persistent_load;      /* set as an attribute, or VALUE_EMPTY */
    Dict *memo;
    bool fix_imports;
} Unpickler;

typedef struct Load {
    Value self;           /* an Unpickler, whose methods are called, or VALUE_EMPTY */
    const uint8_t *data;  /* the chunk */
    int64_t length, position;
    Value chunk;          /* what it belongs to */
    Value read, readline, peek;
    bool peeked;          /* the chunk was only looked at: its bytes are to be read from the file yet */
    Array *stack;
    int64_t count, fence; /* values on the stack; those below the fence lie under a mark */
    int64_t *marks;       /* malloc'ed */
    int64_t mark_count, mark_capacity;
    Dict *memo;
    int protocol;
    bool fix_imports;
    const char *encoding, *errors;
    Value buffers;
    Value result;
} Load;

static bool fail(const char *message) {
    raise_error(unpickling_error_type(), "%s", message);
    return false;
}

/* --- input -------------------------------------------------------------------------------------------------------- */

static bool truncated(void) { return fail("pickle data was truncated"); }

static bool set_chunk(Load *l, Value bytes, const char *method) {
    if (is_error(bytes)) return false;
    if (!is_bytes(bytes)) {
        raise_error(&ValueError, "%s() returned %T, not bytes", method, bytes);
        return false;
    }
    l->chunk = bytes;
    l->data = as_bytes(bytes)->data;
    l->length = as_bytes(bytes)->length;
    l->position = 0;
    l->peeked = false;
    return true;
}

/* Reads from the file what was used of a chunk that was only looked at. */
static bool skip_used(Load *l) {
    if (!l->peeked) return true;
    int64_t used = l->position;
    l->length = l->position = 0;
    l->peeked = false;
    return used == 0 || !is_error(call_1(l->read, int_value(used)));
}

static bool try_peek(Load *l, int64_t size) {
    if (is_empty(l->peek)) return false;
    Value bytes = call_1(l->peek, int_value(size > PEEK_SIZE ? size : PEEK_SIZE));
    if (is_error(bytes)) {
        /* a peek() that is there and does not work */
        if (error_clear_if(&exc_Exception)) l->peek = VALUE_EMPTY;
        return false;
    }
    if (!is_bytes(bytes) || as_bytes(bytes)->length < size) return false;
    set_chunk(l, bytes, "peek");
    l->peeked = true;
    return true;
}

/* The chunk's rest and more of the file, `size` bytes together. */
static bool read_more(Load *l, int64_t size) {
    if (is_empty(l->read)) return truncated();
    if (!skip_used(l)) return false;
    int64_t left = l->length - l->position;
    if (left == 0 && try_peek(l, size)) return true;
    if (error_occurred()) return false;
    Value before = l->chunk;
    const uint8_t *rest = l->data + l->position;
    Value bytes = call_1(l->read, int_value(size - left));
    if (!set_chunk(l, bytes, "read")) return false;
    if (l->length < size - left) return truncated();
    if (left == 0) return true;
    Bytes *joined = bytes_new(size);
    if (!joined) return false;
    memcpy(joined->data, rest, (size_t)left);
    memcpy(joined->data + left, l->data, (size_t)(size - left));
    KEEP_ALIVE(before.bits);
    return set_chunk(l, object_value(joined), "read");
}

/* The next `size` bytes, which are used with that; NULL: raised. */
static const uint8_t *take(Load *l, int64_t size) {
    if (size < 0 || size > INT64_MAX / 4) {
        fail("read would overflow (invalid bytecode)");
        return NULL;
    }
    if (size > l->length - l->position && !read_more(l, size)) return NULL;
    const uint8_t *bytes = l->data + l->position;
    l->position += size;
    return bytes;
}

/* The next line, without its end, as text that ends in NUL; NULL: raised. */
static const char *take_line(Load *l, int64_t *length) {
    const uint8_t *start = l->data + l->position;
    const uint8_t *end = l->position < l->length ? memchr(start, '\n', (size_t)(l->length - l->position)) : NULL;
    Bytes *line;
    if (end || is_empty(l->readline)) {
        if (!end) return truncated(), NULL;
        line = bytes_from(start, (size_t)(end - start));
        l->position += end - start + 1;
    } else {
        if (!skip_used(l)) return NULL;
        int64_t left = l->length - l->position;
        Value before = l->chunk;
        if (!set_chunk(l, call_0(l->readline), "readline")) return NULL;
        if (l->length == 0 || l->data[l->length - 1] != '\n') return truncated(), NULL;
        line = bytes_new(left + l->length - 1);
        if (!line) return NULL;
        memcpy(line->data, start, (size_t)left);
        memcpy(line->data + left, l->data, (size_t)(l->length - 1));
        l->position = l->length;
        KEEP_ALIVE(before.bits);
    }
    if (!line) return NULL;
    *length = line->length;
    return (const char *)line->data;
}

static bool take_number(Load *l, int width, uint64_t *number) {
    const uint8_t *bytes = take(l, width);
    if (!bytes) return false;
    *number = 0;
    for (int i = 0; i < width; i++) *number |= (uint64_t)bytes[i] << (8 * i);
    return true;
}

/* A length and as many bytes. */
static const uint8_t *take_block(Load *l, int width, int64_t *size) {
    uint64_t number;
    if (!take_number(l, width, &number)) return NULL;
    if (number > INT64_MAX) {
        raise_error(&OverflowError, "the length of an item exceeds system's maximum size of %lld bytes", (long long)INT64_MAX);
        return NULL;
    }
    *size = (int64_t)number;
    return take(l, *size);
}

/* --- the stack ------------------------------------------------------------------------------------------------------- */

static bool push(Load *l, Value v) {
    if (is_error(v)) return false;
    if (l->count == l->stack->capacity) {
        Array *larger = array_new(l->count * 2);
        if (!larger) return false;
        for (int64_t i = 0; i < l->count; i++) heap_store_relaxed(larger, &larger->items[i], l->stack->items[i]);
        l->stack = larger;
    }
    heap_store_relaxed(l->stack, &l->stack->items[l->count++], v);
    return true;
}

static bool underflow(Load *l) {
    return fail(l->mark_count ? "unexpected MARK found" : "unpickling stack underflow");
}

static bool has(Load *l, int64_t count) { return l->count - l->fence >= count || underflow(l); }

/* VALUE_ERROR: raised. */
static Value pop(Load *l) { return has(l, 1) ? l->stack->items[--l->count] : VALUE_ERROR; }
static Value top(Load *l) { return has(l, 1) ? l->stack->items[l->count - 1] : VALUE_ERROR; }

static bool push_mark(Load *l) {
    if (l->mark_count == l->mark_capacity) {
        int64_t capacity = l->mark_capacity * 2 + 16;
        int64_t *marks = realloc(l->marks, (size_t)capacity * sizeof *marks);
        if (!marks) return raise_memory_error(), false;
        l->marks = marks;
        l->mark_capacity = capacity;
    }
    l->marks[l->mark_count++] = l->fence = l->count;
    return true;
}

/* Removes the last mark; *from receives where the values above it begin. */
static bool pop_mark(Load *l, int64_t *from) {
    if (l->mark_count == 0) return fail("could not find MARK");
    *from = l->marks[--l->mark_count];
    l->fence = l->mark_count ? l->marks[l->mark_count - 1] : 0;
    return true;
}

/* The values from `from` on, taken off. */
static Tuple *pop_tuple(Load *l, int64_t from) {
    Tuple *tuple = tuple_from_array(l->stack->items + from, l->count - from);
    l->count = from;
    return tuple;
}

/* --- numbers and strings --------------------------------------------------------------------------------------------- */

static bool load_none(Load *l) { return push(l, VALUE_NONE); }
static bool load_true(Load *l) { return push(l, VALUE_TRUE); }
static bool load_false(Load *l) { return push(l, VALUE_FALSE); }

static bool load_unsigned(Load *l, int width) {
    uint64_t number;
    return take_number(l, width, &number) && push(l, int_value((int64_t)number));
}
static bool load_binint1(Load *l) { return load_unsigned(l, 1); }
static bool load_binint2(Load *l) { return load_unsigned(l, 2); }
static bool load_binint(Load *l) {
    uint64_t number;
    return take_number(l, 4, &number) && push(l, int_value((int32_t)number));
}

static Value int_from_line(const char *line, int64_t length) {
    while (length && (line[length - 1] == '\r' || line[length - 1] == ' ')) length--;
    Value v = int_from_text(line, (size_t)length, 10);
    return is_empty(v) ? raise_error(&ValueError, "could not convert string to int") : v;
}

static bool load_int(Load *l) {
    int64_t length;
    const char *line = take_line(l, &length);
    if (!line) return false;
    if (length == 2 && line[0] == '0' && (line[1] == '0' || line[1] == '1')) return push(l, bool_value(line[1] == '1'));
    return push(l, int_from_line(line, length));
}

static bool load_long(Load *l) {
    int64_t length;
    const char *line = take_line(l, &length);
    if (!line) return false;
    if (length && line[length - 1] == 'L') length--;
    return push(l, int_from_line(line, length));
}

static bool load_counted_long(Load *l, int width) {
    uint64_t number;
    if (!take_number(l, width, &number)) return false;
    if (width == 4 && (int32_t)number < 0) return fail("LONG pickle has negative byte count");
    const uint8_t *bytes = take(l, (int64_t)number);
    return bytes && push(l, number ? int_from_bytes(bytes, (size_t)number, true, true) : int_value(0));
}
static bool load_long1(Load *l) { return load_counted_long(l, 1); }
static bool load_long4(Load *l) { return load_counted_long(l, 4); }

static bool load_float(Load *l) {
    int64_t length;
    const char *line = take_line(l, &length);
    Str *text = line ? str_from_latin1((const uint8_t *)line, (size_t)length) : NULL;
    if (!text) return false;
    Value v = number_float(object_value(text));
    if (is_error(v) && error_clear_if(&ValueError)) raise_error(&ValueError, "could not convert string to float");
    return push(l, v);
}

static bool load_binfloat(Load *l) {
    uint64_t bits;
    double number;
    if (!take_number(l, 8, &bits)) return false;
    bits = __builtin_bswap64(bits);
    memcpy(&number, &bits, sizeof number);
    return push(l, double_value_checked(number));
}

/* What Python 2 wrote as str: text in the encoding that was given, or bytes. */
static bool push_old_string(Load *l, const void *data, int64_t size) {
    if (!strcmp(l->encoding, "bytes")) return push(l, value_or_error(bytes_from(data, (size_t)size)));
    return push(l, value_or_error(codec_decode(data, (size_t)size, l->encoding, l->errors)));
}

static bool load_string(Load *l) {
    int64_t length;
    const char *line = take_line(l, &length);
    if (!line) return false;
    if (length < 2 || line[0] != line[length - 1] || (line[0] != '\'' && line[0] != '"'))
        return fail("the STRING opcode argument must be quoted");
    Bytes *bytes = bytes_escape_decode(line + 1, (size_t)(length - 2), NULL, NULL);
    return bytes && push_old_string(l, bytes->data, bytes->length);
}

static bool load_binstring(Load *l) {
    uint64_t number;
    if (!take_number(l, 4, &number)) return false;
    if ((int32_t)number < 0) return fail("BINSTRING pickle has negative byte count");
    const uint8_t *bytes = take(l, (int64_t)number);
    return bytes && push_old_string(l, bytes, (int64_t)number);
}
static bool load_short_binstring(Load *l) {
    int64_t size;
    const uint8_t *bytes = take_block(l, 1, &size);
    return bytes && push_old_string(l, bytes, size);
}

static bool load_unicode(Load *l) {
    int64_t length;
    const char *line = take_line(l, &length);
    return line && push(l, value_or_error(raw_unicode_escape_decode(line, (size_t)length, NULL, NULL)));
}

static bool load_counted_text(Load *l, int width) {
    int64_t size;
    const uint8_t *bytes = take_block(l, width, &size);
    return bytes && push(l, value_or_error(utf8_decode(bytes, (size_t)size, "surrogatepass", NULL)));
}
static bool load_short_binunicode(Load *l) { return load_counted_text(l, 1); }
static bool load_binunicode(Load *l) { return load_counted_text(l, 4); }
static bool load_binunicode8(Load *l) { return load_counted_text(l, 8); }

static bool load_counted_bytes(Load *l, int width) {
    int64_t size;
    const uint8_t *bytes = take_block(l, width, &size);
    return bytes && push(l, value_or_error(bytes_from(bytes, (size_t)size)));
}
static bool load_short_binbytes(Load *l) { return load_counted_bytes(l, 1); }
static bool load_binbytes(Load *l) { return load_counted_bytes(l, 4); }
static bool load_binbytes8(Load *l) { return load_counted_bytes(l, 8); }

static bool load_bytearray8(Load *l) {
    int64_t size;
    const uint8_t *bytes = take_block(l, 8, &size);
    return bytes && push(l, bytearray_from(bytes, (size_t)size));
}

static bool load_next_buffer(Load *l) {
    if (is_empty(l->buffers))
        return fail("pickle stream refers to out-of-band data but no *buffers* argument was given");
    Value buffer = iter_next(l->buffers);
    return is_empty(buffer) ? fail("not enough out-of-band buffers") : push(l, buffer);
}

static bool load_readonly_buffer(Load *l) {
    Value buffer = top(l);
    BufferView view;
    if (is_error(buffer) || !buffer_get(buffer, &view, BUFFER_SIMPLE)) return false;
    bool readonly = view.readonly;
    buffer_release(&view);
    if (readonly) return true;
    Value whole = memoryview_from(buffer);
    Value shown = is_error(whole) ? whole : call_method_0(whole, "toreadonly");
    if (is_error(shown)) return false;
    l->count--;
    return push(l, shown);
}

/* --- containers --------------------------------------------------------------------------------------------------------- */

static bool load_short_tuple(Load *l, int64_t length) {
    if (!has(l, length)) return false;
    return push(l, value_or_error(pop_tuple(l, l->count - length)));
}
static bool load_empty_tuple(Load *l) { return load_short_tuple(l, 0); }
static bool load_tuple1(Load *l) { return load_short_tuple(l, 1); }
static bool load_tuple2(Load *l) { return load_short_tuple(l, 2); }
static bool load_tuple3(Load *l) { return load_short_tuple(l, 3); }
static bool load_tuple(Load *l) {
    int64_t from;
    return pop_mark(l, &from) && push(l, value_or_error(pop_tuple(l, from)));
}

static bool load_empty_list(Load *l) { return push(l, value_or_error(list_new(0))); }
static bool load_empty_dict(Load *l) { return push(l, value_or_error(dict_new())); }
static bool load_empty_set(Load *l) { return push(l, value_or_error(set_new())); }

static bool load_list(Load *l) {
    int64_t from;
    if (!pop_mark(l, &from)) return false;
    List *list = list_from_array(l->stack->items + from, l->count - from);
    l->count = from;
    return push(l, value_or_error(list));
}

static bool load_dict(Load *l) {
    int64_t from;
    if (!pop_mark(l, &from)) return false;
    Dict *dict = dict_new();
    if (!dict) return false;
    if ((l->count - from) % 2) return fail("odd number of items for DICT");
    for (int64_t i = from; i < l->count; i += 2)
        if (!dict_set(dict, l->stack->items[i], l->stack->items[i + 1])) return false;
    l->count = from;
    return push(l, object_value(dict));
}

static bool load_frozenset(Load *l) {
    int64_t from;
    if (!pop_mark(l, &from)) return false;
    Tuple *items = pop_tuple(l, from);
    return items && push(l, value_or_error(frozenset_from_iterable(object_value(items))));
}

/* Adds the values from `from` on to the list below them. */
static bool append_items(Load *l, int64_t from) {
    if (from > l->count || from - 1 < l->fence) return underflow(l);
    if (from == l->count) return true;
    Value target = l->stack->items[from - 1];
    Tuple *items = pop_tuple(l, from);
    if (!items) return false;
    if (is_exactly(target, &list_type)) return list_extend(as_list(target), object_value(items));
    Value extend = get_attribute_optional(target, NAME("extend"));
    if (is_error(extend)) return false;
    if (!is_empty(extend)) {
        List *list = list_from_array(items->items, items->length);
        return list && !is_error(call_1(extend, object_value(list)));
    }
    Value append = get_attribute(target, NAME("append"));
    if (is_error(append)) return false;
    for (int64_t i = 0; i < items->length; i++)
        if (is_error(call_1(append, items->items[i]))) return false;
    return true;
}

static bool load_append(Load *l) { return has(l, 1) && append_items(l, l->count - 1); }
static bool load_appends(Load *l) {
    int64_t from;
    return pop_mark(l, &from) && append_items(l, from);
}

/* Stores the pairs from `from` on in the mapping below them. */
static bool set_items(Load *l, int64_t from) {
    if (from > l->count || from - 1 < l->fence) return underflow(l);
    if ((l->count - from) % 2) return fail("odd number of items for SETITEMS");
    Value target = l->stack->items[from - 1];
    Tuple *items = pop_tuple(l, from);
    if (!items) return false;
    for (int64_t i = 0; i < items->length; i += 2) {
        Value key = items->items[i], value = items->items[i + 1];
        if (!(is_exactly(target, &dict_type) ? dict_set(as_dict(target), key, value) : set_item(target, key, value)))
            return false;
    }
    return true;
}

static bool load_setitem(Load *l) { return has(l, 2) && set_items(l, l->count - 2); }
static bool load_setitems(Load *l) {
    int64_t from;
    return pop_mark(l, &from) && set_items(l, from);
}

static bool load_additems(Load *l) {
    int64_t from;
    if (!pop_mark(l, &from)) return false;
    if (from > l->count || from - 1 < l->fence) return underflow(l);
    Value target = l->stack->items[from - 1];
    Tuple *items = pop_tuple(l, from);
    if (!items) return false;
    if (is_exactly(target, &set_type)) return set_update(OBJECT_AS(Set, target), object_value(items));
    Value add = get_attribute(target, NAME("add"));
    if (is_error(add)) return false;
    for (int64_t i = 0; i < items->length; i++)
        if (is_error(call_1(add, items->items[i]))) return false;
    return true;
}

/* --- names ---------------------------------------------------------------------------------------------------------------- */

/* The names of today for what Python 2 called otherwise. */
static bool new_names(Value *module_name, Value *name) {
    Dict *names = pickle_table("_compat_pickle", "NAME_MAPPING");
    Dict *modules = names ? pickle_table("_compat_pickle", "IMPORT_MAPPING") : NULL;
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

static Value find_class(Value module_name, Value name, int protocol, bool fix_imports) {
    if (!AUDIT("pickle.find_class", module_name, name)) return VALUE_ERROR;
    if (protocol < 3 && fix_imports && !new_names(&module_name, &name)) return VALUE_ERROR;
    if (!is_str(module_name) || !is_str(name))
        return raise_error(&TypeError, "find_class() needs the names of a module and of a class");
    Value import = import_attribute("importlib", "import_module");
    Value module = is_error(import) ? import : call_1(import, module_name);
    if (is_error(module)) return VALUE_ERROR;
    if (protocol >= 4) return pickle_dotted_attribute(module, as_str(name), NULL);
    Str *interned = str_intern(str_exact(as_str(name)));
    return interned ? get_attribute(module, interned) : VALUE_ERROR;
}

static Value load_class(Load *l, Value module_name, Value name) {
    if (is_empty(l->self)) return find_class(module_name, name, l->protocol, l->fix_imports);
    return call_method_2(l->self, "find_class", module_name, name);
}

static Value take_text_line(Load *l, const char *encoding) {
    int64_t length;
    const char *line = take_line(l, &length);
    return line ? value_or_error(codec_decode(line, (size_t)length, encoding, NULL)) : VALUE_ERROR;
}

static bool load_global(Load *l) {
    Value module_name = take_text_line(l, "utf-8");
    Value name = is_error(module_name) ? module_name : take_text_line(l, "utf-8");
    return !is_error(name) && push(l, load_class(l, module_name, name));
}

static bool load_stack_global(Load *l) {
    if (!has(l, 2)) return false;
    Value name = pop(l), module_name = pop(l);
    if (!is_str(name) || !is_str(module_name)) return fail("STACK_GLOBAL requires str");
    return push(l, load_class(l, module_name, name));
}

static bool load_extension(Load *l, int width) {
    uint64_t number;
    if (!take_number(l, width, &number)) return false;
    int64_t code = width == 4 ? (int32_t)number : (int64_t)number;
    if (code <= 0) return fail("EXT specifies code <= 0");
    Dict *cache = pickle_table("copyreg", "_extension_cache");
    Value key = int_value(code), known = cache ? dict_get(cache, key) : VALUE_ERROR;
    if (is_error(known) || !is_empty(known)) return push(l, known);
    Dict *registry = pickle_table("copyreg", "_inverted_registry");
    Value pair = registry ? dict_get(registry, key) : VALUE_ERROR;
    if (is_error(pair)) return false;
    if (is_empty(pair)) {
        raise_error(&ValueError, "unregistered extension code %lld", (long long)code);
        return false;
    }
    if (!is_tuple(pair) || as_tuple(pair)->length != 2 || !is_str(as_tuple(pair)->items[0]) ||
        !is_str(as_tuple(pair)->items[1])) {
        raise_error(&ValueError, "_inverted_registry[%lld] isn't a 2-tuple of strings", (long long)code);
        return false;
    }
    Value class = load_class(l, as_tuple(pair)->items[0], as_tuple(pair)->items[1]);
    return !is_error(class) && dict_set(cache, key, class) && push(l, class);
}
static bool load_ext1(Load *l) { return load_extension(l, 1); }
static bool load_ext2(Load *l) { return load_extension(l, 2); }
static bool load_ext4(Load *l) { return load_extension(l, 4); }

static bool push_persistent(Load *l, Value id) {
    Value load = is_empty(l->self) ? VALUE_EMPTY : get_attribute_optional(l->self, NAME("persistent_load"));
    if (is_error(load)) return false;
    if (is_empty(load))
        return fail("A load persistent id instruction was encountered,\n"
                    "but no persistent_load function was specified.");
    return push(l, call_1(load, id));
}
static bool load_binpersid(Load *l) {
    Value id = pop(l);
    return !is_error(id) && push_persistent(l, id);
}
static bool load_persid(Load *l) {
    Value id = take_text_line(l, "ascii");
    if (is_error(id)) {
        if (error_clear_if(&UnicodeDecodeError)) fail("persistent IDs in protocol 0 must be ASCII strings");
        return false;
    }
    return push_persistent(l, id);
}

/* --- making objects ---------------------------------------------------------------------------------------------------------- */

/* An instance of an old class: without arguments by __new__ alone, if there is no __getinitargs__. */
static Value instantiate(Value class, Tuple *arguments) {
    if (!arguments) return VALUE_ERROR;
    if (arguments->length == 0 && is_type(class)) {
        Value hook = get_attribute_optional(class, NAME("__getinitargs__"));
        if (is_error(hook)) return hook;
        if (is_empty(hook)) return call_method_1(class, "__new__", class);
    }
    return call_with(class, arguments, NULL);
}

static bool load_obj(Load *l) {
    int64_t from;
    if (!pop_mark(l, &from)) return false;
    if (l->count - from < 1) return underflow(l);
    Tuple *arguments = pop_tuple(l, from + 1);
    Value class = pop(l);
    return !is_error(class) && push(l, instantiate(class, arguments));
}

static bool load_inst(Load *l) {
    int64_t from;
    if (!pop_mark(l, &from)) return false;
    Value module_name = take_text_line(l, "ascii");
    Value name = is_error(module_name) ? module_name : take_text_line(l, "ascii");
    Value class = is_error(name) ? name : load_class(l, module_name, name);
    return !is_error(class) && push(l, instantiate(class, pop_tuple(l, from)));
}

static bool make_new(Load *l, const char *what, Value class, Value arguments, Value keywords) {
    if (!is_tuple(arguments)) {
        raise_error(unpickling_error_type(), "%s args argument must be a tuple, not %T", what, arguments);
        return false;
    }
    if (!is_empty(keywords) && !is_dict(keywords)) {
        raise_error(unpickling_error_type(), "%s kwargs argument must be a dict, not %T", what, keywords);
        return false;
    }
    if (!is_type(class)) {
        raise_error(unpickling_error_type(), "%s class argument must be a type, not %T", what, class);
        return false;
    }
    Value new_method = get_attribute(class, NAME("__new__"));
    Tuple *old = as_tuple(arguments), *all = is_error(new_method) ? NULL : tuple_new(old->length + 1);
    if (!all) return false;
    heap_store_relaxed(all, &all->items[0], class);
    for (int64_t i = 0; i < old->length; i++) heap_store_relaxed(all, &all->items[i + 1], old->items[i]);
    return push(l, call_with(new_method, all, is_empty(keywords) ? NULL : as_dict(keywords)));
}

static bool load_newobj(Load *l) {
    if (!has(l, 2)) return false;
    Value arguments = pop(l), class = pop(l);
    return make_new(l, "NEWOBJ", class, arguments, VALUE_EMPTY);
}
static bool load_newobj_ex(Load *l) {
    if (!has(l, 3)) return false;
    Value keywords = pop(l), arguments = pop(l), class = pop(l);
    return make_new(l, "NEWOBJ_EX", class, arguments, keywords);
}

static bool load_reduce(Load *l) {
    if (!has(l, 2)) return false;
    Value arguments = pop(l), function = pop(l);
    if (!is_tuple(arguments)) {
        raise_error(&TypeError, "argument list must be a tuple");
        return false;
    }
    return push(l, call_with(function, as_tuple(arguments), NULL));
}

/* instance.__dict__.update(state), with interned names. */
static bool update_attributes(Value instance, Value state) {
    if (!is_dict(state)) return fail("state is not a dictionary");
    Value attributes = get_attribute(instance, NAME("__dict__"));
    if (is_error(attributes)) return false;
    int64_t position = 0;
    Value key, value;
    Dict *copy = dict_copy(as_dict(state));
    if (!copy) return false;
    while (dict_next(copy, &position, &key, &value)) {
        if (is_exactly(key, &str_type)) {
            Str *interned = str_intern(as_str(key));
            if (!interned) return false;
            key = object_value(interned);
        }
        if (!set_item(attributes, key, value)) return false;
    }
    return true;
}

static bool set_slots(Value instance, Value state) {
    if (!is_dict(state)) return fail("slot state is not a dictionary");
    int64_t position = 0;
    Value key, value;
    Dict *copy = dict_copy(as_dict(state));
    if (!copy) return false;
    while (dict_next(copy, &position, &key, &value)) {
        if (!is_str(key)) {
            raise_error(&TypeError, "attribute name must be string, not '%T'", key);
            return false;
        }
        if (!set_attribute(instance, str_exact(as_str(key)), value)) return false;
    }
    return true;
}

static bool load_build(Load *l) {
    if (!has(l, 2)) return false;
    Value state = pop(l), instance = top(l);
    Value set_state = get_attribute_optional(instance, NAME("__setstate__"));
    if (is_error(set_state)) return false;
    if (!is_empty(set_state)) return !is_error(call_1(set_state, state));
    Value slots = VALUE_NONE;
    if (is_tuple(state) && as_tuple(state)->length == 2) {
        slots = as_tuple(state)->items[1];
        state = as_tuple(state)->items[0];
    }
    return (is_none(state) || update_attributes(instance, state)) && (is_none(slots) || set_slots(instance, slots));
}

/* --- the memo, and the rest --------------------------------------------------------------------------------------------------- */

static bool push_known(Load *l, int64_t number) {
    Value v = dict_get(l->memo, int_value(number));
    if (is_error(v)) return false;
    if (!is_empty(v)) return push(l, v);
    raise_error(unpickling_error_type(), "Memo value not found at index %lld", (long long)number);
    return false;
}

static bool remember(Load *l, int64_t number) {
    Value v = top(l);
    return !is_error(v) && dict_set(l->memo, int_value(number), v);
}

static bool take_line_number(Load *l, int64_t *number) {
    int64_t length;
    const char *line = take_line(l, &length);
    Value v = line ? int_from_line(line, length) : VALUE_ERROR;
    return !is_error(v) && value_to_int64(v, number);
}

static bool load_get(Load *l) {
    int64_t number;
    return take_line_number(l, &number) && push_known(l, number);
}
static bool load_binget(Load *l) {
    uint64_t number;
    return take_number(l, 1, &number) && push_known(l, (int64_t)number);
}
static bool load_long_binget(Load *l) {
    uint64_t number;
    return take_number(l, 4, &number) && push_known(l, (int64_t)number);
}
static bool load_put(Load *l) {
    int64_t number;
    if (!take_line_number(l, &number)) return false;
    if (number >= 0) return remember(l, number);
    raise_error(&ValueError, "negative PUT argument");
    return false;
}
static bool load_binput(Load *l) {
    uint64_t number;
    return take_number(l, 1, &number) && remember(l, (int64_t)number);
}
static bool load_long_binput(Load *l) {
    uint64_t number;
    return take_number(l, 4, &number) && remember(l, (int64_t)number);
}
static bool load_memoize(Load *l) { return remember(l, dict_length(l->memo)); }

static bool load_pop(Load *l) {
    int64_t from;
    /* A mark may be what is on top. */
    if (l->mark_count && l->marks[l->mark_count - 1] == l->count) return pop_mark(l, &from);
    return !is_error(pop(l));
}
static bool load_pop_mark(Load *l) {
    int64_t from;
    if (!pop_mark(l, &from)) return false;
    l->count = from;
    return true;
}
static bool load_dup(Load *l) { return push(l, top(l)); }

static bool load_proto(Load *l) {
    uint64_t number;
    if (!take_number(l, 1, &number)) return false;
    if (number > PICKLE_HIGHEST) {
        raise_error(&ValueError, "unsupported pickle protocol: %d", (int)number);
        return false;
    }
    l->protocol = (int)number;
    return true;
}

/* Brings the whole frame in, if it is not there. */
static bool load_frame(Load *l) {
    uint64_t size;
    if (!take_number(l, 8, &size)) return false;
    if (size > INT64_MAX) {
        raise_error(&OverflowError, "FRAME length exceeds system's maximum of %lld bytes", (long long)INT64_MAX);
        return false;
    }
    if (!take(l, (int64_t)size)) return false;
    l->position -= (int64_t)size;
    return true;
}

static bool (*const operations[256])(Load *l) = {
    [OP_MARK] = push_mark, [OP_POP] = load_pop, [OP_POP_MARK] = load_pop_mark, [OP_DUP] = load_dup,
    [OP_FLOAT] = load_float, [OP_INT] = load_int, [OP_BININT] = load_binint, [OP_BININT1] = load_binint1,
    [OP_LONG] = load_long, [OP_BININT2] = load_binint2, [OP_NONE] = load_none, [OP_PERSID] = load_persid,
    [OP_BINPERSID] = load_binpersid, [OP_REDUCE] = load_reduce, [OP_STRING] = load_string,
    [OP_BINSTRING] = load_binstring, [OP_SHORT_BINSTRING] = load_short_binstring, [OP_UNICODE] = load_unicode,
    [OP_BINUNICODE] = load_binunicode, [OP_APPEND] = load_append, [OP_BUILD] = load_build,
    [OP_GLOBAL] = load_global, [OP_DICT] = load_dict, [OP_EMPTY_DICT] = load_empty_dict, [OP_APPENDS] = load_appends,
    [OP_GET] = load_get, [OP_BINGET] = load_binget, [OP_INST] = load_inst, [OP_LONG_BINGET] = load_long_binget,
    [OP_LIST] = load_list, [OP_EMPTY_LIST] = load_empty_list, [OP_OBJ] = load_obj, [OP_PUT] = load_put,
    [OP_BINPUT] = load_binput, [OP_LONG_BINPUT] = load_long_binput, [OP_SETITEM] = load_setitem,
    [OP_TUPLE] = load_tuple, [OP_EMPTY_TUPLE] = load_empty_tuple, [OP_SETITEMS] = load_setitems,
    [OP_BINFLOAT] = load_binfloat, [OP_PROTO] = load_proto, [OP_NEWOBJ] = load_newobj, [OP_EXT1] = load_ext1,
    [OP_EXT2] = load_ext2, [OP_EXT4] = load_ext4, [OP_TUPLE1] = load_tuple1, [OP_TUPLE2] = load_tuple2,
    [OP_TUPLE3] = load_tuple3, [OP_NEWTRUE] = load_true, [OP_NEWFALSE] = load_false, [OP_LONG1] = load_long1,
    [OP_LONG4] = load_long4, [OP_BINBYTES] = load_binbytes, [OP_SHORT_BINBYTES] = load_short_binbytes,
    [OP_SHORT_BINUNICODE] = load_short_binunicode, [OP_BINUNICODE8] = load_binunicode8,
    [OP_BINBYTES8] = load_binbytes8, [OP_EMPTY_SET] = load_empty_set, [OP_ADDITEMS] = load_additems,
    [OP_FROZENSET] = load_frozenset, [OP_NEWOBJ_EX] = load_newobj_ex, [OP_STACK_GLOBAL] = load_stack_global,
    [OP_MEMOIZE] = load_memoize, [OP_FRAME] = load_frame, [OP_BYTEARRAY8] = load_bytearray8,
    [OP_NEXT_BUFFER] = load_next_buffer, [OP_READONLY_BUFFER] = load_readonly_buffer,
};

static bool unknown_operation(int op) {
    if (op >= ' ' && op < 127 && op != '\'' && op != '\\')
        raise_error(unpickling_error_type(), "invalid load key, '%c'.", op);
    else
        raise_error(unpickling_error_type(), "invalid load key, '\\x%02x'.", (unsigned)op);
    return false;
}

static bool run(Load *l) {
    for (;;) {
        const uint8_t *op = take(l, 1);
        if (!op) {
            if (error_clear_if(unpickling_error_type())) raise_error(&EOFError, "Ran out of input");
            return false;
        }
        if (*op == OP_STOP) break;
        if (unlikely(!operations[*op])) return unknown_operation(*op);
        if (!operations[*op](l)) return false;
    }
    l->result = pop(l);
    return !is_error(l->result) && skip_used(l);
}

static Value load_all(Load *l) {
    l->stack = array_new(16);
    if (!l->stack || !stack_enter(" while unpickling an object")) return VALUE_ERROR;
    bool fine = run(l);
    stack_leave();
    free(l->marks);
    return fine ? l->result : VALUE_ERROR;
}

/* --- Unpickler ------------------------------------------------------------------------------------------------------------------ */

typedef struct FileMethods {
    Value read, readline, peek;
} FileMethods;

static bool file_methods(Value file, FileMethods *methods) {
    methods->peek = get_attribute_optional(file, NAME("peek"));
    methods->read = is_error(methods->peek) ? VALUE_ERROR : get_attribute_optional(file, NAME("read"));
    methods->readline = is_error(methods->read) ? VALUE_ERROR : get_attribute_optional(file, NAME("readline"));
    if (is_error(methods->readline)) return false;
    if (!is_empty(methods->read) && !is_empty(methods->readline)) return true;
    raise_error(&AttributeError, "file must have 'read' and 'readline' attributes");
    return false;
}

static bool text_argument(Value v, const char *fallback, Value *text) {
    *text = is_empty(v) ? value_or_error(str_from_c(fallback)) : v;
    if (is_error(*text)) return false;
    if (is_str(*text)) return true;
    raise_error(&TypeError, "encoding and errors must be str, not %T", *text);
    return false;
}

static bool buffers_argument(Value v, Value *iterator) {
    *iterator = is_empty(v) || is_none(v) ? VALUE_EMPTY : get_iter(v);
    return !is_error(*iterator);
}

Value pickle_load(Value file, Value data, Value fix_imports, Value encoding, Value errors, Value buffers) {
    Load l = {.self = VALUE_EMPTY};
    FileMethods methods = {VALUE_EMPTY, VALUE_EMPTY, VALUE_EMPTY};
    int fix = is_empty(fix_imports) ? 1 : value_truth(fix_imports);
    if (fix < 0 || !text_argument(encoding, "ASCII", &encoding) || !text_argument(errors, "strict", &errors) ||
        !buffers_argument(buffers, &l.buffers))
        return VALUE_ERROR;
    l.encoding = str_utf8(as_str(encoding), NULL);
    l.errors = l.encoding ? str_utf8(as_str(errors), NULL) : NULL;
    l.memo = l.errors ? dict_new() : NULL;
    if (!l.memo) return VALUE_ERROR;
    l.fix_imports = fix;
    if (is_empty(data)) {
        if (!file_methods(file, &methods)) return VALUE_ERROR;
        l.read = methods.read;
        l.readline = methods.readline;
        l.peek = methods.peek;
        return load_all(&l);
    }
    BufferView view;
    if (!buffer_get(data, &view, BUFFER_SIMPLE)) return VALUE_ERROR;
    l.read = l.readline = l.peek = VALUE_EMPTY;
    l.chunk = data;
    l.data = view.data;
    l.length = view.length;
    Value result = load_all(&l);
    buffer_release(&view);
    return result;
}

static void unpickler_trace(Cell *cell, Marker *marker) {
    Unpickler *self = (Unpickler *)cell;
    marker_visit(marker, self->read);
    marker_visit(marker, self->readline);
    marker_visit(marker, self->peek);
    marker_visit(marker, self->buffers);
    marker_visit(marker, self->encoding);
    marker_visit(marker, self->errors);
    marker_visit(marker, self->persistent_load);
    marker_visit_pointer(marker, self->memo);
}

static Value unpickler_new(Type *type, Value *args, size_t count, Tuple *names) {
    Dict *memo = dict_new();
    Unpickler *self = memo ? object_alloc_instance(type, type->size) : NULL;
    if (!self) return VALUE_ERROR;
    HEAP_STORE_POINTER(self, &self->memo, memo);
    return object_value(self);
}

static bool unpickler_init(Value v, Value *args, size_t count, Tuple *names) {
    static const char signature[] = "(file, *, fix_imports=True, encoding='ASCII', errors='strict', buffers=())";
    static Signature *parsed;
    Value a[5];
    Unpickler *self = OBJECT_AS(Unpickler, v);
    FileMethods methods;
    Value buffers;
    if (!bind_arguments("Unpickler", signature, &parsed, args, count, names, a) || !file_methods(a[0], &methods) ||
        !text_argument(a[2], "ASCII", &a[2]) || !text_argument(a[3], "strict", &a[3]) ||
        !buffers_argument(a[4], &buffers))
        return false;
    int fix = is_empty(a[1]) ? 1 : value_truth(a[1]);
    Dict *memo = fix < 0 ? NULL : dict_new();
    if (!memo) return false;
    store_relaxed(&self->fix_imports, fix != 0);
    heap_store_release(self, &self->encoding, a[2]);
    heap_store_release(self, &self->errors, a[3]);
    heap_store_release(self, &self->buffers, buffers);
    heap_store_release(self, &self->peek, methods.peek);
    heap_store_release(self, &self->readline, methods.readline);
    HEAP_STORE_POINTER(self, &self->memo, memo);
    heap_store_release(self, &self->read, methods.read);
    return true;
}

/* The protocol of the pickle that is being read, for find_class(): the innermost load() of this thread. */
static _Thread_local Load *innermost_load;

static Value unpickler_load(Value *args) {
    Unpickler *self = OBJECT_AS(Unpickler, args[0]);
    Load l = {.self = args[0],
              .read = value_load_acquire(&self->read),
              .readline = value_load_acquire(&self->readline),
              .peek = value_load_acquire(&self->peek),
              .buffers = value_load_acquire(&self->buffers),
              .memo = load_acquire(&self->memo),
              .fix_imports = load_relaxed(&self->fix_imports)};
    if (is_empty(l.read))
        return raise_error(unpickling_error_type(), "Unpickler.__init__() was not called by %T.__init__()", args[0]);
    l.encoding = str_utf8(as_str(value_load_acquire(&self->encoding)), NULL);
    l.errors = l.encoding ? str_utf8(as_str(value_load_acquire(&self->errors)), NULL) : NULL;
    if (!l.errors) return VALUE_ERROR;
    Load *outer = innermost_load;
    innermost_load = &l;
    Value result = load_all(&l);
    innermost_load = outer;
    return result;
}

static Value unpickler_find_class(Value *args) {
    int protocol = innermost_load && same_value(innermost_load->self, args[0]) ? innermost_load->protocol : 0;
    return find_class(args[1], args[2], protocol, load_relaxed(&OBJECT_AS(Unpickler, args[0])->fix_imports));
}

static Value get_persistent_load(Value self) {
    return pickle_get_hook(&OBJECT_AS(Unpickler, self)->persistent_load, "persistent_load");
}
static bool set_persistent_load(Value self, Value value) {
    return pickle_set_hook(self, &OBJECT_AS(Unpickler, self)->persistent_load, value, "persistent_load");
}

/* --- Unpickler.memo -------------------------------------------------------------------------------------------------------------- */

typedef struct UnpicklerMemo {
    Object object;
    Unpickler *unpickler; /* constant */
} UnpicklerMemo;

static void memo_trace(Cell *cell, Marker *marker) {
    marker_visit_pointer(marker, ((UnpicklerMemo *)cell)->unpickler);
}

static Dict *memo_of(Value memo) { return load_acquire(&OBJECT_AS(UnpicklerMemo, memo)->unpickler->memo); }

static Value memo_clear(Value *args) {
    dict_clear(memo_of(args[0]));
    return VALUE_NONE;
}
static Value memo_copy(Value *args) { return value_or_error(dict_copy(memo_of(args[0]))); }
static Value memo_reduce(Value *args) {
    Dict *copy = dict_copy(memo_of(args[0]));
    Tuple *arguments = copy ? tuple_pack(1, object_value(copy)) : NULL;
    return value_or_error(arguments ? tuple_pack(2, object_value(&dict_type), object_value(arguments)) : NULL);
}

static const MethodDef memo_methods[] = {
    METHOD("clear", memo_clear, "($self, /)", "Remove all items from memo."),
    METHOD("copy", memo_copy, "($self, /)", "Copy the memo to a new object."),
    METHOD("__reduce__", memo_reduce, "($self, /)", "Implement pickling support."),
    {0},
};
Type unpickler_memo_type = {
    .name = "_pickle.UnpicklerMemoProxy",
    .base = &object_type_object,
    .size = sizeof(UnpicklerMemo),
    .flags = TYPE_NO_NEW,
    .root = {.cell_kind = {.trace = memo_trace, .name = "_pickle.UnpicklerMemoProxy"}},
    .methods = memo_methods,
};

static Value get_memo(Value self) {
    UnpicklerMemo *memo = object_alloc(&unpickler_memo_type, sizeof *memo);
    if (!memo) return VALUE_ERROR;
    HEAP_STORE_POINTER(memo, &memo->unpickler, OBJECT_AS(Unpickler, self));
    return object_value(memo);
}

/* {number: object} with plain numbers for keys: what dict_get() finds without running Python. */
static Dict *memo_from_dict(Dict *entries) {
    Dict *memo = dict_new();
    int64_t position = 0, number;
    Value key, value;
    while (memo && dict_next(entries, &position, &key, &value)) {
        if (!is_int(key)) {
            raise_error(&TypeError, "memo key must be integers");
            return NULL;
        }
        if (!value_to_int64(key, &number)) return NULL;
        if (number < 0) {
            raise_error(&ValueError, "memo key must be positive integers.");
            return NULL;
        }
        if (!dict_set(memo, int_value(number), value)) return NULL;
    }
    return memo;
}

static bool set_memo(Value self, Value value) {
    Dict *memo;
    if (is_empty(value)) {
        raise_error(&TypeError, "attribute deletion is not supported");
        return false;
    }
    if (is_exactly(value, &unpickler_memo_type)) memo = dict_copy(memo_of(value));
    else if (is_dict(value)) memo = memo_from_dict(as_dict(value));
    else {
        raise_error(&TypeError, "'memo' attribute must be an UnpicklerMemoProxy object or dict, not %T", value);
        return false;
    }
    if (memo) HEAP_STORE_POINTER(object_of(self), &OBJECT_AS(Unpickler, self)->memo, memo);
    return memo != NULL;
}

static const MethodDef unpickler_methods[] = {
    METHOD("load", unpickler_load, "($self, /)",
           "Load a pickle.\n\nRead a pickled object representation from the open file object given in the constructor, "
           "and return the reconstituted object hierarchy specified therein."),
    METHOD("find_class", unpickler_find_class, "($self, module_name, global_name, /)",
           "Return an object from a specified module.\n\nIf necessary, the module will be imported."),
    {0},
};
static const GetSetDef unpickler_getset[] = {
    {"memo", get_memo, set_memo, NULL},
    {"persistent_load", get_persistent_load, set_persistent_load, NULL},
    {0},
};
Type unpickler_type = {
    .name = "_pickle.Unpickler",
    .doc = "This takes a binary file for reading a pickle data stream.",
    .signature = "(file, *, fix_imports=True, encoding='ASCII', errors='strict', buffers=())",
    .base = &object_type_object,
    .size = sizeof(Unpickler),
    .flags = TYPE_BASE | TYPE_IMMUTABLE,
    .root = {.cell_kind = {.trace = unpickler_trace, .name = "_pickle.Unpickler"}},
    .new_instance = unpickler_new,
    .init = unpickler_init,
    .methods = unpickler_methods,
    .getset = unpickler_getset,
};
