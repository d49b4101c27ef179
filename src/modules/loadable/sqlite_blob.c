/* sqlite_blob.c - the parts of the module _sqlite3 that read and write one value in pieces. */
#include "modules/loadable/sqlite.h"

#include <limits.h>

typedef struct Blob {
    Object object;
    Value database;
    sqlite3_blob *blob; /* under the database's lock; NULL: closed */
    int64_t offset;     /* atomic */
} Blob;
static Blob *as_blob(Value v) { return OBJECT_AS(Blob, v); }

static void blob_trace(Cell *cell, Marker *marker) { marker_visit(marker, ((Blob *)cell)->database); }

bool blob_close_now(Value v) {
    Blob *self = as_blob(v);
    if (self->blob) DETACHED(sqlite3_blob_close(self->blob));
    self->blob = NULL;
    return true;
}

/* The database's lock, and the blob is open. */
static bool blob_enter(Blob *self) {
    if (!database_enter(as_database(self->database))) return false;
    if (self->blob) return true;
    database_leave(as_database(self->database));
    RAISE(programming, "Cannot operate on a closed blob.");
    return false;
}
static void blob_leave(Blob *self) { database_leave(as_database(self->database)); }

static Value raise_blob(Blob *self, int rc) {
    if (rc == SQLITE_ABORT) return RAISE(operational, "Cannot operate on an expired blob handle");
    return raise_sqlite(as_database(self->database)->db);
}

Value blob_open(Value *args) {
    Database *database = as_database(args[0]);
    Str *table, *column, *name = NULL;
    int64_t row = 0;
    bool readonly = false;
    if (!argument_str(args[1], "blobopen", "1", &table) || !argument_str(args[2], "blobopen", "2", &column) ||
        !argument_int64(args[3], &row) || !argument_bool(args[4], &readonly) ||
        (!is_empty(args[5]) && !argument_str(args[5], "blobopen", "'name'", &name)))
        return VALUE_ERROR;
    const char *t = str_utf8(table, NULL), *c = str_utf8(column, NULL), *n = name ? str_utf8(name, NULL) : "main";
    sqlite3_blob *handle = NULL;
    if (!t || !c || !n || !database_enter(database)) return VALUE_ERROR;
    int rc = DETACHED(sqlite3_blob_open(database->db, n, t, c, row, !readonly, &handle));
    Blob *self = rc == SQLITE_OK ? object_alloc(&blob_type, sizeof(Blob)) : NULL;
    bool ok = self && list_append(as_list(database->blobs), object_value(self));
    if (ok) {
        self->database = args[0];
        self->blob = handle;
    } else {
        if (rc != SQLITE_OK) raise_sqlite(database->db);
        sqlite3_blob_close(handle);
    }
    database_leave(database);
    return ok ? object_value(self) : VALUE_ERROR;
}

static Value blob_close(Value *args) {
    Blob *self = as_blob(args[0]);
    if (!database_check(as_database(self->database)) || !database_enter(as_database(self->database)))
        return VALUE_ERROR;
    blob_close_now(args[0]);
    List *open = as_list(as_database(self->database)->blobs);
    for (int64_t i = list_length(open) - 1; i >= 0; i--)
        if (same_value(list_get(open, i), args[0])) list_remove_at(open, i, args[0]);
    blob_leave(self);
    return VALUE_NONE;
}

static Value read_bytes(Blob *self, int offset, int64_t count) {
    Bytes *bytes = bytes_new(count);
    if (!bytes) return VALUE_ERROR;
    int rc = DETACHED(sqlite3_blob_read(self->blob, bytes->data, (int)count, offset));
    return rc == SQLITE_OK ? object_value(bytes) : raise_blob(self, rc);
}

static Value blob_read(Value *args) {
    Blob *self = as_blob(args[0]);
    int length = -1;
    if (!argument_int(args[1], &length) || !blob_enter(self)) return VALUE_ERROR;
    int64_t left = sqlite3_blob_bytes(self->blob) - self->offset;
    if (length < 0 || length > left) length = (int)left;
    Value bytes = read_bytes(self, (int)self->offset, length);
    if (!is_error(bytes)) store_relaxed(&self->offset, self->offset + length);
    blob_leave(self);
    return bytes;
}

static Value blob_write(Value *args) {
    Blob *self = as_blob(args[0]);
    BufferView view;
    if (!buffer_get(args[1], &view, BUFFER_SIMPLE)) return VALUE_ERROR;
    Value result = VALUE_ERROR;
    if (blob_enter(self)) {
        if (view.length > sqlite3_blob_bytes(self->blob) - self->offset) {
            raise_error(&ValueError, "data longer than blob length");
        } else {
            int rc = DETACHED(sqlite3_blob_write(self->blob, view.data, (int)view.length, (int)self->offset));
            if (rc == SQLITE_OK) store_relaxed(&self->offset, self->offset + view.length);
            result = rc == SQLITE_OK ? VALUE_NONE : raise_blob(self, rc);
        }
        blob_leave(self);
    }
    buffer_release(&view);
    return result;
}

static Value blob_seek(Value *args) {
    Blob *self = as_blob(args[0]);
    int offset = 0, origin = 0;
    if (!argument_int(args[1], &offset) || !argument_int(args[2], &origin) || !blob_enter(self)) return VALUE_ERROR;
    int64_t size = sqlite3_blob_bytes(self->blob);
    int64_t base = origin == 0 ? 0 : origin == 1 ? self->offset : size;
    bool known = origin >= 0 && origin <= 2, fits = base + offset >= 0 && base + offset <= size;
    if (known && fits) store_relaxed(&self->offset, base + offset);
    blob_leave(self);
    if (known && base + offset > INT_MAX) return raise_error(&OverflowError, "seek offset results in overflow");
    if (!known) return raise_error(&ValueError, "'origin' should be os.SEEK_SET, os.SEEK_CUR, or os.SEEK_END");
    return fits ? VALUE_NONE : raise_error(&ValueError, "offset out of blob range");
}

static Value blob_tell(Value *args) {
    Blob *self = as_blob(args[0]);
    if (!blob_enter(self)) return VALUE_ERROR;
    Value position = int_value(self->offset);
    blob_leave(self);
    return position;
}

static Value blob_enter_method(Value *args) {
    Blob *self = as_blob(args[0]);
    if (!blob_enter(self)) return VALUE_ERROR;
    blob_leave(self);
    return args[0];
}

static Value blob_exit(Value *args) {
    Blob *self = as_blob(args[0]);
    if (!blob_enter(self)) return VALUE_ERROR;
    blob_leave(self);
    return is_error(blob_close(args)) ? VALUE_ERROR : VALUE_FALSE;
}

static int64_t blob_length(Value self) {
    if (!blob_enter(as_blob(self))) return -1;
    int64_t size = sqlite3_blob_bytes(as_blob(self)->blob);
    blob_leave(as_blob(self));
    return size;
}

static bool blob_index(Value key, int64_t size, int64_t *index) {
    *index = value_index_int64(key, &IndexError);
    if (*index == -1 && error_occurred()) return false;
    if (*index < 0) *index += size;
    if (*index >= 0 && *index < size) return true;
    raise_error(&IndexError, "Blob index out of range");
    return false;
}

static Value blob_item(Value self_value, Value key) {
    Blob *self = as_blob(self_value);
    int64_t size = blob_length(self_value), start, stop, step, count;
    bool single = has_index(key);
    if (size < 0) return VALUE_ERROR;
    if (!single && !is_slice(key)) return raise_error(&TypeError, "Blob indices must be integers");
    if (single ? !blob_index(key, size, &start) : !slice_resolve(key, size, &start, &stop, &step, &count))
        return VALUE_ERROR;
    if (!blob_enter(self)) return VALUE_ERROR;
    Value all = single ? read_bytes(self, (int)start, 1)
                       : step == 1 ? read_bytes(self, (int)start, count) : read_bytes(self, 0, size);
    blob_leave(self);
    if (is_error(all)) return all;
    if (single) return int_value(as_bytes(all)->data[0]);
    return step == 1 ? all : get_item(all, key);
}

static bool write_bytes(Blob *self, const uint8_t *data, int64_t count, int64_t offset) {
    if (!blob_enter(self)) return false;
    int rc = DETACHED(sqlite3_blob_write(self->blob, data, (int)count, (int)offset));
    if (rc != SQLITE_OK) raise_blob(self, rc);
    blob_leave(self);
    return rc == SQLITE_OK;
}

static bool set_one(Blob *self, Value key, int64_t size, Value value) {
    int64_t index, number;
    if (is_empty(value)) return raise_error(&TypeError, "Blob doesn't support item deletion"), false;
    if (!blob_index(key, size, &index)) return false;
    if (!is_int(value))
        return raise_error(&TypeError, "'%T' object cannot be interpreted as an integer", value), false;
    if (!int_to_int64(value, &number) || number < 0 || number > 255)
        return raise_error(&ValueError, "byte must be in range(0, 256)"), false;
    uint8_t byte = (uint8_t)number;
    return write_bytes(self, &byte, 1, index);
}

static bool blob_set_item(Value self_value, Value key, Value value) {
    Blob *self = as_blob(self_value);
    int64_t size = blob_length(self_value), start, stop, step, count;
    if (size < 0) return false;
    if (has_index(key)) return set_one(self, key, size, value);
    if (!is_slice(key)) return raise_error(&TypeError, "Blob indices must be integers"), false;
    if (is_empty(value)) return raise_error(&TypeError, "Blob doesn't support slice deletion"), false;
    BufferView view;
    if (!slice_resolve(key, size, &start, &stop, &step, &count) || !buffer_get(value, &view, BUFFER_SIMPLE)) return false;
    bool ok = false;
    if (view.length != count) {
        raise_error(&IndexError, "Blob slice assignment is wrong size");
    } else if (step == 1 || count == 0) {
        ok = count == 0 || write_bytes(self, view.data, count, start);
    } else {
        ok = true;
        for (int64_t i = 0; ok && i < count; i++)
            ok = write_bytes(self, (uint8_t *)view.data + i, 1, start + i * step);
    }
    buffer_release(&view);
    return ok;
}

static const MethodDef methods[] = {
    METHOD("close", blob_close, "($self, /)", "Close the blob."),
    METHOD("read", blob_read, "($self, length=-1, /)", "Read data at the current offset position."),
    METHOD("write", blob_write, "($self, data, /)", "Write data at the current offset."),
    METHOD("seek", blob_seek, "($self, offset, origin=0, /)", "Set the current access position to offset."),
    METHOD("tell", blob_tell, "($self, /)", "Return the current access position for the blob."),
    METHOD("__enter__", blob_enter_method, "($self, /)", NULL),
    METHOD("__exit__", blob_exit, "($self, type, val, tb, /)", NULL),
    {0},
};
Type blob_type = {
    .name = "sqlite3.Blob",
    .base = &object_type_object,
    .flags = TYPE_NO_NEW,
    .size = sizeof(Blob),
    .root = {.cell_kind = {.trace = blob_trace, .name = "sqlite3.Blob"}},
    .length = blob_length,
    .getitem = blob_item,
    .setitem = blob_set_item,
    .methods = methods,
};
