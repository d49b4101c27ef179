/* import_cache.c - compiled code kept between runs.
 *
 * One file for each source file, in a directory of the user's (WEFT_CACHE_DIR, else
 * $XDG_CACHE_HOME/weft, else ~/.cache/weft), in a folder for this weft, named after a hash of the
 * source's path:
 *
 *   magic and layout version | identity of this weft (size and time of the program file)
 *   | optimisation level | size and time of the source | length of path | length of code | checksum
 *   | path | code (bytecode/serialize.c)
 *
 * A file is written under a name of its own and then renamed, so a reader sees a whole file or none,
 * however many processes run. Whatever does not match - another program, another source, a wrong
 * checksum, a code that does not verify - is ignored, and the source is compiled.
 *
 * That is for the system's library and its packages (/usr/lib/python3.11, /usr/lib/python3), and for
 * sources in folders that cannot be written. Elsewhere importlib keeps code as CPython does, in __pycache__
 * beside the source (PEP 3147, 552). What another weft has left there is removed first. */
#include "vm/import.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>
#include "base/os.h"
#include "types/bytes.h"
#include "types/exception.h"
#include "vm/run.h"

typedef struct CacheHeader {
    char magic[8];
    uint64_t program_size, program_time;
    uint64_t optimize;
    uint64_t source_size, source_time;
    uint64_t path_length, code_length;
    uint64_t checksum; /* of path and code */
} CacheHeader;

static const char cache_magic[8] = "weft\0\0\0\2";
static char *cache_directory; /* malloc'ed; NULL: no cache */
static uint64_t program_size, program_time;
static char *system_folders; /* malloc'ed; the library's path up to its minor version: /usr/lib/python3 */

/* FNV-1a over words: finds damage, not malice; the verifier guards against the rest. */
static uint64_t checksum(const void *data, size_t length, uint64_t hash) {
    const uint8_t *bytes = data;
    for (; length >= 8; length -= 8, bytes += 8) {
        uint64_t word;
        memcpy(&word, bytes, 8);
        hash = (hash ^ word) * UINT64_C(0x100000001B3);
        hash ^= hash >> 29;
    }
    for (; length; length--, bytes++) hash = (hash ^ *bytes) * UINT64_C(0x100000001B3);
    return hash;
}
enum { PROGRAMS_KEPT = 8 };
#define CHECKSUM_START UINT64_C(0xCBF29CE484222325)

static uint64_t stat_time(const struct stat *status) {
    return (uint64_t)status->st_mtim.tv_sec * UINT64_C(1000000000) + (uint64_t)status->st_mtim.tv_nsec;
}

/* Removes a folder of cached files. */
static void remove_folder(const char *path) {
    DIR *folder = opendir(path);
    if (!folder) return;
    char name[4400];
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        if (entry->d_name[0] == '.') continue;
        snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
        unlink(name);
    }
    closedir(folder);
    rmdir(path);
}

/* When a new program gets its folder: removes the one unused for longest, if there are many. */
static void prune(const char *path) {
    DIR *folder = opendir(path);
    if (!folder) return;
    char name[4400], oldest[4400] = "";
    uint64_t oldest_time = UINT64_MAX;
    int count = 0;
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        struct stat status;
        if (entry->d_name[0] == '.' || strlen(entry->d_name) != 16) continue;
        snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
        if (stat(name, &status) != 0 || !S_ISDIR(status.st_mode)) continue;
        count++;
        if (stat_time(&status) < oldest_time) {
            oldest_time = stat_time(&status);
            snprintf(oldest, sizeof oldest, "%s", name);
        }
    }
    closedir(folder);
    if (count > PROGRAMS_KEPT) remove_folder(oldest);
}

/* Each program file has a folder of its own, so that several builds do not overwrite each other's. */
static void open_program_folder(const char *path) {
    char name[4400];
    snprintf(name, sizeof name, "%s/%016llx", path, (unsigned long long)code_identity);
    if (mkdir(name, 0777) == 0) prune(path);
    cache_directory = strdup(name);
}

void import_cache_init(const char *library) {
    struct stat status;
    const char *name = strrchr(library, '/'), *version = name ? strchr(name, '.') : NULL;
    system_folders = strndup(library, version ? (size_t)(version - library) : strlen(library));
    if (stat("/proc/self/exe", &status) == 0) {
        program_size = (uint64_t)status.st_size;
        program_time = stat_time(&status);
    }
    uint64_t identity[2] = {program_size, program_time};
    code_identity = checksum(identity, sizeof identity, CHECKSUM_START);
    char path[4096];
    const char *own = runtime.ignore_environment ? NULL : getenv("WEFT_CACHE_DIR");
    const char *xdg = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    if (own) {
        if (!*own) return;
        snprintf(path, sizeof path, "%s", own);
        mkdir(path, 0777);
    } else if (xdg && *xdg == '/') {
        snprintf(path, sizeof path, "%s", xdg);
        mkdir(path, 0700);
        snprintf(path, sizeof path, "%s/weft", xdg);
        mkdir(path, 0777);
    } else if (home && *home == '/') {
        snprintf(path, sizeof path, "%s/.cache", home);
        mkdir(path, 0700);
        snprintf(path, sizeof path, "%s/.cache/weft", home);
        mkdir(path, 0777);
    } else {
        return;
    }
    open_program_folder(path);
}

static void cache_file_name(char *buffer, size_t size, const char *path) {
    uint64_t hash = checksum(path, strlen(path), CHECKSUM_START);
    const char *base = strrchr(path, '/');
    snprintf(buffer, size, "%s/%016llx%d-%.60s", cache_directory, (unsigned long long)hash, runtime.optimize,
             base ? base + 1 : path);
}

static CacheHeader header_for(const char *path, const struct stat *source) {
    CacheHeader header = {
        .program_size = program_size, .program_time = program_time, .optimize = (uint64_t)runtime.optimize,
        .source_size = (uint64_t)source->st_size, .source_time = stat_time(source), .path_length = strlen(path)};
    memcpy(header.magic, cache_magic, sizeof header.magic);
    return header;
}

static uint64_t content_checksum(const char *path, size_t path_length, const Bytes *code) {
    uint64_t hash = checksum(path, path_length, CHECKSUM_START);
    return checksum(code->data, (size_t)code->length, hash);
}

/* NULL without an exception when there is nothing usable. The content is read, not mapped: what is
 * still folded is decoded later, when the file may be gone or cut off. */
static Code *read_cache(const char *path, const struct stat *source) {
    if (!cache_directory) return NULL;
    char name[4400];
    cache_file_name(name, sizeof name, path);
    int file = open(name, O_RDONLY | O_CLOEXEC);
    if (file < 0) return NULL;
    struct stat status;
    CacheHeader expected = header_for(path, source), header;
    char *own_path = name; /* no longer needed for the name */
    Bytes *code = NULL;
    size_t before = sizeof header + expected.path_length;
    bool fits = fstat(file, &status) == 0 && (size_t)status.st_size >= before &&
                expected.path_length < sizeof name && status.st_size <= INT32_MAX;
    if (fits && (code = bytes_new(status.st_size - (int64_t)before)) != NULL) {
        struct iovec parts[] = {{&header, sizeof header}, {own_path, expected.path_length},
                                {code->data, (size_t)code->length}};
        fits = readv(file, parts, ARRAY_LENGTH(parts)) == (ssize_t)status.st_size;
    }
    close(file);
    Code *result = NULL;
    if (code && fits) {
        expected.code_length = (uint64_t)code->length;
        expected.checksum = content_checksum(own_path, expected.path_length, code);
        if (memcmp(&header, &expected, sizeof header) == 0 &&
            memcmp(own_path, path, expected.path_length) == 0)
            result = code_from_file(code);
    }
    if (!result) error_clear();
    return result;
}

static bool write_all(int file, const void *data, size_t length) {
    const char *bytes = data;
    while (length) {
        ssize_t written = write(file, bytes, length);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        bytes += written;
        length -= (size_t)written;
    }
    return true;
}

/* Failures are silent: the next run compiles again. */
static void write_cache(const char *path, const struct stat *source, Code *code) {
    if (!cache_directory || runtime.dont_write_bytecode) return;
    Value bytes = code_to_bytes(code);
    if (is_error(bytes)) {
        error_clear();
        return;
    }
    CacheHeader header = header_for(path, source);
    header.code_length = (uint64_t)as_bytes(bytes)->length;
    header.checksum = content_checksum(path, header.path_length, as_bytes(bytes));
    char name[4400], temporary[4500];
    cache_file_name(name, sizeof name, path);
    snprintf(temporary, sizeof temporary, "%s.%ld.%llx", name, (long)getpid(), (unsigned long long)os_monotonic_ns());
    int file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (file >= 0) {
        bool written = write_all(file, &header, sizeof header) &&
                       write_all(file, path, header.path_length) &&
                       write_all(file, as_bytes(bytes)->data, header.code_length);
        close(file);
        if (!written || rename(temporary, name) != 0) unlink(temporary);
    }
}

static Bytes *read_file(const char *path, const struct stat *status) {
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return NULL;
    Bytes *bytes = bytes_new(status->st_size);
    int64_t done = 0;
    while (bytes && done < bytes->length) {
        ssize_t got = read(file, bytes->data + done, (size_t)(bytes->length - done));
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) {
            bytes = NULL;
            break;
        }
        done += got;
    }
    close(file);
    return bytes;
}

Code *load_source_file(const char *path, Str *shown_name) {
    struct stat status;
    if (stat(path, &status) != 0) {
        raise_os_error(errno, object_value(str_from_os_text(path, strlen(path))), VALUE_EMPTY);
        return NULL;
    }
    Code *code = read_cache(path, &status);
    if (code) return code;
    Bytes *source = read_file(path, &status);
    if (!source) {
        if (!error_occurred()) raise_os_error(errno ? errno : EIO, object_value(str_from_os_text(path, strlen(path))), VALUE_EMPTY);
        return NULL;
    }
    Value compiled = compile_source(object_value(source), shown_name, "exec", 0, 1, -1);
    if (is_error(compiled)) return NULL;
    write_cache(path, &status, OBJECT_AS(Code, compiled));
    return OBJECT_AS(Code, compiled);
}

static bool is_of_system(const char *path) {
    size_t length = strlen(system_folders);
    return strncmp(path, system_folders, length) == 0 && (path[length] == '/' || path[length] == '.');
}

/* Whether code of this source goes to __pycache__. */
static bool has_pycache(const char *path) {
    if (!system_folders || is_of_system(path)) return false;
    const char *slash = strrchr(path, '/');
    char folder[4096];
    if (slash && (size_t)(slash - path) >= sizeof folder) return false;
    snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - path) : 1, slash ? path : ".");
    return access(slash == path ? "/" : folder, W_OK) == 0;
}

/* Removes the .pyc file of this source if another weft wrote it: importlib cannot tell. */
static bool remove_foreign_pyc(Value source) {
    enum { PYC_HEAD = 16, MARSHAL_HEAD = 5 };
    Value cached = import_attribute("_frozen_importlib_external", "cache_from_source");
    cached = is_error(cached) ? cached : call_1(cached, source);
    if (is_error(cached)) return error_clear_if(&NotImplementedError);
    const char *path = is_str(cached) ? str_os_text(as_str(cached), NULL) : NULL;
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (file < 0) return !error_occurred();
    uint8_t head[PYC_HEAD + MARSHAL_HEAD + CODE_BYTES_HEAD];
    ssize_t got = read(file, head, sizeof head);
    close(file);
    if (got == (ssize_t)sizeof head && (head[PYC_HEAD] & 0x7F) == 'c' &&
        code_bytes_are_foreign(head + PYC_HEAD + MARSHAL_HEAD, CODE_BYTES_HEAD))
        unlink(path);
    return true;
}

/* Another weft may put its file there just after this one looked: that is foreign again, and removed. */
static Value get_code_with_pycache(Value self, Value name, Value source) {
    enum { ATTEMPTS = 4 };
    Value inherited = import_attribute("_frozen_importlib_external", "SourceLoader");
    inherited = is_error(inherited) ? inherited : get_attribute_c(inherited, "get_code");
    for (int attempt = 1; !is_error(inherited); attempt++) {
        if (!remove_foreign_pyc(source)) break;
        Value code = call_2(inherited, self, name);
        if (!is_error(code) || attempt == ATTEMPTS || !error_clear_if(&ValueError)) return code;
    }
    return VALUE_ERROR;
}

static Value get_code(Value *args) {
    Value self = args[0];
    Value path = call_method_1(self, "get_filename", args[1]);
    if (is_error(path)) return VALUE_ERROR;
    const char *os_path = is_str(path) ? str_os_text(as_str(path), NULL) : NULL;
    if (!os_path) error_clear();
    if (!os_path || has_pycache(os_path)) return get_code_with_pycache(self, args[1], path);
    struct stat status;
    bool cacheable = stat(os_path, &status) == 0 && S_ISREG(status.st_mode);
    if (cacheable) {
        Code *code = read_cache(os_path, &status);
        if (code) return object_value(code);
    }
    Value source = call_method_1(self, "get_data", path);
    if (is_error(source)) return VALUE_ERROR;
    Value code = call_method_2(self, "source_to_code", source, path);
    if (is_error(code)) return VALUE_ERROR;
    if (cacheable && is_exactly(code, &code_type)) write_cache(os_path, &status, OBJECT_AS(Code, code));
    return code;
}
const MethodDef import_get_code_def = METHOD("get_code", get_code, "($self, fullname, /)",
                                             "The code of a module, from the cache or compiled.");
