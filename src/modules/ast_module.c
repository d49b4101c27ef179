/* ast_module.c - the module _ast: a class for each constructor of ast.def, and trees to objects and
 * back. The classes are ordinary heap classes below the builtin AST; they and the one instance of each
 * operator and context are made with the module and kept by two static roots. */
#include "modules/ast_module.h"

#include "compiler/compiler.h"
#include "modules/support.h"
#include "object/instance.h"

/* --- the class AST ------------------------------------------------------------------------------------ */

static Value ast_make(Type *type, Value *args, size_t count, Tuple *names) {
    Object *self = object_alloc_instance(type, type->size);
    return self ? object_value(self) : VALUE_ERROR;
}

static Tuple *fields_of(Value self) {
    Value fields = get_attribute_optional(object_value(type_of(self)), NAME("_fields"));
    if (is_error(fields)) return NULL;
    if (is_empty(fields)) return tuple_new(0);
    return tuple_from_iterable(fields);
}

static bool ast_init(Value self, Value *args, size_t count, Tuple *names) {
    Tuple *fields = fields_of(self);
    if (!fields) return false;
    if ((int64_t)count > fields->length) {
        raise_error(&TypeError, "%s constructor takes at most %lld positional argument%s",
                    type_name_of(self), (long long)fields->length, fields->length == 1 ? "" : "s");
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (!is_str(fields->items[i])) {
            raise_error(&TypeError, "attribute name must be string, not '%T'", fields->items[i]);
            return false;
        }
        Str *name = str_intern(as_str(fields->items[i]));
        if (!name || !set_attribute(self, name, args[i])) return false;
    }
    for (int64_t i = 0; names && i < names->length; i++) {
        for (size_t k = 0; k < count; k++)
            if (str_equal(as_str(fields->items[k]), as_str(names->items[i]))) {
                raise_error(&TypeError, "%s got multiple values for argument '%U'",
                            type_name_of(self), as_str(names->items[i]));
                return false;
            }
        if (!set_attribute(self, as_str(names->items[i]), args[count + (size_t)i])) return false;
    }
    return true;
}

static Value ast_reduce(Value *args) {
    Dict *dict = instance_dict(object_of(args[0]));
    Tuple *empty = tuple_new(0);
    if (!dict || !empty) return VALUE_ERROR;
    Tuple *result = tuple_pack(3, object_value(type_of(args[0])), object_value(empty),
                               object_value(dict));
    return result ? object_value(result) : VALUE_ERROR;
}

static const MethodDef ast_methods[] = {
    METHOD("__reduce__", ast_reduce, "($self, /)", "Return state information for pickling."),
    {0},
};
static const GetSetDef ast_getset[] = {
    {0},
};

static void ast_trace(Cell *cell, Marker *marker) {}

static Type ast_type = {
    .name = "ast.AST",
    .base = &object_type_object,
    .size = sizeof(Object),
    .flags = TYPE_BASE | TYPE_HAS_DICT | TYPE_HAS_WEAKREF,
    .root = {.cell_kind = {.trace = ast_trace, .name = "ast.AST"}},
    .new_instance = ast_make,
    .init = ast_init,
    .getattribute = object_getattribute,
    .setattribute = object_setattribute,
    .methods = ast_methods,
    .getset = ast_getset,
};

bool ast_is_object(Value value) { return is_instance_of(value, &ast_type); }

/* --- the classes of ast.def ------------------------------------------------------------------------------ */

static Value node_classes = VALUE_EMPTY; /* tuple by AstKind; set once, with the module */
static Value sum_classes = VALUE_EMPTY;  /* tuple by AstType: of sums and choices */
static Value singletons = VALUE_EMPTY;   /* tuple by AstKind: of choices */

static Value class_of(AstKind kind) { return as_tuple(node_classes)->items[kind]; }

static const char *const position_names[] = {"lineno", "col_offset", "end_lineno", "end_col_offset"};

static bool put(Dict *dict, const char *name, Value value) {
    return !is_error(value) && dict_set_str(dict, str_intern_c(name), value);
}

static Value names_tuple(const char *const *names, int count) {
    Tuple *tuple = tuple_new(count);
    if (!tuple) return VALUE_ERROR;
    for (int i = 0; i < count; i++) tuple->items[i] = object_value(str_intern_c(names[i]));
    return object_value(tuple);
}

static bool put_attributes(Dict *dict, AstType type, bool has_position) {
    if (!put(dict, "_attributes", names_tuple(position_names, has_position ? 4 : 0))) return false;
    return !has_position || type == AST_TYPE_type_param ||
           (put(dict, "end_lineno", VALUE_NONE) && put(dict, "end_col_offset", VALUE_NONE));
}

/* "BinOp(expr left, operator op, expr right)" */
static bool describe_node(StrBuilder *builder, const AstInfo *info) {
    if (!builder_add_c(builder, info->name)) return false;
    for (int i = 0; i < info->field_count; i++) {
        const AstField *field = &info->fields[i];
        const char *suffix = field->quantity == AST_MANY ? "*" : field->quantity == AST_OPTIONAL ? "?" : "";
        if (!builder_add_c(builder, i ? ", " : "(") ||
            !builder_add_c(builder, ast_type_name(field->type)) || !builder_add_c(builder, suffix) ||
            !builder_add_c(builder, " ") || !builder_add_c(builder, field->name))
            return false;
    }
    return info->field_count == 0 || builder_add_c(builder, ")");
}

static Value describe(AstKind first, AstType sum) {
    StrBuilder builder;
    builder_init(&builder);
    bool any = false;
    for (int kind = first; kind < AST_KIND_COUNT; kind++) {
        const AstInfo *info = ast_info((AstKind)kind);
        if (sum != AST_TYPE_COUNT ? info->type != sum : kind != (int)first) continue;
        const char *bar = info->is_choice ? " | " : "\n     | ";
        if (sum != AST_TYPE_COUNT && any && !builder_add_c(&builder, bar)) return VALUE_ERROR;
        if (sum != AST_TYPE_COUNT && !any &&
            (!builder_add_c(&builder, ast_type_name(sum)) || !builder_add_c(&builder, " = ")))
            return VALUE_ERROR;
        if (!describe_node(&builder, info)) return VALUE_ERROR;
        any = true;
    }
    Str *text = builder_finish(&builder);
    return text ? object_value(text) : VALUE_ERROR;
}

static Type *make_class(const char *name, Type *base, Dict *namespace) {
    return namespace ? type_create("ast", name, base, namespace) : NULL;
}

static bool is_product(AstKind kind) {
    const AstInfo *info = ast_info(kind);
    return strcmp(info->name, ast_type_name(info->type)) == 0;
}

static Type *make_sum_class(Module *module, AstType type, bool has_position) {
    Dict *namespace = dict_new();
    if (!namespace || !put(namespace, "_fields", names_tuple(NULL, 0)) ||
        !put(namespace, "__doc__", describe((AstKind)1, type)) ||
        !put_attributes(namespace, type, has_position))
        return NULL;
    Type *class = make_class(ast_type_name(type), &ast_type, namespace);
    return class && module_add(module, ast_type_name(type), object_value(class)) ? class : NULL;
}

/* Python 3.11's functions and classes have no type parameters: theirs are not in _fields, unless there
 * are any (then the node has _fields of its own). */
static bool has_optional_type_params(const AstInfo *info) {
    return info->field_count > 0 && info->type == AST_TYPE_stmt &&
           info->fields[info->field_count - 1].type == AST_TYPE_type_param;
}

static bool make_node_class(Module *module, AstKind kind, Tuple *sums, Tuple *classes) {
    const AstInfo *info = ast_info(kind);
    Type *base = &ast_type;
    if (!is_product(kind)) {
        if (is_empty(sums->items[info->type])) {
            Type *sum = make_sum_class(module, info->type, info->has_position);
            if (!sum) return false;
            sums->items[info->type] = object_value(sum);
        }
        base = OBJECT_AS(Type, sums->items[info->type]);
    }
    const char *names[16];
    for (int i = 0; i < info->field_count; i++) names[i] = info->fields[i].name;
    Dict *namespace = dict_new();
    Value fields = names_tuple(names, info->field_count - has_optional_type_params(info));
    if (!namespace || !put(namespace, "_fields", fields) || !put(namespace, "__match_args__", fields) ||
        !put(namespace, "__doc__", describe(kind, AST_TYPE_COUNT)))
        return false;
    if (is_product(kind) && !put_attributes(namespace, info->type, info->has_position)) return false;
    for (int i = 0; i < info->field_count; i++)
        if (info->fields[i].quantity == AST_OPTIONAL && !put(namespace, names[i], VALUE_NONE))
            return false;
    Type *class = make_class(info->name, base, namespace);
    if (!class) return false;
    classes->items[kind] = object_value(class);
    if (is_product(kind)) sums->items[info->type] = object_value(class);
    return module_add(module, info->name, object_value(class));
}

static bool make_classes(Module *module) {
    Tuple *sums = tuple_new(AST_TYPE_COUNT), *classes = tuple_new(AST_KIND_COUNT);
    Tuple *instances = tuple_new(AST_KIND_COUNT);
    if (!sums || !classes || !instances) return false;
    for (int kind = 1; kind < AST_KIND_COUNT; kind++) {
        if (!make_node_class(module, (AstKind)kind, sums, classes)) return false;
        if (!ast_info((AstKind)kind)->is_choice) continue;
        Value instance = call_0(classes->items[kind]);
        if (is_error(instance)) return false;
        instances->items[kind] = instance;
    }
    node_classes = object_value(classes);
    sum_classes = object_value(sums);
    singletons = object_value(instances);
    return true;
}

/* The module may not have been imported yet when compile() is asked for a tree. */
static bool classes_ready(void) {
    return !is_empty(node_classes) || !is_error(import_module("_ast"));
}

/* --- trees to objects -------------------------------------------------------------------------------------- */

static Value node_to_object(const AstNode *node);

static Value str_or_none(Str *str) { return str ? object_value(str) : VALUE_NONE; }

static Value field_to_object(const AstField *field, const void *place) {
    switch (field->type) {
    case AST_TYPE_identifier:
    case AST_TYPE_string: return str_or_none(*(Str *const *)place);
    case AST_TYPE_int: return smallint_value(*(const int *)place);
    case AST_TYPE_constant: return *(const Value *)place;
    default: break;
    }
    if (ast_type_is_choice(field->type))
        return as_tuple(singletons)->items[*(const AstKind *)place];
    const AstNode *child = *(AstNode *const *)place;
    return child ? node_to_object(child) : VALUE_NONE;
}

static Value sequence_to_object(const AstField *field, const void *place) {
    const StmtSequence *sequence = place; /* all sequences begin alike */
    List *list = list_new(sequence->count);
    if (!list) return VALUE_ERROR;
    size_t step = ast_type_is_choice(field->type) ? sizeof(AstKind) : sizeof(void *);
    for (int i = 0; i < sequence->count; i++) {
        Value item = field_to_object(field, (const char *)sequence->items + (size_t)i * step);
        if (is_error(item) || !list_append(list, item)) return VALUE_ERROR;
    }
    return object_value(list);
}

static bool set_position(Value object, const AstNode *node) {
    const int numbers[] = {node->lineno, node->col_offset, node->end_lineno, node->end_col_offset};
    for (int i = 0; i < 4; i++)
        if (!set_attribute(object, str_intern_c(position_names[i]), smallint_value(numbers[i])))
            return false;
    return true;
}

static bool set_all_fields(Value object, const AstInfo *info) {
    const char *names[16];
    for (int i = 0; i < info->field_count; i++) names[i] = info->fields[i].name;
    Value fields = names_tuple(names, info->field_count);
    return !is_error(fields) && set_attribute(object, NAME("_fields"), fields);
}

static Value node_to_object(const AstNode *node) {
    if (!stack_check()) return VALUE_ERROR;
    const AstInfo *info = ast_info(node->kind);
    Value object = ast_make(OBJECT_AS(Type, class_of(node->kind)), NULL, 0, NULL);
    if (is_error(object)) return object;
    for (int i = 0; i < info->field_count; i++) {
        const AstField *field = &info->fields[i];
        const char *place = (const char *)node + field->offset;
        bool many = field->quantity == AST_MANY;
        if (i == info->field_count - 1 && has_optional_type_params(info)) {
            if (((const StmtSequence *)place)->count == 0) continue;
            if (!set_all_fields(object, info)) return VALUE_ERROR;
        }
        Value value = many ? sequence_to_object(field, place) : field_to_object(field, place);
        if (is_error(value) || !set_attribute(object, str_intern_c(field->name), value))
            return VALUE_ERROR;
    }
    if (info->has_position && !set_position(object, node)) return VALUE_ERROR;
    return object;
}

Value ast_to_object(const Mod *tree) {
    return classes_ready() ? node_to_object((const AstNode *)tree) : VALUE_ERROR;
}

/* --- objects to trees ----------------------------------------------------------------------------------------- */

static void *object_to_node(Arena *arena, Value object, AstType type);

static bool keep(Arena *arena, Value value) {
    if (!is_object(value)) return true;
    if (is_empty(arena->keep)) {
        List *list = list_new(16);
        if (!list) return false;
        arena->keep = object_value(list);
    }
    return list_append(as_list(arena->keep), value);
}

static bool object_to_str(Arena *arena, Value value, bool identifier, Str **out) {
    if (is_none(value)) return *out = NULL, true;
    if (!is_exactly(value, &str_type) && !(is_str(value) && identifier)) {
        raise_error(&TypeError, identifier ? "AST identifier must be of type str"
                                           : "AST string must be of type str");
        return false;
    }
    Str *str = as_str(value);
    if (identifier && is_exactly(value, &str_type)) str = str_intern(str);
    *out = str;
    return str && keep(arena, object_value(str));
}

static bool object_to_int(Value value, int *out) {
    int64_t number = 0;
    if (!is_int(value)) {
        raise_error(&ValueError, "invalid integer value: %R", value);
        return false;
    }
    if (!int_to_int64(value, &number) || number < INT32_MIN || number > INT32_MAX) {
        raise_error(&OverflowError, "Python int too large to convert to C int");
        return false;
    }
    *out = (int)number;
    return true;
}

/* Which constructor of the sum `type` the object is of; AST_NO_KIND when of none. */
static AstKind kind_of(Value object, AstType type) {
    for (int kind = 1; kind < AST_KIND_COUNT; kind++)
        if (ast_info((AstKind)kind)->type == type &&
            is_instance_of(object, OBJECT_AS(Type, class_of((AstKind)kind))))
            return (AstKind)kind;
    return AST_NO_KIND;
}

static bool wrong_kind(Value object, AstType type) {
    raise_error(&TypeError, "expected some sort of %s, but got %R", ast_type_name(type), object);
    return false;
}

static bool value_to_field(Arena *arena, AstType type, Value value, void *place) {
    switch (type) {
    case AST_TYPE_identifier: return object_to_str(arena, value, true, place);
    case AST_TYPE_string: return object_to_str(arena, value, false, place);
    case AST_TYPE_int: return object_to_int(value, place);
    case AST_TYPE_constant: *(Value *)place = value; return keep(arena, value);
    default: break;
    }
    if (ast_type_is_choice(type)) {
        AstKind kind = kind_of(value, type);
        *(AstKind *)place = kind;
        return kind != AST_NO_KIND || wrong_kind(value, type);
    }
    if (is_none(value)) return *(void **)place = NULL, true;
    return (*(void **)place = object_to_node(arena, value, type)) != NULL;
}

static bool list_to_field(Arena *arena, const AstInfo *info, const AstField *field, Value value,
                          void *place) {
    if (!is_list(value)) {
        raise_error(&TypeError, "%s field \"%s\" must be a list, not a %T", info->name, field->name,
                    value);
        return false;
    }
    StmtSequence *sequence = place;
    List *list = as_list(value);
    int64_t count = list_length(list);
    if (count == 0) return true;
    if (count > INT32_MAX) return raise_memory_error(), false;
    size_t step = ast_type_is_choice(field->type) ? sizeof(AstKind) : sizeof(void *);
    char *items = arena_alloc(arena, (size_t)count * step);
    if (!items) return raise_memory_error(), false;
    for (int64_t i = 0; i < count; i++) {
        Value item = list_get(list, i);
        if (is_empty(item) || list_length(list) != count) {
            raise_error(&RuntimeError, "%s field \"%s\" changed size during iteration", info->name,
                        field->name);
            return false;
        }
        if (!value_to_field(arena, field->type, item, items + (size_t)i * step)) return false;
    }
    sequence->items = (Stmt **)items;
    sequence->count = (int)count;
    return true;
}

static bool missing(const char *field, const char *owner) {
    raise_error(&TypeError, "required field \"%s\" missing from %s", field, owner);
    return false;
}

static bool read_field(Arena *arena, Value object, const AstInfo *info, const AstField *field,
                       void *place) {
    Value value = get_attribute_optional(object, str_intern_c(field->name));
    if (is_error(value)) return false;
    bool absent_means_empty = field->quantity == AST_MANY && field->type == AST_TYPE_type_param;
    if (is_empty(value))
        return field->quantity == AST_OPTIONAL || absent_means_empty ||
               missing(field->name, info->name);
    if (field->quantity == AST_MANY) return list_to_field(arena, info, field, value, place);
    if (is_none(value) && field->quantity == AST_OPTIONAL) return true;
    if (is_none(value) && field->type != AST_TYPE_constant) {
        if (field->type == AST_TYPE_int) return object_to_int(value, place);
        if (field->type > AST_TYPE_constant) {
            if (ast_type_is_choice(field->type)) return wrong_kind(value, field->type);
            raise_error(&ValueError, "field '%s' is required for %s", field->name, info->name);
            return false;
        }
        raise_error(&ValueError, "field '%s' is required for %s", field->name, info->name);
        return false;
    }
    return value_to_field(arena, field->type, value, place);
}

static bool read_position(Value object, AstType type, AstNode *node) {
    int *const places[] = {&node->lineno, &node->col_offset, &node->end_lineno,
                           &node->end_col_offset};
    for (int i = 0; i < 4; i++) {
        Value value = get_attribute_optional(object, str_intern_c(position_names[i]));
        if (is_error(value)) return false;
        if (is_empty(value) || (is_none(value) && i >= 2)) {
            if (i < 2 || type == AST_TYPE_type_param)
                return missing(position_names[i], ast_type_name(type));
            *places[i] = *places[i - 2];
            continue;
        }
        if (!object_to_int(value, places[i])) return false;
    }
    return true;
}

static void *object_to_node(Arena *arena, Value object, AstType type) {
    if (!stack_enter(" during ast construction")) return NULL;
    AstKind kind = kind_of(object, type);
    if (kind == AST_NO_KIND) {
        stack_leave();
        return wrong_kind(object, type), NULL;
    }
    const AstInfo *info = ast_info(kind);
    AstNode *node = ast_node_new(arena, kind, 0, 0, 0, 0);
    bool good = node && (!info->has_position || read_position(object, info->type, node));
    for (int i = 0; good && i < info->field_count; i++)
        good = read_field(arena, object, info, &info->fields[i],
                          (char *)node + info->fields[i].offset);
    stack_leave();
    return good ? node : NULL;
}

Mod *ast_from_object(Arena *arena, Value object, ParseMode mode) {
    static const AstKind kinds[] = {AST_Module, AST_Expression, AST_Interactive, AST_FunctionType};
    if (!classes_ready()) return NULL;
    Value wanted = class_of(kinds[mode]);
    if (!is_instance_of(object, OBJECT_AS(Type, wanted))) {
        raise_error(&TypeError, "expected %s node, got %T", ast_info(kinds[mode])->name, object);
        return NULL;
    }
    return object_to_node(arena, object, AST_TYPE_mod);
}

/* --- compile() -------------------------------------------------------------------------------------------------- */

enum {
    ONLY_AST = 0x400, IGNORE_COOKIE = 0x800, DONT_IMPLY_DEDENT = 0x200, TYPE_COMMENTS = 0x1000,
    ALLOW_INCOMPLETE = 0x4000,
};

static Value parse_to_object(const char *text, size_t length, unsigned parse_flags, Str *filename,
                             ParseMode mode, int flags) {
    Arena arena;
    arena_init(&arena);
    if (memchr(text, 0, length))
        return raise_error(&ValueError, "source code string cannot contain null bytes");
    if (flags & DONT_IMPLY_DEDENT) parse_flags |= PARSE_DONT_IMPLY_DEDENT;
    if (flags & TYPE_COMMENTS) parse_flags |= PARSE_TYPE_COMMENTS;
    if (flags & ALLOW_INCOMPLETE) parse_flags |= PARSE_ALLOW_INCOMPLETE_INPUT;
    if (flags & COMPILE_FUTURE_BARRY_AS_BDFL) parse_flags |= PARSE_BARRY_AS_BDFL;
    Mod *tree = parser_parse(&arena, text, length, filename, mode, parse_flags);
    Value result = tree ? ast_to_object(tree) : VALUE_ERROR;
    arena_free(&arena);
    return result;
}

static Value compile_object(Value object, Str *filename, ParseMode mode, int flags, int optimize) {
    Arena arena;
    arena_init(&arena);
    Mod *tree = ast_from_object(&arena, object, mode);
    Code *code = tree && ast_validate(tree)
                     ? compile_module(tree, filename, optimize, (unsigned)flags) : NULL;
    arena_free(&arena);
    return code ? object_value(code) : VALUE_ERROR;
}

Value ast_compile(Value source, Str *filename, ParseMode mode, int flags, int optimize, int minor_version) {
    unsigned version = PARSE_VERSION(minor_version);
    if (ast_is_object(source))
        return flags & ONLY_AST ? source : compile_object(source, filename, mode, flags, optimize);
    if (is_str(source)) {
        size_t length;
        const char *text = str_utf8(as_str(source), &length);
        return text ? parse_to_object(text, length, PARSE_SOURCE_IS_UTF8 | version, filename, mode, flags)
                    : VALUE_ERROR;
    }
    if (!has_buffer(source))
        return raise_error(&TypeError, "compile() arg 1 must be a string, bytes or AST object");
    BufferView view;
    if (!buffer_get(source, &view, BUFFER_SIMPLE)) return VALUE_ERROR;
    Value result = parse_to_object(view.data, (size_t)view.length,
                                   (flags & IGNORE_COOKIE ? PARSE_SOURCE_IS_UTF8 : 0) | version,
                                   filename, mode, flags);
    buffer_release(&view);
    return result;
}

/* --- the module ---------------------------------------------------------------------------------------------------- */

static bool ast_module_init(Module *module) {
    module_root(&node_classes);
    module_root(&sum_classes);
    module_root(&singletons);
    type_ready(&ast_type);
    Value type = object_value(&ast_type), empty = names_tuple(NULL, 0);
    if (!is_empty(node_classes)) { /* imported again: the same classes */
        for (int kind = 1; kind < AST_KIND_COUNT; kind++) {
            const AstInfo *info = ast_info((AstKind)kind);
            if (!module_add(module, info->name, class_of((AstKind)kind)) ||
                !module_add(module, ast_type_name(info->type),
                            as_tuple(sum_classes)->items[info->type]))
                return false;
        }
    } else if (is_error(empty) || !type_add(&ast_type, "_fields", empty) ||
               !type_add(&ast_type, "_attributes", empty) ||
               !type_add(&ast_type, "__match_args__", empty) || !make_classes(module)) {
        return false;
    }
    return module_add(module, "AST", type) && module_add_int(module, "PyCF_ONLY_AST", ONLY_AST) &&
           module_add_int(module, "PyCF_TYPE_COMMENTS", 0x1000) &&
           module_add_int(module, "PyCF_ALLOW_TOP_LEVEL_AWAIT", COMPILE_ALLOW_TOP_LEVEL_AWAIT);
}

const NativeModule module__ast = {.name = "_ast", .init = ast_module_init};
