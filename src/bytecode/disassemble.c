/* disassemble.c - code for people: source lines, instructions, what they do. */
#include <inttypes.h>
#include <stdlib.h>

#include "bytecode/code.h"
#include "types/bytes.h"

typedef struct Listing {
    const Code *code;
    FILE *file;
    char **lines; /* of the source, NULL when it cannot be read */
    int line_count;
    int last_line;
} Listing;

static void read_source(Listing *listing) {
    const char *path = str_os_text(listing->code->filename, NULL);
    if (!path) {
        error_clear();
        return;
    }
    FILE *file = fopen(path, "re");
    if (!file) return;
    char *line = NULL;
    size_t size = 0;
    ssize_t length;
    int capacity = 0;
    while ((length = getline(&line, &size, file)) >= 0) {
        if (listing->line_count == capacity) {
            capacity = capacity ? capacity * 2 : 64;
            char **larger = realloc(listing->lines, (size_t)capacity * sizeof *larger);
            if (!larger) break;
            listing->lines = larger;
        }
        while (length > 0 && (line[length - 1] == '\n' || line[length - 1] == '\r')) length--;
        char *copy = strndup(line, (size_t)length);
        if (!copy) break;
        listing->lines[listing->line_count++] = copy;
    }
    free(line);
    fclose(file);
}

static void free_source(Listing *listing) {
    for (int i = 0; i < listing->line_count; i++) free(listing->lines[i]);
    free(listing->lines);
}

static const char *register_name(const Code *code, uint32_t reg, char buffer[32]) {
    uint32_t cells = code->local_count;
    if (reg < cells) snprintf(buffer, 32, "%.24s", str_display(as_str(code->local_names->items[reg])));
    else if (reg < cells + code->cell_count)
        snprintf(buffer, 32, "[%.24s]", str_display(as_str(code->cell_names->items[reg - cells])));
    else snprintf(buffer, 32, "r%u", reg);
    return buffer;
}

static bool print_constant(Listing *listing, uint32_t index) {
    Value repr = value_repr(listing->code->constants->items[index]);
    if (is_error(repr)) return false;
    fprintf(listing->file, " %.60s", str_display(as_str(repr)));
    return true;
}

static bool print_operands(Listing *listing, Instruction i, uint32_t at) {
    const Code *code = listing->code;
    const char *operands = opcode_operands[i.op];
    const uint32_t values[4] = {i.a, i.b, i.c, i.d};
    char buffer[32];
    for (int k = 0; k < 4; k++) {
        switch (operands[k]) {
        case 'k':
            if (!print_constant(listing, operands[k + 1] == 'k' ? i.b | (uint32_t)i.c << 16
                                                                : values[k]))
                return false;
            if (operands[k + 1] == 'k') k++;
            break;
        case 'n':
            fprintf(listing->file, " .%.40s", str_display(as_str(code->names->items[values[k]])));
            break;
        case 'f':
            fprintf(listing->file, " <%.40s>",
                    str_display(as_str(code->free_names->items[values[k]])));
            break;
        case 'i': fprintf(listing->file, " #%u", values[k]); break;
        case 'o':
            if (values[k] == NONE_REGISTER) {
                fputs(" -", listing->file);
                break;
            } /* fall through */
        case 'r':
        case 'w':
        case 'x':
        case 'R':
        case 'W': fprintf(listing->file, " %s", register_name(code, values[k], buffer)); break;
        default: break;
        }
    }
    uint8_t format = opcode_formats[i.op];
    if (format == FORMAT_JUMP || format == FORMAT_BRANCH) {
        uint32_t word = at + (format == FORMAT_BRANCH);
        int64_t target = (int64_t)word + 1 + instruction_distance(code->instructions[word]);
        fprintf(listing->file, " -> %" PRId64, target);
    }
    return true;
}

static void print_line(Listing *listing, int line) {
    if (line == listing->last_line || line < 1) return;
    listing->last_line = line;
    const char *text = line <= listing->line_count ? listing->lines[line - 1] : "";
    fprintf(listing->file, "%6d  %s\n", line, text);
}

static bool print_instructions(Listing *listing) {
    const Code *code = listing->code;
    for (uint32_t i = 0; i < code->instruction_count;) {
        Instruction instruction = code->instructions[i];
        print_line(listing, code_line(code, (int)i));
        fprintf(listing->file, "%14u %-20s", i, opcode_names[instruction.op]);
        if (!print_operands(listing, instruction, i)) return false;
        fprintf(listing->file, "   ; %s\n", opcode_meanings[instruction.op]);
        uint8_t format = opcode_formats[instruction.op];
        i += format == FORMAT_CACHED || format == FORMAT_BRANCH ? 2 : 1;
    }
    for (uint32_t i = 0; i < code->entry_count; i++)
        fprintf(listing->file, "        guarded %u to %u: exception in r%u, on at %u\n",
                code->exceptions[i].start, code->exceptions[i].end,
                code->exceptions[i].exception_register, code->exceptions[i].target);
    return true;
}

bool code_disassemble(const Code *code, FILE *file) {
    if (!stack_check() || !code_unfold(code)) return false;
    Listing listing = {.code = code, .file = file};
    fprintf(file, "%s (%s, line %d): %u words, %u registers, %u parameters, flags 0x%x\n",
            str_display(code->qualified_name), str_display(code->filename), code->first_line,
            code->instruction_count, code->register_count, code->parameter_count, code->flags);
    read_source(&listing);
    bool good = print_instructions(&listing);
    free_source(&listing);
    for (int64_t i = 0; good && i < code->constants->length; i++) {
        Value constant = code->constants->items[i];
        if (!is_exactly(constant, &code_type)) continue;
        fputc('\n', file);
        good = code_disassemble(OBJECT_AS(Code, constant), file);
    }
    return good;
}
