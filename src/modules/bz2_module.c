/* bz2_module.c - the module _bz2: compression by libbz2, which is loaded when it is first imported.
 *
 * A stream in progress is guarded by its object's mutex; the thread is detached while it works. What
 * a decompressor has not looked at yet because of max_length waits in `pending`. */
#include <bzlib.h>
#include <dlfcn.h>
#include <limits.h>
#include <stdlib.h>
#include "modules/support.h"
#include "modules/thread_module.h"

#define CHUNK 16384

typedef struct Bzip {
    int (*compress_init)(bz_stream *, int, int, int);
    int (*compress)(bz_stream *, int);
    int (*compress_end)(bz_stream *);
    int (*decompress_init)(bz_stream *, int, int);
    int (*decompress)(bz_stream *);
    int (*decompress_end)(bz_stream *);
} Bzip;
static Bzip library; /* written once, before the module exists */

static bool load_library(void) {
    static const struct {
        const char *name;
        size_t offset;
    } symbols[] = {
        {"BZ2_bzCompressInit", offsetof(Bzip, compress_init)},
        {"BZ2_bzCompress", offsetof(Bzip, compress)},
        {"BZ2_bzCompressEnd", offsetof(Bzip, compress_end)},
        {"BZ2_bzDecompressInit", offsetof(Bzip, decompress_init)},
        {"BZ2_bzDecompress", offsetof(Bzip, decompress)},
        {"BZ2_bzDecompressEnd", offsetof(Bzip, decompress_end)},
    };
    void *handle = dlopen("libbz2.so.1.0", RTLD_NOW | RTLD_LOCAL);
    if (!handle) {
        raise_error(&ImportError, "libbz2.so.1.0 is needed for bz2, and it is not there");
        return false;
    }
    for (size_t i = 0; i < ARRAY_LENGTH(symbols); i++) {
        void *symbol = dlsym(handle, symbols[i].name);
        if (!symbol) {
            raise_error(&ImportError, "libbz2.so.1.0 has no %s", symbols[i].name);
            return false;
        }
        memcpy((char *)&library + symbols[i].offset, &symbol, sizeof symbol);
    }
    return true;
}

static Value raise_bzip(int code) {
    switch (code) {
    case BZ_PARAM_ERROR:
        return raise_error(&ValueError, "Internal error - invalid parameters passed to libbzip2");
    case BZ_MEM_ERROR: return raise_memory_error();
    case BZ_DATA_ERROR:
    case BZ_DATA_ERROR_MAGIC: return raise_error(&OSError, "Invalid data stream");
    case BZ_IO_ERROR: return raise_error(&OSError, "Unknown I/O error");
    case BZ_UNEXPECTED_EOF:
        return raise_error(&EOFError, "Compressed file ended before the logical end-of-stream was detected");
    case BZ_SEQUENCE_ERROR:
        return raise_error(&RuntimeError, "Internal error - Invalid sequence of commands sent to libbzip2");
    default: return raise_error(&OSError, "Unrecognized error from libbzip2: %d", code);
    }
}

typedef struct BzipObject {
    Object object;
    bz_stream *stream; /* malloc'ed; guarded by the mutex */
    Mutex mutex;
    bool compresses, flushed, failed; /* failed: the library must not be asked again */
    uint8_t eof, needs_input; /* atomic */
    Value unused_data;        /* atomic; bytes */
    Value pending;            /* bytes not looked at yet, or empty; under the mutex */
} BzipObject;
static BzipObject *as_bzip(Value v) { return OBJECT_AS(BzipObject, v); }

static void bzip_trace(Cell *cell, Marker *marker) {
    marker_visit(marker, value_load_relaxed(&((BzipObject *)cell)->unused_data));
    marker_visit(marker, value_load_relaxed(&((BzipObject *)cell)->pending));
}

static void bzip_release(Cell *cell) {
    BzipObject *self = (BzipObject *)cell;
    if (!self->stream) return;
    if (self->compresses) library.compress_end(self->stream);
    else library.decompress_end(self->stream);
    free(self->stream);
    self->stream = NULL;
}

static Value bzip_new(Type *type, bool compresses, int level) {
    Bytes *nothing = bytes_new(0);
    BzipObject *self = nothing ? object_alloc_releasable(type, sizeof(BzipObject)) : NULL;
    if (!self) return VALUE_ERROR;
    self->compresses = compresses;
    self->needs_input = true;
    heap_store_release(self, &self->unused_data, object_value(nothing));
    bz_stream *stream = calloc(1, sizeof *stream);
    if (!stream) return raise_memory_error();
    int code = compresses ? library.compress_init(stream, level, 0, 0) : library.decompress_init(stream, 0, 0);
    if (code != BZ_OK) {
        free(stream);
        return raise_bzip(code);
    }
    self->stream = stream;
    heap_note_outside(compresses ? (size_t)level * 800000 + 400000 : 3700000); /* as libbz2's manual says */
    return object_value(self);
}

/* --- output that grows -------------------------------------------------------------------------------- */

typedef struct Output {
    char *data;
    size_t length, capacity, limit;
} Output;

static bool output_more(Output *out, bz_stream *stream) {
    if (out->length == out->capacity) {
        size_t capacity = min_size(out->capacity ? out->capacity * 2 : CHUNK, out->limit);
        char *larger = realloc(out->data, capacity ? capacity : 1);
        if (!larger) return false;
        out->data = larger;
        out->capacity = capacity;
    }
    stream->next_out = out->data + out->length;
    stream->avail_out = (unsigned)min_size(out->capacity - out->length, UINT_MAX);
    return true;
}

static Value output_value(Output *out) {
    Bytes *bytes = bytes_from(out->data ? out->data : "", out->length);
    return bytes ? object_value(bytes) : VALUE_ERROR;
}

/* Detached. The stream takes the input from `data`; *left receives what it did not take. */
static int run_compress(bz_stream *stream, int action, const char *data, size_t size, Output *out) {
    stream->next_in = (char *)data;
    for (;;) {
        if (action == BZ_RUN && size == 0) return BZ_OK;
        stream->avail_in = (unsigned)min_size(size, UINT_MAX);
        size_t given = stream->avail_in;
        if (!output_more(out, stream)) return BZ_MEM_ERROR;
        int code = library.compress(stream, given == size ? action : BZ_RUN);
        out->length = (size_t)(stream->next_out - out->data);
        size -= given - stream->avail_in;
        if (code < 0) return code;
        if (code == BZ_STREAM_END) return BZ_OK;
    }
}

static int run_decompress(bz_stream *stream, const char *data, size_t *left, Output *out) {
    int code = BZ_OK;
    stream->next_in = (char *)data;
    for (;;) {
        stream->avail_in = (unsigned)min_size(*left, UINT_MAX);
        size_t given = stream->avail_in;
        if (!output_more(out, stream)) return BZ_MEM_ERROR;
        code = library.decompress(stream);
        out->length = (size_t)(stream->next_out - out->data);
        *left -= given - stream->avail_in;
        if (code != BZ_OK || out->length >= out->limit) return code;
        if (*left == 0 && stream->avail_out > 0) return code;
    }
}

/* --- compressor ------------------------------------------------------------------------------------------ */

static Value compressor_new(Type *type, Value *args, size_t count, Tuple *names) {
    static Signature *signature;
    Value slots[1];
    int level = 9;
    if (!bind_arguments("BZ2Compressor", "(compresslevel=9, /)", &signature, args, count, names, slots) ||
        !argument_int(slots[0], &level))
        return VALUE_ERROR;
    if (level < 1 || level > 9)
        return raise_error(&ValueError, "compresslevel must be between 1 and 9");
    return bzip_new(type, true, level);
}

static bool ignore_init(Value self, Value *args, size_t count, Tuple *names) { return true; }

static Value compress_step(BzipObject *self, int action, const char *data, size_t size) {
    Output out = {.limit = SIZE_MAX};
    Value result = VALUE_ERROR;
    if (mutex_acquire_python(&self->mutex, WAIT_FOREVER) < 0) return VALUE_ERROR;
    if (self->flushed) {
        raise_error(&ValueError, action == BZ_FINISH ? "Repeated call to flush()"
                                                     : "Compressor has been flushed");
    } else {
        self->flushed = action == BZ_FINISH;
        int code = DETACHED(run_compress(self->stream, action, data, size, &out));
        result = code < 0 ? raise_bzip(code) : output_value(&out);
    }
    mutex_release(&self->mutex);
    free(out.data);
    return result;
}

static Value compressor_compress(Value *args) {
    BufferView view;
    if (!buffer_get(args[1], &view, BUFFER_SIMPLE)) return VALUE_ERROR;
    Value result = compress_step(as_bzip(args[0]), BZ_RUN, view.data, (size_t)view.length);
    buffer_release(&view);
    return result;
}

static Value compressor_flush(Value *args) { return compress_step(as_bzip(args[0]), BZ_FINISH, "", 0); }

/* --- decompressor ---------------------------------------------------------------------------------------- */

static Value decompressor_new(Type *type, Value *args, size_t count, Tuple *names) {
    static Signature *signature;
    Value slots[1];
    if (!bind_arguments("BZ2Decompressor", "()", &signature, args, count, names, slots)) return VALUE_ERROR;
    return bzip_new(type, false, 0);
}

/* The pending bytes followed by the new ones. */
static Bytes *joined_input(BzipObject *self, const BufferView *view) {
    Bytes *pending = is_empty(self->pending) ? NULL : as_bytes(self->pending);
    int64_t before = pending ? pending->length : 0;
    Bytes *all = bytes_new(before + view->length);
    if (!all) return NULL;
    if (pending) memcpy(all->data, pending->data, (size_t)before);
    memcpy(all->data + before, view->data, (size_t)view->length);
    return all;
}

static Value decompress_locked(BzipObject *self, const BufferView *view, int64_t limit) {
    if (self->failed)
        return raise_error(&ValueError, "the decompressor cannot be used after a previous error");
    Bytes *input = joined_input(self, view);
    if (!input) return VALUE_ERROR;
    Output out = {.limit = limit < 0 ? SIZE_MAX : (size_t)limit};
    size_t left = (size_t)input->length;
    int code = DETACHED(run_decompress(self->stream, (const char *)input->data, &left, &out));
    self->failed = code < 0;
    Value result = code < 0 ? raise_bzip(code) : output_value(&out);
    Bytes *rest = is_error(result) ? NULL : bytes_from(input->data + (input->length - (int64_t)left), left);
    free(out.data);
    if (!rest) {
        store_release(&self->needs_input, (uint8_t)0);
        return VALUE_ERROR;
    }
    if (code == BZ_STREAM_END) {
        store_release(&self->eof, (uint8_t)1);
        heap_store_release(self, &self->unused_data, object_value(rest));
        heap_store_release(self, &self->pending, VALUE_EMPTY);
    } else {
        heap_store_release(self, &self->pending, left ? object_value(rest) : VALUE_EMPTY);
    }
    bool full = limit >= 0 && (size_t)limit <= (size_t)as_bytes(result)->length;
    store_release(&self->needs_input, (uint8_t)(code != BZ_STREAM_END && left == 0 && !full));
    return result;
}

static Value decompressor_decompress(Value *args) {
    BzipObject *self = as_bzip(args[0]);
    int64_t limit = -1;
    BufferView view;
    if (!argument_int64(args[2], &limit) || !buffer_get(args[1], &view, BUFFER_SIMPLE)) return VALUE_ERROR;
    Value result = VALUE_ERROR;
    if (mutex_acquire_python(&self->mutex, WAIT_FOREVER) > 0) {
        result = self->eof ? raise_error(&EOFError, "End of stream already reached")
                           : decompress_locked(self, &view, limit);
        mutex_release(&self->mutex);
    }
    buffer_release(&view);
    return result;
}

static Value decompressor_eof(Value self) { return bool_value(load_acquire(&as_bzip(self)->eof)); }
static Value decompressor_needs_input(Value self) {
    return bool_value(load_acquire(&as_bzip(self)->needs_input));
}

static Value refuse_pickle(Value *args) {
    return raise_error(&TypeError, "cannot pickle '%s' object", type_of(args[0])->name);
}

static const MethodDef compressor_methods[] = {
    METHOD("compress", compressor_compress, "($self, data, /)", "Compress more bytes."),
    METHOD("flush", compressor_flush, "($self, /)", "What is left to be written."),
    METHOD("__reduce_ex__", refuse_pickle, "($self, protocol, /)", NULL),
    {0},
};
static const MethodDef decompressor_methods[] = {
    METHOD("decompress", decompressor_decompress, "($self, /, data, max_length=-1)",
           "Decompress more bytes."),
    METHOD("__reduce_ex__", refuse_pickle, "($self, protocol, /)", NULL),
    {0},
};
static const MemberDef decompressor_members[] = {
    {"unused_data", MEMBER_VALUE, offsetof(BzipObject, unused_data), MEMBER_READONLY,
     "bytes behind the end of the compressed data"},
    {0},
};
static const GetSetDef decompressor_getset[] = {
    {"eof", decompressor_eof, NULL, "whether the end of the compressed data was reached"},
    {"needs_input", decompressor_needs_input, NULL, "whether more can come only from more input"},
    {0},
};
static Type compressor_type = {
    .name = "_bz2.BZ2Compressor",
    .signature = "(compresslevel=9, /)",
    .doc = "Compresses bytes as they come.",
    .base = &object_type_object,
    .size = sizeof(BzipObject),
    .root = {.cell_kind = {.trace = bzip_trace, .release = bzip_release, .name = "_bz2.BZ2Compressor"}},
    .new_instance = compressor_new,
    .init = ignore_init,
    .methods = compressor_methods,
};
static Type decompressor_type = {
    .name = "_bz2.BZ2Decompressor",
    .signature = "()",
    .doc = "Decompresses bytes as they come.",
    .base = &object_type_object,
    .size = sizeof(BzipObject),
    .root = {.cell_kind = {.trace = bzip_trace, .release = bzip_release, .name = "_bz2.BZ2Decompressor"}},
    .new_instance = decompressor_new,
    .init = ignore_init,
    .methods = decompressor_methods,
    .members = decompressor_members,
    .getset = decompressor_getset,
};
static Type *const types[] = {&compressor_type, &decompressor_type, NULL};

static bool init(Module *module) { return load_library(); }

const NativeModule module__bz2 = {
    .name = "_bz2",
    .doc = "Compression as of bzip2.",
    .types = types,
    .init = init,
};
