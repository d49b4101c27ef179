/* format.h - the format-specification mini-language:
 *
 *   [[fill]align][sign][z][#][0][width][,|_][.precision][type]
 */
#ifndef WEFT_TYPES_FORMAT_H
#define WEFT_TYPES_FORMAT_H

#include "types/str.h"

typedef struct FormatSpec {
    uint32_t fill;       /* a code point; ' ' unless given */
    uint32_t align;      /* '<' '>' '=' '^' */
    uint32_t sign;       /* '+', '-', ' ', or 0: not given */
    bool align_given, fill_given;
    bool alternate;      /* # */
    bool no_negative_zero; /* z */
    uint32_t thousands;  /* ',', '_', or 0 */
    int64_t width;       /* -1: not given */
    int64_t precision;   /* -1: not given */
    uint32_t type;       /* the code, or the default type */
} FormatSpec;

/* Parses `spec`. `type_name` is the name of the formatted object's type, for messages;
 * `default_align` is what stands for an alignment not given, '<' or '>'. False: ValueError. */
bool format_parse(const Str *spec, const char *type_name, uint32_t default_type,
                  uint32_t default_align, FormatSpec *out);
/* "Unknown format code 'x' for object of type 'str'". Returns VALUE_ERROR. */
Value format_unknown_type(uint32_t type, const char *type_name);
/* Adds `text` padded to the spec's width (alignment '=' counts as '>'). False: MemoryError. */
bool format_add_padded(StrBuilder *builder, const FormatSpec *spec, const Str *text);

#endif
