/* sys_info.c - the constants of `sys`: versions, limits, flags, paths. */
#include "modules/sys.h"

#include <float.h>
#include <stdlib.h>
#include <sys/utsname.h>
#include <unistd.h>
#include "modules/registry.h"
#include "types/dict.h"
#include "types/float.h"
#include "types/int.h"
#include "types/list.h"
#include "types/namespace.h"
#include "types/set.h"
#include "types/str.h"
#include "types/structseq.h"

/* The language and library that this is: Debian 12's python3.11. */
enum { VERSION_MAJOR = 3, VERSION_MINOR = 11, VERSION_MICRO = 2 };
#define VERSION_TEXT "3.11.2"
#define HEX_VERSION 0x030B02F0

static Value text(const char *utf8) {
    Str *s = str_from_c(utf8);
    return s ? object_value(s) : VALUE_ERROR;
}

/* --- version_info, implementation ----------------------------------------------------------------- */

static Type *version_type, *flags_type; /* made once, by sys_add_information() */

static Value make_version_info(void) {
    static const char *const fields[] = {"major", "minor", "micro", "releaselevel", "serial"};
    if (!version_type)
        version_type = structseq_type_new_sealed("sys.version_info", "The version of the language.", fields, 5, 5);
    Value items[5] = {int_value(VERSION_MAJOR), int_value(VERSION_MINOR), int_value(VERSION_MICRO),
                      text("final"), int_value(0)};
    return is_error(items[3]) ? VALUE_ERROR : structseq_new(version_type, items);
}

static Value make_implementation(Value version_info) {
    Dict *fields = dict_new();
    Value name = text("weft"), tag = text("weft-311"), multiarch = text("x86_64-linux-gnu");
    struct utsname system;
    if (uname(&system) == 0 && strcmp(system.machine, "aarch64") == 0)
        multiarch = text("aarch64-linux-gnu");
    if (!fields || is_error(name) || is_error(tag) || is_error(multiarch) ||
        !dict_set_c(fields, "name", name) || !dict_set_c(fields, "cache_tag", tag) ||
        !dict_set_c(fields, "version", version_info) ||
        !dict_set_c(fields, "hexversion", int_value(HEX_VERSION)) ||
        !dict_set_c(fields, "_multiarch", multiarch))
        return VALUE_ERROR;
    return namespace_new(fields);
}

/* --- numbers -------------------------------------------------------------------------------------- */

static Value make_float_info(void) {
    static const char *const fields[] = {"max", "max_exp", "max_10_exp", "min", "min_exp", "min_10_exp",
                                         "dig", "mant_dig", "epsilon", "radix", "rounds"};
    Type *type = structseq_type_new("sys.float_info", "Limits of floating point numbers.", fields, 11, 11);
    Value items[11] = {double_value(DBL_MAX), int_value(DBL_MAX_EXP), int_value(DBL_MAX_10_EXP),
                       double_value(DBL_MIN), int_value(DBL_MIN_EXP), int_value(DBL_MIN_10_EXP),
                       int_value(DBL_DIG), int_value(DBL_MANT_DIG), double_value(DBL_EPSILON),
                       int_value(FLT_RADIX), int_value(1)};
    return structseq_new(type, items);
}

static Value make_int_info(void) {
    static const char *const fields[] = {"bits_per_digit", "sizeof_digit", "default_max_str_digits",
                                         "str_digits_check_threshold"};
    Type *type = structseq_type_new("sys.int_info", "Limits of integers.", fields, 4, 4);
    Value items[4] = {int_value(30), int_value(4), int_value(4300), int_value(640)};
    return structseq_new(type, items);
}

static Value make_hash_info(void) {
    static const char *const fields[] = {"width", "modulus", "inf", "nan", "imag", "algorithm",
                                         "hash_bits", "seed_bits", "cutoff"};
    Type *type = structseq_type_new("sys.hash_info", "Parameters of hashing.", fields, 9, 9);
    Value items[9] = {int_value(64), int_value((INT64_C(1) << 61) - 1), int_value(314159), int_value(0),
                      int_value(1000003), text("siphash13"), int_value(64), int_value(128), int_value(0)};
    return is_error(items[1]) || is_error(items[5]) ? VALUE_ERROR : structseq_new(type, items);
}

static Value make_thread_info(void) {
    static const char *const fields[] = {"name", "lock", "version"};
    Type *type = structseq_type_new("sys.thread_info", "The kind of threads.", fields, 3, 3);
    char version[64] = "";
    size_t length = confstr(_CS_GNU_LIBPTHREAD_VERSION, version, sizeof version);
    Value items[3] = {text("pthread"), VALUE_NONE, length > 0 ? text(version) : VALUE_NONE};
    return is_error(items[0]) || is_error(items[2]) ? VALUE_ERROR : structseq_new(type, items);
}

/* --- flags ---------------------------------------------------------------------------------------- */

static Value make_flags(void) {
    static const char *const fields[] = {
        "debug", "inspect", "interactive", "optimize", "dont_write_bytecode", "no_user_site", "no_site",
        "ignore_environment", "verbose", "bytes_warning", "quiet", "hash_randomization", "isolated",
        "dev_mode", "utf8_mode", "warn_default_encoding", "safe_path", "int_max_str_digits"};
    if (!flags_type)
        flags_type = structseq_type_new_sealed("sys.flags", "Flags of the command line.", fields, 18, 18);
    const char *seed = runtime.ignore_environment || runtime.random_hashing ? NULL : getenv("PYTHONHASHSEED");
    Value items[18] = {
        int_value(0), int_value(runtime.inspect), int_value(runtime.interactive),
        int_value(runtime.optimize), int_value(runtime.dont_write_bytecode),
        int_value(runtime.no_user_site), int_value(runtime.no_site),
        int_value(runtime.ignore_environment), int_value(runtime.verbose),
        int_value(runtime.bytes_warning), int_value(runtime.quiet),
        int_value(!(seed && strcmp(seed, "0") == 0)), int_value(runtime.isolated),
        bool_value(runtime.dev_mode), int_value(runtime.utf8_mode),
        int_value(runtime.warn_default_encoding), bool_value(runtime.safe_path),
        int_value(runtime.int_max_str_digits_option)};
    return structseq_new(flags_type, items);
}

bool sys_update_flags(void) {
    Value flags = make_flags();
    return !is_error(flags) && dict_set_c(runtime.sys_dict, "flags", flags) &&
           dict_set_c(runtime.sys_dict, "dont_write_bytecode",
                      bool_value(runtime.dont_write_bytecode != 0));
}

/* --- lists and paths ------------------------------------------------------------------------------ */

static Value make_stdlib_names(void) {
    static const char *const names[] = {
#define NAME_(name) name,
#include "modules/stdlib_names.def"
    };
    List *list = list_new(ARRAY_LENGTH(names));
    for (size_t i = 0; list && i < ARRAY_LENGTH(names); i++)
        if (!list_append(list, object_value(str_intern_c(names[i])))) list = NULL;
    Set *set = list ? frozenset_from_iterable(object_value(list)) : NULL;
    return set ? object_value(set) : VALUE_ERROR;
}

static Value new_list(void) {
    List *list = list_new(0);
    return list ? object_value(list) : VALUE_ERROR;
}
static Value new_dict(void) {
    Dict *dict = dict_new();
    return dict ? object_value(dict) : VALUE_ERROR;
}
static Value list_of(const char *one) {
    Value item = text(one);
    List *list = is_error(item) ? NULL : list_from_array(&item, 1);
    return list ? object_value(list) : VALUE_ERROR;
}

static bool add_paths(Module *m) {
    char executable[4096];
    ssize_t length = readlink("/proc/self/exe", executable, sizeof executable - 1);
    executable[length > 0 ? length : 0] = 0;
    return module_add_str(m, "prefix", "/usr") && module_add_str(m, "exec_prefix", "/usr") &&
           module_add_str(m, "base_prefix", "/usr") && module_add_str(m, "base_exec_prefix", "/usr") &&
           module_add_str(m, "platlibdir", "lib") && module_add_str(m, "executable", executable) &&
           module_add_str(m, "_base_executable", executable) && module_add(m, "_home", VALUE_NONE) &&
           module_add(m, "path", list_of("/usr/lib/python3.11")) &&
           module_add(m, "argv", list_of("")) && module_add(m, "orig_argv", new_list()) &&
           module_add_str(m, "_stdlib_dir", "/usr/lib/python3.11") &&
           module_add(m, "meta_path", new_list()) && module_add(m, "path_hooks", new_list()) &&
           module_add(m, "path_importer_cache", new_dict()) &&
           module_add(m, "warnoptions", new_list()) && module_add(m, "_xoptions", new_dict()) &&
           module_add(m, "pycache_prefix", VALUE_NONE) &&
           module_add(m, "dont_write_bytecode", bool_value(runtime.dont_write_bytecode != 0));
}

static bool add_texts(Module *m) {
    return module_add_str(m, "version",
                          VERSION_TEXT " (Weft " WEFT_VERSION ", " __DATE__ ", " __TIME__ ") [GCC " __VERSION__
                                       "]") &&
           module_add_str(m, "copyright", "Copyright (c) the authors of Weft.\nAll Rights Reserved.") &&
           module_add_str(m, "platform", "linux") && module_add_str(m, "byteorder", "little") &&
           module_add_str(m, "abiflags", "") && module_add_str(m, "float_repr_style", "short") &&
           module_add_str(m, "_framework", "");
}

bool sys_add_information(Module *m) {
    Value version = make_version_info();
    if (is_error(version)) return false;
    Tuple *git = tuple_pack(3, text("weft"), text(""), text(""));
    Tuple *builtin_names = native_module_names();
    return git && builtin_names && module_add(m, "version_info", version) &&
           module_add(m, "implementation", make_implementation(version)) &&
           module_add_int(m, "hexversion", HEX_VERSION) && module_add_int(m, "api_version", 1013) &&
           module_add(m, "_git", object_value(git)) && module_add_int(m, "maxsize", INT64_MAX) &&
           module_add_int(m, "maxunicode", 0x10FFFF) && module_add(m, "float_info", make_float_info()) &&
           module_add(m, "int_info", make_int_info()) && module_add(m, "hash_info", make_hash_info()) &&
           module_add(m, "thread_info", make_thread_info()) && module_add(m, "flags", make_flags()) &&
           module_add(m, "builtin_module_names", object_value(builtin_names)) &&
           module_add(m, "stdlib_module_names", make_stdlib_names()) && add_texts(m) && add_paths(m);
}
