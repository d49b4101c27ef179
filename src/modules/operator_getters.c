/* operator_getters.c - operator.itemgetter, attrgetter and methodcaller. They are constant. */
#include "modules/operator_module.h"

#include "modules/support.h"
#include "types/repr.h"

/* Checks the arguments of a getter's call: one positional. */
static bool one_argument(const char *name, size_t count, Tuple *names) {
    if (names && names->length > 0) {
        raise_error(&TypeError, "%s() takes no keyword arguments", name);
        return false;
    }
    if (count != 1) {
        raise_error(&TypeError, "%s expected 1 argument, got %zu", name, count);
        return false;
    }
    return true;
}

static Value pair_of(Value a, Value b) {
    Tuple *pair = tuple_pack(2, a, b);
    return pair ? object_value(pair) : VALUE_ERROR;
}

/* name(item, item, key=value) */
static Value repr_of_call(Value self, const char *name, Tuple *items, Dict *keywords) {
    int entered = repr_enter(self);
    if (entered < 0) return VALUE_ERROR;
    StrBuilder builder;
    builder_init(&builder);
    bool fine = builder_add_c(&builder, name) && builder_add_char(&builder, '(');
    if (entered > 0) {
        fine = fine && builder_add_c(&builder, "...)");
        Str *text = fine ? builder_finish(&builder) : NULL;
        return text ? object_value(text) : VALUE_ERROR;
    }
    bool first = true;
    for (int64_t i = 0; fine && i < items->length; i++, first = false)
        fine = (first || builder_add_c(&builder, ", ")) && builder_add_repr(&builder, items->items[i]);
    int64_t position = 0;
    Value key, value;
    while (fine && keywords && dict_next(keywords, &position, &key, &value)) {
        fine = (first || builder_add_c(&builder, ", ")) && builder_add(&builder, as_str(key)) &&
               builder_add_char(&builder, '=') && builder_add_repr(&builder, value);
        first = false;
    }
    fine = fine && builder_add_char(&builder, ')');
    repr_leave(self);
    Str *text = fine ? builder_finish(&builder) : NULL;
    return text ? object_value(text) : VALUE_ERROR;
}

/* --- itemgetter --------------------------------------------------------------------------------------------- */

typedef struct ItemGetter {
    Object object;
    Tuple *items;
} ItemGetter;

static void itemgetter_trace(Cell *cell, Marker *marker) {
    marker_visit_pointer(marker, ((ItemGetter *)cell)->items);
}

static Value itemgetter_new(Type *type, Value *args, size_t count, Tuple *names) {
    if (names && names->length > 0)
        return raise_error(&TypeError, "itemgetter() takes no keyword arguments");
    if (count < 1)
        return raise_error(&TypeError, "itemgetter expected 1 argument, got 0");
    Tuple *items = tuple_from_array(args, (int64_t)count);
    if (!items) return VALUE_ERROR;
    ItemGetter *getter = object_alloc(&itemgetter_type, sizeof(ItemGetter));
    if (!getter) return VALUE_ERROR;
    getter->items = items;
    return object_value(getter);
}

static Value itemgetter_call(Value self, Value *args, size_t count, Tuple *names) {
    if (!one_argument("itemgetter", count, names)) return VALUE_ERROR;
    Tuple *items = OBJECT_AS(ItemGetter, self)->items;
    if (items->length == 1) return get_item(args[0], items->items[0]);
    Tuple *result = tuple_new(items->length);
    if (!result) return VALUE_ERROR;
    for (int64_t i = 0; i < items->length; i++) {
        Value item = get_item(args[0], items->items[i]);
        if (is_error(item)) return VALUE_ERROR;
        result->items[i] = item;
    }
    return object_value(result);
}

static Value itemgetter_repr(Value self) {
    return repr_of_call(self, "operator.itemgetter", OBJECT_AS(ItemGetter, self)->items, NULL);
}

static Value itemgetter_reduce(Value *args) {
    return pair_of(object_value(&itemgetter_type),
                   object_value(OBJECT_AS(ItemGetter, args[0])->items));
}

static const MethodDef itemgetter_methods[] = {
    METHOD("__reduce__", itemgetter_reduce, "($self, /)", "Return state information for pickling"),
    {0},
};

Type itemgetter_type = {
    .root = {.cell_kind = {.trace = itemgetter_trace}},
    .name = "operator.itemgetter",
    .doc = "itemgetter(item, /, *items) --> itemgetter object\n\n"
           "Return a callable object that fetches the given item(s) from its operand.\n"
           "After f = itemgetter(2), the call f(r) returns r[2].\n"
           "After g = itemgetter(2, 5, 3), the call g(r) returns (r[2], r[5], r[3])",
    .base = &object_type_object,
    .flags = TYPE_IMMUTABLE,
    .size = sizeof(ItemGetter),
    .new_instance = itemgetter_new,
    .call = itemgetter_call,
    .repr = itemgetter_repr,
    .methods = itemgetter_methods,
};

/* --- attrgetter ------------------------------------------------------------------------------------------------ */

typedef struct AttrGetter {
    Object object;
    Tuple *names; /* as given */
    Tuple *paths; /* for each a tuple of interned names: what stood between the dots */
} AttrGetter;

static void attrgetter_trace(Cell *cell, Marker *marker) {
    marker_visit_pointer(marker, ((AttrGetter *)cell)->names);
    marker_visit_pointer(marker, ((AttrGetter *)cell)->paths);
}

static Tuple *split_path(const Str *text) {
    int64_t parts = 1;
    for (int64_t i = 0; i < text->length; i++) parts += str_at(text, i) == '.';
    Tuple *path = tuple_new(parts);
    if (!path) return NULL;
    int64_t start = 0, part = 0;
    for (int64_t i = 0; i <= text->length; i++) {
        if (i < text->length && str_at(text, i) != '.') continue;
        Str *name = str_substring(text, start, i);
        name = name ? str_intern(name) : NULL;
        if (!name) return NULL;
        path->items[part++] = object_value(name);
        start = i + 1;
    }
    return path;
}

static Value attrgetter_new(Type *type, Value *args, size_t count, Tuple *names) {
    if (names && names->length > 0)
        return raise_error(&TypeError, "attrgetter() takes no keyword arguments");
    if (count < 1)
        return raise_error(&TypeError, "attrgetter expected 1 argument, got 0");
    Tuple *given = tuple_from_array(args, (int64_t)count);
    Tuple *paths = tuple_new((int64_t)count);
    if (!given || !paths) return VALUE_ERROR;
    for (size_t i = 0; i < count; i++) {
        if (!is_str(args[i])) return raise_error(&TypeError, "attribute name must be a string");
        Tuple *path = split_path(as_str(args[i]));
        if (!path) return VALUE_ERROR;
        paths->items[i] = object_value(path);
    }
    AttrGetter *getter = object_alloc(&attrgetter_type, sizeof(AttrGetter));
    if (!getter) return VALUE_ERROR;
    getter->names = given;
    getter->paths = paths;
    return object_value(getter);
}

static Value follow_path(Value object, Tuple *path) {
    for (int64_t i = 0; i < path->length && !is_error(object); i++)
        object = get_attribute(object, as_str(path->items[i]));
    return object;
}

static Value attrgetter_call(Value self, Value *args, size_t count, Tuple *names) {
    if (!one_argument("attrgetter", count, names)) return VALUE_ERROR;
    Tuple *paths = OBJECT_AS(AttrGetter, self)->paths;
    if (paths->length == 1) return follow_path(args[0], as_tuple(paths->items[0]));
    Tuple *result = tuple_new(paths->length);
    if (!result) return VALUE_ERROR;
    for (int64_t i = 0; i < paths->length; i++) {
        Value item = follow_path(args[0], as_tuple(paths->items[i]));
        if (is_error(item)) return VALUE_ERROR;
        result->items[i] = item;
    }
    return object_value(result);
}

static Value attrgetter_repr(Value self) {
    return repr_of_call(self, "operator.attrgetter", OBJECT_AS(AttrGetter, self)->names, NULL);
}

static Value attrgetter_reduce(Value *args) {
    return pair_of(object_value(&attrgetter_type),
                   object_value(OBJECT_AS(AttrGetter, args[0])->names));
}

static const MethodDef attrgetter_methods[] = {
    METHOD("__reduce__", attrgetter_reduce, "($self, /)", "Return state information for pickling"),
    {0},
};

Type attrgetter_type = {
    .root = {.cell_kind = {.trace = attrgetter_trace}},
    .name = "operator.attrgetter",
    .doc = "attrgetter(attr, /, *attrs) --> attrgetter object\n\n"
           "Return a callable object that fetches the given attribute(s) from its operand.\n"
           "After f = attrgetter('name'), the call f(r) returns r.name.\n"
           "After g = attrgetter('name', 'date'), the call g(r) returns (r.name, r.date).\n"
           "After h = attrgetter('name.first', 'name.last'), the call h(r) returns\n"
           "(r.name.first, r.name.last).",
    .base = &object_type_object,
    .flags = TYPE_IMMUTABLE,
    .size = sizeof(AttrGetter),
    .new_instance = attrgetter_new,
    .call = attrgetter_call,
    .repr = attrgetter_repr,
    .methods = attrgetter_methods,
};

/* --- methodcaller ------------------------------------------------------------------------------------------------- */

typedef struct MethodCaller {
    Object object;
    Str *name;
    Tuple *args;    /* without the name */
    Dict *keywords; /* NULL: none; never changed */
} MethodCaller;

static void methodcaller_trace(Cell *cell, Marker *marker) {
    MethodCaller *caller = (MethodCaller *)cell;
    marker_visit_pointer(marker, caller->name);
    marker_visit_pointer(marker, caller->args);
    marker_visit_pointer(marker, caller->keywords);
}

static Value methodcaller_new(Type *type, Value *args, size_t count, Tuple *names) {
    if (count < 1)
        return raise_error(&TypeError, "methodcaller needs at least one argument, the method name");
    if (!is_str(args[0])) return raise_error(&TypeError, "method name must be a string");
    Str *name = is_exactly(args[0], &str_type) ? str_intern(as_str(args[0])) : as_str(args[0]);
    Tuple *positional = tuple_from_array(args + 1, (int64_t)count - 1);
    if (!name || !positional) return VALUE_ERROR;
    Dict *keywords = NULL;
    if (names && names->length > 0) {
        keywords = dict_new();
        if (!keywords) return VALUE_ERROR;
        for (int64_t i = 0; i < names->length; i++)
            if (!dict_set(keywords, names->items[i], args[count + (size_t)i])) return VALUE_ERROR;
    }
    MethodCaller *caller = object_alloc(&methodcaller_type, sizeof(MethodCaller));
    if (!caller) return VALUE_ERROR;
    caller->name = name;
    caller->args = positional;
    caller->keywords = keywords;
    return object_value(caller);
}

static Value methodcaller_call(Value self, Value *args, size_t count, Tuple *names) {
    if (!one_argument("methodcaller", count, names)) return VALUE_ERROR;
    MethodCaller *caller = OBJECT_AS(MethodCaller, self);
    if (!caller->keywords)
        return call_method(args[0], caller->name, caller->args->items, (size_t)caller->args->length);
    Value method = get_attribute(args[0], caller->name);
    return is_error(method) ? VALUE_ERROR : call_with(method, caller->args, caller->keywords);
}

/* (name, *args) */
static Tuple *with_name(const MethodCaller *caller) {
    Tuple *all = tuple_new(caller->args->length + 1);
    if (!all) return NULL;
    all->items[0] = object_value(caller->name);
    for (int64_t i = 0; i < caller->args->length; i++) all->items[i + 1] = caller->args->items[i];
    return all;
}

static Value methodcaller_repr(Value self) {
    MethodCaller *caller = OBJECT_AS(MethodCaller, self);
    Tuple *all = with_name(caller);
    return all ? repr_of_call(self, "operator.methodcaller", all, caller->keywords) : VALUE_ERROR;
}

static Value methodcaller_reduce(Value *args) {
    MethodCaller *caller = OBJECT_AS(MethodCaller, args[0]);
    Value type = object_value(&methodcaller_type);
    if (!caller->keywords) {
        Tuple *all = with_name(caller);
        return all ? pair_of(type, object_value(all)) : VALUE_ERROR;
    }
    Value partial = import_attribute("functools", "partial");
    if (is_error(partial)) return VALUE_ERROR;
    Tuple *bound = tuple_pack(2, type, object_value(caller->name));
    if (!bound) return VALUE_ERROR;
    Value constructor = call_with(partial, bound, caller->keywords);
    return is_error(constructor) ? VALUE_ERROR : pair_of(constructor, object_value(caller->args));
}

static const MethodDef methodcaller_methods[] = {
    METHOD("__reduce__", methodcaller_reduce, "($self, /)", "Return state information for pickling"),
    {0},
};

Type methodcaller_type = {
    .root = {.cell_kind = {.trace = methodcaller_trace}},
    .name = "operator.methodcaller",
    .doc = "methodcaller(name, /, *args, **kwargs) --> methodcaller object\n\n"
           "Return a callable object that calls the given method on its operand.\n"
           "After f = methodcaller('name'), the call f(r) returns r.name().\n"
           "After g = methodcaller('name', 'date', foo=1), the call g(r) returns\n"
           "r.name('date', foo=1).",
    .base = &object_type_object,
    .flags = TYPE_IMMUTABLE,
    .size = sizeof(MethodCaller),
    .new_instance = methodcaller_new,
    .call = methodcaller_call,
    .repr = methodcaller_repr,
    .methods = methodcaller_methods,
};
