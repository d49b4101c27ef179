/* resource_module.c - the module resource: limits and use of resources. */
#include <sys/resource.h>
#include <unistd.h>
#include "modules/support.h"

static Value usage_type; /* a root */

static double seconds(struct timeval t) { return (double)t.tv_sec + (double)t.tv_usec * 1e-6; }

static Value resource_getrusage(Value *args) {
    int who = 0;
    struct rusage u;
    if (!argument_int(args[1], &who)) return VALUE_ERROR;
    if (getrusage((__rusage_who_t)who, &u) != 0) {
        if (errno == EINVAL) return raise_error(&ValueError, "invalid who parameter");
        return raise_errno();
    }
    Value items[] = {
        double_value(seconds(u.ru_utime)), double_value(seconds(u.ru_stime)), int_value(u.ru_maxrss),
        int_value(u.ru_ixrss), int_value(u.ru_idrss), int_value(u.ru_isrss), int_value(u.ru_minflt),
        int_value(u.ru_majflt), int_value(u.ru_nswap), int_value(u.ru_inblock),
        int_value(u.ru_oublock), int_value(u.ru_msgsnd), int_value(u.ru_msgrcv),
        int_value(u.ru_nsignals), int_value(u.ru_nvcsw), int_value(u.ru_nivcsw),
    };
    return structseq_new(OBJECT_AS(Type, usage_type), items);
}

static Value limits_value(const struct rlimit *limit) {
    Tuple *pair = tuple_pack(2, int_value((int64_t)limit->rlim_cur), int_value((int64_t)limit->rlim_max));
    return pair ? object_value(pair) : VALUE_ERROR;
}

static bool limits_argument(Value v, struct rlimit *limit) {
    Tuple *pair = tuple_from_iterable(v);
    if (!pair) return false;
    if (pair->length != 2) {
        raise_error(&ValueError, "expected a tuple of 2 integers");
        return false;
    }
    int64_t numbers[2] = {0, 0};
    if (!argument_int64(pair->items[0], &numbers[0]) || !argument_int64(pair->items[1], &numbers[1]))
        return false;
    limit->rlim_cur = (rlim_t)numbers[0];
    limit->rlim_max = (rlim_t)numbers[1];
    return true;
}

static bool resource_argument(Value v, int *resource) {
    *resource = 0;
    if (!argument_int(v, resource)) return false;
    if (*resource >= 0 && *resource < RLIM_NLIMITS) return true;
    raise_error(&ValueError, "invalid resource specified");
    return false;
}

static Value set_failed(void) {
    if (errno == EINVAL) return raise_error(&ValueError, "current limit exceeds maximum limit");
    if (errno == EPERM) return raise_error(&ValueError, "not allowed to raise maximum limit");
    return raise_errno();
}

static Value resource_getrlimit(Value *args) {
    int resource;
    struct rlimit limit;
    if (!resource_argument(args[1], &resource)) return VALUE_ERROR;
    return getrlimit((__rlimit_resource_t)resource, &limit) == 0 ? limits_value(&limit) : raise_errno();
}

static Value resource_setrlimit(Value *args) {
    int resource;
    struct rlimit limit;
    if (!resource_argument(args[1], &resource) || !limits_argument(args[2], &limit)) return VALUE_ERROR;
    return setrlimit((__rlimit_resource_t)resource, &limit) == 0 ? VALUE_NONE : set_failed();
}

static Value resource_prlimit(Value *args) {
    int pid = 0, resource;
    struct rlimit fresh, old;
    bool set = !is_empty(args[3]) && !is_none(args[3]);
    if (!argument_int(args[1], &pid) || !resource_argument(args[2], &resource)) return VALUE_ERROR;
    if (set && !limits_argument(args[3], &fresh)) return VALUE_ERROR;
    if (prlimit(pid, (enum __rlimit_resource)resource, set ? &fresh : NULL, &old) == 0)
        return limits_value(&old);
    if (errno == EINVAL) return raise_error(&ValueError, "current limit exceeds maximum limit");
    return raise_errno();
}

static Value resource_getpagesize(Value *args) { return int_value(sysconf(_SC_PAGESIZE)); }

static const MethodDef functions[] = {
    METHOD("getrusage", resource_getrusage, "($module, who, /)", "What was used so far."),
    METHOD("getrlimit", resource_getrlimit, "($module, resource, /)",
           "The soft and hard limit of a resource."),
    AUDITED("resource.setrlimit 1 2", "setrlimit", resource_setrlimit, "($module, resource, limits, /)",
           "Set the soft and hard limit of a resource."),
    AUDITED("resource.prlimit 1 2 3", "prlimit", resource_prlimit, "($module, pid, resource, limits=None, /)",
           "Read, and set, the limits of a process."),
    METHOD("getpagesize", resource_getpagesize, "($module, /)", "The size of a page of memory."),
    {0},
};
static const struct {
    const char *name;
    int64_t value;
} constants[] = {
#define C(name) {#name, (int64_t)(name)}
    C(RLIMIT_AS), C(RLIMIT_CORE), C(RLIMIT_CPU), C(RLIMIT_DATA), C(RLIMIT_FSIZE), C(RLIMIT_MEMLOCK),
    C(RLIMIT_MSGQUEUE), C(RLIMIT_NICE), C(RLIMIT_NOFILE), C(RLIMIT_NPROC), C(RLIMIT_OFILE),
    C(RLIMIT_RSS), C(RLIMIT_RTPRIO), C(RLIMIT_RTTIME), C(RLIMIT_SIGPENDING), C(RLIMIT_STACK),
    C(RLIM_INFINITY), C(RUSAGE_CHILDREN), C(RUSAGE_SELF), C(RUSAGE_THREAD),
#undef C
};

static bool init(Module *module) {
    static const char *const fields[] = {
        "ru_utime", "ru_stime", "ru_maxrss", "ru_ixrss", "ru_idrss", "ru_isrss", "ru_minflt",
        "ru_majflt", "ru_nswap", "ru_inblock", "ru_oublock", "ru_msgsnd", "ru_msgrcv",
        "ru_nsignals", "ru_nvcsw", "ru_nivcsw"};
    Type *type = structseq_type_new("resource.struct_rusage", "What a process has used.", fields, 16, 16);
    if (!type) return false;
    usage_type = object_value(type);
    module_root(&usage_type);
    for (size_t i = 0; i < ARRAY_LENGTH(constants); i++)
        if (!module_add_int(module, constants[i].name, constants[i].value)) return false;
    return module_add(module, "struct_rusage", usage_type) &&
           module_add(module, "error", object_value(&OSError));
}

const NativeModule module_resource = {
    .name = "resource",
    .doc = "Limits and use of resources.",
    .functions = functions,
    .init = init,
};
