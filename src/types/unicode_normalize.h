/* unicode_normalize.h - normalisation forms of text. */
#ifndef WEFT_TYPES_UNICODE_NORMALIZE_H
#define WEFT_TYPES_UNICODE_NORMALIZE_H

#include "types/str.h"
#include "types/unicode.h"

typedef enum NormalizationForm { NORMAL_C, NORMAL_KC, NORMAL_D, NORMAL_KD } NormalizationForm;

/* "NFC", "NFKC", "NFD", "NFKD"; ValueError. */
bool normalization_form(const Str *name, NormalizationForm *form);
/* `old`: as in Unicode 3.2. NULL: MemoryError. Allocates. */
Str *unicode_normalize(Str *s, NormalizationForm form, bool old);
/* NULL: there is none. */
const UnicodeDecomposition *unicode_decomposition_of(uint32_t point);

#endif
