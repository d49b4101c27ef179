/* number_text.h - the text that int(), float() and complex() read. */
#ifndef WEFT_TYPES_NUMBER_TEXT_H
#define WEFT_TYPES_NUMBER_TEXT_H

#include "types/str.h"

/* The white space that may stand around a number, all of it ASCII. */
static inline bool number_text_is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

/* The text in ASCII, NUL-terminated, without the white space around it: other decimal digits become
 * '0' to '9', white space ' '; the first of what else is not ASCII becomes '?' and ends the text. NUL
 * characters stay: parsers stop at them, short of `length`. In `room`, or, a longer one, in a heap cell that
 * lives while a pointer into it is on a stack. NULL with MemoryError. */
enum { NUMBER_TEXT_ROOM = 48 };
const char *number_text_from_str(const Str *s, char room[NUMBER_TEXT_ROOM], size_t *length);
/* Of bytes a copy, without the white space around them. */
const char *number_text_from_bytes(const uint8_t *bytes, size_t length, size_t *length_out);
/* If `v` is a bytes, bytearray or another object with a buffer, its copy as above in *text and true;
 * *text is NULL when an exception is set. */
bool number_text_from_buffer(Value v, const char **text, size_t *length);
/* Takes out the underscores that stand between two digits. False: there is one elsewhere. */
bool number_text_remove_underscores(const char *text, size_t length, char *out, size_t *out_length);

#endif
