/* SPDX-License-Identifier: MIT */
/* What VIFs mean: EN 13757-3:2018, tables of VIF codes, as docs/mbus.md gives them. */
#include <meterwire/mbus.h>

#include "mbus_internal.h"

/* What happens to the exponent, or which factor there is, along a range of codes. */
enum {
    VIF_ONE,      /* nothing: each code means the same */
    VIF_STEP,     /* the exponent grows with the code */
    VIF_DURATION, /* s, min, h, d: which one comes first stands where else the exponent stands */
    VIF_PER_MIN,  /* as VIF_STEP, per minute where the unit is per hour */
    VIF_PER_S,    /* the same per second */
    VIF_CALORIE,  /* as VIF_STEP, with 1 cal = 4.1868 J */
    VIF_2_12      /* in steps of 2^-12 */
};

typedef struct vif_range {
    uint8_t first; /* its codes reach to the next range */
    uint8_t quantity;
    uint8_t unit;
    int8_t exp10;
    uint8_t along; /* the above */
    uint8_t form;  /* MW_MBUS_FORM_... */
} vif_range;

/* First code, quantity, unit, exponent, what happens along the range, form of the data. */
#define VIF_RANGE(first, quantity, unit, exp10, along, form)                                                           \
    {                                                                                                                  \
        (first), MW_MBUS_Q_##quantity, MW_UNIT_##unit, (exp10), VIF_##along, MW_MBUS_FORM_##form                       \
    }
#define VIF_RESERVED(first) VIF_RANGE(first, RESERVED, OTHER, 0, ONE, SIGNED)

const uint32_t mw_mbus_durations[4] = {1, 60, 3600, 86400};

static const vif_range vif_primary[] = {
    VIF_RANGE(0x00, ENERGY, WH, -3, STEP, SIGNED),
    VIF_RANGE(0x08, ENERGY, J, 0, STEP, SIGNED),
    VIF_RANGE(0x10, VOLUME, M3, -6, STEP, SIGNED),
    VIF_RANGE(0x18, MASS, KG, -3, STEP, SIGNED),
    VIF_RANGE(0x20, ON_TIME, S, 0, DURATION, SIGNED),
    VIF_RANGE(0x24, OPERATING_TIME, S, 0, DURATION, SIGNED),
    VIF_RANGE(0x28, POWER, W, -3, STEP, SIGNED),
    VIF_RANGE(0x30, POWER, J_PER_H, 0, STEP, SIGNED),
    VIF_RANGE(0x38, VOLUME_FLOW, M3_PER_H, -6, STEP, SIGNED),
    VIF_RANGE(0x40, VOLUME_FLOW, M3_PER_H, -7, PER_MIN, SIGNED),
    VIF_RANGE(0x48, VOLUME_FLOW, M3_PER_H, -9, PER_S, SIGNED),
    VIF_RANGE(0x50, MASS_FLOW, KG_PER_H, -3, STEP, SIGNED),
    VIF_RANGE(0x58, FLOW_TEMPERATURE, CELSIUS, -3, STEP, SIGNED),
    VIF_RANGE(0x5C, RETURN_TEMPERATURE, CELSIUS, -3, STEP, SIGNED),
    VIF_RANGE(0x60, TEMPERATURE_DIFFERENCE, K, -3, STEP, SIGNED),
    VIF_RANGE(0x64, EXTERNAL_TEMPERATURE, CELSIUS, -3, STEP, SIGNED),
    VIF_RANGE(0x68, PRESSURE, BAR, -3, STEP, SIGNED),
    VIF_RANGE(0x6C, DATE, NONE, 0, ONE, DATE),
    VIF_RANGE(0x6D, DATE_TIME, NONE, 0, ONE, DATE),
    VIF_RANGE(0x6E, HCA_UNITS, NONE, 0, ONE, SIGNED),
    VIF_RESERVED(0x6F),
    VIF_RANGE(0x70, AVERAGING_DURATION, S, 0, DURATION, SIGNED),
    VIF_RANGE(0x74, ACTUALITY_DURATION, S, 0, DURATION, SIGNED),
    VIF_RANGE(0x78, FABRICATION_NUMBER, NONE, 0, ONE, UNSIGNED),
    VIF_RANGE(0x79, IDENTIFICATION, NONE, 0, ONE, UNSIGNED),
    VIF_RANGE(0x7A, BUS_ADDRESS, NONE, 0, ONE, UNSIGNED),
    VIF_RESERVED(0x7B),
    VIF_RANGE(0x7C, PLAIN_TEXT, OTHER, 0, ONE, SIGNED),
    VIF_RESERVED(0x7D),
    VIF_RANGE(0x7E, ANY, OTHER, 0, ONE, SIGNED),
    VIF_RANGE(0x7F, MANUFACTURER_SPECIFIC, OTHER, 0, ONE, OPAQUE),
};

static const vif_range vif_fb[] = {
    VIF_RANGE(0x00, ENERGY, WH, 5, STEP, SIGNED),
    VIF_RANGE(0x02, REACTIVE_ENERGY, VARH, 3, STEP, SIGNED),
    VIF_RANGE(0x04, APPARENT_ENERGY, VAH, 3, STEP, SIGNED),
    VIF_RANGE(0x06, COEFFICIENT_OF_PERFORMANCE, NONE, -1, ONE, SIGNED),
    VIF_RESERVED(0x07),
    VIF_RANGE(0x08, ENERGY, J, 8, STEP, SIGNED),
    VIF_RESERVED(0x0A),
    VIF_RANGE(0x0C, ENERGY, J, 1, CALORIE, SIGNED),
    VIF_RANGE(0x10, VOLUME, M3, 2, STEP, SIGNED),
    VIF_RESERVED(0x12),
    VIF_RANGE(0x14, REACTIVE_POWER, VAR, 0, STEP, SIGNED),
    VIF_RANGE(0x18, MASS, KG, 5, STEP, SIGNED),
    VIF_RANGE(0x1A, RELATIVE_HUMIDITY, PERCENT, -1, STEP, SIGNED),
    VIF_RESERVED(0x1C),
    VIF_RANGE(0x20, VOLUME, FT3, 0, ONE, SIGNED),
    VIF_RANGE(0x21, VOLUME, FT3, -1, ONE, SIGNED),
    VIF_RESERVED(0x22),
    VIF_RANGE(0x28, POWER, W, 5, STEP, SIGNED),
    VIF_RANGE(0x2A, PHASE_ANGLE_VOLTAGE, DEGREE, -1, ONE, SIGNED),
    VIF_RANGE(0x2B, PHASE_ANGLE_CURRENT, DEGREE, -1, ONE, SIGNED),
    VIF_RANGE(0x2C, FREQUENCY, HZ, -3, STEP, SIGNED),
    VIF_RANGE(0x30, POWER, J_PER_H, 8, STEP, SIGNED),
    VIF_RESERVED(0x32),
    VIF_RANGE(0x34, APPARENT_POWER, VA, 0, STEP, SIGNED),
    VIF_RESERVED(0x38),
    VIF_RANGE(0x68, HCA_RATING_K, NONE, -12, 2_12, SIGNED),
    VIF_RANGE(0x69, HCA_RATING_KQ, W, 0, ONE, SIGNED),
    VIF_RANGE(0x6A, HCA_COUPLING_KC, NONE, -12, 2_12, SIGNED),
    VIF_RANGE(0x6B, HCA_COUPLING_KCR, NONE, -12, 2_12, SIGNED),
    VIF_RANGE(0x6C, HCA_COUPLING_KCH, NONE, -12, 2_12, SIGNED),
    VIF_RANGE(0x6D, HCA_LOW_TEMPERATURE_KT, NONE, -12, 2_12, SIGNED),
    VIF_RANGE(0x6E, HCA_DISPLAY_KD, NONE, -12, 2_12, SIGNED),
    VIF_RESERVED(0x6F),
    VIF_RANGE(0x74, TEMPERATURE_LIMIT, CELSIUS, -3, STEP, SIGNED),
    VIF_RANGE(0x78, CUMULATIVE_MAXIMUM_POWER, W, -3, STEP, SIGNED),
};

static const vif_range vif_fd[] = {
    VIF_RANGE(0x00, CREDIT, CURRENCY, -3, STEP, SIGNED),
    VIF_RANGE(0x04, DEBIT, CURRENCY, -3, STEP, SIGNED),
    VIF_RANGE(0x08, MESSAGE_ID, NONE, 0, ONE, UNSIGNED),
    VIF_RANGE(0x09, DEVICE_TYPE, NONE, 0, ONE, UNSIGNED),
    VIF_RANGE(0x0A, MANUFACTURER, NONE, 0, ONE, UNSIGNED),
    VIF_RANGE(0x0B, PARAMETER_SET, NONE, 0, ONE, UNSIGNED),
    VIF_RANGE(0x0C, MODEL_VERSION, NONE, 0, ONE, UNSIGNED),
    VIF_RANGE(0x0D, HARDWARE_VERSION, NONE, 0, ONE, UNSIGNED),
    VIF_RANGE(0x0E, FIRMWARE_VERSION, NONE, 0, ONE, UNSIGNED),
    VIF_RANGE(0x0F, SOFTWARE_VERSION, NONE, 0, ONE, UNSIGNED),
    VIF_RANGE(0x10, CUSTOMER_LOCATION, NONE, 0, ONE, UNSIGNED),
    VIF_RANGE(0x11, CUSTOMER, NONE, 0, ONE, UNSIGNED),
    VIF_RANGE(0x12, ACCESS_CODE_USER, NONE, 0, ONE, UNSIGNED),
    VIF_RANGE(0x13, ACCESS_CODE_OPERATOR, NONE, 0, ONE, UNSIGNED),
    VIF_RANGE(0x14, ACCESS_CODE_SYSTEM_OPERATOR, NONE, 0, ONE, UNSIGNED),
    VIF_RANGE(0x15, ACCESS_CODE_DEVELOPER, NONE, 0, ONE, UNSIGNED),
    VIF_RANGE(0x16, PASSWORD, NONE, 0, ONE, UNSIGNED),
    VIF_RANGE(0x17, ERROR_FLAGS, NONE, 0, ONE, BITS),
    VIF_RANGE(0x18, ERROR_MASK, NONE, 0, ONE, BITS),
    VIF_RANGE(0x19, SECURITY_KEY, NONE, 0, ONE, UNSIGNED),
    VIF_RANGE(0x1A, DIGITAL_OUTPUT, NONE, 0, ONE, BITS),
    VIF_RANGE(0x1B, DIGITAL_INPUT, NONE, 0, ONE, BITS),
    VIF_RANGE(0x1C, BAUD_RATE, NONE, 0, ONE, UNSIGNED),
    VIF_RANGE(0x1D, RESPONSE_DELAY, NONE, 0, ONE, UNSIGNED),
    VIF_RANGE(0x1E, RETRY, NONE, 0, ONE, UNSIGNED),
    VIF_RANGE(0x1F, REMOTE_CONTROL, NONE, 0, ONE, BITS),
    VIF_RANGE(0x20, FIRST_STORAGE, NONE, 0, ONE, UNSIGNED),
    VIF_RANGE(0x21, LAST_STORAGE, NONE, 0, ONE, UNSIGNED),
    VIF_RANGE(0x22, STORAGE_BLOCK_SIZE, NONE, 0, ONE, UNSIGNED),
    VIF_RANGE(0x23, TARIFF_SUBUNIT_DESCRIPTOR, NONE, 0, ONE, UNSIGNED),
    VIF_RANGE(0x24, STORAGE_INTERVAL, S, 0, DURATION, SIGNED),
    VIF_RANGE(0x28, STORAGE_INTERVAL, MONTH, 0, ONE, SIGNED),
    VIF_RANGE(0x29, STORAGE_INTERVAL, YEAR, 0, ONE, SIGNED),
    VIF_RANGE(0x2A, OPERATOR_DATA, NONE, 0, ONE, SIGNED),
    VIF_RANGE(0x2B, TIME_POINT_SECOND, S, 0, ONE, SIGNED),
    VIF_RANGE(0x2C, SINCE_READOUT, S, 0, DURATION, SIGNED),
    VIF_RANGE(0x30, TARIFF_START, NONE, 0, ONE, DATE),
    VIF_RANGE(0x31, TARIFF_DURATION, S, 1, DURATION, SIGNED),
    VIF_RANGE(0x34, TARIFF_PERIOD, S, 0, DURATION, SIGNED),
    VIF_RANGE(0x38, TARIFF_PERIOD, MONTH, 0, ONE, SIGNED),
    VIF_RANGE(0x39, TARIFF_PERIOD, YEAR, 0, ONE, SIGNED),
    VIF_RANGE(0x3A, DIMENSIONLESS, NONE, 0, ONE, SIGNED),
    VIF_RANGE(0x3B, WIRELESS_CONTAINER, NONE, 0, ONE, OPAQUE),
    VIF_RANGE(0x3C, TRANSMISSION_PERIOD, S, 0, DURATION, SIGNED),
    VIF_RANGE(0x40, VOLTAGE, V, -9, STEP, SIGNED),
    VIF_RANGE(0x50, CURRENT, A, -12, STEP, SIGNED),
    VIF_RANGE(0x60, RESET_COUNTER, NONE, 0, ONE, UNSIGNED),
    VIF_RANGE(0x61, CUMULATION_COUNTER, NONE, 0, ONE, UNSIGNED),
    VIF_RANGE(0x62, CONTROL_SIGNAL, NONE, 0, ONE, SIGNED),
    VIF_RANGE(0x63, DAY_OF_WEEK, NONE, 0, ONE, SIGNED),
    VIF_RANGE(0x64, WEEK_NUMBER, NONE, 0, ONE, SIGNED),
    VIF_RANGE(0x65, TIME_OF_DAY_CHANGE, NONE, 0, ONE, SIGNED),
    VIF_RANGE(0x66, PARAMETER_ACTIVATION, NONE, 0, ONE, BITS),
    VIF_RANGE(0x67, SUPPLIER_INFORMATION, NONE, 0, ONE, SIGNED),
    VIF_RANGE(0x68, SINCE_CUMULATION, S, 2, DURATION, SIGNED),
    VIF_RANGE(0x6A, SINCE_CUMULATION, MONTH, 0, ONE, SIGNED),
    VIF_RANGE(0x6B, SINCE_CUMULATION, YEAR, 0, ONE, SIGNED),
    VIF_RANGE(0x6C, BATTERY_OPERATING_TIME, S, 2, DURATION, SIGNED),
    VIF_RANGE(0x6E, BATTERY_OPERATING_TIME, MONTH, 0, ONE, SIGNED),
    VIF_RANGE(0x6F, BATTERY_OPERATING_TIME, YEAR, 0, ONE, SIGNED),
    VIF_RANGE(0x70, BATTERY_CHANGE, NONE, 0, ONE, DATE),
    VIF_RANGE(0x71, RF_LEVEL, DBM, 0, ONE, SIGNED),
    VIF_RANGE(0x72, DAYLIGHT_SAVING, NONE, 0, ONE, OPAQUE),  /* type K, layout not confirmed */
    VIF_RANGE(0x73, LISTENING_WINDOW, NONE, 0, ONE, OPAQUE), /* type L, layout not confirmed */
    VIF_RANGE(0x74, BATTERY_LIFE, S, 3, DURATION, SIGNED),
    VIF_RANGE(0x75, METER_STOPS, NONE, 0, ONE, SIGNED),
    VIF_RANGE(0x76, MANUFACTURER_CONTAINER, NONE, 0, ONE, OPAQUE),
    VIF_RESERVED(0x77),
};

/* Behind FD FD. */
static const vif_range vif_fd_fd[] = {
    VIF_RANGE(0x00, SELECTED_APPLICATION, NONE, 0, ONE, SIGNED),
    VIF_RESERVED(0x01),
    VIF_RANGE(0x02, BATTERY_LIFE, MONTH, 0, ONE, SIGNED),
    VIF_RANGE(0x03, BATTERY_LIFE, YEAR, 0, ONE, SIGNED),
    VIF_RESERVED(0x04),
    VIF_RANGE(0x3E, MOISTURE, PERCENT, 0, ONE, SIGNED),
    VIF_RESERVED(0x3F),
};

/* Units of the fixed data structure. */
static const vif_range vif_fixed[] = {
    VIF_RANGE(0x00, DATE_TIME, NONE, 0, ONE, OPAQUE), /* h, m, s and D, M, Y, in an order not published */
    VIF_RANGE(0x01, DATE, NONE, 0, ONE, OPAQUE),
    VIF_RANGE(0x02, ENERGY, WH, 0, STEP, SIGNED),
    VIF_RANGE(0x0B, ENERGY, J, 3, STEP, SIGNED),
    VIF_RANGE(0x14, POWER, W, 0, STEP, SIGNED),
    VIF_RANGE(0x1D, POWER, J_PER_H, 3, STEP, SIGNED),
    VIF_RANGE(0x26, VOLUME, M3, -6, STEP, SIGNED),
    VIF_RANGE(0x2F, VOLUME_FLOW, M3_PER_H, -6, STEP, SIGNED),
    VIF_RANGE(0x38, TEMPERATURE, CELSIUS, -3, ONE, SIGNED),
    VIF_RANGE(0x39, HCA_UNITS, NONE, 0, ONE, SIGNED),
    VIF_RESERVED(0x3A),
    VIF_RANGE(0x3F, DIMENSIONLESS, NONE, 0, ONE, SIGNED),
};

#define VIF_COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* The ranges of a table, and for every eight codes the range of the first of them. */
typedef struct vif_table {
    const vif_range *ranges;
    uint8_t count;
    uint8_t start[16];
} vif_table;

static const vif_table vif_tables[] = {
    {vif_primary, VIF_COUNT(vif_primary), {0, 1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12, 14, 16, 21, 23}},
    {vif_fb, VIF_COUNT(vif_fb), {0, 5, 8, 11, 14, 17, 21, 24, 24, 24, 24, 24, 24, 25, 32, 34}},
    {vif_fd, VIF_COUNT(vif_fd), {0, 2, 10, 18, 26, 31, 36, 39, 44, 44, 45, 45, 46, 54, 60, 67}},
    {vif_fd_fd, VIF_COUNT(vif_fd_fd), {0}},
    {vif_fixed, VIF_COUNT(vif_fixed), {0}},
};

enum { VIF_TABLE_PRIMARY, VIF_TABLE_FB, VIF_TABLE_FD, VIF_TABLE_FD_FD, VIF_TABLE_FIXED };

/* The last of the ranges that begins at the code or before it. */
static const vif_range *vif_find(unsigned table, unsigned code)
{
    const vif_table *const t = &vif_tables[table];
    const vif_range *range = t->ranges + t->start[code >> 3];
    const vif_range *const last = t->ranges + t->count - 1;
    while (range < last && range[1].first <= code) {
        range++;
    }
    return range;
}

static void vif_look_up(unsigned table, unsigned code, mw_mbus_meaning *meaning)
{
    static const uint32_t factors[] = {1, 1, 1, 60, 3600, 41868, 244140625};
    const vif_range *const range = vif_find(table, code);
    const unsigned n = code - range->first;
    meaning->quantity = range->quantity;
    meaning->unit = range->unit;
    meaning->form = range->form;
    meaning->exp10 = range->exp10;
    meaning->factor = factors[range->along];
    if (range->along == VIF_DURATION) {
        meaning->factor = mw_mbus_durations[n + (unsigned)range->exp10];
        meaning->exp10 = 0;
    } else if (range->along != VIF_ONE && range->along != VIF_2_12) {
        meaning->exp10 = (int8_t)(range->exp10 + (int)n);
    }
}

void mw_mbus_vif(const uint8_t *vib, mw_mbus_meaning *meaning)
{
    switch (vib[0]) {
    case MW_MBUS_VIF_FB:
        vif_look_up(VIF_TABLE_FB, vib[1] & MW_MBUS_CODE, meaning);
        break;
    case MW_MBUS_VIF_FD:
        if (vib[1] == MW_MBUS_VIF_FD) {
            vif_look_up(VIF_TABLE_FD_FD, vib[2] & MW_MBUS_CODE, meaning);
        } else {
            vif_look_up(VIF_TABLE_FD, vib[1] & MW_MBUS_CODE, meaning);
        }
        break;
    default:
        vif_look_up(VIF_TABLE_PRIMARY, vib[0] & MW_MBUS_CODE, meaning);
        break;
    }
}

void mw_mbus_fixed_unit(uint8_t unit, mw_mbus_meaning *meaning)
{
    vif_look_up(VIF_TABLE_FIXED, unit, meaning);
}
