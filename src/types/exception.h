/* exception.h - exception objects, one struct for each layout of exceptions.def, and tracebacks.
 *
 * The Types have the classes' own names with a leading "exc_" hidden by the macros below: C code
 * writes raise_error(&TypeError, ...). ExceptionGroup is a class made at start-up (it has two
 * bases). */
#ifndef WEFT_TYPES_EXCEPTION_H
#define WEFT_TYPES_EXCEPTION_H

#include "object/error.h"

/* C names of the types: `Exception` is both a struct and a class, so the objects are exc_NAME. */
#define EXCEPTION(name, base, layout, doc) extern Type exc_##name;
#include "types/exceptions.def"
#define ArithmeticError exc_ArithmeticError
#define AssertionError exc_AssertionError
#define AttributeError exc_AttributeError
#define BlockingIOError exc_BlockingIOError
#define BufferError exc_BufferError
#define EOFError exc_EOFError
#define ImportError exc_ImportError
#define ModuleNotFoundError exc_ModuleNotFoundError
#define LookupError exc_LookupError
#define IndexError exc_IndexError
#define KeyError exc_KeyError
#define MemoryError exc_MemoryError
#define NameError exc_NameError
#define UnboundLocalError exc_UnboundLocalError
#define OSError exc_OSError
#define OverflowError exc_OverflowError
#define ReferenceError exc_ReferenceError
#define RuntimeError exc_RuntimeError
#define NotImplementedError exc_NotImplementedError
#define RecursionError exc_RecursionError
#define StopIteration exc_StopIteration
#define StopAsyncIteration exc_StopAsyncIteration
#define GeneratorExit exc_GeneratorExit
#define KeyboardInterrupt exc_KeyboardInterrupt
#define SystemExit exc_SystemExit
#define SyntaxError exc_SyntaxError
#define IndentationError exc_IndentationError
#define TabError exc_TabError
#define SystemError exc_SystemError
#define TypeError exc_TypeError
#define ValueError exc_ValueError
#define UnicodeError exc_UnicodeError
#define UnicodeDecodeError exc_UnicodeDecodeError
#define UnicodeEncodeError exc_UnicodeEncodeError
#define ZeroDivisionError exc_ZeroDivisionError
#define DeprecationWarning exc_DeprecationWarning
#define EncodingWarning exc_EncodingWarning
#define RuntimeWarning exc_RuntimeWarning
#define ResourceWarning exc_ResourceWarning
#define SyntaxWarning exc_SyntaxWarning
#define BytesWarning exc_BytesWarning
#define ImportWarning exc_ImportWarning

/* All fields atomic single words; VALUE_EMPTY reads as None. */
typedef struct Exception {
    Object object;
    Value args;       /* a tuple */
    Value traceback;  /* a Traceback, or empty */
    Value cause, context;
    Value notes;      /* private; __notes__ lives in the instance's dict */
    bool suppress_context;
} Exception;
typedef struct SystemExitException { Exception base; Value code; } SystemExitException;
typedef struct StopIterationException { Exception base; Value value; } StopIterationException;
typedef struct AttributeErrorException { Exception base; Value object, name; } AttributeErrorException;
typedef struct NameErrorException { Exception base; Value name; } NameErrorException;
typedef struct ImportErrorException { Exception base; Value msg, name, path; } ImportErrorException;
typedef struct OSErrorException {
    Exception base;
    Value error_number, strerror, filename, filename2, characters_written;
} OSErrorException;
typedef struct SyntaxErrorException {
    Exception base;
    Value msg, filename, lineno, offset, text, end_lineno, end_offset, print_file_and_line;
} SyntaxErrorException;
typedef struct UnicodeErrorException {
    Exception base;
    Value encoding, object, start, end, reason;
} UnicodeErrorException;
typedef struct ExceptionGroupObject { Exception base; Value message, exceptions; } ExceptionGroupObject;

static inline Exception *as_exception(Value v) { return OBJECT_AS(Exception, v); }
/* type(*args). For the classes of exceptions.def it runs no Python. Raises, allocates. */
Value exception_new(Type *type, Value *args, size_t count);
Type *os_error_type(int64_t number); /* OSError's subclass for an errno value */
/* Makes what needs a running heap: ExceptionGroup and the spare MemoryErrors. Called once, when the
 * types of exceptions.def and types.def are ready. False with an exception set. Allocates. */
bool exceptions_init(void);
/* Sets __cause__ (VALUE_EMPTY: None) and with it __suppress_context__. */
void exception_set_cause(Value exception, Value cause);
Type *exception_group_type(void); /* ExceptionGroup */
Value raise_unicode_decode_error(const char *encoding, Value object, int64_t start, int64_t end, const char *reason);
Value raise_unicode_encode_error(const char *encoding, Value object, int64_t start, int64_t end, const char *reason);
/* except*: splits `exception` by `type`: *match and *rest (None where empty). */
bool exception_group_match(Value exception, Value type, Value *match, Value *rest);
/* except*: what is to be raised after all handlers (None: nothing). `raised`: list of exceptions. */
Value exception_prepare_reraise_star(Value original, Value raised);

typedef struct Traceback {
    Object object;
    Value next;      /* atomic; a Traceback or None */
    Value frame;     /* a frame object */
    int32_t last_instruction; /* index of the instruction */
    int32_t lineno;           /* or TRACEBACK_LINE_OF_INSTRUCTION: see traceback_line() */
} Traceback;
enum { TRACEBACK_LINE_OF_INSTRUCTION = INT32_MIN };
extern Type traceback_type;
Value traceback_new(Value next, Value frame, int32_t last_instruction, int32_t lineno);
/* The line: found when asked for, since few tracebacks are looked at. */
int32_t traceback_line(const Traceback *traceback);

/* Prints an exception with its chain as CPython 3.11 does, carets included, to a file object
 * (sys.stderr) or, for VALUE_EMPTY, to the C stderr. Clears errors of its own. Runs Python. */
void exception_print(Value exception, Value file);

#endif
