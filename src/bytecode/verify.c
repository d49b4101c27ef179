/* verify.c - is a code object fit to be run? See code_verify() in code.h. */
#include "bytecode/code.h"
#include "types/bytes.h"
#include "types/exception.h"

static const uint8_t intrinsic_arguments[INTRINSIC_COUNT] = {
#define INTRINSIC_OP(name, count, meaning) count,
#include "bytecode/intrinsics.def"
};

typedef struct Check {
    const Code *code;
    const char *problem;
    uint32_t at;
} Check;

static bool broken(Check *check, uint32_t at, const char *problem) {
    check->problem = problem;
    check->at = at;
    return false;
}

static bool is_start(const uint8_t *starts, uint32_t count, int64_t index) {
    return index >= 0 && index < count && (starts[index / 8] >> (index % 8) & 1);
}

/* Notes where instructions start; false when an operation is unknown or the last one is cut off. */
static bool find_starts(Check *check, uint8_t *starts) {
    const Code *code = check->code;
    for (uint32_t i = 0; i < code->instruction_count;) {
        Instruction instruction = code->instructions[i];
        if (instruction.op >= OPCODE_COUNT) return broken(check, i, "unknown operation");
        starts[i / 8] |= (uint8_t)(1u << (i % 8));
        uint8_t format = opcode_formats[instruction.op];
        i += format == FORMAT_CACHED || format == FORMAT_BRANCH ? 2 : 1;
        if (i > code->instruction_count) return broken(check, i, "instruction cut off");
    }
    return true;
}

static bool check_register(Check *check, uint32_t at, uint32_t reg, bool written) {
    const Code *code = check->code;
    if (reg >= code->register_count) return broken(check, at, "register out of range");
    bool is_cell = reg >= code->local_count && reg < (uint32_t)code->local_count + code->cell_count;
    if (written && is_cell && code->instructions[at].op != OP_MAKE_CELL)
        return broken(check, at, "cell register written");
    return true;
}

static bool check_operand(Check *check, uint32_t at, char kind, uint32_t value) {
    const Code *code = check->code;
    switch (kind) {
    case 'w':
    case 'x': return check_register(check, at, value, true);
    case 'r': return check_register(check, at, value, false);
    case 'o': return value == NONE_REGISTER || check_register(check, at, value, false);
    case 'k':
        return value < (uint64_t)code->constants->length ||
               broken(check, at, "constant out of range");
    case 'n':
        return value < (uint64_t)code->names->length || broken(check, at, "name out of range");
    case 'f':
        return value < (uint64_t)code->free_names->length ||
               broken(check, at, "free variable out of range");
    default: return true;
    }
}

static bool check_cell_operand(Check *check, uint32_t at, uint32_t reg) {
    const Code *code = check->code;
    return (reg >= code->local_count && reg < (uint32_t)code->local_count + code->cell_count) ||
           broken(check, at, "not a cell register");
}

static bool check_special(Check *check, const uint8_t *starts, uint32_t at, Instruction i) {
    const Code *code = check->code;
    switch (i.op) {
    case OP_MAKE_CELL:
    case OP_STORE_CELL:
    case OP_DELETE_CELL: return check_cell_operand(check, at, i.a);
    case OP_LOAD_CELL: return check_cell_operand(check, at, i.b);
    case OP_CHECK_LOCAL:
    case OP_DELETE_LOCAL:
        return i.a < code->local_count || broken(check, at, "not a local");
    case OP_MAKE_FUNCTION: {
        Value constant = code->constants->items[i.b];
        if (!is_exactly(constant, &code_type)) return broken(check, at, "not a code object");
        bool has_closure = OBJECT_AS(Code, constant)->free_names->length > 0;
        return has_closure == ((i.d & 8) != 0) || broken(check, at, "closure and code do not fit");
    }
    case OP_YIELD: /* c = 1: the words before are a SEND; d = 1: R[b] is a temporary */
        if (i.d && i.b < code->local_count + code->cell_count) return broken(check, at, "a local is no temporary");
        return i.c == 0 || (i.c == 1 && at >= 2 && code->instructions[at - 2].op == OP_SEND &&
                            is_start(starts, code->instruction_count, at - 2)) ||
               broken(check, at, "delegation without SEND");
    case OP_INTRINSIC:
        return (i.d < INTRINSIC_COUNT && intrinsic_arguments[i.d] == i.c) ||
               broken(check, at, "intrinsic and its arguments do not fit");
    default: return true;
    }
}

static bool check_instruction(Check *check, const uint8_t *starts, uint32_t at) {
    const Code *code = check->code;
    Instruction i = code->instructions[at];
    const char *operands = opcode_operands[i.op];
    const uint32_t values[3] = {i.a, i.b, i.c};
    for (int k = 0; k < 3; k++) {
        uint32_t value = values[k];
        bool wide = operands[k] == 'k' && k < 2 && operands[k + 1] == 'k';
        if (wide) value = i.b | (uint32_t)i.c << 16;
        if (!check_operand(check, at, operands[k], value)) return false;
        if (wide) break;
    }
    uint32_t row_end = instruction_row_end(i);
    if (row_end > code->register_count) return broken(check, at, "row of registers out of range");
    if (code->live[at] < row_end || code->live[at] < code->local_count + code->cell_count || code->live[at] > code->register_count)
        return broken(check, at, "count of live registers out of range");
    if (!check_special(check, starts, at, i)) return false;
    uint8_t format = opcode_formats[i.op];
    if (format != FORMAT_JUMP && format != FORMAT_BRANCH) return true;
    uint32_t word = at + (format == FORMAT_BRANCH);
    int64_t distance = instruction_distance(code->instructions[word]);
    if ((i.op == OP_JUMP_BACK) != (distance < 0)) return broken(check, at, "jump the wrong way");
    return is_start(starts, code->instruction_count, (int64_t)word + 1 + distance) ||
           broken(check, at, "jump into nowhere");
}

static bool ends_control(uint8_t op) {
    return op == OP_RETURN || op == OP_RETURN_NONE || op == OP_RAISE || op == OP_RERAISE || op == OP_JUMP_BACK ||
           op == OP_JUMP;
}

static bool check_instructions(Check *check, const uint8_t *starts) {
    const Code *code = check->code;
    uint32_t last = 0;
    for (uint32_t i = 0; i < code->instruction_count; i++) {
        if (!is_start(starts, code->instruction_count, i)) continue;
        if (!check_instruction(check, starts, i)) return false;
        last = i;
    }
    if (code->instruction_count == 0 || !ends_control(code->instructions[last].op))
        return broken(check, last, "control runs off the end");
    return true;
}

static bool check_exceptions(Check *check, const uint8_t *starts) {
    const Code *code = check->code;
    for (uint32_t i = 0; i < code->entry_count; i++) {
        const ExceptionEntry *entry = &code->exceptions[i];
        bool end_fits = entry->end == code->instruction_count ||
                        is_start(starts, code->instruction_count, entry->end);
        if (entry->start >= entry->end || !end_fits ||
            !is_start(starts, code->instruction_count, entry->start) ||
            !is_start(starts, code->instruction_count, entry->target) ||
            entry->exception_register < (uint32_t)code->local_count + code->cell_count ||
            entry->exception_register >= code->register_count)
            return broken(check, i, "exception entry out of range");
    }
    return true;
}

static bool check_names(Check *check, const Tuple *tuple) {
    for (int64_t i = 0; i < tuple->length; i++)
        if (!is_exactly(tuple->items[i], &str_type)) return broken(check, 0, "a name is not a str");
    return true;
}

static bool check_header(Check *check) {
    const Code *code = check->code;
    if (!check_names(check, code->names) || !check_names(check, code->local_names) ||
        !check_names(check, code->cell_names) || !check_names(check, code->free_names))
        return false;
    uint32_t parameters = (uint32_t)code->argument_count + code->keyword_only_count +
                          ((code->flags & CODE_VARARGS) != 0) +
                          ((code->flags & CODE_VARKEYWORDS) != 0);
    bool fits = code->local_count == code->local_names->length &&
                code->cell_count == code->cell_names->length &&
                code->positional_only_count <= code->argument_count &&
                parameters == code->parameter_count && parameters <= code->local_count &&
                (uint32_t)code->local_count + code->cell_count <= code->register_count;
    if (!fits) return broken(check, 0, "counts do not fit");
    /* the cells are made before anything else happens */
    uint32_t at = 0;
    for (uint32_t i = 0; i < code->cell_count; i++) {
        if (at < code->instruction_count && code->instructions[at].op == OP_CLEAR) at++;
        if (at >= code->instruction_count || code->instructions[at].op != OP_MAKE_CELL ||
            code->instructions[at].a != code->local_count + i)
            return broken(check, at, "a cell is not made");
        at++;
    }
    return true;
}

bool code_verify(const Code *code, bool trusted) {
    Check check = {.code = code};
    Bytes *starts = bytes_new(code->instruction_count / 8 + 1);
    if (!starts) {
        error_clear();
        return trusted;
    }
    bool good = check_header(&check) && find_starts(&check, starts->data) &&
                check_instructions(&check, starts->data) && check_exceptions(&check, starts->data);
    if (!good && trusted)
        fatal("the compiler made bad code for %s (line %d): %s at word %u (%s)",
              str_display(code->qualified_name), code->first_line, check.problem, check.at,
              check.at < code->instruction_count && code->instructions[check.at].op < OPCODE_COUNT
                  ? opcode_names[code->instructions[check.at].op] : "?");
    return good;
}
