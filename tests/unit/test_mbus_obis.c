/* SPDX-License-Identifier: MIT */
/* From M-Bus records to OBIS codes. The VIFs, VIFEs and media are those of EN 13757-3:2018, the codes those of IEC
 * 62056-6-1 and, for heat, cooling, water and heat cost allocators, of EN 13757-1. */
#include <meterwire/mbus.h>

#include "../mw_test.h"

enum { ELECTRICITY = 2, GAS = 3, HEAT = 4, HOT_WATER = 6, WATER = 7, HCA = 8, COOLING = 0x0A };

/* A record in hexadecimal, its value being 1 in most of them; and the code, null for none. */
typedef struct rule {
    const char *record;
    const char *code;
} rule;

static void check(uint8_t medium, const rule *rules, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint8_t bytes[32];
        char code[MW_OBIS_TEXT_SIZE] = "none";
        mw_mbus_cursor cursor;
        mw_mbus_record record;
        mw_obis id;
        mw_mbus_records_of(bytes, mw_hex(rules[i].record, bytes, sizeof bytes), &cursor);
        assert_int_equal(mw_mbus_next(&cursor, &record), MW_OK);
        if (mw_mbus_obis(medium, &record, &id)) {
            mw_obis_text(id, code, sizeof code);
        }
        if (strcmp(code, rules[i].code != NULL ? rules[i].code : "none") != 0) {
            printf("medium %u, %s: %s\n", (unsigned)medium, rules[i].record, code);
            assert_true(false);
        }
        assert_int_equal(mw_mbus_next(&cursor, &record), MW_END);
    }
}

#define CHECK(medium, rules) check(medium, rules, MW_COUNT(rules))

/* ---- electricity ---- */

/* Without a direction a power is signed (16.7, and 3.7 of reactive power), and an energy is what was taken. */
MW_TEST(quantities_of_electricity_have_a_code_by_direction)
{
    static const rule rules[] = {
        {"01 03 01", "1-0:1.8.0"},    /* active energy, then taken, delivered, */
        {"01 83 3B 01", "1-0:1.8.0"}, /* their difference and their sum */
        {"01 83 3C 01", "1-0:2.8.0"},
        {"01 83 FC 0C 01", "1-0:16.8.0"},
        {"01 83 FC 10 01", "1-0:15.8.0"},
        {"01 FB 00 01", "1-0:1.8.0"}, /* in MWh */
        {"01 FB 02 01", "1-0:3.8.0"}, /* reactive energy */
        {"01 FB 82 3B 01", "1-0:3.8.0"},
        {"01 FB 82 3C 01", "1-0:4.8.0"},
        {"01 FB 82 FC 0C 01", NULL},
        {"01 FB 82 FC 10 01", NULL},
        {"01 FB 04 01", "1-0:9.8.0"}, /* apparent energy */
        {"01 FB 84 3B 01", "1-0:9.8.0"},
        {"01 FB 84 3C 01", NULL},
        {"01 2B 01", "1-0:16.7.0"}, /* active power */
        {"01 AB 3B 01", "1-0:1.7.0"},
        {"01 AB 3C 01", "1-0:2.7.0"},
        {"01 AB FC 0C 01", "1-0:16.7.0"},
        {"01 AB FC 10 01", "1-0:15.7.0"},
        {"01 FB 14 01", "1-0:3.7.0"}, /* reactive power: 3.7 is signed, so it is not that of one direction */
        {"01 FB 94 3B 01", NULL},
        {"01 FB 94 3C 01", "1-0:4.7.0"},
        {"01 FB 94 FC 0C 01", "1-0:3.7.0"},
        {"01 FB 94 FC 10 01", NULL},
        {"01 FB 34 01", "1-0:9.7.0"}, /* apparent power */
        {"01 FB B4 3B 01", NULL},
        {"01 FD 49 01", "1-0:12.7.0"}, /* voltage */
        {"01 FD C9 3B 01", NULL},
        {"01 FD 5C 01", "1-0:11.7.0"}, /* current */
        {"01 FD DC 3C 01", NULL},
        {"01 FB 2C 01", "1-0:14.7.0"}, /* frequency */
        {"01 FB AC FC 0C 01", NULL},
        {"01 FB 2B 01", NULL}, /* phase angle */
        {"01 13 01", NULL},    /* volume */
    };
    (void)state;
    CHECK(ELECTRICITY, rules);
}

/* 20 more for each phase. */
MW_TEST(phases_are_20_apart)
{
    static const rule rules[] = {
        {"01 83 FC 01 01", "1-0:21.8.0"},    {"01 83 FC 02 01", "1-0:41.8.0"},
        {"01 83 FC 03 01", "1-0:61.8.0"},    {"01 83 FC 81 3C 01", "1-0:22.8.0"},
        {"01 83 BC FC 03 01", "1-0:62.8.0"}, {"01 83 FC 8C FC 02 01", "1-0:56.8.0"},
        {"01 AB FC 01 01", "1-0:36.7.0"},    {"01 AB FC 02 01", "1-0:56.7.0"},
        {"01 AB FC 03 01", "1-0:76.7.0"},    {"01 FB 94 FC 02 01", "1-0:43.7.0"},
        {"01 FB B4 FC 03 01", "1-0:69.7.0"}, {"01 FD C9 FC 01 01", "1-0:32.7.0"},
        {"01 FD C9 FC 02 01", "1-0:52.7.0"}, {"01 FD C9 FC 03 01", "1-0:72.7.0"},
        {"01 FD DC FC 01 01", "1-0:31.7.0"}, {"01 FD DC FC 03 01", "1-0:71.7.0"},
        {"01 FB 82 FC 81 FC 10 01", NULL},
    };
    (void)state;
    CHECK(ELECTRICITY, rules);
}

MW_TEST(voltages_between_lines_and_the_current_of_the_neutral_have_codes_of_their_own)
{
    static const rule rules[] = {
        {"01 FD C9 FC 05 01", "1-0:124.7.0"}, /* L1-L2, L2-L3, L3-L1 */
        {"01 FD C9 FC 06 01", "1-0:125.7.0"},
        {"01 FD C9 FC 07 01", "1-0:126.7.0"},
        {"01 FD DC FC 04 01", "1-0:91.7.0"},
        {"01 FD C9 FC 04 01", NULL}, /* voltage of the neutral */
        {"01 FD DC FC 05 01", NULL}, /* current between lines */
        {"01 AB FC 04 01", NULL},
        {"01 FD C9 FC 81 FC 05 01", NULL}, /* of a phase, too */
        {"01 FD DC FC 84 3B 01", NULL},    /* with a direction */
    };
    (void)state;
    CHECK(ELECTRICITY, rules);
}

MW_TEST(quadrants_are_of_reactive_energy)
{
    static const rule rules[] = {
        {"01 FB 82 FC 08 01", "1-0:5.8.0"},
        {"01 FB 82 FC 09 01", "1-0:6.8.0"},
        {"01 FB 82 FC 0A 01", "1-0:7.8.0"},
        {"01 FB 82 FC 0B 01", "1-0:8.8.0"},
        {"01 FB 82 FC 81 FC 08 01", "1-0:25.8.0"},
        {"01 FB 82 FC 8B FC 03 01", "1-0:68.8.0"},
        {"81 10 FB 82 FC 08 01", "1-0:5.8.1"},
        {"01 FB 82 FC 88 3B 01", NULL},
        {"01 83 FC 08 01", NULL},
        {"01 FB 94 FC 08 01", NULL},
    };
    (void)state;
    CHECK(ELECTRICITY, rules);
}

/* Tariff 63 is the last one a code has room for. Only energies are counted by tariff. */
MW_TEST(tariffs_are_of_energy)
{
    static const rule rules[] = {
        {"81 10 03 01", "1-0:1.8.1"},    {"81 20 83 3C 01", "1-0:2.8.2"},
        {"81 80 10 03 01", "1-0:1.8.4"}, {"81 B0 B0 30 03 01", "1-0:1.8.63"},
        {"81 80 80 80 10 03 01", NULL},  {"81 10 2B 01", NULL},
        {"81 10 FD 49 01", NULL},        {"81 10 FB 84 FC 02 01", "1-0:49.8.1"},
    };
    (void)state;
    CHECK(ELECTRICITY, rules);
}

/* The code of electricity is in Wh and W. */
MW_TEST(joules_are_not_of_electricity)
{
    static const rule rules[] = {{"01 08 01", NULL}, {"01 FB 08 01", NULL}, {"01 30 01", NULL}, {"01 FB 30 01", NULL}};
    (void)state;
    CHECK(ELECTRICITY, rules);
}

/* ---- what the record says besides ---- */

MW_TEST(only_present_values_of_the_meter_itself_have_a_code)
{
    static const rule rules[] = {
        {"11 03 01", NULL},
        {"21 03 01", NULL},
        {"31 03 01", NULL}, /* maximum, minimum, during an error */
        {"41 03 01", NULL},
        {"81 01 03 01", NULL},
        {"81 40 03 01", NULL}, /* storage numbers 1 and 2; a subunit */
        {"00 03", NULL},
        {"08 03", NULL},                    /* no value */
        {"0C 03 01 00 00 A0", "1-0:1.8.0"}, /* a value that is invalid is still of it */
    };
    (void)state;
    CHECK(ELECTRICITY, rules);
}

/* 00: no error. 1D: as the standard says. 70 to 77 and 7D multiply, which the value has in it. */
MW_TEST(modifiers_that_change_nothing_leave_the_code)
{
    static const rule rules[] = {
        {"01 83 00 01", "1-0:1.8.0"}, {"01 83 1D 01", "1-0:1.8.0"}, {"01 83 70 01", "1-0:1.8.0"},
        {"01 83 77 01", "1-0:1.8.0"}, {"01 83 7D 01", "1-0:1.8.0"}, {"01 83 80 9D F4 3C 01", "1-0:2.8.0"},
    };
    (void)state;
    CHECK(ELECTRICITY, rules);
}

MW_TEST(modifiers_that_no_code_expresses_leave_none)
{
    static const rule rules[] = {
        {"01 83 01 01", NULL},       {"01 83 12 01", NULL},    /* an error; an average */
        {"01 83 22 01", NULL},       {"01 83 40 01", NULL},    /* per hour; a lower limit */
        {"01 83 3D 01", NULL},       {"01 83 3E 01", NULL},    /* another unit; at base conditions */
        {"01 83 6F 01", NULL},       {"01 83 78 01", NULL},    /* around those that multiply: end of the last; plus */
        {"01 83 7E 01", NULL},       {"01 83 7F 01", NULL},    /* a future value; the maker's */
        {"01 83 FC 00 01", NULL},    {"01 83 FC 0D 01", NULL}, /* reserved; another unit */
        {"01 83 FC 0E 01", NULL},    {"01 83 FC 0F 01", NULL}, /* a second sensor; a finer register */
        {"01 83 FC 11 01", NULL},    {"01 83 FC 16 01", NULL}, /* unsigned; reserved */
        {"01 83 FC 81 12 01", NULL},                           /* not even when another one can be expressed */
    };
    (void)state;
    CHECK(ELECTRICITY, rules);
}

/* Plain text, reserved codes and those of the maker. */
/* Reactive energy with each modifier there is, one at a time. */
MW_TEST(of_all_modifiers_those_have_codes)
{
    static const char *const plain[128] = {
        [0x00] = "1-0:3.8.0", [0x1D] = "1-0:3.8.0", [0x3B] = "1-0:3.8.0", [0x3C] = "1-0:4.8.0", [0x70] = "1-0:3.8.0",
        [0x71] = "1-0:3.8.0", [0x72] = "1-0:3.8.0", [0x73] = "1-0:3.8.0", [0x74] = "1-0:3.8.0", [0x75] = "1-0:3.8.0",
        [0x76] = "1-0:3.8.0", [0x77] = "1-0:3.8.0", [0x7D] = "1-0:3.8.0"};
    static const char *const behind_fc[128] = {
        [0x01] = "1-0:23.8.0", [0x02] = "1-0:43.8.0", [0x03] = "1-0:63.8.0", [0x08] = "1-0:5.8.0",
        [0x09] = "1-0:6.8.0",  [0x0A] = "1-0:7.8.0",  [0x0B] = "1-0:8.8.0"};
    (void)state;
    for (unsigned code = 0; code < 128; code++) {
        char record[20];
        const rule rules[] = {{record, plain[code]}};
        const rule rules_behind_fc[] = {{record, behind_fc[code]}};
        snprintf(record, sizeof record, "01 FB 82 %02X 01", code);
        CHECK(ELECTRICITY, rules);
        snprintf(record, sizeof record, "01 FB 82 FC %02X 01", code);
        CHECK(ELECTRICITY, rules_behind_fc);
    }
}

MW_TEST(units_that_are_not_known_have_no_code)
{
    static const rule rules[] = {{"01 7C 03 68 57 6B 01", NULL}, {"01 6F 01", NULL}, {"01 7F 01", NULL}};
    (void)state;
    CHECK(ELECTRICITY, rules);
}

/* ---- any medium ---- */

MW_TEST(some_quantities_have_one_code_whatever_the_medium)
{
    static const uint8_t media[] = {ELECTRICITY, GAS, HEAT, HOT_WATER, WATER, HCA, COOLING, 0x00, 0xFF};
    static const rule rules[] = {
        {"0C 78 78 56 34 12", "0-0:96.1.0"}, /* fabrication number, in digits and as text */
        {"0D 78 02 42 41", "0-0:96.1.0"},
        {"04 6D 21 2E AA 1C", "0-0:1.0.0"}, /* clock */
        {"02 FD 17 01 00", "0-0:97.97.0"},  /* error flags, as bits and in digits */
        {"0A FD 17 01 00", "0-0:97.97.0"},
        {"02 24 01 00", "0-0:96.8.0"}, /* operating time, in seconds and in days */
        {"02 27 01 00", "0-0:96.8.0"},
        {"02 20 01 00", NULL},       /* on time is another one */
        {"82 10 27 01 00", NULL},    /* of a tariff */
        {"02 A7 FC 01 01 00", NULL}, /* of a phase */
    };
    (void)state;
    for (size_t i = 0; i < MW_COUNT(media); i++) {
        CHECK(media[i], rules);
    }
}

/* A text or bytes in place of a number, a number in place of a point in time. */
MW_TEST(values_of_another_kind_than_their_quantity_have_no_code)
{
    static const rule rules[] = {
        {"0D 03 02 42 41", NULL}, /* energy as text */
        {"03 6D 00 00 00", NULL}, /* a time of day is no clock */
        {"01 6D 01", NULL},       /* nor is a number */
        {"0D 78 E9 01 02 03 04 05 06 07 08 09", NULL},
        {"0D FD 17 02 42 41", NULL},
        {"00 78", NULL},
        {"00 FD 17", NULL},
        {"01 FD 30 01", NULL}, /* begin of a tariff as a number: uncertain */
    };
    (void)state;
    CHECK(ELECTRICITY, rules);
}

/* ---- other media ---- */

/* What a meter for heat or cooling measures; the codes begin with 6 or 5. */
static void check_thermal(uint8_t medium, char group)
{
    static const char *const records[] = {"01 06 01", "01 0E 01", "01 13 01", "01 2B 01",
                                          "01 3B 01", "01 5B 01", "01 5F 01", "01 63 01"};
    static const char *const codes[] = {"1.0.0", "1.0.0", "2.0.0", "8.0.0", "9.0.0", "10.0.0", "11.0.0", "12.0.0"};
    for (size_t i = 0; i < MW_COUNT(records); i++) {
        char code[MW_OBIS_TEXT_SIZE];
        rule expected = {records[i], code};
        (void)snprintf(code, sizeof code, "%c-0:%s", group, codes[i]);
        check(medium, &expected, 1);
    }
}

MW_TEST(heat_and_cooling_have_the_same_codes_but_for_the_first_number)
{
    (void)state;
    check_thermal(0x04, '6'); /* measured at the outlet, at the inlet */
    check_thermal(0x0C, '6');
    check_thermal(0x0A, '5');
    check_thermal(0x0B, '5');
}

MW_TEST(what_a_code_of_heat_cannot_express_has_none)
{
    static const rule rules[] = {
        {"81 10 06 01", NULL},    /* tariff */
        {"01 86 FC 01 01", NULL}, /* phase, line, direction, quadrant */
        {"01 86 FC 05 01", NULL}, {"01 86 3B 01", NULL},
        {"01 86 FC 08 01", NULL}, {"01 67 01", NULL}, /* external temperature */
        {"01 6E 01", NULL},                           /* units for heat cost allocation */
        {"01 FD 49 01", NULL},                        /* voltage */
    };
    (void)state;
    CHECK(HEAT, rules);
}

MW_TEST(water_is_counted_and_flows)
{
    static const uint8_t cold[] = {0x07, 0x16};
    static const uint8_t hot[] = {0x06, 0x15};
    static const rule cold_rules[] = {{"01 13 01", "8-0:1.0.0"}, {"01 3B 01", "8-0:2.0.0"}, {"01 06 01", NULL}};
    static const rule hot_rules[] = {{"01 13 01", "9-0:1.0.0"}, {"01 3B 01", "9-0:2.0.0"}, {"81 10 13 01", NULL}};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        CHECK(cold[i], cold_rules);
        CHECK(hot[i], hot_rules);
    }
}

MW_TEST(heat_cost_allocators_count_units)
{
    static const rule rules[] = {{"01 6E 01", "4-0:1.0.0"}, {"01 13 01", NULL}};
    (void)state;
    CHECK(HCA, rules);
}

/* Nothing that is certain is known of these: gas, oil, waste water, and what is no medium. */
MW_TEST(other_media_have_no_codes)
{
    static const uint8_t media[] = {GAS, 0x00, 0x01, 0x28, 0xFF};
    static const rule rules[] = {{"01 13 01", NULL}, {"01 03 01", NULL}, {"01 3B 01", NULL}, {"01 6E 01", NULL}};
    (void)state;
    for (size_t i = 0; i < MW_COUNT(media); i++) {
        CHECK(media[i], rules);
    }
}

MW_TESTS(MW_CASE(quantities_of_electricity_have_a_code_by_direction), MW_CASE(phases_are_20_apart),
         MW_CASE(voltages_between_lines_and_the_current_of_the_neutral_have_codes_of_their_own),
         MW_CASE(quadrants_are_of_reactive_energy), MW_CASE(tariffs_are_of_energy),
         MW_CASE(joules_are_not_of_electricity), MW_CASE(only_present_values_of_the_meter_itself_have_a_code),
         MW_CASE(modifiers_that_change_nothing_leave_the_code), MW_CASE(modifiers_that_no_code_expresses_leave_none),
         MW_CASE(of_all_modifiers_those_have_codes), MW_CASE(units_that_are_not_known_have_no_code),
         MW_CASE(some_quantities_have_one_code_whatever_the_medium),
         MW_CASE(values_of_another_kind_than_their_quantity_have_no_code),
         MW_CASE(heat_and_cooling_have_the_same_codes_but_for_the_first_number),
         MW_CASE(what_a_code_of_heat_cannot_express_has_none), MW_CASE(water_is_counted_and_flows),
         MW_CASE(heat_cost_allocators_count_units), MW_CASE(other_media_have_no_codes))
