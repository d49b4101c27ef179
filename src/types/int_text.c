/* int_text.c - ints to digits and bytes, and back. */
#include "types/int_private.h"

#include "types/bytes.h"
#include "types/number_text.h"

/* --- digits to int ------------------------------------------------------------------------------ */

static int digit_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'z') return c - 'a' + 10;
    if (c >= 'A' && c <= 'Z') return c - 'A' + 10;
    return 99;
}

static int prefix_base(const char *p, const char *end) {
    if (end - p < 2 || p[0] != '0') return 0;
    switch (p[1]) {
    case 'x': case 'X': return 16;
    case 'o': case 'O': return 8;
    case 'b': case 'B': return 2;
    default: return 0;
    }
}

/* Digit values of base `base` to an int. */
static Value int_from_digits(const unsigned char *digits, size_t count, int base, bool negative) {
    while (count > 0 && *digits == 0) {
        digits++;
        count--;
    }
    if (count <= 12 || (base <= 10 && count <= 18)) {
        int64_t value = 0;
        for (size_t i = 0; i < count; i++) value = value * base + digits[i];
        return int_value(negative ? -value : value);
    }
    /* log2(36) < 5.17; GMP wants one limb more than the result may need. */
    static const uint8_t bits_of_base[37] = {
        0, 0, 1, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4, 4, 5, 5,
        5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 6, 6, 6, 6};
    size_t limbs = count / 64 * bits_of_base[base] + count % 64 * bits_of_base[base] / 64 + 2;
    if (limbs > (size_t)INT_LIMBS_MAX) return raise_memory_error();
    Int *result = int_alloc((int64_t)limbs);
    if (!result) return VALUE_ERROR;
    Thread *detached = int_heavy_begin((int64_t)limbs);
    int64_t used = (int64_t)mpn_set_str(result->limbs, digits, count, base);
    int_heavy_end(detached);
    return int_finish(result, used, negative);
}

Value int_from_text(const char *text, size_t length, int base) {
    const char *p = text, *end = text + length;
    bool negative = false;
    if (p < end && (*p == '+' || *p == '-')) negative = *p++ == '-';
    int prefix = prefix_base(p, end);
    bool only_zeros = false; /* base 0: "00" is fine, "01" is not */
    bool had_prefix = false;
    if (base == 0) {
        if (prefix) base = prefix;
        else {
            base = 10;
            only_zeros = p < end && *p == '0';
        }
    }
    if (prefix && prefix == base) {
        p += 2;
        had_prefix = true;
    }
    unsigned char small[128], *digits = small;
    if ((size_t)(end - p) > sizeof small) {
        Bytes *room = bytes_new(end - p);
        if (!room) return VALUE_ERROR;
        digits = room->data;
    }
    size_t count = 0;
    bool after_digit = had_prefix; /* an underscore may follow */
    bool any_nonzero = false;
    for (; p < end; p++) {
        if (*p == '_') {
            if (!after_digit) return VALUE_EMPTY;
            after_digit = false;
            continue;
        }
        int digit = digit_value(*p);
        if (digit >= base) break;
        digits[count++] = (unsigned char)digit;
        after_digit = true;
        any_nonzero |= digit != 0;
    }
    if (count == 0 || !after_digit) return VALUE_EMPTY;
    int limit = load_relaxed(&runtime.int_max_str_digits);
    if (unlikely(limit > 0 && count > (size_t)limit) && (base & (base - 1)) != 0)
        return raise_error(&ValueError,
                           "Exceeds the limit (%d digits) for integer string conversion: value has "
                           "%zd digits; use sys.set_int_max_str_digits() to increase the limit",
                           limit, (ssize_t)count);
    if (p != end || (only_zeros && any_nonzero)) return VALUE_EMPTY;
    return int_from_digits(digits, count, base, negative);
}

static Value raise_bad_literal(Value object, int base) {
    Value repr = value_repr(object);
    if (is_error(repr)) return VALUE_ERROR;
    Str *shown = str_substring(as_str(repr), 0, min_int64(as_str(repr)->length, 200));
    if (!shown) return VALUE_ERROR;
    return raise_error(&ValueError, "invalid literal for int() with base %d: %U", base, shown);
}

/* A few decimal digits with or without a minus, as most texts are; false: another text. */
static bool read_small(const Str *s, int64_t *out) {
    enum { DIGITS_MAX = 14 }; /* always an immediate */
    if (!str_is_ascii(s) || s->length > DIGITS_MAX) return false;
    const uint8_t *p = s->data, *end = p + s->length;
    bool negative = p < end && *p == '-';
    p += negative;
    if (p == end) return false;
    int64_t value = 0;
    for (; p < end; p++) {
        unsigned digit = *p - (unsigned)'0';
        if (digit > 9) return false;
        value = value * 10 + digit;
    }
    *out = negative ? -value : value;
    return true;
}

Value int_from_str_object(Value text, int base) {
    int64_t small;
    if (base == 10 && read_small(as_str(text), &small)) return smallint_value(small);
    size_t length;
    char room[NUMBER_TEXT_ROOM];
    const char *ascii = number_text_from_str(as_str(text), room, &length);
    if (!ascii) return VALUE_ERROR;
    Value result = int_from_text(ascii, length, base);
    return is_empty(result) ? raise_bad_literal(text, base) : result;
}

Value int_from_bytes_object(Value object, const char *text, size_t length, int base) {
    Value result = int_from_text(text, length, base);
    if (!is_empty(result)) return result;
    if (is_kind(object, TYPE_BYTES)) return raise_bad_literal(object, base);
    BufferView view;
    if (!buffer_get(object, &view, BUFFER_SIMPLE)) return VALUE_ERROR;
    Bytes *copy = bytes_from(view.data, (size_t)view.length);
    buffer_release(&view);
    return copy ? raise_bad_literal(object_value(copy), base) : VALUE_ERROR;
}

/* --- int to digits ------------------------------------------------------------------------------- */

static Str *small_to_str(int64_t i, int base) {
    uint8_t text[72];
    size_t at = sizeof text;
    uint64_t magnitude = i < 0 ? -(uint64_t)i : (uint64_t)i;
    if (base == 10) {
        do text[--at] = (uint8_t)('0' + magnitude % 10);
        while ((magnitude /= 10) != 0);
    } else {
        do text[--at] = (uint8_t)"0123456789abcdef"[magnitude % (unsigned)base];
        while ((magnitude /= (unsigned)base) != 0);
    }
    if (i < 0) text[--at] = '-';
    size_t length = sizeof text - at;
    if (length == 1) return str_from_char(text[at]);
    Str *s = str_new_uninitialised((int64_t)length, 0x7F);
    if (s) memcpy(s->data, text + at, length);
    return s;
}

static Str *raise_digit_limit(int limit) {
    raise_error(&ValueError,
                "Exceeds the limit (%d digits) for integer string conversion; "
                "use sys.set_int_max_str_digits() to increase the limit",
                limit);
    return NULL;
}

Str *int_to_str(Value v, int base) {
    int64_t small;
    if (int_immediate(v, &small)) return small_to_str(small, base);
    IntView view;
    int_view(&view, v);
    if (view.count == 0) return small_to_str(0, base);
    int limit = base == 10 ? load_relaxed(&runtime.int_max_str_digits) : 0;
    int64_t bits = int_view_bits(&view);
    if (limit > 0 && bits / 4 > (int64_t)limit) return raise_digit_limit(limit);
    size_t room = base == 2 ? (size_t)bits : (size_t)bits / 3; /* log2(8) = 3 is the smallest else */
    Bytes *digits = bytes_new((int64_t)room + 4);
    Int *scratch = int_alloc(view.count + 1); /* destroyed by mpn_get_str */
    if (!digits || !scratch) return NULL;
    memcpy(scratch->limbs, view.limbs, (size_t)view.count * sizeof(mp_limb_t));
    Thread *detached = int_heavy_begin(view.count);
    size_t count = mpn_get_str(digits->data + 1, base, scratch->limbs, view.count);
    int_heavy_end(detached);
    uint8_t *start = digits->data + 1;
    while (count > 1 && *start == 0) {
        start++;
        count--;
    }
    if (limit > 0 && count > (size_t)limit) return raise_digit_limit(limit);
    for (size_t i = 0; i < count; i++) start[i] = (uint8_t)"0123456789abcdef"[start[i]];
    if (view.negative) {
        *--start = '-';
        count++;
    }
    return str_from_latin1(start, count);
}

/* --- bytes ----------------------------------------------------------------------------------------- */

Value int_from_bytes(const uint8_t *bytes, size_t length, bool little_endian, bool is_signed) {
    if (length == 0) return smallint_value(0);
    int64_t count = (int64_t)((length + 7) / 8);
    Int *result = int_alloc(count + 1);
    if (!result) return VALUE_ERROR;
    uint8_t top = little_endian ? bytes[length - 1] : bytes[0];
    bool negative = is_signed && (top & 0x80);
    memset(result->limbs, negative ? 0xFF : 0, (size_t)count * 8);
    for (size_t i = 0; i < length; i++) {
        uint64_t byte = little_endian ? bytes[i] : bytes[length - 1 - i];
        unsigned shift = (unsigned)(i % 8 * 8);
        result->limbs[i / 8] =
            (result->limbs[i / 8] & ~(UINT64_C(0xFF) << shift)) | byte << shift;
    }
    if (negative) mpn_neg(result->limbs, result->limbs, count);
    return int_finish(result, count, negative);
}

bool int_to_bytes(Value v, uint8_t *bytes, size_t length, bool little_endian, bool is_signed) {
    IntView view;
    int_view(&view, v);
    if (view.negative && !is_signed) {
        raise_error(&OverflowError, "can't convert negative int to unsigned");
        return false;
    }
    /* Bits needed: one more for the sign, but -2^k fits k + 1 bits. */
    int64_t bits = int_view_bits(&view);
    if (is_signed && view.count > 0) {
        bool power = view.negative && mpn_scan1(view.limbs, 0) == (mp_bitcnt_t)bits - 1;
        if (!power) bits++;
    }
    if (length < (size_t)INT64_MAX / 8 && bits > (int64_t)length * 8) {
        raise_error(&OverflowError, "int too big to convert");
        return false;
    }
    mp_limb_t borrow = view.negative, flip = -(mp_limb_t)view.negative, word = 0;
    for (size_t i = 0; i < length; i++) {
        if (i % 8 == 0) {
            mp_limb_t limb = (int64_t)(i / 8) < view.count ? view.limbs[i / 8] : 0;
            word = (limb - borrow) ^ flip;
            borrow = borrow && limb == 0;
        }
        bytes[little_endian ? i : length - 1 - i] = (uint8_t)(word >> i % 8 * 8);
    }
    return true;
}
