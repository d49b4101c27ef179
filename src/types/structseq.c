/* structseq.c - tuples whose items have names too.
 *
 * The type is a static one made at run time (from malloc, never freed), so that its instances are
 * plain tuples with room for the hidden fields behind the visible ones: a Tuple's length counts the
 * visible items only, and the members read any field by its offset. */
#include "types/structseq.h"

#include <stdlib.h>
#include "types/dict.h"
#include "types/exception.h"
#include "types/int.h"
#include "types/list.h"
#include "types/str.h"

typedef struct StructSeqType {
    Type type;
    const char *const *fields;
    int visible, total;
    MemberDef *members;
} StructSeqType;

static StructSeqType *seq_type(Value self) { return (StructSeqType *)type_of(self); }

static void structseq_trace(Cell *cell, Marker *marker) {
    StructSeqType *type = (StructSeqType *)object_type((Object *)cell);
    marker_visit_range(marker, ((Tuple *)cell)->items, (size_t)type->total);
}

static Tuple *structseq_alloc(StructSeqType *type) {
    Tuple *self = object_alloc(&type->type, sizeof(Tuple) + (size_t)type->total * sizeof(Value));
    if (self) self->length = type->visible;
    return self;
}

Value structseq_new(Type *type, Value *items) {
    StructSeqType *actual = (StructSeqType *)type;
    Tuple *self = structseq_alloc(actual);
    if (!self) return VALUE_ERROR;
    for (int i = 0; i < actual->total; i++)
        self->items[i] = is_empty(items[i]) ? VALUE_NONE : items[i];
    return object_value(self);
}

static bool check_length(const StructSeqType *type, int64_t length) {
    if (length >= type->visible && length <= type->total) return true;
    const char *how = type->visible == type->total ? "a " : length < type->visible ? "an at least "
                                                                                 : "an at most ";
    raise_error(&TypeError, "%s() takes %s%d-sequence (%lld-sequence given)", type->type.name, how,
                length < type->visible ? type->visible : type->total, (long long)length);
    return false;
}

static Value structseq_make(Type *type, Value *args, size_t count, Tuple *names) {
    static const char signature[] = "(sequence, dict={})";
    static Signature *parsed;
    Value a[2];
    if (!bind_arguments(type->name, signature, &parsed, args, count, names, a)) return VALUE_ERROR;
    StructSeqType *actual = (StructSeqType *)type;
    if (!is_sequence(a[0]) && !is_tuple(a[0]))
        return raise_error(&TypeError, "constructor requires a sequence");
    if (!is_empty(a[1]) && !is_dict(a[1]))
        return raise_error(&TypeError, "%s() takes a dict as second arg, if any", type->name);
    Tuple *items = tuple_from_iterable(a[0]);
    if (!items || !check_length(actual, items->length)) return VALUE_ERROR;
    Tuple *self = structseq_alloc(actual);
    if (!self) return VALUE_ERROR;
    for (int i = 0; i < actual->total; i++) {
        Value item = i < items->length ? items->items[i] : VALUE_EMPTY;
        if (is_empty(item) && !is_empty(a[1])) item = dict_get_c(as_dict(a[1]), actual->fields[i]);
        if (is_error(item)) return item;
        heap_store_release(self, &self->items[i], is_empty(item) ? VALUE_NONE : item);
    }
    return object_value(self);
}

static bool add_field(StrBuilder *builder, const char *name, Value value, bool first) {
    return (first || builder_add_c(builder, ", ")) &&
           (!name || (builder_add_c(builder, name) && builder_add_c(builder, "="))) &&
           builder_add_repr(builder, value);
}

static Value structseq_repr(Value self) {
    StructSeqType *type = seq_type(self);
    StrBuilder builder;
    builder_init(&builder);
    bool fine = builder_add_c(&builder, type->type.name) && builder_add_c(&builder, "(");
    for (int i = 0; fine && i < type->visible; i++)
        fine = add_field(&builder, type->fields[i], as_tuple(self)->items[i], i == 0);
    Str *text = fine && builder_add_c(&builder, ")") ? builder_finish(&builder) : NULL;
    return text ? object_value(text) : VALUE_ERROR;
}

static Value structseq_reduce(Value *args) {
    StructSeqType *type = seq_type(args[0]);
    Tuple *self = as_tuple(args[0]);
    Tuple *visible = tuple_from_array(self->items, type->visible);
    Dict *hidden = dict_new();
    if (!visible || !hidden) return VALUE_ERROR;
    for (int i = type->visible; i < type->total; i++)
        if (type->fields[i] && !dict_set_c(hidden, type->fields[i], self->items[i])) return VALUE_ERROR;
    Tuple *inner = tuple_pack(2, object_value(visible), object_value(hidden));
    Tuple *result = inner ? tuple_pack(2, object_value(type), object_value(inner)) : NULL;
    return result ? object_value(result) : VALUE_ERROR;
}

static const MethodDef structseq_methods[] = {
    METHOD("__reduce__", structseq_reduce, "($self, /)", NULL),
    {0},
};

static void add_class_attributes(StructSeqType *type) {
    int unnamed = 0;
    List *match = list_new(type->visible);
    for (int i = 0; i < type->total; i++) {
        if (!type->fields[i]) unnamed++;
        else if (i < type->visible && match)
            list_append(match, object_value(str_intern_c(type->fields[i])));
    }
    Tuple *match_args = match ? list_to_tuple(match) : NULL;
    if (!match_args || !type_add(&type->type, "n_sequence_fields", int_value(type->visible)) ||
        !type_add(&type->type, "n_fields", int_value(type->total)) ||
        !type_add(&type->type, "n_unnamed_fields", int_value(unnamed)) ||
        !type_add(&type->type, "__match_args__", object_value(match_args)))
        fatal("no memory for the type %s", type->type.name);
}

static Type *make_type(const char *name, const char *doc, const char *const *fields,
                       int visible_count, int total, bool sealed) {
    StructSeqType *self = calloc(1, sizeof *self);
    MemberDef *members = calloc((size_t)total + 1, sizeof *members);
    if (!self || !members) fatal("no memory for the type %s", name);
    size_t named = 0;
    for (int i = 0; i < total; i++)
        if (fields[i])
            members[named++] = (MemberDef){fields[i], MEMBER_VALUE,
                                           offsetof(Tuple, items) + (size_t)i * sizeof(Value),
                                           MEMBER_READONLY, NULL};
    self->fields = fields;
    self->visible = visible_count;
    self->total = total;
    self->members = members;
    Type *type = &self->type;
    type->name = name;
    type->doc = doc;
    type->base = &tuple_type;
    type->size = sizeof(Tuple);
    type->flags = TYPE_IMMUTABLE | TYPE_SEQUENCE | (sealed ? TYPE_NO_NEW : 0);
    type->root.cell_kind = (CellKind){.trace = structseq_trace, .name = name};
    if (!sealed) type->new_instance = structseq_make;
    type->repr = structseq_repr;
    type->methods = structseq_methods;
    type->members = members;
    type_ready(type);
    add_class_attributes(self);
    return type;
}

Type *structseq_type_new(const char *name, const char *doc, const char *const *fields,
                         int visible_count, int total) {
    return make_type(name, doc, fields, visible_count, total, false);
}

Type *structseq_type_new_sealed(const char *name, const char *doc, const char *const *fields,
                                int visible_count, int total) {
    return make_type(name, doc, fields, visible_count, total, true);
}
