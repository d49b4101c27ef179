/* sre_object.h - patterns, matches and what is matched, for the files of _sre. */
#ifndef WEFT_MODULES_SRE_OBJECT_H
#define WEFT_MODULES_SRE_OBJECT_H

#include "modules/sre.h"
#include "types/bytes.h"
#include "types/dict.h"
#include "types/list.h"
#include "types/str.h"

typedef struct Pattern { /* constant */
    Object object;
    Program *program;
    Value source;     /* what was compiled: str, bytes or None */
    Dict *groupindex; /* names to numbers */
    Tuple *indexgroup; /* numbers to names */
    int64_t flags, groups;
} Pattern;
extern Type sre_pattern_type, sre_match_type, sre_scanner_type, sre_iterator_type;

typedef struct Match { /* constant, but for regs */
    Object object;
    Pattern *pattern;
    Value string;
    Value regs; /* atomic; VALUE_EMPTY: not made yet */
    int64_t pos, endpos, last_index;
    int64_t marks[]; /* start and end of each group, the whole first; -1: did not match */
} Match;

/* The text of a match under way; buffer_release()d by subject_release(). */
typedef struct Subject {
    Value string;
    const void *data;
    unsigned kind;
    int64_t length;
    bool is_str, has_view;
    BufferView view;
} Subject;
/* TypeError for what is no text, or not of the pattern's kind (NULL: any). */
bool subject_get(Subject *subject, const Pattern *pattern, Value string);
void subject_release(Subject *subject);
/* Characters start..end as str or bytes. */
Value subject_slice(const Subject *subject, int64_t start, int64_t end);

/* A new Match for a state that matched. */
Value match_new(Pattern *pattern, const MatchState *state, Value string, int64_t pos, int64_t endpos);
/* Group `group` (0: the whole) of a state that matched; `fallback` when it did not match. */
Value state_group(const MatchState *state, const Subject *subject, int64_t group, Value fallback);

/* finditer() and scanner(). */
Value sre_scanner_new(Pattern *pattern, Value string, int64_t pos, int64_t endpos, Type *type);

#endif
