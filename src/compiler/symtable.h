/* symtable.h - which name means what: the scopes of a tree and their symbols.
 *
 * Built in one walk over the tree, in source order; then each symbol is resolved to where it lives.
 * Rules: the language reference, "Naming and binding"; PEP 3104 (nonlocal), PEP 572 (walrus),
 * PEP 695 (type parameters).
 *
 * All memory is the compiler's arena. Functions here never return failure: they leave through
 * compiler_fail() (codegen.h), with an exception set. */
#ifndef WEFT_COMPILER_SYMTABLE_H
#define WEFT_COMPILER_SYMTABLE_H

#include "parser/ast.h"
#include "types/str.h"

typedef struct Compiler Compiler;

/* Symbol.flags; the values of the first ten are those of the `symtable` module. */
enum {
    SYMBOL_GLOBAL = 1,              /* declared global */
    SYMBOL_LOCAL = 2,               /* assigned in this scope */
    SYMBOL_PARAMETER = 4,
    SYMBOL_NONLOCAL = 8,            /* declared nonlocal */
    SYMBOL_USED = 16,
    SYMBOL_FREE_CLASS = 64,         /* free in a class that also binds it */
    SYMBOL_IMPORTED = 128,
    SYMBOL_ANNOTATED = 256,
    SYMBOL_ITERATION_VARIABLE = 512, /* of a comprehension */
    SYMBOL_TYPE_PARAMETER = 1 << 16,
    SYMBOL_WALRUS = 1 << 17,        /* target of a walrus in this very scope */
    SYMBOL_UNBINDABLE = 1 << 18,    /* some statement unbinds it: del, the end of an except */
    SYMBOL_BOUND = SYMBOL_LOCAL | SYMBOL_PARAMETER | SYMBOL_IMPORTED | SYMBOL_TYPE_PARAMETER,
};

/* Where a symbol lives; the values are those of the `symtable` module. */
typedef enum Resolution {
    RESOLVED_NONE,
    RESOLVED_LOCAL,
    RESOLVED_GLOBAL_EXPLICIT,
    RESOLVED_GLOBAL_IMPLICIT,
    RESOLVED_FREE,
    RESOLVED_CELL,
} Resolution;

typedef struct Symbol {
    Str *name; /* interned, mangled */
    uint32_t flags;
    Resolution resolution;
    int local;     /* index of its local register, or -1 */
    int cell;      /* index among the cell variables, or -1 */
    int free;      /* index among the free variables, or -1 */
    AstNode *node; /* where it was declared global or nonlocal, or first bound: for messages */
} Symbol;

typedef enum ScopeKind {
    SCOPE_MODULE,
    SCOPE_CLASS,
    SCOPE_FUNCTION,
    SCOPE_ANNOTATION,      /* a string annotation: looked through for errors, then forgotten */
    SCOPE_TYPE_PARAMETERS, /* of a generic function, class or alias */
    SCOPE_TYPE_VARIABLE,   /* a bound, constraints or default, computed on demand */
    SCOPE_TYPE_ALIAS,      /* the value of a type alias, computed on demand */
} ScopeKind;

typedef enum ComprehensionKind {
    NO_COMPREHENSION,
    LIST_COMPREHENSION,
    SET_COMPREHENSION,
    DICT_COMPREHENSION,
    GENERATOR_EXPRESSION,
} ComprehensionKind;

typedef struct Scope Scope;
struct Scope {
    ScopeKind kind;
    ComprehensionKind comprehension;
    Scope *parent;
    Scope **children;
    int child_count, child_capacity;
    Str *name;
    Str *private_class;  /* the class whose private names are mangled here, or NULL */
    const void *node;    /* key of symtable_scope() */
    int key;             /* distinguishes scopes of one node */
    AstNode *position;
    Symbol **symbols;    /* in order of first appearance */
    int symbol_count, symbol_capacity;
    Symbol **table;      /* open addressing by name */
    int table_size;
    int parameter_count;
    Str **cell_names, **free_names; /* sorted; filled by the resolution */
    int cell_count, free_count;
    bool is_nested;      /* inside a function */
    bool is_generator;   /* contains a yield */
    bool is_coroutine;   /* async def, or contains an await in a comprehension */
    bool returns_value;
    bool has_varargs, has_varkeywords;
    bool needs_class_cell;      /* a class whose body's functions use __class__ */
    bool needs_class_namespace; /* a class with annotation scopes: makes __classdict__ */
    bool sees_class;            /* an annotation scope directly in a class */
    bool in_iterable;           /* walking the iterable of a comprehension */
    bool in_target;             /* walking a target of a comprehension */
    unsigned import_star_line;
};

typedef struct SymbolTable {
    Scope *module;
    Scope **map; /* open addressing by node and key */
    int map_size, map_count;
} SymbolTable;

static inline bool scope_is_function(const Scope *scope) { return scope->kind >= SCOPE_FUNCTION; }

SymbolTable *symtable_build(Compiler *compiler, Mod *tree);
/* Builds the table of a tree for somebody who only wants to look: calls `look` with it, and returns
 * what that returned, or false with an exception set. Raises, may run Python. */
bool symtable_inspect(Mod *tree, Str *filename, bool (*look)(const SymbolTable *table, void *argument),
                      void *argument);
/* The scope of a FunctionDef, ClassDef, Lambda, comprehension (key 0); the type parameters of such a
 * node have key 1; a TypeParam has its bound at key 0 and its default at key 1; a TypeAlias its value
 * at key 0. Never NULL. */
Scope *symtable_scope(SymbolTable *table, const void *node, int key);
/* NULL when the scope does not mention the (mangled) name. */
Symbol *scope_lookup(const Scope *scope, Str *name);
/* __name in class C: _C__name. Interned. */
Str *symtable_mangle(Compiler *compiler, Str *private_class, Str *name);

#endif
