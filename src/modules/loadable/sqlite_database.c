/* sqlite_database.c - connections and statements of the module _sqlite3. */
#include "modules/loadable/sqlite.h"

#include <ctype.h>
#include <limits.h>
#include <stdlib.h>
#include <strings.h>

/* --- handles and statements ---------------------------------------------------------------------------------- */

void handle_drop(Handle *handle) {
    if (fetch_add_acq_rel(&handle->references, -1) > 1) return;
    pthread_mutex_destroy(&handle->lock);
    free(handle->orphans.items);
    free(handle->unread.items);
    free(handle);
}

void handle_list_add(struct StatementList *list, sqlite3_stmt *stmt) {
    if (list->count == list->capacity) {
        size_t capacity = list->capacity * 2 + 8;
        sqlite3_stmt **larger = realloc(list->items, capacity * sizeof *larger);
        if (!larger) return; /* it stays until the connection is closed */
        list->items = larger;
        list->capacity = capacity;
    }
    list->items[list->count++] = stmt;
}

/* The collector has found the statement dead. */
static void statement_release(Cell *cell) {
    Statement *self = (Statement *)cell;
    Handle *handle = self->handle;
    if (!handle) return;
    pthread_mutex_lock(&handle->lock);
    if (handle->state == HANDLE_OPEN) {
        handle_list_add(&handle->orphans, self->stmt);
    } else if (handle->state == HANDLE_ABANDONED && !sqlite3_stmt_busy(self->stmt)) {
        sqlite3_finalize(self->stmt); /* nobody else has the connection, and no function is called */
    }
    pthread_mutex_unlock(&handle->lock);
    self->handle = NULL;
    handle_drop(handle);
}

/* Takes one from a list, or NULL. */
static sqlite3_stmt *take(Handle *handle, struct StatementList *list) {
    pthread_mutex_lock(&handle->lock);
    sqlite3_stmt *stmt = list->count ? list->items[--list->count] : NULL;
    pthread_mutex_unlock(&handle->lock);
    return stmt;
}

/* The cached statement of a cursor that died is free again. */
static void release_cached(Database *self, sqlite3_stmt *stmt) {
    Value key, value;
    int64_t position = 0;
    while (dict_next(as_dict(self->statements), &position, &key, &value))
        if (as_statement(value)->stmt == stmt) as_statement(value)->in_use = false;
}

/* Resets come first: a statement on both lists is gone afterwards. */
void database_tidy(Database *self) {
    Handle *handle = self->handle;
    sqlite3_stmt *stmt;
    while ((stmt = take(handle, &handle->unread)) != NULL) {
        DETACHED(sqlite3_reset(stmt));
        release_cached(self, stmt);
    }
    while ((stmt = take(handle, &handle->orphans)) != NULL) DETACHED(sqlite3_finalize(stmt));
}

static void statement_trace(Cell *cell, Marker *marker) { marker_visit(marker, ((Statement *)cell)->database); }

Type statement_type = {
    .name = "sqlite3.Statement",
    .base = &object_type_object,
    .flags = TYPE_NO_NEW,
    .size = sizeof(Statement),
    .root = {.cell_kind = {.trace = statement_trace, .release = statement_release, .name = "sqlite3.Statement"}},
};

static int step(Statement *statement) {
    /* A statement of nothing but comments has no handle. */
    return statement->stmt ? DETACHED(sqlite3_step(statement->stmt)) : SQLITE_DONE;
}

int statement_step(Statement *statement) {
    int rc = step(statement);
    if ((rc != SQLITE_LOCKED && rc != SQLITE_BUSY) || error_occurred()) return rc;
    heap_collect();
    database_tidy(as_database(statement->database));
    DETACHED(sqlite3_reset(statement->stmt));
    return step(statement);
}

void statement_reset(Statement *statement) {
    if (!statement->in_use || statement->handle->state != HANDLE_OPEN) return;
    DETACHED(sqlite3_reset(statement->stmt));
    statement->in_use = false;
}

/* Behind white space and comments. */
static const char *skip_comments(const char *p) {
    for (;;) {
        if (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r' || *p == '\f') {
            p++;
        } else if (p[0] == '-' && p[1] == '-') {
            while (*p && *p != '\n') p++;
        } else if (p[0] == '/' && p[1] == '*') {
            const char *end = strstr(p + 2, "*/");
            if (!end) return p + strlen(p);
            p = end + 2;
        } else {
            return p;
        }
    }
}

static bool begins_dml(const char *sql) {
    static const char *const words[] = {"insert", "update", "delete", "replace"};
    sql = skip_comments(sql);
    for (size_t i = 0; i < ARRAY_LENGTH(words); i++)
        if (strncasecmp(sql, words[i], strlen(words[i])) == 0) return true;
    return false;
}

static Statement *statement_new(Database *database, Str *sql) {
    size_t length;
    const char *text = str_utf8(sql, &length), *tail = NULL;
    sqlite3_stmt *stmt = NULL;
    if (!text) return NULL;
    if ((int64_t)length > sqlite3_limit(database->db, SQLITE_LIMIT_SQL_LENGTH, -1))
        return RAISE(data, "query string is too large"), NULL;
    if (strlen(text) != length) return RAISE(programming, "the query contains a null character"), NULL;
    int rc = DETACHED(sqlite3_prepare_v2(database->db, text, (int)length + 1, &stmt, &tail));
    if (rc != SQLITE_OK) return raise_sqlite(database->db), NULL;
    if (*skip_comments(tail)) {
        sqlite3_finalize(stmt);
        return RAISE(programming, "You can only execute one statement at a time."), NULL;
    }
    Statement *self = object_alloc_releasable(&statement_type, sizeof(Statement));
    if (!self) {
        sqlite3_finalize(stmt);
        return NULL;
    }
    self->database = object_value(database);
    self->is_dml = begins_dml(text);
    self->stmt = stmt;
    fetch_add_acq_rel(&database->handle->references, 1);
    self->handle = database->handle;
    KEEP_ALIVE(text);
    return self;
}

Statement *database_statement(Database *self, Str *sql) {
    Dict *cache = is_empty(self->statements) ? NULL : as_dict(self->statements);
    Value found = cache ? dict_get(cache, object_value(sql)) : VALUE_EMPTY;
    if (is_error(found)) return NULL;
    if (!is_empty(found) && !as_statement(found)->in_use) {
        as_statement(found)->in_use = true;
        return as_statement(found);
    }
    Statement *statement = statement_new(self, sql);
    if (!statement) return NULL;
    if (cache && is_empty(found)) {
        Value key, value;
        while (dict_length(cache) >= self->cache_limit && dict_pop_item(cache, false, &key, &value)) continue;
        if (self->cache_limit > 0 && !dict_set(cache, object_value(sql), object_value(statement))) return NULL;
    }
    statement->in_use = true;
    return statement;
}

/* --- connections ------------------------------------------------------------------------------------------------ */

static void database_trace(Cell *cell, Marker *marker) {
    Database *self = (Database *)cell;
    const Value *values[] = {&self->statements, &self->callbacks, &self->blobs, &self->row_factory,
                             &self->text_factory};
    for (size_t i = 0; i < ARRAY_LENGTH(values); i++) marker_visit(marker, value_load_relaxed(values[i]));
}

static void handle_set_state(Handle *handle, int state) {
    pthread_mutex_lock(&handle->lock);
    handle->state = state;
    pthread_mutex_unlock(&handle->lock);
}

static void database_release(Cell *cell) {
    Database *self = (Database *)cell;
    if (!self->handle) return;
    if (self->db) {
        handle_set_state(self->handle, HANDLE_ABANDONED);
        struct StatementList *orphans = &self->handle->orphans;
        for (size_t i = 0; i < orphans->count; i++)
            if (!sqlite3_stmt_busy(orphans->items[i])) sqlite3_finalize(orphans->items[i]);
        orphans->count = self->handle->unread.count = 0;
        sqlite3_close_v2(self->db);
        self->db = NULL;
    }
    handle_drop(self->handle);
    self->handle = NULL;
}

static bool check_thread(Database *self) {
    if (!load_relaxed(&self->initialised)) return RAISE(programming, "Base Connection.__init__ not called."), false;
    if (!self->check_same_thread || self->ident == thread_self()->ident) return true;
    RAISE(programming,
          "SQLite objects created in a thread can only be used in that same thread. The object was created in "
          "thread id %llu and this is thread id %llu.",
          (unsigned long long)self->ident, (unsigned long long)thread_self()->ident);
    return false;
}

bool database_check(Database *self) {
    if (!check_thread(self)) return false;
    if (load_acquire(&self->db)) return true;
    RAISE(programming, "Cannot operate on a closed database.");
    return false;
}

bool database_enter(Database *self) {
    if (!database_check(self) || !recursive_lock_enter(&self->lock)) return false;
    if (!self->db) {
        recursive_lock_leave(&self->lock);
        RAISE(programming, "Cannot operate on a closed database.");
        return false;
    }
    if (load_relaxed(&self->handle->orphans.count) || load_relaxed(&self->handle->unread.count)) database_tidy(self);
    return true;
}

void database_leave(Database *self) { recursive_lock_leave(&self->lock); }

bool database_keep(Database *self, Value value) { return list_append(as_list(self->callbacks), value); }

static bool isolation_argument(Value v, const char **out) {
    static const char *const levels[] = {"", "DEFERRED", "IMMEDIATE", "EXCLUSIVE"};
    *out = NULL;
    if (is_none(v)) return true;
    if (!is_str(v)) return raise_error(&TypeError, "isolation_level must be str or None"), false;
    const char *text = str_utf8(as_str(v), NULL);
    if (!text) return false;
    for (size_t i = 0; i < ARRAY_LENGTH(levels); i++)
        if (strcasecmp(text, levels[i]) == 0) *out = levels[i];
    if (*out && strlen(text) == (size_t)as_str(v)->length) return true;
    raise_error(&ValueError, "isolation_level string must be '', 'DEFERRED', 'IMMEDIATE', or 'EXCLUSIVE'");
    return false;
}

/* With the lock held. */
static int close_locked(Database *self) {
    List *blobs = as_list(self->blobs);
    for (Value blob; !is_empty(blob = list_pop(blobs, list_length(blobs) - 1));) blob_close_now(blob);
    handle_set_state(self->handle, HANDLE_CLOSED);
    self->handle->orphans.count = self->handle->unread.count = 0; /* they are among those that follow */
    sqlite3_stmt *stmt;
    while ((stmt = sqlite3_next_stmt(self->db, NULL)) != NULL) DETACHED(sqlite3_finalize(stmt));
    sqlite3 *db = self->db;
    object_lock(self);
    store_release(&self->db, (sqlite3 *)NULL);
    object_unlock(self);
    return DETACHED(sqlite3_close_v2(db));
}

static Value database_close(Value *args) {
    Database *self = as_database(args[0]);
    if (!check_thread(self) || !recursive_lock_enter(&self->lock)) return VALUE_ERROR;
    if (self->db && self->lock.depth > 1) { /* whoever called this goes on with its statements */
        database_leave(self);
        return RAISE(programming, "Cannot close a database from within an operation on it.");
    }
    bool ok = !self->db || close_locked(self) == SQLITE_OK;
    if (self->statements.bits) dict_clear(as_dict(self->statements));
    database_leave(self);
    return ok ? VALUE_NONE : RAISE(operational, "unable to close the database");
}

static bool open_database(Database *self, const char *path, bool uri, double timeout) {
    sqlite3 *db = NULL;
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_FULLMUTEX | (uri ? SQLITE_OPEN_URI : 0);
    int rc = DETACHED(sqlite3_open_v2(path, &db, flags, NULL));
    if (rc != SQLITE_OK) {
        if (rc == SQLITE_NOMEM) raise_memory_error();
        else raise_sqlite(db);
        sqlite3_close(db);
        return false;
    }
    sqlite3_busy_timeout(db, (int)(timeout * 1000));
    Handle *handle = calloc(1, sizeof *handle);
    if (!handle) {
        sqlite3_close(db);
        raise_memory_error();
        return false;
    }
    pthread_mutex_init(&handle->lock, NULL);
    handle->references = 1;
    self->handle = handle;
    store_release(&self->db, db);
    return true;
}

static bool database_init(Value self_value, Value *args, size_t count, Tuple *names) {
    static Signature *signature;
    Database *self = as_database(self_value);
    Value a[8], holder = VALUE_EMPTY;
    double timeout = 5.0;
    int detect_types = 0, cached = 128;
    bool same_thread = true, uri = false;
    const char *isolation = "";
    if (!bind_arguments("Connection",
                        "(database, timeout=5.0, detect_types=0, isolation_level='', check_same_thread=True, "
                        "factory=None, cached_statements=128, uri=False)",
                        &signature, args, count, names, a))
        return false;
    const char *path = value_os_path(a[0], &holder);
    if (!path || (!is_empty(a[1]) && !value_to_double(a[1], &timeout)) || !argument_int(a[2], &detect_types) ||
        (!is_empty(a[3]) && !isolation_argument(a[3], &isolation)) || !argument_bool(a[4], &same_thread) ||
        !argument_int(a[6], &cached) || !argument_bool(a[7], &uri))
        return false;
    if (self->handle) {
        Value self_args[] = {self_value};
        store_relaxed(&self->check_same_thread, false);
        if (is_error(database_close(self_args))) return false;
        handle_drop(self->handle);
        self->handle = NULL;
    }
    store_relaxed(&self->initialised, false);
    Dict *statements = dict_new();
    List *callbacks = list_new(0), *blobs = list_new(0);
    if (!statements || !callbacks || !blobs) return false;
    heap_store_release(self, &self->statements, object_value(statements));
    heap_store_release(self, &self->callbacks, object_value(callbacks));
    heap_store_release(self, &self->blobs, object_value(blobs));
    heap_store_release(self, &self->row_factory, VALUE_NONE);
    heap_store_release(self, &self->text_factory, object_value(&str_type));
    self->cache_limit = cached;
    self->detect_types = detect_types;
    self->check_same_thread = same_thread;
    self->ident = thread_self()->ident;
    store_relaxed(&self->isolation, isolation);
    bool ok = open_database(self, path, uri, timeout);
    KEEP_ALIVE(&holder);
    if (ok) store_relaxed(&self->initialised, true);
    return ok;
}

static Value database_new(Type *type, Value *args, size_t count, Tuple *names) {
    Database *self = object_alloc_instance(type, sizeof(Database));
    return self ? object_value(self) : VALUE_ERROR;
}

/* --- transactions ------------------------------------------------------------------------------------------ */

/* Executes a statement without parameters or rows; locked. */
static bool run_simple(Database *self, const char *sql) {
    sqlite3_stmt *stmt = NULL;
    int rc = DETACHED(sqlite3_prepare_v2(self->db, sql, -1, &stmt, NULL));
    if (rc == SQLITE_OK) {
        DETACHED(sqlite3_step(stmt));
        rc = DETACHED(sqlite3_finalize(stmt));
    }
    if (error_occurred()) return false;
    if (rc != SQLITE_OK) raise_sqlite(self->db);
    return rc == SQLITE_OK;
}

bool database_begin(Database *self) {
    char sql[32];
    const char *isolation = load_relaxed(&self->isolation);
    if (!isolation) return true;
    snprintf(sql, sizeof sql, "BEGIN %s", isolation);
    return run_simple(self, sql);
}

static Value end_transaction(Value self_value, const char *sql) {
    Database *self = as_database(self_value);
    if (!database_enter(self)) return VALUE_ERROR;
    bool ok = sqlite3_get_autocommit(self->db) || run_simple(self, sql);
    database_leave(self);
    return ok ? VALUE_NONE : VALUE_ERROR;
}

static Value database_commit(Value *args) { return end_transaction(args[0], "COMMIT"); }
static Value database_rollback(Value *args) { return end_transaction(args[0], "ROLLBACK"); }

static Value database_enter_method(Value *args) {
    return database_check(as_database(args[0])) ? args[0] : VALUE_ERROR;
}

static Value database_exit(Value *args) {
    bool fine = is_none(args[1]) && is_none(args[2]) && is_none(args[3]);
    Value result = call_method_0(args[0], fine ? "commit" : "rollback");
    if (!is_error(result)) return VALUE_FALSE;
    if (!fine) return result;
    /* What could not be committed is undone, and the first error is told. */
    Value raised = error_fetch();
    if (is_error(call_method_0(args[0], "rollback"))) return VALUE_ERROR;
    error_restore(raised);
    return VALUE_ERROR;
}

/* --- cursors, scripts ---------------------------------------------------------------------------------------- */

static Value database_cursor(Value *args) {
    Database *self = as_database(args[0]);
    return database_check(self) ? cursor_new(self, args[1], !is_empty(args[1])) : VALUE_ERROR;
}

static Value on_new_cursor(Value self, const char *method, Value *args, size_t count) {
    Value cursor = call_method_0(self, "cursor");
    if (is_error(cursor)) return cursor;
    return call_method(cursor, str_intern_c(method), args, count);
}

static Value database_execute(Value *args) {
    return on_new_cursor(args[0], "execute", args + 1, is_empty(args[2]) ? 1 : 2);
}
static Value database_executemany(Value *args) { return on_new_cursor(args[0], "executemany", args + 1, 2); }
static Value database_executescript(Value *args) { return on_new_cursor(args[0], "executescript", args + 1, 1); }

static Value database_call(Value self_value, Value *args, size_t count, Tuple *names) {
    static Signature *signature;
    Database *self = as_database(self_value);
    Value a[1];
    if (!database_check(self)) return VALUE_ERROR;
    if (!bind_arguments("Connection", "(sql, /)", &signature, args, count, names, a)) return VALUE_ERROR;
    if (!is_str(a[0])) return raise_error(&TypeError, "argument 1 must be str, not %T", a[0]);
    if (!database_enter(self)) return VALUE_ERROR;
    Statement *statement = statement_new(self, as_str(a[0]));
    database_leave(self);
    return statement ? object_value(statement) : VALUE_ERROR;
}

static Value database_interrupt(Value *args) {
    Database *self = as_database(args[0]);
    if (!load_acquire(&self->db)) return RAISE(programming, "Cannot operate on a closed database.");
    object_lock(self);
    if (self->db) sqlite3_interrupt(self->db);
    object_unlock(self);
    return VALUE_NONE;
}

static Value database_iterdump(Value *args) {
    if (!database_check(as_database(args[0]))) return VALUE_ERROR;
    Value dump = import_attribute("sqlite3.dump", "_iterdump");
    return is_error(dump) ? dump : call_1(dump, args[0]);
}

/* --- limits, backups, images --------------------------------------------------------------------------------- */

static Value limit(Value *args, int value) {
    Database *self = as_database(args[0]);
    int category = 0;
    if (!argument_int(args[1], &category) || !database_enter(self)) return VALUE_ERROR;
    int old = sqlite3_limit(self->db, category, value);
    database_leave(self);
    return old < 0 ? RAISE(programming, "'category' is out of bounds") : int_value(old);
}

static Value database_setlimit(Value *args) {
    int value = 0;
    return argument_int(args[2], &value) ? limit(args, value) : VALUE_ERROR;
}
static Value database_getlimit(Value *args) { return limit(args, -1); }

static const char *name_argument(Value v, const char *function) {
    Str *text;
    if (is_empty(v)) return "main";
    return argument_str(v, function, "'name'", &text) ? str_utf8(text, NULL) : NULL;
}

static bool backup_steps(sqlite3_backup *backup, int pages, Value progress, int sleep_ms, sqlite3 *target) {
    for (;;) {
        int rc = DETACHED(sqlite3_backup_step(backup, pages));
        if (!is_none(progress) && !is_empty(progress) &&
            (rc == SQLITE_OK || rc == SQLITE_BUSY || rc == SQLITE_LOCKED || rc == SQLITE_DONE) &&
            is_error(call_3(progress, int_value(rc), int_value(sqlite3_backup_remaining(backup)),
                            int_value(sqlite3_backup_pagecount(backup)))))
            return false;
        if (rc == SQLITE_DONE) return true;
        if (rc == SQLITE_BUSY || rc == SQLITE_LOCKED) DETACHED(sqlite3_sleep(sleep_ms));
        else if (rc != SQLITE_OK) return true; /* finishing tells */
        if (!safepoint(thread_self())) return false;
    }
}

static Value database_backup(Value *args) {
    Database *self = as_database(args[0]);
    int pages = -1;
    double sleep = 0.25;
    if (!is_instance_of(args[1], &database_type))
        return raise_error(&TypeError, "backup() argument 1 must be sqlite3.Connection, not %T", args[1]);
    Database *target = as_database(args[1]);
    const char *name = name_argument(args[4], "backup");
    if (!argument_int(args[2], &pages) || !name || (!is_empty(args[5]) && !value_to_double(args[5], &sleep)))
        return VALUE_ERROR;
    if (sleep < 0) return raise_error(&ValueError, "sleep must be greater-than or equal to zero");
    if (!database_check(target)) return VALUE_ERROR;
    if (target == self) return raise_error(&ValueError, "target cannot be the same connection instance");
    if (!is_empty(args[3]) && !is_none(args[3]) && !is_callable(args[3]))
        return raise_error(&TypeError, "progress argument must be a callable");
    if (pages == 0) pages = -1;
    if (!database_enter(self)) return VALUE_ERROR;
    sqlite3_backup *backup = sqlite3_backup_init(target->db, "main", self->db, name);
    bool ok = backup && backup_steps(backup, pages, args[3], (int)(sleep * 1000), target->db);
    int rc = backup ? DETACHED(sqlite3_backup_finish(backup)) : SQLITE_ERROR;
    database_leave(self);
    if ((!ok && error_occurred()) || rc == SQLITE_OK) return ok ? VALUE_NONE : VALUE_ERROR;
    return raise_sqlite(target->db);
}

static Value database_serialize(Value *args) {
    Database *self = as_database(args[0]);
    const char *name = name_argument(args[1], "serialize");
    sqlite3_int64 size = 0;
    if (!name || !database_enter(self)) return VALUE_ERROR;
    unsigned char *data = DETACHED(sqlite3_serialize(self->db, name, &size, 0));
    database_leave(self);
    if (!data) return RAISE(operational, "unable to serialize '%s'", name);
    Bytes *bytes = bytes_from(data, (size_t)size);
    sqlite3_free(data);
    return bytes ? object_value(bytes) : VALUE_ERROR;
}

static Value database_deserialize(Value *args) {
    Database *self = as_database(args[0]);
    BufferView view;
    const char *name = name_argument(args[2], "deserialize");
    if (!name || !buffer_get(args[1], &view, BUFFER_SIMPLE)) return VALUE_ERROR;
    unsigned char *copy = sqlite3_malloc64((sqlite3_uint64)view.length + 1);
    sqlite3_int64 size = view.length;
    if (copy) memcpy(copy, view.data, (size_t)size);
    buffer_release(&view);
    if (!copy) return raise_memory_error();
    if (!database_enter(self)) {
        sqlite3_free(copy);
        return VALUE_ERROR;
    }
    int rc = DETACHED(sqlite3_deserialize(self->db, name, copy, size, size,
                                          SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_RESIZEABLE));
    Value result = rc == SQLITE_OK ? VALUE_NONE : raise_sqlite(self->db);
    database_leave(self);
    return result;
}

static Value database_enable_load_extension(Value *args) {
    Database *self = as_database(args[0]);
    bool on = false;
    if (!argument_bool(args[1], &on) || !database_enter(self)) return VALUE_ERROR;
    int rc = sqlite3_enable_load_extension(self->db, on);
    database_leave(self);
    return rc == SQLITE_OK ? VALUE_NONE : RAISE(operational, "Error enabling load extension");
}

static Value database_load_extension(Value *args) {
    Database *self = as_database(args[0]);
    Str *name;
    char *message = NULL;
    if (!argument_str(args[1], "load_extension", "", &name)) return VALUE_ERROR;
    const char *path = str_utf8(name, NULL);
    if (!path || !database_enter(self)) return VALUE_ERROR;
    int rc = DETACHED(sqlite3_load_extension(self->db, path, NULL, &message));
    Value result = rc == SQLITE_OK ? VALUE_NONE : RAISE(operational, "%s", message ? message : "unknown error");
    database_leave(self);
    sqlite3_free(message);
    return result;
}

/* --- attributes ------------------------------------------------------------------------------------------------ */

static Value get_isolation(Value self) {
    if (!database_check(as_database(self))) return VALUE_ERROR;
    const char *isolation = load_relaxed(&as_database(self)->isolation);
    return isolation ? object_value(str_intern_c(isolation)) : VALUE_NONE;
}
static bool set_isolation(Value self, Value value) {
    const char *isolation;
    if (is_empty(value)) return raise_error(&exc_AttributeError, "cannot delete attribute"), false;
    if (!isolation_argument(value, &isolation)) return false;
    if (!isolation) {
        Value args[] = {self};
        if (is_error(database_commit(args))) return false;
    }
    store_relaxed(&as_database(self)->isolation, isolation);
    return true;
}
static Value get_total_changes(Value self) {
    if (!database_enter(as_database(self))) return VALUE_ERROR;
    int n = sqlite3_total_changes(as_database(self)->db);
    database_leave(as_database(self));
    return int_value(n);
}
static Value get_in_transaction(Value self) {
    if (!database_enter(as_database(self))) return VALUE_ERROR;
    bool in = !sqlite3_get_autocommit(as_database(self)->db);
    database_leave(as_database(self));
    return bool_value(in);
}

#define ERROR_GETTER(name, slot)                                                                   \
    static Value get_##name(Value self) { return slot; }
ERROR_GETTER(Warning, sqlite_warning)
ERROR_GETTER(Error, sqlite_error)
ERROR_GETTER(InterfaceError, sqlite_interface_error)
ERROR_GETTER(DatabaseError, sqlite_database_error)
ERROR_GETTER(DataError, sqlite_data_error)
ERROR_GETTER(OperationalError, sqlite_operational_error)
ERROR_GETTER(IntegrityError, sqlite_integrity_error)
ERROR_GETTER(InternalError, sqlite_internal_error)
ERROR_GETTER(ProgrammingError, sqlite_programming_error)
ERROR_GETTER(NotSupportedError, sqlite_not_supported_error)
#undef ERROR_GETTER

static const GetSetDef getset[] = {
    {"isolation_level", get_isolation, set_isolation, NULL},
    {"total_changes", get_total_changes, NULL, NULL},
    {"in_transaction", get_in_transaction, NULL, NULL},
#define E(name) {#name, get_##name, NULL, NULL}
    E(Warning), E(Error), E(InterfaceError), E(DatabaseError), E(DataError), E(OperationalError),
    E(IntegrityError), E(InternalError), E(ProgrammingError), E(NotSupportedError),
#undef E
    {0},
};
static const MemberDef members[] = {
    {"row_factory", MEMBER_VALUE, offsetof(Database, row_factory), 0, NULL},
    {"text_factory", MEMBER_VALUE, offsetof(Database, text_factory), 0, NULL},
    {0},
};
static const MethodDef methods[] = {
    METHOD("backup", database_backup, "($self, /, target, *, pages=-1, progress=None, name='main', sleep=0.25)",
           "Makes a backup of the database."),
    METHOD("blobopen", blob_open, "($self, table, column, row, /, *, readonly=False, name='main')",
           "Open and return a BLOB object."),
    METHOD("close", database_close, "($self, /)",
           "Close the database connection.\n\nAny pending transaction is not committed implicitly."),
    METHOD("commit", database_commit, "($self, /)", "Commit any pending transaction to the database."),
    METHOD("create_aggregate", database_create_aggregate, "($self, /, name, n_arg, aggregate_class)",
           "Creates a new aggregate."),
    METHOD("create_collation", database_create_collation, "($self, name, callback, /)",
           "Creates a collation function."),
    METHOD("create_function", database_create_function, "($self, /, name, narg, func, *, deterministic=False)",
           "Creates a new function."),
    METHOD("create_window_function", database_create_window_function, "($self, name, num_params, aggregate_class, /)",
           "Creates or redefines an aggregate window function."),
    METHOD("cursor", database_cursor, "($self, /, factory=<unrepresentable>)", "Return a cursor for the connection."),
    METHOD("deserialize", database_deserialize, "($self, data, /, *, name='main')", "Load a serialized database."),
    METHOD("enable_load_extension", database_enable_load_extension, "($self, enable, /)",
           "Enable dynamic loading of SQLite extension modules."),
    METHOD("execute", database_execute, "($self, sql, parameters=<unrepresentable>, /)", "Executes an SQL statement."),
    METHOD("executemany", database_executemany, "($self, sql, parameters, /)", "Repeatedly executes an SQL statement."),
    METHOD("executescript", database_executescript, "($self, sql_script, /)", "Executes multiple SQL statements at once."),
    METHOD("getlimit", database_getlimit, "($self, category, /)", "Get connection run-time limits."),
    METHOD("interrupt", database_interrupt, "($self, /)", "Abort any pending database operation."),
    METHOD("iterdump", database_iterdump, "($self, /)", "Returns iterator to the dump of the database in an SQL text format."),
    METHOD("load_extension", database_load_extension, "($self, name, /)", "Load SQLite extension module."),
    METHOD("rollback", database_rollback, "($self, /)", "Roll back to the start of any pending transaction."),
    METHOD("serialize", database_serialize, "($self, /, *, name='main')", "Serialize a database into a byte string."),
    METHOD("set_authorizer", database_set_authorizer, "($self, /, authorizer_callback)", "Sets authorizer callback."),
    METHOD("set_progress_handler", database_set_progress_handler, "($self, /, progress_handler, n)",
           "Sets progress handler callback."),
    METHOD("set_trace_callback", database_set_trace_callback, "($self, /, trace_callback)",
           "Sets a trace callback called for each SQL statement (passed as unicode)."),
    METHOD("setlimit", database_setlimit, "($self, category, limit, /)", "Set connection run-time limits."),
    METHOD("__enter__", database_enter_method, "($self, /)", NULL),
    METHOD("__exit__", database_exit, "($self, type, value, traceback, /)", NULL),
    {0},
};
Type database_type = {
    .name = "sqlite3.Connection",
    .doc = "SQLite database connection object.",
    .base = &object_type_object,
    .flags = TYPE_BASE,
    .size = sizeof(Database),
    .root = {.cell_kind = {.trace = database_trace, .release = database_release, .name = "sqlite3.Connection"}},
    .new_instance = database_new,
    .init = database_init,
    .call = database_call,
    .methods = methods,
    .getset = getset,
    .members = members,
};
