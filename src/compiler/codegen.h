/* codegen.h - what the files of the code generator share.
 *
 * Failure: nothing in here returns an error. Whoever meets one sets the exception and leaves through
 * compiler_fail(), a longjmp to compile_module(), which frees the arena that holds every structure
 * of the compilation. Heap objects are kept by Compiler.keep and by the units' constant lists.
 *
 * Registers of a unit: locals, then cells, then temporaries, which are a stack: `top` is the first
 * free one. Who needs a temporary takes it with unit_push() and, when the value is dead, sets `top`
 * back to what it was. An instruction is emitted while the temporaries that it reads are still below
 * `top` (Code.live is taken from there), and nothing that is alive ever stands above the row of a
 * call (the callee's window begins there).
 *
 * Reachability: `reachable` is false behind a jump, return or raise, until a label is placed that
 * something jumps to; while it is false emit() emits nothing. So dead code is walked (its errors are
 * found) and vanishes.
 *
 * Bound locals: `bound` is the set of locals that are certainly bound at this point. A label collects
 * the intersection of the sets at the jumps to it. Since locals that are unbound anywhere (del, the
 * end of an except clause) never enter the set, it only grows along a path, so a loop's head has the
 * set of the loop's entry, and a handler that of its try's entry.
 *
 * Lines, as trace functions see them. Each line that a program passes through must be known at some
 * instruction, and none at one that belongs to no statement of its own. So
 *   - jumps behind a branch's end, the implicit return and their like are `inherited`: they belong to the
 *     line that control comes from. unit_finish() finds it, or splits the return where there are several.
 *   - what emits nothing (`pass`, `try:`, `break`) is a mark: unit_mark() keeps it until the next
 *     instruction. One with an inherited position takes the mark's line; any other is noted to be
 *     preceded by it. Only in front of a label, or of another mark, must it become a NOP. */
#ifndef WEFT_COMPILER_CODEGEN_H
#define WEFT_COMPILER_CODEGEN_H

#include <setjmp.h>
#include "base/hash.h"
#include "compiler/compiler.h"
#include "compiler/symtable.h"
#include "types/dict.h"

typedef struct Unit Unit;

/* The different constants of a unit, or of the whole module: equal in type and value, recursively. */
typedef struct ConstantTable {
    List *list;
    int *slots; /* open addressing; index + 1 */
    int slot_count;
} ConstantTable;

struct Compiler {
    Arena arena;
    List *keep;             /* heap objects that the tree or tables point to */
    Str *filename;
    int optimize;
    unsigned future;        /* COMPILE_FUTURE_* in force */
    int future_line;        /* of the last future import that was accepted */
    bool allow_top_level_await;
    bool interactive;       /* expression statements of the module are printed */
    SymbolTable *symbols;
    Unit *unit;
    ConstantTable constants; /* one object for equal constants of all units */
    jmp_buf failure;
};

typedef struct Label {
    int position;      /* word, or -1 while not placed */
    int first_patch;   /* chain of instructions that jump here, or -1 */
    bool is_used;
    uint64_t *bound;   /* intersection at the jumps; valid when is_used */
} Label;

typedef enum BlockKind {
    BLOCK_LOOP,
    BLOCK_TRY,             /* the body of try..except: nothing to do on leaving */
    BLOCK_FINALLY,         /* the body of try..finally: run the finally body on leaving */
    BLOCK_HANDLING,        /* an exception is being handled: restore the former one */
    BLOCK_HANDLER_NAME,    /* inside `except ... as name`: unbind the name */
    BLOCK_WITH,            /* call __exit__ */
    BLOCK_ASYNC_WITH,
    BLOCK_STAR_HANDLER,    /* in an except* clause: may not be left */
} BlockKind;

/* What encloses the statement being compiled, innermost first. */
typedef struct Block {
    BlockKind kind;
    struct Block *outer;
    const Stmt *statement;
    Label *top, *end;          /* loops: continue and break */
    struct Exit *exits;        /* loops: conditional breaks, to be placed behind the loop */
    /* guarded range: open while range_start >= 0 */
    int range_start;
    Label *handler;
    int exception_register;    /* where the guarded range's exception goes; -1: no range */
    int saved;                 /* HANDLING: register of the former exception; WITH: first of its row */
    Str *name;                 /* HANDLER_NAME */
} Block;

typedef struct Position {
    int line, end_line, column, end_column;
} Position;
enum { LINE_NONE = -1, LINE_INHERITED = -2 };

struct Unit {
    Compiler *compiler;
    Unit *outer;
    Scope *scope;
    Str *private_class;
    Str *name, *qualified_name;

    Instruction *code;
    Position *positions;
    int *marks;          /* lines that control passes before a word; 0: none */
    Position pending;    /* the mark that waits for its instruction; line 0: none */
    uint16_t *live;
    int count, capacity;
    int last_label;      /* no instruction before this word may be changed: a jump may come here */

    ConstantTable constants;
    Str **names;
    int name_count, name_capacity;
    int *name_slots;
    int name_slot_count;

    ExceptionEntry *entries;
    Label **entry_targets;
    int entry_count, entry_capacity;

    int local_count, cell_base, temporary_base;
    int top, register_count;
    uint64_t *bound;
    int bound_words;
    bool reachable;

    Block *block;
    int block_depth;
    Position position;   /* of what is being compiled */
    uint32_t flags;
    int first_line;
    Value docstring;
    uint64_t *self_attributes; /* names (by index) stored on the first parameter */
    int self_attribute_count;
    int argument_count, positional_only_count, keyword_only_count;
    bool is_async_scope;       /* `await` is allowed */
};

/* --- codegen.c: errors, memory ---------------------------------------------------------------------- */
NORETURN void compiler_fail(Compiler *compiler);
/* SyntaxError at the node. */
NORETURN void compiler_error(Compiler *compiler, const void *node, const char *format, ...);
/* SyntaxWarning at the node; a warning that is made an error becomes a SyntaxError. */
void compiler_warn(Compiler *compiler, const void *node, const char *format, ...);
void *compiler_alloc(Compiler *compiler, size_t size); /* zeroed */
/* Doubles an arena array when `count` has reached *capacity. */
void *compiler_grow(Compiler *compiler, void *array, int count, int *capacity, size_t item_size);
/* Keeps a heap object alive until the end; fails when it is an error or NULL. */
Value compiler_keep(Compiler *compiler, Value value);
Str *compiler_keep_str(Compiler *compiler, Str *str);
void compiler_stack_check(Compiler *compiler);

bool is_future_import(const Stmt *s);
#define LATE_FUTURE_IMPORT "from __future__ imports must occur at the beginning of the file"

/* --- fold.c ------------------------------------------------------------------------------------------- */
void fold_module(Compiler *compiler, Mod *tree);
/* True for a Constant; its truth in *truth. */
bool constant_truth(const Expr *expression, bool *truth);

/* --- codegen.c: instructions, labels, registers ------------------------------------------------------ */
void unit_at(Unit *unit, const void *node);
void unit_position_clear(Unit *unit);
void unit_inherit(Unit *unit); /* what follows belongs to the line that control comes from */
void unit_mark(Unit *unit, const void *node);
int emit(Unit *unit, Opcode op, int a, int b, int c, int d); /* index, or -1 when unreachable */
void emit_const(Unit *unit, int target, Value constant);
Label *label_new(Unit *unit);
void label_place(Unit *unit, Label *label);
void emit_jump(Unit *unit, Label *label);               /* forward */
void emit_jump_if(Unit *unit, Opcode op, int a, Label *label); /* JUMP-shaped */
void emit_branch(Unit *unit, Opcode op, int a, int b, int c, int d, Label *label); /* BRANCH */
void emit_jump_back(Unit *unit, Label *label);
int unit_push(Unit *unit);
int unit_push_row(Unit *unit, int count);
int unit_constant(Unit *unit, Value constant);          /* index */
int unit_name(Unit *unit, Str *name);                   /* index; the name as it is */
int unit_mangled(Unit *unit, Str *name);                /* index of the mangled name */
bool is_temporary(const Unit *unit, int reg);
void bind_local(Unit *unit, int local);
bool local_is_bound(const Unit *unit, int local);
uint64_t *bound_copy(Unit *unit);
void bound_restore(Unit *unit, const uint64_t *bound);

/* Guarded ranges and blocks. */
void block_push(Unit *unit, Block *block, BlockKind kind, const Stmt *statement);
void block_pop(Unit *unit, Block *block);
void range_open(Unit *unit, Block *block, Label *handler, int exception_register);
void range_close(Unit *unit, Block *block);
/* Begins the code of a handler: reachable, with `bound` locals. */
void handler_place(Unit *unit, Label *handler, const uint64_t *bound);

/* Units. unit_enter fills *unit (on the C stack of the caller) and makes it current; unit_finish
 * emits the implicit return, makes the code object and returns to the outer unit. */
void unit_enter(Compiler *compiler, Unit *unit, Scope *scope, Str *name, int first_line);
Code *unit_finish(Unit *unit);
/* MAKE_FUNCTION: `row` (unit->top or the first of the extras already there) holds what `flags` says;
 * the closure is added here. */
void emit_function(Unit *unit, Code *code, Scope *scope, int row, int flags, int target);
Str *unit_child_qualified_name(Unit *unit, Scope *scope, Str *name);

/* --- codegen_expression.c ------------------------------------------------------------------------------ */
/* Evaluates into exactly `target`. A local is written by the last instruction only. */
void expression_to(Unit *unit, Expr *expression, int target);
/* Evaluates to some register: a plain local's own, or a new temporary. */
int expression_any(Unit *unit, Expr *expression);
/* The same, when the value is used before anything else runs. */
int expression_last(Unit *unit, Expr *expression);
int expression_push(Unit *unit, Expr *expression); /* into a new temporary */
void expression_effect(Unit *unit, Expr *expression); /* value not wanted */
/* Jumps to the label when the truth of the expression is `when`; falls through otherwise. */
void condition(Unit *unit, Expr *expression, bool when, Label *label);
void name_load(Unit *unit, Str *name, int target, const void *node);
void name_store(Unit *unit, Str *name, int source);
void name_delete(Unit *unit, Str *name);
/* The register of a name that is a plain local, or -1. */
int name_local(Unit *unit, Str *name);
/* Stores R[source] into a target: name, attribute, item, star or sequence. */
void store_target(Unit *unit, Expr *target, int source);
/* Like unit_at(e): an attribute on a later line than its object is blamed at the attribute's name. */
void at_attribute(Unit *unit, const Expr *e, const Expr *attribute);
/* Evaluates `value` and stores it to the one target: straight into a local. */
void assign_expression(Unit *unit, Expr *target, Expr *value);
Opcode binary_opcode(BinaryOperator op);
void emit_await(Unit *unit, int reg, int context); /* R[reg] = await R[reg] */
void emit_delegate(Unit *unit, int iterator, int target); /* the SEND loop */
void forbid_name(Unit *unit, Str *name, ExprContext context, const void *node);
/* Puts calls' arguments behind a callable in `row` and calls: R[target] = ... `extra` registers of
 * arguments are there already. `added_base`: a register with one more positional argument, or -1. */
void emit_call(Unit *unit, const void *node, int row, int given, ExprSequence args,
               KeywordSequence keywords, int added, int target);
void expression_list(Unit *unit, ExprSequence items, Opcode build, int target);
void expression_slice_part(Unit *unit, Expr *part, int target);

/* --- codegen_comprehension.c ---------------------------------------------------------------------------- */
void comprehension(Unit *unit, Expr *expression, int target);

/* --- codegen_function.c -------------------------------------------------------------------------------- */
void function_definition(Unit *unit, Stmt *statement);
void class_definition(Unit *unit, Stmt *statement);
void lambda_expression(Unit *unit, Expr *expression, int target);
void type_alias(Unit *unit, Stmt *statement);
void annotation_to(Unit *unit, Expr *annotation, int target);

/* --- codegen_statement.c -------------------------------------------------------------------------------- */
void statements(Unit *unit, StmtSequence body);
void statement(Unit *unit, Stmt *statement);
/* Emits what leaving the blocks up to (not including) `until` asks for, and steps out of them.
 * Returns the innermost block, for rewind_blocks() behind the jump or return that leaves. */
Block *unwind_blocks(Unit *unit, Block *until);
void rewind_blocks(Unit *unit, Block *innermost, Block *until);
/* The docstring of a body, or VALUE_EMPTY. */
Value body_docstring(StmtSequence body);
bool body_has_annotations(StmtSequence body);

/* --- codegen_try.c ------------------------------------------------------------------------------------------ */
void try_statement(Unit *unit, Stmt *statement);
void try_star_statement(Unit *unit, Stmt *statement);
void with_statement(Unit *unit, Stmt *statement, int item);
void async_with_statement(Unit *unit, Stmt *statement, int item);
void unwind_block(Unit *unit, Block *block);

/* --- codegen_match.c ----------------------------------------------------------------------------------------- */
void match_statement(Unit *unit, Stmt *statement);

#endif
