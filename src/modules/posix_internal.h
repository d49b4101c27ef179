/* posix_internal.h - what the files of the module posix share: path arguments, result types. */
#ifndef WEFT_MODULES_POSIX_INTERNAL_H
#define WEFT_MODULES_POSIX_INTERNAL_H

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include "modules/support.h"

/* A path as a function got it. Keep it on the C stack: the text lives while it is there. */
typedef struct PathArgument {
    Value object;     /* what the caller gave, after __fspath__: for messages */
    const char *text; /* for the system; NULL when a descriptor was given */
    int fd;           /* the descriptor, or -1 */
    bool is_bytes;    /* names derived from it are bytes */
    bool is_none;     /* nothing was given, where that is allowed: the text is "." */
} PathArgument;

enum { PATH_OR_FD = 1, PATH_OR_NONE = 2 };
/* Raises TypeError "FUNCTION: NAME should be string, bytes ..., not T", ValueError. Runs Python. */
bool path_argument(Value v, const char *function, const char *name, unsigned flags,
                   PathArgument *out);
/* *out keeps AT_FDCWD for VALUE_EMPTY and None. Raises. */
bool dir_fd_argument(Value v, int *out);
/* OSError for errno with the path(s). */
Value path_error(const PathArgument *path);
Value path_error_2(const PathArgument *first, const PathArgument *second);
/* A file name from the system as str, or bytes. */
Value file_name_value(const char *text, size_t length, bool as_bytes);
/* os.fspath(): str or bytes. */
Value path_fspath(Value v);

/* The types of structured results; made by the module's init. */
enum {
    RESULT_STAT, RESULT_STATVFS, RESULT_TERMINAL_SIZE, RESULT_TIMES, RESULT_UNAME, RESULT_WAITID,
    RESULT_SCHED_PARAM, RESULT_COUNT
};
extern Value posix_result_types[RESULT_COUNT];
static inline Type *posix_result_type(int which) {
    return OBJECT_AS(Type, posix_result_types[which]);
}

Value stat_result_value(const struct stat *status);
bool uid_argument(Value v, const char *what, unsigned *out); /* "uid" or "gid" */

/* NULL-terminated texts in malloc'ed memory, for exec. */
char **string_array_from(Value list_or_tuple, const char *function, const char *what);
char **environment_from(Value mapping);
void string_array_free(char **strings);

/* os.fork() with its hooks; -1 with an exception set. */
pid_t posix_fork(void);
/* What os.fork() does around it, for other ways to fork. */
bool fork_run_before(void);
void fork_run_after_parent(void);
void fork_run_after_child(void);

extern const MethodDef posix_file_functions[], posix_directory_functions[], posix_fd_functions[],
    posix_process_functions[], posix_exec_functions[], posix_system_functions[];
/* cls[item] as types.GenericAlias: for __class_getitem__ tables. */
Value generic_class_getitem(Value *args);
extern Type dir_entry_type, scandir_iterator_type;
bool posix_add_constants(Module *module);
bool posix_add_process_types(Module *module);

#endif
