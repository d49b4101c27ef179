/* codegen_try.c - try, except, except*, finally, with.
 *
 * A try costs nothing: its body is a guarded range. When something raises there, the exception lands
 * in a register E, the first temporary that was free at the try, and control at the handler:
 *
 *       PUSH_EXCEPTION S, E        the handled exception so far goes to S, E is being handled
 *       ... handlers ...           guarded in turn: a new exception lands in E, control at `cleanup`
 *     cleanup:
 *       POP_EXCEPTION S
 *       RERAISE E
 *
 * An exception that no clause matches falls into `cleanup` as well. Bodies of `finally` are compiled
 * once for each way out, as the body's blocks are unwound. */
#include "compiler/codegen.h"

#include "types/exception.h"

/* name = None; del name */
static void unbind_name(Unit *unit, Str *name) {
    int saved = unit->top, none = unit_push(unit);
    int local = name_local(unit, name);
    if (local >= 0) {
        emit(unit, OP_CLEAR, local, 0, 0, 0);
    } else {
        emit_const(unit, none, VALUE_NONE);
        name_store(unit, name, none);
        name_delete(unit, name);
    }
    unit->top = saved;
}

/* The result goes over the row, which is not needed any more: in a register of its own it would keep
 * what the body left there alive while __exit__ runs. */
static void emit_with_exit(Unit *unit, int row, bool is_async) {
    int saved = unit->top, result = is_async ? unit_push(unit) : row;
    emit(unit, OP_WITH_EXIT, result, row, 0, 0);
    if (is_async) emit_await(unit, result, 2);
    unit->top = saved;
}

void unwind_block(Unit *unit, Block *block) {
    Position position = unit->position;
    switch (block->kind) {
    case BLOCK_LOOP:
    case BLOCK_TRY:
    case BLOCK_STAR_HANDLER: break;
    case BLOCK_FINALLY:
        statements(unit, block->statement->Try.finalbody);
        unit_inherit(unit);
        return;
    case BLOCK_HANDLING: emit(unit, OP_POP_EXCEPTION, block->saved, 0, 0, 0); break;
    case BLOCK_HANDLER_NAME: unbind_name(unit, block->name); break;
    case BLOCK_WITH:
    case BLOCK_ASYNC_WITH:
        unit_at(unit, block->statement);
        emit_with_exit(unit, block->saved, block->kind == BLOCK_ASYNC_WITH);
        unit_inherit(unit);
        return;
    }
    unit->position = position;
}

/* Starts a handler at `base`, the temporaries' top at its try: R[base] is the exception, R[base + 1]
 * gets the one handled before. Opens the range that leads to `cleanup`. */
static void begin_handling(Unit *unit, Block *block, const Stmt *s, int base, Label *cleanup) {
    unit->top = base;
    unit_push_row(unit, 2);
    emit(unit, OP_PUSH_EXCEPTION, base + 1, base, 0, 0);
    block_push(unit, block, BLOCK_HANDLING, s);
    block->saved = base + 1;
    range_open(unit, block, cleanup, base);
}

static void emit_reraise(Unit *unit, int base, bool as_raised) {
    emit(unit, OP_POP_EXCEPTION, base + 1, 0, 0, 0);
    emit(unit, OP_RERAISE, base, 0, 0, as_raised);
    unit->reachable = false;
}

/* Closes the range; what falls in here and what raised in the range goes on as exception R[base]. The
 * former leaves from the line it comes from, unless `as_raised`; the latter from where it was raised. */
static void end_handling(Unit *unit, Block *block, int base, Label *cleanup, uint64_t *bound, bool as_raised) {
    block_pop(unit, block);
    emit_reraise(unit, base, as_raised);
    handler_place(unit, cleanup, bound);
    unit_position_clear(unit);
    emit_reraise(unit, base, true);
}

/* --- try .. except ------------------------------------------------------------------------------------ */

/* The body of a clause: R[base] is bound to the clause's name while it runs. */
static void except_body(Unit *unit, const Stmt *s, ExceptHandlerNode *clause, int base, Label *end) {
    Str *name = clause->ExceptHandler.name;
    if (!name) {
        statements(unit, clause->ExceptHandler.body);
        unit_inherit(unit);
        emit(unit, OP_POP_EXCEPTION, base + 1, 0, 0, 0);
        emit_jump(unit, end);
        return;
    }
    Block block;
    Label *cleanup = label_new(unit);
    forbid_name(unit, name, AST_Store, clause);
    name_store(unit, name, base);
    uint64_t *bound = bound_copy(unit);
    block_push(unit, &block, BLOCK_HANDLER_NAME, s);
    block.name = name;
    range_open(unit, &block, cleanup, base);
    statements(unit, clause->ExceptHandler.body);
    block_pop(unit, &block);
    unit_inherit(unit);
    unbind_name(unit, name);
    emit(unit, OP_POP_EXCEPTION, base + 1, 0, 0, 0);
    emit_jump(unit, end);
    handler_place(unit, cleanup, bound);
    unit_position_clear(unit);
    unbind_name(unit, name);
    emit(unit, OP_RERAISE, base, 0, 0, 1); /* inside the range of the handling: on to its cleanup */
    unit->reachable = false;
}

static void except_clauses(Unit *unit, Stmt *s, int base, Label *end) {
    ExceptHandlerNodeSequence clauses = s->Try.handlers;
    for (int i = 0; i < clauses.count; i++) {
        ExceptHandlerNode *clause = clauses.items[i];
        Label *next = label_new(unit);
        unit_at(unit, clause);
        Expr *type = clause->ExceptHandler.type;
        if (!type && i < clauses.count - 1)
            compiler_error(unit->compiler, clause, "default 'except:' must be last");
        if (!type) unit_mark(unit, clause);
        if (type) {
            int saved = unit->top, matches = unit_push(unit);
            int types = expression_last(unit, type);
            unit_at(unit, type);
            emit(unit, OP_MATCH_EXCEPTION, matches, base, types, 0);
            emit_jump_if(unit, OP_JUMP_IF_FALSE, matches, next);
            unit->top = saved;
        }
        except_body(unit, s, clause, base, end);
        label_place(unit, next);
    }
}

static void try_except(Unit *unit, Stmt *s) {
    Block body, handling;
    Label *handler = label_new(unit), *cleanup = label_new(unit), *end = label_new(unit);
    int base = unit->top;
    uint64_t *bound = bound_copy(unit);
    unit_mark(unit, s);
    block_push(unit, &body, BLOCK_TRY, s);
    range_open(unit, &body, handler, base);
    statements(unit, s->Try.body);
    block_pop(unit, &body);
    statements(unit, s->Try.orelse);
    unit_inherit(unit);
    emit_jump(unit, end);
    handler_place(unit, handler, bound);
    unit_position_clear(unit);
    begin_handling(unit, &handling, s, base, cleanup);
    except_clauses(unit, s, base, end);
    unit_inherit(unit);
    end_handling(unit, &handling, base, cleanup, bound, false);
    unit->top = base;
    label_place(unit, end);
}

static void try_finally(Unit *unit, Stmt *s, void (*inner)(Unit *, Stmt *)) {
    Block body, handling;
    Label *handler = label_new(unit), *cleanup = label_new(unit), *end = label_new(unit);
    int base = unit->top;
    uint64_t *bound = bound_copy(unit);
    unit_mark(unit, s);
    block_push(unit, &body, BLOCK_FINALLY, s);
    range_open(unit, &body, handler, base);
    if (s->Try.handlers.count) inner(unit, s);
    else statements(unit, s->Try.body);
    block_pop(unit, &body);
    statements(unit, s->Try.finalbody);
    unit_inherit(unit);
    emit_jump(unit, end);
    handler_place(unit, handler, bound);
    unit_position_clear(unit);
    begin_handling(unit, &handling, s, base, cleanup);
    statements(unit, s->Try.finalbody);
    unit_inherit(unit);
    end_handling(unit, &handling, base, cleanup, bound, false);
    unit->top = base;
    label_place(unit, end);
}

void try_statement(Unit *unit, Stmt *s) {
    if (s->Try.finalbody.count) try_finally(unit, s, try_except);
    else try_except(unit, s);
}

/* --- try .. except* ------------------------------------------------------------------------------------- */

/* Registers of a handler of except*, from `base` on. */
enum { STAR_EXCEPTION, STAR_SAVED, STAR_REST, STAR_RAISED, STAR_MATCH, STAR_MATCH_REST, STAR_OUTER,
       STAR_ERROR, STAR_COUNT };

static void star_clause(Unit *unit, Stmt *s, ExceptHandlerNode *clause, int base) {
    Label *next = label_new(unit), *raised = label_new(unit);
    Str *name = clause->ExceptHandler.name;
    int saved = unit->top;
    unit_at(unit, clause);
    int types = expression_last(unit, clause->ExceptHandler.type);
    unit_at(unit, clause->ExceptHandler.type);
    emit_jump_if(unit, OP_JUMP_IF_NONE, base + STAR_REST, next);
    emit(unit, OP_MATCH_EXCEPTION_GROUP, base + STAR_MATCH, base + STAR_REST, types, 0);
    emit(unit, OP_MOVE, base + STAR_REST, base + STAR_MATCH_REST, 0, 0);
    emit_jump_if(unit, OP_JUMP_IF_NONE, base + STAR_MATCH, next);
    unit->top = saved;
    emit(unit, OP_PUSH_EXCEPTION, base + STAR_OUTER, base + STAR_MATCH, 0, 0);
    if (name) {
        forbid_name(unit, name, AST_Store, clause);
        name_store(unit, name, base + STAR_MATCH);
    }
    Block block;
    uint64_t *bound = bound_copy(unit);
    block_push(unit, &block, BLOCK_STAR_HANDLER, s);
    range_open(unit, &block, raised, base + STAR_ERROR);
    statements(unit, clause->ExceptHandler.body);
    block_pop(unit, &block);
    unit_inherit(unit);
    emit(unit, OP_POP_EXCEPTION, base + STAR_OUTER, 0, 0, 0);
    if (name) unbind_name(unit, name);
    emit_jump(unit, next);
    handler_place(unit, raised, bound);
    unit_position_clear(unit);
    emit(unit, OP_POP_EXCEPTION, base + STAR_OUTER, 0, 0, 0);
    if (name) unbind_name(unit, name);
    emit(unit, OP_LIST_APPEND, base + STAR_RAISED, base + STAR_ERROR, 0, 0);
    label_place(unit, next);
}

static void try_except_star(Unit *unit, Stmt *s) {
    Block body, handling;
    Label *handler = label_new(unit), *cleanup = label_new(unit), *end = label_new(unit);
    int base = unit->top;
    uint64_t *bound = bound_copy(unit);
    unit_mark(unit, s);
    block_push(unit, &body, BLOCK_TRY, s);
    range_open(unit, &body, handler, base);
    statements(unit, s->TryStar.body);
    block_pop(unit, &body);
    statements(unit, s->TryStar.orelse);
    unit_inherit(unit);
    emit_jump(unit, end);
    handler_place(unit, handler, bound);
    unit_position_clear(unit);
    begin_handling(unit, &handling, s, base, cleanup);
    unit_push_row(unit, STAR_COUNT - 2);
    emit(unit, OP_MOVE, base + STAR_REST, base, 0, 0);
    emit(unit, OP_BUILD_LIST, base + STAR_RAISED, 0, 0, 0);
    for (int i = 0; i < s->TryStar.handlers.count; i++)
        star_clause(unit, s, s->TryStar.handlers.items[i], base);
    unit_position_clear(unit);
    Label *nothing_left = label_new(unit), *done = label_new(unit);
    emit_jump_if(unit, OP_JUMP_IF_NONE, base + STAR_REST, nothing_left);
    emit(unit, OP_LIST_APPEND, base + STAR_RAISED, base + STAR_REST, 0, 0);
    label_place(unit, nothing_left);
    emit(unit, OP_PREPARE_RERAISE_STAR, base + STAR_ERROR, base, base + STAR_RAISED, 0);
    emit_jump_if(unit, OP_JUMP_IF_NONE, base + STAR_ERROR, done);
    emit(unit, OP_MOVE, base, base + STAR_ERROR, 0, 0);
    end_handling(unit, &handling, base, cleanup, bound, true);
    label_place(unit, done);
    unit_inherit(unit);
    emit(unit, OP_POP_EXCEPTION, base + STAR_SAVED, 0, 0, 0);
    unit->top = base;
    label_place(unit, end);
}

void try_star_statement(Unit *unit, Stmt *s) {
    if (s->TryStar.finalbody.count) try_finally(unit, s, try_except_star);
    else try_except_star(unit, s);
}

/* --- with ---------------------------------------------------------------------------------------------------- */

/* with A as x, B as y: body   is   with A as x: with B as y: body */
static void with_item(Unit *unit, Stmt *s, int index, bool is_async) {
    WithItem *item = s->With.items.items[index];
    Block body, handling;
    Label *handler = label_new(unit), *cleanup = label_new(unit), *end = label_new(unit);
    Label *suppressed = label_new(unit);
    int saved = unit->top, row = unit_push_row(unit, 3), base = row + 2;
    expression_to(unit, item->context_expr, base);
    unit_at(unit, s);
    emit(unit, is_async ? OP_WITH_ENTER_ASYNC : OP_WITH_ENTER, row, base, 0, 0);
    if (is_async) emit_await(unit, row + 2, 1);
    uint64_t *bound = bound_copy(unit);
    block_push(unit, &body, is_async ? BLOCK_ASYNC_WITH : BLOCK_WITH, s);
    body.saved = row;
    range_open(unit, &body, handler, base);
    if (item->optional_vars) store_target(unit, item->optional_vars, row + 2);
    unit->top = base;
    if (index + 1 < s->With.items.count) with_item(unit, s, index + 1, is_async);
    else statements(unit, s->With.body);
    block_pop(unit, &body);
    unit_at(unit, s);
    emit_with_exit(unit, row, is_async);
    emit_jump(unit, end);

    handler_place(unit, handler, bound);
    begin_handling(unit, &handling, s, base, cleanup);
    int result = unit_push(unit);
    emit(unit, OP_WITH_EXCEPT, result, row, base, 0);
    if (is_async) emit_await(unit, result, 2);
    emit_jump_if(unit, OP_JUMP_IF_TRUE, result, suppressed);
    unit->top = base + 2;
    unit_position_clear(unit);
    end_handling(unit, &handling, base, cleanup, bound, true);
    label_place(unit, suppressed);
    unit_inherit(unit);
    emit(unit, OP_POP_EXCEPTION, base + 1, 0, 0, 0);
    unit->top = saved;
    label_place(unit, end);
}

void with_statement(Unit *unit, Stmt *s, int item) { with_item(unit, s, item, false); }

void async_with_statement(Unit *unit, Stmt *s, int item) {
    if (!unit->is_async_scope)
        compiler_error(unit->compiler, s, "'async with' outside async function");
    with_item(unit, s, item, true);
}
