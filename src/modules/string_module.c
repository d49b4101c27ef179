/* string_module.c - the module _string: the parser of format strings, for string.Formatter. */
#include "types/exception.h"
#include "types/int.h"
#include "types/list.h"
#include "types/module.h"
#include "types/str_format.h"
#include "types/str_methods.h"

typedef struct PieceIterator {
    Object object;
    Str *text;        /* constant */
    int64_t position; /* under the lock */
    int64_t end;      /* constant */
} PieceIterator;

static void trace(Cell *cell, Marker *marker) {
    marker_visit_pointer(marker, ((PieceIterator *)cell)->text);
}

/* formatter_parser: (literal, field name, spec, conversion) */
static Value piece_next(Value self) {
    PieceIterator *iterator = OBJECT_AS(PieceIterator, self);
    Str *text = iterator->text;
    FormatField field;
    object_lock(iterator);
    FieldParser parser = {text, iterator->position, iterator->end};
    int step = field_parser_next(&parser, &field);
    iterator->position = parser.position;
    object_unlock(iterator);
    if (step <= 0) return step ? VALUE_ERROR : VALUE_EMPTY;
    Str *literal = str_substring(text, field.literal_start, field.literal_end);
    if (!literal) return VALUE_ERROR;
    Value parts[4] = {object_value(literal), VALUE_NONE, VALUE_NONE, VALUE_NONE};
    if (field.present) {
        parts[1] = str_result(str_substring(text, field.name_start, field.name_end));
        parts[2] = str_result(str_substring(text, field.spec_start, field.spec_end));
        if (field.conversion) parts[3] = str_result(str_from_char(field.conversion));
    }
    for (int i = 0; i < 4; i++)
        if (is_error(parts[i])) return VALUE_ERROR;
    Tuple *tuple = tuple_from_array(parts, 4);
    return tuple ? object_value(tuple) : VALUE_ERROR;
}

static Value name_part(const FieldName *name, const Str *text) {
    if (name->index >= 0) return int_value(name->index);
    return str_result(str_substring(text, name->part_start, name->part_end));
}

/* The rest of a field name: (is attribute, name or index) */
static Value name_next(Value self) {
    PieceIterator *iterator = OBJECT_AS(PieceIterator, self);
    object_lock(iterator);
    FieldName name = {.text = iterator->text, .position = iterator->position, .end = iterator->end};
    int step = field_name_next(&name);
    iterator->position = name.position;
    object_unlock(iterator);
    if (step <= 0) return step ? VALUE_ERROR : VALUE_EMPTY;
    if (name.is_attribute) name.index = -1;
    Value part = name_part(&name, iterator->text);
    if (is_error(part)) return part;
    Tuple *tuple = tuple_pack(2, bool_value(name.is_attribute), part);
    return tuple ? object_value(tuple) : VALUE_ERROR;
}

static Type formatter_iterator_type = {
    .root = {.cell_kind = {trace, NULL, "formatteriterator"}},
    .name = "formatteriterator",
    .size = sizeof(PieceIterator),
    .flags = TYPE_NO_NEW,
    .iter = iter_self,
    .next = piece_next,
};
static Type field_name_iterator_type = {
    .root = {.cell_kind = {trace, NULL, "fieldnameiterator"}},
    .name = "fieldnameiterator",
    .size = sizeof(PieceIterator),
    .flags = TYPE_NO_NEW,
    .iter = iter_self,
    .next = name_next,
};

static PieceIterator *iterator_new(Type *type, Str *text, int64_t position) {
    PieceIterator *iterator = object_alloc(type, sizeof *iterator);
    if (!iterator) return NULL;
    iterator->position = position;
    iterator->end = text->length;
    HEAP_STORE_POINTER(iterator, &iterator->text, text);
    return iterator;
}

static Value formatter_parser(Value *args) {
    if (!is_str(args[0])) return raise_error(&TypeError, "expected str, got %T", args[0]);
    PieceIterator *iterator = iterator_new(&formatter_iterator_type, as_str(args[0]), 0);
    return iterator ? object_value(iterator) : VALUE_ERROR;
}

static Value formatter_field_name_split(Value *args) {
    if (!is_str(args[0])) return raise_error(&TypeError, "expected str, got %T", args[0]);
    Str *text = as_str(args[0]);
    FieldName name;
    if (!field_name_first(&name, text, 0, text->length)) return VALUE_ERROR;
    Value first = name_part(&name, text);
    PieceIterator *rest = iterator_new(&field_name_iterator_type, text, name.position);
    if (is_error(first) || !rest) return VALUE_ERROR;
    Tuple *tuple = tuple_pack(2, first, object_value(rest));
    return tuple ? object_value(tuple) : VALUE_ERROR;
}

static const MethodDef functions[] = {
    STATIC_METHOD("formatter_parser", formatter_parser, "(format_string, /)",
                  "Iterate over the pieces of a format string."),
    STATIC_METHOD("formatter_field_name_split", formatter_field_name_split, "(field_name, /)",
                  "Split a field name into its first part and an iterator over the rest."),
    {0},
};
static Type *const types[] = {&formatter_iterator_type, &field_name_iterator_type, NULL};

const NativeModule module__string = {
    .name = "_string",
    .doc = "The parser of format strings.",
    .functions = functions,
    .types = types,
};
