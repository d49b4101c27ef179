/* csv_module.c - the module _csv: reading and writing comma-separated values (PEP 305).
 *
 * A record is read by a state machine over the characters of its lines; all its state is on the C
 * stack, so that threads that share a reader each get whole records. */
#include "base/number.h"
#include "modules/support.h"

enum { QUOTE_MINIMAL, QUOTE_ALL, QUOTE_NONNUMERIC, QUOTE_NONE };
#define NO_CHAR UINT32_MAX     /* not set */
#define END_OF_LINE 0xFFFFFFFE /* behind the last character of a line */
#define FIELD_LIMIT_START 131072

typedef struct Dialect {
    Object object; /* all fields constant after creation */
    uint32_t delimiter, quote, escape;
    int quoting;
    bool double_quote, skip_space, strict;
    Value line_terminator; /* a str */
} Dialect;
static Type dialect_type, reader_type, writer_type;

static Value csv_error;         /* the class; a root */
static Value csv_dialects;      /* dict: name -> Dialect; a root */
static int64_t csv_field_limit = FIELD_LIMIT_START; /* atomic */

static Type *error_type(void) { return OBJECT_AS(Type, csv_error); }

/* --- dialects ------------------------------------------------------------------------------------------- */

static void dialect_trace(Cell *cell, Marker *marker) {
    marker_visit(marker, ((Dialect *)cell)->line_terminator);
}

static bool char_setting(Value v, const char *name, bool optional, uint32_t *out) {
    if (is_empty(v)) return true;
    if (optional && is_none(v)) {
        *out = NO_CHAR;
        return true;
    }
    if (!is_str(v)) {
        raise_error(&TypeError, optional ? "\"%s\" must be string or None, not %T"
                                         : "\"%s\" must be string, not %T", name, v);
        return false;
    }
    if (as_str(v)->length != 1) {
        raise_error(&TypeError, "\"%s\" must be a 1-character string", name);
        return false;
    }
    *out = str_at(as_str(v), 0);
    return true;
}

static bool quoting_setting(Value v, int *out) {
    if (is_empty(v)) return true;
    int64_t number = -1;
    if (!is_exact_int(v)) {
        raise_error(&TypeError, "\"quoting\" must be an integer");
        return false;
    }
    if (!int_to_int64(v, &number) || number < QUOTE_MINIMAL || number > QUOTE_NONE) {
        raise_error(&TypeError, "bad \"quoting\" value");
        return false;
    }
    *out = (int)number;
    return true;
}

static const char *const setting_names[] = {"delimiter", "doublequote", "escapechar", "lineterminator",
                                            "quotechar", "quoting", "skipinitialspace", "strict"};
enum { SET_DELIMITER, SET_DOUBLE_QUOTE, SET_ESCAPE, SET_TERMINATOR, SET_QUOTE, SET_QUOTING, SET_SKIP_SPACE,
       SET_STRICT, SET_COUNT };

/* The settings not given are taken from the attributes of `source`. */
static bool settings_from(Value source, Value *settings) {
    for (int i = 0; i < SET_COUNT; i++) {
        if (!is_empty(settings[i])) continue;
        Value value = get_attribute_optional(source, str_intern_c(setting_names[i]));
        if (is_error(value)) return false;
        settings[i] = value;
    }
    return true;
}

static Value find_dialect(Value name) {
    Value found = dict_get(as_dict(csv_dialects), name);
    return is_empty(found) ? raise_error(error_type(), "unknown dialect") : found;
}

static Value dialect_make(Type *type, Value source, Value *settings) {
    bool plain = true;
    for (int i = 0; i < SET_COUNT; i++) plain = plain && is_empty(settings[i]);
    if (is_str(source)) {
        source = find_dialect(source);
        if (is_error(source)) return source;
    }
    if (!is_empty(source) && !is_none(source)) {
        if (plain && type == &dialect_type && is_exactly(source, &dialect_type)) return source;
        if (!settings_from(source, settings)) return VALUE_ERROR;
    }
    Dialect *self = object_alloc_instance(type, sizeof(Dialect));
    if (!self) return VALUE_ERROR;
    self->delimiter = ',';
    self->quote = '"';
    self->escape = NO_CHAR;
    self->double_quote = true;
    self->line_terminator = object_value(str_intern_c("\r\n"));
    if (!char_setting(settings[SET_DELIMITER], "delimiter", false, &self->delimiter) ||
        !argument_bool(settings[SET_DOUBLE_QUOTE], &self->double_quote) ||
        !char_setting(settings[SET_ESCAPE], "escapechar", true, &self->escape))
        return VALUE_ERROR;
    Value terminator = settings[SET_TERMINATOR];
    if (is_none(terminator)) return raise_error(&TypeError, "lineterminator must be set");
    if (!is_empty(terminator) && !is_str(terminator))
        return raise_error(&TypeError, "\"lineterminator\" must be a string");
    if (!is_empty(terminator)) heap_store_release(self, &self->line_terminator, terminator);
    if (!char_setting(settings[SET_QUOTE], "quotechar", true, &self->quote) ||
        !quoting_setting(settings[SET_QUOTING], &self->quoting) ||
        !argument_bool(settings[SET_SKIP_SPACE], &self->skip_space) ||
        !argument_bool(settings[SET_STRICT], &self->strict))
        return VALUE_ERROR;
    if (self->quote == NO_CHAR && is_empty(settings[SET_QUOTING])) self->quoting = QUOTE_NONE;
    if (self->quoting != QUOTE_NONE && self->quote == NO_CHAR)
        return raise_error(&TypeError, "quotechar must be set if quoting enabled");
    return object_value(self);
}

static Value dialect_new(Type *type, Value *args, size_t count, Tuple *names) {
    static Signature *signature;
    Value slots[1 + SET_COUNT];
    if (!bind_arguments("Dialect", "(dialect=None, delimiter=',', doublequote=True, escapechar=None, "
                        "lineterminator='', quotechar='', quoting=0, skipinitialspace=False, strict=False)",
                        &signature, args, count, names, slots))
        return VALUE_ERROR;
    return dialect_make(type, slots[0], slots + 1);
}

static bool ignore_init(Value self, Value *args, size_t count, Tuple *names) { return true; }

/* From (dialect, **settings) of the module's functions. */
static Value dialect_from_call(Value dialect, Value keywords) {
    Value settings[SET_COUNT];
    int64_t found = 0;
    Dict *given = is_empty(keywords) ? NULL : as_dict(keywords);
    for (int i = 0; i < SET_COUNT; i++) {
        settings[i] = given ? dict_get_c(given, setting_names[i]) : VALUE_EMPTY;
        if (is_error(settings[i])) return VALUE_ERROR;
        found += !is_empty(settings[i]);
    }
    if (given && dict_length(given) > found) {
        int64_t position = 0;
        Value key, value;
        while (dict_next(given, &position, &key, &value)) {
            bool known = false;
            for (int i = 0; i < SET_COUNT; i++)
                known = known || str_equal_c(as_str(key), setting_names[i]);
            if (!known)
                return raise_error(&TypeError, "'%V' is an invalid keyword argument for this function", key);
        }
    }
    return dialect_make(&dialect_type, dialect, settings);
}

static Value char_value(uint32_t c) {
    if (c == NO_CHAR) return VALUE_NONE;
    Str *text = str_from_char(c);
    return text ? object_value(text) : VALUE_ERROR;
}
static Value dialect_delimiter(Value self) { return char_value(OBJECT_AS(Dialect, self)->delimiter); }
static Value dialect_escape(Value self) { return char_value(OBJECT_AS(Dialect, self)->escape); }
static Value dialect_quote(Value self) { return char_value(OBJECT_AS(Dialect, self)->quote); }
static Value dialect_quoting(Value self) { return smallint_value(OBJECT_AS(Dialect, self)->quoting); }
static Value dialect_double_quote(Value self) { return bool_value(OBJECT_AS(Dialect, self)->double_quote); }
static Value dialect_skip_space(Value self) { return bool_value(OBJECT_AS(Dialect, self)->skip_space); }
static Value dialect_strict(Value self) { return bool_value(OBJECT_AS(Dialect, self)->strict); }
static Value dialect_terminator(Value self) { return OBJECT_AS(Dialect, self)->line_terminator; }

static const GetSetDef dialect_getset[] = {
    {"delimiter", dialect_delimiter, NULL, NULL},
    {"doublequote", dialect_double_quote, NULL, NULL},
    {"escapechar", dialect_escape, NULL, NULL},
    {"lineterminator", dialect_terminator, NULL, NULL},
    {"quotechar", dialect_quote, NULL, NULL},
    {"quoting", dialect_quoting, NULL, NULL},
    {"skipinitialspace", dialect_skip_space, NULL, NULL},
    {"strict", dialect_strict, NULL, NULL},
    {0},
};
static Value dialect_reduce(Value *args) {
    return raise_error(&TypeError, "cannot pickle '%T' instances", args[0]);
}
static const MethodDef dialect_methods[] = {
    METHOD("__reduce__", dialect_reduce, "($self, /)", "Refuses to be pickled."),
    METHOD("__reduce_ex__", dialect_reduce, "($self, protocol, /)", "Refuses to be pickled."),
    {0},
};
static Type dialect_type = {
    .name = "_csv.Dialect",
    .doc = "A way to write comma-separated values.",
    .base = &object_type_object,
    .size = sizeof(Dialect),
    .flags = TYPE_BASE,
    .root = {.cell_kind = {.trace = dialect_trace, .name = "_csv.Dialect"}},
    .new_instance = dialect_new,
    .init = ignore_init,
    .methods = dialect_methods,
    .getset = dialect_getset,
};

/* --- reading ------------------------------------------------------------------------------------------------ */

typedef struct Reader {
    Object object;
    Value lines;      /* constant; the iterator */
    Dialect *dialect; /* constant */
    int64_t line_number; /* atomic */
} Reader;

static void reader_trace(Cell *cell, Marker *marker) {
    marker_visit(marker, ((Reader *)cell)->lines);
    marker_visit_pointer(marker, ((Reader *)cell)->dialect);
}

/* The characters that mean something in a dialect. */
typedef struct Special {
    uint64_t ascii[2]; /* a bit each */
    bool others;       /* some are beyond ASCII */
} Special;

static void special_add(Special *special, uint32_t c) {
    if (c < 128) special->ascii[c / 64] |= UINT64_C(1) << c % 64;
    else if (c <= 0x10FFFF) special->others = true;
}
static Special special_of(const Dialect *d) {
    Special special = {0};
    special_add(&special, d->delimiter);
    special_add(&special, d->escape);
    special_add(&special, d->quote);
    Str *terminator = as_str(d->line_terminator);
    for (int64_t i = 0; i < terminator->length; i++) special_add(&special, str_at(terminator, i));
    return special;
}
/* Where the first character is, at or after `i`, that may be special. */
static int64_t ordinary_end(const Special *special, unsigned kind, const void *data, int64_t i, int64_t length) {
    for (; i < length; i++) {
        uint32_t c = point_read(kind, data, i);
        if (c < 128 ? (special->ascii[c / 64] >> c % 64 & 1) != 0 : special->others) break;
    }
    return i;
}

typedef enum ParseState {
    START_RECORD, START_FIELD, ESCAPED, AFTER_ESCAPED_NEWLINE, IN_FIELD, IN_QUOTES, ESCAPED_IN_QUOTES,
    QUOTE_IN_QUOTES, EAT_NEWLINES,
} ParseState;

typedef struct Parse {
    const Dialect *dialect;
    Special special; /* and the ends of lines */
    ParseState state;
    List *fields;
    StrBuilder field;
    int64_t length; /* of the field so far */
    bool numeric;   /* the field was not quoted, and quoting says that it is a number then */
} Parse;

static bool parse_add(Parse *p, uint32_t c) {
    int64_t limit = load_relaxed(&csv_field_limit);
    if (p->length >= limit) {
        raise_error(error_type(), "field larger than field limit (%lld)", (long long)limit);
        return false;
    }
    p->length++;
    return builder_add_char(&p->field, c);
}

static bool parse_save(Parse *p) {
    Str *text = builder_finish(&p->field);
    if (!text) return false;
    Value field = p->numeric ? number_float(object_value(text)) : object_value(text);
    builder_init(&p->field);
    p->length = 0;
    p->numeric = false;
    return !is_error(field) && list_append(p->fields, field);
}

static bool is_newline(uint32_t c) { return c == '\n' || c == '\r' || c == END_OF_LINE; }

static bool parse_end_field(Parse *p, uint32_t c) {
    p->state = c == END_OF_LINE ? START_RECORD : EAT_NEWLINES;
    return parse_save(p);
}

static bool parse_start_field(Parse *p, uint32_t c) {
    const Dialect *d = p->dialect;
    if (is_newline(c)) return parse_end_field(p, c);
    if (c == d->quote && d->quoting != QUOTE_NONE) {
        p->state = IN_QUOTES;
    } else if (c == d->escape) {
        p->state = ESCAPED;
    } else if (c == ' ' && d->skip_space) {
        /* skipped */
    } else if (c == d->delimiter) {
        return parse_save(p);
    } else {
        p->numeric = d->quoting == QUOTE_NONNUMERIC;
        p->state = IN_FIELD;
        return parse_add(p, c);
    }
    return true;
}

static bool parse_in_field(Parse *p, uint32_t c) {
    const Dialect *d = p->dialect;
    if (is_newline(c)) return parse_end_field(p, c);
    if (c == d->escape) {
        p->state = ESCAPED;
        return true;
    }
    if (c != d->delimiter) return parse_add(p, c);
    p->state = START_FIELD;
    return parse_save(p);
}

static bool parse_in_quotes(Parse *p, uint32_t c) {
    const Dialect *d = p->dialect;
    if (c == END_OF_LINE) return true;
    if (c == d->escape) {
        p->state = ESCAPED_IN_QUOTES;
        return true;
    }
    if (c != d->quote || d->quoting == QUOTE_NONE) return parse_add(p, c);
    p->state = d->double_quote ? QUOTE_IN_QUOTES : IN_FIELD;
    return true;
}

static bool parse_after_quote(Parse *p, uint32_t c) {
    const Dialect *d = p->dialect;
    if (d->quoting != QUOTE_NONE && c == d->quote) {
        p->state = IN_QUOTES;
        return parse_add(p, c);
    }
    if (c == d->delimiter) {
        p->state = START_FIELD;
        return parse_save(p);
    }
    if (is_newline(c)) return parse_end_field(p, c);
    if (!d->strict) {
        p->state = IN_FIELD;
        return parse_add(p, c);
    }
    raise_error(error_type(), "'%c' expected after '%c'", (int)d->delimiter, (int)d->quote);
    return false;
}

static bool parse_char(Parse *p, uint32_t c) {
    switch (p->state) {
    case START_RECORD:
        if (c == END_OF_LINE) return true;
        if (is_newline(c)) {
            p->state = EAT_NEWLINES;
            return true;
        }
        p->state = START_FIELD;
        return parse_start_field(p, c);
    case START_FIELD: return parse_start_field(p, c);
    case ESCAPED:
        p->state = c == '\n' || c == '\r' ? AFTER_ESCAPED_NEWLINE : IN_FIELD;
        return parse_add(p, c == END_OF_LINE ? '\n' : c);
    case AFTER_ESCAPED_NEWLINE:
        if (c == END_OF_LINE) return true;
        p->state = IN_FIELD;
        return parse_in_field(p, c);
    case IN_FIELD: return parse_in_field(p, c);
    case IN_QUOTES: return parse_in_quotes(p, c);
    case ESCAPED_IN_QUOTES:
        p->state = IN_QUOTES;
        return parse_add(p, c == END_OF_LINE ? '\n' : c);
    case QUOTE_IN_QUOTES: return parse_after_quote(p, c);
    case EAT_NEWLINES:
        if (c == END_OF_LINE) p->state = START_RECORD;
        if (is_newline(c)) return true;
        raise_error(error_type(), "new-line character seen in unquoted field - do you need to open the "
                                  "file in universal-newline mode?");
        return false;
    }
    return true;
}

/* Adds the ordinary characters from *i on at once, where they just belong to the field. */
static bool parse_ordinary(Parse *p, const Str *line, int64_t *i) {
    if (p->state != IN_FIELD && p->state != IN_QUOTES) return true;
    int64_t end = ordinary_end(&p->special, str_kind(line), line->data, *i, line->length);
    if (p->length + (end - *i) > load_relaxed(&csv_field_limit)) return true; /* told character by character */
    p->length += end - *i;
    int64_t start = *i;
    *i = end;
    return builder_add_range(&p->field, line, start, end);
}

static bool parse_line(Parse *p, Str *line) {
    for (int64_t i = 0; i < line->length; i++) {
        if (!parse_ordinary(p, line, &i)) return false;
        if (i < line->length && !parse_char(p, str_at(line, i))) return false;
    }
    return parse_char(p, END_OF_LINE);
}

static Value reader_next(Value self_value) {
    Reader *self = OBJECT_AS(Reader, self_value);
    Parse p = {.dialect = self->dialect, .fields = list_new(0)};
    if (!p.fields) return VALUE_ERROR;
    p.special = special_of(self->dialect);
    special_add(&p.special, '\n');
    special_add(&p.special, '\r');
    builder_init(&p.field);
    do {
        Value line = iter_next(self->lines);
        if (is_error(line)) return line;
        if (is_empty(line)) {
            if (p.length == 0 && p.state != IN_QUOTES) return VALUE_EMPTY;
            if (self->dialect->strict) return raise_error(error_type(), "unexpected end of data");
            return parse_save(&p) ? object_value(p.fields) : VALUE_ERROR;
        }
        if (!is_str(line))
            return raise_error(error_type(), "iterator should return strings, not %T (the file should be "
                               "opened in text mode)", line);
        fetch_add_relaxed(&self->line_number, (int64_t)1);
        if (!parse_line(&p, as_str(line))) return VALUE_ERROR;
    } while (p.state != START_RECORD);
    return object_value(p.fields);
}

static Value reader_dialect(Value self) { return object_value(OBJECT_AS(Reader, self)->dialect); }
static Value reader_line_num(Value self) { return int_value(load_relaxed(&OBJECT_AS(Reader, self)->line_number)); }

static const GetSetDef reader_getset[] = {
    {"dialect", reader_dialect, NULL, "the dialect"},
    {"line_num", reader_line_num, NULL, "lines read so far"},
    {0},
};
static Type reader_type = {
    .name = "_csv.reader",
    .doc = "Yields the records of comma-separated values as lists.",
    .base = &object_type_object,
    .size = sizeof(Reader),
    .flags = TYPE_NO_NEW,
    .root = {.cell_kind = {.trace = reader_trace, .name = "_csv.reader"}},
    .iter = iter_self,
    .next = reader_next,
    .getset = reader_getset,
};

static Value csv_reader(Value *args) {
    Value lines = get_iter(args[1]);
    Value dialect = is_error(lines) ? lines : dialect_from_call(args[2], args[3]);
    if (is_error(dialect)) return dialect;
    Reader *self = object_alloc(&reader_type, sizeof(Reader));
    if (!self) return VALUE_ERROR;
    heap_store_release(self, &self->lines, lines);
    HEAP_STORE_POINTER(self, &self->dialect, OBJECT_AS(Dialect, dialect));
    return object_value(self);
}

/* --- writing ---------------------------------------------------------------------------------------------------- */

typedef struct Writer {
    Object object;
    Value write;      /* constant; the method */
    Dialect *dialect; /* constant */
} Writer;

static void writer_trace(Cell *cell, Marker *marker) {
    marker_visit(marker, ((Writer *)cell)->write);
    marker_visit_pointer(marker, ((Writer *)cell)->dialect);
}

static bool needs_care(const Dialect *d, uint32_t c) {
    if (c == d->delimiter || c == d->escape || c == d->quote) return true;
    Str *terminator = as_str(d->line_terminator);
    for (int64_t i = 0; i < terminator->length; i++)
        if (str_at(terminator, i) == c) return true;
    return false;
}

/* The text of a field with its quotes inside doubled or escaped; *quoted is set when it needs quotes
 * around. */
static Str *escape_field(const Dialect *d, Str *text, bool *quoted) {
    StrBuilder out;
    builder_init(&out);
    for (int64_t i = 0; i < text->length; i++) {
        uint32_t c = str_at(text, i);
        bool escape = false;
        if (needs_care(d, c)) {
            if (d->quoting == QUOTE_NONE) escape = true;
            else if (c == d->quote && d->double_quote) {
                if (!builder_add_char(&out, c)) return NULL;
            } else if (c == d->quote || c == d->escape) escape = true;
            if (!escape) *quoted = true;
        }
        if (escape && d->escape == NO_CHAR) {
            raise_error(error_type(), "need to escape, but no escapechar set");
            return NULL;
        }
        if (escape && !builder_add_char(&out, d->escape)) return NULL;
        if (!builder_add_char(&out, c)) return NULL;
    }
    return builder_finish(&out);
}

static bool is_number(Value v) {
    return is_int(v) || is_float(v) || has_index(v) || type_of(v)->to_float || type_of(v)->to_int;
}

/* The text of a small int or a float; 0: it is another value. */
static size_t number_text(Value v, char *room, size_t size) {
    if (is_double(v)) return number_format_double(room, size, double_of(v), 'r', 0, NUMBER_ADD_DOT_0);
    if (!is_smallint(v)) return 0;
    return (size_t)snprintf(room, size, "%lld", (long long)smallint_of(v));
}

static bool add_field(const Dialect *d, const Special *special, StrBuilder *row, Value field) {
    bool quoted = d->quoting == QUOTE_ALL || (d->quoting == QUOTE_NONNUMERIC && !is_number(field));
    char room[40];
    size_t digits = quoted ? 0 : number_text(field, room, sizeof room);
    if (digits && ordinary_end(special, 1, room, 0, (int64_t)digits) == (int64_t)digits)
        return builder_add_ascii(row, room, digits);
    Value text = is_none(field) ? object_value(str_empty()) : is_str(field) ? field : value_str(field);
    if (is_error(text)) return false;
    Str *content = as_str(text);
    if (ordinary_end(special, str_kind(content), content->data, 0, content->length) < content->length)
        content = escape_field(d, content, &quoted);
    if (!content) return false;
    return (!quoted || builder_add_char(row, d->quote)) && builder_add(row, content) &&
           (!quoted || builder_add_char(row, d->quote));
}

static Value writer_writerow(Value *args) {
    Writer *self = OBJECT_AS(Writer, args[0]);
    const Dialect *d = self->dialect;
    Value iterator = get_iter(args[1]);
    if (is_error(iterator)) {
        if (!error_clear_if(&TypeError)) return iterator;
        return raise_error(error_type(), "iterable expected, not %T", args[1]);
    }
    Special special = special_of(d);
    StrBuilder row;
    int64_t fields = 0;
    builder_init(&row);
    for (;;) {
        Value field = iter_next(iterator);
        if (is_error(field)) return field;
        if (is_empty(field)) break;
        if (fields++ > 0 && !builder_add_char(&row, d->delimiter)) return VALUE_ERROR;
        if (!add_field(d, &special, &row, field)) return VALUE_ERROR;
    }
    if (fields > 0 && row.length == 0) { /* else it would read as no field at all */
        if (d->quoting == QUOTE_NONE)
            return raise_error(error_type(), "single empty field record must be quoted");
        if (!builder_add_char(&row, d->quote) || !builder_add_char(&row, d->quote)) return VALUE_ERROR;
    }
    if (!builder_add(&row, as_str(d->line_terminator))) return VALUE_ERROR;
    Str *text = builder_finish(&row);
    return text ? call_1(self->write, object_value(text)) : VALUE_ERROR;
}

static Value writer_writerows(Value *args) {
    Value iterator = get_iter(args[1]);
    if (is_error(iterator)) return iterator;
    for (;;) {
        Value row[2] = {args[0], iter_next(iterator)};
        if (is_error(row[1])) return row[1];
        if (is_empty(row[1])) return VALUE_NONE;
        if (is_error(writer_writerow(row))) return VALUE_ERROR;
    }
}

static Value writer_dialect(Value self) { return object_value(OBJECT_AS(Writer, self)->dialect); }

static const MethodDef writer_methods[] = {
    METHOD("writerow", writer_writerow, "($self, row, /)", "Write the items of an iterable as a record."),
    METHOD("writerows", writer_writerows, "($self, rows, /)", "Write several records."),
    {0},
};
static const GetSetDef writer_getset[] = {
    {"dialect", writer_dialect, NULL, "the dialect"},
    {0},
};
static Type writer_type = {
    .name = "_csv.writer",
    .doc = "Writes records as comma-separated values.",
    .base = &object_type_object,
    .size = sizeof(Writer),
    .flags = TYPE_NO_NEW,
    .root = {.cell_kind = {.trace = writer_trace, .name = "_csv.writer"}},
    .methods = writer_methods,
    .getset = writer_getset,
};

static Value csv_writer(Value *args) {
    Value write = get_attribute_optional(args[1], NAME("write"));
    if (is_error(write)) return write;
    if (is_empty(write) || !is_callable(write))
        return raise_error(&TypeError, "argument 1 must have a \"write\" method");
    Value dialect = dialect_from_call(args[2], args[3]);
    if (is_error(dialect)) return dialect;
    Writer *self = object_alloc(&writer_type, sizeof(Writer));
    if (!self) return VALUE_ERROR;
    heap_store_release(self, &self->write, write);
    HEAP_STORE_POINTER(self, &self->dialect, OBJECT_AS(Dialect, dialect));
    return object_value(self);
}

/* --- the module -------------------------------------------------------------------------------------------------- */

static Value csv_register(Value *args) {
    if (!is_str(args[1])) return raise_error(&TypeError, "dialect name must be a string");
    Value dialect = dialect_from_call(args[2], args[3]);
    if (is_error(dialect)) return dialect;
    return dict_set(as_dict(csv_dialects), args[1], dialect) ? VALUE_NONE : VALUE_ERROR;
}

static Value csv_unregister(Value *args) {
    Value removed = dict_pop(as_dict(csv_dialects), args[1]);
    if (is_error(removed)) return removed;
    return is_empty(removed) ? raise_error(error_type(), "unknown dialect") : VALUE_NONE;
}

static Value csv_get_dialect(Value *args) { return find_dialect(args[1]); }

static Value csv_list_dialects(Value *args) {
    List *names = dict_keys_list(as_dict(csv_dialects));
    return names ? object_value(names) : VALUE_ERROR;
}

static Value csv_field_size_limit(Value *args) {
    int64_t old = load_relaxed(&csv_field_limit), limit = 0;
    if (is_empty(args[1])) return int_value(old);
    if (!is_exact_int(args[1])) return raise_error(&TypeError, "limit must be an integer");
    if (!argument_int64(args[1], &limit)) return VALUE_ERROR;
    store_relaxed(&csv_field_limit, limit);
    return int_value(old);
}

static const MethodDef functions[] = {
    METHOD("reader", csv_reader, "($module, iterable, /, dialect='excel', **fmtparams)",
           "An iterator over the records in lines of comma-separated values."),
    METHOD("writer", csv_writer, "($module, fileobj, /, dialect='excel', **fmtparams)",
           "An object that writes records to a file."),
    METHOD("register_dialect", csv_register, "($module, name, /, dialect='excel', **fmtparams)",
           "Give a dialect a name."),
    METHOD("unregister_dialect", csv_unregister, "($module, /, name)", "Forget a dialect's name."),
    METHOD("get_dialect", csv_get_dialect, "($module, /, name)", "The dialect of that name."),
    METHOD("list_dialects", csv_list_dialects, "($module)", "The names of all dialects."),
    METHOD("field_size_limit", csv_field_size_limit, "($module, /, new_limit=None)",
           "The largest field that is read; sets it, and returns the old."),
    {0},
};

static bool init(Module *module) {
    type_ready(&reader_type);
    type_ready(&writer_type);
    Type *error = type_create("_csv", "Error", &exc_Exception, NULL);
    Dict *dialects = dict_new();
    if (!error || !dialects) return false;
    csv_error = object_value(error);
    csv_dialects = object_value(dialects);
    module_root(&csv_error);
    module_root(&csv_dialects);
    return module_add(module, "Error", csv_error) && module_add(module, "_dialects", csv_dialects) &&
           module_add(module, "Reader", object_value(&reader_type)) &&
           module_add(module, "Writer", object_value(&writer_type)) &&
           module_add_str(module, "__version__", "1.0") &&
           module_add_int(module, "QUOTE_MINIMAL", QUOTE_MINIMAL) &&
           module_add_int(module, "QUOTE_ALL", QUOTE_ALL) &&
           module_add_int(module, "QUOTE_NONNUMERIC", QUOTE_NONNUMERIC) &&
           module_add_int(module, "QUOTE_NONE", QUOTE_NONE);
}

static Type *const types[] = {&dialect_type, NULL};

const NativeModule module__csv = {
    .name = "_csv",
    .doc = "Comma-separated values, read and written.",
    .functions = functions,
    .types = types,
    .init = init,
};
