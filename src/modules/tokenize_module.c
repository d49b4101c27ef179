/* tokenize_module.c - the module _tokenize: the tokens of a source as the parser sees them.
 *
 * They are all made at the start; the iterator's position is the only thing that changes. An error waits
 * behind the last token before it. */
#include "modules/support.h"
#include "parser/parser.h"

typedef struct TokenizerIter {
    Object object;
    List *tokens;
    Value error;      /* raised behind the last token; or VALUE_EMPTY */
    int64_t position; /* atomic */
} TokenizerIter;

static void tokenizer_trace(Cell *cell, Marker *marker) {
    TokenizerIter *self = (TokenizerIter *)cell;
    marker_visit_pointer(marker, self->tokens);
    marker_visit(marker, self->error);
}

static bool add_token(const TokenView *token, void *list) {
    Str *text = str_from_utf8(token->text, (size_t)(token->end - token->text));
    Str *line = str_from_utf8(token->line, (size_t)(token->line_end - token->line));
    Tuple *item = text && line ? tuple_pack(7, object_value(text), smallint_value(token->number),
                                            smallint_value(token->lineno), smallint_value(token->end_lineno),
                                            smallint_value(token->column), smallint_value(token->end_column),
                                            object_value(line))
                               : NULL;
    return item && list_append(list, object_value(item));
}

static Value tokenizer_new(Type *type, Value *args, size_t count, Tuple *names) {
    static Signature *signature;
    Value source;
    if (!bind_arguments("tokenizeriter", "(source)", &signature, args, count, names, &source)) return VALUE_ERROR;
    if (!is_str(source))
        return raise_error(&TypeError, "tokenizeriter() argument 'source' must be str, not %T", source);
    size_t length;
    const char *text = str_utf8(as_str(source), &length);
    TokenizerIter *self = text ? object_alloc_instance(type, sizeof *self) : NULL;
    List *tokens = self ? list_new(0) : NULL;
    Str *filename = tokens ? str_from_c("<string>") : NULL;
    if (!filename) return VALUE_ERROR;
    HEAP_STORE_POINTER(self, &self->tokens, tokens);
    /* at wrong indentation the tokens just end, as CPython's do */
    if (!parser_tokenize(text, length, filename, add_token, tokens) && !error_clear_if(&IndentationError))
        heap_store_release(self, &self->error, error_fetch());
    return object_value(self);
}

static Value tokenizer_next(Value object) {
    TokenizerIter *self = OBJECT_AS(TokenizerIter, object);
    int64_t index = fetch_add_acq_rel(&self->position, INT64_C(1));
    if (index < list_length(self->tokens)) return list_get(self->tokens, index);
    if (index > list_length(self->tokens) || is_empty(self->error)) return VALUE_EMPTY;
    return raise_value(self->error);
}

static Type tokenizer_type = {
    .name = "_tokenize.TokenizerIter",
    .base = &object_type_object,
    .size = sizeof(TokenizerIter),
    .flags = TYPE_IMMUTABLE,
    .root = {.cell_kind = {.trace = tokenizer_trace, .name = "TokenizerIter"}},
    .new_instance = tokenizer_new,
    .iter = iter_self,
    .next = tokenizer_next,
};

static bool tokenize_module_init(Module *module) {
    type_ready(&tokenizer_type);
    return module_add(module, "TokenizerIter", object_value(&tokenizer_type));
}

const NativeModule module__tokenize = {.name = "_tokenize", .init = tokenize_module_init};
