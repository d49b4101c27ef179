/* pyexpat_module.c - the module pyexpat: parsing XML with expat. */
#include "modules/loadable/pyexpat.h"

#include <limits.h>
#include <stdlib.h>

#define BUFFER_SIZE 8192
#define FILE_CHUNK 2048
#define PARSE_CHUNK (1 << 20)

static Value expat_error; /* the class; a root */
static Type parser_type;

static void parser_trace(Cell *cell, Marker *marker) {
    Parser *self = (Parser *)cell;
    marker_visit_pointer(marker, self->root);
    marker_visit(marker, value_load_relaxed(&self->intern));
    for (int i = 0; i < HANDLER_COUNT; i++) marker_visit(marker, value_load_relaxed(&self->handlers[i]));
}

static void parser_release(Cell *cell) {
    Parser *self = (Parser *)cell;
    if (self->parser) XML_ParserFree(self->parser);
    free(self->buffer);
    self->parser = NULL;
    self->buffer = NULL;
}

/* ExpatError with the place of the error. */
static Value raise_expat(Parser *self, enum XML_Error code) {
    if (error_occurred()) return VALUE_ERROR;
    int64_t line = (int64_t)XML_GetErrorLineNumber(self->parser);
    int64_t column = (int64_t)XML_GetErrorColumnNumber(self->parser);
    const char *what = XML_ErrorString(code);
    Str *message = str_format("%s: line %lld, column %lld", what ? what : "", (long long)line, (long long)column);
    Value error = message ? call_1(expat_error, object_value(message)) : VALUE_ERROR;
    if (is_error(error)) return error;
    if (!set_attribute(error, NAME("code"), int_value(code)) ||
        !set_attribute(error, NAME("offset"), int_value(column)) ||
        !set_attribute(error, NAME("lineno"), int_value(line)))
        return VALUE_ERROR;
    return raise_value(error);
}

/* --- making ----------------------------------------------------------------------------------------------- */

static bool optional_text(Value v, const char *function, const char *which, const char **out) {
    *out = NULL;
    if (is_empty(v) || is_none(v)) return true;
    if (!is_str(v)) {
        raise_error(&TypeError, "%s() argument %s must be str or None, not %T", function, which, v);
        return false;
    }
    *out = str_utf8(as_str(v), NULL);
    return *out != NULL;
}

static Parser *parser_alloc(Value intern) {
    Parser *self = object_alloc_releasable(&parser_type, sizeof(Parser));
    if (!self) return NULL;
    self->root = self;
    self->intern = intern;
    self->buffer_size = BUFFER_SIZE;
    return self;
}

static bool parser_adopt(Parser *self, XML_Parser parser) {
    if (!parser) {
        raise_error(&RuntimeError, "XML_ParserCreate failed");
        return false;
    }
    self->parser = parser;
    XML_SetUserData(parser, self);
    XML_SetUnknownEncodingHandler(parser, on_unknown_encoding, NULL);
    return true;
}

static Value expat_parser_create(Value *args) {
    const char *encoding, *separator;
    Value intern = args[3];
    if (!optional_text(args[1], "ParserCreate", "'encoding'", &encoding) ||
        !optional_text(args[2], "ParserCreate", "'namespace_separator'", &separator))
        return VALUE_ERROR;
    if (separator && strlen(separator) > 1)
        return raise_error(&ValueError,
                           "namespace_separator must be at most one character, omitted, or None");
    if (is_empty(intern)) {
        Dict *dict = dict_new();
        if (!dict) return VALUE_ERROR;
        intern = object_value(dict);
    } else if (!is_none(intern) && !is_dict(intern)) {
        return raise_error(&TypeError, "intern must be a dictionary");
    }
    Parser *self = parser_alloc(intern);
    if (!self || !parser_adopt(self, XML_ParserCreate_MM(encoding, NULL, separator))) return VALUE_ERROR;
    return object_value(self);
}

static Value parser_external_entity(Value *args) {
    Parser *self = as_parser(args[0]);
    const char *context, *encoding = NULL;
    if (!optional_text(args[1], "ExternalEntityParserCreate", "1", &context)) return VALUE_ERROR;
    if (!is_empty(args[2])) {
        Str *text;
        if (!argument_str(args[2], "ExternalEntityParserCreate", "2", &text)) return VALUE_ERROR;
        if (!(encoding = str_utf8(text, NULL))) return VALUE_ERROR;
    }
    Parser *child = parser_alloc(value_load_relaxed(&self->intern));
    if (!child || !parser_enter(self)) return VALUE_ERROR;
    child->root = self->root;
    child->buffer_size = self->buffer_size;
    child->ordered_attributes = self->ordered_attributes;
    child->specified_attributes = self->specified_attributes;
    child->namespace_prefixes = self->namespace_prefixes;
    bool ok = parser_adopt(child, XML_ExternalEntityParserCreate(self->parser, context, encoding));
    if (ok && self->buffer && !(child->buffer = malloc((size_t)child->buffer_size))) {
        raise_memory_error();
        ok = false;
    }
    for (int i = 0; ok && i < HANDLER_COUNT; i++)
        if (!is_empty(self->handlers[i])) parser_set_handler(child, i, self->handlers[i]);
    parser_leave(self);
    return ok ? object_value(child) : VALUE_ERROR;
}

/* --- parsing -------------------------------------------------------------------------------------------- */

/* With the lock held. True when expat took it all; false with an exception set. */
static bool parse_bytes(Parser *self, const char *data, size_t size, bool is_final) {
    if (self->in_callback) {
        raise_error(&RuntimeError, "a parser cannot be told to parse by one of its own handlers");
        return false;
    }
    do {
        int chunk = (int)min_size(size, PARSE_CHUNK);
        size -= (size_t)chunk;
        int status = XML_Parse(self->parser, data, chunk, is_final && size == 0);
        data += chunk;
        if (error_occurred()) return false;
        if (status == XML_STATUS_ERROR) {
            raise_expat(self, XML_GetErrorCode(self->parser));
            return false;
        }
    } while (size > 0);
    return parser_flush(self);
}

static Value parse_locked(Parser *self, const char *data, size_t size, bool is_final, bool is_text) {
    if (!parser_enter(self)) return VALUE_ERROR;
    if (is_text) XML_SetEncoding(self->parser, "utf-8");
    bool ok = parse_bytes(self, data, size, is_final);
    parser_leave(self);
    return ok ? int_value(XML_STATUS_OK) : VALUE_ERROR;
}

static Value parser_parse(Value *args) {
    Parser *self = as_parser(args[0]);
    bool is_final = false;
    if (!argument_bool(args[2], &is_final)) return VALUE_ERROR;
    if (is_str(args[1])) {
        size_t size;
        const char *text = str_utf8(as_str(args[1]), &size);
        Value result = text ? parse_locked(self, text, size, is_final, true) : VALUE_ERROR;
        KEEP_ALIVE(text);
        return result;
    }
    BufferView view;
    if (!buffer_get(args[1], &view, BUFFER_SIMPLE)) return VALUE_ERROR;
    Value result = parse_locked(self, view.data, (size_t)view.length, is_final, false);
    buffer_release(&view);
    return result;
}

static Value parser_parse_file(Value *args) {
    Parser *self = as_parser(args[0]);
    Value read = get_attribute_optional(args[1], NAME("read"));
    if (is_error(read)) return read;
    if (is_empty(read)) return raise_error(&TypeError, "argument must have 'read' attribute");
    for (;;) {
        BufferView view;
        Value chunk = call_1(read, int_value(FILE_CHUNK));
        if (is_error(chunk)) return chunk;
        if (!is_bytes(chunk) && !is_kind(chunk, TYPE_BYTEARRAY))
            return raise_error(&TypeError, "read() did not return a bytes object (type=%T)", chunk);
        if (!buffer_get(chunk, &view, BUFFER_SIMPLE)) return VALUE_ERROR;
        int64_t size = view.length;
        Value result = VALUE_ERROR;
        if (size > FILE_CHUNK)
            raise_error(&ValueError, "read() returned too much data: %i bytes requested, %lld returned",
                        FILE_CHUNK, (long long)size);
        else result = parse_locked(self, view.data, (size_t)size, size == 0, false);
        buffer_release(&view);
        if (is_error(result) || size == 0) return result;
    }
}

static Value parser_set_base(Value *args) {
    Parser *self = as_parser(args[0]);
    Str *text;
    if (!argument_str(args[1], "SetBase", "", &text)) return VALUE_ERROR;
    const char *base = str_utf8(text, NULL);
    if (!base || !parser_enter(self)) return VALUE_ERROR;
    bool ok = XML_SetBase(self->parser, base) != 0;
    parser_leave(self);
    return ok ? VALUE_NONE : raise_memory_error();
}

static Value parser_get_base(Value *args) {
    Parser *self = as_parser(args[0]);
    if (!parser_enter(self)) return VALUE_ERROR;
    const char *base = XML_GetBase(self->parser);
    Str *text = base ? str_from_c(base) : NULL;
    parser_leave(self);
    return !base ? VALUE_NONE : text ? object_value(text) : VALUE_ERROR;
}

static Value parser_get_input_context(Value *args) {
    Parser *self = as_parser(args[0]);
    int offset, size;
    if (!parser_enter(self)) return VALUE_ERROR;
    const char *data = self->in_callback ? XML_GetInputContext(self->parser, &offset, &size) : NULL;
    Bytes *bytes = data ? bytes_from(data + offset, (size_t)(size - offset)) : NULL;
    parser_leave(self);
    return !data ? VALUE_NONE : bytes ? object_value(bytes) : VALUE_ERROR;
}

static Value parser_set_param_entity_parsing(Value *args) {
    Parser *self = as_parser(args[0]);
    int flag = 0;
    if (!argument_int(args[1], &flag) || !parser_enter(self)) return VALUE_ERROR;
    int done = XML_SetParamEntityParsing(self->parser, (enum XML_ParamEntityParsing)flag);
    parser_leave(self);
    return int_value(done);
}

static Value parser_use_foreign_dtd(Value *args) {
    Parser *self = as_parser(args[0]);
    bool flag = true;
    if (!argument_bool(args[1], &flag) || !parser_enter(self)) return VALUE_ERROR;
    enum XML_Error code = XML_UseForeignDTD(self->parser, flag);
    Value result = code == XML_ERROR_NONE ? VALUE_NONE : raise_expat(self, code);
    parser_leave(self);
    return result;
}

/* --- attributes ------------------------------------------------------------------------------------------ */

static bool refuse_delete(Value value) {
    if (!is_empty(value)) return true;
    raise_error(&RuntimeError, "Cannot delete attribute");
    return false;
}

static bool set_handler(Value self_value, int index, Value value) {
    Parser *self = as_parser(self_value);
    if (!refuse_delete(value) || !parser_enter(self)) return false;
    bool ok = index != HANDLER_CharacterDataHandler || parser_flush(self);
    if (ok) parser_set_handler(self, index, value);
    parser_leave(self);
    return ok;
}

static Value get_handler(Value self, int index) {
    Value handler = value_load_acquire(&as_parser(self)->handlers[index]);
    return is_empty(handler) ? VALUE_NONE : handler;
}

#define H(name, function)                                                                          \
    static Value get_##name(Value self) { return get_handler(self, HANDLER_##name); }              \
    static bool set_##name(Value self, Value value) { return set_handler(self, HANDLER_##name, value); }
EXPAT_HANDLERS(H)
#undef H

/* What expat says about itself. */
#define NUMBER(name, function)                                                                     \
    static Value get_##name(Value self_value) {                                                    \
        Parser *self = as_parser(self_value);                                                      \
        if (!parser_enter(self)) return VALUE_ERROR;                                               \
        int64_t number = (int64_t)function(self->parser);                                          \
        parser_leave(self);                                                                        \
        return int_value(number);                                                                  \
    }
NUMBER(ErrorCode, XML_GetErrorCode)
NUMBER(LineNumber, XML_GetCurrentLineNumber)
NUMBER(ColumnNumber, XML_GetCurrentColumnNumber)
NUMBER(ByteIndex, XML_GetCurrentByteIndex)
#undef NUMBER

#define FLAG(name)                                                                                 \
    static Value get_##name(Value self) { return bool_value(load_relaxed(&as_parser(self)->name)); } \
    static bool set_##name(Value self, Value value) {                                              \
        bool flag = false;                                                                         \
        if (!refuse_delete(value) || !argument_bool(value, &flag)) return false;                   \
        store_relaxed(&as_parser(self)->name, flag);                                               \
        return true;                                                                               \
    }
FLAG(ordered_attributes)
FLAG(specified_attributes)
#undef FLAG

static Value get_namespace_prefixes(Value self) {
    return bool_value(load_relaxed(&as_parser(self)->namespace_prefixes));
}
static bool set_namespace_prefixes(Value self_value, Value value) {
    Parser *self = as_parser(self_value);
    bool flag = false;
    if (!refuse_delete(value) || !argument_bool(value, &flag) || !parser_enter(self)) return false;
    store_relaxed(&self->namespace_prefixes, flag);
    XML_SetReturnNSTriplet(self->parser, flag);
    parser_leave(self);
    return true;
}

static Value get_buffer_text(Value self) { return bool_value(load_relaxed(&as_parser(self)->buffer) != NULL); }

/* With the lock held. Gives the parser a buffer of that size, or none for 0. */
static bool replace_buffer(Parser *self, int size) {
    char *buffer = NULL;
    if (!parser_flush(self)) return false;
    if (size && !(buffer = malloc((size_t)size))) {
        raise_memory_error();
        return false;
    }
    free(self->buffer);
    store_relaxed(&self->buffer, buffer);
    self->buffer_used = 0;
    return true;
}

static bool set_buffer_text(Value self_value, Value value) {
    Parser *self = as_parser(self_value);
    bool flag = false;
    if (!refuse_delete(value) || !argument_bool(value, &flag) || !parser_enter(self)) return false;
    bool ok = flag == (self->buffer != NULL) || replace_buffer(self, flag ? self->buffer_size : 0);
    parser_leave(self);
    return ok;
}

static Value get_buffer_size(Value self) { return int_value(load_relaxed(&as_parser(self)->buffer_size)); }
static Value get_buffer_used(Value self) { return int_value(load_relaxed(&as_parser(self)->buffer_used)); }

static bool set_buffer_size(Value self_value, Value value) {
    Parser *self = as_parser(self_value);
    int64_t size;
    if (!refuse_delete(value)) return false;
    if (!is_int(value)) return raise_error(&TypeError, "buffer_size must be an integer"), false;
    if (!int_to_int64(value, &size)) size = int_sign(value) > 0 ? INT64_MAX : -1;
    if (size <= 0) return raise_error(&ValueError, "buffer_size must be greater than zero"), false;
    if (size > INT_MAX)
        return raise_error(&ValueError, "buffer_size must not be greater than %i", INT_MAX), false;
    if (!parser_enter(self)) return false;
    bool ok = !self->buffer || size == self->buffer_size || replace_buffer(self, (int)size);
    if (ok) store_relaxed(&self->buffer_size, (int)size);
    parser_leave(self);
    return ok;
}

static Value get_intern(Value self) { return value_load_relaxed(&as_parser(self)->intern); }

static const MethodDef parser_methods[] = {
    METHOD("Parse", parser_parse, "($self, data, isfinal=False, /)",
           "Parse XML data.\n\n'isfinal' should be true at end of input."),
    METHOD("ParseFile", parser_parse_file, "($self, file, /)", "Parse XML data from file-like object."),
    METHOD("SetBase", parser_set_base, "($self, base, /)", "Set the base URL for the parser."),
    METHOD("GetBase", parser_get_base, "($self, /)", "Return base URL string for the parser."),
    METHOD("GetInputContext", parser_get_input_context, "($self, /)",
           "Return the untranslated text of the input that caused the current event."),
    METHOD("ExternalEntityParserCreate", parser_external_entity, "($self, context, encoding=<unrepresentable>, /)",
           "Create a parser for parsing an external entity based on the information passed to the "
           "ExternalEntityRefHandler."),
    METHOD("SetParamEntityParsing", parser_set_param_entity_parsing, "($self, flag, /)",
           "Controls parsing of parameter entities (including the external DTD subset)."),
    METHOD("UseForeignDTD", parser_use_foreign_dtd, "($self, flag=True, /)",
           "Allows the application to provide an artificial external subset."),
    {0},
};
static const GetSetDef parser_getset[] = {
#define H(name, function) {#name, get_##name, set_##name, NULL},
    EXPAT_HANDLERS(H)
#undef H
    {"ErrorCode", get_ErrorCode, NULL, NULL},
    {"ErrorLineNumber", get_LineNumber, NULL, NULL},
    {"ErrorColumnNumber", get_ColumnNumber, NULL, NULL},
    {"ErrorByteIndex", get_ByteIndex, NULL, NULL},
    {"CurrentLineNumber", get_LineNumber, NULL, NULL},
    {"CurrentColumnNumber", get_ColumnNumber, NULL, NULL},
    {"CurrentByteIndex", get_ByteIndex, NULL, NULL},
    {"buffer_size", get_buffer_size, set_buffer_size, NULL},
    {"buffer_text", get_buffer_text, set_buffer_text, NULL},
    {"buffer_used", get_buffer_used, NULL, NULL},
    {"intern", get_intern, NULL, NULL},
    {"namespace_prefixes", get_namespace_prefixes, set_namespace_prefixes, NULL},
    {"ordered_attributes", get_ordered_attributes, set_ordered_attributes, NULL},
    {"specified_attributes", get_specified_attributes, set_specified_attributes, NULL},
    {0},
};
static Type parser_type = {
    .name = "pyexpat.xmlparser",
    .doc = "XML parser",
    .base = &object_type_object,
    .flags = TYPE_NO_NEW,
    .size = sizeof(Parser),
    .root = {.cell_kind = {.trace = parser_trace, .release = parser_release, .name = "pyexpat.xmlparser"}},
    .methods = parser_methods,
    .getset = parser_getset,
};

/* --- the module ------------------------------------------------------------------------------------------ */

static Value expat_error_string(Value *args) {
    int64_t code = 0;
    if (!argument_int64(args[1], &code)) return VALUE_ERROR;
    const char *text = XML_ErrorString((enum XML_Error)code);
    Str *str = text ? str_from_c(text) : NULL;
    return !text ? VALUE_NONE : str ? object_value(str) : VALUE_ERROR;
}

static const MethodDef functions[] = {
    METHOD("ParserCreate", expat_parser_create,
           "($module, /, encoding=None, namespace_separator=None, intern=<unrepresentable>)",
           "Return a new XML parser object."),
    METHOD("ErrorString", expat_error_string, "($module, code, /)", "Returns string error for given number."),
    {0},
};

/* The names of expat's errors in the order of their numbers, which begin with 1. */
static const char *const error_names[] = {
    "NO_MEMORY", "SYNTAX", "NO_ELEMENTS", "INVALID_TOKEN", "UNCLOSED_TOKEN", "PARTIAL_CHAR", "TAG_MISMATCH",
    "DUPLICATE_ATTRIBUTE", "JUNK_AFTER_DOC_ELEMENT", "PARAM_ENTITY_REF", "UNDEFINED_ENTITY",
    "RECURSIVE_ENTITY_REF", "ASYNC_ENTITY", "BAD_CHAR_REF", "BINARY_ENTITY_REF",
    "ATTRIBUTE_EXTERNAL_ENTITY_REF", "MISPLACED_XML_PI", "UNKNOWN_ENCODING", "INCORRECT_ENCODING",
    "UNCLOSED_CDATA_SECTION", "EXTERNAL_ENTITY_HANDLING", "NOT_STANDALONE", "UNEXPECTED_STATE",
    "ENTITY_DECLARED_IN_PE", "FEATURE_REQUIRES_XML_DTD", "CANT_CHANGE_FEATURE_ONCE_PARSING",
    "UNBOUND_PREFIX", "UNDECLARING_PREFIX", "INCOMPLETE_PE", "XML_DECL", "TEXT_DECL", "PUBLICID",
    "SUSPENDED", "NOT_SUSPENDED", "ABORTED", "FINISHED", "SUSPEND_PE", "RESERVED_PREFIX_XML",
    "RESERVED_PREFIX_XMLNS", "RESERVED_NAMESPACE_URI", "INVALID_ARGUMENT", "NO_BUFFER",
    "AMPLIFICATION_LIMIT_BREACH",
};

static Module *add_submodule(Module *module, const char *name, const char *doc) {
    Str *full = str_format("pyexpat.%s", name);
    Module *sub = full ? module_new(full) : NULL;
    bool ok = sub && module_add_str(sub, "__doc__", doc) && module_add(module, name, object_value(sub)) &&
              dict_set(runtime.modules, object_value(full), object_value(sub));
    return ok ? sub : NULL;
}

static bool add_errors(Module *module) {
    Module *errors = add_submodule(module, "errors", "Constants used to describe error conditions.");
    Dict *codes = dict_new(), *messages = dict_new();
    if (!errors || !codes || !messages) return false;
    for (size_t i = 0; i < ARRAY_LENGTH(error_names); i++) {
        const char *text = XML_ErrorString((enum XML_Error)(i + 1));
        if (!text) break; /* an older expat has fewer */
        Str *message = str_from_c(text);
        char name[64];
        snprintf(name, sizeof name, "XML_ERROR_%s", error_names[i]);
        Value number = int_value((int64_t)i + 1);
        if (!message || !module_add(errors, name, object_value(message)) ||
            !dict_set(codes, object_value(message), number) || !dict_set(messages, number, object_value(message)))
            return false;
    }
    return module_add(errors, "codes", object_value(codes)) &&
           module_add(errors, "messages", object_value(messages));
}

static bool add_model(Module *module) {
    static const struct {
        const char *name;
        int value;
    } constants[] = {
#define C(name) {#name, name}
        C(XML_CTYPE_EMPTY), C(XML_CTYPE_ANY), C(XML_CTYPE_MIXED), C(XML_CTYPE_NAME), C(XML_CTYPE_CHOICE),
        C(XML_CTYPE_SEQ), C(XML_CQUANT_NONE), C(XML_CQUANT_OPT), C(XML_CQUANT_REP), C(XML_CQUANT_PLUS),
#undef C
    };
    Module *model = add_submodule(module, "model", "Constants used to interpret content model information.");
    for (size_t i = 0; model && i < ARRAY_LENGTH(constants); i++)
        if (!module_add_int(model, constants[i].name, constants[i].value)) return false;
    return model != NULL;
}

static bool add_features(Module *module) {
    List *list = list_new(0);
    for (const XML_Feature *f = XML_GetFeatureList(); list && f->feature != XML_FEATURE_END; f++) {
        Str *name = str_from_c(f->name);
        Tuple *pair = name ? tuple_pack(2, object_value(name), int_value(f->value)) : NULL;
        if (!pair || !list_append(list, object_value(pair))) return false;
    }
    return list && module_add(module, "features", object_value(list));
}

static bool init(Module *module) {
    type_ready(&parser_type);
    Type *error = type_create("xml.parsers.expat", "ExpatError", &exc_Exception, NULL);
    if (!error) return false;
    expat_error = object_value(error);
    module_root(&expat_error);
    XML_Expat_Version version = XML_ExpatVersionInfo();
    Tuple *numbers = tuple_pack(3, int_value(version.major), int_value(version.minor), int_value(version.micro));
    return numbers && module_add(module, "error", expat_error) && module_add(module, "ExpatError", expat_error) &&
           module_add(module, "XMLParserType", object_value(&parser_type)) &&
           module_add_str(module, "EXPAT_VERSION", XML_ExpatVersion()) &&
           module_add(module, "version_info", object_value(numbers)) &&
           module_add_str(module, "native_encoding", "UTF-8") &&
           module_add_int(module, "XML_PARAM_ENTITY_PARSING_NEVER", XML_PARAM_ENTITY_PARSING_NEVER) &&
           module_add_int(module, "XML_PARAM_ENTITY_PARSING_UNLESS_STANDALONE",
                          XML_PARAM_ENTITY_PARSING_UNLESS_STANDALONE) &&
           module_add_int(module, "XML_PARAM_ENTITY_PARSING_ALWAYS", XML_PARAM_ENTITY_PARSING_ALWAYS) &&
           add_errors(module) && add_model(module) && add_features(module);
}

LOADABLE_MODULE module_pyexpat = {
    .name = "pyexpat",
    .doc = "Python wrapper for Expat parser.",
    .functions = functions,
    .init = init,
};
