/* posix_process.c - the module posix: identities, groups, priorities, scheduling, signals sent. */
#include <grp.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/times.h>
#include "modules/posix_internal.h"
#include "types/set.h"

static Value none_or_error(int result) { return result == 0 ? VALUE_NONE : raise_errno(); }
static Value int_or_error(int result) { return result >= 0 ? int_value(result) : raise_errno(); }

#define GETTER(name)                                                                               \
    static Value posix_##name(Value *args) { return int_value(name()); }
GETTER(getpid)
GETTER(getppid)
GETTER(getuid)
GETTER(geteuid)
GETTER(getgid)
GETTER(getegid)
GETTER(getpgrp)

#define ID_SETTER(name, what)                                                                      \
    static Value posix_##name(Value *args) {                                                       \
        unsigned id;                                                                               \
        return uid_argument(args[1], what, &id) ? none_or_error(name(id)) : VALUE_ERROR;           \
    }
ID_SETTER(setuid, "uid")
ID_SETTER(seteuid, "uid")
ID_SETTER(setgid, "gid")
ID_SETTER(setegid, "gid")

static bool three_ids(Value *args, const char *what, int count, unsigned ids[3]) {
    for (int i = 0; i < count; i++)
        if (!uid_argument(args[1 + i], what, &ids[i])) return false;
    return true;
}

static Value posix_setreuid(Value *args) {
    unsigned ids[3];
    return three_ids(args, "uid", 2, ids) ? none_or_error(setreuid(ids[0], ids[1])) : VALUE_ERROR;
}

static Value posix_setregid(Value *args) {
    unsigned ids[3];
    return three_ids(args, "gid", 2, ids) ? none_or_error(setregid(ids[0], ids[1])) : VALUE_ERROR;
}

static Value posix_setresuid(Value *args) {
    unsigned ids[3];
    if (!three_ids(args, "uid", 3, ids)) return VALUE_ERROR;
    return none_or_error(setresuid(ids[0], ids[1], ids[2]));
}

static Value posix_setresgid(Value *args) {
    unsigned ids[3];
    if (!three_ids(args, "gid", 3, ids)) return VALUE_ERROR;
    return none_or_error(setresgid(ids[0], ids[1], ids[2]));
}

static Value triple(unsigned a, unsigned b, unsigned c) {
    Tuple *tuple = tuple_pack(3, int_value(a), int_value(b), int_value(c));
    return tuple ? object_value(tuple) : VALUE_ERROR;
}

static Value posix_getresuid(Value *args) {
    uid_t real, effective, saved;
    if (getresuid(&real, &effective, &saved) != 0) return raise_errno();
    return triple(real, effective, saved);
}

static Value posix_getresgid(Value *args) {
    gid_t real, effective, saved;
    if (getresgid(&real, &effective, &saved) != 0) return raise_errno();
    return triple(real, effective, saved);
}

/* --- groups ------------------------------------------------------------------------------------------------ */

static Value group_list(const gid_t *groups, int count) {
    List *list = list_new(count);
    if (!list) return VALUE_ERROR;
    for (int i = 0; i < count; i++)
        if (!list_append(list, int_value(groups[i]))) return VALUE_ERROR;
    return object_value(list);
}

static Value posix_getgroups(Value *args) {
    gid_t groups[NGROUPS_MAX];
    int count = getgroups(NGROUPS_MAX, groups);
    return count < 0 ? raise_errno() : group_list(groups, count);
}

static Value posix_setgroups(Value *args) {
    if (!is_sequence(args[1]))
        return raise_error(&TypeError, "setgroups argument must be a sequence");
    Tuple *items = tuple_from_iterable(args[1]);
    if (!items) return VALUE_ERROR;
    if (items->length > NGROUPS_MAX) return raise_error(&ValueError, "too many groups");
    gid_t groups[NGROUPS_MAX];
    for (int64_t i = 0; i < items->length; i++) {
        if (!is_int(items->items[i])) return raise_error(&TypeError, "groups must be integers");
        if (!uid_argument(items->items[i], "gid", &groups[i])) return VALUE_ERROR;
    }
    return none_or_error(setgroups((size_t)items->length, groups));
}

static Value posix_getgrouplist(Value *args) {
    unsigned base;
    int count = 64;
    if (!is_str(args[1]))
        return raise_error(&TypeError, "getgrouplist() argument 1 must be str, not %T", args[1]);
    const char *user = str_os_text(as_str(args[1]), NULL);
    if (!user || !uid_argument(args[2], "gid", &base)) return VALUE_ERROR;
    gid_t *groups = malloc(sizeof(gid_t) * (size_t)count);
    while (groups && DETACHED(getgrouplist(user, base, groups, &count)) < 0) {
        gid_t *larger = realloc(groups, sizeof(gid_t) * (size_t)count);
        if (!larger) free(groups);
        groups = larger;
    }
    if (!groups) return raise_memory_error();
    Value list = group_list(groups, count);
    free(groups);
    return list;
}

static Value posix_initgroups(Value *args) {
    PathArgument user;
    unsigned group;
    if (!path_argument(args[1], "initgroups", "username", 0, &user) ||
        !uid_argument(args[2], "gid", &group))
        return VALUE_ERROR;
    return none_or_error(initgroups(user.text, group));
}

/* --- process groups and sessions ------------------------------------------------------------------------------ */

static Value posix_getpgid(Value *args) {
    int pid = 0;
    return argument_int(args[1], &pid) ? int_or_error(getpgid(pid)) : VALUE_ERROR;
}

static Value posix_getsid(Value *args) {
    int pid = 0;
    return argument_int(args[1], &pid) ? int_or_error(getsid(pid)) : VALUE_ERROR;
}

static Value posix_setpgid(Value *args) {
    int pid = 0, group = 0;
    if (!argument_int(args[1], &pid) || !argument_int(args[2], &group)) return VALUE_ERROR;
    return none_or_error(setpgid(pid, group));
}

static Value posix_setpgrp(Value *args) { return none_or_error(setpgrp()); }
static Value posix_setsid(Value *args) { return none_or_error(setsid() < 0 ? -1 : 0); }

/* --- signals --------------------------------------------------------------------------------------------------- */

static Value after_kill(int result) {
    if (result != 0) return raise_errno();
    return safepoint(thread_self()) ? VALUE_NONE : VALUE_ERROR;
}

static Value posix_kill(Value *args) {
    int pid = 0, number = 0;
    if (!argument_int(args[1], &pid) || !argument_int(args[2], &number)) return VALUE_ERROR;
    return after_kill(kill(pid, number));
}

static Value posix_killpg(Value *args) {
    int group = 0, number = 0;
    if (!argument_int(args[1], &group) || !argument_int(args[2], &number)) return VALUE_ERROR;
    return after_kill(killpg(group, number));
}

/* --- priorities and scheduling --------------------------------------------------------------------------------- */

static Value posix_nice(Value *args) {
    int increment = 0;
    if (!argument_int(args[1], &increment)) return VALUE_ERROR;
    errno = 0;
    int value = nice(increment);
    return value == -1 && errno != 0 ? raise_errno() : int_value(value);
}

static Value posix_getpriority(Value *args) {
    int which = 0, who = 0;
    if (!argument_int(args[1], &which) || !argument_int(args[2], &who)) return VALUE_ERROR;
    errno = 0;
    int value = getpriority((__priority_which_t)which, (id_t)who);
    return errno != 0 ? raise_errno() : int_value(value);
}

static Value posix_setpriority(Value *args) {
    int which = 0, who = 0, priority = 0;
    if (!argument_int(args[1], &which) || !argument_int(args[2], &who) ||
        !argument_int(args[3], &priority))
        return VALUE_ERROR;
    return none_or_error(setpriority((__priority_which_t)which, (id_t)who, priority));
}

static Value posix_sched_yield(Value *args) { return none_or_error(DETACHED(sched_yield())); }

static Value posix_sched_get_priority_max(Value *args) {
    int policy = 0;
    return argument_int(args[1], &policy) ? int_or_error(sched_get_priority_max(policy)) : VALUE_ERROR;
}

static Value posix_sched_get_priority_min(Value *args) {
    int policy = 0;
    return argument_int(args[1], &policy) ? int_or_error(sched_get_priority_min(policy)) : VALUE_ERROR;
}

static Value posix_sched_getscheduler(Value *args) {
    int pid = 0;
    return argument_int(args[1], &pid) ? int_or_error(sched_getscheduler(pid)) : VALUE_ERROR;
}

static bool sched_param_from(Value v, struct sched_param *out) {
    out->sched_priority = 0;
    if (type_of(v) == posix_result_type(RESULT_SCHED_PARAM))
        return argument_int(as_tuple(v)->items[0], &out->sched_priority);
    raise_error(&TypeError, "must have a sched_param object");
    return false;
}

static Value posix_sched_setscheduler(Value *args) {
    int pid = 0, policy = 0;
    struct sched_param parameters;
    if (!argument_int(args[1], &pid) || !argument_int(args[2], &policy) ||
        !sched_param_from(args[3], &parameters))
        return VALUE_ERROR;
    return none_or_error(sched_setscheduler(pid, policy, &parameters) < 0 ? -1 : 0);
}

static Value posix_sched_getparam(Value *args) {
    int pid = 0;
    struct sched_param parameters;
    if (!argument_int(args[1], &pid)) return VALUE_ERROR;
    if (sched_getparam(pid, &parameters) != 0) return raise_errno();
    Value item = int_value(parameters.sched_priority);
    return structseq_new(posix_result_type(RESULT_SCHED_PARAM), &item);
}

static Value posix_sched_setparam(Value *args) {
    int pid = 0;
    struct sched_param parameters;
    if (!argument_int(args[1], &pid) || !sched_param_from(args[2], &parameters)) return VALUE_ERROR;
    return none_or_error(sched_setparam(pid, &parameters));
}

static Value posix_sched_rr_get_interval(Value *args) {
    int pid = 0;
    struct timespec interval;
    if (!argument_int(args[1], &pid)) return VALUE_ERROR;
    if (sched_rr_get_interval(pid, &interval) != 0) return raise_errno();
    return double_value((double)interval.tv_sec + 1e-9 * (double)interval.tv_nsec);
}

#define CPU_LIMIT 65536

static Value posix_sched_getaffinity(Value *args) {
    int pid = 0;
    if (!argument_int(args[1], &pid)) return VALUE_ERROR;
    size_t size = CPU_ALLOC_SIZE(CPU_LIMIT);
    cpu_set_t *mask = CPU_ALLOC(CPU_LIMIT);
    Set *set = set_new();
    if (!mask || !set) return mask ? VALUE_ERROR : raise_memory_error();
    Value result = object_value(set);
    if (sched_getaffinity(pid, size, mask) != 0) result = raise_errno();
    for (size_t i = 0; !is_error(result) && i < CPU_LIMIT; i++)
        if (CPU_ISSET_S(i, size, mask) && !set_add(set, int_value((int64_t)i))) result = VALUE_ERROR;
    CPU_FREE(mask);
    return result;
}

static bool add_cpu(Value item, void *argument) {
    if (!is_int(item)) {
        raise_error(&TypeError, "expected an iterator of ints, but iterator yielded %R",
                    object_value(type_of(item)));
        return false;
    }
    int64_t cpu = 0;
    if (!int_to_int64(item, &cpu) || cpu >= CPU_LIMIT) {
        raise_error(&OverflowError, "CPU number too large");
        return false;
    }
    if (cpu < 0) {
        raise_error(&ValueError, "negative CPU number");
        return false;
    }
    CPU_SET_S((size_t)cpu, CPU_ALLOC_SIZE(CPU_LIMIT), (cpu_set_t *)argument);
    return true;
}

static Value posix_sched_setaffinity(Value *args) {
    int pid = 0;
    if (!argument_int(args[1], &pid)) return VALUE_ERROR;
    size_t size = CPU_ALLOC_SIZE(CPU_LIMIT);
    cpu_set_t *mask = CPU_ALLOC(CPU_LIMIT);
    if (!mask) return raise_memory_error();
    CPU_ZERO_S(size, mask);
    Value result = VALUE_ERROR;
    if (iterate(args[2], add_cpu, mask)) result = none_or_error(sched_setaffinity(pid, size, mask));
    CPU_FREE(mask);
    return result;
}

/* --- times ------------------------------------------------------------------------------------------------------ */

static Value posix_times(Value *args) {
    struct tms t;
    double ticks = (double)sysconf(_SC_CLK_TCK);
    clock_t elapsed = times(&t);
    if (elapsed == (clock_t)-1) return raise_errno();
    Value items[] = {
        double_value((double)t.tms_utime / ticks), double_value((double)t.tms_stime / ticks),
        double_value((double)t.tms_cutime / ticks), double_value((double)t.tms_cstime / ticks),
        double_value((double)elapsed / ticks),
    };
    return structseq_new(posix_result_type(RESULT_TIMES), items);
}

/* sched_param(sched_priority): not made from a sequence as its kin are. */
static Value sched_param_new(Type *type, Value *args, size_t count, Tuple *names) {
    static Signature *signature;
    Value slots[1];
    if (!bind_arguments("sched_param", "(sched_priority)", &signature, args, count, names, slots))
        return VALUE_ERROR;
    return structseq_new(type, slots);
}

bool posix_add_process_types(Module *module) {
    posix_result_type(RESULT_SCHED_PARAM)->new_instance = sched_param_new;
    return true;
}

#define FUNCTION(name, signature, doc) METHOD(#name, posix_##name, signature, doc)
#define AUDITED_FUNCTION(audit, name, signature, doc) AUDITED(audit, #name, posix_##name, signature, doc)
const MethodDef posix_process_functions[] = {
    FUNCTION(getpid, "($module, /)", "The id of this process."),
    FUNCTION(getppid, "($module, /)", "The id of the parent process."),
    FUNCTION(getuid, "($module, /)", "The real user id."),
    FUNCTION(geteuid, "($module, /)", "The effective user id."),
    FUNCTION(getgid, "($module, /)", "The real group id."),
    FUNCTION(getegid, "($module, /)", "The effective group id."),
    FUNCTION(setuid, "($module, uid, /)", "Set the user id."),
    FUNCTION(seteuid, "($module, euid, /)", "Set the effective user id."),
    FUNCTION(setgid, "($module, gid, /)", "Set the group id."),
    FUNCTION(setegid, "($module, egid, /)", "Set the effective group id."),
    FUNCTION(setreuid, "($module, ruid, euid, /)", "Set the real and effective user ids."),
    FUNCTION(setregid, "($module, rgid, egid, /)", "Set the real and effective group ids."),
    FUNCTION(setresuid, "($module, ruid, euid, suid, /)",
             "Set the real, effective and saved user ids."),
    FUNCTION(setresgid, "($module, rgid, egid, sgid, /)",
             "Set the real, effective and saved group ids."),
    FUNCTION(getresuid, "($module, /)", "The real, effective and saved user ids."),
    FUNCTION(getresgid, "($module, /)", "The real, effective and saved group ids."),
    FUNCTION(getgroups, "($module, /)", "The supplemental group ids."),
    FUNCTION(setgroups, "($module, groups, /)", "Set the supplemental group ids."),
    FUNCTION(getgrouplist, "($module, user, group, /)", "The groups a user belongs to."),
    FUNCTION(initgroups, "($module, username, gid, /)", "Set the groups to those of a user."),
    FUNCTION(getpgrp, "($module, /)", "The process group of this process."),
    FUNCTION(getpgid, "($module, /, pid)", "The process group of a process."),
    FUNCTION(setpgid, "($module, pid, pgrp, /)", "Set the process group of a process."),
    FUNCTION(setpgrp, "($module, /)", "Make this process lead a process group."),
    FUNCTION(getsid, "($module, pid, /)", "The session of a process."),
    FUNCTION(setsid, "($module, /)", "Begin a session."),
    AUDITED_FUNCTION("os.kill 1 2", kill, "($module, pid, signal, /)", "Send a signal to a process."),
    AUDITED_FUNCTION("os.killpg 1 2", killpg, "($module, pgid, signal, /)", "Send a signal to a process group."),
    FUNCTION(nice, "($module, increment, /)", "Add to the niceness; returns it."),
    FUNCTION(getpriority, "($module, /, which, who)", "The scheduling priority."),
    FUNCTION(setpriority, "($module, /, which, who, priority)", "Set the scheduling priority."),
    FUNCTION(sched_yield, "($module, /)", "Let other threads run."),
    FUNCTION(sched_get_priority_max, "($module, /, policy)", "The highest priority of a policy."),
    FUNCTION(sched_get_priority_min, "($module, /, policy)", "The lowest priority of a policy."),
    FUNCTION(sched_getscheduler, "($module, pid, /)", "The scheduling policy of a process."),
    FUNCTION(sched_setscheduler, "($module, pid, policy, param, /)", "Set the scheduling policy."),
    FUNCTION(sched_getparam, "($module, pid, /)", "The scheduling parameters of a process."),
    FUNCTION(sched_setparam, "($module, pid, param, /)", "Set the scheduling parameters."),
    FUNCTION(sched_rr_get_interval, "($module, pid, /)", "The round-robin quantum in seconds."),
    FUNCTION(sched_getaffinity, "($module, pid, /)", "The processors a process may run on."),
    FUNCTION(sched_setaffinity, "($module, pid, mask, /)",
             "Set the processors a process may run on."),
    FUNCTION(times, "($module, /)", "Processor times of this process and its children."),
    {0},
};
