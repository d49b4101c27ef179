/* sqlite.h - what the files of the module _sqlite3 share.
 *
 * A Database has a recursive lock that is held during each call of the library; the thread is detached
 * meanwhile, and attaches again where the library calls a function of Python. With check_same_thread
 * off several threads may share a connection: their statements take turns.
 *
 * The collector never calls the library while a connection lives: finalizing a statement waits for the
 * library's own lock, whose holder may be waiting for the collector. A dead Statement puts its handle
 * on the list `orphans` of its Handle, and a dead Cursor the statement it was in the middle of on the
 * list `unread`; the next call of the library empties both. close() finalizes all statements; those
 * objects then find the handle closed. A table or file that is locked may be so by a cursor or a
 * connection that is dead and not collected yet: then a collection is tried, and the step once more. */
#ifndef WEFT_MODULES_LOADABLE_SQLITE_H
#define WEFT_MODULES_LOADABLE_SQLITE_H

#include <pthread.h>
#include <sqlite3.h>
#include "modules/loadable/loadable.h"
#include "modules/loadable/recursive_lock.h"

enum { PARSE_DECLTYPES = 1, PARSE_COLNAMES = 2 };

/* What statements know of their connection when it may be dead. malloc'ed, counted. */
typedef struct Handle {
    pthread_mutex_t lock; /* a leaf */
    int references;       /* atomic */
    enum { HANDLE_OPEN, HANDLE_CLOSED, HANDLE_ABANDONED } state; /* under lock */
    struct StatementList {
        sqlite3_stmt **items;
        size_t count, capacity;
    } orphans, unread; /* to be finalized, to be reset; under lock */
} Handle;
void handle_drop(Handle *handle);
/* Adds to one of the lists; for the collector. With handle->lock. */
void handle_list_add(struct StatementList *list, sqlite3_stmt *stmt);

typedef struct Database {
    Object object;
    RecursiveLock lock;
    sqlite3 *db;          /* atomic; written under both locks; NULL: closed */
    Handle *handle;       /* constant once made */
    uint64_t ident;       /* of the thread that made it */
    bool check_same_thread, initialised;
    int detect_types;
    const char *isolation; /* atomic; "", "DEFERRED", ...; NULL: autocommit */
    int64_t cache_limit;
    Value statements;     /* a dict from sql to Statement; under the lock */
    Value callbacks;      /* a list of what the library has pointers to */
    Value blobs;          /* a list of the open blobs */
    Value row_factory, text_factory; /* atomic */
} Database;
extern Type database_type, cursor_type, statement_type, row_type, blob_type, protocol_type;
static inline Database *as_database(Value v) { return OBJECT_AS(Database, v); }

typedef struct Statement {
    Object object;
    sqlite3_stmt *stmt; /* under the database's lock */
    Handle *handle;
    bool is_dml, in_use; /* in_use: a cursor has rows of it to come; under the database's lock */
    Value database;
} Statement;
static inline Statement *as_statement(Value v) { return OBJECT_AS(Statement, v); }

typedef struct Cursor {
    Object object;
    Value database;   /* constant once initialised; empty before */
    Value statement;  /* under the database's lock; empty: no rows to come */
    Value description, row_factory, last_row_id, converters; /* atomic */
    int64_t array_size, row_count; /* atomic */
    uint8_t closed, busy; /* busy: it is executing; under the database's lock */
    sqlite3_stmt *unread; /* the statement's, for the collector; under the database's lock */
    Handle *handle;       /* the database's when the statement was begun */
} Cursor;
static inline Cursor *as_cursor(Value v) { return OBJECT_AS(Cursor, v); }

/* --- errors (sqlite_module.c) --------------------------------------------------------------------------- */
extern Value sqlite_error, sqlite_warning, sqlite_interface_error, sqlite_database_error;
extern Value sqlite_internal_error, sqlite_operational_error, sqlite_programming_error;
extern Value sqlite_integrity_error, sqlite_data_error, sqlite_not_supported_error;
#define RAISE(kind, ...) raise_error(OBJECT_AS(Type, sqlite_##kind##_error), __VA_ARGS__)
/* From the database's last error, unless an exception is set. Always VALUE_ERROR. */
Value raise_sqlite(sqlite3 *db);
/* The object as something the library takes: None, int, float, str, bytes-like; itself when no adapter
 * is known. Runs Python. */
Value sqlite_adapt(Value object, Value protocol, Value fallback);
/* The converter for a type name, or VALUE_EMPTY. */
Value sqlite_converter(const char *name, size_t length);
extern bool sqlite_callback_tracebacks; /* atomic */
extern bool sqlite_base_types_adapted;  /* atomic: int, float, str or bytearray has an adapter */

/* --- databases (sqlite_database.c, sqlite_functions.c) ------------------------------------------------------ */
/* Checks that it is open and the right thread's, and takes the lock. False with an exception. */
bool database_enter(Database *self);
void database_leave(Database *self);
bool database_check(Database *self);
/* A statement for `sql`, from the cache or new, marked as in use. NULL with an exception. Locked. */
Statement *database_statement(Database *self, Str *sql);
/* One step; the thread is detached. Locked. */
int statement_step(Statement *statement);
void statement_reset(Statement *statement);
/* Does what dead cursors and statements have left. Locked. */
void database_tidy(Database *self);
/* Begins a transaction as isolation_level says. Locked. */
bool database_begin(Database *self);
Value cursor_new(Database *database, Value factory, bool has_factory);
bool statement_bind(Statement *statement, Value parameters);
Value cursor_run(Cursor *cursor, Value sql, Value parameters, bool many);
Value blob_open(Value *args);
bool blob_close_now(Value blob);
/* Keeps a value alive as long as the connection. */
bool database_keep(Database *self, Value value);

Value database_create_function(Value *args);
Value database_create_aggregate(Value *args);
Value database_create_window_function(Value *args);
Value database_create_collation(Value *args);
Value database_set_authorizer(Value *args);
Value database_set_progress_handler(Value *args);
Value database_set_trace_callback(Value *args);

#endif
