/* zlib_module.c - the module zlib: compression by zlib, which is loaded when it is first imported.
 *
 * A compressor or decompressor in progress is a z_stream, which is not for several threads at a
 * time: its mutex guards it, and the thread is detached while it works. */
#include <dlfcn.h>
#include <limits.h>
#include <stdlib.h>
#include <zlib.h>
#include "modules/support.h"
#include "modules/thread_module.h"

#define CHUNK 16384
#define MEMORY_LEVEL 8

typedef struct Zlib {
    const char *(*version)(void);
    uLong (*adler)(uLong, const Bytef *, uInt);
    uLong (*crc)(uLong, const Bytef *, uInt);
    int (*deflate_init)(z_streamp, int, int, int, int, int, const char *, int);
    int (*deflate)(z_streamp, int);
    int (*deflate_end)(z_streamp);
    int (*deflate_copy)(z_streamp, z_streamp);
    int (*deflate_dictionary)(z_streamp, const Bytef *, uInt);
    int (*inflate_init)(z_streamp, int, const char *, int);
    int (*inflate)(z_streamp, int);
    int (*inflate_end)(z_streamp);
    int (*inflate_copy)(z_streamp, z_streamp);
    int (*inflate_dictionary)(z_streamp, const Bytef *, uInt);
} Zlib;
static Zlib library; /* written once, before the module exists */
static Value zlib_error; /* the class; a root */

static bool load_library(void) {
    static const struct {
        const char *name;
        size_t offset;
    } symbols[] = {
        {"zlibVersion", offsetof(Zlib, version)},
        {"adler32", offsetof(Zlib, adler)},
        {"crc32", offsetof(Zlib, crc)},
        {"deflateInit2_", offsetof(Zlib, deflate_init)},
        {"deflate", offsetof(Zlib, deflate)},
        {"deflateEnd", offsetof(Zlib, deflate_end)},
        {"deflateCopy", offsetof(Zlib, deflate_copy)},
        {"deflateSetDictionary", offsetof(Zlib, deflate_dictionary)},
        {"inflateInit2_", offsetof(Zlib, inflate_init)},
        {"inflate", offsetof(Zlib, inflate)},
        {"inflateEnd", offsetof(Zlib, inflate_end)},
        {"inflateCopy", offsetof(Zlib, inflate_copy)},
        {"inflateSetDictionary", offsetof(Zlib, inflate_dictionary)},
    };
    void *handle = dlopen("libz.so.1", RTLD_NOW | RTLD_LOCAL);
    if (!handle) {
        raise_error(&ImportError, "libz.so.1 is needed for zlib, and it is not there");
        return false;
    }
    for (size_t i = 0; i < ARRAY_LENGTH(symbols); i++) {
        void *symbol = dlsym(handle, symbols[i].name);
        if (!symbol) {
            raise_error(&ImportError, "libz.so.1 has no %s", symbols[i].name);
            return false;
        }
        memcpy((char *)&library + symbols[i].offset, &symbol, sizeof symbol);
    }
    return true;
}

static Value raise_zlib(const z_stream *stream, int code, const char *doing) {
    const char *detail = stream->msg;
    if (code == Z_VERSION_ERROR) detail = "library version mismatch";
    if (!detail && code == Z_BUF_ERROR) detail = "incomplete or truncated stream";
    if (!detail && code == Z_STREAM_ERROR) detail = "inconsistent stream state";
    if (!detail && code == Z_DATA_ERROR) detail = "invalid input data";
    Type *type = OBJECT_AS(Type, zlib_error);
    if (!detail) return raise_error(type, "Error %d %s", code, doing);
    return raise_error(type, "Error %d %s: %s", code, doing, detail);
}

/* --- output that grows, in malloc'ed memory ----------------------------------------------------------- */

typedef struct Output {
    char *data;
    size_t length, capacity, limit; /* limit: at most that many bytes, SIZE_MAX for any */
} Output;

static bool output_more(Output *out, z_stream *stream) {
    if (out->length == out->capacity) {
        size_t capacity = min_size(out->capacity ? out->capacity * 2 : CHUNK, out->limit);
        char *larger = realloc(out->data, capacity);
        if (!larger) return false;
        out->data = larger;
        out->capacity = capacity;
    }
    stream->next_out = (Bytef *)out->data + out->length;
    stream->avail_out = (uInt)min_size(out->capacity - out->length, UINT_MAX);
    return true;
}

static void output_took(Output *out, const z_stream *stream) {
    out->length = (size_t)((char *)stream->next_out - out->data);
}

static Value output_value(Output *out) {
    Bytes *bytes = bytes_from(out->data ? out->data : "", out->length);
    return bytes ? object_value(bytes) : VALUE_ERROR;
}

/* Runs `step` (deflate or inflate) until the input is used up, or the output has reached its limit.
 * The last part of the input is given with `flush`. Detached: no Value is touched. Z_MEM_ERROR also
 * when the output cannot grow. *left receives what was not used. */
static int run(z_stream *stream, int (*step)(z_streamp, int), const uint8_t *data, size_t size, int flush,
               Output *out, size_t *left) {
    int code = Z_OK;
    *left = size;
    stream->next_in = (Bytef *)data;
    do {
        stream->avail_in = (uInt)min_size(*left, UINT_MAX);
        size_t given = stream->avail_in;
        int mode = given == *left ? flush : Z_NO_FLUSH;
        do {
            if (!output_more(out, stream)) return Z_MEM_ERROR;
            code = step(stream, mode);
            output_took(out, stream);
            if (code < 0 && code != Z_BUF_ERROR) break;
        } while (stream->avail_out == 0 && out->length < out->limit && code != Z_STREAM_END);
        *left -= given - stream->avail_in;
        if (stream->avail_in > 0) break;
    } while (*left > 0 && code == Z_OK && out->length < out->limit);
    return code;
}

/* --- compress, decompress ----------------------------------------------------------------------------------- */

static Value zlib_compress(Value *args) {
    int level = Z_DEFAULT_COMPRESSION, bits = MAX_WBITS;
    BufferView view;
    if (!argument_int(args[2], &level) || !argument_int(args[3], &bits) ||
        !buffer_get(args[1], &view, BUFFER_SIMPLE))
        return VALUE_ERROR;
    z_stream stream = {0};
    Output out = {.limit = SIZE_MAX};
    size_t left;
    Value result;
    int code = library.deflate_init(&stream, level, Z_DEFLATED, bits, MEMORY_LEVEL, Z_DEFAULT_STRATEGY,
                                    ZLIB_VERSION, (int)sizeof stream);
    if (code == Z_MEM_ERROR) {
        result = raise_error(&MemoryError, "Out of memory while compressing data");
    } else if (code == Z_STREAM_ERROR) {
        result = raise_error(OBJECT_AS(Type, zlib_error), "Bad compression level");
    } else if (code != Z_OK) {
        result = raise_zlib(&stream, code, "while compressing data");
        library.deflate_end(&stream);
    } else {
        code = DETACHED(run(&stream, library.deflate, view.data, (size_t)view.length, Z_FINISH, &out, &left));
        if (code == Z_MEM_ERROR) result = raise_memory_error();
        else if (code != Z_STREAM_END) result = raise_zlib(&stream, code, "while compressing data");
        else result = output_value(&out);
        library.deflate_end(&stream);
    }
    free(out.data);
    buffer_release(&view);
    return result;
}

static Value zlib_decompress(Value *args) {
    int bits = MAX_WBITS;
    int64_t size = CHUNK;
    BufferView view;
    if (!argument_int(args[2], &bits) || !argument_int64(args[3], &size)) return VALUE_ERROR;
    if (size < 0) return raise_error(&ValueError, "bufsize must be non-negative");
    if (!buffer_get(args[1], &view, BUFFER_SIMPLE)) return VALUE_ERROR;
    z_stream stream = {0};
    Output out = {.limit = SIZE_MAX};
    size_t left;
    Value result;
    int code = library.inflate_init(&stream, bits, ZLIB_VERSION, (int)sizeof stream);
    if (code == Z_MEM_ERROR) {
        result = raise_error(&MemoryError, "Out of memory while decompressing data");
    } else if (code != Z_OK) {
        result = raise_zlib(&stream, code, "while preparing to decompress data");
    } else {
        code = DETACHED(run(&stream, library.inflate, view.data, (size_t)view.length, Z_SYNC_FLUSH, &out,
                            &left));
        if (code == Z_STREAM_END) result = output_value(&out);
        else if (code == Z_MEM_ERROR) result = raise_error(&MemoryError, "Out of memory while decompressing data");
        else if (code == Z_OK || code == Z_BUF_ERROR)
            result = raise_zlib(&stream, Z_BUF_ERROR, "while decompressing data");
        else result = raise_zlib(&stream, code, "while decompressing data");
        library.inflate_end(&stream);
    }
    free(out.data);
    buffer_release(&view);
    return result;
}

/* --- checksums ---------------------------------------------------------------------------------------------------- */

static uLong checksum(uLong (*step)(uLong, const Bytef *, uInt), uLong value, const uint8_t *data, size_t size) {
    while (size > 0) {
        uInt part = (uInt)min_size(size, 1u << 30);
        value = step(value, data, part);
        data += part;
        size -= part;
    }
    return value;
}

static Value checksum_of(Value *args, uLong start, uLong (*step)(uLong, const Bytef *, uInt)) {
    BufferView view;
    if (!is_empty(args[2])) {
        Value index = value_index(args[2]);
        if (is_error(index)) return index;
        start = (uint32_t)int_to_uint64_mask(index);
    }
    if (!buffer_get(args[1], &view, BUFFER_SIMPLE)) return VALUE_ERROR;
    uLong value = view.length > 5 * 1024
                      ? DETACHED(checksum(step, start, view.data, (size_t)view.length))
                      : checksum(step, start, view.data, (size_t)view.length);
    buffer_release(&view);
    return int_value((int64_t)(value & 0xFFFFFFFF));
}

static Value zlib_adler32(Value *args) { return checksum_of(args, 1, library.adler); }
static Value zlib_crc32(Value *args) { return checksum_of(args, 0, library.crc); }

/* --- compressobj, decompressobj ------------------------------------------------------------------------------------ */

typedef struct ZlibObject {
    Object object;
    z_stream *stream;      /* malloc'ed; guarded by the mutex; NULL: not set up */
    Mutex mutex;
    bool compresses, ended; /* ended: flushed at the end of the data */
    uint8_t eof;           /* atomic */
    Value unused_data, unconsumed_tail; /* atomic; bytes */
    Value dictionary;      /* constant; bytes or empty */
} ZlibObject;
static ZlibObject *as_zlib(Value v) { return OBJECT_AS(ZlibObject, v); }
static Type compress_type, decompress_type;

static void zlib_trace(Cell *cell, Marker *marker) {
    ZlibObject *self = (ZlibObject *)cell;
    marker_visit(marker, value_load_relaxed(&self->unused_data));
    marker_visit(marker, value_load_relaxed(&self->unconsumed_tail));
    marker_visit(marker, value_load_relaxed(&self->dictionary));
}

static void zlib_release(Cell *cell) {
    ZlibObject *self = (ZlibObject *)cell;
    if (!self->stream) return;
    if (self->compresses) library.deflate_end(self->stream);
    else library.inflate_end(self->stream);
    free(self->stream);
    self->stream = NULL;
}

static ZlibObject *zlib_alloc(bool compresses) {
    Bytes *nothing = bytes_new(0);
    ZlibObject *self = nothing ? object_alloc_releasable(compresses ? &compress_type : &decompress_type,
                                                         sizeof(ZlibObject)) : NULL;
    if (!self) return NULL;
    self->compresses = compresses;
    heap_store_release(self, &self->unused_data, object_value(nothing));
    heap_store_release(self, &self->unconsumed_tail, object_value(nothing));
    return self;
}

/* The stream becomes the object's when it is good. */
static z_stream *stream_new(void) {
    z_stream *stream = calloc(1, sizeof *stream);
    if (!stream) raise_memory_error();
    return stream;
}

static Value zlib_compressobj(Value *args) {
    int level = Z_DEFAULT_COMPRESSION, method = Z_DEFLATED, bits = MAX_WBITS, memory = MEMORY_LEVEL;
    int strategy = Z_DEFAULT_STRATEGY;
    if (!argument_int(args[1], &level) || !argument_int(args[2], &method) ||
        !argument_int(args[3], &bits) || !argument_int(args[4], &memory) ||
        !argument_int(args[5], &strategy))
        return VALUE_ERROR;
    ZlibObject *self = zlib_alloc(true);
    z_stream *stream = self ? stream_new() : NULL;
    if (!stream) return VALUE_ERROR;
    int code = library.deflate_init(stream, level, method, bits, memory, strategy, ZLIB_VERSION,
                                    (int)sizeof *stream);
    if (code != Z_OK) {
        Value error = code == Z_MEM_ERROR
                          ? raise_error(&MemoryError, "Can't allocate memory for compression object")
                      : code == Z_STREAM_ERROR ? raise_error(&ValueError, "Invalid initialization option")
                                               : raise_zlib(stream, code, "while creating compression object");
        free(stream);
        return error;
    }
    self->stream = stream;
    heap_note_outside(270000); /* zlib.h: with the usual window and memory level */
    BufferView view;
    if (is_empty(args[6]) || is_none(args[6])) return object_value(self);
    if (!buffer_get(args[6], &view, BUFFER_SIMPLE)) return VALUE_ERROR;
    code = library.deflate_dictionary(stream, view.data, (uInt)view.length);
    buffer_release(&view);
    if (code == Z_STREAM_ERROR) return raise_error(&ValueError, "Invalid dictionary");
    return code == Z_OK ? object_value(self) : raise_error(&ValueError, "deflateSetDictionary()");
}

static int use_dictionary(ZlibObject *self, z_stream *stream) {
    Bytes *dictionary = as_bytes(self->dictionary);
    return library.inflate_dictionary(stream, dictionary->data, (uInt)dictionary->length);
}

static Value zlib_decompressobj(Value *args) {
    int bits = MAX_WBITS;
    if (!argument_int(args[1], &bits)) return VALUE_ERROR;
    ZlibObject *self = zlib_alloc(false);
    z_stream *stream = self ? stream_new() : NULL;
    if (!stream) return VALUE_ERROR;
    BufferView view;
    if (!is_empty(args[2])) {
        if (!has_buffer(args[2])) {
            free(stream);
            return raise_error(&TypeError, "zdict argument must support the buffer protocol");
        }
        Bytes *copy = NULL;
        if (buffer_get(args[2], &view, BUFFER_SIMPLE)) {
            copy = bytes_from(view.data, (size_t)view.length);
            buffer_release(&view);
        }
        if (!copy) {
            free(stream);
            return VALUE_ERROR;
        }
        if (copy->length) heap_store_release(self, &self->dictionary, object_value(copy));
    }
    int code = library.inflate_init(stream, bits, ZLIB_VERSION, (int)sizeof *stream);
    if (code != Z_OK) {
        Value error = code == Z_MEM_ERROR
                          ? raise_error(&MemoryError, "Can't allocate memory for decompression object")
                      : code == Z_STREAM_ERROR ? raise_error(&ValueError, "Invalid initialization option")
                                               : raise_zlib(stream, code, "while creating decompression object");
        free(stream);
        return error;
    }
    self->stream = stream;
    heap_note_outside(40000);
    if (bits < 0 && !is_empty(self->dictionary) && use_dictionary(self, stream) != Z_OK)
        return raise_zlib(stream, Z_DATA_ERROR, "while setting zdict");
    return object_value(self);
}

static bool enter(ZlibObject *self) { return mutex_acquire_python(&self->mutex, WAIT_FOREVER) > 0; }
static void leave(ZlibObject *self) { mutex_release(&self->mutex); }

static Value compress_compress(Value *args) {
    ZlibObject *self = as_zlib(args[0]);
    BufferView view;
    if (!buffer_get(args[1], &view, BUFFER_SIMPLE)) return VALUE_ERROR;
    Output out = {.limit = SIZE_MAX};
    size_t left;
    Value result = VALUE_ERROR;
    if (enter(self)) {
        int code = self->ended ? Z_STREAM_ERROR
                               : DETACHED(run(self->stream, library.deflate, view.data, (size_t)view.length,
                                              Z_NO_FLUSH, &out, &left));
        if (code == Z_MEM_ERROR) result = raise_memory_error();
        else if (code == Z_STREAM_ERROR) result = raise_zlib(self->stream, code, "while compressing data");
        else result = output_value(&out);
        leave(self);
    }
    free(out.data);
    buffer_release(&view);
    return result;
}

static Value compress_flush(Value *args) {
    ZlibObject *self = as_zlib(args[0]);
    int mode = Z_FINISH;
    if (!argument_int(args[1], &mode)) return VALUE_ERROR;
    if (mode == Z_NO_FLUSH) {
        Bytes *nothing = bytes_new(0);
        return nothing ? object_value(nothing) : VALUE_ERROR;
    }
    Output out = {.limit = SIZE_MAX};
    size_t left;
    if (!enter(self)) return VALUE_ERROR;
    int code = self->ended ? Z_STREAM_ERROR
                           : DETACHED(run(self->stream, library.deflate, (const uint8_t *)"", 0, mode, &out,
                                          &left));
    Value result;
    if (code == Z_MEM_ERROR) result = raise_memory_error();
    else if (code == Z_STREAM_ERROR) result = raise_zlib(self->stream, code, "while flushing");
    else result = output_value(&out);
    if (code == Z_STREAM_END && mode == Z_FINISH) self->ended = true;
    leave(self);
    free(out.data);
    return result;
}

/* What follows the input used: behind the stream's end it is unused data, else the tail for the next
 * call. Locked. */
static bool keep_rest(ZlibObject *self, int code, const uint8_t *rest, size_t left) {
    Bytes *tail = bytes_from(rest, code == Z_STREAM_END ? 0 : left);
    if (!tail) return false;
    if (code == Z_STREAM_END) {
        Bytes *old = as_bytes(self->unused_data), *all = bytes_new(old->length + (int64_t)left);
        if (!all) return false;
        memcpy(all->data, old->data, (size_t)old->length);
        memcpy(all->data + old->length, rest, left);
        heap_store_release(self, &self->unused_data, object_value(all));
        store_release(&self->eof, (uint8_t)1);
    }
    heap_store_release(self, &self->unconsumed_tail, object_value(tail));
    return true;
}

static Value inflate_locked(ZlibObject *self, const uint8_t *data, size_t size, size_t limit, int flush,
                            const char *doing) {
    Output out = {.limit = limit};
    size_t left = size;
    int code = Z_STREAM_END;
    if (!self->eof) {
        code = DETACHED(run(self->stream, library.inflate, data, size, flush, &out, &left));
        if (code == Z_NEED_DICT && !is_empty(self->dictionary)) {
            size_t rest = left;
            code = use_dictionary(self, self->stream);
            if (code == Z_OK)
                code = DETACHED(run(self->stream, library.inflate, data + (size - rest), rest, flush, &out,
                                    &left));
        }
    }
    Value result = VALUE_ERROR;
    if (code == Z_MEM_ERROR) raise_memory_error();
    else if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR)
        raise_zlib(self->stream, code, doing);
    else if (keep_rest(self, code, data + (size - left), left)) result = output_value(&out);
    free(out.data);
    return result;
}

static Value decompress_decompress(Value *args) {
    ZlibObject *self = as_zlib(args[0]);
    int64_t limit = 0;
    BufferView view;
    if (!argument_int64(args[2], &limit)) return VALUE_ERROR;
    if (limit < 0) return raise_error(&ValueError, "max_length must be non-negative");
    if (!buffer_get(args[1], &view, BUFFER_SIMPLE)) return VALUE_ERROR;
    Value result = VALUE_ERROR;
    if (enter(self)) {
        result = inflate_locked(self, view.data, (size_t)view.length, limit ? (size_t)limit : SIZE_MAX,
                                Z_SYNC_FLUSH, "while decompressing data");
        leave(self);
    }
    buffer_release(&view);
    return result;
}

static Value decompress_flush(Value *args) {
    ZlibObject *self = as_zlib(args[0]);
    int64_t length = CHUNK;
    if (!argument_int64(args[1], &length)) return VALUE_ERROR;
    if (length <= 0) return raise_error(&ValueError, "length must be greater than zero");
    if (!enter(self)) return VALUE_ERROR;
    Bytes *tail = as_bytes(self->unconsumed_tail);
    Value result = inflate_locked(self, tail->data, (size_t)tail->length, SIZE_MAX, Z_FINISH,
                                  "while decompressing data");
    KEEP_ALIVE(tail);
    if (self->eof) self->ended = true;
    leave(self);
    return result;
}

static Value zlib_copy(Value *args) {
    ZlibObject *self = as_zlib(args[0]);
    if (self->ended)
        return raise_error(&ValueError, "Inconsistent stream state");
    ZlibObject *copy = zlib_alloc(self->compresses);
    z_stream *stream = copy ? stream_new() : NULL;
    if (!stream) return VALUE_ERROR;
    if (!enter(self)) {
        free(stream);
        return VALUE_ERROR;
    }
    int code = self->compresses ? library.deflate_copy(stream, self->stream)
                                : library.inflate_copy(stream, self->stream);
    if (code == Z_OK) {
        copy->stream = stream;
        copy->eof = self->eof;
        heap_store_release(copy, &copy->unused_data, self->unused_data);
        heap_store_release(copy, &copy->unconsumed_tail, self->unconsumed_tail);
        heap_store_release(copy, &copy->dictionary, self->dictionary);
    }
    leave(self);
    if (code == Z_OK) return object_value(copy);
    free(stream);
    return code == Z_MEM_ERROR ? raise_memory_error() : raise_error(&ValueError, "Inconsistent stream state");
}

static Value decompress_eof(Value self) { return bool_value(load_acquire(&as_zlib(self)->eof)); }

static const MethodDef compress_methods[] = {
    METHOD("compress", compress_compress, "($self, data, /)", "Compress more bytes."),
    METHOD("flush", compress_flush, "($self, mode=zlib.Z_FINISH, /)", "What is left to be written."),
    METHOD("copy", zlib_copy, "($self, /)", "A copy, to go on differently."),
    METHOD("__copy__", zlib_copy, "($self, /)", NULL),
    METHOD("__deepcopy__", zlib_copy, "($self, memo, /)", NULL),
    {0},
};
static const MethodDef decompress_methods[] = {
    METHOD("decompress", decompress_decompress, "($self, data, /, max_length=0)",
           "Decompress more bytes."),
    METHOD("flush", decompress_flush, "($self, length=zlib.DEF_BUF_SIZE, /)", "What is left."),
    METHOD("copy", zlib_copy, "($self, /)", "A copy, to go on differently."),
    METHOD("__copy__", zlib_copy, "($self, /)", NULL),
    METHOD("__deepcopy__", zlib_copy, "($self, memo, /)", NULL),
    {0},
};
static const MemberDef decompress_members[] = {
    {"unused_data", MEMBER_VALUE, offsetof(ZlibObject, unused_data), MEMBER_READONLY,
     "bytes behind the end of the compressed data"},
    {"unconsumed_tail", MEMBER_VALUE, offsetof(ZlibObject, unconsumed_tail), MEMBER_READONLY,
     "bytes not looked at yet, because of max_length"},
    {0},
};
static const GetSetDef decompress_getset[] = {
    {"eof", decompress_eof, NULL, "whether the end of the compressed data was reached"},
    {0},
};
static Type compress_type = {
    .name = "zlib.Compress",
    .base = &object_type_object,
    .size = sizeof(ZlibObject),
    .flags = TYPE_NO_NEW,
    .root = {.cell_kind = {.trace = zlib_trace, .release = zlib_release, .name = "zlib.Compress"}},
    .methods = compress_methods,
};
static Type decompress_type = {
    .name = "zlib.Decompress",
    .base = &object_type_object,
    .size = sizeof(ZlibObject),
    .flags = TYPE_NO_NEW,
    .root = {.cell_kind = {.trace = zlib_trace, .release = zlib_release, .name = "zlib.Decompress"}},
    .methods = decompress_methods,
    .members = decompress_members,
    .getset = decompress_getset,
};

/* --- the module ----------------------------------------------------------------------------------------------------- */

static const MethodDef functions[] = {
    METHOD("compress", zlib_compress,
           "($module, data, /, level=Z_DEFAULT_COMPRESSION, wbits=MAX_WBITS)", "Compress bytes."),
    METHOD("decompress", zlib_decompress, "($module, data, /, wbits=MAX_WBITS, bufsize=DEF_BUF_SIZE)",
           "Decompress bytes."),
    METHOD("compressobj", zlib_compressobj,
           "($module, /, level=Z_DEFAULT_COMPRESSION, method=DEFLATED, wbits=MAX_WBITS, "
           "memLevel=DEF_MEM_LEVEL, strategy=Z_DEFAULT_STRATEGY, zdict=None)",
           "An object that compresses bytes as they come."),
    METHOD("decompressobj", zlib_decompressobj, "($module, /, wbits=MAX_WBITS, zdict=b'')",
           "An object that decompresses bytes as they come."),
    METHOD("adler32", zlib_adler32, "($module, data, value=1, /)", "The Adler-32 checksum."),
    METHOD("crc32", zlib_crc32, "($module, data, value=0, /)", "The CRC-32 checksum."),
    {0},
};
static const struct {
    const char *name;
    int value;
} constants[] = {
#define C(name) {#name, name}
    C(MAX_WBITS), C(Z_NO_COMPRESSION), C(Z_BEST_SPEED), C(Z_BEST_COMPRESSION),
    C(Z_DEFAULT_COMPRESSION), C(Z_FILTERED), C(Z_HUFFMAN_ONLY), C(Z_RLE), C(Z_FIXED),
    C(Z_DEFAULT_STRATEGY), C(Z_NO_FLUSH), C(Z_PARTIAL_FLUSH), C(Z_SYNC_FLUSH), C(Z_FULL_FLUSH),
    C(Z_FINISH), C(Z_BLOCK), C(Z_TREES),
#undef C
    {"DEFLATED", Z_DEFLATED}, {"DEF_MEM_LEVEL", MEMORY_LEVEL}, {"DEF_BUF_SIZE", CHUNK},
};

static bool init(Module *module) {
    if (!load_library()) return false;
    type_ready(&compress_type);
    type_ready(&decompress_type);
    Type *error = type_create("zlib", "error", &exc_Exception, NULL);
    if (!error) return false;
    zlib_error = object_value(error);
    module_root(&zlib_error);
    for (size_t i = 0; i < ARRAY_LENGTH(constants); i++)
        if (!module_add_int(module, constants[i].name, constants[i].value)) return false;
    return module_add(module, "error", zlib_error) && module_add_str(module, "ZLIB_VERSION", ZLIB_VERSION) &&
           module_add_str(module, "ZLIB_RUNTIME_VERSION", library.version()) &&
           module_add_str(module, "__version__", "1.0");
}

const NativeModule module_zlib = {
    .name = "zlib",
    .doc = "Compression as of gzip and zip files.",
    .functions = functions,
    .init = init,
};
