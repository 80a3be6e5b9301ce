/* SPDX-License-Identifier: MIT */
#include <meterwire/core.h>

#include "../mw_test.h"

/* Import or export of a quadrant: nothing says whether it is that of the active or of the reactive energy. */
#define UNDECIDED 2

/* The mapping of docs/obis.md. A quantity that L1, L2, L3 have too, at C + 20, + 40, + 60. */
static const struct {
    uint8_t c;
    uint8_t d;
    bool tariffs;
    int8_t direction;
    uint8_t quantity;
    const char *name;
} phased[] = {
    {1, 8, true, 1, MW_QUANTITY_ACTIVE_ENERGY, "active_energy_import"},
    {2, 8, true, -1, MW_QUANTITY_ACTIVE_ENERGY, "active_energy_export"},
    {15, 8, true, 0, MW_QUANTITY_ACTIVE_ENERGY, "active_energy_total"},
    {16, 8, true, 0, MW_QUANTITY_ACTIVE_ENERGY, "active_energy_net"},
    {3, 8, true, 1, MW_QUANTITY_REACTIVE_ENERGY, "reactive_energy_import"},
    {4, 8, true, -1, MW_QUANTITY_REACTIVE_ENERGY, "reactive_energy_export"},
    {5, 8, true, UNDECIDED, MW_QUANTITY_REACTIVE_ENERGY, "reactive_energy_q1"},
    {6, 8, true, UNDECIDED, MW_QUANTITY_REACTIVE_ENERGY, "reactive_energy_q2"},
    {7, 8, true, UNDECIDED, MW_QUANTITY_REACTIVE_ENERGY, "reactive_energy_q3"},
    {8, 8, true, UNDECIDED, MW_QUANTITY_REACTIVE_ENERGY, "reactive_energy_q4"},
    {9, 8, true, 0, MW_QUANTITY_APPARENT_ENERGY, "apparent_energy"},
    {128, 8, true, 0, MW_QUANTITY_REACTIVE_ENERGY, "reactive_energy_total"},
    {129, 8, true, 0, MW_QUANTITY_ACTIVE_ENERGY, "active_energy_resettable"},
    {1, 7, false, 1, MW_QUANTITY_ACTIVE_POWER, "active_power_import"},
    {2, 7, false, -1, MW_QUANTITY_ACTIVE_POWER, "active_power_export"},
    {15, 7, false, 0, MW_QUANTITY_ACTIVE_POWER, "active_power_total"},
    {16, 7, false, 0, MW_QUANTITY_ACTIVE_POWER, "active_power"},
    {3, 7, false, 0, MW_QUANTITY_REACTIVE_POWER, "reactive_power"},
    {4, 7, false, 0, MW_QUANTITY_REACTIVE_POWER, "reactive_power_export"},
    {9, 7, false, 0, MW_QUANTITY_APPARENT_POWER, "apparent_power"},
    {11, 7, false, 0, MW_QUANTITY_CURRENT, "current"},
    {12, 7, false, 0, MW_QUANTITY_VOLTAGE, "voltage"},
    {13, 7, false, 0, MW_QUANTITY_POWER_FACTOR, "power_factor"},
    {14, 7, false, 0, MW_QUANTITY_FREQUENCY, "frequency"},
    {130, 7, false, 0, MW_QUANTITY_OTHER, "quadrant"},
    {131, 7, false, 0, MW_QUANTITY_OTHER, "current_direction"},
    {132, 8, true, 0, MW_QUANTITY_REACTIVE_ENERGY, "reactive_energy_net"},
    {133, 7, false, 0, MW_QUANTITY_CURRENT, "secondary_current"},
    {134, 7, false, 0, MW_QUANTITY_ACTIVE_POWER, "secondary_active_power"},
    {135, 7, false, 0, MW_QUANTITY_REACTIVE_POWER, "secondary_reactive_power"},
    {136, 7, false, 0, MW_QUANTITY_APPARENT_POWER, "secondary_apparent_power"},
};

/* Private energies and counts without phases, with tariffs where `tariffs`. */
static const struct {
    uint8_t c, d, e;
    bool tariffs;
    int8_t direction;
    uint8_t quantity;
    const char *name;
} unphased[] = {
    {140, 8, 0, true, 1, MW_QUANTITY_ACTIVE_ENERGY, "partial_active_import"},
    {141, 8, 0, true, -1, MW_QUANTITY_ACTIVE_ENERGY, "partial_active_export"},
    {142, 8, 0, true, 1, MW_QUANTITY_REACTIVE_ENERGY, "partial_reactive_import"},
    {143, 8, 0, true, -1, MW_QUANTITY_REACTIVE_ENERGY, "partial_reactive_export"},
    {144, 8, 0, true, 0, MW_QUANTITY_APPARENT_ENERGY, "partial_apparent"},
    {145, 8, 0, false, 1, MW_QUANTITY_ACTIVE_ENERGY, "active_import_day"},
    {145, 8, 1, false, 1, MW_QUANTITY_ACTIVE_ENERGY, "active_import_previous_day"},
    {145, 8, 2, false, 1, MW_QUANTITY_ACTIVE_ENERGY, "active_import_week"},
    {145, 8, 3, false, 1, MW_QUANTITY_ACTIVE_ENERGY, "active_import_previous_week"},
    {145, 8, 4, false, 1, MW_QUANTITY_ACTIVE_ENERGY, "active_import_month"},
    {145, 8, 5, false, 1, MW_QUANTITY_ACTIVE_ENERGY, "active_import_previous_month"},
    {146, 8, 0, false, -1, MW_QUANTITY_ACTIVE_ENERGY, "active_export_day"},
    {146, 8, 1, false, -1, MW_QUANTITY_ACTIVE_ENERGY, "active_export_previous_day"},
    {146, 8, 2, false, -1, MW_QUANTITY_ACTIVE_ENERGY, "active_export_week"},
    {146, 8, 3, false, -1, MW_QUANTITY_ACTIVE_ENERGY, "active_export_previous_week"},
    {146, 8, 4, false, -1, MW_QUANTITY_ACTIVE_ENERGY, "active_export_month"},
    {146, 8, 5, false, -1, MW_QUANTITY_ACTIVE_ENERGY, "active_export_previous_month"},
    {160, 8, 0, true, 0, MW_QUANTITY_OTHER, "rollovers_active_import"},
    {161, 8, 0, true, 0, MW_QUANTITY_OTHER, "rollovers_active_export"},
    {162, 8, 0, true, 0, MW_QUANTITY_OTHER, "rollovers_reactive_import"},
    {163, 8, 0, true, 0, MW_QUANTITY_OTHER, "rollovers_reactive_export"},
    {164, 8, 0, true, 0, MW_QUANTITY_OTHER, "rollovers_apparent"},
    {180, 8, 0, true, 1, MW_QUANTITY_ACTIVE_ENERGY, "secondary_active_import"},
    {181, 8, 0, true, -1, MW_QUANTITY_ACTIVE_ENERGY, "secondary_active_export"},
    {182, 8, 0, true, 1, MW_QUANTITY_REACTIVE_ENERGY, "secondary_reactive_import"},
    {183, 8, 0, true, -1, MW_QUANTITY_REACTIVE_ENERGY, "secondary_reactive_export"},
    {180, 5, 0, false, 1, MW_QUANTITY_ACTIVE_POWER, "secondary_power_last_mean"},
    {180, 29, 0, false, 1, MW_QUANTITY_ACTIVE_POWER, "secondary_power_load_curve"},
};

/* What has neither phase nor tariff nor direction. */
static const struct {
    uint8_t a, c, d, e;
    uint8_t quantity;
    const char *name;
} single[] = {
    {1, 91, 7, 0, MW_QUANTITY_CURRENT, "current_n"},
    {1, 124, 7, 0, MW_QUANTITY_VOLTAGE, "voltage_l1_l2"},
    {1, 125, 7, 0, MW_QUANTITY_VOLTAGE, "voltage_l2_l3"},
    {1, 126, 7, 0, MW_QUANTITY_VOLTAGE, "voltage_l3_l1"},
    {1, 147, 7, 0, MW_QUANTITY_VOLTAGE, "voltage_lines"},
    {1, 165, 7, 0, MW_QUANTITY_OTHER, "phase_sequence"},
    {1, 0, 2, 0, MW_QUANTITY_OTHER, "firmware_version"},
    {1, 0, 3, 3, MW_QUANTITY_OTHER, "pulse_constant"},
    {1, 0, 4, 2, MW_QUANTITY_OTHER, "ct_primary"},
    {1, 0, 4, 5, MW_QUANTITY_OTHER, "ct_secondary"},
    {4, 1, 0, 0, MW_QUANTITY_OTHER, "heat_cost_units"},
    {5, 1, 0, 0, MW_QUANTITY_OTHER, "cooling_energy"},
    {5, 2, 0, 0, MW_QUANTITY_OTHER, "cooling_volume"},
    {5, 8, 0, 0, MW_QUANTITY_OTHER, "cooling_power"},
    {5, 9, 0, 0, MW_QUANTITY_OTHER, "cooling_flow"},
    {5, 10, 0, 0, MW_QUANTITY_OTHER, "cooling_flow_temperature"},
    {5, 11, 0, 0, MW_QUANTITY_OTHER, "cooling_return_temperature"},
    {5, 12, 0, 0, MW_QUANTITY_OTHER, "cooling_temperature_difference"},
    {6, 1, 0, 0, MW_QUANTITY_OTHER, "heat_energy"},
    {6, 2, 0, 0, MW_QUANTITY_OTHER, "heat_volume"},
    {6, 8, 0, 0, MW_QUANTITY_OTHER, "heat_power"},
    {6, 9, 0, 0, MW_QUANTITY_OTHER, "heat_flow"},
    {6, 10, 0, 0, MW_QUANTITY_OTHER, "heat_flow_temperature"},
    {6, 11, 0, 0, MW_QUANTITY_OTHER, "heat_return_temperature"},
    {6, 12, 0, 0, MW_QUANTITY_OTHER, "heat_temperature_difference"},
    {8, 1, 0, 0, MW_QUANTITY_OTHER, "water_volume"},
    {8, 2, 0, 0, MW_QUANTITY_OTHER, "water_flow"},
    {9, 1, 0, 0, MW_QUANTITY_OTHER, "hot_water_volume"},
    {9, 2, 0, 0, MW_QUANTITY_OTHER, "hot_water_flow"},
    {0, 1, 0, 0, MW_QUANTITY_OTHER, "clock"},
    {0, 96, 1, 0, MW_QUANTITY_OTHER, "serial_number"},
    {0, 96, 1, 1, MW_QUANTITY_OTHER, "product_name"},
    {0, 96, 1, 2, MW_QUANTITY_OTHER, "manufacturer"},
    {0, 96, 1, 3, MW_QUANTITY_OTHER, "product_model"},
    {0, 96, 1, 4, MW_QUANTITY_OTHER, "meter_code"},
    {0, 96, 7, 0, MW_QUANTITY_OTHER, "power_down_counter"},
    {0, 96, 14, 0, MW_QUANTITY_OTHER, "active_tariff"},
    {0, 97, 97, 0, MW_QUANTITY_OTHER, "error_code"},
    {0, 97, 97, 1, MW_QUANTITY_OTHER, "status_word"},
    {0, 128, 0, 0, MW_QUANTITY_OTHER, "modbus_address"},
    {0, 128, 1, 0, MW_QUANTITY_OTHER, "modbus_baud_rate"},
    {0, 128, 2, 0, MW_QUANTITY_OTHER, "modbus_parity"},
    {0, 128, 3, 0, MW_QUANTITY_OTHER, "mbus_address"},
    {0, 128, 4, 0, MW_QUANTITY_OTHER, "mbus_id"},
    {0, 128, 5, 0, MW_QUANTITY_OTHER, "mbus_baud_rate"},
    {0, 129, 0, 0, MW_QUANTITY_OTHER, "combinations_code"},
    {0, 129, 1, 0, MW_QUANTITY_OTHER, "lcd_rolling_time"},
    {0, 129, 2, 0, MW_QUANTITY_OTHER, "s0_pulse_width"},
    {0, 129, 3, 0, MW_QUANTITY_OTHER, "s0_pulse_type"},
    {0, 129, 4, 0, MW_QUANTITY_OTHER, "data_type"},
    {0, 129, 5, 0, MW_QUANTITY_OTHER, "screen_direction"},
    {0, 129, 6, 0, MW_QUANTITY_OTHER, "obis_display"},
    {0, 129, 7, 0, MW_QUANTITY_OTHER, "tariff_count"},
    {0, 129, 8, 0, MW_QUANTITY_OTHER, "averaging_period"},
    {0, 129, 9, 0, MW_QUANTITY_OTHER, "industrial_mode"},
    {0, 130, 0, 0, MW_QUANTITY_OTHER, "protocol_version"},
    {0, 130, 1, 0, MW_QUANTITY_OTHER, "hardware_version"},
    {0, 130, 2, 0, MW_QUANTITY_OTHER, "checksum_2"},
    {0, 130, 3, 0, MW_QUANTITY_OTHER, "meter_amps"},
    {0, 130, 4, 0, MW_QUANTITY_OTHER, "ct_ratio_old"},
    {0, 130, 5, 0, MW_QUANTITY_OTHER, "product_signature"},
    {0, 130, 6, 0, MW_QUANTITY_OTHER, "product_family"},
    {0, 130, 7, 0, MW_QUANTITY_OTHER, "product_id"},
    {0, 130, 8, 0, MW_QUANTITY_OTHER, "product_code"},
    {0, 130, 9, 0, MW_QUANTITY_OTHER, "serial_year_week"},
    {0, 130, 10, 0, MW_QUANTITY_OTHER, "serial_site_line"},
    {0, 130, 11, 0, MW_QUANTITY_OTHER, "serial_order"},
    {0, 130, 12, 0, MW_QUANTITY_OTHER, "serial_reserve"},
    {0, 130, 13, 0, MW_QUANTITY_OTHER, "customization_loaded"},
    {0, 130, 14, 0, MW_QUANTITY_OTHER, "product_version_major"},
    {0, 130, 15, 0, MW_QUANTITY_OTHER, "product_version_minor"},
    {0, 130, 16, 0, MW_QUANTITY_OTHER, "product_version_revision"},
    {0, 130, 17, 0, MW_QUANTITY_OTHER, "product_version_build"},
    {0, 130, 18, 0, MW_QUANTITY_OTHER, "build_date"},
    {0, 130, 19, 0, MW_QUANTITY_OTHER, "base_version_major"},
    {0, 130, 20, 0, MW_QUANTITY_OTHER, "base_version_minor"},
    {0, 130, 21, 0, MW_QUANTITY_OTHER, "base_version_revision"},
    {0, 130, 22, 0, MW_QUANTITY_OTHER, "com_board_version_major"},
    {0, 130, 23, 0, MW_QUANTITY_OTHER, "customization_version_minor"},
    {0, 130, 24, 0, MW_QUANTITY_OTHER, "product_vlo"},
    {0, 130, 25, 0, MW_QUANTITY_OTHER, "customization_vlo"},
    {0, 130, 26, 0, MW_QUANTITY_OTHER, "base_vlo"},
    {0, 130, 27, 0, MW_QUANTITY_OTHER, "mid_status"},
    {0, 130, 28, 0, MW_QUANTITY_OTHER, "com_board_id"},
    {0, 131, 0, 0, MW_QUANTITY_OTHER, "ct_history_0"},
    {0, 131, 0, 255, MW_QUANTITY_OTHER, "ct_history_255"},
    {0, 132, 0, 0, MW_QUANTITY_OTHER, "reset_day_register"},
    {0, 132, 1, 0, MW_QUANTITY_OTHER, "reset_power_down_counter"},
    {0, 132, 2, 0, MW_QUANTITY_OTHER, "system_action"},
    {0, 132, 3, 0, MW_QUANTITY_OTHER, "reset_partial"},
    {0, 132, 4, 0, MW_QUANTITY_OTHER, "reset_partial_tariffs"},
    {0, 132, 5, 0, MW_QUANTITY_OTHER, "reset_counters"},
    {0, 128, 6, 0, MW_QUANTITY_OTHER, "modbus_stop_bits"},
    {0, 129, 10, 0, MW_QUANTITY_OTHER, "network_type"},
    {0, 130, 29, 0, MW_QUANTITY_OTHER, "counter_rollover"},
    {0, 132, 6, 0, MW_QUANTITY_OTHER, "load_curve_window"},
    {0, 133, 0, 0, MW_QUANTITY_OTHER, "load_curve_record_count"},
    {0, 133, 1, 0, MW_QUANTITY_OTHER, "load_curve_record_size"},
    {0, 133, 2, 0, MW_QUANTITY_OTHER, "load_curve_period"},
    {0, 133, 3, 0, MW_QUANTITY_OTHER, "load_curve_unit"},
    {0, 133, 4, 0, MW_QUANTITY_OTHER, "load_curve_numerator"},
    {0, 133, 5, 0, MW_QUANTITY_OTHER, "load_curve_denominator"},
    {0, 133, 6, 0, MW_QUANTITY_OTHER, "load_curve_time"},
    {0, 133, 7, 0, MW_QUANTITY_OTHER, "load_curve_incomplete"},
    {0, 133, 8, 0, MW_QUANTITY_OTHER, "last_mean_time"},
};

static mw_obis full(uint8_t a, uint8_t b, uint8_t c, uint8_t d, uint8_t e, uint8_t f)
{
    mw_obis id = mw_obis_make(a, c, d, e);
    id.b = b;
    id.f = f;
    return id;
}

static void is_text(mw_obis id, const char *expected)
{
    const size_t length = strlen(expected);
    char out[MW_OBIS_TEXT_SIZE];
    memset(out, '#', sizeof out);
    assert_int_equal(mw_obis_text(id, NULL, 0), length);
    assert_int_equal(mw_obis_text(id, out, length), length);
    assert_true(out[0] == '#' && out[length - 1] == '#');
    assert_int_equal(mw_obis_text(id, out, length + 1), length);
    assert_string_equal(out, expected);
}

static void parses(const char *text, mw_obis expected)
{
    mw_obis id = full(9, 9, 9, 9, 9, 9);
    assert_int_equal(mw_obis_parse(text, &id), MW_OK);
    assert_true(mw_obis_equal(id, expected));
}

static void does_not_parse(const char *text)
{
    const mw_obis before = full(9, 9, 9, 9, 9, 9);
    mw_obis id = before;
    assert_int_equal(mw_obis_parse(text, &id), MW_ERR_VALUE);
    assert_true(mw_obis_equal(id, before));
}

static void has_name(mw_obis id, const char *expected)
{
    const size_t length = strlen(expected);
    char out[MW_OBIS_NAME_SIZE];
    memset(out, '#', sizeof out);
    assert_int_equal(mw_obis_name(id, NULL, 0), length);
    assert_int_equal(mw_obis_name(id, out, length), length);
    assert_true(out[0] == '#' && out[length - 1] == '#');
    assert_int_equal(mw_obis_name(id, out, length + 1), length);
    assert_string_equal(out, expected);
    parses(expected, id);
}

static void has_no_name(mw_obis id)
{
    char out[MW_OBIS_NAME_SIZE] = "#";
    assert_int_equal(mw_obis_name(id, out, sizeof out), 0);
    assert_string_equal(out, "#");
}

MW_TEST(make_gives_channel_0_and_no_stored_value)
{
    const mw_obis id = mw_obis_make(1, 2, 3, 4);
    (void)state;
    assert_true(id.a == 1 && id.b == 0 && id.c == 2 && id.d == 3 && id.e == 4 && id.f == 255);
}

MW_TEST(equal_looks_at_all_six_fields)
{
    const mw_obis id = full(1, 2, 3, 4, 5, 6);
    (void)state;
    assert_true(mw_obis_equal(id, full(1, 2, 3, 4, 5, 6)));
    assert_false(mw_obis_equal(id, full(0, 2, 3, 4, 5, 6)));
    assert_false(mw_obis_equal(id, full(1, 0, 3, 4, 5, 6)));
    assert_false(mw_obis_equal(id, full(1, 2, 0, 4, 5, 6)));
    assert_false(mw_obis_equal(id, full(1, 2, 3, 0, 5, 6)));
    assert_false(mw_obis_equal(id, full(1, 2, 3, 4, 0, 6)));
    assert_false(mw_obis_equal(id, full(1, 2, 3, 4, 5, 255)));
}

MW_TEST(text_leaves_out_an_unused_stored_value)
{
    (void)state;
    is_text(mw_obis_make(1, 1, 8, 0), "1-0:1.8.0");
    is_text(mw_obis_make(0, 96, 1, 0), "0-0:96.1.0");
    is_text(full(7, 3, 3, 1, 2, 254), "7-3:3.1.2*254");
    is_text(full(0, 0, 0, 0, 0, 0), "0-0:0.0.0*0");
    is_text(full(255, 255, 255, 255, 255, 254), "255-255:255.255.255*254");
}

MW_TEST(text_of_any_code_is_parsed_to_the_same_code)
{
    uint32_t seed = 1;
    (void)state;
    for (int i = 0; i < MW_ROUNDS(2000); i++) {
        uint8_t field[6];
        char text[MW_OBIS_TEXT_SIZE];
        mw_obis id;
        for (size_t k = 0; k < sizeof field; k++) {
            seed = seed * 1664525 + 1013904223;
            field[k] = (uint8_t)(seed >> 24);
        }
        id = full(field[0], field[1], field[2], field[3], field[4], field[5]);
        assert_in_range(mw_obis_text(id, text, sizeof text), 1, sizeof text - 1);
        parses(text, id);
    }
}

MW_TEST(parse_takes_codes_in_every_length)
{
    (void)state;
    parses("1-0:1.8.0", mw_obis_make(1, 1, 8, 0));
    parses("1.8.0", mw_obis_make(1, 1, 8, 0));
    parses("1-0:1.8.0*255", mw_obis_make(1, 1, 8, 0));
    parses("1.8.0*255", mw_obis_make(1, 1, 8, 0));
    parses("1.8.0*3", full(1, 0, 1, 8, 0, 3));
    parses("0.2.8", mw_obis_make(1, 0, 2, 8));
    parses("7-1:3.2.4*5", full(7, 1, 3, 2, 4, 5));
    parses("255-255:255.255.255*0", full(255, 255, 255, 255, 255, 0));
}

MW_TEST(parse_knows_that_96_and_97_and_their_letters_are_abstract)
{
    (void)state;
    parses("96.1.0", mw_obis_make(0, 96, 1, 0));
    parses("97.97.0", mw_obis_make(0, 97, 97, 0));
    parses("C.1.0", mw_obis_make(0, 96, 1, 0));
    parses("C.87.0", mw_obis_make(0, 96, 87, 0)); /* wago_879.md, 6: active tariff as the maker prints it */
    parses("F.97.1*2", full(0, 0, 97, 97, 1, 2));
    parses("0-0:C.1.0", mw_obis_make(0, 96, 1, 0));
    parses("1-0:96.1.0", mw_obis_make(1, 96, 1, 0));
    parses("1-0:F.97.0", mw_obis_make(1, 97, 97, 0));
    parses("95.1.0", mw_obis_make(1, 95, 1, 0));
    parses("98.1.0", mw_obis_make(1, 98, 1, 0));
}

MW_TEST(parse_refuses_what_is_no_code)
{
    static const char *const texts[] = {"",
                                        "1",
                                        "1.8",
                                        "1.8.",
                                        ".8.0",
                                        "1..0",
                                        "..",
                                        "1.8.0.",
                                        "1.8.0.0",
                                        "1-0",
                                        "1-0:",
                                        "1-:1.8.0",
                                        "-0:1.8.0",
                                        "1-0:1.8",
                                        "1-0.1.8.0",
                                        "1:0-1.8.0",
                                        "0:1.8.0",
                                        "256-0:1.8.0",
                                        "1-256:1.8.0",
                                        "256.8.0",
                                        "1.256.0",
                                        "1.8.256",
                                        "1.8.0*256",
                                        "99999999999999999999.8.0",
                                        "1.8.99999999999999999999",
                                        "1.8.0*",
                                        "1.8.0*x",
                                        "1.8.0*2x",
                                        "1.8.0*2*3",
                                        "1.8.0&2",
                                        "1.8.0 ",
                                        " 1.8.0",
                                        "1. 8.0",
                                        "+1.8.0",
                                        "-1.8.0",
                                        "1.-8.0",
                                        "1,8,0",
                                        "0x1.8.0",
                                        "c.1.0",
                                        "f.97.0",
                                        "G.1.0",
                                        "CC.1.0",
                                        "C1.1.0",
                                        "1C.1.0",
                                        "C-0:1.8.0",
                                        "1.C.0",
                                        "1.8.F",
                                        "F.F"};
    (void)state;
    for (size_t i = 0; i < MW_COUNT(texts); i++) {
        does_not_parse(texts[i]);
    }
}

MW_TEST(parse_refuses_what_is_no_name)
{
    static const char *const texts[] = {"active",
                                        "active_energy",
                                        "Active_energy_import",
                                        "active_energy_import ",
                                        " active_energy_import",
                                        "active_energy_import_",
                                        "active_energy_import_x",
                                        "active_energy_import_l",
                                        "active_energy_import_l0",
                                        "active_energy_import_l4",
                                        "active_energy_import_l12",
                                        "active_energy_import_l1_l2",
                                        "active_energy_import_t",
                                        "active_energy_import_t0",
                                        "active_energy_import_t64",
                                        "active_energy_import_t255",
                                        "active_energy_import_t256",
                                        "active_energy_import_t-1",
                                        "active_energy_import_t1x",
                                        "active_energy_import_t1_l1",
                                        "active_energy_import_l1t1",
                                        "active_energy_import_l1_t64",
                                        "active_energy_importt1",
                                        "voltage_t1",
                                        "voltage_l1_t1",
                                        "voltage_l1_l3",
                                        "voltage_l1_l2_l1",
                                        "current_n_l1",
                                        "serial_number_l1",
                                        "serial_number_t1",
                                        "modbus_address_l1",
                                        "firmware_version_l1",
                                        "ct_history",
                                        "ct_history_",
                                        "ct_history_256",
                                        "ct_history_x",
                                        "ct_history_l1",
                                        "ct_history_1_t1",
                                        "unknown"};
    (void)state;
    for (size_t i = 0; i < MW_COUNT(texts); i++) {
        does_not_parse(texts[i]);
    }
}

MW_TEST(quantities_of_phases_and_tariffs_follow_the_pattern)
{
    static const uint8_t tariffs[] = {0, 1, 2, 3, 4, 63};
    static const char *const phases[] = {"", "_l1", "_l2", "_l3"};
    (void)state;
    for (size_t i = 0; i < MW_COUNT(phased); i++) {
        for (unsigned phase = 0; phase <= 3; phase++) {
            for (size_t t = 0; t < (phased[i].tariffs ? MW_COUNT(tariffs) : 1); t++) {
                const mw_obis id = mw_obis_make(1, (uint8_t)(phased[i].c + 20 * phase), phased[i].d, tariffs[t]);
                char name[64];
                char tariff[8] = "";
                if (tariffs[t] > 0) {
                    (void)snprintf(tariff, sizeof tariff, "_t%u", tariffs[t]);
                }
                (void)snprintf(name, sizeof name, "%s%s%s", phased[i].name, phases[phase], tariff);
                has_name(id, name);
                assert_int_equal(mw_obis_phase(id), phase);
                assert_int_equal(mw_obis_tariff(id), tariffs[t]);
                if (phased[i].direction != UNDECIDED) {
                    assert_int_equal(mw_obis_direction(id), phased[i].direction);
                }
                assert_int_equal(mw_obis_quantity(id), phased[i].quantity);
            }
        }
    }
}

MW_TEST(other_quantities_have_neither_phase_nor_tariff_nor_direction)
{
    (void)state;
    for (size_t i = 0; i < MW_COUNT(single); i++) {
        const mw_obis id = mw_obis_make(single[i].a, single[i].c, single[i].d, single[i].e);
        has_name(id, single[i].name);
        assert_int_equal(mw_obis_phase(id), 0);
        assert_int_equal(mw_obis_tariff(id), 0);
        assert_int_equal(mw_obis_direction(id), 0);
        assert_int_equal(mw_obis_quantity(id), single[i].quantity);
    }
}

MW_TEST(private_quantities_without_phases_have_names_and_directions)
{
    (void)state;
    for (size_t i = 0; i < MW_COUNT(unphased); i++) {
        const mw_obis id = mw_obis_make(1, unphased[i].c, unphased[i].d, unphased[i].e);
        const mw_obis of_tariff = mw_obis_make(1, unphased[i].c, unphased[i].d, 4);
        has_name(id, unphased[i].name);
        assert_int_equal(mw_obis_phase(id), 0);
        assert_int_equal(mw_obis_tariff(id), 0);
        assert_int_equal(mw_obis_tariff(of_tariff), unphased[i].tariffs ? 4 : 0);
        assert_int_equal(mw_obis_direction(id), unphased[i].direction);
        assert_int_equal(mw_obis_quantity(id), unphased[i].quantity);
    }
}

MW_TEST(firmware_checksum_has_a_name)
{
    (void)state;
    has_name(mw_obis_make(1, 0, 2, 8), "firmware_checksum");
}

MW_TEST(firmware_checksum_has_no_tariff)
{
    (void)state;
    assert_int_equal(mw_obis_tariff(mw_obis_make(1, 0, 2, 8)), 0);
}

MW_TEST(private_block_has_the_numbers_of_the_header)
{
    (void)state;
    /* "A number is never used again for something else": these are for ever. */
    assert_int_equal(MW_OBIS_C_REACTIVE_TOTAL, 128);
    assert_int_equal(MW_OBIS_C_RESETTABLE, 129);
    assert_int_equal(MW_OBIS_C_QUADRANT, 130);
    assert_int_equal(MW_OBIS_C_CURRENT_DIRECTION, 131);
    assert_int_equal(MW_OBIS_C_COMMUNICATION, 128);
    assert_int_equal(MW_OBIS_C_OPERATION, 129);
    assert_int_equal(MW_OBIS_C_IDENTITY, 130);
    assert_int_equal(MW_OBIS_C_RAW, 131);
    assert_int_equal(MW_OBIS_C_COMMAND, 132);
    assert_int_equal(MW_OBIS_C_LOAD_CURVE, 133);
}

MW_TEST(codes_without_a_name_are_classified_all_the_same)
{
    const mw_obis last_average = mw_obis_make(1, 1, 5, 0);
    const mw_obis maximum = mw_obis_make(1, 1, 6, 0);
    const mw_obis operating_time = mw_obis_make(0, 96, 8, 2);
    const mw_obis channel = full(1, 1, 22, 8, 2, 3);
    (void)state;
    has_no_name(last_average);
    assert_int_equal(mw_obis_quantity(last_average), MW_QUANTITY_ACTIVE_POWER);
    assert_int_equal(mw_obis_tariff(last_average), 0);
    assert_int_equal(mw_obis_direction(last_average), 1);
    has_no_name(maximum);
    assert_int_equal(mw_obis_quantity(maximum), MW_QUANTITY_ACTIVE_POWER);
    assert_int_equal(mw_obis_direction(maximum), 1);
    has_name(operating_time, "operating_time_t2");
    assert_int_equal(mw_obis_tariff(operating_time), 2);
    assert_int_equal(mw_obis_quantity(operating_time), MW_QUANTITY_OTHER);
    has_no_name(channel);
    assert_int_equal(mw_obis_phase(channel), 1);
    assert_int_equal(mw_obis_tariff(channel), 2);
    assert_int_equal(mw_obis_direction(channel), -1);
    assert_int_equal(mw_obis_quantity(channel), MW_QUANTITY_ACTIVE_ENERGY);
}

MW_TEST(names_are_for_channel_0_and_the_present_value_only)
{
    (void)state;
    has_no_name(full(1, 1, 1, 8, 0, 255));
    has_no_name(full(1, 0, 1, 8, 0, 0));
    has_no_name(mw_obis_make(1, 1, 8, 64));
    has_no_name(mw_obis_make(1, 1, 8, 255));
    has_no_name(mw_obis_make(1, 32, 7, 1));
    has_no_name(mw_obis_make(6, 1, 8, 0));
    has_no_name(mw_obis_make(0, 1, 8, 0));
    has_no_name(mw_obis_make(0, 148, 0, 0)); /* the phase pattern is one of electricity */
}

MW_TEST(tariffs_are_1_to_63)
{
    (void)state;
    assert_int_equal(mw_obis_tariff(mw_obis_make(1, 1, 8, 63)), 63);
    assert_int_equal(mw_obis_tariff(mw_obis_make(1, 1, 8, 64)), 0);
    assert_int_equal(mw_obis_tariff(mw_obis_make(1, 1, 8, 255)), 0);
    assert_int_equal(mw_obis_tariff(mw_obis_make(1, 1, 7, 1)), 0);
    assert_int_equal(mw_obis_tariff(mw_obis_make(0, 96, 1, 1)), 0);
    assert_int_equal(mw_obis_tariff(mw_obis_make(0, 1, 8, 1)), 0);
}

/* EN 13757-1: heat meters have energy at D = 8 and tariffs in E, too, and C = 142 of theirs is no index of ours. */
MW_TEST(other_media_have_tariffs_too)
{
    (void)state;
    assert_int_equal(mw_obis_tariff(mw_obis_make(6, 1, 8, 2)), 2);
    assert_int_equal(mw_obis_tariff(mw_obis_make(6, MW_OBIS_C_INDEX_IMPORT, 8, 2)), 2);
    assert_int_equal(mw_obis_tariff(mw_obis_make(1, MW_OBIS_C_INDEX_IMPORT, 8, 2)), 0); /* E is the period */
    assert_int_equal(mw_obis_tariff(mw_obis_make(1, MW_OBIS_C_INDEX_EXPORT, 8, 2)), 0);
}

/* D in IEC 62056-6-1: 2 cumulative maximum, 6 maximum, 8 and 9 time integrals; all of them with rates in E. */
MW_TEST(other_totals_than_d_8_have_tariffs_too)
{
    (void)state;
    assert_int_equal(mw_obis_tariff(mw_obis_make(1, 1, 2, 1)), 1);
    assert_int_equal(mw_obis_tariff(mw_obis_make(1, 1, 6, 2)), 2);
    assert_int_equal(mw_obis_tariff(mw_obis_make(1, 1, 9, 3)), 3);
    assert_int_equal(mw_obis_quantity(mw_obis_make(1, 1, 2, 1)), MW_QUANTITY_ACTIVE_POWER);
    assert_int_equal(mw_obis_quantity(mw_obis_make(1, 9, 6, 2)), MW_QUANTITY_APPARENT_POWER);
    assert_int_equal(mw_obis_quantity(mw_obis_make(1, 3, 9, 3)), MW_QUANTITY_REACTIVE_ENERGY);
}

MW_TEST(only_powers_become_energies)
{
    (void)state;
    assert_int_equal(mw_obis_quantity(mw_obis_make(1, 130, 8, 0)), MW_QUANTITY_OTHER);
    for (uint8_t c = 11; c <= 14; c++) {
        const mw_quantity quantity = mw_obis_quantity(mw_obis_make(1, c, 8, 0));
        assert_false(quantity >= MW_QUANTITY_ACTIVE_ENERGY && quantity <= MW_QUANTITY_APPARENT_ENERGY);
    }
}

MW_TEST(phases_are_those_of_electricity)
{
    (void)state;
    for (unsigned c = 0; c <= 255; c++) {
        /* 1 to 80 is the standard's; the private block begins at 128 and has 12 quantities with phases. */
        const unsigned standard = c >= 1 && c <= 80 ? (c - 1) / 20 : 0;
        const unsigned private_block = c >= 128 && c <= 199 && (c - 128) % 20 < 12 ? (c - 128) / 20 : 0;
        assert_int_equal(mw_obis_phase(mw_obis_make(1, (uint8_t)c, 7, 0)), standard + private_block);
        assert_int_equal(mw_obis_phase(mw_obis_make(0, (uint8_t)c, 7, 0)), 0);
        assert_int_equal(mw_obis_phase(mw_obis_make(6, (uint8_t)c, 7, 0)), 0);
    }
}

MW_TEST(other_media_have_no_quantity_of_electricity)
{
    (void)state;
    for (unsigned c = 0; c <= 255; c++) {
        const mw_obis heat = mw_obis_make(6, (uint8_t)c, 8, 0);
        const mw_obis abstract = mw_obis_make(0, (uint8_t)c, 8, 0);
        assert_int_equal(mw_obis_quantity(heat), MW_QUANTITY_OTHER);
        assert_int_equal(mw_obis_direction(heat), 0);
        assert_int_equal(mw_obis_quantity(abstract), MW_QUANTITY_OTHER);
        assert_int_equal(mw_obis_direction(abstract), 0);
    }
}

/* 1 if the code has a name. What is parsed back is that very code: so no two codes have the same name. */
static unsigned name_leads_back(mw_obis id)
{
    char name[MW_OBIS_NAME_SIZE] = "";
    mw_obis parsed = full(9, 9, 9, 9, 9, 9);
    const size_t length = mw_obis_name(id, name, sizeof name);
    if (length == 0) {
        return 0;
    }
    assert_int_equal(strlen(name), length);
    assert_int_equal(mw_obis_parse(name, &parsed), MW_OK);
    assert_true(mw_obis_equal(parsed, id));
    return 1;
}

MW_TEST(every_name_leads_back_to_its_code_only)
{
    unsigned names = 0;
    (void)state;
    for (unsigned ac = 0; ac < 512; ac += MW_STRIDE(13)) {
        for (unsigned d = 0; d <= 255; d++) {
            /* All of E only where one of the first has a name: nothing begins its E above 9. */
            unsigned last = 9;
            for (unsigned e = 0; e <= last; e++) {
                const unsigned found =
                    name_leads_back(mw_obis_make((uint8_t)(ac / 256), (uint8_t)ac, (uint8_t)d, (uint8_t)e));
                names += found;
                last = found != 0 ? 255 : last;
            }
        }
    }
    /* At least those of the tables above. */
    assert_in_range(names, MW_STRIDE(0) == 1 ? 4 * 64 * 13 + 4 * 12 + MW_COUNT(single) : 1, 65535);
}

MW_TESTS(MW_CASE(make_gives_channel_0_and_no_stored_value), MW_CASE(equal_looks_at_all_six_fields),
         MW_CASE(text_leaves_out_an_unused_stored_value), MW_CASE(text_of_any_code_is_parsed_to_the_same_code),
         MW_CASE(parse_takes_codes_in_every_length), MW_CASE(parse_knows_that_96_and_97_and_their_letters_are_abstract),
         MW_CASE(parse_refuses_what_is_no_code), MW_CASE(parse_refuses_what_is_no_name),
         MW_CASE(quantities_of_phases_and_tariffs_follow_the_pattern),
         MW_CASE(other_quantities_have_neither_phase_nor_tariff_nor_direction), MW_CASE(firmware_checksum_has_a_name),
         MW_CASE(private_quantities_without_phases_have_names_and_directions), MW_CASE(firmware_checksum_has_no_tariff),
         MW_CASE(private_block_has_the_numbers_of_the_header),
         MW_CASE(codes_without_a_name_are_classified_all_the_same),
         MW_CASE(names_are_for_channel_0_and_the_present_value_only), MW_CASE(tariffs_are_1_to_63),
         MW_CASE(other_media_have_tariffs_too), MW_CASE(other_totals_than_d_8_have_tariffs_too),
         MW_CASE(only_powers_become_energies), MW_CASE(phases_are_those_of_electricity),
         MW_CASE(other_media_have_no_quantity_of_electricity), MW_CASE(every_name_leads_back_to_its_code_only))
