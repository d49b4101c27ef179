/* str_format.h - the parser of format strings, for str.format and the module _string.
 *
 * Nothing here runs Python; what fails raises ValueError. */
#ifndef WEFT_TYPES_STR_FORMAT_H
#define WEFT_TYPES_STR_FORMAT_H

#include "types/str.h"

typedef struct FieldParser {
    const Str *text;
    int64_t position, end;
} FieldParser;

/* A piece: a literal and the field behind it, as ranges of the text. */
typedef struct FormatField {
    int64_t literal_start, literal_end;
    bool present; /* there is a field */
    bool spec_has_fields;
    int64_t name_start, name_end;
    int64_t spec_start, spec_end;
    uint32_t conversion; /* 0: none */
} FormatField;
/* 1: a piece; 0: the end; -1: an exception is set. */
int field_parser_next(FieldParser *parser, FormatField *field);

/* A field's name, part by part: "0.name[key]". */
typedef struct FieldName {
    const Str *text;
    int64_t position, end;
    int64_t part_start, part_end;
    int64_t index; /* the part as a number, or -1 */
    bool is_attribute;
} FieldName;
bool field_name_first(FieldName *name, const Str *text, int64_t start, int64_t end);
/* 1: a part; 0: the end; -1: an exception is set. */
int field_name_next(FieldName *name);

#endif
