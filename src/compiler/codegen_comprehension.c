/* codegen_comprehension.c - comprehensions and generator expressions: nested functions, called with
 * the iterator of the outermost iterable as argument `.0`. */
#include "compiler/codegen.h"

#include "types/exception.h"

typedef struct Loop {
    Label *top, *end;
    bool is_async;
    Label *finished;
    uint64_t *bound;
    int item, saved;
    Expr *expression; /* the whole comprehension: where errors of the iteration are shown */
} Loop;

typedef struct Plan {
    Unit *unit;
    Expr *expression;
    ComprehensionSequence clauses;
    int container; /* register of the list, set or dict; -1 for generators */
} Plan;

static void add_element(Plan *plan) {
    Unit *unit = plan->unit;
    Expr *e = plan->expression;
    int saved = unit->top;
    switch (e->kind) {
    case AST_ListComp: {
        int value = expression_last(unit, e->ListComp.elt);
        unit_at(unit, e->ListComp.elt);
        emit(unit, OP_LIST_APPEND, plan->container, value, 0, 0);
        break;
    }
    case AST_SetComp: {
        int value = expression_last(unit, e->SetComp.elt);
        unit_at(unit, e->SetComp.elt);
        emit(unit, OP_SET_ADD, plan->container, value, 0, 0);
        break;
    }
    case AST_DictComp: {
        int key = expression_any(unit, e->DictComp.key);
        int value = expression_last(unit, e->DictComp.value);
        unit_at(unit, e->DictComp.key);
        unit->position.end_line = e->DictComp.value->end_lineno;
        unit->position.end_column = e->DictComp.value->end_col_offset;
        emit(unit, OP_MAP_ADD, plan->container, key, value, 0);
        break;
    }
    default: {
        int value = expression_last(unit, e->GeneratorExp.elt), result = unit_push(unit);
        unit_at(unit, e->GeneratorExp.elt);
        if (unit->flags & CODE_ASYNC_GENERATOR) {
            emit(unit, OP_ASYNC_GEN_WRAP, result, value, 0, 0);
            value = result;
        }
        emit(unit, OP_YIELD, result, value, 0, is_temporary(unit, value));
    }
    }
    unit->top = saved;
}

/* R[item] = the next item, or out of the loop. */
static void next_item(Unit *unit, Loop *loop, int iterator, Expr *target) {
    unit_at(unit, loop->expression);
    if (!loop->is_async) {
        int local = target->kind == AST_Name ? name_local(unit, target->Name.id) : -1;
        int item = local >= 0 ? local : unit_push(unit);
        emit_branch(unit, OP_FOR_ITER, item, iterator, 0, 0, loop->end);
        if (local >= 0 && target->lineno != loop->expression->lineno) unit_mark(unit, target);
        store_target(unit, target, item);
        return;
    }
    loop->finished = label_new(unit);
    loop->bound = bound_copy(unit);
    loop->item = unit_push(unit);
    Block guard = {.range_start = -1};
    range_open(unit, &guard, loop->finished, loop->item);
    int awaitable = unit_push(unit);
    emit(unit, OP_GET_ANEXT, awaitable, iterator, 0, 0);
    emit_delegate(unit, awaitable, loop->item);
    range_close(unit, &guard);
    unit->top = loop->item + 1;
    store_target(unit, target, loop->item);
}

static void clause_loop(Plan *plan, int index) {
    Unit *unit = plan->unit;
    Comprehension *clause = plan->clauses.items[index];
    compiler_stack_check(unit->compiler);
    Loop loop = {.is_async = clause->is_async, .expression = plan->expression, .saved = unit->top};
    int iterator = 0; /* the parameter .0 */
    if (index > 0) {
        iterator = unit_push(unit);
        expression_to(unit, clause->iter, iterator);
        unit_at(unit, plan->expression);
        emit(unit, clause->is_async ? OP_GET_AITER : OP_GET_ITER, iterator, iterator, 0, 0);
    }
    loop.top = label_new(unit);
    loop.end = label_new(unit);
    label_place(unit, loop.top);
    int mark = unit->top;
    next_item(unit, &loop, iterator, clause->target);
    unit->top = mark;
    Label *skip = label_new(unit);
    for (int i = 0; i < clause->ifs.count; i++)
        condition(unit, clause->ifs.items[i], false, skip);
    if (index + 1 < plan->clauses.count) clause_loop(plan, index + 1);
    else add_element(plan);
    label_place(unit, skip);
    unit_at(unit, plan->expression);
    emit_jump_back(unit, loop.top);
    if (loop.is_async) {
        handler_place(unit, loop.finished, loop.bound);
        unit->top = loop.item + 1;
        unit_at(unit, plan->expression);
        emit(unit, OP_END_ASYNC_FOR, loop.item, 0, 0, 0);
    } else {
        label_place(unit, loop.end);
    }
    unit->top = loop.saved;
}

static Code *comprehension_code(Unit *outer, Expr *e, Scope *scope, const char *name,
                                ComprehensionSequence clauses) {
    Unit unit;
    unit_enter(outer->compiler, &unit, scope, str_intern_c(name), e->lineno);
    unit.is_async_scope = scope->is_coroutine || outer->is_async_scope;
    unit.argument_count = 1;
    Plan plan = {.unit = &unit, .expression = e, .clauses = clauses, .container = -1};
    unit_at(&unit, e);
    if (e->kind != AST_GeneratorExp) {
        plan.container = unit_push(&unit);
        Opcode build = e->kind == AST_ListComp  ? OP_BUILD_LIST
                       : e->kind == AST_SetComp ? OP_BUILD_SET
                                                : OP_BUILD_MAP;
        emit(&unit, build, plan.container, 0, 0, 0);
    }
    clause_loop(&plan, 0);
    unit_at(&unit, e);
    if (plan.container >= 0) {
        emit(&unit, OP_RETURN, plan.container, 0, 0, 0);
        unit.reachable = false;
    }
    return unit_finish(&unit);
}

void comprehension(Unit *unit, Expr *e, int target) {
    const char *name = e->kind == AST_ListComp   ? "<listcomp>"
                       : e->kind == AST_SetComp  ? "<setcomp>"
                       : e->kind == AST_DictComp ? "<dictcomp>"
                                                 : "<genexpr>";
    ComprehensionSequence clauses = e->kind == AST_ListComp   ? e->ListComp.generators
                                    : e->kind == AST_SetComp  ? e->SetComp.generators
                                    : e->kind == AST_DictComp ? e->DictComp.generators
                                                              : e->GeneratorExp.generators;
    Scope *scope = symtable_scope(unit->compiler->symbols, e, 0);
    bool is_async = scope->is_coroutine && e->kind != AST_GeneratorExp;
    if (is_async && !unit->is_async_scope && !unit->scope->comprehension)
        compiler_error(unit->compiler, e,
                       "asynchronous comprehension outside of an asynchronous function");
    Code *code = comprehension_code(unit, e, scope, name, clauses);
    int saved = unit->top;
    if (is_temporary(unit, target) && target == unit->top - 1) unit->top = target;
    int row = unit_push_row(unit, 2);
    unit->top = row + 1;
    unit_at(unit, e);
    emit_function(unit, code, scope, row + 1, 0, row);
    unit->top = row + 2;
    expression_to(unit, clauses.items[0]->iter, row + 1);
    unit_at(unit, e);
    emit(unit, clauses.items[0]->is_async ? OP_GET_AITER : OP_GET_ITER, row + 1, row + 1, 0, 0);
    unit_at(unit, e);
    if (is_async) {
        emit(unit, OP_CALL, row, row, 1, 0);
        unit->top = row + 1;
        emit_await(unit, row, 0);
        if (row != target) emit(unit, OP_MOVE, target, row, 0, 0);
    } else {
        emit(unit, OP_CALL, target, row, 1, 0);
    }
    unit->top = saved;
}
