/* faulthandler_dump.c - writing where threads are, when nothing may be relied on.
 *
 * The threads whose frames are read may be running, or have crashed half-way through changing them. So no
 * pointer is followed before what it points to has been copied by safe_copy(), which lets the kernel look:
 * write() to a pipe of memory that is not mapped fails with EFAULT, where a load would crash. What was
 * copied may still be of another age than what pointed to it (a frame that was popped, a code object that
 * the collector has given to somebody else): types are compared, lengths bounded, chains counted, and
 * what does not fit is written as "???". At worst a line is wrong; a crash is impossible.
 *
 * One dump at a time: whoever finds another thread dumping waits for a second at most. A dump that comes
 * upon itself, by a fault in here, gives up. */
#include "modules/faulthandler_dump.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/os.h"
#include "types/bytes.h"
#include "vm/frame.h"

enum { FRAMES_MAX = 100, THREADS_MAX = 100, TEXT_MAX = 500, COPY_MAX = 4096, POSITIONS_MAX = 1 << 16 };

static int pipe_in = -1, pipe_out = -1;
static pid_t pipe_owner; /* a fork's child must not share it */
static uint32_t dumper; /* atomic; native id of the thread that dumps, or 0 */

/* Under `dumper`. */
static union {
    Bytes bytes;
    char space[sizeof(Bytes) + POSITIONS_MAX];
} positions;
static char characters[TEXT_MAX * 4];

bool dump_init(void) {
    int ends[2];
    if (pipe_owner == getpid()) return true;
    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) return false;
    if (pipe_owner) close(pipe_in), close(pipe_out);
    pipe_owner = getpid();
    pipe_out = ends[0];
    pipe_in = ends[1];
    return true;
}

/* --- writing -------------------------------------------------------------------------------------------- */

static void put(int fd, const char *text, size_t length) {
    while (length > 0) {
        ssize_t written = write(fd, text, length);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return;
        text += written;
        length -= (size_t)written;
    }
}

void dump_text(int fd, const char *text) { put(fd, text, strlen(text)); }

static void put_decimal(int fd, uint64_t number) {
    char digits[24], *out = digits + sizeof digits;
    do *--out = (char)('0' + number % 10);
    while (number /= 10);
    put(fd, out, (size_t)(digits + sizeof digits - out));
}

static void put_hexadecimal(int fd, uint64_t number, int width) {
    char digits[16];
    for (int i = width; i-- > 0; number >>= 4) digits[i] = "0123456789abcdef"[number & 15];
    put(fd, digits, (size_t)width);
}

/* --- reading -------------------------------------------------------------------------------------------- */

static void drain(void) {
    char waste[COPY_MAX];
    while (read(pipe_out, waste, sizeof waste) > 0) continue;
}

/* False when not all of it could be read. */
static bool safe_copy(void *target, const void *source, size_t size) {
    char *to = target;
    const char *from = source;
    while (size > 0) {
        size_t part = size < COPY_MAX ? size : COPY_MAX;
        ssize_t sent = write(pipe_in, from, part);
        if (sent < 0 && errno == EINTR) continue;
        if (sent <= 0) return false;
        for (ssize_t got = 0; got < sent;) {
            ssize_t n = read(pipe_out, to + got, (size_t)(sent - got));
            if (n < 0 && errno == EINTR) continue;
            if (n <= 0) return false;
            got += n;
        }
        to += sent;
        from += sent;
        size -= (size_t)sent;
    }
    return true;
}

/* Copies the object's struct when it is one of `type`. */
static bool copy_object(void *target, size_t size, const void *source, const Type *type) {
    Shape shape;
    return source && safe_copy(target, source, size) && safe_copy(&shape, ((Object *)target)->shape, sizeof shape) &&
           shape.type == type;
}

/* --- texts and lines -------------------------------------------------------------------------------------- */

static void put_character(int fd, uint32_t c) {
    char byte = (char)c;
    if (c >= ' ' && c < 0x7F) {
        put(fd, &byte, 1);
    } else {
        dump_text(fd, c < 0x100 ? "\\x" : c < 0x10000 ? "\\u" : "\\U");
        put_hexadecimal(fd, c, c < 0x100 ? 2 : c < 0x10000 ? 4 : 8);
    }
}

static void put_str(int fd, const Str *source) {
    Str text;
    bool known = copy_object(&text, sizeof text, source, &str_type);
    unsigned kind = known ? str_kind(&text) : 0;
    if ((kind != 1 && kind != 2 && kind != 4) || text.length < 0) {
        dump_text(fd, "???");
        return;
    }
    int64_t length = text.length < TEXT_MAX ? text.length : TEXT_MAX;
    if (!safe_copy(characters, text.data, (size_t)length * kind)) {
        dump_text(fd, "???");
        return;
    }
    for (int64_t i = 0; i < length; i++) put_character(fd, point_read(kind, characters, i));
    if (length < text.length) dump_text(fd, "...");
}

/* The line of the instruction, 0: not to be found. `code` is a copy, its positions become one. */
static int line_of(Code *code, const Instruction *pc) {
    Bytes header;
    if (!copy_object(&header, sizeof header, code->positions, &bytes_type)) return 0;
    int64_t index = pc - code->instructions;
    if (index < 0 || index >= (int64_t)code->instruction_count || header.length < 0) return 0;
    positions.bytes = header;
    if (header.length > POSITIONS_MAX) positions.bytes.length = POSITIONS_MAX;
    if (!safe_copy(positions.bytes.data, code->positions->data, (size_t)positions.bytes.length)) return 0;
    code->positions = &positions.bytes;
    int line = code_line(code, (int)index);
    return line > 0 ? line : 0;
}

static void put_frame(int fd, const Frame *frame) {
    Code code;
    if (!copy_object(&code, sizeof code, frame->code, &code_type)) {
        dump_text(fd, "  File ???\n");
        return;
    }
    int line = line_of(&code, frame->pc);
    dump_text(fd, "  File \"");
    put_str(fd, code.filename);
    dump_text(fd, "\", line ");
    if (line) put_decimal(fd, (uint64_t)line);
    else dump_text(fd, "???");
    dump_text(fd, " in ");
    put_str(fd, code.name);
    dump_text(fd, "\n");
}

static void put_frames(int fd, const Context *context) {
    const Frame *next = load_acquire((Frame *const *)&context->frame);
    if (!next) dump_text(fd, "  <no Python frame>\n");
    for (int depth = 0; next; depth++) {
        Frame frame;
        if (depth == FRAMES_MAX) {
            dump_text(fd, "  ...\n");
            return;
        }
        if (!safe_copy(&frame, next, sizeof frame)) {
            dump_text(fd, "  File ???\n");
            return;
        }
        put_frame(fd, &frame);
        next = frame.previous;
    }
}

/* --- threads ------------------------------------------------------------------------------------------------ */

static bool begin_dump(void) {
    uint32_t self = (uint32_t)syscall(SYS_gettid);
    int64_t limit = os_monotonic_ns() + 1000000000;
    for (uint32_t owner = 0; !cas_acq_rel(&dumper, &owner, self); owner = 0) {
        if (owner == self) return false;
        if (os_monotonic_ns() > limit) return false;
        sched_yield();
    }
    if (!dump_init()) {
        store_release(&dumper, 0u);
        return false;
    }
    drain();
    return true;
}

static void end_dump(void) { store_release(&dumper, 0u); }

void dump_stack(int fd, const Thread *thread) {
    dump_text(fd, "Stack (most recent call first):\n");
    if (!begin_dump()) return;
    put_frames(fd, (const Context *)thread);
    end_dump();
}

/* The newest thread: the list's head, found from one that is known. Thread structs are never freed. */
static const Thread *newest_thread(const Thread *from) {
    for (int i = 0; i < 1 << 16; i++) {
        const Thread *newer = load_relaxed((Thread *const *)&from->previous);
        if (!newer) break;
        from = newer;
    }
    return from;
}

void dump_threads(int fd, const Thread *current) {
    const Thread *thread = newest_thread(current ? current : thread_main());
    if (!begin_dump()) return;
    for (int count = 0; thread; count++, thread = load_relaxed((Thread *const *)&thread->next)) {
        if (count) dump_text(fd, "\n");
        if (count == THREADS_MAX) {
            dump_text(fd, "...\n");
            break;
        }
        dump_text(fd, thread == current ? "Current thread 0x" : "Thread 0x");
        put_hexadecimal(fd, thread->ident, 16);
        dump_text(fd, " (most recent call first):\n");
        put_frames(fd, (const Context *)thread);
    }
    end_dump();
}
