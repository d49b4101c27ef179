/* pyexpat.h - the parser object of the module pyexpat, and its handlers. */
#ifndef WEFT_MODULES_LOADABLE_PYEXPAT_H
#define WEFT_MODULES_LOADABLE_PYEXPAT_H

#include <expat.h>
#include "modules/loadable/recursive_lock.h"
#include "modules/loadable/loadable.h"

/* The handlers: H(attribute, function that expat calls). */
#define EXPAT_HANDLERS(H)                                                                          \
    H(StartElementHandler, on_start_element)                                                       \
    H(EndElementHandler, on_end_element)                                                           \
    H(ProcessingInstructionHandler, on_processing_instruction)                                     \
    H(CharacterDataHandler, on_character_data)                                                     \
    H(UnparsedEntityDeclHandler, on_unparsed_entity_decl)                                          \
    H(NotationDeclHandler, on_notation_decl)                                                       \
    H(StartNamespaceDeclHandler, on_start_namespace_decl)                                          \
    H(EndNamespaceDeclHandler, on_end_namespace_decl)                                              \
    H(CommentHandler, on_comment)                                                                  \
    H(StartCdataSectionHandler, on_start_cdata_section)                                            \
    H(EndCdataSectionHandler, on_end_cdata_section)                                                \
    H(DefaultHandler, on_default)                                                                  \
    H(DefaultHandlerExpand, on_default_expand)                                                     \
    H(NotStandaloneHandler, on_not_standalone)                                                     \
    H(ExternalEntityRefHandler, on_external_entity_ref)                                            \
    H(StartDoctypeDeclHandler, on_start_doctype_decl)                                              \
    H(EndDoctypeDeclHandler, on_end_doctype_decl)                                                  \
    H(EntityDeclHandler, on_entity_decl)                                                           \
    H(XmlDeclHandler, on_xml_decl)                                                                 \
    H(ElementDeclHandler, on_element_decl)                                                         \
    H(AttlistDeclHandler, on_attlist_decl)                                                         \
    H(SkippedEntityHandler, on_skipped_entity)

enum {
#define H(name, function) HANDLER_##name,
    EXPAT_HANDLERS(H)
#undef H
    HANDLER_COUNT
};

/* One parser. Expat's parsers are not for several threads at a time, and one made for an external
 * entity shares tables with the parser it came from; so the whole family is guarded by the lock of the
 * first, `root`, which is recursive: handlers may ask the parser that calls them. */
typedef struct Parser {
    Object object;
    XML_Parser parser;     /* NULL until it is made; guarded by the root's lock, like what follows */
    struct Parser *root;   /* constant; itself, or the parser this was made from */
    RecursiveLock lock;    /* of the root only */
    char *buffer;          /* malloc'ed: character data to be reported; NULL: not collected */
    int buffer_size, buffer_used;
    int in_callback;       /* handlers that are running */
    bool ordered_attributes, specified_attributes, namespace_prefixes;
    Value intern;          /* a dict, or None */
    Value handlers[HANDLER_COUNT]; /* atomic; empty: none */
} Parser;
static inline Parser *as_parser(Value v) { return OBJECT_AS(Parser, v); }

/* Takes the family's lock. False with an exception of a signal handler. May block, runs Python. */
static inline bool parser_enter(Parser *self) { return recursive_lock_enter(&self->root->lock); }
static inline void parser_leave(Parser *self) { recursive_lock_leave(&self->root->lock); }
/* Reports the character data collected so far. False with an exception set. Runs Python. */
bool parser_flush(Parser *self);
/* Sets a handler and tells expat. With the lock held. */
void parser_set_handler(Parser *self, int index, Value handler);
void parser_clear_handlers(Parser *self);
/* expat's question how to read an encoding it does not know. */
int on_unknown_encoding(void *data, const XML_Char *name, XML_Encoding *info);

#endif
