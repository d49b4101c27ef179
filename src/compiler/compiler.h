/* compiler.h - abstract syntax tree to code objects. */
#ifndef WEFT_COMPILER_COMPILER_H
#define WEFT_COMPILER_COMPILER_H

#include "bytecode/code.h"
#include "parser/ast.h"

/* Flags of compile_module(): the future features in force from outside, with CPython's values. */
enum {
    COMPILE_FUTURE_ANNOTATIONS = 0x1000000,
    COMPILE_FUTURE_BARRY_AS_BDFL = 0x400000,
    COMPILE_FUTURE_MASK = 0x1FE0000, /* all __future__ features; the mandatory ones mean nothing */
    COMPILE_ALLOW_TOP_LEVEL_AWAIT = 0x2000,
};

/* Compiles a Module, Expression or Interactive. `optimize`: 0, 1 (no asserts) or 2 (no docstrings
 * either). The tree is changed (constants are folded in place) and must not be compiled again with
 * another `optimize`. Returns NULL with SyntaxError, RecursionError, MemoryError or what a warning
 * filter raised set. Raises, allocates, may run Python (warning filters). */
Code *compile_module(Mod *tree, Str *filename, int optimize, unsigned flags);

/* The source text of an expression, as it stands in a string annotation; NULL with an exception
 * set. Allocates, raises. */
Str *ast_unparse(const Expr *expression);

#endif
