/* SPDX-License-Identifier: MIT */
#include <meterwire/core.h>

#include "../mw_test.h"

#define DAY 86400

static mw_reading reading_of(mw_kind kind, int64_t n)
{
    mw_reading reading;
    memset(&reading, 0, sizeof reading);
    reading.kind = (uint8_t)kind;
    reading.n = n;
    return reading;
}

static void is_text(const mw_reading *reading, const char *expected)
{
    const size_t length = strlen(expected);
    char out[MW_READING_VALUE_SIZE];
    memset(out, '#', sizeof out);
    assert_int_equal(mw_reading_text(reading, NULL, 0), length);
    assert_int_equal(mw_reading_text(reading, out, length), length);
    assert_int_equal(out[0], '#');
    assert_int_equal(mw_reading_text(reading, out, length + 1), length);
    assert_string_equal(out, expected);
    assert_int_equal(out[length + 1], '#');
}

static void shows(mw_kind kind, int64_t n, const char *expected)
{
    const mw_reading reading = reading_of(kind, n);
    is_text(&reading, expected);
}

MW_TEST(number_is_a_decimal)
{
    mw_reading reading = reading_of(MW_KIND_NUMBER, -50);
    (void)state;
    reading.unit = MW_UNIT_WH;
    is_text(&reading, "-50");
    reading.exp10 = -3;
    is_text(&reading, "-0.050");
    reading.exp10 = 3;
    is_text(&reading, "-50000");
}

MW_TEST(number_of_an_exponent_to_32_fits_the_size_of_the_header)
{
    mw_reading reading = reading_of(MW_KIND_NUMBER, INT64_MIN);
    (void)state;
    reading.exp10 = -32;
    assert_in_range(mw_reading_text(&reading, NULL, 0), 1, MW_READING_VALUE_SIZE - 1);
    reading.exp10 = 32;
    assert_in_range(mw_reading_text(&reading, NULL, 0), 1, MW_READING_VALUE_SIZE - 1);
}

MW_TEST(text_is_itself)
{
    mw_reading reading = reading_of(MW_KIND_TEXT, 5);
    (void)state;
    is_text(&reading, "");
    memcpy(reading.text, "0123456789012345678", MW_READING_TEXT_SIZE);
    is_text(&reading, "0123456789012345678");
}

/* The header asks for a NUL; a reading of one's own without it must not be read beyond. */
MW_TEST(text_without_an_end_ends_with_its_array)
{
    mw_reading reading = reading_of(MW_KIND_TEXT, 5);
    (void)state;
    memset(reading.text, 'x', sizeof reading.text);
    is_text(&reading, "xxxxxxxxxxxxxxxxxxxx");
}

MW_TEST(bits_are_hexadecimal)
{
    (void)state;
    shows(MW_KIND_BITS, 0x00110111, "0x00110111");
    shows(MW_KIND_BITS, 0x10000, "0x00010000");
    shows(MW_KIND_BITS, 0xFFFFFFFF, "0xFFFFFFFF");
    shows(MW_KIND_BITS, 0x123456789ABCDEF0, "0x123456789ABCDEF0");
    shows(MW_KIND_BITS, -1, "0xFFFFFFFFFFFFFFFF");
}

MW_TEST(bits_look_like_the_example_of_the_header)
{
    (void)state;
    shows(MW_KIND_BITS, 0x111, "0x0111");
}

MW_TEST(dates_around_leap_days)
{
    /* Days since 1970-01-01, counted by hand from the first of January of the year. */
    static const struct {
        int32_t day;
        const char *text;
    } dates[] = {
        {0, "1970-01-01"},           {-1, "1969-12-31"},
        {-25567, "1900-01-01"},                                   /* 70 years with 17 leap days: 1904 to 1968 */
        {-25567 + 58, "1900-02-28"}, {-25567 + 59, "1900-03-01"}, /* no leap year */
        {10957, "2000-01-01"},                                    /* 30 years with 7 leap days: 1972 to 1996 */
        {10957 + 58, "2000-02-28"},  {10957 + 59, "2000-02-29"},
        {10957 + 60, "2000-03-01"},  {10957 + 365, "2000-12-31"},
        {19358 + 58, "2023-02-28"},  {19358 + 59, "2023-03-01"},
        {19723 + 59, "2024-02-29"},  {47482 - 1, "2099-12-31"}, /* 130 years with 32 leap days: 1972 to 2096 */
        {47482 + 58, "2100-02-28"},  {47482 + 59, "2100-03-01"},
        {2932896, "9999-12-31"}, /* 8030 years with 1947 leap days, less a day */
    };
    (void)state;
    for (size_t i = 0; i < MW_COUNT(dates); i++) {
        shows(MW_KIND_DATE, (int64_t)dates[i].day * DAY, dates[i].text);
        shows(MW_KIND_DATE, (int64_t)dates[i].day * DAY + DAY - 1, dates[i].text);
    }
}

static bool is_leap(unsigned year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

MW_TEST(first_and_last_day_of_every_month_for_800_years)
{
    static const uint8_t lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int32_t first = -135140; /* 1600-01-01: 370 years with 90 leap days */
    (void)state;
    for (unsigned year = 1600; year < 2400; year++) {
        for (unsigned month = 1; month <= 12; month++) {
            const unsigned length = lengths[month - 1] + (month == 2 && is_leap(year) ? 1u : 0u);
            const mw_reading begin = reading_of(MW_KIND_DATE, (int64_t)first * DAY);
            const mw_reading end = reading_of(MW_KIND_DATE, ((int64_t)first + (int32_t)length - 1) * DAY);
            char expected[24];
            char text[24];
            (void)mw_reading_text(&begin, text, sizeof text);
            (void)snprintf(expected, sizeof expected, "%04u-%02u-01", year, month);
            assert_string_equal(text, expected);
            (void)mw_reading_text(&end, text, sizeof text);
            (void)snprintf(expected, sizeof expected, "%04u-%02u-%02u", year, month, length);
            assert_string_equal(text, expected);
            first += (int32_t)length;
        }
    }
}

MW_TEST(dates_of_the_first_years)
{
    (void)state;
    /* ISO 8601: the year 0000 is a leap year of 366 days; 0001-01-01 is 719162 days before 1970. */
    shows(MW_KIND_DATE, (int64_t)-719162 * DAY, "0001-01-01");
    shows(MW_KIND_DATE, (int64_t)-719163 * DAY, "?");
    shows(MW_KIND_DATE, (int64_t)(-719162 - 366 + 60) * DAY, "?");
}

MW_TEST(dates_before_march_of_the_year_0)
{
    (void)state;
    shows(MW_KIND_DATE, (int64_t)(-719162 - 366 + 59) * DAY, "?");
    shows(MW_KIND_DATE, (int64_t)(-719162 - 366) * DAY, "?");
}

MW_TEST(times_of_a_day)
{
    (void)state;
    shows(MW_KIND_TIME, 0, "00:00:00");
    shows(MW_KIND_TIME, 59, "00:00:59");
    shows(MW_KIND_TIME, 3661, "01:01:01");
    shows(MW_KIND_TIME, DAY / 2, "12:00:00");
    shows(MW_KIND_TIME, DAY - 1, "23:59:59");
}

MW_TEST(points_in_time)
{
    (void)state;
    shows(MW_KIND_DATETIME, 0, "1970-01-01T00:00:00");
    shows(MW_KIND_DATETIME, -1, "1969-12-31T23:59:59");
    shows(MW_KIND_DATETIME, 951827696, "2000-02-29T12:34:56");  /* 11016 days and 45296 seconds */
    shows(MW_KIND_DATETIME, 4294967296, "2106-02-07T06:28:16"); /* 2^32: 49710 days and 23296 seconds */
    shows(MW_KIND_DATETIME, 253402300799, "9999-12-31T23:59:59");
}

MW_TEST(times_out_of_range_are_a_question_mark)
{
    (void)state;
    shows(MW_KIND_DATETIME, 253402300800, "?");
    shows(MW_KIND_DATE, 253402300800, "?");
    shows(MW_KIND_DATETIME, INT64_MAX, "?");
    shows(MW_KIND_DATE, INT64_MIN, "?");
    shows(MW_KIND_TIME, DAY, "?");
    shows(MW_KIND_TIME, INT64_MAX, "?");
    shows(MW_KIND_DATETIME, (int64_t)(-719162 - 366) * DAY - 1, "?");
}

MW_TEST(quality_does_not_change_the_text)
{
    mw_reading reading = reading_of(MW_KIND_NUMBER, 5);
    (void)state;
    for (unsigned quality = MW_QUALITY_GOOD; quality <= MW_QUALITY_TRUNCATED; quality++) {
        reading.quality = (uint8_t)quality;
        is_text(&reading, "5");
    }
}

/* Non-empty, and no two the same. */
static void are_distinct(const char *const *texts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        assert_non_null(texts[i]);
        assert_int_not_equal(texts[i][0], '\0');
        for (size_t k = 0; k < i; k++) {
            assert_int_not_equal(strcmp(texts[i], texts[k]), 0);
        }
    }
}

MW_TEST(qualities_have_distinct_words)
{
    const char *texts[MW_QUALITY_TRUNCATED + 2];
    (void)state;
    for (unsigned i = 0; i < MW_COUNT(texts); i++) {
        texts[i] = mw_quality_text((uint8_t)i);
    }
    are_distinct(texts, MW_COUNT(texts));
    assert_string_equal(mw_quality_text(MW_QUALITY_GOOD), "good");
    assert_string_equal(mw_quality_text(MW_QUALITY_NOT_AVAILABLE), "not_available");
    assert_string_equal(mw_quality_text(MW_QUALITY_TRUNCATED + 1), "unknown");
    assert_string_equal(mw_quality_text(255), "unknown");
}

MW_TEST(statuses_have_distinct_texts_and_numbers_for_ever)
{
    static const mw_status statuses[] = {
        MW_ERR_IN_USE,   MW_ERR_UNSUPPORTED, MW_ERR_RANGE,    MW_ERR_VALUE, MW_ERR_REFUSED,
        MW_ERR_MISMATCH, MW_ERR_CHECK,       MW_ERR_FRAME,    MW_ERR_SHORT, MW_ERR_TIMEOUT,
        MW_ERR_IO,       MW_ERR_SPACE,       MW_ERR_ARGUMENT, MW_OK,        MW_AGAIN,
        MW_END,
    };
    const char *texts[MW_COUNT(statuses) + 1];
    (void)state;
    for (size_t i = 0; i < MW_COUNT(statuses); i++) {
        assert_int_equal(statuses[i], (int)i - 13);
        texts[i] = mw_status_text(statuses[i]);
    }
    texts[MW_COUNT(statuses)] = "unknown status";
    are_distinct(texts, MW_COUNT(texts));
    assert_string_equal(mw_status_text(MW_ERR_TIMEOUT), "no answer");
}

MW_TEST(what_is_no_status_has_a_text_too)
{
    (void)state;
    assert_string_equal(mw_status_text((mw_status)3), "unknown status");
    assert_string_equal(mw_status_text((mw_status)-14), "unknown status");
    assert_string_equal(mw_status_text((mw_status)100), "unknown status");
}

MW_TEST(units_have_the_numbers_of_the_standard_and_a_symbol)
{
    /* IEC 62056-6-2, table of the units. */
    static const struct {
        uint8_t unit;
        uint8_t number;
        const char *symbol;
    } units[] = {
        {MW_UNIT_YEAR, 1, "a"},     {MW_UNIT_MONTH, 2, "mo"},
        {MW_UNIT_DAY, 4, "d"},      {MW_UNIT_H, 5, "h"},
        {MW_UNIT_MIN, 6, "min"},    {MW_UNIT_S, 7, "s"},
        {MW_UNIT_DEGREE, 8, "deg"}, {MW_UNIT_CELSIUS, 9, "degC"},
        {MW_UNIT_M3, 13, "m3"},     {MW_UNIT_M3_PER_H, 15, "m3/h"},
        {MW_UNIT_KG, 20, "kg"},     {MW_UNIT_BAR, 24, "bar"},
        {MW_UNIT_J, 25, "J"},       {MW_UNIT_J_PER_H, 26, "J/h"},
        {MW_UNIT_W, 27, "W"},       {MW_UNIT_VA, 28, "VA"},
        {MW_UNIT_VAR, 29, "var"},   {MW_UNIT_WH, 30, "Wh"},
        {MW_UNIT_VAH, 31, "VAh"},   {MW_UNIT_VARH, 32, "varh"},
        {MW_UNIT_A, 33, "A"},       {MW_UNIT_V, 35, "V"},
        {MW_UNIT_HZ, 44, "Hz"},     {MW_UNIT_PER_WH, 45, "1/Wh"},
        {MW_UNIT_K, 52, "K"},       {MW_UNIT_PERCENT, 56, "%"},
    };
    (void)state;
    for (size_t i = 0; i < MW_COUNT(units); i++) {
        assert_int_equal(units[i].unit, units[i].number);
        assert_string_equal(mw_unit_text(units[i].unit), units[i].symbol);
    }
}

MW_TEST(a_unit_of_the_list_that_has_no_symbol_is_not_empty)
{
    (void)state;
    assert_int_equal(MW_UNIT_CURRENCY, 10);
    assert_int_not_equal(mw_unit_text(MW_UNIT_CURRENCY)[0], '\0');
}

MW_TEST(no_unit_and_numbers_that_are_none_have_an_empty_text)
{
    (void)state;
    assert_string_equal(mw_unit_text(MW_UNIT_NONE), "");
    assert_string_equal(mw_unit_text(0), "");
    assert_string_equal(mw_unit_text(254), "");
}

MW_TEST(data_and_what_has_no_value_are_an_empty_text)
{
    (void)state;
    shows(MW_KIND_DATA, 12, "");
    shows(MW_KIND_NONE, 12, "");
}

MW_TEST(units_of_mbus_alone_have_a_symbol)
{
    (void)state;
    assert_int_equal(MW_UNIT_DBM, 70); /* IEC 62056-6-2 */
    assert_string_equal(mw_unit_text(MW_UNIT_DBM), "dBm");
    assert_string_equal(mw_unit_text(MW_UNIT_KG_PER_H), "kg/h");
    assert_string_equal(mw_unit_text(MW_UNIT_FT3), "ft3");
}

MW_TESTS(MW_CASE(number_is_a_decimal), MW_CASE(number_of_an_exponent_to_32_fits_the_size_of_the_header),
         MW_CASE(text_is_itself), MW_CASE(text_without_an_end_ends_with_its_array), MW_CASE(bits_are_hexadecimal),
         MW_CASE(bits_look_like_the_example_of_the_header), MW_CASE(dates_around_leap_days),
         MW_CASE(first_and_last_day_of_every_month_for_800_years), MW_CASE(dates_of_the_first_years),
         MW_CASE(dates_before_march_of_the_year_0), MW_CASE(times_of_a_day), MW_CASE(points_in_time),
         MW_CASE(times_out_of_range_are_a_question_mark), MW_CASE(quality_does_not_change_the_text),
         MW_CASE(qualities_have_distinct_words), MW_CASE(statuses_have_distinct_texts_and_numbers_for_ever),
         MW_CASE(what_is_no_status_has_a_text_too), MW_CASE(units_have_the_numbers_of_the_standard_and_a_symbol),
         MW_CASE(a_unit_of_the_list_that_has_no_symbol_is_not_empty),
         MW_CASE(no_unit_and_numbers_that_are_none_have_an_empty_text),
         MW_CASE(data_and_what_has_no_value_are_an_empty_text), MW_CASE(units_of_mbus_alone_have_a_symbol))
