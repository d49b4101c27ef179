/* startup.c - bringing the runtime up: heap, threads, types, builtins and sys, importlib, the standard
 * streams, site; and down again. */
#include "cli/startup.h"

#include <errno.h>
#include <locale.h>
#include <stdlib.h>
#include <unistd.h>
#include "base/hash.h"
#include "base/os.h"
#include "modules/ast_module.h"
#include "modules/atexit_module.h"
#include "modules/faulthandler_dump.h"
#include "modules/io_internal.h"
#include "modules/library_methods.h"
#include "modules/signal_module.h"
#include "modules/sys.h"
#include "object/descriptor.h"
#include "object/lookup.h"
#include "types/exception.h"
#include "types/float.h"
#include "types/genericalias.h"
#include "types/int.h"
#include "types/iterator.h"
#include "types/set.h"
#include "types/weakref.h"
#include "vm/generator.h"
#include "vm/import.h"
#include "vm/operations.h"
#include "vm/run.h"
#include "vm/typealias.h"

#define DEFAULT_LIBRARY "/usr/lib/python3.11"

/* --- threads ---------------------------------------------------------------------------------------------- */

static void context_init(Thread *thread) {
    Context *context = (Context *)thread;
    heap_thread_init(&context->heap);
    if (!stack_init(context)) fatal("no memory for a thread's stack");
}

static void context_destroy(Thread *thread) {
    Context *context = (Context *)thread;
    stack_destroy(context);
    lookup_cache_destroy(context);
    heap_thread_destroy(&context->heap);
}

static bool raise_async_exception(Thread *thread) {
    Context *context = (Context *)thread;
    Value exception = (Value){exchange_acq_rel(&context->async_exception.bits, VALUE_EMPTY.bits)};
    if (is_empty(exception)) return true;
    raise_statement(exception, VALUE_EMPTY);
    return false;
}

static bool run_finalizers(Thread *thread) {
    (void)thread;
    weakref_run_pending();
    return true;
}

/* --- types --------------------------------------------------------------------------------------------------- */

#define TYPE(type) extern Type type;
#define BUILTIN(type) extern Type type;
#include "types/types.def"
#undef TYPE
#undef BUILTIN
extern Type coroutine_wrapper_type, async_wrapped_value_type, async_generator_asend_type,
    async_generator_athrow_type;

static void ready_types(void) {
    static Type *const first[] = {
        &object_type_object, &type_type, &method_descriptor_type, &classmethod_descriptor_type,
        &native_function_type, &slot_wrapper_type, &method_wrapper_type, &getset_descriptor_type,
        &member_descriptor_type, &method_type, &staticmethod_type, &classmethod_type, &property_type,
        &super_type, &none_type, &not_implemented_type, &ellipsis_type, &function_type, &cell_type,
        &frame_type, &code_type, &generator_type, &coroutine_type, &coroutine_wrapper_type,
        &async_generator_type, &async_wrapped_value_type, &async_generator_asend_type,
        &async_generator_athrow_type, &type_alias_type,
#define TYPE(type) &type,
#define BUILTIN(type) &type,
#include "types/types.def"
#undef TYPE
#undef BUILTIN
#define EXCEPTION(name, base, layout, doc) &exc_##name,
#include "types/exceptions.def"
    };
    /* A dict or a str may be made before its type is ready: give every type its shape first. */
    for (size_t i = 0; i < ARRAY_LENGTH(first); i++) first[i]->root.type = first[i];
    for (size_t i = 0; i < ARRAY_LENGTH(first); i++) type_ready(first[i]);
    if (!exceptions_init()) fatal("cannot make the exception classes");
}

static bool add_builtin_types(Dict *builtins) {
    static Type *const types[] = {
        &object_type_object, &type_type, &staticmethod_type, &classmethod_type, &property_type, &super_type,
#define TYPE(type)
#define BUILTIN(type) &type,
#include "types/types.def"
#undef TYPE
#undef BUILTIN
    };
    for (size_t i = 0; i < ARRAY_LENGTH(types); i++)
        if (!dict_set_str(builtins, types[i]->name_object, object_value(types[i]))) return false;
    return true;
}

static void runtime_scan(Marker *marker) {
    marker_visit_pointer(marker, runtime.modules);
    marker_visit_pointer(marker, runtime.builtins);
    marker_visit_pointer(marker, runtime.sys_dict);
    marker_visit(marker, runtime.builtins_module);
    marker_visit(marker, runtime.sys_module);
    marker_visit(marker, runtime.importlib);
    marker_visit(marker, runtime.atexit_callbacks);
}

static void check(bool condition, const char *what) {
    if (condition) return;
    if (error_occurred()) exception_print(error_fetch(), VALUE_EMPTY);
    fatal("cannot start: %s", what);
}

/* PYTHONHASHSEED: a number, or "random"; -R overrules it. */
static void init_hashing(void) {
    bool ignored = runtime.ignore_environment || runtime.random_hashing;
    const char *setting = ignored ? NULL : getenv("PYTHONHASHSEED");
    if (!setting || !*setting || strcmp(setting, "random") == 0) {
        hash_init(true, 0);
        return;
    }
    char *end;
    errno = 0;
    unsigned long long seed = strtoull(setting, &end, 10);
    if (*end || errno || seed > UINT32_MAX || *setting == '-') {
        fprintf(stderr, "Fatal Python error: config_init_hash_seed: PYTHONHASHSEED must be \"random\" or an integer "
                        "in range [0; 4294967295]\n");
        exit(1);
    }
    hash_init(false, seed);
}

void runtime_init_core(void) {
    setlocale(LC_CTYPE, "");
    init_hashing();
    runtime.recursion_limit = 1000;
    int limit = runtime.int_max_str_digits_option;
    store_relaxed(&runtime.int_max_str_digits, limit < 0 ? 4300 : limit);
    heap_init();
    heap_hooks.out_of_memory = (void (*)(void))raise_memory_error;
    heap_add_root_scanner(runtime_scan);
    function_init();
    frame_system_init();
    safepoint_hooks = (SafepointHooks){signal_run_handlers, raise_async_exception, run_finalizers};
    thread_system_init(sizeof(Context), context_init, context_destroy);
    weakref_init();
    ready_types();
    union_type_or = union_or;
    compile_init();
    compile_ast_hook = ast_compile;
    runtime.modules = dict_new();
    check(runtime.modules != NULL, "sys.modules");
    Module *builtins = native_module_create("builtins");
    check(builtins != NULL, "builtins");
    runtime.builtins = builtins->dict;
    runtime.builtins_module = object_value(builtins);
    check(add_builtin_types(runtime.builtins), "builtin types");
    check(module_add(builtins, "__import__", native_function_new(&import_builtin_def, VALUE_EMPTY,
                                                                  object_value(NAME("builtins")))),
          "__import__");
    Module *sys = native_module_create("sys");
    check(sys != NULL, "sys");
    runtime.sys_dict = sys->dict;
    runtime.sys_module = object_value(sys);
    check(dict_set_c(runtime.modules, "builtins", object_value(builtins)) &&
              dict_set_c(runtime.modules, "sys", object_value(sys)),
          "sys.modules");
}

/* --- importlib ------------------------------------------------------------------------------------------------- */

/* Runs a file of importlib as the module CPython would have frozen. */
static Module *load_frozen(const char *library, const char *file, const char *shown, const char *name) {
    char path[4096];
    snprintf(path, sizeof path, "%s/importlib/%s", library, file);
    Str *module_name = str_from_c(name), *shown_name = str_from_c(shown);
    Code *code = module_name && shown_name ? load_source_file(path, shown_name) : NULL;
    Module *module = code ? module_new(module_name) : NULL;
    if (!module || !module_add(module, "__builtins__", runtime.builtins_module)) return NULL;
    if (!dict_set_str(runtime.modules, module_name, object_value(module))) return NULL;
    return is_error(vm_run_code(code, module->dict, VALUE_EMPTY, NULL)) ? NULL : module;
}

static bool install_importlib(const char *library) {
    import_finished = library_methods_install;
    Module *bootstrap = load_frozen(library, "_bootstrap.py", "<frozen importlib._bootstrap>", "_frozen_importlib");
    if (!bootstrap) return false;
    runtime.importlib = object_value(bootstrap);
    Module *imp = native_module_create("_imp");
    if (!imp) return false;
    Value install = get_attribute_c(runtime.importlib, "_install");
    if (is_error(install) || is_error(call_2(install, runtime.sys_module, object_value(imp)))) return false;
    Module *external = load_frozen(library, "_bootstrap_external.py", "<frozen importlib._bootstrap_external>",
                                   "_frozen_importlib_external");
    if (!external) return false;
    install = get_attribute_c(runtime.importlib, "_install_external_importers");
    if (is_error(install) || is_error(call_0(install)) || !import_add_zip_hook()) return false;
    Value loader = get_attribute_c(object_value(external), "SourceFileLoader");
    if (is_error(loader)) return false;
    Value get_code = method_descriptor_new(OBJECT_AS(Type, loader), &import_get_code_def);
    return !is_error(get_code) && type_set_attribute(OBJECT_AS(Type, loader), NAME("get_code"), get_code);
}

/* --- sys ---------------------------------------------------------------------------------------------------------- */

static bool set_sys(const char *name, Value value) {
    return !is_error(value) && dict_set_c(runtime.sys_dict, name, value);
}

static Value os_text(const char *text) {
    Str *s = str_from_os_text(text, strlen(text));
    return s ? object_value(s) : VALUE_ERROR;
}

static bool add_path(List *path, const char *entry) {
    Value text = os_text(entry);
    return !is_error(text) && list_append(path, text);
}

static bool set_path(const char *library) {
    List *path = list_new(6);
    if (!path) return false;
    const char *python_path = runtime.ignore_environment ? NULL : getenv("PYTHONPATH");
    for (const char *p = python_path; p && *p;) {
        const char *end = strchrnul(p, ':');
        Str *entry = str_from_os_text(p, (size_t)(end - p));
        if (!entry || (end > p && !list_append(path, object_value(entry)))) return false;
        p = *end ? end + 1 : end;
    }
    char zip[4096], dynload[4096];
    const char *slash = strrchr(library, '/');
    snprintf(zip, sizeof zip, "%.*s/python311.zip", (int)(slash ? slash - library : 0), library);
    snprintf(dynload, sizeof dynload, "%s/lib-dynload", library);
    return add_path(path, zip) && add_path(path, library) && add_path(path, dynload) &&
           set_sys("path", object_value(path));
}

static bool set_command_line(const StartupOptions *options) {
    List *original = list_new(options->argc);
    for (int i = 0; original && i < options->argc; i++)
        if (!add_path(original, options->argv[i])) return false;
    char executable[4096];
    ssize_t length = readlink("/proc/self/exe", executable, sizeof executable - 1);
    executable[length > 0 ? length : 0] = 0;
    if (!original || !set_sys("orig_argv", object_value(original)) || !set_sys("executable", os_text(executable)) ||
        !set_sys("_base_executable", os_text(executable)))
        return false;
    if (options->warn_options && !set_sys("warnoptions", object_value(options->warn_options))) return false;
    return !options->x_options || set_sys("_xoptions", object_value(options->x_options));
}

/* -X faulthandler, -X dev, PYTHONFAULTHANDLER. */
static bool wants_faulthandler(void) {
    const char *setting = runtime.ignore_environment ? NULL : getenv("PYTHONFAULTHANDLER");
    if (runtime.dev_mode || (setting && *setting)) return true;
    Value options = dict_get_c(runtime.sys_dict, "_xoptions");
    return is_dict(options) && !is_empty(dict_get_c(as_dict(options), "faulthandler"));
}

bool runtime_init_library(const StartupOptions *options) {
    const char *library = options->library;
    if (!library && !runtime.ignore_environment) library = getenv("WEFT_LIBRARY");
    if (!library || !*library) library = DEFAULT_LIBRARY;
    char probe[4096];
    snprintf(probe, sizeof probe, "%s/importlib/_bootstrap.py", library);
    if (access(probe, R_OK) != 0) {
        fprintf(stderr,
                "weft: the Python standard library was not found: cannot read %s\n"
                "weft: install it (Debian: apt install libpython3.11-stdlib), or name its folder with\n"
                "weft: -X library=FOLDER or the environment variable WEFT_LIBRARY\n", probe);
        exit(1);
    }
    import_cache_init(library);
    if (!set_command_line(options) || !sys_update_flags() || !set_path(library)) return false;
    if (!signal_init(options->install_signal_handlers)) return false;
    if (!install_importlib(library)) return false;
    if (is_error(import_module("encodings")) || !stdio_init()) return false;
    if (wants_faulthandler() && !faulthandler_enable_at_start()) return false;
    if (options->warn_options && list_length(options->warn_options) && is_error(import_module("warnings")))
        return false;
    return runtime.no_site || !is_error(import_module("site"));
}

/* --- the end -------------------------------------------------------------------------------------------------------- */

static void wait_for_threads(void) {
    Value threading = dict_get_c(runtime.modules, "threading");
    if (is_empty(threading) || is_error(threading) || is_none(threading)) return;
    Value shutdown = get_attribute_c(threading, "_shutdown");
    if (is_error(shutdown) || is_error(call_0(shutdown))) error_write_unraisable("in", threading);
}

int runtime_finish(int status) {
    wait_for_threads();
    atexit_run();
    if (stdio_flush() < 0 && status == 0) status = 120;
    sys_set_finalizing();
    finalize_all_at_exit();
    thread_exit_begin();
    return status;
}
