/* parser.c - tokens, nodes, memory and the entry point of the parser.
 *
 * The parser is a recursive descent over tokens that are fetched as they are needed and kept in an
 * array, so that going back is an assignment to `position`. It follows the grammar of the language
 * reference; above each function stands the rule it recognises, in that notation (PEG: alternatives
 * are ordered, `&e` and `!e` look ahead, `~` commits, `s.e+` is e separated by s).
 *
 * Two passes. The first only wants the tree of a right program and decides by the next token
 * wherever it can. When it fails, the place of the error is the last token it read: the grammar
 * needs no more than one or two tokens to choose, so that is where the text stopped making sense.
 * The second pass starts again from the first token with `second_pass` set. Then each rule, before
 * or after its proper alternatives, looks for the mistakes that are known to be made there (the
 * invalid_X functions in parser_mistake*.c), and the first that is recognised is raised. In which
 * order they are tried is part of the behaviour, since a text may be wrong in several ways;
 * therefore in the second pass the rules try their alternatives as the grammar orders them, with
 * what they find remembered (memo_find), which keeps the time linear. If no known mistake was met,
 * it is "invalid syntax" at the place where the first pass ended - unless the rest of the source
 * has a lexical error that explains it better.
 *
 * A node is made when its last token is consumed. Positions of nodes are those of their tokens. */
#include "parser/parser_internal.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include "types/exception.h"
#include "types/list.h"

ParserHooks parser_hooks;

/* --- tokens ----------------------------------------------------------------------------------- */

/* At the end of interactive input a NEWLINE is supplied once, and the blocks are closed. */
static void end_interactive(Parser *p, Token *token) {
    if (token->type != TOKEN_END || !p->parsing_started) {
        p->parsing_started = true;
        return;
    }
    token->type = TOKEN_NEWLINE;
    p->parsing_started = false;
    Lexer *lexer = &p->lexer;
    if (lexer->indent > 0 && !(p->flags & PARSE_DONT_IMPLY_DEDENT)) {
        lexer->pending = -lexer->indent;
        lexer->indent = 0;
    }
}

static bool grow_tokens(Parser *p) {
    int capacity = p->capacity ? p->capacity * 2 : p->outer ? 16 : 256;
    Token *tokens = realloc(p->tokens, (size_t)capacity * sizeof *tokens);
    if (!tokens) {
        p->failed = true;
        raise_memory_error();
        return false;
    }
    p->tokens = tokens;
    p->capacity = capacity;
    return true;
}

bool parser_fill_brace(Parser *p) {
    if (!grow_tokens(p)) return false;
    Lexer *lexer = &p->lexer;
    lexer->brackets[0] = '(';
    lexer->bracket_lines[0] = lexer->lineno;
    lexer->bracket_columns[0] = (int)(p->field_start - lexer->line_start);
    lexer->level = 1;
    Token *token = &p->tokens[p->count++];
    *token = (Token){.type = TOKEN_LPAR, .level = 1, .start = p->field_start};
    token->end = p->field_start + 1;
    token->lineno = token->end_lineno = lexer->lineno;
    token->col_offset = lexer->bracket_columns[0];
    token->end_col_offset = token->col_offset + 1;
    return true;
}

bool parser_fill(Parser *p) {
    if (p->failed || (p->count == p->capacity && !grow_tokens(p))) return false;
    Token *token = &p->tokens[p->count];
    if (!lexer_next(&p->lexer, token)) {
        p->failed = true;
        return false;
    }
    if (p->mode == PARSE_SINGLE && !p->outer) end_interactive(p, token);
    p->count++;
    return true;
}

bool expect_forced(Parser *p, unsigned type, const char *text) {
    if (accept(p, type)) return true;
    if (!p->failed) error_at_token(p, token_at(p, p->position), "expected '%s'", text);
    return false;
}

bool enter_slow(Parser *p) {
    if (!p->failed) {
        p->failed = true;
        raise_memory_error();
    }
    return false;
}

/* --- nodes ------------------------------------------------------------------------------------ */

void *node_new_plain(Parser *p, AstKind kind) {
    AstNode *node = ast_node_new(p->arena, kind, 0, 0, 0, 0);
    if (!node) p->failed = true;
    return node;
}

/* The end of a node is that of the last token consumed that stands for text. */
static void set_end(Parser *p, AstNode *node) {
    const Token *last = &p->tokens[p->position - 1];
    while (last > p->tokens && last->type <= TOKEN_DEDENT) last--;
    node->end_lineno = last->end_lineno;
    node->end_col_offset = last->end_col_offset;
}

void *node_new(Parser *p, AstKind kind, int start) {
    AstNode *node = node_new_plain(p, kind);
    if (!node) return NULL;
    const Token *first = &p->tokens[start];
    node->lineno = first->lineno;
    node->col_offset = first->col_offset;
    set_end(p, node);
    return node;
}

void *node_new_from(Parser *p, AstKind kind, const void *first_node) {
    const AstNode *first = first_node;
    AstNode *node = node_new_plain(p, kind);
    if (!node) return NULL;
    node->lineno = first->lineno;
    node->col_offset = first->col_offset;
    set_end(p, node);
    return node;
}

bool push(Parser *p, void *item) {
    if (p->scratch_count == p->scratch_capacity) {
        int capacity = p->scratch_capacity ? p->scratch_capacity * 2 : 256;
        void **scratch = realloc(p->scratch, (size_t)capacity * sizeof *scratch);
        if (!scratch) {
            p->failed = true;
            raise_memory_error();
            return false;
        }
        p->scratch = scratch;
        p->scratch_capacity = capacity;
    }
    p->scratch[p->scratch_count++] = item;
    return true;
}

void *take(Parser *p, int base, int *count) {
    int n = p->scratch_count - base;
    p->scratch_count = base;
    *count = 0;
    if (n <= 0) return NULL;
    void **items = arena_alloc(p->arena, (size_t)n * sizeof *items);
    if (!items) {
        p->failed = true;
        raise_memory_error();
        return NULL;
    }
    memcpy(items, p->scratch + base, (size_t)n * sizeof *items);
    *count = n;
    return items;
}

bool keep(Parser *p, Value value) {
    if (is_error(value)) {
        p->failed = true;
        return false;
    }
    if (!is_object(value) || is_empty(value)) return true;
    if (is_empty(p->arena->keep)) {
        List *list = list_new(16);
        if (!list) {
            p->failed = true;
            return false;
        }
        p->arena->keep = object_value(list);
    }
    if (list_append(as_list(p->arena->keep), value)) return true;
    p->failed = true;
    return false;
}

/* --- identifiers ------------------------------------------------------------------------------ */

typedef struct NameEntry {
    const char *text; /* in the source; NULL: free */
    uint32_t length;
    uint32_t hash;
    Str *name; /* kept alive by arena->keep */
} NameEntry;

static uint32_t hash_name(const char *text, size_t length) {
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < length; i++) hash = (hash ^ (uint8_t)text[i]) * 16777619u;
    return hash ^ hash >> 15;
}

static bool grow_names(Parser *p) {
    uint32_t size = p->names ? (p->name_mask + 1) * 2 : 128;
    NameEntry *entries = calloc(size, sizeof *entries);
    if (!entries) {
        p->failed = true;
        raise_memory_error();
        return false;
    }
    for (uint32_t i = 0; p->names && i <= p->name_mask; i++) {
        if (!p->names[i].text) continue;
        uint32_t at = p->names[i].hash & (size - 1);
        while (entries[at].text) at = (at + 1) & (size - 1);
        entries[at] = p->names[i];
    }
    free(p->names);
    p->names = entries;
    p->name_mask = size - 1;
    return true;
}

/* An identifier in normal form KC (PEP 3131). */
static Str *make_identifier(Parser *p, const char *text, size_t length) {
    Str *name = identifier_normalised(text, length);
    if (name) name = str_intern(name);
    if (!name || !keep(p, object_value(name))) {
        p->failed = true;
        return NULL;
    }
    return name;
}

static Str *intern_text(Parser *p, const char *text, size_t length) {
    if (p->name_count * 2 >= p->name_mask + (p->names != NULL) && !grow_names(p)) return NULL;
    uint32_t hash = hash_name(text, length), at = hash & p->name_mask;
    for (; p->names[at].text; at = (at + 1) & p->name_mask) {
        NameEntry *entry = &p->names[at];
        if (entry->hash == hash && entry->length == length &&
            memcmp(entry->text, text, length) == 0)
            return entry->name;
    }
    Str *name = make_identifier(p, text, length);
    if (!name) return NULL;
    p->names[at] = (NameEntry){text, (uint32_t)length, hash, name};
    p->name_count++;
    return name;
}

Str *identifier_of(Parser *p, const Token *token) {
    return intern_text(p, token->start, (size_t)(token->end - token->start));
}

Str *parse_identifier(Parser *p) {
    if (!accept(p, TOKEN_NAME)) return NULL;
    return identifier_of(p, last_token(p));
}

Expr *parse_name(Parser *p) {
    int start = p->position;
    Str *id = parse_identifier(p);
    if (!id) return NULL;
    Expr *name = node_new(p, AST_Name, start);
    if (!name) return NULL;
    name->Name.id = id;
    name->Name.ctx = AST_Load;
    return name;
}

/* --- type comments ---------------------------------------------------------------------------- */

typedef struct TypeIgnore {
    struct TypeIgnore *older;
    int lineno;
    const char *tag, *end; /* in the source */
} TypeIgnore;

void parser_add_type_ignore(Parser *p, int lineno, const char *tag, const char *end) {
    TypeIgnore *ignore = arena_alloc(p->arena, sizeof *ignore);
    if (!ignore) return; /* the next node cannot be allocated either */
    *ignore = (TypeIgnore){p->type_ignores, lineno, tag, end};
    p->type_ignores = ignore;
}

static Str *kept_text(Parser *p, const char *start, const char *end) {
    Str *text = str_from_utf8(start, (size_t)(end - start));
    if (text && keep(p, object_value(text))) return text;
    p->failed = true;
    return NULL;
}

Str *parse_type_comment(Parser *p) {
    if (likely(peek(p) != TOKEN_TYPE_COMMENT)) return NULL;
    const Token *token = token_at(p, p->position++);
    return kept_text(p, token->start, token->end);
}

static TypeIgnoreNodeSequence take_type_ignores(Parser *p) {
    TypeIgnoreNodeSequence sequence = {0};
    int base = p->scratch_count;
    for (const TypeIgnore *ignore = p->type_ignores; ignore; ignore = ignore->older) {
        TypeIgnoreNode *node = node_new_plain(p, AST_TypeIgnore);
        if (!node) return sequence;
        node->TypeIgnore.lineno = ignore->lineno;
        node->TypeIgnore.tag = kept_text(p, ignore->tag, ignore->end);
        push(p, node);
    }
    for (int i = base, j = p->scratch_count - 1; i < j; i++, j--) {
        void *other = p->scratch[i];
        p->scratch[i] = p->scratch[j];
        p->scratch[j] = other;
    }
    TAKE(p, base, sequence);
    return sequence;
}

/* --- second pass: memory ---------------------------------------------------------------------- */

struct Memo {
    int32_t mark;   /* position the rule was tried at */
    int32_t end;    /* position behind the result */
    uint32_t rule;  /* MemoRule + 1; 0: free */
    void *result;
};

static uint32_t hash_memo(uint32_t rule, int mark) {
    uint32_t hash = ((uint32_t)mark * 32u + rule) * 2654435761u;
    return hash ^ hash >> 16;
}

bool memo_find(Parser *p, MemoRule rule, void **result) {
    if (!p->memos) return false;
    uint32_t at = hash_memo(rule, p->position) & p->memo_mask;
    for (; p->memos[at].rule; at = (at + 1) & p->memo_mask) {
        Memo *memo = &p->memos[at];
        if (memo->rule == (uint32_t)rule + 1 && memo->mark == p->position) {
            *result = memo->result;
            p->position = memo->end;
            return true;
        }
    }
    return false;
}

void memo_store(Parser *p, MemoRule rule, int mark, void *result) {
    if (p->failed) return;
    if (p->memo_count * 2 >= p->memo_mask + (p->memos != NULL)) {
        uint32_t size = p->memos ? (p->memo_mask + 1) * 2 : 1024;
        Memo *memos = calloc(size, sizeof *memos);
        if (!memos) return; /* only slower */
        for (uint32_t i = 0; p->memos && i <= p->memo_mask; i++) {
            if (!p->memos[i].rule) continue;
            uint32_t to = hash_memo(p->memos[i].rule - 1, p->memos[i].mark) & (size - 1);
            while (memos[to].rule) to = (to + 1) & (size - 1);
            memos[to] = p->memos[i];
        }
        free(p->memos);
        p->memos = memos;
        p->memo_mask = size - 1;
    }
    uint32_t at = hash_memo(rule, mark) & p->memo_mask;
    for (; p->memos[at].rule; at = (at + 1) & p->memo_mask)
        if (p->memos[at].rule == (uint32_t)rule + 1 && p->memos[at].mark == mark) break;
    if (!p->memos[at].rule) p->memo_count++;
    p->memos[at] = (Memo){mark, p->position, (uint32_t)rule + 1, result};
}

static void forget(Parser *p) {
    free(p->memos);
    p->memos = NULL;
    p->memo_count = p->memo_mask = 0;
}

/* --- start rules ------------------------------------------------------------------------------ */

/* file: [statements] ENDMARKER */
static Mod *parse_file(Parser *p) {
    int start = p->position;
    StmtSequence body = {0};
    parse_statements(p, &body);
    if (p->failed || !accept(p, TOKEN_END)) return reset(p, start);
    Mod *module = node_new_plain(p, AST_Module);
    if (!module) return NULL;
    module->Module.body = body;
    if (p->type_ignores) module->Module.type_ignores = take_type_ignores(p);
    return p->failed ? NULL : module;
}

/* eval: expressions NEWLINE* ENDMARKER */
static Mod *parse_eval(Parser *p) {
    int start = p->position;
    Expr *body = parse_expressions(p);
    if (!body) return reset(p, start);
    while (accept(p, TOKEN_NEWLINE)) continue;
    if (!accept(p, TOKEN_END)) return reset(p, start);
    Mod *expression = node_new_plain(p, AST_Expression);
    if (expression) expression->Expression.body = body;
    return expression;
}

static bool starts_compound(Parser *p) {
    switch (peek(p)) {
    case TOKEN_DEF:
    case TOKEN_AT:
    case TOKEN_ASYNC:
    case TOKEN_IF:
    case TOKEN_CLASS:
    case TOKEN_WITH:
    case TOKEN_FOR:
    case TOKEN_TRY:
    case TOKEN_WHILE: return true;
    }
    return false;
}

/* interactive: compound_stmt NEWLINE | simple_stmts | NEWLINE | ENDMARKER */
static Mod *parse_interactive(Parser *p) {
    int start = p->position, base = p->scratch_count;
    bool good = false;
    if (starts_compound(p) || peek_soft(p, SOFT_MATCH)) {
        Stmt *statement = parse_compound_statement(p);
        if (p->failed) return NULL;
        if (statement && accept(p, TOKEN_NEWLINE)) good = push(p, statement);
        else p->position = start;
    }
    if (!good && !p->failed) good = parse_simple_statements(p);
    if (!good && !p->failed && accept(p, TOKEN_NEWLINE)) {
        Stmt *pass = node_new(p, AST_Pass, start);
        good = pass && push(p, pass);
    }
    if (!good) {
        p->scratch_count = base;
        return reset(p, start);
    }
    Mod *interactive = node_new_plain(p, AST_Interactive);
    if (interactive) TAKE(p, base, interactive->Interactive.body);
    return interactive;
}

/* type_expressions:
 *     ','.expression+ [',' '*' expression] [',' '**' expression] | '*' expression [',' '**'
 *     expression]
 *     | '**' expression */
static bool parse_type_expressions(Parser *p) {
    bool star = false;
    for (;;) {
        bool double_star = accept(p, TOKEN_DOUBLESTAR);
        if (!double_star && accept(p, TOKEN_STAR)) {
            if (star) return false;
            star = true;
        } else if (!double_star && star) {
            return false;
        }
        Expr *type = parse_expression(p);
        if (!type || !push(p, type)) return false;
        if (double_star || !accept(p, TOKEN_COMMA)) return true;
    }
}

/* func_type: '(' [type_expressions] ')' '->' expression NEWLINE* ENDMARKER */
static Mod *parse_func_type(Parser *p) {
    int base = p->scratch_count;
    if (!accept(p, TOKEN_LPAR)) return NULL;
    if (peek(p) != TOKEN_RPAR && !parse_type_expressions(p)) return NULL;
    if (!accept(p, TOKEN_RPAR) || !accept(p, TOKEN_ARROW)) return NULL;
    Expr *returns = parse_expression(p);
    if (!returns) return NULL;
    while (accept(p, TOKEN_NEWLINE)) continue;
    if (!accept(p, TOKEN_END)) return NULL;
    Mod *type = node_new_plain(p, AST_FunctionType);
    if (!type) return NULL;
    TAKE(p, base, type->FunctionType.argtypes);
    type->FunctionType.returns = returns;
    return type;
}

static void *parse_start(Parser *p) {
    if (p->outer) return parse_star_expressions(p);
    switch (p->mode) {
    case PARSE_FILE: return parse_file(p);
    case PARSE_EVAL: return parse_eval(p);
    case PARSE_SINGLE: return parse_interactive(p);
    case PARSE_FUNC_TYPE: return parse_func_type(p);
    }
    return NULL;
}

/* --- running ---------------------------------------------------------------------------------- */

/* Did the lexer read up to the end (looking for where the last token ends)? */
static bool is_end_of_source(Parser *p) {
    const Lexer *lexer = &p->lexer;
    if (lexer->state == LEXER_AT_END || lexer->ended_in_string) return true;
    if (lexer->state == LEXER_FAILED || lexer->current < lexer->end) return false;
    if (p->count == 0) return true;
    unsigned last = p->tokens[p->count - 1].type;
    return last != TOKEN_STRING && last != TOKEN_NEWLINE;
}

static void *incomplete_input(Parser *p) {
    const Lexer *lexer = &p->lexer;
    error_clear();
    p->failed = false;
    if (!lexer->raised) return parser_syntax_error(p, "incomplete input");
    return parser_raise_at(p, &exc_SyntaxError, lexer->lineno,
                           (int)(lexer->current - lexer->line_start), lexer->lineno, -1,
                           "incomplete input");
}

/* Is there something but blank lines and comments behind the one statement? */
static bool has_more_statements(Parser *p) {
    const char *text = p->lexer.current;
    for (;;) {
        while (*text == ' ' || *text == '\t' || *text == '\n' || *text == '\f') text++;
        if (*text != '#') return text < p->lexer.end;
        text += strcspn(text, "\n");
    }
}

/* Both passes. */
static void *run(Parser *p) {
    void *tree = parse_start(p);
    if (tree && !p->failed) {
        if (p->mode == PARSE_SINGLE && !p->outer && has_more_statements(p))
            return parser_syntax_error(
                p, "multiple statements found while compiling a single statement");
        return tree;
    }
    if ((p->flags & PARSE_ALLOW_INCOMPLETE_INPUT) && is_end_of_source(p) &&
        (!p->failed || error_matches(&exc_SyntaxError)))
        return incomplete_input(p);
    int last = p->count - 1;
    if (!p->failed) {
        p->position = 0;
        p->scratch_count = 0;
        p->second_pass = p->remember = true;
        forget(p);
        p->depth = p->outer ? p->outer->depth : 0;
        parse_start(p);
    }
    parser_set_error(p, last);
    return NULL;
}

static void parser_release(Parser *p) {
    free(p->tokens);
    free(p->scratch);
    free(p->names);
    free(p->memos);
}

Mod *parser_parse(Arena *arena, const char *source, size_t length, Str *filename, ParseMode mode,
                  unsigned flags) {
    size_t size;
    char *text = source_load(source, length, (flags & PARSE_SOURCE_IS_UTF8) != 0,
                             mode == PARSE_FILE, filename, &size);
    if (!text) return NULL;
    Parser parser = {.arena = arena, .filename = filename, .mode = mode, .flags = flags};
    parser.barry_as_bdfl = (flags & PARSE_BARRY_AS_BDFL) != 0;
    parser.version = flags >> PARSE_VERSION_SHIFT ? (int)(flags >> PARSE_VERSION_SHIFT) - 1 : INT_MAX;
    lexer_init(&parser.lexer, &parser, text, text + size);
    parser.lexer.type_comments = (flags & PARSE_TYPE_COMMENTS) != 0;
    parser.lexer.old_async = parser.version < 7;
    Mod *tree = run(&parser);
    parser_release(&parser);
    free(text);
    weft_assert(!tree == error_occurred());
    return tree;
}

Expr *parse_field_expression(Parser *outer, const char *brace, const char *start, const char *end,
                             int lineno, const char *line_start, int nesting) {
    if (!enter(outer)) return NULL;
    Parser *p = malloc(sizeof *p);
    if (!p) {
        outer->failed = true;
        raise_memory_error();
        leave(outer);
        return NULL;
    }
    *p = (Parser){.arena = outer->arena, .filename = outer->filename, .mode = outer->mode};
    p->outer = outer;
    p->flags = outer->flags & ~(unsigned)PARSE_ALLOW_INCOMPLETE_INPUT;
    p->version = outer->version;
    p->depth = outer->depth;
    p->barry_as_bdfl = outer->barry_as_bdfl;
    p->nesting = nesting;
    p->field_start = brace;
    p->field_end = end;
    p->field_line = line_start;
    p->field_lineno = lineno;
    lexer_init(&p->lexer, p, start, end);
    p->lexer.confined = true;
    p->lexer.old_async = outer->lexer.old_async;
    p->lexer.in_async_def = outer->lexer.in_async_def;
    p->lexer.at_line_start = false;
    p->lexer.lineno = lineno;
    p->lexer.line_start = line_start;
    /* The braces stand for parentheses. */
    Expr *expression = NULL;
    if (parser_fill_brace(p)) expression = run(p);
    parser_release(p);
    free(p);
    leave(outer);
    if (!expression) outer->failed = true;
    return expression;
}
