/* tokenize.c - the lexer's tokens one by one, with the numbers of the module `token`. */
#include "parser/parser_internal.h"

#include <limits.h>
#include <stdlib.h>

enum { NUMBER_AWAIT = 55, NUMBER_ASYNC = 56 };

static const uint8_t numbers[TOKEN_TYPE_COUNT] = {
    [TOKEN_END] = 0, [TOKEN_NAME] = 1, [TOKEN_NUMBER] = 2, [TOKEN_STRING] = 3, [TOKEN_NEWLINE] = 4,
    [TOKEN_INDENT] = 5, [TOKEN_DEDENT] = 6, [TOKEN_LPAR] = 7, [TOKEN_RPAR] = 8, [TOKEN_LSQB] = 9,
    [TOKEN_RSQB] = 10, [TOKEN_COLON] = 11, [TOKEN_COMMA] = 12, [TOKEN_SEMI] = 13, [TOKEN_PLUS] = 14,
    [TOKEN_MINUS] = 15, [TOKEN_STAR] = 16, [TOKEN_SLASH] = 17, [TOKEN_VBAR] = 18, [TOKEN_AMPER] = 19,
    [TOKEN_LESS] = 20, [TOKEN_GREATER] = 21, [TOKEN_EQUAL] = 22, [TOKEN_DOT] = 23, [TOKEN_PERCENT] = 24,
    [TOKEN_LBRACE] = 25, [TOKEN_RBRACE] = 26, [TOKEN_EQEQUAL] = 27, [TOKEN_NOTEQUAL] = 28,
    [TOKEN_LESSEQUAL] = 29, [TOKEN_GREATEREQUAL] = 30, [TOKEN_TILDE] = 31, [TOKEN_CIRCUMFLEX] = 32,
    [TOKEN_LEFTSHIFT] = 33, [TOKEN_RIGHTSHIFT] = 34, [TOKEN_DOUBLESTAR] = 35, [TOKEN_PLUSEQUAL] = 36,
    [TOKEN_MINUSEQUAL] = 37, [TOKEN_STAREQUAL] = 38, [TOKEN_SLASHEQUAL] = 39, [TOKEN_PERCENTEQUAL] = 40,
    [TOKEN_AMPEREQUAL] = 41, [TOKEN_VBAREQUAL] = 42, [TOKEN_CIRCUMFLEXEQUAL] = 43,
    [TOKEN_LEFTSHIFTEQUAL] = 44, [TOKEN_RIGHTSHIFTEQUAL] = 45, [TOKEN_DOUBLESTAREQUAL] = 46,
    [TOKEN_DOUBLESLASH] = 47, [TOKEN_DOUBLESLASHEQUAL] = 48, [TOKEN_AT] = 49, [TOKEN_ATEQUAL] = 50,
    [TOKEN_ARROW] = 51, [TOKEN_ELLIPSIS] = 52, [TOKEN_COLONEQUAL] = 53, [TOKEN_AWAIT] = NUMBER_AWAIT,
    [TOKEN_ASYNC] = NUMBER_ASYNC,
};

/* Keywords are names here. */
static int number_of(unsigned type) {
    return numbers[type] || type == TOKEN_END ? numbers[type] : numbers[TOKEN_NAME];
}

static TokenView view_of(const Token *token, const Lexer *lexer) {
    TokenView view = {
        .number = number_of(token->type), .text = token->start, .end = token->end,
        .lineno = token->lineno, .end_lineno = token->end_lineno,
        .column = token->col_offset, .end_column = token->end_col_offset,
        .line = token->start - token->col_offset,
    };
    const char *last = token->end;
    if (token->type == TOKEN_INDENT || token->type == TOKEN_DEDENT) {
        view.text = view.end = "";
        view.column = view.end_column = -1;
        view.line = last = lexer->line_start;
    } else if (token->type == TOKEN_NEWLINE) {
        /* a comment before the end of the line is its text */
        view.line = token->end - token->end_col_offset;
        view.text = view.line + token->col_offset;
    }
    const char *newline = last < lexer->end ? memchr(last, '\n', (size_t)(lexer->end - last)) : NULL;
    view.line_end = newline ? newline + 1 : lexer->end;
    return view;
}

bool parser_tokenize(const char *source, size_t length, Str *filename,
                     bool (*each)(const TokenView *token, void *argument), void *argument) {
    size_t size;
    char *text = source_load(source, length, true, true, filename, &size);
    if (!text) return false;
    Arena arena;
    arena_init(&arena);
    Parser parser = {.arena = &arena, .filename = filename, .mode = PARSE_FILE, .version = INT_MAX};
    lexer_init(&parser.lexer, &parser, text, text + size);
    Token token;
    bool good;
    while ((good = lexer_next(&parser.lexer, &token)) && token.type != TOKEN_END) {
        TokenView view = view_of(&token, &parser.lexer);
        good = each(&view, argument);
        if (!good) break;
    }
    arena_free(&arena);
    free(text);
    return good;
}
