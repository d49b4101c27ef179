/* posix_fd.c - the module posix: file descriptors. */
#include <limits.h>
#include <pty.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/uio.h>
#include <termios.h>
#include <utmp.h>
#include "modules/posix_internal.h"

/* Linux transfers at most this many bytes at once. */
#define TRANSFER_MAX 0x7FFFF000

static Value none_or_error(int result) { return result == 0 ? VALUE_NONE : raise_errno(); }
static Value fd_or_error(int fd) { return fd >= 0 ? smallint_value(fd) : raise_errno(); }
static Value count_or_error(ssize_t count) { return count >= 0 ? int_value(count) : raise_errno(); }

/* --- opening and closing --------------------------------------------------------------------------- */

static Value posix_open(Value *args) {
    PathArgument path;
    int flags = 0, mode = 0777, dir_fd;
    if (!path_argument(args[1], "open", "path", 0, &path) || !argument_int(args[2], &flags) ||
        !argument_int(args[3], &mode) || !dir_fd_argument(args[4], &dir_fd))
        return VALUE_ERROR;
    int fd = RETRY_EINTR(openat(dir_fd, path.text, flags | O_CLOEXEC, mode));
    return fd >= 0 ? smallint_value(fd) : path_error(&path);
}

static Value posix_close(Value *args) {
    int fd = 0;
    if (!argument_int(args[1], &fd)) return VALUE_ERROR;
    int result = DETACHED(close(fd));
    return result == 0 || errno == EINTR ? VALUE_NONE : raise_errno();
}

static Value posix_closerange(Value *args) {
    int low = 0, high = 0;
    if (!argument_int(args[1], &low) || !argument_int(args[2], &high)) return VALUE_ERROR;
    if (high > low) (void)DETACHED(close_range((unsigned)max_int64(low, 0), (unsigned)high - 1, 0));
    return VALUE_NONE;
}

static Value posix_dup(Value *args) {
    int fd = 0;
    return argument_int(args[1], &fd) ? fd_or_error(RETRY_DESCRIPTORS(fcntl(fd, F_DUPFD_CLOEXEC, 0))) : VALUE_ERROR;
}

static Value posix_dup2(Value *args) {
    int from = 0, to = 0;
    bool inheritable = true;
    if (!argument_int(args[1], &from) || !argument_int(args[2], &to) ||
        !argument_bool(args[3], &inheritable))
        return VALUE_ERROR;
    if (from < 0 || to < 0) {
        errno = EBADF;
        return raise_errno();
    }
    if (inheritable || from == to) return fd_or_error(DETACHED(dup2(from, to)));
    return fd_or_error(DETACHED(dup3(from, to, O_CLOEXEC)));
}

static Value fd_pair(int first, int second) {
    Tuple *pair = tuple_pack(2, smallint_value(first), smallint_value(second));
    return pair ? object_value(pair) : VALUE_ERROR;
}

static Value posix_pipe(Value *args) {
    int fds[2];
    return RETRY_DESCRIPTORS(pipe2(fds, O_CLOEXEC)) == 0 ? fd_pair(fds[0], fds[1]) : raise_errno();
}

static Value posix_pipe2(Value *args) {
    int fds[2], flags = 0;
    if (!argument_int(args[1], &flags)) return VALUE_ERROR;
    return RETRY_DESCRIPTORS(pipe2(fds, flags)) == 0 ? fd_pair(fds[0], fds[1]) : raise_errno();
}

static Value posix_openpty(Value *args) {
    int master, slave;
    if (DETACHED(openpty(&master, &slave, NULL, NULL, NULL)) != 0) return raise_errno();
    fcntl(master, F_SETFD, FD_CLOEXEC);
    fcntl(slave, F_SETFD, FD_CLOEXEC);
    return fd_pair(master, slave);
}

static Value posix_login_tty(Value *args) {
    int fd;
    return argument_fd(args[1], &fd) ? none_or_error(login_tty(fd)) : VALUE_ERROR;
}

static Value posix_memfd_create(Value *args) {
    PathArgument name;
    int flags = MFD_CLOEXEC;
    if (!path_argument(args[1], "memfd_create", "name", 0, &name) || !argument_int(args[2], &flags))
        return VALUE_ERROR;
    return fd_or_error(DETACHED(memfd_create(name.text, (unsigned)flags)));
}

/* --- reading and writing -------------------------------------------------------------------------------- */

static Value read_result(Bytes *bytes, ssize_t got) {
    if (got < 0) return raise_errno();
    if (got < bytes->length) {
        if (bytes->length - got > 64) {
            Bytes *copy = bytes_from(bytes->data, (size_t)got);
            return copy ? object_value(copy) : VALUE_ERROR;
        }
        bytes->length = got; /* nobody else has seen it */
        bytes->data[got] = 0;
    }
    return object_value(bytes);
}

static Value posix_read(Value *args) {
    int fd = 0;
    int64_t length = 0;
    if (!argument_int(args[1], &fd) || !argument_int64(args[2], &length)) return VALUE_ERROR;
    if (length < 0) {
        errno = EINVAL;
        return raise_errno();
    }
    Bytes *bytes = bytes_new(min_int64(length, TRANSFER_MAX));
    if (!bytes) return VALUE_ERROR;
    return read_result(bytes, RETRY_EINTR(read(fd, bytes->data, (size_t)bytes->length)));
}

static Value posix_pread(Value *args) {
    int fd = 0;
    int64_t length = 0, offset = 0;
    if (!argument_int(args[1], &fd) || !argument_int64(args[2], &length) ||
        !argument_int64(args[3], &offset))
        return VALUE_ERROR;
    if (length < 0) {
        errno = EINVAL;
        return raise_errno();
    }
    Bytes *bytes = bytes_new(min_int64(length, TRANSFER_MAX));
    if (!bytes) return VALUE_ERROR;
    return read_result(bytes, RETRY_EINTR(pread(fd, bytes->data, (size_t)bytes->length, offset)));
}

static Value released(BufferView *view, ssize_t count) {
    int error = errno;
    buffer_release(view);
    errno = error;
    return count_or_error(count);
}

static Value posix_write(Value *args) {
    int fd = 0;
    BufferView view;
    if (!argument_int(args[1], &fd) || !buffer_get(args[2], &view, BUFFER_SIMPLE)) return VALUE_ERROR;
    size_t size = (size_t)min_int64(view.length, TRANSFER_MAX);
    return released(&view, RETRY_EINTR(write(fd, view.data, size)));
}

static Value posix_pwrite(Value *args) {
    int fd = 0;
    int64_t offset = 0;
    BufferView view;
    if (!argument_int(args[1], &fd) || !argument_int64(args[3], &offset) ||
        !buffer_get(args[2], &view, BUFFER_SIMPLE))
        return VALUE_ERROR;
    size_t size = (size_t)min_int64(view.length, TRANSFER_MAX);
    return released(&view, RETRY_EINTR(pwrite(fd, view.data, size, offset)));
}

/* The buffers of a vectored call, in malloc'ed arrays; the views keep their owners alive through
 * `owners`, which the caller's stack holds. */
typedef struct Vector {
    Tuple *owners;
    struct iovec *parts;
    BufferView *views;
    int count;
} Vector;

static void vector_release(Vector *vector) {
    int error = errno;
    for (int i = 0; i < vector->count; i++) buffer_release(&vector->views[i]);
    free(vector->parts);
    free(vector->views);
    errno = error;
}

static bool vector_from(Value sequence, const char *function, bool writable, Vector *vector) {
    *vector = (Vector){0};
    if (!is_sequence(sequence)) {
        raise_error(&TypeError, "%s() arg 2 must be a sequence", function);
        return false;
    }
    vector->owners = tuple_from_iterable(sequence);
    if (!vector->owners) return false;
    size_t count = (size_t)vector->owners->length;
    vector->parts = calloc(count + 1, sizeof *vector->parts);
    vector->views = calloc(count + 1, sizeof *vector->views);
    if (!vector->parts || !vector->views) {
        vector_release(vector);
        raise_memory_error();
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        BufferView *view = &vector->views[i];
        if (!buffer_get(vector->owners->items[i], view, writable ? BUFFER_WRITABLE : BUFFER_SIMPLE)) {
            vector_release(vector);
            return false;
        }
        vector->count++;
        vector->parts[i] = (struct iovec){view->data, (size_t)view->length};
    }
    return true;
}

static Value do_vectored(const char *function, Value *args, bool reading, bool positioned) {
    int fd = 0, flags = 0;
    int64_t offset = -1;
    Vector vector;
    ssize_t count;
    if (!argument_int(args[1], &fd) || (positioned && !argument_int64(args[3], &offset)) ||
        (positioned && !argument_int(args[4], &flags)) ||
        !vector_from(args[2], function, reading, &vector))
        return VALUE_ERROR;
    if (!positioned)
        count = reading ? RETRY_EINTR(readv(fd, vector.parts, vector.count))
                        : RETRY_EINTR(writev(fd, vector.parts, vector.count));
    else
        count = reading ? RETRY_EINTR(preadv2(fd, vector.parts, vector.count, offset, flags))
                        : RETRY_EINTR(pwritev2(fd, vector.parts, vector.count, offset, flags));
    vector_release(&vector);
    KEEP_ALIVE(vector.owners);
    return count_or_error(count);
}

static Value posix_readv(Value *args) { return do_vectored("readv", args, true, false); }
static Value posix_writev(Value *args) { return do_vectored("writev", args, false, false); }
static Value posix_preadv(Value *args) { return do_vectored("preadv", args, true, true); }
static Value posix_pwritev(Value *args) { return do_vectored("pwritev", args, false, true); }

static Value posix_lseek(Value *args) {
    int fd = 0, whence = 0;
    int64_t position = 0;
    if (!argument_int(args[1], &fd) || !argument_int64(args[2], &position) ||
        !argument_int(args[3], &whence))
        return VALUE_ERROR;
    off_t result = DETACHED(lseek(fd, position, whence));
    return result >= 0 ? int_value(result) : raise_errno();
}

static Value posix_sendfile(Value *args) {
    int out = 0, in = 0;
    int64_t offset = 0, count = 0;
    bool at_position = is_none(args[3]);
    if (!argument_int(args[1], &out) || !argument_int(args[2], &in) ||
        (!at_position && !argument_int64(args[3], &offset)) || !argument_int64(args[4], &count))
        return VALUE_ERROR;
    off_t position = offset;
    return count_or_error(RETRY_EINTR(sendfile(out, in, at_position ? NULL : &position, (size_t)count)));
}

static bool optional_offset(Value v, loff_t *offset, loff_t **pointer) {
    int64_t position = 0;
    *pointer = NULL;
    if (is_empty(v) || is_none(v)) return true;
    if (!argument_int64(v, &position)) return false;
    *offset = position;
    *pointer = offset;
    return true;
}

static bool copy_arguments(Value *args, int *source, int *target, int64_t *count) {
    *source = *target = 0;
    *count = 0;
    if (!argument_int(args[1], source) || !argument_int(args[2], target) ||
        !argument_int64(args[3], count))
        return false;
    if (*count >= 0) return true;
    raise_error(&ValueError, "negative value for 'count' not allowed");
    return false;
}

static Value posix_copy_file_range(Value *args) {
    int source, target;
    int64_t count;
    loff_t offsets[2], *from, *to;
    if (!copy_arguments(args, &source, &target, &count) ||
        !optional_offset(args[4], &offsets[0], &from) || !optional_offset(args[5], &offsets[1], &to))
        return VALUE_ERROR;
    return count_or_error(RETRY_EINTR(copy_file_range(source, from, target, to, (size_t)count, 0)));
}

static Value posix_splice(Value *args) {
    int source, target, flags = 0;
    int64_t count;
    loff_t offsets[2], *from, *to;
    if (!copy_arguments(args, &source, &target, &count) ||
        !optional_offset(args[4], &offsets[0], &from) || !optional_offset(args[5], &offsets[1], &to) ||
        !argument_int(args[6], &flags))
        return VALUE_ERROR;
    return count_or_error(RETRY_EINTR(splice(source, from, target, to, (size_t)count, (unsigned)flags)));
}

/* --- the state of a descriptor ------------------------------------------------------------------------- */

static Value posix_fsync(Value *args) {
    int fd;
    return argument_fd(args[1], &fd) ? none_or_error(RETRY_EINTR(fsync(fd))) : VALUE_ERROR;
}

static Value posix_fdatasync(Value *args) {
    int fd;
    return argument_fd(args[1], &fd) ? none_or_error(RETRY_EINTR(fdatasync(fd))) : VALUE_ERROR;
}

static Value posix_ftruncate(Value *args) {
    int fd = 0;
    int64_t length = 0;
    if (!argument_int(args[1], &fd) || !argument_int64(args[2], &length)) return VALUE_ERROR;
    return none_or_error(RETRY_EINTR(ftruncate(fd, length)));
}

static Value posix_fallocate_(Value *args) {
    int fd = 0;
    int64_t offset = 0, length = 0;
    if (!argument_int(args[1], &fd) || !argument_int64(args[2], &offset) ||
        !argument_int64(args[3], &length))
        return VALUE_ERROR;
    errno = DETACHED(posix_fallocate(fd, offset, length));
    return none_or_error(errno ? -1 : 0);
}

static Value posix_fadvise_(Value *args) {
    int fd = 0, advice = 0;
    int64_t offset = 0, length = 0;
    if (!argument_int(args[1], &fd) || !argument_int64(args[2], &offset) ||
        !argument_int64(args[3], &length) || !argument_int(args[4], &advice))
        return VALUE_ERROR;
    errno = DETACHED(posix_fadvise(fd, offset, length, advice));
    return none_or_error(errno ? -1 : 0);
}

static Value posix_lockf(Value *args) {
    int fd = 0, command = 0;
    int64_t length = 0;
    if (!argument_int(args[1], &fd) || !argument_int(args[2], &command) ||
        !argument_int64(args[3], &length))
        return VALUE_ERROR;
    return none_or_error(RETRY_EINTR(lockf(fd, command, length)));
}

static Value posix_isatty(Value *args) {
    int fd = 0;
    return argument_int(args[1], &fd) ? bool_value(isatty(fd)) : VALUE_ERROR;
}

static Value posix_ttyname(Value *args) {
    int fd = 0;
    char name[256];
    if (!argument_int(args[1], &fd)) return VALUE_ERROR;
    errno = ttyname_r(fd, name, sizeof name);
    return errno == 0 ? file_name_value(name, strlen(name), false) : raise_errno();
}

static Value posix_tcgetpgrp(Value *args) {
    int fd = 0;
    return argument_int(args[1], &fd) ? fd_or_error(tcgetpgrp(fd)) : VALUE_ERROR;
}

static Value posix_tcsetpgrp(Value *args) {
    int fd = 0, group = 0;
    if (!argument_int(args[1], &fd) || !argument_int(args[2], &group)) return VALUE_ERROR;
    return none_or_error(tcsetpgrp(fd, group));
}

static Value posix_get_inheritable(Value *args) {
    int fd = 0;
    if (!argument_int(args[1], &fd)) return VALUE_ERROR;
    int flags = fcntl(fd, F_GETFD);
    return flags < 0 ? raise_errno() : bool_value(!(flags & FD_CLOEXEC));
}

static Value posix_set_inheritable(Value *args) {
    int fd = 0, inheritable = 0;
    if (!argument_int(args[1], &fd) || !argument_int(args[2], &inheritable)) return VALUE_ERROR;
    int flags = fcntl(fd, F_GETFD);
    if (flags < 0) return raise_errno();
    return none_or_error(fcntl(fd, F_SETFD, inheritable ? flags & ~FD_CLOEXEC : flags | FD_CLOEXEC));
}

static Value posix_get_blocking(Value *args) {
    int fd = 0;
    if (!argument_int(args[1], &fd)) return VALUE_ERROR;
    int flags = fcntl(fd, F_GETFL);
    return flags < 0 ? raise_errno() : bool_value(!(flags & O_NONBLOCK));
}

static Value posix_set_blocking(Value *args) {
    int fd = 0;
    bool blocking = true;
    if (!argument_int(args[1], &fd) || !argument_bool(args[2], &blocking)) return VALUE_ERROR;
    int flags = fcntl(fd, F_GETFL);
    if (flags < 0) return raise_errno();
    return none_or_error(fcntl(fd, F_SETFL, blocking ? flags & ~O_NONBLOCK : flags | O_NONBLOCK));
}

static Value posix_get_terminal_size(Value *args) {
    int fd = STDOUT_FILENO;
    struct winsize size;
    if (!argument_int(args[1], &fd)) return VALUE_ERROR;
    if (ioctl(fd, TIOCGWINSZ, &size) != 0) return raise_errno();
    Value items[] = {smallint_value(size.ws_col), smallint_value(size.ws_row)};
    return structseq_new(posix_result_type(RESULT_TERMINAL_SIZE), items);
}

static Value posix_device_encoding(Value *args) {
    int fd = 0;
    if (!argument_int(args[1], &fd)) return VALUE_ERROR;
    if (!isatty(fd)) return VALUE_NONE;
    return file_name_value("UTF-8", 5, false);
}

/* --- eventfd --------------------------------------------------------------------------------------------- */

static Value posix_eventfd(Value *args) {
    int flags = EFD_CLOEXEC;
    int64_t initial = 0;
    if (!argument_int64(args[1], &initial) || !argument_int(args[2], &flags)) return VALUE_ERROR;
    return fd_or_error(eventfd((unsigned)initial, flags));
}

static Value posix_eventfd_read(Value *args) {
    int fd;
    eventfd_t value;
    if (!argument_fd(args[1], &fd)) return VALUE_ERROR;
    return RETRY_EINTR(eventfd_read(fd, &value)) == 0 ? int_from_uint64(value) : raise_errno();
}

static Value posix_eventfd_write(Value *args) {
    int fd;
    uint64_t value;
    if (!argument_fd(args[1], &fd)) return VALUE_ERROR;
    Value index = value_index(args[2]);
    if (is_error(index)) return index;
    if (!int_to_uint64(index, &value))
        return raise_error(&OverflowError, "int too big to convert");
    return none_or_error(RETRY_EINTR(eventfd_write(fd, value)));
}

const MethodDef posix_fd_functions[] = {
    AUDITED("open 1 - 2", "open", posix_open, "($module, /, path, flags, mode=511, *, dir_fd=None)",
           "Open a file; returns a descriptor that programs started from here do not inherit."),
    METHOD("close", posix_close, "($module, /, fd)", "Close a descriptor."),
    METHOD("closerange", posix_closerange, "($module, fd_low, fd_high, /)",
           "Close all descriptors from fd_low up to but without fd_high, ignoring errors."),
    METHOD("dup", posix_dup, "($module, fd, /)", "Another descriptor for the same open file."),
    METHOD("dup2", posix_dup2, "($module, /, fd, fd2, inheritable=True)",
           "Make fd2 a descriptor for the open file of fd."),
    METHOD("pipe", posix_pipe, "($module, /)", "A pipe: the descriptors to read and to write."),
    METHOD("pipe2", posix_pipe2, "($module, flags, /)", "A pipe with flags."),
    METHOD("openpty", posix_openpty, "($module, /)", "A pseudo-terminal: master and slave."),
    METHOD("login_tty", posix_login_tty, "($module, fd, /)",
           "Begin a session with the terminal as standard input and output."),
    METHOD("memfd_create", posix_memfd_create, "($module, /, name, flags=MFD_CLOEXEC)",
           "A file in memory without a name."),
    METHOD("read", posix_read, "($module, fd, length, /)", "Read at most that many bytes."),
    METHOD("pread", posix_pread, "($module, fd, length, offset, /)",
           "Read at a position, not moving the descriptor's own."),
    METHOD("write", posix_write, "($module, fd, data, /)", "Write bytes; returns how many."),
    METHOD("pwrite", posix_pwrite, "($module, fd, buffer, offset, /)",
           "Write at a position, not moving the descriptor's own."),
    METHOD("readv", posix_readv, "($module, fd, buffers, /)", "Read into several buffers."),
    METHOD("writev", posix_writev, "($module, fd, buffers, /)", "Write several buffers."),
    METHOD("preadv", posix_preadv, "($module, fd, buffers, offset, flags=0, /)",
           "Read into several buffers at a position."),
    METHOD("pwritev", posix_pwritev, "($module, fd, buffers, offset, flags=0, /)",
           "Write several buffers at a position."),
    METHOD("lseek", posix_lseek, "($module, fd, position, whence, /)",
           "Set the position of a descriptor; returns it."),
    METHOD("sendfile", posix_sendfile, "($module, /, out_fd, in_fd, offset, count)",
           "Copy bytes from one descriptor to another in the kernel."),
    METHOD("copy_file_range", posix_copy_file_range,
           "($module, /, src, dst, count, offset_src=None, offset_dst=None)",
           "Copy bytes between two files in the kernel."),
    METHOD("splice", posix_splice,
           "($module, /, src, dst, count, offset_src=None, offset_dst=None, flags=0)",
           "Move bytes between two descriptors, one a pipe, in the kernel."),
    METHOD("fsync", posix_fsync, "($module, /, fd)", "Write a file to the disk."),
    METHOD("fdatasync", posix_fdatasync, "($module, /, fd)", "Write a file's data to the disk."),
    AUDITED("os.truncate 1 2", "ftruncate", posix_ftruncate, "($module, fd, length, /)", "Cut or extend an open file."),
    METHOD("posix_fallocate", posix_fallocate_, "($module, fd, offset, length, /)",
           "Make sure that the disk has room for that part of the file."),
    METHOD("posix_fadvise", posix_fadvise_, "($module, fd, offset, length, advice, /)",
           "Tell the kernel how the file will be read."),
    AUDITED("os.lockf 1 2 3", "lockf", posix_lockf, "($module, fd, command, length, /)", "Lock a part of a file."),
    METHOD("isatty", posix_isatty, "($module, fd, /)", "Whether the descriptor is a terminal."),
    METHOD("ttyname", posix_ttyname, "($module, fd, /)", "The name of a terminal."),
    METHOD("tcgetpgrp", posix_tcgetpgrp, "($module, fd, /)", "The terminal's process group."),
    METHOD("tcsetpgrp", posix_tcsetpgrp, "($module, fd, pgid, /)",
           "Set the terminal's process group."),
    METHOD("get_inheritable", posix_get_inheritable, "($module, fd, /)",
           "Whether programs started from here inherit the descriptor."),
    METHOD("set_inheritable", posix_set_inheritable, "($module, fd, inheritable, /)",
           "Set whether programs started from here inherit the descriptor."),
    METHOD("get_blocking", posix_get_blocking, "($module, fd, /)",
           "Whether reading and writing wait."),
    METHOD("set_blocking", posix_set_blocking, "($module, fd, blocking, /)",
           "Set whether reading and writing wait."),
    METHOD("get_terminal_size", posix_get_terminal_size, "($module, fd=1, /)",
           "Columns and lines of a terminal."),
    METHOD("device_encoding", posix_device_encoding, "($module, /, fd)",
           "The encoding of a terminal; None for what is not one."),
    METHOD("eventfd", posix_eventfd, "($module, /, initval, flags=EFD_CLOEXEC)",
           "A descriptor that counts events."),
    METHOD("eventfd_read", posix_eventfd_read, "($module, /, fd)", "Read the count of events."),
    METHOD("eventfd_write", posix_eventfd_write, "($module, /, fd, value)", "Add to the count."),
    {0},
};
