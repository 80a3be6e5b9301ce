/* SPDX-License-Identifier: MIT */
#include <meterwire/mbus_master.h>

#include "../mw_test.h"

/* Seconds since 1970 of 2024-02-29 12:34:56, a Thursday; 19782 days. */
#define LEAP_DAY (INT64_C(19782) * 86400 + 12 * INT64_C(3600) + 34 * 60 + 56)

static void check_frame(mw_status status, const uint8_t *frame, size_t length, const char *hex)
{
    uint8_t expected[MW_MBUS_COMMAND_SIZE];
    const size_t count = mw_hex(hex, expected, sizeof expected);
    assert_int_equal(status, MW_OK);
    assert_int_equal(length, count);
    if (length == count) {
        assert_memory_equal(frame, expected, count);
    }
}

static void check_nothing(mw_status status, mw_status expected, size_t length)
{
    assert_int_equal(status, expected);
    assert_int_equal(length, 77);
}

MW_TEST(an_address_is_given_as_the_maker_of_a_meter_prints_it)
{
    uint8_t frame[MW_MBUS_COMMAND_SIZE];
    size_t length = 0;
    mw_status status = mw_mbus_encode_address(1, 1, frame, &length);
    (void)state;
    check_frame(status, frame, length, "68 06 06 68 53 01 51 01 7A 01 21 16");
    status = mw_mbus_encode_address(0, 1, frame, &length);
    check_frame(status, frame, length, "68 06 06 68 53 00 51 01 7A 01 20 16");
    status = mw_mbus_encode_address(253, 250, frame, &length);
    check_frame(status, frame, length, "68 06 06 68 53 FD 51 01 7A FA 16 16");
}

MW_TEST(only_addresses_of_meters_are_given_and_not_to_all_meters)
{
    uint8_t frame[MW_MBUS_COMMAND_SIZE];
    size_t length = 77;
    (void)state;
    for (unsigned wanted = 251; wanted <= 255; wanted++) {
        check_nothing(mw_mbus_encode_address(1, (uint8_t)wanted, frame, &length), MW_ERR_ARGUMENT, length);
    }
    check_nothing(mw_mbus_encode_address(255, 1, frame, &length), MW_ERR_ARGUMENT, length);
}

MW_TEST(an_identification_is_given_with_its_last_digits_first)
{
    uint8_t frame[MW_MBUS_COMMAND_SIZE];
    size_t length = 0;
    const mw_status status = mw_mbus_encode_id(1, 0x15012345, frame, &length);
    (void)state;
    check_frame(status, frame, length, "68 09 09 68 53 01 51 0C 79 45 23 01 15 A8 16");
}

MW_TEST(an_identification_has_decimal_digits)
{
    uint8_t frame[MW_MBUS_COMMAND_SIZE];
    size_t length = 77;
    (void)state;
    for (unsigned i = 0; i < 8; i++) {
        for (unsigned digit = 10; digit <= 15; digit++) {
            check_nothing(mw_mbus_encode_id(1, (uint32_t)digit << (4 * i), frame, &length), MW_ERR_ARGUMENT, length);
        }
    }
    assert_int_equal(mw_mbus_encode_id(1, 0x99999999, frame, &length), MW_OK);
}

/* Type F: minute 34 = 22h, hour 12 = 0Ch, day 29 and the low bits of year 24, 0 -> 1Dh, month 2 and the high bits, 3.
 */
MW_TEST(a_clock_is_set_by_type_f)
{
    uint8_t frame[MW_MBUS_COMMAND_SIZE];
    size_t length = 0;
    const mw_status status = mw_mbus_encode_clock(1, LEAP_DAY, false, frame, &length);
    (void)state;
    check_frame(status, frame, length, "68 09 09 68 53 01 51 04 6D 22 0C 1D 32 93 16");
}

/* Type I: second 56 = 38h with the bit of a leap year, B8h; minute 22h; hour 12 with day 4 of the week, 8Ch; date as
 * type F; no week. */
MW_TEST(a_clock_is_set_by_type_i)
{
    uint8_t frame[MW_MBUS_COMMAND_SIZE];
    size_t length = 0;
    const mw_status status = mw_mbus_encode_clock(1, LEAP_DAY, true, frame, &length);
    (void)state;
    check_frame(status, frame, length, "68 0B 0B 68 53 01 51 06 6D B8 22 8C 1D 32 00 CD 16");
}

/* 2000-01-01 00:00:00, a Saturday: 946684800. 2000 was a leap year. */
MW_TEST(a_clock_may_be_set_from_2000_on)
{
    uint8_t frame[MW_MBUS_COMMAND_SIZE];
    size_t length = 77;
    mw_status status;
    (void)state;
    check_nothing(mw_mbus_encode_clock(1, 946684799, false, frame, &length), MW_ERR_RANGE, length);
    check_nothing(mw_mbus_encode_clock(1, 946684799, true, frame, &length), MW_ERR_RANGE, length);
    check_nothing(mw_mbus_encode_clock(1, INT64_MIN, true, frame, &length), MW_ERR_RANGE, length);
    status = mw_mbus_encode_clock(1, 946684800, true, frame, &length);
    check_frame(status, frame, length, "68 0B 0B 68 53 01 51 06 6D 80 00 C0 01 01 00 5A 16");
}

/* 2080-12-31 23:59:59 is the last second before 3502915200, 2099-12-31 23:59:59 before 4102444800, a Friday. Year 80 is
 * 0 and 10, year 99 is 3 and 12. */
MW_TEST(a_clock_may_be_set_to_2080_or_2099)
{
    uint8_t frame[MW_MBUS_COMMAND_SIZE];
    size_t length = 77;
    mw_status status;
    (void)state;
    check_nothing(mw_mbus_encode_clock(1, 3502915200, false, frame, &length), MW_ERR_RANGE, length);
    check_nothing(mw_mbus_encode_clock(1, 4102444800, true, frame, &length), MW_ERR_RANGE, length);
    check_nothing(mw_mbus_encode_clock(1, INT64_MAX, true, frame, &length), MW_ERR_RANGE, length);
    status = mw_mbus_encode_clock(1, 3502915199, false, frame, &length);
    check_frame(status, frame, length, "68 09 09 68 53 01 51 04 6D 3B 17 1F AC 33 16");
    status = mw_mbus_encode_clock(1, 4102444799, true, frame, &length);
    check_frame(status, frame, length, "68 0B 0B 68 53 01 51 06 6D 3B 3B 97 7F CC 00 70 16");
}

MW_TEST(an_application_is_reset_or_selected)
{
    uint8_t frame[MW_MBUS_COMMAND_SIZE];
    size_t length = 0;
    mw_status status = mw_mbus_encode_application(1, -1, frame, &length);
    (void)state;
    check_frame(status, frame, length, "68 03 03 68 53 01 50 A4 16");
    status = mw_mbus_encode_application(1, 0x10, frame, &length);
    check_frame(status, frame, length, "68 04 04 68 53 01 50 10 B4 16");
    status = mw_mbus_encode_application(254, 0, frame, &length);
    check_frame(status, frame, length, "68 04 04 68 53 FE 50 00 A1 16");
    status = mw_mbus_encode_application(1, 255, frame, &length);
    check_frame(status, frame, length, "68 04 04 68 53 01 50 FF A3 16");
    length = 77;
    check_nothing(mw_mbus_encode_application(1, 256, frame, &length), MW_ERR_ARGUMENT, length);
}

/* ---- secondary addresses ---- */

static const struct text {
    const char *text;
    mw_mbus_secondary address;
    const char *canonical;
} texts[] = {
    {"19020246", {0x19020246, 0xFFFF, 0xFF, 0xFF, 0xFFFFFFFF, false}, "19020246FFFFFFFF"},
    {"19020246CD250102", {0x19020246, 0x25CD, 1, 2, 0xFFFFFFFF, false}, "19020246CD250102"},
    {"f902024acd2501fF", {0xF902024A, 0x25CD, 1, 0xFF, 0xFFFFFFFF, false}, "F902024ACD2501FF"},
    {"19020246/0000123F", {0x19020246, 0xFFFF, 0xFF, 0xFF, 0x0000123F, true}, "19020246FFFFFFFF/0000123F"},
    {"19020246CD250102/FFFFFFFF", {0x19020246, 0x25CD, 1, 2, 0xFFFFFFFF, true}, "19020246CD250102/FFFFFFFF"},
};

MW_TEST(a_secondary_address_is_read_and_written)
{
    (void)state;
    for (size_t i = 0; i < MW_COUNT(texts); i++) {
        const mw_mbus_secondary *const expected = &texts[i].address;
        mw_mbus_secondary read = MW_MBUS_ANYBODY;
        char out[MW_MBUS_SECONDARY_SIZE];
        assert_int_equal(mw_mbus_secondary_parse(texts[i].text, &read), MW_OK);
        assert_int_equal(read.id, expected->id);
        assert_int_equal(read.manufacturer, expected->manufacturer);
        assert_int_equal(read.version, expected->version);
        assert_int_equal(read.medium, expected->medium);
        assert_int_equal(read.fabrication, expected->fabrication);
        assert_int_equal(read.enhanced, expected->enhanced);
        mw_mbus_secondary_text(&read, out);
        assert_string_equal(out, texts[i].canonical);
    }
}

MW_TEST(other_texts_are_no_secondary_address)
{
    static const char *const bad[] = {"",
                                      "1",
                                      "1902024",
                                      "190202467",
                                      "1902024625CD010",
                                      "19020246CD2501027",
                                      "1902024G",
                                      "1902024g",
                                      "19020246 ",
                                      " 19020246",
                                      "19020246/",
                                      "19020246/1234567",
                                      "19020246/123456789",
                                      "19020246/12345678/",
                                      "/12345678",
                                      "19020246/1234567890123456",
                                      "19020246-12345678"};
    (void)state;
    for (size_t i = 0; i < MW_COUNT(bad); i++) {
        mw_mbus_secondary read = {1, 2, 3, 4, 5, true};
        assert_int_equal(mw_mbus_secondary_parse(bad[i], &read), MW_ERR_VALUE);
        assert_int_equal(read.id, 1);
    }
}

MW_TEST(a_pattern_matches_where_everything_but_wildcards_agrees)
{
    static const struct {
        const char *pattern;
        bool matches;
    } cases[] = {
        {"19020246", true},          {"FFFFFFFF", true},          {"1902024F", true},
        {"F9F2F2F6", true},          {"19020247", false},         {"29020246", false},
        {"F9F2F2F7", false},         {"19020246CD250102", true},  {"19020246CE250102", false},
        {"19020246CD250202", false}, {"19020246CD250103", false}, {"19020246FFFFFF02", true},
        {"19020246FFFF01FF", true},  {"19020246CD25FFFF", true},  {"19020246/12345678", true},
    };
    const mw_mbus_header header = {0x19020246, 0x25CD, 1, 2, 0, 0, 0};
    (void)state;
    for (size_t i = 0; i < MW_COUNT(cases); i++) {
        mw_mbus_secondary pattern = MW_MBUS_ANYBODY;
        assert_int_equal(mw_mbus_secondary_parse(cases[i].pattern, &pattern), MW_OK);
        assert_int_equal(mw_mbus_secondary_matches(&pattern, &header), cases[i].matches);
    }
}

MW_TESTS(MW_CASE(an_address_is_given_as_the_maker_of_a_meter_prints_it),
         MW_CASE(only_addresses_of_meters_are_given_and_not_to_all_meters),
         MW_CASE(an_identification_is_given_with_its_last_digits_first), MW_CASE(an_identification_has_decimal_digits),
         MW_CASE(a_clock_is_set_by_type_f), MW_CASE(a_clock_is_set_by_type_i), MW_CASE(a_clock_may_be_set_from_2000_on),
         MW_CASE(a_clock_may_be_set_to_2080_or_2099), MW_CASE(an_application_is_reset_or_selected),
         MW_CASE(a_secondary_address_is_read_and_written), MW_CASE(other_texts_are_no_secondary_address),
         MW_CASE(a_pattern_matches_where_everything_but_wildcards_agrees))
