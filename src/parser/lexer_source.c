/* lexer_source.c - from the bytes of a file to text the lexer can walk: encoding (PEP 263), line
 * ends, and the characters of identifiers (PEP 3131). */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include "base/utf8.h"
#include "parser/lexer.h"
#include "parser/parser_internal.h"
#include "types/exception.h"
#include "types/unicode.h"
#include "types/unicode_normalize.h"

/* --- encoding --------------------------------------------------------------------------------- */

#define ENCODING_MAX 64

/* The name in a comment `coding[:=]\s*([-\w.]+)` of the line, or false. `*blank` tells whether the
 * line is only white space or comment: else the next line is not looked at. */
static bool find_cookie(const char *line, const char *end, char name[ENCODING_MAX], bool *blank) {
    const char *p = line;
    while (p < end && (*p == ' ' || *p == '\t' || *p == '\f')) p++;
    *blank = p == end || *p == '#' || *p == '\n' || *p == '\r';
    if (p == end || *p != '#') return false;
    for (; p + 6 < end; p++) {
        if (memcmp(p, "coding", 6) != 0 || (p[6] != ':' && p[6] != '=')) continue;
        const char *q = p + 7;
        while (q < end && (*q == ' ' || *q == '\t')) q++;
        size_t length = 0;
        while (q < end && (isalnum((unsigned char)*q) || *q == '-' || *q == '_' || *q == '.')) {
            if (length + 1 < ENCODING_MAX) name[length++] = *q;
            q++;
        }
        name[length] = '\0';
        if (length) return true;
    }
    return false;
}

/* Names for one encoding differ in case and in `-` or `_`; utf-8 and latin-1 have variants. */
static void normalise_encoding(char *name) {
    char plain[13];
    size_t i = 0;
    for (; name[i] && i < 12; i++)
        plain[i] = name[i] == '_' ? '-' : (char)tolower((unsigned char)name[i]);
    plain[i] = '\0';
    if (strcmp(plain, "utf-8") == 0 || strncmp(plain, "utf-8-", 6) == 0) {
        strcpy(name, "utf-8");
    } else if (strcmp(plain, "latin-1") == 0 || strcmp(plain, "iso-8859-1") == 0 ||
               strcmp(plain, "iso-latin-1") == 0 || strncmp(plain, "latin-1-", 8) == 0 ||
               strncmp(plain, "iso-8859-1-", 11) == 0 || strncmp(plain, "iso-latin-1-", 12) == 0) {
        strcpy(name, "iso-8859-1");
    }
}

static void *source_error(Str *filename, const char *format, const char *detail) {
    raise_syntax_error(&exc_SyntaxError, filename, 0, -1, NULL, 0, SYNTAX_NO_OFFSET, format, detail);
    return NULL;
}

/* Checks UTF-8; on a bad byte raises SyntaxError about it. */
static bool check_utf8(const char *text, size_t length, Str *filename) {
    Utf8Survey survey = utf8_survey(text, length);
    if (survey.valid_length == length) return true;
    const char *bad = text + survey.valid_length;
    int line = 1;
    const char *line_start = text;
    for (const char *p = text; (p = memchr(p, '\n', (size_t)(bad - p))); line_start = p) {
        line++;
        p++;
    }
    Utf8Step step = utf8_decode_step(bad, (size_t)(text + length - bad));
    /* The line is shown with what can be read of it; the position counts from the literal's
     * start. */
    const char *literal = line_start;
    for (const char *p = line_start; p < bad; p++)
        if (*p == '"' || *p == '\'') literal = p + 1;
    StrBuilder line_text;
    builder_init(&line_text);
    int offset = 0;
    for (const char *p = line_start; p < text + length && *p != '\n';) {
        Utf8Step next = utf8_decode_step(p, (size_t)(text + length - p));
        if (p <= bad) offset++;
        if (!builder_add_char(&line_text, next.status == UTF8_OK ? next.code_point : 0xFFFD))
            return false;
        p += next.length;
    }
    Str *shown = builder_finish(&line_text);
    if (!shown) return false;
    raise_syntax_error(&exc_SyntaxError, filename, line, offset, shown, line, offset,
                       "(unicode error) 'utf-8' codec can't decode byte 0x%s in position %zd: %s",
                       parser_hex2((uint8_t)*bad).text, (ssize_t)(bad - literal),
                       step.status == UTF8_INVALID_START ? "invalid start byte"
                       : step.status == UTF8_TRUNCATED   ? "unexpected end of data"
                                                         : "invalid continuation byte");
    return false;
}

/* A malloc'ed copy with room for a newline and a terminator. */
static char *copy_text(const char *text, size_t length) {
    char *copy = malloc(length + 2);
    if (!copy) {
        raise_memory_error();
        return NULL;
    }
    if (length) memcpy(copy, text, length);
    return copy;
}

static char *decode_latin1(const char *bytes, size_t size, size_t *length) {
    char *text = malloc(size * 2 + 2);
    if (!text) {
        raise_memory_error();
        return NULL;
    }
    char *out = text;
    for (size_t i = 0; i < size; i++) out += utf8_encode(out, (uint8_t)bytes[i]);
    *length = (size_t)(out - text);
    return text;
}

static char *decode_ascii(const char *bytes, size_t size, Str *filename, size_t *length) {
    size_t good = utf8_ascii_prefix(bytes, size);
    if (good < size) {
        raise_syntax_error(&exc_SyntaxError, filename, 0, -1, NULL, 0, SYNTAX_NO_OFFSET,
                           "'ascii' codec can't decode byte 0x%s in position %zu: ordinal not in "
                           "range(128)",
                           parser_hex2((uint8_t)bytes[good]).text, good);
        return NULL;
    }
    *length = size;
    return copy_text(bytes, size);
}

static char *decode_with_hook(const char *encoding, const char *bytes, size_t size, Str *filename,
                              size_t *length) {
    if (!parser_hooks.decode) return source_error(filename, "unknown encoding: %s", encoding);
    Value decoded = parser_hooks.decode(encoding, bytes, size);
    if (is_error(decoded)) {
        if (error_matches(&exc_LookupError)) {
            error_clear();
            return source_error(filename, "unknown encoding: %s", encoding);
        }
        if (error_matches(&exc_UnicodeDecodeError)) {
            Value problem = error_fetch();
            raise_syntax_error(&exc_SyntaxError, filename, 0, -1, NULL, 0, SYNTAX_NO_OFFSET, "%V", problem);
        }
        return NULL;
    }
    const char *text = str_utf8(as_str(decoded), length);
    return text ? copy_text(text, *length) : NULL;
}

/* Decodes to malloc'ed UTF-8 with two spare bytes. */
static char *decode_source(const char *bytes, size_t size, Str *filename, size_t *length) {
    bool bom = size >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0;
    if (bom) {
        bytes += 3;
        size -= 3;
    }
    char encoding[ENCODING_MAX];
    const char *line = bytes, *end = bytes + size;
    bool found = false;
    for (int i = 0; i < 2 && line < end && !found; i++) {
        const char *stop = line;
        while (stop < end && *stop != '\n' && *stop != '\r') stop++;
        bool blank;
        found = find_cookie(line, stop, encoding, &blank);
        if (!blank) break;
        line = stop + (stop < end && *stop == '\r' && stop + 1 < end && stop[1] == '\n') + 1;
    }
    if (found) normalise_encoding(encoding);
    if (found && strcmp(encoding, "utf-8") != 0) {
        if (bom) return source_error(filename, "encoding problem: %s with BOM", encoding);
        if (strcmp(encoding, "utf8") == 0) {
            if (!check_utf8(bytes, size, filename)) return NULL;
            *length = size;
            return copy_text(bytes, size);
        }
        if (strcmp(encoding, "iso-8859-1") == 0 || strcmp(encoding, "latin1") == 0)
            return decode_latin1(bytes, size, length);
        if (strcmp(encoding, "ascii") == 0 || strcmp(encoding, "us-ascii") == 0)
            return decode_ascii(bytes, size, filename, length);
        return decode_with_hook(encoding, bytes, size, filename, length);
    }
    if (!check_utf8(bytes, size, filename)) return NULL;
    *length = size;
    return copy_text(bytes, size);
}

/* --- loading ---------------------------------------------------------------------------------- */

/* "\r\n" and "\r" become "\n", in place. */
static size_t unify_newlines(char *text, size_t length) {
    char *out = memchr(text, '\r', length);
    if (!out) return length;
    const char *end = text + length;
    for (const char *p = out; p < end; p++) {
        if (*p == '\r') {
            *out++ = '\n';
            if (p + 1 < end && p[1] == '\n') p++;
        } else {
            *out++ = *p;
        }
    }
    return (size_t)(out - text);
}

char *source_load(const char *bytes, size_t size, bool is_utf8, bool add_newline, Str *filename,
                  size_t *length) {
    if (size > (size_t)INT32_MAX) {
        raise_error(&exc_OverflowError, "source code string is too long");
        return NULL;
    }
    if (memchr(bytes, '\0', size)) {
        raise_error(&exc_SyntaxError, "source code string cannot contain null bytes");
        return NULL;
    }
    char *text;
    if (is_utf8) {
        if (!check_utf8(bytes, size, filename)) return NULL;
        *length = size;
        text = copy_text(bytes, size);
    } else {
        text = decode_source(bytes, size, filename, length);
    }
    if (!text) return NULL;
    *length = unify_newlines(text, *length);
    if (add_newline && *length > 0 && text[*length - 1] != '\n') text[(*length)++] = '\n';
    text[*length] = '\0';
    return text;
}

/* --- identifiers ------------------------------------------------------------------------------ */

bool identifier_check(const char *text, const char *end, const char **bad) {
    for (const char *p = text; p < end;) {
        const char *at = p;
        uint32_t c = utf8_next(&p);
        bool good = at == text ? c == '_' || unicode_is(c, UNICODE_XID_START)
                               : unicode_is(c, UNICODE_XID_CONTINUE);
        if (!good) {
            *bad = at;
            return false;
        }
    }
    return true;
}

Str *identifier_normalised(const char *text, size_t length) {
    Str *name = str_from_utf8(text, length);
    if (!name || utf8_is_ascii(text, length)) return name;
    return unicode_normalize(name, NORMAL_KC, false);
}
