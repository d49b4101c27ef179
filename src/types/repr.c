/* repr.c - which containers a thread is writing the repr of: a short list, innermost first. Its
 * nodes hold values that the C frames of the reprs in progress hold as well, so that the collector
 * need not see them. */
#include "types/repr.h"

#include <stdlib.h>

typedef struct ReprNode {
    struct ReprNode *outer;
    Value container;
} ReprNode;

static _Thread_local ReprNode *innermost;

int repr_enter(Value container) {
    for (ReprNode *node = innermost; node; node = node->outer)
        if (same_value(node->container, container)) return 1;
    if (!stack_enter(" while getting the repr of an object")) return -1;
    ReprNode *node = malloc(sizeof *node);
    if (!node) {
        stack_leave();
        raise_memory_error();
        return -1;
    }
    *node = (ReprNode){innermost, container};
    innermost = node;
    return 0;
}

void repr_leave(Value container) {
    for (ReprNode **link = &innermost; *link; link = &(*link)->outer) {
        ReprNode *node = *link;
        if (!same_value(node->container, container)) continue;
        *link = node->outer;
        free(node);
        stack_leave();
        return;
    }
}
