/* fold.c - constant folding in the tree, before names are resolved.
 *
 * Folded are operators on numbers, strings and tuples of constants (with limits on the size of the
 * result), tuples of constants, subscripts of constants, and the displays that `in` and `for` go through (a list becomes a tuple, a set of constants a
 * frozenset). What would raise stays as it is and raises when it runs. A node is as large as its kind
 * needs: it is changed in place only into kinds that are no larger. */
#include "compiler/codegen.h"

#include "types/bytes.h"
#include "types/exception.h"
#include "types/float.h"
#include "types/int.h"
#include "types/set.h"

#define INT_BITS_MAX 128
#define TUPLE_LENGTH_MAX 256
#define TEXT_LENGTH_MAX 4096

static void fold_node(Compiler *compiler, AstNode *node);

static void become_constant(Compiler *compiler, Expr *e, Value value) {
    if (is_error(value)) {
        if (error_matches(&KeyboardInterrupt) || error_matches(&MemoryError))
            compiler_fail(compiler);
        error_clear();
        return;
    }
    compiler_keep(compiler, value);
    e->kind = AST_Constant;
    e->Constant.value = value;
    e->Constant.kind = NULL;
}

static bool is_number(Value v) {
    return is_smallint(v) || is_bool(v) || is_double(v) || is_exactly(v, &int_type) ||
           is_exactly(v, &complex_type);
}

static int64_t sequence_length(Value v) {
    if (is_exactly(v, &str_type)) return as_str(v)->length;
    if (is_exactly(v, &bytes_type)) return as_bytes(v)->length;
    if (is_exactly(v, &tuple_type)) return as_tuple(v)->length;
    return -1;
}

static bool is_foldable(Value v) { return is_number(v) || sequence_length(v) >= 0; }

static bool multiply_is_small(Value a, Value b) {
    if (is_int(a) && is_int(b))
        return int_bit_length(a) + int_bit_length(b) <= INT_BITS_MAX;
    if (is_int(b)) {
        Value swap = a;
        a = b;
        b = swap;
    }
    int64_t length = sequence_length(b), times;
    if (!is_int(a) || length <= 0) return true;
    if (!int_to_int64(a, &times) || times < 0) return false;
    int64_t limit = is_exactly(b, &tuple_type) ? TUPLE_LENGTH_MAX : TEXT_LENGTH_MAX;
    return times <= limit / length;
}

static bool result_is_small(BinaryOperator op, Value a, Value b) {
    int64_t n;
    switch (op) {
    case AST_Mult: return multiply_is_small(a, b);
    case AST_Pow:
        if (!is_int(a) || !is_int(b) || int_sign(b) <= 0 || int_sign(a) == 0) return true;
        return int_to_int64(b, &n) && int_bit_length(a) <= INT_BITS_MAX / n;
    case AST_LShift:
        if (!is_int(a) || !is_int(b) || int_sign(a) == 0) return true;
        return int_to_int64(b, &n) && n <= INT_BITS_MAX && int_bit_length(a) <= INT_BITS_MAX - n;
    case AST_Mod: return !is_exactly(a, &str_type) && !is_exactly(a, &bytes_type);
    default: return true;
    }
}

static BinaryOp operator_of(BinaryOperator op) {
    switch (op) {
    case AST_Add: return BINARY_ADD;
    case AST_Sub: return BINARY_SUBTRACT;
    case AST_Mult: return BINARY_MULTIPLY;
    case AST_MatMult: return BINARY_MATRIX_MULTIPLY;
    case AST_Div: return BINARY_TRUE_DIVIDE;
    case AST_FloorDiv: return BINARY_FLOOR_DIVIDE;
    case AST_Mod: return BINARY_REMAINDER;
    case AST_Pow: return BINARY_POWER;
    case AST_LShift: return BINARY_LEFT_SHIFT;
    case AST_RShift: return BINARY_RIGHT_SHIFT;
    case AST_BitAnd: return BINARY_AND;
    case AST_BitXor: return BINARY_XOR;
    default: return BINARY_OR;
    }
}

static void fold_binary(Compiler *compiler, Expr *e) {
    if (e->BinOp.left->kind != AST_Constant || e->BinOp.right->kind != AST_Constant) return;
    Value a = e->BinOp.left->Constant.value, b = e->BinOp.right->Constant.value;
    if (e->BinOp.op == AST_MatMult || !is_foldable(a) || !is_foldable(b) ||
        !result_is_small(e->BinOp.op, a, b))
        return;
    become_constant(compiler, e, binary_op(a, b, operator_of(e->BinOp.op)));
}

static void fold_unary(Compiler *compiler, Expr *e) {
    _Static_assert(sizeof e->Constant <= sizeof e->UnaryOp && sizeof e->Constant <= sizeof e->Name &&
                       sizeof e->Constant <= sizeof e->Set,
                   "a constant fits where it replaces");
    Expr *operand = e->UnaryOp.operand;
    if (operand->kind == AST_Constant) {
        Value v = operand->Constant.value;
        bool truth;
        if (e->UnaryOp.op == AST_Not) {
            if (constant_truth(operand, &truth)) become_constant(compiler, e, bool_value(!truth));
        } else if (is_number(v)) {
            become_constant(compiler, e, e->UnaryOp.op == AST_USub   ? unary_negative(v)
                                         : e->UnaryOp.op == AST_UAdd ? unary_positive(v)
                                                                     : unary_invert(v));
        }
    }
}

static Tuple *constant_tuple(Compiler *compiler, ExprSequence items) {
    for (int i = 0; i < items.count; i++)
        if (items.items[i]->kind != AST_Constant) return NULL;
    Tuple *tuple = tuple_new(items.count);
    if (!tuple) compiler_fail(compiler);
    for (int i = 0; i < items.count; i++) tuple->items[i] = items.items[i]->Constant.value;
    return tuple;
}

static void fold_tuple(Compiler *compiler, Expr *e) {
    if (e->Tuple.ctx != AST_Load) return;
    Tuple *tuple = constant_tuple(compiler, e->Tuple.elts);
    if (tuple) become_constant(compiler, e, object_value(tuple));
}

static void fold_subscript(Compiler *compiler, Expr *e) {
    Expr *value = e->Subscript.value, *slice = e->Subscript.slice;
    if (e->Subscript.ctx != AST_Load || value->kind != AST_Constant || slice->kind != AST_Constant)
        return;
    if (sequence_length(value->Constant.value) < 0 || !is_int(slice->Constant.value)) return;
    become_constant(compiler, e, get_item(value->Constant.value, slice->Constant.value));
}

/* What is only iterated over, or asked with `in`. */
static void fold_iterable(Compiler *compiler, Expr *e) {
    if (e->kind == AST_List) {
        ExprSequence items = e->List.elts;
        for (int i = 0; i < items.count; i++)
            if (items.items[i]->kind == AST_Starred) return;
        e->kind = AST_Tuple;
        e->Tuple.elts = items;
        e->Tuple.ctx = AST_Load;
        fold_tuple(compiler, e);
    } else if (e->kind == AST_Set) {
        Tuple *tuple = constant_tuple(compiler, e->Set.elts);
        if (!tuple) return;
        Set *set = frozenset_from_iterable(object_value(tuple));
        become_constant(compiler, e, set ? object_value(set) : VALUE_ERROR);
    }
}

static void fold_compare(Compiler *compiler, Expr *e) {
    int last = e->Compare.ops.count - 1;
    AstKind op = e->Compare.ops.items[last];
    if (op == AST_In || op == AST_NotIn)
        fold_iterable(compiler, e->Compare.comparators.items[last]);
}

static void fold_expression(Compiler *compiler, Expr *e) {
    switch (e->kind) {
    case AST_BinOp: fold_binary(compiler, e); break;
    case AST_UnaryOp: fold_unary(compiler, e); break;
    case AST_Tuple: fold_tuple(compiler, e); break;
    case AST_Subscript: fold_subscript(compiler, e); break;
    case AST_Compare: fold_compare(compiler, e); break;
    case AST_Name:
        if (e->Name.ctx == AST_Load && str_equal_c(e->Name.id, "__debug__"))
            become_constant(compiler, e, bool_value(compiler->optimize == 0));
        break;
    default: break;
    }
}

static bool is_annotation_field(AstKind kind, const char *field) {
    return (strcmp(field, "annotation") == 0 && (kind == AST_arg || kind == AST_AnnAssign)) ||
           (strcmp(field, "returns") == 0 && (kind == AST_FunctionDef || kind == AST_AsyncFunctionDef));
}

static void fold_children(Compiler *compiler, AstNode *node) {
    const AstInfo *info = ast_info(node->kind);
    for (int i = 0; i < info->field_count; i++) {
        const AstField *field = &info->fields[i];
        if (field->type <= AST_TYPE_constant || ast_type_is_choice(field->type)) continue;
        if ((compiler->future & COMPILE_FUTURE_ANNOTATIONS) &&
            is_annotation_field(node->kind, field->name))
            continue;
        char *place = (char *)node + field->offset;
        if (field->quantity == AST_MANY) {
            StmtSequence *sequence = (StmtSequence *)place; /* all sequences of nodes look alike */
            for (int k = 0; k < sequence->count; k++)
                if (sequence->items[k]) fold_node(compiler, (AstNode *)sequence->items[k]);
        } else {
            AstNode *child = *(AstNode **)place;
            if (child) fold_node(compiler, child);
        }
    }
}

static void fold_node(Compiler *compiler, AstNode *node) {
    compiler_stack_check(compiler);
    if (node->kind == AST_Expr) { /* must not turn into a docstring */
        Expr *value = ((Stmt *)node)->Expr.value;
        fold_children(compiler, (AstNode *)value);
        return;
    }
    fold_children(compiler, node);
    switch (node->kind) {
    case AST_For:
    case AST_AsyncFor: fold_iterable(compiler, ((Stmt *)node)->For.iter); break;
    case AST_comprehension: fold_iterable(compiler, ((Comprehension *)node)->iter); break;
    default:
        if (ast_info(node->kind)->type == AST_TYPE_expr) fold_expression(compiler, (Expr *)node);
    }
}

void fold_module(Compiler *compiler, Mod *tree) { fold_node(compiler, (AstNode *)tree); }
