/* SPDX-License-Identifier: MIT */
#include "mbus_frames.h"

#define NONE  MW_MBUS_HEADER_NONE
#define SHORT MW_MBUS_HEADER_SHORT
#define LONG  MW_MBUS_HEADER_LONG
#define FIXED MW_MBUS_HEADER_FIXED

/* Long header in mode 2, and short headers without and with a mode. */
#define H12_MSB  "12 34 56 78 40 24 01 07 55 00 00 00"
#define H4       "55 04 00 00"
#define H4_MODE5 "55 00 10 05" /* one block */
#define H4_MODE7 "55 00 10 07"

/* A telegram in memory that ends with it. */
typedef struct held {
    uint8_t *frame;
    size_t length;
    mw_mbus_telegram telegram;
    mw_mbus_error error;
    mw_status status;
} held;

static held decoded(uint8_t c, uint8_t ci, const char *head, const char *body)
{
    uint8_t frame[MW_MBUS_FRAME_MAX];
    held t;
    memset(&t, 0, sizeof t);
    t.length = mbus_put_hex(c, ci, head, body, frame);
    mbus_check_prefixes(frame, t.length);
    mbus_check_cuts(frame, t.length);
    t.frame = mbus_copy(frame, t.length);
    t.status = mw_mbus_decode(t.frame, t.length, &t.telegram, &t.error);
    return t;
}

static mbus_outcome walked(const held *t, mw_mbus_cursor *cursor, mw_mbus_record *records, size_t size)
{
    mw_mbus_records(&t->telegram, cursor);
    return mbus_walk(cursor, t->frame, records, size);
}

typedef struct kind_of_telegram {
    uint8_t ci;
    const char *head;
    const char *body;
    uint8_t header_type;
    uint8_t content;
    uint8_t records;
    int16_t code; /* -1: none */
} kind_of_telegram;

static void is_telegram(uint8_t c, const kind_of_telegram *expected)
{
    uint8_t scratch[MW_MBUS_DATA_MAX];
    const size_t head_bytes = mw_hex(expected->head, scratch, sizeof scratch);
    const size_t body_bytes = mw_hex(expected->body, scratch, sizeof scratch);
    const held t = decoded(c, expected->ci, expected->head, expected->body);
    mw_mbus_cursor cursor;
    mbus_outcome outcome;
    assert_int_equal(t.status, MW_OK);
    assert_int_equal(t.telegram.frame.ci, expected->ci);
    assert_int_equal(t.telegram.frame.c, c);
    assert_int_equal(t.telegram.header_type, expected->header_type);
    assert_int_equal(t.telegram.content, expected->content);
    assert_int_equal(t.telegram.has_code, expected->code >= 0);
    if (expected->code >= 0) {
        assert_int_equal(t.telegram.code, expected->code);
    }
    if (expected->header_type != FIXED) {
        assert_int_equal(t.telegram.body_bytes, body_bytes);
        if (body_bytes > 0) {
            assert_ptr_equal(t.telegram.body, t.frame + MBUS_DATA + head_bytes);
        }
    }
    outcome = walked(&t, &cursor, NULL, 0);
    assert_int_equal(outcome.good, expected->records);
    assert_int_equal(outcome.bad, 0);
    mbus_free(t.frame);
}

MW_TEST(telegrams_of_meters)
{
    static const kind_of_telegram table[] = {
        {0x72, MBUS_H12, "01 13 05 01 5A 06", LONG, MW_MBUS_RECORDS, 2, -1},
        {0x72, MBUS_H12, "", LONG, MW_MBUS_RECORDS, 0, -1},
        {0x76, H12_MSB, "01 13 05 02 5A 00 06", LONG, MW_MBUS_RECORDS, 2, -1},
        {0x73, "", "78 56 34 12 0A 00 E9 7E 01 00 00 00 35 01 00 00", FIXED, MW_MBUS_FIXED, 2, -1},
        {0x77, "", "12 34 56 78 0A 00 69 69 00 00 00 01 00 00 01 35", FIXED, MW_MBUS_FIXED, 2, -1},
        {0x78, "", "01 13 05", NONE, MW_MBUS_RECORDS, 1, -1},
        {0x78, "", "", NONE, MW_MBUS_RECORDS, 0, -1},
        {0x7A, H4, "01 13 05", SHORT, MW_MBUS_RECORDS, 1, -1},
        {0x79, "", "34 12 78 56 05", NONE, MW_MBUS_COMPACT, 0, -1},
        {0x7B, H4, "34 12 78 56 05", SHORT, MW_MBUS_COMPACT, 0, -1},
        {0x69, "", "04 34 12 01 13", NONE, MW_MBUS_COMPACT, 0, -1},
        {0x6A, H4, "04 34 12 01 13", SHORT, MW_MBUS_COMPACT, 0, -1},
        {0x6B, MBUS_H12, "04 34 12 01 13", LONG, MW_MBUS_COMPACT, 0, -1},
        {0x70, "", "", NONE, MW_MBUS_APPLICATION_ERROR, 0, -1},
        {0x70, "", "00", NONE, MW_MBUS_APPLICATION_ERROR, 0, 0x00},
        {0x70, "", "08", NONE, MW_MBUS_APPLICATION_ERROR, 0, 0x08},
        {0x70, "", "F3", NONE, MW_MBUS_APPLICATION_ERROR, 0, 0xF3},
        {0x6E, H4, "", SHORT, MW_MBUS_APPLICATION_ERROR, 0, -1},
        {0x6E, H4, "05", SHORT, MW_MBUS_APPLICATION_ERROR, 0, 0x05},
        {0x6F, MBUS_H12, "", LONG, MW_MBUS_APPLICATION_ERROR, 0, -1},
        {0x6F, MBUS_H12, "02", LONG, MW_MBUS_APPLICATION_ERROR, 0, 0x02},
        {0x71, "", "", NONE, MW_MBUS_ALARM, 0, -1},
        {0x71, "", "04", NONE, MW_MBUS_ALARM, 0, 0x04},
        {0x74, H4, "", SHORT, MW_MBUS_ALARM, 0, -1},
        {0x74, H4, "10", SHORT, MW_MBUS_ALARM, 0, 0x10},
        {0x75, MBUS_H12, "", LONG, MW_MBUS_ALARM, 0, -1},
        {0x75, MBUS_H12, "80", LONG, MW_MBUS_ALARM, 0, 0x80},
        {0xA0, "", "01 13 05", NONE, MW_MBUS_MANUFACTURER, 0, -1},
        {0xB7, "", "", NONE, MW_MBUS_MANUFACTURER, 0, -1},
    };
    (void)state;
    for (size_t i = 0; i < MW_COUNT(table); i++) {
        is_telegram(MBUS_RSP_UD, &table[i]);
        is_telegram(MBUS_RSP_UD | MW_MBUS_ACD | MW_MBUS_DFC, &table[i]);
    }
}

MW_TEST(telegrams_of_the_master)
{
    static const kind_of_telegram table[] = {
        {0x51, "", "01 7A 08", NONE, MW_MBUS_RECORDS, 1, -1},
        {0x51, "", "08 13 08 5A 7F", NONE, MW_MBUS_RECORDS, 2, -1},
        {0x51, "", "", NONE, MW_MBUS_RECORDS, 0, -1},
        {0x55, "", "02 13 00 05", NONE, MW_MBUS_RECORDS, 1, -1},
        {0x50, "", "", NONE, MW_MBUS_COMMAND, 0, -1},
        {0x50, "", "10", NONE, MW_MBUS_COMMAND, 0, -1},
        {0x52, "", "78 56 34 12 FF FF FF FF", NONE, MW_MBUS_COMMAND, 0, -1},
        {0x52, "", "FF FF FF FF FF FF FF FF 0C 78 78 56 34 12", NONE, MW_MBUS_COMMAND, 0, -1},
        {0x56, "", "12 34 56 78 FF FF FF FF", NONE, MW_MBUS_COMMAND, 0, -1},
        {0x54, "", "", NONE, MW_MBUS_COMMAND, 0, -1},
    };
    (void)state;
    for (size_t i = 0; i < MW_COUNT(table); i++) {
        is_telegram(MW_MBUS_SND_UD, &table[i]);
        is_telegram(MW_MBUS_SND_UD | MW_MBUS_FCB, &table[i]);
    }
    for (unsigned ci = 0xB8; ci <= 0xBF; ci++) {
        const kind_of_telegram baud = {(uint8_t)ci, "", "", NONE, MW_MBUS_COMMAND, 0, -1};
        is_telegram(MW_MBUS_SND_UD, &baud);
    }
}

MW_TEST(frames_without_a_telegram)
{
    static const char *const frames[] = {"E5", "10 5B 01 5C 16"};
    (void)state;
    for (size_t i = 0; i < MW_COUNT(frames); i++) {
        uint8_t bytes[8];
        const size_t count = mw_hex(frames[i], bytes, sizeof bytes);
        mw_mbus_telegram telegram;
        mw_mbus_cursor cursor;
        memset(&telegram, '#', sizeof telegram);
        assert_int_equal(mw_mbus_decode(bytes, count, &telegram, NULL), MW_OK);
        assert_int_equal(telegram.content, MW_MBUS_NOTHING);
        assert_int_equal(telegram.header_type, NONE);
        assert_int_equal(telegram.frame.length, count);
        assert_int_equal(telegram.body_bytes, 0);
        assert_false(telegram.has_code);
        mw_mbus_records(&telegram, &cursor);
        assert_null(cursor.frame); /* there are no data that it could be counted from */
        assert_int_equal(mbus_walk(&cursor, bytes, NULL, 0).good, 0);
    }
}

MW_TEST(ci_fields_that_are_not_known)
{
    static const uint8_t cis[] = {0x00, 0x01, 0x20, 0x4F, 0x7F, 0xFF};
    (void)state;
    for (size_t i = 0; i < MW_COUNT(cis); i++) {
        uint8_t bytes[MW_MBUS_FRAME_MAX];
        const size_t length = mbus_put_hex(MBUS_RSP_UD, cis[i], MBUS_H12, "01 13 05", bytes);
        mw_mbus_telegram telegram;
        mw_mbus_telegram untouched;
        mw_mbus_error error = {0, 0};
        memset(&telegram, '#', sizeof telegram);
        memset(&untouched, '#', sizeof untouched);
        assert_int_equal(mw_mbus_decode(bytes, length, &telegram, &error), MW_ERR_UNSUPPORTED);
        assert_int_equal(error.fault, MW_MBUS_FAULT_CI);
        assert_int_equal(error.offset, MBUS_CI);
        assert_int_equal(telegram.frame.length, length);
        assert_int_equal(telegram.frame.ci, cis[i]);
        untouched.frame = telegram.frame;
        assert_memory_equal(&telegram.header, &untouched.header, sizeof telegram.header);
        assert_int_equal(telegram.content, untouched.content);
        assert_int_equal(mw_mbus_decode(bytes, length, &telegram, NULL), MW_ERR_UNSUPPORTED);
    }
}

MW_TEST(headers)
{
    mw_mbus_header header;
    held t = decoded(MBUS_RSP_UD, 0x72, "46 02 02 19 CD 25 12 1B 2A 9C 27 B6", "");
    (void)state;
    header = t.telegram.header;
    assert_true(header.id == 0x19020246);
    assert_int_equal(header.manufacturer, 0x25CD);
    assert_int_equal(header.version, 0x12);
    assert_int_equal(header.medium, 0x1B);
    assert_int_equal(header.access, 0x2A);
    assert_int_equal(header.status, 0x9C);
    assert_int_equal(header.signature, 0xB627);
    assert_int_equal(mw_mbus_mode(&header), 22);
    assert_false(t.telegram.msb_first);
    mbus_free(t.frame);

    t = decoded(MBUS_RSP_UD, 0x76, "19 02 02 46 25 CD 12 1B 2A 9C B6 27", "");
    assert_memory_equal(&t.telegram.header, &header, sizeof header);
    assert_true(t.telegram.msb_first);
    mbus_free(t.frame);

    t = decoded(MBUS_RSP_UD, 0x7A, "2A 9C 34 12", "");
    assert_true(t.telegram.header.id == 0);
    assert_int_equal(t.telegram.header.manufacturer, 0);
    assert_int_equal(t.telegram.header.medium, 0);
    assert_int_equal(t.telegram.header.access, 0x2A);
    assert_int_equal(t.telegram.header.status, 0x9C);
    assert_int_equal(t.telegram.header.signature, 0x1234);
    mbus_free(t.frame);

    t = decoded(MBUS_RSP_UD, 0x72, "EF CD AB FF FF FF FF FF FF FF 00 00", ""); /* any digit, wildcards */
    assert_int_equal(t.status, MW_OK);
    assert_true(t.telegram.header.id == 0xFFABCDEF);
    assert_int_equal(t.telegram.header.manufacturer, 0xFFFF);
    mbus_free(t.frame);
}

MW_TEST(headers_of_fixed_structures)
{
    static const uint8_t media[][2] = {{0, 0}, {1, 1}, {2, 2},  {3, 3},  {4, 4},  {5, 5},  {6, 6},
                                       {7, 7}, {8, 8}, {10, 3}, {11, 4}, {12, 6}, {13, 7}, {14, 8}};
    (void)state;
    for (size_t i = 0; i < MW_COUNT(media); i++) {
        uint8_t data[16] = {0x78, 0x56, 0x34, 0x12, 0x0A, 0x9C, 0x29, 0x29};
        uint8_t frame[MW_MBUS_FRAME_MAX];
        mw_mbus_telegram telegram;
        size_t length;
        data[6] |= (uint8_t)(media[i][0] << 6);
        data[7] |= (uint8_t)(media[i][0] >> 2 << 6);
        length = mbus_put(MBUS_RSP_UD, 5, 0x73, data, sizeof data, frame);
        assert_int_equal(mw_mbus_decode(frame, length, &telegram, NULL), MW_OK);
        assert_true(telegram.header.id == 0x12345678);
        assert_int_equal(telegram.header.manufacturer, 0);
        assert_int_equal(telegram.header.version, 0);
        assert_int_equal(telegram.header.medium, media[i][1]); /* "mode 2" media are the same things */
        assert_int_equal(telegram.header.access, 0x0A);
        assert_int_equal(telegram.header.status, 0x9C);
        assert_int_equal(telegram.header.signature, 0);
    }
}

MW_TEST(headers_that_end_too_early)
{
    static const struct {
        uint8_t ci;
        uint8_t bytes;
    } table[] = {{0x72, 12}, {0x76, 12}, {0x6B, 12}, {0x6F, 12}, {0x75, 12},
                 {0x7A, 4},  {0x7B, 4},  {0x6A, 4},  {0x6E, 4},  {0x74, 4}};
    (void)state;
    for (size_t i = 0; i < MW_COUNT(table); i++) {
        for (size_t count = 0; count < table[i].bytes; count++) {
            static const uint8_t zeros[12];
            uint8_t frame[MW_MBUS_FRAME_MAX];
            const size_t length = mbus_put(MBUS_RSP_UD, 1, table[i].ci, zeros, count, frame);
            uint8_t *const copy = mbus_copy(frame, length);
            mw_mbus_telegram telegram;
            mw_mbus_error error = {0, 0};
            assert_int_equal(mw_mbus_decode(copy, length, &telegram, &error), MW_ERR_SHORT);
            assert_int_equal(error.fault, MW_MBUS_FAULT_HEADER);
            assert_int_equal(error.offset, MBUS_DATA + count);
            mbus_free(copy);
        }
    }
}

MW_TEST(fixed_structures_have_16_bytes)
{
    static const uint8_t cis[] = {0x73, 0x77};
    (void)state;
    for (size_t i = 0; i < 2 * (size_t)24; i++) {
        static const uint8_t zeros[24];
        uint8_t frame[MW_MBUS_FRAME_MAX];
        const size_t count = i / 2;
        const size_t length = mbus_put(MBUS_RSP_UD, 1, cis[i % 2], zeros, count, frame);
        uint8_t *const copy = mbus_copy(frame, length);
        mw_mbus_telegram telegram;
        mw_mbus_error error = {0, 0};
        const mw_status status = mw_mbus_decode(copy, length, &telegram, &error);
        assert_int_equal(status, count == 16 ? MW_OK : MW_ERR_FRAME);
        assert_int_equal(error.fault, count == 16 ? MW_MBUS_FAULT_NONE : MW_MBUS_FAULT_FIXED_LENGTH);
        mbus_free(copy);
    }
}

/* Both counters of a fixed structure: status, units, four bytes each. */
static void fixed(uint8_t ci, unsigned status, unsigned units, const char *counters, mw_mbus_record records[2])
{
    uint8_t data[16] = {0x78, 0x56, 0x34, 0x12, 0x0A};
    uint8_t frame[MW_MBUS_FRAME_MAX];
    mw_mbus_telegram telegram;
    mw_mbus_cursor cursor;
    mbus_outcome outcome;
    size_t length;
    data[5] = (uint8_t)status;
    data[6] = (uint8_t)(units >> 8);
    data[7] = (uint8_t)units;
    assert_int_equal(mw_hex(counters, data + 8, 8), 8);
    length = mbus_put(MBUS_RSP_UD, 5, ci, data, sizeof data, frame);
    assert_int_equal(mw_mbus_decode(frame, length, &telegram, NULL), MW_OK);
    mw_mbus_records(&telegram, &cursor);
    outcome = mbus_walk(&cursor, frame, records, 2);
    assert_int_equal(outcome.good, 2);
    assert_int_equal(outcome.bad, 0);
    for (unsigned i = 0; i < 2; i++) {
        assert_int_equal(records[i].index, i);
        assert_int_equal(records[i].offset, MBUS_DATA + 8 + 4 * i);
        assert_int_equal(records[i].data_bytes, 4);
        assert_int_equal(records[i].function, MW_MBUS_INSTANTANEOUS);
        assert_true(records[i].tariff == 0 && records[i].subunit == 0);
    }
}

static void is_number(const mw_mbus_record *record, int64_t n, int exp10)
{
    assert_int_equal(record->kind, MW_KIND_NUMBER);
    assert_int_equal(record->quality, MW_QUALITY_GOOD);
    assert_true(mbus_same(record->n, record->exp10, n, exp10));
}

MW_TEST(units_of_fixed_structures)
{
    static const struct {
        uint8_t first;
        uint8_t last;
        uint8_t quantity; /* MW_MBUS_Q_COUNT: any */
        uint8_t unit;
        int8_t exp10; /* of the first; one more for each further one */
    } table[] = {
        {0x02, 0x0A, MW_MBUS_Q_ENERGY, MW_UNIT_WH, 0},
        {0x0B, 0x13, MW_MBUS_Q_ENERGY, MW_UNIT_J, 3},
        {0x14, 0x1C, MW_MBUS_Q_POWER, MW_UNIT_W, 0},
        {0x1D, 0x25, MW_MBUS_Q_POWER, MW_UNIT_J_PER_H, 3},
        {0x26, 0x2E, MW_MBUS_Q_VOLUME, MW_UNIT_M3, -6},
        {0x2F, 0x37, MW_MBUS_Q_VOLUME_FLOW, MW_UNIT_M3_PER_H, -6},
        {0x38, 0x38, MW_MBUS_Q_TEMPERATURE, MW_UNIT_CELSIUS, -3},
        {0x39, 0x39, MW_MBUS_Q_HCA_UNITS, MW_UNIT_NONE, 0},
        {0x3A, 0x3A, MW_MBUS_Q_RESERVED, MW_UNIT_OTHER, 0},
        {0x3B, 0x3B, MW_MBUS_Q_RESERVED, MW_UNIT_OTHER, 0},
        {0x3C, 0x3C, MW_MBUS_Q_RESERVED, MW_UNIT_OTHER, 0},
        {0x3D, 0x3D, MW_MBUS_Q_RESERVED, MW_UNIT_OTHER, 0},
        {0x3F, 0x3F, MW_MBUS_Q_COUNT, MW_UNIT_NONE, 0},
    };
    (void)state;
    for (size_t i = 0; i < MW_COUNT(table); i++) {
        for (unsigned code = table[i].first; code <= table[i].last; code++) {
            mw_mbus_record records[2];
            fixed(0x73, 0x00, (0xC0u | code) << 8 | 0x40u | code, "78 56 34 12 35 01 00 00", records);
            for (unsigned k = 0; k < 2; k++) {
                is_number(&records[k], k == 0 ? 12345678 : 135, table[i].exp10 + (int)(code - table[i].first));
                assert_int_equal(records[k].unit, table[i].unit);
                assert_true(table[i].quantity == MW_MBUS_Q_COUNT || records[k].quantity == table[i].quantity);
                assert_true(records[k].storage == 0);
            }
        }
    }
    for (unsigned code = 0; code < 64; code++) { /* times and dates, too, are something */
        mw_mbus_record records[2];
        fixed(0x73, 0x00, code << 8 | code, "56 34 12 00 31 12 99 00", records);
    }
}

MW_TEST(second_counter_with_the_unit_of_the_first_is_historic)
{
    mw_mbus_record records[2];
    (void)state;
    fixed(0x73, 0x00, 0xE97E, "01 00 00 00 35 01 00 00", records);
    is_number(&records[0], 1, -3);
    is_number(&records[1], 135, -3);
    assert_int_equal(records[1].unit, MW_UNIT_M3);
    assert_int_equal(records[1].quantity, MW_MBUS_Q_VOLUME);
    assert_true(records[0].storage == 0);
    assert_true(records[1].storage == 1);
}

MW_TEST(counters_of_fixed_structures)
{
    mw_mbus_record records[2];
    (void)state;
    fixed(0x73, 0x00, 0x2929, "FF FF FF FF 35 A1 00 00", records); /* M32 */
    assert_int_equal(records[0].quality, MW_QUALITY_INVALID);
    assert_int_equal(records[1].quality, MW_QUALITY_INVALID);
    fixed(0x73, 0x01, 0x2929, "FF FF FF FF 00 01 00 00", records); /* M33: binary */
    is_number(&records[0], -1, -3);
    is_number(&records[1], 256, -3);
    assert_true(records[0].storage == 0 && records[1].storage == 0);
    fixed(0x73, 0x03, 0x2929, "FF FF FF 7F 00 00 00 80", records); /* M33: binary and stored */
    is_number(&records[0], 2147483647, -3);
    assert_int_equal(records[1].quality, MW_QUALITY_INVALID);
    assert_true(records[0].storage == 1 && records[1].storage == 1);
    fixed(0x73, 0x02, 0x2929, "12 00 00 00 34 00 00 00", records); /* stored */
    is_number(&records[0], 12, -3);
    is_number(&records[1], 34, -3);
    assert_true(records[0].storage == 1 && records[1].storage == 1);
    fixed(0x73, 0xFC, 0x2929, "12 00 00 00 34 00 00 00", records); /* the other bits do not matter */
    is_number(&records[0], 12, -3);
    assert_true(records[0].storage == 0);
    fixed(0x77, 0x00, 0x6969, "12 34 56 78 00 00 01 35", records); /* mode 2 */
    is_number(&records[0], 12345678, -3);
    is_number(&records[1], 135, -3);
    fixed(0x77, 0x01, 0x6969, "00 00 01 02 FF FF FF FE", records);
    is_number(&records[0], 258, -3);
    is_number(&records[1], -2, -3);
}

MW_TEST(encrypted_telegrams_are_those_that_cannot_be_read)
{
    static const struct {
        const char *head;
        const char *body;
        uint8_t records; /* 0: encrypted */
    } table[] = {
        {H4_MODE5, "3F 81 5C 09 AA 17 E3 40 68 16 22 91 0C 5D 7E 80", 0}, /* reserved DIF */
        {H4_MODE7, "3F 81 5C 09 AA 17 E3 40 68 16 22 91 0C 5D 7E 80", 0},
        {H4_MODE5, "04 13 01 02 03 04 0C 13 78 56 34 12 04 5B 01 02", 0}, /* does not end with a record */
        {H4_MODE5, "04 6F 01 02 03 04 04 FB 6F 01 02 03 04 01 7D 05", 0}, /* VIFs without a meaning */
        {H4_MODE5, "04 7F 01 02 03 04 04 13 01 00 00 00 2F 2F 2F 2F", 0}, /* the maker's, of which nothing is known */
        {H4_MODE5, "2F 04 13 01 00 00 00 0C 13 78 56 34 12 2F 2F 2F", 2}, /* one filler says nothing */
        {H4_MODE5, "2F 3F 13 01 00 00 00 0C 13 78 56 34 12 2F 2F 2F", 0},
        {H4_MODE5, "2F 2F 04 13 01 00 00 00 0C 13 78 56 34 12 2F 2F", 2}, /* decrypted already */
        {H4_MODE7, "2F 2F 04 13 01 00 00 00 0C 13 78 56 34 12 2F 2F", 2},
        {H4_MODE5, "04 13 01 00 00 00 0C 13 78 56 34 12 2F 2F 2F 2F", 2}, /* readable, whatever the word says */
        {H4_MODE7, "04 13 01 00 00 00 0C 13 78 56 34 12 2F 2F 2F 2F", 2},
        {H4_MODE5, "04 13 01 00 00 00 0C 13 78 56 34 12", 2},                           /* less than a block */
        {"55 00 00 05", "04 13 01 00 00 00 0C FF 01 78 56 34 12 04 13 01 00 00 00", 3}, /* no blocks */
        {"55 00 FF FF", "04 13 01 00 00 00 0C 13 78 56 34 12", 2},                      /* garbage words */
        {"55 00 27 B6", "04 13 01 00 00 00 0C 13 78 56 34 12", 2},
        {"55 00 FF FF", "04 6F 01 00 00 00 04 FB 6F 01 02 03 04", 2},
        {"55 00 27 B6", "04 6F 01 00 00 00 04 FB 6F 01 02 03 04", 2},
    };
    (void)state;
    for (size_t i = 0; i < MW_COUNT(table); i++) {
        const held t = decoded(MBUS_RSP_UD, 0x7A, table[i].head, table[i].body);
        mw_mbus_cursor cursor;
        mbus_outcome outcome;
        assert_int_equal(t.status, MW_OK);
        assert_int_equal(t.telegram.content, table[i].records == 0 ? MW_MBUS_ENCRYPTED : MW_MBUS_RECORDS);
        outcome = walked(&t, &cursor, NULL, 0);
        assert_int_equal(outcome.good, table[i].records);
        assert_int_equal(outcome.bad, 0);
        mbus_free(t.frame);
    }
}

MW_TEST(mode_of_encryption)
{
    mw_mbus_header header;
    (void)state;
    memset(&header, 0, sizeof header);
    for (unsigned mode = 0; mode < 32; mode++) {
        header.signature = (uint16_t)(0xE0FF | mode << 8);
        assert_int_equal(mw_mbus_mode(&header), mode);
    }
}

MW_TEST(encrypted_behind_a_long_header)
{
    const held t = decoded(MBUS_RSP_UD, 0x72, "78 56 34 12 24 40 01 07 55 00 10 05",
                           "3F 81 5C 09 AA 17 E3 40 68 16 22 91 0C 5D 7E 80");
    (void)state;
    assert_int_equal(t.telegram.content, MW_MBUS_ENCRYPTED);
    assert_int_equal(mw_mbus_mode(&t.telegram.header), 5);
    assert_int_equal(t.telegram.body_bytes, 16);
    assert_ptr_equal(t.telegram.body, t.frame + MBUS_BODY);
    mbus_free(t.frame);
}

/* What 0F, 1F, 7F and nothing say at the end. */
MW_TEST(ends_of_telegrams)
{
    static const struct {
        const char *body;
        uint8_t records;
        bool more;
        bool global;
        uint8_t manufacturer_bytes;
    } table[] = {
        {"01 13 05", 1, false, false, 0},
        {"01 13 05 0F", 1, false, false, 0},
        {"01 13 05 0F AA BB CC", 1, false, false, 3},
        {"01 13 05 1F", 1, true, false, 0},
        {"01 13 05 1F 0F 7F", 1, true, false, 2},
        {"1F", 0, true, false, 0},
        {"7F", 0, false, true, 0}, /* M23 */
        {"01 13 05 2F 2F", 1, false, false, 0},
        {"2F 01 13 05 2F 2F 01 13 06 2F 0F 2F", 2, false, false, 1},
    };
    (void)state;
    for (size_t i = 0; i < MW_COUNT(table); i++) {
        const held t = decoded(MBUS_RSP_UD, 0x72, MBUS_H12, table[i].body);
        mw_mbus_cursor cursor;
        const mbus_outcome outcome = walked(&t, &cursor, NULL, 0);
        assert_int_equal(outcome.good, table[i].records);
        assert_int_equal(outcome.bad, 0);
        assert_int_equal(cursor.more_records, table[i].more);
        assert_int_equal(cursor.global_readout, table[i].global);
        assert_int_equal(cursor.manufacturer_bytes, table[i].manufacturer_bytes);
        if (table[i].manufacturer_bytes > 0) {
            assert_ptr_equal(cursor.manufacturer, t.frame + t.length - 2 - table[i].manufacturer_bytes);
        }
        mbus_free(t.frame);
    }
}

MW_TEST(last_telegram_may_be_an_application_error)
{
    held t = decoded(MBUS_RSP_UD, 0x72, MBUS_H12, "01 13 05 1F"); /* M26 */
    mw_mbus_cursor cursor;
    (void)state;
    (void)walked(&t, &cursor, NULL, 0);
    assert_true(cursor.more_records);
    mbus_free(t.frame);
    t = decoded(MBUS_RSP_UD, 0x70, "", "08");
    assert_int_equal(t.telegram.content, MW_MBUS_APPLICATION_ERROR);
    assert_int_equal(t.telegram.code, 0x08);
    assert_int_equal(walked(&t, &cursor, NULL, 0).good, 0);
    assert_false(cursor.more_records);
    mbus_free(t.frame);
}

MW_TEST(idle_fillers_are_skipped_and_records_keep_their_place)
{
    const held t = decoded(MBUS_RSP_UD, 0x72, MBUS_H12, "2F 2F 01 13 05 2F 42 5A FF 7F 2F");
    mw_mbus_record records[2];
    mw_mbus_cursor cursor;
    (void)state;
    assert_int_equal(walked(&t, &cursor, records, 2).good, 2);
    assert_int_equal(records[0].index, 0);
    assert_int_equal(records[0].offset, MBUS_BODY + 2);
    assert_int_equal(records[0].length, 3);
    assert_int_equal(records[1].index, 1);
    assert_int_equal(records[1].offset, MBUS_BODY + 6);
    assert_int_equal(records[1].length, 4);
    assert_int_equal(records[1].dib_bytes, 1);
    assert_int_equal(records[1].vib_bytes, 1);
    assert_int_equal(records[1].data_bytes, 2);
    assert_true(records[1].storage == 1);
    mbus_free(t.frame);
}

MW_TEST(function_storage_tariff_and_subunit)
{
    static const struct {
        const char *hex;
        uint8_t function;
        uint64_t storage;
        uint32_t tariff;
        uint16_t subunit;
    } table[] = {
        {"01 13 05", MW_MBUS_INSTANTANEOUS, 0, 0, 0},
        {"11 13 05", MW_MBUS_MAXIMUM, 0, 0, 0},
        {"21 13 05", MW_MBUS_MINIMUM, 0, 0, 0},
        {"31 13 05", MW_MBUS_AT_ERROR, 0, 0, 0},
        {"41 13 05", MW_MBUS_INSTANTANEOUS, 1, 0, 0},
        {"71 13 05", MW_MBUS_AT_ERROR, 1, 0, 0},
        {"81 01 13 05", MW_MBUS_INSTANTANEOUS, 2, 0, 0},
        {"C1 0F 13 05", MW_MBUS_INSTANTANEOUS, 31, 0, 0},
        {"81 10 13 05", MW_MBUS_INSTANTANEOUS, 0, 1, 0},
        {"81 30 13 05", MW_MBUS_INSTANTANEOUS, 0, 3, 0},
        {"81 40 13 05", MW_MBUS_INSTANTANEOUS, 0, 0, 1},
        {"91 80 80 51 13 05", MW_MBUS_MAXIMUM, 512, 16, 4},
        {"81 C0 40 13 05", MW_MBUS_INSTANTANEOUS, 0, 0, 3},
        {"81 B0 10 13 05", MW_MBUS_INSTANTANEOUS, 0, 7, 0},
        {"81 80 80 80 80 80 80 80 80 80 48 13 05", MW_MBUS_INSTANTANEOUS, (uint64_t)1 << 40, 0, 512},
        {"81 80 80 80 80 80 80 80 80 80 20 13 05", MW_MBUS_INSTANTANEOUS, 0, (uint32_t)1 << 19, 0},
        {"C1 FF FF FF FF FF FF FF FF FF 7F 13 05", MW_MBUS_INSTANTANEOUS, ((uint64_t)1 << 41) - 1,
         ((uint32_t)1 << 20) - 1, 1023},
    };
    (void)state;
    for (size_t i = 0; i < MW_COUNT(table); i++) {
        const held t = decoded(MBUS_RSP_UD, 0x72, MBUS_H12, table[i].hex);
        mw_mbus_record record;
        mw_mbus_cursor cursor;
        assert_int_equal(walked(&t, &cursor, &record, 1).good, 1);
        assert_int_equal(record.function, table[i].function);
        assert_true(record.storage == table[i].storage);
        assert_true(record.tariff == table[i].tariff);
        assert_int_equal(record.subunit, table[i].subunit);
        assert_int_equal(record.dib_bytes, record.length - 2);
        is_number(&record, 5, -3);
        mbus_free(t.frame);
    }
}

MW_TEST(data_in_mode_2_come_with_the_highest_byte_first)
{
    static const struct {
        const char *body;
        uint8_t kind;
        int64_t n;
        int8_t exp10;
    } table[] = {
        {"02 13 01 02", MW_KIND_NUMBER, 258, -3},
        {"03 13 FF FF FE", MW_KIND_NUMBER, -2, -3},
        {"04 13 01 02 03 04", MW_KIND_NUMBER, 0x01020304, -3},
        {"06 13 00 00 01 02 03 04", MW_KIND_NUMBER, 0x01020304, -3},
        {"07 13 00 00 00 00 01 02 03 04", MW_KIND_NUMBER, 0x01020304, -3},
        {"0A 13 12 34", MW_KIND_NUMBER, 1234, -3},
        {"0B 13 F1 23 45", MW_KIND_NUMBER, -12345, -3},
        {"0C 13 12 34 56 78", MW_KIND_NUMBER, 12345678, -3},
        {"0E 13 12 34 56 78 90 12", MW_KIND_NUMBER, 123456789012, -3},
        {"05 2B 42 F6 E9 79", MW_KIND_NUMBER, 123456, -3},
        {"0D 13 C2 12 34", MW_KIND_NUMBER, 1234, -3},
        {"0D 13 E2 01 02", MW_KIND_NUMBER, 258, -3},
        {"02 FD 17 81 02", MW_KIND_BITS, 0x8102, 0},
        {"02 6C 1C AA", MW_KIND_DATE, 1386633600, 0}, /* 2013-12-10 */
        {"04 6D 1C AA 2E 21", MW_KIND_DATETIME, 1386685980, 0},
    };
    (void)state;
    for (size_t i = 0; i < MW_COUNT(table); i++) {
        const held t = decoded(MBUS_RSP_UD, 0x76, H12_MSB, table[i].body);
        mw_mbus_record record = {0};
        mw_mbus_cursor cursor;
        assert_int_equal(walked(&t, &cursor, &record, 1).good, 1);
        assert_true(record.msb_first);
        assert_int_equal(record.kind, table[i].kind);
        assert_int_equal(record.quality, MW_QUALITY_GOOD);
        assert_true(mbus_same(record.n, record.exp10, table[i].n, table[i].exp10));
        mbus_free(t.frame);
    }
}

MW_TEST(texts_in_mode_2_come_as_they_are_read)
{
    static const uint8_t cis[] = {0x72, 0x76};
    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        const held t = decoded(MBUS_RSP_UD, cis[i], MBUS_H12, "0D FD 10 03 41 42 E4 01 7C 02 6D 33 05");
        mw_mbus_record records[2];
        mw_mbus_cursor cursor;
        char text[8];
        assert_int_equal(walked(&t, &cursor, records, 2).good, 2);
        assert_int_equal(records[0].kind, MW_KIND_TEXT);
        assert_int_equal(mw_mbus_text(&records[0], text, sizeof text), 4);
        assert_string_equal(text, i == 0 ? "\xC3\xA4"
                                           "BA"
                                         : "AB\xC3\xA4");
        assert_int_equal(mw_mbus_unit_text(&records[1], text, sizeof text), 2);
        assert_string_equal(text, i == 0 ? "3m" : "m3");
        mbus_free(t.frame);
    }
}

MW_TEST(records_can_stand_alone)
{
    uint8_t bytes[16];
    const size_t count = mw_hex("2F 01 13 05 42 5A FF 7F", bytes, sizeof bytes);
    uint8_t *const copy = mbus_copy(bytes, count);
    mw_mbus_record records[2];
    mw_mbus_cursor cursor;
    (void)state;
    mw_mbus_records_of(copy, count, &cursor);
    assert_int_equal(mbus_walk(&cursor, copy, records, 2).good, 2);
    assert_int_equal(records[0].offset, 1);
    assert_int_equal(records[1].offset, 4);
    is_number(&records[1], 32767, -1);
    mw_mbus_records_of(copy, 0, &cursor);
    assert_int_equal(mbus_walk(&cursor, copy, records, 2).good, 0);
    mw_mbus_records_of(copy, count - 1, &cursor);
    assert_int_equal(mbus_walk(&cursor, copy, records, 2).error, MW_ERR_SHORT);
    assert_int_equal(cursor.error.offset, count - 1);
    mbus_free(copy);
}

MW_TEST(records_that_stand_alone_may_be_85)
{
    uint8_t bytes[255];
    mw_mbus_record record;
    mw_mbus_cursor cursor;
    unsigned records = 0;
    (void)state;
    for (size_t i = 0; i < sizeof bytes; i += 3) {
        bytes[i] = 0x01;
        bytes[i + 1] = 0x13;
        bytes[i + 2] = (uint8_t)(i / 3);
    }
    mw_mbus_records_of(bytes, sizeof bytes, &cursor);
    while (mw_mbus_next(&cursor, &record) == MW_OK) {
        records += record.index == records && record.offset == 3 * records && record.n == records;
    }
    assert_int_equal(records, sizeof bytes / 3);
}

/* EN 13757-3: what each CI field announces, and no other is known. Mode 2 is that of 55, 56, 76 and 77. */
MW_TEST(every_ci_field_is_what_the_standard_says)
{
    static const struct {
        const char *cis;
        uint8_t header_type;
        uint8_t content;
    } kinds[] = {
        {"51 55 78", NONE, MW_MBUS_RECORDS},
        {"5A 7A", SHORT, MW_MBUS_RECORDS},
        {"5B 72 76", LONG, MW_MBUS_RECORDS},
        {"73 77", FIXED, MW_MBUS_FIXED},
        {"69 79", NONE, MW_MBUS_COMPACT},
        {"6A 7B", SHORT, MW_MBUS_COMPACT},
        {"6B", LONG, MW_MBUS_COMPACT},
        {"70", NONE, MW_MBUS_APPLICATION_ERROR},
        {"6E", SHORT, MW_MBUS_APPLICATION_ERROR},
        {"6F", LONG, MW_MBUS_APPLICATION_ERROR},
        {"71", NONE, MW_MBUS_ALARM},
        {"74", SHORT, MW_MBUS_ALARM},
        {"75", LONG, MW_MBUS_ALARM},
        {"50 52 54 56 5C B8 B9 BA BB BC BD BE BF", NONE, MW_MBUS_COMMAND},
        {"53 6C 6D", LONG, MW_MBUS_COMMAND},
        {"A0 A1 A2 A3 A4 A5 A6 A7 A8 A9 AA AB AC AD AE AF B0 B1 B2 B3 B4 B5 B6 B7", NONE, MW_MBUS_MANUFACTURER},
    };
    static const uint8_t zeros[16] = {0};
    uint8_t kind_of[256] = {0}; /* from 1 */
    (void)state;
    for (uint8_t i = 0; i < MW_COUNT(kinds); i++) {
        uint8_t cis[24];
        const size_t count = mw_hex(kinds[i].cis, cis, sizeof cis);
        for (size_t k = 0; k < count; k++) {
            kind_of[cis[k]] = (uint8_t)(i + 1);
        }
    }
    for (unsigned ci = 0; ci < 256; ci++) {
        uint8_t frame[MW_MBUS_FRAME_MAX];
        mw_mbus_telegram telegram;
        const size_t length = mbus_put(MBUS_RSP_UD, 1, (uint8_t)ci, zeros, sizeof zeros, frame);
        const mw_status status = mw_mbus_decode(frame, length, &telegram, NULL);
        assert_int_equal(status, kind_of[ci] != 0 ? MW_OK : MW_ERR_UNSUPPORTED);
        if (status == MW_OK && kind_of[ci] != 0) {
            assert_int_equal(telegram.header_type, kinds[kind_of[ci] - 1].header_type);
            assert_int_equal(telegram.content, kinds[kind_of[ci] - 1].content);
            assert_int_equal(telegram.msb_first, ci == 0x55 || ci == 0x56 || ci == 0x76 || ci == 0x77);
        }
    }
}

MW_TESTS(MW_CASE(telegrams_of_meters), MW_CASE(telegrams_of_the_master), MW_CASE(frames_without_a_telegram),
         MW_CASE(ci_fields_that_are_not_known), MW_CASE(headers), MW_CASE(headers_of_fixed_structures),
         MW_CASE(headers_that_end_too_early), MW_CASE(fixed_structures_have_16_bytes),
         MW_CASE(units_of_fixed_structures), MW_CASE(second_counter_with_the_unit_of_the_first_is_historic),
         MW_CASE(counters_of_fixed_structures), MW_CASE(encrypted_telegrams_are_those_that_cannot_be_read),
         MW_CASE(mode_of_encryption), MW_CASE(encrypted_behind_a_long_header), MW_CASE(ends_of_telegrams),
         MW_CASE(last_telegram_may_be_an_application_error),
         MW_CASE(idle_fillers_are_skipped_and_records_keep_their_place), MW_CASE(function_storage_tariff_and_subunit),
         MW_CASE(data_in_mode_2_come_with_the_highest_byte_first), MW_CASE(texts_in_mode_2_come_as_they_are_read),
         MW_CASE(records_can_stand_alone), MW_CASE(records_that_stand_alone_may_be_85),
         MW_CASE(every_ci_field_is_what_the_standard_says))
