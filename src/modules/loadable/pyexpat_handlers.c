/* pyexpat_handlers.c - what expat calls, and the Python handlers that are called from there.
 *
 * A handler that raises ends the parse: the handlers are taken away, so that nothing more is called, and
 * expat is told to stop. The exception stays set until the parse has returned. */
#include "modules/loadable/pyexpat.h"

static Parser *callback_parser(void *data, int index) {
    Parser *self = data;
    if (error_occurred() || is_empty(value_load_acquire(&self->handlers[index]))) return NULL;
    return self;
}

static void stop(Parser *self) {
    parser_clear_handlers(self);
    XML_StopParser(self->parser, XML_FALSE);
}

/* Calls a handler; VALUE_ERROR when it, or one of the arguments, failed. */
static Value call_handler(Parser *self, int index, Value *args, size_t count) {
    Value result = VALUE_ERROR;
    bool good = true;
    for (size_t i = 0; i < count; i++) good = good && !is_error(args[i]);
    Value handler = value_load_acquire(&self->handlers[index]);
    if (good && !is_empty(handler)) {
        self->in_callback++;
        result = call(handler, args, count, NULL);
        self->in_callback--;
    }
    if (is_error(result)) stop(self);
    return result;
}

static Value text_n(const XML_Char *s, size_t length) {
    if (!s) return VALUE_NONE;
    Str *text = str_from_utf8(s, length);
    return text ? object_value(text) : VALUE_ERROR;
}

static Value text(const XML_Char *s) { return text_n(s, s ? strlen(s) : 0); }

/* The same text as one object for each different text. */
static Value name_text(Parser *self, const XML_Char *s) {
    Value name = text(s);
    if (is_error(name) || is_none(name) || !is_dict(self->intern)) return name;
    return dict_set_default(as_dict(self->intern), name, name);
}

bool parser_flush(Parser *self) {
    if (!self->buffer || self->buffer_used == 0) return true;
    Value argument = text_n(self->buffer, (size_t)self->buffer_used);
    self->buffer_used = 0;
    if (is_empty(value_load_acquire(&self->handlers[HANDLER_CharacterDataHandler])))
        return !is_error(argument);
    return !is_error(call_handler(self, HANDLER_CharacterDataHandler, &argument, 1));
}

/* The parser, if the handler `index` is to be called; what was collected is reported first. */
static Parser *begin(void *data, int index) {
    Parser *self = callback_parser(data, index);
    return self && parser_flush(self) ? self : NULL;
}

/* --- elements and text ------------------------------------------------------------------------------------ */

static Value attribute_list(Parser *self, const XML_Char **attributes, int count) {
    List *list = list_new(count);
    for (int i = 0; list && i < count; i += 2) {
        Value name = name_text(self, attributes[i]), value = text(attributes[i + 1]);
        if (is_error(name) || is_error(value) || !list_append(list, name) || !list_append(list, value))
            return VALUE_ERROR;
    }
    return list ? object_value(list) : VALUE_ERROR;
}

static Value attribute_dict(Parser *self, const XML_Char **attributes, int count) {
    Dict *dict = dict_new_sized(count / 2);
    for (int i = 0; dict && i < count; i += 2) {
        Value name = name_text(self, attributes[i]), value = text(attributes[i + 1]);
        if (is_error(name) || is_error(value) || !dict_set(dict, name, value)) return VALUE_ERROR;
    }
    return dict ? object_value(dict) : VALUE_ERROR;
}

static void on_start_element(void *data, const XML_Char *name, const XML_Char **attributes) {
    Parser *self = begin(data, HANDLER_StartElementHandler);
    if (!self) return;
    int count = 0;
    if (self->specified_attributes) count = XML_GetSpecifiedAttributeCount(self->parser);
    else
        while (attributes[count]) count += 2;
    Value args[] = {name_text(self, name), self->ordered_attributes ? attribute_list(self, attributes, count)
                                                                    : attribute_dict(self, attributes, count)};
    call_handler(self, HANDLER_StartElementHandler, args, 2);
}

static void on_end_element(void *data, const XML_Char *name) {
    Parser *self = begin(data, HANDLER_EndElementHandler);
    if (!self) return;
    Value argument = name_text(self, name);
    call_handler(self, HANDLER_EndElementHandler, &argument, 1);
}

static void on_character_data(void *data, const XML_Char *s, int length) {
    Parser *self = callback_parser(data, HANDLER_CharacterDataHandler);
    if (!self) return;
    if (self->buffer && length > self->buffer_size - self->buffer_used && !parser_flush(self)) return;
    if (self->buffer && length <= self->buffer_size) {
        memcpy(self->buffer + self->buffer_used, s, (size_t)length);
        self->buffer_used += length;
        return;
    }
    Value argument = text_n(s, (size_t)length);
    call_handler(self, HANDLER_CharacterDataHandler, &argument, 1);
}

static void on_processing_instruction(void *data, const XML_Char *target, const XML_Char *content) {
    Parser *self = begin(data, HANDLER_ProcessingInstructionHandler);
    if (!self) return;
    Value args[] = {name_text(self, target), text(content)};
    call_handler(self, HANDLER_ProcessingInstructionHandler, args, 2);
}

static void on_comment(void *data, const XML_Char *content) {
    Parser *self = begin(data, HANDLER_CommentHandler);
    if (!self) return;
    Value argument = text(content);
    call_handler(self, HANDLER_CommentHandler, &argument, 1);
}

static void call_plain(void *data, int index) {
    Parser *self = begin(data, index);
    if (self) call_handler(self, index, NULL, 0);
}
static void on_start_cdata_section(void *data) { call_plain(data, HANDLER_StartCdataSectionHandler); }
static void on_end_cdata_section(void *data) { call_plain(data, HANDLER_EndCdataSectionHandler); }
static void on_end_doctype_decl(void *data) { call_plain(data, HANDLER_EndDoctypeDeclHandler); }

static void call_default(void *data, int index, const XML_Char *s, int length) {
    Parser *self = begin(data, index);
    if (!self) return;
    Value argument = text_n(s, (size_t)length);
    call_handler(self, index, &argument, 1);
}
static void on_default(void *data, const XML_Char *s, int length) {
    call_default(data, HANDLER_DefaultHandler, s, length);
}
static void on_default_expand(void *data, const XML_Char *s, int length) {
    call_default(data, HANDLER_DefaultHandlerExpand, s, length);
}

/* --- namespaces ----------------------------------------------------------------------------------------- */

static void on_start_namespace_decl(void *data, const XML_Char *prefix, const XML_Char *uri) {
    Parser *self = begin(data, HANDLER_StartNamespaceDeclHandler);
    if (!self) return;
    Value args[] = {name_text(self, prefix), name_text(self, uri)};
    call_handler(self, HANDLER_StartNamespaceDeclHandler, args, 2);
}

static void on_end_namespace_decl(void *data, const XML_Char *prefix) {
    Parser *self = begin(data, HANDLER_EndNamespaceDeclHandler);
    if (!self) return;
    Value argument = name_text(self, prefix);
    call_handler(self, HANDLER_EndNamespaceDeclHandler, &argument, 1);
}

/* --- declarations ----------------------------------------------------------------------------------------- */

static void on_unparsed_entity_decl(void *data, const XML_Char *entity, const XML_Char *base,
                                    const XML_Char *system_id, const XML_Char *public_id,
                                    const XML_Char *notation) {
    Parser *self = begin(data, HANDLER_UnparsedEntityDeclHandler);
    if (!self) return;
    Value args[] = {name_text(self, entity), name_text(self, base), name_text(self, system_id),
                    name_text(self, public_id), name_text(self, notation)};
    call_handler(self, HANDLER_UnparsedEntityDeclHandler, args, 5);
}

static void on_notation_decl(void *data, const XML_Char *notation, const XML_Char *base,
                             const XML_Char *system_id, const XML_Char *public_id) {
    Parser *self = begin(data, HANDLER_NotationDeclHandler);
    if (!self) return;
    Value args[] = {name_text(self, notation), name_text(self, base), name_text(self, system_id),
                    name_text(self, public_id)};
    call_handler(self, HANDLER_NotationDeclHandler, args, 4);
}

static void on_start_doctype_decl(void *data, const XML_Char *name, const XML_Char *system_id,
                                  const XML_Char *public_id, int has_internal_subset) {
    Parser *self = begin(data, HANDLER_StartDoctypeDeclHandler);
    if (!self) return;
    Value args[] = {name_text(self, name), name_text(self, system_id), name_text(self, public_id),
                    int_value(has_internal_subset)};
    call_handler(self, HANDLER_StartDoctypeDeclHandler, args, 4);
}

static void on_entity_decl(void *data, const XML_Char *entity, int is_parameter, const XML_Char *value,
                           int value_length, const XML_Char *base, const XML_Char *system_id,
                           const XML_Char *public_id, const XML_Char *notation) {
    Parser *self = begin(data, HANDLER_EntityDeclHandler);
    if (!self) return;
    Value args[] = {name_text(self, entity),    int_value(is_parameter),     text_n(value, (size_t)value_length),
                    name_text(self, base),      name_text(self, system_id), name_text(self, public_id),
                    name_text(self, notation)};
    call_handler(self, HANDLER_EntityDeclHandler, args, 7);
}

static void on_xml_decl(void *data, const XML_Char *version, const XML_Char *encoding, int standalone) {
    Parser *self = begin(data, HANDLER_XmlDeclHandler);
    if (!self) return;
    Value args[] = {text(version), text(encoding), int_value(standalone)};
    call_handler(self, HANDLER_XmlDeclHandler, args, 3);
}

/* (type, quantifier, name, children) */
static Value model_value(Parser *self, const XML_Content *model) {
    if (!stack_enter("")) return VALUE_ERROR;
    Value result = VALUE_ERROR;
    Tuple *children = tuple_new(model->numchildren);
    bool good = children != NULL;
    for (unsigned i = 0; good && i < model->numchildren; i++) {
        Value child = model_value(self, &model->children[i]);
        good = !is_error(child);
        children->items[i] = good ? child : VALUE_NONE;
    }
    if (good) {
        Value name = name_text(self, model->name);
        Tuple *tuple = is_error(name) ? NULL
                                      : tuple_pack(4, int_value(model->type), int_value(model->quant), name,
                                                   object_value(children));
        if (tuple) result = object_value(tuple);
    }
    stack_leave();
    return result;
}

static void on_element_decl(void *data, const XML_Char *name, XML_Content *model) {
    Parser *self = data;
    if (begin(data, HANDLER_ElementDeclHandler)) {
        Value args[] = {name_text(self, name), model_value(self, model)};
        call_handler(self, HANDLER_ElementDeclHandler, args, 2);
    }
    XML_FreeContentModel(self->parser, model);
}

static void on_attlist_decl(void *data, const XML_Char *element, const XML_Char *attribute,
                            const XML_Char *type, const XML_Char *fallback, int required) {
    Parser *self = begin(data, HANDLER_AttlistDeclHandler);
    if (!self) return;
    Value args[] = {name_text(self, element), name_text(self, attribute), text(type), text(fallback),
                    int_value(required)};
    call_handler(self, HANDLER_AttlistDeclHandler, args, 5);
}

static void on_skipped_entity(void *data, const XML_Char *entity, int is_parameter) {
    Parser *self = begin(data, HANDLER_SkippedEntityHandler);
    if (!self) return;
    Value args[] = {name_text(self, entity), int_value(is_parameter)};
    call_handler(self, HANDLER_SkippedEntityHandler, args, 2);
}

/* --- handlers with an answer --------------------------------------------------------------------------- */

static int answer(Value result) {
    int number = 0;
    return is_error(result) || !argument_int(result, &number) ? 0 : number;
}

static int on_not_standalone(void *data) {
    Parser *self = begin(data, HANDLER_NotStandaloneHandler);
    return self ? answer(call_handler(self, HANDLER_NotStandaloneHandler, NULL, 0)) : 0;
}

static int on_external_entity_ref(XML_Parser parser, const XML_Char *context, const XML_Char *base,
                                  const XML_Char *system_id, const XML_Char *public_id) {
    Parser *self = begin(XML_GetUserData(parser), HANDLER_ExternalEntityRefHandler);
    if (!self) return 0;
    Value args[] = {text(context), name_text(self, base), name_text(self, system_id),
                    name_text(self, public_id)};
    return answer(call_handler(self, HANDLER_ExternalEntityRefHandler, args, 4));
}

/* Encodings of one byte a character are read by a table that Python's codec fills. */
int on_unknown_encoding(void *data, const XML_Char *name, XML_Encoding *info) {
    uint8_t all[256];
    if (error_occurred()) return XML_STATUS_ERROR;
    for (int i = 0; i < 256; i++) all[i] = (uint8_t)i;
    Bytes *bytes = bytes_from(all, sizeof all);
    Str *encoding = str_from_c(name);
    if (!bytes || !encoding) return XML_STATUS_ERROR;
    Value decoded = call_method_2(object_value(bytes), "decode", object_value(encoding),
                                  object_value(str_intern_c("replace")));
    if (is_error(decoded)) return XML_STATUS_ERROR;
    if (!is_str(decoded) || as_str(decoded)->length != 256) {
        raise_error(&ValueError, "multi-byte encodings are not supported");
        return XML_STATUS_ERROR;
    }
    for (int i = 0; i < 256; i++) {
        uint32_t point = str_at(as_str(decoded), i);
        info->map[i] = point == 0xFFFD ? -1 : (int)point;
    }
    info->data = NULL;
    info->convert = NULL;
    info->release = NULL;
    return XML_STATUS_OK;
}

/* --- setting ------------------------------------------------------------------------------------------- */

static void tell_expat(Parser *self, int index) {
    XML_Parser p = self->parser;
    bool on = !is_empty(self->handlers[index]);
#define WHEN_ON(function) (on ? (function) : NULL)
    switch (index) {
    case HANDLER_StartElementHandler: XML_SetStartElementHandler(p, WHEN_ON(on_start_element)); break;
    case HANDLER_EndElementHandler: XML_SetEndElementHandler(p, WHEN_ON(on_end_element)); break;
    case HANDLER_ProcessingInstructionHandler:
        XML_SetProcessingInstructionHandler(p, WHEN_ON(on_processing_instruction));
        break;
    case HANDLER_CharacterDataHandler: XML_SetCharacterDataHandler(p, WHEN_ON(on_character_data)); break;
    case HANDLER_UnparsedEntityDeclHandler:
        XML_SetUnparsedEntityDeclHandler(p, WHEN_ON(on_unparsed_entity_decl));
        break;
    case HANDLER_NotationDeclHandler: XML_SetNotationDeclHandler(p, WHEN_ON(on_notation_decl)); break;
    case HANDLER_StartNamespaceDeclHandler:
        XML_SetStartNamespaceDeclHandler(p, WHEN_ON(on_start_namespace_decl));
        break;
    case HANDLER_EndNamespaceDeclHandler:
        XML_SetEndNamespaceDeclHandler(p, WHEN_ON(on_end_namespace_decl));
        break;
    case HANDLER_CommentHandler: XML_SetCommentHandler(p, WHEN_ON(on_comment)); break;
    case HANDLER_StartCdataSectionHandler:
        XML_SetStartCdataSectionHandler(p, WHEN_ON(on_start_cdata_section));
        break;
    case HANDLER_EndCdataSectionHandler:
        XML_SetEndCdataSectionHandler(p, WHEN_ON(on_end_cdata_section));
        break;
    case HANDLER_DefaultHandler: XML_SetDefaultHandler(p, WHEN_ON(on_default)); break;
    case HANDLER_DefaultHandlerExpand: XML_SetDefaultHandlerExpand(p, WHEN_ON(on_default_expand)); break;
    case HANDLER_NotStandaloneHandler: XML_SetNotStandaloneHandler(p, WHEN_ON(on_not_standalone)); break;
    case HANDLER_ExternalEntityRefHandler:
        XML_SetExternalEntityRefHandler(p, WHEN_ON(on_external_entity_ref));
        break;
    case HANDLER_StartDoctypeDeclHandler:
        XML_SetStartDoctypeDeclHandler(p, WHEN_ON(on_start_doctype_decl));
        break;
    case HANDLER_EndDoctypeDeclHandler:
        XML_SetEndDoctypeDeclHandler(p, WHEN_ON(on_end_doctype_decl));
        break;
    case HANDLER_EntityDeclHandler: XML_SetEntityDeclHandler(p, WHEN_ON(on_entity_decl)); break;
    case HANDLER_XmlDeclHandler: XML_SetXmlDeclHandler(p, WHEN_ON(on_xml_decl)); break;
    case HANDLER_ElementDeclHandler: XML_SetElementDeclHandler(p, WHEN_ON(on_element_decl)); break;
    case HANDLER_AttlistDeclHandler: XML_SetAttlistDeclHandler(p, WHEN_ON(on_attlist_decl)); break;
    case HANDLER_SkippedEntityHandler: XML_SetSkippedEntityHandler(p, WHEN_ON(on_skipped_entity)); break;
    default: break;
    }
#undef WHEN_ON
}

void parser_set_handler(Parser *self, int index, Value handler) {
    heap_store_release(self, &self->handlers[index], is_none(handler) ? VALUE_EMPTY : handler);
    /* Expat must not lose the function it is in the middle of reporting text to. */
    if (index == HANDLER_CharacterDataHandler && self->in_callback && is_none(handler)) return;
    tell_expat(self, index);
}

void parser_clear_handlers(Parser *self) {
    for (int i = 0; i < HANDLER_COUNT; i++) {
        if (is_empty(self->handlers[i])) continue;
        heap_store_release(self, &self->handlers[i], VALUE_EMPTY);
        tell_expat(self, i);
    }
}
