/* SPDX-License-Identifier: MIT */
#include <meterwire/models.h>

#include "../mw_test.h"
#include "../vectors/pro380_snapshot.h"

static const mw_model *const models[] = {&mw_model_wago_879_3000, &mw_model_wago_879_3020, &mw_model_wago_879_3040};

static const mw_row *row_at(const mw_model *model, uint16_t address)
{
    for (size_t i = 0; i < model->row_count; i++) {
        if (model->rows[i].address == address) {
            return &model->rows[i];
        }
    }
    return NULL;
}

/* Decodes a row from the snapshot. */
static void read_snapshot(uint16_t address, mw_reading *reading)
{
    const mw_row *const row = row_at(&mw_model_wago_879_3000, address);
    const uint16_t *const words = address >= 0x6000   ? &pro380_6000[address - 0x6000]
                                  : address >= 0x5000 ? &pro380_5000[address - 0x5000]
                                                      : &pro380_4000[address - 0x4000];
    uint8_t data[8];
    assert_non_null(row);
    for (unsigned i = 0; i < row->regs; i++) {
        data[2 * i] = (uint8_t)(words[i] >> 8);
        data[2 * i + 1] = (uint8_t)words[i];
    }
    mw_row_decode(row, data, reading);
}

static void expect_text(uint16_t address, const char *code, const char *expected)
{
    mw_reading reading;
    mw_obis id;
    char text[MW_READING_VALUE_SIZE];
    read_snapshot(address, &reading);
    assert_int_equal(mw_obis_parse(code, &id), MW_OK);
    assert_true(mw_obis_equal(reading.id, id));
    assert_int_equal(reading.quality, MW_QUALITY_GOOD);
    assert_int_equal(reading.source, address);
    assert_true(mw_reading_text(&reading, text, sizeof text) < sizeof text);
    assert_string_equal(text, expected);
}

/* What was measured, as the publication says in the unit of the register, and the reading in the base unit. */
MW_TEST(decodes_the_snapshot_of_a_real_meter)
{
    static const struct {
        uint16_t address;
        const char *code;
        const char *value;
    } values[] = {
        {0x4000, "serial_number", "22091039"},
        {0x4002, "meter_code", "0102"},
        {0x4003, "modbus_address", "1"},
        {0x4005, "protocol_version", "3.20"},
        {0x4007, "1-0:0.2.0", "2.18"},
        {0x4009, "hardware_version", "1.32"},
        {0x400B, "meter_amps", "100"},
        {0x400D, "1-0:0.3.3", "1.000000"}, /* 1000 per kWh, in pulses per Wh */
        {0x400F, "combinations_code", "1"},
        {0x4010, "lcd_rolling_time", "10"}, /* packed decimal 0x0010 */
        {0x4011, "modbus_parity", "1"},
        {0x4012, "current_direction_l1", "1F"},
        {0x4013, "current_direction_l2", "2R"},
        {0x4014, "current_direction_l3", "3R"},
        {0x4015, "0-0:97.97.0", "0"},
        {0x4016, "0-0:96.7.0", "12"},
        {0x4017, "quadrant", "4"},
        {0x4019, "quadrant_l2", "3"},
        {0x401B, "1-0:0.2.8", "0D012D35"},
        {0x401D, "status_word", "0x00110111"},
        {0x5002, "1-0:32.7.0", "234.300"},
        {0x5004, "1-0:52.7.0", "233.400"},
        {0x5006, "1-0:72.7.0", "234.400"},
        {0x5008, "1-0:14.7.0", "49.980"},
        {0x500C, "1-0:31.7.0", "4.050"},
        {0x500E, "1-0:51.7.0", "-1.620"},
        {0x5010, "1-0:71.7.0", "-2.150"},
        {0x5012, "1-0:16.7.0", "175"},
        {0x5014, "1-0:36.7.0", "900"},
        {0x5016, "1-0:56.7.0", "-232"},
        {0x5018, "1-0:76.7.0", "-492"},
        {0x501A, "1-0:3.7.0", "-569"},
        {0x501C, "1-0:23.7.0", "-244"},
        {0x501E, "1-0:43.7.0", "-258"},
        {0x5020, "1-0:63.7.0", "-66"},
        {0x5022, "1-0:9.7.0", "1777"},
        {0x5024, "1-0:29.7.0", "932"},
        {0x5026, "1-0:49.7.0", "347"},
        {0x5028, "1-0:69.7.0", "497"},
        {0x502A, "1-0:13.7.0", "0.290"},
        {0x502C, "1-0:33.7.0", "0.970"},
        {0x502E, "1-0:53.7.0", "0.670"},
        {0x5030, "1-0:73.7.0", "0.990"},
        {0x600C, "1-0:1.8.0", "15062030"},
        {0x6018, "1-0:2.8.0", "20257910"},
        {0x6048, "0-0:96.14.0", "1"},
        {0x6049, "active_energy_resettable", "15056170"},
    };
    (void)state;
    for (size_t i = 0; i < MW_COUNT(values); i++) {
        expect_text(values[i].address, values[i].code, values[i].value);
    }
}

MW_TEST(does_not_provide_the_values_of_the_single_phase_meter)
{
    static const uint16_t addresses[] = {0x5000, 0x500A};
    (void)state;
    for (size_t i = 0; i < MW_COUNT(addresses); i++) {
        mw_reading reading;
        read_snapshot(addresses[i], &reading);
        assert_int_equal(reading.quality, MW_QUALITY_NOT_AVAILABLE);
    }
}

MW_TEST(has_the_units_and_scales_of_the_manual)
{
    static const struct {
        uint16_t address;
        uint8_t unit;
        int8_t exp10;
        uint8_t type;
    } rows[] = {
        {0x5002, MW_UNIT_V, 0, MW_TYPE_FLOAT},     {0x5008, MW_UNIT_HZ, 0, MW_TYPE_FLOAT},
        {0x500C, MW_UNIT_A, 0, MW_TYPE_FLOAT},     {0x5012, MW_UNIT_W, 3, MW_TYPE_FLOAT},
        {0x501A, MW_UNIT_VAR, 3, MW_TYPE_FLOAT},   {0x5022, MW_UNIT_VA, 3, MW_TYPE_FLOAT},
        {0x502A, MW_UNIT_NONE, 0, MW_TYPE_FLOAT},  {0x5036, MW_UNIT_V, 0, MW_TYPE_FLOAT},
        {0x6000, MW_UNIT_WH, 3, MW_TYPE_FLOAT},    {0x6024, MW_UNIT_VARH, 3, MW_TYPE_FLOAT},
        {0x6049, MW_UNIT_WH, 3, MW_TYPE_FLOAT},    {0x608F, MW_UNIT_WH, 3, MW_TYPE_FLOAT},
        {0x4010, MW_UNIT_S, 0, MW_TYPE_BCD},       {0x4021, MW_UNIT_S, -3, MW_TYPE_BCD},
        {0x4000, MW_UNIT_NONE, 0, MW_TYPE_DIGITS}, {0x4022, MW_UNIT_NONE, 0, MW_TYPE_UNSIGNED},
    };
    (void)state;
    for (size_t i = 0; i < MW_COUNT(rows); i++) {
        const mw_row *const row = row_at(&mw_model_wago_879_3000, rows[i].address);
        assert_non_null(row);
        assert_int_equal(row->unit, rows[i].unit);
        assert_int_equal(row->exp10, rows[i].exp10);
        assert_int_equal(row->type, rows[i].type);
    }
}

/* A3.2: 5000 to 5037 and 6000 to 6090 without a hole, floats but for the tariff at 6048, odd addresses behind it. */
MW_TEST(has_every_register_of_the_measurement_blocks)
{
    unsigned next = 0x5000;
    unsigned count = 0;
    (void)state;
    while (next != 0x5038) {
        const mw_row *const row = row_at(&mw_model_wago_879_3000, (uint16_t)next);
        assert_non_null(row);
        assert_int_equal(row->regs, 2);
        assert_int_equal(row->group, MW_GROUP_FAST);
        next += row->regs;
        count++;
    }
    assert_int_equal(count, 28);
    for (next = 0x6000, count = 0; next != 0x6091; count++) {
        const mw_row *const row = row_at(&mw_model_wago_879_3000, (uint16_t)next);
        assert_non_null(row);
        assert_int_equal(row->regs, next == 0x6048 ? 1 : 2);
        assert_int_equal(row->group, MW_GROUP_SLOW);
        next += row->regs;
    }
    assert_int_equal(count, 73);
}

MW_TEST(has_every_register_of_the_identification_block)
{
    static const uint16_t addresses[] = {0x4000, 0x4002, 0x4003, 0x4004, 0x4005, 0x4007, 0x4009, 0x400B,
                                         0x400C, 0x400D, 0x400F, 0x4010, 0x4011, 0x4012, 0x4013, 0x4014,
                                         0x4015, 0x4016, 0x4017, 0x4018, 0x4019, 0x401A, 0x401B, 0x401D,
                                         0x401F, 0x4020, 0x4021, 0x4022, 0x4023, 0x4026, 0x4032, 0x4033};
    (void)state;
    for (size_t i = 0; i < MW_COUNT(addresses); i++) {
        assert_non_null(row_at(&mw_model_wago_879_3000, addresses[i]));
    }
    assert_int_equal(mw_model_wago_879_3000.row_count, MW_COUNT(addresses) + 28 + 73);
}

MW_TEST(has_the_raw_history_only_with_transformers)
{
    unsigned next = 0x6100;
    (void)state;
    for (const mw_row *row = row_at(&mw_model_wago_879_3040, 0x6100); row != NULL;
         row = row_at(&mw_model_wago_879_3040, (uint16_t)next)) {
        assert_int_equal(row->type, MW_TYPE_RAW);
        assert_int_equal(row->group, MW_GROUP_ONCE);
        assert_int_equal(row->flags, 0); /* zeros are history, too */
        next += row->regs;
    }
    assert_int_equal(next, 0x619F); /* 619E is the last register the manual names */
    assert_null(row_at(&mw_model_wago_879_3000, 0x6100));
    assert_null(row_at(&mw_model_wago_879_3020, 0x6100));
}

MW_TEST(tables_are_sorted_inside_blocks_and_name_everything_once)
{
    (void)state;
    for (size_t m = 0; m < MW_COUNT(models); m++) {
        const mw_model *const model = models[m];
        for (size_t i = 0; i < model->row_count; i++) {
            const mw_row *const row = &model->rows[i];
            char name[MW_OBIS_NAME_SIZE];
            bool inside = false;
            assert_in_range(mw_obis_name(mw_row_id(row), name, sizeof name), 1, sizeof name - 1);
            for (size_t b = 0; b < model->block_count; b++) {
                inside = inside || (row->address >= model->blocks[b].address &&
                                    row->address + mw_row_span(row) <=
                                        (unsigned)model->blocks[b].address + model->blocks[b].regs);
            }
            assert_true(inside);
            if (i > 0) {
                assert_true(row->address >= model->rows[i - 1].address + model->rows[i - 1].regs);
            }
            for (size_t j = 0; j < i; j++) {
                assert_false(mw_obis_equal(mw_row_id(row), mw_row_id(&model->rows[j])));
            }
        }
    }
}

MW_TEST(sets_the_transformer_ratio_only_with_transformers_and_not_lightly)
{
    mw_obis id;
    const mw_modbus_setting *setting;
    (void)state;
    assert_int_equal(mw_obis_parse("ct_primary", &id), MW_OK);
    assert_null(mw_model_find_setting(&mw_model_wago_879_3000, id));
    setting = mw_model_find_setting(&mw_model_wago_879_3040, id);
    assert_non_null(setting);
    assert_int_equal(setting->function, 16);
    assert_int_equal(setting->regs, 2);
    assert_int_equal(setting->what.flags, MW_SETTING_IRREVERSIBLE | MW_SETTING_UNPROVEN);
    assert_int_equal(setting->what.kind, MW_SETTING_RATIO);
}

/* 6.9: 1 to 9999 to 1 A, 5 to 9995 to 5 A. */
MW_TEST(a_ratio_has_the_currents_of_the_manual)
{
    static const int64_t allowed[] = {101, 999901, 505, 999505, 25005, 25001};
    static const int64_t refused[] = {1,      5,      100, 102,   605,  1000001,   1000005,
                                      999905, 999605, 110, -1001, 2510, INT64_MAX, INT64_MIN};
    mw_obis id;
    const mw_modbus_setting *setting;
    (void)state;
    assert_int_equal(mw_obis_parse("ct_primary", &id), MW_OK);
    setting = mw_model_find_setting(&mw_model_wago_879_3040, id);
    for (size_t i = 0; i < MW_COUNT(allowed); i++) {
        assert_true(mw_setting_allows(&setting->what, allowed[i]));
    }
    for (size_t i = 0; i < MW_COUNT(refused); i++) {
        assert_false(mw_setting_allows(&setting->what, refused[i]));
    }
}

MW_TEST(has_three_names_in_the_list_of_models)
{
    (void)state;
    assert_ptr_equal(mw_model_by_name("wago-879-3000"), &mw_model_wago_879_3000);
    assert_ptr_equal(mw_model_by_name("wago-879-3020"), &mw_model_wago_879_3020);
    assert_ptr_equal(mw_model_by_name("wago-879-3040"), &mw_model_wago_879_3040);
    assert_null(mw_model_by_name("wago-879-30"));
    assert_null(mw_model_by_name("wago-879-30000"));
    assert_null(mw_model_by_name(""));
}

MW_TESTS(MW_CASE(decodes_the_snapshot_of_a_real_meter), MW_CASE(does_not_provide_the_values_of_the_single_phase_meter),
         MW_CASE(has_the_units_and_scales_of_the_manual), MW_CASE(has_every_register_of_the_measurement_blocks),
         MW_CASE(has_every_register_of_the_identification_block), MW_CASE(has_the_raw_history_only_with_transformers),
         MW_CASE(tables_are_sorted_inside_blocks_and_name_everything_once),
         MW_CASE(sets_the_transformer_ratio_only_with_transformers_and_not_lightly),
         MW_CASE(a_ratio_has_the_currents_of_the_manual), MW_CASE(has_three_names_in_the_list_of_models))
