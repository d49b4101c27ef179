/* str_intern.c - the table of interned strings, and the strings that live for ever.
 *
 * One table for the process, in shards by hash. A shard's table is an open-addressed array of Str
 * pointers in malloc'ed memory, which the collector does not scan: the entries are weak.
 *
 * Readers take no lock. Entries are only added while the world runs, each with one release store into
 * an empty place, so a reader that probes sees a prefix of what was added, never a broken entry. A
 * table that is full is replaced under the shard's lock by a larger copy; the old one stays readable
 * and is freed by the next collection (a probe contains no safe point, so when the world stands still
 * nobody is probing). Who does not find a string takes the lock, looks again in the current table,
 * and adds.
 *
 * The weak processor removes dead strings while the world is stopped, by building the shard's array
 * again. A string that a reader found is on that thread's stack, hence live. The critical sections
 * allocate with malloc only, so no collection begins while one is held by a stopped thread.
 *
 * Immortal strings (str_intern_c's, single characters, the empty string) are kept by a root scanner
 * over a list of their own. */
#include <stdlib.h>
#include <string.h>
#include "types/exception.h"
#include "types/str.h"
#include "types/str_buffer.h"

#define SHARD_COUNT 64
#define FIRST_CAPACITY 64

typedef struct InternTable {
    struct InternTable *retired_next; /* guarded by the shard's lock */
    size_t mask;
    Str *slots[];
} InternTable;

typedef struct Shard {
    ByteLock lock;
    InternTable *table;   /* atomic; replaced under the lock */
    InternTable *retired; /* under the lock; freed with the world stopped */
    size_t count;         /* under the lock */
} Shard;

static Shard shards[SHARD_COUNT];
static ByteLock immortal_lock;
static Object **immortals; /* under immortal_lock, and by the scanner with the world stopped */
static size_t immortal_count, immortal_capacity;
static Str *characters[256]; /* atomic; immortal */
static Str *the_empty;       /* atomic; immortal */
static uint8_t is_ready;     /* atomic */
static ByteLock ready_lock;

static void scan_immortals(Marker *marker) {
    for (size_t i = 0; i < immortal_count; i++) marker_visit_pointer(marker, immortals[i]);
}

static InternTable *table_new(size_t capacity) {
    InternTable *table = calloc(1, sizeof(InternTable) + capacity * sizeof(Str *));
    if (table) table->mask = capacity - 1;
    return table;
}

static void table_put(InternTable *table, Str *s) {
    size_t at = (size_t)str_hash(s) >> 6 & table->mask;
    while (load_relaxed(&table->slots[at])) at = (at + 1) & table->mask;
    store_release(&table->slots[at], s);
}

static Str *table_find(InternTable *table, const Str *s, int64_t hash) {
    if (!table) return NULL;
    for (size_t at = (size_t)hash >> 6 & table->mask;; at = (at + 1) & table->mask) {
        Str *found = load_acquire(&table->slots[at]);
        if (!found) return NULL;
        if (load_relaxed(&found->hash) == hash && found->length == s->length &&
            str_kind(found) == str_kind(s) &&
            memcmp(found->data, s->data, (size_t)s->length * str_kind(s)) == 0)
            return found;
    }
}

/* World stopped. */
static void sweep_shard(Shard *shard) {
    while (shard->retired) {
        InternTable *next = shard->retired->retired_next;
        free(shard->retired);
        shard->retired = next;
    }
    InternTable *table = shard->table;
    if (!table) return;
    bool any_dead = false;
    for (size_t i = 0; i <= table->mask && !any_dead; i++)
        any_dead = table->slots[i] && !marker_is_live(table->slots[i]);
    if (!any_dead) return;
    /* In place: take the live ones of each run out and put them back; a run ends at an empty slot. */
    InternTable *fresh = table_new(table->mask + 1);
    size_t count = 0;
    if (fresh) {
        for (size_t i = 0; i <= table->mask; i++)
            if (table->slots[i] && marker_is_live(table->slots[i])) {
                table_put(fresh, table->slots[i]);
                count++;
            }
        shard->table = fresh;
        free(table);
    } else {
        fatal("no memory to sweep the table of interned strings");
    }
    shard->count = count;
}

static void sweep_interned(void) {
    for (size_t i = 0; i < SHARD_COUNT; i++) sweep_shard(&shards[i]);
}

static COLD void make_ready(void) {
    byte_lock(&ready_lock);
    if (!load_relaxed(&is_ready)) {
        heap_add_root_scanner(scan_immortals);
        heap_add_weak_processor(sweep_interned);
        store_release(&is_ready, 1);
    }
    byte_unlock(&ready_lock);
}

/* With the shard's lock held. */
static bool shard_add(Shard *shard, Str *s) {
    InternTable *table = shard->table;
    if (!table || (shard->count + 1) * 3 > (table->mask + 1) * 2) {
        InternTable *larger = table_new(table ? (table->mask + 1) * 2 : FIRST_CAPACITY);
        if (!larger) return false;
        if (table) {
            for (size_t i = 0; i <= table->mask; i++)
                if (table->slots[i]) table_put(larger, table->slots[i]);
            table->retired_next = shard->retired;
            shard->retired = table;
        }
        store_release(&shard->table, larger);
        table = larger;
    }
    table_put(table, s);
    shard->count++;
    return true;
}

Str *str_intern(Str *s) {
    if (str_is_interned(s)) return s;
    if (unlikely(!load_acquire(&is_ready))) make_ready();
    int64_t hash = str_hash(s);
    Shard *shard = &shards[(size_t)hash % SHARD_COUNT];
    Str *found = table_find(load_acquire(&shard->table), s, hash);
    if (found) return found;
    if (s->buffer || !is_exact_str(object_value(s))) { /* do not keep more than the text alive */
        Str *copy = str_new_uninitialised(s->length, str_bound(s));
        if (!copy) return NULL;
        memcpy(copy->data, s->data, (size_t)s->length * str_kind(s));
        copy->hash = hash;
        s = copy;
    }
    byte_lock(&shard->lock);
    found = table_find(shard->table, s, hash);
    bool added = true;
    if (!found) {
        /* The flag first: whoever finds it in the table may rely on the flag. */
        fetch_or_relaxed(&s->object.kind_bits, (uint16_t)(STR_INTERNED << 8));
        added = shard_add(shard, s);
        if (!added) fetch_and_acq_rel(&s->object.kind_bits, (uint16_t) ~(STR_INTERNED << 8));
        found = s;
    }
    byte_unlock(&shard->lock);
    if (!added) {
        raise_memory_error();
        return NULL;
    }
    return found;
}

void str_keep_for_ever(Object *object) {
    if (unlikely(!load_acquire(&is_ready))) make_ready();
    byte_lock(&immortal_lock);
    if (immortal_count == immortal_capacity) {
        size_t capacity = immortal_capacity ? immortal_capacity * 2 : 1024;
        Object **larger = realloc(immortals, capacity * sizeof *larger);
        if (!larger) fatal("no memory for the names of the runtime");
        immortals = larger;
        immortal_capacity = capacity;
    }
    immortals[immortal_count++] = object;
    byte_unlock(&immortal_lock);
}

static Str *make_immortal(Str *s) {
    s = s ? str_intern(s) : NULL;
    if (!s) fatal("no memory for the names of the runtime");
    str_keep_for_ever(&s->object);
    return s;
}

Str *str_intern_c(const char *text) {
    if (!text[0]) return str_empty();
    if (!text[1] && !(text[0] & 0x80)) return str_from_char((unsigned char)text[0]);
    return make_immortal(str_from_c(text));
}

Str *str_empty(void) {
    Str *s = load_acquire(&the_empty);
    if (likely(s)) return s;
    s = make_immortal(str_new_uninitialised(0, 0x7F));
    store_release(&the_empty, s);
    return s;
}

Str *str_from_char(uint32_t point) {
    if (likely(point < 256)) {
        Str *s = load_acquire(&characters[point]);
        if (likely(s)) return s;
        s = str_new_uninitialised(1, point);
        if (!s) return NULL;
        point_write(1, s->data, 0, point);
        s = make_immortal(s);
        store_release(&characters[point], s);
        return s;
    }
    Str *s = str_new_uninitialised(1, point);
    if (s) point_write(str_kind(s), s->data, 0, point);
    return s;
}
