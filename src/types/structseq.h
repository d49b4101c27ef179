/* structseq.h - tuples whose items have names too: os.stat_result, time.struct_time, sys.flags. */
#ifndef WEFT_TYPES_STRUCTSEQ_H
#define WEFT_TYPES_STRUCTSEQ_H

#include "object/call.h"

/* Makes such a type, ready to use; `name` as in "time.struct_time". The first `visible_count` of the
 * `total` fields are the tuple's items; the others are attributes only. A NULL in `fields` is an item
 * without a name. The strings must live for ever, and so does the type. fatal() without memory. */
Type *structseq_type_new(const char *name, const char *doc, const char *const *fields,
                         int visible_count, int total);
/* The same for a type that programs cannot call. */
Type *structseq_type_new_sealed(const char *name, const char *doc, const char *const *fields,
                                int visible_count, int total);
/* An instance with all `total` values. VALUE_ERROR with MemoryError. Allocates. */
Value structseq_new(Type *type, Value *items);

#endif
