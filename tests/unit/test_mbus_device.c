/* SPDX-License-Identifier: MIT */
#include <meterwire/device.h>
#include <meterwire/models.h>

#include "wago_mbus.h"

#define SETS 4

static struct {
    mw_mbus_device device;
    uint8_t reply[MW_MBUS_FRAME_MAX];
    size_t reply_length;
    /* What the application gives: the values of the reference readouts, but this one. */
    const char *code;
    mw_reading given;
    mw_status given_status;
    bool is_noted; /* what it was asked for, with what preset */
    size_t asked;
    mw_reading asked_for[WAGO_B_VALUES];
    /* What it was told. */
    mw_status set_status;
    size_t set_count;
    const mw_mbus_setting *settings[SETS];
    int64_t values[SETS];
} bench;

static mw_status give_value(void *user, mw_obis id, mw_reading *reading)
{
    assert_ptr_equal(user, &bench);
    if (bench.is_noted && bench.asked < WAGO_B_VALUES) {
        assert_true(mw_obis_equal(reading->id, id));
        bench.asked_for[bench.asked++] = *reading;
    }
    if (bench.code != NULL && mw_obis_equal(wago_id(bench.code), id)) {
        reading->n = bench.given.n;
        reading->exp10 = bench.given.exp10;
        reading->quality = bench.given.quality;
        return bench.given_status;
    }
    for (size_t i = 0; i < MW_COUNT(wago_values); i++) {
        if (mw_obis_equal(wago_id(wago_values[i].code), id)) {
            reading->n = wago_values[i].n;
            return MW_OK;
        }
    }
    return MW_ERR_UNSUPPORTED;
}

static mw_status take_value(void *user, const mw_mbus_setting *setting, int64_t n)
{
    assert_ptr_equal(user, &bench);
    assert_true(bench.set_count < SETS);
    if (bench.set_count < SETS) {
        bench.settings[bench.set_count] = setting;
        bench.values[bench.set_count++] = n;
    }
    return bench.set_status;
}

/* The meter of the reference readouts: address 1, access number 4. */
static void set_up(const mw_mbus_model *model)
{
    memset(&bench, 0, sizeof bench);
    mw_mbus_device_init(&bench.device, model, bench.reply);
    bench.device.user = &bench;
    bench.device.value = give_value;
    bench.device.set = take_value;
    bench.device.slave.address = 1;
    bench.device.slave.header.id = 0x19020246;
    bench.device.slave.header.access = 4;
}

/* Asks; what is expected is a whole frame, or nothing. */
static void check(const char *request, const char *expected)
{
    uint8_t asked[MW_MBUS_FRAME_MAX];
    uint8_t answer[MW_MBUS_FRAME_MAX];
    const size_t count = mw_hex(request, asked, sizeof asked);
    const size_t length = mw_hex(expected, answer, sizeof answer);
    bench.reply_length = 0x5A5A;
    assert_int_equal(mw_mbus_device_answer(&bench.device, asked, count, &bench.reply_length), MW_OK);
    assert_int_equal(bench.reply_length, length);
    assert_memory_equal(bench.reply, answer, length);
}

/* The same with what is carried; the frame is put around it. The length of the answer. */
static size_t ask(const char *carried)
{
    uint8_t frame[MW_MBUS_FRAME_MAX];
    const size_t count = mbus_wrap_hex(carried, frame);
    assert_int_equal(mw_mbus_device_answer(&bench.device, frame, count, &bench.reply_length), MW_OK);
    return bench.reply_length;
}

/* A readout with the other frame count bit than the one before. */
static size_t read_again(void)
{
    static bool bit;
    char carried[] = "5B 01";
    bit = !bit;
    carried[0] = bit ? '7' : '5';
    return ask(carried);
}

#define NKE         "10 40 01 41 16"
#define REQ_UD2     "10 5B 01 5C 16"
#define REQ_UD2_FCB "10 7B 01 7C 16"
#define ACK         "E5"
#define NOTHING     ""
#define UNSPECIFIED "68 04 04 68 08 01 70 00 79 16"
#define NO_SUCH_CI  "68 04 04 68 08 01 70 01 7A 16"
#define TARIFF_2    "68 08 08 68 53 01 51 09 7C 01 54 02 81 16"
#define IS_DATA(n)  ((n) == WAGO_A_BYTES && bench.reply[6] == 0x72)

/* ---- readouts ---- */

MW_TEST(sends_the_reference_readouts)
{
    (void)state;
    set_up(&mw_mbus_model_wago_879_3000);
    check(NKE, ACK);
    check(REQ_UD2_FCB, WAGO_A);
    check(REQ_UD2_FCB, WAGO_A); /* repeated */
    set_up(&mw_mbus_model_wago_879_3020);
    check(REQ_UD2, WAGO_A);
    set_up(&mw_mbus_model_wago_879_3040);
    check(REQ_UD2_FCB, WAGO_B);
}

MW_TEST(a_new_meter_has_the_address_of_the_factory)
{
    uint8_t expected[MW_MBUS_FRAME_MAX];
    (void)state;
    set_up(&mw_mbus_model_wago_879_3000);
    mw_mbus_device_init(&bench.device, &mw_mbus_model_wago_879_3000, bench.reply);
    bench.device.user = &bench;
    bench.device.value = give_value;
    assert_int_equal(bench.device.slave.header.id, 0);
    bench.device.slave.header.id = 0x19020246;
    bench.device.slave.header.access = 4;
    assert_int_equal(ask("7B 00"), WAGO_A_BYTES);
    mw_hex(WAGO_A, expected, sizeof expected);
    expected[5] = 0x00;
    expected[242] = 0x36;
    assert_memory_equal(bench.reply, expected, WAGO_A_BYTES);
    check(REQ_UD2_FCB, NOTHING); /* it is not 1 */
}

MW_TEST(counts_readouts)
{
    (void)state;
    set_up(&mw_mbus_model_wago_879_3000);
    bench.device.slave.header.access = 255;
    assert_true(IS_DATA(ask("7B 01")));
    assert_int_equal(bench.reply[15], 255);
    assert_true(IS_DATA(ask("5B 01")));
    assert_int_equal(bench.reply[15], 0);
}

MW_TEST(the_application_is_told_the_exponent_and_the_unit_of_each_record)
{
    (void)state;
    set_up(&mw_mbus_model_wago_879_3040);
    bench.is_noted = true;
    check(REQ_UD2_FCB, WAGO_B);
    assert_int_equal(bench.asked, WAGO_B_VALUES);
    for (size_t i = 0; i < bench.asked; i++) {
        const mw_reading *const asked = &bench.asked_for[i];
        assert_true(mw_obis_equal(asked->id, wago_id(wago_values[i].code)));
        assert_int_equal(asked->exp10, wago_values[i].exp10);
        assert_int_equal(asked->unit, wago_values[i].unit);
        assert_int_equal(asked->kind, MW_KIND_NUMBER);
        assert_int_equal(asked->quality, MW_QUALITY_GOOD);
        assert_int_equal(asked->n, 0);
    }
}

/* Gives a value of its own, and looks at the data of its record, at that offset in the frame. */
static void check_given(const char *code, int64_t n, int8_t exp10, uint8_t quality, size_t offset, const char *data)
{
    uint8_t expected[4];
    const size_t count = mw_hex(data, expected, sizeof expected);
    bench.code = code;
    bench.given.n = n;
    bench.given.exp10 = exp10;
    bench.given.quality = quality;
    assert_int_equal(read_again(), bench.device.model->short_bcd6 ? WAGO_B_BYTES : WAGO_A_BYTES);
    assert_int_equal(bench.reply[6], 0x72);
    assert_memory_equal(bench.reply + offset, expected, count);
}

/* Offsets are those of the facts: of the DIF, and its head. */
MW_TEST(values_may_be_coarser_than_the_record)
{
    const uint8_t good = MW_QUALITY_GOOD;
    (void)state;
    set_up(&mw_mbus_model_wago_879_3040);
    check_given("1-0:1.8.0", 12, 3, good, 19 + 2, "E0 2E 00 00");  /* 12 kWh: 12000 = 2EE0 */
    check_given("1-0:32.7.0", 230, 0, good, 119 + 5, "D8 59");     /* 230.00 V: 23000 = 59D8 */
    check_given("1-0:31.7.0", -25, -1, good, 140 + 5, "3C F6 FF"); /* -2.500 A: -2500 */
    check_given("1-0:13.7.0", 9, -1, good, 226 + 3, "90 00");      /* 0.90 */
    check_given("1-0:13.7.0", 1, 0, good, 226 + 3, "00 01");       /* 1.00 */
    check_given("1-0:14.7.0", 50, 0, good, 231 + 3, "50 C3 00");   /* 50.000 Hz: C350 */
    check_given("1-0:3.8.0", 1, 6, good, 102 + 4, "40 42 0F 00");  /* 1 Mvarh in varh: F4240 */
    check_given("1-0:0.4.2", 2, 2, good, 242 + 3, "05 00 02");     /* 200 A / 5 A: 020005 */
    check_given("1-0:0.4.5", 1, 0, good, 242 + 3, "01 95 99");     /* 9995 A / 1 A: 999501 */
}

MW_TEST(values_that_are_not_good_are_sent_as_invalid)
{
    const uint8_t bad = MW_QUALITY_INVALID;
    (void)state;
    set_up(&mw_mbus_model_wago_879_3040);
    check_given("1-0:1.8.0", 5, 0, bad, 19 + 2, "00 00 00 80"); /* the most negative */
    check_given("1-0:32.7.0", 5, 0, MW_QUALITY_NOT_AVAILABLE, 119 + 5, "00 80");
    check_given("1-0:31.7.0", 5, 0, MW_QUALITY_NOT_READ, 140 + 5, "00 00 80");
    check_given("1-0:13.7.0", 5, 0, bad, 226 + 3, "DD DD"); /* blank: EN 13757-3, annex on type A */
    check_given("0-0:96.14.0", 1, 0, bad, 237 + 4, "DD");
    check_given("1-0:0.4.2", 5, 0, bad, 242 + 3, "DD DD DD");
    check_given("1-0:0.4.5", 5, 0, bad, 242 + 3, "DD DD DD");
}

MW_TEST(a_value_that_cannot_be_had_is_an_application_error)
{
    static const char *const codes[] = {"1-0:1.8.0", "1-0:0.4.2", "1-0:0.4.5"};
    (void)state;
    set_up(&mw_mbus_model_wago_879_3040);
    for (size_t i = 0; i < MW_COUNT(codes); i++) {
        bench.code = codes[i];
        bench.given_status = MW_ERR_IO;
        check(REQ_UD2_FCB, UNSPECIFIED);
        bench.code = NULL;
        assert_int_equal(ask("5B 01"), WAGO_B_BYTES);
    }
}

MW_TEST(a_value_that_does_not_fit_costs_no_other_one)
{
    static const struct {
        const char *code;
        int64_t n;
        unsigned index; /* of the record */
    } values[] = {
        {"1-0:32.7.0", 40000, 13},   /* 400.00 V: an int16 has 327.67 */
        {"1-0:31.7.0", 8388608, 16}, /* of an int24 */
        {"1-0:13.7.0", 10000, 28},   /* four digits */
        {"0-0:96.14.0", 100, 30},    /* two digits */
        {"1-0:0.4.2", 10000, 31},    /* four digits */
        {"1-0:0.4.5", 100, 31},      /* two digits, which would become part of the primary current */
        {"1-0:0.4.5", -1, 31},
    };
    (void)state;
    set_up(&mw_mbus_model_wago_879_3040);
    for (size_t i = 0; i < MW_COUNT(values); i++) {
        mw_mbus_telegram telegram;
        mw_mbus_cursor cursor;
        mw_mbus_record record;
        size_t length;
        bench.code = values[i].code;
        bench.given.n = values[i].n;
        bench.given_status = MW_OK;
        length = ask(i % 2 == 0 ? "7B 01" : "5B 01");
        assert_int_equal(mw_mbus_decode(bench.device.slave.reply, length, &telegram, NULL), MW_OK);
        assert_int_equal(telegram.content, MW_MBUS_RECORDS);
        mw_mbus_records(&telegram, &cursor);
        while (mw_mbus_next(&cursor, &record) == MW_OK) {
            assert_int_equal(record.quality == MW_QUALITY_INVALID, record.index == values[i].index);
        }
        assert_int_equal(cursor.index, 32);
    }
}

/* ---- settings ---- */

static void check_set(size_t i, const char *code, int64_t n)
{
    assert_true(i < bench.set_count);
    assert_ptr_equal(bench.settings[i], mw_mbus_find_setting(bench.device.model, wago_id(code)));
    assert_true(bench.values[i] == n);
}

MW_TEST(every_write_of_the_manual_is_understood)
{
    (void)state;
    for (size_t i = 0; i < MW_COUNT(wago_writes); i++) {
        set_up(&mw_mbus_model_wago_879_3000);
        check(wago_writes[i].frame, ACK);
        assert_int_equal(bench.set_count, 1);
        check_set(0, wago_writes[i].code, wago_writes[i].n);
        assert_true(IS_DATA(read_again()));
    }
}

/* Also the same with the frame count bit set. */
MW_TEST(a_write_repeated_is_done_once)
{
    (void)state;
    set_up(&mw_mbus_model_wago_879_3000);
    assert_int_equal(ask("73 01 51 09 7C 01 54 02"), 1);
    assert_int_equal(ask("73 01 51 09 7C 01 54 02"), 1);
    assert_int_equal(bench.set_count, 1);
    assert_int_equal(ask("53 01 51 09 7C 01 54 02"), 1);
    assert_int_equal(bench.set_count, 2);
}

MW_TEST(several_records_are_carried_out_in_their_order)
{
    (void)state;
    set_up(&mw_mbus_model_wago_879_3000);
    assert_int_equal(ask("53 01 51 09 7C 01 54 02 09 FD 3A 04 0C FD 3A 00 00 01 00"), 1);
    assert_int_equal(bench.set_count, 3);
    check_set(0, WAGO_WRITE_TARIFF, 2);
    check_set(1, WAGO_WRITE_COMBINED, 4);
    check_set(2, WAGO_WRITE_PULSES, 100000);
    assert_true(IS_DATA(read_again()));
}

MW_TEST(of_several_records_all_are_carried_out_or_none)
{
    static const char *const frames[] = {
        "53 01 51 09 7C 01 54 02 09 FD 3A 06",       /* no such combination */
        "53 01 51 09 FD 3A 00 09 7C 01 54 02",       /* nor is this */
        "53 01 51 09 7C 01 54 02 04 03 01 00 00 00", /* a value that cannot be set */
        "53 01 51 09 7C 01 54 02 09 7C 01 54",       /* it ends too early */
        "53 01 51 09 7C 01 54 02 09 7C 01 55 01",    /* another text than T */
        "53 01 51 09 7C 01 54 02 0A 7C 01 54 01 00", /* another size */
        "53 01 51 09 7C 01 54 0A 09 7C 01 54 02",    /* no decimal digit */
        "53 01 51 09 7C 01 54 05",
        "53 01 51 01 7A FB", /* address 251 */
        "53 01 51 01 7A FF",
        "53 01 51 0C 79 FF FF FF FF",
        "53 01 51 0C FD 3A 02 00 00 00", /* 0.02 pulses per kWh */
        "53 01 51 0C FD 3A 00 00 00 F1", /* a negative number */
    };
    (void)state;
    for (size_t i = 0; i < MW_COUNT(frames); i++) {
        set_up(&mw_mbus_model_wago_879_3000);
        assert_int_equal(ask(frames[i]), 1);
        assert_int_equal(bench.reply[0], 0xE5);
        assert_int_equal(bench.set_count, 0);
        assert_int_equal(bench.device.slave.address, 1);
        assert_int_equal(bench.device.slave.header.id, 0x19020246);
        check(REQ_UD2_FCB, UNSPECIFIED);
        check(REQ_UD2_FCB, UNSPECIFIED); /* repeated */
        check(REQ_UD2, WAGO_A);          /* it is told once */
    }
}

MW_TEST(nothing_is_no_write)
{
    (void)state;
    set_up(&mw_mbus_model_wago_879_3000);
    assert_int_equal(ask("53 01 51"), 1);
    assert_int_equal(bench.set_count, 0);
    check(REQ_UD2_FCB, WAGO_A);
}

MW_TEST(a_failure_of_the_application_is_told_in_the_next_readout)
{
    (void)state;
    set_up(&mw_mbus_model_wago_879_3000);
    bench.set_status = MW_ERR_IO;
    check(TARIFF_2, ACK);
    assert_int_equal(bench.set_count, 1);
    check(REQ_UD2_FCB, UNSPECIFIED);
    check(REQ_UD2, WAGO_A);
    /* An address that could not be kept is not used. */
    check("68 06 06 68 53 01 51 01 7A 05 25 16", ACK);
    assert_int_equal(bench.device.slave.address, 1);
    check(REQ_UD2_FCB, UNSPECIFIED);
    check("68 09 09 68 53 01 51 0C 79 45 23 01 15 A8 16", ACK);
    assert_int_equal(bench.device.slave.header.id, 0x19020246);
}

MW_TEST(without_a_function_nothing_can_be_set)
{
    (void)state;
    set_up(&mw_mbus_model_wago_879_3000);
    bench.device.set = NULL;
    check(TARIFF_2, ACK);
    check(REQ_UD2_FCB, NO_SUCH_CI);
    check("68 03 03 68 53 01 BB 0F 16", ACK);
    check(REQ_UD2, NO_SUCH_CI);
    check("68 06 06 68 53 01 51 01 7A 05 25 16", ACK);
    assert_int_equal(bench.device.slave.address, 1);
}

/* ---- who it is ---- */

MW_TEST(answers_at_its_new_address)
{
    (void)state;
    set_up(&mw_mbus_model_wago_879_3000);
    bench.device.slave.address = 0;
    check("68 06 06 68 53 00 51 01 7A 01 20 16", ACK);
    check_set(0, WAGO_WRITE_ADDRESS, 1);
    check("10 5B 00 5B 16", NOTHING);
    check(REQ_UD2_FCB, WAGO_A);
}

MW_TEST(answers_to_its_new_identification)
{
    (void)state;
    set_up(&mw_mbus_model_wago_879_3000);
    check("68 09 09 68 53 01 51 0C 79 45 23 01 15 A8 16", ACK);
    check_set(0, WAGO_WRITE_ID, 15012345);
    assert_int_equal(bench.device.slave.header.id, 0x15012345);
    assert_true(IS_DATA(ask("7B 01")));
    assert_int_equal(bench.reply[7], 0x45);
    assert_int_equal(bench.reply[10], 0x15);
    assert_int_equal(ask("53 FD 52 46 02 02 19 CD 25 01 02"), 0); /* the old one */
    assert_int_equal(ask("53 FD 52 45 23 01 15 CD 25 01 02"), 1);
    assert_true(IS_DATA(ask("7B FD")));
}

MW_TEST(is_selected_by_the_frames_of_the_manual)
{
    (void)state;
    set_up(&mw_mbus_model_wago_879_3000);
    bench.device.slave.header.id = 0x13070001;
    check("68 0B 0B 68 53 FD 52 01 00 07 13 CD 25 01 02 B2 16", ACK);
    assert_true(IS_DATA(ask("5B FD")));
    check("10 40 FD 3D 16", ACK);
    check("10 7B FD 78 16", NOTHING);
    check("68 0B 0B 68 53 FD 52 01 00 07 13 FF FF FF FF B9 16", ACK);
    check("68 0B 0B 68 53 FD 52 FF FF FF FF CD 25 FF 02 91 16", ACK);
    bench.device.slave.header.id = 0x13070002;
    check("68 0B 0B 68 53 FD 52 01 00 07 13 CD 25 01 02 B2 16", NOTHING);
}

/* The meter that is selected, whatever its address. */
MW_TEST(the_address_of_a_selected_meter_can_be_set)
{
    (void)state;
    set_up(&mw_mbus_model_wago_879_3000);
    assert_int_equal(ask("53 FD 52 46 02 02 19 CD 25 01 02"), 1);
    assert_int_equal(ask("53 FD 51 01 7A 09"), 1);
    assert_int_equal(bench.device.slave.address, 9);
    assert_true(IS_DATA(ask("7B FD")));
    assert_int_equal(bench.reply[5], 9);
    assert_true(IS_DATA(ask("7B 09")));
}

/* ---- commands ---- */

MW_TEST(speeds_the_meter_does_not_have_are_refused)
{
    static const char *const frames[] = {"53 01 B7", "53 01 BE", "53 01 BF", "53 01 B4 01", "53 01 9F"};
    (void)state;
    for (size_t i = 0; i < MW_COUNT(frames); i++) {
        set_up(&mw_mbus_model_wago_879_3000);
        assert_int_equal(ask(frames[i]), 1);
        assert_int_equal(bench.set_count, 0);
        check(REQ_UD2_FCB, NO_SUCH_CI);
        check(REQ_UD2, WAGO_A);
    }
}

MW_TEST(a_command_to_everybody_is_carried_out_in_silence)
{
    (void)state;
    set_up(&mw_mbus_model_wago_879_3000);
    assert_int_equal(ask("53 FF BB"), 0);
    check_set(0, WAGO_WRITE_BAUD, 3);
    assert_int_equal(ask("53 FF 51 09 7C 01 54 03"), 0);
    check_set(1, WAGO_WRITE_TARIFF, 3);
    assert_int_equal(ask("53 02 51 09 7C 01 54 03"), 0); /* to somebody else */
    assert_int_equal(bench.set_count, 2);
}

MW_TEST(a_reset_of_the_application_sets_nothing)
{
    (void)state;
    set_up(&mw_mbus_model_wago_879_3000);
    assert_int_equal(ask("53 01 50"), 1);
    assert_int_equal(ask("53 01 50 10"), 1);
    assert_int_equal(bench.set_count, 0);
    check(REQ_UD2_FCB, WAGO_A);
}

MW_TEST(what_is_no_frame_is_not_answered)
{
    uint8_t frame[32];
    const size_t count = mw_hex(TARIFF_2, frame, sizeof frame);
    (void)state;
    set_up(&mw_mbus_model_wago_879_3000);
    for (size_t i = 0; i < count; i++) {
        size_t length = 1;
        assert_int_equal(mw_mbus_device_answer(&bench.device, frame, i, &length), MW_AGAIN);
        assert_int_equal(length, 0);
        frame[i] = (uint8_t)(frame[i] ^ 0x01u);
        assert_int_not_equal(mw_mbus_device_answer(&bench.device, frame, count, &length), MW_OK);
        assert_int_equal(length, 0);
        frame[i] = (uint8_t)(frame[i] ^ 0x01u);
    }
    assert_int_equal(bench.set_count, 0);
}

/* Primary and secondary current are the digits of one record. */
MW_TEST(a_ratio_of_other_than_whole_numbers_is_sent_as_invalid)
{
    const uint8_t good = MW_QUALITY_GOOD;
    (void)state;
    set_up(&mw_mbus_model_wago_879_3040);
    check_given("1-0:0.4.2", 25, -1, good, 242 + 3, "DD DD DD");        /* 2.5 A */
    check_given("1-0:0.4.5", 5, -1, good, 242 + 3, "DD DD DD");         /* 0.5 A */
    check_given("1-0:0.4.2", -5, 0, good, 242 + 3, "DD DD DD");         /* less than nothing */
    check_given("1-0:0.4.2", 2147483648, 0, good, 242 + 3, "DD DD DD"); /* 2^31 */
    check_given("1-0:0.4.2", 922337203685477580, 1, good, 242 + 3, "DD DD DD");
}

/* A table of our own: a date, tenths of a value, the lowest of two speeds. */
static const mw_mbus_setting own_settings[] = {
    {{{0, 0, 96, 50, 0, 255}, MW_SETTING_NUMBER, 0, 0, MW_UNIT_NONE, 0, 0, 1000, NULL}, 0x51, {0x02, 0x6C}, 2, 0},
    {{{0, 0, 96, 50, 1, 255}, MW_SETTING_NUMBER, 0, 0, MW_UNIT_NONE, 0, 0, 1000, NULL},
     0x51,
     {0x02, 0xFD, 0x3A},
     3,
     -1},
    {{{0, 0, 96, 50, 2, 255}, MW_SETTING_NUMBER, 0, 0, MW_UNIT_NONE, 0, 0, 1, NULL}, 0xBB, {0}, 0, 0},
};

static const mw_mbus_model own_model = {
    .name = "own",
    .title = "A meter of the tests",
    .settings = own_settings,
    .setting_count = MW_COUNT(own_settings),
};

MW_TEST(a_setting_takes_what_its_record_can_say)
{
    (void)state;
    set_up(&own_model);
    assert_int_equal(ask("53 01 51 02 FD 3A 78 00"), 1); /* 120 tenths */
    assert_int_equal(bench.set_count, 1);
    assert_true(bench.values[0] == 12);
    assert_int_equal(ask("73 01 51 02 FD 3A 7D 00"), 1); /* 12.5 */
    assert_int_equal(ask("53 01 51 02 6C 21 1C"), 1);    /* 2009-12-01 is no number */
    assert_int_equal(bench.set_count, 1);
}

MW_TEST(a_setting_in_the_ci_field_begins_at_its_own)
{
    (void)state;
    set_up(&own_model);
    assert_int_equal(ask("53 01 BB"), 1);
    assert_int_equal(ask("53 01 BC"), 1);
    assert_int_equal(bench.set_count, 2);
    assert_true(bench.values[0] == 0 && bench.values[1] == 1);
    assert_int_equal(ask("53 01 BA"), 1);
    assert_int_equal(ask("53 01 BD"), 1);
    assert_int_equal(bench.set_count, 2);
}

MW_TESTS(MW_CASE(sends_the_reference_readouts), MW_CASE(a_new_meter_has_the_address_of_the_factory),
         MW_CASE(counts_readouts), MW_CASE(the_application_is_told_the_exponent_and_the_unit_of_each_record),
         MW_CASE(values_may_be_coarser_than_the_record), MW_CASE(values_that_are_not_good_are_sent_as_invalid),
         MW_CASE(a_value_that_cannot_be_had_is_an_application_error),
         MW_CASE(a_value_that_does_not_fit_costs_no_other_one), MW_CASE(every_write_of_the_manual_is_understood),
         MW_CASE(a_write_repeated_is_done_once), MW_CASE(several_records_are_carried_out_in_their_order),
         MW_CASE(of_several_records_all_are_carried_out_or_none), MW_CASE(nothing_is_no_write),
         MW_CASE(a_failure_of_the_application_is_told_in_the_next_readout),
         MW_CASE(without_a_function_nothing_can_be_set), MW_CASE(answers_at_its_new_address),
         MW_CASE(answers_to_its_new_identification), MW_CASE(is_selected_by_the_frames_of_the_manual),
         MW_CASE(the_address_of_a_selected_meter_can_be_set), MW_CASE(speeds_the_meter_does_not_have_are_refused),
         MW_CASE(a_command_to_everybody_is_carried_out_in_silence), MW_CASE(a_reset_of_the_application_sets_nothing),
         MW_CASE(what_is_no_frame_is_not_answered), MW_CASE(a_ratio_of_other_than_whole_numbers_is_sent_as_invalid),
         MW_CASE(a_setting_takes_what_its_record_can_say), MW_CASE(a_setting_in_the_ci_field_begins_at_its_own))
