/* SPDX-License-Identifier: MIT */
/* The Countis models. That every row is as the maker's tables print it, tests/tool/test_countis.py checks; here is what
 * the rows mean, and what goes wrong with these meters elsewhere. Registers are made by hand from the conventions of
 * the tables: the word of the highest digits first, two's complement, "SOCO" one character a word. */
#include <meterwire/device.h>
#include <meterwire/meter.h>
#include <meterwire/models.h>

#include "../mw_test.h"

#define E23 (&mw_model_socomec_countis_e23)
#define E24 (&mw_model_socomec_countis_e24)
#define E27 (&mw_model_socomec_countis_e27)
#define E28 (&mw_model_socomec_countis_e28)
#define E43 (&mw_model_socomec_countis_e43)
#define E44 (&mw_model_socomec_countis_e44)

static const mw_model *const countis[] = {&mw_model_socomec_countis_e23, &mw_model_socomec_countis_e24,
                                          &mw_model_socomec_countis_e27, &mw_model_socomec_countis_e28,
                                          &mw_model_socomec_countis_e43, &mw_model_socomec_countis_e44};

static const mw_row *row_at(const mw_model *model, uint16_t address)
{
    for (size_t i = 0; i < model->row_count; i++) {
        if (model->rows[i].address == address) {
            return &model->rows[i];
        }
    }
    return NULL;
}

static mw_obis code_of(const char *name)
{
    mw_obis id = mw_obis_make(0, 0, 0, 0);
    assert_int_equal(mw_obis_parse(name, &id), MW_OK);
    return id;
}

static mw_reading decoded(const mw_model *model, uint16_t address, const char *registers)
{
    const mw_row *const row = row_at(model, address);
    uint8_t data[32];
    mw_reading reading;
    memset(&reading, 0, sizeof reading);
    assert_non_null(row);
    if (row != NULL) {
        assert_int_equal(mw_hex(registers, data, sizeof data), 2 * row->regs);
        mw_row_decode(row, data, &reading);
    }
    return reading;
}

typedef struct expected {
    uint16_t address;
    const char *registers;
    const char *name;
    const char *value;
    const char *unit;
} expected;

static void expect_values(const mw_model *model, const expected *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const mw_reading reading = decoded(model, values[i].address, values[i].registers);
        char text[MW_READING_VALUE_SIZE] = "";
        assert_int_equal(reading.quality, MW_QUALITY_GOOD);
        assert_true(mw_obis_equal(reading.id, code_of(values[i].name)));
        assert_true(mw_reading_text(&reading, text, sizeof text) < sizeof text);
        assert_string_equal(text, values[i].value);
        assert_string_equal(mw_unit_text(reading.unit), values[i].unit);
    }
}

/* What both families have in common. */
MW_TEST(decodes_registers_by_the_conventions_of_the_tables)
{
    static const expected values[] = {
        {0xC350, "0053 004F 0043 004F", "product_signature", "SOCO", ""},
        {0xC354, "0064", "product_family", "100", ""},
        {0xC357, "0065", "firmware_version", "1.01", ""},
        {0xC35D, "0123 4567 89AB CDEF", "product_code", "0123456789ABCDEF", ""},
        {0xC37A, "534F 434F 4D45 4300 0000 0000 0000 0000", "manufacturer", "SOCOMEC", ""},
        {0xC382, "434F 554E 5449 5300 0000 0000 0000 0000", "product_name", "COUNTIS", ""},
        {0xC552, "0000 9C8D", "voltage_l1_l2", "400.77", "V"},
        {0xC558, "0000 59E2", "voltage_l1", "230.10", "V"},
        {0xC560, "0000 2710", "current_l1", "10.000", "A"},
        {0xC566, "0000 0001", "current_n", "0.001", "A"},
        {0xC568, "FFFF FE0C", "active_power", "-5000", "W"}, /* -500 times 10 W */
        {0xC570, "0000 01F4", "active_power_l1", "5000", "W"},
        {0xC576, "FFFF FFFF", "reactive_power_l1", "-10", "var"},
        {0xC56C, "0001 86A0", "apparent_power", "1000000", "VA"},
        {0xC56E, "FFFF FC7C", "power_factor", "-0.900", ""}, /* leading */
        {0xC586, "0000 03E8", "power_factor_l3", "1.000", ""},
        {0xC58A, "0000 9C40", "voltage_lines", "400.00", "V"},
        {0xC702, "3B9A C9FF", "active_energy_import", "9999999990", "Wh"}, /* the last one before it rolls over */
        {0xC652, "0098 967F", "active_energy_import", "9999999000", "Wh"},
        {0xC70C, "0000 0001", "partial_active_import", "10", "Wh"},
        {0xC802, "0000 0010", "active_energy_import_t1", "160", "Wh"},
        {0xC822, "0000 0065", "operating_time_t1", "1.01", "h"},
        {0x4D83, "0001 E240 1E61", "active_energy_import_l1", "123456777.7", "Wh"},
        {0x6583, "0000 0000 270F", "active_energy_import", "999.9", "Wh"},
        {0x6592, "0000 0001 0000", "reactive_energy_q1", "1000.0", "varh"}, /* Er+ lagging */
        {0x6595, "0000 0001 0000", "reactive_energy_q3", "1000.0", "varh"}, /* Er- lagging */
        {0x6598, "0000 0001 0000", "reactive_energy_q2", "1000.0", "varh"}, /* Er+ leading */
        {0x659B, "0000 0001 0000", "reactive_energy_q4", "1000.0", "varh"}, /* Er- leading */
        {0x8018, "0000 0002 0005", "partial_active_export_t1", "2000.5", "Wh"},
        {0x9000, "3B9A C9FF", "counter_rollover", "9999999990", "Wh"},
        {0x9002, "0003", "rollovers_active_import", "3", ""},
        {0x9E61, "0001", "mid_status", "1", ""},
        {0x9E80, "0000 1388", "secondary_current_l1", "5.000", "A"},
    };
    (void)state;
    expect_values(E44, values, MW_COUNT(values));
    expect_values(E28, values, MW_COUNT(values));
}

MW_TEST(decodes_what_only_the_e4x_have)
{
    static const expected values[] = {
        {0x4F21, "0000 0007", "reactive_energy_import_l1_t1", "7000", "varh"},
        {0x5F87, "0000 0007", "apparent_energy_l3_t4", "7000", "VAh"},
        {0x9040, "0000 0007", "active_import_previous_day", "70", "Wh"},
        {0x9056, "0000 0007", "active_export_month", "70", "Wh"},
        {0x900A, "0002", "rollovers_active_import_t4", "2", ""},
        {0xC366, "0001 0002 0003", "build_date", "0001 0002 0003", ""},
        /* 2000-01-01 is 0; a leap day later, 31 + 29 days of 86400 s are 5184000. */
        {0xC73A, "0000 0000", "last_mean_time", "2000-01-01T00:00:00", ""},
        {0xC73A, "004F 1A00", "last_mean_time", "2000-03-01T00:00:00", ""},
        {0xC73C, "0064", "secondary_power_last_mean", "100", "W"},
        {0xC85C, "FFFF", "secondary_active_power", "-10", "W"},
        {0xC86F, "0001", "secondary_active_import", "1000000", "Wh"},
        {0xE001, "0005", "ct_secondary", "5", "A"},
        {0xE002, "2EE0", "ct_primary", "12000", "A"},
        {0xE00B, "0384", "averaging_period", "900", "s"},
        {0xE400, "0001", "modbus_address", "1", ""},
    };
    (void)state;
    expect_values(E43, values, MW_COUNT(values));
    expect_values(E44, values, MW_COUNT(values));
}

/* 50 Hz. */
MW_TEST(frequency_is_in_hundredths_on_e4x_and_in_thousandths_on_e2x)
{
    static const expected e4x[] = {{0xC55E, "0000 1388", "frequency", "50.00", "Hz"},
                                   {0xC857, "1388", "frequency", "50.00", "Hz"}};
    static const expected e2x[] = {{0xC55E, "0000 C350", "frequency", "50.000", "Hz"},
                                   {0xC857, "C350", "frequency", "50.000", "Hz"}};
    (void)state;
    expect_values(E43, e4x, 2);
    expect_values(E44, e4x, 2);
    expect_values(E23, e2x, 2);
    expect_values(E24, e2x, 2);
    expect_values(E27, e2x, 2);
    expect_values(E28, e2x, 2);
}

/* -1 kWh and -5000 tenths of a Wh; and, should a meter round down, -2 kWh and 5000 tenths. */
MW_TEST(balance_is_signed)
{
    static const expected values[] = {
        {0x8100, "FFFF FFFF EC78", "active_energy_net", "-1500.0", "Wh"},
        {0x8100, "FFFF FFFE 1388", "active_energy_net", "-1500.0", "Wh"},
        {0x8100, "0000 0000 FFFF", "active_energy_net", "-0.1", "Wh"},
        {0x8103, "0000 0002 0001", "reactive_energy_net", "2000.1", "varh"},
        {0x8103, "8000 0000 0000", "reactive_energy_net", "-2147483648000.0", "varh"},
    };
    (void)state;
    for (size_t i = 0; i < MW_COUNT(countis); i++) {
        expect_values(countis[i], values, MW_COUNT(values));
    }
}

MW_TEST(patterns_for_not_available_are_a_quality)
{
    static const struct {
        uint16_t address;
        const char *registers;
        mw_quality quality;
    } values[] = {
        {0xC558, "FFFF FFFF", MW_QUALITY_NOT_AVAILABLE},
        {0xC558, "7FFF FFFF", MW_QUALITY_GOOD}, /* an unsigned number */
        {0xC568, "7FFF FFFF", MW_QUALITY_NOT_AVAILABLE},
        {0xC568, "FFFF FFFF", MW_QUALITY_GOOD}, /* -10 W */
        {0xC85F, "7FFF", MW_QUALITY_NOT_AVAILABLE},
        {0xC85F, "FFFF", MW_QUALITY_GOOD},
        {0xC854, "FFFF", MW_QUALITY_NOT_AVAILABLE},
        {0x9002, "FFFF", MW_QUALITY_NOT_AVAILABLE},
        {0x6583, "FFFF FFFF 0000", MW_QUALITY_NOT_AVAILABLE},
        {0x6583, "0000 0000 FFFF", MW_QUALITY_NOT_AVAILABLE},
        {0x6583, "0000 0000 2710", MW_QUALITY_INVALID}, /* a residual of a whole kWh */
        {0x8100, "7FFF FFFF 0000", MW_QUALITY_NOT_AVAILABLE},
        {0x8100, "0000 0000 7FFF", MW_QUALITY_NOT_AVAILABLE},
        {0x8100, "FFFF FFFF FFFF", MW_QUALITY_NOT_AVAILABLE}, /* the maker prints them as U32 and U16 */
        {0x8100, "FFFF FFFF FFFE", MW_QUALITY_GOOD},
    };
    (void)state;
    for (size_t i = 0; i < MW_COUNT(values); i++) {
        assert_int_equal(decoded(E44, values[i].address, values[i].registers).quality, values[i].quality);
        assert_int_equal(decoded(E28, values[i].address, values[i].registers).quality, values[i].quality);
    }
    assert_int_equal(decoded(E44, 0xC73A, "FFFF FFFF").quality, MW_QUALITY_NOT_AVAILABLE);
}

/* Network type and current transformers of the E4x, RS-485 of the E2x. */
MW_TEST(nothing_is_written_where_families_differ_before_the_meter_is_identified)
{
    static const char *const e4x[] = {"network_type", "ct_secondary", "ct_primary"};
    static const char *const e2x[] = {"modbus_address", "modbus_baud_rate", "modbus_stop_bits", "modbus_parity"};
    (void)state;
    for (size_t i = 0; i < MW_COUNT(e4x); i++) {
        const mw_modbus_setting *const setting = mw_model_find_setting(E44, code_of(e4x[i]));
        assert_int_equal(setting->address, 0xE000 + i);
        assert_true((setting->what.flags & MW_SETTING_IDENTIFY) != 0);
        assert_null(mw_model_find_setting(E23, code_of(e4x[i])));
    }
    for (size_t i = 0; i < MW_COUNT(e2x); i++) {
        const mw_modbus_setting *const setting = mw_model_find_setting(E23, code_of(e2x[i]));
        assert_int_equal(setting->address, 0xE000 + i);
        assert_true((setting->what.flags & MW_SETTING_IDENTIFY) != 0);
        /* The meters on Ethernet have neither the settings nor the registers. */
        assert_null(mw_model_find_setting(E27, code_of(e2x[i])));
        assert_int_equal(mw_model_find(E28, code_of(e2x[i])), E28->row_count);
    }
    assert_int_equal(mw_model_find_setting(E44, code_of("modbus_address"))->address, 0xE400);
    for (size_t i = 0; i < E28->block_count; i++) {
        assert_true(E28->blocks[i].address < 0xE000);
    }
}

MW_TEST(a_meter_is_identified_by_its_product_model)
{
    /* "Countis E44" */
    mw_reading reading = decoded(E44, 0xC38A, "436F 756E 7469 7320 4534 3400 0000 0000");
    (void)state;
    assert_true(mw_obis_equal(reading.id, code_of("product_model")));
    assert_string_equal(reading.text, "Countis E44");
    for (size_t i = 0; i < MW_COUNT(countis); i++) {
        assert_int_equal(mw_model_is(countis[i], &reading), countis[i] == E44);
    }
    memcpy(reading.text, "COUNTIS E28 ETH", 16);
    assert_true(mw_model_is(E28, &reading));
    assert_false(mw_model_is(E27, &reading));
    memcpy(reading.text, "COUNTIS E2", 11);
    assert_false(mw_model_is(E28, &reading));
    memcpy(reading.text, "COUNTIS E28", 12);
    reading.quality = MW_QUALITY_NOT_READ;
    assert_false(mw_model_is(E28, &reading));
    reading.quality = MW_QUALITY_GOOD;
    reading.kind = MW_KIND_NUMBER;
    assert_false(mw_model_is(E28, &reading));
    reading.kind = MW_KIND_TEXT;
    assert_false(mw_model_is(&mw_model_wago_879_3000, &reading));
}

MW_TEST(meters_on_ethernet_have_a_factory_address)
{
    (void)state;
    assert_string_equal(E27->host, "192.168.0.4");
    assert_string_equal(E28->host, "192.168.0.4");
    assert_int_equal(E27->unit, 5);
    assert_int_equal(E28->unit, 5);
    assert_int_equal(E28->baud, 0);
    assert_null(E44->host);
    assert_true(E44->baud != 0);
}

/* Which tables are those of a sibling. */
MW_TEST(models_say_when_they_are_inferred)
{
    (void)state;
    for (size_t i = 0; i < MW_COUNT(countis); i++) {
        const bool sibling = countis[i] == E27 || countis[i] == E28 || countis[i] == E43;
        assert_int_equal((countis[i]->flags & MW_MODEL_INFERRED) != 0, sibling);
    }
}

/* Every code that is read of its own accord is there once; of several resolutions it is the finest. */
MW_TEST(no_code_is_read_twice)
{
    static const mw_selection everything = {0, NULL, 0};
    (void)state;
    for (size_t m = 0; m < MW_COUNT(countis); m++) {
        const mw_model *const model = countis[m];
        for (size_t i = 0; i < model->row_count; i++) {
            const mw_row *const row = &model->rows[i];
            const mw_obis id = mw_row_id(row);
            const mw_selection selection = {0, &id, 1};
            unsigned wanted = 0;
            for (size_t j = 0; j < model->row_count; j++) {
                const bool same = mw_obis_equal(id, mw_row_id(&model->rows[j]));
                wanted += mw_selection_wants(model, &selection, &model->rows[j]);
                if (same && mw_selection_wants(model, &everything, row)) {
                    assert_true(i == j || !mw_selection_wants(model, &everything, &model->rows[j]));
                    assert_true(model->rows[j].group == MW_GROUP_WRITTEN || model->rows[j].exp10 >= row->exp10);
                }
            }
            assert_int_equal(wanted, mw_model_find(model, id) < model->row_count ? 1 : 0);
        }
    }
}

MW_TEST(finds_the_finest_of_several_rows)
{
    static const struct {
        const char *name;
        uint16_t address;
    } finest[] = {{"active_energy_import", 0x6583},    {"reactive_energy_export", 0x658C},
                  {"active_energy_import_t2", 0xC804}, {"partial_active_import", 0xC70C},
                  {"active_tariff", 0xC801},           {"voltage_l1", 0xC558},
                  {"active_energy_export_t1", 0x6711}};
    (void)state;
    for (size_t i = 0; i < MW_COUNT(finest); i++) {
        assert_int_equal(E44->rows[mw_model_find(E44, code_of(finest[i].name))].address, finest[i].address);
        assert_int_equal(E28->rows[mw_model_find(E28, code_of(finest[i].name))].address, finest[i].address);
    }
    /* What there is on request only is found all the same. */
    assert_int_equal(E44->rows[mw_model_find(E44, code_of("load_curve_period"))].address, 0xF012);
    /* What is only written is not. */
    assert_int_equal(mw_model_find(E44, code_of("reset_partial")), E44->row_count);
    assert_int_equal(mw_model_find(E44, code_of("clock")), E44->row_count);
}

/* --- Over a line --- */

typedef struct bench {
    mw_device device;
    mw_modbus_server server;
    bool raw; /* the server instead of the device */
    mw_modbus_framing framing;
    mw_link_config config;
    mw_link link;
    mw_meter meter;
    mw_io io;
    uint32_t now_us;
    size_t answer_length;
    unsigned requests;
    unsigned largest; /* registers of a request */
    unsigned silent;  /* number of the request that is not answered, or 0 */
    /* Of a meter with a load curve. */
    unsigned windows;
    unsigned last_count; /* records of the last window */
    int window;
    bool stuck;
    unsigned firsts;
    /* What was set. */
    const mw_modbus_setting *setting;
    int64_t set_n;
    uint8_t answer[MW_MODBUS_FRAME_MAX];
    uint8_t buffer[MW_MODBUS_FRAME_MAX];
} bench_state;

static bench_state bench;

/* A value that tells its row, and is no pattern for "not available". */
static int64_t value_of(const mw_row *row)
{
    return row->regs == 1 ? row->address & 0x0FFF : (int64_t)row->address * 3 + 1;
}

static mw_status give_value(void *user, const mw_row *row, mw_reading *reading)
{
    (void)user;
    switch (row->type) {
    case MW_TYPE_TEXT:
    case MW_TYPE_TEXT_LOW:
        reading->kind = MW_KIND_TEXT;
        memcpy(reading->text, "SOCO", 5);
        break;
    case MW_TYPE_DIGITS:
        reading->kind = MW_KIND_TEXT;
        memcpy(reading->text, "0123456789ABCDEF", 17);
        break;
    case MW_TYPE_RAW:
        reading->kind = MW_KIND_TEXT;
        memcpy(reading->text, "0001 0002 0003", 15);
        break;
    case MW_TYPE_SECONDS_2000:
        reading->kind = MW_KIND_DATETIME;
        reading->n = 946684800 + value_of(row);
        break;
    default:
        reading->n = value_of(row);
        reading->exp10 = row->exp10;
        break;
    }
    return MW_OK;
}

static mw_status take_value(void *user, const mw_modbus_setting *setting, const mw_reading *value)
{
    (void)user;
    bench.setting = setting;
    bench.set_n = value->n;
    return MW_OK;
}

/* A meter with a load curve: window by window, record by record one hour older. */
static uint8_t curve_read(void *user, uint8_t unit, uint8_t function, uint16_t address, uint16_t count, uint8_t *data)
{
    const bool last = (unsigned)bench.window + 1 >= bench.windows;
    const unsigned records = last && !bench.stuck ? bench.last_count : 29;
    const uint16_t header[] = {(uint16_t)records, 4, 3600, 0, 100, 5};
    (void)user;
    (void)unit;
    (void)function;
    if (address != 0xF010 || count != 122) {
        return MW_MODBUS_ILLEGAL_ADDRESS;
    }
    memset(data, 0, 2u * count);
    for (unsigned i = 0; i < 6; i++) {
        data[2 * i] = (uint8_t)(header[i] >> 8);
        data[2 * i + 1] = (uint8_t)header[i];
    }
    for (unsigned i = 0; i < records; i++) {
        const unsigned number = (bench.stuck ? 0 : (unsigned)bench.window * 29) + i;
        const uint32_t time = 800000000u - (uint32_t)number * 3600;
        uint8_t *const record = data + 12 + 8 * (size_t)i;
        for (unsigned k = 0; k < 4; k++) {
            record[k] = (uint8_t)(time >> (24 - 8 * k));
        }
        record[5] = number == 0;
        record[6] = (uint8_t)(number >> 8);
        record[7] = (uint8_t)number;
    }
    return 0;
}

static uint8_t curve_write(void *user, uint8_t unit, uint8_t function, uint16_t address, uint16_t count,
                           const uint8_t *data)
{
    const unsigned command = (unsigned)(data[0] << 8 | data[1]);
    (void)user;
    (void)unit;
    assert_int_equal(function, 16);
    assert_int_equal(address, 0xF000);
    assert_int_equal(count, 1);
    bench.firsts += command == 1;
    bench.window = command == 1 ? 0 : bench.window + 1;
    return command == 1 || command == 0xFFFE ? 0 : MW_MODBUS_ILLEGAL_VALUE;
}

static bool curve_serves(void *user, uint8_t unit)
{
    (void)user;
    return unit == 1;
}

static mw_status line_write(void *user, const uint8_t *bytes, size_t count)
{
    const uint8_t *const pdu = bytes + mw_modbus_pdu_offset(bench.framing);
    (void)user;
    bench.requests++;
    if (pdu[0] == 3 && (unsigned)(pdu[3] << 8 | pdu[4]) > bench.largest) {
        bench.largest = (unsigned)(pdu[3] << 8 | pdu[4]);
    }
    bench.answer_length = 0;
    if (bench.requests == bench.silent) {
        return MW_OK;
    }
    if (bench.raw) {
        return mw_modbus_serve(&bench.server, bench.framing, bytes, count, bench.answer, sizeof bench.answer,
                               &bench.answer_length);
    }
    return mw_device_answer(&bench.device, bench.framing, bytes, count, bench.answer, sizeof bench.answer,
                            &bench.answer_length);
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
    bench.device.unit = model->unit;
    bench.device.value = give_value;
    bench.device.set = take_value;
    bench.server.read = curve_read;
    bench.server.write = curve_write;
    bench.server.serves = curve_serves;
    bench.framing = framing;
    bench.io.write = line_write;
    bench.io.read = line_read;
    bench.io.now_us = line_now;
    mw_link_init(&bench.link, framing == MW_MODBUS_TCP ? &mw_framer_tcp : &mw_framer_rtu, &bench.config, bench.buffer,
                 sizeof bench.buffer, 0);
    mw_meter_init(&bench.meter, model, &bench.link, framing, 0);
}

static void expect_given(const mw_row *row, const mw_reading *reading)
{
    mw_reading given;
    memset(&given, 0, sizeof given);
    give_value(NULL, row, &given);
    assert_int_equal(reading->quality, MW_QUALITY_GOOD);
    assert_int_equal(reading->kind, given.kind);
    assert_string_equal(reading->text, given.text);
    if (row->type != MW_TYPE_DIGITS) {
        assert_true(reading->n == given.n);
    }
    assert_int_equal(reading->exp10, given.exp10);
    assert_true(mw_obis_equal(reading->id, mw_row_id(row)));
}

MW_TEST(every_value_of_every_row_comes_through)
{
    static mw_reading readings[512];
    static const mw_selection selections[] = {{0, NULL, 0}, {MW_GROUP_EXTRA, NULL, 0}, {0xFF, NULL, 0}};
    (void)state;
    for (size_t m = 0; m < MW_COUNT(countis); m++) {
        for (size_t s = 0; s < MW_COUNT(selections); s++) {
            const mw_model *const model = countis[m];
            size_t count = 0;
            size_t next = 0;
            set_up(model, model->baud != 0 ? MW_MODBUS_RTU : MW_MODBUS_TCP);
            assert_int_equal(
                mw_meter_read(&bench.meter, &bench.io, &selections[s], readings, MW_COUNT(readings), &count), MW_OK);
            for (size_t i = 0; i < model->row_count; i++) {
                if (mw_selection_wants(model, &selections[s], &model->rows[i])) {
                    expect_given(&model->rows[i], &readings[next++]);
                }
            }
            assert_int_equal(next, count);
            assert_true(bench.largest <= 125);
            assert_int_equal(bench.requests, mw_meter_requests(&bench.meter));
        }
    }
}

/* A value that has the same code at three resolutions. */
MW_TEST(one_value_is_one_request_and_the_finest)
{
    mw_reading reading;
    (void)state;
    set_up(E44, MW_MODBUS_RTU);
    assert_int_equal(mw_meter_read_one(&bench.meter, &bench.io, code_of("active_energy_import"), &reading), MW_OK);
    assert_int_equal(reading.source, 0x6583);
    assert_int_equal(bench.requests, 1);
    assert_int_equal(bench.largest, 3);
}

/* Writes a register of the device; the exception, or -1 when nothing is answered. */
static int written(uint8_t unit, uint8_t function, uint16_t address, uint16_t value)
{
    const uint8_t data[] = {(uint8_t)(value >> 8), (uint8_t)value};
    const mw_modbus_request request = {0, unit, function, address, 1, data};
    uint8_t frame[MW_MODBUS_FRAME_MAX];
    mw_modbus_reply reply;
    size_t length = 0;
    bench.setting = NULL;
    assert_int_equal(mw_modbus_encode_write(bench.framing, &request, frame, sizeof frame, &length), MW_OK);
    assert_int_equal(mw_device_answer(&bench.device, bench.framing, frame, length, bench.answer, sizeof bench.answer,
                                      &bench.answer_length),
                     MW_OK);
    if (bench.answer_length == 0) {
        return -1;
    }
    memset(&reply, 0, sizeof reply);
    mw_modbus_decode_reply(bench.framing, frame, length, bench.answer, bench.answer_length, &reply);
    return reply.exception;
}

MW_TEST(device_takes_settings_that_have_no_readable_row)
{
    (void)state;
    set_up(E44, MW_MODBUS_RTU);
    assert_int_equal(written(1, 6, 0x9E21, 4), 0);
    assert_true(bench.setting != NULL && mw_obis_equal(bench.setting->what.id, code_of("active_tariff")));
    assert_true(bench.set_n == 4);
    assert_int_equal(written(0, 6, 0x9E21, 2), -1); /* a broadcast is obeyed */
    assert_true(bench.set_n == 2);
    assert_int_equal(written(1, 6, 0x9E21, 5), MW_MODBUS_ILLEGAL_VALUE);
    assert_int_equal(written(1, 6, 0xE224, 0xFFFF), 0);
    assert_true(bench.set_n == 0xFFFF);
    assert_int_equal(written(1, 6, 0xE000, 4), MW_MODBUS_ILLEGAL_VALUE);
    assert_int_equal(written(1, 6, 0xE001, 3), MW_MODBUS_ILLEGAL_VALUE);
    assert_int_equal(written(1, 6, 0xE001, 1), 0);
    set_up(E28, MW_MODBUS_TCP);
    assert_int_equal(written(5, 6, 0x9E21, 3), MW_MODBUS_ILLEGAL_VALUE); /* two tariffs */
    assert_int_equal(written(5, 6, 0xE000, 7), MW_MODBUS_ILLEGAL_ADDRESS);
}

MW_TEST(load_curve_comes_newest_first_window_by_window)
{
    static mw_curve_record records[100];
    static const struct {
        unsigned windows;
        unsigned last_count;
        size_t count;
        unsigned requests;
    } curves[] = {{1, 0, 0, 2}, {1, 1, 1, 2}, {1, 28, 28, 2}, {2, 0, 29, 4}, {3, 5, 63, 6}};
    (void)state;
    for (size_t c = 0; c < MW_COUNT(curves); c++) {
        size_t count = 99;
        set_up(E44, c % 2 == 0 ? MW_MODBUS_RTU : MW_MODBUS_TCP);
        bench.raw = true;
        bench.windows = curves[c].windows;
        bench.last_count = curves[c].last_count;
        assert_int_equal(mw_curve_read(&bench.meter, &bench.io, records, MW_COUNT(records), &count), MW_OK);
        assert_int_equal(count, curves[c].count);
        assert_int_equal(bench.requests, curves[c].requests);
        assert_int_equal(bench.firsts, 1);
        for (size_t i = 0; i < count; i++) {
            assert_true(records[i].time == 946684800 + 800000000 - (int64_t)i * 3600);
            assert_true(records[i].mean.n == (int64_t)i);
            assert_int_equal(records[i].mean.unit, MW_UNIT_W);
            assert_int_equal(records[i].mean.quality, MW_QUALITY_GOOD);
            assert_true(mw_obis_equal(records[i].mean.id, code_of("secondary_power_load_curve")));
            assert_int_equal(records[i].incomplete, i == 0);
            assert_int_equal(records[i].period_s, 3600);
            assert_int_equal(records[i].numerator, 100);
            assert_int_equal(records[i].denominator, 5);
        }
    }
}

MW_TEST(load_curve_of_a_meter_that_does_not_move_on_ends)
{
    static mw_curve_record records[100];
    size_t count;
    (void)state;
    set_up(E44, MW_MODBUS_RTU);
    bench.raw = true;
    bench.windows = 3;
    bench.stuck = true;
    assert_int_equal(mw_curve_read(&bench.meter, &bench.io, records, MW_COUNT(records), &count), MW_OK);
    assert_int_equal(count, 29);
    assert_int_equal(bench.requests, 4);
}

MW_TEST(load_curve_asks_for_no_more_than_there_is_room_for)
{
    mw_curve_record records[10];
    size_t count;
    (void)state;
    set_up(E44, MW_MODBUS_RTU);
    bench.raw = true;
    bench.windows = 3;
    assert_int_equal(mw_curve_read(&bench.meter, &bench.io, records, MW_COUNT(records), &count), MW_OK);
    assert_int_equal(count, 10);
    assert_int_equal(bench.requests, 2);
}

/* Requests: first, window, next (lost), and no further one. */
MW_TEST(the_command_for_the_next_window_is_never_repeated)
{
    static mw_curve_record records[100];
    size_t count;
    (void)state;
    set_up(E44, MW_MODBUS_RTU);
    bench.raw = true;
    bench.windows = 3;
    bench.last_count = 5;
    bench.silent = 3;
    assert_int_equal(mw_curve_read(&bench.meter, &bench.io, records, MW_COUNT(records), &count), MW_ERR_TIMEOUT);
    assert_int_equal(count, 29);
    assert_int_equal(bench.requests, 3);
    /* What changes nothing is repeated. */
    set_up(E44, MW_MODBUS_RTU);
    bench.raw = true;
    bench.windows = 1;
    bench.last_count = 5;
    bench.silent = 1;
    assert_int_equal(mw_curve_read(&bench.meter, &bench.io, records, MW_COUNT(records), &count), MW_OK);
    assert_int_equal(count, 5);
    assert_int_equal(bench.requests, 3);
}

MW_TEST(load_curve_with_an_impossible_header_is_none)
{
    const mw_load_curve *const curve = E44->load_curve;
    uint8_t window[2 * 122] = {0, 30, 0, 4};
    mw_curve_record record;
    (void)state;
    assert_int_equal(mw_curve_window_regs(curve), 122);
    assert_int_equal(mw_curve_decode(curve, window, 0, &record), MW_ERR_VALUE);
    window[1] = 1;
    window[3] = 5;
    assert_int_equal(mw_curve_decode(curve, window, 0, &record), MW_ERR_VALUE);
    window[3] = 4;
    memset(window + 12, 0xFF, 4);
    assert_int_equal(mw_curve_decode(curve, window, 0, &record), MW_OK);
    assert_int_equal(record.mean.quality, MW_QUALITY_NOT_AVAILABLE);
    assert_int_equal(mw_curve_decode(curve, window, 1, &record), MW_END);
}

MW_TEST(only_the_e4x_have_a_load_curve)
{
    static mw_mbus_master master;
    mw_curve_reader reader;
    mw_curve_record record;
    size_t count = 5;
    (void)state;
    set_up(E44, MW_MODBUS_RTU);
    bench.meter.max_regs = 121;
    assert_int_equal(mw_curve_begin(&reader, &bench.meter), MW_ERR_RANGE);
    bench.meter.max_regs = 122;
    assert_int_equal(mw_curve_begin(&reader, &bench.meter), MW_OK);
    mw_mbus_master_init(&master, &bench.link);
    mw_meter_init_mbus(&bench.meter, &mw_mbus_model_wago_879_3000, &master, 1, NULL);
    assert_int_equal(mw_curve_begin(&reader, &bench.meter), MW_ERR_UNSUPPORTED);
    set_up(E28, MW_MODBUS_TCP);
    assert_int_equal(mw_curve_read(&bench.meter, &bench.io, &record, 1, &count), MW_ERR_UNSUPPORTED);
    assert_int_equal(count, 0);
    assert_int_equal(bench.requests, 0);
}

/* The bits of 0xE222 and 0xE224 as the maker lists them. For all of them, the first one is looked at. */
MW_TEST(resets_are_seen_by_a_counter_they_reset)
{
    static const struct {
        const char *command;
        int32_t n;
        const char *counter;
    } resets[] = {
        {"reset_counters", 0x20, "partial_active_import"},
        {"reset_partial", 0x01, "partial_active_import"},
        {"reset_partial", 0x02, "partial_reactive_import"},
        {"reset_partial", 0x04, "partial_apparent"},
        {"reset_partial", 0x08, "partial_active_export"},
        {"reset_partial", 0x10, "partial_reactive_export"},
        {"reset_partial", 0x1F, "partial_active_import"},
        {"reset_partial_tariffs", 0x01, "partial_active_import_t1"},
        {"reset_partial_tariffs", 0x02, "partial_active_import_t2"},
        {"reset_partial_tariffs", 0x04, "partial_active_import_t3"},
        {"reset_partial_tariffs", 0x08, "partial_active_import_t4"},
        {"reset_partial_tariffs", 0xFFFF, "partial_active_import_t1"},
    };
    unsigned seen = 0;
    (void)state;
    for (size_t m = 0; mw_models[m] != NULL; m++) {
        for (size_t i = 0; i < MW_COUNT(resets); i++) {
            const mw_modbus_setting *const setting = mw_model_find_setting(mw_models[m], code_of(resets[i].command));
            const mw_choice *const choice = setting != NULL ? mw_setting_choice(&setting->what, resets[i].n) : NULL;
            if (choice != NULL) {
                const mw_row *const row = row_at(mw_models[m], choice->counter);
                assert_true(row != NULL && mw_obis_equal(mw_row_id(row), code_of(resets[i].counter)));
                seen++;
            }
        }
    }
    assert_int_equal(seen, 4 * 9 + 2 * 12); /* the E2x have two tariffs, and no value for all five */
}

MW_TESTS(MW_CASE(decodes_registers_by_the_conventions_of_the_tables), MW_CASE(decodes_what_only_the_e4x_have),
         MW_CASE(frequency_is_in_hundredths_on_e4x_and_in_thousandths_on_e2x), MW_CASE(balance_is_signed),
         MW_CASE(patterns_for_not_available_are_a_quality),
         MW_CASE(nothing_is_written_where_families_differ_before_the_meter_is_identified),
         MW_CASE(a_meter_is_identified_by_its_product_model), MW_CASE(meters_on_ethernet_have_a_factory_address),
         MW_CASE(models_say_when_they_are_inferred), MW_CASE(no_code_is_read_twice),
         MW_CASE(finds_the_finest_of_several_rows), MW_CASE(every_value_of_every_row_comes_through),
         MW_CASE(one_value_is_one_request_and_the_finest), MW_CASE(device_takes_settings_that_have_no_readable_row),
         MW_CASE(load_curve_comes_newest_first_window_by_window),
         MW_CASE(load_curve_of_a_meter_that_does_not_move_on_ends),
         MW_CASE(load_curve_asks_for_no_more_than_there_is_room_for),
         MW_CASE(the_command_for_the_next_window_is_never_repeated),
         MW_CASE(load_curve_with_an_impossible_header_is_none), MW_CASE(only_the_e4x_have_a_load_curve),
         MW_CASE(resets_are_seen_by_a_counter_they_reset))
