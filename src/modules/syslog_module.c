/* syslog_module.c - the modules syslog and spwd: messages to the system's log, and the database of
 * shadow passwords.
 *
 * The C library keeps the pointer that openlog() is given. So the text lies in malloc'ed memory, and
 * `log_guard` is held while openlog(), closelog() and the first opening by syslog() change it. */
#include <shadow.h>
#include <stdlib.h>
#include <syslog.h>
#include "modules/posix_internal.h"

#include "object/audit.h"

static ByteLock log_guard;
static bool log_is_open;     /* under log_guard */
static char *log_identity;   /* under log_guard; malloc'ed, or NULL */
static Value spwd_type;      /* a root */

/* The base name of the program, malloc'ed; NULL when it has none. Runs Python. */
static char *program_name(void) {
    Value argv = import_attribute("sys", "argv");
    if (is_error(argv)) {
        error_clear();
        return NULL;
    }
    if (!is_list(argv) || list_length(as_list(argv)) == 0) return NULL;
    Value script = list_get(as_list(argv), 0);
    if (is_empty(script) || !is_str(script)) return NULL;
    const char *path = str_os_text(as_str(script), NULL);
    if (!path) {
        error_clear();
        return NULL;
    }
    const char *slash = strrchr(path, '/');
    path = slash ? slash + 1 : path;
    return *path ? strdup(path) : NULL;
}

/* Takes the identity over. False: an audit hook refuses. */
static bool open_log(char *identity, int option, int facility) {
    Value name = identity && audit_is_on() ? value_or_error(str_from_c(identity)) : VALUE_NONE;
    if (is_error(name) || !AUDIT("syslog.openlog", name, int_value(option), int_value(facility))) {
        free(identity);
        return false;
    }
    byte_lock(&log_guard);
    char *old = log_identity;
    log_identity = identity;
    log_is_open = true;
    openlog(identity, option, facility);
    byte_unlock(&log_guard);
    free(old);
    return true;
}

static Value syslog_openlog(Value *args) {
    int option = 0, facility = LOG_USER;
    char *identity = NULL;
    if (!is_empty(args[1])) {
        Str *text;
        if (!argument_str(args[1], "openlog", "1", &text)) return VALUE_ERROR;
        const char *bytes = str_utf8(text, NULL);
        if (!bytes) return VALUE_ERROR;
        identity = strdup(bytes);
    }
    if (!argument_int(args[2], &option) || !argument_int(args[3], &facility)) {
        free(identity);
        return VALUE_ERROR;
    }
    return open_log(identity ? identity : program_name(), option, facility) ? VALUE_NONE : VALUE_ERROR;
}

static Value syslog_syslog(Value *args, size_t count, Tuple *names) {
    int priority = LOG_INFO;
    bool two = count == 2;
    if (names && names->length) return raise_error(&TypeError, "syslog.syslog() takes no keyword arguments");
    if (count < 1 || count > 2 || !is_str(args[count - 1]) || (two && !has_index(args[0])))
        return raise_error(&TypeError, "[priority,] message string");
    if (two && !argument_int(args[0], &priority)) return VALUE_ERROR;
    const char *message = str_utf8(as_str(args[count - 1]), NULL);
    if (!message || !AUDIT("syslog.syslog", int_value(priority), args[count - 1])) return VALUE_ERROR;
    byte_lock(&log_guard);
    bool open = log_is_open;
    byte_unlock(&log_guard);
    if (!open && !open_log(program_name(), 0, LOG_USER)) return VALUE_ERROR;
    DETACHED((syslog(priority, "%s", message), 0));
    KEEP_ALIVE(message);
    return VALUE_NONE;
}

static Value syslog_closelog(Value *args) {
    byte_lock(&log_guard);
    char *old = log_identity;
    log_identity = NULL;
    if (log_is_open) closelog();
    log_is_open = false;
    byte_unlock(&log_guard);
    free(old);
    return VALUE_NONE;
}

static Value syslog_setlogmask(Value *args) {
    int mask = 0;
    return argument_int(args[1], &mask) ? int_value(setlogmask(mask)) : VALUE_ERROR;
}

static Value syslog_mask(Value *args) {
    int64_t priority = 0;
    return argument_int64(args[1], &priority) ? int_value((int)(1u << (priority & 31))) : VALUE_ERROR;
}

static Value syslog_upto(Value *args) {
    int64_t priority = 0;
    return argument_int64(args[1], &priority) ? int_value((int)((2u << (priority & 31)) - 1)) : VALUE_ERROR;
}

static const MethodDef syslog_functions[] = {
    METHOD("openlog", syslog_openlog, "($module, ident=None, logoption=0, facility=8)", NULL),
    AUDITED("syslog.closelog", "closelog", syslog_closelog, "($module, /)", NULL),
    {"syslog", NULL, NULL, NULL, METHOD_RAW | METHOD_STATIC, syslog_syslog},
    AUDITED("syslog.setlogmask 1", "setlogmask", syslog_setlogmask, "($module, maskpri, /)", NULL),
    METHOD("LOG_MASK", syslog_mask, "($module, pri, /)", NULL),
    METHOD("LOG_UPTO", syslog_upto, "($module, pri, /)", NULL),
    {0},
};
static const struct {
    const char *name;
    int value;
} constants[] = {
#define C(name) {#name, name}
    C(LOG_EMERG), C(LOG_ALERT), C(LOG_CRIT), C(LOG_ERR), C(LOG_WARNING), C(LOG_NOTICE), C(LOG_INFO),
    C(LOG_DEBUG), C(LOG_PID), C(LOG_CONS), C(LOG_NDELAY), C(LOG_ODELAY), C(LOG_NOWAIT), C(LOG_PERROR),
    C(LOG_KERN), C(LOG_USER), C(LOG_MAIL), C(LOG_DAEMON), C(LOG_AUTH), C(LOG_LPR), C(LOG_LOCAL0),
    C(LOG_LOCAL1), C(LOG_LOCAL2), C(LOG_LOCAL3), C(LOG_LOCAL4), C(LOG_LOCAL5), C(LOG_LOCAL6),
    C(LOG_LOCAL7), C(LOG_SYSLOG), C(LOG_CRON), C(LOG_UUCP), C(LOG_NEWS), C(LOG_AUTHPRIV),
#undef C
};

static bool syslog_init(Module *module) {
    for (size_t i = 0; i < ARRAY_LENGTH(constants); i++)
        if (!module_add_int(module, constants[i].name, constants[i].value)) return false;
    return true;
}

const NativeModule module_syslog = {
    .name = "syslog",
    .doc = "The system's log.",
    .functions = syslog_functions,
    .init = syslog_init,
};

/* --- spwd --------------------------------------------------------------------------------------------- */

#define RECORD_BUFFER 65536

static Value shadow_text(const char *s) { return s ? file_name_value(s, strlen(s), false) : VALUE_NONE; }

static Value shadow_value(const struct spwd *p) {
    Value name = shadow_text(p->sp_namp), password = shadow_text(p->sp_pwdp);
    if (is_error(name) || is_error(password)) return VALUE_ERROR;
    Value items[] = {name, password, int_value(p->sp_lstchg), int_value(p->sp_min), int_value(p->sp_max),
                     int_value(p->sp_warn), int_value(p->sp_inact), int_value(p->sp_expire),
                     int_value((int64_t)p->sp_flag), name, password};
    return structseq_new(OBJECT_AS(Type, spwd_type), items);
}

static Value spwd_getspnam(Value *args) {
    Str *text;
    size_t length;
    if (!argument_str(args[1], "getspnam", "", &text)) return VALUE_ERROR;
    const char *name = str_os_text(text, &length);
    if (!name) return VALUE_ERROR;
    if (strlen(name) != length) return raise_error(&ValueError, "embedded null byte");
    struct spwd record, *found = NULL;
    char *buffer = malloc(RECORD_BUFFER);
    if (!buffer) return raise_memory_error();
    int error = DETACHED(getspnam_r(name, &record, buffer, RECORD_BUFFER, &found));
    KEEP_ALIVE(name);
    Value result;
    if (found) result = shadow_value(found);
    else if (error != 0 && error != ENOENT) result = raise_os_error(error, VALUE_EMPTY, VALUE_EMPTY);
    else result = raise_error(&KeyError, "getspnam(): name not found");
    free(buffer);
    return result;
}

/* The library's iteration is one for the process. */
static Value spwd_getspall(Value *args) {
    static ByteLock walking;
    List *list = list_new(0);
    bool ok = list != NULL;
    struct spwd *record;
    byte_lock(&walking);
    setspent();
    while (ok && (record = getspent()) != NULL) {
        Value value = shadow_value(record);
        ok = !is_error(value) && list_append(list, value);
    }
    endspent();
    byte_unlock(&walking);
    return ok ? object_value(list) : VALUE_ERROR;
}

static const MethodDef spwd_functions[] = {
    METHOD("getspnam", spwd_getspnam, "($module, arg, /)",
           "Return the shadow password database entry for the given user name."),
    METHOD("getspall", spwd_getspall, "($module, /)",
           "Return a list of all available shadow password database entries."),
    {0},
};

static bool spwd_init(Module *module) {
    static const char *const fields[] = {"sp_namp", "sp_pwdp",  "sp_lstchg", "sp_min",
                                         "sp_max",  "sp_warn",  "sp_inact",  "sp_expire",
                                         "sp_flag", "sp_nam",   "sp_pwd"};
    if (!warn(&DeprecationWarning, 7, "'spwd' is deprecated and slated for removal in Python 3.13"))
        return false;
    Type *type = structseq_type_new("spwd.struct_spwd", "A record of the database.", fields, 9, 11);
    if (!type) return false;
    spwd_type = object_value(type);
    module_root(&spwd_type);
    return module_add(module, "struct_spwd", spwd_type);
}

const NativeModule module_spwd = {
    .name = "spwd",
    .doc = "The database of shadow passwords.",
    .functions = spwd_functions,
    .init = spwd_init,
};
