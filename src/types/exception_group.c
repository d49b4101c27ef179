/* exception_group.c - BaseExceptionGroup, ExceptionGroup (PEP 654) and what `except*` needs.
 *
 * A group is immutable in what matters: its message and its tuple of exceptions are set once by
 * __new__. Splitting walks the tree of groups with a matcher and rebuilds both halves with derive(),
 * which a subclass may override; depth is limited by the recursion check. */
#include "types/exception_kinds.h"

#include "types/dict.h"
#include "types/list.h"
#include "types/module.h"
#include "types/set.h"
#include "types/str.h"

static Type *group_type; /* ExceptionGroup; constant after exceptions_init(); reachable from builtins */
static Value group_root; /* the same, for the collector */

Type *exception_group_type(void) { return group_type; }

static void scan_group_root(Marker *marker) { marker_visit(marker, group_root); }

bool exception_group_init(void) {
    Tuple *bases = tuple_pack(2, object_value(&exc_BaseExceptionGroup), object_value(&exc_Exception));
    Dict *namespace = dict_new();
    Str *module = str_from_c("builtins"), *name = str_from_c("ExceptionGroup");
    if (!bases || !namespace || !module || !name ||
        !dict_set_c(namespace, "__module__", object_value(module)))
        return false;
    group_root = type_new(&type_type, name, bases, namespace, NULL, 0, NULL);
    if (is_error(group_root)) return false;
    group_type = OBJECT_AS(Type, group_root);
    heap_add_root_scanner(scan_group_root);
    return true;
}

static bool is_group(Value v) { return is_instance_of(v, &exc_BaseExceptionGroup); }

static Tuple *group_exceptions(Value group) {
    Value v = exception_field(&OBJECT_AS(ExceptionGroupObject, group)->exceptions);
    return is_tuple(v) ? as_tuple(v) : tuple_new(0);
}

/* --- construction --------------------------------------------------------------------------------- */

/* Which class BaseExceptionGroup(...) makes, or NULL with an exception set. */
static Type *group_class(Type *type, bool has_base_exceptions) {
    if (type == &exc_BaseExceptionGroup) return has_base_exceptions ? type : group_type;
    if (!has_base_exceptions) return type;
    if (type == group_type) {
        raise_error(&TypeError, "Cannot nest BaseExceptions in an ExceptionGroup");
        return NULL;
    }
    if (type_is_subtype(type, &exc_Exception)) {
        raise_error(&TypeError, "Cannot nest BaseExceptions in '%s'", type->name);
        return NULL;
    }
    return type;
}

static Value group_new(Type *type, Value *args, size_t count, Tuple *names) {
    if (count != 2)
        return raise_error(&TypeError,
                           "BaseExceptionGroup.__new__() takes exactly 2 arguments (%zu given)", count);
    if (!is_str(args[0]))
        return raise_error(&TypeError,
                           "BaseExceptionGroup.__new__() argument 1 must be str, not %T", args[0]);
    if (!is_sequence(args[1]))
        return raise_error(&TypeError, "second argument (exceptions) must be a sequence");
    Tuple *exceptions = tuple_from_iterable(args[1]);
    if (!exceptions) return VALUE_ERROR;
    if (exceptions->length == 0)
        return raise_error(&ValueError, "second argument (exceptions) must be a non-empty sequence");
    bool has_base_exceptions = false;
    for (int64_t i = 0; i < exceptions->length; i++) {
        if (!is_exception(exceptions->items[i]))
            return raise_error(&ValueError,
                               "Item %lld of second argument (exceptions) is not an exception",
                               (long long)i);
        if (!is_instance_of(exceptions->items[i], &exc_Exception)) has_base_exceptions = true;
    }
    Type *class = group_class(type, has_base_exceptions);
    if (!class) return VALUE_ERROR;
    Value self = base_exception_new(class, args, count, NULL);
    if (is_error(self)) return self;
    ExceptionGroupObject *group = OBJECT_AS(ExceptionGroupObject, self);
    heap_store_release(group, &group->message, args[0]);
    heap_store_release(group, &group->exceptions, object_value(exceptions));
    return self;
}

static Value new_group(Value message, Value exceptions) {
    Value args[2] = {message, exceptions};
    return exception_new(&exc_BaseExceptionGroup, args, 2);
}

static Value group_str(Value self) {
    Tuple *exceptions = group_exceptions(self);
    if (!exceptions) return VALUE_ERROR;
    Str *text = str_format("%V (%lld sub-exception%s)",
                           none_if_empty(OBJECT_AS(ExceptionGroupObject, self)->message),
                           (long long)exceptions->length, exceptions->length > 1 ? "s" : "");
    return text ? object_value(text) : VALUE_ERROR;
}

static Value group_derive(Value *args) {
    return new_group(none_if_empty(OBJECT_AS(ExceptionGroupObject, args[0])->message), args[1]);
}

/* A group of `exceptions` (a list) like `original`, or None when the list is empty. */
static Value group_subset(Value original, List *exceptions) {
    if (list_length(exceptions) == 0) return VALUE_NONE;
    Value group = call_method_1(original, "derive", object_value(exceptions));
    if (is_error(group)) return group;
    if (!is_group(group))
        return raise_error(&TypeError, "derive must return an instance of BaseExceptionGroup");
    Exception *from = as_exception(original), *to = as_exception(group);
    heap_store_release(to, &to->traceback, exception_field(&from->traceback));
    heap_store_release(to, &to->context, exception_field(&from->context));
    exception_set_cause(group, exception_field(&from->cause));
    Str *name = NAME("__notes__");
    Value notes = get_attribute_optional(original, name);
    if (is_error(notes)) return notes;
    if (!is_empty(notes) && is_sequence(notes)) {
        List *copy = list_from_iterable(notes);
        if (!copy || !set_attribute(group, name, object_value(copy))) return VALUE_ERROR;
    }
    return group;
}

/* --- splitting ------------------------------------------------------------------------------------ */

typedef struct Matcher {
    enum { MATCH_TYPE, MATCH_CALLABLE, MATCH_IDENTITY } kind;
    Value what; /* class or tuple of classes; callable; set of ids */
} Matcher;

static bool is_exception_class(Value v) {
    return is_type(v) && type_is_subtype(OBJECT_AS(Type, v), &exc_BaseException);
}

static bool matcher_init(Matcher *matcher, Value what) {
    bool classes = is_exception_class(what);
    if (is_exactly(what, &tuple_type)) {
        Tuple *tuple = as_tuple(what);
        classes = true;
        for (int64_t i = 0; i < tuple->length && classes; i++)
            classes = is_exception_class(tuple->items[i]);
    } else if (!classes && is_callable(what) && !is_type(what)) {
        *matcher = (Matcher){MATCH_CALLABLE, what};
        return true;
    }
    if (!classes) {
        raise_error(&TypeError, "expected a function, exception type or tuple of exception types");
        return false;
    }
    *matcher = (Matcher){MATCH_TYPE, what};
    return true;
}

/* Is `exception` of the class, or of one in the tuple? By the real type, as `except` asks. */
static bool matches_type(Value exception, Value what) {
    if (is_type(what)) return is_instance_of(exception, OBJECT_AS(Type, what));
    Tuple *tuple = as_tuple(what);
    for (int64_t i = 0; i < tuple->length; i++)
        if (is_type(tuple->items[i]) && is_instance_of(exception, OBJECT_AS(Type, tuple->items[i])))
            return true;
    return false;
}

/* 1, 0, -1 */
static int matcher_test(const Matcher *matcher, Value exception) {
    switch (matcher->kind) {
    case MATCH_TYPE: return matches_type(exception, matcher->what);
    case MATCH_CALLABLE: {
        Value result = call_1(matcher->what, exception);
        return is_error(result) ? -1 : value_truth(result);
    }
    default: {
        if (is_group(exception)) return 0;
        Value id = value_id_object(exception);
        return is_error(id) ? -1 : set_contains(OBJECT_AS(Set, matcher->what), id);
    }
    }
}

typedef struct Split {
    Value match, rest; /* exceptions or None */
} Split;

static bool split_exception(Value exception, const Matcher *matcher, bool want_rest, Split *out);

static bool split_members(Value group, const Matcher *matcher, bool want_rest, Split *out) {
    Tuple *exceptions = group_exceptions(group);
    List *matching = list_new(0), *others = list_new(0);
    if (!exceptions || !matching || !others) return false;
    for (int64_t i = 0; i < exceptions->length; i++) {
        Split part;
        if (!split_exception(exceptions->items[i], matcher, want_rest, &part)) return false;
        if (!is_none(part.match) && !list_append(matching, part.match)) return false;
        if (want_rest && !is_none(part.rest) && !list_append(others, part.rest)) return false;
    }
    out->match = group_subset(group, matching);
    if (is_error(out->match)) return false;
    out->rest = want_rest ? group_subset(group, others) : VALUE_NONE;
    return !is_error(out->rest);
}

static bool split_exception(Value exception, const Matcher *matcher, bool want_rest, Split *out) {
    int matches = matcher_test(matcher, exception);
    if (matches < 0) return false;
    if (matches) {
        *out = (Split){exception, VALUE_NONE};
        return true;
    }
    if (!is_group(exception)) {
        *out = (Split){VALUE_NONE, want_rest ? exception : VALUE_NONE};
        return true;
    }
    if (!stack_enter(" in exceptiongroup_split_recursive")) return false;
    bool fine = split_members(exception, matcher, want_rest, out);
    stack_leave();
    return fine;
}

static Value group_split(Value *args) {
    Matcher matcher;
    Split split;
    if (!matcher_init(&matcher, args[1]) || !split_exception(args[0], &matcher, true, &split))
        return VALUE_ERROR;
    Tuple *pair = tuple_pack(2, split.match, split.rest);
    return pair ? object_value(pair) : VALUE_ERROR;
}

static Value group_subgroup(Value *args) {
    Matcher matcher;
    Split split;
    if (!matcher_init(&matcher, args[1]) || !split_exception(args[0], &matcher, false, &split))
        return VALUE_ERROR;
    return split.match;
}

/* --- except* -------------------------------------------------------------------------------------- */

bool exception_group_match(Value exception, Value type, Value *match, Value *rest) {
    *match = VALUE_NONE;
    *rest = exception;
    if (is_none(exception)) return true;
    if (matches_type(exception, type)) {
        *rest = VALUE_NONE;
        if (is_group(exception)) {
            *match = exception;
            return true;
        }
        /* A naked exception is caught as a group of one. */
        Tuple *one = tuple_pack(1, exception);
        *match = one ? new_group(object_value(str_empty()), object_value(one)) : VALUE_ERROR;
        return !is_error(*match);
    }
    if (!is_group(exception)) return true;
    Value pair = call_method_1(exception, "split", type);
    if (is_error(pair)) return false;
    if (!is_tuple(pair)) {
        raise_error(&TypeError, "%T.split must return a tuple, not %T", exception, pair);
        return false;
    }
    if (as_tuple(pair)->length < 2) {
        raise_error(&TypeError, "%T.split must return a 2-tuple, got tuple of size %lld", exception,
                    (long long)as_tuple(pair)->length);
        return false;
    }
    *match = as_tuple(pair)->items[0];
    *rest = as_tuple(pair)->items[1];
    return true;
}

static bool same_metadata(Value a, Value b) {
    Exception *left = as_exception(a), *right = as_exception(b);
    Str *name = NAME("__notes__");
    Value left_notes = get_attribute_optional(a, name), right_notes = get_attribute_optional(b, name);
    if (is_error(left_notes) || is_error(right_notes)) {
        error_clear();
        return false;
    }
    return same_value(left_notes, right_notes) &&
           same_value(exception_field(&left->traceback), exception_field(&right->traceback)) &&
           same_value(exception_field(&left->cause), exception_field(&right->cause)) &&
           same_value(exception_field(&left->context), exception_field(&right->context));
}

static bool collect_leaf_ids(Value exception, Set *ids) {
    if (!is_group(exception)) {
        Value id = value_id_object(exception);
        return !is_error(id) && set_add(ids, id);
    }
    if (!stack_enter(" in collect_exception_group_leaf_ids")) return false;
    Tuple *exceptions = group_exceptions(exception);
    bool fine = exceptions != NULL;
    for (int64_t i = 0; fine && i < exceptions->length; i++)
        fine = collect_leaf_ids(exceptions->items[i], ids);
    stack_leave();
    return fine;
}

/* What is left of `group` when only the leaves that occur in `keep` stay; None for nothing. */
static Value project(Value group, List *keep) {
    Set *ids = set_new();
    if (!ids) return VALUE_ERROR;
    for (int64_t i = 0; i < list_length(keep); i++)
        if (!collect_leaf_ids(list_get(keep, i), ids)) return VALUE_ERROR;
    Matcher matcher = {MATCH_IDENTITY, object_value(ids)};
    Split split;
    return split_exception(group, &matcher, false, &split) ? split.match : VALUE_ERROR;
}

Value exception_prepare_reraise_star(Value original, Value raised_list) {
    List *all = as_list(raised_list);
    if (list_length(all) == 0) return VALUE_NONE;
    if (!is_group(original)) return none_if_empty(list_get(all, 0));
    List *raised = list_new(0), *reraised = list_new(0);
    if (!raised || !reraised) return VALUE_ERROR;
    for (int64_t i = 0; i < list_length(all); i++) {
        Value exception = list_get(all, i);
        if (is_none(exception) || is_empty(exception)) continue;
        if (!list_append(same_metadata(exception, original) ? reraised : raised, exception))
            return VALUE_ERROR;
    }
    Value again = VALUE_NONE;
    if (list_length(reraised)) again = project(original, reraised);
    if (is_error(again) || list_length(raised) == 0) return again;
    if (!is_none(again) && !list_append(raised, again)) return VALUE_ERROR;
    return new_group(object_value(str_empty()), object_value(raised));
}

/* --- the type --------------------------------------------------------------------------------------- */

static Value group_class_getitem(Value *args) {
    Value alias = import_attribute("types", "GenericAlias");
    return is_error(alias) ? alias : call_2(alias, args[0], args[1]);
}

static const MethodDef group_methods[] = {
    CLASS_METHOD("__class_getitem__", group_class_getitem, "($type, item, /)",
                 "See PEP 585"),
    METHOD("derive", group_derive, "($self, excs, /)", NULL),
    METHOD("split", group_split, "($self, matcher, /)", NULL),
    METHOD("subgroup", group_subgroup, "($self, matcher, /)", NULL),
    {0},
};

static const MemberDef group_members[] = {
    {"message", MEMBER_VALUE, offsetof(ExceptionGroupObject, message), MEMBER_READONLY,
     "exception message"},
    {"exceptions", MEMBER_VALUE, offsetof(ExceptionGroupObject, exceptions), MEMBER_READONLY,
     "nested exceptions"},
    {0},
};

void exception_group_fill(void) {
    exc_BaseExceptionGroup.new_instance = group_new;
    exc_BaseExceptionGroup.str = group_str;
    exc_BaseExceptionGroup.methods = group_methods;
    exc_BaseExceptionGroup.members = group_members;
}
