#include "modules/support.h"

#include <limits.h>
#include <math.h>
#include <time.h>

/* --- roots ------------------------------------------------------------------------------------- */

#define ROOT_SLOTS_MAX 512
static Value *root_slots[ROOT_SLOTS_MAX]; /* guarded by root_lock; read with the world stopped */
static size_t root_slot_count;
static ByteLock root_lock;

static void roots_scan(Marker *marker) {
    for (size_t i = 0; i < root_slot_count; i++) marker_visit(marker, value_load_relaxed(root_slots[i]));
}

void module_root(Value *slot) {
    bool first;
    byte_lock(&root_lock);
    first = root_slot_count == 0;
    for (size_t i = 0; i < root_slot_count; i++) {
        if (root_slots[i] == slot) {
            byte_unlock(&root_lock);
            return;
        }
    }
    if (root_slot_count == ROOT_SLOTS_MAX) fatal("too many static roots in native modules");
    root_slots[root_slot_count++] = slot;
    byte_unlock(&root_lock);
    if (first) heap_add_root_scanner(roots_scan);
}

/* --- blocking ---------------------------------------------------------------------------------- */

bool retry_allowed(void) {
    if (safepoint(thread_self())) return true;
    errno = 0;
    return false;
}

bool descriptors_reclaimed(void) {
    if (errno != EMFILE) return false;
    heap_collect();
    return retry_allowed();
}

Value raise_errno(void) {
    if (error_occurred()) return VALUE_ERROR;
    return raise_os_error(errno, VALUE_EMPTY, VALUE_EMPTY);
}

Value raise_errno_path(Value filename) {
    if (error_occurred()) return VALUE_ERROR;
    return raise_os_error(errno, filename, VALUE_EMPTY);
}

/* --- arguments --------------------------------------------------------------------------------- */

bool argument_int64(Value v, int64_t *out) {
    if (is_empty(v)) return true;
    if (is_smallint(v)) {
        *out = smallint_of(v);
        return true;
    }
    Value index = value_index(v);
    if (is_error(index)) return false;
    if (int_to_int64(index, out)) return true;
    raise_error(&OverflowError, "Python int too large to convert to C long");
    return false;
}

bool argument_int(Value v, int *out) {
    int64_t wide = *out;
    if (!argument_int64(v, &wide)) return false;
    if (wide > INT_MAX) {
        raise_error(&OverflowError, "signed integer is greater than maximum");
        return false;
    }
    if (wide < INT_MIN) {
        raise_error(&OverflowError, "signed integer is less than minimum");
        return false;
    }
    *out = (int)wide;
    return true;
}

bool argument_bool(Value v, bool *out) {
    if (is_empty(v)) return true;
    int truth = value_truth(v);
    if (truth < 0) return false;
    *out = truth != 0;
    return true;
}

bool argument_flag(Value v, int *out) { return argument_int(v, out); }

bool argument_fd(Value v, int *out) {
    int64_t fd;
    if (is_int(v)) {
        if (!int_to_int64(v, &fd)) fd = INT64_MAX;
    } else {
        Value method = get_attribute_optional(v, NAME("fileno"));
        if (is_error(method)) return false;
        if (is_empty(method)) {
            raise_error(&TypeError, "argument must be an int, or have a fileno() method.");
            return false;
        }
        Value result = call_0(method);
        if (is_error(result)) return false;
        if (!is_int(result)) {
            raise_error(&TypeError, "fileno() returned a non-integer");
            return false;
        }
        if (!int_to_int64(result, &fd)) fd = INT64_MAX;
    }
    if (fd > INT_MAX) {
        raise_error(&OverflowError, "Python int too large to convert to C int");
        return false;
    }
    if (fd < 0) {
        raise_error(&ValueError, "file descriptor cannot be a negative integer (%lld)",
                    (long long)fd);
        return false;
    }
    *out = (int)fd;
    return true;
}

bool argument_str(Value v, const char *function, const char *which, Str **out) {
    if (!is_str(v)) {
        raise_error(&TypeError, "%s() argument %s must be str, not %T", function, which, v);
        return false;
    }
    *out = as_str(v);
    return true;
}

bool argument_writable(Value v, const char *argument, BufferView *view) {
    if (has_buffer(v)) {
        if (buffer_get(v, view, BUFFER_WRITABLE)) return true;
        if (!error_clear_if(&BufferError)) return false;
    }
    raise_error(&TypeError, "%s must be read-write bytes-like object, not %T", argument, v);
    return false;
}

/* --- times ------------------------------------------------------------------------------------- */

static double round_double(double x, TimeRound round) {
    switch (round) {
    case ROUND_FLOOR: return floor(x);
    case ROUND_CEILING: return ceil(x);
    case ROUND_UP: return x >= 0 ? ceil(x) : floor(x);
    default: {
        double rounded = nearbyint(x);
        return rounded;
    }
    }
}

static bool out_of_range(void) {
    raise_error(&OverflowError, "timestamp out of range for platform time_t");
    return false;
}

static bool invalid_nan(void) {
    raise_error(&ValueError, "Invalid value NaN (not a number)");
    return false;
}

bool time_from_seconds(Value seconds, TimeRound round, int64_t *ns) {
    if (is_float(seconds)) {
        double d = float_of(seconds);
        if (isnan(d)) return invalid_nan();
        d = round_double(d * 1e9, round);
        if (!(d >= -9223372036854775808.0 && d < 9223372036854775808.0)) return out_of_range();
        *ns = (int64_t)d;
        return true;
    }
    Value index = value_index(seconds);
    if (is_error(index)) return false;
    int64_t whole;
    if (!int_to_int64(index, &whole)) return out_of_range();
    if (__builtin_mul_overflow(whole, NS_PER_SECOND_INT, ns)) {
        raise_error(&OverflowError, "timestamp too large to convert to C _PyTime_t");
        return false;
    }
    return true;
}

bool time_t_from_value(Value seconds, TimeRound round, time_t *out) {
    if (is_float(seconds)) {
        double d = float_of(seconds);
        if (isnan(d)) return invalid_nan();
        d = round_double(d, round);
        if (!(d >= -9223372036854775808.0 && d < 9223372036854775808.0)) return out_of_range();
        *out = (time_t)d;
        return true;
    }
    Value index = value_index(seconds);
    if (is_error(index)) return false;
    int64_t whole;
    if (!int_to_int64(index, &whole)) return out_of_range();
    *out = (time_t)whole;
    return true;
}

bool timespec_from_value(Value seconds, TimeRound round, struct timespec *out) {
    if (!is_float(seconds)) {
        out->tv_nsec = 0;
        return time_t_from_value(seconds, round, &out->tv_sec);
    }
    double d = float_of(seconds);
    if (isnan(d)) return invalid_nan();
    double whole, fraction = modf(d, &whole) * 1e9;
    fraction = round_double(fraction, round);
    if (fraction >= 1e9) {
        fraction -= 1e9;
        whole += 1.0;
    } else if (fraction < 0) {
        fraction += 1e9;
        whole -= 1.0;
    }
    if (!(whole >= -9223372036854775808.0 && whole < 9223372036854775808.0))
        return out_of_range();
    out->tv_sec = (time_t)whole;
    out->tv_nsec = (long)fraction;
    return true;
}

double time_to_double(int64_t ns) {
    if (ns % NS_PER_SECOND_INT == 0) return (double)(ns / NS_PER_SECOND_INT);
    return (double)ns / 1e9;
}

int64_t time_deadline(int64_t timeout_ns) {
    int64_t deadline;
    if (__builtin_add_overflow(os_monotonic_ns(), timeout_ns, &deadline)) return INT64_MAX - 1;
    return deadline;
}
