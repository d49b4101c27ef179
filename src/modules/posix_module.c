/* posix_module.c - the module posix: its tables put together. The library's os.py wraps it. */
#include <dlfcn.h>
#include <limits.h>
#include <linux/limits.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <sysexits.h>
#include "modules/posix_internal.h"

Value posix_result_types[RESULT_COUNT];

static const char *const stat_fields[] = {
    "st_mode", "st_ino", "st_dev", "st_nlink", "st_uid", "st_gid", "st_size", NULL, NULL, NULL,
    "st_atime", "st_mtime", "st_ctime", "st_atime_ns", "st_mtime_ns", "st_ctime_ns", "st_blksize",
    "st_blocks", "st_rdev"};
static const char *const statvfs_fields[] = {"f_bsize", "f_frsize", "f_blocks", "f_bfree",
                                             "f_bavail", "f_files", "f_ffree", "f_favail",
                                             "f_flag", "f_namemax", "f_fsid"};
static const char *const terminal_fields[] = {"columns", "lines"};
static const char *const times_fields[] = {"user", "system", "children_user", "children_system",
                                           "elapsed"};
static const char *const uname_fields[] = {"sysname", "nodename", "release", "version", "machine"};
static const char *const waitid_fields[] = {"si_pid", "si_uid", "si_signo", "si_status", "si_code"};
static const char *const sched_fields[] = {"sched_priority"};

static const struct {
    const char *name, *attribute, *doc;
    const char *const *fields;
    int visible, total;
} result_types[RESULT_COUNT] = {
    [RESULT_STAT] = {"os.stat_result", "stat_result", "What stat() knows of a file.", stat_fields, 10,
                     19},
    [RESULT_STATVFS] = {"os.statvfs_result", "statvfs_result", "What is known of a file system.",
                        statvfs_fields, 10, 11},
    [RESULT_TERMINAL_SIZE] = {"os.terminal_size", "terminal_size",
                              "A tuple of (columns, lines) for holding terminal window size",
                              terminal_fields, 2, 2},
    [RESULT_TIMES] = {"posix.times_result", "times_result", "Processor times.", times_fields, 5, 5},
    [RESULT_UNAME] = {"posix.uname_result", "uname_result", "What the system is called.",
                      uname_fields, 5, 5},
    [RESULT_WAITID] = {"posix.waitid_result", "waitid_result", "A child's change of state.",
                       waitid_fields, 5, 5},
    [RESULT_SCHED_PARAM] = {"posix.sched_param", "sched_param", "Scheduling parameters.",
                            sched_fields, 1, 1},
};

static bool add_result_types(Module *module) {
    for (int i = 0; i < RESULT_COUNT; i++) {
        Type *type = structseq_type_new(result_types[i].name, result_types[i].doc,
                                        result_types[i].fields, result_types[i].visible,
                                        result_types[i].total);
        if (!type) return false;
        posix_result_types[i] = object_value(type);
        module_root(&posix_result_types[i]);
        if (!module_add(module, result_types[i].attribute, posix_result_types[i])) return false;
    }
    return true;
}

/* memfd_create() flags for a page size of 2^log2 bytes. */
#define HUGE(log2) ((int64_t)(log2) << 26)

static const struct {
    const char *name;
    int64_t value;
} constants[] = {
#define CONSTANT(name) {#name, (int64_t)(name)},
#include "modules/posix_constants.def"
    {"SCHED_RESET_ON_FORK", 0x40000000}, {"POSIX_SPAWN_OPEN", 0}, {"POSIX_SPAWN_CLOSE", 1},
    {"POSIX_SPAWN_DUP2", 2}, {"XATTR_SIZE_MAX", 65536}, {"EX_OK", 0},
    {"MFD_HUGE_SHIFT", 26}, {"MFD_HUGE_MASK", 0x3F}, {"MFD_HUGE_64KB", HUGE(16)},
    {"MFD_HUGE_512KB", HUGE(19)}, {"MFD_HUGE_1MB", HUGE(20)}, {"MFD_HUGE_2MB", HUGE(21)},
    {"MFD_HUGE_8MB", HUGE(23)}, {"MFD_HUGE_16MB", HUGE(24)}, {"MFD_HUGE_32MB", HUGE(25)},
    {"MFD_HUGE_256MB", HUGE(28)}, {"MFD_HUGE_512MB", HUGE(29)}, {"MFD_HUGE_1GB", HUGE(30)},
    {"MFD_HUGE_2GB", HUGE(31)}, {"MFD_HUGE_16GB", HUGE(34)},
};

static bool add_functions(Module *module, const MethodDef *def) {
    Str *name = str_intern_c("posix");
    for (; def->name; def++) {
        Value function = native_function_new(def, object_value(module), object_value(name));
        if (is_error(function) || !module_add(module, def->name, function)) return false;
    }
    return true;
}

static bool init(Module *module) {
    for (size_t i = 0; i < ARRAY_LENGTH(constants); i++)
        if (!module_add_int(module, constants[i].name, constants[i].value)) return false;
    return add_functions(module, posix_file_functions) &&
           add_functions(module, posix_directory_functions) &&
           add_functions(module, posix_fd_functions) &&
           add_functions(module, posix_process_functions) &&
           add_functions(module, posix_exec_functions) &&
           add_functions(module, posix_system_functions) && add_result_types(module) &&
           posix_add_process_types(module) && posix_add_constants(module) &&
           module_add(module, "error", object_value(&OSError)) &&
           module_add(module, "DirEntry", object_value(&dir_entry_type));
}

static Type *const types[] = {&dir_entry_type, &scandir_iterator_type, NULL};

const NativeModule module_posix = {
    .name = "posix",
    .doc = "The operating system's functions; programs use them through the module os.",
    .types = types,
    .init = init,
};
