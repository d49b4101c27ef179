/* codec_handlers.h - the error handlers as functions that programs can call. */
#ifndef WEFT_TYPES_CODEC_HANDLERS_H
#define WEFT_TYPES_CODEC_HANDLERS_H

#include "types/dict.h"
#include "types/codec.h"

/* Puts the handlers that Python defines into a dict by name. */
bool codec_handlers_fill(Dict *handlers);
/* Adds "\xNN", "\uNNNN", "&#NNN;" or "\N{...}" for a character, as the mode says. */
bool codec_add_escape(StrBuilder *out, uint32_t c, ErrorMode mode);

#endif
