/* hash.h - the keyed hash of str and bytes.
 *
 * SipHash-1-3 (Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012) with a key that
 * is the same for the whole process. */
#ifndef WEFT_BASE_HASH_H
#define WEFT_BASE_HASH_H

#include "base/common.h"

/* Sets the key, once, before the first hash is taken. `random`: from the system, as without
 * PYTHONHASHSEED. Otherwise the key is derived from `seed`, the value of PYTHONHASHSEED; 0 gives
 * the all-zero key ("hash randomization is disabled"). Without a call the key is all zero. */
void hash_init(bool random, uint64_t seed);

/* Hashes `length` bytes under the process's key. Any 64-bit value, 0 and -1 included. */
uint64_t hash_bytes(const void *data, size_t length);

/* Hashes under a key of the caller's. */
uint64_t hash_bytes_keyed(const void *data, size_t length, uint64_t key0, uint64_t key1);

/* Scrambles one word so that each input bit reaches every output bit (not keyed). */
static inline uint64_t hash_mix(uint64_t word) {
    word ^= word >> 32;
    word *= UINT64_C(0xd6e8feb86659fd93);
    word ^= word >> 32;
    word *= UINT64_C(0xd6e8feb86659fd93);
    word ^= word >> 32;
    return word;
}

#endif
