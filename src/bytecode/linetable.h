/* linetable.h - positions of code objects in the form that programs see: co_linetable. */
#ifndef WEFT_BYTECODE_LINETABLE_H
#define WEFT_BYTECODE_LINETABLE_H

#include "bytecode/code.h"

/* Programs see a unit before the first word: the entry, on the line of the definition. Its position. */
PositionRange code_entry_range(const Code *code);
/* The positions of an unfolded code object, in CPython's form; its first unit is the entry. Columns are
 * left out where code_columns_hidden(). NULL: MemoryError. */
struct Bytes *code_linetable(const Code *code);
/* The other way, for `count` words: what code_positions_encode() gives. What the table does not tell has
 * no position; damaged tables give some positions. NULL: MemoryError. */
struct Bytes *code_positions_from_linetable(const struct Bytes *table, uint32_t count, int first_line);

#endif
