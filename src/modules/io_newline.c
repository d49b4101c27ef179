/* io_newline.c - line ends of text streams, and IncrementalNewlineDecoder. */
#include "modules/io_internal.h"

/* --- finding ------------------------------------------------------------------------------------------ */

static uint32_t char_at(const void *data, unsigned kind, int64_t index) {
    switch (kind) {
    case 1: return ((const uint8_t *)data)[index];
    case 2: return ((const uint16_t *)data)[index];
    default: return ((const uint32_t *)data)[index];
    }
}

static int64_t find_char(const void *data, unsigned kind, int64_t start, int64_t end, uint32_t c) {
    if (kind == 1) {
        const uint8_t *bytes = data, *found = memchr(bytes + start, (int)c, (size_t)(end - start));
        return found ? found - bytes : -1;
    }
    for (int64_t i = start; i < end; i++)
        if (char_at(data, kind, i) == c) return i;
    return -1;
}

static int64_t find_universal(const void *data, unsigned kind, int64_t start, int64_t end) {
    int64_t lf = find_char(data, kind, start, end, '\n');
    int64_t cr = find_char(data, kind, start, lf >= 0 ? lf : end, '\r');
    if (cr < 0) return lf < 0 ? -1 : lf + 1;
    return cr + 1 < end && char_at(data, kind, cr + 1) == '\n' ? cr + 2 : cr + 1;
}

int64_t line_end_find(const void *data, unsigned kind, int64_t start, int64_t end, LineEnd mode) {
    if (start >= end) return -1;
    int64_t at;
    switch (mode) {
    case LINE_END_LF:
        at = find_char(data, kind, start, end, '\n');
        return at < 0 ? -1 : at + 1;
    case LINE_END_CR:
        at = find_char(data, kind, start, end, '\r');
        return at < 0 ? -1 : at + 1;
    case LINE_END_CRLF:
        for (at = start; (at = find_char(data, kind, at, end, '\r')) >= 0; at++)
            if (at + 1 < end && char_at(data, kind, at + 1) == '\n') return at + 2;
        return -1;
    default: return find_universal(data, kind, start, end);
    }
}

bool newline_argument(Value v, const char **text, const char *function) {
    *text = NULL;
    if (is_empty(v) || is_none(v)) return true;
    if (!is_str(v)) {
        raise_error(&TypeError, "%s argument 'newline' must be str or None, not %T", function, v);
        return false;
    }
    static const char *const known[] = {"", "\n", "\r", "\r\n"};
    for (size_t i = 0; i < ARRAY_LENGTH(known); i++) {
        if (!str_equal_c(as_str(v), known[i])) continue;
        *text = known[i];
        return true;
    }
    raise_error(&ValueError, "illegal newline value: %R", v);
    return false;
}

Value newline_seen_value(unsigned seen) {
    static const char *const texts[] = {"\r", "\n", "\r\n"};
    Value items[3];
    int count = 0;
    for (int i = 0; i < 3; i++) {
        if (!(seen >> i & 1)) continue;
        Str *text = str_from_c(texts[i]);
        if (!text) return VALUE_ERROR;
        items[count++] = object_value(text);
    }
    if (count == 0) return VALUE_NONE;
    if (count == 1) return items[0];
    Tuple *tuple = tuple_from_array(items, count);
    return tuple ? object_value(tuple) : VALUE_ERROR;
}

/* --- translating ---------------------------------------------------------------------------------------- */

/* Notes the line ends of a text that has a "\r", and makes it with "\n" for each when `out` is given. */
static bool scan_line_ends(NewlineState *state, Str *text, StrBuilder *out) {
    int64_t length = text->length, from = 0;
    unsigned kind = str_kind(text);
    unsigned seen = state->seen;
    for (int64_t i = 0; i < length; i++) {
        uint32_t c = char_at(text->data, kind, i);
        if (c == '\n') seen |= SEEN_LF;
        if (c != '\r') continue;
        bool pair = i + 1 < length && char_at(text->data, kind, i + 1) == '\n';
        seen |= pair ? SEEN_CRLF : SEEN_CR;
        if (out && (!builder_add_range(out, text, from, i) || !builder_add_char(out, '\n'))) return false;
        i += pair;
        from = i + 1;
    }
    store_relaxed(&state->seen, (uint8_t)seen);
    return !out || builder_add_range(out, text, from, length);
}

Str *newline_process(NewlineState *state, Str *text, bool final) {
    if (state->pending_cr && (final || text->length > 0)) {
        Str *cr = str_from_char('\r');
        text = cr ? str_concat(cr, text) : NULL;
        if (!text) return NULL;
        state->pending_cr = false;
    }
    if (!final && text->length > 0 && str_at(text, text->length - 1) == '\r') {
        state->pending_cr = true;
        text = str_substring(text, 0, text->length - 1);
        if (!text) return NULL;
    }
    unsigned kind = str_kind(text);
    if (text->length == 0) return text;
    if (find_char(text->data, kind, 0, text->length, '\r') < 0) {
        if (!(state->seen & SEEN_LF) && find_char(text->data, kind, 0, text->length, '\n') >= 0)
            store_relaxed(&state->seen, (uint8_t)(state->seen | SEEN_LF));
        return text;
    }
    if (!state->translate) return scan_line_ends(state, text, NULL) ? text : NULL;
    StrBuilder out;
    builder_init(&out);
    return scan_line_ends(state, text, &out) ? builder_finish(&out) : NULL;
}

/* --- IncrementalNewlineDecoder ----------------------------------------------------------------------------- */

typedef struct NewlineDecoder {
    Object object;
    Value decoder;      /* atomic; None: the input is text */
    Value errors;       /* atomic */
    NewlineState state; /* guarded by the lock */
} NewlineDecoder;

static void decoder_trace(Cell *cell, Marker *marker) {
    marker_visit(marker, value_load_relaxed(&((NewlineDecoder *)cell)->decoder));
    marker_visit(marker, value_load_relaxed(&((NewlineDecoder *)cell)->errors));
}

static Value decoder_new(Type *type, Value *args, size_t count, Tuple *names) {
    NewlineDecoder *self = object_alloc_instance(type, sizeof(NewlineDecoder));
    return self ? object_value(self) : VALUE_ERROR;
}

static bool decoder_init(Value self_value, Value *args, size_t count, Tuple *names) {
    static Signature *signature;
    Value slots[3];
    bool translate = false;
    if (!bind_arguments("IncrementalNewlineDecoder", "(decoder, translate, errors='strict')",
                        &signature, args, count, names, slots) ||
        !argument_bool(slots[1], &translate))
        return false;
    NewlineDecoder *self = OBJECT_AS(NewlineDecoder, self_value);
    heap_store_release(self, &self->decoder, slots[0]);
    heap_store_release(self, &self->errors, slots[2]);
    object_lock(self);
    self->state.translate = translate;
    self->state.pending_cr = false;
    store_relaxed(&self->state.seen, (uint8_t)0);
    object_unlock(self);
    return true;
}

static bool decoder_get(NewlineDecoder *self, Value *decoder) {
    *decoder = value_load_acquire(&self->decoder);
    if (!is_empty(*decoder)) return true;
    raise_error(&ValueError, "IncrementalNewlineDecoder.__init__() not called");
    return false;
}

static Value decoder_decode(Value *args) {
    NewlineDecoder *self = OBJECT_AS(NewlineDecoder, args[0]);
    Value decoder, output = args[1];
    bool final = false;
    if (!decoder_get(self, &decoder) || !argument_bool(args[2], &final)) return VALUE_ERROR;
    if (!is_none(decoder)) output = call_method_2(decoder, "decode", args[1], bool_value(final));
    if (is_error(output)) return output;
    if (!is_str(output))
        return raise_error(&TypeError, "decoder should return a string result, not '%T'", output);
    object_lock(self);
    Str *text = newline_process(&self->state, as_str(output), final);
    object_unlock(self);
    return text ? object_value(text) : VALUE_ERROR;
}

static Value decoder_getstate(Value *args) {
    NewlineDecoder *self = OBJECT_AS(NewlineDecoder, args[0]);
    Value decoder, pending, flags = smallint_value(0);
    if (!decoder_get(self, &decoder)) return VALUE_ERROR;
    if (is_none(decoder)) {
        pending = io_bytes("", 0);
    } else {
        Value state = call_method_0(decoder, "getstate");
        if (is_error(state)) return state;
        if (!is_tuple(state) || as_tuple(state)->length != 2)
            return raise_error(&TypeError, "illegal decoder state");
        pending = as_tuple(state)->items[0];
        flags = as_tuple(state)->items[1];
        if (!is_int(flags)) return raise_error(&TypeError, "illegal decoder state");
    }
    flags = int_left_shift(flags, smallint_value(1));
    object_lock(self);
    bool pending_cr = self->state.pending_cr;
    object_unlock(self);
    if (!is_error(flags) && pending_cr)
        flags = int_bitwise(flags, smallint_value(1), BINARY_OR);
    if (is_error(flags)) return flags;
    Tuple *pair = tuple_pack(2, pending, flags);
    return pair ? object_value(pair) : VALUE_ERROR;
}

static Value decoder_setstate(Value *args) {
    NewlineDecoder *self = OBJECT_AS(NewlineDecoder, args[0]);
    Value decoder;
    if (!decoder_get(self, &decoder)) return VALUE_ERROR;
    if (!is_tuple(args[1])) return raise_error(&TypeError, "state argument must be a tuple");
    if (as_tuple(args[1])->length != 2 || !is_int(as_tuple(args[1])->items[1]))
        return raise_error(&TypeError, "setstate(): illegal state argument");
    Value pending = as_tuple(args[1])->items[0], flags = as_tuple(args[1])->items[1];
    object_lock(self);
    self->state.pending_cr = int_to_uint64_mask(flags) & 1;
    object_unlock(self);
    if (is_none(decoder)) return VALUE_NONE;
    Value rest = int_right_shift(flags, smallint_value(1));
    Tuple *state = is_error(rest) ? NULL : tuple_pack(2, pending, rest);
    if (!state) return VALUE_ERROR;
    return call_method_1(decoder, "setstate", object_value(state));
}

static Value decoder_reset(Value *args) {
    NewlineDecoder *self = OBJECT_AS(NewlineDecoder, args[0]);
    Value decoder;
    if (!decoder_get(self, &decoder)) return VALUE_ERROR;
    object_lock(self);
    store_relaxed(&self->state.seen, (uint8_t)0);
    self->state.pending_cr = false;
    object_unlock(self);
    return is_none(decoder) ? VALUE_NONE : call_method_0(decoder, "reset");
}

static Value decoder_newlines(Value self) {
    Value decoder;
    if (!decoder_get(OBJECT_AS(NewlineDecoder, self), &decoder)) return VALUE_ERROR;
    return newline_seen_value(load_relaxed(&OBJECT_AS(NewlineDecoder, self)->state.seen));
}

static const MethodDef decoder_methods[] = {
    METHOD("decode", decoder_decode, "($self, /, input, final=False)", "Decode the next part."),
    METHOD("getstate", decoder_getstate, "($self, /)", "The state, as a tuple."),
    METHOD("setstate", decoder_setstate, "($self, state, /)", "Set the state."),
    METHOD("reset", decoder_reset, "($self, /)", "Begin anew."),
    {0},
};
static const GetSetDef decoder_getset[] = {
    {"newlines", decoder_newlines, NULL, "the line ends met so far"},
    {0},
};
Type newline_decoder_type = {
    .name = "_io.IncrementalNewlineDecoder",
    .signature = "(decoder, translate, errors='strict')",
    .doc = "A decoder that handles all kinds of line ends, around another decoder or none.",
    .base = &object_type_object,
    .size = sizeof(NewlineDecoder),
    .flags = TYPE_BASE,
    .root = {.cell_kind = {.trace = decoder_trace, .name = "_io.IncrementalNewlineDecoder"}},
    .new_instance = decoder_new,
    .init = decoder_init,
    .methods = decoder_methods,
    .getset = decoder_getset,
};
