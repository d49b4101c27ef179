/* ast.h - the C face of ast.def.
 *
 * For each sum and product there is a struct (Stmt, Expr, Parameters, ...) that begins with the
 * fields of AstNode; a sum has a union with one member per constructor:
 *
 *     if (statement->kind == AST_While) compile(statement->While.test);
 *
 * a product has its fields directly: `parameters->kwonlyargs.items[i]->arg`. All kinds are in one
 * enum, AstKind; operators and contexts are AstKinds too (AST_Add, AST_Load). Sequences are structs
 * ExprSequence, StmtSequence, ... {int count; Expr **items}; `items` is NULL when count is 0.
 *
 * Lines count from 1; offsets are in bytes of the source as UTF-8, from 0, as in the `ast` module.
 *
 * Nodes live in an Arena (base/arena.h). Values and Strs in them are kept alive by arena->keep. */
#ifndef WEFT_PARSER_AST_H
#define WEFT_PARSER_AST_H

#include <stdio.h>
#include "base/arena.h"
#include "object/value.h"

typedef struct Str Str;

typedef enum AstKind {
    AST_NO_KIND,
#define NODE(CType, Constructor) AST_##Constructor,
#define CHOICE(CType, Constructor) AST_##Constructor,
#define PRODUCT(CType, name, position) AST_##name,
#include "parser/ast.def"
    AST_KIND_COUNT
} AstKind;

/* The types of fields. */
typedef enum AstType {
    AST_TYPE_identifier,
    AST_TYPE_string,
    AST_TYPE_int,
    AST_TYPE_constant,
#define SUM(CType, name, position) AST_TYPE_##name,
#define PRODUCT(CType, name, position) AST_TYPE_##name,
#define CHOICES(CType, name) AST_TYPE_##name,
#include "parser/ast.def"
    AST_TYPE_COUNT
} AstType;

/* What every node begins with. */
#define AST_HEADER                                                                                 \
    AstKind kind;                                                                                  \
    int lineno, col_offset, end_lineno, end_col_offset
typedef struct AstNode {
    AST_HEADER;
} AstNode;

/* ast_X_ref is how a field of type X is stored, ast_X_sequence a sequence of them. */
typedef Str *ast_identifier_ref;
typedef Str *ast_string_ref;
typedef int ast_int_ref;
typedef Value ast_constant_ref;
typedef struct StrSequence {
    int count;
    Str **items;
} StrSequence, ast_identifier_sequence;

#define SUM(CType, name, position)                                                                 \
    typedef struct CType CType;                                                                    \
    typedef CType *ast_##name##_ref;                                                               \
    typedef struct CType##Sequence {                                                               \
        int count;                                                                                 \
        CType **items;                                                                             \
    } CType##Sequence, ast_##name##_sequence;
#define PRODUCT(CType, name, position) SUM(CType, name, position)
#define CHOICES(CType, name)                                                                       \
    typedef AstKind CType, ast_##name##_ref;                                                       \
    typedef struct CType##Sequence {                                                               \
        int count;                                                                                 \
        AstKind *items;                                                                            \
    } CType##Sequence, ast_##name##_sequence;
#include "parser/ast.def"

#define SUM(CType, name, position)                                                                 \
    struct CType {                                                                                 \
        AST_HEADER;                                                                                \
        union {
#define NODE(CType, Constructor) struct {
#define ONE(type, field) ast_##type##_ref field;
#define OPTIONAL(type, field) ast_##type##_ref field;
#define MANY(type, field) ast_##type##_sequence field;
#define NODE_END(CType, Constructor) } Constructor;
#define SUM_END(CType, name)                                                                       \
        };                                                                                         \
    };
#define PRODUCT(CType, name, position)                                                             \
    struct CType {                                                                                 \
        AST_HEADER;
#define PRODUCT_END(CType, name) };
#include "parser/ast.def"

/* --- the tree described as data, for generic code (dump, the _ast module) --------------------- */

typedef enum AstQuantity { AST_ONE, AST_OPTIONAL, AST_MANY } AstQuantity;
enum { AST_NO_POSITION, AST_POSITION };

typedef struct AstField {
    const char *name;
    AstType type;
    AstQuantity quantity;
    size_t offset; /* from the start of the node */
} AstField;

typedef struct AstInfo {
    const char *name;      /* "FunctionDef", "arguments", "Add" */
    AstType type;          /* the sum it belongs to, or the product itself */
    bool has_position;
    bool is_choice;        /* no node in C: stored as its AstKind */
    size_t size;           /* of a node of this kind, bytes, header included */
    int field_count;
    const AstField *fields;
} AstInfo;

/* Never NULL for AST_NO_KIND < kind < AST_KIND_COUNT. */
const AstInfo *ast_info(AstKind kind);
/* "expr", "identifier", ... */
const char *ast_type_name(AstType type);
/* True for the types whose constructors are ast_info()s with is_choice. */
bool ast_type_is_choice(AstType type);

/* A zeroed node of `kind`, or NULL with MemoryError set. Raises. */
void *ast_node_new(Arena *arena, AstKind kind, int lineno, int col_offset, int end_lineno,
                   int end_col_offset);

/* Prints the tree in the format of ast.dump(tree, include_attributes=True), except that an empty
 * `type_params` is left out. Constants are printed as their repr. Returns false with an exception
 * set. Raises, runs Python. */
bool ast_dump_text(FILE *file, const Mod *tree);

#endif
