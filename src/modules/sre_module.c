/* sre_module.c - the module _sre: compiled patterns. */
#include "modules/sre_object.h"

#include <ctype.h>
#include <string.h>
#include "types/exception.h"
#include "types/genericalias.h"
#include "types/int.h"
#include "types/module.h"
#include "types/str_buffer.h"
#include "types/str_methods.h"
#include "types/unicode.h"

static inline Pattern *as_pattern(Value v) { return OBJECT_AS(Pattern, v); }

/* --- subjects ----------------------------------------------------------------------------------- */

bool subject_get(Subject *s, const Pattern *pattern, Value string) {
    *s = (Subject){.string = string};
    if (is_str(string)) {
        s->is_str = true;
        s->data = as_str(string)->data;
        s->kind = str_kind(as_str(string));
        s->length = as_str(string)->length;
    } else {
        if (!has_buffer(string)) {
            raise_error(&TypeError, "expected string or bytes-like object, got '%T'", string);
            return false;
        }
        if (!buffer_get(string, &s->view, BUFFER_SIMPLE)) return false;
        s->has_view = true;
        s->data = s->view.data;
        s->kind = 1;
        s->length = s->view.length;
    }
    if (pattern && !is_none(pattern->source) && is_str(pattern->source) != s->is_str) {
        raise_error(&TypeError, s->is_str ? "cannot use a bytes pattern on a string-like object"
                                          : "cannot use a string pattern on a bytes-like object");
        subject_release(s);
        return false;
    }
    return true;
}

void subject_release(Subject *s) {
    if (s->has_view) buffer_release(&s->view);
    s->has_view = false;
}

Value subject_slice(const Subject *s, int64_t start, int64_t end) {
    if (start > s->length) start = s->length;
    if (end > s->length) end = s->length;
    if (s->is_str) return str_result(str_substring(as_str(s->string), start, end));
    if (start == 0 && end == s->length && is_exactly(s->string, &bytes_type)) return s->string;
    Bytes *part = bytes_from((const char *)s->data + start, end > start ? (size_t)(end - start) : 0);
    return part ? object_value(part) : VALUE_ERROR;
}

static bool size_argument(Value v, int64_t fallback, int64_t *out) {
    *out = fallback;
    if (is_empty(v)) return true;
    *out = value_index_int64(v, &OverflowError);
    return *out != -1 || !error_occurred();
}

static void clip_bounds(int64_t length, int64_t *start, int64_t *end) {
    if (*start < 0) *start = 0;
    else if (*start > length) *start = length;
    if (*end < 0) *end = 0;
    else if (*end > length) *end = length;
}

/* Reads the arguments `string`, `pos` and `endpos`, in the order in which errors are told. */
static bool subject_and_bounds(Value *args, Subject *subject, int64_t *start, int64_t *end) {
    return size_argument(args[2], 0, start) && size_argument(args[3], INT64_MAX, end) &&
           subject_get(subject, as_pattern(args[0]), args[1]) &&
           (clip_bounds(subject->length, start, end), true);
}

Value state_group(const MatchState *state, const Subject *subject, int64_t group, Value fallback) {
    int64_t start = state->match_start, end = state->match_end;
    if (group) {
        start = state->marks[group * 2 - 2];
        end = state->marks[group * 2 - 1];
    }
    if (start < 0 || end < start) return fallback;
    return subject_slice(subject, start, end);
}

/* --- matching ----------------------------------------------------------------------------------- */

typedef enum MatchHow { MATCH_HERE, MATCH_WHOLE, MATCH_SEARCH } MatchHow;

static Value match_method(Value *args, MatchHow how) {
    Pattern *pattern = as_pattern(args[0]);
    Subject subject;
    int64_t start, end;
    if (!subject_and_bounds(args, &subject, &start, &end)) return VALUE_ERROR;
    Value result = VALUE_ERROR;
    MatchState state;
    if (match_state_init(&state, pattern->program, subject.data, subject.kind, start, end)) {
        state.whole = how == MATCH_WHOLE;
        int matched = how == MATCH_SEARCH ? match_search(&state) : match_here(&state);
        if (matched > 0) result = match_new(pattern, &state, args[1], start, end);
        else if (matched == 0) result = VALUE_NONE;
        match_state_free(&state);
    }
    subject_release(&subject);
    return result;
}
static Value pattern_match(Value *args) { return match_method(args, MATCH_HERE); }
static Value pattern_fullmatch(Value *args) { return match_method(args, MATCH_WHOLE); }
static Value pattern_search(Value *args) { return match_method(args, MATCH_SEARCH); }

/* Goes on behind a match. */
static void advance(MatchState *state) {
    state->must_advance = state->match_end == state->match_start;
    state->start = state->match_end;
}

/* What findall() lists for one match. */
static Value found_item(const Pattern *pattern, const MatchState *state, const Subject *subject,
                        Value empty) {
    if (pattern->groups <= 1) return state_group(state, subject, pattern->groups, empty);
    Tuple *tuple = tuple_new(pattern->groups);
    for (int64_t i = 0; tuple && i < pattern->groups; i++) {
        Value item = state_group(state, subject, i + 1, empty);
        if (is_error(item)) return item;
        tuple->items[i] = item;
    }
    return tuple ? object_value(tuple) : VALUE_ERROR;
}

static Value pattern_findall(Value *args) {
    Pattern *pattern = as_pattern(args[0]);
    Subject subject;
    int64_t start, end;
    if (!subject_and_bounds(args, &subject, &start, &end)) return VALUE_ERROR;
    MatchState state;
    List *list = list_new(0);
    Value result = VALUE_ERROR;
    if (list && match_state_init(&state, pattern->program, subject.data, subject.kind, start, end)) {
        Value empty = subject_slice(&subject, 0, 0);
        int matched = is_error(empty) ? -1 : 0;
        while (matched == 0 && state.start <= end && (matched = match_search(&state)) > 0) {
            Value item = found_item(pattern, &state, &subject, empty);
            matched = -1;
            if (is_error(item) || !list_append(list, item)) break;
            matched = 0;
            advance(&state);
        }
        if (matched == 0) result = object_value(list);
        match_state_free(&state);
    }
    subject_release(&subject);
    return result;
}

static bool split_parts(const Pattern *pattern, MatchState *state, const Subject *subject,
                        int64_t limit, List *parts) {
    int64_t last = 0;
    for (int64_t count = 0; limit == 0 || count < limit; count++) {
        int matched = match_search(state);
        if (matched < 0) return false;
        if (!matched) break;
        Value part = subject_slice(subject, last, state->match_start);
        if (is_error(part) || !list_append(parts, part)) return false;
        for (int64_t i = 1; i <= pattern->groups; i++) {
            part = state_group(state, subject, i, VALUE_NONE);
            if (is_error(part) || !list_append(parts, part)) return false;
        }
        last = state->match_end;
        advance(state);
    }
    Value rest = subject_slice(subject, last, subject->length);
    return !is_error(rest) && list_append(parts, rest);
}

static Value pattern_split(Value *args) {
    Pattern *pattern = as_pattern(args[0]);
    int64_t limit;
    Subject subject;
    MatchState state;
    if (!size_argument(args[2], 0, &limit) || !subject_get(&subject, pattern, args[1]))
        return VALUE_ERROR;
    List *parts = list_new(0);
    bool good = false;
    if (parts && match_state_init(&state, pattern->program, subject.data, subject.kind, 0,
                                  subject.length)) {
        good = split_parts(pattern, &state, &subject, limit, parts);
        match_state_free(&state);
    }
    subject_release(&subject);
    return good ? object_value(parts) : VALUE_ERROR;
}

/* --- replacing ---------------------------------------------------------------------------------- */

/* Adds a replacement to a text; bytes are added as the characters of their values. */
static bool add_piece(StrBuilder *out, bool is_text, Value piece, int64_t index) {
    if (is_none(piece)) return true;
    if (is_text) {
        if (is_str(piece)) return builder_add(out, as_str(piece));
        raise_error(&TypeError, "sequence item %zd: expected str instance, %T found",
                    (ptrdiff_t)index, piece);
        return false;
    }
    if (!has_buffer(piece)) {
        raise_error(&TypeError, "sequence item %zd: expected a bytes-like object, %T found",
                    (ptrdiff_t)index, piece);
        return false;
    }
    BufferView view;
    if (!buffer_get(piece, &view, BUFFER_SIMPLE)) return false;
    bool good = builder_add_points(out, view.data, 1, view.length);
    buffer_release(&view);
    return good;
}

/* The replacement as a literal, or as a function of the match (*is_function). */
static Value prepare_replacement(Value self, Value replacement, bool *is_function) {
    *is_function = true;
    if (is_callable(replacement)) return replacement;
    Subject text;
    *is_function = false;
    bool literal = false;
    if (is_str(replacement) || has_buffer(replacement)) {
        if (!subject_get(&text, NULL, replacement)) return VALUE_ERROR;
        literal = true;
        for (int64_t i = 0; literal && i < text.length; i++)
            literal = point_read(text.kind, text.data, i) != '\\';
        subject_release(&text);
    }
    if (literal) return replacement;
    Value subx = import_attribute("re", "_subx");
    if (is_error(subx)) return subx;
    Value filter = call_2(subx, self, replacement);
    *is_function = !is_error(filter) && is_callable(filter);
    return filter;
}

static bool substitute(Pattern *pattern, MatchState *state, const Subject *subject,
                       Value replacement, bool is_function, int64_t limit, StrBuilder *out,
                       int64_t *count) {
    int64_t last = 0, pieces = 0;
    const char *text = subject->data;
    unsigned kind = subject->kind;
    for (*count = 0; limit == 0 || *count < limit; ++*count) {
        int matched = match_search(state);
        if (matched < 0) return false;
        if (!matched) break;
        int64_t start = state->match_start;
        if (last < start) {
            if (!builder_add_points(out, text + last * kind, kind, start - last)) return false;
            pieces++;
        }
        Value piece = replacement;
        if (is_function) {
            Value match = match_new(pattern, state, subject->string, 0, subject->length);
            if (is_error(match)) return false;
            piece = call_1(replacement, match);
            if (is_error(piece)) return false;
        }
        if (!add_piece(out, subject->is_str, piece, pieces)) return false;
        if (!is_none(piece)) pieces++;
        last = state->match_end;
        advance(state);
    }
    return *count == 0 || builder_add_points(out, text + last * kind, kind, subject->length - last);
}

static Value sub(Value *args, bool with_count) {
    Pattern *pattern = as_pattern(args[0]);
    int64_t limit, count = 0;
    bool is_function, good = false;
    Subject subject;
    MatchState state;
    StrBuilder out;
    if (!size_argument(args[3], 0, &limit)) return VALUE_ERROR;
    Value replacement = prepare_replacement(args[0], args[1], &is_function);
    if (is_error(replacement) || !subject_get(&subject, pattern, args[2])) return VALUE_ERROR;
    builder_init(&out);
    if (match_state_init(&state, pattern->program, subject.data, subject.kind, 0, subject.length)) {
        good = substitute(pattern, &state, &subject, replacement, is_function, limit, &out, &count);
        match_state_free(&state);
    }
    Value result = VALUE_ERROR;
    if (good && count == 0) {
        result = subject_slice(&subject, 0, subject.length);
    } else if (good) {
        Str *text = builder_finish(&out);
        if (text && subject.is_str) result = object_value(text);
        else if (text) {
            Bytes *bytes = bytes_from(text->data, (size_t)text->length);
            if (bytes) result = object_value(bytes);
        }
    }
    subject_release(&subject);
    if (is_error(result) || !with_count) return result;
    Tuple *pair = tuple_pack(2, result, int_value(count));
    return pair ? object_value(pair) : VALUE_ERROR;
}
static Value pattern_sub(Value *args) { return sub(args, false); }
static Value pattern_subn(Value *args) { return sub(args, true); }

/* --- scanners ----------------------------------------------------------------------------------- */

static Value scan(Value *args, Type *type) {
    Pattern *pattern = as_pattern(args[0]);
    Subject subject;
    int64_t start, end;
    if (!subject_and_bounds(args, &subject, &start, &end)) return VALUE_ERROR;
    subject_release(&subject);
    return sre_scanner_new(pattern, args[1], start, end, type);
}
static Value pattern_finditer(Value *args) { return scan(args, &sre_iterator_type); }
static Value pattern_scanner(Value *args) { return scan(args, &sre_scanner_type); }

/* --- the pattern type --------------------------------------------------------------------------- */

static void pattern_trace(Cell *cell, Marker *marker) {
    Pattern *p = (Pattern *)cell;
    marker_visit_pointer(marker, p->program);
    marker_visit(marker, p->source);
    marker_visit_pointer(marker, p->groupindex);
    marker_visit_pointer(marker, p->indexgroup);
}

static Value pattern_repr(Value self) {
    static const struct {
        const char *name;
        int flag;
    } names[] = {
        {"re.TEMPLATE", SRE_FLAG_TEMPLATE}, {"re.IGNORECASE", SRE_FLAG_IGNORECASE},
        {"re.LOCALE", SRE_FLAG_LOCALE},     {"re.MULTILINE", SRE_FLAG_MULTILINE},
        {"re.DOTALL", SRE_FLAG_DOTALL},     {"re.UNICODE", SRE_FLAG_UNICODE},
        {"re.VERBOSE", SRE_FLAG_VERBOSE},   {"re.DEBUG", SRE_FLAG_DEBUG},
        {"re.ASCII", SRE_FLAG_ASCII},
    };
    Pattern *p = as_pattern(self);
    int64_t flags = p->flags;
    if (is_str(p->source) &&
        (flags & (SRE_FLAG_LOCALE | SRE_FLAG_UNICODE | SRE_FLAG_ASCII)) == SRE_FLAG_UNICODE)
        flags &= ~SRE_FLAG_UNICODE;
    Value source = value_repr(p->source);
    if (is_error(source)) return source;
    StrBuilder out;
    builder_init(&out);
    Str *shown = as_str(source);
    bool good = builder_add_c(&out, "re.compile(") &&
                builder_add_range(&out, shown, 0, shown->length < 200 ? shown->length : 200);
    const char *mark = ", ";
    for (size_t i = 0; good && i < ARRAY_LENGTH(names); i++) {
        if (!(flags & names[i].flag)) continue;
        good = builder_add_c(&out, mark) && builder_add_c(&out, names[i].name);
        mark = "|";
        flags &= ~names[i].flag;
    }
    if (good && flags) {
        Str *rest = str_format("%s0x%x", mark, (unsigned)flags);
        good = rest && builder_add(&out, rest);
    }
    return good && builder_add_char(&out, ')') ? str_result(builder_finish(&out)) : VALUE_ERROR;
}

static int64_t pattern_hash(Value self) {
    Pattern *p = as_pattern(self);
    int64_t hash = value_hash(p->source);
    if (hash == -1) return -1;
    hash ^= p->flags * 1000003 ^ p->groups ^ (int64_t)p->program->length << 20;
    return hash == -1 ? -2 : hash;
}

static Value pattern_compare(Value self, Value other, CompareOp op) {
    if (op != COMPARE_EQ && op != COMPARE_NE) return VALUE_NOT_IMPLEMENTED;
    if (!is_exactly(other, &sre_pattern_type)) return VALUE_NOT_IMPLEMENTED;
    Pattern *a = as_pattern(self), *b = as_pattern(other);
    int equal = a == b;
    if (!equal && a->flags == b->flags && a->program->length == b->program->length &&
        is_str(a->source) == is_str(b->source) &&
        memcmp(a->program->words, b->program->words, a->program->length * sizeof(uint32_t)) == 0) {
        equal = value_equal(a->source, b->source);
        if (equal < 0) return VALUE_ERROR;
    }
    return bool_value(equal == (op == COMPARE_EQ));
}

static Value return_self(Value *args) { return args[0]; }
static Value groupindex_get(Value self) {
    return mappingproxy_new(object_value(as_pattern(self)->groupindex));
}

#define WHERE "($self, /, string, pos=0, endpos=sys.maxsize)"

static const MethodDef pattern_methods[] = {
    METHOD("match", pattern_match, WHERE, "Match at the start of the string."),
    METHOD("fullmatch", pattern_fullmatch, WHERE, "Match all of the string."),
    METHOD("search", pattern_search, WHERE, "Find the first place that matches."),
    METHOD("sub", pattern_sub, "($self, /, repl, string, count=0)",
           "Replace matches, all or the first count, by a template or a function's result."),
    METHOD("subn", pattern_subn, "($self, /, repl, string, count=0)",
           "Like sub(), with the number of replacements."),
    METHOD("findall", pattern_findall, WHERE, "List all matches that do not overlap."),
    METHOD("split", pattern_split, "($self, /, string, maxsplit=0)", "Split at the matches."),
    METHOD("finditer", pattern_finditer, WHERE, "Iterate over all matches that do not overlap."),
    METHOD("scanner", pattern_scanner, WHERE, "Return an object that matches piece by piece."),
    METHOD("__copy__", return_self, "($self, /)", "Return self."),
    METHOD("__deepcopy__", return_self, "($self, memo, /)", "Return self."),
    CLASS_METHOD("__class_getitem__", generic_alias_class_getitem, "($type, object, /)",
                 "See PEP 585."),
    {0},
};
static const GetSetDef pattern_getset[] = {
    {"groupindex", groupindex_get, NULL, "The numbers of the named groups."},
    {0},
};
static const MemberDef pattern_members[] = {
    {"pattern", MEMBER_VALUE, offsetof(Pattern, source), MEMBER_READONLY,
     "What the pattern was compiled from."},
    {"flags", MEMBER_INT64, offsetof(Pattern, flags), MEMBER_READONLY, "The flags."},
    {"groups", MEMBER_INT64, offsetof(Pattern, groups), MEMBER_READONLY, "The number of groups."},
    {0},
};

Type sre_pattern_type = {
    .root = {.cell_kind = {pattern_trace, NULL, "re.Pattern"}},
    .name = "re.Pattern",
    .doc = "Compiled regular expression object.",
    .size = sizeof(Pattern),
    .flags = TYPE_NO_NEW | TYPE_HAS_WEAKREF,
    .repr = pattern_repr,
    .hash = pattern_hash,
    .compare = pattern_compare,
    .methods = pattern_methods,
    .getset = pattern_getset,
    .members = pattern_members,
};

/* --- module functions --------------------------------------------------------------------------- */

static uint32_t *read_code(List *list, size_t *length) {
    int64_t count;
    Array *items = list_snapshot(list, &count);
    if (!items) return NULL;
    StrBuffer *room = str_buffer_new(count * (int64_t)sizeof(uint32_t));
    if (!room) return NULL;
    uint32_t *code = (uint32_t *)(void *)room->bytes;
    for (int64_t i = 0; i < count; i++) {
        uint64_t word;
        Value item = value_index(items->items[i]);
        if (is_error(item)) return NULL;
        if (!int_to_uint64(item, &word) || word > UINT32_MAX) {
            raise_error(&OverflowError, "regular expression code size limit exceeded");
            return NULL;
        }
        code[i] = (uint32_t)word;
    }
    *length = (size_t)count;
    return code;
}

static Value sre_compile(Value *args) {
    if (!is_list(args[2]))
        return raise_error(&TypeError, "compile() argument 'code' must be list, not %T", args[2]);
    if (!is_dict(args[4]))
        return raise_error(&TypeError, "compile() argument 'groupindex' must be dict, not %T",
                           args[4]);
    if (!is_tuple(args[5]))
        return raise_error(&TypeError, "compile() argument 'indexgroup' must be tuple, not %T",
                           args[5]);
    int64_t flags, groups;
    if (!value_to_int64(args[1], &flags) || !value_to_int64(args[3], &groups)) return VALUE_ERROR;
    if (groups < 0 || groups > SRE_MAXGROUPS) return raise_error(&RuntimeError, "invalid SRE code");
    if (!is_none(args[0]) && !is_str(args[0]) && !has_buffer(args[0]))
        return raise_error(&TypeError, "expected string or bytes-like object, got '%T'", args[0]);
    size_t length;
    uint32_t *code = read_code(as_list(args[2]), &length);
    if (!code) return VALUE_ERROR;
    Program *program = program_translate(code, length, (uint32_t)groups);
    if (!program) return VALUE_ERROR;
    Pattern *p = object_alloc(&sre_pattern_type, sizeof *p);
    if (!p) return VALUE_ERROR;
    p->program = program;
    p->source = args[0];
    p->flags = flags;
    p->groups = groups;
    p->groupindex = as_dict(args[4]);
    p->indexgroup = as_tuple(args[5]);
    return object_value(p);
}

static Value getcodesize(Value *args) { return smallint_value(sizeof(uint32_t)); }

static bool character(Value v, uint32_t *c) {
    int64_t n;
    if (!value_to_int64(v, &n)) return false;
    *c = n < 0 || n > 0x10FFFF ? 0 : (uint32_t)n;
    return true;
}
static Value ascii_iscased(Value *args) {
    uint32_t c;
    return character(args[0], &c) ? bool_value(c < 128 && isalpha((int)c)) : VALUE_ERROR;
}
static Value unicode_iscased(Value *args) {
    uint32_t c;
    if (!character(args[0], &c)) return VALUE_ERROR;
    return bool_value(unicode_to_lower(c) != c || unicode_to_upper(c) != c);
}
static Value ascii_tolower(Value *args) {
    uint32_t c;
    return character(args[0], &c) ? smallint_value(fold_lower(FOLD_ASCII, c)) : VALUE_ERROR;
}
static Value unicode_tolower(Value *args) {
    uint32_t c;
    return character(args[0], &c) ? smallint_value(fold_lower(FOLD_UNICODE, c)) : VALUE_ERROR;
}

static const MethodDef functions[] = {
    STATIC_METHOD("compile", sre_compile, "(pattern, flags, code, groups, groupindex, indexgroup)",
                  "Make a pattern of the compiler's code."),
    STATIC_METHOD("getcodesize", getcodesize, "()", "Return the size of a code word in bytes."),
    STATIC_METHOD("ascii_iscased", ascii_iscased, "(character, /)",
                  "Tell whether an ASCII character has a case."),
    STATIC_METHOD("unicode_iscased", unicode_iscased, "(character, /)",
                  "Tell whether a character has a case."),
    STATIC_METHOD("ascii_tolower", ascii_tolower, "(character, /)",
                  "Return the lower case of an ASCII character."),
    STATIC_METHOD("unicode_tolower", unicode_tolower, "(character, /)",
                  "Return the simple lower case of a character."),
    {0},
};

static bool init(Module *module) {
    return module_add_int(module, "MAGIC", SRE_MAGIC) &&
           module_add_int(module, "CODESIZE", sizeof(uint32_t)) &&
           module_add_int(module, "MAXREPEAT", SRE_MAXREPEAT) &&
           module_add_int(module, "MAXGROUPS", SRE_MAXGROUPS);
}

static Type *const types[] = {&sre_pattern_type, &sre_match_type, &sre_scanner_type,
                              &sre_iterator_type, NULL};

const NativeModule module__sre = {
    .name = "_sre",
    .doc = "The engine of regular expressions.",
    .functions = functions,
    .types = types,
    .init = init,
};
