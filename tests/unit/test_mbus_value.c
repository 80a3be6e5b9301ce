/* SPDX-License-Identifier: MIT */
/* Data types of EN 13757-3 and what they hold when there is no value. */
#include "mbus_frames.h"

/* The first of the records given as hexadecimal text; its memory is kept until the next one. */
static mw_mbus_record decoded(const char *hex, unsigned count_of_records)
{
    static uint8_t *copy;
    uint8_t bytes[255];
    const size_t count = mw_hex(hex, bytes, sizeof bytes);
    mw_mbus_cursor cursor;
    mw_mbus_record record;
    mbus_outcome outcome;
    memset(&record, 0, sizeof record);
    if (copy != NULL) {
        mbus_free(copy);
    }
    for (size_t cut = 0; cut <= count; cut++) { /* of the last one, all is there */
        if (cut > 0) {
            mbus_free(copy);
        }
        copy = mbus_copy(bytes, cut);
        mw_mbus_records_of(copy, cut, &cursor);
        outcome = mbus_walk(&cursor, copy, &record, 1);
        if (outcome.bad > 0) {
            assert_int_equal(outcome.error, MW_ERR_SHORT);
            assert_int_equal(outcome.at.offset, cut);
        }
    }
    assert_int_equal(outcome.good, count_of_records);
    assert_int_equal(outcome.bad, 0);
    return record;
}

static void is_number(const char *hex, int64_t n, int exp10)
{
    const mw_mbus_record record = decoded(hex, 1);
    assert_int_equal(record.kind, MW_KIND_NUMBER);
    assert_int_equal(record.quality, MW_QUALITY_GOOD);
    assert_true(mbus_same(record.n, record.exp10, n, exp10));
}

static void is_bits(const char *hex, uint64_t bits)
{
    const mw_mbus_record record = decoded(hex, 1);
    assert_int_equal(record.kind, MW_KIND_BITS);
    assert_int_equal(record.quality, MW_QUALITY_GOOD);
    assert_true((uint64_t)record.n == bits);
}

static void has(const char *hex, mw_kind kind, mw_quality quality)
{
    const mw_mbus_record record = decoded(hex, 1);
    assert_int_equal(record.kind, kind);
    assert_int_equal(record.quality, quality);
}

typedef struct number {
    const char *hex;
    int64_t n;
    int8_t exp10;
} number;

static void are_numbers(const number *numbers, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        is_number(numbers[i].hex, numbers[i].n, numbers[i].exp10);
    }
}

static void are_invalid(const char *const *texts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        has(texts[i], MW_KIND_NUMBER, MW_QUALITY_INVALID);
    }
}

MW_TEST(integers)
{
    static const number numbers[] = {
        {"01 03 00", 0, 0},
        {"01 03 7F", 127, 0},
        {"01 03 FF", -1, 0},
        {"01 03 81", -127, 0},
        {"02 03 34 12", 0x1234, 0},
        {"02 03 FF 7F", 32767, 0},
        {"02 03 01 80", -32767, 0},
        {"02 03 80 00", 128, 0},
        {"03 03 56 34 12", 0x123456, 0},
        {"03 03 FF FF 7F", 8388607, 0},
        {"03 03 01 00 80", -8388607, 0},
        {"03 03 FE FF FF", -2, 0},
        {"04 03 78 56 34 12", 0x12345678, 0},
        {"04 03 FF FF FF 7F", 2147483647, 0},
        {"04 03 01 00 00 80", -2147483647, 0},
        {"06 03 BC 9A 78 56 34 12", 0x123456789ABC, 0},
        {"06 03 FF FF FF FF FF 7F", 140737488355327, 0},
        {"06 03 01 00 00 00 00 80", -140737488355327, 0},
        {"07 03 F0 DE BC 9A 78 56 34 12", 0x123456789ABCDEF0, 0},
        {"07 03 FF FF FF FF FF FF FF 7F", INT64_MAX, 0},
        {"07 03 01 00 00 00 00 00 00 80", -INT64_MAX, 0},
    };
    (void)state;
    are_numbers(numbers, MW_COUNT(numbers));
}

MW_TEST(most_negative_integers_are_invalid)
{
    static const char *const texts[] = {
        "01 03 80",
        "02 03 00 80",
        "03 03 00 00 80",
        "04 03 00 00 00 80",
        "06 03 00 00 00 00 00 80",
        "07 03 00 00 00 00 00 00 00 80",
    };
    (void)state;
    are_invalid(texts, MW_COUNT(texts));
}

/* VIFs of type C, in hexadecimal. */
static const char *const type_c[] = {"78",    "79",    "7A",    "FD 08", "FD 09", "FD 0A", "FD 0B",
                                     "FD 0C", "FD 0D", "FD 0E", "FD 0F", "FD 10", "FD 11", "FD 12",
                                     "FD 13", "FD 14", "FD 15", "FD 16", "FD 19", "FD 1C", "FD 1D",
                                     "FD 1E", "FD 20", "FD 21", "FD 22", "FD 23", "FD 60", "FD 61"};
static const char *const type_d[] = {"FD 17", "FD 18", "FD 1A", "FD 1B", "FD 1F", "FD 66"};

/* "DIF VIF data" */
static const char *joined(const char *dif, const char *vif, const char *data)
{
    static char text[64];
    strcpy(text, dif);
    strcat(text, " ");
    strcat(text, vif);
    strcat(text, " ");
    strcat(text, data);
    return text;
}

MW_TEST(unsigned_integers)
{
    (void)state;
    for (size_t i = 0; i < MW_COUNT(type_c); i++) {
        is_number(joined("01", type_c[i], "FE"), 254, 0);
        is_number(joined("01", type_c[i], "80"), 128, 0);
        is_number(joined("02", type_c[i], "FE FF"), 65534, 0);
        is_number(joined("03", type_c[i], "00 00 80"), 8388608, 0);
        is_number(joined("04", type_c[i], "FE FF FF FF"), 4294967294, 0);
        is_number(joined("06", type_c[i], "FE FF FF FF FF FF"), 281474976710654, 0);
        is_number(joined("07", type_c[i], "FF FF FF FF FF FF FF 7F"), INT64_MAX, 0);
        has(joined("07", type_c[i], "00 00 00 00 00 00 00 80"), MW_KIND_NUMBER, MW_QUALITY_OVERFLOW); /* of n */
        has(joined("01", type_c[i], "FF"), MW_KIND_NUMBER, MW_QUALITY_INVALID);
        has(joined("02", type_c[i], "FF FF"), MW_KIND_NUMBER, MW_QUALITY_INVALID);
        has(joined("03", type_c[i], "FF FF FF"), MW_KIND_NUMBER, MW_QUALITY_INVALID);
        has(joined("04", type_c[i], "FF FF FF FF"), MW_KIND_NUMBER, MW_QUALITY_INVALID);
        has(joined("06", type_c[i], "FF FF FF FF FF FF"), MW_KIND_NUMBER, MW_QUALITY_INVALID);
        has(joined("07", type_c[i], "FF FF FF FF FF FF FF FF"), MW_KIND_NUMBER, MW_QUALITY_INVALID);
    }
    is_number("01 FD 3A FE", -2, 0);
    is_number("01 FD 71 B5", -75, 0);
    is_number("01 FD 62 FF", -1, 0);
}

MW_TEST(bits)
{
    (void)state;
    for (size_t i = 0; i < MW_COUNT(type_d); i++) {
        is_bits(joined("01", type_d[i], "FF"), 0xFF);
        is_bits(joined("01", type_d[i], "80"), 0x80);
        is_bits(joined("02", type_d[i], "34 92"), 0x9234);
        is_bits(joined("04", type_d[i], "01 00 00 80"), 0x80000001u);
        is_bits(joined("06", type_d[i], "00 00 00 00 00 80"), (uint64_t)0x80 << 40);
        is_bits(joined("07", type_d[i], "01 00 00 00 00 00 00 80"), (uint64_t)0x80 << 56 | 1);
    }
}

MW_TEST(modifiers_may_say_which_type_an_integer_is)
{
    (void)state;
    is_number("01 93 FC 11 FE", 254, -3);
    has("01 93 FC 11 FF", MW_KIND_NUMBER, MW_QUALITY_INVALID);
    is_number("01 93 FC 11 80", 128, -3);
    is_bits("01 93 FC 12 FF", 0xFF);
    is_bits("01 FD 8C FC 12 FF", 0xFF);
    is_number("01 FD 97 FC 11 FE", 254, 0);
    has("01 FD 97 FC 11 FF", MW_KIND_NUMBER, MW_QUALITY_INVALID);
}

MW_TEST(bcd)
{
    static const number numbers[] = {
        {"09 03 12", 12, 0},
        {"09 03 00", 0, 0},
        {"09 03 99", 99, 0},
        {"0A 03 34 12", 1234, 0},
        {"0B 03 56 34 12", 123456, 0},
        {"0C 03 78 56 34 12", 12345678, 0},
        {"0E 03 12 90 78 56 34 12", 123456789012, 0},
        {"0A 06 34 12", 1234, 3},
        /* F as the highest digit is a minus */
        {"09 03 F3", -3, 0},
        {"0A 03 34 F2", -234, 0},
        {"0B 03 56 34 F2", -23456, 0},
        {"0C 03 78 56 34 F2", -2345678, 0},
        {"0E 03 12 90 78 56 34 F2", -23456789012, 0},
        {"09 03 F0", 0, 0},
        {"0C 03 00 00 00 F0", 0, 0},
        {"0E 03 99 99 99 99 99 F9", -99999999999, 0},
        /* unsigned by the VIF: no matter */
        {"0C 78 99 99 99 99", 99999999, 0},
    };
    (void)state;
    are_numbers(numbers, MW_COUNT(numbers));
}

MW_TEST(bcd_with_any_other_digit_above_9_is_invalid)
{
    static const struct {
        uint8_t dif;
        uint8_t bytes;
    } lengths[] = {{0x09, 1}, {0x0A, 2}, {0x0B, 3}, {0x0C, 4}, {0x0E, 6}};
    (void)state;
    for (size_t i = 0; i < MW_COUNT(lengths); i++) {
        const unsigned digits = 2u * lengths[i].bytes;
        for (unsigned place = 0; place < digits; place++) {
            for (unsigned digit = 0xA; digit <= 0xF; digit++) {
                uint8_t bytes[16] = {lengths[i].dif, 0x03, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11};
                mw_mbus_cursor cursor;
                mw_mbus_record record;
                uint8_t *const at = &bytes[2 + place / 2];
                *at = (uint8_t)(place % 2 == 0 ? 0x10 | digit : digit << 4 | 0x01);
                mw_mbus_records_of(bytes, 2u + lengths[i].bytes, &cursor);
                assert_int_equal(mw_mbus_next(&cursor, &record), MW_OK);
                assert_int_equal(record.quality,
                                 digit == 0xF && place == digits - 1 ? MW_QUALITY_GOOD : MW_QUALITY_INVALID);
                assert_memory_equal(record.bytes + 2, bytes + 2, lengths[i].bytes);
            }
        }
    }
}

MW_TEST(reals_are_the_shortest_decimals)
{
    static const number numbers[] = {
        {"05 2B CD CC CC 3D", 1, -1},
        {"05 2B 00 00 80 3F", 1, 0},
        {"05 2B 00 00 80 BF", -1, 0},
        {"05 2B DB 0F 49 40", 31415927, -7},
        {"05 2B 79 E9 F6 42", 123456, -3},
        {"05 2B 79 E9 F6 C2", -123456, -3},
        {"05 2B AB AA AA 3E", 33333334, -8},
        {"05 2B A4 70 9D 3F", 123, -2},
        {"05 2B 00 40 1C 46", 10000, 0},
        {"05 2B 6F 12 83 3A", 1, -3},
        {"05 2B 95 BF D6 33", 1, -7},
        {"05 2B 20 BC BE 4C", 1, 8},
        {"05 2B F9 02 15 50", 1, 10},
        {"05 2B EC 78 AD 60", 1, 20},
        {"05 2B CA F2 49 71", 1, 30},
        {"05 2B 60 42 A2 0D", 1, -30},
        {"05 2B FF E6 DB 2F", 4, -10},
        {"05 2B FF FF 7F 4B", 16777215, 0},
        {"05 2B FF FF 7F CB", -16777215, 0},
        {"05 2B 01 00 80 4B", 16777218, 0},
        {"05 2B 01 00 80 3F", 10000001, -7},
        {"05 2B FF FF 7F 3F", 99999994, -8},
        {"05 2B 00 00 00 00", 0, 0},
        {"05 2B 00 00 00 80", 0, 0},          /* -0 */
        {"05 2B FF FF 7F 00", 11754942, -45}, /* the largest denormal number */
        {"05 2B 01 00 00 00", 1, -45},        /* the smallest */
        {"05 2B 01 00 00 80", -1, -45},
        {"05 2B 02 00 00 00", 3, -45},
        {"05 2B 03 00 00 00", 4, -45},
        {"05 2B 64 00 00 00", 14, -44},
        {"05 2B 01 00 80 00", 11754945, -45}, /* behind the smallest normal number */
        {"05 2B FE FF 7F 7F", 34028233, 31},  /* before the largest number */
        {"05 2B FE FF 7F FF", -34028233, 31},
        /* with the exponent and the factor of the VIF */
        {"05 03 CD CC CC 3D", 1, -1},
        {"05 06 CD CC CC 3D", 1, 2},
        {"05 21 CD CC CC 3D", 6, 0},
        {"05 FD 40 01 00 00 00", 1, -54},
    };
    (void)state;
    are_numbers(numbers, MW_COUNT(numbers));
}

MW_TEST(reals_without_a_value)
{
    (void)state;
    has("05 2B FF FF 7F 7F", MW_KIND_NUMBER, MW_QUALITY_OVERFLOW);
    has("05 2B FF FF 7F FF", MW_KIND_NUMBER, MW_QUALITY_OVERFLOW);
    has("05 2B 00 00 80 7F", MW_KIND_NUMBER, MW_QUALITY_OVERFLOW);
    has("05 2B 00 00 80 FF", MW_KIND_NUMBER, MW_QUALITY_OVERFLOW);
    has("05 2B 01 00 80 7F", MW_KIND_NUMBER, MW_QUALITY_INVALID);
    has("05 2B 00 00 C0 7F", MW_KIND_NUMBER, MW_QUALITY_INVALID);
    has("05 2B 00 00 C0 FF", MW_KIND_NUMBER, MW_QUALITY_INVALID);
    has("05 2B FF FF FF FF", MW_KIND_NUMBER, MW_QUALITY_INVALID);
}

MW_TEST(numbers_that_no_longer_fit_are_an_overflow)
{
    (void)state;
    has("07 23 FF FF FF FF FF FF FF 7F", MW_KIND_NUMBER, MW_QUALITY_OVERFLOW);
    has("07 23 01 00 00 00 00 00 00 80", MW_KIND_NUMBER, MW_QUALITY_OVERFLOW);
    is_number("07 23 00 00 00 00 01 00 00 00", (int64_t)86400 << 32, 0);
    is_number("0E 23 99 99 99 99 99 99", (int64_t)999999999999 * 86400, 0);
    is_number("0E FB 0C 99 99 99 99 99 99", (int64_t)999999999999 * 41868, 1);
}

MW_TEST(no_data_is_no_value)
{
    (void)state;
    has("00 13", MW_KIND_NONE, MW_QUALITY_NOT_AVAILABLE);
    has("08 13", MW_KIND_NONE, MW_QUALITY_NOT_AVAILABLE);
    has("00 6D", MW_KIND_NONE, MW_QUALITY_NOT_AVAILABLE);
    has("00 FD 17", MW_KIND_NONE, MW_QUALITY_NOT_AVAILABLE);
}

MW_TEST(variable_length_bcd)
{
    static const number numbers[] = {
        {"0D 03 C1 12", 12, 0},
        {"0D 03 C2 34 12", 1234, 0},
        {"0D 03 C5 90 78 56 34 12", 1234567890, 0},
        {"0D 03 C9 78 56 34 12 90 78 56 34 12", 123456789012345678, 0},
        {"0D 03 D1 12", -12, 0},
        {"0D 03 D2 34 12", -1234, 0},
        {"0D 03 D9 99 99 99 99 99 99 99 99 99", -999999999999999999, 0},
        {"0D 06 C2 34 12", 1234, 3},
    };
    static const char *const texts[] = {"0D 03 C1 1A", "0D 03 C2 34 A2", "0D 03 D3 56 C4 12"};
    (void)state;
    are_numbers(numbers, MW_COUNT(numbers));
    are_invalid(texts, MW_COUNT(texts));
}

MW_TEST(variable_length_integers)
{
    static const number numbers[] = {
        {"0D 03 E1 FE", -2, 0},
        {"0D 03 E2 34 12", 0x1234, 0},
        {"0D 03 E5 FF FF FF FF 7F", ((int64_t)1 << 39) - 1, 0},
        {"0D 03 E8 01 00 00 00 00 00 00 80", -INT64_MAX, 0},
        {"0D 78 E1 FE", 254, 0},
        {"0D FD 0C E2 FE FF", 65534, 0},
    };
    static const char *const texts[] = {"0D 03 E1 80", "0D 03 E5 00 00 00 00 80", "0D 78 E1 FF",
                                        "0D 78 E5 FF FF FF FF FF"};
    (void)state;
    are_numbers(numbers, MW_COUNT(numbers));
    are_invalid(texts, MW_COUNT(texts));
    is_bits("0D FD 17 E3 01 00 80", 0x800001);
}

/* Every class has its length, and the next record is found. */
MW_TEST(lengths_of_variable_length_data)
{
    static const uint8_t longer[] = {16, 20, 24, 28, 32, 48, 64}; /* F0 to F6 */
    (void)state;
    for (unsigned lvar = 0; lvar <= 0xF6; lvar++) {
        uint8_t bytes[3 + 0xBF + 3];
        const size_t data = lvar < 0xC0 ? lvar : lvar >= 0xF0 ? longer[lvar - 0xF0] : lvar & 0x0F;
        mw_mbus_cursor cursor;
        mw_mbus_record records[2];
        uint8_t *copy;
        if (lvar >= 0xC0 && lvar < 0xE0 && data > 9) {
            continue; /* reserved */
        }
        memset(bytes, 0x11, sizeof bytes);
        (void)mw_hex("0D 03", bytes, 2);
        bytes[2] = (uint8_t)lvar;
        (void)mw_hex("01 03 05", bytes + 3 + data, 3);
        copy = mbus_copy(bytes, 3 + data + 3);
        mw_mbus_records_of(copy, 3 + data + 3, &cursor);
        assert_int_equal(mbus_walk(&cursor, copy, records, 2).good, 2);
        assert_int_equal(records[0].lvar, lvar);
        assert_int_equal(records[0].data_bytes, data);
        assert_int_equal(records[0].length, 3 + data);
        assert_true(records[1].n == 5);
        if (lvar < 0xC0) {
            assert_int_equal(records[0].kind, MW_KIND_TEXT);
            assert_int_equal(records[0].quality, MW_QUALITY_GOOD);
        } else if (lvar > 0xE8) {
            assert_int_equal(records[0].kind, MW_KIND_DATA);
            assert_int_equal(records[0].quality, MW_QUALITY_UNCERTAIN);
        } else if (data > 0) {
            assert_int_equal(records[0].kind, MW_KIND_NUMBER);
            assert_int_equal(records[0].quality, MW_QUALITY_GOOD);
        }
        mbus_free(copy);
    }
}

MW_TEST(data_without_a_known_meaning)
{
    (void)state;
    has("0D FD 3B 03 01 02 03", MW_KIND_DATA, MW_QUALITY_UNCERTAIN); /* containers */
    has("0D FD 76 03 01 02 03", MW_KIND_DATA, MW_QUALITY_UNCERTAIN);
    has("0D 93 13 06 41 43 01 02 03 04", MW_KIND_DATA, MW_QUALITY_UNCERTAIN); /* profiles */
    has("0D 93 1E 06 41 43 01 02 03 04", MW_KIND_DATA, MW_QUALITY_UNCERTAIN);
    has("0D 93 1F 06 41 43 01 02 03 04", MW_KIND_DATA, MW_QUALITY_UNCERTAIN);
    has("0D 93 BB 1F 06 41 43 01 02 03 04", MW_KIND_DATA, MW_QUALITY_UNCERTAIN);
    has("0D 7F 03 41 42 43", MW_KIND_DATA, MW_QUALITY_UNCERTAIN); /* the manufacturer's */
    has("0D FF 01 03 41 42 43", MW_KIND_DATA, MW_QUALITY_UNCERTAIN);
    has("0D FF 81 02 03 41 42 43", MW_KIND_DATA, MW_QUALITY_UNCERTAIN);
    has("0D 6D E9 01 02 03 04 05 06 07 08 09", MW_KIND_DATA, MW_QUALITY_UNCERTAIN);          /* type M */
    has("06 FD 72 01 02 03 04 05 06", MW_KIND_DATA, MW_QUALITY_UNCERTAIN);                   /* type K */
    has("0D FD 73 EB 01 02 03 04 05 06 07 08 09 0A 0B", MW_KIND_DATA, MW_QUALITY_UNCERTAIN); /* type L */
}

MW_TEST(manufacturer_vifs_keep_their_bytes)
{
    const mw_mbus_record record = decoded("02 FF 81 02 34 12", 1);
    (void)state;
    assert_int_equal(record.quantity, MW_MBUS_Q_MANUFACTURER_SPECIFIC);
    assert_int_equal(record.quality, MW_QUALITY_UNCERTAIN);
    assert_int_equal(record.vib_bytes, 3);
    assert_int_equal(record.data_bytes, 2);
    assert_int_equal(mw_mbus_modifier(&record, 0), MW_MBUS_NO_MODIFIER); /* not the standard's */
    assert_memory_equal(record.bytes, "\x02\xFF\x81\x02\x34\x12", 6);
}

/* Days since 1970 of dates the rules for years turn on. */
enum {
    DAYS_1981_01_01 = 4018,
    DAYS_1999_12_31 = 10956,
    DAYS_2000_01_01 = 10957,
    DAYS_2000_02_29 = 11016,
    DAYS_2013_12_10 = 16049,
    DAYS_2024_02_29 = 19782,
    DAYS_2080_12_31 = 40542,
    DAYS_2099_12_31 = 47481,
    DAYS_2100_03_01 = 47541,
    DAYS_2200_01_01 = 84006,
    NO_DAY = -1
};

typedef struct date {
    uint8_t year; /* as it is sent, 0 to 127 */
    uint8_t month;
    uint8_t day;
    int32_t days;
} date;

static const date dates[] = {
    {0, 1, 1, DAYS_2000_01_01},
    {0, 2, 29, DAYS_2000_02_29},
    {13, 12, 10, DAYS_2013_12_10},
    {24, 2, 29, DAYS_2024_02_29},
    {80, 12, 31, DAYS_2080_12_31},
    {81, 1, 1, DAYS_1981_01_01},
    {99, 12, 31, DAYS_1999_12_31},
    /* dates that are none */
    {13, 2, 29, NO_DAY},
    {13, 2, 31, NO_DAY},
    {24, 2, 30, NO_DAY},
    {13, 4, 31, NO_DAY},
    {13, 0, 10, NO_DAY},
    {13, 13, 10, NO_DAY},
    {13, 14, 10, NO_DAY},
    {0, 0, 0, NO_DAY},
    /* every day, every month, every year, all of them */
    {13, 12, 0, NO_DAY},
    {13, 15, 10, NO_DAY},
    {127, 12, 10, NO_DAY},
    {127, 15, 0, NO_DAY},
    {127, 15, 31, NO_DAY},
};

static void put_date(uint8_t bytes[2], const date *d)
{
    bytes[0] = (uint8_t)(d->day | (d->year & 7) << 5);
    bytes[1] = (uint8_t)(d->month | d->year >> 3 << 4);
}

/* A record of `DIF VIF data`. */
static mw_mbus_record of_bytes(const char *head, const uint8_t *data, size_t count)
{
    static uint8_t bytes[16];
    mw_mbus_cursor cursor;
    mw_mbus_record record;
    const size_t head_bytes = mw_hex(head, bytes, 8);
    memset(&record, 0, sizeof record);
    memcpy(bytes + head_bytes, data, count);
    mw_mbus_records_of(bytes, head_bytes + count, &cursor);
    assert_int_equal(mw_mbus_next(&cursor, &record), MW_OK);
    return record;
}

static void is_time(const mw_mbus_record *record, mw_kind kind, bool exists, int64_t n, bool summer)
{
    assert_int_equal(record->kind, kind);
    assert_int_equal(record->quality, exists ? MW_QUALITY_GOOD : MW_QUALITY_INVALID);
    if (exists) {
        assert_true(record->n == n);
        assert_int_equal(record->summer_time, summer);
    }
}

MW_TEST(dates_of_type_g)
{
    static const char *const heads[] = {"02 6C", "42 EC 7E", "02 FD 30", "02 FD 70", "02 93 6A", "02 93 FC 13"};
    (void)state;
    for (size_t i = 0; i < MW_COUNT(heads) * MW_COUNT(dates); i++) {
        const date *const d = &dates[i / MW_COUNT(heads)];
        uint8_t data[2];
        mw_mbus_record record;
        put_date(data, d);
        record = of_bytes(heads[i % MW_COUNT(heads)], data, sizeof data);
        is_time(&record, MW_KIND_DATE, d->days != NO_DAY, (int64_t)d->days * 86400, false);
    }
}

/* Whether a date of type G is this day, or none. */
static void is_day(unsigned year, unsigned month, unsigned day, int32_t days)
{
    const date d = {(uint8_t)year, (uint8_t)month, (uint8_t)day, days};
    uint8_t data[2];
    mw_mbus_record record;
    put_date(data, &d);
    record = of_bytes("02 6C", data, sizeof data);
    is_time(&record, MW_KIND_DATE, days != NO_DAY, (int64_t)days * 86400, false);
}

/* 19358 is 2023-01-01. */
MW_TEST(months_have_their_days)
{
    static const uint8_t lengths[2][12] = {{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31},
                                           {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}};
    int32_t first = 19358;
    (void)state;
    for (unsigned i = 0; i < 24; i++) {
        const unsigned year = 23 + i / 12;
        const unsigned month = i % 12 + 1;
        const unsigned days = lengths[i / 12][i % 12];
        is_day(year, month, 0, NO_DAY);
        is_day(year, month, 1, first);
        is_day(year, month, days, first + (int32_t)days - 1);
        if (days < 31) {
            is_day(year, month, days + 1, NO_DAY);
        }
        first += (int32_t)days;
    }
}

/* 4018 is 1981-01-01. */
MW_TEST(years_of_type_g_are_those_from_1981_to_2080)
{
    int32_t first = 4018;
    (void)state;
    for (unsigned year = 1981; year <= 2080; year++) {
        is_day(year % 100, 1, 1, first);
        first += year % 4 == 0 ? 366 : 365;
    }
    for (unsigned year = 100; year < 128; year++) {
        is_day(year, 1, 1, NO_DAY);
    }
}

MW_TEST(times_of_type_f)
{
    static const char *const heads[] = {"04 6D", "04 6C", "44 ED 7E", "04 FD 30", "04 FD 70", "04 93 6A"};
    (void)state;
    for (size_t i = 0; i < MW_COUNT(heads) * MW_COUNT(dates); i++) {
        const date *const d = &dates[i / MW_COUNT(heads)];
        const bool summer = i % 2 == 0;
        uint8_t data[4] = {33, (uint8_t)(14 | (summer ? 0x80 : 0))};
        mw_mbus_record record;
        put_date(data + 2, d);
        record = of_bytes(heads[i % MW_COUNT(heads)], data, sizeof data);
        is_time(&record, MW_KIND_DATETIME, d->days != NO_DAY, (int64_t)d->days * 86400 + 14 * INT32_C(3600) + 33 * 60,
                summer);
    }
}

MW_TEST(hundreds_of_years_of_type_f)
{
    static const struct {
        uint8_t hundreds;
        date date;
    } table[] = {
        {1, {0, 1, 1, DAYS_2000_01_01}},    {1, {0, 2, 29, DAYS_2000_02_29}},    {1, {81, 1, 1, DAYS_2080_12_31 + 1}},
        {1, {99, 12, 31, DAYS_2099_12_31}}, {2, {0, 1, 1, DAYS_2099_12_31 + 1}}, {2, {0, 2, 29, NO_DAY}},
        {2, {0, 3, 1, DAYS_2100_03_01}},    {3, {0, 1, 1, DAYS_2200_01_01}},     {3, {0, 2, 29, NO_DAY}},
    };
    (void)state;
    for (size_t i = 0; i < MW_COUNT(table); i++) {
        const date *const d = &table[i].date;
        uint8_t data[4] = {0, (uint8_t)(table[i].hundreds << 5)};
        mw_mbus_record record;
        put_date(data + 2, d);
        record = of_bytes("04 6D", data, sizeof data);
        is_time(&record, MW_KIND_DATETIME, d->days != NO_DAY, (int64_t)d->days * 86400, false);
    }
}

/* Minute, hour and second that exist or do not; 63 and 31 are "every". */
MW_TEST(times_of_day)
{
    static const struct {
        uint8_t hour;
        uint8_t minute;
        uint8_t second;
        bool exists;
    } table[] = {{0, 0, 0, true},   {23, 59, 59, true}, {24, 0, 0, false},   {14, 60, 0, false}, {14, 33, 60, false},
                 {31, 0, 0, false}, {14, 63, 0, false}, {14, 33, 63, false}, {31, 63, 63, false}};
    (void)state;
    for (size_t i = 0; i < MW_COUNT(table); i++) {
        const int64_t of_day = table[i].hour * INT32_C(3600) + table[i].minute * 60;
        const bool f_exists = table[i].exists || (table[i].hour < 24 && table[i].minute < 60);
        const uint8_t j[] = {table[i].second, table[i].minute, table[i].hour};
        const uint8_t f[] = {table[i].minute, table[i].hour, 0xAA, 0x1C};
        const uint8_t i48[] = {table[i].second, table[i].minute, table[i].hour, 0xAA, 0x1C, 0};
        const int64_t midnight = (int64_t)DAYS_2013_12_10 * 86400;
        mw_mbus_record record = of_bytes("03 6D", j, sizeof j);
        is_time(&record, MW_KIND_TIME, table[i].exists, of_day + table[i].second, false);
        record = of_bytes("03 6C", j, sizeof j);
        is_time(&record, MW_KIND_TIME, table[i].exists, of_day + table[i].second, false);
        record = of_bytes("04 6D", f, sizeof f);
        is_time(&record, MW_KIND_DATETIME, f_exists, midnight + of_day, false);
        record = of_bytes("06 6D", i48, sizeof i48);
        is_time(&record, MW_KIND_DATETIME, table[i].exists, midnight + of_day + table[i].second, false);
    }
}

MW_TEST(times_of_type_i)
{
    static const date more[] = {{0, 1, 1, DAYS_2000_01_01},    {13, 12, 10, DAYS_2013_12_10},
                                {24, 2, 29, DAYS_2024_02_29},  {80, 12, 31, DAYS_2080_12_31},
                                {99, 12, 31, DAYS_2099_12_31}, {13, 2, 31, NO_DAY},
                                {127, 15, 0, NO_DAY},          {0, 0, 0, NO_DAY}};
    static const char *const heads[] = {"06 6D", "06 6C", "06 FD 30", "06 FD 70", "06 93 6A"};
    (void)state;
    for (size_t i = 0; i < MW_COUNT(heads) * MW_COUNT(more); i++) {
        const date *const d = &more[i / MW_COUNT(heads)];
        /* leap year, week day and week are said twice; the deviation is not part of the time */
        uint8_t data[6] = {0x80 | 0x40 | 5, 0x40 | 33, 2u << 5 | 14, 0, 0, 0x40 | 50};
        mw_mbus_record record;
        put_date(data + 3, d);
        record = of_bytes(heads[i % MW_COUNT(heads)], data, sizeof data);
        is_time(&record, MW_KIND_DATETIME, d->days != NO_DAY,
                (int64_t)d->days * 86400 + 14 * INT32_C(3600) + 33 * 60 + 5, true);
        data[0] = 5;
        record = of_bytes(heads[i % MW_COUNT(heads)], data, sizeof data);
        is_time(&record, MW_KIND_DATETIME, d->days != NO_DAY,
                (int64_t)d->days * 86400 + 14 * INT32_C(3600) + 33 * 60 + 5, false);
        data[1] |= 0x80; /* invalid */
        record = of_bytes(heads[i % MW_COUNT(heads)], data, sizeof data);
        is_time(&record, MW_KIND_DATETIME, false, 0, false);
    }
}

MW_TEST(times_that_are_every_time_or_said_to_be_invalid)
{
    static const struct {
        const char *hex;
        uint8_t kind;
    } table[] = {
        {"03 6D FF FF FF", MW_KIND_TIME},
        {"03 6D 3F 3F 1F", MW_KIND_TIME},
        {"04 6D A1 2E AA 1C", MW_KIND_DATETIME},
        {"04 6D FF FF FF FF", MW_KIND_DATETIME},
        {"04 6D 00 00 00 00", MW_KIND_DATETIME},
        {"04 6D 3F 1F E0 FF", MW_KIND_DATETIME},
        {"06 6D FF FF FF FF FF FF", MW_KIND_DATETIME},
        {"06 6D 00 00 00 00 00 00", MW_KIND_DATETIME},
        {"02 6C FF FF", MW_KIND_DATE},
        {"02 6C 00 00", MW_KIND_DATE},
    };
    (void)state;
    for (size_t i = 0; i < MW_COUNT(table); i++) {
        has(table[i].hex, (mw_kind)table[i].kind, MW_QUALITY_INVALID);
    }
}

/* 70 to 77 and 7D multiply, wherever they stand among the modifiers; a duration has no exponent of its VIF. */
MW_TEST(the_order_of_modifiers_does_not_matter)
{
    (void)state;
    is_number("01 93 F4 50 05", 5, -2);
    is_number("01 93 D0 74 05", 5, -2);
    is_number("01 93 FD D1 74 05", 3000, 0); /* minutes */
}

MW_TEST(a_negative_number_is_not_made_positive_by_its_first_digit)
{
    (void)state;
    has("0D 13 D2 34 F2", MW_KIND_NUMBER, MW_QUALITY_INVALID);
    is_number("0D 13 D2 34 02", -234, -3);
    is_number("0D 13 C2 34 F2", -234, -3);
}

MW_TEST(a_text_has_no_code_of_a_number)
{
    const mw_mbus_record text = decoded("0D 03 03 61 62 63", 1);
    const mw_mbus_record counter = decoded("04 03 01 00 00 00", 1);
    const mw_mbus_record fabrication = decoded("0D 78 03 61 62 63", 1);
    mw_obis id;
    (void)state;
    assert_false(mw_mbus_obis(2, &text, &id));
    assert_true(mw_mbus_obis(2, &counter, &id));
    assert_true(mw_mbus_obis(2, &fabrication, &id));
}

MW_TEST(times_in_another_coding_are_uncertain_numbers)
{
    static const number numbers[] = {
        {"01 6D 05", 5, 0},
        {"01 6C 05", 5, 0},
        {"07 6D 05 00 00 00 00 00 00 00", 5, 0},
        {"0C 6D 78 56 34 12", 12345678, 0},
        {"0A 6C 34 12", 1234, 0},
        {"0E FD 30 12 90 78 56 34 12", 123456789012, 0},
        {"05 6D 00 00 80 3F", 1, 0},
    };
    (void)state;
    for (size_t i = 0; i < MW_COUNT(numbers); i++) {
        const mw_mbus_record record = decoded(numbers[i].hex, 1);
        mw_obis id;
        assert_int_equal(record.kind, MW_KIND_NUMBER);
        assert_int_equal(record.quality, MW_QUALITY_UNCERTAIN);
        assert_true(mbus_same(record.n, record.exp10, numbers[i].n, numbers[i].exp10));
        assert_false(mw_mbus_obis(2, &record, &id));
    }
}

static void is_text(const char *hex, const char *text)
{
    const mw_mbus_record record = decoded(hex, 1);
    const size_t length = strlen(text);
    char out[64];
    assert_int_equal(record.kind, MW_KIND_TEXT);
    assert_int_equal(record.quality, MW_QUALITY_GOOD);
    assert_true(record.n == 0);
    memset(out, '#', sizeof out);
    assert_int_equal(mw_mbus_text(&record, NULL, 0), length);
    assert_int_equal(mw_mbus_text(&record, out, length), length);
    assert_int_equal(out[0], '#'); /* not one byte of what does not fit */
    assert_int_equal(mw_mbus_text(&record, out, length + 1), length);
    assert_string_equal(out, text);
    assert_int_equal(out[length + 1], '#');
}

MW_TEST(texts)
{
    (void)state;
    is_text("0D FD 10 03 43 42 41", "ABC");
    is_text("0D FD 10 00", "");
    is_text("0D FD 11 01 20", " ");
    is_text("0D 78 04 34 33 32 31", "1234");
    is_text("0D FD 0C 04 FF E4 80 7F", "\x7F\xC2\x80\xC3\xA4\xC3\xBF"); /* ISO 8859-1 as UTF-8 */
    is_text("0D FD 0C 05 00 42 00 41 00", "AB");
    is_text("0D FD 0C 01 00", "");
    is_text("0D FD 0C 03 0A 1B 41", "A\x1B\n");
    is_text("0D 93 7F 02 42 41", "AB"); /* modifiers of a manufacturer change nothing */
}

MW_TEST(longest_text_has_191_characters)
{
    uint8_t bytes[255] = {0x0D, 0x78, 0xBF};
    char text[513];
    mw_mbus_cursor cursor;
    mw_mbus_record record;
    (void)state;
    memset(bytes + 3, 0xE4, 191);
    mw_mbus_records_of(bytes, 3 + 191, &cursor);
    assert_int_equal(mw_mbus_next(&cursor, &record), MW_OK);
    assert_int_equal(mw_mbus_text(&record, text, sizeof text), 2 * 191);
    assert_int_equal(strlen(text), 2 * 191);
    assert_memory_equal(text + 2 * 190, "\xC3\xA4", 3);
}

/* A reading of this text, which stands in the record as often as told, the last character first. */
static mw_reading reading_of_text(const char *vib, const char *characters, unsigned times)
{
    static uint8_t bytes[255];
    uint8_t wire[32];
    const size_t count = mw_hex(characters, wire, sizeof wire);
    const size_t head = mw_hex(vib, bytes, sizeof bytes);
    mw_mbus_cursor cursor;
    mw_mbus_record record;
    mw_reading reading;
    bytes[head] = (uint8_t)(count * times);
    for (unsigned i = 0; i < times; i++) {
        memcpy(bytes + head + 1 + i * count, wire, count);
    }
    mw_mbus_records_of(bytes, head + 1 + count * times, &cursor);
    assert_int_equal(mw_mbus_next(&cursor, &record), MW_OK);
    mw_mbus_reading(2, &record, &reading);
    assert_int_equal(reading.kind, MW_KIND_TEXT);
    return reading;
}

MW_TEST(a_reading_has_as_many_whole_characters_as_fit)
{
    static const struct {
        const char *characters;
        unsigned times;
        const char *text;
        uint8_t quality;
    } table[] = {
        {"", 0, "", MW_QUALITY_GOOD},
        {"39 38 37 36 35 34 33 32 31 30 39 38 37 36 35 34 33 32 31", 1, "1234567890123456789", MW_QUALITY_GOOD},
        {"30 39 38 37 36 35 34 33 32 31", 2, "1234567890123456789", MW_QUALITY_TRUNCATED},
        {"42 41", 95, "ABABABABABABABABABA", MW_QUALITY_TRUNCATED},
        {"E4", 9, "\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4", MW_QUALITY_GOOD},
        {"E4 E4 E4 E4 E4 E4 E4 E4 E4 41", 1,
         "A\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4", MW_QUALITY_GOOD},
        {"E4", 10, "\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4", MW_QUALITY_TRUNCATED},
        {"E4 31 31 31", 5,
         "111\xC3\xA4"
         "111\xC3\xA4"
         "111\xC3\xA4"
         "111",
         MW_QUALITY_TRUNCATED},
    };
    (void)state;
    for (size_t i = 0; i < MW_COUNT(table); i++) {
        const mw_reading reading = reading_of_text("0D FD 11", table[i].characters, table[i].times);
        assert_string_equal(reading.text, table[i].text);
        assert_int_equal(reading.quality, table[i].quality);
    }
}

/* Meters fill up with NULs, which are no characters: nothing is missing then, whatever the length. */
MW_TEST(a_text_filled_up_with_nothing_is_whole)
{
    const mw_reading behind = reading_of_text(
        "0D 78", "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 43 42 41", 1);
    const mw_reading before = reading_of_text(
        "0D 78", "43 42 41 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00", 1);
    (void)state;
    assert_string_equal(behind.text, "ABC");
    assert_int_equal(behind.quality, MW_QUALITY_GOOD);
    assert_string_equal(before.text, "ABC");
    assert_int_equal(before.quality, MW_QUALITY_GOOD);
}

/* VIFE 18, a data error. */
MW_TEST(a_text_that_is_said_to_be_wrong_is_not_only_cut_off)
{
    (void)state;
    assert_int_equal(reading_of_text("0D FD 91 18", "41", 30).quality, MW_QUALITY_INVALID);
}

MW_TEST(units_in_plain_text)
{
    static const struct {
        const char *hex;
        const char *unit;
        int64_t n;
    } table[] = {
        {"02 7C 03 68 57 6B 34 12", "kWh", 0x1234},
        {"02 7C 00 34 12", "", 0x1234},
        {"02 7C 02 43 B0 34 12",
         "\xC2\xB0"
         "C",
         0x1234},
    };
    (void)state;
    for (size_t i = 0; i < MW_COUNT(table); i++) {
        const size_t length = strlen(table[i].unit);
        const mw_mbus_record record = decoded(table[i].hex, 1);
        char out[16];
        memset(out, '#', sizeof out);
        assert_int_equal(record.quantity, MW_MBUS_Q_PLAIN_TEXT);
        assert_int_equal(record.unit, MW_UNIT_OTHER);
        assert_true(record.n == table[i].n && record.exp10 == 0);
        assert_int_equal(mw_mbus_unit_text(&record, NULL, 0), length);
        assert_int_equal(mw_mbus_unit_text(&record, out, length), length);
        assert_int_equal(out[0], '#');
        assert_int_equal(mw_mbus_unit_text(&record, out, length + 1), length);
        assert_string_equal(out, table[i].unit);
        assert_int_equal(out[length + 1], '#');
    }
}

MW_TEST(records_without_a_unit_in_text_have_none)
{
    const mw_mbus_record record = decoded("01 13 05", 1);
    char out[4] = "###";
    (void)state;
    assert_int_equal(record.unit_text_bytes, 0);
    assert_int_equal(mw_mbus_unit_text(&record, out, sizeof out), 0);
}

MW_TESTS(MW_CASE(integers), MW_CASE(most_negative_integers_are_invalid), MW_CASE(unsigned_integers), MW_CASE(bits),
         MW_CASE(modifiers_may_say_which_type_an_integer_is), MW_CASE(bcd),
         MW_CASE(bcd_with_any_other_digit_above_9_is_invalid), MW_CASE(reals_are_the_shortest_decimals),
         MW_CASE(reals_without_a_value), MW_CASE(numbers_that_no_longer_fit_are_an_overflow),
         MW_CASE(no_data_is_no_value), MW_CASE(variable_length_bcd), MW_CASE(variable_length_integers),
         MW_CASE(lengths_of_variable_length_data), MW_CASE(data_without_a_known_meaning),
         MW_CASE(manufacturer_vifs_keep_their_bytes), MW_CASE(dates_of_type_g), MW_CASE(months_have_their_days),
         MW_CASE(years_of_type_g_are_those_from_1981_to_2080), MW_CASE(times_of_type_f),
         MW_CASE(hundreds_of_years_of_type_f), MW_CASE(times_of_day), MW_CASE(times_of_type_i),
         MW_CASE(times_that_are_every_time_or_said_to_be_invalid),
         MW_CASE(times_in_another_coding_are_uncertain_numbers), MW_CASE(the_order_of_modifiers_does_not_matter),
         MW_CASE(a_negative_number_is_not_made_positive_by_its_first_digit), MW_CASE(a_text_has_no_code_of_a_number),
         MW_CASE(texts), MW_CASE(longest_text_has_191_characters),
         MW_CASE(a_reading_has_as_many_whole_characters_as_fit), MW_CASE(a_text_filled_up_with_nothing_is_whole),
         MW_CASE(a_text_that_is_said_to_be_wrong_is_not_only_cut_off), MW_CASE(units_in_plain_text),
         MW_CASE(records_without_a_unit_in_text_have_none))
