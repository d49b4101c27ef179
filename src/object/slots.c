/* slots.c - between the C slots of a type and its special methods.
 *
 * From C to Python: a builtin type that fills a slot gets, in its dict, a wrapper_descriptor for each
 * special method of that slot (slots_add_wrappers). From Python to C: a class gets, for each slot, the
 * function that its mro says (slots_update): when every special method of the slot that is found is a
 * wrapper of one and the same C function that fits the class, that very function; else a function
 * that looks the special method up at each call (the slot_... functions below). */
#include "object/slots.h"

#include "object/descriptor.h"
#include "object/lookup.h"
#include "types/dict.h"
#include "types/exception.h"
#include "types/int.h"
#include "types/list.h"

typedef enum SlotKind {
    KIND_UNARY, KIND_HASH, KIND_CALL, KIND_GETATTR, KIND_SETATTR, KIND_COMPARE, KIND_NEXT,
    KIND_DESCR_GET, KIND_DESCR_SET, KIND_INIT, KIND_FINALIZE, KIND_LENGTH, KIND_BINARY, KIND_SETITEM,
    KIND_CONTAINS, KIND_REPEAT, KIND_TRUTH, KIND_OPERATOR, KIND_INPLACE,
} SlotKind;

typedef enum WrapKind {
    WRAP_UNARY, WRAP_HASH, WRAP_CALL, WRAP_GETATTR, WRAP_SETATTR, WRAP_DELATTR,
    WRAP_LT, WRAP_LE, WRAP_EQ, WRAP_NE, WRAP_GT, WRAP_GE,
    WRAP_NEXT, WRAP_DESCR_GET, WRAP_DESCR_SET, WRAP_DESCR_DELETE, WRAP_INIT, WRAP_FINALIZE,
    WRAP_LENGTH, WRAP_GETITEM, WRAP_SETITEM, WRAP_DELITEM, WRAP_CONTAINS, WRAP_CONCAT, WRAP_REPEAT,
    WRAP_TRUTH, WRAP_OPERATOR, WRAP_REFLECTED, WRAP_INPLACE, WRAP_POWER, WRAP_REFLECTED_POWER,
} WrapKind;

typedef void (*AnyFunction)(void);

typedef struct SlotDef {
    const char *method;
    size_t offset;        /* of the function in Type */
    SlotKind kind;
    WrapKind wrap;
    AnyFunction generic;  /* looks the special method up */
    const char *signature, *doc;
    Str *name;            /* interned at start-up */
} SlotDef;

typedef struct SlotWrapper {
    Object object;
    const SlotDef *def;
    Type *owner;
    AnyFunction function;
} SlotWrapper;

typedef struct MethodWrapper {
    Object object;
    SlotWrapper *wrapper;
    Value self;
} MethodWrapper;

static AnyFunction slot_function(const Type *type, const SlotDef *def) {
    return load_relaxed((AnyFunction *)((char *)type + def->offset));
}

/* --- functions that look the special method up ------------------------------------------------------- */

/* Calls self.name(args...); TypeError when the class has no such method any more. */
static Value call_slot(Value self, Str *name, Value *args, size_t count) {
    Value result = call_special(self, name, args, count);
    if (unlikely(is_empty(result)))
        return raise_attribute_error(self, name, "'%T' object has no attribute '%U'", self, name);
    return result;
}

#define GENERIC_UNARY(field, method)                                                               \
    static Value generic_##field(Value self) { return call_slot(self, NAME(method), NULL, 0); }
GENERIC_UNARY(await, "__await__")
GENERIC_UNARY(aiter, "__aiter__")
GENERIC_UNARY(anext, "__anext__")
GENERIC_UNARY(negative, "__neg__")
GENERIC_UNARY(positive, "__pos__")
GENERIC_UNARY(absolute, "__abs__")
GENERIC_UNARY(invert, "__invert__")
GENERIC_UNARY(to_int, "__int__")
GENERIC_UNARY(to_float, "__float__")
GENERIC_UNARY(index, "__index__")

static Value generic_repr(Value self) {
    Value result = call_special(self, NAME("__repr__"), NULL, 0);
    return is_empty(result) ? object_repr(self) : result;
}
static Value generic_str(Value self) {
    Value result = call_special(self, NAME("__str__"), NULL, 0);
    return is_empty(result) ? value_repr(self) : result;
}

static int64_t generic_hash(Value self) {
    Value method = type_lookup(type_of(self), NAME("__hash__"));
    if (is_empty(method) || is_none(method)) return hash_not_possible(self);
    Value result = call_special(self, NAME("__hash__"), NULL, 0);
    if (is_error(result)) return -1;
    if (!is_int(result)) {
        raise_error(&TypeError, "__hash__ method should return an integer");
        return -1;
    }
    int64_t hash;
    if (!int_to_int64(result, &hash)) hash = int_hash(result);
    return hash == -1 ? -2 : hash;
}

static Value generic_call(Value self, Value *args, size_t count, Tuple *names) {
    Value method = lookup_special(self, NAME("__call__"));
    if (is_error(method)) return VALUE_ERROR;
    if (is_empty(method)) return raise_error(&TypeError, "'%T' object is not callable", self);
    if (!stack_enter("")) return VALUE_ERROR;
    Value result = call(method, args, count, names);
    stack_leave();
    return result;
}

static Value generic_getattribute(Value self, Str *name);

bool slots_keep_getattribute(Type *type, Value (*function)(Value self, Str *name)) {
    if (likely(type->getattribute == function)) return true;
    if (type->getattribute != generic_getattribute) return false;
    Value getattribute = type_lookup(type, NAME("__getattribute__"));
    return is_exactly(getattribute, &slot_wrapper_type) &&
           OBJECT_AS(SlotWrapper, getattribute)->function == (AnyFunction)function;
}

/* A class with __getattribute__ or __getattr__ of its own. */
static Value generic_getattribute(Value self, Str *name) {
    Type *type = type_of(self);
    Value getattribute = type_lookup(type, NAME("__getattribute__"));
    Value result;
    Value name_value = object_value(name);
    if (is_exactly(getattribute, &slot_wrapper_type) &&
        OBJECT_AS(SlotWrapper, getattribute)->function == (AnyFunction)object_getattribute) {
        /* nobody would see the AttributeError that makes room for __getattr__ */
        result = object_find_attribute(self, name);
        if (is_empty(result)) {
            if (!is_empty(type_lookup(type, NAME("__getattr__"))))
                return call_slot(self, NAME("__getattr__"), &name_value, 1);
            result = raise_no_attribute(self, name);
        }
    } else {
        result = call_slot(self, NAME("__getattribute__"), &name_value, 1);
    }
    if (!is_error(result)) return result;
    Value getattr = type_lookup(type, NAME("__getattr__"));
    if (is_empty(getattr) || !error_clear_if(&AttributeError)) return VALUE_ERROR;
    return call_slot(self, NAME("__getattr__"), &name_value, 1);
}

static bool generic_setattribute(Value self, Str *name, Value value) {
    Value args[2] = {object_value(name), value};
    Value result = is_empty(value) ? call_slot(self, NAME("__delattr__"), args, 1)
                                   : call_slot(self, NAME("__setattr__"), args, 2);
    return !is_error(result);
}

static Str *compare_name(CompareOp op) {
    switch (op) {
    case COMPARE_LT: return NAME("__lt__");
    case COMPARE_LE: return NAME("__le__");
    case COMPARE_EQ: return NAME("__eq__");
    case COMPARE_NE: return NAME("__ne__");
    case COMPARE_GT: return NAME("__gt__");
    default: return NAME("__ge__");
    }
}

/* A special method whose descriptor raises counts as absent here, as in CPython. */
static Value generic_compare(Value self, Value other, CompareOp op) {
    Str *name = compare_name(op);
    Value method = type_lookup(type_of(self), name);
    if (is_empty(method)) return VALUE_NOT_IMPLEMENTED;
    if (!stack_enter(" in comparison")) return VALUE_ERROR;
    Value result;
    if (likely(type_has(type_of(method), TYPE_METHOD_LIKE))) {
        result = call_special(self, name, &other, 1);
    } else {
        method = lookup_special(self, name);
        if (is_error(method)) error_clear();
        result = is_error(method) || is_empty(method) ? VALUE_EMPTY : call_1(method, other);
    }
    stack_leave();
    return is_empty(result) ? VALUE_NOT_IMPLEMENTED : result;
}

static Value generic_iter(Value self) {
    Value method = type_lookup(type_of(self), NAME("__iter__"));
    if (is_none(method)) return raise_error(&TypeError, "'%T' object is not iterable", self);
    if (!is_empty(method)) return call_slot(self, NAME("__iter__"), NULL, 0);
    return raise_error(&TypeError, "'%T' object is not iterable", self);
}

/* A StopIteration goes on as it is, with its value: iter_next() and its like take it for the end. */
static Value generic_next(Value self) { return call_slot(self, NAME("__next__"), NULL, 0); }

static Value generic_descr_get(Value self, Value instance, Value owner) {
    Value args[2] = {is_empty(instance) ? VALUE_NONE : instance, is_empty(owner) ? VALUE_NONE : owner};
    Value result = call_special(self, NAME("__get__"), args, 2);
    return is_empty(result) ? self : result;
}

static bool generic_descr_set(Value self, Value instance, Value value) {
    Value args[2] = {instance, value};
    Value result = is_empty(value) ? call_special(self, NAME("__delete__"), args, 1)
                                   : call_special(self, NAME("__set__"), args, 2);
    if (is_empty(result)) {
        Str *name = is_empty(value) ? NAME("__delete__") : NAME("__set__");
        raise_attribute_error(self, name, "%U", name);
        return false;
    }
    return !is_error(result);
}

static bool generic_init(Value self, Value *args, size_t count, Tuple *names) {
    Value method = lookup_special(self, NAME("__init__"));
    if (is_error(method)) return false;
    if (is_empty(method)) return true;
    Value result = call(method, args, count, names);
    if (is_error(result)) return false;
    if (!is_none(result)) {
        raise_error(&TypeError, "__init__() should return None, not '%T'", result);
        return false;
    }
    return true;
}

static void generic_finalize(Value self) {
    Value saved = error_fetch();
    Value method = lookup_special(self, NAME("__del__"));
    if (!is_empty(method) && !is_error(method)) {
        if (is_error(call(method, NULL, 0, NULL)))
            error_write_unraisable(NULL, type_lookup(type_of(self), NAME("__del__")));
    } else if (is_error(method)) {
        error_write_unraisable(NULL, self);
    }
    if (!is_empty(saved)) error_restore(saved);
}

static int64_t length_result(Value result) {
    if (is_error(result)) return -1;
    result = value_index(result);
    if (is_error(result)) return -1;
    if (int_sign(result) < 0) {
        raise_error(&ValueError, "__len__() should return >= 0");
        return -1;
    }
    return value_index_int64(result, &OverflowError);
}

static int64_t generic_length(Value self) {
    return length_result(call_slot(self, NAME("__len__"), NULL, 0));
}

static Value generic_getitem(Value self, Value key) {
    return call_slot(self, NAME("__getitem__"), &key, 1);
}

static bool generic_setitem(Value self, Value key, Value value) {
    Value args[2] = {key, value};
    Value result = is_empty(value) ? call_slot(self, NAME("__delitem__"), args, 1)
                                   : call_slot(self, NAME("__setitem__"), args, 2);
    return !is_error(result);
}

static int generic_contains(Value self, Value item) {
    Value method = type_lookup(type_of(self), NAME("__contains__"));
    if (is_none(method)) {
        raise_error(&TypeError, "'%T' object is not a container", self);
        return -1;
    }
    if (!is_empty(method)) {
        Value result = call_slot(self, NAME("__contains__"), &item, 1);
        return is_error(result) ? -1 : value_truth(result);
    }
    Value iterator = get_iter(self);
    if (is_error(iterator)) return -1;
    for (;;) {
        Value next = iter_next(iterator);
        if (is_error(next)) return -1;
        if (is_empty(next)) return 0;
        int equal = value_equal(next, item);
        if (equal) return equal;
    }
}

static int generic_truth(Value self) {
    Value method = type_lookup(type_of(self), NAME("__bool__"));
    if (is_empty(method)) {
        if (!is_empty(type_lookup(type_of(self), NAME("__len__")))) {
            int64_t length = generic_length(self);
            return length < 0 ? -1 : length > 0;
        }
        return 1;
    }
    Value result = call_slot(self, NAME("__bool__"), NULL, 0);
    if (is_error(result)) return -1;
    if (!is_bool(result)) {
        raise_error(&TypeError, "__bool__ should return bool, returned %T", result);
        return -1;
    }
    return is_true(result);
}

/* left op right where a class defines the method or its reflection. `here` is this very function: a
 * type that has it in its slot has Python-level methods. */
static Value operator_by_method(Value left, Value right, Str *method, Str *reflected, size_t offset,
                                AnyFunction here) {
    Type *left_type = type_of(left), *right_type = type_of(right);
    AnyFunction left_slot = load_relaxed((AnyFunction *)((char *)left_type + offset));
    AnyFunction right_slot = load_relaxed((AnyFunction *)((char *)right_type + offset));
    bool try_right = left_type != right_type && right_slot == here;
    if (left_slot == here) {
        if (try_right && type_is_subtype(right_type, left_type)) {
            Value own = type_lookup(right_type, reflected);
            if (!is_empty(own) && !same_value(own, type_lookup(left_type, reflected))) {
                Value result = call_special(right, reflected, &left, 1);
                if (!is_empty(result) && !is_not_implemented(result)) return result;
                try_right = false;
            }
        }
        Value result = call_special(left, method, &right, 1);
        if (!is_empty(result) && !is_not_implemented(result)) return result;
    }
    if (try_right) {
        Value result = call_special(right, reflected, &left, 1);
        if (!is_empty(result)) return result;
    }
    return VALUE_NOT_IMPLEMENTED;
}

#define BINARY(op, method, reflected, symbol)                                                      \
    static Value generic_binary_##op(Value left, Value right) {                                    \
        return operator_by_method(left, right, NAME(method), NAME(reflected),                      \
                                  offsetof(Type, binary) + BINARY_##op * sizeof(AnyFunction),      \
                                  (AnyFunction)generic_binary_##op);                               \
    }
#include "object/slots.def"
#define INPLACE(op, method, symbol)                                                                \
    static Value generic_inplace_##op(Value self, Value other) {                                   \
        Value result = call_special(self, NAME(method), &other, 1);                                \
        return is_empty(result) ? VALUE_NOT_IMPLEMENTED : result;                                  \
    }
#include "object/slots.def"

/* pow(base, exponent, modulus) of a class. */
static Value generic_power(Value base, Value exponent, Value modulus) {
    Value args[2] = {exponent, modulus};
    Value result = call_special(base, NAME("__pow__"), args, 2);
    return is_empty(result) ? VALUE_NOT_IMPLEMENTED : result;
}

/* Classes reach sequence operators through the numeric slots. */
#define generic_concat NULL
#define generic_repeat NULL
#define generic_inplace_concat NULL
#define generic_inplace_repeat NULL

/* --- the table ------------------------------------------------------------------------------------------ */

#define NO_SIGNATURE NULL
static SlotDef slot_defs[] = {
#define SLOT(field, kind, method, wrap, signature, doc)                                            \
    {method, offsetof(Type, field), KIND_##kind, wrap, (AnyFunction)generic_##field, signature, doc, NULL},
#include "object/slots.def"
#define BINARY(op, method, reflected, symbol)                                                      \
    {method, offsetof(Type, binary) + BINARY_##op * sizeof(AnyFunction), KIND_OPERATOR,            \
     BINARY_##op == BINARY_POWER ? WRAP_POWER : WRAP_OPERATOR, (AnyFunction)generic_binary_##op,   \
     BINARY_##op == BINARY_POWER ? "($self, value, mod=None, /)" : "($self, value, /)",            \
     "Return self" symbol "value.", NULL},                                                         \
    {reflected, offsetof(Type, binary) + BINARY_##op * sizeof(AnyFunction), KIND_OPERATOR,         \
     BINARY_##op == BINARY_POWER ? WRAP_REFLECTED_POWER : WRAP_REFLECTED,                          \
     (AnyFunction)generic_binary_##op,                                                             \
     BINARY_##op == BINARY_POWER ? "($self, value, mod=None, /)" : "($self, value, /)",            \
     "Return value" symbol "self.", NULL},
#include "object/slots.def"
#define INPLACE(op, method, symbol)                                                                \
    {method, offsetof(Type, inplace) + BINARY_##op * sizeof(AnyFunction), KIND_INPLACE,            \
     WRAP_INPLACE, (AnyFunction)generic_inplace_##op, "($self, value, /)",                         \
     "Return self" symbol "value.", NULL},
#include "object/slots.def"
};

static void intern_names(void) {
    for (size_t i = 0; i < ARRAY_LENGTH(slot_defs); i++)
        if (!slot_defs[i].name) slot_defs[i].name = str_intern_c(slot_defs[i].method);
}

void slots_inherit(Type *type, const Type *base) {
    AnyFunction *to = (AnyFunction *)&type->repr;
    AnyFunction *from = (AnyFunction *)&base->repr;
    size_t count = (offsetof(Type, methods) - offsetof(Type, repr)) / sizeof(AnyFunction);
    /* comparison and hash go together: who defines one of them does not inherit the other */
    bool own_compare = type->compare != NULL, own_hash = type->hash != NULL;
    for (size_t i = 0; i < count; i++) {
        bool is_compare = &to[i] == (AnyFunction *)&type->compare;
        bool is_hash = &to[i] == (AnyFunction *)&type->hash;
        if ((is_compare || is_hash) && (own_compare || own_hash)) continue;
        if (&to[i] == (AnyFunction *)&type->finalize || &to[i] == (AnyFunction *)&type->new_instance)
            continue;
        if (!to[i]) to[i] = from[i];
    }
    if (!type->hash) type->hash = own_compare ? hash_not_possible : base->hash;
    if (!type->compare) type->compare = base->compare;
    if (!type->finalize) type->finalize = base->finalize;
}

bool slots_add_wrappers(Type *type, const Type *base) {
    intern_names();
    for (size_t i = 0; i < ARRAY_LENGTH(slot_defs); i++) {
        SlotDef *def = &slot_defs[i];
        AnyFunction function = slot_function(type, def);
        if (!function || (base && function == slot_function(base, def))) continue;
        if (!is_empty(dict_get_str(type->dict, def->name))) continue;
        if (function == (AnyFunction)hash_not_possible) {
            if (!dict_set_str(type->dict, def->name, VALUE_NONE)) return false;
            continue;
        }
        SlotWrapper *wrapper = object_alloc(&slot_wrapper_type, sizeof *wrapper);
        if (!wrapper) return false;
        wrapper->def = def;
        wrapper->owner = type;
        wrapper->function = function;
        if (!dict_set_str(type->dict, def->name, object_value(wrapper))) return false;
    }
    return true;
}

/* What the slot of `def` (and of the lines that share it) should be for this class. */
static AnyFunction choose_function(Type *type, size_t first, size_t end) {
    SlotDef *def = &slot_defs[first];
    AnyFunction chosen = NULL;
    bool use_generic = false;
    for (size_t i = first; i < end; i++) {
        Value found = type_lookup(type, slot_defs[i].name);
        if (is_empty(found)) continue;
        if (is_exactly(found, &slot_wrapper_type)) {
            SlotWrapper *wrapper = OBJECT_AS(SlotWrapper, found);
            /* list's __add__ is its concat; but a class may set __str__ = int.__repr__. */
            bool same_name = wrapper->def->name == slot_defs[i].name, fits = type_is_subtype(type, wrapper->owner);
            if (wrapper->def->offset != def->offset && same_name && fits) continue;
            if (fits && wrapper->def->wrap == slot_defs[i].wrap) {
                if (!chosen || chosen == wrapper->function) {
                    chosen = wrapper->function;
                    continue;
                }
            }
            use_generic = true;
        } else if (is_none(found) && def->kind == KIND_HASH) {
            chosen = (AnyFunction)hash_not_possible;
        } else {
            use_generic = true;
        }
    }
    if (def->kind == KIND_GETATTR && !is_empty(type_lookup(type, NAME("__getattr__"))))
        use_generic = true;
    return use_generic ? slot_defs[first].generic : chosen;
}

static bool concerns(size_t first, size_t end, const Str *name) {
    for (size_t i = first; i < end; i++)
        if (slot_defs[i].name == name) return true;
    return slot_defs[first].kind == KIND_GETATTR && str_equal_c(name, "__getattr__");
}

/* The special methods that some class of a new class's mro defines which the mro of its base does not
 * have: the class itself, and what it mixes in. */
typedef struct Mentioned {
    bool methods[ARRAY_LENGTH(slot_defs)]; /* as slot_defs */
    bool getattr;                          /* __getattr__ */
} Mentioned;

/* False: a key is no ordinary str, and must be asked. */
static bool mention_names(Mentioned *mentioned, Dict *dict) {
    int64_t position = 0;
    Value key, value;
    while (dict_next(dict, &position, &key, &value)) {
        if (!is_exact_str(key)) return false;
        Str *name = as_str(key);
        if (name->length < 5 || str_at(name, 0) != '_' || str_at(name, 1) != '_') continue;
        bool interned = str_is_interned(name);
        for (size_t i = 0; i < ARRAY_LENGTH(slot_defs); i++)
            if (slot_defs[i].name == name || (!interned && str_equal(slot_defs[i].name, name)))
                mentioned->methods[i] = true;
        if (str_equal(name, NAME("__getattr__"))) mentioned->getattr = true;
    }
    return true;
}

/* What is not mentioned has for the class the same meaning as for its base, if the classes of the base's
 * mro come in the same order in the class's own. False: that is not so. */
static bool find_mentioned(const Type *type, Mentioned *mentioned) {
    *mentioned = (Mentioned){0};
    const Tuple *mro = load_acquire(&type->mro), *of_base = load_acquire(&type->base->mro);
    int64_t common = 0;
    for (int64_t i = 0; i < mro->length; i++) {
        if (common < of_base->length && same_value(mro->items[i], of_base->items[common])) common++;
        else if (!is_type(mro->items[i]) || !mention_names(mentioned, OBJECT_AS(Type, mro->items[i])->dict))
            return false;
    }
    return common == of_base->length;
}

static bool slot_is_inherited(const Mentioned *mentioned, size_t first, size_t end) {
    for (size_t i = first; i < end; i++)
        if (mentioned->methods[i]) return false;
    return slot_defs[first].kind != KIND_GETATTR || !mentioned->getattr;
}

/* What slots_update() has found: the slots that are other than they should be. */
typedef struct SlotChanges {
    size_t count;
    struct { AnyFunction *slot, function; } list[ARRAY_LENGTH(slot_defs) + 1];
    bool finalizer;
} SlotChanges;

static void note_change(SlotChanges *changes, AnyFunction *slot, AnyFunction function) {
    if (*slot == function) return;
    changes->list[changes->count].slot = slot;
    changes->list[changes->count++].function = function;
}

static void find_changes(Type *type, Str *name, SlotChanges *changes) {
    Mentioned mentioned = {0};
    bool may_inherit = !name && find_mentioned(type, &mentioned);
    changes->count = 0;
    changes->finalizer = false;
    for (size_t i = 0, end; i < ARRAY_LENGTH(slot_defs); i = end) {
        AnyFunction function = NULL;
        SlotDef *def = &slot_defs[i];
        for (end = i; end < ARRAY_LENGTH(slot_defs) && slot_defs[end].offset == def->offset;) end++;
        if (name && !concerns(i, end, name)) continue;
        function = may_inherit && slot_is_inherited(&mentioned, i, end) ? slot_function(type->base, def)
                                                                        : choose_function(type, i, end);
        if (function == NULL && def->kind == KIND_FINALIZE) continue;
        note_change(changes, (AnyFunction *)((char *)type + def->offset), function);
        if (def->kind == KIND_FINALIZE) changes->finalizer = true;
        if (def->offset == offsetof(Type, binary) + BINARY_POWER * sizeof(AnyFunction)) {
            bool generic = function == (AnyFunction)generic_binary_POWER;
            note_change(changes, (AnyFunction *)&type->power,
                        (AnyFunction)(generic ? generic_power : type->base->power));
        }
    }
}

static void make_changes(Type *type, const SlotChanges *changes) {
    for (size_t i = 0; i < changes->count; i++) *changes->list[i].slot = changes->list[i].function;
    if (changes->finalizer) fetch_or_relaxed(&type->flags, TYPE_HAS_FINALIZER);
    if (type->getattribute == object_getattribute) {
        fetch_or_relaxed(&type->flags, TYPE_PLAIN_GETATTR);
    } else {
        __atomic_fetch_and(&type->flags, ~(uint32_t)TYPE_PLAIN_GETATTR, __ATOMIC_RELAXED);
    }
}

/* A slot must not stay as it was right before another thread's change of the class. That one first
 * takes the class's version, then changes its dict, then comes here itself; so what was found is good
 * as long as the version is what it was before the search. */
void slots_update(Type *type, Str *name) {
    for (;;) {
        SlotChanges changes;
        uint32_t version = type_version(type);
        find_changes(type, name, &changes);
        bool plain = type->getattribute == object_getattribute;
        if (changes.count == 0 && plain == type_has(type, TYPE_PLAIN_GETATTR) &&
            (!changes.finalizer || type_has(type, TYPE_HAS_FINALIZER)))
            return;
        bool held = class_hold(type);
        bool current = load_relaxed(&type->version) == version;
        if (current) make_changes(type, &changes);
        class_release(held);
        if (current) return;
    }
}

/* --- calling a wrapper -------------------------------------------------------------------------------------- */

static bool expect_arguments(const SlotDef *def, size_t count, size_t least, size_t most, Tuple *names) {
    if (names && names->length) {
        raise_error(&TypeError, "wrapper %s() takes no keyword arguments", def->method);
        return false;
    }
    if (count >= least && count <= most) return true;
    if (least == most) {
        raise_error(&TypeError, "expected %zu argument%s, got %zu", least, least == 1 ? "" : "s", count);
    } else {
        raise_error(&TypeError, "expected at %s %zu argument%s, got %zu", count < least ? "least" : "most",
                    count < least ? least : most, (count < least ? least : most) == 1 ? "" : "s", count);
    }
    return false;
}

static Value name_argument(Value v) {
    if (!is_str(v)) return raise_error(&TypeError, "attribute name must be string, not '%T'", v);
    Str *name = str_intern(as_str(v));
    return name ? object_value(name) : VALUE_ERROR;
}

/* object.__setattr__ and type.__setattr__ may not be used on objects whose class overrides them in C. */
static bool check_set_attribute(SlotWrapper *wrapper, Value self) {
    Type *type = type_of(self);
    while (type && type_has(type, TYPE_HEAP)) type = type->base;
    if (type && (AnyFunction)type->setattribute != wrapper->function && !type_has(type, TYPE_MODULE)) {
        raise_error(&TypeError, "can't apply this %s to %T object", wrapper->def->method, self);
        return false;
    }
    return true;
}

static Value none_if(bool succeeded) { return succeeded ? VALUE_NONE : VALUE_ERROR; }
static Value bool_result(int result) { return result < 0 ? VALUE_ERROR : bool_value(result); }

static Value wrapper_invoke(SlotWrapper *wrapper, Value self, Value *args, size_t count, Tuple *names) {
    const SlotDef *def = wrapper->def;
    AnyFunction f = wrapper->function;
    switch (def->wrap) {
    case WRAP_UNARY:
        if (!expect_arguments(def, count, 0, 0, names)) return VALUE_ERROR;
        return ((Value(*)(Value))f)(self);
    case WRAP_NEXT: {
        if (!expect_arguments(def, count, 0, 0, names)) return VALUE_ERROR;
        Value result = ((Value(*)(Value))f)(self);
        return is_empty(result) ? raise_stop_iteration(VALUE_EMPTY) : result;
    }
    case WRAP_HASH: {
        if (!expect_arguments(def, count, 0, 0, names)) return VALUE_ERROR;
        int64_t hash = ((int64_t(*)(Value))f)(self);
        return hash == -1 ? VALUE_ERROR : int_value(hash);
    }
    case WRAP_LENGTH: {
        if (!expect_arguments(def, count, 0, 0, names)) return VALUE_ERROR;
        int64_t length = ((int64_t(*)(Value))f)(self);
        return length < 0 ? VALUE_ERROR : int_value(length);
    }
    case WRAP_TRUTH:
        if (!expect_arguments(def, count, 0, 0, names)) return VALUE_ERROR;
        return bool_result(((int (*)(Value))f)(self));
    case WRAP_CALL:
        return ((Value(*)(Value, Value *, size_t, Tuple *))f)(self, args, count, names);
    case WRAP_INIT:
        return none_if(((bool (*)(Value, Value *, size_t, Tuple *))f)(self, args, count, names));
    case WRAP_GETATTR: {
        if (!expect_arguments(def, count, 1, 1, names)) return VALUE_ERROR;
        Value name = name_argument(args[0]);
        return is_error(name) ? name : ((Value(*)(Value, Str *))f)(self, as_str(name));
    }
    case WRAP_SETATTR: case WRAP_DELATTR: {
        size_t expected = def->wrap == WRAP_SETATTR ? 2 : 1;
        if (!expect_arguments(def, count, expected, expected, names)) return VALUE_ERROR;
        Value name = name_argument(args[0]);
        if (is_error(name) || !check_set_attribute(wrapper, self)) return VALUE_ERROR;
        return none_if(((bool (*)(Value, Str *, Value))f)(self, as_str(name),
                                                          expected == 2 ? args[1] : VALUE_EMPTY));
    }
    case WRAP_LT: case WRAP_LE: case WRAP_EQ: case WRAP_NE: case WRAP_GT: case WRAP_GE:
        if (!expect_arguments(def, count, 1, 1, names)) return VALUE_ERROR;
        return ((Value(*)(Value, Value, CompareOp))f)(self, args[0], (CompareOp)(def->wrap - WRAP_LT));
    case WRAP_DESCR_GET: {
        if (!expect_arguments(def, count, 1, 2, names)) return VALUE_ERROR;
        Value instance = is_none(args[0]) ? VALUE_EMPTY : args[0];
        Value owner = count < 2 || is_none(args[1]) ? VALUE_EMPTY : args[1];
        if (is_empty(instance) && is_empty(owner))
            return raise_error(&TypeError, "__get__(None, None) is invalid");
        return ((Value(*)(Value, Value, Value))f)(self, instance, owner);
    }
    case WRAP_DESCR_SET: case WRAP_DESCR_DELETE: {
        size_t expected = def->wrap == WRAP_DESCR_SET ? 2 : 1;
        if (!expect_arguments(def, count, expected, expected, names)) return VALUE_ERROR;
        return none_if(((bool (*)(Value, Value, Value))f)(self, args[0],
                                                          expected == 2 ? args[1] : VALUE_EMPTY));
    }
    case WRAP_FINALIZE:
        if (!expect_arguments(def, count, 0, 0, names)) return VALUE_ERROR;
        ((void (*)(Value))f)(self);
        return VALUE_NONE;
    case WRAP_GETITEM: case WRAP_CONCAT: case WRAP_OPERATOR: case WRAP_INPLACE:
        if (!expect_arguments(def, count, 1, 1, names)) return VALUE_ERROR;
        return ((Value(*)(Value, Value))f)(self, args[0]);
    case WRAP_REFLECTED:
        if (!expect_arguments(def, count, 1, 1, names)) return VALUE_ERROR;
        return ((Value(*)(Value, Value))f)(args[0], self);
    case WRAP_POWER:
        if (!expect_arguments(def, count, 1, 2, names)) return VALUE_ERROR;
        if (count == 2 && !is_none(args[1])) {
            Type *owner = wrapper->owner;
            return owner->power ? owner->power(self, args[0], args[1]) : VALUE_NOT_IMPLEMENTED;
        }
        return ((Value(*)(Value, Value))f)(self, args[0]);
    case WRAP_REFLECTED_POWER:
        if (!expect_arguments(def, count, 1, 2, names)) return VALUE_ERROR;
        return ((Value(*)(Value, Value))f)(args[0], self);
    case WRAP_SETITEM: case WRAP_DELITEM: {
        size_t expected = def->wrap == WRAP_SETITEM ? 2 : 1;
        if (!expect_arguments(def, count, expected, expected, names)) return VALUE_ERROR;
        return none_if(((bool (*)(Value, Value, Value))f)(self, args[0],
                                                          expected == 2 ? args[1] : VALUE_EMPTY));
    }
    case WRAP_CONTAINS:
        if (!expect_arguments(def, count, 1, 1, names)) return VALUE_ERROR;
        return bool_result(((int (*)(Value, Value))f)(self, args[0]));
    case WRAP_REPEAT: {
        if (!expect_arguments(def, count, 1, 1, names)) return VALUE_ERROR;
        int64_t times = value_index_int64(args[0], &OverflowError);
        if (times == -1 && error_occurred()) return VALUE_ERROR;
        return ((Value(*)(Value, int64_t))f)(self, times);
    }
    }
    return raise_error(&SystemError, "bad slot wrapper");
}

/* --- the two types ---------------------------------------------------------------------------------------------- */

static Value slot_wrapper_call(Value self, Value *args, size_t count, Tuple *names) {
    SlotWrapper *wrapper = OBJECT_AS(SlotWrapper, self);
    if (count < 1)
        return raise_error(&TypeError, "descriptor '%s' of '%s' object needs an argument",
                           wrapper->def->method, wrapper->owner->name);
    if (!is_instance_of(args[0], wrapper->owner))
        return raise_error(&TypeError, "descriptor '%s' requires a '%s' object but received a '%T'",
                           wrapper->def->method, wrapper->owner->name, args[0]);
    if (!stack_enter(" while calling a Python object")) return VALUE_ERROR;
    Value result = wrapper_invoke(wrapper, args[0], args + 1, count - 1, names);
    stack_leave();
    return result;
}

static Value slot_wrapper_get(Value self, Value instance, Value owner) {
    SlotWrapper *wrapper = OBJECT_AS(SlotWrapper, self);
    if (is_empty(instance)) return self;
    if (!is_instance_of(instance, wrapper->owner))
        return raise_error(&TypeError, "descriptor '%s' for '%s' objects doesn't apply to a '%T' object",
                           wrapper->def->method, wrapper->owner->name, instance);
    MethodWrapper *bound = object_alloc(&method_wrapper_type, sizeof *bound);
    if (!bound) return VALUE_ERROR;
    bound->wrapper = wrapper;
    bound->self = instance;
    return object_value(bound);
}

static Value slot_wrapper_repr(Value self) {
    SlotWrapper *wrapper = OBJECT_AS(SlotWrapper, self);
    Str *text = str_format("<slot wrapper '%s' of '%s' objects>", wrapper->def->method,
                           wrapper->owner->name);
    return text ? object_value(text) : VALUE_ERROR;
}

static Value text_or_error(Str *text) { return text ? object_value(text) : VALUE_ERROR; }
static Value slot_wrapper_name(Value self) {
    return object_value(OBJECT_AS(SlotWrapper, self)->def->name);
}
static Value slot_wrapper_qualname(Value self) {
    SlotWrapper *wrapper = OBJECT_AS(SlotWrapper, self);
    return text_or_error(str_format("%s.%s", type_name(wrapper->owner), wrapper->def->method));
}
static Value slot_wrapper_doc(Value self) {
    return text_or_error(str_from_c(OBJECT_AS(SlotWrapper, self)->def->doc));
}
static Value slot_wrapper_signature(Value self) {
    return text_or_error(str_from_c(OBJECT_AS(SlotWrapper, self)->def->signature));
}
static Value slot_wrapper_owner(Value self) {
    return object_value(OBJECT_AS(SlotWrapper, self)->owner);
}
static Value reduce_by_getattr(Value owner, Value name) {
    Value getattr = dict_get_c(runtime.builtins, "getattr");
    if (is_empty(getattr)) return raise_error(&RuntimeError, "builtins.getattr is gone");
    Tuple *arguments = tuple_pack(2, owner, name);
    Tuple *result = arguments ? tuple_pack(2, getattr, object_value(arguments)) : NULL;
    return result ? object_value(result) : VALUE_ERROR;
}
static Value slot_wrapper_reduce(Value *args) {
    SlotWrapper *wrapper = OBJECT_AS(SlotWrapper, args[0]);
    return reduce_by_getattr(object_value(wrapper->owner), object_value(wrapper->def->name));
}
static void slot_wrapper_trace(Cell *cell, Marker *marker) {
    marker_visit_pointer(marker, ((SlotWrapper *)cell)->owner);
}
static const GetSetDef slot_wrapper_getset[] = {
    {"__name__", slot_wrapper_name}, {"__qualname__", slot_wrapper_qualname},
    {"__doc__", slot_wrapper_doc}, {"__text_signature__", slot_wrapper_signature},
    {"__objclass__", slot_wrapper_owner}, {0}};
static const MethodDef slot_wrapper_methods[] = {
    METHOD("__reduce__", slot_wrapper_reduce, "($self, /)", NULL), {0}};
Type slot_wrapper_type = {
    .root = {.cell_kind = {.trace = slot_wrapper_trace, .name = "wrapper_descriptor"}},
    .name = "wrapper_descriptor",
    .base = &object_type_object,
    .flags = TYPE_NO_NEW | TYPE_METHOD_LIKE,
    .size = sizeof(SlotWrapper),
    .call = slot_wrapper_call,
    .descr_get = slot_wrapper_get,
    .repr = slot_wrapper_repr,
    .methods = slot_wrapper_methods,
    .getset = slot_wrapper_getset,
};

static Value method_wrapper_call(Value self, Value *args, size_t count, Tuple *names) {
    MethodWrapper *bound = OBJECT_AS(MethodWrapper, self);
    if (!stack_enter(" while calling a Python object")) return VALUE_ERROR;
    Value result = wrapper_invoke(bound->wrapper, bound->self, args, count, names);
    stack_leave();
    return result;
}
static Value method_wrapper_repr(Value self) {
    MethodWrapper *bound = OBJECT_AS(MethodWrapper, self);
    return text_or_error(str_format("<method-wrapper '%s' of %T object at %p>",
                                    bound->wrapper->def->method, bound->self,
                                    (void *)object_of(bound->self)));
}
static Value method_wrapper_compare(Value self, Value other, CompareOp op) {
    if ((op != COMPARE_EQ && op != COMPARE_NE) || !is_exactly(other, &method_wrapper_type))
        return VALUE_NOT_IMPLEMENTED;
    MethodWrapper *a = OBJECT_AS(MethodWrapper, self), *b = OBJECT_AS(MethodWrapper, other);
    bool equal = a->wrapper->def == b->wrapper->def && same_value(a->self, b->self);
    return bool_value(equal == (op == COMPARE_EQ));
}
static int64_t method_wrapper_hash(Value self) {
    MethodWrapper *bound = OBJECT_AS(MethodWrapper, self);
    int64_t hash = hash_identity(bound->self) ^ hash_identity(object_value(bound->wrapper));
    return hash == -1 ? -2 : hash;
}
static Value method_wrapper_self(Value self) { return OBJECT_AS(MethodWrapper, self)->self; }
static Value method_wrapper_name(Value self) {
    return object_value(OBJECT_AS(MethodWrapper, self)->wrapper->def->name);
}
static Value method_wrapper_qualname(Value self) {
    return slot_wrapper_qualname(object_value(OBJECT_AS(MethodWrapper, self)->wrapper));
}
static Value method_wrapper_doc(Value self) {
    return slot_wrapper_doc(object_value(OBJECT_AS(MethodWrapper, self)->wrapper));
}
static Value method_wrapper_signature(Value self) {
    return slot_wrapper_signature(object_value(OBJECT_AS(MethodWrapper, self)->wrapper));
}
static Value method_wrapper_owner(Value self) {
    return object_value(OBJECT_AS(MethodWrapper, self)->wrapper->owner);
}
static Value method_wrapper_reduce(Value *args) {
    MethodWrapper *bound = OBJECT_AS(MethodWrapper, args[0]);
    return reduce_by_getattr(bound->self, object_value(bound->wrapper->def->name));
}
static void method_wrapper_trace(Cell *cell, Marker *marker) {
    marker_visit_pointer(marker, ((MethodWrapper *)cell)->wrapper);
    marker_visit(marker, ((MethodWrapper *)cell)->self);
}
static const GetSetDef method_wrapper_getset[] = {
    {"__self__", method_wrapper_self}, {"__name__", method_wrapper_name},
    {"__qualname__", method_wrapper_qualname}, {"__doc__", method_wrapper_doc},
    {"__text_signature__", method_wrapper_signature}, {"__objclass__", method_wrapper_owner}, {0}};
static const MethodDef method_wrapper_methods[] = {
    METHOD("__reduce__", method_wrapper_reduce, "($self, /)", NULL), {0}};
Type method_wrapper_type = {
    .root = {.cell_kind = {.trace = method_wrapper_trace, .name = "method-wrapper"}},
    .name = "method-wrapper",
    .base = &object_type_object,
    .flags = TYPE_NO_NEW,
    .size = sizeof(MethodWrapper),
    .call = method_wrapper_call,
    .repr = method_wrapper_repr,
    .compare = method_wrapper_compare,
    .hash = method_wrapper_hash,
    .methods = method_wrapper_methods,
    .getset = method_wrapper_getset,
};
