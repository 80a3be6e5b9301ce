/* SPDX-License-Identifier: MIT */
/* Meters on a simulated M-Bus: devices of the same models, or telegrams by hand. */
#include <meterwire/meterwire.h>

#include "sim_line.h"
#include "wago_mbus.h"

#define BAUD       2400u
#define CHAR_US    MW_LINK_CHAR_US(BAUD)
#define LATENCY_US 20000u
#define WRAPS_SOON (UINT32_MAX - 15000u)
/* EN 13757-2: 330 bits and 50 ms; and the allowance. */
#define TIMEOUT_US (330u * 1000000u / BAUD + 50000u + MW_MBUS_ALLOWANCE_US)

#define DEVICES  2
#define READINGS 40
#define SILENCE  ""

static struct {
    sim_line line;
    mw_io io;
    mw_link link;
    mw_link_config config;
    mw_mbus_master master;
    mw_meter meter;
    uint8_t buffer[MW_MBUS_FRAME_MAX];
    mw_mbus_device devices[DEVICES];
    size_t device_count;
    uint8_t replies[DEVICES][MW_MBUS_FRAME_MAX];
    const char *failing;          /* the code whose value the devices cannot give */
    const char *const *telegrams; /* instead of what devices answer to REQ_UD2: what is carried, one by one */
    size_t telegram_count;
    size_t telegram_at;
    uint8_t answers[4][MW_MBUS_FRAME_MAX];
    unsigned answer_at;
    unsigned readouts; /* REQ_UD2 that were heard */
    mw_reading readings[READINGS];
    size_t count;
} bench;

/* The second device has one digit more of everything. */
static mw_status give_value(void *user, mw_obis id, mw_reading *reading)
{
    const mw_mbus_device *const device = (const mw_mbus_device *)user;
    for (size_t i = 0; i < MW_COUNT(wago_values); i++) {
        if (mw_obis_equal(wago_id(wago_values[i].code), id)) {
            reading->n = wago_values[i].n + (device == &bench.devices[1] ? 1 : 0);
            return bench.failing != NULL && mw_obis_equal(wago_id(bench.failing), id) ? MW_ERR_IO : MW_OK;
        }
    }
    return MW_ERR_UNSUPPORTED;
}

static bool is_readout(const uint8_t *request)
{
    return request[0] == 0x10 && (request[1] & 0xDFu) == MW_MBUS_REQ_UD2;
}

/* The next telegram; every other request is acknowledged. */
static size_t answer_by_hand(const uint8_t *request, uint8_t *answer)
{
    if (!is_readout(request)) {
        answer[0] = 0xE5;
        return 1;
    }
    if (bench.telegram_at == bench.telegram_count || *bench.telegrams[bench.telegram_at] == '\0') {
        return 0;
    }
    return mbus_wrap_hex(bench.telegrams[bench.telegram_at++], answer);
}

static void listen(sim_line *line, const uint8_t *request, size_t length)
{
    uint8_t *const answer = bench.answers[bench.answer_at++ % MW_COUNT(bench.answers)];
    size_t count = 0;
    bench.readouts += is_readout(request) ? 1 : 0;
    if (bench.telegrams != NULL) {
        count = answer_by_hand(request, answer);
    }
    for (size_t i = 0; i < bench.device_count && bench.telegrams == NULL; i++) {
        size_t reply_length = 0;
        assert_int_equal(mw_mbus_device_answer(&bench.devices[i], request, length, &reply_length), MW_OK);
        if (reply_length > 0) {
            assert_int_equal(count, 0); /* they are never asked together */
            memcpy(answer, bench.replies[i], reply_length);
            count = reply_length;
        }
    }
    if (count > 0) {
        assert_true(sim_say(line, SIM_NOW, LATENCY_US, CHAR_US, answer, count));
    }
}

/* A device at address 1, 19020246; and another of the kind at 2, 13070001. */
static void set_up(const mw_mbus_model *model)
{
    memset(&bench, 0, sizeof bench);
    sim_init(&bench.line, WRAPS_SOON);
    bench.line.listener = listen;
    bench.io = sim_io(&bench.line);
    bench.config.char_us = CHAR_US;
    mw_link_init(&bench.link, &mw_framer_mbus, &bench.config, bench.buffer, sizeof bench.buffer, WRAPS_SOON);
    mw_mbus_master_init(&bench.master, &bench.link);
    mw_meter_init_mbus(&bench.meter, model, &bench.master, 1, NULL);
    bench.device_count = DEVICES;
    for (size_t i = 0; i < DEVICES; i++) {
        mw_mbus_device_init(&bench.devices[i], model, bench.replies[i]);
        bench.devices[i].user = &bench.devices[i];
        bench.devices[i].value = give_value;
        bench.devices[i].slave.address = (uint8_t)(i + 1);
        bench.devices[i].slave.header.id = i == 0 ? 0x19020246 : 0x13070001;
    }
}

/* A meter that sends these telegrams. */
static void set_up_telegrams(const mw_mbus_model *model, const char *const *telegrams, size_t count)
{
    set_up(model);
    bench.telegrams = telegrams;
    bench.telegram_count = count;
}

static mw_status read_all(const mw_selection *selection)
{
    memset(bench.readings, 0x5A, sizeof bench.readings);
    return mw_meter_read(&bench.meter, &bench.io, selection, bench.readings, READINGS, &bench.count);
}

/* The values of these groups, in the order of the records. */
static void check_values(uint8_t groups, size_t of)
{
    size_t at = 0;
    for (size_t i = 0; i < of; i++) {
        if ((wago_values[i].group & groups) != 0) {
            wago_check(&wago_values[i], &bench.readings[at++]);
        }
    }
    assert_int_equal(bench.count, at);
}

#define EVERYTHING 0xFFu

/* From that reading on, all rows from `first` on are marked so, in their order. */
static void check_missing(size_t from, size_t first, size_t of, mw_quality quality)
{
    assert_int_equal(bench.count - from, of - first);
    for (size_t i = first; i < of && from < READINGS; i++, from++) {
        assert_true(mw_obis_equal(bench.readings[from].id, wago_id(wago_values[i].code)));
        assert_int_equal(bench.readings[from].unit, wago_values[i].unit);
        assert_int_equal(bench.readings[from].quality, quality);
        assert_int_equal(bench.readings[from].n, 0);
    }
}

static mw_mbus_secondary who(const char *text)
{
    mw_mbus_secondary secondary = MW_MBUS_ANYBODY;
    assert_int_equal(mw_mbus_secondary_parse(text, &secondary), MW_OK);
    return secondary;
}

/* ---- what is read ---- */

MW_TEST(reads_every_value_once_in_the_order_of_the_records)
{
    (void)state;
    set_up(&mw_mbus_model_wago_879_3000);
    assert_int_equal(read_all(NULL), MW_OK);
    check_values(EVERYTHING, WAGO_A_VALUES);
    assert_int_equal(mw_meter_requests(&bench.meter), 1);
    assert_int_equal(mw_meter_registers(&bench.meter), 0);
    assert_int_equal(mw_meter_exception(&bench.meter), 0);
    assert_int_equal(bench.readouts, 1);
    assert_int_equal(read_all(NULL), MW_OK); /* and again */
    check_values(EVERYTHING, WAGO_A_VALUES);
    assert_int_equal(mw_meter_requests(&bench.meter), 1);
}

MW_TEST(reads_by_secondary_address)
{
    static const char *const addresses[] = {"19020246", "19020246CD250102", "1902FFFF", "FFFFFF46FFFF0102"};
    (void)state;
    for (size_t i = 0; i < MW_COUNT(addresses); i++) {
        const mw_mbus_secondary secondary = who(addresses[i]);
        set_up(&mw_mbus_model_wago_879_3000);
        mw_meter_init_mbus(&bench.meter, &mw_mbus_model_wago_879_3000, &bench.master, 9, &secondary);
        assert_int_equal(read_all(NULL), MW_OK);
        check_values(EVERYTHING, WAGO_A_VALUES);
        assert_true(bench.devices[0].slave.selected);
    }
}

MW_TEST(reads_groups)
{
    const mw_selection fast = {MW_GROUP_FAST, NULL, 0};
    const mw_selection slow = {MW_GROUP_SLOW, NULL, 0};
    const mw_selection two = {MW_GROUP_SLOW | MW_GROUP_ONCE, NULL, 0};
    (void)state;
    set_up(&mw_mbus_model_wago_879_3040);
    assert_int_equal(read_all(&fast), MW_OK);
    check_values(MW_GROUP_FAST, WAGO_B_VALUES);
    assert_int_equal(bench.count, 17); /* 3 voltages, 3 currents, 4 + 4 + 1 powers, power factor, frequency */
    assert_int_equal(read_all(&slow), MW_OK);
    check_values(MW_GROUP_SLOW, WAGO_B_VALUES);
    assert_int_equal(bench.count, 14); /* 13 energies, the tariff */
    assert_int_equal(read_all(&two), MW_OK);
    check_values(MW_GROUP_SLOW | MW_GROUP_ONCE, WAGO_B_VALUES);
    assert_int_equal(bench.count, 16);
}

MW_TEST(reads_codes_in_the_order_of_the_records)
{
    const mw_obis codes[] = {wago_id("1-0:14.7.0"), wago_id("1-0:1.8.0"), wago_id("1-0:99.7.0"), wago_id("1-0:14.7.0"),
                             wago_id("1-0:32.7.0")};
    const mw_selection selection = {0, codes, MW_COUNT(codes)};
    const mw_selection with_group = {MW_GROUP_ONCE, codes, 1};
    (void)state;
    set_up(&mw_mbus_model_wago_879_3040);
    assert_int_equal(read_all(&selection), MW_OK);
    assert_int_equal(bench.count, 3);
    wago_check(&wago_values[0], &bench.readings[0]);
    wago_check(&wago_values[13], &bench.readings[1]);
    wago_check(&wago_values[29], &bench.readings[2]);
    assert_int_equal(read_all(&with_group), MW_OK);
    assert_int_equal(bench.count, 3);
    wago_check(&wago_values[29], &bench.readings[0]);
    wago_check(&wago_values[31], &bench.readings[1]);
    wago_check(&wago_values[32], &bench.readings[2]);
}

MW_TEST(of_nothing_that_the_model_has_nothing_is_sent)
{
    const mw_obis code = wago_id("1-0:99.7.0");
    const mw_selection unknown = {0, &code, 1};
    const mw_selection none_of_the_group = {MW_GROUP_ONCE, NULL, 0};
    (void)state;
    set_up(&mw_mbus_model_wago_879_3000);
    assert_int_equal(read_all(&unknown), MW_OK);
    assert_int_equal(bench.count, 0);
    assert_int_equal(read_all(&none_of_the_group), MW_OK);
    assert_int_equal(bench.count, 0);
    assert_int_equal(bench.line.sent, 0);
    assert_int_equal(mw_meter_requests(&bench.meter), 0);
}

MW_TEST(reads_one_value)
{
    mw_reading reading;
    (void)state;
    set_up(&mw_mbus_model_wago_879_3000);
    assert_int_equal(mw_meter_read_one(&bench.meter, &bench.io, wago_id("1-0:76.7.0"), &reading), MW_OK);
    wago_check(&wago_values[22], &reading);
    bench.line.sent = 0;
    memset(&reading, 0x5A, sizeof reading);
    assert_int_equal(mw_meter_read_one(&bench.meter, &bench.io, wago_id("1-0:0.4.2"), &reading), MW_ERR_UNSUPPORTED);
    assert_int_equal(reading.source, 0x5A5A);
    assert_int_equal(bench.line.sent, 0);
}

/* Primary and secondary current are one record. */
MW_TEST(reads_both_values_of_the_ratio_or_one)
{
    static const char *const printed[] = {"08 01 72 " WAGO_HEADER WAGO_RECORDS WAGO_RATIO_PRINTED};
    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        mw_reading reading;
        if (i == 0) {
            set_up(&mw_mbus_model_wago_879_3040);
        } else {
            set_up_telegrams(&mw_mbus_model_wago_879_3040, printed, 1);
        }
        assert_int_equal(read_all(NULL), MW_OK);
        check_values(EVERYTHING, WAGO_B_VALUES);
        bench.telegram_at = 0;
        assert_int_equal(mw_meter_read_one(&bench.meter, &bench.io, wago_id("1-0:0.4.2"), &reading), MW_OK);
        wago_check(&wago_values[31], &reading);
        bench.telegram_at = 0;
        assert_int_equal(mw_meter_read_one(&bench.meter, &bench.io, wago_id("1-0:0.4.5"), &reading), MW_OK);
        wago_check(&wago_values[32], &reading);
    }
}

MW_TEST(counts_what_does_not_fit_into_the_array)
{
    (void)state;
    set_up(&mw_mbus_model_wago_879_3000);
    memset(bench.readings, 0x5A, sizeof bench.readings);
    assert_int_equal(mw_meter_read(&bench.meter, &bench.io, NULL, bench.readings, 10, &bench.count), MW_ERR_SPACE);
    assert_int_equal(bench.count, WAGO_A_VALUES);
    wago_check(&wago_values[9], &bench.readings[9]);
    assert_int_equal(bench.readings[10].source, 0x5A5A);
    assert_int_equal(mw_meter_read(&bench.meter, &bench.io, NULL, NULL, 0, &bench.count), MW_ERR_SPACE);
}

MW_TEST(never_waits_when_it_is_pulled)
{
    const mw_selection everything = {0, NULL, 0};
    size_t again = 0;
    mw_reading reading;
    mw_status status;
    (void)state;
    set_up(&mw_mbus_model_wago_879_3000);
    mw_meter_begin(&bench.meter, &everything);
    assert_int_equal(bench.line.sent, 0);
    while ((status = mw_meter_next(&bench.meter, sim_now(&bench.line), &reading)) != MW_END) {
        if (status == MW_AGAIN) {
            again++;
            assert_int_equal(mw_meter_next(&bench.meter, sim_now(&bench.line), &reading), MW_AGAIN);
            assert_int_equal(mw_link_run(&bench.link, &bench.io), MW_OK);
        } else {
            assert_int_equal(status, MW_OK);
            wago_check(&wago_values[bench.count++], &reading);
        }
    }
    assert_int_equal(bench.count, WAGO_A_VALUES);
    assert_int_equal(again, 2); /* SND_NKE, REQ_UD2 */
    assert_int_equal(mw_meter_status(&bench.meter), MW_OK);
    assert_int_equal(mw_meter_next(&bench.meter, sim_now(&bench.line), &reading), MW_END);
}

MW_TEST(a_read_can_be_given_up)
{
    const mw_selection everything = {0, NULL, 0};
    mw_reading reading;
    (void)state;
    set_up(&mw_mbus_model_wago_879_3000);
    for (unsigned steps = 0; steps < 6; steps++) {
        mw_meter_begin(&bench.meter, &everything);
        for (unsigned i = 0; i < steps; i++) {
            if (mw_meter_next(&bench.meter, sim_now(&bench.line), &reading) == MW_AGAIN && i + 1 < steps) {
                (void)mw_link_run(&bench.link, &bench.io);
            }
        }
        assert_int_equal(read_all(NULL), MW_OK);
        check_values(EVERYTHING, WAGO_A_VALUES);
    }
}

/* ---- what a meter sends ---- */

#define ENERGY "04 03 15 CD 5B 07 "
#define FIRST  "08 01 72 " WAGO_HEADER

MW_TEST(what_the_meter_leaves_out_comes_at_the_end)
{
    static const char *const telegrams[] = {FIRST "03 FB 2C 37 C7 00 " ENERGY};
    (void)state;
    set_up_telegrams(&mw_mbus_model_wago_879_3000, telegrams, 1);
    assert_int_equal(read_all(NULL), MW_OK);
    assert_int_equal(bench.count, WAGO_A_VALUES);
    /* In the order of the records that came; then what is missing, in that of the model. */
    assert_true(mw_obis_equal(bench.readings[0].id, wago_id("1-0:14.7.0")));
    assert_int_equal(bench.readings[0].source, 0);
    assert_int_equal(bench.readings[0].n, 50999);
    assert_true(mw_obis_equal(bench.readings[1].id, wago_id("1-0:1.8.0")));
    assert_int_equal(bench.readings[1].source, 1);
    for (size_t i = 2, row = 1; i < bench.count; i++, row++) {
        row += row == 29 ? 1 : 0; /* the frequency came */
        assert_true(mw_obis_equal(bench.readings[i].id, wago_id(wago_values[row].code)));
        assert_int_equal(bench.readings[i].unit, wago_values[row].unit);
        assert_int_equal(bench.readings[i].quality, MW_QUALITY_NOT_AVAILABLE);
    }
}

MW_TEST(a_meter_without_any_data_has_no_value)
{
    static const char *const telegrams[] = {FIRST};
    (void)state;
    set_up_telegrams(&mw_mbus_model_wago_879_3000, telegrams, 1);
    assert_int_equal(read_all(NULL), MW_OK);
    check_missing(0, 0, WAGO_A_VALUES, MW_QUALITY_NOT_AVAILABLE);
}

/* Another firmware: records nobody knows, and values that are of another storage or function. */
MW_TEST(records_that_are_no_rows_are_passed_over)
{
    static const char *const telegrams[] = {FIRST "44 03 01 00 00 00 14 03 02 00 00 00 02 6C 21 31 " ENERGY};
    mw_reading reading;
    (void)state;
    set_up_telegrams(&mw_mbus_model_wago_879_3000, telegrams, 1);
    assert_int_equal(mw_meter_read_one(&bench.meter, &bench.io, wago_id("1-0:1.8.0"), &reading), MW_OK);
    assert_int_equal(reading.n, 123456789);
    assert_int_equal(reading.source, 3);
}

MW_TEST(a_value_comes_once_even_if_it_is_sent_twice)
{
    static const char *const telegrams[] = {FIRST ENERGY "04 03 01 00 00 00 1F", FIRST "04 03 02 00 00 00"};
    const mw_obis code = wago_id("1-0:1.8.0");
    const mw_selection selection = {0, &code, 1};
    (void)state;
    set_up_telegrams(&mw_mbus_model_wago_879_3000, telegrams, 2);
    assert_int_equal(read_all(&selection), MW_OK);
    assert_int_equal(bench.count, 1);
    wago_check(&wago_values[0], &bench.readings[0]);
}

MW_TEST(a_value_that_the_meter_calls_invalid_is_invalid)
{
    static const char *const telegrams[] = {FIRST "02 FD C7 FC 01 00 80 0A FD 3A FF FF 0B FD 3A FF FF FF"};
    static const char *const codes[] = {"1-0:32.7.0", "1-0:13.7.0", "1-0:0.4.2", "1-0:0.4.5"};
    (void)state;
    set_up_telegrams(&mw_mbus_model_wago_879_3040, telegrams, 1);
    assert_int_equal(read_all(NULL), MW_OK);
    assert_int_equal(bench.count, WAGO_B_VALUES);
    for (size_t i = 0; i < MW_COUNT(codes); i++) {
        assert_true(mw_obis_equal(bench.readings[i].id, wago_id(codes[i])));
        assert_int_equal(bench.readings[i].quality, MW_QUALITY_INVALID);
    }
    assert_int_equal(bench.readings[4].quality, MW_QUALITY_NOT_AVAILABLE);
}

/* Six records and 1F, then the others, but in two halves; sources go on counting. */
#define HALF_A "04 03 15 CD 5B 07 84 10 03 15 CD 5B 07 "
#define HALF_B "03 FB 34 87 D6 12 0A FD 3A 00 01 "
#define HALF_C "03 FB 2C 37 C7 00 09 7C 01 54 01 " WAGO_RATIO

MW_TEST(reads_all_telegrams_of_a_readout)
{
    static const char *const telegrams[] = {FIRST HALF_A "1F", FIRST HALF_B "1F", FIRST HALF_C};
    static const size_t rows[] = {0, 1, 27, 28, 29, 30, 31, 32};
    static const uint16_t sources[] = {0, 1, 2, 3, 4, 5, 6, 6};
    (void)state;
    set_up_telegrams(&mw_mbus_model_wago_879_3040, telegrams, 3);
    assert_int_equal(read_all(NULL), MW_OK);
    assert_int_equal(bench.count, WAGO_B_VALUES);
    assert_int_equal(mw_meter_requests(&bench.meter), 3);
    assert_int_equal(bench.readouts, 3);
    for (size_t i = 0; i < MW_COUNT(rows); i++) {
        assert_true(mw_obis_equal(bench.readings[i].id, wago_id(wago_values[rows[i]].code)));
        assert_int_equal(bench.readings[i].n, wago_values[rows[i]].n);
        assert_int_equal(bench.readings[i].source, sources[i]);
    }
    assert_int_equal(bench.readings[MW_COUNT(rows)].quality, MW_QUALITY_NOT_AVAILABLE);
}

MW_TEST(a_telegram_that_does_not_come_costs_what_is_in_it)
{
    static const char *const telegrams[] = {FIRST HALF_A "1F", SILENCE};
    (void)state;
    set_up_telegrams(&mw_mbus_model_wago_879_3000, telegrams, 2);
    assert_int_equal(read_all(NULL), MW_ERR_TIMEOUT);
    wago_check(&wago_values[0], &bench.readings[0]);
    wago_check(&wago_values[1], &bench.readings[1]);
    check_missing(2, 2, WAGO_A_VALUES, MW_QUALITY_NOT_READ);
    assert_int_equal(bench.readouts, 1 + 3);
}

/* The second record says that four bytes follow, but two do; or nothing can be made of what follows. */
MW_TEST(what_stands_before_damage_is_delivered)
{
    static const char *const telegrams[][1] = {
        {FIRST ENERGY "84 10 03 15 CD"}, {FIRST ENERGY "84"}, {FIRST ENERGY "3F"}};
    (void)state;
    for (size_t i = 0; i < MW_COUNT(telegrams); i++) {
        set_up_telegrams(&mw_mbus_model_wago_879_3000, telegrams[i], 1);
        assert_int_equal(read_all(NULL), MW_OK);
        wago_check(&wago_values[0], &bench.readings[0]);
        check_missing(1, 1, WAGO_A_VALUES, MW_QUALITY_NOT_AVAILABLE);
    }
}

/* Taken for a direct meter, which has no ratio: its last two bytes as printed are no power factor. */
MW_TEST(the_ratio_of_another_model_disturbs_nothing)
{
    static const char *const telegrams[] = {"08 01 72 " WAGO_HEADER WAGO_RECORDS WAGO_RATIO,
                                            "08 01 72 " WAGO_HEADER WAGO_RECORDS WAGO_RATIO_PRINTED};
    (void)state;
    for (size_t i = 0; i < MW_COUNT(telegrams); i++) {
        set_up_telegrams(&mw_mbus_model_wago_879_3000, &telegrams[i], 1);
        assert_int_equal(read_all(NULL), MW_OK);
        check_values(EVERYTHING, WAGO_A_VALUES);
    }
}

/* ---- who does not answer, or not as it should ---- */

MW_TEST(a_silent_meter_brings_no_value)
{
    const uint32_t begin_us = WRAPS_SOON;
    (void)state;
    set_up(&mw_mbus_model_wago_879_3000);
    mw_meter_init_mbus(&bench.meter, &mw_mbus_model_wago_879_3000, &bench.master, 3, NULL);
    assert_int_equal(read_all(NULL), MW_ERR_TIMEOUT);
    check_missing(0, 0, WAGO_A_VALUES, MW_QUALITY_NOT_READ);
    assert_int_equal(mw_meter_status(&bench.meter), MW_ERR_TIMEOUT);
    assert_int_equal(mw_meter_requests(&bench.meter), 0);
    assert_int_equal(bench.readouts, 3);
    assert_true(sim_now(&bench.line) - begin_us < 5 * (TIMEOUT_US + 20 * CHAR_US));
}

MW_TEST(a_secondary_address_nobody_has_brings_no_value)
{
    const mw_mbus_secondary nobody = who("19020247");
    (void)state;
    set_up(&mw_mbus_model_wago_879_3000);
    mw_meter_init_mbus(&bench.meter, &mw_mbus_model_wago_879_3000, &bench.master, 1, &nobody);
    assert_int_equal(read_all(NULL), MW_ERR_TIMEOUT);
    check_missing(0, 0, WAGO_A_VALUES, MW_QUALITY_NOT_READ);
    assert_int_equal(bench.readouts, 0);
}

/* Another maker, another medium; the records would fit. */
MW_TEST(a_meter_of_another_kind_is_not_taken_for_it)
{
    static const char *const telegrams[][1] = {{"08 01 72 46 02 02 19 74 52 01 02 04 00 00 00 " ENERGY},
                                               {"08 01 72 46 02 02 19 CD 25 01 03 04 00 00 00 " ENERGY}};
    (void)state;
    for (size_t i = 0; i < MW_COUNT(telegrams); i++) {
        set_up_telegrams(&mw_mbus_model_wago_879_3000, telegrams[i], 1);
        assert_int_equal(read_all(NULL), MW_ERR_MISMATCH);
        check_missing(0, 0, WAGO_A_VALUES, MW_QUALITY_NOT_READ);
        assert_int_equal(mw_meter_requests(&bench.meter), 1);
    }
}

/* The fixed data structure (CI 73) has two counters, which no model has. */
MW_TEST(a_meter_with_the_fixed_data_structure_is_of_no_model)
{
    static const char *const telegrams[] = {"08 01 73 46 02 02 19 0A 00 E9 7E 01 00 00 00 35 01 00 00"};
    (void)state;
    set_up_telegrams(&mw_mbus_model_wago_879_3000, telegrams, 1);
    assert_int_equal(read_all(NULL), MW_ERR_MISMATCH);
    check_missing(0, 0, WAGO_A_VALUES, MW_QUALITY_NOT_READ);
}

/* An alarm (CI 71), and a block that is encrypted (mode 5). */
MW_TEST(a_telegram_without_readable_records_has_no_values)
{
    static const char *const telegrams[][1] = {
        {"08 01 71 00"},
        {"08 01 72 46 02 02 19 CD 25 01 02 04 00 10 05 3F 81 5C 09 AA 17 E3 40 68 16 22 91 0C 5D 7E 80"}};
    (void)state;
    for (size_t i = 0; i < MW_COUNT(telegrams); i++) {
        set_up_telegrams(&mw_mbus_model_wago_879_3000, telegrams[i], 1);
        assert_int_equal(read_all(NULL), MW_ERR_UNSUPPORTED);
        check_missing(0, 0, WAGO_A_VALUES, MW_QUALITY_NOT_READ);
        assert_int_equal(mw_meter_requests(&bench.meter), 1);
    }
}

MW_TEST(a_meter_begins_with_nothing_read)
{
    (void)state;
    set_up(&mw_mbus_model_wago_879_3000);
    memset(&bench.meter, 0x5A, sizeof bench.meter);
    mw_meter_init_mbus(&bench.meter, &mw_mbus_model_wago_879_3000, &bench.master, 1, NULL);
    assert_int_equal(mw_meter_status(&bench.meter), MW_OK);
    assert_int_equal(mw_meter_exception(&bench.meter), 0);
    assert_int_equal(mw_meter_requests(&bench.meter), 0);
    assert_int_equal(mw_meter_registers(&bench.meter), 0);
    assert_int_equal(read_all(NULL), MW_OK);
}

/* What a meter on Modbus has learned of missing registers, one on M-Bus has not. */
MW_TEST(a_meter_on_mbus_has_nothing_to_forget)
{
    mw_meter before;
    (void)state;
    set_up(&mw_mbus_model_wago_879_3000);
    assert_int_equal(read_all(NULL), MW_OK);
    memcpy(&before, &bench.meter, sizeof before);
    mw_meter_forget(&bench.meter);
    assert_memory_equal(&before, &bench.meter, sizeof before);
}

/* A version is the firmware's matter, and a telegram without a header says nothing. */
MW_TEST(a_meter_of_another_version_is_one_of_the_kind)
{
    static const char *const telegrams[][1] = {{"08 01 72 46 02 02 19 CD 25 02 02 04 00 00 00 " ENERGY},
                                               {"08 01 78 " ENERGY}};
    (void)state;
    for (size_t i = 0; i < MW_COUNT(telegrams); i++) {
        set_up_telegrams(&mw_mbus_model_wago_879_3000, telegrams[i], 1);
        assert_int_equal(read_all(NULL), MW_OK);
        wago_check(&wago_values[0], &bench.readings[0]);
    }
}

MW_TEST(another_meter_that_answers_to_the_selection_is_not_taken_for_it)
{
    static const char *const telegrams[] = {FIRST ENERGY};
    const mw_mbus_secondary other = who("13070001");
    (void)state;
    set_up_telegrams(&mw_mbus_model_wago_879_3000, telegrams, 1);
    mw_meter_init_mbus(&bench.meter, &mw_mbus_model_wago_879_3000, &bench.master, 1, &other);
    assert_int_equal(read_all(NULL), MW_ERR_MISMATCH);
    check_missing(0, 0, WAGO_A_VALUES, MW_QUALITY_NOT_READ);
}

MW_TEST(an_application_error_is_a_refusal)
{
    static const char *const telegrams[] = {"08 01 70 08", FIRST ENERGY};
    (void)state;
    set_up_telegrams(&mw_mbus_model_wago_879_3000, telegrams, 2);
    assert_int_equal(read_all(NULL), MW_ERR_REFUSED);
    assert_int_equal(mw_meter_exception(&bench.meter), 8);
    check_missing(0, 0, WAGO_A_VALUES, MW_QUALITY_NOT_READ);
    assert_int_equal(read_all(NULL), MW_OK); /* and the next readout is good */
    assert_int_equal(mw_meter_exception(&bench.meter), 0);
    wago_check(&wago_values[0], &bench.readings[0]);
}

MW_TEST(an_application_error_behind_a_telegram_leaves_what_was_read)
{
    static const char *const telegrams[] = {FIRST HALF_A "1F", "08 01 70 05"};
    (void)state;
    set_up_telegrams(&mw_mbus_model_wago_879_3000, telegrams, 2);
    assert_int_equal(read_all(NULL), MW_ERR_REFUSED);
    assert_int_equal(mw_meter_exception(&bench.meter), 5);
    wago_check(&wago_values[1], &bench.readings[1]);
    check_missing(2, 2, WAGO_A_VALUES, MW_QUALITY_NOT_READ);
}

MW_TEST(a_device_that_cannot_give_a_value_answers_with_an_application_error)
{
    (void)state;
    set_up(&mw_mbus_model_wago_879_3000);
    bench.failing = "1-0:14.7.0";
    assert_int_equal(read_all(NULL), MW_ERR_REFUSED);
    assert_int_equal(mw_meter_exception(&bench.meter), 0); /* unspecified */
    check_missing(0, 0, WAGO_A_VALUES, MW_QUALITY_NOT_READ);
    bench.failing = NULL;
    assert_int_equal(read_all(NULL), MW_OK);
}

MW_TEST(a_port_that_fails_ends_the_read)
{
    (void)state;
    for (unsigned call = 1; call <= 3; call++) {
        for (unsigned writing = 0; writing < 2; writing++) {
            set_up(&mw_mbus_model_wago_879_3000);
            bench.line.fail_write = writing != 0 ? call : 0;
            bench.line.fail_read = writing != 0 ? 0 : call;
            bench.line.fail_status = MW_ERR_IO;
            if (writing != 0 && call > 2) {
                assert_int_equal(read_all(NULL), MW_OK); /* there are only two requests */
                continue;
            }
            assert_int_equal(read_all(NULL), MW_ERR_IO);
            check_missing(0, 0, WAGO_A_VALUES, MW_QUALITY_NOT_READ);
            bench.line.fail_write = 0;
            bench.line.fail_read = 0;
            assert_int_equal(read_all(NULL), MW_OK); /* and the next one works */
            check_values(EVERYTHING, WAGO_A_VALUES);
        }
    }
}

/* ---- one bus ---- */

static void check_second(const mw_reading *readings)
{
    for (size_t i = 0; i < WAGO_A_VALUES; i++) {
        assert_true(readings[i].n == wago_values[i].n + 1);
        assert_int_equal(readings[i].source, wago_values[i].record);
    }
}

MW_TEST(two_meters_share_a_master)
{
    const mw_mbus_secondary first = who("19020246");
    const mw_mbus_secondary second = who("13070001");
    (void)state;
    for (unsigned kind = 0; kind < 4; kind++) {
        mw_meter other;
        mw_reading readings[READINGS];
        size_t count;
        set_up(&mw_mbus_model_wago_879_3000);
        mw_meter_init_mbus(&bench.meter, &mw_mbus_model_wago_879_3000, &bench.master, 1,
                           (kind & 1) != 0 ? &first : NULL);
        mw_meter_init_mbus(&other, &mw_mbus_model_wago_879_3020, &bench.master, 2, (kind & 2) != 0 ? &second : NULL);
        for (unsigned i = 0; i < 3; i++) {
            assert_int_equal(read_all(NULL), MW_OK);
            check_values(EVERYTHING, WAGO_A_VALUES);
            assert_int_equal(mw_meter_read(&other, &bench.io, NULL, readings, READINGS, &count), MW_OK);
            assert_int_equal(count, WAGO_A_VALUES);
            check_second(readings);
        }
    }
}

MW_TEST(a_meter_that_is_dead_does_not_disturb_the_other_one)
{
    mw_meter other;
    mw_reading reading;
    (void)state;
    set_up(&mw_mbus_model_wago_879_3000);
    mw_meter_init_mbus(&other, &mw_mbus_model_wago_879_3000, &bench.master, 77, NULL);
    for (unsigned i = 0; i < 2; i++) {
        assert_int_equal(mw_meter_read_one(&other, &bench.io, wago_id("1-0:14.7.0"), &reading), MW_ERR_TIMEOUT);
        assert_int_equal(reading.quality, MW_QUALITY_NOT_READ);
        assert_int_equal(read_all(NULL), MW_OK);
        check_values(EVERYTHING, WAGO_A_VALUES);
    }
}

MW_TESTS(MW_CASE(reads_every_value_once_in_the_order_of_the_records), MW_CASE(reads_by_secondary_address),
         MW_CASE(reads_groups), MW_CASE(reads_codes_in_the_order_of_the_records),
         MW_CASE(of_nothing_that_the_model_has_nothing_is_sent), MW_CASE(reads_one_value),
         MW_CASE(reads_both_values_of_the_ratio_or_one), MW_CASE(counts_what_does_not_fit_into_the_array),
         MW_CASE(never_waits_when_it_is_pulled), MW_CASE(a_read_can_be_given_up),
         MW_CASE(what_the_meter_leaves_out_comes_at_the_end), MW_CASE(a_meter_without_any_data_has_no_value),
         MW_CASE(records_that_are_no_rows_are_passed_over), MW_CASE(a_value_comes_once_even_if_it_is_sent_twice),
         MW_CASE(a_value_that_the_meter_calls_invalid_is_invalid), MW_CASE(reads_all_telegrams_of_a_readout),
         MW_CASE(a_telegram_that_does_not_come_costs_what_is_in_it), MW_CASE(what_stands_before_damage_is_delivered),
         MW_CASE(the_ratio_of_another_model_disturbs_nothing), MW_CASE(a_silent_meter_brings_no_value),
         MW_CASE(a_secondary_address_nobody_has_brings_no_value), MW_CASE(a_meter_of_another_kind_is_not_taken_for_it),
         MW_CASE(a_meter_with_the_fixed_data_structure_is_of_no_model),
         MW_CASE(a_telegram_without_readable_records_has_no_values), MW_CASE(a_meter_begins_with_nothing_read),
         MW_CASE(a_meter_on_mbus_has_nothing_to_forget), MW_CASE(a_meter_of_another_version_is_one_of_the_kind),
         MW_CASE(another_meter_that_answers_to_the_selection_is_not_taken_for_it),
         MW_CASE(an_application_error_is_a_refusal),
         MW_CASE(an_application_error_behind_a_telegram_leaves_what_was_read),
         MW_CASE(a_device_that_cannot_give_a_value_answers_with_an_application_error),
         MW_CASE(a_port_that_fails_ends_the_read), MW_CASE(two_meters_share_a_master),
         MW_CASE(a_meter_that_is_dead_does_not_disturb_the_other_one))
