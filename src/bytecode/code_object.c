/* code_object.c - code objects as programs see them: the type `code`.
 *
 * Offsets that programs see (f_lasti, co_lines()) count two for each word, as the standard library
 * expects of bytecode offsets (it halves them before it indexes co_positions()). They begin with one word
 * that is not there: the entry, with the position of the definition. co_code shows it as a NOP. */
#include "bytecode/linetable.h"

#include <stdlib.h>
#include "object/audit.h"
#include "types/bytes.h"
#include "types/dict.h"
#include "types/exception.h"
#include "types/float.h"
#include "types/int.h"
#include "types/set.h"

void code_trace(Cell *cell, Marker *marker); /* code.c */

static Code *as_code(Value v) { return OBJECT_AS(Code, v); }

static Value code_repr(Value self) {
    Code *code = as_code(self);
    Str *text = str_format("<code object %U at 0x%llx, file \"%U\", line %d>", code->name,
                           (unsigned long long)value_id(self), code->filename, code->first_line);
    return text ? object_value(text) : VALUE_ERROR;
}

/* --- equality: what the code does, with its name and place -------------------------------------------- */

static bool same_instructions(const Code *a, const Code *b) {
    if (a->instruction_count != b->instruction_count) return false;
    for (uint32_t i = 0; i < a->instruction_count; i++) {
        if (a->instructions[i].word != b->instructions[i].word) return false;
        if (opcode_formats[a->instructions[i].op] == FORMAT_CACHED) i++;
        else if (opcode_formats[a->instructions[i].op] == FORMAT_BRANCH) {
            i++;
            if (a->instructions[i].word != b->instructions[i].word) return false;
        }
    }
    return true;
}

/* Constants are equal with their types: 1 and 1.0 are not. */
static int same_constants(Value a, Value b) {
    if (same_value(a, b)) return 1;
    if (type_of(a) != type_of(b)) return 0;
    if (is_double(a)) return 0;
    if (!is_exactly(a, &tuple_type)) return value_equal(a, b);
    if (as_tuple(a)->length != as_tuple(b)->length) return 0;
    for (int64_t i = 0; i < as_tuple(a)->length; i++) {
        int same = same_constants(as_tuple(a)->items[i], as_tuple(b)->items[i]);
        if (same != 1) return same;
    }
    return 1;
}

static bool same_bytes(const Bytes *a, const Bytes *b) {
    return a->length == b->length && memcmp(a->data, b->data, (size_t)a->length) == 0;
}

/* As programs see them: made from a table, a code object has no marks. */
static int same_positions(const Code *a, const Code *b) {
    if (same_bytes(a->positions, b->positions)) return 1;
    const Bytes *table_of_a = code_linetable(a), *table_of_b = code_linetable(b);
    return table_of_a && table_of_b ? same_bytes(table_of_a, table_of_b) : -1;
}

static int code_equal(const Code *a, const Code *b) {
    if (a == b) return 1;
    if (!code_unfold(a) || !code_unfold(b)) return -1;
    if (a->flags != b->flags || a->argument_count != b->argument_count ||
        a->positional_only_count != b->positional_only_count ||
        a->keyword_only_count != b->keyword_only_count || a->first_line != b->first_line ||
        a->register_count != b->register_count || !str_equal(a->name, b->name) ||
        !same_instructions(a, b) || a->entry_count != b->entry_count ||
        memcmp(a->exceptions, b->exceptions, a->entry_count * sizeof *a->exceptions) != 0)
        return 0;
    int same_places = same_positions(a, b);
    if (same_places != 1) return same_places;
    Tuple *const of_a[] = {a->constants, a->names, a->local_names, a->free_names, a->cell_names};
    Tuple *const of_b[] = {b->constants, b->names, b->local_names, b->free_names, b->cell_names};
    for (size_t i = 0; i < ARRAY_LENGTH(of_a); i++) {
        int same = same_constants(object_value(of_a[i]), object_value(of_b[i]));
        if (same != 1) return same;
    }
    return 1;
}

static Value code_compare(Value self, Value other, CompareOp op) {
    if ((op != COMPARE_EQ && op != COMPARE_NE) || !is_exactly(other, &code_type))
        return VALUE_NOT_IMPLEMENTED;
    int equal = code_equal(as_code(self), as_code(other));
    if (equal < 0) return VALUE_ERROR;
    return bool_value(equal == (op == COMPARE_EQ));
}

static int64_t code_hash(Value self) {
    Code *code = as_code(self);
    if (!code_unfold(code)) return -1;
    uint64_t hash = (uint64_t)str_hash(code->name) * 31 + (uint64_t)code->first_line;
    hash = hash * 31 + code->instruction_count;
    hash = hash * 31 + code->argument_count * 7u + code->keyword_only_count;
    int64_t names = value_hash(object_value(code->names));
    if (names == -1) return -1;
    int64_t result = (int64_t)(hash * 31 + (uint64_t)names);
    return result == -1 ? -2 : result;
}

/* --- attributes ------------------------------------------------------------------------------------------ */

#define GETTER(name, expression)                                                                   \
    static Value name(Value self) {                                                                \
        Code *code = as_code(self);                                                                \
        return expression;                                                                         \
    }
GETTER(get_argcount, smallint_value(code->argument_count))
GETTER(get_posonlyargcount, smallint_value(code->positional_only_count))
GETTER(get_kwonlyargcount, smallint_value(code->keyword_only_count))
GETTER(get_nlocals, smallint_value(code->local_count))
GETTER(get_stacksize, smallint_value(code->register_count))
GETTER(get_flags, smallint_value(code->flags))
GETTER(get_consts, code_unfold(code) ? object_value(code->constants) : VALUE_ERROR)
GETTER(get_names, code_unfold(code) ? object_value(code->names) : VALUE_ERROR)
GETTER(get_varnames, code_unfold(code) ? object_value(code->local_names) : VALUE_ERROR)
GETTER(get_freevars, object_value(code->free_names))
GETTER(get_cellvars, code_unfold(code) ? object_value(code->cell_names) : VALUE_ERROR)
GETTER(get_filename, object_value(code->filename))
GETTER(get_name, object_value(code->name))
GETTER(get_qualname, object_value(code->qualified_name))
GETTER(get_firstlineno, smallint_value(code->first_line))

static Value get_linetable(Value self) {
    Code *code = as_code(self);
    Bytes *table = code_unfold(code) ? code_linetable(code) : NULL;
    return table ? object_value(table) : VALUE_ERROR;
}

static Value bytes_result(const void *data, size_t length) {
    Bytes *bytes = bytes_from(data, length);
    return bytes ? object_value(bytes) : VALUE_ERROR;
}

static const Instruction entry_word = {.op = OP_NOP};

/* The entry and the instructions, without what the caches hold. */
static Value get_code(Value self) {
    Code *code = as_code(self);
    if (!code_unfold(code)) return VALUE_ERROR;
    Bytes *bytes = bytes_new(((int64_t)code->instruction_count + 1) * (int64_t)sizeof(Instruction));
    if (!bytes) return VALUE_ERROR;
    memcpy(bytes->data, &entry_word, sizeof entry_word);
    Instruction *copy = (Instruction *)bytes->data + 1;
    memcpy(copy, code->instructions, code->instruction_count * sizeof(Instruction));
    for (uint32_t i = 0; i < code->instruction_count; i++) {
        uint8_t format = opcode_formats[code->instructions[i].op];
        if (format == FORMAT_CACHED) copy[i + 1].word = 0;
        i += format == FORMAT_CACHED || format == FORMAT_BRANCH;
    }
    return object_value(bytes);
}

static Value get_exceptiontable(Value self) {
    Code *code = as_code(self);
    if (!code_unfold(code)) return VALUE_ERROR;
    return bytes_result(code->exceptions, code->entry_count * sizeof(ExceptionEntry));
}

/* co_lnotab, as documented: pairs of (offset difference, line difference). */
static bool add_lnotab(uint32_t start, uint32_t end, int line, void *arg) {
    (void)end;
    struct { List *pairs; uint32_t offset; int line; } *state = arg;
    if (line < 0) return true;
    int64_t offset = (int64_t)(start - state->offset) * 2, lines = line - state->line;
    while (offset > 254) {
        if (!list_append(state->pairs, smallint_value(254)) ||
            !list_append(state->pairs, smallint_value(0)))
            return false;
        offset -= 254;
    }
    while (lines > 127 || lines < -128) {
        int64_t part = lines > 0 ? 127 : -128;
        if (!list_append(state->pairs, smallint_value(offset)) ||
            !list_append(state->pairs, smallint_value(part & 0xFF)))
            return false;
        offset = 0;
        lines -= part;
    }
    state->offset = start;
    state->line = line;
    return list_append(state->pairs, smallint_value(offset)) &&
           list_append(state->pairs, smallint_value(lines & 0xFF));
}

static Value get_lnotab(Value self) {
    Code *code = as_code(self);
    if (!code_unfold(code)) return VALUE_ERROR;
    struct { List *pairs; uint32_t offset; int line; } state = {list_new(0), (uint32_t)-1, code->first_line};
    if (!state.pairs || !code_each_line(code, add_lnotab, &state)) return VALUE_ERROR;
    int64_t count = list_length(state.pairs);
    Bytes *bytes = bytes_new(count);
    if (!bytes) return VALUE_ERROR;
    for (int64_t i = 0; i < count; i++)
        bytes->data[i] = (uint8_t)smallint_of(list_get(state.pairs, i));
    return object_value(bytes);
}

static Value int_or_none(int n) { return n < 0 ? VALUE_NONE : smallint_value(n); }

typedef struct LineList {
    List *list;
    int line; /* the entry's, while it is not in the list; then -2 */
} LineList;

static bool append_line(List *list, int64_t start, int64_t end, int line) {
    Tuple *item = tuple_pack(3, smallint_value(start * 2), smallint_value(end * 2), int_or_none(line));
    return item && list_append(list, object_value(item));
}

static bool add_line(uint32_t start, uint32_t end, int line, void *arg) {
    LineList *lines = arg;
    int entry = lines->line;
    int64_t first = (int64_t)start + 1;
    lines->line = -2;
    if (entry == line) first = 0;
    else if (entry != -2 && !append_line(lines->list, 0, 1, entry)) return false;
    return append_line(lines->list, first, (int64_t)end + 1, line);
}

static Value co_lines(Value *args) {
    Code *code = as_code(args[0]);
    LineList lines = {list_new(0), code_entry_range(code).line};
    if (!lines.list || !code_unfold(code) || !code_each_line(code, add_line, &lines)) return VALUE_ERROR;
    return get_iter(object_value(lines.list));
}

bool code_columns_hidden(void) {
    const char *setting = runtime.ignore_environment ? NULL : getenv("PYTHONNODEBUGRANGES");
    if (setting && *setting) return true;
    Value options = runtime.sys_dict ? dict_get_c(runtime.sys_dict, "_xoptions") : VALUE_EMPTY;
    return is_dict(options) && !is_empty(dict_get_c(as_dict(options), "no_debug_ranges"));
}

static bool add_positions(const PositionRange *range, void *list) {
    bool hidden = code_columns_hidden();
    Tuple *item = tuple_pack(4, int_or_none(range->line), int_or_none(hidden ? range->line : range->end_line),
                             int_or_none(hidden ? -1 : range->column), int_or_none(hidden ? -1 : range->end_column));
    if (!item) return false;
    for (uint32_t i = range->start; i < range->end; i++)
        if (!list_append(list, object_value(item))) return false;
    return true;
}

static Value co_positions(Value *args) {
    Code *code = as_code(args[0]);
    List *list = list_new(0);
    PositionRange entry = code_entry_range(code);
    if (!list || !code_unfold(code) || (code->positions->length && !add_positions(&entry, list)) ||
        !code_each_range(code, add_positions, list))
        return VALUE_ERROR;
    return get_iter(object_value(list));
}

/* --- replace(), code() ------------------------------------------------------------------------------------------------ */

static bool replace_count(Value v, const char *name, uint16_t *field) {
    if (is_empty(v)) return true;
    int64_t n = value_index_int64(v, &OverflowError);
    if (n == -1 && error_occurred()) return false;
    if (n < 0 || n > 0xFFFF) {
        raise_error(&ValueError, "code: %s must be between 0 and 65535", name);
        return false;
    }
    *field = (uint16_t)n;
    return true;
}

static bool replace_str(const char *caller, Value v, const char *name, Str **field) {
    if (is_empty(v)) return true;
    if (!is_str(v)) {
        raise_error(&TypeError, "%s() argument '%s' must be str, not %T", caller, name, v);
        return false;
    }
    *field = as_str(v);
    return true;
}

static bool replace_tuple(const char *caller, Value v, const char *name, bool of_names, Tuple **field) {
    if (is_empty(v)) return true;
    if (!is_tuple(v)) {
        raise_error(&TypeError, "%s() argument '%s' must be tuple, not %T", caller, name, v);
        return false;
    }
    Tuple *tuple = as_tuple(v);
    for (int64_t i = 0; of_names && i < tuple->length; i++)
        if (!is_str(tuple->items[i])) {
            raise_error(&TypeError, "name tuples must contain only strings, not '%T'",
                        tuple->items[i]);
            return false;
        }
    *field = tuple;
    return true;
}

static bool replace_bytes(const char *caller, Value v, const char *name) {
    if (is_empty(v) || is_bytes(v)) return true;
    raise_error(&TypeError, "%s() argument '%s' must be bytes, not %T", caller, name, v);
    return false;
}

/* Instructions given by a program are those of this code or of another one: checked as strictly as
 * those of a file. */
static bool replace_instructions(const char *caller, Value v, Code *model) {
    if (is_empty(v)) return true;
    if (!replace_bytes(caller, v, "co_code")) return false;
    Bytes *bytes = as_bytes(v);
    if (bytes->length % (int64_t)sizeof(Instruction) || bytes->length < 2 * (int64_t)sizeof(Instruction) ||
        memcmp(bytes->data, &entry_word, sizeof entry_word) != 0) {
        raise_error(&ValueError, "code: co_code is malformed");
        return false;
    }
    uint32_t count = (uint32_t)(bytes->length / (int64_t)sizeof(Instruction)) - 1;
    Instruction *words = (Instruction *)bytes->data + 1;
    for (uint32_t i = 0; i < count; i++) {
        uint8_t format = words[i].op < OPCODE_COUNT ? opcode_formats[words[i].op] : FORMAT_ABC;
        if (format == FORMAT_CACHED || format == FORMAT_BRANCH) i++;
        if (i >= count || (format == FORMAT_ABC && words[i].op >= OPCODE_COUNT)) {
            raise_error(&ValueError, "code: the parts do not fit");
            return false;
        }
    }
    if (count != model->instruction_count) {
        Bytes *bytes_of_live = bytes_new((int64_t)count * 2);
        if (!bytes_of_live) return false;
        uint16_t *live = (uint16_t *)bytes_of_live->data;
        for (uint32_t i = 0; i < count; i++) live[i] = model->register_count;
        model->live = live;
    }
    model->instructions = words;
    model->instruction_count = count;
    return true;
}

/* The positions that a table of a program tells; the model's, with all that no table tells, where it is theirs. */
static bool replace_linetable(Value v, Code *model) {
    if (is_empty(v)) return true;
    const Bytes *table = as_bytes(v), *present = model->positions ? code_linetable(model) : NULL;
    if (model->positions && !present) return false;
    if (present && same_bytes(present, table)) return true;
    model->positions = code_positions_from_linetable(table, model->instruction_count, model->first_line);
    return model->positions != NULL;
}

/* A code object like `model` but for the parts in a[1..18], in the order of replace()'s parameters. */
static Value change_parts(const char *caller, Code model, Value *a) {
    uint16_t stack_size = model.register_count, local_count = model.local_count;
    if (!replace_count(a[1], "co_argcount", &model.argument_count) ||
        !replace_count(a[2], "co_posonlyargcount", &model.positional_only_count) ||
        !replace_count(a[3], "co_kwonlyargcount", &model.keyword_only_count) ||
        !replace_count(a[4], "co_nlocals", &local_count) ||
        !replace_count(a[5], "co_stacksize", &stack_size))
        return VALUE_ERROR;
    if (!is_empty(a[6])) {
        int64_t flags = value_index_int64(a[6], &OverflowError);
        if (flags == -1 && error_occurred()) return VALUE_ERROR;
        model.flags = (uint32_t)flags;
    }
    if (!is_empty(a[7])) {
        int64_t line = value_index_int64(a[7], &OverflowError);
        if (line == -1 && error_occurred()) return VALUE_ERROR;
        model.first_line = (int32_t)line;
    }
    if (!replace_instructions(caller, a[8], &model) ||
        !replace_tuple(caller, a[9], "co_consts", false, &model.constants) ||
        !replace_tuple(caller, a[10], "co_names", true, &model.names) ||
        !replace_tuple(caller, a[11], "co_varnames", true, &model.local_names) ||
        !replace_tuple(caller, a[12], "co_freevars", true, &model.free_names) ||
        !replace_tuple(caller, a[13], "co_cellvars", true, &model.cell_names) ||
        !replace_str(caller, a[14], "co_filename", &model.filename) ||
        !replace_str(caller, a[15], "co_name", &model.name) ||
        !replace_str(caller, a[16], "co_qualname", &model.qualified_name) ||
        !replace_bytes(caller, a[17], "co_linetable") || !replace_bytes(caller, a[18], "co_exceptiontable"))
        return VALUE_ERROR;
    if (!replace_linetable(a[17], &model)) return VALUE_ERROR;
    if (!is_empty(a[18])) {
        model.exceptions = (ExceptionEntry *)as_bytes(a[18])->data;
        model.entry_count = (uint16_t)(as_bytes(a[18])->length / (int64_t)sizeof(ExceptionEntry));
    }
    if (local_count != model.local_names->length ||
        model.local_names->length != model.local_count ||
        model.cell_names->length != model.cell_count || stack_size < model.register_count)
        return raise_error(&ValueError, "code: co_nlocals != len(co_varnames)");
    model.register_count = stack_size;
    if (!AUDIT("code.__new__", is_empty(a[8]) ? get_code(a[0]) : a[8], object_value(model.filename),
               object_value(model.name), smallint_value(model.argument_count),
               smallint_value(model.positional_only_count), smallint_value(model.keyword_only_count),
               smallint_value(local_count), smallint_value(stack_size), smallint_value(model.flags)))
        return VALUE_ERROR;
    Code *code = code_new(&model);
    if (!code) return VALUE_ERROR;
    if (!code_verify(code, false)) return raise_error(&ValueError, "code: the parts do not fit");
    return object_value(code);
}

static Value code_replace(Value *a) {
    return code_unfold(as_code(a[0])) ? change_parts("replace", *as_code(a[0]), a) : VALUE_ERROR;
}

/* code(...): the parts are those of some code object, checked as those of a file. */
static Value code_new_instance(Type *type, Value *args, size_t count, Tuple *names) {
    /* which of replace()'s parameters each argument is */
    static const uint8_t places[] = {1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 14, 15, 16, 7, 17, 18, 12, 13};
    (void)type;
    if (names && names->length) return raise_error(&TypeError, "code() takes no keyword arguments");
    if (count < 16 || count > ARRAY_LENGTH(places))
        return raise_error(&TypeError, "code() takes from 16 to 18 arguments (%zu given)", count);
    Tuple *none = tuple_new(0);
    Value parts[19] = {VALUE_EMPTY};
    for (size_t i = 0; i < count; i++) parts[places[i]] = args[i];
    Code model = {.constants = none, .names = none, .local_names = none, .free_names = none, .cell_names = none};
    if (!none || !replace_count(parts[5], "co_stacksize", &model.register_count)) return VALUE_ERROR;
    if (is_tuple(parts[11])) model.local_count = (uint16_t)as_tuple(parts[11])->length;
    if (is_tuple(parts[13])) model.cell_count = (uint16_t)as_tuple(parts[13])->length;
    Value first = is_tuple(parts[9]) && as_tuple(parts[9])->length ? as_tuple(parts[9])->items[0] : VALUE_EMPTY;
    model.docstring = is_str(first) ? first : VALUE_EMPTY;
    return change_parts("code", model, parts);
}

static Value code_varname_from_oparg(Value *a) {
    Code *code = as_code(a[0]);
    if (!code_unfold(code)) return VALUE_ERROR;
    int64_t index = value_index_int64(a[1], &OverflowError);
    if (index == -1 && error_occurred()) return VALUE_ERROR;
    int64_t locals = code->local_names->length, cells = code->cell_names->length;
    if (index >= 0 && index < locals) return code->local_names->items[index];
    index -= locals;
    if (index >= 0 && index < cells) return code->cell_names->items[index];
    index -= cells;
    if (index >= 0 && index < code->free_names->length) return code->free_names->items[index];
    return raise_error(&IndexError, "tuple index out of range");
}

static const MethodDef code_methods[] = {
    METHOD("co_lines", co_lines, "($self)", "Iterate over (start, end, line) of the instructions."),
    METHOD("co_positions", co_positions, "($self)",
           "Iterate over (line, end line, column, end column) of the instructions."),
    METHOD("replace", code_replace,
           "($self, /, *, co_argcount=-1, co_posonlyargcount=-1, co_kwonlyargcount=-1, co_nlocals=-1,"
           " co_stacksize=-1, co_flags=-1, co_firstlineno=-1, co_code=None, co_consts=None,"
           " co_names=None, co_varnames=None, co_freevars=None, co_cellvars=None, co_filename=None,"
           " co_name=None, co_qualname=None, co_linetable=None, co_exceptiontable=None)",
           "Return a copy of the code object with new values for the specified fields."),
    METHOD("_varname_from_oparg", code_varname_from_oparg, "($self, /, oparg)",
           "Name of a local, cell or free variable by its number."),
    {0},
};

static const GetSetDef code_getset[] = {
    {"co_argcount", get_argcount, NULL, NULL},
    {"co_posonlyargcount", get_posonlyargcount, NULL, NULL},
    {"co_kwonlyargcount", get_kwonlyargcount, NULL, NULL},
    {"co_nlocals", get_nlocals, NULL, NULL},
    {"co_stacksize", get_stacksize, NULL, NULL},
    {"co_flags", get_flags, NULL, NULL},
    {"co_code", get_code, NULL, NULL},
    {"co_consts", get_consts, NULL, NULL},
    {"co_names", get_names, NULL, NULL},
    {"co_varnames", get_varnames, NULL, NULL},
    {"co_freevars", get_freevars, NULL, NULL},
    {"co_cellvars", get_cellvars, NULL, NULL},
    {"co_filename", get_filename, NULL, NULL},
    {"co_name", get_name, NULL, NULL},
    {"co_qualname", get_qualname, NULL, NULL},
    {"co_firstlineno", get_firstlineno, NULL, NULL},
    {"co_linetable", get_linetable, NULL, NULL},
    {"co_lnotab", get_lnotab, NULL, NULL},
    {"co_exceptiontable", get_exceptiontable, NULL, NULL},
    {0},
};

Type code_type = {
    .root = {.cell_kind = {.trace = code_trace, .name = "code"}, .type = &code_type},
    .name = "code",
    .doc = "Create a code object.  Not for mere mortals.",
    .base = &object_type_object,
    .flags = TYPE_IMMUTABLE | TYPE_HAS_WEAKREF,
    .size = sizeof(Code),
    .repr = code_repr,
    .hash = code_hash,
    .compare = code_compare,
    .new_instance = code_new_instance,
    .methods = code_methods,
    .getset = code_getset,
};
