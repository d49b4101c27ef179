/* io_internal.h - what the files of the module _io share.
 *
 * Layers, each an object that wraps the one below: TextIOWrapper - BufferedReader, -Writer, -Random -
 * FileIO. Each layer calls the one below directly when it is exactly of the builtin class, and by
 * attributes when a program wrote it.
 *
 * Finalizers. The layers of one file become unreachable together and in no order, but must be closed
 * from the top, or what is buffered is lost. So an object that is wrapped says so (`wrapped`) and
 * leaves its closing to the finalizer of the one above. */
#ifndef WEFT_MODULES_IO_INTERNAL_H
#define WEFT_MODULES_IO_INTERNAL_H

#include "modules/support.h"
#include "modules/thread_module.h"

#define IO_DEFAULT_BUFFER_SIZE 8192
/* Linux transfers at most this many bytes at once. */
#define IO_TRANSFER_MAX ((int64_t)0x7FFFF000)

typedef struct IoBase {
    Object object;
    uint8_t closed;     /* atomic; of classes that leave it to _IOBase */
    uint8_t wrapped;    /* atomic; somebody above closes it */
    uint8_t finalizing; /* atomic; its finalizer runs */
} IoBase;

/* A lock that its owner may take again; the thread is detached while it waits. */
typedef struct IoLock {
    Mutex mutex;
    uint64_t owner; /* atomic; ident of the holder, 0: none */
    int32_t depth;  /* of the holder */
} IoLock;
/* Raises (a signal handler); runs Python. */
bool io_lock_enter_slow(IoLock *lock);
static inline bool io_lock_is_mine(IoLock *lock) {
    return load_relaxed(&lock->owner) == thread_self()->ident;
}
static inline bool io_lock_enter(IoLock *lock) {
    if (io_lock_is_mine(lock)) {
        lock->depth++;
        return true;
    }
    if (unlikely(!mutex_try_acquire(&lock->mutex)) && !io_lock_enter_slow(lock)) return false;
    store_relaxed(&lock->owner, thread_self()->ident);
    lock->depth = 1;
    return true;
}
static inline void io_lock_leave(IoLock *lock) {
    if (--lock->depth > 0) return;
    store_relaxed(&lock->owner, (uint64_t)0);
    mutex_release(&lock->mutex);
}
void io_lock_reset(IoLock *lock); /* after a fork */

/* Raw memory on the heap. */
typedef struct IoBuffer {
    Cell cell;
    int64_t capacity; /* constant */
    uint8_t data[];
} IoBuffer;
IoBuffer *io_buffer_new(int64_t capacity); /* NULL: MemoryError */

extern Type io_base_type, raw_io_base_type, buffered_io_base_type, text_io_base_type;
extern Type file_io_type, bytes_io_type, bytes_io_buffer_type, string_io_type;
extern Type buffered_reader_type, buffered_writer_type, buffered_random_type, buffered_pair_type;
extern Type text_io_wrapper_type, newline_decoder_type;

/* io.UnsupportedOperation; NULL before the module is made. */
Type *io_unsupported(void);
Value raise_unsupported(const char *message);
/* io_base.c, for subclasses. Values as the methods return them; all run Python. */
bool io_check_closed(Value self, const char *message);       /* by its `closed` attribute */
int io_is_closed(Value self);                                /* 1, 0, -1 */
bool io_check_can(Value self, const char *method, const char *message);
Value io_base_close(Value self);                             /* flush, and mark as closed */
void io_finalize(Value self);                                /* the finalizer of all */
void io_set_wrapped(Value object, bool wrapped);
/* __getstate__ and __reduce_ex__ of what cannot be pickled. */
Value io_refuse_pickle(Value *args);
#define IO_NOT_PICKLED                                                                             \
    METHOD("__getstate__", io_refuse_pickle, "($self, /)", NULL),                                  \
    METHOD("__reduce_ex__", io_refuse_pickle, "($self, protocol, /)", NULL)
/* A new empty bytes, or from data. */
Value io_bytes(const void *data, int64_t length);
/* "size" arguments: None or absent is -1. False with an exception set. */
bool io_size_argument(Value v, int64_t *size);
bool io_offset_argument(Value v, int64_t *offset);

/* --- FileIO (io_file.c) ------------------------------------------------------------------------------ */
typedef struct FileIo {
    IoBase base;
    int fd;            /* atomic; -1: closed */
    uint8_t readable, writable, appending, created, close_fd; /* constant after __init__ */
    int8_t seekable;   /* atomic; -1: not known */
    uint8_t warned;    /* atomic */
    int32_t block_size; /* constant after __init__ */
} FileIo;
static inline FileIo *as_file_io(Value v) { return OBJECT_AS(FileIo, v); }
/* FileIO(name, mode, closefd, opener) */
Value file_io_open(Value name, const char *mode, bool close_fd, Value opener);
/* Reads or writes once: a count, -1 with an exception set, or -2 when it would block. */
int64_t file_io_read(FileIo *file, void *data, int64_t size);
int64_t file_io_write(FileIo *file, const void *data, int64_t size);
Value file_io_read_all(FileIo *file); /* bytes or None */
/* The new position; -1 with an exception set. */
int64_t file_io_seek(FileIo *file, int64_t offset, int whence);
Value file_io_close(Value self);
void file_io_warn_unclosed(FileIo *file, Value source);

/* --- buffered (io_buffered.c) --------------------------------------------------------------------------- */
Value buffered_new_reader(Value raw, int64_t size);
Value buffered_new_writer(Value raw, int64_t size);
Value buffered_new_random(Value raw, int64_t size);
static inline bool is_exact_buffered_writer(Value v) {
    return is_exactly(v, &buffered_writer_type) || is_exactly(v, &buffered_random_type);
}
static inline bool is_exact_buffered_reader(Value v) {
    return is_exactly(v, &buffered_reader_type) || is_exactly(v, &buffered_random_type);
}
/* For exact ones: write() and flush() without objects. */
bool buffered_write_bytes(Value self, const void *data, int64_t size);
bool buffered_flush_all(Value self);
/* read1() and read(-1). */
Value buffered_read_some(Value self, int64_t size);
int buffered_is_closed(Value self); /* 1, 0, -1 */
void buffered_warn_unclosed(Value self, Value source);
void buffered_after_fork(Value self);

/* --- newlines (io_newline.c) ------------------------------------------------------------------------------ */
enum { SEEN_CR = 1, SEEN_LF = 2, SEEN_CRLF = 4 };
typedef struct NewlineState {
    bool translate;  /* "\r\n" and "\r" become "\n" */
    bool pending_cr; /* the input so far ended in "\r", which was held back */
    uint8_t seen;    /* SEEN_*; atomic */
} NewlineState;
/* Takes the next decoded text. NULL: MemoryError. */
Str *newline_process(NewlineState *state, Str *text, bool final);
Value newline_seen_value(unsigned seen); /* what `newlines` shows */
/* How lines end. */
typedef enum LineEnd { LINE_END_LF, LINE_END_UNIVERSAL, LINE_END_CR, LINE_END_CRLF } LineEnd;
/* Where the line that starts at `start` ends (behind its end), or -1; *scanned: up to where it is
 * known that no line ends. Characters are of 1, 2 or 4 bytes. */
int64_t line_end_find(const void *data, unsigned kind, int64_t start, int64_t end, LineEnd mode);
/* Checks a newline argument: false with TypeError or ValueError. *text: NULL for None. */
bool newline_argument(Value v, const char **text, const char *function);
static inline LineEnd newline_line_end(const char *newline) {
    if (!newline || !strcmp(newline, "\n")) return LINE_END_LF;
    if (!*newline) return LINE_END_UNIVERSAL;
    return newline[1] ? LINE_END_CRLF : LINE_END_CR;
}

/* --- text (io_text_internal.h, io_text.c, io_stdio.c) ---------------------------------------------------------------------------- */
/* What close() returns: `pending`, the exception of the flush before it or VALUE_EMPTY, is raised, or becomes
 * the context of the one that closing raised (`result` is VALUE_ERROR then). */
Value io_close_result(Value pending, Value result);
/* -X warn_default_encoding: EncodingWarning. Runs Python. False: it became an exception. */
bool io_warn_default_encoding(int stack_level);
/* `encoding`, `errors`: strs or None; newline: NULL for None. */
Value text_io_new(Value buffer, Value encoding, Value errors, const char *newline,
                  bool line_buffering, bool write_through);
/* write(), for exact TextIOWrappers. Raises, may block, runs Python. */
bool text_io_write(Value self, Str *text);
void text_io_after_fork(Value self);
/* In the child of a fork: the standard streams' locks are free. */
void io_after_fork(void);

/* Creates sys.stdin, sys.stdout, sys.stderr and their __x__ twins. Raises. */
bool stdio_init(void);
/* Flushes sys.stdout and sys.stderr: -1 when stdout could not be (the error is reported). */
int stdio_flush(void);

#endif
