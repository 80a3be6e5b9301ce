/* SPDX-License-Identifier: MIT */
#include <meterwire/modbus.h>
#include <meterwire/model.h>

#include "../mw_test.h"

#define ABCD MW_MODBUS_ABCD
#define BADC MW_MODBUS_BADC
#define CDAB MW_MODBUS_CDAB
#define DCBA MW_MODBUS_DCBA

static mw_row row_of(mw_type type, unsigned regs, unsigned flags)
{
    const mw_row row = {0x1234, (uint8_t)type, (uint8_t)regs, 0, MW_UNIT_A, 1, 11, 7, 0, MW_GROUP_FAST, (uint8_t)flags};
    return row;
}

static mw_row row_of_exponent(mw_type type, unsigned regs, int exp10)
{
    mw_row row = row_of(type, regs, 0);
    row.exp10 = (int8_t)exp10;
    return row;
}

/* The reading of bytes given as hexadecimal text. */
static mw_reading decoded(const mw_row *row, const char *hex)
{
    uint8_t data[48] = {0};
    mw_reading reading;
    memset(&reading, '#', sizeof reading);
    assert_in_range(mw_hex(hex, data, sizeof data), 2 * mw_row_span(row), sizeof data);
    mw_row_decode(row, data, &reading);
    return reading;
}

static void is_number(const mw_row *row, const char *hex, int64_t n)
{
    const mw_reading reading = decoded(row, hex);
    assert_int_equal(reading.kind, MW_KIND_NUMBER);
    assert_int_equal(reading.quality, MW_QUALITY_GOOD);
    assert_true(reading.n == n);
    assert_int_equal(reading.unit, row->unit);
    assert_string_equal(reading.text, "");
}

static void is_text(const mw_row *row, const char *hex, const char *text)
{
    const mw_reading reading = decoded(row, hex);
    assert_int_equal(reading.kind, MW_KIND_TEXT);
    assert_int_equal(reading.quality, MW_QUALITY_GOOD);
    assert_string_equal(reading.text, text);
}

static void has_quality(const mw_row *row, const char *hex, mw_quality quality)
{
    assert_int_equal(decoded(row, hex).quality, quality);
}

/* The raw number, whose meaning is not known. */
static void is_uncertain(const mw_row *row, const char *hex, int64_t raw)
{
    const mw_reading reading = decoded(row, hex);
    assert_int_equal(reading.kind, MW_KIND_NUMBER);
    assert_int_equal(reading.quality, MW_QUALITY_UNCERTAIN);
    assert_true(reading.n == raw);
    assert_int_equal(reading.exp10, 0);
    assert_int_equal(reading.unit, MW_UNIT_NONE);
}

static mw_reading number(int64_t n, int exp10)
{
    mw_reading reading;
    memset(&reading, 0, sizeof reading);
    reading.n = n;
    reading.exp10 = (int8_t)exp10;
    return reading;
}

static mw_reading bits(int64_t n)
{
    mw_reading reading = number(n, 0);
    reading.kind = MW_KIND_BITS;
    return reading;
}

static mw_reading text(const char *s)
{
    mw_reading reading = number(0, 0);
    reading.kind = MW_KIND_TEXT;
    memcpy(reading.text, s, strlen(s) + 1);
    return reading;
}

/* The row's bytes and not one more are written. */
static void encodes(const mw_row *row, mw_reading reading, const char *hex)
{
    const size_t size = 2u * row->regs;
    uint8_t expected[48];
    uint8_t data[sizeof expected];
    memset(expected, 0xEE, sizeof expected);
    memset(data, 0xEE, sizeof data);
    assert_int_equal(mw_hex(hex, expected, size), size);
    assert_int_equal(mw_row_encode(row, &reading, data), MW_OK);
    assert_memory_equal(data, expected, sizeof data);
}

static void does_not_encode(const mw_row *row, mw_reading reading, mw_status status)
{
    uint8_t untouched[48];
    uint8_t data[sizeof untouched];
    memset(untouched, 0xEE, sizeof untouched);
    memset(data, 0xEE, sizeof data);
    assert_int_equal(mw_row_encode(row, &reading, data), status);
    assert_memory_equal(data, untouched, sizeof data);
}

static uint8_t next_byte(uint32_t *seed)
{
    *seed = *seed * 1664525 + 1013904223;
    return (uint8_t)(*seed >> 24);
}

static void is_encoded_as_it_was(const mw_row *row, const uint8_t *data)
{
    uint8_t back[8] = {0};
    mw_reading reading;
    mw_row_decode(row, data, &reading);
    assert_int_equal(reading.quality, MW_QUALITY_GOOD);
    assert_int_equal(mw_row_encode(row, &reading, back), MW_OK);
    assert_memory_equal(back, data, 2u * row->regs);
}

MW_TEST(span_is_the_registers_and_one_more_for_a_ct_ratio)
{
    (void)state;
    for (unsigned type = MW_TYPE_UNSIGNED; type <= MW_TYPE_RAW; type++) {
        for (unsigned regs = 1; regs <= 4; regs++) {
            const mw_row row = row_of((mw_type)type, regs, DCBA | MW_ROW_ZERO_ABSENT);
            assert_int_equal(mw_row_span(&row), type == MW_TYPE_CT_RATIO ? regs + 1 : regs);
        }
    }
}

MW_TEST(span_of_the_longest_text_is_125)
{
    const mw_row row = row_of(MW_TYPE_TEXT, 125, 0);
    (void)state;
    assert_int_equal(mw_row_span(&row), 125);
}

MW_TEST(reading_says_what_it_is_and_where_it_came_from)
{
    const mw_row row = {0x6012, MW_TYPE_UNSIGNED, 1, 3, MW_UNIT_WH, 1, 21, 8, 2, MW_GROUP_SLOW, MW_ROW_INFERRED};
    const mw_reading reading = decoded(&row, "00 07");
    (void)state;
    assert_true(mw_obis_equal(reading.id, mw_obis_make(1, 21, 8, 2)));
    assert_int_equal(reading.source, 0x6012);
    assert_int_equal(reading.unit, MW_UNIT_WH);
    assert_int_equal(reading.exp10, 3);
    assert_int_equal(reading.n, 7);
    assert_int_equal(reading.kind, MW_KIND_NUMBER);
    assert_int_equal(reading.quality, MW_QUALITY_GOOD);
    assert_string_equal(reading.text, "");
}

MW_TEST(unknown_type_is_invalid)
{
    mw_row row = row_of(MW_TYPE_UNSIGNED, 1, 0);
    (void)state;
    row.type = MW_TYPE_CLOCK + 1;
    has_quality(&row, "00 07", MW_QUALITY_INVALID);
    row.type = 255;
    has_quality(&row, "00 07", MW_QUALITY_INVALID);
}

MW_TEST(word_orders_of_one_to_four_registers)
{
    /* A is the highest byte. */
    static const struct {
        unsigned regs;
        unsigned order;
        const char *hex;
        int64_t n;
    } cases[] = {
        {1, ABCD, "11 22", 0x1122},
        {1, BADC, "22 11", 0x1122},
        {1, CDAB, "11 22", 0x1122},
        {1, DCBA, "22 11", 0x1122},
        {2, ABCD, "11 22 33 44", 0x11223344},
        {2, BADC, "22 11 44 33", 0x11223344},
        {2, CDAB, "33 44 11 22", 0x11223344},
        {2, DCBA, "44 33 22 11", 0x11223344},
        {3, ABCD, "11 22 33 44 55 66", 0x112233445566},
        {3, BADC, "22 11 44 33 66 55", 0x112233445566},
        {3, CDAB, "55 66 33 44 11 22", 0x112233445566},
        {3, DCBA, "66 55 44 33 22 11", 0x112233445566},
        {4, ABCD, "11 22 33 44 55 66 77 88", 0x1122334455667788},
        {4, BADC, "22 11 44 33 66 55 88 77", 0x1122334455667788},
        {4, CDAB, "77 88 55 66 33 44 11 22", 0x1122334455667788},
        {4, DCBA, "88 77 66 55 44 33 22 11", 0x1122334455667788},
    };
    (void)state;
    for (size_t i = 0; i < MW_COUNT(cases); i++) {
        mw_row row = row_of(MW_TYPE_UNSIGNED, cases[i].regs, cases[i].order);
        is_number(&row, cases[i].hex, cases[i].n);
        encodes(&row, number(cases[i].n, 0), cases[i].hex);
        row.type = MW_TYPE_SIGNED;
        is_number(&row, cases[i].hex, cases[i].n);
        encodes(&row, number(cases[i].n, 0), cases[i].hex);
        row.type = MW_TYPE_BITS;
        assert_true(decoded(&row, cases[i].hex).n == cases[i].n);
        encodes(&row, bits(cases[i].n), cases[i].hex);
        row.type = MW_TYPE_DIGITS;
        assert_true(decoded(&row, cases[i].hex).n == cases[i].n);
    }
}

MW_TEST(word_orders_of_floats_versions_digits_and_bcd)
{
    mw_row row = row_of(MW_TYPE_FLOAT, 2, CDAB);
    (void)state;
    is_number(&row, "11 EC 43 68", 232070); /* 43 68 11 EC is 232.07 */
    encodes(&row, number(23207, -2), "11 EC 43 68");
    row.type = MW_TYPE_VERSION;
    is_text(&row, "0A 3D 3F 97", "1.18");
    encodes(&row, text("1.18"), "0A 3D 3F 97");
    row.flags = DCBA;
    row.type = MW_TYPE_DIGITS;
    is_text(&row, "39 10 09 22", "22091039");
    encodes(&row, text("22091039"), "39 10 09 22");
    row.flags = BADC;
    row.type = MW_TYPE_BCD;
    is_number(&row, "34 12 78 56", 12345678);
    encodes(&row, number(12345678, 0), "34 12 78 56");
}

MW_TEST(unsigned_numbers)
{
    static const struct {
        unsigned regs;
        const char *hex;
        int64_t n;
    } cases[] = {
        {1, "00 00", 0},
        {1, "FF FF", 65535},
        {2, "FF FF FF FF", 4294967295},
        {3, "FF FF FF FF FF FF", 281474976710655}, /* 2^48 - 1 */
        {4, "00 00 00 00 00 00 00 01", 1},
        {4, "7F FF FF FF FF FF FF FF", INT64_MAX},
    };
    (void)state;
    for (size_t i = 0; i < MW_COUNT(cases); i++) {
        const mw_row row = row_of(MW_TYPE_UNSIGNED, cases[i].regs, 0);
        is_number(&row, cases[i].hex, cases[i].n);
        encodes(&row, number(cases[i].n, 0), cases[i].hex);
    }
}

MW_TEST(unsigned_number_above_63_bits_is_an_overflow)
{
    mw_row row = row_of(MW_TYPE_UNSIGNED, 4, 0);
    (void)state;
    has_quality(&row, "80 00 00 00 00 00 00 00", MW_QUALITY_OVERFLOW);
    has_quality(&row, "FF FF FF FF FF FF FF FF", MW_QUALITY_OVERFLOW);
    row.flags = MW_ROW_ZERO_ABSENT;
    has_quality(&row, "FF FF FF FF FF FF FF FF", MW_QUALITY_OVERFLOW);
}

MW_TEST(signed_numbers_are_extended_from_their_highest_bit)
{
    static const struct {
        unsigned regs;
        const char *hex;
        int64_t n;
    } cases[] = {
        {1, "7F FF", 32767},
        {1, "80 00", -32768},
        {1, "FF FF", -1},
        {2, "7F FF FF FF", 2147483647},
        {2, "80 00 00 00", -2147483648},
        {2, "FF FF FF FE", -2},
        {3, "7F FF FF FF FF FF", 140737488355327}, /* 2^47 - 1 */
        {3, "80 00 00 00 00 00", -140737488355328},
        {3, "FF FF FF FF FF FD", -3},
        {4, "7F FF FF FF FF FF FF FF", INT64_MAX},
        {4, "80 00 00 00 00 00 00 00", INT64_MIN},
        {4, "FF FF FF FF FF FF FF FC", -4},
    };
    (void)state;
    for (size_t i = 0; i < MW_COUNT(cases); i++) {
        const mw_row row = row_of(MW_TYPE_SIGNED, cases[i].regs, 0);
        is_number(&row, cases[i].hex, cases[i].n);
        encodes(&row, number(cases[i].n, 0), cases[i].hex);
    }
}

MW_TEST(bcd_numbers)
{
    static const struct {
        unsigned regs;
        const char *hex;
        int64_t n;
    } cases[] = {
        {1, "00 30", 30}, /* wago_879.md: 4021 is 30 ms */
        {1, "00 00", 0},
        {1, "99 99", 9999},
        {2, "12 34 56 78", 12345678},
        {3, "98 76 54 32 10 98", 987654321098},
        {4, "00 00 00 00 00 00 00 09", 9},
        {4, "99 99 99 99 99 99 99 99", 9999999999999999},
    };
    (void)state;
    for (size_t i = 0; i < MW_COUNT(cases); i++) {
        const mw_row row = row_of(MW_TYPE_BCD, cases[i].regs, 0);
        is_number(&row, cases[i].hex, cases[i].n);
        encodes(&row, number(cases[i].n, 0), cases[i].hex);
    }
}

MW_TEST(bcd_with_a_digit_above_9_is_invalid)
{
    const mw_row one = row_of(MW_TYPE_BCD, 1, MW_ROW_ZERO_ABSENT);
    const mw_row four = row_of(MW_TYPE_BCD, 4, 0);
    (void)state;
    has_quality(&one, "00 0A", MW_QUALITY_INVALID);
    has_quality(&one, "A0 00", MW_QUALITY_INVALID);
    has_quality(&one, "0F 00", MW_QUALITY_INVALID);
    has_quality(&one, "FF FF", MW_QUALITY_INVALID);
    has_quality(&four, "12 34 56 78 90 12 34 5B", MW_QUALITY_INVALID);
    has_quality(&four, "C2 34 56 78 90 12 34 56", MW_QUALITY_INVALID);
}

MW_TEST(digits_are_a_text_and_a_number_of_nibbles)
{
    mw_row row = row_of(MW_TYPE_DIGITS, 2, 0);
    mw_reading reading = decoded(&row, "22 09 10 39");
    (void)state;
    assert_true(reading.n == 0x22091039);
    is_text(&row, "22 09 10 39", "22091039");
    is_text(&row, "00 00 00 07", "00000007");
    is_text(&row, "0D 01 2D 35", "0D012D35"); /* wago_879.md, 1.11: the check sum at 401B */
    encodes(&row, text("22091039"), "22 09 10 39");
    encodes(&row, text("0D012D35"), "0D 01 2D 35");
    row.regs = 1;
    is_text(&row, "11 12", "1112");
    row.regs = 3;
    is_text(&row, "00 01 02 03 04 05", "000102030405");
    row.regs = 4;
    is_text(&row, "FE DC BA 98 76 54 32 10", "FEDCBA9876543210");
    encodes(&row, text("FEDCBA9876543210"), "FE DC BA 98 76 54 32 10");
}

MW_TEST(bits_are_as_they_came)
{
    mw_row row = row_of(MW_TYPE_BITS, 2, 0);
    mw_reading reading = decoded(&row, "00 11 01 11");
    (void)state;
    assert_int_equal(reading.kind, MW_KIND_BITS);
    assert_int_equal(reading.quality, MW_QUALITY_GOOD);
    assert_true(reading.n == 0x00110111);
    assert_true(decoded(&row, "FF FF FF FF").n == 4294967295);
    row.regs = 4;
    assert_true(decoded(&row, "FF FF FF FF FF FF FF FF").n == -1);
    assert_true(decoded(&row, "80 00 00 00 00 00 00 00").n == INT64_MIN);
    encodes(&row, bits(-1), "FF FF FF FF FF FF FF FF");
}

MW_TEST(text_has_two_characters_a_register)
{
    mw_row row = row_of(MW_TYPE_TEXT, 1, 0);
    (void)state;
    is_text(&row, "31 46", "1F"); /* wago_879.md: 4012 to 4014 */
    is_text(&row, "32 52", "2R");
    row.regs = 4;
    is_text(&row, "41 42 43 44 45 46 47 48", "ABCDEFGH");
    row.flags = DCBA;
    is_text(&row, "41 42 43 44 45 46 47 48", "ABCDEFGH");
    encodes(&row, text("ABCDEFGH"), "41 42 43 44 45 46 47 48");
}

MW_TEST(text_ends_at_a_nul_and_before_spaces)
{
    const mw_row row = row_of(MW_TYPE_TEXT, 3, 0);
    mw_reading empty = text("ABC");
    (void)state;
    empty.text[0] = '\0';
    is_text(&row, "41 42 20 20 20 20", "AB");
    is_text(&row, "41 20 42 20 20 20", "A B");
    is_text(&row, "20 41 20 20 20 20", " A");
    is_text(&row, "41 00 42 43 44 45", "A");
    is_text(&row, "41 20 20 00 44 45", "A");
    is_text(&row, "20 20 20 20 20 20", "");
    is_text(&row, "00 41 42 43 44 45", "");
    encodes(&row, text("AB"), "41 42 00 00 00 00");
    encodes(&row, text(""), "00 00 00 00 00 00");
    encodes(&row, empty, "00 00 00 00 00 00"); /* whatever is behind its end */
}

MW_TEST(text_shows_what_is_not_printable_as_a_question_mark)
{
    const mw_row row = row_of(MW_TYPE_TEXT, 3, 0);
    (void)state;
    is_text(&row, "1F 20 7E 7F 80 FF", "? ~???");
    is_text(&row, "0A 41 0D 01 00 00", "?A??");
}

MW_TEST(text_low_has_one_character_a_register)
{
    const mw_row row = row_of(MW_TYPE_TEXT_LOW, 4, 0);
    (void)state;
    is_text(&row, "00 41 00 42 00 43 00 44", "ABCD");
    is_text(&row, "FF 41 58 42 00 00 00 44", "AB");
    is_text(&row, "00 41 00 20 00 20 00 20", "A");
    is_text(&row, "00 07 00 41 00 FF 00 00", "?A?");
    encodes(&row, text("ABCD"), "00 41 00 42 00 43 00 44");
    encodes(&row, text("AB"), "00 41 00 42 00 00 00 00");
}

MW_TEST(text_of_19_characters_fits_and_a_longer_one_is_truncated)
{
    const mw_row row = row_of(MW_TYPE_TEXT, 10, 0);
    mw_reading reading = decoded(&row, "30 31 32 33 34 35 36 37 38 39 30 31 32 33 34 35 36 37 38 39");
    (void)state;
    assert_int_equal(reading.kind, MW_KIND_TEXT);
    assert_int_equal(reading.quality, MW_QUALITY_TRUNCATED);
    assert_string_equal(reading.text, "0123456789012345678");
    is_text(&row, "30 31 32 33 34 35 36 37 38 39 30 31 32 33 34 35 36 37 38 00", "0123456789012345678");
    is_text(&row, "30 31 32 33 34 35 36 37 38 39 30 31 32 33 34 35 36 37 38 20", "0123456789012345678");
    encodes(&row, text("0123456789012345678"), "30 31 32 33 34 35 36 37 38 39 30 31 32 33 34 35 36 37 38 00");
}

MW_TEST(digits_are_in_n_too_and_texts_are_not)
{
    /* As mw_kind says of MW_KIND_TEXT. */
    const mw_row row = row_of(MW_TYPE_TEXT, 2, 0);
    const mw_row digits = row_of(MW_TYPE_DIGITS, 2, 0);
    (void)state;
    assert_true(decoded(&row, "31 32 33 34").n == 0);
    assert_true(decoded(&digits, "12 34 56 78").n == 0x12345678);
}

MW_TEST(raw_registers_are_hexadecimal_words)
{
    mw_row row = row_of(MW_TYPE_RAW, 1, 0);
    (void)state;
    is_text(&row, "00 17", "0017");
    row.regs = 2;
    is_text(&row, "00 00 FF FF", "0000 FFFF");
    row.regs = 3;
    is_text(&row, "12 34 56 78 9A BC", "1234 5678 9ABC");
    row.regs = 4;
    is_text(&row, "12 34 56 78 9A BC DE F0", "1234 5678 9ABC DEF0");
    encodes(&row, text("1234 5678 9ABC DEF0"), "12 34 56 78 9A BC DE F0");
}

MW_TEST(versions_have_two_decimals)
{
    const mw_row row = row_of(MW_TYPE_VERSION, 2, 0);
    (void)state;
    is_text(&row, "3F 97 0A 3D", "1.18"); /* wago_879.md, 1.3; the others from the snapshot in 1.11 */
    is_text(&row, "40 4C CC CD", "3.20");
    is_text(&row, "40 0B 85 1F", "2.18");
    is_text(&row, "3F A8 F5 C3", "1.32");
    is_text(&row, "3F 80 00 00", "1.00");
    is_text(&row, "00 00 00 00", "0.00");
    encodes(&row, text("1.18"), "3F 97 0A 3D");
    encodes(&row, text("3.20"), "40 4C CC CD");
    encodes(&row, text("1.00"), "3F 80 00 00");
}

MW_TEST(versions_that_are_no_number_are_invalid)
{
    const mw_row row = row_of(MW_TYPE_VERSION, 2, 0);
    (void)state;
    has_quality(&row, "7F C0 00 00", MW_QUALITY_INVALID);
    has_quality(&row, "7F 80 00 00", MW_QUALITY_INVALID);
    has_quality(&row, "7F 7F FF FF", MW_QUALITY_INVALID);
    assert_string_equal(decoded(&row, "7F C0 00 00").text, "");
    assert_int_equal(decoded(&row, "7F C0 00 00").kind, MW_KIND_TEXT);
    has_quality(&row, "5E FF FF FF", MW_QUALITY_INVALID);
    /* -2^56 is -72057594037927936.00, which is longer than the text of a reading; 2^53 is 9007199254740992.00. */
    has_quality(&row, "DB 80 00 00", MW_QUALITY_INVALID);
    is_text(&row, "5A 00 00 00", "9007199254740992.00");
}

MW_TEST(floats_keep_three_decimals_of_the_printed_unit)
{
    mw_row row = row_of(MW_TYPE_FLOAT, 2, 0);
    (void)state;
    assert_int_equal(decoded(&row, "43 68 11 EC").exp10, -3);
    is_number(&row, "43 68 11 EC", 232070); /* wago_879.md, 1.1 and 1.11 */
    is_number(&row, "BF CF 5C 29", -1620);
    is_number(&row, "3E 94 7A E1", 290);
    is_number(&row, "3D 80 00 00", 62); /* 0.0625, a tie */
    row.exp10 = 3;
    assert_int_equal(decoded(&row, "3E 33 33 33").exp10, 0);
    is_number(&row, "3E 33 33 33", 175);
    is_number(&row, "46 6B 58 1F", 15062030);
    row.exp10 = -3;
    assert_int_equal(decoded(&row, "46 1C 40 00").exp10, -6);
    is_number(&row, "46 1C 40 00", 10000000);
}

MW_TEST(floats_that_are_no_number_are_invalid)
{
    const mw_row row = row_of(MW_TYPE_FLOAT, 2, MW_ROW_ZERO_ABSENT);
    (void)state;
    has_quality(&row, "7F C0 00 00", MW_QUALITY_INVALID);
    has_quality(&row, "7F 80 00 01", MW_QUALITY_INVALID);
    has_quality(&row, "FF FF FF FF", MW_QUALITY_INVALID);
    has_quality(&row, "7F 80 00 00", MW_QUALITY_INVALID); /* infinity is no value, says mw_decimal_from_f32() */
    has_quality(&row, "FF 80 00 00", MW_QUALITY_INVALID);
}

MW_TEST(floats_too_large_are_an_overflow)
{
    const mw_row row = row_of(MW_TYPE_FLOAT, 2, MW_ROW_ZERO_ABSENT);
    (void)state;
    has_quality(&row, "7F 7F FF FF", MW_QUALITY_OVERFLOW);
    has_quality(&row, "FF 7F FF FF", MW_QUALITY_OVERFLOW);
    has_quality(&row, "5F 00 00 00", MW_QUALITY_OVERFLOW); /* 2^63 */
    has_quality(&row, "5A 03 12 6F", MW_QUALITY_OVERFLOW); /* 8589935 * 2^30 is more than 2^63 / 1000 */
    is_number(&row, "5A 03 12 6E", 9223371401199616000);   /* 8589934 * 2^30 */
}

MW_TEST(floats_so_small_that_they_are_integers_are_given_as_integers)
{
    mw_row row = row_of_exponent(MW_TYPE_FLOAT, 2, 3);
    (void)state;
    row.flags = MW_ROW_ZERO_ABSENT;
    is_uncertain(&row, "00 00 5B 0C", 0x5B0C);
    is_uncertain(&row, "00 00 00 01", 1);
    is_uncertain(&row, "00 7F FF FF", 0x7FFFFF);
    is_uncertain(&row, "23 C3 46 00", 600000000);
    is_uncertain(&row, "30 7F FF FF", 813694975); /* just below 2^-30 */
    is_uncertain(&row, "80 00 00 01", -2147483647);
    is_uncertain(&row, "80 00 5B 0C", -2147460340); /* 0x5B0C - 2^31 */
    is_uncertain(&row, "B0 7F FF FF", -1333788673); /* 0xB07FFFFF - 2^32 */
    row.flags = CDAB;
    is_uncertain(&row, "5B 0C 00 00", 0x5B0C);
}

MW_TEST(floats_of_at_least_2_to_the_minus_30_are_floats)
{
    const mw_row row = row_of(MW_TYPE_FLOAT, 2, 0);
    (void)state;
    is_number(&row, "30 80 00 00", 0);
    is_number(&row, "B0 80 00 00", 0);
    is_number(&row, "3A 83 12 6F", 1); /* 0.001 */
}

MW_TEST(negative_integers_taken_for_floats_are_not_good)
{
    /* Those near zero have the pattern of a NaN. */
    const mw_row row = row_of(MW_TYPE_FLOAT, 2, 0);
    (void)state;
    has_quality(&row, "FF FF FA 24", MW_QUALITY_INVALID);
}

MW_TEST(zero_is_a_number_unless_the_row_says_that_it_is_absent)
{
    static const uint8_t types[] = {MW_TYPE_UNSIGNED, MW_TYPE_SIGNED, MW_TYPE_FLOAT, MW_TYPE_BCD, MW_TYPE_CT_RATIO};
    (void)state;
    for (size_t i = 0; i < MW_COUNT(types); i++) {
        mw_row row = row_of((mw_type)types[i], 2, 0);
        is_number(&row, "00 00 00 00 00 00", 0);
        row.flags = MW_ROW_ZERO_ABSENT;
        has_quality(&row, "00 00 00 00 00 00", MW_QUALITY_NOT_AVAILABLE);
        assert_int_equal(decoded(&row, "00 00 00 00 00 00").unit, row.unit);
    }
}

MW_TEST(negative_zero_is_zero)
{
    mw_row row = row_of(MW_TYPE_FLOAT, 2, 0);
    (void)state;
    is_number(&row, "80 00 00 00", 0);
    row.flags = MW_ROW_ZERO_ABSENT;
    has_quality(&row, "80 00 00 00", MW_QUALITY_NOT_AVAILABLE);
}

MW_TEST(what_is_not_zero_is_there_although_zero_would_be_absent)
{
    mw_row row = row_of(MW_TYPE_FLOAT, 2, MW_ROW_ZERO_ABSENT);
    (void)state;
    is_number(&row, "43 68 11 EC", 232070);
    row.type = MW_TYPE_SIGNED;
    is_number(&row, "FF FF FF FF", -1);
    row.type = MW_TYPE_DIGITS;
    is_text(&row, "22 09 10 39", "22091039");
}

MW_TEST(text_is_there_although_zero_would_be_absent)
{
    mw_row row = row_of(MW_TYPE_TEXT, 1, MW_ROW_ZERO_ABSENT);
    (void)state;
    is_text(&row, "31 46", "1F");
    row.type = MW_TYPE_RAW;
    is_text(&row, "00 17", "0017");
}

/* wago_879.md, 1.8; the second register is the secondary current. */
MW_TEST(ct_ratio_that_can_be_only_one_coding)
{
    mw_row row = row_of(MW_TYPE_CT_RATIO, 1, 0);
    (void)state;
    is_number(&row, "00 00 00 00", 0);
    is_number(&row, "00 05 00 05", 5);
    is_number(&row, "00 09 00 01", 9);
    is_number(&row, "27 0B 00 05", 9995); /* a digit above 9: binary */
    is_number(&row, "00 0A 00 01", 10);
    is_number(&row, "00 F0 00 01", 240);
    is_number(&row, "99 95 00 05", 9995); /* above 9999: packed decimal */
    is_number(&row, "99 99 00 01", 9999);
    is_number(&row, "27 10 00 01", 2710);                 /* 10000 */
    has_quality(&row, "A0 00 00 05", MW_QUALITY_INVALID); /* 40960, and a digit above 9 */
    has_quality(&row, "FF FF 00 05", MW_QUALITY_INVALID);
    has_quality(&row, "27 1A 00 05", MW_QUALITY_INVALID); /* 10010 */
    row.exp10 = -1;
    assert_int_equal(decoded(&row, "00 05 00 05").exp10, -1);
}

MW_TEST(ct_ratio_with_a_secondary_of_5_is_the_multiple_of_5)
{
    const mw_row row = row_of(MW_TYPE_CT_RATIO, 1, 0);
    (void)state;
    is_number(&row, "01 00 00 05", 100);  /* 256 is none */
    is_number(&row, "10 00 00 05", 1000); /* 4096 */
    is_number(&row, "00 69 00 05", 105);  /* 69 is none */
    is_number(&row, "00 19 00 05", 25);
}

MW_TEST(ct_ratio_that_may_be_both_is_uncertain)
{
    const mw_row row = row_of_exponent(MW_TYPE_CT_RATIO, 1, 2);
    (void)state;
    is_uncertain(&row, "00 50 00 05", 80);  /* 50 and 80 are multiples of 5 */
    is_uncertain(&row, "00 11 00 05", 17);  /* neither 11 nor 17 */
    is_uncertain(&row, "01 00 00 01", 256); /* a secondary of 1 says nothing */
    is_uncertain(&row, "01 00 00 00", 256);
    is_uncertain(&row, "01 00 00 06", 256);
}

MW_TEST(ct_ratio_is_written_as_packed_decimal)
{
    const mw_row row = row_of(MW_TYPE_CT_RATIO, 1, 0);
    (void)state;
    encodes(&row, number(9995, 0), "99 95"); /* the frame of the manual, wago_879.md, 1.11 */
    encodes(&row, number(5, 0), "00 05");
    does_not_encode(&row, number(10000, 0), MW_ERR_RANGE);
    does_not_encode(&row, number(-5, 0), MW_ERR_RANGE);
}

MW_TEST(encode_changes_the_exponent_where_that_is_exact)
{
    const mw_row ms = row_of_exponent(MW_TYPE_BCD, 1, -3);
    const mw_row wh = row_of_exponent(MW_TYPE_UNSIGNED, 2, 3);
    (void)state;
    encodes(&ms, number(30, -3), "00 30");
    encodes(&ms, number(3, -2), "00 30");
    encodes(&ms, number(3000, -5), "00 30");
    encodes(&ms, number(1, 0), "10 00");
    encodes(&wh, number(5000, 0), "00 00 00 05");
    encodes(&wh, number(0, 100), "00 00 00 00");
    does_not_encode(&ms, number(305, -4), MW_ERR_RANGE);
    does_not_encode(&ms, number(10, 0), MW_ERR_RANGE);
    does_not_encode(&wh, number(5001, 0), MW_ERR_RANGE);
    does_not_encode(&wh, number(INT64_MAX, 4), MW_ERR_RANGE);
    does_not_encode(&wh, number(1, 127), MW_ERR_RANGE);
}

MW_TEST(encode_of_the_floats_of_a_meter)
{
    /* wago_879.md, 1.11: pulses per kWh, of which the reading has those per Wh. */
    const mw_row row = row_of_exponent(MW_TYPE_FLOAT, 2, -3);
    const mw_row kwh = row_of_exponent(MW_TYPE_FLOAT, 2, 3);
    (void)state;
    encodes(&row, number(10, 0), "46 1C 40 00");
    encodes(&row, number(2, 0), "44 FA 00 00");
    encodes(&row, number(1, 0), "44 7A 00 00");
    encodes(&row, number(1, -1), "42 C8 00 00");
    encodes(&row, number(1, -2), "41 20 00 00");
    encodes(&row, number(1, -3), "3F 80 00 00");
    encodes(&row, number(1, -4), "3D CC CC CD");
    encodes(&row, number(1, -5), "3C 23 D7 0A");
    encodes(&row, number(10, -6), "3C 23 D7 0A");
    encodes(&kwh, number(0, 0), "00 00 00 00"); /* the day register */
    encodes(&kwh, number(-1620, 0), "BF CF 5C 29");
}

MW_TEST(encode_refuses_the_wrong_kind)
{
    static const uint8_t kinds[] = {/* of mw_type 0, 1, ... */
                                    MW_KIND_NUMBER, MW_KIND_NUMBER, MW_KIND_NUMBER, MW_KIND_NUMBER,
                                    MW_KIND_TEXT,   MW_KIND_BITS,   MW_KIND_TEXT,   MW_KIND_TEXT,
                                    MW_KIND_TEXT,   MW_KIND_NUMBER, MW_KIND_TEXT};
    (void)state;
    for (unsigned type = 0; type < MW_COUNT(kinds); type++) {
        const mw_row row = row_of((mw_type)type, 2, 0);
        for (unsigned kind = MW_KIND_NUMBER; kind <= MW_KIND_DATETIME; kind++) {
            mw_reading reading = text("00000000");
            reading.kind = (uint8_t)kind;
            if (kind != kinds[type]) {
                does_not_encode(&row, reading, MW_ERR_VALUE);
            }
        }
    }
}

MW_TEST(encode_refuses_integers_that_do_not_fit)
{
    static const struct {
        mw_type type;
        unsigned regs;
        int64_t n;
    } cases[] = {
        {MW_TYPE_UNSIGNED, 1, 65536},
        {MW_TYPE_UNSIGNED, 1, -1},
        {MW_TYPE_UNSIGNED, 1, INT64_MAX},
        {MW_TYPE_UNSIGNED, 2, 4294967296},
        {MW_TYPE_UNSIGNED, 3, 281474976710656},
        {MW_TYPE_UNSIGNED, 4, -1},
        {MW_TYPE_UNSIGNED, 4, INT64_MIN},
        {MW_TYPE_SIGNED, 1, 32768},
        {MW_TYPE_SIGNED, 1, -32769},
        {MW_TYPE_SIGNED, 2, 2147483648},
        {MW_TYPE_SIGNED, 2, -2147483649},
        {MW_TYPE_SIGNED, 3, 140737488355328},
        {MW_TYPE_SIGNED, 3, -140737488355329},
        {MW_TYPE_SIGNED, 3, INT64_MIN},
        {MW_TYPE_BCD, 1, 10000},
        {MW_TYPE_BCD, 1, -1},
        {MW_TYPE_BCD, 2, 100000000},
        {MW_TYPE_BCD, 3, 1000000000000},
        {MW_TYPE_BCD, 4, 10000000000000000},
        {MW_TYPE_BCD, 4, INT64_MIN},
    };
    (void)state;
    for (size_t i = 0; i < MW_COUNT(cases); i++) {
        const mw_row row = row_of(cases[i].type, cases[i].regs, 0);
        does_not_encode(&row, number(cases[i].n, 0), MW_ERR_RANGE);
    }
}

MW_TEST(encode_refuses_bits_that_do_not_fit)
{
    mw_row row = row_of(MW_TYPE_BITS, 1, 0);
    (void)state;
    encodes(&row, bits(0xFFFF), "FF FF");
    does_not_encode(&row, bits(0x10000), MW_ERR_RANGE);
    does_not_encode(&row, bits(-1), MW_ERR_RANGE);
    row.regs = 3;
    encodes(&row, bits(0xFFFFFFFFFFFF), "FF FF FF FF FF FF");
    does_not_encode(&row, bits(0x1000000000000), MW_ERR_RANGE);
    does_not_encode(&row, bits(-1), MW_ERR_RANGE);
}

MW_TEST(encode_refuses_floats_out_of_range)
{
    const mw_row row = row_of(MW_TYPE_FLOAT, 2, 0);
    const mw_row low = row_of_exponent(MW_TYPE_FLOAT, 2, -128);
    const mw_row high = row_of_exponent(MW_TYPE_FLOAT, 2, 127);
    (void)state;
    does_not_encode(&row, number(1, 19), MW_ERR_RANGE);
    does_not_encode(&row, number(1, -19), MW_ERR_RANGE);
    does_not_encode(&row, number(INT64_MAX, 2), MW_ERR_RANGE);
    does_not_encode(&low, number(1, 127), MW_ERR_RANGE);
    does_not_encode(&high, number(1, -128), MW_ERR_RANGE);
}

MW_TEST(encode_gives_the_nearest_float)
{
    const mw_row row = row_of(MW_TYPE_FLOAT, 2, 0);
    (void)state;
    encodes(&row, number(16777217, 0), "4B 80 00 00"); /* 2^24 + 1 is a tie, to even: 2^24 */
    encodes(&row, number(16777219, 0), "4B 80 00 02"); /* 2^24 + 3 to 2^24 + 4 */
    encodes(&row, number(1, -1), "3D CC CC CD");       /* 0.1, as the maker's manual has it */
}

MW_TEST(encode_refuses_versions_that_are_no_number)
{
    const mw_row row = row_of(MW_TYPE_VERSION, 2, 0);
    (void)state;
    does_not_encode(&row, text(""), MW_ERR_VALUE);
    does_not_encode(&row, text("1.18b"), MW_ERR_VALUE);
    does_not_encode(&row, text("v1.18"), MW_ERR_VALUE);
    does_not_encode(&row, text("1.18 "), MW_ERR_VALUE);
    does_not_encode(&row, text("1e30"), MW_ERR_RANGE);
    does_not_encode(&row, text("9999999999999999999"), MW_ERR_RANGE);
}

MW_TEST(encode_refuses_digits_that_are_none_or_not_as_many)
{
    static const uint8_t types[] = {MW_TYPE_DIGITS, MW_TYPE_RAW};
    (void)state;
    for (size_t i = 0; i < MW_COUNT(types); i++) {
        const mw_row row = row_of((mw_type)types[i], 2, 0);
        encodes(&row, text("1234 ABEF"), "12 34 AB EF");
        encodes(&row, text("1234 afbe"), "12 34 AF BE");
        does_not_encode(&row, text("1234 567G"), MW_ERR_VALUE);
        does_not_encode(&row, text("1234 567g"), MW_ERR_VALUE);
        does_not_encode(&row, text("1234 567`"), MW_ERR_VALUE);
        does_not_encode(&row, text("1234-5678"), MW_ERR_VALUE);
        does_not_encode(&row, text("1234/:@["), MW_ERR_VALUE); /* beside the digits and letters of ASCII */
        does_not_encode(&row, text("1234 567"), MW_ERR_RANGE);
        does_not_encode(&row, text("1234 5678 9"), MW_ERR_RANGE);
        does_not_encode(&row, text("1234567890123456789"), MW_ERR_RANGE);
        does_not_encode(&row, text(""), MW_ERR_RANGE);
    }
}

MW_TEST(encode_refuses_texts_that_are_too_long)
{
    mw_row row = row_of(MW_TYPE_TEXT, 2, 0);
    (void)state;
    encodes(&row, text("ABCD"), "41 42 43 44");
    does_not_encode(&row, text("ABCDE"), MW_ERR_RANGE);
    row.type = MW_TYPE_TEXT_LOW;
    encodes(&row, text("AB"), "00 41 00 42");
    does_not_encode(&row, text("ABC"), MW_ERR_RANGE);
}

MW_TEST(every_pattern_of_bits_and_numbers_is_encoded_as_it_was)
{
    static const uint8_t types[] = {MW_TYPE_SIGNED, MW_TYPE_BITS, MW_TYPE_DIGITS};
    uint32_t seed = 1;
    (void)state;
    for (unsigned i = 0; i < MW_ROUNDS(2000); i++) {
        uint8_t data[8];
        mw_row row = row_of((mw_type)types[i % 3], i / 3 % 4 + 1, i / 12 % 4);
        for (size_t k = 0; k < sizeof data; k++) {
            data[k] = next_byte(&seed);
        }
        is_encoded_as_it_was(&row, data);
        row.type = MW_TYPE_UNSIGNED;
        data[0] &= 0x7F; /* the highest bit in any order */
        data[1] &= 0x7F;
        data[6] &= 0x7F;
        data[7] &= 0x7F;
        is_encoded_as_it_was(&row, data);
        row.type = MW_TYPE_BCD;
        for (size_t k = 0; k < sizeof data; k++) {
            data[k] = (uint8_t)(data[k] % 10 << 4 | data[k] / 10 % 10);
        }
        is_encoded_as_it_was(&row, data);
    }
}

MW_TEST(every_printable_text_is_encoded_as_it_was)
{
    uint32_t seed = 2;
    (void)state;
    for (unsigned i = 0; i < 500; i++) {
        uint8_t data[8];
        mw_row row = row_of(MW_TYPE_TEXT, i % 4 + 1, 0);
        for (size_t k = 0; k < sizeof data; k++) {
            data[k] = (uint8_t)(0x21 + next_byte(&seed) % 94);
        }
        is_encoded_as_it_was(&row, data);
        for (size_t k = 0; k < sizeof data; k += 2) {
            data[k] = 0;
        }
        row.type = MW_TYPE_TEXT_LOW;
        is_encoded_as_it_was(&row, data);
    }
}

MW_TEST(raw_registers_are_encoded_as_they_were)
{
    static const uint8_t data[8] = {0x12, 0x34, 0x56, 0x78, 0x9A, 0xBC, 0xDE, 0xF0};
    (void)state;
    for (unsigned regs = 1; regs <= 4; regs++) {
        const mw_row row = row_of(MW_TYPE_RAW, regs, 0);
        is_encoded_as_it_was(&row, data);
    }
}

MW_TEST(raw_registers_in_another_word_order_are_encoded_as_they_were)
{
    static const uint8_t data[8] = {0x12, 0x34, 0x56, 0x78, 0x9A, 0xBC, 0xDE, 0xF0};
    (void)state;
    for (unsigned order = BADC; order <= DCBA; order++) {
        const mw_row row = row_of(MW_TYPE_RAW, 4, order);
        is_encoded_as_it_was(&row, data);
    }
}

MW_TEST(ct_ratio_in_another_word_order_is_encoded_as_it_was)
{
    static const uint8_t data[8] = {0x99, 0x95, 0x05, 0x00};
    const mw_row row = row_of(MW_TYPE_CT_RATIO, 1, BADC);
    (void)state;
    is_encoded_as_it_was(&row, data);
}

MW_TEST(floats_from_16384_on_are_encoded_as_they_were)
{
    /* They are at least 2^-9 apart: half of a thousandth does not reach the next one. Below 2^53 a thousandth of them
     * fits 64 bits. */
    uint32_t seed = 3;
    (void)state;
    for (unsigned exponent = 127 + 14; exponent < 127 + 53; exponent++) {
        for (unsigned i = 0; i < 32; i++) {
            uint8_t data[8];
            const mw_row row = row_of(MW_TYPE_FLOAT, 2, 0);
            data[0] = (uint8_t)((i & 1) << 7 | exponent >> 1);
            data[1] = (uint8_t)((exponent & 1) << 7 | next_byte(&seed) >> 1);
            data[2] = next_byte(&seed);
            data[3] = next_byte(&seed);
            is_encoded_as_it_was(&row, data);
        }
    }
}

MW_TEST(thousandths_below_16384_are_decoded_as_they_were)
{
    const mw_row row = row_of(MW_TYPE_FLOAT, 2, DCBA);
    (void)state;
    for (int32_t n = -16383999; n < 16384000; n += 9973) {
        const mw_reading reading = number(n, -3);
        mw_reading back;
        uint8_t data[4];
        assert_int_equal(mw_row_encode(&row, &reading, data), MW_OK);
        mw_row_decode(&row, data, &back);
        assert_int_equal(back.quality, MW_QUALITY_GOOD);
        assert_true(back.n == n && back.exp10 == -3);
    }
}

MW_TEST(text_of_125_registers_is_searched_for_its_end)
{
    const mw_row row = row_of(MW_TYPE_TEXT, 125, 0);
    uint8_t data[250];
    mw_reading reading;
    (void)state;
    memset(data, ' ', sizeof data);
    data[0] = 'A';
    mw_row_decode(&row, data, &reading);
    assert_int_equal(reading.quality, MW_QUALITY_GOOD);
    assert_string_equal(reading.text, "A");
    data[249] = 'Z';
    mw_row_decode(&row, data, &reading);
    assert_int_equal(reading.quality, MW_QUALITY_TRUNCATED);
    assert_string_equal(reading.text, "A                  ");
}

MW_TEST(the_largest_number_is_absent_where_the_row_says_so)
{
    static const char *const most[] = {"FFFF", "FFFF FFFF", "FFFF FFFF FFFF", "FFFF FFFF FFFF FFFF"};
    static const char *const most_signed[] = {"7FFF", "7FFF FFFF", "7FFF FFFF FFFF", "7FFF FFFF FFFF FFFF"};
    (void)state;
    for (unsigned regs = 1; regs <= 4; regs++) {
        const mw_row unsigned_row = row_of(MW_TYPE_UNSIGNED, regs, MW_ROW_MOST_ABSENT);
        const mw_row signed_row = row_of(MW_TYPE_SIGNED, regs, MW_ROW_MOST_ABSENT);
        const mw_row plain = row_of(MW_TYPE_SIGNED, regs, 0);
        mw_reading absent = number(0, 0);
        absent.quality = MW_QUALITY_NOT_AVAILABLE;
        has_quality(&unsigned_row, most[regs - 1], MW_QUALITY_NOT_AVAILABLE);
        is_number(&unsigned_row, "0000 0000 0000 0000", 0);
        has_quality(&signed_row, most_signed[regs - 1], MW_QUALITY_NOT_AVAILABLE);
        is_number(&signed_row, "FFFF FFFF FFFF FFFF", -1);
        has_quality(&plain, most_signed[regs - 1], MW_QUALITY_GOOD);
        encodes(&unsigned_row, absent, most[regs - 1]);
        encodes(&signed_row, absent, most_signed[regs - 1]);
        does_not_encode(&plain, absent, MW_ERR_VALUE);
    }
}

/* A pattern for "not available" is a number, of 64 bits at most. */
MW_TEST(encode_has_no_absent_value_with_more_registers_than_a_number)
{
    const mw_row clock = row_of(MW_TYPE_CLOCK, 6, MW_ROW_MOST_ABSENT);
    const mw_row text = row_of(MW_TYPE_TEXT, 5, MW_ROW_MOST_ABSENT);
    mw_reading absent = number(0, 0);
    (void)state;
    absent.quality = MW_QUALITY_NOT_AVAILABLE;
    does_not_encode(&clock, absent, MW_ERR_VALUE);
    does_not_encode(&text, absent, MW_ERR_VALUE);
}

MW_TEST(encode_refuses_the_number_that_means_absent)
{
    const mw_row unsigned_row = row_of(MW_TYPE_UNSIGNED, 1, MW_ROW_MOST_ABSENT);
    const mw_row signed_row = row_of(MW_TYPE_SIGNED, 2, MW_ROW_MOST_ABSENT);
    const mw_row residual = row_of(MW_TYPE_RESIDUAL, 3, MW_ROW_MOST_ABSENT);
    const mw_row seconds = row_of(MW_TYPE_SECONDS_2000, 2, MW_ROW_MOST_ABSENT);
    mw_reading time = number(946684800 + INT64_C(4294967295), 0);
    (void)state;
    does_not_encode(&unsigned_row, number(65535, 0), MW_ERR_RANGE);
    encodes(&unsigned_row, number(65534, 0), "FFFE");
    does_not_encode(&signed_row, number(0x7FFFFFFF, 0), MW_ERR_RANGE);
    encodes(&signed_row, number(-1, 0), "FFFF FFFF");
    does_not_encode(&residual, number(INT64_C(42949672950000), 0), MW_ERR_RANGE);
    encodes(&residual, number(INT64_C(42949672949999), 0), "FFFF FFFE 270F");
    time.kind = MW_KIND_DATETIME;
    does_not_encode(&seconds, time, MW_ERR_RANGE);
    time.n--;
    encodes(&seconds, time, "FFFF FFFE");
}

MW_TEST(a_residual_completes_the_number_in_front_of_it)
{
    const mw_row row = row_of(MW_TYPE_RESIDUAL, 3, 0);
    const mw_row is_signed = row_of(MW_TYPE_SIGNED_RESIDUAL, 3, 0);
    (void)state;
    is_number(&row, "0000 0000 0000", 0);
    is_number(&row, "0000 0001 0001", 10001);
    is_number(&row, "FFFF FFFF 270F", INT64_C(42949672959999));
    has_quality(&row, "0000 0001 2710", MW_QUALITY_INVALID);
    has_quality(&row, "0000 0001 FFFF", MW_QUALITY_INVALID);
    is_number(&is_signed, "FFFF FFFF D8F1", -19999);
    is_number(&is_signed, "FFFF FFFF 0001", -9999);
    is_number(&is_signed, "8000 0000 D8F1", INT64_C(-21474836489999));
    has_quality(&is_signed, "0000 0000 D8F0", MW_QUALITY_INVALID);
    has_quality(&is_signed, "0000 0000 2710", MW_QUALITY_INVALID);
    has_quality(&row, "FFFF FFFF FFFF", MW_QUALITY_INVALID); /* not absent where the row has no pattern for that */
    encodes(&row, number(10001, 0), "0000 0001 0001");
    does_not_encode(&row, number(-1, 0), MW_ERR_RANGE);
    does_not_encode(&row, number(INT64_C(42949672960000), 0), MW_ERR_RANGE);
    encodes(&is_signed, number(-1, 0), "0000 0000 FFFF");
    encodes(&is_signed, number(-19999, 0), "FFFF FFFF D8F1");
    encodes(&is_signed, number(INT64_C(-21474836489999), 0), "8000 0000 D8F1");
    does_not_encode(&is_signed, number(INT64_C(-21474836490000), 0), MW_ERR_RANGE);
}

MW_TEST(numbers_with_a_residual_are_encoded_as_what_they_were)
{
    static const uint8_t types[] = {MW_TYPE_RESIDUAL, MW_TYPE_SIGNED_RESIDUAL};
    uint32_t seed = 5;
    (void)state;
    for (unsigned i = 0; i < MW_ROUNDS(2000); i++) {
        const mw_row row = row_of((mw_type)types[i % 2], 3, MW_ROW_MOST_ABSENT);
        mw_reading reading = number(0, 0);
        mw_reading back;
        uint8_t data[6];
        for (size_t k = 0; k < 6; k++) {
            reading.n = reading.n << 8 | next_byte(&seed);
        }
        reading.n = reading.n % INT64_C(21474836470000);
        reading.n = i % 4 == 1 ? -reading.n : reading.n;
        assert_int_equal(mw_row_encode(&row, &reading, data), MW_OK);
        mw_row_decode(&row, data, &back);
        assert_int_equal(back.quality, MW_QUALITY_GOOD);
        assert_true(back.n == reading.n);
    }
}

static mw_reading moment(int64_t n)
{
    mw_reading reading = number(n, 0);
    reading.kind = MW_KIND_DATETIME;
    return reading;
}

static void is_moment(const mw_row *row, const char *hex, const char *iso)
{
    const mw_reading reading = decoded(row, hex);
    char text[MW_READING_VALUE_SIZE];
    assert_int_equal(reading.kind, MW_KIND_DATETIME);
    assert_int_equal(reading.quality, MW_QUALITY_GOOD);
    assert_true(mw_reading_text(&reading, text, sizeof text) < sizeof text);
    assert_string_equal(text, iso);
    encodes(row, reading, hex);
}

MW_TEST(seconds_count_from_2000)
{
    const mw_row row = row_of(MW_TYPE_SECONDS_2000, 2, 0);
    (void)state;
    is_moment(&row, "0000 0000", "2000-01-01T00:00:00");
    is_moment(&row, "004F 1A00", "2000-03-01T00:00:00"); /* 60 days */
    is_moment(&row, "FFFF FFFF", "2136-02-07T06:28:15"); /* 30 years behind the end of those from 1970 */
    does_not_encode(&row, moment(946684799), MW_ERR_RANGE);
    does_not_encode(&row, moment(946684800 + INT64_C(4294967296)), MW_ERR_RANGE);
    does_not_encode(&row, number(946684800, 0), MW_ERR_VALUE);
}

MW_TEST(a_clock_is_six_numbers)
{
    static const char *const bad[] = {
        "0000 0001 07D0 0000 0000 0000", "0020 0001 07D0 0000 0000 0000", "0001 0000 07D0 0000 0000 0000",
        "0001 000D 07D0 0000 0000 0000", "001F 0004 07D0 0000 0000 0000", "001D 0002 07D1 0000 0000 0000",
        "0001 0001 0000 0000 0000 0000", "0001 0001 07D0 0018 0000 0000", "0001 0001 07D0 0000 003C 0000",
        "0001 0001 07D0 0000 0000 003C", "0101 0001 07D0 0000 0000 0000", "0001 0001 2710 0000 0000 0000",
    };
    const mw_row row = row_of(MW_TYPE_CLOCK, 6, 0);
    (void)state;
    is_moment(&row, "0001 0001 07B2 0000 0000 0000", "1970-01-01T00:00:00");
    is_moment(&row, "001D 0002 07E8 0017 003B 003B", "2024-02-29T23:59:59");
    for (size_t i = 0; i < MW_COUNT(bad); i++) {
        has_quality(&row, bad[i], MW_QUALITY_INVALID);
    }
    does_not_encode(&row, moment(-1), MW_ERR_RANGE);
    encodes(&row, moment(946684800 + INT64_C(4294967295)), "0007 0002 0858 0006 001C 000F"); /* as far as seconds go */
    does_not_encode(&row, moment(946684800 + INT64_C(4294967296)), MW_ERR_RANGE);
}

MW_TEST(types_of_a_fixed_size_have_no_other)
{
    static const struct {
        uint8_t type;
        uint8_t regs;
    } sizes[] = {{MW_TYPE_RESIDUAL, 3}, {MW_TYPE_SIGNED_RESIDUAL, 3}, {MW_TYPE_SECONDS_2000, 2}, {MW_TYPE_CLOCK, 6}};
    (void)state;
    for (size_t i = 0; i < MW_COUNT(sizes); i++) {
        for (unsigned regs = 0; regs < 8; regs++) {
            if (regs != sizes[i].regs) {
                const mw_row row = row_of((mw_type)sizes[i].type, regs, 0);
                has_quality(&row, "0001 0001 0001 0001 0001 0001 0001 0001", MW_QUALITY_INVALID);
                does_not_encode(&row, number(1, 0), MW_ERR_VALUE);
            }
        }
    }
}

MW_TEST(an_absent_number_with_a_residual_is_the_largest_of_both_parts)
{
    const mw_row row = row_of(MW_TYPE_RESIDUAL, 3, MW_ROW_MOST_ABSENT);
    const mw_row is_signed = row_of(MW_TYPE_SIGNED_RESIDUAL, 3, MW_ROW_MOST_ABSENT);
    mw_reading absent = number(0, 0);
    (void)state;
    absent.quality = MW_QUALITY_NOT_AVAILABLE;
    encodes(&row, absent, "FFFF FFFF FFFF");
    encodes(&is_signed, absent, "7FFF FFFF 7FFF");
    has_quality(&row, "FFFF FFFF FFFF", MW_QUALITY_NOT_AVAILABLE);
    has_quality(&row, "FFFF FFFF 0001", MW_QUALITY_NOT_AVAILABLE);
    has_quality(&row, "0000 0001 FFFF", MW_QUALITY_NOT_AVAILABLE);
    has_quality(&is_signed, "7FFF FFFF 7FFF", MW_QUALITY_NOT_AVAILABLE);
    has_quality(&is_signed, "FFFF FFFF FFFF", MW_QUALITY_NOT_AVAILABLE);
}

MW_TEST(rows_without_registers_or_with_too_many_have_no_value)
{
    static const uint8_t types[] = {MW_TYPE_UNSIGNED, MW_TYPE_FLOAT, MW_TYPE_BITS,    MW_TYPE_DIGITS,
                                    MW_TYPE_RAW,      MW_TYPE_BCD,   MW_TYPE_VERSION, MW_TYPE_CT_RATIO};
    static const uint8_t texts[] = {MW_TYPE_TEXT, MW_TYPE_TEXT_LOW};
    (void)state;
    for (size_t i = 0; i < MW_COUNT(types); i++) {
        const mw_row none = row_of((mw_type)types[i], 0, 0);
        const mw_row five = row_of((mw_type)types[i], 5, 0);
        has_quality(&none, "0001 0001 0001 0001 0001 0001", MW_QUALITY_INVALID);
        has_quality(&five, "0001 0001 0001 0001 0001 0001", MW_QUALITY_INVALID);
        does_not_encode(&none, number(1, 0), MW_ERR_VALUE);
        does_not_encode(&five, number(1, 0), MW_ERR_VALUE);
    }
    for (size_t i = 0; i < MW_COUNT(texts); i++) {
        const mw_row none = row_of((mw_type)texts[i], 0, 0);
        has_quality(&none, "4142", MW_QUALITY_INVALID);
        does_not_encode(&none, text(""), MW_ERR_VALUE);
    }
}

MW_TEST(an_unknown_type_is_not_encoded)
{
    const mw_row row = row_of((mw_type)(MW_TYPE_CLOCK + 1), 1, 0);
    (void)state;
    does_not_encode(&row, number(1, 0), MW_ERR_VALUE);
}

MW_TESTS(
    MW_CASE(span_is_the_registers_and_one_more_for_a_ct_ratio), MW_CASE(span_of_the_longest_text_is_125),
    MW_CASE(reading_says_what_it_is_and_where_it_came_from), MW_CASE(unknown_type_is_invalid),
    MW_CASE(word_orders_of_one_to_four_registers), MW_CASE(word_orders_of_floats_versions_digits_and_bcd),
    MW_CASE(unsigned_numbers), MW_CASE(unsigned_number_above_63_bits_is_an_overflow),
    MW_CASE(signed_numbers_are_extended_from_their_highest_bit), MW_CASE(bcd_numbers),
    MW_CASE(bcd_with_a_digit_above_9_is_invalid), MW_CASE(digits_are_a_text_and_a_number_of_nibbles),
    MW_CASE(bits_are_as_they_came), MW_CASE(text_has_two_characters_a_register),
    MW_CASE(text_ends_at_a_nul_and_before_spaces), MW_CASE(text_shows_what_is_not_printable_as_a_question_mark),
    MW_CASE(text_low_has_one_character_a_register), MW_CASE(text_of_19_characters_fits_and_a_longer_one_is_truncated),
    MW_CASE(digits_are_in_n_too_and_texts_are_not), MW_CASE(raw_registers_are_hexadecimal_words),
    MW_CASE(versions_have_two_decimals), MW_CASE(versions_that_are_no_number_are_invalid),
    MW_CASE(floats_keep_three_decimals_of_the_printed_unit), MW_CASE(floats_that_are_no_number_are_invalid),
    MW_CASE(floats_too_large_are_an_overflow), MW_CASE(floats_so_small_that_they_are_integers_are_given_as_integers),
    MW_CASE(floats_of_at_least_2_to_the_minus_30_are_floats), MW_CASE(negative_integers_taken_for_floats_are_not_good),
    MW_CASE(zero_is_a_number_unless_the_row_says_that_it_is_absent), MW_CASE(negative_zero_is_zero),
    MW_CASE(what_is_not_zero_is_there_although_zero_would_be_absent),
    MW_CASE(text_is_there_although_zero_would_be_absent), MW_CASE(ct_ratio_that_can_be_only_one_coding),
    MW_CASE(ct_ratio_with_a_secondary_of_5_is_the_multiple_of_5), MW_CASE(ct_ratio_that_may_be_both_is_uncertain),
    MW_CASE(ct_ratio_is_written_as_packed_decimal), MW_CASE(encode_changes_the_exponent_where_that_is_exact),
    MW_CASE(encode_of_the_floats_of_a_meter), MW_CASE(encode_refuses_the_wrong_kind),
    MW_CASE(encode_refuses_integers_that_do_not_fit), MW_CASE(encode_refuses_bits_that_do_not_fit),
    MW_CASE(encode_refuses_floats_out_of_range), MW_CASE(encode_gives_the_nearest_float),
    MW_CASE(encode_refuses_versions_that_are_no_number), MW_CASE(encode_refuses_digits_that_are_none_or_not_as_many),
    MW_CASE(encode_refuses_texts_that_are_too_long), MW_CASE(every_pattern_of_bits_and_numbers_is_encoded_as_it_was),
    MW_CASE(every_printable_text_is_encoded_as_it_was), MW_CASE(raw_registers_are_encoded_as_they_were),
    MW_CASE(raw_registers_in_another_word_order_are_encoded_as_they_were),
    MW_CASE(ct_ratio_in_another_word_order_is_encoded_as_it_was),
    MW_CASE(floats_from_16384_on_are_encoded_as_they_were), MW_CASE(thousandths_below_16384_are_decoded_as_they_were),
    MW_CASE(text_of_125_registers_is_searched_for_its_end), MW_CASE(the_largest_number_is_absent_where_the_row_says_so),
    MW_CASE(encode_has_no_absent_value_with_more_registers_than_a_number),
    MW_CASE(encode_refuses_the_number_that_means_absent), MW_CASE(a_residual_completes_the_number_in_front_of_it),
    MW_CASE(numbers_with_a_residual_are_encoded_as_what_they_were), MW_CASE(seconds_count_from_2000),
    MW_CASE(a_clock_is_six_numbers), MW_CASE(types_of_a_fixed_size_have_no_other),
    MW_CASE(an_absent_number_with_a_residual_is_the_largest_of_both_parts),
    MW_CASE(rows_without_registers_or_with_too_many_have_no_value), MW_CASE(an_unknown_type_is_not_encoded))
