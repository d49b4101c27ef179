/* ast_module.h - trees as Python objects: the module _ast, and compile() from and to them. */
#ifndef WEFT_MODULES_AST_MODULE_H
#define WEFT_MODULES_AST_MODULE_H

#include "object/call.h"
#include "parser/parser.h"

/* The tree as objects of the classes of _ast. Raises, runs Python. */
Value ast_to_object(const Mod *tree);
/* A tree in `arena` from objects, checked (TypeError, ValueError); NULL with an exception set. Raises,
 * runs Python. */
Mod *ast_from_object(Arena *arena, Value object, ParseMode mode);
/* Is it an instance of _ast.AST? Never raises. */
bool ast_is_object(Value value);
/* compile() for what is an AST object or is to become one (the hook of vm/run.c). */
Value ast_compile(Value source, Str *filename, ParseMode mode, int flags, int optimize, int minor_version);
/* Checks a tree made from objects: contexts, lengths, emptiness. False with ValueError or TypeError
 * set. Raises. */
bool ast_validate(const Mod *tree);

#endif
