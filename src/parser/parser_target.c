/* parser_target.c - what can be assigned to. Targets are read as expressions and then turned into
 * targets in place: their contexts are set, if all their parts may be targets. */
#include "parser/parser_internal.h"

void set_context(Expr *e, AstKind context) {
    switch (e->kind) {
    case AST_Name: e->Name.ctx = context; break;
    case AST_Attribute: e->Attribute.ctx = context; break;
    case AST_Subscript: e->Subscript.ctx = context; break;
    case AST_Starred:
        e->Starred.ctx = context;
        set_context(e->Starred.value, context);
        break;
    case AST_Tuple:
        e->Tuple.ctx = context;
        for (int i = 0; i < e->Tuple.elts.count; i++) set_context(e->Tuple.elts.items[i], context);
        break;
    case AST_List:
        e->List.ctx = context;
        for (int i = 0; i < e->List.elts.count; i++) set_context(e->List.elts.items[i], context);
        break;
    default: break;
    }
}

static bool is_target(const Expr *e, AstKind context, bool star_allowed) {
    const ExprSequence *parts;
    switch (e->kind) {
    case AST_Name:
    case AST_Attribute:
    case AST_Subscript: return true;
    case AST_Starred: /* '*' (!'*' star_target) */
        return star_allowed && context == AST_Store && is_target(e->Starred.value, context, false);
    case AST_Tuple: parts = &e->Tuple.elts; break;
    case AST_List: parts = &e->List.elts; break;
    default: return false;
    }
    for (int i = 0; i < parts->count; i++)
        if (!is_target(parts->items[i], context, true)) return false;
    return true;
}

bool make_target(Parser *p, Expr *e, AstKind context) {
    (void)p;
    if (!is_target(e, context, true)) return false;
    set_context(e, context);
    return true;
}

/* star_target: '*' (!'*' star_target) | target_with_star_atom
 * where target_with_star_atom is a primary that is a name, an attribute, a subscript, or such in
 * parentheses or brackets. */
Expr *parse_star_target(Parser *p) {
    int start = p->position;
    if (accept(p, TOKEN_STAR)) {
        Expr *value = peek(p) == TOKEN_STAR ? NULL : parse_star_target(p);
        if (!value) return reset(p, start);
        Expr *starred = node_new(p, AST_Starred, start);
        if (!starred) return NULL;
        starred->Starred.value = value;
        starred->Starred.ctx = AST_Store;
        return starred;
    }
    Expr *target = parse_primary(p);
    if (!target) return reset(p, start);
    return make_target(p, target, AST_Store) ? target : reset(p, start);
}

/* star_targets: star_target !',' | star_target (',' star_target)* [','] */
Expr *parse_star_targets(Parser *p) {
    int start = p->position;
    Expr *first = parse_star_target(p);
    if (!first || peek(p) != TOKEN_COMMA) return p->failed ? NULL : first;
    int base = p->scratch_count;
    push(p, first);
    while (accept(p, TOKEN_COMMA)) {
        Expr *next = parse_star_target(p);
        if (!next) break;
        push(p, next);
    }
    if (p->failed) return NULL;
    Expr *tuple = node_new(p, AST_Tuple, start);
    if (!tuple) return NULL;
    TAKE(p, base, tuple->Tuple.elts);
    tuple->Tuple.ctx = AST_Store;
    return tuple;
}
