/* SPDX-License-Identifier: MIT */
/* The reference readouts of the WAGO 879 on M-Bus, and what they say: composed of the examples of WAGO Operating
 * Instructions 082022 V1.6, A2.2, record by record. None was captured from a meter. */
#ifndef MW_TEST_WAGO_MBUS_H
#define MW_TEST_WAGO_MBUS_H

#include <meterwire/models.h>

#include "mbus_hex.h"

/* Behind C field, address and CI: header 19020246, INM, version 1, electricity, access number 4; records 1 to 31. */
#define WAGO_HEADER "46 02 02 19 CD 25 01 02 04 00 00 00 "
#define WAGO_RECORDS                                                                                                   \
    "04 03 15 CD 5B 07 84 10 03 15 CD 5B 07 84 20 03 15 CD 5B 07 84 30 03 15 CD 5B 07 84 80 10 03 15 CD 5B 07 "        \
    "04 83 3C 15 CD 5B 07 84 10 83 3C 15 CD 5B 07 84 20 83 3C 15 CD 5B 07 84 30 83 3C 15 CD 5B 07 "                    \
    "84 80 10 83 3C 15 CD 5B 07 04 83 FC 10 15 CD 5B 07 04 FB 82 73 15 CD 5B 07 04 FB 82 F3 3C 15 CD 5B 07 "           \
    "02 FD C7 FC 01 E4 59 02 FD C7 FC 02 E4 59 02 FD C7 FC 03 E4 59 "                                                  \
    "03 FD D9 FC 01 1B 87 01 03 FD D9 FC 02 1B 87 01 03 FD D9 FC 03 1B 87 01 "                                         \
    "03 2B 87 D6 12 03 AB FC 01 87 D6 12 03 AB FC 02 87 D6 12 03 AB FC 03 79 29 ED "                                   \
    "03 FB 14 87 D6 12 03 FB 94 FC 01 87 D6 12 03 FB 94 FC 02 87 D6 12 03 FB 94 FC 03 87 D6 12 "                       \
    "03 FB 34 87 D6 12 0A FD 3A 00 01 03 FB 2C 37 C7 00 09 7C 01 54 01 "
/* Record 32, of the 879-3040 only; and as the manual prints it, with a DIF that announces two bytes. */
#define WAGO_RATIO         "0B FD 3A 05 95 99 "
#define WAGO_RATIO_PRINTED "0A FD 3A 05 95 99 "

#define WAGO_A         "68 EE EE 68 08 01 72 " WAGO_HEADER WAGO_RECORDS "37 16"
#define WAGO_B         "68 F4 F4 68 08 01 72 " WAGO_HEADER WAGO_RECORDS WAGO_RATIO "AC 16"
/* Checksum by the same sum: DIF 0A is one less. */
#define WAGO_B_PRINTED "68 F4 F4 68 08 01 72 " WAGO_HEADER WAGO_RECORDS WAGO_RATIO_PRINTED "AB 16"

#define WAGO_A_BYTES 244
#define WAGO_B_BYTES 250

#define WAGO_A_VALUES 31
#define WAGO_B_VALUES 33 /* record 32 has two */

/* What the records say; n * 10^exp10 in unit, exp10 that of the record's last digit. */
typedef struct wago_value {
    const char *code;
    int64_t n;
    int8_t exp10;
    uint8_t unit;
    uint8_t group;
    uint8_t record;
} wago_value;

static const wago_value wago_values[WAGO_B_VALUES] = {
    {"1-0:1.8.0", 123456789, 0, MW_UNIT_WH, MW_GROUP_SLOW, 0},
    {"1-0:1.8.1", 123456789, 0, MW_UNIT_WH, MW_GROUP_SLOW, 1},
    {"1-0:1.8.2", 123456789, 0, MW_UNIT_WH, MW_GROUP_SLOW, 2},
    {"1-0:1.8.3", 123456789, 0, MW_UNIT_WH, MW_GROUP_SLOW, 3},
    {"1-0:1.8.4", 123456789, 0, MW_UNIT_WH, MW_GROUP_SLOW, 4},
    {"1-0:2.8.0", 123456789, 0, MW_UNIT_WH, MW_GROUP_SLOW, 5},
    {"1-0:2.8.1", 123456789, 0, MW_UNIT_WH, MW_GROUP_SLOW, 6},
    {"1-0:2.8.2", 123456789, 0, MW_UNIT_WH, MW_GROUP_SLOW, 7},
    {"1-0:2.8.3", 123456789, 0, MW_UNIT_WH, MW_GROUP_SLOW, 8},
    {"1-0:2.8.4", 123456789, 0, MW_UNIT_WH, MW_GROUP_SLOW, 9},
    {"1-0:129.8.0", 123456789, 0, MW_UNIT_WH, MW_GROUP_SLOW, 10}, /* resettable */
    {"1-0:3.8.0", 123456789, 0, MW_UNIT_VARH, MW_GROUP_SLOW, 11}, /* 123456.789 kvarh */
    {"1-0:4.8.0", 123456789, 0, MW_UNIT_VARH, MW_GROUP_SLOW, 12},
    {"1-0:32.7.0", 23012, -2, MW_UNIT_V, MW_GROUP_FAST, 13},
    {"1-0:52.7.0", 23012, -2, MW_UNIT_V, MW_GROUP_FAST, 14},
    {"1-0:72.7.0", 23012, -2, MW_UNIT_V, MW_GROUP_FAST, 15},
    {"1-0:31.7.0", 100123, -3, MW_UNIT_A, MW_GROUP_FAST, 16},
    {"1-0:51.7.0", 100123, -3, MW_UNIT_A, MW_GROUP_FAST, 17},
    {"1-0:71.7.0", 100123, -3, MW_UNIT_A, MW_GROUP_FAST, 18},
    {"1-0:16.7.0", 1234567, 0, MW_UNIT_W, MW_GROUP_FAST, 19},
    {"1-0:36.7.0", 1234567, 0, MW_UNIT_W, MW_GROUP_FAST, 20},
    {"1-0:56.7.0", 1234567, 0, MW_UNIT_W, MW_GROUP_FAST, 21},
    {"1-0:76.7.0", -1234567, 0, MW_UNIT_W, MW_GROUP_FAST, 22},
    {"1-0:3.7.0", 1234567, 0, MW_UNIT_VAR, MW_GROUP_FAST, 23}, /* 1234.567 kvar */
    {"1-0:23.7.0", 1234567, 0, MW_UNIT_VAR, MW_GROUP_FAST, 24},
    {"1-0:43.7.0", 1234567, 0, MW_UNIT_VAR, MW_GROUP_FAST, 25},
    {"1-0:63.7.0", 1234567, 0, MW_UNIT_VAR, MW_GROUP_FAST, 26},
    {"1-0:9.7.0", 1234567, 0, MW_UNIT_VA, MW_GROUP_FAST, 27},
    {"1-0:13.7.0", 100, -2, MW_UNIT_NONE, MW_GROUP_FAST, 28}, /* 0100 is 1.00: not what its VIF says */
    {"1-0:14.7.0", 50999, -3, MW_UNIT_HZ, MW_GROUP_FAST, 29},
    {"0-0:96.14.0", 1, 0, MW_UNIT_NONE, MW_GROUP_SLOW, 30},
    {"1-0:0.4.2", 9995, 0, MW_UNIT_A, MW_GROUP_ONCE, 31}, /* 999505 is 9995 / 5 */
    {"1-0:0.4.5", 5, 0, MW_UNIT_A, MW_GROUP_ONCE, 31},
};

static inline mw_obis wago_id(const char *code)
{
    mw_obis id = {0, 0, 0, 0, 0, 0};
    assert_int_equal(mw_obis_parse(code, &id), MW_OK);
    return id;
}

/* A reading is that of the readouts. */
static inline void wago_check(const wago_value *expected, const mw_reading *reading)
{
    char code[MW_OBIS_TEXT_SIZE];
    mw_obis_text(reading->id, code, sizeof code);
    assert_string_equal(code, expected->code);
    assert_int_equal(reading->quality, MW_QUALITY_GOOD);
    assert_int_equal(reading->kind, MW_KIND_NUMBER);
    assert_true(reading->n == expected->n);
    assert_int_equal(reading->exp10, expected->exp10);
    assert_int_equal(reading->unit, expected->unit);
    assert_int_equal(reading->source, expected->record);
}

/* What can be written (A2.3): value, and the frame to address 1. */
typedef struct wago_write {
    const char *code;
    int32_t n;
    const char *frame;
} wago_write;

#define WAGO_WRITE_BAUD     "0-0:128.5.0"
#define WAGO_WRITE_ADDRESS  "0-0:128.3.0"
#define WAGO_WRITE_ID       "0-0:128.4.0"
#define WAGO_WRITE_TARIFF   "0-0:96.14.0"
#define WAGO_WRITE_COMBINED "0-0:129.0.0"
#define WAGO_WRITE_PULSES   "1-0:0.3.3" /* in 0.001 pulses per kWh */
#define WAGO_WRITE_DAY      "0-0:132.0.0"
#define WAGO_WRITE_DOWNS    "0-0:132.1.0"

static const wago_write wago_writes[] = {
    {WAGO_WRITE_BAUD, 0, "68 03 03 68 53 01 B8 0C 16"},
    {WAGO_WRITE_BAUD, 1, "68 03 03 68 53 01 B9 0D 16"},
    {WAGO_WRITE_BAUD, 2, "68 03 03 68 53 01 BA 0E 16"},
    {WAGO_WRITE_BAUD, 3, "68 03 03 68 53 01 BB 0F 16"},
    {WAGO_WRITE_BAUD, 4, "68 03 03 68 53 01 BC 10 16"},
    {WAGO_WRITE_BAUD, 5, "68 03 03 68 53 01 BD 11 16"},
    {WAGO_WRITE_ADDRESS, 1, "68 06 06 68 53 01 51 01 7A 01 21 16"},
    {WAGO_WRITE_TARIFF, 1, "68 08 08 68 53 01 51 09 7C 01 54 01 80 16"},
    {WAGO_WRITE_TARIFF, 2, "68 08 08 68 53 01 51 09 7C 01 54 02 81 16"},
    {WAGO_WRITE_TARIFF, 3, "68 08 08 68 53 01 51 09 7C 01 54 03 82 16"},
    {WAGO_WRITE_TARIFF, 4, "68 08 08 68 53 01 51 09 7C 01 54 04 83 16"},
    {WAGO_WRITE_COMBINED, 1, "68 07 07 68 53 01 51 09 FD 3A 01 E6 16"},
    {WAGO_WRITE_COMBINED, 2, "68 07 07 68 53 01 51 09 FD 3A 02 E7 16"},
    {WAGO_WRITE_COMBINED, 3, "68 07 07 68 53 01 51 09 FD 3A 03 E8 16"},
    {WAGO_WRITE_COMBINED, 4, "68 07 07 68 53 01 51 09 FD 3A 04 E9 16"},
    {WAGO_WRITE_COMBINED, 5, "68 07 07 68 53 01 51 09 FD 3A 05 EA 16"},
    {WAGO_WRITE_PULSES, 10000000, "68 0A 0A 68 53 01 51 0C FD 3A 00 00 00 01 E9 16"},
    {WAGO_WRITE_PULSES, 2000000, "68 0A 0A 68 53 01 51 0C FD 3A 00 00 20 00 08 16"},
    {WAGO_WRITE_PULSES, 1000000, "68 0A 0A 68 53 01 51 0C FD 3A 00 00 10 00 F8 16"},
    {WAGO_WRITE_PULSES, 100000, "68 0A 0A 68 53 01 51 0C FD 3A 00 00 01 00 E9 16"},
    {WAGO_WRITE_PULSES, 10000, "68 0A 0A 68 53 01 51 0C FD 3A 00 10 00 00 F8 16"},
    {WAGO_WRITE_PULSES, 1000, "68 0A 0A 68 53 01 51 0C FD 3A 00 01 00 00 E9 16"},
    {WAGO_WRITE_PULSES, 100, "68 0A 0A 68 53 01 51 0C FD 3A 10 00 00 00 F8 16"},
    {WAGO_WRITE_PULSES, 10, "68 0A 0A 68 53 01 51 0C FD 3A 01 00 00 00 E9 16"},
    {WAGO_WRITE_DAY, 0, "68 09 09 68 53 01 51 0C 04 00 00 00 00 B5 16"},
    {WAGO_WRITE_DOWNS, 0, "68 08 08 68 53 01 51 0A FD 60 00 00 0C 16"},
    /* Last, as it changes who the meter is: least significant byte first. */
    {WAGO_WRITE_ID, 15012345, "68 09 09 68 53 01 51 0C 79 45 23 01 15 A8 16"},
};

#endif
