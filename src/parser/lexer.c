/* lexer.c - see lexer.h.
 *
 * The lexer walks a '\0'-terminated buffer with a pointer; the terminator stops every scan, so no
 * scan compares with `end` except where a '\0' is met (a confined lexer is followed by more text:
 * it compares the start of each token, and relies on its range having been found well-formed by
 * lexer_field_end()).
 *
 * Indentation follows the language reference: two columns are computed for each line, with tab
 * stops every 8 and every 1; where they disagree about the order of two lines, tabs and spaces are
 * mixed inconsistently. `pending` counts the INDENT and DEDENT tokens still to deliver. */
#include "parser/lexer.h"

#include <ctype.h>
#include <string.h>
#include "base/utf8.h"
#include "parser/parser_internal.h"
#include "types/exception.h"
#include "types/unicode.h"

#define TAB_WIDTH 8

/* Classes of bytes. */
enum { C_DIGIT = 1, C_NAME_START = 2, C_HEX = 4, C_HIGH = 8 };
static const uint8_t char_class[256] = {
    ['0'... '9'] = C_DIGIT | C_HEX,
    ['a'... 'f'] = C_NAME_START | C_HEX,
    ['g'... 'z'] = C_NAME_START,
    ['A'... 'F'] = C_NAME_START | C_HEX,
    ['G'... 'Z'] = C_NAME_START,
    ['_'] = C_NAME_START,
    [0x80 ... 0xFF] = C_NAME_START | C_HIGH,
};
static inline bool is_digit(char c) { return char_class[(uint8_t)c] & C_DIGIT; }
static inline bool is_name_start(char c) { return char_class[(uint8_t)c] & C_NAME_START; }
static inline bool is_name_char(char c) {
    return char_class[(uint8_t)c] & (C_NAME_START | C_DIGIT);
}
static inline bool is_hex(char c) { return char_class[(uint8_t)c] & C_HEX; }

void lexer_init(Lexer *lexer, struct Parser *parser, const char *source, const char *end) {
    lexer->parser = parser;
    lexer->source = lexer->current = lexer->line_start = source;
    lexer->end = end;
    lexer->lineno = source < end; /* an empty source has no line 1 */
    lexer->at_line_start = true;
    lexer->confined = lexer->source_ended = lexer->type_comments = false;
    lexer->interactive_newline = lexer->seen_token = false;
    lexer->state = LEXER_OK;
    lexer->raised = lexer->ended_in_string = false;
    lexer->check_line = 0;
    lexer->indent = 0;
    lexer->pending = 0;
    lexer->indents[0] = lexer->alternatives[0] = 0;
    lexer->level = 0;
}

/* Fails with a message about the character before `at`, which lies in the current line. */
static bool fail_at(Lexer *lexer, const char *at, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    lexer->state = LEXER_FAILED;
    lexer->raised = true;
    parser_lexical_error(lexer->parser, lexer->lineno, lexer->line_start, at, at, format,
                         arguments);
    va_end(arguments);
    return false;
}

/* The same about the characters from `start` to `end` of the current line. */
static bool fail_range(Lexer *lexer, const char *start, const char *end, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    lexer->state = LEXER_FAILED;
    lexer->raised = true;
    parser_lexical_error(lexer->parser, lexer->lineno, lexer->line_start, start + 1, end, format,
                         arguments);
    va_end(arguments);
    return false;
}

/* An error of the current line as a whole, `column` bytes into it. While the rest of the source is
 * checked these errors do not count. */
static bool fail_line(Lexer *lexer, Type *kind, int column, int end_column, const char *message) {
    lexer->state = LEXER_FAILED;
    if (lexer->check_line) return false;
    lexer->raised = true;
    parser_raise_at(lexer->parser, kind, lexer->lineno, column, lexer->lineno, end_column,
                    "%s", message);
    return false;
}

static inline bool finish(Lexer *lexer, Token *token, unsigned type, const char *start) {
    token->type = (uint8_t)type;
    token->soft = SOFT_NONE;
    token->level = (uint16_t)lexer->level;
    token->lineno = token->end_lineno = lexer->lineno;
    token->col_offset = (int)(start - lexer->line_start);
    token->end_col_offset = (int)(lexer->current - lexer->line_start);
    token->start = start;
    token->end = lexer->current;
    return true;
}

/* A token that stands for no text: at the end of the line before or at the current place. */
static bool finish_empty(Lexer *lexer, Token *token, unsigned type) {
    finish(lexer, token, type, lexer->current);
    token->col_offset = token->end_col_offset = -1;
    return true;
}

/* --- names ------------------------------------------------------------------------------------ */

static bool word_is(const char *start, size_t length, const char *word) {
    return memcmp(start, word, length) == 0;
}

/* The keyword that the `length` bytes at `start` are, or TOKEN_NAME. */
static unsigned classify_word(const char *start, size_t length, uint8_t *soft) {
#define SOFT(name, text)                                                                           \
    if (length == sizeof text - 1 && word_is(start, length, text)) {                               \
        *soft = SOFT_##name;                                                                       \
        return TOKEN_NAME;                                                                         \
    }
#define WORD(name, text)                                                                           \
    if (word_is(start, length, text)) return TOKEN_##name;
    if (length < 2 || length > 8) {
        if (length == 1 && *start == '_') *soft = SOFT_UNDERSCORE;
        return TOKEN_NAME;
    }
    switch (length) {
    case 2:
        WORD(AS, "as") WORD(IF, "if") WORD(IN, "in") WORD(IS, "is") WORD(OR, "or")
        break;
    case 3:
        WORD(AND, "and") WORD(DEF, "def") WORD(DEL, "del") WORD(FOR, "for") WORD(NOT, "not")
        WORD(TRY, "try")
        break;
    case 4:
        WORD(ELIF, "elif") WORD(ELSE, "else") WORD(FROM, "from") WORD(NONE, "None")
        WORD(PASS, "pass") WORD(TRUE, "True") WORD(WITH, "with")
        SOFT(CASE, "case") SOFT(TYPE, "type")
        break;
    case 5:
        WORD(FALSE, "False") WORD(ASYNC, "async") WORD(AWAIT, "await") WORD(BREAK, "break")
        WORD(CLASS, "class") WORD(RAISE, "raise") WORD(WHILE, "while") WORD(YIELD, "yield")
        SOFT(MATCH, "match")
        break;
    case 6:
        WORD(ASSERT, "assert") WORD(EXCEPT, "except") WORD(GLOBAL, "global")
        WORD(IMPORT, "import") WORD(LAMBDA, "lambda") WORD(RETURN, "return")
        break;
    case 7:
        WORD(FINALLY, "finally")
        break;
    case 8:
        WORD(CONTINUE, "continue") WORD(NONLOCAL, "nonlocal")
        break;
    }
#undef WORD
#undef SOFT
    return TOKEN_NAME;
}

/* What `async` or `await` is where both are names: keywords from the `async def` to its end. */
static unsigned old_async_word(Lexer *lexer, const Token *token) {
    if (lexer->in_async_def) return token->type;
    if (token->type == TOKEN_AWAIT) return TOKEN_NAME;
    const char *p = token->end;
    while (*p == ' ' || *p == '\t' || *p == '\f') p++;
    if (memcmp(p, "def", 3) || !(p[3] == ' ' || p[3] == '\t' || p[3] == '\f' || p[3] == '\\'))
        return TOKEN_NAME;
    lexer->in_async_def = true;
    lexer->async_def_indent = lexer->indent;
    return TOKEN_ASYNC;
}

static bool lex_string(Lexer *lexer, Token *token, const char *start, const char *quote,
                       bool is_format);

/* Is the name from `start` to `end` a string prefix? */
static bool is_string_prefix(const char *start, const char *end, bool *is_format) {
    if (end - start > 2) return false;
    int b = 0, r = 0, u = 0, f = 0;
    for (const char *p = start; p < end; p++) {
        switch (*p | 0x20) {
        case 'b': b++; break;
        case 'r': r++; break;
        case 'u': u++; break;
        case 'f': f++; break;
        default: return false;
        }
    }
    *is_format = f == 1;
    return b <= 1 && r <= 1 && u <= 1 && f <= 1 && b + u + f <= 1 && !(u && r);
}

static bool lex_name(Lexer *lexer, Token *token, const char *start) {
    const char *p = start;
    uint8_t all = 0;
    while (is_name_char(*p)) all |= char_class[(uint8_t)*p++];
    bool is_format;
    if ((*p == '"' || *p == '\'') && is_string_prefix(start, p, &is_format))
        return lex_string(lexer, token, start, p, is_format);
    if (unlikely(all & C_HIGH)) {
        const char *bad;
        if (!identifier_check(start, p, &bad)) {
            const char *after = bad;
            Utf8Step step = utf8_decode_step(bad, (size_t)(lexer->end - bad));
            after += step.length;
            lexer->current = after;
            char printable[8] = "";
            memcpy(printable, bad, step.length);
            if (unicode_is(step.code_point, UNICODE_PRINTABLE))
                return fail_at(lexer, after, "invalid character '%s' (U+%s)", printable,
                               parser_hex4(step.code_point).text);
            return fail_at(lexer, after, "invalid non-printable character U+%s",
                           parser_hex4(step.code_point).text);
        }
    }
    lexer->current = p;
    finish(lexer, token, TOKEN_NAME, start);
    token->type = (uint8_t)classify_word(start, (size_t)(p - start), &token->soft);
    if (unlikely(lexer->old_async) && (token->type == TOKEN_ASYNC || token->type == TOKEN_AWAIT))
        token->type = (uint8_t)old_async_word(lexer, token);
    return true;
}

/* --- numbers ---------------------------------------------------------------------------------- */

/* digits: DIGIT ('_'? DIGIT)* - returns the end, or NULL (error raised) for a misplaced
 * underscore. */
static const char *decimal_tail(Lexer *lexer, const char *p) {
    for (;;) {
        while (is_digit(*p)) p++;
        if (*p != '_') return p;
        p++;
        if (!is_digit(*p)) {
            fail_at(lexer, p, "invalid decimal literal");
            return NULL;
        }
    }
}

/* A number may be followed by a keyword without a space (with a warning), by no other word. */
static bool check_number_end(Lexer *lexer, const char *end, const char *kind) {
    static const char *const words[] = {"and", "else", "for", "if", "in", "is", "or", "not"};
    if (likely(!is_name_char(*end))) return true;
    for (size_t i = 0; i < ARRAY_LENGTH(words); i++) {
        /* Of the short ones with an `i` only the beginning is compared. */
        size_t length = strlen(words[i]);
        if (strncmp(end, words[i], length) == 0 &&
            (words[i][0] == 'i' || !is_name_char(end[length]))) {
            char message[64];
            snprintf(message, sizeof message, "invalid %s literal", kind);
            lexer->current = end;
            if (warn_explicit(&exc_SyntaxWarning, lexer->parser->filename, lexer->lineno, "%s",
                              message))
                return true;
            lexer->raised = true;
            lexer->state = LEXER_FAILED;
            if (!error_matches(&exc_SyntaxWarning)) return false;
            error_clear();
            return fail_at(lexer, end, "%s", message);
        }
    }
    lexer->current = end;
    return fail_at(lexer, end, "invalid %s literal", kind);
}

static bool lex_based_number(Lexer *lexer, Token *token, const char *start, int base,
                             const char *kind) {
    const char *p = start + 2;
    do {
        if (*p == '_') p++;
        bool good = base == 16 ? is_hex(*p) : *p >= '0' && *p < '0' + base;
        if (!good) {
            if (is_digit(*p)) {
                lexer->current = p + 1;
                return fail_at(lexer, p + 1, "invalid digit '%c' in %s literal", *p, kind);
            }
            return fail_at(lexer, p, "invalid %s literal", kind);
        }
        while (base == 16 ? is_hex(*p) : *p >= '0' && *p < '0' + base) p++;
    } while (*p == '_');
    if (is_digit(*p)) return fail_at(lexer, p + 1, "invalid digit '%c' in %s literal", *p, kind);
    if (!check_number_end(lexer, p, kind)) return false;
    lexer->current = p;
    return finish(lexer, token, TOKEN_NUMBER, start);
}

/* fraction, exponent and suffix, from the point (`p` is behind it) or behind the integer part */
static bool lex_fraction(Lexer *lexer, Token *token, const char *start, const char *p, bool point) {
    if (point && is_digit(*p) && !(p = decimal_tail(lexer, p))) return false;
    if (*p == 'e' || *p == 'E') {
        const char *exponent = p++;
        if (*p == '+' || *p == '-') {
            p++;
            if (!is_digit(*p)) return fail_at(lexer, p, "invalid decimal literal");
        } else if (!is_digit(*p)) {
            if (!check_number_end(lexer, exponent, "decimal")) return false;
            lexer->current = exponent;
            return finish(lexer, token, TOKEN_NUMBER, start);
        }
        if (!(p = decimal_tail(lexer, p))) return false;
    }
    const char *kind = "decimal";
    if (*p == 'j' || *p == 'J') {
        p++;
        kind = "imaginary";
    }
    if (!check_number_end(lexer, p, kind)) return false;
    lexer->current = p;
    return finish(lexer, token, TOKEN_NUMBER, start);
}

/* number: integer | float | imaginary (Lexical analysis, 2.4.4 to 2.4.7). */
static bool lex_number(Lexer *lexer, Token *token, const char *start) {
    const char *p = start;
    if (*p == '0') {
        p++;
        switch (*p | 0x20) {
        case 'x': return lex_based_number(lexer, token, start, 16, "hexadecimal");
        case 'o': return lex_based_number(lexer, token, start, 8, "octal");
        case 'b': return lex_based_number(lexer, token, start, 2, "binary");
        }
        bool nonzero = false;
        for (;;) {
            if (*p == '_') {
                p++;
                if (!is_digit(*p)) return fail_at(lexer, p, "invalid decimal literal");
            }
            if (*p != '0') break;
            p++;
        }
        const char *zeros_end = p + 1;
        if (is_digit(*p)) {
            nonzero = true;
            if (!(p = decimal_tail(lexer, p))) return false;
        }
        if (*p == '.') return lex_fraction(lexer, token, start, p + 1, true);
        if (*p == 'e' || *p == 'E' || *p == 'j' || *p == 'J')
            return lex_fraction(lexer, token, start, p, false);
        if (nonzero) {
            lexer->current = p;
            return fail_range(lexer, start, zeros_end,
                              "leading zeros in decimal integer literals are not permitted; use an "
                              "0o prefix for octal integers");
        }
    } else {
        if (!(p = decimal_tail(lexer, p))) return false;
        if (*p == '.') return lex_fraction(lexer, token, start, p + 1, true);
        if (*p == 'e' || *p == 'E' || *p == 'j' || *p == 'J')
            return lex_fraction(lexer, token, start, p, false);
    }
    if (!check_number_end(lexer, p, "decimal")) return false;
    lexer->current = p;
    return finish(lexer, token, TOKEN_NUMBER, start);
}

/* --- strings ---------------------------------------------------------------------------------- */

/* Behind a plain literal (escapes are skipped in raw literals too), or NULL. */
static const char *plain_string_end(const char *quote, const char *stop) {
    char mark = *quote;
    if (quote[1] == mark && quote[2] == mark && quote + 2 < stop) {
        for (const char *p = quote + 3; p < stop; p++) {
            if (*p == '\\') p++;
            else if (*p == mark && p[1] == mark && p[2] == mark && p + 2 < stop) return p + 3;
        }
        return NULL;
    }
    for (const char *p = quote + 1; p < stop && *p != '\n'; p++) {
        if (*p == mark) return p + 1;
        if (*p == '\\' && ++p >= stop) return NULL;
    }
    return NULL;
}

/* The end of the replacement field whose brace is before `p`: behind its `}`; NULL when it makes no
 * sense. `limit` is how deep strings, brackets and fields may still nest. */
static const char *format_field_end(const char *p, const char *stop, char mark, bool triple,
                                    int limit);

static const char *format_string_end(const char *quote, const char *stop, int limit) {
    char mark = *quote;
    bool triple = quote + 2 < stop && quote[1] == mark && quote[2] == mark;
    const char *p = quote + (triple ? 3 : 1);
    while (p < stop) {
        char c = *p;
        if (c == mark) {
            if (!triple) return p + 1;
            if (p + 2 < stop && p[1] == mark && p[2] == mark) return p + 3;
            p++;
        } else if (c == '\\') {
            if (p + 1 < stop && p[1] == 'N' && p + 2 < stop && p[2] == '{') {
                const char *q = p + 3;
                while (q < stop && *q != '}' && *q != mark && *q != '\n') q++;
                p = q < stop && *q == '}' ? q + 1 : p + 2;
            } else if (p + 1 < stop && (p[1] == '{' || p[1] == '}')) {
                p++; /* the brace counts */
            } else {
                p += 2;
            }
        } else if (c == '{') {
            if (p + 1 < stop && p[1] == '{') {
                p += 2;
            } else {
                if (limit <= 0) return NULL;
                p = format_field_end(p + 1, stop, mark, triple, limit - 1);
                if (!p) return NULL;
            }
        } else if (c == '\n' && !triple) {
            return NULL;
        } else {
            p++;
        }
    }
    return NULL;
}

static bool looks_like_format_prefix(const char *start, const char *quote) {
    const char *p = quote;
    while (p > start && quote - p < 3 && is_name_char(p[-1])) p--;
    bool is_format = false;
    return p < quote && !(p > start && is_name_char(p[-1])) &&
           is_string_prefix(p, quote, &is_format) && is_format;
}

/* Behind the string that begins with the quote at `p`, inside an expression that begins at
 * `start`. */
static const char *nested_string_end(const char *start, const char *p, const char *stop,
                                     int limit) {
    if (looks_like_format_prefix(start, p)) return format_string_end(p, stop, limit);
    return plain_string_end(p, stop);
}

static const char *format_field_end(const char *p, const char *stop, char mark, bool triple,
                                    int limit) {
    const char *start = p;
    int depth = 0;
    while (p < stop) {
        char c = *p;
        if (c == '"' || c == '\'') {
            p = nested_string_end(start, p, stop, limit - 1);
            if (!p) return NULL;
            continue;
        }
        if (c == '#') {
            while (p < stop && *p != '\n') p++;
            continue;
        }
        if (c == '(' || c == '[' || c == '{') {
            depth++;
        } else if (c == ')' || c == ']' || c == '}') {
            if (depth == 0) return c == '}' ? p + 1 : NULL;
            depth--;
        } else if (depth == 0 && c == '!' && p + 1 < stop && p[1] == '=') {
            p++;
        } else if (depth == 0 && c == ':') {
            /* the format specification: text and fields up to the closing brace */
            for (p++; p < stop && *p != '}';) {
                if (*p == mark && (!triple || (p + 2 < stop && p[1] == mark && p[2] == mark)))
                    return NULL;
                if (*p == '\n' && !triple) return NULL;
                if (*p == '{') {
                    if (limit <= 0) return NULL;
                    p = format_field_end(p + 1, stop, mark, triple, limit - 1);
                    if (!p) return NULL;
                } else {
                    p++;
                }
            }
            return p < stop ? p + 1 : NULL;
        }
        p++;
    }
    return NULL;
}

const char *lexer_string_end(const char *quote, const char *stop, bool is_format) {
    if (is_format) {
        const char *end = format_string_end(quote, stop, 150);
        if (end) return end;
        /* Something in it is wrong; to say what, take it as a plain literal. */
    }
    return plain_string_end(quote, stop);
}

const char *lexer_field_end(const char *start, const char *stop, FieldError *error, char *closing,
                            char *opening) {
    char brackets[LEXER_MAX_NESTING];
    int depth = 0;
    const char *p = start;
    *error = FIELD_OK;
    while (p < stop) {
        char c = *p;
        if (c == '"' || c == '\'') {
            p = nested_string_end(start, p, stop, 150);
            if (!p) {
                *error = FIELD_UNTERMINATED_STRING;
                return NULL;
            }
            continue;
        }
        if (c == '#') {
            while (p < stop && *p != '\n') p++;
            if (p == stop) {
                *error = FIELD_COMMENT;
                return NULL;
            }
            continue;
        }
        if (c == '\\' && p + 1 < stop && p[1] != '\n') {
            *error = FIELD_BACKSLASH;
            return NULL;
        }
        if (c == '(' || c == '[' || c == '{') {
            if (depth >= LEXER_MAX_NESTING) {
                *error = FIELD_TOO_NESTED;
                return NULL;
            }
            brackets[depth++] = c;
        } else if (c == ')' || c == ']' || c == '}') {
            if (depth == 0) {
                if (c == '}') return p;
                *error = FIELD_UNMATCHED;
                *closing = c;
                return NULL;
            }
            depth--;
            char open = brackets[depth];
            if (open != (c == ')' ? '(' : c == ']' ? '[' : '{')) {
                *error = FIELD_MISMATCH;
                *closing = c;
                *opening = open;
                return NULL;
            }
        } else if (depth == 0) {
            if (c == ':') return p;
            if (c == '!' || c == '=' || c == '<' || c == '>') {
                if (p + 1 < stop && p[1] == '=') {
                    p += 2; /* a comparison */
                    continue;
                }
                if (c == '!' || c == '=') return p;
            }
        }
        p++;
    }
    if (depth) {
        *error = FIELD_UNCLOSED;
        *opening = brackets[depth - 1];
        return NULL;
    }
    return stop;
}

static bool lex_string(Lexer *lexer, Token *token, const char *start, const char *quote,
                       bool is_format) {
    const char *end = lexer_string_end(quote, lexer->end, is_format);
    bool triple = quote[1] == *quote && quote[2] == *quote && (!end || end - quote >= 6);
    if (unlikely(!end)) {
        int line = lexer->lineno;
        lexer->current = start + 1;
        if (triple) {
            for (const char *p = quote; p < lexer->end; p++)
                if (*p == '\n' && p + 1 < lexer->end) line++;
            lexer->ended_in_string = true;
            return fail_at(lexer, start + 1,
                           "unterminated triple-quoted string literal (detected at line %d)", line);
        }
        const char *p = quote + 1;
        for (; p < lexer->end && *p != '\n'; p++) {
            if (*p != '\\') continue;
            p++;
            if (*p == '\n' && p + 1 < lexer->end) line++;
        }
        lexer->ended_in_string = p >= lexer->end;
        return fail_at(lexer, start + 1, "unterminated string literal (detected at line %d)", line);
    }
    token->type = TOKEN_STRING;
    token->soft = SOFT_NONE;
    token->level = (uint16_t)lexer->level;
    token->lineno = lexer->lineno;
    token->col_offset = (int)(start - lexer->line_start);
    token->start = start;
    token->end = lexer->current = end;
    for (const char *p = quote; (p = memchr(p, '\n', (size_t)(end - p)));) {
        lexer->lineno++;
        lexer->line_start = ++p;
    }
    token->end_lineno = lexer->lineno;
    token->end_col_offset = (int)(end - lexer->line_start);
    return true;
}

/* --- type comments ---------------------------------------------------------------------------- */

typedef enum CommentKind { COMMENT_PLAIN, COMMENT_TYPE, COMMENT_IGNORE } CommentKind;

/* What the comment at `p` is; *text is where its text begins: "# type: TEXT" or
 * "# type: ignoreTEXT".
 * A space in the pattern stands for any number of spaces and tabs. */
static CommentKind comment_kind(const char *p, const char **text) {
    for (const char *pattern = "# type: "; *pattern; pattern++) {
        if (*pattern == ' ') {
            while (*p == ' ' || *p == '\t') p++;
        } else if (*p++ != *pattern) {
            return COMMENT_PLAIN;
        }
    }
    *text = p;
    if (strncmp(p, "ignore", 6) != 0) return COMMENT_TYPE;
    char next = p[6];
    if (isalnum((unsigned char)next) || (next & 0x80)) return COMMENT_TYPE;
    *text = p + 6;
    return COMMENT_IGNORE;
}

/* The end of the line that `p` is in. */
static const char *line_end(const Lexer *lexer, const char *p) {
    const char *end = memchr(p, '\n', (size_t)(lexer->end - p));
    return end ? end : lexer->end;
}

/* Looks at the comment at `p`: true if it is a token. */
static bool is_comment_token(Lexer *lexer, const char *p, const char **text) {
    CommentKind kind = comment_kind(p, text);
    if (kind == COMMENT_IGNORE)
        parser_add_type_ignore(lexer->parser, lexer->lineno, *text, line_end(lexer, p));
    return kind == COMMENT_TYPE;
}

/* --- indentation ------------------------------------------------------------------------------ */

/* A backslash at `p`: moves behind the line end that must follow it. */
static bool continue_line(Lexer *lexer, const char *p) {
    if (p[1] != '\n') {
        lexer->current = p + 1;
        if (p + 1 < lexer->end) lexer->current++;
        return fail_line(lexer, &exc_SyntaxError, (int)(lexer->current - lexer->line_start), 0,
                         "unexpected character after line continuation character");
    }
    if (p + 2 >= lexer->end) {
        lexer->current = p + 2;
        if (lexer->level > 0 && (lexer->check_line == 0 ||
                                 lexer->check_line > lexer->bracket_lines[lexer->level - 1])) {
            lexer->raised = true;
            parser_error_unclosed(lexer->parser);
            lexer->state = LEXER_AT_END;
            return false;
        }
        fail_line(lexer, &exc_SyntaxError, (int)(lexer->current - lexer->line_start), -1,
                  "unexpected EOF while parsing");
        lexer->state = LEXER_AT_END;
        return false;
    }
    lexer->current = lexer->line_start = p + 2;
    lexer->lineno++;
    return true;
}

static bool fail_tabs(Lexer *lexer) {
    const char *end = strchr(lexer->line_start, '\n');
    lexer->current = end ? end + 1 : lexer->end;
    return fail_line(lexer, &exc_TabError, 1, 0,
                     "inconsistent use of tabs and spaces in indentation");
}

static bool change_indent(Lexer *lexer, int column, int alternative) {
    int top = lexer->indent;
    if (column == lexer->indents[top])
        return alternative == lexer->alternatives[top] || fail_tabs(lexer);
    if (column > lexer->indents[top]) {
        if (top + 1 >= LEXER_MAX_INDENT) {
            return fail_line(lexer, &exc_IndentationError, 1, 0, "too many levels of indentation");
        }
        if (alternative <= lexer->alternatives[top]) return fail_tabs(lexer);
        lexer->pending++;
        lexer->indent++;
        lexer->indents[lexer->indent] = column;
        lexer->alternatives[lexer->indent] = alternative;
        return true;
    }
    while (lexer->indent > 0 && column < lexer->indents[lexer->indent]) {
        lexer->pending--;
        lexer->indent--;
    }
    if (column != lexer->indents[lexer->indent]) {
        const char *end = strchr(lexer->line_start, '\n');
        lexer->current = end ? end + 1 : lexer->end;
        return fail_line(lexer, &exc_IndentationError, (int)(lexer->current - lexer->line_start),
                         -1, "unindent does not match any outer indentation level");
    }
    return alternative == lexer->alternatives[lexer->indent] || fail_tabs(lexer);
}

/* At the start of a line: skips blank lines and comments, and sees to `pending`. */
static bool begin_line(Lexer *lexer) {
    for (;;) {
        int column = 0, alternative = 0, continued = 0;
        const char *p = lexer->current;
        for (;; p++) {
            if (*p == ' ') {
                column++;
                alternative++;
            } else if (*p == '\t') {
                column = (column / TAB_WIDTH + 1) * TAB_WIDTH;
                alternative++;
            } else if (*p == '\f') {
                column = alternative = 0;
            } else if (*p == '\\') {
                /* Indentation cannot be split over lines: that of the first one counts. */
                if (!continued) continued = column ? column : -1;
                if (!continue_line(lexer, p)) return false;
                p = lexer->current - 1;
            } else {
                break;
            }
        }
        bool comment = *p == '#';
        if (comment) {
            const char *text;
            if (unlikely(lexer->type_comments) && is_comment_token(lexer, p, &text)) {
                lexer->current = p;
                lexer->at_line_start = false;
                return true;
            }
            p = line_end(lexer, p);
        }
        if (*p == '\n') {
            lexer->current = lexer->line_start = p + 1;
            lexer->lineno++;
            continue;
        }
        lexer->current = p;
        lexer->at_line_start = false;
        /* DEDENTs at the end are made there. White space without a line end behind it, which only
         * an expression and the interactive session's source can have there, is an indent. */
        if (p >= lexer->end && (comment || p == lexer->line_start)) return true;
        if (continued) column = alternative = continued > 0 ? continued : column;
        if (lexer->level > 0) return true;
        if (!change_indent(lexer, column, alternative)) return false;
        if (lexer->indent <= lexer->async_def_indent) lexer->in_async_def = false;
        return true;
    }
}

/* --- operators -------------------------------------------------------------------------------- */

static bool open_bracket(Lexer *lexer, Token *token, const char *p, unsigned type) {
    if (lexer->level >= LEXER_MAX_NESTING) {
        lexer->current = p + 1;
        return fail_at(lexer, p + 1, "too many nested parentheses");
    }
    lexer->brackets[lexer->level] = *p;
    lexer->bracket_lines[lexer->level] = lexer->lineno;
    lexer->bracket_columns[lexer->level] = (int)(p - lexer->line_start);
    lexer->level++;
    lexer->current = p + 1;
    return finish(lexer, token, type, p);
}

static bool close_bracket(Lexer *lexer, Token *token, const char *p, unsigned type) {
    lexer->current = p + 1;
    if (lexer->level == 0) return fail_at(lexer, p + 1, "unmatched '%c'", *p);
    lexer->level--;
    char open = lexer->brackets[lexer->level];
    char wanted = *p == ')' ? '(' : *p == ']' ? '[' : '{';
    if (open != wanted) {
        int line = lexer->bracket_lines[lexer->level];
        if (line != lexer->lineno)
            return fail_at(lexer, p + 1,
                           "closing parenthesis '%c' does not match opening parenthesis '%c' on "
                           "line %d",
                           *p, open, line);
        return fail_at(lexer, p + 1,
                       "closing parenthesis '%c' does not match opening parenthesis '%c'", *p,
                       open);
    }
    return finish(lexer, token, type, p);
}

/* The longest operator at `p`. */
static bool lex_operator(Lexer *lexer, Token *token, const char *p) {
    unsigned type = TOKEN_INVALID;
    size_t length = 1;
    /* A confined lexer must not look over the end of its range. */
    char next = p + 1 < lexer->end ? p[1] : '\0';
    char third = next && p + 2 < lexer->end ? p[2] : '\0';
/* alternatives for `c=`, `cc` and `cc=` */
#define EQUALS(with, without)                                                                      \
    if (next == '=') {                                                                             \
        type = with;                                                                               \
        length = 2;                                                                                \
    } else {                                                                                       \
        type = without;                                                                            \
    }                                                                                              \
    break;
#define DOUBLED(c, double_equals, doubled, with, without)                                          \
    if (next == c) {                                                                               \
        length = third == '=' ? 3 : 2;                                                             \
        type = third == '=' ? double_equals : doubled;                                             \
        break;                                                                                     \
    }                                                                                              \
    EQUALS(with, without)
    switch (*p) {
    case '(': return open_bracket(lexer, token, p, TOKEN_LPAR);
    case '[': return open_bracket(lexer, token, p, TOKEN_LSQB);
    case '{': return open_bracket(lexer, token, p, TOKEN_LBRACE);
    case ')': return close_bracket(lexer, token, p, TOKEN_RPAR);
    case ']': return close_bracket(lexer, token, p, TOKEN_RSQB);
    case '}': return close_bracket(lexer, token, p, TOKEN_RBRACE);
    case ',': type = TOKEN_COMMA; break;
    case ';': type = TOKEN_SEMI; break;
    case '~': type = TOKEN_TILDE; break;
    case ':': EQUALS(TOKEN_COLONEQUAL, TOKEN_COLON)
    case '=': EQUALS(TOKEN_EQEQUAL, TOKEN_EQUAL)
    case '+': EQUALS(TOKEN_PLUSEQUAL, TOKEN_PLUS)
    case '%': EQUALS(TOKEN_PERCENTEQUAL, TOKEN_PERCENT)
    case '&': EQUALS(TOKEN_AMPEREQUAL, TOKEN_AMPER)
    case '|': EQUALS(TOKEN_VBAREQUAL, TOKEN_VBAR)
    case '^': EQUALS(TOKEN_CIRCUMFLEXEQUAL, TOKEN_CIRCUMFLEX)
    case '@': EQUALS(TOKEN_ATEQUAL, TOKEN_AT)
    case '!': EQUALS(TOKEN_NOTEQUAL, TOKEN_INVALID)
    case '-':
        if (next == '>') {
            type = TOKEN_ARROW;
            length = 2;
            break;
        }
        EQUALS(TOKEN_MINUSEQUAL, TOKEN_MINUS)
    case '*':
        DOUBLED('*', TOKEN_DOUBLESTAREQUAL, TOKEN_DOUBLESTAR, TOKEN_STAREQUAL, TOKEN_STAR)
    case '/':
        DOUBLED('/', TOKEN_DOUBLESLASHEQUAL, TOKEN_DOUBLESLASH, TOKEN_SLASHEQUAL, TOKEN_SLASH)
    case '>':
        DOUBLED('>', TOKEN_RIGHTSHIFTEQUAL, TOKEN_RIGHTSHIFT, TOKEN_GREATEREQUAL, TOKEN_GREATER)
    case '<':
        if (next == '>') { /* an old spelling of !=, told apart by its text */
            type = TOKEN_NOTEQUAL;
            length = 2;
            break;
        }
        DOUBLED('<', TOKEN_LEFTSHIFTEQUAL, TOKEN_LEFTSHIFT, TOKEN_LESSEQUAL, TOKEN_LESS)
    case '.':
        type = TOKEN_DOT;
        if (next == '.' && third == '.') {
            type = TOKEN_ELLIPSIS;
            length = 3;
        }
        break;
    case '$':
    case '?':
    case '`':
        break;
    default: {
        unsigned char c = (unsigned char)*p;
        lexer->current = p + 1;
        if (c < 0x20 || c == 0x7F)
            return fail_at(lexer, p + 1, "invalid non-printable character U+%s",
                           parser_hex4(c).text);
    }
    }
#undef EQUALS
#undef DOUBLED
    lexer->current = p + length;
    return finish(lexer, token, type, p);
}

/* --- the whole -------------------------------------------------------------------------------- */

static bool at_end(Lexer *lexer, Token *token) {
    bool ended_line = false;
    lexer->state = LEXER_AT_END;
    if (lexer->confined) {
        if (lexer->source_ended) return finish(lexer, token, TOKEN_END, lexer->current);
        /* the parenthesis that a replacement field's expression implies */
        if (lexer->level == 1) {
            lexer->source_ended = true;
            lexer->level = 0;
            finish(lexer, token, TOKEN_RPAR, lexer->current);
            token->end_col_offset++;
            return true;
        }
    }
    /* What comes now stands in the last line, not behind it. */
    if (lexer->line_start == lexer->end && lexer->line_start > lexer->source) {
        lexer->lineno--;
        lexer->line_start--;
        while (lexer->line_start > lexer->source && lexer->line_start[-1] != '\n')
            lexer->line_start--;
        ended_line = true;
    }
    if (lexer->level > 0) {
        int line = lexer->bracket_lines[lexer->level - 1];
        if (lexer->check_line == 0 || lexer->check_line > line) {
            lexer->raised = true;
            parser_error_unclosed(lexer->parser);
        }
        return false;
    }
    if (ended_line && lexer->indent > 0) {
        /* Behind a line end there is an empty line at the outermost level. */
        lexer->pending = -lexer->indent;
        lexer->indent = 0;
        return lexer_next(lexer, token);
    }
    return finish_empty(lexer, token, TOKEN_END);
}

bool lexer_next(Lexer *lexer, Token *token) {
    if (lexer->at_line_start && !begin_line(lexer)) return false;
    if (lexer->pending) {
        bool in = lexer->pending > 0;
        lexer->pending += in ? -1 : 1;
        return finish_empty(lexer, token, in ? TOKEN_INDENT : TOKEN_DEDENT);
    }
    const char *p = lexer->current, *comment = NULL;
    for (;;) {
        while (*p == ' ' || *p == '\t' || *p == '\f') p++;
        comment = NULL;
        if (*p == '#') {
            const char *text;
            comment = p;
            p = line_end(lexer, p);
            if (unlikely(lexer->type_comments) && is_comment_token(lexer, comment, &text)) {
                lexer->current = p;
                return finish(lexer, token, TOKEN_TYPE_COMMENT, text);
            }
        }
        if (*p == '\n' && lexer->level > 0 && p < lexer->end) {
            lexer->lineno++;
            lexer->line_start = ++p;
            continue;
        }
        if (*p == '\\' && p < lexer->end) {
            if (!continue_line(lexer, p)) return false;
            p = lexer->current;
            continue;
        }
        break;
    }
    lexer->current = p;
    if (p >= lexer->end) return at_end(lexer, token);
    char c = *p;
    if (is_name_start(c)) return lex_name(lexer, token, p);
    if (c == '\n') {
        finish(lexer, token, TOKEN_NEWLINE, p);
        token->end = p;
        token->end_col_offset = token->col_offset;
        /* A comment before it counts to the line end. */
        if (comment) token->col_offset = (int)(comment - lexer->line_start);
        lexer->current = lexer->line_start = p + 1;
        lexer->lineno++;
        lexer->at_line_start = true;
        return true;
    }
    if (is_digit(c) || (c == '.' && is_digit(p[1]))) {
        if (c == '.') return lex_fraction(lexer, token, p, p + 1, true);
        return lex_number(lexer, token, p);
    }
    if (c == '"' || c == '\'') return lex_string(lexer, token, p, p, false);
    return lex_operator(lexer, token, p);
}

bool lexer_check_rest(Lexer *lexer, int error_line) {
    Token token;
    lexer->check_line = error_line;
    while (lexer->state == LEXER_OK) {
        if (!lexer_next(lexer, &token)) break;
        if (token.type == TOKEN_END) break;
    }
    lexer->check_line = 0;
    if (!lexer->raised && lexer->state == LEXER_FAILED && lexer->level > 0 &&
        error_line > lexer->bracket_lines[lexer->level - 1]) {
        lexer->raised = true;
        parser_error_unclosed(lexer->parser);
    }
    return !lexer->raised;
}
