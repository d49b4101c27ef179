/* jump.c - frame.f_lineno = line: a debugger moves a frame to another line.
 *
 * A jump is right when the frame would find there what the instructions there expect. Locals are always
 * at hand. Beyond them, registers hold three kinds of things while a statement's body runs, each in a
 * region of the code:
 *
 *     loop     between FOR_ITER and where it jumps when exhausted: the iterator
 *     with     the words whose exceptions go to a WITH_EXCEPT, and its WITH_EXIT: __exit__ and self
 *     handler  the words whose exceptions go to a POP_EXCEPTION: the exception, and the one handled before
 *
 * A jump may leave regions (a handler restores the exception handled before it); it may go from one
 * region to another of the same kind, as a body to a body; it may enter none. Any other temporary that
 * is live at the target belongs to an expression, which cannot be entered either. A local that is
 * unbound, and that the code there reads without looking, becomes None.
 *
 * All of it is computed when somebody jumps: liveness by the usual iteration backwards, to a fixed point. */
#include <stdlib.h>

#include "object/native.h"
#include "types/exception.h"
#include "types/int.h"
#include "vm/generator.h"
#include "vm/trace.h"

enum { REGIONS_MAX = 256, DEPTH_MAX = 64 };

typedef enum RegionKind { REGION_LOOP, REGION_WITH, REGION_HANDLER } RegionKind;

typedef struct Region {
    RegionKind kind;
    uint32_t start, end;   /* all of it; the words of `with` and `handler` may have gaps */
    uint32_t target;       /* of the guarded ranges; loops: of the jump */
    uint16_t first, count; /* its registers */
    uint16_t saved;        /* handler: the exception handled before */
} Region;

typedef struct Jump {
    const Code *code;
    Region regions[REGIONS_MAX];
    int region_count;
    uint32_t *starts; /* the words that instructions begin at, in order */
    uint32_t start_count;
    uint64_t *live; /* a row of `row` words for each instruction word: registers read before written */
    size_t row;
} Jump;

static int words_of(Instruction i) {
    return 1 + (opcode_formats[i.op] == FORMAT_CACHED || opcode_formats[i.op] == FORMAT_BRANCH);
}

/* --- regions ------------------------------------------------------------------------------------------- */

static Region *add_region(Jump *jump, Region region) {
    if (jump->region_count == REGIONS_MAX) return NULL;
    jump->regions[jump->region_count] = region;
    return &jump->regions[jump->region_count++];
}

/* The region that a guarded range belongs to: one for all ranges with the same target. */
static bool add_range(Jump *jump, const ExceptionEntry *entry) {
    const Instruction *handler = jump->code->instructions + entry->target;
    Region region = {.start = entry->start, .end = entry->end, .target = entry->target};
    for (int i = 0; i < jump->region_count; i++) {
        Region *known = &jump->regions[i];
        if (known->kind == REGION_LOOP || known->target != entry->target) continue;
        known->start = known->start < entry->start ? known->start : entry->start;
        known->end = known->end > entry->end ? known->end : entry->end;
        return true;
    }
    if (handler->op == OP_PUSH_EXCEPTION && handler[1].op == OP_WITH_EXCEPT) {
        region.kind = REGION_WITH;
        region.first = handler[1].b;
        region.count = 2;
    } else if (handler->op == OP_POP_EXCEPTION) {
        region.kind = REGION_HANDLER;
        region.saved = handler->a;
        region.first = region.saved - 1;
        region.count = 2;
    } else if (handler->op == OP_END_ASYNC_FOR) {
        region.kind = REGION_LOOP;
        region.end = entry->target;
        region.first = jump->code->instructions[entry->start].b;
        region.count = 1;
    } else {
        return true;
    }
    return add_region(jump, region) != NULL;
}

/* Behind the last jump back to the FOR_ITER; the jump out may have been led elsewhere. */
static uint32_t loop_end(const Code *code, uint32_t top) {
    uint32_t end = 0;
    for (uint32_t i = top; i < code->instruction_count; i += (uint32_t)words_of(code->instructions[i])) {
        Instruction jump = code->instructions[i];
        if (jump.op == OP_JUMP_BACK && (int)i + 1 + instruction_distance(jump) == (int)top) end = i + 1;
    }
    return end ? end : (uint32_t)((int)top + 2 + instruction_distance(code->instructions[top + 1]));
}

static bool find_regions(Jump *jump) {
    const Code *code = jump->code;
    for (uint32_t i = 0; i < code->entry_count; i++)
        if (!add_range(jump, &code->exceptions[i])) return false;
    for (uint32_t i = 0; i < code->instruction_count; i += (uint32_t)words_of(code->instructions[i])) {
        Instruction *loop = &code->instructions[i];
        if (loop->op != OP_FOR_ITER) continue;
        uint32_t end = loop_end(code, i);
        Region region = {.kind = REGION_LOOP, .start = i + 2, .end = end, .target = end, .first = loop->b, .count = 1};
        if (loop->b >= code->local_count && !add_region(jump, region)) return false;
    }
    return true;
}

static bool region_covers(const Jump *jump, const Region *region, uint32_t word) {
    const Instruction *instruction = jump->code->instructions + word;
    if (region->kind == REGION_LOOP) return word >= region->start && word < region->end;
    if (region->kind == REGION_WITH && instruction->op == OP_WITH_EXIT && instruction->b == region->first)
        return word >= region->start && word <= region->target;
    for (uint32_t i = 0; i < jump->code->entry_count; i++) {
        const ExceptionEntry *entry = &jump->code->exceptions[i];
        if (entry->target == region->target && word >= entry->start && word < entry->end) return true;
    }
    return false;
}

/* The regions that a word lies in, outermost first. */
static int regions_at(const Jump *jump, uint32_t word, const Region *out[DEPTH_MAX]) {
    int depth = 0;
    for (int i = 0; i < jump->region_count && depth < DEPTH_MAX; i++) {
        const Region *region = &jump->regions[i];
        if (!region_covers(jump, region, word)) continue;
        int at = depth++; /* registers are a stack: the outer one has the lower */
        for (; at > 0 && out[at - 1]->first > region->first; at--) out[at] = out[at - 1];
        out[at] = region;
    }
    return depth;
}

/* --- liveness ------------------------------------------------------------------------------------------ */

static void set_bit(uint64_t *row, uint32_t bit, bool on) {
    if (on) row[bit / 64] |= UINT64_C(1) << (bit % 64);
    else row[bit / 64] &= ~(UINT64_C(1) << (bit % 64));
}

static bool get_bit(const uint64_t *row, uint32_t bit) { return row[bit / 64] >> (bit % 64) & 1; }

/* Applies one instruction to the set behind it. What the instruction checks itself is no use. */
static void apply(Instruction i, uint64_t *set) {
    const char *operands = opcode_operands[i.op];
    const uint16_t values[3] = {i.a, i.b, i.c};
    uint32_t row_end = instruction_row_end(i);
    bool checks = i.op == OP_CHECK_LOCAL || i.op == OP_DELETE_LOCAL;
    for (int pass = 0; pass < 2; pass++)
        for (int k = 0; k < 3; k++) {
            if (operands[k] == 'k' && operands[k + 1] == 'k') break;
            bool writes = operands[k] == 'w' || operands[k] == 'W' || checks;
            bool reads = !checks && (strchr("rxR", operands[k]) ||
                                     (operands[k] == 'o' && values[k] != NONE_REGISTER));
            uint32_t end = operands[k] == 'W' || operands[k] == 'R' ? row_end : values[k] + 1u;
            if (pass == 0 ? writes : reads)
                for (uint32_t r = values[k]; r < end; r++) set_bit(set, r, pass == 1);
        }
}

static bool join(uint64_t *into, const uint64_t *from, size_t row, uint32_t but) {
    bool changed = false;
    for (size_t i = 0; i < row; i++) {
        uint64_t bits = from[i];
        if (but / 64 == i) bits &= ~(UINT64_C(1) << (but % 64));
        changed |= (bits & ~into[i]) != 0;
        into[i] |= bits;
    }
    return changed;
}

/* One walk from the end, with `set` as scratch; true when something was added. */
static bool liveness_step(Jump *jump, uint64_t *set) {
    const Code *code = jump->code;
    size_t row = jump->row;
    bool changed = false;
    for (uint32_t n = jump->start_count; n-- > 0;) {
        uint32_t w = jump->starts[n];
        Instruction i = code->instructions[w];
        int format = opcode_formats[i.op];
        bool falls = i.op != OP_JUMP && i.op != OP_JUMP_BACK && i.op != OP_RETURN && i.op != OP_RETURN_NONE &&
                     i.op != OP_RAISE && i.op != OP_RERAISE;
        memset(set, 0, row * sizeof *set);
        if (falls && n + 1 < jump->start_count) join(set, jump->live + jump->starts[n + 1] * row, row, UINT32_MAX);
        if (format == FORMAT_JUMP || format == FORMAT_BRANCH) {
            uint32_t word = format == FORMAT_BRANCH ? w + 1 : w;
            int target = (int)word + 1 + instruction_distance(code->instructions[word]);
            join(set, jump->live + (size_t)target * row, row, UINT32_MAX);
        }
        apply(i, set);
        const ExceptionEntry *handler = code_find_handler(code, w);
        if (handler) join(set, jump->live + handler->target * row, row, handler->exception_register);
        changed |= join(jump->live + w * row, set, row, UINT32_MAX);
    }
    return changed;
}

static bool find_liveness(Jump *jump) {
    const Code *code = jump->code;
    jump->row = ((size_t)code->register_count + 63) / 64 + 1;
    jump->starts = malloc(code->instruction_count * sizeof *jump->starts);
    jump->live = calloc((size_t)code->instruction_count * jump->row, sizeof *jump->live);
    uint64_t *set = calloc(jump->row, sizeof *set);
    bool found = jump->starts && jump->live && set;
    for (uint32_t i = 0; found && i < code->instruction_count; i += (uint32_t)words_of(code->instructions[i]))
        jump->starts[jump->start_count++] = i;
    while (found && liveness_step(jump, set)) continue;
    free(set);
    return found;
}

/* --- where to ---------------------------------------------------------------------------------------------- */

/* The line that begins at the word, or -1: its own when the word before has another one, or its mark. */
static bool line_begins(const WordLine *lines, uint32_t word, int line) {
    if (lines[word].mark == line) return true;
    if (lines[word].line != line) return false;
    for (uint32_t i = word; i-- > 0;)
        if (lines[i].line >= 0) return lines[i].line != line;
    return true;
}

/* The first line at or behind `line` that begins somewhere, or -1. */
static int next_line(const Code *code, const WordLine *lines, int line) {
    int best = -1;
    for (uint32_t i = 0; i < code->instruction_count; i++) {
        const int both[2] = {lines[i].line, lines[i].mark};
        for (int k = 0; k < 2; k++)
            if (both[k] >= line && both[k] > 0 && (best < 0 || both[k] < best)) best = both[k];
    }
    return best;
}

static const char *explain(const Region *const *regions, int depth) {
    if (depth == 0 || regions[depth - 1]->kind == REGION_WITH) return "incompatible stacks";
    return regions[depth - 1]->kind == REGION_LOOP
               ? "can't jump into the body of a for loop"
               : "can't jump into an 'except' block as there's no exception";
}

/* NULL when the frame at `from` may go on at `to`, else why not. */
static const char *refuse(const Jump *jump, uint32_t from, uint32_t to, int *depth) {
    const Region *source[DEPTH_MAX], *target[DEPTH_MAX];
    int have = regions_at(jump, from, source), want = regions_at(jump, to, target);
    *depth = want;
    if (have == DEPTH_MAX || want == DEPTH_MAX) return "stack is too deep to analyze";
    bool fits = want <= have;
    for (int i = 0; fits && i < want; i++)
        fits = source[i]->kind == target[i]->kind && source[i]->first == target[i]->first;
    if (!fits) return explain(target, want);
    uint32_t temporaries = jump->code->local_count + jump->code->cell_count;
    for (uint32_t r = temporaries; r < jump->code->register_count; r++) {
        if (!get_bit(jump->live + to * jump->row, r)) continue;
        bool covered = false;
        for (int i = 0; i < want && !covered; i++)
            covered = r >= target[i]->first && r < (uint32_t)target[i]->first + target[i]->count;
        if (!covered) return "incompatible stacks";
    }
    return NULL;
}

/* The word for `line` that keeps the most of what the frame is in; -1 with *why. */
static int choose_word(const Jump *jump, const WordLine *lines, uint32_t from, int line, const char **why) {
    int best = -1, best_depth = -1;
    *why = NULL;
    for (uint32_t n = 0; n < jump->start_count; n++) {
        uint32_t word = jump->starts[n];
        int depth;
        if (!line_begins(lines, word, line)) continue;
        const char *reason = refuse(jump, from, word, &depth);
        if (reason && !*why) *why = reason;
        if (reason || depth <= best_depth) continue;
        best = (int)word;
        best_depth = depth;
    }
    if (!*why) *why = "cannot find bytecode for specified line";
    return best;
}

/* --- going there -------------------------------------------------------------------------------------------- */

static bool bind_locals(const Jump *jump, Frame *frame, uint32_t to) {
    int count = 0;
    for (uint32_t r = 0; r < jump->code->local_count; r++)
        count += get_bit(jump->live + to * jump->row, r) && is_empty(frame->registers[r]);
    if (count && !warn(&RuntimeWarning, 0, "assigning None to %d unbound local%s", count, count == 1 ? "" : "s"))
        return false;
    for (uint32_t r = 0; count && r < jump->code->local_count; r++)
        if (get_bit(jump->live + to * jump->row, r) && is_empty(frame->registers[r]))
            frame->registers[r] = VALUE_NONE;
    return true;
}

/* What POP_EXCEPTION does, for each handler that is left. */
static void leave_handlers(const Jump *jump, Frame *frame, uint32_t from, int depth) {
    Context *context = context_self();
    const Region *regions[DEPTH_MAX];
    for (int i = regions_at(jump, from, regions); i-- > depth;) {
        if (regions[i]->kind != REGION_HANDLER) continue;
        Value former = frame->registers[regions[i]->saved];
        Generator *generator = frame->generator;
        if (generator) {
            heap_store_relaxed(generator, &generator->own_handled, former);
            if (is_empty(former)) former = generator->resumer_handled;
        }
        context->handled = former;
    }
}

static bool refused(const char *message) {
    raise_error(&ValueError, "%s", message);
    return false;
}

static bool jump_to_line(Jump *jump, Frame *frame, int line) {
    const WordLine *lines = code_word_lines(frame->code);
    if (!lines) return false;
    if (!find_regions(jump)) return refused("stack is too deep to analyze");
    if (!find_liveness(jump)) {
        raise_memory_error();
        return false;
    }
    const char *why;
    uint32_t from = (uint32_t)frame_index(frame);
    int to = choose_word(jump, lines, from, line, &why);
    if (to < 0) return refused(why);
    const Region *regions[DEPTH_MAX];
    int depth = regions_at(jump, (uint32_t)to, regions);
    if (!bind_locals(jump, frame, (uint32_t)to)) return false;
    leave_handlers(jump, frame, from, depth);
    frame->pc = frame->code->instructions + to;
    return true;
}

/* The frame whose event is being told, in an event that allows it; else ValueError. */
static Frame *movable_frame(FrameObject *object) {
    Frame *frame = frame_running_here(object);
    int event = context_self()->trace_event;
    bool suspends = frame && frame->pc->op == OP_YIELD && event == TRACE_RETURN;
    if (event == 0 || event == TRACE_CALL) {
        refused("can't jump from the 'call' trace event of a new frame");
    } else if (event != TRACE_LINE && !suspends) {
        refused("can only jump from a 'line' trace event");
    } else if (!frame || is_empty(object->trace) || !object->shown_line) {
        refused("f_lineno can only be set by a trace function");
    } else {
        return frame;
    }
    return NULL;
}

bool frame_jump(FrameObject *object, Value value) {
    int64_t line;
    if (is_empty(value)) {
        raise_error(&AttributeError, "cannot delete attribute");
        return false;
    }
    if (!is_int(value) || is_bool(value)) return refused("lineno must be an integer");
    Frame *frame = movable_frame(object);
    if (!frame) return false;
    if (!int_to_int64(value, &line) || line != (int)line) return refused("lineno out of range");
    const WordLine *lines = code_word_lines(object->code);
    if (!lines) return false;
    int to = line < object->code->first_line ? -1 : next_line(object->code, lines, (int)line);
    if (to < 0) {
        raise_error(&ValueError, "line %d comes %s the current code block", (int)line,
                    line < object->code->first_line ? "before" : "after");
        return false;
    }
    Jump *jump = calloc(1, sizeof *jump);
    if (!jump) {
        raise_memory_error();
        return false;
    }
    jump->code = object->code;
    bool moved = jump_to_line(jump, frame, to);
    if (moved) store_relaxed(&object->shown_line, (int32_t)to);
    free(jump->starts);
    free(jump->live);
    free(jump);
    return moved;
}
