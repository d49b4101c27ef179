/* random_module.c - the module _random: the Mersenne Twister MT19937 (Matsumoto and Nishimura,
 * "Mersenne Twister: a 623-dimensionally equidistributed uniform pseudo-random number generator",
 * 1998), seeded as Python seeds it, so that sequences are the same.
 *
 * A generator's words are read and written under its lock, which is held for a few instructions, or
 * for one turn of the recurrence: threads that share a generator draw different numbers. */
#include "base/os.h"
#include "modules/support.h"
#include "types/int_private.h"

#define WORDS 624
#define MIDDLE 397

typedef struct Random {
    Object object;
    uint32_t index;         /* next word to hand out; under the lock */
    uint32_t state[WORDS];  /* under the lock */
} Random;

static Type random_type;

/* --- the generator; the caller holds the lock -------------------------------------------------------- */

static void generate(Random *random) {
    uint32_t *s = random->state;
    for (int i = 0; i < WORDS; i++) {
        uint32_t y = (s[i] & 0x80000000u) | (s[(i + 1) % WORDS] & 0x7FFFFFFFu);
        s[i] = s[(i + MIDDLE) % WORDS] ^ (y >> 1) ^ (y & 1 ? 0x9908B0DFu : 0);
    }
    random->index = 0;
}

static uint32_t next_word(Random *random) {
    if (random->index >= WORDS) generate(random);
    uint32_t y = random->state[random->index++];
    y ^= y >> 11;
    y ^= y << 7 & 0x9D2C5680u;
    y ^= y << 15 & 0xEFC60000u;
    return y ^ y >> 18;
}

static void init_genrand(uint32_t state[WORDS], uint32_t seed) {
    state[0] = seed;
    for (uint32_t i = 1; i < WORDS; i++)
        state[i] = 1812433253u * (state[i - 1] ^ state[i - 1] >> 30) + i;
}

static void init_by_array(uint32_t state[WORDS], const uint32_t *key, size_t length) {
    init_genrand(state, 19650218u);
    size_t i = 1, j = 0;
    for (size_t k = length > WORDS ? length : WORDS; k > 0; k--) {
        state[i] = (state[i] ^ (state[i - 1] ^ state[i - 1] >> 30) * 1664525u) + key[j] + (uint32_t)j;
        if (++i >= WORDS) {
            state[0] = state[WORDS - 1];
            i = 1;
        }
        if (++j >= length) j = 0;
    }
    for (size_t k = WORDS - 1; k > 0; k--) {
        state[i] = (state[i] ^ (state[i - 1] ^ state[i - 1] >> 30) * 1566083941u) - (uint32_t)i;
        if (++i >= WORDS) {
            state[0] = state[WORDS - 1];
            i = 1;
        }
    }
    state[0] = 0x80000000u;
}

/* --- seeding ---------------------------------------------------------------------------------------------- */

static void set_state(Random *random, const uint32_t state[WORDS], uint32_t index) {
    object_lock(random);
    memcpy(random->state, state, sizeof random->state);
    random->index = index;
    object_unlock(random);
}

static void seed_with_key(Random *random, const uint32_t *key, size_t length) {
    uint32_t state[WORDS];
    init_by_array(state, key, length);
    set_state(random, state, WORDS);
}

static bool seed(Random *random, Value v) {
    if (is_empty(v) || is_none(v)) {
        uint32_t key[WORDS];
        os_random(key, sizeof key);
        seed_with_key(random, key, WORDS);
        return true;
    }
    IntView view;
    Value keep = v;
    if (is_exact_int(v)) {
        int_view(&view, v);
    } else if (is_int(v)) { /* a subclass may have an __abs__ of its own */
        keep = unary_absolute(v);
        if (is_error(keep)) return false;
        if (!is_int(keep)) {
            raise_error(&TypeError, "an integer is required (got type %T)", keep);
            return false;
        }
        int_view(&view, keep);
    } else {
        int64_t hash = value_hash(v);
        if (hash == -1 && error_occurred()) return false;
        keep = int_from_uint64((uint64_t)hash);
        if (is_error(keep)) return false;
        int_view(&view, keep);
    }
    /* 32-bit words of the absolute value, least significant first; at least one. */
    size_t length = (size_t)(int_view_bits(&view) + 31) / 32;
    if (length == 0) length = 1;
    uint32_t small[16], *key = small;
    if (length > ARRAY_LENGTH(small)) {
        Bytes *cell = bytes_new((int64_t)(length + 2) * 4);
        if (!cell) return false;
        key = (uint32_t *)align_up((uintptr_t)cell->data, 4);
    }
    key[0] = 0;
    for (size_t i = 0; i < length && (int64_t)(i / 2) < view.count; i++)
        key[i] = (uint32_t)(view.limbs[i / 2] >> (i % 2 * 32));
    seed_with_key(random, key, length);
    return true;
}

/* --- methods ------------------------------------------------------------------------------------------------ */

static Value random_new(Type *type, Value *args, size_t count, Tuple *names) {
    if (type == &random_type && names && names->length > 0)
        return raise_error(&TypeError, "Random() takes no keyword arguments");
    Random *random = object_alloc_instance(type, sizeof(Random));
    if (!random) return VALUE_ERROR;
    size_t positional = count;
    if (type == &random_type && positional > 1)
        return raise_error(&TypeError, "Random() requires 0 or 1 argument");
    if (!seed(random, positional > 0 ? args[0] : VALUE_EMPTY)) return VALUE_ERROR;
    return object_value(random);
}

static Value method_random(Value *args) {
    Random *random = OBJECT_AS(Random, args[0]);
    object_lock(random);
    uint32_t a = next_word(random) >> 5, b = next_word(random) >> 6;
    object_unlock(random);
    return double_value((a * 67108864.0 + b) * (1.0 / 9007199254740992.0));
}

static Value method_seed(Value *args) {
    return seed(OBJECT_AS(Random, args[0]), args[1]) ? VALUE_NONE : VALUE_ERROR;
}

static Value method_getrandbits(Value *args) {
    Random *random = OBJECT_AS(Random, args[0]);
    int64_t bits = value_index_int64(args[1], &OverflowError);
    if (bits == -1 && error_occurred()) return VALUE_ERROR;
    if (bits < 0) return raise_error(&ValueError, "number of bits must be non-negative");
    if (bits == 0) return smallint_value(0);
    if (bits <= 32) {
        object_lock(random);
        uint32_t word = next_word(random);
        object_unlock(random);
        return smallint_value(word >> (32 - bits));
    }
    int64_t words = (bits - 1) / 32 + 1;
    Int *result = int_alloc((words + 1) / 2);
    if (!result) return VALUE_ERROR;
    object_lock(random);
    for (int64_t i = 0; i < words; i++, bits -= 32) {
        uint64_t word = next_word(random);
        if (bits < 32) word >>= 32 - bits;
        result->limbs[i / 2] |= word << (i % 2 * 32);
    }
    object_unlock(random);
    return int_finish(result, (words + 1) / 2, false);
}

static Value method_getstate(Value *args) {
    Random *random = OBJECT_AS(Random, args[0]);
    Tuple *tuple = tuple_new(WORDS + 1);
    if (!tuple) return VALUE_ERROR;
    object_lock(random);
    for (int i = 0; i < WORDS; i++) tuple->items[i] = smallint_value(random->state[i]);
    tuple->items[WORDS] = smallint_value(random->index);
    object_unlock(random);
    return object_value(tuple);
}

static Value method_setstate(Value *args) {
    if (!is_tuple(args[1]))
        return raise_error(&TypeError, "state vector must be a tuple");
    Tuple *tuple = as_tuple(args[1]);
    if (tuple->length != WORDS + 1)
        return raise_error(&ValueError, "state vector is the wrong size");
    uint32_t state[WORDS];
    for (int i = 0; i <= WORDS; i++) {
        uint64_t word;
        if (!is_int(tuple->items[i])) return raise_error(&TypeError, "an integer is required");
        if (int_sign(tuple->items[i]) < 0)
            return raise_error(&OverflowError, "can't convert negative value to unsigned int");
        if (!int_to_uint64(tuple->items[i], &word))
            return raise_error(&OverflowError, "Python int too large to convert to C unsigned long");
        if (i < WORDS) state[i] = (uint32_t)word;
        else if (word > WORDS) return raise_error(&ValueError, "invalid state");
        else set_state(OBJECT_AS(Random, args[0]), state, (uint32_t)word);
    }
    return VALUE_NONE;
}

static const MethodDef methods[] = {
    METHOD("random", method_random, "($self, /)", "random() -> x in the interval [0, 1)."),
    METHOD("seed", method_seed, "($self, n=None, /)",
           "seed([n]) -> None.\n\nDefaults to use urandom."),
    METHOD("getstate", method_getstate, "($self, /)",
           "getstate() -> tuple containing the current state."),
    METHOD("setstate", method_setstate, "($self, state, /)",
           "setstate(state) -> None.  Restores generator state."),
    METHOD("getrandbits", method_getrandbits, "($self, k, /)",
           "getrandbits(k) -> x.  Generates an int with k random bits."),
    {0},
};

static Type random_type = {
    .name = "_random.Random",
    .doc = "Random() -> create a random number generator with its own internal state.",
    .base = &object_type_object,
    .flags = TYPE_BASE | TYPE_IMMUTABLE,
    .size = sizeof(Random),
    .new_instance = random_new,
    .methods = methods,
};

static Type *const types[] = {&random_type, NULL};

const NativeModule module__random = {
    .name = "_random",
    .doc = "Module implements the Mersenne Twister random number generator.",
    .types = types,
};
