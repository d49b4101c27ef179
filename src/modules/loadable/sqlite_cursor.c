/* sqlite_cursor.c - cursors of the module _sqlite3: parameters, execution, rows. */
#include "modules/loadable/sqlite.h"

#include <limits.h>
#include <stdlib.h>

static void cursor_trace(Cell *cell, Marker *marker) {
    Cursor *self = (Cursor *)cell;
    const Value *values[] = {&self->database,    &self->statement,   &self->description,
                             &self->row_factory, &self->last_row_id, &self->converters};
    for (size_t i = 0; i < ARRAY_LENGTH(values); i++) marker_visit(marker, value_load_relaxed(values[i]));
}

/* The collector has found the cursor dead. */
static void cursor_release(Cell *cell) {
    Cursor *self = (Cursor *)cell;
    Handle *handle = self->handle;
    if (!handle) return;
    pthread_mutex_lock(&handle->lock);
    if (handle->state == HANDLE_OPEN && self->unread) handle_list_add(&handle->unread, self->unread);
    pthread_mutex_unlock(&handle->lock);
    self->handle = NULL;
    handle_drop(handle);
}

/* --- parameters ------------------------------------------------------------------------------------------------ */

/* Needs no adapter. */
static bool is_plain(Value v) {
    if (load_relaxed(&sqlite_base_types_adapted)) return false;
    return is_none(v) || is_exact_int(v) || is_double(v) || is_exact_str(v) || is_exactly(v, &bytearray_type);
}

static bool bind_text(sqlite3_stmt *stmt, int index, Value v, int *rc) {
    size_t length;
    const char *text = str_utf8(as_str(v), &length);
    if (!text) return false;
    if (length > INT_MAX) return raise_error(&OverflowError, "string longer than INT_MAX bytes"), false;
    *rc = sqlite3_bind_text(stmt, index, text, (int)length, SQLITE_TRANSIENT);
    return true;
}

static bool bind_blob(sqlite3_stmt *stmt, int index, Value v, int *rc) {
    BufferView view;
    if (!buffer_get(v, &view, BUFFER_SIMPLE)) return false;
    bool fits = view.length <= INT_MAX;
    if (!fits) raise_error(&OverflowError, "BLOB longer than INT_MAX bytes");
    else *rc = sqlite3_bind_blob(stmt, index, view.data, (int)view.length, SQLITE_TRANSIENT);
    buffer_release(&view);
    return fits;
}

static bool bind_value(sqlite3_stmt *stmt, int index, const char *name, Value v) {
    int rc = SQLITE_OK;
    bool ok = true;
    int64_t number;
    if (is_none(v)) {
        rc = sqlite3_bind_null(stmt, index);
    } else if (is_int(v)) {
        ok = int_to_int64(v, &number);
        if (!ok) raise_error(&OverflowError, "Python int too large to convert to SQLite INTEGER");
        else rc = sqlite3_bind_int64(stmt, index, number);
    } else if (is_float(v)) {
        rc = sqlite3_bind_double(stmt, index, float_of(v));
    } else if (is_str(v)) {
        ok = bind_text(stmt, index, v, &rc);
    } else if (has_buffer(v)) {
        ok = bind_blob(stmt, index, v, &rc);
    } else {
        ok = false;
        if (name) RAISE(programming, "Error binding parameter ':%s': type '%T' is not supported", name, v);
        else RAISE(programming, "Error binding parameter %d: type '%T' is not supported", index, v);
    }
    if (ok && rc != SQLITE_OK) raise_sqlite(sqlite3_db_handle(stmt));
    return ok && rc == SQLITE_OK;
}

static bool bind_adapted(sqlite3_stmt *stmt, int index, const char *name, Value v) {
    if (!is_plain(v)) v = sqlite_adapt(v, object_value(&protocol_type), v);
    return !is_error(v) && bind_value(stmt, index, name, v);
}

static bool bind_sequence(sqlite3_stmt *stmt, Value parameters, int needed) {
    int64_t given = value_length(parameters);
    if (given < 0) return false;
    if (given != needed) {
        RAISE(programming,
              "Incorrect number of bindings supplied. The current statement uses %d, and there are %lld supplied.",
              needed, (long long)given);
        return false;
    }
    for (int i = 0; i < needed; i++) {
        Value v = get_item(parameters, int_value(i));
        if (is_error(v) || !bind_adapted(stmt, i + 1, NULL, v)) return false;
    }
    return true;
}

static bool bind_mapping(sqlite3_stmt *stmt, Value parameters, int needed) {
    for (int i = 1; i <= needed; i++) {
        const char *name = sqlite3_bind_parameter_name(stmt, i);
        if (!name) {
            RAISE(programming, "Binding %d has no name, but you supplied a dictionary (which has only names).", i);
            return false;
        }
        name++; /* behind the colon */
        Str *key = str_from_c(name);
        Value v = key ? get_item(parameters, object_value(key)) : VALUE_ERROR;
        if (is_error(v)) {
            if (error_clear_if(&exc_LookupError))
                RAISE(programming, "You did not supply a value for binding parameter :%s.", name);
            return false;
        }
        if (!bind_adapted(stmt, i, name, v)) return false;
    }
    return true;
}

bool statement_bind(Statement *statement, Value parameters) {
    sqlite3_stmt *stmt = statement->stmt;
    int needed = sqlite3_bind_parameter_count(stmt);
    if (is_tuple(parameters) || is_list(parameters) || (!is_dict(parameters) && is_sequence(parameters)))
        return bind_sequence(stmt, parameters, needed);
    if (is_mapping(parameters)) return bind_mapping(stmt, parameters, needed);
    RAISE(programming, "parameters are of unsupported type");
    return false;
}

/* --- rows --------------------------------------------------------------------------------------------------- */

/* A tuple with the converter of each column, None where it has none; empty without detect_types. */
static Value column_converters(Database *database, sqlite3_stmt *stmt) {
    if (!database->detect_types) return VALUE_EMPTY;
    int count = sqlite3_column_count(stmt);
    Tuple *tuple = tuple_new(count);
    if (!tuple) return VALUE_ERROR;
    for (int i = 0; i < count; i++) {
        Value converter = VALUE_EMPTY;
        const char *name = database->detect_types & PARSE_COLNAMES ? sqlite3_column_name(stmt, i) : NULL;
        const char *open = name ? strchr(name, '[') : NULL, *close = open ? strchr(open, ']') : NULL;
        if (close) converter = sqlite_converter(open + 1, (size_t)(close - open - 1));
        const char *declared = database->detect_types & PARSE_DECLTYPES ? sqlite3_column_decltype(stmt, i) : NULL;
        if (is_empty(converter) && declared) converter = sqlite_converter(declared, strcspn(declared, " ("));
        if (is_error(converter)) return converter;
        tuple->items[i] = is_empty(converter) ? VALUE_NONE : converter;
    }
    return object_value(tuple);
}

static Value describe(Database *database, sqlite3_stmt *stmt) {
    int count = sqlite3_column_count(stmt);
    Tuple *all = tuple_new(count);
    for (int i = 0; all && i < count; i++) {
        const char *name = sqlite3_column_name(stmt, i);
        if (!name) return raise_memory_error();
        size_t length = strlen(name);
        if (database->detect_types & PARSE_COLNAMES) {
            const char *open = strchr(name, '[');
            if (open && open > name && open[-1] == ' ') length = (size_t)(open - 1 - name);
        }
        Str *text = str_from_utf8(name, length);
        Tuple *one = text ? tuple_pack(7, object_value(text), VALUE_NONE, VALUE_NONE, VALUE_NONE, VALUE_NONE,
                                       VALUE_NONE, VALUE_NONE)
                          : NULL;
        if (!one) return VALUE_ERROR;
        all->items[i] = object_value(one);
    }
    return all ? object_value(all) : VALUE_ERROR;
}

static Value column_text(Database *database, sqlite3_stmt *stmt, int i) {
    const char *text = (const char *)sqlite3_column_text(stmt, i);
    size_t length = (size_t)sqlite3_column_bytes(stmt, i);
    if (!text) return raise_memory_error();
    Value factory = value_load_acquire(&database->text_factory);
    if (same_value(factory, object_value(&str_type))) {
        Str *str = str_from_utf8(text, length);
        if (str) return object_value(str);
        if (!error_clear_if(&UnicodeDecodeError)) return VALUE_ERROR;
        Value shown = object_value(bytes_from(text, length));
        Value readable = is_empty(shown) ? VALUE_ERROR
                                         : call_method_2(shown, "decode", object_value(str_intern_c("ascii")),
                                                         object_value(str_intern_c("replace")));
        if (is_error(readable)) return readable;
        return RAISE(operational, "Could not decode to UTF-8 column '%s' with text '%V'",
                     sqlite3_column_name(stmt, i), readable);
    }
    if (same_value(factory, object_value(&bytearray_type))) return bytearray_from(text, length);
    Bytes *bytes = bytes_from(text, length);
    if (!bytes) return VALUE_ERROR;
    if (same_value(factory, object_value(&bytes_type))) return object_value(bytes);
    return call_1(factory, object_value(bytes));
}

static Value column_blob(sqlite3_stmt *stmt, int i) {
    const void *data = sqlite3_column_blob(stmt, i);
    Bytes *bytes = bytes_from(data ? data : "", (size_t)sqlite3_column_bytes(stmt, i));
    return bytes ? object_value(bytes) : VALUE_ERROR;
}

static Value column_value(Database *database, sqlite3_stmt *stmt, int i, Value converters) {
    int type = sqlite3_column_type(stmt, i);
    if (type == SQLITE_NULL) return VALUE_NONE;
    if (!is_empty(converters) && i < as_tuple(converters)->length && !is_none(as_tuple(converters)->items[i])) {
        if (!sqlite3_column_blob(stmt, i)) return VALUE_NONE;
        Value raw = column_blob(stmt, i);
        return is_error(raw) ? raw : call_1(as_tuple(converters)->items[i], raw);
    }
    switch (type) {
    case SQLITE_INTEGER: return int_value(sqlite3_column_int64(stmt, i));
    case SQLITE_FLOAT: return double_value_checked(sqlite3_column_double(stmt, i));
    case SQLITE_TEXT: return column_text(database, stmt, i);
    default: return column_blob(stmt, i);
    }
}

/* The current row as a tuple. Locked. */
static Value fetch_row(Cursor *self, Database *database, sqlite3_stmt *stmt) {
    int count = sqlite3_data_count(stmt);
    Tuple *row = tuple_new(count);
    Value converters = value_load_acquire(&self->converters);
    for (int i = 0; row && i < count; i++) {
        Value v = column_value(database, stmt, i, converters);
        if (is_error(v)) return v;
        row->items[i] = v;
    }
    return row ? object_value(row) : VALUE_ERROR;
}

/* --- executing ------------------------------------------------------------------------------------------------- */

/* Checks, and takes the database's lock. */
static Database *cursor_enter(Cursor *self) {
    Value database = value_load_acquire(&self->database);
    if (is_empty(database)) return RAISE(programming, "Base Cursor.__init__ not called."), NULL;
    if (load_relaxed(&self->closed)) return RAISE(programming, "Cannot operate on a closed cursor."), NULL;
    if (!database_enter(as_database(database))) return NULL;
    if (!self->busy) return as_database(database);
    database_leave(as_database(database));
    RAISE(programming, "Recursive use of cursors not allowed.");
    return NULL;
}

/* No more rows. Locked. */
static void drop_statement(Cursor *self) {
    if (is_empty(self->statement)) return;
    self->unread = NULL;
    statement_reset(as_statement(self->statement));
    heap_store_release(self, &self->statement, VALUE_EMPTY);
}

/* After a step that gave SQLITE_DONE. */
static void count_changes(Cursor *self, Statement *statement, sqlite3 *db) {
    if (statement->is_dml) store_relaxed(&self->row_count, load_relaxed(&self->row_count) + sqlite3_changes(db));
}

/* One set of parameters. 1: a row waits, 0: done, -1: exception. */
static int run_once(Cursor *self, Database *database, Statement *statement, Value parameters, bool many) {
    if (!statement_bind(statement, parameters)) return -1;
    int rc = statement_step(statement);
    if (error_occurred()) return -1;
    if (rc != SQLITE_DONE && rc != SQLITE_ROW) return raise_sqlite(database->db), -1;
    if (sqlite3_column_count(statement->stmt) > 0 && is_none(value_load_relaxed(&self->description))) {
        Value converters = column_converters(database, statement->stmt);
        Value description = is_error(converters) ? VALUE_ERROR : describe(database, statement->stmt);
        if (is_error(description)) return -1;
        heap_store_release(self, &self->converters, converters);
        heap_store_release(self, &self->description, description);
    }
    if (rc == SQLITE_DONE) {
        count_changes(self, statement, database->db);
        return 0;
    }
    return many ? 0 : 1;
}

static bool run_locked(Cursor *self, Database *database, Str *sql, Value parameters, bool many) {
    drop_statement(self);
    heap_store_release(self, &self->description, VALUE_NONE);
    heap_store_release(self, &self->converters, VALUE_EMPTY);
    store_relaxed(&self->row_count, INT64_C(-1));
    Statement *statement = database_statement(database, sql);
    if (!statement) return false;
    heap_store_release(self, &self->statement, object_value(statement));
    if (self->handle != statement->handle) {
        if (self->handle) handle_drop(self->handle);
        fetch_add_acq_rel(&statement->handle->references, 1);
        self->handle = statement->handle;
    }
    self->unread = statement->stmt;
    DETACHED(sqlite3_reset(statement->stmt));
    if (many && !statement->is_dml)
        return RAISE(programming, "executemany() can only execute DML statements."), false;
    if (statement->is_dml) store_relaxed(&self->row_count, INT64_C(0));
    if (statement->is_dml && sqlite3_get_autocommit(database->db) && !database_begin(database)) return false;
    int state = 0;
    if (!many) {
        state = run_once(self, database, statement, parameters, false);
    } else {
        Value one;
        while (!is_empty(one = iter_next(parameters))) {
            if (is_error(one) || (state = run_once(self, database, statement, one, true)) < 0) return false;
            DETACHED(sqlite3_reset(statement->stmt));
        }
    }
    if (state < 0) return false;
    if (!many) heap_store_release(self, &self->last_row_id, int_value(sqlite3_last_insert_rowid(database->db)));
    if (state == 0) drop_statement(self);
    return true;
}

Value cursor_run(Cursor *self, Value sql, Value parameters, bool many) {
    if (!is_str(sql)) return raise_error(&TypeError, "execute%s() argument 1 must be str, not %T", many ? "many" : "", sql);
    if (many) {
        parameters = get_iter(parameters);
        if (is_error(parameters)) return parameters;
    } else if (is_empty(parameters)) {
        parameters = object_value(tuple_new(0));
    }
    Database *database = cursor_enter(self);
    if (!database) return VALUE_ERROR;
    self->busy = 1;
    bool ok = run_locked(self, database, as_str(sql), parameters, many);
    if (!ok) {
        Value raised = error_fetch();
        if (database->db) drop_statement(self);
        store_relaxed(&self->row_count, INT64_C(-1));
        error_restore(raised);
    }
    self->busy = 0;
    database_leave(database);
    return ok ? object_value(self) : VALUE_ERROR;
}

static Value cursor_execute(Value *args) { return cursor_run(as_cursor(args[0]), args[1], args[2], false); }
static Value cursor_executemany(Value *args) { return cursor_run(as_cursor(args[0]), args[1], args[2], true); }

/* Statement by statement; locked. */
static bool run_script(Database *database, const char *sql) {
    while (*sql) {
        sqlite3_stmt *stmt = NULL;
        int rc = DETACHED(sqlite3_prepare_v2(database->db, sql, -1, &stmt, &sql));
        if (rc == SQLITE_OK) {
            do rc = DETACHED(sqlite3_step(stmt));
            while (rc == SQLITE_ROW);
            rc = DETACHED(sqlite3_finalize(stmt));
        }
        if (error_occurred()) return false;
        if (rc != SQLITE_OK) return raise_sqlite(database->db), false;
    }
    return true;
}

static Value cursor_executescript(Value *args) {
    Cursor *self = as_cursor(args[0]);
    Str *text;
    size_t length;
    if (!argument_str(args[1], "executescript", "", &text)) return VALUE_ERROR;
    const char *sql = str_utf8(text, &length);
    if (!sql) return VALUE_ERROR;
    if (strlen(sql) != length) return raise_error(&ValueError, "embedded null character");
    Database *database = cursor_enter(self);
    if (!database) return VALUE_ERROR;
    bool ok = (int64_t)length <= sqlite3_limit(database->db, SQLITE_LIMIT_SQL_LENGTH, -1);
    if (!ok) RAISE(data, "query string is too large");
    if (ok && !sqlite3_get_autocommit(database->db)) ok = run_script(database, "COMMIT");
    ok = ok && run_script(database, sql);
    database_leave(database);
    KEEP_ALIVE(sql);
    return ok ? args[0] : VALUE_ERROR;
}

/* --- fetching -------------------------------------------------------------------------------------------------- */

/* The row and a step to the next; VALUE_EMPTY at the end. Locked. */
static Value next_row(Cursor *self, Database *database) {
    if (is_empty(self->statement)) return VALUE_EMPTY;
    Statement *statement = as_statement(self->statement);
    if (statement->handle != database->handle) { /* of a connection that was closed and opened again */
        drop_statement(self);
        return VALUE_EMPTY;
    }
    self->busy = 1;
    Value row = fetch_row(self, database, statement->stmt);
    self->busy = 0;
    if (is_error(row)) return row;
    int rc = statement_step(statement);
    if (error_occurred()) return VALUE_ERROR;
    if (rc == SQLITE_DONE) {
        count_changes(self, statement, database->db);
        drop_statement(self);
    } else if (rc != SQLITE_ROW) {
        raise_sqlite(database->db);
        drop_statement(self);
        return VALUE_ERROR;
    }
    return row;
}

static Value cursor_next(Value self_value) {
    Cursor *self = as_cursor(self_value);
    Database *database = cursor_enter(self);
    if (!database) return VALUE_ERROR;
    Value row = next_row(self, database);
    database_leave(database);
    Value factory = value_load_acquire(&self->row_factory);
    if (is_empty(row) || is_error(row) || is_none(factory) || is_empty(factory)) return row;
    return call_2(factory, self_value, row);
}

static Value fetch_many(Value self, int64_t limit) {
    List *list = list_new(0);
    if (!list) return VALUE_ERROR;
    for (int64_t i = 0; limit < 0 || i < limit; i++) {
        Value row = cursor_next(self);
        if (is_error(row)) return row;
        if (is_empty(row)) break;
        if (!list_append(list, row)) return VALUE_ERROR;
    }
    return object_value(list);
}

static Value cursor_fetchone(Value *args) {
    Value row = cursor_next(args[0]);
    return is_empty(row) ? VALUE_NONE : row;
}
static Value cursor_fetchall(Value *args) { return fetch_many(args[0], -1); }
static Value cursor_fetchmany(Value *args) {
    int limit = (int)load_relaxed(&as_cursor(args[0])->array_size);
    if (!argument_int(args[1], &limit)) return VALUE_ERROR;
    return fetch_many(args[0], limit <= 0 ? -1 : limit);
}

static Value cursor_close(Value *args) {
    Cursor *self = as_cursor(args[0]);
    Value database = value_load_acquire(&self->database);
    if (is_empty(database)) return RAISE(programming, "Base Cursor.__init__ not called.");
    if (!database_enter(as_database(database))) return VALUE_ERROR;
    bool busy = self->busy;
    if (!busy) drop_statement(self);
    if (!busy) store_relaxed(&self->closed, (uint8_t)1);
    database_leave(as_database(database));
    return busy ? RAISE(programming, "Recursive use of cursors not allowed.") : VALUE_NONE;
}

static Value cursor_ignore(Value *args) { return VALUE_NONE; }

/* --- making -------------------------------------------------------------------------------------------------------- */

static Value cursor_alloc(Type *type, Value *args, size_t count, Tuple *names) {
    Cursor *self = object_alloc_instance(type, sizeof(Cursor));
    if (!self) return VALUE_ERROR;
    self->array_size = 1;
    self->row_count = -1;
    self->description = VALUE_NONE;
    return object_value(self);
}

static bool cursor_init(Value self_value, Value *args, size_t count, Tuple *names) {
    static Signature *signature;
    Cursor *self = as_cursor(self_value);
    Value a[1];
    if (!bind_arguments("Cursor", "(connection, /)", &signature, args, count, names, a)) return false;
    if (!is_instance_of(a[0], &database_type))
        return raise_error(&TypeError, "Cursor() argument 1 must be sqlite3.Connection, not %T", a[0]), false;
    if (self->busy) return RAISE(programming, "Recursive use of cursors not allowed."), false;
    if (!database_check(as_database(a[0]))) return false;
    heap_store_release(self, &self->statement, VALUE_EMPTY);
    heap_store_release(self, &self->description, VALUE_NONE);
    heap_store_release(self, &self->row_factory, VALUE_NONE);
    store_relaxed(&self->closed, (uint8_t)0);
    store_relaxed(&self->array_size, INT64_C(1));
    store_relaxed(&self->row_count, INT64_C(-1));
    heap_store_release(self, &self->database, a[0]);
    return true;
}

Value cursor_new(Database *database, Value factory, bool has_factory) {
    Value cursor = call_1(has_factory ? factory : object_value(&cursor_type), object_value(database));
    if (is_error(cursor)) return cursor;
    if (!is_instance_of(cursor, &cursor_type))
        return raise_error(&TypeError, "factory must return a cursor, not %T", cursor);
    Value row_factory = value_load_acquire(&database->row_factory);
    if (!is_empty(row_factory) && !is_none(row_factory))
        heap_store_release(as_cursor(cursor), &as_cursor(cursor)->row_factory, row_factory);
    return cursor;
}

static const MethodDef methods[] = {
    METHOD("close", cursor_close, "($self, /)", "Closes the cursor."),
    METHOD("execute", cursor_execute, "($self, sql, parameters=(), /)", "Executes an SQL statement."),
    METHOD("executemany", cursor_executemany, "($self, sql, seq_of_parameters, /)",
           "Repeatedly executes an SQL statement."),
    METHOD("executescript", cursor_executescript, "($self, sql_script, /)", "Executes multiple SQL statements at once."),
    METHOD("fetchall", cursor_fetchall, "($self, /)", "Fetches all rows from the resultset."),
    METHOD("fetchmany", cursor_fetchmany, "($self, /, size=1)", "Fetches several rows from the resultset."),
    METHOD("fetchone", cursor_fetchone, "($self, /)", "Fetches one row from the resultset."),
    METHOD("setinputsizes", cursor_ignore, "($self, sizes, /)", "Required by DB-API. Does nothing in sqlite3."),
    METHOD("setoutputsize", cursor_ignore, "($self, size, column=None, /)",
           "Required by DB-API. Does nothing in sqlite3."),
    {0},
};
static const MemberDef members[] = {
    {"connection", MEMBER_VALUE, offsetof(Cursor, database), MEMBER_READONLY, NULL},
    {"description", MEMBER_VALUE, offsetof(Cursor, description), MEMBER_READONLY, NULL},
    {"arraysize", MEMBER_INT64, offsetof(Cursor, array_size), 0, NULL},
    {"lastrowid", MEMBER_VALUE, offsetof(Cursor, last_row_id), MEMBER_READONLY, NULL},
    {"rowcount", MEMBER_INT64, offsetof(Cursor, row_count), MEMBER_READONLY, NULL},
    {"row_factory", MEMBER_VALUE, offsetof(Cursor, row_factory), 0, NULL},
    {0},
};
Type cursor_type = {
    .name = "sqlite3.Cursor",
    .doc = "SQLite database cursor class.",
    .base = &object_type_object,
    .flags = TYPE_BASE | TYPE_HAS_WEAKREF,
    .size = sizeof(Cursor),
    .root = {.cell_kind = {.trace = cursor_trace, .release = cursor_release, .name = "sqlite3.Cursor"}},
    .new_instance = cursor_alloc,
    .init = cursor_init,
    .iter = iter_self,
    .next = cursor_next,
    .methods = methods,
    .members = members,
};

/* --- Row ------------------------------------------------------------------------------------------------------------ */

typedef struct Row {
    Object object;
    Value description, values; /* tuples; constant */
} Row;
static Row *as_row(Value v) { return OBJECT_AS(Row, v); }

static void row_trace(Cell *cell, Marker *marker) {
    marker_visit(marker, ((Row *)cell)->description);
    marker_visit(marker, ((Row *)cell)->values);
}

static Value row_new(Type *type, Value *args, size_t count, Tuple *names) {
    static Signature *signature;
    Value a[2];
    if (!bind_arguments("Row", "(cursor, data, /)", &signature, args, count, names, a)) return VALUE_ERROR;
    if (!is_instance_of(a[0], &cursor_type))
        return raise_error(&TypeError, "Row() argument 1 must be sqlite3.Cursor, not %T", a[0]);
    if (!is_tuple(a[1])) return raise_error(&TypeError, "Row() argument 2 must be tuple, not %T", a[1]);
    Value description = value_load_acquire(&as_cursor(a[0])->description);
    Row *self = object_alloc_instance(type, sizeof(Row));
    if (!self) return VALUE_ERROR;
    self->values = a[1];
    self->description = is_none(description) ? object_value(tuple_new(0)) : description;
    return object_value(self);
}

static bool row_init(Value self, Value *args, size_t count, Tuple *names) { return true; }

static bool same_name(const Str *a, const Str *b) {
    if (a->length != b->length) return false;
    for (int64_t i = 0; i < a->length; i++) {
        uint32_t x = str_at(a, i), y = str_at(b, i);
        if (x != y && ((x | 0x20) != (y | 0x20) || (x | 0x20) < 'a' || (x | 0x20) > 'z')) return false;
    }
    return true;
}

static Value row_item(Value self_value, Value key) {
    Row *self = as_row(self_value);
    if (is_str(key)) {
        Tuple *columns = as_tuple(self->description), *values = as_tuple(self->values);
        for (int64_t i = 0; i < columns->length && i < values->length; i++) {
            Value name = as_tuple(columns->items[i])->items[0];
            if (same_name(as_str(name), as_str(key))) return values->items[i];
        }
        return raise_error(&IndexError, "No item with that key");
    }
    if (has_index(key) || is_slice(key)) return get_item(self->values, key);
    return raise_error(&IndexError, "Index must be int or string");
}

static int64_t row_length(Value self) { return as_tuple(as_row(self)->values)->length; }
static Value row_iter(Value self) { return get_iter(as_row(self)->values); }

static Value row_keys(Value *args) {
    Tuple *columns = as_tuple(as_row(args[0])->description);
    List *list = list_new(columns->length);
    for (int64_t i = 0; list && i < columns->length; i++)
        if (!list_append(list, as_tuple(columns->items[i])->items[0])) return VALUE_ERROR;
    return list ? object_value(list) : VALUE_ERROR;
}

static int64_t row_hash(Value self) {
    int64_t a = value_hash(as_row(self)->description), b = a == -1 ? -1 : value_hash(as_row(self)->values);
    if (a == -1 || b == -1) return -1;
    return (a ^ b) == -1 ? -2 : a ^ b;
}

static Value row_compare(Value self, Value other, CompareOp op) {
    if ((op != COMPARE_EQ && op != COMPARE_NE) || !is_instance_of(other, &row_type)) return VALUE_NOT_IMPLEMENTED;
    int same = value_equal(as_row(self)->description, as_row(other)->description);
    if (same > 0) same = value_equal(as_row(self)->values, as_row(other)->values);
    return same < 0 ? VALUE_ERROR : bool_value((same > 0) == (op == COMPARE_EQ));
}

static const MethodDef row_methods[] = {
    METHOD("keys", row_keys, "($self, /)", "Returns the keys of the row."),
    {0},
};
Type row_type = {
    .name = "sqlite3.Row",
    .base = &object_type_object,
    .flags = TYPE_BASE,
    .size = sizeof(Row),
    .root = {.cell_kind = {.trace = row_trace, .name = "sqlite3.Row"}},
    .new_instance = row_new,
    .init = row_init,
    .hash = row_hash,
    .compare = row_compare,
    .length = row_length,
    .getitem = row_item,
    .iter = row_iter,
    .methods = row_methods,
};
