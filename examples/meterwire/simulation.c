/* SPDX-License-Identifier: MIT */
#include "simulation.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define TWO_PI 6.283185307179586

/* What the meter had counted before, per phase: import and export of active energy in Wh. */
static const double import_before[3] = {5123456, 4321987, 3987654};
static const double export_before[3] = {120340, 98765, 45678};
/* Part of the energy that earlier fell on tariffs 1 to 4. */
static const double tariff_share[4] = {0.7, 0.3, 0, 0};
/* Reactive energy goes with active energy: inductive load, power factor 0.96. */
#define REACTIVE_SHARE      0.29
/* Period of mean values. */
#define SIMULATION_PERIOD_S 900

void simulation_init(simulation *sim, const mw_model *model, uint8_t unit)
{
    memset(sim, 0, sizeof *sim);
    sim->model = model;
    sim->unit = unit;
    sim->tariff = 1;
}

/* Phases are counted from 0 here. */
static double sim_voltage(const simulation *sim, unsigned phase)
{
    return 230.0 + 0.8 * phase + 1.5 * sin(sim->seconds / 13 + phase);
}

static double sim_active_power(const simulation *sim, unsigned phase)
{
    return 1100.0 + 350.0 * phase + 250.0 * sin(sim->seconds / 7 + 2.0 * phase);
}

static double sim_reactive_power(const simulation *sim, unsigned phase)
{
    return REACTIVE_SHARE * sim_active_power(sim, phase);
}

static double sim_apparent_power(const simulation *sim, unsigned phase)
{
    return hypot(sim_active_power(sim, phase), sim_reactive_power(sim, phase));
}

static double sim_current(const simulation *sim, unsigned phase)
{
    return sim_apparent_power(sim, phase) / sim_voltage(sim, phase);
}

/* The phase asked for, or the sum of all. */
static double sim_sum(const simulation *sim, unsigned phase, double (*of)(const simulation *, unsigned))
{
    return phase > 0 ? of(sim, phase - 1) : of(sim, 0) + of(sim, 1) + of(sim, 2);
}

/* Energy since the simulation began: of one phase, counted from 0, and of one tariff or all. */
static double sim_since(const simulation *sim, unsigned phase, unsigned tariff)
{
    double sum = 0;
    for (unsigned t = 1; t <= 4; t++) {
        sum += tariff == 0 || tariff == t ? sim->energy[t - 1][phase] : 0;
    }
    return sum;
}

/* Since the last reset of the partial counter of all tariffs (0) or of one. */
static double sim_partial(const simulation *sim, unsigned tariff)
{
    return sim_since(sim, 0, tariff) + sim_since(sim, 1, tariff) + sim_since(sim, 2, tariff) - sim->partial[tariff];
}

static double sim_resettable(const simulation *sim, unsigned phase)
{
    return sim_since(sim, phase, 0) - sim->reset[phase];
}

void simulation_advance(simulation *sim, double seconds)
{
    for (unsigned phase = 0; phase < 3; phase++) {
        sim->energy[sim->tariff - 1][phase] += sim_active_power(sim, phase) * seconds / 3600;
    }
    sim->seconds += seconds;
}

/* Active energy in one direction; only import grows. */
static double sim_active_energy(const simulation *sim, mw_obis id, int direction)
{
    const unsigned phase = mw_obis_phase(id);
    const unsigned tariff = mw_obis_tariff(id);
    const double share = tariff == 0 ? 1 : tariff <= 4 ? tariff_share[tariff - 1] : 0;
    double sum = 0;
    for (unsigned i = 0; i < 3; i++) {
        if (phase == 0 || phase == i + 1) {
            sum += direction > 0 ? share * import_before[i] + sim_since(sim, i, tariff) : share * export_before[i];
        }
    }
    return sum;
}

/* C of the sum over all phases. */
static unsigned sim_base(mw_obis id)
{
    return id.c - 20u * mw_obis_phase(id);
}

/* What of the private block has no phases. */
static bool sim_private_energy(const simulation *sim, mw_obis id, double *value)
{
    const double partial = sim_partial(sim, mw_obis_tariff(id));
    const double before = id.e % 2 != 0 ? 21000 * (id.e + 1.0) : sim_partial(sim, 0);
    switch (id.c) {
    case MW_OBIS_C_PARTIAL_ACTIVE_IMPORT:
        *value = partial;
        return true;
    case MW_OBIS_C_PARTIAL_REACTIVE_IMPORT:
        *value = REACTIVE_SHARE * partial;
        return true;
    case MW_OBIS_C_PARTIAL_APPARENT:
        *value = hypot(partial, REACTIVE_SHARE * partial);
        return true;
    case MW_OBIS_C_INDEX_IMPORT:
        *value = before;
        return true;
    case MW_OBIS_C_SECONDARY_ACTIVE_IMPORT:
        *value = sim_active_energy(sim, mw_obis_make(1, 1, 8, 0), 1);
        return true;
    case MW_OBIS_C_SECONDARY_ACTIVE_EXPORT:
        *value = sim_active_energy(sim, mw_obis_make(1, 1, 8, 0), -1);
        return true;
    case MW_OBIS_C_SECONDARY_REACTIVE_IMPORT:
        *value = REACTIVE_SHARE * sim_active_energy(sim, mw_obis_make(1, 1, 8, 0), 1);
        return true;
    case MW_OBIS_C_SECONDARY_REACTIVE_EXPORT:
        *value = REACTIVE_SHARE * sim_active_energy(sim, mw_obis_make(1, 1, 8, 0), -1);
        return true;
    default:
        return false; /* nothing was exported, and no counter has begun anew */
    }
}

static bool sim_energy(const simulation *sim, mw_obis id, double *value)
{
    const double import = sim_active_energy(sim, id, 1);
    const double export = sim_active_energy(sim, id, -1);
    switch (sim_base(id)) {
    case 1:
        *value = import;
        return true;
    case 2:
        *value = export;
        return true;
    case 15:
        *value = import + export;
        return true;
    case 16:
        *value = import - export;
        return true;
    case 3: /* an inductive load: imported with import, exported with export */
    case 5:
        *value = REACTIVE_SHARE * import;
        return true;
    case 4:
    case 7:
        *value = REACTIVE_SHARE * export;
        return true;
    case 6:
    case 8:
        *value = 0;
        return true;
    case 9:
        *value = hypot(import, REACTIVE_SHARE * import);
        return true;
    case MW_OBIS_C_REACTIVE_TOTAL:
        *value = REACTIVE_SHARE * (import + export);
        return true;
    case MW_OBIS_C_REACTIVE_NET:
        *value = REACTIVE_SHARE * (import - export);
        return true;
    case MW_OBIS_C_RESETTABLE:
        *value = sim_sum(sim, mw_obis_phase(id), sim_resettable);
        return true;
    default:
        return sim_private_energy(sim, id, value);
    }
}

static bool sim_instantaneous(const simulation *sim, mw_obis id, double *value)
{
    const unsigned phase = mw_obis_phase(id);
    switch (sim_base(id)) {
    case 16:
    case MW_OBIS_C_ACTIVE_SECONDARY: /* the ratio is 1 */
    case MW_OBIS_C_SECONDARY_ACTIVE_IMPORT:
        *value = sim_sum(sim, phase, sim_active_power);
        return true;
    case 3:
    case MW_OBIS_C_REACTIVE_SECONDARY:
        *value = sim_sum(sim, phase, sim_reactive_power);
        return true;
    case 9:
    case MW_OBIS_C_APPARENT_SECONDARY:
        *value = sim_sum(sim, phase, sim_apparent_power);
        return true;
    case 11:
    case MW_OBIS_C_CURRENT_SECONDARY:
        *value = sim_sum(sim, phase, sim_current) / (phase > 0 ? 1 : 3);
        return true;
    case 12:
        *value = sim_sum(sim, phase, sim_voltage) / (phase > 0 ? 1 : 3);
        return true;
    case MW_OBIS_C_VOLTAGE_LINES:
        *value = sqrt(3.0) * sim_sum(sim, 0, sim_voltage) / 3;
        return true;
    case 91:
        *value = 0.12;
        return true;
    case 13:
        *value = sim_sum(sim, phase, sim_active_power) / sim_sum(sim, phase, sim_apparent_power);
        return true;
    case 14:
        *value = 50.0 + 0.02 * sin(sim->seconds / 5);
        return true;
    case 124:
    case 125:
    case 126: /* between this phase and the next, 120 degrees apart */
        *value = sqrt(3.0) * (sim_voltage(sim, id.c - 124u) + sim_voltage(sim, (id.c - 123u) % 3)) / 2;
        return true;
    case MW_OBIS_C_QUADRANT:
        *value = 1;
        return true;
    default:
        return false;
    }
}

typedef struct sim_fixture {
    uint8_t a, c, d, e;
    double value;
} sim_fixture;

static bool sim_look_up(const sim_fixture *fixtures, size_t count, mw_obis id, double *value)
{
    for (size_t i = 0; i < count; i++) {
        if (id.a == fixtures[i].a && id.c == fixtures[i].c && id.d == fixtures[i].d && id.e == fixtures[i].e) {
            *value = fixtures[i].value;
            return true;
        }
    }
    return false;
}

/* Countis: E4x and E2x code the same with other numbers. */
static bool sim_countis_constant(const simulation *sim, mw_obis id, double *value)
{
    static const sim_fixture e4x[] = {
        {0, MW_OBIS_C_IDENTITY, 0, 0, 2.01}, {0, MW_OBIS_C_OPERATION, 7, 0, 4}, {0, MW_OBIS_C_OPERATION, 10, 0, 5}};
    static const sim_fixture e2x[] = {{0, MW_OBIS_C_IDENTITY, 0, 0, 1.03},
                                      {0, MW_OBIS_C_OPERATION, 7, 0, 2},
                                      {0, MW_OBIS_C_COMMUNICATION, 1, 0, 3}, /* 9600 */
                                      {0, MW_OBIS_C_COMMUNICATION, 2, 0, 0}};
    static const sim_fixture all[] = {
        {0, MW_OBIS_C_IDENTITY, 6, 0, 100}, /* the family */
        {0, MW_OBIS_C_IDENTITY, 9, 0, 1947},
        {0, MW_OBIS_C_IDENTITY, 10, 0, 11},
        {0, MW_OBIS_C_IDENTITY, 11, 0, 4711},
        {0, MW_OBIS_C_IDENTITY, 14, 0, 1},
        {0, MW_OBIS_C_IDENTITY, 28, 0, 1},
        {0, MW_OBIS_C_IDENTITY, 29, 0, 9999999990.0},
        {0, MW_OBIS_C_OPERATION, 8, 0, 900},
        {0, MW_OBIS_C_LOAD_CURVE, 0, 0, 1},
        {0, MW_OBIS_C_LOAD_CURVE, 1, 0, 4},
        {0, MW_OBIS_C_LOAD_CURVE, 2, 0, 900},
        {0, MW_OBIS_C_LOAD_CURVE, 4, 0, 1},
        {0, MW_OBIS_C_LOAD_CURVE, 5, 0, 1},
        {0, 96, 8, 1, 8123.45},
        {0, 96, 8, 2, 2718.28},
        {1, 0, 2, 0, 1.02},
    };
    const bool large = strstr(sim->model->name, "-e4") != NULL;
    if (id.a == 0 && id.c == MW_OBIS_C_IDENTITY && id.d == 27) {
        *value = strstr(sim->model->title, "MID") != NULL;
        return true;
    }
    return (large ? sim_look_up(e4x, sizeof e4x / sizeof e4x[0], id, value)
                  : sim_look_up(e2x, sizeof e2x / sizeof e2x[0], id, value)) ||
           sim_look_up(all, sizeof all / sizeof all[0], id, value);
}

static bool sim_is_countis(const simulation *sim)
{
    return strstr(sim->model->name, "countis") != NULL;
}

/* What does not move, in its base unit. */
static bool sim_constant(const simulation *sim, mw_obis id, double *value)
{
    static const sim_fixture constants[] = {
        {0, MW_OBIS_C_COMMUNICATION, 1, 0, 6}, /* 9600 */
        {0, MW_OBIS_C_COMMUNICATION, 2, 0, 1}, /* even */
        {0, MW_OBIS_C_IDENTITY, 3, 0, 65},
        {1, 0, 3, 3, 1}, /* 1000 pulses per kWh are 1 per Wh */
        {0, MW_OBIS_C_OPERATION, 0, 0, 3},
        {0, MW_OBIS_C_OPERATION, 1, 0, 10},
        {0, MW_OBIS_C_OPERATION, 2, 0, 0.030},
        {0, MW_OBIS_C_OPERATION, 3, 0, 1},
        {0, MW_OBIS_C_OPERATION, 4, 0, 1},
        {0, MW_OBIS_C_OPERATION, 5, 0, 0},
        {0, MW_OBIS_C_OPERATION, 6, 0, 1},
        {0, 96, 7, 0, 12},
        {0, 97, 97, 0, 0},
        {1, 0, 4, 2, 5},
        {1, 0, 4, 5, 5},
    };
    if ((sim_is_countis(sim) && sim_countis_constant(sim, id, value)) ||
        sim_look_up(constants, sizeof constants / sizeof constants[0], id, value)) {
        return true;
    }
    if (id.a == 0 && id.c == MW_OBIS_C_COMMUNICATION && id.d == 0) {
        *value = sim->unit;
        return true;
    }
    if (id.a == 0 && id.c == 96 && id.d == 14) {
        *value = sim->tariff;
        return true;
    }
    return false;
}

static double sim_number(const simulation *sim, mw_obis id)
{
    double value = 0;
    if (sim_constant(sim, id, &value) || id.a != 1) {
        return value;
    }
    if (id.d == 8) {
        sim_energy(sim, id, &value);
    } else if (id.d == 7 || id.d == 5 || id.d == 29) {
        sim_instantaneous(sim, id, &value);
    }
    return value;
}

/* The exponent of the last digit that the row can carry. */
static int8_t sim_exponent(const mw_row *row)
{
    return (int8_t)(row->exp10 - (row->type == MW_TYPE_FLOAT ? 3 : 0));
}

static void sim_set_number(mw_reading *reading, int8_t exp10, double value)
{
    reading->kind = MW_KIND_NUMBER;
    reading->exp10 = exp10;
    reading->n = llround(value / pow(10, exp10));
}

static void sim_set_text(mw_reading *reading, const char *text)
{
    reading->kind = MW_KIND_TEXT;
    snprintf(reading->text, sizeof reading->text, "%s", text);
}

static const char *sim_meter_code(const mw_model *model)
{
    return strstr(model->name, "3020") != NULL ? "1112" : strstr(model->name, "3040") != NULL ? "1113" : "1111";
}

static const char *sim_checksum(const mw_model *model)
{
    return strstr(model->name, "3040") != NULL ? "59811839" : "59268366"; /* of the versions below */
}

/* What a Countis says of itself; its product model is that by which it is identified. */
static void sim_countis_text(const simulation *sim, const mw_row *row, mw_reading *reading)
{
    static const char *const names[] = {"", "COUNTIS", "SOCOMEC"}; /* 0-0:96.1.E */
    if (row->type == MW_TYPE_TEXT_LOW) {
        sim_set_text(reading, "SOCO");
    } else if (row->type == MW_TYPE_DIGITS) {
        sim_set_text(reading, "0000000000000000");
    } else if (row->type == MW_TYPE_RAW) {
        sim_set_text(reading, "0000 0000 0000");
    } else if (row->c != 96) {
        sim_set_text(reading, "");
    } else if (row->e < 3) {
        sim_set_text(reading, names[row->e]);
    } else {
        sim_set_text(reading, sim->model->identity);
        for (char *c = reading->text; *c != '\0'; c++) {
            *c = (char)toupper((unsigned char)*c);
        }
    }
}

static void sim_text(const simulation *sim, const mw_row *row, mw_reading *reading)
{
    char text[MW_READING_TEXT_SIZE];
    if (sim_is_countis(sim)) {
        sim_countis_text(sim, row, reading);
    } else if (row->type == MW_TYPE_VERSION) {
        sim_set_text(reading, row->a == 1 ? (strstr(sim->model->name, "3040") != NULL ? "1.04" : "1.34") : "1.00");
    } else if (row->type == MW_TYPE_DIGITS) {
        const bool serial = row->a == 0 && row->c == 96 && row->e == 0;
        const bool checksum = row->a == 1 && row->d == 2;
        const char *const digits = serial ? "19020246" : checksum ? sim_checksum(sim->model) : NULL;
        sim_set_text(reading, digits != NULL ? digits : row->regs == 1 ? sim_meter_code(sim->model) : "00000000");
    } else if (row->c >= MW_OBIS_C_CURRENT_DIRECTION && row->a == 1) {
        snprintf(text, sizeof text, "%uF", mw_obis_phase(mw_row_id(row)));
        sim_set_text(reading, text);
    } else {
        sim_set_text(reading,
                     row->type == MW_TYPE_RAW ? (row->regs == 4 ? "0000 0000 0000 0000" : "0000 0000 0000") : "");
    }
}

static const mw_reading *sim_find_fixed(const simulation *sim, mw_obis id)
{
    for (size_t i = 0; i < sim->fixed_count; i++) {
        if (mw_obis_equal(sim->fixed[i].id, id)) {
            return &sim->fixed[i].value;
        }
    }
    return NULL;
}

mw_status simulation_value(void *user, const mw_row *row, mw_reading *reading)
{
    const simulation *const sim = (const simulation *)user;
    const mw_reading *const fixed = sim_find_fixed(sim, mw_row_id(row));
    if (fixed != NULL) {
        *reading = *fixed;
        if (row->group == MW_GROUP_EXTRA && fixed->kind == MW_KIND_NUMBER) {
            sim_set_number(reading, sim_exponent(row), mw_reading_double(fixed)); /* perhaps coarser */
        }
        return MW_OK;
    }
    switch ((mw_type)row->type) {
    case MW_TYPE_DIGITS:
    case MW_TYPE_TEXT:
    case MW_TYPE_TEXT_LOW:
    case MW_TYPE_VERSION:
    case MW_TYPE_RAW:
        sim_text(sim, row, reading);
        break;
    case MW_TYPE_BITS:
        reading->kind = MW_KIND_BITS;
        break;
    case MW_TYPE_SECONDS_2000:
    case MW_TYPE_CLOCK:
        reading->kind = MW_KIND_DATETIME;
        reading->n = (int64_t)time(NULL) / SIMULATION_PERIOD_S * SIMULATION_PERIOD_S;
        break;
    case MW_TYPE_UNSIGNED:
    case MW_TYPE_SIGNED:
    case MW_TYPE_FLOAT:
    case MW_TYPE_BCD:
    case MW_TYPE_CT_RATIO:
    case MW_TYPE_RESIDUAL:
    case MW_TYPE_SIGNED_RESIDUAL:
    default:
        sim_set_number(reading, sim_exponent(row),
                       (row->flags & MW_ROW_ZERO_ABSENT) != 0 ? 0 : sim_number(sim, mw_row_id(row)));
        break;
    }
    return MW_OK;
}

mw_status simulation_mbus_value(void *user, mw_obis id, mw_reading *reading)
{
    const simulation *const sim = (const simulation *)user;
    const mw_reading *const fixed = sim_find_fixed(sim, id);
    sim_set_number(reading, reading->exp10, fixed != NULL ? mw_reading_double(fixed) : sim_number(sim, id));
    return MW_OK;
}

static mw_status sim_store(simulation *sim, mw_obis id, const mw_reading *value)
{
    for (size_t i = 0; i < sim->fixed_count; i++) {
        if (mw_obis_equal(sim->fixed[i].id, id)) {
            sim->fixed[i].value = *value;
            return MW_OK;
        }
    }
    if (sim->fixed_count == SIMULATION_FIXED_MAX) {
        return MW_ERR_SPACE;
    }
    sim->fixed[sim->fixed_count].id = id;
    sim->fixed[sim->fixed_count++].value = *value;
    return MW_OK;
}

/* Numbers of rows that keep a float may have any digits; the others only those the row has. */
static mw_status sim_read_value(const mw_row *row, const char *text, mw_reading *value)
{
    uint8_t registers[64];
    char *end;
    mw_status status;
    memset(value, 0, sizeof *value);
    switch ((mw_type)row->type) {
    case MW_TYPE_DIGITS:
    case MW_TYPE_TEXT:
    case MW_TYPE_TEXT_LOW:
    case MW_TYPE_VERSION:
    case MW_TYPE_RAW:
        if (strlen(text) >= sizeof value->text) {
            return MW_ERR_RANGE;
        }
        sim_set_text(value, text);
        break;
    case MW_TYPE_SECONDS_2000:
    case MW_TYPE_CLOCK:
        return MW_ERR_VALUE; /* time is that of the computer */
    case MW_TYPE_BITS:
        value->kind = MW_KIND_BITS;
        value->n = (int64_t)strtoull(text, &end, 0);
        if (*text == '\0' || *end != '\0') {
            return MW_ERR_VALUE;
        }
        break;
    case MW_TYPE_UNSIGNED:
    case MW_TYPE_SIGNED:
    case MW_TYPE_FLOAT:
    case MW_TYPE_BCD:
    case MW_TYPE_CT_RATIO:
    case MW_TYPE_RESIDUAL:
    case MW_TYPE_SIGNED_RESIDUAL:
    default:
        status = mw_decimal_parse(text, &value->n, &value->exp10);
        if (status != MW_OK) {
            return status;
        }
        break;
    }
    return mw_row_encode(row, value, registers);
}

/* Floats that are integers instead: how the meter would send them is not known. */
static bool sim_is_integer_mode(const simulation *sim, uint16_t address, const mw_reading *value)
{
    return address == sim->model->data_type_address && address != 0 && value->n != 1;
}

mw_status simulation_fix(simulation *sim, mw_obis id, const char *text)
{
    const size_t i = mw_model_find(sim->model, id);
    mw_reading value;
    mw_status status;
    if (i == sim->model->row_count) {
        return MW_ERR_UNSUPPORTED;
    }
    status = sim_read_value(&sim->model->rows[i], text, &value);
    if (status == MW_OK && sim_is_integer_mode(sim, sim->model->rows[i].address, &value)) {
        return MW_ERR_REFUSED;
    }
    return status == MW_OK ? sim_store(sim, mw_row_id(&sim->model->rows[i]), &value) : status;
}

/* Of a Countis: what of the partial counters begins anew: 3 by energy, of which the active import counts for all here,
 * 4 by tariff, 5 all. */
static mw_status sim_reset_partial(simulation *sim, mw_obis id, int64_t n)
{
    const bool all = (id.d == 4 && n == 0xFFFF) || (id.d == 5 && n == 0x20);
    for (unsigned tariff = 0; tariff <= 4; tariff++) {
        const bool one = tariff == 0 ? id.d == 3 && (n & 1) != 0 : id.d == 4 && (n >> (tariff - 1) & 1) != 0;
        if (all || one) {
            sim->partial[tariff] += sim_partial(sim, tariff);
        }
    }
    return MW_OK;
}

static mw_status sim_command(simulation *sim, mw_obis id, const mw_reading *value)
{
    if (id.d >= 3 && id.d <= 5) {
        return sim_reset_partial(sim, id, value->n);
    }
    if (id.d == 2 || id.d == 6) {
        return MW_OK; /* what is stored at once, and a load curve of one record */
    }
    if (id.d == 1) {
        return sim_store(sim, mw_obis_make(0, 96, 7, 0), value); /* the power-down counter */
    }
    for (unsigned phase = 0; phase < 3; phase++) {
        sim->reset[phase] = sim_since(sim, phase, 0);
    }
    return MW_OK;
}

static mw_status sim_set(simulation *sim, mw_obis id, const mw_reading *value)
{
    if (id.c == MW_OBIS_C_COMMAND) {
        return sim_command(sim, id, value);
    }
    if (id.a == 0 && id.c == 96 && id.d == 14) {
        sim->tariff = (unsigned)value->n;
        return MW_OK;
    }
    if (id.a == 0 && id.c == MW_OBIS_C_COMMUNICATION && id.d == 0) {
        sim->unit = (uint8_t)value->n;
        return MW_OK;
    }
    return sim_store(sim, id, value);
}

/* Both currents of a transformer came as one. */
static mw_status sim_set_ratio(simulation *sim, const mw_reading *value)
{
    mw_reading current = *value;
    mw_status status;
    current.n = value->n / 100;
    status = sim_store(sim, mw_obis_make(1, 0, 4, 2), &current);
    current.n = value->n % 100;
    return status == MW_OK ? sim_store(sim, mw_obis_make(1, 0, 4, 5), &current) : status;
}

mw_status simulation_set(void *user, const mw_modbus_setting *setting, const mw_reading *value)
{
    simulation *const sim = (simulation *)user;
    if (setting->what.kind == MW_SETTING_RATIO) {
        return sim_set_ratio(sim, value);
    }
    return sim_is_integer_mode(sim, setting->address, value) ? MW_ERR_REFUSED : sim_set(sim, setting->what.id, value);
}

mw_status simulation_mbus_set(void *user, const mw_mbus_setting *setting, int64_t n)
{
    simulation *const sim = (simulation *)user;
    const size_t row = mw_model_find(sim->model, setting->what.id);
    mw_reading value;
    memset(&value, 0, sizeof value);
    value.n = n;
    if (row < sim->model->row_count) {
        value.exp10 = sim_exponent(&sim->model->rows[row]);
    }
    return sim_set(sim, setting->what.id, &value);
}
