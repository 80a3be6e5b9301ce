/* SPDX-License-Identifier: MIT */
/* A meter and a device of the same model, with a line in memory between them. */
#include <meterwire/meterwire.h>

#include "../mw_test.h"

#define READINGS 400

static struct {
    mw_device device;
    mw_modbus_framing framing;
    uint32_t now_us;
    uint8_t answer[2 * MW_MODBUS_FRAME_MAX];
    size_t answer_length;
    size_t late_length; /* of what is in `answer`, this much comes only with the answer to the next request */
    bool is_late;       /* answers are late from now on */
    unsigned requests;
    unsigned dead_from;         /* the device answers no request from this one on; 0: it answers all */
    unsigned broken_at;         /* the port fails at this request; 0: never */
    uint16_t data_type;         /* register 4026 */
    uint32_t missing;           /* a register that the device does not have; 0x10000: it has all */
    bool odd_missing;           /* nor any with an odd address */
    unsigned asked_for_missing; /* requests for nothing else */
    uint8_t because;            /* exception for that, if not 2 */

    mw_link_config config;
    mw_link link;
    mw_meter meter;
    mw_io io;
    uint8_t buffer[2 * MW_MODBUS_FRAME_MAX];
    mw_reading readings[READINGS];
    size_t count;
} bench;

/* Every value tells its row: its own address. */
static mw_status give_value(void *user, const mw_row *row, mw_reading *reading)
{
    (void)user;
    switch (row->type) {
    case MW_TYPE_TEXT:
    case MW_TYPE_TEXT_LOW:
        reading->kind = MW_KIND_TEXT;
        memcpy(reading->text, "1F", 3);
        break;
    case MW_TYPE_RESIDUAL:
    case MW_TYPE_SIGNED_RESIDUAL:
        reading->n = 20000;
        reading->exp10 = row->exp10;
        break;
    case MW_TYPE_SECONDS_2000:
    case MW_TYPE_CLOCK:
        reading->kind = MW_KIND_DATETIME;
        reading->n = 1600000000;
        break;
    case MW_TYPE_VERSION:
        reading->kind = MW_KIND_TEXT;
        memcpy(reading->text, "1.34", 5);
        break;
    case MW_TYPE_DIGITS:
        reading->kind = MW_KIND_TEXT;
        memcpy(reading->text, "1234567812345678", 17);
        reading->text[4 * row->regs] = '\0';
        break;
    case MW_TYPE_RAW:
        reading->kind = MW_KIND_TEXT;
        memcpy(reading->text, row->regs == 4 ? "0001 0002 0003 0004" : "0001 0002 0003", row->regs == 4 ? 20 : 15);
        break;
    case MW_TYPE_BITS:
        reading->kind = MW_KIND_BITS;
        reading->n = row->address;
        break;
    case MW_TYPE_BCD:
    case MW_TYPE_CT_RATIO:
        reading->n = 5;
        reading->exp10 = row->exp10;
        break;
    case MW_TYPE_FLOAT:
        reading->n = row->address;
        reading->exp10 = row->exp10;
        break;
    default:
        reading->n = row->address == 0x4026 ? bench.data_type : row->address == 0x4020 ? 5 : row->address & 0x7FFF;
        reading->exp10 = row->exp10;
        break;
    }
    return MW_OK;
}

/* Of RTU. */
static bool asks_for_missing(const uint8_t *request)
{
    const uint32_t address = (uint32_t)(request[2] << 8 | request[3]);
    const uint32_t count = (uint32_t)(request[4] << 8 | request[5]);
    const bool odd = bench.odd_missing && (address % 2 != 0 || count > 1);
    return bench.framing == MW_MODBUS_RTU && (odd || (address <= bench.missing && bench.missing < address + count));
}

static size_t refuse(const uint8_t *request)
{
    uint8_t *const answer = bench.answer + bench.answer_length;
    unsigned crc;
    answer[0] = request[0];
    answer[1] = request[1] | 0x80;
    answer[2] = bench.because != 0 ? bench.because : MW_MODBUS_ILLEGAL_ADDRESS;
    crc = mw_crc16(answer, 3);
    answer[3] = (uint8_t)crc;
    answer[4] = (uint8_t)(crc >> 8);
    return 5;
}

static mw_status line_write(void *user, const uint8_t *bytes, size_t count)
{
    size_t length = 0;
    (void)user;
    bench.requests++;
    bench.asked_for_missing += (unsigned)(bytes[2] << 8 | bytes[3]) == bench.missing && bytes[5] == 1;
    bench.answer_length = bench.late_length;
    bench.late_length = 0;
    if (bench.requests == bench.broken_at) {
        return MW_ERR_IO;
    }
    if (asks_for_missing(bytes)) {
        length = refuse(bytes);
    } else if (bench.dead_from == 0 || bench.requests < bench.dead_from) {
        assert_int_equal(mw_device_answer(&bench.device, bench.framing, bytes, count,
                                          bench.answer + bench.answer_length, sizeof bench.answer - bench.answer_length,
                                          &length),
                         MW_OK);
    }
    if (bench.is_late) {
        assert_int_equal(bench.answer_length, 0);
        bench.late_length = length;
    } else {
        bench.answer_length += length;
    }
    return MW_OK;
}

static mw_status line_read(void *user, uint8_t *bytes, size_t size, uint32_t wait_us, size_t *count)
{
    (void)user;
    *count = bench.answer_length < size ? bench.answer_length : size;
    memcpy(bytes, bench.answer, *count);
    memmove(bench.answer, bench.answer + *count, bench.answer_length - *count);
    bench.answer_length -= *count;
    bench.now_us += *count > 0 ? 1000 : wait_us;
    return MW_OK;
}

static uint32_t line_now(void *user)
{
    (void)user;
    return bench.now_us;
}

static void set_up(const mw_model *model, mw_modbus_framing framing)
{
    memset(&bench, 0, sizeof bench);
    bench.device.model = model;
    bench.device.unit = 7;
    bench.device.value = give_value;
    bench.framing = framing;
    bench.data_type = 1;
    bench.missing = 0x10000;
    bench.now_us = UINT32_MAX - 5000;
    bench.io.write = line_write;
    bench.io.read = line_read;
    bench.io.now_us = line_now;
    mw_link_init(&bench.link, framing == MW_MODBUS_TCP ? &mw_framer_tcp : &mw_framer_rtu, &bench.config, bench.buffer,
                 sizeof bench.buffer, bench.now_us);
    mw_meter_init(&bench.meter, model, &bench.link, framing, 7);
}

static mw_status read_all(const mw_selection *selection)
{
    return mw_meter_read(&bench.meter, &bench.io, selection, bench.readings, READINGS, &bench.count);
}

static const mw_reading *reading_at(uint16_t address)
{
    for (size_t i = 0; i < bench.count; i++) {
        if (bench.readings[i].source == address) {
            return &bench.readings[i];
        }
    }
    return NULL;
}

static void expect_number(uint16_t address, int64_t n, int8_t exp10, uint8_t unit)
{
    const mw_reading *const reading = reading_at(address);
    assert_non_null(reading);
    assert_int_equal(reading->quality, MW_QUALITY_GOOD);
    assert_int_equal(reading->kind, MW_KIND_NUMBER);
    assert_int_equal(reading->n, n);
    assert_int_equal(reading->exp10, exp10);
    assert_int_equal(reading->unit, unit);
}

MW_TEST(reads_every_value_once_over_rtu_and_tcp)
{
    (void)state;
    for (int framing = MW_MODBUS_RTU; framing <= MW_MODBUS_TCP; framing++) {
        set_up(&mw_model_wago_879_3000, (mw_modbus_framing)framing);
        assert_int_equal(read_all(NULL), MW_OK);
        assert_int_equal(bench.count, mw_model_wago_879_3000.row_count);
        for (size_t i = 0; i < bench.count; i++) {
            assert_int_equal(bench.readings[i].source, mw_model_wago_879_3000.rows[i].address);
            assert_int_equal(bench.readings[i].quality, MW_QUALITY_GOOD);
        }
        /* 0x5012 = 20498 kW, 0x600C = 24588 kWh, 0x5002 = 20482 V with three decimals */
        expect_number(0x5012, 20498000, 0, MW_UNIT_W);
        expect_number(0x600C, 24588000, 0, MW_UNIT_WH);
        expect_number(0x5002, 20482000, -3, MW_UNIT_V);
        assert_int_equal(mw_meter_requests(&bench.meter), 6);
        assert_int_equal(mw_meter_registers(&bench.meter), 37 + 1 + 2 + 56 + 125 + 20);
        assert_int_equal(bench.requests, 6);
    }
}

MW_TEST(reads_groups_in_as_few_requests_as_planned)
{
    const mw_selection measurements = {MW_GROUP_FAST | MW_GROUP_SLOW, NULL, 0};
    (void)state;
    set_up(&mw_model_wago_879_3000, MW_MODBUS_RTU);
    assert_int_equal(read_all(&measurements), MW_OK);
    assert_int_equal(bench.count, 101);
    assert_int_equal(bench.requests, 3);
}

MW_TEST(reads_one_value)
{
    mw_reading reading;
    (void)state;
    set_up(&mw_model_wago_879_3000, MW_MODBUS_TCP);
    assert_int_equal(mw_meter_read_one(&bench.meter, &bench.io, mw_obis_make(1, 14, 7, 0), &reading), MW_OK);
    assert_int_equal(reading.source, 0x5008);
    assert_int_equal(reading.n, 20488000);
    assert_int_equal(bench.requests, 1);
    memset(&reading, 0x5A, sizeof reading);
    assert_int_equal(mw_meter_read_one(&bench.meter, &bench.io, mw_obis_make(7, 3, 0, 0), &reading),
                     MW_ERR_UNSUPPORTED);
    assert_int_equal(reading.source, 0x5A5A);
    assert_int_equal(bench.requests, 1);
}

MW_TEST(codes_that_the_model_does_not_have_bring_no_reading)
{
    const mw_obis codes[] = {mw_obis_make(1, 99, 7, 0), mw_obis_make(1, 14, 7, 0)};
    const mw_selection unknown = {0, codes, 1};
    const mw_selection both = {0, codes, 2};
    (void)state;
    set_up(&mw_model_wago_879_3000, MW_MODBUS_TCP);
    assert_int_equal(read_all(&unknown), MW_OK);
    assert_int_equal(bench.count, 0);
    assert_int_equal(bench.requests, 0);
    assert_int_equal(read_all(&both), MW_OK);
    assert_int_equal(bench.count, 1);
    assert_int_equal(bench.readings[0].source, 0x5008);
}

MW_TEST(limits_the_registers_of_a_request)
{
    (void)state;
    set_up(&mw_model_wago_879_3000, MW_MODBUS_TCP);
    bench.meter.max_regs = 60;
    assert_int_equal(read_all(NULL), MW_OK);
    /* 37, 1, 2 and 56 registers as before, then 145 in pieces of at most 60. */
    assert_int_equal(bench.requests, 4 + 3);
    expect_number(0x608F, 24719000, 0, MW_UNIT_WH);
}

MW_TEST(a_value_of_more_registers_than_a_request_may_have_is_not_read)
{
    const mw_model *const model = &mw_model_wago_879_3000;
    const mw_selection once = {MW_GROUP_ONCE, NULL, 0};
    mw_reading reading;
    (void)state;
    set_up(model, MW_MODBUS_TCP);
    bench.meter.max_regs = 1;
    assert_int_equal(read_all(NULL), MW_ERR_RANGE);
    assert_int_equal(bench.count, model->row_count);
    assert_int_equal(bench.requests, 133 - 109);
    for (size_t i = 0; i < bench.count; i++) {
        assert_int_equal(bench.readings[i].source, model->rows[i].address);
        assert_true(mw_obis_equal(bench.readings[i].id, mw_row_id(&model->rows[i])));
        assert_int_equal(bench.readings[i].quality,
                         mw_row_span(&model->rows[i]) > 1 ? MW_QUALITY_NOT_READ : MW_QUALITY_GOOD);
    }
    assert_int_equal(read_all(&once), MW_ERR_RANGE);
    assert_int_equal(bench.count, 32);
    memset(&reading, 0x5A, sizeof reading);
    assert_int_equal(mw_meter_read_one(&bench.meter, &bench.io, mw_obis_make(1, 32, 7, 0), &reading), MW_ERR_RANGE);
    assert_int_equal(reading.source, 0x5002);
    assert_int_equal(reading.quality, MW_QUALITY_NOT_READ);
}

/* Values that could not be asked for anyhow, between those that could, do not make it ask again. */
MW_TEST(a_silent_meter_is_not_asked_further_behind_a_value_that_is_too_large)
{
    (void)state;
    set_up(&mw_model_wago_879_3000, MW_MODBUS_TCP);
    bench.meter.max_regs = 1;
    bench.meter.repeats = 0;
    bench.dead_from = 2;
    assert_int_equal(read_all(NULL), MW_ERR_RANGE);
    assert_int_equal(bench.count, mw_model_wago_879_3000.row_count);
    assert_int_equal(bench.requests, 2);
}

/* What the device does not have of the 879-3000: register 500C to 500D, and those between the texts and the settings.
 */
static const mw_block holes[] = {{0x4000, 37}, {0x4026, 1}, {0x4032, 2}, {0x5000, 12}, {0x500E, 42}, {0x6000, 145}};

static void set_up_with_holes(mw_model *model)
{
    set_up(&mw_model_wago_879_3000, MW_MODBUS_RTU);
    *model = mw_model_wago_879_3000;
    model->blocks = holes;
    model->block_count = MW_COUNT(holes);
    bench.device.model = model;
}

MW_TEST(a_register_that_is_missing_costs_its_own_value_only)
{
    mw_model device;
    (void)state;
    set_up_with_holes(&device);
    assert_int_equal(read_all(NULL), MW_OK);
    assert_int_equal(mw_meter_exception(&bench.meter), MW_MODBUS_ILLEGAL_ADDRESS);
    assert_int_equal(bench.count, mw_model_wago_879_3000.row_count);
    for (size_t i = 0; i < bench.count; i++) {
        assert_int_equal(bench.readings[i].quality == MW_QUALITY_NOT_AVAILABLE, bench.readings[i].source == 0x500C);
        assert_int_not_equal(bench.readings[i].quality, MW_QUALITY_NOT_READ);
    }
    expect_number(0x5012, 20498000, 0, MW_UNIT_W);
}

/* Whichever register of whichever model it is. What needs the register is not available, and nothing else is lost; in
 * the second read nothing is asked in vain. */
MW_TEST(no_missing_register_costs_another_value)
{
    (void)state;
    for (size_t m = 0; mw_models[m] != NULL; m++) {
        const mw_model *const model = mw_models[m];
        for (unsigned i = 0; i < model->row_count; i += MW_STRIDE(41)) {
            const uint32_t missing = model->rows[i].address;
            unsigned refused;
            if (model->rows[i].group == MW_GROUP_WRITTEN || model->rows[i].group == MW_GROUP_EXTRA) {
                continue;
            }
            set_up(model, MW_MODBUS_RTU);
            bench.missing = missing;
            assert_int_equal(read_all(NULL), MW_OK);
            for (size_t n = 0; n < bench.count; n++) {
                const mw_reading *const reading = &bench.readings[n];
                const bool inside = reading->source <= missing && missing < reading->source + 4u;
                assert_int_not_equal(reading->quality, MW_QUALITY_NOT_READ);
                assert_true(inside || reading->quality != MW_QUALITY_NOT_AVAILABLE || reading->source == 0x5000 ||
                            reading->source == 0x500A);
            }
            refused = bench.requests;
            assert_int_equal(read_all(NULL), MW_OK);
            assert_int_equal(mw_meter_exception(&bench.meter), 0);
            assert_true(bench.requests - refused <= refused);
        }
    }
}

MW_TEST(what_was_missing_for_the_moment_can_be_forgotten)
{
    mw_reading reading;
    (void)state;
    set_up(&mw_model_wago_879_3000, MW_MODBUS_RTU);
    bench.missing = 0x5002;
    assert_int_equal(mw_meter_read_one(&bench.meter, &bench.io, mw_obis_make(1, 32, 7, 0), &reading), MW_OK);
    assert_int_equal(reading.quality, MW_QUALITY_NOT_AVAILABLE);
    bench.missing = 0x10000;
    assert_int_equal(mw_meter_read_one(&bench.meter, &bench.io, mw_obis_make(1, 32, 7, 0), &reading), MW_OK);
    assert_int_equal(reading.quality, MW_QUALITY_NOT_AVAILABLE);
    mw_meter_forget(&bench.meter);
    assert_int_equal(mw_meter_read_one(&bench.meter, &bench.io, mw_obis_make(1, 32, 7, 0), &reading), MW_OK);
    assert_int_equal(reading.quality, MW_QUALITY_GOOD);
}

MW_TEST(what_is_missing_is_not_asked_for_again)
{
    const mw_selection fast = {MW_GROUP_FAST, NULL, 0};
    mw_model device;
    unsigned learning;
    (void)state;
    set_up_with_holes(&device);
    assert_int_equal(read_all(&fast), MW_OK);
    learning = bench.requests;
    assert_in_range(learning, 3, 16);
    assert_int_equal(read_all(&fast), MW_OK);
    assert_int_equal(bench.requests, learning + 2); /* in front of it and behind it */
    assert_int_equal(mw_meter_exception(&bench.meter), 0);
    assert_int_equal(reading_at(0x500C)->quality, MW_QUALITY_NOT_AVAILABLE);
    expect_number(0x500E, 20494000, -3, MW_UNIT_A);
}

MW_TEST(registers_nobody_wants_may_be_missing)
{
    const mw_obis codes[] = {mw_obis_make(1, 14, 7, 0), mw_obis_make(1, 51, 7, 0)}; /* 5008 and 500E */
    const mw_selection selection = {0, codes, MW_COUNT(codes)};
    mw_model device;
    (void)state;
    set_up_with_holes(&device);
    assert_int_equal(read_all(&selection), MW_OK);
    assert_int_equal(bench.requests, 3); /* both, then one by one */
    expect_number(0x5008, 20488000, -3, MW_UNIT_HZ);
    expect_number(0x500E, 20494000, -3, MW_UNIT_A);
    assert_int_equal(read_all(&selection), MW_OK);
    assert_int_equal(bench.requests, 5);
}

MW_TEST(a_refusal_costs_the_values_of_that_request_only)
{
    (void)state;
    /* A meter taken for the one with transformers: it has no history, which is more than a meter remembers. */
    set_up(&mw_model_wago_879_3000, MW_MODBUS_RTU);
    bench.meter.on.modbus.model = &mw_model_wago_879_3040;
    assert_int_equal(read_all(NULL), MW_ERR_REFUSED);
    assert_int_equal(mw_meter_exception(&bench.meter), MW_MODBUS_ILLEGAL_ADDRESS);
    assert_int_equal(bench.count, mw_model_wago_879_3040.row_count);
    expect_number(0x5012, 20498000, 0, MW_UNIT_W);
    assert_int_equal(reading_at(0x6100)->quality, MW_QUALITY_NOT_AVAILABLE);
    assert_int_equal(reading_at(0x619C)->quality, MW_QUALITY_NOT_READ);
    assert_int_equal(read_all(NULL), MW_ERR_REFUSED);
    assert_int_equal(bench.count, mw_model_wago_879_3040.row_count);
}

/* Exception 4 says nothing of the address, so that asking for less is of no use. */
MW_TEST(only_a_refusal_for_its_address_splits_a_request)
{
    const mw_selection measurements = {MW_GROUP_FAST | MW_GROUP_SLOW, NULL, 0};
    (void)state;
    set_up(&mw_model_wago_879_3000, MW_MODBUS_RTU);
    bench.missing = 0x5002;
    bench.because = MW_MODBUS_DEVICE_FAILURE;
    assert_int_equal(read_all(&measurements), MW_ERR_REFUSED);
    assert_int_equal(mw_meter_exception(&bench.meter), MW_MODBUS_DEVICE_FAILURE);
    assert_int_equal(bench.count, 101);
    assert_int_equal(bench.requests, 3);
    assert_int_equal(reading_at(0x5002)->quality, MW_QUALITY_NOT_READ);
    expect_number(0x600C, 24588000, 0, MW_UNIT_WH);
}

#define APART(address)                                                                                                 \
    {                                                                                                                  \
        (address), MW_TYPE_UNSIGNED, 1, 0, MW_UNIT_NONE, 0, 97, 97, (address)&0x7F, MW_GROUP_ONCE, 0                   \
    }

/* Twelve values, and the device has none of the registers in between. It is more than a meter remembers, of which the
 * value that is missing is worth the most. */
MW_TEST(more_gaps_than_a_meter_remembers_cost_requests_but_no_value)
{
    static const mw_row rows[] = {APART(0x0100), APART(0x0102), APART(0x0104), APART(0x0106),
                                  APART(0x0108), APART(0x010A), APART(0x010C), APART(0x010E),
                                  APART(0x0110), APART(0x0112), APART(0x0114), APART(0x0116)};
    static const mw_block block = {0x0100, 0x20};
    const mw_model own = {.name = "own",
                          .rows = rows,
                          .row_count = MW_COUNT(rows),
                          .blocks = &block,
                          .block_count = 1,
                          .read_function = MW_MODBUS_READ_HOLDING,
                          .max_regs = 125};
    unsigned first = 0;
    (void)state;
    set_up(&own, MW_MODBUS_RTU);
    bench.odd_missing = true;
    bench.missing = 0x0116;
    for (unsigned round = 0; round < 3; round++) {
        const unsigned before = bench.requests;
        assert_int_equal(read_all(NULL), MW_OK);
        assert_int_equal(bench.count, MW_COUNT(rows));
        for (unsigned i = 0; i + 1 < MW_COUNT(rows); i++) {
            expect_number(rows[i].address, rows[i].address, 0, MW_UNIT_NONE);
        }
        assert_int_equal(reading_at(0x0116)->quality, MW_QUALITY_NOT_AVAILABLE);
        assert_int_equal(bench.asked_for_missing, 1); /* once and never again */
        if (round == 0) {
            first = bench.requests;
        } else {
            assert_true(bench.requests - before < first);
        }
    }
}

/* One request reads 125 registers at most (MODBUS Application Protocol V1.1b3, 6.3); the block at 6000 has 145. */
MW_TEST(a_model_that_promises_too_much_costs_the_values_of_that_request_only)
{
    mw_model model = mw_model_wago_879_3000;
    (void)state;
    model.max_regs = 200;
    set_up(&model, MW_MODBUS_RTU);
    assert_int_equal(read_all(NULL), MW_ERR_ARGUMENT);
    assert_int_equal(bench.count, model.row_count);
    assert_int_equal(bench.requests, 4); /* the other blocks */
    assert_int_equal(reading_at(0x600C)->quality, MW_QUALITY_NOT_READ);
    expect_number(0x5012, 20498000, 0, MW_UNIT_W);
}

MW_TEST(a_meter_that_falls_silent_is_not_asked_further)
{
    const uint32_t begin_us = UINT32_MAX - 5000;
    (void)state;
    set_up(&mw_model_wago_879_3000, MW_MODBUS_RTU);
    bench.dead_from = 5;
    bench.meter.timeout_us = 100000;
    assert_int_equal(read_all(NULL), MW_ERR_TIMEOUT);
    assert_int_equal(bench.count, mw_model_wago_879_3000.row_count);
    expect_number(0x5012, 20498000, 0, MW_UNIT_W);
    assert_int_equal(reading_at(0x6000)->quality, MW_QUALITY_NOT_READ);
    assert_int_equal(reading_at(0x608F)->quality, MW_QUALITY_NOT_READ);
    assert_int_equal(bench.requests, 4 + 3); /* the fifth request three times, the sixth never */
    assert_true(bench.now_us - begin_us < 3 * 100000 + 100000);
}

MW_TEST(a_port_that_fails_ends_the_read)
{
    (void)state;
    set_up(&mw_model_wago_879_3000, MW_MODBUS_TCP);
    bench.broken_at = 2;
    assert_int_equal(read_all(NULL), MW_ERR_IO);
    assert_int_equal(bench.requests, 2);
    assert_int_equal(bench.count, mw_model_wago_879_3000.row_count);
    assert_int_equal(reading_at(0x4000)->quality, MW_QUALITY_GOOD);
    assert_int_equal(reading_at(0x4026)->quality, MW_QUALITY_NOT_READ);
    bench.broken_at = 0;
    assert_int_equal(read_all(NULL), MW_OK); /* and the next one works */
}

MW_TEST(what_was_not_read_is_marked_and_has_no_number)
{
    (void)state;
    set_up(&mw_model_wago_879_3000, MW_MODBUS_TCP);
    bench.dead_from = 1;
    assert_int_equal(read_all(NULL), MW_ERR_TIMEOUT);
    assert_int_equal(bench.count, mw_model_wago_879_3000.row_count);
    for (size_t i = 0; i < bench.count; i++) {
        assert_int_equal(bench.readings[i].quality, MW_QUALITY_NOT_READ);
        assert_true(mw_obis_equal(bench.readings[i].id, mw_row_id(&mw_model_wago_879_3000.rows[i])));
    }
}

MW_TEST(counts_what_does_not_fit_into_the_array)
{
    (void)state;
    set_up(&mw_model_wago_879_3000, MW_MODBUS_TCP);
    assert_int_equal(mw_meter_read(&bench.meter, &bench.io, NULL, bench.readings, 10, &bench.count), MW_ERR_SPACE);
    assert_int_equal(bench.count, mw_model_wago_879_3000.row_count);
    assert_int_equal(bench.readings[9].source, 0x400D);
    assert_int_equal(bench.readings[10].source, 0);
    assert_int_equal(mw_meter_read(&bench.meter, &bench.io, NULL, NULL, 0, &bench.count), MW_ERR_SPACE);
}

/* Register 4026 says integers: their scale is not published, so they come as they are. */
MW_TEST(floats_of_a_meter_set_to_integers_are_raw_and_uncertain)
{
    const mw_reading *reading;
    (void)state;
    set_up(&mw_model_wago_879_3000, MW_MODBUS_TCP);
    bench.data_type = 2;
    assert_int_equal(read_all(NULL), MW_OK);
    reading = reading_at(0x5008);
    assert_int_equal(reading->quality, MW_QUALITY_UNCERTAIN);
    assert_int_equal(reading->unit, MW_UNIT_NONE);
    assert_int_equal(reading->exp10, 0);
    assert_int_equal(reading->n, 0x46A01000); /* the bits of 20488.0 */
    assert_int_equal(reading_at(0x6048)->quality, MW_QUALITY_GOOD);
    bench.data_type = 1; /* set back, and seen */
    assert_int_equal(read_all(NULL), MW_OK);
    expect_number(0x5008, 20488000, -3, MW_UNIT_HZ);
}

MW_TEST(asks_the_factory_address_unless_told)
{
    (void)state;
    set_up(&mw_model_wago_879_3000, MW_MODBUS_TCP);
    bench.device.unit = 1;
    mw_meter_init(&bench.meter, &mw_model_wago_879_3000, &bench.link, MW_MODBUS_TCP, 0);
    assert_int_equal(read_all(NULL), MW_OK);
}

MW_TEST(a_meter_begins_with_nothing_read)
{
    mw_meter meter;
    (void)state;
    memset(&meter, 0x5A, sizeof meter);
    mw_meter_init(&meter, &mw_model_wago_879_3000, &bench.link, MW_MODBUS_TCP, 0);
    assert_int_equal(mw_meter_status(&meter), MW_OK);
    assert_int_equal(mw_meter_exception(&meter), 0);
    assert_int_equal(mw_meter_requests(&meter), 0);
    assert_int_equal(mw_meter_registers(&meter), 0);
}

MW_TEST(two_meters_share_a_link)
{
    mw_meter other;
    mw_reading reading;
    (void)state;
    set_up(&mw_model_wago_879_3000, MW_MODBUS_RTU);
    mw_meter_init(&other, &mw_model_wago_879_3020, &bench.link, MW_MODBUS_RTU, 8);
    other.timeout_us = 50000;
    assert_int_equal(mw_meter_read_one(&other, &bench.io, mw_obis_make(1, 14, 7, 0), &reading), MW_ERR_TIMEOUT);
    assert_int_equal(reading.quality, MW_QUALITY_NOT_READ);
    assert_int_equal(mw_meter_read_one(&bench.meter, &bench.io, mw_obis_make(1, 14, 7, 0), &reading), MW_OK);
    assert_int_equal(reading.quality, MW_QUALITY_GOOD);
}

/* Reads the voltage, whose answer comes late, and then the power with another meter; both are of the same kind, and no
 * repetition may ask again. */
static void read_behind_a_late_answer(mw_meter *late, mw_meter *next)
{
    mw_reading reading;
    late->repeats = 0;
    bench.is_late = true;
    assert_int_equal(mw_meter_read_one(late, &bench.io, mw_obis_make(1, 32, 7, 0), &reading), MW_ERR_TIMEOUT);
    bench.is_late = false;
    if (next == late) {
        mw_meter_init(next, &mw_model_wago_879_3000, &bench.link, bench.framing, 7);
    }
    assert_int_equal(mw_meter_read_one(next, &bench.io, mw_obis_make(1, 16, 7, 0), &reading), MW_OK);
    assert_int_equal(reading.source, 0x5012);
    assert_int_equal(reading.n, 20498000);
}

MW_TEST(a_late_answer_over_tcp_is_not_taken_by_another_meter_on_the_link)
{
    mw_meter other;
    (void)state;
    set_up(&mw_model_wago_879_3000, MW_MODBUS_TCP);
    mw_meter_init(&other, &mw_model_wago_879_3000, &bench.link, MW_MODBUS_TCP, 7);
    read_behind_a_late_answer(&other, &bench.meter);
    read_behind_a_late_answer(&bench.meter, &other);
}

MW_TEST(a_late_answer_over_tcp_is_not_taken_by_a_meter_made_anew)
{
    (void)state;
    set_up(&mw_model_wago_879_3000, MW_MODBUS_TCP);
    read_behind_a_late_answer(&bench.meter, &bench.meter);
}

typedef struct heard {
    unsigned count;
    unsigned requests; /* that had been sent when the first value came */
    unsigned most;     /* values after which to end */
    bool same;         /* as those of the array */
} heard;

static bool hear(void *user, const mw_reading *reading)
{
    heard *const h = (heard *)user;
    h->requests = h->count == 0 ? bench.requests : h->requests;
    h->same = h->same && memcmp(reading, &bench.readings[h->count], sizeof *reading) == 0;
    h->count++;
    return h->count < h->most;
}

MW_TEST(hands_over_each_value_as_it_arrives)
{
    heard h = {0, 0, 1000, true};
    (void)state;
    set_up(&mw_model_wago_879_3000, MW_MODBUS_RTU);
    assert_int_equal(read_all(NULL), MW_OK);
    bench.requests = 0;
    assert_int_equal(mw_meter_read_each(&bench.meter, &bench.io, NULL, hear, &h), MW_OK);
    assert_int_equal(h.count, bench.count);
    assert_int_equal(h.requests, 1);
    assert_true(h.same);
    bench.requests = 0;
    h.count = 0;
    h.most = 3;
    assert_int_equal(mw_meter_read_each(&bench.meter, &bench.io, NULL, hear, &h), MW_END);
    assert_int_equal(h.count, 3);
    assert_int_equal(bench.requests, 1);
    bench.dead_from = bench.requests + 1;
    h.most = 1000;
    h.count = 0;
    assert_int_equal(mw_meter_read_each(&bench.meter, &bench.io, NULL, hear, &h), MW_ERR_TIMEOUT);
    assert_int_equal(h.count, bench.count); /* marked as not read */
}

MW_TEST(never_waits_when_it_is_pulled)
{
    const mw_selection everything = {0, NULL, 0};
    size_t count = 0;
    size_t again = 0;
    mw_reading reading;
    mw_status status;
    (void)state;
    set_up(&mw_model_wago_879_3000, MW_MODBUS_RTU);
    mw_meter_begin(&bench.meter, &everything);
    while ((status = mw_meter_next(&bench.meter, bench.now_us, &reading)) != MW_END) {
        count += status == MW_OK;
        again += status == MW_AGAIN;
        if (status == MW_AGAIN) {
            assert_int_equal(mw_meter_next(&bench.meter, bench.now_us, &reading), MW_AGAIN); /* asking costs nothing */
            assert_int_equal(mw_link_run(&bench.link, &bench.io), MW_OK);
        }
    }
    assert_int_equal(count, mw_model_wago_879_3000.row_count);
    assert_int_equal(again, 6);
    assert_int_equal(mw_meter_status(&bench.meter), MW_OK);
    assert_int_equal(mw_meter_next(&bench.meter, bench.now_us, &reading), MW_END);
}

MW_TESTS(MW_CASE(reads_every_value_once_over_rtu_and_tcp), MW_CASE(reads_groups_in_as_few_requests_as_planned),
         MW_CASE(reads_one_value), MW_CASE(codes_that_the_model_does_not_have_bring_no_reading),
         MW_CASE(limits_the_registers_of_a_request),
         MW_CASE(a_value_of_more_registers_than_a_request_may_have_is_not_read),
         MW_CASE(a_silent_meter_is_not_asked_further_behind_a_value_that_is_too_large),
         MW_CASE(a_register_that_is_missing_costs_its_own_value_only), MW_CASE(what_is_missing_is_not_asked_for_again),
         MW_CASE(no_missing_register_costs_another_value), MW_CASE(what_was_missing_for_the_moment_can_be_forgotten),
         MW_CASE(registers_nobody_wants_may_be_missing), MW_CASE(a_refusal_costs_the_values_of_that_request_only),
         MW_CASE(only_a_refusal_for_its_address_splits_a_request),
         MW_CASE(more_gaps_than_a_meter_remembers_cost_requests_but_no_value),
         MW_CASE(a_model_that_promises_too_much_costs_the_values_of_that_request_only),
         MW_CASE(a_meter_that_falls_silent_is_not_asked_further), MW_CASE(a_port_that_fails_ends_the_read),
         MW_CASE(what_was_not_read_is_marked_and_has_no_number), MW_CASE(counts_what_does_not_fit_into_the_array),
         MW_CASE(floats_of_a_meter_set_to_integers_are_raw_and_uncertain),
         MW_CASE(asks_the_factory_address_unless_told), MW_CASE(a_meter_begins_with_nothing_read),
         MW_CASE(two_meters_share_a_link), MW_CASE(a_late_answer_over_tcp_is_not_taken_by_another_meter_on_the_link),
         MW_CASE(a_late_answer_over_tcp_is_not_taken_by_a_meter_made_anew),
         MW_CASE(hands_over_each_value_as_it_arrives), MW_CASE(never_waits_when_it_is_pulled))
