/* sqlite_module.c - the module _sqlite3: errors, adapters and converters, constants. */
#include "modules/loadable/sqlite.h"

Value sqlite_error, sqlite_warning, sqlite_interface_error, sqlite_database_error;
Value sqlite_internal_error, sqlite_operational_error, sqlite_programming_error;
Value sqlite_integrity_error, sqlite_data_error, sqlite_not_supported_error;
bool sqlite_callback_tracebacks, sqlite_base_types_adapted;
static Value adapters, converters; /* dicts; roots */

/* --- errors ---------------------------------------------------------------------------------------------------- */

static Value error_class(int code) {
    switch (code) {
    case SQLITE_INTERNAL:
    case SQLITE_NOTFOUND: return sqlite_internal_error;
    case SQLITE_ERROR:
    case SQLITE_PERM:
    case SQLITE_ABORT:
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_READONLY:
    case SQLITE_INTERRUPT:
    case SQLITE_IOERR:
    case SQLITE_FULL:
    case SQLITE_CANTOPEN:
    case SQLITE_PROTOCOL:
    case SQLITE_EMPTY:
    case SQLITE_SCHEMA: return sqlite_operational_error;
    case SQLITE_CORRUPT: return sqlite_database_error;
    case SQLITE_TOOBIG: return sqlite_data_error;
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH: return sqlite_integrity_error;
    case SQLITE_MISUSE:
    case SQLITE_RANGE: return sqlite_interface_error;
    default: return sqlite_database_error;
    }
}

static const struct {
    const char *name;
    int value;
} constants[] = {
#define C(name) {#name, name},
#include "modules/loadable/sqlite_constants.def"
#undef C
};

/* The name of an extended error code: the constant of that value that is no code of anything else. */
static const char *code_name(int code) {
    static const char *const others[] = {"SQLITE_DENY", "SQLITE_IGNORE", "SQLITE_LIMIT_", "SQLITE_CREATE_",
                                         "SQLITE_DROP_", "SQLITE_ALTER_", "SQLITE_ANALYZE", "SQLITE_ATTACH",
                                         "SQLITE_DELETE", "SQLITE_DETACH", "SQLITE_FUNCTION", "SQLITE_INSERT",
                                         "SQLITE_PRAGMA", "SQLITE_READ", "SQLITE_RECURSIVE", "SQLITE_REINDEX",
                                         "SQLITE_SAVEPOINT", "SQLITE_SELECT", "SQLITE_TRANSACTION", "SQLITE_UPDATE"};
    for (size_t i = 0; i < ARRAY_LENGTH(constants); i++) {
        bool other = constants[i].value != code;
        for (size_t j = 0; !other && j < ARRAY_LENGTH(others); j++) {
            size_t length = strlen(others[j]);
            bool prefix = others[j][length - 1] == '_';
            other = prefix ? strncmp(constants[i].name, others[j], length) == 0
                           : strcmp(constants[i].name, others[j]) == 0;
        }
        if (!other) return constants[i].name;
    }
    return "unknown";
}

Value raise_sqlite(sqlite3 *db) {
    if (error_occurred()) return VALUE_ERROR;
    if (!db) return raise_memory_error();
    int code = sqlite3_errcode(db), extended = sqlite3_extended_errcode(db);
    if (code == SQLITE_NOMEM) return raise_memory_error();
    Str *message = str_from_c(sqlite3_errmsg(db)), *name = str_from_c(code_name(extended));
    Value error = message ? call_1(error_class(code), object_value(message)) : VALUE_ERROR;
    if (is_error(error) || !name || !set_attribute(error, NAME("sqlite_errorcode"), int_value(extended)) ||
        !set_attribute(error, NAME("sqlite_errorname"), object_value(name)))
        return VALUE_ERROR;
    return raise_value(error);
}

/* --- adapters and converters -------------------------------------------------------------------------------- */

/* The object's idea of itself as the protocol wants it: VALUE_EMPTY when it has none. */
static Value ask(Value who, const char *method, Value argument) {
    Value bound = get_attribute_optional(who, str_intern_c(method));
    if (is_error(bound) || is_empty(bound)) return bound;
    Value adapted = call_1(bound, argument);
    if (is_error(adapted)) return error_clear_if(&TypeError) ? VALUE_EMPTY : adapted;
    return is_none(adapted) ? VALUE_EMPTY : adapted;
}

Value sqlite_adapt(Value object, Value protocol, Value fallback) {
    Tuple *key = tuple_pack(2, object_value(type_of(object)), protocol);
    Value adapter = key ? dict_get(as_dict(adapters), object_value(key)) : VALUE_ERROR;
    if (is_error(adapter)) return adapter;
    if (!is_empty(adapter)) return call_1(adapter, object);
    Value adapted = ask(protocol, "__adapt__", object);
    if (is_empty(adapted)) adapted = ask(object, "__conform__", protocol);
    if (!is_empty(adapted)) return adapted;
    return is_empty(fallback) ? RAISE(programming, "can't adapt") : fallback;
}

Value sqlite_converter(const char *name, size_t length) {
    Str *text = str_from_utf8(name, length);
    Value upper = text ? call_method_0(object_value(text), "upper") : VALUE_ERROR;
    return is_error(upper) ? upper : dict_get(as_dict(converters), upper);
}

static Value module_register_adapter(Value *args) {
    if (!is_type(args[1]))
        return raise_error(&TypeError, "register_adapter() argument 1 must be type, not %T", args[1]);
    const Type *base_types[] = {&int_type, &float_type, &str_type, &bytearray_type};
    for (size_t i = 0; i < ARRAY_LENGTH(base_types); i++)
        if (same_value(args[1], object_value(base_types[i]))) store_relaxed(&sqlite_base_types_adapted, true);
    Tuple *key = tuple_pack(2, args[1], object_value(&protocol_type));
    return key && dict_set(as_dict(adapters), object_value(key), args[2]) ? VALUE_NONE : VALUE_ERROR;
}

static Value module_register_converter(Value *args) {
    if (!is_str(args[1]))
        return raise_error(&TypeError, "register_converter() argument 1 must be str, not %T", args[1]);
    Value upper = call_method_0(args[1], "upper");
    return !is_error(upper) && dict_set(as_dict(converters), upper, args[2]) ? VALUE_NONE : VALUE_ERROR;
}

static Value module_adapt(Value *args) {
    return sqlite_adapt(args[1], is_empty(args[2]) ? object_value(&protocol_type) : args[2], args[3]);
}

/* --- functions -------------------------------------------------------------------------------------------------- */

static Value module_connect(Value *args, size_t count, Tuple *names) {
    Value factory = count > 5 ? args[5] : object_value(&database_type);
    for (int64_t i = 0; names && i < names->length; i++)
        if (str_equal_c(as_str(names->items[i]), "factory")) factory = args[count + (size_t)i];
    return call(factory, args, count, names);
}

static Value module_complete_statement(Value *args) {
    Str *text;
    if (!argument_str(args[1], "complete_statement", "'statement'", &text)) return VALUE_ERROR;
    const char *sql = str_utf8(text, NULL);
    return sql ? bool_value(sqlite3_complete(sql)) : VALUE_ERROR;
}

static Value module_enable_callback_tracebacks(Value *args) {
    bool on = false;
    if (!argument_bool(args[1], &on)) return VALUE_ERROR;
    store_relaxed(&sqlite_callback_tracebacks, on);
    return VALUE_NONE;
}

static Value module_enable_shared_cache(Value *args) {
    int on = 0;
    if (!argument_int(args[1], &on)) return VALUE_ERROR;
    return sqlite3_enable_shared_cache(on) == SQLITE_OK ? VALUE_NONE
                                                        : RAISE(operational, "Changing the shared_cache flag failed");
}

static Value protocol_new(Type *type, Value *args, size_t count, Tuple *names) {
    void *self = object_alloc_instance(type, sizeof(Object));
    return self ? object_value(self) : VALUE_ERROR;
}
Type protocol_type = {
    .name = "sqlite3.PrepareProtocol",
    .doc = "PEP 246 style object adaption protocol type.",
    .base = &object_type_object,
    .flags = TYPE_BASE,
    .size = sizeof(Object),
    .root = {.cell_kind = {.name = "sqlite3.PrepareProtocol"}},
    .new_instance = protocol_new,
};

static const MethodDef functions[] = {
    METHOD("adapt", module_adapt, "($module, obj, proto=PrepareProtocolType, alt=<unrepresentable>, /)",
           "Adapt given object to given protocol."),
    METHOD("complete_statement", module_complete_statement, "($module, /, statement)",
           "Checks if a string contains a complete SQL statement."),
    {"connect", NULL,
     "($module, /, database, timeout=5.0, detect_types=0, isolation_level='', check_same_thread=True, "
     "factory=ConnectionType, cached_statements=128, uri=False)",
     "Opens a connection to the SQLite database file database.", METHOD_RAW | METHOD_STATIC, module_connect},
    METHOD("enable_callback_tracebacks", module_enable_callback_tracebacks, "($module, enable, /)",
           "Enable or disable callback functions throwing errors to stderr."),
    METHOD("enable_shared_cache", module_enable_shared_cache, "($module, /, do_enable)",
           "Enable or disable shared cache mode for the calling thread."),
    METHOD("register_adapter", module_register_adapter, "($module, type, adapter, /)",
           "Register a function to adapt Python objects to SQLite values."),
    METHOD("register_converter", module_register_converter, "($module, typename, converter, /)",
           "Register a function to convert SQLite values to Python objects."),
    {0},
};
static Type *const types[] = {&database_type, &cursor_type, &row_type, &blob_type, &protocol_type, NULL};

/* --- the module --------------------------------------------------------------------------------------------------- */

static bool add_error(Module *module, Value *slot, const char *name, Value base) {
    Type *type = type_create("sqlite3", name, is_empty(base) ? &exc_Exception : OBJECT_AS(Type, base), NULL);
    if (!type) return false;
    *slot = object_value(type);
    module_root(slot);
    return module_add(module, name, *slot);
}

static bool init(Module *module) {
    Dict *a = dict_new(), *c = dict_new();
    if (!a || !c) return false;
    adapters = object_value(a);
    converters = object_value(c);
    module_root(&adapters);
    module_root(&converters);
    type_ready(&statement_type);
    if (!add_error(module, &sqlite_error, "Error", VALUE_EMPTY) ||
        !add_error(module, &sqlite_warning, "Warning", VALUE_EMPTY) ||
        !add_error(module, &sqlite_interface_error, "InterfaceError", sqlite_error) ||
        !add_error(module, &sqlite_database_error, "DatabaseError", sqlite_error) ||
        !add_error(module, &sqlite_internal_error, "InternalError", sqlite_database_error) ||
        !add_error(module, &sqlite_operational_error, "OperationalError", sqlite_database_error) ||
        !add_error(module, &sqlite_programming_error, "ProgrammingError", sqlite_database_error) ||
        !add_error(module, &sqlite_integrity_error, "IntegrityError", sqlite_database_error) ||
        !add_error(module, &sqlite_data_error, "DataError", sqlite_database_error) ||
        !add_error(module, &sqlite_not_supported_error, "NotSupportedError", sqlite_database_error))
        return false;
    for (size_t i = 0; i < ARRAY_LENGTH(constants); i++)
        if (!module_add_int(module, constants[i].name, constants[i].value)) return false;
    int safety = sqlite3_threadsafe();
    return module_add_int(module, "PARSE_DECLTYPES", PARSE_DECLTYPES) &&
           module_add_int(module, "PARSE_COLNAMES", PARSE_COLNAMES) &&
           module_add_int(module, "threadsafety", safety == 0 ? 0 : safety == 1 ? 3 : 1) &&
           module_add_str(module, "version", "2.6.0") &&
           module_add_str(module, "sqlite_version", sqlite3_libversion()) &&
           module_add(module, "adapters", adapters) && module_add(module, "converters", converters);
}

LOADABLE_MODULE module__sqlite3 = {
    .name = "_sqlite3",
    .doc = "Databases of SQLite.",
    .functions = functions,
    .types = types,
    .init = init,
};
