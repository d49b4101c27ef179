/* parser_internal.h - what the parser's files share.
 *
 * How the parser works is told in parser.c. The conventions of all parse functions:
 *
 *   - A function that recognises a rule returns its node, or NULL with `position` where it was
 *     before. NULL has two meanings: `failed` is set (an exception was raised: everybody returns
 *     NULL at once), or it is not (the input is not this rule: the caller may try something else).
 *   - Functions named invalid_X() run only in the second pass. They look for a known mistake at the
 *     current position, raise the error for it, or return with nothing changed. They return
 *     NULL. */
#ifndef WEFT_PARSER_PARSER_INTERNAL_H
#define WEFT_PARSER_PARSER_INTERNAL_H

#include <stdarg.h>
#include "parser/lexer.h"
#include "parser/parser.h"
#include "types/str.h"

typedef struct Memo Memo;

typedef struct Parser {
    Arena *arena;
    Str *filename;
    ParseMode mode;
    unsigned flags;
    int version;   /* 3.`version` is the language wanted */
    Lexer lexer;
    Token *tokens; /* malloc'ed; all tokens so far */
    int position;  /* index of the next token */
    int count, capacity;
    bool failed;   /* an exception is set */
    bool second_pass;     /* look for known mistakes */
    bool unchecked;       /* ... but not now */
    bool remember;        /* use memo_find and memo_store */
    bool parsing_started; /* PARSE_SINGLE: a token came since the added NEWLINE */
    bool barry_as_bdfl;
    struct TypeIgnore *type_ignores; /* in the arena, the newest first */
    int depth;     /* of recursion, in units of one parse function */
    /* nodes of sequences under construction */
    void **scratch;
    int scratch_count, scratch_capacity;
    /* identifiers already interned: open addressing */
    struct NameEntry *names;
    uint32_t name_count, name_mask;
    /* what was found where, in the second pass */
    Memo *memos;
    uint32_t memo_count, memo_mask;
    int format_base;      /* scratch index of the first piece of the f-string at hand */
    const char *warned;   /* the last bad escape that was warned about */
    /* inside a replacement field of an f-string */
    struct Parser *outer;
    const char *field_start; /* its `{` */
    const char *field_end;   /* behind the expression */
    const char *field_line;  /* start of the line of the `{` */
    int field_lineno;
    int nesting;             /* fields around this one */
} Parser;

#define PARSER_MAX_DEPTH 6000

/* --- tokens ----------------------------------------------------------------------------------- */

bool parser_fill(Parser *p);
/* In a replacement field: the parenthesis that its brace stands for. */
bool parser_fill_brace(Parser *p);

/* The type of the next token; TOKEN_ERROR when there is none. */
static inline unsigned peek(Parser *p) {
    if (p->position == p->count && !parser_fill(p)) return TOKEN_ERROR;
    return p->tokens[p->position].type;
}
static inline unsigned peek_second(Parser *p) {
    if (peek(p) == TOKEN_ERROR) return TOKEN_ERROR;
    if (p->position + 1 == p->count && !parser_fill(p)) return TOKEN_ERROR;
    return p->tokens[p->position + 1].type;
}
static inline bool accept(Parser *p, unsigned type) {
    if (peek(p) != type) return false;
    p->position++;
    return true;
}
/* The next token is the soft keyword. */
static inline bool peek_soft(Parser *p, SoftKeyword word) {
    return peek(p) == TOKEN_NAME && p->tokens[p->position].soft == word;
}
static inline bool accept_soft(Parser *p, SoftKeyword word) {
    if (!peek_soft(p, word)) return false;
    p->position++;
    return true;
}
static inline Token *token_at(Parser *p, int index) { return &p->tokens[index]; }
/* The token before the current position. */
static inline Token *last_token(Parser *p) { return &p->tokens[p->position - 1]; }

/* Gives up: back to `mark`. For `return reset(p, mark);` */
static inline void *reset(Parser *p, int mark) {
    p->position = mark;
    return NULL;
}

/* &&'x': the token, or the error "expected 'x'" (raised in both passes). */
bool expect_forced(Parser *p, unsigned type, const char *text);

/* By the lexer, for a comment "# type: ignore": its line and what follows the word. */
void parser_add_type_ignore(Parser *p, int lineno, const char *tag, const char *end);
/* TYPE_COMMENT: its text, or NULL. */
Str *parse_type_comment(Parser *p);

/* --- depth ------------------------------------------------------------------------------------ */

/* False with MemoryError set. Balance a true result with leave(). */
bool enter_slow(Parser *p);
static inline bool enter(Parser *p) {
    if (unlikely(p->depth >= PARSER_MAX_DEPTH || !c_stack_has_room(thread_self())))
        return enter_slow(p);
    p->depth++;
    return true;
}
static inline void leave(Parser *p) { p->depth--; }

/* --- nodes ------------------------------------------------------------------------------------ */

/* A node from the token at index `start` to the last one consumed. */
void *node_new(Parser *p, AstKind kind, int start);
/* A node from where `first` (any node with a position) begins to the last token consumed. */
void *node_new_from(Parser *p, AstKind kind, const void *first);
/* A node without position. */
void *node_new_plain(Parser *p, AstKind kind);

/* Sequences: remember p->scratch_count, push, then take all above it into a sequence struct. */
bool push(Parser *p, void *item);
void *take(Parser *p, int base, int *count);
#define TAKE(p, base, sequence) ((sequence).items = take((p), (base), &(sequence).count))
/* A sequence of one. */
#define TAKE_ONE(p, item, sequence)                                                                \
    do {                                                                                           \
        int base_ = (p)->scratch_count;                                                            \
        push((p), (item));                                                                         \
        TAKE((p), base_, (sequence));                                                              \
    } while (0)

bool keep(Parser *p, Value value);
Str *identifier_of(Parser *p, const Token *token);
/* NAME: the identifier, or NULL. */
Str *parse_identifier(Parser *p);
Expr *parse_name(Parser *p); /* a Name in Load context, or NULL */

/* --- second pass: memory ---------------------------------------------------------------------- */

typedef enum MemoRule {
    MEMO_EXPRESSION,
    MEMO_STAR_EXPRESSION,
    MEMO_DISJUNCTION,
    MEMO_CONJUNCTION,
    MEMO_INVERSION,
    MEMO_BITWISE_OR,
    MEMO_FACTOR,
    MEMO_PRIMARY,
    MEMO_ARGUMENTS,
    MEMO_STRINGS,
    MEMO_BLOCK,
    MEMO_SIMPLE_STATEMENT,
    MEMO_INVALID_NAMED,
    MEMO_CLOSED_PATTERN,
    MEMO_BRACKETED,
} MemoRule;

/* If the rule was tried here before: sets the result, moves the position, returns true. */
bool memo_find(Parser *p, MemoRule rule, void **result);
void memo_store(Parser *p, MemoRule rule, int mark, void *result);

/* --- errors (parser_error.c) ------------------------------------------------------------------ */

/* All return NULL and set `failed`. Lines from 1, columns in bytes from 0; `end_column` -1:
 * unknown. */
void *parser_raise_range(Parser *p, Type *kind, int lineno, int column, int end_lineno,
                         int end_column, const char *format, ...);
/* The same, but columns count from 1 and are not adjusted (0 and -1 stay). */
void *parser_raise_at(Parser *p, Type *kind, int lineno, int column, int end_lineno,
                      int end_column, const char *format, ...);
/* SyntaxError at the last token that was read. */
void *parser_syntax_error(Parser *p, const char *format, ...);
/* SyntaxError at a node (anything that begins with AST_HEADER), from node to node, from a node to
 * the last token read, at a token, from token to token. */
void *error_at_node(Parser *p, const void *node, const char *format, ...);
void *error_range(Parser *p, const void *first, const void *last, const char *format, ...);
void *error_from(Parser *p, const void *first, const char *format, ...);
void *error_at_token(Parser *p, const Token *token, const char *format, ...);
void *error_tokens(Parser *p, const Token *first, const Token *last, const char *format, ...);
void *error_token_to_node(Parser *p, const Token *first, const void *last, const char *format, ...);
void *error_node_to_token(Parser *p, const void *first, const Token *last, const char *format, ...);
void *indentation_error(Parser *p, const char *format, ...);
/* `what` ("... is" or "... are") came with Python 3.`minor`: false, with the error, if that is later
 * than the language wanted. */
bool check_version(Parser *p, int minor, const char *what);
/* "'(' was never closed", about the innermost open bracket. */
void *parser_error_unclosed(Parser *p);
/* By the lexer: offsets are the characters between `line_start` and `at` / `end`. */
void parser_lexical_error(Parser *p, int lineno, const char *line_start, const char *at,
                          const char *end, const char *format, va_list arguments);
/* Turns a UnicodeError or ValueError that is set into "(unicode error) ..." */
void *parser_raise_decode_problem(Parser *p);
/* After a failed second pass: decides which error it is. */
void parser_set_error(Parser *p, int last_token_index);

typedef struct HexText {
    char text[12];
} HexText;
HexText parser_hex2(uint8_t byte);   /* 2 digits, lower case */
HexText parser_hex4(uint32_t point); /* at least 4 digits, upper case */

/* What an expression is called in "cannot assign to X". */
const char *expression_name(const Expr *e);
typedef enum TargetKind { TARGET_STAR, TARGET_DEL, TARGET_FOR } TargetKind;
/* The part of `e` that cannot be a target, or NULL. */
Expr *invalid_target(Expr *e, TargetKind kind);
/* Raises "cannot assign to X" or "cannot delete X" if there is such a part. */
void *raise_invalid_target(Parser *p, Expr *e, TargetKind kind);

/* --- expressions (parser_expression.c) -------------------------------------------------------- */
Expr *parse_expression(Parser *p);
Expr *parse_expressions(Parser *p);
Expr *parse_star_expressions(Parser *p);
Expr *parse_star_expression(Parser *p);
Expr *parse_star_named_expression(Parser *p);
Expr *parse_named_expression(Parser *p);
Expr *parse_assignment_expression(Parser *p);
Expr *parse_yield_expression(Parser *p);
Expr *parse_disjunction(Parser *p);
Expr *parse_inversion(Parser *p);
Expr *parse_bitwise_or(Parser *p);
Expr *parse_lambda(Parser *p);
/* expression !':=' | assignment_expression, the element of a call or a generator expression */
Expr *parse_element(Parser *p);
Expr *parse_annotated_rhs(Parser *p); /* yield_expr | star_expressions */
/* expression without the second pass's checks */
Expr *parse_expression_unchecked(Parser *p);

/* --- primaries and atoms (parser_primary.c, parser_display.c) --------------------------------- */
Expr *parse_primary(Parser *p);
Expr *parse_await_primary(Parser *p);
Expr *parse_atom(Parser *p);
Expr *parse_bracketed(Parser *p); /* what begins with ( [ or { */
Expr *parse_slices(Parser *p);
Expr *parse_genexp(Parser *p);
Expr *parse_group_strict(Parser *p);
ComprehensionSequence parse_for_if_clauses(Parser *p); /* count 0: none */
Expr *parse_number(Parser *p);

/* --- calls (parser_call.c) -------------------------------------------------------------------- */
/* [arguments] into a Call's (or ClassDef's) sequences, at most up to the closing parenthesis. */
typedef struct CallArguments {
    ExprSequence args;
    KeywordSequence keywords;
    int lineno, col_offset, end_lineno, end_col_offset; /* of all together */
    int genexp_from; /* > 0: a lone generator expression may be among them; index of the '(' */
    bool is_genexp;  /* ... and is: its end is still to be set, behind the ')' */
} CallArguments;
/* args alone, without what must follow; `out` may be NULL. False: none. */
bool parse_args(Parser *p, CallArguments *out);
bool parse_arguments(Parser *p, CallArguments *out); /* false: none */
Expr *parse_starred_expression(Parser *p);
bool is_legacy_statement(Parser *p, const Expr *name);

/* --- parameters (parser_parameters.c) --------------------------------------------------------- */
/* [params]; for a lambda without annotations. NULL only on error. */
Parameters *parse_parameters(Parser *p, bool lambda);

/* --- targets (parser_target.c) ---------------------------------------------------------------- */
/* Makes `e` and its parts a target in place; false when it is none. */
bool make_target(Parser *p, Expr *e, AstKind context);
Expr *parse_star_targets(Parser *p); /* in Store context */
Expr *parse_star_target(Parser *p);
void set_context(Expr *e, AstKind context);

/* --- statements ------------------------------------------------------------------------------- */
bool parse_statements(Parser *p, StmtSequence *out); /* one or more; false: none */
bool parse_statement(Parser *p);                     /* pushes what it found on the scratch */
bool parse_simple_statements(Parser *p);             /* pushes */
Stmt *parse_compound_statement(Parser *p);
Stmt *parse_simple_statement(Parser *p);
Stmt *parse_import_name(Parser *p);
Stmt *parse_import_from(Parser *p);
bool parse_block(Parser *p, StmtSequence *out);
Stmt *parse_function(Parser *p);
Stmt *parse_class(Parser *p);
Stmt *parse_decorated(Parser *p);
Stmt *parse_async(Parser *p);
Stmt *parse_with(Parser *p, int start, bool is_async);
Stmt *parse_for(Parser *p, int start, bool is_async);
Stmt *parse_try(Parser *p);
ExceptHandlerNode *parse_except(Parser *p, bool star);
bool parse_type_params(Parser *p, TypeParamSequence *out); /* false: error or nothing there */
Stmt *parse_type_alias(Parser *p);

/* --- patterns (parser_pattern.c) -------------------------------------------------------------- */
Stmt *parse_match(Parser *p);

/* --- strings (parser_string.c, parser_fstring.c) ---------------------------------------------- */
Expr *parse_strings(Parser *p);
/* The text of a literal's inside, escapes decoded unless `raw`. NULL: error set. */
Str *decode_text(Parser *p, const Token *token, const char *start, const char *end, bool raw);
/* Warns of the escape at `escape` (a backslash). False: it became an error. */
bool warn_escape(Parser *p, const Token *token, const char *escape);
/* Pieces of an f-string, pushed on the scratch: Constants and FormattedValues. `start` to `end` is
 * the inside of the literal at token index `index`; the nodes' positions span tokens
 * `first`..`last`; the pieces of all these tokens are above `base`. */
bool parse_format_string(Parser *p, int index, const char *start, const char *end, bool raw,
                         int first, int last, int base);
/* Appends the text to the last piece pushed above `base` if that is a Constant, else pushes one. */
bool push_text(Parser *p, int base, Str *text, int first, int last, Str *kind);
/* Parses source range `start`..`end` as the expression of a replacement field whose brace is at
 * `brace`. */
Expr *parse_field_expression(Parser *p, const char *brace, const char *start, const char *end,
                             int lineno, const char *line_start, int nesting);

/* --- mistakes (parser_mistake*.c): second pass only ------------------------------------------- */
void *invalid_expression(Parser *p);
void *invalid_legacy_expression(Parser *p);
void *invalid_named_expression(Parser *p);
void *invalid_arguments(Parser *p);
void *invalid_kwarg(Parser *p);
void *invalid_assignment(Parser *p);
void *invalid_del(Parser *p);
void *invalid_block(Parser *p);
void *invalid_comprehension(Parser *p);
void *invalid_dict_comprehension(Parser *p);
void *invalid_group(Parser *p);
void *invalid_double_starred_kvpairs(Parser *p);
void *invalid_parameters(Parser *p, bool lambda);
void *invalid_star_etc(Parser *p, bool lambda);
void *invalid_kwds(Parser *p, bool lambda);
void *invalid_default(Parser *p);
void *invalid_with_item(Parser *p);
void *invalid_for_target(Parser *p);
void *invalid_import_from_targets(Parser *p);
void *invalid_with_indent(Parser *p);
void *invalid_with(Parser *p);
void *invalid_try(Parser *p);
void *invalid_except_indent(Parser *p, bool star);
void *invalid_except(Parser *p);
void *invalid_finally(Parser *p);
void *invalid_match(Parser *p);
void *invalid_case(Parser *p);
void *invalid_as_pattern(Parser *p);
void *invalid_class_pattern(Parser *p);
/* 'if', 'elif', 'while': keyword named_expression NEWLINE / ':' NEWLINE !INDENT */
void *invalid_condition(Parser *p, unsigned keyword, const char *name);
void *invalid_else(Parser *p);
void *invalid_for(Parser *p);
void *invalid_def(Parser *p);
void *invalid_class(Parser *p);
/* NEWLINE !INDENT behind a header whose keyword is at token `keyword`. */
void *check_missing_block(Parser *p, int keyword, const char *what);

#endif
