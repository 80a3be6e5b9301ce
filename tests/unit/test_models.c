/* SPDX-License-Identifier: MIT */
#include <meterwire/models.h>

#include "../mw_test.h"

#define TYPE_TENTHS 200 /* a type that the library does not have */

static const mw_model *const readings[] = {
    &mw_readings_socomec_countis_e23, &mw_readings_socomec_countis_e24, &mw_readings_socomec_countis_e27,
    &mw_readings_socomec_countis_e28, &mw_readings_socomec_countis_e43, &mw_readings_socomec_countis_e44,
    &mw_readings_wago_879_3000,       &mw_readings_wago_879_3020,       &mw_readings_wago_879_3040,
};

static void decode_tenths(const mw_row *row, const uint8_t *data, mw_reading *reading)
{
    if (row->type == TYPE_TENTHS) {
        reading->n = data[0] * 10 + data[1];
        reading->quality = MW_QUALITY_GOOD;
    }
}

static mw_reading decoded(mw_row_decoder decode, uint8_t type, uint8_t flags)
{
    static const uint8_t data[] = {0, 12, 0, 5, 0, 0};
    const mw_row row = {0x0100, type, 2, -1, MW_UNIT_V, 1, 32, 7, 0, MW_GROUP_FAST, flags};
    mw_model model;
    mw_reading reading;
    memset(&model, 0, sizeof model);
    model.decode = decode;
    mw_model_decode(&model, &row, data, &reading);
    return reading;
}

/* Patterns of all kinds: nothing, everything, dates, digits, floats. */
MW_TEST(a_model_decodes_its_rows_as_all_types_are_decoded)
{
    static const uint8_t patterns[][4] = {{0, 0, 0, 0},
                                          {0xFF, 0xFF, 0xFF, 0xFF},
                                          {0x7F, 0xFF, 0xFF, 0xFF},
                                          {0, 1, 0, 2},
                                          {0x43, 0x43, 0x43, 0x43},
                                          {0x01, 0x00, 0x00, 0x05},
                                          {0x9A, 0xBC, 0xDE, 0xF0}};
    (void)state;
    for (size_t m = 0; mw_models[m] != NULL; m++) {
        for (size_t i = 0; i < mw_models[m]->row_count; i++) {
            for (size_t p = 0; p < MW_COUNT(patterns); p++) {
                uint8_t data[250];
                mw_reading by_model;
                mw_reading by_type;
                for (size_t at = 0; at < sizeof data; at++) {
                    data[at] = patterns[p][at % 4];
                }
                mw_model_decode(mw_models[m], &mw_models[m]->rows[i], data, &by_model);
                mw_row_decode(&mw_models[m]->rows[i], data, &by_type);
                assert_memory_equal(&by_model, &by_type, sizeof by_type);
            }
        }
    }
}

MW_TEST(a_model_without_decoder_has_the_common_types_only)
{
    static const uint8_t rare[] = {MW_TYPE_VERSION, MW_TYPE_CT_RATIO, MW_TYPE_SECONDS_2000, TYPE_TENTHS};
    (void)state;
    assert_int_equal(decoded(NULL, MW_TYPE_UNSIGNED, 0).n, 12 * 65536 + 5);
    assert_int_equal(decoded(NULL, MW_TYPE_UNSIGNED, 0).quality, MW_QUALITY_GOOD);
    for (size_t i = 0; i < MW_COUNT(rare); i++) {
        assert_int_equal(decoded(NULL, rare[i], 0).quality, MW_QUALITY_INVALID);
    }
    assert_int_equal(decoded(mw_row_decode, MW_TYPE_SECONDS_2000, 0).n, 946684800 + 12 * 65536 + 5);
    assert_int_equal(decoded(mw_row_decode, MW_TYPE_SECONDS_2000, 0).quality, MW_QUALITY_GOOD);
    assert_int_equal(decoded(mw_row_decode, TYPE_TENTHS, 0).quality, MW_QUALITY_INVALID);
}

MW_TEST(a_model_may_have_types_of_its_own)
{
    const mw_reading reading = decoded(decode_tenths, TYPE_TENTHS, 0);
    (void)state;
    assert_int_equal(reading.n, 12);
    assert_int_equal(reading.exp10, -1);
    assert_int_equal(reading.unit, MW_UNIT_V);
    assert_int_equal(reading.source, 0x0100);
    assert_int_equal(reading.quality, MW_QUALITY_GOOD);
    assert_int_equal(decoded(decode_tenths, TYPE_TENTHS, MW_ROW_ZERO_ABSENT).quality, MW_QUALITY_GOOD);
    assert_int_equal(decoded(decode_tenths, TYPE_TENTHS + 1, 0).quality, MW_QUALITY_INVALID);
    assert_int_equal(decoded(decode_tenths, MW_TYPE_UNSIGNED, 0).n, 12 * 65536 + 5);
}

MW_TEST(models_that_only_read_are_the_same_without_what_is_written)
{
    (void)state;
    for (size_t i = 0; i < MW_COUNT(readings); i++) {
        mw_model whole;
        assert_non_null(mw_models[i]);
        assert_non_null(mw_models[i]->settings);
        memcpy(&whole, mw_models[i], sizeof whole);
        whole.title = NULL;
        whole.aliases = NULL;
        whole.alias_count = 0;
        whole.settings = NULL;
        whole.setting_count = 0;
        whole.writer = NULL;
        whole.releases = NULL;
        whole.release_count = 0;
        assert_ptr_equal(readings[i]->name, whole.name);
        assert_ptr_equal(readings[i]->rows, whole.rows);
        assert_ptr_equal(readings[i]->blocks, whole.blocks);
        assert_memory_equal(readings[i], &whole, sizeof whole);
    }
    assert_null(mw_models[MW_COUNT(readings)]);
}

MW_TEST(the_transformer_meter_has_the_rows_of_the_others_first)
{
    const mw_model *const direct = &mw_model_wago_879_3000;
    const mw_model *const ct = &mw_model_wago_879_3040;
    (void)state;
    assert_int_equal(ct->row_count, direct->row_count + 40u);
    assert_memory_equal(ct->rows, direct->rows, direct->row_count * sizeof(mw_row));
    for (size_t i = direct->row_count; i < ct->row_count; i++) {
        assert_true(ct->rows[i].address >= 0x6100);
        assert_int_equal(ct->rows[i].type, MW_TYPE_RAW);
    }
}

MW_TEST(a_row_is_for_channel_0_and_the_present_value)
{
    const mw_model *const model = &mw_model_wago_879_3000;
    mw_obis id = mw_obis_make(1, 1, 8, 0);
    (void)state;
    assert_true(mw_model_find(model, id) < model->row_count);
    id.b = 1;
    assert_int_equal(mw_model_find(model, id), model->row_count);
    id.b = 0;
    id.f = 0;
    assert_int_equal(mw_model_find(model, id), model->row_count);
    assert_int_equal(mw_model_find(model, mw_obis_make(6, 1, 8, 0)), model->row_count);
}

MW_TEST(a_model_that_does_not_say_how_it_is_known_is_not_known)
{
    mw_model model;
    mw_reading code;
    (void)state;
    memcpy(&model, &mw_model_wago_879_3000, sizeof model);
    memset(&code, 0, sizeof code);
    code.kind = MW_KIND_TEXT;
    memcpy(code.text, "879-3000", sizeof "879-3000");
    model.identity = "879-3000";
    assert_non_null(mw_model_identity_row(&model));
    assert_true(mw_model_is(&model, &code));
    code.quality = MW_QUALITY_NOT_READ;
    assert_false(mw_model_is(&model, &code));
    code.quality = MW_QUALITY_GOOD;
    model.identity = NULL;
    assert_null(mw_model_identity_row(&model));
    assert_false(mw_model_is(&model, &code));
}

/* Tens in the record of a setting in ones. */
MW_TEST(a_setting_of_mbus_is_encoded_where_its_record_can_say_it)
{
    mw_mbus_setting setting;
    uint8_t frame[MW_MBUS_FRAME_MAX];
    uint8_t expected[16];
    size_t length = 0;
    (void)state;
    memset(&setting, 0, sizeof setting);
    setting.what.most = 1000;
    setting.ci = 0x51;
    setting.head[0] = 0x01;
    setting.head[1] = 0x7A;
    setting.head_bytes = 2;
    setting.exp10 = 1;
    assert_int_equal(mw_mbus_encode_setting(&setting, 5, 120, frame, sizeof frame, &length), MW_OK);
    assert_int_equal(length, mw_hex("68 06 06 68 53 05 51 01 7A 0C 30 16", expected, sizeof expected));
    assert_memory_equal(frame, expected, length);
    assert_int_equal(mw_mbus_encode_setting(&setting, 5, 125, frame, sizeof frame, &length), MW_ERR_RANGE);
    assert_int_equal(mw_mbus_encode_setting(&setting, 5, 1010, frame, sizeof frame, &length), MW_ERR_RANGE);
}

MW_TESTS(MW_CASE(a_model_decodes_its_rows_as_all_types_are_decoded),
         MW_CASE(a_model_without_decoder_has_the_common_types_only), MW_CASE(a_model_may_have_types_of_its_own),
         MW_CASE(models_that_only_read_are_the_same_without_what_is_written),
         MW_CASE(the_transformer_meter_has_the_rows_of_the_others_first),
         MW_CASE(a_row_is_for_channel_0_and_the_present_value),
         MW_CASE(a_model_that_does_not_say_how_it_is_known_is_not_known),
         MW_CASE(a_setting_of_mbus_is_encoded_where_its_record_can_say_it))
