/* blake2_module.c - the module _blake2: BLAKE2b and BLAKE2s (RFC 7693), with keys, salts and trees.
 *
 * Both are the same algorithm on words of 64 or 32 bits: rounds, rotations and sizes differ. Words
 * are kept in 64 bits for either; `narrow` masks them. State: guarded by the object's mutex. */
#include <endian.h>
#include "modules/support.h"
#include "modules/thread_module.h"

typedef struct Variant {
    const char *name;
    uint64_t initial[8];
    int rounds, rotations[4];
    int word, block, digest_max, key_max, salt, person; /* bytes */
} Variant;
static const Variant blake2b = {
    "blake2b",
    {0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
     0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179},
    12, {32, 24, 16, 63}, 8, 128, 64, 64, 16, 16};
static const Variant blake2s = {
    "blake2s",
    {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19},
    10, {16, 12, 8, 7}, 4, 64, 32, 32, 8, 8};

static const uint8_t sigma[10][16] = {
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
    {14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3},
    {11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4},
    {7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8},
    {9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13},
    {2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9},
    {12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11},
    {13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10},
    {6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5},
    {10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0},
};

typedef struct State {
    uint64_t h[8], counter_low, counter_high;
    uint8_t buffer[128];
    int filled, digest_size;
    bool last_node;
} State;

typedef struct Blake2 {
    Object object;
    const Variant *variant; /* constant */
    Mutex mutex;
    State state;
} Blake2;
static Blake2 *as_blake2(Value v) { return OBJECT_AS(Blake2, v); }
static Type blake2b_type, blake2s_type;

/* --- the algorithm ------------------------------------------------------------------------------------ */

static inline uint64_t rotate(uint64_t x, int by, bool wide) {
    if (wide) return x >> by | x << (64 - by);
    uint32_t narrow = (uint32_t)x;
    return narrow >> by | narrow << (32 - by);
}

static void mix(uint64_t v[16], int a, int b, int c, int d, uint64_t x, uint64_t y, const int r[4], bool wide) {
    uint64_t mask = wide ? ~UINT64_C(0) : 0xFFFFFFFF;
    v[a] = (v[a] + v[b] + x) & mask;
    v[d] = rotate(v[d] ^ v[a], r[0], wide);
    v[c] = (v[c] + v[d]) & mask;
    v[b] = rotate(v[b] ^ v[c], r[1], wide);
    v[a] = (v[a] + v[b] + y) & mask;
    v[d] = rotate(v[d] ^ v[a], r[2], wide);
    v[c] = (v[c] + v[d]) & mask;
    v[b] = rotate(v[b] ^ v[c], r[3], wide);
}

static uint64_t load_word(const uint8_t *bytes, bool wide) {
    uint64_t word = 0;
    memcpy(&word, bytes, wide ? 8 : 4);
    return le64toh(word);
}

static void compress(State *s, const Variant *variant, const uint8_t *block, bool last) {
    bool wide = variant->word == 8;
    uint64_t mask = wide ? ~UINT64_C(0) : 0xFFFFFFFF, v[16], m[16];
    for (int i = 0; i < 8; i++) {
        v[i] = s->h[i];
        v[i + 8] = variant->initial[i];
    }
    v[12] ^= s->counter_low & mask;
    v[13] ^= wide ? s->counter_high : s->counter_low >> 32;
    if (last) v[14] ^= mask;
    if (last && s->last_node) v[15] ^= mask;
    for (int i = 0; i < 16; i++) m[i] = load_word(block + i * variant->word, wide);
    for (int round = 0; round < variant->rounds; round++) {
        const uint8_t *p = sigma[round % 10];
        const int *r = variant->rotations;
        mix(v, 0, 4, 8, 12, m[p[0]], m[p[1]], r, wide);
        mix(v, 1, 5, 9, 13, m[p[2]], m[p[3]], r, wide);
        mix(v, 2, 6, 10, 14, m[p[4]], m[p[5]], r, wide);
        mix(v, 3, 7, 11, 15, m[p[6]], m[p[7]], r, wide);
        mix(v, 0, 5, 10, 15, m[p[8]], m[p[9]], r, wide);
        mix(v, 1, 6, 11, 12, m[p[10]], m[p[11]], r, wide);
        mix(v, 2, 7, 8, 13, m[p[12]], m[p[13]], r, wide);
        mix(v, 3, 4, 9, 14, m[p[14]], m[p[15]], r, wide);
    }
    for (int i = 0; i < 8; i++) s->h[i] ^= v[i] ^ v[i + 8];
}

static void count(State *s, uint64_t bytes) {
    s->counter_low += bytes;
    if (s->counter_low < bytes) s->counter_high++;
}

/* The last block is kept back: it is compressed differently. */
static void feed(State *s, const Variant *variant, const uint8_t *data, size_t size) {
    while (size > 0) {
        if (s->filled == variant->block) {
            count(s, (uint64_t)variant->block);
            compress(s, variant, s->buffer, false);
            s->filled = 0;
        }
        size_t part = min_size(size, (size_t)(variant->block - s->filled));
        memcpy(s->buffer + s->filled, data, part);
        s->filled += (int)part;
        data += part;
        size -= part;
    }
}

static void finish(State s, const Variant *variant, uint8_t out[64]) {
    count(&s, (uint64_t)s.filled);
    memset(s.buffer + s.filled, 0, (size_t)(variant->block - s.filled));
    compress(&s, variant, s.buffer, true);
    for (int i = 0; i < 8; i++) {
        uint64_t word = htole64(s.h[i]);
        memcpy(out + i * variant->word, &word, (size_t)variant->word);
    }
}

/* --- construction --------------------------------------------------------------------------------------- */

typedef struct Parameters {
    int64_t digest_size, fanout, depth, leaf_size, node_depth, inner_size;
    uint64_t node_offset;
    bool last_node;
    uint8_t key[64], salt[16], person[16];
    int64_t key_length, salt_length, person_length;
} Parameters;

static bool small_argument(Value v, int64_t *out, int64_t low, int64_t high, const char *message) {
    if (!argument_int64(v, out)) return false;
    if (*out >= low && *out <= high) return true;
    raise_error(&ValueError, "%s", message);
    return false;
}

static bool leaf_size_argument(Value v, int64_t *out) {
    if (!argument_int64(v, out)) return false;
    if (*out < 0) raise_error(&ValueError, "value must be positive");
    else if (*out > 0xFFFFFFFF) raise_error(&OverflowError, "leaf_size is too large");
    else return true;
    return false;
}

static bool bytes_argument(Value v, uint8_t *out, int64_t limit, int64_t *length, const char *what) {
    BufferView view;
    *length = 0;
    if (is_empty(v)) return true;
    if (!buffer_get(v, &view, BUFFER_SIMPLE)) return false;
    bool fits = view.length <= limit;
    if (fits) memcpy(out, view.data, (size_t)view.length);
    *length = view.length;
    buffer_release(&view);
    if (!fits) raise_error(&ValueError, "maximum %s length is %lld bytes", what, (long long)limit);
    return fits;
}

/* slots: data, digest_size, key, salt, person, fanout, depth, leaf_size, node_offset, node_depth,
 * inner_size, last_node, usedforsecurity */
static bool parse_parameters(const Variant *variant, Value *slots, Parameters *p) {
    *p = (Parameters){.digest_size = variant->digest_max, .fanout = 1, .depth = 1};
    if (!argument_int64(slots[1], &p->digest_size)) return false;
    if (p->digest_size < 1 || p->digest_size > variant->digest_max) {
        raise_error(&ValueError, "digest_size for %s must be between 1 and %d bytes, here it is %lld",
                    variant->name[6] == 'b' ? "Blake2b" : "Blake2s", variant->digest_max,
                    (long long)p->digest_size);
        return false;
    }
    if (!bytes_argument(slots[3], p->salt, variant->salt, &p->salt_length, "salt") ||
        !bytes_argument(slots[4], p->person, variant->person, &p->person_length, "person") ||
        !small_argument(slots[5], &p->fanout, 0, 255, "fanout must be between 0 and 255") ||
        !small_argument(slots[6], &p->depth, 1, 255, "depth must be between 1 and 255") ||
        !leaf_size_argument(slots[7], &p->leaf_size) ||
        !small_argument(slots[9], &p->node_depth, 0, 255, "node_depth must be between 0 and 255") ||
        !small_argument(slots[10], &p->inner_size, 0, variant->digest_max,
                        "inner_size must be between 0 and is too large") ||
        !argument_bool(slots[11], &p->last_node) ||
        !bytes_argument(slots[2], p->key, variant->key_max, &p->key_length, "key"))
        return false;
    if (is_empty(slots[8])) return true;
    Value offset = value_index(slots[8]);
    if (is_error(offset)) return false;
    if (!int_to_uint64(offset, &p->node_offset)) {
        if (int_sign(offset) < 0) raise_error(&ValueError, "value must be positive");
        else raise_error(&OverflowError, "int too big to convert");
        return false;
    }
    if (variant->word == 4 && p->node_offset > 0xFFFFFFFFFFFF) {
        raise_error(&OverflowError, "node_offset is too large");
        return false;
    }
    return true;
}

/* The parameter block, xored into the initial state. */
static void begin(State *s, const Variant *variant, const Parameters *p) {
    uint8_t block[64] = {0};
    bool wide = variant->word == 8;
    block[0] = (uint8_t)p->digest_size;
    block[1] = (uint8_t)p->key_length;
    block[2] = (uint8_t)p->fanout;
    block[3] = (uint8_t)p->depth;
    for (int i = 0; i < 4; i++) block[4 + i] = (uint8_t)(p->leaf_size >> 8 * i);
    for (int i = 0; i < (wide ? 8 : 6); i++) block[8 + i] = (uint8_t)(p->node_offset >> 8 * i);
    block[wide ? 16 : 14] = (uint8_t)p->node_depth;
    block[wide ? 17 : 15] = (uint8_t)p->inner_size;
    memcpy(block + (wide ? 32 : 16), p->salt, (size_t)variant->salt);
    memcpy(block + (wide ? 48 : 24), p->person, (size_t)variant->person);
    memset(s, 0, sizeof *s);
    for (int i = 0; i < 8; i++)
        s->h[i] = variant->initial[i] ^ load_word(block + i * variant->word, wide);
    s->digest_size = (int)p->digest_size;
    s->last_node = p->last_node;
    if (p->key_length > 0) {
        uint8_t padded[128] = {0};
        memcpy(padded, p->key, (size_t)p->key_length);
        feed(s, variant, padded, (size_t)variant->block);
    }
}

static bool update(Blake2 *self, Value data) {
    BufferView view;
    if (is_str(data)) {
        raise_error(&TypeError, "Strings must be encoded before hashing");
        return false;
    }
    if (!buffer_get(data, &view, BUFFER_SIMPLE)) return false;
    bool locked = mutex_acquire_python(&self->mutex, WAIT_FOREVER) > 0;
    if (locked) {
        if (view.length < 2048) feed(&self->state, self->variant, view.data, (size_t)view.length);
        else DETACHED((feed(&self->state, self->variant, view.data, (size_t)view.length), 0));
        mutex_release(&self->mutex);
    }
    buffer_release(&view);
    return locked;
}

static Value make(Type *type, const Variant *variant, Value *args, size_t count_, Tuple *names,
                  Signature **signature) {
    Value slots[13];
    Parameters parameters;
    if (!bind_arguments(variant->name,
                        "(data=b'', /, *, digest_size=64, key=b'', salt=b'', person=b'', fanout=1, "
                        "depth=1, leaf_size=0, node_offset=0, node_depth=0, inner_size=0, "
                        "last_node=False, usedforsecurity=True)",
                        signature, args, count_, names, slots) ||
        !parse_parameters(variant, slots, &parameters))
        return VALUE_ERROR;
    Blake2 *self = object_alloc_instance(type, sizeof(Blake2));
    if (!self) return VALUE_ERROR;
    self->variant = variant;
    begin(&self->state, variant, &parameters);
    if (!is_empty(slots[0]) && !update(self, slots[0])) return VALUE_ERROR;
    return object_value(self);
}

static Value blake2b_new(Type *type, Value *args, size_t count_, Tuple *names) {
    static Signature *signature;
    return make(type, &blake2b, args, count_, names, &signature);
}

static Value blake2s_new(Type *type, Value *args, size_t count_, Tuple *names) {
    static Signature *signature;
    return make(type, &blake2s, args, count_, names, &signature);
}

static bool ignore_init(Value self, Value *args, size_t count_, Tuple *names) { return true; }

/* --- methods ------------------------------------------------------------------------------------------------ */

static Value blake2_update(Value *args) {
    return update(as_blake2(args[0]), args[1]) ? VALUE_NONE : VALUE_ERROR;
}

static bool snapshot(Blake2 *self, State *state) {
    if (mutex_acquire_python(&self->mutex, WAIT_FOREVER) < 0) return false;
    *state = self->state;
    mutex_release(&self->mutex);
    return true;
}

static Value blake2_digest(Value *args) {
    State state;
    uint8_t out[64];
    if (!snapshot(as_blake2(args[0]), &state)) return VALUE_ERROR;
    finish(state, as_blake2(args[0])->variant, out);
    Bytes *bytes = bytes_from(out, (size_t)state.digest_size);
    return bytes ? object_value(bytes) : VALUE_ERROR;
}

static Value blake2_hexdigest(Value *args) {
    Value digest = blake2_digest(args);
    return is_error(digest) ? digest : call_method_0(digest, "hex");
}

static Value blake2_copy(Value *args) {
    Blake2 *self = as_blake2(args[0]), *copy = object_alloc_instance(type_of(args[0]), sizeof(Blake2));
    if (!copy) return VALUE_ERROR;
    copy->variant = self->variant;
    return snapshot(self, &copy->state) ? object_value(copy) : VALUE_ERROR;
}

static Value blake2_name(Value self) { return object_value(str_intern_c(as_blake2(self)->variant->name)); }
static Value blake2_block_size(Value self) { return smallint_value(as_blake2(self)->variant->block); }
static Value blake2_digest_size(Value self) { return smallint_value(as_blake2(self)->state.digest_size); }

static const MethodDef methods[] = {
    METHOD("update", blake2_update, "($self, data, /)", "Hash more bytes."),
    METHOD("digest", blake2_digest, "($self, /)", "The digest of what was hashed so far."),
    METHOD("hexdigest", blake2_hexdigest, "($self, /)", "The digest in hexadecimal digits."),
    METHOD("copy", blake2_copy, "($self, /)", "A copy, to go on differently."),
    {0},
};
static const GetSetDef getset[] = {
    {"name", blake2_name, NULL, "the algorithm's name"},
    {"block_size", blake2_block_size, NULL, "bytes hashed at a time"},
    {"digest_size", blake2_digest_size, NULL, "bytes of the digest"},
    {0},
};
#define BLAKE2_TYPE(variable, type_name, constructor)                                              \
    static Type variable = {                                                                       \
        .name = type_name,                                                                         \
        .doc = "A new digest of BLAKE2.",                                                          \
        .base = &object_type_object,                                                               \
        .size = sizeof(Blake2),                                                                    \
        .flags = TYPE_BASE,                                                                        \
        .new_instance = constructor,                                                               \
        .init = ignore_init,                                                                       \
        .methods = methods,                                                                        \
        .getset = getset,                                                                          \
    }
BLAKE2_TYPE(blake2b_type, "_blake2.blake2b", blake2b_new);
BLAKE2_TYPE(blake2s_type, "_blake2.blake2s", blake2s_new);

static bool add_sizes(Module *module, Type *type, const char *prefix, const Variant *variant) {
    const struct {
        const char *name;
        int value;
    } sizes[] = {{"SALT_SIZE", variant->salt},
                 {"PERSON_SIZE", variant->person},
                 {"MAX_KEY_SIZE", variant->key_max},
                 {"MAX_DIGEST_SIZE", variant->digest_max}};
    for (size_t i = 0; i < ARRAY_LENGTH(sizes); i++) {
        char name[40];
        snprintf(name, sizeof name, "%s_%s", prefix, sizes[i].name);
        if (!module_add_int(module, name, sizes[i].value) ||
            !type_add(type, sizes[i].name, smallint_value(sizes[i].value)))
            return false;
    }
    return true;
}

static bool init(Module *module) {
    return add_sizes(module, &blake2b_type, "BLAKE2B", &blake2b) &&
           add_sizes(module, &blake2s_type, "BLAKE2S", &blake2s);
}

static Type *const types[] = {&blake2b_type, &blake2s_type, NULL};

const NativeModule module__blake2 = {
    .name = "_blake2",
    .doc = "The hash functions BLAKE2b and BLAKE2s.",
    .types = types,
    .init = init,
};
