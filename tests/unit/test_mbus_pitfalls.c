/* SPDX-License-Identifier: MIT */
/* What breaks other decoders: the cases M01 to M24 and M31 of our list. Frames are `CI 72`, header, body. M25 to M29,
 * M32 and M33 are in test_mbus_telegram.c and test_mbus_frame.c, M34 in test_mbus_vif.c. */
#include "mbus_frames.h"

#define BODY_MAX 240u /* bytes of the longest body behind a long header */
#define FULL_END (MBUS_BODY + BODY_MAX)

#define RECORDS_MOST 130u

/* A body under construction, and what became of it. */
typedef struct pitfall {
    uint8_t body[BODY_MAX];
    size_t bytes;
    uint8_t *frame;
    size_t length;
    mw_mbus_cursor cursor;
    mbus_outcome outcome;
} pitfall;

static mw_mbus_record records[RECORDS_MOST];

static pitfall nothing(void)
{
    pitfall p;
    memset(&p, 0, sizeof p);
    return p;
}

static void add(pitfall *p, const char *hex)
{
    p->bytes += mw_hex(hex, p->body + p->bytes, BODY_MAX - p->bytes);
}

static void add_times(pitfall *p, size_t times, const char *hex)
{
    while (times-- > 0) {
        add(p, hex);
    }
}

/* Puts fillers in front, so that the frame has its greatest length. */
static void fill(pitfall *p)
{
    memmove(p->body + (BODY_MAX - p->bytes), p->body, p->bytes);
    memset(p->body, 0x2F, BODY_MAX - p->bytes);
    p->bytes = BODY_MAX;
}

/* Decodes it, in memory that ends with the frame; then every frame that is cut off, and every telegram. */
static void decode(pitfall *p, unsigned layout)
{
    static const uint8_t header[] = {0x78, 0x56, 0x34, 0x12, 0x24, 0x40, 0x01, 0x07, 0x55, 0, 0, 0};
    uint8_t data[MW_MBUS_DATA_MAX];
    uint8_t frame[MW_MBUS_FRAME_MAX];
    mw_mbus_telegram telegram;
    memcpy(data, header, sizeof header);
    memcpy(data + sizeof header, p->body, p->bytes);
    p->length = mbus_put(MBUS_RSP_UD, 1, 0x72, data, sizeof header + p->bytes, frame);
    mbus_check_prefixes(frame, p->length);
    mbus_check_cuts(frame, p->length);
    p->frame = mbus_copy(frame, p->length);
    assert_int_equal(mw_mbus_decode(p->frame, p->length, &telegram, NULL), MW_OK);
    assert_int_equal(telegram.content, MW_MBUS_RECORDS);
    mw_mbus_records(&telegram, &p->cursor);
    p->cursor.layout = (uint8_t)layout;
    p->outcome = mbus_walk(&p->cursor, p->frame, records, RECORDS_MOST);
}

static void decode_hex(pitfall *p, const char *hex)
{
    *p = nothing();
    add(p, hex);
    decode(p, MW_MBUS_LAYOUT_AUTO);
}

static void has_records(const pitfall *p, unsigned good, unsigned bad)
{
    assert_int_equal(p->outcome.good, good);
    assert_int_equal(p->outcome.bad, bad);
}

static void has_error(const pitfall *p, mw_status status, mw_mbus_fault fault, size_t offset)
{
    assert_int_equal(p->outcome.error, status);
    assert_int_equal(p->outcome.at.fault, fault);
    assert_int_equal(p->outcome.at.offset, offset);
}

static void is_number(const mw_mbus_record *record, int64_t n, int exp10)
{
    assert_int_equal(record->kind, MW_KIND_NUMBER);
    assert_int_equal(record->quality, MW_QUALITY_GOOD);
    assert_true(mbus_same(record->n, record->exp10, n, exp10));
}

MW_TEST(m01_longest_manufacturer_block)
{
    pitfall p = nothing();
    (void)state;
    add(&p, "0F");
    add_times(&p, 239, "A5");
    decode(&p, MW_MBUS_LAYOUT_AUTO);
    has_records(&p, 0, 0);
    assert_int_equal(p.cursor.manufacturer_bytes, 239);
    assert_ptr_equal(p.cursor.manufacturer, p.frame + MBUS_BODY + 1);
    assert_false(p.cursor.more_records);
    mbus_free(p.frame);
}

/* M02 to M04, M14: the longest frame ends inside a record; so does a short one. */
MW_TEST(m02_m03_m04_m14_telegrams_that_end_inside_a_record)
{
    static const struct {
        const char *hex;
        uint8_t fault;
    } table[] = {
        {"84", MW_MBUS_FAULT_DIFE_END},
        {"84 80 80", MW_MBUS_FAULT_DIFE_END},
        {"01 7C", MW_MBUS_FAULT_VIF_TEXT_END},
        {"01 7C 03 41 42", MW_MBUS_FAULT_VIF_TEXT_END},
        {"01 7C FF 41 42", MW_MBUS_FAULT_VIF_TEXT_END},
        {"01 FC 74", MW_MBUS_FAULT_VIF_TEXT_END},
        {"0D 13", MW_MBUS_FAULT_DATA_END},
        {"0D 13 05 41 42 43 44", MW_MBUS_FAULT_DATA_END},
        {"0D 13 C2 34", MW_MBUS_FAULT_DATA_END},
        {"0D 13 F6 34", MW_MBUS_FAULT_DATA_END},
        {"0D", MW_MBUS_FAULT_VIF_END},
        {"01 FD", MW_MBUS_FAULT_VIF_END},
        {"01 FD FD", MW_MBUS_FAULT_VIF_END},
        {"01 FB", MW_MBUS_FAULT_VIF_END},
        {"01 FF", MW_MBUS_FAULT_VIF_END},
        {"01 93 FC", MW_MBUS_FAULT_VIF_END},
        {"01 93 80 80", MW_MBUS_FAULT_VIF_END},
        {"01", MW_MBUS_FAULT_VIF_END},
        {"01 13", MW_MBUS_FAULT_DATA_END},
        {"07 13 01 02 03 04 05 06 07", MW_MBUS_FAULT_DATA_END},
    };
    (void)state;
    for (size_t i = 0; i < MW_COUNT(table); i++) {
        pitfall p = nothing();
        add(&p, table[i].hex);
        fill(&p);
        decode(&p, MW_MBUS_LAYOUT_AUTO);
        has_records(&p, 0, 1);
        has_error(&p, MW_ERR_SHORT, (mw_mbus_fault)table[i].fault, FULL_END);
        mbus_free(p.frame);

        p = nothing();
        add(&p, "01 13 05");
        add(&p, table[i].hex);
        decode(&p, MW_MBUS_LAYOUT_AUTO);
        has_records(&p, 1, 1);
        is_number(&records[0], 5, -3);
        has_error(&p, MW_ERR_SHORT, (mw_mbus_fault)table[i].fault, p.length - 2);
        mbus_free(p.frame);
    }
}

MW_TEST(m05_longest_unit_and_text)
{
    pitfall p = nothing();
    char text[128];
    (void)state;
    add_times(&p, 31, "00 13");
    add(&p, "0D 7C 46");
    add_times(&p, 70, "26");
    add(&p, "68");
    add_times(&p, 104, "26");
    assert_int_equal(p.bytes, BODY_MAX);
    decode(&p, MW_MBUS_LAYOUT_AUTO);
    has_records(&p, 32, 0);
    assert_int_equal(records[31].quantity, MW_MBUS_Q_PLAIN_TEXT);
    assert_int_equal(records[31].kind, MW_KIND_TEXT);
    assert_int_equal(records[31].lvar, 0x68);
    assert_int_equal(records[31].unit_text_bytes, 70);
    assert_int_equal(mw_mbus_unit_text(&records[31], text, sizeof text), 70);
    assert_int_equal(strlen(text), 70);
    assert_int_equal(mw_mbus_text(&records[31], text, sizeof text), 104);
    assert_int_equal(strspn(text, "&"), 104);
    mbus_free(p.frame);
}

MW_TEST(m06_as_many_records_as_possible)
{
    pitfall p = nothing();
    (void)state;
    add_times(&p, 120, "00 13");
    decode(&p, MW_MBUS_LAYOUT_AUTO);
    has_records(&p, 120, 0);
    for (unsigned i = 0; i < 120; i++) {
        assert_int_equal(records[i].index, i);
        assert_int_equal(records[i].offset, MBUS_BODY + 2 * i);
        assert_int_equal(records[i].kind, MW_KIND_NONE);
        assert_int_equal(records[i].quality, MW_QUALITY_NOT_AVAILABLE);
        assert_int_equal(records[i].data_bytes, 0);
    }
    mbus_free(p.frame);
}

MW_TEST(m07_unit_of_128_characters)
{
    pitfall p = nothing();
    char text[160];
    (void)state;
    add(&p, "0D 7C 80");
    add_times(&p, 128, "41");
    add(&p, "01 41");
    decode(&p, MW_MBUS_LAYOUT_AUTO);
    has_records(&p, 1, 0);
    assert_int_equal(records[0].unit_text, 3);
    assert_int_equal(records[0].unit_text_bytes, 128);
    assert_int_equal(mw_mbus_unit_text(&records[0], text, sizeof text), 128);
    assert_int_equal(strspn(text, "A"), 128);
    assert_int_equal(mw_mbus_text(&records[0], text, sizeof text), 1);
    assert_string_equal(text, "A");
    mbus_free(p.frame);
}

MW_TEST(m08_ten_difes)
{
    pitfall p;
    (void)state;
    decode_hex(&p, "84 FF FF FF FF FF FF FF FF FF 7F 13 01 00 00 00 01 13 05");
    has_records(&p, 2, 0);
    assert_true(records[0].storage == ((uint64_t)1 << 41) - 2);
    assert_true(records[0].tariff == ((uint32_t)1 << 20) - 1);
    assert_int_equal(records[0].subunit, 1023);
    assert_int_equal(records[0].dib_bytes, 11);
    is_number(&records[0], 1, -3);
    is_number(&records[1], 5, -3);
    mbus_free(p.frame);
}

MW_TEST(m09_eleven_difes)
{
    pitfall p;
    (void)state;
    decode_hex(&p, "01 13 04 84 FF FF FF FF FF FF FF FF FF FF 7F 13 01 00 00 00 01 13 05");
    has_records(&p, 2, 1);
    has_error(&p, MW_ERR_RANGE, MW_MBUS_FAULT_DIFE_COUNT, MBUS_BODY + 3 + 11);
    is_number(&records[0], 4, -3);
    is_number(&records[1], 5, -3);
    assert_int_equal(records[1].offset, MBUS_BODY + 20);
    mbus_free(p.frame);
}

MW_TEST(m09_as_many_difes_as_possible)
{
    pitfall p = nothing();
    (void)state;
    add(&p, "84");
    add_times(&p, BODY_MAX - 1 - 2 - 4 - 3, "FF");
    add(&p, "7F 13 01 00 00 00 01 13 05");
    decode(&p, MW_MBUS_LAYOUT_AUTO);
    has_records(&p, 1, 1);
    has_error(&p, MW_ERR_RANGE, MW_MBUS_FAULT_DIFE_COUNT, MBUS_BODY + 11);
    is_number(&records[0], 5, -3);
    mbus_free(p.frame);
}

MW_TEST(m10_ten_vifes)
{
    pitfall p;
    (void)state;
    decode_hex(&p, "01 93 BE BE BE BE BE BE BE BE BE 3E 05 01 13 06");
    has_records(&p, 2, 0);
    is_number(&records[0], 5, -3);
    is_number(&records[1], 6, -3);
    assert_int_equal(records[0].vib_bytes, 11);
    assert_int_equal(records[0].vife_bytes, 10);
    assert_int_equal(mw_mbus_modifier(&records[0], 9), 0x3E);
    assert_int_equal(mw_mbus_modifier(&records[0], 10), MW_MBUS_NO_MODIFIER);
    mbus_free(p.frame);
}

MW_TEST(m11_eleven_vifes)
{
    pitfall p;
    (void)state;
    decode_hex(&p, "01 13 04 01 93 FE FE FE FE FE FE FE FE FE FE 7E 05 01 13 06");
    has_records(&p, 2, 1);
    has_error(&p, MW_ERR_RANGE, MW_MBUS_FAULT_VIFE_COUNT, MBUS_BODY + 3 + 12);
    is_number(&records[0], 4, -3);
    is_number(&records[1], 6, -3);
    mbus_free(p.frame);
}

MW_TEST(m12_extension_tables_that_are_not_named)
{
    pitfall p;
    (void)state;
    decode_hex(&p, "01 7D 05 01 7B 05 01 13 06");
    has_records(&p, 3, 0);
    for (unsigned i = 0; i < 2; i++) {
        is_number(&records[i], 5, 0);
        assert_int_equal(records[i].quantity, MW_MBUS_Q_RESERVED);
        assert_int_equal(records[i].unit, MW_UNIT_OTHER);
        assert_int_equal(records[i].bytes[1], i == 0 ? 0x7D : 0x7B);
    }
    mbus_free(p.frame);
}

/* The plain text and what is behind it: by the standard, as meters do it, and with the other rule. */
MW_TEST(m13_plain_text_and_modifiers)
{
    static const struct {
        const char *hex;
        uint8_t layout;
        uint8_t unit_text; /* 0: the rule does not fit */
        int8_t exp10;
    } table[] = {
        {"01 FC 74 0A 41 42 43 44 45 46 47 48 49 4A 05", MW_MBUS_LAYOUT_AUTO, 4, -2},
        {"01 FC 74 0A 41 42 43 44 45 46 47 48 49 4A 05", MW_MBUS_LAYOUT_STANDARD, 4, -2},
        {"01 FC 74 0A 41 42 43 44 45 46 47 48 49 4A 05", MW_MBUS_LAYOUT_FIELD, 0, 0},
        {"01 FC 0A 41 42 43 44 45 46 47 48 49 4A 74 05", MW_MBUS_LAYOUT_AUTO, 3, -2},
        {"01 FC 0A 41 42 43 44 45 46 47 48 49 4A 74 05", MW_MBUS_LAYOUT_FIELD, 3, -2},
        {"01 FC 0A 41 42 43 44 45 46 47 48 49 4A 74 05", MW_MBUS_LAYOUT_STANDARD, 0, 0},
        {"01 7C 0A 41 42 43 44 45 46 47 48 49 4A 05", MW_MBUS_LAYOUT_AUTO, 3, 0},
        {"01 7C 0A 41 42 43 44 45 46 47 48 49 4A 05", MW_MBUS_LAYOUT_STANDARD, 3, 0},
        {"01 7C 0A 41 42 43 44 45 46 47 48 49 4A 05", MW_MBUS_LAYOUT_FIELD, 3, 0},
    };
    (void)state;
    for (size_t i = 0; i < MW_COUNT(table); i++) {
        pitfall p = nothing();
        char text[16];
        add(&p, table[i].hex);
        decode(&p, table[i].layout);
        if (table[i].unit_text == 0) {
            has_records(&p, 0, 1);
            has_error(&p, MW_ERR_SHORT, MW_MBUS_FAULT_VIF_TEXT_END, p.length - 2);
        } else {
            has_records(&p, 1, 0);
            is_number(&records[0], 5, table[i].exp10);
            assert_int_equal(records[0].quantity, MW_MBUS_Q_PLAIN_TEXT);
            assert_int_equal(records[0].unit, MW_UNIT_OTHER);
            assert_int_equal(records[0].unit_text, table[i].unit_text);
            assert_int_equal(records[0].unit_text_bytes, 10);
            assert_int_equal(mw_mbus_unit_text(&records[0], text, sizeof text), 10);
            assert_string_equal(text, "JIHGFEDCBA");
            assert_int_equal(mw_mbus_modifier(&records[0], 0), table[i].exp10 == 0 ? MW_MBUS_NO_MODIFIER : 0x74);
            assert_int_equal(mw_mbus_modifier(&records[0], 1), MW_MBUS_NO_MODIFIER);
        }
        mbus_free(p.frame);
    }
}

/* Several of them, and other records around them: one rule for the telegram. */
MW_TEST(m13_the_layout_is_that_of_the_telegram)
{
    static const char *const bodies[] = {
        "01 13 01 02 FC 74 03 48 52 25 D4 11 02 FC F3 3E 03 48 52 25 C8 11 01 13 02", /* standard */
        "01 13 01 02 FC 03 48 52 25 74 D4 11 02 FC 03 48 52 25 F3 3E C8 11 01 13 02", /* field */
    };
    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        pitfall p;
        char text[8];
        decode_hex(&p, bodies[i]);
        has_records(&p, 4, 0);
        is_number(&records[1], 0x11D4, -2);
        is_number(&records[2], 0x11C8, -3);
        assert_true(mw_mbus_has(&records[2], 0x3E));
        assert_int_equal(mw_mbus_unit_text(&records[1], text, sizeof text), 3);
        assert_string_equal(text, "%RH");
        mbus_free(p.frame);
    }
}

/* A record in the standard's layout, and behind it what cannot be taken apart in any layout. */
MW_TEST(m13_a_bad_record_behind_does_not_change_the_layout)
{
    static const struct {
        const char *body;
        unsigned good;
        unsigned bad;
    } table[] = {
        {"01 FC 74 01 41 05 0D", 1, 1},
        {"01 FC 74 01 41 05 01 03 05 01 93 FE FE FE FE FE FE FE FE FE FE 7E 05 01 03 05", 3, 1},
        {"01 FC 74 01 41 05 01 03 05 05 13 03", 2, 1},
        {"01 FC 74 01 41 05 7F", 1, 0},
        {"01 FC 74 01 41 05 3F", 1, 1},
    };
    (void)state;
    for (size_t i = 0; i < MW_COUNT(table); i++) {
        uint8_t bytes[MW_MBUS_DATA_MAX];
        const size_t count = mw_hex(table[i].body, bytes, sizeof bytes);
        mw_mbus_cursor cursor;
        mw_mbus_record record;
        mw_status status;
        unsigned good = 0;
        unsigned bad = 0;
        mw_mbus_records_of(bytes, count, &cursor);
        while ((status = mw_mbus_next(&cursor, &record)) != MW_END) {
            if (status == MW_OK && good++ == 0) { /* 5 * 10^-2 of a unit named A */
                char unit[8];
                assert_int_equal(record.n, 5);
                assert_int_equal(record.exp10, -2);
                assert_int_equal(mw_mbus_unit_text(&record, unit, sizeof unit), 1);
                assert_string_equal(unit, "A");
            }
            bad += status != MW_OK;
        }
        assert_int_equal(good, table[i].good);
        assert_int_equal(bad, table[i].bad);
    }
}

MW_TEST(m15_m16_dates_that_are_none)
{
    static const struct {
        const char *hex;
        uint8_t kind;
    } table[] = {
        {"02 6C FF FF", MW_KIND_DATE},
        {"02 6C 00 00", MW_KIND_DATE},
        {"04 6D A1 2E AA 1C", MW_KIND_DATETIME}, /* 2013-12-10 14:33, said to be invalid */
    };
    (void)state;
    for (size_t i = 0; i < MW_COUNT(table); i++) {
        pitfall p;
        decode_hex(&p, table[i].hex);
        has_records(&p, 1, 0);
        assert_int_equal(records[0].kind, table[i].kind);
        assert_int_equal(records[0].quality, MW_QUALITY_INVALID);
        mbus_free(p.frame);
    }
}

MW_TEST(m17_m19_m31_numbers)
{
    static const struct {
        const char *hex;
        uint8_t kind;
        int64_t n;
        int8_t exp10;
    } table[] = {
        {"0A 5A 12 F0", MW_KIND_NUMBER, -12, -1},                        /* M17 */
        {"0E 03 99 99 99 99 99 99", MW_KIND_NUMBER, 999999999999, 0},    /* M19 */
        {"04 FD 17 00 00 00 80", MW_KIND_BITS, (int64_t)0x80000000u, 0}, /* M31 */
        {"04 FD 17 FF FF FF FF", MW_KIND_BITS, (int64_t)0xFFFFFFFFu, 0},
    };
    (void)state;
    for (size_t i = 0; i < MW_COUNT(table); i++) {
        pitfall p;
        decode_hex(&p, table[i].hex);
        has_records(&p, 1, 0);
        assert_int_equal(records[0].kind, table[i].kind);
        assert_int_equal(records[0].quality, MW_QUALITY_GOOD);
        assert_true(mbus_same(records[0].n, records[0].exp10, table[i].n, table[i].exp10));
        mbus_free(p.frame);
    }
}

MW_TEST(m18_m20_m21_numbers_that_are_none)
{
    static const struct {
        const char *hex;
        uint8_t quality;
    } table[] = {
        {"0C 2B BD EB DD DD", MW_QUALITY_INVALID},             /* M18 */
        {"07 03 00 00 00 00 00 00 00 80", MW_QUALITY_INVALID}, /* M20 */
        {"05 2B 00 00 C0 7F", MW_QUALITY_INVALID},             /* M21: NaN */
        {"05 2B 00 00 80 7F", MW_QUALITY_OVERFLOW},            /* infinity */
        {"05 2B FF FF 7F 7F", MW_QUALITY_OVERFLOW},            /* the largest */
    };
    (void)state;
    for (size_t i = 0; i < MW_COUNT(table); i++) {
        pitfall p = nothing();
        add(&p, table[i].hex);
        add(&p, "01 13 05"); /* goes on */
        decode(&p, MW_MBUS_LAYOUT_AUTO);
        has_records(&p, 2, 0);
        assert_int_equal(records[0].quality, table[i].quality);
        assert_memory_equal(records[0].bytes + 2, p.body + 2, records[0].data_bytes);
        is_number(&records[1], 5, -3);
        mbus_free(p.frame);
    }
}

MW_TEST(m22_bcd_of_variable_length)
{
    pitfall p;
    (void)state;
    decode_hex(&p, "0D 13 C2 34 12 01 13 05");
    has_records(&p, 2, 0);
    is_number(&records[0], 1234, -3);
    assert_int_equal(records[0].lvar, 0xC2);
    assert_int_equal(records[0].data_bytes, 2);
    assert_int_equal(records[0].length, 5);
    is_number(&records[1], 5, -3);
    mbus_free(p.frame);
}

MW_TEST(m23_global_readout)
{
    pitfall p;
    (void)state;
    decode_hex(&p, "7F");
    has_records(&p, 0, 0);
    assert_true(p.cursor.global_readout);
    assert_false(p.cursor.more_records);
    mbus_free(p.frame);
}

MW_TEST(m24_selection)
{
    pitfall p;
    (void)state;
    decode_hex(&p, "08 13 88 10 93 3B 08 7E");
    has_records(&p, 3, 0);
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(records[i].kind, MW_KIND_NONE);
        assert_int_equal(records[i].quality, MW_QUALITY_NOT_AVAILABLE);
        assert_int_equal(records[i].data_bytes, 0);
    }
    assert_int_equal(records[1].quantity, MW_MBUS_Q_VOLUME);
    assert_true(records[1].tariff == 1);
    assert_true(mw_mbus_has(&records[1], 0x3B));
    assert_int_equal(records[2].quantity, MW_MBUS_Q_ANY);
    mbus_free(p.frame);
}

MW_TEST(reserved_difs_stop_the_telegram)
{
    static const uint8_t difs[] = {0x3F, 0x4F, 0x5F, 0x6F};
    (void)state;
    for (size_t i = 0; i < MW_COUNT(difs); i++) {
        pitfall p = nothing();
        add(&p, "01 13 05 2F");
        p.body[p.bytes++] = difs[i];
        add(&p, "01 13 05");
        decode(&p, MW_MBUS_LAYOUT_AUTO);
        has_records(&p, 1, 1);
        has_error(&p, MW_ERR_UNSUPPORTED, MW_MBUS_FAULT_DIF_RESERVED, MBUS_BODY + 4);
        mbus_free(p.frame);
    }
}

MW_TEST(reserved_lvars_stop_the_telegram)
{
    (void)state;
    for (unsigned lvar = 0xC0; lvar < 0x100; lvar++) {
        const bool reserved = (lvar >= 0xCA && lvar <= 0xCF) || (lvar >= 0xDA && lvar <= 0xDF) || lvar >= 0xF7;
        pitfall p = nothing();
        add(&p, "01 13 05 0D 13");
        p.body[p.bytes++] = (uint8_t)lvar;
        add_times(&p, 64, "11");
        decode(&p, MW_MBUS_LAYOUT_AUTO);
        if (reserved) {
            has_records(&p, 1, 1);
            has_error(&p, MW_ERR_UNSUPPORTED, MW_MBUS_FAULT_LVAR_RESERVED, MBUS_BODY + 5);
        } else {
            assert_in_range(p.outcome.good, 2, 66);
            assert_int_equal(records[1].lvar, lvar);
        }
        mbus_free(p.frame);
    }
}

/* Noise in good frames: it comes to an end, and every record lies in the frame. */
MW_TEST(noise_is_decoded_to_an_end)
{
    static const uint8_t cis[] = {0x72, 0x76, 0x78, 0x7A, 0x51, 0x55, 0x73, 0x77};
    uint32_t seed = 1;
    (void)state;
    for (unsigned i = 0; i < MW_ROUNDS(3000); i++) {
        uint8_t data[MW_MBUS_DATA_MAX];
        uint8_t frame[MW_MBUS_FRAME_MAX];
        const size_t count = i % 8 >= 6 ? 16 : i % (sizeof data + 1);
        mw_mbus_telegram telegram;
        size_t length;
        uint8_t *copy;
        for (size_t k = 0; k < count; k++) {
            seed = seed * 1664525 + 1013904223;
            data[k] = (uint8_t)(seed >> 24);
            if (i % 3 == 0 && (data[k] & 0x0F) == 0x0F) {
                data[k] ^= 0x02; /* fewer ends, more records */
            }
        }
        length = mbus_put(MBUS_RSP_UD, 1, cis[i % 8], data, count, frame);
        copy = mbus_copy(frame, length);
        if (mw_mbus_decode(copy, length, &telegram, NULL) == MW_OK) {
            for (unsigned layout = MW_MBUS_LAYOUT_AUTO; layout <= MW_MBUS_LAYOUT_FIELD; layout++) {
                mw_mbus_cursor cursor;
                mw_mbus_records(&telegram, &cursor);
                cursor.layout = (uint8_t)layout;
                cursor.short_bcd6 = i % 2 == 0;
                (void)mbus_walk(&cursor, copy, NULL, 0);
            }
        }
        mbus_free(copy);
    }
}

MW_TESTS(MW_CASE(m01_longest_manufacturer_block), MW_CASE(m02_m03_m04_m14_telegrams_that_end_inside_a_record),
         MW_CASE(m05_longest_unit_and_text), MW_CASE(m06_as_many_records_as_possible),
         MW_CASE(m07_unit_of_128_characters), MW_CASE(m08_ten_difes), MW_CASE(m09_eleven_difes),
         MW_CASE(m09_as_many_difes_as_possible), MW_CASE(m10_ten_vifes), MW_CASE(m11_eleven_vifes),
         MW_CASE(m12_extension_tables_that_are_not_named), MW_CASE(m13_plain_text_and_modifiers),
         MW_CASE(m13_the_layout_is_that_of_the_telegram), MW_CASE(m13_a_bad_record_behind_does_not_change_the_layout),
         MW_CASE(m15_m16_dates_that_are_none), MW_CASE(m17_m19_m31_numbers), MW_CASE(m18_m20_m21_numbers_that_are_none),
         MW_CASE(m22_bcd_of_variable_length), MW_CASE(m23_global_readout), MW_CASE(m24_selection),
         MW_CASE(reserved_difs_stop_the_telegram), MW_CASE(reserved_lvars_stop_the_telegram),
         MW_CASE(noise_is_decoded_to_an_end))
