/* io_file.c - the module _io: FileIO, a file descriptor as a raw stream.
 *
 * `fd` is the one thing that changes while the object is used; each operation loads it once. A
 * program that closes a file in one thread while another reads it gets what the system gives. */
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>
#include "modules/fd_use.h"
#include "modules/io_internal.h"

#include "object/audit.h"

static Value closed_error(void) {
    return raise_error(&ValueError, "I/O operation on closed file");
}

/* --- opening ------------------------------------------------------------------------------------------- */

static bool bad_mode(const char *mode) {
    raise_error(&ValueError, "invalid mode: %s", mode);
    return false;
}

static bool parse_mode(FileIo *file, const char *mode, int *flags) {
    bool plus = false, kind = false;
    *flags = 0;
    for (const char *c = mode; *c; c++) {
        if (strchr("xrwa", *c)) {
            if (kind) goto two_kinds;
            kind = true;
            if (*c == 'r') file->readable = true;
            else file->writable = true;
            if (*c == 'x') file->created = true, *flags |= O_EXCL | O_CREAT;
            if (*c == 'w') *flags |= O_CREAT | O_TRUNC;
            if (*c == 'a') file->appending = true, *flags |= O_APPEND | O_CREAT;
        } else if (*c == '+') {
            if (plus) goto two_kinds;
            plus = true;
            file->readable = file->writable = true;
        } else if (*c != 'b') {
            return bad_mode(mode);
        }
    }
    if (!kind) goto two_kinds;
    *flags |= file->readable && file->writable ? O_RDWR : file->readable ? O_RDONLY : O_WRONLY;
    *flags |= O_CLOEXEC;
    return true;
two_kinds:
    raise_error(&ValueError, "Must have exactly one of create/read/write/append mode and at most one "
                             "plus");
    return false;
}

/* The text of a path: str, bytes, or by __fspath__. NULL with an exception set. */
static const char *path_text(Value *name) {
    Value path = *name;
    size_t length;
    if (!is_str(path) && !is_bytes(path)) {
        Value method = lookup_special(path, NAME("__fspath__"));
        if (is_error(method)) return NULL;
        if (is_empty(method)) {
            raise_error(&TypeError, "expected str, bytes or os.PathLike object, not %T", path);
            return NULL;
        }
        path = call_0(method);
        if (is_error(path)) return NULL;
        if (!is_str(path) && !is_bytes(path)) {
            raise_error(&TypeError, "expected %T.__fspath__() to return str or bytes, not %T", *name,
                        path);
            return NULL;
        }
    }
    const char *text;
    if (is_bytes(path)) {
        text = (const char *)as_bytes(path)->data;
        length = (size_t)as_bytes(path)->length;
    } else {
        text = str_os_text(as_str(path), &length);
        if (!text) return NULL;
    }
    if (strlen(text) == length) return text;
    raise_error(&ValueError, "embedded null byte");
    return NULL;
}

/* By the caller's function: -1 with an exception set. */
static int open_by_opener(Value opener, Value name, int flags) {
    Value result = call_2(opener, name, int_value(flags));
    if (is_error(result)) return -1;
    if (!has_index(result)) {
        raise_error(&TypeError, "expected integer from opener");
        return -1;
    }
    int fd = -1;
    if (!argument_int(result, &fd)) return -1;
    if (fd < 0) {
        raise_error(&ValueError, "opener returned %d", fd);
        return -1;
    }
    int old = fcntl(fd, F_GETFD);
    if (old < 0 || fcntl(fd, F_SETFD, old | FD_CLOEXEC) < 0) {
        raise_errno();
        return -1;
    }
    return fd;
}

static int open_path(Value name, int flags) {
    const char *text = path_text(&name);
    if (!text) return -1;
    int fd = RETRY_DESCRIPTORS(RETRY_EINTR(open(text, flags, 0666)));
    KEEP_ALIVE(text);
    if (fd < 0) raise_errno_path(name);
    return fd;
}

static bool check_opened(FileIo *file, int fd, Value name) {
    struct stat status;
    file->block_size = IO_DEFAULT_BUFFER_SIZE;
    if (DETACHED(fstat(fd, &status)) != 0) {
        if (errno != EBADF) return true;
        raise_errno_path(name);
        return false;
    }
    if (S_ISDIR(status.st_mode)) {
        raise_os_error(EISDIR, name, VALUE_EMPTY);
        return false;
    }
    if (status.st_blksize > 1) file->block_size = (int32_t)status.st_blksize;
    return true;
}

/* As CPython tells it: "r", "w", "a", "x", with a "+" where the mode has one; never "b". */
static bool audit_open(Value name, const char *mode, int flags) {
    char plain[3] = {mode[strcspn(mode, "rwax")], strchr(mode, '+') ? '+' : 0};
    Str *text = str_from_c(plain);
    return text && audit_tell("open", (Value[]){name, object_value(text), int_value(flags)}, 3);
}

/* The descriptor of FileIO(name): its own or the caller's. */
static int open_descriptor(Value name, int flags, bool close_fd, Value opener, bool *own) {
    *own = false;
    if (is_int(name) || (!is_str(name) && !is_bytes(name) && has_index(name))) {
        int fd = -1;
        if (!argument_int(name, &fd)) return -1;
        if (fd >= 0) return fd;
        raise_error(&ValueError, "negative file descriptor");
        return -1;
    }
    if (!close_fd) {
        raise_error(&ValueError, "Cannot use closefd=False with file name");
        return -1;
    }
    *own = true;
    return is_empty(opener) || is_none(opener) ? open_path(name, flags)
                                               : open_by_opener(opener, name, flags);
}

static bool file_setup(FileIo *file, Value name, const char *mode, bool close_fd, Value opener) {
    int flags;
    bool own;
    if (load_relaxed(&file->fd) >= 0 && file->close_fd) {
        if (is_error(file_io_close(object_value(file)))) return false;
    }
    file->readable = file->writable = file->appending = file->created = false;
    store_relaxed(&file->seekable, (int8_t)-1);
    if (is_float(name)) {
        raise_error(&TypeError, "integer argument expected, got float");
        return false;
    }
    if (!parse_mode(file, mode, &flags)) return false;
    if (audit_is_on() && !audit_open(name, mode, flags)) return false;
    int fd = open_descriptor(name, flags, close_fd, opener, &own);
    if (fd < 0) return false;
    file->close_fd = close_fd;
    bool ok = check_opened(file, fd, name) && set_attribute(object_value(file), NAME("name"), name);
    if (ok && file->appending) {
        if (DETACHED(lseek(fd, 0, SEEK_END)) < 0 && errno != ESPIPE) {
            raise_errno();
            ok = false;
        }
    }
    if (ok) store_release(&file->fd, fd);
    else if (own) close(fd);
    return ok;
}

static Value file_new(Type *type, Value *args, size_t count, Tuple *names) {
    FileIo *file = object_alloc_instance(type, sizeof(FileIo));
    if (!file) return VALUE_ERROR;
    store_relaxed(&file->fd, -1);
    file->seekable = -1;
    file->close_fd = true;
    return object_value(file);
}

static bool file_init(Value self, Value *args, size_t count, Tuple *names) {
    static Signature *signature;
    Value slots[4];
    bool close_fd = true;
    const char *mode = "r";
    if (!bind_arguments("FileIO", "(file, mode='r', closefd=True, opener=None)", &signature, args,
                        count, names, slots) ||
        !argument_bool(slots[2], &close_fd))
        return false;
    if (!is_empty(slots[1])) {
        if (!is_str(slots[1])) {
            raise_error(&TypeError, "FileIO() argument 'mode' must be str, not %T", slots[1]);
            return false;
        }
        mode = str_utf8(as_str(slots[1]), NULL);
        if (!mode) return false;
    }
    return file_setup(as_file_io(self), slots[0], mode, close_fd, slots[3]);
}

Value file_io_open(Value name, const char *mode, bool close_fd, Value opener) {
    Value file = file_new(&file_io_type, NULL, 0, NULL);
    if (is_error(file) || !file_setup(as_file_io(file), name, mode, close_fd, opener))
        return VALUE_ERROR;
    return file;
}

/* --- closing --------------------------------------------------------------------------------------------- */

void file_io_warn_unclosed(FileIo *file, Value source) {
    if (load_relaxed(&file->fd) < 0 || !file->close_fd || exchange_acq_rel(&file->warned, (uint8_t)1))
        return;
    Value saved = error_fetch();
    if (!warn(&ResourceWarning, 1, "unclosed file %R", source))
        error_write_unraisable(NULL, object_value(file));
    if (!is_empty(saved)) error_restore(saved);
}

static Value file_dealloc_warn(Value *args) {
    file_io_warn_unclosed(as_file_io(args[0]), args[1]);
    return VALUE_NONE;
}

Value file_io_close(Value self) {
    FileIo *file = as_file_io(self);
    Value flushed = io_base_close(self), pending = is_error(flushed) ? error_fetch() : VALUE_EMPTY;
    if (load_relaxed(&file->base.finalizing)) file_io_warn_unclosed(file, self);
    int fd = exchange_acq_rel(&file->fd, -1);
    Value result = VALUE_NONE;
    if (fd >= 0 && file->close_fd && fd_close(fd) != 0 && errno != EINTR) result = raise_errno();
    if (is_empty(pending)) return result;
    if (is_error(result)) error_clear();
    error_restore(pending);
    return VALUE_ERROR;
}

static Value file_close(Value *args) { return file_io_close(args[0]); }

static void file_finalize(Value self) {
    FileIo *file = as_file_io(self);
    if (load_relaxed(&file->fd) < 0) return;
    io_finalize(self);
}

/* --- transfer ---------------------------------------------------------------------------------------------- */

int64_t file_io_read(FileIo *file, void *data, int64_t size) {
    if (load_relaxed(&file->fd) < 0) {
        closed_error();
        return -1;
    }
    if (!file->readable) {
        raise_unsupported("File not open for reading");
        return -1;
    }
    ssize_t got = USING_FD(&file->fd, fd, RETRY_EINTR(read(fd, data, (size_t)min_int64(size, IO_TRANSFER_MAX))));
    if (got >= 0) return got;
    if (errno == EAGAIN) return -2;
    raise_errno();
    return -1;
}

int64_t file_io_write(FileIo *file, const void *data, int64_t size) {
    if (load_relaxed(&file->fd) < 0) {
        closed_error();
        return -1;
    }
    if (!file->writable) {
        raise_unsupported("File not open for writing");
        return -1;
    }
    ssize_t put = USING_FD(&file->fd, fd, RETRY_EINTR(write(fd, data, (size_t)min_int64(size, IO_TRANSFER_MAX))));
    if (put >= 0) return put;
    if (errno == EAGAIN) return -2;
    raise_errno();
    return -1;
}

static Value file_read(Value *args) {
    FileIo *file = as_file_io(args[0]);
    int64_t size;
    if (load_relaxed(&file->fd) < 0) return closed_error();
    if (!file->readable) return raise_unsupported("File not open for reading");
    if (!io_size_argument(args[1], &size)) return VALUE_ERROR;
    if (size < 0) return file_io_read_all(file);
    Bytes *bytes = bytes_new(min_int64(size, IO_TRANSFER_MAX));
    if (!bytes) return VALUE_ERROR;
    int64_t got = file_io_read(file, bytes->data, bytes->length);
    if (got < 0) return got == -1 ? VALUE_ERROR : VALUE_NONE;
    if (got == bytes->length) return object_value(bytes);
    return io_bytes(bytes->data, got);
}

/* How much is left of a regular file, or a guess. */
static int64_t expected_rest(int fd) {
    struct stat status;
    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) return IO_DEFAULT_BUFFER_SIZE;
    off_t position = lseek(fd, 0, SEEK_CUR);
    if (position < 0 || status.st_size < position) return IO_DEFAULT_BUFFER_SIZE;
    return status.st_size - position + 1;
}

Value file_io_read_all(FileIo *file) {
    if (load_relaxed(&file->fd) < 0) return closed_error();
    int64_t capacity = USING_FD(&file->fd, fd, DETACHED(expected_rest(fd))), length = 0;
    Bytes *bytes = bytes_new(capacity);
    while (bytes) {
        if (length == capacity) {
            int64_t larger = capacity + capacity / 2 + IO_DEFAULT_BUFFER_SIZE;
            Bytes *copy = bytes_new(larger);
            if (!copy) return VALUE_ERROR;
            memcpy(copy->data, bytes->data, (size_t)length);
            bytes = copy;
            capacity = larger;
        }
        int64_t got = file_io_read(file, bytes->data + length, capacity - length);
        if (got == -1) return VALUE_ERROR;
        if (got == -2 && length == 0) return VALUE_NONE;
        if (got <= 0) break;
        length += got;
    }
    if (!bytes) return VALUE_ERROR;
    if (capacity - length > 64) return io_bytes(bytes->data, length);
    bytes->length = length; /* nobody else has seen it */
    bytes->data[length] = 0;
    return object_value(bytes);
}

static Value file_readall(Value *args) {
    if (load_relaxed(&as_file_io(args[0])->fd) < 0) return closed_error();
    if (!as_file_io(args[0])->readable) return raise_unsupported("File not open for reading");
    return file_io_read_all(as_file_io(args[0]));
}

static Value file_readinto(Value *args) {
    FileIo *file = as_file_io(args[0]);
    BufferView view;
    if (load_relaxed(&file->fd) < 0) return closed_error();
    if (!file->readable) return raise_unsupported("File not open for reading");
    if (!argument_writable(args[1], "readinto() argument", &view)) return VALUE_ERROR;
    int64_t got = file_io_read(file, view.data, view.length);
    buffer_release(&view);
    return got >= 0 ? int_value(got) : got == -1 ? VALUE_ERROR : VALUE_NONE;
}

static Value file_write(Value *args) {
    FileIo *file = as_file_io(args[0]);
    BufferView view;
    if (load_relaxed(&file->fd) < 0) return closed_error();
    if (!file->writable) return raise_unsupported("File not open for writing");
    if (!buffer_get(args[1], &view, BUFFER_SIMPLE)) return VALUE_ERROR;
    int64_t put = file_io_write(file, view.data, view.length);
    buffer_release(&view);
    return put >= 0 ? int_value(put) : put == -1 ? VALUE_ERROR : VALUE_NONE;
}

/* --- position ------------------------------------------------------------------------------------------------ */

int64_t file_io_seek(FileIo *file, int64_t offset, int whence) {
    if (load_relaxed(&file->fd) < 0) {
        closed_error();
        return -1;
    }
    off_t position = USING_FD(&file->fd, fd, DETACHED(lseek(fd, offset, whence)));
    if (position < 0) raise_errno();
    if (load_relaxed(&file->seekable) < 0) store_relaxed(&file->seekable, (int8_t)(position >= 0));
    return position;
}

static Value file_seek(Value *args) {
    FileIo *file = as_file_io(args[0]);
    int64_t offset;
    int whence = 0;
    if (load_relaxed(&file->fd) < 0) return closed_error();
    if (!argument_int(args[2], &whence) || !io_offset_argument(args[1], &offset)) return VALUE_ERROR;
    int64_t position = file_io_seek(file, offset, whence);
    return position >= 0 ? int_value(position) : VALUE_ERROR;
}

static Value file_tell(Value *args) {
    int64_t position = file_io_seek(as_file_io(args[0]), 0, SEEK_CUR);
    return position >= 0 ? int_value(position) : VALUE_ERROR;
}

static Value file_truncate(Value *args) {
    FileIo *file = as_file_io(args[0]);
    int64_t size;
    if (load_relaxed(&file->fd) < 0) return closed_error();
    if (!file->writable) return raise_unsupported("File not open for writing");
    if (is_empty(args[1]) || is_none(args[1])) {
        size = file_io_seek(file, 0, SEEK_CUR);
        if (size < 0) return VALUE_ERROR;
    } else if (!io_offset_argument(args[1], &size)) {
        return VALUE_ERROR;
    }
    if (USING_FD(&file->fd, fd, RETRY_EINTR(ftruncate(fd, size))) != 0) return raise_errno();
    return int_value(size);
}

static Value file_seekable(Value *args) {
    FileIo *file = as_file_io(args[0]);
    if (load_relaxed(&file->fd) < 0) return closed_error();
    if (load_relaxed(&file->seekable) < 0) {
        off_t position = USING_FD(&file->fd, fd, DETACHED(lseek(fd, 0, SEEK_CUR)));
        store_relaxed(&file->seekable, (int8_t)(position >= 0));
    }
    return bool_value(load_relaxed(&file->seekable) > 0);
}

static Value file_readable(Value *args) {
    if (load_relaxed(&as_file_io(args[0])->fd) < 0) return closed_error();
    return bool_value(as_file_io(args[0])->readable);
}

static Value file_writable(Value *args) {
    if (load_relaxed(&as_file_io(args[0])->fd) < 0) return closed_error();
    return bool_value(as_file_io(args[0])->writable);
}

static Value file_fileno(Value *args) {
    int fd = load_relaxed(&as_file_io(args[0])->fd);
    return fd < 0 ? closed_error() : smallint_value(fd);
}

static Value file_isatty(Value *args) {
    FileIo *file = as_file_io(args[0]);
    if (load_relaxed(&file->fd) < 0) return closed_error();
    return bool_value(USING_FD(&file->fd, fd, DETACHED(isatty(fd))));
}

/* --- what it looks like --------------------------------------------------------------------------------------- */

static const char *mode_text(FileIo *file) {
    if (file->created) return file->readable ? "xb+" : "xb";
    if (file->appending) return file->readable ? "ab+" : "ab";
    if (file->readable) return file->writable ? "rb+" : "rb";
    return "wb";
}

static Value file_get_mode(Value self) {
    Str *text = str_from_c(mode_text(as_file_io(self)));
    return text ? object_value(text) : VALUE_ERROR;
}

static Value file_get_closed(Value self) { return bool_value(load_relaxed(&as_file_io(self)->fd) < 0); }
static Value file_get_closefd(Value self) { return bool_value(as_file_io(self)->close_fd); }
static Value file_get_finalizing(Value self) {
    return bool_value(load_relaxed(&as_file_io(self)->base.finalizing));
}

static Value file_repr(Value self) {
    FileIo *file = as_file_io(self);
    int fd = load_relaxed(&file->fd);
    const char *close_fd = file->close_fd ? "True" : "False";
    Str *text;
    if (fd < 0) {
        text = str_format("<_io.FileIO [closed]>");
    } else {
        Value name = get_attribute_optional(self, NAME("name"));
        if (is_error(name)) return name;
        if (is_empty(name)) {
            text = str_format("<_io.FileIO fd=%d mode='%s' closefd=%s>", fd, mode_text(file), close_fd);
        } else {
            if (!stack_enter("")) return VALUE_ERROR;
            text = str_format("<_io.FileIO name=%R mode='%s' closefd=%s>", name, mode_text(file),
                              close_fd);
            stack_leave();
        }
    }
    return text ? object_value(text) : VALUE_ERROR;
}

static const MethodDef file_methods[] = {
    METHOD("read", file_read, "($self, size=-1, /)",
           "Read at most size bytes with one system call; None when it would block."),
    METHOD("readall", file_readall, "($self, /)", "Read to the end."),
    METHOD("readinto", file_readinto, "($self, buffer, /)", "Read into a buffer; returns the count."),
    METHOD("write", file_write, "($self, b, /)",
           "Write bytes with one system call; returns the count, None when it would block."),
    METHOD("seek", file_seek, "($self, pos, whence=0, /)", "Change the position; returns it."),
    METHOD("tell", file_tell, "($self, /)", "The position in the file."),
    METHOD("truncate", file_truncate, "($self, size=None, /)", "Cut or extend the file."),
    METHOD("close", file_close, "($self, /)", "Close the file."),
    METHOD("seekable", file_seekable, "($self, /)", "Whether the file has positions."),
    METHOD("readable", file_readable, "($self, /)", "Whether it was opened for reading."),
    METHOD("writable", file_writable, "($self, /)", "Whether it was opened for writing."),
    METHOD("fileno", file_fileno, "($self, /)", "The file descriptor."),
    METHOD("isatty", file_isatty, "($self, /)", "Whether it is a terminal."),
    METHOD("_dealloc_warn", file_dealloc_warn, "($self, source, /)", NULL),
    IO_NOT_PICKLED,
    {0},
};
static const GetSetDef file_getset[] = {
    {"closed", file_get_closed, NULL, "True if the file is closed"},
    {"closefd", file_get_closefd, NULL, "whether closing the object closes the descriptor"},
    {"mode", file_get_mode, NULL, "how the file was opened"},
    {"_finalizing", file_get_finalizing, NULL, NULL},
    {0},
};
static const MemberDef file_members[] = {
    {"_blksize", MEMBER_INT32, offsetof(FileIo, block_size), 0, NULL},
    {0},
};
Type file_io_type = {
    .name = "_io.FileIO",
    .doc = "A file: a descriptor with read(), write() and seek(), without a buffer.",
    .base = &raw_io_base_type,
    .size = sizeof(FileIo),
    .flags = TYPE_BASE | TYPE_HAS_DICT | TYPE_HAS_WEAKREF | TYPE_HAS_FINALIZER,
    .new_instance = file_new,
    .init = file_init,
    .repr = file_repr,
    .finalize = file_finalize,
    .methods = file_methods,
    .getset = file_getset,
    .members = file_members,
};
