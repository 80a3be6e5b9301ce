/* SPDX-License-Identifier: MIT */
/* M34: one frame for each code of the primary table, of FB, FD, FD FD, of the combinable VIFEs and of those behind FC
 * (EN 13757-3:2018). */
#include "mbus_frames.h"

/* The value of all frames, and a time of type F: 2013-12-10 14:33. Both are four bytes. */
#define RAW_HEX  "4E 61 BC 00"
#define RAW      12345678
#define TIME_HEX "21 2E AA 1C"
#define TIME     1386685980

enum {
    ANY = 254,             /* the facts leave that open */
    ANY_VALUE = -100,      /* as an exponent: so is the number */
    STEPS = 1,             /* one more power of ten with each code */
    SAME = 0,              /* the same with each code */
    TWO_POW_12 = 244140625 /* with 10^-12: 2^-12 */
};

typedef struct row {
    uint8_t first;
    uint8_t last;
    uint8_t quantity; /* mw_mbus_quantity; ANY */
    uint8_t unit;     /* mw_unit; 0: any */
    uint8_t kind;     /* mw_kind; ANY */
    uint8_t quality;  /* mw_quality; ANY */
    int8_t exp10;     /* of the first code, or ANY_VALUE */
    uint8_t steps;
    int32_t factor;
} row;

#define NUMBER(first, last, quantity, unit, exp10, steps, factor)                                                      \
    {                                                                                                                  \
        first, last, MW_MBUS_Q_##quantity, MW_UNIT_##unit, MW_KIND_NUMBER, MW_QUALITY_GOOD, exp10, steps, factor       \
    }
#define SCALED(first, last, quantity, unit, exp10) NUMBER(first, last, quantity, unit, exp10, STEPS, 1)
#define PLAIN(code, quantity, unit)                NUMBER(code, code, quantity, unit, 0, SAME, 1)
#define TIMES(code, quantity, factor)              NUMBER(code, code, quantity, S, 0, SAME, factor)
#define RESERVED(first, last)                      NUMBER(first, last, RESERVED, OTHER, 0, SAME, 1)
#define BITS(code, quantity)                                                                                           \
    {                                                                                                                  \
        code, code, MW_MBUS_Q_##quantity, 0, MW_KIND_BITS, MW_QUALITY_GOOD, 0, SAME, 1                                 \
    }
#define DATES(code, quantity)                                                                                          \
    {                                                                                                                  \
        code, code, MW_MBUS_Q_##quantity, 0, MW_KIND_DATETIME, MW_QUALITY_GOOD, 0, SAME, 1                             \
    }
#define BYTES(code, quantity)                                                                                          \
    {                                                                                                                  \
        code, code, MW_MBUS_Q_##quantity, 0, MW_KIND_DATA, MW_QUALITY_UNCERTAIN, ANY_VALUE, SAME, 1                    \
    }
#define OPEN(code, quantity, quality)                                                                                  \
    {                                                                                                                  \
        code, code, MW_MBUS_Q_##quantity, 0, ANY, quality, ANY_VALUE, SAME, 1                                          \
    }

/* Section 6.1. */
static const row primary[] = {
    SCALED(0x00, 0x07, ENERGY, WH, -3),
    SCALED(0x08, 0x0F, ENERGY, J, 0),
    SCALED(0x10, 0x17, VOLUME, M3, -6),
    SCALED(0x18, 0x1F, MASS, KG, -3),
    TIMES(0x20, ON_TIME, 1),
    TIMES(0x21, ON_TIME, 60),
    TIMES(0x22, ON_TIME, 3600),
    TIMES(0x23, ON_TIME, 86400),
    TIMES(0x24, OPERATING_TIME, 1),
    TIMES(0x25, OPERATING_TIME, 60),
    TIMES(0x26, OPERATING_TIME, 3600),
    TIMES(0x27, OPERATING_TIME, 86400),
    SCALED(0x28, 0x2F, POWER, W, -3),
    SCALED(0x30, 0x37, POWER, J_PER_H, 0),
    SCALED(0x38, 0x3F, VOLUME_FLOW, M3_PER_H, -6),
    NUMBER(0x40, 0x47, VOLUME_FLOW, M3_PER_H, -7, STEPS, 60),
    NUMBER(0x48, 0x4F, VOLUME_FLOW, M3_PER_H, -9, STEPS, 3600),
    SCALED(0x50, 0x57, MASS_FLOW, KG_PER_H, -3),
    SCALED(0x58, 0x5B, FLOW_TEMPERATURE, CELSIUS, -3),
    SCALED(0x5C, 0x5F, RETURN_TEMPERATURE, CELSIUS, -3),
    SCALED(0x60, 0x63, TEMPERATURE_DIFFERENCE, K, -3),
    SCALED(0x64, 0x67, EXTERNAL_TEMPERATURE, CELSIUS, -3),
    SCALED(0x68, 0x6B, PRESSURE, BAR, -3),
    DATES(0x6C, DATE),
    DATES(0x6D, DATE_TIME),
    PLAIN(0x6E, HCA_UNITS, NONE),
    RESERVED(0x6F, 0x6F),
    TIMES(0x70, AVERAGING_DURATION, 1),
    TIMES(0x71, AVERAGING_DURATION, 60),
    TIMES(0x72, AVERAGING_DURATION, 3600),
    TIMES(0x73, AVERAGING_DURATION, 86400),
    TIMES(0x74, ACTUALITY_DURATION, 1),
    TIMES(0x75, ACTUALITY_DURATION, 60),
    TIMES(0x76, ACTUALITY_DURATION, 3600),
    TIMES(0x77, ACTUALITY_DURATION, 86400),
    PLAIN(0x78, FABRICATION_NUMBER, NONE),
    PLAIN(0x79, IDENTIFICATION, NONE),
    PLAIN(0x7A, BUS_ADDRESS, NONE),
    RESERVED(0x7B, 0x7B),
    /* 7C, a unit in plain text, has a test of its own */
    RESERVED(0x7D, 0x7D),
    OPEN(0x7E, ANY, ANY),
    OPEN(0x7F, MANUFACTURER_SPECIFIC, MW_QUALITY_UNCERTAIN),
};

/* Section 6.2, behind FB. */
static const row first_extension[] = {
    SCALED(0x00, 0x01, ENERGY, WH, 5),
    SCALED(0x02, 0x03, REACTIVE_ENERGY, VARH, 3),
    SCALED(0x04, 0x05, APPARENT_ENERGY, VAH, 3),
    SCALED(0x06, 0x06, COEFFICIENT_OF_PERFORMANCE, NONE, -1),
    RESERVED(0x07, 0x07),
    SCALED(0x08, 0x09, ENERGY, J, 8),
    RESERVED(0x0A, 0x0B),
    NUMBER(0x0C, 0x0F, ENERGY, J, 1, STEPS, 41868),
    SCALED(0x10, 0x11, VOLUME, M3, 2),
    RESERVED(0x12, 0x13),
    SCALED(0x14, 0x17, REACTIVE_POWER, VAR, 0),
    SCALED(0x18, 0x19, MASS, KG, 5),
    SCALED(0x1A, 0x1B, RELATIVE_HUMIDITY, PERCENT, -1),
    RESERVED(0x1C, 0x1F),
    SCALED(0x20, 0x20, VOLUME, FT3, 0),
    SCALED(0x21, 0x21, VOLUME, FT3, -1),
    RESERVED(0x22, 0x27), /* gallons, until 2004 */
    SCALED(0x28, 0x29, POWER, W, 5),
    SCALED(0x2A, 0x2A, PHASE_ANGLE_VOLTAGE, DEGREE, -1),
    SCALED(0x2B, 0x2B, PHASE_ANGLE_CURRENT, DEGREE, -1),
    SCALED(0x2C, 0x2F, FREQUENCY, HZ, -3),
    SCALED(0x30, 0x31, POWER, J_PER_H, 8),
    RESERVED(0x32, 0x33),
    SCALED(0x34, 0x37, APPARENT_POWER, VA, 0),
    RESERVED(0x38, 0x57),
    RESERVED(0x58, 0x67), /* degrees Fahrenheit, until 2004 */
    NUMBER(0x68, 0x68, HCA_RATING_K, NONE, -12, SAME, TWO_POW_12),
    NUMBER(0x69, 0x69, HCA_RATING_KQ, W, 0, SAME, 1),
    NUMBER(0x6A, 0x6A, HCA_COUPLING_KC, NONE, -12, SAME, TWO_POW_12),
    NUMBER(0x6B, 0x6B, HCA_COUPLING_KCR, NONE, -12, SAME, TWO_POW_12),
    NUMBER(0x6C, 0x6C, HCA_COUPLING_KCH, NONE, -12, SAME, TWO_POW_12),
    NUMBER(0x6D, 0x6D, HCA_LOW_TEMPERATURE_KT, NONE, -12, SAME, TWO_POW_12),
    NUMBER(0x6E, 0x6E, HCA_DISPLAY_KD, NONE, -12, SAME, TWO_POW_12),
    RESERVED(0x6F, 0x73),
    SCALED(0x74, 0x77, TEMPERATURE_LIMIT, CELSIUS, -3),
    SCALED(0x78, 0x7F, CUMULATIVE_MAXIMUM_POWER, W, -3),
};

/* Section 6.3, behind FD. */
static const row second_extension[] = {
    SCALED(0x00, 0x03, CREDIT, CURRENCY, -3),
    SCALED(0x04, 0x07, DEBIT, CURRENCY, -3),
    PLAIN(0x08, MESSAGE_ID, NONE),
    PLAIN(0x09, DEVICE_TYPE, NONE),
    PLAIN(0x0A, MANUFACTURER, NONE),
    PLAIN(0x0B, PARAMETER_SET, NONE),
    PLAIN(0x0C, MODEL_VERSION, NONE),
    PLAIN(0x0D, HARDWARE_VERSION, NONE),
    PLAIN(0x0E, FIRMWARE_VERSION, NONE),
    PLAIN(0x0F, SOFTWARE_VERSION, NONE),
    PLAIN(0x10, CUSTOMER_LOCATION, NONE),
    PLAIN(0x11, CUSTOMER, NONE),
    PLAIN(0x12, ACCESS_CODE_USER, NONE),
    PLAIN(0x13, ACCESS_CODE_OPERATOR, NONE),
    PLAIN(0x14, ACCESS_CODE_SYSTEM_OPERATOR, NONE),
    PLAIN(0x15, ACCESS_CODE_DEVELOPER, NONE),
    PLAIN(0x16, PASSWORD, NONE),
    BITS(0x17, ERROR_FLAGS),
    BITS(0x18, ERROR_MASK),
    PLAIN(0x19, SECURITY_KEY, NONE),
    BITS(0x1A, DIGITAL_OUTPUT),
    BITS(0x1B, DIGITAL_INPUT),
    PLAIN(0x1C, BAUD_RATE, NONE),
    PLAIN(0x1D, RESPONSE_DELAY, NONE),
    PLAIN(0x1E, RETRY, NONE),
    BITS(0x1F, REMOTE_CONTROL),
    PLAIN(0x20, FIRST_STORAGE, NONE),
    PLAIN(0x21, LAST_STORAGE, NONE),
    PLAIN(0x22, STORAGE_BLOCK_SIZE, NONE),
    PLAIN(0x23, TARIFF_SUBUNIT_DESCRIPTOR, NONE),
    TIMES(0x24, STORAGE_INTERVAL, 1),
    TIMES(0x25, STORAGE_INTERVAL, 60),
    TIMES(0x26, STORAGE_INTERVAL, 3600),
    TIMES(0x27, STORAGE_INTERVAL, 86400),
    PLAIN(0x28, STORAGE_INTERVAL, MONTH),
    PLAIN(0x29, STORAGE_INTERVAL, YEAR),
    OPEN(0x2A, OPERATOR_DATA, ANY),
    {0x2B, 0x2B, MW_MBUS_Q_TIME_POINT_SECOND, 0, MW_KIND_NUMBER, MW_QUALITY_GOOD, 0, SAME, 1},
    TIMES(0x2C, SINCE_READOUT, 1),
    TIMES(0x2D, SINCE_READOUT, 60),
    TIMES(0x2E, SINCE_READOUT, 3600),
    TIMES(0x2F, SINCE_READOUT, 86400),
    DATES(0x30, TARIFF_START),
    TIMES(0x31, TARIFF_DURATION, 60),
    TIMES(0x32, TARIFF_DURATION, 3600),
    TIMES(0x33, TARIFF_DURATION, 86400),
    TIMES(0x34, TARIFF_PERIOD, 1),
    TIMES(0x35, TARIFF_PERIOD, 60),
    TIMES(0x36, TARIFF_PERIOD, 3600),
    TIMES(0x37, TARIFF_PERIOD, 86400),
    PLAIN(0x38, TARIFF_PERIOD, MONTH),
    PLAIN(0x39, TARIFF_PERIOD, YEAR),
    PLAIN(0x3A, DIMENSIONLESS, NONE),
    OPEN(0x3B, WIRELESS_CONTAINER, ANY),
    TIMES(0x3C, TRANSMISSION_PERIOD, 1),
    TIMES(0x3D, TRANSMISSION_PERIOD, 60),
    TIMES(0x3E, TRANSMISSION_PERIOD, 3600),
    TIMES(0x3F, TRANSMISSION_PERIOD, 86400),
    SCALED(0x40, 0x4F, VOLTAGE, V, -9),
    SCALED(0x50, 0x5F, CURRENT, A, -12),
    PLAIN(0x60, RESET_COUNTER, NONE),
    PLAIN(0x61, CUMULATION_COUNTER, NONE),
    PLAIN(0x62, CONTROL_SIGNAL, NONE),
    PLAIN(0x63, DAY_OF_WEEK, NONE),
    PLAIN(0x64, WEEK_NUMBER, NONE),
    OPEN(0x65, TIME_OF_DAY_CHANGE, ANY),
    BITS(0x66, PARAMETER_ACTIVATION),
    OPEN(0x67, SUPPLIER_INFORMATION, ANY),
    TIMES(0x68, SINCE_CUMULATION, 3600),
    TIMES(0x69, SINCE_CUMULATION, 86400),
    PLAIN(0x6A, SINCE_CUMULATION, MONTH),
    PLAIN(0x6B, SINCE_CUMULATION, YEAR),
    TIMES(0x6C, BATTERY_OPERATING_TIME, 3600),
    TIMES(0x6D, BATTERY_OPERATING_TIME, 86400),
    PLAIN(0x6E, BATTERY_OPERATING_TIME, MONTH),
    PLAIN(0x6F, BATTERY_OPERATING_TIME, YEAR),
    DATES(0x70, BATTERY_CHANGE),
    PLAIN(0x71, RF_LEVEL, DBM),
    BYTES(0x72, DAYLIGHT_SAVING),
    BYTES(0x73, LISTENING_WINDOW),
    TIMES(0x74, BATTERY_LIFE, 86400),
    PLAIN(0x75, METER_STOPS, NONE),
    OPEN(0x76, MANUFACTURER_CONTAINER, ANY),
    RESERVED(0x77, 0x7F),
};

/* Section 6.4, behind FD FD. */
static const row second_level[] = {
    PLAIN(0x00, SELECTED_APPLICATION, NONE),
    RESERVED(0x01, 0x01),
    PLAIN(0x02, BATTERY_LIFE, MONTH),
    PLAIN(0x03, BATTERY_LIFE, YEAR),
    RESERVED(0x04, 0x3D),
    PLAIN(0x3E, MOISTURE, PERCENT),
    RESERVED(0x3F, 0x7F),
};

/* The only record of a frame: `04 <VIB> <data>`. It points to memory that is kept until the next one. */
static mw_mbus_record decoded(const char *vib, unsigned code, const char *data)
{
    uint8_t body[32] = {0x04};
    uint8_t frame[MW_MBUS_FRAME_MAX];
    mw_mbus_telegram telegram;
    mw_mbus_cursor cursor;
    mw_mbus_record record;
    mbus_outcome outcome;
    size_t count = 1 + mw_hex(vib, body + 1, 16);
    size_t length;
    static uint8_t *copy;
    memset(&record, 0, sizeof record);
    body[count++] = (uint8_t)code;
    count += mw_hex(data, body + count, 4);
    length = mbus_put(MBUS_RSP_UD, 1, 0x78, body, count, frame);
    if (copy != NULL) {
        mbus_free(copy);
    }
    mbus_check_cuts(frame, length);
    copy = mbus_copy(frame, length);
    assert_int_equal(mw_mbus_decode(copy, length, &telegram, NULL), MW_OK);
    mw_mbus_records(&telegram, &cursor);
    outcome = mbus_walk(&cursor, copy, &record, 1);
    assert_int_equal(outcome.good, 1);
    assert_int_equal(outcome.bad, 0);
    assert_int_equal(record.length, count);
    assert_int_equal(record.vib_bytes, count - 5);
    assert_int_equal(record.data_bytes, 4);
    return record;
}

static void is_value(const mw_mbus_record *record, const row *expected, unsigned code)
{
    const int step = expected->steps * (int)(code - expected->first);
    if (expected->unit != 0) {
        assert_int_equal(record->unit, expected->unit);
    }
    if (expected->kind != ANY) {
        assert_int_equal(record->kind, expected->kind);
    }
    if (expected->quality != ANY) {
        assert_int_equal(record->quality, expected->quality);
    }
    if (expected->exp10 != ANY_VALUE && expected->kind == MW_KIND_NUMBER) {
        assert_true(mbus_same(record->n, record->exp10, (int64_t)RAW * expected->factor, expected->exp10 + step));
    } else if (expected->exp10 != ANY_VALUE) {
        assert_true(record->n == (expected->kind == MW_KIND_DATETIME ? TIME : RAW));
    }
}

/* Every code of a table, of which none is missing but `without`. */
static void check_table(const char *vib, const row *rows, size_t count, unsigned without)
{
    unsigned codes = 0;
    for (size_t i = 0; i < count; i++) {
        for (unsigned code = rows[i].first; code <= rows[i].last; code++) {
            const bool time = rows[i].kind == MW_KIND_DATETIME;
            const mw_mbus_record record = decoded(vib, code, time ? TIME_HEX : RAW_HEX);
            assert_int_equal(record.quantity, rows[i].quantity);
            assert_int_equal(record.vife_bytes, 0);
            is_value(&record, &rows[i], code);
            assert_true(record.exp10 == 0 || rows[i].kind == MW_KIND_NUMBER || rows[i].kind == ANY);
            codes++;
        }
    }
    assert_int_equal(codes, 0x80 - without);
}

MW_TEST(primary_table)
{
    (void)state;
    check_table("", primary, MW_COUNT(primary), 1);
}

MW_TEST(first_extension_table)
{
    (void)state;
    check_table("FB", first_extension, MW_COUNT(first_extension), 0);
}

MW_TEST(second_extension_table)
{
    (void)state;
    check_table("FD", second_extension, MW_COUNT(second_extension), 0);
}

MW_TEST(second_level_table)
{
    (void)state;
    check_table("FD FD", second_level, MW_COUNT(second_level), 0);
}

/* Section 7: what a modifier does to a value that has the unit and the exponent of the VIF. */
typedef enum effect {
    KEEP = 0,  /* nothing */
    UNIT,      /* another unit, which the modifier says; the number is kept */
    BAD,       /* an error: not valid */
    ABSENT,    /* no data available */
    OVERFLOWN, /* the value left its range */
    PERCENT,   /* a deviation */
    COUNT,     /* how often */
    SECONDS,   /* how long, in s, min, h, d */
    DATE,      /* when */
    SCALE,     /* another exponent */
    PROFILE,   /* many values */
    RAW_BITS,  /* data of type D */
    FOREIGN    /* a unit the standard does not name here */
} effect;

typedef struct modifier_row {
    uint8_t first;
    uint8_t last;
    uint8_t effect;
    int8_t exp10; /* SCALE: of the first code */
} modifier_row;

static const modifier_row modifiers[] = {
    {0x00, 0x00, KEEP, 0},      {0x01, 0x07, BAD, 0},     {0x08, 0x0A, KEEP, 0},    {0x0B, 0x0F, BAD, 0},
    {0x10, 0x12, KEEP, 0},      {0x13, 0x13, PROFILE, 0}, {0x14, 0x14, PERCENT, 0}, {0x15, 0x15, ABSENT, 0},
    {0x16, 0x16, OVERFLOWN, 0}, {0x17, 0x18, BAD, 0},     {0x19, 0x1B, KEEP, 0},    {0x1C, 0x1C, BAD, 0},
    {0x1D, 0x1D, KEEP, 0},      {0x1E, 0x1F, PROFILE, 0}, {0x20, 0x38, UNIT, 0},    {0x39, 0x39, DATE, 0},
    {0x3A, 0x3C, KEEP, 0},      {0x3D, 0x3D, FOREIGN, 0}, {0x3E, 0x40, KEEP, 0},    {0x41, 0x41, COUNT, 0},
    {0x42, 0x43, DATE, 0},      {0x44, 0x45, KEEP, 0},    {0x46, 0x47, DATE, 0},    {0x48, 0x48, KEEP, 0},
    {0x49, 0x49, COUNT, 0},     {0x4A, 0x4B, DATE, 0},    {0x4C, 0x4D, KEEP, 0},    {0x4E, 0x4F, DATE, 0},
    {0x50, 0x67, SECONDS, 0},   {0x68, 0x69, KEEP, 0},    {0x6A, 0x6B, DATE, 0},    {0x6C, 0x6D, KEEP, 0},
    {0x6E, 0x6F, DATE, 0},      {0x70, 0x77, SCALE, -6},  {0x78, 0x7C, KEEP, 0},    {0x7D, 0x7D, SCALE, 3},
    {0x7E, 0x7F, KEEP, 0},
};

/* Section 8. */
static const modifier_row fc_modifiers[] = {
    {0x00, 0x0C, KEEP, 0},     {0x0D, 0x0D, FOREIGN, 0}, {0x0E, 0x11, KEEP, 0},
    {0x12, 0x12, RAW_BITS, 0}, {0x13, 0x13, DATE, 0},    {0x14, 0x7F, KEEP, 0},
};

/* VIFs they are behind. */
static const struct {
    const char *vib;
    const char *vib_fc;
    uint8_t quantity;
    uint8_t unit;
    int8_t exp10;
} bases[] = {
    {"93", "93 FC", MW_MBUS_Q_VOLUME, MW_UNIT_M3, -3},
    {"FB 82", "FB 82 FC", MW_MBUS_Q_REACTIVE_ENERGY, MW_UNIT_VARH, 3},
    {"FD C8", "FD C8 FC", MW_MBUS_Q_VOLTAGE, MW_UNIT_V, -1},
    {"9B", "9B FC", MW_MBUS_Q_MASS, MW_UNIT_KG, 0},
};

static void check_modifier(const char *vib, size_t base, const modifier_row *expected, unsigned code, unsigned modifier)
{
    static const int32_t seconds[] = {1, 60, 3600, 86400};
    const mw_mbus_record record = decoded(vib, code, expected->effect == DATE ? TIME_HEX : RAW_HEX);
    row value = {0, 0, ANY, bases[base].unit, MW_KIND_NUMBER, MW_QUALITY_GOOD, bases[base].exp10, SAME, 1};
    switch ((effect)expected->effect) {
    case KEEP:
        break;
    case UNIT:
        value.unit = 0;
        break;
    case BAD:
    case ABSENT:
    case OVERFLOWN:
        value.quality = (uint8_t)(expected->effect == BAD      ? MW_QUALITY_INVALID
                                  : expected->effect == ABSENT ? MW_QUALITY_NOT_AVAILABLE
                                                               : MW_QUALITY_OVERFLOW);
        value.kind = ANY;
        value.exp10 = ANY_VALUE;
        break;
    case PERCENT:
        value.unit = MW_UNIT_PERCENT;
        value.exp10 = ANY_VALUE;
        break;
    case COUNT:
        value.unit = MW_UNIT_NONE;
        value.exp10 = 0;
        break;
    case SECONDS:
        value.unit = MW_UNIT_S;
        value.exp10 = 0;
        value.factor = seconds[code % 4];
        break;
    case DATE:
        value.unit = 0;
        value.kind = MW_KIND_DATETIME;
        value.exp10 = 0;
        break;
    case SCALE:
        value.exp10 = (int8_t)(value.exp10 + expected->exp10 + (int)(code - expected->first));
        break;
    case PROFILE:
        value.unit = 0;
        value.kind = ANY;
        value.quality = ANY;
        value.exp10 = ANY_VALUE;
        break;
    case RAW_BITS:
        value.unit = 0;
        value.kind = MW_KIND_BITS;
        value.exp10 = 0;
        break;
    case FOREIGN:
        value.unit = MW_UNIT_OTHER;
        value.exp10 = ANY_VALUE;
        break;
    }
    assert_int_equal(record.quantity, bases[base].quantity);
    is_value(&record, &value, 0);
    assert_int_equal(mw_mbus_modifier(&record, 0), modifier);
    assert_int_equal(mw_mbus_modifier(&record, 1), MW_MBUS_NO_MODIFIER);
    assert_true(mw_mbus_has(&record, modifier));
    assert_false(mw_mbus_has(&record, modifier ^ MW_MBUS_FC));
}

MW_TEST(combinable_vifes)
{
    (void)state;
    for (size_t base = 0; base < MW_COUNT(bases); base++) {
        unsigned codes = 0;
        for (size_t i = 0; i < MW_COUNT(modifiers); i++) {
            for (unsigned code = modifiers[i].first; code <= modifiers[i].last; code++) {
                check_modifier(bases[base].vib, base, &modifiers[i], code, code);
                codes++;
            }
        }
        assert_int_equal(codes, 0x80);
    }
}

MW_TEST(combinable_vifes_behind_fc)
{
    (void)state;
    for (size_t base = 0; base < MW_COUNT(bases); base++) {
        unsigned codes = 0;
        for (size_t i = 0; i < MW_COUNT(fc_modifiers); i++) {
            for (unsigned code = fc_modifiers[i].first; code <= fc_modifiers[i].last; code++) {
                check_modifier(bases[base].vib_fc, base, &fc_modifiers[i], code, MW_MBUS_FC + code);
                codes++;
            }
        }
        assert_int_equal(codes, 0x80);
    }
}

/* Chains: the record's value, and its modifiers up to MW_MBUS_NO_MODIFIER. */
MW_TEST(chains_of_modifiers)
{
    static const struct {
        const char *vib; /* without the last byte */
        uint8_t code;
        uint8_t unit;
        int8_t exp10;
        int32_t factor;
        uint16_t modifiers[5];
    } table[] = {
        {"93 BC", 0x74, MW_UNIT_M3, -5, 1, {0x3C, 0x74, MW_MBUS_NO_MODIFIER}},
        {"93 F4", 0x7D, MW_UNIT_M3, -2, 1, {0x74, 0x7D, MW_MBUS_NO_MODIFIER}},
        {"93 F0 F0", 0x70, MW_UNIT_M3, -21, 1, {0x70, 0x70, 0x70, MW_MBUS_NO_MODIFIER}},
        {"FB 82 F5 FC 83", 0x3C, MW_UNIT_VARH, 2, 1, {0x75, 0x103, 0x3C, MW_MBUS_NO_MODIFIER}},
        {"FD C8 FC 81", 0x73, MW_UNIT_V, -4, 1, {0x101, 0x73, MW_MBUS_NO_MODIFIER}},
        {"AB FC 81 FC", 0x10, MW_UNIT_W, 0, 1, {0x101, 0x110, MW_MBUS_NO_MODIFIER}},
        {"93 C9", 0x7D, MW_UNIT_NONE, 3, 1, {0x49, 0x7D, MW_MBUS_NO_MODIFIER}},
        {"93 D1", 0x76, MW_UNIT_S, 0, 60, {0x51, 0x76, MW_MBUS_NO_MODIFIER}},
        {"93 FF", 0x74, MW_UNIT_M3, -3, 1, {0x7F, MW_MBUS_NO_MODIFIER}}, /* nothing counts behind 7F */
        {"93 FF FC", 0x01, MW_UNIT_M3, -3, 1, {0x7F, MW_MBUS_NO_MODIFIER}},
        {"93 F4 FF", 0x74, MW_UNIT_M3, -5, 1, {0x74, 0x7F, MW_MBUS_NO_MODIFIER}},
        {"93 FF FF FF", 0x15, MW_UNIT_M3, -3, 1, {0x7F, MW_MBUS_NO_MODIFIER}},
        {"93 FE", 0x3B, MW_UNIT_M3, -3, 1, {0x7E, 0x3B, MW_MBUS_NO_MODIFIER}},
        {"FD FD 82", 0x7D, MW_UNIT_MONTH, 3, 1, {0x7D, MW_MBUS_NO_MODIFIER}},
    };
    (void)state;
    for (size_t i = 0; i < MW_COUNT(table); i++) {
        const mw_mbus_record record = decoded(table[i].vib, table[i].code, RAW_HEX);
        unsigned count = 0;
        assert_int_equal(record.kind, MW_KIND_NUMBER);
        assert_int_equal(record.quality, MW_QUALITY_GOOD);
        assert_int_equal(record.unit, table[i].unit);
        assert_true(mbus_same(record.n, record.exp10, (int64_t)RAW * table[i].factor, table[i].exp10));
        do {
            assert_int_equal(mw_mbus_modifier(&record, count), table[i].modifiers[count]);
            assert_int_equal(mw_mbus_has(&record, table[i].modifiers[count]),
                             table[i].modifiers[count] != MW_MBUS_NO_MODIFIER);
        } while (table[i].modifiers[count++] != MW_MBUS_NO_MODIFIER);
        assert_int_equal(mw_mbus_modifier(&record, 200), MW_MBUS_NO_MODIFIER);
    }
}

MW_TEST(modifiers_stand_in_the_record_as_they_came)
{
    static const uint8_t chain[] = {0xFC, 0x81, 0x73};
    const mw_mbus_record record = decoded("FD C8 FC 81", 0x73, RAW_HEX);
    (void)state;
    assert_int_equal(record.vife, 3);
    assert_int_equal(record.vife_bytes, sizeof chain);
    assert_memory_equal(record.bytes + record.vife, chain, sizeof chain);
}

/* The modifiers that make a date of a value: its type is by size. */
MW_TEST(dates_of_modifiers_by_size)
{
    static const struct {
        const char *body;
        uint8_t kind;
        int64_t n;
    } table[] = {
        {"02 93 6F AA 1C", MW_KIND_DATE, 1386633600},    {"02 FD C8 39 AA 1C", MW_KIND_DATE, 1386633600},
        {"02 93 FC 13 AA 1C", MW_KIND_DATE, 1386633600}, {"06 93 6A 05 21 0E AA 1C 00", MW_KIND_DATETIME, 1386685985},
        {"02 93 C3 7D AA 1C", MW_KIND_DATE, 1386633600}, {"04 93 EF 73 " TIME_HEX, MW_KIND_DATETIME, TIME},
    };
    (void)state;
    for (size_t i = 0; i < MW_COUNT(table); i++) {
        uint8_t bytes[16];
        const size_t count = mw_hex(table[i].body, bytes, sizeof bytes);
        mw_mbus_cursor cursor;
        mw_mbus_record record;
        mw_mbus_records_of(bytes, count, &cursor);
        assert_int_equal(mw_mbus_next(&cursor, &record), MW_OK);
        assert_int_equal(record.kind, table[i].kind);
        assert_int_equal(record.quality, MW_QUALITY_GOOD);
        assert_true(record.n == table[i].n);
    }
}

MW_TESTS(MW_CASE(primary_table), MW_CASE(first_extension_table), MW_CASE(second_extension_table),
         MW_CASE(second_level_table), MW_CASE(combinable_vifes), MW_CASE(combinable_vifes_behind_fc),
         MW_CASE(chains_of_modifiers), MW_CASE(modifiers_stand_in_the_record_as_they_came),
         MW_CASE(dates_of_modifiers_by_size))
