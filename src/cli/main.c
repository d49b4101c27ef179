/* main.c - the command line, as python3's: see `weft -h`. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/utf8.h"
#include "cli/heap_report.h"
#include "cli/repl.h"
#include "cli/startup.h"
#include "modules/io_internal.h"
#include "modules/sys.h"
#include "object/lookup.h"
#include "types/bytes.h"
#include "types/dict.h"
#include "types/exception.h"
#include "types/int.h"
#include "vm/import.h"
#include "vm/run.h"

typedef enum RunKind { RUN_INTERACTIVE, RUN_FILE, RUN_COMMAND, RUN_MODULE, RUN_STDIN } RunKind;

typedef struct CommandLine {
    RunKind kind;
    const char *target; /* file, command or module */
    int first_argument; /* index in argv of what follows it */
    const char *library;
    const char *warn_options[64];
    int warn_count;
    const char *x_options[64];
    int x_count;
    bool gil, disassemble, gc_statistics, gc_kinds, help, version;
    int version_count;
} CommandLine;

static const char usage_text[] =
    "usage: weft [option] ... [-c cmd | -m mod | file | -] [arg] ...\n"
    "Options (and corresponding environment variables):\n"
    "-b     : issue warnings about str(bytes_instance), str(bytearray_instance)\n"
    "         and comparing bytes/bytearray with str. (-bb: issue errors)\n"
    "-B     : don't write compiled code to the cache; also PYTHONDONTWRITEBYTECODE=x\n"
    "-c cmd : program passed in as string (terminates option list)\n"
    "-d     : accepted for compatibility\n"
    "-E     : ignore PYTHON* environment variables (such as PYTHONPATH)\n"
    "-h     : print this help message and exit (also -? or --help)\n"
    "-i     : inspect interactively after running script; also PYTHONINSPECT=x\n"
    "-I     : isolate Weft from the user's environment (implies -E, -P and -s)\n"
    "-m mod : run library module as a script (terminates option list)\n"
    "-O     : remove assert and __debug__-dependent statements; also PYTHONOPTIMIZE=x\n"
    "-OO    : do -O changes and also discard docstrings\n"
    "-P     : don't prepend a potentially unsafe path to sys.path; also PYTHONSAFEPATH\n"
    "-q     : don't print version and copyright messages on interactive startup\n"
    "-s     : don't add user site directory to sys.path; also PYTHONNOUSERSITE\n"
    "-S     : don't imply 'import site' on initialization\n"
    "-u     : force the stdout and stderr streams to be unbuffered;\n"
    "         also PYTHONUNBUFFERED=x\n"
    "-v     : verbose (trace import statements); also PYTHONVERBOSE=x\n"
    "-V     : print the version number and exit (also --version); -VV: more\n"
    "-W arg : warning control; arg is action:message:category:module:lineno\n"
    "         also PYTHONWARNINGS=arg\n"
    "-x     : skip first line of source, allowing use of non-Unix forms of #!cmd\n"
    "-X opt : set an option of this implementation:\n"
    "         -X gil=1: threads run one at a time, under a global interpreter lock\n"
    "             (also PYTHON_GIL=1); gil=0, the default: they run in parallel\n"
    "         -X dis: print the compiled code of the program instead of running it\n"
    "         -X gcstats: print the collector's statistics at the end; gcstats=kinds: and\n"
    "             what the heap holds, by kind of cell, before and after a collection\n"
    "         -X library=FOLDER: where the standard library is (also WEFT_LIBRARY)\n"
    "         -X int_max_str_digits=N: limit of int<->str conversions\n"
    "             (also PYTHONINTMAXSTRDIGITS=N)\n"
    "         -X warn_default_encoding: warn where text is opened with no encoding given\n"
    "             (also PYTHONWARNDEFAULTENCODING=1)\n"
    "         -X utf8[=0|1], -X dev\n"
    "file   : program read from script file\n"
    "-      : program read from stdin (default; interactive mode if a tty)\n"
    "arg ...: arguments passed to program in sys.argv[1:]\n";

static NORETURN void usage_error(const char *program, const char *format, const char *what) {
    fprintf(stderr, format, what);
    fprintf(stderr, "usage: %s [option] ... [-c cmd | -m mod | file | -] [arg] ...\n"
                    "Try `weft -h' for more information.\n", program);
    exit(2);
}

/* The limit for conversions between int and decimal text, as `source` gives it. */
static void digit_limit(const char *source, const char *text) {
    char *end;
    errno = 0;
    long digits = strtol(text, &end, 10);
    if (*end || end == text || errno || digits > INT_MAX || (digits != 0 && digits < 640)) {
        fprintf(stderr, "Fatal Python error: config_init_int_max_str_digits: %s: invalid limit; "
                        "must be >= 640 or 0 for unlimited.\n", source);
        exit(1);
    }
    runtime.int_max_str_digits_option = (int)digits;
}

static void x_option(CommandLine *line, const char *option) {
    if (line->x_count < 64) line->x_options[line->x_count++] = option;
    if (strcmp(option, "gil=1") == 0) line->gil = true;
    else if (strcmp(option, "gil=0") == 0) line->gil = false;
    else if (strncmp(option, "gil", 3) == 0 && (option[3] == '=' || !option[3])) {
        fprintf(stderr, "Fatal Python error: config_read_gil: PYTHON_GIL / -X gil must be \"0\" or \"1\"\n");
        exit(1);
    } else if (strcmp(option, "dis") == 0) line->disassemble = true;
    else if (strcmp(option, "gcstats") == 0) line->gc_statistics = true;
    else if (strcmp(option, "gcstats=kinds") == 0) line->gc_statistics = line->gc_kinds = true;
    else if (strncmp(option, "library=", 8) == 0) line->library = option + 8;
    else if (strcmp(option, "utf8") == 0 || strcmp(option, "utf8=1") == 0) runtime.utf8_mode = 1;
    else if (strcmp(option, "utf8=0") == 0) runtime.utf8_mode = 0;
    else if (strcmp(option, "dev") == 0) runtime.dev_mode = 1;
    else if (strcmp(option, "warn_default_encoding") == 0 || strncmp(option, "warn_default_encoding=", 22) == 0)
        runtime.warn_default_encoding = 1;
    else if (strcmp(option, "int_max_str_digits") == 0) digit_limit("-X int_max_str_digits", "");
    else if (strncmp(option, "int_max_str_digits=", 19) == 0) digit_limit("-X int_max_str_digits", option + 19);
}

/* One letter without an argument; false: not known. */
static bool simple_option(CommandLine *line, char letter) {
    switch (letter) {
    case 'b': runtime.bytes_warning++; return true;
    case 'B': runtime.dont_write_bytecode = 1; return true;
    case 'd': return true;
    case 'E': runtime.ignore_environment = 1; return true;
    case 'h': case '?': line->help = true; return true;
    case 'i': runtime.interactive = runtime.inspect = 1; return true;
    case 'I':
        runtime.isolated = runtime.ignore_environment = runtime.no_user_site = runtime.safe_path = 1;
        return true;
    case 'O': runtime.optimize++; return true;
    case 'P': runtime.safe_path = 1; return true;
    case 'q': runtime.quiet = 1; return true;
    case 'R': runtime.random_hashing = 1; return true;
    case 's': runtime.no_user_site = 1; return true;
    case 'S': runtime.no_site = 1; return true;
    case 'u': runtime.unbuffered = 1; return true;
    case 'v': runtime.verbose++; return true;
    case 'V': line->version_count++; return true;
    case 'x': return true;
    default: return false;
    }
}

static void parse_command_line(CommandLine *line, int argc, char **argv) {
    int i = 1;
    for (; i < argc; i++) {
        const char *argument = argv[i];
        if (argument[0] != '-' || argument[1] == 0) break;
        if (strcmp(argument, "--help") == 0) {
            line->help = true;
            continue;
        }
        if (strcmp(argument, "--version") == 0) {
            line->version_count++;
            continue;
        }
        if (argument[1] == '-') {
            if (argument[2] == 0) {
                i++;
                break;
            }
            usage_error(argv[0], "unknown option %s\n", argument);
        }
        for (const char *p = argument + 1; *p; p++) {
            if (strchr("cmWX", *p)) {
                const char *value = p[1] ? p + 1 : i + 1 < argc ? argv[++i] : NULL;
                char letter[2] = {*p, 0};
                if (!value) usage_error(argv[0], "Argument expected for the -%s option\n", letter);
                if (*p == 'W') {
                    if (line->warn_count < 64) line->warn_options[line->warn_count++] = value;
                } else if (*p == 'X') {
                    x_option(line, value);
                } else {
                    line->kind = *p == 'c' ? RUN_COMMAND : RUN_MODULE;
                    line->target = value;
                    line->first_argument = i + 1;
                    return;
                }
                break;
            }
            char letter[2] = {*p, 0};
            if (!simple_option(line, *p)) usage_error(argv[0], "Unknown option: -%s\n", letter);
        }
    }
    line->first_argument = i;
    if (i >= argc) {
        line->kind = isatty(0) || runtime.interactive ? RUN_INTERACTIVE : RUN_STDIN;
    } else if (strcmp(argv[i], "-") == 0) {
        line->kind = isatty(0) || runtime.interactive ? RUN_INTERACTIVE : RUN_STDIN;
        line->first_argument = i + 1;
    } else {
        line->kind = RUN_FILE;
        line->target = argv[i];
        line->first_argument = i + 1;
    }
}

static int environment_flag(const char *name, int present) {
    const char *value = getenv(name);
    if (!value || !*value) return present;
    char *end;
    long number = strtol(value, &end, 10);
    int given = *end || number < 1 ? 1 : (int)number;
    return given > present ? given : present;
}

static void read_environment(CommandLine *line) {
    const char *gil = getenv("PYTHON_GIL");
    if (gil && strcmp(gil, "1") == 0) line->gil = true;
    runtime.optimize = environment_flag("PYTHONOPTIMIZE", runtime.optimize);
    runtime.verbose = environment_flag("PYTHONVERBOSE", runtime.verbose);
    runtime.unbuffered = environment_flag("PYTHONUNBUFFERED", runtime.unbuffered);
    runtime.dont_write_bytecode = environment_flag("PYTHONDONTWRITEBYTECODE", runtime.dont_write_bytecode);
    runtime.inspect = environment_flag("PYTHONINSPECT", runtime.inspect);
    runtime.no_user_site = environment_flag("PYTHONNOUSERSITE", runtime.no_user_site);
    runtime.safe_path = environment_flag("PYTHONSAFEPATH", runtime.safe_path);
    runtime.dev_mode = environment_flag("PYTHONDEVMODE", runtime.dev_mode);
    const char *utf8 = getenv("PYTHONUTF8");
    if (utf8 && strcmp(utf8, "1") == 0) runtime.utf8_mode = 1;
    const char *digits = getenv("PYTHONINTMAXSTRDIGITS");
    if (digits && *digits && runtime.int_max_str_digits_option < 0) digit_limit("PYTHONINTMAXSTRDIGITS", digits);
    const char *warn_encoding = getenv("PYTHONWARNDEFAULTENCODING");
    if (warn_encoding && *warn_encoding) runtime.warn_default_encoding = 1;
}

/* --- running ---------------------------------------------------------------------------------------------------- */

static Value os_text(const char *text) {
    Str *s = str_from_os_text(text, strlen(text));
    return s ? object_value(s) : VALUE_ERROR;
}

static bool set_arguments(const CommandLine *line, int argc, char **argv) {
    List *list = list_new(argc);
    if (!list) return false;
    const char *first = line->kind == RUN_FILE      ? line->target
                        : line->kind == RUN_COMMAND ? "-c"
                        : line->kind == RUN_MODULE  ? "-m"
                        : line->first_argument <= argc && line->first_argument > 1 &&
                                strcmp(argv[line->first_argument - 1], "-") == 0
                            ? "-" : "";
    Value text = os_text(first);
    if (is_error(text) || !list_append(list, text)) return false;
    for (int i = line->first_argument; i < argc; i++) {
        text = os_text(argv[i]);
        if (is_error(text) || !list_append(list, text)) return false;
    }
    return dict_set_c(runtime.sys_dict, "argv", object_value(list));
}

static bool prepend_path(const char *entry) {
    if (runtime.safe_path) return true;
    Value path = dict_get_c(runtime.sys_dict, "path"), text = os_text(entry);
    return !is_error(text) && is_list(path) && list_insert(as_list(path), 0, text);
}

static Module *main_module(void) {
    Module *module = module_new(str_from_c("__main__"));
    if (!module || !module_add(module, "__builtins__", runtime.builtins_module) ||
        !module_add(module, "__annotations__", object_value(dict_new())) ||
        !dict_set_c(runtime.modules, "__main__", object_value(module)))
        return NULL;
    return module;
}

/* The exit status for an exception that nothing caught; VALUE_EMPTY: none. */
static int status_of_exception(void) {
    Value exception = error_fetch();
    int status;
    if (system_exit_status(exception, &status)) return status;
    report_uncaught(exception);
    if (!is_instance_of(exception, &KeyboardInterrupt)) return 1;
    return -SIGINT;
}

static Value run_code(Value code, Module *module, bool disassemble) {
    if (is_error(code)) return VALUE_ERROR;
    if (disassemble) {
        stdio_flush();
        return code_disassemble(OBJECT_AS(Code, code), stdout) ? VALUE_NONE : VALUE_ERROR;
    }
    return vm_run_code(OBJECT_AS(Code, code), module->dict, VALUE_EMPTY, NULL);
}

/* All of a descriptor. NULL with OSError or MemoryError. */
static Bytes *read_all(int file, const char *name) {
    size_t size = 0, capacity = 65536;
    char *buffer = malloc(capacity);
    for (;;) {
        if (buffer && size == capacity) {
            char *larger = realloc(buffer, capacity *= 2);
            if (!larger) free(buffer);
            buffer = larger;
        }
        if (!buffer) {
            raise_memory_error();
            return NULL;
        }
        ssize_t got = read(file, buffer + size, capacity - size);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) {
            raise_os_error(errno, os_text(name), VALUE_EMPTY);
            free(buffer);
            return NULL;
        }
        if (got == 0) break;
        size += (size_t)got;
    }
    Bytes *bytes = bytes_from(buffer, size);
    free(buffer);
    return bytes;
}

static bool names_an_encoding(const char *line, size_t length) {
    const char *hash = memchr(line, '#', length);
    return hash && memmem(hash, length - (size_t)(hash - line), "coding", 6) != NULL;
}

/* What a program file may not contain, in the words that CPython has for files: bytes that are not
 * UTF-8 where no other encoding is declared, and zero bytes. The former are told first. */
static bool check_file(const Bytes *source, Str *name) {
    const char *text = (const char *)source->data, *end = text + source->length, *null_line = NULL;
    bool declared = false;
    int number = 1, null_number = 0;
    for (const char *line = text; line < end; number++) {
        const char *newline = memchr(line, '\n', (size_t)(end - line));
        size_t length = (size_t)((newline ? newline : end) - line);
        if (!null_line && memchr(line, 0, length)) {
            null_line = line;
            null_number = number;
        }
        if (number <= 2) declared |= names_an_encoding(line, length);
        if (!declared && !utf8_is_valid(line, length)) {
            size_t bad = utf8_survey(line, length).valid_length;
            raise_with(&SyntaxError,
                       object_value(str_format("Non-UTF-8 code starting with '\\x%x' in file %U on line %d, but no "
                                               "encoding declared; see https://peps.python.org/pep-0263/ for details",
                                               (unsigned)(uint8_t)line[bad], name, number)));
            return false;
        }
        line += length + 1;
    }
    if (!null_line) return true;
    raise_syntax_error(&SyntaxError, name, null_number, 0, str_from_os_text(null_line, strlen(null_line)),
                       null_number, 0, "source code cannot contain null bytes");
    return false;
}

static Value run_source(Bytes *source, const char *shown, Module *module, const CommandLine *line) {
    Str *name = str_from_os_text(shown, strlen(shown));
    if (!source || !name || (line->kind != RUN_COMMAND && !check_file(source, name))) return VALUE_ERROR;
    return run_code(compile_source(object_value(source), name, "exec", 0, 1, -1), module, line->disassemble);
}

/* A folder or an archive: its __main__. */
static Value run_path(const char *path) {
    Value text = os_text(path);
    if (is_error(text) || !main_module() || !prepend_path(path)) return VALUE_ERROR;
    Value run = import_attribute("runpy", "_run_module_as_main");
    return is_error(run) ? VALUE_ERROR : call_2(run, object_value(str_from_c("__main__")), VALUE_FALSE);
}

static bool is_pyc(const char *path) {
    size_t length = strlen(path);
    return length > 4 && !strcmp(path + length - 4, ".pyc");
}

static Value loader_for(const char *path) {
    Value loader =
        import_attribute("importlib.machinery", is_pyc(path) ? "SourcelessFileLoader" : "SourceFileLoader");
    return is_error(loader) ? loader : call_2(loader, object_value(str_from_c("__main__")), os_text(path));
}

/* The program's path from the root on; `buffer` has room for it. */
static const char *absolute_path(const char *path, char *buffer, size_t size) {
    char current[4096];
    if (path[0] == '/' || !getcwd(current, sizeof current)) return path;
    return (size_t)snprintf(buffer, size, "%s/%s", current, path) < size ? buffer : path;
}

/* Buffers that lie below a running program are static: on the C stack the collector would take what their words
 * held before for pointers. */
static int run_file(const CommandLine *line, const char *program) {
    static char absolute[8192];
    const char *path = absolute_path(line->target, absolute, sizeof absolute);
    struct stat status;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    int failure = errno;
    if (file >= 0 && fstat(file, &status) == 0 && S_ISDIR(status.st_mode)) {
        close(file);
        return is_error(run_path(path)) ? status_of_exception() : 0;
    }
    if (file < 0) {
        Value shown = os_text(path);
        Value repr = is_error(shown) ? VALUE_ERROR : value_repr(shown);
        fprintf(stderr, "%s: can't open file %s: [Errno %d] %s\n", program,
                is_error(repr) ? path : str_display(as_str(repr)), failure, strerror(failure));
        error_clear();
        return 2;
    }
    Module *module = main_module();
    static char folder[8192];
    char *resolved = realpath(path, NULL);
    snprintf(folder, sizeof folder, "%s", resolved ? resolved : path);
    free(resolved);
    char *slash = strrchr(folder, '/');
    if (slash) slash[slash == folder] = 0;
    bool ready = module && prepend_path(slash ? folder : "") && module_add(module, "__file__", os_text(path)) &&
                 module_add(module, "__cached__", VALUE_NONE);
    Bytes *source = ready ? read_all(file, path) : NULL;
    close(file);
    if (source && source->length > 4 && memcmp(source->data, "PK\3\4", 4) == 0)
        return is_error(run_path(path)) ? status_of_exception() : 0;
    if (source) {
        Value loader = loader_for(path);
        if (is_error(loader) || !module_add(module, "__loader__", loader)) source = NULL;
        if (source && is_pyc(path)) {
            Value code = call_method_1(loader, "get_code", object_value(str_from_c("__main__")));
            return is_error(run_code(code, module, line->disassemble)) ? status_of_exception() : 0;
        }
    }
    return is_error(run_source(source, path, module, line)) ? status_of_exception() : 0;
}

static int run_command(const CommandLine *line) {
    Module *module = main_module();
    Bytes *source = module && prepend_path("") ? bytes_from(line->target, strlen(line->target)) : NULL;
    return is_error(run_source(source, "<string>", module, line)) ? status_of_exception() : 0;
}

static int run_module(const CommandLine *line) {
    static char current[4096];
    if (!prepend_path(getcwd(current, sizeof current) ? current : "")) return status_of_exception();
    if (!main_module()) return status_of_exception();
    Value run = import_attribute("runpy", "_run_module_as_main");
    Value result = is_error(run) ? VALUE_ERROR : call_2(run, os_text(line->target), VALUE_TRUE);
    return is_error(result) ? status_of_exception() : 0;
}

static int run_standard_input(const CommandLine *line) {
    Module *module = main_module();
    if (!module || !prepend_path("")) return status_of_exception();
    return is_error(run_source(read_all(0, "<stdin>"), "<stdin>", module, line)) ? status_of_exception() : 0;
}

static int run_interactive(bool with_banner) {
    Value existing = dict_get_c(runtime.modules, "__main__");
    Module *module = is_empty(existing) ? main_module() : OBJECT_AS(Module, existing);
    if (!module || (with_banner && !prepend_path(""))) return status_of_exception();
    return repl_run(module, with_banner && !runtime.quiet);
}

static bool collect_options(const CommandLine *line, StartupOptions *options) {
    options->warn_options = list_new(line->warn_count);
    options->x_options = dict_new();
    if (!options->warn_options || !options->x_options) return false;
    if (runtime.dev_mode && !list_append(options->warn_options, os_text("default"))) return false;
    const char *environment = runtime.ignore_environment ? NULL : getenv("PYTHONWARNINGS");
    for (const char *p = environment; p && *p;) {
        const char *end = strchrnul(p, ',');
        Str *entry = str_from_os_text(p, (size_t)(end - p));
        if (!entry || !list_append(options->warn_options, object_value(entry))) return false;
        p = *end ? end + 1 : end;
    }
    for (int i = 0; i < line->warn_count; i++)
        if (!list_append(options->warn_options, os_text(line->warn_options[i]))) return false;
    if (runtime.bytes_warning &&
        !list_append(options->warn_options, os_text(runtime.bytes_warning > 1 ? "error::BytesWarning" : "default::BytesWarning")))
        return false;
    for (int i = 0; i < line->x_count; i++) {
        const char *equals = strchr(line->x_options[i], '=');
        size_t length = equals ? (size_t)(equals - line->x_options[i]) : strlen(line->x_options[i]);
        Str *key = str_from_os_text(line->x_options[i], length);
        if (!key || !dict_set_str(options->x_options, key, equals ? os_text(equals + 1) : VALUE_TRUE)) return false;
    }
    return true;
}

int main(int argc, char **argv) {
    CommandLine line = {0};
    parse_command_line(&line, argc, argv);
    if (line.help) {
        fputs(usage_text, stdout);
        return fflush(stdout) == 0 ? 0 : 1;
    }
    if (line.version_count) {
        printf(line.version_count > 1 ? "Python 3.11.2 (Weft %s) [threads in parallel]\n" : "Python 3.11.2 (Weft %s)\n",
               WEFT_VERSION);
        return fflush(stdout) == 0 ? 0 : 1;
    }
    if (!runtime.ignore_environment) read_environment(&line);
    if (line.gil) gil_enable();
    runtime_init_core();
    StartupOptions options = {.library = line.library, .install_signal_handlers = true, .argc = argc, .argv = argv};
    int status;
    if (!collect_options(&line, &options) || !runtime_init_library(&options) || !set_arguments(&line, argc, argv)) {
        status = status_of_exception();
        return status < 0 ? 1 : status;
    }
    switch (line.kind) {
    case RUN_FILE: status = run_file(&line, argv[0]); break;
    case RUN_COMMAND: status = run_command(&line); break;
    case RUN_MODULE: status = run_module(&line); break;
    case RUN_STDIN: status = run_standard_input(&line); break;
    default: status = run_interactive(true); break;
    }
    if (line.kind != RUN_INTERACTIVE && !runtime.inspect && !runtime.ignore_environment)
        runtime.inspect = environment_flag("PYTHONINSPECT", 0);
    if (runtime.inspect && line.kind != RUN_INTERACTIVE && isatty(0)) status = run_interactive(false);
    bool interrupted = status == -SIGINT;
    if (line.gc_kinds) heap_report_print(stderr);
    status = runtime_finish(interrupted ? 130 : status);
    if (line.gc_statistics) heap_print_statistics(stderr);
    if (interrupted) {
        signal(SIGINT, SIG_DFL);
        raise(SIGINT);
    }
    exit(status);
}
