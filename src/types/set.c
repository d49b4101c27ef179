/* set.c - the table of set and frozenset, and what C code does with sets. Methods stand in
 * set_methods.c.
 *
 * Representation: an open-addressed table of (key, hash), probed a few slots in a row and then by the
 * other bits of the hash. A slot is for one hash: when its key is removed the slot becomes dead, and
 * only a key of the same hash can take it again (what is added and removed in turns does so), until
 * the table is replaced. `fill` counts the slots ever used: when it passes three fifths of the table,
 * the live keys move to a new table, which is published in one store.
 *
 * What a reader without the lock can see while a writer, who holds it, is between two stores:
 *
 *   insertion   the hash, then the key (release): the reader finds an unused slot or a complete entry.
 *   removal     the key becomes SET_DEAD. Inserted anew, it lands in that slot or in another of the
 *               same path; a reader who passed the one before and comes to the other after finds
 *               neither, and is right: in between the item was absent. The hash stays as it is.
 *   new table   complete before it is published; readers of the old one see it as it was then.
 *   snapshot    the table is marked as shared under the lock, and never written after: who wants to
 *               write puts a copy of it in its place first, slot by slot the same, so that a slot
 *               found in the one is right in the other. Copies of sets begin with the same table.
 *
 * Keys are compared by Python without the lock: a lookup goes on in the table it began in, a writer
 * starts again when the table has changed, or keys were put in, or the key it met is gone
 * (find_and_lock). */
#include "types/set_table.h"
#include "types/dict_table.h"
#include "types/exception.h"
#include "types/list.h"

enum { SMALLEST_TABLE = 8, LINEAR_PROBES = 9, PERTURB_SHIFT = 5, LARGE_SET = 50000 };

static void table_trace(Cell *cell, Marker *marker) {
    SetTable *table = (SetTable *)cell;
    for (int64_t i = 0; i <= table->mask; i++) marker_visit(marker, table->entries[i].key);
}
static CellKind table_kind = {.trace = table_trace, .name = "set table"};

static SetTable *table_new_size(int64_t size) {
    SetTable *table = heap_alloc(sizeof(SetTable) + (size_t)size * sizeof(SetEntry));
    if (!table) return NULL;
    table->mask = size - 1;
    cell_set_kind(table, &table_kind);
    return table;
}

/* The smallest table with more than `least` slots. */
static SetTable *table_new(int64_t least) {
    int64_t size = SMALLEST_TABLE;
    while (size <= least) {
        if (size > INT64_MAX / 64) {
            raise_memory_error();
            return NULL;
        }
        size *= 2;
    }
    return table_new_size(size);
}

/* The slots where a hash may stand: a few in a row, then elsewhere. */
typedef struct Probe {
    uint64_t mask, slot, start, perturb;
    int left;
} Probe;
static ALWAYS_INLINE void probe_row(Probe *probe) {
    probe->slot = probe->start;
    probe->left = probe->start + LINEAR_PROBES <= probe->mask ? LINEAR_PROBES : 0;
}
static ALWAYS_INLINE Probe probe_begin(const SetTable *table, int64_t hash) {
    Probe probe = {.mask = (uint64_t)table->mask, .perturb = (uint64_t)hash};
    probe.start = (uint64_t)hash & probe.mask;
    probe_row(&probe);
    return probe;
}
static ALWAYS_INLINE void probe_next(Probe *probe) {
    if (probe->left-- > 0) {
        probe->slot++;
        return;
    }
    probe->perturb >>= PERTURB_SHIFT;
    probe->start = (probe->start * 5 + 1 + probe->perturb) & probe->mask;
    probe_row(probe);
}

/* Inserts a key that is not there, into a table with a free slot. A dead slot of the same hash is as
 * good as a free one. */
static void table_insert(SetTable *table, Value key, int64_t hash) {
    Probe probe = probe_begin(table, hash);
    SetEntry *entry;
    for (;; probe_next(&probe)) {
        entry = &table->entries[probe.slot];
        Value present = value_load_relaxed(&entry->key);
        if (is_empty(present)) {
            store_relaxed(&entry->hash, hash);
            table->fill++;
            break;
        }
        if (same_value(present, SET_DEAD) && load_relaxed(&entry->hash) == hash) break;
    }
    heap_store_release(table, &entry->key, key);
    store_release(&table->inserts, table->inserts + 1);
}

static void table_copy_live(SetTable *to, const SetTable *from) {
    for (int64_t i = 0; i <= from->mask; i++) {
        Value key;
        if (set_table_entry(from, i, &key))
            table_insert(to, key, load_relaxed(&from->entries[i].hash));
    }
}

/* --- finding ----------------------------------------------------------------------------------------- */

enum { ABSENT = 0, FOUND = 1, UNDECIDED = 2 };

static ALWAYS_INLINE int find_quick(const SetTable *table, Value key, int64_t hash, int64_t *slot) {
    for (Probe probe = probe_begin(table, hash);; probe_next(&probe)) {
        const SetEntry *entry = &table->entries[probe.slot];
        Value present = value_load_acquire(&entry->key);
        if (is_empty(present)) return ABSENT;
        if (!same_value(present, key)) {
            if (load_relaxed(&entry->hash) != hash || same_value(present, SET_DEAD)) continue;
            int equal = keys_equal_quick(present, key);
            if (equal < 0) return UNDECIDED;
            if (!equal) continue;
        }
        *slot = (int64_t)probe.slot;
        return FOUND;
    }
}

/* FOUND (with *met, the key there), ABSENT or -1. Runs Python. */
static int find_slow(const SetTable *table, Value key, int64_t hash, int64_t *slot, Value *met) {
    for (Probe probe = probe_begin(table, hash);; probe_next(&probe)) {
        const SetEntry *entry = &table->entries[probe.slot];
        Value present = value_load_acquire(&entry->key);
        if (is_empty(present)) return ABSENT;
        if (!same_value(present, key)) {
            if (load_relaxed(&entry->hash) != hash || same_value(present, SET_DEAD)) continue;
            int equal = keys_equal_quick(present, key);
            if (equal < 0) equal = value_equal(present, key);
            if (equal < 0) return -1;
            if (!equal) continue;
        }
        *slot = (int64_t)probe.slot;
        *met = present;
        return FOUND;
    }
}

/* FOUND or ABSENT with the lock held, -1 with an exception and no lock. */
static int find_and_lock(Set *set, Value key, int64_t hash, SetTable **table, int64_t *slot) {
    for (;;) {
        object_lock(set);
        SetTable *now = *table = set->table;
        if (!now) return ABSENT;
        int found = find_quick(now, key, hash, slot);
        if (likely(found != UNDECIDED)) return found;
        int64_t inserts = now->inserts;
        object_unlock(set);
        Value met;
        found = find_slow(now, key, hash, slot, &met);
        if (found < 0) return -1;
        object_lock(set);
        if (set->table == now) {
            if (found == ABSENT && now->inserts == inserts) return ABSENT;
            if (found == FOUND && same_value(value_load_relaxed(&now->entries[*slot].key), met))
                return FOUND;
        }
        object_unlock(set);
    }
}

int set_contains_hashed(Set *set, Value item, int64_t hash) {
    SetTable *table = load_acquire(&set->table);
    int64_t slot;
    if (!table) return 0;
    int found = find_quick(table, item, hash, &slot);
    Value met;
    return likely(found != UNDECIDED) ? found : find_slow(table, item, hash, &slot, &met);
}

int set_contains(Set *set, Value item) {
    int64_t hash = key_hash(item);
    return hash == -1 ? -1 : set_contains_hashed(set, item, hash);
}

int64_t set_length(Set *set) { return load_acquire(&set->length); }

/* --- writing --------------------------------------------------------------------------------------------- */

static bool resize_locked(Set *set, int64_t least) {
    SetTable *table = table_new(least);
    if (!table) return false;
    if (set->table) table_copy_live(table, set->table);
    HEAP_STORE_POINTER(set, &set->table, table);
    return true;
}

/* Sees to it that the table may be written, with the lock held. */
static bool unshare_locked(Set *set) {
    const SetTable *table = set->table;
    if (likely(!load_relaxed(&table->shared))) return true;
    SetTable *copy = table_new_size(table->mask + 1);
    if (!copy) return false;
    memcpy(copy->entries, table->entries, (size_t)(table->mask + 1) * sizeof(SetEntry));
    copy->fill = table->fill;
    copy->inserts = table->inserts;
    copy->finger = table->finger;
    HEAP_STORE_POINTER(set, &set->table, copy);
    return true;
}

static bool insert_locked(Set *set, Value item, int64_t hash) {
    if (!set->table && !resize_locked(set, 0)) return false;
    /* a table left full by a resize that failed */
    if (unlikely(set->table->fill >= set->table->mask)) {
        if (!resize_locked(set, set->length * 2)) return false;
    } else if (!unshare_locked(set)) {
        return false;
    }
    SetTable *table = set->table;
    table_insert(table, item, hash);
    store_release(&set->length, set->length + 1);
    if (table->fill * 5 < table->mask * 3) return true;
    return resize_locked(set, set->length > LARGE_SET ? set->length * 2 : set->length * 4);
}

bool set_add_hashed(Set *set, Value item, int64_t hash) {
    SetTable *table;
    int64_t slot;
    int found = find_and_lock(set, item, hash, &table, &slot);
    if (found < 0) return false;
    bool ok = found == FOUND || insert_locked(set, item, hash);
    object_unlock(set);
    return ok;
}

bool set_add_new(Set *set, Value item, int64_t hash) {
    object_lock(set);
    bool ok = insert_locked(set, item, hash);
    object_unlock(set);
    return ok;
}

bool set_add(Set *set, Value item) {
    int64_t hash = key_hash(item);
    return hash != -1 && set_add_hashed(set, item, hash);
}

static bool remove_locked(Set *set, int64_t slot) {
    if (!unshare_locked(set)) return false;
    store_release(&set->table->entries[slot].key.bits, SET_DEAD.bits);
    store_release(&set->length, set->length - 1);
    return true;
}

int set_discard_hashed(Set *set, Value item, int64_t hash) {
    SetTable *table;
    int64_t slot;
    int found = find_and_lock(set, item, hash, &table, &slot);
    if (found < 0) return -1;
    if (found == FOUND && !remove_locked(set, slot)) found = -1;
    object_unlock(set);
    return found;
}

int set_discard(Set *set, Value item) {
    int64_t hash = key_hash(item);
    return hash == -1 ? -1 : set_discard_hashed(set, item, hash);
}

Value set_take_any(Set *set) {
    Value item = VALUE_EMPTY;
    object_lock(set);
    SetTable *table = set->table;
    if (set->length > 0) {
        int64_t slot = table->finger & table->mask;
        while (!set_table_entry(table, slot, &item)) slot = (slot + 1) & table->mask;
        if (remove_locked(set, slot)) set->table->finger = slot + 1;
        else item = VALUE_ERROR;
    }
    object_unlock(set);
    return item;
}

void set_clear(Set *set) {
    object_lock(set);
    HEAP_STORE_POINTER(set, &set->table, NULL);
    store_release(&set->length, 0);
    object_unlock(set);
}

/* --- several items of one moment ---------------------------------------------------------------------------- */

SetTable *set_snapshot(Set *set) {
    object_lock(set);
    SetTable *table = set->table;
    if (table) store_relaxed(&table->shared, true);
    object_unlock(set);
    return table;
}

List *set_items_list(Set *set) {
    SetTable *table = set_snapshot(set);
    if (!table) return list_new(0);
    int64_t count = 0;
    Value key;
    for (int64_t i = 0; i <= table->mask; i++) count += set_table_entry(table, i, &key);
    List *list = list_new(count);
    if (!list) return NULL;
    for (int64_t i = 0; i <= table->mask; i++)
        if (set_table_entry(table, i, &key)) list->items->items[list->length++] = key;
    return list;
}

bool set_next(Set *set, int64_t *position, Value *item) {
    SetTable *table = load_acquire(&set->table);
    if (!table) return false;
    for (int64_t i = *position; i <= table->mask; i++) {
        if (!set_table_entry(table, i, item)) continue;
        *position = i + 1;
        return true;
    }
    *position = table->mask + 1;
    return false;
}

bool set_replace_if(Set *set, const SetTable *table, int64_t inserts, int64_t length, Set *from) {
    object_lock(set);
    bool same = set->table == table && set->length == length && (!table || table->inserts == inserts);
    if (same) {
        HEAP_STORE_POINTER(set, &set->table, from->table);
        store_release(&set->length, from->length);
    }
    object_unlock(set);
    return same;
}

/* --- updating -------------------------------------------------------------------------------------------------- */

/* Makes room for `more` items at once; with the lock held. */
static bool reserve_locked(Set *set, int64_t more) {
    int64_t fill = set->table ? set->table->fill : 0;
    int64_t mask = set->table ? set->table->mask : SMALLEST_TABLE - 1;
    if ((fill + more) * 5 < mask * 3) return true;
    return resize_locked(set, (set->length + more) * 2);
}

/* Adds an item with the lock held; when Python is needed to compare, gives the lock up meanwhile. */
static bool add_locked(Set *set, Value item, int64_t hash) {
    int64_t slot;
    SetTable *table = set->table;
    int found = table ? find_quick(table, item, hash, &slot) : ABSENT;
    if (found == UNDECIDED) {
        object_unlock(set);
        found = find_and_lock(set, item, hash, &table, &slot);
        if (found < 0) {
            object_lock(set);
            return false;
        }
    }
    return found == FOUND || insert_locked(set, item, hash);
}

static bool update_from_set(Set *set, Set *other) {
    if (set == other) return true;
    SetTable *from = set_snapshot(other);
    if (!from) return true;
    int64_t count = 0;
    Value key;
    for (int64_t i = 0; i <= from->mask; i++) count += set_table_entry(from, i, &key);
    if (count == 0) return true;
    object_lock(set);
    if (set->length == 0 && from->fill == count) { /* both go on with it, without dead slots */
        HEAP_STORE_POINTER(set, &set->table, from);
        store_release(&set->length, count);
        object_unlock(set);
        return true;
    }
    bool ok = reserve_locked(set, count);
    for (int64_t i = 0; ok && i <= from->mask; i++)
        if (set_table_entry(from, i, &key)) ok = add_locked(set, key, from->entries[i].hash);
    object_unlock(set);
    return ok;
}

static bool update_from_dict(Set *set, Dict *dict) {
    DictTable *from = dict_snapshot(dict);
    if (!from) return false;
    if (from->entry_count == 0) return true;
    object_lock(set);
    bool ok = reserve_locked(set, from->entry_count);
    for (uint32_t i = 0; ok && i < from->entry_count; i++)
        ok = add_locked(set, from->entries[i].key, from->entries[i].hash);
    object_unlock(set);
    return ok;
}

bool set_update(Set *set, Value iterable) {
    if (is_any_set(iterable)) return update_from_set(set, OBJECT_AS(Set, iterable));
    if (is_exactly(iterable, &dict_type)) return update_from_dict(set, as_dict(iterable));
    Value iterator = get_iter(iterable);
    if (is_error(iterator)) return false;
    for (;;) {
        Value item = iter_next(iterator);
        if (is_empty(item)) return true;
        if (is_error(item) || !set_add(set, item)) return false;
    }
}

bool set_difference_update(Set *set, Value iterable) {
    if (is_any_set(iterable)) {
        Set *other = OBJECT_AS(Set, iterable);
        if (set == other) {
            set_clear(set);
            return true;
        }
        SetTable *from = set_snapshot(other);
        if (!from) return true;
        Value key;
        for (int64_t i = 0; i <= from->mask; i++)
            if (set_table_entry(from, i, &key) &&
                set_discard_hashed(set, key, from->entries[i].hash) < 0)
                return false;
        return true;
    }
    Value iterator = get_iter(iterable);
    if (is_error(iterator)) return false;
    for (;;) {
        Value item = iter_next(iterator);
        if (is_empty(item)) return true;
        if (is_error(item) || set_discard(set, item) < 0) return false;
    }
}

bool set_symmetric_difference_update(Set *set, Value iterable) {
    Set *other = is_any_set(iterable) ? OBJECT_AS(Set, iterable) : set_from_iterable(iterable);
    if (!other) return false;
    if (set == other) {
        set_clear(set);
        return true;
    }
    SetTable *from = set_snapshot(other);
    if (!from) return true;
    for (int64_t i = 0; i <= from->mask; i++) {
        Value key;
        if (!set_table_entry(from, i, &key)) continue;
        int64_t hash = from->entries[i].hash;
        int removed = set_discard_hashed(set, key, hash);
        if (removed < 0 || (!removed && !set_add_hashed(set, key, hash))) return false;
    }
    return true;
}

/* --- making -------------------------------------------------------------------------------------------------------- */

static Set *make(Type *type, Value iterable) {
    Set *set = object_alloc(type, sizeof(Set));
    if (!set) return NULL;
    set->hash = -1;
    return is_empty(iterable) || set_update(set, iterable) ? set : NULL;
}

Set *set_new(void) { return make(&set_type, VALUE_EMPTY); }
Set *set_from_iterable(Value iterable) { return make(&set_type, iterable); }
Set *frozenset_from_iterable(Value iterable) {
    if (is_exactly(iterable, &frozenset_type)) return OBJECT_AS(Set, iterable);
    return make(&frozenset_type, iterable);
}
