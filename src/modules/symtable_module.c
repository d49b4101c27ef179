/* symtable_module.c - the module _symtable: the compiler's symbol tables as objects. */
#include "compiler/compiler.h"
#include "compiler/symtable.h"
#include "modules/support.h"
#include "parser/parser.h"

typedef struct Entry {
    Object object;
    Value id, name, symbols, varnames, children, nested, type, lineno; /* constant */
} Entry;

static void entry_trace(Cell *cell, Marker *marker) {
    marker_visit_range(marker, &((Entry *)cell)->id, 8);
}

static Value entry_repr(Value self) {
    Entry *entry = OBJECT_AS(Entry, self);
    Str *text = str_format("<symtable entry %V(%V), line %V>", entry->name, entry->id, entry->lineno);
    return text ? object_value(text) : VALUE_ERROR;
}

static const MemberDef entry_members[] = {
    {"id", MEMBER_VALUE, offsetof(Entry, id), MEMBER_READONLY, NULL},
    {"name", MEMBER_VALUE, offsetof(Entry, name), MEMBER_READONLY, NULL},
    {"symbols", MEMBER_VALUE, offsetof(Entry, symbols), MEMBER_READONLY, NULL},
    {"varnames", MEMBER_VALUE, offsetof(Entry, varnames), MEMBER_READONLY, NULL},
    {"children", MEMBER_VALUE, offsetof(Entry, children), MEMBER_READONLY, NULL},
    {"nested", MEMBER_VALUE, offsetof(Entry, nested), MEMBER_READONLY, NULL},
    {"type", MEMBER_VALUE, offsetof(Entry, type), MEMBER_READONLY, NULL},
    {"lineno", MEMBER_VALUE, offsetof(Entry, lineno), MEMBER_READONLY, NULL},
    {0},
};

static Type entry_type = {
    .name = "symtable entry",
    .base = &object_type_object,
    .size = sizeof(Entry),
    .flags = TYPE_IMMUTABLE | TYPE_NO_NEW,
    .root = {.cell_kind = {.trace = entry_trace, .name = "symtable entry"}},
    .repr = entry_repr,
    .members = entry_members,
};

enum { TYPE_CODE_FUNCTION = 1, TYPE_CODE_CLASS, TYPE_CODE_MODULE, TYPE_CODE_ANNOTATION };
enum { RESOLUTION_SHIFT = 11, FLAGS_MASK = 0x7FF };

static Value make_entry(const Scope *scope);

static bool fill_symbols(const Scope *scope, Dict *symbols, List *varnames) {
    for (int i = 0; i < scope->symbol_count; i++) {
        const Symbol *symbol = scope->symbols[i];
        if (symbol->flags == 0 && scope->kind == SCOPE_CLASS) continue; /* its own cells */
        int64_t word = (symbol->flags & FLAGS_MASK) | (int64_t)symbol->resolution << RESOLUTION_SHIFT;
        if (!dict_set_str(symbols, symbol->name, smallint_value(word))) return false;
        if ((symbol->flags & SYMBOL_PARAMETER) &&
            !list_append(varnames, object_value(symbol->name)))
            return false;
    }
    return true;
}

static Value make_entry(const Scope *scope) {
    if (!stack_check()) return VALUE_ERROR;
    Entry *entry = object_alloc(&entry_type, sizeof *entry);
    Dict *symbols = dict_new();
    List *varnames = list_new(0), *children = list_new(scope->child_count);
    if (!entry || !symbols || !varnames || !children || !fill_symbols(scope, symbols, varnames))
        return VALUE_ERROR;
    for (int i = 0; i < scope->child_count; i++) {
        Value child = make_entry(scope->children[i]);
        if (is_error(child) || !list_append(children, child)) return VALUE_ERROR;
    }
    int type = scope->kind == SCOPE_MODULE  ? TYPE_CODE_MODULE
               : scope->kind == SCOPE_CLASS ? TYPE_CODE_CLASS
                                            : TYPE_CODE_FUNCTION;
    Str *name = scope->kind == SCOPE_FUNCTION && str_equal_c(scope->name, "<lambda>")
                    ? str_intern_c("lambda") : scope->name;
    entry->id = int_value((int64_t)value_id(object_value(entry)));
    entry->name = object_value(name);
    entry->symbols = object_value(symbols);
    entry->varnames = object_value(varnames);
    entry->children = object_value(children);
    entry->nested = smallint_value(scope->is_nested);
    entry->type = smallint_value(type);
    entry->lineno = smallint_value(scope->position ? scope->position->lineno : 0);
    return object_value(entry);
}

static bool look(const SymbolTable *table, void *argument) {
    Value entry = make_entry(table->module);
    *(Value *)argument = entry;
    return !is_error(entry);
}

static Value symtable_function(Value *args) {
    args++; /* the module */
    BufferView view = {0};
    const char *text;
    size_t length;
    Str *filename = value_source_name(args[1]);
    if (!filename) return VALUE_ERROR;
    if (!is_str(args[2]))
        return raise_error(&TypeError, "symtable() argument 3 must be str, not %T", args[2]);
    bool is_text = is_str(args[0]);
    if (is_text) {
        text = str_utf8(as_str(args[0]), &length);
        if (!text) return VALUE_ERROR;
    } else {
        if (!buffer_get(args[0], &view, BUFFER_SIMPLE)) return VALUE_ERROR;
        text = view.data;
        length = (size_t)view.length;
    }
    Str *start = as_str(args[2]);
    bool known = str_equal_c(start, "exec") || str_equal_c(start, "eval") || str_equal_c(start, "single");
    Value result = VALUE_ERROR;
    if (!known) {
        raise_error(&ValueError, "symtable() arg 3 must be 'exec' or 'eval' or 'single'");
    } else if (memchr(text, 0, length)) {
        raise_error(&ValueError, "source code string cannot contain null bytes");
    } else {
        Arena arena;
        arena_init(&arena);
        ParseMode mode = str_equal_c(start, "exec")   ? PARSE_FILE
                         : str_equal_c(start, "eval") ? PARSE_EVAL
                                                      : PARSE_SINGLE;
        Mod *tree = parser_parse(&arena, text, length, filename, mode,
                                 is_text ? PARSE_SOURCE_IS_UTF8 : 0);
        if (!tree || !symtable_inspect(tree, filename, look, &result)) result = VALUE_ERROR;
        arena_free(&arena);
    }
    if (!is_text) buffer_release(&view);
    return result;
}

static const MethodDef symtable_functions[] = {
    METHOD("symtable", symtable_function, "($module, source, filename, startstr, /)",
           "Return symbol and scope dictionaries used internally by compiler."),
    {0},
};

static bool symtable_module_init(Module *module) {
    static const struct { const char *name; int value; } constants[] = {
        {"USE", SYMBOL_USED}, {"DEF_GLOBAL", SYMBOL_GLOBAL}, {"DEF_NONLOCAL", SYMBOL_NONLOCAL},
        {"DEF_LOCAL", SYMBOL_LOCAL}, {"DEF_PARAM", SYMBOL_PARAMETER}, {"DEF_FREE", 32},
        {"DEF_FREE_CLASS", SYMBOL_FREE_CLASS}, {"DEF_IMPORT", SYMBOL_IMPORTED},
        {"DEF_BOUND", SYMBOL_LOCAL | SYMBOL_PARAMETER | SYMBOL_IMPORTED},
        {"DEF_ANNOT", SYMBOL_ANNOTATED}, {"TYPE_FUNCTION", TYPE_CODE_FUNCTION},
        {"TYPE_CLASS", TYPE_CODE_CLASS}, {"TYPE_MODULE", TYPE_CODE_MODULE},
        {"TYPE_ANNOTATION", TYPE_CODE_ANNOTATION}, {"LOCAL", RESOLVED_LOCAL},
        {"GLOBAL_EXPLICIT", RESOLVED_GLOBAL_EXPLICIT},
        {"GLOBAL_IMPLICIT", RESOLVED_GLOBAL_IMPLICIT}, {"FREE", RESOLVED_FREE},
        {"CELL", RESOLVED_CELL}, {"SCOPE_OFF", RESOLUTION_SHIFT}, {"SCOPE_MASK", 15},
    };
    type_ready(&entry_type);
    for (size_t i = 0; i < ARRAY_LENGTH(constants); i++)
        if (!module_add_int(module, constants[i].name, constants[i].value)) return false;
    return true;
}

const NativeModule module__symtable = {
    .name = "_symtable", .functions = symtable_functions, .init = symtable_module_init};
