/* str_methods.h - what the files of the str type share. */
#ifndef WEFT_TYPES_STR_METHODS_H
#define WEFT_TYPES_STR_METHODS_H

#include "types/dict.h"
#include "types/int.h"
#include "types/list.h"
#include "types/str.h"

extern const MethodDef str_methods[];

static inline Value str_result(Str *s) { return s ? object_value(s) : VALUE_ERROR; }
static inline bool is_iterable(Value v) {
    return type_of(v)->iter != NULL || type_of(v)->getitem != NULL;
}
/* The characters of `s` in a kind at least its own: its own array, or a copy that lives while a
 * pointer to it is on a stack. NULL: MemoryError. */
const void *str_widened(const Str *s, unsigned kind);
/* format % arguments. Runs Python. (str_percent.c) */
Str *str_percent_format(Str *format, Value arguments);
/* The same for bytes: the bytes of the result as characters. */
Str *bytes_percent_format(const uint8_t *data, int64_t length, Value arguments);
/* format.format(*args, **kwargs) / format_map: `kwargs` is any mapping or VALUE_EMPTY. Runs Python. */
Str *str_format_fields(Str *format, Tuple *args, Value kwargs);
/* str.__format__. */
Str *str_format_spec(Str *s, Str *spec);
/* A name of an encoding or of an error handler: NULL for VALUE_EMPTY. TypeError, ValueError for NULs.
 * The text lives while the Value does, or while the pointer is on a stack. */
bool codec_name_argument(const char *function, const char *parameter, Value v, const char **out);
/* Start and end of a search, as in s.find(x, start, end): clipped to 0..length; TypeError. */
bool search_bounds(Value start, Value end, int64_t length, int64_t *start_out, int64_t *end_out);

/* Case mapping methods and tests (str_case.c). */
Value str_upper(Value *args);
Value str_lower(Value *args);
Value str_title(Value *args);
Value str_capitalize(Value *args);
Value str_swapcase(Value *args);
Value str_casefold(Value *args);
Value str_isalpha(Value *args);
Value str_isalnum(Value *args);
Value str_isdecimal(Value *args);
Value str_isdigit(Value *args);
Value str_isnumeric(Value *args);
Value str_isspace(Value *args);
Value str_islower(Value *args);
Value str_isupper(Value *args);
Value str_istitle(Value *args);
Value str_isprintable(Value *args);
Value str_isidentifier(Value *args);
Value str_isascii(Value *args);
/* translate and maketrans (str_translate.c). */
Value str_translate(Value *args);
Value str_maketrans(Value *args);

#endif
