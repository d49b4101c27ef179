/* blocks.c - theory.
 *
 * The heap is one reserved range of addresses, cut into blocks of 32 KiB. Block number b has an entry
 * (8 bytes) and an info (its mark bytes, its links) in two side tables, reserved as generously and
 * touched as sparingly as the range itself. Blocks below heap.used_bytes have been in use at some
 * time.
 *
 * Free blocks form runs of maximal length: a run that is freed is merged with its neighbours. Runs
 * are kept in bins by length, exact up to 63 blocks, by powers of two above. Allocation takes from
 * the first bin that is sure to fit, splits, and puts the rest back.
 *
 * An entry remembers whether the block's memory may hold something (`dirty`); pages that were never
 * used or were given back to the system read as zero and need not be cleared.
 *
 * Everything here is guarded by one lock, taken once for each 32 KiB that are allocated. */
#include "gc/internal.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/os.h"

#define EXACT_BINS 64
#define BIN_COUNT (EXACT_BINS + 32)
#define TRIM_UNIT_MAX 2048 /* blocks given back in one call: bounds the time the lock is held */
#define HUGE_PAGE ((size_t)2 << 20)
#define HUGE_PAGES_FROM ((size_t)16 << 20) /* a heap that has grown to this gets huge pages */
#define POPULATE_STEP ((size_t)128 << 10)       /* bytes; until then, pages are asked for in rows */

static struct {
    RawLock lock;
    uint32_t bins[BIN_COUNT];    /* first run of each, or NO_BLOCK */
    uint64_t nonempty[2];        /* bit set of bins */
    uint32_t in_use;             /* blocks */
    uint32_t free_dirty;         /* free blocks whose pages hold something */
    size_t huge_until;           /* bytes of the range for which huge pages were asked */
    size_t populated_until;      /* bytes of the range whose pages were asked for at once */
} blocks;

/* --- the reservation ------------------------------------------------------------------------- */

static size_t physical_memory(void) {
    long pages = sysconf(_SC_PHYS_PAGES);
    return pages > 0 ? (size_t)pages * os_page_size() : (size_t)4 << 30;
}

static bool reserve(size_t size) {
    size_t count = size >> BLOCK_SHIFT;
    heap.base = os_reserve(size, HUGE_PAGE);
    heap.entries = os_reserve(count * sizeof(BlockEntry), os_page_size());
    heap.infos = os_reserve(count * sizeof(BlockInfo), os_page_size());
    if (heap.base != NULL && heap.entries != NULL && heap.infos != NULL) {
        heap.block_count = (uint32_t)count;
        return true;
    }
    if (heap.base != NULL) os_release(heap.base, size);
    if (heap.entries != NULL) os_release(heap.entries, count * sizeof(BlockEntry));
    if (heap.infos != NULL) os_release(heap.infos, count * sizeof(BlockInfo));
    return false;
}

void blocks_init(void) {
    size_t memory = physical_memory();
    /* Twice the memory, so that fragmentation of addresses does not matter. */
    size_t size = align_up(memory * 2, HUGE_PAGE);
    struct rlimit limit;
    if (getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY) {
        /* Leave addresses for the stacks of threads, libraries and malloc. */
        size_t half = (size_t)limit.rlim_cur / 2;
        if (size > half) size = half & ~(HUGE_PAGE - 1);
    }
    while (size >= (size_t)8 << 20) {
        if (reserve(size)) break;
        size = size / 2 & ~(HUGE_PAGE - 1);
    }
    if (heap.base == NULL) fatal("no address space for the heap");
    heap.block_limit = (uint32_t)min_size(heap.block_count, memory >> BLOCK_SHIFT);
    for (int i = 0; i < BIN_COUNT; i++) blocks.bins[i] = NO_BLOCK;
    blocks.huge_until = HUGE_PAGES_FROM;
}

size_t blocks_bytes_in_use(void) {
    raw_lock(&blocks.lock);
    size_t bytes = (size_t)blocks.in_use << BLOCK_SHIFT;
    raw_unlock(&blocks.lock);
    return bytes;
}

/* --- bins -------------------------------------------------------------------------------------- */

static unsigned bin_of(uint32_t length) {
    if (length < EXACT_BINS) return length;
    return EXACT_BINS + (31 - (unsigned)__builtin_clz(length)) - 6;
}

static void bin_insert(uint32_t first, uint32_t length) {
    unsigned bin = bin_of(length);
    uint32_t next = blocks.bins[bin];
    BlockInfo *info = &heap.infos[first];
    info->run_length = length;
    info->free_next = next;
    info->free_previous = NO_BLOCK;
    if (next != NO_BLOCK) heap.infos[next].free_previous = first;
    blocks.bins[bin] = first;
    blocks.nonempty[bin / 64] |= UINT64_C(1) << bin % 64;
    heap.entries[first + length - 1].head = first;
}

static void bin_remove(uint32_t first) {
    BlockInfo *info = &heap.infos[first];
    unsigned bin = bin_of(info->run_length);
    if (info->free_previous != NO_BLOCK) {
        heap.infos[info->free_previous].free_next = info->free_next;
    } else {
        blocks.bins[bin] = info->free_next;
        if (info->free_next == NO_BLOCK) blocks.nonempty[bin / 64] &= ~(UINT64_C(1) << bin % 64);
    }
    if (info->free_next != NO_BLOCK) heap.infos[info->free_next].free_previous = info->free_previous;
}

/* The first bin from `bin` on that is not empty; BIN_COUNT when there is none. */
static unsigned next_nonempty(unsigned bin) {
    for (; bin < BIN_COUNT; bin = (bin / 64 + 1) * 64) {
        uint64_t bits = blocks.nonempty[bin / 64] >> bin % 64;
        if (bits != 0) return bin + (unsigned)__builtin_ctzll(bits);
    }
    return BIN_COUNT;
}

/* A free run of at least `count` blocks, still in its bin; NO_BLOCK when there is none. */
static uint32_t find_run(uint32_t count) {
    unsigned bin = bin_of(count);
    if (bin >= EXACT_BINS) {
        /* Runs of this bin may be too short: look at some. */
        uint32_t run = blocks.bins[bin];
        for (int i = 0; run != NO_BLOCK && i < 64; i++, run = heap.infos[run].free_next)
            if (heap.infos[run].run_length >= count) return run;
        bin++;
    }
    bin = next_nonempty(bin);
    return bin < BIN_COUNT ? blocks.bins[bin] : NO_BLOCK;
}

/* --- allocation ---------------------------------------------------------------------------------- */

/* A heap that has grown large is worth fewer page faults. */
static void ask_for_huge_pages(size_t end) {
    if (end <= blocks.huge_until) return;
    size_t start = blocks.huge_until;
    size_t until = min_size(align_up(end, HUGE_PAGES_FROM),
                            ((size_t)heap.block_count << BLOCK_SHIFT) & ~(HUGE_PAGE - 1));
    if (until > start) madvise(heap.base + start, until - start, MADV_HUGEPAGE);
    blocks.huge_until = max_size(until, end);
}

/* The first megabytes are taken block by block, and nearly all of each is written: their pages come in
 * rows, not one fault each. Large requests may never be touched as a whole, and get none ahead. */
static void populate_ahead(size_t used, size_t end) {
    if (end > HUGE_PAGES_FROM || end - used > POPULATE_STEP || end <= blocks.populated_until) return;
    size_t start = max_size(blocks.populated_until, used), until = align_up(end, POPULATE_STEP);
    os_populate(heap.base + start, until - start);
    blocks.populated_until = until;
}

/* Takes never used blocks, together with a free run right before them. */
static uint32_t extend(uint32_t count) {
    uint32_t used = (uint32_t)(heap.used_bytes >> BLOCK_SHIFT), first = used;
    if (used > 0 && heap.entries[used - 1].use == BLOCK_FREE) first = heap.entries[used - 1].head;
    if (count > heap.block_count - first) return NO_BLOCK;
    if (first < used) bin_remove(first);
    size_t end = ((size_t)first + count) << BLOCK_SHIFT;
    ask_for_huge_pages(end);
    populate_ahead(heap.used_bytes, end);
    store_relaxed(&heap.used_bytes, end);
    return first;
}

uint32_t blocks_allocate(uint32_t count, uint8_t use) {
    raw_lock(&blocks.lock);
    uint32_t first = NO_BLOCK;
    if (count <= heap.block_limit - blocks.in_use) {
        first = find_run(count);
        if (first != NO_BLOCK) {
            uint32_t length = heap.infos[first].run_length;
            bin_remove(first);
            if (length > count) bin_insert(first + count, length - count);
        } else {
            first = extend(count);
        }
    }
    if (first != NO_BLOCK) {
        for (uint32_t b = first; b < first + count; b++) {
            BlockEntry *entry = &heap.entries[b];
            blocks.free_dirty -= entry->dirty;
            entry->head = first;
            entry->use = BLOCK_LARGE_REST;
        }
        heap.entries[first].use = use;
        heap.infos[first].run_length = count;
        blocks.in_use += count;
        MEMORY_UNPOISON(block_address(first), (size_t)count << BLOCK_SHIFT);
    }
    raw_unlock(&blocks.lock);
    return first;
}

void blocks_free(uint32_t first, uint32_t count) {
    raw_lock(&blocks.lock);
    MEMORY_POISON(block_address(first), (size_t)count << BLOCK_SHIFT);
    for (uint32_t b = first; b < first + count; b++) {
        heap.entries[b].use = BLOCK_FREE;
        blocks.free_dirty += heap.entries[b].dirty;
    }
    blocks.in_use -= count;
    uint32_t end = first + count, used = (uint32_t)(heap.used_bytes >> BLOCK_SHIFT);
    if (first > 0 && heap.entries[first - 1].use == BLOCK_FREE) {
        first = heap.entries[first - 1].head;
        bin_remove(first);
    }
    if (end < used && heap.entries[end].use == BLOCK_FREE) {
        bin_remove(end);
        end += heap.infos[end].run_length;
    }
    bin_insert(first, end - first);
    raw_unlock(&blocks.lock);
}

/* --- giving memory back ------------------------------------------------------------------------- */

/* Discards the dirty parts of one free run; returns the number of blocks. */
static uint32_t discard_run(uint32_t first, uint32_t limit) {
    uint32_t length = heap.infos[first].run_length, discarded = 0;
    for (uint32_t i = 0; i < length && discarded < limit;) {
        uint32_t start = i;
        while (i < length && heap.entries[first + i].dirty && discarded + (i - start) < limit)
            heap.entries[first + i++].dirty = 0;
        if (i > start) {
            os_discard(block_address(first + start), (size_t)(i - start) << BLOCK_SHIFT);
            discarded += i - start;
        } else {
            i++;
        }
    }
    blocks.free_dirty -= discarded;
    return discarded;
}

void blocks_trim(size_t keep) {
    uint32_t keep_blocks = (uint32_t)min_size(keep >> BLOCK_SHIFT, UINT32_MAX);
    raw_lock(&blocks.lock);
    uint32_t budget = TRIM_UNIT_MAX;
    /* Long runs first: what is left is what small cells will be made of. */
    for (unsigned bin = BIN_COUNT; bin-- > 0 && budget > 0;) {
        for (uint32_t run = blocks.bins[bin]; run != NO_BLOCK; run = heap.infos[run].free_next) {
            if (blocks.free_dirty <= keep_blocks || budget == 0) break;
            budget -= discard_run(run, min_size(budget, blocks.free_dirty - keep_blocks));
        }
    }
    raw_unlock(&blocks.lock);
}
