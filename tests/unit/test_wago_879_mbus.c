/* SPDX-License-Identifier: MIT */
#include <meterwire/mbus_master.h>
#include <meterwire/models.h>

#include "wago_mbus.h"

static const mw_mbus_model *const models[] = {&mw_mbus_model_wago_879_3000, &mw_mbus_model_wago_879_3020,
                                              &mw_mbus_model_wago_879_3040};

#define READINGS 40

/* Decodes a frame through a model: each record is given to all rows. The count of the readings. */
static size_t decode(const mw_mbus_model *model, const char *hex, mw_reading readings[READINGS])
{
    uint8_t frame[MW_MBUS_FRAME_MAX];
    mw_mbus_telegram telegram;
    mw_mbus_cursor cursor;
    mw_mbus_record record;
    mw_status status;
    size_t count = 0;
    assert_int_equal(mw_mbus_decode(frame, mw_hex(hex, frame, sizeof frame), &telegram, NULL), MW_OK);
    assert_int_equal(telegram.header.manufacturer, model->manufacturer);
    assert_int_equal(telegram.header.version, model->version);
    assert_int_equal(telegram.header.medium, model->medium);
    assert_int_equal(telegram.header.id, 0x19020246);
    mw_mbus_records(&telegram, &cursor);
    cursor.short_bcd6 = model->short_bcd6;
    while ((status = mw_mbus_next(&cursor, &record)) == MW_OK) {
        for (unsigned i = 0; i < model->row_count && count < READINGS; i++) {
            count += mw_mbus_row_take(&model->rows[i], &record, &readings[count]) ? 1 : 0;
        }
    }
    assert_int_equal(status, MW_END);
    return count;
}

static void check_frame(const mw_mbus_model *model, const char *hex, size_t count)
{
    mw_reading readings[READINGS];
    assert_int_equal(decode(model, hex, readings), count);
    assert_int_equal(model->row_count, count);
    for (size_t i = 0; i < count; i++) {
        wago_check(&wago_values[i], &readings[i]);
    }
}

/* Each record is one row, and only that one. */
MW_TEST(decodes_every_record_of_the_direct_meters)
{
    (void)state;
    check_frame(&mw_mbus_model_wago_879_3000, WAGO_A, WAGO_A_VALUES);
    check_frame(&mw_mbus_model_wago_879_3020, WAGO_A, WAGO_A_VALUES);
}

MW_TEST(decodes_every_record_of_the_meter_with_transformers)
{
    (void)state;
    check_frame(&mw_mbus_model_wago_879_3040, WAGO_B, WAGO_B_VALUES);
}

MW_TEST(decodes_the_ratio_also_as_the_manual_prints_it)
{
    (void)state;
    check_frame(&mw_mbus_model_wago_879_3040, WAGO_B_PRINTED, WAGO_B_VALUES);
}

/* 5 A / 5 A, as such a meter comes: 000505. */
MW_TEST(splits_the_ratio_at_its_last_two_digits)
{
    static const struct {
        const char *digits;
        int primary;
        int secondary;
    } ratios[] = {{"05 05 00", 5, 5}, {"01 99 99", 9999, 1}, {"05 00 01", 100, 5}, {"01 01 00", 1, 1}};
    (void)state;
    for (size_t i = 0; i < MW_COUNT(ratios); i++) {
        uint8_t bytes[80];
        uint8_t frame[MW_MBUS_FRAME_MAX];
        mw_mbus_telegram telegram;
        mw_mbus_cursor cursor;
        mw_mbus_record record;
        mw_reading reading;
        size_t count = mw_hex("08 01 72 " WAGO_HEADER "0B FD 3A", bytes, sizeof bytes);
        count += mw_hex(ratios[i].digits, bytes + count, 3);
        assert_int_equal(mw_mbus_decode(frame, mbus_wrap(bytes, count, frame), &telegram, NULL), MW_OK);
        mw_mbus_records(&telegram, &cursor);
        assert_int_equal(mw_mbus_next(&cursor, &record), MW_OK);
        assert_true(mw_mbus_row_take(&mw_mbus_model_wago_879_3040.rows[31], &record, &reading));
        assert_int_equal(reading.n, ratios[i].primary);
        assert_true(mw_mbus_row_take(&mw_mbus_model_wago_879_3040.rows[32], &record, &reading));
        assert_int_equal(reading.n, ratios[i].secondary);
    }
}

/* The power factor in front of 1F: two bytes, and that a telegram follows. */
MW_TEST(a_power_factor_at_the_end_of_a_telegram_is_no_ratio)
{
    uint8_t frame[MW_MBUS_FRAME_MAX];
    mw_mbus_telegram telegram;
    mw_mbus_cursor cursor;
    mw_mbus_record record;
    mw_reading reading;
    const size_t length = mbus_wrap_hex("08 01 72 " WAGO_HEADER "0A FD 3A 00 01 1F", frame);
    (void)state;
    assert_int_equal(mw_mbus_decode(frame, length, &telegram, NULL), MW_OK);
    mw_mbus_records(&telegram, &cursor);
    cursor.short_bcd6 = true;
    assert_int_equal(mw_mbus_next(&cursor, &record), MW_OK);
    assert_false(mw_mbus_row_take(&mw_mbus_model_wago_879_3040.rows[31], &record, &reading));
    assert_true(mw_mbus_row_take(&mw_mbus_model_wago_879_3040.rows[28], &record, &reading));
    assert_int_equal(reading.n, 100);
    assert_int_equal(mw_mbus_next(&cursor, &record), MW_END);
    assert_true(cursor.more_records);
}

MW_TEST(knows_the_meters)
{
    (void)state;
    for (size_t i = 0; i < MW_COUNT(models); i++) {
        const mw_mbus_model *const model = models[i];
        assert_ptr_equal(mw_mbus_models[i], model);
        assert_ptr_equal(mw_mbus_model_by_name(model->name), model);
        assert_non_null(mw_model_by_name(model->name));
        assert_string_equal(mw_model_by_name(model->name)->title, model->title);
        assert_int_equal(model->manufacturer, 0x25CD); /* I N M: (9 << 10) + (14 << 5) + 13 */
        assert_int_equal(model->version, 1);
        assert_int_equal(model->medium, 2);
        assert_int_equal(model->address, 0);
        assert_int_equal(model->baud, 2400);
        assert_true(model->row_count <= MW_MBUS_ROWS_MAX);
    }
    assert_null(mw_mbus_models[MW_COUNT(models)]);
    assert_null(mw_mbus_model_by_name("wago-879"));
    assert_null(mw_mbus_model_by_name(""));
}

/* Whoever reads a meter over Modbus finds what M-Bus gives, under the same code, in the same unit and group. */
MW_TEST(registers_have_the_codes_units_and_groups_of_the_records)
{
    (void)state;
    for (size_t i = 0; i < MW_COUNT(models); i++) {
        const mw_model *const modbus = mw_model_by_name(models[i]->name);
        for (unsigned j = 0; j < models[i]->row_count; j++) {
            const mw_mbus_row *const row = &models[i]->rows[j];
            const size_t at = mw_model_find(modbus, mw_mbus_row_id(row));
            assert_true(at < modbus->row_count);
            if (at < modbus->row_count) {
                assert_true(mw_obis_equal(mw_row_id(&modbus->rows[at]), mw_mbus_row_id(row)));
                assert_int_equal(modbus->rows[at].unit, row->unit);
                assert_int_equal(modbus->rows[at].group, row->group);
            }
        }
    }
}

MW_TEST(a_selection_wants_groups_and_codes)
{
    const mw_obis codes[] = {wago_id("1-0:14.7.0"), wago_id("1-0:99.7.0")};
    const mw_selection everything = {0, NULL, 0};
    const mw_selection fast = {MW_GROUP_FAST, NULL, 0};
    const mw_selection one = {0, codes, 2};
    const mw_selection both = {MW_GROUP_SLOW, codes, 2};
    (void)state;
    for (unsigned i = 0; i < WAGO_B_VALUES; i++) {
        const mw_mbus_row *const row = &mw_mbus_model_wago_879_3040.rows[i];
        const bool is_code = i == 29;
        assert_int_equal(row->group, wago_values[i].group);
        assert_true(mw_mbus_wants(&everything, row));
        assert_int_equal(mw_mbus_wants(&fast, row), wago_values[i].group == MW_GROUP_FAST);
        assert_int_equal(mw_mbus_wants(&one, row), is_code);
        assert_int_equal(mw_mbus_wants(&both, row), is_code || wago_values[i].group == MW_GROUP_SLOW);
    }
}

/* ---- writing ---- */

static const mw_mbus_setting *setting_of(const mw_mbus_model *model, const char *code)
{
    const mw_mbus_setting *const setting = mw_mbus_find_setting(model, wago_id(code));
    assert_non_null(setting);
    return setting;
}

MW_TEST(every_write_is_the_frame_of_the_manual)
{
    (void)state;
    for (size_t i = 0; i < MW_COUNT(models) * MW_COUNT(wago_writes); i++) {
        const wago_write *const write = &wago_writes[i % MW_COUNT(wago_writes)];
        const mw_mbus_setting *const setting = setting_of(models[i / MW_COUNT(wago_writes)], write->code);
        uint8_t expected[MW_MBUS_COMMAND_SIZE];
        uint8_t frame[MW_MBUS_COMMAND_SIZE];
        const size_t expected_length = mw_hex(write->frame, expected, sizeof expected);
        size_t length = 0;
        assert_true(mw_setting_allows(&setting->what, write->n));
        assert_int_equal(mw_mbus_encode_setting(setting, 1, write->n, frame, sizeof frame, &length), MW_OK);
        assert_int_equal(length, expected_length);
        assert_memory_equal(frame, expected, expected_length);
        assert_int_equal(mw_mbus_encode_setting(setting, 1, write->n, frame, expected_length, &length), MW_OK);
        assert_int_equal(mw_mbus_encode_setting(setting, 1, write->n, frame, expected_length - 1, &length),
                         MW_ERR_SPACE);
    }
}

/* A new meter has address 0. */
MW_TEST(a_write_goes_to_the_address_given)
{
    const mw_mbus_setting *const setting = setting_of(&mw_mbus_model_wago_879_3000, WAGO_WRITE_ADDRESS);
    uint8_t expected[MW_MBUS_COMMAND_SIZE];
    uint8_t frame[MW_MBUS_COMMAND_SIZE];
    const size_t expected_length = mw_hex("68 06 06 68 53 00 51 01 7A 01 20 16", expected, sizeof expected);
    size_t length = 0;
    (void)state;
    assert_int_equal(mw_mbus_encode_setting(setting, 0, 1, frame, sizeof frame, &length), MW_OK);
    assert_int_equal(length, expected_length);
    assert_memory_equal(frame, expected, expected_length);
    assert_int_equal(mw_mbus_encode_setting(setting, 0, 250, frame, sizeof frame, &length), MW_OK);
    assert_int_equal(frame[9], 250);
}

MW_TEST(values_that_the_meter_does_not_take_are_refused)
{
    static const struct {
        const char *code;
        int64_t n;
    } values[] = {
        {WAGO_WRITE_ADDRESS, -1},  {WAGO_WRITE_ADDRESS, 251},   {WAGO_WRITE_ADDRESS, 253},
        {WAGO_WRITE_ID, -1},       {WAGO_WRITE_ID, 100000000},  {WAGO_WRITE_BAUD, -1},
        {WAGO_WRITE_BAUD, 6},      {WAGO_WRITE_TARIFF, 0},      {WAGO_WRITE_TARIFF, 5},
        {WAGO_WRITE_COMBINED, 0},  {WAGO_WRITE_COMBINED, 6},    {WAGO_WRITE_COMBINED, 10},
        {WAGO_WRITE_PULSES, 0},    {WAGO_WRITE_PULSES, 1},      {WAGO_WRITE_PULSES, 20},
        {WAGO_WRITE_PULSES, 1001}, {WAGO_WRITE_PULSES, 500000}, {WAGO_WRITE_PULSES, -1000},
        {WAGO_WRITE_DAY, 1},       {WAGO_WRITE_DAY, -1},        {WAGO_WRITE_DOWNS, 1},
        {WAGO_WRITE_BAUD, 256},    {WAGO_WRITE_TARIFF, 257},    {WAGO_WRITE_TARIFF, INT64_C(4294967297)},
        {WAGO_WRITE_ADDRESS, 256}, {WAGO_WRITE_DAY, INT64_MAX}, {WAGO_WRITE_DAY, INT64_MIN},
    };
    (void)state;
    for (size_t i = 0; i < MW_COUNT(values); i++) {
        const mw_mbus_setting *const setting = setting_of(&mw_mbus_model_wago_879_3000, values[i].code);
        uint8_t frame[MW_MBUS_COMMAND_SIZE];
        size_t length = 0;
        assert_false(mw_setting_allows(&setting->what, values[i].n));
        assert_int_equal(mw_mbus_encode_setting(setting, 1, values[i].n, frame, sizeof frame, &length), MW_ERR_RANGE);
    }
}

MW_TEST(settings_that_are_not_there_are_not_found)
{
    static const char *const codes[] = {"1-0:1.8.0", "0-0:128.0.0", "0-0:132.2.0", "1-0:0.4.2"};
    mw_mbus_model fewer = mw_mbus_model_wago_879_3000;
    mw_obis last;
    (void)state;
    for (size_t i = 0; i < MW_COUNT(codes); i++) {
        assert_null(mw_mbus_find_setting(&mw_mbus_model_wago_879_3040, wago_id(codes[i])));
    }
    last = fewer.settings[--fewer.setting_count].what.id;
    assert_non_null(mw_mbus_find_setting(&mw_mbus_model_wago_879_3000, last));
    assert_null(mw_mbus_find_setting(&fewer, last));
}

/* The same code takes the same values, whatever the way; but what is only on one of them. */
MW_TEST(settings_take_the_values_that_registers_take)
{
    unsigned shared = 0;
    (void)state;
    for (size_t i = 0; i < MW_COUNT(wago_writes); i++) {
        const mw_mbus_setting *const setting = setting_of(&mw_mbus_model_wago_879_3000, wago_writes[i].code);
        const mw_model *const modbus = &mw_model_wago_879_3000;
        const mw_modbus_setting *const same = mw_model_find_setting(modbus, setting->what.id);
        if (same != NULL) {
            shared++;
            assert_true(mw_setting_allows(&same->what, wago_writes[i].n));
            assert_int_equal(setting->what.kind, same->what.kind);
            assert_int_equal(setting->what.choice_count, same->what.choice_count);
            assert_ptr_equal(setting->what.choices, same->what.choices);
            assert_int_equal(setting->what.least, same->what.least);
            assert_int_equal(setting->what.most, same->what.most);
            /* On M-Bus the frame tells the meters apart, not the register. */
            assert_int_equal(setting->what.flags, same->what.flags & ~MW_SETTING_IDENTIFY);
        }
    }
    assert_int_equal(shared, 4 + 5 + 8 + 2); /* tariff, combinations, pulses, and the two commands */
}

MW_TESTS(MW_CASE(decodes_every_record_of_the_direct_meters),
         MW_CASE(decodes_every_record_of_the_meter_with_transformers),
         MW_CASE(decodes_the_ratio_also_as_the_manual_prints_it), MW_CASE(splits_the_ratio_at_its_last_two_digits),
         MW_CASE(a_power_factor_at_the_end_of_a_telegram_is_no_ratio), MW_CASE(knows_the_meters),
         MW_CASE(registers_have_the_codes_units_and_groups_of_the_records), MW_CASE(a_selection_wants_groups_and_codes),
         MW_CASE(every_write_is_the_frame_of_the_manual), MW_CASE(a_write_goes_to_the_address_given),
         MW_CASE(values_that_the_meter_does_not_take_are_refused), MW_CASE(settings_that_are_not_there_are_not_found),
         MW_CASE(settings_take_the_values_that_registers_take))
