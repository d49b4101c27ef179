/* ssl_bio.c - how OpenSSL reads and writes: a BIO over a socket that never waits, one over the buffer of
 * a MemoryBIO, and the type MemoryBIO. */
#include "modules/loadable/ssl_bio.h"

#include <limits.h>
#include <stdlib.h>

/* --- memory ------------------------------------------------------------------------------------------------ */

static void buffer_free(MemoryBuffer *buffer) {
    if (fetch_add_acq_rel(&buffer->references, -1) > 1) return;
    pthread_mutex_destroy(&buffer->lock);
    free(buffer->data);
    free(buffer);
}

static size_t buffer_pending(MemoryBuffer *buffer) {
    pthread_mutex_lock(&buffer->lock);
    size_t length = buffer->length;
    pthread_mutex_unlock(&buffer->lock);
    return length;
}

static size_t buffer_take(MemoryBuffer *buffer, void *data, size_t size, bool *eof) {
    pthread_mutex_lock(&buffer->lock);
    size = min_size(size, buffer->length);
    if (size) memcpy(data, buffer->data + buffer->start, size);
    buffer->length -= size;
    buffer->start = buffer->length ? buffer->start + size : 0;
    *eof = buffer->eof && buffer->length == 0;
    pthread_mutex_unlock(&buffer->lock);
    return size;
}

/* With the lock held: room for so many more bytes behind the present ones. */
static bool buffer_make_room(MemoryBuffer *buffer, size_t size) {
    if (buffer->capacity - buffer->start - buffer->length >= size) return true;
    if (buffer->start) memmove(buffer->data, buffer->data + buffer->start, buffer->length);
    buffer->start = 0;
    if (buffer->capacity - buffer->length >= size) return true;
    size_t capacity = (buffer->length + size) * 2;
    char *data = realloc(buffer->data, capacity);
    if (!data) return false;
    buffer->data = data;
    buffer->capacity = capacity;
    return true;
}

/* 1: written, 0: no memory, -1: the end was written before. */
static int buffer_put(MemoryBuffer *buffer, const void *data, size_t size) {
    pthread_mutex_lock(&buffer->lock);
    int result = buffer->eof ? -1 : buffer_make_room(buffer, size);
    if (result > 0 && size) {
        memcpy(buffer->data + buffer->start + buffer->length, data, size);
        buffer->length += size;
    }
    pthread_mutex_unlock(&buffer->lock);
    return result;
}

/* --- BIOs --------------------------------------------------------------------------------------------------- */

static BIO_METHOD *socket_method, *memory_method; /* made once, by bios_init() */

static int socket_read(BIO *bio, char *data, int size) {
    Socket *socket = BIO_get_data(bio);
    ssize_t n = recv(load_relaxed(&socket->fd), data, (size_t)size, MSG_DONTWAIT);
    BIO_clear_retry_flags(bio);
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) BIO_set_retry_read(bio);
    if (n == 0) BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
    return (int)n;
}

static int socket_write(BIO *bio, const char *data, int size) {
    Socket *socket = BIO_get_data(bio);
    ssize_t n = send(load_relaxed(&socket->fd), data, (size_t)size, MSG_DONTWAIT | MSG_NOSIGNAL);
    BIO_clear_retry_flags(bio);
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) BIO_set_retry_write(bio);
    return (int)n;
}

static long socket_control(BIO *bio, int command, long number, void *pointer) {
    switch (command) {
    case BIO_CTRL_EOF: return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0;
    case BIO_CTRL_FLUSH:
    case BIO_CTRL_DUP: return 1;
    case BIO_C_GET_FD: return load_relaxed(&((Socket *)BIO_get_data(bio))->fd);
    default: return 0;
    }
}

static int memory_read(BIO *bio, char *data, int size) {
    bool eof;
    size_t n = buffer_take(BIO_get_data(bio), data, (size_t)size, &eof);
    BIO_clear_retry_flags(bio);
    if (n) return (int)n;
    if (eof) return 0;
    BIO_set_retry_read(bio);
    return -1;
}

static int memory_write(BIO *bio, const char *data, int size) {
    BIO_clear_retry_flags(bio);
    return buffer_put(BIO_get_data(bio), data, (size_t)size) > 0 ? size : -1;
}

static long memory_control(BIO *bio, int command, long number, void *pointer) {
    MemoryBuffer *buffer = BIO_get_data(bio);
    switch (command) {
    case BIO_CTRL_EOF: return buffer->eof && buffer_pending(buffer) == 0;
    case BIO_CTRL_PENDING: return (long)buffer_pending(buffer);
    case BIO_CTRL_FLUSH:
    case BIO_CTRL_DUP: return 1;
    default: return 0;
    }
}

static int memory_destroy(BIO *bio) {
    buffer_free(BIO_get_data(bio));
    return 1;
}

static BIO_METHOD *make_method(const char *name, int (*read)(BIO *, char *, int),
                               int (*write)(BIO *, const char *, int),
                               long (*control)(BIO *, int, long, void *), int (*destroy)(BIO *)) {
    BIO_METHOD *method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, name);
    if (!method || !BIO_meth_set_read(method, read) || !BIO_meth_set_write(method, write) ||
        !BIO_meth_set_ctrl(method, control) || (destroy && !BIO_meth_set_destroy(method, destroy)))
        return NULL;
    return method;
}

bool bios_init(void) {
    socket_method = make_method("weft socket", socket_read, socket_write, socket_control, NULL);
    memory_method = make_method("weft memory", memory_read, memory_write, memory_control, memory_destroy);
    if (socket_method && memory_method) return true;
    raise_memory_error();
    return false;
}

BIO *bio_for_socket(Value socket) {
    BIO *bio = BIO_new(socket_method);
    if (!bio) return NULL;
    BIO_set_data(bio, as_socket(socket));
    BIO_set_init(bio, 1);
    return bio;
}

BIO *bio_for_memory(Value memory) {
    BIO *bio = BIO_new(memory_method);
    if (!bio) return NULL;
    MemoryBuffer *buffer = as_memory_bio(memory)->buffer;
    fetch_add_acq_rel(&buffer->references, 1);
    BIO_set_data(bio, buffer);
    BIO_set_init(bio, 1);
    return bio;
}

/* --- MemoryBIO ------------------------------------------------------------------------------------------------ */

static void memory_bio_release(Cell *cell) {
    MemoryBio *self = (MemoryBio *)cell;
    if (self->buffer) buffer_free(self->buffer);
    self->buffer = NULL;
}

static Value memory_bio_new(Type *type, Value *args, size_t count, Tuple *names) {
    static Signature *signature;
    Value none[1];
    if (!bind_arguments("MemoryBIO", "()", &signature, args, count, names, none)) return VALUE_ERROR;
    MemoryBio *self = object_alloc_instance(type, sizeof(MemoryBio));
    MemoryBuffer *buffer = self ? calloc(1, sizeof *buffer) : NULL;
    if (!buffer) return raise_memory_error();
    pthread_mutex_init(&buffer->lock, NULL);
    buffer->references = 1;
    self->buffer = buffer;
    return object_value(self);
}

static bool ignore_init(Value self, Value *args, size_t count, Tuple *names) { return true; }

static Value memory_bio_read(Value *args) {
    MemoryBuffer *buffer = as_memory_bio(args[0])->buffer;
    int size = -1;
    bool eof;
    if (!argument_int(args[1], &size)) return VALUE_ERROR;
    size_t pending = buffer_pending(buffer), wanted = size < 0 ? pending : min_size((size_t)size, pending);
    Bytes *bytes = bytes_new((int64_t)wanted);
    if (!bytes) return VALUE_ERROR;
    size_t n = buffer_take(buffer, bytes->data, wanted, &eof);
    if (n == wanted) return object_value(bytes);
    Bytes *fewer = bytes_from(bytes->data, n); /* another thread has read some */
    return fewer ? object_value(fewer) : VALUE_ERROR;
}

static Value memory_bio_write(Value *args) {
    BufferView view;
    if (!buffer_get(args[1], &view, BUFFER_SIMPLE)) return VALUE_ERROR;
    int64_t size = view.length;
    Value result;
    if (size > INT_MAX) {
        result = raise_error(&OverflowError, "string longer than %d bytes", INT_MAX);
    } else {
        int done = buffer_put(as_memory_bio(args[0])->buffer, view.data, (size_t)size);
        if (done > 0) result = int_value(size);
        else if (done == 0) result = raise_memory_error();
        else result = raise_error(OBJECT_AS(Type, ssl_error), "cannot write() after write_eof()");
    }
    buffer_release(&view);
    return result;
}

static Value memory_bio_write_eof(Value *args) {
    MemoryBuffer *buffer = as_memory_bio(args[0])->buffer;
    pthread_mutex_lock(&buffer->lock);
    buffer->eof = true;
    pthread_mutex_unlock(&buffer->lock);
    return VALUE_NONE;
}

static Value memory_bio_pending(Value self) {
    return int_value((int64_t)buffer_pending(as_memory_bio(self)->buffer));
}

static Value memory_bio_eof(Value self) {
    MemoryBuffer *buffer = as_memory_bio(self)->buffer;
    pthread_mutex_lock(&buffer->lock);
    bool eof = buffer->eof && buffer->length == 0;
    pthread_mutex_unlock(&buffer->lock);
    return bool_value(eof);
}

static const MethodDef methods[] = {
    METHOD("read", memory_bio_read, "($self, size=-1, /)",
           "Read up to size bytes from the memory BIO.\n\nIf size is not specified, read the entire buffer."),
    METHOD("write", memory_bio_write, "($self, b, /)", "Writes the bytes b into the memory BIO."),
    METHOD("write_eof", memory_bio_write_eof, "($self, /)", "Write an EOF marker to the memory BIO."),
    {0},
};
static const GetSetDef getset[] = {
    {"pending", memory_bio_pending, NULL, "The number of bytes pending in the memory BIO."},
    {"eof", memory_bio_eof, NULL, "Whether the memory BIO is at EOF."},
    {0},
};
Type memory_bio_type = {
    .name = "_ssl.MemoryBIO",
    .base = &object_type_object,
    .size = sizeof(MemoryBio),
    .root = {.cell_kind = {.release = memory_bio_release, .name = "_ssl.MemoryBIO"}},
    .new_instance = memory_bio_new,
    .init = ignore_init,
    .methods = methods,
    .getset = getset,
};
