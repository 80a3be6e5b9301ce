/* SPDX-License-Identifier: MIT */
/* Expected bytes are those of the WAGO manual, or were worked out by hand from EN 13757-3. */
#include <meterwire/mbus.h>

#include "mbus_hex.h"

#define FRONT 7u /* bytes of a frame before its data */

/* A record: DIB and VIB as hexadecimal text, and the number in units of its last digit. */
typedef struct number {
    const char *head;
    int64_t n;
} number;

static void put_number(mw_mbus_draft *draft, const number *row)
{
    uint8_t head[16];
    mw_mbus_put_integer(draft, head, mw_hex(row->head, head, sizeof head), row->n);
}

/* ---- frames of the WAGO manual (A2.2, A2.3) ---- */

static const mw_mbus_header wago_header = {0x19020246, 0x25CD, 1, 2, 4, 0, 0};

static const number wago_records[] = {
    {"04 03", 123456789},
    {"84 10 03", 123456789},
    {"84 20 03", 123456789},
    {"84 30 03", 123456789},
    {"84 80 10 03", 123456789},
    {"04 83 3C", 123456789},
    {"84 10 83 3C", 123456789},
    {"84 20 83 3C", 123456789},
    {"84 30 83 3C", 123456789},
    {"84 80 10 83 3C", 123456789},
    {"04 83 FC 10", 123456789},
    {"04 FB 82 73", 123456789},
    {"04 FB 82 F3 3C", 123456789},
    {"02 FD C7 FC 01", 23012},
    {"02 FD C7 FC 02", 23012},
    {"02 FD C7 FC 03", 23012},
    {"03 FD D9 FC 01", 100123},
    {"03 FD D9 FC 02", 100123},
    {"03 FD D9 FC 03", 100123},
    {"03 2B", 1234567},
    {"03 AB FC 01", 1234567},
    {"03 AB FC 02", 1234567},
    {"03 AB FC 03", -1234567},
    {"03 FB 14", 1234567},
    {"03 FB 94 FC 01", 1234567},
    {"03 FB 94 FC 02", 1234567},
    {"03 FB 94 FC 03", 1234567},
    {"03 FB 34", 1234567},
    {"0A FD 3A", 100},
    {"03 FB 2C", 50999},
    {"09 7C 01 54", 1},
    {"0B FD 3A", 999505}, /* of meters with transformers only */
};

static const char wago_direct[] =
    "68 EE EE 68 08 01 72 46 02 02 19 CD 25 01 02 04 00 00 00 04 03 15 CD 5B 07 84 10 03 15 CD 5B 07"
    "84 20 03 15 CD 5B 07 84 30 03 15 CD 5B 07 84 80 10 03 15 CD 5B 07 04 83 3C 15 CD 5B 07 84 10 83"
    "3C 15 CD 5B 07 84 20 83 3C 15 CD 5B 07 84 30 83 3C 15 CD 5B 07 84 80 10 83 3C 15 CD 5B 07 04 83"
    "FC 10 15 CD 5B 07 04 FB 82 73 15 CD 5B 07 04 FB 82 F3 3C 15 CD 5B 07 02 FD C7 FC 01 E4 59 02 FD"
    "C7 FC 02 E4 59 02 FD C7 FC 03 E4 59 03 FD D9 FC 01 1B 87 01 03 FD D9 FC 02 1B 87 01 03 FD D9 FC"
    "03 1B 87 01 03 2B 87 D6 12 03 AB FC 01 87 D6 12 03 AB FC 02 87 D6 12 03 AB FC 03 79 29 ED 03 FB"
    "14 87 D6 12 03 FB 94 FC 01 87 D6 12 03 FB 94 FC 02 87 D6 12 03 FB 94 FC 03 87 D6 12 03 FB 34 87"
    "D6 12 0A FD 3A 00 01 03 FB 2C 37 C7 00 09 7C 01 54 01 37 16";

static const char wago_transformer[] =
    "68 F4 F4 68 08 01 72 46 02 02 19 CD 25 01 02 04 00 00 00 04 03 15 CD 5B 07 84 10 03 15 CD 5B 07"
    "84 20 03 15 CD 5B 07 84 30 03 15 CD 5B 07 84 80 10 03 15 CD 5B 07 04 83 3C 15 CD 5B 07 84 10 83"
    "3C 15 CD 5B 07 84 20 83 3C 15 CD 5B 07 84 30 83 3C 15 CD 5B 07 84 80 10 83 3C 15 CD 5B 07 04 83"
    "FC 10 15 CD 5B 07 04 FB 82 73 15 CD 5B 07 04 FB 82 F3 3C 15 CD 5B 07 02 FD C7 FC 01 E4 59 02 FD"
    "C7 FC 02 E4 59 02 FD C7 FC 03 E4 59 03 FD D9 FC 01 1B 87 01 03 FD D9 FC 02 1B 87 01 03 FD D9 FC"
    "03 1B 87 01 03 2B 87 D6 12 03 AB FC 01 87 D6 12 03 AB FC 02 87 D6 12 03 AB FC 03 79 29 ED 03 FB"
    "14 87 D6 12 03 FB 94 FC 01 87 D6 12 03 FB 94 FC 02 87 D6 12 03 FB 94 FC 03 87 D6 12 03 FB 34 87"
    "D6 12 0A FD 3A 00 01 03 FB 2C 37 C7 00 09 7C 01 54 01 0B FD 3A 05 95 99 AC 16";

static void put_readout(mw_mbus_draft *draft, uint8_t *frame, size_t size, size_t records)
{
    mw_mbus_begin(draft, frame, size, MW_MBUS_RSP_UD, 1, 0x72);
    mw_mbus_put_header(draft, &wago_header);
    for (size_t i = 0; i < records; i++) {
        put_number(draft, wago_records + i);
    }
}

static void check_readout(size_t records, const char *hex)
{
    uint8_t expected[MW_MBUS_FRAME_MAX];
    const size_t expected_length = mw_hex(hex, expected, sizeof expected);
    uint8_t frame[MW_MBUS_FRAME_MAX];
    mw_mbus_draft draft;
    size_t length = 0;
    memset(frame, 0, sizeof frame);
    put_readout(&draft, frame, sizeof frame, records);
    assert_int_equal(mw_mbus_finish(&draft, &length), MW_OK);
    assert_int_equal(length, expected_length);
    assert_memory_equal(frame, expected, expected_length);
}

MW_TEST(wago_readouts)
{
    (void)state;
    check_readout(31, wago_direct);
    check_readout(32, wago_transformer);
}

/* Every buffer that is too small is noticed, and nothing is written behind it. */
MW_TEST(wago_readout_in_too_little_room)
{
    (void)state;
    for (size_t size = 0; size <= 244; size++) {
        uint8_t frame[MW_MBUS_FRAME_MAX];
        mw_mbus_draft draft;
        size_t length = 12345;
        mw_status status;
        memset(frame, 0xA5, sizeof frame);
        put_readout(&draft, frame, size, 31);
        status = mw_mbus_finish(&draft, &length);
        assert_int_equal(status, size < 244 ? MW_ERR_SPACE : MW_OK);
        assert_int_equal(length, size < 244 ? 12345 : 244);
        for (size_t i = size; i < sizeof frame; i++) {
            assert_int_equal(frame[i], 0xA5);
        }
    }
}

typedef struct command {
    uint8_t address;
    uint8_t ci;
    number record; /* head null: none */
    const char *frame;
} command;

MW_TEST(wago_commands)
{
    static const command rows[] = {
        {1, 0xB8, {NULL, 0}, "68 03 03 68 53 01 B8 0C 16"},
        {1, 0xB9, {NULL, 0}, "68 03 03 68 53 01 B9 0D 16"},
        {1, 0xBA, {NULL, 0}, "68 03 03 68 53 01 BA 0E 16"},
        {1, 0xBB, {NULL, 0}, "68 03 03 68 53 01 BB 0F 16"},
        {1, 0xBC, {NULL, 0}, "68 03 03 68 53 01 BC 10 16"},
        {1, 0xBD, {NULL, 0}, "68 03 03 68 53 01 BD 11 16"},
        {1, 0x51, {"01 7A", 1}, "68 06 06 68 53 01 51 01 7A 01 21 16"},
        {0, 0x51, {"01 7A", 1}, "68 06 06 68 53 00 51 01 7A 01 20 16"},
        {1, 0x51, {"0C 79", 15012345}, "68 09 09 68 53 01 51 0C 79 45 23 01 15 A8 16"},
        {1, 0x51, {"0C 79", 45230115}, "68 09 09 68 53 01 51 0C 79 15 01 23 45 A8 16"},
        {1, 0x51, {"09 7C 01 54", 1}, "68 08 08 68 53 01 51 09 7C 01 54 01 80 16"},
        {1, 0x51, {"09 7C 01 54", 2}, "68 08 08 68 53 01 51 09 7C 01 54 02 81 16"},
        {1, 0x51, {"09 7C 01 54", 3}, "68 08 08 68 53 01 51 09 7C 01 54 03 82 16"},
        {1, 0x51, {"09 7C 01 54", 4}, "68 08 08 68 53 01 51 09 7C 01 54 04 83 16"},
        {1, 0x51, {"09 FD 3A", 1}, "68 07 07 68 53 01 51 09 FD 3A 01 E6 16"},
        {1, 0x51, {"09 FD 3A", 2}, "68 07 07 68 53 01 51 09 FD 3A 02 E7 16"},
        {1, 0x51, {"09 FD 3A", 3}, "68 07 07 68 53 01 51 09 FD 3A 03 E8 16"},
        {1, 0x51, {"09 FD 3A", 4}, "68 07 07 68 53 01 51 09 FD 3A 04 E9 16"},
        {1, 0x51, {"09 FD 3A", 5}, "68 07 07 68 53 01 51 09 FD 3A 05 EA 16"},
        {1, 0x51, {"0C FD 3A", 1000000}, "68 0A 0A 68 53 01 51 0C FD 3A 00 00 00 01 E9 16"},
        {1, 0x51, {"0C FD 3A", 200000}, "68 0A 0A 68 53 01 51 0C FD 3A 00 00 20 00 08 16"},
        {1, 0x51, {"0C FD 3A", 100000}, "68 0A 0A 68 53 01 51 0C FD 3A 00 00 10 00 F8 16"},
        {1, 0x51, {"0C FD 3A", 10000}, "68 0A 0A 68 53 01 51 0C FD 3A 00 00 01 00 E9 16"},
        {1, 0x51, {"0C FD 3A", 1000}, "68 0A 0A 68 53 01 51 0C FD 3A 00 10 00 00 F8 16"},
        {1, 0x51, {"0C FD 3A", 100}, "68 0A 0A 68 53 01 51 0C FD 3A 00 01 00 00 E9 16"},
        {1, 0x51, {"0C FD 3A", 10}, "68 0A 0A 68 53 01 51 0C FD 3A 10 00 00 00 F8 16"},
        {1, 0x51, {"0C FD 3A", 1}, "68 0A 0A 68 53 01 51 0C FD 3A 01 00 00 00 E9 16"},
        {1, 0x51, {"0C 04", 0}, "68 09 09 68 53 01 51 0C 04 00 00 00 00 B5 16"},
        {1, 0x51, {"0A FD 60", 0}, "68 08 08 68 53 01 51 0A FD 60 00 00 0C 16"},
    };
    (void)state;
    for (size_t i = 0; i < MW_COUNT(rows); i++) {
        uint8_t expected[MW_MBUS_FRAME_MAX];
        const size_t expected_length = mw_hex(rows[i].frame, expected, sizeof expected);
        uint8_t frame[MW_MBUS_FRAME_MAX];
        mw_mbus_draft draft;
        size_t length = 0;
        memset(frame, 0, sizeof frame);
        mw_mbus_begin(&draft, frame, sizeof frame, MW_MBUS_SND_UD, rows[i].address, rows[i].ci);
        if (rows[i].record.head != NULL) {
            put_number(&draft, &rows[i].record);
        }
        assert_int_equal(mw_mbus_finish(&draft, &length), MW_OK);
        assert_int_equal(length, expected_length);
        assert_memory_equal(frame, expected, expected_length);
    }
}

MW_TEST(wago_selections)
{
    static const char *const frames[] = {"68 0B 0B 68 53 FD 52 01 00 07 13 CD 25 01 02 B2 16",
                                         "68 0B 0B 68 53 FD 52 01 00 07 13 FF FF FF FF B9 16",
                                         "68 0B 0B 68 53 FD 52 FF FF FF FF CD 25 FF 02 91 16"};
    (void)state;
    for (size_t i = 0; i < MW_COUNT(frames); i++) {
        uint8_t expected[17];
        uint8_t frame[17];
        mw_mbus_draft draft;
        size_t length = 0;
        memset(frame, 0, sizeof frame);
        assert_int_equal(mw_hex(frames[i], expected, sizeof expected), sizeof expected);
        mw_mbus_begin(&draft, frame, sizeof frame, MW_MBUS_SND_UD, MW_MBUS_ADDRESS_SELECTED, 0x52);
        mw_mbus_put_bytes(&draft, expected + FRONT, 8);
        assert_int_equal(mw_mbus_finish(&draft, &length), MW_OK);
        assert_int_equal(length, sizeof expected);
        assert_memory_equal(frame, expected, sizeof expected);
    }
}

/* ---- one record ---- */

typedef enum way { BY_NUMBER, BY_READING } way;

static mw_reading reading_of(uint8_t kind, int64_t n, int8_t exp10)
{
    mw_reading reading;
    memset(&reading, 0, sizeof reading);
    reading.kind = kind;
    reading.n = n;
    reading.exp10 = exp10;
    return reading;
}

/* Puts one record; what came of it, and the bytes. */
static mw_status put(way by, const char *head_hex, const mw_reading *reading, uint8_t data[MW_MBUS_FRAME_MAX],
                     size_t *bytes)
{
    uint8_t head[16];
    const size_t head_bytes = mw_hex(head_hex, head, sizeof head);
    uint8_t frame[MW_MBUS_FRAME_MAX];
    mw_mbus_draft draft;
    size_t length = FRONT + 2;
    mw_status status;
    mw_mbus_begin(&draft, frame, sizeof frame, MW_MBUS_SND_UD, 1, 0x51);
    if (by == BY_NUMBER) {
        mw_mbus_put_integer(&draft, head, head_bytes, reading->n);
    } else {
        mw_mbus_put(&draft, head, head_bytes, reading);
    }
    status = mw_mbus_finish(&draft, &length);
    *bytes = length - FRONT - 2;
    memcpy(data, frame + FRONT, *bytes);
    return status;
}

/* Expects DIB, VIB and then `data`; or null and an error. */
static void check_put(way by, const char *head, const mw_reading *reading, mw_status status, const char *data)
{
    uint8_t expected[MW_MBUS_FRAME_MAX];
    uint8_t record[MW_MBUS_FRAME_MAX];
    size_t expected_bytes = 0;
    size_t bytes;
    bool same = put(by, head, reading, record, &bytes) == status;
    if (status == MW_OK) {
        expected_bytes = mw_hex(head, expected, 16);
        expected_bytes += mw_hex(data, expected + expected_bytes, 100);
    }
    same = same && bytes == expected_bytes && memcmp(record, expected, bytes) == 0;
    if (!same) {
        printf("%s: %s\n", head, data != NULL ? data : "should fail");
        assert_true(false);
    }
}

static void check_number(const char *head, int64_t n, const char *data)
{
    const mw_reading reading = reading_of(MW_KIND_NUMBER, n, 0);
    check_put(BY_NUMBER, head, &reading, data != NULL ? MW_OK : MW_ERR_RANGE, data);
}

MW_TEST(integers_reach_from_end_to_end)
{
    (void)state;
    check_number("01 03", 127, "7F");
    check_number("01 03", -127, "81");
    check_number("01 03", 128, NULL);
    check_number("01 03", -128, NULL); /* means "invalid" */
    check_number("02 03", 32767, "FF 7F");
    check_number("02 03", -32767, "01 80");
    check_number("02 03", 32768, NULL);
    check_number("02 03", -32768, NULL);
    check_number("03 03", 8388607, "FF FF 7F");
    check_number("03 03", -8388607, "01 00 80");
    check_number("03 03", 8388608, NULL);
    check_number("03 03", -8388608, NULL);
    check_number("04 03", 2147483647, "FF FF FF 7F");
    check_number("04 03", -2147483647, "01 00 00 80");
    check_number("04 03", INT64_C(2147483648), NULL);
    check_number("04 03", INT64_C(-2147483648), NULL);
    check_number("06 03", INT64_C(140737488355327), "FF FF FF FF FF 7F");
    check_number("06 03", INT64_C(-140737488355327), "01 00 00 00 00 80");
    check_number("06 03", INT64_C(140737488355328), NULL);
    check_number("06 03", INT64_C(-140737488355328), NULL);
    check_number("07 03", INT64_MAX, "FF FF FF FF FF FF FF 7F");
    check_number("07 03", -INT64_MAX, "01 00 00 00 00 00 00 80");
    check_number("07 03", INT64_MIN, NULL);
    check_number("07 03", INT64_C(0x0123456789ABCDEF), "EF CD AB 89 67 45 23 01");
    check_number("04 03", -1, "FF FF FF FF");
    check_number("04 03", 0, "00 00 00 00");
}

/* 250 is an address, although it would be -6 as a signed number. All ones mean "invalid". */
MW_TEST(unsigned_integers_reach_from_end_to_end)
{
    (void)state;
    check_number("01 7A", 250, "FA");
    check_number("01 7A", 254, "FE");
    check_number("01 7A", 255, NULL);
    check_number("01 7A", -1, NULL);
    check_number("81 40 7A", 250, "FA");
    check_number("02 FD 60", 65534, "FE FF");
    check_number("02 FD 60", 65535, NULL);
    check_number("02 FD E1 74", 65534, "FE FF");
    check_number("02 FD 62", 65534, NULL);
    check_number("04 FD 08", INT64_C(4294967294), "FE FF FF FF");
    check_number("04 FD 16", INT64_C(4294967295), NULL);
    check_number("06 FD 0B", INT64_C(281474976710654), "FE FF FF FF FF FF");
    check_number("07 FD 0B", INT64_MAX, "FF FF FF FF FF FF FF 7F");
    check_number("07 FD 0B", -1, NULL);
    check_number("02 FB 60", 65534, NULL); /* the same code of another table */
}

MW_TEST(bits_may_all_be_set)
{
    (void)state;
    check_number("01 FD 17", 255, "FF");
    check_number("01 FD 17", 256, NULL);
    check_number("02 FD 1A", 65535, "FF FF");
    check_number("02 FD 9B 00", 65535, "FF FF");
    check_number("02 FD 1F", -1, NULL);
}

MW_TEST(bcd_reaches_from_end_to_end)
{
    (void)state;
    check_number("09 03", 99, "99");
    check_number("09 03", 100, NULL);
    check_number("09 03", -9, "F9");
    check_number("09 03", -10, NULL);
    check_number("0A 03", 9999, "99 99");
    check_number("0A 03", -999, "99 F9");
    check_number("0A 03", -1000, NULL);
    check_number("0B 03", 123456, "56 34 12");
    check_number("0B 03", -12345, "45 23 F1");
    check_number("0B 03", 1000000, NULL);
    check_number("0C 03", 12345678, "78 56 34 12");
    check_number("0C 03", -1234567, "67 45 23 F1");
    check_number("0C 03", -1, "01 00 00 F0");
    check_number("0C 03", 100000000, NULL);
    check_number("0C 03", -10000000, NULL);
    check_number("0E 03", INT64_C(123456789012), "12 90 78 56 34 12");
    check_number("0E 03", INT64_C(999999999999), "99 99 99 99 99 99");
    check_number("0E 03", INT64_C(-99999999999), "99 99 99 99 99 F9");
    check_number("0E 03", INT64_C(1000000000000), NULL);
    check_number("0E 03", INT64_MIN, NULL);
    check_number("0E 03", 0, "00 00 00 00 00 00");
}

MW_TEST(what_holds_no_integer_is_unsupported)
{
    static const char *const heads[] = {"",      "00 03", "05 03", "08 03", "0D 03",   "0F",
                                        "0F 03", "1F 03", "2F 03", "7F",    "8D 40 03"};
    const mw_reading reading = reading_of(MW_KIND_NUMBER, 1, 0);
    (void)state;
    for (size_t i = 0; i < MW_COUNT(heads); i++) {
        check_put(BY_NUMBER, heads[i], &reading, MW_ERR_UNSUPPORTED, NULL);
    }
}

MW_TEST(first_error_sticks)
{
    static const number too_large = {"09 03", 100};
    static const number no_integer = {"0D 03", 1};
    static const number good = {"09 03", 1};
    uint8_t frame[MW_MBUS_FRAME_MAX];
    mw_mbus_draft draft;
    size_t length = 12345;
    (void)state;
    mw_mbus_begin(&draft, frame, sizeof frame, MW_MBUS_SND_UD, 1, 0x51);
    put_number(&draft, &good);
    put_number(&draft, &too_large);
    put_number(&draft, &no_integer);
    put_number(&draft, &good);
    mw_mbus_put_header(&draft, &wago_header);
    assert_int_equal(mw_mbus_finish(&draft, &length), MW_ERR_RANGE);
    assert_int_equal(length, 12345);
}

MW_TEST(header_has_each_of_its_fields)
{
    static const mw_mbus_header header = {0xFEDCBA98, 0x8765, 0x43, 0x21, 0xFF, 0x5A, 0x0512};
    static const char expected_hex[] = "98 BA DC FE 65 87 43 21 FF 5A 12 05";
    uint8_t expected[12];
    uint8_t frame[MW_MBUS_FRAME_MAX];
    mw_mbus_draft draft;
    size_t length = 0;
    (void)state;
    mw_mbus_begin(&draft, frame, sizeof frame, MW_MBUS_RSP_UD, 1, 0x72);
    mw_mbus_put_header(&draft, &header);
    assert_int_equal(mw_mbus_finish(&draft, &length), MW_OK);
    assert_int_equal(length, FRONT + 12 + 2);
    (void)mw_hex(expected_hex, expected, sizeof expected);
    assert_memory_equal(frame + FRONT, expected, sizeof expected);
}

/* ---- readings ---- */

static void check_reading(const char *head, uint8_t kind, int64_t n, int8_t exp10, const char *data)
{
    const mw_reading reading = reading_of(kind, n, exp10);
    check_put(BY_READING, head, &reading, data != NULL ? MW_OK : MW_ERR_RANGE, data);
}

MW_TEST(numbers_are_scaled_to_the_vif)
{
    (void)state;
    check_reading("04 03", MW_KIND_NUMBER, 123456789, 0, "15 CD 5B 07");
    check_reading("04 05", MW_KIND_NUMBER, 1234567, 3, "46 61 BC 00"); /* 12345670 */
    check_reading("04 05", MW_KIND_NUMBER, 15000, -1, "0F 00 00 00");
    check_reading("04 05", MW_KIND_NUMBER, 150, 0, NULL); /* 1.5 */
    check_reading("02 FD 47", MW_KIND_NUMBER, 23012, -2, "E4 59");
    check_reading("02 FD 47", MW_KIND_NUMBER, 2301200, -4, "E4 59");
    check_reading("02 FD 47", MW_KIND_NUMBER, 230125, -3, NULL);
    check_reading("02 FD 47", MW_KIND_NUMBER, 400, 0, NULL); /* 40000 is more than 16 bits hold */
    check_reading("0C 06", MW_KIND_NUMBER, 12345678, 3, "78 56 34 12");
    check_reading("0C 06", MW_KIND_NUMBER, -1000, 0, "01 00 00 F0");
    check_reading("09 7C 01 54", MW_KIND_NUMBER, 2, 0, "02");
    check_reading("01 7A", MW_KIND_NUMBER, 250, 0, "FA");
    check_reading("07 00", MW_KIND_NUMBER, INT64_MAX, 0, NULL);
    check_reading("04 03", MW_KIND_NUMBER, 0, 127, "00 00 00 00");
    check_reading("04 03", MW_KIND_NUMBER, 1, -128, NULL);
}

/* Readings are in the unit a record has: seconds for days, 1 for steps of 2^-12, J for Mcal. */
MW_TEST(numbers_are_divided_by_the_factor_of_the_vif)
{
    (void)state;
    check_reading("02 23", MW_KIND_NUMBER, 864000, 0, "0A 00");
    check_reading("02 23", MW_KIND_NUMBER, 864001, 0, NULL);
    check_reading("02 21", MW_KIND_NUMBER, -6, 1, "FF FF");
    check_reading("05 23", MW_KIND_NUMBER, 864000, 0, "00 00 20 41");
    check_reading("05 23", MW_KIND_NUMBER, -864000, 0, "00 00 20 C1");
    check_reading("05 21", MW_KIND_NUMBER, 30, 0, "00 00 00 3F"); /* half a minute */
    check_reading("02 FB 68", MW_KIND_NUMBER, 15, -1, "00 18");   /* 1.5 * 4096 */
    check_reading("02 FB 68", MW_KIND_NUMBER, 1, -1, NULL);
    check_reading("02 FB 0D", MW_KIND_NUMBER, 41868, 3, "0A 00"); /* 41.868 MJ are 10 Mcal */
}

MW_TEST(modifiers_change_what_is_put)
{
    (void)state;
    check_reading("02 FD C7 74", MW_KIND_NUMBER, 23012, -4, "E4 59"); /* 10^-2 V * 10^-2 */
    check_reading("01 83 FC 11", MW_KIND_NUMBER, 250, 0, "FA");       /* type C */
    check_reading("01 83 FC 12", MW_KIND_BITS, 0xFF, 0, "FF");        /* type D */
    check_reading("02 83 49", MW_KIND_NUMBER, 7, 0, "07 00");         /* a count, not energy */
    check_reading("02 83 39", MW_KIND_DATE, INT64_C(1710460800), 0, "0F 33");
}

/* 230.5 = 1.80078125 * 2^7 */
MW_TEST(reals_are_scaled_to_the_vif)
{
    (void)state;
    check_reading("05 03", MW_KIND_NUMBER, 2305, -1, "00 80 66 43");
    check_reading("05 03", MW_KIND_NUMBER, -2305, -1, "00 80 66 C3");
    check_reading("05 05", MW_KIND_NUMBER, 23050, 0, "00 80 66 43");
    check_reading("05 06", MW_KIND_NUMBER, 1, 3, "00 00 80 3F");
    check_reading("05 03", MW_KIND_NUMBER, 0, 0, "00 00 00 00");
    check_reading("05 03", MW_KIND_NUMBER, 0, -128, "00 00 00 00");
    check_reading("05 03", MW_KIND_NUMBER, 0, 127, "00 00 00 00");
    check_reading("05 03", MW_KIND_NUMBER, 1, 19, NULL);
    check_reading("05 06", MW_KIND_NUMBER, 1, -128, NULL);
    check_reading("05 00", MW_KIND_NUMBER, 1, 127, NULL); /* 10^130 of 10^-3 Wh */
}

MW_TEST(bits_are_put_as_they_are)
{
    (void)state;
    check_reading("01 FD 17", MW_KIND_BITS, 0xA5, 0, "A5");
    check_reading("01 FD 17", MW_KIND_BITS, 0x100, 0, NULL);
    check_reading("02 FD 17", MW_KIND_BITS, 0xFFFF, 0, "FF FF");
    check_reading("07 FD 17", MW_KIND_BITS, -1, 0, "FF FF FF FF FF FF FF FF");
}

static void check_text(const char *text, const char *data)
{
    mw_reading reading = reading_of(MW_KIND_TEXT, 0, 0);
    memcpy(reading.text, text, strlen(text) + 1);
    check_put(BY_READING, "0D FD 11", &reading, data != NULL ? MW_OK : MW_ERR_VALUE, data);
}

MW_TEST(texts_are_sent_backwards_in_latin_1)
{
    (void)state;
    check_text("", "00");
    check_text("T", "01 54");
    check_text("WAGO 879", "08 39 37 38 20 4F 47 41 57");
    check_text("Z\xC3\xA4hler", "06 72 65 6C 68 E4 5A");
    check_text("\xC2\x80\xC2\xA0\xC3\x80\xC3\xBF", "04 FF C0 A0 80");
    check_text("1234567890123456789", "13 39 38 37 36 35 34 33 32 31 30 39 38 37 36 35 34 33 32 31");
    check_text("\xE2\x82\xAC", NULL); /* the euro has no place */
    check_text("\xC4\x80", NULL);     /* U+0100 */
    check_text("\xC1\xBF", NULL);     /* too long a form */
    check_text("a\xC3", NULL);
    check_text("\xC3z", NULL);
    check_text("\xA4", NULL);
}

/* RFC 3629: above 7F there is none that stands alone. */
MW_TEST(only_ascii_characters_stand_alone)
{
    (void)state;
    for (unsigned c = 1; c < 256; c++) {
        char data[8];
        const char text[] = {(char)c, '\0'};
        snprintf(data, sizeof data, "01 %02X", c & 0xFF);
        check_text(text, c < 0x80 ? data : NULL);
    }
}

/* 2024-03-15, a Friday, began 1710460800 s after 1970. */
#define FRIDAY INT64_C(1710460800)
#define NOON   45240 /* 12:34:00 */

MW_TEST(dates_are_type_g)
{
    (void)state;
    check_reading("02 6C", MW_KIND_DATE, FRIDAY, 0, "0F 33");
    check_reading("02 6C", MW_KIND_DATE, FRIDAY + 1, 0, NULL);
    check_reading("02 6C", MW_KIND_DATE, 347155200, 0, "21 A1"); /* 1981-01-01 */
    check_reading("02 6C", MW_KIND_DATE, 347155200 - 86400, 0, NULL);
    check_reading("02 6C", MW_KIND_DATE, 946598400, 0, "7F CC");           /* 1999-12-31 */
    check_reading("02 6C", MW_KIND_DATE, 946684800, 0, "01 01");           /* 2000-01-01 */
    check_reading("02 6C", MW_KIND_DATE, INT64_C(3502828800), 0, "1F AC"); /* 2080-12-31 */
    check_reading("02 6C", MW_KIND_DATE, INT64_C(3502915200), 0, NULL);
    check_reading("02 6C", MW_KIND_DATE, -86400, 0, NULL);
    check_reading("42 6C", MW_KIND_DATE, FRIDAY, 0, "0F 33");
}

MW_TEST(dates_and_times_of_32_bits_are_type_f)
{
    (void)state;
    check_reading("04 6D", MW_KIND_DATETIME, FRIDAY + NOON, 0, "22 2C 0F 33");
    check_reading("04 6D", MW_KIND_DATETIME, FRIDAY + NOON + 1, 0, NULL);
    check_reading("04 6D", MW_KIND_DATETIME, 946684740, 0, "3B 17 7F CC");            /* 1999-12-31 23:59 */
    check_reading("04 6D", MW_KIND_DATETIME, 946684800, 0, "00 20 01 01");            /* 2000-01-01 */
    check_reading("04 6D", MW_KIND_DATETIME, INT64_C(4102444800), 0, "00 40 01 01");  /* 2100-01-01 */
    check_reading("04 6D", MW_KIND_DATETIME, INT64_C(10413791940), 0, "3B 77 7F CC"); /* 2299-12-31 23:59 */
    check_reading("04 6D", MW_KIND_DATETIME, INT64_C(10413792000), 0, NULL);
    check_reading("04 6D", MW_KIND_DATETIME, 347155200, 0, "00 00 21 A1"); /* 1981-01-01 */
    check_reading("04 6D", MW_KIND_DATETIME, 347155140, 0, NULL);
    check_reading("04 6D", MW_KIND_DATETIME, INT64_MAX, 0, NULL);
    check_reading("04 6D", MW_KIND_DATETIME, INT64_MIN, 0, NULL);
}

MW_TEST(dates_and_times_of_48_bits_are_type_i)
{
    (void)state;
    check_reading("06 6D", MW_KIND_DATETIME, FRIDAY + NOON + 56, 0, "B8 22 AC 0F 33 00");
    check_reading("06 6D", MW_KIND_DATETIME, 946684800, 0, "80 00 C0 01 01 00");           /* 2000-01-01, a Saturday */
    check_reading("06 6D", MW_KIND_DATETIME, INT64_C(4102444799), 0, "3B 3B 97 7F CC 00"); /* 2099-12-31, a Thursday */
    check_reading("06 6D", MW_KIND_DATETIME, INT64_C(4102444800), 0, NULL);
    check_reading("06 6D", MW_KIND_DATETIME, 946684799, 0, NULL);
}

MW_TEST(times_are_type_j)
{
    (void)state;
    check_reading("03 6D", MW_KIND_TIME, NOON + 56, 0, "38 22 0C");
    check_reading("03 6D", MW_KIND_TIME, 0, 0, "00 00 00");
    check_reading("03 6D", MW_KIND_TIME, 86399, 0, "3B 3B 17");
    check_reading("03 6D", MW_KIND_TIME, 86400, 0, NULL);
    check_reading("03 6D", MW_KIND_TIME, -1, 0, NULL);
}

/* Second, minute and hour are a byte each in type J. */
MW_TEST(the_first_and_the_last_second_of_every_minute_are_type_j)
{
    (void)state;
    for (int minute = 0; minute < 24 * 60; minute++) {
        for (int second = 0; second < 60; second += 59) {
            char data[24];
            snprintf(data, sizeof data, "%02X %02X %02X", (unsigned)second, (unsigned)minute % 60,
                     (unsigned)minute / 60);
            check_reading("03 6D", MW_KIND_TIME, INT64_C(60) * minute + second, 0, data);
        }
    }
}

/* No point in time is coded in 8 or 64 bits, in digits or as a real: what stands there is a number. */
MW_TEST(times_in_another_coding_are_numbers)
{
    (void)state;
    check_reading("01 6D", MW_KIND_NUMBER, 5, 0, "05");
    check_reading("07 6D", MW_KIND_NUMBER, -2, 0, "FE FF FF FF FF FF FF FF");
    check_reading("0C 6C", MW_KIND_NUMBER, 20240315, 0, "15 03 24 20");
    check_reading("05 6D", MW_KIND_NUMBER, 1, 0, "00 00 80 3F");
}

MW_TEST(selections_for_readout_have_no_data)
{
    (void)state;
    check_reading("08 03", MW_KIND_NONE, 0, 0, "");
    check_reading("C8 10 03", MW_KIND_NONE, 0, 0, "");
    check_reading("00 03", MW_KIND_NONE, 0, 0, "");
}

/* ---- no value ---- */

typedef struct absent {
    const char *head;
    const char *data; /* null: there is no way to say so */
} absent;

MW_TEST(what_is_not_good_is_put_as_invalid)
{
    static const absent rows[] = {
        {"01 03", "80"},
        {"02 03", "00 80"},
        {"03 03", "00 00 80"},
        {"04 03", "00 00 00 80"},
        {"06 03", "00 00 00 00 00 80"},
        {"07 03", "00 00 00 00 00 00 00 80"},
        {"01 7A", "FF"},
        {"02 FD 60", "FF FF"},
        {"05 03", "00 00 C0 7F"},
        {"09 03", "DD"},
        {"0A 03", "DD DD"},
        {"0B 03", "DD DD DD"},
        {"0C 03", "DD DD DD DD"},
        {"0E 03", "DD DD DD DD DD DD"},
        {"02 6C", "FF FF"},
        {"03 6D", "FF FF FF"},
        {"04 6D", "80 00 00 00"},
        {"06 6D", "00 80 00 00 00 00"},
        {"08 03", ""},
        {"01 FD 17", NULL},
        {"0D FD 11", NULL},
    };
    (void)state;
    for (size_t i = 0; i < MW_COUNT(rows); i++) {
        for (unsigned quality = MW_QUALITY_NOT_READ; quality <= MW_QUALITY_TRUNCATED; quality++) {
            mw_reading reading = reading_of(MW_KIND_NUMBER, 123, 5);
            reading.quality = (uint8_t)quality;
            check_put(BY_READING, rows[i].head, &reading, rows[i].data != NULL ? MW_OK : MW_ERR_UNSUPPORTED,
                      rows[i].data);
        }
    }
}

/* 20 letters of two bytes each, of which a reading holds 9. */
MW_TEST(text_of_letters_of_two_bytes_is_cut_behind_a_whole_one)
{
    uint8_t bytes[4 + 20] = {0x0D, 0xFD, 0x11, 20};
    mw_mbus_cursor cursor;
    mw_mbus_record record;
    mw_reading reading;
    (void)state;
    memset(bytes + 4, 0xE9, 20);
    mw_mbus_records_of(bytes, sizeof bytes, &cursor);
    assert_int_equal(mw_mbus_next(&cursor, &record), MW_OK);
    mw_mbus_reading(0, &record, &reading);
    assert_string_equal(reading.text, "\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9");
    assert_int_equal(reading.quality, MW_QUALITY_TRUNCATED);
}

MW_TEST(values_of_another_kind_are_refused)
{
    static const struct {
        const char *head;
        uint8_t kind;
    } rows[] = {{"04 03", MW_KIND_NUMBER},   {"05 03", MW_KIND_NUMBER},   {"0C 78", MW_KIND_NUMBER},
                {"02 FD 17", MW_KIND_BITS},  {"0D FD 11", MW_KIND_TEXT},  {"02 6C", MW_KIND_DATE},
                {"04 6D", MW_KIND_DATETIME}, {"06 6D", MW_KIND_DATETIME}, {"03 6D", MW_KIND_TIME},
                {"08 03", MW_KIND_NONE}};
    (void)state;
    for (size_t i = 0; i < MW_COUNT(rows); i++) {
        for (uint8_t kind = MW_KIND_NUMBER; kind <= MW_KIND_NONE; kind++) {
            const mw_reading reading = reading_of(kind, 0, 0);
            uint8_t record[MW_MBUS_FRAME_MAX];
            size_t bytes;
            if (kind != rows[i].kind) {
                assert_int_equal(put(BY_READING, rows[i].head, &reading, record, &bytes), MW_ERR_VALUE);
            }
        }
    }
}

MW_TEST(heads_that_hold_no_value_are_unsupported)
{
    static const char *const heads[] = {"",
                                        "0F",
                                        "1F",
                                        "2F",
                                        "7F",
                                        "04",
                                        "04 83",
                                        "04 03 00",
                                        "84 03",
                                        "04 7C 02",
                                        "04 FD",
                                        "0F 03",
                                        "04 7F",
                                        "04 FD 3B",
                                        "84 80 80 80 80 80 80 80 80 80 80 00 03",
                                        "04 83 80 80 80 80 80 80 80 80 80 80 00"}; /* 11 DIFEs, 11 VIFEs */
    const mw_reading reading = reading_of(MW_KIND_NUMBER, 1, 0);
    (void)state;
    for (size_t i = 0; i < MW_COUNT(heads); i++) {
        check_put(BY_READING, heads[i], &reading, MW_ERR_UNSUPPORTED, NULL);
    }
}

/* No telegram has room for it; and in the 8 bits of its length it would look like one of two bytes. */
MW_TEST(a_head_that_is_too_long_is_unsupported)
{
    uint8_t head[258];
    uint8_t frame[MW_MBUS_FRAME_MAX];
    mw_mbus_draft draft;
    size_t length = 0;
    (void)state;
    memset(head, 0x80, sizeof head);
    head[0] = 0x04;
    head[1] = 0x03;
    mw_mbus_begin(&draft, frame, sizeof frame, MW_MBUS_SND_UD, 1, 0x51);
    mw_mbus_put_integer(&draft, head, sizeof head, 1);
    assert_int_equal(mw_mbus_finish(&draft, &length), MW_ERR_UNSUPPORTED);
}

/* ---- there and back ---- */

/* What is put is decoded as the same value, for every VIF of the primary table and both extensions. */
MW_TEST(what_is_put_is_what_is_read)
{
    static const uint8_t codings[] = {1, 2, 3, 4, 5, 6, 7, 9, 0xA, 0xB, 0xC, 0xE};
    static const uint8_t sizes[] = {1, 2, 3, 4, 4, 6, 8, 1, 2, 3, 4, 6};
    static const uint8_t data[] = {0x01, 0x22, 0x11, 0x31, 0x33, 0x06, 0x44, 0x05};
    static const uint8_t tables[] = {0, 0xFB, 0xFD};
    unsigned same = 0;
    (void)state;
    for (size_t row = 0; row < MW_COUNT(codings) * 3 * 128; row++) {
        const uint8_t table = tables[row / 128 % 3];
        const uint8_t head[] = {codings[row / 384], table != 0 ? table : (uint8_t)(row % 128), (uint8_t)(row % 128)};
        const size_t head_bytes = table != 0 ? 3 : 2;
        uint8_t frame[MW_MBUS_FRAME_MAX];
        mw_mbus_draft draft;
        size_t length = 0;
        mw_mbus_telegram telegram;
        mw_mbus_cursor cursor;
        mw_mbus_record first;
        mw_mbus_record second;
        mw_reading reading;
        if (head[1] == 0x7C || (table == 0xFD && head[2] == 0x7D)) {
            continue;
        }
        mw_mbus_begin(&draft, frame, sizeof frame, MW_MBUS_RSP_UD, 1, 0x78);
        mw_mbus_put_bytes(&draft, head, head_bytes);
        mw_mbus_put_bytes(&draft, data, sizes[row / 384]);
        assert_int_equal(mw_mbus_finish(&draft, &length), MW_OK);
        assert_int_equal(mw_mbus_decode(frame, length, &telegram, NULL), MW_OK);
        mw_mbus_records(&telegram, &cursor);
        assert_int_equal(mw_mbus_next(&cursor, &first), MW_OK);
        mw_mbus_reading(0, &first, &reading);
        if (reading.quality != MW_QUALITY_GOOD) {
            continue;
        }
        mw_mbus_begin(&draft, frame, sizeof frame, MW_MBUS_RSP_UD, 1, 0x78);
        mw_mbus_put(&draft, head, head_bytes, &reading);
        assert_int_equal(mw_mbus_finish(&draft, &length), MW_OK);
        assert_int_equal(mw_mbus_decode(frame, length, &telegram, NULL), MW_OK);
        mw_mbus_records(&telegram, &cursor);
        assert_int_equal(mw_mbus_next(&cursor, &second), MW_OK);
        assert_int_equal(mw_mbus_next(&cursor, &first), MW_END);
        assert_int_equal(second.n, reading.n);
        assert_int_equal(second.exp10, reading.exp10);
        assert_int_equal(second.kind, reading.kind);
        assert_int_equal(second.quality, reading.quality);
        same++;
    }
    assert_true(same > 3000);
}

MW_TESTS(MW_CASE(wago_readouts), MW_CASE(wago_readout_in_too_little_room), MW_CASE(wago_commands),
         MW_CASE(wago_selections), MW_CASE(integers_reach_from_end_to_end),
         MW_CASE(unsigned_integers_reach_from_end_to_end), MW_CASE(bits_may_all_be_set),
         MW_CASE(bcd_reaches_from_end_to_end), MW_CASE(what_holds_no_integer_is_unsupported),
         MW_CASE(first_error_sticks), MW_CASE(header_has_each_of_its_fields), MW_CASE(numbers_are_scaled_to_the_vif),
         MW_CASE(numbers_are_divided_by_the_factor_of_the_vif), MW_CASE(modifiers_change_what_is_put),
         MW_CASE(reals_are_scaled_to_the_vif), MW_CASE(bits_are_put_as_they_are),
         MW_CASE(texts_are_sent_backwards_in_latin_1), MW_CASE(only_ascii_characters_stand_alone),
         MW_CASE(dates_are_type_g), MW_CASE(dates_and_times_of_32_bits_are_type_f),
         MW_CASE(dates_and_times_of_48_bits_are_type_i), MW_CASE(times_are_type_j),
         MW_CASE(the_first_and_the_last_second_of_every_minute_are_type_j),
         MW_CASE(times_in_another_coding_are_numbers), MW_CASE(selections_for_readout_have_no_data),
         MW_CASE(what_is_not_good_is_put_as_invalid), MW_CASE(text_of_letters_of_two_bytes_is_cut_behind_a_whole_one),
         MW_CASE(values_of_another_kind_are_refused), MW_CASE(heads_that_hold_no_value_are_unsupported),
         MW_CASE(a_head_that_is_too_long_is_unsupported), MW_CASE(what_is_put_is_what_is_read))
