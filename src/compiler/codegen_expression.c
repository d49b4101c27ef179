/* codegen_expression.c - expressions, names, conditions, calls, and stores into targets.
 *
 * The one rule about targets: when the target of expression_to() is a local variable's register, only
 * the last instruction may write it, after all that may raise or read the variable's old value. A
 * temporary target may be written at any time and serves as scratch space for operands. */
#include "compiler/codegen.h"

#include "types/bytes.h"
#include "types/exception.h"
#include "types/float.h"
#include "types/int.h"
#include "types/set.h"

#define DISPLAY_MAX 64   /* items of a display that are put into registers at once */
#define MAP_PAIRS_MAX 16
#define ARGUMENTS_MAX 250
#define STRING_PARTS_MAX 100

/* --- names ----------------------------------------------------------------------------------------------- */

static Symbol *unit_symbol(Unit *unit, Str *name) {
    return scope_lookup(unit->scope, symtable_mangle(unit->compiler, unit->private_class, name));
}

static bool is_local_symbol(const Unit *unit, const Symbol *symbol) {
    return symbol && scope_is_function(unit->scope) && symbol->local >= 0 && symbol->cell < 0 &&
           symbol->resolution == RESOLVED_LOCAL;
}

int name_local(Unit *unit, Str *name) {
    Symbol *symbol = unit_symbol(unit, name);
    return is_local_symbol(unit, symbol) ? symbol->local : -1;
}

/* Makes sure that the local is bound where it is read. */
static void check_local(Unit *unit, Symbol *symbol, const void *node) {
    if (local_is_bound(unit, symbol->local)) return;
    if (node) unit_at(unit, node);
    emit(unit, OP_CHECK_LOCAL, symbol->local, 0, 0, 0);
    if (!(symbol->flags & SYMBOL_UNBINDABLE)) bind_local(unit, symbol->local);
}

static void local_written(Unit *unit, Symbol *symbol) {
    if (!(symbol->flags & SYMBOL_UNBINDABLE)) bind_local(unit, symbol->local);
}

/* A global in an annotation scope of a class: in the class's namespace first. */
static void load_class_global(Unit *unit, Str *name, int target) {
    Symbol *namespace = scope_lookup(unit->scope, NAME("__classdict__"));
    int saved = unit->top, dict = unit_push(unit), key = unit_push(unit);
    int value = is_temporary(unit, target) ? target : unit_push(unit);
    Label *global = label_new(unit), *end = label_new(unit);
    if (namespace->cell >= 0)
        emit(unit, OP_LOAD_CELL, dict, unit->cell_base + namespace->cell, 0, 0);
    else emit(unit, OP_LOAD_FREE, dict, namespace->free, 0, 0);
    emit_const(unit, key, object_value(name));
    emit_branch(unit, OP_TEST_IN, key, dict, 0, 0, global);
    emit(unit, OP_GET_ITEM, value, dict, key, 0);
    emit_jump(unit, end);
    label_place(unit, global);
    emit(unit, OP_LOAD_GLOBAL, value, unit_name(unit, name), 0, 0);
    label_place(unit, end);
    if (value != target) emit(unit, OP_MOVE, target, value, 0, 0);
    unit->top = saved;
}

static void load_symbol(Unit *unit, Str *name, Symbol *symbol, int target) {
    bool in_function = scope_is_function(unit->scope);
    switch (symbol ? symbol->resolution : RESOLVED_GLOBAL_IMPLICIT) {
    case RESOLVED_CELL:
        if (unit->scope->kind == SCOPE_CLASS && (symbol->flags & SYMBOL_BOUND)) break;
        emit(unit, OP_LOAD_CELL, target, unit->cell_base + symbol->cell, 0, 0);
        return;
    case RESOLVED_FREE:
        if (unit->scope->kind == SCOPE_CLASS)
            emit(unit, OP_LOAD_CLASS_FREE, target, symbol->free, unit_name(unit, name), 0);
        else
            emit(unit, OP_LOAD_FREE, target, symbol->free, 0, 0);
        return;
    case RESOLVED_GLOBAL_EXPLICIT:
        emit(unit, OP_LOAD_GLOBAL, target, unit_name(unit, name), 0, 0);
        return;
    case RESOLVED_GLOBAL_IMPLICIT:
        if (!in_function) break;
        if (unit->scope->sees_class && scope_lookup(unit->scope, NAME("__classdict__"))) {
            load_class_global(unit, name, target);
            return;
        }
        emit(unit, OP_LOAD_GLOBAL, target, unit_name(unit, name), 0, 0);
        return;
    default: break;
    }
    emit(unit, OP_LOAD_NAME, target, unit_name(unit, name), 0, 0);
}

void name_load(Unit *unit, Str *name, int target, const void *node) {
    name = symtable_mangle(unit->compiler, unit->private_class, name);
    Symbol *symbol = scope_lookup(unit->scope, name);
    if (is_local_symbol(unit, symbol)) {
        check_local(unit, symbol, node);
        if (symbol->local != target) emit(unit, OP_MOVE, target, symbol->local, 0, 0);
        return;
    }
    if (node) unit_at(unit, node);
    load_symbol(unit, name, symbol, target);
}

void name_store(Unit *unit, Str *name, int source) {
    name = symtable_mangle(unit->compiler, unit->private_class, name);
    Symbol *symbol = scope_lookup(unit->scope, name);
    if (is_local_symbol(unit, symbol)) {
        if (source != symbol->local) emit(unit, OP_MOVE, symbol->local, source, 0, 0);
        local_written(unit, symbol);
        return;
    }
    bool is_class = unit->scope->kind == SCOPE_CLASS;
    switch (symbol ? symbol->resolution : RESOLVED_GLOBAL_IMPLICIT) {
    case RESOLVED_CELL:
        if (is_class) break;
        emit(unit, OP_STORE_CELL, unit->cell_base + symbol->cell, source, 0, 0);
        return;
    case RESOLVED_FREE: emit(unit, OP_STORE_FREE, symbol->free, source, 0, 0); return;
    case RESOLVED_GLOBAL_EXPLICIT:
        emit(unit, OP_STORE_GLOBAL, source, unit_name(unit, name), 0, 0);
        return;
    default:
        if (scope_is_function(unit->scope)) {
            emit(unit, OP_STORE_GLOBAL, source, unit_name(unit, name), 0, 0);
            return;
        }
    }
    emit(unit, OP_STORE_NAME, source, unit_name(unit, name), 0, 0);
}

void name_delete(Unit *unit, Str *name) {
    name = symtable_mangle(unit->compiler, unit->private_class, name);
    Symbol *symbol = scope_lookup(unit->scope, name);
    if (is_local_symbol(unit, symbol)) {
        emit(unit, OP_DELETE_LOCAL, symbol->local, 0, 0, 0);
        return;
    }
    switch (symbol ? symbol->resolution : RESOLVED_GLOBAL_IMPLICIT) {
    case RESOLVED_CELL:
        if (unit->scope->kind == SCOPE_CLASS) break;
        emit(unit, OP_DELETE_CELL, unit->cell_base + symbol->cell, 0, 0, 0);
        return;
    case RESOLVED_FREE: emit(unit, OP_DELETE_FREE, symbol->free, 0, 0, 0); return;
    case RESOLVED_GLOBAL_EXPLICIT:
        emit(unit, OP_DELETE_GLOBAL, 0, unit_name(unit, name), 0, 0);
        return;
    default: break;
    }
    emit(unit, OP_DELETE_NAME, 0, unit_name(unit, name), 0, 0);
}

void forbid_name(Unit *unit, Str *name, ExprContext context, const void *node) {
    if (context == AST_Load || !str_equal_c(name, "__debug__")) return;
    compiler_error(unit->compiler, node,
                   context == AST_Del ? "cannot delete __debug__" : "cannot assign to __debug__");
}

/* --- operands ---------------------------------------------------------------------------------------------- */

/* The value of a plain local as an operand, or -1. `copy` is set when the rest of the expression may
 * rebind the variable, by a walrus. */
static int local_operand(Unit *unit, Expr *e, bool *copy) {
    if (e->kind != AST_Name || e->Name.ctx != AST_Load) return -1;
    Symbol *symbol = unit_symbol(unit, e->Name.id);
    if (!is_local_symbol(unit, symbol)) return -1;
    check_local(unit, symbol, e);
    *copy = (symbol->flags & SYMBOL_WALRUS) != 0;
    return symbol->local;
}

/* Evaluates to some register: a local's own, `scratch` when that is a temporary, or a new one. */
static int operand(Unit *unit, Expr *e, int scratch, bool used_at_once) {
    bool copy = false;
    int local = local_operand(unit, e, &copy);
    if (local >= 0 && (used_at_once || !copy)) return local;
    int target = scratch >= 0 && is_temporary(unit, scratch) ? scratch : unit_push(unit);
    if (local >= 0) emit(unit, OP_MOVE, target, local, 0, 0);
    else expression_to(unit, e, target);
    return target;
}

int expression_any(Unit *unit, Expr *e) { return operand(unit, e, -1, false); }

/* A walrus to a local leaves its value in the local. */
int expression_last(Unit *unit, Expr *e) {
    if (e->kind == AST_NamedExpr) {
        int local = name_local(unit, e->NamedExpr.target->Name.id);
        if (local >= 0) {
            forbid_name(unit, e->NamedExpr.target->Name.id, AST_Store, e->NamedExpr.target);
            assign_expression(unit, e->NamedExpr.target, e->NamedExpr.value);
            return local;
        }
    }
    return operand(unit, e, -1, true);
}

int expression_push(Unit *unit, Expr *e) {
    int target = unit_push(unit);
    expression_to(unit, e, target);
    return target;
}

void expression_effect(Unit *unit, Expr *e) {
    if (e->kind == AST_Constant) return;
    int saved = unit->top;
    expression_last(unit, e);
    unit->top = saved;
}

/* The index of the constant when it can stand in a _K instruction, or -1. */
static int small_constant(Unit *unit, Expr *e) {
    if (e->kind != AST_Constant || !unit->reachable) return -1;
    int index = unit_constant(unit, e->Constant.value);
    return index < 0xFFFF ? index : -1;
}

/* The top-most temporary as target may be the first register of a row: the row is dead when the
 * result is written. */
static int row_for(Unit *unit, int target, int count) {
    if (is_temporary(unit, target) && target == unit->top - 1) unit->top = target;
    return unit_push_row(unit, count);
}

/* --- operators ------------------------------------------------------------------------------------------------ */

Opcode binary_opcode(BinaryOperator op) {
    switch (op) {
    case AST_Add: return OP_ADD;
    case AST_Sub: return OP_SUBTRACT;
    case AST_Mult: return OP_MULTIPLY;
    case AST_MatMult: return OP_MATRIX_MULTIPLY;
    case AST_Div: return OP_TRUE_DIVIDE;
    case AST_FloorDiv: return OP_FLOOR_DIVIDE;
    case AST_Mod: return OP_REMAINDER;
    case AST_Pow: return OP_POWER;
    case AST_LShift: return OP_LEFT_SHIFT;
    case AST_RShift: return OP_RIGHT_SHIFT;
    case AST_BitAnd: return OP_AND;
    case AST_BitXor: return OP_XOR;
    case AST_BitOr: return OP_OR;
    default: fatal("not a binary operator: %d", (int)op);
    }
}

static void binary_expression(Unit *unit, Expr *e, int target) {
    int saved = unit->top;
    Opcode op = binary_opcode(e->BinOp.op);
    int left = operand(unit, e->BinOp.left, target, e->BinOp.right->kind == AST_Constant);
    int constant = small_constant(unit, e->BinOp.right);
    if (constant >= 0) {
        unit_at(unit, e);
        emit(unit, (Opcode)(op + (OP_ADD_K - OP_ADD)), target, left, constant, 0);
    } else {
        int right = expression_last(unit, e->BinOp.right);
        unit_at(unit, e);
        emit(unit, op, target, left, right, 0);
    }
    unit->top = saved;
}

static CompareOperator inverse_of(CompareOperator op) {
    switch (op) {
    case AST_Is: return AST_IsNot;
    case AST_IsNot: return AST_Is;
    case AST_In: return AST_NotIn;
    case AST_NotIn: return AST_In;
    default: return AST_NO_KIND;
    }
}

static void compare_expression(Unit *unit, Expr *e, bool negate, int target);

static void unary_expression(Unit *unit, Expr *e, int target) {
    int saved = unit->top;
    Expr *inner = e->UnaryOp.operand;
    if (e->UnaryOp.op == AST_Not && inner->kind == AST_Compare && inner->Compare.ops.count == 1 &&
        inverse_of(inner->Compare.ops.items[0])) {
        compare_expression(unit, inner, true, target); /* not a in b: a not in b */
        return;
    }
    Opcode op = e->UnaryOp.op == AST_USub   ? OP_NEGATIVE
                : e->UnaryOp.op == AST_UAdd ? OP_POSITIVE
                : e->UnaryOp.op == AST_Not  ? OP_NOT
                                            : OP_INVERT;
    int value = operand(unit, inner, target, true);
    unit_at(unit, e);
    emit(unit, op, target, value, 0, 0);
    unit->top = saved;
}

static void bool_expression(Unit *unit, Expr *e, int target) {
    int saved = unit->top, result = is_temporary(unit, target) ? target : unit_push(unit);
    Opcode jump = e->BoolOp.op == AST_And ? OP_JUMP_IF_FALSE : OP_JUMP_IF_TRUE;
    Label *end = label_new(unit);
    int last = e->BoolOp.values.count - 1;
    for (int i = 0; i < last; i++) {
        Expr *value = e->BoolOp.values.items[i];
        bool truth;
        if (constant_truth(value, &truth)) {
            if (truth == (jump == OP_JUMP_IF_FALSE)) continue; /* decides nothing */
            expression_to(unit, value, result);
            emit_jump(unit, end);
            continue;
        }
        expression_to(unit, value, result);
        unit_at(unit, e);
        emit_jump_if(unit, jump, result, end);
    }
    expression_to(unit, e->BoolOp.values.items[last], result);
    label_place(unit, end);
    if (result != target) {
        unit_at(unit, e);
        emit(unit, OP_MOVE, target, result, 0, 0);
    }
    unit->top = saved;
}

static void conditional_expression(Unit *unit, Expr *e, int target) {
    Label *otherwise = label_new(unit), *end = label_new(unit);
    condition(unit, e->IfExp.test, false, otherwise);
    expression_to(unit, e->IfExp.body, target);
    unit_at(unit, e);
    emit_jump(unit, end);
    label_place(unit, otherwise);
    expression_to(unit, e->IfExp.orelse, target);
    label_place(unit, end);
}

/* --- comparisons ------------------------------------------------------------------------------------------------ */

static bool is_literal(const Expr *e) {
    if (e->kind != AST_Constant) return false;
    Value v = e->Constant.value;
    return !is_none(v) && !is_bool(v) && !is_ellipsis(v);
}

static void warn_comparison(Unit *unit, Expr *e) {
    bool left_literal = is_literal(e->Compare.left);
    for (int i = 0; i < e->Compare.ops.count; i++) {
        CompareOperator op = e->Compare.ops.items[i];
        bool right_literal = is_literal(e->Compare.comparators.items[i]);
        if ((op == AST_Is || op == AST_IsNot) && (left_literal || right_literal)) {
            compiler_warn(unit->compiler, e,
                          op == AST_Is ? "\"is\" with a literal. Did you mean \"==\"?"
                                       : "\"is not\" with a literal. Did you mean \"!=\"?");
            return;
        }
        left_literal = right_literal;
    }
}

static int ordering_index(CompareOperator op) {
    switch (op) {
    case AST_Lt: return 0;
    case AST_LtE: return 1;
    case AST_Eq: return 2;
    case AST_NotEq: return 3;
    case AST_Gt: return 4;
    case AST_GtE: return 5;
    default: return -1;
    }
}

static void emit_compare(Unit *unit, CompareOperator op, int target, int left, int right) {
    int ordering = ordering_index(op);
    if (ordering >= 0) emit(unit, (Opcode)(OP_COMPARE_LT + ordering), target, left, right, 0);
    else if (op == AST_Is || op == AST_IsNot)
        emit(unit, OP_IS, target, left, right, op == AST_IsNot);
    else emit(unit, OP_CONTAINS, target, left, right, op == AST_NotIn);
}

/* `negate`: of a single comparison with an inverse. */
static void compare_expression(Unit *unit, Expr *e, bool negate, int target) {
    warn_comparison(unit, e);
    int saved = unit->top, last = e->Compare.ops.count - 1;
    if (last == 0) {
        int left = operand(unit, e->Compare.left, target, false);
        int right = expression_last(unit, e->Compare.comparators.items[0]);
        unit_at(unit, e);
        CompareOperator op = e->Compare.ops.items[0];
        emit_compare(unit, negate ? inverse_of(op) : op, target, left, right);
        unit->top = saved;
        return;
    }
    int result = is_temporary(unit, target) ? target : unit_push(unit);
    Label *end = label_new(unit);
    int left = expression_any(unit, e->Compare.left);
    for (int i = 0; i <= last; i++) {
        int right = i == last ? expression_last(unit, e->Compare.comparators.items[i])
                              : expression_any(unit, e->Compare.comparators.items[i]);
        unit_at(unit, e);
        emit_compare(unit, e->Compare.ops.items[i], result, left, right);
        if (i < last) emit_jump_if(unit, OP_JUMP_IF_FALSE, result, end);
        left = right;
    }
    label_place(unit, end);
    if (result != target) emit(unit, OP_MOVE, target, result, 0, 0);
    unit->top = saved;
}

/* --- conditions ------------------------------------------------------------------------------------------------------ */

bool constant_truth(const Expr *e, bool *truth) {
    if (e->kind != AST_Constant) return false;
    Value v = e->Constant.value;
    if (is_none(v) || is_false(v)) *truth = false;
    else if (is_true(v) || is_ellipsis(v)) *truth = true;
    else if (is_smallint(v)) *truth = smallint_of(v) != 0;
    else if (is_double(v)) *truth = double_of(v) != 0;
    else if (is_exactly(v, &str_type)) *truth = as_str(v)->length != 0;
    else if (is_exactly(v, &bytes_type)) *truth = as_bytes(v)->length != 0;
    else if (is_exactly(v, &tuple_type)) *truth = as_tuple(v)->length != 0;
    else if (is_exactly(v, &int_type)) *truth = int_sign(v) != 0;
    else if (is_exactly(v, &complex_type)) {
        Complex *c = OBJECT_AS(Complex, v);
        *truth = c->real != 0 || c->imaginary != 0;
    } else return false;
    return true;
}

/* One comparison of registers or of a register and the expression `right`, as a jump. */
static int compare_jump(Unit *unit, Expr *whole, CompareOperator op, int left, Expr *right,
                        bool when, Label *label, bool keep_right) {
    int ordering = ordering_index(op);
    bool is_none_constant = right->kind == AST_Constant && is_none(right->Constant.value);
    if ((op == AST_Is || op == AST_IsNot) && is_none_constant && !keep_right) {
        unit_at(unit, whole);
        emit_jump_if(unit, (op == AST_Is) == when ? OP_JUMP_IF_NONE : OP_JUMP_IF_NOT_NONE, left,
                     label);
        return -1;
    }
    if (ordering >= 0 && !keep_right) {
        int constant = small_constant(unit, right);
        if (constant >= 0) {
            unit_at(unit, whole);
            emit_branch(unit, (Opcode)(OP_TEST_LT_K + ordering), left, constant, 0, when, label);
            return -1;
        }
    }
    int reg = keep_right ? expression_any(unit, right) : expression_last(unit, right);
    unit_at(unit, whole);
    if (ordering >= 0)
        emit_branch(unit, (Opcode)(OP_TEST_LT + ordering), left, reg, 0, when, label);
    else if (op == AST_Is || op == AST_IsNot)
        emit_branch(unit, OP_TEST_IS, left, reg, 0, (op == AST_Is) == when, label);
    else emit_branch(unit, OP_TEST_IN, left, reg, 0, (op == AST_In) == when, label);
    return reg;
}

static void compare_condition(Unit *unit, Expr *e, bool when, Label *label) {
    warn_comparison(unit, e);
    int last = e->Compare.ops.count - 1;
    int left = operand(unit, e->Compare.left, -1,
                       last == 0 && e->Compare.comparators.items[0]->kind == AST_Constant);
    Label *failed = when && last > 0 ? label_new(unit) : label;
    for (int i = 0; i < last; i++)
        left = compare_jump(unit, e, e->Compare.ops.items[i], left, e->Compare.comparators.items[i],
                            false, failed, true);
    compare_jump(unit, e, e->Compare.ops.items[last], left, e->Compare.comparators.items[last], when,
                 label, false);
    if (failed != label) label_place(unit, failed);
}

static void bool_condition(Unit *unit, Expr *e, bool when, Label *label) {
    ExprSequence values = e->BoolOp.values;
    bool is_or = e->BoolOp.op == AST_Or;
    int last = values.count - 1;
    if (when == is_or) { /* any one decides for the jump */
        for (int i = 0; i <= last; i++) condition(unit, values.items[i], when, label);
        return;
    }
    Label *skip = label_new(unit);
    for (int i = 0; i < last; i++) condition(unit, values.items[i], is_or, skip);
    condition(unit, values.items[last], when, label);
    label_place(unit, skip);
}

void condition(Unit *unit, Expr *e, bool when, Label *label) {
    compiler_stack_check(unit->compiler);
    int saved = unit->top;
    bool truth;
    if (constant_truth(e, &truth)) {
        unit_mark(unit, e);
        unit_inherit(unit);
        if (truth == when) emit_jump(unit, label);
    } else if (e->kind == AST_UnaryOp && e->UnaryOp.op == AST_Not) {
        condition(unit, e->UnaryOp.operand, !when, label);
    } else if (e->kind == AST_BoolOp) {
        bool_condition(unit, e, when, label);
    } else if (e->kind == AST_Compare) {
        compare_condition(unit, e, when, label);
    } else if (e->kind == AST_IfExp) {
        Label *otherwise = label_new(unit), *end = label_new(unit);
        condition(unit, e->IfExp.test, false, otherwise);
        condition(unit, e->IfExp.body, when, label);
        emit_jump(unit, end);
        label_place(unit, otherwise);
        condition(unit, e->IfExp.orelse, when, label);
        label_place(unit, end);
    } else {
        int value = expression_last(unit, e);
        unit_at(unit, e);
        emit_jump_if(unit, when ? OP_JUMP_IF_TRUE : OP_JUMP_IF_FALSE, value, label);
    }
    unit->top = saved;
}

/* --- attributes and items -------------------------------------------------------------------------------------------- */

void at_attribute(Unit *unit, const Expr *e, const Expr *attribute) {
    unit_at(unit, e);
    if (attribute->lineno == attribute->end_lineno) return;
    int length = (int)attribute->Attribute.attr->length;
    unit->position.line = attribute->end_lineno;
    if (length > attribute->end_col_offset) {
        unit->position.column = unit->position.end_column = -1;
        return;
    }
    unit->position.column = attribute->end_col_offset - length;
    if (unit->position.end_line == attribute->end_lineno &&
        unit->position.end_column < attribute->end_col_offset)
        unit->position.end_column = attribute->end_col_offset;
}

static void attribute_expression(Unit *unit, Expr *e, int target) {
    int saved = unit->top, object = operand(unit, e->Attribute.value, target, true);
    at_attribute(unit, e, e);
    emit(unit, OP_LOAD_ATTR, target, object, unit_mangled(unit, e->Attribute.attr), 0);
    unit->top = saved;
}

/* The name of the type that a display or literal has for certain, or NULL. */
static const char *literal_type_name(const Expr *e) {
    switch (e->kind) {
    case AST_Tuple: return "tuple";
    case AST_List:
    case AST_ListComp: return "list";
    case AST_Dict:
    case AST_DictComp: return "dict";
    case AST_Set:
    case AST_SetComp: return "set";
    case AST_GeneratorExp: return "generator";
    case AST_Lambda: return "function";
    case AST_JoinedStr:
    case AST_FormattedValue: return "str";
    case AST_Constant: return type_name_of(e->Constant.value);
    default: return NULL;
    }
}

static void warn_subscript(Unit *unit, Expr *e) {
    Expr *value = e->Subscript.value, *slice = e->Subscript.slice;
    switch (value->kind) {
    case AST_Constant: {
        Value v = value->Constant.value;
        if (!is_none(v) && !is_ellipsis(v) && !is_int(v) && !is_double(v) &&
            !is_exactly(v, &complex_type) && !is_any_set(v))
            break;
    } /* fall through */
    case AST_Set:
    case AST_SetComp:
    case AST_GeneratorExp:
    case AST_Lambda:
        compiler_warn(unit->compiler, e,
                      "'%s' object is not subscriptable; perhaps you missed a comma?",
                      literal_type_name(value));
        return;
    default: break;
    }
    bool is_sequence_literal =
        value->kind == AST_Tuple || value->kind == AST_List || value->kind == AST_ListComp ||
        value->kind == AST_JoinedStr || value->kind == AST_FormattedValue ||
        (value->kind == AST_Constant &&
         (is_str(value->Constant.value) || is_tuple(value->Constant.value) ||
          is_bytes(value->Constant.value)));
    const char *index = literal_type_name(slice);
    if (!is_sequence_literal || !index || slice->kind == AST_Slice) return;
    if (slice->kind == AST_Constant && is_int(slice->Constant.value)) return;
    compiler_warn(unit->compiler, e,
                  "%s indices must be integers or slices, not %s; perhaps you missed a comma?",
                  literal_type_name(value), index);
}

void expression_slice_part(Unit *unit, Expr *part, int target) {
    if (part) expression_to(unit, part, target);
    else emit_const(unit, target, VALUE_NONE);
}

static void slice_expression(Unit *unit, Expr *e, int target) {
    int saved = unit->top, row = unit_push_row(unit, 3);
    expression_slice_part(unit, e->Slice.lower, row);
    expression_slice_part(unit, e->Slice.upper, row + 1);
    expression_slice_part(unit, e->Slice.step, row + 2);
    unit_at(unit, e);
    emit(unit, OP_BUILD_SLICE, target, row, 0, 0);
    unit->top = saved;
}

static void subscript_expression(Unit *unit, Expr *e, int target) {
    warn_subscript(unit, e);
    int saved = unit->top;
    Expr *slice = e->Subscript.slice;
    int object = operand(unit, e->Subscript.value, target, slice->kind == AST_Constant);
    int constant = small_constant(unit, slice);
    if (constant >= 0) {
        unit_at(unit, e);
        emit(unit, OP_GET_ITEM_K, target, object, constant, 0);
    } else {
        int key = expression_last(unit, slice);
        unit_at(unit, e);
        emit(unit, OP_GET_ITEM, target, object, key, 0);
    }
    unit->top = saved;
}

/* --- displays ------------------------------------------------------------------------------------------------------------ */

static bool has_star(ExprSequence items) {
    for (int i = 0; i < items.count; i++)
        if (items.items[i]->kind == AST_Starred) return true;
    return false;
}

/* All constants: the tuple of them, or VALUE_EMPTY. */
static Value constant_items(Unit *unit, ExprSequence items) {
    for (int i = 0; i < items.count; i++)
        if (items.items[i]->kind != AST_Constant) return VALUE_EMPTY;
    Tuple *tuple = tuple_new(items.count);
    if (!tuple) compiler_fail(unit->compiler);
    for (int i = 0; i < items.count; i++) tuple->items[i] = items.items[i]->Constant.value;
    return object_value(tuple);
}

/* Adds the items to the list or set in `container`, one by one; `position` is that of the whole. */
static void add_items(Unit *unit, ExprSequence items, int from, int container, bool is_set,
                      Position position) {
    for (int i = from; i < items.count; i++) {
        Expr *item = items.items[i];
        int saved = unit->top;
        bool star = item->kind == AST_Starred;
        int value = expression_last(unit, star ? item->Starred.value : item);
        unit->position = position;
        Opcode op = is_set ? (star ? OP_SET_UPDATE : OP_SET_ADD)
                           : (star ? OP_LIST_EXTEND : OP_LIST_APPEND);
        emit(unit, op, container, value, 0, 0);
        unit->top = saved;
    }
}

void expression_list(Unit *unit, ExprSequence items, Opcode build, int target) {
    int saved = unit->top;
    Position position = unit->position;
    bool is_set = build == OP_BUILD_SET;
    if (!has_star(items) && items.count <= DISPLAY_MAX &&
        (build == OP_BUILD_TUPLE || items.count < 3 || is_empty(constant_items(unit, items)))) {
        int row = items.count ? row_for(unit, target, items.count) : 0;
        for (int i = 0; i < items.count; i++) expression_to(unit, items.items[i], row + i);
        unit->position = position;
        emit(unit, build, target, row, items.count, 0);
        unit->top = saved;
        return;
    }
    int container = is_temporary(unit, target) ? target : unit_push(unit);
    Value constants = has_star(items) ? VALUE_EMPTY : constant_items(unit, items);
    Opcode first = is_set ? OP_BUILD_SET : OP_BUILD_LIST;
    if (!is_empty(constants)) {
        int values = unit_push(unit);
        emit(unit, first, container, 0, 0, 0);
        emit_const(unit, values, constants);
        emit(unit, is_set ? OP_SET_UPDATE : OP_LIST_EXTEND, container, values, 0, 0);
    } else {
        int lead = 0;
        while (lead < items.count && lead < DISPLAY_MAX && items.items[lead]->kind != AST_Starred)
            lead++;
        int inner = unit->top, row = lead ? unit_push_row(unit, lead) : 0;
        for (int i = 0; i < lead; i++) expression_to(unit, items.items[i], row + i);
        unit->position = position;
        emit(unit, first, container, row, lead, 0);
        unit->top = inner;
        add_items(unit, items, lead, container, is_set, position);
    }
    unit->position = position;
    if (build == OP_BUILD_TUPLE) emit(unit, OP_LIST_TO_TUPLE, target, container, 0, 0);
    else if (container != target) emit(unit, OP_MOVE, target, container, 0, 0);
    unit->top = saved;
}

static void dict_expression(Unit *unit, Expr *e, int target) {
    ExprSequence keys = e->Dict.keys, values = e->Dict.values;
    int saved = unit->top, lead = 0, count = values.count;
    while (lead < count && lead < MAP_PAIRS_MAX && keys.items[lead]) lead++;
    bool simple = lead == count;
    int dict = simple || is_temporary(unit, target) ? target : unit_push(unit);
    int inner = unit->top, row = 0;
    if (lead) row = simple ? row_for(unit, target, lead * 2) : unit_push_row(unit, lead * 2);
    for (int i = 0; i < lead; i++) {
        expression_to(unit, keys.items[i], row + 2 * i);
        expression_to(unit, values.items[i], row + 2 * i + 1);
    }
    unit_at(unit, e);
    emit(unit, OP_BUILD_MAP, dict, row, lead, 0);
    unit->top = simple ? saved : inner;
    for (int i = lead; i < count; i++) {
        int mark = unit->top;
        if (keys.items[i]) {
            int key = expression_any(unit, keys.items[i]);
            int value = expression_last(unit, values.items[i]);
            unit_at(unit, e);
            emit(unit, OP_MAP_ADD, dict, key, value, 0);
        } else {
            int mapping = expression_last(unit, values.items[i]);
            unit_at(unit, e);
            emit(unit, OP_DICT_UPDATE, dict, mapping, 0, 0);
        }
        unit->top = mark;
    }
    if (dict != target) emit(unit, OP_MOVE, target, dict, 0, 0);
    unit->top = saved;
}

static void formatted_value(Unit *unit, Expr *e, int target) {
    int saved = unit->top;
    Expr *spec = e->FormattedValue.format_spec;
    int value = operand(unit, e->FormattedValue.value, target, spec == NULL);
    int format = spec ? expression_last(unit, spec) : NONE_REGISTER;
    int conversion = e->FormattedValue.conversion;
    unit_at(unit, e);
    emit(unit, OP_FORMAT_VALUE, target, value, format, conversion > 0 ? conversion : 0);
    unit->top = saved;
}

static void joined_string(Unit *unit, Expr *e, int target) {
    ExprSequence values = e->JoinedStr.values;
    int saved = unit->top;
    if (values.count == 0) {
        unit_at(unit, e);
        emit_const(unit, target, object_value(str_empty()));
        return;
    }
    if (values.count == 1) {
        expression_to(unit, values.items[0], target);
        return;
    }
    int row = row_for(unit, target, 1), filled = 0;
    unit->top = row;
    for (int i = 0; i < values.count; i++) {
        expression_to(unit, values.items[i], unit_push(unit));
        if (++filled == STRING_PARTS_MAX && i < values.count - 1) {
            unit_at(unit, e);
            emit(unit, OP_BUILD_STRING, row, row, filled, 0);
            unit->top = row + 1;
            filled = 1;
        }
    }
    unit_at(unit, e);
    emit(unit, OP_BUILD_STRING, target, row, filled, 0);
    unit->top = saved;
}

/* --- calls --------------------------------------------------------------------------------------------------------------- */

static void warn_call(Unit *unit, Expr *e) {
    Expr *function = e->Call.func;
    if (function->kind == AST_Lambda) return;
    const char *name = literal_type_name(function);
    if (name)
        compiler_warn(unit->compiler, e, "'%s' object is not callable; perhaps you missed a comma?",
                      name);
}

static void check_keywords(Unit *unit, const void *node, KeywordSequence keywords) {
    for (int i = 0; i < keywords.count; i++) {
        Keyword *keyword = keywords.items[i];
        if (!keyword->arg) continue;
        forbid_name(unit, keyword->arg, AST_Store, node);
        for (int j = i + 1; j < keywords.count; j++)
            if (keywords.items[j]->arg && str_equal(keyword->arg, keywords.items[j]->arg))
                compiler_error(unit->compiler, keywords.items[j], "keyword argument repeated: %U",
                               keyword->arg);
    }
}

static bool needs_unpacking(ExprSequence args, KeywordSequence keywords) {
    if (has_star(args) || args.count + keywords.count > ARGUMENTS_MAX) return true;
    for (int i = 0; i < keywords.count; i++)
        if (!keywords.items[i]->arg) return true;
    return false;
}

/* keywords [from, to) as a dict into `target` */
static void build_keyword_dict(Unit *unit, KeywordSequence keywords, int from, int to, int target) {
    int saved = unit->top, count = to - from;
    int lead = count < DISPLAY_MAX ? count : DISPLAY_MAX;
    int row = lead ? unit_push_row(unit, lead * 2) : 0;
    for (int i = 0; i < lead; i++) {
        emit_const(unit, row + 2 * i, object_value(keywords.items[from + i]->arg));
        expression_to(unit, keywords.items[from + i]->value, row + 2 * i + 1);
    }
    emit(unit, OP_BUILD_MAP, target, row, lead, 0);
    unit->top = saved;
    for (int i = lead; i < count; i++) {
        int key = unit_push(unit), value = unit_push(unit);
        emit_const(unit, key, object_value(keywords.items[from + i]->arg));
        expression_to(unit, keywords.items[from + i]->value, value);
        emit(unit, OP_MAP_ADD, target, key, value, 0);
        unit->top = saved;
    }
}

static void keyword_arguments(Unit *unit, KeywordSequence keywords, int callable, int dict) {
    bool made = false;
    if (keywords.count == 1 && !keywords.items[0]->arg) { /* f(**mapping): the call sees to it */
        expression_to(unit, keywords.items[0]->value, dict);
        return;
    }
    for (int i = 0; i < keywords.count;) {
        int saved = unit->top;
        if (!keywords.items[i]->arg) {
            if (!made) emit(unit, OP_BUILD_MAP, dict, 0, 0, 0);
            int mapping = expression_last(unit, keywords.items[i]->value);
            emit(unit, OP_DICT_MERGE, dict, mapping, callable, 0);
            i++;
        } else {
            int end = i;
            while (end < keywords.count && keywords.items[end]->arg) end++;
            int part = made ? unit_push(unit) : dict;
            build_keyword_dict(unit, keywords, i, end, part);
            if (made) emit(unit, OP_DICT_MERGE, dict, part, callable, 0);
            i = end;
        }
        made = true;
        unit->top = saved;
    }
}

/* f(*args, **kwargs): R[row] the callable, `given` positional arguments behind it. */
static void unpacked_call(Unit *unit, const void *node, int row, int given, ExprSequence args,
                          KeywordSequence keywords, int added, int target) {
    int list = row + 1;
    if (given == 0 && added < 0 && args.count == 1 && args.items[0]->kind == AST_Starred) {
        unit_push(unit); /* f(*iterable): the call sees to it */
        expression_to(unit, args.items[0]->Starred.value, list);
    } else {
        int lead = 0, first = row + 1;
        while (lead < args.count && lead < DISPLAY_MAX && args.items[lead]->kind != AST_Starred)
            expression_to(unit, args.items[lead++], unit_push(unit));
        bool only = lead == args.count && added < 0;
        if (unit->top == list) unit_push(unit);
        unit_at(unit, node);
        emit(unit, only ? OP_BUILD_TUPLE : OP_BUILD_LIST, list, first, given + lead, 0);
        unit->top = list + 1;
        if (!only) {
            add_items(unit, args, lead, list, false, unit->position);
            unit_at(unit, node);
            if (added >= 0) emit(unit, OP_LIST_APPEND, list, added, 0, 0);
            emit(unit, OP_LIST_TO_TUPLE, list, list, 0, 0);
        }
    }
    int dict = unit_push(unit);
    if (keywords.count) keyword_arguments(unit, keywords, row, dict);
    else emit(unit, OP_CLEAR, dict, 0, 0, 0);
    unit_at(unit, node);
    emit(unit, OP_CALL_EX, target, row, 0, 0);
}

/* Positional arguments and named ones into registers; returns how many. Named ones are followed by
 * the tuple of their names. */
static int register_arguments(Unit *unit, ExprSequence args, KeywordSequence keywords, int added) {
    for (int i = 0; i < args.count; i++) expression_to(unit, args.items[i], unit_push(unit));
    if (added >= 0) emit(unit, OP_MOVE, unit_push(unit), added, 0, 0);
    int count = args.count + (added >= 0) + keywords.count;
    if (keywords.count == 0) return count;
    Tuple *names = tuple_new(keywords.count);
    if (!names) compiler_fail(unit->compiler);
    for (int i = 0; i < keywords.count; i++) {
        names->items[i] = object_value(keywords.items[i]->arg);
        expression_to(unit, keywords.items[i]->value, unit_push(unit));
    }
    emit_const(unit, unit_push(unit), object_value(names));
    return count;
}

void emit_call(Unit *unit, const void *node, int row, int given, ExprSequence args,
               KeywordSequence keywords, int added, int target) {
    check_keywords(unit, node, keywords);
    if (needs_unpacking(args, keywords)) {
        unpacked_call(unit, node, row, given, args, keywords, added, target);
        return;
    }
    int count = given + register_arguments(unit, args, keywords, added);
    unit_at(unit, node);
    emit(unit, keywords.count ? OP_CALL_KW : OP_CALL, target, row, count, 0);
}

static void method_call(Unit *unit, Expr *e, int target) {
    Expr *function = e->Call.func;
    int saved = unit->top, row = row_for(unit, target, 2);
    int object = operand(unit, function->Attribute.value, row, true);
    at_attribute(unit, function, function);
    emit(unit, OP_LOAD_METHOD, row, object, unit_mangled(unit, function->Attribute.attr), 0);
    unit->top = row + 2;
    check_keywords(unit, e, e->Call.keywords);
    int count = register_arguments(unit, e->Call.args, e->Call.keywords, -1);
    at_attribute(unit, e, function);
    emit(unit, e->Call.keywords.count ? OP_CALL_METHOD_KW : OP_CALL_METHOD, target, row, count, 0);
    unit->top = saved;
}

static void call_expression(Unit *unit, Expr *e, int target) {
    warn_call(unit, e);
    Expr *function = e->Call.func;
    if (function->kind == AST_Attribute && !needs_unpacking(e->Call.args, e->Call.keywords)) {
        method_call(unit, e, target);
        return;
    }
    int saved = unit->top, row = row_for(unit, target, 1);
    expression_to(unit, function, row);
    emit_call(unit, e, row, 0, e->Call.args, e->Call.keywords, -1, target);
    unit->top = saved;
}

/* --- generators and coroutines -------------------------------------------------------------------------------------------- */

void emit_delegate(Unit *unit, int iterator, int target) {
    int saved = unit->top;
    int value = is_temporary(unit, target) && target != iterator ? target : unit_push(unit);
    Label *again = label_new(unit), *done = label_new(unit);
    emit_const(unit, value, VALUE_NONE);
    label_place(unit, again);
    emit_branch(unit, OP_SEND, value, iterator, value, 0, done);
    emit(unit, OP_YIELD, value, value, 1, is_temporary(unit, value));
    emit_jump_back(unit, again);
    label_place(unit, done);
    if (value != target) emit(unit, OP_MOVE, target, value, 0, 0);
    unit->top = saved;
}

void emit_await(Unit *unit, int reg, int context) {
    int saved = unit->top, iterator = unit_push(unit);
    emit(unit, OP_GET_AWAITABLE, iterator, reg, 0, context);
    emit_delegate(unit, iterator, reg);
    unit->top = saved;
}

static void await_expression(Unit *unit, Expr *e, int target) {
    Scope *scope = unit->scope;
    if (!scope_is_function(scope) && !unit->is_async_scope)
        compiler_error(unit->compiler, e, "'await' outside function");
    if (!unit->is_async_scope && !scope->comprehension)
        compiler_error(unit->compiler, e, "'await' outside async function");
    int saved = unit->top, iterator = unit_push(unit);
    expression_to(unit, e->Await.value, iterator);
    unit_at(unit, e);
    emit(unit, OP_GET_AWAITABLE, iterator, iterator, 0, 0);
    emit_delegate(unit, iterator, target);
    unit->top = saved;
}

static void yield_expression(Unit *unit, Expr *e, int target) {
    if (!scope_is_function(unit->scope))
        compiler_error(unit->compiler, e, "'yield' outside function");
    int saved = unit->top, value;
    if (e->Yield.value) value = expression_last(unit, e->Yield.value);
    else emit_const(unit, value = unit_push(unit), VALUE_NONE);
    unit_at(unit, e);
    if (unit->flags & CODE_ASYNC_GENERATOR) {
        int wrapped = unit_push(unit);
        emit(unit, OP_ASYNC_GEN_WRAP, wrapped, value, 0, 0);
        value = wrapped;
    }
    emit(unit, OP_YIELD, target, value, 0, is_temporary(unit, value));
    unit->top = saved;
}

static void yield_from_expression(Unit *unit, Expr *e, int target) {
    if (!scope_is_function(unit->scope))
        compiler_error(unit->compiler, e, "'yield' outside function");
    if (unit->is_async_scope)
        compiler_error(unit->compiler, e, "'yield from' inside async function");
    int saved = unit->top, iterator = unit_push(unit);
    expression_to(unit, e->YieldFrom.value, iterator);
    unit_at(unit, e);
    emit(unit, OP_GET_YIELD_FROM_ITER, iterator, iterator, 0, 0);
    emit_delegate(unit, iterator, target);
    unit->top = saved;
}

/* --- all expressions -------------------------------------------------------------------------------------------------------- */

static void walrus_expression(Unit *unit, Expr *e, int target) {
    Expr *name = e->NamedExpr.target;
    forbid_name(unit, name->Name.id, AST_Store, name);
    int local = name_local(unit, name->Name.id);
    if (local >= 0) {
        assign_expression(unit, name, e->NamedExpr.value);
        if (local != target) emit(unit, OP_MOVE, target, local, 0, 0);
        return;
    }
    int saved = unit->top, value = is_temporary(unit, target) ? target : unit_push(unit);
    expression_to(unit, e->NamedExpr.value, value);
    unit_at(unit, e);
    name_store(unit, name->Name.id, value);
    if (value != target) emit(unit, OP_MOVE, target, value, 0, 0);
    unit->top = saved;
}

void expression_to(Unit *unit, Expr *e, int target) {
    compiler_stack_check(unit->compiler);
    unit_at(unit, e);
    switch (e->kind) {
    case AST_BoolOp: bool_expression(unit, e, target); break;
    case AST_NamedExpr: walrus_expression(unit, e, target); break;
    case AST_BinOp: binary_expression(unit, e, target); break;
    case AST_UnaryOp: unary_expression(unit, e, target); break;
    case AST_Lambda: lambda_expression(unit, e, target); break;
    case AST_IfExp: conditional_expression(unit, e, target); break;
    case AST_Dict: dict_expression(unit, e, target); break;
    case AST_Set: expression_list(unit, e->Set.elts, OP_BUILD_SET, target); break;
    case AST_ListComp:
    case AST_SetComp:
    case AST_DictComp:
    case AST_GeneratorExp: comprehension(unit, e, target); break;
    case AST_Await: await_expression(unit, e, target); break;
    case AST_Yield: yield_expression(unit, e, target); break;
    case AST_YieldFrom: yield_from_expression(unit, e, target); break;
    case AST_Compare: compare_expression(unit, e, false, target); break;
    case AST_Call: call_expression(unit, e, target); break;
    case AST_FormattedValue: formatted_value(unit, e, target); break;
    case AST_JoinedStr: joined_string(unit, e, target); break;
    case AST_Constant: emit_const(unit, target, e->Constant.value); break;
    case AST_Attribute: attribute_expression(unit, e, target); break;
    case AST_Subscript: subscript_expression(unit, e, target); break;
    case AST_Starred:
        compiler_error(unit->compiler, e, e->Starred.ctx == AST_Store
                                              ? "starred assignment target must be in a list or tuple"
                                              : "can't use starred expression here");
    case AST_Name: name_load(unit, e->Name.id, target, e); break;
    case AST_List: expression_list(unit, e->List.elts, OP_BUILD_LIST, target); break;
    case AST_Tuple: expression_list(unit, e->Tuple.elts, OP_BUILD_TUPLE, target); break;
    case AST_Slice: slice_expression(unit, e, target); break;
    default: fatal("codegen: not an expression: %d", (int)e->kind);
    }
}

/* --- targets of assignments ----------------------------------------------------------------------------------------------------- */

static void note_self_attribute(Unit *unit, int object, int name) {
    if (object != 0 || unit->argument_count == 0 || !scope_is_function(unit->scope)) return;
    if (name >= 64 * 8) return;
    if (!unit->self_attributes)
        unit->self_attributes = compiler_alloc(unit->compiler, 8 * sizeof(uint64_t));
    uint64_t bit = UINT64_C(1) << (name % 64);
    if (unit->self_attributes[name / 64] & bit) return;
    unit->self_attributes[name / 64] |= bit;
    unit->self_attribute_count++;
}

/* The first of the registers when the items are plain locals that lie in a row, else -1. */
static int locals_in_row(Unit *unit, ExprSequence items) {
    int first = -1;
    for (int i = 0; i < items.count; i++) {
        int local = items.items[i]->kind == AST_Name ? name_local(unit, items.items[i]->Name.id) : -1;
        if (local < 0 || (i > 0 && local != first + i)) return -1;
        if (i == 0) first = local;
    }
    return first;
}

static void store_sequence(Unit *unit, Expr *target, ExprSequence items, int source) {
    int star = -1, saved = unit->top;
    for (int i = 0; i < items.count; i++) {
        if (items.items[i]->kind != AST_Starred) continue;
        if (star >= 0)
            compiler_error(unit->compiler, target, "multiple starred expressions in assignment");
        star = i;
    }
    if (star >= 256 || (star >= 0 && items.count - star - 1 >= 256))
        compiler_error(unit->compiler, target,
                       "too many expressions in star-unpacking assignment");
    unit_at(unit, target);
    int local_row = star < 0 ? locals_in_row(unit, items) : -1;
    int row = local_row >= 0 ? local_row : unit_push_row(unit, items.count);
    if (star >= 0) emit(unit, OP_UNPACK_EX, row, source, star, items.count - star - 1);
    else emit(unit, OP_UNPACK, row, source, items.count, 0);
    for (int i = 0; i < items.count; i++) {
        Expr *item = items.items[i];
        store_target(unit, item->kind == AST_Starred ? item->Starred.value : item, row + i);
    }
    unit->top = saved;
}

void store_target(Unit *unit, Expr *target, int source) {
    compiler_stack_check(unit->compiler);
    int saved = unit->top;
    switch (target->kind) {
    case AST_Name:
        forbid_name(unit, target->Name.id, AST_Store, target);
        unit_at(unit, target);
        name_store(unit, target->Name.id, source);
        break;
    case AST_Attribute: {
        forbid_name(unit, target->Attribute.attr, AST_Store, target);
        int object = expression_last(unit, target->Attribute.value);
        int name = unit_mangled(unit, target->Attribute.attr);
        at_attribute(unit, target, target);
        emit(unit, OP_STORE_ATTR, object, source, name, 0);
        note_self_attribute(unit, object, name);
        break;
    }
    case AST_Subscript: {
        int object = expression_any(unit, target->Subscript.value);
        int key = expression_last(unit, target->Subscript.slice);
        unit_at(unit, target);
        emit(unit, OP_SET_ITEM, object, key, source, 0);
        break;
    }
    case AST_Starred:
        compiler_error(unit->compiler, target,
                       "starred assignment target must be in a list or tuple");
    case AST_List: store_sequence(unit, target, target->List.elts, source); break;
    case AST_Tuple: store_sequence(unit, target, target->Tuple.elts, source); break;
    default: fatal("codegen: not a target: %d", (int)target->kind);
    }
    unit->top = saved;
}

/* --- assignments ------------------------------------------------------------------------------------------------------------------- */

static bool all_plain_locals(Unit *unit, ExprSequence targets) {
    for (int i = 0; i < targets.count; i++) {
        if (targets.items[i]->kind != AST_Name) return false;
        int local = name_local(unit, targets.items[i]->Name.id);
        if (local < 0) return false;
        for (int j = 0; j < i; j++)
            if (name_local(unit, targets.items[j]->Name.id) == local) return false;
    }
    return true;
}

/* a, b = x, y without a tuple in between. */
static bool assign_in_parallel(Unit *unit, Expr *target, Expr *value) {
    if (target->kind != AST_Tuple && target->kind != AST_List) return false;
    ExprSequence targets = target->kind == AST_Tuple ? target->Tuple.elts : target->List.elts;
    int count = targets.count;
    if (count == 0 || count > 16 || has_star(targets)) return false;
    int saved = unit->top;
    if (value->kind == AST_Constant && is_exactly(value->Constant.value, &tuple_type) &&
        as_tuple(value->Constant.value)->length == count) {
        for (int i = 0; i < count; i++) {
            int local = targets.items[i]->kind == AST_Name
                            ? name_local(unit, targets.items[i]->Name.id) : -1;
            int reg = local >= 0 ? local : unit_push(unit);
            unit_at(unit, value);
            emit_const(unit, reg, as_tuple(value->Constant.value)->items[i]);
            store_target(unit, targets.items[i], reg);
            unit->top = saved;
        }
        return true;
    }
    if ((value->kind != AST_Tuple && value->kind != AST_List)) return false;
    ExprSequence values = value->kind == AST_Tuple ? value->Tuple.elts : value->List.elts;
    if (values.count != count || has_star(values)) return false;
    bool direct = all_plain_locals(unit, targets);
    int row = unit_push_row(unit, count);
    for (int i = 0; i < count; i++) {
        if (direct && i == count - 1) {
            assign_expression(unit, targets.items[i], values.items[i]);
            count--;
            break;
        }
        expression_to(unit, values.items[i], row + i);
    }
    for (int i = 0; i < count; i++) store_target(unit, targets.items[i], row + i);
    unit->top = saved;
    return true;
}

void assign_expression(Unit *unit, Expr *target, Expr *value) {
    if (assign_in_parallel(unit, target, value)) return;
    int saved = unit->top;
    int local = target->kind == AST_Name ? name_local(unit, target->Name.id) : -1;
    if (local >= 0) {
        forbid_name(unit, target->Name.id, AST_Store, target);
        expression_to(unit, value, local);
        local_written(unit, unit_symbol(unit, target->Name.id));
    } else {
        store_target(unit, target, expression_any(unit, value));
    }
    unit->top = saved;
}
