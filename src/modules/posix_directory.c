/* posix_directory.c - the module posix: reading directories, and the current one.
 *
 * A scandir iterator owns a DIR, which the C library does not let several threads use at a time: its
 * mutex is held, the thread detached, around each read. What was not closed is closed when the
 * iterator is found dead. */
#include <dirent.h>
#include <limits.h>
#include <stdlib.h>
#include "modules/posix_internal.h"
#include "modules/thread_module.h"

static bool is_dot_or_dot_dot(const char *name) {
    return name[0] == '.' && (name[1] == 0 || (name[1] == '.' && name[2] == 0));
}

/* A stream for the path; of a duplicate for a descriptor, which stays the caller's. */
static DIR *open_directory(const PathArgument *path) {
    if (path->text) {
        DIR *directory = DETACHED(opendir(path->text));
        if (!directory && descriptors_reclaimed()) directory = DETACHED(opendir(path->text));
        return directory;
    }
    int fd = RETRY_DESCRIPTORS(fcntl(path->fd, F_DUPFD_CLOEXEC, 0));
    if (fd < 0) return NULL;
    DIR *stream = DETACHED(fdopendir(fd));
    if (stream) {
        rewinddir(stream);
    } else {
        int error = errno;
        close(fd);
        errno = error;
    }
    return stream;
}

static Value posix_listdir(Value *args) {
    PathArgument path;
    if (!path_argument(args[1], "listdir", "path", PATH_OR_FD | PATH_OR_NONE, &path))
        return VALUE_ERROR;
    DIR *stream = open_directory(&path);
    if (!stream) return path_error(&path);
    List *list = list_new(0);
    bool ok = list != NULL;
    int error = 0;
    while (ok) {
        errno = 0;
        struct dirent *entry = DETACHED(readdir(stream));
        if (!entry) {
            error = errno;
            break;
        }
        if (is_dot_or_dot_dot(entry->d_name)) continue;
        Value name = file_name_value(entry->d_name, strlen(entry->d_name), path.is_bytes);
        ok = !is_error(name) && list_append(list, name);
    }
    if (!path.text) rewinddir(stream);
    closedir(stream);
    if (!ok) return VALUE_ERROR;
    errno = error;
    return error ? path_error(&path) : object_value(list);
}

/* --- DirEntry ------------------------------------------------------------------------------------------ */

typedef struct DirEntry {
    Object object;
    Value name, path;      /* constant */
    Value status, lstatus; /* atomic; cached results of stat(), or empty */
    ino_t inode;           /* constant */
    int dir_fd;            /* constant; the descriptor scanned, or -1 */
    unsigned char type;    /* constant; DT_* */
} DirEntry;

static void dir_entry_trace(Cell *cell, Marker *marker) {
    DirEntry *entry = (DirEntry *)cell;
    marker_visit(marker, entry->name);
    marker_visit(marker, entry->path);
    marker_visit(marker, value_load_relaxed(&entry->status));
    marker_visit(marker, value_load_relaxed(&entry->lstatus));
}

/* The text by which the system finds the entry. */
static const char *dir_entry_text(DirEntry *entry, int *dir_fd) {
    Value path = entry->dir_fd >= 0 ? entry->name : entry->path;
    *dir_fd = entry->dir_fd >= 0 ? entry->dir_fd : AT_FDCWD;
    if (is_bytes(path)) return (const char *)as_bytes(path)->data;
    return str_os_text(as_str(path), NULL);
}

/* 1: *status is filled; 0: there is no such file; -1: raised. */
static int dir_entry_fetch(DirEntry *entry, bool follow, struct stat *status) {
    int dir_fd;
    const char *text = dir_entry_text(entry, &dir_fd);
    if (!text) return -1;
    if (DETACHED(fstatat(dir_fd, text, status, follow ? 0 : AT_SYMLINK_NOFOLLOW)) == 0) return 1;
    if (errno == ENOENT) return 0;
    raise_os_error(errno, entry->path, VALUE_EMPTY);
    return -1;
}

static Value dir_entry_lstat(DirEntry *entry) {
    Value cached = value_load_acquire(&entry->lstatus);
    if (!is_empty(cached)) return cached;
    struct stat status;
    int found = dir_entry_fetch(entry, false, &status);
    if (found < 0) return VALUE_ERROR;
    if (found == 0) return raise_os_error(ENOENT, entry->path, VALUE_EMPTY);
    cached = stat_result_value(&status);
    if (!is_error(cached)) heap_store_release(entry, &entry->lstatus, cached);
    return cached;
}

/* 1, 0, -1: is it a symbolic link? */
static int dir_entry_is_link(DirEntry *entry) {
    if (entry->type != DT_UNKNOWN) return entry->type == DT_LNK;
    struct stat status;
    int found = dir_entry_fetch(entry, false, &status);
    return found > 0 ? S_ISLNK(status.st_mode) : found;
}

static Value dir_entry_stat(Value *args) {
    DirEntry *entry = OBJECT_AS(DirEntry, args[0]);
    bool follow = true;
    if (!argument_bool(args[1], &follow)) return VALUE_ERROR;
    if (!follow) return dir_entry_lstat(entry);
    Value cached = value_load_acquire(&entry->status);
    if (!is_empty(cached)) return cached;
    int is_link = dir_entry_is_link(entry);
    if (is_link < 0) return VALUE_ERROR;
    if (is_link) {
        struct stat status;
        int found = dir_entry_fetch(entry, true, &status);
        if (found < 0) return VALUE_ERROR;
        if (found == 0) return raise_os_error(ENOENT, entry->path, VALUE_EMPTY);
        cached = stat_result_value(&status);
    } else {
        cached = dir_entry_lstat(entry);
    }
    if (!is_error(cached)) heap_store_release(entry, &entry->status, cached);
    return cached;
}

/* Is the entry (or what it points to) of that S_IF kind? */
static Value dir_entry_test(DirEntry *entry, Value follow_value, unsigned char type, mode_t mode) {
    bool follow = true;
    if (!argument_bool(follow_value, &follow)) return VALUE_ERROR;
    if (entry->type != DT_UNKNOWN && !(follow && entry->type == DT_LNK))
        return bool_value(entry->type == type);
    Value cached = value_load_acquire(follow ? &entry->status : &entry->lstatus);
    if (!is_empty(cached)) {
        int64_t bits = 0;
        int_to_int64(as_tuple(cached)->items[0], &bits);
        return bool_value(((mode_t)bits & S_IFMT) == mode);
    }
    struct stat status;
    int found = dir_entry_fetch(entry, follow, &status);
    if (found < 0) return VALUE_ERROR;
    if (found == 0) return VALUE_FALSE;
    cached = stat_result_value(&status);
    if (is_error(cached)) return cached;
    heap_store_release(entry, follow ? &entry->status : &entry->lstatus, cached);
    return bool_value((status.st_mode & S_IFMT) == mode);
}

static Value dir_entry_is_dir(Value *args) {
    return dir_entry_test(OBJECT_AS(DirEntry, args[0]), args[1], DT_DIR, S_IFDIR);
}

static Value dir_entry_is_file(Value *args) {
    return dir_entry_test(OBJECT_AS(DirEntry, args[0]), args[1], DT_REG, S_IFREG);
}

static Value dir_entry_is_symlink(Value *args) {
    int result = dir_entry_is_link(OBJECT_AS(DirEntry, args[0]));
    return result < 0 ? VALUE_ERROR : bool_value(result);
}

static Value dir_entry_inode(Value *args) {
    return int_from_uint64(OBJECT_AS(DirEntry, args[0])->inode);
}

static Value dir_entry_fspath(Value *args) { return OBJECT_AS(DirEntry, args[0])->path; }

static Value dir_entry_repr(Value self) {
    Str *text = str_format("<DirEntry %R>", OBJECT_AS(DirEntry, self)->name);
    return text ? object_value(text) : VALUE_ERROR;
}

Value generic_class_getitem(Value *args) {
    Value alias = import_attribute("types", "GenericAlias");
    return is_error(alias) ? alias : call_2(alias, args[0], args[1]);
}

static const MethodDef dir_entry_methods[] = {
    METHOD("is_dir", dir_entry_is_dir, "($self, /, *, follow_symlinks=True)",
           "Whether it is a directory."),
    METHOD("is_file", dir_entry_is_file, "($self, /, *, follow_symlinks=True)",
           "Whether it is a regular file."),
    METHOD("is_symlink", dir_entry_is_symlink, "($self, /)", "Whether it is a symbolic link."),
    METHOD("stat", dir_entry_stat, "($self, /, *, follow_symlinks=True)",
           "What the system knows of the file; asked once."),
    METHOD("inode", dir_entry_inode, "($self, /)", "The number of the file in its file system."),
    METHOD("__fspath__", dir_entry_fspath, "($self, /)", "The path."),
    CLASS_METHOD("__class_getitem__", generic_class_getitem, "($type, item, /)", "See PEP 585"),
    {0},
};
static const MemberDef dir_entry_members[] = {
    {"name", MEMBER_VALUE, offsetof(DirEntry, name), MEMBER_READONLY, "the entry's base name"},
    {"path", MEMBER_VALUE, offsetof(DirEntry, path), MEMBER_READONLY,
     "the directory's path and the name"},
    {0},
};
Type dir_entry_type = {
    .name = "posix.DirEntry",
    .base = &object_type_object,
    .size = sizeof(DirEntry),
    .flags = TYPE_NO_NEW,
    .root = {.cell_kind = {.trace = dir_entry_trace, .name = "posix.DirEntry"}},
    .repr = dir_entry_repr,
    .methods = dir_entry_methods,
    .members = dir_entry_members,
};

/* --- scandir ------------------------------------------------------------------------------------------- */

typedef struct ScandirIterator {
    Object object;
    Value directory; /* constant; the path as given */
    DIR *stream;     /* guarded by the mutex; NULL: closed */
    Mutex mutex;
    int fd;          /* constant; the caller's descriptor, or -1 */
    bool is_bytes;   /* constant */
} ScandirIterator;

static void scandir_trace(Cell *cell, Marker *marker) {
    marker_visit(marker, ((ScandirIterator *)cell)->directory);
}

static void scandir_release(Cell *cell) {
    ScandirIterator *iterator = (ScandirIterator *)cell;
    if (iterator->stream) closedir(iterator->stream);
    iterator->stream = NULL;
}

/* False when a signal handler raised while it waited. */
static bool scandir_close_stream(ScandirIterator *iterator) {
    if (mutex_acquire_python(&iterator->mutex, WAIT_FOREVER) < 0) return false;
    DIR *stream = iterator->stream;
    iterator->stream = NULL;
    mutex_release(&iterator->mutex);
    if (!stream) return true;
    if (iterator->fd >= 0) rewinddir(stream);
    (void)DETACHED(closedir(stream));
    return true;
}

/* directory + "/" + name */
static Value join_path(ScandirIterator *iterator, Value name) {
    if (iterator->fd >= 0) return name;
    Value directory = iterator->directory;
    if (is_bytes(name)) {
        Bytes *head = is_bytes(directory) ? as_bytes(directory) : bytes_from(".", 1);
        Bytes *tail = as_bytes(name);
        bool slash = head->length > 0 && head->data[head->length - 1] != '/';
        Bytes *joined = bytes_new(head->length + slash + tail->length);
        if (!joined) return VALUE_ERROR;
        memcpy(joined->data, head->data, (size_t)head->length);
        if (slash) joined->data[head->length] = '/';
        memcpy(joined->data + head->length + slash, tail->data, (size_t)tail->length);
        return object_value(joined);
    }
    Str *head = is_str(directory) ? as_str(directory) : str_from_c(".");
    if (!head) return VALUE_ERROR;
    bool slash = head->length > 0 && str_at(head, head->length - 1) != '/';
    Str *joined = str_format(slash ? "%U/%U" : "%U%U", head, as_str(name));
    return joined ? object_value(joined) : VALUE_ERROR;
}

static Value dir_entry_new(ScandirIterator *iterator, const char *name, ino_t inode, unsigned char type) {
    Value text = file_name_value(name, strlen(name), iterator->is_bytes);
    if (is_error(text)) return text;
    Value path = join_path(iterator, text);
    if (is_error(path)) return path;
    DirEntry *entry = object_alloc(&dir_entry_type, sizeof(DirEntry));
    if (!entry) return VALUE_ERROR;
    entry->name = text;
    entry->path = path;
    entry->inode = inode;
    entry->dir_fd = iterator->fd;
    entry->type = type;
    return object_value(entry);
}

static Value scandir_next(Value self) {
    ScandirIterator *iterator = OBJECT_AS(ScandirIterator, self);
    char name[NAME_MAX + 1];
    ino_t inode;
    unsigned char type;
    for (;;) {
        if (mutex_acquire_python(&iterator->mutex, WAIT_FOREVER) < 0) return VALUE_ERROR;
        errno = 0;
        struct dirent *found = iterator->stream ? DETACHED(readdir(iterator->stream)) : NULL;
        int error = errno;
        if (found) {
            snprintf(name, sizeof name, "%s", found->d_name);
            inode = found->d_ino;
            type = found->d_type;
        }
        mutex_release(&iterator->mutex);
        if (!found) {
            if (!scandir_close_stream(iterator)) return VALUE_ERROR;
            return error ? raise_os_error(error, iterator->directory, VALUE_EMPTY) : VALUE_EMPTY;
        }
        if (!is_dot_or_dot_dot(name)) return dir_entry_new(iterator, name, inode, type);
    }
}

static void scandir_finalize(Value self) {
    ScandirIterator *iterator = OBJECT_AS(ScandirIterator, self);
    if (!load_relaxed(&iterator->stream)) return;
    Value saved = error_fetch();
    if (!warn(&ResourceWarning, 1, "unclosed scandir iterator %R", self))
        error_write_unraisable(NULL, self);
    if (!scandir_close_stream(iterator)) error_clear();
    if (!is_empty(saved)) error_restore(saved);
}

static Value scandir_close(Value *args) {
    return scandir_close_stream(OBJECT_AS(ScandirIterator, args[0])) ? VALUE_NONE : VALUE_ERROR;
}

static Value scandir_enter(Value *args) { return args[0]; }

static const MethodDef scandir_methods[] = {
    METHOD("__enter__", scandir_enter, "($self, /)", "The iterator."),
    METHOD("__exit__", scandir_close, "($self, /, *exc_info)", "Close it."),
    METHOD("close", scandir_close, "($self, /)", "Close it: give the descriptor back."),
    {0},
};
Type scandir_iterator_type = {
    .name = "posix.ScandirIterator",
    .base = &object_type_object,
    .size = sizeof(ScandirIterator),
    .flags = TYPE_NO_NEW | TYPE_HAS_FINALIZER,
    .root = {.cell_kind = {.trace = scandir_trace, .release = scandir_release,
                           .name = "posix.ScandirIterator"}},
    .iter = iter_self,
    .next = scandir_next,
    .finalize = scandir_finalize,
    .methods = scandir_methods,
};

static Value posix_scandir(Value *args) {
    PathArgument path;
    if (!path_argument(args[1], "scandir", "path", PATH_OR_FD | PATH_OR_NONE, &path))
        return VALUE_ERROR;
    Value directory = path.object;
    if (path.is_none) {
        Str *dot = str_from_c(".");
        if (!dot) return VALUE_ERROR;
        directory = object_value(dot);
    }
    if (path.is_bytes && !is_bytes(directory)) {
        Bytes *copy = bytes_from(path.text, strlen(path.text));
        if (!copy) return VALUE_ERROR;
        directory = object_value(copy);
    }
    ScandirIterator *iterator =
        object_alloc_releasable(&scandir_iterator_type, sizeof(ScandirIterator));
    if (!iterator) return VALUE_ERROR;
    iterator->directory = directory;
    iterator->fd = path.text ? -1 : path.fd;
    iterator->is_bytes = path.is_bytes;
    iterator->stream = open_directory(&path);
    if (!iterator->stream) return path_error(&path);
    heap_finalize_later(iterator);
    return object_value(iterator);
}

/* --- the current directory -------------------------------------------------------------------------------- */

static Value current_directory(bool as_bytes_wanted) {
    char *text = DETACHED(getcwd(NULL, 0));
    if (!text) return raise_errno();
    Value result = file_name_value(text, strlen(text), as_bytes_wanted);
    free(text);
    return result;
}

static Value posix_getcwd(Value *args) { return current_directory(false); }
static Value posix_getcwdb(Value *args) { return current_directory(true); }

static Value posix_chdir(Value *args) {
    PathArgument path;
    if (!path_argument(args[1], "chdir", "path", PATH_OR_FD, &path)) return VALUE_ERROR;
    int result = path.text ? DETACHED(chdir(path.text)) : DETACHED(fchdir(path.fd));
    return result == 0 ? VALUE_NONE : path_error(&path);
}

static Value posix_fchdir(Value *args) {
    int fd;
    if (!argument_fd(args[1], &fd)) return VALUE_ERROR;
    return RETRY_EINTR(fchdir(fd)) == 0 ? VALUE_NONE : raise_errno();
}

static Value posix_chroot(Value *args) {
    PathArgument path;
    if (!path_argument(args[1], "chroot", "path", 0, &path)) return VALUE_ERROR;
    return DETACHED(chroot(path.text)) == 0 ? VALUE_NONE : path_error(&path);
}

/* --- names without the file system ------------------------------------------------------------------------ */

static Value posix_fspath(Value *args) { return path_fspath(args[1]); }

/* Removes the last component of the `length` code points at `out` (which begin with `root` slashes),
 * and the slash before it; false when there is none that ".." could remove. */
static bool drop_component(const uint32_t *out, int64_t root, int64_t *length) {
    int64_t end = *length, start = end;
    while (start > root && out[start - 1] != '/') start--;
    if (start == end) return false;
    if (end - start == 2 && out[start] == '.' && out[start + 1] == '.') return false;
    *length = start > root ? start - 1 : start;
    return true;
}

/* What os.path.normpath() makes of a path, without its "." for the empty one. */
static Value posix_path_normpath(Value *args) {
    if (!is_str(args[1]))
        return raise_error(&TypeError, "_path_normpath() argument 'path' must be str, not %T", args[1]);
    Str *path = as_str(args[1]);
    int64_t length = 0, root = 0, position = 0;
    while (root < path->length && str_at(path, root) == '/') root++;
    position = root;
    if (root > 2) root = 1;
    uint32_t *out = malloc(sizeof(uint32_t) * (size_t)(path->length + 4));
    if (!out) return raise_memory_error();
    while (length < root) out[length++] = '/';
    while (position < path->length) {
        int64_t end = position;
        while (end < path->length && str_at(path, end) != '/') end++;
        int64_t size = end - position;
        bool dot = size == 1 && str_at(path, position) == '.';
        bool dots = size == 2 && str_at(path, position) == '.' && str_at(path, position + 1) == '.';
        bool skip = size == 0 || dot || (dots && (drop_component(out, root, &length) || root > 0));
        if (!skip) {
            if (length > root) out[length++] = '/';
            for (int64_t i = position; i < end; i++) out[length++] = str_at(path, i);
        }
        position = end + 1;
    }
    Str *result = str_from_code_points(out, (size_t)length);
    free(out);
    return result ? object_value(result) : VALUE_ERROR;
}

const MethodDef posix_directory_functions[] = {
    AUDITED("os.listdir 1", "listdir", posix_listdir, "($module, /, path=None)", "The names in a directory."),
    AUDITED("os.scandir 1", "scandir", posix_scandir, "($module, /, path=None)",
           "An iterator of DirEntry objects for what is in a directory."),
    METHOD("getcwd", posix_getcwd, "($module, /)", "The current directory."),
    METHOD("getcwdb", posix_getcwdb, "($module, /)", "The current directory, as bytes."),
    AUDITED("os.chdir 1", "chdir", posix_chdir, "($module, /, path)", "Change the current directory."),
    AUDITED("os.chdir 1", "fchdir", posix_fchdir, "($module, /, fd)",
           "Change the current directory to that of a descriptor."),
    METHOD("chroot", posix_chroot, "($module, /, path)", "Change the root directory."),
    METHOD("fspath", posix_fspath, "($module, /, path)",
           "The path that an object stands for: a str or bytes."),
    METHOD("_path_normpath", posix_path_normpath, "($module, /, path)", "Normalise a path."),
    {0},
};
