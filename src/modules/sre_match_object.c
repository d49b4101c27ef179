/* sre_match_object.c - match objects, scanners, and the iterator of finditer(). */
#include <string.h>
#include "modules/sre_object.h"
#include "types/exception.h"
#include "types/genericalias.h"
#include "types/int.h"
#include "types/module.h"
#include "types/str_methods.h"

static inline Match *as_match(Value v) { return OBJECT_AS(Match, v); }

static void match_trace(Cell *cell, Marker *marker) {
    Match *m = (Match *)cell;
    marker_visit_pointer(marker, m->pattern);
    marker_visit(marker, m->string);
    marker_visit(marker, value_load_relaxed(&m->regs));
}

Value match_new(Pattern *pattern, const MatchState *state, Value string, int64_t pos, int64_t endpos) {
    size_t marks = (size_t)(pattern->groups + 1) * 2;
    Match *m = object_alloc(&sre_match_type, sizeof *m + marks * sizeof(int64_t));
    if (!m) return VALUE_ERROR;
    m->pattern = pattern;
    m->string = string;
    m->pos = pos;
    m->endpos = endpos;
    m->last_index = state->last_index;
    m->marks[0] = state->match_start;
    m->marks[1] = state->match_end;
    for (int64_t i = 1; i <= pattern->groups; i++) {
        int64_t start = state->marks[i * 2 - 2], end = state->marks[i * 2 - 1];
        bool matched = start >= 0 && end >= start;
        m->marks[i * 2] = matched ? start : -1;
        m->marks[i * 2 + 1] = matched ? end : -1;
    }
    return object_value(m);
}

/* --- groups ------------------------------------------------------------------------------------- */

static Value group_text(Match *m, int64_t group, Value fallback) {
    int64_t start = m->marks[group * 2], end = m->marks[group * 2 + 1];
    if (start < 0) return fallback;
    if (is_str(m->string)) return str_result(str_substring(as_str(m->string), start, end));
    Subject subject;
    if (!subject_get(&subject, NULL, m->string)) return VALUE_ERROR;
    Value text = subject_slice(&subject, start, end);
    subject_release(&subject);
    return text;
}

/* A group by number or name; -1 with IndexError. */
static int64_t group_index(Match *m, Value which) {
    int64_t group = -1;
    if (is_empty(which)) return 0;
    if (is_smallint(which) || has_index(which)) {
        group = value_index_int64(which, NULL);
        if (group == -1 && error_occurred()) return -1;
    } else {
        Value found = dict_get(m->pattern->groupindex, which);
        if (is_error(found)) error_clear();
        else if (!is_empty(found) && (!is_int(found) || !int_to_int64(found, &group))) group = -1;
    }
    if (group < 0 || group > m->pattern->groups) {
        raise_error(&IndexError, "no such group");
        return -1;
    }
    return group;
}

static Value group_of(Match *m, Value which) {
    int64_t group = group_index(m, which);
    return group < 0 ? VALUE_ERROR : group_text(m, group, VALUE_NONE);
}

static Value match_group(Value *args, size_t count, Tuple *names) {
    if (names && names->length)
        return raise_error(&TypeError, "re.Match.group() takes no keyword arguments");
    Match *m = as_match(args[0]);
    if (count <= 1) return group_text(m, 0, VALUE_NONE);
    if (count == 2) return group_of(m, args[1]);
    Tuple *tuple = tuple_new((int64_t)count - 1);
    for (size_t i = 1; tuple && i < count; i++) {
        Value text = group_of(m, args[i]);
        if (is_error(text)) return text;
        tuple->items[i - 1] = text;
    }
    return tuple ? object_value(tuple) : VALUE_ERROR;
}

static Value match_getitem(Value self, Value key) { return group_of(as_match(self), key); }

static Value match_groups(Value *args) {
    Match *m = as_match(args[0]);
    Value fallback = is_empty(args[1]) ? VALUE_NONE : args[1];
    Tuple *tuple = tuple_new(m->pattern->groups);
    for (int64_t i = 0; tuple && i < m->pattern->groups; i++) {
        Value text = group_text(m, i + 1, fallback);
        if (is_error(text)) return text;
        tuple->items[i] = text;
    }
    return tuple ? object_value(tuple) : VALUE_ERROR;
}

static Value match_groupdict(Value *args) {
    Match *m = as_match(args[0]);
    Value fallback = is_empty(args[1]) ? VALUE_NONE : args[1];
    Dict *dict = dict_new();
    if (!dict) return VALUE_ERROR;
    int64_t position = 0;
    Value name, number;
    while (dict_next(m->pattern->groupindex, &position, &name, &number)) {
        int64_t group = group_index(m, number);
        Value text = group < 0 ? VALUE_ERROR : group_text(m, group, fallback);
        if (is_error(text) || !dict_set(dict, name, text)) return VALUE_ERROR;
    }
    return object_value(dict);
}

static Value span_tuple(Match *m, int64_t group) {
    Tuple *tuple = tuple_pack(2, int_value(m->marks[group * 2]), int_value(m->marks[group * 2 + 1]));
    return tuple ? object_value(tuple) : VALUE_ERROR;
}

static Value match_start(Value *args) {
    int64_t group = group_index(as_match(args[0]), args[1]);
    return group < 0 ? VALUE_ERROR : int_value(as_match(args[0])->marks[group * 2]);
}
static Value match_end(Value *args) {
    int64_t group = group_index(as_match(args[0]), args[1]);
    return group < 0 ? VALUE_ERROR : int_value(as_match(args[0])->marks[group * 2 + 1]);
}
static Value match_span(Value *args) {
    int64_t group = group_index(as_match(args[0]), args[1]);
    return group < 0 ? VALUE_ERROR : span_tuple(as_match(args[0]), group);
}

static Value match_expand(Value *args) {
    Value expand = import_attribute("re", "_expand");
    if (is_error(expand)) return expand;
    return call_3(expand, object_value(as_match(args[0])->pattern), args[0], args[1]);
}

static Value return_self(Value *args) { return args[0]; }

static Value lastindex_get(Value self) {
    int64_t last = as_match(self)->last_index;
    return last >= 0 ? int_value(last) : VALUE_NONE;
}

static Value lastgroup_get(Value self) {
    Match *m = as_match(self);
    Tuple *names = m->pattern->indexgroup;
    return m->last_index >= 0 && m->last_index < names->length ? names->items[m->last_index]
                                                               : VALUE_NONE;
}

static Value regs_get(Value self) {
    Match *m = as_match(self);
    Value regs = value_load_acquire(&m->regs);
    if (!is_empty(regs)) return regs;
    Tuple *tuple = tuple_new(m->pattern->groups + 1);
    for (int64_t i = 0; tuple && i <= m->pattern->groups; i++) {
        Value span = span_tuple(m, i);
        if (is_error(span)) return span;
        tuple->items[i] = span;
    }
    if (!tuple) return VALUE_ERROR;
    heap_store_release(m, &m->regs, object_value(tuple));
    return object_value(tuple);
}

static Value match_repr(Value self) {
    Match *m = as_match(self);
    Value text = group_text(m, 0, VALUE_NONE);
    if (is_error(text)) return text;
    return str_result(str_format("<%s object; span=(%zd, %zd), match=%.50R>", type_of(self)->name,
                                 (ptrdiff_t)m->marks[0], (ptrdiff_t)m->marks[1], text));
}

static const MethodDef match_methods[] = {
    RAW_METHOD("group", match_group, "($self, /, *groups)",
               "Return the text of a group by number or name, or a tuple of several."),
    METHOD("start", match_start, "($self, group=0, /)", "Return where a group begins."),
    METHOD("end", match_end, "($self, group=0, /)", "Return where a group ends."),
    METHOD("span", match_span, "($self, group=0, /)", "Return where a group begins and ends."),
    METHOD("groups", match_groups, "($self, /, default=None)", "Return the texts of all groups."),
    METHOD("groupdict", match_groupdict, "($self, /, default=None)",
           "Return the texts of the named groups."),
    METHOD("expand", match_expand, "($self, /, template)", "Fill a template with the groups."),
    METHOD("__copy__", return_self, "($self, /)", "Return self."),
    METHOD("__deepcopy__", return_self, "($self, memo, /)", "Return self."),
    CLASS_METHOD("__class_getitem__", generic_alias_class_getitem, "($type, object, /)",
                 "See PEP 585."),
    {0},
};
static const GetSetDef match_getset[] = {
    {"lastindex", lastindex_get, NULL, "The number of the group that matched last, or None."},
    {"lastgroup", lastgroup_get, NULL, "The name of the group that matched last, or None."},
    {"regs", regs_get, NULL, "Where each group begins and ends."},
    {0},
};
static const MemberDef match_members[] = {
    {"string", MEMBER_VALUE, offsetof(Match, string), MEMBER_READONLY, "What was searched."},
    {"re", MEMBER_POINTER, offsetof(Match, pattern), MEMBER_READONLY, "The pattern."},
    {"pos", MEMBER_INT64, offsetof(Match, pos), MEMBER_READONLY, "Where the search began."},
    {"endpos", MEMBER_INT64, offsetof(Match, endpos), MEMBER_READONLY, "Where the text ended."},
    {0},
};

Type sre_match_type = {
    .root = {.cell_kind = {match_trace, NULL, "re.Match"}},
    .name = "re.Match",
    .doc = "The result of re.match() and re.search(). Always true.",
    .size = sizeof(Match),
    .flags = TYPE_NO_NEW,
    .repr = match_repr,
    .getitem = match_getitem,
    .methods = match_methods,
    .getset = match_getset,
    .members = match_members,
};

/* --- scanners ----------------------------------------------------------------------------------- */

typedef struct Scanner {
    Object object;
    Pattern *pattern; /* constant */
    Value string;     /* constant */
    Value view;       /* atomic: a memoryview that holds a buffer while there may be more matches */
    int64_t pos, end; /* constant */
    int64_t start;    /* under the lock: where to go on; -1: nothing more */
    bool must_advance; /* under the lock */
} Scanner;

static void scanner_trace(Cell *cell, Marker *marker) {
    marker_visit_pointer(marker, ((Scanner *)cell)->pattern);
    marker_visit(marker, ((Scanner *)cell)->string);
    marker_visit(marker, value_load_relaxed(&((Scanner *)cell)->view));
}

Value sre_scanner_new(Pattern *pattern, Value string, int64_t pos, int64_t endpos, Type *type) {
    Scanner *s = object_alloc(type, sizeof *s);
    if (!s) return VALUE_ERROR;
    s->pattern = pattern;
    s->string = string;
    s->pos = s->start = pos;
    s->end = endpos;
    if (!is_str(string) && !is_bytes(string)) {
        Value view = memoryview_from(string);
        if (is_error(view)) return view;
        heap_store_release(s, &s->view, view);
    }
    return object_value(s);
}

static bool scanner_end(Scanner *s) {
    Value view = value_load_acquire(&s->view);
    heap_store_release(s, &s->view, VALUE_EMPTY);
    return is_empty(view) || !is_error(call_method_0(view, "release"));
}

/* The next match, or None. */
static Value scanner_step(Scanner *s, bool search) {
    Subject subject;
    MatchState state;
    object_lock(s);
    int64_t start = s->start;
    bool must_advance = s->must_advance;
    object_unlock(s);
    if (start < 0) return VALUE_NONE;
    if (!subject_get(&subject, s->pattern, s->string)) return VALUE_ERROR;
    int64_t end = s->end < subject.length ? s->end : subject.length;
    Value result = VALUE_ERROR;
    if (match_state_init(&state, s->pattern->program, subject.data, subject.kind, start, end)) {
        state.must_advance = must_advance;
        int matched = search ? match_search(&state) : match_here(&state);
        if (matched > 0) result = match_new(s->pattern, &state, s->string, s->pos, s->end);
        else if (matched == 0) result = VALUE_NONE;
        object_lock(s);
        s->start = matched > 0 ? state.match_end : -1;
        s->must_advance = matched > 0 && state.match_end == state.match_start;
        object_unlock(s);
        match_state_free(&state);
    }
    subject_release(&subject);
    return is_none(result) && !scanner_end(s) ? VALUE_ERROR : result;
}

static Value scanner_match(Value *args) { return scanner_step(OBJECT_AS(Scanner, args[0]), false); }
static Value scanner_search(Value *args) { return scanner_step(OBJECT_AS(Scanner, args[0]), true); }

static Value iterator_next(Value self) {
    Value match = scanner_step(OBJECT_AS(Scanner, self), true);
    return is_none(match) ? VALUE_EMPTY : match;
}

static const MethodDef scanner_methods[] = {
    METHOD("match", scanner_match, "($self, /)", "Match where the last match ended."),
    METHOD("search", scanner_search, "($self, /)", "Find the next match."),
    {0},
};
static const MemberDef scanner_members[] = {
    {"pattern", MEMBER_POINTER, offsetof(Scanner, pattern), MEMBER_READONLY, "The pattern."},
    {0},
};

Type sre_scanner_type = {
    .root = {.cell_kind = {scanner_trace, NULL, "_sre.SRE_Scanner"}},
    .name = "_sre.SRE_Scanner",
    .size = sizeof(Scanner),
    .flags = TYPE_NO_NEW,
    .methods = scanner_methods,
    .members = scanner_members,
};
Type sre_iterator_type = {
    .root = {.cell_kind = {scanner_trace, NULL, "callable_iterator"}},
    .name = "callable_iterator",
    .size = sizeof(Scanner),
    .flags = TYPE_NO_NEW,
    .iter = iter_self,
    .next = iterator_next,
};
