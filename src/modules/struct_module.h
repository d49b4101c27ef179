/* struct_module.h - the layout that a struct format describes. */
#ifndef WEFT_MODULES_STRUCT_MODULE_H
#define WEFT_MODULES_STRUCT_MODULE_H

#include "modules/support.h"

/* `repeat` values of one format character that lie one behind the other. */
typedef struct StructCode {
    char code;
    int64_t offset; /* of the first, in bytes */
    int64_t size;   /* of each; for 's' and 'p' the whole field */
    int64_t repeat; /* 1 for 's' and 'p' */
} StructCode;

/* A compiled format, in a heap cell of its own; constant. */
typedef struct StructLayout {
    Cell cell;
    int64_t size;       /* bytes of a packed struct */
    int64_t item_count; /* values it holds */
    int64_t code_count;
    bool little_endian;
    bool native;        /* the machine's byte order: tells messages apart */
    bool native_sizes;  /* '@': also the machine's sizes */
    StructCode codes[];
} StructLayout;

extern Value struct_error; /* the class struct.error; a root */
/* Raises struct.error. */
Value raise_struct_error(const char *format, ...);
/* `format` is ASCII. NULL with struct.error. */
StructLayout *struct_compile(const char *format, size_t length);
/* Packs item_count values. False with an exception set. Runs Python. */
bool struct_pack(const StructLayout *layout, const Value *items, uint8_t *out);
/* A tuple of the values. Allocates. */
Value struct_unpack(const StructLayout *layout, const uint8_t *data);

#endif
