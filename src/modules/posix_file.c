/* posix_file.c - the module posix: what is known and done of one path: stat, chmod, rename, ... */
#include <limits.h>
#include <stdlib.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include "modules/posix_internal.h"

#define XATTR_SIZE_MAX_BYTES 65536

/* --- stat ------------------------------------------------------------------------------------------ */

static Value time_ns(struct timespec time) {
    int64_t ns;
    if (!__builtin_mul_overflow((int64_t)time.tv_sec, NS_PER_SECOND_INT, &ns) &&
        !__builtin_add_overflow(ns, (int64_t)time.tv_nsec, &ns))
        return int_value(ns);
    Value seconds = int_multiply(int_value(time.tv_sec), int_value(NS_PER_SECOND_INT));
    return is_error(seconds) ? seconds : int_add(seconds, int_value(time.tv_nsec));
}

static double time_seconds(struct timespec time) {
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

Value stat_result_value(const struct stat *status) {
    Value items[19] = {
        int_value(status->st_mode),
        int_from_uint64(status->st_ino),
        int_from_uint64(status->st_dev),
        int_from_uint64(status->st_nlink),
        int_value(status->st_uid),
        int_value(status->st_gid),
        int_value(status->st_size),
        int_value(status->st_atim.tv_sec),
        int_value(status->st_mtim.tv_sec),
        int_value(status->st_ctim.tv_sec),
        double_value(time_seconds(status->st_atim)),
        double_value(time_seconds(status->st_mtim)),
        double_value(time_seconds(status->st_ctim)),
        time_ns(status->st_atim),
        time_ns(status->st_mtim),
        time_ns(status->st_ctim),
        int_value(status->st_blksize),
        int_value(status->st_blocks),
        int_from_uint64(status->st_rdev),
    };
    for (size_t i = 0; i < ARRAY_LENGTH(items); i++)
        if (is_error(items[i])) return VALUE_ERROR;
    return structseq_new(posix_result_type(RESULT_STAT), items);
}

/* What cannot be combined: false with ValueError. */
static bool check_combination(const char *function, const PathArgument *path, int dir_fd, bool follow) {
    if (path->text && !path->is_none) return true;
    if (dir_fd != AT_FDCWD)
        raise_error(&ValueError, path->is_none ? "%s: can't specify dir_fd without matching path"
                                               : "%s: can't specify both dir_fd and fd", function);
    else if (!follow && !path->is_none)
        raise_error(&ValueError, "%s: cannot use fd and follow_symlinks together", function);
    else return true;
    return false;
}

static Value do_stat(const char *function, Value path_value, Value dir_fd_value, bool follow,
                     unsigned flags) {
    PathArgument path;
    struct stat status;
    int dir_fd, result;
    if (!path_argument(path_value, function, "path", flags, &path) ||
        !dir_fd_argument(dir_fd_value, &dir_fd) || !check_combination(function, &path, dir_fd, follow))
        return VALUE_ERROR;
    if (path.text)
        result = DETACHED(fstatat(dir_fd, path.text, &status, follow ? 0 : AT_SYMLINK_NOFOLLOW));
    else result = DETACHED(fstat(path.fd, &status));
    return result == 0 ? stat_result_value(&status) : path_error(&path);
}

static Value posix_stat(Value *args) {
    bool follow = true;
    if (!argument_bool(args[3], &follow)) return VALUE_ERROR;
    return do_stat("stat", args[1], args[2], follow, PATH_OR_FD);
}

static Value posix_lstat(Value *args) { return do_stat("lstat", args[1], args[2], false, 0); }

static Value posix_fstat(Value *args) {
    int fd = 0;
    struct stat status;
    if (!argument_int(args[1], &fd)) return VALUE_ERROR;
    return RETRY_EINTR(fstat(fd, &status)) == 0 ? stat_result_value(&status) : raise_errno();
}

static Value statvfs_value(const struct statvfs *v) {
    Value items[] = {
        int_from_uint64(v->f_bsize), int_from_uint64(v->f_frsize), int_from_uint64(v->f_blocks),
        int_from_uint64(v->f_bfree), int_from_uint64(v->f_bavail), int_from_uint64(v->f_files),
        int_from_uint64(v->f_ffree), int_from_uint64(v->f_favail), int_from_uint64(v->f_flag),
        int_from_uint64(v->f_namemax), int_from_uint64(v->f_fsid),
    };
    return structseq_new(posix_result_type(RESULT_STATVFS), items);
}

static Value posix_statvfs(Value *args) {
    PathArgument path;
    struct statvfs status;
    if (!path_argument(args[1], "statvfs", "path", PATH_OR_FD, &path)) return VALUE_ERROR;
    int result = path.text ? RETRY_EINTR(statvfs(path.text, &status))
                           : RETRY_EINTR(fstatvfs(path.fd, &status));
    return result == 0 ? statvfs_value(&status) : path_error(&path);
}

static Value posix_fstatvfs(Value *args) {
    int fd = 0;
    struct statvfs status;
    if (!argument_int(args[1], &fd)) return VALUE_ERROR;
    return RETRY_EINTR(fstatvfs(fd, &status)) == 0 ? statvfs_value(&status) : raise_errno();
}

/* --- permissions, owners, times ----------------------------------------------------------------------- */

static Value posix_access(Value *args) {
    PathArgument path;
    int mode = 0, dir_fd;
    bool effective = false, follow = true;
    if (!path_argument(args[1], "access", "path", 0, &path) || !argument_int(args[2], &mode) ||
        !dir_fd_argument(args[3], &dir_fd) || !argument_bool(args[4], &effective) ||
        !argument_bool(args[5], &follow))
        return VALUE_ERROR;
    int flags = (effective ? AT_EACCESS : 0) | (follow ? 0 : AT_SYMLINK_NOFOLLOW);
    return bool_value(DETACHED(faccessat(dir_fd, path.text, mode, flags)) == 0);
}

static Value posix_chmod(Value *args) {
    PathArgument path;
    int mode = 0, dir_fd, result;
    bool follow = true;
    if (!path_argument(args[1], "chmod", "path", PATH_OR_FD, &path) || !argument_int(args[2], &mode) ||
        !dir_fd_argument(args[3], &dir_fd) || !argument_bool(args[4], &follow) ||
        !check_combination("chmod", &path, dir_fd, follow))
        return VALUE_ERROR;
    if (path.text)
        result = DETACHED(fchmodat(dir_fd, path.text, (mode_t)mode, follow ? 0 : AT_SYMLINK_NOFOLLOW));
    else result = DETACHED(fchmod(path.fd, (mode_t)mode));
    if (result == 0) return VALUE_NONE;
    if (!follow && errno == EOPNOTSUPP)
        return raise_error(&NotImplementedError, "chmod: follow_symlinks unavailable on this platform");
    return path_error(&path);
}

static Value posix_fchmod(Value *args) {
    int fd = 0, mode = 0;
    if (!argument_int(args[1], &fd) || !argument_int(args[2], &mode)) return VALUE_ERROR;
    return RETRY_EINTR(fchmod(fd, (mode_t)mode)) == 0 ? VALUE_NONE : raise_errno();
}

static Value posix_chown(Value *args) {
    PathArgument path;
    unsigned uid, gid;
    int dir_fd, result;
    bool follow = true;
    if (!path_argument(args[1], "chown", "path", PATH_OR_FD, &path) ||
        !uid_argument(args[2], "uid", &uid) || !uid_argument(args[3], "gid", &gid) ||
        !dir_fd_argument(args[4], &dir_fd) || !argument_bool(args[5], &follow) ||
        !check_combination("chown", &path, dir_fd, follow))
        return VALUE_ERROR;
    if (path.text)
        result = DETACHED(fchownat(dir_fd, path.text, uid, gid, follow ? 0 : AT_SYMLINK_NOFOLLOW));
    else result = DETACHED(fchown(path.fd, uid, gid));
    return result == 0 ? VALUE_NONE : path_error(&path);
}

static Value posix_lchown(Value *args) {
    PathArgument path;
    unsigned uid, gid;
    if (!path_argument(args[1], "lchown", "path", 0, &path) || !uid_argument(args[2], "uid", &uid) ||
        !uid_argument(args[3], "gid", &gid))
        return VALUE_ERROR;
    return DETACHED(lchown(path.text, uid, gid)) == 0 ? VALUE_NONE : path_error(&path);
}

static Value posix_fchown(Value *args) {
    int fd = 0;
    unsigned uid, gid;
    if (!argument_int(args[1], &fd) || !uid_argument(args[2], "uid", &uid) ||
        !uid_argument(args[3], "gid", &gid))
        return VALUE_ERROR;
    return RETRY_EINTR(fchown(fd, uid, gid)) == 0 ? VALUE_NONE : raise_errno();
}

static bool timespec_from_ns(Value v, struct timespec *out) {
    Value index = value_index(v);
    if (is_error(index)) return false;
    Value pair = int_divmod(index, int_value(NS_PER_SECOND_INT));
    int64_t seconds, rest;
    if (is_error(pair)) return false;
    if (!int_to_int64(as_tuple(pair)->items[0], &seconds)) {
        raise_error(&OverflowError, "timestamp out of range for platform time_t");
        return false;
    }
    int_to_int64(as_tuple(pair)->items[1], &rest);
    out->tv_sec = seconds;
    out->tv_nsec = rest;
    return true;
}

static bool utime_times(Value times, Value ns, struct timespec out[2], bool *now) {
    bool has_times = !is_empty(times) && !is_none(times), has_ns = !is_empty(ns);
    *now = !has_times && !has_ns;
    if (has_times && has_ns) {
        raise_error(&ValueError, "utime: you may specify either 'times' or 'ns' but not both");
        return false;
    }
    Value pair = has_times ? times : ns;
    if (*now) return true;
    if (!is_tuple(pair) || as_tuple(pair)->length != 2) {
        raise_error(&TypeError, has_times ? "utime: 'times' must be either a tuple of two ints or None"
                                          : "utime: 'ns' must be a tuple of two ints");
        return false;
    }
    Value *items = as_tuple(pair)->items;
    for (int i = 0; i < 2; i++)
        if (!(has_times ? timespec_from_value(items[i], ROUND_FLOOR, &out[i])
                        : timespec_from_ns(items[i], &out[i])))
            return false;
    return true;
}

static Value posix_utime(Value *args) {
    PathArgument path;
    struct timespec times[2];
    int dir_fd, result;
    bool follow = true, now;
    if (!path_argument(args[1], "utime", "path", PATH_OR_FD, &path) ||
        !utime_times(args[2], args[3], times, &now) || !dir_fd_argument(args[4], &dir_fd) ||
        !argument_bool(args[5], &follow) || !check_combination("utime", &path, dir_fd, follow))
        return VALUE_ERROR;
    struct timespec *given = now ? NULL : times;
    if (path.text)
        result = DETACHED(utimensat(dir_fd, path.text, given, follow ? 0 : AT_SYMLINK_NOFOLLOW));
    else result = DETACHED(futimens(path.fd, given));
    return result == 0 ? VALUE_NONE : path_error(&path);
}

/* --- names ---------------------------------------------------------------------------------------------- */

static Value posix_link(Value *args) {
    PathArgument source, target;
    int source_fd, target_fd, result;
    bool follow = true;
    if (!path_argument(args[1], "link", "src", 0, &source) ||
        !path_argument(args[2], "link", "dst", 0, &target) || !dir_fd_argument(args[3], &source_fd) ||
        !dir_fd_argument(args[4], &target_fd) || !argument_bool(args[5], &follow))
        return VALUE_ERROR;
    if (source_fd == AT_FDCWD && target_fd == AT_FDCWD && follow)
        result = DETACHED(link(source.text, target.text));
    else
        result = DETACHED(linkat(source_fd, source.text, target_fd, target.text,
                                 follow ? AT_SYMLINK_FOLLOW : 0));
    return result == 0 ? VALUE_NONE : path_error_2(&source, &target);
}

static Value do_rename(const char *function, Value *args) {
    PathArgument source, target;
    int source_fd, target_fd;
    if (!path_argument(args[1], function, "src", 0, &source) ||
        !path_argument(args[2], function, "dst", 0, &target) || !dir_fd_argument(args[3], &source_fd) ||
        !dir_fd_argument(args[4], &target_fd))
        return VALUE_ERROR;
    int result = DETACHED(renameat(source_fd, source.text, target_fd, target.text));
    return result == 0 ? VALUE_NONE : path_error_2(&source, &target);
}

static Value posix_rename(Value *args) { return do_rename("rename", args); }
static Value posix_replace(Value *args) { return do_rename("replace", args); }

static Value posix_symlink(Value *args) {
    PathArgument source, target;
    int dir_fd;
    if (!path_argument(args[1], "symlink", "src", 0, &source) ||
        !path_argument(args[2], "symlink", "dst", 0, &target) || !dir_fd_argument(args[4], &dir_fd))
        return VALUE_ERROR;
    int result = DETACHED(symlinkat(source.text, dir_fd, target.text));
    return result == 0 ? VALUE_NONE : path_error_2(&source, &target);
}

static Value posix_readlink(Value *args) {
    PathArgument path;
    int dir_fd;
    char buffer[PATH_MAX + 1];
    if (!path_argument(args[1], "readlink", "path", 0, &path) || !dir_fd_argument(args[2], &dir_fd))
        return VALUE_ERROR;
    ssize_t length = DETACHED(readlinkat(dir_fd, path.text, buffer, PATH_MAX));
    if (length < 0) return path_error(&path);
    return file_name_value(buffer, (size_t)length, path.is_bytes);
}

static Value remove_at(const char *function, Value *args, int flags) {
    PathArgument path;
    int dir_fd;
    if (!path_argument(args[1], function, "path", 0, &path) || !dir_fd_argument(args[2], &dir_fd))
        return VALUE_ERROR;
    return DETACHED(unlinkat(dir_fd, path.text, flags)) == 0 ? VALUE_NONE : path_error(&path);
}

static Value posix_unlink(Value *args) { return remove_at("unlink", args, 0); }
static Value posix_remove(Value *args) { return remove_at("remove", args, 0); }
static Value posix_rmdir(Value *args) { return remove_at("rmdir", args, AT_REMOVEDIR); }

static Value posix_mkdir(Value *args) {
    PathArgument path;
    int mode = 0777, dir_fd;
    if (!path_argument(args[1], "mkdir", "path", 0, &path) || !argument_int(args[2], &mode) ||
        !dir_fd_argument(args[3], &dir_fd))
        return VALUE_ERROR;
    return DETACHED(mkdirat(dir_fd, path.text, (mode_t)mode)) == 0 ? VALUE_NONE : path_error(&path);
}

static Value posix_mkfifo(Value *args) {
    PathArgument path;
    int mode = 0666, dir_fd;
    if (!path_argument(args[1], "mkfifo", "path", 0, &path) || !argument_int(args[2], &mode) ||
        !dir_fd_argument(args[3], &dir_fd))
        return VALUE_ERROR;
    int result = RETRY_EINTR(mkfifoat(dir_fd, path.text, (mode_t)mode));
    return result == 0 ? VALUE_NONE : path_error(&path);
}

static Value posix_mknod(Value *args) {
    PathArgument path;
    int mode = 0600, dir_fd;
    int64_t device = 0;
    if (!path_argument(args[1], "mknod", "path", 0, &path) || !argument_int(args[2], &mode) ||
        !argument_int64(args[3], &device) || !dir_fd_argument(args[4], &dir_fd))
        return VALUE_ERROR;
    int result = RETRY_EINTR(mknodat(dir_fd, path.text, (mode_t)mode, (dev_t)device));
    return result == 0 ? VALUE_NONE : path_error(&path);
}

static Value posix_truncate(Value *args) {
    PathArgument path;
    int64_t length = 0;
    if (!path_argument(args[1], "truncate", "path", PATH_OR_FD, &path) ||
        !argument_int64(args[2], &length))
        return VALUE_ERROR;
    int result = path.text ? DETACHED(truncate(path.text, length)) : DETACHED(ftruncate(path.fd, length));
    return result == 0 ? VALUE_NONE : path_error(&path);
}

/* --- extended attributes ---------------------------------------------------------------------------------- */

static Value posix_getxattr(Value *args) {
    PathArgument path, attribute;
    bool follow = true;
    if (!path_argument(args[1], "getxattr", "path", PATH_OR_FD, &path) ||
        !path_argument(args[2], "getxattr", "attribute", 0, &attribute) ||
        !argument_bool(args[3], &follow) || !check_combination("getxattr", &path, AT_FDCWD, follow))
        return VALUE_ERROR;
    for (size_t size = 128;; size = XATTR_SIZE_MAX_BYTES) {
        char *buffer = malloc(size);
        if (!buffer) return raise_memory_error();
        ssize_t length = !path.text ? DETACHED(fgetxattr(path.fd, attribute.text, buffer, size))
                         : follow   ? DETACHED(getxattr(path.text, attribute.text, buffer, size))
                                    : DETACHED(lgetxattr(path.text, attribute.text, buffer, size));
        Bytes *bytes = length >= 0 ? bytes_from(buffer, (size_t)length) : NULL;
        int error = errno;
        free(buffer);
        if (length >= 0) return bytes ? object_value(bytes) : VALUE_ERROR;
        errno = error;
        if (errno != ERANGE || size == XATTR_SIZE_MAX_BYTES) return path_error(&path);
    }
}

static Value posix_setxattr(Value *args) {
    PathArgument path, attribute;
    BufferView view;
    int flags = 0, result;
    bool follow = true;
    if (!path_argument(args[1], "setxattr", "path", PATH_OR_FD, &path) ||
        !path_argument(args[2], "setxattr", "attribute", 0, &attribute) ||
        !argument_int(args[4], &flags) || !argument_bool(args[5], &follow) ||
        !check_combination("setxattr", &path, AT_FDCWD, follow) ||
        !buffer_get(args[3], &view, BUFFER_SIMPLE))
        return VALUE_ERROR;
    size_t size = (size_t)view.length;
    if (!path.text) result = DETACHED(fsetxattr(path.fd, attribute.text, view.data, size, flags));
    else if (follow) result = DETACHED(setxattr(path.text, attribute.text, view.data, size, flags));
    else result = DETACHED(lsetxattr(path.text, attribute.text, view.data, size, flags));
    int error = errno;
    buffer_release(&view);
    errno = error;
    return result == 0 ? VALUE_NONE : path_error(&path);
}

static Value posix_removexattr(Value *args) {
    PathArgument path, attribute;
    bool follow = true;
    if (!path_argument(args[1], "removexattr", "path", PATH_OR_FD, &path) ||
        !path_argument(args[2], "removexattr", "attribute", 0, &attribute) ||
        !argument_bool(args[3], &follow) || !check_combination("removexattr", &path, AT_FDCWD, follow))
        return VALUE_ERROR;
    int result = !path.text ? DETACHED(fremovexattr(path.fd, attribute.text))
                 : follow   ? DETACHED(removexattr(path.text, attribute.text))
                            : DETACHED(lremovexattr(path.text, attribute.text));
    return result == 0 ? VALUE_NONE : path_error(&path);
}

static Value names_list(const char *names, size_t length) {
    List *list = list_new(0);
    if (!list) return VALUE_ERROR;
    for (const char *name = names; name < names + length; name += strlen(name) + 1) {
        Value item = file_name_value(name, strlen(name), false);
        if (is_error(item) || !list_append(list, item)) return VALUE_ERROR;
    }
    return object_value(list);
}

static Value posix_listxattr(Value *args) {
    PathArgument path;
    bool follow = true;
    if (!path_argument(args[1], "listxattr", "path", PATH_OR_FD | PATH_OR_NONE, &path) ||
        !argument_bool(args[2], &follow) || !check_combination("listxattr", &path, AT_FDCWD, follow))
        return VALUE_ERROR;
    for (size_t size = 256;; size = XATTR_SIZE_MAX_BYTES) {
        char *buffer = malloc(size);
        if (!buffer) return raise_memory_error();
        ssize_t length = !path.text ? DETACHED(flistxattr(path.fd, buffer, size))
                         : follow   ? DETACHED(listxattr(path.text, buffer, size))
                                    : DETACHED(llistxattr(path.text, buffer, size));
        int error = errno;
        Value list = length >= 0 ? names_list(buffer, (size_t)length) : VALUE_ERROR;
        free(buffer);
        if (length >= 0) return list;
        errno = error;
        if (errno != ERANGE || size == XATTR_SIZE_MAX_BYTES) return path_error(&path);
    }
}

/* --- device numbers -------------------------------------------------------------------------------------- */

static bool device_argument(Value v, uint64_t *device) {
    Value index = value_index(v);
    if (is_error(index)) return false;
    if (int_to_uint64(index, device)) return true;
    raise_error(&OverflowError, int_sign(index) < 0 ? "can't convert negative int to unsigned"
                                                    : "int too big to convert");
    return false;
}

static Value posix_major(Value *args) {
    uint64_t device = 0;
    return device_argument(args[1], &device) ? int_value(major((dev_t)device)) : VALUE_ERROR;
}

static Value posix_minor(Value *args) {
    uint64_t device = 0;
    return device_argument(args[1], &device) ? int_value(minor((dev_t)device)) : VALUE_ERROR;
}

static Value posix_makedev(Value *args) {
    int high = 0, low = 0;
    if (!argument_int(args[1], &high) || !argument_int(args[2], &low)) return VALUE_ERROR;
    return int_from_uint64(makedev((unsigned)high, (unsigned)low));
}

const MethodDef posix_file_functions[] = {
    METHOD("stat", posix_stat, "($module, /, path, *, dir_fd=None, follow_symlinks=True)",
           "What the system knows of a file: size, mode, times, ..."),
    METHOD("lstat", posix_lstat, "($module, /, path, *, dir_fd=None)",
           "Like stat(), of a symbolic link itself."),
    METHOD("fstat", posix_fstat, "($module, /, fd)", "Like stat(), of an open file."),
    METHOD("statvfs", posix_statvfs, "($module, /, path)", "What is known of the file system."),
    METHOD("fstatvfs", posix_fstatvfs, "($module, fd, /)",
           "What is known of the file system of an open file."),
    METHOD("access", posix_access,
           "($module, /, path, mode, *, dir_fd=None, effective_ids=False, follow_symlinks=True)",
           "Whether the real user may do with the file what mode says."),
    AUDITED("os.chmod 1 2 3=-1", "chmod", posix_chmod, "($module, /, path, mode, *, dir_fd=None, follow_symlinks=True)",
           "Change the permissions of a file."),
    AUDITED("os.chmod 1 2 -=-1", "fchmod", posix_fchmod, "($module, /, fd, mode)", "Change the permissions of an open file."),
    AUDITED("os.chown 1 2 3 4=-1", "chown", posix_chown,
           "($module, /, path, uid, gid, *, dir_fd=None, follow_symlinks=True)",
           "Change the owner and group of a file; -1 keeps one."),
    AUDITED("os.chown 1 2 3 -=-1", "lchown", posix_lchown, "($module, /, path, uid, gid)",
           "Change the owner and group of a symbolic link itself."),
    AUDITED("os.chown 1 2 3 -=-1", "fchown", posix_fchown, "($module, /, fd, uid, gid)",
           "Change the owner and group of an open file."),
    AUDITED("os.utime 1 2 3 4=-1", "utime", posix_utime,
           "($module, /, path, times=None, *, ns=None, dir_fd=None, follow_symlinks=True)",
           "Set the access and modification times of a file."),
    AUDITED("os.link 1 2 3=-1 4=-1", "link", posix_link,
           "($module, /, src, dst, *, src_dir_fd=None, dst_dir_fd=None, follow_symlinks=True)",
           "Give a file one more name."),
    AUDITED("os.rename 1 2 3=-1 4=-1", "rename", posix_rename, "($module, /, src, dst, *, src_dir_fd=None, dst_dir_fd=None)",
           "Rename a file or directory."),
    AUDITED("os.rename 1 2 3=-1 4=-1", "replace", posix_replace, "($module, /, src, dst, *, src_dir_fd=None, dst_dir_fd=None)",
           "Rename a file or directory, replacing what has the name."),
    AUDITED("os.symlink 1 2 4=-1", "symlink", posix_symlink,
           "($module, /, src, dst, target_is_directory=False, *, dir_fd=None)",
           "Make a symbolic link dst that points to src."),
    METHOD("readlink", posix_readlink, "($module, /, path, *, dir_fd=None)",
           "Where a symbolic link points to."),
    AUDITED("os.remove 1 2=-1", "unlink", posix_unlink, "($module, /, path, *, dir_fd=None)", "Remove a file."),
    AUDITED("os.remove 1 2=-1", "remove", posix_remove, "($module, /, path, *, dir_fd=None)", "Remove a file."),
    AUDITED("os.rmdir 1 2=-1", "rmdir", posix_rmdir, "($module, /, path, *, dir_fd=None)", "Remove an empty directory."),
    AUDITED("os.mkdir 1 2=511 3=-1", "mkdir", posix_mkdir, "($module, /, path, mode=511, *, dir_fd=None)", "Make a directory."),
    METHOD("mkfifo", posix_mkfifo, "($module, /, path, mode=438, *, dir_fd=None)",
           "Make a named pipe."),
    METHOD("mknod", posix_mknod, "($module, /, path, mode=384, device=0, *, dir_fd=None)",
           "Make a node in the file system."),
    AUDITED("os.truncate 1 2", "truncate", posix_truncate, "($module, /, path, length)", "Cut or extend a file."),
    AUDITED("os.getxattr 1 2", "getxattr", posix_getxattr, "($module, /, path, attribute, *, follow_symlinks=True)",
           "The value of an extended attribute."),
    AUDITED("os.setxattr 1 2 3 4=0", "setxattr", posix_setxattr,
           "($module, /, path, attribute, value, flags=0, *, follow_symlinks=True)",
           "Set an extended attribute."),
    AUDITED("os.removexattr 1 2", "removexattr", posix_removexattr, "($module, /, path, attribute, *, follow_symlinks=True)",
           "Remove an extended attribute."),
    AUDITED("os.listxattr 1", "listxattr", posix_listxattr, "($module, /, path=None, *, follow_symlinks=True)",
           "The names of a file's extended attributes."),
    METHOD("major", posix_major, "($module, device, /)", "The major part of a device number."),
    METHOD("minor", posix_minor, "($module, device, /)", "The minor part of a device number."),
    METHOD("makedev", posix_makedev, "($module, major, minor, /)", "A device number from its parts."),
    {0},
};
