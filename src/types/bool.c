/* bool.c - the type of True and False, which are immediates and ints. */
#include "types/int_private.h"

static Value bool_repr(Value self) { return object_value(is_true(self) ? NAME("True") : NAME("False")); }

static Value bool_new(Type *type, Value *args, size_t count, Tuple *names) {
    static const char signature[] = "(x=False, /)";
    static Signature *parsed;
    Value a[1];
    if (!bind_arguments("bool", signature, &parsed, args, count, names, a)) return VALUE_ERROR;
    if (is_empty(a[0])) return VALUE_FALSE;
    int truth = value_truth(a[0]);
    return truth < 0 ? VALUE_ERROR : bool_value(truth);
}

/* With a bool on both sides the result is one; otherwise int decides. */
static Value bitwise(Value left, Value right, BinaryOp op) {
    if (!is_int(left) || !is_int(right)) return VALUE_NOT_IMPLEMENTED;
    Value result = int_bitwise(left, right, op);
    if (!is_bool(left) || !is_bool(right)) return result;
    return bool_value(int_sign(result) != 0);
}
static Value and_slot(Value left, Value right) { return bitwise(left, right, BINARY_AND); }
static Value or_slot(Value left, Value right) { return bitwise(left, right, BINARY_OR); }
static Value xor_slot(Value left, Value right) { return bitwise(left, right, BINARY_XOR); }

Type bool_type = {
    .name = "bool",
    .doc = "bool(x) -> bool\n\n"
           "Returns True when the argument x is true, False otherwise.\n"
           "The builtins True and False are the only two instances of the class bool.\n"
           "The class bool is a subclass of the class int, and cannot be subclassed.",
    .base = &int_type,
    .flags = TYPE_IMMUTABLE | TYPE_INT | TYPE_MATCH_SELF,
    .size = sizeof(Int),
    .repr = bool_repr,
    .new_instance = bool_new,
    .binary = {[BINARY_AND] = and_slot, [BINARY_OR] = or_slot, [BINARY_XOR] = xor_slot},
};
