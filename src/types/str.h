/* str.h - text: code points in 1, 2 or 4 bytes each, whichever the widest needs.
 *
 * A Str is immutable. Its characters lie at `data`, which points behind the header or into a buffer
 * that several strings share: appending to a string that ends where its buffer's used part ends
 * extends the buffer in place (str.c tells how threads agree on who may), so that `s += t` in a loop
 * is linear. `kind` is always the narrowest that fits, so equal strings have equal kinds. */
#ifndef WEFT_TYPES_STR_H
#define WEFT_TYPES_STR_H

#include <stdarg.h>
#include <string.h>
#include "base/utf8.h"
#include "object/call.h"

enum { STR_ASCII = 1, STR_INTERNED = 2 }; /* in kind_bits, above the kind */
struct Str {
    Object object;  /* kind_bits: bits 0..7 the kind (1, 2 or 4), bits 8..: STR_* flags, atomic */
    int64_t length; /* in code points */
    int64_t hash;   /* atomic; -1: not computed yet */
    void *data;
    struct StrBuffer *buffer; /* cell that `data` points into, or NULL: inline */
    /* characters */
};
extern Type str_type;

static inline unsigned str_kind(const Str *s) { return load_relaxed(&s->object.kind_bits) & 0xFF; }
static inline bool str_is_ascii(const Str *s) {
    return (load_relaxed(&s->object.kind_bits) >> 8 & STR_ASCII) != 0;
}
static inline bool str_is_interned(const Str *s) {
    return (load_relaxed(&s->object.kind_bits) >> 8 & STR_INTERNED) != 0;
}
static inline Str *as_str(Value v) { return OBJECT_AS(Str, v); }
static inline uint32_t str_at(const Str *s, int64_t index) {
    switch (str_kind(s)) {
    case 1: return ((const uint8_t *)s->data)[index];
    case 2: return ((const uint16_t *)s->data)[index];
    default: return ((const uint32_t *)s->data)[index];
    }
}

/* --- characters by kind ------------------------------------------------------------------------------ */
static inline uint32_t point_read(unsigned kind, const void *data, int64_t index) {
    if (kind == 1) return ((const uint8_t *)data)[index];
    if (kind == 2) return ((const uint16_t *)data)[index];
    return ((const uint32_t *)data)[index];
}
static inline void point_write(unsigned kind, void *data, int64_t index, uint32_t point) {
    if (kind == 1) ((uint8_t *)data)[index] = (uint8_t)point;
    else if (kind == 2) ((uint16_t *)data)[index] = (uint16_t)point;
    else ((uint32_t *)data)[index] = point;
}
static inline unsigned kind_for_point(uint32_t max_point) {
    return max_point < 0x100 ? 1 : max_point < 0x10000 ? 2 : 4;
}
/* Copies `count` characters of one kind to places of another that is wide enough. */
void points_copy_widening(void *to, unsigned to_kind, int64_t to_index, const void *from, unsigned from_kind,
                          int64_t from_index, int64_t count);
static inline void points_copy(void *to, unsigned to_kind, int64_t to_index, const void *from,
                               unsigned from_kind, int64_t from_index, int64_t count) {
    if (likely(to_kind == from_kind)) {
        if (likely(count > 0))
            memcpy((char *)to + to_index * to_kind, (const char *)from + from_index * from_kind,
                   (size_t)count * to_kind);
    } else {
        points_copy_widening(to, to_kind, to_index, from, from_kind, from_index, count);
    }
}
/* A bound on the code points: one of 0x7F, 0xFF, 0xFFFF, 0x10FFFF, the smallest that holds. */
uint32_t points_bound(const void *data, unsigned kind, int64_t count);
static inline uint32_t str_bound(const Str *s) {
    if (str_is_ascii(s)) return 0x7F;
    unsigned kind = str_kind(s);
    return kind == 1 ? 0xFF : kind == 2 ? 0xFFFF : 0x10FFFF;
}
static inline bool is_exact_str(Value v) { return is_exactly(v, &str_type); }

/* --- making; all allocate and return NULL with an exception set ------------------------------------- */
Str *str_from_utf8(const char *bytes, size_t length); /* UnicodeDecodeError on bad UTF-8 */
/* The same for a text that is valid, as its survey says. */
Str *str_from_surveyed(const char *bytes, size_t length, const Utf8Survey *survey);
Str *str_from_c(const char *text);                    /* NUL-terminated UTF-8 or ASCII */
Str *str_from_code_points(const uint32_t *points, size_t count); /* narrows */
/* `count` characters of the given kind, narrowed to the kind they need. */
Str *str_from_points(const void *points, unsigned kind, int64_t count);
/* The same text with the narrowest kind; for what str_new_uninitialised() was too generous for. */
Str *str_narrowed(Str *s);
/* The same text as an instance of exactly str. */
Str *str_exact(Str *s);
/* An instance of `type`, str or a subclass, with the text of `s`. */
Value str_as_type(Type *type, Str *s);
Str *str_from_latin1(const uint8_t *bytes, size_t count);
/* Room for `length` characters up to `max_point`; fill before anybody sees it. max_point must be
 * tight (or call str_narrowed() after). */
Str *str_new_uninitialised(int64_t length, uint32_t max_point);
Str *str_from_char(uint32_t point); /* one character; cached below 256 */
Str *str_empty(void);
/* printf-like; the conversions stand in object/error.h. */
Str *str_format(const char *format, ...);
Str *str_format_va(const char *format, va_list arguments);
Str *str_substring(const Str *s, int64_t start, int64_t end);
Str *str_concat(Str *a, Str *b);
Str *str_join(Str *separator, Value iterable);
Str *str_join_array(Str *separator, Value *items, int64_t count); /* items must be strs */

/* --- interning: equal interned strings are one object ------------------------------------------------- */
Str *str_intern(Str *s);                 /* exact strs only; NULL: MemoryError */
Str *str_intern_c(const char *text);     /* lives for ever; fatal() without memory */
/* An interned name as an expression: NAME("__init__"). */
#define NAME(text)                                                                                 \
    ({                                                                                             \
        static Str *interned_name_;                                                                \
        Str *name_ = load_acquire(&interned_name_);                                                \
        if (unlikely(!name_)) {                                                                    \
            name_ = str_intern_c(text);                                                            \
            store_release(&interned_name_, name_);                                                 \
        }                                                                                          \
        name_;                                                                                     \
    })

/* --- looking ------------------------------------------------------------------------------------------- */
int64_t str_hash(Str *s); /* never -1 */
bool str_equal(const Str *a, const Str *b);
bool str_equal_c(const Str *a, const char *text);
int str_compare(const Str *a, const Str *b); /* by code point: <0, 0, >0 */
Str *str_repr(const Str *s); /* repr(s) */
Str *str_escape_non_ascii(Str *s); /* what ascii() does to a repr */
bool str_is_identifier(const Str *s); /* s.isidentifier() */
/* The text as UTF-8, NUL-terminated, in a heap cell that lives while a pointer into it is on a stack.
 * NULL with UnicodeEncodeError for lone surrogates. `length` may be NULL. */
const char *str_utf8(const Str *s, size_t *length);
/* The same, with surrogateescape: for file names and the environment. */
const char *str_os_text(const Str *s, size_t *length);
Str *str_from_os_text(const char *text, size_t length); /* surrogateescape; never a decode error */
/* For messages: never fails, may cut. Valid as str_utf8() is. */
const char *str_display(const Str *s);
/* In start..end; direction 1 or -1; -1: not found; -2: MemoryError. */
int64_t str_find(const Str *s, const Str *needle, int64_t start, int64_t end, int direction); /* -1 */

/* --- building -------------------------------------------------------------------------------------------- */
/* A growing text; on the C stack, where it stays: it may point into itself, so it is never copied. Every
 * add returns false with MemoryError set. Finish it once. */
enum { BUILDER_ROOM = 160 };
typedef struct StrBuilder {
    int64_t length, capacity; /* in characters */
    unsigned kind;
    uint32_t max_point;
    void *data; /* `room`, or in a heap cell */
    _Alignas(8) char room[BUILDER_ROOM];
} StrBuilder;
static inline void builder_init(StrBuilder *builder) {
    builder->length = 0;
    builder->capacity = BUILDER_ROOM;
    builder->kind = 1;
    builder->max_point = 0;
    builder->data = builder->room;
}
bool builder_add_char_slow(StrBuilder *builder, uint32_t point);
static inline bool builder_add_char(StrBuilder *builder, uint32_t point) {
    if (unlikely(builder->length >= builder->capacity || kind_for_point(point) > builder->kind))
        return builder_add_char_slow(builder, point);
    if (point > builder->max_point) builder->max_point = point;
    point_write(builder->kind, builder->data, builder->length++, point);
    return true;
}
bool builder_add(StrBuilder *builder, const Str *s);
bool builder_add_range(StrBuilder *builder, const Str *s, int64_t start, int64_t end);
bool builder_add_ascii(StrBuilder *builder, const char *text, size_t length);
bool builder_add_c(StrBuilder *builder, const char *ascii);
bool builder_add_fill(StrBuilder *builder, uint32_t point, int64_t count);
bool builder_add_points(StrBuilder *builder, const void *data, unsigned kind, int64_t count);
/* Bad sequences become U+FFFD. */
bool builder_add_utf8(StrBuilder *builder, const char *text, size_t length);
bool builder_add_repr(StrBuilder *builder, Value v); /* runs Python */
Str *builder_finish(StrBuilder *builder);            /* NULL: MemoryError */

#endif
