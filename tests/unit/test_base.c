/* Unit tests of base/: hashing, UTF-8, numbers as text, the OS seam. */
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/hash.h"
#include "base/number.h"
#include "base/os.h"
#include "base/utf8.h"

/* --- hash ---------------------------------------------------------------------------------------- */

static void hash_depends_on_every_byte_and_on_the_length(void **state) {
    unsigned char text[40] = {0};
    for (size_t length = 0; length <= sizeof text; length++) {
        uint64_t plain = hash_bytes(text, length);
        for (size_t other = 0; other < length; other++)
            assert_true(hash_bytes(text, other) != plain);
        for (size_t i = 0; i < length; i++) {
            text[i] ^= 0x40;
            assert_true(hash_bytes(text, length) != plain);
            text[i] ^= 0x40;
        }
    }
}

static void hash_does_not_depend_on_alignment(void **state) {
    char buffer[64];
    const char *text = "the quick brown fox";
    uint64_t expected = hash_bytes(text, 19);
    for (int shift = 0; shift < 9; shift++) {
        memcpy(buffer + shift, text, 19);
        assert_int_equal(hash_bytes(buffer + shift, 19), expected);
    }
}

static void hash_keys(void **state) {
    uint64_t disabled = hash_bytes("abc", 3);
    hash_init(false, 42);
    uint64_t seeded = hash_bytes("abc", 3);
    hash_init(true, 0);
    uint64_t random = hash_bytes("abc", 3);
    hash_init(false, 42);
    assert_int_equal(hash_bytes("abc", 3), seeded);
    hash_init(false, 0);
    assert_int_equal(hash_bytes("abc", 3), disabled);
    assert_true(seeded != disabled && random != disabled && random != seeded);
}

/* CPython 3.11 hashes strings with this function; PYTHONHASHSEED=0 makes its key all zero. */
static void hash_known_answer(void **state) {
    assert_int_equal((int64_t)hash_bytes_keyed("abc", 3, 0, 0), INT64_C(-4594863902769663758));
    assert_int_equal((int64_t)hash_bytes_keyed("hello world", 11, 0, 0),
                     INT64_C(-5642461784034726774));
}

/* --- UTF-8 ---------------------------------------------------------------------------------------- */

static void utf8_round_trip_of_every_code_point(void **state) {
    char buffer[4];
    for (uint32_t c = 0; c <= CODE_POINT_MAX; c++) {
        size_t length = utf8_encode(buffer, c);
        assert_int_equal(length, utf8_encoded_length(c));
        Utf8Step step = utf8_decode_step(buffer, length);
        if (CODE_POINT_IS_SURROGATE(c)) {
            assert_int_equal(step.status, UTF8_INVALID_CONTINUATION);
            assert_int_equal(step.length, 1);
            step = utf8_decode_step_surrogates(buffer, length);
        }
        assert_int_equal(step.status, UTF8_OK);
        assert_int_equal(step.code_point, c);
        assert_int_equal(step.length, length);
        const char *position = buffer;
        assert_int_equal(utf8_next(&position), c);
        assert_ptr_equal(position, buffer + length);
        for (size_t cut = 1; cut < length && !CODE_POINT_IS_SURROGATE(c); cut++) {
            step = utf8_decode_step(buffer, cut);
            assert_int_equal(step.status, UTF8_TRUNCATED);
            assert_int_equal(step.length, cut);
        }
    }
}

static void utf8_bad_sequences(void **state) {
    static const struct {
        const char *text;
        int status, length;
    } cases[] = {
        {"\x80", UTF8_INVALID_START, 1},
        {"\xC0\x80", UTF8_INVALID_START, 1},
        {"\xC1\xBF", UTF8_INVALID_START, 1},
        {"\xF5\x80\x80\x80", UTF8_INVALID_START, 1},
        {"\xFF", UTF8_INVALID_START, 1},
        {"\xE0\x80\x80", UTF8_INVALID_CONTINUATION, 1},
        {"\xE2\x82x", UTF8_INVALID_CONTINUATION, 2},
        {"\xF0\x80\x80\x80", UTF8_INVALID_CONTINUATION, 1},
        {"\xF0\x9F\x98x", UTF8_INVALID_CONTINUATION, 3},
        {"\xF4\x90\x80\x80", UTF8_INVALID_CONTINUATION, 1},
        {"\xED\xA0\x80", UTF8_INVALID_CONTINUATION, 1},
        {"\xE2\x82", UTF8_TRUNCATED, 2},
        {"\xF0\x9F\x98", UTF8_TRUNCATED, 3},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        Utf8Step step = utf8_decode_step(cases[i].text, strlen(cases[i].text));
        assert_int_equal(step.status, cases[i].status);
        assert_int_equal(step.length, cases[i].length);
        assert_false(utf8_is_valid(cases[i].text, strlen(cases[i].text)));
    }
}

static void utf8_surveys(void **state) {
    static const struct {
        const char *text;
        size_t code_points;
        uint32_t widest;
    } cases[] = {
        {"", 0, 0x7F},
        {"plain ASCII that is longer than one word of the machine", 55, 0x7F},
        {"caf\xC3\xA9", 4, 0xFF},
        {"\xC4\x80\xC3\xA9", 2, 0xFFFF},
        {"0123456789abcdef\xE2\x82\xAC", 17, 0xFFFF},
        {"\xF0\x9F\x98\x80 and then some ASCII, quite a lot of it in fact", 48, 0x10FFFF},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        size_t length = strlen(cases[i].text);
        Utf8Survey survey = utf8_survey(cases[i].text, length);
        assert_int_equal(survey.valid_length, length);
        assert_int_equal(survey.code_points, cases[i].code_points);
        assert_int_equal(survey.widest, cases[i].widest);
        assert_int_equal(utf8_count(cases[i].text, length), cases[i].code_points);
        assert_int_equal(utf8_offset(cases[i].text, length, cases[i].code_points), length);
    }
    assert_int_equal(utf8_offset("a\xC3\xA9z", 4, 2), 3);
    assert_int_equal(utf8_survey("ab\xFFz", 4).valid_length, 2);
}

/* --- numbers ---------------------------------------------------------------------------------------- */

static void check_repr(double value, const char *expected) {
    char buffer[40];
    size_t length = number_format_double(buffer, sizeof buffer, value, 'r', 0, NUMBER_ADD_DOT_0);
    assert_string_equal(buffer, expected);
    assert_int_equal(length, strlen(expected));
    char *end;
    double back = number_parse_double(buffer, &end);
    assert_int_equal(*end, '\0');
    if (value == value) assert_memory_equal(&back, &value, sizeof value);
}

static void number_repr(void **state) {
    check_repr(0.0, "0.0");
    check_repr(-0.0, "-0.0");
    check_repr(1.0, "1.0");
    check_repr(0.1, "0.1");
    check_repr(1.0 / 3, "0.3333333333333333");
    check_repr(0.0001, "0.0001");
    check_repr(0.00001, "1e-05");
    check_repr(1e16, "1e+16");
    check_repr(1e15, "1000000000000000.0");
    check_repr(123456789012345678.0, "1.2345678901234568e+17");
    check_repr(1e22, "1e+22");
    check_repr(1e23, "1e+23");
    check_repr(5e-324, "5e-324");
    check_repr(DBL_MAX, "1.7976931348623157e+308");
    check_repr(DBL_MIN, "2.2250738585072014e-308");
    check_repr(0x1p-44, "5.684341886080802e-14");
    check_repr(9007199254740993.0, "9007199254740992.0");
    check_repr(-1234.5678, "-1234.5678");
    check_repr(HUGE_VAL, "inf");
    check_repr(-HUGE_VAL, "-inf");
    check_repr(__builtin_nan(""), "nan");
}

static void number_repr_round_trips(void **state) {
    uint64_t seed = 12345;
    for (int i = 0; i < 20000; i++) {
        seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        uint64_t bits = i % 2 ? seed : seed >> (seed >> 58);
        double value, back;
        memcpy(&value, &bits, sizeof value);
        if (!isfinite(value)) continue;
        char buffer[40], *end;
        number_format_double(buffer, sizeof buffer, value, 'r', 0, NUMBER_ADD_DOT_0);
        back = number_parse_double(buffer, &end);
        assert_memory_equal(&back, &value, sizeof value);
    }
}

static void check_format(double value, char format, int precision, unsigned flags,
                         const char *expected) {
    char buffer[400];
    size_t length = number_format_double(buffer, sizeof buffer, value, format, precision, flags);
    assert_string_equal(buffer, expected);
    assert_int_equal(length, strlen(expected));
}

static void number_formats(void **state) {
    check_format(1.5, 'f', 0, 0, "2");
    check_format(2.5, 'f', 0, 0, "2");
    check_format(2.5, 'f', 0, NUMBER_ALTERNATE, "2.");
    check_format(1234.5, 'e', 3, NUMBER_SIGN, "+1.234e+03");
    check_format(1234.5, 'E', 3, 0, "1.234E+03");
    check_format(100000, 'g', 6, 0, "100000");
    check_format(1000000, 'g', 6, 0, "1e+06");
    check_format(1, 'g', 6, NUMBER_ADD_DOT_0, "1.0");
    check_format(-0.0, 'f', 1, 0, "-0.0");
    check_format(HUGE_VAL, 'F', 1, NUMBER_SIGN, "+INF");
    char small[8];
    size_t length = number_format_double(small, sizeof small, 1e300, 'f', 2, 0);
    assert_int_equal(length, 304);
    assert_int_equal(strlen(small), 7);
    char large[400];
    assert_int_equal(number_format_double(large, sizeof large, 1e300, 'f', 2, 0), 304);
    assert_int_equal(strlen(large), 304);
}

static void check_parse(const char *text, double expected, size_t used) {
    char *end;
    double value = number_parse_double(text, &end);
    assert_int_equal(end - text, used);
    assert_memory_equal(&value, &expected, sizeof value);
}

static void number_parsing(void **state) {
    check_parse("1.5", 1.5, 3);
    check_parse("-1.5e3x", -1500, 6);
    check_parse(".5", 0.5, 2);
    check_parse("5.", 5, 2);
    check_parse(".", 0, 0);
    check_parse("", 0, 0);
    check_parse("+", 0, 0);
    check_parse("1e", 1, 1);
    check_parse("1e+", 1, 1);
    check_parse("0x10", 0, 1);
    check_parse("-0", -0.0, 2);
    check_parse("1e400", HUGE_VAL, 5);
    check_parse("1e-400", 0, 6);
    check_parse("inf", HUGE_VAL, 3);
    check_parse("-Infinity", -HUGE_VAL, 9);
    check_parse("infinit", HUGE_VAL, 3);
    check_parse(" 1", 0, 0);
    check_parse("1_0", 1, 1);
    check_parse("123456789012345678901234567890", 123456789012345678901234567890.0, 30);
    check_parse("0.000000000000000000000000000000000000001", 1e-39, 41);
    check_parse("1e99999999999999999999", HUGE_VAL, 22);
    char *end;
    assert_true(isnan(number_parse_double("NaN", &end)));
}

/* --- the system ------------------------------------------------------------------------------------- */

static void os_memory(void **state) {
    size_t size = (size_t)1 << 20;
    char *memory = os_reserve(size, (size_t)1 << 18);
    assert_non_null(memory);
    assert_int_equal((size_t)memory % ((size_t)1 << 18), 0);
    memory[0] = memory[size - 1] = 1;
    os_discard(memory, size);
    assert_int_equal(memory[0], 0);
    assert_int_equal(memory[size - 1], 0);
    os_release(memory, size);
}

static void os_waiting(void **state) {
    uint32_t word = 1;
    int64_t start = os_monotonic_ns();
    assert_true(os_wait(&word, 0, INT64_MAX)); /* the word differs: no sleep */
    assert_false(os_wait(&word, 1, start + 2000000));
    assert_true(os_monotonic_ns() - start >= 2000000);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hash_depends_on_every_byte_and_on_the_length),
        cmocka_unit_test(hash_does_not_depend_on_alignment),
        cmocka_unit_test(hash_keys),
        cmocka_unit_test(hash_known_answer),
        cmocka_unit_test(utf8_round_trip_of_every_code_point),
        cmocka_unit_test(utf8_bad_sequences),
        cmocka_unit_test(utf8_surveys),
        cmocka_unit_test(number_repr),
        cmocka_unit_test(number_repr_round_trips),
        cmocka_unit_test(number_formats),
        cmocka_unit_test(number_parsing),
        cmocka_unit_test(os_memory),
        cmocka_unit_test(os_waiting),
    };
    return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
