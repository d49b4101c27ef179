/* sre.h - regular expressions: programs and the matcher, for the module _sre.
 *
 * The library's `re` compiles a pattern to an array of code words. sre_compile.c checks that array and
 * translates it into a Program of its own; nothing of what a program says is trusted at match time
 * that the translation has not made sure of. sre_match.c runs programs. */
#ifndef WEFT_MODULES_SRE_H
#define WEFT_MODULES_SRE_H

#include "object/call.h"

/* The library's numbers (re/_constants.py of Python 3.11). */
#define SRE_MAGIC 20220615
#define SRE_MAXREPEAT UINT32_MAX
#define SRE_MAXGROUPS (INT32_MAX / 2)
enum {
    SRE_FLAG_TEMPLATE = 1, SRE_FLAG_IGNORECASE = 2, SRE_FLAG_LOCALE = 4, SRE_FLAG_MULTILINE = 8,
    SRE_FLAG_DOTALL = 16, SRE_FLAG_UNICODE = 32, SRE_FLAG_VERBOSE = 64, SRE_FLAG_DEBUG = 128,
    SRE_FLAG_ASCII = 256,
};

/* How characters are made equal before they are compared. */
typedef enum Fold { FOLD_NONE, FOLD_ASCII, FOLD_LOCALE, FOLD_UNICODE } Fold;

/* One instruction is a word, its operands follow. `pc` operands are absolute. */
typedef enum ReOp {
    RE_SUCCESS,        /* the whole pattern has matched */
    RE_FAIL,
    RE_JUMP,           /* pc */
    RE_SPLIT,          /* pc: go on; on failure try pc */
    RE_SPLIT_CHAR,     /* pc, c: like SPLIT where only c can follow: else straight to pc */
    RE_SPLIT_SET,      /* pc, set: the same for a set */
    RE_MARK,           /* n: note the position as mark n */
    RE_AT,             /* an AT_ code */
    RE_REFERENCE,      /* group, fold */
    RE_CONDITION,      /* group, pc: to pc when the group has not matched */
    RE_LOOK,           /* register, back: look ahead, or `back` characters behind */
    RE_LOOK_END,       /* register: it holds; go on where the look began */
    RE_LOOK_NOT,       /* register, back, pc: to pc when what follows fails */
    RE_LOOK_NOT_END,   /* register: it holds, so fail */
    RE_ATOMIC,         /* register */
    RE_ATOMIC_END,     /* register: forget the choices made since */
    RE_LOOP,           /* loop, end pc: begin counting */
    RE_LOOP_GREEDY,    /* loop, min, max, body pc */
    RE_LOOP_LAZY,      /* loop, min, max, body pc */
    RE_REPEAT,         /* min, max, tail pc; the unit follows: as many as possible */
    RE_REPEAT_LAZY,
    RE_REPEAT_POSSESSIVE,
    /* units: exactly one character */
    RE_ANY,            /* but a line break */
    RE_ANY_ALL,
    RE_CHAR,           /* c */
    RE_NOT_CHAR,       /* c */
    RE_CHAR_FOLDED,    /* c, fold */
    RE_NOT_CHAR_FOLDED, /* c, fold */
    RE_SET,            /* offset of the set */
    RE_CATEGORY,       /* a CATEGORY_ code */
} ReOp;

/* A set: SET_HEADER words, then the library's charset code up to its FAILURE. */
enum {
    SET_FOLD,    /* Fold */
    SET_DYNAMIC, /* depends on the locale: the bitmap is not valid */
    SET_BITMAP,  /* 8 words: the characters below 256 */
    SET_HEADER = SET_BITMAP + 8,
};

typedef struct Program {
    Cell cell;
    uint32_t length;        /* words in `words` */
    uint32_t groups;
    uint32_t loop_count, register_count;
    uint32_t min_width;     /* a match is not shorter */
    uint32_t prefix, prefix_length; /* offset of the characters every match begins with */
    uint32_t first_set;     /* offset of the set that every match's first character is in; 0: none */
    uint32_t words[];       /* instructions from 0, sets and the prefix behind them */
} Program;

/* NULL: RuntimeError "invalid SRE code", MemoryError. */
Program *program_translate(const uint32_t *code, size_t length, uint32_t groups);

bool charset_contains(const uint32_t *set, uint32_t c);
/* The same without the bitmap. */
bool set_contains_slow(const uint32_t *set, uint32_t c);
bool category_contains(uint32_t category, uint32_t c);
uint32_t fold_lower(Fold fold, uint32_t c);
bool folded_equal(Fold fold, uint32_t pattern, uint32_t c);

/* One attempt or search. Marks are indices of characters, -1: unset. */
typedef struct MatchState {
    const Program *program;
    const void *text;
    unsigned kind;
    int64_t start, end;     /* where to begin; where the text ends */
    bool must_advance;      /* the match may not be empty at `start` */
    bool whole;             /* it must reach the end */
    int64_t match_start, match_end;
    int64_t *marks;         /* 2 * groups, owned */
    int32_t last_index;     /* the last group closed, or -1 */
    /* private to the matcher; owned */
    struct Backtrack *stack;
    size_t stack_size, stack_capacity;
    struct LoopState *loops;
    struct LookState *looks;
} MatchState;
/* False: MemoryError. Free it in any case. */
bool match_state_init(MatchState *state, const Program *program, const void *text, unsigned kind,
                      int64_t start, int64_t end);
void match_state_free(MatchState *state);
/* 1: matched; 0: not; -1: an exception is set. May run Python at a safe point. */
int match_here(MatchState *state);
int match_search(MatchState *state);

#endif
