/* stat_module.c - the module `_stat`: what the bits of st_mode mean. */
#include "modules/support.h"

#include <sys/stat.h>

static bool take_mode(Value v, mode_t *mode) {
    int64_t bits;
    if (!value_to_int64(v, &bits)) return false;
    if (bits < 0 || bits > UINT32_MAX) {
        raise_error(&OverflowError, bits < 0 ? "can't convert negative int to unsigned"
                                             : "mode out of range");
        return false;
    }
    *mode = (mode_t)bits;
    return true;
}

#define TESTS(X) X(S_ISDIR) X(S_ISCHR) X(S_ISBLK) X(S_ISREG) X(S_ISFIFO) X(S_ISLNK) X(S_ISSOCK)
#define TEST(macro)                                                                                \
    static Value stat_##macro(Value *args) {                                                       \
        mode_t mode;                                                                               \
        return take_mode(args[0], &mode) ? bool_value(macro(mode)) : VALUE_ERROR;                  \
    }
TESTS(TEST)
#undef TEST

static Value stat_no(Value *args) { return VALUE_FALSE; }

static Value stat_S_IMODE(Value *args) {
    mode_t mode;
    return take_mode(args[0], &mode) ? int_value(mode & 07777) : VALUE_ERROR;
}
static Value stat_S_IFMT(Value *args) {
    mode_t mode;
    return take_mode(args[0], &mode) ? int_value(mode & S_IFMT) : VALUE_ERROR;
}

static char type_letter(mode_t mode) {
    return S_ISREG(mode) ? '-' : S_ISDIR(mode) ? 'd' : S_ISLNK(mode) ? 'l' : S_ISBLK(mode) ? 'b'
           : S_ISCHR(mode) ? 'c' : S_ISFIFO(mode) ? 'p' : S_ISSOCK(mode) ? 's' : '?';
}

static Value stat_filemode(Value *args) {
    mode_t mode;
    if (!take_mode(args[0], &mode)) return VALUE_ERROR;
    char text[11] = {type_letter(mode)};
    for (int i = 0; i < 9; i++) text[i + 1] = mode & (0400 >> i) ? "rwx"[i % 3] : '-';
    if (mode & S_ISUID) text[3] = mode & S_IXUSR ? 's' : 'S';
    if (mode & S_ISGID) text[6] = mode & S_IXGRP ? 's' : 'S';
    if (mode & S_ISVTX) text[9] = mode & S_IXOTH ? 't' : 'T';
    Str *s = str_from_c(text);
    return s ? object_value(s) : VALUE_ERROR;
}

static const MethodDef stat_functions[] = {
#define TEST(macro) METHOD(#macro, stat_##macro, "(mode, /)", "Whether a mode is of that kind of file."),
    TESTS(TEST)
#undef TEST
    METHOD("S_ISDOOR", stat_no, "(mode, /)", "Whether a mode is a door's: there are none."),
    METHOD("S_ISPORT", stat_no, "(mode, /)", "Whether a mode is an event port's: there are none."),
    METHOD("S_ISWHT", stat_no, "(mode, /)", "Whether a mode is a whiteout's: there are none."),
    METHOD("S_IMODE", stat_S_IMODE, "(mode, /)", "The part of a mode that chmod() sets."),
    METHOD("S_IFMT", stat_S_IFMT, "(mode, /)", "The part of a mode that tells the kind of file."),
    METHOD("filemode", stat_filemode, "(mode, /)", "A mode as ls shows it: '-rwxrwxrwx'."),
    {0},
};

static const struct {
    const char *name;
    int64_t value;
} constants[] = {
#define C(name) {#name, name}
    C(S_IFDIR), C(S_IFCHR), C(S_IFBLK), C(S_IFREG), C(S_IFIFO), C(S_IFLNK), C(S_IFSOCK),
    {"S_IFDOOR", 0}, {"S_IFPORT", 0}, {"S_IFWHT", 0},
    C(S_ISUID), C(S_ISGID), C(S_ISVTX), {"S_ENFMT", S_ISGID},
    C(S_IREAD), C(S_IWRITE), C(S_IEXEC),
    C(S_IRWXU), C(S_IRUSR), C(S_IWUSR), C(S_IXUSR), C(S_IRWXG), C(S_IRGRP), C(S_IWGRP), C(S_IXGRP),
    C(S_IRWXO), C(S_IROTH), C(S_IWOTH), C(S_IXOTH),
#undef C
    {"UF_NODUMP", 1}, {"UF_IMMUTABLE", 2}, {"UF_APPEND", 4}, {"UF_OPAQUE", 8}, {"UF_NOUNLINK", 16},
    {"UF_COMPRESSED", 32}, {"UF_HIDDEN", 32768}, {"SF_ARCHIVED", 65536}, {"SF_IMMUTABLE", 131072},
    {"SF_APPEND", 262144}, {"SF_NOUNLINK", 1048576}, {"SF_SNAPSHOT", 2097152},
    {"ST_MODE", 0}, {"ST_INO", 1}, {"ST_DEV", 2}, {"ST_NLINK", 3}, {"ST_UID", 4}, {"ST_GID", 5},
    {"ST_SIZE", 6}, {"ST_ATIME", 7}, {"ST_MTIME", 8}, {"ST_CTIME", 9},
    {"FILE_ATTRIBUTE_ARCHIVE", 32}, {"FILE_ATTRIBUTE_COMPRESSED", 2048},
    {"FILE_ATTRIBUTE_DEVICE", 64}, {"FILE_ATTRIBUTE_DIRECTORY", 16},
    {"FILE_ATTRIBUTE_ENCRYPTED", 16384}, {"FILE_ATTRIBUTE_HIDDEN", 2},
    {"FILE_ATTRIBUTE_INTEGRITY_STREAM", 32768}, {"FILE_ATTRIBUTE_NORMAL", 128},
    {"FILE_ATTRIBUTE_NOT_CONTENT_INDEXED", 8192}, {"FILE_ATTRIBUTE_NO_SCRUB_DATA", 131072},
    {"FILE_ATTRIBUTE_OFFLINE", 4096}, {"FILE_ATTRIBUTE_READONLY", 1},
    {"FILE_ATTRIBUTE_REPARSE_POINT", 1024}, {"FILE_ATTRIBUTE_SPARSE_FILE", 512},
    {"FILE_ATTRIBUTE_SYSTEM", 4}, {"FILE_ATTRIBUTE_TEMPORARY", 256}, {"FILE_ATTRIBUTE_VIRTUAL", 65536},
};

static bool stat_init(Module *module) {
    for (size_t i = 0; i < ARRAY_LENGTH(constants); i++)
        if (!module_add_int(module, constants[i].name, constants[i].value)) return false;
    return true;
}

const NativeModule module__stat = {
    .name = "_stat",
    .doc = "What the bits of st_mode mean.",
    .functions = stat_functions,
    .init = stat_init,
};
