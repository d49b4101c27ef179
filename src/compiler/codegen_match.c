/* codegen_match.c - the match statement (PEP 634).
 *
 * A pattern is compiled against a register: it falls through when it matches and jumps to a label
 * when it does not. Names are bound only after the whole pattern has matched, so a capture just notes
 * which register holds the value; no temporary of a pattern is given back before the end of it. */
#include "compiler/codegen.h"

#include "types/exception.h"
#include "types/set.h"

typedef struct Capture {
    Str *name;
    int reg;
} Capture;

typedef struct Matching {
    Unit *unit;
    Capture *captures;
    int count, capacity;
    bool allow_irrefutable; /* a pattern that always matches may stand here */
} Matching;

static void match_pattern(Matching *m, Pattern *p, int subject, Label *fail);

static bool is_wildcard(const Pattern *p) { return p->kind == AST_MatchAs && !p->MatchAs.name; }
static bool is_star_wildcard(const Pattern *p) {
    return p->kind == AST_MatchStar && !p->MatchStar.name;
}

static void capture(Matching *m, Pattern *p, Str *name, int reg) {
    Unit *unit = m->unit;
    forbid_name(unit, name, AST_Store, p);
    for (int i = 0; i < m->count; i++)
        if (str_equal(m->captures[i].name, name))
            compiler_error(unit->compiler, p, "multiple assignments to name %R in pattern",
                           object_value(name));
    m->captures = compiler_grow(unit->compiler, m->captures, m->count, &m->capacity,
                                sizeof *m->captures);
    m->captures[m->count++] = (Capture){name, reg};
}

static void match_subpattern(Matching *m, Pattern *p, int subject, Label *fail) {
    bool allowed = m->allow_irrefutable;
    m->allow_irrefutable = true;
    match_pattern(m, p, subject, fail);
    m->allow_irrefutable = allowed;
}

static void match_value(Matching *m, Pattern *p, int subject, Label *fail) {
    Unit *unit = m->unit;
    Expr *value = p->MatchValue.value;
    if (value->kind != AST_Constant && value->kind != AST_Attribute)
        compiler_error(unit->compiler, p,
                       "patterns may only match literals and attribute lookups");
    int constant = value->kind == AST_Constant && unit->reachable
                       ? unit_constant(unit, value->Constant.value) : -1;
    if (constant >= 0 && constant < 0xFFFF) {
        emit_branch(unit, OP_TEST_EQ_K, subject, constant, 0, 0, fail);
        return;
    }
    int reg = expression_push(unit, value);
    unit_at(unit, p);
    emit_branch(unit, OP_TEST_EQ, subject, reg, 0, 0, fail);
}

static void match_singleton(Matching *m, Pattern *p, int subject, Label *fail) {
    Unit *unit = m->unit;
    if (is_none(p->MatchSingleton.value)) {
        emit_jump_if(unit, OP_JUMP_IF_NOT_NONE, subject, fail);
        return;
    }
    int reg = unit_push(unit);
    emit_const(unit, reg, p->MatchSingleton.value);
    emit_branch(unit, OP_TEST_IS, subject, reg, 0, 0, fail);
}

/* Jumps to `fail` unless len(subject) is exactly, or at least, `count`; returns its register. */
static int test_length(Unit *unit, int subject, int count, bool at_least, Label *fail) {
    int length = unit_push(unit);
    emit(unit, OP_GET_LENGTH, length, subject, 0, 0);
    if (!unit->reachable) return length;
    int constant = unit_constant(unit, smallint_value(count));
    if (constant < 0xFFFF)
        emit_branch(unit, at_least ? OP_TEST_GE_K : OP_TEST_EQ_K, length, constant, 0, 0, fail);
    else {
        int reg = unit_push(unit);
        emit_const(unit, reg, smallint_value(count));
        emit_branch(unit, at_least ? OP_TEST_GE : OP_TEST_EQ, length, reg, 0, 0, fail);
    }
    return length;
}

/* [a, *_, b]: items by index, without making the list of the middle. */
static void match_items_by_index(Matching *m, PatternSequence patterns, int star, int subject,
                                 int length, Label *fail) {
    Unit *unit = m->unit;
    for (int i = 0; i < patterns.count; i++) {
        if (i == star || is_wildcard(patterns.items[i])) continue;
        int index = unit_push(unit), item = unit_push(unit);
        unit_at(unit, patterns.items[i]);
        if (i < star) {
            emit_const(unit, index, smallint_value(i));
        } else {
            emit_const(unit, index, smallint_value(patterns.count - i));
            emit(unit, OP_SUBTRACT, index, length, index, 0);
        }
        emit(unit, OP_GET_ITEM, item, subject, index, 0);
        match_subpattern(m, patterns.items[i], item, fail);
    }
}

static void match_sequence(Matching *m, Pattern *p, int subject, Label *fail) {
    Unit *unit = m->unit;
    PatternSequence patterns = p->MatchSequence.patterns;
    int star = -1, count = patterns.count, length = -1;
    bool only_wildcards = true, star_wildcard = false;
    for (int i = 0; i < count; i++) {
        Pattern *item = patterns.items[i];
        if (item->kind == AST_MatchStar) {
            if (star >= 0)
                compiler_error(unit->compiler, p,
                               "multiple starred names in sequence pattern");
            star = i;
            star_wildcard = is_star_wildcard(item);
            only_wildcards &= star_wildcard;
        } else {
            only_wildcards &= is_wildcard(item);
        }
    }
    int matches = unit_push(unit);
    emit(unit, OP_MATCH_SEQUENCE, matches, subject, 0, 0);
    emit_jump_if(unit, OP_JUMP_IF_FALSE, matches, fail);
    if (star < 0) length = test_length(unit, subject, count, false, fail);
    else if (count > 1) length = test_length(unit, subject, count - 1, true, fail);
    if (only_wildcards) return;
    if (star_wildcard) {
        match_items_by_index(m, patterns, star, subject, length, fail);
        return;
    }
    if (star >= 256 || (star >= 0 && count - star - 1 >= 256))
        compiler_error(unit->compiler, p, "too many expressions in star-unpacking sequence pattern");
    int row = unit_push_row(unit, count);
    if (star >= 0) emit(unit, OP_UNPACK_EX, row, subject, star, count - star - 1);
    else emit(unit, OP_UNPACK, row, subject, count, 0);
    for (int i = 0; i < count; i++) match_subpattern(m, patterns.items[i], row + i, fail);
}

/* The tuple of the keys goes to a new register. */
static int push_mapping_keys(Matching *m, Pattern *p) {
    Unit *unit = m->unit;
    Compiler *compiler = unit->compiler;
    ExprSequence keys = p->MatchMapping.keys;
    Set *seen = set_new();
    if (!seen) compiler_fail(compiler);
    int tuple = unit_push(unit), row = unit_push_row(unit, keys.count);
    for (int i = 0; i < keys.count; i++) {
        Expr *key = keys.items[i];
        if (!key)
            compiler_error(compiler, p, "can't use NULL keys in MatchMapping (set 'rest' parameter "
                                        "instead)");
        if (key->kind == AST_Constant) {
            int known = set_contains(seen, key->Constant.value);
            if (known < 0 || (!known && !set_add(seen, key->Constant.value))) compiler_fail(compiler);
            if (known)
                compiler_error(compiler, p, "mapping pattern checks duplicate key (%R)",
                               key->Constant.value);
        } else if (key->kind != AST_Attribute) {
            compiler_error(compiler, p,
                           "mapping pattern keys may only match literals and attribute lookups");
        }
        expression_to(unit, key, row + i);
    }
    unit_at(unit, p);
    emit(unit, OP_BUILD_TUPLE, tuple, row, keys.count, 0);
    unit->top = tuple + 1;
    return tuple;
}

static void match_mapping(Matching *m, Pattern *p, int subject, Label *fail) {
    Unit *unit = m->unit;
    PatternSequence patterns = p->MatchMapping.patterns;
    int count = p->MatchMapping.keys.count;
    if (count != patterns.count)
        compiler_error(unit->compiler, p, "keys (%d) / patterns (%d) length mismatch in mapping "
                                          "pattern", count, patterns.count);
    int matches = unit_push(unit);
    emit(unit, OP_MATCH_MAPPING, matches, subject, 0, 0);
    emit_jump_if(unit, OP_JUMP_IF_FALSE, matches, fail);
    if (count == 0 && !p->MatchMapping.rest) return;
    if (count) test_length(unit, subject, count, true, fail);
    int keys = push_mapping_keys(m, p), values = unit_push(unit);
    emit(unit, OP_MATCH_KEYS, values, subject, keys, 0);
    emit_jump_if(unit, OP_JUMP_IF_NONE, values, fail);
    int row = unit_push_row(unit, count);
    emit(unit, OP_UNPACK, row, values, count, 0);
    int rest = -1;
    if (p->MatchMapping.rest) {
        rest = unit_push(unit);
        emit(unit, OP_MATCH_REST, rest, subject, keys, 0);
    }
    for (int i = 0; i < count; i++) match_subpattern(m, patterns.items[i], row + i, fail);
    if (rest >= 0) capture(m, p, p->MatchMapping.rest, rest);
}

static Tuple *class_pattern_names(Matching *m, Pattern *p) {
    Compiler *compiler = m->unit->compiler;
    StrSequence attributes = p->MatchClass.kwd_attrs;
    Tuple *names = tuple_new(attributes.count);
    if (!names) compiler_fail(compiler);
    for (int i = 0; i < attributes.count; i++) {
        forbid_name(m->unit, attributes.items[i], AST_Store, p->MatchClass.kwd_patterns.items[i]);
        for (int j = i + 1; j < attributes.count; j++)
            if (str_equal(attributes.items[i], attributes.items[j]))
                compiler_error(compiler, p->MatchClass.kwd_patterns.items[j],
                               "attribute name repeated in class pattern: %U", attributes.items[j]);
        names->items[i] = object_value(attributes.items[i]);
    }
    return names;
}

static void match_class(Matching *m, Pattern *p, int subject, Label *fail) {
    Unit *unit = m->unit;
    PatternSequence positional = p->MatchClass.patterns, named = p->MatchClass.kwd_patterns;
    if (p->MatchClass.kwd_attrs.count != named.count)
        compiler_error(unit->compiler, p, "kwd_attrs (%d) / kwd_patterns (%d) length mismatch in "
                                          "class pattern", p->MatchClass.kwd_attrs.count,
                       named.count);
    if (positional.count + named.count > 255)
        compiler_error(unit->compiler, p, "too many sub-patterns in class pattern %R",
                       object_value(ast_unparse(p->MatchClass.cls)));
    Tuple *names = class_pattern_names(m, p);
    int values = unit_push(unit), row = unit_push_row(unit, 2);
    expression_to(unit, p->MatchClass.cls, row);
    unit_at(unit, p);
    emit_const(unit, row + 1, object_value(names));
    emit(unit, OP_MATCH_CLASS, values, subject, row, positional.count);
    emit_jump_if(unit, OP_JUMP_IF_NONE, values, fail);
    unit->top = values + 1;
    int count = positional.count + named.count;
    if (count == 0) return;
    int items = unit_push_row(unit, count);
    emit(unit, OP_UNPACK, items, values, count, 0);
    for (int i = 0; i < count; i++) {
        Pattern *item = i < positional.count ? positional.items[i]
                                             : named.items[i - positional.count];
        if (!is_wildcard(item)) match_subpattern(m, item, items + i, fail);
    }
}

static void match_as(Matching *m, Pattern *p, int subject, Label *fail) {
    if (!p->MatchAs.pattern) {
        if (!m->allow_irrefutable) {
            if (p->MatchAs.name)
                compiler_error(m->unit->compiler, p,
                               "name capture %R makes remaining patterns unreachable",
                               object_value(p->MatchAs.name));
            compiler_error(m->unit->compiler, p, "wildcard makes remaining patterns unreachable");
        }
    } else {
        match_pattern(m, p->MatchAs.pattern, subject, fail);
    }
    Pattern *blamed = p->MatchAs.pattern ? p->MatchAs.pattern : p;
    if (p->MatchAs.name) capture(m, blamed, p->MatchAs.name, subject);
}

/* Moves the captures of an alternative, [from, count), to the registers of `names`, the captures of
 * the first one. */
static void unify_captures(Matching *m, Pattern *p, const Capture *names, int name_count, int from) {
    if (m->count - from != name_count)
        compiler_error(m->unit->compiler, p, "alternative patterns bind different names");
    for (int i = 0; i < name_count; i++) {
        int found = -1;
        for (int j = from; j < m->count && found < 0; j++)
            if (str_equal(m->captures[j].name, names[i].name)) found = m->captures[j].reg;
        if (found < 0)
            compiler_error(m->unit->compiler, p, "alternative patterns bind different names");
        emit(m->unit, OP_MOVE, names[i].reg, found, 0, 0);
    }
}

/* Upper bound of the names that a pattern captures. */
static int capture_bound(const Pattern *p) {
    int bound = 0;
    switch (p->kind) {
    case AST_MatchSequence:
        for (int i = 0; i < p->MatchSequence.patterns.count; i++)
            bound += capture_bound(p->MatchSequence.patterns.items[i]);
        return bound;
    case AST_MatchMapping:
        for (int i = 0; i < p->MatchMapping.patterns.count; i++)
            bound += capture_bound(p->MatchMapping.patterns.items[i]);
        return bound + 1;
    case AST_MatchClass:
        for (int i = 0; i < p->MatchClass.patterns.count; i++)
            bound += capture_bound(p->MatchClass.patterns.items[i]);
        for (int i = 0; i < p->MatchClass.kwd_patterns.count; i++)
            bound += capture_bound(p->MatchClass.kwd_patterns.items[i]);
        return bound;
    case AST_MatchStar: return 1;
    case AST_MatchAs: return 1 + (p->MatchAs.pattern ? capture_bound(p->MatchAs.pattern) : 0);
    case AST_MatchOr: return capture_bound(p->MatchOr.patterns.items[0]);
    default: return 0;
    }
}

static void match_or(Matching *m, Pattern *p, int subject, Label *fail) {
    Unit *unit = m->unit;
    PatternSequence alternatives = p->MatchOr.patterns;
    Label *done = label_new(unit);
    bool allowed = m->allow_irrefutable;
    int from = m->count, name_count = 0;
    int bound = capture_bound(alternatives.items[0]);
    int row = unit_push_row(unit, bound), top = unit->top;
    Capture *names = compiler_alloc(unit->compiler, (size_t)bound * sizeof *names);
    for (int i = 0; i < alternatives.count; i++) {
        Pattern *alternative = alternatives.items[i];
        bool last = i == alternatives.count - 1;
        Label *next = last ? fail : label_new(unit);
        m->allow_irrefutable = last && allowed;
        m->count = from;
        unit->top = top;
        match_pattern(m, alternative, subject, next);
        if (i == 0)
            for (int j = from; j < m->count; j++, name_count++)
                names[name_count] = (Capture){m->captures[j].name, row + name_count};
        unify_captures(m, alternative, names, name_count, from);
        if (!last) {
            emit_jump(unit, done);
            label_place(unit, next);
        }
    }
    m->allow_irrefutable = allowed;
    m->count = from;
    unit->top = top;
    label_place(unit, done);
    for (int i = 0; i < name_count; i++) capture(m, p, names[i].name, names[i].reg);
}

static void match_pattern(Matching *m, Pattern *p, int subject, Label *fail) {
    compiler_stack_check(m->unit->compiler);
    unit_at(m->unit, p);
    switch (p->kind) {
    case AST_MatchValue: match_value(m, p, subject, fail); break;
    case AST_MatchSingleton: match_singleton(m, p, subject, fail); break;
    case AST_MatchSequence: match_sequence(m, p, subject, fail); break;
    case AST_MatchMapping: match_mapping(m, p, subject, fail); break;
    case AST_MatchClass: match_class(m, p, subject, fail); break;
    case AST_MatchStar:
        if (p->MatchStar.name) capture(m, p, p->MatchStar.name, subject);
        break;
    case AST_MatchAs: match_as(m, p, subject, fail); break;
    case AST_MatchOr: match_or(m, p, subject, fail); break;
    default: fatal("codegen: not a pattern: %d", (int)p->kind);
    }
}

void match_statement(Unit *unit, Stmt *s) {
    int saved = unit->top, subject = expression_push(unit, s->Match.subject);
    Label *end = label_new(unit);
    for (int i = 0; i < s->Match.cases.count; i++) {
        MatchCase *c = s->Match.cases.items[i];
        Label *next = label_new(unit);
        Matching matching = {.unit = unit};
        matching.allow_irrefutable = c->guard || i == s->Match.cases.count - 1;
        unit_mark(unit, c->pattern);
        match_pattern(&matching, c->pattern, subject, next);
        for (int k = 0; k < matching.count; k++) {
            unit_at(unit, c->pattern);
            name_store(unit, matching.captures[k].name, matching.captures[k].reg);
        }
        unit->top = subject + 1;
        if (c->guard) condition(unit, c->guard, false, next);
        statements(unit, c->body);
        unit_inherit(unit);
        emit_jump(unit, end);
        label_place(unit, next);
    }
    unit->top = saved;
    label_place(unit, end);
}
