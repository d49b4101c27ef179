/* library_methods.c - methods of the library's own classes, in C.
 *
 * `threading` builds Condition, Semaphore and Event from locks, and `queue` builds Queue from those, in
 * Python; the library has no place where a runtime could offer better ones, as it has for RLock. So when
 * one of these modules has been imported from the library, some methods of its classes are replaced by
 * the functions below. The classes, their attributes and what programs see of them stay the library's.
 * The same is done for `json.encoder`, which asks for the encoder in C only when nothing is indented.
 *
 * Each function does what is done most often: nobody has to wait or to be woken, the locks are Weft's
 * own, the arguments are the usual ones. In all other cases it has changed nothing yet and calls the
 * method that it replaced. So what is rare, subclassed or patched goes the library's way, and what is here
 * must only equal it where it goes ahead: it takes the same lock and changes the same attributes.
 *
 * Python code may run under these locks (a subclass may have a property for an attribute): they are locks
 * of the program, no ByteLocks. */
#include "modules/library_methods.h"

#include "modules/collections.h"
#include "modules/json_module.h"
#include "modules/support.h"
#include "modules/thread_module.h"
#include "object/descriptor.h"
#include "vm/function.h"

enum Replaced {
    CONDITION_ENTER, CONDITION_EXIT, CONDITION_NOTIFY, CONDITION_NOTIFY_ALL,
    SEMAPHORE_ACQUIRE, SEMAPHORE_RELEASE, BOUNDED_RELEASE,
    EVENT_SET, EVENT_CLEAR, EVENT_WAIT,
    QUEUE_PUT, QUEUE_GET,
    JSON_ITERENCODE,
    REPLACED_COUNT,
};

static Value originals[REPLACED_COUNT]; /* the library's functions; roots */
static Value condition_class, queue_class; /* roots; VALUE_EMPTY before the import */

static Value call_original(enum Replaced which, Value *args, size_t count) {
    while (count > 1 && is_empty(args[count - 1])) count--; /* those not given */
    for (size_t i = 1; i < count; i++)
        if (is_empty(args[i])) args[i] = VALUE_NONE;
    return call(originals[which], args, count, NULL);
}

/* --- locks ------------------------------------------------------------------------------------------------- */

/* The lock of a Condition that is just the library's, if it is one of Weft's; else VALUE_EMPTY, and
 * VALUE_ERROR with an exception. */
static Value plain_lock(Value condition) {
    if (!is_object(condition) || !same_value(object_value(type_of(condition)), condition_class))
        return VALUE_EMPTY;
    Value lock = get_attribute(condition, NAME("_lock"));
    if (is_error(lock)) return lock;
    return is_exactly(lock, &lock_type) || is_exactly(lock, &rlock_type) ? lock : VALUE_EMPTY;
}

static bool lock_enter(Value lock) {
    return is_exactly(lock, &lock_type) ? lock_object_acquire(OBJECT_AS(LockObject, lock))
                                        : rlock_object_acquire(OBJECT_AS(RLockObject, lock));
}

static bool lock_leave(Value lock) {
    return is_exactly(lock, &lock_type) ? lock_object_release(OBJECT_AS(LockObject, lock))
                                        : rlock_object_release(OBJECT_AS(RLockObject, lock));
}

static bool is_owned(Value lock) {
    return is_exactly(lock, &lock_type) ? mutex_is_held(&OBJECT_AS(LockObject, lock)->mutex)
                                        : rlock_object_is_mine(OBJECT_AS(RLockObject, lock));
}

/* Does nobody wait for the condition? 1, 0 (somebody, or it is not known), -1. The lock is held. */
static int nobody_waits(Value condition) {
    Value waiters = get_attribute(condition, NAME("_waiters"));
    if (is_error(waiters)) return -1;
    return is_exactly(waiters, &deque_type) && deque_length_of(waiters) == 0;
}

/* self._cond and its lock, which is taken, for a Semaphore or Event: 1; 0: not the plain case; -1. */
static int enter_plain(Value self, Value *condition, Value *lock) {
    *condition = get_attribute(self, NAME("_cond"));
    *lock = is_error(*condition) ? *condition : plain_lock(*condition);
    if (is_error(*lock)) return -1;
    if (is_empty(*lock)) return 0;
    return lock_enter(*lock) ? 1 : -1;
}

/* Leaves the lock: `done` 1 gives `result`, 0 goes the library's way, -1 is an error. */
static Value leave_plain(Value lock, int done, Value result, enum Replaced which, Value *args, size_t count) {
    if (done < 0) {
        Value exception = error_fetch();
        if (!lock_leave(lock)) error_clear();
        error_restore(exception);
        return VALUE_ERROR;
    }
    if (!lock_leave(lock)) return VALUE_ERROR;
    return done ? result : call_original(which, args, count);
}

/* --- Condition --------------------------------------------------------------------------------------------- */

static Value method_condition_enter(Value *args) {
    Value lock = get_attribute(args[0], NAME("_lock"));
    if (is_error(lock)) return lock;
    if (!is_exactly(lock, &lock_type) && !is_exactly(lock, &rlock_type))
        return call_original(CONDITION_ENTER, args, 1);
    return lock_enter(lock) ? VALUE_TRUE : VALUE_ERROR;
}

static Value method_condition_exit(Value *args) {
    Value lock = get_attribute(args[0], NAME("_lock"));
    if (is_error(lock)) return lock;
    if (is_exactly(lock, &lock_type) || is_exactly(lock, &rlock_type))
        return lock_leave(lock) ? VALUE_NONE : VALUE_ERROR;
    Tuple *exception = as_tuple(args[1]);
    Value all[4] = {args[0]};
    size_t count = min_size((size_t)exception->length, 3);
    for (size_t i = 0; i < count; i++) all[i + 1] = exception->items[i];
    return call_original(CONDITION_EXIT, all, count + 1);
}

static Value notify(enum Replaced which, Value *args, size_t count) {
    Value lock = plain_lock(args[0]);
    if (is_error(lock)) return lock;
    int done = is_empty(lock) || !is_owned(lock) ? 0 : nobody_waits(args[0]);
    if (done < 0) return VALUE_ERROR;
    return done ? VALUE_NONE : call_original(which, args, count);
}

static Value method_condition_notify(Value *args) {
    if (!is_empty(args[1]) && !is_smallint(args[1])) return call_original(CONDITION_NOTIFY, args, 2);
    return notify(CONDITION_NOTIFY, args, 2);
}
static Value method_condition_notify_all(Value *args) { return notify(CONDITION_NOTIFY_ALL, args, 1); }

/* --- Semaphore --------------------------------------------------------------------------------------------- */

static Value method_semaphore_acquire(Value *args) {
    Value condition, lock;
    bool usual = (is_empty(args[1]) || is_bool(args[1])) && (is_empty(args[2]) || is_none(args[2]));
    if (is_empty(args[1])) args[1] = VALUE_TRUE;
    int entered = usual ? enter_plain(args[0], &condition, &lock) : 0;
    if (entered <= 0) return entered < 0 ? VALUE_ERROR : call_original(SEMAPHORE_ACQUIRE, args, 3);
    Value value = get_attribute(args[0], NAME("_value"));
    int done = is_error(value) ? -1 : is_smallint(value) && smallint_of(value) > 0;
    if (done > 0 && !set_attribute(args[0], NAME("_value"), int_value(smallint_of(value) - 1))) done = -1;
    return leave_plain(lock, done, VALUE_TRUE, SEMAPHORE_ACQUIRE, args, 3);
}

static Value release(enum Replaced which, Value *args) {
    Value condition, lock;
    bool usual = is_empty(args[1]) || same_value(args[1], smallint_value(1));
    int entered = usual ? enter_plain(args[0], &condition, &lock) : 0;
    if (entered <= 0) return entered < 0 ? VALUE_ERROR : call_original(which, args, 2);
    Value value = get_attribute(args[0], NAME("_value")), most = VALUE_EMPTY;
    int done = is_error(value) ? -1 : is_smallint(value) ? nobody_waits(condition) : 0;
    if (done > 0 && which == BOUNDED_RELEASE) {
        most = get_attribute(args[0], NAME("_initial_value"));
        done = is_error(most) ? -1 : is_smallint(most) && smallint_of(value) < smallint_of(most);
    }
    if (done > 0 && !set_attribute(args[0], NAME("_value"), int_value(smallint_of(value) + 1))) done = -1;
    return leave_plain(lock, done, VALUE_NONE, which, args, 2);
}

static Value method_semaphore_release(Value *args) { return release(SEMAPHORE_RELEASE, args); }
static Value bounded_release(Value *args) { return release(BOUNDED_RELEASE, args); }

/* --- Event ------------------------------------------------------------------------------------------------- */

static Value set_flag(enum Replaced which, Value *args, Value flag) {
    Value condition, lock;
    int entered = enter_plain(args[0], &condition, &lock);
    if (entered <= 0) return entered < 0 ? VALUE_ERROR : call_original(which, args, 1);
    int done = which == EVENT_SET ? nobody_waits(condition) : 1;
    if (done > 0 && !set_attribute(args[0], NAME("_flag"), flag)) done = -1;
    return leave_plain(lock, done, VALUE_NONE, which, args, 1);
}

static Value event_set(Value *args) { return set_flag(EVENT_SET, args, VALUE_TRUE); }
static Value event_clear(Value *args) { return set_flag(EVENT_CLEAR, args, VALUE_FALSE); }

static Value event_wait(Value *args) {
    Value flag = get_attribute(args[0], NAME("_flag"));
    if (is_error(flag) || same_value(flag, VALUE_TRUE)) return flag;
    return call_original(EVENT_WAIT, args, 2);
}

/* --- Queue ------------------------------------------------------------------------------------------------- */

/* The mutex of a queue.Queue, no subclass of it, if it is one of Weft's locks; VALUE_EMPTY; VALUE_ERROR. */
static Value queue_mutex(Value self) {
    if (!same_value(object_value(type_of(self)), queue_class)) return VALUE_EMPTY;
    Value mutex = get_attribute(self, NAME("mutex"));
    return is_error(mutex) || is_exactly(mutex, &lock_type) ? mutex : VALUE_EMPTY;
}

/* Is `condition` the queue's attribute of that name, plain, on that mutex, and nobody waits? 1, 0, -1. */
static int queue_condition_idle(Value self, Str *name, Value mutex) {
    Value condition = get_attribute(self, name);
    Value lock = is_error(condition) ? condition : plain_lock(condition);
    if (is_error(lock)) return -1;
    return same_value(lock, mutex) ? nobody_waits(condition) : 0;
}

static bool is_exactly_zero(Value v) { return same_value(v, smallint_value(0)); }

/* With the mutex held: puts the item in if nothing is in the way. */
static int put_plain(Value self, Value mutex, Value item) {
    Value most = get_attribute(self, NAME("maxsize"));
    if (is_error(most) || !is_exactly_zero(most)) return is_error(most) ? -1 : 0;
    int idle = queue_condition_idle(self, NAME("not_empty"), mutex);
    if (idle <= 0) return idle;
    Value items = get_attribute(self, NAME("queue")), unfinished = get_attribute(self, NAME("unfinished_tasks"));
    if (is_error(items) || is_error(unfinished)) return -1;
    if (!is_exactly(items, &deque_type) || !is_smallint(unfinished)) return 0;
    if (!deque_append_item(items, item)) return -1;
    return set_attribute(self, NAME("unfinished_tasks"), int_value(smallint_of(unfinished) + 1)) ? 1 : -1;
}

static Value queue_put(Value *args) {
    Value mutex = queue_mutex(args[0]);
    if (is_error(mutex)) return mutex;
    if (is_empty(args[2])) args[2] = VALUE_TRUE;
    if (is_empty(mutex)) return call_original(QUEUE_PUT, args, 4);
    if (!lock_enter(mutex)) return VALUE_ERROR;
    return leave_plain(mutex, put_plain(args[0], mutex, args[1]), VALUE_NONE, QUEUE_PUT, args, 4);
}

/* The same for taking one out. */
static int get_plain(Value self, Value mutex, Value *item) {
    Value items = get_attribute(self, NAME("queue"));
    if (is_error(items)) return -1;
    if (!is_exactly(items, &deque_type) || deque_length_of(items) == 0) return 0;
    int idle = queue_condition_idle(self, NAME("not_full"), mutex);
    if (idle <= 0) return idle;
    *item = deque_pop_left_item(items);
    return !is_empty(*item);
}

static Value queue_get(Value *args) {
    Value mutex = queue_mutex(args[0]), item = VALUE_NONE;
    if (is_error(mutex)) return mutex;
    if (is_empty(args[1])) args[1] = VALUE_TRUE;
    if (is_empty(mutex)) return call_original(QUEUE_GET, args, 3);
    if (!lock_enter(mutex)) return VALUE_ERROR;
    int done = get_plain(args[0], mutex, &item);
    return leave_plain(mutex, done, item, QUEUE_GET, args, 3);
}

/* --- replacing ----------------------------------------------------------------------------------------------- */

typedef struct Replacement {
    const char *module, *class;
    enum Replaced which;
    MethodDef def; /* its name is that of the attribute */
} Replacement;

#define ACQUIRE_SIGNATURE "($self, blocking=True, timeout=None)"
#define ACQUIRE_DOC                                                                                \
    "Take one from the counter.  When it is zero, wait until another thread releases one, unless\n" \
    "blocking is false; with a timeout in seconds, at most that long.  Returns whether it did."

/* --- JSON -------------------------------------------------------------------------------------------------- */

/* A global of the module json.encoder, as its own functions see it. */
static Value json_global(const char *name) {
    return dict_get_c(OBJECT_AS(Function, originals[JSON_ITERENCODE])->globals, name);
}

/* The indentation as the text of one level, or None, if the encoder in C may write the whole value at once;
 * else VALUE_EMPTY, and VALUE_ERROR with an exception. */
static Value json_indentation(Value self, Value one_shot) {
    int whole = is_empty(one_shot) ? 0 : value_truth(one_shot);
    if (whole <= 0) return whole ? VALUE_ERROR : VALUE_EMPTY;
    Value indent = get_attribute(self, NAME("indent"));
    if (is_error(indent) || is_none(indent) || is_exact_str(indent)) return indent;
    if (!is_smallint(indent) || smallint_of(indent) > INT16_MAX) return VALUE_EMPTY;
    StrBuilder spaces;
    builder_init(&spaces);
    return builder_add_fill(&spaces, ' ', smallint_of(indent)) ? value_or_error(builder_finish(&spaces))
                                                               : VALUE_ERROR;
}

static Value json_iterencode(Value *args) {
    Value self = args[0], indent = json_indentation(self, args[2]);
    if (is_error(indent)) return indent;
    Value make_encoder = json_global("c_make_encoder");
    if (is_error(make_encoder)) return VALUE_ERROR;
    if (is_empty(indent) || !same_value(make_encoder, object_value(&json_encoder_type)))
        return call_original(JSON_ITERENCODE, args, 3);
    static const char *const names[] = {"default", "key_separator", "item_separator", "sort_keys", "skipkeys",
                                        "allow_nan", "check_circular", "ensure_ascii"};
    Value settings[ARRAY_LENGTH(names)];
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
        settings[i] = get_attribute_c(self, names[i]);
        if (is_error(settings[i])) return VALUE_ERROR;
    }
    int circular = value_truth(settings[6]), ascii = circular < 0 ? -1 : value_truth(settings[7]);
    if (ascii < 0) return VALUE_ERROR;
    Value markers = circular ? value_or_error(dict_new()) : VALUE_NONE;
    Value quote = json_global(ascii ? "encode_basestring_ascii" : "encode_basestring");
    if (is_error(markers) || is_error(quote)) return VALUE_ERROR;
    if (is_empty(quote)) return call_original(JSON_ITERENCODE, args, 3);
    Value arguments[] = {markers, settings[0], quote, indent, settings[1], settings[2], settings[3],
                         settings[4], settings[5]};
    Value encoder = call(make_encoder, arguments, ARRAY_LENGTH(arguments), NULL);
    return is_error(encoder) ? encoder : call_2(encoder, args[1], smallint_value(0));
}

static const Replacement replacements[] = {
    {"threading", "Condition", CONDITION_ENTER,
     METHOD("__enter__", method_condition_enter, "($self)", "Acquire the lock.")},
    {"threading", "Condition", CONDITION_EXIT,
     METHOD("__exit__", method_condition_exit, "($self, *args)", "Release the lock.")},
    {"threading", "Condition", CONDITION_NOTIFY,
     METHOD("notify", method_condition_notify, "($self, n=1)",
            "Wake at most n threads that wait for the condition; its lock must be held.")},
    {"threading", "Condition", CONDITION_NOTIFY_ALL,
     METHOD("notify_all", method_condition_notify_all, "($self)",
            "Wake all threads that wait for the condition; its lock must be held.")},
    {"threading", "Semaphore", SEMAPHORE_ACQUIRE,
     METHOD("acquire", method_semaphore_acquire, ACQUIRE_SIGNATURE, ACQUIRE_DOC)},
    {"threading", "Semaphore", SEMAPHORE_ACQUIRE,
     METHOD("__enter__", method_semaphore_acquire, ACQUIRE_SIGNATURE, ACQUIRE_DOC)},
    {"threading", "Semaphore", SEMAPHORE_RELEASE,
     METHOD("release", method_semaphore_release, "($self, n=1)",
            "Add n to the counter and wake as many threads that wait for it.")},
    {"threading", "BoundedSemaphore", BOUNDED_RELEASE,
     METHOD("release", bounded_release, "($self, n=1)",
            "Add n to the counter and wake as many threads that wait for it; ValueError when that is\n"
            "more than it began with.")},
    {"threading", "Event", EVENT_SET,
     METHOD("set", event_set, "($self)", "Set the flag and wake all threads that wait for it.")},
    {"threading", "Event", EVENT_CLEAR, METHOD("clear", event_clear, "($self)", "Reset the flag.")},
    {"threading", "Event", EVENT_WAIT,
     METHOD("wait", event_wait, "($self, timeout=None)",
            "Wait until the flag is set, at most timeout seconds; returns whether it is.")},
    {"queue", "Queue", QUEUE_PUT,
     METHOD("put", queue_put, "($self, item, block=True, timeout=None)",
            "Put an item in, waiting for a free place when the queue is full.  Raises Full when there is\n"
            "none, at once if block is false, or after timeout seconds.")},
    {"queue", "Queue", QUEUE_GET,
     METHOD("get", queue_get, "($self, block=True, timeout=None)",
            "Remove the first item and return it, after waiting for one.  Raises Empty when there is none,\n"
            "at once if block is false, or after timeout seconds.")},
    {"json.encoder", "JSONEncoder", JSON_ITERENCODE,
     METHOD("iterencode", json_iterencode, "($self, o, _one_shot=False)",
            "Give the texts, one after the other, that make up o as JSON.")},
};

/* Does the module come from the library's folder, or from the package in it that is named before a dot? */
static bool is_of_library(Str *name, Value module) {
    Value file = get_attribute_optional(module, NAME("__file__"));
    Value folder = dict_get_c(runtime.sys_dict, "_stdlib_dir");
    if (is_error(file) || is_error(folder)) {
        error_clear();
        return false;
    }
    if (is_empty(file) || !is_str(file) || is_empty(folder) || !is_str(folder)) return false;
    const char *path = str_os_text(as_str(file), NULL), *library = str_os_text(as_str(folder), NULL);
    size_t length = library ? strlen(library) : 0;
    if (!path || !library || strncmp(path, library, length) != 0 || path[length] != '/') return false;
    const char *rest = path + length + 1;
    if (str_equal_c(name, "json.encoder") && strncmp(rest, "json/", 5) == 0) rest += 5;
    return !strchr(rest, '/');
}

static Str *name_of(const char *text) {
    Str *name = str_from_c(text);
    return name ? str_intern(name) : NULL;
}

static bool replace(Value module, const Replacement *replacement) {
    Str *class_name = name_of(replacement->class), *name = name_of(replacement->def.name);
    Value class = class_name && name ? get_attribute_optional(module, class_name) : VALUE_ERROR;
    if (is_error(class) || is_empty(class) || !is_type(class)) return !is_error(class);
    Dict *dict = OBJECT_AS(Type, class)->dict;
    Value original = dict_get_str(dict, name);
    if (is_error(original)) return false;
    if (is_empty(original) || !is_exactly(original, &function_type)) return true;
    /* a program that imports the package anew, perhaps without _json, keeps what it gets */
    if (replacement->which == JSON_ITERENCODE && !is_empty(originals[JSON_ITERENCODE])) return true;
    Value method = method_descriptor_new(OBJECT_AS(Type, class), &replacement->def);
    if (is_error(method)) return false;
    originals[replacement->which] = original;
    if (strcmp(replacement->class, "Condition") == 0) condition_class = class;
    if (strcmp(replacement->class, "Queue") == 0) queue_class = class;
    return type_set_attribute(OBJECT_AS(Type, class), name, method);
}

bool library_methods_install(Str *name, Value module) {
    bool wanted = str_equal_c(name, "threading") || str_equal_c(name, "queue") || str_equal_c(name, "json.encoder");
    if (likely(!wanted) || !is_of_library(name, module)) return true;
    static bool rooted; /* the import lock of the module is held */
    if (!rooted) {
        for (int i = 0; i < REPLACED_COUNT; i++) module_root(&originals[i]);
        module_root(&condition_class);
        module_root(&queue_class);
        rooted = true;
    }
    for (size_t i = 0; i < ARRAY_LENGTH(replacements); i++)
        if (str_equal_c(name, replacements[i].module) && !replace(module, &replacements[i])) return false;
    return true;
}
