/* io_text_internal.h - TextIOWrapper: what its files share.
 *
 * Reading: chunks of bytes come from the buffer, are decoded, and the characters wait in `decoded`
 * from `used` on. The snapshot tells, for tell(), where decoding of that chunk began: the decoder's
 * flags, and the bytes it was given since. Writing: encoded bytes wait in `pending`, up to
 * `chunk_size` of them, then go to the buffer.
 *
 * UTF-8, ASCII and Latin-1 are decoded and encoded here; the bytes of a sequence that is cut short
 * at a chunk's end wait in `tail`. Other encodings have the objects that the codecs registry makes.
 *
 * Everything is guarded by the IoLock, which is the thread's again when a signal handler or a buffer
 * written in Python comes back to the same stream: so after each call of something that may run
 * Python the fields are looked at again. */
#ifndef WEFT_MODULES_IO_TEXT_INTERNAL_H
#define WEFT_MODULES_IO_TEXT_INTERNAL_H

#include "modules/io_internal.h"

typedef enum TextCodec { TEXT_CODEC_UTF8, TEXT_CODEC_ASCII, TEXT_CODEC_LATIN1, TEXT_CODEC_OTHER } TextCodec;

typedef struct TextIo {
    IoBase base;
    IoLock lock;
    Value buffer;            /* atomic; empty before __init__; after detach() what was detached */
    Value encoding, errors;  /* atomic; strs */
    Value encoder, decoder;  /* of other codecs; else empty */
    Str *decoded;            /* or NULL */
    int64_t used;            /* characters of `decoded` taken */
    IoBuffer *pending;       /* or NULL */
    int64_t pending_count, chunk_size; /* chunk_size: atomic */
    Bytes *snapshot;         /* bytes given to the decoder since snapshot_flags; NULL: none */
    Value snapshot_flags;    /* an int */
    const char *newline;     /* as given; NULL for None */
    const char *write_newline; /* what "\n" is written as; NULL: itself */
    NewlineState newlines;
    LineEnd line_end;
    TextCodec codec;
    uint8_t tail[8], tail_count;
    uint8_t readable, writable, seekable, telling, universal;
    uint8_t line_buffering, write_through; /* atomic */
    uint8_t ready, detached;               /* atomic */
    uint8_t has_read1, encoding_begun;
} TextIo;
static inline TextIo *as_text_io(Value v) { return OBJECT_AS(TextIo, v); }

/* Raise, run Python. All but text_enter() with the lock held. */
bool text_enter(TextIo *self); /* ready, and locked */
bool text_check_open(TextIo *self);
static inline void text_leave(TextIo *self) { io_lock_leave(&self->lock); }

/* io_text_codec.c */
bool text_set_codec(TextIo *self, Value encoding, Value errors); /* finds and makes en- and decoder */
Str *text_decode(TextIo *self, const void *data, int64_t length, bool final);
/* Encoded bytes: *data points into the text or into *keep. */
bool text_encode(TextIo *self, Str *text, const void **data, int64_t *length, Value *keep);
bool text_decoder_reset(TextIo *self);
bool text_decoder_getstate(TextIo *self, Value *pending, Value *flags); /* bytes, int */
bool text_decoder_setstate(TextIo *self, Value pending, Value flags);
bool text_encoder_restart(TextIo *self, bool at_start);
Value text_locale_encoding(void); /* a str */

/* io_text.c */
bool text_flush_pending(TextIo *self); /* to the buffer */
bool text_flush(TextIo *self);         /* and through it */
void text_forget_decoded(TextIo *self);
void text_forget_snapshot(TextIo *self);
bool text_set_snapshot(TextIo *self, Value flags, const void *head, int64_t head_length,
                       const void *tail, int64_t tail_length);

/* io_text_seek.c */
Value text_tell_method(Value *args);
Value text_seek_method(Value *args);

#endif
