/* call.c - calling anything, and what every value can be asked: repr, str, hash, truth, order. */
#include "object/call.h"

#include "object/lookup.h"
#include "object/native.h"
#include "types/dict.h"
#include "types/exception.h"
#include "types/float.h"
#include "types/int.h"
#include "types/list.h"
#include "types/str.h"
#include "types/str_methods.h"

/* --- calls ------------------------------------------------------------------------------------------- */

Value call(Value callable, Value *args, size_t count, Tuple *names) {
    Type *type = type_of(callable);
    if (unlikely(!type->call)) return raise_error(&TypeError, "'%T' object is not callable", callable);
    return type->call(callable, args, count, names);
}

Value call_0(Value callable) { return call(callable, NULL, 0, NULL); }
Value call_1(Value callable, Value a) { return call(callable, &a, 1, NULL); }
Value call_2(Value callable, Value a, Value b) {
    Value args[2] = {a, b};
    return call(callable, args, 2, NULL);
}
Value call_3(Value callable, Value a, Value b, Value c) {
    Value args[3] = {a, b, c};
    return call(callable, args, 3, NULL);
}

Value call_with(Value callable, Tuple *args, Dict *kwargs) {
    int64_t keywords = kwargs ? dict_length(kwargs) : 0;
    if (keywords == 0) {
        Value *items = args->items; /* callees do not write to their arguments */
        return call(callable, items, (size_t)args->length, NULL);
    }
    List *names = list_new(keywords);
    Array *all = array_new(args->length + keywords);
    if (!names || !all) return VALUE_ERROR;
    for (int64_t i = 0; i < args->length; i++) all->items[i] = args->items[i];
    int64_t position = 0, used = 0;
    Value key, value;
    while (used < keywords && dict_next(kwargs, &position, &key, &value)) {
        if (!is_str(key)) return raise_error(&TypeError, "keywords must be strings");
        if (!list_append(names, key)) return VALUE_ERROR;
        all->items[args->length + used++] = value;
    }
    Tuple *name_tuple = list_to_tuple(names);
    return name_tuple ? call(callable, all->items, (size_t)args->length, name_tuple) : VALUE_ERROR;
}

bool is_callable(Value v) { return type_of(v)->call != NULL; }

/* --- text ---------------------------------------------------------------------------------------------- */

static Value expect_str(Value text, const char *method) {
    if (is_error(text) || is_str(text)) return text;
    return raise_error(&TypeError, "%s returned non-string (type %T)", method, text);
}

Value value_repr(Value v) {
    Type *type = type_of(v);
    if (!type->repr) return object_repr(v);
    if (!stack_enter(" while getting the repr of an object")) return VALUE_ERROR;
    Value text = type->repr(v);
    stack_leave();
    return expect_str(text, "__repr__");
}

Value value_str(Value v) {
    if (is_exactly(v, &str_type)) return v;
    Type *type = type_of(v);
    if (!type->str) return value_repr(v);
    if (!stack_enter(" while getting the str of an object")) return VALUE_ERROR;
    Value text = type->str(v);
    stack_leave();
    return expect_str(text, "__str__");
}

Value value_ascii(Value v) {
    Value repr = value_repr(v);
    if (is_error(repr) || str_is_ascii(as_str(repr))) return repr;
    StrBuilder builder;
    builder_init(&builder);
    const Str *text = as_str(repr);
    for (int64_t i = 0; i < text->length; i++) {
        uint32_t point = str_at(text, i);
        char escape[16];
        if (point < 128) {
            escape[0] = (char)point;
            escape[1] = 0;
        } else {
            snprintf(escape, sizeof escape, point < 0x100 ? "\\x%02x" : point < 0x10000 ? "\\u%04x" : "\\U%08x",
                     point);
        }
        if (!builder_add_c(&builder, escape)) return VALUE_ERROR;
    }
    Str *result = builder_finish(&builder);
    return result ? object_value(result) : VALUE_ERROR;
}

Value value_format(Value v, Str *spec) {
    if (!spec || spec->length == 0) {
        if (is_exactly(v, &str_type)) return v;
        if (is_smallint(v)) return value_str(v);
    }
    if (spec) { /* these classes can not be changed */
        if (is_exact_int(v)) return int_format(v, spec);
        if (is_double(v)) return float_format(v, spec);
        if (is_exact_str(v)) return value_or_error(str_format_spec(as_str(v), spec));
    }
    Value argument = object_value(spec ? spec : str_empty());
    Value result = call_special(v, NAME("__format__"), &argument, 1);
    if (is_empty(result)) return raise_error(&TypeError, "Type %T doesn't define __format__", v);
    if (!is_error(result) && !is_str(result))
        return raise_error(&TypeError, "__format__ must return a str, not %T", result);
    return result;
}

/* --- hash, truth, order ------------------------------------------------------------------------------------ */

int64_t value_hash(Value v) {
    if (is_exactly(v, &str_type)) return str_hash(as_str(v));
    if (is_smallint(v)) return int_hash(v);
    Type *type = type_of(v);
    return type->hash ? type->hash(v) : hash_not_possible(v);
}

int value_truth(Value v) {
    if (is_bool(v)) return is_true(v);
    if (is_none(v)) return 0;
    if (is_smallint(v)) return smallint_of(v) != 0;
    Type *type = type_of(v);
    if (type->truth) return type->truth(v);
    if (type->length) {
        int64_t length = type->length(v);
        return length < 0 ? -1 : length > 0;
    }
    return 1;
}

static const CompareOp swapped[] = {COMPARE_GT, COMPARE_GE, COMPARE_EQ, COMPARE_NE, COMPARE_LT, COMPARE_LE};
static const char *const compare_symbols[] = {"<", "<=", "==", "!=", ">", ">="};

static Value compare_any(Value a, Value b, CompareOp op) {
    Type *left = type_of(a), *right = type_of(b);
    bool tried_right = false;
    if (left != right && right->compare && type_is_subtype(right, left)) {
        tried_right = true;
        Value result = right->compare(b, a, swapped[op]);
        if (!is_not_implemented(result)) return result;
    }
    if (left->compare) {
        Value result = left->compare(a, b, op);
        if (!is_not_implemented(result)) return result;
    }
    if (!tried_right && right->compare) {
        Value result = right->compare(b, a, swapped[op]);
        if (!is_not_implemented(result)) return result;
    }
    if (op == COMPARE_EQ) return bool_value(same_value(a, b));
    if (op == COMPARE_NE) return bool_value(!same_value(a, b));
    return raise_error(&TypeError, "'%s' not supported between instances of '%T' and '%T'",
                       compare_symbols[op], a, b);
}

Value value_compare(Value a, Value b, CompareOp op) {
    if (!stack_enter(" in comparison")) return VALUE_ERROR;
    Value result = compare_any(a, b, op);
    stack_leave();
    return result;
}

int value_compare_bool(Value a, Value b, CompareOp op) {
    if (same_value(a, b)) {
        if (op == COMPARE_EQ) return 1;
        if (op == COMPARE_NE) return 0;
    }
    if (op == COMPARE_EQ && is_exactly(a, &str_type) && is_exactly(b, &str_type))
        return str_equal(as_str(a), as_str(b));
    Value result = value_compare(a, b, op);
    return is_error(result) ? -1 : value_truth(result);
}
