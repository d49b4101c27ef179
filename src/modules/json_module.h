/* json_module.h - what the files of the module _json share. */
#ifndef WEFT_MODULES_JSON_MODULE_H
#define WEFT_MODULES_JSON_MODULE_H

#include "types/dict.h"
#include "types/exception.h"
#include "types/float.h"
#include "types/int.h"
#include "types/list.h"
#include "types/str.h"

extern Type json_scanner_type, json_encoder_type;
/* The code of the functions scanstring, encode_basestring and encode_basestring_ascii. */
Value json_scanstring(Value *args);
Value json_encode_basestring(Value *args);
Value json_encode_basestring_ascii(Value *args);

#endif
