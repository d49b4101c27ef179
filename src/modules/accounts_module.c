/* accounts_module.c - the modules pwd and grp: the databases of users and groups. */
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include "modules/posix_internal.h"

static Value passwd_type, group_type; /* roots */
static ByteLock walking;              /* guards the C library's position in getpwent() and getgrent() */

static Value text(const char *s) {
    if (!s) return VALUE_NONE;
    return file_name_value(s, strlen(s), false);
}

static Value id_value(unsigned id) { return int_value(id == (unsigned)-1 ? -1 : (int64_t)id); }

static Value passwd_value(const struct passwd *p) {
    Value items[] = {text(p->pw_name), text(p->pw_passwd), id_value(p->pw_uid), id_value(p->pw_gid),
                     text(p->pw_gecos), text(p->pw_dir), text(p->pw_shell)};
    for (size_t i = 0; i < ARRAY_LENGTH(items); i++)
        if (is_error(items[i])) return VALUE_ERROR;
    return structseq_new(OBJECT_AS(Type, passwd_type), items);
}

static Value group_value(const struct group *g) {
    List *members = list_new(0);
    if (!members) return VALUE_ERROR;
    for (char **name = g->gr_mem; name && *name; name++) {
        Value member = text(*name);
        if (is_error(member) || !list_append(members, member)) return VALUE_ERROR;
    }
    Value items[] = {text(g->gr_name), text(g->gr_passwd), id_value(g->gr_gid), object_value(members)};
    if (is_error(items[0]) || is_error(items[1])) return VALUE_ERROR;
    return structseq_new(OBJECT_AS(Type, group_type), items);
}

#define RECORD_BUFFER 65536

/* A str without NULs as the system's text. */
static const char *name_text(Value v, const char *function, const char *which) {
    size_t length;
    if (!is_str(v)) {
        raise_error(&TypeError, "%s() argument %s must be str, not %T", function, which, v);
        return NULL;
    }
    const char *name = str_os_text(as_str(v), &length);
    if (name && strlen(name) != length) {
        raise_error(&ValueError, "embedded null byte");
        return NULL;
    }
    return name;
}

static Value find_passwd(const char *name, uid_t id, Value key) {
    struct passwd record, *found = NULL;
    char *buffer = malloc(RECORD_BUFFER);
    if (!buffer) return raise_memory_error();
    int error = name ? DETACHED(getpwnam_r(name, &record, buffer, RECORD_BUFFER, &found))
                     : DETACHED(getpwuid_r(id, &record, buffer, RECORD_BUFFER, &found));
    Value result;
    if (found) result = passwd_value(found);
    else if (error == ENOMEM) result = raise_memory_error();
    else if (name) result = raise_error(&KeyError, "getpwnam(): name not found: %R", key);
    else result = raise_error(&KeyError, "getpwuid(): uid not found: %V", key);
    free(buffer);
    return result;
}

static Value find_group(const char *name, gid_t id, Value key) {
    struct group record, *found = NULL;
    char *buffer = malloc(RECORD_BUFFER);
    if (!buffer) return raise_memory_error();
    int error = name ? DETACHED(getgrnam_r(name, &record, buffer, RECORD_BUFFER, &found))
                     : DETACHED(getgrgid_r(id, &record, buffer, RECORD_BUFFER, &found));
    Value result;
    if (found) result = group_value(found);
    else if (error == ENOMEM) result = raise_memory_error();
    else if (name) result = raise_error(&KeyError, "getgrnam(): name not found: %R", key);
    else result = raise_error(&KeyError, "getgrgid(): gid not found: %V", key);
    free(buffer);
    return result;
}

static Value pwd_getpwnam(Value *args) {
    const char *name = name_text(args[1], "getpwnam", "1");
    return name ? find_passwd(name, 0, args[1]) : VALUE_ERROR;
}

static Value pwd_getpwuid(Value *args) {
    unsigned id;
    if (!uid_argument(args[1], "uid", &id)) {
        if (!error_clear_if(&OverflowError)) return VALUE_ERROR;
        return raise_error(&KeyError, "getpwuid(): uid not found");
    }
    return find_passwd(NULL, id, args[1]);
}

static Value grp_getgrnam(Value *args) {
    const char *name = name_text(args[1], "getgrnam", "'name'");
    return name ? find_group(name, 0, args[1]) : VALUE_ERROR;
}

static Value grp_getgrgid(Value *args) {
    unsigned id;
    if (!uid_argument(args[1], "gid", &id)) {
        if (!error_clear_if(&OverflowError)) return VALUE_ERROR;
        return raise_error(&KeyError, "getgrgid(): gid not found");
    }
    return find_group(NULL, id, args[1]);
}

/* All records. The library's iteration is one for the process, and the thread stays attached: the
 * databases are files. */
static Value pwd_getpwall(Value *args) {
    List *list = list_new(0);
    bool ok = list != NULL;
    struct passwd *record;
    byte_lock(&walking);
    setpwent();
    while (ok && (record = getpwent()) != NULL) {
        Value value = passwd_value(record);
        ok = !is_error(value) && list_append(list, value);
    }
    endpwent();
    byte_unlock(&walking);
    return ok ? object_value(list) : VALUE_ERROR;
}

static Value grp_getgrall(Value *args) {
    List *list = list_new(0);
    bool ok = list != NULL;
    struct group *record;
    byte_lock(&walking);
    setgrent();
    while (ok && (record = getgrent()) != NULL) {
        Value value = group_value(record);
        ok = !is_error(value) && list_append(list, value);
    }
    endgrent();
    byte_unlock(&walking);
    return ok ? object_value(list) : VALUE_ERROR;
}

static bool add_type(Module *module, const char *name, const char *attribute, Value *root,
                     const char *const *fields, int count) {
    if (is_empty(*root)) {
        Type *type = structseq_type_new(name, "A record of the database.", fields, count, count);
        if (!type) return false;
        *root = object_value(type);
        module_root(root);
    }
    return module_add(module, attribute, *root);
}

static bool pwd_init(Module *module) {
    static const char *const fields[] = {"pw_name", "pw_passwd", "pw_uid", "pw_gid",
                                         "pw_gecos", "pw_dir", "pw_shell"};
    return add_type(module, "pwd.struct_passwd", "struct_passwd", &passwd_type, fields, 7);
}

static bool grp_init(Module *module) {
    static const char *const fields[] = {"gr_name", "gr_passwd", "gr_gid", "gr_mem"};
    return add_type(module, "grp.struct_group", "struct_group", &group_type, fields, 4);
}

static const MethodDef pwd_functions[] = {
    METHOD("getpwnam", pwd_getpwnam, "($module, name, /)", "The record of the user of that name."),
    METHOD("getpwuid", pwd_getpwuid, "($module, uidobj, /)", "The record of the user of that id."),
    METHOD("getpwall", pwd_getpwall, "($module, /)", "The records of all users."),
    {0},
};
static const MethodDef grp_functions[] = {
    METHOD("getgrnam", grp_getgrnam, "($module, /, name)", "The record of the group of that name."),
    METHOD("getgrgid", grp_getgrgid, "($module, /, id)", "The record of the group of that id."),
    METHOD("getgrall", grp_getgrall, "($module, /)", "The records of all groups."),
    {0},
};
const NativeModule module_pwd = {
    .name = "pwd", .doc = "The database of users.", .functions = pwd_functions, .init = pwd_init,
};
const NativeModule module_grp = {
    .name = "grp", .doc = "The database of groups.", .functions = grp_functions, .init = grp_init,
};
