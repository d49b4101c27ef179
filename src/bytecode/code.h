/* code.h - code objects: instructions and all that belongs to them.
 *
 * A Code is immutable but for two things. The cache words in its instructions (format CACHED): each
 * is one word that holds 0 or a pointer to an immutable record on the heap, replaced as a whole with
 * a release store. And a Code that was read from a file starts folded: it knows what a function is
 * made and called with, and its body - the fields marked so below - is decoded when it is first run
 * or looked at. Whoever has run or unfolded a Code sees its body whole; `instructions` is stored
 * last. Any number of threads run one Code at the same time. */
#ifndef WEFT_BYTECODE_CODE_H
#define WEFT_BYTECODE_CODE_H

#include "object/call.h"
#include "types/list.h"
#include "types/str.h"

typedef union Instruction {
    uint64_t word;
    struct {
        uint8_t op, d;
        uint16_t a, b, c;
    };
    void *cache; /* atomic; in the second word of CACHED instructions */
} Instruction;
_Static_assert(sizeof(Instruction) == 8, "an instruction is one word");

typedef enum Opcode {
#define OP(name, format, operands, meaning) OP_##name,
#include "bytecode/opcodes.def"
    OPCODE_COUNT
} Opcode;
typedef enum Intrinsic {
#define INTRINSIC_OP(name, count, meaning) INTRINSIC_##name,
#include "bytecode/intrinsics.def"
    INTRINSIC_COUNT
} Intrinsic;
typedef enum InstructionFormat { FORMAT_ABC, FORMAT_JUMP, FORMAT_CACHED, FORMAT_BRANCH } InstructionFormat;
#define NONE_REGISTER 0xFFFF

/* The distance in a JUMP-shaped word. */
static inline int32_t instruction_distance(Instruction i) { return (int32_t)(i.word >> 32); }

/* co_flags, with CPython's values. */
enum {
    CODE_OPTIMIZED = 0x1, CODE_NEWLOCALS = 0x2, CODE_VARARGS = 0x4, CODE_VARKEYWORDS = 0x8,
    CODE_NESTED = 0x10, CODE_GENERATOR = 0x20, CODE_COROUTINE = 0x80,
    CODE_ITERABLE_COROUTINE = 0x100, CODE_ASYNC_GENERATOR = 0x200,
    CODE_FUTURE_ANNOTATIONS = 0x1000000,
};

/* Instructions [start, end) are guarded: an exception there goes to `target` with the exception in
 * register `exception_register`. Innermost first: the first entry that covers an instruction wins. */
typedef struct ExceptionEntry {
    uint32_t start, end, target;
    uint32_t exception_register;
} ExceptionEntry;

typedef struct Code {
    Object object;
    Instruction *instructions;  /* body; atomic; NULL: folded. In a heap cell of its own */
    uint32_t instruction_count; /* words */
    uint32_t flags;             /* CODE_* */
    uint16_t argument_count;    /* positional parameters, positional-only included */
    uint16_t positional_only_count, keyword_only_count;
    uint16_t parameter_count;   /* all of them, *args and **kwargs included */
    uint16_t local_count;       /* len(co_varnames) */
    uint16_t cell_count;
    uint16_t register_count;    /* the window */
    uint16_t entry_count;       /* exceptions */
    bool is_simple;             /* function without *args, **kwargs, keyword-only parameters and not a
                                   generator: a call with argument_count positionals needs no binding */
    int32_t first_line;
    Tuple *constants, *names, *local_names, *cell_names; /* body */
    Tuple *free_names;
    Str *filename, *name, *qualified_name;
    ExceptionEntry *exceptions; /* body; in a heap cell of its own */
    uint16_t *live;             /* body; for each word: how many registers may hold live values there */
    struct Bytes *positions;    /* body; compressed (code.c) */
    Value docstring;            /* body; or VALUE_EMPTY */
    struct CodeFile *file;      /* atomic; where the body is while it is folded */
    uint32_t body_at, body_size; /* bytes, in the file */
    struct WordLine *word_lines; /* what code_word_lines() made; atomic */
    uint64_t inline_hint;       /* attributes that an __init__ assigns: a class's first guess */
} Code;

extern Type code_type;

/* A code object with the fields of `model`; the arrays instructions, exceptions and live are copied
 * to the heap (cache words as zero), is_simple and parameter_count are computed. NULL: MemoryError. */
Code *code_new(const Code *model);
/* A folded code object with the other fields of `model`. NULL: MemoryError. */
Code *code_new_folded(const Code *model);
/* Gives a folded code object the body fields of `body`, and so unfolds it. The caller holds its lock.
 * False: MemoryError. */
bool code_add_body(Code *code, const Code *body);
/* Sees to it that the body is there. False: MemoryError, or ValueError when the file was damaged. */
bool code_unfold_slow(Code *code);
static inline bool code_unfold(const Code *code) {
    return likely(load_acquire(&code->instructions) != NULL) || code_unfold_slow((Code *)code);
}
/* The heap cell that holds the instructions of unfolded code: the owner of their inline caches. */
void *code_instructions_cell(const Code *code);
/* Compresses source ranges: four ints (line, end line, column, end column; -1 unknown) a word. `marks`
 * (or NULL) gives for each word a line without an instruction that control passes before it, or 0. */
struct Bytes *code_positions_encode(const int (*ranges)[4], const int *marks, uint32_t count, int first_line);
/* What tracing asks of each word; made at the first call. NULL: MemoryError. */
typedef struct WordLine {
    int32_t line; /* -1: none */
    int32_t mark; /* 0: none */
} WordLine;
const WordLine *code_word_lines(Code *code);
/* One past the highest register of the rows (operands W and R) that the instruction touches; 0 when
 * it has none. The single registers are in opcode_operands. */
uint32_t instruction_row_end(Instruction instruction);
/* Calls `visit` for each run of equal lines: words [start, end) belong to `line` (-1: none); of a mark,
 * start is end. Stops when it returns false. */
bool code_each_line(const Code *code, bool (*visit)(uint32_t start, uint32_t end, int line, void *arg),
                    void *arg);

/* Words [start, end) have one position; of a mark, start is end. Lines and columns as code_position() has
 * them. Calls `visit` for all of an unfolded code object, in order, until it returns false. */
typedef struct PositionRange {
    uint32_t start, end;
    int line, end_line, column, end_column;
} PositionRange;
bool code_each_range(const Code *code, bool (*visit)(const PositionRange *, void *), void *arg);

/* Source range of the instruction at word `index`; lines from 1, columns in UTF-8 bytes from 0; -1
 * where unknown. */
bool code_position(const Code *code, int index, int *line, int *end_line, int *column, int *end_column);
int code_line(const Code *code, int index);
/* -X no_debug_ranges or PYTHONNODEBUGRANGES: programs and tracebacks see lines only. */
bool code_columns_hidden(void);
/* The handler for an exception raised by the instruction at word `index`, or NULL. */
const ExceptionEntry *code_find_handler(const Code *code, uint32_t index);
/* Checks every operand, jump, table: fatal() when the compiler made nonsense; for code that came from
 * a cache file it returns false instead. */
bool code_verify(const Code *code, bool trusted);
/* Prints source lines, instructions and meanings, nested code included: weft -X dis. */
bool code_disassemble(const Code *code, FILE *file);
extern const char *const opcode_names[OPCODE_COUNT];
extern const char *const opcode_operands[OPCODE_COUNT];
extern const char *const opcode_meanings[OPCODE_COUNT];
extern const uint8_t opcode_formats[OPCODE_COUNT];

/* Serialising for the cache and marshal: bytes in a format of Weft's own, checked when read back. */
Value code_to_bytes(const Code *code);
/* All of it, with everything nested. NULL with ValueError when damaged. */
Code *code_from_bytes(const uint8_t *data, size_t length);
/* The same for bytes that nobody changes: what can be folded stays so. */
Code *code_from_file(struct Bytes *bytes);
/* What tells one build of Weft from another; set once, before any code is written or read. */
extern uint64_t code_identity;
/* Whether the first CODE_BYTES_HEAD bytes are those of a code that another build has written. */
bool code_bytes_are_foreign(const uint8_t *data, size_t length);
enum { CODE_BYTES_HEAD = 16 };

#endif
