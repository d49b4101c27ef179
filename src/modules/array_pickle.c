/* array_pickle.c - arrays in pickles. Since protocol 3 an array is its bytes and the number of a
 * machine format, so that another machine can read them:
 *     0, 1 unsigned and signed bytes; then pairs, little-endian first: 2 unsigned and 4 signed 16 bits,
 *     6 and 8 32 bits, 10 and 12 64 bits, 14 float, 16 double, 18 UTF-16, 20 UTF-32 */
#include "modules/typed_array.h"

#define FORMAT_MAX 21

static bool machine_is_little_endian(void) {
    const uint16_t probe = 1;
    return *(const uint8_t *)&probe == 1;
}

static int machine_format_of(const ArrayKind *kind) {
    return kind->machine_format + (kind->size > 1 && !machine_is_little_endian());
}

typedef struct MachineFormat {
    uint8_t size;
    bool is_signed, is_float, is_unicode, big_endian;
} MachineFormat;

static MachineFormat describe(int number) {
    static const uint8_t sizes[] = {2, 2, 4, 4, 8, 8, 4, 8, 2, 4}; /* of the pairs from 2 on */
    if (number < 2) return (MachineFormat){1, number == 1, false, false, false};
    int pair = (number - 2) / 2;
    return (MachineFormat){sizes[pair], pair < 6 ? pair % 2 == 1 : true, pair == 6 || pair == 7,
                           pair >= 8, number % 2 == 1};
}

Value array_reduce_ex(Value *args) {
    TypedArray *array = as_array(args[0]);
    if (!is_int(args[1]))
        return raise_error(&TypeError, "__reduce_ex__ argument should be an integer");
    int64_t protocol = value_index_int64(args[1], NULL);
    Value dict = get_attribute_optional(args[0], NAME("__dict__"));
    if (is_error(dict)) return VALUE_ERROR;
    if (is_empty(dict)) dict = VALUE_NONE;
    Value type = object_value(type_of(args[0]));
    Str *code = str_from_char((uint32_t)array->kind->code);
    if (!code) return VALUE_ERROR;
    Value function = type;
    Tuple *arguments;
    if (protocol < 3) {
        List *list = typed_array_list(array);
        if (!list) return VALUE_ERROR;
        arguments = tuple_pack(2, object_value(code), object_value(list));
    } else {
        int64_t count;
        const uint8_t *items = typed_array_items(array, &count);
        Bytes *bytes = bytes_from(items, (size_t)(count * array->kind->size));
        function = import_attribute("array", "_array_reconstructor");
        if (!bytes || is_error(function)) return VALUE_ERROR;
        arguments = tuple_pack(4, type, object_value(code),
                               smallint_value(machine_format_of(array->kind)), object_value(bytes));
    }
    if (!arguments) return VALUE_ERROR;
    Tuple *tuple = tuple_pack(3, function, object_value(arguments), dict);
    return tuple ? object_value(tuple) : VALUE_ERROR;
}

static uint64_t read_word(const uint8_t *p, const MachineFormat *format) {
    uint64_t word = 0;
    for (int i = 0; i < format->size; i++)
        word |= (uint64_t)p[format->big_endian ? format->size - 1 - i : i] << i * 8;
    if (format->is_signed && !format->is_float && !format->is_unicode && format->size < 8) {
        int unused = 64 - format->size * 8;
        word = (uint64_t)((int64_t)(word << unused) >> unused);
    }
    return word;
}

/* A kind of this machine with the same values, `wanted` if it is one. */
static const ArrayKind *matching_kind(const MachineFormat *format, const ArrayKind *wanted) {
    if (format->is_unicode || format->is_float) return wanted;
    const ArrayKind *found = wanted;
    for (const ArrayKind *kind = array_kinds; kind->size; kind++) {
        if (kind->is_float || kind->code == 'u' || kind->size != format->size ||
            kind->is_signed != format->is_signed)
            continue;
        if (kind == wanted) return wanted;
        found = kind;
    }
    return found;
}

/* UTF-16's pairs become one item. */
static bool append_unicode(TypedArray *array, const uint8_t *data, int64_t length,
                           const MachineFormat *format) {
    for (int64_t i = 0; i + format->size <= length; i += format->size) {
        uint64_t c = read_word(data + i, format);
        if (format->size == 2 && (c & 0xFC00) == 0xD800 && i + 4 <= length) {
            uint64_t low = read_word(data + i + 2, format);
            if ((low & 0xFC00) == 0xDC00) {
                c = 0x10000 + ((c & 0x3FF) << 10) + (low & 0x3FF);
                i += 2;
            }
        }
        if (c > 0x10FFFF) {
            raise_error(&ValueError, "character U+%x is not in range [U+0000; U+10ffff]", (unsigned)c);
            return false;
        }
        if (!typed_array_append(array, c)) return false;
    }
    return true;
}

static Value item_value(uint64_t word, const MachineFormat *format) {
    if (!format->is_float)
        return format->is_signed ? int_value((int64_t)word) : int_from_uint64(word);
    double d;
    float f;
    uint32_t low = (uint32_t)word;
    memcpy(&f, &low, 4);
    memcpy(&d, &word, 8);
    return double_value_checked(format->size == 4 ? (double)f : d);
}

Value array_reconstruct(Value *args) {
    Value type = args[1], code = args[2], items = args[4];
    if (!is_type(type))
        return raise_error(&TypeError, "first argument must be a type object, not %T", type);
    if (!type_is_subtype(OBJECT_AS(Type, type), &typed_array_type))
        return raise_error(&TypeError, "%N is not a subtype of %N", OBJECT_AS(Type, type),
                           &typed_array_type);
    if (!is_str(code) || as_str(code)->length != 1)
        return raise_error(&TypeError,
                           "_array_reconstructor() argument 2 must be a unicode character, not %T", code);
    const ArrayKind *kind = array_kind_of(str_at(as_str(code), 0));
    if (!kind) return raise_error(&ValueError, "second parameter must be a valid type code");
    int64_t number = value_index_int64(args[3], &OverflowError);
    if (number == -1 && error_occurred()) return VALUE_ERROR;
    if (number < 0 || number > FORMAT_MAX)
        return raise_error(&ValueError, "third argument must be a valid machine format code.");
    if (!is_bytes(items))
        return raise_error(&TypeError, "fourth argument should be bytes, not %T", items);
    const Bytes *bytes = as_bytes(items);
    MachineFormat format = describe((int)number);
    bool same = number == machine_format_of(kind);
    if (!same) kind = matching_kind(&format, kind);
    if (bytes->length % format.size != 0)
        return raise_error(&ValueError, same ? "bytes length not a multiple of item size"
                                             : "string length not a multiple of item size");
    TypedArray *array = typed_array_new(OBJECT_AS(Type, type), kind, 0);
    if (!array) return VALUE_ERROR;
    if (same)
        return typed_array_splice(array, 0, 0, bytes->data, bytes->length / kind->size)
                   ? object_value(array)
                   : VALUE_ERROR;
    if (format.is_unicode)
        return append_unicode(array, bytes->data, bytes->length, &format) ? object_value(array)
                                                                          : VALUE_ERROR;
    for (int64_t i = 0; i < bytes->length; i += format.size) {
        Value item = item_value(read_word(bytes->data + i, &format), &format);
        uint64_t bits;
        if (is_error(item) || !kind->parse(item, &bits) || !typed_array_append(array, bits))
            return VALUE_ERROR;
    }
    return object_value(array);
}
