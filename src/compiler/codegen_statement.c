/* codegen_statement.c - simple statements, branches and loops. */
#include "compiler/codegen.h"

#include "types/exception.h"

Value body_docstring(StmtSequence body) {
    if (body.count == 0 || body.items[0]->kind != AST_Expr) return VALUE_EMPTY;
    Expr *value = body.items[0]->Expr.value;
    if (value->kind != AST_Constant || !is_exactly(value->Constant.value, &str_type))
        return VALUE_EMPTY;
    return value->Constant.value;
}

/* --- leaving blocks ------------------------------------------------------------------------------------ */

Block *unwind_blocks(Unit *unit, Block *until) {
    Block *innermost = unit->block;
    for (Block *block = innermost; block != until; block = block->outer) {
        unit->block = block->outer;
        unit->block_depth--;
        Label *handler = block->handler;
        bool guarded = block->range_start >= 0;
        range_close(unit, block);
        block->handler = guarded ? handler : NULL; /* NULL: nothing to open again */
        unwind_block(unit, block);
    }
    return innermost;
}

void rewind_blocks(Unit *unit, Block *innermost, Block *until) {
    unit->block = innermost;
    for (Block *block = innermost; block != until; block = block->outer) {
        unit->block_depth++;
        if (block->handler) block->range_start = unit->count;
    }
}

/* The loop that break and continue leave, or NULL. */
static Block *enclosing_loop(Unit *unit, Stmt *s) {
    for (Block *block = unit->block; block; block = block->outer) {
        if (block->kind == BLOCK_LOOP) return block;
        if (block->kind == BLOCK_STAR_HANDLER)
            compiler_error(unit->compiler, s,
                           "'break', 'continue' and 'return' cannot appear in an except* block");
    }
    return NULL;
}

static void break_statement(Unit *unit, Stmt *s) {
    Block *loop = enclosing_loop(unit, s);
    if (!loop) compiler_error(unit->compiler, s, "'break' outside loop");
    unit_mark(unit, s);
    Block *innermost = unwind_blocks(unit, loop);
    emit_jump(unit, loop->end);
    rewind_blocks(unit, innermost, loop);
}

static void continue_statement(Unit *unit, Stmt *s) {
    Block *loop = enclosing_loop(unit, s);
    if (!loop) compiler_error(unit->compiler, s, "'continue' not properly in loop");
    unit_mark(unit, s);
    Block *innermost = unwind_blocks(unit, loop);
    bool endless = false; /* the line of the test is passed at the end of each round */
    const Stmt *owner = loop->statement;
    if (owner->kind == AST_While && constant_truth(owner->While.test, &endless)) unit_at(unit, owner->While.test);
    emit_jump_back(unit, loop->top);
    rewind_blocks(unit, innermost, loop);
}

static void return_statement(Unit *unit, Stmt *s) {
    Compiler *compiler = unit->compiler;
    bool leaves_blocks = false;
    if (!scope_is_function(unit->scope)) compiler_error(compiler, s, "'return' outside function");
    if (s->Return.value && (unit->flags & CODE_ASYNC_GENERATOR))
        compiler_error(compiler, s, "'return' with value in async generator");
    for (Block *block = unit->block; block; block = block->outer) {
        if (block->kind == BLOCK_STAR_HANDLER)
            compiler_error(compiler, s->Return.value ? (void *)s->Return.value : s,
                           "'break', 'continue' and 'return' cannot appear in an except* block");
        if (block->kind != BLOCK_LOOP && block->kind != BLOCK_TRY) leaves_blocks = true;
    }
    int saved = unit->top, value = -1;
    Expr *e = s->Return.value;
    bool constant = !e || e->kind == AST_Constant;
    if (!constant) value = leaves_blocks ? expression_push(unit, e) : expression_last(unit, e);
    unit_at(unit, s);
    if (constant || e->lineno != s->lineno) unit_mark(unit, s);
    Block *innermost = unwind_blocks(unit, NULL);
    if (!e || (constant && is_none(e->Constant.value))) {
        emit(unit, OP_RETURN_NONE, 0, 0, 0, 0);
    } else {
        if (constant) emit_const(unit, value = unit_push(unit), e->Constant.value);
        emit(unit, OP_RETURN, value, 0, 0, 0);
    }
    unit->reachable = false;
    rewind_blocks(unit, innermost, NULL);
    unit->top = saved;
}

/* --- branches and loops --------------------------------------------------------------------------------- */

typedef struct Exit {
    struct Exit *next;
    Label *label;
    const Stmt *statement; /* the `break` */
} Exit;

/* if test: break   jumps out of the loop from within the test; where the `break` has a line of its own,
 * by way of a jump behind the loop that has it. */
static bool if_break(Unit *unit, Stmt *s) {
    Block *loop = unit->block;
    bool truth;
    if (s->If.body.count != 1 || s->If.body.items[0]->kind != AST_Break || s->If.orelse.count ||
        !loop || loop->kind != BLOCK_LOOP || constant_truth(s->If.test, &truth))
        return false;
    const Stmt *leave = s->If.body.items[0];
    Label *label = loop->end;
    if (leave->lineno != s->If.test->end_lineno) {
        Exit *exit = compiler_alloc(unit->compiler, sizeof *exit);
        *exit = (Exit){.next = loop->exits, .label = label_new(unit), .statement = leave};
        loop->exits = exit;
        label = exit->label;
    }
    condition(unit, s->If.test, true, label);
    return true;
}

/* Behind the jump back of a loop. */
static void place_exits(Unit *unit, Block *loop) {
    for (Exit *exit = loop->exits; exit; exit = exit->next) {
        label_place(unit, exit->label);
        unit_at(unit, exit->statement);
        emit_jump(unit, loop->end);
    }
}

static void if_statement(Unit *unit, Stmt *s) {
    if (if_break(unit, s)) return;
    Label *otherwise = label_new(unit), *end = label_new(unit);
    bool has_else = s->If.orelse.count > 0;
    condition(unit, s->If.test, false, has_else ? otherwise : end);
    statements(unit, s->If.body);
    if (has_else) {
        unit_inherit(unit);
        emit_jump(unit, end);
        label_place(unit, otherwise);
        statements(unit, s->If.orelse);
    }
    label_place(unit, end);
}

static void while_statement(Unit *unit, Stmt *s) {
    Block block;
    Label *orelse = label_new(unit);
    bool endless = false;
    constant_truth(s->While.test, &endless);
    block_push(unit, &block, BLOCK_LOOP, s);
    block.top = label_new(unit);
    block.end = label_new(unit);
    if (endless) unit_mark(unit, s->While.test);
    label_place(unit, block.top);
    if (!endless) condition(unit, s->While.test, false, orelse);
    statements(unit, s->While.body);
    if (endless) unit_at(unit, s->While.test);
    else unit_inherit(unit);
    emit_jump_back(unit, block.top);
    block_pop(unit, &block);
    place_exits(unit, &block);
    label_place(unit, orelse);
    statements(unit, s->While.orelse);
    label_place(unit, block.end);
}

static void for_statement(Unit *unit, Stmt *s) {
    Block block;
    Label *orelse = label_new(unit);
    int saved = unit->top, iterator = unit_push(unit);
    expression_to(unit, s->For.iter, iterator);
    unit_at(unit, s);
    emit(unit, OP_GET_ITER, iterator, iterator, 0, 0);
    block_push(unit, &block, BLOCK_LOOP, s);
    block.top = label_new(unit);
    block.end = label_new(unit);
    label_place(unit, block.top);
    unit_at(unit, s);
    Expr *target = s->For.target;
    int local = target->kind == AST_Name ? name_local(unit, target->Name.id) : -1;
    int item = local >= 0 ? local : unit_push(unit);
    emit_branch(unit, OP_FOR_ITER, item, iterator, 0, 0, orelse);
    store_target(unit, target, item);
    unit->top = iterator + 1;
    statements(unit, s->For.body);
    unit_inherit(unit);
    emit_jump_back(unit, block.top);
    block_pop(unit, &block);
    place_exits(unit, &block);
    unit->top = saved;
    label_place(unit, orelse);
    statements(unit, s->For.orelse);
    label_place(unit, block.end);
}

static void async_for_statement(Unit *unit, Stmt *s) {
    if (!unit->is_async_scope)
        compiler_error(unit->compiler, s, "'async for' outside async function");
    Block block;
    Label *finished = label_new(unit);
    int saved = unit->top, iterator = unit_push(unit);
    expression_to(unit, s->AsyncFor.iter, iterator);
    unit_at(unit, s);
    emit(unit, OP_GET_AITER, iterator, iterator, 0, 0);
    block_push(unit, &block, BLOCK_LOOP, s);
    block.top = label_new(unit);
    block.end = label_new(unit);
    label_place(unit, block.top);
    uint64_t *bound = bound_copy(unit);
    int item = unit_push(unit);
    Block guard = {.range_start = -1};
    range_open(unit, &guard, finished, item);
    unit_at(unit, s);
    int awaitable = unit_push(unit);
    emit(unit, OP_GET_ANEXT, awaitable, iterator, 0, 0);
    emit_delegate(unit, awaitable, item);
    range_close(unit, &guard);
    unit->top = item + 1;
    store_target(unit, s->AsyncFor.target, item);
    unit->top = iterator + 1;
    statements(unit, s->AsyncFor.body);
    unit_inherit(unit);
    emit_jump_back(unit, block.top);
    block_pop(unit, &block);
    place_exits(unit, &block);
    handler_place(unit, finished, bound);
    unit_at(unit, s);
    unit->top = item + 1;
    emit(unit, OP_END_ASYNC_FOR, item, 0, 0, 0);
    unit->top = saved;
    statements(unit, s->AsyncFor.orelse);
    label_place(unit, block.end);
}

/* --- assignments ------------------------------------------------------------------------------------------ */

static void assign_statement(Unit *unit, Stmt *s) {
    ExprSequence targets = s->Assign.targets;
    if (targets.count == 1) {
        assign_expression(unit, targets.items[0], s->Assign.value);
        return;
    }
    int saved = unit->top, value = expression_any(unit, s->Assign.value);
    for (int i = 0; i < targets.count; i++) store_target(unit, targets.items[i], value);
    unit->top = saved;
}

/* R[target] = R[left] op= expression */
static void emit_inplace(Unit *unit, Stmt *s, int target, int left) {
    int saved = unit->top;
    Expr *right = s->AugAssign.value;
    Opcode op = binary_opcode(s->AugAssign.op);
    int constant = right->kind == AST_Constant && unit->reachable
                       ? unit_constant(unit, right->Constant.value) : -1;
    if (constant >= 0 && constant < 0xFFFF) {
        unit_at(unit, s);
        emit(unit, (Opcode)(op + (OP_ADD_K - OP_ADD)), target, left, constant, 1);
    } else {
        int value = expression_last(unit, right);
        unit_at(unit, s);
        emit(unit, op, target, left, value, 1);
    }
    unit->top = saved;
}

static void augmented_assignment(Unit *unit, Stmt *s) {
    Expr *target = s->AugAssign.target;
    int saved = unit->top;
    switch (target->kind) {
    case AST_Name: {
        forbid_name(unit, target->Name.id, AST_Store, target);
        int local = name_local(unit, target->Name.id);
        Expr load = {.kind = AST_Name,
                     .lineno = target->lineno,
                     .col_offset = target->col_offset,
                     .end_lineno = target->end_lineno,
                     .end_col_offset = target->end_col_offset,
                     .Name = {.id = target->Name.id, .ctx = AST_Load}};
        int value = expression_any(unit, &load);
        int result = local >= 0 ? local : value;
        emit_inplace(unit, s, result, value);
        unit_at(unit, target);
        if (local < 0) name_store(unit, target->Name.id, result);
        else store_target(unit, target, result);
        break;
    }
    case AST_Attribute: {
        forbid_name(unit, target->Attribute.attr, AST_Store, target);
        int object = expression_any(unit, target->Attribute.value), value = unit_push(unit);
        int name = unit_mangled(unit, target->Attribute.attr);
        at_attribute(unit, target, target);
        emit(unit, OP_LOAD_ATTR, value, object, name, 0);
        emit_inplace(unit, s, value, value);
        at_attribute(unit, target, target);
        emit(unit, OP_STORE_ATTR, object, value, name, 0);
        break;
    }
    case AST_Subscript: {
        int object = expression_any(unit, target->Subscript.value);
        int key = expression_any(unit, target->Subscript.slice), value = unit_push(unit);
        unit_at(unit, target);
        emit(unit, OP_GET_ITEM, value, object, key, 0);
        emit_inplace(unit, s, value, value);
        unit_at(unit, target);
        emit(unit, OP_SET_ITEM, object, key, value, 0);
        break;
    }
    default:
        compiler_error(unit->compiler, s, "illegal expression for augmented assignment");
    }
    unit->top = saved;
}

static void annotated_assignment(Unit *unit, Stmt *s) {
    Expr *target = s->AnnAssign.target;
    bool in_function = scope_is_function(unit->scope);
    bool as_text = (unit->compiler->future & COMPILE_FUTURE_ANNOTATIONS) != 0;
    if (s->AnnAssign.value) assign_expression(unit, target, s->AnnAssign.value);
    int saved = unit->top;
    switch (target->kind) {
    case AST_Name:
        forbid_name(unit, target->Name.id, AST_Store, s);
        if (s->AnnAssign.simple && !in_function) {
            int value = unit_push(unit), dict = unit_push(unit), key = unit_push(unit);
            annotation_to(unit, s->AnnAssign.annotation, value);
            unit_at(unit, s);
            name_load(unit, NAME("__annotations__"), dict, NULL);
            Str *name = symtable_mangle(unit->compiler, unit->private_class, target->Name.id);
            emit_const(unit, key, object_value(name));
            emit(unit, OP_SET_ITEM, dict, key, value, 0);
        }
        break;
    case AST_Attribute:
        forbid_name(unit, target->Attribute.attr, AST_Store, s);
        if (!s->AnnAssign.value) expression_effect(unit, target->Attribute.value);
        break;
    case AST_Subscript:
        if (!s->AnnAssign.value) {
            expression_effect(unit, target->Subscript.value);
            expression_effect(unit, target->Subscript.slice);
        }
        break;
    default: compiler_error(unit->compiler, s, "invalid target for annotated assignment");
    }
    unit->top = saved;
    if (!s->AnnAssign.simple && !in_function && !as_text)
        expression_effect(unit, s->AnnAssign.annotation);
}

static void delete_target(Unit *unit, Expr *target) {
    compiler_stack_check(unit->compiler);
    int saved = unit->top;
    switch (target->kind) {
    case AST_Name:
        forbid_name(unit, target->Name.id, AST_Del, target);
        unit_at(unit, target);
        name_delete(unit, target->Name.id);
        break;
    case AST_Attribute: {
        forbid_name(unit, target->Attribute.attr, AST_Del, target);
        int object = expression_last(unit, target->Attribute.value);
        unit_at(unit, target);
        emit(unit, OP_DELETE_ATTR, object, 0, unit_mangled(unit, target->Attribute.attr), 0);
        break;
    }
    case AST_Subscript: {
        int object = expression_any(unit, target->Subscript.value);
        int key = expression_last(unit, target->Subscript.slice);
        unit_at(unit, target);
        emit(unit, OP_DELETE_ITEM, object, key, 0, 0);
        break;
    }
    case AST_Tuple:
        for (int i = 0; i < target->Tuple.elts.count; i++)
            delete_target(unit, target->Tuple.elts.items[i]);
        break;
    case AST_List:
        for (int i = 0; i < target->List.elts.count; i++)
            delete_target(unit, target->List.elts.items[i]);
        break;
    default: compiler_error(unit->compiler, target, "cannot delete expression");
    }
    unit->top = saved;
}

/* --- imports --------------------------------------------------------------------------------------------------- */

static int emit_import(Unit *unit, Stmt *s, Str *name, Value from_list, int level) {
    int row = unit_push_row(unit, 2);
    unit_at(unit, s);
    emit_const(unit, row, from_list);
    emit_const(unit, row + 1, smallint_value(level));
    emit(unit, OP_IMPORT_NAME, row, unit_name(unit, name), row, 0);
    unit->top = row + 1;
    return row;
}

static int64_t find_dot(const Str *name, int64_t from) {
    while (from < name->length && str_at(name, from) != '.') from++;
    return from;
}

static Str *name_part(Unit *unit, Str *name, int64_t start, int64_t end) {
    return compiler_keep_str(unit->compiler, str_substring(name, start, end));
}

static void import_statement(Unit *unit, Stmt *s) {
    for (int i = 0; i < s->Import.names.count; i++) {
        Alias *alias = s->Import.names.items[i];
        int saved = unit->top, module = emit_import(unit, s, alias->name, VALUE_NONE, 0);
        int64_t dot = find_dot(alias->name, 0);
        if (alias->asname) {
            while (dot < alias->name->length) { /* import a.b.c as d: walk down to c */
                int64_t next = find_dot(alias->name, dot + 1);
                Str *part = name_part(unit, alias->name, dot + 1, next);
                emit(unit, OP_IMPORT_FROM, module, module, unit_name(unit, part), 0);
                dot = next;
            }
            forbid_name(unit, alias->asname, AST_Store, s);
            name_store(unit, alias->asname, module);
        } else {
            Str *name = dot < alias->name->length ? name_part(unit, alias->name, 0, dot)
                                                  : alias->name;
            forbid_name(unit, name, AST_Store, s);
            name_store(unit, name, module);
        }
        unit->top = saved;
    }
}

static void import_from_statement(Unit *unit, Stmt *s) {
    if (is_future_import(s) && s->lineno > unit->compiler->future_line)
        compiler_error(unit->compiler, s, LATE_FUTURE_IMPORT);
    AliasSequence names = s->ImportFrom.names;
    Tuple *from_list = tuple_new(names.count);
    if (!from_list) compiler_fail(unit->compiler);
    for (int i = 0; i < names.count; i++) from_list->items[i] = object_value(names.items[i]->name);
    Str *module_name = s->ImportFrom.module ? s->ImportFrom.module : str_empty();
    int saved = unit->top;
    int module = emit_import(unit, s, module_name, object_value(from_list), s->ImportFrom.level);
    for (int i = 0; i < names.count; i++) {
        Alias *alias = names.items[i];
        unit_at(unit, s);
        if (str_equal_c(alias->name, "*")) {
            emit(unit, OP_IMPORT_STAR, module, 0, 0, 0);
            continue;
        }
        Str *name = alias->asname ? alias->asname : alias->name;
        forbid_name(unit, name, AST_Store, s);
        int local = name_local(unit, name), mark = unit->top;
        int value = local >= 0 ? local : unit_push(unit);
        emit(unit, OP_IMPORT_FROM, value, module, unit_name(unit, alias->name), 0);
        name_store(unit, name, value);
        unit->top = mark;
    }
    unit->top = saved;
}

/* --- the rest ----------------------------------------------------------------------------------------------------- */

static void assert_statement(Unit *unit, Stmt *s) {
    Expr *test = s->Assert.test;
    bool is_tuple_display =
        (test->kind == AST_Tuple && test->Tuple.elts.count > 0) ||
        (test->kind == AST_Constant && is_exactly(test->Constant.value, &tuple_type) &&
         as_tuple(test->Constant.value)->length > 0);
    if (is_tuple_display)
        compiler_warn(unit->compiler, s,
                      "assertion is always true, perhaps remove parentheses?");
    if (unit->compiler->optimize) return;
    Label *end = label_new(unit);
    int saved = unit->top;
    condition(unit, test, true, end);
    int error = unit_push(unit);
    unit_at(unit, s);
    emit(unit, OP_LOAD_ASSERTION_ERROR, error, 0, 0, 0);
    if (s->Assert.msg) {
        expression_push(unit, s->Assert.msg);
        unit_at(unit, s);
        emit(unit, OP_CALL, error, error, 1, 0);
    }
    unit_at(unit, test);
    emit(unit, OP_RAISE, error, NONE_REGISTER, 0, 0);
    unit->reachable = false;
    unit->top = saved;
    label_place(unit, end);
}

static void raise_statement(Unit *unit, Stmt *s) {
    int saved = unit->top, exception = NONE_REGISTER, cause = NONE_REGISTER;
    if (s->Raise.exc) {
        exception = s->Raise.cause ? expression_any(unit, s->Raise.exc)
                                   : expression_last(unit, s->Raise.exc);
        if (s->Raise.cause) cause = expression_last(unit, s->Raise.cause);
    }
    unit_at(unit, s);
    emit(unit, OP_RAISE, exception, cause, 0, 0);
    unit->reachable = false;
    unit->top = saved;
}

static void expression_statement(Unit *unit, Stmt *s) {
    if (unit->compiler->interactive && unit->scope->kind == SCOPE_MODULE) {
        int saved = unit->top, value = expression_last(unit, s->Expr.value);
        unit_at(unit, s);
        emit(unit, OP_PRINT_EXPRESSION, value, 0, 0, 0);
        unit->top = saved;
        return;
    }
    if (s->Expr.value->kind == AST_Constant) unit_mark(unit, s);
    expression_effect(unit, s->Expr.value);
}

void statement(Unit *unit, Stmt *s) {
    compiler_stack_check(unit->compiler);
    unit_at(unit, s);
    switch (s->kind) {
    case AST_FunctionDef:
    case AST_AsyncFunctionDef: function_definition(unit, s); break;
    case AST_ClassDef: class_definition(unit, s); break;
    case AST_TypeAlias: type_alias(unit, s); break;
    case AST_Return: return_statement(unit, s); break;
    case AST_Delete:
        for (int i = 0; i < s->Delete.targets.count; i++)
            delete_target(unit, s->Delete.targets.items[i]);
        break;
    case AST_Assign: assign_statement(unit, s); break;
    case AST_AugAssign: augmented_assignment(unit, s); break;
    case AST_AnnAssign: annotated_assignment(unit, s); break;
    case AST_For: for_statement(unit, s); break;
    case AST_AsyncFor: async_for_statement(unit, s); break;
    case AST_While: while_statement(unit, s); break;
    case AST_If: if_statement(unit, s); break;
    case AST_With: with_statement(unit, s, 0); break;
    case AST_AsyncWith: async_with_statement(unit, s, 0); break;
    case AST_Match: match_statement(unit, s); break;
    case AST_Raise: raise_statement(unit, s); break;
    case AST_Try: try_statement(unit, s); break;
    case AST_TryStar: try_star_statement(unit, s); break;
    case AST_Assert: assert_statement(unit, s); break;
    case AST_Import: import_statement(unit, s); break;
    case AST_ImportFrom: import_from_statement(unit, s); break;
    case AST_Expr: expression_statement(unit, s); break;
    case AST_Break: break_statement(unit, s); break;
    case AST_Continue: continue_statement(unit, s); break;
    case AST_Pass: unit_mark(unit, s); break;
    case AST_Global:
    case AST_Nonlocal: break;
    default: fatal("codegen: not a statement: %d", (int)s->kind);
    }
}

void statements(Unit *unit, StmtSequence body) {
    for (int i = 0; i < body.count; i++) statement(unit, body.items[i]);
}
