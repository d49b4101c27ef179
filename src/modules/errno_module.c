/* errno_module.c - the module `errno`: the numbers of the system's errors. */
#include "modules/support.h"

static const struct {
    const char *name;
    int number;
} numbers[] = {
#define ERROR(name) {#name, name},
#include "modules/errno_names.def"
#undef ERROR
};

static bool errno_init(Module *module) {
    Dict *codes = dict_new();
    if (!codes || !module_add(module, "errorcode", object_value(codes))) return false;
    for (size_t i = 0; i < ARRAY_LENGTH(numbers); i++)
        if (!module_add_int(module, numbers[i].name, numbers[i].number) ||
            !dict_set(codes, int_value(numbers[i].number), object_value(str_intern_c(numbers[i].name))))
            return false;
    return true;
}

const NativeModule module_errno = {
    .name = "errno",
    .doc = "The numbers of the system's errors, and in `errorcode` their names.",
    .init = errno_init,
};
