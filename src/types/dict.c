/* dict.c - the dict's table, and what C code does with a dict. Methods stand in dict_methods.c, views
 * and iterators in dict_views.c.
 *
 * Representation: a DictTable is one cell: header, entries in insertion order, index. An index slot
 * is 0 (free) or 1 + the number of an entry; keys are probed by open addressing from their hash. An
 * entry is written once for one key, and never used again in the same table, so that a table takes
 * entry_capacity insertions in its life; then a new one, with the live entries only, is published in
 * its place. An index slot, once set, never becomes free: that of a dead entry stays, until an insertion
 * on whose path it lies takes it for its own entry.
 * A free slot exists always, since entry_capacity is below index_size.
 *
 * What a reader without the lock can see while a writer, who holds it, is between two stores:
 *
 *   insertion    hash, key, value; the index slot (release); entry_count (release); length. A reader
 *                who meets the slot finds the entry complete. One who read entry_count before and
 *                found nothing knows that the key was absent then.
 *   replacement  one store. Under the lock, since a table that is being copied would lose it.
 *   deletion     the value becomes VALUE_EMPTY, then the key (so that what it refers to may die). A
 *                reader who saw the key and finds no value goes on: if the key was inserted anew, its
 *                new entry may come later on the same path. If it does not (its place, or that of another
 *                dead entry that he has passed, was taken) or he passes its place before it is there, the
 *                key was absent for an instant while he looked; "absent" is true.
 *   moving       the key's new entry as by insertion, but on a slot behind that of the old one; then the
 *                deletion of the old one, the length left as it is. A reader who finds the old one dead has
 *                its new one before him on the path, so the key is absent for nobody at no time. Who goes
 *                over the entries without the lock may meet the key twice.
 *   new table    built in private, published by one release store. A reader of the old one sees it as
 *                it was at that moment, which was after he began. clear() publishes NULL.
 *
 * A lookup that must call Python's __eq__ goes on in the table where it began, whatever happens to the
 * dict meanwhile; only writers start again (find_and_lock).
 *
 * `first_live` and `live_end` bound the live entries: where there are any, the first of them is
 * `first_live` and the last is before `live_end`; where there are none, both are equal. So taking the
 * first or the last entry again and again does not walk over the dead ones: the bounds are moved over
 * dead entries when the entry at the bound dies, each entry being passed once.
 *
 * An owned dict (dict.h) has no table; `owner` is looked at only where the table is NULL. It changes
 * once in its life, from an owner to NULL with the table set before, while the world is stopped; so
 * whoever finds neither table nor owner looks at the table again. */
#include "types/dict_table.h"
#include "types/exception.h"
#include "types/list.h"


/* --- tables ------------------------------------------------------------------------------------------ */

enum { SMALLEST_INDEX = 4, PERTURB_SHIFT = 5 };
#define LARGEST_INDEX (UINT32_C(1) << 31)

static void table_trace(Cell *cell, Marker *marker) {
    DictTable *table = (DictTable *)cell;
    for (uint32_t i = 0; i < table->entry_count; i++) {
        marker_visit(marker, table->entries[i].key);
        marker_visit(marker, table->entries[i].value);
    }
}

static CellKind table_kind = {.trace = table_trace, .name = "dict table"};

/* Two thirds; the smallest holds 3, so that a dict of that many keys takes 128 bytes. */
static uint32_t capacity_for_index(uint32_t index_size) {
    return index_size == SMALLEST_INDEX ? 3 : index_size - index_size / 3 - 1;
}

/* The smallest index for so many entries; 0: too many. */
static uint32_t index_for_capacity(int64_t capacity) {
    uint64_t size = SMALLEST_INDEX;
    while (size <= LARGEST_INDEX && capacity_for_index((uint32_t)size) < capacity) size *= 2;
    return size <= LARGEST_INDEX ? (uint32_t)size : 0;
}

static DictTable *table_new(int64_t capacity) {
    uint32_t index_size = index_for_capacity(capacity);
    if (index_size == 0) {
        raise_memory_error();
        return NULL;
    }
    uint8_t width = index_size <= 256 ? 1 : index_size <= 65536 ? 2 : 4;
    uint32_t entry_capacity = capacity_for_index(index_size);
    DictTable *table = heap_alloc(sizeof(DictTable) + (size_t)entry_capacity * sizeof(DictEntry) +
                                  (size_t)index_size * width);
    if (!table) return NULL;
    table->index_size = index_size;
    table->entry_capacity = entry_capacity;
    table->index_width = width;
    table->all_str = true;
    table->entries = (DictEntry *)(table + 1);
    cell_set_kind(table, &table_kind);
    return table;
}

static ALWAYS_INLINE uint32_t index_load(const DictTable *table, uint32_t slot) {
    void *index = table->entries + table->entry_capacity;
    switch (table->index_width) {
    case 1: return load_acquire((uint8_t *)index + slot);
    case 2: return load_acquire((uint16_t *)index + slot);
    default: return load_acquire((uint32_t *)index + slot);
    }
}

static void index_store(DictTable *table, uint32_t slot, uint32_t number) {
    void *index = table->entries + table->entry_capacity;
    switch (table->index_width) {
    case 1: store_release((uint8_t *)index + slot, (uint8_t)number); break;
    case 2: store_release((uint16_t *)index + slot, (uint16_t)number); break;
    default: store_release((uint32_t *)index + slot, number); break;
    }
}

/* The slots where a hash may stand, one after the other. */
typedef struct Probe {
    uint32_t mask, slot;
    uint64_t perturb;
} Probe;
static ALWAYS_INLINE Probe probe_begin(const DictTable *table, int64_t hash) {
    uint32_t mask = table->index_size - 1;
    return (Probe){mask, (uint32_t)hash & mask, (uint64_t)hash};
}
static ALWAYS_INLINE void probe_next(Probe *probe) {
    probe->perturb >>= PERTURB_SHIFT;
    probe->slot = (uint32_t)(probe->slot * UINT64_C(5) + probe->perturb + 1) & probe->mask;
}

/* Sets the index slot of entry `number`, which is complete. It may take that of an entry that is dead, so
 * that a key which comes and goes does not make its chain longer each time: who goes along a chain passes
 * by either. */
static ALWAYS_INLINE void index_add(DictTable *table, uint32_t number, int64_t hash, bool has_dead) {
    for (Probe probe = probe_begin(table, hash);; probe_next(&probe)) {
        uint32_t present = index_load(table, probe.slot);
        if (present != 0 && !(has_dead && is_empty(value_load_relaxed(&table->entries[present - 1].key)))) continue;
        index_store(table, probe.slot, number + 1);
        return;
    }
}

/* Appends an entry to a table that has room for it. */
static ALWAYS_INLINE void table_append(DictTable *table, Value key, int64_t hash, Value value, bool has_dead) {
    uint32_t number = table->entry_count;
    DictEntry *entry = &table->entries[number];
    weft_assert(number < table->entry_capacity);
    store_relaxed(&entry->hash, hash);
    heap_store_relaxed(table, &entry->key, key);
    heap_store_release(table, &entry->value, value);
    if (table->all_str && !is_exact_str(key)) store_relaxed(&table->all_str, false);
    index_add(table, number, hash, has_dead);
    store_release(&table->entry_count, number + 1);
    if (table->first_live >= table->live_end) store_relaxed(&table->first_live, number);
    table->live_end = number + 1;
}

/* Copies the live entries of `from`, which nobody changes now. */
static void table_copy_live(DictTable *to, const DictTable *from) {
    for (uint32_t i = from->first_live; i < from->live_end; i++) {
        Value key, value;
        if (table_entry(from, i, &key, &value))
            table_append(to, key, load_relaxed(&from->entries[i].hash), value, false);
    }
}

/* --- finding -------------------------------------------------------------------------------------------- */

enum { ABSENT = 0, FOUND = 1, UNDECIDED = 2 };

/* Finds a key without running Python; UNDECIDED when that is not possible. */
static ALWAYS_INLINE int find_quick(const DictTable *table, Value key, int64_t hash, uint32_t *number,
                                    Value *value) {
    for (Probe probe = probe_begin(table, hash);; probe_next(&probe)) {
        uint32_t slot = index_load(table, probe.slot);
        if (slot == 0) return ABSENT;
        const DictEntry *entry = &table->entries[slot - 1];
        Value present = value_load_relaxed(&entry->key);
        if (!same_value(present, key)) {
            if (likely(load_relaxed(&entry->hash) != hash) || is_empty(present)) continue;
            int equal = keys_equal_quick(present, key);
            if (equal < 0) return UNDECIDED;
            if (!equal) continue;
        }
        Value found = value_load_acquire(&entry->value);
        if (is_empty(found)) continue;
        *number = slot - 1;
        *value = found;
        return FOUND;
    }
}

/* The same with all means: FOUND, ABSENT or -1. Runs Python. */
static int find_slow(const DictTable *table, Value key, int64_t hash, uint32_t *number, Value *value) {
    for (Probe probe = probe_begin(table, hash);; probe_next(&probe)) {
        uint32_t slot = index_load(table, probe.slot);
        if (slot == 0) return ABSENT;
        const DictEntry *entry = &table->entries[slot - 1];
        Value present = value_load_relaxed(&entry->key);
        if (!same_value(present, key)) {
            if (load_relaxed(&entry->hash) != hash || is_empty(present)) continue;
            int equal = keys_equal_quick(present, key);
            if (equal < 0) equal = value_equal(present, key);
            if (equal < 0) return -1;
            if (!equal) continue;
        }
        Value found = value_load_acquire(&entry->value);
        if (is_empty(found)) continue;
        *number = slot - 1;
        *value = found;
        return FOUND;
    }
}

static int find(const DictTable *table, Value key, int64_t hash, uint32_t *number, Value *value) {
    int found = find_quick(table, key, hash, number, value);
    return likely(found != UNDECIDED) ? found : find_slow(table, key, hash, number, value);
}

int64_t dict_key_hash(Value key) { return key_hash(key); }

/* --- owned dicts ------------------------------------------------------------------------------------------- */

bool dict_own_table(Dict *dict) {
    return !dict_is_owned(dict) || owned_dict_hooks.materialise(dict);
}

/* The table of a dict, NULL when it is empty; *owner when its owner has the attributes. */
static ALWAYS_INLINE DictTable *dict_table(Dict *dict, Object **owner) {
    DictTable *table = load_acquire(&dict->table);
    *owner = NULL;
    if (unlikely(!table)) {
        *owner = load_acquire(&dict->owner);
        if (!*owner) table = load_acquire(&dict->table);
    }
    return table;
}

static Str *owned_key(Value key) { return is_exact_str(key) ? str_intern(as_str(key)) : NULL; }

static Value owned_get(Dict *dict, Object *owner, Value key, int64_t hash) {
    if (is_exact_str(key)) {
        Str *name = owned_key(key);
        return name ? owned_dict_hooks.get(owner, name) : VALUE_ERROR;
    }
    if (!owned_dict_hooks.materialise(dict)) return VALUE_ERROR;
    return dict_get_hashed(dict, key, hash);
}

/* --- getting ------------------------------------------------------------------------------------------------ */

Value dict_get_hashed(Dict *dict, Value key, int64_t hash) {
    Object *owner;
    DictTable *table = dict_table(dict, &owner);
    if (unlikely(!table)) return owner ? owned_get(dict, owner, key, hash) : VALUE_EMPTY;
    uint32_t number;
    Value value;
    int found = find(table, key, hash, &number, &value);
    return found == FOUND ? value : found == ABSENT ? VALUE_EMPTY : VALUE_ERROR;
}

Value dict_get(Dict *dict, Value key) {
    int64_t hash = key_hash(key);
    if (unlikely(hash == -1)) return VALUE_ERROR;
    return dict_get_hashed(dict, key, hash);
}

Value dict_get_str(Dict *dict, Str *key) {
    Value value = dict_get_hashed(dict, object_value(key), str_hash(key));
    if (unlikely(is_error(value))) {
        error_clear();
        return VALUE_EMPTY;
    }
    return value;
}

Value dict_get_c(Dict *dict, const char *key) {
    Str *name = str_from_c(key);
    if (!name) {
        error_clear();
        return VALUE_EMPTY;
    }
    return dict_get_str(dict, name);
}

int dict_contains(Dict *dict, Value key) {
    Value value = dict_get(dict, key);
    return is_error(value) ? -1 : !is_empty(value);
}

int dict_contains_str(Dict *dict, Str *key) { return !is_empty(dict_get_str(dict, key)); }

bool dict_find_entry(Dict *dict, Str *key, DictTable **table_out, uint32_t *number) {
    DictTable *table = load_acquire(&dict->table);
    Value value;
    if (!table) return false;
    *table_out = table;
    return find_quick(table, object_value(key), str_hash(key), number, &value) == FOUND;
}

int64_t dict_length(Dict *dict) {
    if (unlikely(!load_relaxed(&dict->table))) {
        Object *owner = load_acquire(&dict->owner);
        if (owner) return owned_dict_hooks.length(owner);
    }
    return load_acquire(&dict->length);
}

/* --- writing ------------------------------------------------------------------------------------------------- */

/* Takes the lock and finds the key in the table that is then current: FOUND or ABSENT with the lock
 * held, -1 with an exception and no lock. *table is NULL when the dict has none. An owned dict becomes
 * an ordinary one. Runs Python, without the lock. */
static int find_and_lock(Dict *dict, Value key, int64_t hash, DictTable **table, uint32_t *number,
                         Value *value) {
    for (;;) {
        if (!dict_own_table(dict)) return -1;
        object_lock(dict);
        DictTable *now = *table = dict->table;
        if (!now) return ABSENT;
        int found = find_quick(now, key, hash, number, value);
        if (likely(found != UNDECIDED)) return found;
        uint32_t count = now->entry_count;
        object_unlock(dict);
        found = find_slow(now, key, hash, number, value);
        if (found < 0) return -1;
        object_lock(dict);
        if (dict->table == now) {
            if (found == ABSENT && now->entry_count == count) return ABSENT;
            if (found == FOUND) {
                *value = value_load_relaxed(&now->entries[*number].value);
                if (!is_empty(*value)) return FOUND;
            }
        }
        object_unlock(dict);
    }
}

/* A table with room for `more` entries in place of the present one, whose dead entries it leaves
 * behind. The slack is a fraction of the live entries, so that the copying is paid by insertions. (What
 * few entries ask for fits the tables of 3, 5 and 10.) */
static DictTable *grow_locked(Dict *dict, int64_t more) {
    int64_t wanted = dict->length + more;
    int64_t slack = more != 1 ? 0 : wanted < 6 ? 1 : wanted / 2;
    DictTable *table = table_new(wanted + slack);
    if (!table) return NULL;
    if (dict->table) table_copy_live(table, dict->table);
    HEAP_STORE_POINTER(dict, &dict->table, table);
    return table;
}

/* The table, with room for one more entry behind. */
static DictTable *room_behind_locked(Dict *dict) {
    DictTable *table = dict->table;
    bool full = !table || table->entry_count == table->entry_capacity;
    return unlikely(full) ? grow_locked(dict, 1) : table;
}

static bool insert_locked(Dict *dict, Value key, int64_t hash, Value value) {
    DictTable *table = room_behind_locked(dict);
    if (unlikely(!table)) return false;
    table_append(table, key, hash, value, true);
    store_release(&dict->length, dict->length + 1);
    return true;
}

/* The end of an entry; the dict's length is the caller's. */
static void kill_entry(DictTable *table, uint32_t number) {
    DictEntry *entry = &table->entries[number];
    store_release(&entry->value.bits, VALUE_EMPTY.bits);
    store_release(&entry->key.bits, VALUE_EMPTY.bits);
    uint32_t first = table->first_live, end = table->live_end;
    if (number == first) {
        while (first < end && is_empty(value_load_relaxed(&table->entries[first].value))) first++;
        store_relaxed(&table->first_live, first);
    }
    if (number + 1 == end) {
        while (end > first && is_empty(value_load_relaxed(&table->entries[end - 1].value))) end--;
        table->live_end = end;
    }
}

static void remove_locked(Dict *dict, DictTable *table, uint32_t number) {
    kill_entry(table, number);
    store_release(&dict->length, dict->length - 1);
}

static bool owned_set(Dict *dict, Object *owner, Value key, int64_t hash, Value value) {
    Str *name = owned_key(key);
    if (name) return owned_dict_hooks.set(owner, name, value);
    if (is_exact_str(key)) return false;
    return owned_dict_hooks.materialise(dict) && dict_set_hashed(dict, key, hash, value);
}

bool dict_set_hashed(Dict *dict, Value key, int64_t hash, Value value) {
    if (unlikely(!load_relaxed(&dict->table))) {
        Object *owner = load_acquire(&dict->owner);
        if (owner) return owned_set(dict, owner, key, hash, value);
    }
    DictTable *table;
    uint32_t number;
    Value old;
    int found = find_and_lock(dict, key, hash, &table, &number, &old);
    if (unlikely(found < 0)) return false;
    bool ok = true;
    if (found == FOUND) heap_store_release(table, &table->entries[number].value, value);
    else ok = insert_locked(dict, key, hash, value);
    object_unlock(dict);
    return ok;
}

bool dict_set(Dict *dict, Value key, Value value) {
    int64_t hash = key_hash(key);
    return likely(hash != -1) && dict_set_hashed(dict, key, hash, value);
}

bool dict_set_str(Dict *dict, Str *key, Value value) {
    return dict_set_hashed(dict, object_value(key), str_hash(key), value);
}

bool dict_set_c(Dict *dict, const char *key, Value value) {
    Str *name = str_from_c(key);
    return name && (name = str_intern(name)) && dict_set_str(dict, name, value);
}

static Value pop_hashed(Dict *dict, Value key, int64_t hash) {
    DictTable *table;
    uint32_t number;
    Value value;
    int found = find_and_lock(dict, key, hash, &table, &number, &value);
    if (found < 0) return VALUE_ERROR;
    if (found == FOUND) remove_locked(dict, table, number);
    object_unlock(dict);
    return found == FOUND ? value : VALUE_EMPTY;
}

Value dict_pop(Dict *dict, Value key) {
    int64_t hash = key_hash(key);
    return hash == -1 ? VALUE_ERROR : pop_hashed(dict, key, hash);
}

Value dict_pop_str(Dict *dict, Str *key) { return pop_hashed(dict, object_value(key), str_hash(key)); }

int dict_delete(Dict *dict, Value key) {
    int64_t hash = key_hash(key);
    if (hash == -1) return -1;
    Object *owner = load_acquire(&dict->owner);
    if (unlikely(owner != NULL) && is_exact_str(key)) {
        Str *name = owned_key(key);
        if (!name) return -1;
        Value present = owned_dict_hooks.get(owner, name);
        if (is_empty(present)) return 0;
        return owned_dict_hooks.set(owner, name, VALUE_EMPTY) ? 1 : -1;
    }
    Value old = pop_hashed(dict, key, hash);
    return is_error(old) ? -1 : !is_empty(old);
}

int dict_delete_if(Dict *dict, Value key, Value value) {
    int64_t hash = key_hash(key);
    if (hash == -1) return -1;
    DictTable *table;
    uint32_t number;
    Value present;
    int found = find_and_lock(dict, key, hash, &table, &number, &present);
    if (found < 0) return -1;
    bool same = found == FOUND && same_value(present, value);
    if (same) remove_locked(dict, table, number);
    object_unlock(dict);
    return same;
}

Value dict_set_default(Dict *dict, Value key, Value value) {
    int64_t hash = key_hash(key);
    return hash == -1 ? VALUE_ERROR : dict_set_default_hashed(dict, key, hash, value);
}

Value dict_set_default_hashed(Dict *dict, Value key, int64_t hash, Value value) {
    DictTable *table;
    uint32_t number;
    Value present;
    int found = find_and_lock(dict, key, hash, &table, &number, &present);
    if (found < 0) return VALUE_ERROR;
    bool ok = found == FOUND || insert_locked(dict, key, hash, value);
    object_unlock(dict);
    return !ok ? VALUE_ERROR : found == FOUND ? present : value;
}

int dict_count(Dict *dict, Value key, int64_t hash) {
    DictTable *table;
    uint32_t number;
    Value present;
    if (!dict_own_table(dict)) return -1;
    int found = find_and_lock(dict, key, hash, &table, &number, &present);
    if (found < 0) return -1;
    bool done = found != FOUND ? insert_locked(dict, key, hash, smallint_value(1)) : is_smallint(present);
    if (found == FOUND && done) {
        Value sum = int_value(smallint_of(present) + 1);
        heap_store_release(table, &table->entries[number].value, sum);
    }
    object_unlock(dict);
    return done ? 1 : found == FOUND ? 0 : -1;
}

bool dict_pop_item(Dict *dict, bool last, Value *key, Value *value) {
    *key = VALUE_ERROR;
    if (!dict_own_table(dict)) return false;
    *key = VALUE_EMPTY;
    object_lock(dict);
    DictTable *table = dict->table;
    bool found = table && dict->length > 0;
    if (found) {
        uint32_t number = last ? table->live_end - 1 : table->first_live;
        found = table_entry(table, number, key, value);
        weft_assert(found);
        remove_locked(dict, table, number);
    }
    object_unlock(dict);
    return found;
}

void dict_clear(Dict *dict) {
    if (!dict_own_table(dict)) {
        error_clear();
        return;
    }
    object_lock(dict);
    HEAP_STORE_POINTER(dict, &dict->table, NULL);
    store_release(&dict->length, 0);
    object_unlock(dict);
}

/* The table, with room for one more entry in front of all others. When there is none, the table is made
 * anew with as many unused entries in front as there are live ones. */
static DictTable *room_in_front_locked(Dict *dict) {
    DictTable *table = dict->table;
    if (table->front_unused > 0 && table->entry_count < table->entry_capacity) return table;
    int64_t gap = min_int64(dict->length + 4, UINT16_MAX);
    DictTable *roomy = table_new(dict->length + 2 * gap);
    if (!roomy) return NULL;
    roomy->front_unused = (uint16_t)gap;
    roomy->entry_count = roomy->first_live = roomy->live_end = (uint32_t)gap;
    table_copy_live(roomy, table);
    HEAP_STORE_POINTER(dict, &dict->table, roomy);
    return roomy;
}

/* Puts a key into the last of the entries in front that were never used. A dead entry is appended as
 * well, so that entry_count tells of the new key (and bounds the index slots in use). */
static void table_prepend(DictTable *table, Value key, int64_t hash, Value value) {
    uint32_t number = --table->front_unused;
    DictEntry *entry = &table->entries[number];
    store_relaxed(&entry->hash, hash);
    heap_store_relaxed(table, &entry->key, key);
    heap_store_release(table, &entry->value, value);
    if (!is_exact_str(key)) store_relaxed(&table->all_str, false);
    index_add(table, number, hash, false);
    if (table->first_live >= table->live_end) table->live_end = number + 1;
    store_relaxed(&table->first_live, number);
    store_release(&table->entry_count, table->entry_count + 1);
}

/* The live entry of this very key, which is there, with this hash. */
static uint32_t entry_of_key(const DictTable *table, Value key, int64_t hash) {
    Probe probe = probe_begin(table, hash);
    for (;; probe_next(&probe)) {
        uint32_t slot = index_load(table, probe.slot);
        weft_assert(slot != 0);
        const DictEntry *entry = &table->entries[slot - 1];
        if (same_value(value_load_relaxed(&entry->key), key) && load_relaxed(&entry->hash) == hash)
            return slot - 1;
    }
}

int dict_move_to_end(Dict *dict, Value key, bool last) {
    int64_t hash = key_hash(key);
    return hash == -1 ? -1 : dict_move_to_end_hashed(dict, key, hash, last);
}

int dict_move_to_end_hashed(Dict *dict, Value key, int64_t hash, bool last) {
    DictTable *table;
    uint32_t number;
    Value value;
    int found = find_and_lock(dict, key, hash, &table, &number, &value);
    if (found < 0) return -1;
    if (found == FOUND && number != (last ? table->live_end - 1 : table->first_live)) {
        key = value_load_relaxed(&table->entries[number].key);
        hash = load_relaxed(&table->entries[number].hash);
        table = last ? room_behind_locked(dict) : room_in_front_locked(dict);
        if (table) {
            number = entry_of_key(table, key, hash); /* in a new table it is another */
            if (last) table_append(table, key, hash, value, false);
            else table_prepend(table, key, hash, value);
            kill_entry(table, number);
        } else {
            found = -1;
        }
    }
    object_unlock(dict);
    return found;
}

/* --- several entries of one moment ------------------------------------------------------------------------------ */

static DictTable *owned_snapshot(Object *owner) {
    DictTable *table = table_new(owned_dict_hooks.length(owner) + 4);
    if (!table) return NULL;
    int64_t position = 0;
    Value key, value;
    while (owned_dict_hooks.next(owner, &position, &key, &value)) {
        if (table->entry_count == table->entry_capacity) {
            DictTable *larger = table_new((int64_t)table->entry_capacity * 2);
            if (!larger) return NULL;
            table_copy_live(larger, table);
            table = larger;
        }
        table_append(table, key, str_hash(as_str(key)), value, false);
    }
    return table;
}

DictTable *dict_snapshot(Dict *dict) {
    Object *owner = load_acquire(&dict->owner);
    if (unlikely(owner != NULL)) return owned_snapshot(owner);
    for (;;) {
        int64_t expected = load_acquire(&dict->length);
        DictTable *copy = table_new(expected);
        if (!copy) return NULL;
        object_lock(dict);
        bool fits = dict->length <= (int64_t)copy->entry_capacity;
        if (fits && dict->table) table_copy_live(copy, dict->table);
        object_unlock(dict);
        if (fits) return copy;
    }
}

Dict *dict_copy(Dict *source) {
    DictTable *table = dict_snapshot(source);
    Dict *dict = table ? dict_new() : NULL;
    if (!dict || table->entry_count == 0) return dict;
    dict->length = table->entry_count;
    dict->table = table;
    return dict;
}

typedef enum DictPart { PART_KEYS, PART_VALUES, PART_ITEMS } DictPart;

static List *list_of_part(Dict *dict, DictPart part) {
    DictTable *table = dict_snapshot(dict);
    List *list = table ? list_new(table->entry_count) : NULL;
    if (!list) return NULL;
    for (uint32_t i = 0; i < table->entry_count; i++) {
        DictEntry *entry = &table->entries[i];
        Value item = part == PART_KEYS ? entry->key : entry->value;
        if (part == PART_ITEMS) {
            Tuple *pair = tuple_pack(2, entry->key, entry->value);
            if (!pair) return NULL;
            item = object_value(pair);
        }
        heap_store_relaxed(list->items, &list->items->items[i], item);
        list->length = i + 1;
    }
    return list;
}

List *dict_keys_list(Dict *dict) { return list_of_part(dict, PART_KEYS); }
List *dict_values_list(Dict *dict) { return list_of_part(dict, PART_VALUES); }
List *dict_items_list(Dict *dict) { return list_of_part(dict, PART_ITEMS); }

bool dict_next(Dict *dict, int64_t *position, Value *key, Value *value) {
    Object *owner;
    DictTable *table = dict_table(dict, &owner);
    if (unlikely(!table)) return owner && owned_dict_hooks.next(owner, position, key, value);
    int64_t count = load_acquire(&table->entry_count);
    int64_t i = max_int64(*position, load_relaxed(&table->first_live));
    for (; i < count; i++) {
        if (table_entry(table, (uint32_t)i, key, value)) {
            *position = i + 1;
            return true;
        }
    }
    *position = i;
    return false;
}

/* --- making ---------------------------------------------------------------------------------------------------- */

Dict *dict_new(void) { return object_alloc(&dict_type, sizeof(Dict)); }

Dict *dict_new_sized(int64_t expected) {
    DictTable *table = NULL;
    if (expected > 0 && !(table = table_new(expected))) return NULL;
    Dict *dict = dict_new();
    if (dict) dict->table = table;
    return dict;
}

/* --- merging -------------------------------------------------------------------------------------------------- */

/* Merges a snapshot of `other`, in one step as far as no key needs Python to be compared. */
static bool merge_table(Dict *dict, Dict *other, DictTable *from, bool override) {
    if (!dict_own_table(dict)) return false;
    object_lock(dict);
    if (dict->length == 0 && from->entry_count > 0) { /* `from` is private: take it as it is */
        HEAP_STORE_POINTER(dict, &dict->table, from);
        store_release(&dict->length, (int64_t)from->entry_count);
        object_unlock(dict);
        return true;
    }
    for (uint32_t i = 0; i < from->entry_count; i++) {
        Value key = from->entries[i].key, value = from->entries[i].value, old;
        int64_t hash = from->entries[i].hash;
        uint32_t number;
        DictTable *table = dict->table;
        int found = table ? find_quick(table, key, hash, &number, &old) : ABSENT;
        if (found == UNDECIDED) {
            object_unlock(dict);
            found = find_and_lock(dict, key, hash, &table, &number, &old);
            if (found < 0) return false;
            if (dict_length(other) != (int64_t)from->entry_count) {
                object_unlock(dict);
                raise_error(&RuntimeError, "dict mutated during update");
                return false;
            }
        }
        if (found == FOUND) {
            if (override) heap_store_release(table, &table->entries[number].value, value);
        } else if (!insert_locked(dict, key, hash, value)) {
            object_unlock(dict);
            return false;
        }
    }
    object_unlock(dict);
    return true;
}

static bool merge_owned_attributes(Dict *dict, DictTable *from, bool override) {
    for (uint32_t i = 0; i < from->entry_count; i++) {
        DictEntry *entry = &from->entries[i];
        if (!override) {
            Value present = dict_get_hashed(dict, entry->key, entry->hash);
            if (is_error(present)) return false;
            if (!is_empty(present)) continue;
        }
        if (!dict_set_hashed(dict, entry->key, entry->hash, entry->value)) return false;
    }
    return true;
}

static bool merge_key(Dict *dict, Value key, Value value, bool override) {
    if (override) return dict_set(dict, key, value);
    return !is_error(dict_set_default(dict, key, value));
}

static bool merge_mapping(Dict *dict, Value other, bool override) {
    Value keys = call_method_0(other, "keys");
    if (is_error(keys)) return false;
    Value iterator = get_iter(keys);
    if (is_error(iterator)) return false;
    for (;;) {
        Value key = iter_next(iterator);
        if (is_empty(key)) return true;
        if (is_error(key)) return false;
        if (!override) {
            int present = dict_contains(dict, key);
            if (present < 0) return false;
            if (present) continue;
        }
        Value value = get_item(other, key);
        if (is_error(value) || !merge_key(dict, key, value, override)) return false;
    }
}

static bool merge_pairs(Dict *dict, Value other, bool override) {
    Value iterator = get_iter(other);
    if (is_error(iterator)) return false;
    for (int64_t i = 0;; i++) {
        Value item = iter_next(iterator);
        if (is_empty(item)) return true;
        if (is_error(item)) return false;
        Tuple *pair = is_exactly(item, &tuple_type) ? as_tuple(item) : tuple_from_iterable(item);
        if (!pair) {
            if (error_clear_if(&TypeError))
                raise_error(&TypeError,
                            "cannot convert dictionary update sequence element #%lld to a sequence",
                            (long long)i);
            return false;
        }
        if (pair->length != 2) {
            raise_error(&ValueError,
                        "dictionary update sequence element #%lld has length %lld; 2 is required",
                        (long long)i, (long long)pair->length);
            return false;
        }
        if (!merge_key(dict, pair->items[0], pair->items[1], override)) return false;
    }
}

bool dict_merge(Dict *dict, Value other, bool override) {
    if (is_dict(other) && type_of(other)->iter == dict_type.iter) {
        if (as_dict(other) == dict) return true;
        DictTable *from = dict_snapshot(as_dict(other));
        if (!from) return false;
        if (from->entry_count == 0) return true;
        return dict_is_owned(dict) ? merge_owned_attributes(dict, from, override)
                                   : merge_table(dict, as_dict(other), from, override);
    }
    int has_keys = has_attribute(other, NAME("keys"));
    if (has_keys < 0) return false;
    return has_keys ? merge_mapping(dict, other, override) : merge_pairs(dict, other, override);
}
