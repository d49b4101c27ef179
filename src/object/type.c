/* type.c - making types: builtin ones ready, classes from their bases and namespace; `type` itself.
 *
 * Layout of a class: it extends the layout of its `base`, the one of its bases whose struct is the
 * longest ("solid"); bases whose layouts neither extend conflict. Behind the builtin struct come the
 * Values of __slots__, class by class; then, for classes with a __dict__, the room for attributes
 * (object/instance.c). */
#include "object/type.h"

#include <stdlib.h>
#include "object/descriptor.h"
#include "object/instance.h"
#include "object/lookup.h"
#include "object/slots.h"
#include "types/dict.h"
#include "types/exception.h"
#include "types/int.h"
#include "types/list.h"
#include "types/set.h"
#include "types/weakref.h"
#include "vm/function.h"

Dict *(*current_globals)(void);

/* --- names ------------------------------------------------------------------------------------------- */

const char *type_name(const Type *type) {
    if (type_has(type, TYPE_HEAP)) return type->name;
    const char *dot = strrchr(type->name, '.');
    return dot ? dot + 1 : type->name;
}

/* --- the order of bases ---------------------------------------------------------------------------------- */

bool type_is_subtype(const Type *type, const Type *base) {
    Tuple *mro = load_acquire(&((Type *)type)->mro);
    if (mro) {
        for (int64_t i = 0; i < mro->length; i++)
            if (object_of(mro->items[i]) == &base->object) return true;
        return false;
    }
    for (; type; type = type->base)
        if (type == base) return true;
    return base == &object_type_object;
}

/* Is `candidate` in the tail of one of the sequences? */
static bool in_a_tail(Tuple **sequences, int64_t *heads, int64_t count, Value candidate) {
    for (int64_t i = 0; i < count; i++)
        for (int64_t j = heads[i] + 1; j < sequences[i]->length; j++)
            if (same_value(sequences[i]->items[j], candidate)) return true;
    return false;
}

static Tuple *mro_conflict(Tuple **sequences, int64_t *heads, int64_t count) {
    StrBuilder builder;
    builder_init(&builder);
    bool first = true;
    List *seen = list_new(4);
    for (int64_t i = 0; seen && i < count; i++) {
        if (heads[i] >= sequences[i]->length) continue;
        Value type = sequences[i]->items[heads[i]];
        bool again = false;
        for (int64_t j = 0; j < list_length(seen); j++) again |= same_value(list_get(seen, j), type);
        if (again || !list_append(seen, type)) continue;
        if (!first) builder_add_c(&builder, ", ");
        first = false;
        builder_add(&builder, OBJECT_AS(Type, type)->name_object);
    }
    Str *names = builder_finish(&builder);
    if (names)
        raise_error(&TypeError, "Cannot create a consistent method resolution\norder (MRO) for bases %U",
                    names);
    return NULL;
}

/* C3 linearisation ("A Monotonic Superclass Linearization for Dylan", 1996). */
static Tuple *compute_mro(Type *type, Tuple *bases) {
    for (int64_t i = 0; i < bases->length; i++) {
        Type *base = OBJECT_AS(Type, bases->items[i]);
        if (load_acquire(&base->mro)) continue;
        raise_error(&TypeError, "Cannot extend an incomplete type '%s'", base->name);
        return NULL;
    }
    int64_t count = bases->length + 1;
    Array *keep = array_new(count); /* holds the sequences for the collector */
    int64_t *heads = calloc((size_t)count, sizeof *heads);
    List *result = list_new(8);
    if (!keep || !heads || !result || !list_append(result, object_value(type))) {
        free(heads);
        return NULL;
    }
    Tuple **sequences = (Tuple **)keep->items;
    for (int64_t i = 0; i < bases->length; i++) sequences[i] = load_acquire(&OBJECT_AS(Type, bases->items[i])->mro);
    sequences[bases->length] = bases;
    for (;;) {
        bool any = false, found = false;
        for (int64_t i = 0; i < count && !found; i++) {
            if (heads[i] >= sequences[i]->length) continue;
            any = true;
            Value candidate = sequences[i]->items[heads[i]];
            if (in_a_tail(sequences, heads, count, candidate)) continue;
            found = true;
            if (!list_append(result, candidate)) {
                free(heads);
                return NULL;
            }
            for (int64_t j = 0; j < count; j++)
                if (heads[j] < sequences[j]->length &&
                    same_value(sequences[j]->items[heads[j]], candidate))
                    heads[j]++;
        }
        if (found) continue;
        Tuple *mro = any ? mro_conflict(sequences, heads, count) : list_to_tuple(result);
        free(heads);
        return mro;
    }
}

static Type *solid_base(Type *type);

/* The mro of a class: type.mro() of its metatype, which may be overridden. Runs Python. */
static Tuple *class_mro(Type *type) {
    Type *metatype = object_type(&type->object);
    Value method = metatype == &type_type ? VALUE_EMPTY : type_lookup(metatype, NAME("mro"));
    if (is_empty(method) || is_exactly(method, &method_descriptor_type))
        return compute_mro(type, load_acquire(&type->bases));
    Value result = call_special(object_value(type), NAME("mro"), NULL, 0);
    if (is_error(result)) return NULL;
    Tuple *mro = tuple_from_iterable(result);
    for (int64_t i = 0; mro && i < mro->length; i++) {
        if (!is_type(mro->items[i])) {
            raise_error(&TypeError, "mro() returned a non-class ('%T')", mro->items[i]);
            return NULL;
        }
        Type *base = OBJECT_AS(Type, mro->items[i]);
        if (!type_is_subtype(solid_base(type), solid_base(base))) {
            raise_error(&TypeError, "mro() returned base with unsuitable layout ('%s')", base->name);
            return NULL;
        }
    }
    return mro;
}

typedef enum MroUpdate { MRO_SET, MRO_LEFT, MRO_ERROR } MroUpdate;

/* Computes the mro and sets it, unless an mro() in Python has had it set meanwhile, by assigning to
 * __bases__: that one is the later. */
static MroUpdate update_mro(Type *type) {
    Tuple *old = load_acquire(&type->mro);
    Tuple *mro = class_mro(type);
    if (!mro) return MRO_ERROR;
    byte_lock(&type_lock);
    bool current = load_relaxed(&type->mro) == old;
    if (current) {
        type_modified_locked(type);
        HEAP_STORE_POINTER(type, &type->mro, mro);
    }
    byte_unlock(&type_lock);
    return current ? MRO_SET : MRO_LEFT;
}

/* --- builtin types ------------------------------------------------------------------------------------------ */

static void die_if(bool failed, const Type *type) {
    if (failed) fatal("cannot make the builtin type '%s' ready", type->name);
}

static void fill_dict(Type *type) {
    for (const MethodDef *def = type->methods; def && def->name; def++) {
        Str *name = str_intern_c(def->name);
        Value entry = def->flags & METHOD_STATIC ? native_function_new(def, VALUE_EMPTY, VALUE_EMPTY)
                                                 : method_descriptor_new(type, def);
        if (def->flags & METHOD_STATIC && !is_error(entry)) {
            OBJECT_AS(NativeFunction, entry)->owner = type;
            StaticMethod *wrapped = object_alloc_instance(&staticmethod_type, sizeof *wrapped);
            die_if(!wrapped, type);
            wrapped->callable = entry;
            entry = object_value(wrapped);
        }
        die_if(is_error(entry) || !dict_set_str(type->dict, name, entry), type);
    }
    for (const GetSetDef *def = type->getset; def && def->name; def++) {
        Value entry = getset_descriptor_new(type, def);
        die_if(is_error(entry) || !dict_set_str(type->dict, str_intern_c(def->name), entry), type);
    }
    for (const MemberDef *def = type->members; def && def->name; def++) {
        Value entry = member_descriptor_new(type, def);
        die_if(is_error(entry) || !dict_set_str(type->dict, str_intern_c(def->name), entry), type);
    }
    if (!dict_contains(type->dict, object_value(NAME("__doc__"))))
        dict_set_str(type->dict, NAME("__doc__"),
                     type->doc ? object_value(str_from_c(type->doc)) : VALUE_NONE);
}

static Value type_new_entry(Value *args, size_t count, Tuple *names);
static const MethodDef new_method_def = {
    "__new__", NULL, "($type, *args, **kwargs)",
    "Create and return a new object.  See help(type) for accurate signature.", METHOD_RAW, type_new_entry};

/* The `__new__` in the dict of a builtin type: bound to the type, checks that the class asked for
 * derives from it. */
static bool add_new(Type *type) {
    Value entry = native_function_new(&new_method_def, object_value(type), VALUE_EMPTY);
    if (is_error(entry)) return false;
    OBJECT_AS(NativeFunction, entry)->owner = type;
    return dict_set_str(type->dict, NAME("__new__"), entry);
}

void type_ready(Type *type) {
    if (type_has(type, TYPE_READY)) return;
    Type *base = type->base;
    if (!base && type != &object_type_object) base = type->base = &object_type_object;
    if (base) type_ready(base);

    type->object.shape = base && object_shape(&base->object) != &type_type.root && base->object.shape
                             ? base->object.shape
                             : &type_type.root;
    type->flags |= TYPE_READY | TYPE_IMMUTABLE;
    if (base) {
        type->flags |= base->flags & (TYPE_KIND_MASK | TYPE_HAS_DICT | TYPE_HAS_WEAKREF |
                                      TYPE_SEQUENCE | TYPE_MAPPING | TYPE_MATCH_SELF);
        if (!type->size) type->size = base->size;
        slots_inherit(type, base);
    }
    if (!type->new_instance && base && !(type->flags & TYPE_NO_NEW)) {
        /* object's __new__ serves a builtin type only if it asks for it */
        type->new_instance = base == &object_type_object ? NULL : base->new_instance;
    }
    if (!type->power && base) type->power = base->power;
    type->root.type = type;
    type->root.cell_kind.is_shape = true;
    if (!type->root.cell_kind.name) type->root.cell_kind.name = type->name;
    void (*own_trace)(Cell *, Marker *) = type->root.cell_kind.trace;
    if (!own_trace && base) own_trace = base->root.base_trace ? base->root.base_trace
                                                              : base->root.cell_kind.trace;
    if (own_trace == instance_trace) own_trace = NULL;
    if (!type->root.cell_kind.release && base)
        type->root.cell_kind.release = base->root.cell_kind.release;
    type->root.cell_kind.trace = own_trace;
    if (type->flags & TYPE_HAS_DICT) {
        type->root.base_trace = own_trace;
        type->root.cell_kind.trace = instance_trace;
        type->root.first_slot_offset =
            type->flags & (TYPE_INT | TYPE_STR | TYPE_BYTES | TYPE_TUPLE)
                ? SLOTS_AT_END
                : (uint32_t)(align_up(type->size, 8) + sizeof(InstanceExtra *));
    }
    type->instance_shape = &type->root;
    heap_register_static((Cell *)type);

    const char *dot = strrchr(type->name, '.');
    type->name_object = str_intern_c(dot ? dot + 1 : type->name);
    type->qualified_name = type->name_object;
    type->bases = base ? tuple_pack(1, object_value(base)) : tuple_new(0);
    die_if(!type->bases, type);
    type->dict = dict_new();
    die_if(!type->dict, type);
    type->mro = compute_mro(type, type->bases);
    die_if(!type->mro, type);
    fill_dict(type);
    die_if(!slots_add_wrappers(type, base), type);
    if (type_has(type, TYPE_HAS_DICT) && !type_has(base, TYPE_HAS_DICT) &&
        is_empty(dict_get_str(type->dict, NAME("__dict__"))))
        die_if(!type_add_dict_descriptor(type), type);
    if (type->new_instance && (!base || type->new_instance != base->new_instance)) die_if(!add_new(type), type);
    if (type->getattribute == object_getattribute) type->flags |= TYPE_PLAIN_GETATTR;
    type->subclasses = NULL;
    if (base) {
        if (!base->subclasses) base->subclasses = list_new(1);
        die_if(!base->subclasses || !list_append(base->subclasses, object_value(type)), type);
    }
    type_version(type);
}

bool type_add(Type *type, const char *name, Value value) {
    Str *key = str_intern_c(name);
    byte_lock(&type_lock);
    type_modified_locked(type);
    bool done = dict_set_str(type->dict, key, value);
    byte_unlock(&type_lock);
    return done;
}

/* --- changing a class ------------------------------------------------------------------------------------------- */

/* The class and all that derive from it, nearest first, each once: an mro() that assigns __bases__ can
 * make a circle of them for a moment. NULL: MemoryError. */
static List *type_and_descendants(Type *type) {
    List *all = list_new(4);
    if (!all || !list_append(all, object_value(type))) return NULL;
    for (int64_t i = 0; i < list_length(all); i++) {
        List *subclasses = load_acquire(&OBJECT_AS(Type, list_get(all, i))->subclasses);
        for (int64_t j = 0; subclasses && j < list_length(subclasses); j++) {
            Type *subclass = type_subclass_at(subclasses, j);
            if (!subclass) continue;
            Value entry = object_value(subclass);
            bool known = false;
            for (int64_t k = 0; k < list_length(all) && !known; k++) known = same_value(list_get(all, k), entry);
            if (!known && !list_append(all, entry)) return NULL;
        }
    }
    return all;
}

static bool update_subclass_slots(Type *type, Str *name) {
    List *all = type_and_descendants(type);
    for (int64_t i = 0; all && i < list_length(all); i++) slots_update(OBJECT_AS(Type, list_get(all, i)), name);
    return all != NULL;
}

bool type_set_attribute(Type *type, Str *name, Value value) {
    if (!str_is_interned(name) && !(name = str_intern(name))) return false;
    byte_lock(&type_lock);
    type_modified_locked(type);
    bool done = true, absent = false;
    if (is_empty(value)) {
        Value old = dict_pop_str(type->dict, name);
        absent = is_empty(old);
        done = !is_error(old);
    } else {
        done = dict_set_str(type->dict, name, value);
    }
    byte_unlock(&type_lock);
    if (absent) {
        raise_attribute_error(object_value(type), name, "type object '%s' has no attribute '%U'",
                              type_name(type), name);
        return false;
    }
    if (done && is_special_name(name)) {
        done = update_subclass_slots(type, name);
        if (name == NAME("__new__") || name == NAME("__init__"))
            heap_store_release(type, &type->cached_init, VALUE_EMPTY);
        if (name == NAME("__new__")) done = done && type_update_new(type);
    }
    return done;
}

/* --- creating a class --------------------------------------------------------------------------------------------- */

/* The base whose struct layout the others are prefixes of. */
static Type *solid_base(Type *type) {
    for (; type->base; type = type->base)
        if (type->size != type->base->size) return type;
    return type;
}

static Type *best_base(Tuple *bases) {
    Type *winner = NULL, *base = NULL;
    for (int64_t i = 0; i < bases->length; i++) {
        if (!is_type(bases->items[i])) {
            raise_error(&TypeError, "bases must be types");
            return NULL;
        }
        Type *candidate_base = OBJECT_AS(Type, bases->items[i]);
        if (!type_has(candidate_base, TYPE_BASE)) {
            raise_error(&TypeError, "type '%s' is not an acceptable base type", candidate_base->name);
            return NULL;
        }
        Type *candidate = solid_base(candidate_base);
        if (!winner || (candidate != winner && type_is_subtype(candidate, winner))) {
            winner = candidate;
            base = candidate_base;
        } else if (!type_is_subtype(winner, candidate)) {
            raise_error(&TypeError, "multiple bases have instance lay-out conflict");
            return NULL;
        }
    }
    return base;
}

static bool same_dict_and_weakref(const Type *a, const Type *b) {
    return ((type_flags(a) ^ type_flags(b)) & (TYPE_HAS_DICT | TYPE_HAS_WEAKREF)) == 0;
}

/* The nearest base that has another layout than its own base. */
static const Type *layout_base(const Type *type) {
    while (type->base && type->size == type->base->size && same_dict_and_weakref(type, type->base))
        type = type->base;
    return type;
}

static bool same_slots(const Type *a, const Type *b) {
    const Tuple *names_a = a->slot_names, *names_b = b->slot_names;
    int64_t length = names_a ? names_a->length : 0;
    if (length != (names_b ? names_b->length : 0)) return false;
    for (int64_t i = 0; i < length; i++)
        if (!same_value(names_a->items[i], names_b->items[i])) return false;
    return true;
}

bool type_layout_agrees(const Type *from, const Type *to, const char *attribute) {
    const Type *a = layout_base(from), *b = layout_base(to);
    bool heap = type_has(a, TYPE_HEAP) && type_has(b, TYPE_HEAP);
    if (a == b || (heap && a->base == b->base && a->size == b->size && same_dict_and_weakref(a, b) && same_slots(a, b)))
        return true;
    raise_error(&TypeError, "%s assignment: '%s' object layout differs from '%s'", attribute, to->name, from->name);
    return false;
}

/* The most derived metatype of all bases. */
static Type *calculate_metatype(Type *metatype, Tuple *bases) {
    for (int64_t i = 0; i < bases->length; i++) {
        Type *other = type_of(bases->items[i]);
        if (type_is_subtype(metatype, other)) continue;
        if (type_is_subtype(other, metatype)) {
            metatype = other;
            continue;
        }
        raise_error(&TypeError, "metaclass conflict: the metaclass of a derived class must be a "
                                "(non-strict) subclass of the metaclasses of all its bases");
        return NULL;
    }
    return metatype;
}

static Str *mangle_name(Str *class_name, Str *name) {
    if (name->length < 3 || str_at(name, 0) != '_' || str_at(name, 1) != '_') return name;
    if (str_at(name, name->length - 1) == '_' && str_at(name, name->length - 2) == '_') return name;
    int64_t start = 0;
    while (start < class_name->length && str_at(class_name, start) == '_') start++;
    if (start == class_name->length) return name;
    Str *stripped = str_substring(class_name, start, class_name->length);
    return stripped ? str_format("_%U%U", stripped, name) : NULL;
}

/* What __slots__ asks for: the mangled, sorted names of real slots; and whether __dict__ or
 * __weakref__ are among them. */
typedef struct SlotRequest {
    List *names;
    bool has_slots, wants_dict, wants_weakref;
    Value original;
} SlotRequest;

static bool read_slots(Type *base, Str *name, Dict *namespace, SlotRequest *request) {
    Value slots = dict_get_str(namespace, NAME("__slots__"));
    request->original = slots;
    if (is_error(slots)) return false;
    if (is_empty(slots)) {
        request->wants_dict = request->wants_weakref = true;
        return true;
    }
    request->has_slots = true;
    Tuple *tuple = is_str(slots) ? tuple_pack(1, slots) : tuple_from_iterable(slots);
    request->names = list_new(4);
    if (!tuple || !request->names) return false;
    bool variable = (type_flags(base) & (TYPE_INT | TYPE_BYTES | TYPE_TUPLE)) != 0;
    for (int64_t i = 0; i < tuple->length; i++) {
        if (!is_str(tuple->items[i])) {
            raise_error(&TypeError, "__slots__ items must be strings, not '%T'", tuple->items[i]);
            return false;
        }
        Str *slot = as_str(tuple->items[i]);
        Value identifier = call_method_0(tuple->items[i], "isidentifier");
        if (is_error(identifier)) return false;
        if (!is_true(identifier)) {
            raise_error(&TypeError, "__slots__ must be identifiers");
            return false;
        }
        if (str_equal_c(slot, "__dict__")) {
            if (type_has(base, TYPE_HAS_DICT | TYPE_OWN_DICT) || request->wants_dict) {
                raise_error(&TypeError, "__dict__ slot disallowed: we already got one");
                return false;
            }
            request->wants_dict = true;
            continue;
        }
        if (str_equal_c(slot, "__weakref__")) {
            /* a builtin base that can be referred to weakly needs no slot for it: asking is harmless */
            if ((type_has(base, TYPE_HAS_WEAKREF) && type_has(base, TYPE_HEAP)) || request->wants_weakref) {
                raise_error(&TypeError, "__weakref__ slot disallowed: either we already got one, or "
                                        "__itemsize__ != 0");
                return false;
            }
            request->wants_weakref = true;
            continue;
        }
        if (variable) {
            raise_error(&TypeError, "nonempty __slots__ not supported for subtype of '%s'", base->name);
            return false;
        }
        slot = mangle_name(name, slot);
        slot = slot ? str_intern(slot) : NULL;
        if (!slot) return false;
        if (!is_empty(dict_get_str(namespace, slot)) && !str_equal_c(slot, "__qualname__") &&
            !str_equal_c(slot, "__classcell__")) {
            raise_error(&ValueError, "'%U' in __slots__ conflicts with class variable", slot);
            return false;
        }
        if (!list_append(request->names, object_value(slot))) return false;
    }
    return list_sort(request->names, VALUE_NONE, false);
}

static bool add_slot_descriptors(Type *type, Type *base, SlotRequest *request) {
    uint32_t offset = (uint32_t)align_up(base->size, sizeof(Value));
    int64_t count = request->names ? list_length(request->names) : 0;
    if (count == 0) return true;
    for (int64_t i = 0; i < count; i++) {
        Str *name = as_str(list_get(request->names, i));
        Value descriptor = slot_descriptor_new(type, name, offset);
        if (is_error(descriptor) || !dict_set_str(type->dict, name, descriptor)) return false;
        offset += sizeof(Value);
    }
    type->size = offset;
    type->slot_names = list_to_tuple(request->names);
    return type->slot_names != NULL;
}

/* __qualname__, __module__, __doc__, implicit static and class methods of the namespace. */
static bool complete_dict(Type *type, Str *name, Dict *dict) {
    Value qualified = dict_pop_str(dict, NAME("__qualname__"));
    if (is_error(qualified)) return false;
    if (!is_empty(qualified) && !is_str(qualified)) {
        raise_error(&TypeError, "type __qualname__ must be a str, not %T", qualified);
        return false;
    }
    type->qualified_name = is_empty(qualified) ? name : as_str(qualified);
    if (is_empty(dict_get_str(dict, NAME("__module__")))) {
        Dict *globals = current_globals ? current_globals() : NULL;
        Value module = globals ? dict_get_str(globals, NAME("__name__")) : VALUE_EMPTY;
        if (!is_empty(module) && !dict_set_str(dict, NAME("__module__"), module)) return false;
    }
    Value doc = dict_get_str(dict, NAME("__doc__"));
    if (is_str(doc) && !str_utf8(as_str(doc), NULL)) return false; /* lone surrogates */
    if (is_empty(doc) && !dict_set_str(dict, NAME("__doc__"), VALUE_NONE)) return false;
    Value new_method = dict_get_str(dict, NAME("__new__"));
    if (is_exactly(new_method, &function_type)) {
        StaticMethod *wrapped = object_alloc_instance(&staticmethod_type, sizeof *wrapped);
        if (!wrapped) return false;
        wrapped->callable = new_method;
        if (!dict_set_str(dict, NAME("__new__"), object_value(wrapped))) return false;
    }
    static const char *const implicit[] = {"__init_subclass__", "__class_getitem__"};
    for (size_t i = 0; i < ARRAY_LENGTH(implicit); i++) {
        Str *key = str_intern_c(implicit[i]);
        Value method = dict_get_str(dict, key);
        if (is_empty(method) || type_of(method) != &function_type) continue;
        StaticMethod *wrapped = object_alloc_instance(&classmethod_type, sizeof *wrapped);
        if (!wrapped) return false;
        wrapped->callable = method;
        if (!dict_set_str(dict, key, object_value(wrapped))) return false;
    }
    /* who defines __eq__ without __hash__ has no hash */
    if (!is_empty(dict_get_str(dict, NAME("__eq__"))) && is_empty(dict_get_str(dict, NAME("__hash__"))))
        return dict_set_str(dict, NAME("__hash__"), VALUE_NONE);
    return true;
}

/* How many attributes instances will probably have: what __init__ assigns. */
static unsigned guess_inline_capacity(Type *type) {
    Value init = type_lookup(type, NAME("__init__"));
    if (!is_empty(init) && type_of(init) == &function_type) {
        uint64_t hint = OBJECT_AS(Function, init)->code->inline_hint;
        if (hint) return hint > 24 ? 24 : (unsigned)hint;
    }
    unsigned inherited = load_acquire(&type->base->instance_shape)->inline_capacity;
    return inherited > 3 ? inherited : 3;
}

/* The C __new__ of a class: its base's, unless its mro has a __new__ in Python. */
static Value new_by_method(Type *type, Value *args, size_t count, Tuple *names) {
    Value method = type_lookup(type, NAME("__new__"));
    if (is_empty(method))
        return raise_error(&TypeError, "cannot create '%s' instances", type->name);
    Type *method_type_of = type_of(method);
    if (method_type_of->descr_get) {
        method = method_type_of->descr_get(method, VALUE_EMPTY, object_value(type));
        if (is_error(method)) return VALUE_ERROR;
    }
    size_t total = count + 1 + (names ? (size_t)names->length : 0);
    Array *all = total > 16 ? array_new((int64_t)total) : NULL;
    if (total > 16 && !all) return VALUE_ERROR;
    Value few[16], *list = all ? all->items : few;
    list[0] = object_value(type);
    for (size_t i = 1; i < total; i++) list[i] = args[i - 1];
    return call(method, list, count + 1, names);
}

static void choose_new(Type *type) {
    Value method = type_lookup(type, NAME("__new__"));
    Value (*function)(Type *, Value *, size_t, Tuple *) = new_by_method;
    if (is_exactly(method, &native_function_type) &&
        OBJECT_AS(NativeFunction, method)->def == &new_method_def) {
        Type *owner = OBJECT_AS(Type, OBJECT_AS(NativeFunction, method)->self);
        function = owner->new_instance;
    }
    if (type->new_instance == function) return;
    bool held = class_hold(type);
    type->new_instance = function;
    class_release(held);
}

bool type_update_new(Type *type) {
    List *all = type_and_descendants(type);
    for (int64_t i = 0; all && i < list_length(all); i++)
        if (type_has(OBJECT_AS(Type, list_get(all, i)), TYPE_HEAP)) choose_new(OBJECT_AS(Type, list_get(all, i)));
    return all != NULL;
}

/* Registers with the bases, so that changes of a base reach this class. */
static bool register_subclass(Type *type, Tuple *bases) {
    Value reference = weakref_new(&weakref_type, object_value(type), VALUE_EMPTY);
    bool done = !is_error(reference);
    byte_lock(&type_lock);
    for (int64_t i = 0; i < bases->length && done; i++) {
        Type *base = OBJECT_AS(Type, bases->items[i]);
        if (!base->subclasses) HEAP_STORE_POINTER(base, &base->subclasses, list_new(1));
        done = base->subclasses && list_append(base->subclasses, reference);
        /* now and then: forget those that have died */
        int64_t count = done ? list_length(base->subclasses) : 0;
        for (int64_t j = count - 2; j >= 0 && (count & (count - 1)) == 0; j--)
            if (!type_subclass_at(base->subclasses, j)) list_pop(base->subclasses, j);
    }
    byte_unlock(&type_lock);
    return done;
}

static void type_trace(Cell *cell, Marker *marker) {
    Type *type = (Type *)cell;
    marker_visit_pointer(marker, type->base);
    marker_visit_pointer(marker, type->name_object);
    marker_visit_pointer(marker, type->qualified_name);
    marker_visit_pointer(marker, type->bases);
    marker_visit_pointer(marker, type->mro);
    marker_visit_pointer(marker, type->dict);
    marker_visit_pointer(marker, type->subclasses);
    marker_visit_pointer(marker, type->slot_names);
    marker_visit(marker, type->cached_init);
    if (type->instance_shape && type->instance_shape->on_heap)
        marker_visit_pointer(marker, (char *)type->instance_shape - sizeof(Cell));
    for (Shape *child = type->root.children; child; child = child->sibling)
        marker_visit_pointer(marker, (char *)child - sizeof(Cell));
}

/* name of a class as a C string: for messages; lives in the type's name_object's cell */
static const char *name_text(Str *name) { return str_display(name); }

/* Calls __set_name__ of what the namespace holds. */
static bool set_names(Type *type) {
    List *items = dict_items_list(type->dict);
    if (!items) return false;
    for (int64_t i = 0; i < list_length(items); i++) {
        Tuple *pair = as_tuple(list_get(items, i));
        Value args[2] = {object_value(type), pair->items[0]};
        Value result = call_special(pair->items[1], NAME("__set_name__"), args, 2);
        if (is_error(result)) {
            raise_from(&RuntimeError, "Error calling __set_name__ on '%T' instance %R in '%U'",
                       pair->items[1], pair->items[0], type->name_object);
            return false;
        }
    }
    return true;
}

static bool init_subclass(Type *type, Value *keyword_values, Tuple *names) {
    Value super = call_2(object_value(&super_type), object_value(type), object_value(type));
    if (is_error(super)) return false;
    Value method = get_attribute(super, NAME("__init_subclass__"));
    return !is_error(method) && !is_error(call(method, keyword_values, 0, names));
}

static uint32_t flags_of_new(const Type *base, const Tuple *bases, const SlotRequest *request) {
    uint32_t flags = TYPE_READY | TYPE_HEAP | TYPE_BASE;
    flags |= base->flags & (TYPE_KIND_MASK | TYPE_HAS_DICT | TYPE_HAS_WEAKREF | TYPE_HAS_FINALIZER |
                            TYPE_MATCH_SELF);
    for (int64_t i = 0; i < bases->length; i++) {
        uint32_t of_base = type_flags(OBJECT_AS(Type, bases->items[i]));
        flags |= of_base & (TYPE_HAS_DICT | TYPE_HAS_WEAKREF);
        /* never both: the first base that is one of them decides */
        if (!(flags & (TYPE_SEQUENCE | TYPE_MAPPING))) flags |= of_base & (TYPE_SEQUENCE | TYPE_MAPPING);
    }
    if (request->wants_dict) flags |= TYPE_HAS_DICT;
    if (request->wants_weakref) flags |= TYPE_HAS_WEAKREF;
    return flags & TYPE_OWN_DICT ? flags & ~(uint32_t)TYPE_HAS_DICT : flags;
}

Value type_new(Type *metatype, Str *name, Tuple *bases, Dict *namespace, Value *args, size_t count,
               Tuple *names) {
    (void)count;
    for (int64_t i = 0; i < bases->length; i++) {
        if (is_type(bases->items[i])) continue;
        if (has_attribute(bases->items[i], NAME("__mro_entries__")) > 0)
            return raise_error(&TypeError, "type() doesn't support MRO entry resolution; use "
                                           "types.new_class()");
        error_clear();
    }
    Type *winner = calculate_metatype(metatype, bases);
    if (!winner) return VALUE_ERROR;
    if (winner != metatype) {
        if (winner->new_instance != type_type.new_instance) {
            int64_t keywords = names ? names->length : 0;
            Array *all = array_new(3 + keywords);
            if (!all) return VALUE_ERROR;
            heap_store_relaxed(all, &all->items[0], object_value(name));
            heap_store_relaxed(all, &all->items[1], object_value(bases));
            heap_store_relaxed(all, &all->items[2], object_value(namespace));
            for (int64_t i = 0; i < keywords; i++) heap_store_relaxed(all, &all->items[3 + i], args[i]);
            return winner->new_instance(winner, all->items, 3, names);
        }
        metatype = winner;
    }
    if (bases->length == 0) {
        bases = tuple_pack(1, object_value(&object_type_object));
        if (!bases) return VALUE_ERROR;
    }
    Type *base = best_base(bases);
    Dict *dict = base ? dict_copy(namespace) : NULL;
    if (!dict) return VALUE_ERROR;
    SlotRequest request = {0};
    if (!read_slots(base, name, dict, &request)) return VALUE_ERROR;

    Type *type = object_alloc_instance(metatype, sizeof(Type));
    if (!type) return VALUE_ERROR;
    Object header = type->object;
    slots_inherit(type, base);
    type->object = header;
    type->name_object = name;
    type->name = name_text(name);
    if (!type->name) return VALUE_ERROR;
    type->base = base;
    type->bases = bases;
    type->dict = dict;
    type->size = (uint32_t)align_up(base->size, sizeof(Value));
    type->root.type = type;
    type->flags = flags_of_new(base, bases, &request);
    Value class_cell = dict_pop_str(dict, NAME("__classcell__"));
    if (is_error(class_cell)) return VALUE_ERROR;
    if (!is_empty(class_cell) && !is_exactly(class_cell, &cell_type))
        return raise_error(&TypeError, "type.__new__() argument '__classcell__' must be a cell object, "
                                       "not %T", class_cell);
    if (!complete_dict(type, name, dict) || !add_slot_descriptors(type, base, &request))
        return VALUE_ERROR;
    if ((type->flags & TYPE_HAS_DICT) && !type_has(base, TYPE_HAS_DICT) &&
        is_empty(dict_get_str(dict, NAME("__dict__"))) && !type_add_dict_descriptor(type))
        return VALUE_ERROR;
    if ((type->flags & TYPE_HAS_WEAKREF) && !type_has(base, TYPE_HAS_WEAKREF) &&
        is_empty(dict_get_str(dict, NAME("__weakref__"))) && !type_add_weakref_descriptor(type))
        return VALUE_ERROR;
    if (!is_empty(class_cell)) { /* an mro() may want to know the class */
        CellObject *cell = OBJECT_AS(CellObject, class_cell);
        heap_store_release(cell, &cell->contents, object_value(type));
    }
    MroUpdate mro_update = update_mro(type);
    if (mro_update == MRO_ERROR) return VALUE_ERROR;
    choose_new(type);
    slots_update(type, NULL);
    Shape *shape = shape_new_root(type, guess_inline_capacity(type));
    if (!shape) return VALUE_ERROR;
    HEAP_STORE_POINTER(type, &type->instance_shape, shape);
    /* who assigned to __bases__ during mro() has registered it */
    if (mro_update == MRO_SET && !register_subclass(type, bases)) return VALUE_ERROR;
    if (!set_names(type) || !init_subclass(type, args, names)) return VALUE_ERROR;
    return object_value(type);
}

Type *type_create(const char *module, const char *name, Type *base, Dict *namespace) {
    Dict *dict = namespace ? namespace : dict_new();
    Str *module_name = str_from_c(module), *class_name = str_from_c(name);
    Tuple *bases = tuple_pack(1, object_value(base ? base : &object_type_object));
    if (!dict || !module_name || !class_name || !bases) return NULL;
    if (is_empty(dict_get_str(dict, NAME("__module__"))) &&
        !dict_set_str(dict, NAME("__module__"), object_value(module_name)))
        return NULL;
    Value type = type_new(&type_type, class_name, bases, dict, NULL, 0, NULL);
    return is_error(type) ? NULL : OBJECT_AS(Type, type);
}

/* --- calling a class --------------------------------------------------------------------------------------------------- */

/* tp.__new__(cls, ...) as programs call it. */
static Value type_new_entry(Value *args, size_t count, Tuple *names) {
    /* args[0] is the builtin type whose __new__ this is; args[1] the class asked for */
    Type *owner = OBJECT_AS(Type, args[0]);
    if (count < 2) return raise_error(&TypeError, "%s.__new__(): not enough arguments", owner->name);
    if (!is_type(args[1]))
        return raise_error(&TypeError, "%s.__new__(X): X is not a type object (%T)", owner->name, args[1]);
    Type *type = OBJECT_AS(Type, args[1]);
    if (!type_is_subtype(type, owner))
        return raise_error(&TypeError, "%s.__new__(%s): %s is not a subtype of %s", owner->name,
                           type->name, type->name, owner->name);
    Type *builtin = type;
    while (type_has(builtin, TYPE_HEAP)) builtin = builtin->base;
    if (builtin->new_instance != owner->new_instance)
        return raise_error(&TypeError, "%s.__new__(%s) is not safe, use %s.__new__()", owner->name,
                           type->name, builtin->name);
    return owner->new_instance(type, args + 2, count - 2, names);
}

Value type_call(Value self, Value *args, size_t count, Tuple *names) {
    Type *type = OBJECT_AS(Type, self);
    if (type == &type_type && count == 1 && (!names || !names->length))
        return object_value(type_of(args[0]));
    if (unlikely(!type->new_instance))
        return raise_error(&TypeError, "cannot create '%s' instances", type->name);
    Value instance = type->new_instance(type, args, count, names);
    if (is_error(instance)) return VALUE_ERROR;
    Type *made = type_of(instance);
    if (made != type && !type_is_subtype(made, type)) return instance;
    if (made->init && !made->init(instance, args, count, names)) return VALUE_ERROR;
    return instance;
}

static Value type_type_new(Type *metatype, Value *args, size_t count, Tuple *names) {
    if (count != 3) return raise_error(&TypeError, "type.__new__() takes exactly 3 arguments (%zu given)", count);
    if (!is_str(args[0]))
        return raise_error(&TypeError, "type.__new__() argument 1 must be str, not %T", args[0]);
    if (!str_utf8(as_str(args[0]), NULL)) return VALUE_ERROR; /* lone surrogates */
    if (str_find(as_str(args[0]), str_from_char(0), 0, INT64_MAX, 1) >= 0)
        return raise_error(&ValueError, "type name must not contain null characters");
    if (!is_tuple(args[1]))
        return raise_error(&TypeError, "type.__new__() argument 2 must be tuple, not %T", args[1]);
    if (!is_dict(args[2]))
        return raise_error(&TypeError, "type.__new__() argument 3 must be dict, not %T", args[2]);
    return type_new(metatype, as_str(args[0]), as_tuple(args[1]), as_dict(args[2]), args + 3, 0, names);
}

static bool type_type_init(Value self, Value *args, size_t count, Tuple *names) {
    (void)self, (void)args, (void)names;
    if (count == 1 || count == 3) return true;
    raise_error(&TypeError, "type.__init__() takes 1 or 3 arguments");
    return false;
}

/* --- the attributes of classes -------------------------------------------------------------------------------------------- */

static Type *self_type(Value v) { return OBJECT_AS(Type, v); }

static bool check_settable(Type *type, Value value, const char *name) {
    if (type_has(type, TYPE_IMMUTABLE)) {
        raise_error(&TypeError, "cannot set '%s' attribute of immutable type '%s'", name, type->name);
        return false;
    }
    if (is_empty(value)) {
        raise_error(&TypeError, "cannot delete '%s' attribute of immutable type '%s'", name, type->name);
        return false;
    }
    return true;
}

static Value get_name(Value self) { return object_value(load_acquire(&self_type(self)->name_object)); }
static bool set_name(Value self, Value value) {
    if (!check_settable(self_type(self), value, "__name__")) return false;
    if (!is_str(value)) {
        raise_error(&TypeError, "can only assign string to %s.__name__, not '%T'", self_type(self)->name, value);
        return false;
    }
    if (str_find(as_str(value), str_from_char(0), 0, INT64_MAX, 1) >= 0) {
        raise_error(&ValueError, "type name must not contain null characters");
        return false;
    }
    if (!str_utf8(as_str(value), NULL)) return false; /* lone surrogates */
    const char *text = name_text(as_str(value));
    if (!text) return false;
    bool held = class_hold(self_type(self));
    HEAP_STORE_POINTER(self_type(self), &self_type(self)->name_object, as_str(value));
    self_type(self)->name = text;
    class_release(held);
    return true;
}
static Value get_qualname(Value self) { return object_value(load_acquire(&self_type(self)->qualified_name)); }
static bool set_qualname(Value self, Value value) {
    if (!check_settable(self_type(self), value, "__qualname__")) return false;
    if (!is_str(value)) {
        raise_error(&TypeError, "can only assign string to %s.__qualname__, not '%T'", self_type(self)->name, value);
        return false;
    }
    HEAP_STORE_POINTER(self_type(self), &self_type(self)->qualified_name, as_str(value));
    return true;
}
static Value get_module(Value self) {
    Type *type = self_type(self);
    if (type_has(type, TYPE_HEAP)) {
        Value module = dict_get_str(type->dict, NAME("__module__"));
        return is_empty(module) ? raise_attribute_error(self, NAME("__module__"), "__module__") : module;
    }
    const char *dot = strrchr(type->name, '.');
    return value_or_error(dot ? str_from_utf8(type->name, (size_t)(dot - type->name)) : str_from_c("builtins"));
}
static bool set_module(Value self, Value value) {
    return check_settable(self_type(self), value, "__module__") &&
           type_set_attribute(self_type(self), NAME("__module__"), value);
}
static Value get_bases(Value self) { return object_value(load_acquire(&self_type(self)->bases)); }
static Value get_base(Value self) {
    Type *base = self_type(self)->base;
    return base ? object_value(base) : VALUE_NONE;
}
static Value get_mro(Value self) {
    Tuple *mro = load_acquire(&self_type(self)->mro);
    return mro ? object_value(mro) : VALUE_NONE;
}
static Value get_dict(Value self) { return mappingproxy_new(object_value(self_type(self)->dict)); }
static Value get_doc(Value self) {
    Value doc = dict_get_str(self_type(self)->dict, NAME("__doc__"));
    if (is_empty(doc)) return VALUE_NONE;
    Type *doc_type = type_of(doc);
    return doc_type->descr_get ? doc_type->descr_get(doc, VALUE_EMPTY, self) : doc;
}
static bool set_doc(Value self, Value value) {
    return check_settable(self_type(self), value, "__doc__") &&
           type_set_attribute(self_type(self), NAME("__doc__"), value);
}
/* The signature in a docstring of a class that begins with "NAME(...)\n--\n\n", or VALUE_NONE. */
static Value signature_in_doc(const Type *type) {
    Value doc = dict_get_str(type->dict, NAME("__doc__"));
    if (!is_str(doc)) return VALUE_NONE;
    Str *name = str_from_c(type->name), *end_mark = str_from_c(")\n--\n\n"), *blank = str_from_c("\n\n");
    if (!name || !end_mark || !blank) return VALUE_ERROR;
    int64_t start = name->length, length = as_str(doc)->length;
    if (str_find(as_str(doc), name, 0, start, 1) != 0 || start >= length || str_at(as_str(doc), start) != '(')
        return VALUE_NONE;
    int64_t end = str_find(as_str(doc), end_mark, start, length, 1), other = str_find(as_str(doc), blank, start, length, 1);
    if (end < 0 || other < end) return VALUE_NONE;
    return value_or_error(str_substring(as_str(doc), start, end + 1));
}
static Value get_text_signature(Value self) {
    const char *signature = self_type(self)->signature;
    return signature ? value_or_error(str_from_c(signature)) : signature_in_doc(self_type(self));
}
static Value get_flags(Value self) {
    Type *type = self_type(self);
    int64_t flags = 1 << 12; /* the bits programs look at, with CPython's values */
    if (type_has(type, TYPE_HEAP)) flags |= 1 << 9;
    if (type_has(type, TYPE_BASE)) flags |= 1 << 10;
    if (type_has(type, TYPE_IMMUTABLE)) flags |= 1 << 8;
    if (type_has(type, TYPE_ABSTRACT)) flags |= 1 << 20;
    if (type_has(type, TYPE_SEQUENCE)) flags |= 1 << 5;
    if (type_has(type, TYPE_MAPPING)) flags |= 1 << 6;
    if (type_has(type, TYPE_NO_NEW)) flags |= 1 << 7;
    static const uint32_t kinds[][2] = {{TYPE_INT, 24}, {TYPE_LIST, 25}, {TYPE_TUPLE, 26}, {TYPE_BYTES, 27},
                                        {TYPE_STR, 28}, {TYPE_DICT, 29}, {TYPE_EXCEPTION, 30}, {TYPE_TYPE, 31}};
    for (size_t i = 0; i < ARRAY_LENGTH(kinds); i++)
        if (type_has(type, kinds[i][0])) flags |= INT64_C(1) << kinds[i][1];
    return int_value(flags);
}
static Value get_abstract(Value self) {
    Value methods = VALUE_EMPTY;
    if (self_type(self) != &type_type) methods = dict_get_str(self_type(self)->dict, NAME("__abstractmethods__"));
    return is_empty(methods) ? raise_attribute_error(self, NAME("__abstractmethods__"), "__abstractmethods__")
                             : methods;
}
static bool set_abstract(Value self, Value value) {
    int abstract = is_empty(value) ? 0 : value_truth(value);
    if (abstract < 0 || !type_set_attribute(self_type(self), NAME("__abstractmethods__"), value)) return false;
    if (abstract) {
        fetch_or_relaxed(&self_type(self)->flags, TYPE_ABSTRACT);
    } else {
        __atomic_fetch_and(&self_type(self)->flags, ~(uint32_t)TYPE_ABSTRACT, __ATOMIC_RELAXED);
    }
    return true;
}
static Value get_annotations(Value self) {
    Type *type = self_type(self);
    if (!type_has(type, TYPE_HEAP))
        return raise_attribute_error(self, NAME("__annotations__"),
                                     "type object '%s' has no attribute '__annotations__'", type_name(type));
    Value found = dict_get_str(type->dict, NAME("__annotations__"));
    if (!is_empty(found)) {
        Type *found_type = type_of(found);
        return found_type->descr_get ? found_type->descr_get(found, VALUE_EMPTY, self) : found;
    }
    Dict *fresh = dict_new();
    if (!fresh || !type_set_attribute(type, NAME("__annotations__"), object_value(fresh))) return VALUE_ERROR;
    return object_value(fresh);
}
static bool set_annotations(Value self, Value value) {
    if (type_has(self_type(self), TYPE_IMMUTABLE)) {
        raise_error(&TypeError, "cannot set '__annotations__' attribute of immutable type '%s'",
                    self_type(self)->name);
        return false;
    }
    if (is_empty(value) && is_empty(dict_get_str(self_type(self)->dict, NAME("__annotations__")))) {
        raise_attribute_error(self, NAME("__annotations__"), "__annotations__");
        return false;
    }
    return type_set_attribute(self_type(self), NAME("__annotations__"), value);
}
static Value get_type_params(Value self) {
    Value found = dict_get_str(self_type(self)->dict, NAME("__type_params__"));
    return is_empty(found) ? value_or_error(tuple_new(0)) : found;
}
static bool set_type_params(Value self, Value value) {
    return check_settable(self_type(self), value, "__type_params__") &&
           type_set_attribute(self_type(self), NAME("__type_params__"), value);
}
static Value get_size(Value self) { return int_value(self_type(self)->size); }
static Value get_item_size(Value self) {
    return smallint_value(type_flags(self_type(self)) & (TYPE_INT | TYPE_BYTES | TYPE_TUPLE) ? 8 : 0);
}
static Value get_dict_offset(Value self) {
    return smallint_value(type_has(self_type(self), TYPE_HAS_DICT) ? 16 : 0);
}
static Value get_weakref_offset(Value self) {
    return smallint_value(type_has(self_type(self), TYPE_HAS_WEAKREF) ? 8 : 0);
}

/* Gives the class and all below it new mros; `undo` collects each class with its old and its new one.
 * Where an mro() has set another meanwhile, the classes below have been seen to. */
static bool refresh_mros(Type *type, List *undo) {
    Tuple *old = load_acquire(&type->mro);
    MroUpdate update = update_mro(type);
    if (update != MRO_SET) return update == MRO_LEFT;
    Tuple *entry = tuple_pack(3, object_value(type), old ? object_value(old) : VALUE_NONE,
                              object_value(load_acquire(&type->mro)));
    if (!entry || !list_append(undo, object_value(entry)) || !stack_enter("")) return false;
    List *subclasses = load_acquire(&type->subclasses);
    subclasses = subclasses ? list_from_iterable(object_value(subclasses)) : NULL;
    bool fine = true;
    for (int64_t i = 0; fine && subclasses && i < list_length(subclasses); i++) {
        Type *subclass = type_subclass_at(subclasses, i);
        if (subclass) fine = refresh_mros(subclass, undo);
    }
    stack_leave();
    return fine;
}

static void restore_mros(List *undo) {
    for (int64_t i = 0; i < list_length(undo); i++) {
        Tuple *entry = as_tuple(list_get(undo, i));
        Type *type = OBJECT_AS(Type, entry->items[0]);
        byte_lock(&type_lock);
        if (object_of(entry->items[2]) == (Object *)load_relaxed(&type->mro)) {
            type_modified_locked(type);
            Tuple *old = is_none(entry->items[1]) ? NULL : as_tuple(entry->items[1]);
            HEAP_STORE_POINTER(type, &type->mro, old);
        }
        byte_unlock(&type_lock);
    }
}

static bool is_in_base_chain(const Type *type, const Type *base) {
    for (; type; type = type->base)
        if (type == base) return true;
    return false;
}

static bool check_bases(Type *type, Value value) {
    if (!is_tuple(value)) {
        raise_error(&TypeError, "can only assign tuple to %s.__bases__, not %T", type->name, value);
        return false;
    }
    Tuple *bases = as_tuple(value);
    if (bases->length == 0) {
        raise_error(&TypeError, "can only assign non-empty tuple to %s.__bases__, not ()", type->name);
        return false;
    }
    for (int64_t i = 0; i < bases->length; i++) {
        if (!is_type(bases->items[i])) {
            raise_error(&TypeError, "%s.__bases__ must be tuple of classes, not '%T'", type->name, bases->items[i]);
            return false;
        }
        /* while an mro() runs, a base's own may not say yet what its chain of bases does */
        Type *base = OBJECT_AS(Type, bases->items[i]);
        if (type_is_subtype(base, type) || is_in_base_chain(base, type)) {
            raise_error(&TypeError, "a __bases__ item causes an inheritance cycle");
            return false;
        }
    }
    return true;
}

static void unregister_subclass(Type *type, Tuple *bases) {
    byte_lock(&type_lock);
    for (int64_t i = 0; i < bases->length; i++) {
        List *list = OBJECT_AS(Type, bases->items[i])->subclasses;
        for (int64_t j = 0; list && j < list_length(list); j++)
            if (type_subclass_at(list, j) == type) list_pop(list, j--);
    }
    byte_unlock(&type_lock);
}

static void store_bases(Type *type, Tuple *bases, Type *base) {
    bool held = class_hold(type);
    HEAP_STORE_POINTER(type, &type->bases, bases);
    HEAP_STORE_POINTER(type, &type->base, base);
    class_release(held);
}

/* Every mro() that this calls may assign to __bases__ itself, of this class too: what it has set then
 * stays, and only what is still ours is finished, or undone after an error. */
static bool set_bases(Value self, Value value) {
    Type *type = self_type(self);
    if (!check_settable(type, value, "__bases__") || !check_bases(type, value)) return false;
    Tuple *bases = as_tuple(value);
    Type *base = best_base(bases);
    if (!base || !type_layout_agrees(type->base, base, "__bases__")) return false;
    Tuple *old_bases = type->bases;
    Type *old_base = type->base;
    List *undo = list_new(4);
    if (!undo) return false;
    store_bases(type, bases, base);
    if (!refresh_mros(type, undo)) {
        restore_mros(undo);
        if (load_acquire(&type->bases) == bases) store_bases(type, old_bases, old_base);
        return false;
    }
    if (load_acquire(&type->bases) != bases) return true;
    unregister_subclass(type, old_bases);
    if (!register_subclass(type, bases)) return false;
    return type_update_new(type) && update_subclass_slots(type, NULL);
}

static const GetSetDef type_getset[] = {
    {"__name__", get_name, set_name, NULL, AUDIT_WRITE}, {"__qualname__", get_qualname, set_qualname, NULL, AUDIT_WRITE},
    {"__module__", get_module, set_module, NULL, AUDIT_WRITE}, {"__bases__", get_bases, set_bases, NULL, AUDIT_WRITE},
    {"__base__", get_base}, {"__mro__", get_mro}, {"__dict__", get_dict}, {"__doc__", get_doc, set_doc, NULL, AUDIT_WRITE},
    {"__text_signature__", get_text_signature}, {"__flags__", get_flags},
    {"__abstractmethods__", get_abstract, set_abstract},
    {"__annotations__", get_annotations, set_annotations},
    {"__type_params__", get_type_params, set_type_params},
    {"__basicsize__", get_size}, {"__itemsize__", get_item_size}, {"__dictoffset__", get_dict_offset},
    {"__weakrefoffset__", get_weakref_offset}, {0}};

static Value type_mro_method(Value *args) {
    Tuple *mro = compute_mro(self_type(args[0]), self_type(args[0])->bases);
    return mro ? value_or_error(list_from_array(mro->items, mro->length)) : VALUE_ERROR;
}
static Value type_subclasses(Value *args) {
    List *subclasses = load_acquire(&self_type(args[0])->subclasses);
    List *result = list_new(4);
    for (int64_t i = 0; result && subclasses && i < list_length(subclasses); i++) {
        Type *subclass = type_subclass_at(subclasses, i);
        if (subclass && !list_append(result, object_value(subclass))) return VALUE_ERROR;
    }
    return value_or_error(result);
}
static Value type_prepare(Value *args, size_t count, Tuple *names) {
    (void)args, (void)count, (void)names;
    return value_or_error(dict_new());
}
static Value type_instancecheck(Value *args) {
    Value self = args[0], instance = args[1];
    if (type_is_subtype(type_of(instance), self_type(self))) return VALUE_TRUE;
    Value class_of = get_attribute_optional(instance, NAME("__class__"));
    if (is_error(class_of)) return VALUE_ERROR;
    return bool_value(is_type(class_of) && type_is_subtype(self_type(class_of), self_type(self)));
}
static Value type_subclasscheck(Value *args) {
    if (is_type(args[1])) return bool_value(type_is_subtype(self_type(args[1]), self_type(args[0])));
    Value bases = get_attribute_optional(args[1], NAME("__bases__"));
    if (is_error(bases)) return VALUE_ERROR;
    if (is_empty(bases) || !is_tuple(bases))
        return raise_error(&TypeError, "issubclass() arg 1 must be a class");
    for (int64_t i = 0; i < as_tuple(bases)->length; i++) {
        Value pair[2] = {args[0], as_tuple(bases)->items[i]};
        Value result = type_subclasscheck(pair);
        if (!is_false(result)) return result;
    }
    return VALUE_FALSE;
}
static Value type_dir(Value *args) {
    Dict *all = dict_new();
    Tuple *mro = load_acquire(&self_type(args[0])->mro);
    for (int64_t i = mro ? mro->length - 1 : -1; all && i >= 0; i--)
        if (!dict_merge(all, object_value(OBJECT_AS(Type, mro->items[i])->dict), true)) return VALUE_ERROR;
    return all ? value_or_error(dict_keys_list(all)) : VALUE_ERROR;
}
static Value type_sizeof(Value *args) { (void)args; return int_value(sizeof(Type)); }
static Value type_or(Value left, Value right) {
    return union_type_or ? union_type_or(left, right) : VALUE_NOT_IMPLEMENTED;
}
Value (*union_type_or)(Value left, Value right);

static const MethodDef type_methods[] = {
    METHOD("mro", type_mro_method, "($self, /)", "Return a type's method resolution order."),
    METHOD("__subclasses__", type_subclasses, "($self, /)", "Return a list of immediate subclasses."),
    {"__prepare__", NULL, "(*args, **kwargs)", "Create the namespace for the class statement",
     METHOD_RAW | METHOD_CLASS, type_prepare},
    METHOD("__instancecheck__", type_instancecheck, "($self, instance, /)", "Check if an object is an instance."),
    METHOD("__subclasscheck__", type_subclasscheck, "($self, subclass, /)", "Check if a class is a subclass."),
    METHOD("__dir__", type_dir, "($self, /)", "Specialized __dir__ implementation for types."),
    METHOD("__sizeof__", type_sizeof, "($self, /)", "Return memory consumption of the type object."),
    {0}};

static Value type_repr(Value self) {
    Value module = get_module(self);
    if (is_error(module)) error_clear();
    if (is_error(module) || !is_str(module) || str_equal_c(as_str(module), "builtins"))
        return value_or_error(str_format("<class '%U'>", is_error(module) || !is_str(module)
                                                             ? load_acquire(&self_type(self)->name_object)
                                                             : load_acquire(&self_type(self)->qualified_name)));
    return value_or_error(str_format("<class '%U.%U'>", as_str(module), load_acquire(&self_type(self)->qualified_name)));
}

Type type_type = {
    .root = {.cell_kind = {.trace = type_trace, .name = "type"}},
    .name = "type",
    .doc = "type(object) -> the object's type\ntype(name, bases, dict, **kwds) -> a new type",
    .base = &object_type_object,
    .flags = TYPE_BASE | TYPE_TYPE | TYPE_HAS_WEAKREF,
    .size = sizeof(Type),
    .repr = type_repr,
    .call = type_call,
    .getattribute = type_getattribute,
    .setattribute = type_setattribute,
    .init = type_type_init,
    .new_instance = type_type_new,
    .binary = {[BINARY_OR] = type_or},
    .methods = type_methods,
    .getset = type_getset,
};
