/* codegen.c - the core of the code generator: see codegen.h. Errors and memory, units, instructions,
 * labels, constants and names, and the entry point. */
#include "compiler/codegen.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include "types/bytes.h"
#include "types/exception.h"
#include "types/float.h"
#include "types/int.h"
#include "types/set.h"

#define BLOCK_DEPTH_MAX 20

/* --- errors and memory ------------------------------------------------------------------------------ */

void compiler_fail(Compiler *compiler) { longjmp(compiler->failure, 1); }

/* Line `lineno` of the file, for the message; NULL when it cannot be read. */
static Str *source_line(Str *filename, int lineno) {
    if (lineno < 1 || filename->length == 0 || str_at(filename, 0) == '<') return NULL;
    const char *path = str_os_text(filename, NULL);
    if (!path) {
        error_clear();
        return NULL;
    }
    FILE *file = fopen(path, "re");
    if (!file) return NULL;
    char *line = NULL;
    size_t size = 0;
    ssize_t length = -1;
    for (int i = 0; i < lineno; i++)
        if ((length = getline(&line, &size, file)) < 0) break;
    fclose(file);
    Str *text = length >= 0 ? str_from_utf8(line, (size_t)length) : NULL;
    free(line);
    if (!text) error_clear();
    return text;
}

void compiler_error(Compiler *compiler, const void *node, const char *format, ...) {
    const AstNode *at = node;
    va_list arguments;
    va_start(arguments, format);
    Str *message = str_format_va(format, arguments);
    va_end(arguments);
    if (!message) compiler_fail(compiler);
    int line = at ? at->lineno : 1;
    raise_syntax_error(&SyntaxError, compiler->filename, line, at ? at->col_offset + 1 : 0,
                       source_line(compiler->filename, line), at ? at->end_lineno : 0,
                       at ? at->end_col_offset + 1 : 0, "%U", message);
    compiler_fail(compiler);
}

void compiler_warn(Compiler *compiler, const void *node, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    Str *message = str_format_va(format, arguments);
    va_end(arguments);
    if (!message) compiler_fail(compiler);
    const AstNode *at = node;
    if (warn_explicit(&SyntaxWarning, compiler->filename, at->lineno, "%U", message)) return;
    if (!error_clear_if(&SyntaxWarning)) compiler_fail(compiler);
    compiler_error(compiler, node, "%U", message);
}

void *compiler_alloc(Compiler *compiler, size_t size) {
    void *memory = arena_alloc(&compiler->arena, size ? size : 1);
    if (unlikely(!memory)) {
        raise_memory_error();
        compiler_fail(compiler);
    }
    return memory;
}

void *compiler_grow(Compiler *compiler, void *array, int count, int *capacity, size_t item_size) {
    if (count < *capacity) return array;
    int larger = *capacity ? *capacity * 2 : 8;
    void *copy = compiler_alloc(compiler, (size_t)larger * item_size);
    if (count) memcpy(copy, array, (size_t)count * item_size);
    *capacity = larger;
    return copy;
}

Value compiler_keep(Compiler *compiler, Value value) {
    if (is_error(value) || is_empty(value)) compiler_fail(compiler);
    if (!list_append(compiler->keep, value)) compiler_fail(compiler);
    return value;
}

Str *compiler_keep_str(Compiler *compiler, Str *str) {
    if (!str) compiler_fail(compiler);
    compiler_keep(compiler, object_value(str));
    return str;
}

void compiler_stack_check(Compiler *compiler) {
    if (likely(c_stack_has_room(&context_self()->heap.thread))) return;
    raise_error(&RecursionError, "maximum recursion depth exceeded during compilation");
    compiler_fail(compiler);
}

/* --- constants ---------------------------------------------------------------------------------------- */

static uint64_t constant_hash(Value v) {
    if (!is_object(v)) return hash_mix(v.bits);
    if (is_exactly(v, &str_type)) return hash_mix((uint64_t)str_hash(as_str(v)));
    if (is_exactly(v, &bytes_type))
        return hash_mix(hash_bytes(as_bytes(v)->data, (size_t)as_bytes(v)->length));
    if (is_exactly(v, &int_type)) return hash_mix((uint64_t)int_hash(v));
    if (is_exactly(v, &complex_type)) {
        Complex *c = OBJECT_AS(Complex, v);
        return hash_mix(double_value(c->real).bits) * 31 + hash_mix(double_value(c->imaginary).bits);
    }
    if (is_exactly(v, &tuple_type)) {
        Tuple *tuple = as_tuple(v);
        uint64_t hash = (uint64_t)tuple->length;
        for (int64_t i = 0; i < tuple->length; i++)
            hash = hash_mix(hash + constant_hash(tuple->items[i]));
        return hash;
    }
    return hash_mix(v.bits);
}

/* Equal in type and value, all the way down. Frozensets and code are equal when identical. */
static bool constants_equal(Value a, Value b) {
    if (same_value(a, b)) return true;
    if (!is_object(a) || !is_object(b)) return false;
    if (is_exactly(a, &str_type))
        return is_exactly(b, &str_type) && str_equal(as_str(a), as_str(b));
    if (is_exactly(a, &bytes_type))
        return is_exactly(b, &bytes_type) && as_bytes(a)->length == as_bytes(b)->length &&
               memcmp(as_bytes(a)->data, as_bytes(b)->data, (size_t)as_bytes(a)->length) == 0;
    if (is_exactly(a, &int_type)) return is_exactly(b, &int_type) && int_compare(a, b) == 0;
    if (is_exactly(a, &complex_type)) {
        if (!is_exactly(b, &complex_type)) return false;
        Complex *x = OBJECT_AS(Complex, a), *y = OBJECT_AS(Complex, b);
        return same_value(double_value(x->real), double_value(y->real)) &&
               same_value(double_value(x->imaginary), double_value(y->imaginary));
    }
    if (is_exactly(a, &tuple_type)) {
        if (!is_exactly(b, &tuple_type) || as_tuple(a)->length != as_tuple(b)->length) return false;
        for (int64_t i = 0; i < as_tuple(a)->length; i++)
            if (!constants_equal(as_tuple(a)->items[i], as_tuple(b)->items[i])) return false;
        return true;
    }
    return false;
}

static void constant_slot_insert(ConstantTable *table, uint64_t hash, int index) {
    size_t mask = (size_t)table->slot_count - 1;
    size_t i = hash & mask;
    while (table->slots[i]) i = (i + 1) & mask;
    table->slots[i] = index + 1;
}

/* The index of the constant, added when it is new. */
static int constant_index(Compiler *compiler, ConstantTable *table, Value constant) {
    if (!table->list && !(table->list = list_new(8))) compiler_fail(compiler);
    uint64_t hash = constant_hash(constant);
    if (table->slot_count) {
        size_t mask = (size_t)table->slot_count - 1;
        for (size_t i = hash & mask; table->slots[i]; i = (i + 1) & mask)
            if (constants_equal(list_get(table->list, table->slots[i] - 1), constant))
                return table->slots[i] - 1;
    }
    int count = (int)list_length(table->list);
    if (!list_append(table->list, constant)) compiler_fail(compiler);
    if ((count + 1) * 2 > table->slot_count) {
        table->slot_count = table->slot_count ? table->slot_count * 2 : 16;
        table->slots = compiler_alloc(compiler, (size_t)table->slot_count * sizeof(int));
        for (int i = 0; i <= count; i++)
            constant_slot_insert(table, constant_hash(list_get(table->list, i)), i);
    } else {
        constant_slot_insert(table, hash, count);
    }
    return count;
}

static bool looks_like_name(const Str *s) {
    if (!str_is_ascii(s)) return false;
    for (int64_t i = 0; i < s->length; i++) {
        uint32_t c = str_at(s, i);
        if (!((c | 32) >= 'a' && (c | 32) <= 'z') && !(c >= '0' && c <= '9') && c != '_')
            return false;
    }
    return true;
}

/* Strings that look like names are interned, in tuples too (a new tuple is made then). */
static Value intern_constant(Compiler *compiler, Value constant) {
    if (is_exactly(constant, &str_type)) {
        Str *str = as_str(constant);
        if (str_is_interned(str) || !looks_like_name(str)) return constant;
        return object_value(compiler_keep_str(compiler, str_intern(str)));
    }
    if (!is_exactly(constant, &tuple_type)) return constant;
    Tuple *tuple = as_tuple(constant), *copy = NULL;
    for (int64_t i = 0; i < tuple->length; i++) {
        Value item = intern_constant(compiler, tuple->items[i]);
        if (same_value(item, tuple->items[i])) continue;
        if (!copy && !(copy = tuple_from_array(tuple->items, tuple->length)))
            compiler_fail(compiler);
        copy->items[i] = item;
    }
    return copy ? object_value(copy) : constant;
}

int unit_constant(Unit *unit, Value constant) {
    Compiler *compiler = unit->compiler;
    if (is_object(constant)) {
        constant = intern_constant(compiler, constant);
        int shared = constant_index(compiler, &compiler->constants, constant);
        constant = list_get(compiler->constants.list, shared);
    }
    return constant_index(compiler, &unit->constants, constant);
}

/* --- names ---------------------------------------------------------------------------------------------- */

static size_t name_hash(const Str *name) {
    return (size_t)(((uint64_t)(uintptr_t)name >> 4) * UINT64_C(0x9E3779B97F4A7C15) >> 32);
}

int unit_name(Unit *unit, Str *name) {
    Compiler *compiler = unit->compiler;
    if (!str_is_interned(name)) name = compiler_keep_str(compiler, str_intern(name));
    if (unit->name_slot_count) {
        size_t mask = (size_t)unit->name_slot_count - 1;
        for (size_t i = name_hash(name) & mask; unit->name_slots[i]; i = (i + 1) & mask)
            if (unit->names[unit->name_slots[i] - 1] == name) return unit->name_slots[i] - 1;
    }
    int index = unit->name_count;
    if (index >= 0xFFFF) {
        raise_error(&OverflowError, "too many names in one code block");
        compiler_fail(compiler);
    }
    unit->names = compiler_grow(compiler, unit->names, index, &unit->name_capacity, sizeof(Str *));
    unit->names[unit->name_count++] = name;
    bool rebuild = unit->name_count * 2 > unit->name_slot_count;
    if (rebuild) {
        unit->name_slot_count = unit->name_slot_count ? unit->name_slot_count * 2 : 16;
        unit->name_slots = compiler_alloc(compiler, (size_t)unit->name_slot_count * sizeof(int));
    }
    size_t mask = (size_t)unit->name_slot_count - 1;
    for (int n = rebuild ? 0 : index; n <= index; n++) {
        size_t i = name_hash(unit->names[n]) & mask;
        while (unit->name_slots[i]) i = (i + 1) & mask;
        unit->name_slots[i] = n + 1;
    }
    return index;
}

int unit_mangled(Unit *unit, Str *name) {
    return unit_name(unit, symtable_mangle(unit->compiler, unit->private_class, name));
}

/* --- registers ------------------------------------------------------------------------------------------ */

int unit_push_row(Unit *unit, int count) {
    int reg = unit->top;
    if (reg + count >= NONE_REGISTER) {
        raise_error(&OverflowError, "code block needs too many registers");
        compiler_fail(unit->compiler);
    }
    unit->top += count;
    if (unit->top > unit->register_count) unit->register_count = unit->top;
    return reg;
}

int unit_push(Unit *unit) { return unit_push_row(unit, 1); }

bool is_temporary(const Unit *unit, int reg) { return reg >= unit->temporary_base; }

void bind_local(Unit *unit, int local) {
    unit->bound[local / 64] |= UINT64_C(1) << (local % 64);
}

bool local_is_bound(const Unit *unit, int local) {
    return unit->bound[local / 64] >> (local % 64) & 1;
}

uint64_t *bound_copy(Unit *unit) {
    size_t size = (size_t)unit->bound_words * sizeof(uint64_t);
    uint64_t *copy = compiler_alloc(unit->compiler, size);
    memcpy(copy, unit->bound, size);
    return copy;
}

void bound_restore(Unit *unit, const uint64_t *bound) {
    memcpy(unit->bound, bound, (size_t)unit->bound_words * sizeof(uint64_t));
}

/* --- instructions ------------------------------------------------------------------------------------------ */

void unit_at(Unit *unit, const void *node) {
    const AstNode *at = node;
    unit->position = (Position){at->lineno, at->end_lineno, at->col_offset, at->end_col_offset};
}

void unit_position_clear(Unit *unit) {
    unit->position = (Position){LINE_NONE, LINE_NONE, -1, -1};
}

void unit_inherit(Unit *unit) {
    unit->position = (Position){LINE_INHERITED, LINE_INHERITED, -1, -1};
}

/* The pending mark becomes an instruction. */
static void flush_mark(Unit *unit) {
    if (!unit->pending.line) return;
    Position position = unit->position;
    unit_inherit(unit);
    emit(unit, OP_NOP, 0, 0, 0, 0);
    unit->position = position;
}

void unit_mark(Unit *unit, const void *node) {
    if (!unit->reachable) return;
    Position position = unit->position;
    unit_at(unit, node);
    Position mark = unit->position;
    unit->position = position;
    if (unit->pending.line != mark.line) flush_mark(unit);
    unit->pending = mark;
}

/* One more than the highest register that the instruction reads or writes. */
static uint32_t registers_touched(Instruction instruction) {
    uint32_t end = instruction_row_end(instruction);
    const char *operands = opcode_operands[instruction.op];
    const uint16_t values[3] = {instruction.a, instruction.b, instruction.c};
    for (int i = 0; i < 3 && operands[i]; i++) {
        if (operands[i] == 'k' && operands[i + 1] == 'k') break;
        if (!strchr("wrxoWR", operands[i]) || values[i] == NONE_REGISTER) continue;
        /* a row may be empty: then its operand names nothing */
        if ((operands[i] == 'R' || operands[i] == 'W')) continue;
        if (values[i] + 1u > end) end = values[i] + 1u;
    }
    return end;
}

static void append_word(Unit *unit, uint64_t word, uint32_t live) {
    Compiler *compiler = unit->compiler;
    if (unit->count >= unit->capacity) {
        int capacity = unit->capacity, same = capacity;
        unit->code = compiler_grow(compiler, unit->code, unit->count, &capacity, sizeof *unit->code);
        capacity = same;
        unit->positions = compiler_grow(compiler, unit->positions, unit->count, &capacity,
                                        sizeof *unit->positions);
        capacity = same;
        unit->marks = compiler_grow(compiler, unit->marks, unit->count, &capacity, sizeof *unit->marks);
        unit->live = compiler_grow(compiler, unit->live, unit->count, &same, sizeof *unit->live);
        unit->capacity = capacity;
    }
    unit->code[unit->count].word = word;
    unit->positions[unit->count] = unit->position;
    unit->live[unit->count] = (uint16_t)live;
    unit->marks[unit->count] = 0;
    unit->count++;
}

int emit(Unit *unit, Opcode op, int a, int b, int c, int d) {
    if (!unit->reachable) return -1;
    Instruction instruction = {
        .op = (uint8_t)op, .d = (uint8_t)d, .a = (uint16_t)a, .b = (uint16_t)b, .c = (uint16_t)c};
    uint32_t live = max_size((size_t)unit->top, registers_touched(instruction));
    if ((int)live > unit->register_count) unit->register_count = (int)live;
    int index = unit->count, mark = unit->pending.line;
    append_word(unit, instruction.word, live);
    if (mark) {
        if (unit->position.line == LINE_INHERITED) unit->positions[index] = unit->pending;
        else if (unit->position.line != mark) unit->marks[index] = mark;
        unit->pending.line = 0;
    }
    if (opcode_formats[op] == FORMAT_CACHED || opcode_formats[op] == FORMAT_BRANCH)
        append_word(unit, 0, live);
    return index;
}

void emit_const(Unit *unit, int target, Value constant) {
    if (!unit->reachable) return;
    int index = unit_constant(unit, constant);
    emit(unit, OP_LOAD_CONST, target, index & 0xFFFF, index >> 16, 0);
}

/* --- labels -------------------------------------------------------------------------------------------------- */

Label *label_new(Unit *unit) {
    Label *label = compiler_alloc(unit->compiler, sizeof *label);
    label->position = label->first_patch = -1;
    return label;
}

static void set_distance(Instruction *word, int distance) {
    word->word = (word->word & UINT64_C(0xFFFFFFFF)) | (uint64_t)(uint32_t)distance << 32;
}

/* Notes that control reaches the label with the locals that are bound now. */
static void label_reach(Unit *unit, Label *label) {
    if (!label->is_used) {
        label->is_used = true;
        label->bound = bound_copy(unit);
        return;
    }
    for (int i = 0; i < unit->bound_words; i++) label->bound[i] &= unit->bound[i];
}

static void label_patch(Unit *unit, Label *label, int word) {
    label_reach(unit, label);
    set_distance(&unit->code[word], label->first_patch);
    label->first_patch = word;
}

/* A jump to the very next instruction, which is where `label` is being placed, is taken back. */
static void drop_idle_jump(Unit *unit, Label *label) {
    int word = label->first_patch;
    if (word < 0 || word != unit->count - 1 || unit->last_label == unit->count ||
        unit->code[word].op != OP_JUMP || unit->positions[word].line != LINE_INHERITED || unit->marks[word])
        return;
    for (int i = unit->entry_count - 1; i >= 0 && i >= unit->entry_count - 64; i--)
        if (unit->entries[i].end == (uint32_t)unit->count) return;
    label->first_patch = instruction_distance(unit->code[word]);
    unit->count--;
    unit->reachable = true; /* `bound` is still that of the jump */
    for (Block *block = unit->block; block; block = block->outer)
        if (block->range_start > unit->count) block->range_start = unit->count;
}

void label_place(Unit *unit, Label *label) {
    if (unit->reachable) flush_mark(unit);
    else drop_idle_jump(unit, label);
    label->position = unit->count;
    for (int word = label->first_patch; word >= 0;) {
        int next = instruction_distance(unit->code[word]);
        set_distance(&unit->code[word], unit->count - (word + 1));
        word = next;
    }
    label->first_patch = -1;
    unit->last_label = unit->count;
    if (!label->is_used) return;
    if (unit->reachable)
        for (int i = 0; i < unit->bound_words; i++) unit->bound[i] &= label->bound[i];
    else
        bound_restore(unit, label->bound);
    unit->reachable = true;
}

void emit_jump(Unit *unit, Label *label) {
    int word = emit(unit, OP_JUMP, 0, 0, 0, 0);
    if (word < 0) return;
    label_patch(unit, label, word);
    unit->reachable = false;
}

void emit_jump_if(Unit *unit, Opcode op, int a, Label *label) {
    int word = emit(unit, op, a, 0, 0, 0);
    if (word >= 0) label_patch(unit, label, word);
}

void emit_branch(Unit *unit, Opcode op, int a, int b, int c, int d, Label *label) {
    int word = emit(unit, op, a, b, c, d);
    if (word >= 0) label_patch(unit, label, word + 1);
}

void emit_jump_back(Unit *unit, Label *label) {
    int word = emit(unit, OP_JUMP_BACK, 0, 0, 0, 0);
    if (word < 0) return;
    set_distance(&unit->code[word], label->position - (word + 1));
    unit->reachable = false;
}

/* --- blocks and guarded ranges ----------------------------------------------------------------------------------- */

void block_push(Unit *unit, Block *block, BlockKind kind, const Stmt *statement) {
    if (unit->block_depth >= BLOCK_DEPTH_MAX)
        compiler_error(unit->compiler, statement, "too many statically nested blocks");
    unit->block_depth++;
    *block = (Block){.kind = kind, .outer = unit->block, .statement = statement,
                     .range_start = -1, .exception_register = -1, .saved = -1};
    unit->block = block;
}

void block_pop(Unit *unit, Block *block) {
    range_close(unit, block);
    unit->block = block->outer;
    unit->block_depth--;
}

void range_open(Unit *unit, Block *block, Label *handler, int exception_register) {
    block->handler = handler;
    block->exception_register = exception_register;
    block->range_start = unit->count;
}

/* Closing appends the entry, so entries of inner blocks, which close first, come first. */
void range_close(Unit *unit, Block *block) {
    int start = block->range_start;
    block->range_start = -1;
    if (start < 0 || start == unit->count) return;
    Compiler *compiler = unit->compiler;
    int capacity = unit->entry_capacity;
    unit->entry_targets = compiler_grow(compiler, unit->entry_targets, unit->entry_count, &capacity,
                                        sizeof *unit->entry_targets);
    unit->entries = compiler_grow(compiler, unit->entries, unit->entry_count, &unit->entry_capacity,
                                  sizeof *unit->entries);
    unit->entry_targets[unit->entry_count] = block->handler;
    unit->entries[unit->entry_count++] =
        (ExceptionEntry){(uint32_t)start, (uint32_t)unit->count, 0,
                         (uint32_t)block->exception_register};
    block->handler->is_used = true;
    if (unit->entry_count >= UINT16_MAX) {
        raise_error(&OverflowError, "too many exception handlers in one code block");
        compiler_fail(compiler);
    }
}

void handler_place(Unit *unit, Label *handler, const uint64_t *bound) {
    handler->position = unit->count;
    unit->last_label = unit->count;
    if (!handler->is_used) {
        unit->reachable = false;
        return;
    }
    bound_restore(unit, bound);
    unit->reachable = true;
}

/* --- units ------------------------------------------------------------------------------------------------------------ */

Str *unit_child_qualified_name(Unit *unit, Scope *scope, Str *name) {
    Compiler *compiler = unit->compiler;
    Unit *parent = unit;
    if (parent && parent->scope->kind == SCOPE_TYPE_PARAMETERS) parent = parent->outer;
    if (!parent || parent->scope->kind == SCOPE_MODULE) return name;
    if (scope->kind == SCOPE_FUNCTION || scope->kind == SCOPE_CLASS) {
        Str *key = symtable_mangle(compiler, parent->private_class, name);
        Symbol *symbol = scope_lookup(parent->scope, key);
        if (symbol && symbol->resolution == RESOLVED_GLOBAL_EXPLICIT) return name;
    }
    bool is_function = scope_is_function(parent->scope) && !parent->scope->comprehension;
    const char *format = is_function ? "%U.<locals>.%U" : "%U.%U";
    return compiler_keep_str(compiler, str_format(format, parent->qualified_name, name));
}

static uint32_t unit_code_flags(Compiler *compiler, const Scope *scope) {
    uint32_t flags = compiler->future & COMPILE_FUTURE_MASK;
    if (scope_is_function(scope)) {
        flags |= CODE_OPTIMIZED | CODE_NEWLOCALS;
        if (scope->is_nested) flags |= CODE_NESTED;
        if (scope->is_generator && !scope->is_coroutine) flags |= CODE_GENERATOR;
        if (!scope->is_generator && scope->is_coroutine) flags |= CODE_COROUTINE;
        if (scope->is_generator && scope->is_coroutine) flags |= CODE_ASYNC_GENERATOR;
        if (scope->has_varargs) flags |= CODE_VARARGS;
        if (scope->has_varkeywords) flags |= CODE_VARKEYWORDS;
    } else if (scope->is_coroutine && compiler->allow_top_level_await) {
        flags |= CODE_COROUTINE;
    }
    return flags;
}

/* Moves parameters that are captured into their cells. */
static void emit_cells(Unit *unit) {
    Scope *scope = unit->scope;
    for (int i = 0; i < scope->cell_count; i++) {
        Symbol *symbol = scope_lookup(scope, scope->cell_names[i]);
        int local = scope_is_function(scope) ? symbol->local : -1;
        emit(unit, OP_MAKE_CELL, unit->cell_base + i, local >= 0 ? local : NONE_REGISTER, 0, 0);
        if (local >= 0) emit(unit, OP_CLEAR, local, 0, 0, 0);
    }
}

void unit_enter(Compiler *compiler, Unit *unit, Scope *scope, Str *name, int first_line) {
    memset(unit, 0, sizeof *unit);
    unit->compiler = compiler;
    unit->outer = compiler->unit;
    unit->scope = scope;
    unit->private_class = scope->private_class;
    unit->name = name;
    unit->docstring = VALUE_EMPTY;
    unit->qualified_name = unit->outer ? unit_child_qualified_name(unit->outer, scope, name) : name;
    unit->first_line = first_line;
    unit->flags = unit_code_flags(compiler, scope);
    unit->reachable = true;
    unit_position_clear(unit);
    for (int i = 0; i < scope->symbol_count; i++)
        if (scope->symbols[i]->local >= 0) unit->local_count++;
    unit->cell_base = unit->local_count;
    unit->temporary_base = unit->cell_base + scope->cell_count;
    if (unit->temporary_base >= NONE_REGISTER - 256) {
        raise_error(&OverflowError, "too many local variables in one code block");
        compiler_fail(compiler);
    }
    unit->top = unit->register_count = unit->temporary_base;
    unit->bound_words = (unit->local_count + 63) / 64;
    unit->bound = compiler_alloc(compiler, (size_t)(unit->bound_words + 1) * sizeof(uint64_t));
    for (int i = 0; i < scope->symbol_count; i++) {
        Symbol *symbol = scope->symbols[i];
        if (symbol->local >= 0 && (symbol->flags & SYMBOL_PARAMETER) &&
            !(symbol->flags & SYMBOL_UNBINDABLE) && symbol->cell < 0)
            bind_local(unit, symbol->local);
    }
    compiler->unit = unit;
    unit->position.line = unit->position.end_line = first_line;
    unit->position.column = unit->position.end_column = 0;
    emit_cells(unit);
    unit_position_clear(unit);
}

static Tuple *tuple_of_strs(Compiler *compiler, Str **names, int count) {
    Tuple *tuple = tuple_new(count);
    if (!tuple) compiler_fail(compiler);
    for (int i = 0; i < count; i++) tuple->items[i] = object_value(names[i]);
    return tuple;
}

static Tuple *unit_local_names(Unit *unit) {
    Tuple *tuple = tuple_new(unit->local_count);
    if (!tuple) compiler_fail(unit->compiler);
    for (int i = 0; i < unit->scope->symbol_count; i++) {
        Symbol *symbol = unit->scope->symbols[i];
        if (symbol->local >= 0) tuple->items[symbol->local] = object_value(symbol->name);
    }
    return tuple;
}

/* --- inherited lines ------------------------------------------------------------------------------------------------ */

enum { FROM_NOWHERE = -1, FROM_MANY = -2 };

static bool is_jump_word(const Instruction *i) {
    return i->op == OP_JUMP || (opcode_formats[i->op] == FORMAT_JUMP && i->op != OP_JUMP_BACK);
}

/* The word that holds the distance of the forward jump at `i`, or -1. */
static int distance_word(const Unit *unit, int i) {
    const Instruction *instruction = &unit->code[i];
    if (opcode_formats[instruction->op] == FORMAT_BRANCH) return i + 1;
    return is_jump_word(instruction) ? i : -1;
}

static int jump_target(const Unit *unit, int word) { return word + 1 + instruction_distance(unit->code[word]); }

static int instruction_words(const Unit *unit, int i) {
    uint8_t format = opcode_formats[unit->code[i].op];
    return format == FORMAT_CACHED || format == FORMAT_BRANCH ? 2 : 1;
}

/* Jumps that lead to a jump without a line of its own lead to where that leads. */
static void thread_jumps(Unit *unit) {
    for (int i = 0; i < unit->count; i += instruction_words(unit, i)) {
        int word = distance_word(unit, i);
        if (word < 0) continue;
        int target = jump_target(unit, word);
        while (unit->code[target].op == OP_JUMP && unit->positions[target].line == LINE_INHERITED &&
               !unit->marks[target] && jump_target(unit, target) > target)
            target = jump_target(unit, target);
        set_distance(&unit->code[word], target - (word + 1));
    }
}

static void come_from(const Unit *unit, int *from, int target, int source) {
    if (from[target] == FROM_NOWHERE) from[target] = source;
    else if (from[target] != FROM_MANY && unit->positions[from[target]].line != unit->positions[source].line)
        from[target] = FROM_MANY;
}

static bool ends_control(Opcode op) {
    return op == OP_RETURN || op == OP_RETURN_NONE || op == OP_RAISE || op == OP_RERAISE || op == OP_JUMP ||
           op == OP_JUMP_BACK;
}

/* A copy of the implicit return for those who come from the line of word `source`. */
static int copy_return(Unit *unit, int source, int first_copy) {
    int line = unit->positions[source].line;
    for (int i = first_copy; i < unit->count; i++)
        if (unit->positions[i].line == line) return i;
    unit->position = unit->positions[source];
    append_word(unit, (Instruction){.op = OP_RETURN_NONE}.word, (uint32_t)unit->temporary_base);
    return unit->count - 1;
}

/* Gives inherited positions their lines, by one walk: forward jumps come before their targets. */
static void resolve_positions(Unit *unit) {
    int count = unit->count;
    int *from = compiler_alloc(unit->compiler, (size_t)(count + 1) * sizeof *from);
    for (int i = 0; i <= count; i++) from[i] = FROM_NOWHERE;
    thread_jumps(unit);
    for (int i = 0, words; i < count; i += words) {
        words = instruction_words(unit, i);
        if (unit->positions[i].line == LINE_INHERITED) {
            Position none = {LINE_NONE, LINE_NONE, -1, -1};
            if (i == 0) none.line = none.end_line = unit->first_line;
            unit->positions[i] = from[i] >= 0 ? unit->positions[from[i]] : none;
            /* behind cleanup code: a return has a line */
            for (int k = i; unit->code[i].op == OP_RETURN_NONE && unit->positions[i].line < 0 && k-- > 0;)
                unit->positions[i] = unit->positions[k];
            for (int k = 1; k < words; k++) unit->positions[i + k] = unit->positions[i];
        }
        int word = distance_word(unit, i), target = word < 0 ? -1 : jump_target(unit, word);
        if (target >= 0 && unit->code[target].op == OP_RETURN_NONE &&
            unit->positions[target].line == LINE_INHERITED && !unit->marks[target]) {
            if (unit->code[i].op == OP_JUMP)
                unit->code[i].word = (Instruction){.op = OP_RETURN_NONE}.word;
            else
                set_distance(&unit->code[word], copy_return(unit, i, count) - (word + 1));
        } else if (target >= 0) {
            come_from(unit, from, target, i);
        }
        if (!ends_control((Opcode)unit->code[i].op)) come_from(unit, from, i + words, i);
    }
}

/* Before the code object is made: targets of guarded ranges, and ranges without code dropped. */
static void resolve_entries(Unit *unit) {
    for (int i = 0; i < unit->entry_count; i++)
        unit->entries[i].target = (uint32_t)unit->entry_targets[i]->position;
}

static Code *unit_assemble(Unit *unit) {
    Compiler *compiler = unit->compiler;
    resolve_entries(unit);
    resolve_positions(unit);
    Code model = {0};
    model.instructions = unit->code;
    model.instruction_count = (uint32_t)unit->count;
    model.flags = unit->flags;
    model.argument_count = (uint16_t)unit->argument_count;
    model.positional_only_count = (uint16_t)unit->positional_only_count;
    model.keyword_only_count = (uint16_t)unit->keyword_only_count;
    model.local_count = (uint16_t)unit->local_count;
    model.cell_count = (uint16_t)unit->scope->cell_count;
    model.register_count = (uint16_t)unit->register_count;
    model.entry_count = (uint16_t)unit->entry_count;
    model.exceptions = unit->entries;
    model.live = unit->live;
    model.first_line = unit->first_line;
    model.filename = compiler->filename;
    model.name = unit->name;
    model.qualified_name = unit->qualified_name;
    model.docstring = unit->docstring;
    model.inline_hint = (uint64_t)unit->self_attribute_count;
    model.constants = unit->constants.list ? list_to_tuple(unit->constants.list) : tuple_new(0);
    if (!model.constants) compiler_fail(compiler);
    model.names = tuple_of_strs(compiler, unit->names, unit->name_count);
    model.local_names = unit_local_names(unit);
    model.cell_names = tuple_of_strs(compiler, unit->scope->cell_names, unit->scope->cell_count);
    model.free_names = tuple_of_strs(compiler, unit->scope->free_names, unit->scope->free_count);
    _Static_assert(sizeof(Position) == sizeof(int[4]), "positions are four ints");
    model.positions = code_positions_encode((const int(*)[4])unit->positions,
                                            unit->marks, (uint32_t)unit->count, unit->first_line);
    if (!model.positions) compiler_fail(compiler);
    Code *code = code_new(&model);
    if (!code) compiler_fail(compiler);
    weft_assert(code_verify(code, true));
    return code;
}

Code *unit_finish(Unit *unit) {
    if (unit->reachable) {
        unit_inherit(unit);
        emit(unit, OP_RETURN_NONE, 0, 0, 0, 0);
        unit->reachable = false;
    }
    Code *code = unit_assemble(unit);
    compiler_keep(unit->compiler, object_value(code));
    unit->compiler->unit = unit->outer;
    return code;
}

/* The cell of one of the child's free variables, into a register. */
static void emit_closure_cell(Unit *unit, Str *name, int target) {
    Symbol *symbol = scope_lookup(unit->scope, name);
    if (symbol && symbol->cell >= 0)
        emit(unit, OP_MOVE, target, unit->cell_base + symbol->cell, 0, 0);
    else if (symbol && symbol->free >= 0)
        emit(unit, OP_LOAD_CLOSURE, target, symbol->free, 0, 0);
    else
        fatal("the compiler lost the variable of a closure");
}

void emit_function(Unit *unit, Code *code, Scope *scope, int row, int flags, int target) {
    if (!unit->reachable) return;
    int saved = unit->top;
    if (scope->free_count) {
        int closure = unit_push(unit);
        int first = unit_push_row(unit, scope->free_count);
        for (int i = 0; i < scope->free_count; i++)
            emit_closure_cell(unit, scope->free_names[i], first + i);
        emit(unit, OP_BUILD_TUPLE, closure, first, scope->free_count, 0);
        unit->top = closure + 1;
        flags |= 8;
    }
    int index = unit_constant(unit, object_value(code));
    if (index > 0xFFFF) {
        raise_error(&OverflowError, "too many constants in one code block");
        compiler_fail(unit->compiler);
    }
    emit(unit, OP_MAKE_FUNCTION, target, index, flags ? row : 0, flags);
    unit->top = saved;
}

/* --- the module --------------------------------------------------------------------------------------------------------- */

bool is_future_import(const Stmt *s) {
    return s->kind == AST_ImportFrom && s->ImportFrom.level == 0 && s->ImportFrom.module &&
           str_equal_c(s->ImportFrom.module, "__future__");
}

/* What is wrong with a __future__ import has a place, but no end. */
static AstNode future_place(const Stmt *statement, int column) {
    return (AstNode){.lineno = statement->lineno, .col_offset = column, .end_lineno = statement->lineno,
                     .end_col_offset = SYNTAX_NO_OFFSET - 1};
}

static void add_future_feature(Compiler *compiler, Stmt *statement, Str *name) {
    static const char *const accepted[] = {"nested_scopes", "generators", "division",
                                           "absolute_import", "with_statement", "print_function",
                                           "unicode_literals", "generator_stop"};
    for (size_t i = 0; i < ARRAY_LENGTH(accepted); i++)
        if (str_equal_c(name, accepted[i])) return;
    AstNode at = future_place(statement, statement->col_offset);
    if (str_equal_c(name, "annotations")) compiler->future |= COMPILE_FUTURE_ANNOTATIONS;
    else if (str_equal_c(name, "barry_as_FLUFL")) compiler->future |= COMPILE_FUTURE_BARRY_AS_BDFL;
    else if (str_equal_c(name, "braces")) compiler_error(compiler, &at, "not a chance");
    else compiler_error(compiler, &at, "future feature %U is not defined", name);
}

/* Future imports stand at the beginning, behind at most a docstring. What comes on a later line is
 * refused when the statement is compiled; what comes late on the same line, here. */
static void find_future_features(Compiler *compiler, StmtSequence body) {
    bool done = false;
    for (int i = 0; i < body.count; i++) {
        Stmt *s = body.items[i];
        if (done && s->lineno > body.items[i - 1]->lineno) return;
        if (is_future_import(s)) {
            if (done) {
                AstNode at = future_place(s, s->col_offset - 1);
                compiler_error(compiler, &at, LATE_FUTURE_IMPORT);
            }
            for (int k = 0; k < s->ImportFrom.names.count; k++)
                add_future_feature(compiler, s, s->ImportFrom.names.items[k]->name);
            compiler->future_line = s->lineno;
        } else {
            done |= i > 0 || s->kind != AST_Expr || s->Expr.value->kind != AST_Constant ||
                    !is_str(s->Expr.value->Constant.value);
        }
    }
}

static void compile_body(Unit *unit, Mod *tree) {
    Compiler *compiler = unit->compiler;
    if (tree->kind == AST_Expression) {
        int value = expression_last(unit, tree->Expression.body);
        emit(unit, OP_RETURN, value, 0, 0, 0);
        unit->reachable = false;
        return;
    }
    StmtSequence body = tree->kind == AST_Module ? tree->Module.body : tree->Interactive.body;
    if (tree->kind == AST_Interactive) {
        compiler->interactive = true;
    } else {
        Value docstring = body_docstring(body);
        if (!is_empty(docstring)) {
            if (compiler->optimize < 2) {
                unit_at(unit, body.items[0]);
                int reg = unit_push(unit);
                emit_const(unit, reg, docstring);
                name_store(unit, NAME("__doc__"), reg);
                unit->top = reg;
            }
            body.items++;
            body.count--;
        }
    }
    statements(unit, body);
}

static bool has_annotations(StmtSequence body);

static bool statement_has_annotations(const Stmt *s) {
    switch (s->kind) {
    case AST_AnnAssign: return true;
    case AST_For:
    case AST_AsyncFor: return has_annotations(s->For.body) || has_annotations(s->For.orelse);
    case AST_While: return has_annotations(s->While.body) || has_annotations(s->While.orelse);
    case AST_If: return has_annotations(s->If.body) || has_annotations(s->If.orelse);
    case AST_With:
    case AST_AsyncWith: return has_annotations(s->With.body);
    case AST_Match:
        for (int i = 0; i < s->Match.cases.count; i++)
            if (has_annotations(s->Match.cases.items[i]->body)) return true;
        return false;
    case AST_Try:
    case AST_TryStar:
        for (int i = 0; i < s->Try.handlers.count; i++)
            if (has_annotations(s->Try.handlers.items[i]->ExceptHandler.body)) return true;
        return has_annotations(s->Try.body) || has_annotations(s->Try.orelse) ||
               has_annotations(s->Try.finalbody);
    default: return false;
    }
}

static bool has_annotations(StmtSequence body) {
    for (int i = 0; i < body.count; i++)
        if (statement_has_annotations(body.items[i])) return true;
    return false;
}

bool body_has_annotations(StmtSequence body) { return has_annotations(body); }

static Code *compile_tree(Compiler *compiler, Mod *tree) {
    StmtSequence body = {0};
    if (tree->kind == AST_Module) body = tree->Module.body;
    else if (tree->kind == AST_Interactive) body = tree->Interactive.body;
    find_future_features(compiler, body);
    fold_module(compiler, tree);
    compiler->symbols = symtable_build(compiler, tree);
    Unit unit;
    unit_enter(compiler, &unit, compiler->symbols->module, NAME("<module>"), 1);
    unit.is_async_scope = compiler->allow_top_level_await;
    unit.position = (Position){body.count || tree->kind == AST_Expression ? 1 : 1, 1, 0, 0};
    if (has_annotations(body)) emit(&unit, OP_SETUP_ANNOTATIONS, 0, 0, 0, 0);
    compile_body(&unit, tree);
    return unit_finish(&unit);
}

Code *compile_module(Mod *tree, Str *filename, int optimize, unsigned flags) {
    Compiler compiler = {.filename = filename, .optimize = optimize,
                         .future = flags & COMPILE_FUTURE_MASK,
                         .allow_top_level_await = (flags & COMPILE_ALLOW_TOP_LEVEL_AWAIT) != 0};
    arena_init(&compiler.arena);
    compiler.keep = list_new(16);
    if (!compiler.keep) return NULL;
    Code *code = NULL;
    if (setjmp(compiler.failure) == 0) code = compile_tree(&compiler, tree);
    else code = NULL;
    arena_free(&compiler.arena);
    return code;
}

bool symtable_inspect(Mod *tree, Str *filename, bool (*look)(const SymbolTable *, void *), void *argument) {
    Compiler compiler = {.filename = filename};
    arena_init(&compiler.arena);
    compiler.keep = list_new(16);
    if (!compiler.keep) return false;
    bool good = false;
    if (setjmp(compiler.failure) == 0) {
        if (tree->kind == AST_Module) find_future_features(&compiler, tree->Module.body);
        good = look(symtable_build(&compiler, tree), argument);
    } else {
        good = false;
    }
    arena_free(&compiler.arena);
    return good;
}
