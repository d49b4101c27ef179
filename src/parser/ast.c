/* ast.c - the description of the tree as data, and its nodes' allocation. */
#include "parser/ast.h"

#include "object/error.h"

static const char *const type_names[AST_TYPE_COUNT] = {
    [AST_TYPE_identifier] = "identifier",
    [AST_TYPE_string] = "string",
    [AST_TYPE_int] = "int",
    [AST_TYPE_constant] = "constant",
#define SUM(CType, name, position) [AST_TYPE_##name] = #name,
#define PRODUCT(CType, name, position) [AST_TYPE_##name] = #name,
#define CHOICES(CType, name) [AST_TYPE_##name] = #name,
#include "parser/ast.def"
};

const char *ast_type_name(AstType type) { return type_names[type]; }

bool ast_type_is_choice(AstType type) {
    switch (type) {
#define CHOICES(CType, name) case AST_TYPE_##name:
#include "parser/ast.def"
        return true;
    default: return false;
    }
}

/* Inside a sum or product, `Whole` is its struct and SUM_TYPE its AstType; inside a constructor,
 * `Part` is the constructor's struct. */
#define FIELD(field_type, field, quantity)                                                         \
    {#field, AST_TYPE_##field_type, quantity, base + offsetof(Part, field)},
#define ONE(type, field) FIELD(type, field, AST_ONE)
#define OPTIONAL(type, field) FIELD(type, field, AST_OPTIONAL)
#define MANY(type, field) FIELD(type, field, AST_MANY)

const AstInfo *ast_info(AstKind kind) {
    switch (kind) {
#define SUM(CType, name, position)                                                                 \
    {                                                                                              \
        enum { sum_type = AST_TYPE_##name, has_position = position };
#define SUM_END(CType, name) }
#define NODE(CType, Constructor)                                                                   \
    case AST_##Constructor: {                                                                      \
        typedef __typeof__(((CType *)0)->Constructor) Part;                                        \
        enum { base = offsetof(CType, Constructor), size = base + sizeof(Part) };                  \
        static const AstField fields[] = {
#define NODE_END(CType, Constructor)                                                               \
            {NULL, AST_TYPE_int, AST_ONE, 0}};                                                     \
        static const AstInfo info = {#Constructor, (AstType)sum_type, has_position, false, size,   \
                                     ARRAY_LENGTH(fields) - 1, fields};                            \
        (void)sizeof(Part);                                                                        \
        return &info;                                                                              \
    }
#define PRODUCT(CType, name, position)                                                             \
    case AST_##name: {                                                                             \
        typedef CType Part;                                                                        \
        enum { base = 0, sum_type = AST_TYPE_##name, has_position = position };                    \
        static const AstField fields[] = {
#define PRODUCT_END(CType, name)                                                                   \
            {NULL, AST_TYPE_int, AST_ONE, 0}};                                                     \
        static const AstInfo info = {#name, (AstType)sum_type, has_position, false, sizeof(Part),  \
                                     ARRAY_LENGTH(fields) - 1, fields};                            \
        return &info;                                                                              \
    }
#define CHOICES(CType, name)                                                                       \
    {                                                                                              \
        enum { sum_type = AST_TYPE_##name };
#define CHOICE(CType, Constructor)                                                                 \
    case AST_##Constructor: {                                                                      \
        static const AstInfo info = {#Constructor, (AstType)sum_type, false, true, 0, 0, NULL};    \
        return &info;                                                                              \
    }
#define CHOICES_END(CType, name) }
#include "parser/ast.def"
    default: fatal("ast_info: no such kind: %d", (int)kind);
    }
}

static size_t node_size(AstKind kind) {
    switch (kind) {
#define NODE(CType, Constructor)                                                                   \
    case AST_##Constructor:                                                                        \
        return offsetof(CType, Constructor) + sizeof(((CType *)0)->Constructor);
#define PRODUCT(CType, name, position)                                                             \
    case AST_##name: return sizeof(CType);
#include "parser/ast.def"
    default: return sizeof(AstNode);
    }
}

void *ast_node_new(Arena *arena, AstKind kind, int lineno, int col_offset, int end_lineno,
                   int end_col_offset) {
    size_t size = node_size(kind);
    AstNode *node = arena_alloc(arena, size < sizeof(AstNode) ? sizeof(AstNode) : size);
    if (!node) {
        raise_memory_error();
        return NULL;
    }
    node->kind = kind;
    node->lineno = lineno;
    node->col_offset = col_offset;
    node->end_lineno = end_lineno;
    node->end_col_offset = end_col_offset;
    return node;
}
