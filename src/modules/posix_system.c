/* posix_system.c - the module posix: the environment, the system's configuration, random bytes. */
#include <limits.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/utsname.h>
#include "modules/posix_internal.h"

#define RANDOM_MAX ((int64_t)1 << 31)

/* --- environment ------------------------------------------------------------------------------------- */

static Value posix_putenv(Value *args) {
    PathArgument name, value;
    if (!path_argument(args[1], "putenv", "name", 0, &name) ||
        !path_argument(args[2], "putenv", "value", 0, &value))
        return VALUE_ERROR;
    if (strchr(name.text, '='))
        return raise_error(&ValueError, "illegal environment variable name");
    return setenv(name.text, value.text, 1) == 0 ? VALUE_NONE : raise_errno();
}

static Value posix_unsetenv(Value *args) {
    PathArgument name;
    if (!path_argument(args[1], "unsetenv", "name", 0, &name)) return VALUE_ERROR;
    return unsetenv(name.text) == 0 ? VALUE_NONE : raise_errno();
}

/* --- configuration ------------------------------------------------------------------------------------- */

typedef struct ConfigName {
    const char *name;
    int value;
} ConfigName;
static const ConfigName sysconf_names[] = {
#define SYSCONF(name) {#name, _##name},
#include "modules/posix_names.def"
    {NULL, 0},
};
static const ConfigName pathconf_names[] = {
#define PATHCONF(name) {#name, _##name},
#include "modules/posix_names.def"
    {NULL, 0},
};
static const ConfigName confstr_names[] = {
#define CONFSTR(name) {#name, _##name},
#include "modules/posix_names.def"
    {NULL, 0},
};

static bool config_argument(Value v, const ConfigName *names, int *out) {
    *out = 0;
    if (is_int(v)) return argument_int(v, out);
    if (!is_str(v)) {
        raise_error(&TypeError, "configuration names must be strings or integers");
        return false;
    }
    for (; names->name; names++) {
        if (!str_equal_c(as_str(v), names->name)) continue;
        *out = names->value;
        return true;
    }
    raise_error(&ValueError, "unrecognized configuration name");
    return false;
}

static Value posix_sysconf(Value *args) {
    int name;
    if (!config_argument(args[1], sysconf_names, &name)) return VALUE_ERROR;
    errno = 0;
    long value = sysconf(name);
    return value == -1 && errno != 0 ? raise_errno() : int_value(value);
}

static Value posix_fpathconf(Value *args) {
    int fd = 0, name;
    if (!argument_int(args[1], &fd) || !config_argument(args[2], pathconf_names, &name))
        return VALUE_ERROR;
    errno = 0;
    long value = fpathconf(fd, name);
    return value == -1 && errno != 0 ? raise_errno() : int_value(value);
}

static Value posix_pathconf(Value *args) {
    PathArgument path;
    int name;
    if (!path_argument(args[1], "pathconf", "path", PATH_OR_FD, &path) ||
        !config_argument(args[2], pathconf_names, &name))
        return VALUE_ERROR;
    errno = 0;
    long value = path.text ? pathconf(path.text, name) : fpathconf(path.fd, name);
    return value == -1 && errno != 0 ? path_error(&path) : int_value(value);
}

static Value posix_confstr(Value *args) {
    int name;
    char buffer[4096];
    if (!config_argument(args[1], confstr_names, &name)) return VALUE_ERROR;
    errno = 0;
    size_t size = confstr(name, buffer, sizeof buffer);
    if (size == 0) return errno ? raise_errno() : VALUE_NONE;
    return file_name_value(buffer, strlen(buffer), false);
}

static Value posix_cpu_count(Value *args) {
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count > 0 ? int_value(count) : VALUE_NONE;
}

static Value posix_getloadavg(Value *args) {
    double loads[3];
    if (getloadavg(loads, 3) != 3)
        return raise_error(&OSError, "Load averages are unobtainable");
    Tuple *tuple = tuple_pack(3, double_value(loads[0]), double_value(loads[1]), double_value(loads[2]));
    return tuple ? object_value(tuple) : VALUE_ERROR;
}

static Value posix_uname(Value *args) {
    struct utsname name;
    Value items[5];
    if (uname(&name) != 0) return raise_errno();
    const char *texts[] = {name.sysname, name.nodename, name.release, name.version, name.machine};
    for (int i = 0; i < 5; i++) {
        items[i] = file_name_value(texts[i], strlen(texts[i]), false);
        if (is_error(items[i])) return VALUE_ERROR;
    }
    return structseq_new(posix_result_type(RESULT_UNAME), items);
}

static Value posix_ctermid(Value *args) {
    char name[L_ctermid];
    ctermid(name);
    return file_name_value(name, strlen(name), false);
}

static Value posix_getlogin(Value *args) {
    char name[256];
    errno = DETACHED(getlogin_r(name, sizeof name));
    return errno ? raise_errno() : file_name_value(name, strlen(name), false);
}

static Value posix_strerror(Value *args) {
    int number = 0;
    if (!argument_int(args[1], &number)) return VALUE_ERROR;
    const char *text = strerror(number);
    if (!text) return raise_error(&ValueError, "strerror() argument out of range");
    return file_name_value(text, strlen(text), false);
}

static Value posix_umask(Value *args) {
    int mask = 0;
    return argument_int(args[1], &mask) ? int_value(umask((mode_t)mask)) : VALUE_ERROR;
}

static Value posix_sync(Value *args) {
    DETACHED((sync(), 0));
    return VALUE_NONE;
}

/* --- random bytes ----------------------------------------------------------------------------------------- */

static Value posix_urandom(Value *args) {
    int64_t size = 0;
    if (!argument_int64(args[1], &size)) return VALUE_ERROR;
    if (size < 0) return raise_error(&ValueError, "negative argument not allowed");
    if (size > RANDOM_MAX) return raise_memory_error();
    Bytes *bytes = bytes_new(size);
    if (!bytes) return VALUE_ERROR;
    os_random(bytes->data, (size_t)size);
    return object_value(bytes);
}

static Value posix_getrandom(Value *args) {
    int64_t size = 0;
    int flags = 0;
    if (!argument_int64(args[1], &size) || !argument_int(args[2], &flags)) return VALUE_ERROR;
    if (size < 0) {
        errno = EINVAL;
        return raise_errno();
    }
    if (size > RANDOM_MAX) return raise_memory_error();
    Bytes *bytes = bytes_new(size);
    if (!bytes) return VALUE_ERROR;
    ssize_t got = RETRY_EINTR(getrandom(bytes->data, (size_t)size, (unsigned)flags));
    if (got < 0) return raise_errno();
    if (got == size) return object_value(bytes);
    Bytes *copy = bytes_from(bytes->data, (size_t)got);
    return copy ? object_value(copy) : VALUE_ERROR;
}

/* --- constants -------------------------------------------------------------------------------------------- */

static bool add_names(Module *module, const char *name, const ConfigName *names) {
    Dict *dict = dict_new();
    if (!dict) return false;
    for (; names->name; names++)
        if (!dict_set_c(dict, names->name, int_value(names->value))) return false;
    return module_add(module, name, object_value(dict));
}

static bool add_environment(Module *module) {
    Dict *dict = dict_new();
    if (!dict) return false;
    for (char **entry = environ; entry && *entry; entry++) {
        const char *equals = strchr(*entry, '=');
        if (!equals) continue;
        Bytes *key = bytes_from(*entry, (size_t)(equals - *entry));
        Bytes *value = bytes_from(equals + 1, strlen(equals + 1));
        if (!key || !value) return false;
        if (is_error(dict_set_default(dict, object_value(key), object_value(value)))) return false;
    }
    return module_add(module, "environ", object_value(dict));
}

/* What os.py makes its supports_* sets from. */
static bool add_have_functions(Module *module) {
    static const char *const names[] = {
        "HAVE_EVENTFD", "HAVE_FACCESSAT", "HAVE_FCHDIR", "HAVE_FCHMOD", "HAVE_FCHMODAT",
        "HAVE_FCHOWN", "HAVE_FCHOWNAT", "HAVE_FEXECVE", "HAVE_FDOPENDIR", "HAVE_FPATHCONF",
        "HAVE_FSTATAT", "HAVE_FSTATVFS", "HAVE_FTRUNCATE", "HAVE_FUTIMENS", "HAVE_FUTIMES",
        "HAVE_FUTIMESAT", "HAVE_LINKAT", "HAVE_LCHOWN", "HAVE_LSTAT", "HAVE_LUTIMES",
        "HAVE_MEMFD_CREATE", "HAVE_MKDIRAT", "HAVE_MKFIFOAT", "HAVE_MKNODAT", "HAVE_OPENAT",
        "HAVE_READLINKAT", "HAVE_RENAMEAT", "HAVE_SYMLINKAT", "HAVE_UNLINKAT", "HAVE_UTIMENSAT",
    };
    List *list = list_new((int64_t)ARRAY_LENGTH(names));
    if (!list) return false;
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
        Str *name = str_from_c(names[i]);
        if (!name || !list_append(list, object_value(name))) return false;
    }
    return module_add(module, "_have_functions", object_value(list));
}

bool posix_add_constants(Module *module) {
    return add_names(module, "sysconf_names", sysconf_names) &&
           add_names(module, "pathconf_names", pathconf_names) &&
           add_names(module, "confstr_names", confstr_names) && add_environment(module) &&
           add_have_functions(module);
}

#define FUNCTION(name, signature, doc) METHOD(#name, posix_##name, signature, doc)
#define AUDITED_FUNCTION(audit, name, signature, doc) AUDITED(audit, #name, posix_##name, signature, doc)
const MethodDef posix_system_functions[] = {
    AUDITED_FUNCTION("os.putenv 1 2", putenv, "($module, name, value, /)", "Set a variable of the environment."),
    AUDITED_FUNCTION("os.unsetenv 1", unsetenv, "($module, name, /)", "Remove a variable of the environment."),
    FUNCTION(sysconf, "($module, name, /)", "A number of the system's configuration."),
    FUNCTION(fpathconf, "($module, fd, name, /)", "A limit of an open file."),
    FUNCTION(pathconf, "($module, /, path, name)", "A limit of a file."),
    FUNCTION(confstr, "($module, name, /)", "A text of the system's configuration."),
    FUNCTION(cpu_count, "($module, /)", "The number of processors."),
    FUNCTION(getloadavg, "($module, /)", "The load averages over 1, 5 and 15 minutes."),
    FUNCTION(uname, "($module, /)", "What the system is called."),
    FUNCTION(ctermid, "($module, /)", "The name of the controlling terminal."),
    FUNCTION(getlogin, "($module, /)", "The name of the user who logged in."),
    FUNCTION(strerror, "($module, code, /)", "The message for an error number."),
    FUNCTION(umask, "($module, mask, /)", "Set the mask of permissions; returns the old one."),
    FUNCTION(sync, "($module, /)", "Write everything to the disks."),
    FUNCTION(urandom, "($module, size, /)", "Random bytes, fit for cryptography."),
    FUNCTION(getrandom, "($module, /, size, flags=0)", "Random bytes from the kernel."),
    {0},
};
