/* sre_match.c - a backtracking matcher with a stack of its own.
 *
 * The state of a match is a position, a program counter, the marks and the loop counters. Before one
 * of the latter changes, its old value is pushed; a choice pushes where to go on. Failing pops: old
 * values are put back until a choice is found. So a choice always finds the state in which it was
 * made. While the stack is empty nothing needs to be remembered: failing ends the attempt.
 *
 * Atomic groups and looks remember the height of the stack; when they succeed, the choices above it
 * are forgotten but the old values stay, since what was before may still fail and need them. Their
 * registers need no undoing: no choice inside survives the end, so they are written before each read.
 *
 * No C recursion, whatever the pattern. The stack is malloc'ed; the text is kept alive by the
 * caller. */
#include <stdlib.h>
#include <string.h>
#include "modules/sre.h"
#include "types/exception.h"
#include "types/search.h"

typedef enum BacktrackKind {
    BACK_CHOICE, /* go on at pc, position a */
    BACK_MARK,   /* mark pc was a, the last index b */
    BACK_LOOP,   /* loop pc had count a, last b */
    BACK_AGAIN,  /* lazy loop at pc, position a: another round */
    BACK_FEWER,  /* tail pc; positions a to b - 1 are still to be tried, from above */
    BACK_MORE,   /* lazy repeat at pc, position a, count b */
} BacktrackKind;

typedef struct Backtrack {
    uint32_t kind, pc;
    int64_t a, b;
} Backtrack;

typedef struct LoopState {
    int64_t count, last; /* rounds begun; where the last one that was not needed began */
} LoopState;

typedef struct LookState {
    int64_t position;
    size_t stack_size;
} LookState;

enum {
    AT_BEGINNING, AT_BEGINNING_LINE, AT_BEGINNING_STRING, AT_BOUNDARY, AT_NON_BOUNDARY, AT_END,
    AT_END_LINE, AT_END_STRING, AT_LOC_BOUNDARY, AT_LOC_NON_BOUNDARY, AT_UNI_BOUNDARY,
    AT_UNI_NON_BOUNDARY,
};
#define CATEGORY_ASCII_WORD 4
#define CATEGORY_LOCALE_WORD 8
#define CATEGORY_UNICODE_WORD 14
#define PREFIX_MAX 64

static NOINLINE bool grow_stack(MatchState *s) {
    size_t capacity = s->stack_capacity ? s->stack_capacity * 2 : 128;
    Backtrack *larger = realloc(s->stack, capacity * sizeof *larger);
    if (!larger) {
        raise_memory_error();
        return false;
    }
    s->stack = larger;
    s->stack_capacity = capacity;
    return true;
}

#define PUSH(kind_, pc_, a_, b_)                                                                   \
    do {                                                                                           \
        if (unlikely(s->stack_size == s->stack_capacity) && !grow_stack(s)) return -1;             \
        s->stack[s->stack_size++] = (Backtrack){kind_, pc_, a_, b_};                               \
    } while (0)
#define PUSH_LOOP(loop_) PUSH(BACK_LOOP, loop_, s->loops[loop_].count, s->loops[loop_].last)

static inline int64_t repeat_limit(uint32_t max) { return max == SRE_MAXREPEAT ? INT64_MAX : max; }

static inline void undo(MatchState *s, const Backtrack *b) {
    if (b->kind == BACK_MARK) {
        s->marks[b->pc] = b->a;
        s->last_index = (int32_t)b->b;
    } else if (b->kind == BACK_LOOP) {
        s->loops[b->pc] = (LoopState){b->a, b->b};
    }
}

static void undo_down_to(MatchState *s, size_t size) {
    while (s->stack_size > size) undo(s, &s->stack[--s->stack_size]);
}

/* Drops the choices above `size` and keeps the old values. */
static void forget_choices(MatchState *s, size_t size) {
    size_t to = size;
    for (size_t i = size; i < s->stack_size; i++)
        if (s->stack[i].kind == BACK_MARK || s->stack[i].kind == BACK_LOOP)
            s->stack[to++] = s->stack[i];
    if (to < s->stack_size) s->stack_size = to;
}

static void clear_marks(MatchState *s) {
    for (size_t i = 0; i < (size_t)s->program->groups * 2; i++) s->marks[i] = -1;
}

#define CHARACTER uint8_t
#define NAME(x) x##_1
#include "modules/sre_match.inc"
#undef CHARACTER
#undef NAME
#define CHARACTER uint16_t
#define NAME(x) x##_2
#include "modules/sre_match.inc"
#undef CHARACTER
#undef NAME
#define CHARACTER uint32_t
#define NAME(x) x##_4
#include "modules/sre_match.inc"

bool match_state_init(MatchState *s, const Program *program, const void *text, unsigned kind,
                      int64_t start, int64_t end) {
    *s = (MatchState){.program = program, .text = text, .kind = kind, .start = start, .end = end};
    size_t marks = (size_t)program->groups * 2, loops = program->loop_count,
           looks = program->register_count;
    /* one block: marks, loops, looks */
    int64_t *memory = malloc(marks * sizeof(int64_t) + loops * sizeof(LoopState) +
                             looks * sizeof(LookState) + 8);
    if (!memory) {
        raise_memory_error();
        return false;
    }
    s->marks = memory;
    s->loops = (LoopState *)(void *)(memory + marks);
    s->looks = (LookState *)(void *)(s->loops + loops);
    memset(memory, 0, marks * sizeof(int64_t) + loops * sizeof(LoopState) + looks * sizeof(LookState));
    clear_marks(s);
    return true;
}

void match_state_free(MatchState *s) {
    free(s->marks);
    free(s->stack);
    s->marks = NULL;
    s->stack = NULL;
}

int match_here(MatchState *s) {
    clear_marks(s);
    if (s->start > s->end) return 0;
    switch (s->kind) {
    case 1: return run_1(s, s->start);
    case 2: return run_2(s, s->start);
    default: return run_4(s, s->start);
    }
}

int match_search(MatchState *s) {
    if (s->start > s->end) return 0;
    switch (s->kind) {
    case 1: return search_1(s);
    case 2: return search_2(s);
    default: return search_4(s);
    }
}
