/* _lzma_module.c - the module _lzma: compression by liblzma.
 *
 * The library's memory for one stream may be a hundred megabytes, and the collector does not know of it.
 * So it is given back as soon as a stream has ended, and when it cannot be had, a collection is tried.
 *
 * A stream in progress is guarded by its object's mutex; the thread is detached while it works. What
 * a decompressor has not looked at yet because of max_length waits in `pending`. */
#include <limits.h>
#include <lzma.h>
#include <stdlib.h>
#include "modules/loadable/loadable.h"
#include "modules/thread_module.h"

#define CHUNK 32768
enum { FORMAT_AUTO, FORMAT_XZ, FORMAT_ALONE, FORMAT_RAW };

static Value lzma_error; /* the class; a root */

static bool is_failure(lzma_ret code) {
    return code != LZMA_OK && code != LZMA_GET_CHECK && code != LZMA_NO_CHECK && code != LZMA_STREAM_END;
}

static Value raise_lzma(lzma_ret code) {
    Type *type = OBJECT_AS(Type, lzma_error);
    switch (code) {
    case LZMA_UNSUPPORTED_CHECK: return raise_error(type, "Unsupported integrity check");
    case LZMA_MEM_ERROR: return raise_memory_error();
    case LZMA_MEMLIMIT_ERROR: return raise_error(type, "Memory usage limit exceeded");
    case LZMA_FORMAT_ERROR: return raise_error(type, "Input format not supported by decoder");
    case LZMA_OPTIONS_ERROR: return raise_error(type, "Invalid or unsupported options");
    case LZMA_DATA_ERROR: return raise_error(type, "Corrupt input data");
    case LZMA_BUF_ERROR: return raise_error(type, "Insufficient buffer space");
    case LZMA_PROG_ERROR: return raise_error(type, "Internal error");
    default: return raise_error(type, "Unrecognized error from liblzma: %d", (int)code);
    }
}

typedef struct Stream {
    Object object;
    lzma_stream *stream; /* malloc'ed; guarded by the mutex */
    Mutex mutex;
    bool flushed;
    uint8_t eof, needs_input; /* atomic */
    int check;                /* atomic */
    Value unused_data;        /* atomic; bytes */
    Value pending;            /* bytes not looked at yet, or empty; under the mutex */
} Stream;
static Stream *as_stream(Value v) { return OBJECT_AS(Stream, v); }

static void stream_trace(Cell *cell, Marker *marker) {
    marker_visit(marker, value_load_relaxed(&((Stream *)cell)->unused_data));
    marker_visit(marker, value_load_relaxed(&((Stream *)cell)->pending));
}

static void stream_end(Stream *self) {
    if (!self->stream) return;
    lzma_end(self->stream);
    free(self->stream);
    self->stream = NULL;
}

static void stream_release(Cell *cell) { stream_end((Stream *)cell); }

/* --- filter chains -------------------------------------------------------------------------------------- */

typedef union FilterOptions {
    lzma_options_lzma lzma;
    lzma_options_delta delta;
    lzma_options_bcj bcj;
} FilterOptions;

typedef struct FilterChain {
    lzma_filter filters[LZMA_FILTERS_MAX + 1];
    FilterOptions options[LZMA_FILTERS_MAX];
} FilterChain;

static bool unsigned_value(Value v, uint64_t limit, uint64_t *out) {
    if (!is_int(v)) return raise_error(&TypeError, "an integer is required"), false;
    if (int_sign(v) < 0) return raise_error(&OverflowError, "can't convert negative int to unsigned"), false;
    if (int_to_uint64(v, out) && *out <= limit) return true;
    raise_error(&OverflowError, limit == UINT32_MAX ? "Value too large for uint32_t type"
                                                    : "int too big to convert");
    return false;
}

/* spec[name] as an unsigned number, if it is there. */
static bool spec_number(Value spec, const char *name, uint64_t limit, uint64_t *out, bool *there) {
    Str *key = str_intern_c(name);
    Value v = get_item(spec, object_value(key));
    *there = !is_error(v);
    if (is_error(v)) return error_clear_if(&KeyError);
    return unsigned_value(v, limit, out);
}

typedef struct FilterField {
    const char *name;
    size_t offset;
} FilterField;

/* Every key of a filter specifier must be "id" or one of these. */
static bool fill_fields(Value spec, const FilterField *fields, size_t count, char *options, const char *kind) {
    int64_t known = 1;
    for (size_t i = 0; i < count; i++) {
        bool there;
        uint64_t number = 0;
        if (!spec_number(spec, fields[i].name, UINT32_MAX, &number, &there)) return false;
        if (!there) continue;
        known++;
        uint32_t narrow = (uint32_t)number;
        if (fields[i].offset != SIZE_MAX) memcpy(options + fields[i].offset, &narrow, sizeof narrow);
    }
    int64_t length = value_length(spec);
    if (length < 0) return false;
    if (length == known) return true;
    raise_error(&ValueError, "Invalid filter specifier for %s filter", kind);
    return false;
}

static bool fill_lzma(Value spec, lzma_options_lzma *options) {
    static const FilterField fields[] = {
        {"preset", SIZE_MAX},
        {"dict_size", offsetof(lzma_options_lzma, dict_size)},
        {"lc", offsetof(lzma_options_lzma, lc)},
        {"lp", offsetof(lzma_options_lzma, lp)},
        {"pb", offsetof(lzma_options_lzma, pb)},
        {"mode", offsetof(lzma_options_lzma, mode)},
        {"nice_len", offsetof(lzma_options_lzma, nice_len)},
        {"mf", offsetof(lzma_options_lzma, mf)},
        {"depth", offsetof(lzma_options_lzma, depth)},
    };
    _Static_assert(sizeof(lzma_mode) == 4 && sizeof(lzma_match_finder) == 4, "filled as 32 bits");
    uint64_t preset = LZMA_PRESET_DEFAULT;
    bool there;
    if (!spec_number(spec, "preset", UINT32_MAX, &preset, &there)) return false;
    if (lzma_lzma_preset(options, (uint32_t)preset)) {
        raise_error(OBJECT_AS(Type, lzma_error), "Invalid compression preset: %u", (unsigned)preset);
        return false;
    }
    return fill_fields(spec, fields, ARRAY_LENGTH(fields), (char *)options, "LZMA");
}

static bool filter_from_value(Value spec, lzma_filter *filter, FilterOptions *options) {
    static const FilterField delta_fields[] = {{"dist", offsetof(lzma_options_delta, dist)}};
    static const FilterField bcj_fields[] = {{"start_offset", offsetof(lzma_options_bcj, start_offset)}};
    uint64_t id = 0;
    bool there;
    if (!is_mapping(spec))
        return raise_error(&TypeError, "Filter specifier must be a dict or dict-like object"), false;
    if (!spec_number(spec, "id", UINT64_MAX, &id, &there)) return false;
    if (!there) return raise_error(&ValueError, "Filter specifier must have an \"id\" entry"), false;
    memset(options, 0, sizeof *options);
    filter->id = id;
    filter->options = options;
    switch (id) {
    case LZMA_FILTER_LZMA1:
    case LZMA_FILTER_LZMA2: return fill_lzma(spec, &options->lzma);
    case LZMA_FILTER_DELTA:
        options->delta.type = LZMA_DELTA_TYPE_BYTE;
        options->delta.dist = 1;
        return fill_fields(spec, delta_fields, 1, (char *)options, "delta");
    case LZMA_FILTER_X86:
    case LZMA_FILTER_POWERPC:
    case LZMA_FILTER_IA64:
    case LZMA_FILTER_ARM:
    case LZMA_FILTER_ARMTHUMB:
    case LZMA_FILTER_SPARC: return fill_fields(spec, bcj_fields, 1, (char *)options, "BCJ");
    default:
        raise_error(&ValueError, "Invalid filter ID: %llu", (unsigned long long)id);
        return false;
    }
}

static bool chain_from_value(Value specs, FilterChain *chain) {
    if (is_dict(specs)) return raise_error(&TypeError, "%T is not a sequence", specs), false;
    int64_t count = value_length(specs);
    if (count < 0) return false;
    if (count > LZMA_FILTERS_MAX) {
        raise_error(&ValueError, "Too many filters - liblzma supports a maximum of %d", LZMA_FILTERS_MAX);
        return false;
    }
    for (int64_t i = 0; i < count; i++) {
        Value spec = get_item(specs, int_value(i));
        if (is_error(spec) || !filter_from_value(spec, &chain->filters[i], &chain->options[i])) return false;
    }
    chain->filters[count].id = LZMA_VLI_UNKNOWN;
    return true;
}

/* --- output that grows -------------------------------------------------------------------------------- */

typedef struct Output {
    uint8_t *data;
    size_t length, capacity, limit;
} Output;

static bool output_more(Output *out, lzma_stream *stream) {
    if (out->length == out->capacity) {
        size_t capacity = min_size(out->capacity ? out->capacity * 2 : CHUNK, out->limit);
        uint8_t *larger = realloc(out->data, capacity ? capacity : 1);
        if (!larger) return false;
        out->data = larger;
        out->capacity = capacity;
    }
    stream->next_out = out->data + out->length;
    stream->avail_out = out->capacity - out->length;
    return true;
}

static Value output_value(Output *out) {
    Bytes *bytes = bytes_from(out->data ? out->data : (uint8_t *)"", out->length);
    return bytes ? object_value(bytes) : VALUE_ERROR;
}

/* --- compressor ------------------------------------------------------------------------------------------ */

/* Detached. */
static lzma_ret run_compress(lzma_stream *stream, lzma_action action, const void *data, size_t size, Output *out) {
    stream->next_in = data;
    stream->avail_in = size;
    for (;;) {
        if (!output_more(out, stream)) return LZMA_MEM_ERROR;
        lzma_ret code = lzma_code(stream, action);
        if (code == LZMA_BUF_ERROR && size == 0 && stream->avail_out > 0) code = LZMA_OK;
        out->length = (size_t)(stream->next_out - out->data);
        if (is_failure(code)) return code;
        if (action == LZMA_RUN && stream->avail_in == 0) return code;
        if (action == LZMA_FINISH && code == LZMA_STREAM_END) return code;
    }
}

static lzma_ret start_compress(lzma_stream *stream, int format, int check, uint32_t preset, FilterChain *chain) {
    lzma_options_lzma options;
    switch (format) {
    case FORMAT_XZ: {
        lzma_check kind = check == -1 ? LZMA_CHECK_CRC64 : (lzma_check)check;
        return chain ? lzma_stream_encoder(stream, chain->filters, kind)
                     : lzma_easy_encoder(stream, preset, kind);
    }
    case FORMAT_ALONE:
        if (chain) return lzma_alone_encoder(stream, &chain->options[0].lzma);
        if (lzma_lzma_preset(&options, preset)) return LZMA_OPTIONS_ERROR;
        return lzma_alone_encoder(stream, &options);
    default: return lzma_raw_encoder(stream, chain->filters);
    }
}

static Value stream_new(Type *type) {
    Bytes *nothing = bytes_new(0);
    Stream *self = nothing ? object_alloc_instance(type, sizeof(Stream)) : NULL;
    if (!self) return VALUE_ERROR;
    self->needs_input = true;
    heap_store_release(self, &self->unused_data, object_value(nothing));
    lzma_stream *stream = calloc(1, sizeof *stream);
    if (!stream) return raise_memory_error();
    *stream = (lzma_stream)LZMA_STREAM_INIT;
    self->stream = stream;
    return object_value(self);
}

static Value compressor_new(Type *type, Value *args, size_t count, Tuple *names) {
    static Signature *signature;
    Value a[4];
    int format = FORMAT_XZ, check = -1;
    uint64_t preset = LZMA_PRESET_DEFAULT;
    FilterChain chain;
    if (!bind_arguments("LZMACompressor", "(format=1, check=-1, preset=None, filters=None)", &signature, args,
                        count, names, a) ||
        !argument_int(a[0], &format) || !argument_int(a[1], &check))
        return VALUE_ERROR;
    bool has_preset = !is_empty(a[2]) && !is_none(a[2]), has_filters = !is_empty(a[3]) && !is_none(a[3]);
    if (has_preset && has_filters)
        return raise_error(&ValueError, "Cannot specify both preset and filter chain");
    if (has_preset && !unsigned_value(a[2], UINT32_MAX, &preset)) return VALUE_ERROR;
    if (format != FORMAT_XZ && check != -1 && check != LZMA_CHECK_NONE)
        return raise_error(&ValueError, "Integrity checks are only supported by FORMAT_XZ");
    if (format < FORMAT_XZ || format > FORMAT_RAW)
        return raise_error(&ValueError, "Invalid container format: %d", format);
    if (format == FORMAT_RAW && !has_filters)
        return raise_error(&ValueError, "Must specify filters for FORMAT_RAW");
    if (has_filters && !chain_from_value(a[3], &chain)) return VALUE_ERROR;
    if (has_filters && format == FORMAT_ALONE &&
        (chain.filters[0].id != LZMA_FILTER_LZMA1 || chain.filters[1].id != LZMA_VLI_UNKNOWN))
        return raise_error(&ValueError,
                           "Invalid filter chain for FORMAT_ALONE - must be a single LZMA1 filter");
    Value self = stream_new(type);
    if (is_error(self)) return self;
    lzma_ret code = LZMA_MEM_ERROR;
    for (int attempt = 0; attempt < 2 && code == LZMA_MEM_ERROR; attempt++) {
        if (attempt) heap_collect();
        code = start_compress(as_stream(self)->stream, format, check, (uint32_t)preset,
                              has_filters ? &chain : NULL);
    }
    return is_failure(code) ? raise_lzma(code) : self;
}

static bool ignore_init(Value self, Value *args, size_t count, Tuple *names) { return true; }

static Value compress_step(Stream *self, lzma_action action, const void *data, size_t size) {
    Output out = {.limit = SIZE_MAX};
    Value result = VALUE_ERROR;
    if (mutex_acquire_python(&self->mutex, WAIT_FOREVER) < 0) return VALUE_ERROR;
    if (self->flushed) {
        raise_error(&ValueError, action == LZMA_FINISH ? "Repeated call to flush()"
                                                       : "Compressor has been flushed");
    } else {
        self->flushed = action == LZMA_FINISH;
        lzma_ret code = DETACHED(run_compress(self->stream, action, data, size, &out));
        result = is_failure(code) ? raise_lzma(code) : output_value(&out);
        if (self->flushed) stream_end(self);
    }
    mutex_release(&self->mutex);
    free(out.data);
    return result;
}

static Value compressor_compress(Value *args) {
    BufferView view;
    if (!buffer_get(args[1], &view, BUFFER_SIMPLE)) return VALUE_ERROR;
    Value result = compress_step(as_stream(args[0]), LZMA_RUN, view.data, (size_t)view.length);
    buffer_release(&view);
    return result;
}

static Value compressor_flush(Value *args) {
    return compress_step(as_stream(args[0]), LZMA_FINISH, "", 0);
}

/* --- decompressor ---------------------------------------------------------------------------------------- */

static lzma_ret start_decompress(lzma_stream *stream, int format, uint64_t limit, FilterChain *chain) {
    const uint32_t flags = LZMA_TELL_ANY_CHECK | LZMA_TELL_NO_CHECK;
    switch (format) {
    case FORMAT_AUTO: return lzma_auto_decoder(stream, limit, flags);
    case FORMAT_XZ: return lzma_stream_decoder(stream, limit, flags);
    case FORMAT_ALONE: return lzma_alone_decoder(stream, limit);
    default: return lzma_raw_decoder(stream, chain->filters);
    }
}

static Value decompressor_new(Type *type, Value *args, size_t count, Tuple *names) {
    static Signature *signature;
    Value a[3];
    int format = FORMAT_AUTO;
    uint64_t limit = UINT64_MAX;
    FilterChain chain;
    if (!bind_arguments("LZMADecompressor", "(format=0, memlimit=None, filters=None)", &signature, args, count,
                        names, a) ||
        !argument_int(a[0], &format))
        return VALUE_ERROR;
    bool has_limit = !is_empty(a[1]) && !is_none(a[1]), has_filters = !is_empty(a[2]) && !is_none(a[2]);
    if (has_limit && format == FORMAT_RAW)
        return raise_error(&ValueError, "Cannot specify memory limit with FORMAT_RAW");
    if (has_limit && !unsigned_value(a[1], UINT64_MAX, &limit)) return VALUE_ERROR;
    if (format == FORMAT_RAW && !has_filters)
        return raise_error(&ValueError, "Must specify filters for FORMAT_RAW");
    if (format != FORMAT_RAW && has_filters)
        return raise_error(&ValueError, "Cannot specify filters except with FORMAT_RAW");
    if (format < FORMAT_AUTO || format > FORMAT_RAW)
        return raise_error(&ValueError, "Invalid container format: %d", format);
    if (has_filters && !chain_from_value(a[2], &chain)) return VALUE_ERROR;
    Value self = stream_new(type);
    if (is_error(self)) return self;
    as_stream(self)->check = format >= FORMAT_ALONE ? LZMA_CHECK_NONE : LZMA_CHECK_ID_MAX + 1;
    lzma_ret code = start_decompress(as_stream(self)->stream, format, limit, &chain);
    return is_failure(code) ? raise_lzma(code) : self;
}

/* Detached. *left receives how much of the input was not taken. */
static lzma_ret run_decompress(Stream *self, const uint8_t *data, size_t *left, Output *out) {
    lzma_stream *stream = self->stream;
    stream->next_in = data;
    stream->avail_in = *left;
    for (;;) {
        if (!output_more(out, stream)) return LZMA_MEM_ERROR;
        lzma_ret code = lzma_code(stream, LZMA_RUN);
        if (code == LZMA_BUF_ERROR) code = LZMA_OK;
        out->length = (size_t)(stream->next_out - out->data);
        *left = stream->avail_in;
        if (code == LZMA_GET_CHECK || code == LZMA_NO_CHECK)
            store_relaxed(&self->check, (int)lzma_get_check(stream));
        if (is_failure(code) || code == LZMA_STREAM_END) return code;
        if (out->length >= out->limit) return LZMA_OK;
        if (stream->avail_out > 0 && stream->avail_in == 0) return LZMA_OK;
    }
}

/* The pending bytes followed by the new ones. */
static Bytes *joined_input(Stream *self, const BufferView *view) {
    Bytes *pending = is_empty(self->pending) ? NULL : as_bytes(self->pending);
    int64_t before = pending ? pending->length : 0;
    Bytes *all = bytes_new(before + view->length);
    if (!all) return NULL;
    if (pending) memcpy(all->data, pending->data, (size_t)before);
    memcpy(all->data + before, view->data, (size_t)view->length);
    return all;
}

static Value decompress_locked(Stream *self, const BufferView *view, int64_t limit) {
    Bytes *input = joined_input(self, view);
    if (!input) return VALUE_ERROR;
    Output out = {.limit = limit < 0 ? SIZE_MAX : (size_t)limit};
    size_t left = (size_t)input->length;
    lzma_ret code = DETACHED(run_decompress(self, input->data, &left, &out));
    Value result = is_failure(code) ? raise_lzma(code) : output_value(&out);
    Bytes *rest = is_error(result) ? NULL : bytes_from(input->data + (input->length - (int64_t)left), left);
    free(out.data);
    if (!rest) {
        store_release(&self->needs_input, (uint8_t)0);
        return VALUE_ERROR;
    }
    if (code == LZMA_STREAM_END) {
        store_release(&self->eof, (uint8_t)1);
        stream_end(self);
        heap_store_release(self, &self->unused_data, object_value(rest));
        heap_store_release(self, &self->pending, VALUE_EMPTY);
    } else {
        heap_store_release(self, &self->pending, left ? object_value(rest) : VALUE_EMPTY);
    }
    bool full = limit >= 0 && limit <= as_bytes(result)->length;
    store_release(&self->needs_input, (uint8_t)(code != LZMA_STREAM_END && left == 0 && !full));
    return result;
}

static Value decompressor_decompress(Value *args) {
    Stream *self = as_stream(args[0]);
    int64_t limit = -1;
    BufferView view;
    if (!argument_int64(args[2], &limit) || !buffer_get(args[1], &view, BUFFER_SIMPLE)) return VALUE_ERROR;
    Value result = VALUE_ERROR;
    if (mutex_acquire_python(&self->mutex, WAIT_FOREVER) > 0) {
        result = self->eof ? raise_error(&EOFError, "Already at end of stream")
                           : decompress_locked(self, &view, limit);
        mutex_release(&self->mutex);
    }
    buffer_release(&view);
    return result;
}

static Value decompressor_eof(Value self) { return bool_value(load_acquire(&as_stream(self)->eof)); }
static Value decompressor_check(Value self) { return int_value(load_relaxed(&as_stream(self)->check)); }
static Value decompressor_needs_input(Value self) {
    return bool_value(load_acquire(&as_stream(self)->needs_input));
}
static Value decompressor_unused(Value self) { return value_load_acquire(&as_stream(self)->unused_data); }

static Value refuse_pickle(Value *args) {
    return raise_error(&TypeError, "cannot pickle '%s' object", type_of(args[0])->name);
}

/* --- functions ----------------------------------------------------------------------------------------- */

static Value lzma_is_check_supported(Value *args) {
    int check = 0;
    if (!argument_int(args[1], &check)) return VALUE_ERROR;
    return bool_value(lzma_check_is_supported((lzma_check)check));
}

static Value lzma_encode_properties(Value *args) {
    lzma_filter filter;
    FilterOptions options;
    uint32_t size;
    if (!filter_from_value(args[1], &filter, &options)) return VALUE_ERROR;
    lzma_ret code = lzma_properties_size(&size, &filter);
    if (is_failure(code)) return raise_lzma(code);
    Bytes *bytes = bytes_new(size);
    if (!bytes) return VALUE_ERROR;
    code = lzma_properties_encode(&filter, bytes->data);
    return is_failure(code) ? raise_lzma(code) : object_value(bytes);
}

static bool add_number(Dict *dict, const char *name, uint64_t number) {
    return dict_set_c(dict, name, int_from_uint64(number));
}

static bool describe_filter(Dict *dict, const lzma_filter *filter) {
    if (!add_number(dict, "id", filter->id)) return false;
    switch (filter->id) {
    case LZMA_FILTER_LZMA1: {
        lzma_options_lzma *o = filter->options;
        return add_number(dict, "dict_size", o->dict_size) && add_number(dict, "lc", o->lc) &&
               add_number(dict, "lp", o->lp) && add_number(dict, "pb", o->pb);
    }
    case LZMA_FILTER_LZMA2:
        return add_number(dict, "dict_size", ((lzma_options_lzma *)filter->options)->dict_size);
    case LZMA_FILTER_DELTA: return add_number(dict, "dist", ((lzma_options_delta *)filter->options)->dist);
    default:
        return !filter->options ||
               add_number(dict, "start_offset", ((lzma_options_bcj *)filter->options)->start_offset);
    }
}

static Value lzma_decode_properties(Value *args) {
    uint64_t id;
    BufferView view;
    if (!unsigned_value(args[1], UINT64_MAX, &id) || !buffer_get(args[2], &view, BUFFER_SIMPLE))
        return VALUE_ERROR;
    lzma_filter filter = {.id = id};
    lzma_ret code = lzma_properties_decode(&filter, NULL, view.data, (size_t)view.length);
    buffer_release(&view);
    if (is_failure(code)) return raise_lzma(code);
    Dict *dict = dict_new();
    bool ok = dict && describe_filter(dict, &filter);
    free(filter.options);
    return ok ? object_value(dict) : VALUE_ERROR;
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
static const GetSetDef decompressor_getset[] = {
    {"check", decompressor_check, NULL, "the integrity check of the stream"},
    {"eof", decompressor_eof, NULL, "whether the end of the compressed data was reached"},
    {"needs_input", decompressor_needs_input, NULL, "whether more can come only from more input"},
    {"unused_data", decompressor_unused, NULL, "bytes behind the end of the compressed data"},
    {0},
};
static Type compressor_type = {
    .name = "_lzma.LZMACompressor",
    .doc = "Compresses bytes as they come.",
    .base = &object_type_object,
    .flags = TYPE_BASE,
    .size = sizeof(Stream),
    .root = {.cell_kind = {.trace = stream_trace, .release = stream_release, .name = "_lzma.LZMACompressor"}},
    .new_instance = compressor_new,
    .init = ignore_init,
    .methods = compressor_methods,
};
static Type decompressor_type = {
    .name = "_lzma.LZMADecompressor",
    .doc = "Decompresses bytes as they come.",
    .base = &object_type_object,
    .flags = TYPE_BASE,
    .size = sizeof(Stream),
    .root = {.cell_kind = {.trace = stream_trace, .release = stream_release, .name = "_lzma.LZMADecompressor"}},
    .new_instance = decompressor_new,
    .init = ignore_init,
    .methods = decompressor_methods,
    .getset = decompressor_getset,
};
static Type *const types[] = {&compressor_type, &decompressor_type, NULL};

static const MethodDef functions[] = {
    METHOD("is_check_supported", lzma_is_check_supported, "($module, check_id, /)",
           "Test whether the given integrity check is supported."),
    METHOD("_encode_filter_properties", lzma_encode_properties, "($module, filter, /)", NULL),
    METHOD("_decode_filter_properties", lzma_decode_properties, "($module, filter_id, encoded_props, /)", NULL),
    {0},
};
static const struct {
    const char *name;
    uint64_t value;
} constants[] = {
#define C(name) {#name, LZMA_##name}
    {"FORMAT_AUTO", FORMAT_AUTO}, {"FORMAT_XZ", FORMAT_XZ}, {"FORMAT_ALONE", FORMAT_ALONE},
    {"FORMAT_RAW", FORMAT_RAW}, {"CHECK_UNKNOWN", LZMA_CHECK_ID_MAX + 1},
    C(CHECK_NONE), C(CHECK_CRC32), C(CHECK_CRC64), C(CHECK_SHA256), C(CHECK_ID_MAX), C(FILTER_LZMA1),
    C(FILTER_LZMA2), C(FILTER_DELTA), C(FILTER_X86), C(FILTER_IA64), C(FILTER_ARM), C(FILTER_ARMTHUMB),
    C(FILTER_SPARC), C(FILTER_POWERPC), C(MF_HC3), C(MF_HC4), C(MF_BT2), C(MF_BT3), C(MF_BT4),
    C(MODE_FAST), C(MODE_NORMAL), C(PRESET_DEFAULT), C(PRESET_EXTREME),
#undef C
};

static bool init(Module *module) {
    for (size_t i = 0; i < ARRAY_LENGTH(constants); i++)
        if (!module_add(module, constants[i].name, int_from_uint64(constants[i].value))) return false;
    Type *error = type_create("_lzma", "LZMAError", &exc_Exception, NULL);
    if (!error) return false;
    lzma_error = object_value(error);
    module_root(&lzma_error);
    return module_add(module, "LZMAError", lzma_error);
}

LOADABLE_MODULE module__lzma = {
    .name = "_lzma",
    .doc = "Compression as of xz.",
    .functions = functions,
    .types = types,
    .init = init,
};
