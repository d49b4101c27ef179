/* parser.h - source text to abstract syntax tree. */
#ifndef WEFT_PARSER_PARSER_H
#define WEFT_PARSER_PARSER_H

#include "parser/ast.h"

typedef struct Object Object;
typedef struct Type Type;

typedef enum ParseMode {
    PARSE_FILE,      /* a Module */
    PARSE_EVAL,      /* an Expression */
    PARSE_SINGLE,    /* an Interactive: one statement, as the REPL reads them */
    PARSE_FUNC_TYPE, /* a FunctionType: "(int, str) -> bool" */
} ParseMode;

/* Flags. */
enum {
    PARSE_SOURCE_IS_UTF8 = 1,         /* no encoding detection: a cookie is a comment */
    PARSE_ALLOW_INCOMPLETE_INPUT = 2, /* what may become right: SyntaxError "incomplete input" */
    PARSE_DONT_IMPLY_DEDENT = 4,      /* a compound statement must be ended by an empty line */
    PARSE_BARRY_AS_BDFL = 8,          /* `<>` instead of `!=`: from __future__ import */
    PARSE_TYPE_COMMENTS = 16,         /* `# type: ...` comments are part of the tree (PEP 484) */
    PARSE_VERSION_SHIFT = 8,          /* from here on: PARSE_VERSION(minor), or 0 */
};
/* Refuse what came into the language after Python 3.`minor`; less than 0: nothing. */
#define PARSE_VERSION(minor) ((minor) < 0 ? 0u : ((unsigned)(minor) + 1u) << PARSE_VERSION_SHIFT)

/* Parses `length` bytes at `source`. The tree is in `arena` (initialised by the caller, on its C
 * stack), which must outlive it. Returns NULL with SyntaxError, IndentationError, TabError,
 * MemoryError, RecursionError, UnicodeDecodeError or what a hook raised set; the arena must be
 * freed in either case. Raises, allocates, may run Python (warning filters, codecs). */
Mod *parser_parse(Arena *arena, const char *source, size_t length, Str *filename, ParseMode mode,
                  unsigned flags);

/* A token as programs see it. */
typedef struct TokenView {
    int number;                 /* as in the module `token` */
    const char *text, *end;
    int lineno, end_lineno;     /* 1.. */
    int column, end_column;     /* 0.. in bytes; -1 for INDENT and DEDENT */
    const char *line, *line_end; /* the lines that it stands in, newline included */
} TokenView;
/* Calls `each` for the tokens of UTF-8 source before ENDMARKER, until it returns false. False: it did, or
 * a lexical error is set. Raises, allocates. */
bool parser_tokenize(const char *source, size_t length, Str *filename,
                     bool (*each)(const TokenView *token, void *argument), void *argument);

/* --- what other layers provide, set once at start-up ------------------------------------------ */

typedef struct ParserHooks {
    /* Decodes source in an encoding other than UTF-8, Latin-1 and ASCII: returns a Str (its
     * newlines as they were), or VALUE_ERROR with an exception set (LookupError for an unknown
     * encoding). NULL: such source is a SyntaxError. Raises, runs Python. */
    Value (*decode)(const char *encoding, const char *source, size_t length);
} ParserHooks;
extern ParserHooks parser_hooks;

#endif
