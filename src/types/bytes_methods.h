/* bytes_methods.h - what bytes and bytearray share.
 *
 * The methods work on a ByteSpan of `self`: for a bytearray it is a snapshot of where its bytes lie,
 * which stays readable (the collector keeps the store) but may be written to or left behind by other
 * threads meanwhile. */
#ifndef WEFT_TYPES_BYTES_METHODS_H
#define WEFT_TYPES_BYTES_METHODS_H

#include "types/bytes.h"
#include "types/str_methods.h"

typedef struct ByteSpan {
    const uint8_t *data;
    int64_t length;
} ByteSpan;

/* Of a bytes or bytearray. */
ByteSpan bytes_span(Value self);
/* bytes for a bytes (or subclass), bytearray for a bytearray. Allocates. */
Value bytes_like(Value self, const void *data, int64_t length);
static inline Value bytes_result(Bytes *b) { return b ? object_value(b) : VALUE_ERROR; }

/* A byte given as an int: -1 with TypeError, or ValueError `message`. */
int byte_value(Value v, const char *message);
/* Collects what bytes(x) and bytearray(x) take: fills `out` (a StrBuffer with `length` used).
 * `type` is the one of the two that messages tell of. */
bool bytes_collect(const Type *type, Value source, Value encoding, Value errors,
                   struct StrBuffer **out, int64_t *length);
Value bytes_compare_slot(Value self, Value other, CompareOp op);
int bytes_contains(Value self, Value item);
Value bytes_concat(Value self, Value other);
Value bytes_remainder(Value left, Value right);
Value bytes_iter(Value self);
Value bytes_getitem_from(Value self, Value key, const char *type_name);
/* A type's own copy of the shared table, with METHOD_CLASS fromhex and so on. */
#define BYTES_SHARED_METHODS                                                                       \
    METHOD("capitalize", bytes_capitalize, "($self, /)",                                           \
           "Return a copy whose first byte is upper case and the rest lower case (ASCII)."),       \
    METHOD("center", bytes_center, "($self, width, fillchar=b' ', /)",                             \
           "Return the bytes centred in a field of that width."),                                  \
    TAKES_METHOD("count", bytes_count, "($self, sub, start=None, end=None, /)",                          \
           "Return how often sub occurs in self[start:end] without overlap."),                     \
    METHOD("decode", bytes_decode, "($self, /, encoding='utf-8', errors='strict')",                \
           "Decode the bytes with the codec of that name."),                                       \
    TAKES_METHOD("endswith", bytes_endswith, "($self, suffix, start=None, end=None, /)",                 \
           "Tell whether self[start:end] ends with suffix, or with one of a tuple of them."),      \
    METHOD("expandtabs", bytes_expandtabs, "($self, /, tabsize=8)",                                \
           "Return a copy with tabs expanded to spaces."),                                         \
    TAKES_METHOD("find", bytes_find, "($self, sub, start=None, end=None, /)",                            \
           "Return the lowest index in self[start:end] where sub is found, or -1."),               \
    CLASS_METHOD("fromhex", bytes_fromhex, "($type, string, /)",                                   \
                 "Make an object from a text of hexadecimal digits."),                             \
    METHOD("hex", bytes_hex_method, "($self, /, sep=<unrepresentable>, bytes_per_sep=1)",          \
           "Return the bytes as hexadecimal digits."),                                             \
    TAKES_METHOD("index", bytes_index, "($self, sub, start=None, end=None, /)",                          \
           "Like find(), but raise ValueError when sub is not found."),                            \
    METHOD("isalnum", bytes_isalnum, "($self, /)",                                                 \
           "Tell whether all bytes are ASCII letters or digits and there is one."),                \
    METHOD("isalpha", bytes_isalpha, "($self, /)",                                                 \
           "Tell whether all bytes are ASCII letters and there is one."),                          \
    METHOD("isascii", bytes_isascii, "($self, /)", "Tell whether all bytes are ASCII."),           \
    METHOD("isdigit", bytes_isdigit, "($self, /)",                                                 \
           "Tell whether all bytes are ASCII digits and there is one."),                           \
    METHOD("islower", bytes_islower, "($self, /)",                                                 \
           "Tell whether all letters are lower case and there is one."),                           \
    METHOD("isspace", bytes_isspace, "($self, /)",                                                 \
           "Tell whether all bytes are white space and there is one."),                            \
    METHOD("istitle", bytes_istitle, "($self, /)", "Tell whether the bytes are title-cased."),     \
    METHOD("isupper", bytes_isupper, "($self, /)",                                                 \
           "Tell whether all letters are upper case and there is one."),                           \
    METHOD("join", bytes_join, "($self, iterable_of_bytes, /)",                                    \
           "Concatenate the bytes-like objects of an iterable with this one between them."),       \
    METHOD("ljust", bytes_ljust, "($self, width, fillchar=b' ', /)",                               \
           "Return the bytes at the left of a field of that width."),                              \
    METHOD("lower", bytes_lower, "($self, /)", "Return a copy in lower case (ASCII)."),            \
    METHOD("lstrip", bytes_lstrip, "($self, bytes=None, /)",                                       \
           "Return a copy without leading white space, or bytes in `bytes`."),                     \
    STATIC_METHOD("maketrans", bytes_maketrans, "(frm, to, /)", "Return a table for translate()."),\
    METHOD("partition", bytes_partition, "($self, sep, /)",                                        \
           "Split at the first separator: what is before it, itself, and what is after it."),      \
    METHOD("replace", bytes_replace, "($self, old, new, count=-1, /)",                             \
           "Return a copy in which occurrences of old, all or the first count, became new."),      \
    METHOD("removeprefix", bytes_removeprefix, "($self, prefix, /)",                               \
           "Return the bytes without that prefix if they have it."),                               \
    METHOD("removesuffix", bytes_removesuffix, "($self, suffix, /)",                               \
           "Return the bytes without that suffix if they have it."),                               \
    TAKES_METHOD("rfind", bytes_rfind, "($self, sub, start=None, end=None, /)",                          \
           "Return the highest index in self[start:end] where sub is found, or -1."),              \
    TAKES_METHOD("rindex", bytes_rindex, "($self, sub, start=None, end=None, /)",                        \
           "Like rfind(), but raise ValueError when sub is not found."),                           \
    METHOD("rjust", bytes_rjust, "($self, width, fillchar=b' ', /)",                               \
           "Return the bytes at the right of a field of that width."),                             \
    METHOD("rpartition", bytes_rpartition, "($self, sep, /)",                                      \
           "Split at the last separator: what is before it, itself, and what is after it."),       \
    METHOD("rsplit", bytes_rsplit, "($self, /, sep=None, maxsplit=-1)",                            \
           "Return the list of parts between separators, splitting from the end."),                \
    METHOD("rstrip", bytes_rstrip, "($self, bytes=None, /)",                                       \
           "Return a copy without trailing white space, or bytes in `bytes`."),                    \
    METHOD("split", bytes_split, "($self, /, sep=None, maxsplit=-1)",                              \
           "Return the list of parts between separators; None separates at white space."),         \
    METHOD("splitlines", bytes_splitlines, "($self, /, keepends=False)",                           \
           "Return the list of lines, without their ends unless keepends is true."),               \
    TAKES_METHOD("startswith", bytes_startswith, "($self, prefix, start=None, end=None, /)",             \
           "Tell whether self[start:end] begins with prefix, or with one of a tuple of them."),    \
    METHOD("strip", bytes_strip, "($self, bytes=None, /)",                                         \
           "Return a copy without leading and trailing white space, or bytes in `bytes`."),        \
    METHOD("swapcase", bytes_swapcase, "($self, /)",                                               \
           "Return a copy with upper case made lower and lower case made upper (ASCII)."),         \
    METHOD("title", bytes_title, "($self, /)",                                                     \
           "Return a copy in which each word is title-cased (ASCII)."),                            \
    METHOD("translate", bytes_translate, "($self, table, /, delete=b'')",                          \
           "Replace each byte by what a table of 256 gives, leaving out those in delete."),        \
    METHOD("upper", bytes_upper, "($self, /)", "Return a copy in upper case (ASCII)."),            \
    METHOD("zfill", bytes_zfill, "($self, width, /)",                                              \
           "Pad a number with zeros on the left, behind its sign.")

#define BYTES_METHOD_LIST(X)                                                                       \
    X(capitalize) X(center) X(count) X(decode) X(endswith) X(expandtabs) X(find) X(fromhex)        \
    X(hex_method) X(index) X(isalnum) X(isalpha) X(isascii) X(isdigit) X(islower) X(isspace)       \
    X(istitle) X(isupper) X(join) X(ljust) X(lower) X(lstrip) X(maketrans) X(partition)            \
    X(replace) X(removeprefix) X(removesuffix) X(rfind) X(rindex) X(rjust) X(rpartition)           \
    X(rsplit) X(rstrip) X(split) X(splitlines) X(startswith) X(strip) X(swapcase) X(title)         \
    X(translate) X(upper) X(zfill)
#define DECLARE(name) Value bytes_##name(Value *args);
BYTES_METHOD_LIST(DECLARE)
#undef DECLARE

/* Digits of bytes, with the separator arguments of hex(). */
Value hex_of(const uint8_t *data, int64_t length, Value separator, Value group);

#endif
