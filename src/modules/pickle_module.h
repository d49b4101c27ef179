/* pickle_module.h - the module `_pickle`: objects as bytes, in the protocols 0 to 5 of the library's pickle.py
 * (PEP 307, 3154, 574). What its halves share: pickle_writer.c, pickle_reader.c, pickle_buffer.c. */
#ifndef WEFT_MODULES_PICKLE_MODULE_H
#define WEFT_MODULES_PICKLE_MODULE_H

#include "modules/support.h"

/* The instructions of a pickle, by the names that pickletools gives them. */
typedef enum PickleOp {
    OP_MARK = '(', OP_STOP = '.', OP_POP = '0', OP_POP_MARK = '1', OP_DUP = '2', OP_FLOAT = 'F', OP_INT = 'I',
    OP_BININT = 'J', OP_BININT1 = 'K', OP_LONG = 'L', OP_BININT2 = 'M', OP_NONE = 'N', OP_PERSID = 'P',
    OP_BINPERSID = 'Q', OP_REDUCE = 'R', OP_STRING = 'S', OP_BINSTRING = 'T', OP_SHORT_BINSTRING = 'U',
    OP_UNICODE = 'V', OP_BINUNICODE = 'X', OP_APPEND = 'a', OP_BUILD = 'b', OP_GLOBAL = 'c', OP_DICT = 'd',
    OP_EMPTY_DICT = '}', OP_APPENDS = 'e', OP_GET = 'g', OP_BINGET = 'h', OP_INST = 'i', OP_LONG_BINGET = 'j',
    OP_LIST = 'l', OP_EMPTY_LIST = ']', OP_OBJ = 'o', OP_PUT = 'p', OP_BINPUT = 'q', OP_LONG_BINPUT = 'r',
    OP_SETITEM = 's', OP_TUPLE = 't', OP_EMPTY_TUPLE = ')', OP_SETITEMS = 'u', OP_BINFLOAT = 'G',
    /* protocol 2 */
    OP_PROTO = 0x80, OP_NEWOBJ, OP_EXT1, OP_EXT2, OP_EXT4, OP_TUPLE1, OP_TUPLE2, OP_TUPLE3, OP_NEWTRUE,
    OP_NEWFALSE, OP_LONG1, OP_LONG4,
    /* protocol 3 */
    OP_BINBYTES = 'B', OP_SHORT_BINBYTES = 'C',
    /* protocol 4 */
    OP_SHORT_BINUNICODE = 0x8c, OP_BINUNICODE8, OP_BINBYTES8, OP_EMPTY_SET, OP_ADDITEMS, OP_FROZENSET,
    OP_NEWOBJ_EX, OP_STACK_GLOBAL, OP_MEMOIZE, OP_FRAME,
    /* protocol 5 */
    OP_BYTEARRAY8, OP_NEXT_BUFFER, OP_READONLY_BUFFER,
} PickleOp;

enum { PICKLE_HIGHEST = 5, PICKLE_DEFAULT = 4 };

extern Type pickler_type, unpickler_type, pickle_buffer_type, pickler_memo_type, unpickler_memo_type;
/* Classes, made by the module's init. */
extern Value pickling_error, unpickling_error;
static inline Type *pickling_error_type(void) { return OBJECT_AS(Type, pickling_error); }
static inline Type *unpickling_error_type(void) { return OBJECT_AS(Type, unpickling_error); }

/* object.a.b for the name "a.b": *parent (may be NULL) receives object.a. VALUE_ERROR with AttributeError. Raises,
 * runs Python. */
Value pickle_dotted_attribute(Value object, Str *name, Value *parent);
/* An attribute of the library's copyreg, _compat_pickle, ... that has to be a dict. NULL: raised. Runs Python. */
Dict *pickle_table(const char *module, const char *name);

/* dump() and dumps() (`file` VALUE_EMPTY: returns the bytes), load() and loads(). Raise, run Python. */
Value pickle_dump(Value object, Value file, Value protocol, Value fix_imports, Value buffer_callback);
/* Exactly one of `file` and `data` is given. */
Value pickle_load(Value file, Value data, Value fix_imports, Value encoding, Value errors, Value buffers);

/* The memory of a PickleBuffer. Balance with buffer_release(). */
bool pickle_buffer_view(Value buffer, BufferView *view);

/* Getter and setter of the attributes persistent_load and persistent_id, kept in `slot` of `self`: AttributeError
 * while nobody has set it, TypeError for what cannot be called. */
Value pickle_get_hook(const Value *slot, const char *name);
bool pickle_set_hook(Value self, Value *slot, Value value, const char *name);

#endif
