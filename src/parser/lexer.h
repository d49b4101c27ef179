/* lexer.h - source text to tokens, one at a time.
 *
 * The parser asks for tokens only as it needs them: an error in the parser before an error of the
 * lexer is the one reported. A token is a range of the source text; names and literals are made
 * into values by the parser. Comments, blank lines and newlines inside brackets are skipped here.
 *
 * An f-string is one TOKEN_STRING: its end is found by reading over the expressions in it (PEP
 * 701), which the parser then parses with a lexer that is confined to the expression's range. */
#ifndef WEFT_PARSER_LEXER_H
#define WEFT_PARSER_LEXER_H

#include "base/common.h"
#include "object/value.h"

typedef struct Str Str;
typedef struct Type Type;
struct Parser;

typedef enum TokenType {
    TOKEN_ERROR,     /* an exception is set */
    TOKEN_END,       /* end of the source */
    TOKEN_NEWLINE,   /* end of a logical line */
    TOKEN_INDENT,
    TOKEN_DEDENT,
    TOKEN_NAME,
    TOKEN_NUMBER,
    TOKEN_STRING,
    TOKEN_TYPE_COMMENT, /* its text; only where they are asked for */
    TOKEN_INVALID,   /* a character that begins no token ($, ?, !): no rule accepts it */
#define OPERATOR(name, text) TOKEN_##name,
#define KEYWORD(name, text) TOKEN_##name,
#include "parser/tokens.def"
    TOKEN_TYPE_COUNT
} TokenType;

/* Words that are keywords in some places only; also kept in Token.soft. */
typedef enum SoftKeyword {
    SOFT_NONE,
#define SOFT(name, text) SOFT_##name,
#include "parser/tokens.def"
} SoftKeyword;

typedef struct Token {
    uint8_t type;
    uint8_t soft;           /* a SoftKeyword, for TOKEN_NAME */
    uint16_t level;         /* open brackets, after this token */
    int lineno, col_offset; /* 1.., 0.. in bytes */
    int end_lineno, end_col_offset;
    const char *start, *end;
} Token;

#define LEXER_MAX_NESTING 200
#define LEXER_MAX_INDENT 100

/* Why the lexer stopped, for choosing among errors. */
typedef enum LexerState {
    LEXER_OK,
    LEXER_AT_END,       /* end of the source was reached */
    LEXER_FAILED,       /* raised an error */
} LexerState;

typedef struct Lexer {
    struct Parser *parser;   /* who raises the errors */
    const char *source, *end; /* whole text, '\0' at `end`, lines ended by '\n' only */
    const char *current;
    const char *line_start;
    int lineno;
    bool at_line_start;
    bool type_comments;      /* deliver TOKEN_TYPE_COMMENTs */
    bool old_async;          /* before Python 3.7: `async` and `await` are names outside of async def */
    bool in_async_def;       /* ... and here we are inside of one */
    int async_def_indent;    /* ... that began at this `indent` */
    bool confined;           /* inside a replacement field of an f-string */
    bool source_ended;       /* confined: the closing bracket was delivered */
    bool interactive_newline; /* PARSE_SINGLE: a NEWLINE was added at the end */
    bool seen_token;         /* since the start or since that NEWLINE */
    LexerState state;
    bool ended_in_string;    /* the source ended in a string: more of it could be right */
    bool raised;             /* an error was raised */
    int check_line;          /* > 0 in lexer_check_rest(): the line of the error in question */
    int indent;              /* index of the top of the stacks */
    int pending;             /* INDENTs (> 0) or DEDENTs (< 0) to deliver */
    int indents[LEXER_MAX_INDENT];     /* columns, tab stops every 8 */
    int alternatives[LEXER_MAX_INDENT]; /* columns, tab stops every 1: to find inconsistent use */
    int level;               /* open brackets */
    char brackets[LEXER_MAX_NESTING];
    int bracket_lines[LEXER_MAX_NESTING];
    int bracket_columns[LEXER_MAX_NESTING];
} Lexer;

/* `source` is '\0'-terminated UTF-8 at `end` with '\n' line ends. */
void lexer_init(Lexer *lexer, struct Parser *parser, const char *source, const char *end);

/* Fetches the next token. Returns false with an exception set. Raises. */
bool lexer_next(Lexer *lexer, Token *token);

/* Reads on to the end of the source: returns false, with the exception set, at the first lexical
 * error of the kind that takes precedence over "invalid syntax" (`error_line`: of the latter).
 * Raises. */
bool lexer_check_rest(Lexer *lexer, int error_line);

/* The end of the string literal whose prefix begins at `start` and whose quote is at `quote`, or
 * NULL when it is not terminated. `stop` bounds the search. No effects. */
const char *lexer_string_end(const char *quote, const char *stop, bool is_format);

/* Where the expression of a replacement field that begins at `start` (behind the brace) ends: at
 * its `!`, `:`, `=` or `}` of depth 0, or `stop`. Returns NULL for what makes no sense, with *error
 * one of the messages (without "f-string: "), and *bracket and *opening filled for bracket
 * errors. */
typedef enum FieldError {
    FIELD_OK,
    FIELD_UNTERMINATED_STRING,
    FIELD_COMMENT,    /* one that goes on to the end */
    FIELD_BACKSLASH,  /* one that is not before a line end */
    FIELD_TOO_NESTED,
    FIELD_UNMATCHED,  /* a closing bracket without an opening one */
    FIELD_MISMATCH,   /* ... that does not fit the opening one */
    FIELD_UNCLOSED,   /* the end is reached with a bracket open */
} FieldError;
const char *lexer_field_end(const char *start, const char *stop, FieldError *error, char *closing,
                            char *opening);

/* --- source text (lexer_source.c) ------------------------------------------------------------- */

/* The whole source as UTF-8 with '\n' line ends and a '\0' behind, in malloc'ed memory.
 * `add_newline`: end it with one. Sets *length. Returns NULL with an exception set: SyntaxError for
 * null bytes, encoding problems and undecodable bytes. Raises, may run Python (codecs). */
char *source_load(const char *bytes, size_t size, bool is_utf8, bool add_newline, Str *filename,
                  size_t *length);

/* Do the characters from `text` to `end` (at least one, valid UTF-8) form an identifier (XID_Start
 * XID_Continue*, with '_' among the first)? If not, *bad is set to the first that does not fit. */
bool identifier_check(const char *text, const char *end, const char **bad);
/* The text in normal form KC (PEP 3131), not interned. NULL with an exception set. */
Str *identifier_normalised(const char *text, size_t length);

#endif
