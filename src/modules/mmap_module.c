/* mmap_module.c - the module mmap: files and anonymous memory mapped into the address space.
 *
 * The danger is the mapping that goes away under a reader. `data` and `size` are written under the
 * object's lock, and whatever touches the mapped bytes does so under the lock too: it copies, searches
 * or moves, and runs no Python. Buffers given out are counted in `exports`, also under the lock;
 * close() and resize() are refused while there are any. A view that one thread releases while another is
 * just going to touch a byte through it counts no longer; so the mapping changes with the world stopped:
 * between looking whether a view is released and touching its bytes there is no safe point. The position is a word like any other; threads that read and seek at once may see each other's. */
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include "modules/support.h"

#include "object/audit.h"

enum { ACCESS_DEFAULT, ACCESS_READ, ACCESS_WRITE, ACCESS_COPY };

typedef struct Mapping {
    Object object;
    uint8_t *data;    /* under the lock; NULL: closed */
    int64_t size;     /* under the lock */
    int64_t position; /* atomic */
    int64_t offset;   /* constant: of the first byte in the file */
    int64_t exports;  /* under the lock */
    int fd;           /* atomic; -1: anonymous or closed */
    uint8_t access;   /* constant */
} Mapping;
static Mapping *as_mapping(Value v) { return OBJECT_AS(Mapping, v); }

static void mapping_release(Cell *cell) {
    Mapping *self = (Mapping *)cell;
    if (self->data) munmap(self->data, (size_t)self->size);
    if (self->fd >= 0) close(self->fd);
    self->data = NULL;
    self->fd = -1;
}

/* Takes the lock of a mapping that is open; false with ValueError. */
static bool mapping_lock(Mapping *self) {
    object_lock(self);
    if (self->data) return true;
    object_unlock(self);
    raise_error(&ValueError, "mmap closed or invalid");
    return false;
}

static bool check_open(Mapping *self) {
    if (!mapping_lock(self)) return false;
    object_unlock(self);
    return true;
}

static bool check_writable(Mapping *self) {
    if (self->access != ACCESS_READ) return true;
    raise_error(&TypeError, "mmap can't modify a readonly memory map.");
    return false;
}

/* --- making and closing ------------------------------------------------------------------------------ */

/* The number of bytes to map of a regular file: 0 means up to its end. */
static bool fit_to_file(int fd, int64_t offset, int64_t *size) {
    struct stat status;
    if (fd < 0 || fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) return true;
    if (*size == 0) {
        if (status.st_size == 0) return raise_error(&ValueError, "cannot mmap an empty file"), false;
        if (offset >= status.st_size)
            return raise_error(&ValueError, "mmap offset is greater than file size"), false;
        *size = status.st_size - offset;
    } else if (offset > status.st_size || status.st_size - offset < *size) {
        return raise_error(&ValueError, "mmap length is greater than file size"), false;
    }
    return true;
}

static bool resolve_access(int *access, int *flags, int *protection) {
    if (*access != ACCESS_DEFAULT && (*flags != MAP_SHARED || *protection != (PROT_READ | PROT_WRITE)))
        return raise_error(&ValueError, "mmap can't specify both access and flags, prot."), false;
    switch (*access) {
    case ACCESS_READ:
        *flags = MAP_SHARED;
        *protection = PROT_READ;
        return true;
    case ACCESS_WRITE: *flags = MAP_SHARED; return true;
    case ACCESS_COPY: *flags = MAP_PRIVATE; return true;
    case ACCESS_DEFAULT:
        if ((*protection & PROT_READ) && (*protection & PROT_WRITE)) return true;
        *access = *protection & PROT_WRITE ? ACCESS_WRITE : ACCESS_READ;
        return true;
    default: return raise_error(&ValueError, "mmap invalid access parameter."), false;
    }
}

static Value mapping_new(Type *type, Value *args, size_t count, Tuple *names) {
    static Signature *signature;
    Value a[6];
    int fd = 0, flags = MAP_SHARED, protection = PROT_READ | PROT_WRITE, access = ACCESS_DEFAULT;
    int64_t size = 0, offset = 0;
    if (!bind_arguments("mmap", "(fileno, length, flags=1, prot=3, access=0, offset=0)", &signature, args,
                        count, names, a) ||
        !argument_int(a[0], &fd) || !argument_int64(a[1], &size) || !argument_int(a[2], &flags) ||
        !argument_int(a[3], &protection) || !argument_int(a[4], &access) || !argument_int64(a[5], &offset))
        return VALUE_ERROR;
    if (!AUDIT("mmap.__new__", int_value(fd), int_value(size), int_value(access), int_value(offset)))
        return VALUE_ERROR;
    if (size < 0) return raise_error(&OverflowError, "memory mapped length must be positive");
    if (offset < 0) return raise_error(&OverflowError, "memory mapped offset must be positive");
    if (!resolve_access(&access, &flags, &protection) || !fit_to_file(fd, offset, &size)) return VALUE_ERROR;
    Mapping *self = object_alloc_instance(type, sizeof(Mapping));
    if (!self) return VALUE_ERROR;
    self->fd = -1;
    self->access = (uint8_t)access;
    self->offset = offset;
    if (fd == -1) flags |= MAP_ANONYMOUS;
    else if ((self->fd = fcntl(fd, F_DUPFD_CLOEXEC, 0)) < 0) return raise_errno();
    void *data = mmap(NULL, (size_t)size, protection, flags, self->fd, offset);
    if (data == MAP_FAILED) return raise_errno();
    self->size = size;
    self->data = data;
    return object_value(self);
}

static bool ignore_init(Value self, Value *args, size_t count, Tuple *names) { return true; }

static Value mapping_close(Value *args) {
    Mapping *self = as_mapping(args[0]);
    object_lock(self);
    if (self->exports > 0) {
        object_unlock(self);
        return raise_error(&BufferError, "cannot close exported pointers exist");
    }
    uint8_t *data = self->data;
    int64_t size = self->size;
    self->data = NULL;
    self->size = 0;
    object_unlock(self);
    int fd = exchange_acq_rel(&self->fd, -1);
    if (data) {
        world_stop(thread_self());
        munmap(data, (size_t)size);
        world_resume(thread_self());
    }
    if (fd >= 0) DETACHED(close(fd));
    return VALUE_NONE;
}

static Value mapping_closed(Value self_value) {
    Mapping *self = as_mapping(self_value);
    object_lock(self);
    bool closed = !self->data;
    object_unlock(self);
    return bool_value(closed);
}

static Value mapping_enter(Value *args) { return check_open(as_mapping(args[0])) ? args[0] : VALUE_ERROR; }

static Value mapping_repr(Value self_value) {
    static const char *const accesses[] = {"ACCESS_DEFAULT", "ACCESS_READ", "ACCESS_WRITE", "ACCESS_COPY"};
    Mapping *self = as_mapping(self_value);
    object_lock(self);
    bool closed = !self->data;
    int64_t size = self->size;
    object_unlock(self);
    const char *name = type_of(self_value)->name;
    Str *text = closed ? str_format("<%s closed=True>", name)
                       : str_format("<%s closed=False, access=%s, length=%lld, pos=%lld, offset=%lld>", name,
                                    accesses[self->access], (long long)size,
                                    (long long)load_relaxed(&self->position), (long long)self->offset);
    return text ? object_value(text) : VALUE_ERROR;
}

/* --- reading ----------------------------------------------------------------------------------------- */

/* With the lock held: what is between the position and the end. */
static int64_t bytes_left(Mapping *self) {
    int64_t position = load_relaxed(&self->position);
    return position < self->size ? self->size - position : 0;
}

/* With the lock held, which it releases: the next `count` bytes. */
static Value take(Mapping *self, int64_t count) {
    int64_t position = load_relaxed(&self->position);
    Bytes *bytes = bytes_from(self->data + position, (size_t)count);
    if (bytes) store_relaxed(&self->position, position + count);
    object_unlock(self);
    return bytes ? object_value(bytes) : VALUE_ERROR;
}

static Value mapping_read(Value *args) {
    Mapping *self = as_mapping(args[0]);
    int64_t count = -1;
    if (!check_open(self)) return VALUE_ERROR;
    if (!is_empty(args[1]) && !is_none(args[1])) {
        if (!has_index(args[1]))
            return raise_error(&TypeError, "argument should be integer or None, not '%T'", args[1]);
        count = value_index_int64(args[1], &OverflowError);
        if (count == -1 && error_occurred()) return VALUE_ERROR;
    }
    if (!mapping_lock(self)) return VALUE_ERROR;
    int64_t left = bytes_left(self);
    if (left == 0) {
        object_unlock(self);
        return object_value(bytes_new(0));
    }
    return take(self, count < 0 || count > left ? left : count);
}

static Value mapping_readline(Value *args) {
    Mapping *self = as_mapping(args[0]);
    if (!mapping_lock(self)) return VALUE_ERROR;
    int64_t left = bytes_left(self);
    if (left == 0) {
        object_unlock(self);
        return object_value(bytes_new(0));
    }
    uint8_t *start = self->data + load_relaxed(&self->position), *newline = memchr(start, '\n', (size_t)left);
    return take(self, newline ? newline - start + 1 : left);
}

static Value mapping_read_byte(Value *args) {
    Mapping *self = as_mapping(args[0]);
    if (!mapping_lock(self)) return VALUE_ERROR;
    int byte = -1;
    if (bytes_left(self) > 0) {
        int64_t position = load_relaxed(&self->position);
        byte = self->data[position];
        store_relaxed(&self->position, position + 1);
    }
    object_unlock(self);
    return byte < 0 ? raise_error(&ValueError, "read byte out of range") : int_value(byte);
}

static bool index_or_keep(Value v, int64_t *out) {
    if (is_empty(v)) return true;
    int64_t index = value_index_int64(v, &OverflowError);
    if (index == -1 && error_occurred()) return false;
    *out = index;
    return true;
}

static int64_t clip(int64_t index, int64_t size) {
    if (index < 0) index += size;
    return index < 0 ? 0 : index > size ? size : index;
}

static Value find(Value *args, bool last) {
    Mapping *self = as_mapping(args[0]);
    BufferView view;
    if (!check_open(self)) return VALUE_ERROR;
    int64_t start = load_relaxed(&self->position), end = INT64_MAX, found = -1;
    if (!buffer_get(args[1], &view, BUFFER_SIMPLE)) return VALUE_ERROR;
    if (!index_or_keep(args[2], &start) || !index_or_keep(args[3], &end) || !mapping_lock(self)) {
        buffer_release(&view);
        return VALUE_ERROR;
    }
    start = clip(start, self->size);
    end = clip(end, self->size);
    int64_t length = view.length;
    if (last) {
        for (int64_t i = end - length; found < 0 && i >= start; i--)
            if (memcmp(self->data + i, view.data, (size_t)length) == 0) found = i;
    } else if (end - start >= length) {
        uint8_t *place = memmem(self->data + start, (size_t)(end - start), view.data, (size_t)length);
        if (place) found = place - self->data;
    }
    object_unlock(self);
    buffer_release(&view);
    return int_value(found);
}

static Value mapping_find(Value *args) { return find(args, false); }
static Value mapping_rfind(Value *args) { return find(args, true); }

/* --- writing ----------------------------------------------------------------------------------------- */

static Value mapping_write(Value *args) {
    Mapping *self = as_mapping(args[0]);
    BufferView view;
    if (!check_open(self) || !buffer_get(args[1], &view, BUFFER_SIMPLE)) return VALUE_ERROR;
    Value result = VALUE_ERROR;
    int64_t length = view.length;
    if (check_writable(self) && mapping_lock(self)) {
        int64_t position = load_relaxed(&self->position);
        bool fits = position <= self->size && self->size - position >= length;
        if (fits) {
            memmove(self->data + position, view.data, (size_t)length);
            store_relaxed(&self->position, position + length);
        }
        object_unlock(self);
        result = fits ? int_value(length) : raise_error(&ValueError, "data out of range");
    }
    buffer_release(&view);
    return result;
}

static Value mapping_write_byte(Value *args) {
    Mapping *self = as_mapping(args[0]);
    int64_t byte = 0;
    if (!check_open(self) || !argument_int64(args[1], &byte)) return VALUE_ERROR;
    if (byte < 0) return raise_error(&OverflowError, "unsigned byte integer is less than minimum");
    if (byte > 255) return raise_error(&OverflowError, "unsigned byte integer is greater than maximum");
    if (!check_writable(self) || !mapping_lock(self)) return VALUE_ERROR;
    bool fits = bytes_left(self) > 0;
    if (fits) {
        int64_t position = load_relaxed(&self->position);
        self->data[position] = (uint8_t)byte;
        store_relaxed(&self->position, position + 1);
    }
    object_unlock(self);
    return fits ? VALUE_NONE : raise_error(&ValueError, "write byte out of range");
}

static Value mapping_move(Value *args) {
    Mapping *self = as_mapping(args[0]);
    int64_t to = 0, from = 0, count = 0;
    if (!check_open(self) || !argument_int64(args[1], &to) || !argument_int64(args[2], &from) ||
        !argument_int64(args[3], &count) || !check_writable(self) || !mapping_lock(self))
        return VALUE_ERROR;
    bool fits = to >= 0 && from >= 0 && count >= 0 && self->size - to >= count && self->size - from >= count;
    if (fits) memmove(self->data + to, self->data + from, (size_t)count);
    object_unlock(self);
    return fits ? VALUE_NONE : raise_error(&ValueError, "source, destination, or count out of range");
}

/* --- position, size and the system --------------------------------------------------------------------- */

static Value mapping_tell(Value *args) {
    Mapping *self = as_mapping(args[0]);
    return check_open(self) ? int_value(load_relaxed(&self->position)) : VALUE_ERROR;
}

static Value mapping_seek(Value *args) {
    Mapping *self = as_mapping(args[0]);
    int64_t distance = 0;
    int whence = 0;
    if (!check_open(self) || !argument_int64(args[1], &distance) || !argument_int(args[2], &whence) ||
        !mapping_lock(self))
        return VALUE_ERROR;
    int64_t base = whence == 0 ? 0 : whence == 1 ? load_relaxed(&self->position) : self->size;
    bool known = whence >= 0 && whence <= 2, fits = distance <= self->size - base && distance >= -base;
    if (known && fits) store_relaxed(&self->position, base + distance);
    object_unlock(self);
    if (!known) return raise_error(&ValueError, "unknown seek type");
    return fits ? VALUE_NONE : raise_error(&ValueError, "seek out of range");
}

static Value mapping_size(Value *args) {
    Mapping *self = as_mapping(args[0]);
    struct stat status;
    if (!check_open(self)) return VALUE_ERROR;
    return fstat(load_relaxed(&self->fd), &status) == 0 ? int_value(status.st_size) : raise_errno();
}

static Value mapping_flush(Value *args) {
    Mapping *self = as_mapping(args[0]);
    if (!mapping_lock(self)) return VALUE_ERROR;
    int64_t offset = 0, size = self->size, total = size;
    uint8_t *data = self->data;
    object_unlock(self);
    if (!argument_int64(args[1], &offset) || !argument_int64(args[2], &size)) return VALUE_ERROR;
    if (offset < 0 || size < 0 || total - offset < size)
        return raise_error(&ValueError, "flush values out of range");
    if (self->access == ACCESS_READ || self->access == ACCESS_COPY) return VALUE_NONE;
    /* A mapping that another thread closes meanwhile is an error of the call, and harmless. */
    return DETACHED(msync(data + offset, (size_t)size, MS_SYNC)) == 0 ? VALUE_NONE : raise_errno();
}

static Value mapping_madvise(Value *args) {
    Mapping *self = as_mapping(args[0]);
    if (!mapping_lock(self)) return VALUE_ERROR;
    int64_t start = 0, size = self->size, length = size;
    uint8_t *data = self->data;
    object_unlock(self);
    int option = 0;
    if (!argument_int(args[1], &option) || !argument_int64(args[2], &start) || !argument_int64(args[3], &length))
        return VALUE_ERROR;
    if (start < 0 || start >= size) return raise_error(&ValueError, "madvise start out of bounds");
    if (length < 0) return raise_error(&ValueError, "madvise length invalid");
    if (INT64_MAX - start < length) return raise_error(&OverflowError, "madvise length too large");
    if (start + length > size) length = size - start;
    if (!mapping_lock(self)) return VALUE_ERROR;
    bool same = self->data == data && self->size == size; /* else the memory may be somebody else's */
    int error = same && madvise(data + start, (size_t)length, option) != 0 ? errno : 0;
    object_unlock(self);
    if (!same) return raise_error(&ValueError, "mmap closed or resized by another thread");
    return error ? raise_os_error(error, VALUE_EMPTY, VALUE_EMPTY) : VALUE_NONE;
}

/* At no time is the mapping longer than its file, whatever fails. 0, or an errno value. */
static int change_size(Mapping *self, int64_t size) {
    int fd = load_relaxed(&self->fd);
    if (fd >= 0 && size > self->size && ftruncate(fd, self->offset + size) != 0) return errno;
    void *data = mremap(self->data, (size_t)self->size, (size_t)size, MREMAP_MAYMOVE);
    int error = data == MAP_FAILED ? errno : 0;
    bool shrinks = fd >= 0 && (error ? size > self->size : size < self->size);
    if (shrinks && ftruncate(fd, self->offset + (error ? self->size : size)) != 0 && !error) error = errno;
    if (data == MAP_FAILED) return error;
    self->data = data;
    self->size = size;
    return error;
}

/* With the lock held. 0, or an errno value. */
static int resize_locked(Mapping *self, int64_t size) {
    world_stop(thread_self());
    int error = change_size(self, size);
    world_resume(thread_self());
    return error;
}

static Value mapping_resize(Value *args) {
    Mapping *self = as_mapping(args[0]);
    int64_t size = 0;
    if (!check_open(self) || !argument_int64(args[1], &size) || !mapping_lock(self)) return VALUE_ERROR;
    bool exported = self->exports > 0, fixed = self->access == ACCESS_READ || self->access == ACCESS_COPY;
    bool wrong = size < 0 || INT64_MAX - size < self->offset;
    int error = exported || fixed || wrong ? 0 : resize_locked(self, size);
    object_unlock(self);
    if (exported) return raise_error(&BufferError, "mmap can't resize with extant buffers exported.");
    if (fixed) return raise_error(&TypeError, "mmap can't resize a readonly or copy-on-write memory map.");
    if (wrong) return raise_error(&ValueError, "new size out of range");
    return error ? raise_os_error(error, VALUE_EMPTY, VALUE_EMPTY) : VALUE_NONE;
}

/* --- as a sequence and as a buffer ------------------------------------------------------------------------ */

static int64_t mapping_length(Value self_value) {
    Mapping *self = as_mapping(self_value);
    if (!mapping_lock(self)) return -1;
    int64_t size = self->size;
    object_unlock(self);
    return size;
}

/* An index into a mapping of that size, from the end if negative. */
static bool key_index(Value key, int64_t size, int64_t *index) {
    *index = value_index_int64(key, &IndexError);
    if (*index == -1 && error_occurred()) return false;
    if (*index < 0) *index += size;
    return true;
}

static Value raise_index(void) { return raise_error(&IndexError, "mmap index out of range"); }

static Value mapping_item(Value self_value, Value key) {
    Mapping *self = as_mapping(self_value);
    int64_t size = mapping_length(self_value), start, stop, step, count;
    if (size < 0) return VALUE_ERROR;
    if (has_index(key)) {
        if (!key_index(key, size, &start) || !mapping_lock(self)) return VALUE_ERROR;
        int byte = start >= 0 && start < self->size ? self->data[start] : -1;
        object_unlock(self);
        return byte < 0 ? raise_index() : int_value(byte);
    }
    if (!is_slice(key)) return raise_error(&TypeError, "mmap indices must be integers");
    if (!slice_resolve(key, size, &start, &stop, &step, &count)) return VALUE_ERROR;
    Bytes *bytes = bytes_new(count);
    if (!bytes || !mapping_lock(self)) return VALUE_ERROR;
    bool fits = self->size >= size; /* nobody has made it smaller since */
    for (int64_t i = 0; fits && i < count; i++) bytes->data[i] = self->data[start + i * step];
    object_unlock(self);
    return fits ? object_value(bytes) : raise_index();
}

static bool byte_argument(Value value, uint8_t *byte) {
    if (!has_index(value)) return raise_error(&TypeError, "mmap item value must be an int"), false;
    int64_t number = value_index_int64(value, &TypeError);
    if (number == -1 && error_occurred()) return false;
    if (number < 0 || number > 255)
        return raise_error(&ValueError, "mmap item value must be in range(0, 256)"), false;
    *byte = (uint8_t)number;
    return true;
}

static bool set_byte(Mapping *self, Value key, int64_t size, Value value) {
    int64_t index;
    uint8_t byte;
    if (!key_index(key, size, &index)) return false;
    if (index < 0 || index >= size) return raise_index(), false;
    if (is_empty(value)) return raise_error(&TypeError, "mmap doesn't support item deletion"), false;
    if (!byte_argument(value, &byte) || !mapping_lock(self)) return false;
    bool fits = index < self->size;
    if (fits) self->data[index] = byte;
    object_unlock(self);
    if (!fits) raise_index();
    return fits;
}

static bool mapping_set_item(Value self_value, Value key, Value value) {
    Mapping *self = as_mapping(self_value);
    int64_t size = mapping_length(self_value), start, stop, step, count;
    if (size < 0 || !check_writable(self)) return false;
    if (has_index(key)) return set_byte(self, key, size, value);
    if (!is_slice(key)) return raise_error(&TypeError, "mmap indices must be integer"), false;
    BufferView view;
    if (!slice_resolve(key, size, &start, &stop, &step, &count)) return false;
    if (is_empty(value)) return raise_error(&TypeError, "mmap object doesn't support slice deletion"), false;
    if (!buffer_get(value, &view, BUFFER_SIMPLE)) return false;
    bool fits = view.length == count, ok = false;
    if (!fits) {
        raise_error(&IndexError, "mmap slice assignment is wrong size");
    } else if (mapping_lock(self)) {
        ok = self->size >= size;
        const uint8_t *from = view.data;
        if (ok && step == 1) memmove(self->data + start, from, (size_t)count);
        else if (ok)
            for (int64_t i = 0; i < count; i++) self->data[start + i * step] = from[i];
        object_unlock(self);
        if (!ok) raise_index();
    }
    buffer_release(&view);
    return ok;
}

static bool mapping_get_buffer(Value self_value, BufferView *view, unsigned flags) {
    Mapping *self = as_mapping(self_value);
    if ((flags & BUFFER_WRITABLE) && self->access == ACCESS_READ)
        return raise_error(&BufferError, "Object is not writable."), false;
    if (!mapping_lock(self)) return false;
    self->exports++;
    *view = (BufferView){.data = self->data, .length = self->size, .owner = self_value, .item_size = 1,
                         .readonly = self->access == ACCESS_READ, .dimensions = 1};
    object_unlock(self);
    return true;
}

static void mapping_release_buffer(Value self_value, BufferView *view) {
    Mapping *self = as_mapping(self_value);
    object_lock(self);
    self->exports--;
    object_unlock(self);
}

/* Iterating gives bytes of length 1, while indexing gives numbers. */
typedef struct MappingIterator {
    Object object;
    Value mapping; /* constant */
    int64_t index; /* atomic */
} MappingIterator;

static void iterator_trace(Cell *cell, Marker *marker) {
    marker_visit(marker, ((MappingIterator *)cell)->mapping);
}

static Value iterator_next(Value self_value) {
    MappingIterator *self = OBJECT_AS(MappingIterator, self_value);
    Mapping *mapping = as_mapping(self->mapping);
    int64_t index = fetch_add_relaxed(&self->index, INT64_C(1));
    if (!mapping_lock(mapping)) return VALUE_ERROR;
    bool there = index >= 0 && index < mapping->size;
    uint8_t byte = there ? mapping->data[index] : 0;
    object_unlock(mapping);
    if (!there) return VALUE_EMPTY;
    Bytes *bytes = bytes_from(&byte, 1);
    return bytes ? object_value(bytes) : VALUE_ERROR;
}

static Type iterator_type = {
    .name = "mmap.iterator",
    .base = &object_type_object,
    .flags = TYPE_NO_NEW,
    .size = sizeof(MappingIterator),
    .root = {.cell_kind = {.trace = iterator_trace, .name = "mmap.iterator"}},
    .iter = iter_self,
    .next = iterator_next,
};

static Value mapping_iter(Value self) {
    MappingIterator *iterator = object_alloc(&iterator_type, sizeof(MappingIterator));
    if (!iterator) return VALUE_ERROR;
    iterator->mapping = self;
    return object_value(iterator);
}

static const MethodDef mapping_methods[] = {
    METHOD("close", mapping_close, "($self, /)", "Unmap the memory."),
    METHOD("find", mapping_find, "($self, sub, start=None, end=None, /)", "The lowest index of a part, or -1."),
    METHOD("rfind", mapping_rfind, "($self, sub, start=None, end=None, /)",
           "The highest index of a part, or -1."),
    METHOD("flush", mapping_flush, "($self, offset=0, size=None, /)", "Write changes to the file."),
    METHOD("madvise", mapping_madvise, "($self, option, start=0, length=None, /)",
           "Tell the system how the memory will be used."),
    METHOD("move", mapping_move, "($self, dest, src, count, /)", "Copy bytes within the memory."),
    METHOD("read", mapping_read, "($self, n=None, /)", "The next n bytes."),
    METHOD("read_byte", mapping_read_byte, "($self, /)", "The next byte as a number."),
    METHOD("readline", mapping_readline, "($self, /)", "The rest of the line."),
    METHOD("resize", mapping_resize, "($self, newsize, /)", "Change the size of the map, and of the file."),
    METHOD("seek", mapping_seek, "($self, pos, whence=0, /)", "Set the position."),
    METHOD("size", mapping_size, "($self, /)", "The size of the file."),
    METHOD("tell", mapping_tell, "($self, /)", "The position."),
    METHOD("write", mapping_write, "($self, bytes, /)", "Write bytes at the position."),
    METHOD("write_byte", mapping_write_byte, "($self, byte, /)", "Write one byte, given as a number."),
    METHOD("__enter__", mapping_enter, "($self, /)", NULL),
    METHOD("__exit__", mapping_close, "($self, /, *args)", NULL),
    {0},
};
static const GetSetDef mapping_getset[] = {
    {"closed", mapping_closed, NULL, "whether the memory was unmapped"},
    {0},
};
static Type mapping_type = {
    .name = "mmap.mmap",
    .doc = "A file, or anonymous memory (fileno -1), in the address space.",
    .base = &object_type_object,
    .flags = TYPE_BASE | TYPE_HAS_WEAKREF | TYPE_SEQUENCE,
    .size = sizeof(Mapping),
    .root = {.cell_kind = {.release = mapping_release, .name = "mmap.mmap"}},
    .new_instance = mapping_new,
    .init = ignore_init,
    .repr = mapping_repr,
    .length = mapping_length,
    .getitem = mapping_item,
    .setitem = mapping_set_item,
    .iter = mapping_iter,
    .get_buffer = mapping_get_buffer,
    .release_buffer = mapping_release_buffer,
    .methods = mapping_methods,
    .getset = mapping_getset,
};
static Type *const types[] = {&mapping_type, NULL};

static const struct {
    const char *name;
    int value;
} constants[] = {
#define C(name) {#name, name}
    C(PROT_EXEC), C(PROT_READ), C(PROT_WRITE), C(MAP_SHARED), C(MAP_PRIVATE), C(MAP_DENYWRITE),
    C(MAP_EXECUTABLE), C(MAP_ANON), C(MAP_ANONYMOUS), C(MAP_POPULATE), C(MAP_STACK), C(ACCESS_DEFAULT),
    C(ACCESS_READ), C(ACCESS_WRITE), C(ACCESS_COPY), C(MADV_NORMAL), C(MADV_RANDOM), C(MADV_SEQUENTIAL),
    C(MADV_WILLNEED), C(MADV_DONTNEED), C(MADV_REMOVE), C(MADV_DONTFORK), C(MADV_DOFORK),
    C(MADV_HWPOISON), C(MADV_MERGEABLE), C(MADV_UNMERGEABLE), C(MADV_HUGEPAGE), C(MADV_NOHUGEPAGE),
    C(MADV_DONTDUMP), C(MADV_DODUMP), C(MADV_FREE),
#undef C
};

static bool init(Module *module) {
    type_ready(&iterator_type);
    for (size_t i = 0; i < ARRAY_LENGTH(constants); i++)
        if (!module_add_int(module, constants[i].name, constants[i].value)) return false;
    return module_add_int(module, "PAGESIZE", sysconf(_SC_PAGESIZE)) &&
           module_add_int(module, "ALLOCATIONGRANULARITY", sysconf(_SC_PAGESIZE)) &&
           module_add(module, "error", object_value(&OSError));
}

const NativeModule module_mmap = {
    .name = "mmap",
    .doc = "Memory-mapped files.",
    .types = types,
    .init = init,
};
