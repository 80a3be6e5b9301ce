/* SPDX-License-Identifier: MIT */
/* What can be set, of all models, as the makers' documents print it: WAGO 082022 V1.6, A3.3 and A2.3 with the
 * corrections of docs/models.md; Socomec's tables V 103 and V 201. What the counter of a command is, is the register
 * that the same documents have for it. */
#include <meterwire/meterwire.h>

#include "../mw_test.h"

typedef struct listed {
    const char *name;
    uint16_t address; /* of Modbus, as are the next two */
    uint8_t regs;
    uint8_t function;
    uint8_t kind;
    uint8_t flags;
    int8_t exp10;
    uint8_t unit;
    int32_t least;
    int32_t most;
    const char *choices; /* or null; numbers of commands are hexadecimal, "!" cannot be undone, ">" a counter */
} listed;

#define NUMBER    MW_SETTING_NUMBER
#define ACTION    MW_SETTING_ACTION
#define LINK      MW_SETTING_LINK
#define IDENTIFY  MW_SETTING_IDENTIFY
#define LOCKED    MW_SETTING_LOCKED
#define BROADCAST MW_SETTING_BROADCAST
#define UNIT(u)   MW_UNIT_##u

#define PULSE_CONSTANTS                                                                                                \
    "10000000 10000/kWh, 2000000 2000/kWh, 1000000 1000/kWh, 100000 100/kWh, 10000 10/kWh, 1000 1/kWh, 100 0.1/kWh, "  \
    "10 0.01/kWh"
#define COMBINATIONS "1 import, 2 export, 3 import+export, 4 import-export, 5! import-export (10)"

static const listed wago[] = {
    {"modbus_address", 0x4003, 1, 6, NUMBER, LINK, 0, UNIT(NONE), 1, 247, NULL},
    {"modbus_baud_rate", 0x4004, 1, 6, NUMBER, LINK | IDENTIFY, 0, UNIT(NONE), 0, 0,
     "1 300, 2 600, 3 1200, 4 2400, 5 4800, 6 9600, 7 19200, 8 38400, 9 57600, 10 115200"},
    {"pulse_constant", 0x400D, 2, 16, NUMBER, 0, -6, UNIT(PER_WH), 0, 0, PULSE_CONSTANTS},
    {"combinations_code", 0x400F, 1, 6, NUMBER, IDENTIFY, 0, UNIT(NONE), 0, 0, COMBINATIONS},
    {"lcd_rolling_time", 0x4010, 1, 6, NUMBER, 0, 0, UNIT(S), 1, 30, NULL},
    {"modbus_parity", 0x4011, 1, 6, NUMBER, LINK, 0, UNIT(NONE), 0, 0, "1 even, 2 none, 3 odd"},
    {"reset_power_down_counter", 0x4016, 1, 6, ACTION, 0, 0, UNIT(NONE), 0, 0, "0 power-down counter >4016"},
    {"s0_pulse_width", 0x4021, 1, 6, NUMBER, 0, -3, UNIT(S), 2, 99, NULL},
    {"s0_pulse_type", 0x4022, 1, 6, NUMBER, 0, 0, UNIT(NONE), 0, 0, "1 active+reactive, 2 import+export"},
    {"data_type", 0x4026, 1, 6, NUMBER, 0, 0, UNIT(NONE), 0, 0, "1 float, 2 integer"},
    {"screen_direction", 0x4032, 1, 6, NUMBER, 0, 0, UNIT(NONE), 0, 0, "0 normal, 1 rotated"},
    {"obis_display", 0x4033, 1, 6, NUMBER, 0, 0, UNIT(NONE), 0, 0, "0 off, 1 on"},
    {"active_tariff", 0x6048, 1, 6, NUMBER, BROADCAST, 0, UNIT(NONE), 1, 4, NULL},
    {"reset_day_register", 0x6049, 2, 16, ACTION, 0, 0, UNIT(WH), 0, 0, "0 day register >6049"},
    /* Of the 879-3040 only. */
    {"ct_primary", 0x401F, 2, 16, MW_SETTING_RATIO, MW_SETTING_IRREVERSIBLE | MW_SETTING_UNPROVEN, 0, UNIT(A), 1, 9999,
     "1 1 A, 5 5 A"},
};

/* What their frames are, is in test_wago_879_mbus.c. */
static const listed wago_mbus[] = {
    {"mbus_address", 0, 0, 0, NUMBER, LINK, 0, UNIT(NONE), 0, 250, NULL},
    {"mbus_id", 0, 0, 0, MW_SETTING_DIGITS, LINK, 0, UNIT(NONE), 0, 99999999, NULL},
    {"mbus_baud_rate", 0, 0, 0, NUMBER, LINK, 0, UNIT(NONE), 0, 0, "0 300, 1 600, 2 1200, 3 2400, 4 4800, 5 9600"},
    {"active_tariff", 0, 0, 0, NUMBER, BROADCAST, 0, UNIT(NONE), 1, 4, NULL},
    {"combinations_code", 0, 0, 0, NUMBER, 0, 0, UNIT(NONE), 0, 0, COMBINATIONS},
    {"pulse_constant", 0, 0, 0, NUMBER, 0, -6, UNIT(PER_WH), 0, 0, PULSE_CONSTANTS},
    {"reset_day_register", 0, 0, 0, ACTION, 0, 0, UNIT(NONE), 0, 0, "0 day register >6049"},
    {"reset_power_down_counter", 0, 0, 0, ACTION, 0, 0, UNIT(NONE), 0, 0, "0 power-down counter >4016"},
};

#define PARTIALS                                                                                                       \
    "1 active import >C70C, 2 reactive import >C70E, 4 apparent >C710, 8 active export >C712, 10 reactive export "     \
    ">C714"

static const listed e2x[] = {
    {"active_tariff", 0x9E21, 1, 6, NUMBER, BROADCAST, 0, UNIT(NONE), 1, 2, NULL},
    {"reset_counters", 0x9E40, 1, 6, ACTION, 0, 0, UNIT(NONE), 0, 0, "20 all partial counters >C70C"},
    {"system_action", 0xE200, 1, 6, ACTION, IDENTIFY, 0, UNIT(NONE), 0, 0, "A1 store configuration, B2 restart"},
    {"reset_partial", 0xE222, 1, 6, ACTION, 0, 0, UNIT(NONE), 0, 0, PARTIALS},
    {"reset_partial_tariffs", 0xE224, 1, 6, ACTION, 0, 0, UNIT(NONE), 0, 0,
     "1 tariff 1 >8000, 2 tariff 2 >8003, FFFF all >8000"},
    /* Not of the E27 and E28. */
    {"modbus_address", 0xE000, 1, 6, NUMBER, LINK | IDENTIFY | LOCKED, 0, UNIT(NONE), 1, 247, NULL},
    {"modbus_baud_rate", 0xE001, 1, 6, NUMBER, LINK | IDENTIFY | LOCKED, 0, UNIT(NONE), 0, 0,
     "0 1200, 1 2400, 2 4800, 3 9600, 4 19200, 5 38400, 6 57600, 7 115200"},
    {"modbus_stop_bits", 0xE002, 1, 6, NUMBER, LINK | IDENTIFY | LOCKED, 0, UNIT(NONE), 0, 0, "0 1, 1 2"},
    {"modbus_parity", 0xE003, 1, 6, NUMBER, LINK | IDENTIFY | LOCKED, 0, UNIT(NONE), 0, 0, "0 none, 1 odd, 2 even"},
};

static const listed e4x[] = {
    {"active_tariff", 0x9E21, 1, 6, NUMBER, BROADCAST, 0, UNIT(NONE), 1, 4, NULL},
    {"reset_counters", 0x9E40, 1, 6, ACTION, 0, 0, UNIT(NONE), 0, 0,
     "1 maximum of the power, 20 all partial counters >C70C"},
    {"network_type", 0xE000, 1, 6, NUMBER, IDENTIFY, 0, UNIT(NONE), 0, 0, "5 3P+N"},
    {"ct_secondary", 0xE001, 1, 6, NUMBER, IDENTIFY, 0, UNIT(A), 0, 0, "1 1 A, 5 5 A"},
    {"ct_primary", 0xE002, 1, 6, NUMBER, IDENTIFY, 0, UNIT(A), 1, 12000, NULL},
    {"averaging_period", 0xE00B, 1, 6, NUMBER, LOCKED, 0, UNIT(S), 0, 0,
     "60 1 min, 120 2 min, 180 3 min, 240 4 min, 300 5 min, 360 6 min, 480 8 min, 600 10 min, 720 12 min, 900 15 min, "
     "1200 20 min, 1800 30 min, 3600 60 min"},
    /* From 2000-01-01, 30 years and 7 leap days after 1970, to what 31 bits hold. */
    {"clock", 0xE100, 6, 16, MW_SETTING_TIME, LOCKED, 0, UNIT(S), 10957 * INT32_C(86400), 0x7FFFFFFF, NULL},
    {"reset_partial", 0xE222, 1, 6, ACTION, 0, 0, UNIT(NONE), 0, 0, PARTIALS ", 1F all >C70C"},
    {"reset_partial_tariffs", 0xE224, 1, 6, ACTION, 0, 0, UNIT(NONE), 0, 0,
     "1 tariff 1 >8000, 2 tariff 2 >8003, 4 tariff 3 >8006, 8 tariff 4 >8009, FFFF all >8000"},
    {"modbus_address", 0xE400, 1, 6, NUMBER, LINK | LOCKED, 0, UNIT(NONE), 1, 247, NULL},
    {"load_curve_window", 0xF000, 1, 16, ACTION, 0, 0, UNIT(NONE), 0, 0, "1 newest, FFFE next"},
};

/* One choice as above; the length. */
static size_t print_choice(const mw_setting *setting, const mw_choice *choice, char *out, size_t size)
{
    const char *const format = setting->kind == ACTION ? "%s%lX%s %s" : "%s%ld%s %s";
    const char *const before = choice == setting->choices ? "" : ", ";
    const char *const mark = choice->flags == MW_SETTING_IRREVERSIBLE ? "!" : "";
    size_t length = (size_t)snprintf(out, size, format, before, (long)choice->n, mark, choice->name);
    assert_true(choice->flags == 0 || *mark != '\0');
    if (choice->counter != 0) {
        length += (size_t)snprintf(out + length, size - length, " >%X", (unsigned)choice->counter);
    }
    return length;
}

static void check_choices(const mw_setting *setting, const char *expected)
{
    char printed[200] = "";
    size_t length = 0;
    for (unsigned i = 0; i < setting->choice_count; i++) {
        length += print_choice(setting, &setting->choices[i], printed + length, sizeof printed - length);
        assert_true(length < sizeof printed);
        assert_true(mw_setting_choice(setting, setting->choices[i].n) == &setting->choices[i]);
    }
    assert_string_equal(printed, expected);
}

static void check_range(const mw_setting *setting, const listed *expected)
{
    assert_true(mw_setting_allows(setting, expected->least));
    assert_true(mw_setting_allows(setting, expected->most));
    assert_false(mw_setting_allows(setting, (int64_t)expected->least - 1));
    assert_false(mw_setting_allows(setting, (int64_t)expected->most + 1));
}

static void check_setting(const mw_setting *setting, const listed *expected)
{
    char name[MW_OBIS_NAME_SIZE] = "";
    mw_obis_name(setting->id, name, sizeof name);
    assert_string_equal(name, expected->name);
    assert_int_equal(setting->kind, expected->kind);
    assert_int_equal(setting->flags, expected->flags);
    assert_int_equal(setting->exp10, expected->exp10);
    assert_int_equal(setting->unit, expected->unit);
    assert_true(setting->least == expected->least && setting->most == expected->most);
    if (expected->choices != NULL) {
        check_choices(setting, expected->choices);
    } else {
        assert_int_equal(setting->choice_count, 0);
        check_range(setting, expected);
    }
}

/* Whether a row of the same length says how it is coded. */
static bool has_row(const mw_model *model, const mw_modbus_setting *setting)
{
    for (size_t i = 0; i < model->row_count; i++) {
        if (model->rows[i].address == setting->address) {
            return model->rows[i].regs == setting->regs;
        }
    }
    return false;
}

/* All settings of the list, in whatever order, and no other. */
static void check_registers(const mw_model *model, const listed *expected, size_t count)
{
    assert_int_equal(model->setting_count, count);
    for (size_t i = 0; i < count; i++) {
        mw_obis id = mw_obis_make(0, 0, 0, 0);
        const mw_modbus_setting *setting;
        assert_int_equal(mw_obis_parse(expected[i].name, &id), MW_OK);
        setting = mw_model_find_setting(model, id);
        assert_non_null(setting);
        if (setting != NULL) {
            check_setting(&setting->what, &expected[i]);
            assert_int_equal(setting->address, expected[i].address);
            assert_int_equal(setting->regs, expected[i].regs);
            assert_int_equal(setting->function, expected[i].function);
            assert_true(expected[i].kind == MW_SETTING_RATIO || has_row(model, setting));
        }
    }
}

MW_TEST(wago_has_the_registers_of_the_manual)
{
    (void)state;
    check_registers(&mw_model_wago_879_3000, wago, MW_COUNT(wago) - 1);
    check_registers(&mw_model_wago_879_3020, wago, MW_COUNT(wago) - 1);
    check_registers(&mw_model_wago_879_3040, wago, MW_COUNT(wago));
}

MW_TEST(wago_has_the_writes_of_the_manual_on_mbus)
{
    (void)state;
    for (size_t m = 0; mw_mbus_models[m] != NULL; m++) {
        assert_int_equal(mw_mbus_models[m]->setting_count, MW_COUNT(wago_mbus));
        for (size_t i = 0; i < MW_COUNT(wago_mbus); i++) {
            check_setting(&mw_mbus_models[m]->settings[i].what, &wago_mbus[i]);
        }
    }
}

MW_TEST(countis_e2x_have_the_registers_of_the_table)
{
    (void)state;
    check_registers(&mw_model_socomec_countis_e23, e2x, MW_COUNT(e2x));
    check_registers(&mw_model_socomec_countis_e24, e2x, MW_COUNT(e2x));
    check_registers(&mw_model_socomec_countis_e27, e2x, MW_COUNT(e2x) - 4);
    check_registers(&mw_model_socomec_countis_e28, e2x, MW_COUNT(e2x) - 4);
}

MW_TEST(countis_e4x_have_the_registers_of_the_table)
{
    (void)state;
    check_registers(&mw_model_socomec_countis_e43, e4x, MW_COUNT(e4x));
    check_registers(&mw_model_socomec_countis_e44, e4x, MW_COUNT(e4x));
}

MW_TESTS(MW_CASE(wago_has_the_registers_of_the_manual), MW_CASE(wago_has_the_writes_of_the_manual_on_mbus),
         MW_CASE(countis_e2x_have_the_registers_of_the_table), MW_CASE(countis_e4x_have_the_registers_of_the_table))
