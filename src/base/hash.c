#include "base/hash.h"

#include <string.h>
#include "base/os.h"

static uint64_t process_key[2]; /* written by hash_init() before threads exist */

void hash_init(bool random, uint64_t seed) {
    if (random) {
        os_random(process_key, sizeof process_key);
    } else if (seed == 0) {
        process_key[0] = process_key[1] = 0;
    } else {
        /* The bytes of the linear congruential generator that CPython uses for this, so that a seed
         * means the same hashes here and there. */
        uint32_t state = (uint32_t)seed;
        process_key[0] = process_key[1] = 0;
        for (int i = 0; i < 16; i++) {
            state = state * 214013u + 2531011u;
            process_key[i / 8] |= (uint64_t)(state >> 16 & 0xFF) << i % 8 * 8;
        }
    }
}

static inline uint64_t rotate_left(uint64_t word, int bits) {
    return word << bits | word >> (64 - bits);
}

static inline uint64_t load_little_endian(const unsigned char *bytes) {
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}

typedef struct SipState {
    uint64_t v0, v1, v2, v3;
} SipState;

static inline void sip_round(SipState *s) {
    s->v0 += s->v1;
    s->v2 += s->v3;
    s->v1 = rotate_left(s->v1, 13) ^ s->v0;
    s->v3 = rotate_left(s->v3, 16) ^ s->v2;
    s->v0 = rotate_left(s->v0, 32);
    s->v2 += s->v1;
    s->v0 += s->v3;
    s->v1 = rotate_left(s->v1, 17) ^ s->v2;
    s->v3 = rotate_left(s->v3, 21) ^ s->v0;
    s->v2 = rotate_left(s->v2, 32);
}

static inline void sip_absorb(SipState *s, uint64_t word) {
    s->v3 ^= word;
    sip_round(s);
    s->v0 ^= word;
}

/* The last 0 to 7 bytes, with the length in the top byte. */
static inline uint64_t sip_tail(const unsigned char *bytes, size_t count, size_t length) {
    uint64_t word = (uint64_t)length << 56;
    for (size_t i = 0; i < count; i++) word |= (uint64_t)bytes[i] << (8 * i);
    return word;
}

uint64_t hash_bytes_keyed(const void *data, size_t length, uint64_t key0, uint64_t key1) {
    SipState s = {key0 ^ UINT64_C(0x736f6d6570736575), key1 ^ UINT64_C(0x646f72616e646f6d),
                  key0 ^ UINT64_C(0x6c7967656e657261), key1 ^ UINT64_C(0x7465646279746573)};
    const unsigned char *bytes = data;
    size_t left = length;
    for (; left >= 8; bytes += 8, left -= 8) sip_absorb(&s, load_little_endian(bytes));
    sip_absorb(&s, sip_tail(bytes, left, length));
    s.v2 ^= 0xff;
    sip_round(&s);
    sip_round(&s);
    sip_round(&s);
    return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}

uint64_t hash_bytes(const void *data, size_t length) {
    return hash_bytes_keyed(data, length, process_key[0], process_key[1]);
}
