/* SPDX-License-Identifier: MIT */
/* Changing settings on Modbus, with a meter in memory that is made of bare registers, so that nothing but the frames is
 * shared with what is tested. Frames are those of the WAGO manual, A3.3, and of section 1.11 of its facts. */
#include <meterwire/meterwire.h>

#include "../mw_test.h"
#include "answer_line.h"
#include "registers.h"

#define WRITES 8
#define UNIT   1

/* What becomes of a request. */
typedef enum fate {
    FATE_GOOD = 0,
    FATE_DEAF, /* the meter does not hear it */
    FATE_MUTE, /* it obeys, but nobody hears it */
    FATE_DEAD, /* the port fails, and the meter has not heard it */
    FATE_CUT   /* the port fails, but the meter has heard it */
} fate;

static struct {
    /* The meter. */
    uint8_t unit;
    uint32_t baud;
    uint8_t parity;
    uint8_t stop_bits;
    uint16_t moving[4]; /* registers of its address, speed, parity and stop bits; 0: none */
    bool locked;        /* acknowledges writes, but keeps what it has */
    bool later;         /* moves when it is restarted */
    uint8_t refusal;    /* exception of every write, or 0 */
    uint8_t gateway;    /* exception by which a gateway says that a unit did not answer, or 0 */
    unsigned missing;   /* a register that cannot be read, or 0 */
    uint8_t because;    /* exception for that, if not 2 */
    uint16_t since;     /* what the day register counts after it was written: high word of a float */
    uint8_t neighbour;  /* another unit that answers to everything by an exception, or 0 */
    uint8_t stray;      /* a unit that is heard when nobody else is, or 0 */
    /* The line. */
    mw_line line;
    bool fixed; /* it cannot be set */
    unsigned lines;
    fate fates[64];  /* of the requests, by number from 0 */
    fate write_fate; /* of every write, unless it has one */
    fate rest;       /* of all behind `from`, if that is not 0 */
    unsigned from;
    unsigned requests;
    unsigned write_count;
    uint8_t writes[WRITES][32];
    size_t write_lengths[WRITES];
    answer_line answer;
    /* Ours. */
    mw_link_config config;
    mw_link link;
    mw_meter meter;
    mw_io io;
    uint8_t buffer[MW_MODBUS_FRAME_MAX];
    mw_change change;
} bench;

/* ---- the meter ---- */

static void meter_move(void)
{
    static const uint32_t wago_bauds[] = {0, 300, 600, 1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200};
    static const uint8_t wago_parities[] = {0, MW_PARITY_EVEN, MW_PARITY_NONE, MW_PARITY_ODD};
    if (bench.moving[0] == 0x4003) {
        bench.unit = (uint8_t)*reg(0x4003);
        bench.baud = wago_bauds[*reg(0x4004)];
        bench.parity = wago_parities[*reg(0x4011)];
    }
    if (bench.moving[3] == 0xE002) {
        bench.stop_bits = (uint8_t)(*reg(0xE002) + 1);
    }
}

static void meter_store(const uint8_t *pdu)
{
    const unsigned address = word(pdu + 1);
    const unsigned count = pdu[0] == 6 ? 1 : word(pdu + 3);
    const uint8_t *const data = pdu + (pdu[0] == 6 ? 3 : 6);
    for (unsigned i = 0; i < count && !bench.locked; i++) {
        *reg(address + i) = (uint16_t)word(data + 2 * i);
    }
    if (address == 0x9E21 && !bench.locked) { /* shown elsewhere */
        *reg(0xC801) = *reg(0x9E21);
    }
    if (bench.since != 0) {
        *reg(0x6049) = bench.since;
    }
}

/* Gives the length of the PDU of its answer. */
static size_t meter_answer(const uint8_t *pdu, uint8_t *reply)
{
    if (pdu[0] == 3 && word(pdu + 1) == bench.missing && bench.missing != 0) {
        reply[0] = 0x83;
        reply[1] = bench.because != 0 ? bench.because : MW_MODBUS_ILLEGAL_ADDRESS;
        return 2;
    }
    if (pdu[0] == 3) {
        return registers_answer(pdu, reply);
    }
    if (bench.refusal != 0) {
        reply[0] = pdu[0] | 0x80;
        reply[1] = bench.refusal;
        return 2;
    }
    meter_store(pdu);
    memcpy(reply, pdu, 5);
    return 5;
}

static bool meter_understands(void)
{
    return bench.line.baud == bench.baud && bench.line.parity == bench.parity &&
           bench.line.stop_bits == bench.stop_bits;
}

static void meter_hear(const uint8_t *request, size_t count, bool mute)
{
    uint8_t pdu[MW_MODBUS_PDU_MAX];
    const uint8_t unit = request[0];
    size_t length;
    assert_true(registers_intact(request, count));
    bench.answer.count = 0;
    if (unit == bench.neighbour && unit != 0) {
        const uint8_t busy[] = {0x83, 2};
        bench.answer.count = frames_put(MW_MODBUS_RTU, 0, unit, busy, sizeof busy, bench.answer.bytes);
        return;
    }
    if (!meter_understands() || (unit != bench.unit && unit != 0)) {
        return;
    }
    length = meter_answer(request + 1, pdu);
    if (unit != 0 && !mute) {
        bench.answer.count = frames_put(MW_MODBUS_RTU, 0, unit, pdu, length, bench.answer.bytes);
    }
    if (!bench.later) {
        meter_move(); /* at once, but it has answered as it was */
    }
}

/* ---- the line ---- */

static mw_status line_write(void *user, const uint8_t *bytes, size_t count)
{
    const bool writes = bytes[1] == 6 || bytes[1] == 16;
    const unsigned number = bench.requests++;
    fate is = number < MW_COUNT(bench.fates) ? bench.fates[number] : FATE_GOOD;
    (void)user;
    if (is == FATE_GOOD && writes) {
        is = bench.write_fate;
    }
    if (bench.from != 0 && number + 1 >= bench.from) {
        is = bench.rest;
    }
    if (writes && bench.write_count < WRITES) {
        memcpy(bench.writes[bench.write_count], bytes, count);
        bench.write_lengths[bench.write_count] = count;
    }
    bench.write_count += writes ? 1 : 0;
    bench.answer.count = 0;
    if (answer_line_carry(&bench.answer, count) < count) {
        return answer_line_state(&bench.answer);
    }
    if (is != FATE_DEAF && is != FATE_DEAD) {
        meter_hear(bytes, count, is == FATE_MUTE);
    }
    if (bench.gateway != 0 && bench.answer.count == 0 && bytes[0] != 0) {
        const uint8_t nobody[] = {bytes[1] | 0x80, bench.gateway};
        bench.answer.count = frames_put(MW_MODBUS_RTU, 0, bytes[0], nobody, sizeof nobody, bench.answer.bytes);
    }
    if (bench.stray != 0 && bench.answer.count == 0) {
        const uint8_t late[] = {bytes[1] | 0x80, MW_MODBUS_ILLEGAL_ADDRESS};
        bench.answer.count = frames_put(MW_MODBUS_RTU, 0, bench.stray, late, sizeof late, bench.answer.bytes);
    }
    bench.answer.count = answer_line_carry(&bench.answer, bench.answer.count);
    return is == FATE_DEAD || is == FATE_CUT ? MW_ERR_IO : MW_OK;
}

static mw_status line_set(void *user, const mw_line *line, mw_line *former)
{
    (void)user;
    if (former != NULL) {
        *former = bench.line;
    }
    bench.lines++;
    bench.line.baud = line->baud != 0 ? line->baud : bench.line.baud;
    bench.line.parity = line->parity != MW_PARITY_SAME ? line->parity : bench.line.parity;
    bench.line.stop_bits = line->stop_bits != 0 ? line->stop_bits : bench.line.stop_bits;
    return MW_OK;
}

/* A WAGO as it comes from the factory, or a Countis at the same settings. */
static void set_up(const mw_model *model)
{
    memset(&bench, 0, sizeof bench);
    registers_clear();
    bench.unit = UNIT;
    bench.baud = 9600;
    bench.parity = MW_PARITY_EVEN;
    bench.stop_bits = 1;
    bench.line.baud = 9600;
    bench.line.parity = MW_PARITY_EVEN;
    bench.line.stop_bits = 1;
    if (model->rows[0].address == 0x4000) {
        bench.moving[0] = 0x4003;
        *reg(0x4002) = model == &mw_model_wago_879_3040 ? 0x1113 : 0x1111; /* which meter it is */
        *reg(0x4003) = UNIT;
        *reg(0x4004) = 6;
        *reg(0x400D) = 0x447A; /* 1000 */
        *reg(0x400F) = 1;
        *reg(0x4010) = 0x0010;
        *reg(0x4011) = 1;
        *reg(0x401F) = 5;
        *reg(0x4020) = 5;
        *reg(0x4021) = 0x0010;
        *reg(0x6048) = 1;
    }
    bench.io.write = line_write;
    bench.io.read = answer_line_read;
    bench.io.now_us = answer_line_now;
    bench.io.user = &bench.answer;
    bench.io.set_line = line_set;
    mw_link_init(&bench.link, &mw_framer_rtu, &bench.config, bench.buffer, sizeof bench.buffer, 0);
    mw_meter_init(&bench.meter, model, &bench.link, MW_MODBUS_RTU, UNIT);
}

/* A meter with a table of one's own, on the line of a WAGO. */
static void set_up_own(mw_model *own, const mw_row *rows, unsigned row_count, const mw_modbus_setting *setting)
{
    memset(own, 0, sizeof *own);
    own->name = "own";
    own->rows = rows;
    own->row_count = (uint16_t)row_count;
    own->settings = setting;
    own->setting_count = 1;
    own->writer = &mw_writer_modbus;
    own->read_function = MW_MODBUS_READ_HOLDING;
    own->max_regs = 125;
    set_up(&mw_model_wago_879_3000);
    mw_meter_init(&bench.meter, own, &bench.link, MW_MODBUS_RTU, UNIT);
}

static mw_obis code_of(const char *name)
{
    mw_obis id;
    assert_int_equal(mw_obis_parse(name, &id), MW_OK);
    return id;
}

/* Begins and runs a change, which must go well until it begins. */
static mw_status change(const char *name, int64_t n, int8_t exp10, unsigned flags)
{
    assert_int_equal(mw_change_begin(&bench.change, &bench.meter, code_of(name), n, exp10, flags), MW_OK);
    if (bench.fixed) {
        bench.io.set_line = NULL;
    }
    return mw_change_run(&bench.change, &bench.io);
}

/* What was written is this, so often. */
static void check_written(const char *frame, unsigned times)
{
    uint8_t expected[32];
    const size_t length = mw_hex(frame, expected, sizeof expected);
    assert_int_equal(bench.write_count, times);
    for (unsigned i = 0; i < times; i++) {
        assert_int_equal(bench.write_lengths[i], length);
        assert_memory_equal(bench.writes[i], expected, length);
    }
}

/* Ended so, and the outcome is true. */
static void check_end(mw_status status, mw_status expected, mw_outcome outcome)
{
    assert_int_equal(status, expected);
    assert_int_equal(bench.change.outcome, outcome);
}

/* ---- settings ---- */

MW_TEST(every_setting_is_written_by_the_frame_of_the_manual_and_read_back)
{
    static const struct {
        const char *name;
        int64_t n;
        int8_t exp10;
        const char *frame;
    } settings[] = {
        {"active_tariff", 2, 0, "01 06 60 48 00 02 96 1D"},
        {"combinations_code", 4, 0, "01 06 40 0F 00 04 AD CA"},
        {"lcd_rolling_time", 25, 0, "01 06 40 10 00 25 5C 14"},
        {"s0_pulse_width", 30, -3, "01 06 40 21 00 30 CC 14"},
        {"s0_pulse_type", 2, 0, "01 06 40 22 00 02 BD C1"},
        {"data_type", 2, 0, "01 06 40 26 00 02 FC 00"},
        {"screen_direction", 1, 0, "01 06 40 32 00 01 FC 05"},
        {"obis_display", 1, 0, "01 06 40 33 00 01 AD C5"},
        {"pulse_constant", 1, -2, "01 10 40 0D 00 02 04 41 20 00 00 16 03"}, /* 10 per kWh are 0.01 per Wh */
        {"pulse_constant", 10000, -6, "01 10 40 0D 00 02 04 41 20 00 00 16 03"},
    };
    (void)state;
    for (size_t i = 0; i < MW_COUNT(settings); i++) {
        set_up(&mw_model_wago_879_3000);
        check_end(change(settings[i].name, settings[i].n, settings[i].exp10, 0), MW_OK, MW_OUTCOME_NEW);
        check_written(settings[i].frame, 1);
        /* What an older meter of the maker codes otherwise is written after a look at which one it is. */
        assert_int_equal(bench.requests, strcmp(settings[i].name, "combinations_code") == 0 ? 3 : 2);
    }
}

/* The other values of the pulse constant, as floats (section 1.11). */
MW_TEST(every_pulse_constant_is_the_float_of_the_facts)
{
    static const struct {
        int64_t n;
        uint16_t high;
        uint16_t low;
    } constants[] = {{10000000, 0x461C, 0x4000}, {2000000, 0x44FA, 0x0000}, {1000000, 0x447A, 0x0000},
                     {100000, 0x42C8, 0x0000},   {10000, 0x4120, 0x0000},   {1000, 0x3F80, 0x0000},
                     {100, 0x3DCC, 0xCCCD},      {10, 0x3C23, 0xD70A}};
    (void)state;
    for (size_t i = 0; i < MW_COUNT(constants); i++) {
        set_up(&mw_model_wago_879_3000);
        check_end(change("pulse_constant", constants[i].n, -6, 0), MW_OK, MW_OUTCOME_NEW);
        assert_int_equal(*reg(0x400D), constants[i].high);
        assert_int_equal(*reg(0x400E), constants[i].low);
    }
}

MW_TEST(values_that_are_not_allowed_are_refused_before_a_byte_is_sent)
{
    static const struct {
        const char *name;
        int64_t n;
        int8_t exp10;
        mw_status status;
    } values[] = {
        {"active_tariff", 0, 0, MW_ERR_RANGE},        {"active_tariff", 5, 0, MW_ERR_RANGE},
        {"active_tariff", 15, -1, MW_ERR_RANGE},      {"active_tariff", INT64_MAX, 0, MW_ERR_RANGE},
        {"active_tariff", 2, 100, MW_ERR_RANGE},      {"lcd_rolling_time", 31, 0, MW_ERR_RANGE},
        {"lcd_rolling_time", 25, -3, MW_ERR_RANGE},   {"s0_pulse_width", 1, -3, MW_ERR_RANGE},
        {"s0_pulse_width", 30, 0, MW_ERR_RANGE},      {"pulse_constant", 20000, -6, MW_ERR_RANGE},
        {"modbus_address", 0, 0, MW_ERR_RANGE},       {"modbus_address", 248, 0, MW_ERR_RANGE},
        {"modbus_baud_rate", 9600, 0, MW_ERR_RANGE},  {"reset_day_register", 1, 0, MW_ERR_RANGE},
        {"combinations_code", 5, 0, MW_ERR_ARGUMENT}, /* cannot be undone */
        {"voltage_l1", 230, 0, MW_ERR_UNSUPPORTED},   {"mbus_address", 1, 0, MW_ERR_UNSUPPORTED},
        {"ct_primary", 25005, 0, MW_ERR_UNSUPPORTED}, /* of the 879-3040 */
    };
    (void)state;
    set_up(&mw_model_wago_879_3000);
    for (size_t i = 0; i < MW_COUNT(values); i++) {
        const mw_obis id = code_of(values[i].name);
        assert_int_equal(mw_change_begin(&bench.change, &bench.meter, id, values[i].n, values[i].exp10, 0),
                         values[i].status);
        assert_int_equal(bench.change.outcome, MW_OUTCOME_OLD);
        assert_int_equal(mw_change_run(&bench.change, &bench.io), values[i].status); /* there is nothing to do */
    }
    assert_int_equal(bench.requests, 0);
}

MW_TEST(settings_are_no_commands_and_commands_no_settings)
{
    (void)state;
    set_up(&mw_model_wago_879_3000);
    assert_int_equal(mw_meter_command(&bench.meter, &bench.io, code_of("active_tariff"), 2, 0), MW_ERR_UNSUPPORTED);
    assert_int_equal(mw_meter_set(&bench.meter, &bench.io, code_of("reset_day_register"), 0, 0, 0), MW_ERR_UNSUPPORTED);
    assert_int_equal(bench.requests, 0);
    assert_int_equal(mw_meter_set(&bench.meter, &bench.io, code_of("active_tariff"), 3, 0, 0), MW_OK);
    assert_int_equal(*reg(0x6048), 3);
}

MW_TEST(what_can_be_set_is_data)
{
    const mw_setting *setting;
    size_t count = 0;
    (void)state;
    set_up(&mw_model_wago_879_3000);
    while ((setting = mw_meter_setting(&bench.meter, count)) != NULL) {
        assert_ptr_equal(mw_meter_find_setting(&bench.meter, setting->id), setting);
        count++;
    }
    assert_int_equal(count, 14);
    setting = mw_meter_find_setting(&bench.meter, code_of("s0_pulse_width"));
    assert_int_equal(setting->unit, MW_UNIT_S);
    assert_int_equal(setting->exp10, -3);
    assert_int_equal(setting->least, 2);
    assert_int_equal(setting->most, 99);
    assert_string_equal(mw_setting_choice(mw_meter_find_setting(&bench.meter, code_of("modbus_baud_rate")), 7)->name,
                        "19200");
    assert_null(mw_meter_find_setting(&bench.meter, code_of("clock")));
}

MW_TEST(a_model_without_settings_has_nothing_to_set)
{
    static const mw_row row = {0x0100, MW_TYPE_UNSIGNED, 1, 0, MW_UNIT_NONE, 0, 96, 14, 0, MW_GROUP_ONCE, 0};
    const mw_obis tariff = code_of("active_tariff");
    mw_model own;
    mw_reading reading;
    (void)state;
    set_up_own(&own, &row, 1, NULL);
    own.writer = NULL;
    mw_meter_init(&bench.meter, &own, &bench.link, MW_MODBUS_RTU, UNIT);
    assert_null(mw_meter_setting(&bench.meter, 0));
    assert_int_equal(mw_meter_set(&bench.meter, &bench.io, tariff, 2, 0, 0), MW_ERR_UNSUPPORTED);
    assert_int_equal(mw_meter_command(&bench.meter, &bench.io, tariff, 0, 0), MW_ERR_UNSUPPORTED);
    assert_int_equal(mw_meter_get(&bench.meter, &bench.io, tariff, &reading), MW_ERR_UNSUPPORTED);
    assert_int_equal(bench.requests, 0);
}

/* Exponent and unit of a setting are those of what is read. */
MW_TEST(settings_have_the_last_digit_and_the_unit_of_their_rows)
{
    (void)state;
    for (size_t m = 0; mw_models[m] != NULL; m++) {
        const mw_model *const model = mw_models[m];
        for (size_t i = 0; i < model->setting_count; i++) {
            const mw_setting *const setting = &model->settings[i].what;
            const size_t at = mw_model_find(model, setting->id);
            if (at < model->row_count && setting->kind != MW_SETTING_RATIO) {
                const mw_row *const row = &model->rows[at];
                assert_int_equal(setting->unit, row->unit);
                assert_int_equal(setting->exp10, row->exp10 - (row->type == MW_TYPE_FLOAT ? 3 : 0));
            }
        }
    }
}

MW_TEST(a_refusal_is_told_with_its_code)
{
    (void)state;
    set_up(&mw_model_wago_879_3000);
    bench.refusal = 3;
    check_end(change("active_tariff", 2, 0, 0), MW_ERR_REFUSED, MW_OUTCOME_OLD);
    assert_int_equal(bench.change.exception, 3);
    assert_int_equal(bench.requests, 1);
    assert_int_equal(*reg(0x6048), 1);
}

/* Exception 5: accepted, but it takes long. That it has not done so yet does not mean that it will not. */
MW_TEST(an_acknowledgement_by_exception_is_looked_after)
{
    (void)state;
    set_up(&mw_model_wago_879_3000);
    bench.refusal = 5;
    check_end(change("active_tariff", 2, 0, 0), MW_OK, MW_OUTCOME_ACKNOWLEDGED);
    assert_int_equal(bench.write_count, 1);
    *reg(0x6048) = 2;
    check_end(change("active_tariff", 2, 0, 0), MW_OK, MW_OUTCOME_NEW);
}

MW_TEST(a_lost_answer_is_resolved_by_reading)
{
    (void)state;
    set_up(&mw_model_wago_879_3000);
    bench.fates[0] = FATE_MUTE;
    check_end(change("active_tariff", 2, 0, 0), MW_OK, MW_OUTCOME_NEW);
    check_written("01 06 60 48 00 02 96 1D", 1);
}

MW_TEST(a_lost_write_is_written_again_after_it_was_seen_to_be_lost)
{
    (void)state;
    set_up(&mw_model_wago_879_3000);
    bench.fates[0] = FATE_DEAF;
    check_end(change("active_tariff", 2, 0, 0), MW_OK, MW_OUTCOME_NEW);
    check_written("01 06 60 48 00 02 96 1D", 2);
    assert_int_equal(bench.requests, 4);

    set_up(&mw_model_wago_879_3000);
    bench.write_fate = FATE_DEAF;
    check_end(change("active_tariff", 2, 0, 0), MW_ERR_TIMEOUT, MW_OUTCOME_OLD);
    check_written("01 06 60 48 00 02 96 1D", 3); /* two repeats */
}

MW_TEST(without_an_answer_to_anything_nothing_is_claimed)
{
    (void)state;
    set_up(&mw_model_wago_879_3000);
    bench.from = 1;
    bench.rest = FATE_MUTE;
    check_end(change("active_tariff", 2, 0, 0), MW_ERR_TIMEOUT, MW_OUTCOME_UNKNOWN);
    assert_int_equal(bench.write_count, 1);

    set_up(&mw_model_wago_879_3000);
    bench.from = 2;
    bench.rest = FATE_DEAF;
    check_end(change("active_tariff", 2, 0, 0), MW_ERR_TIMEOUT, MW_OUTCOME_ACKNOWLEDGED);
}

MW_TEST(a_meter_that_acknowledges_but_keeps_what_it_had_is_told)
{
    (void)state;
    set_up(&mw_model_wago_879_3000);
    bench.locked = true;
    check_end(change("active_tariff", 2, 0, 0), MW_ERR_VALUE, MW_OUTCOME_OLD);
    assert_int_equal(bench.write_count, 1);
}

/* Written at 9E21, shown at C801. */
MW_TEST(what_is_written_elsewhere_is_read_back_where_it_is_shown)
{
    (void)state;
    set_up(&mw_model_socomec_countis_e44);
    *reg(0xC801) = 1;
    check_end(change("active_tariff", 3, 0, 0), MW_OK, MW_OUTCOME_NEW);
    assert_int_equal(*reg(0x9E21), 3);
    assert_int_equal(bench.requests, 2);
}

/* 2026-11-28 10:17:54: day 1C, month 0B, year 07EA, 0A:11:36. There is nothing to read it back by. */
MW_TEST(a_clock_is_written_whole)
{
    (void)state;
    set_up(&mw_model_socomec_countis_e44);
    check_end(change("clock", 1795861074, 0, 0), MW_OK, MW_OUTCOME_ACKNOWLEDGED);
    assert_int_equal(bench.write_count, 1);
    assert_int_equal(*reg(0xE100), 0x1C);
    assert_int_equal(*reg(0xE101), 0x0B);
    assert_int_equal(*reg(0xE102), 0x07EA);
    assert_int_equal(*reg(0xE103), 0x0A);
    assert_int_equal(*reg(0xE104), 0x11);
    assert_int_equal(*reg(0xE105), 0x36);
    assert_int_equal(bench.requests, 1);

    set_up(&mw_model_socomec_countis_e44);
    bench.write_fate = FATE_MUTE;
    check_end(change("clock", 1795861074, 0, 0), MW_ERR_TIMEOUT, MW_OUTCOME_UNKNOWN);
    assert_int_equal(bench.write_count, 1); /* the second one would be late */
}

MW_TEST(a_port_that_fails_after_a_lost_write_leaves_it_unknown)
{
    (void)state;
    set_up(&mw_model_wago_879_3000);
    bench.fates[0] = FATE_DEAF;
    bench.fates[1] = FATE_DEAD;
    check_end(change("active_tariff", 2, 0, 0), MW_ERR_IO, MW_OUTCOME_UNKNOWN);
    set_up(&mw_model_wago_879_3000);
    bench.fates[1] = FATE_DEAD;
    check_end(change("active_tariff", 2, 0, 0), MW_ERR_IO, MW_OUTCOME_ACKNOWLEDGED);
}

MW_TEST(a_step_before_the_link_is_done_changes_nothing)
{
    (void)state;
    set_up(&mw_model_wago_879_3000);
    assert_int_equal(mw_change_begin(&bench.change, &bench.meter, code_of("active_tariff"), 2, 0, 0), MW_OK);
    assert_int_equal(mw_change_step(&bench.change, bench.answer.now_us), MW_AGAIN);
    assert_int_equal(mw_change_step(&bench.change, bench.answer.now_us), MW_AGAIN);
    assert_int_equal(bench.requests, 0);
    check_end(mw_change_run(&bench.change, &bench.io), MW_OK, MW_OUTCOME_NEW);
    assert_int_equal(bench.write_count, 1);
}

/* ---- commands ---- */

/* 1234.5 kWh are 449A 5000. */
static void set_up_counted(void)
{
    set_up(&mw_model_wago_879_3000);
    *reg(0x6049) = 0x449A;
    *reg(0x604A) = 0x5000;
    *reg(0x4016) = 12;
}

#define RESET_DAY "01 10 60 49 00 02 04 00 00 00 00 9F F7"

MW_TEST(a_command_is_done_once_and_seen_by_its_counter)
{
    (void)state;
    set_up_counted();
    check_end(change("reset_day_register", 0, 0, 0), MW_OK, MW_OUTCOME_NEW);
    check_written(RESET_DAY, 1);
    assert_int_equal(bench.requests, 3);

    set_up_counted();
    check_end(change("reset_power_down_counter", 0, 0, 0), MW_OK, MW_OUTCOME_NEW);
    check_written("01 06 40 16 00 00 7D CE", 1);
}

/* 3F80 0000 are 1 kWh, 7FC0 0000 is no number. */
MW_TEST(a_counter_may_have_counted_since_the_command)
{
    static const struct {
        uint16_t before;
        uint16_t since;
        mw_outcome outcome;
    } counters[] = {
        {0x449A, 0x3F80, MW_OUTCOME_NEW},          /* less than before */
        {0x0000, 0x3F80, MW_OUTCOME_ACKNOWLEDGED}, /* as it would have counted without the command */
        {0x7FC0, 0x3F80, MW_OUTCOME_ACKNOWLEDGED}, /* nobody knows what it was */
        {0x7FC0, 0x0000, MW_OUTCOME_NEW},
        {0x449A, 0x7FC0, MW_OUTCOME_ACKNOWLEDGED}, /* nobody knows what it is */
    };
    (void)state;
    for (size_t i = 0; i < MW_COUNT(counters); i++) {
        set_up_counted();
        *reg(0x6049) = counters[i].before;
        *reg(0x604A) = 0;
        bench.since = counters[i].since;
        check_end(change("reset_day_register", 0, 0, 0), MW_OK, counters[i].outcome);
        check_written(RESET_DAY, 1);
    }
}

MW_TEST(a_command_is_never_repeated)
{
    (void)state;
    set_up_counted();
    bench.write_fate = FATE_MUTE;
    check_end(change("reset_day_register", 0, 0, 0), MW_OK, MW_OUTCOME_NEW);
    check_written(RESET_DAY, 1);

    set_up_counted();
    bench.write_fate = FATE_DEAF;
    check_end(change("reset_day_register", 0, 0, 0), MW_ERR_TIMEOUT, MW_OUTCOME_OLD);
    check_written(RESET_DAY, 1);

    set_up_counted();
    bench.from = 2;
    bench.rest = FATE_MUTE;
    check_end(change("reset_day_register", 0, 0, 0), MW_ERR_TIMEOUT, MW_OUTCOME_UNKNOWN);
    check_written(RESET_DAY, 1);

    set_up_counted();
    bench.locked = true;
    check_end(change("reset_day_register", 0, 0, 0), MW_ERR_VALUE, MW_OUTCOME_OLD);
}

MW_TEST(a_command_is_not_given_to_a_meter_that_is_not_there)
{
    (void)state;
    set_up_counted();
    bench.from = 1;
    bench.rest = FATE_DEAF;
    check_end(change("reset_day_register", 0, 0, 0), MW_ERR_TIMEOUT, MW_OUTCOME_OLD);
    assert_int_equal(bench.write_count, 0);
}

/* Partial counters of a Countis: the counter of each choice is another one. */
MW_TEST(a_choice_of_a_command_has_its_own_counter)
{
    static const struct {
        const char *name;
        int64_t n;
        uint16_t counter; /* its low word */
    } choices[] = {{"reset_counters", 0x20, 0xC70D},        {"reset_partial", 0x01, 0xC70D},
                   {"reset_partial", 0x02, 0xC70F},         {"reset_partial", 0x04, 0xC711},
                   {"reset_partial", 0x08, 0xC713},         {"reset_partial", 0x10, 0xC715},
                   {"reset_partial_tariffs", 0x01, 0x8001}, {"reset_partial_tariffs", 0x08, 0x800A}};
    (void)state;
    for (size_t i = 0; i < MW_COUNT(choices); i++) {
        set_up(&mw_model_socomec_countis_e44);
        *reg(choices[i].counter) = 77;
        check_end(change(choices[i].name, choices[i].n, 0, 0), MW_ERR_VALUE, MW_OUTCOME_OLD); /* nothing resets it */
        set_up(&mw_model_socomec_countis_e44);
        check_end(change(choices[i].name, choices[i].n, 0, 0), MW_OK, MW_OUTCOME_NEW); /* it was, and is, 0 */
    }
    /* The maximum of the power has none. */
    set_up(&mw_model_socomec_countis_e44);
    check_end(change("reset_counters", 0x01, 0, 0), MW_OK, MW_OUTCOME_ACKNOWLEDGED);
    assert_int_equal(bench.requests, 1);
}

/* ---- what moves the meter ---- */

#define ADDRESS_10 "01 06 40 03 00 0A EC 0D"

MW_TEST(a_meter_is_followed_to_its_new_address)
{
    (void)state;
    set_up(&mw_model_wago_879_3000);
    check_end(change("modbus_address", 10, 0, 0), MW_OK, MW_OUTCOME_NEW);
    check_written(ADDRESS_10, 1);
    assert_int_equal(bench.requests, 3); /* nobody there, write, there */
    assert_int_equal(bench.lines, 0);
    assert_int_equal(mw_meter_set(&bench.meter, &bench.io, code_of("active_tariff"), 4, 0, 0), MW_OK);
    assert_int_equal(*reg(0x6048), 4);

    set_up(&mw_model_wago_879_3000);
    bench.write_fate = FATE_MUTE;
    check_end(change("modbus_address", 10, 0, 0), MW_OK, MW_OUTCOME_NEW);
    check_written(ADDRESS_10, 1);
}

MW_TEST(an_address_that_is_taken_is_not_given_to_another_meter)
{
    (void)state;
    set_up(&mw_model_wago_879_3000);
    bench.neighbour = 10;
    check_end(change("modbus_address", 10, 0, 0), MW_ERR_IN_USE, MW_OUTCOME_OLD);
    assert_int_equal(bench.write_count, 0);
    /* But it keeps its own. */
    check_end(change("modbus_address", UNIT, 0, 0), MW_OK, MW_OUTCOME_NEW);
}

/* Such as a late answer to somebody else. */
MW_TEST(what_another_meter_says_does_not_make_an_address_taken)
{
    (void)state;
    set_up(&mw_model_wago_879_3000);
    bench.stray = 11;
    check_end(change("modbus_address", 10, 0, 0), MW_OK, MW_OUTCOME_NEW);
    check_written(ADDRESS_10, 1);
}

MW_TEST(a_meter_that_did_not_move_is_found_where_it_was)
{
    (void)state;
    set_up(&mw_model_wago_879_3000);
    bench.write_fate = FATE_DEAF;
    check_end(change("modbus_address", 10, 0, 0), MW_ERR_TIMEOUT, MW_OUTCOME_OLD);
    check_written(ADDRESS_10, 3);

    set_up(&mw_model_wago_879_3000);
    bench.fates[1] = FATE_DEAF; /* the first write */
    check_end(change("modbus_address", 10, 0, 0), MW_OK, MW_OUTCOME_NEW);
    check_written(ADDRESS_10, 2);

    set_up(&mw_model_wago_879_3000);
    bench.locked = true;
    check_end(change("modbus_address", 10, 0, 0), MW_ERR_VALUE, MW_OUTCOME_OLD);

    set_up(&mw_model_wago_879_3000);
    bench.later = true;
    check_end(change("modbus_address", 10, 0, 0), MW_OK, MW_OUTCOME_ACKNOWLEDGED);
    assert_int_equal(mw_meter_set(&bench.meter, &bench.io, code_of("active_tariff"), 4, 0, 0), MW_OK); /* still there */
}

MW_TEST(the_line_follows_the_speed_and_the_parity_of_the_meter)
{
    (void)state;
    set_up(&mw_model_wago_879_3000);
    check_end(change("modbus_baud_rate", 7, 0, 0), MW_OK, MW_OUTCOME_NEW);
    assert_int_equal(bench.line.baud, 19200);
    assert_int_equal(bench.line.parity, MW_PARITY_EVEN);
    assert_int_equal(bench.lines, 1);
    check_end(change("modbus_parity", 2, 0, 0), MW_OK, MW_OUTCOME_NEW);
    assert_int_equal(bench.line.parity, MW_PARITY_NONE);
    check_end(change("modbus_parity", 3, 0, 0), MW_OK, MW_OUTCOME_NEW);
    assert_int_equal(bench.line.parity, MW_PARITY_ODD);
    check_end(change("modbus_parity", 1, 0, 0), MW_OK, MW_OUTCOME_NEW);
    assert_int_equal(bench.line.parity, MW_PARITY_EVEN);
    assert_int_equal(bench.line.baud, 19200);
    bench.write_fate = FATE_MUTE;
    check_end(change("modbus_baud_rate", 10, 0, 0), MW_OK, MW_OUTCOME_NEW);
    assert_int_equal(bench.line.baud, 115200);
    assert_int_equal(bench.write_count, 5);
}

MW_TEST(the_line_follows_the_stop_bits_of_the_meter)
{
    (void)state;
    set_up(&mw_model_socomec_countis_e23);
    bench.moving[3] = 0xE002;
    registers_text(0xC38A, 8, "COUNTIS E23");
    check_end(change("modbus_stop_bits", 1, 0, 0), MW_OK, MW_OUTCOME_NEW);
    assert_int_equal(bench.line.stop_bits, 2);
}

MW_TEST(the_line_comes_back_to_a_meter_that_stayed)
{
    (void)state;
    set_up(&mw_model_wago_879_3000);
    bench.locked = true;
    check_end(change("modbus_baud_rate", 7, 0, 0), MW_ERR_VALUE, MW_OUTCOME_OLD);
    assert_int_equal(bench.line.baud, 9600);
    assert_int_equal(bench.lines, 2);

    set_up(&mw_model_wago_879_3000);
    bench.later = true;
    check_end(change("modbus_baud_rate", 7, 0, 0), MW_OK, MW_OUTCOME_ACKNOWLEDGED);
    assert_int_equal(bench.line.baud, 9600);

    set_up(&mw_model_wago_879_3000);
    bench.from = 2;
    bench.rest = FATE_DEAF;
    check_end(change("modbus_baud_rate", 7, 0, 0), MW_ERR_TIMEOUT, MW_OUTCOME_UNKNOWN);
    assert_int_equal(bench.line.baud, 9600);
}

MW_TEST(behind_a_line_that_cannot_be_set_the_acknowledgement_is_all)
{
    (void)state;
    set_up(&mw_model_wago_879_3000);
    bench.fixed = true;
    check_end(change("modbus_baud_rate", 7, 0, 0), MW_OK, MW_OUTCOME_ACKNOWLEDGED);
    assert_int_equal(bench.requests, 2); /* which meter, write */

    set_up(&mw_model_wago_879_3000);
    bench.fixed = true;
    bench.write_fate = FATE_MUTE;
    check_end(change("modbus_baud_rate", 7, 0, 0), MW_ERR_TIMEOUT, MW_OUTCOME_UNKNOWN);
    assert_int_equal(bench.write_count, 1);
}

/* ---- what is not done lightly ---- */

/* At E002 a Countis E24 has its stop bits. */
MW_TEST(what_means_something_else_in_a_sibling_is_written_to_the_right_meter_only)
{
    (void)state;
    set_up(&mw_model_socomec_countis_e44);
    registers_text(0xC38A, 8, "COUNTIS E24");
    check_end(change("ct_primary", 250, 0, 0), MW_ERR_MISMATCH, MW_OUTCOME_OLD);
    assert_int_equal(bench.write_count, 0);
    registers_text(0xC38A, 8, "Countis E44");
    check_end(change("ct_primary", 250, 0, 0), MW_OK, MW_OUTCOME_NEW);
    assert_int_equal(*reg(0xE002), 250);
    bench.from = bench.requests + 1;
    bench.rest = FATE_DEAF;
    check_end(change("ct_secondary", 5, 0, 0), MW_ERR_TIMEOUT, MW_OUTCOME_OLD);
    assert_int_equal(bench.write_count, 1);
}

/* A PRO380 (meter code 0102) holds the speed itself in 4004, and codes its combinations otherwise (1.3, 1.7). */
MW_TEST(an_older_meter_of_the_maker_is_not_taken_for_this_one)
{
    (void)state;
    set_up(&mw_model_wago_879_3000);
    *reg(0x4002) = 0x0102;
    check_end(change("modbus_baud_rate", 7, 0, 0), MW_ERR_MISMATCH, MW_OUTCOME_OLD);
    check_end(change("combinations_code", 4, 0, 0), MW_ERR_MISMATCH, MW_OUTCOME_OLD);
    assert_int_equal(bench.write_count, 0);
}

MW_TEST(a_ratio_is_written_in_the_coding_the_meter_shows)
{
    static const struct {
        uint16_t primary;
        uint16_t secondary;
        mw_status status;
        const char *frame;
    } meters[] = {
        {0x9995, 5, MW_OK, "10 40 1F 00 02 04 02 50 00 05"}, /* decimal: above 9999 as a number */
        {0x270B, 5, MW_OK, "10 40 1F 00 02 04 00 FA 00 05"}, /* binary: has a B */
        {0x0100, 5, MW_OK, "10 40 1F 00 02 04 02 50 00 05"}, /* 100, as 256 is no multiple of 5 */
        {0x0005, 5, MW_ERR_UNSUPPORTED, NULL},               /* as it comes from the factory */
        {0x0250, 1, MW_ERR_UNSUPPORTED, NULL},               /* 250 or 592 */
    };
    (void)state;
    for (size_t i = 0; i < MW_COUNT(meters); i++) {
        set_up(&mw_model_wago_879_3040);
        *reg(0x401F) = meters[i].primary;
        *reg(0x4020) = meters[i].secondary;
        check_end(change("ct_primary", 25005, 0, MW_WRITE_IRREVERSIBLE), meters[i].status,
                  meters[i].status == MW_OK ? MW_OUTCOME_NEW : MW_OUTCOME_OLD);
        if (meters[i].frame != NULL) {
            uint8_t expected[MW_MODBUS_FRAME_MAX];
            assert_int_equal(bench.write_count, 1);
            assert_int_equal(bench.write_lengths[0], frames_put_hex(MW_MODBUS_RTU, 0, UNIT, meters[i].frame, expected));
            assert_memory_equal(bench.writes[0], expected, bench.write_lengths[0]);
        } else {
            assert_int_equal(bench.write_count, 0);
        }
    }
}

MW_TEST(what_cannot_be_undone_needs_its_flag_and_is_never_repeated)
{
    (void)state;
    set_up(&mw_model_wago_879_3040);
    *reg(0x401F) = 0x9995;
    assert_int_equal(mw_meter_set(&bench.meter, &bench.io, code_of("ct_primary"), 25005, 0, 0), MW_ERR_ARGUMENT);
    assert_int_equal(bench.requests, 0);
    bench.write_fate = FATE_DEAF;
    check_end(change("ct_primary", 25005, 0, MW_WRITE_IRREVERSIBLE), MW_ERR_TIMEOUT, MW_OUTCOME_OLD);
    assert_int_equal(bench.write_count, 1);
    bench.write_fate = FATE_GOOD;
    check_end(change("combinations_code", 5, 0, MW_WRITE_IRREVERSIBLE), MW_OK, MW_OUTCOME_NEW);
    assert_int_equal(*reg(0x400F), 5);
}

MW_TEST(a_setting_is_read_as_it_is)
{
    mw_reading reading;
    (void)state;
    set_up(&mw_model_wago_879_3040);
    assert_int_equal(mw_meter_get(&bench.meter, &bench.io, code_of("s0_pulse_width"), &reading), MW_OK);
    assert_true(reading.n == 10);
    assert_int_equal(reading.exp10, -3);
    *reg(0x401F) = 0x270B;
    assert_int_equal(mw_meter_get(&bench.meter, &bench.io, code_of("ct_primary"), &reading), MW_OK);
    assert_string_equal(reading.text, "9995/5");
    assert_true(reading.n == 999505);
    assert_int_equal(bench.requests, 2);
    *reg(0x401F) = 0x0250;
    *reg(0x4020) = 1;
    assert_int_equal(mw_meter_get(&bench.meter, &bench.io, code_of("ct_primary"), &reading), MW_OK);
    assert_int_equal(reading.quality, MW_QUALITY_UNCERTAIN);
    assert_int_equal(mw_meter_get(&bench.meter, &bench.io, code_of("voltage_l1"), &reading), MW_ERR_UNSUPPORTED);
    assert_int_equal(mw_meter_get(&bench.meter, &bench.io, code_of("reset_day_register"), &reading),
                     MW_ERR_UNSUPPORTED);
    set_up(&mw_model_socomec_countis_e44);
    assert_int_equal(mw_meter_get(&bench.meter, &bench.io, code_of("clock"), &reading), MW_ERR_UNSUPPORTED);
}

/* ---- broadcasts ---- */

MW_TEST(a_tariff_can_be_broadcast)
{
    (void)state;
    set_up(&mw_model_wago_879_3000);
    check_end(change("active_tariff", 2, 0, MW_WRITE_BROADCAST), MW_OK, MW_OUTCOME_ACKNOWLEDGED);
    assert_int_equal(*reg(0x6048), 2);
    assert_int_equal(bench.requests, 1);
    assert_int_equal(bench.writes[0][0], 0);
    bench.from = 2;
    bench.rest = FATE_DEAD;
    check_end(change("active_tariff", 3, 0, MW_WRITE_BROADCAST), MW_ERR_IO, MW_OUTCOME_UNKNOWN);
}

/* A port on which one byte comes after the other. */
static mw_status babble(void *user, uint8_t *bytes, size_t size, uint32_t wait_us, size_t *count)
{
    (void)user;
    (void)size;
    (void)wait_us;
    bytes[0] = 0x55;
    *count = 1;
    bench.answer.now_us += 1000;
    return MW_OK;
}

MW_TEST(of_a_broadcast_that_finds_no_silence_nothing_is_claimed)
{
    (void)state;
    set_up(&mw_model_wago_879_3000);
    bench.io.read = babble;
    check_end(change("active_tariff", 2, 0, MW_WRITE_BROADCAST), MW_ERR_FRAME, MW_OUTCOME_UNKNOWN);
    assert_int_equal(bench.requests, 0);
}

MW_TEST(nothing_else_is_broadcast)
{
    (void)state;
    set_up(&mw_model_wago_879_3000);
    assert_int_equal(
        mw_change_begin(&bench.change, &bench.meter, code_of("lcd_rolling_time"), 10, 0, MW_WRITE_BROADCAST),
        MW_ERR_UNSUPPORTED);
    bench.meter.framing = MW_MODBUS_TCP; /* unit 0 is the device itself there */
    assert_int_equal(mw_change_begin(&bench.change, &bench.meter, code_of("active_tariff"), 2, 0, MW_WRITE_BROADCAST),
                     MW_ERR_UNSUPPORTED);
}

/* ---- behind a gateway ---- */

/* Exception 11: the meter did not answer the gateway, so it may have heard it (AP 7). */
MW_TEST(what_a_gateway_lost_the_answer_of_may_have_been_done)
{
    (void)state;
    set_up(&mw_model_wago_879_3000);
    bench.gateway = MW_MODBUS_GATEWAY_NO_ANSWER;
    bench.write_fate = FATE_MUTE;
    check_end(change("active_tariff", 2, 0, 0), MW_OK, MW_OUTCOME_NEW);
    assert_int_equal(bench.write_count, 1);

    set_up(&mw_model_wago_879_3000);
    bench.gateway = MW_MODBUS_GATEWAY_NO_ANSWER;
    bench.write_fate = FATE_DEAF;
    check_end(change("active_tariff", 2, 0, 0), MW_ERR_REFUSED, MW_OUTCOME_OLD);
    assert_int_equal(bench.change.exception, MW_MODBUS_GATEWAY_NO_ANSWER);

    set_up(&mw_model_wago_879_3000);
    bench.gateway = MW_MODBUS_GATEWAY_NO_ANSWER;
    bench.from = 1;
    bench.rest = FATE_MUTE;
    check_end(change("active_tariff", 2, 0, 0), MW_ERR_TIMEOUT, MW_OUTCOME_UNKNOWN);
    assert_int_equal(bench.write_count, 1);
}

/* Exception 4: it failed "while attempting to perform the requested action". */
MW_TEST(what_failed_in_the_meter_is_looked_at)
{
    (void)state;
    set_up(&mw_model_wago_879_3000);
    bench.refusal = MW_MODBUS_DEVICE_FAILURE;
    *reg(0x6048) = 2; /* it got as far as that */
    check_end(change("active_tariff", 2, 0, 0), MW_OK, MW_OUTCOME_NEW);
    check_end(change("active_tariff", 3, 0, 0), MW_ERR_REFUSED, MW_OUTCOME_OLD);
    assert_int_equal(bench.change.exception, MW_MODBUS_DEVICE_FAILURE);
}

MW_TEST(where_a_gateway_finds_nobody_no_meter_has_moved_to)
{
    static const uint8_t exceptions[] = {MW_MODBUS_GATEWAY_NO_PATH, MW_MODBUS_GATEWAY_NO_ANSWER};
    (void)state;
    for (size_t i = 0; i < MW_COUNT(exceptions); i++) {
        set_up(&mw_model_wago_879_3000);
        bench.gateway = exceptions[i];
        check_end(change("modbus_address", 10, 0, 0), MW_OK, MW_OUTCOME_NEW);

        set_up(&mw_model_wago_879_3000);
        bench.gateway = exceptions[i];
        bench.locked = true;
        check_end(change("modbus_address", 10, 0, 0), MW_ERR_VALUE, MW_OUTCOME_OLD);

        set_up(&mw_model_wago_879_3000); /* it is gone when it is looked for */
        bench.gateway = exceptions[i];
        bench.from = 3;
        bench.rest = FATE_DEAF;
        check_end(change("modbus_address", 10, 0, 0), MW_ERR_TIMEOUT, MW_OUTCOME_UNKNOWN);
    }
}

/* ---- tables of one's own ---- */

/* What a table does not say is not written, and nothing is claimed of it. */
MW_TEST(what_cannot_be_coded_is_not_written)
{
    static const mw_row rows[] = {{0x0100, MW_TYPE_UNSIGNED, 1, 0, MW_UNIT_NONE, 0, 96, 14, 0, MW_GROUP_ONCE, 0},
                                  {0x0200, MW_TYPE_BITS, 1, 0, MW_UNIT_NONE, 0, 97, 97, 0, MW_GROUP_ONCE, 0}};
    static const mw_block blocks[] = {{0x0100, 1}, {0x0200, 1}};
    static const mw_choice bauds[] = {{0, 0, 0, "19200"}};
    static const mw_modbus_setting settings[] = {
        {{{0, 0, 96, 14, 0, 255}, MW_SETTING_NUMBER, 0, 0, MW_UNIT_NONE, 0, 0, 9, NULL}, 0x0101, 1, 6},  /* no row */
        {{{0, 0, 97, 97, 0, 255}, MW_SETTING_NUMBER, 0, 0, MW_UNIT_NONE, 0, 0, 9, NULL}, 0x0200, 1, 6},  /* no number */
        {{{0, 0, 96, 14, 0, 255}, MW_SETTING_NUMBER, 0, 0, MW_UNIT_NONE, 0, 0, 9, NULL}, 0x0100, 2, 16}, /* 2 of 1 */
        {{{0, 0, 96, 14, 0, 255}, MW_SETTING_NUMBER, 0, 0, MW_UNIT_NONE, 0, 0, 9, NULL}, 0x0100, 7, 16}, /* too many */
        {{{0, 0, 96, 14, 0, 255}, MW_SETTING_NUMBER, MW_SETTING_IDENTIFY, 0, MW_UNIT_NONE, 0, 0, 9, NULL},
         0x0100,
         1,
         6}, /* no row by which the meter is known */
        {{{0, 0, MW_OBIS_C_COMMUNICATION, 1, 0, 255},
          MW_SETTING_NUMBER,
          MW_SETTING_LINK,
          0,
          MW_UNIT_NONE,
          1,
          0,
          0,
          bauds},
         0x0300,
         1,
         6},
    };
    (void)state;
    for (size_t i = 0; i < MW_COUNT(settings); i++) {
        const mw_model own = {.name = "own",
                              .rows = rows,
                              .row_count = 2,
                              .blocks = blocks,
                              .block_count = 2,
                              .settings = &settings[i],
                              .setting_count = 1,
                              .writer = &mw_writer_modbus,
                              .read_function = MW_MODBUS_READ_HOLDING,
                              .max_regs = 125};
        mw_status status;
        set_up(&own);
        assert_int_equal(mw_change_begin(&bench.change, &bench.meter, settings[i].what.id, 0, 0, 0), MW_OK);
        status = mw_change_run(&bench.change, &bench.io);
        check_end(status, i == 1 ? MW_ERR_VALUE : MW_ERR_UNSUPPORTED, MW_OUTCOME_OLD);
        assert_int_equal(bench.requests, 0);
        assert_int_equal(bench.lines, 0);
    }
}

/* Address and speed that can only be written: that it answers at the new place is all there is to see. */
MW_TEST(a_meter_that_does_not_show_its_address_is_followed)
{
    static const mw_row rows[] = {
        {0x4003, MW_TYPE_UNSIGNED, 1, 0, MW_UNIT_NONE, 0, MW_OBIS_C_COMMUNICATION, 0, 0, MW_GROUP_WRITTEN, 0},
        {0x4004, MW_TYPE_UNSIGNED, 1, 0, MW_UNIT_NONE, 0, MW_OBIS_C_COMMUNICATION, 1, 0, MW_GROUP_WRITTEN, 0},
        {0x5000, MW_TYPE_UNSIGNED, 1, 0, MW_UNIT_V, 1, 32, 7, 0, MW_GROUP_FAST, 0}};
    static const mw_block blocks[] = {{0x5000, 1}};
    static const mw_choice bauds[] = {{7, 0, 0, "19200"}};
    static const mw_modbus_setting settings[] = {{{{0, 0, MW_OBIS_C_COMMUNICATION, 0, 0, 255},
                                                   MW_SETTING_NUMBER,
                                                   MW_SETTING_LINK,
                                                   0,
                                                   MW_UNIT_NONE,
                                                   0,
                                                   1,
                                                   247,
                                                   NULL},
                                                  0x4003,
                                                  1,
                                                  6},
                                                 {{{0, 0, MW_OBIS_C_COMMUNICATION, 1, 0, 255},
                                                   MW_SETTING_NUMBER,
                                                   MW_SETTING_LINK,
                                                   0,
                                                   MW_UNIT_NONE,
                                                   1,
                                                   0,
                                                   0,
                                                   bauds},
                                                  0x4004,
                                                  1,
                                                  6}};
    static const mw_model own = {.name = "own",
                                 .rows = rows,
                                 .row_count = 3,
                                 .blocks = blocks,
                                 .block_count = 1,
                                 .settings = settings,
                                 .setting_count = 2,
                                 .writer = &mw_writer_modbus,
                                 .read_function = MW_MODBUS_READ_HOLDING,
                                 .max_regs = 125};
    (void)state;
    for (unsigned refuses = 0; refuses < 2; refuses++) {
        set_up(&mw_model_wago_879_3000);
        mw_meter_init(&bench.meter, &own, &bench.link, MW_MODBUS_RTU, UNIT);
        bench.missing = refuses != 0 ? 0x5000 : 0; /* that is an answer, too */
        check_end(change("modbus_address", 10, 0, 0), MW_OK, MW_OUTCOME_NEW);
        check_end(change("modbus_baud_rate", 7, 0, 0), MW_OK, MW_OUTCOME_NEW); /* at the new address */
        assert_int_equal(bench.line.baud, 19200);

        set_up(&mw_model_wago_879_3000);
        mw_meter_init(&bench.meter, &own, &bench.link, MW_MODBUS_RTU, UNIT);
        bench.locked = true;
        /* It may move when it is restarted. */
        check_end(change("modbus_baud_rate", 7, 0, 0), MW_OK, MW_OUTCOME_ACKNOWLEDGED);
        assert_int_equal(bench.line.baud, 9600);
        check_end(change("modbus_address", 10, 0, 0), MW_OK, MW_OUTCOME_ACKNOWLEDGED);
        bench.neighbour = 10;
        check_end(change("modbus_address", 10, 0, 0), MW_ERR_IN_USE, MW_OUTCOME_OLD);
    }
}

/* Nobody can be asked whether the address is free, nor the meter whether it has moved. */
MW_TEST(an_address_without_anything_to_read_is_written_all_the_same)
{
    static const mw_row row = {0x4003, MW_TYPE_UNSIGNED, 1, 0, MW_UNIT_NONE, 0, MW_OBIS_C_COMMUNICATION, 0,
                               0,      MW_GROUP_WRITTEN, 0};
    static const mw_modbus_setting setting = {{{0, 0, MW_OBIS_C_COMMUNICATION, 0, 0, 255},
                                               MW_SETTING_NUMBER,
                                               MW_SETTING_LINK,
                                               0,
                                               MW_UNIT_NONE,
                                               0,
                                               1,
                                               247,
                                               NULL},
                                              0x4003,
                                              1,
                                              6};
    mw_model own;
    (void)state;
    set_up_own(&own, &row, 1, &setting);
    check_end(change("modbus_address", 10, 0, 0), MW_OK, MW_OUTCOME_ACKNOWLEDGED);
    check_written(ADDRESS_10, 1);
    assert_int_equal(bench.requests, 1);
}

MW_TEST(a_command_without_choices_has_no_counter)
{
    static const mw_row row = {0x6049, MW_TYPE_UNSIGNED, 2, 0, MW_UNIT_WH, 1, 129, 8, 0, MW_GROUP_SLOW, 0};
    static const mw_modbus_setting setting = {
        {{0, 0, 132, 0, 0, 255}, MW_SETTING_ACTION, 0, 0, MW_UNIT_NONE, 0, 0, 0, NULL}, 0x6049, 2, 16};
    mw_model own;
    (void)state;
    set_up_own(&own, &row, 1, &setting);
    check_end(change("reset_day_register", 0, 0, 0), MW_OK, MW_OUTCOME_ACKNOWLEDGED);
    check_written(RESET_DAY, 1);
    assert_int_equal(bench.requests, 1);
}

/* The tariff is written to 9E21, and shown by the second row. */
MW_TEST(what_is_shown_as_something_else_is_not_taken_for_the_value)
{
    static const mw_row rows[][2] = {{{0x9E21, MW_TYPE_UNSIGNED, 1, 0, MW_UNIT_NONE, 0, 0, 0, 0, MW_GROUP_WRITTEN, 0},
                                      {0x0100, MW_TYPE_TEXT, 2, 0, MW_UNIT_NONE, 0, 96, 14, 0, MW_GROUP_ONCE, 0}},
                                     {{0x9E21, MW_TYPE_UNSIGNED, 1, 0, MW_UNIT_NONE, 0, 0, 0, 0, MW_GROUP_WRITTEN, 0},
                                      {0x0100, MW_TYPE_FLOAT, 2, 0, MW_UNIT_NONE, 0, 96, 14, 0, MW_GROUP_ONCE, 0}}};
    static const mw_modbus_setting setting = {
        {{0, 0, 96, 14, 0, 255}, MW_SETTING_NUMBER, 0, 0, MW_UNIT_NONE, 0, 1, 9, NULL}, 0x9E21, 1, 6};
    static const struct {
        uint8_t row;
        uint16_t shown;
        mw_status status;
        mw_outcome outcome;
    } table[] = {
        {0, 0x5432, MW_OK, MW_OUTCOME_ACKNOWLEDGED}, /* "T2" */
        {1, 0x7FC0, MW_OK, MW_OUTCOME_ACKNOWLEDGED}, /* no number */
        {1, 0x4000, MW_OK, MW_OUTCOME_NEW},          /* 2 */
        {1, 0x3F80, MW_ERR_VALUE, MW_OUTCOME_OLD},   /* 1 */
        {1, 0x3FC0, MW_ERR_VALUE, MW_OUTCOME_OLD},   /* 1.5, which the setting cannot be */
    };
    mw_model own;
    (void)state;
    for (size_t i = 0; i < MW_COUNT(table); i++) {
        set_up_own(&own, rows[table[i].row], 2, &setting);
        *reg(0x0100) = table[i].shown;
        check_end(change("active_tariff", 2, 0, 0), table[i].status, table[i].outcome);
        assert_int_equal(bench.write_count, 1);
    }
}

/* A ratio needs both currents, of which this meter has the primary one only. */
MW_TEST(half_a_ratio_is_none)
{
    static const mw_row row = {0x401F, MW_TYPE_UNSIGNED, 1, 0, MW_UNIT_A, 1, 0, 4, 2, MW_GROUP_ONCE, 0};
    static const mw_block block = {0x401F, 1};
    static const mw_choice secondaries[] = {{5, 0, 0, "5 A"}};
    static const mw_modbus_setting setting = {
        {{1, 0, 0, 4, 2, 255}, MW_SETTING_RATIO, 0, 0, MW_UNIT_A, 1, 1, 9999, secondaries}, 0x401F, 2, 16};
    mw_model own;
    mw_reading reading;
    (void)state;
    set_up_own(&own, &row, 1, &setting);
    own.blocks = &block;
    own.block_count = 1;
    assert_int_equal(mw_meter_get(&bench.meter, &bench.io, code_of("ct_primary"), &reading), MW_ERR_UNSUPPORTED);
    bench.from = 1;
    bench.rest = FATE_DEAF;
    assert_int_equal(mw_meter_get(&bench.meter, &bench.io, code_of("ct_primary"), &reading), MW_ERR_TIMEOUT);
}

/* A table of one's own may have wider registers than any current needs, and the meter anything in them. */
MW_TEST(currents_that_no_transformer_has_are_no_ratio)
{
    static const mw_row rows[] = {{0x0100, MW_TYPE_SIGNED, 4, 0, MW_UNIT_A, 1, 0, 4, 2, MW_GROUP_ONCE, 0},
                                  {0x0104, MW_TYPE_SIGNED, 4, 0, MW_UNIT_A, 1, 0, 4, 5, MW_GROUP_ONCE, 0}};
    static const mw_block block = {0x0100, 8};
    static const mw_choice secondaries[] = {{5, 0, 0, "5 A"}};
    static const mw_modbus_setting setting = {
        {{1, 0, 0, 4, 2, 255}, MW_SETTING_RATIO, 0, 0, MW_UNIT_A, 1, 1, 9999, secondaries}, 0x0100, 2, 16};
    static const uint16_t words[][4] = {
        {0x8000, 0, 0, 0}, {0x7FFF, 0xFFFF, 0xFFFF, 0xFFFF}, {0, 0, 1, 0}, {0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF}};
    mw_model own;
    mw_reading reading;
    (void)state;
    set_up_own(&own, rows, 2, &setting);
    own.blocks = &block;
    own.block_count = 1;
    for (unsigned k = 0; k < 2 * MW_COUNT(words); k++) {
        const unsigned at = 0x0100 + 4 * (k % 2);
        *reg(0x0103) = 250;
        *reg(0x0107) = 5;
        for (unsigned i = 0; i < 4; i++) {
            *reg(at + i) = words[k / 2][i];
        }
        assert_int_equal(mw_meter_get(&bench.meter, &bench.io, code_of("ct_primary"), &reading), MW_OK);
        assert_int_equal(reading.quality, MW_QUALITY_INVALID);
        assert_string_equal(reading.text, "");
        memset(reg(at), 0, 8);
    }
    *reg(0x0103) = 65535;
    *reg(0x0107) = 5;
    assert_int_equal(mw_meter_get(&bench.meter, &bench.io, code_of("ct_primary"), &reading), MW_OK);
    assert_int_equal(reading.quality, MW_QUALITY_GOOD);
    assert_string_equal(reading.text, "65535/5");
    assert_int_equal(reading.n, 6553505);
}

/* A ratio is one of A, whatever the last digit of the registers is. */
MW_TEST(currents_in_tenths_are_a_ratio_in_amperes)
{
    static const mw_row rows[] = {{0x0100, MW_TYPE_UNSIGNED, 1, -1, MW_UNIT_A, 1, 0, 4, 2, MW_GROUP_ONCE, 0},
                                  {0x0101, MW_TYPE_UNSIGNED, 1, -1, MW_UNIT_A, 1, 0, 4, 5, MW_GROUP_ONCE, 0}};
    static const mw_block block = {0x0100, 2};
    static const mw_choice secondaries[] = {{5, 0, 0, "5 A"}};
    static const mw_modbus_setting setting = {
        {{1, 0, 0, 4, 2, 255}, MW_SETTING_RATIO, 0, 0, MW_UNIT_A, 1, 1, 9999, secondaries}, 0x0100, 2, 16};
    mw_model own;
    mw_reading reading;
    (void)state;
    set_up_own(&own, rows, 2, &setting);
    own.blocks = &block;
    own.block_count = 1;
    *reg(0x0100) = 2500;
    *reg(0x0101) = 50;
    assert_int_equal(mw_meter_get(&bench.meter, &bench.io, code_of("ct_primary"), &reading), MW_OK);
    assert_string_equal(reading.text, "250/5");
    assert_int_equal(reading.n, 25005);
    assert_int_equal(reading.exp10, 0);
    *reg(0x0101) = 55;
    assert_int_equal(mw_meter_get(&bench.meter, &bench.io, code_of("ct_primary"), &reading), MW_OK);
    assert_int_equal(reading.quality, MW_QUALITY_INVALID);
}

MW_TEST(no_ratio_has_a_secondary_current_of_0)
{
    static const mw_choice secondaries[] = {{0, 0, 0, "none"}, {5, 0, 0, "5 A"}};
    static const mw_setting setting = {{1, 0, 0, 4, 2, 255}, MW_SETTING_RATIO, 0, 0, MW_UNIT_A, 2, 1, 9999,
                                       secondaries};
    (void)state;
    assert_false(mw_setting_allows(&setting, 25000));
    assert_true(mw_setting_allows(&setting, 25005));
}

/* A ratio whose registers do not show the coding: only one of them can be read, or none. */
MW_TEST(a_ratio_that_is_not_shown_whole_is_not_written)
{
    static const mw_row rows[] = {{0x401F, MW_TYPE_UNSIGNED, 1, 0, MW_UNIT_A, 1, 0, 4, 2, MW_GROUP_WRITTEN, 0},
                                  {0x401F, MW_TYPE_UNSIGNED, 1, 0, MW_UNIT_A, 1, 0, 4, 2, MW_GROUP_ONCE, 0}};
    static const mw_block blocks[] = {{0x401F, 2}};
    static const mw_choice secondaries[] = {{5, 0, 0, "5 A"}};
    static const mw_modbus_setting setting = {
        {{1, 0, 0, 4, 2, 255}, MW_SETTING_RATIO, 0, 0, MW_UNIT_A, 1, 1, 9999, secondaries}, 0x401F, 2, 16};
    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        const mw_model own = {.name = "own",
                              .rows = &rows[i],
                              .row_count = 1,
                              .blocks = blocks,
                              .block_count = 1,
                              .settings = &setting,
                              .setting_count = 1,
                              .writer = &mw_writer_modbus,
                              .read_function = MW_MODBUS_READ_HOLDING,
                              .max_regs = 125};
        set_up(&mw_model_wago_879_3040);
        mw_meter_init(&bench.meter, &own, &bench.link, MW_MODBUS_RTU, UNIT);
        *reg(0x401F) = 0x9995;
        check_end(change("ct_primary", 25005, 0, 0), MW_ERR_UNSUPPORTED, MW_OUTCOME_OLD);
        assert_int_equal(bench.write_count, 0);
    }
}

MW_TEST(a_command_whose_counter_cannot_be_read_is_done)
{
    (void)state;
    set_up_counted();
    bench.missing = 0x6049;
    check_end(change("reset_day_register", 0, 0, 0), MW_OK, MW_OUTCOME_ACKNOWLEDGED);
    assert_int_equal(bench.write_count, 1);
    assert_int_equal(*reg(0x6049), 0);
}

MW_TEST(what_cannot_be_looked_at_before_is_not_done)
{
    (void)state;
    set_up_counted();
    bench.missing = 0x6049;
    bench.because = MW_MODBUS_DEVICE_FAILURE; /* it has the counter, but is in no state to tell */
    check_end(change("reset_day_register", 0, 0, 0), MW_ERR_REFUSED, MW_OUTCOME_OLD);
    assert_int_equal(bench.change.exception, MW_MODBUS_DEVICE_FAILURE);
    assert_int_equal(bench.write_count, 0);
    set_up(&mw_model_wago_879_3040);
    bench.missing = 0x401F; /* its coding cannot be told */
    check_end(change("ct_primary", 25005, 0, MW_WRITE_IRREVERSIBLE), MW_ERR_REFUSED, MW_OUTCOME_OLD);
    assert_int_equal(bench.write_count, 0);
}

MW_TEST(an_end_is_the_end)
{
    (void)state;
    set_up_counted();
    bench.from = 1;
    bench.rest = FATE_DEAD;
    check_end(change("reset_day_register", 0, 0, 0), MW_ERR_IO, MW_OUTCOME_OLD);
    assert_int_equal(mw_change_step(&bench.change, bench.answer.now_us), MW_ERR_IO);
    assert_int_equal(bench.change.outcome, MW_OUTCOME_OLD);
    bench.from = 0;
    check_end(change("active_tariff", 2, 0, 0), MW_OK, MW_OUTCOME_NEW);
    assert_int_equal(mw_change_step(&bench.change, bench.answer.now_us), MW_END);
    assert_int_equal(bench.change.outcome, MW_OUTCOME_NEW);
}

/* ---- at whatever moment the connection dies ---- */

static const struct {
    const char *name;
    int64_t n;
    int8_t exp10;
    uint16_t address;
    uint16_t value;
} changes[] = {{"active_tariff", 2, 0, 0x6048, 2},
               {"modbus_address", 10, 0, 0x4003, 10},
               {"modbus_baud_rate", 7, 0, 0x4004, 7},
               {"modbus_parity", 2, 0, 0x4011, 2},
               {"pulse_constant", 10000, -6, 0x400D, 0x4120},
               {"reset_day_register", 0, 0, 0x6049, 0}};

/* What is said of the meter is true. */
static void check_truth(size_t i)
{
    bool is_new;
    (void)change(changes[i].name, changes[i].n, changes[i].exp10, 0);
    is_new = *reg(changes[i].address) == changes[i].value;
    if (bench.change.outcome == MW_OUTCOME_OLD) {
        assert_false(is_new);
    } else if (bench.change.outcome != MW_OUTCOME_UNKNOWN) {
        assert_true(is_new);
    }
    assert_true(bench.write_count <= (changes[i].address == 0x6049 ? 1u : 3u));
}

/* Wherever a frame gets lost, or all from one on. */
MW_TEST(an_outcome_is_never_wrong)
{
    static const fate fates[] = {FATE_DEAF, FATE_MUTE, FATE_DEAD, FATE_CUT};
    unsigned outcomes[4] = {0, 0, 0, 0};
    (void)state;
    for (size_t i = 0; i < MW_COUNT(changes); i++) {
        for (unsigned k = 0; k < 4 * 2 * 14; k++) {
            set_up_counted();
            if (k / 4 % 2 != 0) {
                bench.from = 1 + k / 8; /* all from this one on */
                bench.rest = fates[k % 4];
            } else {
                bench.fates[k / 8] = fates[k % 4]; /* only this one */
            }
            check_truth(i);
            outcomes[bench.change.outcome]++;
        }
    }
    for (size_t i = 0; i < 4; i++) {
        assert_true(outcomes[i] > 0);
    }
}

/* At whatever byte of whatever frame, in either direction. Before the first byte nothing, behind the last all is done.
 */
MW_TEST(an_outcome_is_never_wrong_at_whatever_byte_the_connection_dies)
{
    (void)state;
    for (size_t i = 0; i < 2 * MW_COUNT(changes); i++) {
        size_t bytes = 0;
        do {
            set_up_counted();
            bench.answer.dies = true;
            bench.answer.silently = i % 2 != 0;
            bench.answer.left = bytes;
            check_truth(i / 2);
            assert_true(bytes > 0 || bench.change.outcome == MW_OUTCOME_OLD ||
                        bench.change.outcome == MW_OUTCOME_UNKNOWN);
            bytes++;
        } while (bench.answer.left == 0);
        assert_int_equal(bench.change.outcome, MW_OUTCOME_NEW);
        assert_true(bytes > 8 + 8 + 8 + 7); /* a write, its repetition, and a register read at least */
    }
}

MW_TESTS(MW_CASE(every_setting_is_written_by_the_frame_of_the_manual_and_read_back),
         MW_CASE(every_pulse_constant_is_the_float_of_the_facts),
         MW_CASE(values_that_are_not_allowed_are_refused_before_a_byte_is_sent),
         MW_CASE(settings_are_no_commands_and_commands_no_settings), MW_CASE(what_can_be_set_is_data),
         MW_CASE(settings_have_the_last_digit_and_the_unit_of_their_rows), MW_CASE(a_refusal_is_told_with_its_code),
         MW_CASE(an_acknowledgement_by_exception_is_looked_after), MW_CASE(a_lost_answer_is_resolved_by_reading),
         MW_CASE(a_lost_write_is_written_again_after_it_was_seen_to_be_lost),
         MW_CASE(without_an_answer_to_anything_nothing_is_claimed),
         MW_CASE(a_meter_that_acknowledges_but_keeps_what_it_had_is_told),
         MW_CASE(what_is_written_elsewhere_is_read_back_where_it_is_shown), MW_CASE(a_clock_is_written_whole),
         MW_CASE(a_command_is_done_once_and_seen_by_its_counter), MW_CASE(a_command_is_never_repeated),
         MW_CASE(a_command_is_not_given_to_a_meter_that_is_not_there),
         MW_CASE(a_choice_of_a_command_has_its_own_counter), MW_CASE(a_meter_is_followed_to_its_new_address),
         MW_CASE(an_address_that_is_taken_is_not_given_to_another_meter),
         MW_CASE(a_meter_that_did_not_move_is_found_where_it_was),
         MW_CASE(the_line_follows_the_speed_and_the_parity_of_the_meter),
         MW_CASE(the_line_follows_the_stop_bits_of_the_meter), MW_CASE(the_line_comes_back_to_a_meter_that_stayed),
         MW_CASE(behind_a_line_that_cannot_be_set_the_acknowledgement_is_all),
         MW_CASE(what_means_something_else_in_a_sibling_is_written_to_the_right_meter_only),
         MW_CASE(an_older_meter_of_the_maker_is_not_taken_for_this_one),
         MW_CASE(a_ratio_is_written_in_the_coding_the_meter_shows),
         MW_CASE(what_cannot_be_undone_needs_its_flag_and_is_never_repeated), MW_CASE(a_setting_is_read_as_it_is),
         MW_CASE(a_tariff_can_be_broadcast), MW_CASE(nothing_else_is_broadcast),
         MW_CASE(what_a_gateway_lost_the_answer_of_may_have_been_done), MW_CASE(what_failed_in_the_meter_is_looked_at),
         MW_CASE(where_a_gateway_finds_nobody_no_meter_has_moved_to), MW_CASE(what_cannot_be_coded_is_not_written),
         MW_CASE(a_meter_that_does_not_show_its_address_is_followed),
         MW_CASE(a_ratio_that_is_not_shown_whole_is_not_written),
         MW_CASE(a_command_whose_counter_cannot_be_read_is_done), MW_CASE(an_end_is_the_end),
         MW_CASE(an_outcome_is_never_wrong), MW_CASE(an_outcome_is_never_wrong_at_whatever_byte_the_connection_dies),
         MW_CASE(a_model_without_settings_has_nothing_to_set),
         MW_CASE(a_port_that_fails_after_a_lost_write_leaves_it_unknown),
         MW_CASE(a_step_before_the_link_is_done_changes_nothing), MW_CASE(a_counter_may_have_counted_since_the_command),
         MW_CASE(what_another_meter_says_does_not_make_an_address_taken),
         MW_CASE(of_a_broadcast_that_finds_no_silence_nothing_is_claimed),
         MW_CASE(an_address_without_anything_to_read_is_written_all_the_same),
         MW_CASE(a_command_without_choices_has_no_counter),
         MW_CASE(what_is_shown_as_something_else_is_not_taken_for_the_value), MW_CASE(half_a_ratio_is_none),
         MW_CASE(no_ratio_has_a_secondary_current_of_0), MW_CASE(currents_that_no_transformer_has_are_no_ratio),
         MW_CASE(currents_in_tenths_are_a_ratio_in_amperes), MW_CASE(what_cannot_be_looked_at_before_is_not_done))
