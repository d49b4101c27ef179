/* ast_dump.c - prints a tree as ast.dump(tree, include_attributes=True) does. */
#include "object/call.h"
#include "parser/ast.h"
#include "types/str.h"

static bool dump_node(FILE *file, const AstNode *node);

static bool dump_value(FILE *file, Value value) {
    Value repr = value_repr(value);
    const char *text = is_error(repr) ? NULL : str_utf8(as_str(repr), NULL);
    if (!text) return false;
    fputs(text, file);
    return true;
}

/* One field's value, at `slot`. */
static bool dump_item(FILE *file, AstType type, const void *slot) {
    switch (type) {
    case AST_TYPE_int: fprintf(file, "%d", *(const int *)slot); return true;
    case AST_TYPE_identifier:
    case AST_TYPE_string: {
        Str *text = *(Str *const *)slot;
        return dump_value(file, text ? object_value(text) : VALUE_NONE);
    }
    case AST_TYPE_constant: return dump_value(file, *(const Value *)slot);
    default: break;
    }
    if (ast_type_is_choice(type)) {
        fprintf(file, "%s()", ast_info(*(const AstKind *)slot)->name);
        return true;
    }
    const AstNode *node = *(const AstNode *const *)slot;
    if (node) return dump_node(file, node);
    fputs("None", file);
    return true;
}

static size_t item_size(AstType type) {
    if (ast_type_is_choice(type)) return sizeof(AstKind);
    return type == AST_TYPE_int ? sizeof(int) : sizeof(void *);
}

static bool dump_field(FILE *file, const AstNode *node, const AstField *field, bool *first) {
    const char *slot = (const char *)node + field->offset;
    if (field->quantity == AST_MANY) {
        const StrSequence *sequence = (const StrSequence *)(const void *)slot;
        if (field->type == AST_TYPE_type_param && sequence->count == 0) return true;
        fprintf(file, "%s%s=[", *first ? "" : ", ", field->name);
        *first = false;
        const char *item = (const char *)sequence->items;
        for (int i = 0; i < sequence->count; i++, item += item_size(field->type)) {
            if (i) fputs(", ", file);
            if (!dump_item(file, field->type, item)) return false;
        }
        fputc(']', file);
        return true;
    }
    bool absent = field->quantity == AST_OPTIONAL && field->type != AST_TYPE_int &&
                  *(void *const *)(const void *)slot == NULL;
    if (absent) return true;
    fprintf(file, "%s%s=", *first ? "" : ", ", field->name);
    *first = false;
    return dump_item(file, field->type, slot);
}

static bool dump_node(FILE *file, const AstNode *node) {
    if (!stack_check()) return false;
    const AstInfo *info = ast_info(node->kind);
    fprintf(file, "%s(", info->name);
    bool first = true;
    for (int i = 0; i < info->field_count; i++)
        if (!dump_field(file, node, &info->fields[i], &first)) return false;
    if (info->has_position)
        fprintf(file, "%slineno=%d, col_offset=%d, end_lineno=%d, end_col_offset=%d",
                first ? "" : ", ", node->lineno, node->col_offset, node->end_lineno,
                node->end_col_offset);
    fputc(')', file);
    return true;
}

bool ast_dump_text(FILE *file, const Mod *tree) {
    bool good = dump_node(file, (const AstNode *)tree);
    if (good) fputc('\n', file);
    return good;
}
