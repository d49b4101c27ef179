/* time_module.c - the module time: clocks, sleeping, and broken-down times. */
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include "modules/support.h"
#include "vm/run.h"

/* --- clocks --------------------------------------------------------------------------------------- */

static bool read_clock(clockid_t clock, int64_t *ns) {
    struct timespec now;
    if (clock_gettime(clock, &now) != 0) {
        raise_errno();
        return false;
    }
    *ns = (int64_t)now.tv_sec * NS_PER_SECOND_INT + now.tv_nsec;
    return true;
}

static Value clock_seconds(clockid_t clock) {
    int64_t ns;
    return read_clock(clock, &ns) ? double_value(time_to_double(ns)) : VALUE_ERROR;
}

static Value clock_ns(clockid_t clock) {
    int64_t ns;
    return read_clock(clock, &ns) ? int_value(ns) : VALUE_ERROR;
}

static Value time_time(Value *args) { return clock_seconds(CLOCK_REALTIME); }
static Value time_time_ns(Value *args) { return clock_ns(CLOCK_REALTIME); }
static Value time_monotonic(Value *args) { return clock_seconds(CLOCK_MONOTONIC); }
static Value time_monotonic_ns(Value *args) { return clock_ns(CLOCK_MONOTONIC); }
static Value time_process_time(Value *args) { return clock_seconds(CLOCK_PROCESS_CPUTIME_ID); }
static Value time_process_time_ns(Value *args) { return clock_ns(CLOCK_PROCESS_CPUTIME_ID); }
static Value time_thread_time(Value *args) { return clock_seconds(CLOCK_THREAD_CPUTIME_ID); }
static Value time_thread_time_ns(Value *args) { return clock_ns(CLOCK_THREAD_CPUTIME_ID); }

static Value time_clock_gettime(Value *args) {
    int clock = 0;
    return argument_int(args[1], &clock) ? clock_seconds(clock) : VALUE_ERROR;
}

static Value time_clock_gettime_ns(Value *args) {
    int clock = 0;
    return argument_int(args[1], &clock) ? clock_ns(clock) : VALUE_ERROR;
}

static Value time_clock_getres(Value *args) {
    int clock = 0;
    struct timespec resolution;
    if (!argument_int(args[1], &clock)) return VALUE_ERROR;
    if (clock_getres(clock, &resolution) != 0) return raise_errno();
    return double_value((double)resolution.tv_sec + (double)resolution.tv_nsec * 1e-9);
}

static Value set_clock(clockid_t clock, int64_t ns) {
    struct timespec time = {.tv_sec = ns / NS_PER_SECOND_INT, .tv_nsec = ns % NS_PER_SECOND_INT};
    if (time.tv_nsec < 0) {
        time.tv_nsec += NS_PER_SECOND_INT;
        time.tv_sec--;
    }
    return clock_settime(clock, &time) == 0 ? VALUE_NONE : raise_errno();
}

static Value time_clock_settime(Value *args) {
    int clock = 0;
    int64_t ns;
    if (!argument_int(args[1], &clock) || !time_from_seconds(args[2], ROUND_FLOOR, &ns))
        return VALUE_ERROR;
    return set_clock(clock, ns);
}

static Value time_clock_settime_ns(Value *args) {
    int clock = 0;
    int64_t ns;
    if (!argument_int(args[1], &clock)) return VALUE_ERROR;
    if (!is_int(args[2]))
        return raise_error(&TypeError, "expect int, got %T", args[2]);
    if (!int_to_int64(args[2], &ns))
        return raise_error(&OverflowError, "timestamp too large to convert to C _PyTime_t");
    return set_clock(clock, ns);
}

static Value time_pthread_getcpuclockid(Value *args) {
    int64_t ident = 0;
    clockid_t clock;
    if (!argument_int64(args[1], &ident)) return VALUE_ERROR;
    int error = pthread_getcpuclockid((pthread_t)ident, &clock);
    return error == 0 ? int_value(clock) : raise_os_error(error, VALUE_EMPTY, VALUE_EMPTY);
}

typedef struct ClockInfo {
    const char *name, *implementation;
    clockid_t clock;
    bool monotonic, adjustable;
} ClockInfo;
static const ClockInfo clock_infos[] = {
    {"time", "clock_gettime(CLOCK_REALTIME)", CLOCK_REALTIME, false, true},
    {"monotonic", "clock_gettime(CLOCK_MONOTONIC)", CLOCK_MONOTONIC, true, false},
    {"perf_counter", "clock_gettime(CLOCK_MONOTONIC)", CLOCK_MONOTONIC, true, false},
    {"process_time", "clock_gettime(CLOCK_PROCESS_CPUTIME_ID)", CLOCK_PROCESS_CPUTIME_ID, true, false},
    {"thread_time", "clock_gettime(CLOCK_THREAD_CPUTIME_ID)", CLOCK_THREAD_CPUTIME_ID, true, false},
};

static Value clock_info_namespace(const ClockInfo *info) {
    struct timespec resolution;
    if (clock_getres(info->clock, &resolution) != 0) return raise_errno();
    Value type = import_attribute("types", "SimpleNamespace");
    Dict *fields = dict_new();
    Str *implementation = str_from_c(info->implementation);
    if (is_error(type) || !fields || !implementation) return VALUE_ERROR;
    double seconds = (double)resolution.tv_sec + (double)resolution.tv_nsec * 1e-9;
    if (!dict_set_c(fields, "implementation", object_value(implementation)) ||
        !dict_set_c(fields, "monotonic", bool_value(info->monotonic)) ||
        !dict_set_c(fields, "adjustable", bool_value(info->adjustable)) ||
        !dict_set_c(fields, "resolution", double_value(seconds)))
        return VALUE_ERROR;
    return call_with(type, tuple_new(0), fields);
}

static Value time_get_clock_info(Value *args) {
    Str *name;
    if (!argument_str(args[1], "get_clock_info", "1", &name)) return VALUE_ERROR;
    for (size_t i = 0; i < ARRAY_LENGTH(clock_infos); i++)
        if (str_equal_c(name, clock_infos[i].name)) return clock_info_namespace(&clock_infos[i]);
    return raise_error(&ValueError, "unknown clock");
}

/* --- sleeping --------------------------------------------------------------------------------------- */

static int sleep_until(struct timespec *deadline) {
    int result = clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, deadline, NULL);
    if (result == 0) return 0;
    errno = result;
    return -1;
}

static Value time_sleep(Value *args) {
    int64_t ns;
    if (!time_from_seconds(args[1], ROUND_UP, &ns)) return VALUE_ERROR;
    if (ns < 0) return raise_error(&ValueError, "sleep length must be non-negative");
    int64_t at = time_deadline(ns);
    struct timespec deadline = {.tv_sec = at / NS_PER_SECOND_INT, .tv_nsec = at % NS_PER_SECOND_INT};
    const void *top = vm_call_top(time_sleep);
    if (RETRY_EINTR_FROM(top, sleep_until(&deadline)) != 0) return raise_errno();
    return safepoint(thread_self()) ? VALUE_NONE : VALUE_ERROR;
}

/* --- struct_time -------------------------------------------------------------------------------------- */

static Value struct_time_value; /* the type; a module root */

static Value struct_time_from(const struct tm *tm) {
    Str *zone = str_from_os_text(tm->tm_zone ? tm->tm_zone : "", strlen(tm->tm_zone ? tm->tm_zone : ""));
    if (!zone) return VALUE_ERROR;
    Value items[] = {
        int_value((int64_t)tm->tm_year + 1900), smallint_value(tm->tm_mon + 1),
        smallint_value(tm->tm_mday), smallint_value(tm->tm_hour), smallint_value(tm->tm_min),
        smallint_value(tm->tm_sec), smallint_value((tm->tm_wday + 6) % 7),
        smallint_value(tm->tm_yday + 1), smallint_value(tm->tm_isdst), object_value(zone),
        int_value(tm->tm_gmtoff),
    };
    return structseq_new(OBJECT_AS(Type, struct_time_value), items);
}

static bool seconds_argument(Value v, time_t *out) {
    if (is_empty(v) || is_none(v)) {
        *out = time(NULL);
        return true;
    }
    return time_t_from_value(v, ROUND_FLOOR, out);
}

static bool break_down(time_t seconds, bool local, struct tm *out) {
    errno = 0;
    if ((local ? localtime_r(&seconds, out) : gmtime_r(&seconds, out)) != NULL) return true;
    if (errno == 0) errno = EINVAL;
    raise_errno();
    return false;
}

static Value time_gmtime(Value *args) {
    time_t seconds;
    struct tm tm;
    if (!seconds_argument(args[1], &seconds) || !break_down(seconds, false, &tm)) return VALUE_ERROR;
    return struct_time_from(&tm);
}

static Value time_localtime(Value *args) {
    time_t seconds;
    struct tm tm;
    if (!seconds_argument(args[1], &seconds) || !break_down(seconds, true, &tm)) return VALUE_ERROR;
    return struct_time_from(&tm);
}

/* The nine fields of a time tuple, in C's counting. */
static bool tm_from_value(Value v, const char *function, struct tm *tm) {
    memset(tm, 0, sizeof *tm);
    if (!is_tuple(v)) {
        raise_error(&TypeError, "Tuple or struct_time argument required");
        return false;
    }
    Tuple *tuple = as_tuple(v);
    int fields[9] = {0};
    if (tuple->length < 9 || (tuple->length > 9 && type_of(v) == &tuple_type)) {
        raise_error(&TypeError, "%s(): illegal time tuple argument", function);
        return false;
    }
    for (int i = 0; i < 9; i++)
        if (!argument_int(tuple->items[i], &fields[i])) return false;
    if (fields[0] < INT_MIN + 1900) {
        raise_error(&OverflowError, "year out of range");
        return false;
    }
    tm->tm_year = fields[0] - 1900;
    tm->tm_mon = fields[1] - 1;
    tm->tm_mday = fields[2];
    tm->tm_hour = fields[3];
    tm->tm_min = fields[4];
    tm->tm_sec = fields[5];
    tm->tm_wday = (int)(((int64_t)fields[6] + 1) % 7);
    tm->tm_yday = fields[7] - 1;
    tm->tm_isdst = fields[8];
    if (type_of(v) == OBJECT_AS(Type, struct_time_value) && tuple->length >= 9) {
        Value offset = get_attribute_c(v, "tm_gmtoff"), zone = get_attribute_c(v, "tm_zone");
        if (is_error(offset) || is_error(zone)) return false;
        int64_t seconds = 0;
        if (!is_none(offset) && !argument_int64(offset, &seconds)) return false;
        tm->tm_gmtoff = seconds;
        if (is_str(zone)) {
            tm->tm_zone = str_utf8(as_str(zone), NULL);
            if (!tm->tm_zone) return false;
        }
    }
    return true;
}

static bool in_range(int value, int low, int high, const char *what) {
    if (value >= low && value <= high) return true;
    raise_error(&ValueError, "%s out of range", what);
    return false;
}

/* What strftime() of the C library may index tables with. */
static bool tm_check(struct tm *tm) {
    if (tm->tm_mon == -1) tm->tm_mon = 0;
    if (tm->tm_mday == 0) tm->tm_mday = 1;
    if (tm->tm_yday == -1) tm->tm_yday = 0;
    if (tm->tm_wday < 0) return in_range(-1, 0, 0, "day of week");
    return in_range(tm->tm_mon, 0, 11, "month") && in_range(tm->tm_mday, 1, 31, "day of month") &&
           in_range(tm->tm_hour, 0, 23, "hour") && in_range(tm->tm_min, 0, 59, "minute") &&
           in_range(tm->tm_sec, 0, 61, "seconds") && in_range(tm->tm_yday, 0, 365, "day of year");
}

static Value asctime_text(const struct tm *tm) {
    static const char days[][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char months[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    char text[80];
    snprintf(text, sizeof text, "%s %s%3d %.2d:%.2d:%.2d %lld", days[tm->tm_wday], months[tm->tm_mon],
             tm->tm_mday, tm->tm_hour, tm->tm_min, tm->tm_sec, (long long)tm->tm_year + 1900);
    Str *result = str_from_c(text);
    return result ? object_value(result) : VALUE_ERROR;
}

/* The tuple argument, or the local time where it is missing. */
static bool tm_argument(Value v, const char *function, struct tm *tm) {
    if (is_empty(v)) return break_down(time(NULL), true, tm);
    return tm_from_value(v, function, tm) && tm_check(tm);
}

static Value time_asctime(Value *args) {
    struct tm tm;
    return tm_argument(args[1], "asctime", &tm) ? asctime_text(&tm) : VALUE_ERROR;
}

static Value time_ctime(Value *args) {
    time_t seconds;
    struct tm tm;
    if (!seconds_argument(args[1], &seconds) || !break_down(seconds, true, &tm)) return VALUE_ERROR;
    return asctime_text(&tm);
}

static Value time_mktime(Value *args) {
    struct tm tm;
    if (!tm_from_value(args[1], "mktime", &tm)) return VALUE_ERROR;
    tm.tm_wday = -1;
    time_t seconds = mktime(&tm);
    if (seconds == (time_t)-1 && tm.tm_wday == -1)
        return raise_error(&OverflowError, "mktime argument out of range");
    return double_value((double)seconds);
}

#define STRFTIME_BUFFER_START 1024
static Value time_strftime(Value *args) {
    struct tm tm;
    size_t length;
    if (!is_str(args[1]))
        return raise_error(&TypeError, "strftime() argument 1 must be str, not %T", args[1]);
    if (!tm_argument(args[2], "strftime", &tm)) return VALUE_ERROR;
    tm.tm_isdst = tm.tm_isdst < -1 ? -1 : tm.tm_isdst > 1 ? 1 : tm.tm_isdst;
    const char *format = str_os_text(as_str(args[1]), &length);
    if (!format) return VALUE_ERROR;
    if (strlen(format) != length) return raise_error(&ValueError, "embedded null character");
    for (size_t size = STRFTIME_BUFFER_START;; size *= 2) {
        char *buffer = malloc(size);
        if (!buffer) return raise_memory_error();
        size_t written = strftime(buffer, size, format, &tm);
        if (written > 0 || size >= 256 * length) {
            Str *text = str_from_os_text(buffer, written);
            free(buffer);
            return text ? object_value(text) : VALUE_ERROR;
        }
        free(buffer);
    }
}

static Value time_strptime(Value *args) {
    Value function = import_attribute("_strptime", "_strptime_time");
    if (is_error(function)) return function;
    if (is_empty(args[2])) return call_1(function, args[1]);
    return call_2(function, args[1], args[2]);
}

/* --- zones ---------------------------------------------------------------------------------------------- */

#define YEAR_SECONDS ((365 * 24 + 6) * 3600)

static bool zone_at(time_t when, long *west, char name[64]) {
    struct tm tm;
    if (!break_down(when, true, &tm)) return false;
    snprintf(name, 64, "%s", tm.tm_zone ? tm.tm_zone : "   ");
    *west = -tm.tm_gmtoff;
    return true;
}

static bool add_zones(Module *module) {
    time_t january = time(NULL) / YEAR_SECONDS * YEAR_SECONDS;
    long west[2];
    char names[2][64];
    if (!zone_at(january, &west[0], names[0]) ||
        !zone_at(january + YEAR_SECONDS / 2, &west[1], names[1]))
        return false;
    int standard = west[0] < west[1] ? 1 : 0; /* summer in January: the southern hemisphere */
    Str *first = str_from_os_text(names[standard], strlen(names[standard]));
    Str *second = str_from_os_text(names[1 - standard], strlen(names[1 - standard]));
    if (!first || !second) return false;
    Tuple *pair = tuple_pack(2, object_value(first), object_value(second));
    return pair && module_add_int(module, "timezone", west[standard]) &&
           module_add_int(module, "altzone", west[1 - standard]) &&
           module_add_int(module, "daylight", west[0] != west[1]) &&
           module_add(module, "tzname", object_value(pair));
}

static Value time_tzset(Value *args) {
    tzset();
    return add_zones(OBJECT_AS(Module, args[0])) ? VALUE_NONE : VALUE_ERROR;
}

/* --- the module -------------------------------------------------------------------------------------------- */

static const MethodDef functions[] = {
    METHOD("time", time_time, "($module)", "Seconds since the epoch, as a float."),
    METHOD("time_ns", time_time_ns, "($module)", "Nanoseconds since the epoch."),
    METHOD("monotonic", time_monotonic, "($module)", "A clock in seconds that never goes backward."),
    METHOD("monotonic_ns", time_monotonic_ns, "($module)",
           "A clock in nanoseconds that never goes backward."),
    METHOD("perf_counter", time_monotonic, "($module)", "A clock in seconds for benchmarks."),
    METHOD("perf_counter_ns", time_monotonic_ns, "($module)",
           "A clock in nanoseconds for benchmarks."),
    METHOD("process_time", time_process_time, "($module)",
           "Processor time of this process in seconds, all threads together."),
    METHOD("process_time_ns", time_process_time_ns, "($module)",
           "Processor time of this process in nanoseconds, all threads together."),
    METHOD("thread_time", time_thread_time, "($module)", "Processor time of this thread in seconds."),
    METHOD("thread_time_ns", time_thread_time_ns, "($module)",
           "Processor time of this thread in nanoseconds."),
    METHOD("clock_gettime", time_clock_gettime, "($module, clk_id, /)", "Read a clock, in seconds."),
    METHOD("clock_gettime_ns", time_clock_gettime_ns, "($module, clk_id, /)",
           "Read a clock, in nanoseconds."),
    METHOD("clock_settime", time_clock_settime, "($module, clk_id, time, /)",
           "Set a clock, in seconds."),
    METHOD("clock_settime_ns", time_clock_settime_ns, "($module, clk_id, time, /)",
           "Set a clock, in nanoseconds."),
    METHOD("clock_getres", time_clock_getres, "($module, clk_id, /)",
           "The resolution of a clock, in seconds."),
    METHOD("pthread_getcpuclockid", time_pthread_getcpuclockid, "($module, thread_id, /)",
           "The clock of a thread's processor time."),
    METHOD("get_clock_info", time_get_clock_info, "($module, name, /)",
           "What the clock of that name is: implementation, monotonic, adjustable, resolution."),
    METHOD("sleep", time_sleep, "($module, secs, /)", "Wait for that many seconds."),
    METHOD("gmtime", time_gmtime, "($module, seconds=None, /)",
           "Seconds since the epoch (now) as a time tuple in UTC."),
    METHOD("localtime", time_localtime, "($module, seconds=None, /)",
           "Seconds since the epoch (now) as a time tuple in local time."),
    METHOD("asctime", time_asctime, "($module, tuple=None, /)",
           "A time tuple as text such as 'Sat Jun 06 16:26:11 1998'."),
    METHOD("ctime", time_ctime, "($module, seconds=None, /)",
           "Seconds since the epoch as text in local time."),
    METHOD("mktime", time_mktime, "($module, tuple, /)",
           "A time tuple in local time to seconds since the epoch."),
    METHOD("strftime", time_strftime, "($module, format, tuple=None, /)",
           "A time tuple as text, by a format."),
    METHOD("strptime", time_strptime, "($module, string, format='%a %b %d %H:%M:%S %Y', /)",
           "Text to a time tuple, by a format."),
    METHOD("tzset", time_tzset, "($module)", "Read the environment variable TZ again."),
    {0},
};

static const struct {
    const char *name;
    int64_t value;
} constants[] = {
    {"CLOCK_REALTIME", CLOCK_REALTIME},   {"CLOCK_MONOTONIC", CLOCK_MONOTONIC},
    {"CLOCK_MONOTONIC_RAW", CLOCK_MONOTONIC_RAW}, {"CLOCK_BOOTTIME", CLOCK_BOOTTIME},
    {"CLOCK_PROCESS_CPUTIME_ID", CLOCK_PROCESS_CPUTIME_ID},
    {"CLOCK_THREAD_CPUTIME_ID", CLOCK_THREAD_CPUTIME_ID}, {"CLOCK_TAI", CLOCK_TAI},
    {"_STRUCT_TM_ITEMS", 11},
};

static bool init(Module *module) {
    static const char *const fields[] = {"tm_year", "tm_mon",  "tm_mday", "tm_hour",
                                         "tm_min",  "tm_sec",  "tm_wday", "tm_yday",
                                         "tm_isdst", "tm_zone", "tm_gmtoff"};
    Type *type = structseq_type_new("time.struct_time", "A time broken down into its parts.", fields,
                                    9, 11);
    if (!type) return false;
    struct_time_value = object_value(type);
    module_root(&struct_time_value);
    tzset();
    for (size_t i = 0; i < ARRAY_LENGTH(constants); i++)
        if (!module_add_int(module, constants[i].name, constants[i].value)) return false;
    return module_add(module, "struct_time", struct_time_value) && add_zones(module);
}

const NativeModule module_time = {
    .name = "time",
    .doc = "Clocks, sleeping, and times as numbers, tuples and text.",
    .functions = functions,
    .init = init,
};
