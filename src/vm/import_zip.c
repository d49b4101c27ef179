/* import_zip.c - modules in zip files.
 *
 * zipimport.zipimporter has to be in sys.path_hooks from the start (PEP 273, 302), but few programs need it.
 * So a function stands in for it, which imports zipimport when a path leads into a file, and then puts the
 * class into its own place. */
#include "vm/import.h"

#include <sys/stat.h>
#include "object/call.h"
#include "object/lookup.h"
#include "object/native.h"
#include "types/dict.h"
#include "types/exception.h"
#include "types/list.h"

/* Whether a path is a file, or leads through one. */
static bool leads_into_file(const char *path) {
    char part[4096];
    if ((size_t)snprintf(part, sizeof part, "%s", path) >= sizeof part) return false;
    struct stat status;
    while (*part && stat(part, &status) != 0) {
        char *slash = strrchr(part, '/');
        if (!slash || slash == part) return false;
        *slash = 0;
    }
    return *part && S_ISREG(status.st_mode);
}

static Value zip_hook(Value *args);
static const MethodDef zip_hook_def =
    METHOD("zipimporter", zip_hook, "(path, /)",
           "Stands in sys.path_hooks for zipimport.zipimporter, until the first path that leads into a file.");

/* In place of the stand-in there is the class afterwards. */
static bool install_zipimporter(Value zipimporter) {
    Value hooks = dict_get_c(runtime.sys_dict, "path_hooks");
    if (!is_list(hooks)) return true;
    for (int64_t i = 0; i < list_length(as_list(hooks)); i++) {
        Value hook = list_get(as_list(hooks), i);
        if (is_exactly(hook, &native_function_type) && OBJECT_AS(NativeFunction, hook)->def == &zip_hook_def)
            return list_set(as_list(hooks), i, zipimporter);
    }
    return true;
}

static _Thread_local bool importing_zipimport;

static Value zip_hook(Value *args) {
    const char *path = is_str(args[0]) ? str_os_text(as_str(args[0]), NULL) : NULL;
    if (error_occurred()) error_clear();
    if (!path || !leads_into_file(path)) return raise_error(&ImportError, "not a Zip file: %R", args[0]);
    /* zipimport itself is not in the zip file that is looked at. */
    if (importing_zipimport) return raise_error(&ImportError, "not now: %R", args[0]);
    importing_zipimport = true;
    Value zipimporter = import_attribute("zipimport", "zipimporter");
    importing_zipimport = false;
    if (is_error(zipimporter) || !install_zipimporter(zipimporter)) return VALUE_ERROR;
    return call_1(zipimporter, args[0]);
}

bool import_add_zip_hook(void) {
    Value hooks = dict_get_c(runtime.sys_dict, "path_hooks");
    Value hook = native_function_new(&zip_hook_def, VALUE_EMPTY, VALUE_EMPTY);
    return !is_error(hook) && is_list(hooks) && list_insert(as_list(hooks), 0, hook);
}
