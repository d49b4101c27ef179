/* fcntl_module.c - the module fcntl: control of descriptors, file locks. */
#include <fcntl.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include "modules/support.h"

#define ARGUMENT_MAX 1024

/* Copies a bytes-like argument to the C stack: false with ValueError when it is too long. */
static bool copy_argument(Value v, char buffer[ARGUMENT_MAX + 8], int64_t *length, const char *function) {
    BufferView view;
    if (is_str(v)) {
        size_t size;
        const char *text = str_utf8(as_str(v), &size);
        if (!text) return false;
        *length = (int64_t)size;
        if (*length <= ARGUMENT_MAX) memcpy(buffer, text, size);
    } else {
        if (!buffer_get(v, &view, BUFFER_SIMPLE)) return false;
        *length = view.length;
        if (*length <= ARGUMENT_MAX) memcpy(buffer, view.data, (size_t)view.length);
        buffer_release(&view);
    }
    if (*length <= ARGUMENT_MAX) {
        buffer[*length] = 0;
        return true;
    }
    raise_error(&ValueError, "%s argument 3 is too long", function);
    return false;
}

static Value fcntl_fcntl(Value *args) {
    int fd, command = 0;
    int64_t number = 0, length;
    char buffer[ARGUMENT_MAX + 8];
    if (!argument_fd(args[1], &fd) || !argument_int(args[2], &command)) return VALUE_ERROR;
    if (!is_empty(args[3]) && (is_str(args[3]) || has_buffer(args[3]))) {
        if (!copy_argument(args[3], buffer, &length, "fcntl")) return VALUE_ERROR;
        if (RETRY_EINTR(fcntl(fd, command, buffer)) < 0) return raise_errno();
        Bytes *bytes = bytes_from(buffer, (size_t)length);
        return bytes ? object_value(bytes) : VALUE_ERROR;
    }
    if (!argument_int64(args[3], &number)) return VALUE_ERROR;
    int result = RETRY_EINTR(fcntl(fd, command, (int)number));
    return result < 0 ? raise_errno() : int_value(result);
}

/* ioctl() on a buffer that the caller sees change. */
static Value ioctl_mutate(int fd, unsigned long request, Value target) {
    BufferView view;
    char buffer[ARGUMENT_MAX + 8];
    if (!buffer_get(target, &view, BUFFER_WRITABLE)) return VALUE_ERROR;
    bool copied = view.length <= ARGUMENT_MAX;
    void *memory = view.data;
    if (copied) {
        memcpy(buffer, view.data, (size_t)view.length);
        buffer[view.length] = 0;
        memory = buffer;
    }
    int result = DETACHED(ioctl(fd, request, memory)), error = errno;
    if (copied) memcpy(view.data, buffer, (size_t)view.length);
    buffer_release(&view);
    errno = error;
    return result < 0 ? raise_errno() : int_value(result);
}

static bool is_writable_buffer(Value v) {
    BufferView view;
    if (!has_buffer(v)) return false;
    if (!buffer_get(v, &view, BUFFER_WRITABLE)) {
        error_clear();
        return false;
    }
    buffer_release(&view);
    return true;
}

static Value fcntl_ioctl(Value *args) {
    int fd;
    int64_t number = 0, length;
    bool mutate = true;
    char buffer[ARGUMENT_MAX + 8];
    if (!argument_fd(args[1], &fd)) return VALUE_ERROR;
    Value request_value = value_index(args[2]);
    if (is_error(request_value) || !argument_bool(args[4], &mutate)) return VALUE_ERROR;
    unsigned long request = (unsigned int)int_to_uint64_mask(request_value);
    if (!is_empty(args[3]) && mutate && is_writable_buffer(args[3]))
        return ioctl_mutate(fd, request, args[3]);
    if (!is_empty(args[3]) && (is_str(args[3]) || has_buffer(args[3]))) {
        if (!copy_argument(args[3], buffer, &length, "ioctl")) return VALUE_ERROR;
        if (DETACHED(ioctl(fd, request, buffer)) < 0) return raise_errno();
        Bytes *bytes = bytes_from(buffer, (size_t)length);
        return bytes ? object_value(bytes) : VALUE_ERROR;
    }
    if (!argument_int64(args[3], &number)) return VALUE_ERROR;
    int result = DETACHED(ioctl(fd, request, number));
    return result < 0 ? raise_errno() : int_value(result);
}

static Value fcntl_flock(Value *args) {
    int fd, operation = 0;
    if (!argument_fd(args[1], &fd) || !argument_int(args[2], &operation)) return VALUE_ERROR;
    return RETRY_EINTR(flock(fd, operation)) < 0 ? raise_errno() : VALUE_NONE;
}

static Value fcntl_lockf(Value *args) {
    int fd, command = 0, whence = 0;
    int64_t length = 0, start = 0;
    struct flock lock = {0};
    if (!argument_fd(args[1], &fd) || !argument_int(args[2], &command) ||
        !argument_int64(args[3], &length) || !argument_int64(args[4], &start) ||
        !argument_int(args[5], &whence))
        return VALUE_ERROR;
    if (command == LOCK_UN) lock.l_type = F_UNLCK;
    else if (command & LOCK_SH) lock.l_type = F_RDLCK;
    else if (command & LOCK_EX) lock.l_type = F_WRLCK;
    else return raise_error(&ValueError, "unrecognized lockf argument");
    lock.l_start = start;
    lock.l_len = length;
    lock.l_whence = (short)whence;
    int request = command & LOCK_NB ? F_SETLK : F_SETLKW;
    return RETRY_EINTR(fcntl(fd, request, &lock)) < 0 ? raise_errno() : VALUE_NONE;
}

static const MethodDef functions[] = {
    AUDITED("fcntl.fcntl 1 2 3=0", "fcntl", fcntl_fcntl, "($module, fd, cmd, arg=0, /)", "Control a descriptor."),
    AUDITED("fcntl.ioctl 1 2 3=0", "ioctl", fcntl_ioctl, "($module, fd, request, arg=0, mutate_flag=True, /)",
           "Control a device."),
    AUDITED("fcntl.flock 1 2", "flock", fcntl_flock, "($module, fd, operation, /)", "Lock or unlock an open file."),
    AUDITED("fcntl.lockf 1 2 3=0 4=0 5=0", "lockf", fcntl_lockf, "($module, fd, cmd, len=0, start=0, whence=0, /)",
           "Lock or unlock a part of a file."),
    {0},
};
static const struct {
    const char *name;
    int64_t value;
} constants[] = {
#define C(name) {#name, (int64_t)(name)}
    C(DN_ACCESS), C(DN_ATTRIB), C(DN_CREATE), C(DN_DELETE), C(DN_MODIFY), C(DN_MULTISHOT),
    C(DN_RENAME), C(FASYNC), C(FD_CLOEXEC), C(F_ADD_SEALS), C(F_DUPFD), C(F_DUPFD_CLOEXEC),
    C(F_EXLCK), C(F_GETFD), C(F_GETFL), C(F_GETLEASE), C(F_GETLK), C(F_GETLK64), C(F_GETOWN),
    C(F_GETPIPE_SZ), C(F_GETSIG), C(F_GET_SEALS), C(F_NOTIFY), C(F_OFD_GETLK), C(F_OFD_SETLK),
    C(F_OFD_SETLKW), C(F_RDLCK), C(F_SEAL_GROW), C(F_SEAL_SEAL), C(F_SEAL_SHRINK), C(F_SEAL_WRITE),
    C(F_SETFD), C(F_SETFL), C(F_SETLEASE), C(F_SETLK), C(F_SETLK64), C(F_SETLKW), C(F_SETLKW64),
    C(F_SETOWN), C(F_SETPIPE_SZ), C(F_SETSIG), C(F_SHLCK), C(F_UNLCK), C(F_WRLCK), C(LOCK_EX),
    C(LOCK_MAND), C(LOCK_NB), C(LOCK_READ), C(LOCK_RW), C(LOCK_SH), C(LOCK_UN), C(LOCK_WRITE),
#undef C
};

static bool init(Module *module) {
    for (size_t i = 0; i < ARRAY_LENGTH(constants); i++)
        if (!module_add_int(module, constants[i].name, constants[i].value)) return false;
    return true;
}

const NativeModule module_fcntl = {
    .name = "fcntl",
    .doc = "Control of descriptors and devices, and file locks.",
    .functions = functions,
    .init = init,
};
