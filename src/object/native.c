/* native.c - functions written in C: signatures, binding of arguments, and the three types they are
 * seen as (builtin_function_or_method, method_descriptor, classmethod_descriptor).
 *
 * A MethodDef's text signature is parsed when the function object is first called: most never are.
 * Until then the object has a signature that no call fits, so that whoever looks for the short way
 * finds none and comes here. Binding lays the caller's arguments out as one value per parameter,
 * VALUE_EMPTY where none was given; when the caller gave every parameter by position the arguments are
 * passed on where they lie. */
#include "object/native.h"

#include "object/audit.h"

#include <ctype.h>
#include <stdlib.h>
#include "object/descriptor.h"
#include "object/lookup.h"
#include "types/dict.h"
#include "types/exception.h"
#include "types/list.h"
#include "types/module.h"
#include "types/str.h"

enum { PARAMETERS_MAX = 40 };

/* --- signatures ---------------------------------------------------------------------------------------- */

/* Skips a default value: up to the comma or parenthesis that ends the parameter. */
static const char *skip_default(const char *p) {
    int depth = 0;
    char quote = 0;
    for (; *p; p++) {
        if (quote) {
            if (*p == '\\' && p[1]) p++;
            else if (*p == quote) quote = 0;
        } else if (*p == '\'' || *p == '"') {
            quote = *p;
        } else if (strchr("([{", *p)) {
            depth++;
        } else if (strchr(")]}", *p)) {
            if (depth-- == 0) return p;
        } else if (*p == ',' && depth == 0) {
            return p;
        }
    }
    return p;
}

Signature *signature_parse(const char *text) {
    Str *names[PARAMETERS_MAX];
    Signature parsed = {.var_positional = -1, .var_keyword = -1}, *signature = &parsed;
    bool keyword_only = false;
    uint16_t count = 0, positional = 0;
    const char *p = text;
    if (*p != '(') fatal("malformed signature: %s", text);
    p++;
    while (*p && *p != ')') {
        if (isspace((unsigned char)*p) || *p == ',') {
            p++;
            continue;
        }
        if (*p == '/') {
            signature->positional_only = count;
            p++;
            continue;
        }
        if (*p == '*' && (p[1] == ',' || p[1] == ')')) {
            keyword_only = true;
            p++;
            continue;
        }
        int stars = 0;
        while (*p == '*') p++, stars++;
        bool implicit = *p == '$';
        if (implicit) p++;
        const char *start = p;
        while (isalnum((unsigned char)*p) || *p == '_') p++;
        if (p == start || count == PARAMETERS_MAX) fatal("malformed signature: %s", text);
        char name[64];
        snprintf(name, sizeof name, "%.*s", (int)(p - start), start);
        names[count] = str_intern_c(name);
        if (implicit && count == 0) signature->has_self = true;
        bool has_default = false;
        while (isspace((unsigned char)*p)) p++;
        if (*p == '=') {
            has_default = true;
            p = skip_default(p + 1);
        }
        if (stars == 1) {
            signature->var_positional = (int16_t)count;
            keyword_only = true;
        } else if (stars == 2) {
            signature->var_keyword = (int16_t)count;
        } else if (keyword_only) {
            if (!has_default) signature->keyword_required |= UINT64_C(1) << count;
        } else {
            positional = (uint16_t)(count + 1);
            if (!has_default) signature->required = (uint16_t)(count + 1);
        }
        count++;
    }
    if (*p != ')') fatal("malformed signature: %s", text);
    signature->parameter_count = count;
    signature->positional = positional;
    if (signature->has_self && signature->positional_only == 0) signature->positional_only = 1;
    signature->simple = signature->positional_only == count;
    signature = malloc(sizeof *signature + count * sizeof *names);
    if (!signature) fatal("no memory for the signature %s", text);
    *signature = parsed;
    signature->names = (Str **)(signature + 1);
    memcpy(signature->names, names, count * sizeof *names);
    return signature;
}

/* --- errors of binding: in the words of CPython's argument parsers ------------------------------------------ */

static const char *plural(int64_t n) { return n == 1 ? "" : "s"; }

/* "list.append" for a method of a builtin type, the plain name for anything else; in `buffer` or not. */
static const char *qualified_name(const char *name, const MethodDef *def, const Signature *s, Value *args,
                                  size_t count, char buffer[128]) {
    if (!def || !s->has_self || count == 0) return name;
    for (const Type *type = type_of(args[0]); type; type = type->base) {
        for (const MethodDef *own = type->methods; own && own->name; own++) {
            if (own != def) continue;
            snprintf(buffer, 128, "%s.%s", type_name(type), name);
            return buffer;
        }
    }
    return name;
}

/* More arguments than there are parameters, however they are passed. */
static Value too_many(const char *name, const Signature *s, size_t count, size_t keywords) {
    int64_t self = s->has_self, most = s->parameter_count - self;
    return raise_error(&TypeError, "%s() takes %s %lld %sargument%s (%lld given)", name,
                       s->required < s->parameter_count ? "at most" : "exactly", (long long)most,
                       (int64_t)count == self ? "keyword " : "", plural(most),
                       (long long)(count + keywords) - self);
}

static Value wrong_count(const char *name, const MethodDef *def, const Signature *s, Value *args, size_t given) {
    char buffer[128];
    const char *qualified = qualified_name(name, def, s, args, given, buffer);
    int64_t self = s->has_self;
    int64_t count = (int64_t)given - self, least = s->required - self, most = s->positional - self;
    if (least < 0) least = 0;
    bool only_positional = s->positional_only >= s->positional && s->parameter_count == s->positional;
    if (s->var_positional >= 0)
        return raise_error(&TypeError, "%s expected at least %lld argument%s, got %lld", name,
                           (long long)least, plural(least), (long long)count);
    if (only_positional && most == 0)
        return raise_error(&TypeError, "%s() takes no arguments (%lld given)", qualified, (long long)count);
    if (only_positional && most == 1 && least == 1)
        return raise_error(&TypeError, "%s() takes exactly one argument (%lld given)", qualified,
                           (long long)count);
    if (only_positional) {
        const char *how = least == most ? "" : count < least ? "at least " : "at most ";
        int64_t bound = count < least ? least : most;
        if (def && def->flags & METHOD_TAKES)
            return raise_error(&TypeError, "%s() takes %s%lld argument%s (%lld given)", name, how,
                               (long long)bound, plural(bound), (long long)count);
        return raise_error(&TypeError, "%s expected %s%lld argument%s, got %lld", name, how,
                           (long long)bound, plural(bound), (long long)count);
    }
    if (most == 0)
        return raise_error(&TypeError, "%s() takes no positional arguments", name);
    const char *how = s->positional == s->required && s->parameter_count == s->positional ? "exactly"
                      : count < least ? "at least" : "at most";
    int64_t bound = count < least ? least : most;
    const char *kind = s->parameter_count > s->positional || s->positional_only > self ? "positional " : "";
    return raise_error(&TypeError, "%s() takes %s %lld %sargument%s (%lld given)", name, how,
                       (long long)bound, kind, plural(bound), (long long)count);
}

static Value missing_argument(const char *name, const Signature *s, size_t slot) {
    return raise_error(&TypeError, "%s() missing required argument '%U' (pos %lld)", name, s->names[slot],
                       (long long)slot + 1 - s->has_self);
}

/* --- binding ---------------------------------------------------------------------------------------------------- */

static int find_parameter(const Signature *s, Str *name) {
    for (int i = 0; i < s->parameter_count; i++)
        if (s->names[i] == name) return i;
    for (int i = 0; i < s->parameter_count; i++)
        if (str_equal(s->names[i], name)) return i;
    return -1;
}

static bool bind_keywords(const char *name, const Signature *s, Value *args, size_t count, Tuple *names,
                          Value *slots) {
    Dict *rest = s->var_keyword >= 0 ? as_dict(slots[s->var_keyword]) : NULL;
    for (int64_t i = 0; i < names->length; i++) {
        Value key = names->items[i], value = args[count + (size_t)i];
        int slot = find_parameter(s, as_str(key));
        if (slot >= s->positional_only && slot != s->var_positional && slot != s->var_keyword) {
            if (!is_empty(slots[slot])) {
                raise_error(&TypeError, "argument for %s() given by name ('%U') and position (%lld)", name,
                            as_str(key), (long long)slot + 1 - s->has_self);
                return false;
            }
            slots[slot] = value;
        } else if (rest) {
            if (!dict_set(rest, key, value)) return false;
        } else {
            raise_error(&TypeError, "'%U' is an invalid keyword argument for %s()", as_str(key), name);
            return false;
        }
    }
    return true;
}

/* Puts the arguments where the parameters are; `def`, where there is one, helps to name the function. */
static bool bind(const char *name, const MethodDef *def, const Signature *s, Value *args, size_t count,
                 Tuple *names, Value *slots) {
    char buffer[128];
    size_t keywords = names ? (size_t)names->length : 0;
    if (keywords && s->simple) {
        raise_error(&TypeError, "%s() takes no keyword arguments",
                    qualified_name(name, def, s, args, count, buffer));
        return false;
    }
    if (unlikely(count + keywords > s->parameter_count) && s->positional_only < s->positional &&
        s->var_positional < 0 && s->var_keyword < 0) {
        too_many(name, s, count, keywords);
        return false;
    }
    size_t direct = min_size(count, s->positional);
    for (size_t i = 0; i < direct; i++) slots[i] = args[i];
    for (size_t i = direct; i < s->parameter_count; i++) slots[i] = VALUE_EMPTY;
    if (s->var_positional >= 0) {
        Tuple *rest = tuple_from_array(args + direct, (int64_t)(count - direct));
        if (!rest) return false;
        slots[s->var_positional] = object_value(rest);
    } else if (count > s->positional) {
        wrong_count(name, def, s, args, count);
        return false;
    }
    if (s->var_keyword >= 0) {
        Dict *rest = dict_new();
        if (!rest) return false;
        slots[s->var_keyword] = object_value(rest);
    }
    if (keywords && !bind_keywords(name, s, args, count, names, slots)) return false;
    for (size_t i = count; i < s->required; i++) {
        if (!is_empty(slots[i])) continue;
        if (i < s->positional_only || (keywords == 0 && s->positional_only >= s->positional)) {
            wrong_count(name, def, s, args, count);
        } else {
            missing_argument(name, s, i);
        }
        return false;
    }
    if (unlikely(s->keyword_required)) {
        for (size_t i = 0; i < s->parameter_count; i++) {
            if ((s->keyword_required >> i & 1) && is_empty(slots[i])) {
                raise_error(&TypeError, "%s() missing required keyword-only argument '%U'", name, s->names[i]);
                return false;
            }
        }
    }
    return true;
}

bool bind_arguments(const char *function_name, const char *text, Signature **cache, Value *args, size_t count,
                    Tuple *names, Value *slots) {
    Signature *signature = load_acquire(cache);
    if (unlikely(!signature)) {
        signature = signature_parse(text);
        store_release(cache, signature); /* a second parse by another thread is the same */
    }
    return bind(function_name, NULL, signature, args, count, names, slots);
}

static Value call_bound(const MethodDef *def, Value *slots) {
    if (unlikely(def->audit != NULL) && audit_is_on() && !audit_call(def, slots)) return VALUE_ERROR;
    return def->code(slots);
}

/* What may be called without native_call(): NULL for raw and audited functions. */
static NativeCode direct_code(const MethodDef *def) {
    return (def->flags & METHOD_RAW) || def->audit ? NULL : def->code;
}

static Value native_call(const MethodDef *def, Signature *s, Value *args, size_t count, Tuple *names) {
    if (def->flags & METHOD_RAW) return def->raw(args, count, names);
    if (likely(count == s->parameter_count && s->simple && !(names && names->length)))
        return call_bound(def, args);
    if (s->parameter_count <= 8) {
        Value slots[8];
        if (!bind(def->name, def, s, args, count, names, slots)) return VALUE_ERROR;
        return call_bound(def, slots);
    }
    Value slots[PARAMETERS_MAX];
    if (!bind(def->name, def, s, args, count, names, slots)) return VALUE_ERROR;
    return call_bound(def, slots);
}

static Signature of_raw_functions, not_parsed = {.parameter_count = UINT16_MAX};

static Signature *first_signature(const MethodDef *def) {
    return def->flags & METHOD_RAW ? &of_raw_functions : &not_parsed;
}

/* The signature in `slot` of an object made from `def`, parsed by now. The object keeps it for ever,
 * as modules and types keep their functions. */
static Signature *signature_in(Signature **slot, const MethodDef *def) {
    Signature *signature = load_acquire(slot);
    if (likely(signature != &not_parsed)) return signature;
    Signature *parsed = signature_parse(def->signature);
    if (cas_acq_rel(slot, &signature, parsed)) return parsed;
    free(parsed);
    return signature;
}

/* --- builtin_function_or_method ------------------------------------------------------------------------------------ */

Value native_function_new(const MethodDef *def, Value self, Value module_name) {
    NativeFunction *function = object_alloc(&native_function_type, sizeof *function);
    if (!function) return VALUE_ERROR;
    function->def = def;
    function->signature = first_signature(def);
    function->code = direct_code(def);
    function->self = self;
    function->module_name = module_name;
    return object_value(function);
}

/* Calls with `self` (when there is one to be passed) before the arguments. */
static Value call_with_self(const MethodDef *def, Signature *signature, Value self, Value *args, size_t count,
                            Tuple *names) {
    size_t total = count + 1 + (names ? (size_t)names->length : 0);
    Value few[10], *all = few;
    if (total > ARRAY_LENGTH(few)) {
        Array *array = array_new((int64_t)total);
        if (!array) return VALUE_ERROR;
        all = array->items;
    }
    all[0] = self;
    if (total > 1) memcpy(all + 1, args, (total - 1) * sizeof *args);
    return native_call(def, signature, all, count + 1, names);
}

static bool takes_self(const MethodDef *def, const Signature *signature) {
    return def->flags & METHOD_RAW ? !(def->flags & METHOD_STATIC) && def->signature && def->signature[1] == '$'
                                   : signature->has_self;
}

static Value native_function_call(Value self, Value *args, size_t count, Tuple *names) {
    NativeFunction *function = OBJECT_AS(NativeFunction, self);
    const MethodDef *def = function->def;
    Signature *signature = signature_in(&function->signature, def);
    if (!is_empty(function->self) && (function->owner || takes_self(def, signature)))
        return call_with_self(def, signature, function->self, args, count, names);
    return native_call(def, signature, args, count, names);
}

static void native_function_trace(Cell *cell, Marker *marker) {
    NativeFunction *function = (NativeFunction *)cell;
    marker_visit(marker, function->self);
    marker_visit(marker, function->module_name);
}

static Value native_function_repr(Value self) {
    NativeFunction *function = OBJECT_AS(NativeFunction, self);
    if (is_empty(function->self) || !function->owner)
        return value_or_error(str_format("<built-in function %s>", function->def->name));
    return value_or_error(str_format("<built-in method %s of %T object at %p>", function->def->name,
                                     function->self, (void *)(uintptr_t)function->self.bits));
}

static Value native_function_compare(Value self, Value other, CompareOp op) {
    if ((op != COMPARE_EQ && op != COMPARE_NE) || !is_exactly(other, &native_function_type))
        return VALUE_NOT_IMPLEMENTED;
    NativeFunction *a = OBJECT_AS(NativeFunction, self), *b = OBJECT_AS(NativeFunction, other);
    bool equal = a->def == b->def && same_value(a->self, b->self);
    return bool_value(equal == (op == COMPARE_EQ));
}

static int64_t native_function_hash(Value self) {
    NativeFunction *function = OBJECT_AS(NativeFunction, self);
    uint64_t hash = (uintptr_t)function->def * UINT64_C(0x9E3779B97F4A7C15) ^ function->self.bits;
    return (int64_t)hash == -1 ? -2 : (int64_t)hash;
}

static Value def_doc(const MethodDef *def) {
    return def->doc ? value_or_error(str_from_c(def->doc)) : VALUE_NONE;
}
static Value def_signature(const MethodDef *def) {
    return def->signature ? value_or_error(str_from_c(def->signature)) : VALUE_NONE;
}
static Value function_name(Value self) { return value_or_error(str_from_c(OBJECT_AS(NativeFunction, self)->def->name)); }
static Value function_qualname(Value self) {
    NativeFunction *function = OBJECT_AS(NativeFunction, self);
    if (!function->owner || is_empty(function->self)) {
        if (!function->owner) return function_name(self);
        return value_or_error(str_format("%s.%s", type_name(function->owner), function->def->name));
    }
    Type *type = is_type(function->self) ? OBJECT_AS(Type, function->self) : type_of(function->self);
    return value_or_error(str_format("%U.%s", load_acquire(&type->qualified_name), function->def->name));
}
static Value function_doc(Value self) { return def_doc(OBJECT_AS(NativeFunction, self)->def); }
static Value function_signature(Value self) { return def_signature(OBJECT_AS(NativeFunction, self)->def); }
/* Of a static method of a type __self__ is the type. */
static Value function_self(Value self) {
    NativeFunction *function = OBJECT_AS(NativeFunction, self);
    if (!is_empty(function->self)) return function->self;
    return function->owner ? object_value(function->owner) : VALUE_NONE;
}
static Value function_module(Value self) {
    NativeFunction *function = OBJECT_AS(NativeFunction, self);
    return is_empty(function->module_name) ? VALUE_NONE : function->module_name;
}
static Value function_reduce(Value *args) {
    Value self = function_self(args[0]);
    if (is_none(self) || is_instance_of(self, &module_type)) return function_name(args[0]);
    Value getattr = dict_get_c(runtime.builtins, "getattr");
    Value name = function_name(args[0]);
    if (is_error(name)) return VALUE_ERROR;
    Tuple *arguments = tuple_pack(2, self, name);
    return arguments ? value_or_error(tuple_pack(2, getattr, object_value(arguments))) : VALUE_ERROR;
}
static const GetSetDef native_function_getset[] = {
    {"__name__", function_name}, {"__qualname__", function_qualname}, {"__doc__", function_doc},
    {"__text_signature__", function_signature}, {"__self__", function_self},
    {"__module__", function_module}, {0}};
static const MethodDef native_function_methods[] = {METHOD("__reduce__", function_reduce, "($self, /)", NULL), {0}};
Type native_function_type = {
    .root = {.cell_kind = {.trace = native_function_trace}},
    .name = "builtin_function_or_method",
    .flags = TYPE_NO_NEW | TYPE_HAS_WEAKREF,
    .size = sizeof(NativeFunction),
    .repr = native_function_repr,
    .call = native_function_call,
    .hash = native_function_hash,
    .compare = native_function_compare,
    .getset = native_function_getset,
    .methods = native_function_methods,
};

/* --- method_descriptor ------------------------------------------------------------------------------------------------ */

Value method_descriptor_new(Type *owner, const MethodDef *def) {
    Type *type = def->flags & METHOD_CLASS ? &classmethod_descriptor_type : &method_descriptor_type;
    MethodDescriptor *descriptor = object_alloc(type, sizeof *descriptor);
    if (!descriptor) return VALUE_ERROR;
    descriptor->def = def;
    descriptor->signature = first_signature(def);
    descriptor->code = direct_code(def);
    descriptor->owner = owner;
    return object_value(descriptor);
}

Value native_method_call(MethodDescriptor *descriptor, Value *args, size_t count, Tuple *names) {
    Signature *signature = signature_in(&descriptor->signature, descriptor->def);
    return native_call(descriptor->def, signature, args, count, names);
}

static Value method_descriptor_call(Value self, Value *args, size_t count, Tuple *names) {
    MethodDescriptor *descriptor = OBJECT_AS(MethodDescriptor, self);
    if (unlikely(count < 1))
        return raise_error(&TypeError, "unbound method %s.%s() needs an argument", descriptor->owner->name,
                           descriptor->def->name);
    if (unlikely(!is_instance_of(args[0], descriptor->owner)))
        return raise_error(&TypeError, "descriptor '%s' for '%s' objects doesn't apply to a '%T' object",
                           descriptor->def->name, descriptor->owner->name, args[0]);
    return native_method_call(descriptor, args, count, names);
}

static Value bind_native(MethodDescriptor *descriptor, Value self) {
    NativeFunction *function = object_alloc(&native_function_type, sizeof *function);
    if (!function) return VALUE_ERROR;
    function->def = descriptor->def;
    function->signature = signature_in(&descriptor->signature, descriptor->def);
    function->code = descriptor->code;
    function->owner = descriptor->owner;
    function->self = self;
    return object_value(function);
}

static Value method_descriptor_get(Value self, Value instance, Value owner) {
    (void)owner;
    if (is_empty(instance)) return self;
    MethodDescriptor *descriptor = OBJECT_AS(MethodDescriptor, self);
    if (!is_instance_of(instance, descriptor->owner))
        return raise_error(&TypeError, "descriptor '%s' for '%s' objects doesn't apply to a '%T' object",
                           descriptor->def->name, descriptor->owner->name, instance);
    return bind_native(descriptor, instance);
}

static Value classmethod_descriptor_get(Value self, Value instance, Value owner) {
    MethodDescriptor *descriptor = OBJECT_AS(MethodDescriptor, self);
    if (is_empty(owner)) owner = object_value(type_of(instance));
    if (!is_type(owner))
        return raise_error(&TypeError, "descriptor '%s' for type '%s' needs a type, not a '%T' as arg 2",
                           descriptor->def->name, descriptor->owner->name, owner);
    if (!type_is_subtype(OBJECT_AS(Type, owner), descriptor->owner))
        return raise_error(&TypeError, "descriptor '%s' requires a subtype of '%s' but received '%s'",
                           descriptor->def->name, descriptor->owner->name, OBJECT_AS(Type, owner)->name);
    return bind_native(descriptor, owner);
}

static Value classmethod_descriptor_call(Value self, Value *args, size_t count, Tuple *names) {
    MethodDescriptor *descriptor = OBJECT_AS(MethodDescriptor, self);
    if (count < 1 || !is_type(args[0]) || !type_is_subtype(OBJECT_AS(Type, args[0]), descriptor->owner))
        return raise_error(&TypeError, "descriptor '%s' requires a type", descriptor->def->name);
    return native_method_call(descriptor, args, count, names);
}

static Value method_descriptor_repr(Value self) {
    MethodDescriptor *descriptor = OBJECT_AS(MethodDescriptor, self);
    return value_or_error(str_format("<method '%s' of '%s' objects>", descriptor->def->name, descriptor->owner->name));
}
static Value descriptor_name(Value self) { return value_or_error(str_from_c(OBJECT_AS(MethodDescriptor, self)->def->name)); }
static Value descriptor_qualname(Value self) {
    MethodDescriptor *descriptor = OBJECT_AS(MethodDescriptor, self);
    return value_or_error(str_format("%U.%s", load_acquire(&descriptor->owner->qualified_name), descriptor->def->name));
}
static Value descriptor_doc(Value self) { return def_doc(OBJECT_AS(MethodDescriptor, self)->def); }
static Value descriptor_signature(Value self) { return def_signature(OBJECT_AS(MethodDescriptor, self)->def); }
static Value descriptor_owner(Value self) { return object_value(OBJECT_AS(MethodDescriptor, self)->owner); }
static Value descriptor_reduce(Value *args) {
    Value getattr = dict_get_c(runtime.builtins, "getattr");
    Value name = descriptor_name(args[0]);
    if (is_error(name)) return VALUE_ERROR;
    Tuple *arguments = tuple_pack(2, descriptor_owner(args[0]), name);
    return arguments ? value_or_error(tuple_pack(2, getattr, object_value(arguments))) : VALUE_ERROR;
}
static void descriptor_trace(Cell *cell, Marker *marker) {
    marker_visit_pointer(marker, ((MethodDescriptor *)cell)->owner);
}
static const GetSetDef method_descriptor_getset[] = {
    {"__name__", descriptor_name}, {"__qualname__", descriptor_qualname}, {"__doc__", descriptor_doc},
    {"__text_signature__", descriptor_signature}, {"__objclass__", descriptor_owner}, {0}};
static const MethodDef method_descriptor_methods[] = {METHOD("__reduce__", descriptor_reduce, "($self, /)", NULL), {0}};
Type method_descriptor_type = {
    .root = {.cell_kind = {.trace = descriptor_trace}},
    .name = "method_descriptor",
    .flags = TYPE_NO_NEW | TYPE_METHOD_LIKE,
    .size = sizeof(MethodDescriptor),
    .repr = method_descriptor_repr,
    .call = method_descriptor_call,
    .descr_get = method_descriptor_get,
    .getset = method_descriptor_getset,
    .methods = method_descriptor_methods,
};
Type classmethod_descriptor_type = {
    .root = {.cell_kind = {.trace = descriptor_trace}},
    .name = "classmethod_descriptor",
    .flags = TYPE_NO_NEW,
    .size = sizeof(MethodDescriptor),
    .repr = method_descriptor_repr,
    .call = classmethod_descriptor_call,
    .descr_get = classmethod_descriptor_get,
    .getset = method_descriptor_getset,
};
