/* parser_string.c - string and bytes literals: prefixes, escapes, concatenation. */
#include "parser/parser_internal.h"

#include <string.h>
#include "base/utf8.h"
#include "types/bytes.h"
#include "types/codec.h"
#include "types/exception.h"

/* --- escapes ---------------------------------------------------------------------------------- */

static int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* A warning about the escape at `escape`; an error if a filter says so. */
static bool warn_about(Parser *p, const Token *token, const char *escape, const char *message) {
    if (p->second_pass || p->warned >= escape) return true;
    p->warned = escape;
    if (warn_explicit(&exc_DeprecationWarning, p->filename, token->lineno, "%s", message))
        return true;
    if (error_matches(&exc_DeprecationWarning)) {
        error_clear();
        error_at_token(p, token, "%s", message);
    }
    p->failed = true;
    return false;
}

bool warn_escape(Parser *p, const Token *token, const char *escape) {
    char message[48];
    snprintf(message, sizeof message, "invalid escape sequence '\\%c'", escape[1]);
    return warn_about(p, token, escape, message);
}

/* An octal escape for more than a byte. */
static bool warn_octal(Parser *p, const Token *token, const char *escape) {
    char message[48];
    snprintf(message, sizeof message, "invalid octal escape sequence '\\%.3s'", escape + 1);
    return warn_about(p, token, escape, message);
}

/* What is being decoded, for messages. */
typedef struct LiteralText {
    Parser *p;
    const Token *token;
    const char *start, *end;
    bool warned; /* only the first bad escape of a literal is worth a warning */
    StrBuilder builder;
} LiteralText;

static bool bad_escape(LiteralText *d, const char *escape, const char *last, const char *reason) {
    /* Positions count characters; a character outside ASCII was ten when it was decoded. */
    int64_t before = 0;
    for (const char *p = d->start; p < escape;) {
        uint32_t c = utf8_next(&p);
        before += c < 0x80 ? 1 : 10;
    }
    d->p->failed = false;
    parser_syntax_error(d->p,
                        "(unicode error) 'unicodeescape' codec can't decode bytes in position "
                        "%lld-%lld: %s",
                        (long long)before, (long long)(before + (last - escape) - 1), reason);
    return false;
}

/* \xHH, \uHHHH, \UHHHHHHHH; `p` is behind the letter. */
static bool decode_hex(LiteralText *d, const char *escape, const char **position, int digits) {
    const char *p = *position;
    uint32_t point = 0;
    for (int i = 0; i < digits; i++, p++) {
        int digit = p < d->end ? hex_value(*p) : -1;
        if (digit < 0)
            return bad_escape(d, escape, p,
                              digits == 2   ? "truncated \\xXX escape"
                              : digits == 4 ? "truncated \\uXXXX escape"
                                            : "truncated \\UXXXXXXXX escape");
        point = point << 4 | (uint32_t)digit;
    }
    if (point > CODE_POINT_MAX) return bad_escape(d, escape, p, "illegal Unicode character");
    *position = p;
    return builder_add_char(&d->builder, point);
}

/* \N{NAME}; `p` is behind the N. */
static bool decode_named(LiteralText *d, const char *escape, const char **position) {
    const char *p = *position;
    if (p >= d->end || *p != '{')
        return bad_escape(d, escape, p, "malformed \\N character escape");
    const char *name = ++p;
    while (p < d->end && *p != '}') p++;
    if (p >= d->end || p == name)
        return bad_escape(d, escape, p < d->end ? p + 1 : p, "malformed \\N character escape");
    int64_t point = unicode_name_lookup(name, (size_t)(p - name), NULL);
    if (point < 0) return bad_escape(d, escape, p + 1, "unknown Unicode character name");
    *position = p + 1;
    return builder_add_char(&d->builder, (uint32_t)point);
}

/* A simple escape's character, or -1. */
static int simple_escape(char c) {
    switch (c) {
    case '\\': return '\\';
    case '\'': return '\'';
    case '"': return '"';
    case 'a': return '\a';
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    case 'v': return '\v';
    default: return -1;
    }
}

/* Up to three octal digits. */
static int octal_escape(const char **position, const char *end) {
    const char *p = *position;
    int value = 0;
    for (int i = 0; i < 3 && p < end && *p >= '0' && *p <= '7'; i++)
        value = value * 8 + (*p++ - '0');
    *position = p;
    return value;
}

/* The escape whose backslash is at *position. */
static bool decode_escape(LiteralText *d, const char **position) {
    const char *escape = *position, *p = escape + 1;
    if (p >= d->end) { /* before a brace of an f-string */
        *position = p;
        return builder_add_char(&d->builder, '\\');
    }
    char c = *p;
    int simple = simple_escape(c);
    if (simple >= 0) {
        *position = p + 1;
        return builder_add_char(&d->builder, (uint32_t)simple);
    }
    *position = p + 1;
    switch (c) {
    case '\n': return true;
    case 'x': return decode_hex(d, escape, position, 2);
    case 'u': return decode_hex(d, escape, position, 4);
    case 'U': return decode_hex(d, escape, position, 8);
    case 'N': return decode_named(d, escape, position);
    }
    *position = p;
    if (c >= '0' && c <= '7') {
        int point = octal_escape(position, d->end);
        if (point > 0xFF && !d->warned) {
            d->warned = true;
            if (!warn_octal(d->p, d->token, escape)) return false;
        }
        return builder_add_char(&d->builder, (uint32_t)point);
    }
    if (!d->warned && !(c & 0x80)) {
        d->warned = true;
        if (!warn_escape(d->p, d->token, escape)) return false;
    }
    return builder_add_char(&d->builder, '\\');
}

static bool add_plain(StrBuilder *builder, const char *start, const char *end) {
    while (start < end) {
        size_t ascii = utf8_ascii_prefix(start, (size_t)(end - start));
        if (ascii && !builder_add_ascii(builder, start, ascii)) return false;
        start += ascii;
        while (start < end && (*start & 0x80))
            if (!builder_add_char(builder, utf8_next(&start))) return false;
    }
    return true;
}

Str *decode_text(Parser *p, const Token *token, const char *start, const char *end, bool raw) {
    size_t length = (size_t)(end - start);
    Str *text = NULL;
    const char *escape = raw ? NULL : memchr(start, '\\', length);
    if (!escape) {
        text = str_from_utf8(start, length);
    } else {
        LiteralText d = {.p = p, .token = token, .start = start, .end = end};
        builder_init(&d.builder);
        bool good = true;
        while (good && escape) {
            good = add_plain(&d.builder, start, escape) && decode_escape(&d, &escape);
            start = escape;
            if (good) escape = start < end ? memchr(start, '\\', (size_t)(end - start)) : NULL;
        }
        if (good && add_plain(&d.builder, start, end)) text = builder_finish(&d.builder);
    }
    if (!text) p->failed = true;
    return text;
}

/* --- bytes ------------------------------------------------------------------------------------ */

static bool bad_byte_escape(Parser *p, const char *start, const char *escape) {
    p->failed = false;
    parser_syntax_error(p, "(value error) invalid \\x escape at position %lld",
                        (long long)(escape - start));
    return false;
}

/* Appends the decoded bytes to `out`, which has room for as many as there are in the source. */
static bool decode_bytes(Parser *p, const Token *token, const char *start, const char *end,
                         bool raw, uint8_t *out, size_t *used) {
    bool warned = false;
    for (const char *at = start; at < end;) {
        if (*at & 0x80) {
            parser_syntax_error(p, "bytes can only contain ASCII literal characters");
            return false;
        }
        at++;
    }
    for (const char *at = start; at < end;) {
        char c = *at++;
        if (c != '\\' || raw) {
            out[(*used)++] = (uint8_t)c;
            continue;
        }
        if (at >= end) break;
        const char *escape = at - 1;
        c = *at;
        int simple = simple_escape(c);
        if (simple >= 0) {
            at++;
            out[(*used)++] = (uint8_t)simple;
        } else if (c == '\n') {
            at++;
        } else if (c >= '0' && c <= '7') {
            int byte = octal_escape(&at, end);
            if (byte > 0xFF && !warned) {
                warned = true;
                if (!warn_octal(p, token, escape)) return false;
            }
            out[(*used)++] = (uint8_t)byte;
        } else if (c == 'x') {
            int high = at + 1 < end ? hex_value(at[1]) : -1;
            int low = at + 2 < end ? hex_value(at[2]) : -1;
            if (high < 0 || low < 0) return bad_byte_escape(p, start, escape);
            out[(*used)++] = (uint8_t)(high << 4 | low);
            at += 3;
        } else {
            if (!warned && !warn_escape(p, token, escape)) return false;
            warned = true;
            out[(*used)++] = '\\';
        }
    }
    return true;
}

/* --- literals --------------------------------------------------------------------------------- */

typedef struct Literal {
    bool bytes, raw, format;
    const char *start, *end; /* its inside */
} Literal;

static Literal literal_of(const Token *token) {
    Literal literal = {0};
    const char *p = token->start;
    for (; *p != '"' && *p != '\''; p++) {
        switch (*p | 0x20) {
        case 'b': literal.bytes = true; break;
        case 'r': literal.raw = true; break;
        case 'f': literal.format = true; break;
        }
    }
    int quotes = token->end - p >= 6 && p[1] == *p && p[2] == *p ? 3 : 1;
    literal.start = p + quotes;
    literal.end = token->end - quotes;
    return literal;
}

/* A node over tokens `first` to `last`. */
static Expr *string_node(Parser *p, AstKind kind, int first, int last) {
    Expr *node = node_new_plain(p, kind);
    if (!node) return NULL;
    const Token *a = token_at(p, first), *b = token_at(p, last);
    node->lineno = a->lineno;
    node->col_offset = a->col_offset;
    node->end_lineno = b->end_lineno;
    node->end_col_offset = b->end_col_offset;
    return node;
}

static Expr *bytes_constant(Parser *p, int first, int last) {
    size_t room = 0, used = 0;
    for (int i = first; i <= last; i++)
        room += (size_t)(token_at(p, i)->end - token_at(p, i)->start);
    uint8_t *buffer = arena_alloc(p->arena, room);
    if (!buffer) {
        p->failed = true;
        raise_memory_error();
        return NULL;
    }
    for (int i = first; i <= last; i++) {
        Literal literal = literal_of(token_at(p, i));
        if (!decode_bytes(p, token_at(p, i), literal.start, literal.end, literal.raw, buffer,
                          &used)) {
            p->failed = true;
            return NULL;
        }
    }
    Bytes *bytes = bytes_from(buffer, used);
    Expr *node = string_node(p, AST_Constant, first, last);
    if (!bytes || !node || !keep(p, object_value(bytes))) {
        p->failed = true;
        return NULL;
    }
    node->Constant.value = object_value(bytes);
    return node;
}

static Str *kind_of(Parser *p, int first) {
    if (token_at(p, first)->start[0] != 'u') return NULL;
    Str *kind = NAME("u");
    return keep(p, object_value(kind)) ? kind : NULL;
}

bool push_text(Parser *p, int base, Str *text, int first, int last, Str *kind) {
    if (text->length == 0) return true;
    if (p->scratch_count > base) {
        Expr *previous = p->scratch[p->scratch_count - 1];
        if (previous->kind == AST_Constant) {
            Str *whole = str_concat(as_str(previous->Constant.value), text);
            if (!whole || !keep(p, object_value(whole))) {
                p->failed = true;
                return false;
            }
            previous->Constant.value = object_value(whole);
            return true;
        }
    }
    Expr *node = string_node(p, AST_Constant, first, last);
    if (!node || !keep(p, object_value(text))) return false;
    node->Constant.value = object_value(text);
    node->Constant.kind = kind;
    return push(p, node);
}

/* str literals, none of them an f-string */
static Expr *text_constant(Parser *p, int first, int last) {
    Str *text = NULL;
    StrBuilder builder;
    if (first != last) builder_init(&builder);
    for (int i = first; i <= last; i++) {
        Literal literal = literal_of(token_at(p, i));
        text = decode_text(p, token_at(p, i), literal.start, literal.end, literal.raw);
        if (!text) return NULL;
        if (first != last && !builder_add(&builder, text)) {
            p->failed = true;
            return NULL;
        }
    }
    if (first != last) text = builder_finish(&builder);
    Expr *node = text ? string_node(p, AST_Constant, first, last) : NULL;
    if (!node || !keep(p, object_value(text))) {
        p->failed = true;
        return NULL;
    }
    node->Constant.value = object_value(text);
    node->Constant.kind = kind_of(p, first);
    return node;
}

static Expr *joined_string(Parser *p, int first, int last) {
    int base = p->scratch_count;
    Str *kind = kind_of(p, first);
    for (int i = first; i <= last; i++) {
        Literal literal = literal_of(token_at(p, i));
        bool good;
        if (literal.format) {
            good = parse_format_string(p, i, literal.start, literal.end, literal.raw, first, last,
                                       base);
        } else {
            Str *text = decode_text(p, token_at(p, i), literal.start, literal.end, literal.raw);
            good = text && push_text(p, base, text, first, last, kind);
        }
        if (!good) {
            p->failed = true;
            return NULL;
        }
    }
    Expr *node = string_node(p, AST_JoinedStr, first, last);
    if (!node) return NULL;
    TAKE(p, base, node->JoinedStr.values);
    return node;
}

/* strings: STRING+ */
static Expr *constant_of_tokens(Parser *p, int first, int last, bool bytes, bool format) {
    return bytes    ? bytes_constant(p, first, last)
           : format ? joined_string(p, first, last)
                    : text_constant(p, first, last);
}

/* Literals of which the one at `odd` is the first that is bytes among text, or text among bytes. What is
 * wrong in those before it is told first, and so are its own escapes. */
static Expr *mixed_literals(Parser *p, int first, int odd, bool bytes, bool format) {
    constant_of_tokens(p, first, odd - 1, bytes, format);
    if (!p->failed && !literal_of(token_at(p, odd)).format) constant_of_tokens(p, odd, odd, !bytes, false);
    if (p->failed) return NULL;
    return parser_syntax_error(p, "cannot mix bytes and nonbytes literals");
}

Expr *parse_strings(Parser *p) {
    int first = p->position;
    if (peek(p) != TOKEN_STRING) return NULL;
    if (p->second_pass) {
        void *known;
        if (memo_find(p, MEMO_STRINGS, &known)) return known;
    }
    while (accept(p, TOKEN_STRING)) continue;
    if (p->failed) return NULL;
    int last = p->position - 1;
    bool bytes = literal_of(token_at(p, first)).bytes, format = false;
    for (int i = first; i <= last; i++) {
        Literal literal = literal_of(token_at(p, i));
        if (literal.bytes != bytes) return mixed_literals(p, first, i, bytes, format);
        format |= literal.format;
    }
    if (format && !check_version(p, 6, "Format strings are")) return NULL;
    Expr *node = constant_of_tokens(p, first, last, bytes, format);
    if (p->second_pass) memo_store(p, MEMO_STRINGS, first, node);
    return node;
}
