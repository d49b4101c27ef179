/* type.h - types: builtin ones written in C, and classes.
 *
 * A builtin type is a static Type, filled by designated initialisers and made ready by type_ready()
 * at start-up: slots are inherited, its dict is filled from the tables and the slots. It is immutable
 * for programs. A class is a Type on the heap.
 *
 * Sharing: `version` is the guard of every cache: 0 while the type or one of its bases is being
 * changed, else a number that no other state of any type has had. Who changes a class's dict sets the
 * version of it and all its subclasses to 0 first, then changes, and the next lookup draws a new
 * number; who fills a cache reads the version before it looks up and stores nothing when it has
 * changed since. The slot functions are single words, replaced atomically after the dict. */
#ifndef WEFT_OBJECT_TYPE_H
#define WEFT_OBJECT_TYPE_H

#include "object/object.h"

typedef enum CompareOp { COMPARE_LT, COMPARE_LE, COMPARE_EQ, COMPARE_NE, COMPARE_GT, COMPARE_GE } CompareOp;

typedef enum BinaryOp {
#define BINARY(name, method, reflected, symbol) BINARY_##name,
#include "object/slots.def"
    BINARY_OP_COUNT
} BinaryOp;

/* --- tables from which a builtin type's dict is made ---------------------------------------------- */

/* A native function gets its arguments already bound to the parameters of its signature: args[i] is
 * parameter i (0 is self for methods, the class for class methods, the module for module functions
 * whose signature begins with $module), VALUE_EMPTY where the caller gave none and the signature has
 * a default. `*args` arrives as a tuple, `**kwargs` as a dict. The array must not be written to.
 * Returns VALUE_ERROR with an exception set. */
typedef Value (*NativeCode)(Value *args);
/* The raw form gets what the caller wrote: `count` positional arguments (self first, if it is a
 * method), then one value for each name in `names` (NULL: none). */
typedef Value (*NativeRawCode)(Value *args, size_t count, Tuple *names);

enum {
    METHOD_STATIC = 1, /* no self */
    METHOD_CLASS = 2,  /* args[0] is the class */
    METHOD_RAW = 4,    /* `raw` instead of `code` */
    METHOD_COEXIST = 8, /* replaces the wrapper of a slot of the same name */
    METHOD_TAKES = 16, /* a wrong number of arguments is told as "find() takes at most 3 arguments" */
};

/* `signature` is what inspect shows, and what binds: "($self, sep=None, /, maxsplit=-1)"; defaults
 * are only text, the function supplies them itself when it sees VALUE_EMPTY. `/`, `*`, `*args`,
 * `**kwargs` as in Python. For raw functions it is only shown (NULL hides it). A table ends with
 * {0}. */
typedef struct MethodDef {
    const char *name;
    NativeCode code;
    const char *signature;
    const char *doc;
    unsigned flags;
    NativeRawCode raw;
    const char *audit; /* the event of PEP 578 that a call is (object/audit.c), or NULL */
} MethodDef;
#define METHOD(name, code, signature, doc) {name, code, signature, doc, 0, NULL, NULL}
#define TAKES_METHOD(name, code, signature, doc) {name, code, signature, doc, METHOD_TAKES, NULL, NULL}
#define CLASS_METHOD(name, code, signature, doc) {name, code, signature, doc, METHOD_CLASS, NULL, NULL}
#define STATIC_METHOD(name, code, signature, doc) {name, code, signature, doc, METHOD_STATIC, NULL, NULL}
#define RAW_METHOD(name, raw_code, signature, doc) {name, NULL, signature, doc, METHOD_RAW, raw_code, NULL}
#define AUDITED(audit, name, code, signature, doc) {name, code, signature, doc, 0, NULL, audit}

/* A computed attribute. `set` gets VALUE_EMPTY to delete; NULL: read-only. */
typedef struct GetSetDef {
    const char *name;
    Value (*get)(Value self);
    bool (*set)(Value self, Value value);
    const char *doc;
    unsigned audit; /* AUDIT_*: told as object.__getattr__, object.__setattr__ or object.__delattr__ */
} GetSetDef;
enum { AUDIT_READ = 1, AUDIT_WRITE = 2 };

/* A field of the struct shown as an attribute. */
typedef enum MemberKind {
    MEMBER_VALUE,     /* Value; empty reads as None */
    MEMBER_VALUE_EX,  /* Value; empty reads as AttributeError */
    MEMBER_POINTER,   /* pointer to an object; NULL reads as None */
    MEMBER_INT32, MEMBER_INT64, MEMBER_UINT32, MEMBER_BOOL8, MEMBER_DOUBLE,
} MemberKind;
enum { MEMBER_READONLY = 1 };
typedef struct MemberDef {
    const char *name;
    MemberKind kind;
    size_t offset;
    unsigned flags;
    const char *doc;
} MemberDef;

/* --- the type ----------------------------------------------------------------------------------- */

enum {
    TYPE_READY = 1 << 0,
    TYPE_BASE = 1 << 1,        /* may be subclassed */
    TYPE_HEAP = 1 << 2,        /* made by a class statement (or type()) */
    TYPE_IMMUTABLE = 1 << 3,   /* setting attributes is refused; all builtin types */
    TYPE_ABSTRACT = 1 << 4,    /* has abstract methods */
    TYPE_HAS_DICT = 1 << 5,    /* instances have attributes of their own (slots by shape) */
    TYPE_HAS_WEAKREF = 1 << 6, /* instances can be referred to weakly */
    TYPE_HAS_FINALIZER = 1 << 7, /* has __del__ */
    TYPE_NO_NEW = 1 << 8,      /* cannot be called: "cannot create 'x' instances" */
    TYPE_SEQUENCE = 1 << 9,    /* matches sequence patterns */
    TYPE_MAPPING = 1 << 10,    /* matches mapping patterns */
    TYPE_METHOD_LIKE = 1 << 11, /* f.__get__(obj) is "call with obj first": LOAD_METHOD may skip it */
    TYPE_MATCH_SELF = 1 << 12, /* class pattern with one positional matches the subject itself */
    TYPE_PLAIN_GETATTR = 1 << 13, /* getattribute is object's: set by type_ready */
    TYPE_CUSTOM_NEW = 1 << 14,  /* set where a class's __new__ is not its builtin base's */
    TYPE_DISALLOW_INSTANTIATION_SUBCLASS = 1 << 15,
    /* the type or a base is ...: for is_list() and its kin */
    TYPE_MODULE = 1 << 19, /* attributes are in the module's own dict, also those of classes below it */
    TYPE_INT = 1 << 20, TYPE_FLOAT = 1 << 21, TYPE_STR = 1 << 22, TYPE_BYTES = 1 << 23,
    TYPE_LIST = 1 << 24, TYPE_TUPLE = 1 << 25, TYPE_DICT = 1 << 26, TYPE_SET = 1 << 27,
    TYPE_TYPE = 1 << 28, TYPE_EXCEPTION = 1 << 29, TYPE_BYTEARRAY = 1 << 30,
};
#define TYPE_FROZENSET (1u << 31)
#define TYPE_KIND_MASK 0xFFF80000u
/* Instances keep their __dict__ in their struct, whatever class below it they are of. */
#define TYPE_OWN_DICT (TYPE_TYPE | TYPE_MODULE)

typedef struct BufferView BufferView; /* types/buffer.h */

struct Type {
    Object object;          /* its shape is its metatype's */
    Shape root;             /* the shape of instances without attributes */
    const char *name;       /* as tp_name in CPython: "list", "collections.deque"; UTF-8 */
    const char *doc;
    const char *signature;  /* __text_signature__: what calling the type takes; NULL: not told */
    Type *base;             /* the base whose layout this type extends; NULL for object only */
    uint32_t flags;         /* atomic */
    uint32_t version;       /* atomic; see above */
    uint32_t size;          /* bytes of the fixed part of an instance */
    uint32_t inline_hint;   /* atomic; how many attribute slots new instances get inline */

    /* what instances can do; NULL: they cannot. These, the name, the base and the bases of a class change
     * only while it is held (class_hold, lookup.h): between two safe points they stay as they are */
    Value (*repr)(Value self);
    Value (*str)(Value self);
    int64_t (*hash)(Value self);                       /* -1 with an exception set */
    Value (*call)(Value self, Value *args, size_t count, Tuple *names);
    Value (*getattribute)(Value self, Str *name);
    bool (*setattribute)(Value self, Str *name, Value value); /* VALUE_EMPTY deletes */
    Value (*compare)(Value self, Value other, CompareOp op);   /* may return NotImplemented */
    Value (*iter)(Value self);
    Value (*next)(Value self);                         /* exhausted: VALUE_EMPTY, or StopIteration raised */
    List *(*snapshot)(Value self); /* all items of one moment, as iterating would give them; for containers in
                                      C that others may change meanwhile. Not inherited. Allocates */
    Value (*descr_get)(Value self, Value instance, Value owner); /* either may be VALUE_EMPTY */
    bool (*descr_set)(Value self, Value instance, Value value);  /* VALUE_EMPTY deletes */
    bool (*init)(Value self, Value *args, size_t count, Tuple *names);
    Value (*new_instance)(Type *type, Value *args, size_t count, Tuple *names); /* __new__ */
    void (*finalize)(Value self);                      /* __del__; exceptions are reported inside */
    Value (*await)(Value self);
    Value (*aiter)(Value self);
    Value (*anext)(Value self);
    int64_t (*length)(Value self);                     /* -1 with an exception set */
    Value (*getitem)(Value self, Value key);
    bool (*setitem)(Value self, Value key, Value value); /* VALUE_EMPTY deletes */
    int (*contains)(Value self, Value item);           /* 1, 0, -1 with an exception set */
    Value (*concat)(Value self, Value other);          /* sequences' +, *: after the numeric slots */
    Value (*repeat)(Value self, int64_t count);
    Value (*inplace_concat)(Value self, Value other);
    Value (*inplace_repeat)(Value self, int64_t count);
    int (*truth)(Value self);                          /* 1, 0, -1 with an exception set */
    Value (*negative)(Value self);
    Value (*positive)(Value self);
    Value (*absolute)(Value self);
    Value (*invert)(Value self);
    Value (*to_int)(Value self);
    Value (*to_float)(Value self);
    Value (*index)(Value self);
    /* left op right where self is either of them: return NotImplemented for types not known */
    Value (*binary[BINARY_OP_COUNT])(Value left, Value right);
    Value (*inplace[BINARY_OP_COUNT])(Value self, Value other);
    Value (*power)(Value base, Value exponent, Value modulus); /* three-argument pow */
    bool (*get_buffer)(Value self, BufferView *view, unsigned flags);
    void (*release_buffer)(Value self, BufferView *view);

    const MethodDef *methods;
    const GetSetDef *getset;
    const MemberDef *members;

    /* objects; for builtin types made by type_ready() */
    Str *name_object;       /* atomic; __name__ */
    Str *qualified_name;    /* atomic; __qualname__ */
    Tuple *bases;           /* atomic */
    Tuple *mro;             /* atomic; of Types */
    Dict *dict;             /* attributes; written under type_lock */
    List *subclasses;       /* direct subclasses: weak references, builtin types themselves; written
                               under the type lock */
    Shape *instance_shape;  /* atomic; the root shape new instances get */
    Tuple *slot_names;      /* __slots__ of this class, or NULL */
    Value cached_init;      /* private to vm/: caches of a class call */
};

extern Type object_type_object; /* `object` */
extern Type type_type;          /* `type` */
extern Type none_type, not_implemented_type, ellipsis_type;

static inline uint32_t type_flags(const Type *type) { return load_relaxed(&type->flags); }
static inline bool type_has(const Type *type, uint32_t flag) { return (type_flags(type) & flag) != 0; }

/* Exactly of a builtin type, none below it. Nearly always the shape is the type's root: one comparison
 * then. Objects of builtin types with a __dict__ leave it when they get attributes. Not for int, float,
 * bool (immediates). */
static inline bool is_exactly(Value value, const Type *builtin) {
    if (!is_object(value) || is_empty(value)) return false;
    const Shape *shape = load_acquire((Shape *const *)&object_of(value)->shape);
    return shape == &builtin->root || shape->type == builtin;
}
/* Of the type with that TYPE_ flag, or of a class derived from it (heap objects only). */
static inline bool is_kind(Value value, uint32_t flag) {
    return is_object(value) && !is_empty(value) && type_has(object_type(object_of(value)), flag);
}
#define is_str(v) is_kind(v, TYPE_STR)
#define is_bytes(v) is_kind(v, TYPE_BYTES)
#define is_list(v) is_kind(v, TYPE_LIST)
#define is_tuple(v) is_kind(v, TYPE_TUPLE)
#define is_dict(v) is_kind(v, TYPE_DICT)
#define is_type(v) is_kind(v, TYPE_TYPE)
#define is_exception(v) is_kind(v, TYPE_EXCEPTION)

/* Makes a static type usable; bases first. fatal() on a broken definition. */
void type_ready(Type *type);
bool type_is_subtype(const Type *type, const Type *base);
/* isinstance/issubclass with all hooks: 1, 0, -1. Raises, runs Python. */
int value_is_instance(Value value, Value type_or_tuple);
int value_is_subclass(Value type, Value type_or_tuple);
static inline bool is_instance_of(Value value, const Type *type) {
    Type *actual = type_of(value);
    return actual == type || type_is_subtype(actual, type);
}

/* The attribute `name` in the mro of `type`, or VALUE_EMPTY; never raises (name is interned). */
Value type_lookup(Type *type, Str *name);
/* The same, and the version it is valid for (0: do not cache). */
Value type_lookup_versioned(Type *type, Str *name, uint32_t *version);
/* The current version, drawing one when it is 0; 0 when it could not be drawn. */
uint32_t type_version(Type *type);
/* May instances of `from` become instances of `to` as they are, by assigning to __class__, or to
 * __bases__ of a class whose base was `from`? Raises TypeError, with the name of the attribute. */
bool type_layout_agrees(const Type *from, const Type *to, const char *attribute);
/* Sets or deletes (VALUE_EMPTY) a class attribute: version, slots and all. Raises. */
bool type_set_attribute(Type *type, Str *name, Value value);
/* For modules that add to a builtin type's dict at start-up. */
bool type_add(Type *type, const char *name, Value value);

/* type(name, bases, namespace, **keywords) with this metatype. Raises, runs Python. */
Value type_new(Type *metatype, Str *name, Tuple *bases, Dict *namespace, Value *args, size_t count,
               Tuple *names);
/* A class made by C: bases may be NULL (object). */
Type *type_create(const char *module, const char *name, Type *base, Dict *namespace);

/* Names as error messages show them. */
const char *type_name(const Type *type);              /* without the module: "deque" */
static inline const char *type_name_of(Value value) { return type_name(type_of(value)); }

/* Generic implementations for slot fields of builtin types. */
Value object_getattribute(Value self, Str *name);
bool object_setattribute(Value self, Str *name, Value value);
int64_t hash_identity(Value self);
int64_t hash_not_possible(Value self); /* "unhashable type: 'list'"; __hash__ = None */
Value iter_self(Value self);
Value object_repr(Value self);

/* Allocates a zeroed object of a builtin type with `size` bytes, its shape already set: fine as long
 * as the zeroed state is valid to trace. NULL with MemoryError. Allocates. */
static inline void *object_alloc(Type *type, size_t size) {
    Object *object = heap_alloc(size);
    if (likely(object != NULL)) cell_set_kind(object, &type->root.cell_kind);
    return object;
}

#endif
