/* struct_layout.c - format strings to layouts, values to bytes and back. */
#include "modules/struct_module.h"

#include <math.h>
#include <stdarg.h>

Value struct_error;

Value raise_struct_error(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    Str *message = str_format_va(format, arguments);
    va_end(arguments);
    if (!message) return VALUE_ERROR;
    return raise_with(OBJECT_AS(Type, struct_error), object_value(message));
}

/* --- compiling ------------------------------------------------------------------------------------------- */

static CellKind layout_kind = {NULL, NULL, "struct layout"};

/* The size of a value: the machine's, or the standard one. 0: no such character. */
static int code_size(char code, bool native_sizes) {
    switch (code) {
    case 'x': case 'b': case 'B': case 'c': case 's': case 'p': case '?': return 1;
    case 'h': case 'H': case 'e': return 2;
    case 'i': case 'I': case 'f': return 4;
    case 'l': case 'L': return native_sizes ? (int)sizeof(long) : 4;
    case 'q': case 'Q': case 'd': return 8;
    case 'n': case 'N': return native_sizes ? (int)sizeof(size_t) : 0;
    case 'P': return native_sizes ? (int)sizeof(void *) : 0;
    default: return 0;
    }
}

static bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

/* Reads the byte order; what follows is the list of codes. */
static const char *parse_order(const char *p, const char *end, StructLayout *layout) {
    const uint16_t probe = 1;
    bool machine_little = *(const uint8_t *)&probe == 1;
    layout->little_endian = machine_little;
    layout->native = true;
    layout->native_sizes = false;
    char order = p < end ? *p : '@';
    switch (order) {
    case '<': layout->little_endian = true; break;
    case '>': case '!': layout->little_endian = false; break;
    case '=': break;
    case '@': layout->native_sizes = true; break;
    default: layout->native_sizes = true; return p;
    }
    layout->native = layout->little_endian == machine_little;
    return p < end ? p + 1 : p;
}

/* Walks the codes; with `codes` NULL it only counts. False with struct.error. */
static bool parse_codes(const char *p, const char *end, StructLayout *layout, StructCode *codes) {
    int64_t size = 0, items = 0, count = 0;
    while (p < end) {
        char c = *p++;
        if (is_space(c)) continue;
        int64_t repeat = 1;
        if (c >= '0' && c <= '9') {
            repeat = c - '0';
            while (p < end && *p >= '0' && *p <= '9')
                if (__builtin_mul_overflow(repeat, 10, &repeat) ||
                    __builtin_add_overflow(repeat, *p++ - '0', &repeat))
                    goto too_long;
            if (p == end) {
                raise_struct_error("repeat count given without format specifier");
                return false;
            }
            c = *p++;
        }
        int64_t item_size = code_size(c, layout->native_sizes), total;
        if (item_size == 0) {
            raise_struct_error("bad char in struct format");
            return false;
        }
        if (layout->native_sizes && item_size > 1) { /* each aligns to its size */
            if (size > INT64_MAX - item_size) goto too_long;
            size = (size + item_size - 1) & -item_size;
        }
        bool text = c == 's' || c == 'p';
        if (c != 'x' && (text || repeat > 0)) {
            if (codes)
                codes[count] = (StructCode){c, size, text ? repeat : item_size, text ? 1 : repeat};
            count++;
            items += text ? 1 : repeat;
        }
        if (__builtin_mul_overflow(repeat, item_size, &total) ||
            __builtin_add_overflow(size, total, &size))
            goto too_long;
    }
    layout->size = size;
    layout->item_count = items;
    layout->code_count = count;
    return true;
too_long:
    raise_struct_error("total struct size too long");
    return false;
}

StructLayout *struct_compile(const char *format, size_t length) {
    const char *end = format + length;
    if (memchr(format, '\0', length)) {
        raise_struct_error("embedded null character");
        return NULL;
    }
    StructLayout measured;
    const char *codes = parse_order(format, end, &measured);
    if (!parse_codes(codes, end, &measured, NULL)) return NULL;
    StructLayout *layout =
        heap_alloc(sizeof(StructLayout) + (size_t)measured.code_count * sizeof(StructCode));
    if (!layout) return NULL;
    parse_order(format, end, layout);
    parse_codes(codes, end, layout, layout->codes);
    cell_set_kind(layout, &layout_kind);
    return layout;
}

/* --- bytes ----------------------------------------------------------------------------------------------- */

static uint64_t read_word(const uint8_t *p, int64_t size, bool little_endian) {
    uint64_t word = 0;
    for (int64_t i = 0; i < size; i++)
        word |= (uint64_t)p[little_endian ? i : size - 1 - i] << i * 8;
    return word;
}

static void write_word(uint8_t *p, int64_t size, bool little_endian, uint64_t word) {
    for (int64_t i = 0; i < size; i++)
        p[little_endian ? i : size - 1 - i] = (uint8_t)(word >> i * 8);
}

/* --- packing ------------------------------------------------------------------------------------------------ */

static bool is_signed_code(char code) {
    switch (code) {
    case 'b': case 'h': case 'i': case 'l': case 'q': case 'n': return true;
    default: return false;
    }
}

static bool raise_range(const StructLayout *layout, char code, int64_t size) {
    int bits = (int)size * 8;
    bool is_signed = is_signed_code(code);
    int64_t low = is_signed ? -(INT64_C(1) << (bits - 1)) : 0;
    int64_t high = is_signed ? (INT64_C(1) << (bits - 1)) - 1 : (INT64_C(1) << bits) - 1;
    const char *name = code == 'b' ? "byte" : code == 'B' ? "ubyte" : NULL;
    if (layout->native && code == 'h') name = "short";
    if (layout->native && code == 'H') name = "ushort";
    if (name)
        raise_struct_error("%s format requires %lld <= number <= %lld", name, (long long)low,
                           (long long)high);
    else
        raise_struct_error("'%c' format requires %lld <= number <= %lld", code, (long long)low,
                           (long long)high);
    return false;
}

static bool pack_int(const StructLayout *layout, const StructCode *code, Value v, uint8_t *out) {
    if (!is_int(v)) {
        if (!has_index(v)) {
            raise_struct_error("required argument is not an integer");
            return false;
        }
        v = value_index(v);
        if (is_error(v)) return false;
    }
    bool is_signed = is_signed_code(code->code) || code->code == 'B' ||
                     (code->code == 'H' && layout->native);
    uint64_t word;
    int64_t number = 0;
    bool fits;
    if (code->code == 'P') {
        fits = int_to_uint64(v, &word) || int_to_int64(v, &number);
        if (number < 0) word = (uint64_t)number;
    } else if (is_signed) {
        fits = int_to_int64(v, &number);
        word = (uint64_t)number;
    } else {
        fits = int_to_uint64(v, &word);
    }
    if (!fits) {
        bool whole_word = code->code == 'P' || (code->size == 8 && !layout->native);
        raise_struct_error(whole_word ? "int too large to convert" : "argument out of range");
        return false;
    }
    if (code->size < 8) {
        int bits = (int)code->size * 8;
        bool in_range = is_signed_code(code->code)
                            ? number >= -(INT64_C(1) << (bits - 1)) && number < INT64_C(1) << (bits - 1)
                            : word < UINT64_C(1) << bits;
        if (!in_range) return raise_range(layout, code->code, code->size);
    }
    write_word(out, code->size, layout->little_endian, word);
    return true;
}

static bool raise_float_too_large(Value v, char code) {
    if (is_int(v)) raise_struct_error("int too large to convert");
    else raise_error(&OverflowError, "float too large to pack with %c format", code);
    return false;
}

static bool pack_float(const StructLayout *layout, const StructCode *code, Value v, uint8_t *out) {
    double d;
    if (is_double(v)) {
        d = double_of(v);
    } else if (!value_to_double(v, &d)) {
        if (error_clear_if(&TypeError)) raise_struct_error("required argument is not a float");
        else if (error_clear_if(&OverflowError)) raise_struct_error("int too large to convert");
        return false;
    }
    uint64_t word = 0;
    if (code->code == 'd') {
        memcpy(&word, &d, 8);
    } else if (code->code == 'f') {
        float f = (float)d;
        if (isinf(f) && !isinf(d) && !layout->native_sizes)
            return raise_float_too_large(v, code->code);
        uint32_t bits;
        memcpy(&bits, &f, 4);
        word = bits;
    } else {
        _Float16 half = (_Float16)d;
        if (isinf((double)half) && !isinf(d)) return raise_float_too_large(v, code->code);
        uint16_t bits;
        memcpy(&bits, &half, 2);
        word = bits;
    }
    write_word(out, code->size, layout->little_endian, word);
    return true;
}

/* bytes or bytearray into a field of fixed size; 'p' puts the length first. */
static bool pack_text(const StructCode *code, Value v, uint8_t *out) {
    BufferView view;
    if (!is_kind(v, TYPE_BYTES | TYPE_BYTEARRAY)) {
        raise_struct_error("argument for '%c' must be a bytes object", code->code);
        return false;
    }
    if (!buffer_get(v, &view, BUFFER_SIMPLE)) return false;
    memset(out, 0, (size_t)code->size);
    int64_t prefix = code->code == 'p';
    int64_t length = min_int64(view.length, code->size - prefix);
    if (length > 0) memcpy(out + prefix, view.data, (size_t)length);
    if (prefix && code->size > 0) out[0] = (uint8_t)min_int64(max_int64(length, 0), 255);
    buffer_release(&view);
    return true;
}

static bool pack_one(const StructLayout *layout, const StructCode *code, Value v, uint8_t *out) {
    int truth;
    switch (code->code) {
    case 'c':
        if (!is_kind(v, TYPE_BYTES) || as_bytes(v)->length != 1) {
            raise_struct_error("char format requires a bytes object of length 1");
            return false;
        }
        *out = as_bytes(v)->data[0];
        return true;
    case '?':
        truth = value_truth(v);
        if (truth < 0) return false;
        *out = (uint8_t)truth;
        return true;
    case 's': case 'p': return pack_text(code, v, out);
    case 'e': case 'f': case 'd': return pack_float(layout, code, v, out);
    default: return pack_int(layout, code, v, out);
    }
}

bool struct_pack(const StructLayout *layout, const Value *items, uint8_t *out) {
    memset(out, 0, (size_t)layout->size);
    for (int64_t i = 0; i < layout->code_count; i++) {
        const StructCode *code = &layout->codes[i];
        uint8_t *p = out + code->offset;
        for (int64_t j = 0; j < code->repeat; j++, p += code->size)
            if (!pack_one(layout, code, *items++, p)) return false;
    }
    return true;
}

/* --- unpacking ------------------------------------------------------------------------------------------------- */

static Value unpack_float(const StructCode *code, uint64_t word) {
    double d;
    float f;
    _Float16 half;
    uint32_t word_32 = (uint32_t)word;
    uint16_t word_16 = (uint16_t)word;
    switch (code->code) {
    case 'd': memcpy(&d, &word, 8); break;
    case 'f':
        memcpy(&f, &word_32, 4);
        d = f;
        break;
    default:
        memcpy(&half, &word_16, 2);
        d = (double)half;
        break;
    }
    return double_value_checked(d);
}

static Value bytes_value(const void *data, int64_t length) {
    Bytes *bytes = bytes_from(data, (size_t)length);
    return bytes ? object_value(bytes) : VALUE_ERROR;
}

static Value unpack_one(const StructLayout *layout, const StructCode *code, const uint8_t *p) {
    switch (code->code) {
    case 'c': return bytes_value(p, 1);
    case 's': return bytes_value(p, code->size);
    case 'p':
        if (code->size == 0) return bytes_value(p, 0);
        return bytes_value(p + 1, min_int64(p[0], code->size - 1));
    case '?': return bool_value(*p != 0);
    default: break;
    }
    uint64_t word = read_word(p, code->size, layout->little_endian);
    if (code->code == 'e' || code->code == 'f' || code->code == 'd') return unpack_float(code, word);
    if (!is_signed_code(code->code)) return int_from_uint64(word);
    int unused = 64 - (int)code->size * 8;
    return int_value((int64_t)(word << unused) >> unused);
}

Value struct_unpack(const StructLayout *layout, const uint8_t *data) {
    Tuple *tuple = tuple_new(layout->item_count);
    if (!tuple) return VALUE_ERROR;
    int64_t index = 0;
    for (int64_t i = 0; i < layout->code_count; i++) {
        const StructCode *code = &layout->codes[i];
        const uint8_t *p = data + code->offset;
        for (int64_t j = 0; j < code->repeat; j++, p += code->size) {
            Value item = unpack_one(layout, code, p);
            if (is_error(item)) return VALUE_ERROR;
            tuple->items[index++] = item;
        }
    }
    return object_value(tuple);
}
