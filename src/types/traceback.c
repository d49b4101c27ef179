/* traceback.c - traceback objects: a linked list from the frame that caught an exception to the one
 * that raised it. Only `next` changes after creation (tb_next can be assigned): one atomic word. */
#include "types/exception.h"

#include "types/int.h"
#include "types/list.h"
#include "types/str.h"

extern Type frame_type; /* vm/frame.c */

Value traceback_new(Value next, Value frame, int32_t last_instruction, int32_t lineno) {
    Traceback *self = object_alloc(&traceback_type, sizeof(Traceback));
    if (!self) return VALUE_ERROR;
    heap_store_release(self, &self->next, next);
    heap_store_release(self, &self->frame, frame);
    self->last_instruction = last_instruction;
    self->lineno = lineno;
    return object_value(self);
}

static void traceback_trace(Cell *cell, Marker *marker) {
    Traceback *self = (Traceback *)cell;
    marker_visit(marker, self->next);
    marker_visit(marker, self->frame);
}

static Value traceback_make(Type *type, Value *args, size_t count, Tuple *names) {
    static const char signature[] = "(tb_next, tb_frame, tb_lasti, tb_lineno)";
    static Signature *parsed;
    Value a[4];
    if (!bind_arguments("traceback", signature, &parsed, args, count, names, a)) return VALUE_ERROR;
    if (!is_none(a[0]) && !is_instance_of(a[0], &traceback_type))
        return raise_error(&TypeError, "expected traceback object or None, got '%T'", a[0]);
    if (!is_instance_of(a[1], &frame_type))
        return raise_error(&TypeError,
                           "traceback() argument 'tb_frame' must be frame, not %T", a[1]);
    int64_t last_instruction = value_index_int64(a[2], &OverflowError);
    if (last_instruction == -1 && error_occurred()) return VALUE_ERROR;
    int64_t lineno = value_index_int64(a[3], &OverflowError);
    if (lineno == -1 && error_occurred()) return VALUE_ERROR;
    Value made = traceback_new(a[0], a[1], (int32_t)(last_instruction < 0 ? -2 : last_instruction / 2 - 1),
                               (int32_t)lineno);
    if (!is_error(made)) object_of(made)->kind_bits = last_instruction > 0 && last_instruction % 2;
    return made;
}

static Value get_next(Value self) {
    Value next = value_load_acquire(&OBJECT_AS(Traceback, self)->next);
    return is_empty(next) ? VALUE_NONE : next;
}

static bool set_next(Value self, Value value) {
    Traceback *traceback = OBJECT_AS(Traceback, self);
    if (is_empty(value)) {
        raise_error(&TypeError, "can't delete tb_next attribute");
        return false;
    }
    if (!is_none(value) && !is_instance_of(value, &traceback_type)) {
        raise_error(&TypeError, "expected traceback object, got '%T'", value);
        return false;
    }
    for (Value at = value; is_exactly(at, &traceback_type); at = get_next(at))
        if (same_value(at, self)) {
            raise_error(&ValueError, "traceback loop detected");
            return false;
        }
    heap_store_release(traceback, &traceback->next, value);
    return true;
}

/* Programs count instructions in bytes, two for each, and begin with the entry: co_positions() has one item
 * for two of them. An odd number that a program gave is kept in kind_bits; of -1, -2 is kept. */
static Value get_last_instruction(Value self) {
    int64_t index = OBJECT_AS(Traceback, self)->last_instruction;
    return int_value(index < -1 ? -1 : (index + 1) * 2 + object_of(self)->kind_bits);
}

static Value get_line(Value self) { return smallint_value(traceback_line(OBJECT_AS(Traceback, self))); }

static bool set_line(Value self, Value value) {
    (void)self, (void)value;
    raise_error(&AttributeError, "readonly attribute");
    return false;
}

static Value get_frame(Value self) { return OBJECT_AS(Traceback, self)->frame; }

static Value traceback_dir(Value *args) {
    static const char *const names[] = {"tb_frame", "tb_next", "tb_lasti", "tb_lineno"};
    List *list = list_new(ARRAY_LENGTH(names));
    for (size_t i = 0; list && i < ARRAY_LENGTH(names); i++)
        if (!list_append(list, object_value(str_intern_c(names[i])))) list = NULL;
    return list ? object_value(list) : VALUE_ERROR;
}

static const MethodDef traceback_methods[] = {
    METHOD("__dir__", traceback_dir, "($self, /)", NULL),
    {0},
};
static const GetSetDef traceback_getset[] = {
    {"tb_next", get_next, set_next, NULL},
    {"tb_frame", get_frame, NULL, NULL, AUDIT_READ},
    {"tb_lasti", get_last_instruction, NULL, NULL},
    {"tb_lineno", get_line, set_line, NULL},
    {0},
};
Type traceback_type = {
    .name = "traceback",
    .doc = "Create a new traceback object.",
    .base = &object_type_object,
    .size = sizeof(Traceback),
    .flags = TYPE_IMMUTABLE,
    .root = {.cell_kind = {.trace = traceback_trace, .name = "traceback"}},
    .new_instance = traceback_make,
    .methods = traceback_methods,
    .getset = traceback_getset,
};
