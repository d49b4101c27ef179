/* termios_module.c - the module termios: control of terminals. */
#include <sys/ioctl.h>
#include <termios.h>
#include "modules/support.h"

static Value termios_error; /* the class; a root */

static Value raise_termios(void) {
    int number = errno;
    Str *text = str_from_c(strerror(number));
    if (!text) return VALUE_ERROR;
    Value exception = call_2(termios_error, smallint_value(number), object_value(text));
    return is_error(exception) ? exception : raise_value(exception);
}

static Value none_or_error(int result) { return result == 0 ? VALUE_NONE : raise_termios(); }

static Value control_characters(const struct termios *mode) {
    List *list = list_new(NCCS);
    if (!list) return VALUE_ERROR;
    for (int i = 0; i < NCCS; i++) {
        bool number = (mode->c_lflag & ICANON) == 0 && (i == VMIN || i == VTIME);
        Value item = int_value(mode->c_cc[i]);
        if (!number) {
            Bytes *byte = bytes_from(&mode->c_cc[i], 1);
            if (!byte) return VALUE_ERROR;
            item = object_value(byte);
        }
        if (!list_append(list, item)) return VALUE_ERROR;
    }
    return object_value(list);
}

static Value termios_tcgetattr(Value *args) {
    int fd;
    struct termios mode;
    if (!argument_fd(args[1], &fd)) return VALUE_ERROR;
    if (DETACHED(tcgetattr(fd, &mode)) != 0) return raise_termios();
    Value characters = control_characters(&mode);
    if (is_error(characters)) return characters;
    Value items[] = {
        int_value(mode.c_iflag), int_value(mode.c_oflag), int_value(mode.c_cflag),
        int_value(mode.c_lflag), int_value(cfgetispeed(&mode)), int_value(cfgetospeed(&mode)),
        characters,
    };
    List *list = list_from_array(items, ARRAY_LENGTH(items));
    return list ? object_value(list) : VALUE_ERROR;
}

static bool set_characters(Value v, struct termios *mode) {
    if (!is_list(v) || list_length(as_list(v)) != NCCS) {
        raise_error(&TypeError, "tcsetattr: attributes[6] must be %d element list", NCCS);
        return false;
    }
    for (int i = 0; i < NCCS; i++) {
        Value item = list_get(as_list(v), i);
        int64_t number = 0;
        if (is_bytes(item) && as_bytes(item)->length == 1) {
            mode->c_cc[i] = as_bytes(item)->data[0];
        } else if (is_int(item)) {
            if (!argument_int64(item, &number)) return false;
            mode->c_cc[i] = (cc_t)number;
        } else {
            raise_error(&TypeError, "tcsetattr: elements of attributes must be characters or integers");
            return false;
        }
    }
    return true;
}

static Value termios_tcsetattr(Value *args) {
    int fd, when = 0;
    struct termios mode;
    if (!argument_fd(args[1], &fd) || !argument_int(args[2], &when)) return VALUE_ERROR;
    if (!is_list(args[3]) || list_length(as_list(args[3])) != 7)
        return raise_error(&TypeError, "tcsetattr, arg 3: must be 7 element list");
    if (DETACHED(tcgetattr(fd, &mode)) != 0) return raise_termios();
    int64_t numbers[6] = {0};
    for (int i = 0; i < 6; i++)
        if (!argument_int64(list_get(as_list(args[3]), i), &numbers[i])) return VALUE_ERROR;
    mode.c_iflag = (tcflag_t)numbers[0];
    mode.c_oflag = (tcflag_t)numbers[1];
    mode.c_cflag = (tcflag_t)numbers[2];
    mode.c_lflag = (tcflag_t)numbers[3];
    if (!set_characters(list_get(as_list(args[3]), 6), &mode)) return VALUE_ERROR;
    if (cfsetispeed(&mode, (speed_t)numbers[4]) != 0 || cfsetospeed(&mode, (speed_t)numbers[5]) != 0)
        return raise_termios();
    return none_or_error(DETACHED(tcsetattr(fd, when, &mode)));
}

static Value termios_tcsendbreak(Value *args) {
    int fd, duration = 0;
    if (!argument_fd(args[1], &fd) || !argument_int(args[2], &duration)) return VALUE_ERROR;
    return none_or_error(DETACHED(tcsendbreak(fd, duration)));
}

static Value termios_tcdrain(Value *args) {
    int fd;
    return argument_fd(args[1], &fd) ? none_or_error(DETACHED(tcdrain(fd))) : VALUE_ERROR;
}

static Value termios_tcflush(Value *args) {
    int fd, queue = 0;
    if (!argument_fd(args[1], &fd) || !argument_int(args[2], &queue)) return VALUE_ERROR;
    return none_or_error(DETACHED(tcflush(fd, queue)));
}

static Value termios_tcflow(Value *args) {
    int fd, action = 0;
    if (!argument_fd(args[1], &fd) || !argument_int(args[2], &action)) return VALUE_ERROR;
    return none_or_error(DETACHED(tcflow(fd, action)));
}

static Value termios_tcgetwinsize(Value *args) {
    int fd;
    struct winsize size;
    if (!argument_fd(args[1], &fd)) return VALUE_ERROR;
    if (ioctl(fd, TIOCGWINSZ, &size) != 0) return raise_termios();
    Tuple *pair = tuple_pack(2, int_value(size.ws_row), int_value(size.ws_col));
    return pair ? object_value(pair) : VALUE_ERROR;
}

static Value termios_tcsetwinsize(Value *args) {
    int fd;
    int64_t rows = 0, columns = 0;
    struct winsize size;
    if (!argument_fd(args[1], &fd)) return VALUE_ERROR;
    Tuple *pair = is_sequence(args[2]) ? tuple_from_iterable(args[2]) : NULL;
    if (!pair || pair->length != 2) {
        error_clear();
        return raise_error(&TypeError, "tcsetwinsize, arg 2: must be a two-item sequence");
    }
    if (!argument_int64(pair->items[0], &rows) || !argument_int64(pair->items[1], &columns))
        return VALUE_ERROR;
    if (ioctl(fd, TIOCGWINSZ, &size) != 0) return raise_termios();
    size.ws_row = (unsigned short)rows;
    size.ws_col = (unsigned short)columns;
    if (size.ws_row != rows || size.ws_col != columns)
        return raise_error(&OverflowError, "winsize value(s) out of range.");
    return none_or_error(ioctl(fd, TIOCSWINSZ, &size));
}

static const MethodDef functions[] = {
    METHOD("tcgetattr", termios_tcgetattr, "($module, fd, /)", "The terminal's settings, a list."),
    METHOD("tcsetattr", termios_tcsetattr, "($module, fd, when, attributes, /)",
           "Set the terminal's settings."),
    METHOD("tcsendbreak", termios_tcsendbreak, "($module, fd, duration, /)", "Send a break."),
    METHOD("tcdrain", termios_tcdrain, "($module, fd, /)", "Wait until all is sent."),
    METHOD("tcflush", termios_tcflush, "($module, fd, queue, /)", "Drop what is queued."),
    METHOD("tcflow", termios_tcflow, "($module, fd, action, /)", "Stop or restart the flow."),
    METHOD("tcgetwinsize", termios_tcgetwinsize, "($module, fd, /)", "Rows and columns."),
    METHOD("tcsetwinsize", termios_tcsetwinsize, "($module, fd, winsize, /)",
           "Set rows and columns."),
    {0},
};
static const struct {
    const char *name;
    int64_t value;
} constants[] = {
#define C(name) {#name, (int64_t)(name)},
#include "modules/termios_constants.def"
#undef C
};

static bool init(Module *module) {
    Type *error = type_create("termios", "error", &exc_Exception, NULL);
    if (!error) return false;
    termios_error = object_value(error);
    module_root(&termios_error);
    for (size_t i = 0; i < ARRAY_LENGTH(constants); i++)
        if (!module_add_int(module, constants[i].name, constants[i].value)) return false;
    return module_add(module, "error", termios_error);
}

const NativeModule module_termios = {
    .name = "termios",
    .doc = "Control of terminals.",
    .functions = functions,
    .init = init,
};
