/* sqlite_functions.c - functions of Python that SQLite calls: functions, aggregates, collations, hooks.
 *
 * The library calls them in the middle of a step, with the thread detached: it attaches, calls, and
 * detaches again. What the library has a pointer to is a Callback, which the connection keeps alive.
 * Instances of aggregates are kept in their Callback's dict, by the address of the library's context. */
#include "modules/loadable/sqlite.h"

#include <limits.h>

typedef struct Callback {
    Object object;
    Value callable;
    Value instances; /* a dict, for aggregates; under the database's lock */
} Callback;

static void callback_trace(Cell *cell, Marker *marker) {
    marker_visit(marker, ((Callback *)cell)->callable);
    marker_visit(marker, ((Callback *)cell)->instances);
}

static Type callback_type = {
    .name = "sqlite3.callback",
    .base = &object_type_object,
    .flags = TYPE_NO_NEW,
    .size = sizeof(Callback),
    .root = {.cell_kind = {.trace = callback_trace, .name = "sqlite3.callback"}},
};

static Callback *callback_new(Database *database, Value callable) {
    static uint8_t ready;
    if (!exchange_acq_rel(&ready, (uint8_t)1)) type_ready(&callback_type);
    Callback *self = object_alloc(&callback_type, sizeof(Callback));
    Dict *instances = dict_new();
    if (!self || !instances) return NULL;
    self->callable = callable;
    self->instances = object_value(instances);
    return database_keep(database, object_value(self)) ? self : NULL;
}

/* What a callback raised is shown or forgotten; the library gets an error of its own. */
static void report(Value callable) {
    if (load_relaxed(&sqlite_callback_tracebacks)) error_write_unraisable(NULL, callable);
    else error_clear();
}

static Value argument_value(sqlite3_value *v) {
    switch (sqlite3_value_type(v)) {
    case SQLITE_INTEGER: return int_value(sqlite3_value_int64(v));
    case SQLITE_FLOAT: return double_value_checked(sqlite3_value_double(v));
    case SQLITE_TEXT: {
        const char *text = (const char *)sqlite3_value_text(v);
        Str *str = text ? str_from_utf8(text, (size_t)sqlite3_value_bytes(v)) : NULL;
        return str ? object_value(str) : VALUE_ERROR;
    }
    case SQLITE_BLOB: {
        const void *data = sqlite3_value_blob(v);
        Bytes *bytes = bytes_from(data ? data : "", (size_t)sqlite3_value_bytes(v));
        return bytes ? object_value(bytes) : VALUE_ERROR;
    }
    default: return VALUE_NONE;
    }
}

static Tuple *argument_tuple(int count, sqlite3_value **values) {
    Tuple *tuple = tuple_new(count);
    for (int i = 0; tuple && i < count; i++) {
        Value v = argument_value(values[i]);
        if (is_error(v)) return NULL;
        tuple->items[i] = v;
    }
    return tuple;
}

/* False with an exception when it is nothing that SQLite has. */
static bool give_result(sqlite3_context *context, Value v) {
    int64_t number;
    if (is_none(v)) {
        sqlite3_result_null(context);
    } else if (is_int(v)) {
        if (!int_to_int64(v, &number))
            return raise_error(&OverflowError, "Python int too large to convert to SQLite INTEGER"), false;
        sqlite3_result_int64(context, number);
    } else if (is_float(v)) {
        sqlite3_result_double(context, float_of(v));
    } else if (is_str(v)) {
        size_t length;
        const char *text = str_utf8(as_str(v), &length);
        if (!text) return false;
        if (length > INT_MAX) return raise_error(&OverflowError, "string is longer than INT_MAX bytes"), false;
        sqlite3_result_text(context, text, (int)length, SQLITE_TRANSIENT);
    } else if (has_buffer(v)) {
        BufferView view;
        if (!buffer_get(v, &view, BUFFER_SIMPLE)) return false;
        bool fits = view.length <= INT_MAX;
        if (fits) sqlite3_result_blob(context, view.data, (int)view.length, SQLITE_TRANSIENT);
        else raise_error(&OverflowError, "BLOB longer than INT_MAX bytes");
        buffer_release(&view);
        return fits;
    } else {
        return raise_error(OBJECT_AS(Type, sqlite_programming_error), "User-defined functions cannot return '%T' values to SQLite", v), false;
    }
    return true;
}

static void give_error(sqlite3_context *context, Value callable, const char *message) {
    if (error_matches(&MemoryError)) sqlite3_result_error_nomem(context);
    else if (error_matches(&OverflowError)) sqlite3_result_error_toobig(context);
    else sqlite3_result_error(context, message, -1);
    report(callable);
}

/* --- functions ------------------------------------------------------------------------------------------------- */

static void on_function(sqlite3_context *context, int count, sqlite3_value **values) {
    Thread *thread = thread_self();
    thread_reattach(thread);
    Callback *self = sqlite3_user_data(context);
    Tuple *args = argument_tuple(count, values);
    Value result = args ? call_with(self->callable, args, NULL) : VALUE_ERROR;
    if (is_error(result) || !give_result(context, result))
        give_error(context, self->callable, "user-defined function raised exception");
    thread_detach(thread);
}

static Value instance_key(sqlite3_context *context) {
    void *memory = sqlite3_aggregate_context(context, sizeof(int64_t));
    return int_value((int64_t)(intptr_t)memory);
}

/* The aggregate's instance, made at its first use unless `make` is false: VALUE_EMPTY when no row was
 * seen, and the result is NULL then. */
static Value instance(Callback *self, sqlite3_context *context, bool make) {
    Value found = dict_get(as_dict(self->instances), instance_key(context));
    if (!is_empty(found) || !make) return found;
    Value made = call_0(self->callable);
    if (!is_error(made) && !dict_set(as_dict(self->instances), instance_key(context), made)) return VALUE_ERROR;
    return made;
}

static void call_step(sqlite3_context *context, int count, sqlite3_value **values, const char *method) {
    char message[96];
    Thread *thread = thread_self();
    thread_reattach(thread);
    Callback *self = sqlite3_user_data(context);
    Value object = instance(self, context, true);
    if (is_error(object)) {
        give_error(context, self->callable, "user-defined aggregate's '__init__' method raised error");
    } else {
        Value bound = get_attribute_c(object, method);
        bool defined = !is_error(bound) || !error_matches(&AttributeError);
        Tuple *args = is_error(bound) ? NULL : argument_tuple(count, values);
        Value result = args ? call_with(bound, args, NULL) : VALUE_ERROR;
        snprintf(message, sizeof message, "user-defined aggregate's '%s' method %s", method,
                 defined ? "raised error" : "not defined");
        if (is_error(result)) give_error(context, self->callable, message);
    }
    thread_detach(thread);
}

static void on_step(sqlite3_context *c, int count, sqlite3_value **values) { call_step(c, count, values, "step"); }
static void on_inverse(sqlite3_context *c, int count, sqlite3_value **values) { call_step(c, count, values, "inverse"); }

static void call_result(sqlite3_context *context, const char *method, bool last) {
    char message[96];
    Thread *thread = thread_self();
    thread_reattach(thread);
    Callback *self = sqlite3_user_data(context);
    /* An error that is on its way must not be lost. */
    Value raised = error_fetch();
    Value object = instance(self, context, false);
    if (!is_error(object) && !is_empty(object)) {
        Value result = call_method_0(object, method);
        bool defined = !is_error(result) || !error_matches(&AttributeError);
        snprintf(message, sizeof message, "user-defined aggregate's '%s' method %s", method,
                 defined ? "raised error" : "not defined");
        if (is_error(result) || !give_result(context, result)) give_error(context, self->callable, message);
    } else if (is_error(object)) {
        give_error(context, self->callable, "user-defined aggregate's '__init__' method raised error");
    }
    if (last && is_error(dict_pop(as_dict(self->instances), instance_key(context)))) error_clear();
    if (!is_empty(raised)) error_restore(raised);
    thread_detach(thread);
}

static void on_final(sqlite3_context *context) { call_result(context, "finalize", true); }
static void on_value(sqlite3_context *context) { call_result(context, "value", false); }

static const char *name_of(Value v, const char *function, const char *which) {
    Str *text;
    return argument_str(v, function, which, &text) ? str_utf8(text, NULL) : NULL;
}

Value database_create_function(Value *args) {
    Database *self = as_database(args[0]);
    int count = 0, flags = SQLITE_UTF8;
    bool deterministic = false;
    const char *name = name_of(args[1], "create_function", "'name'");
    if (!name || !argument_int(args[2], &count) || !argument_bool(args[4], &deterministic) || !database_enter(self))
        return VALUE_ERROR;
    if (deterministic) flags |= SQLITE_DETERMINISTIC;
    Callback *callback = is_none(args[3]) ? NULL : callback_new(self, args[3]);
    bool ok = callback || is_none(args[3]);
    int rc = ok ? sqlite3_create_function_v2(self->db, name, count, flags, callback, callback ? on_function : NULL,
                                             NULL, NULL, NULL)
                : SQLITE_OK;
    database_leave(self);
    if (!ok) return VALUE_ERROR;
    return rc == SQLITE_OK ? VALUE_NONE : RAISE(operational, "Error creating function");
}

Value database_create_aggregate(Value *args) {
    Database *self = as_database(args[0]);
    int count = 0;
    const char *name = name_of(args[1], "create_aggregate", "'name'");
    if (!name || !argument_int(args[2], &count) || !database_enter(self)) return VALUE_ERROR;
    Callback *callback = is_none(args[3]) ? NULL : callback_new(self, args[3]);
    bool ok = callback || is_none(args[3]);
    int rc = ok ? sqlite3_create_function_v2(self->db, name, count, SQLITE_UTF8, callback, NULL,
                                             callback ? on_step : NULL, callback ? on_final : NULL, NULL)
                : SQLITE_OK;
    database_leave(self);
    if (!ok) return VALUE_ERROR;
    return rc == SQLITE_OK ? VALUE_NONE : RAISE(operational, "Error creating aggregate");
}

Value database_create_window_function(Value *args) {
    Database *self = as_database(args[0]);
    int count = 0;
    const char *name = name_of(args[1], "create_window_function", "1");
    if (!name || !argument_int(args[2], &count) || !database_enter(self)) return VALUE_ERROR;
    Callback *callback = is_none(args[3]) ? NULL : callback_new(self, args[3]);
    Value result = VALUE_NONE;
    if (!callback && !is_none(args[3])) {
        result = VALUE_ERROR;
    } else {
        int rc = sqlite3_create_window_function(self->db, name, count, SQLITE_UTF8, callback,
                                                callback ? on_step : NULL, callback ? on_final : NULL,
                                                callback ? on_value : NULL, callback ? on_inverse : NULL, NULL);
        if (rc != SQLITE_OK) result = RAISE(programming, "%s", sqlite3_errstr(rc));
    }
    database_leave(self);
    return result;
}

/* --- collations and hooks ------------------------------------------------------------------------------------- */

static int on_collation(void *data, int a_size, const void *a, int b_size, const void *b) {
    Thread *thread = thread_self();
    thread_reattach(thread);
    Callback *self = data;
    int64_t order = 0;
    if (!error_occurred()) {
        Str *x = str_from_utf8(a, (size_t)a_size), *y = str_from_utf8(b, (size_t)b_size);
        Value result = x && y ? call_2(self->callable, object_value(x), object_value(y)) : VALUE_ERROR;
        if (is_error(result) || !argument_int64(result, &order)) {
            order = 0;
            error_clear();
        }
    }
    thread_detach(thread);
    return order < 0 ? -1 : order > 0;
}

Value database_create_collation(Value *args) {
    Database *self = as_database(args[0]);
    const char *name = name_of(args[1], "create_collation", "1");
    if (!name || !database_enter(self)) return VALUE_ERROR;
    Value result = VALUE_NONE;
    Callback *callback = NULL;
    if (!is_none(args[2]) && !is_callable(args[2])) result = raise_error(&TypeError, "parameter must be callable");
    else if (!is_none(args[2]) && !(callback = callback_new(self, args[2]))) result = VALUE_ERROR;
    if (!is_error(result) && sqlite3_create_collation_v2(self->db, name, SQLITE_UTF8, callback,
                                                         callback ? on_collation : NULL, NULL) != SQLITE_OK)
        result = raise_sqlite(self->db);
    database_leave(self);
    return result;
}

static Value optional_text(const char *text) {
    Str *str = text ? str_from_c(text) : NULL;
    return !text ? VALUE_NONE : str ? object_value(str) : VALUE_ERROR;
}

static int on_authorize(void *data, int action, const char *a, const char *b, const char *database,
                        const char *trigger) {
    Thread *thread = thread_self();
    thread_reattach(thread);
    Callback *self = data;
    int answer = SQLITE_DENY;
    Value args[] = {int_value(action), optional_text(a), optional_text(b), optional_text(database),
                    optional_text(trigger)};
    Value result = call(self->callable, args, ARRAY_LENGTH(args), NULL);
    if (is_error(result)) report(self->callable);
    else if (!is_int(result)) answer = SQLITE_DENY;
    else if (!argument_int(result, &answer)) {
        answer = SQLITE_DENY;
        report(self->callable);
    }
    thread_detach(thread);
    return answer;
}

static int on_progress(void *data) {
    Thread *thread = thread_self();
    thread_reattach(thread);
    Callback *self = data;
    Value result = call_0(self->callable);
    int truth = is_error(result) ? -1 : value_truth(result);
    if (truth < 0) report(self->callable);
    thread_detach(thread);
    return truth != 0;
}

static int on_trace(unsigned kind, void *data, void *statement, void *text) {
    Thread *thread = thread_self();
    thread_reattach(thread);
    Callback *self = data;
    char *expanded = sqlite3_expanded_sql(statement);
    Str *sql = NULL;
    if (expanded) {
        sql = str_from_c(expanded);
    } else {
        sqlite3 *db = sqlite3_db_handle(statement);
        if (sqlite3_errcode(db) == SQLITE_NOMEM) {
            raise_memory_error();
        } else {
            RAISE(data, "Expanded SQL string exceeds the maximum string length");
            report(self->callable);
            sql = str_from_c(sqlite3_sql(statement));
        }
    }
    if (!sql || is_error(call_1(self->callable, object_value(sql)))) report(self->callable);
    sqlite3_free(expanded);
    thread_detach(thread);
    return 0;
}

/* A callback for an argument that may be None. False with an exception. */
static bool hook_argument(Database *self, Value v, Callback **out) {
    *out = NULL;
    return is_none(v) || (*out = callback_new(self, v)) != NULL;
}

Value database_set_authorizer(Value *args) {
    Database *self = as_database(args[0]);
    Callback *callback;
    if (!database_enter(self)) return VALUE_ERROR;
    bool ok = hook_argument(self, args[1], &callback);
    int rc = ok ? sqlite3_set_authorizer(self->db, callback ? on_authorize : NULL, callback) : SQLITE_OK;
    database_leave(self);
    if (rc != SQLITE_OK) return RAISE(operational, "Error setting authorizer callback");
    return ok ? VALUE_NONE : VALUE_ERROR;
}

Value database_set_progress_handler(Value *args) {
    Database *self = as_database(args[0]);
    Callback *callback;
    int n = 0;
    if (!argument_int(args[2], &n) || !database_enter(self)) return VALUE_ERROR;
    bool ok = hook_argument(self, args[1], &callback);
    if (ok) sqlite3_progress_handler(self->db, n, callback ? on_progress : NULL, callback);
    database_leave(self);
    return ok ? VALUE_NONE : VALUE_ERROR;
}

Value database_set_trace_callback(Value *args) {
    Database *self = as_database(args[0]);
    Callback *callback;
    if (!database_enter(self)) return VALUE_ERROR;
    bool ok = hook_argument(self, args[1], &callback);
    if (ok) sqlite3_trace_v2(self->db, callback ? SQLITE_TRACE_STMT : 0, callback ? on_trace : NULL, callback);
    database_leave(self);
    return ok ? VALUE_NONE : VALUE_ERROR;
}
